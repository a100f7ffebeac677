/* Stack overflow in threads that have an alternative stack: the handler runs there and jumps back. */
#include "t.h"
#include <setjmp.h>

enum { N = 4, ALT = 65536 };
static __thread sigjmp_buf env;
static __thread char *alt, *guard_lo, *guard_hi;
static atomic_long on_alt, in_guard;

static __attribute__((noinline)) long deep(long n, volatile char *up)
{
    volatile char here[512];

    here[0] = (char)n;
    here[511] = up[0];
    return n < 0 ? n : deep(n + 1, here) + here[0];
}

static void on_fault(int sig, siginfo_t *si, void *uc)
{
    char here;

    if (&here >= alt && &here < alt + ALT)
        atomic_fetch_add(&on_alt, 1);
    if ((char *)si->si_addr >= guard_lo && (char *)si->si_addr < guard_hi)
        atomic_fetch_add(&in_guard, 1);
    siglongjmp(env, 1);
}

static void *work(void *arg)
{
    volatile char c = 0;
    volatile long times = 0;
    pthread_attr_t attr;
    void *stack;
    size_t size;
    stack_t ss;

    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &stack, &size);
    guard_lo = (char *)stack - 65536;
    guard_hi = (char *)stack + 4096;
    alt = malloc(ALT);
    memset(&ss, 0, sizeof ss);
    ss.ss_sp = alt;
    ss.ss_size = ALT;
    must(sigaltstack(&ss, NULL) ? errno : 0, "sigaltstack");
    while (times < (long)arg) {
        times++;
        if (!sigsetjmp(env, 1))
            deep(0, &c);
    }
    ss.ss_flags = SS_DISABLE;
    sigaltstack(&ss, NULL);
    free(alt);
    return (void *)times;
}

int main(int argc, char **argv)
{
    long n = 3 * size_arg(argc, argv), sum = 0;
    struct sigaction sa;
    pthread_attr_t attr;
    pthread_t t[N];

    memset(&sa, 0, sizeof sa);
    sa.sa_sigaction = on_fault;
    sa.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &sa, NULL);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 262144);
    pthread_attr_setguardsize(&attr, 65536);
    for (int i = 0; i < N; i++)
        must(pthread_create(&t[i], &attr, work, (void *)n), "pthread_create");
    for (int i = 0; i < N; i++)
        sum += (long)join(t[i]);
    printf("%ld overflows, %ld on the other stack, %ld in the guard\n", sum, (long)on_alt, (long)in_guard);
}
