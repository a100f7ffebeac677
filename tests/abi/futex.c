/* Every operation of futex(2), and the calls of Linux 5.16 and 6.7, between threads and processes. */
#include "../syscalls/t.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/time.h>
#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#define F(a, op, v, to, b, v3) syscall(SYS_futex, a, op, v, to, b, v3)
enum { FUTEX2_32 = 2, FUTEX2_PRIV = 128 };
struct waitv { uint64_t val, uaddr; uint32_t flags, reserved; };

static uint32_t w[8] __attribute__((aligned(64)));
static volatile int woken, ready;
static const struct timespec zero, ms30 = { 0, 30000000 };
static struct timespec at(int clock, long ms)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    ts.tv_nsec += ms * 1000000;
    ts.tv_sec += ts.tv_nsec / 1000000000;
    ts.tv_nsec %= 1000000000;
    return ts;
}

static void *waiter(void *arg)
{
    __sync_fetch_and_add(&ready, 1);
    while (F(&w[0], FUTEX_WAIT_BITSET, 0, NULL, NULL, (uint32_t)(uintptr_t)arg) == -1 && errno == EINTR)
        ;
    __sync_fetch_and_add(&woken, 1);
    return NULL;
}

/* How many threads sleep in the kernel: their tids' state in /proc is the only way to know. */
static int asleep(void)
{
    char name[64], line[256];
    int n = 0;
    for (int tid = getpid(); tid < getpid() + 64; tid++) {
        snprintf(name, sizeof name, "/proc/self/task/%d/stat", tid);
        int fd = open(name, O_RDONLY);
        if (fd < 0)
            continue;
        n += read(fd, line, 200) > 0 && strstr(line, ") S");
        close(fd);
    }
    return n;
}
static void start(pthread_t *th, int n, uint32_t bits)
{
    ready = woken = 0;
    for (int i = 0; i < n; i++)
        pthread_create(&th[i], NULL, waiter, (void *)(uintptr_t)bits);
    while (ready < n || asleep() < n)
        sched_yield();
    ms_sleep(5);
}
static void expect(int n)
{
    for (int i = 0; i < 2000 && woken < n; i++)
        ms_sleep(1);
    printf("woken: %d\n", woken);
}

