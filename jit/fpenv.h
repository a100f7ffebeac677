/* The host's floating-point control word, as the guest uses it: dynamic rounding mode and sticky flags live there while guest code
 * runs (vcpu->guest_fpcr). One small inline set per host; FP_RM_* and FPF_* (passes/ir/ir.h) outside. */
#ifndef AOTC_JIT_FPENV_H
#define AOTC_JIT_FPENV_H

#include "passes/ir/ir.h"

/* fpenv_read/fpenv_write: the live control word. fpcr_make: a word with the rounding mode in the low three bits of rm (FP_RM_NE..
 * FP_RM_UP; others give NE) and flags (FPF_*, without FPF_ID). fpcr_rm, fpcr_flags: back. fpcr_sane: the word with every exception masked, as C code and T0 need it. */
#if defined(__x86_64__)

static inline uint32_t fpenv_read(void)
{
    uint32_t w;

    __asm__ volatile("stmxcsr %0" : "=m"(w) : : "memory");
    return w;
}

static inline void fpenv_write(uint32_t w)
{
    __asm__ volatile("ldmxcsr %0" : : "m"(w) : "memory");
}

/* MXCSR: IE DE ZE OE UE PE in bits 0..5, their masks in 7..12, RC in 13..14 (00 nearest, 01 down, 10 up, 11 to zero); SDM vol. 1, 10.2.3. */
static inline uint32_t fpcr_make(unsigned rm, unsigned fpf)
{
    uint32_t m = rm & FP_RM_MASK, rc = m == FP_RM_TZ ? 3 : m == FP_RM_DN ? 1 : m == FP_RM_UP ? 2 : 0;

    return 0x1f80 | rc << 13 | (fpf & FPF_NV ? 1 : 0) | (fpf & FPF_DZ ? 4 : 0) | (fpf & FPF_OF ? 8 : 0) | (fpf & FPF_UF ? 16 : 0) |
           (fpf & FPF_NX ? 32 : 0);
}

static inline unsigned fpcr_rm(uint32_t w)
{
    return (FP_RM_NE | FP_RM_DN << 4 | FP_RM_UP << 8 | FP_RM_TZ << 12) >> (w >> 13 & 3) * 4 & 15;
}

static inline unsigned fpcr_flags(uint32_t w)
{
    return (w & 1 ? FPF_NV : 0) | (w & 4 ? FPF_DZ : 0) | (w & 8 ? FPF_OF : 0) | (w & 16 ? FPF_UF : 0) | (w & 32 ? FPF_NX : 0);
}

static inline uint32_t fpcr_sane(uint32_t w)
{
    return w | 0x1f80;
}

static inline uint32_t fpcr_set_flags(uint32_t w, unsigned fpf)
{
    return (w & ~UINT32_C(0x3f)) | (fpcr_make(FP_RM_NE, fpf) & 0x3f);
}

#elif defined(__aarch64__)

/* The word joins FPCR.RMode (bits 22 and 23: 00 nearest, 01 up, 10 down, 11 to zero) and FPSR's sticky IOC DZC OFC UFC IXC (bits 0 to
 * 4), which are FPF_* in opposite order. No trap is ever enabled, and FZ, DN, AHP stay 0. */
enum { FPCR_RMODE = 3 << 22, FPSR_STICKY = 31 };

static inline uint32_t fpcr_of(uint64_t fpcr, uint64_t fpsr)
{
    return (uint32_t)(fpcr & FPCR_RMODE) | (uint32_t)(fpsr & FPSR_STICKY);
}

static inline uint32_t fpenv_read(void)
{
    uint64_t c, s;

    __asm__ volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(c), "=r"(s) : : "memory");
    return fpcr_of(c, s);
}

static inline void fpenv_write(uint32_t w)
{
    __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, %1" : : "r"((uint64_t)(w & FPCR_RMODE)), "r"((uint64_t)(w & FPSR_STICKY)) : "memory");
}

static inline uint32_t fpcr_make(unsigned rm, unsigned fpf)
{
    uint32_t m = rm & FP_RM_MASK, mode = m == FP_RM_UP ? 1 : m == FP_RM_DN ? 2 : m == FP_RM_TZ ? 3 : 0;

    return mode << 22 | (fpf & FPF_NV ? 1 : 0) | (fpf & FPF_DZ ? 2 : 0) | (fpf & FPF_OF ? 4 : 0) | (fpf & FPF_UF ? 8 : 0) |
           (fpf & FPF_NX ? 16 : 0);
}

static inline unsigned fpcr_rm(uint32_t w)
{
    return (FP_RM_NE | FP_RM_UP << 4 | FP_RM_DN << 8 | FP_RM_TZ << 12) >> (w >> 22 & 3) * 4 & 15;
}

static inline unsigned fpcr_flags(uint32_t w)
{
    return (w & 1 ? FPF_NV : 0) | (w & 2 ? FPF_DZ : 0) | (w & 4 ? FPF_OF : 0) | (w & 8 ? FPF_UF : 0) | (w & 16 ? FPF_NX : 0);
}

static inline uint32_t fpcr_sane(uint32_t w)
{
    return w & (FPCR_RMODE | FPSR_STICKY);
}

static inline uint32_t fpcr_set_flags(uint32_t w, unsigned fpf)
{
    return (w & ~(uint32_t)FPSR_STICKY) | (fpcr_make(FP_RM_NE, fpf) & FPSR_STICKY);
}

#elif defined(__riscv) && __riscv_flen == 64

/* FPF_* are RISC-V's fflags. The word: rounding mode in bits 5..7 and flags in 0..4, as in fcsr. */
static inline uint32_t fpcr_make(unsigned rm, unsigned fpf)
{
    return ((rm & FP_RM_MASK) <= FP_RM_UP ? rm & FP_RM_MASK : FP_RM_NE) << 5 | (fpf & 31);
}

static inline unsigned fpcr_rm(uint32_t w)
{
    return w >> 5 & 7;
}

static inline unsigned fpcr_flags(uint32_t w)
{
    return w & 31;
}

static inline uint32_t fpcr_sane(uint32_t w)
{
    return w & 0xff;
}

static inline uint32_t fpcr_set_flags(uint32_t w, unsigned fpf)
{
    return (w & ~UINT32_C(31)) | (fpf & 31);
}

static inline uint32_t fpenv_read(void)
{
    uint64_t w;

    __asm__ volatile("frcsr %0" : "=r"(w) : : "memory");
    return (uint32_t)w;
}

static inline void fpenv_write(uint32_t w)
{
    __asm__ volatile("fscsr %0" : : "r"((uint64_t)w) : "memory");
}

#else
#error "no floating-point environment for this host: add its inlines here"
#endif

/* ORs FPF_* flags into the live word. */
static inline void fpenv_raise(unsigned fpf)
{
    if (fpf) {
        uint32_t w = fpenv_read();

        fpenv_write(fpcr_set_flags(w, fpcr_flags(w) | fpf));
    }
}

#endif
