/* litmus ROUNDS THREADS [NAME]   litmus tests of the guest's memory model: the classic shapes over plain, ordered, exclusive and atomic
 * accesses. One line per test with how often its outcome of interest was seen; a forbidden one fails. ROUNDS are for all tests together;
 * as many copies of a test run side by side as make THREADS (at least one). NAME: only the tests whose names begin so.
 *
 * A round is one cell of a padded array; the threads of a test go through CELLS cells without waiting, meet, and the last one to
 * come looks at all registers and cells. Rows and verdicts: rows_GUEST.h; what the letters are: ops_GUEST.h.
 * Static, pthreads; also under qemu-user. Ends "N rounds of M tests, K relaxed outcomes seen, F forbidden ones". */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 64, MAXT = 4, MAXCOPIES = 8 };
enum verdict { ALLOW, FORBID };

struct cell { uint32_t x, pad0[15], y, pad1[15], z; struct cell *self; } __attribute__((aligned(64)));

#if defined(__aarch64__)
#include "ops_aarch64.h"
#define ROWS "rows_aarch64.h"
#elif defined(__riscv)
#include "ops_riscv64.h"
#define ROWS "rows_riscv64.h"
#else
#error "for a guest"
#endif

/* What a test's threads read: registers 0 and 1 of each. */
struct seen { uint32_t r[MAXT][2][CELLS]; };

typedef void body(struct cell *c, uint32_t *out0, uint32_t *out1);

#define BODY(name, ...)                                                                                                 \
    static void name(struct cell *c, uint32_t *out0, uint32_t *out1)                                                    \
    {                                                                                                                   \
        for (unsigned i_ = 0; i_ < CELLS; i_++, c++) {                                                                  \
            uint32_t r0 = 0, r1 = 0;                                                                                    \
            __VA_ARGS__;                                                                                                \
            out0[i_] = r0, out1[i_] = r1;                                                                               \
        }                                                                                                               \
    }

/* Time for another thread's stores between two loads: more instructions than a processor looks ahead. */
#define SLOW do { uint64_t t_ = 3; __asm__ volatile(".rept 480\nmul %0, %0, %0\n.endr" : "+r"(t_)); } while (0)

/* ---- the bodies ---- */

