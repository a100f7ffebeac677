/* The verifier. It trusts nothing but that arrays have the lengths that their counts say: first every index is checked, then types,
 * then, with ir_cfg() made safe by that, the rules of control flow and dominance. */
#include "passes/ir/slot.h"
#include "passes/ir/ir.h"

#include <inttypes.h>

struct verify {
    struct ir_func *f;
    struct diag *d;
    ir_blk *home;               /* block of each record; 0: none */
    uint32_t *pos;              /* position in it */
    enum status st;
};

/* One message, the first error. Returns false. */
#define BAD(v, r, ...) ((v)->st = fail((v)->d, ST_BUG, (r), __VA_ARGS__), false)

static const char *op_name(const struct ir_insn *in)
{
    return in->op < IR_NOPS ? ir_opinfo[in->op].name : "?";
}

/* ---- pass 1: indices ---- */

static bool check_target(struct verify *v, ir_ref r, ir_blk b)
{
    return b - 1 < v->f->nblock - 1 || BAD(v, r, "branch to b%u: there are %u blocks", b, v->f->nblock - 1);
}

static bool check_switch(struct verify *v, ir_ref r, uint32_t i)
{
    const struct ir_switch *s;

    if (i >= v->f->nsw)
        return BAD(v, r, "switch table %u of %u", i, v->f->nsw);
    s = &v->f->sw[i];
    for (uint32_t t = 0; t < s->n; t++)
        if (!check_target(v, r, s->target[t]))
            return false;
    return check_target(v, r, s->deflt);
}

static bool check_snap(struct verify *v, ir_ref r, uint32_t n)
{
    const struct ir_snap *s;

    if (n == 0)
        return true;
    if (n > v->f->nsnap)
        return BAD(v, r, "snapshot %u of %u", n, v->f->nsnap);
    s = &v->f->snap[n - 1];
    for (uint32_t i = 0; i < s->n; i++)
        if (s->ent[i].slot >= v->f->nslot || s->ent[i].val - 1 >= v->f->ninsn - 1)
            return BAD(v, r, "snapshot entry %u: slot %u, value %u out of range", i, s->ent[i].slot, s->ent[i].val);
    return true;
}

/* Side tables and blocks that the record names. */
static bool check_indices(struct verify *v, ir_ref r)
{
    const struct ir_func *f = v->f;
    const struct ir_insn *in = &f->insn[r];

    switch (in->op) {
    case IR_phi:
        return (in->b <= f->nphiarg && in->a <= f->nphiarg - in->b) || BAD(v, r, "phi arguments %u+%u of %u", in->a, in->b,
            f->nphiarg);
    case IR_at:     return check_snap(v, r, in->a);
    case IR_get: case IR_kill:
    case IR_put:    return in->a < f->nslot || BAD(v, r, "slot %u of %u", in->a, f->nslot);
    case IR_br:     return check_target(v, r, in->a);
    case IR_brif:   return check_target(v, r, in->b) && check_target(v, r, in->c);
    case IR_switch: return check_switch(v, r, in->b);
    case IR_call:   return in->a < f->nretpc || BAD(v, r, "return pc %u of %u", in->a, f->nretpc);
    case IR_icall:  return in->b < f->nretpc || BAD(v, r, "return pc %u of %u", in->b, f->nretpc);
    case IR_vshuf:  return in->c < f->npattern || BAD(v, r, "pattern %u of %u", in->c, f->npattern);
    case IR_trap:   return in->a < TRAP_COUNT || BAD(v, r, "trap kind %u", in->a);
    default:        return true;
    }
}

static bool check_record(struct verify *v, ir_blk b, uint32_t i)
{
    const struct ir_block *k = &v->f->block[b];
    ir_ref r = k->insn[i];
    const struct ir_insn *in = &v->f->insn[r];
    bool last = i + 1 == k->ninsn;

    if (r - 1 >= v->f->ninsn - 1)
        return BAD(v, r, "b%u: record %u of %u", b, r, v->f->ninsn);
    if (in->op == IR_nop || in->op >= IR_NOPS || in->op == IR_const || in->op == IR_gpc)
        return BAD(v, r, "b%u: %s (op %u) stands in a block", b, op_name(in), in->op);
    if (v->home[r])
        return BAD(v, r, "%s stands in b%u and in b%u", op_name(in), v->home[r], b);
    if (in->type >= T_COUNT)
        return BAD(v, r, "b%u: %s has type %u", b, op_name(in), in->type);
    if (last != !!(ir_opinfo[in->op].flags & F_END))
        return BAD(v, r, last ? "b%u ends with %s, no terminator" : "b%u: terminator %s is not last", b, op_name(in));
    if (in->op == IR_phi && i && v->f->insn[k->insn[i - 1]].op != IR_phi)
        return BAD(v, r, "b%u: a phi after other ops", b);
    v->home[r] = b;
    v->pos[r] = i;
    return check_indices(v, r);
}

