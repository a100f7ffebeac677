/* T0's floating-point bodies: on the host's FPU where it computes exactly what the IR says, under the guest's rounding mode and
 * with its sticky flags; softfp otherwise. SSE arithmetic is IEEE 754 with tininess after rounding (SDM vol. 1, 4.9), as softfp. */
#ifndef AOTC_JIT_INTERP_FP_H
#define AOTC_JIT_INTERP_FP_H

#include "jit/compile.h"
#include "jit/fpenv.h"
#include "jit/interp_int.h"

/* ORs sticky flags into the guest's: into the live control word, and what it has no bit for into the vcpu. */
static inline void t0_raise(struct vcpu *v, unsigned fpf)
{
    fpenv_raise(fpf & ~FPF_ID);
    v->fp_extra |= fpf & FPF_ID;
}

/* desc on the record's operands, exact in every mode. fp_rm: vcpu->fp_rm, its rounding mode below 5 if desc's is FP_RM_DYN. */
static inline uint64_t t0_softfp(struct vcpu *v, const struct t0_rec *op, uint64_t desc, unsigned fp_rm)
{
    struct ir_fpenv fp = { .rm = fp_rm & FP_RM_MASK, .mode = fp_rm >> 3 };
    const uint64_t *base = (const uint64_t *)(const void *)v;
    uint64_t r = helper_eval(base[op->a / 8], base[op->b / 8], base[op->c / 8], desc, &fp);

    t0_raise(v, fp.flags);
    return r;
}

#if defined(__x86_64__)
enum { T0_HOSTFP = 1 };

/* Inline assembly, because compilers feel free to swap a comparison's quiet and signalling forms, or to fold and move. */
#define SS2(name, insn, fty, ity)                                                                                   \
    static inline uint64_t t0x_##name(uint64_t a, uint64_t b)                                                       \
    {                                                                                                               \
        union { ity i; fty f; } x = { .i = (ity)a }, y = { .i = (ity)b };                                           \
        __asm__ volatile(insn " %1, %0" : "+x"(x.f) : "xm"(y.f));                                                   \
        return x.i;                                                                                                 \
    }
#define SS1(name, insn, fty, ity, rty, sty)                                                                         \
    static inline uint64_t t0x_##name(uint64_t a)                                                                   \
    {                                                                                                               \
        union { ity i; fty f; } x = { .i = (ity)a };                                                                \
        union { sty i; rty f; } y = { .i = 0 };                                                                     \
        __asm__ volatile(insn " %1, %0" : "+x"(y.f) : "xm"(x.f));                                                   \
        return y.i;                                                                                                 \
    }
#define SS_BOTH(name, insn) SS2(name##64, insn "sd", double, uint64_t) SS2(name##32, insn "ss", float, uint32_t)
SS_BOTH(fadd, "add") SS_BOTH(fsub, "sub") SS_BOTH(fmul, "mul") SS_BOTH(fdiv, "div")
SS1(fsqrt64, "sqrtsd", double, uint64_t, double, uint64_t) SS1(fsqrt32, "sqrtss", float, uint32_t, float, uint32_t)
SS1(fcvt3264, "cvtss2sd", float, uint32_t, double, uint64_t) SS1(fcvt6432, "cvtsd2ss", double, uint64_t, float, uint32_t)
#undef SS_BOTH
#undef SS2
#undef SS1

#define SI2F(name, insn, ity)                                                                                       \
    static inline uint64_t t0x_##name(uint64_t a)                                                                   \
    {                                                                                                               \
        uint64_t r;                                                                                                 \
        __asm__ volatile("pxor %%xmm0, %%xmm0\n\t" insn " %1, %%xmm0\n\tmovq %%xmm0, %0" : "=r"(r) : "r"((ity)a) : "xmm0"); \
        return r;                                                                                                   \
    }
SI2F(si2f6464, "cvtsi2sdq", uint64_t) SI2F(si2f6432, "cvtsi2ssq", uint64_t)
SI2F(si2f3264, "cvtsi2sdl", uint32_t) SI2F(si2f3232, "cvtsi2ssl", uint32_t)
#undef SI2F

/* Out of range and NaN give the most negative number with invalid raised: the caller redoes these by softfp. */
#define F2SI(name, insn, ity)                                                                                       \
    static inline uint64_t t0x_##name(uint64_t a)                                                                   \
    {                                                                                                               \
        ity r;                                                                                                      \
        __asm__ volatile("movq %1, %%xmm0\n\t" insn " %%xmm0, %0" : "=r"(r) : "r"(a) : "xmm0");                     \
        return r;                                                                                                   \
    }
