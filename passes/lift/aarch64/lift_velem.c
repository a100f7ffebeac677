/* AArch64 Advanced SIMD on integers (C7.2): operations that widen or narrow ("three different"), and those by one element. */
#include "passes/lift/aarch64/lift_vec.h"

/* ---- long products that saturate ---- */

static ir_ref wide_max(struct lift *l, unsigned lane)
{
    return ga64_splat(l, lane + 1, (UINT64_C(1) << (ga64_lane_bits(lane + 1) - 1)) - 1);
}

/* sqdmull, sqdmlal, sqdmlsl of the low lanes of a and b: 2ab is even, so it is the maximum only where it saturated. */
static struct ga64_vres sqdml(struct lift *l, enum ga64_op op, unsigned lane, ir_ref d, ir_ref a, ir_ref b)
{
    ir_ref p = ga64_v2(l, IR_vsqdmull, lane, a, b), sat = ga64_v2(l, IR_vceq, lane + 1, p, wide_max(l, lane));
    struct ga64_vres r;

    if (op == GA64_OP_sqdmull)
        return (struct ga64_vres){ p, sat };
    r = ga64_three(l, op == GA64_OP_sqdmlal ? GA64_OP_sqadd : GA64_OP_sqsub, lane + 1, IR_NONE, d, p);
    return (struct ga64_vres){ r.v, ga64_v2(l, IR_vor, 0, r.sat, sat) };
}

/* Products of the low lanes of a and b, added to d or subtracted from it. */
static struct ga64_vres mull(struct lift *l, enum ga64_op op, unsigned lane, ir_ref d, ir_ref a, ir_ref b)
{
    ir_ref v;

    switch (op) {
    case GA64_OP_smull: v = ga64_v2(l, IR_vsmull, lane, a, b); break;
    case GA64_OP_umull: v = ga64_v2(l, IR_vumull, lane, a, b); break;
    case GA64_OP_smlal: v = ga64_v2(l, IR_vadd, lane + 1, d, ga64_v2(l, IR_vsmull, lane, a, b)); break;
    case GA64_OP_umlal: v = ga64_v2(l, IR_vadd, lane + 1, d, ga64_v2(l, IR_vumull, lane, a, b)); break;
    case GA64_OP_smlsl: v = ga64_v2(l, IR_vsub, lane + 1, d, ga64_v2(l, IR_vsmull, lane, a, b)); break;
    case GA64_OP_umlsl: v = ga64_v2(l, IR_vsub, lane + 1, d, ga64_v2(l, IR_vumull, lane, a, b)); break;
    default:            return sqdml(l, op, lane, d, a, b);
    }
    return (struct ga64_vres){ v, IR_NONE };
}

static ir_ref mull_dest(struct lift *l, enum ga64_op op, unsigned r)
{
    return op == GA64_OP_smull || op == GA64_OP_umull || op == GA64_OP_sqdmull ? IR_NONE : ga64_getv(l, r);
}

/* ---- three different ---- */

static void lift_addhn(struct lift *l, const struct ginsn *in, enum ga64_op op, unsigned lane)
{
    bool sub = op == GA64_OP_subhn || op == GA64_OP_rsubhn, round = op == GA64_OP_raddhn || op == GA64_OP_rsubhn;
    unsigned w = ga64_lane_bits(lane);
    ir_ref v = ga64_v2(l, sub ? IR_vsub : IR_vadd, lane + 1, ga64_getv(l, in->rs1), ga64_getv(l, in->rs2));

    if (round)
        v = ga64_v2(l, IR_vadd, lane + 1, v, ga64_splat(l, lane + 1, UINT64_C(1) << (w - 1)));
    v = ga64_v1(l, IR_vxtn, lane, ga64_v1(l, IR_vshr, VL(lane + 1, w), v));
    ga64_put_narrow(l, in, (struct ga64_vres){ v, IR_NONE });
}

/* l: both operands are widened; w: the second. Differences of absolute value fit the narrow lane as unsigned numbers. */
struct long_op { uint16_t op, ext; bool narrow_first, acc, wide_first; };
static const struct long_op long_ops[GA64_NOP] = {
    [OP(saddl)] = { .op = IR_vadd, .ext = IR_vsxt },
    [OP(uaddl)] = { .op = IR_vadd, .ext = IR_vuxt },
    [OP(ssubl)] = { .op = IR_vsub, .ext = IR_vsxt },
    [OP(usubl)] = { .op = IR_vsub, .ext = IR_vuxt },
    [OP(saddw)] = { .op = IR_vadd, .ext = IR_vsxt, .wide_first = true },
    [OP(uaddw)] = { .op = IR_vadd, .ext = IR_vuxt, .wide_first = true },
    [OP(ssubw)] = { .op = IR_vsub, .ext = IR_vsxt, .wide_first = true },
    [OP(usubw)] = { .op = IR_vsub, .ext = IR_vuxt, .wide_first = true },
    [OP(sabdl)] = { .op = IR_vsabd, .ext = IR_vuxt, .narrow_first = true },
    [OP(uabdl)] = { .op = IR_vuabd, .ext = IR_vuxt, .narrow_first = true },
    [OP(sabal)] = { .op = IR_vsabd, .ext = IR_vuxt, .narrow_first = true, .acc = true },
    [OP(uabal)] = { .op = IR_vuabd, .ext = IR_vuxt, .narrow_first = true, .acc = true },
};

