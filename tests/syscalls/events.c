#include "t.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/resource.h>

static volatile int hits;
static volatile int value;
static void on(int sig, siginfo_t *si, void *uc) { hits++; value = si->si_value.sival_int; }

static void polls(void)
{
    int p[2], ep = epoll_create1(EPOLL_CLOEXEC), ev = eventfd(3, EFD_NONBLOCK);
    struct epoll_event e[4] = { { EPOLLIN, { .u64 = 0x1122334455667788 } }, { EPOLLIN | EPOLLET, { .u64 = 0xaabbccddeeff0011 } } };
    struct pollfd pf[3];
    uint64_t n = 0;
    fd_set r, w;

    pipe(p);
    P(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e[0]));
    P(epoll_ctl(ep, EPOLL_CTL_ADD, ev, &e[1]));
    P(epoll_ctl(ep, EPOLL_CTL_ADD, ev, &e[1]));
    memset(e, 0x55, sizeof e);
    P(epoll_wait(ep, e, 4, 0));
    printf("%x %lx %lx\n", e[0].events, (long)e[0].data.u64, (long)e[1].data.u64);
    write(p[1], "x", 1);
    write(ev, &(uint64_t){ 1 }, 8);
    P(epoll_wait(ep, e, 4, 100));
    printf("%x %lx %x %lx\n", e[0].events, (long)e[0].data.u64, e[1].events, (long)e[1].data.u64);
    P(epoll_wait(ep, e, 1, 0));
    P(epoll_wait(ep, e, 0, 0));
    P(epoll_wait(ep, BAD, 4, 0));
    P(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], NULL));
    P(epoll_wait(ep, e, 4, 5));
    P(read(ev, &n, 8)); P(n); P(read(ev, &n, 8));
    pf[0] = (struct pollfd){p[0], POLLIN, 0};
    pf[1] = (struct pollfd){p[1], POLLOUT, 0};
    pf[2] = (struct pollfd){999, POLLIN, 0};
    P(poll(pf, 3, 100));
    printf("%x %x %x\n", pf[0].revents, pf[1].revents, pf[2].revents);
    FD_ZERO(&r); FD_ZERO(&w); FD_SET(p[0], &r); FD_SET(p[1], &w);
    P(select(p[1] + 1, &r, &w, NULL, &(struct timeval){ 1, 0 }));
    P(FD_ISSET(p[0], &r) && FD_ISSET(p[1], &w));
    int k = 0;
    P(ioctl(p[0], FIONREAD, &k)); P(k);
    close(p[1]); read(p[0], &n, 1);
    P(poll(pf, 1, 0)); P(pf[0].revents);
    long t = ms_now();
    P(poll(NULL, 0, 30));
    Y(ms_now() - t >= 30 && ms_now() - t < 1000);
}

static void watches(void)
{
    char b[512];
    struct inotify_event *e = (void *)b;
    int fd = inotify_init1(IN_NONBLOCK), sfd;
    struct signalfd_siginfo si;
    sigset_t s;

    P(inotify_add_watch(fd, ".", IN_CREATE));
    close(open("new-file", O_CREAT | O_WRONLY, 0600));
    Y(read(fd, b, sizeof b) > 0);
    S(e->name);
    P(inotify_rm_watch(fd, 1));
    sigemptyset(&s); sigaddset(&s, SIGUSR2);
    sigprocmask(SIG_BLOCK, &s, NULL);
    sfd = signalfd(-1, &s, SFD_NONBLOCK);
    P(read(sfd, &si, sizeof si));
    kill(getpid(), SIGUSR2);
    P(read(sfd, &si, sizeof si));
    P(si.ssi_signo);
    Y(si.ssi_pid == (uint32_t)getpid());
}

static void timers(void)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec it = { { 0, 10000000 }, { 0, 10000000 } }, cur;
    struct sigaction sa = { .sa_sigaction = on, .sa_flags = SA_SIGINFO };
    struct sigevent se = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3, .sigev_value.sival_int = 99 };
    struct itimerval iv = { { 0, 0 }, { 0, 10000 } };
    struct timespec ts;
    struct timeval tv;
    struct tms tm;
    struct rusage ru;
    timer_t id;
    uint64_t n;

    P(timerfd_settime(fd, 0, &it, NULL));
    ms_sleep(35);
    P(read(fd, &n, 8)); Y(n >= 2 && n < 30);
    P(timerfd_gettime(fd, &cur)); P(cur.it_interval.tv_nsec);
    sigaction(SIGRTMIN + 3, &sa, NULL);
    sigaction(SIGALRM, &sa, NULL);
    P(timer_create(CLOCK_MONOTONIC, &se, &id));
    it.it_interval.tv_nsec = 0;
    P(timer_settime(id, 0, &it, NULL));
    while (!hits) ;
    P(value);
    P(timer_getoverrun(id)); P(timer_gettime(id, &cur)); P(cur.it_value.tv_nsec); P(timer_delete(id));
    P(setitimer(ITIMER_REAL, &iv, NULL));
    pause();
    P(hits);
    P(alarm(100)); P(alarm(0));
    P(clock_getres(CLOCK_MONOTONIC, &ts)); P(ts.tv_nsec);
    P(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts)); P(clock_gettime(77, &ts));
    P(gettimeofday(&tv, NULL)); Y(tv.tv_sec > 1600000000);
    P(times(&tm) > 0);
    P(getrusage(RUSAGE_SELF, &ru)); Y(ru.ru_maxrss > 0);
    Y(time(NULL) - tv.tv_sec <= 1);
    P(nanosleep(&(struct timespec){ 0, 2000000000 }, NULL));
    P(nanosleep(BAD, NULL));
    P(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){ 1, 0 }, NULL));
    P(syscall(SYS_clock_nanosleep, 77, 0, &ts, NULL));
}

int main(void)
{
    polls();
    watches();
    timers();
    return 0;
}
