/* The guest's vDSO: one page with a small ELF file that ld.so and C libraries read (AT_SYSINFO_EHDR), whose functions are a
 * system call each. The dispatcher serves a call of one of them as if its instructions had run. The signal trampoline is one of
 * them. */
#ifndef AOTC_RUNTIME_VDSO_H
#define AOTC_RUNTIME_VDSO_H

#include "runtime/rt.h"

/* Builds the file at page, RT_PAGE zero bytes of guest memory that are writable now; sets rt->vdso, rt->vdso_text and
 * rt->sigtramp. */
void rt_vdso_build(struct rt *rt, uint64_t page);
/* Number of the system call of the function that begins at pc, which lies in the page; -1: none does. */
int rt_vdso_call(const struct rt *rt, uint64_t pc);

#endif
