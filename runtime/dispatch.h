/* The loop that runs guest code: images, else T0. */
#ifndef AOTC_RUNTIME_DISPATCH_H
#define AOTC_RUNTIME_DISPATCH_H

#include "runtime/rt.h"

/* Runs t from v.pc until the process ends. */
_Noreturn void rt_run(struct rt_thread *t);
/* t0_fetch_fn: arg is struct rt. */
const uint8_t *rt_fetch(void *arg, uint64_t pc, size_t *n);
/* Address of the access that faulted at v.pc, decoded from the guest instruction: hosts report non-canonical addresses without one.
 * 0 when it is not a memory access. */
uint64_t rt_guest_fault_addr(struct rt_thread *t);

#endif
