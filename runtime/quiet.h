/* Programs that run new code without a word about it: no fence.i, no cache maintenance, no mprotect (PyPy's compiler for RISC-V: machines
 * forgive it, and so does qemu). In writable and executable mappings of which the program has never told that code changed, pages that
 * something was translated from are closed: read-only on the host. The guest's store there faults; then what was translated from the
 * page is put aside and the page is opened. What is jumped to again is compared with its bytes, and the page closed. What the kernel may
 * write for the guest is opened before a system call. */
#ifndef AOTC_RUNTIME_QUIET_H
#define AOTC_RUNTIME_QUIET_H

#include "runtime/rt.h"

/* The guest says that code in [lo, hi) changed (rt_code_changed's arguments): it will say so again for the mapping there. Takes vm_lock. */
void rt_quiet_told(struct rt_thread *t, uint64_t lo, uint64_t hi);
/* Has it, for what is at addr? */
bool rt_quiet_is_told(const struct rt *rt, uint64_t addr);
/* Before anything translated from [lo, hi) may run. True: a page was closed, what was read before may be old. Takes vm_lock. */
bool rt_quiet_close(struct rt_thread *t, uint64_t lo, uint64_t hi);
/* A system call's argument: if it is an address in such memory, what is closed from there to the mapping's end is opened. Takes vm_lock. */
void rt_quiet_reach(struct rt_thread *t, uint64_t addr);
/* The kernel has found something closed by way of another structure (EFAULT). True: there was something, and all is open now. */
bool rt_quiet_open_all(struct rt_thread *t);
/* A fault of the guest in t->v.fault. True: a store to a closed page, and it is open now. At a safe point. */
bool rt_quiet_fault(struct rt_thread *t);
/* No code was found for t->v.pc. True: some that was put aside is back. At a safe point. */
bool rt_quiet_wake(struct rt_thread *t);

#endif
