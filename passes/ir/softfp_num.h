/* Internals of the softfp files: finite numbers as sign, significand and exponent, and their rounding. */
#ifndef AOTC_PASSES_IR_SOFTFP_NUM_H
#define AOTC_PASSES_IR_SOFTFP_NUM_H

#include "passes/ir/eval_int.h"
#include "passes/ir/ir.h"
#include "passes/ir/softfp.h"

typedef unsigned __int128 u128;

/* A finite number: (-1)^neg * sig * 2^exp. */
struct num {
    bool neg;
    int exp;
    u128 sig;
};

static inline int fp_bias(unsigned w)
{
    return w == 64 ? 1023 : w == 32 ? 127 : 15;
}

static inline bool is_neg(unsigned w, uint64_t a)
{
    return (a & ir_fp_sign(w)) != 0;
}

static inline uint64_t magnitude(unsigned w, uint64_t a)
{
    return a & (ir_fp_sign(w) - 1);
}

static inline bool is_inf(unsigned w, uint64_t a)
{
    return magnitude(w, a) == ir_fp_inf(w);
}

static inline uint64_t put_sign(unsigned w, bool neg, uint64_t magn)
{
    return neg ? magn | ir_fp_sign(w) : magn;
}

static inline struct num unpack(unsigned w, uint64_t a)
{
    unsigned m = ir_fp_mbits(w);
    uint64_t frac = a & ((UINT64_C(1) << m) - 1);
    int e = (int)(magnitude(w, a) >> m);

    if (e == 0)
        return (struct num){ is_neg(w, a), 1 - fp_bias(w) - (int)m, frac };
    return (struct num){ is_neg(w, a), e - fp_bias(w) - (int)m, frac | UINT64_C(1) << m };
}

/* Position of the highest set bit; v is not 0. */
static inline int top_bit(u128 v)
{
    uint64_t hi = (uint64_t)(v >> 64);

    return hi ? 127 - __builtin_clzll(hi) : 63 - __builtin_clzll((uint64_t)v);
}

/* v >> n, with the lost bits ORed into the last one. */
static inline u128 shift_jam(u128 v, unsigned n)
{
    if (n == 0)
        return v;
    if (n > 127)
        return v != 0;
    return v >> n | ((v & (((u128)1 << n) - 1)) != 0);
}

/* The same value with its highest bit at `top`. Below the present position the last bit becomes sticky. */
static inline struct num normalise(struct num x, int top)
{
    int n = top - top_bit(x.sig);

    x.sig = n >= 0 ? x.sig << n : shift_jam(x.sig, (unsigned)-n);
    x.exp -= n;
    return x;
}

/* sig / 2^n rounded to an integer; n is 0 .. 127, or more when sig < 2^126. *inexact says whether bits were lost. */
static inline u128 round_shift(u128 sig, unsigned n, bool neg, unsigned rm, bool *inexact)
{
    u128 q = n > 127 ? 0 : sig >> n, rem = n > 127 ? 1 : sig - (q << n), half = n > 127 ? 2 : n ? (u128)1 << (n - 1) : 0;
    bool up;

    *inexact = rem != 0;
    if (!rem)
        return q;
    switch (rm & FP_RM_MASK) {
    case FP_RM_ODD: return q | 1;
    case FP_RM_TZ: up = false; break;
    case FP_RM_DN: up = neg; break;
    case FP_RM_UP: up = !neg; break;
    case FP_RM_MM: up = rem >= half; break;
    default:       up = rem > half || (rem == half && (q & 1)); break;
    }
    return q + up;
}

/* x + y, not both zero; sums of more than 126 bits' span keep a sticky last bit, which is safe: it can only appear when the
 * exponents
 * differ so much that at most one leading bit cancels. An exact zero has the sign that the rounding mode asks for. */
static inline struct num add_num(struct num x, struct num y, unsigned rm)
{
    if (x.sig == 0)
        return y;
    if (y.sig == 0)
        return x;
    x = normalise(x, 124);
    y = normalise(y, 124);
    if (x.exp < y.exp || (x.exp == y.exp && x.sig < y.sig)) {
        struct num t = x;

        x = y;
        y = t;
    }
    y.sig = shift_jam(y.sig, (unsigned)(x.exp - y.exp));
    x.sig = x.neg == y.neg ? x.sig + y.sig : x.sig - y.sig;
    if (x.sig == 0)
        x.neg = (rm & FP_RM_MASK) == FP_RM_DN;
    return x;
}

/* Both zero: the common sign, else that of an exact zero. */
static inline bool zero_sign(bool xneg, bool yneg, unsigned rm)
{
    return xneg == yneg ? xneg : (rm & FP_RM_MASK) == FP_RM_DN;
}

/* No NaNs. As integers with the sign's meaning restored, so that -0 < +0. */
static inline bool below(unsigned w, uint64_t a, uint64_t b)
{
    int64_t x = (int64_t)magnitude(w, a), y = (int64_t)magnitude(w, b);

    x = is_neg(w, a) ? -x - 1 : x;
    y = is_neg(w, b) ? -y - 1 : y;
    return x < y;
}

/* The magnitude rounded to an integer; values of 2^64 and more all give 2^64. */
static inline u128 round_int(struct num x, unsigned rm, bool *inexact)
{
    *inexact = false;
    if (x.sig == 0)
        return 0;
    if (top_bit(x.sig) + x.exp >= 64)
        return (u128)1 << 64;
    return x.exp >= 0 ? x.sig << x.exp : round_shift(x.sig, (unsigned)-x.exp, x.neg, rm, inexact);
}

/* The one rounding. Sticky last bits are fine when sig has more than mbits + 2 bits. */
uint64_t sf_round_pack(unsigned w, struct num x, unsigned rm, unsigned *flags);

#endif
