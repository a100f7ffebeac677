// oracle: native
/* signalfd, sigwait, timers and their overruns. */
#include "s.h"
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/time.h>

static volatile int hits, over, tid;
static timer_t tm;
static void on(int sig, siginfo_t *si, void *uc) { hits++; over += timer_getoverrun(tm) + 1; tid = gettid_(); }
static void *by_thread(void *arg)
{
    struct sigevent ev = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN };
    struct itimerspec its = { { 0, 1000000 }, { 0, 1000000 } };
    ev._sigev_un._tid = gettid_();
    timer_create(CLOCK_MONOTONIC, &ev, &tm);
    timer_settime(tm, 0, &its, NULL);
    hits = 0;
    while (hits < 20)
        if (arg) pause();
    timer_delete(tm);
    return (void *)(long)(tid == gettid_());
}
static volatile int called;
static void notify(union sigval v) { called += v.sival_int; }

int main(void)
{
    struct signalfd_siginfo fi;
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
    struct itimerspec its = { { 0, 1000000 }, { 0, 1000000 } }, old;
    struct itimerval iv, iold;
    sigset_t s = set_of(3, SIGUSR1, SIGRTMIN + 1, SIGCHLD), two = set_of(1, SIGUSR2);
    pthread_t th;
    void *r;
    int fd = signalfd(-1, &s, SFD_NONBLOCK | SFD_CLOEXEC), ep = epoll_create1(0), w;
    struct epoll_event e = { EPOLLIN };
    siginfo_t si;

    on3(SIGRTMIN, on, 0);
    pthread_sigmask(SIG_BLOCK, &s, NULL);
    P(read(fd, &fi, sizeof fi)); P(read(fd, &fi, 10)); P(signalfd(fd, &s, 99)); P(signalfd(0, &s, 0)); P(syscall(SYS_signalfd4, -1, &s, 4, 0));
    P(fcntl(fd, F_GETFD));
    kill(getpid(), SIGUSR1); P(read(fd, &fi, sizeof fi)); P(fi.ssi_signo); P(fi.ssi_code); Y(fi.ssi_pid == getpid());
    sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = 11 }); sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = 12 });
    P(poll(&(struct pollfd){ fd, POLLIN }, 1, 0));
    P(read(fd, &fi, sizeof fi)); P(fi.ssi_int); P(fi.ssi_code); P(read(fd, &fi, sizeof fi)); P(fi.ssi_int); P(read(fd, &fi, sizeof fi));
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
    P(epoll_wait(ep, &e, 1, 0));
    pid_t pid = fork();
    if (!pid)
        _exit(9);
    P(epoll_wait(ep, &e, 1, 5000)); P(read(fd, &fi, sizeof fi)); P(fi.ssi_signo); P(fi.ssi_code); P(fi.ssi_status); Y(fi.ssi_pid == pid);
    wait(&w);
    P(signalfd(fd, &two, 0) == fd); block(SIGUSR2); raise(SIGUSR1); P(read(fd, &fi, sizeof fi)); raise(SIGUSR2); P(read(fd, &fi, sizeof fi)); P(fi.ssi_signo);
    P(fi.ssi_code);
    P(sigwaitinfo(&s, &si)); P(si.si_signo);
    P(sigtimedwait(&s, &si, &(struct timespec){ 0, 1000000000 })); P(sigtimedwait(&s, &si, &(struct timespec){ -1, 0 }));
    long t0 = ms_now();
    P(sigtimedwait(&s, NULL, &(struct timespec){ 0, 50000000 })); Y(ms_now() - t0 >= 49 && ms_now() - t0 < 2000);
    /* overruns: every expiration is counted once */
    timer_create(CLOCK_MONOTONIC, &ev, &tm);
    P(timer_gettime(tm, &old)); P(old.it_value.tv_nsec); block(SIGRTMIN); t0 = ms_now();
    timer_settime(tm, 0, &its, NULL);
    ms_sleep(100);
    P(hits); P(pending(SIGRTMIN)); unblock(SIGRTMIN); long dt = ms_now() - t0; int o = over, h = hits;
    its.it_interval.tv_nsec = its.it_value.tv_nsec = 0; timer_settime(tm, 0, &its, &old); Y(old.it_interval.tv_nsec == 1000000);
    Y(h >= 1 && o >= 95 && o <= dt + 1);
    P(timer_delete(tm)); P(timer_delete(tm)); P(timer_getoverrun(tm));
    for (long i = 0; i < 2; i++) {
        pthread_create(&th, NULL, by_thread, (void *)i); pthread_join(th, &r); P((long)r);
    }
    ev = (struct sigevent){ .sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify, .sigev_value.sival_int = 1 };
    its = (struct itimerspec){ { 0, 2000000 }, { 0, 2000000 } };
    P(timer_create(CLOCK_MONOTONIC, &ev, &tm)); timer_settime(tm, 0, &its, NULL); WAIT_FOR(called >= 5); Y(called >= 5); timer_delete(tm);
    iv = (struct itimerval){ { 5, 0 }, { 7, 0 } };
    P(setitimer(ITIMER_REAL, &iv, &iold)); P(iold.it_value.tv_sec); P(getitimer(ITIMER_REAL, &iold)); Y(iold.it_value.tv_sec == 6 || iold.it_value.tv_sec == 7);
    P(iold.it_interval.tv_sec); P(alarm(0)); P(setitimer(9, &iv, NULL)); P(getitimer(ITIMER_REAL, &iold)); P(iold.it_value.tv_sec);
    if (!(pid = fork())) _exit(getitimer(ITIMER_REAL, &iold) || iold.it_value.tv_sec);
    wait(&w); P(w);
    return 0;
}
