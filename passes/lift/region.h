/* From guest bytes to a region's IR: finds the blocks of one function (or one block), lifts them, marks entries. */
#ifndef AOTC_PASSES_LIFT_REGION_H
#define AOTC_PASSES_LIFT_REGION_H

#include "passes/lift/guest.h"

/* Guest code as the translator may read it. Reads outside give row 0. `base` is the guest pc of bytes[0]; in PIC units it is the
 * offset from the module's load address. Jump tables and literal pools are read through ro[] (same address rules). */
struct gcode { uint64_t base; const uint8_t *bytes; size_t len; };
struct gspan { uint64_t lo, hi; };  /* half-open */

/* One unit of compilation. */
struct unit {
    const struct guest *g;
    struct gcode text;              /* the executable segment */
    const struct gcode *ro; uint32_t nro;      /* other segments readable at translation time (not writable ones) */
    uint64_t pc;                    /* primary entry */
    struct gspan bounds;            /* blocks outside are reached by ir_jump/ir_call; for T1: one block, see single */
    const uint64_t *entry; uint32_t nentry;    /* further pcs in bounds that must be entries (sorted) */
    /* Is pc known to start another function? Jumps to such pcs leave the region (tail calls). May be NULL. */
    bool (*is_function)(const void *arg, uint64_t pc);
    const void *arg;
    bool partial;                   /* is_function tells other code that is left out, too: what return sites there do is not known */
    bool single;                    /* stop after the first block */
    bool strict;                    /* condition flags are kept everywhere (ir_func.strict) */
    bool pic;                       /* text is position-independent: pcs are module-relative */
    uint32_t max_insns;             /* 0: 20,000; further code is left to other regions */
    char name[64];
};

/* What lifting read and found, in the arena of cc. */
struct region_info {
    struct gspan *read; uint32_t nread;        /* guest bytes that the result depends on: code and jump tables, sorted, merged */
    uint64_t *callee; uint32_t ncallee;        /* known call and jump targets outside, sorted, unique */
    uint64_t *entry; uint32_t nentry;          /* all entries of the region: pc, return sites, unit.entry; sorted */
    uint32_t ninsn;                            /* guest instructions */
};

/* Decodes and lifts u; the result verifies. Each ENTRY is a block of its own that branches to the real one when that has other
 * predecessors. Loop headers start with poll, and a poll stands before what leaves the region by a jump that goes up, or through a
 * register. A block's head has exactly the guest state of its pc. Bails through cc. */
struct ir_func *lift_region(struct cc *cc, const struct unit *u, struct region_info *info);

#endif
