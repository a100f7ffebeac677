/* What depends on the host ISA in the runtime: the system call stub, fault-safe copies, clone. */
#ifndef AOTC_RUNTIME_HOSTCALL_H
#define AOTC_RUNTIME_HOSTCALL_H

#include "runtime/rt.h"

/* Enters the kernel unless *flag is set; see rt_syscall_raw. */
int64_t rt_asm_syscall(volatile uint32_t *flag, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                       uint64_t a5);
/* 0, or -EFAULT when memory on either side faults. */
int64_t rt_asm_copy(void *dst, const void *src, size_t n);
/* clone(flags, stack, ...) whose child calls fn(arg) on the new stack and never returns. */
int64_t rt_asm_clone(uint64_t flags, void *stack, uint64_t ptid, uint64_t ctid, void (*fn)(void *arg), void *arg);

/* In a signal handler. */
/* If pc lies where the kernel has not been entered yet (or in a copy that faulted), redirects it and returns true. */
bool rt_uc_unwind_syscall(void *uc);
bool rt_uc_unwind_copy(void *uc);

/* Raw rt_sigaction and rt_sigprocmask: the C library's refuse or filter the signals it keeps for itself. handler: a kernel-style
 * handler (three arguments), NULL for the default, or RT_HOST_IGN. */
#define RT_HOST_IGN ((void *)1)
int rt_host_sigaction(int sig, void *handler, uint64_t flags, uint64_t mask);
/* Reads the present disposition: returns the handler, or -1 on error. */
intptr_t rt_host_sigget(int sig, uint64_t *flags);
void rt_host_setmask(uint64_t mask);
uint64_t rt_host_getmask(void);

#endif
