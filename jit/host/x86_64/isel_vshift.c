/* x86-64 selection of vector shifts whose amounts are the signed low bytes of another vector's lanes: left, or (negative) right;
 * rounding, saturating. */
#include "jit/host/x86_64/vec.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

#define LOW16 UINT64_C(0x00ff00ff00ff00ff)
#define P_SHUFD V1(0x70)

/* Amounts: one for all lanes, or v's. */
struct amount { bool fixed; int n; uint32_t v; };

static uint32_t lit(struct x86 *x, uint32_t op, uint32_t a, uint64_t v) { return xv_bin(x, 0, op, a, vs_dup(v), NOIMM); }

enum { LEFT, RIGHT, ARITH };

/* By unsigned amounts, which may exceed the width. */
static uint32_t shift_var(struct x86 *x, unsigned kind, unsigned lane, uint32_t a, uint32_t n)
{
    static const uint8_t op[] = { 0x47, 0x45, 0x46 }, word[] = { 0x12, 0x10, 0x11 };
    uint32_t w = lane == VL_64 ? XV_W : 0, sign, t;

    if (lane == VL_16)
        return xv2(x, 0, E2(word[kind]) | XV_W, a, n);
    if (kind != ARITH || !w)
        return xv2(x, 0, V2(op[kind]) | w, a, n);
    if (x86_has(x, HF_AVX512))
        return xv2(x, 0, E2(op[kind]) | w, a, n);
    n = xv_minmax(x, 0, MM_UMIN, VL_32, n, vs_dup(63));
    sign = xv2(x, 0, V2(op[RIGHT]) | w, xv_load(x, xv_sign_bits(lane), xv_sign_bits(lane)), n);
    t = xv2(x, 0, V2(op[RIGHT]) | w, a, n);
    return xv_sub(x, 0, lane, xv2(x, 0, P_XOR, t, sign), vs(sign));
}

/* Left by b & 255, right by -b & 255; only one of them is below 128, the other one gives 0. The arithmetic one never does:
 * chosen by b's sign. */
static uint32_t shift_lanes(struct x86 *x, uint32_t d, bool sg, unsigned lane, uint32_t a, uint32_t b)
{
    static const uint64_t low[] = { 0, LOW16, UINT64_C(0x000000ff000000ff), 0xff };
    unsigned w = 8u << lane;
    uint32_t left = lit(x, P_AND, b, low[lane]), right, neg;

    right = lit(x, P_AND, xv_sub(x, 0, lane, xv_zero(x), vs(b)), low[lane]);
    left = shift_var(x, LEFT, lane, a, left);
    right = shift_var(x, sg ? ARITH : RIGHT, lane, a, right);
    if (!sg)
        return xv2(x, d, P_OR, left, right);
    neg = xv_sar(x, 0, lane, xv_shl(x, 0, lane, b, w - 8), w - 1);
    return xv_bsl(x, d, neg, right, vs(left));
}

static uint32_t upper(struct x86 *x, unsigned half, uint32_t a) { return half ? xv_un(x, 0, P_SHUFD, vs(a), 0xee) : a; }

/* Words as doublewords, both halves apart. */
static uint32_t shift_words(struct x86 *x, uint32_t d, bool sg, uint32_t a, uint32_t b)
{
    uint32_t half[2];

    for (unsigned k = 0; k < 2; k++) {
        uint32_t v = xv_un(x, 0, V2(sg ? 0x23 : 0x33), vs(upper(x, k, a)), NOIMM);
        uint32_t n = xv_un(x, 0, V2(0x33), vs(upper(x, k, b)), NOIMM);

        half[k] = lit(x, P_AND, shift_lanes(x, 0, sg, VL_32, v, n), UINT64_C(0x0000ffff0000ffff));
    }
    return xv2(x, d, V2(0x2b), half[0], half[1]);
}

/* Bytes by n are the upper bytes of words times 2^(8 + n), modulo 2^16; n from -8 to 7, else the product is 0. */
static uint32_t shift_bytes(struct x86 *x, uint32_t d, bool sg, uint32_t a, uint32_t b)
{
    const uint64_t power = UINT64_C(0x8040201008040201);
    uint32_t factor[2], half[2];

    if (sg)
        b = xv_minmax(x, 0, MM_SMAX, VL_8, b, vs_dup(UINT64_C(0xf8f8f8f8f8f8f8f8)));
    b = xv_add(x, 0, VL_8, b, vs_dup(UINT64_C(0x0808080808080808)));
    b = lit(x, V1(0xdc), b, UINT64_C(0x7070707070707070));              /* indices from 16 yield 0 */
    factor[0] = xv2(x, 0, P_SHUFB, xv_load(x, power, 0), b);
    factor[1] = xv2(x, 0, P_SHUFB, xv_load(x, 0, power), b);
    for (unsigned k = 0; k < 2; k++) {
        uint32_t f = xv2(x, 0, V1(k ? 0x68 : 0x60), factor[0], factor[1]);
        uint32_t v = xv_un(x, 0, V2(sg ? 0x20 : 0x30), vs(upper(x, k, a)), NOIMM);

        half[k] = xv_shift(x, 0, V1(0x71), 2, xv2(x, 0, V1(0xd5) | XV_COMM, v, f), 8);
    }
    return xv2(x, d, V1(0x67), half[0], half[1]);
}

