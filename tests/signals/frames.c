// oracle: own
/* What sigreturn takes and what it refuses: each guest's kernel (arch/riscv/kernel/signal.c, arch/arm64/kernel/signal.c) says. A handler changes
 * the frame: pc, sp, registers, floating point, mask; a bad frame is SIGSEGV. */
#include "s.h"

static int wrong;
#define CHECK(e) do { if (!(e)) { wrong++; printf("not so: %s\n", #e); } } while (0)
#if defined(__riscv)
#define PC(u) (u)->uc_mcontext.__gregs[0]
#define SP(u) (u)->uc_mcontext.__gregs[2]
#define R(u, n) (u)->uc_mcontext.__gregs[n]
enum { CALLEE = 9, ARG = 10 };          /* s1, a0 */
#elif defined(__aarch64__)
#define PC(u) (u)->uc_mcontext.pc
#define SP(u) (u)->uc_mcontext.sp
#define R(u, n) (u)->uc_mcontext.regs[n]
enum { CALLEE = 19, ARG = 0 };
struct rec { uint32_t magic, size; };
struct fp { struct rec head; uint32_t fpsr, fpcr; __uint128_t v[32]; };
struct extra { struct rec head; uint64_t datap; uint32_t size, pad[3]; };
#else
int main(void) { return puts("0 wrong") < 0; }
#endif
#if defined(__riscv) || defined(__aarch64__)
static sigjmp_buf jb;
static volatile int what, segv, code;
static void *volatile addr, *volatile frame_sp;
static char stack[1 << 16] __attribute__((aligned(16))), alt[1 << 16] __attribute__((aligned(16)));
static volatile long landed_sp, landed_arg, landed_saved;

static void on_segv(int sig, siginfo_t *si, void *uc) { segv++; code = si->si_code; addr = si->si_addr; siglongjmp(jb, 1); }
__attribute__((noinline)) static void landing(long arg)
{
    long here;
#if defined(__riscv)
    register long s1 __asm__("s1");
#else
    register long s1 __asm__("x19");
#endif
    __asm__ volatile("" : "=r"(s1));
    landed_saved = s1;
    landed_sp = (long)&here;
    landed_arg = arg;
    siglongjmp(jb, 2);
}
static void edit(int sig, siginfo_t *si, void *ucv)
{
    ucontext_t *u = ucv;
    frame_sp = si;              /* a frame begins with its siginfo */
#if defined(__aarch64__)
    struct fp *fp = (struct fp *)u->uc_mcontext.__reserved;
    struct rec *end = (struct rec *)(fp + 1);
    char *res = (char *)u->uc_mcontext.__reserved;
#endif
    switch (what) {
    case 0:
        PC(u) = (long)landing; SP(u) = (long)stack + sizeof stack; R(u, ARG) = 4711; R(u, CALLEE) = 815;
        sigaddset(&u->uc_sigmask, SIGUSR2);
        break;
#if defined(__riscv)
    case 1: ((uint32_t *)u->uc_mcontext.__fpregs.__q.__f)[130] = 0; u->uc_mcontext.__fpregs.__q.__glibc_reserved[0] = 1; break;
    case 2: u->uc_mcontext.__fpregs.__d.__f[8] = 0x4004000000000000; u->uc_mcontext.__fpregs.__d.__fcsr = 2 << 5 | 0x15; break;
#else
    case 1: fp->head.magic = 0; fp->head.size = 0; break;       /* no FPSIMD record */
    case 2: fp->v[8] = 0x4004000000000000; fp->fpsr = 0x15 | 1 << 27; fp->fpcr = 1 << 22; break;
    case 3: fp->head.size -= 16; break;
    case 4: *end = (struct rec){ 0x12345678, 16 }; break;       /* a record that nobody knows */
    case 5: *end = (struct rec){ 0x46508001, sizeof *fp }; break;       /* twice */
    case 6: *end = (struct rec){ 0x45535201, 16 }; end[2] = (struct rec){ 0, 0 }; break;      /* another's syndrome: ignored */
    case 7: *end = (struct rec){ 0x45535201, 24 }; break;       /* not aligned behind it */
    case 8: *end = (struct rec){ 0, 16 }; break;                /* a terminator with a size */
    case 9: u->uc_mcontext.pstate |= 4; break;                  /* EL1 */
    case 10: u->uc_mcontext.pstate |= 1 << 7; break;            /* interrupts off */
    case 11: u->uc_mcontext.pstate |= 1ul << 31 | 1 << 30; break;
    case 12: *end = (struct rec){ 0x45535201, 8000 }; break;    /* beyond the end */
    case 13: case 14: case 15: case 16: case 17: {      /* records move to an extra context, behind it; it may reach beyond __reserved */
        struct fp copy = *fp;
        struct extra *x = (struct extra *)res;
        long at = what == 17 ? 4096 - 48 : 0;
        if (at) {                               /* a record that fills __reserved first */
            x = (struct extra *)(res + at);
            *(struct rec *)res = (struct rec){ 0x45535201, (uint32_t)at };
        }
        *x = (struct extra){ { 0x45585401, sizeof *x }, (uint64_t)(x + 1) + 16, sizeof copy + 16 };
        memset(x + 1, 0, 16);
        if (what == 14) x->datap += 16;
        if (what == 15) x->size += 8;
        if (what == 16) x->head.size = 16;
        copy.v[8] = 0x4008000000000000;
        memcpy((char *)(x + 1) + 16, &copy, sizeof copy);
        memset((char *)(x + 1) + 16 + sizeof copy, 0, 16);
        break;
    }
#endif
    }
}
/* Does the frame that edit() makes of `n` return? 0 yes, 1 SIGSEGV, 2 landing. */
static int try(int n)
{
    segv = code = 0;
    what = n;
    int r = sigsetjmp(jb, 1);
    if (!r)
        raise(SIGUSR1);
    return r;
}
static double d8(void)
{
    what = what;
    double v;
#if defined(__riscv)
    register double f __asm__("fs0") = 1.5;
    __asm__ volatile("" : "+f"(f));
    register long a0 __asm__("a0") = getpid(), a1 __asm__("a1") = SIGUSR1, a7 __asm__("a7") = SYS_kill;
    __asm__ volatile("ecall" : "+r"(a0), "+f"(f) : "r"(a1), "r"(a7) : "memory");
#else
    register double f __asm__("d8") = 1.5;
    register long x0 __asm__("x0") = getpid(), x1 __asm__("x1") = SIGUSR1, x8 __asm__("x8") = SYS_kill;
    __asm__ volatile("svc #0" : "+r"(x0), "+w"(f) : "r"(x1), "r"(x8) : "memory");
#endif
    v = f;
    return v;
}
static void sigreturn_nowhere(void) { signal(SIGSEGV, SIG_DFL); syscall(SYS_rt_sigreturn); }

