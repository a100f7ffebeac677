/* Internals of ir_eval_vec(): 128 bits as lanes, and the operands of one op. */
#ifndef AOTC_PASSES_IR_EVAL_VEC_H
#define AOTC_PASSES_IR_EVAL_VEC_H

#include "passes/ir/eval.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef unsigned __int128 u128;
typedef __int128 s128;

/* Lane 0 is the least significant; all hosts are little-endian. The k.. members are for whole-register operations. */
union vec {
    u8 u8[16];
    u16 u16[8];
    u32 u32[4];
    u64 u64[2];
    s8 s8[16];
    s16 s16[8];
    s32 s32[4];
    s64 s64[2];
    u128 u128[1];
    u8 k8 __attribute__((vector_size(16)));
    u16 k16 __attribute__((vector_size(16)));
    u32 k32 __attribute__((vector_size(16)));
    u64 k64 __attribute__((vector_size(16)));
    s8 i8 __attribute__((vector_size(16)));
    s16 i16 __attribute__((vector_size(16)));
    s32 i32 __attribute__((vector_size(16)));
    s64 i64 __attribute__((vector_size(16)));
};

/* One VOP: the result, which begins as zeros, and the operands. */
struct vop {
    union vec r, a, b, c;
    unsigned lane, imm;         /* VL_*, the flags' immediate */
    enum ir_type t, at;         /* of the result and of a */
};

typedef void vop_fn(struct vop *v);

/* NULL where the op is none of these. */
vop_fn *ir_vop_crypto(enum ir_op op);           /* AES, SHA, SM3, SM4: eval_crypto.c */

/* FPOPs on vectors: v.t is T_V64 or T_V128; nothing for other ops. eval_vecfp.c. */
void ir_eval_vecfp(enum ir_op op, unsigned flags, struct vop *v, struct ir_fpenv *fp);

/* BFDotAdd of Arm DDI 0487 (J1): sum + (a0*b0 + a1*b1), a and b pairs of bfloat16, every step rounded to odd with denormals
 * flushed. */
u32 ir_bfdot(u32 sum, u32 a, u32 b);

/* RecipEstimate (a: 256..511), RecipSqrtEstimate (a: 128..511) of Arm DDI 0487 (J1): 256..511. */
unsigned ir_recip_estimate(unsigned a);
unsigned ir_rsqrt_estimate(unsigned a);

#endif
