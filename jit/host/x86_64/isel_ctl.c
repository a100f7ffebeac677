/* x86-64 selection of control flow and guest state. */
#include "jit/host/x86_64/isel.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

/* ---- branches ---- */

/* One that x86_compare() makes flags of. */
static bool float_compare(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);

    return in->op >= IR_feq && in->op <= IR_funo && insn(x, in->a)->type != T_F16;
}

static void select_brif(struct x86 *x, ir_ref r)
{
    const struct ir_insn *t = insn(x, r);
    ir_ref cond = x86_rep(x, t->a);
    unsigned parity = XNONE, cc;
    struct mi *mi;

    /* FP compares that raise flags are done once, where they stand. */
    if ((ir_opinfo[insn(x, cond)->op].flags & F_CMP) && !ir_raises(insn(x, cond))) {
        cc = x86_compare(x, cond, &parity);
    } else if (insn(x, cond)->op == IR_vnz && !x->need[cond] && x->inblk[cond] == x->blk) {
        cc = x86_vnz(x, cond);
    } else if (x->uses[cond] == 1 && x->inblk[cond] == x->blk && float_compare(x, cond) && x->where[cond] + 1 == x->where[r]) {
        cc = x86_compare(x, cond, &parity);
        x->need[cond] = 2;
    } else {
        x86_test(x, cond);
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
    case IR_get: sel_get(&x->s, r); return true;
    case IR_put: sel_put_home(&x->s, in->a, in->b, xval(x, in->b)); return true;
    case IR_jump: case IR_call: case IR_ijump: case IR_icall: case IR_ret: case IR_syscall: case IR_trap:
        sel_exit(&x->s, r);
        return true;
    default: return false;
    }
}
