/* T0: interprets lifted IR. Guest semantics live in the lifter; this file knows no guest. */
#ifndef AOTC_JIT_INTERP_H
#define AOTC_JIT_INTERP_H

#include "jit/vcpu.h"
#include "passes/lift/region.h"

struct t0;
/* Reads guest memory for translation: returns readable bytes at pc (at most *n, at least 1 when executable), or NULL when pc is
 * not executable guest memory. The pointer stays valid until t0_invalidate covers it. */
typedef const uint8_t *(*t0_fetch_fn)(void *arg, uint64_t pc, size_t *n);

struct t0 *t0_new(const struct guest *g, t0_fetch_fn fetch, void *arg);
void t0_free(struct t0 *t);
/* From now on tells fn(arg of t0_new) which guest bytes [lo, hi) each new block was made from, before it runs. False: they may have
 * changed since t0_fetch_fn was called for them; they are translated again. */
void t0_watch(struct t0 *t, bool (*fn)(void *arg, uint64_t lo, uint64_t hi));
/* From now on t0_run leaves with VX_HOT in front of a block that it is about to enter for the n-th time, and then counts anew. 0: never. */
void t0_set_heat(struct t0 *t, uint32_t n);
/* The next run does not leave so in front of its first block. */
void t0_go_cold(struct t0 *t);
/* Runs from vcpu->pc, following chained blocks, until something other than plain control flow happens, the block limit is used up
 * (then VX_JUMP), vcpu->request is set (VX_POLL), or stop(pc) says that pc has compiled code (VX_JUMP; NULL: never).
 * Guest state is in the homes before and after; while a block runs, vcpu->pc is exact at each instruction that may fault. The
 * guest's rounding mode and sticky flags are in vcpu->guest_fpcr. Returns enum vexit.
 * stop() is asked when a jump is taken for the first time (or its target is not remembered): its "no" is kept until
 * t0_invalidate or t0_forget_stops; runs without stop() in between remember nothing. One t0 serves one vcpu at a time.
 * A fault inside leaves by the caller's signal handler: siglongjmp out is safe at any record. The handler must copy the interrupted
 * context's FP control word (x86: fpregs->mxcsr) to vcpu->guest_fpcr, which holds the sticky flags so far; homes and vcpu->pc are
 * exact. */
enum vexit t0_run(struct t0 *t, struct vcpu *v, uint64_t max_blocks, bool (*stop)(void *arg, uint64_t pc), void *arg);
/* Drops what was translated from guest bytes [lo, hi). Not while t0_run runs. */
void t0_invalidate(struct t0 *t, uint64_t lo, uint64_t hi);
/* New compiled code appeared: stop() is asked again everywhere. Keeps what was translated, so it is cheap (some us); stop() may
 * call it. Runs without stop() that are limited to one block need no call: they follow no remembered way. */
void t0_forget_stops(struct t0 *t);

/* From now on no block goes across pc, so a run whose stop() says yes to pc comes back whenever pc is reached. False: no memory.
 * t0_is_cut: was this pc given? For stop(). Cuts stay for good. */
bool t0_cut(struct t0 *t, uint64_t pc);
bool t0_is_cut(const struct t0 *t, uint64_t pc);

/* Runs one IR function on a vcpu (tests, aotc opt --run, the toy guest): same engine. Returns enum vexit. */
enum vexit t0_run_func(struct ir_func *f, struct vcpu *v);

#endif
