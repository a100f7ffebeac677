/* x86-64 encoders: pure, fields in, bytes out. Intel SDM vol. 2, chapter 2 (instruction format). */
#ifndef AOTC_JIT_HOST_X86_64_ENC_H
#define AOTC_JIT_HOST_X86_64_ENC_H

#include "passes/ir/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, XMM0 = 32 };
enum { XNONE = 0xff, XRIP = 0xfe };

/* Condition codes as in Jcc/SETcc/CMOVcc. */
enum { CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A, CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G };

struct xbuf {
    struct arena *a;
    uint8_t *p;
    uint32_t n, cap;
};

struct xmem {
    uint8_t base, index;        /* register, XNONE, or base XRIP (disp is then filled by a relocation) */
    uint8_t scale;              /* log2 */
    int32_t disp;
};

/* Opcode word: mandatory prefix << 16 | map << 8 | opcode. Maps: 0 one byte, 1 0F, 2 0F38, 3 0F3A. */
#define XOP(prefix, map, op) ((uint32_t)(prefix) << 16 | (uint32_t)(map) << 8 | (op))

void x_byte(struct xbuf *b, unsigned v);
void x_imm(struct xbuf *b, uint64_t v, unsigned n);                                    /* n bytes, little-endian */
/* ModRM forms. sz 1, 2, 4, 8: operand size (8 sets REX.W, 2 the 66 prefix); for sz 1 the byte opcode is the caller's. reg may be an
 * opcode extension. Registers are 0..15 or XMM0+n. */
void x_rr(struct xbuf *b, uint32_t op, unsigned sz, unsigned reg, unsigned rm);
/* Returns the offset of the disp32 field when base is XRIP (or when wide asks for a 32-bit displacement), else 0. imm_after: bytes of
 * immediate that follow (rip-relative displacements count from the end of the instruction; relocations are told so). */
uint32_t x_rm(struct xbuf *b, uint32_t op, unsigned sz, unsigned reg, struct xmem m);
/* VEX forms: three operands. l: 0 128 bits, 1 256. w: VEX.W. */
void x_vrr(struct xbuf *b, uint32_t op, unsigned w, unsigned l, unsigned reg, unsigned vvvv, unsigned rm);
uint32_t x_vrm(struct xbuf *b, uint32_t op, unsigned w, unsigned l, unsigned reg, unsigned vvvv, struct xmem m);

/* Vector instructions in the form that the machine has. The opcode word may carry, besides: */
enum { XV_W = 1 << 24,          /* REX.W, VEX.W, EVEX.W */
       XV_EVEX = 1 << 25 };     /* has an EVEX form alone */
/* 128 bits wide. vex: may use VEX; else the two-operand SSE form, in which vvvv is not encoded (it is the same as reg, or as rm in
 * the shifts by immediates). vvvv: XNONE where there is none. reg may be an opcode extension. */
void x_vec_rr(struct xbuf *b, uint32_t op, bool vex, unsigned reg, unsigned vvvv, unsigned rm);
/* Returns what x_rm does. EVEX: 16 bytes of memory, or a 64-bit or 32-bit element for all lanes are not told apart, so displacements
 * have 32 bits. */
uint32_t x_vec_rm(struct xbuf *b, uint32_t op, bool vex, unsigned reg, unsigned vvvv, struct xmem m);

/* Frequent instructions. */
void x_mov_rr(struct xbuf *b, unsigned sz, unsigned dst, unsigned src);                 /* 4 or 8 */
void x_mov_ri(struct xbuf *b, unsigned dst, uint64_t v);                                /* shortest; clobbers no flags */
void x_alu_ri(struct xbuf *b, unsigned ext, unsigned sz, unsigned rm, int32_t imm);     /* 80/81/83 group */
void x_alu_mi(struct xbuf *b, unsigned ext, unsigned sz, struct xmem m, int32_t imm);
uint32_t x_jmp(struct xbuf *b);                                                         /* rel32; returns the field's offset */
uint32_t x_jcc(struct xbuf *b, unsigned cc);
uint32_t x_call(struct xbuf *b);
void x_nops(struct xbuf *b, unsigned n);
static inline void x_patch32(struct xbuf *b, uint32_t at, int32_t v) { __builtin_memcpy(b->p + at, &v, 4); }
static inline struct xmem x_mem(unsigned base, int32_t disp) { return (struct xmem){ (uint8_t)base, XNONE, 0, disp }; }

enum { ALU_ADD, ALU_OR, ALU_ADC, ALU_SBB, ALU_AND, ALU_SUB, ALU_XOR, ALU_CMP };

#endif
