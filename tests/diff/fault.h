/* What programs with faults (gen_fault.c, gen_a64_fault.c) have in common whatever the guest.
 *
 * Four areas of three pages: the middle page of each is bad (PROT_NONE, read-only, unmapped, a file mapping beyond its file's
 * end), its neighbours are good, so that accesses straddle into and out of it. The handler's words (CTL_*), the alternate stack
 * and a stack for sequences that take signals on their own lie behind the scratch memory, then the state blocks' words up to the
 * dumps as each round finds them. */
#ifndef AOTC_TESTS_DIFF_FAULT_H
#define AOTC_TESTS_DIFF_FAULT_H

#include "tests/diff/gen_int.h"

enum { NAREA = 4, AREA_NONE = 0, AREA_RO, AREA_HOLE, AREA_FILE, AREA_STEP = 0x10000, PAGE = 4096, EDGE = 64 };
enum { CTL_STATE = 0, CTL_MULT = 8, CTL_CODE = 16, CTL_FD = 24, CTL_SC = 32, CTL_END = 40, CTL_ROUND = 48, CTL_STACK = 64,
       CTL_ACT = 96, CTL_NAME = 128, CTL_SIZE = 256, ALT_SIZE = 32 << 10, OWN_SIZE = 16 << 10, OWN_ABOVE = 512 };
/* ROUNDS: how often all sequences run: an engine that compiles meets them with code that is new, and that was there. */
enum { FIXED_SIZE = CTL_SIZE + ALT_SIZE + OWN_SIZE + OWN_ABOVE, ROUNDS = 2 };
/* Linux's generic numbers. */
enum { NR_FTRUNCATE = 46, NR_SIGALTSTACK = 132, NR_SIGACTION = 134, NR_MUNMAP = 215, NR_MMAP = 222,
       NR_MPROTECT = 226, NR_MEMFD = 279 };
enum { SIG_ILL = 4, SIG_TRAP = 5, SIG_BUS = 7, SIG_SEGV = 11, F_SIGINFO = 4, F_ONSTACK = 0x08000000, F_NODEFER = 0x40000000 };
enum { R = 1, RW = 3, MAP_FIXED_SHARED = 0x11, MAP_FIXED_PRIVATE = 0x12, MAP_ANON = 0x20 };

/* What faults are written by, of one guest. Registers: the first of system calls' arguments, one more, the counter of loops; bases of
 * memory accesses (those from `walk` on are always such), of which a walk takes one of nwalk and goes by 4 << (below nstride) bytes. */
struct fault_asm {
    uint8_t arg, tmp, counter, walk, nwalk, nstride, base[4], nbase;
    bool always_prot;           /* munmap has a third argument too */
    void (*la)(struct gen *g, uint32_t rd, uint32_t v);                 /* address of the program */
    void (*li)(struct gen *g, uint32_t rd, uint64_t v);                 /* any other address */
    void (*imm)(struct gen *g, uint32_t rd, int32_t v);                 /* number */
    void (*load)(struct gen *g, uint32_t rd, uint32_t base, uint32_t off);      /* 64 bits */
    void (*store)(struct gen *g, uint32_t rs, uint32_t base, uint32_t off);
    void (*add)(struct gen *g, uint32_t rd, uint32_t v);                /* rd += v */
    void (*again)(struct gen *g, uint32_t reg, uint32_t top);           /* back to top while reg, counted down here, is not zero */
    void (*syscall)(struct gen *g, uint32_t nr);
    void (*illegal)(struct gen *g);             /* items: what is no instruction; a breakpoint; a jump to where no code is */
    void (*trap)(struct gen *g);
    void (*jump)(struct gen *g);
    void (*special)(struct gen *g, uint32_t reg);       /* exclusives and the like */
    void (*poison)(struct gen *g, uint32_t reg);        /* a bad pointer */
    void (*access)(struct gen *g, uint32_t reg);        /* a random memory instruction */
    void (*any)(struct gen *g);
};

/* fault.c. set_page: the bad page of an area as it is at a sequence's start, or as it is after the handler made it good; uses the
 * registers of system calls. address: of an access that begins at ea, what qemu-user tells in another way in a dump's signal, code and
 * address: none where the host's CPU reports none (not canonical), and then the signal may be SIGBUS (x86's #SS); a lower one where
 * qemu made several accesses of one. */
