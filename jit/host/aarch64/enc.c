/* AArch64 encoders; see enc.h. */
#include "jit/host/aarch64/enc.h"

#include <string.h>

static uint32_t regs(unsigned rd, unsigned rn, unsigned rm) { return rm << 16 | rn << 5 | rd; }

static bool fits_signed(int64_t v, unsigned bits) { return v >= -(INT64_C(1) << (bits - 1)) && v < INT64_C(1) << (bits - 1); }

uint32_t a64_addsub_imm(unsigned sf, bool sub, bool flags, unsigned rd, unsigned rn, uint64_t imm)
{
    uint32_t base = sf << 31 | (uint32_t)sub << 30 | (uint32_t)flags << 29 | 0x11000000u | regs(rd, rn, 0);

    if (imm < 0x1000)
        return base | (uint32_t)imm << 10;
    if ((imm & 0xfff) == 0 && imm < 0x1000000)
        return base | 1u << 22 | (uint32_t)(imm >> 12) << 10;
    return 0;
}

uint32_t a64_addsub(unsigned sf, bool sub, bool flags, unsigned rd, unsigned rn, unsigned rm, unsigned shift, unsigned amount)
{
    if (shift > SH_ASR || amount > (sf ? 63u : 31u))
        return 0;
    return sf << 31 | (uint32_t)sub << 30 | (uint32_t)flags << 29 | 0x0b000000u | shift << 22 | amount << 10 | regs(rd, rn, rm);
}

uint32_t a64_addsub_ext(unsigned sf, bool sub, bool flags, unsigned rd, unsigned rn, unsigned rm, unsigned ext, unsigned amount)
{
    if (amount > 4)
        return 0;
    return sf << 31 | (uint32_t)sub << 30 | (uint32_t)flags << 29 | 0x0b200000u | ext << 13 | amount << 10 | regs(rd, rn, rm);
}

/* Bit masks (C3.4.2, DecodeBitMasks): a run of ones, rotated, repeated with a period of 2..64 bits. */
static bool bitmask(uint64_t v, uint32_t *field)
{
    unsigned size = 64, ones, rot;

    if (v == 0 || v == ~UINT64_C(0))
        return false;
    while (size > 2 && (v & ((UINT64_C(1) << size / 2) - 1)) == (v >> size / 2 & ((UINT64_C(1) << size / 2) - 1)))
        size /= 2;
    uint64_t mask = size == 64 ? ~UINT64_C(0) : (UINT64_C(1) << size) - 1, e = v & mask;
    ones = (unsigned)__builtin_popcountll(e);
    uint64_t run = (UINT64_C(1) << ones) - 1;   /* ones < size */
    for (rot = 0; rot < size; rot++) {
        uint64_t r = rot ? (run >> rot | run << (size - rot)) & mask : run;

        if (r == e)
            break;
    }
    if (rot == size)
        return false;
    *field = (uint32_t)(size == 64) << 22 | rot << 16 | (((~(size * 2 - 1) & 0x3f) | (ones - 1)) & 0x3f) << 10;
    return true;
}

uint32_t a64_logic_imm(unsigned sf, unsigned op, unsigned rd, unsigned rn, uint64_t imm)
{
    uint32_t field;

    if (!sf)
        imm = (imm & 0xffffffff) | imm << 32;
    return bitmask(imm, &field) ? sf << 31 | op << 29 | 0x12000000u | field | regs(rd, rn, 0) : 0;
}

uint32_t a64_logic(unsigned sf, unsigned op, bool invert, unsigned rd, unsigned rn, unsigned rm, unsigned shift, unsigned amount)
{
    if (amount > (sf ? 63u : 31u))
        return 0;
    return sf << 31 | op << 29 | 0x0a000000u | shift << 22 | (uint32_t)invert << 21 | amount << 10 | regs(rd, rn, rm);
}

uint32_t a64_movw(unsigned sf, unsigned op, unsigned rd, unsigned imm16, unsigned hw)
{
    if (imm16 > 0xffff || hw > (sf ? 3u : 1u))
        return 0;
    return sf << 31 | op << 29 | 0x12800000u | hw << 21 | imm16 << 5 | rd;
}

uint32_t a64_bitfield(unsigned sf, unsigned op, unsigned rd, unsigned rn, unsigned immr, unsigned imms)
{
    unsigned max = sf ? 63 : 31;

    if (immr > max || imms > max)
        return 0;
    return sf << 31 | op << 29 | 0x13000000u | sf << 22 | immr << 16 | imms << 10 | regs(rd, rn, 0);
}

