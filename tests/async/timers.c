/* A timer signal every millisecond into code without system calls. timers KIND SECONDS SIZE: runs KIND(SIZE) once undisturbed, then again and
 * again under the timer, and prints: rounds whose result differs, handlers run, expirations the kernel merged into them (si_overrun),
 * elapsed and CPU milliseconds. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile long handlers, merged;
static volatile double noise = 1;

static void tick(int sig, siginfo_t *si, void *uc)
{
    handlers++;
    merged += si->si_overrun;
    noise = noise * 1.0000001 + 1 / noise;      /* uses FP registers and raises flags of its own */
}

static double ms(clockid_t c)
{
    struct timespec t;

    clock_gettime(c, &t);
    return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

#define ALONE __attribute__((noinline, noclone))

/* ---- loops ---- */

ALONE static uint64_t integer(uint64_t n)
{
    uint64_t a = 88172645463325252u, sum = 0;

    for (uint64_t i = 0; i < n; i++) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        sum += a * (i | 1);
    }
    return sum;
}

/* The sticky floating-point flags, which are then clear. */
static inline uint64_t take_flags(void)
{
    uint64_t f;

#if defined(__riscv)
    __asm__ volatile("frflags %0\n\tfsflags zero" : "=r"(f) : : "memory");
#else
    __asm__ volatile("mrs %0, fpsr\n\tmsr fpsr, xzr" : "=r"(f) : : "memory");
#endif
    return f;
}

ALONE static uint64_t real(uint64_t n)
{
    double x = 0.5, s = 0;
    uint64_t flags = 0, f, bits;

    for (uint64_t i = 0; i < n; i++) {
        x = 3.9 * x * (1 - x);
        s += (double)(int)(x * 4) + 0.25;       /* exact */
        f = take_flags();
        flags = flags * 3 + f;
    }
    memcpy(&bits, &s, 8);
    return bits + flags;
}

static uint64_t words[4096];

ALONE static uint64_t memory(uint64_t n)
{
    for (unsigned i = 0; i < 4096; i++)
        words[i] = i;
    for (uint64_t i = 0; i < n; i++)
        words[(i * 7) & 4095] += words[(i * 13 + 5) & 4095] ^ i;
    return words[17] + words[4000];
}

ALONE static uint64_t nested(uint64_t n)
{
    uint64_t s = 0;

    for (uint64_t i = 0; i < n / 1000; i++)
        for (uint64_t j = 0; j < 40; j++) {
            uint64_t k = 0;

            do
                s = s * 5 + (i ^ j ^ k);
            while (++k < 25);
        }
    return s;
}

/* ---- calls ---- */

