/* Guest signals: host handlers (hostsig.c), delivery (signals.c), the guest's frame on its stack (sigframe.c). */
#ifndef AOTC_RUNTIME_SIGNALS_H
#define AOTC_RUNTIME_SIGNALS_H

#include "runtime/rt.h"

#define SIGBIT(sig) (1ull << ((sig) - 1))
/* Signals that the CPU raises: never blocked on the host, since the runtime itself needs them. */
#define SYNC_SIGS (SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGFPE) | SIGBIT(SIGILL) | SIGBIT(SIGTRAP))

/* At start: host handlers for the synchronous signals; inherits dispositions and mask. 0 or -errno. */
int rt_signals_init(struct rt *rt, struct rt_thread *t);
/* A host stack for handlers that finds t again; each runtime thread has one. make: allocates it;
 * install: for the calling thread. */
int rt_altstack_make(struct rt_thread *t);
int rt_altstack_install(struct rt_thread *t);
void rt_altstack_remove(void);            /* of the thread that calls: before it is freed */
void rt_altstack_free(struct rt_thread *t);
/* RT_SIGNAL: the handler of every signal. */
void rt_host_handler(int sig, siginfo_t *si, void *uc);

/* The frame of the guest's ABI. push: writes it below the stack that act asks for and points t's registers at the handler; 0 or
 * -EFAULT. pop: restores registers, mask and alternate stack from the frame at the stack pointer; 0 or -EFAULT. */
int sigframe_push(struct rt_thread *t, int sig, const siginfo_t *si, const struct rt_sigact *act, uint64_t oldmask);
int sigframe_pop(struct rt_thread *t, uint64_t *mask);
/* State words that do not start as zero. */
void sigframe_reset(struct rt_thread *t);
/* Is sp on the guest's alternate stack? */
bool rt_on_altstack(const struct rt_thread *t, uint64_t sp);

/* held.c. Fault signals that were sent while they were blocked. catch, RT_SIGNAL: t keeps one. take: the lowest one of the set that waits
 * for t or its process; 0: none. share: those that t cannot deliver, out of set, and that are for the process, wait there, and whom they
 * may concern is told. put: one for the process. forget: its number is ignored now. requeue: the kernel takes over all that t blocks (before exec; the
 * host's mask blocks them). No other lock is held; after_fork: in the child. */
void rt_held_catch(struct rt_thread *t, int sig, const siginfo_t *si);
uint64_t rt_held_pending(const struct rt_thread *t);
int rt_held_take(struct rt_thread *t, uint64_t set, siginfo_t *si);
void rt_held_share(struct rt_thread *t, uint64_t set);
void rt_held_put(struct rt_thread *t, int sig, const siginfo_t *si);
void rt_held_forget(struct rt_thread *t, int sig);
void rt_held_requeue(struct rt_thread *t);
void rt_held_after_fork(struct rt_thread *t);

/* The C library installs a handler of its own for SIGSETXID when it makes the first thread: the guest's gets its place back. All signals
 * are blocked. */
void rt_signals_after_first_thread(struct rt_thread *t);

/* Host dispositions that an exec must see: ignored synchronous signals and the full mask; undo when exec failed. */
void rt_signals_before_exec(struct rt_thread *t);
void rt_signals_exec_failed(struct rt_thread *t);

#endif
