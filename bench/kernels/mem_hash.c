/* An open-addressing hash table with growth, lookups and deletions. */
#include "kernel.h"

struct table { uint64_t *key; uint32_t *val; uint64_t cap, n; };

static uint64_t spread(uint64_t k)
{
    k ^= k >> 33;
    k *= 0xff51afd7ed558ccdu;
    return k ^ k >> 33;
}

static uint32_t *slot(struct table *t, uint64_t key)
{
    uint64_t i = spread(key) & (t->cap - 1);

    while (t->key[i] && t->key[i] != key)
        i = (i + 1) & (t->cap - 1);
    if (!t->key[i]) {
        t->key[i] = key;
        t->val[i] = 0;
        t->n++;
    }
    return &t->val[i];
}

static void grow(struct table *t)
{
    struct table n = { calloc(t->cap * 2, 8), calloc(t->cap * 2, 4), t->cap * 2, 0 };

    for (uint64_t i = 0; i < t->cap; i++)
        if (t->key[i])
            *slot(&n, t->key[i]) = t->val[i];
    free(t->key);
    free(t->val);
    *t = n;
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 61, h = 0;

    while (n--) {
        struct table t = { calloc(64, 8), calloc(64, 4), 64, 0 };

        for (unsigned i = 0; i < 100000; i++) {
            uint64_t key = rnd(&seed) % 30000 + 1;
            uint32_t *v;

            if (t.n * 4 >= t.cap * 3)
                grow(&t);
            v = slot(&t, key);
            h += ++*v;
        }
        h = mix(h, t.n);
        free(t.key);
        free(t.val);
    }
    return h;
}

KERNEL(run, 150)