/* ---- pass 2: operands and their types ---- */

static enum ir_type type_of(const struct verify *v, ir_ref r)
{
    return v->f->insn[r].type;
}

static bool defined(const struct verify *v, ir_ref r)
{
    const struct ir_insn *in = &v->f->insn[r];

    if (r - 1 >= v->f->ninsn - 1)
        return false;
    return in->op == IR_const || in->op == IR_gpc ? in->type > T_VOID && in->type < T_COUNT
                                                  : v->home[r] && ir_opinfo[in->op].sig[0] == 'r' && in->type != T_VOID;
}

static bool check_defined(struct verify *v, ir_ref r)
{
    const struct ir_insn *in = &v->f->insn[r];
    const char *sig = ir_opinfo[in->op].sig;
    const uint32_t o[3] = { in->a, in->b, in->c };

    for (unsigned i = 0; i < 3; i++) {
        if (sig[i + 1] != 'v' || (in->op == IR_helper && o[i] == IR_NONE && (i == 2 || o[i + 1] == IR_NONE)))
            continue;
        if (!defined(v, o[i]))
            return BAD(v, r, "%s: operand %u is no value (%u)", op_name(in), i + 1, o[i]);
    }
    return true;
}

static bool is_int(enum ir_type t)
{
    return t >= T_I1 && t <= T_I64;
}

static bool is_float(enum ir_type t)
{
    return t == T_F16 || t == T_F32 || t == T_F64;
}

static bool is_word(enum ir_type t)
{
    return t == T_I32 || t == T_I64;
}

static unsigned bits(enum ir_type t)
{
    return ir_type_bits(t);
}

/* Conversions: from type a to type t. */
static bool conv_ok(enum ir_op op, enum ir_type t, enum ir_type a)
{
    switch (op) {
    case IR_zext: case IR_sext: return is_int(t) && is_int(a) && bits(a) < bits(t);
    case IR_trunc:              return is_int(t) && is_int(a) && bits(a) > bits(t);
    case IR_bitcast:            return t && a && t != a && bits(t) == bits(a);
    case IR_nbox:               return t == T_F64 && a == T_F32;
    case IR_nunbox:             return t == T_F32 && a == T_F64;
    case IR_fclass:             return t == T_I64 && is_float(a);
    case IR_fcvt:               return is_float(t) && is_float(a) && t != a;
    case IR_f2si: case IR_f2ui: return is_word(t) && is_float(a);
    case IR_si2f: case IR_ui2f: return is_float(t) && is_word(a);
    case IR_fcvtbf:             return t == T_I16 && a == T_F32;
    default:                    return false;
    }
}

static bool is_vec(enum ir_type t)
{
    return t == T_V64 || t == T_V128;
}

static enum ir_type lane_type(const struct ir_insn *in)
{
    return (enum ir_type)(T_I8 + (in->flags & VL_MASK));
}

/* VOP rows. */
static bool vec_ok(const struct ir_insn *in, enum ir_type a, enum ir_type b, enum ir_type c)
{
    enum ir_type t = in->type;
    unsigned imm = in->flags >> 2, lanes = 16u >> (in->flags & VL_MASK);

    switch (in->op) {
    case IR_vdup:  return t == T_V128 && a == lane_type(in);
    case IR_vextr: return a == T_V128 && t == lane_type(in) && imm < lanes;
    case IR_vlow:  return a == T_V128 && (t == T_V64 || is_float(t));
    case IR_vzext: return t == T_V128 && (a == T_V64 || is_float(a));
    case IR_vnz:   return t == T_I1 && a == T_V128;
    case IR_vins:  return t == T_V128 && a == t && b == lane_type(in) && imm < lanes;
    default:       return t == T_V128 && a == t && (!b || b == t) && (!c || c == t);
    }
}

/* Fixed-point conversions, scalar or by lanes, and frintn: b is a constant. */
static bool fixed_ok(const struct ir_insn *in, enum ir_type a, enum ir_type b)
{
    enum ir_type t = in->type;

    if (b != T_I64)
        return false;
    if (in->op == IR_frintn || is_vec(t))
        return a == t && (is_float(t) || is_vec(t));
    return in->op == IR_f2sx || in->op == IR_f2ux ? is_float(a) && is_word(t) : is_word(a) && is_float(t);
}

