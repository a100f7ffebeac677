/* The code cache: all host code of a process, from images and compiled here, and the tables that lead to it. One lookup, one
 * invalidation, one place where a host pc is told what it belongs to.
 *
 * A space is a span of guest text with its table (per possible instruction an offset from the space's text, 0: none; entry 0 leads to
 * the miss stub at text start). An image brings table and text; an arena holds what was compiled in this process: one shared
 * memory object mapped twice, once to write and once to run. An image's pages stay as they are in the file; the table is mapped
 * private, so a single entry can be replaced.
 *
 * Many threads: lookups (functions marked SIGNAL, also from signal handlers) take no lock. What adds (a space, code) is done by one thread
 * at a time while others run: everything is written before what leads there, and a branch that may be running changes in one store.
 * What takes away needs c->alone: the caller has stopped all other threads, outside generated code. After that `generation` has
 * changed: hints and jump caches must be emptied (vcpu_drop_hints, vcpu_know_nothing) before code runs again. */
#ifndef AOTC_JIT_CACHE_H
#define AOTC_JIT_CACHE_H

#include "formats/image.h"
#include "jit/compile.h"

enum { CACHE_ARENA = 64 << 20 };

/* Code compiled here. Arrays are the cache's. */
struct cache_jit {
    uint64_t pc;
    uint32_t off, len;          /* in the arena */
    uint8_t *snap; uint32_t nsnap;
    struct gspan *read; uint32_t nread;         /* guest bytes it was made from (absolute) */
    uint64_t read_hash;
    struct code_entry *entry; uint32_t nentry;  /* absolute pcs, offsets in the arena */
    bool dead, asleep;          /* for good; until its guest code may run again (cache_suspend) */
};

/* A pc that code here jumps to: its miss stub, its first link + 1, where in the stub the jump's field is. */
struct cache_target { uint64_t pc; uint32_t stub, link, jump; };
struct cache_link { uint32_t field, next; uint8_t kind; };      /* a branch field in the arena (REL_ENTRY, REL_CALL) */

struct code_space {
    uint64_t lo, hi;            /* guest text, absolute */
    int32_t *table;             /* generated code reads this one */
    int32_t *look;              /* cache_lookup this one: the same, unless the cache keeps regions apart */
    uint8_t *text;              /* what the table counts from */
    bool table_private;         /* the table may be written */
    bool pic;                   /* code here names guest addresses by their distance */
    bool fixed;                 /* text that the guest has never been able to write: a fence.i changes nothing here */
    /* from an image, else NULL */
    struct image *im;
    uint64_t base;              /* load bias of the image's module, */
    uint64_t mod_lo, mod_hi;    /* and its span: what its code may have been made from */
    uint64_t text_len;
    uint8_t *dead;              /* by region: invalidated. NULL: none is */
    bool full;                  /* code found no room while other threads ran: cache_flush_full */
    bool own_text;              /* a copy that belongs to no file */
    uint8_t *plain;             /* kept apart: the text as it is in the file, */
    uint64_t open;              /* and the offset of the one entry that does not trap */
    /* compiled here; rx NULL: nothing yet */
    uint8_t *rx, *rw;           /* the two mappings of the arena */
    uint8_t *fork_copy;         /* between cache_fork_prepare and cache_fork_done */
    uint32_t cap, used;
    uint64_t room_at, room;     /* where the arena may be made */
    struct cache_jit *jit; uint32_t njit, capjit;
    uint64_t read_lo, read_hi;  /* bounds of what the code here was made from; read_hi 0: no code */
    struct cache_target *target; uint32_t ntarget, captarget;   /* open hash by pc */
    struct cache_link *link; uint32_t nlink, caplink;
};

struct cache_stats { uint64_t regions, bytes, invalidated, flushes, links; };

struct cache_range { uint64_t lo, hi; struct code_space *s; };
/* Disjoint and sorted. guest: which space is asked for a pc (a later space wins where two cover it). host: tables with texts, and arenas. */
struct cache_map { unsigned nguest, nhost; struct cache_range *guest, *host, range[]; };

