/* knownbits - extensions vanish, 64-bit ops become 32-bit ones.
 * Phase 1, exact: forward known bits (zeros, ones, equal top bits), optimistic over loops with widening. Removes extensions and
 * masks that change nothing, turns sext into zext where the sign is known, shift pairs into extensions, compares of extended
 * values into narrow ones. Phase 2, demanded: backward, which bits of a value anybody reads. Drops masks and turns sext into
 * zext when the bits they make are not read, narrows i64 arithmetic whose upper half is not read. This phase uses no fact of
 * phase 1: it changes unread bits. Values wider than 64 bits and floating point are not looked into. Cost: linear in records,
 * times a few rounds in loops. */
#include "passes/opt/opt_int.h"

struct kb {
    uint64_t zero, one;         /* bits known to be so; none above the width */
    uint8_t sign;               /* how many top bits are equal to the sign bit, itself included; 0: not visited */
};

enum { ROUNDS = 10, WIDEN_BITS = 2, WIDEN_SIGN = 3, WIDEN_ALL = 6 };
#define HIGH UINT64_C(0xffffffff00000000)

struct bits {
    struct ir_func *f;
    struct kb *kb;
    uint64_t *dem;
    uint8_t *changes;           /* of phis */
    uint32_t n;                 /* records that the tables cover */
    struct opt_edit ed;
    ir_ref *repl;
    bool again;
};

static uint64_t mask(unsigned w) { return w >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << w) - 1; }
static unsigned clz64(uint64_t v) { return v ? (unsigned)__builtin_clzll(v) : 64; }
static bool is_int(unsigned t) { return t >= T_I1 && t <= T_I64; }
static unsigned width(const struct bits *x, ir_ref r) { return ir_type_bits(x->f->insn[r].type); }

/* ---- phase 1: known bits ---- */

/* Known zero and one bits also say something about the sign, and the other way round. */
static struct kb finish(struct kb k, unsigned w)
{
    unsigned up = 64 - w, n = 0;

    k.zero &= mask(w);
    k.one &= mask(w);
    if (k.zero >> (w - 1) & 1)
        n = clz64(~(k.zero << up));
    else if (k.one >> (w - 1) & 1)
        n = clz64(~(k.one << up));
    if (n > w)
        n = w;
    if (n > k.sign)
        k.sign = (uint8_t)n;
    if (k.sign < 1)
        k.sign = 1;
    if (k.zero >> (w - 1) & 1)
        k.zero |= mask(w) & ~mask(w - k.sign);
    if (k.one >> (w - 1) & 1)
        k.one |= mask(w) & ~mask(w - k.sign);
    return k;
}

static struct kb unknown(void) { return (struct kb){ .sign = 1 }; }

static struct kb kb_const(uint64_t v, unsigned w)
{
    return finish((struct kb){ .zero = ~v, .one = v }, w);
}

static struct kb transfer(struct bits *x, const struct ir_insn *in);

static struct kb known(struct bits *x, ir_ref r)
{
    const struct ir_insn *in = &x->f->insn[r];

    if (!is_int(in->type))
        return unknown();
    if (in->op == IR_const)
        return kb_const(ir_const_val(x->f, r), width(x, r));
    if (in->op == IR_gpc)       /* stands in no block, so that nothing would ever be found out: not the same as "not reached yet" */
        return unknown();
    return r < x->n ? x->kb[r] : transfer(x, in);
}

static struct kb meet(struct kb a, struct kb b)
{
    if (!a.sign || !b.sign)
        return a.sign ? a : b;
    a.zero &= b.zero;
    a.one &= b.one;
    a.sign = a.sign < b.sign ? a.sign : b.sign;
    return a;
}

static unsigned lead_zeros(const struct kb *k, unsigned w)
{
    uint64_t v = ~k->zero & mask(w);

    return v ? (unsigned)__builtin_clzll(v) - (64 - w) : w;
}

static unsigned trail_zeros(const struct kb *k, unsigned w)
{
    uint64_t v = ~k->zero & mask(w);

    return v ? (unsigned)__builtin_ctzll(v) : w;
}

static struct kb known_shift(struct bits *x, const struct ir_insn *in, unsigned w)
{
    struct kb a = known(x, in->a), k = unknown();
    unsigned n;

