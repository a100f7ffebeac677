// oracle: own
/* Signals between threads under load: 8 threads send each other real-time signals, while threads come and go, memory is mapped and unmapped,
 * and processes fork. What arrives, at handlers and at sigwait, is what was sent. */
#include "s.h"
#include <sys/resource.h>

enum { N = 8 };
static pthread_t th[N];
static long sent[N], got_by_handler, got_by_wait, done, total_sent, to_process;
static volatile int stop;
static int rounds, wrong;
static pthread_barrier_t start;

static void on(int sig, siginfo_t *si, void *uc) { __atomic_fetch_add(&got_by_handler, 1, __ATOMIC_RELAXED); }
static int queue(pthread_t to, int sig, int v)
{
    int e;
    while ((e = pthread_sigqueue(to, sig, (union sigval){ .sival_int = v })) == EAGAIN)
        sched_yield();
    if (!e)
        __atomic_fetch_add(&total_sent, 1, __ATOMIC_SEQ_CST);
    return e;
}
static void *worker(void *arg)
{
    long me = (long)arg;
    unsigned x = 12345 + (unsigned)me;
    siginfo_t si;
    sigset_t s = set_of(1, SIGRTMIN + 1);

    pthread_barrier_wait(&start);
    for (int i = 0; i < rounds; i++) {
        x = x * 1103515245 + 12345;
        int e = queue(th[x >> 16 & 7], SIGRTMIN + (x >> 20 & 1), i);
        if (e) {
            printf("sigqueue: %s\n", strerrorname_np(e));
            __atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST);
        }
        if ((x >> 24 & 15) == 0) {
            while (sigqueue(getpid(), SIGRTMIN, (union sigval){ 0 }))
                sched_yield();
            __atomic_fetch_add(&total_sent, 1, __ATOMIC_SEQ_CST);
        }
        for (volatile int k = 0; k < (int)(x >> 22 & 255); k++)
            ;
        while (sigtimedwait(&s, &si, &(struct timespec){ 0, 0 }) > 0)
            __atomic_fetch_add(&got_by_wait, 1, __ATOMIC_SEQ_CST);
    }
    __atomic_fetch_add(&done, 1, __ATOMIC_SEQ_CST);
    while (!stop)
        if (sigtimedwait(&s, &si, &(struct timespec){ 0, 1000000 }) > 0)
            __atomic_fetch_add(&got_by_wait, 1, __ATOMIC_SEQ_CST);
    return NULL;
}
static void *brief(void *arg) { volatile int x = 0; while (x < 1000) x++; return NULL; }
static void *creator(void *arg)         /* these threads take process-directed signals too, and end with some pending */
{
    long made = 0;
    pthread_t t;
    while (!stop) {
        if (!pthread_create(&t, NULL, brief, NULL)) {
            pthread_join(t, NULL);
            made++;
        }
        if (made % 16 == 0) {
            char *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            munmap(m, 4096);
        }
        if (made % 32 == 0) {
            pid_t pid = fork();
            if (!pid)
                _exit(0);
            waitpid(pid, NULL, 0);
        }
    }
    return (void *)made;
}

int main(int argc, char **argv)
{
    pthread_t c;
    void *made;

    rounds = 1250 * (argc > 1 ? atoi(argv[1]) : 1);
    on3(SIGRTMIN, on, 0);
    block(SIGRTMIN + 1);
    pthread_barrier_init(&start, NULL, N + 1);
    for (long i = 0; i < N; i++)
        pthread_create(&th[i], NULL, worker, (void *)i);
    pthread_create(&c, NULL, creator, NULL);
    pthread_barrier_wait(&start);
    long t0 = ms_now();
    while (done < N && ms_now() - t0 < 50000)
        usleep(1000);
    for (int i = 0; i < 5000 && got_by_handler + got_by_wait < total_sent; i++)
        usleep(1000);
    stop = 1;
    for (int i = 0; i < N; i++)
        pthread_join(th[i], NULL);
    pthread_join(c, &made);
    if (got_by_handler + got_by_wait != total_sent || total_sent < N * rounds || !made || done != N) {
        printf("sent %ld, handlers %ld, waits %ld, threads made %ld, %ld ended\n", total_sent, got_by_handler, got_by_wait, (long)made, done);
        wrong++;
    }
    printf("%d wrong\n", wrong);
    return 0;
}
