// oracle: native
#include "s.h"

static char a1[1 << 16] __attribute__((aligned(16))), a2[1 << 16] __attribute__((aligned(16)));
static volatile int n;
static ucontext_t here, there;

static int on_stack(const char *a) { char c; return &c > a && &c < a + (1 << 16); }
static void show(const char *what)
{
    stack_t st;
    int r = sigaltstack(NULL, &st);
    printf("%s: %d, %s, flags %x, size %ld\n", what, r, st.ss_sp == a1 ? "a1" : st.ss_sp == a2 ? "a2" : st.ss_sp ? "other" : "none",
           st.ss_flags, (long)st.ss_size);
}
static int set(void *sp, size_t size, int flags)
{
    stack_t st = { .ss_sp = sp, .ss_size = size, .ss_flags = flags };
    return sigaltstack(&st, NULL);
}
static void plain(int sig, siginfo_t *si, void *uc)
{
    ucontext_t *u = uc;
    printf("handler on a1 %d, a2 %d, uc_stack flags %x size %ld\n", on_stack(a1), on_stack(a2), u->uc_stack.ss_flags,
           (long)u->uc_stack.ss_size);
    show("inside");
}
static void change(int sig, siginfo_t *si, void *uc)
{
    plain(sig, si, uc);
    P(set(a2, sizeof a2, 0));
    show("changed");
    if (n++ == 0)
        raise(SIGUSR1);
}
static void keep_changed(int sig, siginfo_t *si, void *uc)
{
    ((ucontext_t *)uc)->uc_stack = (stack_t){ a2, 0, sizeof a2 };
    n++;
}
static void bad_change(int sig, siginfo_t *si, void *uc)
{
    ((ucontext_t *)uc)->uc_stack = (stack_t){ a2, 7, sizeof a2 };
}
static void nested(int sig)
{
    printf("nested %d: on a1 %d\n", n, on_stack(a1));
    if (++n < 4)
        raise(sig);
}
static void switch_away(int sig, siginfo_t *si, void *uc)
{
    show("before switch");
    swapcontext(&there, &here);
    show("after switch");
}
static char a3[1 << 16] __attribute__((aligned(16)));
static void away(void)
{
    show("away");
    P(set(a2, sizeof a2, 0));
    show("another one");
    setcontext(&there);
}
static void *thread(void *arg)
{
    show("new thread");
    P(set(a2, sizeof a2, 0));
    raise(SIGUSR1);
    show("thread");
    return NULL;
}
static void in_child(void) { show("forked"); raise(SIGUSR1); }

static void overflow_handler(int sig)
{
    volatile char big[3000];
    big[0] = (char)sig;
    n++;
    raise(SIGUSR2);
    big[1] = 1;
}
/* Handlers that nest until the alternate stack ends, at a page that is not there. */
static void overflow(void)
{
    char *m = mmap(NULL, 1 << 17, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct sigaction sa = { .sa_handler = overflow_handler, .sa_flags = SA_ONSTACK | SA_NODEFER };
    mprotect(m, 1 << 16, PROT_NONE);
    set(m + (1 << 16), 1 << 16, 0);
    sigaction(SIGUSR2, &sa, NULL);
    raise(SIGUSR2);
}
static sigjmp_buf jb;
static void out(int sig, siginfo_t *si, void *uc) { siglongjmp(jb, 1 + on_stack(a2)); }
/* An ordinary stack that ends is noticed on the alternate one. */
static volatile int deep;
__attribute__((noinline)) static int recurse(int k)
{
    volatile char pad[4096];
    pad[k & 4095] = (char)k;
    deep = k;
    return k > 100000000 ? 0 : recurse(k + 1) + pad[k & 4095];
}
static void *run_over(void *arg)
{
    set(a2, sizeof a2, 0);
    on3(SIGSEGV, out, SA_ONSTACK);
    for (int i = 0; i < 3; i++) {
        int r = sigsetjmp(jb, 1);
        if (!r)
            recurse(0);
        printf("stack overflow: handler on a2 %d, deep %d\n", r - 1, deep > 100);
    }
    return NULL;
}

int main(void)
{
    pthread_t th;
    pthread_attr_t attr;

    show("start");
    P(set(a1, 1000, 0));
    P(set(a1, sizeof a1, 5));
    P(set(a1, sizeof a1, SS_ONSTACK));
    show("SS_ONSTACK");
    P(set(a1, sizeof a1, 0));
    on3(SIGUSR1, plain, SA_ONSTACK);
    raise(SIGUSR1);
    on3(SIGUSR1, plain, 0);
    raise(SIGUSR1);
    on3(SIGUSR1, change, SA_ONSTACK | SA_NODEFER);
    raise(SIGUSR1);
    show("refused");
    n = 0;
    P(set(a1, sizeof a1, (int)SS_AUTODISARM));
    show("autodisarm");
    raise(SIGUSR1);
    show("armed again");
    on3(SIGUSR1, plain, 0);
    raise(SIGUSR1);
    show("armed again, other stack");
    on3(SIGUSR1, keep_changed, SA_ONSTACK);
    raise(SIGUSR1);
    show("frame changed");
    on3(SIGUSR1, bad_change, SA_ONSTACK);
    raise(SIGUSR1);
    show("frame's bad one not taken");
    P(set(NULL, 0, SS_DISABLE));
    show("disabled");
    on3(SIGUSR1, plain, SA_ONSTACK);
    raise(SIGUSR1);
    P(set(a1, sizeof a1, 0));
    signal(SIGUSR2, nested);
    struct sigaction sa = { .sa_handler = nested, .sa_flags = SA_ONSTACK | SA_NODEFER };
    n = 0;
    sigaction(SIGUSR2, &sa, NULL);
    raise(SIGUSR2);
    P(set(a1, sizeof a1, (int)SS_AUTODISARM));
    on3(SIGUSR1, switch_away, SA_ONSTACK);
    getcontext(&here);
    here.uc_stack = (stack_t){ .ss_sp = a3, .ss_size = sizeof a3 };
    makecontext(&here, away, 0);
    raise(SIGUSR1);
    show("back");
    on3(SIGUSR1, plain, SA_ONSTACK);
    P(set(a1, sizeof a1, 0));
    pthread_create(&th, NULL, thread, NULL);
    pthread_join(th, NULL);
    show("main");
    printf("%s\n", child(in_child));
    n = 0;
    CHILD(overflow);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 1 << 20);
    fflush(stdout);
    pthread_create(&th, &attr, run_over, NULL);
    pthread_join(th, NULL);
    return 0;
}
