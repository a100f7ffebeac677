/* Random verified functions for tests of passes, interpreter and backends. */
#ifndef AOTC_PASSES_IR_IRGEN_H
#define AOTC_PASSES_IR_IRGEN_H

#include "passes/ir/ir.h"
#include "passes/ir/slot.h"

struct irgen {
    uint64_t seed;              /* any value; changed */
    uint32_t nint, nfp;         /* slots 0 .. nint-1 are i64, the next nfp f64; at least one of each in the slot table */
    uint32_t vec0, nvec;        /* slots vec0 .. vec0+nvec-1 are v128; nvec 0: no vectors */
    uint32_t nblocks;           /* besides the entry and the exit; 0 is allowed */
    uint32_t ops;               /* pure ops a block */
    bool fp;                    /* also FPOPs, over f64 and f32, and v64 and v128 when there are vectors */
};

/* Builds a function over slots: one entry, forward branches, switches and counted loops (each block may run at most a few times, so
 * every run ends), gets and puts at random places, no memory, no helpers. Ends with `ret` of slot 0's value. The state after it
 * depends
 * on the slots alone. It verifies. Allocates from cc; bails through it. */
struct ir_func *irgen_func(struct cc *cc, struct irgen *g, const struct guest_slot *slot, uint32_t nslot);

/* Next number of the generator's sequence (xorshift), also for tests' operands. */
uint64_t irgen_next(uint64_t *seed);

#endif
