/* Condition flags back to compares. Guests with flags compute negative, zero, carry and overflow of a subtraction as four values, and
 * their conditions combine these; what was compared is one compare. Called by fold.c for eq, ne and `and` of i1 values. */
#include "passes/ir/eval_int.h"
#include "passes/ir/fold_int.h"

/* r as base + constant. */
struct sum { ir_ref base; uint64_t off; };

static struct sum sum_of(const struct fold *x, ir_ref r)
{
    const struct ir_insn *d = &x->f->insn[r];
    uint64_t k;

    if (d->op == IR_const)
        return (struct sum){ IR_NONE, ir_insn_pc(d) };
    if (d->op == IR_add && ir_is_const(x->f, d->b)) {
        k = ir_const_val(x->f, d->b);
        return (struct sum){ d->a, k };
    }
    return (struct sum){ r, 0 };
}

/* The subtraction a - b (or, neg, the sum a + b whose b is a constant, as a - (-b)) whose overflow r is. */
static bool overflow_of(const struct fold *x, ir_ref r, ir_ref *a, ir_ref *b)
{
    const struct ir_insn *d = &x->f->insn[r], *db;
    enum ir_type t;
    bool carry;

    if (d->op != IR_addco || !ir_is_const(x->f, d->c))
        return false;
    t = (enum ir_type)x->f->insn[d->a].type;
    db = &x->f->insn[d->b];
    carry = ir_const_val(x->f, d->c);
    *a = d->a;
    if (db->op == IR_const) {
        uint64_t k = ir_insn_pc(db), w = ir_type_bits(t), m = ir_mask((unsigned)w);

        /* a + k: as a - (-k); -k must not overflow itself */
        if (!carry && (k == 0 || k == (m >> 1) + 1))
            return false;
        *b = ir_const(x->f, t, carry ? ~k : -k);
        return true;
    }
    if (!carry || db->op != IR_xor || !ir_is_const(x->f, db->b) || ir_const_val(x->f, db->b) != ir_mask(ir_type_bits(t)))
        return false;
    *b = db->a;
    return true;
}

/* Is r the difference a - b? */
static bool is_difference(const struct fold *x, ir_ref r, ir_ref a, ir_ref b)
{
    const struct ir_insn *d = &x->f->insn[r];
    uint64_t m = ir_mask(ir_type_bits(d->type));
    struct sum sr, sa;

    if (d->op == IR_sub && d->a == a && d->b == b)
        return true;
    if (!ir_is_const(x->f, b))
        return false;
    sr = sum_of(x, r);
    sa = sum_of(x, a);
    return sr.base == sa.base && ((sa.off - ir_const_val(x->f, b) - sr.off) & m) == 0;
}

/* negative != overflow: less. */
static bool signed_less(const struct fold *x, ir_ref n, ir_ref v, ir_ref *a, ir_ref *b)
{
    const struct ir_insn *dn = &x->f->insn[n];

    return overflow_of(x, v, a, b) && dn->op == IR_slt && ir_is_const(x->f, dn->b) && ir_const_val(x->f, dn->b) == 0 &&
           is_difference(x, dn->a, *a, *b);
}

static bool same_operands(const struct ir_insn *p, const struct ir_insn *q)
{
    return (p->a == q->a && p->b == q->b) || (p->a == q->b && p->b == q->a);
}

/* A float compare that raises nothing: the one that was there does. */
static ir_ref float_compare(struct fold *x, enum ir_op op, ir_ref a, ir_ref b)
{
    x->in->flags = FP_QUIET | FP_SILENT;
    return fold_rewrite(x, op, a, b, 0);
}

/* less != unordered: not (b <= a). */
static ir_ref float_less(struct fold *x, bool ne)
{
    const struct ir_insn *p = &x->f->insn[x->in->a], *q = &x->f->insn[x->in->b];

    if (p->op == IR_funo) {
        const struct ir_insn *t = p;

        p = q;
        q = t;
    }
    if (p->op != IR_flt || q->op != IR_funo || !same_operands(p, q) || ne)
        return 0;
    return float_compare(x, IR_fle, p->b, p->a);
}

ir_ref fold_flags_eq(struct fold *x)
{
    bool ne = x->in->op == IR_ne;
    ir_ref a, b;

    if (x->aw != 1)
        return 0;
    if (signed_less(x, x->in->a, x->in->b, &a, &b) || signed_less(x, x->in->b, x->in->a, &a, &b))
        return ne ? fold_rewrite(x, IR_slt, a, b, 0) : fold_rewrite(x, IR_sle, b, a, 0);
    return float_less(x, ne);
}

/* b <= a (as it may have been rewritten: b - 1 < a) and a != b: b < a. */
static ir_ref strictly(struct fold *x, const struct ir_insn *le, const struct ir_insn *ne)
{
    bool sign = le->op == IR_sle || le->op == IR_slt, folded = le->op == IR_slt || le->op == IR_ult;
    ir_ref big = le->b, small = le->a, kne = ne->b;
    enum ir_op lt = sign ? IR_slt : IR_ult;
    enum ir_type t = (enum ir_type)x->f->insn[big].type;

    if (!folded)
        return same_operands(le, ne) ? fold_rewrite(x, lt, small, big, 0) : 0;
    if (!ir_is_const(x->f, kne) || x->f->insn[kne].type != t)
        return 0;
    if (ir_is_const(x->f, small)) {             /* k - 1 < big, and big != k: through what the inequality was folded to */
        struct sum s = sum_of(x, big), n = sum_of(x, ne->a);
        uint64_t m = ir_mask(ir_type_bits(t)), k = (ir_const_val(x->f, small) + 1) & m;

        if (k == (sign ? (m >> 1) + 1 : 0) || s.base != n.base || ((ir_const_val(x->f, kne) - n.off + s.off - k) & m) != 0)
            return 0;
        return fold_rewrite(x, lt, ir_const(x->f, t, k), big, 0);
    }
    return 0;
}

