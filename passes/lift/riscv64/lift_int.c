/* Integer instructions: RV64I computation, M, Zba, Zbb, Zbc, Zbs, Zicond. Each meaning is the manual's; the shift, divide and count
 * ops of the IR are total in the same way as RISC-V's, so most classes are one op. */
#include "passes/lift/riscv64/lift.h"

static ir_ref low32(struct lift *l, ir_ref v)
{
    return ir_op1(l->f, IR_trunc, T_I32, v);
}

unsigned grv64_lift_nop(struct lift *l, const struct ginsn *in, unsigned arg)
{
    return 0;
}

unsigned grv64_lift_lui(struct lift *l, const struct ginsn *in, unsigned arg)
{
    grv64_set(l, in->rd, grv64_imm(l, in->imm));
    return 0;
}

/* rd = rs1 OP rs2 at full width. A 0 made of a register is how programs say that what uses it comes after what the register was loaded
 * by (a syntactic dependency: RVWMO, 18.1.3, rules 9 and 10); simplifying loses that, so a fence says it. */
unsigned grv64_lift_bin(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref a = grv64_get(l, in->rs1), b = grv64_get(l, in->rs2);

    if (in->rs1 == in->rs2 && in->rs1 && (op == IR_xor || op == IR_sub))
        ir_emit(l->f, IR_fence, T_VOID, MO_ACQ, 0, 0, 0);
    grv64_set(l, in->rd, ir_op2(l->f, op, T_I64, a, b));
    return 0;
}

/* rd = rs1 OP imm; shift amounts arrive as immediates too. */
unsigned grv64_lift_bini(struct lift *l, const struct ginsn *in, unsigned op)
{
    grv64_set(l, in->rd, ir_op2(l->f, op, T_I64, grv64_get(l, in->rs1), grv64_imm(l, in->imm)));
    return 0;
}

/* The W forms: low 32 bits in, result sign-extended. */
unsigned grv64_lift_binw(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref a = low32(l, grv64_get(l, in->rs1)), b = low32(l, grv64_get(l, in->rs2));

    grv64_set_sext(l, in->rd, ir_op2(l->f, op, T_I32, a, b));
    return 0;
}

unsigned grv64_lift_biniw(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref a = low32(l, grv64_get(l, in->rs1)), b = ir_const(l->f, T_I32, (uint32_t)in->imm);

    grv64_set_sext(l, in->rd, ir_op2(l->f, op, T_I32, a, b));
    return 0;
}

unsigned grv64_lift_cmp(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref c = ir_op2(l->f, op, T_I1, grv64_get(l, in->rs1), grv64_get(l, in->rs2));

    grv64_set(l, in->rd, ir_op1(l->f, IR_zext, T_I64, c));
    return 0;
}

/* sltiu compares with the sign-extended immediate, unsigned. */
unsigned grv64_lift_cmpi(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref c = ir_op2(l->f, op, T_I1, grv64_get(l, in->rs1), grv64_imm(l, in->imm));

    grv64_set(l, in->rd, ir_op1(l->f, IR_zext, T_I64, c));
    return 0;
}

/* add.uw, sh*add, sh*add.uw: rd = rs2 + (rs1 << n). */
unsigned grv64_lift_shadd(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref a = grv64_get(l, in->rs1), b = grv64_get(l, in->rs2);

    if (arg & A_UW)
        a = ir_op1(l->f, IR_zext, T_I64, low32(l, a));
    a = ir_op2(l->f, IR_shl, T_I64, a, grv64_imm(l, arg & 3));
    grv64_set(l, in->rd, ir_op2(l->f, IR_add, T_I64, a, b));
    return 0;
}

unsigned grv64_lift_slliuw(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref a = ir_op1(l->f, IR_zext, T_I64, low32(l, grv64_get(l, in->rs1)));

    grv64_set(l, in->rd, ir_op2(l->f, IR_shl, T_I64, a, grv64_imm(l, in->imm)));
    return 0;
}

/* andn, orn, xnor: the second operand is complemented (xnor = a ^ ~b). */
unsigned grv64_lift_binn(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref a = grv64_get(l, in->rs1), b = ir_op2(l->f, IR_xor, T_I64, grv64_get(l, in->rs2), grv64_imm(l, -1));

    grv64_set(l, in->rd, ir_op2(l->f, op, T_I64, a, b));
    return 0;
}

unsigned grv64_lift_un(struct lift *l, const struct ginsn *in, unsigned op)
{
    grv64_set(l, in->rd, ir_op1(l->f, op, T_I64, grv64_get(l, in->rs1)));
    return 0;
}

/* clzw, ctzw, cpopw: results are 0..32, so either extension will do. */
unsigned grv64_lift_unw(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref v = ir_op1(l->f, op, T_I32, low32(l, grv64_get(l, in->rs1)));

    grv64_set(l, in->rd, ir_op1(l->f, IR_zext, T_I64, v));
    return 0;
}

unsigned grv64_lift_ext(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref v = ir_op1(l->f, IR_trunc, ARG_LO(arg), grv64_get(l, in->rs1));

    grv64_set(l, in->rd, ir_op1(l->f, arg & A_SEXT ? IR_sext : IR_zext, T_I64, v));
    return 0;
}

/* clmulr: bits 63..126 of the carry-less product. */
unsigned grv64_lift_clmulr(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref a = grv64_get(l, in->rs1), b = grv64_get(l, in->rs2);
    ir_ref hi = ir_op2(l->f, IR_clmulh, T_I64, a, b), lo = ir_op2(l->f, IR_clmul, T_I64, a, b);

    hi = ir_op2(l->f, IR_shl, T_I64, hi, grv64_imm(l, 1));
    lo = ir_op2(l->f, IR_shr, T_I64, lo, grv64_imm(l, 63));
    grv64_set(l, in->rd, ir_op2(l->f, IR_or, T_I64, hi, lo));
    return 0;
}

/* Zbs on bit number n (taken modulo 64 by the shifts). */
static void set_bit_op(struct lift *l, const struct ginsn *in, unsigned what, ir_ref n)
{
    ir_ref a = grv64_get(l, in->rs1), one = grv64_imm(l, 1), m;

    if (what == BIT_EXT) {
        m = ir_op2(l->f, IR_shr, T_I64, a, n);
        grv64_set(l, in->rd, ir_op2(l->f, IR_and, T_I64, m, one));
        return;
    }
    m = ir_op2(l->f, IR_shl, T_I64, one, n);
    if (what == BIT_CLR)
        m = ir_op2(l->f, IR_xor, T_I64, m, grv64_imm(l, -1));
    grv64_set(l, in->rd, ir_op2(l->f, what == BIT_CLR ? IR_and : what == BIT_INV ? IR_xor : IR_or, T_I64, a, m));
}

unsigned grv64_lift_bit(struct lift *l, const struct ginsn *in, unsigned what)
{
    set_bit_op(l, in, what, grv64_get(l, in->rs2));
    return 0;
}

unsigned grv64_lift_biti(struct lift *l, const struct ginsn *in, unsigned what)
{
    set_bit_op(l, in, what, grv64_imm(l, in->imm));
    return 0;
}

/* czero.eqz: 0 when rs2 == 0, else rs1; czero.nez the other way round. */
unsigned grv64_lift_czero(struct lift *l, const struct ginsn *in, unsigned op)
{
    ir_ref zero = grv64_imm(l, 0), c = ir_op2(l->f, op, T_I1, grv64_get(l, in->rs2), zero);

    grv64_set(l, in->rd, ir_op3(l->f, IR_select, T_I64, c, zero, grv64_get(l, in->rs1)));
    return 0;
}
