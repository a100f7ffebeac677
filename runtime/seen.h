/* Which guest code has run: what the JIT takes into its regions. Most of a function's code never runs; what does, T0 has met before. */
#ifndef AOTC_RUNTIME_SEEN_H
#define AOTC_RUNTIME_SEEN_H

#include <stdbool.h>
#include <stdint.h>

struct rt_seen;

/* NULL: no memory. */
struct rt_seen *rt_seen_new(void);
/* The guest instructions in [lo, hi) have run, or are about to. Any thread, no lock. */
void rt_seen_mark(struct rt_seen *s, uint64_t lo, uint64_t hi);
/* Has the instruction at pc? True as well when that is not known for want of memory. */
bool rt_seen_at(const struct rt_seen *s, uint64_t pc);

#endif
