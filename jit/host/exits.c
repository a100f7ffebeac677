/* Selection of exits with their pinned registers, and of guest state: shared by all hosts. */
#include "jit/host/select.h"
#include "passes/lift/guest.h"

static const struct ir_insn *insn(struct sel *s, ir_ref r) { return &s->f->insn[r]; }

/* ---- exits ---- */

struct putlist { uint32_t slot[128]; ir_ref val[128]; uint32_t n; };

/* The puts right before the exit at the end of block b. */
static void collect_puts(struct sel *s, ir_blk b, struct putlist *p)
{
    const struct ir_block *k = &s->f->block[b];

    for (uint32_t i = k->ninsn - 1; i-- > 0;) {
        const struct ir_insn *in = insn(s, k->insn[i]);

        if ((ir_opinfo[in->op].flags & F_PURE) || in->op == IR_nop)
            continue;           /* passes may make a value right before the put that wants it */
        if (in->op != IR_put || (s->f->slot[in->a].flags & SLOT_HOME))
            break;
        if (p->n == ARRAY_LEN(p->slot))
            cc_bail(s->cc, ST_LIMIT, k->pc, "more than %zu registers stored at one exit", ARRAY_LEN(p->slot));
        p->slot[p->n] = in->a;
        p->val[p->n++] = in->b;
    }
}

/* A put that its exit has taken care of: every promoted slot's in a block that leaves. */
bool sel_put_done(struct sel *s, ir_ref r)
{
    const struct ir_block *k = &s->f->block[s->blk];
    const struct ir_insn *t = insn(s, k->insn[k->ninsn - 1]);

    return (ir_opinfo[t->op].flags & F_EXIT) && !(s->f->slot[insn(s, r)->a].flags & SLOT_HOME);
}

/* The virtual register to read for v at an exit that overwrites homes: a guest register that is only in a home which another
 * put replaces is copied out first. */
struct exitval { ir_ref home[128]; uint32_t copy[128]; uint32_t n; };

static uint32_t exit_value(struct sel *s, const struct putlist *p, struct exitval *e, ir_ref v)
{
    ir_ref r = sel_rep(s, v);
    const struct ir_insn *in = insn(s, r);
    uint32_t c;

    if (in->op != IR_get || s->pin[in->a] != NOREG)
        return sel_val(s, r);
    for (uint32_t i = 0; i < e->n; i++)
        if (e->home[i] == r)
            return e->copy[i];
    for (uint32_t i = 0; i < p->n; i++) {
        if (p->slot[i] != in->a || sel_rep(s, p->val[i]) == r || e->n == ARRAY_LEN(e->home))
            continue;
        c = vreg_new(&s->m, sel_class(s, in->type), sel_bytes(in->type));
        struct mi *mi = sel_new(s, s->t->mir->op_move, 2);

        mi->sz = (uint8_t)sel_bytes(in->type);
        mi->aux = (uint8_t)sel_class(s, in->type);
        sel_defv(mi, 0, c, NOREG);
        sel_use(s, mi, 1, r);
        e->home[e->n] = r;
        e->copy[e->n++] = c;
        return c;
    }
    return sel_val(s, r);
}

void sel_put_home(struct sel *s, uint32_t slot, ir_ref v, uint32_t reg)
{
    const struct ir_insn *in = insn(s, v);
    struct mi *mi;

    if (in->op == IR_const && sel_class(s, in->type) == RC_GP && s->t->home_imm(ir_const_val(s->f, v))) {
        mi = sel_new(s, s->t->mir->op_memconst, 0);
        mi->imm = (int64_t)ir_const_val(s->f, v);
    } else {
        mi = sel_new(s, s->t->mir->op_store, 2);
        mi->aux = (uint8_t)sel_class(s, in->type);
        sel_usev(mi, 1, reg, NOREG);
    }
    mi->sz = (uint8_t)sel_bytes(s->f->slot[slot].type);
    mi->x = 1;                                  /* disp is a fixed place in struct vcpu */
    mi->disp = s->f->slot[slot].off;
}

/* A guest target without the mask for its alignment: returns and tables know aligned pcs only, and the dispatcher masks what they
 * do not know. */
static ir_ref exit_target(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, sel_rep(s, r));
    uint64_t low = s->u->g->insn_align - 1;

    return in->op == IR_and && ir_is_const(s->f, in->b) && ir_const_val(s->f, in->b) == ~low ? in->a : r;
}

void sel_exit(struct sel *s, ir_ref r)
{
    const struct ir_insn *t = insn(s, r);
    struct putlist *p = NEW(&s->cc->arena, struct putlist);
    struct exitval *e = NEW(&s->cc->arena, struct exitval);
    bool value = t->op == IR_ijump || t->op == IR_icall || t->op == IR_ret;
    uint32_t tv = 0, npin = 0, *reg;
    struct mi *mi;

    collect_puts(s, s->blk, p);
    reg = NEWN(&s->cc->arena, uint32_t, p->n + 1);
    for (uint32_t i = 0; i < p->n; i++) {       /* copies first: they read homes */
        reg[i] = exit_value(s, p, e, p->val[i]);
        npin += s->pin[p->slot[i]] != NOREG;
    }
    if (value)
        tv = exit_value(s, p, e, exit_target(s, t->a));
    for (uint32_t i = 0; i < p->n; i++)
        if (s->pin[p->slot[i]] == NOREG)
            sel_put_home(s, p->slot[i], p->val[i], reg[i]);
    mi = sel_new(s, s->t->op_exit[t->op - IR_jump], npin + value);
    mi->flags |= MI_EXIT | MI_TERM;
    uint32_t k = 0;
    if (value)
        sel_usev(mi, k++, tv, s->t->target_reg);
    for (uint32_t i = 0; i < p->n; i++)
        if (s->pin[p->slot[i]] != NOREG)
            sel_usev(mi, k++, reg[i], s->pin[p->slot[i]]);
    mi->gpc = ir_insn_pc(t);
    if (t->op == IR_call || t->op == IR_icall) {
        uint32_t ix = t->op == IR_call ? t->a : t->b;

        mi->y = sel_ret_block(s, s->blk);
        mi->imm = (int64_t)s->f->retpc[ix];
    } else if (t->op == IR_trap) {
        mi->x = t->a;
    }
}

/* ---- guest state ---- */

void sel_get(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    const struct guest_slot *slot = &s->f->slot[in->a];
    struct vinfo *vi = &s->m.v[r];
    struct mi *mi;

    if (in->type > T_I64 && in->type != T_F32 && in->type != T_F64 && in->type != T_V128)
        cc_bail(s->cc, ST_UNSUPPORTED, 0, "guest register %s of type %s", slot->name, ir_type_name(in->type));
    vi->off = slot->off;
    if (s->pin[in->a] != NOREG) {
        mi = sel_new(s, s->t->op_param, 1);
        sel_defv(mi, 0, r, s->pin[in->a]);
    } else if (slot->flags & SLOT_HOME) {
        vi->off = 0;
        mi = sel_new(s, s->t->mir->op_load, 1);
        mi->sz = vi->size;
        mi->aux = vi->cls;
        mi->x = 1;
        mi->disp = slot->off;
        sel_def(s, mi, 0, r);
    } else {
        vi->kind = VK_HOME;
    }
}
