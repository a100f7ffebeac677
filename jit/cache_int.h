/* Shared by the code cache's files. */
#ifndef AOTC_JIT_CACHE_INT_H
#define AOTC_JIT_CACHE_INT_H

#include "jit/cache.h"

static inline uint32_t *cache_entry_slot(const struct code_cache *c, const struct code_space *s, uint64_t pc)
{
    return pc - s->lo < s->hi - s->lo ? (uint32_t *)&s->look[(pc - s->lo) >> c->shift] : NULL;
}

/* Frees p when nobody can be reading it any more; cache_reclaim does, if that is now. */
void cache_retire(struct code_cache *c, void *p);
void cache_reclaim(struct code_cache *c);
/* A map with one range more in each half (lo == hi: none). False: no memory. */
bool cache_map_add(struct code_cache *c, struct cache_range guest, struct cache_range host);
/* Takes all ranges of s, or its host ranges in [lo, hi), out of the map. c->alone. */
void cache_map_drop(struct code_cache *c, const struct code_space *s);
void cache_map_drop_host(struct code_cache *c, const struct code_space *s, uint64_t lo, uint64_t hi);
/* Calls fn for each entry of an image's region, until it returns true. */
bool cache_each_entry(const struct image *im, const struct image_region *r, bool (*fn)(void *, const struct image_entry *), void *arg);
/* Every branch here to pc goes to the miss stub again. */
void cache_unlink(const struct code_cache *c, struct code_space *s, uint64_t pc);
/* A region's entries go into the table, and branches that waited for them go there. */
void cache_publish(struct code_cache *c, struct code_space *s, const struct cache_jit *j);
/* A region's entries are taken away. */
void cache_withdraw(struct code_cache *c, struct code_space *s, struct cache_jit *j);
/* Forgets all code compiled into s. */
void cache_flush_arena(struct code_cache *c, struct code_space *s);
/* Frees what s holds beside its mappings. */
void cache_free_jit(struct code_cache *c, struct code_space *s);
/* Takes an image's regions made from guest bytes in [lo, hi) away. How many. */
unsigned cache_kill_image_regions(struct code_cache *c, struct code_space *s, uint64_t lo, uint64_t hi);
/* Hash of the guest bytes of n spans, from the copy `seen` where that has them; false when they cannot be read. */
bool cache_hash_spans(const struct code_cache *c, const struct gspan *span, uint32_t n, const struct gcode *seen, uint64_t *out);
/* A pc's table entry goes from `from` to 0, if it still is `from`. */
void cache_clear_entry(struct code_cache *c, struct code_space *s, uint64_t pc, int32_t from);
/* For a cache that keeps regions apart: gives a new space its second table, and an image's text its traps. */
enum status cache_make_apart(struct code_cache *c, struct code_space *s, struct diag *d);
void cache_free_apart(struct code_cache *c, struct code_space *s);
/* The region compiled into s that holds arena offset off, or NULL. */
const struct cache_jit *cache_jit_at(const struct code_space *s, uint32_t off);
/* Makes the image's table writable. False: no memory. */
bool cache_own_table(struct code_space *s);

#endif
