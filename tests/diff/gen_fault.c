/* Sequences that fault, and the guest's signal handler that sees it.
 *
 * A fault item poisons a base register (the
 * memory rows that follow use it, wherever they stand: in loops, in callees, in groups), stands for an undefined instruction
 * or ebreak, or jumps to where no code can be. The handler (guest code too) writes siginfo and ucontext into the sequence's
 * state block, then does what its random numbers say: makes the base registers good again, skips the instruction, or makes
 * the page good; at times it also edits a random register, or faults itself. The last signal that a block has room for goes
 * on at the sequence's end. */
#include "tests/diff/fault.h"

#include <signal.h>

enum { T0 = 5, T1 = 6, T2 = 7, A0 = 10, A1, A2, A3, A4, A5, A6, A7, T3 = 28, T4, T5, T6 };
enum { UC_FLAGS = 0, UC_SSFLAGS = 24, UC_MASK = 40, UC_PC = 176, UC_F0 = 432, UC_FCSR = 688, SI_ADDR = 16 };
enum { BEQ, BNE, BLTU = 6, BGEU };

/* ---- small assembler ---- */

static void op_rr(struct gen *g, uint32_t f7, uint32_t f3, uint32_t rd, uint32_t a, uint32_t b)
{
    word(g, 0x33 | rd << 7 | f3 << 12 | a << 15 | b << 20 | f7 << 25);
}

static void add(struct gen *g, uint32_t rd, uint32_t a, uint32_t b) { op_rr(g, 0, 0, rd, a, b); }
static void sub(struct gen *g, uint32_t rd, uint32_t a, uint32_t b) { op_rr(g, 0x20, 0, rd, a, b); }
static void mul(struct gen *g, uint32_t rd, uint32_t a, uint32_t b) { op_rr(g, 1, 0, rd, a, b); }
static void slli(struct gen *g, uint32_t rd, uint32_t a, uint32_t n) { insn_i(g, 0x13, 1, rd, a, (int32_t)n); }
static void srli(struct gen *g, uint32_t rd, uint32_t a, uint32_t n) { insn_i(g, 0x13, 5, rd, a, (int32_t)n); }
static void andi(struct gen *g, uint32_t rd, uint32_t a, int32_t n) { insn_i(g, 0x13, 7, rd, a, n); }
static void lw(struct gen *g, uint32_t rd, uint32_t base, int32_t off) { insn_i(g, 0x03, 2, rd, base, off); }

/* rd = any constant below 2^55. */
static void li(struct gen *g, uint32_t rd, uint64_t v)
{
    int32_t lo = (int32_t)((uint32_t)v << 20) >> 20, mid;

    v = (v - (uint64_t)(int64_t)lo) >> 12;
    mid = (int32_t)((uint32_t)v << 20) >> 20;
    lc(g, rd, (uint32_t)((v - (uint64_t)(int64_t)mid) >> 12));
    slli(g, rd, rd, 12);
    addi(g, rd, rd, mid);
    slli(g, rd, rd, 12);
    addi(g, rd, rd, lo);
}

static uint32_t later(struct gen *g)
{
    word(g, 0);
    return g->p->ntext - 4;
}

static void bind(struct gen *g, uint32_t at, uint32_t cond, uint32_t a, uint32_t b)
{
    branch_bits(g, at, cond, a, b, (int32_t)(g->p->ntext - at));
}

static void back(struct gen *g, uint32_t to, uint32_t cond, uint32_t a, uint32_t b)
{
    uint32_t at = later(g);

    branch_bits(g, at, cond, a, b, (int32_t)(to - at));
}

static void syscall_nr(struct gen *g, uint32_t nr)
{
    addi(g, A7, 0, (int32_t)nr);
    word(g, 0x73);
}

/* ---- data and set-up ---- */

