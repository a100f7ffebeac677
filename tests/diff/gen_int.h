/* The generator's state, and how it writes code: shared by gen_item.c (the items of a sequence, whatever the guest), gen.c (RISC-V rows
 * of the ISA table), gen_idiom.c (groups), gen_a64.c (AArch64). */
#ifndef AOTC_TESTS_DIFF_GEN_INT_H
#define AOTC_TESTS_DIFF_GEN_INT_H

#include "tests/diff/diff.h"

#include <stdlib.h>
#include <string.h>

enum { STATE_WORDS = 65, SCRATCH = 1536, SCRATCH_MID = 512, NH = 7, H0 = 25 };
enum { TEXT_BASE = 0x100000, DATA_BASE = 0x8000000 };
enum { RESERVED = 1 << 1 | 1 << 2 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 21 | 1 << 23 | 1 << 24 };

/* Programs with faults (gen_fault.c): the state block goes on with what the guest's signal handler uses and writes. */
enum { FAULT_PTRS = 8 };
enum { FW_COUNT = STATE_WORDS, FW_END, FW_SEED, FW_MASK, FW_LASTPC, FW_OPEN, FW_DEPTH, FW_GOOD2, FW_GOOD8, FW_GOOD9, FW_PTR,
       FW_HALF = FW_PTR + FAULT_PTRS, FW_AREA, FW_DUMP,
       /* One dump: siginfo's first three words, pc, x1..x31, f0..f31, fcsr, uc_sigmask, uc_flags, ss_flags. */
       FD_SIGNO = 0, FD_CODE, FD_ADDR, FD_PC, FD_F0 = FD_PC + 32, FD_FCSR = FD_F0 + 32, FD_MASK, FD_FLAGS, FD_SSFLAGS,
       FAULT_DUMP_WORDS,
       FAULT_STATE_WORDS = FW_DUMP + FAULT_DUMPS * FAULT_DUMP_WORDS };

struct patch { uint32_t off, row, target; struct guest_rng rng; };

/* One piece of a sequence: what it is, how many items a branch skips or a loop holds, whether a callee has it; where its random numbers
 * begin. A guest's own kinds follow OWN_KIND. */
struct item { uint8_t kind, span, callee; uint64_t rng; };
enum item_kind { PLAIN, BRANCH, LOOP, CALL, HOP, IDIOM, FAULT, OWN_KIND };

struct gen;
struct fault_asm;
struct gen_isa {
    struct { uint8_t below, kind; } odds[12];       /* of 100 items; the last one's below is 100 */
    void (*item)(struct gen *g, const struct item *it, uint32_t end);      /* any but a loop; end: the item a branch goes to */
    void (*loop)(struct gen *g, const struct item *it, uint32_t k, uint32_t end);   /* item k, around what emit_loop() emits */
    void (*patch)(struct gen *g, const struct patch *p, uint32_t to);      /* fills in a jump; to: offset in text */
    const struct fault_asm *fault;
};

struct gen {
    const struct guest *g;
    const struct gen_isa *isa;
    struct program *p;
    const struct gen_spec *spec;
    uint64_t r;                 /* generator of the current item or sequence */
    uint32_t h, dst, src, fdst; /* the state pointer's register; registers that may be written; read, FP ones written (0: all) */
    uint32_t scratch, image;    /* guest addresses: memory under test, its initial contents */
    uint32_t load[NH], save[NH];
    uint32_t start[MAX_ITEMS + 1], clip[MAX_ITEMS + 1];
    struct patch patch[MAX_ITEMS]; uint32_t npatch;
    struct { uint32_t off, kind; uint64_t rng; } call[MAX_ITEMS]; uint32_t ncall;    /* call sites whose callees come later */
    uint64_t drop;
    uint32_t base;              /* number of the first item in drop */
    uint32_t depth;             /* inside a loop: its counter is taken */
    uint32_t base_regs;         /* registers that point into the scratch memory */
    uint32_t ctl;               /* programs with faults: the handler's global data */
};

static inline uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline uint64_t rnd(struct gen *g)
{
    return mix(g->r += UINT64_C(0x9e3779b97f4a7c15));
}

static inline uint32_t below(struct gen *g, uint32_t n)
{
    return (uint32_t)(rnd(g) >> 33) % n;
}

static inline void bytes(struct gen *g, const void *b, uint32_t n)
{
    struct program *p = g->p;

    while (p->ntext + n > p->captext) {
        p->captext = p->captext ? p->captext * 2 : 1 << 20;
        p->text = realloc(p->text, p->captext);
        if (!p->text)
            abort();
    }
    memcpy(p->text + p->ntext, b, n);
    p->ntext += n;
}

static inline void word(struct gen *g, uint32_t w)
{
    bytes(g, &w, 4);
}

