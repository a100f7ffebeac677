// oracle: native
#include "s.h"

static volatile int hits, depth, deepest;

static void count(int sig) { hits++; }
static void nest(int sig)
{
    hits++;
    if (++depth > deepest)
        deepest = depth;
    if (hits < 5)
        raise(sig);
    depth--;
}
static void info(int sig, siginfo_t *si, void *uc)
{
    sigset_t *old = &((ucontext_t *)uc)->uc_sigmask;
    printf("%s: self %d, USR2 %d, TERM %d; before: self %d, USR2 %d\n", name_of(sig), blocked(sig), blocked(SIGUSR2), blocked(SIGTERM),
           sigismember(old, sig), sigismember(old, SIGUSR2));
    hits++;
}
static void with(int sig, void (*h)(int), int flags, int masked)
{
    struct sigaction sa = { .sa_handler = h, .sa_flags = flags };
    sigemptyset(&sa.sa_mask);
    if (masked)
        sigaddset(&sa.sa_mask, masked);
    P(sigaction(sig, &sa, NULL));
}
static void what(int sig)
{
    struct sigaction sa;
    sigaction(sig, NULL, &sa);
    printf("%s: flags %x, %s, mask USR2 %d KILL %d STOP %d\n", name_of(sig), sa.sa_flags & ~0x04000000,
           sa.sa_handler == SIG_DFL ? "default" : sa.sa_handler == SIG_IGN ? "ignored" : "handler", sigismember(&sa.sa_mask, SIGUSR2),
           sigismember(&sa.sa_mask, SIGKILL), sigismember(&sa.sa_mask, SIGSTOP));
}
static void depths(int flags)
{
    hits = depth = deepest = 0;
    with(SIGUSR1, nest, flags, 0);
    raise(SIGUSR1);
    printf("flags %x: %d handlers, %d deep\n", flags, hits, deepest);
}
static void reset_and_again(void)
{
    with(SIGUSR1, count, SA_RESETHAND, 0);
    raise(SIGUSR1);
    what(SIGUSR1);
    raise(SIGUSR1);
}
static void reset_nested(void)          /* the second one comes while the first one's handler runs */
{
    hits = 0;
    with(SIGUSR1, nest, SA_RESETHAND | SA_NODEFER, 0);
    raise(SIGUSR1);
}
static void segv_reset(void)
{
    with(SIGSEGV, count, SA_RESETHAND, 0);
    *(volatile int *)8 = 0;             /* again after the handler: default */
}
static void segv_blocked(void)
{
    with(SIGSEGV, count, 0, 0);
    block(SIGSEGV);
    *(volatile int *)8 = 0;
}
static void segv_ignored(void) { signal(SIGSEGV, SIG_IGN); *(volatile int *)8 = 0; }
static void trap_ignored(void) { signal(SIGTRAP, SIG_IGN); __builtin_trap(); }
static void fault_in_handler(int sig) { hits++; *(volatile int *)8 = 0; }
static void segv_twice(void) { with(SIGSEGV, fault_in_handler, 0, 0); *(volatile int *)8 = 0; }
static sigjmp_buf jb;
static void jump(int sig) { hits++; siglongjmp(jb, 1); }
static void nodefer_fault(int sig)
{
    hits++;
    with(SIGSEGV, jump, 0, 0);
    *(volatile int *)8 = 0;
}
static pid_t quick(int code) { pid_t p = fork(); if (!p) _exit(code); return p; }