uint32_t a64_extr(unsigned sf, unsigned rd, unsigned rn, unsigned rm, unsigned lsb)
{
    return lsb > (sf ? 63u : 31u) ? 0 : sf << 31 | 0x13800000u | sf << 22 | lsb << 10 | regs(rd, rn, rm);
}

uint32_t a64_dp2(unsigned sf, unsigned op, unsigned rd, unsigned rn, unsigned rm)
{
    return sf << 31 | 0x1ac00000u | op << 10 | regs(rd, rn, rm);
}

uint32_t a64_dp1(unsigned sf, unsigned op, unsigned rd, unsigned rn)
{
    return !sf && op == DP1_REV64 ? 0 : sf << 31 | 0x5ac00000u | op << 10 | regs(rd, rn, 0);
}

uint32_t a64_madd(unsigned sf, bool sub, unsigned rd, unsigned rn, unsigned rm, unsigned ra)
{
    return sf << 31 | 0x1b000000u | (uint32_t)sub << 15 | ra << 10 | regs(rd, rn, rm);
}

uint32_t a64_mulh(bool is_unsigned, unsigned rd, unsigned rn, unsigned rm)
{
    return 0x9b407c00u | (uint32_t)is_unsigned << 23 | regs(rd, rn, rm);
}

uint32_t a64_csel(unsigned sf, unsigned op, unsigned rd, unsigned rn, unsigned rm, unsigned cc)
{
    return sf << 31 | (op >> 1) << 30 | 0x1a800000u | cc << 12 | (op & 1) << 10 | regs(rd, rn, rm);
}

static bool good_access(unsigned size, unsigned op) { return op < LS_SX64 || (op == LS_SX64 ? size < 3 : size < 2); }

uint32_t a64_ldst(unsigned size, unsigned op, unsigned rt, unsigned rn, int64_t disp)
{
    uint32_t base = size << 30 | 0x38000000u | op << 22 | regs(rt, rn, 0);

    if (!good_access(size, op))
        return 0;
    if (disp >= 0 && (disp & ((1 << size) - 1)) == 0 && disp >> size < 0x1000)
        return base | 1u << 24 | (uint32_t)(disp >> size) << 10;
    return fits_signed(disp, 9) ? base | ((uint32_t)disp & 0x1ff) << 12 : 0;
}

uint32_t a64_ldst_reg(unsigned size, unsigned op, unsigned rt, unsigned rn, unsigned rm, unsigned ext, bool scaled)
{
    if (!good_access(size, op) || !(ext & 2))
        return 0;
    return size << 30 | 0x38200800u | op << 22 | ext << 13 | (uint32_t)scaled << 12 | regs(rt, rn, rm);
}

uint32_t a64_ldst_wb(unsigned size, unsigned op, unsigned mode, unsigned rt, unsigned rn, int disp)
{
    if (!good_access(size, op) || !fits_signed(disp, 9) || mode == LS_OFFSET)
        return 0;
    return size << 30 | 0x38000000u | op << 22 | ((uint32_t)disp & 0x1ff) << 12 | mode << 10 | regs(rt, rn, 0);
}

uint32_t a64_ldstp(bool load, unsigned mode, unsigned rt, unsigned rt2, unsigned rn, int disp)
{
    if (disp % 8 || !fits_signed(disp / 8, 7))
        return 0;
    return 0xa8000000u | mode << 23 | (uint32_t)load << 22 | ((uint32_t)(disp / 8) & 0x7f) << 15 | rt2 << 10 | regs(rt, rn, 0);
}

uint32_t a64_ldaxr(unsigned size, unsigned rt, unsigned rn) { return size << 30 | 0x085ffc00u | regs(rt, rn, 0); }

uint32_t a64_stlxr(unsigned size, unsigned rs, unsigned rt, unsigned rn) { return size << 30 | 0x0800fc00u | regs(rt, rn, rs); }

static bool branch_fits(int64_t disp, unsigned bits) { return disp % 4 == 0 && fits_signed(disp / 4, bits); }

uint32_t a64_b(bool link, int64_t disp)
{
    return branch_fits(disp, 26) ? (uint32_t)link << 31 | 0x14000000u | ((uint32_t)(disp / 4) & 0x3ffffff) : 0;
}

uint32_t a64_bcc(unsigned cc, int64_t disp)
{
    return branch_fits(disp, 19) ? 0x54000000u | ((uint32_t)(disp / 4) & 0x7ffff) << 5 | cc : 0;
}

uint32_t a64_cbz(unsigned sf, bool nonzero, unsigned rt, int64_t disp)
{
    uint32_t field = ((uint32_t)(disp / 4) & 0x7ffff) << 5;

    return branch_fits(disp, 19) ? sf << 31 | 0x34000000u | (uint32_t)nonzero << 24 | field | rt : 0;
}

