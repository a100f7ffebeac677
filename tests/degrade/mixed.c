/* Calls, jumps out of them and switches of stacks between functions that run from an image, from code compiled here, and
 * interpreted (a_*, b_*, c_*: the test chooses which is which). Each group prints what it computed; a wrong register shows in the
 * sums. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#define FN __attribute__((noinline, noclone))
enum { ROUNDS = 40 };

static volatile unsigned sink;
static unsigned depth_limit = 9;

/* ---- calls in every direction: each kind calls the three kinds, with values live across the call in saved registers */
#define CALLS(k) FN unsigned k##_calls(unsigned n, unsigned seed);
CALLS(a) CALLS(b) CALLS(c)
#define CALLS_BODY(k, x, y, z, m)                                                                         \
    FN unsigned k##_calls(unsigned n, unsigned seed)                                                      \
    {                                                                                                     \
        unsigned s0 = seed * m, s1 = seed + m, s2 = seed ^ n, s3 = seed - n;                              \
        if (n == 0)                                                                                       \
            return s0 ^ s1;                                                                               \
        unsigned r = x##_calls(n - 1, s0) + s1 * y##_calls(n - 1, s2);                                    \
        if (n % 3 == 0)                                                                                   \
            r ^= z##_calls(n - 1, s3) + s0;                                                               \
        return r * 3 + s0 + s1 * 5 + s2 * 7 + s3 * 11;                                                    \
    }
CALLS_BODY(a, b, c, a, 3) CALLS_BODY(b, c, a, b, 5) CALLS_BODY(c, a, b, c, 7)

/* ---- tail calls and calls through pointers */
typedef unsigned (*fn)(unsigned, unsigned);
#define TAIL(k, next) FN unsigned k##_tail(unsigned n, unsigned x) { return n ? next##_tail(n - 1, x * 5 + 1) : x; }
unsigned b_tail(unsigned, unsigned), c_tail(unsigned, unsigned);
TAIL(a, b) TAIL(b, c)
unsigned c_tail(unsigned n, unsigned x) { return n ? a_tail(n - 1, x ^ n) : x + 1; }
static fn volatile pointer[3] = { a_calls, b_calls, c_calls };

/* ---- setjmp and longjmp over frames of all kinds */
static jmp_buf back;
#define DEEP(k, next)                                                                                     \
    FN unsigned k##_deep(unsigned n, unsigned x)                                                          \
    {                                                                                                     \
        unsigned keep = x * 17 + n;                                                                       \
        if (n == 0)                                                                                       \
            longjmp(back, (int)(keep % 1000) + 1);                                                        \
        return next##_deep(n - 1, x + n) + keep;                                                          \
    }
unsigned b_deep(unsigned, unsigned), c_deep(unsigned, unsigned);
DEEP(a, b) DEEP(b, c) DEEP(c, a)
static unsigned (*const deep[3])(unsigned, unsigned) = { a_deep, b_deep, c_deep };

#define LAND(k)                                                                                           \
    FN unsigned k##_land(unsigned n, unsigned x)                                                          \
    {                                                                                                     \
        unsigned a = x * 3, b = x ^ 0x55, c = x - n;                                                      \
        int v = setjmp(back);                                                                             \
        if (!v)                                                                                           \
            return deep[n % 3](n, x);                                                                     \
        return (unsigned)v * 31 + a + b * 3 + c * 5;                                                      \
    }
LAND(a) LAND(b) LAND(c)

/* ---- callbacks: qsort and bsearch of libc with comparisons of all kinds */
#define COMPARE(k, expr)                                                                                  \
    FN int k##_compare(const void *p, const void *q)                                                      \
    {                                                                                                     \
        unsigned x = *(const unsigned *)p, y = *(const unsigned *)q;                                      \
        return expr;                                                                                      \
    }
COMPARE(a, x < y ? -1 : x > y)
COMPARE(b, x > y ? -1 : x < y)
COMPARE(c, (x % 97) != (y % 97) ? (x % 97 < y % 97 ? -1 : 1) : x < y ? -1 : x > y)

static unsigned sorted(int (*compare)(const void *, const void *), unsigned seed)
{
    unsigned v[100], h = 0;

    for (unsigned i = 0; i < 100; i++)
        v[i] = (seed = seed * 1103515245 + 12345) >> 8;
    unsigned key = v[50];
    qsort(v, 100, sizeof v[0], compare);
    const unsigned *at = bsearch(&key, v, 100, sizeof v[0], compare);
    for (unsigned i = 0; i < 100; i++)
        h = h * 31 + v[i];
    return h ^ (unsigned)(at ? at - v : 1000);
}

/* ---- signal handlers of all kinds that return, and that jump out of a loop */
static sigjmp_buf out_of_loop;
static volatile sig_atomic_t handled;

static void arm(void)
{
    struct itimerval soon = { .it_value.tv_usec = 300 };

    setitimer(ITIMER_REAL, &soon, NULL);
}

