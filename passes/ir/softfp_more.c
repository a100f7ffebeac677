/* Rounding to integral values, the reciprocals' steps and estimates, and the formats beside IEEE 754's. */
#include "passes/ir/eval_vec.h"
#include "passes/ir/softfp_num.h"

/* ---- integral values ---- */

/* 0 < m < 2^64 as a number of width w that holds it exactly. */
static uint64_t integral(unsigned w, bool neg, u128 m)
{
    unsigned unused = 0;

    return sf_round_pack(w, (struct num){ neg, 0, m }, FP_RM_TZ, &unused);
}

uint64_t sf_rint(unsigned w, uint64_t a, unsigned rm, bool exact, unsigned *flags)
{
    struct num x = unpack(w, a);
    bool inexact;
    u128 m;

    if (x.exp >= 0 || x.sig == 0)       /* integral already; infinities are unpacked to large numbers */
        return a & ir_mask(w);
    m = round_int(x, rm, &inexact);
    if (inexact && exact)
        *flags |= FPF_NX;
    return m ? integral(w, x.neg, m) : put_sign(w, x.neg, 0);
}

uint64_t sf_rintn(unsigned w, uint64_t a, unsigned n, unsigned rm, unsigned *flags)
{
    u128 limit = (u128)1 << (n - 1), m;
    bool inexact = false, neg = is_neg(w, a);

    m = magnitude(w, a) >= ir_fp_inf(w) ? limit + 1 : round_int(unpack(w, a), rm, &inexact);
    if (m > limit - !neg) {
        *flags |= FPF_NV;
        return integral(w, true, limit);
    }
    if (inexact)
        *flags |= FPF_NX;
    return m ? integral(w, neg, m) : put_sign(w, neg, 0);
}

/* ---- steps of Newton's method ---- */

/* (k + a*b) / 2^half */
static uint64_t step(unsigned w, uint64_t a, uint64_t b, struct num k, int half, unsigned rm, unsigned *flags)
{
    bool neg = is_neg(w, a) != is_neg(w, b);
    struct num x = unpack(w, a), y = unpack(w, b), sum;

    if (is_inf(w, a) || is_inf(w, b)) {
        if (x.sig && y.sig)
            return put_sign(w, neg, ir_fp_inf(w));
        x.sig = y.sig = 0;
    }
    sum = add_num((struct num){ neg, x.exp + y.exp, x.sig * y.sig }, k, rm);
    sum.exp -= half;
    return sf_round_pack(w, sum, rm, flags);
}

uint64_t sf_recps(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags)
{
    return step(w, a, b, (struct num){ false, 1, 1 }, 0, rm, flags);
}

uint64_t sf_rsqrts(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags)
{
    return step(w, a, b, (struct num){ false, 0, 3 }, 1, rm, flags);
}

/* ---- estimates ---- */

/* Exponent field and fraction, the latter left-justified in 52 bits. */
static uint64_t split(unsigned w, uint64_t a, int *exp)
{
    unsigned m = ir_fp_mbits(w);

    *exp = (int)(magnitude(w, a) >> m);
    return (a & ((UINT64_C(1) << m) - 1)) << (52 - m);
}

static uint64_t join(unsigned w, bool neg, int exp, uint64_t frac52)
{
    unsigned m = ir_fp_mbits(w);

    return put_sign(w, neg, (uint64_t)exp << m | frac52 >> (52 - m));
}

static const uint64_t bit51 = UINT64_C(1) << 51, frac_mask = (UINT64_C(1) << 52) - 1;

uint64_t sf_recpe(unsigned w, uint64_t a, unsigned rm, unsigned *flags)
{
    int exp, rexp;
    bool neg = is_neg(w, a);
    uint64_t f = split(w, a, &exp);

    if (is_inf(w, a))
        return put_sign(w, neg, 0);
    if (magnitude(w, a) == 0) {
        *flags |= FPF_DZ;
        return put_sign(w, neg, ir_fp_inf(w));
    }
    rexp = 2 * fp_bias(w) - 1 - exp;
    if (exp == 0 && f < bit51 / 2) {            /* below 2^(emin - 2): the reciprocal overflows */
        unsigned mode = rm & FP_RM_MASK;

        *flags |= FPF_OF | FPF_NX;
        return put_sign(w, neg, ir_fp_inf(w) - (mode == FP_RM_TZ || (mode == FP_RM_DN && !neg) || (mode == FP_RM_UP && neg)));
    }
    if ((rm & SF_FLUSH) && rexp <= 0) {
        *flags |= FPF_UF;
        return put_sign(w, neg, 0);
    }
    if (exp == 0) {
        rexp += !(f & bit51);
        f = (f & bit51 ? f << 1 : f << 2) & frac_mask;
    }
    f = (uint64_t)ir_recip_estimate(256 | (unsigned)(f >> 44)) << 44 & frac_mask;
    if (rexp == 0)
        f = bit51 | f >> 1;
    else if (rexp < 0)
        f = bit51 / 2 | f >> 2;
    return join(w, neg, rexp < 0 ? 0 : rexp, f);
}

