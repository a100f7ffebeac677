/* Groups of instructions that random rows alone rarely make: accesses that overlap one that is repeated, a mask and a shift that meet
 * at one bit, NaNs and zeros of both signs through what looks at their bits, many values alive around an op that may be a call. Each
 * is what some compiler rule is about; each register and address comes from the few that the sequence uses, so that neighbours mix in. */
#include "tests/diff/gen_int.h"

enum { OP_LOAD = 0x03, OP_FLOAD = 0x07, OP_IMM = 0x13, OP_IMM32 = 0x1b, OP_STORE = 0x23, OP_FSTORE = 0x27, OP_AMO = 0x2f,
       OP_REG = 0x33, OP_REG32 = 0x3b, OP_FMA = 0x43, OP_FP = 0x53 };

static void insn_r(struct gen *g, uint32_t op, uint32_t f7, uint32_t f3, uint32_t rd, uint32_t rs1, uint32_t rs2)
{
    word(g, op | rd << 7 | f3 << 12 | rs1 << 15 | rs2 << 20 | f7 << 25);
}

/* A bit of set; any of 32 when it is empty. */
static uint32_t pick(struct gen *g, uint32_t set)
{
    uint32_t r = below(g, 32);

    while (set && !(set >> r & 1))
        r = (r + 1) & 31;
    return r;
}

static uint32_t dest(struct gen *g) { return pick(g, g->dst & ~1u ? g->dst & ~1u : 0x3c00); }
static uint32_t source(struct gen *g) { return pick(g, g->src); }
static uint32_t freg(struct gen *g) { return pick(g, g->fdst); }

/* ---- memory ---- */

static uint32_t memory_base(struct gen *g)
{
    static const uint8_t bases[] = { 2, 2, 9, 8 };
    uint32_t b = bases[below(g, 4)];

    return g->base_regs >> b & 1 ? b : 9;
}

/* One access of 1 << log bytes. */
static void access(struct gen *g, uint32_t base, int32_t off, uint32_t log, bool store)
{
    bool fp = log >= 2 && below(g, 3) == 0;

    if (store && fp)
        insn_s(g, OP_FSTORE, log, freg(g), base, off);
    else if (store)
        insn_s(g, OP_STORE, log, source(g), base, off);
    else if (fp)
        insn_i(g, OP_FLOAD, log, freg(g), base, off);
    else
        insn_i(g, OP_LOAD, log < 3 && below(g, 2) ? log + 4 : log, dest(g), base, off);
}

static void amo(struct gen *g, uint32_t base)
{
    static const uint8_t f5[] = { 0x00, 0x01, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c };

    insn_r(g, OP_AMO, (uint32_t)f5[below(g, 9)] << 2 | below(g, 4), 2 + below(g, 2), dest(g), base, source(g));
}

/* Something that may or may not change the bytes at base + off. */
static void disturb(struct gen *g, uint32_t base, int32_t off)
{
    uint32_t other = memory_base(g), log = below(g, 4);

    switch (below(g, 8)) {
    case 0: amo(g, base != 8 ? base : g->base_regs & 4 ? 2 : 9); break;
    case 1: access(g, other, off + (int32_t)below(g, 65) - 32, log, true); break;
    case 2: word(g, 0x0ff0000f); break;                                    /* fence */
    case 3: access(g, base, off + (int32_t)below(g, 15) - 7, log, false); break;
    default: access(g, base, off + (int32_t)below(g, 15) - 7, log, true);
    }
}

