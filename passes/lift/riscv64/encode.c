/* Random instances of table rows, for differential tests: the inverse of decode.c, from the same formats. */
#include "passes/lift/riscv64/riscv64.h"
#include "passes/lift/share.h"

#include <string.h>

/* A register among `allowed` (0: all) and `mask`; 32 when there is none. */
static uint32_t reg(struct guest_rng *g, uint32_t allowed, uint32_t mask)
{
    return rng_pick(g, (allowed ? allowed : UINT32_MAX) & mask);
}

/* A 12-bit immediate: mostly uniform, often an edge. */
static int32_t imm12(struct guest_rng *g)
{
    static const int16_t edge[] = { 0, 1, -1, 2047, -2048, 31, 32, 63, -64 };

    return rng_below(g, 3) == 0 ? edge[rng_below(g, ARRAY_LEN(edge))] : (int32_t)rng_below(g, 4096) - 2048;
}

/* Offsets of memory instructions: -64 .. 63, any alignment. */
static uint32_t offset(struct guest_rng *g)
{
    return rng_below(g, 128) - 64;
}

static uint32_t put(uint32_t v, unsigned hi, unsigned lo, unsigned at)
{
    return (v >> lo & ((1u << (hi - lo + 1)) - 1)) << at;
}

static uint32_t enc_b(uint32_t v)
{
    return put(v, 12, 12, 31) | put(v, 10, 5, 25) | put(v, 4, 1, 8) | put(v, 11, 11, 7);
}

static uint32_t enc_j(uint32_t v)
{
    return put(v, 20, 20, 31) | put(v, 10, 1, 21) | put(v, 11, 11, 20) | put(v, 19, 12, 12);
}

static uint32_t enc_cj(uint32_t v)
{
    return put(v, 11, 11, 12) | put(v, 4, 4, 11) | put(v, 9, 8, 9) | put(v, 10, 10, 8) | put(v, 6, 6, 7) | put(v, 7, 7, 6) |
           put(v, 3, 1, 3) | put(v, 5, 5, 2);
}

static uint32_t enc_cb(uint32_t v)
{
    return put(v, 8, 8, 12) | put(v, 4, 3, 10) | put(v, 7, 6, 5) | put(v, 2, 1, 3) | put(v, 5, 5, 2);
}

static bool fits(int64_t v, unsigned bits)
{
    return v >= -(INT64_C(1) << (bits - 1)) && v < INT64_C(1) << (bits - 1) && (v & 1) == 0;
}

enum { RVC = 0xff00 };          /* registers that 3-bit fields can name */
#define NOT_ENCODABLE (UINT64_MAX)