static ir_ref long_value(struct lift *l, const struct ginsn *in, const struct long_op *o, unsigned lane)
{
    enum ir_op op = (enum ir_op)o->op, ext = (enum ir_op)o->ext;
    ir_ref b = ga64_half(l, in, in->rs2), v;

    if (o->wide_first)
        return ga64_v2(l, op, lane + 1, ga64_getv(l, in->rs1), ga64_v1(l, ext, lane, b));
    if (!o->narrow_first)
        return ga64_v2(l, op, lane + 1, ga64_v1(l, ext, lane, ga64_half(l, in, in->rs1)), ga64_v1(l, ext, lane, b));
    v = ga64_v1(l, ext, lane, ga64_v2(l, op, lane, ga64_half(l, in, in->rs1), b));
    return o->acc ? ga64_v2(l, IR_vadd, lane + 1, ga64_getv(l, in->rd), v) : v;
}

unsigned ga64_lift_v_three_diff(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);

    if (op == GA64_OP_addhn || op == GA64_OP_raddhn || op == GA64_OP_subhn || op == GA64_OP_rsubhn) {
        lift_addhn(l, in, op, lane);
    } else if (long_ops[op].op) {
        ga64_setf(l, in->rd, long_value(l, in, &long_ops[op], lane));
    } else {
        ir_ref a = ga64_half(l, in, in->rs1), b = ga64_half(l, in, in->rs2);

        ga64_put_wide(l, in, mull(l, op, lane, mull_dest(l, op, in->rd), a, b));
    }
    return 0;
}

unsigned ga64_lift_s_three_diff(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);
    ir_ref d = mull_dest(l, op, in->rd), a = ga64_getv(l, in->rs1), b = ga64_getv(l, in->rs2);

    ga64_put_scalar(l, in, lane + 1, mull(l, op, lane, d, a, b));
    return 0;
}

unsigned ga64_lift_v_pmull(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned lane = ga64_size(in);              /* VL_8 or VL_64 */

    (void)row;
    ga64_setf(l, in->rd, ga64_v2(l, IR_vpmull, lane, ga64_half(l, in, in->rs1), ga64_half(l, in, in->rs2)));
    return 0;
}

/* ---- by element ---- */

/* The element of Vm in every lane. Halfwords: H:L:M number it, and Vm is one of v0..v15. */
static ir_ref element(struct lift *l, const struct ginsn *in, unsigned lane)
{
    unsigned hl = ga64_bits(in->raw, 11, 11) << 1 | ga64_bits(in->raw, 21, 21);

    if (lane == VL_16)
        return ga64_dup(l, lane, in->rs2 & 15, hl << 1 | ga64_bits(in->raw, 20, 20));
    return ga64_dup(l, lane, in->rs2, hl);
}

unsigned ga64_lift_v_elem(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);
    ir_ref d = ga64_three_dest(l, op, in->rd), a = ga64_getv(l, in->rs1), b = element(l, in, lane);

    ga64_put_vector(l, in, ga64_three(l, op, lane, d, a, b));
    return 0;
}

unsigned ga64_lift_s_elem(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);
    ir_ref d = ga64_three_dest(l, op, in->rd), a = ga64_getv(l, in->rs1), b = element(l, in, lane);

    ga64_put_scalar(l, in, lane, ga64_three(l, op, lane, d, a, b));
    return 0;
}

unsigned ga64_lift_v_elem_long(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);
    ir_ref d = mull_dest(l, op, in->rd), a = ga64_half(l, in, in->rs1), b = element(l, in, lane);

    ga64_put_wide(l, in, mull(l, op, lane, d, a, b));
    return 0;
}

unsigned ga64_lift_s_elem_long(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);
    ir_ref d = mull_dest(l, op, in->rd), a = ga64_getv(l, in->rs1), b = element(l, in, lane);

    ga64_put_scalar(l, in, lane + 1, mull(l, op, lane, d, a, b));
    return 0;
}
