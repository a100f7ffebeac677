/* x86-64 emission of vector operations. */
#include "jit/host/x86_64/emit.h"
#include "jit/host/x86_64/vec.h"

#include <string.h>

/* The number of a 16-byte literal. */
static uint32_t literal(struct x86 *x, uint64_t lo, uint64_t hi)
{
    uint64_t v[2] = { lo, hi };
    uint32_t i = 0;

    while (i < x->nlit && (x->lit[i].n != 2 || memcmp(x->lit[i].v, v, sizeof v) != 0))
        i++;
    if (i == x->nlit) {
        x->lit = arena_grow(&x->cc->arena, x->lit, &x->caplit, i + 1, sizeof *x->lit);
        x->lit[i] = (struct xlit){ .v = { lo, hi }, .n = 2 };
        x->nlit++;
    }
    return i;
}

/* One instruction whose ModRM.rm operand is operand k of `in`, guest memory, or a literal. */
static void emit_rm(struct x86 *x, const struct mi *in, unsigned reg, unsigned vvvv, unsigned k)
{
    bool avx = in->aux & VXF_AVX, imm = in->aux & VXF_IMM;
    const struct xmem rip = { XRIP, XNONE, 0, 0 };
    uint32_t at;

    if (in->aux & VXF_LIT) {
        at = x_vec_rm(&x->b, in->x, avx, reg, vvvv, rip);
        x86_fix(x, FIX_LIT, at, literal(x, (uint64_t)in->imm, in->gpc), imm);
    } else if (in->aux & VXF_MEM) {
        const struct mop *base = &in->o[in->nop - 2], *index = base + 1;
        struct xmem m = { base->kind ? base->reg : XNONE, index->kind ? index->reg : XNONE, in->scale, in->disp };

        at = x_vec_rm(&x->b, in->x, avx, reg, vvvv, in->y == MEM_RIP ? rip : m);
        if (in->y == MEM_RIP)
            x86_reloc(x, REL_GUEST, at, in->gpc, -(int64_t)imm);
    } else if (in->o[k].flags & MOPF_MEM) {
        x_vec_rm(&x->b, in->x, avx, reg, vvvv, x86_place(x, &in->o[k]));
    } else {
        x_vec_rr(&x->b, in->x, avx, reg, vvvv, in->o[k].reg);
    }
    if (imm)
        x_byte(&x->b, in->cc);
}

static void emit_vx(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;

    if (in->aux & VXF_SHIFT) {
        x_vec_rr(&x->b, in->x, in->aux & VXF_AVX, in->sz, d, in->o[1].reg);
        x_byte(&x->b, in->cc);
    } else if (in->aux & VXF_STORE) {
        x_vec_rr(&x->b, in->x, in->aux & VXF_AVX, in->o[1].reg, XNONE, d);
        if (in->aux & VXF_IMM)
            x_byte(&x->b, in->cc);
    } else if (in->aux & (VXF_UNARY | VXF_FLAGS)) {
        emit_rm(x, in, d, XNONE, 1);
    } else {
        emit_rm(x, in, d, in->o[1].reg, 2);
    }
}

bool x86_emit_vec(struct x86 *x, struct mi *in)
{
    switch (in->op) {
    case X_VX: emit_vx(x, in); return true;
    case X_VX3: emit_rm(x, in, in->o[0].reg, in->o[2].reg, 3); return true;
    default: return false;
    }
}
