/* The loop that runs guest code: images, else T0. */
#ifndef AOTC_RUNTIME_DISPATCH_H
#define AOTC_RUNTIME_DISPATCH_H

#include "runtime/rt.h"

/* Runs t from v.pc until the process ends. */
_Noreturn void rt_run(struct rt_thread *t);
/* One stay in the code at `code`, which starts at t's state. */
enum vexit rt_run_code(struct rt_thread *t, const void *code);
/* t0_run() on t0, from which a memory fault comes back as VX_FAULT. */
enum vexit rt_guarded_t0(struct rt_thread *t, struct t0 *t0, uint64_t blocks, bool (*stop)(void *, uint64_t), void *arg);
/* Gives t->v.fault the address and code that a RISC-V, say, would report for a non-canonical address. */
void rt_settle_fault(struct rt_thread *t);
/* t0_fetch_fn: arg is struct rt_thread. */
const uint8_t *rt_fetch(void *arg, uint64_t pc, size_t *n);
/* Address of the access that faulted at v.pc, decoded from the guest instruction: hosts report non-canonical addresses without one.
 * 0 when it is not a memory access. */
uint64_t rt_guest_fault_addr(struct rt_thread *t);

#endif
