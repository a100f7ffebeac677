/* x86-64 selection of products of integer vectors. */
#include "jit/host/x86_64/vec.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

#define LOW16 UINT64_C(0x00ff00ff00ff00ff)
#define P_MULLW (V1(0xd5) | XV_COMM)
#define P_MULHW (V1(0xe5) | XV_COMM)
#define P_MULHUW (V1(0xe4) | XV_COMM)
#define P_MULUDQ (V1(0xf4) | XV_COMM)
#define P_MULDQ (V2(0x28) | XV_COMM)
#define P_MADDWD (V1(0xf5) | XV_COMM)
#define P_HADDD V2(0x02)
#define P_SHUFD V1(0x70)
#define P_BLENDW V3(0x0e)

static uint32_t lit(struct x86 *x, uint32_t op, uint32_t a, uint64_t v) { return xv_bin(x, 0, op, a, vs_dup(v), NOIMM); }

static void mul_bytes(struct x86 *x, uint32_t d, uint32_t a, uint32_t b)
{
    uint32_t even = xv2(x, 0, P_MULLW, a, b), bh = xv_shift(x, 0, V1(0x71), 2, b, 8), odd;

    odd = xv2(x, 0, P_MULLW, xv_bin(x, 0, P_AND, a, vs_dup(~LOW16), NOIMM), bh);       /* (a's byte stays up there) */
    xv2(x, d, P_OR, lit(x, P_AND, even, LOW16), odd);
}

static void mul_quads(struct x86 *x, uint32_t d, uint32_t a, uint32_t b)
{
    uint32_t ah = xv_shift(x, 0, V1(0x73), 2, a, 32), bh = xv_shift(x, 0, V1(0x73), 2, b, 32);
    uint32_t p = xv2(x, 0, P_MULUDQ, ah, b), q = xv2(x, 0, P_MULUDQ, bh, a), low;

    p = xv_add(x, 0, VL_64, p, vs(q));
    p = xv_shift(x, 0, V1(0x73), 6, p, 32);
    low = xv2(x, 0, P_MULUDQ, a, b);
    xv_add(x, d, VL_64, low, vs(p));
}

static bool select_mul(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    uint32_t a = xval(x, in->a);

    switch (in->flags & VL_MASK) {
    case VL_8: mul_bytes(x, r, a, xval(x, in->b)); break;
    case VL_16: xv_bin(x, r, P_MULLW, a, vs_ref(x, in->b, 16), NOIMM); break;
    case VL_32: xv_bin(x, r, V2(0x40) | XV_COMM, a, vs_ref(x, in->b, 16), NOIMM); break;
    default:
        if (x86_has(x, HF_AVX512))
            xv_bin(x, r, E2(0x40) | XV_W | XV_COMM, a, vs_ref(x, in->b, 16), NOIMM);
        else
            mul_quads(x, r, a, xval(x, in->b));
    }
    return true;
}

/* Is r the upper half of a vector moved down, for this user alone? That vector, else IR_NONE. */
static ir_ref upper_half(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in;
    const uint8_t *p;

    r = x86_rep(x, r);
    in = insn(x, r);
    if (!xv_private(x, r, IR_vshuf))
        return IR_NONE;
    p = x->f->pattern[in->c];
    for (unsigned i = 0; i < 8; i++)
        if (p[i] != (p[0] & 16) + 8 + i)
            return IR_NONE;
    return p[0] & 16 ? in->b : in->a;
}

/* The low lanes of a and b multiplied into lanes of twice the width. */
static uint32_t mull(struct x86 *x, uint32_t d, unsigned lane, bool sg, ir_ref a, ir_ref b)
{
    ir_ref ha = a != b ? upper_half(x, a) : IR_NONE, hb = ha ? upper_half(x, b) : IR_NONE;
    uint32_t va, vb, t;

    if (ha && hb && lane != VL_8) {
        va = xval(x, ha);
        vb = xval(x, hb);
    } else {
        hb = IR_NONE;
        va = xval(x, a);
        vb = xval(x, b);
    }
    if (lane == VL_8) {
        va = xv_un(x, 0, V2(sg ? 0x20 : 0x30), vs(va), NOIMM);
        vb = a == b ? va : xv_un(x, 0, V2(sg ? 0x20 : 0x30), vs(vb), NOIMM);
        return xv2(x, d, P_MULLW, va, vb);
    }
    if (lane == VL_16) {
        t = xv2(x, 0, P_MULLW, va, vb);
        return xv2(x, d, hb ? V1(0x69) : V1(0x61), t, xv2(x, 0, sg ? P_MULHW : P_MULHUW, va, vb));
    }
    va = xv_un(x, 0, P_SHUFD, vs(va), hb ? 0x32 : 0x10);
    vb = a == b ? va : xv_un(x, 0, P_SHUFD, vs(vb), hb ? 0x32 : 0x10);
    return xv2(x, d, sg ? P_MULDQ : P_MULUDQ, va, vb);
}

