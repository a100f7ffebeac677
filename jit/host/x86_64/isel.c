/* Instruction selection for x86-64, integer part: walks each block backwards, so that an op nobody wants in a register is never
 * made: it becomes part of an address, a memory operand, a compare, or a recipe in a snapshot. */
#include "jit/host/x86_64/isel.h"

#include "jit/helpers.h"
#include "passes/lift/guest.h"

#include <stdlib.h>
#include <string.h>

const struct mir_target x86_target = {
    .allocatable = { 0x7fef, UINT64_C(0x7fff) << XMM0 },
    .caller_saved = 0x0fc7 | UINT64_C(0xffff) << XMM0,
    .scarce = 1 << RAX | 1 << RCX | 1 << RDX,
    .scratch_vec = XMM0 + 15,
    .spill_off = offsetof(struct vcpu, spill),
    .vspill_off = offsetof(struct vcpu, vspill),
    .nspill = VCPU_SPILLS,
    .nvspill = VCPU_VSPILLS,
    .op_move = X_MOV, .op_load = X_LDV, .op_store = X_STV, .op_const = X_MOVI, .op_gpc = X_LEAG, .op_xchg = X_XCHGR,
    .op_memmove = X_STACK, .op_memconst = X_STVI, .op_memgpc = X_STVG,
};

bool x86_has(struct x86 *x, uint64_t feature)
{
    if ((x->features & feature) != feature)
        return false;
    x->used |= feature;
    return true;
}

/* ---- building blocks ---- */

struct mi *xi(struct x86 *x, unsigned op, unsigned nop)
{
    struct mi *in = mi_new(&x->m, op, nop);

    if (x->tail)
        x->tail->next = in;
    else
        x->head = in;
    x->tail = in;
    return in;
}

/* The op whose register r shares: truncations and extensions that cost nothing. */
ir_ref x86_rep(struct x86 *x, ir_ref r)
{
    for (;;) {
        const struct ir_insn *in = &x->f->insn[r];
        enum ir_type at = in->a && in->op != IR_const ? x->f->insn[in->a].type : T_VOID;

        if (in->op == IR_copy || (in->op == IR_trunc && !ir_type_fp(in->type) && in->type != T_I1))
            r = in->a;
        else if (in->op == IR_fcanon && x86_canonical(x, in->a))
            r = in->a;
        else if (in->op == IR_zext && (at == T_I1 || x86_upper_zero(x, in->a)))
            r = in->a;
        else
            return r;
    }
}

/* Does the register of r have zeros above its type's bits? Loads of bytes and halves extend anyway. */
bool x86_upper_zero(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = &x->f->insn[r];

    switch (in->op) {
    case IR_load: return in->type == T_I8 || in->type == T_I16 || in->type == T_I32;
    case IR_add: case IR_sub: case IR_mul: case IR_and: case IR_or: case IR_xor: case IR_shl: case IR_shr: case IR_sar:
    case IR_rotl: case IR_rotr: case IR_clz: case IR_ctz: case IR_popcnt: case IR_udiv: case IR_urem: case IR_sdiv:
    case IR_srem:
        return in->type == T_I32;
    default:
        return false;
    }
}

static uint32_t const_vreg(struct x86 *x, ir_ref r)
{
    struct vinfo *vi = &x->m.v[r];
    const struct ir_insn *in = &x->f->insn[r];

    vi->kind = in->op == IR_gpc ? VK_GPC : VK_CONST;
    vi->cls = ir_type_fp(in->type) ? RC_VEC : RC_GP;
    vi->size = 8;
    vi->imm = ir_insn_pc(in);
    return r;
}

uint32_t xval(struct x86 *x, ir_ref r)
{
    r = x86_rep(x, r);
    const struct ir_insn *in = &x->f->insn[r];

    if (in->op == IR_const || in->op == IR_gpc)
        return const_vreg(x, r);
    x->need[r] = 1;
    return r;
}

