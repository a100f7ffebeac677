/* Soft floating point. Finite values are taken apart into sign, significand and exponent of its last bit; results are exact, or
 * exact
 * but for a sticky last bit, in 128 bits; sf_round_pack() alone rounds, and raises overflow, underflow and inexact. */
#include "passes/ir/softfp_num.h"

static uint64_t overflow(unsigned w, bool neg, unsigned rm, unsigned *flags)
{
    unsigned mode = rm & FP_RM_MASK;
    bool to_inf = mode == FP_RM_DN ? neg : mode == FP_RM_UP ? !neg : mode != FP_RM_TZ && mode != FP_RM_ODD;

    *flags |= FPF_OF | FPF_NX;
    return put_sign(w, neg, ir_fp_inf(w) - !to_inf);
}

uint64_t sf_round_pack(unsigned w, struct num x, unsigned rm, unsigned *flags)
{
    int m = (int)ir_fp_mbits(w), emin = 1 - fp_bias(w), e, shift;
    bool inexact, unused;
    uint64_t r;

    if (x.sig == 0)
        return put_sign(w, x.neg, 0);
    x = normalise(x, 120);
    e = x.exp + 120;            /* 2^e <= |x| < 2^(e+1) */
    if (e > fp_bias(w))
        return overflow(w, x.neg, rm, flags);
    if (e < emin && (rm & SF_FLUSH)) {
        *flags |= FPF_UF;
        return put_sign(w, x.neg, 0);
    }
    shift = (e >= emin ? e : emin) - m - x.exp;
    r = (uint64_t)round_shift(x.sig, (unsigned)shift, x.neg, rm, &inexact);
    if (e >= emin)              /* the leading one adds 1 to the exponent field; so does a carry out of the fraction */
        r += (uint64_t)(e - emin) << m;
    if (r >= ir_fp_inf(w))
        return overflow(w, x.neg, rm, flags);
    if (inexact) {
        *flags |= FPF_NX;
        /* Tiny: below 2^emin, by default also when rounded to full precision. */
        if (e < emin && ((rm & SF_TINY_BEFORE) || e < emin - 1 ||
                         round_shift(x.sig, (unsigned)(120 - m), x.neg, rm, &unused) >> (m + 1) == 0))
            *flags |= FPF_UF;
    }
    return put_sign(w, x.neg, r);
}

/* ---- NaN operands ---- */

static uint64_t invalid(unsigned w, unsigned *flags)
{
    *flags |= FPF_NV;
    return ir_fp_qnan(w);
}

/* Is one of them a NaN? Signalling ones raise invalid. */
static bool any_nan(unsigned w, uint64_t a, uint64_t b, unsigned *flags)
{
    if (ir_fp_issnan(a, w) || ir_fp_issnan(b, w))
        *flags |= FPF_NV;
    return ir_fp_isnan(a, w) || ir_fp_isnan(b, w);
}

/* ---- arithmetic ---- */

uint64_t sf_add(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags)
{
    struct num x, y;

    if (any_nan(w, a, b, flags))
        return ir_fp_qnan(w);
    if (is_inf(w, a))
        return is_inf(w, b) && is_neg(w, a) != is_neg(w, b) ? invalid(w, flags) : a & ir_mask(w);
    if (is_inf(w, b))
        return b & ir_mask(w);
    x = unpack(w, a);
    y = unpack(w, b);
    if (x.sig == 0 && y.sig == 0)
        return put_sign(w, zero_sign(x.neg, y.neg, rm), 0);
    return sf_round_pack(w, add_num(x, y, rm), rm, flags);
}

uint64_t sf_sub(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags)
{
    return sf_add(w, a, b ^ ir_fp_sign(w), rm, flags);
}

