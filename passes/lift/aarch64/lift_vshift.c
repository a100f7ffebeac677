/* AArch64 Advanced SIMD (C7.2): shifts by immediates, narrowing, widening. */
#include "passes/lift/aarch64/lift_vec.h"

/* immh:immb: the highest bit set of immh says the lane (of narrowing and widening forms the narrow one). */
static unsigned imm_lane(const struct ginsn *in)
{
    return 31 - (unsigned)__builtin_clz(ga64_bits(in->raw, 22, 19));
}

static unsigned left_by(const struct ginsn *in)
{
    return ga64_bits(in->raw, 22, 16) - ga64_lane_bits(imm_lane(in));
}

static unsigned right_by(const struct ginsn *in)
{
    return 2 * ga64_lane_bits(imm_lane(in)) - ga64_bits(in->raw, 22, 16);
}

/* ---- right shifts; n is 1 to the lane's width ---- */

static ir_ref shr(struct lift *l, bool sign, unsigned lane, ir_ref a, unsigned n)
{
    if (n < 64)
        return ga64_v1(l, sign ? IR_vsar : IR_vshr, VL(lane, n), a);
    return sign ? ga64_v1(l, IR_vsar, VL(lane, 63), a) : ir_const(l->f, T_V128, 0);
}

/* Rounding: the last bit that falls out is added. That cannot overflow. */
static ir_ref rshr(struct lift *l, bool sign, unsigned lane, ir_ref a, unsigned n)
{
    ir_ref last = n == 1 ? a : ga64_v1(l, IR_vshr, VL(lane, n - 1), a);

    if (n < ga64_lane_bits(lane))
        last = ga64_v2(l, IR_vand, 0, last, ga64_splat(l, lane, 1));
    return ga64_v2(l, IR_vadd, lane, shr(l, sign, lane, a, n), last);
}

static ir_ref shl(struct lift *l, unsigned lane, ir_ref a, unsigned n)
{
    return n ? ga64_v1(l, IR_vshl, VL(lane, n), a) : a;
}

static uint64_t low_ones(unsigned n)
{
    return n < 64 ? (UINT64_C(1) << n) - 1 : ~UINT64_C(0);
}

/* sri, sli: bits of d stay where the shift brings none. */
static ir_ref insert(struct lift *l, unsigned lane, ir_ref shifted, ir_ref d, uint64_t keep)
{
    return ga64_v2(l, IR_vor, 0, shifted, ga64_v2(l, IR_vand, 0, d, ga64_splat(l, lane, keep)));
}

/* sqshl, uqshl, sqshlu: saturated where shifting back does not restore the operand. */
static struct ga64_vres qshl(struct lift *l, enum ga64_op op, unsigned lane, ir_ref a, unsigned n)
{
    bool sign = op == GA64_OP_sqshl;
    ir_ref from = a, back, v;

    if (op == GA64_OP_sqshlu)
        from = ga64_v2(l, IR_vandn, 0, a, ga64_v1(l, IR_vsar, VL(lane, ga64_lane_bits(lane) - 1), a));
    v = n ? ga64_v2(l, sign ? IR_vsqshl : IR_vuqshl, lane, from, ga64_splat(l, lane, n)) : from;
    back = n ? shr(l, sign, lane, shl(l, lane, from, n), n) : from;
    return (struct ga64_vres){ v, ga64_v2(l, IR_vxor, 0, back, a) };
}

static ir_ref shift_right(struct lift *l, const struct ginsn *in, enum ga64_op op, unsigned lane)
{
    ir_ref a = ga64_getv(l, in->rs1), v;
    unsigned n = right_by(in);

    switch (op) {
    case GA64_OP_sshr: case GA64_OP_ssra:   v = shr(l, true, lane, a, n); break;
    case GA64_OP_ushr: case GA64_OP_usra:   v = shr(l, false, lane, a, n); break;
    case GA64_OP_srshr: case GA64_OP_srsra: v = rshr(l, true, lane, a, n); break;
    default:                                v = rshr(l, false, lane, a, n); break;      /* urshr, ursra */
    }
    if (op == GA64_OP_ssra || op == GA64_OP_usra || op == GA64_OP_srsra || op == GA64_OP_ursra)
        v = ga64_v2(l, IR_vadd, lane, ga64_getv(l, in->rd), v);
    return v;
}

static struct ga64_vres shift_imm(struct lift *l, const struct ginsn *in, enum ga64_op op, unsigned lane)
{
    ir_ref a = ga64_getv(l, in->rs1), v;
    unsigned w = ga64_lane_bits(lane), n = right_by(in);