/* A program that was loaded elsewhere: what the data says of addresses is put right. */
static void relocate(struct gen *g)
{
    static const uint16_t ctl[] = { CTL_END, CTL_STACK, CTL_ACT };
    static const uint16_t state[] = { 2, 8, 9, FW_END, FW_GOOD2, FW_GOOD8, FW_GOOD9, FW_HALF };
    uint32_t top;

    la(g, T0, DATA_BASE);
    lc(g, T1, DATA_BASE);
    sub(g, T1, T0, T1);
    la(g, T0, g->ctl);
    for (uint32_t i = 0; i < ARRAY_LEN(ctl); i++) {
        ld(g, T2, T0, ctl[i]);
        add(g, T2, T2, T1);
        sd(g, T2, T0, ctl[i]);
    }
    la(g, T0, g->ctl + FIXED_SIZE);
    lc(g, A0, g->p->nseq);
    top = g->p->ntext;
    for (uint32_t i = 0; i < ARRAY_LEN(state); i++) {
        ld(g, T2, T0, state[i] * 8);
        add(g, T2, T2, T1);
        sd(g, T2, T0, state[i] * 8);
    }
    addi(g, T0, T0, FW_DUMP * 8);
    addi(g, A0, A0, -1);
    back(g, top, BNE, A0, 0);
}

void fault_fill_data(struct gen *g) { fault_fill(g, FW_HALF, FW_DUMP); }

uint32_t fault_sp(const struct gen *g)
{
    return g->spec->faults & FAULTS_OWN_STACK ? fault_own_stack(g) : g->scratch + SCRATCH_MID;
}

void fault_emit_setup(struct gen *g)
{
    if (g->spec->faults & FAULTS_PIC)
        relocate(g);
    fault_setup(g);
}

/* Gives all state blocks what they begin with. */
void fault_emit_round(struct gen *g)
{
    uint32_t outer, inner;

    la(g, A0, g->ctl + FIXED_SIZE);
    la(g, A1, DATA_BASE);
    lc(g, A2, g->p->nseq);
    lc(g, A5, (FAULT_STATE_WORDS - FW_DUMP) * 8);
    outer = g->p->ntext;
    addi(g, A3, 0, FW_DUMP);
    inner = g->p->ntext;
    ld(g, A4, A0, 0);
    sd(g, A4, A1, 0);
    addi(g, A0, A0, 8);
    addi(g, A1, A1, 8);
    addi(g, A3, A3, -1);
    back(g, inner, BNE, A3, 0);
    add(g, A1, A1, A5);
    addi(g, A2, A2, -1);
    back(g, outer, BNE, A2, 0);
}

/* Behind the last sequence: x7 = rounds that are left. */
void fault_emit_again(struct gen *g)
{
    la(g, T0, g->ctl);
    ld(g, T2, T0, CTL_ROUND);
    addi(g, T2, T2, -1);
    sd(g, T2, T0, CTL_ROUND);
}

/* ---- around a sequence ---- */

/* The good pages' edges, EDGE bytes before and behind the bad page, begin the same in each sequence. */
void fault_emit_load(struct gen *g, uint32_t h)
{
    la(g, T0, g->ctl);
    sd(g, h, T0, CTL_STATE);
    ld(g, T2, T0, CTL_MULT);
    for (uint32_t i = 0; i < NAREA; i++) {
        li(g, T0, area(g, i) + PAGE - EDGE);
        li(g, T1, area(g, i) + 2 * PAGE);
        for (int32_t k = 0; k < EDGE; k += 8) {
            sd(g, T2, T0, k);
            sd(g, T2, T1, k);
            addi(g, T2, T2, 0x123);
        }
    }
}

static void add_up(struct gen *g, uint32_t value)
{
    add(g, 8, 8, value);
    mul(g, 8, 8, 9);
}

/* Sums up the edges, and the bad pages that the handler made good; makes these bad again. All registers but H and x1 are
 * free; x8 and x9 hold a sum and its factor, and the sum of the scratch memory must survive in x8. */
