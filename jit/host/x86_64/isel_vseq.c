/* x86-64 selection of integer vector ops that take several instructions: products, narrowing, saturation, halves, distances. */
#include "jit/host/x86_64/vec.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

#define SIGN32 UINT64_C(0x8000000080000000)
#define SIGN64 (UINT64_C(1) << 63)
#define LOW16 UINT64_C(0x00ff00ff00ff00ff)
#define P_MULLW (V1(0xd5) | XV_COMM)
#define P_MULHW (V1(0xe5) | XV_COMM)
#define P_MULHUW (V1(0xe4) | XV_COMM)
#define P_MULUDQ (V1(0xf4) | XV_COMM)
#define P_MULDQ (V2(0x28) | XV_COMM)
#define P_MADDWD (V1(0xf5) | XV_COMM)
#define P_SHUFD V1(0x70)
#define P_BLENDW V3(0x0e)

static uint32_t lit(struct x86 *x, uint32_t op, uint32_t a, uint64_t v) { return xv_bin(x, 0, op, a, vs_dup(v), NOIMM); }

/* ---- products ---- */

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
    if (in->op != IR_vshuf || x->need[r] || x->allotted[r] != 1 || x->inblk[r] != x->blk)
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

/* ---- narrowing ---- */

/* Every second unit of `lane` moved into the low half, zeros above. */
static void gather_even(struct x86 *x, uint32_t d, unsigned lane, uint32_t a)
{
    static const uint64_t p[] = { UINT64_C(0x0e0c0a0806040200), UINT64_C(0x0d0c090805040100), UINT64_C(0x0b0a090803020100) };

    xv_bin(x, d, P_SHUFB, a, vs_lit(p[lane], ~UINT64_C(0)), NOIMM);
}

/* Doublewords into words: by the instructions for it, or clamped first. */
static void narrow_quads(struct x86 *x, ir_ref r, uint32_t a)
{
    unsigned op = insn(x, r)->op;
    struct mi *mi;

    if (op == IR_vsqxtun)
        a = xv_minmax(x, 0, MM_SMAX, VL_64, a, vs(xv_zero(x)));
    if (x86_has(x, HF_AVX512)) {
        mi = xi(x, X_VX, 2);
        mi->x = XOP(0xf3, 2, op == IR_vsqxtn ? 0x25 : 0x15) | XV_EVEX;
        mi->aux = VXF_STORE | VXF_AVX;
        xdef(x, mi, 0, r);
        xusev(mi, 1, a, NOREG);
        return;
    }
    if (op == IR_vsqxtn) {
        a = xv_minmax(x, 0, MM_SMIN, VL_64, a, vs_dup(INT32_MAX));
        a = xv_minmax(x, 0, MM_SMAX, VL_64, a, vs_dup((uint64_t)INT32_MIN));
    } else {
        a = xv_minmax(x, 0, op == IR_vuqxtn ? MM_UMIN : MM_SMIN, VL_64, a, vs_dup(UINT32_MAX));
    }
    gather_even(x, r, VL_32, a);
}

static void select_narrow(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    uint32_t a = xval(x, in->a);

    if (in->op == IR_vxtn) {
        gather_even(x, r, lane, a);
    } else if (lane == VL_32) {
        narrow_quads(x, r, a);
    } else if (in->op == IR_vsqxtn) {
        xv2(x, r, lane == VL_8 ? V1(0x63) : V1(0x6b), a, xv_zero(x));
    } else {
        if (in->op == IR_vuqxtn)
            a = xv_minmax(x, 0, MM_UMIN, lane + 1, a, vs_dup(lane == VL_8 ? LOW16 : UINT64_C(0x0000ffff0000ffff)));
        xv2(x, r, lane == VL_8 ? V1(0x67) : V2(0x2b), a, xv_zero(x));
    }
}

