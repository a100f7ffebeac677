/* --check=lockstep: each stay in compiled code is run again by T0, from the same state, and the two results are compared. */
#ifndef AOTC_RUNTIME_LOCKSTEP_H
#define AOTC_RUNTIME_LOCKSTEP_H

#include "runtime/rt.h"

/* Makes rt->lockstep. False: no memory. The code cache must keep its regions apart (code_cache.apart). */
bool rt_lockstep_init(struct rt *rt);
/* Runs `code`, the entry for t->v.pc, as rt_run_code does, and checks what it did. A difference ends the process with
 * RT_EXIT_DIFFER. */
enum vexit rt_lockstep_unit(struct rt_thread *t, const void *code);
/* RT_SIGNAL. A memory fault: was it a write to a page that is protected for the check only? Then it is open now: return and
 * retry. */
bool rt_lockstep_fault(struct rt_thread *t, int sig, uint64_t addr);
/* Before the kernel may write to guest memory, and before mappings change: all protections are the guest's again. */
void rt_lockstep_release(struct rt *rt);
/* Guest code in [lo, hi) has changed. */
void rt_lockstep_code(struct rt *rt, uint64_t lo, uint64_t hi);

#endif
