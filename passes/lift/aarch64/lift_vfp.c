/* Advanced SIMD floating point (C4.1.95), vectors and the scalar forms of the same groups: three and two operands, conversions,
 * pairwise and across lanes. A 64-bit vector is computed as one, because unused lanes would raise. */
#include "passes/lift/aarch64/lift_fp.h"

/* ---- lanes ---- */

static uint64_t lane_signs(enum ir_type lane)
{
    return lane == T_F16 ? UINT64_C(0x8000800080008000) : lane == T_F32 ? UINT64_C(0x8000000080000000) : UINT64_C(1) << 63;
}

ir_ref ga64_vneg(struct lift *l, enum ir_type lane, ir_ref v)
{
    return ir_vec(l->f, IR_vxor, 0, v, ga64_k(l, T_V128, lane_signs(lane)), 0);
}

ir_ref ga64_vabs(struct lift *l, enum ir_type lane, ir_ref v)
{
    return ir_vec(l->f, IR_vand, 0, v, ga64_k(l, T_V128, ~lane_signs(lane)), 0);
}

ir_ref ga64_low(struct lift *l, enum ir_type t, ir_ref v)
{
    if (t == T_V128)
        return v;
    return ir_is_const(l->f, v) ? ga64_k(l, t, ir_const_val(l->f, v)) : ir_vconv(l->f, IR_vlow, t, 0, v);
}

static ir_ref wide(struct lift *l, ir_ref v)
{
    return l->f->insn[v].type == T_V128 ? v : ir_vconv(l->f, IR_vzext, T_V128, 0, v);
}

ir_ref ga64_lanes(struct lift *l, enum ir_type lane, ir_ref a, ir_ref b, const uint8_t *from, unsigned n)
{
    unsigned size = ga64_lane_bytes(lane);
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++) {
        p[i] = (uint8_t)(i / size < n ? from[i / size] * size + i % size : 0x80);
    }
    return ir_vshuf(l->f, a, b, p);
}

ir_ref ga64_dup_lane(struct lift *l, enum ir_type lane, ir_ref v, unsigned index)
{
    uint8_t from[8];

    for (unsigned i = 0; i < 8; i++)
        from[i] = (uint8_t)index;
    return ga64_lanes(l, lane, v, v, from, 16 / ga64_lane_bytes(lane));
}

ir_ref ga64_upper(struct lift *l, ir_ref v)
{
    return ga64_lanes(l, T_F64, v, v, (const uint8_t[]){ 1 }, 1);
}

ir_ref ga64_join(struct lift *l, ir_ref d, ir_ref v)
{
    return ga64_lanes(l, T_F64, d, v, (const uint8_t[]){ 0, 2 }, 2);
}

void ga64_set_bits(struct lift *l, unsigned r, ir_ref v)
{
    ga64_setf(l, r, ir_op1(l->f, IR_bitcast, l->f->insn[v].type == T_I32 ? T_F32 : T_F64, v));
}

/* Bit 28 tells scalar forms from vectors, bit 30 is Q. */
static struct ga64_shape shape_of(const struct ginsn *in, enum ir_type lane)
{
    struct ga64_shape s = { .lane = lane, .q = in->raw >> 30 & 1 };

    if (in->raw >> 28 & 1) {
        s.t = lane;
    } else {
        s.t = s.q ? T_V128 : T_V64;
        s.fl = ga64_lane_flag(lane);
    }
    return s;
}

static enum ir_type size_lane(const struct ginsn *in, bool half)
{
    return half ? T_F16 : in->raw >> 22 & 1 ? T_F64 : T_F32;
}

/* Three same: half precision has bit 21 clear. Two registers: it has bits 20:19 set. */
static struct ga64_shape three_shape(const struct ginsn *in)
{
    return shape_of(in, size_lane(in, !(in->raw >> 21 & 1)));
}

static struct ga64_shape two_shape(const struct ginsn *in)
{
    return shape_of(in, size_lane(in, ga64_bits(in->raw, 20, 19) == 3));
}

/* ---- three operands ---- */

