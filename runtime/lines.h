/* Which guest bytes were ever translated, by a T0 or by the compiler: 64 bytes a bit. Guests that make code say so for each function they
 * write; this tells, without stopping anybody, that nothing was made from there. All functions may be called by any thread at any time,
 * except rt_lines_forget. */
#ifndef AOTC_RUNTIME_LINES_H
#define AOTC_RUNTIME_LINES_H

#include <stdbool.h>
#include <stdint.h>

struct rt_lines;
/* NULL: no memory. */
struct rt_lines *rt_lines_new(void);
/* Notes [lo, hi). True: all of it had been noted before. Whoever translates either notes first and reads then, or finds afterwards
 * that rt_lines_changes() is what it was before: else a change in between went unnoticed. */
bool rt_lines_mark(struct rt_lines *s, uint64_t lo, uint64_t hi);
/* Was anything in [lo, hi) noted? Counts a change first. */
bool rt_lines_changed(struct rt_lines *s, uint64_t lo, uint64_t hi);
/* The same without counting. */
bool rt_lines_any(const struct rt_lines *s, uint64_t lo, uint64_t hi);
uint64_t rt_lines_changes(const struct rt_lines *s);
/* Nothing translated is left of [lo, hi); in a stopped world. Lines that lie in it whole are forgotten. */
void rt_lines_forget(struct rt_lines *s, uint64_t lo, uint64_t hi);

#endif
