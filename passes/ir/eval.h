/* Evaluation of one op on 64-bit scalars, for folding, the interpreter's rare ops and backends' fallbacks. */
#ifndef AOTC_PASSES_IR_EVAL_H
#define AOTC_PASSES_IR_EVAL_H

#include "passes/ir/ir.h"

/* Result of a PURE or FPOP row on operands zero-extended from their widths, zero-extended from t's width. t: result type, at:
 * type of
 * operand a; both at most 64 bits wide, else 0. flags: the record's flags byte. fp: dynamic rounding mode in, sticky flags ORed;
 * may be
 * NULL for PURE rows. Total: other ops yield 0. */
uint64_t ir_eval_scalar(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, uint64_t a, uint64_t b, uint64_t c,
                        struct ir_fpenv *fp);

/* The FPOP rows alone; 0 for others. fp must not be NULL. */
uint64_t ir_eval_fp(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, uint64_t a, uint64_t b, uint64_t c,
                    struct ir_fpenv *fp);

/* VOP rows, and FPOP rows on vectors; zero for others. Operands of scalar types lie in u64. fp may be NULL for VOPs. */
union ir_val ir_eval_vec(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, const union ir_val arg[3],
                         struct ir_fpenv *fp);

#endif
