/* AArch64 Advanced SIMD on integers (C7.2): lane-wise operations, reductions, dot products, and what all vector files share. */
#include "passes/lift/aarch64/lift_vec.h"

ir_ref ga64_splat(struct lift *l, unsigned lane, uint64_t v)
{
    unsigned w = ga64_lane_bits(lane);

    if (w < 64)
        v &= (UINT64_C(1) << w) - 1;
    for (; w < 64; w *= 2)
        v |= v << w;
    return ir_const(l->f, T_V128, v);
}

ir_ref ga64_vnot(struct lift *l, ir_ref a)
{
    return ga64_v2(l, IR_vxor, 0, a, ir_const(l->f, T_V128, ~UINT64_C(0)));
}

ir_ref ga64_vupper(struct lift *l, ir_ref a)
{
    static const uint8_t high[16] = { 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15 };

    return ir_vshuf(l->f, a, a, high);
}

ir_ref ga64_half(struct lift *l, const struct ginsn *in, unsigned r)
{
    ir_ref v = ga64_getv(l, r);

    return ga64_q(in) ? ga64_vupper(l, v) : v;
}

ir_ref ga64_vjoin(struct lift *l, ir_ref lo, ir_ref hi)
{
    static const uint8_t low[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23 };

    return ir_vshuf(l->f, lo, hi, low);
}

ir_ref ga64_dup(struct lift *l, unsigned lane, unsigned r, unsigned index)
{
    ir_ref v = ga64_getv(l, r);
    unsigned es = 1u << lane;
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++)
        p[i] = (uint8_t)(index * es + i % es);
    return ir_vshuf(l->f, v, v, p);
}

/* ---- writers ---- */

void ga64_put_vector(struct lift *l, const struct ginsn *in, struct ga64_vres res)
{
    if (res.sat)
        ga64_saturated(l, res.sat, ga64_q(in) ? 128 : 64);
    ga64_setq(l, in->rd, ga64_q(in), res.v);
}

void ga64_put_scalar(struct lift *l, const struct ginsn *in, unsigned lane, struct ga64_vres res)
{
    ir_ref v = res.v;

    if (res.sat)
        ga64_saturated(l, res.sat, ga64_lane_bits(lane));
    if (lane == VL_8) {
        v = ir_vconv(l->f, IR_vextr, T_I8, VL(VL_8, 0), v);
        v = ga64_v2(l, IR_vins, VL(VL_8, 0), ir_const(l->f, T_V128, 0), v);
    } else {
        v = ir_vconv(l->f, IR_vlow, lane == VL_16 ? T_F16 : lane == VL_32 ? T_F32 : T_V64, 0, v);
    }
    ga64_setf(l, in->rd, v);
}

void ga64_put_narrow(struct lift *l, const struct ginsn *in, struct ga64_vres res)
{
    if (res.sat)
        ga64_saturated(l, res.sat, 128);
    ga64_setf(l, in->rd, ga64_q(in) ? ga64_vjoin(l, ga64_getv(l, in->rd), res.v) : res.v);
}

void ga64_put_wide(struct lift *l, const struct ginsn *in, struct ga64_vres res)
{
    if (res.sat)
        ga64_saturated(l, res.sat, 128);
    ga64_setf(l, in->rd, res.v);
}

/* ---- three same ---- */

ir_ref ga64_uzp(struct lift *l, unsigned lane, bool odd, bool half, ir_ref a, ir_ref b)
{
    unsigned es = 1u << lane, n = half ? 8 : 16;
    uint8_t p[16];

    /* One source that the host can shuffle in one step is worth the step that makes it. */
    if (half)
        a = b = ga64_vjoin(l, a, b);
    for (unsigned i = 0; i < 16; i++)
        p[i] = (uint8_t)(i < n ? (i / es * 2 + odd) * es + i % es : 0x80);
    return ir_vshuf(l->f, a, b, p);
}

