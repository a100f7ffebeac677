/* guest: aarch64
 * A signal changes nothing that its handler does not change in the frame: flags, vector registers, FPCR, FPSR with QC and IDC. What
 * the handler changes there takes effect. Handlers nest; a trampoline of the program's own (SA_RESTORER) returns too; the frame
 * record leads from the handler to the code interrupted. Output: arm_signals.want. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

struct fp { uint32_t magic, size, fpsr, fpcr; __uint128_t v[32]; };

static uint64_t get_fpsr(void) { uint64_t v; __asm__ volatile("mrs %0, fpsr" : "=r"(v)); return v; }
static uint64_t get_fpcr(void) { uint64_t v; __asm__ volatile("mrs %0, fpcr" : "=r"(v)); return v; }
static void set_fpsr(uint64_t v) { __asm__ volatile("msr fpsr, %0" : : "r"(v)); }
static void set_fpcr(uint64_t v) { __asm__ volatile("msr fpcr, %0" : : "r"(v)); }

static volatile int change, depth;
static uint32_t seen_fpsr, seen_fpcr;
static uint64_t seen_pstate, seen_record, seen_x29;

static void handler(int s, siginfo_t *si, void *u)
{
    ucontext_t *uc = u;
    struct fp *fp = (struct fp *)uc->uc_mcontext.__reserved;
    uint64_t *frame = __builtin_frame_address(0);

    seen_fpsr = fp->fpsr;
    seen_fpcr = fp->fpcr;
    seen_pstate = uc->uc_mcontext.pstate;
    seen_record = ((uint64_t *)frame[0])[0];            /* our caller's record: the one above the signal frame */
    seen_x29 = uc->uc_mcontext.regs[29];
    if (change) {
        fp->fpsr = 1u << 27;
        fp->fpcr = 3 << 22;
        fp->v[9] = (__uint128_t)0x1122334455667788 << 64 | 0x99aabbccddeeff00;
        uc->uc_mcontext.regs[9] = 4711;
        uc->uc_mcontext.pstate = 1u << 30 | 1 << 28;
    }
    if (depth++ == 1)
        raise(SIGUSR2);
    set_fpcr(0);
    set_fpsr(0x1f);
    __asm__ volatile("movi v9.16b, #7\nmovi v31.16b, #7\ncmp xzr, xzr" : : : "v9", "v31", "cc");
}

static void plain(int s) { depth += s == SIGUSR2 ? 100 : 1000; }

/* Raises SIGUSR1 with everything set, and tells what is left of it. */
static void one(void)
{
    uint64_t v9[2] = { 0x0123456789abcdef, 0xfedcba9876543210 }, out[2], nzcv, x9;
    long pid = getpid();

    set_fpcr(2 << 22);
    set_fpsr(1u << 27 | 1 << 7 | 1 << 1);
    register long x8 __asm__("x8") = SYS_tgkill, x0 __asm__("x0") = pid, x1 __asm__("x1") = pid, x2 __asm__("x2") = SIGUSR1;
    __asm__ volatile("ldr q9, [%3]\nmov x9, #77\nmov x10, #0xa0000000\nmsr nzcv, x10\nsvc #0\n"
                     "mrs %0, nzcv\nmov %1, x9\nstr q9, [%2]"
                     : "=&r"(nzcv), "=&r"(x9) : "r"(out), "r"(v9), "r"(x8), "r"(x0), "r"(x1), "r"(x2)
                     : "x9", "x10", "v9", "cc", "memory");
    uint64_t sr = get_fpsr(), cr = get_fpcr();
    set_fpcr(0);
    printf("in the frame: fpsr %#x fpcr %#x pstate %#lx record %d\n", seen_fpsr, seen_fpcr, seen_pstate & 0xf0000000,
           seen_record == seen_x29);
    printf("afterwards: fpsr %#lx fpcr %#lx nzcv %#lx x9 %ld v9 %016lx%016lx depth %d\n", sr, cr, nzcv, x9, out[1], out[0], depth);
}

__asm__("my_restorer: mov x8, #139\nsvc #0");
extern void my_restorer(void);

int main(void)
{
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

    sigaction(SIGUSR1, &sa, 0);
    signal(SIGUSR2, plain);
    one();
    one();
    change = 1;
    one();
    struct { void *handler; uint64_t flags; void *restorer; uint64_t mask; } k = { plain, 0x04000000, my_restorer, 0 }, old;
    printf("%ld ", syscall(SYS_rt_sigaction, SIGUSR1, &k, 0, 8));
    printf("%ld ", syscall(SYS_rt_sigaction, SIGUSR1, 0, &old, 8));
    printf("%d\n", old.handler == k.handler && old.flags == k.flags && old.restorer == k.restorer && old.mask == k.mask);
    raise(SIGUSR1);
    printf("depth %d\n", depth);
    return 0;
}
