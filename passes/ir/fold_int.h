/* Between fold.c and its parts. */
#ifndef AOTC_PASSES_IR_FOLD_INT_H
#define AOTC_PASSES_IR_FOLD_INT_H

#include "passes/ir/ir.h"

/* One record under simplification. */
struct fold {
    struct ir_func *f;
    struct ir_insn *in;
    unsigned w;                 /* width of the result */
    unsigned aw;                /* width of operand a */
    uint64_t k;                 /* operand b, when it is a constant */
    bool bk;
};

/* What a rule says: 0 nothing applies; FOLD_AGAIN: *in was rewritten; else the value. */
#define FOLD_AGAIN UINT32_MAX

static inline ir_ref fold_rewrite(struct fold *x, enum ir_op op, ir_ref a, ir_ref b, ir_ref c)
{
    x->in->op = op;
    x->in->a = a;
    x->in->b = b;
    x->in->c = c;
    return FOLD_AGAIN;
}

/* fold_flags.c */
ir_ref fold_flags_eq(struct fold *x);           /* eq, ne of two values */
ir_ref fold_flags_and(struct fold *x);
ir_ref fold_flags_or(struct fold *x);
ir_ref fold_carry(struct fold *x);              /* addc, addcc, addco */

#endif
