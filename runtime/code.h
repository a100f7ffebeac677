/* Where guest pcs find host code: the code cache, what is compiled in this process, and what changes of guest code do to both. */
#ifndef AOTC_RUNTIME_CODE_H
#define AOTC_RUNTIME_CODE_H

#include "jit/cache.h"
#include "runtime/rt.h"

/* Makes the cache. False: no memory; the program runs in T0. */
bool rt_code_init(struct rt *rt);
/* Host code for t->v.pc, or NULL: to be interpreted. */
const void *rt_code_at(struct rt_thread *t);
/* T0 says that t->v.pc is hot: compiles it, unless another thread compiles, or that was to no avail before. */
void rt_code_hot(struct rt_thread *t);
/* After how many visits T0 says so. */
uint32_t rt_code_heat(const struct rt *rt);
/* How far [pc, to) can be read; whole pages, since a file may end before its mapping. */
uint64_t rt_code_readable(struct rt *rt, uint64_t pc, uint64_t to);
/* Before code runs again: hints to code that is gone are dropped. */
void rt_code_settle(struct rt_thread *t);

#endif
