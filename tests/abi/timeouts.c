/* What is left of a timeout when a handler interrupts the call, and that a call goes on when none ran. */
#include "../syscalls/t.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>

static volatile int hits;
static void on(int sig) { hits++; }
static void in_ms(int ms) { setitimer(ITIMER_REAL, &(struct itimerval){ { 0, 0 }, { 0, ms * 1000 } }, NULL); }
static const char *about(struct timespec ts, long ms)
{
    long has = ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
    return has <= ms && has > ms - 1500 ? "right" : "wrong";
}

static void left(void)
{
    struct timespec ts = { 9, 0 }, rem = { 0, 0 }, abs;
    struct pollfd p = { -1, POLLIN, 0 };
    struct timeval tv = { 9, 0 };
    fd_set none;

    in_ms(20); P(nanosleep(&ts, &rem)); printf("%s\n", about(rem, 8980));
    in_ms(20); P(syscall(SYS_nanosleep, &ts, NULL));
    in_ms(20); P(clock_nanosleep(CLOCK_REALTIME, 0, &ts, &rem)); printf("%s\n", about(rem, 8980));
    in_ms(20); P(clock_nanosleep(CLOCK_BOOTTIME, 0, &ts, &rem)); printf("%s\n", about(rem, 8980));
    clock_gettime(CLOCK_MONOTONIC, &abs);
    abs.tv_sec += 9;
    rem = (struct timespec){ 1, 2 };
    in_ms(20); P(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &abs, &rem)); printf("%ld %ld\n", (long)rem.tv_sec, (long)rem.tv_nsec);
    P(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &ts, &rem));
    P(clock_nanosleep(77, 0, &ts, &rem));
    P(nanosleep(&(struct timespec){ 0, 1000000000 }, NULL));
    P(nanosleep(&(struct timespec){ -1, 0 }, NULL));
    P(nanosleep(BAD, NULL));
    in_ms(20); P(syscall(SYS_ppoll, &p, 1, &ts, NULL, 8)); printf("%s\n", about(ts, 8980));
    ts = (struct timespec){ 9, 0 };
    FD_ZERO(&none);
    in_ms(20); P(syscall(SYS_pselect6, 1, &none, NULL, NULL, &ts, NULL)); printf("%s\n", about(ts, 8980));
    in_ms(20); P(select(0, NULL, NULL, NULL, &tv)); printf("%s\n", tv.tv_sec == 8 ? "right" : "wrong");
    ts = (struct timespec){ 0, 30000000 };
    P(syscall(SYS_ppoll, &p, 1, &ts, NULL, 8)); printf("%ld %ld\n", (long)ts.tv_sec, (long)ts.tv_nsec);
    P(hits);
}

/* Interrupted whatever SA_RESTART says, signal(7). */
static void never(void)
{
    int ep = epoll_create1(0), sem = semget(IPC_PRIVATE, 1, 0600), q = msgget(IPC_PRIVATE, 0600), sv[2];
    struct { long type; char t[8]; } m;
    struct epoll_event e;
    char b[8];

    hits = 0;
    in_ms(10); P(epoll_wait(ep, &e, 1, 9000));
    in_ms(10); P(poll(NULL, 0, 9000));
    in_ms(10); P(pause());
    in_ms(10); P(semop(sem, &(struct sembuf){ 0, -1, 0 }, 1));
    in_ms(10); P(semtimedop(sem, &(struct sembuf){ 0, -1, 0 }, 1, &(struct timespec){ 9, 0 }));
    in_ms(10); P(msgrcv(q, &m, 8, 0, 0));
    socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
    setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 9, 0 }, sizeof(struct timeval));
    in_ms(10); P(read(sv[0], b, 8));
    setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 0, 20000 }, sizeof(struct timeval));
    P(read(sv[0], b, 8));
    P(hits);
    semctl(sem, 0, IPC_RMID);
    msgctl(q, IPC_RMID, NULL);
}

/* Signals that stop and go on, or that nobody notices, do not end a sleep early. */
static void unnoticed(void)
{
    pid_t me = getpid(), kid;
    long t = ms_now();

    signal(SIGUSR1, SIG_IGN);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    kid = fork();
    if (!kid) {
        for (int i = 0; i < 5; i++) {
            ms_sleep(10);
            kill(me, SIGUSR1);
            kill(me, SIGWINCH);
        }
        kill(me, SIGSTOP);
        ms_sleep(20);
        kill(me, SIGCONT);
        _exit(0);
    }
    P(nanosleep(&(struct timespec){ 0, 150000000 }, NULL));
    Y(ms_now() - t >= 150 && ms_now() - t < 2000);
    P(waitpid(kid, NULL, 0) == kid);
    kid = fork();
    if (!kid) {
        ms_sleep(20);
        kill(me, SIGSTOP);
        ms_sleep(10);
        kill(me, SIGCONT);
        _exit(0);
    }
    t = ms_now();
    P(poll(NULL, 0, 100));
    Y(ms_now() - t >= 100 && ms_now() - t < 2000);
    waitpid(kid, NULL, 0);
}

int main(void)
{
    struct sigaction sa = { .sa_handler = on };

    sigaction(SIGALRM, &sa, NULL);
    left();
    sa.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &sa, NULL);
    never();
    unnoticed();
    return 0;
}
