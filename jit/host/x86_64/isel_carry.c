/* x86-64 selection of add with carry. a + ~b + c is a subtraction with borrow !c. One instruction makes the sum and the flags that
 * ops with the same operands ask for. */
#include "jit/host/x86_64/isel.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

enum { LOOK_BACK = 24 };

/* An earlier op of the block with r's operands. */
static ir_ref partner(struct x86 *x, ir_ref r)
{
    const struct ir_block *k = &x->f->block[x->blk];
    const struct ir_insn *in = insn(x, r);

    for (uint32_t i = x->where[r], n = 0; i-- > 0 && n < LOOK_BACK; n++) {
        const struct ir_insn *p = insn(x, k->insn[i]);

        if (p->op >= IR_addc && p->op <= IR_addco && p->a == in->a && p->b == in->b && p->c == in->c)
            return k->insn[i];
    }
    return IR_NONE;
}

/* The record of r, if r is its operand with all bits inverted. */
static ir_ref inverted(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);

    if (in->op != IR_xor || !ir_is_const(x->f, in->b) || (~ir_const_val(x->f, in->b) << (64 - ir_type_bits(in->type))) != 0)
        return IR_NONE;
    return in->a;
}

/* The carry from an unsigned compare that nobody else wants: straight into the flag. */
static bool compare_carry(struct x86 *x, ir_ref c, bool sub)
{
    const struct ir_insn *in = insn(x, c);
    enum ir_type t;
    struct mi *mi;

    if (in->op != (sub ? IR_ule : IR_ult) || x->need[c] || x->inblk[c] != x->blk || x->allotted[c] != 1)
        return false;
    t = insn(x, in->a)->type;
    if (t != T_I64 && t != T_I32)
        return false;
    mi = xi(x, X_CMP, 2);                       /* b <= a: no borrow of a - b */
    mi->sz = (uint8_t)x86_size(t);
    xuse(x, mi, 0, sub ? in->b : in->a);
    xany(x, mi, 1, sub ? in->a : in->b);
    return true;
}

static unsigned carry_source(struct x86 *x, ir_ref c, bool sub)
{
    if (ir_is_const(x->f, c))
        return (ir_const_val(x->f, c) & 1) != sub ? ADC_SET : ADC_PLAIN;
    return compare_carry(x, c, sub) ? ADC_READY : ADC_BIT;
}

bool x86_select_carry(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    enum ir_type t = insn(x, in->a)->type;
    ir_ref p, b, *want;
    bool sub;
    struct mi *mi;

    if (t != T_I64 && t != T_I32)
        return false;
    if (!x->adc)
        x->adc = arena_allocn(&x->cc->arena, x->f->ninsn, sizeof *x->adc);
    want = x->adc[r];
    if (x->need[r] == 1)
        want[in->op - IR_addc] = r;
    if ((p = partner(x, r)) && !want[insn(x, p)->op - IR_addc]) {       /* there, for all of them */
        for (unsigned i = 0; i < 3; i++)
            x->adc[p][i] = want[i];
        x->need[p] = x->need[p] ? x->need[p] : 3;
        return true;
    }
    b = inverted(x, in->b);
    sub = b != IR_NONE;
    unsigned src = carry_source(x, in->c, sub);
    bool flags = want[1] || want[2];
    mi = xi(x, X_ADC, 4u + (want[1] != 0) + (want[2] != 0));
    mi->sz = (uint8_t)x86_size(t);
    mi->flags |= sub ? 0 : MI_COMM;
    mi->cc = sub;
    mi->aux = (uint8_t)src;
    mi->scale = (uint8_t)((want[1] ? 1 : 0) | (want[2] ? 2 : 0));
    xdefv(mi, 0, want[0] ? want[0] : vreg_new(&x->m, RC_GP, 8), NOREG);
    xtied(x, mi, 1, in->a);
    xany(x, mi, 2, sub ? b : in->b);
    if (src == ADC_BIT)
        xuse(x, mi, 3, in->c);
    for (unsigned i = 1, k = 4; i < 3 && flags; i++)
        if (want[i])
            xdefv(mi, k++, want[i], NOREG);
    return true;
}
