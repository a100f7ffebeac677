/* Entry and exit stubs, and what the machine's own host says of an interrupted program. */
#ifndef AOTC_JIT_HOST_THUNK_H
#define AOTC_JIT_HOST_THUNK_H

#include "jit/enter.h"
#include "passes/lift/guest.h"

struct host_thunks {
    const struct guest *g;
    uint8_t *code;
    uint32_t (*enter)(struct vcpu *v, const void *code);
    void *stub[STUB_COUNT];
    void *miss;                 /* what STUB_DISPATCH does when the jump cache does not help */
    void *slow;                 /* for STUB_SLOW, or NULL */
    void *fault;                /* leaves with vcpu->exit as it is; homes are current */
    uint8_t pin[256];           /* by slot: register or NOREG */
};

/* What vcpu->exit becomes behind a stub. */
enum vexit thunk_exit(unsigned stub);

/* In signal handlers; uc is the kernel's ucontext. A register by its MIR number (vector ones: the low 64 bits). */
uint64_t host_ctx_reg(const void *uc, unsigned r);
/* Bits 64..127 of a vector register; 0 for others. */
uint64_t host_ctx_reg_high(const void *uc, unsigned r);
/* The hint stack's pointer. */
uint64_t host_ctx_hint_sp(const void *uc);
void host_ctx_set_hint_sp(void *uc, uint64_t sp);
/* Is the interrupted instruction a call that could not push its hint? Then where it goes, and the hint. */
bool host_ctx_call(const void *uc, uint64_t *to, uint64_t *hint);
/* Goes on at `to`, a stub, with the vcpu in its register, whatever was there. */
void host_ctx_leave(void *uc, struct vcpu *v, const void *to);

#endif