/* not (p or q) of float compares of the same two values. */
static ir_ref float_and(struct fold *x)
{
    const struct ir_insn *p = &x->f->insn[x->in->a], *q = &x->f->insn[x->in->b], *fp, *fq;
    bool np = p->op == IR_xor, nq = q->op == IR_xor;        /* with 1: fold_xor_k leaves no others of compares */

    fp = np ? &x->f->insn[p->a] : p;
    fq = nq ? &x->f->insn[q->a] : q;
    if (fp->op == IR_feq) {
        const struct ir_insn *t = fp;
        bool nt = np;

        fp = fq, np = nq;
        fq = t, nq = nt;
    }
    if (fq->op != IR_feq || !nq || !same_operands(fp, fq))
        return 0;
    if (fp->op == IR_fle && !np)                            /* b <= a and not equal */
        return float_compare(x, IR_flt, fp->a, fp->b);
    return 0;
}

ir_ref fold_flags_and(struct fold *x)
{
    const struct ir_insn *p = &x->f->insn[x->in->a], *q = &x->f->insn[x->in->b];
    ir_ref r = 0;

    if (x->w != 1)
        return 0;
    if (q->op == IR_ne)
        r = p->op == IR_ule || p->op == IR_sle || p->op == IR_ult || p->op == IR_slt ? strictly(x, p, q) : 0;
    if (!r && p->op == IR_ne)
        r = q->op == IR_ule || q->op == IR_sle || q->op == IR_ult || q->op == IR_slt ? strictly(x, q, p) : 0;
    return r ? r : float_and(x);
}

/* a < b or a == b, with the constants of both: a < k + 1. */
static ir_ref at_most(struct fold *x, const struct ir_insn *lt, const struct ir_insn *eq)
{
    bool sign = lt->op == IR_slt;
    uint64_t m = ir_mask(ir_type_bits((enum ir_type)x->f->insn[lt->a].type)), k;
    struct sum s, n;

    if (same_operands(lt, eq))
        return fold_rewrite(x, sign ? IR_sle : IR_ule, lt->a, lt->b, 0);
    if (!ir_is_const(x->f, lt->b) || !ir_is_const(x->f, eq->b) || x->f->insn[lt->b].type != x->f->insn[eq->b].type)
        return 0;
    k = ir_const_val(x->f, lt->b);
    s = sum_of(x, lt->a);
    n = sum_of(x, eq->a);
    if (k == (sign ? m >> 1 : m) || s.base != n.base || ((ir_const_val(x->f, eq->b) - n.off + s.off - k) & m) != 0)
        return 0;
    return fold_rewrite(x, lt->op, lt->a, ir_const(x->f, (enum ir_type)x->f->insn[lt->b].type, k + 1), 0);
}

/* The same at the ends of the range, where a < k was folded to an equality: a != k or a == k; a == 0 or a == 1. */
static ir_ref ends(struct fold *x, const struct ir_insn *p, const struct ir_insn *q)
{
    uint64_t k;

    if (p->a != q->a)
        return 0;
    if (p->b == q->b)
        return p->op == IR_ne ? ir_const(x->f, T_I1, 1) : 0;
    if (p->op == IR_ne || !ir_is_const(x->f, p->b) || !ir_is_const(x->f, q->b))
        return 0;
    k = ir_const_val(x->f, p->b);
    if (k > 1 || (k ^ 1) != ir_const_val(x->f, q->b))
        return 0;
    return fold_rewrite(x, IR_ult, p->a, ir_const(x->f, (enum ir_type)x->f->insn[p->b].type, 2), 0);
}

ir_ref fold_flags_or(struct fold *x)
{
    const struct ir_insn *p = &x->f->insn[x->in->a], *q = &x->f->insn[x->in->b];

    if (x->w != 1)
        return 0;
    if (p->op == IR_eq || p->op == IR_feq) {
        const struct ir_insn *t = p;

        p = q;
        q = t;
    }
    if (q->op == IR_eq && (p->op == IR_ne || p->op == IR_eq))
        return ends(x, p, q);
    if (q->op == IR_eq && (p->op == IR_ult || p->op == IR_slt))
        return at_most(x, p, q);
    if (q->op == IR_feq && p->op == IR_flt && same_operands(p, q))
        return float_compare(x, IR_fle, p->a, p->b);
    return 0;
}

/* Carry and overflow of sums that cannot have any, and with one operand zero. */
ir_ref fold_carry(struct fold *x)
{
    struct ir_insn *in = x->in;
    uint64_t m = ir_mask(x->aw), c;
    bool ck = ir_is_const(x->f, in->c), bk = ir_is_const(x->f, in->b);
    uint64_t b = bk ? ir_const_val(x->f, in->b) : 0;

    if (!ck)
        return 0;
    c = ir_const_val(x->f, in->c);
    if (in->op == IR_addc)
        return c ? 0 : fold_rewrite(x, IR_add, in->a, in->b, 0);
    if (bk && b == (c ? m : 0))                             /* a + 0, or a - 0: the second carries */
        return ir_const(x->f, T_I1, in->op == IR_addcc && c);
    return 0;
}
