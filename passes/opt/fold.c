/* fold - algebra and peepholes over the whole function.
 * ir_simplify() again, now that values are known across blocks, and rules that need two records or use counts: displacement of
 * loads and stores, nots and masks made of conditions, rotates, logic of extended values. Cost: one visit per record. */
#include "passes/opt/opt_int.h"

struct fold {
    struct ir_func *f;
    struct opt_edit ed;
    ir_ref *repl;
    uint32_t n;
    uint32_t *uses;             /* of the records that existed at the start */
    bool conds;                 /* selects of conditions were seen */
};

static const struct ir_insn *def(const struct fold *x, ir_ref r) { return &x->f->insn[r]; }

static bool is_k(const struct fold *x, ir_ref r, uint64_t k)
{
    uint64_t m = ~UINT64_C(0) >> (64 - ir_type_bits(def(x, r)->type));

    return ir_is_const(x->f, r) && ir_const_val(x->f, r) == (k & m);
}

/* zext of an i1? Then *c is the i1. */
static bool is_bool(const struct fold *x, ir_ref r, ir_ref *c)
{
    const struct ir_insn *d = def(x, r);

    if (d->op != IR_zext || def(x, d->a)->type != T_I1)
        return false;
    *c = d->a;
    return true;
}

/* All ones or zero by an i1: sext c, 0 - zext c, (zext c) - 1 (then *flip). */
static bool is_mask(const struct fold *x, ir_ref r, ir_ref *c, bool *flip)
{
    const struct ir_insn *d = def(x, r);

    *flip = d->op == IR_add;
    if (d->op == IR_sext && def(x, d->a)->type == T_I1) {
        *c = d->a;
        return true;
    }
    if (d->op == IR_sub && is_k(x, d->a, 0))
        return is_bool(x, d->b, c);
    return d->op == IR_add && is_k(x, d->b, ~UINT64_C(0)) && is_bool(x, d->a, c);
}

static ir_ref fold_and(struct fold *x, const struct ir_insn *in)
{
    ir_ref c, v = in->b, zero;
    bool flip;

    if (in->type < T_I32 || in->type > T_I64)       /* hosts select whole registers */
        return IR_NONE;
    if (!is_mask(x, in->a, &c, &flip)) {
        v = in->a;
        if (!is_mask(x, in->b, &c, &flip))
            return IR_NONE;
    }
    zero = ir_const(x->f, in->type, 0);
    return opt_edit_op(&x->ed, IR_select, in->type, c, flip ? zero : v, flip ? v : zero);
}

/* Without extensions and truncations between 32 and 64 bits: the low half is the same. */
static ir_ref strip(const struct fold *x, ir_ref r)
{
    for (;;) {
        const struct ir_insn *d = def(x, r);

        if ((d->op != IR_sext && d->op != IR_zext && d->op != IR_trunc) || d->type < T_I32 || def(x, d->a)->type < T_I32)
            return r;
        r = d->a;
    }
}

/* Is m = -n in the bits that a shift amount has? */
static bool is_neg(const struct fold *x, ir_ref m, ir_ref n)
{
    const struct ir_insn *d = def(x, strip(x, m));

    return d->op == IR_sub && is_k(x, d->a, 0) && strip(x, d->b) == strip(x, n);
}

/* (x << k) | (x >> (w - k)), also with variable k and amounts taken modulo the width */
static ir_ref fold_rotate(struct fold *x, const struct ir_insn *in)
{
    const struct ir_insn *l = def(x, in->a), *r = def(x, in->b);
    unsigned w = ir_type_bits(in->type);

    if (l->op == IR_shr && r->op == IR_shl) {
        const struct ir_insn *t = l;

        l = r;
        r = t;
    }
    if (l->op != IR_shl || r->op != IR_shr || l->a != r->a || in->type < T_I32)
        return IR_NONE;
    if (is_neg(x, r->b, l->b))
        return opt_edit_op(&x->ed, IR_rotl, in->type, l->a, l->b, 0);
    if (is_neg(x, l->b, r->b))
        return opt_edit_op(&x->ed, IR_rotr, in->type, l->a, r->b, 0);
    if (!ir_is_const(x->f, l->b) || !ir_is_const(x->f, r->b))
        return IR_NONE;
    if (ir_const_val(x->f, l->b) + ir_const_val(x->f, r->b) != w)
        return IR_NONE;
    return opt_edit_op(&x->ed, IR_rotl, in->type, l->a, l->b, 0);
}

