/* x86-64 emission of what isel_fprop.c selects, and the way to the evaluator with all registers kept. */
#include "jit/host/x86_64/emit.h"

#include "jit/helpers.h"

static unsigned prefix_of(const struct mi *in)
{
    if (in->aux & FPA_PACKED)
        return in->sz == 4 ? 0 : 0x66;
    return in->sz == 4 ? 0xf3 : 0xf2;
}

/* The operation itself; its result's register is none of the sources'. */
static void compute(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg;
    uint32_t op = XOP(prefix_of(in), 1, in->cc);
    bool packed = in->aux & FPA_PACKED;

    if (in->imm == 3) {                         /* vf[n]m{add,sub}231, or 213 */
        unsigned np = (in->scale ^ in->scale >> 1) & 1, nc = in->scale >> 2 & 1;

        x_rr(&x->b, XOP(0, 1, 0x28), 4, d, in->o[1 + in->y].reg);
        if (in->y == 2)
            x_vrr(&x->b, XOP(0x66, 2, 0xb8 + 4 * np + 2 * nc + !packed), in->sz == 8, 0, d, a, in->o[2].reg);
        else                                    /* 213 */
            x_vrr(&x->b, XOP(0x66, 2, 0xa8 + 4 * np + 2 * nc + !packed), in->sz == 8, 0, d, in->o[2 - in->y].reg, in->o[3].reg);
    } else if (in->imm == 2) {
        unsigned p = in->o[1 + in->y].reg, q = in->o[2 - in->y].reg;

        if (in->aux & FPA_AVX) {
            x_vrr(&x->b, op, 0, 0, d, p, q);
        } else {
            x_rr(&x->b, XOP(0, 1, 0x28), 4, d, p);
            x_rr(&x->b, op, 4, d, q);
        }
    } else if (in->cc == 0x5a) {
        x_rr(&x->b, XOP(0, 1, 0x57), 4, d, d);
        x_rr(&x->b, op, 4, d, a);
    } else if (in->aux & FPA_AVX) {
        x_vrr(&x->b, op, 0, 0, d, packed ? 0 : a, a);
    } else {
        x_rr(&x->b, op, 4, d, a);
    }
}

/* Jumps when an element of mask t is set. movmskps to the last operand, a scratch register, costs less than ptest. */
static uint32_t jump_any(struct x86 *x, const struct mi *in, unsigned t)
{
    unsigned g = in->o[in->nop - 1].reg;

    x_rr(&x->b, XOP(0, 1, 0x50), 4, g, t);
    x_rr(&x->b, XOP(0, 0, 0x85), 4, g, g);
    return x_jcc(&x->b, CC_NE);
}

/* Jumps when an element of d is a NaN; with FPC_TINY also when it is the least normal number, which may have been rounded up to. */
static uint32_t check_packed(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, t = x86_target.scratch_vec, pre = in->sz == 4 ? 0 : 0x66;
    uint64_t sign = in->sz == 8 ? ~(UINT64_C(1) << 63) : UINT64_C(0x7fffffff7fffffff), abs[2] = { sign, sign };
    uint64_t least = in->sz == 8 ? UINT64_C(1) << 52 : UINT64_C(0x0080000000800000), min[2] = { least, least };

    if ((in->aux & FPC_MASK) == FPC_TINY) {
        x86_vlit(x, XOP(0, 1, 0x54), t, d, abs, 0);
        x86_vlit(x, XOP(pre, 1, 0xc2), t, t, min, 1);
        x_byte(&x->b, 8);                       /* equal or unordered, quiet */
    } else if (in->aux & FPA_AVX) {
        x_vrr(&x->b, XOP(pre, 1, 0xc2), 0, 0, t, d, d);
        x_byte(&x->b, 3);                       /* unordered */
    } else {
        x_rr(&x->b, XOP(0, 1, 0x28), 4, t, d);
        x_rr(&x->b, XOP(pre, 1, 0xc2), 4, t, t);
        x_byte(&x->b, 3);
    }
    return jump_any(x, in, t);
}

uint32_t x86_check_scalar(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, t = x86_target.scratch_vec, sz = in->cc == 0x5a ? 12u - in->sz : in->sz;
    uint64_t sign = sz == 8 ? ~(UINT64_C(1) << 63) : 0x7fffffff, abs[2] = { sign, 0 };
    const uint32_t ucomis = XOP(sz == 8 ? 0x66 : 0, 1, 0x2e);

    if ((in->aux & FPC_MASK) == FPC_NAN) {
        x_rr(&x->b, ucomis, 4, d, d);
        return x_jcc(&x->b, CC_P);
    }
    if (in->aux & FPA_AVX) {
        x86_vlit(x, XOP(0, 1, 0x54), t, d, abs, 0);
    } else {
        x86_lit(x, XOP(0, 1, 0x28), t, abs, 2);
        x_rr(&x->b, XOP(0, 1, 0x54), 4, t, d);
    }
    x86_lit1(x, ucomis, t, sz == 8 ? UINT64_C(1) << 52 : 0x00800000);
    return x_jcc(&x->b, CC_E);                  /* equal or unordered */
}

