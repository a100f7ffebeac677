/* fsilent - a compare whose flags the guest undoes raises none.
 * Guests' compilers write quiet comparisons (isless(), the check that sqrt() makes) as "read the sticky flags; flt; write them
 * back". fpget, compares alone, fpset of what fpget read: the compares become silent and the fpset goes. Nothing in between may
 * show the flags to anybody: no fault, no safe point, no helper, no other op of the environment. Cost: one visit per record. */
#include "passes/opt/opt_int.h"

static bool is_compare(const struct ir_insn *in) { return (opt_flags(in) & (F_FPOP | F_CMP)) == (F_FPOP | F_CMP); }

/* Does this record leave the sticky flags alone, and can nobody look at them there? */
static bool blind(const struct ir_insn *in)
{
    return !(opt_flags(in) & (F_FPENV | F_CALLS | F_END)) && !opt_needs_state(in);
}

/* Does r hold the sticky flags that `get` read? */
static bool holds(const struct ir_func *f, ir_ref r, ir_ref get)
{
    const struct ir_insn *in = &f->insn[r];

    return r == get || (in->op == IR_and && in->a == get && ir_is_const(f, in->b) && (ir_const_val(f, in->b) & 31) == 31);
}

/* The position of the fpset that ends what the fpget at `at` begins, or 0. */
static uint32_t find_end(const struct ir_func *f, const struct ir_block *b, uint32_t at)
{
    for (uint32_t i = at + 1; i < b->ninsn; i++) {
        const struct ir_insn *in = &f->insn[b->insn[i]];

        if (in->op == IR_fpset)
            return holds(f, in->a, b->insn[at]) ? i : 0;
        if (!is_compare(in) && !blind(in))
            return 0;
    }
    return 0;
}

static void do_block(struct ir_func *f, struct ir_block *b)
{
    uint32_t end = 0, out = 0;

    for (uint32_t i = 0; i < b->ninsn; i++) {
        struct ir_insn *in = &f->insn[b->insn[i]];

        if (in->op == IR_fpget && i >= end && find_end(f, b, i))
            end = find_end(f, b, i);
        else if (i < end && is_compare(in))
            in->flags |= FP_SILENT;
        if (i == end && end)
            in->op = IR_nop;
        else
            b->insn[out++] = b->insn[i];
    }
    b->ninsn = out;
}

void pass_fsilent(struct cc *cc, struct ir_func *f)
{
    (void)cc;
    for (uint32_t i = 0; i < f->nrpo; i++)
        do_block(f, &f->block[f->rpo[i]]);
}