void xdefv(struct mi *in, unsigned k, uint32_t v, unsigned fix)
{
    in->o[k].v = v;
    in->o[k].kind = MOP_DEF;
    in->o[k].fix = (uint8_t)fix;
}

void xdef(struct x86 *x, struct mi *in, unsigned k, ir_ref r)
{
    (void)x;
    xdefv(in, k, r, NOREG);
}

void xusev(struct mi *in, unsigned k, uint32_t v, unsigned fix)
{
    in->o[k].v = v;
    in->o[k].kind = MOP_USE;
    in->o[k].fix = (uint8_t)fix;
}

void xuse(struct x86 *x, struct mi *in, unsigned k, ir_ref r) { xusev(in, k, xval(x, r), NOREG); }

void xtied(struct x86 *x, struct mi *in, unsigned k, ir_ref r)
{
    xuse(x, in, k, r);
    in->o[k].kind = MOP_TIED;
}

void xany(struct x86 *x, struct mi *in, unsigned k, ir_ref r)
{
    xuse(x, in, k, r);
    in->o[k].flags = MOPF_ANY;
}

void xtmp(struct mi *in, unsigned k, unsigned cls, unsigned fix)
{
    in->o[k].kind = MOP_TMP;
    in->o[k].cls = (uint8_t)cls;
    in->o[k].fix = (uint8_t)fix;
}

/* Is r a constant that fits a sign-extended 32-bit immediate of an operation of size sz? */
bool x86_imm32(struct x86 *x, ir_ref r, unsigned sz, int32_t *imm)
{
    const struct ir_insn *in = &x->f->insn[r];
    uint64_t v = ir_insn_pc(in);

    if (in->op != IR_const || ir_type_fp(in->type))
        return false;
    if (sz < 8) {
        *imm = (int32_t)(uint32_t)v;
        if (sz == 1)
            *imm = (int8_t)v;
        return true;
    }
    *imm = (int32_t)v;
    return (int64_t)v == (int64_t)*imm;
}

unsigned x86_size(enum ir_type t) { return t == T_I64 || t == T_F64 ? 8 : 4; }

/* ---- addresses ---- */

static bool is_op(struct x86 *x, ir_ref r, enum ir_op op) { return x->f->insn[r].op == op && x->f->insn[r].type == T_I64; }

static bool fits32(int64_t v) { return v == (int32_t)v; }

/* x << 1..3 or x itself as an index. */
static ir_ref index_of(struct x86 *x, ir_ref r, unsigned *scale)
{
    const struct ir_insn *in = &x->f->insn[r];

    *scale = 0;
    if (is_op(x, r, IR_shl) && ir_is_const(x->f, in->b) && ir_const_val(x->f, in->b) - 1 < 3) {
        *scale = (unsigned)ir_const_val(x->f, in->b);
        return in->a;
    }
    return r;
}

/* Takes constants off r that the displacement has room for. Only sums with few users, and none that lives on in a register while
 * its operand would not: both would stay alive. */
static ir_ref strip_const(struct x86 *x, ir_ref r, unsigned scale, unsigned users, int64_t *disp)
{
    struct ir_func *f = x->f;

    while (is_op(x, r, IR_add) && ir_is_const(f, f->insn[r].b) && x->uses[r] <= users) {
        int64_t k = (int64_t)(ir_const_val(f, f->insn[r].b) << scale);

        if (!fits32(k) || !fits32(*disp + k) || (x->need[r] && !x->need[x86_rep(x, f->insn[r].a)]))
            break;
        *disp += k;
        r = f->insn[r].a;
    }
    return r;
}

