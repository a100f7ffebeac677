/* What the lockstep and perf tests run: functions to seed errors in, floating point, signals, faults, counters, atomics, children. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))

NOINLINE double kernel(double *a, int n)
{
    double s = 0;

    for (int i = 0; i < n; i++) {
        a[i] = sqrt(a[i] + i) * 1.5;
        s += a[i];
    }
    return s;
}

/* a and b are the same: what is stored must be loaded. */
NOINLINE long alias(long *a, long *b)
{
    long x = *a;

    *b = x + 1;
    return x + *a;
}

NOINLINE double signs(double x, double y) { return copysign(x, y) * 3 + fabs(y) - copysign(1.5, -x); }

NOINLINE long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

NOINLINE uint64_t hot(uint64_t n)
{
    uint64_t x = 1;

    while (n--) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    return x;
}

static sigjmp_buf back;
static volatile sig_atomic_t faults, ticks;
static volatile uint64_t spins;

static void on_fault(int sig, siginfo_t *si, void *uc)
{
    faults += sig == SIGBUS || si->si_addr == (void *)0x18;
    siglongjmp(back, 1);
}

static void on_tick(int sig) { ticks++; }

NOINLINE uint64_t reads_null(uint64_t *p, uint64_t x)
{
    for (uint64_t i = 0; i < 10; i++)
        x = x * 3 + p[3];
    return x;
}

NOINLINE void writes(char *p, int n)
{
    for (int i = 0; i < n; i += 512)
        p[i] = (char)(n + i / 512);
}

static void signals(void)
{
    struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    char *file = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(tmpfile()), 0);    /* all behind its end */

    sigaction(SIGSEGV, &sa, NULL);
    for (volatile int i = 0; i < 40; i++)
        if (!sigsetjmp(back, 1))
            spins += reads_null(NULL, (uint64_t)i);
    sigaction(SIGBUS, &sa, NULL);
    for (volatile int i = 0; i < 40; i++)
        if (!sigsetjmp(back, 1))
            writes(file + 4096 * (i & 1), 4096);
    signal(SIGALRM, on_tick);
    ualarm(2000, 2000);
    while (ticks < 6)
        spins++;
    ualarm(0, 0);
    printf("faults %d, ticks come\n", (int)faults);
}

NOINLINE uint64_t counters(uint64_t last)
{
    uint64_t a, b;

#if defined(__riscv)
    __asm__ volatile("rdtime %0\n\trdcycle %1" : "=r"(a), "=r"(b));
#else
    __asm__ volatile("mrs %0, cntvct_el0\n\tisb\n\tmrs %1, cntvct_el0" : "=r"(a), "=r"(b));
#endif
    return a >= last && b ? a : 0;
}

static void children(char *self, int depth)
{
    char arg[16];
    pid_t p = fork();

    if (p == 0) {
        printf("child %d: %ld\n", depth, fib(12 + depth));
        fflush(stdout);
        snprintf(arg, sizeof arg, "%d", depth + 1);
        if (depth < 2)
            execl(self, self, arg, (char *)0);
        exit(0);
    }
    waitpid(p, NULL, 0);
}

int main(int argc, char **argv)
{
    static double a[100];
    static atomic_int n;
    double s = 0;
    uint64_t last = 1;
    static long aliased = 3;

    if (argc > 2) {
        printf("%d %016lx\n", (int)getpid(), (unsigned long)hot(strtoul(argv[2], NULL, 0)));
        fflush(stdout);
        if (fork() == 0) {
            printf("%d %016lx\n", (int)getpid(), (unsigned long)hot(1000));
            return 0;
        }
        wait(NULL);
        return 0;
    }
    if (argc > 1) {
        children(argv[0], atoi(argv[1]));
        return 0;
    }
    for (int i = 0; i < 50; i++) {
        s += kernel(a, 100) + signs(i - 20, 10 - i);
        aliased += alias(&aliased, &aliased) & 0xff;
        last = counters(last);
        atomic_fetch_add(&n, i);
    }
    char *big = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 1 << 20; i += 64)
        big[i] = (char)(i >> 6);
    memmove(big + 100, big, 500000);
    printf("%.6f %ld %ld %d %d %d %016lx\n", s, aliased, fib(16), last != 0, n, big[4196], (unsigned long)hot(5000));
    signals();
    fflush(stdout);
    children(argv[0], 1);
    return 0;
}
