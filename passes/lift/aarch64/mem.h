/* Shared by the lift functions of memory instructions (lift_mem.c, lift_atomic.c, lift_vmem.c). */
#ifndef AOTC_PASSES_LIFT_AARCH64_MEM_H
#define AOTC_PASSES_LIFT_AARCH64_MEM_H

#include "passes/lift/aarch64/lift.h"

/* Integer type of 1 << log2 bytes, log2 0..3; FP type of log2 1..4 (a byte is an integer). */
static inline enum ir_type ga64_mem_int(unsigned log2) { return (enum ir_type)(T_I8 + log2); }
static inline enum ir_type ga64_mem_fp(unsigned log2)
{
    return log2 == 4 ? T_V128 : log2 == 3 ? T_F64 : log2 == 2 ? T_F32 : T_F16;
}

/* A read value as the row's register form wants it: M_SX64, M_SX32 extend, else it goes into the register as it is, zeros above. */
static inline ir_ref ga64_mem_extend(struct lift *l, unsigned arg, ir_ref v)
{
    if (arg & M_SX64)
        return ir_op1(l->f, IR_sext, T_I64, v);
    return arg & M_SX32 ? ir_op1(l->f, IR_sext, T_I32, v) : v;
}

#endif
