/* libFuzzer entry: any bytes as a region's snapshot table, evaluated at several places. The bytes before spill slots, behind the
 * homes, are host pointers: none of them may change, or show in a home. */
#include "jit/enter.h"
#include "jit/snap.h"
#include "passes/lift/riscv64/riscv64.h"

#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIXED_LO = offsetof(struct vcpu, request), FIXED_HI = offsetof(struct vcpu, spill), SECRET = 0xc5 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct host_thunks *thunks;
    static struct vcpu *v;
    struct _libc_fpstate fp = { 0 };
    ucontext_t uc = { .uc_mcontext.fpregs = &fp };
    struct diag d;

    if (!thunks && (host_thunks_new(&guest_riscv64, &thunks, &d) != ST_OK || !(v = aligned_alloc(64, sizeof *v))))
        abort();
    for (uint32_t off = 0; off < 64; off += 7) {
        memset(v, 0, sizeof *v);
        memset((uint8_t *)v + FIXED_LO, SECRET, FIXED_HI - FIXED_LO);
        vcpu_fault_state(v, thunks, data, (uint32_t)size, off, 0, &uc);
        for (size_t i = FIXED_LO; i < FIXED_HI; i++)
            if (((uint8_t *)v)[i] != SECRET)
                abort();
    }
    return 0;
}