uint64_t sf_mul(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags)
{
    bool neg = is_neg(w, a) != is_neg(w, b);
    struct num x, y;

    if (any_nan(w, a, b, flags))
        return ir_fp_qnan(w);
    if (is_inf(w, a) || is_inf(w, b))
        return magnitude(w, a) == 0 || magnitude(w, b) == 0 ? invalid(w, flags) : put_sign(w, neg, ir_fp_inf(w));
    x = unpack(w, a);
    y = unpack(w, b);
    return sf_round_pack(w, (struct num){ neg, x.exp + y.exp, x.sig * y.sig }, rm, flags);
}

uint64_t sf_div(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags)
{
    bool neg = is_neg(w, a) != is_neg(w, b);
    struct num x, y;
    u128 q;

    if (any_nan(w, a, b, flags))
        return ir_fp_qnan(w);
    if (is_inf(w, a))
        return is_inf(w, b) ? invalid(w, flags) : put_sign(w, neg, ir_fp_inf(w));
    if (is_inf(w, b))
        return put_sign(w, neg, 0);
    if (magnitude(w, b) == 0) {
        if (magnitude(w, a) == 0)
            return invalid(w, flags);
        *flags |= FPF_DZ;
        return put_sign(w, neg, ir_fp_inf(w));
    }
    if (magnitude(w, a) == 0)
        return put_sign(w, neg, 0);
    x = normalise(unpack(w, a), 126);
    y = normalise(unpack(w, b), 63);
    q = x.sig / (uint64_t)y.sig;        /* 63 or 64 bits */
    q |= q * (uint64_t)y.sig != x.sig;
    return sf_round_pack(w, (struct num){ neg, x.exp - y.exp, q }, rm, flags);
}