    if (!ir_is_const(x->f, in->b))
        return k;
    n = (unsigned)(ir_const_val(x->f, in->b) & (w - 1));
    if (in->op == IR_shl) {
        k.zero = a.zero << n | mask(n);
        k.one = a.one << n;
        k.sign = a.sign > n ? a.sign - (uint8_t)n : 1;
    } else if (in->op == IR_shr) {
        k.zero = a.zero >> n | (mask(w) & ~mask(w - n));
        k.one = a.one >> n;
    } else {
        uint64_t top = mask(w) & ~mask(w - n);

        k.zero = a.zero >> n | (a.zero >> (w - 1) & 1 ? top : 0);
        k.one = a.one >> n | (a.one >> (w - 1) & 1 ? top : 0);
        k.sign = (uint8_t)(a.sign + n < w ? a.sign + n : w);
    }
    return k;
}

static struct kb known_sum(struct bits *x, const struct ir_insn *in, unsigned w)
{
    struct kb a = known(x, in->a), b = known(x, in->b), k = unknown();
    unsigned ta = trail_zeros(&a, w), tb = trail_zeros(&b, w), la = lead_zeros(&a, w), lb = lead_zeros(&b, w);
    unsigned t = ta < tb ? ta : tb, l = la < lb ? la : lb, s = a.sign < b.sign ? a.sign : b.sign;

    if (in->op == IR_mul) {
        k.zero = mask(ta + tb < w ? ta + tb : w);
        if (la + lb >= w)
            k.zero |= mask(w) & ~mask(2 * w - la - lb);
        return k;
    }
    k.zero = mask(t);
    if (in->op == IR_add && l > 1)
        k.zero |= mask(w) & ~mask(w - (l - 1));
    k.sign = (uint8_t)(s > 1 ? s - 1 : 1);
    return k;
}

static struct kb known_logic(struct bits *x, const struct ir_insn *in)
{
    struct kb a = known(x, in->a), b = known(x, in->b), k = { .sign = a.sign < b.sign ? a.sign : b.sign };

    if (in->op == IR_and) {
        k.zero = a.zero | b.zero;
        k.one = a.one & b.one;
    } else if (in->op == IR_or) {
        k.zero = a.zero & b.zero;
        k.one = a.one | b.one;
    } else {
        k.zero = (a.zero & b.zero) | (a.one & b.one);
        k.one = (a.zero & b.one) | (a.one & b.zero);
    }
    return k;
}

static struct kb known_ext(struct bits *x, const struct ir_insn *in, unsigned w)
{
    unsigned aw = width(x, in->a);
    struct kb a = known(x, in->a);
    uint64_t top = mask(w) & ~mask(aw);

    if (!is_int(x->f->insn[in->a].type))
        return unknown();
    if (in->op == IR_zext) {
        a.zero |= top;
        a.sign = 1;
    } else if (in->op == IR_sext) {
        a.sign += (uint8_t)(w - aw);
        if (a.zero >> (aw - 1) & 1)
            a.zero |= top;
        if (a.one >> (aw - 1) & 1)
            a.one |= top;
    } else {
        a.sign = a.sign > aw - w ? a.sign - (uint8_t)(aw - w) : 1;
    }
    return a;
}

static struct kb known_count(uint64_t max, unsigned w)
{
    struct kb k = unknown();

    k.zero = mask(w) & ~mask(64 - (unsigned)__builtin_clzll(max));
    return k;
}

static struct kb known_phi(struct bits *x, const struct ir_insn *in)
{
    struct kb k = { 0 };

    for (uint32_t i = 0; i < in->b; i++)
        k = meet(k, known(x, x->f->phiarg[in->a + i]));
    return k;
}

static struct kb transfer(struct bits *x, const struct ir_insn *in)
{
    unsigned w = ir_type_bits(in->type);
    struct kb k;

