/* Liveness and next-use distances for the register allocator. */
#ifndef AOTC_JIT_HOST_LIVE_H
#define AOTC_JIT_HOST_LIVE_H

#include "jit/host/mir.h"

/* Fills each block's live-in list with distances. m->layout names the blocks; successors come from the IR function. */
void live_compute(struct mir *m);
/* Prepares one block: mop.next and vinfo.next (which must be DEAD for all values on entry). touched[] gets every value whose
 * vinfo.next was set (room for twice m->nv), stack is room for the block's instructions. Returns the number in touched. */
uint32_t live_block(struct mir *m, ir_blk b, uint32_t *touched, struct mi **stack);

#endif
