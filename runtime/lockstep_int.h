/* Shared by the files of the lockstep check. */
#ifndef AOTC_RUNTIME_LOCKSTEP_INT_H
#define AOTC_RUNTIME_LOCKSTEP_INT_H

#include "runtime/lockstep.h"

/* LS_PAGES: most pages that one unit may write. LS_KEEP: most that stay open between units. LS_CLOCKS: clock values a unit may
 * read. */
enum { LS_PAGES = 1 << 16, LS_KEEP = 64, LS_IDLE = 8, LS_CLOCKS = 4096 };

/* A guest page that is open (not write-protected). Its contents: old[] at the start of the unit, new[] after compiled code. */
struct ls_page { uint64_t addr; uint32_t slot; uint16_t idle; bool dirty; };

/* The state of the guest at an end of a unit. */
struct ls_state {
    uint8_t guest[VCPU_GUEST_SIZE];
    uint64_t pc;
    uint32_t fpcr, fp_rm, fp_extra;
    enum vexit why;
    struct vfault fault;
};

/* How T0 came along. */
struct ls_replay {
    uint64_t arrivals;          /* times it was where compiled code left */
    uint64_t best;              /* arrival with the fewest differences, counted from 1 */
    unsigned score;             /* how many those were */
    bool equal;                 /* at the last arrival everything was equal */
    bool timeout;               /* it was stopped after limit blocks */
    uint64_t limit;
};

struct lockstep {
    struct t0 *t0;              /* blocks cut at every pc where compiled code ever left */
    bool closed;                /* writable guest pages are protected, but for page[] */
    bool in_unit;               /* the contents of pages that are opened must be kept */
    bool lost;                  /* something could not be kept: this unit cannot be compared */
    uint32_t n;                 /* pages open */
    struct ls_page *page;
    uint8_t *old, *new;
    uint32_t *hash;             /* page number -> index + 1, open addressing, 2 * LS_PAGES */
    uint64_t *clock;            /* what compiled code read of the host's counters */
    uint32_t nclock, rclock;    /* recorded; read by T0 */
    const void *code;           /* the unit's entry */
    struct ls_state start, end; /* of the unit; end as compiled code left it */
    uint64_t ns;                /* that it took */
    const struct guest_slot *test_slot;         /* a seeded error; NULL: none */
    bool test_store;
};

/* --- lockstep_mem.c --- */
bool ls_mem_init(struct lockstep *ls);
/* Protects what is not to be written unseen, and takes the contents of what is open. False: it cannot be done. */
bool ls_mem_begin(struct rt *rt);
/* Compiled code is done: keeps what it wrote, puts the old contents back. */
void ls_mem_turn(struct lockstep *ls);
/* Puts the contents of the unit's start back (again), for T0 to begin once more. */
void ls_mem_rewind(struct lockstep *ls);
/* The contents that compiled code left in page i. */
const uint8_t *ls_mem_result(const struct lockstep *ls, uint32_t i);
/* Is memory as compiled code left it? Counts the pages that are not. */
uint32_t ls_mem_differ(const struct lockstep *ls);
/* The unit is over and was right. */
void ls_mem_end(struct rt *rt);

/* --- lockstep.c, for the report --- */
void ls_save(const struct rt_thread *t, enum vexit why, struct ls_state *s);
void ls_load(struct rt_thread *t, const struct ls_state *s);
/* Runs T0 from the unit's start until it equals the end, or to arrival `upto` (0: no limit). The state in t is T0's then. */
enum vexit ls_replay(struct rt_thread *t, uint64_t upto, struct ls_replay *r);
/* How many of slots, flags, reason and place differ. */
unsigned ls_compare(const struct guest *g, const struct ls_state *a, const struct ls_state *b);
/* What a slot holds; hi: bits 64 and up of a vector's. */
struct ls_value { uint64_t lo, hi; };
struct ls_value ls_slot(const struct guest *g, const struct ls_state *s, uint32_t slot);
static inline bool ls_same(struct ls_value a, struct ls_value b) { return a.lo == b.lo && a.hi == b.hi; }
/* All sticky floating-point flags, FPF_*. */
unsigned ls_fpflags(const struct ls_state *s);
/* One block of T0; VX_JUMP when it just goes on. */
enum vexit ls_step(struct rt_thread *t);

/* --- lockstep_report.c --- */
_Noreturn void ls_report(struct rt_thread *t, const struct ls_replay *r);

#endif