/* How an operation is made of VOPs. */
enum how {
    H_NONE,
    H_PLAIN,                    /* op(a, b) */
    H_ACC,                      /* d + op(a, b) */
    H_DEC,                      /* d - op(a, b) */
    H_GE,                       /* not op(b, a) */
    H_GEU,                      /* a >= b as max(a, b) == a, which hosts have; 64-bit lanes as H_GE */
    H_TST,
    H_SAT,                      /* op(a, b), saturated where `wrap` gives something else */
    H_SHL,                      /* op(a, b), by a variable; `wrap` shifts without saturating */
    H_DMULH,                    /* op(a, b), saturated where both are the minimum */
    H_RDMLAH, H_RDMLSH,
};
struct three { uint8_t how; uint16_t op, wrap; };

static const struct three three[GA64_NOP] = {
#define PLAIN(name) [OP(name)] = { H_PLAIN, IR_v##name, 0 }
    PLAIN(shadd), PLAIN(uhadd), PLAIN(srhadd), PLAIN(urhadd), PLAIN(shsub), PLAIN(uhsub), PLAIN(sshl), PLAIN(ushl),
    PLAIN(srshl), PLAIN(urshl), PLAIN(smax), PLAIN(umax), PLAIN(smin), PLAIN(umin), PLAIN(sabd), PLAIN(uabd), PLAIN(add),
    PLAIN(sub), PLAIN(mul), PLAIN(pmul),
#undef PLAIN
    [OP(cmgt)] = { H_PLAIN, IR_vcgts, 0 },    [OP(cmhi)] = { H_PLAIN, IR_vcgtu, 0 },    [OP(cmeq)] = { H_PLAIN, IR_vceq, 0 },
    [OP(cmge)] = { H_GE, IR_vcgts, 0 },       [OP(cmhs)] = { H_GEU, IR_vcgtu, 0 },      [OP(cmtst)] = { H_TST, 0, 0 },
    [OP(addp)] = { H_PLAIN, IR_vadd, 0 },     [OP(smaxp)] = { H_PLAIN, IR_vsmax, 0 },   [OP(umaxp)] = { H_PLAIN, IR_vumax, 0 },
    [OP(sminp)] = { H_PLAIN, IR_vsmin, 0 },   [OP(uminp)] = { H_PLAIN, IR_vumin, 0 },
    [OP(mla)] = { H_ACC, IR_vmul, 0 },        [OP(mls)] = { H_DEC, IR_vmul, 0 },
    [OP(saba)] = { H_ACC, IR_vsabd, 0 },      [OP(uaba)] = { H_ACC, IR_vuabd, 0 },
    [OP(sqadd)] = { H_SAT, IR_vsqadd, IR_vadd },      [OP(uqadd)] = { H_SAT, IR_vuqadd, IR_vadd },
    [OP(sqsub)] = { H_SAT, IR_vsqsub, IR_vsub },      [OP(uqsub)] = { H_SAT, IR_vuqsub, IR_vsub },
    [OP(suqadd)] = { H_SAT, IR_vsuqadd, IR_vadd },    [OP(usqadd)] = { H_SAT, IR_vusqadd, IR_vadd },
    [OP(sqshl)] = { H_SHL, IR_vsqshl, IR_vsshl },     [OP(uqshl)] = { H_SHL, IR_vuqshl, IR_vushl },
    [OP(sqrshl)] = { H_SHL, IR_vsqrshl, IR_vsshl },   [OP(uqrshl)] = { H_SHL, IR_vuqrshl, IR_vushl },
    [OP(sqdmulh)] = { H_DMULH, IR_vsqdmulh, 0 },      [OP(sqrdmulh)] = { H_DMULH, IR_vsqrdmulh, 0 },
    [OP(sqrdmlah)] = { H_RDMLAH, IR_vsqrdmlah, 0 },   [OP(sqrdmlsh)] = { H_RDMLSH, IR_vsqrdmlsh, 0 },
};

