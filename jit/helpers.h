/* C functions that generated code and T0 call: jit/helpers.def has the numbers. */
#ifndef AOTC_JIT_HELPERS_H
#define AOTC_JIT_HELPERS_H

#include "passes/ir/ir.h"

enum { H_PURE = 1, H_FP = 2, H_VCPU = 4, H_DESC = 8 };

enum helper_id {
#define HELPER(name, nargs, flags) HELPER_##name,
#include "jit/helpers.def"
    HELPER_COUNT
};

struct helper_info { const char *name; uint8_t nargs, flags; };
extern const struct helper_info jit_helper_info[HELPER_COUNT];
extern const void *const jit_helper_table[HELPER_COUNT];    /* by number; copied to vcpu->helper */

/* Any PURE or FPOP op on operands of at most 64 bits (each zero-extended; upper bits beyond the operand's type are ignored).
 * desc = helper_desc(): the op, its result type, the type of operand a, the record's flags (rounding mode...).
 * Returns the result zero-extended. Runs with the guest's control word live: FP_RM_DYN takes the mode from it, sticky flags are
 * ORed into it. Static modes incl. FP_RM_MM are exact. Never faults. */
uint64_t irh_evalop(uint64_t a, uint64_t b, uint64_t c, uint64_t desc);

static inline uint64_t helper_desc(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags)
{
    return (uint64_t)op | (uint64_t)t << 16 | (uint64_t)at << 24 | (uint64_t)flags << 32;
}

/* The same without touching the control word: rounding mode and flags in *fp. */
uint64_t helper_eval(uint64_t a, uint64_t b, uint64_t c, uint64_t desc, struct ir_fpenv *fp);

/* The same for vectors: varg is &vcpu->varg. Runs with the guest's control word live. */
uint64_t irh_evalv(uint64_t varg, uint64_t b, uint64_t c, uint64_t desc);

uint64_t irh_fpextra_get(uint64_t vcpu, uint64_t b, uint64_t c);
uint64_t irh_fpextra_set(uint64_t vcpu, uint64_t flags, uint64_t c);

uint64_t irh_eval(uint64_t a, uint64_t b, uint64_t c);      /* number 0: never called */
/* A monotonic counter of the host; a, b, c unused. */
uint64_t irh_rdtime(uint64_t a, uint64_t b, uint64_t c);
uint64_t irh_rdcycle(uint64_t a, uint64_t b, uint64_t c);
uint64_t irh_rdinstret(uint64_t a, uint64_t b, uint64_t c);
uint64_t irh_rdns(uint64_t a, uint64_t b, uint64_t c);
/* Bits 1:0 of how: 1, 2, 4 or 8 bytes of data; bit 2: 0x1edc6f41 (Castagnoli) is the polynomial, else 0x04c11db7. */
uint64_t irh_crc32(uint64_t acc, uint64_t data, uint64_t how);
uint64_t irh_code_range(uint64_t vcpu, uint64_t lo, uint64_t hi);

#endif