/* FPOPs on vectors. */
static bool vfp_ok(const struct ir_insn *in, enum ir_type a, enum ir_type b, enum ir_type c)
{
    enum ir_type t = in->type;

    if (!(in->flags & FP_LANE_MASK))
        return false;
    if (in->op == IR_vfcvtl || in->op == IR_vfcvtn || in->op == IR_fcvtbf)
        return t == T_V128 && a == T_V128;
    return is_vec(t) && a == t && (!b || b == t) && (!c || c == t) && in->op != IR_fcvt;
}

/* PURE and FPOP rows: a, b, c are the operands' types, T_VOID where the row has none. */
static bool value_ok(const struct ir_insn *in, enum ir_type a, enum ir_type b, enum ir_type c)
{
    enum ir_type t = in->type;
    unsigned fl = ir_opinfo[in->op].flags;

    if (fl & F_VEC)
        return vec_ok(in, a, b, c);
    if (in->op == IR_frintn || (in->op >= IR_f2sx && in->op <= IR_ux2f))
        return fixed_ok(in, a, b);
    if ((fl & F_FPOP) && is_vec(t))
        return vfp_ok(in, a, b, c);
    if (in->op >= IR_addc && in->op <= IR_addco)
        return is_int(a) && a == b && c == T_I1 && t == (fl & F_CMP ? T_I1 : a);
    if (fl & F_CONV)
        return conv_ok(in->op, t, a);
    if (fl & F_CMP)
        return t == T_I1 && a == b && (fl & F_FPOP ? is_float(a) : is_int(a));
    if (in->op == IR_select)
        return a == T_I1 && b == t && c == t && t != T_VOID;
    if (in->op == IR_copy)
        return a == t && t != T_VOID;
    if ((b && b != t) || (c && c != t) || a != t)
        return false;
    if (in->op == IR_bswap || in->op == IR_orcb)
        return is_int(t) && bits(t) >= 8;
    return (fl & F_FPOP) || (in->op >= IR_fneg && in->op <= IR_fcanon) ? is_float(t) : is_int(t);
}

static bool effect_ok(const struct verify *v, const struct ir_insn *in, enum ir_type a, enum ir_type b, enum ir_type c)
{
    enum ir_type t = in->type;

    switch (in->op) {
    case IR_phi:    return t != T_VOID;
    case IR_get:    return t == v->f->slot[in->a].type;
    case IR_put:    return b == v->f->slot[in->a].type;
    case IR_load:   return a == T_I64 && t > T_I1;
    case IR_store:  return a == T_I64 && t > T_I1 && b == t;
    case IR_cas:    return a == T_I64 && t > T_I1 && (t <= T_I64 || t == T_V128) && b == t && c == t;
    case IR_fpget:  return t == T_I64;
    case IR_fpset:  return a == T_I64;
    case IR_brif:   return a == T_I1;
    case IR_switch: case IR_ijump: case IR_icall: case IR_ret: return a == T_I64;
    default:
        if (in->op >= IR_rmw_swap && in->op <= IR_rmw_umax)
            return a == T_I64 && t > T_I1 && t <= T_I64 && b == t;
        return true;
    }
}

/* May the record's flags name a lane? */
static bool fp_vector(const struct ir_insn *in)
{
    return in->type == T_V64 || in->type == T_V128;
}

static bool check_types(struct verify *v, ir_ref r)
{
    const struct ir_insn *in = &v->f->insn[r];
    const char *sig = ir_opinfo[in->op].sig;
    enum ir_type a = sig[1] == 'v' ? type_of(v, in->a) : T_VOID, b = sig[2] == 'v' ? type_of(v, in->b) : T_VOID;
    enum ir_type c = sig[3] == 'v' ? type_of(v, in->c) : T_VOID;
    unsigned fl = ir_opinfo[in->op].flags, rm = in->flags & FP_RM_MASK;

    if ((fl & F_FPOP) && ((rm > FP_RM_ODD && rm != FP_RM_DYN) || ((in->flags & FP_LANE_MASK) && !fp_vector(in))))
        return BAD(v, r, "%s: flags 0x%x", op_name(in), in->flags);
    if (fl & (F_PURE | F_FPOP) ? value_ok(in, a, b, c) : effect_ok(v, in, a, b, c))
        return true;
    return BAD(v, r, "%s %s does not take operands of types %s, %s, %s", op_name(in), ir_type_name(in->type), ir_type_name(a),
               ir_type_name(b), ir_type_name(c));
}

/* ---- pass 3: flow ---- */

/* Is value x computed before position `pos` of block b? */
static bool reaches(const struct verify *v, ir_ref x, ir_blk b, uint32_t pos)
{
    ir_blk h = v->home[x];

    if (!h)
        return true;            /* a constant */
    return h == b ? v->pos[x] < pos : v->f->block[h].order != UINT32_MAX && ir_dominates(v->f, h, b);
}