/* The lanes' minimum as signed numbers. */
static ir_ref is_min(struct lift *l, unsigned lane, ir_ref a)
{
    return ga64_v2(l, IR_vceq, lane, a, ga64_splat(l, lane, UINT64_C(1) << (ga64_lane_bits(lane) - 1)));
}

/* A shift to the left lost bits where shifting back does not restore them; shifts to the right never saturate. */
static ir_ref shl_lost(struct lift *l, enum ir_op shift, unsigned lane, ir_ref a, ir_ref b)
{
    unsigned w = ga64_lane_bits(lane);
    ir_ref back = ga64_v2(l, IR_vsub, lane, ir_const(l->f, T_V128, 0), b);
    ir_ref lost = ga64_v2(l, IR_vxor, 0, ga64_v2(l, shift, lane, ga64_v2(l, shift, lane, a, b), back), a);
    ir_ref right = lane == VL_8 ? b : ga64_v1(l, IR_vshl, VL(lane, w - 8), b);

    return ga64_v2(l, IR_vandn, 0, lost, ga64_v1(l, IR_vsar, VL(lane, w - 1), right));
}

/* What sqrdmlah and sqrdmlsh would give without saturating: d plus the rounded high half of 2ab or -2ab, which fits the lane but
 * for a = b = minimum (one more than the saturated high half), and which for -2ab is that of -a and b, or b where a is the
 * minimum. */
static ir_ref rdml_wrapped(struct lift *l, bool minus, unsigned lane, ir_ref d, ir_ref a, ir_ref b)
{
    ir_ref amin = is_min(l, lane, a), high;

    if (minus) {
        high = ga64_v2(l, IR_vsqrdmulh, lane, ga64_v2(l, IR_vsub, lane, ir_const(l->f, T_V128, 0), a), b);
        high = ir_vec(l->f, IR_vbsl, 0, amin, b, high);
    } else {
        high = ga64_v2(l, IR_vsqrdmulh, lane, a, b);
        high = ga64_v2(l, IR_vsub, lane, high, ga64_v2(l, IR_vand, 0, amin, is_min(l, lane, b)));
    }
    return ga64_v2(l, IR_vadd, lane, d, high);
}

static struct ga64_vres three_sat(struct lift *l, const struct three *t, unsigned lane, ir_ref d, ir_ref a, ir_ref b)
{
    enum ir_op op = (enum ir_op)t->op, wrap = (enum ir_op)t->wrap;
    ir_ref v;

    switch (t->how) {
    case H_SAT:
        v = ga64_v2(l, op, lane, a, b);
        return (struct ga64_vres){ v, ga64_v2(l, IR_vxor, 0, v, ga64_v2(l, wrap, lane, a, b)) };
    case H_SHL:
        return (struct ga64_vres){ ga64_v2(l, op, lane, a, b), shl_lost(l, wrap, lane, a, b) };
    case H_DMULH:
        v = ga64_v2(l, IR_vand, 0, is_min(l, lane, a), is_min(l, lane, b));
        return (struct ga64_vres){ ga64_v2(l, op, lane, a, b), v };
    default:
        v = ir_vec(l->f, op, lane, d, a, b);
        return (struct ga64_vres){ v, ga64_v2(l, IR_vxor, 0, v, rdml_wrapped(l, t->how == H_RDMLSH, lane, d, a, b)) };
    }
}

struct ga64_vres ga64_three(struct lift *l, enum ga64_op op, unsigned lane, ir_ref d, ir_ref a, ir_ref b)
{
    const struct three *t = &three[op];
    enum ir_op vop = (enum ir_op)t->op;
    ir_ref v;

