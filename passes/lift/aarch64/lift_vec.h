/* What the lift functions of AArch64's integer vectors share (lift_vint.c, lift_vshift.c, lift_vperm.c, lift_velem.c,
 * lift_crypto.c). Lanes are VL_8..VL_64. Everything computes on whole v128 values; the writers at the end cut off what an
 * instruction does not have. */
#ifndef AOTC_PASSES_LIFT_AARCH64_LIFT_VEC_H
#define AOTC_PASSES_LIFT_AARCH64_LIFT_VEC_H

#include "passes/lift/aarch64/lift.h"

/* A result, and bits of which one is set where it saturated (IR_NONE: it cannot). */
struct ga64_vres { ir_ref v, sat; };

static inline unsigned ga64_lane_bits(unsigned lane) { return 8u << lane; }
static inline unsigned ga64_size(const struct ginsn *in) { return ga64_bits(in->raw, 23, 22); }
static inline bool ga64_q(const struct ginsn *in) { return ga64_bits(in->raw, 30, 30); }

static inline ir_ref ga64_v1(struct lift *l, enum ir_op op, unsigned flags, ir_ref a) { return ir_vec(l->f, op, flags, a, 0, 0); }
static inline ir_ref ga64_v2(struct lift *l, enum ir_op op, unsigned flags, ir_ref a, ir_ref b)
{
    return ir_vec(l->f, op, flags, a, b, 0);
}

/* The low bits of v in every lane, as a v128. */
ir_ref ga64_splat(struct lift *l, unsigned lane, uint64_t v);
ir_ref ga64_vnot(struct lift *l, ir_ref a);
/* The upper half of a, where the long and wide forms read (their low half). */
ir_ref ga64_vupper(struct lift *l, ir_ref a);
/* The half that an instruction reads: the upper one of its "2" forms. */
ir_ref ga64_half(struct lift *l, const struct ginsn *in, unsigned r);
/* The low half of lo, then the low half of hi. */
ir_ref ga64_vjoin(struct lift *l, ir_ref lo, ir_ref hi);
/* Lane number `index` of register r in every lane. */
ir_ref ga64_dup(struct lift *l, unsigned lane, unsigned r, unsigned index);

/* Writers. vector: 64 or 128 bits by Q; scalar: the lowest lane; narrow: the low half, into the upper one by Q; wide: all of it.
 * The first two take the lanes of res.sat that are written, the others all. */
void ga64_put_vector(struct lift *l, const struct ginsn *in, struct ga64_vres res);
void ga64_put_scalar(struct lift *l, const struct ginsn *in, unsigned lane, struct ga64_vres res);
void ga64_put_narrow(struct lift *l, const struct ginsn *in, struct ga64_vres res);
void ga64_put_wide(struct lift *l, const struct ginsn *in, struct ga64_vres res);

/* Operations of the group "three same" on lanes: d (the old value of the destination, if it counts), a, b. */
struct ga64_vres ga64_three(struct lift *l, enum ga64_op op, unsigned lane, ir_ref d, ir_ref a, ir_ref b);
/* Their d: register r where op reads it, else IR_NONE. */
ir_ref ga64_three_dest(struct lift *l, enum ga64_op op, unsigned r);
/* Pairs of neighbours: a's lanes of even (odd) number, then b's. half: of the low halves, into the low half. */
ir_ref ga64_uzp(struct lift *l, unsigned lane, bool odd, bool half, ir_ref a, ir_ref b);

#endif
