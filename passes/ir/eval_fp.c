/* The meaning of the FPOP rows of ops.def on scalars, by soft floating point. What Arm DDI 0487 calls FPUnpack, FPProcessNaNs and
 * FPRound is here the flushing of operands, the choice of a NaN, and the SF_* bits that go with the rounding mode. */
#include "passes/ir/eval_vec.h"
#include "passes/ir/eval_int.h"
#include "passes/ir/softfp.h"

/* How one op computes: rm with SF_* bits, and whether a NaN result is always the default one. */
struct how {
    unsigned rm, mode, *flags;
    bool prop;
};

static bool flushes(unsigned w, unsigned mode)
{
    return mode & (w == 16 ? FPM_FZ16 : FPM_FZ);
}

/* An operand: denormal numbers are zeros when the mode says so. Half precision does that in silence. */
static uint64_t operand(const struct how *h, unsigned w, uint64_t a)
{
    uint64_t sign = ir_fp_sign(w);

    a &= ir_mask(w);
    if (!flushes(w, h->mode) || (a & ir_fp_inf(w)) || !(a & ~sign))
        return a;
    if (w != 16)
        *h->flags |= FPF_ID;
    return a & sign;
}

/* FPProcessNaN */
static uint64_t quieted(const struct how *h, unsigned w, uint64_t a)
{
    if (ir_fp_issnan(a, w))
        *h->flags |= FPF_NV;
    return h->mode & FPM_DN ? ir_fp_qnan(w) : a | UINT64_C(1) << (ir_fp_mbits(w) - 1);
}

/* FPProcessNaNs: *r from the first signalling operand, else the first quiet one. The others raise nothing more. */
static bool process_nans(const struct how *h, unsigned w, const uint64_t *v, unsigned n, uint64_t *r)
{
    for (unsigned i = 0; i < n; i++)
        if (ir_fp_issnan(v[i], w)) {
            *r = quieted(h, w, v[i]);
            return true;
        }
    for (unsigned i = 0; i < n; i++)
        if (ir_fp_isnan(v[i], w)) {
            *r = quieted(h, w, v[i]);
            return true;
        }
    return false;
}

static bool zero_times_inf(unsigned w, uint64_t a, uint64_t b)
{
    uint64_t m = ir_fp_sign(w) - 1, inf = ir_fp_inf(w);

    return ((a & m) == inf && (b & m) == 0) || ((a & m) == 0 && (b & m) == inf);
}

static bool unordered(unsigned w, uint64_t a, uint64_t b, bool quiet, unsigned *flags)
{
    bool nan = ir_fp_isnan(a, w) || ir_fp_isnan(b, w);

    if (nan && (!quiet || ir_fp_issnan(a, w) || ir_fp_issnan(b, w)))
        *flags |= FPF_NV;
    return nan;
}

/* fmin, fmax, fminnm, fmaxnm: a quiet NaN beside a number counts as the infinity that loses. */
static uint64_t eval_minmax(const struct how *h, enum ir_op op, unsigned w, uint64_t a, uint64_t b)
{
    bool max = op == IR_fmax || op == IR_fmaxnm;
    uint64_t v[2] = { a, b }, r, loser = ir_fp_inf(w) | (max ? ir_fp_sign(w) : 0);

    if (op == IR_fminnm || op == IR_fmaxnm)
        for (unsigned i = 0; i < 2; i++)
            if (ir_fp_isnan(v[i], w) && !ir_fp_issnan(v[i], w) && !ir_fp_isnan(v[!i], w))
                v[i] = loser;
    if (process_nans(h, w, v, 2, &r))
        return r;
    return max ? sf_maxnum(w, v[0], v[1], h->flags) : sf_minnum(w, v[0], v[1], h->flags);
}