uint32_t a64_br(unsigned op, unsigned rn) { return 0xd61f0000u | op << 21 | rn << 5; }

uint32_t a64_adr(unsigned rd, int64_t disp)
{
    uint32_t v = (uint32_t)disp;

    return fits_signed(disp, 21) ? 0x10000000u | (v & 3) << 29 | (v >> 2 & 0x7ffff) << 5 | rd : 0;
}

uint32_t a64_dmb(unsigned option) { return 0xd50330bfu | option << 8; }
uint32_t a64_mrs(unsigned sys, unsigned rt) { return 0xd53b4400u | sys << 5 | rt; }
uint32_t a64_msr(unsigned sys, unsigned rt) { return 0xd51b4400u | sys << 5 | rt; }
uint32_t a64_udf(unsigned imm16) { return imm16 & 0xffff; }

/* ---- buffers ---- */

void a64_put(struct abuf *b, uint32_t word)
{
    if (b->n + 4 > b->cap)
        b->p = arena_grow(b->a, b->p, &b->cap, b->n + 4, 1);
    memcpy(b->p + b->n, &word, 4);
    b->n += 4;
}

uint32_t a64_get(const struct abuf *b, uint32_t at)
{
    uint32_t w;

    memcpy(&w, b->p + at, 4);
    return w;
}

void a64_set(struct abuf *b, uint32_t at, uint32_t word) { memcpy(b->p + at, &word, 4); }

void a64_mov(struct abuf *b, unsigned rd, unsigned rn)
{
    if (rd != rn)
        a64_put(b, a64_logic(1, LOG_ORR, false, rd, 31, rn, SH_LSL, 0));
}

void a64_mov_imm(struct abuf *b, unsigned rd, uint64_t v)
{
    unsigned zeros = 0, ones = 0;
    uint32_t w;

    for (unsigned i = 0; i < 4; i++) {
        zeros += (v >> 16 * i & 0xffff) == 0;
        ones += (v >> 16 * i & 0xffff) == 0xffff;
    }
    if (zeros < 3 && ones < 3 && (w = a64_logic_imm(1, LOG_ORR, rd, 31, v)) != 0) {
        a64_put(b, w);
        return;
    }
    bool neg = ones > zeros, first = true;
    unsigned skip = neg ? 0xffff : 0;

    for (unsigned i = 0; i < 4; i++) {
        unsigned part = v >> 16 * i & 0xffff;

        if (part == skip && !(i == 3 && first))
            continue;
        if (first)
            a64_put(b, a64_movw(1, neg ? MOV_N : MOV_Z, rd, neg ? part ^ 0xffff : part, part == skip ? 0 : i));
        else
            a64_put(b, a64_movw(1, MOV_K, rd, part, i));
        first = false;
    }
}

void a64_pair(struct abuf *b, unsigned rd, uint32_t v)
{
    a64_put(b, a64_movw(0, MOV_Z, rd, v & 0xffff, 0));
    a64_put(b, a64_movw(0, MOV_K, rd, v >> 16, 1));
}

void a64_fill_pair(uint8_t *field, uint32_t v)
{
    for (unsigned i = 0; i < 2; i++) {
        uint32_t w;

        memcpy(&w, field + 4 * i, 4);
        w = (w & ~UINT32_C(0x1fffe0)) | (v >> 16 * i & 0xffff) << 5;
        memcpy(field + 4 * i, &w, 4);
    }
}

void a64_add_imm(struct abuf *b, unsigned rd, unsigned rn, int64_t imm, unsigned scratch)
{
    bool sub = imm < 0;
    uint32_t w = a64_addsub_imm(1, sub, false, rd, rn, sub ? 0 - (uint64_t)imm : (uint64_t)imm);

    if (!imm) {
        a64_mov(b, rd, rn);
    } else if (w) {
        a64_put(b, w);
    } else {
        a64_mov_imm(b, scratch, (uint64_t)imm);
        a64_put(b, a64_addsub(1, false, false, rd, rn, scratch, SH_LSL, 0));
    }
}

void a64_mem(struct abuf *b, unsigned size, unsigned op, unsigned rt, unsigned rn, int64_t disp, unsigned scratch)
{
    uint32_t w = a64_ldst(size, op, rt, rn, disp);

    if (w) {
        a64_put(b, w);
    } else {
        a64_mov_imm(b, scratch, (uint64_t)disp);
        a64_put(b, a64_ldst_reg(size, op, rt, rn, scratch, EX_UXTX, false));
    }
}
