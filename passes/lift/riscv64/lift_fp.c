/* F and D (chapters 20, 21). Registers are 64-bit containers: operands of single operations are unboxed (a bad box reads as the
 * default
 * NaN, 21.2), results boxed. Computed NaNs are canonical (20.3): fcanon after each arithmetic op. Sign injection and moves keep
 * bits.
 * A rounding-mode field is FP_RM_* as it stands; instructions with the dynamic mode start with `at`, because an invalid frm makes
 * them illegal there. */
#include "passes/lift/riscv64/lift.h"

static ir_ref getf(struct lift *l, enum ir_type t, unsigned r)
{
    ir_ref v = ir_get(l->f, GRV64_SLOT_F + r);

    return t == T_F32 ? ir_op1(l->f, IR_nunbox, T_F32, v) : v;
}

static void setf(struct lift *l, enum ir_type t, unsigned r, ir_ref v)
{
    ir_put(l->f, GRV64_SLOT_F + r, t == T_F32 ? ir_op1(l->f, IR_nbox, T_F64, v) : v);
}

static void set_arith(struct lift *l, enum ir_type t, unsigned r, ir_ref v)
{
    setf(l, t, r, ir_op1(l->f, IR_fcanon, t, v));
}

static unsigned rounding(struct lift *l, const struct ginsn *in)
{
    if (in->rm == FP_RM_DYN)
        ir_at(l->f, in->pc);
    return in->rm;
}

unsigned grv64_lift_fbin(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_TYPE(arg);
    unsigned rm = rounding(l, in);
    ir_ref a = getf(l, t, in->rs1), b = getf(l, t, in->rs2);

    set_arith(l, t, in->rd, ir_fp(l->f, ARG_LO(arg), t, rm, a, b, IR_NONE));
    return 0;
}

unsigned grv64_lift_fsqrt(struct lift *l, const struct ginsn *in, unsigned arg)
{
    unsigned rm = rounding(l, in);

    set_arith(l, arg, in->rd, ir_fp(l->f, IR_fsqrt, arg, rm, getf(l, arg, in->rs1), IR_NONE, IR_NONE));
    return 0;
}

/* fnmadd is -(rs1*rs2) - rs3: both signs go into the operands, so there is one rounding. */
unsigned grv64_lift_fma(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_LO(arg);
    unsigned rm = rounding(l, in);
    ir_ref a = getf(l, t, in->rs1), b = getf(l, t, in->rs2), c = getf(l, t, in->rs3);

    if (arg & A_NEGA)
        a = ir_op1(l->f, IR_fneg, t, a);
    if (arg & A_NEGC)
        c = ir_op1(l->f, IR_fneg, t, c);
    set_arith(l, t, in->rd, ir_fp(l->f, IR_fma, t, rm, a, b, c));
    return 0;
}

/* fsgnj(x, x) is a move, fsgnjn(x, x) negation, fsgnjx(x, x) absolute value. */
unsigned grv64_lift_fsgn(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_TYPE(arg), it = t == T_F32 ? T_I32 : T_I64;
    ir_ref a = getf(l, t, in->rs1), b = getf(l, t, in->rs2), v;
    bool same = in->rs1 == in->rs2;

    if (ARG_LO(arg) == SGN_J) {
        v = same ? a : ir_op2(l->f, IR_fcpsgn, t, a, b);
    } else if (ARG_LO(arg) == SGN_JN) {
        v = same ? ir_op1(l->f, IR_fneg, t, a) : ir_op2(l->f, IR_fcpsgn, t, a, ir_op1(l->f, IR_fneg, t, b));
    } else if (same) {
        v = ir_op1(l->f, IR_fabs, t, a);
    } else {
        ir_ref sign = ir_const(l->f, it, UINT64_C(1) << (t == T_F32 ? 31 : 63));

        v = ir_op2(l->f, IR_and, it, ir_op1(l->f, IR_bitcast, it, b), sign);
        v = ir_op1(l->f, IR_bitcast, t, ir_op2(l->f, IR_xor, it, ir_op1(l->f, IR_bitcast, it, a), v));
    }
    setf(l, t, in->rd, v);
    return 0;
}

unsigned grv64_lift_fminmax(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_TYPE(arg);
    ir_ref a = getf(l, t, in->rs1), b = getf(l, t, in->rs2);

    set_arith(l, t, in->rd, ir_fp(l->f, ARG_LO(arg), t, 0, a, b, IR_NONE));
    return 0;
}

/* feq is quiet, flt and fle raise invalid for any NaN (20.8): as the IR's ops do. */
unsigned grv64_lift_fcmp(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_TYPE(arg);
    ir_ref a = getf(l, t, in->rs1), b = getf(l, t, in->rs2), c;

    c = ir_fp(l->f, ARG_LO(arg), T_I1, 0, a, b, IR_NONE);
    grv64_set(l, in->rd, ir_op1(l->f, IR_zext, T_I64, c));
    return 0;
}

/* Out of range saturates and raises invalid, NaN gives the largest value (table 20.7); 32-bit results, unsigned ones too, are
 * sign-extended. */
unsigned grv64_lift_f2i(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type it = ARG_TYPE(arg), ft = ARG_FTYPE(arg);
    unsigned rm = rounding(l, in);
    ir_ref v = ir_fp(l->f, ARG_LO(arg), it, rm, getf(l, ft, in->rs1), IR_NONE, IR_NONE);

    if (it == T_I32)
        v = ir_op1(l->f, IR_sext, T_I64, v);
    grv64_set(l, in->rd, v);
    return 0;
}

unsigned grv64_lift_i2f(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type it = ARG_TYPE(arg), ft = ARG_FTYPE(arg);
    unsigned rm = rounding(l, in);
    ir_ref v = grv64_get(l, in->rs1);

    if (it == T_I32)
        v = ir_op1(l->f, IR_trunc, T_I32, v);
    setf(l, ft, in->rd, ir_fp(l->f, ARG_LO(arg), ft, rm, v, IR_NONE, IR_NONE));
    return 0;
}

/* arg: the result's format; the operand has the other one. */
unsigned grv64_lift_fcvt(struct lift *l, const struct ginsn *in, unsigned arg)
{
    unsigned rm = rounding(l, in);
    ir_ref a = getf(l, arg == T_F32 ? T_F64 : T_F32, in->rs1);

    set_arith(l, arg, in->rd, ir_fp(l->f, IR_fcvt, arg, rm, a, IR_NONE, IR_NONE));
    return 0;
}

/* fmv.x.w takes the low half of the container as it is, boxed or not. */
unsigned grv64_lift_fmvx(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref v = ir_op1(l->f, IR_bitcast, T_I64, ir_get(l->f, GRV64_SLOT_F + in->rs1));

    if (arg == T_F32)
        v = ir_op1(l->f, IR_sext, T_I64, ir_op1(l->f, IR_trunc, T_I32, v));
    grv64_set(l, in->rd, v);
    return 0;
}

unsigned grv64_lift_fmvf(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref v = grv64_get(l, in->rs1);

    if (arg == T_F32)
        v = ir_op1(l->f, IR_trunc, T_I32, v);
    setf(l, arg, in->rd, ir_op1(l->f, IR_bitcast, arg, v));
    return 0;
}

unsigned grv64_lift_fclass(struct lift *l, const struct ginsn *in, unsigned arg)
{
    grv64_set(l, in->rd, ir_op1(l->f, IR_fclass, T_I64, getf(l, arg, in->rs1)));
    return 0;
}
