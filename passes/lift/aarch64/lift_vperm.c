/* AArch64 Advanced SIMD (C7.2): permutes, tables, copies between lanes and registers, modified immediates. */
#include "passes/lift/aarch64/lift_vec.h"

/* imm5: the lowest bit set says the lane, the bits above it the number. */
static unsigned index5(const struct ginsn *in, unsigned lane)
{
    return ga64_bits(in->raw, 20, 16) >> (lane + 1);
}

static enum ir_type lane_type(unsigned lane)
{
    return (enum ir_type)(T_I8 + lane);
}

/* ---- copies ---- */

unsigned ga64_lift_v_dup_lane(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_setq(l, in->rd, ga64_q(in), ga64_dup(l, row->arg, in->rs1, index5(in, row->arg)));
    return 0;
}

unsigned ga64_lift_s_dup_lane(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref v = index5(in, row->arg) ? ga64_dup(l, row->arg, in->rs1, index5(in, row->arg)) : ga64_getv(l, in->rs1);

    ga64_put_scalar(l, in, row->arg, (struct ga64_vres){ v, IR_NONE });
    return 0;
}

/* General register r as an integer of a lane. */
static ir_ref gpr_lane(struct lift *l, unsigned lane, unsigned r)
{
    ir_ref v = ga64_get(l, lane == VL_64 ? T_I64 : T_I32, r);

    return lane < VL_32 ? ir_op1(l->f, IR_trunc, lane_type(lane), v) : v;
}

unsigned ga64_lift_v_dup_gpr(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref v = ir_vconv(l->f, IR_vdup, T_V128, VL(row->arg, 0), gpr_lane(l, row->arg, in->rs1));

    ga64_setq(l, in->rd, ga64_q(in), v);
    return 0;
}

unsigned ga64_lift_v_ins_gpr(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref d = ga64_getv(l, in->rd), v = gpr_lane(l, row->arg, in->rs1);

    ga64_setf(l, in->rd, ga64_v2(l, IR_vins, VL(row->arg, index5(in, row->arg)), d, v));
    return 0;
}

unsigned ga64_lift_v_ins_lane(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned lane = row->arg, es = 1u << lane, to = index5(in, lane) * es, from = (ga64_bits(in->raw, 14, 11) >> lane) * es;
    ir_ref d = ga64_getv(l, in->rd), a = ga64_getv(l, in->rs1);
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++)
        p[i] = (uint8_t)(i - to < es ? 16 + from + i - to : i);
    ga64_setf(l, in->rd, ir_vshuf(l->f, d, a, p));
    return 0;
}

unsigned ga64_lift_v_to_gpr(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned lane = row->arg & GA64_MEM_LOG2;
    enum ir_type t = lane == VL_64 || (row->arg & M_SX64) ? T_I64 : T_I32;
    ir_ref v = ir_vconv(l->f, IR_vextr, lane_type(lane), VL(lane, index5(in, lane)), ga64_getv(l, in->rs1));

    if (lane_type(lane) != t)
        v = ir_op1(l->f, row->arg & (M_SX32 | M_SX64) ? IR_sext : IR_zext, t, v);
    ga64_set(l, in->rd, v);
    return 0;
}

/* ---- permutes ---- */

/* zip1 of whole registers; zip1 of 64-bit vectors is its low half, zip2 of them its upper half. */
static ir_ref zip(struct lift *l, unsigned lane, unsigned first, ir_ref a, ir_ref b)
{
    unsigned es = 1u << lane;
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++) {
        unsigned e = i / es;

        p[i] = (uint8_t)(first + e / 2 * es + i % es + (e & 1) * 16);
    }
    return ir_vshuf(l->f, a, b, p);
}

static ir_ref trn(struct lift *l, unsigned lane, bool odd, ir_ref a, ir_ref b)
{
    unsigned es = 1u << lane;
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++) {
        unsigned e = i / es;

        p[i] = (uint8_t)(((e & ~1u) + odd) * es + i % es + (e & 1) * 16);
    }
    return ir_vshuf(l->f, a, b, p);
}

unsigned ga64_lift_v_permute(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a = ga64_getv(l, in->rs1), b = in->rs2 == in->rs1 ? a : ga64_getv(l, in->rs2), v;
    unsigned lane = ga64_size(in);
    bool q = ga64_q(in);

    switch (ga64_row_op(row)) {
    case GA64_OP_uzp1: v = ga64_uzp(l, lane, false, !q, a, b); break;
    case GA64_OP_uzp2: v = ga64_uzp(l, lane, true, !q, a, b); break;
    case GA64_OP_trn1: v = trn(l, lane, false, a, b); break;
    case GA64_OP_trn2: v = trn(l, lane, true, a, b); break;
    case GA64_OP_zip1: v = zip(l, lane, 0, a, b); break;
    default:           v = q ? zip(l, lane, 8, a, b) : ga64_vupper(l, zip(l, lane, 0, a, b)); break;
    }
    ga64_setq(l, in->rd, q, v);
    return 0;
}

