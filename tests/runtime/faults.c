/* Synchronous faults: signal, code, address, pc and registers exact; handlers that go on elsewhere. Output: faults.want. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__riscv)
#define PC(mc) (mc).__gregs[0]
#define REG(mc, i) (mc).__gregs[i]              /* and the pc as number 0 */
#define RESULT 10
#define R "a0"
#define WIDE(text) ".option push\n.option norvc\n" text "\n.option pop\n"
#define LOAD "ld a0,0(a0)"
#define STORE "sd a0,16(a0)"
#define BREAK "ebreak"
#define EXCLUSIVE "lr.d x0,(%0)"
#define PC_IGNORED 1ul
#define NREG 32
#else
#define PC(mc) (mc).pc
#define REG(mc, i) (mc).regs[i]
#define RESULT 0
#define R "x0"
#define WIDE(text) text
#define LOAD "ldr x0,[x0]"
#define STORE "str x0,[x0,#16]"
#define BREAK "brk #0"
#define EXCLUSIVE "ldxr xzr,[%0]"
#define PC_IGNORED 0ul
#define NREG 31
#endif
static volatile int sig, code;
static volatile uint64_t addr, pc, saved[32];
static sigjmp_buf env;

static void note(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    sig = s;
    code = si->si_code;
    addr = (uint64_t)si->si_addr;
    pc = PC(uc->uc_mcontext);
    for (int i = 0; i < NREG; i++)
        saved[i] = REG(uc->uc_mcontext, i);
}

/* Goes on behind the faulting instruction (4 bytes) with 1234 in the result's register. */
static void skip(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    note(s, si, u);
    PC(uc->uc_mcontext) += 4;
    REG(uc->uc_mcontext, RESULT) = 1234;
}

static void leave(int s, siginfo_t *si, void *u)
{
    note(s, si, u);
    siglongjmp(env, 1);
}

static void on(int s, void (*h)(int, siginfo_t *, void *), int flags)
{
    struct sigaction a = { .sa_sigaction = h, .sa_flags = SA_SIGINFO | flags };

    sigaction(s, &a, NULL);
}

static long load(uint64_t a)
{
    register long r asm(R) = a;

    asm volatile(WIDE(LOAD) : "+r"(r) : : "memory");
    return r;
}

static long store(uint64_t a)
{
    register long r asm(R) = a;

    asm volatile(WIDE(STORE) : "+r"(r) : : "memory");
    return r;
}

static void show(const char *what, uint64_t base)
{
    printf("%s: signal %d code %d address +%#lx\n", what, sig, code, (long)(addr - base));
}

/* A loop whose values live in registers when the fault comes: sum of i*i up to the fault, and everything else, must be seen. */
static uint64_t walk(volatile uint64_t *p, uint64_t n)
{
    uint64_t sum = 0, mix = 1;

    for (uint64_t i = 0; i < n; i++) {
        mix = mix * 6364136223846793005u + i;
        sum += p[i] + i * i;
        p[i] = mix;
    }
    return sum ^ mix;
}

static void faults_in_loop(char *two)
{
    uint64_t *p = (uint64_t *)two;
    uint64_t mix = 1;

    mprotect(two + 4096, 4096, PROT_NONE);
    memset(p, 0, 4096);
    if (!sigsetjmp(env, 1))
        walk(p, 1000);
    show("loop", (uint64_t)two);
    for (int i = 0; i < 512; i++) {
        mix = mix * 6364136223846793005u + i;
        if (p[i] != mix)
            printf("store %d is missing\n", i);
    }
    /* The handler saw the registers of that iteration: one of them holds i, one the address, one the new mix. */
    int i_seen = 0, mix_seen = 0;
    mix = mix * 6364136223846793005u + 512;
    for (int i = 0; i < NREG; i++) {
        i_seen |= saved[i] == 512;
        mix_seen |= saved[i] == mix;
    }
    printf("loop registers: index %d mix %d\n", i_seen, mix_seen);
}