    switch (in->op) {
    case IR_and: case IR_or: case IR_xor:   k = known_logic(x, in); break;
    case IR_add: case IR_sub: case IR_mul:  k = known_sum(x, in, w); break;
    case IR_shl: case IR_shr: case IR_sar:  k = known_shift(x, in, w); break;
    case IR_zext: case IR_sext: case IR_trunc: k = known_ext(x, in, w); break;
    case IR_copy:                           k = known(x, in->a); break;
    case IR_smin: case IR_smax: case IR_umin: case IR_umax: k = meet(known(x, in->a), known(x, in->b)); break;
    case IR_select:                         k = meet(known(x, in->b), known(x, in->c)); break;
    case IR_clz: case IR_ctz: case IR_popcnt: k = known_count(w, w); break;
    case IR_fclass:                         k = known_count(1 << 9, w); break;
    case IR_phi:
        k = known_phi(x, in);
        if (!k.sign)
            return k;
        break;
    default:                                k = unknown(); break;
    }
    return finish(k, w);
}

static bool same(const struct kb *a, const struct kb *b)
{
    return a->zero == b->zero && a->one == b->one && a->sign == b->sign;
}

/* A phi that keeps changing loses first its single bits, then its exact sign, then everything: rounds stay few. */
static struct kb widen(struct bits *x, ir_ref r, struct kb k, bool pin)
{
    const struct kb *old = &x->kb[r];

    if (pin)
        return unknown();
    if (!old->sign || same(old, &k))
        return k;
    if (x->changes[r] < UINT8_MAX)
        x->changes[r]++;
    if (x->changes[r] >= WIDEN_BITS) {      /* what counts is whether the upper half is an extension */
        k.zero = (k.zero & HIGH) == HIGH && x->changes[r] < WIDEN_ALL ? HIGH : 0;
        k.one = 0;
    }
    if (x->changes[r] >= WIDEN_SIGN)
        k.sign = k.sign >= 33 && x->changes[r] < WIDEN_ALL ? 33 : 1;
    return meet(*old, k);       /* only ever downwards */
}

static void find_known(struct bits *x)
{
    struct ir_func *f = x->f;

    for (unsigned round = 0; x->again; round++) {
        x->again = false;
        for (uint32_t i = 0; i < f->nrpo; i++) {
            const struct ir_block *b = &f->block[f->rpo[i]];
            bool pin = round >= ROUNDS && (b->flags & BLK_LOOP);

            for (uint32_t j = 0; j < b->ninsn; j++) {
                ir_ref r = b->insn[j];
                const struct ir_insn *in = &f->insn[r];
                struct kb k;

                if (!is_int(in->type))
                    continue;
                k = transfer(x, in);
                if (in->op == IR_phi) {
                    k = widen(x, r, k, pin);
                    x->again |= !same(&k, &x->kb[r]) && (b->flags & BLK_LOOP);
                }
                x->kb[r] = k;
            }
        }
    }
}

/* ---- phase 1: rewriting ---- */

static ir_ref arg(const struct bits *x, ir_ref r) { return opt_repl_get(x->repl, x->n, r); }

/* Is r op-by-constant? */
static bool is_opk(const struct bits *x, ir_ref r, enum ir_op op, uint64_t *k)
{
    const struct ir_insn *d = &x->f->insn[r];

    if (d->op != op || !ir_is_const(x->f, d->b))
        return false;
    *k = ir_const_val(x->f, d->b);
    return true;
}

static enum ir_type int_type(uint64_t w)
{
    return w == 8 ? T_I8 : w == 16 ? T_I16 : w == 32 ? T_I32 : T_VOID;
}

/* (x << n) >> m, m <= n, when w - n is a register part: an extension, shifted by what is left. */
static ir_ref rewrite_shift(struct bits *x, const struct ir_insn *in)
{
    unsigned w = ir_type_bits(in->type);
    uint64_t n, m;
    enum ir_type part;
    ir_ref v;

    if (!ir_is_const(x->f, in->b) || !is_opk(x, in->a, IR_shl, &n))
        return IR_NONE;
    m = ir_const_val(x->f, in->b) & (w - 1);
    n &= w - 1;
    part = int_type(w - n);
    if (part == T_VOID || m > n || (m != n && part != T_I32))
        return IR_NONE;
    v = opt_edit_op(&x->ed, IR_trunc, part, x->f->insn[in->a].a, 0, 0);
    v = opt_edit_op(&x->ed, in->op == IR_sar ? IR_sext : IR_zext, in->type, v, 0, 0);
    return m == n ? v : opt_edit_op(&x->ed, IR_shl, in->type, v, ir_const(x->f, in->type, n - m), 0);
}

