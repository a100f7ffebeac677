/* A linked list in random memory order: chase, reverse, merge sort. */
#include "kernel.h"

struct item { struct item *next; uint32_t key, pad; };
enum { N = 1 << 14 };

static struct item *merge(struct item *a, struct item *b)
{
    struct item head, *end = &head;

    while (a && b) {
        struct item **min = a->key <= b->key ? &a : &b;

        end = end->next = *min;
        *min = (*min)->next;
    }
    end->next = a ? a : b;
    return head.next;
}

static struct item *sort(struct item *l)
{
    struct item *bin[20] = { NULL };

    while (l) {
        struct item *x = l;
        unsigned i = 0;

        l = l->next;
        x->next = NULL;
        for (; bin[i]; i++) {
            x = merge(bin[i], x);
            bin[i] = NULL;
        }
        bin[i] = x;
    }
    for (unsigned i = 0; i < 20; i++)
        l = bin[i] ? merge(bin[i], l) : l;
    return l;
}

static uint64_t run(unsigned long n)
{
    static struct item pool[N];
    uint64_t seed = 53, h = 0;
    struct item *l = NULL;

    for (unsigned i = 0; i < N; i++) {
        pool[i * 7919u % N].next = l;
        l = &pool[i * 7919u % N];
    }
    while (n--) {
        struct item *rev = NULL;

        for (struct item *p = l; p; p = p->next) {
            p->key = (uint32_t)rnd(&seed);
            h += p->key >> 3;
        }
        l = sort(l);
        for (struct item *p = l, *next; p; p = next) {
            next = p->next;
            p->next = rev;
            rev = p;
        }
        l = rev;
        h = mix(h, l->key);
    }
    return h;
}

KERNEL(run, 160)