uint64_t sf_rsqrte(unsigned w, uint64_t a, unsigned *flags)
{
    bool neg = is_neg(w, a);
    int exp;
    uint64_t f = split(w, a, &exp);

    if (magnitude(w, a) == 0) {
        *flags |= FPF_DZ;
        return put_sign(w, neg, ir_fp_inf(w));
    }
    if (neg) {
        *flags |= FPF_NV;
        return ir_fp_qnan(w);
    }
    if (is_inf(w, a))
        return 0;
    if (exp == 0) {
        for (; !(f & bit51); f <<= 1)
            exp--;
        f = f << 1 & frac_mask;
    }
    f = (uint64_t)ir_rsqrt_estimate(exp & 1 ? 128 | (unsigned)(f >> 45) : 256 | (unsigned)(f >> 44)) << 44 & frac_mask;
    return join(w, false, (3 * fp_bias(w) - 1 - exp) / 2, f);
}

uint64_t sf_recpx(unsigned w, uint64_t a)
{
    uint64_t inf = ir_fp_inf(w), exp = a & inf;

    return put_sign(w, is_neg(w, a), exp ? ~exp & inf : inf - (inf & -inf));
}

/* ---- other formats ---- */

/* Rounding x to m fraction bits and the exponents of binary32, as the upper part of a binary32: the format has fewer bits, so x is
 * rounded as a binary32 whose fraction ends earlier. */
uint64_t sf_to_bf16(uint64_t a, unsigned rm, unsigned *flags)
{
    struct num x = unpack(32, a);
    int e, shift;
    bool inexact;
    uint64_t r;

    if (is_inf(32, a) || x.sig == 0)
        return a >> 16 & 0xffff;
    x = normalise(x, 60);
    e = x.exp + 60;
    if (e < -126 && (rm & SF_FLUSH)) {
        *flags |= FPF_UF;
        return (uint64_t)x.neg << 15;
    }
    shift = (e > -126 ? e : -126) - 7 - x.exp;
    r = (uint64_t)round_shift(x.sig, (unsigned)shift, x.neg, rm, &inexact);
    if (e >= -126)
        r += (uint64_t)(e + 126) << 7;
    if (inexact)
        *flags |= FPF_NX | (e < -126 ? FPF_UF : 0);
    if (r >= 0x7f80) {
        uint64_t big = sf_round_pack(32, (struct num){ x.neg, 200, 1 }, rm, flags);

        return big >> 16 & 0xffff;
    }
    return (uint64_t)x.neg << 15 | r;
}

uint64_t sf_to_alt16(unsigned from, uint64_t a, unsigned rm, unsigned *flags)
{
    bool neg = is_neg(from, a), inexact;
    struct num x = unpack(from, a);
    int e, shift;
    uint64_t r;

    if (magnitude(from, a) > ir_fp_inf(from)) {
        *flags |= FPF_NV;
        return put_sign(16, neg, 0);
    }
    if (x.sig == 0)
        return put_sign(16, neg, 0);
    x = normalise(x, 60);
    e = x.exp + 60;
    if (e > 16) {               /* infinities, too */
        *flags |= FPF_NV;
        return put_sign(16, neg, 0x7fff);
    }
    shift = (e > -14 ? e : -14) - 10 - x.exp;
    r = (uint64_t)round_shift(x.sig, (unsigned)shift, neg, rm, &inexact);
    if (e >= -14)
        r += (uint64_t)(e + 14) << 10;
    if (r > 0x7fff) {
        *flags |= FPF_NV;
        return put_sign(16, neg, 0x7fff);
    }
    if (inexact)
        *flags |= FPF_NX | (e < -14 ? FPF_UF : 0);
    return put_sign(16, neg, r);
}

uint64_t sf_from_alt16(unsigned to, uint64_t a, unsigned *flags)
{
    return sf_round_pack(to, unpack(16, a), FP_RM_NE, flags);
}

/* ---- products of bfloat16 ---- */

static uint64_t flushed(uint64_t a)
{
    return a & 0x7f800000 ? a : a & 0x80000000;
}

static uint32_t bf_round(struct num x)
{
    unsigned fl = 0;
    uint64_t r = sf_round_pack(32, x, FP_RM_ODD | SF_FLUSH, &fl);

    return (uint32_t)(fl & FPF_OF ? put_sign(32, x.neg, ir_fp_inf(32)) : r);
}

uint32_t sf_bf_mul(uint16_t a16, uint16_t b16)
{
    uint64_t a = flushed((uint64_t)a16 << 16), b = flushed((uint64_t)b16 << 16);
    bool neg = is_neg(32, a) != is_neg(32, b), inf = is_inf(32, a) || is_inf(32, b);
    struct num x, y;

    if (ir_fp_isnan(a, 32) || ir_fp_isnan(b, 32) || (inf && (magnitude(32, a) == 0 || magnitude(32, b) == 0)))
        return (uint32_t)ir_fp_qnan(32);
    if (inf)
        return (uint32_t)put_sign(32, neg, ir_fp_inf(32));
    x = unpack(32, a);
    y = unpack(32, b);
    return bf_round((struct num){ neg, x.exp + y.exp, x.sig * y.sig });
}

uint32_t sf_bf_add(uint32_t a32, uint32_t b32)
{
    uint64_t a = flushed(a32), b = flushed(b32);
    struct num x, y;

    if (ir_fp_isnan(a, 32) || ir_fp_isnan(b, 32) || (is_inf(32, a) && is_inf(32, b) && a != b))
        return (uint32_t)ir_fp_qnan(32);
    if (is_inf(32, a) || is_inf(32, b))
        return (uint32_t)(is_inf(32, a) ? a : b);
    x = unpack(32, a);
    y = unpack(32, b);
    if (x.sig == 0 && y.sig == 0)
        return (uint32_t)put_sign(32, zero_sign(x.neg, y.neg, FP_RM_NE), 0);
    return bf_round(add_num(x, y, FP_RM_NE));
}