static ir_ref rewrite_ext(struct bits *x, const struct ir_insn *in)
{
    const struct ir_insn *d = &x->f->insn[in->a];
    unsigned w = ir_type_bits(in->type), aw = width(x, in->a);
    struct kb k = known(x, in->a);

    if (d->op == IR_trunc && x->f->insn[d->a].type == in->type) {
        struct kb o = known(x, d->a);

        if (in->op == IR_sext ? o.sign >= w - aw + 1 : lead_zeros(&o, w) >= w - aw)
            return d->a;
    }
    if (in->op == IR_sext && (k.zero >> (aw - 1) & 1))
        return opt_edit_op(&x->ed, IR_zext, in->type, in->a, 0, 0);
    return IR_NONE;
}

static ir_ref rewrite_and(struct bits *x, const struct ir_insn *in)
{
    struct kb a = known(x, in->a), b = known(x, in->b);
    uint64_t m = mask(ir_type_bits(in->type));

    if (!(m & ~(a.zero | b.one)))
        return in->a;
    if (!(m & ~(b.zero | a.one)))
        return in->b;
    if (in->type == T_I64 && ir_is_const(x->f, in->b) && ir_const_val(x->f, in->b) == mask(32)) {
        ir_ref v = opt_edit_op(&x->ed, IR_trunc, T_I32, in->a, 0, 0);

        return opt_edit_op(&x->ed, IR_zext, T_I64, v, 0, 0);
    }
    return IR_NONE;
}

/* Compares of a value extended from i32 with a constant that fits: in i32. */
static ir_ref rewrite_cmp(struct bits *x, const struct ir_insn *in)
{
    bool left = ir_is_const(x->f, in->a);
    ir_ref kr = left ? in->a : in->b, v = left ? in->b : in->a, k32;
    const struct ir_insn *d = &x->f->insn[v];
    enum ir_op op = in->op;
    uint64_t k;

    if (!ir_is_const(x->f, kr) || (d->op != IR_sext && d->op != IR_zext) || x->f->insn[d->a].type != T_I32 || d->type != T_I64)
        return IR_NONE;
    k = ir_const_val(x->f, kr);
    v = d->a;
    if (d->op == IR_sext ? (int64_t)k != (int32_t)k : k != (uint32_t)k)
        return IR_NONE;
    if (d->op == IR_zext && (op == IR_slt || op == IR_sle))
        op = op == IR_slt ? IR_ult : IR_ule;
    k32 = ir_const(x->f, T_I32, k);
    return opt_edit_op(&x->ed, op, T_I1, left ? k32 : v, left ? v : k32, 0);
}

static ir_ref rewrite(struct bits *x, const struct ir_insn *in)
{
    switch (in->op) {
    case IR_shr: case IR_sar:               return rewrite_shift(x, in);
    case IR_zext: case IR_sext:             return rewrite_ext(x, in);
    case IR_and:                            return rewrite_and(x, in);
    case IR_eq: case IR_ne: case IR_ult: case IR_ule: case IR_slt: case IR_sle: return rewrite_cmp(x, in);
    default:                                return IR_NONE;
    }
}

/* One value all of whose bits are known. */
static ir_ref whole(struct bits *x, ir_ref r)
{
    struct kb k = x->kb[r];
    unsigned w = width(x, r);

    if (!(opt_flags(&x->f->insn[r]) & F_PURE) && x->f->insn[r].op != IR_phi)
        return IR_NONE;
    return k.sign && (k.zero | k.one) == mask(w) ? ir_const(x->f, x->f->insn[r].type, k.one) : IR_NONE;
}

static void phase_known(struct bits *x)
{
    struct ir_func *f = x->f;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        ir_blk b = f->rpo[i];

        for (uint32_t j = 0; j < f->block[b].ninsn; j++) {
            ir_ref r = f->block[b].insn[j], v = IR_NONE;
            struct ir_insn in;

            opt_repl_operands(f, x->repl, x->n, r);
            in = f->insn[r];
            if (is_int(in.type))
                v = whole(x, r);
            if (!v && (opt_flags(&in) & F_PURE) && is_int(in.type) && is_int(f->insn[in.a].type)) {
                v = ir_simplify(f, &in);
                if (!v) {
                    f->insn[r] = in;
                    v = rewrite(x, &in);
                }
            }
            x->repl[r] = v ? arg(x, v) : IR_NONE;
            opt_edit_append(&x->ed, r);
        }
        opt_edit_end(&x->ed, b);
    }
    opt_repl_apply(f, x->repl, x->n);
}

