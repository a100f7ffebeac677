/* A treap: recursive insertion, removal and in-order walks with a callback. */
#include "kernel.h"

struct node { uint32_t key, prio; struct node *kid[2]; };

static struct node pool[1 << 15], *spare;

static NOINLINE struct node *rotate(struct node *t, unsigned side)
{
    struct node *k = t->kid[side];

    t->kid[side] = k->kid[!side];
    k->kid[!side] = t;
    return k;
}

static NOINLINE struct node *insert(struct node *t, struct node *n)
{
    unsigned side;

    if (!t)
        return n;
    side = n->key > t->key;
    t->kid[side] = insert(t->kid[side], n);
    return t->kid[side]->prio > t->prio ? rotate(t, side) : t;
}

static NOINLINE struct node *merge(struct node *a, struct node *b)
{
    if (!a || !b)
        return a ? a : b;
    if (a->prio > b->prio) {
        a->kid[1] = merge(a->kid[1], b);
        return a;
    }
    b->kid[0] = merge(a, b->kid[0]);
    return b;
}

static NOINLINE struct node *cut(struct node *t, uint32_t key)
{
    if (!t)
        return NULL;
    if (t->key == key) {
        struct node *m = merge(t->kid[0], t->kid[1]);

        t->kid[0] = spare;
        spare = t;
        return m;
    }
    t->kid[key > t->key] = cut(t->kid[key > t->key], key);
    return t;
}

static NOINLINE void walk(const struct node *t, void (*visit)(uint32_t, uint64_t *), uint64_t *h)
{
    if (!t)
        return;
    walk(t->kid[0], visit, h);
    visit(t->key, h);
    walk(t->kid[1], visit, h);
}

static NOINLINE void visit_hash(uint32_t key, uint64_t *h) { *h = *h * 31 + key; }
static NOINLINE void visit_sum(uint32_t key, uint64_t *h) { *h += key; }

static uint64_t run(unsigned long n)
{
    uint64_t seed = 17, h = 0;
    struct node *root = NULL;

    for (unsigned i = 0; i < sizeof(pool) / sizeof(pool[0]); i++) {
        pool[i].kid[0] = spare;
        spare = &pool[i];
    }
    for (unsigned long i = 0; i < n; i++) {
        struct node *x = spare;
        uint64_t r = rnd(&seed);

        if (x) {
            spare = x->kid[0];
            *x = (struct node){ (uint32_t)r & 0x3fff, (uint32_t)(r >> 32), { NULL, NULL } };
            root = insert(root, x);
        }
        root = cut(root, (uint32_t)(r >> 20) & 0x3fff);
        if (i % 4096 == 0)
            walk(root, i & 4096 ? visit_hash : visit_sum, &h);
    }
    return h;
}

KERNEL(run, 900000)
