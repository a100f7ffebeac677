/* Exact IEEE 754 arithmetic in integers for binary16, binary32 and binary64, independent of the host's floating point.
 *
 * w (and `to`, `from`) is the format's width: 16, 32 or 64. Operands and results are bit patterns, zero-extended; higher operand
 * bits
 * are ignored. rm is FP_RM_NE .. FP_RM_MM (others count as nearest even). *flags collects FPF_* bits, never clears them. Tininess
 * is
 * detected after rounding (RISC-V, x86). Every NaN result is the positive quiet default NaN; a signalling operand raises invalid.
 * */
#ifndef AOTC_PASSES_IR_SOFTFP_H
#define AOTC_PASSES_IR_SOFTFP_H

#include <stdbool.h>
#include <stdint.h>

/* rm may have these added. */
enum { SF_TINY_BEFORE = 8,      /* tininess is detected before rounding */
       SF_FLUSH = 16 };         /* results that are tiny before rounding become zeros with their sign, and raise underflow alone */

uint64_t sf_add(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags);
uint64_t sf_sub(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags);
uint64_t sf_mul(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags);
uint64_t sf_div(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags);
uint64_t sf_sqrt(unsigned w, uint64_t a, unsigned rm, unsigned *flags);

/* a * b + c with one rounding. Infinity times zero raises invalid even when c is a quiet NaN (RISC-V unprivileged ISA, F extension:
 * fused multiply-add; x86's FMA does not). */
uint64_t sf_fma(unsigned w, uint64_t a, uint64_t b, uint64_t c, unsigned rm, unsigned *flags);

/* IEEE 754-2019 minimumNumber and maximumNumber; -0 is below +0; two NaNs give the default NaN. */
uint64_t sf_minnum(unsigned w, uint64_t a, uint64_t b, unsigned *flags);
uint64_t sf_maxnum(unsigned w, uint64_t a, uint64_t b, unsigned *flags);

/* eq raises invalid for signalling NaNs alone; lt and le for any NaN, or with `quiet` for signalling ones alone. */
bool sf_eq(unsigned w, uint64_t a, uint64_t b, unsigned *flags);
bool sf_lt(unsigned w, uint64_t a, uint64_t b, bool quiet, unsigned *flags);
bool sf_le(unsigned w, uint64_t a, uint64_t b, bool quiet, unsigned *flags);

uint64_t sf_cvt(unsigned to, unsigned from, uint64_t a, unsigned rm, unsigned *flags);

/* To an integer of iw bits (8 .. 64), zero-extended from iw. What does not fit after rounding saturates and raises invalid, not
 * inexact
 * (RISC-V unprivileged ISA, F extension, table of FCVT limits); NaN counts as +infinity, with nan_zero it gives 0. */
uint64_t sf_to_int(unsigned iw, bool sign, bool nan_zero, unsigned w, uint64_t a, unsigned rm, unsigned *flags);

/* From the low iw bits of v. Zero gives +0. */
uint64_t sf_from_int(unsigned w, unsigned iw, bool sign, uint64_t v, unsigned rm, unsigned *flags);

/* The same with frac (0 .. 64) of the integer's bits behind the binary point. */
uint64_t sf_to_fixed(unsigned iw, bool sign, bool nan_zero, unsigned w, uint64_t a, unsigned frac, unsigned rm, unsigned *flags);
uint64_t sf_from_fixed(unsigned w, unsigned iw, bool sign, uint64_t v, unsigned frac, unsigned rm, unsigned *flags);

/* Operands are no NaNs, infinities stay. rint: to an integral value, inexact raised when `exact`; rintn: to what a signed integer of n bits (32, 64) holds, else -2^(n-1) with invalid, which NaNs and infinities give, too. */
uint64_t sf_rint(unsigned w, uint64_t a, unsigned rm, bool exact, unsigned *flags);
uint64_t sf_rintn(unsigned w, uint64_t a, unsigned n, unsigned rm, unsigned *flags);
/* 2 - a*b and (3 - a*b) / 2 of the *negated* a, which the caller passes; infinity times zero counts as 0. */
uint64_t sf_recps(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags);
uint64_t sf_rsqrts(unsigned w, uint64_t a, uint64_t b, unsigned rm, unsigned *flags);
/* FPRecipEstimate, FPRSqrtEstimate, FPRecpX of Arm DDI 0487 (J1). */
uint64_t sf_recpe(unsigned w, uint64_t a, unsigned rm, unsigned *flags);
uint64_t sf_rsqrte(unsigned w, uint64_t a, unsigned *flags);
uint64_t sf_recpx(unsigned w, uint64_t a);
/* binary32 to bfloat16, and to and from alternative half precision (no infinities, no NaNs: overflow is the largest number,
 * invalid). */
uint64_t sf_to_bf16(uint64_t a, unsigned rm, unsigned *flags);
uint64_t sf_to_alt16(unsigned from, uint64_t a, unsigned rm, unsigned *flags);
uint64_t sf_from_alt16(unsigned to, uint64_t a, unsigned *flags);

/* BFMulH, BFAdd of Arm DDI 0487 (J1): binary32 results of bfloat16 or binary32 operands, rounded to odd, overflow to infinity,
 * denormal operands and results flushed, NaNs are the default one; no flags. */
uint32_t sf_bf_mul(uint16_t a, uint16_t b);
uint32_t sf_bf_add(uint32_t a, uint32_t b);

#endif
