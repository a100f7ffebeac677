/* What gen_a64.c (AArch64 sequences) and gen_a64_fault.c (those that fault) share: registers, the state block, an assembler. */
#ifndef AOTC_TESTS_DIFF_GEN_A64_H
#define AOTC_TESTS_DIFF_GEN_A64_H

#include "tests/diff/gen_int.h"

#include "passes/lift/aarch64/aarch64.h"

enum { A64_SCRATCH = 4096, A64_MID = 2048 };
enum { SP = 31, XZR = 31, CNT = 22, TMP = 23, TMP2 = 24, ST = 28, LR = 30 };
/* State block: checksum, x0..x30, sp, nzcv, fpsr, fpcr, then v0..v31 (two words each), then the sequence's return address. */
enum { W_SP = 32, W_NZCV, W_FPSR, W_FPCR, W_V, W_RET = W_V + 64, A64_WORDS = W_RET + 2 };
#define BIT(r) (1u << (r))
enum { OWN = (int)(BIT(19) | BIT(20) | BIT(21) | BIT(22) | BIT(23) | BIT(24) | BIT(28) | BIT(30) | BIT(31)) };
/* Programs with faults: the state block goes on with what the guest's signal handler uses and writes. A dump: siginfo's first
 * words, uc_sigmask, uc_flags, ss_flags, then struct sigcontext up to pstate, fpsr and fpcr (one word), v0..v31. */
enum { FA_COUNT = A64_WORDS, FA_END, FA_SEED, FA_MASK, FA_LASTPC, FA_OPEN, FA_DEPTH, FA_GOOD, FA_PTR = FA_GOOD + 4,
       FA_HALF = FA_PTR + FAULT_PTRS, FA_AREA, FA_DUMP,
       DA_SIGNO = 0, DA_CODE, DA_ADDR, DA_MASK, DA_FLAGS, DA_SSFLAGS, DA_FAULT, DA_X, DA_SP = DA_X + 31, DA_PC,
       DA_PSTATE, DA_FPSR, DA_V, A64_DUMP_WORDS = DA_V + 64, A64_FAULT_WORDS = FA_DUMP + FAULT_DUMPS * A64_DUMP_WORDS };

static inline void movw(struct gen *g, uint32_t rd, uint32_t v)
{
    word(g, 0x52800000 | (v & 0xffff) << 5 | rd);           /* movz wd, #lo */
    word(g, 0x72a00000 | (v >> 16) << 5 | rd);              /* movk wd, #hi, lsl #16 */
}

static inline void add_imm(struct gen *g, uint32_t rd, uint32_t rn, uint32_t imm)
{
    word(g, 0x91000000 | imm << 10 | rn << 5 | rd);
}

static inline void ldr_x(struct gen *g, uint32_t rt, uint32_t rn, uint32_t off)
{
    word(g, 0xf9400000 | off / 8 << 10 | rn << 5 | rt);
}

static inline void str_x(struct gen *g, uint32_t rt, uint32_t rn, uint32_t off)
{
    word(g, 0xf9000000 | off / 8 << 10 | rn << 5 | rt);
}

static inline void mrs(struct gen *g, uint32_t rt, uint32_t sysreg) { word(g, 0xd5300000 | sysreg << 5 | rt); }
static inline void msr(struct gen *g, uint32_t sysreg, uint32_t rt) { word(g, 0xd5100000 | sysreg << 5 | rt); }
/* o0:op1:CRn:CRm:op2 with op0 = 3 */
enum { R_NZCV = 1 << 14 | 3 << 11 | 4 << 7 | 2 << 3 | 0, R_FPCR = 1 << 14 | 3 << 11 | 4 << 7 | 4 << 3 | 0, R_FPSR = R_FPCR + 1,
       R_TPIDR = 1 << 14 | 3 << 11 | 13 << 7 | 0 << 3 | 2 };

/* The b of a forward jump, filled in by patch_b. */
static inline uint32_t hole(struct gen *g)
{
    word(g, 0x14000000);
    return g->p->ntext - 4;
}

static inline void patch_b(struct gen *g, uint32_t off, uint32_t op, uint32_t to)
{
    uint32_t w = op | (((to - off) >> 2) & 0x3ffffff);

    memcpy(g->p->text + off, &w, 4);
}

/* rd = an address of the program: two instructions either way. */
static inline void a64_la(struct gen *g, uint32_t rd, uint32_t v)
{
    uint32_t d = (v >> 12) - (here(g) >> 12);

    if (!(g->spec->faults & FAULTS_PIC)) {
        movw(g, rd, v);
        return;
    }
    word(g, 0x90000000 | (d & 3) << 29 | (d >> 2 & 0x7ffff) << 5 | rd);        /* adrp */
    add_imm(g, rd, rd, v & 4095);
}

/* gen_a64.c */
void a64_memory_row(struct gen *g, uint32_t row, uint32_t base);   /* an access through one of the registers in `base` */
void a64_item_any(struct gen *g);
uint32_t a64_memory_pick(struct gen *g);        /* a random row for a64_memory_row() */
uint32_t a64_sp(const struct gen *g);           /* where sp stands around the sequences */

/* gen_a64_fault.c: as gen_int.h's fault_*. */
void a64_fault_setup(struct gen *g);
void a64_fault_round(struct gen *g);
void a64_fault_load(struct gen *g);
void a64_fault_save(struct gen *g);
void a64_fault_handler(struct gen *g);
void a64_fault_align(struct gen *g, uint32_t reg, bool may_not);   /* for an atomic access: see tests/qemu-differs */
extern const struct fault_asm fault_aarch64;
void a64_fault_state(struct gen *g, uint32_t i, uint64_t *w);
void a64_fault_correct(const struct program *p, uint64_t *dump);
bool a64_fault_name(unsigned i, char *buf, size_t n);

#endif
