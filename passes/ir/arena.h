/* One arena per compilation: bump allocation, zeroed, freed whole. Exhaustion bails out through cc_bail(). */
#ifndef AOTC_PASSES_IR_ARENA_H
#define AOTC_PASSES_IR_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_chunk;
struct cc;

struct arena {
    struct cc *cc;              /* whom to bail through */
    struct arena_chunk *head;
    char *cur, *end;
    size_t used, limit;         /* bytes handed out; bytes allowed (0: 1 GiB) */
};

void arena_init(struct arena *a, struct cc *cc);
void arena_reset(struct arena *a);                            /* frees everything but the newest chunk, which is reused */
void arena_free(struct arena *a);
void *arena_alloc(struct arena *a, size_t n);                 /* zeroed, aligned 16; bails, never NULL */
void *arena_allocn(struct arena *a, size_t n, size_t size);   /* checks the product */

/* Returns an array of at least `need` elements: `p` itself when *cap suffices, else a grown copy (the old one stays in the
 * arena). *cap is updated. */
void *arena_grow(struct arena *a, void *p, uint32_t *cap, uint32_t need, size_t size);

#define NEW(a, T)      ((T *)arena_alloc((a), sizeof(T)))
#define NEWN(a, T, n)  ((T *)arena_allocn((a), (n), sizeof(T)))
#define ARRAY_LEN(x)   (sizeof(x) / sizeof((x)[0]))

#endif
