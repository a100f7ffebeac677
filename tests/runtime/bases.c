/* guest: riscv64
 * What the fault differential (tests/diff/fault.sh) found, each as small as it gets: an address that is not canonical through
 * each register (x86 raises #SS, which Linux calls SIGBUS, where the access goes through rbp); sc that fails needs the right
 * to write; the alternate stack's flags in a frame. Output: bases.want. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

static volatile int n, depth, flags[2];
static volatile uint64_t expected;

static void skip(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    n++;
    if (s != SIGSEGV || si->si_code != SEGV_MAPERR || (uint64_t)si->si_addr != expected)
        printf("signal %d code %d address %p, expected %#lx\n", s, si->si_code, si->si_addr, expected);
    uc->uc_mcontext.__gregs[0] += 4;
}

/* Each body is a function, so that its register comes as calls pass it on. */
#define BASE(r) \
    void via_##r(uint64_t); \
    asm(".option push\n.option norvc\nvia_" #r ": addi sp,sp,-32\nsd ra,0(sp)\nsd " #r ",8(sp)\nmv " #r ",a0\ncall body_" #r "\n" \
        "ld " #r ",8(sp)\nld ra,0(sp)\naddi sp,sp,32\nret\n.type body_" #r ",@function\nbody_" #r ": ld zero,8(" #r ")\nsd a1,8(" #r ")\n" \
        "fld ft0,8(" #r ")\nret\n.option pop\n");
#define BASES(X) X(t0) X(t1) X(t2) X(s0) X(s1) X(a0) X(a1) X(a2) X(a3) X(a4) X(a5) X(a6) X(a7) X(s2) X(s3) X(s4) X(s5) X(s6) X(s7) X(s8) \
    X(s9) X(s10) X(s11) X(t3) X(t4) X(t5) X(t6)
BASES(BASE)

void via_sp(uint64_t);
asm("via_sp: mv t1,ra\nmv t0,sp\nmv sp,a0\ncall body_sp\nmv sp,t0\nmv ra,t1\nret\n"
    ".option push\n.option norvc\n.type body_sp,@function\nbody_sp: ld zero,8(sp)\nsd a1,8(sp)\nfld ft0,8(sp)\nret\n.option pop\n");

static void not_canonical(void)
{
    static void (*const via[])(uint64_t) = {
#define VIA(r) via_##r,
        BASES(VIA) via_sp,
    };
    static const uint64_t addr[] = { 0x800000000000, 0x4000000000000000, 0xffff700000000000 };

    for (int i = 0; i < 28; i++)
        for (int k = 0; k < 3; k++) {
            expected = addr[k] + 8;
            via[i](addr[k]);
        }
    expected = 0x800000000100;
    asm volatile("mv s2,%0\n.word 0x0040200f | 18 << 15" : : "r"(expected + 0x23) : "s2", "memory");     /* cbo.zero: its block */
    printf("%d faults\n", n);
}

static void write_right(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    printf("sc: signal %d code %d address %d\n", s, si->si_code, (uint64_t)si->si_addr == expected);
    uc->uc_mcontext.__gregs[0] += 4;
}

static void two_deep(int s, siginfo_t *si, void *u)
{
    flags[depth] = ((ucontext_t *)u)->uc_stack.ss_flags;
    if (!depth++)
        raise(SIGUSR1);
}

static void on(int s, void (*h)(int, siginfo_t *, void *), int more)
{
    struct sigaction a = { .sa_sigaction = h, .sa_flags = SA_SIGINFO | more };

    sigaction(s, &a, NULL);
}

static void misaligned(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    n += s == SIGBUS && si->si_code == BUS_ADRALN && (uint64_t)si->si_addr == uc->uc_mcontext.__gregs[0];
    uc->uc_mcontext.__gregs[0] += 4;
}

/* Each second round faults at the loop's first instruction, which is an entry: code that leaves there must not be entered again. */
static void fault_at_header(void)
{
    static uint64_t words[16];

    n = 0;
    on(SIGBUS, misaligned, 0);
    asm volatile(".option push\n.option norvc\nmv t2,%0\nli t1,20\n1: lr.d t0,(t2)\naddi t2,t2,4\naddi t1,t1,-1\nbnez t1,1b\n.option pop"
                 : : "r"(words) : "t0", "t1", "t2", "memory");
    printf("%d faults at the loop's head\n", n);
}

int main(void)
{
    uint64_t old = 0;
    stack_t ss = { .ss_sp = malloc(65536), .ss_size = 65536 };

    on(SIGUSR1, two_deep, SA_ONSTACK | SA_NODEFER);
    raise(SIGUSR1);
    printf("no alternate stack: flags %d %d\n", flags[0], flags[1]);
    sigaltstack(&ss, NULL);
    on(SIGSEGV, skip, SA_ONSTACK);
    on(SIGBUS, skip, SA_ONSTACK);
    not_canonical();
    fault_at_header();
    on(SIGSEGV, write_right, 0);
    char *ro = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expected = (uint64_t)ro;
    asm volatile("sc.d zero,zero,(%1)\nsc.d %0,zero,(%1)" : "=&r"(old) : "r"(ro) : "memory");
    for (int how = 0; how < 2; how++) {
        depth = 0;
        ss.ss_flags = how ? SS_ONSTACK : 0;
        sigaltstack(&ss, NULL);
        raise(SIGUSR1);
        printf("alternate stack given with %d: flags %d %d\n", how, flags[0], flags[1]);
    }
    return 0;
}
