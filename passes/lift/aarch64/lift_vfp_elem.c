/* Floating-point instructions with an element of a register as operand, widening multiply-adds (FP16FML, BF16) and complex
 * arithmetic (FCMA). */
#include "passes/lift/aarch64/lift_fp.h"

static bool bit(const struct ginsn *in, unsigned n)
{
    return in->raw >> n & 1;
}

/* H:L:M, H:L or H: the index of a 16-, 32- or 64-bit element. The first takes one bit of the register's number. */
static unsigned index_h(const struct ginsn *in) { return (unsigned)(bit(in, 11) << 2 | bit(in, 21) << 1 | bit(in, 20)); }
static unsigned index_s(const struct ginsn *in) { return (unsigned)(bit(in, 11) << 1 | bit(in, 21)); }

static ir_ref element_h(struct lift *l, const struct ginsn *in)
{
    return ga64_dup_lane(l, T_F16, ga64_getv(l, in->rs2 & 15), index_h(in));
}

static ir_ref element_s(struct lift *l, const struct ginsn *in)
{
    return ga64_dup_lane(l, T_F32, ga64_getv(l, in->rs2), index_s(in));
}

/* FMLA, FMLS, FMUL, FMULX; bits 23:22: 0 half, 2 single, 3 double. */
unsigned ga64_lift_v_elem_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned size = ga64_bits(in->raw, 23, 22);
    struct ga64_shape s = { .lane = size == 0 ? T_F16 : size == 2 ? T_F32 : T_F64, .q = bit(in, 30) };
    ir_ref n = ga64_getv(l, in->rs1), d = ga64_getv(l, in->rd), m;

    s.t = bit(in, 28) ? s.lane : s.q ? T_V128 : T_V64;
    s.fl = bit(in, 28) ? 0 : ga64_lane_flag(s.lane);
    m = s.lane == T_F16 ? element_h(l, in)
        : s.lane == T_F32 ? element_s(l, in) : ga64_dup_lane(l, T_F64, ga64_getv(l, in->rs2), bit(in, 11));
    ga64_setf(l, in->rd, ga64_fp_three(l, &s, ga64_row_op(row), d, n, m));
    return 0;
}

unsigned ga64_lift_s_elem_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_elem_fp(l, in, row);
}

/* ---- half precision into single (FPMulAddH) ---- */

/* The low (part 0) or high half of the instruction's width (bit 30: 128 bits) of v, widened. */
static ir_ref widen(struct lift *l, const struct ginsn *in, unsigned part, ir_ref v)
{
    if (part && bit(in, 30))
        v = ga64_upper(l, v);
    else if (part)
        v = ga64_lanes(l, T_F32, v, v, (const uint8_t[]){ 1 }, 1);
    return ir_fp(l->f, IR_vfcvtl, T_V128, FP_SILENT | FP_LANE_F32, v, 0, 0);
}

static void mul_add_h(struct lift *l, const struct ginsn *in, enum ga64_op op, unsigned part, ir_ref m)
{
    struct ga64_shape s = { .lane = T_F32, .t = bit(in, 30) ? T_V128 : T_V64, .fl = FP_LANE_F32, .q = bit(in, 30) };
    ir_ref n = widen(l, in, part, ga64_getv(l, in->rs1));
    bool sub = op == GA64_OP_fmlsl || op == GA64_OP_fmlsl2;

    ga64_setf(l, in->rd, ga64_fp_three(l, &s, sub ? GA64_OP_fmls : GA64_OP_fmla, ga64_getv(l, in->rd), n, m));
}

unsigned ga64_lift_v_fmlal(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned part = op == GA64_OP_fmlal2 || op == GA64_OP_fmlsl2;

    mul_add_h(l, in, op, part, widen(l, in, part, ga64_getv(l, in->rs2)));
    return 0;
}

unsigned ga64_lift_v_fmlal_elem(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned part = op == GA64_OP_fmlal2 || op == GA64_OP_fmlsl2;

    mul_add_h(l, in, op, part, widen(l, in, 0, element_h(l, in)));
    return 0;
}

/* ---- complex numbers: real part in the even lane ---- */

/* Lanes of the pairs of v, each pair in the order even, odd given as lane offsets 0 or 1; +2: negated. */
static ir_ref pairs(struct lift *l, enum ir_type lane, ir_ref v, unsigned even, unsigned odd)
{
    unsigned all = 16 / ga64_lane_bytes(lane);
    uint8_t from[8];

    for (unsigned i = 0; i < all; i += 2) {
        from[i] = (uint8_t)(i + (even & 1) + (even & 2 ? all : 0));
        from[i + 1] = (uint8_t)(i + (odd & 1) + (odd & 2 ? all : 0));
    }
    return ga64_lanes(l, lane, v, (even | odd) & 2 ? ga64_vneg(l, lane, v) : v, from, all);
}

