/* Flattens IR into T0's records: copies vanish, guest registers are read and written in their homes directly, compares fuse with
 * branches, sign extensions with the op before them. Here is the analysis that decides it; interp_emit.c makes the records.
 *
 * Exactness: a put may move up to the instruction that computes its value only when nothing that can fault or leave, and no other
 * access to that slot, stands between; so the homes are as the IR says at every record that may fault. */
#include "jit/interp_flat.h"

enum { SINK_DISTANCE = 24, POS_NEVER = 0x7fffffff };

/* ---- analysis ---- */

/* Can it fault or leave the block before its end? */
static bool is_barrier(const struct ir_insn *in)
{
    return op_is(in, F_MAYFAULT | F_CALLS) || in->op == IR_poll || (op_is(in, F_FPOP) && (in->flags & FP_RM_MASK) == FP_RM_DYN);
}

/* Chooses the root of a conversion: what costs nothing shares its operand's location. */
static void find_root(struct flat *x, ir_ref r)
{
    const struct ir_insn *in = insn_of(x, r);
    ir_ref a = in->a, ra;
    struct val *v = &x->val[r], *va;

    v->root = r;
    v->rtype = in->type;
    if (in->op != IR_trunc && in->op != IR_bitcast && in->op != IR_copy && in->op != IR_zext && in->op != IR_sext &&
        in->op != IR_vlow && (in->op != IR_vextr || in->flags >> 2))
        return;
    ra = x->val[a].root;
    va = &x->val[ra];
    if (in->op == IR_sext) {
        const struct ir_insn *p = insn_of(x, a);
        bool pure = op_is(p, F_PURE) && !op_is(p, F_CMP | F_CONV) && p->type == T_I32 && p->op != IR_copy;
        bool load = p->op == IR_load && p->type >= T_I8 && p->type <= T_I32 && p->flags == MO_PLAIN;

        if (in->type != T_I64 || ra != a || va->blk != v->blk || x->val[a].nuse != 1 || !(pure || load))
            return;
        va->sx = true;
        va->rtype = T_I64;
    } else if (in->op == IR_zext ? !is_clean(x, a) && !is_imm(x, a) : in->op == IR_trunc && in->type == T_I1) {
        return;
    }
    v->root = ra;
}

static void count_uses(struct flat *x)
{
    struct ir_func *f = x->f;

    for (uint32_t k = 0; k < f->nrpo; k++) {
        struct ir_block *b = &f->block[f->rpo[k]];

        for (uint32_t i = 0; i < b->ninsn; i++) {
            struct ir_insn in = f->insn[b->insn[i]];
            uint32_t *o[3];
            unsigned n = ir_operands(&in, o);

            x->val[b->insn[i]].blk = f->rpo[k];
            x->val[b->insn[i]].pos = (int32_t)i;
            while (n--)
                x->val[*o[n]].nuse++;
            if (in.op == IR_phi)
                for (uint32_t j = 0; j < in.b; j++)
                    x->val[f->phiarg[in.a + j]].nuse++;
        }
    }
}

static void use_at(struct flat *x, ir_ref r, ir_blk b, int32_t pos)
{
    struct val *v = &x->val[x->val[r].root];

    if (v->blk != b)
        v->cross = true;
    else if (v->last < pos)
        v->last = pos;
}

/* A compare whose only user is the branch at the end of its block. */
static bool fuses(const struct flat *x, const struct ir_insn *br, ir_blk b)
{
    const struct val *v = &x->val[br->a];
    const struct ir_insn *c = insn_of(x, br->a);

    return br->op == IR_brif && v->root == br->a && v->blk == b && v->nuse == 1 && c->op >= IR_eq && c->op <= IR_sle &&
           width_form(insn_of(x, c->a)->type);
}

static void find_uses(struct flat *x, ir_blk bn)
{
    struct ir_func *f = x->f;
    struct ir_block *b = &f->block[bn];
    struct ir_insn term = f->insn[b->insn[b->ninsn - 1]];
    int32_t end = (int32_t)b->ninsn - 1;

    if (fuses(x, &term, bn))
        x->val[term.a].fused = true;
    for (int32_t i = 0; i <= end; i++) {
        ir_ref r = b->insn[i];
        struct ir_insn in = f->insn[r];
        uint32_t *o[3];
        unsigned n = ir_operands(&in, o);

        if (x->val[r].root != r || is_dead(x, r))
            continue;
        while (n--)
            use_at(x, *o[n], bn, x->val[r].fused ? end : i);
        if (in.op == IR_phi) {
            x->val[r].cross = true;
            for (uint32_t j = 0; j < in.b; j++) {
                use_at(x, f->phiarg[in.a + j], b->pred[j], (int32_t)f->block[b->pred[j]].ninsn);
                if (x->val[x->val[f->phiarg[in.a + j]].root].blk == b->pred[j])
                    x->val[x->val[f->phiarg[in.a + j]].root].cross = true;
            }
        }
    }
}

static bool makes_value(const struct ir_insn *in)
{
    return op_is(in, F_PURE | F_FPOP | F_MAYFAULT | F_CALLS) || in->op == IR_fpget;
}

/* May the put at `pos` be done by the producer of its value? */
static bool can_sink(const struct flat *x, const struct ir_block *b, ir_blk bn, int32_t pos)
{
    const struct ir_insn *put = insn_of(x, b->insn[pos]);
    ir_ref r = x->val[put->b].root;
    const struct val *v = &x->val[r];

    if (v->blk != bn || v->cross || v->fused || v->loc != NOWHERE || !makes_value(insn_of(x, r)) || pos - v->pos > SINK_DISTANCE)
        return false;
    if (is_wide(v->rtype) != is_wide(x->f->slot[put->a].type))
        return false;
    if (ir_type_bits(x->f->slot[put->a].type) < 64 && !is_clean(x, put->b))
        return false;
    if (v->last > x->nextput[put->a])
        return false;
    for (int32_t i = v->pos + 1; i < pos; i++) {
        const struct ir_insn *in = insn_of(x, b->insn[i]);

        if (is_barrier(in) || ((in->op == IR_put || (in->op == IR_get && !is_dead(x, b->insn[i]))) && in->a == put->a))
            return false;
    }
    return true;
}