/* ---- phase 2: demanded bits ---- */

static void demand(struct bits *x, ir_ref r, uint64_t d)
{
    if (is_int(x->f->insn[r].type))
        d &= mask(width(x, r));
    if (r && (x->dem[r] | d) != x->dem[r]) {
        x->dem[r] |= d;
        x->again |= x->f->insn[r].op == IR_phi;
    }
}

/* All bits up to the highest demanded one: what carries need. */
static uint64_t upto(uint64_t d) { return d ? mask(64 - (unsigned)__builtin_clzll(d)) : 0; }

static void demand_shift(struct bits *x, const struct ir_insn *in, uint64_t d)
{
    unsigned w = ir_type_bits(in->type), n;
    uint64_t top;

    demand(x, in->b, ~UINT64_C(0));
    if (!ir_is_const(x->f, in->b)) {
        demand(x, in->a, in->op == IR_shl ? upto(d) : ~UINT64_C(0));
        return;
    }
    n = (unsigned)(ir_const_val(x->f, in->b) & (w - 1));
    top = mask(w) & ~mask(w - n);
    if (in->op == IR_shl)
        demand(x, in->a, d >> n);
    else
        demand(x, in->a, (d << n & mask(w)) | (in->op == IR_sar && (d & top) ? UINT64_C(1) << (w - 1) : 0));
}

static void demand_logic(struct bits *x, const struct ir_insn *in, uint64_t d)
{
    uint64_t k;

    demand(x, in->b, d);
    if (in->op != IR_xor && ir_is_const(x->f, in->b)) {
        k = ir_const_val(x->f, in->b);
        d &= in->op == IR_and ? k : ~k;
    }
    demand(x, in->a, d);
}

static void demand_all(struct bits *x, ir_ref r)
{
    uint32_t *o[3];
    unsigned n = ir_operands(&x->f->insn[r], o);

    for (unsigned i = 0; i < n; i++)
        demand(x, *o[i], ~UINT64_C(0));
}

static void demand_args(struct bits *x, ir_ref r)
{
    struct ir_insn *in = &x->f->insn[r];
    uint64_t d = x->dem[r];
    unsigned aw;

    switch (in->op) {
    case IR_add: case IR_sub: case IR_mul:
        demand(x, in->a, upto(d));
        demand(x, in->b, upto(d));
        break;
    case IR_and: case IR_or: case IR_xor:
        demand_logic(x, in, d);
        break;
    case IR_shl: case IR_shr: case IR_sar:
        demand_shift(x, in, d);
        break;
    case IR_zext: case IR_sext:
        aw = width(x, in->a);
        demand(x, in->a, (d & mask(aw)) | (in->op == IR_sext && (d & ~mask(aw)) ? UINT64_C(1) << (aw - 1) : 0));
        break;
    case IR_trunc: case IR_copy:
        demand(x, in->a, d);
        break;
    case IR_select:
        demand(x, in->a, 1);
        demand(x, in->b, d);
        demand(x, in->c, d);
        break;
    case IR_phi:
        for (uint32_t i = 0; i < in->b; i++)
            demand(x, x->f->phiarg[in->a + i], d);
        break;
    default:
        demand_all(x, r);
        break;
    }
}

static void find_demand(struct bits *x)
{
    struct ir_func *f = x->f;

    for (x->again = true; x->again;) {
        x->again = false;
        for (uint32_t i = f->nrpo; i-- > 0;) {
            const struct ir_block *b = &f->block[f->rpo[i]];

            for (uint32_t j = b->ninsn; j-- > 0;) {
                const struct ir_insn *in = &f->insn[b->insn[j]];

                if (in->op == IR_at) {
                    for (uint32_t k = 0; in->a && k < f->snap[in->a - 1].n; k++)
                        demand(x, f->snap[in->a - 1].ent[k].val, ~UINT64_C(0));
                } else if (!opt_is_droppable(in) || !is_int(in->type)) {
                    demand_all(x, b->insn[j]);
                    if (in->op == IR_phi)
                        for (uint32_t k = 0; k < in->b; k++)
                            demand(x, f->phiarg[in->a + k], ~UINT64_C(0));
                } else if (x->dem[b->insn[j]]) {
                    demand_args(x, b->insn[j]);
                }
            }
        }
    }
}