/* a * a of the extreme, doubled, is the only result that does not fit; it shows as the extreme. */
static void fix_extreme(struct x86 *x, uint32_t d, unsigned lane, uint32_t v)
{
    xv2(x, d, P_XOR, v, xv_eq(x, 0, lane, v, vs_dup(xv_sign_bits(lane))));
}

static void select_sqdmull(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    uint32_t p = mull(x, 0, lane, true, in->a, in->b);

    fix_extreme(x, r, lane + 1, xv_add(x, 0, lane + 1, p, vs(p)));
}

/* (2ab [+ rounding]) >> width, before saturation. */
static uint32_t doubled_high(struct x86 *x, unsigned lane, bool round, uint32_t a, uint32_t b)
{
    uint32_t even, odd, t;

    if (lane == VL_16 && round)
        return xv2(x, 0, V2(0x0b) | XV_COMM, a, b);
    if (lane == VL_16) {
        t = xv2(x, 0, P_MULHW, a, b);
        t = xv_add(x, 0, VL_16, t, vs(t));
        return xv2(x, 0, P_OR, t, xv_shift(x, 0, V1(0x71), 2, xv2(x, 0, P_MULLW, a, b), 15));
    }
    even = xv2(x, 0, P_MULDQ, a, b);
    t = xv_un(x, 0, P_SHUFD, vs(a), 0xf5);
    odd = xv2(x, 0, P_MULDQ, t, a == b ? t : xv_un(x, 0, P_SHUFD, vs(b), 0xf5));
    if (round) {
        even = xv_add(x, 0, VL_64, even, vs_dup(1u << 30));
        odd = xv_add(x, 0, VL_64, odd, vs_dup(1u << 30));
    }
    even = xv_shift(x, 0, V1(0x73), 2, even, 31);
    odd = xv_add(x, 0, VL_64, odd, vs(odd));
    return xv_bin(x, 0, P_BLENDW, even, vs(odd), 0xcc);
}

static bool select_sqdmulh(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;

    if (lane != VL_16 && lane != VL_32)
        return false;
    fix_extreme(x, r, lane, doubled_high(x, lane, in->op == IR_vsqrdmulh, xval(x, in->a), xval(x, in->b)));
    return true;
}

/* ((a << width - 1) +- bc + rounding) >> width - 1 in lanes twice as wide, where nothing overflows, then saturated. */
static uint32_t mla_round(struct x86 *x, unsigned wide, bool sub, uint32_t a, uint32_t p)
{
    unsigned n = (4u << wide) - 1;

    a = sub ? xv_sub(x, 0, wide, a, vs(p)) : xv_add(x, 0, wide, a, vs(p));
    a = xv_add(x, 0, wide, a, wide == VL_32 ? vs_dup(UINT64_C(0x0000400000004000)) : vs_dup(1u << 30));
    return xv_sar(x, 0, wide, a, n);
}

static void mla_words(struct x86 *x, ir_ref r, bool sub, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t lo = xv2(x, 0, P_MULLW, b, c), hi = xv2(x, 0, P_MULHW, b, c), half[2];

    for (unsigned k = 0; k < 2; k++) {
        uint32_t p = xv2(x, 0, V1(k ? 0x69 : 0x61), lo, hi), t = xv2(x, 0, V1(k ? 0x69 : 0x61), xv_zero(x), a);

        half[k] = mla_round(x, VL_32, sub, xv_sar(x, 0, VL_32, t, 1), p);
    }
    xv2(x, r, V1(0x6b), half[0], half[1]);
}

static void mla_dwords(struct x86 *x, ir_ref r, bool sub, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t half[2];

    for (unsigned k = 0; k < 2; k++) {
        uint32_t t = k ? lit(x, P_AND, a, UINT64_C(0xffffffff00000000)) : xv_shl(x, 0, VL_64, a, 32), p;

        if (k) {
            b = xv_un(x, 0, P_SHUFD, vs(b), 0xf5);
            c = xv_un(x, 0, P_SHUFD, vs(c), 0xf5);
        }
        p = xv2(x, 0, P_MULDQ, b, c);
        t = mla_round(x, VL_64, sub, xv_sar(x, 0, VL_64, t, 1), p);
        t = xv_minmax(x, 0, MM_SMIN, VL_64, t, vs_dup(INT32_MAX));
        half[k] = xv_minmax(x, 0, MM_SMAX, VL_64, t, vs_dup((uint64_t)INT32_MIN));
    }
    xv_bin(x, r, P_BLENDW, half[0], vs(xv_shl(x, 0, VL_64, half[1], 32)), 0xcc);
}