ir_ref ga64_fp_three(struct lift *l, const struct ga64_shape *s, enum ga64_op op, ir_ref d, ir_ref n, ir_ref m)
{
    bool sub = op == GA64_OP_fmls;
    ir_ref v;

    if (sub || op == GA64_OP_fmla) {            /* FPMulAdd(d, n, m), FMLS with n negated */
        n = ga64_low(l, s->t, sub ? ga64_vneg(l, s->lane, n) : n);
        return ir_fp(l->f, IR_fma, s->t, GA64_ARITH | s->fl, n, ga64_low(l, s->t, m), ga64_low(l, s->t, d));
    }
    v = ir_fp(l->f, ga64_fp_binary(op), s->t, GA64_ARITH | s->fl, ga64_low(l, s->t, n), ga64_low(l, s->t, m), 0);
    return op == GA64_OP_fabd ? ga64_vabs(l, s->lane, wide(l, v)) : v;
}

/* Element e is op(element 2e, element 2e + 1) of m:n. */
static ir_ref pairwise(struct lift *l, const struct ga64_shape *s, enum ga64_op op, ir_ref n, ir_ref m)
{
    unsigned all = 16 / ga64_lane_bytes(s->lane), count = s->q ? all : all / 2;
    uint8_t even[8], odd[8];

    for (unsigned i = 0; i < count; i++) {
        even[i] = (uint8_t)(2 * i < count ? 2 * i : all + 2 * i - count);
        odd[i] = even[i] + 1;
    }
    return ga64_fp_three(l, s, op, 0, ga64_lanes(l, s->lane, n, m, even, count), ga64_lanes(l, s->lane, n, m, odd, count));
}

/* A mask of what holds, as register rd: FCMEQ is quiet, the others raise for any NaN. */
static void compare(struct lift *l, const struct ga64_shape *s, enum ga64_op op, unsigned rd, ir_ref n, ir_ref m)
{
    bool swap = op == GA64_OP_fcmge || op == GA64_OP_fcmgt || op == GA64_OP_facge || op == GA64_OP_facgt;
    bool less = op == GA64_OP_fcmgt || op == GA64_OP_facgt || op == GA64_OP_fcmlt, eq = op == GA64_OP_fcmeq;
    ir_ref a, b, v;

    if (op == GA64_OP_facge || op == GA64_OP_facgt) {
        n = ga64_vabs(l, s->lane, n);
        m = ga64_vabs(l, s->lane, m);
    }
    a = ga64_low(l, s->t, swap ? m : n);
    b = ga64_low(l, s->t, swap ? n : m);
    if (s->fl) {
        ga64_setf(l, rd, ir_fp(l->f, eq ? IR_vfeq : less ? IR_vflt : IR_vfle, s->t, s->fl, a, b, 0));
        return;
    }
    v = ir_fp(l->f, eq ? IR_feq : less ? IR_flt : IR_fle, T_I1, 0, a, b, 0);
    v = ir_op1(l->f, IR_sext, ga64_lane_int(s->lane), v);
    ga64_set_bits(l, rd, s->lane == T_F16 ? ir_op1(l->f, IR_zext, T_I32, v) : v);
}

static bool is_compare(enum ga64_op op)
{
    return op == GA64_OP_fcmeq || op == GA64_OP_fcmge || op == GA64_OP_fcmgt || op == GA64_OP_facge || op == GA64_OP_facgt;
}

static bool is_pairwise(enum ga64_op op)
{
    return op == GA64_OP_faddp || op == GA64_OP_fmaxp || op == GA64_OP_fminp || op == GA64_OP_fmaxnmp || op == GA64_OP_fminnmp;
}

unsigned ga64_lift_v_three_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    struct ga64_shape s = three_shape(in);
    enum ga64_op op = ga64_row_op(row);
    ir_ref n = ga64_getv(l, in->rs1), m = ga64_getv(l, in->rs2);

    if (is_compare(op))
        compare(l, &s, op, in->rd, n, m);
    else if (is_pairwise(op))
        ga64_setf(l, in->rd, pairwise(l, &s, op, n, m));
    else if (op == GA64_OP_fabd && !s.fl)
        ga64_setf(l, in->rd, ir_op1(l->f, IR_fabs, s.t, ga64_fp_three(l, &s, GA64_OP_fsub, 0, n, m)));
    else
        ga64_setf(l, in->rd, ga64_fp_three(l, &s, op, ga64_getv(l, in->rd), n, m));
    return 0;
}

