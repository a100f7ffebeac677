/* Scalar floating point (C4.1.96, "Data Processing -- Scalar Floating-Point"): arithmetic, compares, conversions, moves. The
 * pseudocode functions named are those of J1.3 (shared/functions/float). */
#include "passes/lift/aarch64/lift_fp.h"

/* ftype, bits 23:22. */
static enum ir_type ftype(const struct ginsn *in)
{
    static const enum ir_type of[4] = { T_F32, T_F64, T_F32, T_F16 };

    return of[ga64_bits(in->raw, 23, 22)];
}

unsigned ga64_round_mode(enum ga64_op op)
{
    switch (op) {
    case GA64_OP_frintn: case GA64_OP_fcvtns: case GA64_OP_fcvtnu: return FP_RM_NE;
    case GA64_OP_frintp: case GA64_OP_fcvtps: case GA64_OP_fcvtpu: return FP_RM_UP;
    case GA64_OP_frintm: case GA64_OP_fcvtms: case GA64_OP_fcvtmu: return FP_RM_DN;
    case GA64_OP_frinta: case GA64_OP_fcvtas: case GA64_OP_fcvtau: return FP_RM_MM;
    case GA64_OP_frintz: case GA64_OP_frint32z: case GA64_OP_frint64z: case GA64_OP_fcvtzs: case GA64_OP_fcvtzu: return FP_RM_TZ;
    default: return FP_RM_DYN;
    }
}

enum ir_op ga64_fp_binary(enum ga64_op op)
{
    switch (op) {
    case GA64_OP_fadd: case GA64_OP_faddp: return IR_fadd;
    case GA64_OP_fsub: case GA64_OP_fabd:  return IR_fsub;
    case GA64_OP_fmul: case GA64_OP_fnmul: return IR_fmul;
    case GA64_OP_fdiv:    return IR_fdiv;
    case GA64_OP_fmulx:   return IR_fmulx;
    case GA64_OP_frecps:  return IR_frecps;
    case GA64_OP_frsqrts: return IR_frsqrts;
    case GA64_OP_fmax: case GA64_OP_fmaxp: case GA64_OP_fmaxv: return IR_fmax;
    case GA64_OP_fmin: case GA64_OP_fminp: case GA64_OP_fminv: return IR_fmin;
    case GA64_OP_fmaxnm: case GA64_OP_fmaxnmp: case GA64_OP_fmaxnmv: return IR_fmaxnm;
    default: return IR_fminnm;
    }
}

ir_ref ga64_fp_unary(struct lift *l, enum ga64_op op, enum ir_type t, unsigned lane, ir_ref v)
{
    unsigned rm = ga64_round_mode(op) | lane;

    switch (op) {
    case GA64_OP_fsqrt:   return ir_fp(l->f, IR_fsqrt, t, GA64_ARITH | lane, v, 0, 0);
    case GA64_OP_frecpe:  return ir_fp(l->f, IR_frecpe, t, GA64_ARITH | lane, v, 0, 0);
    case GA64_OP_frsqrte: return ir_fp(l->f, IR_frsqrte, t, GA64_ARITH | lane, v, 0, 0);
    case GA64_OP_frecpx:  return ir_fp(l->f, IR_frecpx, t, GA64_ARITH | lane, v, 0, 0);
    case GA64_OP_frint32x:
    case GA64_OP_frint32z: return ir_fp(l->f, IR_frintn, t, rm, v, ga64_k(l, T_I64, 32), 0);
    case GA64_OP_frint64x:
    case GA64_OP_frint64z: return ir_fp(l->f, IR_frintn, t, rm, v, ga64_k(l, T_I64, 64), 0);
    default:
        return ir_fp(l->f, IR_frint, t, FP_PROP | rm | (op == GA64_OP_frintx ? FP_EXACT : 0u), v, 0, 0);
    }
}

