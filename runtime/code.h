/* Where guest pcs find host code: the code cache, what is compiled in this process, and what changes of guest code do to both. */
#ifndef AOTC_RUNTIME_CODE_H
#define AOTC_RUNTIME_CODE_H

#include "jit/cache.h"
#include "runtime/rt.h"

/* Makes the cache. False: no memory; the program runs in T0. */
bool rt_code_init(struct rt *rt);
/* Host code for t->v.pc, or NULL: to be interpreted. */
const void *rt_code_at(struct rt_thread *t);
/* T0 says that t->v.pc is hot: compiles it, unless all compilers are busy, or that was to no avail before. */
void rt_code_hot(struct rt_thread *t);
/* After how many visits T0 says so. */
uint32_t rt_code_heat(const struct rt *rt);
/* Takes code_lock: whoever adds to the cache does so with it. */
void rt_code_lock(struct rt_thread *t);
/* How far [pc, to) can be read; whole pages, since a file may end before its mapping. */
uint64_t rt_code_readable(struct rt *rt, uint64_t pc, uint64_t to);
/* In the child of a fork. */
void rt_code_after_fork(struct rt_thread *t);
/* T0 has translated guest bytes [lo, hi). False: they may have changed since they were fetched. */
bool rt_code_noted(struct rt_thread *t, uint64_t lo, uint64_t hi);
/* May translations depend on [lo, hi), so that it can change only while no other thread runs? */
bool rt_code_matters(struct rt *rt, uint64_t lo, uint64_t hi);
/* mprotect has given [lo, hi) this protection. In a stopped world, if rt_code_matters said yes. */
void rt_code_protected(struct rt_thread *t, uint64_t lo, uint64_t hi, int prot);
/* Before code runs again: hints to code that is gone are dropped. */
void rt_code_settle(struct rt_thread *t);

#endif
