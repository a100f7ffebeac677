/* Between the parts of x86-64 emission. */
#ifndef AOTC_JIT_HOST_X86_64_EMIT_H
#define AOTC_JIT_HOST_X86_64_EMIT_H

#include "jit/host/x86_64/x86.h"

/* A rel32 field to be filled: with the distance to a block, the shared ret, a literal, or a switch table. */
enum { FIX_BLOCK, FIX_RET, FIX_LIT, FIX_TABLE };
struct xfix { uint32_t off; uint32_t target; uint8_t kind; uint8_t after; /* bytes between the field and the end of the instruction */ };

/* Rarely run code, placed behind the region. `enter`: rel32 field that jumps there; `back`: offset to return to. */
enum cold_kind { COLD_DIV, COLD_CANON, COLD_UNBOX, COLD_F2I, COLD_FMINMAX, COLD_POLL, COLD_MISS_JUMP, COLD_MISS_CALL, COLD_FMA,
                 COLD_FCMP, COLD_F2U, COLD_U2F, COLD_SLOW, COLD_GROUP };
struct xcold {
    struct xcold *next;
    const struct mi *in;
    uint32_t enter[6], back;
    uint8_t kind;
    uint8_t n, coarse;          /* COLD_GROUP: ops in group; did the check take zeros and denormal numbers as well? */
    const struct mi *const *group;
};

struct xlit { uint64_t v[8]; uint8_t n; /* 8-byte words: 1, 2, 4, 8 */ uint32_t off; };

#define HOME(off) x_mem(R15, (int32_t)(off) - VCPU_BIAS)
#define VCPU_FIELD(f) HOME(offsetof(struct vcpu, f))

void x86_fix(struct x86 *x, unsigned kind, uint32_t off, uint32_t target, unsigned after);
struct xcold *x86_cold(struct x86 *x, unsigned kind, const struct mi *in, uint32_t enter);
void x86_reloc(struct x86 *x, unsigned kind, uint32_t off, uint64_t pc, int64_t addend);
/* op reg, [rip + literal]; 64 bits wide in the one-byte opcode map, no REX.W elsewhere (SSE). */
void x86_lit(struct x86 *x, uint32_t op, unsigned reg, const uint64_t *v, unsigned n);
void x86_lit1(struct x86 *x, uint32_t op, unsigned reg, uint64_t v);
/* r = guest pc (address or value); clobbers no flags. */
void x86_guest_pc(struct x86 *x, unsigned reg, uint64_t pc);
struct xmem x86_place(struct x86 *x, const struct mop *o);              /* vcpu memory of an operand with MOPF_MEM */
bool x86_emit_fp(struct x86 *x, struct mi *in);
void x86_emit_carry(struct x86 *x, const struct mi *in);
/* emit_fgroup.c. False: `in`, computed, stands alone; else its check has been emitted with others, or will be. */
bool x86_group(struct x86 *x, const struct mi *in);
void x86_slow_group(struct x86 *x, const struct xcold *c);
/* Jumps when the result of a scalar X_FPROP is for the evaluator; returns the field's offset. */
uint32_t x86_check_scalar(struct x86 *x, const struct mi *in);
bool x86_emit_fprop(struct x86 *x, struct mi *in);
void x86_slow(struct x86 *x, const struct mi *in);      /* the op mi.x by the evaluator; falls through */
/* VEX op reg, vvvv, [rip + 16-byte literal]; imm_after: bytes that the caller appends. */
void x86_vlit(struct x86 *x, uint32_t op, unsigned reg, unsigned vvvv, const uint64_t v[2], unsigned imm_after);
bool x86_emit_vec(struct x86 *x, struct mi *in);
bool x86_emit_ctl(struct x86 *x, struct mi *in, ir_blk b, ir_blk next);
void x86_emit_cold(struct x86 *x, struct xcold *c);
uint32_t x86_guest_mem(struct x86 *x, uint32_t op, unsigned sz, unsigned reg, const struct mi *in, unsigned imm_after);

#endif
