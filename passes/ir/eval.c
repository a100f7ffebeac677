/* The meaning of integer and bit operations: the value column of ops.def as a function. */
#include "passes/ir/eval.h"
#include "passes/ir/eval_int.h"

uint64_t ir_eval_scalar(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, uint64_t a, uint64_t b, uint64_t c,
                        struct ir_fpenv *fp)
{
    unsigned w = ir_type_bits(t), aw = ir_type_bits(at);
    uint64_t r;

    if (w - 1 > 63 || aw - 1 > 63)
        return 0;
    switch (op) {
#define PURE(name, sig, fl, value) case IR_##name: r = (value); break;
#include "passes/ir/ops.def"
    default:
        r = fp ? ir_eval_fp(op, t, at, flags, a, b, c, fp) : 0;
    }
    return r & ir_mask(w);
}

/* Wide values only move: the scalar language has no wide arithmetic. */
static union ir_val eval_wide(enum ir_op op, const union ir_val arg[3])
{
    if (op == IR_copy || op == IR_bitcast)
        return arg[0];
    if (op == IR_select)
        return arg[0].u64 & 1 ? arg[1] : arg[2];
    return (union ir_val){ .w = { 0 } };
}

union ir_val ir_eval(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, const union ir_val arg[3], struct ir_fpenv *fp)
{
    uint64_t v[3];

    if ((ir_opinfo[op].flags & F_VEC) || t == T_V64 || t == T_V128)
        return op == IR_select || op == IR_copy || op == IR_bitcast ? eval_wide(op, arg) : ir_eval_vec(op, t, at, flags, arg, fp);
    if (ir_type_bits(t) > 64 || ir_type_bits(at) > 64)
        return eval_wide(op, arg);
    for (unsigned i = 0; i < 3; i++)
        v[i] = arg[i].u64;
    return (union ir_val){ .w = { ir_eval_scalar(op, t, at, flags, v[0], v[1], v[2], fp) } };
}
