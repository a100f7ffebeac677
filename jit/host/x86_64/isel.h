/* Between the parts of x86-64 instruction selection. */
#ifndef AOTC_JIT_HOST_X86_64_ISEL_H
#define AOTC_JIT_HOST_X86_64_ISEL_H

#include "jit/host/x86_64/x86.h"

struct xaddr { ir_ref base, index; unsigned scale; int64_t disp; bool rip; uint64_t gpc; };

bool x86_canonical(struct x86 *x, ir_ref r);
bool x86_imm32(struct x86 *x, ir_ref r, unsigned sz, int32_t *imm);
unsigned x86_size(enum ir_type t);                              /* of a register operation: 4 or 8 */
struct xaddr x86_address(struct x86 *x, ir_ref r, int64_t disp);
void x86_mem(struct x86 *x, struct mi *in, ir_ref base, int64_t disp);
bool x86_fusable(struct x86 *x, ir_ref r, ir_ref user, unsigned sz);
void x86_fuse(struct x86 *x, struct mi *in, ir_ref r);

void x86_select_op(struct x86 *x, ir_ref r);                    /* isel_op.c: appends the group for one op */
bool x86_bitrev(struct x86 *x, ir_ref r);                       /* isel_vec.c: IR_bitrev; false: too narrow */
bool x86_select_vec(struct x86 *x, ir_ref r);                   /* isel_vec.c: false: no VOP, or one for the helper */
unsigned x86_vnz(struct x86 *x, ir_ref r);                      /* flags of a vnz; returns the condition code that is true */
bool x86_select_carry(struct x86 *x, ir_ref r);                 /* isel_carry.c: addc, addcc, addco; false: for the helper */
bool x86_select_ctl(struct x86 *x, ir_ref r);                   /* isel_ctl.c: terminators, get, put, calls */
/* Emits the compare of condition r here; returns the condition code under which it is true. */
unsigned x86_compare(struct x86 *x, ir_ref r, unsigned *parity);
/* Emits a test of the i1 value, of whatever kind; CC_NE where it is true. */
void x86_test(struct x86 *x, ir_ref cond);

#endif