void fault_set_page(struct gen *g, uint32_t i, bool good);
void fault_setup(struct gen *g);
void fault_item(struct gen *g, bool callee);
void fault_address(uint64_t d[3], uint64_t ea);

static inline uint64_t area(const struct gen *g, uint32_t i)
{
    return (g->spec->faults & FAULTS_HIGH ? UINT64_C(0x118000000000) : 0x20000000) + (uint64_t)i * AREA_STEP;
}

/* An address in an area where an access of a few bytes, or one at a small distance, touches the bad page. */
static inline uint64_t bad_page(struct gen *g)
{
    uint64_t at = area(g, below(g, NAREA)) + PAGE;

    switch (below(g, 4)) {
    case 0: return at - 1 - below(g, 8);        /* the middle of an access may be the edge */
    case 1: return at + PAGE - 1 - below(g, 16);
    case 2: return at + below(g, 64) * 8;
    default: return at + 256 + below(g, PAGE - 512);
    }
}

/* good: an address in the scratch memory. */
static inline uint64_t bad_pointer(struct gen *g, uint64_t good)
{
    switch (below(g, 16)) {
    case 0: return below(g, 64);                                                /* null and what is near */
    case 1: return UINT64_C(0x800000000000) + below(g, 4096);                   /* not canonical on x86-64 */
    case 2: return rnd(g) | UINT64_C(1) << 63 | UINT64_C(1) << 50;
    case 3: return (rnd(g) & ~(UINT64_C(1) << 63 | UINT64_C(1) << 50)) | UINT64_C(1) << 60;
    case 4: return UINT64_C(0xffff800000000000) + below(g, 1 << 20);            /* the host kernel's half */
    case 5: return -(uint64_t)below(g, 64);
    case 6: return good + below(g, 64);                                         /* but atomics may find it misaligned */
    default: return bad_page(g);
    }
}

/* Size in bytes of what lies at g->ctl: a state block's first `words` words come again in each round. */
static inline uint32_t fault_bytes(uint32_t nseq, uint32_t words) { return FIXED_SIZE + nseq * words * 8; }

/* The end of the stack for sequences that take signals on their own. */
static inline uint32_t fault_own_stack(const struct gen *g) { return g->ctl + CTL_SIZE + ALT_SIZE + OWN_SIZE; }

/* What lies at g->ctl. half: the word of a state block that says where no instruction is; words as above. */
static inline void fault_fill(struct gen *g, uint32_t half, uint32_t words)
{
    uint64_t *w = (uint64_t *)(void *)(g->p->data + (g->ctl - DATA_BASE)), mask, one = 1;
    bool nodefer = g->spec->faults & FAULTS_NODEFER;

    mask = nodefer ? one << 40 : one << (SIG_SEGV - 1) | one << (SIG_BUS - 1) | one << (SIG_ILL - 1) | one << 9;
    w[CTL_MULT / 8] = UINT64_C(6364136223846793005);
    w[CTL_CODE / 8] = g->p->handler - TEXT_BASE;
    w[CTL_STACK / 8] = g->ctl + CTL_SIZE;
    w[CTL_STACK / 8 + 2] = ALT_SIZE;
    w[CTL_ACT / 8] = g->p->handler;
    w[CTL_ACT / 8 + 1] = F_SIGINFO | (g->spec->faults & FAULTS_OWN_STACK ? 0 : F_ONSTACK) | (nodefer ? F_NODEFER : 0);
    w[CTL_ACT / 8 + 2] = w[CTL_ACT / 8 + 3] = mask;         /* second where the guest has a restorer (of SA_RESTORER) */
    w[CTL_NAME / 8] = 'f';
    w[CTL_END / 8] = TEXT_BASE + g->p->ntext;
    w[CTL_ROUND / 8] = ROUNDS;
    for (uint32_t i = 0; i < g->p->nseq; i++) {
        uint8_t *state = g->p->data + (size_t)i * g->p->stride;

        ((uint64_t *)(void *)state)[half] = g->p->half;
        memcpy((uint8_t *)w + FIXED_SIZE + i * words * 8, state, words * 8);
    }
}

#endif
