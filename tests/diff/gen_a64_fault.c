/* AArch64 sequences that fault, and the guest's signal handler that sees it (what areas there are: fault.h).
 *
 * A fault item poisons a base register (the memory rows that follow use it, wherever they stand: in loops, in callees), stands for
 * an undefined instruction or brk, or jumps to where no code can be. The handler (guest code too) writes siginfo and ucontext into
 * the sequence's state block, then does what its random numbers say: makes the base registers good again, skips the instruction,
 * or makes the page good; at times it also edits a random register, FPSR, FPCR or the condition flags, or faults itself. The last
 * signal that a block has room for goes on at the sequence's end.
 *
 * What the manual leaves open of an access in several parts, of which a later one faults, is made equal (handler_unknown): the
 * memory that the earlier parts of a store wrote, the vector registers that the earlier parts of a load wrote (B2.2.1, D1.3).
 * Programs of the position-independent form, in which our engines are compared with each other alone, keep the registers: none may
 * change. */
#include "tests/diff/fault.h"
#include "tests/diff/gen_a64.h"

#include <signal.h>

enum { UC_FLAGS = 0, UC_SSFLAGS = 24, UC_MASK = 40, UC_FAULT = 176, UC_X = 184, UC_SP = UC_X + 31 * 8, UC_PC, UC_PCX = UC_SP + 8,
       UC_PSTATE = UC_SP + 16, UC_FPSR = 472, UC_V = 480, SI_CODE = 8, SI_ADDR = 16, SI_KERNEL_CODE = 0x80 };
enum { EQ, NE, CS, CC, MI, PL, HI = 8, LS, AL = 14 };
/* The handler's registers: signal, siginfo, ucontext, random bits, temporaries 4..8, state block, count of signals, handlers active
 * below this one, the instruction that the signal is about, one more temporary, whether there is such an instruction. */
enum { SIG, INFO, UC, RAND, A, B, C, D, SYS, STATE, COUNT, DEPTH, INSN, KEEP, CODE = 18 };

/* ---- small assembler ---- */

static void op_rrr(struct gen *g, uint32_t op, uint32_t d, uint32_t n, uint32_t m) { word(g, op | m << 16 | n << 5 | d); }
static void add(struct gen *g, uint32_t d, uint32_t n, uint32_t m) { op_rrr(g, 0x8b000000, d, n, m); }
static void sub(struct gen *g, uint32_t d, uint32_t n, uint32_t m) { op_rrr(g, 0xcb000000, d, n, m); }
static void mul(struct gen *g, uint32_t d, uint32_t n, uint32_t m) { op_rrr(g, 0x9b007c00, d, n, m); }
static void cmp(struct gen *g, uint32_t n, uint32_t m) { op_rrr(g, 0xeb000000, XZR, n, m); }
static void cmp_imm(struct gen *g, uint32_t n, uint32_t imm) { word(g, 0xf1000000 | imm << 10 | n << 5 | XZR); }
static void sub_imm(struct gen *g, uint32_t d, uint32_t n, uint32_t imm) { word(g, 0xd1000000 | imm << 10 | n << 5 | d); }
static void mov(struct gen *g, uint32_t d, uint32_t m) { op_rrr(g, 0xaa000000, d, XZR, m); }
static void ldr_w(struct gen *g, uint32_t t, uint32_t n, uint32_t off) { word(g, 0xb9400000 | off / 4 << 10 | n << 5 | t); }
static void str_w(struct gen *g, uint32_t t, uint32_t n, uint32_t off) { word(g, 0xb9000000 | off / 4 << 10 | n << 5 | t); }

/* ubfx: width bits from lsb on. */
static void bits_of(struct gen *g, uint32_t d, uint32_t n, uint32_t lsb, uint32_t width)
{
    word(g, 0xd3400000 | lsb << 16 | (lsb + width - 1) << 10 | n << 5 | d);
}

static void lsl(struct gen *g, uint32_t d, uint32_t n, uint32_t by)
{
    word(g, 0xd3400000 | ((64 - by) & 63) << 16 | (63 - by) << 10 | n << 5 | d);
}

/* Any constant. */
static void li(struct gen *g, uint32_t d, uint64_t v)
{
    for (uint32_t i = 0; i < 4; i++)
        word(g, (i ? 0xf2800000 : 0xd2800000) | i << 21 | (uint32_t)(v >> 16 * i & 0xffff) << 5 | d);
}