/* Neighbours added into lanes of twice the width. */
static void select_paddl(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool sg = in->op == IR_vspaddl;
    unsigned lane = in->flags & VL_MASK;
    uint32_t a = xval(x, in->a), t;

    if (lane == VL_8 && sg) {
        xv2(x, r, V2(0x04), xv_load(x, UINT64_C(0x0101010101010101), UINT64_C(0x0101010101010101)), a);
    } else if (lane == VL_8) {
        xv_bin(x, r, V2(0x04), a, vs_dup(UINT64_C(0x0101010101010101)), NOIMM);
    } else if (lane == VL_16 && sg) {
        xv_bin(x, r, P_MADDWD, a, vs_dup(UINT64_C(0x0001000100010001)), NOIMM);
    } else if (lane == VL_16) {
        t = lit(x, P_AND, a, UINT64_C(0x0000ffff0000ffff));
        xv_add(x, r, VL_32, xv_shift(x, 0, V1(0x72), 2, a, 16), vs(t));
    } else if (sg && x86_has(x, HF_AVX512)) {
        t = xv_sar(x, 0, VL_64, xv_shift(x, 0, V1(0x73), 6, a, 32), 32);
        xv_add(x, r, VL_64, xv_sar(x, 0, VL_64, a, 32), vs(t));
    } else {                                    /* signed: with both moved up by 2^31, 2^32 in all */
        if (sg)
            a = lit(x, P_XOR, a, SIGN32);
        t = lit(x, P_AND, a, UINT32_MAX);
        t = xv_add(x, sg ? 0 : r, VL_64, xv_shift(x, 0, V1(0x73), 2, a, 32), vs(t));
        if (sg)
            xv_sub(x, r, VL_64, t, vs_dup(UINT64_C(1) << 32));
    }
}

/* ---- saturation ---- */

/* Lanes of 32 and 64 bits. Unsigned: a sum below an operand, or a difference of a smaller one. Signed: by the signs. */
static void select_sat(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK, w = 8u << lane;
    bool sub = in->op == IR_vsqsub || in->op == IR_vuqsub;
    uint32_t a = xval(x, in->a), b = xval(x, in->b), s, t;

    if (in->op == IR_vuqadd && lane == VL_32) {
        xv_add(x, r, lane, xv_minmax(x, 0, MM_UMIN, lane, a, vs(xv_not(x, 0, b))), vs(b));
        return;
    }
    if (in->op == IR_vuqsub && lane == VL_32) {
        xv_sub(x, r, lane, xv_minmax(x, 0, MM_UMAX, lane, a, vs(b)), vs(b));
        return;
    }
    s = sub ? xv_sub(x, 0, lane, a, vs(b)) : xv_add(x, 0, lane, a, vs(b));
    if (in->op == IR_vuqadd) {
        xv2(x, r, P_OR, xv_gtu(x, 0, lane, a, s), s);
        return;
    }
    if (in->op == IR_vuqsub) {
        xv2(x, r, P_ANDN, xv_gtu(x, 0, lane, b, a), s);
        return;
    }
    t = sub ? xv2(x, 0, P_XOR, a, b) : xv2(x, 0, P_XOR, b, s);
    t = xv2(x, 0, P_AND, xv2(x, 0, P_XOR, a, s), t);
    t = xv_sar(x, 0, lane, t, w - 1);           /* overflow */
    a = xv_sar(x, 0, lane, a, w - 1);           /* then: the extreme of a's sign */
    xv_bsl(x, r, t, lit(x, P_XOR, a, ~xv_sign_bits(lane)), vs(s));
}

/* A signed and an unsigned addend: the signed one tells which bound matters.
 * suqadd: unsigned add of a biased by the sign bit, with the upper bound alone; usqadd: up or down. */