F2SI(f2si6464_d, "cvtsd2si", uint64_t) F2SI(f2si6464_z, "cvttsd2si", uint64_t)
F2SI(f2si3264_d, "cvtss2si", uint64_t) F2SI(f2si3264_z, "cvttss2si", uint64_t)
F2SI(f2si6432_d, "cvtsd2si", uint32_t) F2SI(f2si6432_z, "cvttsd2si", uint32_t)
F2SI(f2si3232_d, "cvtss2si", uint32_t) F2SI(f2si3232_z, "cvttss2si", uint32_t)
#undef F2SI

/* a op b without NaN: ucomis raises for signalling NaNs only, comis for any. */
#define FCMP(name, insn, ax, bx, res)                                                                               \
    static inline uint64_t t0x_##name(uint64_t a, uint64_t b)                                                       \
    {                                                                                                               \
        uint8_t r, np;                                                                                              \
        __asm__ volatile("movq %2, %%xmm0\n\tmovq %3, %%xmm1\n\t" insn "\n\t" res " %0\n\tsetnp %1"                 \
                         : "=q"(r), "=q"(np) : "r"(a), "r"(b) : "xmm0", "xmm1", "cc");                              \
        return r & np;                                                                                              \
    }
FCMP(feq64, "ucomisd %%xmm1, %%xmm0", a, b, "sete") FCMP(feq32, "ucomiss %%xmm1, %%xmm0", a, b, "sete")
FCMP(flt64, "comisd %%xmm0, %%xmm1", b, a, "seta") FCMP(flt32, "comiss %%xmm0, %%xmm1", b, a, "seta")
FCMP(fle64, "comisd %%xmm0, %%xmm1", b, a, "setae") FCMP(fle32, "comiss %%xmm0, %%xmm1", b, a, "setae")
#undef FCMP

static inline bool t0_has_fma(void)
{
    return host_features_detect() & HF_FMA;
}

#define FMA(name, insn, fty, ity)                                                                                   \
    static inline uint64_t t0x_##name(uint64_t a, uint64_t b, uint64_t c)                                           \
    {                                                                                                               \
        union { ity i; fty f; } x = { .i = (ity)a }, y = { .i = (ity)b }, z = { .i = (ity)c };                      \
        __asm__ volatile(insn " %2, %1, %0" : "+x"(x.f) : "x"(y.f), "xm"(z.f));                                     \
        return x.i;                                                                                                 \
    }
FMA(fma64, "vfmadd213sd", double, uint64_t) FMA(fma32, "vfmadd213ss", float, uint32_t)
#undef FMA

#else
/* Other hosts: softfp alone. The flattener still emits the fast records, whose bodies then never take the fast way. */
enum { T0_HOSTFP = 0 };
#define N1(name) static inline uint64_t t0x_##name(uint64_t a) { return a; }
#define N2(name) static inline uint64_t t0x_##name(uint64_t a, uint64_t b) { return a ^ b; }
#define N3(name) static inline uint64_t t0x_##name(uint64_t a, uint64_t b, uint64_t c) { return a ^ b ^ c; }
T0_FP1(N1) T0_FP2(N2) T0_FP3(N3)
N1(f2si6464_d) N1(f2si6464_z) N1(f2si3264_d) N1(f2si3264_z) N1(f2si6432_d) N1(f2si6432_z) N1(f2si3232_d) N1(f2si3232_z)
N2(feq64) N2(flt64) N2(fle64) N2(feq32) N2(flt32) N2(fle32)
#undef N1
#undef N2
#undef N3
static inline bool t0_has_fma(void)
{
    return false;
}
#endif

/* minimumNumber / maximumNumber of two values that are no NaNs: the order of sign and magnitude, where -0 < +0. */
static inline int64_t t0_order64(uint64_t v)
{
    return (int64_t)(v ^ ((uint64_t)((int64_t)v >> 63) >> 1));
}

static inline bool t0_isnan64(uint64_t v)
{
    return (v & ~(UINT64_C(1) << 63)) > UINT64_C(0x7ff) << 52;
}

static inline int32_t t0_order32(uint32_t v)
{
    return (int32_t)(v ^ ((uint32_t)((int32_t)v >> 31) >> 1));
}

static inline bool t0_isnan32(uint32_t v)
{
    return (v & 0x7fffffff) > 0x7f800000;
}

/* Must a result of the host's be done again, because FP_PROP wants a certain NaN, or because the number is the least normal one,
 * which the host may have rounded up to without calling it tiny? (Sums and roots are exact there.) */
static inline bool t0_redo(enum ir_op op, enum ir_type t, uint64_t r)
{
    bool tiny = op == IR_fmul || op == IR_fdiv || op == IR_fma || op == IR_fcvt;

    if (t == T_F64)
        return t0_isnan64(r) || (tiny && (r & INT64_MAX) == UINT64_C(1) << 52);
    return t0_isnan32((uint32_t)r) || (tiny && (r & INT32_MAX) == 0x00800000);
}

#endif
