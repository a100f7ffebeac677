/* Folding and algebraic identities on one record: ir_simplify() rewrites a copy until nothing applies, or names an existing value.
 * Each rule is local, exact for every input, and yields at most one record, so any pass may use it. */
#include "passes/ir/eval.h"
#include "passes/ir/eval_int.h"
#include "passes/ir/fold_int.h"

#include <string.h>

#define AGAIN FOLD_AGAIN

static const struct ir_insn *def(const struct fold *x, ir_ref r)
{
    return &x->f->insn[r];
}

static ir_ref konst(const struct fold *x, uint64_t v)
{
    return ir_const(x->f, x->in->type, v);
}

/* Constant of operand a's type (of the operands of a compare). */
static ir_ref konst_a(const struct fold *x, uint64_t v)
{
    return ir_const(x->f, def(x, x->in->a)->type, v);
}

/* Is r `op` with a constant second operand? Then *k is that constant. */
static bool is_opk(const struct fold *x, ir_ref r, enum ir_op op, uint64_t *k)
{
    const struct ir_insn *d = def(x, r);

    if (d->op != op || !ir_is_const(x->f, d->b))
        return false;
    *k = ir_const_val(x->f, d->b);
    return true;
}

/* ---- constants ---- */

/* An FPOP folds only when no flag is raised and no rounding mode or other mode of a control word would give another result. Not on
 * vectors: constants of theirs do not come up. */
static ir_ref fold_fp(struct fold *x, const uint64_t v[3])
{
    const struct ir_insn *in = x->in;
    enum ir_type at = def(x, in->a)->type;
    uint64_t r[10];

    if (in->flags & FP_LANE_MASK)
        return 0;
    for (unsigned i = 0; i < 10; i++) {
        struct ir_fpenv fp = { .rm = i % 5, .mode = i < 5 ? 0 : FPM_FZ | FPM_FZ16 | FPM_DN | FPM_AHP };

        r[i] = ir_eval_fp(in->op, in->type, at, in->flags, v[0], v[1], v[2], &fp);
        if (fp.flags || r[i] != r[0])
            return 0;
    }
    return konst(x, r[0]);
}

static ir_ref fold_const(struct fold *x)
{
    const struct ir_insn *in = x->in;
    const uint32_t ref[3] = { in->a, in->b, in->c };
    uint64_t v[3] = { 0, 0, 0 };

    for (unsigned i = 0; i < 3; i++) {
        if (!ref[i])
            continue;
        if (!ir_is_const(x->f, ref[i]))
            return 0;
        v[i] = ir_const_val(x->f, ref[i]);
    }
    if (ir_opinfo[in->op].flags & F_FPOP)
        return fold_fp(x, v);
    return konst(x, ir_eval_scalar(in->op, in->type, def(x, in->a)->type, in->flags, v[0], v[1], v[2], NULL));
}

/* ---- arithmetic with a constant on the right ---- */

static ir_ref fold_add_k(struct fold *x)
{
    const struct ir_insn *d = def(x, x->in->a);
    uint64_t k2;

    if (x->k == 0)
        return x->in->a;
    if (is_opk(x, x->in->a, IR_add, &k2))
        return fold_rewrite(x, IR_add, d->a, konst(x, x->k + k2), 0);
    if (d->op == IR_gpc && ir_gpc_near(x->f, ir_insn_pc(d) + x->k))
        return ir_gpc(x->f, ir_insn_pc(d) + x->k);
    if (d->op == IR_sub && ir_is_const(x->f, d->a))         /* (k2 - y) + k */
        return fold_rewrite(x, IR_sub, konst(x, ir_const_val(x->f, d->a) + x->k), d->b, 0);
    return 0;
}

static ir_ref fold_and_k(struct fold *x)
{
    const struct ir_insn *d = def(x, x->in->a);
    uint64_t k2;

    if (x->k == ir_mask(x->w))
        return x->in->a;
    if (x->k == 0)
        return konst(x, 0);
    if (is_opk(x, x->in->a, IR_and, &k2))
        return fold_rewrite(x, IR_and, d->a, konst(x, x->k & k2), 0);
    if (d->op == IR_zext && !(ir_mask(ir_type_bits(def(x, d->a)->type)) & ~x->k))
        return x->in->a;
    if (d->op == IR_gpc && x->k >> 12 == ir_mask(52))       /* modules are loaded at page boundaries */
        return ir_gpc(x->f, ir_insn_pc(d) & x->k);
    return 0;
}