/* Extended from i32 in a way that sext would do too? A logical shift to the right leaves no sign. */
static bool like_sext(const struct fold *x, const struct ir_insn *d)
{
    const struct ir_insn *i = def(x, d->a);

    if (d->op == IR_sext)
        return true;
    return d->op == IR_zext && i->op == IR_shr && ir_is_const(x->f, i->b) && ir_const_val(x->f, i->b) - 1 < 31;
}

/* and, or, xor of two values that are extended alike: extend once. Only where the extensions have no other reader. */
static ir_ref fold_logic_ext(struct fold *x, const struct ir_insn *in)
{
    const struct ir_insn *a = def(x, in->a), *b = def(x, in->b);
    enum ir_op ext = a->op;
    enum ir_type part;
    ir_ref v;

    if (in->a >= x->n || in->b >= x->n || x->uses[in->a] > 1 || x->uses[in->b] > 1)
        return IR_NONE;
    if ((a->op != IR_sext && a->op != IR_zext) || (b->op != IR_sext && b->op != IR_zext))
        return IR_NONE;
    part = def(x, a->a)->type;          /* not before: another op's a may be no value */
    if (part != T_I32 || def(x, b->a)->type != T_I32)
        return IR_NONE;
    if (a->op != b->op) {
        if (!like_sext(x, a) || !like_sext(x, b))
            return IR_NONE;
        ext = IR_sext;
    }
    v = IR_NONE;
    if (in->op == IR_or)
        v = fold_rotate(x, &(struct ir_insn){ .op = IR_or, .type = part, .a = a->a, .b = b->a });
    if (!v)
        v = opt_edit_op(&x->ed, in->op, part, def(x, in->a)->a, def(x, in->b)->a, 0);
    return opt_edit_op(&x->ed, ext, in->type, v, 0, 0);
}

/* ---- conditional compares: each flag is chosen between a value and a constant ---- */

/* r = h ? v : k, or, first, h ? k : v. */
struct choice { ir_ref h, v; bool k, first; };

static bool is_choice(struct fold *x, ir_ref r, struct choice *c)
{
    const struct ir_insn *d = def(x, r);

    if (d->op != IR_select || d->type != T_I1)
        return false;
    c->first = !ir_is_const(x->f, d->c);
    if (c->first && !ir_is_const(x->f, d->b))
        return false;
    x->conds = true;
    c->h = d->a;
    c->v = c->first ? d->c : d->b;
    c->k = ir_const_val(x->f, c->first ? d->b : d->c) & 1;
    return true;
}

/* The same, where the other operand's condition is r itself. */
static bool choice_like(struct fold *x, ir_ref r, const struct choice *other, struct choice *c)
{
    if (r == other->h) {
        *c = (struct choice){ r, ir_const(x->f, T_I1, !other->first), other->first, other->first };
        return true;
    }
    return is_choice(x, r, c) && c->h == other->h && c->first == other->first;
}

static bool logic_of(enum ir_op op, bool p, bool q)
{
    return op == IR_and ? p && q : op == IR_or ? p || q : op == IR_eq ? p == q : p != q;
}

/* Ops of two such flags become one op of the two values, that folds to a compare. */
static ir_ref fold_choices(struct fold *x, const struct ir_insn *in)
{
    struct choice p, q;
    ir_ref v, k;

    if (in->type != T_I1 || (in->op != IR_and && in->op != IR_or && in->op != IR_xor && in->op != IR_eq && in->op != IR_ne) ||
        def(x, in->a)->type != T_I1)
        return IR_NONE;
    if (is_choice(x, in->a, &p)) {
        if (in->op == IR_xor && is_k(x, in->b, 1))
            q = p, q.v = in->b, q.k = true;
        else if (!choice_like(x, in->b, &p, &q))
            return IR_NONE;
    } else if (!is_choice(x, in->b, &q) || !choice_like(x, in->a, &q, &p)) {
        return IR_NONE;
    }
    v = opt_edit_op(&x->ed, in->op, T_I1, p.v, q.v, 0);
    k = ir_const(x->f, T_I1, logic_of(in->op, p.k, q.k));
    return opt_edit_op(&x->ed, IR_select, T_I1, p.h, p.first ? k : v, p.first ? v : k);
}

/* What is left of them: h ? v : 0 is h and v, and so on. */
static void choices_to_logic(struct fold *x, ir_blk b)
{
    struct ir_block *blk = &x->f->block[b];
    struct choice c;

    for (uint32_t j = 0; j < blk->ninsn; j++) {
        ir_ref r = blk->insn[j], one = ir_const(x->f, T_I1, 1);

        if (is_choice(x, r, &c)) {
            if (c.first != c.k)
                c.h = opt_edit_op(&x->ed, IR_xor, T_I1, c.h, one, 0);
            x->f->insn[r].op = c.k ? IR_or : IR_and;
            x->f->insn[r].a = c.h, x->f->insn[r].b = c.v, x->f->insn[r].c = 0;
        }
        opt_edit_append(&x->ed, r);
    }
    opt_edit_end(&x->ed, b);
}

