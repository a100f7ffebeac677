/* libc's qsort and bsearch with comparison callbacks over records. */
#include "kernel.h"

struct rec { uint32_t key, weight; };
enum { N = 8000 };

static int by_key(const void *a, const void *b)
{
    const struct rec *x = a, *y = b;

    return x->key < y->key ? -1 : x->key > y->key ? 1 : (x->weight > y->weight) - (x->weight < y->weight);
}

static int by_weight(const void *a, const void *b)
{
    const struct rec *x = a, *y = b;

    return x->weight < y->weight ? -1 : x->weight > y->weight ? 1 : (x->key > y->key) - (x->key < y->key);
}

static uint64_t run(unsigned long n)
{
    static struct rec v[N];
    uint64_t seed = 23, h = 0;

    while (n--) {
        for (unsigned i = 0; i < N; i++)
            v[i] = (struct rec){ (uint32_t)rnd(&seed) % 50000, (uint32_t)(seed >> 40) };
        qsort(v, N, sizeof(v[0]), by_weight);
        h = mix(h, v[N / 3].key);
        qsort(v, N, sizeof(v[0]), by_key);
        h = mix(h, v[N / 3].weight);
        for (unsigned i = 0; i < N; i++) {
            struct rec want = { (uint32_t)rnd(&seed) % 50000, 0 }, *r = bsearch(&want, v, N, sizeof(v[0]), by_key);

            h += r ? r->weight : want.key;
        }
    }
    return h;
}

KERNEL(run, 180)