/* Forward branches: bind() says where to. */
static uint32_t b_cond(struct gen *g, uint32_t cond)
{
    word(g, 0x54000000 | cond);
    return g->p->ntext - 4;
}

static uint32_t b_zero(struct gen *g, uint32_t reg, bool zero)
{
    word(g, (zero ? 0xb4000000 : 0xb5000000) | reg);
    return g->p->ntext - 4;
}

static void bind(struct gen *g, uint32_t at)
{
    uint32_t w;

    memcpy(&w, g->p->text + at, 4);
    w |= ((g->p->ntext - at) / 4 & 0x7ffff) << 5;
    memcpy(g->p->text + at, &w, 4);
}

/* Back to `top` while reg, counted down here, is not zero. */
static void again(struct gen *g, uint32_t reg, uint32_t top)
{
    sub_imm(g, reg, reg, 1);
    word(g, 0xb5000000 | ((top - g->p->ntext) / 4 & 0x7ffff) << 5 | reg);
}

static void syscall_nr(struct gen *g, uint32_t nr)
{
    movw(g, SYS, nr);
    word(g, 0xd4000001);
}

/* ---- set-up ---- */

static void move_word(struct gen *g, uint32_t base, uint32_t off, uint32_t by)
{
    ldr_x(g, D, base, off);
    add(g, D, D, by);
    str_x(g, D, base, off);
}

/* A program that was loaded elsewhere: what the data says of addresses is put right. */
static void relocate(struct gen *g)
{
    static const uint16_t ctl[] = { CTL_END, CTL_STACK, CTL_ACT };
    static const uint16_t state[] = { 20, 21, 22, W_SP, FA_END, FA_GOOD, FA_GOOD + 1, FA_GOOD + 2, FA_GOOD + 3, FA_HALF };
    uint32_t top;

    a64_la(g, A, DATA_BASE);
    movw(g, B, DATA_BASE);
    sub(g, B, A, B);
    a64_la(g, A, g->ctl);
    for (uint32_t i = 0; i < ARRAY_LEN(ctl); i++)
        move_word(g, A, ctl[i], B);
    a64_la(g, A, g->ctl + FIXED_SIZE);
    movw(g, C, g->p->nseq);
    top = g->p->ntext;
    for (uint32_t i = 0; i < ARRAY_LEN(state); i++)
        move_word(g, A, state[i] * 8, B);
    add_imm(g, A, A, FA_DUMP * 8);
    again(g, C, top);
}

void a64_fault_setup(struct gen *g)
{
    if (g->spec->faults & FAULTS_PIC)
        relocate(g);
    fault_setup(g);
}

/* Gives all state blocks what they begin with. */
void a64_fault_round(struct gen *g)
{
    uint32_t outer, inner;

    a64_la(g, 0, g->ctl + FIXED_SIZE);
    a64_la(g, 1, DATA_BASE);
    movw(g, 2, g->p->nseq);
    movw(g, 5, (A64_FAULT_WORDS - FA_DUMP) * 8);
    outer = g->p->ntext;
    movw(g, 3, FA_DUMP);
    inner = g->p->ntext;
    word(g, 0xf8408400 | 0 << 5 | 4);           /* ldr x4, [x0], #8 */
    word(g, 0xf8008400 | 1 << 5 | 4);           /* str x4, [x1], #8 */
    again(g, 3, inner);
    add(g, 1, 1, 5);
    again(g, 2, outer);
}

/* ---- around a sequence ---- */

/* The good pages' edges, EDGE bytes before and behind the bad page. Uses A to D. */
static void fill_edges(struct gen *g)
{
    a64_la(g, A, g->ctl);
    ldr_x(g, D, A, CTL_MULT);
    for (uint32_t i = 0; i < NAREA; i++) {
        li(g, A, area(g, i) + PAGE - EDGE);
        li(g, B, area(g, i) + 2 * PAGE);
        for (uint32_t k = 0; k < EDGE; k += 8) {
            str_x(g, D, A, k);
            str_x(g, D, B, k);
            add_imm(g, D, D, 0x123);
        }
    }
}

void a64_fault_load(struct gen *g)
{
    a64_la(g, A, g->ctl);
    str_x(g, ST, A, CTL_STATE);
    fill_edges(g);
}

