/* x86-64 selection of floating point whose NaNs are definite and whose tininess is told before rounding (FP_PROP), scalar and on
 * vectors: the host computes, a check finds the few results that may be wrong, and a cold path lets the evaluator make those from
 * the same operands again. Flags stick, so what the host raised for them must be right already; it is, but for underflow. */
#include "jit/host/x86_64/isel.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

static bool scalar(enum ir_type t) { return t == T_F32 || t == T_F64; }

/* Bytes of an element; 0: not the host's arithmetic. */
static unsigned element(const struct ir_insn *in)
{
    unsigned lane = in->flags & FP_LANE_MASK;

    if (scalar(in->type))
        return in->type == T_F32 ? 4 : 8;
    if ((in->type != T_V64 && in->type != T_V128) || lane < FP_LANE_F32)
        return 0;
    return lane == FP_LANE_F32 ? 4 : in->type == T_V128 ? 8 : 0;
}

/* A source: the low half of a v64 in both halves, so that the upper one raises nothing that the lower does not. */
static uint32_t source(struct x86 *x, enum ir_type t, ir_ref r)
{
    uint32_t v;
    struct mi *mi;

    if (t != T_V64)
        return xval(x, r);
    v = vreg_new(&x->m, RC_VEC, 16);
    mi = xi(x, X_DUPQ, 2);
    xdefv(mi, 0, v, NOREG);
    xuse(x, mi, 1, r);
    return v;
}

/* The negations that `a` carries, taken off. */
static ir_ref strip(struct x86 *x, ir_ref r, unsigned bit, uint8_t *neg)
{
    if (insn(x, r)->op != IR_fneg || x->uses[r] != 1)
        return r;
    *neg ^= (uint8_t)(1u << bit);
    return insn(x, r)->a;
}

/* Is this a power of two? Products with one are what they are before rounding to the precision, so none is rounded up to it. */
static bool power_of_two(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned m = in->type == T_F64 ? 52 : 23, e = in->type == T_F64 ? 0x7ff : 0xff;
    uint64_t v;

    if (in->op != IR_const || !scalar(in->type))
        return false;
    v = ir_insn_pc(in);
    return !(v & ((UINT64_C(1) << m) - 1)) && (v >> m & e) && (v >> m & e) != e;
}

/* Where hosts differ in what is tiny: results within half a unit below the least normal number that are rounded up to it. A
 * square is further away: the least normal number is an even power of two, so x*x <= (1 - ulp/2)^2 below it. So is a quotient a/b of integers
 * below 2^p: it is 1 - 1/b at most. (f64 p = 53, f32 p = 24.) */
static unsigned check_of(struct x86 *x, const struct ir_insn *in)
{
    switch (in->op) {
    case IR_fma: return FPC_TINY;
    case IR_fmul: return in->a == in->b || power_of_two(x, in->a) || power_of_two(x, in->b) ? FPC_NAN : FPC_TINY;
    default: return FPC_NAN;                    /* a tiny sum is exact */
    }
}

static unsigned arity(const struct ir_insn *in) { return in->op == IR_fma ? 3 : in->op == IR_fsqrt ? 1 : 2; }

/* Arithmetic on scalars that the host does, so that its check may wait for another's (emit_fgroup.c). */
static bool groups(struct x86 *x, const struct ir_insn *in)
{
    switch (in->op) {
    case IR_fadd: case IR_fsub: case IR_fmul: case IR_fdiv: case IR_fsqrt: break;
    case IR_fma:
        if (!x86_has(x, HF_FMA))
            return false;
        break;
    default: return false;
    }
    return scalar(in->type) && (in->flags & FP_PROP) && (in->flags & FP_RM_MASK) == FP_RM_DYN;
}

/* The operands of the arithmetic right before r, which live on until r's check that way; how many, up to `max`. */
static unsigned kept(struct x86 *x, ir_ref r, uint32_t *v, unsigned most)
{
    const struct ir_block *b = &x->f->block[x->inblk[r]];
    unsigned n = 0;
    uint8_t neg = 0;

    for (uint32_t i = x->where[r], far = 0; i-- && far < 6; far++) {
        const struct ir_insn *p = insn(x, b->insn[i]);

        if (p->op == IR_vlow || p->op == IR_vzext || p->op == IR_put || p->op == IR_fneg || p->op == IR_const)
            continue;
        if (!groups(x, p) || p->type != insn(x, r)->type || n + arity(p) > most)
            break;
        for (unsigned k = 0; k < arity(p); k++) {
            ir_ref o = (const ir_ref[]){ p->a, p->b, p->c }[k];

            v[n++] = xval(x, p->op == IR_fma ? strip(x, o, k, &neg) : o);
        }
    }
    return n;
}