    switch (t->how) {
    case H_PLAIN: v = ga64_v2(l, vop, lane, a, b); break;
    case H_ACC:   v = ga64_v2(l, IR_vadd, lane, d, ga64_v2(l, vop, lane, a, b)); break;
    case H_DEC:   v = ga64_v2(l, IR_vsub, lane, d, ga64_v2(l, vop, lane, a, b)); break;
    case H_GEU:
        if (lane < VL_64) {
            v = ga64_v2(l, IR_vceq, lane, ga64_v2(l, IR_vumax, lane, a, b), a);
            break;
        }
        /* fallthrough */
    case H_GE:    v = ga64_vnot(l, ga64_v2(l, vop, lane, b, a)); break;
    case H_TST:
        v = ga64_v2(l, IR_vand, 0, a, b);
        v = ga64_vnot(l, ga64_v2(l, IR_vceq, lane, v, ir_const(l->f, T_V128, 0)));
        break;
    default:      return three_sat(l, t, lane, d, a, b);
    }
    return (struct ga64_vres){ v, IR_NONE };
}

ir_ref ga64_three_dest(struct lift *l, enum ga64_op op, unsigned r)
{
    enum how how = (enum how)three[op].how;

    return how == H_ACC || how == H_DEC || how == H_RDMLAH || how == H_RDMLSH ? ga64_getv(l, r) : IR_NONE;
}

static bool pairwise(enum ga64_op op)
{
    return op == GA64_OP_addp || op == GA64_OP_smaxp || op == GA64_OP_umaxp || op == GA64_OP_sminp || op == GA64_OP_uminp;
}

unsigned ga64_lift_v_three_same(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a = ga64_getv(l, in->rs1), b = ga64_getv(l, in->rs2);
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);

    if (pairwise(op)) {
        ir_ref even = ga64_uzp(l, lane, false, !ga64_q(in), a, b);

        b = ga64_uzp(l, lane, true, !ga64_q(in), a, b);
        a = even;
    }
    ga64_put_vector(l, in, ga64_three(l, op, lane, ga64_three_dest(l, op, in->rd), a, b));
    return 0;
}

unsigned ga64_lift_s_three_same(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    unsigned lane = ga64_size(in);
    ir_ref d = ga64_three_dest(l, op, in->rd), a = ga64_getv(l, in->rs1), b = ga64_getv(l, in->rs2);

    ga64_put_scalar(l, in, lane, ga64_three(l, op, lane, d, a, b));
    return 0;
}

unsigned ga64_lift_v_logic(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a = ga64_getv(l, in->rs1), b = in->rs2 == in->rs1 ? a : ga64_getv(l, in->rs2), v;

    switch (ga64_row_op(row)) {
    case GA64_OP_and: v = ga64_v2(l, IR_vand, 0, a, b); break;
    case GA64_OP_bic: v = ga64_v2(l, IR_vandn, 0, a, b); break;
    case GA64_OP_orr: v = a == b ? a : ga64_v2(l, IR_vor, 0, a, b); break;
    case GA64_OP_orn: v = ga64_v2(l, IR_vor, 0, a, ga64_vnot(l, b)); break;
    case GA64_OP_eor: v = a == b ? ir_const(l->f, T_V128, 0) : ga64_v2(l, IR_vxor, 0, a, b); break;
    case GA64_OP_bsl: v = ir_vec(l->f, IR_vbsl, 0, ga64_getv(l, in->rd), a, b); break;
    case GA64_OP_bit: v = ir_vec(l->f, IR_vbsl, 0, b, a, ga64_getv(l, in->rd)); break;
    default:          v = ir_vec(l->f, IR_vbsl, 0, b, ga64_getv(l, in->rd), a); break;      /* bif */
    }
    ga64_setq(l, in->rd, ga64_q(in), v);
    return 0;
}

/* ---- two registers ---- */

/* Elements of 1 << lane bytes in reverse order inside containers of `bytes`. */
static ir_ref reverse(struct lift *l, unsigned lane, unsigned bytes, ir_ref a)
{
    unsigned es = 1u << lane;
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++)
        p[i] = (uint8_t)(i / bytes * bytes + (bytes / es - 1 - i % bytes / es) * es + i % es);
    return ir_vshuf(l->f, a, a, p);
}

