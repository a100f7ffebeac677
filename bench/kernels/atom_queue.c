/* A ring that one side fills and the other empties with acquire and release, a ticket lock around a list, a reference count: what
 * libraries pay for threads when there is one. */
#include "kernel.h"

enum { RING = 256 };

static uint64_t ring[RING];
static uint32_t head, tail, ticket, turn, refs = 1;

static NOINLINE int put(uint64_t v)
{
    uint32_t t = __atomic_load_n(&tail, __ATOMIC_RELAXED);

    if (t - __atomic_load_n(&head, __ATOMIC_ACQUIRE) == RING)
        return 0;
    ring[t % RING] = v;
    __atomic_store_n(&tail, t + 1, __ATOMIC_RELEASE);
    return 1;
}

static NOINLINE int get(uint64_t *v)
{
    uint32_t h = __atomic_load_n(&head, __ATOMIC_RELAXED);

    if (h == __atomic_load_n(&tail, __ATOMIC_ACQUIRE))
        return 0;
    *v = ring[h % RING];
    __atomic_store_n(&head, h + 1, __ATOMIC_RELEASE);
    return 1;
}

static NOINLINE void lock(void)
{
    uint32_t mine = __atomic_fetch_add(&ticket, 1, __ATOMIC_RELAXED);

    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != mine)
        ;
}

static NOINLINE void unlock(void)
{
    __atomic_store_n(&turn, __atomic_load_n(&turn, __ATOMIC_RELAXED) + 1, __ATOMIC_RELEASE);
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 83, h = 0, v = 0;

    while (n--) {
        uint64_t r = rnd(&seed);

        for (unsigned i = 0; i < (r & 7); i++)
            h += (unsigned)put(r + i);
        for (unsigned i = 0; i < (r >> 61); i++)
            h = get(&v) ? mix(h, v) : h + 1;
        __atomic_add_fetch(&refs, 1, __ATOMIC_RELAXED);
        lock();
        h += ring[r % RING];
        unlock();
        if (__atomic_sub_fetch(&refs, 1, __ATOMIC_ACQ_REL) == 0)
            abort();
    }
    return h;
}

KERNEL(run, 10000000)