static inline void insn_i(struct gen *g, uint32_t op, uint32_t f3, uint32_t rd, uint32_t rs1, int32_t imm)
{
    word(g, op | rd << 7 | f3 << 12 | rs1 << 15 | (uint32_t)imm << 20);
}

static inline void insn_s(struct gen *g, uint32_t op, uint32_t f3, uint32_t rs2, uint32_t rs1, int32_t imm)
{
    word(g, op | ((uint32_t)imm & 31) << 7 | f3 << 12 | rs1 << 15 | rs2 << 20 | ((uint32_t)imm >> 5) << 25);
}

static inline void addi(struct gen *g, uint32_t rd, uint32_t rs1, int32_t imm)
{
    insn_i(g, 0x13, 0, rd, rs1, imm);
}

static inline void ld(struct gen *g, uint32_t rd, uint32_t rs1, int32_t imm)
{
    insn_i(g, 0x03, 3, rd, rs1, imm);
}

static inline void sd(struct gen *g, uint32_t rs2, uint32_t rs1, int32_t imm)
{
    insn_s(g, 0x23, 3, rs2, rs1, imm);
}

static inline void branch_bits(struct gen *g, uint32_t off, uint32_t f3, uint32_t rs1, uint32_t rs2, int32_t d)
{
    uint32_t u = (uint32_t)d, w = 0x63 | f3 << 12 | rs1 << 15 | rs2 << 20 | (u >> 12 & 1) << 31 | (u >> 5 & 63) << 25 |
             (u >> 1 & 15) << 8 | (u >> 11 & 1) << 7;

    memcpy(g->p->text + off, &w, 4);
}

/* rd = a positive 31-bit constant: lui, addi. */
static inline void lc(struct gen *g, uint32_t rd, uint32_t v)
{
    word(g, 0x37 | rd << 7 | ((v + 0x800) & 0xfffff000));
    addi(g, rd, rd, (int32_t)(v << 20) >> 20);
}

static inline uint32_t here(const struct gen *g)
{
    return TEXT_BASE + g->p->ntext;
}

/* rd = an address of the program: like lc(), or relative to the pc. Two instructions of four bytes either way. */
static inline void la(struct gen *g, uint32_t rd, uint32_t v)
{
    uint32_t d = v - here(g);

    if (!(g->spec->faults & FAULTS_PIC)) {
        lc(g, rd, v);
        return;
    }
    word(g, 0x17 | rd << 7 | ((d + 0x800) & 0xfffff000));
    addi(g, rd, rd, (int32_t)(d << 20) >> 20);
}

/* gen_item.c. roll_items: n random items; in callees no loops (the counter is taken) and no calls. emit_all: their code; drop: of which,
 * the first being number `base` there. emit_loop: the items of loop k. */
uint64_t special_int(struct gen *g);
void roll_items(struct gen *g, struct item *it, uint32_t n, bool callee);
void emit_all(struct gen *g, const struct item *it, uint32_t n, uint64_t drop, uint32_t base);
void emit_loop(struct gen *g, const struct item *it, uint32_t k, uint32_t end);
/* An empty program of spec: state blocks of `words` words (of which programs with faults keep `again` for each round), then scratch
 * memory and its initial contents, `scratch` bytes each. */
void begin_program(struct gen *g, uint32_t words, uint32_t again, uint32_t scratch);

/* One group of instructions on few registers and addresses; at most 30. */
void gen_idiom(struct gen *g);

/* gen.c: one random instance of row; false: its operands cannot be chosen so. The row of that name; 0: none. */
bool try_row(struct gen *g, uint32_t row, struct guest_rng *q);
uint32_t row_named(const struct guest *g, const char *name);
struct guest_rng item_rng(struct gen *g);
void item_plain(struct gen *g);                 /* gen.c: one random instruction that goes on behind itself */

/* gen_fault.c: the parts of a program with faults. Data: the handler's words and stacks behind the scratch memory;
 * setup and handler code; what loading and saving a sequence's state do besides; items that fault; a sequence's words. */
void fault_fill_data(struct gen *g);
void fault_emit_handler(struct gen *g);
void fault_emit_setup(struct gen *g);
void fault_emit_round(struct gen *g);
void fault_emit_again(struct gen *g);
void fault_emit_load(struct gen *g, uint32_t h);
void fault_emit_save(struct gen *g, uint32_t h);
void fault_emit_half(struct gen *g);
void fault_align(struct gen *g, uint32_t reg);  /* reg becomes a multiple of 8 */
extern const struct fault_asm fault_riscv64;
void fault_fill_state(struct gen *g, uint32_t i, uint64_t *w);
uint32_t fault_sp(const struct gen *g);         /* x2 of a sequence */
void fault_correct(const struct program *p, uint64_t *dump);

#endif
