/* Instruction selection, what all hosts share: walks each block backwards, so that an op nobody wants in a register is never made:
 * it becomes part of an address, a memory operand, a compare, or a recipe in a snapshot. */
#include "jit/host/select.h"

#include <stdlib.h>

/* ---- building blocks ---- */

struct mi *sel_new(struct sel *s, unsigned op, unsigned nop)
{
    struct mi *in = mi_new(&s->m, op, nop);

    if (s->tail)
        s->tail->next = in;
    else
        s->head = in;
    s->tail = in;
    return in;
}

/* The op whose register r shares: truncations and extensions that cost nothing. */
ir_ref sel_rep(struct sel *s, ir_ref r)
{
    for (;;) {
        const struct ir_insn *in = &s->f->insn[r];

        if (in->op == IR_copy || (in->op == IR_trunc && !ir_type_fp(in->type) && in->type != T_I1))
            r = in->a;
        else if (in->op == IR_bitcast && s->t->mir->fp_in_gp)
            r = in->a;
        else if (in->op == IR_fcanon && s->t->canonical && s->t->canonical(s, in->a))
            r = in->a;
        else if (in->op == IR_zext && (s->f->insn[in->a].type == T_I1 || sel_upper_zero(s, in->a)))
            r = in->a;
        else if ((in->op == IR_vlow || in->op == IR_vzext) && s->t->shares && s->t->shares(s, r))
            r = s->t->shares(s, r);
        else
            return r;
    }
}

/* Does the register of r have zeros above its type's bits? Loads of bytes and halves extend anyway. */
bool sel_upper_zero(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = &s->f->insn[r];

    switch (in->op) {
    case IR_load: case IR_vextr: return in->type == T_I8 || in->type == T_I16 || in->type == T_I32;
    case IR_add: case IR_sub: case IR_mul: case IR_and: case IR_or: case IR_xor: case IR_shl: case IR_shr: case IR_sar:
    case IR_rotl: case IR_rotr: case IR_clz: case IR_ctz: case IR_popcnt: case IR_udiv: case IR_urem: case IR_sdiv:
    case IR_srem:
        return in->type == T_I32;
    default:
        return false;
    }
}

unsigned sel_bytes(enum ir_type t) { return t == T_V128 ? 16 : 8; }

unsigned sel_class(const struct sel *s, enum ir_type t) { return ir_type_fp(t) && !s->t->mir->fp_in_gp ? RC_VEC : RC_GP; }

static uint32_t const_vreg(struct sel *s, ir_ref r)
{
    struct vinfo *vi = &s->m.v[r];
    const struct ir_insn *in = &s->f->insn[r];

    vi->kind = in->op == IR_gpc ? VK_GPC : VK_CONST;
    vi->cls = (uint8_t)sel_class(s, in->type);
    vi->size = (uint8_t)sel_bytes(in->type);
    vi->imm = ir_insn_pc(in);
    return r;
}

uint32_t sel_val(struct sel *s, ir_ref r)
{
    r = sel_rep(s, r);
    const struct ir_insn *in = &s->f->insn[r];

    if (in->op == IR_const || in->op == IR_gpc)
        return const_vreg(s, r);
    s->need[r] = 1;
    return r;
}

void sel_defv(struct mi *in, unsigned k, uint32_t v, unsigned fix)
{
    in->o[k].v = v;
    in->o[k].kind = MOP_DEF;
    in->o[k].fix = (uint8_t)fix;
}

void sel_def(struct sel *s, struct mi *in, unsigned k, ir_ref r)
{
    (void)s;
    sel_defv(in, k, r, NOREG);
}

void sel_usev(struct mi *in, unsigned k, uint32_t v, unsigned fix)
{
    in->o[k].v = v;
    in->o[k].kind = MOP_USE;
    in->o[k].fix = (uint8_t)fix;
}

void sel_use(struct sel *s, struct mi *in, unsigned k, ir_ref r) { sel_usev(in, k, sel_val(s, r), NOREG); }

void sel_tied(struct sel *s, struct mi *in, unsigned k, ir_ref r)
{
    sel_use(s, in, k, r);
    in->o[k].kind = MOP_TIED;
}

void sel_any(struct sel *s, struct mi *in, unsigned k, ir_ref r)
{
    sel_use(s, in, k, r);
    in->o[k].flags = MOPF_ANY;
}

