/* x86-64 selection of permutations with a constant pattern, and of lanes in and out of general registers. */
#include "jit/host/x86_64/vec.h"

#include <string.h>

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

/* A permutation: p[i] 0..15 a's byte, 16..31 b's, ZERO. */
enum { ZERO = 0x80 };
struct shuf { struct x86 *x; uint32_t d; ir_ref a, b; uint8_t p[16]; };

static uint32_t val(const struct shuf *s, ir_ref r) { return xval(s->x, r); }

/* The pattern in units of n bytes: number of the unit in the 32 source bytes; ZERO; false when units are broken. */
static bool units(const uint8_t p[16], unsigned n, uint8_t out[16])
{
    for (unsigned i = 0; i < 16; i += n) {
        for (unsigned k = 1; k < n; k++)
            if (p[i] == ZERO ? p[i + k] != ZERO : p[i + k] != p[i] + k)
                return false;
        if (p[i] != ZERO && p[i] % n)
            return false;
        out[i / n] = p[i] == ZERO ? ZERO : p[i] / n;
    }
    return true;
}

static bool any_zero(const uint8_t p[16])
{
    for (unsigned i = 0; i < 16; i++)
        if (p[i] == ZERO)
            return true;
    return false;
}

static struct vsrc table(const uint8_t p[16])
{
    uint64_t w[2];

    memcpy(w, p, 16);
    return vs_lit(w[0], w[1]);
}

static int quad(const uint8_t *u) { return (u[0] & 3) | (u[1] & 3) << 2 | (u[2] & 3) << 4 | (u[3] & 3) << 6; }

/* ---- one source ---- */

/* By how many bytes is it a rotation to the right, or with zeros shifted in (as a: right, as -a: left)? 0: it is not. */
static unsigned rotation(const uint8_t p[16])
{
    for (unsigned i = 0; i < 16; i++)
        if (p[i] != ((p[0] + i) & 15))
            return 0;
    return p[0];
}

static int byte_shift(const uint8_t p[16])
{
    unsigned right = p[0], left = 0;

    while (left < 16 && p[left] == ZERO)
        left++;
    for (unsigned i = 0; i < 16 && right != ZERO; i++)
        if (p[i] != (right + i < 16 ? right + i : ZERO))
            right = ZERO;
    if (right != ZERO)
        return (int)right;
    for (unsigned i = left; i < 16; i++)
        if (p[i] != i - left)
            return 0;
    return -(int)left;
}

/* Zero-extension of the low units: the opcode, or 0. */
static unsigned extension(const uint8_t p[16])
{
    static const struct { uint8_t from, to, op; } row[] = { { 1, 2, 0x30 }, { 1, 4, 0x31 }, { 1, 8, 0x32 }, { 2, 4, 0x33 },
        { 2, 8, 0x34 }, { 4, 8, 0x35 } };

    for (unsigned k = 0; k < ARRAY_LEN(row); k++) {
        unsigned i = 0;

        while (i < 16 && p[i] == (i % row[k].to < row[k].from ? i / row[k].to * row[k].from + i % row[k].to : ZERO))
            i++;
        if (i == 16)
            return row[k].op;
    }
    return 0;
}

/* Each byte stays, or becomes zero. */
static bool masking(const uint8_t p[16], uint64_t m[2])
{
    m[0] = m[1] = 0;
    for (unsigned i = 0; i < 16; i++) {
        if (p[i] == i)
            m[i / 8] |= UINT64_C(0xff) << (i % 8 * 8);
        else if (p[i] != ZERO)
            return false;
    }
    return true;
}

static bool shuf_zeros(const struct shuf *s)
{
    struct x86 *x = s->x;
    uint64_t m[2];
    unsigned op;
    int n;

    if (masking(s->p, m)) {
        if (m[0] == ~UINT64_C(0) && m[1] == 0)
            xv_un(x, s->d, XOP(0xf3, 1, 0x7e), vs(val(s, s->a)), NOIMM);
        else
            xv_bin(x, s->d, P_AND, val(s, s->a), vs_lit(m[0], m[1]), NOIMM);
    } else if ((op = extension(s->p)) != 0) {
        xv_un(x, s->d, V2(op), vs(val(s, s->a)), NOIMM);
    } else if ((n = byte_shift(s->p)) != 0) {
        xv_shift(x, s->d, V1(0x73), n > 0 ? 3 : 7, val(s, s->a), (unsigned)(n > 0 ? n : -n));
    } else {
        return false;
    }
    return true;
}

