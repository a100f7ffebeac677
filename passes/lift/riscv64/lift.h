/* Lift functions of the RISC-V guest: one per class of riscv64.def, and what they share. */
#ifndef AOTC_PASSES_LIFT_RISCV64_LIFT_H
#define AOTC_PASSES_LIFT_RISCV64_LIFT_H

#include "passes/lift/riscv64/riscv64.h"

/* Encodings of the table's `arg` column, by class. */
enum {
    A_SWAP = 1 << 8,            /* branch: compare rs2 with rs1 */
    A_SEXT = 1 << 8,            /* load, ext: sign-extend */
    A_UW = 1 << 8,              /* shadd: rs1 is zero-extended from 32 bits; low bits: shift */
    A_NEGA = 1 << 8, A_NEGC = 1 << 9,           /* fma: negate the product's first factor, the addend */
};
#define SX(type) (A_SEXT | (type))
#define AMO(op, type) ((op) | (type) << 8)
#define FOP(op, type) ((op) | (type) << 8)                         /* operation, FP format */
#define CVT(op, itype, ftype) ((op) | (itype) << 8 | (ftype) << 12) /* operation, integer type, FP format */
enum { CSR_W, CSR_S, CSR_C };
enum { SGN_J, SGN_JN, SGN_JX };
enum { BIT_CLR, BIT_EXT, BIT_INV, BIT_SET };
#define ARG_LO(arg) ((arg) & 0xff)
#define ARG_TYPE(arg) ((enum ir_type)((arg) >> 8 & 0xf))
#define ARG_FTYPE(arg) ((enum ir_type)((arg) >> 12 & 0xf))
static_assert(IR_NOPS <= 256 && T_COUNT <= 16, "op and types fit their fields of arg");

/* A lift function appends the IR of one instruction and returns how many of l->next it took along. */
typedef unsigned grv64_lift_fn(struct lift *l, const struct ginsn *in, unsigned arg);
#define C(name) grv64_lift_fn grv64_lift_##name;
GRV64_CLASSES(C)
#undef C

/* Integer register r: a value of type i64; x0 reads 0 and swallows writes. */
static inline ir_ref grv64_get(struct lift *l, unsigned r)
{
    return r ? ir_get(l->f, GRV64_SLOT_X + r) : ir_const(l->f, T_I64, 0);
}

static inline void grv64_set(struct lift *l, unsigned r, ir_ref v)
{
    if (r)
        ir_put(l->f, GRV64_SLOT_X + r, v);
}

/* Sets rd to the sign extension of a narrower value. */
static inline void grv64_set_sext(struct lift *l, unsigned r, ir_ref v)
{
    grv64_set(l, r, ir_op1(l->f, IR_sext, T_I64, v));
}

static inline ir_ref grv64_imm(struct lift *l, int64_t v)
{
    return ir_const(l->f, T_I64, (uint64_t)v);
}

static inline uint64_t grv64_next_pc(const struct ginsn *in)
{
    return in->pc + in->len;
}

#endif