int main(void)
{
    stack_t st = { .ss_sp = alt, .ss_size = sizeof alt - 16384 };       /* there is room above the frames */
    sigaltstack(&st, NULL);
    on3(SIGUSR1, edit, SA_ONSTACK);
    on3(SIGSEGV, on_segv, 0);
    CHECK(try(99) == 0);
    sigset_t before;
    sigprocmask(SIG_BLOCK, NULL, &before);
    int r = sigsetjmp(jb, 0);
    if (!r) {
        what = 0;
        raise(SIGUSR1);
    }
    CHECK(r == 2 && landed_arg == 4711 && landed_saved == 815);
    CHECK(landed_sp < (long)stack + (long)sizeof stack && landed_sp > (long)stack + (long)sizeof stack - 4096);
    CHECK(blocked(SIGUSR2) && !blocked(SIGUSR1));
    sigprocmask(SIG_SETMASK, &before, NULL);
    what = 2;
    CHECK(d8() == 2.5);
#if defined(__riscv)
    long fcsr;
    __asm__ volatile("csrr %0, fcsr" : "=r"(fcsr));
    CHECK(fcsr == (2 << 5 | 0x15));
    __asm__ volatile("csrw fcsr, zero");
    CHECK(try(1) == 1 && code == SI_KERNEL && !addr);
#else
    long fpsr, fpcr;
    __asm__ volatile("mrs %0, fpsr\n mrs %1, fpcr" : "=r"(fpsr), "=r"(fpcr));
    CHECK(fpsr == (0x15 | 1 << 27) && fpcr == 1 << 22);
    __asm__ volatile("msr fpsr, xzr\n msr fpcr, xzr");
    static const char refused[] = { 1, 3, 4, 5, 7, 8, 9, 10, 12, 14, 15, 16 }, taken[] = { 6, 11, 13, 17 };
    for (unsigned i = 0; i < sizeof refused; i++)
        if (try(refused[i]) != 1 || code != SEGV_ACCERR || addr != frame_sp) {
            wrong++;
            printf("taken: %d, code %d, address %p, frame %p\n", refused[i], code, addr, frame_sp);
        }
    for (unsigned i = 0; i < sizeof taken; i++)
        if (try(taken[i])) {
            wrong++;
            printf("refused: %d\n", taken[i]);
        }
    what = 13;
    CHECK(d8() == 3.0);
    what = 17;
    CHECK(d8() == 3.0);
#endif
    CHECK(!strcmp(child(sigreturn_nowhere), "killed by SEGV"));
    printf("%d wrong\n", wrong);
    return 0;
}
#endif