static struct ga64_vres sqabs(struct lift *l, unsigned lane, ir_ref a)
{
    ir_ref v = ga64_v1(l, IR_vabs, lane, a), min = ga64_v1(l, IR_vsar, VL(lane, ga64_lane_bits(lane) - 1), v);

    return (struct ga64_vres){ ga64_v2(l, IR_vadd, lane, v, min), min };        /* minimum - 1 is the maximum */
}

static ir_ref two_plain(struct lift *l, enum ga64_op op, unsigned lane, ir_ref a)
{
    switch (op) {
    case GA64_OP_rev64:  return reverse(l, lane, 8, a);
    case GA64_OP_rev32:  return reverse(l, lane, 4, a);
    case GA64_OP_rev16:  return reverse(l, VL_8, 2, a);
    case GA64_OP_cls:    return ga64_v1(l, IR_vcls, lane, a);
    case GA64_OP_clz:    return ga64_v1(l, IR_vclz, lane, a);
    case GA64_OP_cnt:    return ga64_v1(l, IR_vcnt, VL_8, a);
    case GA64_OP_rbit:   return ga64_v1(l, IR_vrbit, VL_8, a);
    case GA64_OP_not:    return ga64_vnot(l, a);
    case GA64_OP_urecpe: return ga64_v1(l, IR_vurecpe, VL_32, a);
    case GA64_OP_ursqrte: return ga64_v1(l, IR_vursqrte, VL_32, a);
    case GA64_OP_abs:    return ga64_v1(l, IR_vabs, lane, a);
    case GA64_OP_saddlp: case GA64_OP_sadalp: return ga64_v1(l, IR_vspaddl, lane, a);
    case GA64_OP_uaddlp: case GA64_OP_uadalp: return ga64_v1(l, IR_vupaddl, lane, a);
    default:             return ga64_v2(l, IR_vsub, lane, ir_const(l->f, T_V128, 0), a);    /* neg */
    }
}

static struct ga64_vres two(struct lift *l, const struct ginsn *in, enum ga64_op op, unsigned lane)
{
    ir_ref a = ga64_getv(l, in->rs1), v;

    if (op == GA64_OP_sqabs)
        return sqabs(l, lane, a);
    if (op == GA64_OP_sqneg)
        return ga64_three(l, GA64_OP_sqsub, lane, IR_NONE, ir_const(l->f, T_V128, 0), a);
    if (op == GA64_OP_suqadd || op == GA64_OP_usqadd)
        return ga64_three(l, op, lane, IR_NONE, ga64_getv(l, in->rd), a);
    v = two_plain(l, op, lane, a);
    if (op == GA64_OP_sadalp || op == GA64_OP_uadalp)
        v = ga64_v2(l, IR_vadd, lane + 1, v, ga64_getv(l, in->rd));
    return (struct ga64_vres){ v, IR_NONE };
}

unsigned ga64_lift_v_two(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_put_vector(l, in, two(l, in, ga64_row_op(row), ga64_size(in)));
    return 0;
}

unsigned ga64_lift_s_two(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_put_scalar(l, in, ga64_size(in), two(l, in, ga64_row_op(row), ga64_size(in)));
    return 0;
}

static ir_ref cmp_zero(struct lift *l, const struct ginsn *in, enum ga64_op op, unsigned lane)
{
    ir_ref a = ga64_getv(l, in->rs1), zero = ir_const(l->f, T_V128, 0);

    switch (op) {
    case GA64_OP_cmgt: return ga64_v2(l, IR_vcgts, lane, a, zero);
    case GA64_OP_cmge: return ga64_v2(l, IR_vcgts, lane, a, ir_const(l->f, T_V128, ~UINT64_C(0)));
    case GA64_OP_cmeq: return ga64_v2(l, IR_vceq, lane, a, zero);
    case GA64_OP_cmle: return ga64_v2(l, IR_vcgts, lane, ga64_splat(l, lane, 1), a);
    default:           return ga64_v2(l, IR_vcgts, lane, zero, a);              /* cmlt */
    }
}

