/* T0's vector bodies: 128-bit values as GNU vectors, floating point by SSE instructions where they compute exactly what the IR says
 * (interp_fp.h has the scalars and the reasons). Everything else is T0_veval or T0_vfsoft: the evaluator. */
#ifndef AOTC_JIT_INTERP_VEC_H
#define AOTC_JIT_INTERP_VEC_H

#include "jit/interp_fp.h"

#include <string.h>

#define T0_VTYPE(w, lane) typedef lane __attribute__((vector_size(16)))
T0_VTYPE(8, uint8_t) t0_u8;
T0_VTYPE(8, int8_t) t0_s8;
T0_VTYPE(16, uint16_t) t0_u16;
T0_VTYPE(16, int16_t) t0_s16;
T0_VTYPE(32, uint32_t) t0_u32;
T0_VTYPE(32, int32_t) t0_s32;
T0_VTYPE(64, uint64_t) t0_u64;
T0_VTYPE(64, int64_t) t0_s64;
#undef T0_VTYPE
typedef t0_u64 t0_v;            /* any 128 bits; lanes are little-endian, as vcpu and guest memory have them */

/* Places in the vcpu need not be 16-aligned. */
static inline t0_v t0_vget(const void *p)
{
    t0_v r = { 0 };

    memcpy(&r, p, sizeof r);
    return r;
}

static inline void t0_vput(void *p, t0_v r)
{
    memcpy(p, &r, sizeof r);
}

static inline bool t0_vany(t0_v v)
{
    return v[0] | v[1];
}

#define T0_VSEL(m, p, q) (((t0_v)(m) & (t0_v)(p)) | (~(t0_v)(m) & (t0_v)(q)))

/* One function per lane width: x, y unsigned, sx, sy signed lanes of a and b. */
#define T0_VFN(name, w, expr)                                                                                       \
    static inline t0_v t0x_##name##_##w(t0_v a, t0_v b)                                                             \
    {                                                                                                               \
        t0_u##w x = (t0_u##w)a, y = (t0_u##w)b;                                                                     \
        t0_s##w sx = (t0_s##w)a, sy = (t0_s##w)b;                                                                   \
                                                                                                                    \
        (void)x, (void)y, (void)sx, (void)sy;                                                                       \
        return (t0_v)(expr);                                                                                        \
    }
#define T0_VFN4(name, expr) T0_VFN(name, 8, expr) T0_VFN(name, 16, expr) T0_VFN(name, 32, expr) T0_VFN(name, 64, expr)
T0_VFN4(vadd, x + y) T0_VFN4(vsub, x - y) T0_VFN4(vmul, x * y)
T0_VFN4(vceq, x == y) T0_VFN4(vcgts, sx > sy) T0_VFN4(vcgtu, x > y)
T0_VFN4(vsmin, T0_VSEL(sx < sy, sx, sy)) T0_VFN4(vsmax, T0_VSEL(sx < sy, sy, sx))
T0_VFN4(vumin, T0_VSEL(x < y, x, y)) T0_VFN4(vumax, T0_VSEL(x < y, y, x))
T0_VFN4(vuqadd, (t0_v)(x + y) | (t0_v)(y > ~x)) T0_VFN4(vuqsub, (t0_v)(x - y) & (t0_v)(x > y))
#undef T0_VFN4
#undef T0_VFN

