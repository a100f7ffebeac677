/* AArch64: the fields of a signal's ucontext. */
#include "jit/host/aarch64/a64.h"
#include "jit/host/thunk.h"

#if defined(__aarch64__)

#include <ucontext.h>

uint64_t host_ctx_reg(const void *uc, unsigned r)
{
    return r < 31 ? ((const ucontext_t *)uc)->uc_mcontext.regs[r] : 0;
}

uint64_t host_ctx_hint_sp(const void *uc)
{
    return ((const ucontext_t *)uc)->uc_mcontext.regs[RHINT];
}

void host_ctx_set_hint_sp(void *uc, uint64_t sp)
{
    ((ucontext_t *)uc)->uc_mcontext.regs[RHINT] = sp;
}

void host_ctx_leave(void *ucp, struct vcpu *v, const void *to)
{
    ucontext_t *uc = ucp;

    uc->uc_mcontext.pc = (uint64_t)(uintptr_t)to;
    uc->uc_mcontext.regs[RVCPU] = (uint64_t)(uintptr_t)v;
}

#endif