unsigned ga64_lift_s_three_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_three_fp(l, in, row);
}

/* ---- two operands ---- */

unsigned ga64_lift_v_two_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    struct ga64_shape s = two_shape(in);
    enum ga64_op op = ga64_row_op(row);
    ir_ref v = ga64_getv(l, in->rs1);

    if (op == GA64_OP_fabs)
        ga64_setq(l, in->rd, s.q, ga64_vabs(l, s.lane, v));
    else if (op == GA64_OP_fneg)
        ga64_setq(l, in->rd, s.q, ga64_vneg(l, s.lane, v));
    else
        ga64_setf(l, in->rd, ga64_fp_unary(l, op, s.t, s.fl, ga64_low(l, s.t, v)));
    return 0;
}

unsigned ga64_lift_s_two_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_two_fp(l, in, row);
}

unsigned ga64_lift_v_cmp_zero_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    struct ga64_shape s = two_shape(in);

    compare(l, &s, ga64_row_op(row), in->rd, ga64_getv(l, in->rs1), ga64_k(l, T_V128, 0));
    return 0;
}

unsigned ga64_lift_s_cmp_zero_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_cmp_zero_fp(l, in, row);
}

/* ---- conversions ---- */

/* The IR has no scalar conversion between f16 and i16: the scalar form is a vector whose other lanes are 0, which raise nothing. */
static void half_alone(struct ga64_shape *s)
{
    if (!s->fl && s->lane == T_F16) {
        s->t = T_V64;
        s->fl = FP_LANE_F16;
    }
}

static void to_int(struct lift *l, const struct ginsn *in, enum ga64_op op, struct ga64_shape s, bool sign, unsigned fbits)
{
    enum ir_type it = ga64_lane_int(s.lane);
    bool scalar = !s.fl;
    ir_ref v = ga64_getv(l, in->rs1);

    half_alone(&s);
    if (scalar && s.fl)
        v = wide(l, ga64_low(l, s.lane, v));
    v = ga64_fp_toint(l, sign, s.fl ? s.t : it, ga64_round_mode(op) | s.fl, ga64_low(l, s.t, v), fbits);
    if (s.fl)
        ga64_setf(l, in->rd, v);
    else
        ga64_set_bits(l, in->rd, v);
}

static void from_int(struct lift *l, const struct ginsn *in, struct ga64_shape s, bool sign, unsigned fbits)
{
    ir_ref v = ga64_getv(l, in->rs1);

    if (s.fl) {
        v = ga64_low(l, s.t, v);
    } else if (s.lane == T_F16) {
        v = ir_vconv(l->f, IR_vextr, T_I16, VL(VL_16, 0), v);
        v = ir_op1(l->f, sign ? IR_sext : IR_zext, T_I32, v);
    } else {
        v = ir_op1(l->f, IR_bitcast, ga64_lane_int(s.lane), ga64_low(l, s.lane, v));
    }
    ga64_setf(l, in->rd, ga64_fp_fromint(l, sign, s.t, FP_RM_DYN | s.fl, v, fbits));
}

/* U, bit 29: unsigned. */
unsigned ga64_lift_v_toint(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    to_int(l, in, ga64_row_op(row), two_shape(in), !(in->raw >> 29 & 1), 0);
    return 0;
}

unsigned ga64_lift_s_toint(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_toint(l, in, row);
}

unsigned ga64_lift_v_fromint(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    from_int(l, in, two_shape(in), !(in->raw >> 29 & 1), 0);
    return 0;
}

unsigned ga64_lift_s_fromint(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_fromint(l, in, row);
}

