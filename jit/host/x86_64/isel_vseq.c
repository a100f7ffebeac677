/* x86-64 selection of integer vector ops that take several instructions: narrowing, saturation, halves, distances. */
#include "jit/host/x86_64/vec.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

#define SIGN32 UINT64_C(0x8000000080000000)
#define SIGN64 (UINT64_C(1) << 63)
#define LOW16 UINT64_C(0x00ff00ff00ff00ff)
#define P_MADDWD (V1(0xf5) | XV_COMM)

static uint32_t lit(struct x86 *x, uint32_t op, uint32_t a, uint64_t v) { return xv_bin(x, 0, op, a, vs_dup(v), NOIMM); }

/* ---- narrowing ---- */

/* Lanes of twice the width, n bytes to the right, cut to `lane`, in the low half, zeros above. n: at most half of them. */
static void gather(struct x86 *x, uint32_t d, unsigned lane, unsigned n, uint32_t a)
{
    static const uint64_t p[] = { UINT64_C(0x0e0c0a0806040200), UINT64_C(0x0d0c090805040100), UINT64_C(0x0b0a090803020100) };

    xv_bin(x, d, P_SHUFB, a, vs_lit(p[lane] + n * UINT64_C(0x0101010101010101), ~UINT64_C(0)), NOIMM);
}

/* A shift by whole bytes goes along with the cut. */
static void select_xtn(struct x86 *x, ir_ref r)
{
    unsigned lane = insn(x, r)->flags & VL_MASK, n;
    ir_ref a = x86_rep(x, insn(x, r)->a);
    const struct ir_insn *in = insn(x, a);

    n = in->flags >> 2;
    if ((xv_private(x, a, IR_vshr) || xv_private(x, a, IR_vsar)) && (in->flags & VL_MASK) == lane + 1 && n % 8 == 0 &&
        n <= 8u << lane)
        gather(x, r, lane, n / 8, xval(x, in->a));
    else
        gather(x, r, lane, 0, xval(x, a));
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
    gather(x, r, VL_32, 0, a);
}

static void select_narrow(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    uint32_t a = xval(x, in->a);

    if (lane == VL_32) {
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

    switch (in->op) {
    case IR_vxtn: select_xtn(x, r); return true;
    case IR_vsqxtn: case IR_vuqxtn: case IR_vsqxtun: select_narrow(x, r); return true;
    case IR_vspaddl: case IR_vupaddl: select_paddl(x, r); return true;
    case IR_vsqadd: case IR_vuqadd: case IR_vsqsub: case IR_vuqsub: select_sat(x, r); return true;
    case IR_vsuqadd: case IR_vusqadd: select_sat_mixed(x, r); return true;
    case IR_vshadd: case IR_vuhadd: case IR_vsrhadd: case IR_vurhadd: case IR_vshsub: case IR_vuhsub:
        select_half(x, r);
        return true;
    case IR_vsabd: case IR_vuabd: select_abd(x, r); return true;
    default: return false;
    }
}
