/* Processes and signals: fork, vfork, exec of itself, posix_spawn, wait, pipes, handlers, timers. oracle: native (qemu-user cannot
 * exec) */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static volatile sig_atomic_t hits, last;
static sigjmp_buf out;
static void count(int sig)
{
    hits++;
    last = sig;
}
static void leave(int sig, siginfo_t *si, void *uc)
{
    (void)uc;
    siglongjmp(out, sig == SIGSEGV ? 1 + (si->si_addr == (void *)16) : 9);
}
static void at_end(void) { printf("at exit\n"); }

static int child(char **argv)
{
    char buf[100];
    ssize_t n = read(0, buf, sizeof buf);
    printf("child %s %s: %.*s", argv[1], getenv("EXTRA") ? getenv("EXTRA") : "no", (int)(n > 0 ? n : 0), buf);
    return atoi(argv[1]);
}

static int finish(pid_t pid)
{
    int st = 0;
    if (waitpid(pid, &st, 0) != pid)
        return -1;
    return WIFSIGNALED(st) ? 1000 + WTERMSIG(st) : WEXITSTATUS(st);
}

int main(int argc, char **argv)
{
    int p[2];
    pid_t pid;

    if (argc > 1 && argv[1][0] != 'a')
        return child(argv);
    atexit(at_end);
    for (int i = 0; i < 5; i++) {
        fflush(stdout);
        if (!(pid = fork())) {
            printf("fork %d\n", i);
            exit(i + 1);
        }
        printf("%d\n", finish(pid));
    }
    pipe(p);
    write(p[1], "through a pipe\n", 15);
    close(p[1]);
    fflush(stdout);
    posix_spawn_file_actions_t fa;
    posix_spawn_file_actions_init(&fa);
    posix_spawn_file_actions_adddup2(&fa, p[0], 0);
    char *args[] = {argv[0], "33", NULL}, *env[] = {"EXTRA=more", NULL};
    printf("%d ", posix_spawn(&pid, argv[0], &fa, NULL, args, env));
    printf("%d\n", finish(pid));
    printf("%d\n", posix_spawn(&pid, "/nowhere/nothing", NULL, NULL, args, environ) == ENOENT);
    fflush(stdout);
    if (!(pid = vfork())) {
        execv(argv[0], args);
        _exit(99);
    }
    printf("%d\n", finish(pid));
    if (!(pid = fork())) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        abort();
    }
    printf("%d\n", finish(pid));
    struct sigaction sa = {.sa_handler = count, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &sa, NULL);
    sigaction(SIGALRM, &sa, NULL);
    sigset_t set, old, pend;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR1);
    sigpending(&pend);
    printf("%d %d\n", (int)hits, sigismember(&pend, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("%d %d\n", (int)hits, last == SIGUSR1);
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 5000}, {0, 5000}}, NULL);
    while (hits < 6)
        pause();
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
    printf("alarms %d\n", last == SIGALRM);
    sa.sa_handler = NULL;
    sa.sa_sigaction = leave;
    sa.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &sa, NULL);
    for (volatile int i = 0; i < 3; i++) {
        int r = sigsetjmp(out, 1);
        if (!r)
            *(volatile int *)16 = i;
        printf("caught %d\n", r);
    }
    pipe(p);
    if (!(pid = fork())) {
        struct pollfd fd = {p[0], POLLIN, 0};
        char c = 0;
        int r = poll(&fd, 1, 10000);
        read(p[0], &c, 1);
        _exit(r * 10 + c);
    }
    write(p[1], "\5", 1);
    printf("%d ", finish(pid));
    printf("%d\n", waitpid(-1, NULL, 0) < 0 && errno == ECHILD);
    return 5;
}