static bool select_mla(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    bool sub = in->op == IR_vsqrdmlsh;

    if (lane == VL_16)
        mla_words(x, r, sub, xval(x, in->a), xval(x, in->b), xval(x, in->c));
    else if (lane == VL_32)
        mla_dwords(x, r, sub, xval(x, in->a), xval(x, in->b), xval(x, in->c));
    return lane == VL_16 || lane == VL_32;
}

/* Polynomial: the sum of a's multiples, where b's bit is set. Low halves, or the low bytes' whole products. */
static void mul_poly(struct x86 *x, ir_ref r, bool whole, uint32_t a, uint32_t b)
{
    unsigned lane = whole ? VL_16 : VL_8;
    uint32_t sum = 0, t;

    if (whole) {
        a = xv_un(x, 0, V2(0x30), vs(a), NOIMM);
        b = xv_un(x, 0, V2(0x30), vs(b), NOIMM);
    }
    for (unsigned i = 0; i < 8; i++) {
        uint64_t bit = (whole ? UINT64_C(0x0001000100010001) : UINT64_C(0x0101010101010101)) << i;

        t = xv_eq(x, 0, lane, lit(x, P_AND, b, bit), vs_dup(bit));
        t = xv2(x, 0, P_AND, t, a);
        sum = i ? xv2(x, i == 7 ? r : 0, P_XOR, sum, t) : t;
        if (i < 7)
            a = xv_add(x, 0, lane, a, vs(a));
    }
}

/* Four byte products summed into each dword: even and odd bytes as words, multiplied and added in pairs. */
static void select_dot(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool sg[2] = { in->op == IR_vsdot, in->op != IR_vudot };
    uint32_t even[2], odd[2], sum;

    for (unsigned k = 0; k < 2; k++) {
        uint32_t v = xval(x, k ? in->c : in->b);

        odd[k] = xv_shift(x, 0, V1(0x71), sg[k] ? 4 : 2, v, 8);
        even[k] = sg[k] ? xv_shift(x, 0, V1(0x71), 4, xv_shift(x, 0, V1(0x71), 6, v, 8), 8) : lit(x, P_AND, v, LOW16);
    }
    sum = xv2(x, 0, P_MADDWD, even[0], even[1]);
    sum = xv_add(x, 0, VL_32, sum, vs(xv2(x, 0, P_MADDWD, odd[0], odd[1])));
    xv_add(x, r, VL_32, sum, vs(xval(x, in->a)));
}

/* Each half of b with each half of c: eight products, summed. */
static void select_mmla(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool sg[2] = { in->op == IR_vsmmla, in->op != IR_vummla };
    uint32_t half[2][2], row[2];

    for (unsigned k = 0; k < 2; k++) {
        uint32_t v = xval(x, k ? in->c : in->b);

        half[k][0] = xv_un(x, 0, V2(sg[k] ? 0x20 : 0x30), vs(v), NOIMM);
        half[k][1] = xv_un(x, 0, V2(sg[k] ? 0x20 : 0x30), vs(xv_un(x, 0, P_SHUFD, vs(v), 0xee)), NOIMM);
    }
    for (unsigned i = 0; i < 2; i++) {
        uint32_t p = xv2(x, 0, P_MADDWD, half[0][i], half[1][0]);

        row[i] = xv2(x, 0, P_HADDD, p, xv2(x, 0, P_MADDWD, half[0][i], half[1][1]));
    }
    xv_add(x, r, VL_32, xv2(x, 0, P_HADDD, row[0], row[1]), vs(xval(x, in->a)));
}

bool xv_select_mul(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;

    switch (in->op) {
    case IR_vmul: return select_mul(x, r);
    case IR_vsmull: case IR_vumull: mull(x, r, lane, in->op == IR_vsmull, in->a, in->b); return true;
    case IR_vsqdmull: select_sqdmull(x, r); return true;
    case IR_vsqdmulh: case IR_vsqrdmulh: return select_sqdmulh(x, r);
    case IR_vsqrdmlah: case IR_vsqrdmlsh: return select_mla(x, r);
    case IR_vsdot: case IR_vudot: case IR_vusdot: select_dot(x, r); return true;
    case IR_vsmmla: case IR_vummla: case IR_vusmmla: select_mmla(x, r); return true;
    case IR_vpmul: mul_poly(x, r, false, xval(x, in->a), xval(x, in->b)); return true;
    case IR_vpmull:
        if (lane == VL_8)
            mul_poly(x, r, true, xval(x, in->a), xval(x, in->b));
        return lane == VL_8;
    default: return false;
    }
}