/* x13 = (x13 + value) * x14 */
static void add_up(struct gen *g, uint32_t value)
{
    add(g, 13, 13, value);
    mul(g, 13, 13, 14);
}

/* Sums up the edges, and the bad pages that the handler made good; makes these bad again. All registers but x28 and x30 are free.
 * */
void a64_fault_save(struct gen *g)
{
    movw(g, 13, 0);
    movw(g, 14, 0x3b5);
    for (uint32_t i = 0; i < NAREA; i++) {
        uint32_t skip, top;

        li(g, 10, area(g, i) + PAGE - EDGE);
        li(g, 11, area(g, i) + 2 * PAGE);
        for (uint32_t k = 0; k < EDGE; k += 8) {
            ldr_x(g, 12, 10, k);
            add_up(g, 12);
            ldr_x(g, 12, 11, k);
            add_up(g, 12);
        }
        ldr_x(g, 12, ST, FA_OPEN * 8);
        bits_of(g, 12, 12, i, 1);
        skip = b_zero(g, 12, true);
        li(g, 10, area(g, i) + PAGE);
        movw(g, 11, PAGE / 8);
        top = g->p->ntext;
        ldr_x(g, 12, 10, 0);
        word(g, 0xf8008400 | 10 << 5 | XZR);    /* str xzr, [x10], #8 */
        add_up(g, 12);
        again(g, 11, top);
        fault_set_page(g, i, false);
        bind(g, skip);
    }
    str_x(g, 13, ST, FA_AREA * 8);
}

/* ---- the handler ---- */

/* CODE = 1, INSN = the instruction at pc; CODE = 0: no code is there. */
static void handler_insn(struct gen *g)
{
    uint32_t no;

    movw(g, CODE, 0);
    ldr_x(g, A, UC, UC_PCX);
    a64_la(g, B, TEXT_BASE);
    sub(g, B, A, B);
    a64_la(g, C, g->ctl);
    ldr_x(g, C, C, CTL_CODE);
    cmp(g, B, C);
    no = b_cond(g, CS);
    bits_of(g, C, B, 0, 2);
    cmp_imm(g, C, 0);
    word(g, 0x54000000 | 4 << 5 | NE);          /* a misaligned pc: no instruction either */
    ldr_w(g, INSN, A, 0);
    movw(g, CODE, 1);
    bind(g, no);
}

/* The frame's vector register whose number is in C's low bits becomes 0. */
static void zero_vector(struct gen *g)
{
    bits_of(g, C, C, 0, 5);
    lsl(g, C, C, 4);
    add(g, C, C, UC);
    str_x(g, XZR, C, UC_V);
    str_x(g, XZR, C, UC_V + 8);
}

/* See the head. Stores and loads of vector registers, and of pairs: bit 26, or bits 29:28 = 2 (C4.1). */
static void handler_unknown(struct gen *g)
{
    uint32_t no[8], n = 0, vector, pair;

    no[n++] = b_zero(g, CODE, true);
    cmp_imm(g, SIG, SIG_BUS);
    word(g, 0x54000000 | 3 << 5 | EQ);
    cmp_imm(g, SIG, SIG_SEGV);
    no[n++] = b_cond(g, NE);
    bits_of(g, A, INSN, 26, 1);
    vector = b_zero(g, A, false);
    bits_of(g, A, INSN, 28, 2);
    cmp_imm(g, A, 2);
    no[n++] = b_cond(g, NE);
    bind(g, vector);
    fill_edges(g);
    if (!(g->spec->faults & FAULTS_PIC)) {
        bits_of(g, A, INSN, 26, 1);
        no[n++] = b_zero(g, A, true);
        bits_of(g, A, INSN, 22, 1);             /* a load? */
        no[n++] = b_zero(g, A, true);
        bits_of(g, A, INSN, 28, 2);
        cmp_imm(g, A, 3);                       /* one register */
        no[n++] = b_cond(g, EQ);
        bits_of(g, C, INSN, 0, 5);
        zero_vector(g);
        cmp_imm(g, A, 2);
        pair = b_cond(g, EQ);
        for (uint32_t i = 1; i < 4; i++) {
            add_imm(g, C, INSN, i);
            zero_vector(g);
        }
        bind(g, pair);
        bits_of(g, C, INSN, 10, 5);             /* of structures: some register, the same in all engines */
        zero_vector(g);
        for (uint32_t r = 0; r < 32; r++)       /* and the handler's own: it may be interrupted */
            word(g, 0x3dc00000 | (UC_V / 16 + r) << 10 | UC << 5 | r);
    }
    while (n)
        bind(g, no[--n]);
}

