/* AArch64 encoders: pure, fields in, word out; 0 (which is UDF) where the fields have no encoding. Arm ARM (DDI 0487), C4. */
#ifndef AOTC_JIT_HOST_AARCH64_ENC_H
#define AOTC_JIT_HOST_AARCH64_ENC_H

#include "passes/ir/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* Condition codes; cc ^ 1 is the opposite. */
enum { CC_EQ, CC_NE, CC_HS, CC_LO, CC_MI, CC_PL, CC_VS, CC_VC, CC_HI, CC_LS, CC_GE, CC_LT, CC_GT, CC_LE, CC_AL };
enum { SH_LSL, SH_LSR, SH_ASR, SH_ROR };
enum { LOG_AND, LOG_ORR, LOG_EOR, LOG_ANDS };
enum { EX_UXTB, EX_UXTH, EX_UXTW, EX_UXTX, EX_SXTB, EX_SXTH, EX_SXTW, EX_SXTX };
enum { MOV_N = 0, MOV_Z = 2, MOV_K = 3 };
enum { BF_S = 0, BF_M = 1, BF_U = 2 };
enum { DP2_UDIV = 2, DP2_SDIV = 3, DP2_LSL = 8, DP2_LSR = 9, DP2_ASR = 10, DP2_ROR = 11 };
enum { DP1_RBIT = 0, DP1_REV16 = 1, DP1_REV32 = 2, DP1_REV64 = 3, DP1_CLZ = 4 };
enum { CS_SEL = 0, CS_INC = 1, CS_INV = 2, CS_NEG = 3 };
enum { LS_STORE = 0, LS_LOAD = 1, LS_SX64 = 2, LS_SX32 = 3 };
enum { LS_POST = 1, LS_OFFSET = 2, LS_PRE = 3 };
enum { BR_JUMP = 0, BR_CALL = 1, BR_RET = 2 };
enum { DMB_ISHLD = 9, DMB_ISHST = 10, DMB_ISH = 11 };
enum { SYS_FPCR = 0, SYS_FPSR = 1 };

/* sf: 1 for 64-bit registers. Registers 0..30; 31 is sp or the zero register, as the manual says of each field. */
uint32_t a64_addsub_imm(unsigned sf, bool sub, bool flags, unsigned rd, unsigned rn, uint64_t imm); /* 12 bits, or << 12 */
uint32_t a64_addsub(unsigned sf, bool sub, bool flags, unsigned rd, unsigned rn, unsigned rm, unsigned shift, unsigned amount);
uint32_t a64_addsub_ext(unsigned sf, bool sub, bool flags, unsigned rd, unsigned rn, unsigned rm, unsigned ext, unsigned amount);
uint32_t a64_logic_imm(unsigned sf, unsigned op, unsigned rd, unsigned rn, uint64_t imm);
uint32_t a64_logic(unsigned sf, unsigned op, bool invert, unsigned rd, unsigned rn, unsigned rm, unsigned shift, unsigned amount);
uint32_t a64_movw(unsigned sf, unsigned op, unsigned rd, unsigned imm16, unsigned hw);
uint32_t a64_bitfield(unsigned sf, unsigned op, unsigned rd, unsigned rn, unsigned immr, unsigned imms);
uint32_t a64_extr(unsigned sf, unsigned rd, unsigned rn, unsigned rm, unsigned lsb);
uint32_t a64_dp2(unsigned sf, unsigned op, unsigned rd, unsigned rn, unsigned rm);
uint32_t a64_dp1(unsigned sf, unsigned op, unsigned rd, unsigned rn);
uint32_t a64_madd(unsigned sf, bool sub, unsigned rd, unsigned rn, unsigned rm, unsigned ra);           /* ra +- rn * rm */
uint32_t a64_mulh(bool is_unsigned, unsigned rd, unsigned rn, unsigned rm);
uint32_t a64_csel(unsigned sf, unsigned op, unsigned rd, unsigned rn, unsigned rm, unsigned cc);
/* size: log2 of bytes. Scaled 12 bits, else 9 bits signed. */
uint32_t a64_ldst(unsigned size, unsigned op, unsigned rt, unsigned rn, int64_t disp);
uint32_t a64_ldst_reg(unsigned size, unsigned op, unsigned rt, unsigned rn, unsigned rm, unsigned ext, bool scaled);
uint32_t a64_ldst_wb(unsigned size, unsigned op, unsigned mode, unsigned rt, unsigned rn, int disp);    /* PRE, POST; 9 bits */
uint32_t a64_ldstp(bool load, unsigned mode, unsigned rt, unsigned rt2, unsigned rn, int disp);         /* 64-bit registers */
uint32_t a64_ldaxr(unsigned size, unsigned rt, unsigned rn);
uint32_t a64_stlxr(unsigned size, unsigned rs, unsigned rt, unsigned rn);
/* Distances in bytes from the instruction. */
uint32_t a64_b(bool link, int64_t disp);
uint32_t a64_bcc(unsigned cc, int64_t disp);
uint32_t a64_cbz(unsigned sf, bool nonzero, unsigned rt, int64_t disp);
uint32_t a64_br(unsigned op, unsigned rn);
uint32_t a64_adr(unsigned rd, int64_t disp);
uint32_t a64_dmb(unsigned option);
uint32_t a64_mrs(unsigned sys, unsigned rt);
uint32_t a64_msr(unsigned sys, unsigned rt);
uint32_t a64_udf(unsigned imm16);

/* ---- a buffer of words, and what takes several ---- */
struct abuf { struct arena *a; uint8_t *p; uint32_t n, cap; };
void a64_put(struct abuf *b, uint32_t word);
uint32_t a64_get(const struct abuf *b, uint32_t at);
void a64_set(struct abuf *b, uint32_t at, uint32_t word);
void a64_mov(struct abuf *b, unsigned rd, unsigned rn);                 /* 64 bits; nothing when they are the same */
void a64_mov_imm(struct abuf *b, unsigned rd, uint64_t v);              /* one to four instructions; no flags */
/* A field of two words (movz, movk) that makes w = v; a64_fill_pair() changes v. */
void a64_pair(struct abuf *b, unsigned rd, uint32_t v);
void a64_fill_pair(uint8_t *field, uint32_t v);
/* rd = rn + imm, through `scratch` where it does not fit; no flags. */
void a64_add_imm(struct abuf *b, unsigned rd, unsigned rn, int64_t imm, unsigned scratch);
/* Load or store rt at [rn + disp], through `scratch` where the displacement does not fit. */
void a64_mem(struct abuf *b, unsigned size, unsigned op, unsigned rt, unsigned rn, int64_t disp, unsigned scratch);

#endif
