// oracle: native
/* Signals in programs with threads: who gets them, cancellation, credentials, jumps out of handlers. */
#include "s.h"
#include <sys/syscall.h>

static volatile int hits, tid, ready, stop, cleaned;
static void on(int sig) { tid = gettid_(); hits++; }
static void *open_usr1(void *arg) { int me = gettid_(); unblock(SIGUSR1); ready++; while (!stop) usleep(500); return (void *)(long)(tid == me); }
static void *open_spin(void *arg) { int me = gettid_(); unblock(SIGUSR1); ready++; while (!stop) ; return (void *)(long)(tid == me); }
static void *closed(void *arg) { ready++; while (!stop) usleep(500); return NULL; }
static void *waits(void *arg)
{
    sigset_t s = set_of(2, SIGUSR2, SIGTERM);
    int sig, n = 0;
    ready++;
    while (!sigwait(&s, &sig) && sig != SIGTERM)
        n++;
    return (void *)(long)n;
}
/* --- cancellation --- */
static int pipefd[2];
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static void clean(void *arg) { cleaned += (int)(long)arg; }
static void unlock_(void *arg) { cleaned += 100; pthread_mutex_unlock(&mu); }
static void body(int how)
{
    char c;
    volatile long x = 0;
    ready = 1;
    switch (how) {
    case 0: read(pipefd[0], &c, 1); break;
    case 1: for (;;) usleep(1000);
    case 2: pthread_mutex_lock(&mu); pthread_cleanup_push(unlock_, NULL); for (;;) pthread_cond_wait(&cond, &mu); pthread_cleanup_pop(1); break;
    case 3: pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL); for (;;) x++;
    case 4: for (;;) { x++; pthread_testcancel(); }
    case 5: pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL); usleep(30000); cleaned += 1000; pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL); pthread_testcancel(); break;
    case 6: sleep(100); break;
    case 7: poll(NULL, 0, -1); break;
    case 8: { sigset_t s; sigemptyset(&s); int sig; sigaddset(&s, SIGHUP); sigwait(&s, &sig); break; }
    case 9: pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL); for (;;) getppid();
    case 10: pthread_join(*(pthread_t[]){ 0 } ? pthread_self() : pthread_self(), NULL); pause();
    }
}
static void *victim(void *arg)
{
    pthread_cleanup_push(clean, (void *)1);
    pthread_cleanup_push(clean, (void *)10);
    body((int)(long)arg);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return (void *)5;
}
static void cancel(int how)
{
    pthread_t th;
    void *r;
    ready = cleaned = 0;
    pthread_create(&th, NULL, victim, (void *)(long)how);
    WAIT_FOR(ready);
    if (how % 2)
        usleep(3000);
    int e = pthread_cancel(th);
    pthread_join(th, &r);
    printf("cancel %d: %d, %s, %d\n", how, e, r == PTHREAD_CANCELED ? "cancelled" : "returned", cleaned);
}
/* --- credentials: glibc makes every thread call setresuid, by SIGSETXID --- */
static void *shows_uid(void *arg)
{
    ready++;
    if (arg)
        while (!stop) ;
    else
        while (!stop) usleep(500);
    return (void *)(long)(syscall(SYS_getresuid, &(int){ 0 }, &(int){ 0 }, &(int){ 0 }) * 0 + (int)syscall(SYS_getuid));
}
static void credentials(void)
{
    pthread_t th[4];
    void *r;
    ready = stop = 0;
    for (long i = 0; i < 4; i++)
        pthread_create(&th[i], NULL, shows_uid, (void *)(i == 3));
    WAIT_FOR(ready == 4);
    P(setgid(4321)); P(setuid(4321));
    stop = 1;
    for (int i = 0; i < 4; i++) {
        pthread_join(th[i], &r);
        P((long)r);
    }
}
/* --- jumps --- */
static sigjmp_buf jb[1001];
static volatile int level, reached;
static void deeper(int sig)
{
    int here = level;
    if (here == 1000)
        siglongjmp(jb[999], 1);
    if (!sigsetjmp(jb[here], 1)) {
        level++;
        raise(SIGUSR1);
        printf("not reached\n");
    }
    reached++;
    if (here)
        siglongjmp(jb[here - 1], 1);
}
static jmp_buf plain;
static void never_returns(int sig) { hits++; siglongjmp(jb[0], 1); }
static void *churn(void *arg) { sigset_t s; pthread_sigmask(SIG_BLOCK, NULL, &s); return (void *)(long)(sigismember(&s, SIGUSR2) && !sigismember(&s, SIGUSR1)); }