static void dump_words(struct gen *g, uint32_t to, uint32_t from, uint32_t words)
{
    uint32_t top;

    add_imm(g, A, UC, from);
    add_imm(g, B, D, to * 8);
    movw(g, C, words);
    top = g->p->ntext;
    word(g, 0xf8408400 | A << 5 | KEEP);
    word(g, 0xf8008400 | B << 5 | KEEP);
    again(g, C, top);
}

static void dump_one(struct gen *g, uint32_t to, uint32_t from, bool half, uint32_t base)
{
    if (half)
        ldr_w(g, A, base, from);
    else
        ldr_x(g, A, base, from);
    str_x(g, A, D, to * 8);
}

static void handler_dump(struct gen *g)
{
    uint32_t full, outer;

    cmp_imm(g, COUNT, FAULT_DUMPS);
    full = b_cond(g, CS);
    movw(g, A, A64_DUMP_WORDS * 8);
    mul(g, D, COUNT, A);
    add(g, D, D, STATE);
    add_imm(g, D, D, FA_DUMP * 8);
    dump_one(g, DA_SIGNO, 0, false, INFO);
    dump_one(g, DA_CODE, SI_CODE, true, INFO);
    dump_one(g, DA_ADDR, SI_ADDR, false, INFO);
    dump_one(g, DA_MASK, UC_MASK, false, UC);
    dump_one(g, DA_FLAGS, UC_FLAGS, false, UC);
    dump_one(g, DA_SSFLAGS, UC_SSFLAGS, true, UC);
    dump_words(g, DA_FAULT, UC_FAULT, DA_FPSR - DA_FAULT);
    dump_words(g, DA_FPSR, UC_FPSR, A64_DUMP_WORDS - DA_FPSR);
    outer = b_zero(g, DEPTH, true);
    for (uint32_t r = 0; r < 32; r++)           /* where frames lie, and the kernel's own code */
        str_x(g, XZR, D, (DA_X + r) * 8);
    bind(g, outer);
    bind(g, full);
    add_imm(g, COUNT, COUNT, 1);
    str_x(g, COUNT, STATE, FA_COUNT * 8);
}

/* RAND = random bits, which the sequence's word goes on from; D = all of them. */
static void handler_random(struct gen *g)
{
    a64_la(g, A, g->ctl);
    ldr_x(g, D, STATE, FA_SEED * 8);
    ldr_x(g, A, A, CTL_MULT);
    mul(g, D, D, A);
    add_imm(g, D, D, 0x2b5);
    str_x(g, D, STATE, FA_SEED * 8);
    bits_of(g, RAND, D, 20, 44);
}

/* Once in eight times the handler itself traps or faults. A handler that interrupted a handler skips the instruction. */
static void handler_nested(struct gen *g)
{
    uint32_t no, other, end = 0;

    bits_of(g, A, RAND, 0, 3);
    no = b_zero(g, A, false);
    if (g->spec->faults & FAULTS_NODEFER) {
        bits_of(g, A, RAND, 3, 1);
        other = b_zero(g, A, true);
        li(g, A, area(g, AREA_NONE) + PAGE);
        ldr_x(g, A, A, 24);
        end = b_zero(g, STATE, false);
        bind(g, other);
    }
    cmp_imm(g, SIG, SIG_TRAP);                  /* brk, unless that is the signal being handled */
    other = b_cond(g, EQ);
    word(g, 0xd4200000);
    bind(g, other);
    if (end)
        bind(g, end);
    bind(g, no);
}

/* Makes the page good that si_addr names; then goes on behind, or to the return value when it is none of ours. */
static uint32_t handler_open(struct gen *g)
{
    uint32_t not;

    ldr_x(g, A, INFO, SI_ADDR);
    li(g, B, area(g, 0));
    sub(g, A, A, B);
    bits_of(g, KEEP, A, 16, 48);
    cmp_imm(g, KEEP, NAREA);
    not = b_cond(g, CS);
    movw(g, B, 1);
    op_rrr(g, 0x9ac02000, B, B, KEEP);          /* lslv */
    ldr_x(g, C, STATE, FA_OPEN * 8);
    op_rrr(g, 0xaa000000, C, C, B);
    str_x(g, C, STATE, FA_OPEN * 8);
    mov(g, 16, RAND);
    mov(g, 14, INFO);
    mov(g, 15, UC);
    mov(g, 17, SIG);
    for (uint32_t i = 0; i < NAREA; i++) {
        uint32_t done;

        cmp_imm(g, KEEP, i);
        done = b_cond(g, NE);
        fault_set_page(g, i, true);
        bind(g, done);
    }
    mov(g, RAND, 16);
    mov(g, INFO, 14);
    mov(g, UC, 15);
    mov(g, SIG, 17);
    return not;
}

