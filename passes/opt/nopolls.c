/* nopolls - no safe points in loops.
 * For measuring what they cost (bench/run); programs made so notice signals in loops late, or never. Cost: one visit per record. */
#include "passes/opt/opt_int.h"

void pass_nopolls(struct cc *cc, struct ir_func *f)
{
    (void)cc;
    for (uint32_t i = 0; i < f->nrpo; i++) {
        struct ir_block *b = &f->block[f->rpo[i]];
        uint32_t n = 0;

        for (uint32_t k = 0; k < b->ninsn; k++)
            if (f->insn[b->insn[k]].op != IR_poll)
                b->insn[n++] = b->insn[k];
        b->ninsn = n;
    }
}
