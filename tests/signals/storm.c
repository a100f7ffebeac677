// oracle: own
/* No signal is lost between a check and a wait: a child sends real-time signals, the parent waits for them in each way that there is, handlers
 * counted = sent. Only a real one wakes a wait: none ends without a handler, or before its time. */
#include "s.h"
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>

static volatile int hits, order, wrong;
static void on(int sig, siginfo_t *si, void *uc)
{
    if (si->si_value.sival_int != hits)
        order++;
    hits++;
}
static int p[2], ep;
static sigset_t none;
static struct timespec ten = { 10, 0 };
static void w_pselect(void) { pselect(0, NULL, NULL, NULL, &ten, &none); }
static void w_ppoll(void) { ppoll(NULL, 0, &ten, &none); }
static void w_epoll(void) { struct epoll_event e; epoll_pwait(ep, &e, 1, 10000, &none); }
static void w_sigsuspend(void) { sigsuspend(&none); }
static void w_mask(void) { unblock(SIGRTMIN); block(SIGRTMIN); }
static void w_sigwait(void)
{
    siginfo_t si;
    sigset_t s = set_of(1, SIGRTMIN);
    if (sigwaitinfo(&s, &si) == SIGRTMIN)
        on(SIGRTMIN, &si, NULL);
}
static void w_nanosleep(void)
{
    struct timespec ts = { 0, 200000 }, rem = { 0, 0 };
    unblock(SIGRTMIN);
    while (nanosleep(&ts, &rem) < 0) {
        if (errno != EINTR)
            wrong++;
        ts = rem;
    }
    block(SIGRTMIN);
}
static void one(const char *name, void (*w)(void), int n)
{
    pid_t pid, me = getpid();
    long t0 = ms_now(), longest = 0;

    hits = order = 0;
    block(SIGRTMIN);
    if (!(pid = fork())) {
        for (int i = 0; i < n; i++) {
            while (sigqueue(me, SIGRTMIN, (union sigval){ .sival_int = i }) < 0)
                sched_yield();
            if (i % 7 == 0)
                sched_yield();
            if (i % 50 == 0)
                usleep(100);
        }
        _exit(0);
    }
    while (hits < n && ms_now() - t0 < 40000) {
        long before = ms_now();
        w();
        longest = ms_now() - before > longest ? ms_now() - before : longest;
    }
    waitpid(pid, NULL, 0);
    if (hits != n || order) {
        printf("%s: %d of %d, %d out of order\n", name, hits, n, order);
        wrong++;
    }
    if (longest > 9000) {                       /* until its time was over: a signal lost; many short ones are only a loaded machine */
        printf("%s: %ld ms\n", name, longest);
        wrong++;
    }
}
static void *sleeper(void *arg)
{
    block_all();
    for (int i = 0; i < 40; i++) {
        long t0 = ms_now();
        int k = i % 4, r = k == 0 ? poll(NULL, 0, 20) : k == 1 ? select(0, NULL, NULL, NULL, &(struct timeval){ 0, 20000 })
              : k == 2 ? epoll_wait(ep, &(struct epoll_event){ 0 }, 1, 20) : nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
        if (r || ms_now() - t0 < 19 || ms_now() - t0 > 2000) {
            printf("wait %d: %d, %ld ms\n", k, r, ms_now() - t0);
            wrong++;
        }
    }
    return NULL;
}
static volatile int done;
/* Makes the runtime stop the world: code comes and goes, processes fork; fault signals are sent that everybody blocks. */
static void *stopper(void *arg)
{
    block_all();
    while (!done) {
        char *m = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mprotect(m, 4096, PROT_READ);
        munmap(m, 8192);
        kill(getpid(), SIGSEGV);
        pid_t pid = fork();
        if (!pid)
            _exit(0);
        waitpid(pid, NULL, 0);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int n = 2000 * (argc > 1 ? atoi(argv[1]) : 1);
    pthread_t th[2], st;

    sigemptyset(&none);
    on3(SIGRTMIN, on, 0);
    ep = epoll_create1(0);
    one("pselect", w_pselect, n); one("ppoll", w_ppoll, n); one("epoll_pwait", w_epoll, n); one("sigsuspend", w_sigsuspend, n);
    one("sigprocmask", w_mask, n); one("sigwaitinfo", w_sigwait, n); one("nanosleep", w_nanosleep, n);
    block_all();
    for (int i = 0; i < 2; i++)
        pthread_create(&th[i], NULL, sleeper, NULL);
    pthread_create(&st, NULL, stopper, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(th[i], NULL);
    done = 1;
    pthread_join(st, NULL);
    if (!pending(SIGSEGV))
        wrong++;
    printf("%d wrong\n", wrong);
    return 0;
}
