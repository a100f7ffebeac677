/* The meaning of the FPOP rows of ops.def, by soft floating point. */
#include "passes/ir/eval.h"
#include "passes/ir/softfp.h"

static unsigned rounding(unsigned flags, const struct ir_fpenv *fp)
{
    unsigned rm = flags & FP_RM_MASK;

    return rm == FP_RM_DYN ? fp->rm : rm;
}

static uint64_t eval_arith(enum ir_op op, unsigned w, uint64_t a, uint64_t b, uint64_t c, unsigned rm, unsigned *fl)
{
    switch (op) {
    case IR_fadd:    return sf_add(w, a, b, rm, fl);
    case IR_fsub:    return sf_sub(w, a, b, rm, fl);
    case IR_fmul:    return sf_mul(w, a, b, rm, fl);
    case IR_fdiv:    return sf_div(w, a, b, rm, fl);
    case IR_fsqrt:   return sf_sqrt(w, a, rm, fl);
    case IR_fma:     return sf_fma(w, a, b, c, rm, fl);
    case IR_fminnum: return sf_minnum(w, a, b, fl);
    case IR_fmaxnum: return sf_maxnum(w, a, b, fl);
    default:         return 0;
    }
}

static bool float_type(enum ir_type t)
{
    return t == T_F16 || t == T_F32 || t == T_F64;
}

uint64_t ir_eval_fp(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, uint64_t a, uint64_t b, uint64_t c,
                    struct ir_fpenv *fp)
{
    unsigned w = ir_type_bits(t), aw = ir_type_bits(at), rm = rounding(flags, fp), unheard = 0, *fl = flags & FP_SILENT ? &unheard : &fp->flags;
    bool to_int = op == IR_f2si || op == IR_f2ui, from_int = op == IR_si2f || op == IR_ui2f,
        cmp = op == IR_feq || op == IR_flt || op == IR_fle;

    if (float_type(t) == (to_int || cmp) || float_type(at) == from_int || w - 1 > 63 || aw - 1 > 63)
        return 0;               /* types that verify refuses */
    switch (op) {
    case IR_feq:  return sf_eq(aw, a, b, fl);
    case IR_flt:  return sf_lt(aw, a, b, flags & FP_QUIET, fl);
    case IR_fle:  return sf_le(aw, a, b, flags & FP_QUIET, fl);
    case IR_fcvt: return sf_cvt(w, aw, a, rm, fl);
    case IR_f2si: return sf_to_int(w, true, flags & FP_NAN_ZERO, aw, a, rm, fl);
    case IR_f2ui: return sf_to_int(w, false, flags & FP_NAN_ZERO, aw, a, rm, fl);
    case IR_si2f: return sf_from_int(w, aw, true, a, rm, fl);
    case IR_ui2f: return sf_from_int(w, aw, false, a, rm, fl);
    default:      return eval_arith(op, w, a, b, c, rm, fl);
    }
}