/* Base and index of the sum r = p + q. */
static void split_sum(struct x86 *x, ir_ref r, struct xaddr *a)
{
    struct ir_func *f = x->f;
    ir_ref p = f->insn[r].a, q = f->insn[r].b;
    unsigned sp, sq;
    ir_ref ip = index_of(x, p, &sp), iq = index_of(x, q, &sq);

    if (sq || !sp)
        a->base = p, a->index = iq, a->scale = sq;
    else
        a->base = q, a->index = ip, a->scale = sp;
    a->base = strip_const(x, a->base, 0, 2, &a->disp);
    a->index = strip_const(x, a->index, a->scale, 2, &a->disp);
    if (ir_is_const(f, a->base) || ir_is_const(f, a->index) || f->insn[a->base].op == IR_gpc || f->insn[a->index].op == IR_gpc)
        a->base = r, a->index = IR_NONE, a->scale = 0;
}

/* Splits r + disp into what one memory operand can hold. */
struct xaddr x86_address(struct x86 *x, ir_ref r, int64_t disp)
{
    struct ir_func *f = x->f;
    struct xaddr a = { .disp = disp };
    unsigned scale;

    r = strip_const(x, r, 0, UINT32_MAX, &a.disp);
    if (f->insn[r].op == IR_const) {
        int64_t abs = (int64_t)ir_const_val(f, r) + a.disp;

        if (fits32(abs)) {
            a.disp = abs;
            return a;
        }
    }
    if (f->insn[r].op == IR_gpc) {
        a.rip = true;
        a.gpc = ir_insn_pc(&f->insn[r]) + (uint64_t)a.disp;
        a.disp = 0;
        return a;
    }
    a.base = r;
    if (is_op(x, r, IR_add) && x->uses[r] <= 2) {
        int64_t outer = a.disp;

        split_sum(x, r, &a);
        if (a.base == r)
            a.disp = outer;
    } else if (a.disp != (int8_t)a.disp && !x->need[r] && (a.index = index_of(x, r, &scale)) != r) {
        a.base = IR_NONE;                       /* a table at a fixed place */
        a.scale = scale;
        a.index = strip_const(x, a.index, scale, 2, &a.disp);
    } else {
        a.index = IR_NONE;
    }
    return a;
}

/* The last two operands of `in` are base and index. */
void x86_mem(struct x86 *x, struct mi *in, ir_ref base, int64_t disp)
{
    struct xaddr a = x86_address(x, base, disp);
    unsigned k = in->nop - 2u;

    in->disp = (int32_t)a.disp;
    in->scale = (uint8_t)a.scale;
    if (a.rip) {
        in->y = MEM_RIP;
        in->gpc = a.gpc;
        return;
    }
    if (a.base)
        xuse(x, in, k, a.base);
    if (a.index)
        xuse(x, in, k + 1, a.index);
}

/* ---- loads as operands ---- */

/* May the load r be done where `user` (an op of the current block) stands, as its memory operand? */
bool x86_fusable(struct x86 *x, ir_ref r, ir_ref user, unsigned sz)
{
    struct ir_func *f = x->f;
    const struct ir_insn *in = &f->insn[r];
    const struct ir_block *k = &f->block[x->blk];

    /* An address or a recipe that was taken apart may want the value, too, whatever the IR's uses are. */
    if (in->op != IR_load || x->need[r] || x->allotted[r] != 1 || x->inblk[r] != x->blk || (in->flags & (MO_ACQ | MO_SEQ)) ||
        ir_type_bits(in->type) != sz * 8)
        return false;
    for (uint32_t i = x->where[r] + 1; i < x->where[user]; i++) {
        unsigned fl = ir_opinfo[f->insn[k->insn[i]].op].flags;

        if ((fl & (F_MAYFAULT | F_RD | F_WR | F_CALLS | F_FPENV)) || f->insn[k->insn[i]].op == IR_poll || f->insn[k->insn[i]].op == IR_put)
            return false;
    }
    return true;
}

