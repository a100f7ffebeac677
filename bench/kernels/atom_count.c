/* Atomic counters in one thread: add, or, exchange, compare and swap until it holds, on 32 and 64 bits. */
#include "kernel.h"

enum { SIZE = 64 };

static uint64_t count[SIZE];
static uint32_t mask[SIZE];

/* Raises *p to v. */
static NOINLINE int raise_to(uint64_t *p, uint64_t v)
{
    uint64_t old = __atomic_load_n(p, __ATOMIC_RELAXED);

    while (old < v)
        if (__atomic_compare_exchange_n(p, &old, v, 1, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return 1;
    return 0;
}

static uint64_t run(unsigned long n)
{
    static uint64_t top;
    uint64_t seed = 79, h = 0;

    while (n--) {
        uint64_t r = rnd(&seed);
        unsigned i = r % SIZE;

        __atomic_fetch_add(&count[i], r >> 60, __ATOMIC_RELAXED);
        h += __atomic_fetch_add(&count[(i + 1) % SIZE], 1, __ATOMIC_SEQ_CST);
        __atomic_fetch_or(&mask[i], 1u << (r >> 59), __ATOMIC_ACQ_REL);
        h ^= __atomic_exchange_n(&mask[(i + 7) % SIZE], (uint32_t)r & 0xffff, __ATOMIC_ACQUIRE);
        h += (unsigned)raise_to(&top, r);
        h = (h << 1) | (h >> 63);
    }
    return h + top;
}

KERNEL(run, 20000000)