/* Gives homes to values: backwards over the block, so that the place of the next put to each slot is known. */
static void assign_homes(struct flat *x, ir_blk bn)
{
    struct ir_block *b = &x->f->block[bn];

    for (uint32_t s = 0; s < x->f->nslot; s++)
        x->nextput[s] = POS_NEVER;
    x->sunk = NEWN(&x->cc->arena, bool, b->ninsn);
    for (int32_t i = (int32_t)b->ninsn - 1; i >= 0; i--) {
        const struct ir_insn *in = insn_of(x, b->insn[i]);
        struct val *v = &x->val[b->insn[i]];

        if (in->op == IR_put) {
            int32_t home = (int32_t)(offsetof(struct vcpu, guest) + x->f->slot[in->a].off);

            t0_check_type(x, x->f->slot[in->a].type);
            x->sunk[i] = can_sink(x, b, bn, i);
            x->nextput[in->a] = i;
            if (x->sunk[i]) {
                x->val[x->val[in->b].root].loc = home;
                x->nextput[in->a] = x->val[x->val[in->b].root].pos;
            }
        } else if (in->op == IR_get && ir_type_bits(in->type) >= 64 && !v->cross && v->last <= x->nextput[in->a]) {
            v->loc = (int32_t)(offsetof(struct vcpu, guest) + x->f->slot[in->a].off);
        }
    }
}

/* ---- blocks ---- */

static void emit_block(struct flat *x, ir_blk bn)
{
    struct ir_block *b = &x->f->block[bn];

    x->pc = b->pc;
    x->pc_set = PC_UNKNOWN;
    x->start[bn] = x->n;
    assign_homes(x, bn);
    for (int32_t i = 0; i + 1 < (int32_t)b->ninsn; i++) {
        ir_ref r = b->insn[i];
        struct val *v = &x->val[r];

        t0_check_type(x, insn_of(x, r)->type);
        if (v->root != r || v->fused || is_dead(x, r))
            continue;
        t0_emit_op(x, r, i);
        if (v->temp && v->last <= i) {      /* nobody reads it */
            v->temp = false;
            t0_loc_free(x, v->loc, v->rtype);
        }
    }
    t0_emit_end(x, b->insn[b->ninsn - 1], bn);
    for (uint32_t i = 0; i < b->ninsn; i++) {
        struct val *v = &x->val[b->insn[i]];

        if (v->temp) {
            v->temp = false;
            t0_loc_free(x, v->loc, v->rtype);
        }
    }
}

/* Fixed places for values that live across blocks. */
static void place_cross(struct flat *x)
{
    for (uint32_t k = 0; k < x->f->nrpo; k++) {
        struct ir_block *b = &x->f->block[x->f->rpo[k]];

        for (uint32_t i = 0; i < b->ninsn; i++) {
            struct val *v = &x->val[b->insn[i]];

            if (v->cross && v->root == b->insn[i] && !is_dead(x, b->insn[i]))
                v->loc = t0_loc_new(x, v->rtype);
        }
    }
}

static void resolve(struct flat *x)
{
    for (uint32_t i = 0; i < x->nfix; i++) {
        struct fixup *p = &x->fix[i];
        struct t0_rec *r = &x->rec[p->rec];
        int64_t d = (int64_t)x->start[p->target] - p->rec;

        if (p->field != FIX_DISP && (d < INT16_MIN || d > INT16_MAX))
            cc_bail(x->cc, ST_LIMIT, 0, "T0: a branch spans %lld records", (long long)d);
        if (p->field == FIX_C)
            r->c = (uint16_t)d;
        else if (p->field == FIX_D)
            r->d = (uint16_t)d;
        else
            r->disp = (int32_t)d;
    }
}

struct t0_flat t0_flatten(struct ir_func *f, ir_blk entry)
{
    struct arena *a = &f->cc->arena;
    struct flat *x = NEW(a, struct flat);
    struct t0_flat out;

    x->f = f;
    x->cc = f->cc;
    ir_cfg(f);
    x->val = NEWN(a, struct val, f->ninsn);
    x->start = NEWN(a, uint32_t, f->nblock);
    x->nextput = NEWN(a, int32_t, f->nslot + 1);
    for (uint32_t i = 0; i < f->ninsn; i++)
        x->val[i] = (struct val){ .root = i, .loc = NOWHERE, .last = -1, .rtype = f->insn[i].type };
    count_uses(x);
    for (uint32_t k = 0; k < f->nrpo; k++)
        for (uint32_t i = 0; i < f->block[f->rpo[k]].ninsn; i++)
            find_root(x, f->block[f->rpo[k]].insn[i]);
    for (uint32_t k = 0; k < f->nrpo; k++)
        find_uses(x, f->rpo[k]);
    place_cross(x);
    if (f->nrpo && f->rpo[0] != entry)
        t0_emit_jump(x, entry);
    for (uint32_t k = 0; k < f->nrpo; k++) {
        x->next = k + 1 < f->nrpo ? f->rpo[k + 1] : IR_NONE;
        emit_block(x, f->rpo[k]);
    }
    resolve(x);
    out.rec = x->rec;
    out.n = x->n;
    return out;
}
