// oracle: native
/* Which calls a handler breaks off, with SA_RESTART and without: signal(7). Each case is a process of its own; they run side by side. */
#include "s.h"
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

static volatile int hits;
static int p[2], sv[2], full[2], msq, sem, other, futexes[4], *shared, lfd, lport;
static char big[1 << 20];
static pid_t helper;
static struct timespec two = { 2, 0 };
static void on(int sig) { hits++; }
static long fx(int op, int val, void *ts) { return syscall(SYS_futex, shared, op, val, ts, NULL, -1); }
static int fresh(int n) { struct sockaddr_in a = { AF_INET, 0, { htonl(INADDR_LOOPBACK) } }; return 0; }

#define CASES \
    C(read_pipe, read(p[0], big, 1)) C(readv_pipe, readv(p[0], &(struct iovec){ big, 1 }, 1)) C(write_pipe, write(full[1], big, 4096)) \
    C(writev_pipe, writev(full[1], &(struct iovec){ big, 4096 }, 1)) C(recv, recv(sv[0], big, 1, 0)) C(recvfrom, recvfrom(sv[0], big, 1, 0, NULL, NULL)) \
    C(recvmsg, recvmsg(sv[0], &(struct msghdr){ .msg_iov = &(struct iovec){ big, 1 }, .msg_iovlen = 1 }, 0)) \
    C(recv_timeout, (setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 2 }, sizeof(struct timeval)), recv(sv[0], big, 1, 0))) \
    C(read_timeout, (setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 2 }, sizeof(struct timeval)), read(sv[0], big, 1))) \
    C(recvmmsg, recvmmsg(sv[0], &(struct mmsghdr){ { .msg_iov = &(struct iovec){ big, 1 }, .msg_iovlen = 1 } }, 1, 0, NULL)) \
    C(accept, accept(lfd, NULL, NULL)) C(accept4, accept4(lfd, NULL, NULL, SOCK_CLOEXEC)) \
    C(wait4, waitpid(helper, NULL, 0)) C(waitid, waitid(P_PID, helper, &(siginfo_t){ 0 }, WEXITED)) C(flock, flock(other, LOCK_EX)) \
    C(setlkw, fcntl(other, F_SETLKW, &(struct flock){ .l_type = F_WRLCK })) C(ofd_setlkw, fcntl(other, F_OFD_SETLKW, &(struct flock){ .l_type = F_WRLCK })) \
    C(futex, fx(FUTEX_WAIT, 7, NULL)) C(futex_private, fx(FUTEX_WAIT_PRIVATE, 7, NULL)) C(futex_timeout, fx(FUTEX_WAIT, 7, &two)) \
    C(futex_bitset, fx(FUTEX_WAIT_BITSET, 7, NULL)) C(sem_wait, sem_wait((sem_t *)(shared + 8))) \
    C(msgrcv, msgrcv(msq, big, 1, 77, 0)) C(semop, semop(sem, &(struct sembuf){ 0, -1, 0 }, 1)) C(semtimedop, semtimedop(sem, &(struct sembuf){ 0, -1, 0 }, 1, &two)) \
    C(poll, poll(&(struct pollfd){ p[0], POLLIN }, 1, 2000)) C(ppoll, ppoll(&(struct pollfd){ p[0], POLLIN }, 1, &two, NULL)) \
    C(poll_forever, poll(&(struct pollfd){ p[0], POLLIN }, 1, -1)) \
    C(select, select(p[0] + 1, &(fd_set){ { 1ul << p[0] } }, NULL, NULL, &(struct timeval){ 2, 0 })) \
    C(pselect, pselect(p[0] + 1, &(fd_set){ { 1ul << p[0] } }, NULL, NULL, &two, NULL)) \
    C(epoll_wait, epoll_wait(ep(), &(struct epoll_event){ 0 }, 1, 2000)) C(epoll_pwait, epoll_pwait(ep(), &(struct epoll_event){ 0 }, 1, -1, NULL)) \
    C(nanosleep, nanosleep(&two, NULL)) C(clock_nanosleep, -(errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &two, NULL)) ? -1 : 0) \
    C(clock_nanosleep_abs, absolute()) C(pause, pause()) C(sigsuspend, sigsuspend(&(sigset_t){ { 0 } })) \
    C(sigtimedwait, sigtimedwait(&(sigset_t){ { 1ul << (SIGUSR2 - 1) } }, NULL, &two)) C(sigwaitinfo, sigwaitinfo(&(sigset_t){ { 1ul << (SIGUSR2 - 1) } }, NULL)) \
    C(open_fifo, open(fifo(), O_RDONLY)) C(read_eventfd, read(eventfd(0, 0), big, 8)) C(read_timerfd, read(timer(), big, 8)) \
    C(read_inotify, read(inotify_init1(0), big, 4096)) C(read_signalfd, read(signalfd(-1, &(sigset_t){ { 2 } }, 0), big, 128)) \
    C(io_getevents, events(NULL)) C(io_getevents_timeout, events(&two)) C(splice, splice(p[0], NULL, full[1], NULL, 1, 0)) C(tee, tee(p[0], full[1], 1, 0)) \
    C(sendfile, sendfile_()) C(vmsplice, vmsplice(full[1], &(struct iovec){ big, 4096 }, 1, 0)) C(send, send_()) C(sendmsg, sendmsg_()) C(mq_receive, mq_()) \
    C(connect, connect_()) C(tty_read, tty_()) C(tcdrain, 0) C(getrandom, syscall(SYS_getrandom, big, 32, 0) - 32) C(preadv2, syscall(SYS_preadv2, p[0], &(struct iovec){ big, 1 }, 1, -1l, -1l, 0))