unsigned ga64_lift_v_cmp_zero(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_setq(l, in->rd, ga64_q(in), cmp_zero(l, in, ga64_row_op(row), ga64_size(in)));
    return 0;
}

unsigned ga64_lift_s_cmp_zero(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ga64_setq(l, in->rd, false, cmp_zero(l, in, ga64_row_op(row), VL_64));
    return 0;
}

/* ---- across lanes ---- */

/* Folds the low `bytes` of v in halves until one lane is left. */
static ir_ref reduce(struct lift *l, enum ir_op op, unsigned lane, unsigned bytes, ir_ref v)
{
    for (unsigned h = bytes / 2; h >= 1u << lane; h /= 2) {
        uint8_t p[16];

        for (unsigned i = 0; i < 16; i++)
            p[i] = (uint8_t)((i + h) % 16);
        v = ga64_v2(l, op, lane, v, ir_vshuf(l->f, v, v, p));
    }
    return v;
}

unsigned ga64_lift_v_across(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned lane = ga64_size(in), bytes = ga64_q(in) ? 16 : 8;
    ir_ref a = ga64_getv(l, in->rs1);
    enum ir_op op = IR_vadd;

    switch (ga64_row_op(row)) {
    case GA64_OP_saddlv: a = ga64_v1(l, IR_vspaddl, lane++, a); break;
    case GA64_OP_uaddlv: a = ga64_v1(l, IR_vupaddl, lane++, a); break;
    case GA64_OP_smaxv:  op = IR_vsmax; break;
    case GA64_OP_umaxv:  op = IR_vumax; break;
    case GA64_OP_sminv:  op = IR_vsmin; break;
    case GA64_OP_uminv:  op = IR_vumin; break;
    default: break;                                                             /* addv */
    }
    ga64_put_scalar(l, in, lane, (struct ga64_vres){ reduce(l, op, lane, bytes, a), IR_NONE });
    return 0;
}

/* ---- dot products, matrices ---- */

static enum ir_op dot_op(enum ga64_op op)
{
    switch (op) {
    case GA64_OP_sdot:  return IR_vsdot;
    case GA64_OP_udot:  return IR_vudot;
    case GA64_OP_smmla: return IR_vsmmla;
    case GA64_OP_ummla: return IR_vummla;
    case GA64_OP_usmmla: return IR_vusmmla;
    default:            return IR_vusdot;
    }
}

unsigned ga64_lift_v_dot(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref d = ga64_getv(l, in->rd), a = ga64_getv(l, in->rs1), b = ga64_getv(l, in->rs2);

    ga64_setq(l, in->rd, ga64_q(in), ir_vec(l->f, dot_op(ga64_row_op(row)), VL_32, d, a, b));
    return 0;
}

unsigned ga64_lift_v_mmla(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return ga64_lift_v_dot(l, in, row);         /* Q is 1 in every encoding */
}

unsigned ga64_lift_v_dot_elem(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned index = ga64_bits(in->raw, 11, 11) << 1 | ga64_bits(in->raw, 21, 21);
    ir_ref d = ga64_getv(l, in->rd), a = ga64_getv(l, in->rs1), b = ga64_dup(l, VL_32, in->rs2, index);
    enum ga64_op op = ga64_row_op(row);

    if (op == GA64_OP_sudot)
        ga64_setq(l, in->rd, ga64_q(in), ir_vec(l->f, IR_vusdot, VL_32, d, b, a));
    else
        ga64_setq(l, in->rd, ga64_q(in), ir_vec(l->f, dot_op(op), VL_32, d, a, b));
    return 0;
}
