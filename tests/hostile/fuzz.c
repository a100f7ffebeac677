/* The libFuzzer targets, driven by our own mutations: for machines without libFuzzer, and for `make check`. Seeds are the files
 * given, and random bytes for targets that read instructions. */
#include "passes/lift/guest.h"
#include "tests/hostile/hostile.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

typedef int target_fn(const uint8_t *p, size_t n);

/* NAME: fuzz_NAME is the target of some x_fuzz.c (hostile.mk says which); bytes: random input is as good as any. */
#define TARGET(name, bytes, len) target_fn fuzz_##name;
#include "tests/hostile/targets.def"

static const struct target { const char *name; target_fn *fn; bool bytes; size_t len; } target[] = {
#define TARGET(name, bytes, len) { #name, fuzz_##name, bytes, len },
#include "tests/hostile/targets.def"
};

static const struct target *find(const char *name)
{
    for (size_t i = 0; i < sizeof target / sizeof target[0]; i++)
        if (!strcmp(target[i].name, name))
            return &target[i];
    return NULL;
}

bool fuzz_target_known(const char *name) { return find(name) != NULL; }

static void random_bytes(struct rng *r, struct buf *b, size_t max)
{
    size_t n = 1 + below(r, max);

    buf_splice(b, 0, b->n, NULL, n);
    for (size_t i = 0; i < n; i++)
        b->p[i] = (uint8_t)rnd(r);
}

/* An option byte, then instructions of random rows; branches stay near. */
static void random_code(struct rng *r, struct buf *b, size_t max)
{
    const struct guest *g = guest_by_machine(EM_RISCV);
    struct guest_rng gr = { .s = { rnd(r), rnd(r) } };
    uint8_t option = (uint8_t)rnd(r), insn[16];

    buf_set(b, &option, 1);
    for (size_t n = 4 + below(r, max); b->n < n;) {
        unsigned len = g->encode_random((uint32_t)below(r, g->nrow), &gr, 2 * ((int64_t)below(r, 60) - 30), insn);

        buf_splice(b, b->n, 0, insn, len);
    }
}

/* From a block of its own size, so that ASan sees the first byte beyond. */
static void feed(const struct target *t, const struct buf *b)
{
    uint8_t *exact = malloc(b->n);

    if (b->n && !exact)
        exit(3);
    if (b->n)
        memcpy(exact, b->p, b->n);
    t->fn(exact, b->n);
    free(exact);
}

void hostile_fuzz(const struct job *j)
{
    const struct target *t = find(j->what);
    struct buf seed = { 0 }, b = { 0 };

    mutant(j, 0);
    for (int k = 0; k < j->nfile && j->only < 0; k++) {         /* some seeds are old crashes */
        if (!buf_read(&seed, j->file[k]))
            exit(3);
        feed(t, &seed);
    }
    for (uint64_t i = 0; i < j->count; i++) {
        struct rng r = mutant(j, i);
        int k = j->nfile ? (int)below(&r, (uint64_t)j->nfile) : -1;

        if (j->only >= 0 && (uint64_t)j->only != i)
            continue;
        if (k < 0 || (t->bytes && one_in(&r, 2))) {
            if (t->bytes && !one_in(&r, 4))
                random_code(&r, &b, t->len);
            else
                random_bytes(&r, &b, t->len);
        } else {
            if (!buf_read(&seed, j->file[k]))
                exit(3);
            buf_set(&b, seed.p, seed.n < t->len ? seed.n : t->len);
            mutate_raw(&r, &b);
        }
        feed(t, &b);
        fate(ACCEPTED);
    }
    buf_free(&seed);
    buf_free(&b);
}
