/* What the guests' folders share beside region.c's lift_target() and lift_goto(). */
#ifndef AOTC_PASSES_LIFT_SHARE_H
#define AOTC_PASSES_LIFT_SHARE_H

#include "passes/lift/guest.h"

/* Ends the current block unless address a is a multiple of size (a power of two, in bytes): else a trap, TRAP_ALIGN. The builder
 * goes on in a new block. */
void lift_aligned(struct lift *l, const struct ginsn *in, ir_ref a, unsigned size);

/* Ends the current block as `flow` says (GF_JUMP, GF_CALL: to pc `known`; GF_ICALL, GF_RET, GF_IJUMP: to value t); calls return to
 * `next`. */
void lift_flow(struct lift *l, enum gflow flow, uint64_t known, ir_ref t, uint64_t next);

/* encode_random's source: 64 bits (xoroshiro128+); a number below n; a bit number of m, 32 when m is 0. */
uint64_t rng_next(struct guest_rng *g);
uint32_t rng_below(struct guest_rng *g, uint32_t n);
uint32_t rng_pick(struct guest_rng *g, uint32_t m);

/* Text of `format`: len is what there is to print, of which n - 1 bytes at most are at p. */
struct text { char *p; size_t n, len; };
__attribute__((format(printf, 2, 3))) void text_put(struct text *t, const char *fmt, ...);

#endif