void sel_tmp(struct mi *in, unsigned k, unsigned cls, unsigned fix)
{
    in->o[k].kind = MOP_TMP;
    in->o[k].cls = (uint8_t)cls;
    in->o[k].fix = (uint8_t)fix;
}

/* ---- snapshots ---- */

static bool recipe_op(const struct ir_insn *in)
{
    unsigned fl = ir_opinfo[in->op].flags;

    return (fl & (F_PURE | F_VEC)) == F_PURE && ir_type_bits(in->type) <= 64 && in->op != IR_select;
}

struct recipe { struct snap_node node[24]; uint32_t n; ir_ref leaf[8]; uint32_t nleaf; };

static bool recipe(struct sel *s, struct recipe *rc, ir_ref r, unsigned depth)
{
    ir_ref rep = sel_rep(s, r);
    const struct ir_insn *in = &s->f->insn[rep];
    struct snap_node *nd;

    if (rc->n >= ARRAY_LEN(rc->node))
        return false;
    if (in->op == IR_const || in->op == IR_gpc) {
        rc->node[rc->n++] = (struct snap_node){ .kind = in->op == IR_const ? SNAP_CONST : SNAP_GPC, .imm = ir_insn_pc(in) };
        return true;
    }
    if (s->need[rep] || !recipe_op(in) || depth == 0) {
        if (rc->nleaf >= ARRAY_LEN(rc->leaf))
            return false;
        rc->leaf[rc->nleaf] = rep;
        rc->node[rc->n++] = (struct snap_node){ .kind = SNAP_VALUE, .opnd = rc->nleaf++ };
        return true;
    }
    uint32_t *op[3];
    unsigned nop = ir_operands(&s->f->insn[rep], op);
    for (unsigned i = 0; i < nop; i++)
        if (!recipe(s, rc, *op[i], depth - 1))
            return false;
    if (rc->n >= ARRAY_LEN(rc->node))
        return false;
    nd = &rc->node[rc->n++];
    *nd = (struct snap_node){ .kind = SNAP_OP, .op = in->op, .op_type = in->type, .op_atype = s->f->insn[in->a].type,
                              .nargs = (uint8_t)nop };
    return true;
}

/* Leaves of recipes live on until here, which may cost a register where recomputing would not: keep recipes short. */
enum { RECIPE_DEPTH = 3, RECIPE_LEAVES = 2 };

void sel_snapshot(struct sel *s, struct mi *in, uint32_t snap)
{
    if (!snap)
        return;
    const struct ir_snap *at = &s->f->snap[snap - 1];
    struct arena *a = &s->cc->arena;
    struct snap_rec *rec;

    s->rec = arena_grow(a, s->rec, &s->caprec, s->nrec + 1, sizeof *s->rec);
    rec = &s->rec[s->nrec++];
    *rec = (struct snap_rec){ .pc = at->pc };
    in->snap = s->nrec;
    in->snapop = NEWN(a, struct mop, at->n * 8 + 1);
    uint32_t cap = 0;
    for (uint32_t i = 0; i < at->n; i++) {
        struct recipe rc = { .n = 0 };

        if (!recipe(s, &rc, at->ent[i].val, RECIPE_DEPTH) || rc.nleaf > RECIPE_LEAVES) {
            rc.n = rc.nleaf = 0;
            recipe(s, &rc, at->ent[i].val, 0);
        }
        uint32_t base = in->nsnapop;
        for (uint32_t k = 0; k < rc.nleaf; k++)
            in->snapop[in->nsnapop++] = (struct mop){ .v = sel_val(s, rc.leaf[k]), .kind = MOP_USE, .fix = NOREG, .reg = NOREG };
        rec->node = arena_grow(a, rec->node, &cap, rec->n + rc.n, sizeof *rec->node);
        for (uint32_t k = 0; k < rc.n; k++) {
            if (rc.node[k].kind == SNAP_VALUE)
                rc.node[k].opnd += base;
            rc.node[k].slot = k + 1 == rc.n ? (uint16_t)(at->ent[i].slot + 1) : 0;
            rec->node[rec->n++] = rc.node[k];
        }
    }
}

/* ---- analysis before selection ---- */