/* Gives `in` the address and the snapshot of load r. */
void x86_fuse(struct x86 *x, struct mi *in, ir_ref r)
{
    const struct ir_insn *ld = &x->f->insn[r];

    x86_mem(x, in, ld->a, (int32_t)ld->c);
    x86_snapshot(x, in, x->snapat[r]);
    x->need[r] = 2;             /* done here: not once more for its fault */
}

/* ---- snapshots ---- */

static bool recipe_op(const struct ir_insn *in)
{
    unsigned fl = ir_opinfo[in->op].flags;

    return (fl & F_PURE) && ir_type_bits(in->type) <= 64 && in->op != IR_select;
}

struct recipe { struct snap_node node[24]; uint32_t n; ir_ref leaf[8]; uint32_t nleaf; };

static bool recipe(struct x86 *x, struct recipe *rc, ir_ref r, unsigned depth)
{
    ir_ref rep = x86_rep(x, r);
    const struct ir_insn *in = &x->f->insn[rep];
    struct snap_node *nd;

    if (rc->n >= ARRAY_LEN(rc->node))
        return false;
    if (in->op == IR_const || in->op == IR_gpc) {
        rc->node[rc->n++] = (struct snap_node){ .kind = in->op == IR_const ? SNAP_CONST : SNAP_GPC, .imm = ir_insn_pc(in) };
        return true;
    }
    if (x->need[rep] || !recipe_op(in) || depth == 0) {
        if (rc->nleaf >= ARRAY_LEN(rc->leaf))
            return false;
        rc->leaf[rc->nleaf] = rep;
        rc->node[rc->n++] = (struct snap_node){ .kind = SNAP_VALUE, .opnd = rc->nleaf++ };
        return true;
    }
    uint32_t *op[3];
    unsigned nop = ir_operands(&x->f->insn[rep], op);
    for (unsigned i = 0; i < nop; i++)
        if (!recipe(x, rc, *op[i], depth - 1))
            return false;
    if (rc->n >= ARRAY_LEN(rc->node))
        return false;
    nd = &rc->node[rc->n++];
    *nd = (struct snap_node){ .kind = SNAP_OP, .op = in->op, .op_type = in->type, .op_atype = x->f->insn[in->a].type, .nargs = (uint8_t)nop };
    return true;
}

/* Leaves of recipes live on until here, which may cost a register where recomputing would not: keep recipes short. */
enum { RECIPE_DEPTH = 3, RECIPE_LEAVES = 2 };

void x86_snapshot(struct x86 *x, struct mi *in, uint32_t snap)
{
    if (!snap)
        return;
    const struct ir_snap *s = &x->f->snap[snap - 1];
    struct arena *a = &x->cc->arena;
    struct snap_rec *rec;

    x->rec = arena_grow(a, x->rec, &x->caprec, x->nrec + 1, sizeof *x->rec);
    rec = &x->rec[x->nrec++];
    *rec = (struct snap_rec){ .pc = s->pc };
    in->snap = x->nrec;
    in->snapop = NEWN(a, struct mop, s->n * 8 + 1);
    uint32_t cap = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        struct recipe rc = { .n = 0 };

        if (!recipe(x, &rc, s->ent[i].val, RECIPE_DEPTH) || rc.nleaf > RECIPE_LEAVES) {
            rc.n = rc.nleaf = 0;
            recipe(x, &rc, s->ent[i].val, 0);
        }
        uint32_t base = in->nsnapop;
        for (uint32_t k = 0; k < rc.nleaf; k++)
            in->snapop[in->nsnapop++] = (struct mop){ .v = xval(x, rc.leaf[k]), .kind = MOP_USE, .fix = NOREG, .reg = NOREG };
        rec->node = arena_grow(a, rec->node, &cap, rec->n + rc.n, sizeof *rec->node);
        for (uint32_t k = 0; k < rc.n; k++) {
            if (rc.node[k].kind == SNAP_VALUE)
                rc.node[k].opnd += base;
            rc.node[k].slot = k + 1 == rc.n ? (uint16_t)(s->ent[i].slot + 1) : 0;
            rec->node[rec->n++] = rc.node[k];
        }
    }
}