static void handler_skip(struct gen *g)
{
    ldr_x(g, A, UC, UC_PCX);
    add_imm(g, A, A, 4);
    str_x(g, A, UC, UC_PCX);
}

/* A random register gets a random value: general, or half of a vector register; at times FPSR and FPCR, or the condition flags. */
static void handler_edit(struct gen *g)
{
    uint32_t none, fp, done, no;

    handler_random(g);
    bits_of(g, A, RAND, 0, 1);
    none = b_zero(g, A, true);
    op_rrr(g, 0x9ac02800, B, D, D);             /* asrv: values of all sizes */
    bits_of(g, A, RAND, 4, 5);
    ldr_x(g, C, STATE, FA_MASK * 8);
    op_rrr(g, 0x9ac02400, C, C, A);             /* lsrv */
    bits_of(g, C, C, 0, 1);
    lsl(g, A, A, 3);
    add(g, A, A, UC);
    fp = b_zero(g, C, true);
    str_x(g, B, A, UC_X);
    done = b_zero(g, STATE, false);
    bind(g, fp);
    bits_of(g, A, RAND, 18, 6);
    lsl(g, A, A, 3);
    add(g, A, A, UC);
    str_x(g, B, A, UC_V);
    bind(g, done);
    bits_of(g, A, RAND, 12, 3);
    no = b_zero(g, A, false);
    bits_of(g, A, B, 4, 4);
    lsl(g, A, A, 28);
    str_x(g, A, UC, UC_PSTATE);
    bind(g, no);
    bits_of(g, A, RAND, 15, 3);
    no = b_zero(g, A, false);
    movw(g, A, 0x0800009f);
    op_rrr(g, 0x8a000000, A, A, B);
    str_w(g, A, UC, UC_FPSR);
    bits_of(g, A, B, 9, 2);
    lsl(g, A, A, 22);
    str_w(g, A, UC, UC_FPSR + 4);
    bind(g, no);
    bind(g, none);
}

/* Back to good base registers. */
static void handler_fix(struct gen *g)
{
    static const uint8_t reg[] = { SP, 19, 20, 21 };

    for (uint32_t i = 0; i < ARRAY_LEN(reg); i++) {
        ldr_x(g, A, STATE, (FA_GOOD + i) * 8);
        str_x(g, A, UC, UC_X + reg[i] * 8);
    }
}

/* Which way out of the fault. */
static void handler_act(struct gen *g)
{
    uint32_t next, done[8], nd = 0, not, skip[3];

    cmp_imm(g, COUNT, FAULT_DUMPS);
    next = b_cond(g, CC);
    ldr_x(g, A, STATE, FA_END * 8);
    str_x(g, A, UC, UC_PCX);
    done[nd++] = b_zero(g, STATE, false);
    bind(g, next);
    next = b_zero(g, CODE, false);              /* where no code is: a jump item keeps its way back in x23 */
    ldr_x(g, A, UC, UC_X + TMP * 8);
    str_x(g, A, UC, UC_PCX);
    done[nd++] = b_zero(g, STATE, false);
    bind(g, next);
    cmp_imm(g, SIG, SIG_TRAP);
    skip[0] = b_cond(g, LS);
    ldr_x(g, A, UC, UC_PCX);
    ldr_x(g, B, STATE, FA_LASTPC * 8);
    str_x(g, A, STATE, FA_LASTPC * 8);
    cmp(g, A, B);
    skip[1] = b_cond(g, EQ);
    bits_of(g, A, RAND, 4, 2);
    skip[2] = b_zero(g, A, true);
    cmp_imm(g, A, 1);
    next = b_cond(g, NE);
    not = handler_open(g);
    done[nd++] = b_zero(g, STATE, false);
    bind(g, not);
    bind(g, next);
    handler_fix(g);
    done[nd++] = b_zero(g, STATE, false);
    for (uint32_t i = 0; i < 3; i++)
        bind(g, skip[i]);
    handler_skip(g);
    while (nd)
        bind(g, done[--nd]);
}

