/* From C into generated code and back. */
#ifndef AOTC_JIT_ENTER_H
#define AOTC_JIT_ENTER_H

#include "jit/compile.h"
#include "jit/vcpu.h"

/* What the handler of an asynchronous signal runs may have interrupted the runtime of ThreadSanitizer, which must not be entered again. */
#define ASYNC_HANDLER __attribute__((no_sanitize("thread")))

/* Makes the entry and exit stubs for guest g in fresh executable memory (once a process and guest) and fills v->stub, v->helper,
 * v->hint_*: allocates the hint stack. enum status. */
struct host_thunks;
enum status host_thunks_new(const struct guest *g, struct host_thunks **out, struct diag *d);
/* Where the stubs lie, *n bytes: for tools that name code. */
const void *host_thunks_code(const struct host_thunks *th, size_t *n);
enum status vcpu_init_host(struct vcpu *v, struct host_thunks *th, struct diag *d);
void vcpu_fini_host(struct vcpu *v);
/* Runs generated code at `code` until it leaves; v->pc and v->exit are set; returns v->exit. All guest state is in the homes. May be
 * armed already (vcpu_arm). */
enum vexit host_enter(struct vcpu *v, struct host_thunks *th, const void *code);
/* Forgets every hint, so that no return goes to stale code. Only from C, while v's generated code is not running. */
void vcpu_drop_hints(struct vcpu *v);
/* From now on jumps of generated code to guest pc find `code` by themselves, until another pc takes its place: in v's jump cache. For code
 * from cache_lookup, by v's own thread, not while its code runs. vcpu_know_nothing: forgets all; wherever hints are dropped since code
 * was taken away. */
void vcpu_know_code(struct vcpu *v, uint64_t pc, const void *code);
void vcpu_know_nothing(struct vcpu *v);
/* Puts a hint that leaves on top, so that a return from a signal handler, which matches no call, keeps the others. As vcpu_drop_hints. */
void vcpu_fence_hints(struct vcpu *v);
/* In a SIGSEGV/SIGBUS handler: was it the hint stack's guard page? Then makes room (keeps the newest half), and returns true: return
 * from the handler to retry. uc is the host's ucontext. */
bool vcpu_hint_overflow(struct vcpu *v, uint64_t addr, void *uc);
/* Safe points that cost nothing. vcpu_arm: in the handler of an asynchronous signal, when generated code runs, is about to, or has just
 * left. The hint stack's pointer goes to hint_base, where the next return finds the stub of a miss and the next call hits the
 * guard page, so code without polls (recursion) leaves soon. Generated code keeps nothing but hints on that stack. vcpu_disarm:
 * from C, when generated code does not run: the pointer is back.
 * vcpu_armed_call: in a SIGSEGV handler. VCALL_NONE: it was not a call of an armed vcpu. VCALL_RETRY: this host cannot tell
 * (host_ctx_call), the vcpu is disarmed, return and retry. VCALL_TO: the hint is on the true stack, and uc goes on at *to: leave by
 * vcpu_entry_state if that is an entry, else it is a stub, which leaves by itself. */
enum vcall { VCALL_NONE, VCALL_RETRY, VCALL_TO };
void vcpu_arm(struct vcpu *v, void *uc);
void vcpu_disarm(struct vcpu *v);
enum vcall vcpu_armed_call(struct vcpu *v, uint64_t addr, void *uc, uint64_t *to);
/* In a signal handler: generated code was interrupted at a host pc that lies `off` bytes into a region. Rebuilds the guest state of the
 * faulting instruction into the homes and v->pc from the region's snapshot table, then arranges uc so that returning from the handler
 * leaves host_enter() with VX_FAULT. guest_base: load address of a PIC module, else 0. false: no snapshot there. */
bool vcpu_fault_state(struct vcpu *v, struct host_thunks *th, const uint8_t *snap, uint32_t nsnap, uint32_t off, uint64_t guest_base,
                      void *uc);
/* The same for a host pc that is exactly the entry for guest pc `pc`: state is in pins and homes. Leaves with `why`. */
void vcpu_entry_state(struct vcpu *v, struct host_thunks *th, uint64_t pc, enum vexit why, void *uc);

/* In signal handlers; uc is the kernel's ucontext. The interrupted pc, and the FP control word (jit/fpenv.h); fallback: when the context has
 * none. */
uint64_t host_ctx_pc(const void *uc);
void host_ctx_set_pc(void *uc, uint64_t pc);
uint32_t host_ctx_fpcr(const void *uc, uint32_t fallback);
extern const unsigned host_trap_skip;           /* how far behind a patched-in trap's start that pc lies */

/* FP control: guest rounding mode and sticky flags <-> vcpu->guest_fpcr. */
void vcpu_set_fp(struct vcpu *v, unsigned rm /* 0..3 */, unsigned fpf_flags);
unsigned vcpu_fp_flags(const struct vcpu *v);           /* FPF_* */
void vcpu_set_fp_flags(struct vcpu *v, unsigned fpf_flags);

#endif