/* Words: one half stays, the other is permuted within. */
static bool shuf_half(const struct shuf *s)
{
    static const uint8_t id[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    uint8_t u[16];
    bool low = true, high = true;

    if (!units(s->p, 2, u))
        return false;
    for (unsigned i = 0; i < 4; i++) {
        low &= u[i] < 4;
        high &= u[4 + i] >= 4;
    }
    if (low && !memcmp(u + 4, id + 4, 4))
        xv_un(s->x, s->d, XOP(0xf2, 1, 0x70), vs_ref(s->x, s->a, 16), quad(u));
    else if (high && !memcmp(u, id, 4))
        xv_un(s->x, s->d, XOP(0xf3, 1, 0x70), vs_ref(s->x, s->a, 16), quad(u + 4));
    else
        return false;
    return true;
}

static void shuf_one(const struct shuf *s)
{
    struct x86 *x = s->x;
    uint8_t u[16];
    unsigned n;

    if (any_zero(s->p)) {
        if (!shuf_zeros(s))
            xv_bin(x, s->d, P_SHUFB, val(s, s->a), table(s->p), NOIMM);
    } else if (units(s->p, 8, u) && u[0] == 0 && u[1] == 1) {
        xv_un(x, s->d, XOP(0, 1, 0x28), vs(val(s, s->a)), NOIMM);
    } else if (units(s->p, 4, u)) {
        xv_un(x, s->d, V1(0x70), vs_ref(x, s->a, 16), quad(u));
    } else if (shuf_half(s)) {
        return;
    } else if ((n = rotation(s->p)) != 0) {
        xv_bin(x, s->d, V3(0x0f), val(s, s->a), vs(val(s, s->a)), (int)n);
    } else {
        xv_bin(x, s->d, P_SHUFB, val(s, s->a), table(s->p), NOIMM);
    }
}

/* ---- two sources ---- */

/* op d, first, second, where the second one may be in memory. */
static void two(const struct shuf *s, uint32_t op, bool swap, int imm)
{
    xv_bin(s->x, s->d, op, val(s, swap ? s->b : s->a), vs_ref(s->x, swap ? s->a : s->b, 16), imm);
}

/* Interleaving: units i, i+1, ... of both in turn, from the low or the high halves. */
static bool shuf_unpack(const struct shuf *s)
{
    for (unsigned k = 0; k < 16; k++) {
        unsigned lg = k & 3, n = 1u << lg, swap = k >> 2 & 1, high = k >> 3, i = 0;

        for (; i < 16; i++) {
            unsigned unit = i / n, from = high * 8 + unit / 2 * n + i % n;

            if (s->p[i] != ((unit & 1) ^ swap) * 16 + from)
                break;
        }
        if (i == 16) {
            two(s, V1(high ? (lg == 3 ? 0x6d : 0x68 + lg) : (lg == 3 ? 0x6c : 0x60 + lg)), swap, NOIMM);
            return true;
        }
    }
    return false;
}

static bool shuf_align(const struct shuf *s)
{
    for (unsigned i = 1; i < 16; i++)
        if (s->p[i] != ((s->p[0] + i) & 31))
            return false;
    /* p[0] 1..15: from a into b; 17..31: from b into a. The instruction's first source is the upper one. */
    two(s, V3(0x0f), s->p[0] < 16, s->p[0] & 15);
    return true;
}

/* Each unit of n bytes where it was, in a or in b: a bit per unit of b's; or -1. */
static int blend_mask(const uint8_t p[16], unsigned n)
{
    uint8_t u[16];
    int m = 0;

    if (!units(p, n, u))
        return -1;
    for (unsigned i = 0; i < 16 / n; i++) {
        if (u[i] != i && u[i] != i + 16 / n)
            return -1;
        m |= u[i] != i ? 1 << i : 0;
    }
    return m;
}

static bool blend_regs(struct x86 *x, uint32_t d, uint32_t a, struct vsrc b, const uint8_t p[16])
{
    int m;

    if ((m = blend_mask(p, 4)) >= 0 && x86_has(x, HF_AVX2))
        xv_bin(x, d, V3(0x02), a, b, m);
    else if ((m = blend_mask(p, 2)) >= 0)
        xv_bin(x, d, V3(0x0e), a, b, m);
    else
        return false;
    return true;
}

static bool shuf_blend(const struct shuf *s)
{
    return blend_mask(s->p, 2) >= 0 && blend_regs(s->x, s->d, val(s, s->a), vs_ref(s->x, s->b, 16), s->p);
}

/* Two units of one, then two of the other; or three that stay and one from anywhere. */
static bool shuf_dwords(const struct shuf *s)
{
    uint8_t u[16];

    if (!units(s->p, 4, u) || any_zero(s->p))
        return false;
    if (u[0] < 4 && u[1] < 4 && u[2] >= 4 && u[3] >= 4) {
        two(s, XOP(0, 1, 0xc6), false, quad(u));
        return true;
    }
    if (u[0] >= 4 && u[1] >= 4 && u[2] < 4 && u[3] < 4) {
        two(s, XOP(0, 1, 0xc6), true, quad(u));
        return true;
    }
    for (unsigned k = 0; k < 8; k++) {
        unsigned at = k & 3, own = k >> 2, i = 0;

        while (i < 4 && (i == at ? u[i] / 4 != own : u[i] == own * 4 + i))
            i++;
        if (i < 4)
            continue;
        xv_bin(s->x, s->d, P_INSERTPS, val(s, own ? s->b : s->a), vs(val(s, own ? s->a : s->b)), (int)((u[at] & 3u) << 6 | at << 4));
        return true;
    }
    return false;
}

/* One source alone: what it gives stays in place, the rest is `rest`. */
static bool part(const struct shuf *s, unsigned which, uint8_t rest, struct shuf *out)
{
    bool stays = true;

    *out = *s;
    out->a = out->b = which ? s->b : s->a;
    out->d = 0;
    for (unsigned i = 0; i < 16; i++) {
        bool mine = s->p[i] != ZERO && s->p[i] / 16 == which;

        out->p[i] = mine ? s->p[i] & 15 : rest == ZERO ? ZERO : (uint8_t)i;
        stays &= !mine || out->p[i] == i;
    }
    return stays;
}

/* Permutes one of the sources by itself (fresh register) so that bytes lie where the result wants them. */
static uint32_t alone(struct shuf *s)
{
    s->d = vreg_new(&s->x->m, RC_VEC, 16);
    shuf_one(s);
    return s->d;
}

/* One source stays where it is: the other one is permuted, then blended into it. */
static bool shuf_stay(const struct shuf *s)
{
    struct x86 *x = s->x;
    uint8_t p[16];
    uint64_t m[2] = { 0, 0 };
    struct shuf o;
    unsigned own;
    uint32_t t;

    if (any_zero(s->p))
        return false;
    if (part(s, 0, 0, &o))
        own = 0;
    else if (part(s, 1, 0, &o))
        own = 1;
    else
        return false;
    for (unsigned i = 0; i < 16; i++) {
        bool mine = s->p[i] / 16 == own;

        p[i] = (uint8_t)(mine ? i : 16 + i);
        m[i / 8] |= mine ? UINT64_C(0xff) << (i % 8 * 8) : 0;
    }
    if (blend_mask(p, 2) < 0 && !x86_has(x, HF_AVX512))
        return false;
    part(s, !own, 0, &o);
    t = alone(&o);
    if (!blend_regs(x, s->d, val(s, own ? s->b : s->a), vs(t), p))
        xv_tern(x, s->d, E3(0x25), t, val(s, own ? s->b : s->a), vs_lit(m[0], m[1]), 0xd8);
    return true;
}

static void shuf_two(const struct shuf *s)
{
    struct shuf a, b;
    uint32_t t;

    if (shuf_unpack(s) || shuf_align(s) || shuf_blend(s) || shuf_dwords(s) || shuf_stay(s))
        return;
    part(s, 0, ZERO, &a);
    part(s, 1, ZERO, &b);
    t = alone(&a);
    xv2(s->x, s->d, P_OR, t, alone(&b));
}

static bool is_zero(struct x86 *x, ir_ref r) { return ir_is_const(x->f, r) && ir_const_val(x->f, r) == 0; }

static void select_shuf(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct shuf s = { .x = x, .d = r, .a = x86_rep(x, in->a), .b = in->b ? x86_rep(x, in->b) : x86_rep(x, in->a) };
    bool use[2] = { false, false };

    memcpy(s.p, x->f->pattern[in->c], 16);
    for (unsigned i = 0; i < 16; i++) {
        if (s.p[i] >= 32 || is_zero(x, s.p[i] < 16 ? s.a : s.b))
            s.p[i] = ZERO;
        else if (s.a == s.b)
            s.p[i] &= 15;
        if (s.p[i] != ZERO)
            use[s.p[i] / 16] = true;
    }
    if (use[0] && use[1]) {
        shuf_two(&s);
        return;
    }
    if (use[1]) {
        s.a = s.b;
        for (unsigned i = 0; i < 16; i++)
            s.p[i] &= s.p[i] == ZERO ? ZERO : 15;
    }
    if (use[0] || use[1])
        shuf_one(&s);
    else
        xv_un(x, r, XOP(0, 1, 0x28), vs(xv_zero(x)), NOIMM);
}

/* ---- lanes and general registers ---- */

/* An integer in every lane. */
static void select_dup(struct x86 *x, ir_ref r)
{
    static const uint8_t mem[] = { 0x78, 0x79, 0x58, 0x59 }, gpr[] = { 0x7a, 0x7b, 0x7c, 0x7c };
    const struct ir_insn *in = insn(x, r);
    enum ir_type t = insn(x, in->a)->type;
    unsigned lane = t == T_I8 ? VL_8 : t == T_I16 ? VL_16 : t == T_I32 ? VL_32 : VL_64;
    uint32_t w = lane == VL_64 ? XV_W : 0, v;
    struct vsrc s = vs(0);

    if (x86_has(x, HF_AVX2))
        s = vs_ref(x, in->a, 1u << lane);
    else if (lane == VL_64)
        s = vs_ref(x, in->a, 8);
    if (s.kind == VS_LOAD) {
        xv_un(x, r, x86_has(x, HF_AVX2) ? V2(mem[lane]) : XOP(0xf2, 1, 0x12), s, NOIMM);
        return;
    }
    s = vs(xval(x, in->a));
    if (x86_has(x, HF_AVX512)) {
        xv_un(x, r, E2(gpr[lane]) | w, s, NOIMM);
        x->tail->o[1].flags = 0;                /* a register, no memory */
        return;
    }
    v = xv_un(x, 0, V1(0x6e) | w, s, NOIMM);
    if (x86_has(x, HF_AVX2))
        xv_un(x, r, V2(mem[lane]), vs(v), NOIMM);
    else if (lane == VL_64)
        xv2(x, r, P_UNPCKLQ, v, v);
    else if (lane == VL_32)
        xv_un(x, r, V1(0x70), vs(v), 0);
    else
        xv_bin(x, r, P_SHUFB, v, lane == VL_8 ? vs(xv_zero(x)) : vs_dup(UINT64_C(0x0100010001000100)), NOIMM);
}

static void select_ins(struct x86 *x, ir_ref r)
{
    static const uint32_t op[] = { V3(0x20), V1(0xc4), V3(0x22), V3(0x22) | XV_W };
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    struct vsrc b = vs_ref(x, in->b, 1u << lane);

    xv_bin(x, r, op[lane], xval(x, in->a), b, in->flags >> 2);
}

/* Zeros above the lane (sel_upper_zero). */
static void select_extr(struct x86 *x, ir_ref r)
{
    static const uint32_t op[] = { V3(0x14), V3(0x15), V3(0x16), V3(0x16) | XV_W };
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK, k = in->flags >> 2;
    bool plain = k == 0 && lane >= VL_32;
    struct mi *mi = xi(x, X_VX, 2);

    mi->x = !plain ? op[lane] : lane == VL_64 ? V1(0x7e) | XV_W : V1(0x7e);
    mi->aux = (uint8_t)(VXF_STORE | (plain ? 0 : VXF_IMM) | (x86_has(x, HF_AVX) ? VXF_AVX : 0));
    x->used |= HF_SSE41;
    mi->cc = (uint8_t)k;
    xdef(x, mi, 0, r);
    xuse(x, mi, 1, in->a);
}

bool xv_select_shuf(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct vsrc a;

    switch (in->op) {
    case IR_vshuf: select_shuf(x, r); return true;
    case IR_vtbl:                               /* indices from 16 get their top bit, which makes zeros */
        a = vs_dup(UINT64_C(0x7070707070707070));
        xv_bin(x, r, P_SHUFB, xval(x, in->a), vs(xv_bin(x, 0, V1(0xdc), xval(x, in->b), a, NOIMM)), NOIMM);
        return true;
    case IR_vdup: select_dup(x, r); return true;
    case IR_vins: select_ins(x, r); return true;
    default: select_extr(x, r); return true;
    }
}