static ir_ref fold_or_k(struct fold *x)
{
    uint64_t k2;

    if (x->k == 0)
        return x->in->a;
    if (x->k == ir_mask(x->w))
        return x->in->b;
    if (is_opk(x, x->in->a, IR_or, &k2))
        return fold_rewrite(x, IR_or, def(x, x->in->a)->a, konst(x, x->k | k2), 0);
    return 0;
}

/* The compare that holds exactly when `op` does not, with the operands in *swap order; 0: op is no compare. */
static enum ir_op inverse(enum ir_op op, bool *swap)
{
    *swap = op != IR_eq && op != IR_ne;
    switch (op) {
    case IR_eq:  return IR_ne;
    case IR_ne:  return IR_eq;
    case IR_ult: return IR_ule;
    case IR_ule: return IR_ult;
    case IR_slt: return IR_sle;
    case IR_sle: return IR_slt;
    default:     return 0;
    }
}

/* Rewrites to "not r", r an i1: the inverse compare, or an xor. */
static ir_ref rewrite_not(struct fold *x, ir_ref r)
{
    const struct ir_insn *d = def(x, r);
    bool swap;
    enum ir_op inv = inverse(d->op, &swap);

    if (d->op == IR_xor && ir_is_const(x->f, d->b))
        return d->a;
    if (inv)
        return fold_rewrite(x, inv, swap ? d->b : d->a, swap ? d->a : d->b, 0);
    if (x->in->op == IR_xor && x->in->a == r)
        return 0;               /* it is that already */
    return fold_rewrite(x, IR_xor, r, ir_const(x->f, T_I1, 1), 0);
}

static ir_ref fold_xor_k(struct fold *x)
{
    uint64_t k2;

    if (x->k == 0)
        return x->in->a;
    if (x->w == 1)
        return rewrite_not(x, x->in->a);
    if (is_opk(x, x->in->a, IR_xor, &k2))
        return fold_rewrite(x, IR_xor, def(x, x->in->a)->a, konst(x, x->k ^ k2), 0);
    return 0;
}

static ir_ref fold_mul_k(struct fold *x)
{
    ir_ref a = x->in->a;

    if (x->k == 0)
        return x->in->b;
    if (x->k == 1)
        return a;
    if (x->k == ir_mask(x->w))
        return fold_rewrite(x, IR_sub, konst(x, 0), a, 0);
    if ((x->k & (x->k - 1)) == 0)
        return fold_rewrite(x, IR_shl, a, konst(x, ir_ctz(x->k, 64)), 0);
    return 0;
}

static ir_ref fold_div_k(struct fold *x)
{
    bool pow2 = x->k && (x->k & (x->k - 1)) == 0, rem = x->in->op == IR_urem || x->in->op == IR_srem;
    bool sign = x->in->op == IR_sdiv || x->in->op == IR_srem;
    ir_ref a = x->in->a;

    if (x->k == 0)
        return rem ? a : konst(x, ~UINT64_C(0));
    if (x->k == 1)
        return rem ? konst(x, 0) : a;
    if (sign && x->k == ir_mask(x->w))
        return rem ? konst(x, 0) : fold_rewrite(x, IR_sub, konst(x, 0), a, 0);
    if (sign || !pow2)
        return 0;
    return rem ? fold_rewrite(x, IR_and, a, konst(x, x->k - 1), 0) : fold_rewrite(x, IR_shr, a, konst(x, ir_ctz(x->k, 64)), 0);
}