int main(void)
{
    pthread_t th[4], w;
    void *r;
    struct sigaction sa = { .sa_handler = on };

    sigaction(SIGUSR1, &sa, NULL); sigaction(SIGUSR2, &sa, NULL); sigaction(SIGTERM, &sa, NULL);
    pipe(pipefd);
    /* To the process, main blocks it: the one thread that has it open. */
    block_all();
    for (int round = 0; round < 2; round++) {
        hits = ready = stop = 0;
        for (int i = 0; i < 3; i++)
            pthread_create(&th[i], NULL, i == 1 ? (round ? open_spin : open_usr1) : closed, NULL);
        WAIT_FOR(ready == 3);
        for (int i = 0; i < 100; i++) {
            int before = hits;
            kill(getpid(), SIGUSR1);
            WAIT_FOR(hits > before);
        }
        P(hits);
        pthread_kill(th[0], SIGUSR1);
        usleep(10000); P(hits);
        stop = 1;
        for (int i = 0; i < 3; i++) {
            pthread_join(th[i], &r);
            if (i == 1) P((long)r);
        }
    }
    P(pthread_kill(pthread_self(), 0)); P(pthread_kill(pthread_self(), 65)); P(pending(SIGUSR1));
    P(syscall(SYS_tgkill, getpid(), 999999, 0)); P(syscall(SYS_tgkill, -1, gettid_(), 0)); P(syscall(SYS_tkill, 0, 0)); P(syscall(SYS_tgkill, 1, gettid_(), SIGUSR1));
    /* sigwait in a thread of its own */
    hits = ready = 0;
    pthread_create(&w, NULL, waits, NULL);
    WAIT_FOR(ready);
    for (int i = 0; i < 20; i++) {
        kill(getpid(), SIGUSR2);
        WAIT_FOR(!pending(SIGUSR2));
    }
    usleep(10000);
    kill(getpid(), SIGTERM);
    pthread_join(w, &r);
    P((long)r); P(hits);
    /* masks of new threads, while signals rain */
    unblock_all(); block(SIGUSR2);
    hits = 0;
    pid_t pid = fork();
    if (!pid) {
        for (int i = 0; i < 300; i++) { kill(getppid(), SIGUSR1); usleep(200); }
        _exit(0);
    }
    long good = 0, made = 0;
    while (waitpid(pid, NULL, WNOHANG) == 0)
        if (!pthread_create(&w, NULL, churn, NULL)) {
            pthread_join(w, &r);
            good += (long)r;
            made++;
        }
    Y(good == made && made > 20 && hits > 20);
    unblock_all();
    for (int how = 0; how < 10; how++)
        cancel(how);
    P(pthread_mutex_trylock(&mu)); P(pthread_mutex_unlock(&mu));
    CHILD(credentials);
    sa.sa_handler = deeper; sa.sa_flags = SA_NODEFER; sigaction(SIGUSR1, &sa, NULL);
    if (!sigsetjmp(jb[1000], 1))
        deeper(0);
    P(level); P(reached);
    P(blocked(SIGUSR1));
    sa.sa_handler = never_returns; sa.sa_flags = 0; sigaction(SIGUSR1, &sa, NULL);
    hits = 0;
    for (volatile int i = 0; i < 20000; i++)
        if (!sigsetjmp(jb[0], 1))
            raise(SIGUSR1);
    P(hits); P(blocked(SIGUSR1));
    volatile long sum = 0;
    for (volatile int i = 0; i < 200000; i++)
        if (!_setjmp(plain))
            longjmp(plain, 1);
        else
            sum += i;
    P(sum);
    return 0;
}