/* ---- analysis before selection ---- */

static void count_uses(struct x86 *x)
{
    struct ir_func *f = x->f;
    uint32_t *op[3];

    for (uint32_t k = 0; k < f->nrpo; k++) {
        const struct ir_block *b = &f->block[f->rpo[k]];
        uint32_t snap = 0;

        for (uint32_t i = 0; i < b->ninsn; i++) {
            struct ir_insn *in = &f->insn[b->insn[i]];
            unsigned n = ir_operands(in, op);

            x->where[b->insn[i]] = i;
            x->inblk[b->insn[i]] = f->rpo[k];
            for (unsigned j = 0; j < n; j++) {
                x->uses[*op[j]]++;
                x->allotted[*op[j]]++;
            }
            if (in->op == IR_at) {
                snap = in->a;
                for (uint32_t j = 0; snap && j < f->snap[snap - 1].n; j++)
                    x->allotted[f->snap[snap - 1].ent[j].val]++;
            } else if ((ir_opinfo[in->op].flags & F_MAYFAULT) || in->op == IR_poll) {
                x->snapat[b->insn[i]] = snap;
            } else if (in->op == IR_phi) {
                for (uint32_t j = 0; j < in->b; j++) {
                    x->uses[f->phiarg[in->a + j]]++;
                    x->allotted[f->phiarg[in->a + j]]++;
                }
            }
        }
    }
}

static void init_values(struct x86 *x)
{
    struct ir_func *f = x->f;
    struct mir *m = &x->m;

    m->nv = m->capv = f->ninsn;
    m->v = NEWN(&x->cc->arena, struct vinfo, m->capv);
    for (uint32_t r = 0; r < f->ninsn; r++) {
        enum ir_type t = f->insn[r].type;

        m->v[r] = (struct vinfo){ .cls = ir_type_fp(t) ? RC_VEC : RC_GP, .size = 8, .hint = NOREG, .reg = NOREG, .next = DEAD };
    }
    for (uint32_t k = 0; k < f->nrpo; k++) {
        ir_blk bi = f->rpo[k];
        const struct ir_block *b = &f->block[bi];
        struct mblock *mb = &m->b[bi];

        mb->phi = NEWN(&x->cc->arena, uint32_t, b->ninsn + 1);
        for (uint32_t i = 0; i < b->ninsn; i++) {
            struct ir_insn *in = &f->insn[b->insn[i]];

            m->v[b->insn[i]].defblk = bi;
            if (in->op != IR_phi)
                continue;
            mb->phi[mb->nphi++] = b->insn[i];
            x->need[b->insn[i]] = 1;
            for (uint32_t j = 0; j < in->b; j++)
                f->phiarg[in->a + j] = xval(x, f->phiarg[in->a + j]);
        }
        mb->freq = 1;
        for (uint32_t d = 0; d < b->loop_depth && d < 6; d++)
            mb->freq *= 10;
        if (b->flags & BLK_COLD)
            mb->freq *= 0.01;
    }
}

/* A value that ends in a pinned slot wants that slot's register; so do the phis and arguments on its way. */
static void hint_put(struct x86 *x, ir_ref v, unsigned reg, unsigned depth)
{
    v = x86_rep(x, v);
    struct ir_insn *in = &x->f->insn[v];

    if (in->op == IR_const || in->op == IR_gpc || x->m.v[v].hint != NOREG || x->m.v[v].cls != (reg >= XMM0))
        return;
    x->m.v[v].hint = (uint8_t)reg;
    if (in->op == IR_phi && depth < 8)
        for (uint32_t j = 0; j < in->b; j++)
            hint_put(x, x->f->phiarg[in->a + j], reg, depth + 1);
}