void a64_fault_handler(struct gen *g)
{
    uint32_t nested, out, known;

    while (g->p->ntext % 16)
        word(g, 0xd503201f);
    g->p->handler = here(g);
    ldr_w(g, A, INFO, SI_CODE);                 /* SI_KERNEL: qemu-user may call it a SIGBUS (tests/qemu-differs) */
    cmp_imm(g, A, SI_KERNEL_CODE);
    known = b_cond(g, NE);
    movw(g, SIG, SIG_SEGV);
    bind(g, known);
    a64_la(g, STATE, g->ctl);
    ldr_x(g, STATE, STATE, CTL_STATE);
    ldr_x(g, COUNT, STATE, FA_COUNT * 8);
    ldr_x(g, DEPTH, STATE, FA_DEPTH * 8);
    add_imm(g, A, DEPTH, 1);
    str_x(g, A, STATE, FA_DEPTH * 8);
    handler_insn(g);
    handler_unknown(g);
    handler_dump(g);
    handler_random(g);
    nested = b_zero(g, DEPTH, false);
    handler_nested(g);
    handler_act(g);
    handler_edit(g);
    out = b_zero(g, STATE, false);
    bind(g, nested);
    handler_skip(g);
    bind(g, out);
    ldr_x(g, A, STATE, FA_DEPTH * 8);
    sub_imm(g, A, A, 1);
    str_x(g, A, STATE, FA_DEPTH * 8);
    word(g, 0xd65f03c0);
    while (g->p->ntext % PAGE)                  /* what follows is not mapped */
        word(g, 0xd503201f);
    g->p->half = here(g) - 2;
}

/* ---- items ---- */

void a64_fault_state(struct gen *g, uint32_t i, uint64_t *w)
{
    w[FA_SEED] = rnd(g);
    w[FA_MASK] = g->dst & ~BIT(31);
    w[FA_LASTPC] = i;
    w[FA_GOOD] = a64_sp(g);
    w[FA_GOOD + 1] = g->scratch + A64_MID + below(g, 8) * 16 - 64;
    w[FA_GOOD + 2] = g->scratch + A64_MID + below(g, 8) * 16 - 64;
    w[FA_GOOD + 3] = g->scratch + A64_MID + below(g, 4) * 16 - 17;     /* an atomic access there is in two granules, too */
    for (uint32_t k = 0; k < FAULT_PTRS; k++)
        w[FA_PTR + k] = bad_pointer(g, g->scratch + A64_MID);
}

/* A jump over what never goes on, so that no translator takes the rest of the sequence for dead code. */
static uint32_t maybe_over(struct gen *g) { return b_zero(g, ST, true); }

/* reg &= ~mask, or |= mask where set; sp through x23. */
static void align_bits(struct gen *g, uint32_t reg, uint32_t n, bool set)
{
    uint32_t r = reg == SP ? TMP : reg;

    if (reg == SP)
        add_imm(g, TMP, SP, 0);
    if (set)
        word(g, 0xb2400000 | (n - 1) << 10 | r << 5 | r);                       /* orr x, x, #(1 << n) - 1 */
    else
        word(g, 0x92400000 | (64 - n) << 16 | (63 - n) << 10 | r << 5 | r);     /* and x, x, #~((1 << n) - 1) */
    if (reg == SP)
        add_imm(g, SP, TMP, 0);
}

/* Atomic accesses: aligned, or in two granules of 16 bytes: within one qemu's CPU, which has FEAT_LSE2, takes them as they are. */
void a64_fault_align(struct gen *g, uint32_t reg, bool may_not)
{
    if (may_not && reg != SP && below(g, 4) == 0)
        align_bits(g, reg, 4, true);
    else
        align_bits(g, reg, 4, false);
}

static void poison(struct gen *g, uint32_t reg)
{
    uint32_t r = reg == SP ? TMP : reg;

    if (below(g, 2))
        ldr_x(g, r, ST, (FA_PTR + below(g, FAULT_PTRS)) * 8);
    else
        li(g, r, bad_page(g));
    if (reg == SP) {                            /* a multiple of 16, or the stack's alignment check comes first (D1.3.10) */
        add_imm(g, SP, TMP, 0);
        align_bits(g, SP, 4, false);
    }
}

