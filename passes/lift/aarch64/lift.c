/* Access to AArch64's registers and flags for the lift functions, and the way to them. */
#include "passes/lift/aarch64/lift.h"

static ga64_lift_fn *const class_fn[GA64_NCLASS] = {
#define C(name) [GA64_C_##name] = ga64_lift_##name,
    GA64_CLASSES(C)
#undef C
};

unsigned ga64_lift(struct lift *l, const struct ginsn *in)
{
    const struct ga64_row *row = &ga64_row[in->row];

    return class_fn[row->cls](l, in, row);
}

static ir_ref narrow(struct lift *l, enum ir_type t, ir_ref v)
{
    return t == T_I64 ? v : ir_op1(l->f, IR_trunc, t, v);
}

ir_ref ga64_get(struct lift *l, enum ir_type t, unsigned r)
{
    return r == 31 ? ir_const(l->f, t, 0) : narrow(l, t, ir_get(l->f, GA64_SLOT_X + r));
}

ir_ref ga64_get_sp(struct lift *l, enum ir_type t, unsigned r)
{
    return narrow(l, t, ir_get(l->f, GA64_SLOT_X + r));
}

void ga64_set_sp(struct lift *l, unsigned r, ir_ref v)
{
    if (l->f->insn[v].type != T_I64)
        v = ir_op1(l->f, IR_zext, T_I64, v);
    ir_put(l->f, GA64_SLOT_X + r, v);
}

void ga64_set(struct lift *l, unsigned r, ir_ref v)
{
    if (r != 31)
        ga64_set_sp(l, r, v);
}

ir_ref ga64_extended(struct lift *l, enum ir_type t, unsigned r, unsigned option, unsigned shift)
{
    static const enum ir_type from[4] = { T_I8, T_I16, T_I32, T_I64 };
    enum ir_type n = from[option & 3];
    ir_ref v = ga64_get(l, n < t ? n : t, r);

    if (n < t)
        v = ir_op1(l->f, option & 4 ? IR_sext : IR_zext, t, v);
    return shift ? ir_op2(l->f, IR_shl, t, v, ir_const(l->f, t, shift)) : v;
}

void ga64_set_nzcv(struct lift *l, ir_ref n, ir_ref z, ir_ref c, ir_ref v)
{
    const ir_ref flag[4] = { n, z, c, v };

    for (unsigned i = 0; i < 4; i++)
        ir_put(l->f, GA64_S_n + i, ir_op1(l->f, IR_zext, T_I64, flag[i]));
}

ir_ref ga64_flag(struct lift *l, unsigned slot)
{
    return ir_op2(l->f, IR_ne, T_I1, ir_get(l->f, slot), ir_const(l->f, T_I64, 0));
}

static ir_ref negate(struct lift *l, ir_ref v)
{
    return ir_op2(l->f, IR_xor, T_I1, v, ir_const(l->f, T_I1, 1));
}

/* C1.2.4: EQ CS MI VS HI GE GT AL, each followed by its opposite. */
ir_ref ga64_cond(struct lift *l, unsigned cond)
{
    ir_ref v;

    switch (cond >> 1) {
    case 0:  v = ga64_flag(l, GA64_S_z); break;
    case 1:  v = ga64_flag(l, GA64_S_c); break;
    case 2:  v = ga64_flag(l, GA64_S_n); break;
    case 3:  v = ga64_flag(l, GA64_S_v); break;
    case 4:                     /* as "not (carry clear or zero)": the form that folds to <= of integers and of floats */
        v = negate(l, ir_op2(l->f, IR_or, T_I1, negate(l, ga64_flag(l, GA64_S_c)), ga64_flag(l, GA64_S_z)));
        break;
    case 5:  v = ir_op2(l->f, IR_eq, T_I1, ga64_flag(l, GA64_S_n), ga64_flag(l, GA64_S_v)); break;
    case 6:
        v = ir_op2(l->f, IR_eq, T_I1, ga64_flag(l, GA64_S_n), ga64_flag(l, GA64_S_v));
        v = ir_op2(l->f, IR_and, T_I1, v, negate(l, ga64_flag(l, GA64_S_z)));
        break;
    default: return ir_const(l->f, T_I1, 1);
    }
    return cond & 1 ? negate(l, v) : v;
}

ir_ref ga64_getv(struct lift *l, unsigned r)
{
    return ir_get(l->f, GA64_SLOT_V + r);
}

ir_ref ga64_getf(struct lift *l, enum ir_type t, unsigned r)
{
    ir_ref v = ga64_getv(l, r);

    return t == T_V128 ? v : ir_vconv(l->f, IR_vlow, t, 0, v);
}

void ga64_setf(struct lift *l, unsigned r, ir_ref v)
{
    if (l->f->insn[v].type != T_V128)
        v = ir_vconv(l->f, IR_vzext, T_V128, 0, v);
    ir_put(l->f, GA64_SLOT_V + r, v);
}

void ga64_setq(struct lift *l, unsigned r, bool q, ir_ref v)
{
    ga64_setf(l, r, q ? v : ir_vconv(l->f, IR_vlow, T_V64, 0, v));
}

void ga64_saturated(struct lift *l, ir_ref diff, unsigned bits)
{
    ir_ref qc = ir_get(l->f, GA64_S_qc);

    if (bits == 64) {
        diff = ir_vconv(l->f, IR_vzext, T_V128, 0, ir_vconv(l->f, IR_vlow, T_V64, 0, diff));
    } else if (bits < 64) {
        enum ir_type t = bits == 8 ? T_I8 : bits == 16 ? T_I16 : T_I32;
        ir_ref low = ir_vconv(l->f, IR_vextr, t, VL(t - T_I8, 0), diff);

        diff = ir_vec(l->f, IR_vins, VL(t - T_I8, 0), ir_const(l->f, T_V128, 0), low, 0);
    }
    ir_put(l->f, GA64_S_qc, ir_vec(l->f, IR_vor, 0, qc, diff, 0));
}