static void hints(struct x86 *x)
{
    struct ir_func *f = x->f;

    for (uint32_t k = 0; k < f->nrpo; k++)      /* phis first: each knows whose value it is */
        for (uint32_t p = 0; p < x->m.b[f->rpo[k]].nphi; p++) {
            ir_ref r = x->m.b[f->rpo[k]].phi[p];
            uint32_t slot = f->insn[r].c;

            if (slot && x->pin[slot - 1] != NOREG && (x->pin[slot - 1] >= XMM0) == (x->m.v[r].cls == RC_VEC))
                x->m.v[r].hint = x->pin[slot - 1];
        }
    for (uint32_t k = 0; k < f->nrpo; k++)
        for (uint32_t p = 0; p < x->m.b[f->rpo[k]].nphi; p++) {
            const struct ir_insn *in = &f->insn[x->m.b[f->rpo[k]].phi[p]];

            for (uint32_t j = 0; j < in->b && x->m.v[x->m.b[f->rpo[k]].phi[p]].hint != NOREG; j++)
                hint_put(x, f->phiarg[in->a + j], x->m.v[x->m.b[f->rpo[k]].phi[p]].hint, 0);
        }
    for (uint32_t k = 0; k < f->nrpo; k++) {
        const struct ir_block *b = &f->block[f->rpo[k]];

        for (uint32_t i = 0; i < b->ninsn; i++) {
            const struct ir_insn *in = &f->insn[b->insn[i]];

            if (in->op == IR_put && x->pin[in->a] != NOREG)
                hint_put(x, in->b, x->pin[in->a], 0);
        }
    }
    /* Loops without exits: what their snapshots say is in a pinned register is best kept there. */
    for (uint32_t i = 0; i < f->nsnap; i++)
        for (uint32_t k = 0; k < f->snap[i].n; k++)
            if (x->pin[f->snap[i].ent[k].slot] != NOREG)
                hint_put(x, f->snap[i].ent[k].val, x->pin[f->snap[i].ent[k].slot], 0);
}

/* ---- the walk ---- */

static void prepend_group(struct x86 *x, ir_blk b)
{
    struct mblock *mb = &x->m.b[b];

    if (!x->head)
        return;
    for (struct mi *in = x->head; in; in = in->next)
        mb->n++;
    x->tail->next = mb->head;
    if (!mb->head)
        mb->tail = x->tail;
    mb->head = x->head;
    x->head = x->tail = NULL;
}

static bool has_effect(const struct ir_insn *in)
{
    unsigned fl = ir_opinfo[in->op].flags;

    return (fl & (F_MAYFAULT | F_WR | F_RD | F_CALLS | F_END)) || in->op == IR_put || in->op == IR_poll || in->op == IR_fpset ||
           ir_raises(in);
}

static void select_block(struct x86 *x, ir_blk b)
{
    const struct ir_block *k = &x->f->block[b];

    x->blk = b;
    for (uint32_t i = k->ninsn; i-- > 0;) {
        ir_ref r = k->insn[i];
        const struct ir_insn *in = &x->f->insn[r];

        if (in->op == IR_phi || in->op == IR_nop || in->op == IR_at || in->op == IR_const || in->op == IR_gpc)
            continue;
        if (!x->need[r] && !has_effect(in))
            continue;
        if (x->need[r] == 2)        /* done as part of another */
            continue;
        if (in->op == IR_put && x86_put_done(x, r))
            continue;
        x->now = r;
        x86_select_op(x, r);
        prepend_group(x, b);
    }
}

/* Which block to put behind b: its return site, else the unplaced successor deepest in loops (a loop's latch stays with its loop). */
static ir_blk follow(struct x86 *x, ir_blk b, const uint8_t *done)
{
    struct ir_func *f = x->f;
    ir_blk best = x86_ret_block(x, b);

    if (best)
        return done[best] ? IR_NONE : best;
    for (uint32_t i = 0, n = ir_nsucc(f, b); i < n; i++) {
        ir_blk s = ir_succ(f, b, i);

        if (done[s] || (f->block[s].flags & BLK_COLD))
            continue;
        if (!best || f->block[s].loop_depth > f->block[best].loop_depth)
            best = s;
    }
    return best;
}