/* Can the low half of r be had for nothing, or nearly? */
static bool is_narrow(const struct bits *x, ir_ref r)
{
    const struct ir_insn *d = &x->f->insn[r];

    return d->op == IR_const || ((d->op == IR_sext || d->op == IR_zext) && ir_type_bits(x->f->insn[d->a].type) <= 32);
}

/* i64 arithmetic of which only the low half is read, and whose operands are extended: 32-bit arithmetic. */
static void narrow(struct bits *x, ir_ref r)
{
    struct ir_insn in = x->f->insn[r];
    ir_ref a, b, v;

    if (in.type != T_I64 || (x->dem[r] & ~mask(32)) || !x->dem[r])
        return;
    switch (in.op) {
    case IR_add: case IR_sub: case IR_mul: case IR_and: case IR_or: case IR_xor:
        if (!is_narrow(x, in.a) && !is_narrow(x, in.b))
            return;
        break;
    case IR_shl:
        if (!is_narrow(x, in.a) || !ir_is_const(x->f, in.b) || (ir_const_val(x->f, in.b) & 63) > 31)
            return;
        break;
    default:
        return;
    }
    a = opt_edit_op(&x->ed, IR_trunc, T_I32, in.a, 0, 0);
    b = opt_edit_op(&x->ed, IR_trunc, T_I32, in.b, 0, 0);
    v = opt_edit_op(&x->ed, in.op, T_I32, a, b, 0);
    x->f->insn[r] = (struct ir_insn){ .op = IR_zext, .type = T_I64, .a = v };
}

/* Only the bits in x->dem[r] are kept exact from here on. */
static ir_ref relax(struct bits *x, ir_ref r)
{
    struct ir_insn *in = &x->f->insn[r];
    uint64_t d = x->dem[r], k;

    if (in->op == IR_sext && !(d & ~mask(width(x, in->a))) && x->f->insn[in->a].type != T_I1)
        in->op = IR_zext;
    if ((in->op == IR_and || in->op == IR_or || in->op == IR_xor) && ir_is_const(x->f, in->b)) {
        k = ir_const_val(x->f, in->b);
        if (in->op == IR_and ? !(d & ~k) : !(d & k))
            return in->a;
    }
    return IR_NONE;
}

static void phase_demand(struct bits *x)
{
    struct ir_func *f = x->f;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        ir_blk b = f->rpo[i];

        for (uint32_t j = 0; j < f->block[b].ninsn; j++) {
            ir_ref r = f->block[b].insn[j], v;
            struct ir_insn in;

            opt_repl_operands(f, x->repl, x->n, r);
            if ((opt_flags(&f->insn[r]) & F_PURE) && is_int(f->insn[r].type) && is_int(f->insn[f->insn[r].a].type)) {
                in = f->insn[r];
                v = ir_simplify(f, &in);
                if (!v) {
                    f->insn[r] = in;
                    v = relax(x, r);
                }
                x->repl[r] = v ? arg(x, v) : IR_NONE;
                if (!v)
                    narrow(x, r);
            }
            opt_edit_append(&x->ed, r);
        }
        opt_edit_end(&x->ed, b);
    }
    opt_repl_apply(f, x->repl, x->n);
}

void pass_knownbits(struct cc *cc, struct ir_func *f)
{
    struct bits x = { .f = f, .n = f->ninsn, .ed = { .f = f }, .again = true };

    x.kb = NEWN(&cc->arena, struct kb, x.n);
    x.changes = NEWN(&cc->arena, uint8_t, x.n);
    x.repl = opt_repl_new(f);
    find_known(&x);
    phase_known(&x);
    x.n = f->ninsn;
    x.dem = NEWN(&cc->arena, uint64_t, x.n);
    x.repl = opt_repl_new(f);
    find_demand(&x);
    phase_demand(&x);
}