static void count_uses(struct sel *s)
{
    struct ir_func *f = s->f;
    uint32_t *op[3];

    for (uint32_t k = 0; k < f->nrpo; k++) {
        const struct ir_block *b = &f->block[f->rpo[k]];
        uint32_t snap = 0;

        for (uint32_t i = 0; i < b->ninsn; i++) {
            struct ir_insn *in = &f->insn[b->insn[i]];
            unsigned n = ir_operands(in, op);

            s->where[b->insn[i]] = i;
            s->inblk[b->insn[i]] = f->rpo[k];
            for (unsigned j = 0; j < n; j++) {
                s->uses[*op[j]]++;
                s->allotted[*op[j]]++;
            }
            if (in->op == IR_at) {
                snap = in->a;
                for (uint32_t j = 0; snap && j < f->snap[snap - 1].n; j++)
                    s->allotted[f->snap[snap - 1].ent[j].val]++;
            } else if ((ir_opinfo[in->op].flags & F_MAYFAULT) || in->op == IR_poll) {
                s->snapat[b->insn[i]] = snap;
            } else if (in->op == IR_phi) {
                for (uint32_t j = 0; j < in->b; j++) {
                    s->uses[f->phiarg[in->a + j]]++;
                    s->allotted[f->phiarg[in->a + j]]++;
                }
            }
        }
    }
}

static void init_values(struct sel *s)
{
    struct ir_func *f = s->f;
    struct mir *m = &s->m;

    m->nv = m->capv = f->ninsn;
    m->v = NEWN(&s->cc->arena, struct vinfo, m->capv);
    for (uint32_t r = 0; r < f->ninsn; r++) {
        enum ir_type t = f->insn[r].type;

        m->v[r] = (struct vinfo){ .cls = (uint8_t)sel_class(s, t), .size = (uint8_t)sel_bytes(t), .hint = NOREG, .reg = NOREG, .next = DEAD };
    }
    for (uint32_t k = 0; k < f->nrpo; k++) {
        ir_blk bi = f->rpo[k];
        const struct ir_block *b = &f->block[bi];
        struct mblock *mb = &m->b[bi];

        mb->phi = NEWN(&s->cc->arena, uint32_t, b->ninsn + 1);
        for (uint32_t i = 0; i < b->ninsn; i++) {
            struct ir_insn *in = &f->insn[b->insn[i]];

            m->v[b->insn[i]].defblk = bi;
            if (in->op == IR_vzext && s->t->shares && s->t->shares(s, b->insn[i]))
                m->v[sel_rep(s, b->insn[i])].size = 16;         /* scalars whose registers are vectors, too */
            if (in->op != IR_phi)
                continue;
            mb->phi[mb->nphi++] = b->insn[i];
            s->need[b->insn[i]] = 1;
            for (uint32_t j = 0; j < in->b; j++)
                f->phiarg[in->a + j] = sel_val(s, f->phiarg[in->a + j]);
        }
        mb->freq = 1;
        for (uint32_t d = 0; d < b->loop_depth && d < 6; d++)
            mb->freq *= 10;
        if (b->flags & BLK_COLD)
            mb->freq *= 0.01;
    }
}

/* A value that ends in a pinned slot wants that slot's register; so do the phis and arguments on its way. */
static void hint_put(struct sel *s, ir_ref v, unsigned reg, unsigned depth)
{
    v = sel_rep(s, v);
    struct ir_insn *in = &s->f->insn[v];

    if (in->op == IR_const || in->op == IR_gpc || s->m.v[v].hint != NOREG || s->m.v[v].cls != mir_reg_class(reg))
        return;
    s->m.v[v].hint = (uint8_t)reg;
    if (in->op == IR_phi && depth < 8)
        for (uint32_t j = 0; j < in->b; j++)
            hint_put(s, s->f->phiarg[in->a + j], reg, depth + 1);
}