/* Shifts by a constant: amounts below the width, of shifts the sum, of opposite shifts by the same amount a mask. */
static ir_ref fold_shift_k(struct fold *x)
{
    enum ir_op op = x->in->op;
    const struct ir_insn *d = def(x, x->in->a);
    uint64_t n = x->k & (x->w - 1), m;

    if (n == 0)
        return x->in->a;
    if (n != x->k)
        return fold_rewrite(x, op, x->in->a, konst(x, n), 0);
    if (is_opk(x, x->in->a, op, &m)) {
        m = (m & (x->w - 1)) + n;
        if (op == IR_rotl || op == IR_rotr)
            return fold_rewrite(x, op, d->a, konst(x, m & (x->w - 1)), 0);
        if (m >= x->w && op != IR_sar)
            return konst(x, 0);
        return fold_rewrite(x, op, d->a, konst(x, m < x->w ? m : x->w - 1), 0);
    }
    /* Masks beyond 32 bits are no immediates anywhere: two shifts are better then. */
    if (op == IR_shr && x->w - n <= 32 && is_opk(x, x->in->a, IR_shl, &m) && m == n)
        return fold_rewrite(x, IR_and, d->a, konst(x, ir_mask(x->w) >> n), 0);
    return 0;
}

static ir_ref fold_minmax_k(struct fold *x)
{
    if (x->k == 0 && x->in->op == IR_umin)
        return x->in->b;
    if ((x->k == 0 && x->in->op == IR_umax) || (x->k == ir_mask(x->w) && x->in->op == IR_umin))
        return x->in->a;
    if (x->k == ir_mask(x->w) && x->in->op == IR_umax)
        return x->in->b;
    return 0;
}

static ir_ref fold_arith_k(struct fold *x)
{
    switch (x->in->op) {
    case IR_add: return fold_add_k(x);
    case IR_sub: return fold_rewrite(x, IR_add, x->in->a, konst(x, -x->k), 0);
    case IR_and: return fold_and_k(x);
    case IR_or:  return fold_or_k(x);
    case IR_xor: return fold_xor_k(x);
    case IR_mul: return fold_mul_k(x);
    case IR_udiv: case IR_urem: case IR_sdiv: case IR_srem: return fold_div_k(x);
    case IR_shl: case IR_shr: case IR_sar: case IR_rotl: case IR_rotr: return fold_shift_k(x);
    case IR_umin: case IR_umax: return fold_minmax_k(x);
    default: return 0;
    }
}

/* ---- two values ---- */

static ir_ref fold_same(struct fold *x)
{
    switch (x->in->op) {
    case IR_sub: case IR_xor:
        return konst(x, 0);
    case IR_ne: case IR_ult: case IR_slt:
        return konst(x, 0);
    case IR_eq: case IR_ule: case IR_sle:
        return konst(x, 1);
    case IR_and: case IR_or: case IR_smin: case IR_smax: case IR_umin: case IR_umax: case IR_fcpsgn:
        return x->in->a;
    default:
        return 0;
    }
}

/* x + (0 - y), (x - y) + y, (x + y) - y and the like. */
static ir_ref fold_sums(struct fold *x)
{
    ir_ref a = x->in->a, b = x->in->b;
    const struct ir_insn *da = def(x, a), *db = def(x, b);

    if (x->in->op == IR_add) {
        if (da->op == IR_sub && da->b == b)
            return da->a;
        if (db->op == IR_sub && db->b == a)
            return db->a;
        if (db->op == IR_sub && ir_is_const(x->f, db->a) && ir_const_val(x->f, db->a) == 0)
            return fold_rewrite(x, IR_sub, a, db->b, 0);
        return 0;
    }
    if (da->op == IR_add && (da->a == b || da->b == b))
        return da->a == b ? da->b : da->a;
    if (da->op == IR_gpc && db->op == IR_gpc)
        return konst(x, ir_insn_pc(da) - ir_insn_pc(db));
    if (db->op == IR_sub && ir_is_const(x->f, db->a) && ir_const_val(x->f, db->a) == 0)
        return fold_rewrite(x, IR_add, a, db->b, 0);
    return 0;
}

static ir_ref fold_zero_left(struct fold *x)
{
    switch (x->in->op) {
    case IR_shl: case IR_shr: case IR_sar: case IR_rotl: case IR_rotr:
        return x->in->a;
    default:
        return 0;
    }
}

/* ---- compares ---- */

