/* A two-level table: chunks of 64 MiB, each with a word of 64 bits for each page, mapped when it is first needed. */
#include "runtime/lines.h"

#include "runtime/rt.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { LINE_BITS = 6, PAGE_BITS = 12, CHUNK_BITS = 26 };
#define NCHUNK (RT_GUEST_HI >> CHUNK_BITS)

struct rt_lines {
    uint64_t *chunk[NCHUNK];
    uint64_t changes;
    bool all;                   /* no memory to note something: everything counts as noted */
};

static void *zeros(uint64_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

struct rt_lines *rt_lines_new(void) { return zeros(sizeof(struct rt_lines)); }

/* The lines of [lo, hi) in the page at `page`. */
static uint64_t lines(uint64_t page, uint64_t lo, uint64_t hi)
{
    unsigned from = lo > page ? (unsigned)((lo - page) >> LINE_BITS) : 0;
    unsigned to = hi < page + RT_PAGE ? (unsigned)((hi - page + 63) >> LINE_BITS) : 64;

    return (to - from == 64 ? ~UINT64_C(0) : (UINT64_C(1) << (to - from)) - 1) << from;
}

static uint64_t *chunk_of(const struct rt_lines *s, uint64_t at) { return __atomic_load_n(&s->chunk[at >> CHUNK_BITS], __ATOMIC_ACQUIRE); }

static uint64_t *make_chunk(struct rt_lines *s, uint64_t at)
{
    enum { SIZE = sizeof(uint64_t) << (CHUNK_BITS - PAGE_BITS) };
    uint64_t *p = zeros(SIZE), *old = NULL;

    if (!p || __atomic_compare_exchange_n(&s->chunk[at >> CHUNK_BITS], &old, p, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return p;
    munmap(p, SIZE);
    return old;
}

static unsigned page_in_chunk(uint64_t at) { return (unsigned)(at >> PAGE_BITS) & ((1u << (CHUNK_BITS - PAGE_BITS)) - 1); }

bool rt_lines_mark(struct rt_lines *s, uint64_t lo, uint64_t hi)
{
    bool before = true;

    hi = hi < RT_GUEST_HI ? hi : RT_GUEST_HI;
    for (uint64_t at = lo & ~(uint64_t)(RT_PAGE - 1); at < hi; at += RT_PAGE) {
        uint64_t *c = chunk_of(s, at), want = lines(at, lo, hi);

        if (!c && !(c = make_chunk(s, at))) {
            __atomic_store_n(&s->all, true, __ATOMIC_SEQ_CST);
            return false;
        }
        uint64_t *w = &c[page_in_chunk(at)];
        if ((__atomic_load_n(w, __ATOMIC_SEQ_CST) & want) != want) {
            __atomic_fetch_or(w, want, __ATOMIC_SEQ_CST);
            before = false;
        }
    }
    return before;
}

bool rt_lines_any(const struct rt_lines *s, uint64_t lo, uint64_t hi)
{
    hi = hi < RT_GUEST_HI ? hi : RT_GUEST_HI;
    if (__atomic_load_n(&s->all, __ATOMIC_SEQ_CST))
        return true;
    for (uint64_t at = lo & ~(uint64_t)(RT_PAGE - 1); at < hi;) {
        const uint64_t *c = chunk_of(s, at);
        uint64_t end = ((at >> CHUNK_BITS) + 1) << CHUNK_BITS;

        for (; c && at < hi && at < end; at += RT_PAGE)
            if (__atomic_load_n(&c[page_in_chunk(at)], __ATOMIC_SEQ_CST) & lines(at, lo, hi))
                return true;
        at = end;
    }
    return false;
}

bool rt_lines_changed(struct rt_lines *s, uint64_t lo, uint64_t hi)
{
    __atomic_fetch_add(&s->changes, 1, __ATOMIC_SEQ_CST);       /* orders the guest's stores before what is read now, too */
    return rt_lines_any(s, lo, hi);
}

uint64_t rt_lines_changes(const struct rt_lines *s) { return __atomic_load_n(&s->changes, __ATOMIC_SEQ_CST); }

void rt_lines_forget(struct rt_lines *s, uint64_t lo, uint64_t hi)
{
    lo = (lo + 63) & ~UINT64_C(63);
    hi = (hi < RT_GUEST_HI ? hi : RT_GUEST_HI) & ~UINT64_C(63);
    for (uint64_t at = lo & ~(uint64_t)(RT_PAGE - 1); lo < hi && at < hi;) {
        uint64_t *c = chunk_of(s, at), end = ((at >> CHUNK_BITS) + 1) << CHUNK_BITS;

        for (; c && at < hi && at < end; at += RT_PAGE)
            if (c[page_in_chunk(at)])
                __atomic_and_fetch(&c[page_in_chunk(at)], ~lines(at, lo, hi), __ATOMIC_RELAXED);
        at = end;
    }
}