/* An access, what may overlap it (at times on one side of a branch only), and the same access again. */
static void idiom_memory(struct gen *g)
{
    static const uint8_t conds[] = { 0, 1, 4, 5, 6, 7 };
    uint32_t base = memory_base(g), log = below(g, 4) ? 2 + below(g, 2) : below(g, 4), skip = 0;
    int32_t off = below(g, 2) ? 0 : (int32_t)below(g, 33) - 16;

    for (uint32_t round = 1 + below(g, 3); round--;) {
        access(g, base, off, log, below(g, 2));
        if (below(g, 2)) {
            skip = g->p->ntext;
            word(g, 0);
        }
        for (uint32_t n = 1 + below(g, 2); n--;)
            disturb(g, base, off);
        if (skip)
            branch_bits(g, skip, conds[below(g, 6)], source(g), source(g), (int32_t)(g->p->ntext - skip));
        skip = 0;
        access(g, base, off, log, false);
    }
}

/* ---- integers ---- */

/* rd = the low bits of rs, extended in the way `how` says; tells how many bits. */
static uint32_t narrow(struct gen *g, uint32_t how, uint32_t rd, uint32_t rs)
{
    static const uint8_t ones[] = { 1, 2, 4, 5, 7, 8, 10, 11 };
    uint32_t m = ones[how / 16 % 8];

    switch (how % 16) {
    case 0: insn_r(g, OP_REG32, 0x04, 0, rd, rs, 0); return 32;             /* zext.w */
    case 1: insn_i(g, OP_IMM32, 0, rd, rs, 0); return 32;                   /* sext.w */
    case 2: insn_r(g, OP_REG32, 0x04, 4, rd, rs, 0); return 16;             /* zext.h */
    case 3: insn_i(g, OP_IMM, 1, rd, rs, 0x605); return 16;                 /* sext.h */
    case 4: case 5: insn_i(g, OP_IMM, 1, rd, rs, 0x604); return 8;          /* sext.b */
    case 6: insn_r(g, OP_REG32, 0, 0, rd, rs, source(g)); return 32;        /* addw */
    case 7: insn_r(g, OP_REG32, 0x20, 0, rd, rs, source(g)); return 32;     /* subw */
    case 8: case 9: insn_i(g, OP_IMM, 6, rd, rs, -(1 << m)); return m;      /* ori: the low bits stay */
    default: insn_i(g, OP_IMM, 7, rd, rs, (1 << m) - 1); return m;          /* andi */
    }
}

/* A shift whose amount is next to what moves m bits to the top, or back. */
static void shift_edge(struct gen *g, uint32_t rd, uint32_t rs, uint32_t m)
{
    bool narrow_op = below(g, 3) == 0;
    uint32_t w = narrow_op ? 32 : 64, n = (below(g, 3) ? w - m : m) + below(g, 3) - 1, kind = below(g, 4);

    n &= w - 1;
    insn_i(g, narrow_op ? OP_IMM32 : OP_IMM, kind < 2 ? 1 : 5, rd, rs, (int32_t)(kind == 3 ? 0x400 | n : n));
}

static void combine(struct gen *g, uint32_t rd, uint32_t a, uint32_t b)
{
    switch (below(g, 8)) {
    case 0: insn_r(g, OP_REG, 0, 0, rd, a, b); break;                       /* add */
    case 1: insn_r(g, OP_REG, 0x20, 0, rd, a, b); break;                    /* sub */
    case 2: insn_r(g, OP_REG, 0, 4, rd, a, b); break;                       /* xor */
    case 3: insn_r(g, OP_REG32, 0, 0, rd, a, b); break;                     /* addw */
    case 4: insn_r(g, OP_REG, 1, 0, rd, a, b); break;                       /* mul */
    case 5: insn_r(g, OP_REG32, 0x10, 2 + 2 * below(g, 3), rd, a, b); break;    /* shNadd.uw */
    case 6: insn_r(g, OP_REG, 0, 2 + below(g, 2), rd, a, b); break;         /* slt, sltu */
    default: insn_r(g, OP_REG, 0, below(g, 2) ? 6 : 7, rd, a, b);           /* or, and */
    }
}