void fault_emit_save(struct gen *g, uint32_t h)
{
    addi(g, 18, 8, 0);
    for (uint32_t i = 0; i < NAREA; i++) {
        uint32_t skip, top;

        li(g, T0, area(g, i) + PAGE - EDGE);
        li(g, T1, area(g, i) + 2 * PAGE);
        for (int32_t k = 0; k < EDGE; k += 8) {
            ld(g, T2, T0, k);
            add_up(g, T2);
            ld(g, T2, T1, k);
            add_up(g, T2);
        }
        ld(g, T2, h, FW_OPEN * 8);
        andi(g, T2, T2, 1 << i);
        skip = later(g);
        li(g, T0, area(g, i) + PAGE);
        addi(g, T1, T0, 2047);
        addi(g, T1, T1, 2047);
        top = g->p->ntext;
        ld(g, T2, T0, 0);
        sd(g, 0, T0, 0);
        add_up(g, T2);
        addi(g, T0, T0, 8);
        back(g, top, BLTU, T0, T1);
        fault_set_page(g, i, false);
        bind(g, skip, BEQ, T2, 0);
    }
    sd(g, 8, h, FW_AREA * 8);
    addi(g, 8, 18, 0);
}

/* The last two bytes of the text are half an instruction: what follows is not mapped. */
void fault_emit_half(struct gen *g)
{
    uint16_t half = 0x0133, nop = 1;

    while ((g->p->ntext + 2) % PAGE)
        bytes(g, &nop, 2);
    g->p->half = here(g);
    bytes(g, &half, 2);
}

/* ---- the handler ---- */

/* T0 state block, T1 count of signals, T3 how many handlers are active below this one. */
static void handler_dump(struct gen *g)
{
    static const uint8_t frame_regs[] = { 1, 2, 10, 11, 12, T3, T4 };      /* what depends on where a frame lies */
    uint32_t full, top, nested;

    addi(g, T5, 0, FAULT_DUMPS);
    full = later(g);
    addi(g, T5, 0, FAULT_DUMP_WORDS * 8);
    mul(g, T2, T1, T5);
    add(g, T2, T2, T0);
    addi(g, T2, T2, FW_DUMP * 8);
    ld(g, T5, A1, 0);
    sd(g, T5, T2, FD_SIGNO * 8);
    lw(g, T5, A1, 8);
    sd(g, T5, T2, FD_CODE * 8);
    ld(g, T5, A1, SI_ADDR);
    sd(g, T5, T2, FD_ADDR * 8);
    lw(g, T5, A2, UC_FCSR);
    sd(g, T5, T2, FD_FCSR * 8);
    ld(g, T5, A2, UC_MASK);
    sd(g, T5, T2, FD_MASK * 8);
    ld(g, T5, A2, UC_FLAGS);
    sd(g, T5, T2, FD_FLAGS * 8);
    lw(g, T5, A2, UC_SSFLAGS);
    sd(g, T5, T2, FD_SSFLAGS * 8);
    addi(g, T4, A2, UC_PC);                     /* registers: integer and floating-point ones lie behind each other */
    addi(g, A3, T2, FD_PC * 8);
    addi(g, A4, 0, 64);
    top = g->p->ntext;
    ld(g, T5, T4, 0);
    sd(g, T5, A3, 0);
    addi(g, T4, T4, 8);
    addi(g, A3, A3, 8);
    addi(g, A4, A4, -1);
    back(g, top, BNE, A4, 0);
    nested = later(g);
    for (uint32_t i = 0; i < ARRAY_LEN(frame_regs); i++)
        sd(g, 0, T2, (FD_PC + frame_regs[i]) * 8);
    bind(g, nested, BEQ, T3, 0);
    bind(g, full, BGEU, T1, T5);
    addi(g, T1, T1, 1);
    sd(g, T1, T0, FW_COUNT * 8);
}

/* A3 = random bits, which the sequence's word goes on from. */
static void handler_random(struct gen *g)
{
    la(g, T6, g->ctl);
    ld(g, T5, T0, FW_SEED * 8);
    ld(g, T6, T6, CTL_MULT);
    mul(g, T5, T5, T6);
    addi(g, T5, T5, 0x2b5);
    sd(g, T5, T0, FW_SEED * 8);
    srli(g, A3, T5, 20);
}

