/* clone3(2), CLONE_PIDFD, and processes that share memory and run beside each other. */
#include "../syscalls/t.h"
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ull
#endif

static struct clone_args fresh(uint64_t flags, int sig)
{
    struct clone_args a;

    memset(&a, 0, sizeof a);
    a.flags = flags;
    a.exit_signal = sig;
    return a;
}

static void on(int sig) { (void)sig; }

static int status_of(pid_t pid)
{
    int st = -1;

    waitpid(pid, &st, __WALL);
    return st;
}

static void refused(void)
{
    struct clone_args a = fresh(0, SIGCHLD);
    char big[200] = { 0 };
    int tid = 1;

    P(syscall(SYS_clone3, &a, 63));
    P(syscall(SYS_clone3, &a, 8192));
    P(syscall(SYS_clone3, BAD, 64));
    memcpy(big, &a, sizeof a);
    big[199] = 1;
    P(syscall(SYS_clone3, big, 200));
    a.flags = 0x11;
    P(syscall(SYS_clone3, &a, sizeof a));
    a = fresh(1ull << 63, SIGCHLD);
    P(syscall(SYS_clone3, &a, sizeof a));
    a = fresh(0, 65);
    P(syscall(SYS_clone3, &a, sizeof a));
    a = fresh(CLONE_PARENT, SIGCHLD);
    P(syscall(SYS_clone3, &a, sizeof a));
    a = fresh(CLONE_SIGHAND | CLONE_VM | CLONE_CLEAR_SIGHAND, SIGCHLD);
    P(syscall(SYS_clone3, &a, sizeof a));
    a = fresh(CLONE_SIGHAND, SIGCHLD);
    P(syscall(SYS_clone3, &a, sizeof a));
    a = fresh(0, SIGCHLD);
    a.stack = (uintptr_t)big;
    P(syscall(SYS_clone3, &a, sizeof a));
    a = fresh(0, SIGCHLD);
    a.set_tid = (uintptr_t)&tid;
    P(syscall(SYS_clone3, &a, sizeof a));
}

static void forks(void)
{
    int pidfd = -1, ptid = -1;
    struct clone_args a = fresh(CLONE_PIDFD | CLONE_PARENT_SETTID, SIGCHLD);
    siginfo_t si;
    pid_t pid;

    a.pidfd = (uintptr_t)&pidfd;
    a.parent_tid = (uintptr_t)&ptid;
    signal(SIGUSR1, on);
    signal(SIGUSR2, SIG_IGN);
    pid = syscall(SYS_clone3, &a, sizeof a);
    if (!pid) {
        poll(NULL, 0, 20);
        _exit(signal(SIGUSR1, SIG_DFL) == on ? 3 : 4);
    }
    Y(pid > 0 && ptid == pid && pidfd > 2);
    P(fcntl(pidfd, F_GETFD));
    P(poll(&(struct pollfd){ pidfd, POLLIN, 0 }, 1, 5000));
    memset(&si, 0, sizeof si);
    P(waitid(P_PIDFD, pidfd, &si, WEXITED));
    printf("%d %d %d\n", si.si_pid == pid, si.si_code, si.si_status);
    a = fresh(CLONE_CLEAR_SIGHAND, SIGCHLD);
    pid = syscall(SYS_clone3, &a, sizeof a);
    if (!pid)
        _exit((signal(SIGUSR1, SIG_DFL) == SIG_DFL) + 2 * (signal(SIGUSR2, SIG_DFL) == SIG_IGN));
    printf("cleared: %x\n", status_of(pid));
    Y(signal(SIGUSR1, SIG_DFL) == on);
}

static volatile int word, stop;
static char stack[4][65536] __attribute__((aligned(16)));
static int child(void *arg)
{
    __sync_fetch_and_add(&word, (int)(intptr_t)arg);
    syscall(SYS_futex, &word, 1, 99, NULL, NULL, 0);
    while (!stop)
        sched_yield();
    return 40 + (int)(intptr_t)arg;
}

