/* --perf=map: names of guest functions for Linux perf. One line per region, "START SIZE name" in hexadecimal, in /tmp/perf-PID.map
 * (tools/perf/Documentation/jit-interface.txt of the Linux sources). */
#ifndef AOTC_RUNTIME_PERFMAP_H
#define AOTC_RUNTIME_PERFMAP_H

#include "jit/cache.h"
#include "runtime/rt.h"

/* Makes this process's file with all regions there are; what cannot be done is said, and the program runs without. Once at the
 * start, and in a forked child. */
void rt_perf_start(struct rt *rt);
/* The newest region compiled into s exists now. */
void rt_perf_region(struct rt *rt, const struct code_space *s);

#endif
