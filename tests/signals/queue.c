// oracle: native
#include "s.h"
#include <sys/resource.h>

static int seen[4000][2];
static volatile int nseen;

static void note(int sig, siginfo_t *si, void *uc)
{
    if (nseen < 4000) {
        seen[nseen][0] = sig;
        seen[nseen][1] = si->si_value.sival_int;
    }
    nseen++;
}
static void show(const char *what)
{
    printf("%s:", what);
    for (int i = 0; i < nseen && i < 40; i++)
        printf(" %s/%d", seen[i][0] >= SIGRTMIN ? "rt" : name_of(seen[i][0]), seen[i][0] >= SIGRTMIN ? (seen[i][0] - SIGRTMIN) * 1000 + seen[i][1] : 0);
    printf(" (%d)\n", nseen);
    nseen = 0;
}
static int q(int sig, int v) { return sigqueue(getpid(), sig, (union sigval){ .sival_int = v }); }

static pthread_barrier_t bar;
static void *receiver(void *arg)
{
    sigset_t s;
    siginfo_t si;
    int sum = 0, got = 0;
    sigemptyset(&s);
    sigaddset(&s, SIGRTMIN + 3);
    pthread_barrier_wait(&bar);
    pthread_barrier_wait(&bar);
    while (got < 100) {
        if (sigwaitinfo(&s, &si) < 0)
            continue;
        if (si.si_value.sival_int != (int)(long)arg * 1000 + got)
            printf("thread %ld: %d in place of %d\n", (long)arg, si.si_value.sival_int, got);
        sum += si.si_code == SI_QUEUE && si.si_pid == getpid();
        got++;
    }
    return (void *)(long)sum;
}
static void limits(void)
{
    struct rlimit rl = { 100, 100 };
    int n = 0;
    /* Other processes of this user count too: the limit is far below, or another user's. */
    if (setuid(54321))
        printf("not root\n");
    P(setrlimit(RLIMIT_SIGPENDING, &rl));
    block_all();
    while (q(SIGRTMIN + 1, n) == 0 && n < 1000)
        n++;
    printf("queued %d, then %s\n", n, strerrorname_np(errno));
    P(kill(getpid(), SIGRTMIN + 2));            /* kill() of a real-time signal: sent all the same */
    P(kill(getpid(), SIGUSR1)); P(raise(SIGUSR2)); P(q(SIGTERM, 5));
    P(pending(SIGRTMIN + 2)); P(pending(SIGUSR1)); P(pending(SIGUSR2)); P(pending(SIGTERM));
    sigset_t s = set_of(1, SIGRTMIN + 1);
    siginfo_t si;
    for (int i = 0; i < n; i++)
        if (sigwaitinfo(&s, &si) != SIGRTMIN + 1 || si.si_value.sival_int != i)
            printf("wrong: %d\n", si.si_value.sival_int);
    P(sigtimedwait(&s, &si, &(struct timespec){ 0, 0 }));
    s = set_of(1, SIGTERM);
    P(sigwaitinfo(&s, &si)); P(si.si_code);
    P(q(SIGRTMIN + 1, 0));
}
/* Threads and a full queue: the runtime's own business must not need it. */
static volatile int stop;
static void *spin(void *arg) { volatile long x = 0; while (!stop) x++; return NULL; }
static void *nothing(void *arg) { return NULL; }
static void full(void)
{
    struct rlimit rl = { 50, 50 };
    pthread_t th, t2;
    if (setuid(54322))
        printf("not root\n");
    setrlimit(RLIMIT_SIGPENDING, &rl);
    block(SIGRTMIN + 1);
    while (q(SIGRTMIN + 1, 0) == 0)
        ;
    pthread_create(&th, NULL, spin, NULL);
    for (int i = 0; i < 20; i++) {
        int w;
        if (fork() == 0)
            _exit(0);
        wait(&w);
        void *m = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        munmap(m, 4096);
        pthread_create(&t2, NULL, nothing, NULL);
        pthread_join(t2, NULL);
    }
    stop = 1;
    pthread_join(th, NULL);
}

