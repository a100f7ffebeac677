/* Lift functions of the AArch64 guest: one per class of aarch64.h, and what they share. */
#ifndef AOTC_PASSES_LIFT_AARCH64_LIFT_H
#define AOTC_PASSES_LIFT_AARCH64_LIFT_H

#include "passes/lift/aarch64/aarch64.h"

/* A lift function appends the IR of one instruction and returns how many of l->next it took along. */
typedef unsigned ga64_lift_fn(struct lift *l, const struct ginsn *in, const struct ga64_row *row);
#define C(name) ga64_lift_fn ga64_lift_##name;
GA64_CLASSES(C)
#undef C

static inline enum ga64_op ga64_row_op(const struct ga64_row *row) { return (enum ga64_op)row->arg; }    /* of OP() rows */
static inline bool ga64_wide(const struct ginsn *in) { return in->raw >> 31; }                           /* sf */
static inline enum ir_type ga64_sf(const struct ginsn *in) { return in->raw >> 31 ? T_I64 : T_I32; }

/* General register r as a value of type t (T_I32: its low half; T_I64); 31 is zero, and swallows writes. T_I32 results zero the upper
 * half. The _sp forms: 31 is the stack pointer. */
ir_ref ga64_get(struct lift *l, enum ir_type t, unsigned r);
void ga64_set(struct lift *l, unsigned r, ir_ref v);
ir_ref ga64_get_sp(struct lift *l, enum ir_type t, unsigned r);
void ga64_set_sp(struct lift *l, unsigned r, ir_ref v);

static inline uint64_t ga64_next_pc(const struct ginsn *in) { return in->pc + in->len; }

enum {                          /* numbers of the C helpers; data only, the table belongs to jit/ */
#define HELPER(name, nargs, flags) GA64_HELPER_##name,
#include "jit/helpers.def"
};

static inline ir_ref ga64_k(struct lift *l, enum ir_type t, uint64_t v) { return ir_const(l->f, t, v); }

/* ExtendReg (J1): register r extended by option (0..7: uxtb uxth uxtw uxtx sxtb ...) to t, shifted left. */
ir_ref ga64_extended(struct lift *l, enum ir_type t, unsigned r, unsigned option, unsigned shift);

/* Condition flags: i1 values. ga64_set_nzcv writes all four; ga64_cond: does the condition (0..15, C1.2.4) hold? 14 and 15: always. */
void ga64_set_nzcv(struct lift *l, ir_ref n, ir_ref z, ir_ref c, ir_ref v);
ir_ref ga64_flag(struct lift *l, unsigned slot);                    /* GA64_S_n, _z, _c, _v as an i1 */
ir_ref ga64_cond(struct lift *l, unsigned cond);

/* Vector registers. ga64_getv: all 128 bits; ga64_getf: the low bits as t (T_F16, T_F32, T_F64, T_V64, T_V128). ga64_setf takes any of
 * these types and zeroes what is above it. */
ir_ref ga64_getv(struct lift *l, unsigned r);
ir_ref ga64_getf(struct lift *l, enum ir_type t, unsigned r);
void ga64_setf(struct lift *l, unsigned r, ir_ref v);
/* A v128 result of which a 64-bit form (q false) keeps the low half. */
void ga64_setq(struct lift *l, unsigned r, bool q, ir_ref v);
/* FPSR.QC: remembers that bits of diff (v128) are not 0. Only the low `bits` (8..128) of it count. */
void ga64_saturated(struct lift *l, ir_ref diff, unsigned bits);

#endif