static void emit_arith(struct x86 *x, const struct mi *in)
{
    struct xcold *c;

    compute(x, in);
    if (x86_group(x, in))
        return;
    c = x86_cold(x, COLD_SLOW, in, in->aux & FPA_PACKED ? check_packed(x, in) : x86_check_scalar(x, in));
    c->back = x->b.n;
}

/* d = op of the sources, or of one. */
static void lane_op(struct x86 *x, const struct mi *in, uint32_t op, unsigned d, unsigned a, unsigned b)
{
    if (in->aux & FPA_AVX) {
        x_vrr(&x->b, op, 0, 0, d, a, b);
        return;
    }
    x_rr(&x->b, XOP(0, 1, 0x28), 4, d, a);
    x_rr(&x->b, op, 4, d, b);
}

/* Equality raises for signalling NaNs alone, less-than for all, unless it is the quiet one. */
static void emit_compare(struct x86 *x, const struct mi *in, const struct ir_insn *op)
{
    unsigned pred = op->op == IR_vfeq ? 0 : (op->op == IR_vflt ? 1 : 2) | (op->flags & FP_QUIET ? 0x10 : 0);

    lane_op(x, in, XOP(in->sz == 4 ? 0 : 0x66, 1, 0xc2), in->o[0].reg, in->o[1].reg, in->o[2].reg);
    x_byte(&x->b, pred);
}

/* NaNs first: the host's minimum would raise for quiet ones. Of zeros, -0 is the smaller: both orders, or (and). */
static void emit_lane_minmax(struct x86 *x, const struct mi *in, const struct ir_insn *op)
{
    unsigned pre = in->sz == 4 ? 0 : 0x66, d = in->o[0].reg, a = in->o[1].reg, b = in->o[2].reg, t = x86_target.scratch_vec;
    bool most = op->op == IR_fmax || op->op == IR_fmaxnm;
    struct xcold *c;

    lane_op(x, in, XOP(pre, 1, 0xc2), t, a, b);
    x_byte(&x->b, 3);
    c = x86_cold(x, COLD_SLOW, in, jump_any(x, in, t));
    lane_op(x, in, XOP(pre, 1, most ? 0x5f : 0x5d), d, a, b);
    lane_op(x, in, XOP(pre, 1, most ? 0x5f : 0x5d), t, b, a);
    lane_op(x, in, XOP(0, 1, most ? 0x54 : 0x56), d, d, t);
    c->back = x->b.n;
}

/* What is out of range becomes one number, which the cold path looks at. */
static void emit_to_int(struct x86 *x, const struct mi *in, const struct ir_insn *op)
{
    static const uint8_t mode[8] = { [FP_RM_NE] = 0, [FP_RM_DN] = 1, [FP_RM_UP] = 2 };
    static const uint64_t bad[3][2] = { { UINT64_C(0x8000000080000000), UINT64_C(0x8000000080000000) },
        { UINT64_C(1) << 63, UINT64_C(1) << 63 }, { ~UINT64_C(0), ~UINT64_C(0) } };
    unsigned d = in->o[0].reg, a = in->o[1].reg, t = x86_target.scratch_vec, rm = op->flags & FP_RM_MASK;
    bool uns = op->op == IR_f2ui, cut = rm != FP_RM_DYN;
    const uint64_t *limit = bad[uns ? 2 : in->sz == 8];
    struct xcold *c;

    if (rm == FP_RM_NE || rm == FP_RM_DN || rm == FP_RM_UP) {   /* no fraction is left where numbers are out of range */
        if (in->aux & FPA_AVX)
            x_vrr(&x->b, XOP(0x66, 3, 0x08 + (in->sz == 8)), 0, 0, t, 0, a);
        else
            x_rr(&x->b, XOP(0x66, 3, 0x08 + (in->sz == 8)), 4, t, a);
        x_byte(&x->b, mode[rm]);
        x->used |= HF_SSE41;
        a = t;
    }
    if (in->sz == 4 && !uns)
        x_rr(&x->b, XOP(cut ? 0xf3 : 0x66, 1, 0x5b), 4, d, a);
    else if (uns)                               /* vcvt[t]p[sd]2u{dq,qq} */
        x_vec_rr(&x->b, XOP(in->sz == 8 ? 0x66 : 0, 1, cut ? 0x78 : 0x79) | XV_EVEX | (in->sz == 8 ? XV_W : 0), true, d, XNONE, a);
    else
        x_vec_rr(&x->b, XOP(0x66, 1, cut ? 0x7a : 0x7b) | XV_EVEX | XV_W, true, d, XNONE, a);
    if (in->aux & FPA_AVX) {
        x86_vlit(x, XOP(0x66, in->sz == 8 ? 2 : 1, in->sz == 8 ? 0x29 : 0x76), t, d, limit, 0);
    } else {
        x_rr(&x->b, XOP(0, 1, 0x28), 4, t, d);
        x86_lit(x, XOP(0x66, 1, 0x76), t, limit, 2);
    }
    c = x86_cold(x, COLD_SLOW, in, jump_any(x, in, t));
    c->back = x->b.n;
}

