/* What the thread programs share. Each prints what does not depend on the machine; argv[1] is how much it does (1: the short form). */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static inline long size_arg(int argc, char **argv) { return argc > 1 ? atol(argv[1]) : 1; }

static inline void must(int error, const char *what)
{
    if (error) {
        printf("%s: %s\n", what, strerror(error));
        fflush(stdout);
        _exit(99);
    }
}

static inline pthread_t start(void *(*f)(void *), void *arg)
{
    pthread_t t;

    must(pthread_create(&t, NULL, f, arg), "pthread_create");
    return t;
}

static inline void *join(pthread_t t)
{
    void *r;

    must(pthread_join(t, &r), "pthread_join");
    return r;
}

static inline void handle(int sig, void (*h)(int), int flags)
{
    struct sigaction sa;

    memset(&sa, 0, sizeof sa);
    sa.sa_handler = h;
    sa.sa_flags = flags;
    must(sigaction(sig, &sa, NULL) ? errno : 0, "sigaction");
}

static inline void wait_exit(pid_t p, const char *what)
{
    int st;

    if (p < 0 || waitpid(p, &st, 0) != p)
        printf("%s: no child: %s\n", what, strerror(errno));
    else if (WIFEXITED(st))
        printf("%s: exit %d\n", what, WEXITSTATUS(st));
    else
        printf("%s: signal %d\n", what, WTERMSIG(st));
    fflush(stdout);
}

/* Gives another thread's system call the time to begin. Nothing may depend on it but how hard the test is. */
static inline void moment(void) { usleep(3000); }