#define PURE_RECURSION ALONE __attribute__((optimize("O1")))     /* -O2 makes loops of it */
PURE_RECURSION static uint64_t fib(uint64_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
PURE_RECURSION static uint64_t ack(uint64_t m, uint64_t n) { return !m ? n + 1 : ack(m - 1, !n ? 1 : ack(m, n - 1)); }
ALONE static uint64_t deep(uint64_t n) { return ack(3, n); }

typedef uint64_t (*tree_fn)(uint64_t n);
static tree_fn volatile tree[2];
ALONE static uint64_t left(uint64_t n) { return !n ? 1 : tree[n & 1](n - 1) * 3 + tree[~n & 1](n - 1); }
ALONE static uint64_t right(uint64_t n) { return !n ? 2 : tree[~n & 1](n - 1) + tree[n & 1](n - 1) * 5; }
ALONE static uint64_t pointers(uint64_t n)
{
    tree[0] = left;
    tree[1] = right;
    return left(n);
}

/* ---- jumps: functions that go on to each other and never return before the end ---- */

uint64_t tails(uint64_t n), tails_reg(uint64_t n);
#if defined(__riscv)
__asm__(".text\n.option push\n.option norvc\n.globl tails, tails_reg\n"
        ".type tail_b,@function\ntail_b: xor a1,a1,a0\nslli a2,a1,1\nadd a1,a1,a2\nj tail_a\n.size tail_b,.-tail_b\n"
        ".type tails,@function\ntails: li a1,1\nj tail_a\n.size tails,.-tails\n"
        ".type tail_a,@function\ntail_a: addi a0,a0,-1\nbeqz a0,1f\nj tail_b\n1: mv a0,a1\nret\n.size tail_a,.-tail_a\n"
        ".type tails_reg,@function\ntails_reg: la a3,reg_a\nla a4,reg_b\nli a1,1\njr a3\n.size tails_reg,.-tails_reg\n"
        ".type reg_a,@function\nreg_a: addi a0,a0,-1\nbeqz a0,1f\njr a4\n1: mv a0,a1\nret\n.size reg_a,.-reg_a\n"
        ".type reg_b,@function\nreg_b: xor a1,a1,a0\nslli a2,a1,1\nadd a1,a1,a2\njr a3\n.size reg_b,.-reg_b\n.option pop\n");
#else
__asm__(".text\n.globl tails, tails_reg\n"
        ".type tail_b,%function\ntail_b: eor x1,x1,x0\nadd x1,x1,x1,lsl #1\nb tail_a\n.size tail_b,.-tail_b\n"
        ".type tails,%function\ntails: mov x1,1\nb tail_a\n.size tails,.-tails\n"
        ".type tail_a,%function\ntail_a: subs x0,x0,1\nb.eq 1f\nb tail_b\n1: mov x0,x1\nret\n.size tail_a,.-tail_a\n"
        ".type tails_reg,%function\ntails_reg: adr x3,reg_a\nadr x4,reg_b\nmov x1,1\nbr x3\n.size tails_reg,.-tails_reg\n"
        ".type reg_a,%function\nreg_a: subs x0,x0,1\nb.eq 1f\nbr x4\n1: mov x0,x1\nret\n.size reg_a,.-reg_a\n"
        ".type reg_b,%function\nreg_b: eor x1,x1,x0\nadd x1,x1,x1,lsl #1\nbr x3\n.size reg_b,.-reg_b\n");
#endif

/* ---- all registers: each is mixed into its neighbour, the first argument's register counts; what is the
 * program's own (sp, gp, tp) goes into the mixture ---- */

#if defined(__riscv)
enum { MIXED = ~(1u << 0 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 10) };   /* registers that mix_regs stores */
struct regs { uint64_t x[32], f[32]; };
uint64_t mix_regs(uint64_t n, struct regs *r);
#define EACH_X(o) o(1, 5) o(5, 6) o(6, 7) o(7, 8) o(8, 9) o(9, 11) o(11, 12) o(12, 13) o(13, 14) o(14, 15) o(15, 16) o(16, 17) o(17, 18) \
    o(18, 19) o(19, 20) o(20, 21) o(21, 22) o(22, 23) o(23, 24) o(24, 25) o(25, 26) o(26, 27) o(27, 28) o(28, 29) o(29, 30) o(30, 31) o(31, 2) \
    o(1, 3) o(5, 4)
#define EACH_F(o) o(0, 1) o(1, 2) o(2, 3) o(3, 4) o(4, 5) o(5, 6) o(6, 7) o(7, 8) o(8, 9) o(9, 10) o(10, 11) o(11, 12) o(12, 13) \
    o(13, 14) o(14, 15) o(15, 16) o(16, 17) o(17, 18) o(18, 19) o(19, 20) o(20, 21) o(21, 22) o(22, 23) o(23, 24) o(24, 25) o(25, 26) \
    o(26, 27) o(27, 28) o(28, 29) o(29, 30) o(30, 31) o(31, 0)
#define LOADF(a, b) "fld f" #a ",256+" #a "*8(a1)\n"
#define SAVEX(a, b) "sd x" #a "," #a "*8(a0)\n"
#define SAVEF(a, b) "fsd f" #a ",256+" #a "*8(a0)\n"
#define MIXX(a, b) "add x" #a ",x" #a ",x" #b "\n"
#define MIXF(a, b) "fsgnjx.d f" #a ",f" #a ",f" #b "\n"
/* x11 holds the struct's address until it is loaded itself, x10 is the count; the address waits on the stack. */
__asm__(".text\n.option push\n.option norvc\n.globl mix_regs\n.type mix_regs,@function\nmix_regs:\n"
        "addi sp,sp,-256\nsd a1,0(sp)\nsd ra,8(sp)\nsd s0,16(sp)\nsd s1,24(sp)\nsd s2,32(sp)\nsd s3,40(sp)\nsd s4,48(sp)\nsd s5,56(sp)\nsd s6,64(sp)\n"
        "sd s7,72(sp)\nsd s8,80(sp)\nsd s9,88(sp)\nsd s10,96(sp)\nsd s11,104(sp)\nfsd fs0,112(sp)\nfsd fs1,120(sp)\nfsd fs2,128(sp)\nfsd fs3,136(sp)\n"
        "fsd fs4,144(sp)\nfsd fs5,152(sp)\nfsd fs6,160(sp)\nfsd fs7,168(sp)\nfsd fs8,176(sp)\nfsd fs9,184(sp)\nfsd fs10,192(sp)\nfsd fs11,200(sp)\n"
        EACH_F(LOADF)
        "ld x1,8(a1)\nld x5,40(a1)\nld x6,48(a1)\nld x7,56(a1)\nld x8,64(a1)\nld x9,72(a1)\nld x12,96(a1)\nld x13,104(a1)\nld x14,112(a1)\n"
        "ld x15,120(a1)\nld x16,128(a1)\nld x17,136(a1)\nld x18,144(a1)\nld x19,152(a1)\nld x20,160(a1)\nld x21,168(a1)\nld x22,176(a1)\n"
        "ld x23,184(a1)\nld x24,192(a1)\nld x25,200(a1)\nld x26,208(a1)\nld x27,216(a1)\nld x28,224(a1)\nld x29,232(a1)\nld x30,240(a1)\n"
        "ld x31,248(a1)\nld x11,88(a1)\n"
        "1:\n" EACH_X(MIXX) EACH_F(MIXF) "fadd.d f7,f7,f9\nfmul.d f9,f9,f11\n"
        "addi a0,a0,-1\nbnez a0,1b\n"
        "ld a0,0(sp)\n" EACH_X(SAVEX) EACH_F(SAVEF)
        "ld ra,8(sp)\nld s0,16(sp)\nld s1,24(sp)\nld s2,32(sp)\nld s3,40(sp)\nld s4,48(sp)\nld s5,56(sp)\nld s6,64(sp)\n"
        "ld s7,72(sp)\nld s8,80(sp)\nld s9,88(sp)\nld s10,96(sp)\nld s11,104(sp)\nfld fs0,112(sp)\nfld fs1,120(sp)\nfld fs2,128(sp)\nfld fs3,136(sp)\n"
        "fld fs4,144(sp)\nfld fs5,152(sp)\nfld fs6,160(sp)\nfld fs7,168(sp)\nfld fs8,176(sp)\nfld fs9,184(sp)\nfld fs10,192(sp)\nfld fs11,200(sp)\n"
        "addi sp,sp,256\nli a0,0\nret\n.size mix_regs,.-mix_regs\n.option pop\n");
#else
/* f: the vector registers' halves. Flags go round, too: adcs takes the last carry and leaves the next one. */
enum { MIXED = 0x7ffffffc };
struct regs { uint64_t x[32], f[64]; };
uint64_t mix_regs(uint64_t n, struct regs *r);
#define EACH_X(o) o(2, 3) o(3, 4) o(4, 5) o(5, 6) o(6, 7) o(7, 8) o(8, 9) o(9, 10) o(10, 11) o(11, 12) o(12, 13) o(13, 14) o(14, 15) \
    o(15, 16) o(16, 17) o(17, 18) o(18, 19) o(19, 20) o(20, 21) o(21, 22) o(22, 23) o(23, 24) o(24, 25) o(25, 26) o(26, 27) o(27, 28) \
    o(28, 29) o(29, 30) o(30, 2)
#define EACH_F(o) o(0, 1) o(1, 2) o(2, 3) o(3, 4) o(4, 5) o(5, 6) o(6, 7) o(7, 8) o(8, 9) o(9, 10) o(10, 11) o(11, 12) o(12, 13) \
    o(13, 14) o(14, 15) o(15, 16) o(16, 17) o(17, 18) o(18, 19) o(19, 20) o(20, 21) o(21, 22) o(22, 23) o(23, 24) o(24, 25) o(25, 26) \
    o(26, 27) o(27, 28) o(28, 29) o(29, 30) o(30, 31) o(31, 0)
#define LOADF(a, b) "ldr q" #a ",[x1,256+" #a "*16]\n"
#define SAVEF(a, b) "str q" #a ",[x0,256+" #a "*16]\n"
#define LOADX(a, b) "ldr x" #a ",[x1," #a "*8]\n"
#define SAVEX(a, b) "str x" #a ",[x0," #a "*8]\n"
#define MIXX(a, b) "adcs x" #a ",x" #a ",x" #b "\n"
#define MIXF(a, b) "add v" #a ".4s,v" #a ".4s,v" #b ".4s\n"
/* x0 is the count, x1 holds sp; the struct's address waits on the stack. */
__asm__(".text\n.globl mix_regs\n.type mix_regs,%function\nmix_regs:\n"
        "sub sp,sp,192\nstp x1,x30,[sp]\nstp x19,x20,[sp,16]\nstp x21,x22,[sp,32]\nstp x23,x24,[sp,48]\nstp x25,x26,[sp,64]\n"
        "stp x27,x28,[sp,80]\nstr x29,[sp,96]\nstp d8,d9,[sp,112]\nstp d10,d11,[sp,128]\nstp d12,d13,[sp,144]\nstp d14,d15,[sp,160]\n"
        EACH_F(LOADF) EACH_X(LOADX) "cmp x0,0\n"
        "1:\n" EACH_X(MIXX) EACH_F(MIXF) "mov x1,sp\neor x5,x5,x1\n"
        "sub x0,x0,1\ncbnz x0,1b\n"
        "ldr x0,[sp]\n" EACH_X(SAVEX) EACH_F(SAVEF)
        "ldp x1,x30,[sp]\nldp x19,x20,[sp,16]\nldp x21,x22,[sp,32]\nldp x23,x24,[sp,48]\nldp x25,x26,[sp,64]\n"
        "ldp x27,x28,[sp,80]\nldr x29,[sp,96]\nldp d8,d9,[sp,112]\nldp d10,d11,[sp,128]\nldp d12,d13,[sp,144]\nldp d14,d15,[sp,160]\n"
        "add sp,sp,192\nmov x0,0\nret\n.size mix_regs,.-mix_regs\n");
#endif
#define NF (sizeof((struct regs *)0)->f / sizeof(uint64_t))

ALONE static uint64_t registers(uint64_t n)
{
    struct regs r;
    uint64_t sum = 0;

    for (unsigned i = 0; i < NF; i++) {
        double d = 1 + i / 64.0;

        r.x[i % 32] = i * 0x9e3779b97f4a7c15u;
        memcpy(&r.f[i], &d, 8);
    }
    mix_regs(n, &r);
    for (unsigned i = 0; i < 32; i++)
        sum = (sum ^ (MIXED >> i & 1 ? r.x[i] : 0)) * 0x100000001b3u;
    for (unsigned i = 0; i < NF; i++)
        sum = (sum ^ r.f[i]) * 0x100000001b3u;
    return sum;
}

static const struct { const char *name; uint64_t (*run)(uint64_t n); } kind[] = {
    { "integer", integer }, { "real", real }, { "memory", memory }, { "nested", nested }, { "fib", fib }, { "deep", deep },
    { "pointers", pointers }, { "tails", tails }, { "tails_reg", tails_reg }, { "registers", registers },
};

int main(int argc, char **argv)
{
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
    struct itimerspec on = { { 0, 1000000 }, { 0, 1000000 } }, off = { { 0, 0 }, { 0, 0 } };
    struct sigaction a = { .sa_sigaction = tick, .sa_flags = SA_SIGINFO | SA_RESTART };
    double seconds = atof(argv[2]), start, cpu, end;
    uint64_t n = strtoull(argv[3], NULL, 0), want;
    unsigned k = 0, bad = 0, rounds = 0;
    timer_t timer;

    while (strcmp(kind[k].name, argv[1]))
        k++;
    want = kind[k].run(n);
    sigaction(SIGALRM, &a, NULL);
    timer_create(CLOCK_MONOTONIC, &ev, &timer);
    cpu = ms(CLOCK_PROCESS_CPUTIME_ID);
    start = ms(CLOCK_MONOTONIC);
    timer_settime(timer, 0, &on, NULL);
    do {
        bad += kind[k].run(n) != want;
        rounds++;
    } while ((end = ms(CLOCK_MONOTONIC)) < start + seconds * 1e3);
    timer_settime(timer, 0, &off, NULL);
    printf("wrong %u handlers %ld merged %ld elapsed %.0f cpu %.0f rounds %u\n", bad, handlers, merged, end - start,
           ms(CLOCK_PROCESS_CPUTIME_ID) - cpu, rounds);
    return 0;
}
