/* Processes that end at any moment, by any thread, while others map, fork, spawn, make threads, and run new code: exit_group, exec, SIGKILL
 * from outside, a signal's default action, a fault. Some are stopped and continued before. Their parent sees the end that was meant. */
#include "t.h"
#include <spawn.h>
#include <sys/syscall.h>

extern char **environ;
static char *self;

enum { EXITS, EXECS, IS_KILLED, TERMINATES, FAULTS, KINDS };
static atomic_int at_work;

static unsigned roll(unsigned *s) { return (*s = *s * 1664525 + 1013904223) >> 16; }

static void *maps(void *arg)
{
    unsigned seed = (unsigned)(long)arg;

    atomic_fetch_add(&at_work, 1);
    for (;;) {
        size_t n = 4096 * (1 + roll(&seed) % 32);
        char *p = mmap(NULL, n, PROT_READ | PROT_WRITE | (seed & 1 << 20 ? PROT_EXEC : 0), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        p[n / 2] = 1;
        mprotect(p, n, PROT_READ);
        munmap(p, n);
    }
    return NULL;
}

static void *forks(void *arg)
{
    atomic_fetch_add(&at_work, 1);
    for (;;) {
        pid_t p = fork();

        if (!p)
            _exit(3);
        waitpid(p, NULL, 0);
    }
    return NULL;
}

static void *spawns(void *arg)
{
    char *args[] = { self, "1", "nothing", NULL };

    atomic_fetch_add(&at_work, 1);
    for (;;) {
        pid_t p;

        if (!posix_spawn(&p, self, NULL, NULL, args, environ))
            waitpid(p, NULL, 0);
    }
    return NULL;
}

static void *short_one(void *arg) { return arg; }

static void *threads(void *arg)
{
    pthread_t t;

    atomic_fetch_add(&at_work, 1);
    for (;;)
        if (!pthread_create(&t, NULL, short_one, NULL))     /* EAGAIN while another is about to exec: copy_fs() in the kernel */
            join(t);
    return NULL;
}

#define F(n) static __attribute__((noinline)) unsigned f##n(unsigned x) \
{ \
    for (int i = 0; i < 40; i++) \
        x = x * (n * 2 + 5) + (x >> (n % 13 + 1)) + n; \
    return x; \
}
#define F8(n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7)
F8(1) F8(2) F8(3) F8(4)
#define P8(n) f##n##0, f##n##1, f##n##2, f##n##3, f##n##4, f##n##5, f##n##6, f##n##7,
static unsigned (*const func[])(unsigned) = { P8(1) P8(2) P8(3) P8(4) };

static void *computes(void *arg)
{
    unsigned seed = (unsigned)(long)arg, sum = 0;

    atomic_fetch_add(&at_work, 1);
    for (;;)
        sum += func[roll(&seed) % 32](sum);
    return (void *)(long)sum;
}

static void *ends(void *arg)
{
    long kind = (long)arg & 0xff, delay = (long)arg >> 8;
    char *args[] = { self, "1", "exit", NULL };

    usleep(delay);
    if (kind == EXITS)
        syscall(SYS_exit_group, 40);
    if (kind == EXECS)
        execv(self, args);
    if (kind == TERMINATES)
        kill(getpid(), SIGTERM);
    if (kind == FAULTS)
        *(volatile int *)16 = 1;
    for (;;)
        pause();
}

static void child(int kind, unsigned seed)
{
    void *(*const work[])(void *) = { maps, forks, spawns, threads, computes };
    unsigned first = roll(&seed);
    long delay = roll(&seed) % 8000;

    for (int i = 0; i < 4; i++)
        start(work[(first + (unsigned)i) % 5], (void *)(long)roll(&seed));
    while (at_work < 2)
        usleep(100);
    if (seed & 1 << 17)
        ends((void *)(long)(kind | delay << 8));
    start(ends, (void *)(long)(kind | delay << 8));
    work[(first + 4) % 5]((void *)(long)seed);
}

static int one(int kind, unsigned seed)
{
    const int want[] = { 40 << 8, 41 << 8, SIGKILL, SIGTERM, SIGSEGV };
    pid_t p = fork();
    int st = -1, stop = (seed & 3) == 0;

    if (!p) {
        child(kind, seed);
        _exit(97);
    }
    usleep(roll(&seed) % 12000);
    if (stop) {
        kill(p, SIGSTOP);
        usleep(roll(&seed) % 3000);
        kill(p, SIGCONT);
    }
    if (kind == IS_KILLED)
        kill(p, SIGKILL);
    if (waitpid(p, &st, 0) != p || (st & 0xff7f) != want[kind])
        printf("%d, seed %u: status %#x\n", kind, seed, st);
    return (st & 0xff7f) == want[kind];
}

int main(int argc, char **argv)
{
    unsigned seed = 12345;
    int good = 0;

    self = argv[0];
    if (argc > 2)
        return argv[2][0] == 'e' ? 41 : 0;
    for (long i = 0; i < 30 * size_arg(argc, argv); i++)
        good += one((int)(i % KINDS), roll(&seed));
    printf("%d as meant\n", good);
}
