/* The AArch64 host: machine ops, register plan, and what its parts share. */
#ifndef AOTC_JIT_HOST_AARCH64_A64_H
#define AOTC_JIT_HOST_AARCH64_A64_H

#include "jit/host/aarch64/enc.h"
#include "jit/host/host.h"
#include "jit/host/select.h"
#include "jit/vcpu.h"

/* x27 = vcpu, x28 = hint stack (the C stack stays in sp: helpers need no switch), x16 and x17 the emitter's own, x18 the
 * platform's, x30 return addresses. x0 has the guest target at boundaries; x1 and x2 are free there, the other 22 hold guest
 * registers. Floating point is computed by helpers, on bits in general registers: no vector register is ever allocated. */
enum { RTARGET = 0, RSCRATCH = 16, RSCRATCH2 = 17, RVCPU = 27, RHINT = 28, RLINK = 30, RZR = 31, RSP = 31 };

extern const struct mir_target a64_target;
extern const struct sel_target a64_sel;
uint32_t a64_thunks(struct host_thunks *th, uint8_t *out, uint32_t n);      /* struct host's */

/* The allocator's and state first, then integer, memory, control flow; exits last. */
#define A64_OPS(O) \
    O(MOV) O(LDV) O(STV) O(STVI) O(MOVI) O(LEAG) O(XCHGR) O(STACK) O(PARAM) O(STVG) O(ALU) O(ALUI) O(LOGI) O(NEG) O(MUL) O(MULH) \
    O(MULHSU) O(DIV) O(SHI) O(SHV) O(ROTL) O(CLZ) O(CTZ) O(RBIT) O(REV) O(MINMAX) O(EXT) O(CMP) O(CMPI) O(SETCC) O(CSEL) \
    O(NUNBOX) O(FPGET) O(FPSET) O(LD) O(ST) O(CAS) O(RMW) O(FENCE) O(POLL) O(HELPER) O(JMP) O(JCC) O(CBNZ) O(SWITCH) O(JUMP) \
    O(CALL) O(IJUMP) O(ICALL) O(RET) O(SYSCALL) O(TRAP)
enum a64_op {
#define OP(name) A_##name,
    A64_OPS(OP)
#undef OP
    A_NOPS
};
enum { DIV_REM = 1, DIV_SIGNED = 2 };       /* mi.aux of A_DIV */
enum { SX_SIGNED = 1 };                     /* mi.aux of A_EXT */

struct a64 {
    union { struct sel s; struct { SEL_FIELDS }; };     /* first */
    struct abuf b;
    struct code *out;
    uint32_t *blk_off;                      /* host offset of each block; UINT32_MAX: not there yet */
    struct afix *fix; uint32_t nfix, capfix;
    struct acold *cold, **coldtail;
    uint32_t caprel, capentry;
    uint32_t edge_depth;                    /* words of vcpu->edge in use */
    uint32_t ret_off;                       /* a shared pop and `ret`, for hints that do not match */
};

void a64_emit(struct a64 *x);

#endif