static int ep(void) { int e = epoll_create1(0); epoll_ctl(e, EPOLL_CTL_ADD, p[0], &(struct epoll_event){ EPOLLIN }); return e; }
static int absolute(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    ts.tv_sec += 2;
    return (errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL)) ? -1 : 0;
}
static const char *fifo(void) { static char n[64]; snprintf(n, sizeof n, "/tmp/aotc-fifo-%d", getpid()); mkfifo(n, 0600); return n; }
static int timer(void) { int fd = timerfd_create(CLOCK_MONOTONIC, 0); timerfd_settime(fd, 0, &(struct itimerspec){ { 0 }, { 3, 0 } }, NULL); return fd; }
static long events(struct timespec *ts)
{
    aio_context_t ctx = 0;
    struct io_event e;
    syscall(SYS_io_setup, 4, &ctx);
    return syscall(SYS_io_getevents, ctx, 1, 1, &e, ts);
}
static long sendfile_(void)
{
    int fd = memfd_create("x", 0);
    ftruncate(fd, 65536);
    return syscall(SYS_sendfile, full[1], fd, NULL, 4096);
}
static long send_(void) { while (send(sv[0], big, sizeof big, MSG_DONTWAIT) > 0) ; errno = 0; return send(sv[0], big, 1, 0); }
static long sendmsg_(void)
{
    while (send(sv[0], big, 1000, MSG_DONTWAIT) > 0) ;
    return sendmsg(sv[0], &(struct msghdr){ .msg_iov = &(struct iovec){ big, 1 }, .msg_iovlen = 1 }, 0);
}
static long mq_(void)
{
    char n[64];
    snprintf(n, sizeof n, "/aotc-r-%d", getpid());
    mqd_t q = mq_open(n, O_RDWR | O_CREAT, 0600, NULL);
    mq_unlink(n);
    return q == (mqd_t)-1 ? (errno = EINTR, -1) : mq_receive(q, big, sizeof big, NULL);
}
static long connect_(void)      /* a queue that is full: the second one waits */
{
    int l = socket(AF_UNIX, SOCK_STREAM, 0), c;
    struct sockaddr_un { short f; char path[108]; } a = { AF_UNIX };
    snprintf(a.path + 1, 100, "aotc-%d", getpid());
    bind(l, (void *)&a, sizeof a);
    listen(l, 0);
    connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, sizeof a);
    c = socket(AF_UNIX, SOCK_STREAM, 0);
    return connect(c, (void *)&a, sizeof a);
}
static long tty_(void)
{
    int m = posix_openpt(O_RDWR | O_NOCTTY), s;
    grantpt(m); unlockpt(m);
    s = open(ptsname(m), O_RDWR | O_NOCTTY);
    return read(s, big, 10);
}

