/* What the fault differential (tests/diff/fault.sh) found, each as small as it gets: an address that is not canonical through
 * each register (x86 raises #SS, which Linux calls SIGBUS, where the access goes through rbp); sc that fails needs the right
 * to write (stxr behind ldxr does); the alternate stack's flags in a frame. Output: bases.want, bases.aarch64.want. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#if defined(__riscv)
#define PC(mc) (mc).__gregs[0]
#else
#define PC(mc) (mc).pc
#endif
static volatile int n, depth, flags[2];
static volatile uint64_t expected;

static void skip(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    n++;
    if (s != SIGSEGV || si->si_code != SEGV_MAPERR || (uint64_t)si->si_addr != expected)
        printf("signal %d code %d address %p, expected %#lx\n", s, si->si_code, si->si_addr, expected);
    PC(uc->uc_mcontext) += 4;
}

#if defined(__riscv)
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

#else
#define BASE(r) \
    void via_##r(uint64_t); \
    asm("via_" #r ": sub sp,sp,#48\nstp x29,x30,[sp]\nstr " #r ",[sp,#16]\nstr x19,[sp,#24]\nmov " #r ",x0\nbl body_" #r "\n" \
        "ldr " #r ",[sp,#16]\nldr x19,[sp,#24]\nldp x29,x30,[sp]\nadd sp,sp,#48\nret\n" \
        ".type body_" #r ",%function\nbody_" #r ": ldr xzr,[" #r ",#8]\nstr x1,[" #r ",#8]\nldr d0,[" #r ",#8]\nret\n");
#define BASES(X) X(x0) X(x1) X(x2) X(x3) X(x4) X(x5) X(x6) X(x7) X(x8) X(x9) X(x10) X(x11) X(x12) X(x13) X(x14) X(x15) X(x16) \
    X(x17) X(x18) X(x19) X(x20) X(x21) X(x22) X(x23) X(x24) X(x25) X(x26) X(x27) X(x28) X(x29)
BASES(BASE)

void via_sp(uint64_t);
asm("via_sp: mov x9,x30\nmov x10,sp\nmov sp,x0\nbl body_sp\nmov sp,x10\nmov x30,x9\nret\n"
    ".type body_sp,%function\nbody_sp: ldr xzr,[sp,#8]\nstr x1,[sp,#8]\nldr d0,[sp,#8]\nret\n");
#endif

/* The address that Linux names: on AArch64 without its top byte where bit 55 is clear. */
static uint64_t named(uint64_t a)
{
#if defined(__aarch64__)
    return a >> 55 & 1 ? a : a & ~UINT64_C(0) >> 8;
#else
    return a;
#endif
}

static void zero_block(uint64_t a)
{
#if defined(__riscv)
    asm volatile("mv s2,%0\n.word 0x0040200f | 18 << 15" : : "r"(a) : "s2", "memory");     /* cbo.zero */
#else
    asm volatile("dc zva,%0" : : "r"(a) : "memory");
#endif
}

static void not_canonical(void)
{
    static void (*const via[])(uint64_t) = {
#define VIA(r) via_##r,
        BASES(VIA) via_sp,
    };
    static const uint64_t addr[] = { 0x800000000000, 0x4000000000000000, 0xffff700000000000 };

    for (int i = 0; i < sizeof via / sizeof *via; i++)
        for (int k = 0; k < 3; k++) {
            expected = named(addr[k] + 8);
            via[i](addr[k]);
        }
    expected = 0x800000000100;
    zero_block(expected + 0x23);                /* faults at the block's start */
    printf("%d faults\n", n);
}

static void write_right(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    printf("sc: signal %d code %d address %d\n", s, si->si_code, (uint64_t)si->si_addr == expected);
    PC(uc->uc_mcontext) += 4;
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

#if defined(__riscv)
#define MISALIGNED(mc) PC(mc)
#define LOOP(words) asm volatile(".option push\n.option norvc\nmv t2,%0\nli t1,20\n1: lr.d t0,(t2)\naddi t2,t2,4\naddi t1,t1,-1\n" \
                                 "bnez t1,1b\n.option pop" : : "r"(words) : "t0", "t1", "t2", "memory")
#define STORES(ro) asm volatile("sc.d zero,zero,(%0)\nsc.d zero,zero,(%0)" : : "r"(ro) : "memory")
#else
#define MISALIGNED(mc) (mc).regs[9]
#define LOOP(words) asm volatile("mov x9,%0\nmov x10,20\n1: ldxr x8,[x9]\nadd x9,x9,4\nsub x10,x10,1\ncbnz x10,1b" \
                                 : : "r"(words) : "x8", "x9", "x10", "memory")
#define STORES(ro) asm volatile("ldxr x8,[%0]\nstxr w9,x8,[%0]\nldxr x8,[%0]\nstlxr w9,x8,[%0]" : : "r"(ro) : "x8", "x9", "memory")
#endif

static void misaligned(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;

    n += s == SIGBUS && si->si_code == BUS_ADRALN && (uint64_t)si->si_addr == MISALIGNED(uc->uc_mcontext);
    PC(uc->uc_mcontext) += 4;
}

/* Each second round faults at the loop's first instruction, which is an entry: code that leaves there must not be entered again. */
static void fault_at_header(void)
{
    static uint64_t words[16];

    n = 0;
    on(SIGBUS, misaligned, 0);
    LOOP(words);
    printf("%d faults at the loop's head\n", n);
}

int main(void)
{
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
    STORES(ro);
    for (int how = 0; how < 2; how++) {
        depth = 0;
        ss.ss_flags = how ? SS_ONSTACK : 0;
        sigaltstack(&ss, NULL);
        raise(SIGUSR1);
        printf("alternate stack given with %d: flags %d %d\n", how, flags[0], flags[1]);
    }
    return 0;
}