/* Exclusives that reserve by a good pointer or a bad one; then the register may change before the store. */
static void exclusive_item(struct gen *g, uint32_t reg)
{
    uint32_t size = below(g, 4), pair = size >= 2 && below(g, 2), rt2 = pair ? 1 + below(g, 8) : 31;
    uint32_t common = 0x08000000 | size << 30 | pair << 21 | below(g, 2) << 15 | rt2 << 10 | reg << 5;

    a64_fault_align(g, reg, false);
    if (below(g, 2))
        word(g, common | 1 << 22 | 31 << 16 | (9 + below(g, 4)));
    if (below(g, 2))
        poison(g, reg);
    a64_fault_align(g, reg, false);
    word(g, common | 1 << 22 | 31 << 16 | (9 + below(g, 4)));
    word(g, common | (15 + below(g, 3)) << 16 | (9 + below(g, 4)));
    word(g, 0xd5033f5f);                        /* clrex */
}

/* Undefined for EL0 of any CPU: reserved encodings, what needs EL1, halting debug. */
static void illegal_item(struct gen *g)
{
    static const uint32_t words[] = { 0, 0x00001234, 0xffffffff, 0xd4400000, 0xd4000002, 0xd4000003, 0xd69f03e0, 0xd4a00001,
        0xd50342df, 0xd508831f, 0xd5087620, 0xd5381000, 0xd5181000, 0x0b00a000, 0xe9400000, 0x1ea02820,
        0x06000000, 0x0c40fc00, 0x5ac01800, 0x38e04c00 };
    uint32_t over = maybe_over(g);

    word(g, words[below(g, ARRAY_LEN(words))]);
    bind(g, over);
}

static void brk_item(struct gen *g)
{
    uint32_t over = maybe_over(g);

    word(g, 0xd4200000 | below(g, 65536) << 5);
    bind(g, over);
}

/* To a page without code, or between instructions, by br, blr or ret. x23 is the way back. */
static void jump_item(struct gen *g)
{
    static const uint32_t ops[] = { 0xd61f0000, 0xd63f0000, 0xd65f0000 };
    uint32_t from = g->p->ntext, over, end;

    word(g, 0x10000000 | TMP);                  /* adr x23, the end */
    over = maybe_over(g);
    if (below(g, 5))
        poison(g, TMP2);
    else
        ldr_x(g, TMP2, ST, FA_HALF * 8);
    word(g, 0x9340dc00 | TMP2 << 5 | TMP2);     /* sbfx x24, x24, #0, #56: no tag (tests/qemu-differs) */
    word(g, ops[below(g, 3)] | TMP2 << 5);
    bind(g, over);
    end = g->p->ntext;
    g->p->ntext = from;
    word(g, 0x10000000 | (end - from) / 4 << 5 | TMP);
    g->p->ntext = end;
}

static void special_item(struct gen *g, uint32_t reg) { exclusive_item(g, reg == 21 ? 20 : reg); }
static void access_item(struct gen *g, uint32_t reg) { a64_memory_row(g, a64_memory_pick(g), BIT(reg)); }

static void imm(struct gen *g, uint32_t rd, int32_t v)
{
    if (v < 0)
        li(g, rd, (uint64_t)(int64_t)v);
    else
        movw(g, rd, (uint32_t)v);
}

static void add_to(struct gen *g, uint32_t rd, uint32_t v) { add_imm(g, rd, rd, v); }

const struct fault_asm fault_aarch64 = {
    .arg = 0, .tmp = 4, .counter = CNT, .walk = 19, .nwalk = 3, .nstride = 4, .base = { SP, 19, 20, 21 }, .nbase = 4, .always_prot = true,
    .la = a64_la, .li = li, .imm = imm, .load = ldr_x, .store = str_x, .add = add_to, .again = again, .syscall = syscall_nr,
    .illegal = illegal_item, .trap = brk_item, .jump = jump_item, .special = special_item, .poison = poison, .access = access_item,
    .any = a64_item_any,
};

/* ---- what qemu-user tells in another way (tests/qemu-differs) ---- */

static uint64_t extended(const uint64_t *d, uint32_t w)
{
    uint32_t rm = w >> 16 & 31, option = w >> 13 & 7, size = w >> 30 | (w >> 26 & 1 & (w >> 23) ? 4 : 0);
    uint64_t v = rm == 31 ? 0 : d[DA_X + rm];

    v = option == 2 ? (uint32_t)v : option == 6 ? (uint64_t)(int64_t)(int32_t)v : v;
    return v << (w >> 12 & 1 ? size : 0);
}

