/* x86-64 encoders; see enc.h. */
#include "jit/host/x86_64/enc.h"

static void room(struct xbuf *b)
{
    if (b->n + 32 > b->cap)
        b->p = arena_grow(b->a, b->p, &b->cap, b->n + 32, 1);
}

void x_byte(struct xbuf *b, unsigned v)
{
    room(b);
    b->p[b->n++] = (uint8_t)v;
}

void x_imm(struct xbuf *b, uint64_t v, unsigned n)
{
    room(b);
    for (unsigned i = 0; i < n; i++)
        b->p[b->n++] = (uint8_t)(v >> (8 * i));
}

static void opcode(struct xbuf *b, uint32_t op, unsigned sz, unsigned rex, bool force)
{
    unsigned prefix = op >> 16 & 0xff, map = op >> 8 & 0xff;

    if (sz == 2)
        x_byte(b, 0x66);
    if (prefix)
        x_byte(b, prefix);
    if (sz == 8)
        rex |= 8;
    if (rex || force)
        x_byte(b, 0x40 | rex);
    if (map)
        x_byte(b, 0x0f);
    if (map > 1)
        x_byte(b, map == 2 ? 0x38 : 0x3a);
    x_byte(b, op & 0xff);
}

/* spl, bpl, sil, dil need a REX prefix. */
static bool byte_rex(unsigned sz, unsigned r) { return sz == 1 && r >= RSP && r <= RDI; }