/* Integer square root of v < 2^126, digit by digit; the last bit is sticky. */
static uint64_t root_jam(u128 v)
{
    u128 root = 0, bit = (u128)1 << 124;

    for (; bit; bit >>= 2) {
        if (v >= root + bit) {
            v -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint64_t)root | (v != 0);
}

uint64_t sf_sqrt(unsigned w, uint64_t a, unsigned rm, unsigned *flags)
{
    struct num x;

    if (any_nan(w, a, a, flags))
        return ir_fp_qnan(w);
    if (magnitude(w, a) == 0)
        return a & ir_mask(w);
    if (is_neg(w, a))
        return invalid(w, flags);
    if (is_inf(w, a))
        return a & ir_mask(w);
    x = normalise(unpack(w, a), 124);
    if (x.exp & 1) {
        x.sig <<= 1;
        x.exp--;
    }
    return sf_round_pack(w, (struct num){ false, x.exp / 2, root_jam(x.sig) }, rm, flags);
}

uint64_t sf_fma(unsigned w, uint64_t a, uint64_t b, uint64_t c, unsigned rm, unsigned *flags)
{
    bool neg = is_neg(w, a) != is_neg(w, b), inf = is_inf(w, a) || is_inf(w, b), nan;
    struct num x, y;

    nan = any_nan(w, a, b, flags);
    if (!nan && inf && (magnitude(w, a) == 0 || magnitude(w, b) == 0))
        *flags |= FPF_NV, nan = true;
    if (any_nan(w, c, c, flags) || nan)
        return ir_fp_qnan(w);
    if (inf)
        return is_inf(w, c) && is_neg(w, c) != neg ? invalid(w, flags) : put_sign(w, neg, ir_fp_inf(w));
    if (is_inf(w, c))
        return c & ir_mask(w);
    x = unpack(w, a);
    y = unpack(w, b);
    x = (struct num){ neg, x.exp + y.exp, x.sig * y.sig };
    y = unpack(w, c);
    if (x.sig == 0 && y.sig == 0)
        return put_sign(w, zero_sign(neg, y.neg, rm), 0);
    return sf_round_pack(w, add_num(x, y, rm), rm, flags);
}

/* ---- order ---- */

static uint64_t pick(unsigned w, uint64_t a, uint64_t b, bool want_b, unsigned *flags)
{
    if (any_nan(w, a, b, flags)) {
        if (!ir_fp_isnan(a, w))
            return a & ir_mask(w);
        return ir_fp_isnan(b, w) ? ir_fp_qnan(w) : b & ir_mask(w);
    }
    return (want_b ? b : a) & ir_mask(w);
}

uint64_t sf_minnum(unsigned w, uint64_t a, uint64_t b, unsigned *flags)
{
    return pick(w, a, b, below(w, b, a), flags);
}

uint64_t sf_maxnum(unsigned w, uint64_t a, uint64_t b, unsigned *flags)
{
    return pick(w, a, b, below(w, a, b), flags);
}

static bool both_zero(unsigned w, uint64_t a, uint64_t b)
{
    return magnitude(w, a) == 0 && magnitude(w, b) == 0;
}

bool sf_eq(unsigned w, uint64_t a, uint64_t b, unsigned *flags)
{
    if (any_nan(w, a, b, flags))
        return false;
    return both_zero(w, a, b) || ((a ^ b) & ir_mask(w)) == 0;
}

bool sf_lt(unsigned w, uint64_t a, uint64_t b, bool quiet, unsigned *flags)
{
    if (any_nan(w, a, b, flags)) {
        *flags |= quiet ? 0 : FPF_NV;
        return false;
    }
    return !both_zero(w, a, b) && below(w, a, b);
}

bool sf_le(unsigned w, uint64_t a, uint64_t b, bool quiet, unsigned *flags)
{
    if (any_nan(w, a, b, flags)) {
        *flags |= quiet ? 0 : FPF_NV;
        return false;
    }
    return both_zero(w, a, b) || !below(w, b, a);
}

/* ---- conversions ---- */

uint64_t sf_cvt(unsigned to, unsigned from, uint64_t a, unsigned rm, unsigned *flags)
{
    if (any_nan(from, a, a, flags))
        return ir_fp_qnan(to);
    if (is_inf(from, a))
        return put_sign(to, is_neg(from, a), ir_fp_inf(to));
    return sf_round_pack(to, unpack(from, a), rm, flags);
}

uint64_t sf_to_int(unsigned iw, bool sign, bool nan_zero, unsigned w, uint64_t a, unsigned rm, unsigned *flags)
{
    return sf_to_fixed(iw, sign, nan_zero, w, a, 0, rm, flags);
}

uint64_t sf_to_fixed(unsigned iw, bool sign, bool nan_zero, unsigned w, uint64_t a, unsigned frac, unsigned rm, unsigned *flags)
{
    uint64_t max = ir_mask(iw) >> sign;         /* largest positive magnitude */
    u128 lowest = sign ? (u128)max + 1 : 0;     /* largest negative one */
    bool inexact = false, neg = is_neg(w, a);
    struct num x = unpack(w, a);
    u128 m;

    x.exp += (int)frac;
    if (ir_fp_isnan(a, w)) {
        *flags |= FPF_NV;
        return nan_zero ? 0 : max;
    }
    m = is_inf(w, a) ? (u128)1 << 64 : round_int(x, rm, &inexact);
    if (m > (neg ? lowest : max)) {
        *flags |= FPF_NV;
        return neg ? (uint64_t)lowest : max;
    }
    if (inexact)
        *flags |= FPF_NX;
    return (neg ? -(uint64_t)m : (uint64_t)m) & ir_mask(iw);
}

uint64_t sf_from_int(unsigned w, unsigned iw, bool sign, uint64_t v, unsigned rm, unsigned *flags)
{
    return sf_from_fixed(w, iw, sign, v, 0, rm, flags);
}

uint64_t sf_from_fixed(unsigned w, unsigned iw, bool sign, uint64_t v, unsigned frac, unsigned rm, unsigned *flags)
{
    int64_t s = ir_sx(v, iw);
    bool neg = sign && s < 0;

    return sf_round_pack(w, (struct num){ neg, -(int)frac, neg ? -(uint64_t)s : v & ir_mask(iw) }, rm, flags);
}
