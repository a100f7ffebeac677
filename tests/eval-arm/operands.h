/* Operands of the eval-arm test: the guest program and the checker make the same sequence from the same seed. */
#ifndef AOTC_TESTS_EVAL_ARM_OPERANDS_H
#define AOTC_TESTS_EVAL_ARM_OPERANDS_H

#include <stdint.h>
#include <string.h>

/* FPCR values: all rounding modes, FZ (bit 24), FZ16 (19), DN (25), AHP (26), alone and together. */
static const uint32_t fpcr_mode[] = {
    0, 1 << 22, 2 << 22, 3 << 22, 1 << 24, 1 << 24 | 1 << 22, 1 << 24 | 2 << 22, 1 << 19, 1 << 19 | 3 << 22, 1 << 25, 1 << 26,
    1 << 26 | 1 << 25, 1 << 24 | 1 << 19 | 1 << 25 | 3 << 22, 1 << 24 | 1 << 26 | 2 << 22,
};
enum { NMODES = sizeof fpcr_mode / sizeof fpcr_mode[0] };

/* What the lanes of the operands are: integers, table indices, half, single, double, bfloat16; WIDE: half, but single in v0. */
enum kind { INT, IDX, HALF, SGL, DBL, BF, WIDE };

/* The registers a row reads, in the order in which they are filled. */
struct regs { uint64_t v[4][2], x4; };

static uint64_t operand_seed = UINT64_C(88172645463325252);

static uint64_t rnd(void)
{
    operand_seed ^= operand_seed << 13;
    operand_seed ^= operand_seed >> 7;
    operand_seed ^= operand_seed << 17;
    return operand_seed;
}

/* A float of w bits: specials and their neighbours, near exponents, denormals and the edge above them, any bits. */
static uint64_t float_operand(unsigned w)
{
    unsigned mb = w == 64 ? 52 : w == 32 ? 23 : 10;
    uint64_t m = (UINT64_C(1) << mb) - 1, one = (((UINT64_C(1) << (w - 2)) - 1) >> mb) << mb;
    uint64_t inf = ((UINT64_C(1) << (w - mb - 1)) - 1) << mb, r = rnd(), sign = (r & 1) << (w - 1), x = rnd(), v;
    const uint64_t special[] = { 0, 1, 2, m, m + 1, m + 2, one, one + 1, one - 1, inf - 1, inf, inf + 1, inf / 2,
                                 one + (m + 1) / 2, inf | (x & m), 3 * ((m + 1) / 2), (m + 1) / 2, (m + 1) / 4, inf - m - 1,
                                 inf | (m + 1) / 2, inf - 2 * m - 2 };
    unsigned k = (unsigned)(r >> 8) & 0xffff;

    switch (r >> 1 & 7) {
    case 0:
    case 7: v = special[k % (sizeof special / sizeof special[0])] | sign; break;
    case 1: v = (one + ((uint64_t)(k % 8) << mb) + (x & m)) | sign; break;
    case 2: v = (one - ((uint64_t)(k % (w == 16 ? 14 : 64)) << mb) + (x & x >> 32 & m)) | sign; break;
    case 3: v = (one + ((uint64_t)(k % (w == 16 ? 15 : 64)) << mb) + (m & (x << (mb - 3)))) | sign; break;
    case 4: v = (x & m) >> (k % mb) | sign; break;
    case 5: v = ((uint64_t)(k % 4) << mb | (x & m)) | sign; break;
    default: v = x; break;
    }
    return w == 64 ? v : v & ((UINT64_C(1) << w) - 1);
}

/* An integer of *bytes bytes (chosen here): edges, small numbers, any bits. */
static uint64_t int_operand(unsigned *bytes)
{
    static const uint64_t edge[] = { 0, 1, UINT64_MAX, 0x80, 0x7f, 0x8000, 0x7fff, 0x80000000, 0x7fffffff, UINT64_C(1) << 63,
                                     INT64_MAX, 2, 0xfe, 0x20, 0x40, 0x3f };
    uint64_t r = rnd();

    *bytes = 1u << (r & 3);
    return r & 4 ? rnd() : r & 8 ? edge[(r >> 8) % 16] : (uint64_t)(int64_t)(int8_t)(r >> 20);
}

static void fill(enum kind k, uint64_t reg[2])
{
    uint8_t *to = (uint8_t *)reg;

    for (unsigned i = 0, n = 1; i < 16; i += n) {
        uint64_t v;

        if (k == INT) {
            v = int_operand(&n);
        } else if (k == IDX) {
            v = rnd() & 1 ? rnd() & 31 : rnd();
        } else if (k == BF) {
            n = 2;
            v = float_operand(32) >> 16;
        } else {
            n = k == DBL ? 8 : k == SGL ? 4 : 2;
            v = float_operand(8 * n);
        }
        n = i % n ? 1 : n;
        memcpy(to + i, &v, n);
    }
}

static void fill_all(enum kind k, struct regs *r)
{
    uint64_t t[2];

    fill(k == WIDE ? SGL : k, r->v[0]);
    for (unsigned i = 1; i < 4; i++)
        fill(k, r->v[i]);
    fill(INT, t);
    r->x4 = t[0];
}

#endif
