/* Shared by the code cache's files. */
#ifndef AOTC_JIT_CACHE_INT_H
#define AOTC_JIT_CACHE_INT_H

#include "jit/cache.h"

static inline uint32_t *cache_entry_slot(const struct code_cache *c, const struct code_space *s, uint64_t pc)
{
    return pc - s->lo < s->hi - s->lo ? (uint32_t *)&s->look[(pc - s->lo) >> c->shift] : NULL;
}

/* The region that holds arena offset off, or NULL. */
const struct cache_jit *cache_jit_at(const struct code_space *s, uint32_t off);
/* Every branch here to pc goes to the miss stub again. */
void cache_unlink(struct code_space *s, uint64_t pc);
/* Forgets all code compiled into s. */
void cache_flush_arena(struct code_cache *c, struct code_space *s);
/* Frees what s holds beside its mappings. */
void cache_free_jit(struct code_space *s);
/* Hash of the guest bytes of n spans, each moved by base; false when they cannot be read. */
bool cache_hash_spans(const struct code_cache *c, const struct gspan *span, uint32_t n, uint64_t base, uint64_t *out);
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