static struct ga64_shape complex_shape(const struct ginsn *in)
{
    unsigned size = ga64_bits(in->raw, 23, 22);         /* 1 half, 2 single, 3 double */
    enum ir_type lane = (enum ir_type)(T_F16 - 1 + size);

    return (struct ga64_shape){ .lane = lane, .t = bit(in, 30) ? T_V128 : T_V64, .fl = ga64_lane_flag(lane), .q = bit(in, 30) };
}

/* FCMLA by rot quarter turns: d + part of n times m turned; the part is the real one for even rot, else the imaginary one. */
static void complex_mla(struct lift *l, const struct ginsn *in, unsigned rot, ir_ref m)
{
    static const uint8_t even[4] = { 0, 3, 2, 1 }, odd[4] = { 1, 0, 3, 2 };
    struct ga64_shape s = complex_shape(in);
    ir_ref n = pairs(l, s.lane, ga64_getv(l, in->rs1), rot & 1, rot & 1);

    m = pairs(l, s.lane, m, even[rot], odd[rot]);
    ga64_setf(l, in->rd, ga64_fp_three(l, &s, GA64_OP_fmla, ga64_getv(l, in->rd), n, m));
}

unsigned ga64_lift_v_fcmla(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    complex_mla(l, in, ga64_bits(in->raw, 12, 11), ga64_getv(l, in->rs2));
    return 0;
}

/* The element is a pair: of halves, numbered H:L, or singles, H. */
unsigned ga64_lift_v_fcmla_elem(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    bool half = ga64_bits(in->raw, 23, 22) == 1;
    ir_ref m = half ? element_s(l, in) : ga64_dup_lane(l, T_F64, ga64_getv(l, in->rs2), bit(in, 11));

    complex_mla(l, in, ga64_bits(in->raw, 14, 13), m);
    return 0;
}

/* n + m turned by 90 (bit 12: 270) degrees. */
unsigned ga64_lift_v_fcadd(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    struct ga64_shape s = complex_shape(in);
    ir_ref m = ga64_getv(l, in->rs2);

    m = bit(in, 12) ? pairs(l, s.lane, m, 1, 2) : pairs(l, s.lane, m, 3, 0);
    ga64_setf(l, in->rd, ga64_fp_three(l, &s, GA64_OP_fadd, 0, ga64_getv(l, in->rs1), m));
    return 0;
}

/* ---- bfloat16 ---- */

unsigned ga64_lift_bf16_dot(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref v = ir_vec(l->f, IR_vbfdot, 0, ga64_getv(l, in->rd), ga64_getv(l, in->rs1), ga64_getv(l, in->rs2));

    ga64_setq(l, in->rd, bit(in, 30), v);
    return 0;
}

unsigned ga64_lift_bf16_dot_elem(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref v = ir_vec(l->f, IR_vbfdot, 0, ga64_getv(l, in->rd), ga64_getv(l, in->rs1), element_s(l, in));

    ga64_setq(l, in->rd, bit(in, 30), v);
    return 0;
}

unsigned ga64_lift_bf16_mmla(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_setf(l, in->rd, ir_vec(l->f, IR_vbfmmla, 0, ga64_getv(l, in->rd), ga64_getv(l, in->rs1), ga64_getv(l, in->rs2)));
    return 0;
}

/* The even (BFMLALB) or odd (BFMLALT) bfloat16 lanes as singles. */
static ir_ref bf16_part(struct lift *l, bool odd, ir_ref v)
{
    if (odd)
        return ir_vec(l->f, IR_vand, 0, v, ga64_k(l, T_V128, UINT64_C(0xffff0000ffff0000)), 0);
    return ir_vec(l->f, IR_vshl, VL(VL_32, 16), v, 0, 0);
}

static unsigned bf16_mla(struct lift *l, const struct ginsn *in, const struct ga64_row *row, ir_ref m)
{
    struct ga64_shape s = { .lane = T_F32, .t = T_V128, .fl = FP_LANE_F32, .q = true };
    ir_ref n = bf16_part(l, ga64_row_op(row) == GA64_OP_bfmlalt, ga64_getv(l, in->rs1));

    ga64_setf(l, in->rd, ga64_fp_three(l, &s, GA64_OP_fmla, ga64_getv(l, in->rd), n, m));
    return 0;
}

unsigned ga64_lift_bf16_mlal(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return bf16_mla(l, in, row, bf16_part(l, ga64_row_op(row) == GA64_OP_bfmlalt, ga64_getv(l, in->rs2)));
}

unsigned ga64_lift_bf16_mlal_elem(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return bf16_mla(l, in, row, bf16_part(l, false, element_h(l, in)));
}
