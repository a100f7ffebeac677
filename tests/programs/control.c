/* Control that leaves and enters functions sideways: longjmp with values in saved registers, signals that jump, alarms that
 * interrupt loops and sleeping calls, coroutines. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static jmp_buf env;
static sigjmp_buf sigenv;
static volatile sig_atomic_t ticks, alarms;
static char alternate[65536];

/* What setjmp saved must come back, whatever the callee did to the saved registers. */
__attribute__((noinline)) static void spoil(int n, long a, double x)
{
    long i0 = a, i1 = a * 3, i2 = a * 5, i3 = a ^ 7, i4 = ~a, i5 = a << 2, i6 = a - 9, i7 = a | 1, i8 = a * a, i9 = -a;
    double d0 = x, d1 = x * 3, d2 = x * 5, d3 = x - 7, d4 = -x, d5 = x / 2, d6 = x * x, d7 = x + 1;

    for (int k = 0; k < 3; k++) {
        __asm__ volatile("" : "+r"(i0), "+r"(i1), "+r"(i2), "+r"(i3), "+r"(i4), "+r"(i5), "+r"(i6), "+r"(i7), "+r"(i8), "+r"(i9));
        if (n == 0)
            longjmp(env, (int)(i0 & 63) + k);
        spoil(n - 1, i0 + i1 + i2 + i3 + i4 + i5 + i6 + i7 + i8 + i9, d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7);
    }
}

__attribute__((noinline)) static double across(int n)
{
    const long a = n * 3 + 1, b = n * 5 + 2, c = n * 7 + 3, d = n ^ 99, e = n * n;
    const double p = n * 0.5, q = n * 0.25, r = n + 0.125, s = n - 0.5, t = n * 1.5, u = n / 3.0;
    int got = setjmp(env);

    if (!got)
        spoil(n % 9, n, p);
    return (double)(a + b * 2 + c * 3 + d * 5 + e * 7) + p + q * 2 + r * 3 + s * 5 + t * 7 + u * 11 + got;
}

static void on_fault(int sig, siginfo_t *si, void *uc)
{
    (void)uc;
    siglongjmp(sigenv, sig == SIGSEGV ? (int)(long)si->si_addr : 1);
}

static void on_alarm(int sig) { (void)sig, alarms++; }
static void on_tick(int sig)
{
    if (++ticks == 20)
        siglongjmp(sigenv, sig);
}

static void faults(void)
{
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    stack_t ss = {.ss_sp = alternate, .ss_size = sizeof alternate};

    sigaltstack(&ss, NULL);
    sigaction(SIGSEGV, &sa, NULL);
    for (volatile int i = 1; i < 6; i++) {
        volatile long kept = i * 77;
        int r = sigsetjmp(sigenv, 1);

        if (!r)
            *(volatile int *)(long)(i * 16) = 3;
        printf("fault at %d, %ld\n", r, kept);
    }
}

static void timers(void)
{
    struct sigaction sa = {.sa_handler = on_alarm};
    struct itimerval it = {{0, 2000}, {0, 2000}}, off = {{0, 0}, {0, 0}};
    volatile unsigned long spins = 0;
    struct timespec ts = {5, 0};
    sigset_t none;

    sigaction(SIGALRM, &sa, NULL);
    alarm(1);
    printf("pause %d %d\n", pause(), errno == EINTR);
    alarm(1);
    while (alarms < 2)
        spins++; /* compiled code that nothing leaves but the handler */
    alarm(1);
    printf("sleep %d", nanosleep(&ts, &ts));
    printf(" %d %d %d\n", errno == EINTR, ts.tv_sec >= 3, alarms);
    sa.sa_handler = on_tick;
    sigaction(SIGVTALRM, &sa, NULL);
    sigaction(SIGALRM, &sa, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    if (!sigsetjmp(sigenv, 1))
        for (;;)
            spins = spins * 3 + 1;
    setitimer(ITIMER_REAL, &off, NULL);
    printf("ticks %d\n", ticks);
    sigprocmask(SIG_BLOCK, NULL, &none);
    printf("blocked %d\n", sigismember(&none, SIGALRM));
}

static ucontext_t home, co[4];
static char stack[4][65536];
static double produced[4];
static int order[64], norder;

static void body(int id, int step, int a3, int a4, int a5, int a6, int a7, int a8)
{
    double x = id + 0.5, y = 1; /* live over the switches, in saved registers */
    long sum = a3 + a4 * 2 + a5 * 3 + a6 * 4 + a7 * 5 + a8 * 6;

    for (int i = 0; i < 100; i++) {
        x = x * 1.01 + y, y = y * 0.99 + step;
        sum += i * step;
        if (norder < 64)
            order[norder++] = id * 1000 + i;
        swapcontext(&co[id], &co[(id + step) % 4]);
    }
    produced[id] = x + y + sum;
}

static void coroutines(void)
{
    for (int i = 0; i < 4; i++) {
        getcontext(&co[i]);
        co[i].uc_stack.ss_sp = stack[i];
        co[i].uc_stack.ss_size = sizeof stack[i];
        co[i].uc_link = &home;
        makecontext(&co[i], (void (*)(void))body, 8, i, 1, i, 2, 3, 4, 5, 6);
    }
    swapcontext(&home, &co[0]);
    for (int i = 0; i < 4; i++)
        if (produced[i] == 0)
            swapcontext(&home, &co[i]);
    for (int i = 0; i < 4; i++)
        printf("%.9f ", produced[i]);
    int h = 0;
    for (int i = 0; i < norder; i++)
        h = h * 31 + order[i];
    volatile int rounds = 0;
    ucontext_t again;
    getcontext(&again);
    if (++rounds < 5)
        setcontext(&again);
    printf("%d %d\n", h, rounds);
}

int main(void)
{
    for (int i = 0; i < 200; i++)
        printf("%.6f%c", across(i), i % 8 == 7 ? '\n' : ' ');
    faults();
    timers();
    coroutines();
    return 0;
}