/* Operand fields of the 32-bit formats. */
static uint64_t fields_wide(enum grv64_fmt fmt, struct guest_rng *g, int64_t disp)
{
    static const uint8_t modes[] = { 0, 1, 2, 3, 4, 7, 7, 7 };
    static const uint16_t csrs[] = { CSR_FFLAGS, CSR_FRM, CSR_FCSR };
    uint32_t rd = reg(g, g->dst, UINT32_MAX) << 7, fd = reg(g, g->fdst, UINT32_MAX) << 7;
    uint32_t s1 = reg(g, g->src, UINT32_MAX) << 15, s2 = reg(g, g->src, UINT32_MAX) << 20, base = reg(g, g->base, UINT32_MAX) << 15;
    uint32_t f1 = rng_below(g, 32) << 15, f2 = rng_below(g, 32) << 20, f3 = rng_below(g, 32) << 27;
    uint32_t rm = (uint32_t)modes[rng_below(g, 8)] << 12;
    uint32_t off = offset(g);

    switch (fmt) {
    case GRV64_F_NONE: return 0;
    case GRV64_F_R: return rd | s1 | s2;
    case GRV64_F_I: return rd | s1 | (uint32_t)imm12(g) << 20;
    case GRV64_F_SH: return rd | s1 | rng_below(g, 64) << 20;
    case GRV64_F_L: return rd | base | off << 20;
    case GRV64_F_S: return s2 | base | put(off, 11, 5, 25) | put(off, 4, 0, 7);
    case GRV64_F_B: return fits(disp, 13) ? s1 | s2 | enc_b((uint32_t)disp) : NOT_ENCODABLE;
    case GRV64_F_U: return rd | (uint32_t)rng_next(g) << 12;
    case GRV64_F_J: return fits(disp, 21) ? rd | enc_j((uint32_t)disp) : NOT_ENCODABLE;
    case GRV64_F_JR: return rd | base | ((uint32_t)disp & 0xfff) << 20;
    case GRV64_F_FENCE: return rng_below(g, 256) << 20;
    case GRV64_F_CSR: return rd | s1 | (uint32_t)csrs[rng_below(g, 3)] << 20;
    case GRV64_F_CSRI: return rd | rng_below(g, 32) << 15 | (uint32_t)csrs[rng_below(g, 3)] << 20;
    case GRV64_F_AMO: return rd | base | s2 | rng_below(g, 4) << 25;
    case GRV64_F_LR: return rd | base | rng_below(g, 4) << 25;
    case GRV64_F_R1: return rd | s1;
    case GRV64_F_FR: return fd | f1 | f2;
    case GRV64_F_FRM: return fd | f1 | f2 | rm;
    case GRV64_F_FR1M: return fd | f1 | rm;
    case GRV64_F_FR4: return fd | f1 | f2 | f3 | rm;
    case GRV64_F_XF: return rd | f1;
    case GRV64_F_XFM: return rd | f1 | rm;
    case GRV64_F_FX: return fd | s1;
    case GRV64_F_FXM: return fd | s1 | rm;
    case GRV64_F_FCMP: return rd | f1 | f2;
    case GRV64_F_FL: return fd | base | off << 20;
    case GRV64_F_FS: return f2 | base | put(off, 11, 5, 25) | put(off, 4, 0, 7);
    case GRV64_F_CBO: return base;
    case GRV64_F_PF: return base | put(off, 11, 5, 25);
    default: return NOT_ENCODABLE;
    }
}

/* A full-width register field of a 16-bit format at bit 7 or 2; NOT_ENCODABLE marks an empty choice. */
static uint64_t field(struct guest_rng *g, uint32_t allowed, uint32_t mask, unsigned at)
{
    uint32_t r = reg(g, allowed, mask);

    return r == 32 ? NOT_ENCODABLE : (uint64_t)(mask == RVC ? r - 8 : r) << at;
}

static uint64_t both(uint64_t a, uint64_t b)
{
    return a == NOT_ENCODABLE || b == NOT_ENCODABLE ? NOT_ENCODABLE : a | b;
}

