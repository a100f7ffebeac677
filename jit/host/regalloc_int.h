/* Between the parts of the register allocator. */
#ifndef AOTC_JIT_HOST_REGALLOC_INT_H
#define AOTC_JIT_HOST_REGALLOC_INT_H

#include "jit/host/live.h"
#include "jit/host/mir.h"

struct ra {
    struct mir *m;
    uint32_t regv[MIR_MAXREG];  /* value in each register, 0 none */
    uint32_t kept[MIR_MAXREG];  /* value of which a fixed register holds a copy for the current instruction only */
    uint64_t free, locked;
    uint32_t pos, end;          /* of the current instruction; instructions in the block */
    uint32_t *touched, *order, *stamp;
    uint32_t *loop_pressure[RC_COUNT];  /* by header block: most values live at once anywhere in its loop */
    struct mi *head, *tail;     /* the block being rewritten */
};

/* One of a set of moves that happen at once. src or dst NOREG: v's memory (or constant); phis: dstv is the phi. */
struct pmove { uint32_t v, dstv; uint8_t src, dst; };

void ra_bind(struct ra *ra, unsigned r, uint32_t v);
void ra_release(struct ra *ra, uint32_t v);
struct mi *ra_move(struct mir *m, unsigned dst, unsigned src, uint32_t v);
struct mi *ra_fetch(struct mir *m, unsigned dst, uint32_t v);
struct mi *ra_store(struct mir *m, unsigned src, uint32_t v);
/* Appends instructions that do all moves at once to the list [*head, *tail]. */
void ra_parallel(struct mir *m, struct pmove *mv, uint32_t n, struct mi **head, struct mi **tail);
void ra_block_entry(struct ra *ra, ir_blk b);   /* decides b's entry_state */
void ra_loop_pressure(struct ra *ra);
void ra_edge_reads(struct ra *ra);              /* marks what the edges will read from memory */
void ra_edges(struct ra *ra);                   /* moves on all edges */
void ra_classes(struct mir *m);                 /* which spilled values share a place */
void ra_slots(struct mir *m);                   /* the places */

#endif