struct code_cache {
    const struct guest *g;
    unsigned shift;             /* log2 of insn_align */
    unsigned n;
    struct code_space **space;  /* all of them, n; like the map, replaced when there are more */
    uint32_t capspace;
    struct cache_map *map;
    void **retired; uint32_t nretired, capretired;     /* what somebody may still be reading */
    bool alone;                 /* no other thread uses the cache at this moment. The caller's, true at first */
    uint64_t generation;
    uint64_t arena_max;         /* bytes; cache_new sets CACHE_ARENA. 0: as if executable memory were refused */
    uint64_t renewed;           /* counts entries that lead to better code now: jump caches may hold the old */
    struct cache_stats stats;
    bool strict;                /* code keeps condition flags at calls and returns (unit.strict), all of it */
    bool apart;                 /* regions come back to the dispatcher wherever they leave: see cache_enter_apart */
    /* Copies guest memory; false when it cannot be read. */
    bool (*read)(void *arg, void *dst, uint64_t pc, size_t n);
    void *arg;
};

/* What a host pc belongs to. */
struct cache_place {
    uint64_t pc;                /* start of the region */
    uint32_t off;               /* into the region */
    const uint8_t *text; uint32_t len;
    const uint8_t *snap; uint32_t nsnap;
    uint64_t base;              /* guest base of its snapshots */
    bool jit;
};

struct code_cache *cache_new(const struct guest *g, bool (*read)(void *, void *, uint64_t, size_t), void *arg);
/* Takes over a mapped image of the module loaded at base, which spans [lo, hi). NULL: out of memory or spaces, the image is still the
 * caller's. */
struct code_space *cache_add_image(struct code_cache *c, struct image *im, uint64_t base, uint64_t lo, uint64_t hi);
/* A space without an image for guest text [lo, hi). [at, at + size) is the caller's address space, kept free for it: table and
 * arena are mapped there. ST_LIMIT: too many spaces, or size too small; ST_NOMEM. */
enum status cache_add_space(struct code_cache *c, uint64_t lo, uint64_t hi, uint64_t at, uint64_t size, bool pic,
                            struct code_space **out, struct diag *d);
/* How many bytes cache_add_space wants for n bytes of text. */
uint64_t cache_space_size(const struct code_cache *c, uint64_t n);
/* Lets code be compiled into an image's space: [at, at + size) kept free, within 2 GiB of its text and of the module. */
void cache_give_room(struct code_space *s, uint64_t at, uint64_t size);
/* SIGNAL. The space that covers pc, or NULL. */
struct code_space *cache_space(const struct code_cache *c, uint64_t pc);
/* SIGNAL. The same; [*lo, *hi), which holds pc, is cut down to what that space, or no space, covers. */
struct code_space *cache_space_part(const struct code_cache *c, uint64_t pc, uint64_t *lo, uint64_t *hi);
/* SIGNAL. The space whose table, text or arena holds this host address, or NULL. */
struct code_space *cache_space_of_host(const struct code_cache *c, const void *p);

/* Makes sure that code can be installed in s, before time is spent on compiling it. Errors as cache_install's. */
enum status cache_prepare(struct code_cache *c, struct code_space *s, struct diag *d);
/* Takes code for pc (absolute pcs throughout; code->info.read too), links it with what is there, and publishes its entries. An entry that an image
 * serves stays the image's. seen: the copy of guest memory that it was made from, which is hashed for cache_recheck, since memory may
 * have changed meanwhile; NULL: there is none. ST_NOMEM: executable memory was refused; ST_LIMIT: too large, or out of reach. */
enum status cache_install(struct code_cache *c, struct code_space *s, const struct code *code, uint64_t pc, const struct gcode *seen,
                          struct diag *d);
/* Takes away every region made from guest bytes in [lo, hi). Returns how many. */
unsigned cache_invalidate(struct code_cache *c, uint64_t lo, uint64_t hi);
/* Guest code in [lo, hi) may have changed: takes away the regions whose bytes differ now. Spaces that are `fixed` are not looked
 * at. Returns how many went. */
unsigned cache_recheck(struct code_cache *c, uint64_t lo, uint64_t hi);
/* Forgets the spaces that lie in [lo, hi) whole, which is no guest text any more; not images'. */
void cache_drop_spaces(struct code_cache *c, uint64_t lo, uint64_t hi);
/* Forgets one space, and unmaps what the cache mapped for it; of an image's, the image stays open. */
void cache_remove_space(struct code_cache *c, struct code_space *s);
/* Takes an image's space out, with what was compiled into it, and unmaps the image. */
void cache_drop_image(struct code_cache *c, struct code_space *s);
/* Guest code in [lo, hi) may not run for now (it has become writable): what was compiled from it, in spaces that are not fixed, is put aside.
 * cache_resume: it may again; may_run tells of each piece of guest code. What was put aside comes back if its bytes are the same, and
 * goes for good if not. Both return how many regions that were. */