/* Once in eight times the handler itself traps or faults. A handler that interrupted a handler skips the instruction. */
static void handler_nested(struct gen *g)
{
    uint32_t no, other = 0, end = 0;

    andi(g, A4, A3, 7);
    no = later(g);
    if (g->spec->faults & FAULTS_NODEFER) {
        andi(g, A4, A3, 8);
        other = later(g);
        li(g, A4, area(g, AREA_NONE) + PAGE);
        ld(g, A4, A4, 24);
        end = later(g);
        bind(g, other, BEQ, A4, 0);
    }
    /* ebreak, unless that is the signal being handled */
    addi(g, A4, 0, SIG_TRAP);
    other = later(g);
    word(g, 0x00100073);
    bind(g, other, BEQ, A0, A4);
    if (end)
        bind(g, end, BEQ, 0, 0);
    bind(g, no, BNE, A4, 0);
}

/* Makes the page good that si_addr names, and falls through; to `not` when it is none of ours. Registers that the action
 * needs later are A1, A2, T0; the rest of the handler's come back from T0. */
static uint32_t handler_open(struct gen *g)
{
    uint32_t not, done[NAREA];

    addi(g, T4, A1, 0);
    addi(g, T5, A2, 0);
    ld(g, A4, A1, SI_ADDR);
    li(g, A5, area(g, 0));
    sub(g, A4, A4, A5);
    srli(g, A4, A4, 16);
    addi(g, A5, 0, NAREA);
    not = later(g);
    addi(g, T6, A4, 0);
    addi(g, A5, 0, 1);
    op_rr(g, 0, 1, A5, A5, A4);                 /* sll */
    ld(g, A6, T0, FW_OPEN * 8);
    op_rr(g, 0, 6, A6, A6, A5);                 /* or */
    sd(g, A6, T0, FW_OPEN * 8);
    for (uint32_t i = 0; i < NAREA; i++) {
        addi(g, A6, 0, (int32_t)i);
        done[i] = later(g);
        fault_set_page(g, i, true);
        bind(g, done[i], BNE, T6, A6);
    }
    addi(g, A1, T4, 0);
    addi(g, A2, T5, 0);
    return not;
}

/* uc.pc += the length of the instruction there. */
static void handler_skip(struct gen *g)
{
    uint32_t two;

    ld(g, A4, A2, UC_PC);
    insn_i(g, 0x03, 5, A5, A4, 0);              /* lhu */
    andi(g, A5, A5, 3);
    addi(g, A4, A4, 2);
    addi(g, A6, 0, 3);
    two = later(g);
    addi(g, A4, A4, 2);
    bind(g, two, BNE, A5, A6);
    sd(g, A4, A2, UC_PC);
}

/* A random register gets a random value, at times fcsr too. */
static void handler_edit(struct gen *g)
{
    uint32_t fp, none, store;

    handler_random(g);
    andi(g, A4, A3, 1);
    none = later(g);
    srli(g, A4, A3, 4);
    insn_i(g, 0x13, 0x5, A5, T5, 0x400);        /* srai by nothing: A5 = T5 */
    andi(g, A6, T5, 63);
    op_rr(g, 0x20, 5, A5, A5, A6);              /* sra: values of all sizes */
    andi(g, A4, A4, 31);
    ld(g, A6, T0, FW_MASK * 8);
    op_rr(g, 0, 5, A6, A6, A4);                 /* srl */
    slli(g, A4, A4, 3);
    add(g, A4, A4, A2);
    andi(g, A6, A6, 1);
    fp = later(g);
    sd(g, A5, A4, UC_PC);
    store = later(g);
    bind(g, fp, BEQ, A6, 0);
    sd(g, A5, A4, UC_F0);
    bind(g, store, BEQ, 0, 0);
    srli(g, A4, A3, 12);
    andi(g, A4, A4, 15);
    fp = later(g);
    andi(g, A5, A5, 255);
    insn_s(g, 0x23, 2, A5, A2, UC_FCSR);        /* sw */
    bind(g, fp, BNE, A4, 0);
    bind(g, none, BEQ, A4, 0);
}