ir_ref ga64_fp_toint(struct lift *l, bool sign, enum ir_type t, unsigned fl, ir_ref v, unsigned fbits)
{
    fl |= FP_NAN_ZERO;
    if (fbits || (fl & FP_LANE_MASK) == FP_LANE_F16)
        return ir_fp(l->f, sign ? IR_f2sx : IR_f2ux, t, fl, v, ga64_k(l, T_I64, fbits), 0);
    return ir_fp(l->f, sign ? IR_f2si : IR_f2ui, t, fl, v, 0, 0);
}

/* 2^-n in all lanes, or as a scalar: a product with one is exact for what an integer of 64 bits can be. */
static ir_ref power(struct lift *l, enum ir_type t, unsigned fl, unsigned n)
{
    bool dbl = t == T_F64 || (fl & FP_LANE_MASK) == FP_LANE_F64;
    uint64_t v = dbl ? (uint64_t)(1023 - n) << 52 : (uint64_t)(127 - n) << 23;

    return ga64_k(l, t, dbl || t == T_F32 ? v : v << 32 | v);
}

ir_ref ga64_fp_fromint(struct lift *l, bool sign, enum ir_type t, unsigned fl, ir_ref v, unsigned fbits)
{
    /* FP_PROP for when tininess is detected: with a fraction, a half-precision result may be tiny. */
    if ((t == T_F16 && fbits) || (fl & FP_LANE_MASK) == FP_LANE_F16)
        return ir_fp(l->f, sign ? IR_sx2f : IR_ux2f, t, fl | (fbits ? FP_PROP : 0), v, ga64_k(l, T_I64, fbits), 0);
    v = ir_fp(l->f, sign ? IR_si2f : IR_ui2f, t, fl, v, 0, 0);
    return fbits ? ir_fp(l->f, IR_fmul, t, fl | FP_PROP, v, power(l, t, fl, fbits), 0) : v;
}

/* ---- one operand ---- */

unsigned ga64_lift_fp_un(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);
    ir_ref v = ga64_getf(l, t, in->rs1);

    switch (ga64_row_op(row)) {
    case GA64_OP_fmov: break;
    case GA64_OP_fabs: v = ir_op1(l->f, IR_fabs, t, v); break;
    case GA64_OP_fneg: v = ir_op1(l->f, IR_fneg, t, v); break;
    default:           v = ga64_fp_unary(l, ga64_row_op(row), t, 0, v); break;
    }
    ga64_setf(l, in->rd, v);
    return 0;
}

unsigned ga64_lift_fp_round(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);

    ga64_setf(l, in->rd, ga64_fp_unary(l, ga64_row_op(row), t, 0, ga64_getf(l, t, in->rs1)));
    return 0;
}

/* FPConvert. */
unsigned ga64_lift_fp_cvt(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    static const enum ir_type of[3] = { [GA64_FP_s] = T_F32, [GA64_FP_d] = T_F64, [GA64_FP_h] = T_F16 };
    enum ir_type to = of[row->arg >> 4], from = of[row->arg & 15];

    ga64_setf(l, in->rd, ir_fp(l->f, IR_fcvt, to, GA64_ARITH, ga64_getf(l, from, in->rs1), 0, 0));
    return 0;
}

/* BFCVT; BFCVTN writes the low half, BFCVTN2 the high one. */
unsigned ga64_lift_bf16_cvt(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref v;

    if (ga64_row_op(row) == GA64_OP_bfcvt) {
        v = ir_fp(l->f, IR_fcvtbf, T_I16, GA64_ARITH, ga64_getf(l, T_F32, in->rs1), 0, 0);
        ga64_set_bits(l, in->rd, ir_op1(l->f, IR_zext, T_I32, v));
        return 0;
    }
    v = ir_fp(l->f, IR_fcvtbf, T_V128, GA64_ARITH | FP_LANE_F32, ga64_getv(l, in->rs1), 0, 0);
    ga64_setf(l, in->rd, in->raw >> 30 & 1 ? ga64_join(l, ga64_getv(l, in->rd), v) : v);
    return 0;
}

/* ---- arithmetic ---- */

