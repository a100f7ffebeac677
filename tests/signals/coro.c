// oracle: own
/* Stacks that the guest switches by itself: makecontext and swapcontext, switches in assembly, coroutines born on an alternate signal stack,
 * setjmp and longjmp between stacks; deep and tail calls while a timer interrupts. With a second argument: times of a million switches. */
#include "s.h"
#include <sys/time.h>

static int wrong;
#define CHECK(e) do { if (!(e)) { wrong++; printf("not so: %s\n", #e); } } while (0)
enum { N = 16, STACK = 1 << 16 };
static char stacks[N][STACK] __attribute__((aligned(16)));
static volatile long ticks;
static void tick(int sig) { ticks++; }

/* --- swapcontext --- */
static ucontext_t uc_main, uc[N];
static long uc_count[N], uc_rounds;
static void uc_body(int me)
{
    for (;;) {
        uc_count[me]++;
        swapcontext(&uc[me], &uc[(me + 1) % N]);
        if (me == 0 && uc_count[0] == uc_rounds)
            swapcontext(&uc[me], &uc_main);
    }
}
static void contexts(long rounds)
{
    uc_rounds = rounds;
    for (int i = 0; i < N; i++) {
        getcontext(&uc[i]);
        uc[i].uc_stack.ss_sp = stacks[i]; uc[i].uc_stack.ss_size = STACK; uc[i].uc_link = &uc_main;
        makecontext(&uc[i], (void (*)(void))uc_body, 1, i);
        uc_count[i] = 0;
    }
    swapcontext(&uc_main, &uc[0]);
    long sum = 0;
    for (int i = 0; i < N; i++)
        sum += uc_count[i];
    CHECK(sum == N * rounds);
}

/* --- a switch in assembly --- */
void *switch_to(void **save, void *to, void *arg);
#if defined(__riscv)
__asm__(".text\n.globl switch_to\n.type switch_to,@function\nswitch_to:\n addi sp,sp,-208\n sd ra,0(sp)\n sd s0,8(sp)\n sd s1,16(sp)\n sd s2,24(sp)\n"
        " sd s3,32(sp)\n sd s4,40(sp)\n sd s5,48(sp)\n sd s6,56(sp)\n sd s7,64(sp)\n sd s8,72(sp)\n sd s9,80(sp)\n sd s10,88(sp)\n sd s11,96(sp)\n"
        " fsd fs0,104(sp)\n fsd fs1,112(sp)\n sd sp,0(a0)\n mv sp,a1\n mv a0,a2\n"
        " ld ra,0(sp)\n ld s0,8(sp)\n ld s1,16(sp)\n ld s2,24(sp)\n ld s3,32(sp)\n ld s4,40(sp)\n ld s5,48(sp)\n ld s6,56(sp)\n ld s7,64(sp)\n"
        " ld s8,72(sp)\n ld s9,80(sp)\n ld s10,88(sp)\n ld s11,96(sp)\n fld fs0,104(sp)\n fld fs1,112(sp)\n addi sp,sp,208\n ret\n");
enum { FRAME = 208, RA = 0 };
#elif defined(__aarch64__)
__asm__(".text\n.globl switch_to\n.type switch_to,%function\nswitch_to:\n sub sp,sp,#176\n stp x29,x30,[sp]\n stp x19,x20,[sp,#16]\n stp x21,x22,[sp,#32]\n"
        " stp x23,x24,[sp,#48]\n stp x25,x26,[sp,#64]\n stp x27,x28,[sp,#80]\n stp d8,d9,[sp,#96]\n stp d10,d11,[sp,#112]\n mov x9,sp\n str x9,[x0]\n mov sp,x1\n"
        " mov x0,x2\n ldp x29,x30,[sp]\n ldp x19,x20,[sp,#16]\n ldp x21,x22,[sp,#32]\n ldp x23,x24,[sp,#48]\n ldp x25,x26,[sp,#64]\n ldp x27,x28,[sp,#80]\n"
        " ldp d8,d9,[sp,#96]\n ldp d10,d11,[sp,#112]\n add sp,sp,#176\n ret\n");
enum { FRAME = 176, RA = 1 };
#else
__asm__(".text\n.globl switch_to\n.type switch_to,@function\nswitch_to:\n push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
        " mov %rsp,(%rdi)\n mov %rsi,%rsp\n mov %rdx,%rax\n pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret\n");