/* Memory forms. Sp-relative ones need sp among the allowed bases. */
static uint64_t fields_narrow_mem(enum grv64_fmt fmt, struct guest_rng *g)
{
    uint32_t w = rng_below(g, 16) << 2, d = rng_below(g, 8) << 3;
    uint32_t w4 = put(w, 6, 6, 5) | put(w, 5, 3, 10) | put(w, 2, 2, 6), d8 = put(d, 7, 6, 5) | put(d, 5, 3, 10);
    uint64_t base = field(g, g->base, RVC, 7), sp = g->base == 0 || (g->base & 4) ? 0 : NOT_ENCODABLE;
    uint32_t lwsp = put(w, 7, 6, 2) | put(w, 5, 5, 12) | put(w, 4, 2, 4);
    uint32_t ldsp = put(d, 8, 6, 2) | put(d, 5, 5, 12) | put(d, 4, 3, 5);

    switch (fmt) {
    case GRV64_F_CLW: return both(both(base, field(g, g->dst, RVC, 2)), w4);
    case GRV64_F_CLD: return both(both(base, field(g, g->dst, RVC, 2)), d8);
    case GRV64_F_CSW: return both(both(base, field(g, g->src, RVC, 2)), w4);
    case GRV64_F_CSD: return both(both(base, field(g, g->src, RVC, 2)), d8);
    case GRV64_F_CFLD: return both(both(base, field(g, g->fdst, RVC, 2)), d8);
    case GRV64_F_CFSD: return both(both(base, field(g, 0, RVC, 2)), d8);
    case GRV64_F_CLWSP: return both(both(sp, field(g, g->dst, ~1u, 7)), lwsp);
    case GRV64_F_CLDSP: return both(both(sp, field(g, g->dst, ~1u, 7)), ldsp);
    case GRV64_F_CFLDSP: return both(both(sp, field(g, g->fdst, UINT32_MAX, 7)), ldsp);
    case GRV64_F_CSWSP: return both(both(sp, field(g, g->src, UINT32_MAX, 2)), put(w, 7, 6, 7) | put(w, 5, 2, 9));
    case GRV64_F_CSDSP: return both(both(sp, field(g, g->src, UINT32_MAX, 2)), put(d, 8, 6, 7) | put(d, 5, 3, 10));
    case GRV64_F_CFSDSP: return both(sp, rng_below(g, 32) << 2 | put(d, 8, 6, 7) | put(d, 5, 3, 10));
    default: return NOT_ENCODABLE;
    }
}

static uint64_t fields_narrow(enum grv64_fmt fmt, struct guest_rng *g, int64_t disp)
{
    uint32_t v = rng_below(g, 64), imm6 = put(v, 5, 5, 12) | put(v, 4, 0, 2), nz = rng_below(g, 63) + 1;
    uint64_t full = field(g, g->dst, UINT32_MAX, 7), small = field(g, g->dst, RVC, 7);

    switch (fmt) {
    case GRV64_F_NONE: return 0;
    case GRV64_F_CIW: return both(field(g, g->dst, RVC, 2), (uint64_t)nz << 5);
    case GRV64_F_CNOP: return imm6;
    case GRV64_F_CI: return both(field(g, g->dst, ~1u, 7), imm6);
    case GRV64_F_CLI: case GRV64_F_CSH: return both(full, imm6);
    case GRV64_F_CI16: return g->dst == 0 || (g->dst & 4) ? put(nz, 5, 5, 12) | put(nz, 4, 0, 2) : NOT_ENCODABLE;
    case GRV64_F_CLUI: return both(field(g, g->dst, ~5u, 7), put(nz, 5, 5, 12) | put(nz, 4, 0, 2));
    case GRV64_F_CBSH: case GRV64_F_CBI: return both(small, imm6);
    case GRV64_F_CA: return both(small, field(g, g->src, RVC, 2));
    case GRV64_F_CJ: return fits(disp, 12) ? enc_cj((uint32_t)disp) : NOT_ENCODABLE;
    case GRV64_F_CB: return fits(disp, 9) ? both(field(g, g->src, RVC, 7), enc_cb((uint32_t)disp)) : NOT_ENCODABLE;
    case GRV64_F_CJR: case GRV64_F_CJALR: return field(g, g->base, ~1u, 7);
    case GRV64_F_CMV: case GRV64_F_CADD: return both(full, field(g, g->src, ~1u, 2));
    default: return fields_narrow_mem(fmt, g);
    }
}

unsigned grv64_encode_random(uint32_t row, struct guest_rng *rng, int64_t disp, uint8_t out[16])
{
    const struct grv64_row *r = &grv64_row[row < GRV64_NROW ? row : 0];
    bool wide = (r->match & 3) == 3;
    uint64_t v;
    uint32_t w;

    if (row == 0 || row >= GRV64_NROW)
        return 0;
    v = wide ? fields_wide(r->fmt, rng, disp) : fields_narrow(r->fmt, rng, disp);
    if (v == NOT_ENCODABLE)
        return 0;
    w = r->match | ((uint32_t)v & ~r->mask);
    memcpy(out, &w, wide ? 4 : 2);
    return wide ? 4 : 2;
}