static void select_sat_mixed(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    uint32_t a = xval(x, in->a), b = xval(x, in->b), s, over, neg;

    if (in->op == IR_vsuqadd) {
        a = lit(x, P_XOR, a, xv_sign_bits(lane));
        if (lane <= VL_16) {
            xv_bin(x, r, P_XOR, xv2(x, 0, V1(0xdc + lane) | XV_COMM, a, b), vs_dup(xv_sign_bits(lane)), NOIMM);
            return;
        }
        s = xv_add(x, 0, lane, a, vs(b));
        over = xv_gtu(x, 0, lane, a, s);
        xv_bin(x, r, P_XOR, xv2(x, 0, P_OR, over, s), vs_dup(xv_sign_bits(lane)), NOIMM);
        return;
    }
    s = xv_add(x, 0, lane, a, vs(b));
    neg = xv_sar(x, 0, lane, b, (8u << lane) - 1);
    over = xv_gtu(x, 0, lane, a, s);            /* b >= 0: carried; b < 0: carried unless it went below 0 */
    s = xv2(x, 0, P_OR, xv2(x, 0, P_ANDN, neg, over), s);
    over = xv2(x, 0, P_ANDN, over, neg);
    xv2(x, r, P_ANDN, over, s);
}

/* ---- halves and distances ---- */

static uint32_t half_diff(struct x86 *x, bool sg, unsigned lane, uint32_t a, uint32_t b)
{
    uint32_t t = xv2(x, 0, P_XOR, a, b);

    return sg ? xv_sar(x, 0, lane, t, 1) : xv_shr(x, 0, lane, t, 1);
}

/* a + b = 2(a & b) + (a ^ b) = 2(a | b) - (a ^ b);  a - b = (a ^ b) - 2(~a & b). */
static void select_half(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    bool sg = in->op == IR_vshadd || in->op == IR_vsrhadd || in->op == IR_vshsub;
    uint32_t a = xval(x, in->a), b = xval(x, in->b), t;

    if (in->op == IR_vurhadd && lane <= VL_16) {
        xv2(x, r, (lane == VL_8 ? V1(0xe0) : V1(0xe3)) | XV_COMM, a, b);
        return;
    }
    t = half_diff(x, sg, lane, a, b);
    if (in->op == IR_vshadd || in->op == IR_vuhadd)
        xv_add(x, r, lane, xv2(x, 0, P_AND, a, b), vs(t));
    else if (in->op == IR_vsrhadd || in->op == IR_vurhadd)
        xv_sub(x, r, lane, xv2(x, 0, P_OR, a, b), vs(t));
    else
        xv_sub(x, r, lane, t, vs(xv2(x, 0, P_ANDN, a, b)));
}

static void select_abd(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK, sg = in->op == IR_vsabd;
    uint32_t a = xval(x, in->a), b = xval(x, in->b), t;

    if (!sg && lane <= VL_16) {
        t = xv_bin(x, 0, V1(0xd8 + lane), a, vs(b), NOIMM);
        xv2(x, r, P_OR, t, xv_bin(x, 0, V1(0xd8 + lane), b, vs(a), NOIMM));
        return;
    }
    t = xv_minmax(x, 0, sg ? MM_SMAX : MM_UMAX, lane, a, vs(b));
    xv_sub(x, r, lane, t, vs(xv_minmax(x, 0, sg ? MM_SMIN : MM_UMIN, lane, a, vs(b))));
}

bool xv_select_seq(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;

    switch (in->op) {
    case IR_vmul: return select_mul(x, r);
    case IR_vsmull: case IR_vumull: mull(x, r, lane, in->op == IR_vsmull, in->a, in->b); return true;
    case IR_vsqdmull: select_sqdmull(x, r); return true;
    case IR_vsqdmulh: case IR_vsqrdmulh: return select_sqdmulh(x, r);
    case IR_vsdot: case IR_vudot: case IR_vusdot: select_dot(x, r); return true;
    case IR_vxtn: case IR_vsqxtn: case IR_vuqxtn: case IR_vsqxtun: select_narrow(x, r); return true;
    case IR_vspaddl: case IR_vupaddl: select_paddl(x, r); return true;
    case IR_vsqadd: case IR_vuqadd: case IR_vsqsub: case IR_vuqsub: select_sat(x, r); return true;
    case IR_vsuqadd: case IR_vusqadd: select_sat_mixed(x, r); return true;
    case IR_vshadd: case IR_vuhadd: case IR_vsrhadd: case IR_vurhadd: case IR_vshsub: case IR_vuhsub: select_half(x, r); return true;
    case IR_vsabd: case IR_vuabd: select_abd(x, r); return true;
    default: return false;
    }
}