/* The vector whose bytes, each once, make up the low half of the pairwise maximum r; or IR_NONE. */
static ir_ref all_bytes(const struct fold *x, ir_ref r)
{
    const struct ir_insn *d = def(x, r), *p, *q;
    unsigned seen = 0;

    if (d->op != IR_vumax && d->op != IR_vor)
        return IR_NONE;
    p = def(x, d->a);
    q = def(x, d->b);
    if (p->op != IR_vshuf || q->op != IR_vshuf || p->a != q->a || p->a != p->b || q->a != q->b)
        return IR_NONE;
    for (unsigned i = 0; i < 8; i++)
        seen |= (x->f->pattern[p->c][i] < 32 ? 1u << (x->f->pattern[p->c][i] & 15) : 0) |
                (x->f->pattern[q->c][i] < 32 ? 1u << (x->f->pattern[q->c][i] & 15) : 0);
    return seen == 0xffff ? p->a : IR_NONE;
}

/* eq, ne with a constant: through extensions, sums and xors down to the value that decides. */
static ir_ref fold_eq_k(struct fold *x)
{
    const struct ir_insn *d = def(x, x->in->a);
    bool eq = x->in->op == IR_eq;
    uint64_t k2;
    unsigned n;
    ir_ref v;

    if (x->aw == 1)
        return (x->k != 0) == eq ? x->in->a : rewrite_not(x, x->in->a);
    if (x->k == 0 && d->op == IR_vextr && d->flags == VL(VL_64, 0) && (v = all_bytes(x, d->a))) {
        x->in->flags = VL(VL_8, eq);            /* a string loop's "nothing found yet" */
        return fold_rewrite(x, IR_vnz, v, 0, 0);
    }
    if (is_opk(x, x->in->a, IR_add, &k2))
        return fold_rewrite(x, x->in->op, d->a, konst_a(x, x->k - k2), 0);
    if (is_opk(x, x->in->a, IR_xor, &k2))
        return fold_rewrite(x, x->in->op, d->a, konst_a(x, x->k ^ k2), 0);
    if (x->k == 0 && (d->op == IR_sub || d->op == IR_xor))
        return fold_rewrite(x, x->in->op, d->a, d->b, 0);
    if (d->op != IR_zext && d->op != IR_sext)
        return 0;
    n = ir_type_bits(def(x, d->a)->type);
    if (n == 8 || n == 16)
        return 0;               /* hosts compare whole registers best */
    if (x->k != (d->op == IR_zext ? x->k & ir_mask(n) : (uint64_t)ir_sx(x->k, n) & ir_mask(x->aw)))
        return konst(x, !eq);
    return fold_rewrite(x, x->in->op, d->a, ir_const(x->f, def(x, d->a)->type, x->k), 0);
}

/* ult, ule, slt, sle with a constant on the right: always by lt; the ends of the range decide. */
static ir_ref fold_less_k(struct fold *x)
{
    enum ir_op op = x->in->op;
    bool sign = op == IR_slt || op == IR_sle;
    uint64_t max = sign ? ir_mask(x->aw) >> 1 : ir_mask(x->aw), min = sign ? max + 1 : 0;

    if (op == IR_ule || op == IR_sle)
        return x->k == max ? konst(x, 1) : fold_rewrite(x, sign ? IR_slt : IR_ult, x->in->a, konst_a(x, x->k + 1), 0);
    if (x->k == min)
        return konst(x, 0);
    if (x->k == min + 1)
        return fold_rewrite(x, IR_eq, x->in->a, konst_a(x, min), 0);
    if (x->k == max)
        return fold_rewrite(x, IR_ne, x->in->a, x->in->b, 0);
    return 0;
}

/* The same with the constant on the left. */
static ir_ref fold_k_less(struct fold *x)
{
    enum ir_op op = x->in->op;
    bool sign = op == IR_slt || op == IR_sle;
    uint64_t max = sign ? ir_mask(x->aw) >> 1 : ir_mask(x->aw), min = sign ? max + 1 : 0, k = ir_const_val(x->f, x->in->a);

    if (op == IR_ule || op == IR_sle)
        return k == min ? konst(x, 1) : fold_rewrite(x, sign ? IR_slt : IR_ult, konst_a(x, k - 1), x->in->b, 0);
    if (k == max)
        return konst(x, 0);
    if (k == max - 1)
        return fold_rewrite(x, IR_eq, x->in->b, konst_a(x, max), 0);
    if (k == min)
        return fold_rewrite(x, IR_ne, x->in->b, x->in->a, 0);
    return 0;
}