unsigned cache_suspend(struct code_cache *c, uint64_t lo, uint64_t hi);
unsigned cache_resume(struct code_cache *c, uint64_t lo, uint64_t hi, bool (*may_run)(void *arg, uint64_t lo, uint64_t hi));
/* Calls fn for each piece of guest code in [lo, hi), or across its ends, that living regions compiled here were made from. */
void cache_each_span(const struct code_cache *c, uint64_t lo, uint64_t hi, void (*fn)(void *arg, uint64_t lo, uint64_t hi), void *arg);
/* The guest can write to [lo, hi): no space there is fixed any more. */
void cache_set_writable(struct code_cache *c, uint64_t lo, uint64_t hi);

/* SIGNAL. Which region holds this host pc. */
bool cache_at(const struct code_cache *c, uint64_t host_pc, struct cache_place *out);
/* SIGNAL. Is this host pc exactly an entry (all guest state in pins and homes)? *pc: the guest's. */
bool cache_entry_at(const struct code_cache *c, uint64_t host_pc, uint64_t *pc);

/* Lets generated code run without reaching another region: set c->apart before anything is added, then no branch of code compiled
 * here is linked, indirect branches find an empty table, and every entry of an image's text, which is a private copy, traps
 * (cache_entry_at tells where) except the one that was given here last. For `code` from cache_lookup, before it runs; hints must be
 * dropped as well. False: no memory for a page. */
bool cache_enter_apart(struct code_cache *c, const void *code);
/* Makes an image's text a copy that belongs to no file: profilers look names of such memory up by address. ST_NOMEM. */
enum status cache_own_text(struct code_space *s, struct diag *d);
/* The guest bytes that the region at a host pc was made from, absolute; at most max. Returns how many. */
uint32_t cache_reads_at(const struct code_cache *c, uint64_t host_pc, struct gspan *out, uint32_t max);

/* From now on all code must be strict: what may not be, images' and what was compiled here, goes. Images and code that come later
 * are the caller's to choose. */
void cache_make_strict(struct code_cache *c);
/* Forgets all code compiled here, and gives its memory back. */
void cache_flush(struct code_cache *c);
/* The same for spaces in which cache_install found no room (ST_LIMIT while others run). */
void cache_flush_full(struct code_cache *c);
/* Around fork: prepare makes a private copy of the arenas before it (false: no memory; do not fork before cache_flush); done is called on
 * both sides after it, child tells which. The child's arenas are its own then. */
bool cache_fork_prepare(struct code_cache *c);
void cache_fork_done(struct code_cache *c, bool child);

/* The range that holds a guest pc, or a host address. */
static inline const struct cache_range *cache_range_of(const struct code_cache *c, uint64_t at, bool host)
{
    const struct cache_map *m = __atomic_load_n(&c->map, __ATOMIC_ACQUIRE);
    const struct cache_range *r = !m ? NULL : host ? m->host : m->guest;
    unsigned n = !m ? 0 : host ? m->nhost : m->nguest;

    while (n > 1) {             /* the last one that starts at or below */
        unsigned half = n / 2;

        r += r[half].lo <= at ? half : 0;
        n -= half;
    }
    return n && at - r->lo < r->hi - r->lo ? r : NULL;
}

/* SIGNAL. Host code of guest pc (aligned), or NULL. */
static inline const void *cache_lookup(const struct code_cache *c, uint64_t pc)
{
    const struct cache_range *r = cache_range_of(c, pc, false);

    if (!r)
        return NULL;
    const struct code_space *s = r->s;
    int32_t off = __atomic_load_n(&s->look[(pc - s->lo) >> c->shift], __ATOMIC_ACQUIRE);
    uintptr_t p = (uintptr_t)s->text + (uintptr_t)(intptr_t)off;            /* an image's table may hold anything */
    return off && (p - (uintptr_t)s->text < s->text_len || p - (uintptr_t)__atomic_load_n(&s->rx, __ATOMIC_ACQUIRE) < s->cap)
           ? (const void *)p : NULL;
}

static inline bool cache_is_jit(const struct code_cache *c, const void *p)
{
    const struct cache_range *r = cache_range_of(c, (uint64_t)(uintptr_t)p, true);
    return r && r->lo == (uint64_t)(uintptr_t)r->s->rx;
}

#endif
