/* Shared by the programs of this folder: they print facts that depend on no time, pid or machine. */
#ifndef S_H
#define S_H
#include "../syscalls/t.h"
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <ucontext.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

typedef void (*handler3)(int, siginfo_t *, void *);

static inline void on3(int sig, handler3 h, int flags)
{
    struct sigaction sa = { .sa_sigaction = h, .sa_flags = SA_SIGINFO | flags };
    sigaction(sig, &sa, NULL);
}
static inline sigset_t set_of(int n, ...)
{
    sigset_t s;
    va_list ap;

    sigemptyset(&s);
    va_start(ap, n);
    while (n--)
        sigaddset(&s, va_arg(ap, int));
    va_end(ap);
    return s;
}
static inline void block(int sig) { sigset_t s = set_of(1, sig); pthread_sigmask(SIG_BLOCK, &s, NULL); }
static inline void unblock(int sig) { sigset_t s = set_of(1, sig); pthread_sigmask(SIG_UNBLOCK, &s, NULL); }
static inline void block_all(void) { sigset_t s; sigfillset(&s); pthread_sigmask(SIG_BLOCK, &s, NULL); }
static inline void unblock_all(void) { sigset_t s; sigemptyset(&s); pthread_sigmask(SIG_SETMASK, &s, NULL); }
static inline int pending(int sig) { sigset_t s; sigpending(&s); return sigismember(&s, sig); }
static inline int blocked(int sig) { sigset_t s; pthread_sigmask(SIG_BLOCK, NULL, &s); return sigismember(&s, sig); }
static inline int gettid_(void) { return (int)syscall(SYS_gettid); }
/* Waits up to five seconds for a condition. */
#define WAIT_FOR(e) do { long t_ = ms_now(); while (!(e) && ms_now() - t_ < 5000) usleep(500); } while (0)

__attribute__((constructor)) static void lines(void) { setvbuf(stdout, NULL, _IOLBF, 1 << 16); }

/* Signals' names; SIGRTMIN + n. */
static inline const char *name_of(int sig)
{
    static __thread char buf[16];
    const char *s = sigabbrev_np(sig);

    if (s)
        return s;
    snprintf(buf, sizeof buf, "%d", sig);
    return buf;
}
/* A child's status in words. */
static inline const char *status_of(int w)
{
    static char buf[64];

    if (WIFEXITED(w))
        snprintf(buf, sizeof buf, "exit %d", WEXITSTATUS(w));
    else if (WIFSIGNALED(w))
        snprintf(buf, sizeof buf, "killed by %s%s", name_of(WTERMSIG(w)), WCOREDUMP(w) ? ", core" : "");
    else if (WIFSTOPPED(w))
        snprintf(buf, sizeof buf, "stopped by %s", name_of(WSTOPSIG(w)));
    else
        snprintf(buf, sizeof buf, "continued %d", WIFCONTINUED(w));
    return buf;
}
/* What f does as a child, in words. */
static inline const char *child(void (*f)(void))
{
    int w = -1;

    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        f();
        fflush(stdout);
        _exit(0);
    }
    while (waitpid(pid, &w, 0) < 0 && errno == EINTR)
        ;
    return status_of(w);
}
#define CHILD(f) printf("%s: %s\n", #f, child(f))
#endif