/* Two narrow values meet and are made narrow again: the last step is idle, or not quite. */
static void idiom_carry(struct gen *g)
{
    uint32_t how = below(g, 128), a = dest(g), b = dest(g), c = dest(g), m;

    narrow(g, how, a, source(g));
    m = narrow(g, how, b, source(g));
    switch (below(g, 6)) {
    case 0: insn_r(g, OP_REG, 0x20, 0, c, a, b); break;                     /* sub */
    case 1: insn_r(g, OP_REG, 1, 0, c, a, b); break;                        /* mul */
    case 2: insn_i(g, OP_IMM, 0, c, a, (int32_t)below(g, 4096) - 2048); break;
    case 3: shift_edge(g, c, a, m); break;
    default: insn_r(g, OP_REG, 0, 0, c, a, b);                              /* add */
    }
    narrow(g, how, dest(g), c);
}

/* A value that is v, which no compiler knows (x9 is aligned), compared with v and its neighbours. */
static void compare_near(struct gen *g)
{
    uint32_t rd = dest(g);
    int32_t v = (int32_t)below(g, 4000) - 2000;

    insn_i(g, OP_IMM, 7, rd, 9, 7);
    addi(g, rd, rd, v);
    insn_i(g, OP_IMM, 2 + below(g, 2), dest(g), rd, v + (int32_t)below(g, 3) - 1);      /* slti, sltiu */
}

static void idiom_bits(struct gen *g)
{
    uint32_t rd = dest(g), rs = source(g), m = 32;

    if (below(g, 3) == 0) {
        idiom_carry(g);
        return;
    }
    if (below(g, 3) == 0) {
        combine(g, rd, rs, source(g));
        rs = rd;
    }
    for (uint32_t n = 1 + below(g, 2); n--; rs = rd) {
        m = narrow(g, below(g, 128), rd, rs);
        shift_edge(g, rd, rd, m);
        if (below(g, 3) == 0)
            shift_edge(g, rd, rd, m);
    }
    if (below(g, 2))
        combine(g, dest(g), rd, source(g));
    if (below(g, 2))
        compare_near(g);
}

/* ---- floating point ---- */

/* fd = a zero, one, infinity or NaN of either sign, through the integer register rd. */
static void special_fp_value(struct gen *g, uint32_t fd, uint32_t rd, uint32_t d)
{
    static const int16_t lead[] = { 0, -1, 0x3ff, 0x7ff, -1, -1, 0x7ff, -3 };
    static const uint8_t shift[2][8] = { { 1, 31, 20, 20, 23, 22, 21, 21 }, { 1, 63, 52, 52, 52, 51, 53, 50 } };
    uint32_t k = below(g, 8);
    int32_t v = lead[k];

    if (k == 3 && !d)
        v = 0xff << 3;          /* the infinity */
    if (below(g, 4)) {          /* x9 is aligned, which no compiler knows: else all would be computed while compiling */
        insn_i(g, OP_IMM, 7, rd, 9, 7);
        addi(g, rd, rd, v);
    } else {
        addi(g, rd, 0, v);
    }
    insn_i(g, OP_IMM, 1, rd, rd, shift[d][k]);
    insn_r(g, OP_FP, 0x78 | d, 0, fd, rd, 0);                               /* fmv.d.x, fmv.w.x */
}

static uint32_t rounding(struct gen *g)
{
    static const uint8_t rm[] = { 0, 1, 2, 3, 4, 4, 7, 7, 7 };

    return rm[below(g, 9)];
}

static void fp_arith(struct gen *g, uint32_t fd, uint32_t a, uint32_t b, uint32_t d)
{
    uint32_t k = below(g, 9), rm = rounding(g);

    if (k < 6)                                  /* add, sub, mul, div */
        insn_r(g, OP_FP, (k & 3) << 2 | d, rm, fd, a, b);
    else if (k == 6)
        insn_r(g, OP_FP, 0x2c | d, rm, fd, a, 0);
    else
        insn_r(g, OP_FMA | below(g, 4) << 2, freg(g) << 2 | d, rm, fd, a, b);
}