/* Where the instruction of this dump begins to access memory (C4.1.4, "Loads and Stores"). */
static uint64_t access_begins(const uint64_t *d, const struct ginsn *in)
{
    uint32_t w = in->raw;
    uint64_t base = d[DA_X + (w >> 5 & 31)], imm = (uint64_t)in->imm;

    if ((w & 0x3b000000) == 0x18000000)
        return d[DA_PC] + imm;
    if ((w & 0x3b200c00) == 0x38200800)
        return base + extended(d, w);
    if ((w & 0x3b000000) == 0x39000000 || ((w & 0x3b200000) == 0x38000000 && (w & 0xc00) != 0x400))
        return base + imm;
    if ((w & 0x3a000000) == 0x28000000 && (w & 0x3b800000) != 0x28800000)
        return base + imm;
    if ((w & 0x3f000c00) == 0x19000000)         /* ldapur, stlur */
        return base + imm;
    return base;
}

static void correct_address(const struct program *p, uint64_t *d)
{
    const struct guest *g = guest_by_name(p->guest->name);
    uint64_t off = d[DA_PC] - p->text_base, ea;
    struct ginsn in;

    if (off >= p->ntext)
        return;
    g->decode(p->text + off, p->ntext - off, d[DA_PC], &in);
    ea = access_begins(d, &in);
    ea = ea >> 55 & 1 ? ea : ea & ~UINT64_C(0) >> 8;
    fault_address(&d[DA_SIGNO], ea);
}

/* A misaligned pc that is no address of code; the code of an undefined instruction; fault_address where it was no access; ss_flags
 * is whether the handler interrupted one; an address' top byte; BTYPE, which a CPU without FEAT_BTI has not. */
void a64_fault_correct(const struct program *p, uint64_t *d)
{
    unsigned sig = (uint32_t)d[DA_SIGNO];
    bool memory = sig == SIGSEGV || sig == SIGBUS;

    d[DA_SSFLAGS] = 0;
    d[DA_PSTATE] &= UINT64_C(0xf0000000);
    if (sig == SIGILL)
        d[DA_CODE] = ILL_ILLOPC;
    if (memory && d[DA_PC] % 4) {
        d[DA_SIGNO] = SIGBUS;
        d[DA_CODE] = BUS_ADRALN;
        d[DA_ADDR] = d[DA_PC];
    } else if (memory) {
        correct_address(p, d);
        if (!(d[DA_ADDR] >> 55 & 1))            /* arch/arm64/kernel/signal.c: arch_untagged_si_addr */
            d[DA_ADDR] &= ~UINT64_C(0) >> 8;
    }
    d[DA_FAULT] = memory ? d[DA_ADDR] : 0;
}

bool a64_fault_name(unsigned i, char *buf, size_t n)
{
    static const char *const fa[] = { "signals", "end", "seed", "mask", "lastpc", "open", "depth",
                                      "good sp", "good19", "good20", "good21" };
    static const char *const da[] = { "signo", "code", "addr", "sigmask", "ucflags", "ssflags", "fault" };
    unsigned k = i < FA_DUMP ? 0 : (i - FA_DUMP) % A64_DUMP_WORDS, d = i < FA_DUMP ? 0 : (i - FA_DUMP) / A64_DUMP_WORDS;

    if (i < FA_COUNT)
        return false;
    if (i < FA_PTR)
        snprintf(buf, n, "%s", fa[i - FA_COUNT]);
    else if (i < FA_DUMP)
        snprintf(buf, n, i < FA_HALF ? "ptr%u" : i == FA_HALF ? "half" : "pages", i - FA_PTR);
    else if (k < DA_X)
        snprintf(buf, n, "%u:%s", d, da[k]);
    else if (k < DA_SP)
        snprintf(buf, n, "%u:x%u", d, k - DA_X);
    else if (k < DA_V)
        snprintf(buf, n, "%u:%s", d, (const char *[]){ "sp", "pc", "pstate", "fpsr/cr" }[k - DA_SP]);
    else
        snprintf(buf, n, "%u:v%u.%u", d, (k - DA_V) / 2, (k - DA_V) & 1);
    return true;
}
