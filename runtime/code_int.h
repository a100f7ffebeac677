/* Shared by what finds and makes code: code.c, compiler.c, change.c. */
#ifndef AOTC_RUNTIME_CODE_INT_H
#define AOTC_RUNTIME_CODE_INT_H

#include "jit/compile.h"
#include "runtime/code.h"

/* HOT_VISITS: with fewer, code that runs once is compiled; with more, T0 runs what is worth compiling (see ARCHITECTURE.md). A pc that
 * was compiled before, since its code has changed, has to be visited HOT_GROWTH times as often each time. FAILED: not
 * tried again. HOT_WAYS: places for one pc; with one, two pcs that take turns in it would never become hot. */
enum { HOT_BITS = 13, HOT_WAYS = 4, HOT_VISITS = 1000, HOT_GROWTH = 3, HOT_MAX = 200000, FAILED = 0, COMPILERS = 4 };

/* Read and written by all threads, each field for itself: a visit (one for HOT_VISITS of T0's) that is lost, or counted for a pc that
 * has just lost its place, does no harm. */
struct hot_slot { uint64_t pc; uint32_t visits, need; };

/* What one thread compiles with at a time. [lo, hi): guest bytes that what is being compiled may depend on; who changes some of them sets
 * stale, and the result is dropped. */
struct rt_compiler {
    struct cc cc;
    uint8_t *text;              /* copy of guest code that may be written to: JIT_REACH bytes */
    uint64_t lo, hi;
    uint32_t busy, stale;
    bool ready;                 /* cc is set up */
};

struct rt_hot {
    struct hot_slot slot[1 << HOT_BITS];
    struct rt_compiler compiler[COMPILERS];
    uint64_t features;
    bool told;                  /* that some code has no place */
};

enum rt_made { MADE, MADE_FAILED, MADE_LATER };
/* Compiles pc. MADE_LATER: not now, all compilers are busy, or the code changed under way. */
enum rt_made rt_compile(struct rt_thread *t, struct rt_hot *hot, uint64_t pc);
/* Is something in [lo, hi) being compiled? Then its result will be dropped. */
bool rt_code_in_flight(struct rt *rt, uint64_t lo, uint64_t hi);
/* The space for pc, made when there is none yet. NULL: pc is not executable, or there is no room; then *d says why. With vm_lock
 * and code_lock held. */
struct code_space *rt_code_space(struct rt *rt, uint64_t pc, struct diag *d);
/* Start and end of the executable memory around pc; 0 when there is none. With vm_lock held. */
uint64_t rt_code_span(const struct rt *rt, uint64_t pc, uint64_t *hi);
/* Gives back what rt_code_space took of the address space. */
void rt_code_release(struct rt *rt, uint64_t lo, uint64_t hi);
/* No executable memory: nothing will be compiled any more. */
void rt_code_stop_compiling(struct rt_thread *t, const struct diag *d);
/* Before and after what takes code away, in a stopped world. */
void rt_code_alone(struct rt *rt, bool on);
/* May the guest run code in all of [lo, hi)? arg: struct rt. For cache_resume, in a stopped world. */
bool rt_code_may_run(void *arg, uint64_t lo, uint64_t hi);
/* Functions pass each other flags: stops the world and makes all code keep them. No locks held. */
void rt_code_keep_flags(struct rt_thread *t);
#endif