    switch (op) {
    case GA64_OP_sqshl: case GA64_OP_uqshl: case GA64_OP_sqshlu: return qshl(l, op, lane, a, left_by(in));
    case GA64_OP_shl: v = shl(l, lane, a, left_by(in)); break;
    case GA64_OP_sli: v = insert(l, lane, shl(l, lane, a, left_by(in)), ga64_getv(l, in->rd), low_ones(left_by(in))); break;
    case GA64_OP_sri: v = insert(l, lane, shr(l, false, lane, a, n), ga64_getv(l, in->rd), ~low_ones(w - n)); break;
    default:          v = shift_right(l, in, op, lane); break;
    }
    return (struct ga64_vres){ v, IR_NONE };
}

unsigned ga64_lift_v_shift_imm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_put_vector(l, in, shift_imm(l, in, ga64_row_op(row), imm_lane(in)));
    return 0;
}

unsigned ga64_lift_s_shift_imm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_put_scalar(l, in, imm_lane(in), shift_imm(l, in, ga64_row_op(row), imm_lane(in)));
    return 0;
}

/* ---- narrowing ---- */

/* Wide lanes of a into the low half, saturated where widening the result again does not give a. */
static struct ga64_vres narrow(struct lift *l, enum ir_op op, unsigned lane, ir_ref a)
{
    ir_ref v = ga64_v1(l, op, lane, a);

    if (op == IR_vxtn)
        return (struct ga64_vres){ v, IR_NONE };
    return (struct ga64_vres){ v, ga64_v2(l, IR_vxor, 0, a, ga64_v1(l, op == IR_vsqxtn ? IR_vsxt : IR_vuxt, lane, v)) };
}

static enum ir_op narrow_op(enum ga64_op op)
{
    switch (op) {
    case GA64_OP_sqxtn: case GA64_OP_sqshrn: case GA64_OP_sqrshrn:      return IR_vsqxtn;
    case GA64_OP_uqxtn: case GA64_OP_uqshrn: case GA64_OP_uqrshrn:      return IR_vuqxtn;
    case GA64_OP_sqxtun: case GA64_OP_sqshrun: case GA64_OP_sqrshrun:   return IR_vsqxtun;
    default:                                                            return IR_vxtn;
    }
}

/* A scalar's other lanes must not count as saturated: only its wide lane of the difference. */
static void put_narrow_scalar(struct lift *l, const struct ginsn *in, unsigned lane, struct ga64_vres res)
{
    ga64_saturated(l, res.sat, ga64_lane_bits(lane + 1));
    ga64_put_scalar(l, in, lane, (struct ga64_vres){ res.v, IR_NONE });
}

unsigned ga64_lift_v_narrow(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_put_narrow(l, in, narrow(l, narrow_op(ga64_row_op(row)), ga64_size(in), ga64_getv(l, in->rs1)));
    return 0;
}

unsigned ga64_lift_s_narrow(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned lane = ga64_size(in);

    put_narrow_scalar(l, in, lane, narrow(l, narrow_op(ga64_row_op(row)), lane, ga64_getv(l, in->rs1)));
    return 0;
}

/* The shifted wide lanes. Bits that a wrapping sum loses would not be kept. */
static ir_ref narrow_shifted(struct lift *l, const struct ginsn *in, enum ga64_op op)
{
    unsigned wide = imm_lane(in) + 1, n = right_by(in);
    ir_ref a = ga64_getv(l, in->rs1);

    switch (op) {
    case GA64_OP_shrn: case GA64_OP_uqshrn:     return shr(l, false, wide, a, n);
    case GA64_OP_rshrn:
        a = ga64_v2(l, IR_vadd, wide, a, ga64_splat(l, wide, UINT64_C(1) << (n - 1)));
        return shr(l, false, wide, a, n);
    case GA64_OP_sqshrn: case GA64_OP_sqshrun:  return shr(l, true, wide, a, n);
    case GA64_OP_uqrshrn:                       return rshr(l, false, wide, a, n);
    default:                                    return rshr(l, true, wide, a, n);       /* sqrshrn, sqrshrun */
    }
}

unsigned ga64_lift_v_shift_narrow(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);

    ga64_put_narrow(l, in, narrow(l, narrow_op(op), imm_lane(in), narrow_shifted(l, in, op)));
    return 0;
}

unsigned ga64_lift_s_shift_narrow(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);

    put_narrow_scalar(l, in, imm_lane(in), narrow(l, narrow_op(op), imm_lane(in), narrow_shifted(l, in, op)));
    return 0;
}

/* ---- widening ---- */

unsigned ga64_lift_v_shift_long(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_op ext = ga64_row_op(row) == GA64_OP_sshll ? IR_vsxt : IR_vuxt;
    unsigned lane = imm_lane(in);

    ga64_setf(l, in->rd, shl(l, lane + 1, ga64_v1(l, ext, lane, ga64_half(l, in, in->rs1)), left_by(in)));
    return 0;
}

unsigned ga64_lift_v_widen(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned lane = ga64_size(in);

    (void)row;                                  /* shll: by the lane's width */
    ga64_setf(l, in->rd, shl(l, lane + 1, ga64_v1(l, IR_vuxt, lane, ga64_half(l, in, in->rs1)), ga64_lane_bits(lane)));
    return 0;
}