/* Something that looks at the bits of a, or at the sign of its zero. */
static void fp_observe(struct gen *g, uint32_t fd, uint32_t a, uint32_t b, uint32_t d)
{
    switch (below(g, 9)) {
    case 0: case 1: insn_r(g, OP_FP, 0x70 | d, 0, dest(g), a, 0); break;    /* fmv.x */
    case 2: insn_r(g, OP_FP, 0x70 | d, 1, dest(g), a, 0); break;            /* fclass */
    case 3: insn_r(g, OP_FP, 0x10 | d, below(g, 3), fd, a, b); break;       /* fsgnj */
    case 4: case 5: insn_r(g, OP_FP, 0x14 | d, below(g, 2), fd, a, b); break;   /* fmin, fmax */
    case 6: insn_r(g, OP_FP, 0x50 | d, below(g, 3), dest(g), a, b); break;  /* compares */
    case 7: insn_s(g, OP_FSTORE, 2 + d, a, 2, (int32_t)below(g, 8) * 8 - 32); break;
    default: insn_r(g, OP_FP, 0x20 | !d, rounding(g), fd, a, d);            /* to the other size */
    }
}

static void idiom_fp(struct gen *g)
{
    uint32_t d = below(g, 3) != 0, a = freg(g), b = freg(g), c = freg(g);

    special_fp_value(g, a, dest(g), d);
    if (below(g, 2))
        insn_r(g, OP_FP, 0x10 | d, 1 + below(g, 2), b, a, a);               /* its negative, or its absolute value */
    else
        special_fp_value(g, b, dest(g), d);
    for (uint32_t n = 1 + below(g, 3); n--;) {
        if (below(g, 3)) {
            fp_arith(g, c, below(g, 2) ? a : c, b, d);
            fp_observe(g, freg(g), c, a, d);
        } else {
            bool swap = below(g, 2);

            insn_r(g, OP_FP, 0x14 | d, below(g, 2), c, swap ? b : a, swap ? a : b);
            fp_observe(g, freg(g), c, b, d);
        }
    }
}

/* ---- pressure ---- */

/* Many values, an op that is a call on some hosts, and all of them read again. */
static void idiom_pressure(struct gen *g)
{
    uint32_t n = 3 + below(g, 7), rd[10], fd[10];

    for (uint32_t i = 0; i < n; i++) {
        rd[i] = dest(g);
        fd[i] = freg(g);
        combine(g, rd[i], source(g), source(g));
        if (below(g, 2))
            fp_arith(g, fd[i], freg(g), freg(g), 1);
    }
    switch (below(g, 4)) {
    case 0: insn_r(g, OP_REG, 5, 1 + below(g, 3), rd[0], rd[1], rd[2]); break;                  /* clmul, clmulr, clmulh */
    case 1: insn_r(g, OP_FP, 0x61, rounding(g), rd[0], fd[1], below(g, 4)); break;              /* fcvt to an integer */
    case 2: insn_r(g, OP_FP, below(g, 4) << 2 | below(g, 2), 4, fd[0], fd[1], fd[2]); break;    /* ties away from zero */
    default: insn_r(g, OP_FMA | below(g, 4) << 2, fd[1] << 2 | below(g, 2), 4 * below(g, 2), fd[0], fd[1], fd[2]);
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t to = dest(g);

        combine(g, to, rd[i], to);
        if (below(g, 3) == 0)
            insn_s(g, OP_FSTORE, 3, fd[i], 2, (int32_t)below(g, 8) * 8);
    }
}

void gen_idiom(struct gen *g)
{
    switch (below(g, 8)) {
    case 0: case 1: case 2: idiom_memory(g); break;
    case 3: case 4: idiom_bits(g); break;
    case 5: case 6: idiom_fp(g); break;
    default: idiom_pressure(g);
    }
}