static void waits(void)
{
    struct timespec abs = at(CLOCK_MONOTONIC, 20), real = at(CLOCK_REALTIME, 20);
    long t = ms_now();

    w[0] = 1;
    P(F(&w[0], FUTEX_WAIT, 0, NULL, NULL, 0));
    P(F(&w[0], FUTEX_WAIT, 1, &zero, NULL, 0));
    P(F(&w[0], FUTEX_WAIT, 1, &ms30, NULL, 0));
    Y(ms_now() - t >= 30);
    P(F(&w[0], FUTEX_WAIT_BITSET, 1, &abs, NULL, ~0));
    P(F(&w[0], FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, &real, NULL, ~0));
    P(F(&w[0], FUTEX_WAIT_BITSET, 1, &abs, NULL, 0));
    P(F((char *)w + 1, FUTEX_WAIT, 1, NULL, NULL, 0));
    P(F(BAD, FUTEX_WAIT, 1, NULL, NULL, 0));
    P(F(&w[0], FUTEX_WAIT, 1, (void *)8, NULL, 0));
    P(F(&w[0], FUTEX_WAIT, 1, (&(struct timespec){ 0, 1000000000 }), NULL, 0));
    P(F(&w[0], 77, 1, NULL, NULL, 0));
    P(F(&w[0], FUTEX_FD, 1, NULL, NULL, 0));
    P(F(&w[0], FUTEX_WAKE, 1, NULL, NULL, 0));
    P(F(&w[0], FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
}

static void wakes(void)
{
    pthread_t th[8];

    w[0] = 0;
    start(th, 4, 1);
    start(th + 4, 3, 2);
    P(F(&w[0], FUTEX_WAKE_BITSET, 9, NULL, NULL, 4));
    P(F(&w[0], FUTEX_WAKE_BITSET, 9, NULL, NULL, 2));
    expect(3);
    P(F(&w[0], FUTEX_WAKE, 1, NULL, NULL, 0));
    expect(4);
    w[1] = 0;
    P(F(&w[0], FUTEX_CMP_REQUEUE, 1, (void *)1, &w[1], 5));
    P(F(&w[0], FUTEX_CMP_REQUEUE, 1, (void *)1, &w[1], 0));
    expect(5);
    P(F(&w[1], FUTEX_WAKE, 9, NULL, NULL, 0));
    expect(6);
    P(F(&w[0], FUTEX_REQUEUE, 0, (void *)9, &w[1], 0));
    P(F(&w[1], FUTEX_WAKE, 9, NULL, NULL, 0));
    expect(7);
    for (int i = 0; i < 7; i++)
        pthread_join(th[i], NULL);
    start(th, 2, ~0);
    w[1] = 10;
    P(F(&w[1], FUTEX_WAKE_OP, 1, (void *)1, &w[0], FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 0)));
    printf("%u %u\n", w[0], w[1]);
    expect(1);
    P(F(&w[1], FUTEX_WAKE_OP, 1, (void *)1, &w[0], FUTEX_OP(FUTEX_OP_XOR, 1, FUTEX_OP_CMP_GT, 9)));
    printf("%u %u\n", w[0], w[1]);
    P(F(&w[0], FUTEX_WAKE, 9, NULL, NULL, 0));
    for (int i = 0; i < 2; i++)
        pthread_join(th[i], NULL);
}

static void *pi_taker(void *arg)
{
    ready = 1;
    long r = F(&w[2], FUTEX_LOCK_PI, 0, NULL, NULL, 0);
    woken = r == 0 && (w[2] & FUTEX_TID_MASK) == (uint32_t)syscall(SYS_gettid);
    F(&w[2], FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    return NULL;
}
static void *pi_requeued(void *arg)
{
    ready = 1;
    long r = F(&w[3], FUTEX_WAIT_REQUEUE_PI, 0, NULL, &w[2], 0);
    woken = r == 0 && (w[2] & FUTEX_TID_MASK) == (uint32_t)syscall(SYS_gettid);
    F(&w[2], FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    return NULL;
}
static void pi(void)
{
    struct timespec real = at(CLOCK_REALTIME, 20);
    uint32_t me = syscall(SYS_gettid);
    pthread_t th;

    w[2] = w[3] = ready = woken = 0;
    P(F(&w[2], FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    Y(w[2] == me);
    P(F(&w[2], FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    P(F(&w[2], FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    pthread_create(&th, NULL, pi_taker, NULL);
    while (!(*(volatile uint32_t *)&w[2] & FUTEX_WAITERS))
        sched_yield();
    P(F(&w[2], FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    pthread_join(th, NULL);
    P(woken); P(w[2]);
    P(F(&w[2], FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    P(F(&w[2], FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    ready = woken = 0;
    pthread_create(&th, NULL, pi_requeued, NULL);
    while (!ready || asleep() < 1)
        sched_yield();
    ms_sleep(20);
    P(F(&w[3], FUTEX_CMP_REQUEUE_PI, 1, (void *)1, &w[2], 0));
    P(F(&w[2], FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    pthread_join(th, NULL);
    P(woken);
    w[2] = 1;
    P(F(&w[2], FUTEX_LOCK_PI, 0, &real, NULL, 0) == -1 && (errno == ESRCH || errno == EPERM || errno == ETIMEDOUT));
}

static void *waker(void *arg) { ms_sleep(20); w[5] = 1; F(&w[5], FUTEX_WAKE, 1, NULL, NULL, 0); return NULL; }
static void vectors(void)
{
    struct waitv v[3] = { { 0, (uintptr_t)&w[4], FUTEX_32 }, { 0, (uintptr_t)&w[5], FUTEX_32 }, { 0, (uintptr_t)&w[6], FUTEX_32 } };
    struct timespec abs = at(CLOCK_MONOTONIC, 20);
    pthread_t th;

    w[4] = w[5] = w[6] = 0;
    P(syscall(SYS_futex_waitv, v, 3, 0, &abs, CLOCK_MONOTONIC));
    pthread_create(&th, NULL, waker, NULL);
    P(syscall(SYS_futex_waitv, v, 3, 0, NULL, 0));
    pthread_join(th, NULL);
    P(syscall(SYS_futex_waitv, v, 3, 0, NULL, 0));
    P(syscall(SYS_futex_waitv, v, 0, 0, NULL, 0));
    P(syscall(SYS_futex_waitv, v, 129, 0, NULL, 0));
    P(syscall(454, &w[4], 0xfffffffful, 1, FUTEX2_32));
    P(syscall(455, &w[4], 1ul, 0xfffffffful, FUTEX2_32, NULL, 0));
    abs = at(CLOCK_MONOTONIC, 10);
    P(syscall(455, &w[4], 0ul, 0xfffffffful, FUTEX2_32 | FUTEX2_PRIV, &abs, CLOCK_MONOTONIC));
    P(syscall(456, v, 0, 1, 1));
    P(syscall(456, v, 1, 1, 1));
}

/* An interrupted wait: SA_RESTART goes on without a timeout; with one it is EINTR whatever the flag says. */
static void tick(int sig) { woken++; }
static void interrupts(void)
{
    struct sigaction sa = { .sa_handler = tick, .sa_flags = SA_RESTART };
    struct itimerval it = { { 0, 20000 }, { 0, 20000 } }, off = { 0 };
    pthread_t th;

    w[5] = woken = 0;
    sigaction(SIGALRM, &sa, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    P(F(&w[5], FUTEX_WAIT, 0, (&(struct timespec){ 3, 0 }), NULL, 0));
    sa.sa_flags = 0;
    sigaction(SIGALRM, &sa, NULL);
    P(F(&w[5], FUTEX_WAIT, 0, NULL, NULL, 0));
    setitimer(ITIMER_REAL, &off, NULL);
    sa.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &sa, NULL);
    woken = 0;
    setitimer(ITIMER_REAL, &(struct itimerval){ { 0, 0 }, { 0, 3000 } }, NULL);
    pthread_create(&th, NULL, waker, NULL);
    P(F(&w[5], FUTEX_WAIT, 0, NULL, NULL, 0));
    pthread_join(th, NULL);
    P(woken);
}

static void robust(void)
{
    pthread_mutexattr_t a;
    pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    pthread_mutexattr_init(&a);
    pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
    for (int pi = 0; pi < 2; pi++) {
        pthread_mutexattr_setprotocol(&a, pi ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE);
        pthread_mutex_init(m, &a);
        if (!fork()) {
            pthread_mutex_lock(m);
            kill(getpid(), SIGKILL);
        }
        wait(NULL);
        P(pthread_mutex_lock(m) == EOWNERDEAD);
        P(pthread_mutex_consistent(m));
        P(pthread_mutex_unlock(m));
        P(pthread_mutex_lock(m));
        P(pthread_mutex_unlock(m));
    }
}

int main(void)
{

    waits();
    wakes();
    pi();
    vectors();
    interrupts();
    robust();
    return 0;
}
