/* Which guest ranges are the same memory: shared mappings of one object. Code written through one of them is code in all of them. With
 * the map's lock held. */
#ifndef AOTC_RUNTIME_ALIAS_H
#define AOTC_RUNTIME_ALIAS_H

#include "runtime/rt.h"

/* [addr, addr + len) is a new mapping by mmap's flags, fd and off; whatever was there before is forgotten. */
void rt_alias_mapped(struct rt *rt, uint64_t addr, uint64_t len, int flags, int fd, uint64_t off);
/* [addr, addr + len) was unmapped, or what was there has moved to `to`, now newlen bytes long (len 0: a second mapping of it). */
void rt_alias_gone(struct rt *rt, uint64_t lo, uint64_t hi);
void rt_alias_moved(struct rt *rt, uint64_t addr, uint64_t len, uint64_t to, uint64_t newlen);
/* Calls fn for each range that is the same memory as a part of [lo, hi), [lo, hi) itself left out. */
void rt_alias_each(const struct rt *rt, uint64_t lo, uint64_t hi, void (*fn)(void *arg, uint64_t lo, uint64_t hi), void *arg);

#endif