#define MP(t, v, a, f, b, l, g, m)  BODY(mp_##t##_0, a(x, 1); f; b(y, 1)) BODY(mp_##t##_1, l(r0, y); g; m(r1, x))
#define MPR(t, v, a, f, b, l, g, m) BODY(mpr_##t##_0, a(x, 1); f; b(y, 1)) BODY(mpr_##t##_1, LD(r1, x); SLOW; l(r0, y); g; m(r1, x))
#define MPF(t, v, a, f, b, l, g, m) BODY(mpf_##t##_0, a(x, 1); f; b(y, 1)) BODY(mpf_##t##_1, ST(x, 2); l(r0, y); g; m(r1, x))
#define SB(t, v, a, f, l)           BODY(sb_##t##_0, a(x, 1); f; l(r0, y)) BODY(sb_##t##_1, a(y, 1); f; l(r0, x))
#define LB(t, v, l, f, a)           BODY(lb_##t##_0, l(r0, x); f; a(y, 1)) BODY(lb_##t##_1, l(r0, y); f; a(x, 1))
#define S(t, v, a, f, b, l, g, m)   BODY(s_##t##_0, a(x, 2); f; b(y, 1)) BODY(s_##t##_1, l(r0, y); g; m(x, 1))
#define R(t, v, a, f, b, m, g, l)   BODY(r_##t##_0, a(x, 1); f; b(y, 1)) BODY(r_##t##_1, m(y, 2); g; l(r0, x))
#define TWO(t, v, a, f, b)          BODY(two_##t##_0, a(x, 1); f; b(y, 2)) BODY(two_##t##_1, a(y, 1); f; b(x, 2))
#define WRC(t, v, l, f, a, m, g, n)                                                                                     \
    BODY(wrc_##t##_0, ST(x, 1)) BODY(wrc_##t##_1, l(r0, x); f; a(y, 1)) BODY(wrc_##t##_2, m(r0, y); g; n(r1, x))
#define RWC(t, v, l, f, m, a, g, n)                                                                                     \
    BODY(rwc_##t##_0, ST(x, 1)) BODY(rwc_##t##_1, l(r0, x); f; m(r1, y)) BODY(rwc_##t##_2, a(y, 1); g; n(r0, x))
#define IRIW(t, v, l, f, m)                                                                                             \
    BODY(iriw_##t##_0, ST(x, 1)) BODY(iriw_##t##_1, ST(y, 1))                                                           \
    BODY(iriw_##t##_2, l(r0, x); f; m(r1, y)) BODY(iriw_##t##_3, l(r0, y); f; m(r1, x))
#define CORR(t, v, l, m)            BODY(corr_##t##_0, ST(x, 1)) BODY(corr_##t##_1, l(r0, x); m(r1, x))
/* The same word by two addresses, of which one comes out of memory: the reading between may have seen more than the first one. */
#define CORRA(t, v, l)                                                                                                  \
    BODY(corra_##t##_0, ST(x, 1))                                                                                       \
    BODY(corra_##t##_1, struct cell *const k_ = c; uint32_t first_; uint64_t sum_;                                      \
         c = k_->self; struct cell *p_ = c; c = k_; l(first_, x); SLOW; c = p_; l(r0, x); c = k_; l(r1, x);                   \
         __asm__ volatile("" : "=r"(sum_) : "r"(first_)))
#define COWW(t, v, a)               BODY(coww_##t##_0, a(x, 1); a(x, 2)) BODY(coww_##t##_1, LD(r0, x); LD(r1, x))
#define COWR(t, v, a, l)            BODY(cowr_##t##_0, a(x, 1); l(r0, x)) BODY(cowr_##t##_1, a(x, 2))
#define CORW(t, v, l, a)            BODY(corw_##t##_0, l(r0, x); a(x, 1)) BODY(corw_##t##_1, a(x, 2))
#define INC(t, v, op)               BODY(inc_##t##_0, op(x)) BODY(inc_##t##_1, ST(x, 10))
#define FADD(t, v, op)              BODY(fadd_##t##_0, op(x)) BODY(fadd_##t##_1, ST(x, 10))
#include ROWS
#undef MP
#undef MPR
#undef MPF
#undef SB
#undef LB
#undef S
#undef R
#undef TWO
#undef WRC
#undef RWC
#undef IRIW
#undef CORR
#undef CORRA
#undef COWW
#undef COWR
#undef CORW
#undef INC
#undef FADD

/* ---- outcomes of interest: g(t, k) is register k of thread t ---- */

#define LOOK(name, cond)                                                                                                \
    static unsigned name(const struct cell *c, const struct seen *s)                                                    \
    {                                                                                                                   \
        unsigned n = 0;                                                                                                 \
        for (unsigned i = 0; i < CELLS; i++, c++)                                                                       \
            n += (cond);                                                                                                \
        return n;                                                                                                       \
    }
#define g(t, k) s->r[t][k][i]
LOOK(look_mp, g(1, 0) == 1 && g(1, 1) == 0)
LOOK(look_mpf, g(1, 0) == 1 && g(1, 1) == 2 && c->x == 1)
LOOK(look_sb, g(0, 0) == 0 && g(1, 0) == 0)
LOOK(look_lb, g(0, 0) == 1 && g(1, 0) == 1)
LOOK(look_s, g(1, 0) == 1 && c->x == 2)
LOOK(look_r, c->y == 2 && g(1, 0) == 0)
LOOK(look_two, c->x == 1 && c->y == 1)
LOOK(look_wrc, g(1, 0) == 1 && g(2, 0) == 1 && g(2, 1) == 0)
LOOK(look_rwc, g(1, 0) == 1 && g(1, 1) == 0 && g(2, 0) == 0)
LOOK(look_iriw, g(2, 0) == 1 && g(2, 1) == 0 && g(3, 0) == 1 && g(3, 1) == 0)
LOOK(look_corr, g(1, 0) == 1 && g(1, 1) == 0)
LOOK(look_coww, c->x != 2 || g(1, 0) > g(1, 1))
LOOK(look_cowr, g(0, 0) == 0 || (g(0, 0) == 2 && c->x == 1))
LOOK(look_corw, g(0, 0) == 1 || (g(0, 0) == 2 && c->x == 2))
/* An increment that read 0 and stored after the other's 10, or is missing. */
LOOK(look_inc, g(0, 1) == 0 && (g(0, 0) == 0 ? c->x != 10 : c->x != 11))
LOOK(look_fadd, g(0, 0) == 0 ? c->x != 10 : c->x != 11)
#undef g

struct test { const char *name; enum verdict verdict; unsigned nthread; unsigned (*look)(const struct cell *, const struct seen *); body *body[MAXT]; };

#define T2(sh, t, v, lk) { #sh "+" #t, v, 2, look_##lk, { sh##_##t##_0, sh##_##t##_1 } },
#define T3(sh, t, v, lk) { #sh "+" #t, v, 3, look_##lk, { sh##_##t##_0, sh##_##t##_1, sh##_##t##_2 } },
#define MP(t, v, ...) T2(mp, t, v, mp)
#define MPR(t, v, ...) T2(mpr, t, v, mp)
#define MPF(t, v, ...) T2(mpf, t, v, mpf)
#define SB(t, v, ...) T2(sb, t, v, sb)
#define LB(t, v, ...) T2(lb, t, v, lb)
#define S(t, v, ...) T2(s, t, v, s)
#define R(t, v, ...) T2(r, t, v, r)
#define TWO(t, v, ...) T2(two, t, v, two)
#define WRC(t, v, ...) T3(wrc, t, v, wrc)
#define RWC(t, v, ...) T3(rwc, t, v, rwc)
#define IRIW(t, v, ...) { "iriw+" #t, v, 4, look_iriw, { iriw_##t##_0, iriw_##t##_1, iriw_##t##_2, iriw_##t##_3 } },
#define CORR(t, v, ...) T2(corr, t, v, corr)
#define CORRA(t, v, ...) T2(corra, t, v, corr)
#define COWW(t, v, ...) T2(coww, t, v, coww)
#define COWR(t, v, ...) T2(cowr, t, v, cowr)
#define CORW(t, v, ...) T2(corw, t, v, corw)
#define INC(t, v, ...) T2(inc, t, v, inc)
#define FADD(t, v, ...) T2(fadd, t, v, fadd)
static const struct test tests[] = {
#include ROWS
};
enum { NTESTS = sizeof tests / sizeof *tests };

/* ---- the threads ---- */

struct copy {
    struct cell cell[CELLS];
    struct seen seen;
    unsigned arrived __attribute__((aligned(64))), batch;
    unsigned long witnessed;
};

static struct copy copies[MAXCOPIES];
static const struct test *now;              /* the test that runs */
static unsigned long batches;               /* per copy */
static unsigned spin;                       /* looks before a waiting thread gives its processor away */
static pthread_barrier_t gate;

static void wait_for(const unsigned *p, unsigned old)
{
    for (unsigned n = 0; __atomic_load_n(p, __ATOMIC_SEQ_CST) == old; n++)
        if (n >= spin)
            sched_yield(), n = 0;
}

/* The last one to come judges, and cleans up for the next batch. */
static void meet(struct copy *k, unsigned nthread)
{
    unsigned batch = __atomic_load_n(&k->batch, __ATOMIC_SEQ_CST);

    if (__atomic_add_fetch(&k->arrived, 1, __ATOMIC_SEQ_CST) < nthread) {
        wait_for(&k->batch, batch);
        return;
    }
    k->witnessed += now->look(k->cell, &k->seen);
    for (unsigned i = 0; i < CELLS; i++)
        k->cell[i].x = k->cell[i].y = k->cell[i].z = 0;
    k->arrived = 0;
    __atomic_store_n(&k->batch, batch + 1, __ATOMIC_SEQ_CST);
}

static void run_copy(struct copy *k, unsigned who)
{
    const struct test *t = now;
    uint32_t seed = who * 77 + 1;

    for (unsigned long b = 0; b < batches; b++) {
        seed = seed * 1664525 + 1013904223;
        for (volatile unsigned n = (seed >> 16) % 64; n; n--)      /* nobody is always the first */
            ;
        t->body[who](k->cell, k->seen.r[who][0], k->seen.r[who][1]);
        meet(k, t->nthread);
    }
}

/* A copy's threads on different processors: the scheduler puts those that wait for each other on one. */
static void pin(unsigned who)
{
    static cpu_set_t may;
    cpu_set_t one;
    int n;

    if (who == ~0u) {                       /* once, before there are threads */
        sched_getaffinity(0, sizeof may, &may);
        return;
    }
    who %= (unsigned)CPU_COUNT(&may);
    for (n = 0; !CPU_ISSET(n, &may) || who--; n++)
        ;
    CPU_ZERO(&one);
    CPU_SET(n, &one);
    sched_setaffinity(0, sizeof one, &one);
}

static void *worker(void *arg)
{
    unsigned id = (unsigned)(uintptr_t)arg;

    for (;;) {
        pthread_barrier_wait(&gate);
        if (!now)
            return NULL;
        if (id < now->nthread * MAXCOPIES && copies[id / now->nthread].batch != ~0u) {
            pin(id % now->nthread + id / now->nthread);
            run_copy(&copies[id / now->nthread], id % now->nthread);
        }
        pthread_barrier_wait(&gate);
    }
}

static unsigned long run_test(const struct test *t, unsigned nworker, unsigned long rounds, unsigned long *done)
{
    unsigned ncopy = nworker / t->nthread ? nworker / t->nthread : 1;
    unsigned long seen = 0;

    batches = rounds / CELLS / ncopy + 1;
    for (unsigned i = 0; i < MAXCOPIES; i++) {
        memset(&copies[i], 0, sizeof copies[i]);
        copies[i].batch = i < ncopy ? 0 : ~0u;
        for (unsigned j = 0; j < CELLS; j++)
            copies[i].cell[j].self = &copies[i].cell[j];
    }
    now = t;
    pthread_barrier_wait(&gate);
    pthread_barrier_wait(&gate);
    for (unsigned i = 0; i < ncopy; i++)
        seen += copies[i].witnessed;
    *done += batches * CELLS * ncopy;
    return seen;
}

int main(int argc, char **argv)
{
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000000, done = 0, forbidden = 0, relaxed = 0;
    unsigned nworker = argc > 2 ? (unsigned)atoi(argv[2]) : 2, ntest = 0;
    const char *only = argc > 3 ? argv[3] : "";
    pthread_t th[MAXT * MAXCOPIES];

    if (nworker < MAXT)
        nworker = MAXT;                     /* the others wait at the gate */
    if (nworker > MAXT * MAXCOPIES)
        nworker = MAXT * MAXCOPIES;
    spin = 3000;
    pin(~0u);
    pthread_barrier_init(&gate, NULL, nworker + 1);
    for (unsigned i = 0; i < nworker; i++)
        if (pthread_create(&th[i], NULL, worker, (void *)(uintptr_t)i))
            return perror("pthread_create"), 1;
    for (unsigned i = 0; i < NTESTS; i++)
        ntest += strncmp(tests[i].name, only, strlen(only)) == 0;
    for (unsigned i = 0; i < NTESTS; i++) {
        const struct test *t = &tests[i];
        unsigned use = argc > 2 && atoi(argv[2]) >= MAXT ? nworker : t->nthread;
        unsigned long seen;

        if (strncmp(t->name, only, strlen(only)) != 0)
            continue;
        seen = run_test(t, use, rounds / ntest, &done);
        if (t->verdict == FORBID)
            forbidden += seen;
        else
            relaxed += seen;
        if (seen || argc > 4)
            printf("%-20s %-9s %lu\n", t->name, t->verdict == FORBID ? "FORBIDDEN" : "allowed", seen);
    }
    now = NULL;
    pthread_barrier_wait(&gate);
    for (unsigned i = 0; i < nworker; i++)
        pthread_join(th[i], NULL);
    printf("%lu rounds of %u tests, %lu relaxed outcomes seen, %lu forbidden ones\n", done, ntest, relaxed, forbidden);
    return forbidden != 0;
}
