// oracle: qemu
#include "t.h"
#include <setjmp.h>
#include <sys/select.h>
#include <ucontext.h>

static volatile int got[65], order[16], norder, depth;
static volatile siginfo_t last;
static void on(int sig, siginfo_t *si, void *uc)
{
    got[sig]++;
    memcpy((void *)&last, si, sizeof last);
    if (norder < 16)
        order[norder++] = sig;
}
static void nest(int sig)
{
    depth++;
    if (depth < 3)
        raise(SIGUSR1);
    printf("depth %d\n", depth);
}
static char alt[65536];
static void on_alt(int sig)
{
    char c;
    stack_t st;
    sigaltstack(NULL, &st);
    printf("on altstack: %d, flags %d\n", &c > alt && &c < alt + sizeof alt, st.ss_flags);
}
static sigjmp_buf jb;
static void jump(int sig, siginfo_t *si, void *uc)
{
    sigset_t s;
    sigprocmask(SIG_BLOCK, NULL, &s);
    printf("sig %d code %d addr %p, blocked in handler %d\n", sig, si->si_code, sig == SIGSEGV ? si->si_addr : NULL,
           sigismember(&s, sig));
    siglongjmp(jb, 1);
}
#if defined(__riscv)
#define PC(mc) (mc).__gregs[0]
#define RESULT(mc) (mc).__gregs[10]
#define LENGTH(pc) ((*(uint16_t *)(pc) & 3) == 3 ? 4 : 2)
#define RESULT_REG "a0"
#define BREAK "ebreak"
#define ILLEGAL "0xffffffff"
#define CLOBBER
#define LOAD_ZERO "li a0, 3\n ld a0, 0(zero)\n mv %0, a0"
#else
#define PC(mc) (mc).pc
#define RESULT(mc) (mc).regs[0]
#define LENGTH(pc) 4
#define RESULT_REG "x0"
#define BREAK "brk #0"
#define ILLEGAL "0x00000bad"
#define CLOBBER , "x1"
#define LOAD_ZERO "mov x0, 3\n mov x1, 0\n ldr x0, [x1]\n mov %0, x0"
#endif
static void skip(int sig, siginfo_t *si, void *ucv)
{
    ucontext_t *uc = ucv;
    void *pc = (void *)PC(uc->uc_mcontext);
    printf("sig %d at its pc: %d\n", sig, pc == si->si_addr || sig == SIGSEGV);
    PC(uc->uc_mcontext) += LENGTH(pc);
    RESULT(uc->uc_mcontext) = 77;
}
static void install(int sig, void (*h)(int, siginfo_t *, void *), int flags)
{
    struct sigaction sa = { .sa_sigaction = h, .sa_flags = SA_SIGINFO | flags };
    sigaction(sig, &sa, NULL);
}

/* skip() goes on behind the instruction, with 77 as the result. */
__attribute__((noinline)) static long do_break(void)
{
    register long a0 __asm__(RESULT_REG) = 1;
    __asm__ volatile(BREAK : "+r"(a0) : : "memory");
    return a0;
}
__attribute__((noinline)) static long do_illegal(void)
{
    register long a0 __asm__(RESULT_REG) = 1;
    __asm__ volatile(".word " ILLEGAL : "+r"(a0) : : "memory");
    return a0;
}