/* Children that share memory; what one of them writes the others see, while all of them run. */
static void beside(void)
{
    int ctid[4] = { 7, 7, 7, 7 }, ptid[4];
    pid_t pid[4];

    for (int i = 0; i < 4; i++)
        pid[i] = clone(child, stack[i] + sizeof stack[i], CLONE_VM | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID |
                       (i & 1 ? CLONE_FS | CLONE_FILES | CLONE_SIGHAND : 0) | SIGCHLD, (void *)(intptr_t)(1 << i), &ptid[i], NULL, &ctid[i]);
    while (word != 15)
        sched_yield();
    for (int i = 0; i < 4; i++)
        Y(pid[i] > 0 && ptid[i] == pid[i] && ctid[i] == pid[i]);
    P(word);
    P(waitpid(-1, NULL, WNOHANG));
    void *more = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stop = 1;
    for (int i = 0; i < 4; i++)
        printf("%x\n", status_of(pid[i]));
    for (int i = 0; i < 4; i++)
        while (*(volatile int *)&ctid[i])
            sched_yield();
    P(munmap(more, 65536));
}

static int spin(void *arg) { for (;;) word++; }
static int crash(void *arg) { *(volatile int *)16 = 1; return 0; }
static int run(void *arg) { execl("/bin/sh", "sh", "-c", "exit 9", NULL); return 1; }

static void ends(void)
{
    pid_t pid = clone(spin, stack[0] + sizeof stack[0], CLONE_VM | SIGCHLD, NULL);

    while (word < 5000000)
        ;
    P(kill(pid, SIGKILL));
    printf("%x\n", status_of(pid));
    pid = clone(crash, stack[0] + sizeof stack[0], CLONE_VM | SIGCHLD, NULL);
    printf("%x\n", status_of(pid) & ~0x80);
    pid = clone(run, stack[0] + sizeof stack[0], CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
    printf("%x\n", status_of(pid));
    pid = clone(child, stack[0] + sizeof stack[0], CLONE_VM, (void *)1);
    P(waitpid(-1, NULL, 0));
    printf("%x\n", status_of(pid));
    pid = fork();
    if (!pid)
        _exit(5);
    printf("%x\n", status_of(pid));
}

static int out;
static int outlive(void *arg)
{
    ms_sleep(50);
    for (volatile int i = 0; i < 100000; i++)
        ;
    mmap(NULL, 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    write(out, "alive", 5);
    return 0;
}

/* A child outlives the one that made it. */
static void orphan(void)
{
    int p[2];
    char got[8] = { 0 };

    pipe(p);
    out = p[1];
    if (!fork()) {
        clone(outlive, stack[0] + sizeof stack[0], CLONE_VM | SIGCHLD, NULL);
        _exit(0);
    }
    close(p[1]);
    wait(NULL);
    P(read(p[0], got, 5));
    S(got);
    pipe(p);
    out = p[1];
    if (!fork()) {
        clone(outlive, stack[0] + sizeof stack[0], CLONE_VM | SIGCHLD, NULL);
        fcntl(p[1], F_SETFD, FD_CLOEXEC);
        execl("/bin/sh", "sh", "-c", "exit 0", NULL);
        _exit(1);
    }
    close(p[1]);
    P(wait(NULL) > 0);
    P(read(p[0], got, 5));
    pipe(p);
    out = p[1];
    pid_t pid = fork();
    if (!pid) {
        clone(outlive, stack[0] + sizeof stack[0], CLONE_VM | SIGCHLD, NULL);
        syscall(SYS_exit, 7);
    }
    close(p[1]);
    printf("%x\n", status_of(pid));
    P(read(p[0], got, 5));
}

int main(void)
{
    refused();
    forks();
    beside();
    ends();
    orphan();
    return 0;
}