static void emit_from_int(struct x86 *x, const struct mi *in, const struct ir_insn *op)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg;

    if (op->op == IR_si2f && in->sz == 4)
        x_rr(&x->b, XOP(0, 1, 0x5b), 4, d, a);
    else if (op->op == IR_si2f)
        x_vec_rr(&x->b, XOP(0xf3, 1, 0xe6) | XV_EVEX | XV_W, true, d, XNONE, a);
    else
        x_vec_rr(&x->b, XOP(in->sz == 4 ? 0xf2 : 0xf3, 1, 0x7a) | XV_EVEX | (in->sz == 8 ? XV_W : 0), true, d, XNONE, a);
}

static void emit_lanes(struct x86 *x, const struct mi *in)
{
    const struct ir_insn *op = &x->f->insn[in->x];
    unsigned d = in->o[0].reg, a = in->o[1].reg;
    struct xcold *c;

    switch (op->op) {
    case IR_vfeq: case IR_vflt: case IR_vfle: emit_compare(x, in, op); break;
    case IR_f2si: case IR_f2ui: emit_to_int(x, in, op); break;
    case IR_si2f: case IR_ui2f: emit_from_int(x, in, op); break;
    case IR_vfcvtl:
        if (in->sz == 8)
            x_rr(&x->b, XOP(0, 1, 0x5a), 4, d, a);
        else
            x_vrr(&x->b, XOP(0x66, 2, 0x13), 0, 0, d, 0, a);    /* vcvtph2ps */
        break;
    case IR_vfcvtn:
        x_rr(&x->b, XOP(0x66, 1, 0x5a), 4, d, a);
        c = x86_cold(x, COLD_SLOW, in, check_packed(x, in));
        c->back = x->b.n;
        break;
    default: emit_lane_minmax(x, in, op);
    }
}

static void emit_round(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg;
    bool packed = in->aux & FPA_PACKED;
    uint32_t op = XOP(0x66, 3, (packed ? 0x08 : 0x0a) + (in->sz == 8));

    x->used |= HF_SSE41;
    if (in->aux & FPA_AVX)
        x_vrr(&x->b, op, 0, 0, d, packed ? 0 : a, a);
    else
        x_rr(&x->b, op, 4, d, a);
    x_byte(&x->b, in->cc);
}

bool x86_emit_fprop(struct x86 *x, struct mi *in)
{
    switch (in->op) {
    case X_FPROP: emit_arith(x, in); return true;
    case X_FVEC: emit_lanes(x, in); return true;
    case X_FROUND: emit_round(x, in); return true;
    case X_DUPQ: x_rr(&x->b, XOP(0xf2, 1, 0x12), 4, in->o[0].reg, in->o[1].reg); return true;  /* movddup */
    default: return false;
    }
}

/* The op of in->x by the evaluator, from the operands' registers to the result's, on the C stack; no other register changes. */
void x86_slow(struct x86 *x, const struct mi *in)
{
    const struct ir_insn *op = &x->f->insn[in->x];
    uint64_t desc = helper_desc(op->op, op->type, x->f->insn[op->a].type, op->flags);
    const int32_t arg = (int32_t)offsetof(struct vcpu, varg);
    unsigned k = 0, d = in->o[0].reg, nop = in->op == X_FPROP ? 1 + (unsigned)in->imm : in->nop;

    for (unsigned i = 1; i < nop; i++) {
        if (in->o[i].kind != MOP_USE)
            continue;
        x_rm(&x->b, XOP(0, 1, 0x11), 4, in->o[i].reg, HOME(arg + 32 * (int32_t)k));
        if (in->op == X_FPROP && (in->scale >> k & 1))
            x_alu_mi(&x->b, ALU_XOR, 1, HOME(arg + 32 * (int32_t)k + in->sz - 1), -128);
        k++;
    }
    for (unsigned i = 0; i < 2; i++) {
        x_rm(&x->b, XOP(0, 0, 0xc7), 4, 0, HOME(arg + 16 + 4 * (int32_t)i));
        x_imm(&x->b, (uint32_t)(desc >> (32 * i)), 4);
    }
    x_rm(&x->b, XOP(0, 0, 0x89), 8, RSP, VCPU_FIELD(hint_sp));
    x_rm(&x->b, XOP(0, 0, 0x8b), 8, RSP, VCPU_FIELD(c_sp));
    x_rm(&x->b, XOP(0, 0, 0xff), 4, 2, VCPU_FIELD(stub[STUB_SLOW]));
    x_rm(&x->b, XOP(0, 0, 0x8b), 8, RSP, VCPU_FIELD(hint_sp));
    if (d >= XMM0)
        x_rm(&x->b, XOP(0, 1, 0x10), 4, d, HOME(arg));
    else
        x_rm(&x->b, XOP(0, 0, 0x8b), 8, d, HOME(arg));
}