void x_rr(struct xbuf *b, uint32_t op, unsigned sz, unsigned reg, unsigned rm)
{
    bool force = byte_rex(sz, reg) || byte_rex(sz, rm);

    reg &= 15;
    rm &= 15;
    room(b);
    opcode(b, op, sz, (reg >> 3) << 2 | rm >> 3, force);
    x_byte(b, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

/* ModRM, SIB and displacement of a memory operand. Returns the offset of a rip-relative displacement. wide: no 8-bit
 * displacement. */
static uint32_t modrm_mem_as(struct xbuf *b, unsigned reg, struct xmem m, bool wide)
{
    unsigned r = (reg & 7) << 3;
    uint32_t at;

    if (m.base == XRIP) {
        x_byte(b, r | 5);
        at = b->n;
        x_imm(b, (uint32_t)m.disp, 4);
        return at;
    }
    if (m.base == XNONE) {                      /* [index*scale + disp32] or [disp32] */
        x_byte(b, r | 4);
        x_byte(b, (unsigned)m.scale << 6 | (m.index == XNONE ? 4 : m.index & 7u) << 3 | 5);
        x_imm(b, (uint32_t)m.disp, 4);
        return 0;
    }
    unsigned base = m.base & 7, mod = m.disp == 0 && base != 5 ? 0 : m.disp == (int8_t)m.disp && !wide ? 1 : 2;

    if (m.index != XNONE || base == 4) {
        x_byte(b, mod << 6 | r | 4);
        x_byte(b, (unsigned)m.scale << 6 | (m.index == XNONE ? 4 : m.index & 7u) << 3 | base);
    } else {
        x_byte(b, mod << 6 | r | base);
    }
    if (mod)
        x_imm(b, (uint32_t)m.disp, mod == 1 ? 1 : 4);
    return 0;
}

static uint32_t modrm_mem(struct xbuf *b, unsigned reg, struct xmem m) { return modrm_mem_as(b, reg, m, false); }

static unsigned rex_xb(struct xmem m)
{
    unsigned x = m.index != XNONE ? m.index >> 3 & 1u : 0, bb = m.base < 16 ? m.base >> 3 & 1u : 0;

    return x << 1 | bb;
}

uint32_t x_rm(struct xbuf *b, uint32_t op, unsigned sz, unsigned reg, struct xmem m)
{
    bool force = byte_rex(sz, reg);

    reg &= 15;
    room(b);
    opcode(b, op, sz, (reg >> 3) << 2 | rex_xb(m), force);
    return modrm_mem(b, reg, m);
}

static const uint8_t pp_of[256] = { [0x66] = 1, [0xf3] = 2, [0xf2] = 3 };

static void vex(struct xbuf *b, uint32_t op, unsigned w, unsigned l, unsigned reg, unsigned vvvv, unsigned xb)
{
    unsigned pp = pp_of[op >> 16 & 0xff], map = op >> 8 & 0xff, r = reg >> 3 & 1;

    vvvv &= 15;
    if (map == 1 && !w && !xb) {
        x_byte(b, 0xc5);
        x_byte(b, (r ^ 1) << 7 | (vvvv ^ 15) << 3 | l << 2 | pp);
    } else {
        x_byte(b, 0xc4);
        x_byte(b, (r ^ 1) << 7 | ((xb >> 1) ^ 1) << 6 | ((xb & 1) ^ 1) << 5 | map);
        x_byte(b, w << 7 | (vvvv ^ 15) << 3 | l << 2 | pp);
    }
    x_byte(b, op & 0xff);
}

void x_vrr(struct xbuf *b, uint32_t op, unsigned w, unsigned l, unsigned reg, unsigned vvvv, unsigned rm)
{
    room(b);
    vex(b, op, w, l, reg & 15, vvvv, (rm & 15) >> 3);
    x_byte(b, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

uint32_t x_vrm(struct xbuf *b, uint32_t op, unsigned w, unsigned l, unsigned reg, unsigned vvvv, struct xmem m)
{
    room(b);
    vex(b, op, w, l, reg & 15, vvvv, rex_xb(m));
    return modrm_mem(b, reg & 15, m);
}

/* 128 bits, no mask, registers below 16. SDM vol. 2, 2.7. */
static void evex(struct xbuf *b, uint32_t op, unsigned reg, unsigned vvvv, unsigned xb)
{
    x_byte(b, 0x62);
    x_byte(b, (~reg >> 3 & 1u) << 7 | (~xb >> 1 & 1u) << 6 | (~xb & 1u) << 5 | 1u << 4 | (op >> 8 & 7));
    x_byte(b, (op & XV_W ? 0x80u : 0) | (~vvvv & 15u) << 3 | 1u << 2 | pp_of[op >> 16 & 0xff]);
    x_byte(b, 0x08);
    x_byte(b, op & 0xff);
}

void x_vec_rr(struct xbuf *b, uint32_t op, bool use_vex, unsigned reg, unsigned vvvv, unsigned rm)
{
    unsigned w = (op & XV_W) != 0;

    vvvv = vvvv == XNONE ? 0 : vvvv & 15;
    if (op & XV_EVEX) {
        room(b);
        evex(b, op, reg & 15, vvvv, (rm & 15) >> 3);
        x_byte(b, 0xc0 | (reg & 7) << 3 | (rm & 7));
    } else if (use_vex) {
        x_vrr(b, op, w, 0, reg, vvvv, rm);
    } else {
        x_rr(b, op & 0xffffff, w ? 8 : 4, reg, rm);
    }
}

uint32_t x_vec_rm(struct xbuf *b, uint32_t op, bool use_vex, unsigned reg, unsigned vvvv, struct xmem m)
{
    unsigned w = (op & XV_W) != 0;

    vvvv = vvvv == XNONE ? 0 : vvvv & 15;
    if (op & XV_EVEX) {
        room(b);
        evex(b, op, reg & 15, vvvv, rex_xb(m));
        return modrm_mem_as(b, reg & 15, m, true);
    }
    return use_vex ? x_vrm(b, op, w, 0, reg, vvvv, m) : x_rm(b, op & 0xffffff, w ? 8 : 4, reg, m);
}

void x_mov_rr(struct xbuf *b, unsigned sz, unsigned dst, unsigned src) { x_rr(b, XOP(0, 0, 0x8b), sz, dst, src); }

void x_mov_ri(struct xbuf *b, unsigned dst, uint64_t v)
{
    room(b);
    if (v <= UINT32_MAX) {
        if (dst >> 3)
            x_byte(b, 0x41);
        x_byte(b, 0xb8 | (dst & 7));
        x_imm(b, v, 4);
    } else if ((int64_t)v == (int32_t)v) {
        x_rr(b, XOP(0, 0, 0xc7), 8, 0, dst);
        x_imm(b, v, 4);
    } else {
        x_byte(b, 0x48 | dst >> 3);
        x_byte(b, 0xb8 | (dst & 7));
        x_imm(b, v, 8);
    }
}

void x_alu_ri(struct xbuf *b, unsigned ext, unsigned sz, unsigned rm, int32_t imm)
{
    if (sz == 1) {
        x_rr(b, XOP(0, 0, 0x80), 1, ext, rm);
        x_imm(b, (uint32_t)imm, 1);
    } else if (imm == (int8_t)imm) {
        x_rr(b, XOP(0, 0, 0x83), sz, ext, rm);
        x_imm(b, (uint32_t)imm, 1);
    } else {
        x_rr(b, XOP(0, 0, 0x81), sz, ext, rm);
        x_imm(b, (uint32_t)imm, sz == 2 ? 2 : 4);
    }
}

void x_alu_mi(struct xbuf *b, unsigned ext, unsigned sz, struct xmem m, int32_t imm)
{
    bool small = imm == (int8_t)imm || sz == 1;

    x_rm(b, XOP(0, 0, sz == 1 ? 0x80 : small ? 0x83 : 0x81), sz, ext, m);
    x_imm(b, (uint32_t)imm, small ? 1 : sz == 2 ? 2 : 4);
}

uint32_t x_jmp(struct xbuf *b)
{
    x_byte(b, 0xe9);
    x_imm(b, 0, 4);
    return b->n - 4;
}

uint32_t x_jcc(struct xbuf *b, unsigned cc)
{
    x_byte(b, 0x0f);
    x_byte(b, 0x80 | cc);
    x_imm(b, 0, 4);
    return b->n - 4;
}

uint32_t x_call(struct xbuf *b)
{
    x_byte(b, 0xe8);
    x_imm(b, 0, 4);
    return b->n - 4;
}

void x_nops(struct xbuf *b, unsigned n)
{
    static const uint8_t nop[9][9] = { { 0x90 }, { 0x66, 0x90 }, { 0x0f, 0x1f, 0 }, { 0x0f, 0x1f, 0x40, 0 }, { 0x0f, 0x1f, 0x44, 0, 0 },
        { 0x66, 0x0f, 0x1f, 0x44, 0, 0 }, { 0x0f, 0x1f, 0x80, 0, 0, 0, 0 }, { 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0 },
        { 0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0 } };

    while (n) {
        unsigned k = n > 9 ? 9 : n;

        for (unsigned i = 0; i < k; i++)
            x_byte(b, nop[k - 1][i]);
        n -= k;
    }
}