/* No NaN operands, or those of the dialect in which the default NaN is as good as any. */
static uint64_t eval_arith(const struct how *h, enum ir_op op, unsigned w, uint64_t a, uint64_t b, uint64_t c)
{
    unsigned *fl = h->flags, rm = h->rm;

    switch (op) {
    case IR_fadd:    return sf_add(w, a, b, rm, fl);
    case IR_fsub:    return sf_sub(w, a, b, rm, fl);
    case IR_fmul:    return sf_mul(w, a, b, rm, fl);
    case IR_fdiv:    return sf_div(w, a, b, rm, fl);
    case IR_fsqrt:   return sf_sqrt(w, a, rm, fl);
    case IR_fma:     return sf_fma(w, a, b, c, rm, fl);
    case IR_fminnum: return sf_minnum(w, a, b, fl);
    case IR_fmaxnum: return sf_maxnum(w, a, b, fl);
    case IR_fmulx:
        if (zero_times_inf(w, a, b))
            return ((a ^ b) & ir_fp_sign(w)) | (ir_fp_inf(w) & ~(ir_fp_inf(w) >> 1));
        return sf_mul(w, a, b, rm, fl);
    case IR_frecpe:  return sf_recpe(w, a, rm, fl);
    case IR_frsqrte: return sf_rsqrte(w, a, fl);
    case IR_frecpx:  return sf_recpx(w, a);
    case IR_frecps:  return sf_recps(w, a, b, rm, fl);
    case IR_frsqrts: return sf_rsqrts(w, a, b, rm, fl);
    default:         return 0;
    }
}

/* Rows that the first guest's dialect has, too: without FP_PROP their NaN is the default one. */
static bool old_row(enum ir_op op)
{
    return op >= IR_fadd && op <= IR_fmaxnum;
}

static uint64_t eval_value(const struct how *h, enum ir_op op, unsigned w, unsigned flags, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t v[3], r;

    a = operand(h, w, a);
    if (op == IR_frintn)
        return sf_rintn(w, a, b == 32 ? 32 : 64, h->rm, h->flags);
    b = operand(h, w, b);
    if (op == IR_fma)
        c = operand(h, w, c);
    if (op >= IR_fmin && op <= IR_fmaxnm)
        return eval_minmax(h, op, w, a, b);
    if (op == IR_frecps || op == IR_frsqrts)
        a ^= ir_fp_sign(w);
    v[0] = op == IR_fma ? c : a;
    v[1] = op == IR_fma ? a : b;
    v[2] = b;
    if ((h->prop || !old_row(op)) && process_nans(h, w, v, op == IR_fma ? 3 : ir_opinfo[op].sig[2] == 'v' ? 2 : 1, &r)) {
        if (op == IR_fma && zero_times_inf(w, a, b) && !ir_fp_issnan(c, w)) {
            *h->flags |= FPF_NV;
            return ir_fp_qnan(w);
        }
        return r;
    }
    if (op == IR_frint)
        return sf_rint(w, a, h->rm, flags & FP_EXACT, h->flags);
    return eval_arith(h, op, w, a, b, c);
}

/* A NaN between formats: sign and the upper fraction bits stay (FPConvertNaN). */
static uint64_t convert_nan(unsigned to, unsigned from, uint64_t a)
{
    unsigned m = ir_fp_mbits(from), tm = ir_fp_mbits(to);
    uint64_t frac = a & ((UINT64_C(1) << m) - 1);

    frac = tm >= m ? frac << (tm - m) : frac >> (m - tm);
    return (a & ir_fp_sign(from) ? ir_fp_sign(to) : 0) | ir_fp_inf(to) | frac;
}

/* Conversions to and from half precision know FPM_AHP and not FPM_FZ16. */
static uint64_t eval_cvt(struct how *h, unsigned w, unsigned aw, uint64_t a)
{
    if (aw != 16)
        a = operand(h, aw, a);
    if (w == 16)
        h->rm &= ~(unsigned)SF_FLUSH;
    if (aw == 16 && (h->mode & FPM_AHP))
        return sf_from_alt16(w, a, h->flags);
    if (w == 16 && (h->mode & FPM_AHP))
        return sf_to_alt16(aw, a, h->rm, h->flags);
    if (h->prop && ir_fp_isnan(a, aw)) {
        uint64_t q = quieted(h, aw, a);

        return h->mode & FPM_DN ? ir_fp_qnan(w) : convert_nan(w, aw, q);
    }
    return sf_cvt(w, aw, a, h->rm, h->flags);
}

/* vfcvtl of the silent kind: the addends of a widening product, which is still to see what kind of NaN they are. */
static uint64_t eval_widen_silent(const struct how *h, unsigned w, unsigned aw, uint64_t a)
{
    unsigned unheard = 0;

    a = operand(h, aw, a);
    return ir_fp_isnan(a, aw) ? convert_nan(w, aw, a) : sf_cvt(w, aw, a, FP_RM_NE, &unheard);
}