/* Which way out of the fault. Ends behind the edit of uc. */
static void handler_act(struct gen *g)
{
    uint32_t abort, badpc, skip[3], bus, choose, align, open, not, fix, done[5], nd = 0;

    ld(g, A4, A2, UC_PC);
    addi(g, A5, 0, FAULT_DUMPS);
    abort = later(g);
    la(g, A5, TEXT_BASE);
    sub(g, A5, A4, A5);
    la(g, A6, g->ctl);
    ld(g, A6, A6, CTL_CODE);
    badpc = later(g);
    addi(g, A5, 0, SIG_TRAP);
    skip[0] = later(g);
    srli(g, A6, A3, 4);
    andi(g, A6, A6, 3);
    addi(g, A5, 0, SIG_BUS);
    bus = later(g);
    ld(g, A5, T0, FW_LASTPC * 8);
    sd(g, A4, T0, FW_LASTPC * 8);
    skip[1] = later(g);
    skip[2] = later(g);
    choose = later(g);
    bind(g, bus, BEQ, A5, A0);                  /* never skipped: see zero_item() and lr without its sc */
    addi(g, A4, 0, 1);                          /* BUS_ADRALN: its address differs (tests/qemu-differs), so no page is opened */
    lw(g, A5, A1, 8);
    align = later(g);
    bind(g, choose, BEQ, 0, 0);
    addi(g, A4, 0, 1);
    open = later(g);
    bind(g, align, BEQ, A5, A4);
    fix = g->p->ntext;
    for (int32_t i = 0; i < 3; i++) {
        static const uint8_t reg[] = { 2, 8, 9 };

        ld(g, A5, T0, (FW_GOOD2 + i) * 8);
        sd(g, A5, A2, UC_PC + reg[i] * 8);
    }
    done[nd++] = later(g);
    bind(g, open, BEQ, A4, A6);
    not = handler_open(g);
    done[nd++] = later(g);
    bind(g, not, BGEU, A4, A5);
    back(g, fix, BEQ, 0, 0);
    bind(g, abort, BGEU, T1, A5);
    ld(g, A5, T0, FW_END * 8);
    sd(g, A5, A2, UC_PC);
    done[nd++] = later(g);
    bind(g, badpc, BGEU, A5, A6);
    ld(g, A5, A2, UC_PC + 23 * 8);              /* a jump item keeps its way back in x23 */
    sd(g, A5, A2, UC_PC);
    done[nd++] = later(g);
    bind(g, skip[0], BGEU, A5, A0);
    bind(g, skip[1], BEQ, A4, A5);
    bind(g, skip[2], BEQ, A6, 0);
    handler_skip(g);
    while (nd)
        bind(g, done[--nd], BEQ, 0, 0);
}

void fault_emit_handler(struct gen *g)
{
    uint32_t nested, out, known;

    g->p->handler = here(g);
    lw(g, T0, A1, 8);                           /* SI_KERNEL: qemu-user may call it a SIGBUS (tests/qemu-differs) */
    addi(g, T1, 0, 0x80);
    known = later(g);
    addi(g, A0, 0, SIG_SEGV);
    bind(g, known, BNE, T0, T1);
    la(g, T0, g->ctl);
    ld(g, T0, T0, CTL_STATE);
    ld(g, T1, T0, FW_COUNT * 8);
    ld(g, T3, T0, FW_DEPTH * 8);
    addi(g, T4, T3, 1);
    sd(g, T4, T0, FW_DEPTH * 8);
    handler_dump(g);
    la(g, A4, g->ctl + CTL_SC);                 /* a trap ends a reservation: here for an emulator that keeps it */
    word(g, 0x1800302f | A5 << 7 | A4 << 15 | A4 << 20);        /* sc.d */
    handler_random(g);
    nested = later(g);
    handler_nested(g);
    handler_act(g);
    handler_edit(g);
    out = later(g);
    bind(g, nested, BNE, T3, 0);
    handler_skip(g);
    bind(g, out, BEQ, 0, 0);
    ld(g, T3, T0, FW_DEPTH * 8);
    addi(g, T3, T3, -1);
    sd(g, T3, T0, FW_DEPTH * 8);
    word(g, 0x00008067);                        /* ret */
}

/* ---- items ---- */