static bool check_phi(struct verify *v, ir_ref r, ir_blk b)
{
    const struct ir_block *k = &v->f->block[b];
    const struct ir_insn *in = &v->f->insn[r];

    if (in->b != k->npred || in->b == 0)
        return BAD(v, r, "b%u: a phi of %u arguments, but %u predecessors", b, in->b, k->npred);
    for (uint32_t i = 0; i < in->b; i++) {
        ir_ref x = v->f->phiarg[in->a + i];

        if (!defined(v, x) || type_of(v, x) != in->type)
            return BAD(v, r, "b%u: phi argument %u (from b%u) is no value of type %s", b, i, k->pred[i], ir_type_name(in->type));
        if (!reaches(v, x, k->pred[i], UINT32_MAX))
            return BAD(v, r, "b%u: phi argument %u is not computed on the way from b%u", b, i, k->pred[i]);
    }
    return true;
}

static bool check_snap_values(struct verify *v, ir_ref r, ir_blk b)
{
    const struct ir_insn *in = &v->f->insn[r];
    const struct ir_snap *s;

    if (in->a == 0)
        return true;
    s = &v->f->snap[in->a - 1];
    for (uint32_t i = 0; i < s->n; i++) {
        ir_ref x = s->ent[i].val;

        if (!defined(v, x) || type_of(v, x) != v->f->slot[s->ent[i].slot].type || !reaches(v, x, b, v->pos[r]))
            return BAD(v, r, "b%u: the snapshot's value of %s is not available", b, v->f->slot[s->ent[i].slot].name);
    }
    return true;
}

static bool check_flow(struct verify *v, ir_ref r, ir_blk b)
{
    struct ir_insn *in = &v->f->insn[r];
    uint32_t *o[3], n;

    if (in->op == IR_phi)
        return check_phi(v, r, b);
    if (in->op == IR_at)
        return check_snap_values(v, r, b);
    n = ir_operands(in, o);
    while (n--)
        if (!reaches(v, *o[n], b, v->pos[r]))
            return BAD(v, r, "b%u: %s uses a value (%s) that is not computed before", b, op_name(in), op_name(&v->f->insn[*o[n]]));
    return true;
}

/* ---- the driver ---- */

/* Runs check on every record of every block (of reachable ones only). */
static bool each(struct verify *v, bool reachable, bool (*check)(struct verify *v, ir_ref r, ir_blk b))
{
    for (ir_blk b = 1; b < v->f->nblock; b++) {
        const struct ir_block *k = &v->f->block[b];

        if (reachable && k->order == UINT32_MAX)
            continue;
        for (uint32_t i = 0; i < k->ninsn; i++)
            if (!check(v, k->insn[i], b))
                return false;
    }
    return true;
}

static bool check_value(struct verify *v, ir_ref r, ir_blk b)
{
    return check_defined(v, r) && check_types(v, r);
}

static bool check_blocks(struct verify *v)
{
    if (v->f->nblock < 2)
        return BAD(v, 0, "a function without blocks");
    for (ir_blk b = 1; b < v->f->nblock; b++)
        for (uint32_t i = 0; i < v->f->block[b].ninsn; i++)
            if (!check_record(v, b, i))
                return false;
    return true;
}

static bool check_entries(struct verify *v)
{
    for (uint32_t i = 0; i < v->f->nrpo; i++) {
        const struct ir_block *k = &v->f->block[v->f->rpo[i]];

        if (k->ninsn == 0)
            return BAD(v, 0, "b%u is empty", v->f->rpo[i]);
        if ((k->flags & BLK_ENTRY) && k->npred)
            return BAD(v, 0, "entry b%u has a predecessor, b%u", v->f->rpo[i], k->pred[0]);
    }
    return true;
}

static void run(struct cc *cc, void *arg)
{
    struct verify *v = arg;

    v->home = NEWN(&cc->arena, ir_blk, v->f->ninsn);
    v->pos = NEWN(&cc->arena, uint32_t, v->f->ninsn);
    if (!check_blocks(v) || !each(v, false, check_value))
        return;
    ir_cfg(v->f);
    if (check_entries(v))
        each(v, true, check_flow);
}

enum status ir_verify(struct ir_func *f, struct diag *d)
{
    struct verify v = { .f = f, .d = d, .st = ST_OK };
    struct diag saved = f->cc->diag;
    enum status st = cc_try(f->cc, run, &v);

    if (st != ST_OK) {
        if (d)
            *d = f->cc->diag;
        v.st = st;
    }
    f->cc->diag = saved;
    return v.st;
}