/* FNMUL negates the product, a NaN too (FPNeg of the result). */
unsigned ga64_lift_fp_bin(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);
    enum ga64_op op = ga64_row_op(row);
    ir_ref a = ga64_getf(l, t, in->rs1), b = ga64_getf(l, t, in->rs2);
    ir_ref v = ir_fp(l->f, ga64_fp_binary(op), t, GA64_ARITH, a, b, 0);

    ga64_setf(l, in->rd, op == GA64_OP_fnmul ? ir_op1(l->f, IR_fneg, t, v) : v);
    return 0;
}

/* Signs go into the operands (so that a NaN operand is negated with them), then FPMulAdd(Va, Vn, Vm). */
unsigned ga64_lift_fp_fma(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);
    enum ga64_op op = ga64_row_op(row);
    ir_ref a = ga64_getf(l, t, in->rs1), b = ga64_getf(l, t, in->rs2), c = ga64_getf(l, t, in->rs3);

    if (op == GA64_OP_fmsub || op == GA64_OP_fnmadd)
        a = ir_op1(l->f, IR_fneg, t, a);
    if (op == GA64_OP_fnmadd || op == GA64_OP_fnmsub)
        c = ir_op1(l->f, IR_fneg, t, c);
    ga64_setf(l, in->rd, ir_fp(l->f, IR_fma, t, GA64_ARITH, a, b, c));
    return 0;
}

/* ---- compares ---- */

/* FPCompare: less 1000, equal 0110, greater 0010, unordered 0011. One set of flags on all three ops, so that they raise alike and
 * what raises can be shared. */
struct nzcv { ir_ref n, z, c, v; };

static struct nzcv compare(struct lift *l, unsigned fl, ir_ref a, ir_ref b)
{
    struct nzcv r;

    r.n = ir_fp(l->f, IR_flt, T_I1, fl, a, b, 0);
    r.z = ir_fp(l->f, IR_feq, T_I1, fl, a, b, 0);
    r.c = ir_op2(l->f, IR_xor, T_I1, r.n, ga64_k(l, T_I1, 1));
    r.v = ir_fp(l->f, IR_funo, T_I1, fl, a, b, 0);
    return r;
}

unsigned ga64_lift_fp_cmp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);
    ir_ref a = ga64_getf(l, t, in->rs1), b = in->raw & 8 ? ga64_k(l, t, 0) : ga64_getf(l, t, in->rs2);
    struct nzcv r = compare(l, ga64_row_op(row) == GA64_OP_fcmp ? FP_QUIET : 0, a, b);

    ga64_set_nzcv(l, r.n, r.z, r.c, r.v);
    return 0;
}

/* The compare raises only where the condition holds: elsewhere it compares zeros. */
unsigned ga64_lift_fp_ccmp(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);
    unsigned cond = ga64_bits(in->raw, 15, 12), imm = in->raw & 15;
    ir_ref yes = ga64_cond(l, cond), a = ga64_getf(l, t, in->rs1), b = ga64_getf(l, t, in->rs2);
    ir_ref k[4];
    struct nzcv r;

    if (cond < 14) {
        a = ir_op3(l->f, IR_select, t, yes, a, ga64_k(l, t, 0));
        b = ir_op3(l->f, IR_select, t, yes, b, ga64_k(l, t, 0));
    }
    r = compare(l, ga64_row_op(row) == GA64_OP_fccmp ? FP_QUIET : 0, a, b);
    if (cond < 14) {
        for (unsigned i = 0; i < 4; i++)
            k[i] = ga64_k(l, T_I1, imm >> (3 - i) & 1);
        r.n = ir_op3(l->f, IR_select, T_I1, yes, r.n, k[0]);
        r.z = ir_op3(l->f, IR_select, T_I1, yes, r.z, k[1]);
        r.c = ir_op3(l->f, IR_select, T_I1, yes, r.c, k[2]);
        r.v = ir_op3(l->f, IR_select, T_I1, yes, r.v, k[3]);
    }
    ga64_set_nzcv(l, r.n, r.z, r.c, r.v);
    return 0;
}

