// oracle: native
/* Fault signals that somebody sent: blocked, waited for, inherited; by which thread they are taken. */
#include "s.h"
#include <sys/signalfd.h>

static volatile int hits, tid, value;
static void on(int sig, siginfo_t *si, void *uc) { tid = gettid_(); value = si->si_value.sival_int; hits++; }
static volatile int ready, stop, got;
static void *open_one(void *arg)
{
    int sig = (int)(long)arg;
    sigset_t s;
    sigfillset(&s); sigdelset(&s, sig);
    pthread_sigmask(SIG_SETMASK, &s, NULL);
    ready = 1;
    while (!hits && !stop)
        ;
    return (void *)(long)(tid == gettid_());
}
static void *open_in_call(void *arg)
{
    sigset_t s;
    char c;
    sigfillset(&s); sigdelset(&s, SIGSEGV);
    pthread_sigmask(SIG_SETMASK, &s, NULL);
    ready = 1;
    long r = read((int)(long)arg, &c, 1);
    return (void *)(long)(r < 0 && errno == EINTR && tid == gettid_());
}
static void *waiter(void *arg)
{
    sigset_t s = set_of(2, SIGSEGV, SIGTRAP);
    siginfo_t si;
    ready = 1;
    got = sigwaitinfo(&s, &si);
    return (void *)(long)si.si_value.sival_int;
}
static void *suspender(void *arg)
{
    sigset_t s;
    sigfillset(&s); sigdelset(&s, SIGBUS);
    ready = 1;
    sigsuspend(&s);
    return (void *)(long)(tid == gettid_());
}
static void *later(void *arg)
{
    ready = 1;
    while (!stop)
        usleep(1000);
    unblock(SIGILL);
    return (void *)(long)(tid == gettid_());
}
static void *ends(void *arg) { ready = 1; return NULL; }
static long with(void *(*f)(void *), void *arg, int sig, int v)
{
    pthread_t th;
    void *r;
    hits = ready = stop = tid = 0;
    pthread_create(&th, NULL, f, arg);
    WAIT_FOR(ready);
    usleep(20000);
    if (sig)
        sigqueue(getpid(), sig, (union sigval){ .sival_int = v });
    usleep(20000);
    stop = 1;
    pthread_join(th, &r);
    return (long)r;
}
static void forked(void) { P(pending(SIGSEGV)); P(pending(SIGUSR1)); unblock_all(); P(hits); }
static void to_thread_only(void)
{
    pthread_t th;
    hits = ready = stop = 0;
    pthread_create(&th, NULL, open_one, (void *)SIGFPE);
    WAIT_FOR(ready);
    raise(SIGFPE);              /* to this thread, which blocks it: nobody else's */
    usleep(30000);
    P(hits); P(pending(SIGFPE));
    stop = 1;
    pthread_join(th, NULL);
    unblock(SIGFPE);
    P(hits);
    block(SIGFPE);
}

int main(int argc, char **argv)
{
    int p[2], w;
    siginfo_t si;
    sigset_t s;
    pid_t pid;

    if (argc > 2) {             /* after exec */
        printf("exec: SEGV %d, USR1 %d, FPE ignored %d, blocked %d %d\n", pending(SIGSEGV), pending(SIGUSR1), signal(SIGFPE, SIG_DFL) == SIG_IGN,
               blocked(SIGSEGV), blocked(SIGBUS));
        fflush(stdout);
        unblock_all();
        return 0;
    }
    pipe(p);
    for (int i = 1; i < 32; i++)
        if (i != SIGKILL && i != SIGSTOP)
            on3(i, on, 0);
    block_all();
    P(with(open_one, (void *)SIGSEGV, SIGSEGV, 1)); P(hits); P(value);
    P(with(open_one, (void *)SIGTRAP, SIGTRAP, 2)); P(hits); P(value);
    P(with(open_one, (void *)SIGUSR1, SIGUSR1, 3)); P(hits); P(value);
    P(with(open_in_call, (void *)(long)p[0], SIGSEGV, 4)); P(hits);
    P(with(waiter, NULL, SIGSEGV, 5)); P(got); P(hits);
    P(with(waiter, NULL, SIGTRAP, 6)); P(got);
    P(with(suspender, NULL, SIGBUS, 7)); P(hits);
    P(with(later, NULL, SIGILL, 8)); P(hits);
    to_thread_only();
    with(ends, NULL, SIGFPE, 1); P(pending(SIGFPE)); unblock(SIGFPE); P(hits); block(SIGFPE);
    /* one of a number, the first one's value */
    sigqueue(getpid(), SIGSEGV, (union sigval){ .sival_int = 1 }); sigqueue(getpid(), SIGSEGV, (union sigval){ .sival_int = 2 });
    s = set_of(1, SIGSEGV);
    P(sigwaitinfo(&s, &si)); P(si.si_value.sival_int); P(sigtimedwait(&s, &si, &(struct timespec){ 0, 1000 }));
    kill(getpid(), SIGSEGV); kill(getpid(), SIGUSR1);
    hits = 0;
    CHILD(forked);
    if (!(pid = fork())) {
        signal(SIGFPE, SIG_IGN);
        unblock(SIGBUS);
        kill(getpid(), SIGSEGV);
        execl("/proc/self/exe", argv[0], "x", "after-exec", NULL);
        _exit(9);
    }
    waitpid(pid, &w, 0);
    printf("%s\n", status_of(w));
    if (!(pid = fork())) {      /* an exec that fails */
        execl("/nonexistent/x", "x", NULL);
        P(pending(SIGSEGV)); kill(getpid(), SIGBUS); P(pending(SIGBUS));
        unblock_all();
        P(hits);
        _exit(0);
    }
    waitpid(pid, &w, 0);
    unblock_all();
    P(hits);
    /* ignored: calls go on */
    signal(SIGSEGV, SIG_IGN); signal(SIGCHLD, SIG_DFL);
    if (!(pid = fork())) {
        for (int i = 0; i < 5; i++) {
            ms_sleep(10);
            kill(getppid(), SIGSEGV);
        }
        _exit(0);
    }
    P(poll(NULL, 0, 100)); P(nanosleep(&(struct timespec){ 0, 1000000 }, NULL));
    waitpid(pid, &w, 0);
    on3(SIGSEGV, on, 0);
    block(SIGSEGV);
    kill(getpid(), SIGSEGV);
    P(poll(NULL, 0, 10));
    return 0;
}
