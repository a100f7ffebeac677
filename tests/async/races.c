/* No signal is lost between the last look at it and the call that waits for it. races ROUNDS: each round arms a timer that goes off within
 * some 60 us, computes for a random while, and waits in a call that only the handler ends. A lost signal hangs the program. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

static volatile int hits;
static int fd[2];
static timer_t timer;
static uint64_t seed = 88172645463325252u;

static void wake(int sig)
{
    hits++;
    write(fd[1], "x", 1);
}

static uint64_t rnd(uint64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % n;
}

static void arm(void)
{
    struct itimerspec t = { { 0, 0 }, { 0, 1 + rnd(60000) } };
    volatile unsigned spin = rnd(4) ? rnd(20000) : 0;

    timer_settime(timer, 0, &t, NULL);
    while (spin)
        spin--;
}

int main(int argc, char **argv)
{
    int rounds = atoi(argv[1]);
    struct sigaction a = { .sa_handler = wake };
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
    struct epoll_event out;
    sigset_t block, none;
    struct pollfd p;
    int ep = epoll_create1(0);
    fd_set set;

    pipe(fd);
    p = (struct pollfd){ fd[0], POLLIN, 0 };
    epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &(struct epoll_event){ EPOLLIN, { 0 } });
    sigemptyset(&none);
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    timer_create(CLOCK_MONOTONIC, &ev, &timer);
    for (int i = 1; i <= rounds; i++) {
        a.sa_flags = i & 1 ? SA_RESTART : 0;
        sigaction(SIGUSR1, &a, NULL);
        switch (i % 7) {
        case 0: arm(); break;                                   /* read, restarted or retried */
        case 1: arm(); while (poll(&p, 1, -1) < 0) ; break;
        case 2: arm(); FD_ZERO(&set); FD_SET(fd[0], &set); while (select(fd[0] + 1, &set, NULL, NULL, NULL) < 0) FD_SET(fd[0], &set); break;
        case 3: arm(); while (epoll_wait(ep, &out, 1, -1) < 0) ; break;
        case 4: sigprocmask(SIG_BLOCK, &block, NULL); arm(); sigsuspend(&none); break;
        case 5: sigprocmask(SIG_BLOCK, &block, NULL); arm(); ppoll(NULL, 0, NULL, &none); break;
        case 6: sigprocmask(SIG_BLOCK, &block, NULL); arm(); pselect(0, NULL, NULL, NULL, NULL, &none); break;
        }
        if (i % 7 >= 4)
            sigprocmask(SIG_UNBLOCK, &block, NULL);
        char c;
        ssize_t r;
        while ((r = read(fd[0], &c, 1)) < 0 && errno == EINTR)
            ;
        if (r != 1 || hits != i) {
            printf("round %d: read %zd, %d handlers\n", i, r, hits);
            return 1;
        }
    }
    printf("%d rounds, %d handlers\n", rounds, hits);
    return 0;
}
