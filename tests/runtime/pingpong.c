/* No signal is lost between looking and sleeping: two processes wake each other with signals only, then signals hit a blocking
 * read. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int got;

static void count(int s)
{
    got++;
}

static void ping(int n, sigset_t *open)
{
    pid_t parent = getpid(), k = fork();
    int st;

    if (!k) {
        for (int i = 0; i < n; i++) {
            while (got <= i)
                sigsuspend(open);
            kill(parent, SIGUSR1);
        }
        _exit(got == n ? 0 : 1);
    }
    for (int i = 0; i < n; i++) {
        kill(k, SIGUSR1);
        while (got <= i) {
            if (i & 1)
                sigsuspend(open);
            else
                ppoll(NULL, 0, NULL, open);
        }
    }
    waitpid(k, &st, 0);
    printf("ping %d, child %d\n", got, WEXITSTATUS(st));
}

static void interrupted_reads(int want)
{
    int fd[2], n = 0, st;
    pid_t parent = getpid(), k;
    char c = 1;

    if (pipe(fd))
        return;
    got = 0;
    k = fork();
    if (!k) {
        for (int i = 0; i < want; i++) {
            kill(parent, SIGUSR1);
            if (i % 3 == 0)
                usleep(1);
            if (write(fd[1], &c, 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    while (n < want) {
        if (read(fd[0], &c, 1) == 1)
            n++;
        else if (errno != EINTR)
            break;
    }
    waitpid(k, &st, 0);
    printf("read %d, handlers %s, child %d\n", n, got ? "ran" : "did not run", WEXITSTATUS(st));
}

int main(void)
{
    struct sigaction a = { .sa_handler = count };
    sigset_t set, open;

    sigaction(SIGUSR1, &a, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &open);
    sigdelset(&open, SIGUSR1);
    ping(3000, &open);
    sigprocmask(SIG_SETMASK, &open, NULL);
    interrupted_reads(2000);
    return 0;
}