static void hints(struct sel *s)
{
    struct ir_func *f = s->f;

    for (uint32_t k = 0; k < f->nrpo; k++)      /* phis first: each knows whose value it is */
        for (uint32_t p = 0; p < s->m.b[f->rpo[k]].nphi; p++) {
            ir_ref r = s->m.b[f->rpo[k]].phi[p];
            uint32_t slot = f->insn[r].c;

            if (slot && s->pin[slot - 1] != NOREG && mir_reg_class(s->pin[slot - 1]) == s->m.v[r].cls)
                s->m.v[r].hint = s->pin[slot - 1];
        }
    for (uint32_t k = 0; k < f->nrpo; k++)
        for (uint32_t p = 0; p < s->m.b[f->rpo[k]].nphi; p++) {
            const struct ir_insn *in = &f->insn[s->m.b[f->rpo[k]].phi[p]];

            for (uint32_t j = 0; j < in->b && s->m.v[s->m.b[f->rpo[k]].phi[p]].hint != NOREG; j++)
                hint_put(s, f->phiarg[in->a + j], s->m.v[s->m.b[f->rpo[k]].phi[p]].hint, 0);
        }
    for (uint32_t k = 0; k < f->nrpo; k++) {
        const struct ir_block *b = &f->block[f->rpo[k]];

        for (uint32_t i = 0; i < b->ninsn; i++) {
            const struct ir_insn *in = &f->insn[b->insn[i]];

            if (in->op == IR_put && s->pin[in->a] != NOREG)
                hint_put(s, in->b, s->pin[in->a], 0);
        }
    }
    /* Loops without exits: what their snapshots say is in a pinned register is best kept there. */
    for (uint32_t i = 0; i < f->nsnap; i++)
        for (uint32_t k = 0; k < f->snap[i].n; k++)
            if (s->pin[f->snap[i].ent[k].slot] != NOREG)
                hint_put(s, f->snap[i].ent[k].val, s->pin[f->snap[i].ent[k].slot], 0);
}

/* ---- the walk ---- */

static void prepend_group(struct sel *s, ir_blk b)
{
    struct mblock *mb = &s->m.b[b];

    if (!s->head)
        return;
    for (struct mi *in = s->head; in; in = in->next)
        mb->n++;
    s->tail->next = mb->head;
    if (!mb->head)
        mb->tail = s->tail;
    mb->head = s->head;
    s->head = s->tail = NULL;
}

static bool has_effect(const struct ir_insn *in)
{
    unsigned fl = ir_opinfo[in->op].flags;

    return (fl & (F_MAYFAULT | F_WR | F_RD | F_CALLS | F_END)) || in->op == IR_put || in->op == IR_poll || in->op == IR_fpset ||
           ir_raises(in);
}

static void select_block(struct sel *s, ir_blk b)
{
    const struct ir_block *k = &s->f->block[b];

    s->blk = b;
    for (uint32_t i = k->ninsn; i-- > 0;) {
        ir_ref r = k->insn[i];
        const struct ir_insn *in = &s->f->insn[r];

        if (in->op == IR_phi || in->op == IR_nop || in->op == IR_at || in->op == IR_const || in->op == IR_gpc)
            continue;
        if (!s->need[r] && !has_effect(in))
            continue;
        if (s->need[r] == 2)        /* done as part of another */
            continue;
        if (in->op == IR_put && sel_put_done(s, r))
            continue;
        s->now = r;
        s->t->op(s, r);
        prepend_group(s, b);
    }
}

/* Which block to put behind b: its return site, else the unplaced successor deepest in loops (a loop's latch stays with it). */
static ir_blk follow(struct sel *s, ir_blk b, const uint8_t *done)
{
    struct ir_func *f = s->f;
    ir_blk best = sel_ret_block(s, b);

    if (best)
        return done[best] ? IR_NONE : best;
    for (uint32_t i = 0, n = ir_nsucc(f, b); i < n; i++) {
        ir_blk to = ir_succ(f, b, i);

        if (done[to] || (f->block[to].flags & BLK_COLD))
            continue;
        if (!best || f->block[to].loop_depth > f->block[best].loop_depth)
            best = to;
    }
    return best;
}

static void layout(struct sel *s)
{
    struct ir_func *f = s->f;
    struct mir *m = &s->m;
    uint8_t *done = NEWN(&s->cc->arena, uint8_t, f->nblock + 1);

    m->layout = NEWN(&s->cc->arena, uint32_t, f->nrpo + 1);
    for (unsigned late = 0; late < 2; late++)
        for (uint32_t k = 0; k < f->nrpo; k++) {
            ir_blk b = f->rpo[k];

            if (!late && (f->block[b].flags & (BLK_COLD | BLK_RETSITE)))
                continue;
            for (; b && !done[b]; b = follow(s, b, done)) {
                done[b] = 1;
                m->layout[m->nlayout++] = b;
            }
        }
}