/* Both sides extended the same way from 32 bits: the order is that of the originals. */
static ir_ref fold_cmp_ext(struct fold *x)
{
    const struct ir_insn *da = def(x, x->in->a), *db = def(x, x->in->b);
    enum ir_op op = x->in->op;

    if (da->op != db->op || (da->op != IR_zext && da->op != IR_sext))
        return 0;
    if (def(x, da->a)->type != T_I32 || def(x, db->a)->type != T_I32)
        return 0;
    if (da->op == IR_zext && (op == IR_slt || op == IR_sle))
        op = op == IR_slt ? IR_ult : IR_ule;    /* both are non-negative; a sign extension keeps either order */
    return fold_rewrite(x, op, da->a, db->a, 0);
}

static ir_ref fold_cmp(struct fold *x)
{
    if (x->bk)
        return x->in->op == IR_eq || x->in->op == IR_ne ? fold_eq_k(x) : fold_less_k(x);
    if (ir_is_const(x->f, x->in->a))
        return fold_k_less(x);
    if ((x->in->op == IR_eq || x->in->op == IR_ne) && x->aw == 1)
        return fold_flags_eq(x);
    return fold_cmp_ext(x);
}

/* ---- one operand, and select ---- */

static ir_ref fold_ext(struct fold *x)
{
    const struct ir_insn *d = def(x, x->in->a);
    enum ir_op op = x->in->op;

    if (op == IR_trunc) {
        unsigned n = d->op == IR_zext || d->op == IR_sext ? ir_type_bits(def(x, d->a)->type) : 0;

        if (d->op == IR_trunc)
            return fold_rewrite(x, IR_trunc, d->a, 0, 0);
        if (n == 0)
            return 0;
        if (n == x->w)
            return d->a;
        return fold_rewrite(x, n > x->w ? IR_trunc : d->op, d->a, 0, 0);
    }
    if (d->op == op || (d->op == IR_zext && op == IR_sext))
        return fold_rewrite(x, d->op, d->a, 0, 0);
    return 0;
}

static ir_ref fold_unary(struct fold *x)
{
    const struct ir_insn *d = def(x, x->in->a);

    switch (x->in->op) {
    case IR_copy:
        return x->in->a;
    case IR_zext: case IR_sext: case IR_trunc:
        return fold_ext(x);
    case IR_bitcast:
        return d->op == IR_bitcast && def(x, d->a)->type == x->in->type ? d->a : 0;
    case IR_nunbox:
        return d->op == IR_nbox && def(x, d->a)->type == x->in->type ? d->a : 0;
    case IR_fcanon:
        return d->op == IR_fcanon ? x->in->a : 0;
    case IR_fneg:
        return d->op == IR_fneg ? d->a : 0;
    case IR_fabs:
        if (d->op == IR_fneg || d->op == IR_fcpsgn)
            return fold_rewrite(x, IR_fabs, d->a, 0, 0);
        return d->op == IR_fabs ? x->in->a : 0;
    case IR_clz: case IR_ctz:
        return d->op == IR_bitrev ? fold_rewrite(x, x->in->op == IR_clz ? IR_ctz : IR_clz, d->a, 0, 0) : 0;
    case IR_bswap: case IR_bitrev:
        return d->op == x->in->op ? d->a : 0;
    default:
        return 0;
    }
}

static ir_ref fold_select(struct fold *x)
{
    struct ir_insn *in = x->in;
    const struct ir_insn *d = def(x, in->a);
    uint64_t k;

    if (in->b == in->c)
        return in->b;
    if (ir_is_const(x->f, in->a))
        return ir_const_val(x->f, in->a) ? in->b : in->c;
    if (is_opk(x, in->a, IR_xor, &k))
        return fold_rewrite(x, IR_select, d->a, in->c, in->b);
    if (ir_is_const(x->f, in->b) && ir_is_const(x->f, in->c) && ir_const_val(x->f, in->b) == 1 && ir_const_val(x->f, in->c) == 0
        && !ir_type_fp(in->type))
        return in->type == T_I1 ? in->a : fold_rewrite(x, IR_zext, in->a, 0, 0);
    return 0;
}

/* ---- vectors ---- */

static bool is_splat(const struct fold *x, ir_ref r, uint64_t v)
{
    return ir_is_const(x->f, r) && ir_const_val(x->f, r) == v;
}