static uint32_t moved(struct x86 *x, uint32_t d, uint32_t v) { return d ? xv_un(x, d, XOP(0, 1, 0x28), vs(v), NOIMM) : v; }

static uint32_t shift_by(struct x86 *x, uint32_t d, bool sg, unsigned lane, uint32_t a, struct amount b)
{
    int w = 8 << lane;

    if (!b.fixed)
        return lane == VL_8 ? shift_bytes(x, d, sg, a, b.v)
             : lane == VL_16 && !x86_has(x, HF_AVX512) ? shift_words(x, d, sg, a, b.v) : shift_lanes(x, d, sg, lane, a, b.v);
    if (b.n == 0)
        return moved(x, d, a);
    if (sg && b.n < 0)
        return xv_sar(x, d, lane, a, (unsigned)(b.n > -w ? -b.n : w - 1));
    if (b.n >= w || b.n <= -w)
        return moved(x, d, xv_zero(x));
    return b.n > 0 ? xv_shl(x, d, lane, a, (unsigned)b.n) : xv_shr(x, d, lane, a, (unsigned)-b.n);
}

/* To the right, the last bit that went out is added. */
static uint32_t round_by(struct x86 *x, uint32_t d, bool sg, unsigned lane, uint32_t a, struct amount b)
{
    static const uint64_t one[] = { UINT64_C(0x0101010101010101), UINT64_C(0x0001000100010001), UINT64_C(0x0000000100000001), 1 };
    unsigned w = 8u << lane;
    struct amount less = { b.fixed, b.n + 1, 0 };
    uint32_t t, neg, s;

    if (b.fixed && b.n >= 0)
        return shift_by(x, d, sg, lane, a, b);
    s = shift_by(x, 0, sg, lane, a, b);
    if (b.fixed) {
        t = lit(x, P_AND, shift_by(x, 0, sg, lane, a, less), one[lane]);
    } else {
        less.v = xv_add(x, 0, lane, b.v, vs_dup(one[lane]));
        t = shift_by(x, 0, sg, lane, a, less);
        neg = xv_shr(x, 0, lane, w > 8 ? xv_shl(x, 0, lane, b.v, w - 8) : b.v, w - 1);
        t = xv2(x, 0, P_AND, t, neg);
    }
    return xv_add(x, d, lane, s, vs(t));
}

/* To the left, what does not come back is out of range. */
static void saturate(struct x86 *x, ir_ref r, bool sg, unsigned lane, uint32_t a, struct amount b, uint32_t s)
{
    unsigned w = 8u << lane;
    struct amount back = { b.fixed, -b.n, 0 };
    uint32_t same, limit, over;

    if (!b.fixed)
        back.v = xv_sub(x, 0, lane, xv_zero(x), vs(b.v));
    same = xv_eq(x, 0, lane, shift_by(x, 0, sg, lane, s, back), vs(a));
    if (b.fixed) {
        over = xv_not(x, 0, same);
    } else {
        over = xv_gts(x, 0, lane, w > 8 ? xv_shl(x, 0, lane, b.v, w - 8) : b.v, vs(xv_zero(x)));
        over = xv2(x, 0, P_ANDN, same, over);
    }
    if (!sg) {
        xv2(x, r, P_OR, s, over);
        return;
    }
    limit = lit(x, P_XOR, xv_sar(x, 0, lane, a, w - 1), ~xv_sign_bits(lane));
    xv_bsl(x, r, over, limit, vs(s));
}

/* The same amount in every lane? Only low bytes count. */
static bool fixed_amount(struct x86 *x, ir_ref b, unsigned lane, int *n)
{
    uint64_t v;

    if (!ir_is_const(x->f, b))
        return false;
    v = ir_const_val(x->f, b);
    for (unsigned i = 0; i < 8; i += 1u << lane)
        if ((uint8_t)(v >> (8 * i)) != (uint8_t)v)
            return false;
    *n = (int8_t)v;
    return true;
}

bool xv_select_shift(struct x86 *x, ir_ref r)
{
    enum { SATURATE = 1, ROUND = 2 };
    static const struct { uint16_t op; uint8_t sg, how; } row[] = { { IR_vsshl, 1, 0 }, { IR_vushl, 0, 0 }, { IR_vsrshl, 1, ROUND },
        { IR_vurshl, 0, ROUND }, { IR_vsqshl, 1, SATURATE }, { IR_vuqshl, 0, SATURATE }, { IR_vsqrshl, 1, SATURATE | ROUND },
        { IR_vuqrshl, 0, SATURATE | ROUND } };
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK, k = 0;
    struct amount b = { .fixed = false };
    uint32_t a, s;

    while (k < ARRAY_LEN(row) && row[k].op != in->op)
        k++;
    if (k == ARRAY_LEN(row))
        return false;
    b.fixed = fixed_amount(x, in->b, lane, &b.n);
    if (!b.fixed && lane != VL_8 && !x86_has(x, HF_AVX2))
        return false;
    a = xval(x, in->a);
    b.v = b.fixed ? 0 : xval(x, in->b);
    bool sat = (row[k].how & SATURATE) && !(b.fixed && b.n <= 0), sg = row[k].sg;
    s = (row[k].how & ROUND) ? round_by(x, sat ? 0 : r, sg, lane, a, b) : shift_by(x, sat ? 0 : r, sg, lane, a, b);
    if (sat)
        saturate(x, r, sg, lane, a, b, s);
    return true;
}