void fault_fill_state(struct gen *g, uint32_t i, uint64_t *w)
{
    w[FW_SEED] = rnd(g);
    w[FW_MASK] = g->dst & ~(uint32_t)(RESERVED | 1);
    w[FW_LASTPC] = i;
    w[FW_GOOD2] = fault_sp(g);
    w[FW_GOOD8] = g->scratch + SCRATCH_MID + below(g, 5) * 8;
    w[FW_GOOD9] = g->scratch + SCRATCH_MID + below(g, 8) * 8;
    for (uint32_t k = 0; k < FAULT_PTRS; k++)
        w[FW_PTR + k] = bad_pointer(g, g->scratch + SCRATCH_MID);
}

/* A jump over what never goes on, so that no translator takes the rest of the sequence for dead code. The state pointer is
 * not zero. */
static uint32_t maybe_over(struct gen *g) { return later(g); }

static void poison(struct gen *g, uint32_t reg)
{
    if (below(g, 2))
        ld(g, reg, g->h, (FW_PTR + (int32_t)below(g, FAULT_PTRS)) * 8);
    else
        li(g, reg, bad_page(g));
}

static void memory_item(struct gen *g, uint32_t reg)
{
    static const char *const rows[] = { "lb", "lh", "lw", "ld", "lbu", "lhu", "lwu", "sb", "sh", "sw", "sd", "flw", "fld", "flh",
        "fsw", "fsd", "fsh", "c.lw", "c.ld", "c.sw", "c.sd", "c.fld", "c.fsd", "c.lwsp", "c.ldsp", "c.swsp", "c.sdsp", "c.fldsp",
        "c.fsdsp", "c.lbu", "c.lh", "c.lhu", "c.sb", "c.sh", "amoadd.w", "amoadd.d", "amoswap.w", "amoswap.d", "amomax.w",
        "amominu.d", "amoand.d", "amoor.w", "amoxor.w",
        "lr.w", "lr.d" };

    for (uint32_t tries = 0; tries < 32; tries++) {
        uint32_t row = row_named(g->g, rows[below(g, ARRAY_LEN(rows))]);
        struct guest_rng q = item_rng(g);

        q.base = 1u << reg;
        if (row && try_row(g, row, &q))
            return;
    }
}

/* qemu-user dies of a misaligned sc (tests/qemu-differs), so its base is made a multiple of 8. */
void fault_align(struct gen *g, uint32_t reg)
{
    if (g->spec->faults)
        andi(g, reg, reg, -8);
}

/* cbo.zero: not where it would raise SIGBUS, of which qemu-user dies too. */
static void zero_item(struct gen *g, uint32_t reg)
{
    uint64_t to = area(g, below(g, AREA_FILE)) + PAGE + below(g, 3) * (PAGE - 8) / 2;

    li(g, reg, to - (below(g, 2) ? 16 : 0));
    word(g, 0x0040200f | reg << 15);
}

/* The load reserves by a good pointer or a bad one; then the register may change before the store. */
static void lrsc_item(struct gen *g, uint32_t reg)
{
    uint32_t w = below(g, 2), dst = g->dst & 1u << 12 ? 12 : 0;

    fault_align(g, reg);
    if (below(g, 2))
        word(g, 0x1000202f | w << 12 | dst << 7 | reg << 15);
    if (below(g, 2))
        poison(g, reg);
    fault_align(g, reg);
    word(g, 0x1000202f | w << 12 | dst << 7 | reg << 15);
    word(g, 0x1800202f | w << 12 | dst << 7 | reg << 15 | below(g, 32) << 20);
}

static void illegal_item(struct gen *g)
{
    static const uint32_t wide[] = { 0xc0001073, 0xffffffff, 0x0000000b, 0x30200073, 0x30002573, 0x7c001073, 0x12000073, 0x0000205b,
                                     0x02005053, 0x0200d053, 0xfe000053, 0x1000402f, 0x00007003 };
    static const uint16_t narrow[] = { 0, 0x8002, 0x2001, 0x6101, 0x4002, 0x6002, 0x9c79 };
    uint32_t over = maybe_over(g), k;

    if (below(g, 2)) {
        k = below(g, ARRAY_LEN(narrow));
        bytes(g, &narrow[k], 2);
    } else {
        word(g, wide[below(g, ARRAY_LEN(wide))]);
    }
    bind(g, over, BEQ, g->h, 0);
}