/* Shifts by n, less than the lane's width. */
#define T0_VSHIFT(w)                                                                                                \
    static inline t0_u##w t0_vsplat_##w(uint64_t n)                                                                 \
    {                                                                                                               \
        t0_u##w r = { 0 };                                                                                          \
                                                                                                                    \
        for (unsigned i = 0; i < 128 / w; i++)                                                                      \
            r[i] = (uint##w##_t)n;                                                                                  \
        return r;                                                                                                   \
    }                                                                                                               \
    static inline t0_v t0x_vshl_##w(t0_v a, uint64_t n) { return (t0_v)((t0_u##w)a << t0_vsplat_##w(n)); }          \
    static inline t0_v t0x_vshr_##w(t0_v a, uint64_t n) { return (t0_v)((t0_u##w)a >> t0_vsplat_##w(n)); }          \
    static inline t0_v t0x_vsar_##w(t0_v a, uint64_t n) { return (t0_v)((t0_s##w)a >> (t0_s##w)t0_vsplat_##w(n)); }
T0_VSHIFT(8) T0_VSHIFT(16) T0_VSHIFT(32) T0_VSHIFT(64)
#undef T0_VSHIFT

/* Lanes of n bits to and from lanes of w = 2n bits. */
#define T0_VWIDE(n, w)                                                                                              \
    static inline t0_v t0x_vuxt_##n(t0_v a)                                                                         \
    {                                                                                                               \
        t0_u##w r = { 0 };                                                                                          \
                                                                                                                    \
        for (unsigned i = 0; i < 128 / w; i++)                                                                      \
            r[i] = ((t0_u##n)a)[i];                                                                                 \
        return (t0_v)r;                                                                                             \
    }                                                                                                               \
    static inline t0_v t0x_vsxt_##n(t0_v a)                                                                         \
    {                                                                                                               \
        t0_s##w r = { 0 };                                                                                          \
                                                                                                                    \
        for (unsigned i = 0; i < 128 / w; i++)                                                                      \
            r[i] = ((t0_s##n)a)[i];                                                                                 \
        return (t0_v)r;                                                                                             \
    }                                                                                                               \
    static inline t0_v t0x_vxtn_##n(t0_v a)                                                                         \
    {                                                                                                               \
        t0_u##n r = { 0 };                                                                                          \
                                                                                                                    \
        for (unsigned i = 0; i < 128 / w; i++)                                                                      \
            r[i] = (uint##n##_t)((t0_u##w)a)[i];                                                                    \
        return (t0_v)r;                                                                                             \
    }                                                                                                               \
    static inline t0_v t0x_vumull_##n(t0_v a, t0_v b) { return (t0_v)((t0_u##w)t0x_vuxt_##n(a) * (t0_u##w)t0x_vuxt_##n(b)); } \
    static inline t0_v t0x_vsmull_##n(t0_v a, t0_v b) { return (t0_v)((t0_u##w)t0x_vsxt_##n(a) * (t0_u##w)t0x_vsxt_##n(b)); }
T0_VWIDE(8, 16) T0_VWIDE(16, 32) T0_VWIDE(32, 64)
#undef T0_VWIDE

/* ---- bytes by number ---- */

#if defined(__x86_64__)
static inline bool t0_has_pshufb(void)
{
    return host_features_detect() & HF_SSSE3;
}

/* Byte i: byte m[i] & 15 of a, or 0 when m[i] has its top bit set (SDM vol. 2, PSHUFB). */
static inline t0_v t0_pshufb(t0_v a, t0_u8 m)
{
    __asm__("pshufb %1, %0" : "+x"(a) : "x"(m));
    return a;
}
#else
static inline bool t0_has_pshufb(void)
{
    return false;
}

static inline t0_v t0_pshufb(t0_v a, t0_u8 m)
{
    t0_u8 r = { 0 };

    for (unsigned i = 0; i < 16; i++)
        r[i] = m[i] & 0x80 ? 0 : ((t0_u8)a)[m[i] & 15];
    return (t0_v)r;
}
#endif

/* vtbl, and vshuf by a pattern whose bytes of 128 and more are 255. */
static inline t0_v t0x_vtbl(t0_v a, t0_v index)
{
    return t0_pshufb(a, (t0_u8)t0x_vuqadd_8(index, (t0_v)t0_vsplat_8(0x70)));
}

static inline t0_v t0x_vshuf(t0_v a, t0_v b, t0_v pattern)
{
    return t0x_vtbl(a, pattern) | t0_pshufb(b, (t0_u8)pattern - t0_vsplat_8(16));
}

/* ---- floating point ---- */

/* Is a lane of r a NaN, or (with tiny) in magnitude the least normal number? */
#define T0_VODD(w, inf, least)                                                                                      \
    static inline bool t0_vodd_##w(t0_v r, bool tiny)                                                               \
    {                                                                                                               \
        t0_s##w m = (t0_s##w)r & (t0_s##w)t0_vsplat_##w(INT##w##_MAX);                                              \
        t0_v odd = (t0_v)(m > (t0_s##w)t0_vsplat_##w(inf));                                                         \
                                                                                                                    \
        if (tiny)                                                                                                   \
            odd |= (t0_v)(m == (t0_s##w)t0_vsplat_##w(least));                                                      \
        return t0_vany(odd);                                                                                        \
    }
T0_VODD(32, UINT32_C(0x7f800000), UINT32_C(0x00800000))
T0_VODD(64, UINT64_C(0x7ff) << 52, UINT64_C(1) << 52)
#undef T0_VODD

/* fmin and fmax and their relatives without NaN: in the order of sign and magnitude, where -0 < +0. */
#define T0_VORDER(w)                                                                                                \
    static inline t0_s##w t0_vorder_##w(t0_v a)                                                                     \
    {                                                                                                               \
        t0_s##w s = (t0_s##w)a, sign = s >> (t0_s##w)t0_vsplat_##w(w - 1);                                          \
        return s ^ (sign & (t0_s##w)t0_vsplat_##w(INT##w##_MAX));                                                   \
    }                                                                                                               \
    static inline t0_v t0x_vfmin_##w(t0_v a, t0_v b) { return T0_VSEL(t0_vorder_##w(a) < t0_vorder_##w(b), a, b); } \
    static inline t0_v t0x_vfmax_##w(t0_v a, t0_v b) { return T0_VSEL(t0_vorder_##w(a) > t0_vorder_##w(b), a, b); }
T0_VORDER(32) T0_VORDER(64)
#undef T0_VORDER

#if defined(__x86_64__)
#define VSS2(name, w, insn)                                                                                         \
    static inline t0_v t0x_##name##_##w(t0_v a, t0_v b)                                                             \
    {                                                                                                               \
        __asm__ volatile(insn " %1, %0" : "+x"(a) : "x"(b));                                                        \
        return a;                                                                                                   \
    }
#define VSS2_BOTH(name, insn) VSS2(name, 32, insn "ps") VSS2(name, 64, insn "pd")
VSS2_BOTH(vfadd, "add") VSS2_BOTH(vfsub, "sub") VSS2_BOTH(vfmul, "mul") VSS2_BOTH(vfdiv, "div")
VSS2_BOTH(vfeq, "cmpeq") VSS2_BOTH(vflt, "cmplt") VSS2_BOTH(vfle, "cmple")
#undef VSS2_BOTH
#undef VSS2

#define VSS1(name, w, insn)                                                                                         \
    static inline t0_v t0x_##name##_##w(t0_v a)                                                                     \
    {                                                                                                               \
        __asm__ volatile(insn " %0, %0" : "+x"(a));                                                                 \
        return a;                                                                                                   \
    }
VSS1(vfsqrt, 32, "sqrtps") VSS1(vfsqrt, 64, "sqrtpd")
#undef VSS1

#define VFMA(w, insn)                                                                                               \
    static inline t0_v t0x_vfma_##w(t0_v a, t0_v b, t0_v c)                                                         \
    {                                                                                                               \
        __asm__ volatile(insn " %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));                                            \
        return a;                                                                                                   \
    }
VFMA(32, "vfmadd213ps") VFMA(64, "vfmadd213pd")
#undef VFMA

#else
/* Never reached: T0_HOSTFP is 0. */
#define N1(name) static inline t0_v t0x_##name##_32(t0_v a) { return a; } static inline t0_v t0x_##name##_64(t0_v a) { return a; }
#define N2(name) static inline t0_v t0x_##name##_32(t0_v a, t0_v b) { return a ^ b; } \
                 static inline t0_v t0x_##name##_64(t0_v a, t0_v b) { return a ^ b; }
#define N3(name) static inline t0_v t0x_##name##_32(t0_v a, t0_v b, t0_v c) { return a ^ b ^ c; } \
                 static inline t0_v t0x_##name##_64(t0_v a, t0_v b, t0_v c) { return a ^ b ^ c; }
T0_VFP1(N1) T0_VFP2(N2) T0_VFCMP(N2) T0_VFP3(N3)
#undef N1
#undef N2
#undef N3
#endif

static inline bool t0_desc_v64(uint64_t desc)
{
    return (desc >> 16 & 0xff) == T_V64;
}

/* An operand of a vector FPOP. The upper half of a v64 is neutral: `upper` in both its halves. */
static inline t0_v t0_vfp_in(const void *p, uint64_t desc, uint32_t upper)
{
    t0_v r = { 0 };

    if (!t0_desc_v64(desc))
        return t0_vget(p);
    memcpy(&r, p, 8);
    r[1] = upper | (uint64_t)upper << 32;
    return r;
}

static inline void t0_vfp_out(void *p, uint64_t desc, t0_v r)
{
    memcpy(p, &r, t0_desc_v64(desc) ? 8 : 16);
}

/* Does the host's control word stand as desc's rounding mode wants it, and no mode bit? fp_rm: vcpu->fp_rm. */
static inline bool t0_vfp_host(uint64_t desc, unsigned fp_rm)
{
    unsigned rm = desc >> 32 & FP_RM_MASK;

    return T0_HOSTFP && (rm == FP_RM_DYN ? fp_rm <= FP_RM_UP : rm == FP_RM_NE && fp_rm == FP_RM_NE);
}

/* A VOP, or an FPOP on vectors, by the evaluator. Never faults. */
static inline void t0_veval(struct vcpu *v, const struct t0_rec *op, unsigned fp_rm)
{
    enum ir_type t = op->imm >> 16 & 0xff, at = op->imm >> 24 & 0xff;
    struct ir_fpenv fp = { .rm = fp_rm & FP_RM_MASK, .mode = fp_rm >> 3 };
    const uint16_t loc[3] = { op->a, op->b, op->c };
    union ir_val arg[3], r;

    memset(arg, 0, sizeof arg);
    for (unsigned i = 0; i < 3; i++)
        memcpy(&arg[i], (char *)v + loc[i], at == T_V128 ? 16 : 8);
    r = ir_eval((enum ir_op)(op->imm & 0xffff), t, at, (unsigned)(op->imm >> 32) & 0xff, arg, &fp);
    t0_raise(v, fp.flags);
    memcpy((char *)v + op->d, &r, t == T_V128 ? 16 : 8);
}

/* The same of a vshuf, whose pattern stands in the next record. */
static inline t0_v t0_vpattern(const struct t0_rec *op)
{
    return t0_vget((const char *)(op + 1) + offsetof(struct t0_rec, d));
}

static inline void t0_vshuf_c(struct vcpu *v, const struct t0_rec *op)
{
    t0_u8 a = (t0_u8)t0_vget((char *)v + op->a), b = (t0_u8)t0_vget((char *)v + op->b), p = (t0_u8)t0_vpattern(op), r = { 0 };

    for (unsigned i = 0; i < 16; i++)
        r[i] = p[i] < 16 ? a[p[i]] : p[i] < 32 ? b[p[i] - 16] : 0;
    t0_vput((char *)v + op->d, (t0_v)r);
}

/* Compare and swap of 16 bytes at any address; returns what was there. */
GUEST_ACCESS static inline t0_v t0_vcas(void *p, t0_v old, t0_v new)
{
    t0_v was = { 0 };

#if defined(__x86_64__)
    if (((uintptr_t)p & 15) == 0) {
        uint64_t lo = old[0], hi = old[1];

        __asm__ volatile("lock cmpxchg16b (%2)" : "+a"(lo), "+d"(hi) : "r"(p), "b"(new[0]), "c"(new[1]) : "memory", "cc");
        return (t0_v){ lo, hi };
    }
#elif defined(__aarch64__)
    if (((uintptr_t)p & 15) == 0) {
        uint32_t failed;
        uint64_t lo, hi, differs;

        do {
            __asm__ volatile("ldaxp %0, %1, [%2]" : "=&r"(lo), "=&r"(hi) : "r"(p) : "memory");
            differs = (lo ^ old[0]) | (hi ^ old[1]);
            __asm__ volatile("stlxp %w0, %1, %2, [%3]" : "=&r"(failed)
                             : "r"(differs ? lo : new[0]), "r"(differs ? hi : new[1]), "r"(p) : "memory");
        } while (failed);
        return (t0_v){ lo, hi };
    }
#endif
    was = MEM(t0_v, p);         /* in steps: no guest does that (AArch64's trap, RISC-V has none of 16 bytes) */
    MEM(t0_v, p) = t0_vany(was ^ old) ? was : new;
    return was;
}

/* Reads and writes the byte at p, which stays as it is: a fault then names p. */
GUEST_ACCESS static inline void t0_touch(void *p)
{
#if defined(__aarch64__)
    uint32_t byte, failed;

    do
        __asm__ volatile("ldxrb %w0, [%2]\n\tstxrb %w1, %w0, [%2]" : "=&r"(byte), "=&r"(failed) : "r"(p) : "memory");
    while (failed);
#else
    (void)*(volatile uint8_t *)p;
#endif
}

/* Compare and swap of n bytes (1 to 8) at any address, for hosts whose own wants a multiple of n: by the 16 bytes that they lie in.
 * Across such a boundary it is done in steps, as hardware without that would not do it at all. Yields what was there. */
GUEST_ACCESS static inline uint64_t t0_odd_cas(void *p, unsigned n, uint64_t old, uint64_t new)
{
    unsigned at = (uintptr_t)p & 15;
    union { t0_v v; uint8_t byte[16]; } cur, next;
    t0_v seen = { 0 };
    uint64_t was = 0;

    t0_touch(p);
    if (at + n > 16) {
        t0_touch((char *)p - at + 16);          /* nothing is written unless all can be */
        for (unsigned i = 0; i < n; i++)
            was |= (uint64_t)MEM(uint8_t, (char *)p + i) << 8 * i;
        for (unsigned i = 0; i < n && was == old; i++)
            MEM(uint8_t, (char *)p + i) = (uint8_t)(new >> 8 * i);
        return was;
    }
    seen = MEM(t0_v, (char *)p - at);
    do {
        cur.v = next.v = seen;
        was = 0;
        memcpy(&was, cur.byte + at, n);         /* hosts are little-endian */
        if (was == old)
            memcpy(next.byte + at, &new, n);
        seen = t0_vcas((char *)p - at, cur.v, next.v);
    } while (t0_vany(seen ^ cur.v));
    return was;
}

#endif