#define HANDLER(k)                                                                                        \
    FN void k##_handler(int sig) { handled += sig; sink += k##_calls(2, (unsigned)sig); }                 \
    FN void k##_leave(int sig) { siglongjmp(out_of_loop, sig); }                                          \
    FN unsigned k##_loop(unsigned n)                                                                      \
    {                                                                                                     \
        volatile unsigned keep = n;     /* the compiler knows of no way from the loop back here */         \
        unsigned x = n;                                                                                   \
        int v = sigsetjmp(out_of_loop, 1);                                                                \
        if (v)                                                                                            \
            return (unsigned)v * 3 + keep;                                                                \
        arm();                                                                                            \
        for (;;)                                                                                          \
            x = x * 5 + (x >> 3), sink = x;                                                               \
    }
HANDLER(a) HANDLER(b) HANDLER(c)
static void (*const handler[3])(int) = { a_handler, b_handler, c_handler }, (*const leave[3])(int) = { a_leave, b_leave, c_leave };
static unsigned (*const loop[3])(unsigned) = { a_loop, b_loop, c_loop };

static unsigned signals(unsigned i)
{
    handled = 0;
    signal(SIGUSR1, handler[i % 3]);
    raise(SIGUSR1);
    signal(SIGALRM, leave[i / 3 % 3]);
    return (unsigned)handled * 1000 + loop[(i + 1) % 3](i);
}

/* Faults: a handler jumps out of a store that is not allowed, in a function of each kind. */
#define FAULT(k)                                                                                          \
    FN unsigned k##_fault(unsigned n, volatile unsigned *p)                                               \
    {                                                                                                     \
        volatile unsigned keep = n * 7;                                                                   \
        int v = sigsetjmp(out_of_loop, 1);                                                                \
        if (v)                                                                                            \
            return (unsigned)v + keep;                                                                    \
        *p = n;                                                                                           \
        return 0;                                                                                         \
    }
FAULT(a) FAULT(b) FAULT(c)
static unsigned (*const fault[3])(unsigned, volatile unsigned *) = { a_fault, b_fault, c_fault };

/* ---- coroutines, each of one kind, that hand a token round */
static ucontext_t main_context, co[3];
static unsigned token;
#define COROUTINE(k, self, next)                                                                          \
    FN void k##_coroutine(void)                                                                           \
    {                                                                                                     \
        for (unsigned i = 0;; i++) {                                                                      \
            unsigned mine = token * 3 + i;                                                                \
            token = mine ^ k##_calls(2, mine);                                                            \
            swapcontext(&co[self], i % 4 == 3 ? &main_context : &co[next]);                               \
            token += mine;                                                                                \
        }                                                                                                 \
    }
COROUTINE(a, 0, 1) COROUTINE(b, 1, 2) COROUTINE(c, 2, 0)

static unsigned coroutines(void)
{
    static char stack[3][65536];
    void (*const body[3])(void) = { a_coroutine, b_coroutine, c_coroutine };

    token = 1;
    for (int i = 0; i < 3; i++) {
        getcontext(&co[i]);
        co[i].uc_stack.ss_sp = stack[i];
        co[i].uc_stack.ss_size = sizeof stack[i];
        makecontext(&co[i], body[i], 0);
    }
    for (int i = 0; i < 60; i++)
        swapcontext(&main_context, &co[i % 3]);
    return token;
}

/* ---- deep recursion across the kinds, far beyond what the host predicts */
#define RECURSE(k, next) FN unsigned k##_recurse(unsigned n) { return n ? next##_recurse(n - 1) * 3 + n : 1; }
unsigned b_recurse(unsigned), c_recurse(unsigned);
RECURSE(a, b) RECURSE(b, c) RECURSE(c, a)

int main(void)
{
    unsigned h = 0;

    for (unsigned i = 0; i < ROUNDS; i++)
        h = h * 31 + pointer[i % 3](depth_limit, i + 1);
    printf("calls %u\n", h);
    for (unsigned i = 0; i < ROUNDS; i++)
        h += a_tail(i, h) + b_tail(i, h) + c_tail(i, h);
    printf("tails %u\n", h);
    for (unsigned i = 0; i < ROUNDS; i++)
        h = h * 31 + a_land(i % 13, i) + b_land(i % 11, h) + c_land(i % 7, i);
    printf("jumps %u\n", h);
    for (unsigned i = 0; i < 12; i++)
        h = h * 31 + sorted(a_compare, i) + sorted(b_compare, i) + sorted(c_compare, i);
    printf("callbacks %u\n", h);
    for (unsigned i = 0; i < 36; i++)
        h = h * 31 + signals(i);
    printf("signals %u\n", h);
    signal(SIGSEGV, c_leave);
    for (unsigned i = 0; i < ROUNDS; i++)
        h = h * 31 + fault[i % 3](i, (unsigned *)8);
    printf("faults %u\n", h);
    printf("coroutines %u\n", coroutines());
    for (unsigned i = 0; i < 10; i++)
        h = h * 31 + a_recurse(20000 + i) + b_recurse(i) + c_recurse(300);
    printf("recursion %u\n", h);
    fprintf(stderr, "a word\n");
    return 7;
}
