/* x86-64 selection of control flow and guest state: branches, exits with their pinned registers, get and put. */
#include "jit/host/x86_64/isel.h"

#include "passes/lift/guest.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

/* ---- exits ---- */

struct putlist { uint32_t slot[128]; ir_ref val[128]; uint32_t n; };

/* The puts right before the exit at the end of block b. */
static void collect_puts(struct x86 *x, ir_blk b, struct putlist *p)
{
    const struct ir_block *k = &x->f->block[b];

    for (uint32_t i = k->ninsn - 1; i-- > 0;) {
        const struct ir_insn *in = insn(x, k->insn[i]);

        if ((ir_opinfo[in->op].flags & F_PURE) || in->op == IR_nop)
            continue;           /* passes may make a value right before the put that wants it */
        if (in->op != IR_put || (x->f->slot[in->a].flags & SLOT_HOME))
            break;
        if (p->n == ARRAY_LEN(p->slot))
            cc_bail(x->cc, ST_LIMIT, k->pc, "more than %zu registers stored at one exit", ARRAY_LEN(p->slot));
        p->slot[p->n] = in->a;
        p->val[p->n++] = in->b;
    }
}

/* A put that its exit has taken care of: every promoted slot's in a block that leaves. */
bool x86_put_done(struct x86 *x, ir_ref r)
{
    const struct ir_block *k = &x->f->block[x->blk];
    const struct ir_insn *t = insn(x, k->insn[k->ninsn - 1]);

    return (ir_opinfo[t->op].flags & F_EXIT) && !(x->f->slot[insn(x, r)->a].flags & SLOT_HOME);
}

/* The virtual register to read for v at an exit that overwrites homes: a guest register that is only in a home which another
 * put replaces is copied out first. */
struct exitval { ir_ref home[128]; uint32_t copy[128]; uint32_t n; };

static uint32_t exit_value(struct x86 *x, const struct putlist *p, struct exitval *e, ir_ref v)
{
    ir_ref r = x86_rep(x, v);
    const struct ir_insn *in = insn(x, r);
    uint32_t c;

    if (in->op != IR_get || x->pin[in->a] != NOREG)
        return xval(x, r);
    for (uint32_t i = 0; i < e->n; i++)
        if (e->home[i] == r)
            return e->copy[i];
    for (uint32_t i = 0; i < p->n; i++) {
        if (p->slot[i] != in->a || x86_rep(x, p->val[i]) == r || e->n == ARRAY_LEN(e->home))
            continue;
        c = vreg_new(&x->m, ir_type_fp(in->type) ? RC_VEC : RC_GP, 8);
        struct mi *mi = xi(x, X_MOV, 2);

        mi->sz = 8;
        mi->aux = ir_type_fp(in->type) ? RC_VEC : RC_GP;
        xdefv(mi, 0, c, NOREG);
        xuse(x, mi, 1, r);
        e->home[e->n] = r;
        e->copy[e->n++] = c;
        return c;
    }
    return xval(x, r);
}

static void put_home(struct x86 *x, uint32_t slot, ir_ref v, uint32_t reg)
{
    const struct ir_insn *in = insn(x, v);
    int32_t imm;
    struct mi *mi;

    if (in->op == IR_const && !ir_type_fp(in->type) && x86_imm32(x, v, 8, &imm)) {
        mi = xi(x, X_STVI, 0);
        mi->imm = imm;
    } else {
        mi = xi(x, X_STV, 2);
        mi->aux = ir_type_fp(in->type) ? RC_VEC : RC_GP;
        xusev(mi, 1, reg, NOREG);
    }
    mi->sz = 8;
    mi->x = 1;                                  /* disp is a fixed place in struct vcpu */
    mi->disp = x->f->slot[slot].off;
}

static unsigned exit_op(const struct ir_insn *t)
{
    switch (t->op) {
    case IR_jump: return X_JUMP;
    case IR_call: return X_CALL;
    case IR_ijump: return X_IJUMP;
    case IR_icall: return X_ICALL;
    case IR_ret: return X_RET;
    case IR_syscall: return X_SYSCALL;
    default: return X_TRAP;
    }
}

/* A guest target without the mask for its alignment: returns and tables know aligned pcs only, and the dispatcher masks what they
 * do not know. */
static ir_ref exit_target(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, x86_rep(x, r));
    uint64_t low = x->u->g->insn_align - 1;

    return in->op == IR_and && ir_is_const(x->f, in->b) && ir_const_val(x->f, in->b) == ~low ? in->a : r;
}