static bool select_arith(struct x86 *x, ir_ref r, unsigned opcode)
{
    const struct ir_insn *in = insn(x, r);
    enum ir_type t = in->type;
    unsigned check = check_of(x, in), nkeep = 0;
    uint32_t keep[9];
    unsigned sz = element(in), n = arity(in);
    ir_ref src[3] = { in->a, in->b, in->c };
    bool packed = !scalar(t);
    uint8_t neg = 0;
    uint32_t v[3];
    struct mi *mi;

    if (!sz || (in->flags & FP_RM_MASK) != FP_RM_DYN || (n == 3 && !x86_has(x, HF_FMA)) ||
        (packed && check == FPC_TINY && !x86_has(x, HF_AVX)))
        return false;
    for (unsigned i = 0; i < n && n == 3 && !packed; i++)
        src[i] = strip(x, src[i], i, &neg);
    for (unsigned i = 0; i < n; i++)
        v[i] = i && src[i] == src[0] ? v[0] : source(x, t, src[i]);
    if (groups(x, in))
        nkeep = kept(x, r, keep, ARRAY_LEN(keep));
    mi = xi(x, X_FPROP, 1 + n + nkeep + packed);
    mi->flags |= MI_EARLY;                      /* the cold path wants the operands */
    mi->imm = n;
    mi->sz = (uint8_t)sz;
    mi->cc = (uint8_t)opcode;
    mi->aux = (uint8_t)(check | (packed ? FPA_PACKED : 0) | (x86_has(x, HF_AVX) ? FPA_AVX : 0));
    mi->scale = neg;
    mi->y = packed ? (n == 3 ? 2 : 0) : x86_keeps(x, in);
    mi->x = r;
    xdefv(mi, 0, x->need[r] ? r : vreg_new(&x->m, RC_VEC, 16), NOREG);
    for (unsigned i = 0; i < n; i++)
        xusev(mi, 1 + i, v[i], NOREG);
    for (unsigned i = 0; i < nkeep; i++) {
        xusev(mi, 1 + n + i, keep[i], NOREG);
        mi->o[1 + n + i].flags = MOPF_ANY;
    }
    if (packed)
        xtmp(mi, 1 + n, RC_GP, NOREG);
    return true;
}

static bool select_convert(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    enum ir_type at = insn(x, in->a)->type;
    struct mi *mi;

    if (!scalar(in->type) || !scalar(at) || (in->type == T_F32 && (in->flags & FP_RM_MASK) != FP_RM_DYN))
        return false;
    if (in->type == T_F64) {                    /* NaNs keep their payload here and there */
        mi = xi(x, X_FCVT, 2);
        mi->aux = x86_has(x, HF_AVX);           /* keeps what is above its operand */
    } else {
        mi = xi(x, X_FPROP, 2);
        mi->flags |= MI_EARLY;
        mi->cc = 0x5a;
        mi->imm = 1;
        mi->aux = (uint8_t)(FPC_TINY | (x86_has(x, HF_AVX) ? FPA_AVX : 0));
        mi->x = r;
    }
    mi->sz = (uint8_t)(at == T_F32 ? 4 : 8);
    xdefv(mi, 0, x->need[r] ? r : vreg_new(&x->m, RC_VEC, 8), NOREG);
    xuse(x, mi, 1, in->a);
    return true;
}

/* One operand: its NaN, made quiet, is the result on both sides. */
static bool select_round(struct x86 *x, ir_ref r)
{
    static const uint8_t mode[8] = { [FP_RM_NE] = 0, [FP_RM_TZ] = 3, [FP_RM_DN] = 1, [FP_RM_UP] = 2, [FP_RM_DYN] = 4 };
    const struct ir_insn *in = insn(x, r);
    unsigned sz = element(in), rm = in->flags & FP_RM_MASK;
    struct mi *mi;

    if (!sz || (rm > FP_RM_UP && rm != FP_RM_DYN))
        return false;
    uint32_t v = source(x, in->type, in->a);
    mi = xi(x, X_FROUND, 2);
    mi->sz = (uint8_t)sz;
    mi->cc = (uint8_t)(mode[rm] | (in->flags & FP_EXACT ? 0 : 8));
    mi->aux = (uint8_t)((scalar(in->type) ? 0 : FPA_PACKED) | (x86_has(x, HF_AVX) ? FPA_AVX : 0));
    xdefv(mi, 0, x->need[r] ? r : vreg_new(&x->m, RC_VEC, 16), NOREG);
    xusev(mi, 1, v, NOREG);
    return true;
}

static bool vector(enum ir_type t) { return t == T_V64 || t == T_V128; }

/* Which conversions between integers and floating-point lanes the host has. */
static bool has_lane_convert(struct x86 *x, const struct ir_insn *in, unsigned sz)
{
    unsigned rm = in->flags & FP_RM_MASK;

    if (in->op == IR_f2si || in->op == IR_f2ui) {
        if (rm > FP_RM_UP && rm != FP_RM_DYN)
            return false;
    } else if (rm != FP_RM_DYN) {
        return false;
    }
    /* Unsigned: what is negative may have a fraction and is out of range, which is not inexact; so no rounding before. */
    if (in->op == IR_f2ui && (!(in->flags & FP_NAN_ZERO) || (rm != FP_RM_TZ && rm != FP_RM_DYN)))
        return false;
    return (sz == 4 && (in->op == IR_f2si || in->op == IR_si2f)) || x86_has(x, HF_AVX512);
}