static ir_ref fold_pure(struct fold *x, const struct ir_insn *in)
{
    ir_ref c, v = fold_choices(x, in);

    if (v)
        return v;
    switch (in->op) {
    case IR_xor:
        if (is_k(x, in->b, 1) && is_bool(x, in->a, &c))
            return opt_edit_op(&x->ed, IR_zext, in->type, opt_edit_op(&x->ed, IR_xor, T_I1, c, ir_const(x->f, T_I1, 1), 0), 0, 0);
        return fold_logic_ext(x, in);
    case IR_sub:
        if (is_k(x, in->a, 0) && is_bool(x, in->b, &c))
            return opt_edit_op(&x->ed, IR_sext, in->type, c, 0, 0);
        return IR_NONE;
    case IR_and:
        v = fold_and(x, in);
        return v ? v : fold_logic_ext(x, in);
    case IR_or:
        v = fold_rotate(x, in);
        return v ? v : fold_logic_ext(x, in);
    default:
        return IR_NONE;
    }
}

/* [x + k] + disp: the constant joins the displacement while it fits. */
static void fold_address(struct fold *x, struct ir_insn *in)
{
    for (;;) {
        const struct ir_insn *a = def(x, in->a);
        int64_t k;

        if (a->op != IR_add || a->type != T_I64 || !ir_is_const(x->f, a->b))
            return;
        k = (int64_t)ir_const_val(x->f, a->b);
        if (k != (int32_t)k || k + (int32_t)in->c != (int32_t)(k + (int32_t)in->c))
            return;
        in->c = (uint32_t)(k + (int32_t)in->c);
        in->a = a->a;
    }
}

static void count_insn(struct fold *x, ir_ref r)
{
    struct ir_func *f = x->f;
    struct ir_insn *in = &f->insn[r];
    uint32_t *o[3];
    unsigned n = ir_operands(in, o);

    for (unsigned i = 0; i < n; i++)
        x->uses[*o[i]]++;
    for (uint32_t i = 0; in->op == IR_phi && i < in->b; i++)
        x->uses[f->phiarg[in->a + i]]++;
    for (uint32_t i = 0; in->op == IR_at && in->a && i < f->snap[in->a - 1].n; i++)
        x->uses[f->snap[in->a - 1].ent[i].val]++;
}

static void count_uses(struct fold *x)
{
    struct ir_func *f = x->f;

    for (uint32_t i = 0; i < f->nrpo; i++)
        for (uint32_t j = 0; j < f->block[f->rpo[i]].ninsn; j++)
            count_insn(x, f->block[f->rpo[i]].insn[j]);
}

static void do_insn(struct fold *x, ir_ref r)
{
    struct ir_func *f = x->f;
    struct ir_insn in;
    ir_ref v;

    opt_repl_operands(f, x->repl, x->n, r);
    in = f->insn[r];
    if (in.op == IR_load || in.op == IR_store)
        fold_address(x, &f->insn[r]);
    if (opt_flags(&in) & (F_PURE | F_FPOP)) {
        v = in.op == IR_copy ? in.a : ir_simplify(f, &in);
        if (!v) {
            f->insn[r] = in;
            v = fold_pure(x, &in);
        }
        x->repl[r] = v ? opt_repl_get(x->repl, x->n, v) : IR_NONE;
    }
    opt_edit_append(&x->ed, r);
}

void pass_fold(struct cc *cc, struct ir_func *f)
{
    struct fold x = { .f = f, .ed = { .f = f }, .n = f->ninsn, .repl = opt_repl_new(f) };

    x.uses = NEWN(&cc->arena, uint32_t, f->ninsn);
    count_uses(&x);
    for (uint32_t i = 0; i < f->nrpo; i++) {
        for (uint32_t j = 0; j < f->block[f->rpo[i]].ninsn; j++)
            do_insn(&x, f->block[f->rpo[i]].insn[j]);
        opt_edit_end(&x.ed, f->rpo[i]);
    }
    opt_repl_phis(f, x.repl, x.n);
    opt_repl_apply(f, x.repl, x.n);
    for (uint32_t i = 0; i < f->nrpo && x.conds; i++)
        choices_to_logic(&x, f->rpo[i]);
}