static int recurse(int n)
{
    volatile char b[4096];

    b[0] = (char)n;
    return recurse(n + 1) + b[0];
}

static int deep(int n)
{
    return n ? deep(n - 1) + 1 : 0;
}

static void jump(const char *what, uint64_t to)
{
    if (!sigsetjmp(env, 1))
        ((void (*)(void))to)();
    printf("%s: signal %d code %d at-target %d pc-at-target %d\n", what, sig, code, addr == (to & ~PC_IGNORED), pc == (to & ~PC_IGNORED));
}

static void children(void)
{
    for (int i = 0; i < 3; i++) {
        int st;
        pid_t k = fork();
        if (!k) {
            signal(SIGSEGV, SIG_DFL);
            signal(SIGILL, SIG_DFL);
            if (i == 0)
                *(volatile int *)8 = 1;
            if (i == 1)
                asm volatile(".word 0");
            sigset_t m;
            sigfillset(&m);
            sigprocmask(SIG_BLOCK, &m, NULL);
            on(SIGSEGV, leave, 0);          /* blocked: a fault kills all the same */
            *(volatile int *)8 = 1;
            _exit(1);
        }
        waitpid(k, &st, 0);
        printf("child %d: signalled %d by %d core %d\n", i, WIFSIGNALED(st), WTERMSIG(st), WCOREDUMP(st) != 0);
    }
}

int main(void)
{
    static uint64_t words[4];

    setvbuf(stdout, NULL, _IONBF, 0);
    on(SIGSEGV, skip, 0);
    on(SIGBUS, skip, 0);
    printf("%ld ", load(16)), show("load", 0);
    printf("%ld ", store(32)), show("store", 0);
    printf("%ld ", load(0x40000000000000)), show("load far", 0x40000000000000);
    printf("%ld ", store(0xffff000000000000)), show("store far", 0xffff000000000000);
    char *ro = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    store((uint64_t)ro), show("store read-only", (uint64_t)ro);
    int fd = memfd_create("short", 0);
    if (write(fd, "abc", 3) != 3)
        return 1;
    char *f = mmap(0, 8192, PROT_READ, MAP_SHARED, fd, 0);
    load((uint64_t)f + 4096), show("beyond the file", (uint64_t)f);
    on(SIGSEGV, leave, 0);
    on(SIGBUS, leave, 0);
    on(SIGILL, leave, 0);
    on(SIGTRAP, leave, 0);
    faults_in_loop(mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    jump("jump to data", (uint64_t)ro);
    jump("jump nowhere", 0x123458);
    jump("jump odd", 0x123457);
    jump("jump far", 0x7f00000000000000);
    jump("jump to zero", 0);
    jump("jump beyond file", (uint64_t)mmap(0, 8192, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0) + 4096);
    if (!sigsetjmp(env, 1))
        asm volatile(WIDE(".word 0xffffffff"));
    printf("illegal: signal %d code %d address-is-pc %d\n", sig, code, addr == pc);
    if (!sigsetjmp(env, 1))
        asm volatile(BREAK);
    printf("break: signal %d code %d address-is-pc %d\n", sig, code, addr == pc);
    if (!sigsetjmp(env, 1))
        asm volatile(EXCLUSIVE : : "r"((char *)words + 1) : "memory");
    printf("misaligned lr: signal %d code %d\n", sig, code);
    stack_t ss = { .ss_sp = malloc(65536), .ss_size = 65536 }, now;
    sigaltstack(&ss, NULL);
    on(SIGSEGV, leave, SA_ONSTACK);
    if (!sigsetjmp(env, 1))
        recurse(0);
    printf("stack overflow: signal %d code %d\n", sig, code);
    sigaltstack(NULL, &now);
    printf("alternate stack: flags %d size %ld\n", now.ss_flags, (long)now.ss_size);
    printf("deep recursion %d\n", deep(100000));
    children();
    return 0;
}
