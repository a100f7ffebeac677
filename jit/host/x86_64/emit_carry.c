/* x86-64 emission of add with carry, subtract with borrow. */
#include "jit/host/x86_64/emit.h"

static void setcc(struct x86 *x, unsigned cc, unsigned d)
{
    x_rr(&x->b, XOP(0, 1, 0x90 + cc), 1, 0, d);
    x_byte(&x->b, 0x40 | (d >> 3) * 5);         /* movzx d, d8: a REX prefix in any case, for spl .. dil */
    x_byte(&x->b, 0x0f);
    x_byte(&x->b, 0xb6);
    x_byte(&x->b, 0xc0 | (d & 7) * 9);
}

/* The carry that comes in, into the flag. */
static void carry_in(struct x86 *x, const struct mi *in)
{
    if (in->aux == ADC_SET)
        x_byte(&x->b, 0xf9);                    /* stc */
    if (in->aux != ADC_BIT)
        return;
    if (x->carry.at != x->b.n || x->carry.reg != in->o[3].reg) {
        x_rr(&x->b, XOP(0, 1, 0xba), 4, 4, in->o[3].reg);       /* bt */
        x_byte(&x->b, 0);
        x->carry.borrow = false;
    }
    if (x->carry.borrow != in->cc)
        x_byte(&x->b, 0xf5);                    /* cmc */
}

void x86_emit_carry(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, k = 4, alu = in->cc ? ALU_SBB : ALU_ADC;

    carry_in(x, in);
    if (in->aux == ADC_PLAIN)
        alu = in->cc ? ALU_SUB : ALU_ADD;
    if (in->o[2].flags & MOPF_MEM)
        x_rm(&x->b, XOP(0, 0, 0x03 + 8 * alu), in->sz, d, x86_place(x, &in->o[2]));
    else
        x_rr(&x->b, XOP(0, 0, 0x03 + 8 * alu), in->sz, d, in->o[2].reg);
    x->carry.at = UINT32_MAX;
    if (in->scale & 1)
        setcc(x, in->cc ? CC_AE : CC_B, in->o[k].reg);
    if (in->scale & 2)
        setcc(x, CC_O, in->o[k + (in->scale & 1)].reg);
    if (in->scale & 1)
        x->carry = (struct xcarry){ x->b.n, in->o[k].reg, in->cc };
}
