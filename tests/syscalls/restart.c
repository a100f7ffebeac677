#include "t.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>

static volatile int hits;
static void on(int sig) { hits++; }
static void handler(int sig, int flags)
{
    struct sigaction sa = { .sa_handler = on, .sa_flags = flags };
    sigaction(sig, &sa, NULL);
}
/* A child that signals the parent after 30 ms and does `act` after 60 ms. */
static int p[2], sv[2];
static pid_t helper(int write_too)
{
    pid_t pid = fork();
    if (pid == 0) {
        ms_sleep(30);
        kill(getppid(), SIGUSR1);
        ms_sleep(40);
        if (write_too == 1)
            write(p[1], "x", 1);
        if (write_too == 2)
            write(sv[1], "y", 1);
        _exit(3);
    }
    return pid;
}
static void reap(void) { while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) ; }

int main(void)
{
    char c;
    int w;
    struct timespec req = { 0, 50000000 }, rem = { 9, 9 };
    struct timeval tv = { 5, 0 };
    struct pollfd pf;
    struct epoll_event ev = { EPOLLIN, { .u64 = 1 } };
    sigset_t none, block;
    fd_set rd;
    pid_t pid;

    pipe(p);
    socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
    handler(SIGUSR1, SA_RESTART);
    helper(1); P(read(p[0], &c, 1)); P(hits); reap();
    helper(2); P(recv(sv[0], &c, 1, 0)); reap();
    pid = helper(0); P(waitpid(pid, &w, 0) == pid); P(WEXITSTATUS(w)); reap();
    setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    helper(2); P(recv(sv[0], &c, 1, 0)); reap(); read(sv[0], &c, 1);
    pf = (struct pollfd){ p[0], POLLIN, 0 };
    helper(1); P(poll(&pf, 1, 5000)); reap(); read(p[0], &c, 1);
    helper(0); P(nanosleep(&(struct timespec){ 5, 0 }, &rem)); Y(rem.tv_sec == 4); reap();
    helper(0); P(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){ 5, 0 }, &rem) == EINTR); reap();
    helper(0); P(pause()); reap();
    FD_ZERO(&rd); FD_SET(p[0], &rd);
    helper(1); P(select(p[0] + 1, &rd, NULL, NULL, &tv)); reap(); read(p[0], &c, 1);
    int ep = epoll_create1(0);
    epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &ev);
    helper(1); P(epoll_wait(ep, &ev, 1, 5000)); reap(); read(p[0], &c, 1);

    handler(SIGUSR1, 0);
    helper(1); P(read(p[0], &c, 1)); reap(); read(p[0], &c, 1);
    helper(2); P(recv(sv[0], &c, 1, 0)); reap(); read(sv[0], &c, 1);
    pid = helper(0); P(waitpid(pid, &w, 0)); reap();
    hits = 0;

    sigemptyset(&none); sigemptyset(&block); sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, NULL);
    raise(SIGUSR1);
    P(hits);
    P(sigsuspend(&none));
    P(hits);
    sigprocmask(SIG_BLOCK, NULL, &none);
    P(sigismember(&none, SIGUSR1));
    sigemptyset(&none);
    raise(SIGUSR1);
    P(ppoll(NULL, 0, &(struct timespec){ 5, 0 }, &none));
    P(hits);
    raise(SIGUSR1);
    P(pselect(0, NULL, NULL, NULL, &(struct timespec){ 5, 0 }, &none));
    P(hits);
    raise(SIGUSR1);
    P(epoll_pwait(ep, &ev, 1, 5000, &none));
    P(hits);
    raise(SIGUSR1);
    P(ppoll(NULL, 0, &(struct timespec){ 0, 1000000 }, NULL));
    P(hits);
    sigprocmask(SIG_BLOCK, NULL, &none);
    P(sigismember(&none, SIGUSR1));
    sigprocmask(SIG_UNBLOCK, &block, NULL);
    P(hits);

    struct itimerval it = { { 0, 2000 }, { 0, 2000 } };
    long spin = 0;
    handler(SIGALRM, SA_RESTART);
    hits = 0;
    setitimer(ITIMER_REAL, &it, NULL);
    while (hits < 20)
        spin++;
    Y(spin > 0);
    for (int i = 0; i < 200; i++) {
        req.tv_nsec = 100000;
        nanosleep(&req, NULL);
    }
    memset(&it, 0, sizeof it);
    setitimer(ITIMER_REAL, &it, NULL);
    Y(hits >= 20);
    int fd = open("lockfile", O_RDWR | O_CREAT, 0600);
    flock(fd, LOCK_EX);
    handler(SIGUSR1, SA_RESTART);
    if ((pid = fork()) == 0) {
        int other = open("lockfile", O_RDWR);
        hits = 0;
        P(flock(other, LOCK_EX));
        P(hits);
        _exit(0);
    }
    ms_sleep(60); kill(pid, SIGUSR1); ms_sleep(30); flock(fd, LOCK_UN);
    reap();
    return 0;
}
