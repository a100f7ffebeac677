/* AArch64: the fields of a signal's ucontext (arch/arm64/include/uapi/asm/sigcontext.h). */
#include "jit/fpenv.h"
#include "jit/host/aarch64/a64.h"
#include "jit/host/thunk.h"

#if defined(__aarch64__)

#include <asm/sigcontext.h>
#include <string.h>
#include <ucontext.h>

uint64_t host_ctx_reg(const void *uc, unsigned r)
{
    return r < 31 ? ((const ucontext_t *)uc)->uc_mcontext.regs[r] : 0;
}

/* This backend keeps no vectors in registers. */
uint64_t host_ctx_reg_high(const void *uc, unsigned r)
{
    return 0;
}

ASYNC_HANDLER uint64_t host_ctx_hint_sp(const void *uc)
{
    return ((const ucontext_t *)uc)->uc_mcontext.regs[RHINT];
}

ASYNC_HANDLER void host_ctx_set_hint_sp(void *uc, uint64_t sp)
{
    ((ucontext_t *)uc)->uc_mcontext.regs[RHINT] = sp;
}

/* A call site pushes its hint (x16) by an instruction of its own, right before BL, BLR, or the way to a stub. */
bool host_ctx_call(const void *ucp, uint64_t *to, uint64_t *hint)
{
    const ucontext_t *uc = ucp;
    const uint64_t *reg = (const uint64_t *)uc->uc_mcontext.regs;
    const uint8_t *p = (const uint8_t *)(uintptr_t)uc->uc_mcontext.pc;
    uint32_t w[3];

    memcpy(w, p, 8);
    if (w[0] != a64_ldst_wb(3, LS_STORE, LS_PRE, RSCRATCH, RHINT, -8))
        return false;
    *hint = reg[RSCRATCH];
    if (w[1] >> 26 == a64_b(true, 0) >> 26) {
        *to = (uint64_t)(uintptr_t)p + 4 + (uint64_t)((int64_t)((uint64_t)w[1] << 38) >> 36);
    } else if ((w[1] & ~(31u << 5)) == a64_br(BR_CALL, 0)) {
        *to = reg[w[1] >> 5 & 31];
    } else {
        memcpy(&w[2], p + 8, 4);
        if ((w[1] & ~(0xfffu << 10)) != a64_ldst(3, LS_LOAD, RSCRATCH, RVCPU, 0) || w[2] != a64_br(BR_JUMP, RSCRATCH))
            return false;
        memcpy(to, (const uint8_t *)(uintptr_t)reg[RVCPU] + (w[1] >> 10 & 0xfff) * 8, 8);
    }
    return true;
}

ASYNC_HANDLER uint64_t host_ctx_pc(const void *uc)
{
    return ((const ucontext_t *)uc)->uc_mcontext.pc;
}

ASYNC_HANDLER void host_ctx_set_pc(void *uc, uint64_t pc)
{
    ((ucontext_t *)uc)->uc_mcontext.pc = pc;
}

/* The record of that kind in the context's chain, or NULL. */
static const struct _aarch64_ctx *record(const void *uc, uint32_t magic)
{
    const mcontext_t *m = &((const ucontext_t *)uc)->uc_mcontext;
    const uint8_t *p = (const uint8_t *)m->__reserved, *end = p + sizeof m->__reserved;

    while (p + sizeof(struct _aarch64_ctx) <= end) {
        const struct _aarch64_ctx *c = (const void *)p;

        if (c->magic == magic)
            return c;
        if (!c->magic || c->size < sizeof *c || c->size > (size_t)(end - p))
            break;
        p += c->size;
    }
    return NULL;
}

uint32_t host_ctx_fpcr(const void *uc, uint32_t fallback)
{
    const struct fpsimd_context *f = (const void *)record(uc, FPSIMD_MAGIC);

    return f ? fpcr_of(f->fpcr, f->fpsr) : fallback;
}

void host_ctx_leave(void *ucp, struct vcpu *v, const void *to)
{
    ucontext_t *uc = ucp;

    uc->uc_mcontext.pc = (uint64_t)(uintptr_t)to;
    uc->uc_mcontext.regs[RVCPU] = (uint64_t)(uintptr_t)v;
}

#endif
