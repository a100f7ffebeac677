/* The meaning of the VOP rows of ops.def, and of FPOPs on vectors. */
#include "passes/ir/eval.h"

union ir_val ir_eval_vec(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, const union ir_val arg[3],
                         struct ir_fpenv *fp)
{
    return (union ir_val){ .w = { 0 } };
}
