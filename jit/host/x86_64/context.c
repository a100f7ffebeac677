/* x86-64: the fields of a signal's ucontext. */
#include "jit/host/thunk.h"
#include "jit/host/x86_64/enc.h"

#if defined(__x86_64__)

#include <string.h>
#include <ucontext.h>

uint64_t host_ctx_reg(const void *ucp, unsigned r)
{
    const ucontext_t *uc = ucp;
    static const uint8_t greg[16] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                      REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15 };
    uint64_t v = 0;

    if (r < 16)
        return (uint64_t)uc->uc_mcontext.gregs[greg[r]];
    if (r >= XMM0 && r < XMM0 + 16 && uc->uc_mcontext.fpregs)
        memcpy(&v, &uc->uc_mcontext.fpregs->_xmm[r - XMM0], 8);
    return v;
}

uint64_t host_ctx_reg_high(const void *ucp, unsigned r)
{
    const ucontext_t *uc = ucp;
    uint64_t v = 0;

    if (r >= XMM0 && r < XMM0 + 16 && uc->uc_mcontext.fpregs)
        memcpy(&v, &uc->uc_mcontext.fpregs->_xmm[r - XMM0].element[2], 8);
    return v;
}

ASYNC_HANDLER uint64_t host_ctx_hint_sp(const void *uc)
{
    return (uint64_t)((const ucontext_t *)uc)->uc_mcontext.gregs[REG_RSP];
}

ASYNC_HANDLER void host_ctx_set_hint_sp(void *uc, uint64_t sp)
{
    ((ucontext_t *)uc)->uc_mcontext.gregs[REG_RSP] = (greg_t)sp;
}

bool host_ctx_call(const void *ucp, uint64_t *to, uint64_t *hint)
{
    const ucontext_t *uc = ucp;
    uint64_t pc = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
    const uint8_t *p = (const uint8_t *)(uintptr_t)pc;
    int32_t disp;

    if (p[0] == 0xe8) {                                 /* call rel32 */
        memcpy(&disp, p + 1, 4);
        *hint = pc + 5;
        *to = *hint + (uint64_t)disp;
    } else if (p[0] == 0xff && p[1] == 0xd1) {          /* call rcx */
        *hint = pc + 2;
        *to = host_ctx_reg(uc, RCX);
    } else if (p[0] == 0x41 && p[1] == 0xff && p[2] == 0x97) {      /* call [r15 + disp32]: a stub of the vcpu's */
        memcpy(&disp, p + 3, 4);
        *hint = pc + 7;
        memcpy(to, (const uint8_t *)(uintptr_t)host_ctx_reg(uc, R15) + disp, 8);
    } else {
        return false;
    }
    return true;
}

ASYNC_HANDLER uint64_t host_ctx_pc(const void *uc)
{
    return (uint64_t)((const ucontext_t *)uc)->uc_mcontext.gregs[REG_RIP];
}

ASYNC_HANDLER void host_ctx_set_pc(void *uc, uint64_t pc)
{
    ((ucontext_t *)uc)->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}

uint32_t host_ctx_fpcr(const void *uc, uint32_t fallback)
{
    const ucontext_t *u = uc;

    return u->uc_mcontext.fpregs ? u->uc_mcontext.fpregs->mxcsr : fallback;
}

void host_ctx_leave(void *ucp, struct vcpu *v, const void *to)
{
    ucontext_t *uc = ucp;

    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)to;
    uc->uc_mcontext.gregs[REG_R15] = (greg_t)(uintptr_t)v + VCPU_BIAS;
}

#endif
