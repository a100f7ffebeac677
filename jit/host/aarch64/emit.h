/* Between the parts of AArch64 emission. */
#ifndef AOTC_JIT_HOST_AARCH64_EMIT_H
#define AOTC_JIT_HOST_AARCH64_EMIT_H

#include "jit/host/aarch64/a64.h"

/* A word put with distance 0: B to a block; B.cond or CBZ to a block, or to the shared return; ADR of a switch table. */
enum { FIX_JUMP, FIX_COND, FIX_RET, FIX_TABLE };
struct afix { uint32_t off, target; uint8_t kind; };

/* Rarely run code, placed behind the region. `enter`: the branch that goes there; `back`: where it returns to. */
enum { COLD_POLL, COLD_MISS_JUMP, COLD_MISS_CALL };
struct acold { struct acold *next; const struct mi *in; uint32_t enter, back; uint8_t kind; };

/* Both are for the word (or the pair) that is put next. */
void a64_fix(struct a64 *x, unsigned kind, uint32_t target);
void a64_reloc(struct a64 *x, unsigned kind, uint64_t pc);
/* rd = what a relocation of a relative kind names; x16 and x17 change, flags do not. */
void a64_near(struct a64 *x, unsigned rd, unsigned kind, uint64_t pc);
/* rd = guest pc (address or value); x16 and x17 may change, flags do not. */
void a64_guest_pc(struct a64 *x, unsigned rd, uint64_t pc);
bool a64_emit_ctl(struct a64 *x, const struct mi *in, ir_blk next);
void a64_emit_cold(struct a64 *x, struct acold *c);

#endif