static void select_exit(struct x86 *x, ir_ref r)
{
    const struct ir_insn *t = insn(x, r);
    struct putlist *p = NEW(&x->cc->arena, struct putlist);
    struct exitval *e = NEW(&x->cc->arena, struct exitval);
    bool value = t->op == IR_ijump || t->op == IR_icall || t->op == IR_ret;
    uint32_t tv = 0, npin = 0, *reg;
    struct mi *mi;

    collect_puts(x, x->blk, p);
    reg = NEWN(&x->cc->arena, uint32_t, p->n + 1);
    for (uint32_t i = 0; i < p->n; i++) {       /* copies first: they read homes */
        reg[i] = exit_value(x, p, e, p->val[i]);
        npin += x->pin[p->slot[i]] != NOREG;
    }
    if (value)
        tv = exit_value(x, p, e, exit_target(x, t->a));
    for (uint32_t i = 0; i < p->n; i++)
        if (x->pin[p->slot[i]] == NOREG)
            put_home(x, p->slot[i], p->val[i], reg[i]);
    mi = xi(x, exit_op(t), npin + value);
    mi->flags |= MI_EXIT | MI_TERM;
    uint32_t k = 0;
    if (value)
        xusev(mi, k++, tv, RAX);
    for (uint32_t i = 0; i < p->n; i++)
        if (x->pin[p->slot[i]] != NOREG)
            xusev(mi, k++, reg[i], x->pin[p->slot[i]]);
    mi->gpc = ir_insn_pc(t);
    if (t->op == IR_call || t->op == IR_icall) {
        uint32_t ix = t->op == IR_call ? t->a : t->b;

        mi->y = x86_ret_block(x, x->blk);
        mi->imm = (int64_t)x->f->retpc[ix];
    } else if (t->op == IR_trap) {
        mi->x = t->a;
    }
}

/* ---- branches ---- */

static void select_brif(struct x86 *x, ir_ref r)
{
    const struct ir_insn *t = insn(x, r);
    ir_ref cond = x86_rep(x, t->a);
    unsigned parity = XNONE, cc;
    struct mi *mi;

    /* FP compares that raise flags are done once, where they stand. */
    if ((ir_opinfo[insn(x, cond)->op].flags & F_CMP) && !ir_raises(insn(x, cond))) {
        cc = x86_compare(x, cond, &parity);
    } else if (x->uses[cond] == 1 && x->inblk[cond] == x->blk && (ir_opinfo[insn(x, cond)->op].flags & F_CMP) &&
               x->where[cond] + 1 == x->where[r]) {
        cc = x86_compare(x, cond, &parity);
        x->need[cond] = 2;
    } else {
        mi = xi(x, X_TEST, 2);
        mi->sz = 4;
        xuse(x, mi, 0, cond);
        xuse(x, mi, 1, cond);
        cc = CC_NE;
    }
    mi = xi(x, X_JCC, 0);
    mi->flags |= MI_TERM;
    mi->cc = (uint8_t)cc;
    mi->aux = (uint8_t)parity;
    mi->x = t->b;
    mi->y = t->c;
}

static void select_switch(struct x86 *x, ir_ref r)
{
    const struct ir_insn *t = insn(x, r);
    struct mi *mi = xi(x, X_SWITCH, 3);

    mi->flags |= MI_TERM | MI_EARLY;
    mi->x = t->b;
    xuse(x, mi, 0, t->a);
    xtmp(mi, 1, RC_GP, NOREG);
    xtmp(mi, 2, RC_GP, NOREG);
}

/* ---- guest state ---- */

static void select_get(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    const struct guest_slot *s = &x->f->slot[in->a];
    struct vinfo *vi = &x->m.v[r];
    struct mi *mi;

    if (in->type > T_I64 && in->type != T_F32 && in->type != T_F64)
        cc_bail(x->cc, ST_UNSUPPORTED, 0, "guest register %s of type %s", s->name, ir_type_name(in->type));
    vi->off = s->off;
    if (x->pin[in->a] != NOREG) {
        mi = xi(x, X_PARAM, 1);
        xdefv(mi, 0, r, x->pin[in->a]);
    } else if (s->flags & SLOT_HOME) {
        vi->off = 0;
        mi = xi(x, X_LDV, 1);
        mi->sz = 8;
        mi->aux = vi->cls;
        mi->x = 1;
        mi->disp = s->off;
        xdef(x, mi, 0, r);
    } else {
        vi->kind = VK_HOME;
        vi->size = 8;
    }
}

bool x86_select_ctl(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi;

    switch (in->op) {
    case IR_br:
        mi = xi(x, X_JMP, 0);
        mi->flags |= MI_TERM;
        mi->x = in->a;
        return true;
    case IR_brif: select_brif(x, r); return true;
    case IR_switch: select_switch(x, r); return true;
    case IR_get: select_get(x, r); return true;
    case IR_put: put_home(x, in->a, in->b, xval(x, in->b)); return true;
    case IR_jump: case IR_call: case IR_ijump: case IR_icall: case IR_ret: case IR_syscall: case IR_trap:
        select_exit(x, r);
        return true;
    default: return false;
    }
}