/* The block behind a call's return site, if b ends in a call. */
ir_blk sel_ret_block(struct sel *s, ir_blk b)
{
    struct ir_func *f = s->f;
    const struct ir_block *k = &f->block[b];
    const struct ir_insn *t = &f->insn[k->insn[k->ninsn - 1]];
    uint32_t ix = t->op == IR_call ? t->a : t->op == IR_icall ? t->b : UINT32_MAX;

    if (ix == UINT32_MAX || ix >= f->nretpc)
        return IR_NONE;
    return s->retblk[ix];
}

static int by_pc(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return x[0] < y[0] ? -1 : x[0] > y[0];
}

static void map_returns(struct sel *s)
{
    struct ir_func *f = s->f;
    uint64_t (*ent)[2] = arena_allocn(&s->cc->arena, f->nrpo + 1, sizeof *ent);
    uint32_t n = 0;

    for (uint32_t k = 0; k < f->nrpo; k++)
        if (f->block[f->rpo[k]].flags & BLK_ENTRY) {
            ent[n][0] = f->block[f->rpo[k]].pc;
            ent[n++][1] = f->rpo[k];
        }
    qsort(ent, n, sizeof *ent, by_pc);
    s->retblk = NEWN(&s->cc->arena, ir_blk, f->nretpc + 1);
    for (uint32_t i = 0; i < f->nretpc; i++) {
        const uint64_t *e = bsearch(&f->retpc[i], ent, n, sizeof *ent, by_pc);

        s->retblk[i] = e ? (ir_blk)e[1] : IR_NONE;
    }
}

/* A block without code of its own but a jump: where it leads. */
ir_blk sel_thread(const struct sel *s, ir_blk b)
{
    for (unsigned i = 0; i < 8; i++) {
        const struct mi *in = s->m.b[b].head;

        if (!in || in->op != s->t->op_jmp || (s->f->block[b].flags & BLK_ENTRY))
            break;
        b = in->x;
    }
    return b;
}

ir_blk sel_next_block(const struct sel *s, uint32_t k)
{
    while (++k < s->m.nlayout)
        if (sel_thread(s, s->m.layout[k]) == s->m.layout[k])
            return s->m.layout[k];
    return IR_NONE;
}

void sel_init(struct sel *s, const struct sel_target *t, const struct host *h, struct cc *cc, struct ir_func *f,
              const struct unit *u)
{
    struct arena *a = &cc->arena;

    s->t = t;
    s->cc = cc;
    s->f = f;
    s->u = u;
    s->pin = NEWN(a, uint8_t, f->nslot + 1);
    host_pins(h, f->slot, f->nslot, s->pin, NULL);
    s->m.cc = cc;
    s->m.f = f;
    s->m.t = t->mir;
    s->m.b = NEWN(a, struct mblock, f->nblock + 1);
    s->need = NEWN(a, uint8_t, f->ninsn);
    s->uses = NEWN(a, uint32_t, f->ninsn);
    s->allotted = NEWN(a, uint32_t, f->ninsn);
    s->where = NEWN(a, uint32_t, f->ninsn);
    s->inblk = NEWN(a, uint32_t, f->ninsn);
    s->snapat = NEWN(a, uint32_t, f->ninsn);
}

/* Hosts without vector registers. */
static void refuse_vectors(struct sel *s)
{
    struct ir_func *f = s->f;

    for (uint32_t k = 0; k < f->nrpo; k++)
        for (uint32_t i = 0; i < f->block[f->rpo[k]].ninsn; i++) {
            const struct ir_insn *in = &f->insn[f->block[f->rpo[k]].insn[i]];

            if (in->type > T_F64 || (ir_opinfo[in->op].flags & F_VEC))
                cc_bail(s->cc, ST_UNSUPPORTED, f->block[f->rpo[k]].pc, "no vectors on this host: %s of %s", ir_opinfo[in->op].name,
                        ir_type_name(in->type));
        }
}

void sel_run(struct sel *s)
{
    if (s->t->mir->fp_in_gp)
        refuse_vectors(s);
    map_returns(s);
    count_uses(s);
    if (s->t->prepare)
        s->t->prepare(s);
    init_values(s);
    hints(s);
    layout(s);
    for (uint32_t k = s->f->nrpo; k-- > 0;)
        select_block(s, s->f->rpo[k]);
}