/* Is this op on lanes one of emit_fprop.c's own sequences? */
static bool has_lanes(struct x86 *x, const struct ir_insn *in, unsigned sz)
{
    unsigned lane = in->flags & FP_LANE_MASK;

    switch (in->op) {
    case IR_vfeq: return sz && !(in->flags & FP_SILENT);
    case IR_vflt: case IR_vfle: return sz && !(in->flags & FP_SILENT) && (!(in->flags & FP_QUIET) || x86_has(x, HF_AVX));
    case IR_fmin: case IR_fmax: case IR_fminnm: case IR_fmaxnm: return sz && x86_has(x, HF_AVX);
    case IR_f2si: case IR_f2ui: case IR_si2f: case IR_ui2f: return sz && has_lane_convert(x, in, sz);
    case IR_vfcvtl:             /* silent: NaNs keep their kind, which the host's conversions change */
        return !(in->flags & FP_SILENT) && (lane == FP_LANE_F64 || (lane == FP_LANE_F32 && x86_has(x, HF_F16C)));
    case IR_vfcvtn:
        return lane == FP_LANE_F32 && (in->flags & FP_PROP) && (in->flags & FP_RM_MASK) == FP_RM_DYN && x86_has(x, HF_AVX);
    default: return false;
    }
}

/* Does its sequence look for results that the evaluator has to make? */
static bool checked_lanes(enum ir_op op)
{
    return (op >= IR_fmin && op <= IR_fmaxnm) || op == IR_f2si || op == IR_f2ui || op == IR_vfcvtn;
}

static bool select_lanes(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned sz = element(in), n = ir_opinfo[in->op].sig[2] == 'v' ? 2 : 1;
    uint32_t v[2] = { 0, 0 };
    struct mi *mi;

    if (!vector(in->type) || !vector(insn(x, in->a)->type) || !has_lanes(x, in, sz))
        return false;
    v[0] = source(x, insn(x, in->a)->type, in->a);
    if (n == 2)
        v[1] = in->a == in->b ? v[0] : source(x, insn(x, in->b)->type, in->b);
    mi = xi(x, X_FVEC, 1 + n + checked_lanes(in->op));
    mi->flags |= MI_EARLY;
    mi->sz = (uint8_t)((in->flags & FP_LANE_MASK) == FP_LANE_F64 ? 8 : 4);
    mi->aux = (uint8_t)(FPA_PACKED | (x86_has(x, HF_AVX) ? FPA_AVX : 0) | (in->op == IR_vfcvtn ? FPC_TINY : 0));
    mi->x = r;
    xdefv(mi, 0, x->need[r] ? r : vreg_new(&x->m, RC_VEC, 16), NOREG);
    for (unsigned i = 0; i < n; i++)
        xusev(mi, 1 + i, v[i], NOREG);
    if (checked_lanes(in->op))
        xtmp(mi, 1 + n, RC_GP, NOREG);
    return true;
}

static bool select_minmax(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi;

    if (!scalar(in->type))
        return select_lanes(x, r);
    mi = xi(x, X_FMINMAX, 3);
    mi->sz = (uint8_t)x86_size(in->type);
    mi->cc = in->op == IR_fmax || in->op == IR_fmaxnm;
    mi->flags |= MI_EARLY;
    mi->x = r;
    xdefv(mi, 0, x->need[r] ? r : vreg_new(&x->m, RC_VEC, 8), NOREG);
    xuse(x, mi, 1, in->a);
    xuse(x, mi, 2, in->b);
    return true;
}

bool x86_select_fprop(struct x86 *x, ir_ref r)
{
    switch (insn(x, r)->op) {
    case IR_fadd: return select_arith(x, r, 0x58);
    case IR_fsub: return select_arith(x, r, 0x5c);
    case IR_fmul: return select_arith(x, r, 0x59);
    case IR_fdiv: return select_arith(x, r, 0x5e);
    case IR_fsqrt: return select_arith(x, r, 0x51);
    case IR_fma: return select_arith(x, r, 0xb8);
    case IR_fcvt: return select_convert(x, r);
    case IR_frint: return select_round(x, r);
    case IR_fmin: case IR_fmax: case IR_fminnm: case IR_fmaxnm: return select_minmax(x, r);
    case IR_vfeq: case IR_vflt: case IR_vfle: case IR_f2si: case IR_f2ui: case IR_si2f: case IR_ui2f:
    case IR_vfcvtl: case IR_vfcvtn:
        return select_lanes(x, r);
    default: return false;
    }
}