enum { C0
#define C(name, e) , N_##name
CASES
#undef C
, CN };
static long run(int n)
{
    switch (n) {
#define C(name, e) case N_##name: return e;
    CASES
#undef C
    }
    return 0;
}
static const char *const names[] = { ""
#define C(name, e) , #name
CASES
#undef C
};

/* EINTR: broken off. A call that starts again waits for good: the second signal's handler ends the process. */
static void again(int sig)
{
    if (++hits == 2)
        _exit(100);
}
static int one(int n, int flags)
{
    struct sigaction sa = { .sa_handler = again, .sa_flags = flags };
    sigaction(SIGUSR1, &sa, NULL);
    block(SIGUSR2);
    pid_t self = getpid();
    pipe(p); pipe(full); socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
    fcntl(full[1], F_SETPIPE_SZ, 4096); write(full[1], big, 4096);
    if (n == N_splice || n == N_tee)
        read(full[0], big, 4096);
    msq = msgget(IPC_PRIVATE, 0600); sem = semget(IPC_PRIVATE, 1, 0600);
    lfd = socket(AF_INET, SOCK_STREAM, 0); listen(lfd, 1);
    int first = memfd_create("l", 0);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", first);
    other = open(path, O_RDWR);
    if (n == N_flock) flock(first, LOCK_EX);
    if (n == N_ofd_setlkw) fcntl(first, F_OFD_SETLK, &(struct flock){ .l_type = F_WRLCK });
    *shared = 7;
    if (!(helper = fork())) {
        if (n == N_setlkw) fcntl(first, F_SETLK, &(struct flock){ .l_type = F_WRLCK });
        ms_sleep(250); kill(self, SIGUSR1); ms_sleep(150); kill(self, SIGUSR1); ms_sleep(50);
        _exit(0);
    }
    if (n == N_setlkw) ms_sleep(100);
    errno = 0;
    long r = run(n);
    int e = errno;
    msgctl(msq, IPC_RMID, NULL); semctl(sem, 0, IPC_RMID);
    if (n == N_open_fifo) unlink(fifo());
    return r < 0 ? e : hits == 1 && r == 0 ? 101 : 102;
}
/* again() leaves System V objects behind: the parent, who knows them not, has them removed. */
int main(void)
{
    int w, got[CN][2];
    pid_t pid[CN][2];

    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int from = 1; from < CN; from += 20) {
        for (int n = from; n < CN && n < from + 20; n++)
            for (int f = 0; f < 2; f++)
                if (!(pid[n][f] = fork())) {
                    setsid();
                    syscall(SYS_unshare, 0x08000000);   /* CLONE_NEWIPC, where allowed: queues go with it */
                    _exit(one(n, f ? SA_RESTART : 0));
                }
        for (int n = from; n < CN && n < from + 20; n++)
            for (int f = 0; f < 2; f++) {
                waitpid(pid[n][f], &w, 0);
                got[n][f] = WIFEXITED(w) ? WEXITSTATUS(w) : 1000 + WTERMSIG(w);
            }
    }
    for (int n = 1; n < CN; n++) {
        printf("%-22s", names[n]);
        for (int f = 0; f < 2; f++)
            if (got[n][f] == 100) printf(" restarted");
            else if (got[n][f] < 100) printf(" %s", got[n][f] ? strerrorname_np(got[n][f]) : "0");
            else printf(" %d", got[n][f]);
        printf("\n");
    }
    return 0;
}