unsigned ga64_lift_v_ext(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned at = ga64_bits(in->raw, 14, 11);
    ir_ref a = ga64_getv(l, in->rs1), b = in->rs2 == in->rs1 ? a : ga64_getv(l, in->rs2);
    uint8_t p[16];

    (void)row;
    if (!ga64_q(in))
        a = b = ga64_vjoin(l, a, b);
    for (unsigned i = 0; i < 16; i++)
        p[i] = (uint8_t)(a == b ? (i + at) % 16 : i + at);
    ga64_setq(l, in->rd, ga64_q(in), ir_vshuf(l->f, a, b, p));
    return 0;
}

/* Tables of 1 to 4 registers, from Vn on (v0 follows v31). An index below 16k wraps to one that register k does not have. */
unsigned ga64_lift_v_tbl(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned n = ga64_bits(in->raw, 14, 13) + 1;
    ir_ref index = ga64_getv(l, in->rs2), v = ga64_v2(l, IR_vtbl, 0, ga64_getv(l, in->rs1), index), beyond;

    for (unsigned k = 1; k < n; k++) {
        ir_ref at = ga64_v2(l, IR_vsub, VL_8, index, ga64_splat(l, VL_8, 16 * k));

        v = ga64_v2(l, IR_vor, 0, v, ga64_v2(l, IR_vtbl, 0, ga64_getv(l, (in->rs1 + k) % 32), at));
    }
    if (ga64_row_op(row) == GA64_OP_tbx) {
        beyond = ga64_v2(l, IR_vcgtu, VL_8, index, ga64_splat(l, VL_8, 16 * n - 1));
        v = ir_vec(l->f, IR_vbsl, 0, beyond, ga64_getv(l, in->rd), v);
    }
    ga64_setq(l, in->rd, ga64_q(in), v);
    return 0;
}

/* ---- modified immediates: AdvSIMDExpandImm (J1) ---- */

/* VFPExpandImm (J1) as bits: a sign, e exponent bits, f fraction bits. */
static uint64_t fp_bits(unsigned imm8, unsigned e, unsigned f)
{
    uint64_t b = imm8 >> 6 & 1, exp = (b ^ 1) << (e - 1) | (b ? (UINT64_C(1) << (e - 1)) - 4 : 0) | (imm8 >> 4 & 3);

    return (uint64_t)(imm8 >> 7) << (e + f) | exp << f | (uint64_t)(imm8 & 15) << (f - 4);
}

static uint64_t times(unsigned bits, uint64_t v)
{
    for (; bits < 64; bits *= 2)
        v |= v << bits;
    return v;
}

static uint64_t expand_imm(uint32_t w, bool fp)
{
    unsigned imm8 = ga64_bits(w, 18, 16) << 5 | ga64_bits(w, 9, 5), cmode = ga64_bits(w, 15, 12);

    if (fp && ga64_bits(w, 11, 11))
        return times(16, fp_bits(imm8, 5, 10));
    if (fp)
        return ga64_bits(w, 29, 29) ? fp_bits(imm8, 11, 52) : times(32, fp_bits(imm8, 8, 23));
    if (cmode < 8)
        return times(32, (uint64_t)imm8 << (cmode >> 1) * 8);
    if (cmode < 12)
        return times(16, (uint64_t)imm8 << (cmode >> 1 & 1) * 8);
    if (cmode < 14)
        return times(32, cmode & 1 ? (uint64_t)imm8 << 16 | 0xffff : (uint64_t)imm8 << 8 | 0xff);
    return ga64_bits(w, 29, 29) ? ga64_imm64(w) : times(8, imm8);
}

unsigned ga64_lift_v_modimm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    uint64_t imm = expand_imm(in->raw, op == GA64_OP_fmov);
    ir_ref v;

    if (op == GA64_OP_orr)
        v = ga64_v2(l, IR_vor, 0, ga64_getv(l, in->rd), ir_const(l->f, T_V128, imm));
    else if (op == GA64_OP_bic)
        v = ga64_v2(l, IR_vand, 0, ga64_getv(l, in->rd), ir_const(l->f, T_V128, ~imm));
    else
        v = ir_const(l->f, T_V128, op == GA64_OP_mvni ? ~imm : imm);
    ga64_setq(l, in->rd, ga64_q(in), v);
    return 0;
}