enum { FRAME = 56, RA = 6 };
#endif
static void *sp_main, *sp_co[N];
static long co_count[N];
__attribute__((noinline)) static long work(long x) { return x * 3 + 1; }
static void co_body(void)
{
    long me = 0, x = 1;
    for (int i = 0; i < N; i++)
        if ((char *)&me > stacks[i] && (char *)&me < stacks[i] + STACK)
            me = i;
    for (;;) {
        x = work(x);
        co_count[me]++;
        switch_to(&sp_co[me], sp_main, (void *)x);
    }
}
__attribute__((noinline)) static void deep_switch(int depth, int co, long *sum)
{
    if (depth)
        deep_switch(depth - 1, co, sum);
    else
        *sum += (long)switch_to(&sp_main, sp_co[co], NULL) & 1;
    __asm__ volatile("" ::: "memory");
}
static void coroutines(long rounds)
{
    long sum = 0, total = 0;
    for (int i = 0; i < N; i++) {
        void **top = (void **)(stacks[i] + STACK - 16 - FRAME);
        memset(top, 0, FRAME);
        top[RA] = (void *)co_body;
        if (FRAME == 56)
            top = (void **)((char *)top - 0);
        sp_co[i] = top;
        co_count[i] = 0;
    }
    for (long r = 0; r < rounds; r++)
        deep_switch((int)(r % 5), (int)(r % N), &sum);
    for (int i = 0; i < N; i++)
        total += co_count[i];
    CHECK(total == rounds);
}

/* --- born on an alternate signal stack --- */
static jmp_buf born[N], back;
static volatile int which;
static long sj_count;
static void birth(int sig)
{
    int me = which;
    if (!_setjmp(born[me]))
        return;
    for (;;) {
        sj_count++;
        if (!_setjmp(born[me]))
            _longjmp(back, 1);
    }
}
static void from_altstack(long rounds)
{
    for (int i = 0; i < N; i++) {
        stack_t st = { .ss_sp = stacks[i], .ss_size = STACK };
        struct sigaction sa = { .sa_handler = birth, .sa_flags = SA_ONSTACK };
        sigaction(SIGUSR1, &sa, NULL);
        sigaltstack(&st, NULL);
        which = i;
        raise(SIGUSR1);
        st.ss_flags = SS_DISABLE;
        sigaltstack(&st, NULL);
    }
    sj_count = 0;
    for (volatile long r = 0; r < rounds; r++)
        if (!_setjmp(back))
            _longjmp(born[r % N], 1);
    CHECK(sj_count == rounds);
}

/* --- calls while a timer interrupts --- */
static long fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static long even(long n, long a);
__attribute__((noinline, optimize("O2"))) static long odd(long n, long a) { return n ? even(n - 1, a + 1) : -a; }
__attribute__((noinline, optimize("O2"))) static long even(long n, long a) { return n ? odd(n - 1, a + 2) : a; }
static sigjmp_buf jb;
static volatile long jumps;
static void jump(int sig) { jumps++; siglongjmp(jb, 1); }
static void timed(long n)
{
    struct itimerval it = { { 0, 1000 }, { 0, 1000 } }, off = { { 0 } };
    struct sigaction sa = { .sa_handler = tick };
    sigaction(SIGALRM, &sa, NULL);
    setitimer(ITIMER_REAL, &it, NULL);
    CHECK(fib(24) == 46368);
    CHECK(even(100000 * n, 0) == 150000 * n);
    contexts(300 * n);
    coroutines(5000 * n);
    from_altstack(5000 * n);
    sa.sa_handler = jump;
    if (!sigsetjmp(jb, 1))              /* from here on jb is good */
        sigaction(SIGALRM, &sa, NULL);
    while (jumps < 50)
        fib(12);
    setitimer(ITIMER_REAL, &off, NULL);
    CHECK(ticks > 0 && jumps >= 50);
}
static void measure(const char *what, void (*f)(long), long n, long per)
{
    long t0 = ms_now();
    f(n);
    printf("%s: %ld ns a switch\n", what, (ms_now() - t0) * 1000000 / (n * per));
}

int main(int argc, char **argv)
{
    long n = argc > 1 ? atoi(argv[1]) : 1;

    if (argc > 2) {
        measure("swapcontext", contexts, 20000, N); measure("assembly", coroutines, 1000000, 2); measure("longjmp", from_altstack, 500000, 2);
        return 0;
    }
    contexts(500 * n); coroutines(20000 * n); from_altstack(20000 * n);
    timed(n);
    printf("%d wrong\n", wrong);
    return 0;
}