unsigned ga64_lift_fp_csel(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);
    ir_ref a = ga64_getf(l, t, in->rs1), b = ga64_getf(l, t, in->rs2);

    ga64_setf(l, in->rd, ir_op3(l->f, IR_select, t, ga64_cond(l, ga64_bits(in->raw, 15, 12)), a, b));
    return 0;
}

/* ---- integers ---- */

/* Fixed-point forms have bit 21 clear and 64 - fraction bits in 15:10. */
static unsigned fraction_bits(const struct ginsn *in)
{
    return in->raw >> 21 & 1 ? 0 : 64 - ga64_bits(in->raw, 15, 10);
}

static bool is_signed(enum ga64_op op)
{
    switch (op) {
    case GA64_OP_fcvtns: case GA64_OP_fcvtps: case GA64_OP_fcvtms: case GA64_OP_fcvtzs: case GA64_OP_fcvtas: return true;
    default: return op == GA64_OP_scvtf;
    }
}

unsigned ga64_lift_fp_toint(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ga64_op op = ga64_row_op(row);
    ir_ref v = ga64_getf(l, ftype(in), in->rs1);

    ga64_set(l, in->rd, ga64_fp_toint(l, is_signed(op), ga64_sf(in), ga64_round_mode(op), v, fraction_bits(in)));
    return 0;
}

unsigned ga64_lift_fp_fromint(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref v = ga64_get(l, ga64_sf(in), in->rs1);

    ga64_setf(l, in->rd, ga64_fp_fromint(l, is_signed(ga64_row_op(row)), ftype(in), FP_RM_DYN, v, fraction_bits(in)));
    return 0;
}

/* ---- moves ---- */

/* VFPExpandImm: aBbbbbbb cdefgh, every precision exact. */
static uint64_t expand_imm(enum ir_type t, unsigned imm8)
{
    unsigned w = ir_type_bits(t), e = t == T_F16 ? 5 : t == T_F32 ? 8 : 11, f = w - e - 1;
    uint64_t sign = imm8 >> 7, b = imm8 >> 6 & 1, exp = (b ^ 1) << (e - 1) | (b ? ((UINT64_C(1) << (e - 3)) - 1) << 2 : 0);

    exp |= imm8 >> 4 & 3;
    return sign << (w - 1) | exp << f | (uint64_t)(imm8 & 15) << (f - 4);
}

unsigned ga64_lift_fp_imm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ftype(in);

    ga64_setf(l, in->rd, ga64_k(l, t, expand_imm(t, ga64_bits(in->raw, 20, 13))));
    return 0;
}

/* FMOV between the register files; argument: 0 to general, 1 to scalar, 2 from, 3 to the upper half. */
unsigned ga64_lift_fp_mov(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    bool wide = ga64_wide(in), half = ga64_bits(in->raw, 23, 22) == 3;
    ir_ref v;

    switch (row->arg) {
    case 0:
        v = ga64_getf(l, wide || half ? T_F64 : T_F32, in->rs1);
        v = ir_op1(l->f, IR_bitcast, wide || half ? T_I64 : T_I32, v);
        ga64_set(l, in->rd, half ? ir_op2(l->f, IR_and, T_I64, v, ga64_k(l, T_I64, 0xffff)) : v);
        break;
    case 1:
        v = ga64_get(l, wide || half ? T_I64 : T_I32, in->rs1);
        ga64_set_bits(l, in->rd, half ? ir_op2(l->f, IR_and, T_I64, v, ga64_k(l, T_I64, 0xffff)) : v);
        break;
    case 2:
        ga64_set(l, in->rd, ir_vconv(l->f, IR_vextr, T_I64, VL(VL_64, 1), ga64_getv(l, in->rs1)));
        break;
    default:
        v = ga64_get(l, T_I64, in->rs1);
        ga64_setf(l, in->rd, ir_vec(l->f, IR_vins, VL(VL_64, 1), ga64_getv(l, in->rd), v, 0));
    }
    return 0;
}
