/* What the three files of floating-point lift functions share. */
#ifndef AOTC_PASSES_LIFT_AARCH64_LIFT_FP_H
#define AOTC_PASSES_LIFT_AARCH64_LIFT_FP_H

#include "passes/lift/aarch64/lift.h"

enum { GA64_ARITH = FP_PROP | FP_RM_DYN };      /* arithmetic under FPCR, with this architecture's NaN rule */

/* Where the elements of a vector instruction lie. */
struct ga64_shape {
    enum ir_type lane;          /* T_F16, T_F32, T_F64 */
    enum ir_type t;             /* of FPOPs: T_V64, T_V128, or `lane` for the scalar forms */
    unsigned fl;                /* FP_LANE_*; 0 for scalars */
    bool q;
};

static inline unsigned ga64_lane_bytes(enum ir_type lane) { return 2u << (lane - T_F16); }
static inline unsigned ga64_lane_vl(enum ir_type lane) { return VL_16 + (unsigned)(lane - T_F16); }     /* VL_* */
static inline enum ir_type ga64_lane_int(enum ir_type lane) { return (enum ir_type)(T_I16 + (lane - T_F16)); }
static inline unsigned ga64_lane_flag(enum ir_type lane) { return (unsigned)(lane - T_F16 + 1) << 6; }  /* FP_LANE_* */
static_assert(T_F64 == T_F16 + 2 && T_I64 == T_I16 + 2 && VL_64 == VL_16 + 2 && FP_LANE_F64 == 3 << 6, "lanes in order");

/* The rounding that FRINTx, FCVTx name: FP_RM_*. */
unsigned ga64_round_mode(enum ga64_op op);
/* The IR op of a two-operand arithmetic instruction, pairwise and across forms included. */
enum ir_op ga64_fp_binary(enum ga64_op op);
/* A floating-point rounding instruction, FRECPE, FRSQRTE, FRECPX or FSQRT of v. */
ir_ref ga64_fp_unary(struct lift *l, enum ga64_op op, enum ir_type t, unsigned lane, ir_ref v);
/* Conversions: to an integer of type t (vectors: t is v's type), from one to float type t. fl: rounding mode, lane. fbits: fraction
 * bits, 0 for integers. */
ir_ref ga64_fp_toint(struct lift *l, bool sign, enum ir_type t, unsigned fl, ir_ref v, unsigned fbits);
ir_ref ga64_fp_fromint(struct lift *l, bool sign, enum ir_type t, unsigned fl, ir_ref v, unsigned fbits);

/* The scalar SIMD forms: bits of an integer (T_I32: zeros above; T_I64) as vector register r. */
void ga64_set_bits(struct lift *l, unsigned r, ir_ref v);

/* Flips, clears the signs of all lanes of a v128. */
ir_ref ga64_vneg(struct lift *l, enum ir_type lane, ir_ref v);
ir_ref ga64_vabs(struct lift *l, enum ir_type lane, ir_ref v);
/* v128 as t: its low bits. */
ir_ref ga64_low(struct lift *l, enum ir_type t, ir_ref v);
/* Lanes of a, then b, by number: lane i of the result is lane from[i] of a, or lane from[i] - (lanes of a) of b. n lanes are given;
 * those after them are 0. lane: T_F16.. */
ir_ref ga64_lanes(struct lift *l, enum ir_type lane, ir_ref a, ir_ref b, const uint8_t *from, unsigned n);
ir_ref ga64_dup_lane(struct lift *l, enum ir_type lane, ir_ref v, unsigned index);      /* in all lanes of 128 bits */
/* The upper 64 bits of v as the lower ones (the rest 0), and: low half of d, low half of v above it. */
ir_ref ga64_upper(struct lift *l, ir_ref v);
ir_ref ga64_join(struct lift *l, ir_ref d, ir_ref v);

/* Arithmetic on vectors or scalars of shape s: operands are v128 values whose low bits count; the result is of type s.t. */
ir_ref ga64_fp_three(struct lift *l, const struct ga64_shape *s, enum ga64_op op, ir_ref d, ir_ref n, ir_ref m);

#endif