int main(void)
{
    sigset_t s, old, pend;
    siginfo_t si;
    struct timespec ts = { 0, 20000000 };
    struct sigaction sa, back;
    union sigval v = { .sival_int = 4242 };
    stack_t st = { .ss_sp = alt, .ss_size = sizeof alt };

    install(SIGUSR1, on, SA_RESTART);
    install(SIGUSR2, on, 0);
    install(SIGRTMIN + 1, on, 0);
    P(raise(SIGUSR1));
    P(got[SIGUSR1]);
    P(last.si_code);
    Y(last.si_pid == getpid());
    P(kill(getpid(), SIGUSR2));
    P(got[SIGUSR2]); P(last.si_code);
    P(sigqueue(getpid(), SIGRTMIN + 1, v));
    P(last.si_value.sival_int); P(last.si_code);
    sigfillset(&s);
    P(sigprocmask(SIG_BLOCK, &s, &old));
    raise(SIGUSR2); raise(SIGUSR1); raise(SIGUSR1);
    for (int i = 0; i < 3; i++) {
        v.sival_int = i;
        sigqueue(getpid(), SIGRTMIN + 1, v);
    }
    P(got[SIGUSR1]); P(got[SIGUSR2]);
    sigpending(&pend);
    P(sigismember(&pend, SIGUSR1)); P(sigismember(&pend, SIGUSR2)); P(sigismember(&pend, SIGTERM));
    sigemptyset(&s);
    sigaddset(&s, SIGRTMIN + 1);
    P(sigwaitinfo(&s, &si) == SIGRTMIN + 1);
    P(si.si_value.sival_int);
    norder = 0;
    P(sigprocmask(SIG_SETMASK, &old, NULL));
    P(got[SIGUSR1]); P(got[SIGUSR2]); P(got[SIGRTMIN + 1]);
    for (int i = 0; i < norder; i++)
        printf("%d ", order[i] == SIGRTMIN + 1 ? 99 : order[i]);
    printf("\n");
    P(sigtimedwait(&s, &si, &ts));
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = nest;
    sa.sa_flags = SA_NODEFER;
    sigaction(SIGUSR1, &sa, &back);
    Y((void *)back.sa_sigaction == (void *)on);
    P(back.sa_flags & (SA_SIGINFO | SA_RESTART));
    raise(SIGUSR1);
    sa.sa_handler = SIG_IGN;
    sigaction(SIGUSR1, &sa, NULL);
    P(raise(SIGUSR1));
    sa.sa_handler = on_alt;
    sa.sa_flags = SA_ONSTACK | SA_RESETHAND;
    P(sigaltstack(&st, NULL));
    sigaction(SIGUSR1, &sa, NULL);
    raise(SIGUSR1);
    sigaction(SIGUSR1, NULL, &back);
    Y(back.sa_handler == SIG_DFL);
    st.ss_flags = SS_DISABLE;
    P(sigaltstack(&st, NULL));
    install(SIGSEGV, jump, 0);
    install(SIGFPE, jump, 0);
    install(SIGTRAP, skip, 0);
    install(SIGILL, skip, 0);
    if (!sigsetjmp(jb, 1))
        *(volatile int *)0x1234 = 1;
    if (!sigsetjmp(jb, 1))
        raise(SIGFPE) ? 0 : printf("not reached\n");
    P(do_break());
    P(do_illegal());
    install(SIGSEGV, skip, 0);
    {
        long x;
        __asm__ volatile(LOAD_ZERO : "=r"(x) : : RESULT_REG CLOBBER);
        P(x);
    }
    P(sigaction(SIGKILL, &sa, NULL)); P(sigaction(65, &sa, NULL)); P(kill(getpid(), 0)); P(kill(999999, 0)); P(kill(getpid(), 65));
    install(SIGFPE, on, 0);                     /* signals of faults, sent and blocked */
    install(SIGSEGV, on, 0);
    sigemptyset(&s); sigaddset(&s, SIGFPE); sigaddset(&s, SIGSEGV);
    sigprocmask(SIG_BLOCK, &s, NULL);
    raise(SIGFPE); v.sival_int = 88; sigqueue(getpid(), SIGSEGV, v);
    sigpending(&pend);
    P(sigismember(&pend, SIGFPE)); P(sigismember(&pend, SIGSEGV)); P(got[SIGFPE]);
    sigdelset(&s, SIGFPE);
    P(sigtimedwait(&s, &si, &(struct timespec){ 0, 1000 })); P(si.si_code); P(88 - si.si_value.sival_int);
    sigaddset(&s, SIGFPE);
    sigprocmask(SIG_UNBLOCK, &s, NULL);
    P(got[SIGFPE]); P(last.si_code + 0); Y(last.si_pid == getpid()); P(got[SIGSEGV]);
    sigprocmask(SIG_BLOCK, &s, NULL);
    raise(SIGFPE);
    sigemptyset(&pend);
    P(sigsuspend(&pend)); P(got[SIGFPE]);
    raise(SIGFPE);
    P(pselect(0, NULL, NULL, NULL, &(struct timespec){ 5, 0 }, &pend)); P(got[SIGFPE]);
    sigprocmask(SIG_UNBLOCK, &s, NULL);
    if (fork() == 0) {
        signal(SIGSEGV, SIG_DFL);
        *(volatile int *)8 = 0;
    }
    int w;
    wait(&w);
    P(WIFSIGNALED(w)); P(WTERMSIG(w));
    if (fork() == 0)
        abort();
    wait(&w);
    P(WTERMSIG(w));
    if (fork() == 0) {
        raise(SIGKILL);
    }
    wait(&w);
    P(WTERMSIG(w));
    return 0;
}