static uint64_t eval_bf16(const struct how *h, uint64_t a)
{
    a = operand(h, 32, a);
    if (ir_fp_isnan(a, 32))
        return quieted(h, 32, a) >> 16;
    return sf_to_bf16(a, h->rm, h->flags);
}

static bool float_type(enum ir_type t)
{
    return t == T_F16 || t == T_F32 || t == T_F64;
}

static bool compares(enum ir_op op)
{
    return op >= IR_feq && op <= IR_funo;
}

/* Are t and at what the row takes? */
static bool types_ok(enum ir_op op, enum ir_type t, enum ir_type at)
{
    bool to_int = op == IR_f2si || op == IR_f2ui || op == IR_f2sx || op == IR_f2ux || op == IR_fcvtbf,
         from_int = op == IR_si2f || op == IR_ui2f || op == IR_sx2f || op == IR_ux2f;

    return float_type(t) == !(to_int || compares(op)) && float_type(at) == !from_int && ir_type_bits(t) - 1 <= 63 &&
           ir_type_bits(at) - 1 <= 63;
}

static uint64_t eval_compare(const struct how *h, enum ir_op op, unsigned w, unsigned flags, uint64_t a, uint64_t b)
{
    unsigned unheard = 0;
    struct how q = *h;

    if (flags & FP_SILENT)
        q.flags = &unheard;
    a = operand(&q, w, a);
    b = operand(&q, w, b);
    switch (op) {
    case IR_feq: return sf_eq(w, a, b, q.flags);
    case IR_flt: return sf_lt(w, a, b, flags & FP_QUIET, q.flags);
    case IR_fle: return sf_le(w, a, b, flags & FP_QUIET, q.flags);
    default:     return unordered(w, a, b, flags & FP_QUIET, q.flags);
    }
}

/* The binary point of a fixed-point operand. */
static unsigned point(uint64_t b)
{
    return b > 64 ? 64 : (unsigned)b;
}

uint64_t ir_eval_fp(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, uint64_t a, uint64_t b, uint64_t c,
                    struct ir_fpenv *fp)
{
    unsigned w = ir_type_bits(t), aw = ir_type_bits(at), rm = flags & FP_RM_MASK, *fl = &fp->flags;
    struct how h = { .rm = rm == FP_RM_DYN ? fp->rm & FP_RM_MASK : rm, .mode = fp->mode, .flags = fl };

    if (!types_ok(op, t, at))
        return 0;               /* types that verify refuses */
    if (compares(op))
        return eval_compare(&h, op, aw, flags, a, b);
    h.prop = flags & FP_PROP;
    h.rm |= (h.prop ? SF_TINY_BEFORE : 0) | (flushes(w, h.mode) ? SF_FLUSH : 0);
    switch (op) {
    case IR_fcvt: return eval_cvt(&h, w, aw, a);
    case IR_vfcvtl: return eval_widen_silent(&h, w, aw, a);
    case IR_fcvtbf:             /* the result has f32's range: FZ16 is not for it */
        h.rm = (h.rm & ~(unsigned)SF_FLUSH) | (h.mode & FPM_FZ ? SF_FLUSH : 0);
        return eval_bf16(&h, a);
    case IR_f2si: return sf_to_int(w, true, flags & FP_NAN_ZERO, aw, operand(&h, aw, a), h.rm, fl);
    case IR_f2ui: return sf_to_int(w, false, flags & FP_NAN_ZERO, aw, operand(&h, aw, a), h.rm, fl);
    case IR_f2sx: return sf_to_fixed(w, true, flags & FP_NAN_ZERO, aw, operand(&h, aw, a), point(b), h.rm, fl);
    case IR_f2ux: return sf_to_fixed(w, false, flags & FP_NAN_ZERO, aw, operand(&h, aw, a), point(b), h.rm, fl);
    case IR_si2f: return sf_from_int(w, aw, true, a, h.rm, fl);
    case IR_ui2f: return sf_from_int(w, aw, false, a, h.rm, fl);
    case IR_sx2f: return sf_from_fixed(w, aw, true, a, point(b), h.rm, fl);
    case IR_ux2f: return sf_from_fixed(w, aw, false, a, point(b), h.rm, fl);
    default:      return eval_value(&h, op, w, flags, a, b, c);
    }
}
