/* What is known to be zero above a scalar in its vector register, so that a vector with zeros there needs no instruction. Optimistic:
 * values start as narrow as can be and widen until nothing changes, so that loops keep what they keep. Sound for any selection of an
 * op: results of helpers have zeros above; the rules here are those of the native sequences, which may have more. */
#include "jit/host/x86_64/isel.h"

static unsigned max(unsigned a, unsigned b) { return a > b ? a : b; }

unsigned x86_keeps(const struct x86 *x, const struct ir_insn *in)
{
    if (in->op == IR_fma) {
        unsigned k = x->low[in->b] < x->low[in->a];

        return x->low[k ? in->b : in->a] < x->low[in->c] ? k : 2;
    }
    return (in->op == IR_fadd || in->op == IR_fmul) && x->low[in->b] < x->low[in->a];
}

static unsigned const_bits(const struct ir_insn *in)
{
    uint64_t v = ir_insn_pc(in);

    if (in->type == T_V128)
        return v ? 128 : 16;
    return v <= 0xffff ? 16 : v <= UINT32_MAX ? 32 : 64;
}

/* Scalar arithmetic: one source's upper bits stay. */
static unsigned arith_bits(const struct x86 *x, const struct ir_insn *in, unsigned w)
{
    bool avx = x->features & HF_AVX;

    switch (in->op) {
    case IR_fadd: case IR_fsub: case IR_fmul: case IR_fdiv: case IR_fma:
        return max(w, x->low[(const uint32_t[]){ in->a, in->b, in->c }[x86_keeps(x, in)]]);
    case IR_fsqrt: case IR_frint: return avx ? max(w, x->low[in->a]) : 128;
    case IR_fmin: case IR_fmax: case IR_fminnm: case IR_fmaxnm: return max(w, max(x->low[in->a], x->low[in->b]));
    case IR_fcvt:
        if (in->type == T_F32)
            return w;
        return avx || x->f->insn[in->a].type == T_F16 ? max(w, x->low[in->a]) : 128;
    default: return 128;
    }
}

static unsigned phi_bits(const struct x86 *x, const struct ir_insn *in)
{
    unsigned m = 16;

    for (uint32_t i = 0; i < in->b; i++)
        m = max(m, x->low[x->f->phiarg[in->a + i]]);
    return m;
}

static unsigned bits_of(const struct x86 *x, const struct ir_insn *in)
{
    unsigned w = ir_type_bits(in->type);

    switch (in->op) {
    case IR_const: return const_bits(in);
    case IR_load: case IR_si2f: case IR_ui2f: return in->type == T_V64 && in->op != IR_load ? 128 : w;
    case IR_bitcast: return w == 16 ? 32 : w;
    case IR_phi: return phi_bits(x, in);
    case IR_select: return max(x->low[in->b], x->low[in->c]);
    case IR_copy: case IR_vlow: case IR_fneg: return x->low[in->a];
    case IR_vzext:
        w = ir_type_bits(x->f->insn[in->a].type);
        return x->low[in->a] < w ? x->low[in->a] : w;
    case IR_fabs: return in->type == T_F32 ? 64 : w;
    default:
        if ((in->type == T_F32 || in->type == T_F64) && (ir_opinfo[in->op].flags & F_FPOP) && (in->flags & FP_PROP))
            return arith_bits(x, in, w);
        return 128;
    }
}

void x86_zero_uppers(struct x86 *x)
{
    struct ir_func *f = x->f;
    bool again = true;

    x->low = NEWN(&x->cc->arena, uint8_t, f->ninsn);
    /* Constants stand in no block. Of what nothing reaches nothing is known: it may be made of itself, and sharing would go round. */
    for (uint32_t r = 1; r < f->ninsn; r++)
        x->low[r] = f->insn[r].op == IR_const ? (uint8_t)const_bits(&f->insn[r]) : 128;
    for (uint32_t k = 0; k < f->nrpo; k++)
        for (uint32_t i = 0; i < f->block[f->rpo[k]].ninsn; i++)
            x->low[f->block[f->rpo[k]].insn[i]] = 16;
    while (again) {
        again = false;
        for (uint32_t k = 0; k < f->nrpo; k++)
            for (uint32_t i = 0; i < f->block[f->rpo[k]].ninsn; i++) {
                ir_ref r = f->block[f->rpo[k]].insn[i];
                unsigned b = ir_type_fp(f->insn[r].type) ? bits_of(x, &f->insn[r]) : 128;

                if (b > x->low[r]) {
                    x->low[r] = (uint8_t)b;
                    again = true;
                }
            }
    }
}