static void layout(struct x86 *x)
{
    struct ir_func *f = x->f;
    struct mir *m = &x->m;
    uint8_t *done = NEWN(&x->cc->arena, uint8_t, f->nblock + 1);

    m->layout = NEWN(&x->cc->arena, uint32_t, f->nrpo + 1);
    for (unsigned late = 0; late < 2; late++)
        for (uint32_t k = 0; k < f->nrpo; k++) {
            ir_blk b = f->rpo[k];

            if (!late && (f->block[b].flags & (BLK_COLD | BLK_RETSITE)))
                continue;
            for (; b && !done[b]; b = follow(x, b, done)) {
                done[b] = 1;
                m->layout[m->nlayout++] = b;
            }
        }
}

/* The block behind a call's return site, if b ends in a call. */
ir_blk x86_ret_block(struct x86 *x, ir_blk b)
{
    struct ir_func *f = x->f;
    const struct ir_block *k = &f->block[b];
    const struct ir_insn *t = &f->insn[k->insn[k->ninsn - 1]];
    uint32_t ix = t->op == IR_call ? t->a : t->op == IR_icall ? t->b : UINT32_MAX;

    if (ix == UINT32_MAX || ix >= f->nretpc)
        return IR_NONE;
    return x->retblk[ix];
}

static int by_pc(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return x[0] < y[0] ? -1 : x[0] > y[0];
}

static void map_returns(struct x86 *x)
{
    struct ir_func *f = x->f;
    uint64_t (*ent)[2] = arena_allocn(&x->cc->arena, f->nrpo + 1, sizeof *ent);
    uint32_t n = 0;

    for (uint32_t k = 0; k < f->nrpo; k++)
        if (f->block[f->rpo[k]].flags & BLK_ENTRY) {
            ent[n][0] = f->block[f->rpo[k]].pc;
            ent[n++][1] = f->rpo[k];
        }
    qsort(ent, n, sizeof *ent, by_pc);
    x->retblk = NEWN(&x->cc->arena, ir_blk, f->nretpc + 1);
    for (uint32_t i = 0; i < f->nretpc; i++) {
        const uint64_t *e = bsearch(&f->retpc[i], ent, n, sizeof *ent, by_pc);

        x->retblk[i] = e ? (ir_blk)e[1] : IR_NONE;
    }
}

void x86_select(struct x86 *x)
{
    struct ir_func *f = x->f;
    struct arena *a = &x->cc->arena;

    x->m.cc = x->cc;
    x->m.f = f;
    x->m.t = &x86_target;
    x->m.b = NEWN(a, struct mblock, f->nblock + 1);
    x->need = NEWN(a, uint8_t, f->ninsn);
    x->canon = NEWN(a, uint8_t, f->ninsn);
    x->uses = NEWN(a, uint32_t, f->ninsn);
    x->allotted = NEWN(a, uint32_t, f->ninsn);
    x->where = NEWN(a, uint32_t, f->ninsn);
    x->inblk = NEWN(a, uint32_t, f->ninsn);
    x->snapat = NEWN(a, uint32_t, f->ninsn);
    map_returns(x);
    count_uses(x);
    for (uint32_t k = 0; k < f->nrpo; k++)      /* in this order no answer needs a deep walk */
        for (uint32_t i = 0; i < f->block[f->rpo[k]].ninsn; i++)
            x86_canonical(x, f->block[f->rpo[k]].insn[i]);
    init_values(x);
    hints(x);
    layout(x);
    for (uint32_t k = f->nrpo; k-- > 0;)
        select_block(x, f->rpo[k]);
}