int main(void)
{
    sigset_t all, none, s;
    siginfo_t si;
    pthread_t th[3];
    void *sum;

    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    sigfillset(&all); sigemptyset(&none);
    for (int i = 0; i < 8; i++)
        on3(SIGRTMIN + i, note, 0);
    on3(SIGUSR1, note, 0); on3(SIGUSR2, note, 0); on3(SIGHUP, note, 0);
    block_all();
    for (int i = 0; i < 3; i++) {
        q(SIGRTMIN + 5, i); q(SIGRTMIN + 2, 10 + i); kill(getpid(), SIGUSR2); q(SIGUSR1, 7); kill(getpid(), SIGRTMIN + 7); raise(SIGHUP);
    }
    unblock_all();
    show("all at once");                /* the last frame runs first */
    for (int i = 0; i < 8; i++) {
        struct sigaction sa = { .sa_sigaction = note, .sa_flags = SA_SIGINFO, .sa_mask = all };
        sigaction(SIGRTMIN + i, &sa, NULL); sigaction(SIGUSR1, &sa, NULL); sigaction(SIGUSR2, &sa, NULL); sigaction(SIGHUP, &sa, NULL);
    }
    block_all();
    for (int i = 0; i < 3; i++) {
        q(SIGRTMIN + 5, i); q(SIGRTMIN + 2, 10 + i); kill(getpid(), SIGUSR2); q(SIGUSR1, 7); kill(getpid(), SIGRTMIN + 7); raise(SIGHUP);
    }
    unblock_all();
    show("one after the other");
    block_all();
    for (int i = 0; i < 3000; i++)
        q(SIGRTMIN + 4, i);
    unblock_all();
    int good = 0;
    for (int i = 0; i < 3000; i++)
        good += seen[i][1] == i;
    printf("3000 of one number: %d, in order %d\n", nseen, good);
    nseen = 0;
    block_all();
    for (int i = 0; i < 4; i++) {
        q(SIGRTMIN + 4, i); q(SIGRTMIN + 1, i);
    }
    kill(getpid(), SIGUSR1);
    s = set_of(3, SIGUSR1, SIGRTMIN + 4, SIGRTMIN + 1);
    while (sigtimedwait(&s, &si, &(struct timespec){ 0, 0 }) > 0)
        printf("wait: %s %d\n", si.si_signo >= SIGRTMIN ? "rt" : name_of(si.si_signo), si.si_signo >= SIGRTMIN ? (si.si_signo - SIGRTMIN) * 1000 + si.si_value.sival_int : 0);
    P(sigqueue(getpid(), 65, (union sigval){ 0 })); P(sigqueue(getpid(), 0, (union sigval){ 0 })); P(sigqueue(999999, SIGUSR1, (union sigval){ 0 }));
    P(sigqueue(getpid(), -1, (union sigval){ 0 }));
    /* Thread against process. */
    q(SIGRTMIN + 1, 1);
    pthread_sigqueue(pthread_self(), SIGRTMIN + 1, (union sigval){ .sival_int = 2 });
    q(SIGRTMIN + 1, 3);
    pthread_sigqueue(pthread_self(), SIGRTMIN + 1, (union sigval){ .sival_int = 4 });
    unblock_all();
    show("own first");
    block_all();
    pthread_barrier_init(&bar, NULL, 4);
    for (long i = 0; i < 3; i++)
        pthread_create(&th[i], NULL, receiver, (void *)i);
    pthread_barrier_wait(&bar);
    for (int k = 0; k < 50; k++)
        for (int i = 0; i < 3; i++)
            pthread_sigqueue(th[i], SIGRTMIN + 3, (union sigval){ .sival_int = i * 1000 + k });
    pthread_barrier_wait(&bar);
    for (int k = 50; k < 100; k++)
        for (int i = 0; i < 3; i++)
            pthread_sigqueue(th[i], SIGRTMIN + 3, (union sigval){ .sival_int = i * 1000 + k });
    for (int i = 0; i < 3; i++) {
        pthread_join(th[i], &sum);
        P((long)sum);
    }
    unblock_all();
    CHILD(limits);
    CHILD(full);
    return 0;
}