static ir_ref fold_vec_bits(struct fold *x)
{
    struct ir_insn *in = x->in;
    bool same = in->a == in->b;

    switch (in->op) {
    case IR_vand: return same || is_splat(x, in->b, ~UINT64_C(0)) ? in->a : is_splat(x, in->b, 0) ? in->b : 0;
    case IR_vor:  return same || is_splat(x, in->b, 0) ? in->a : is_splat(x, in->b, ~UINT64_C(0)) ? in->b : 0;
    case IR_vxor: return same ? konst(x, 0) : is_splat(x, in->b, 0) ? in->a : 0;
    case IR_vadd: return is_splat(x, in->b, 0) ? in->a : 0;
    case IR_vandn: return same ? konst(x, 0) : is_splat(x, in->b, 0) ? in->a : 0;
    case IR_vsub: return same ? konst(x, 0) : is_splat(x, in->b, 0) ? in->a : 0;
    default: return 0;
    }
}

/* Low bits of zero-extended ones and the other way round. */
static ir_ref fold_vec(struct fold *x)
{
    struct ir_insn *in = x->in;
    const struct ir_insn *d = def(x, in->a);

    if (in->op == IR_vdup && d->op == IR_const)
        return konst(x, ir_const_val(x->f, in->a) * (~UINT64_C(0) / ir_mask(8u << (in->flags & VL_MASK))));
    if (in->op == IR_vlow && d->op == IR_vzext && def(x, d->a)->type == in->type)
        return d->a;
    if (in->op == IR_vshl || in->op == IR_vshr || in->op == IR_vsar || in->op == IR_vrotr)
        return in->flags >> 2 ? 0 : in->a;
    return in->b && in->op != IR_vins ? fold_vec_bits(x) : 0;
}

/* ---- the driver ---- */

static ir_ref fold_binary(struct fold *x)
{
    struct ir_insn *in = x->in;
    ir_ref r;

    if (in->a == in->b && (r = fold_same(x)))
        return r;
    if (ir_opinfo[in->op].flags & F_CMP)
        return fold_cmp(x);
    if (x->bk)
        return fold_arith_k(x);
    if (ir_is_const(x->f, in->a) && ir_const_val(x->f, in->a) == 0)
        return fold_zero_left(x);
    if (in->op == IR_add || in->op == IR_sub)
        return fold_sums(x);
    return in->op == IR_and ? fold_flags_and(x) : in->op == IR_or ? fold_flags_or(x) : 0;
}

static ir_ref fold_once(struct fold *x)
{
    struct ir_insn *in = x->in;
    ir_ref a = in->a, r;

    /* Commutative operands: a constant on the right, else the older value on the left, so that equal ones look equal. */
    if (ir_commutes(in) &&
        (ir_is_const(x->f, a) || (a > in->b && !ir_is_const(x->f, in->b)))) {
        in->a = in->b;
        in->b = a;
    }
    x->w = ir_type_bits(in->type);
    x->aw = ir_type_bits(def(x, in->a)->type);
    if (ir_opinfo[in->op].flags & F_VEC)
        return fold_vec(x);
    if (x->w - 1 > 63 || x->aw - 1 > 63)
        return 0;
    x->bk = in->b && ir_is_const(x->f, in->b);
    x->k = x->bk ? ir_const_val(x->f, in->b) : 0;
    if (ir_is_const(x->f, in->a) && (r = fold_const(x)))
        return r;
    if (ir_opinfo[in->op].flags & F_FPOP)
        return 0;
    if (in->op == IR_select)
        return fold_select(x);
    if (in->c)
        return fold_carry(x);
    return in->b ? fold_binary(x) : fold_unary(x);
}

ir_ref ir_simplify(struct ir_func *f, struct ir_insn *in)
{
    struct fold x = { .f = f, .in = in };
    ir_ref r;

    if (!(ir_opinfo[in->op].flags & (F_PURE | F_FPOP)) || !in->a)
        return 0;
    do {
        r = fold_once(&x);
    } while (r == AGAIN);
    return r;
}

ir_ref ir_fold(struct ir_func *f, const struct ir_insn *in)
{
    struct ir_insn copy = *in;

    return ir_simplify(f, &copy);
}