/* immh:immb = twice the lane's width - fraction bits; the highest bit of immh tells the width. */
unsigned ga64_lift_v_fixed(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned imm = ga64_bits(in->raw, 22, 16);
    enum ir_type lane = imm & 64 ? T_F64 : imm & 32 ? T_F32 : T_F16;
    unsigned fbits = 16 * ga64_lane_bytes(lane) - imm;
    bool sign = !(in->raw >> 29 & 1);

    if (op == GA64_OP_scvtf || op == GA64_OP_ucvtf)
        from_int(l, in, shape_of(in, lane), sign, fbits);
    else
        to_int(l, in, op, shape_of(in, lane), sign, fbits);
    return 0;
}

unsigned ga64_lift_s_fixed(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_fixed(l, in, row);
}

/* FCVTL{2}, FCVTN{2}, FCVTXN{2}: bit 22 tells single from double. */
unsigned ga64_lift_v_fcvt(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    bool upper = in->raw >> 30 & 1, dbl = in->raw >> 22 & 1;
    enum ga64_op op = ga64_row_op(row);
    unsigned fl = FP_PROP | (op == GA64_OP_fcvtxn ? FP_RM_ODD : FP_RM_DYN) | ga64_lane_flag(dbl ? T_F32 : T_F16);
    ir_ref v = ga64_getv(l, in->rs1);

    if (op == GA64_OP_fcvtl) {
        v = upper ? ga64_upper(l, v) : v;
        ga64_setf(l, in->rd, ir_fp(l->f, IR_vfcvtl, T_V128, GA64_ARITH | ga64_lane_flag(dbl ? T_F64 : T_F32), v, 0, 0));
        return 0;
    }
    v = ir_fp(l->f, IR_vfcvtn, T_V128, fl, v, 0, 0);
    ga64_setf(l, in->rd, upper ? ga64_join(l, ga64_getv(l, in->rd), v) : v);
    return 0;
}

unsigned ga64_lift_s_fcvt(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_setf(l, in->rd, ir_fp(l->f, IR_fcvt, T_F32, FP_PROP | FP_RM_ODD, ga64_getf(l, T_F64, in->rs1), 0, 0));
    return 0;
}

/* ---- across lanes ---- */

/* op(lane 0, lane 1) of v as a scalar. */
static ir_ref last_pair(struct lift *l, enum ir_type lane, enum ga64_op op, ir_ref v)
{
    ir_ref b = ga64_low(l, lane, ga64_lanes(l, lane, v, v, (const uint8_t[]){ 1 }, 1));

    return ir_fp(l->f, ga64_fp_binary(op), lane, GA64_ARITH, ga64_low(l, lane, v), b, 0);
}

unsigned ga64_lift_s_pair(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    ir_ref v = ga64_getv(l, in->rs1);

    if (op == GA64_OP_addp)
        ga64_setq(l, in->rd, false, ir_vec(l->f, IR_vadd, VL(VL_64, 0), v, ga64_upper(l, v), 0));
    else
        ga64_setf(l, in->rd, last_pair(l, size_lane(in, !(in->raw >> 29 & 1)), op, v));
    return 0;
}

/* Reduce (J1.3.7): halves are reduced, then combined; so neighbours are combined first. After one step 64 bits are left. */
unsigned ga64_lift_v_across_fp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type lane = in->raw >> 29 & 1 ? T_F32 : T_F16;
    struct ga64_shape s = { .lane = lane, .t = T_V64, .fl = ga64_lane_flag(lane) };
    unsigned n = (in->raw >> 30 & 1 ? 16 : 8) / ga64_lane_bytes(lane);
    enum ga64_op op = ga64_row_op(row);
    static const uint8_t even[4] = { 0, 2, 4, 6 }, odd[4] = { 1, 3, 5, 7 };
    ir_ref v = ga64_getv(l, in->rs1);

    while ((n /= 2) > 1)
        v = wide(l, ga64_fp_three(l, &s, op, 0, ga64_lanes(l, lane, v, v, even, n), ga64_lanes(l, lane, v, v, odd, n)));
    ga64_setf(l, in->rd, last_pair(l, lane, op, v));
    return 0;
}