int main(void)
{
    int w;
    struct sigaction sa, old;
    pid_t pid;

    for (int sig = 1; sig <= 64; sig++)
        if (sig != 32 && sig != 33) {
            sigaction(sig, NULL, &sa);
            if (sa.sa_handler != SIG_DFL || sa.sa_flags)
                printf("%d: not default\n", sig);
        }
    with(SIGUSR1, count, SA_RESTART | SA_NODEFER | SA_ONSTACK, SIGUSR2);
    what(SIGUSR1);
    sigfillset(&sa.sa_mask);
    sa.sa_handler = count;
    sa.sa_flags = 0x00001000 | 0x400;                 /* flags nobody knows; SA_UNSUPPORTED */
    P(sigaction(SIGUSR1, &sa, &old));
    sigaction(SIGUSR1, NULL, &old);
    printf("kept: %x\n", old.sa_flags & 0x400);
    what(SIGUSR1);
    sa.sa_flags = 0;
    P(sigaction(SIGKILL, &sa, NULL)); P(sigaction(SIGSTOP, &sa, NULL)); P(sigaction(0, &sa, NULL)); P(sigaction(65, &sa, NULL));
    P(sigaction(SIGKILL, NULL, &old)); P(sigaction(-1, NULL, &old));
    P(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4)); P(syscall(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 8));
    P(syscall(SYS_rt_sigaction, SIGUSR1, NULL, BAD, 8));
    P(syscall(SYS_rt_sigprocmask, 3, &sa.sa_mask, NULL, 8)); P(syscall(SYS_rt_sigprocmask, 3, NULL, NULL, 8));
    P(syscall(SYS_rt_sigprocmask, 0, BAD, NULL, 8)); P(syscall(SYS_rt_sigprocmask, 0, NULL, BAD, 8));
    P(syscall(SYS_rt_sigprocmask, 0, NULL, NULL, 16)); P(syscall(SYS_rt_sigpending, BAD, 8)); P(syscall(SYS_rt_sigpending, &w, 9));
    P(syscall(SYS_rt_sigsuspend, BAD, 8)); P(syscall(SYS_rt_sigsuspend, &w, 4)); P(syscall(SYS_rt_sigtimedwait, BAD, NULL, NULL, 8));
    depths(0); depths(SA_NODEFER);
    on3(SIGUSR1, info, 0); raise(SIGUSR1);
    on3(SIGUSR1, info, SA_NODEFER); raise(SIGUSR1);
    sa = (struct sigaction){ .sa_sigaction = info, .sa_flags = SA_SIGINFO };
    sigaddset(&sa.sa_mask, SIGUSR2); sigaddset(&sa.sa_mask, SIGTERM);
    sigaction(SIGUSR1, &sa, NULL);
    block(SIGUSR2);
    raise(SIGUSR1);
    unblock(SIGUSR2);
    Y(!blocked(SIGUSR1) && !blocked(SIGTERM));
    CHILD(reset_and_again); CHILD(reset_nested); CHILD(segv_reset); CHILD(segv_blocked); CHILD(segv_ignored); CHILD(segv_twice);
    hits = 0;
    with(SIGSEGV, nodefer_fault, SA_NODEFER, 0);
    if (!sigsetjmp(jb, 1))
        *(volatile int *)8 = 0;
    P(hits);
    Y(!blocked(SIGSEGV));
    /* SIGCHLD: no zombies with SA_NOCLDWAIT or SIG_IGN; SA_NOCLDSTOP. */
    with(SIGCHLD, count, SA_NOCLDWAIT, 0);
    hits = 0;
    quick(3);
    P(wait(&w));
    P(hits);
    signal(SIGCHLD, SIG_IGN);
    quick(3);
    P(wait(&w));
    signal(SIGCHLD, SIG_DFL);
    pid = quick(3);
    P(wait(&w) == pid); P(WEXITSTATUS(w));
    sa = (struct sigaction){ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT };
    sigaction(SIGCHLD, &sa, NULL);
    quick(4);
    P(wait(&w));
    for (int stop = 0; stop < 2; stop++) {
        with(SIGCHLD, count, stop ? SA_NOCLDSTOP : 0, 0);
        hits = 0;
        if (!(pid = fork())) {
            raise(SIGSTOP);
            _exit(0);
        }
        while (waitpid(pid, &w, WUNTRACED) < 0 && errno == EINTR) ;
        printf("%s, %d\n", status_of(w), hits);
        kill(pid, SIGCONT);
        while (waitpid(pid, &w, WCONTINUED) < 0 && errno == EINTR) ;
        printf("%s\n", status_of(w));
        while (waitpid(pid, &w, 0) < 0 && errno == EINTR) ;
        printf("%s, %d\n", status_of(w), stop ? hits : hits >= 2);
    }
    /* Ignoring throws away what is pending; so does the default of signals that are ignored by default. */
    block(SIGUSR1); raise(SIGUSR1); P(pending(SIGUSR1)); signal(SIGUSR1, SIG_IGN); P(pending(SIGUSR1)); signal(SIGUSR1, count);
    hits = 0; unblock(SIGUSR1); P(hits);
    signal(SIGWINCH, count); block(SIGWINCH); raise(SIGWINCH); P(pending(SIGWINCH)); signal(SIGWINCH, SIG_DFL); P(pending(SIGWINCH));
    signal(SIGUSR1, SIG_IGN); block(SIGUSR1); raise(SIGUSR1); P(pending(SIGUSR1)); unblock(SIGUSR1); P(pending(SIGUSR1));
    signal(SIGSEGV, count); block(SIGSEGV); raise(SIGSEGV); kill(getpid(), SIGSEGV); P(pending(SIGSEGV)); signal(SIGSEGV, SIG_IGN);
    P(pending(SIGSEGV)); signal(SIGSEGV, count); hits = 0; unblock(SIGSEGV); P(hits); block(SIGCONT); block(SIGTSTP); raise(SIGCONT);
    raise(SIGTSTP); P(pending(SIGCONT)); P(pending(SIGTSTP)); raise(SIGCONT); P(pending(SIGCONT)); P(pending(SIGTSTP));
    return 0;
}