static void ebreak_item(struct gen *g)
{
    static const uint16_t c = 0x9002;
    uint32_t over = maybe_over(g);

    if (below(g, 2))
        bytes(g, &c, 2);
    else
        word(g, 0x00100073);
    bind(g, over, BEQ, g->h, 0);
}

/* To a page without code, in each way there is. x23 is the way back. */
static void jump_item(struct gen *g)
{
    uint32_t pc = g->p->ntext, over, kind = below(g, 5), link = (uint32_t[]){ 0, 1, 5, 1, 0 }[kind];
    uint16_t c = (uint16_t)(kind == 3 ? 0x9002 | 24 << 7 : 0x8002 | 24 << 7);

    word(g, 0x17 | 23 << 7);                    /* auipc x23 */
    word(g, 0);
    over = maybe_over(g);
    if (below(g, 5))
        poison(g, 24);
    else
        ld(g, 24, g->h, FW_HALF * 8);
    if (kind < 3)
        insn_i(g, 0x67, 0, link, 24, (int32_t)below(g, 3) * 2);
    else
        bytes(g, &c, 2);
    bind(g, over, BEQ, g->h, 0);
    over = g->p->ntext;
    g->p->ntext = pc + 4;
    addi(g, 23, 23, (int32_t)(over - pc));
    g->p->ntext = over;
}

static void special_item(struct gen *g, uint32_t reg)
{
    if (below(g, 4))
        lrsc_item(g, reg);
    else
        zero_item(g, reg);
}

static void imm(struct gen *g, uint32_t rd, int32_t v)
{
    if (v >= -2048 && v < 2048)
        addi(g, rd, 0, v);
    else
        lc(g, rd, (uint32_t)v);
}

static void load(struct gen *g, uint32_t rd, uint32_t base, uint32_t off) { ld(g, rd, base, (int32_t)off); }
static void store(struct gen *g, uint32_t rs, uint32_t base, uint32_t off) { sd(g, rs, base, (int32_t)off); }
static void add_to(struct gen *g, uint32_t rd, uint32_t v) { addi(g, rd, rd, (int32_t)v); }

static void again(struct gen *g, uint32_t reg, uint32_t top)
{
    addi(g, reg, reg, -1);
    back(g, top, BNE, reg, 0);
}

const struct fault_asm fault_riscv64 = {
    .arg = A0, .tmp = T0, .counter = 21, .walk = 8, .nwalk = 2, .nstride = 3, .base = { 2, 8, 9 }, .nbase = 3,
    .la = la, .li = li, .imm = imm, .load = load, .store = store, .add = add_to, .again = again, .syscall = syscall_nr, .illegal = illegal_item, .trap = ebreak_item,
    .jump = jump_item, .special = special_item, .poison = poison, .access = memory_item, .any = item_plain,
};

/* ---- what qemu-user tells in another way (tests/qemu-differs) ---- */

/* The address of a fault; a misaligned lr or sc has the data's address, not pc; ss_flags is whether the handler interrupted one, not
 * what sigaltstack() was given. */
void fault_correct(const struct program *p, uint64_t *d)
{
    const struct guest *g = guest_by_name(p->guest->name);
    uint64_t off = d[FD_PC] - p->text_base, ea;
    unsigned sig = (uint32_t)d[FD_SIGNO];
    struct ginsn in;

    d[FD_SSFLAGS] = 0;
    if (sig == SIGBUS && d[FD_CODE] == BUS_ADRALN)
        d[FD_ADDR] = d[FD_PC];
    else if ((sig == SIGSEGV || sig == SIGBUS) && off < p->ntext) {
        g->decode(p->text + off, p->ntext - off, d[FD_PC], &in);
        ea = (in.rs1 ? d[FD_PC + in.rs1] : 0) + ((in.raw & 0x7f) == 0x2f ? 0 : (uint64_t)in.imm);
        fault_address(&d[FD_SIGNO], ea);
    }
}
