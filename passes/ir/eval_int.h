/* What the value expressions of ops.def call. Operands are zero-extended; results may have dirty bits above w. All total. */
#ifndef AOTC_PASSES_IR_EVAL_INT_H
#define AOTC_PASSES_IR_EVAL_INT_H

#include <stdint.h>

/* All ones below bit w; w is 1..64. */
static inline uint64_t ir_mask(unsigned w)
{
    return ~UINT64_C(0) >> ((64 - w) & 63);
}

static inline int64_t ir_sx(uint64_t a, unsigned w)
{
    unsigned n = (64 - w) & 63;

    return (int64_t)(a << n) >> n;
}

static inline uint64_t ir_mulhu(uint64_t a, uint64_t b, unsigned w)
{
    return (uint64_t)((unsigned __int128)a * b >> (w & 127));
}

static inline uint64_t ir_mulhs(uint64_t a, uint64_t b, unsigned w)
{
    return (uint64_t)((__int128)ir_sx(a, w) * ir_sx(b, w) >> (w & 127));
}

static inline uint64_t ir_mulhsu(uint64_t a, uint64_t b, unsigned w)
{
    return (uint64_t)((__int128)ir_sx(a, w) * (__int128)b >> (w & 127));
}

static inline uint64_t ir_sdiv(uint64_t a, uint64_t b, unsigned w)
{
    int64_t x = ir_sx(a, w), y = ir_sx(b, w);

    if (y == 0)
        return ~UINT64_C(0);
    return y == -1 ? -(uint64_t)x : (uint64_t)(x / y);
}

static inline uint64_t ir_srem(uint64_t a, uint64_t b, unsigned w)
{
    int64_t x = ir_sx(a, w), y = ir_sx(b, w);

    if (y == 0)
        return a;
    return y == -1 ? 0 : (uint64_t)(x % y);
}

static inline uint64_t ir_sar(uint64_t a, uint64_t n, unsigned w)
{
    return (uint64_t)(ir_sx(a, w) >> (n & 63));
}

static inline uint64_t ir_carry(uint64_t a, uint64_t b, uint64_t c, unsigned w)
{
    return (uint64_t)(((unsigned __int128)a + b + c) >> (w & 127) & 1);
}

static inline uint64_t ir_overflow(uint64_t a, uint64_t b, uint64_t c, unsigned w)
{
    uint64_t r = a + b + c;

    return ((a ^ r) & (b ^ r)) >> ((w - 1) & 63) & 1;
}

/* n is 0 .. w-1. */
static inline uint64_t ir_rotl(uint64_t a, uint64_t n, unsigned w)
{
    return n ? a << (n & 63) | a >> ((w - n) & 63) : a;
}

static inline uint64_t ir_clz(uint64_t a, unsigned w)
{
    return a ? (unsigned)__builtin_clzll(a) - (64 - w) : w;
}

static inline uint64_t ir_ctz(uint64_t a, unsigned w)
{
    return a ? (unsigned)__builtin_ctzll(a) : w;
}

static inline uint64_t ir_bitrev(uint64_t a, unsigned w)
{
    a = (a >> 1 & UINT64_C(0x5555555555555555)) | (a & UINT64_C(0x5555555555555555)) << 1;
    a = (a >> 2 & UINT64_C(0x3333333333333333)) | (a & UINT64_C(0x3333333333333333)) << 2;
    a = (a >> 4 & UINT64_C(0x0f0f0f0f0f0f0f0f)) | (a & UINT64_C(0x0f0f0f0f0f0f0f0f)) << 4;
    return __builtin_bswap64(a) >> ((64 - w) & 63);
}

/* Bit 0 of each byte gathers the byte's bits, and is then multiplied into all eight. */
static inline uint64_t ir_orcb(uint64_t a)
{
    a |= a >> 4 & UINT64_C(0x0f0f0f0f0f0f0f0f);
    a |= a >> 2 & UINT64_C(0x3f3f3f3f3f3f3f3f);
    a |= a >> 1 & UINT64_C(0x7f7f7f7f7f7f7f7f);
    return (a & UINT64_C(0x0101010101010101)) * 0xff;
}

static inline uint64_t ir_clmul(uint64_t a, uint64_t b)
{
    uint64_t r = 0;

    for (; b; b &= b - 1)
        r ^= a << __builtin_ctzll(b);
    return r;
}

static inline uint64_t ir_clmulh(uint64_t a, uint64_t b, unsigned w)
{
    unsigned __int128 r = 0;

    for (; b; b &= b - 1)
        r ^= (unsigned __int128)a << __builtin_ctzll(b);
    return (uint64_t)(r >> (w & 127));
}

/* ---- floating-point containers; w is 16, 32 or 64 ---- */

static inline unsigned ir_fp_mbits(unsigned w)
{
    return w == 64 ? 52 : w == 32 ? 23 : 10;
}

static inline uint64_t ir_fp_inf(unsigned w)
{
    return w == 64 ? UINT64_C(0x7ff0000000000000) : w == 32 ? 0x7f800000 : 0x7c00;
}

static inline uint64_t ir_fp_qnan(unsigned w)
{
    return ir_fp_inf(w) | UINT64_C(1) << (ir_fp_mbits(w) - 1);
}

static inline uint64_t ir_fp_sign(unsigned w)
{
    return UINT64_C(1) << ((w - 1) & 63);
}

static inline int ir_fp_isnan(uint64_t a, unsigned w)
{
    return (a & (ir_fp_sign(w) - 1)) > ir_fp_inf(w);
}

static inline int ir_fp_issnan(uint64_t a, unsigned w)
{
    return ir_fp_isnan(a, w) && !(a >> (ir_fp_mbits(w) - 1) & 1);
}

static inline uint64_t ir_fcpsgn(uint64_t a, uint64_t b, unsigned w)
{
    uint64_t s = ir_fp_sign(w);

    return (a & ~s) | (b & s);
}

static inline uint64_t ir_fcanon(uint64_t a, unsigned w)
{
    return ir_fp_isnan(a, w) ? ir_fp_qnan(w) : a;
}

/* RISC-V unprivileged ISA, table of FCLASS: bit 0 -inf ... 7 +inf, 8 signalling, 9 quiet NaN. */
static inline uint64_t ir_fclass(uint64_t a, unsigned w)
{
    uint64_t s = ir_fp_sign(w), m = a & (s - 1), inf = ir_fp_inf(w);
    unsigned k;

    if (m > inf)
        return ir_fp_issnan(a, w) ? 1u << 8 : 1u << 9;
    k = m == inf ? 3 : m > (inf & -inf) - 1 ? 2 : m ? 1 : 0;   /* infinite, normal, subnormal, zero */
    return a & s ? 1u << (3 - k) : 1u << (4 + k);
}

#endif
