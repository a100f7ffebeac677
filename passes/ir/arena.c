/* Bump allocation out of mmapped chunks. mmap, not malloc: compile threads of the runtime need not have a usable libc heap. */
#include "passes/ir/arena.h"
#include "passes/ir/cc.h"

#include <string.h>
#include <sys/mman.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;                /* with this header */
    size_t reused;              /* not 0: bytes may be dirty, so allocations clear them */
    size_t pad;
};

enum { CHUNK_MIN = 64 << 10, CHUNK_MAX = 4 << 20, LIMIT_DEFAULT = 1 << 30 };

void arena_init(struct arena *a, struct cc *cc)
{
    memset(a, 0, sizeof *a);
    a->cc = cc;
}

static void chunk_use(struct arena *a, struct arena_chunk *c)
{
    a->head = c;
    a->cur = (char *)(c + 1);
    a->end = (char *)c + c->size;
}

static void chunks_free(struct arena_chunk *c)
{
    while (c) {
        struct arena_chunk *next = c->next;

        munmap(c, c->size);
        c = next;
    }
}

void arena_reset(struct arena *a)
{
    a->used = 0;
    if (!a->head)
        return;
    chunks_free(a->head->next);
    a->head->next = NULL;
    a->head->reused = 1;
    chunk_use(a, a->head);
}

void arena_free(struct arena *a)
{
    chunks_free(a->head);
    a->head = NULL;
    a->cur = a->end = NULL;
    a->used = 0;
}

/* Makes room for n bytes (a multiple of 16). Chunks double, so that the number of system calls stays logarithmic. */
static void arena_more(struct arena *a, size_t n)
{
    size_t limit = a->limit ? a->limit : LIMIT_DEFAULT;
    size_t size = a->head ? a->head->size * 2 : CHUNK_MIN;
    struct arena_chunk *c;

    if (n > limit || a->used > limit - n)
        cc_bail(a->cc, ST_LIMIT, 0, "a compilation needs more than %zu bytes", limit);
    if (size > CHUNK_MAX)
        size = CHUNK_MAX;
    while (size < n + sizeof *c)
        size *= 2;
    c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c == MAP_FAILED)
        cc_bail(a->cc, ST_NOMEM, 0, "no memory for an arena chunk of %zu bytes", size);
    c->next = a->head;
    c->size = size;
    chunk_use(a, c);
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t limit = a->limit ? a->limit : LIMIT_DEFAULT;
    void *p;

    if (n > limit)
        cc_bail(a->cc, ST_LIMIT, 0, "a compilation asks for %zu bytes at once", n);
    n = (n + 15) & ~(size_t)15;
    if ((size_t)(a->end - a->cur) < n)
        arena_more(a, n);
    else if (a->used > limit - n)
        cc_bail(a->cc, ST_LIMIT, 0, "a compilation needs more than %zu bytes", limit);
    p = a->cur;
    a->cur += n;
    a->used += n;
    if (a->head && a->head->reused)
        memset(p, 0, n);
    return p ? p : (void *)a;   /* n == 0 before the first chunk: any non-NULL pointer will do */
}

void *arena_allocn(struct arena *a, size_t n, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(n, size, &total))
        cc_bail(a->cc, ST_LIMIT, 0, "an array of %zu elements of %zu bytes", n, size);
    return arena_alloc(a, total);
}

void *arena_grow(struct arena *a, void *p, uint32_t *cap, uint32_t need, size_t size)
{
    uint32_t n = *cap < 8 ? 8 : *cap;
    void *q;

    if (need <= *cap)
        return p;
    if (need > UINT32_MAX / 2)
        cc_bail(a->cc, ST_LIMIT, 0, "an array of %u elements", need);
    while (n < need)
        n *= 2;
    q = arena_allocn(a, n, size);
    if (p)
        memcpy(q, p, *cap * size);
    *cap = n;
    return q;
}
