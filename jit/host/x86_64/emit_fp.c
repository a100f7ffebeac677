/* x86-64 emission of floating point, and its cold paths. */
#include "jit/host/x86_64/emit.h"

#define SIGN64 (UINT64_C(1) << 63)
#define CANON64 UINT64_C(0x7ff8000000000000)
#define CANON32 UINT64_C(0x7fc00000)
#define BOX UINT64_C(0xffffffff00000000)

static unsigned scalar_prefix(unsigned sz) { return sz == 4 ? 0xf3 : 0xf2; }

static uint32_t movaps(void) { return XOP(0, 1, 0x28); }

/* ucomis a, b: quiet NaNs raise nothing */
static void ucomis(struct x86 *x, unsigned sz, unsigned a, unsigned b) { x_rr(&x->b, XOP(sz == 8 ? 0x66 : 0, 1, 0x2e), 4, a, b); }

static void load_canon(struct x86 *x, unsigned sz, unsigned d)
{
    x86_lit1(x, XOP(0xf3, 1, 0x7e), d, sz == 8 ? CANON64 : CANON32);
}

static void emit_bin(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg;
    uint32_t op = XOP(scalar_prefix(in->sz), 1, in->cc);
    bool guest = in->nop == 5, mem = guest || (in->o[2].flags & MOPF_MEM);

    if (!in->aux) {                             /* two-address SSE */
        if (guest)
            x86_guest_mem(x, op, 4, d, in, 0);
        else if (mem)
            x_rm(&x->b, op, 4, d, x86_place(x, &in->o[2]));
        else
            x_rr(&x->b, op, 4, d, in->o[2].reg);
    } else if (!mem) {
        x_vrr(&x->b, op, 0, 0, d, a, in->o[2].reg);
    } else if (!guest) {
        x_vrm(&x->b, op, 0, 0, d, a, x86_place(x, &in->o[2]));
    } else {
        const struct mop *base = &in->o[3], *index = &in->o[4];
        struct xmem m = { base->kind ? base->reg : XNONE, index->kind ? index->reg : XNONE, in->scale, in->disp };

        if (in->y == MEM_RIP)
            m = (struct xmem){ XRIP, XNONE, 0, 0 };
        uint32_t at = x_vrm(&x->b, op, 0, 0, d, a, m);
        if (in->y == MEM_RIP)
            x86_reloc(x, REL_GUEST, at, in->gpc, 0);
    }
}

static void emit_sign(struct x86 *x, const struct mi *in)
{
    uint64_t sign = in->sz == 8 ? SIGN64 : SIGN64 >> 32, mask[2] = { in->cc == 0x57 ? sign : ~sign, 0 };
    uint64_t keep[2] = { ~sign, 0 }, take[2] = { sign, 0 };
    unsigned d = in->o[0].reg, t = x86_target.scratch_vec;

    if (in->op == X_FSIGN) {
        x86_lit(x, XOP(0, 1, in->cc), d, mask, 2);
        return;
    }
    x86_lit(x, movaps(), t, take, 2);
    x_rr(&x->b, XOP(0, 1, 0x54), 4, t, in->o[2].reg);
    x86_lit(x, movaps(), d, keep, 2);
    x_rr(&x->b, XOP(0, 1, 0x54), 4, d, in->o[1].reg);
    x_rr(&x->b, XOP(0, 1, 0x56), 4, d, t);
}

/* t = the bits of v; cmp t, limit, unsigned. Flags of the FP environment stay. */
static void compare_bits(struct x86 *x, unsigned sz, unsigned t, unsigned v, bool twice, uint64_t limit)
{
    x_rr(&x->b, XOP(0x66, 1, 0x7e), sz, v, t);
    if (twice)                                  /* without its sign */
        x_rr(&x->b, XOP(0, 0, 0x01), sz, t, t);
    if (sz == 8)
        x86_lit1(x, XOP(0, 0, 0x3b), t, limit);
    else
        x_alu_ri(&x->b, ALU_CMP, 4, t, (int32_t)(uint32_t)limit);
}

/* Jumps when v is a NaN, which may be a signalling one. */
static uint32_t jump_nan(struct x86 *x, unsigned sz, unsigned t, unsigned v)
{
    compare_bits(x, sz, t, v, true, sz == 8 ? UINT64_C(0xffe) << 52 : 0xff000000);
    return x_jcc(&x->b, CC_A);
}

static void emit_canon(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;
    struct xcold *c;
    uint32_t jump;

    if (in->aux) {
        jump = jump_nan(x, in->sz, in->o[2].reg, d);
    } else {
        ucomis(x, in->sz, d, d);
        jump = x_jcc(&x->b, CC_P);
    }
    c = x86_cold(x, COLD_CANON, in, jump);
    c->back = x->b.n;
}

/* A silent compare looks at operands that may be signalling NaNs (bit k of aux: operand k) as integers first. */
static void emit_fcmp(struct x86 *x, const struct mi *in)
{
    struct xcold *c = NULL;

    for (unsigned k = 0; k < 2 && in->aux; k++) {
        uint32_t jump;

        if (!(in->aux >> k & 1))
            continue;
        jump = jump_nan(x, in->sz, in->o[2].reg, in->o[k].reg);
        if (c)
            c->enter[1] = jump;
        else
            c = x86_cold(x, COLD_FCMP, in, jump);
    }
    x_rr(&x->b, XOP(in->sz == 8 ? 0x66 : 0, 1, in->cc), 4, in->o[0].reg, in->o[1].reg);
    if (c)
        c->back = x->b.n;
}

static void emit_unbox(struct x86 *x, const struct mi *in)
{
    uint64_t mask[2] = { BOX, 0 };
    struct xcold *c;

    /* ptest sets carry when every mask bit is set in the register */
    x86_lit(x, XOP(0x66, 2, 0x17), in->o[0].reg, mask, 2);
    x->used |= HF_SSE41;
    c = x86_cold(x, COLD_UNBOX, in, x_jcc(&x->b, CC_AE));
    c->back = x->b.n;
}

/* The operand of a conversion to an integer: rounded in the scratch register where the op names a mode; silently where something out
 * of range may have a fraction, since that is invalid but not inexact. */
static unsigned rounded(struct x86 *x, const struct mi *in, bool silent)
{
    unsigned t = x86_target.scratch_vec;

    if (!in->scale)
        return in->o[1].reg;
    x->used |= HF_SSE41;
    x_rr(&x->b, XOP(0x66, 3, 0x0a + (in->aux == 8)), 4, t, in->o[1].reg);
    x_byte(&x->b, (in->scale - 1u) | (silent ? 8 : 0));
    return t;
}

/* cvt(t)s[sd]2si gives MIN for everything out of range; only then is there more to decide. */
static void emit_f2i(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, late = in->scale && in->sz == 4 && in->aux == 8;
    struct xcold *c;

    x_rr(&x->b, XOP(scalar_prefix(in->aux), 1, in->cc), in->sz, d, rounded(x, in, late));
    x_alu_ri(&x->b, ALU_CMP, in->sz, d, 1);
    c = x86_cold(x, in->x ? COLD_SLOW : COLD_F2I, in, x_jcc(&x->b, CC_O));
    if (late)
        rounded(x, in, false);
    c->back = x->b.n;
}

/* Numbers from 0 up to the largest one that is surely in range (and in that of a signed conversion) go the signed way; as
 * integers, all others are above that. */
static void emit_f2u(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;
    struct xcold *c;
    uint64_t limit = in->sz == 8 ? (in->aux == 8 ? UINT64_C(0x43dfffffffffffff) : 0x5effffff)
                                 : (in->aux == 8 ? UINT64_C(0x41efffffffe00000) : 0x4f7fffff);

    compare_bits(x, in->aux, d, in->o[1].reg, false, limit);
    c = x86_cold(x, in->x ? COLD_SLOW : COLD_F2U, in, x_jcc(&x->b, CC_A));
    x_rr(&x->b, XOP(scalar_prefix(in->aux), 1, in->cc), 8, d, rounded(x, in, false));
    c->back = x->b.n;
}

static void emit_u2f(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg;
    struct xcold *c;

    x_rr(&x->b, XOP(0, 0, 0x85), 8, a, a);
    c = x86_cold(x, COLD_U2F, in, x_jcc(&x->b, CC_S));
    x_rr(&x->b, XOP(0, 1, 0x57), 4, d, d);
    x_rr(&x->b, XOP(scalar_prefix(in->aux), 1, 0x2a), 8, d, a);
    c->back = x->b.n;
}

static void emit_i2f(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;

    x_rr(&x->b, XOP(0, 1, 0x57), 4, d, d);      /* the conversion merges into d: no false dependency */
    x_rr(&x->b, XOP(scalar_prefix(in->aux), 1, 0x2a), in->sz, d, in->o[1].reg);
}

static void emit_minmax(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg, b = in->o[2].reg;
    struct xcold *c;
    uint32_t ne, done;

    ucomis(x, in->sz, a, b);
    c = x86_cold(x, in->x ? COLD_SLOW : COLD_FMINMAX, in, x_jcc(&x->b, CC_P));
    x_rr(&x->b, movaps(), 4, d, a);
    ne = x_jcc(&x->b, CC_NE);
    x_rr(&x->b, XOP(0, 1, in->cc ? 0x54 : 0x56), 4, d, b);      /* equal: or of signs for min, and for max */
    done = x_jmp(&x->b);
    x_patch32(&x->b, ne, (int32_t)(x->b.n - (ne + 4)));
    x_rr(&x->b, XOP(scalar_prefix(in->sz), 1, in->cc ? 0x5f : 0x5d), 4, d, b);
    x_patch32(&x->b, done, (int32_t)(x->b.n - (done + 4)));
    c->back = x->b.n;
}

/* MXCSR bits 0..5 are IE DE ZE OE UE PE; FPF_* are NX UF OF DZ NV. */
static void flag_tables(uint8_t to_fpf[64], uint8_t to_mxcsr[64])
{
    for (unsigned i = 0; i < 64; i++) {
        to_fpf[i] = (uint8_t)((i & 1 ? FPF_NV : 0) | (i & 4 ? FPF_DZ : 0) | (i & 8 ? FPF_OF : 0) | (i & 16 ? FPF_UF : 0) |
                              (i & 32 ? FPF_NX : 0));
        to_mxcsr[i] = (uint8_t)((i & FPF_NV ? 1 : 0) | (i & FPF_DZ ? 4 : 0) | (i & FPF_OF ? 8 : 0) | (i & FPF_UF ? 16 : 0) |
                                (i & FPF_NX ? 32 : 0));
    }
}

static void emit_env(struct x86 *x, const struct mi *in)
{
    union { uint8_t b[64]; uint64_t w[8]; } fpf, mx;
    unsigned d = in->o[0].reg, t = in->o[1].reg;
    const uint32_t lea = XOP(0, 0, 0x8d);

    flag_tables(fpf.b, mx.b);
    x_rm(&x->b, XOP(0, 1, 0xae), 4, 3, VCPU_FIELD(guest_fpcr));             /* stmxcsr */
    if (in->op == X_FPGET) {
        x_rm(&x->b, XOP(0, 0, 0x8b), 4, d, VCPU_FIELD(guest_fpcr));
        x_alu_ri(&x->b, ALU_AND, 4, d, 0x3f);
        x86_lit(x, lea, t, fpf.w, 8);
        x_rm(&x->b, XOP(0, 1, 0xb6), 4, d, (struct xmem){ (uint8_t)t, (uint8_t)d, 0, 0 });
        return;
    }
    x_alu_mi(&x->b, ALU_AND, 4, VCPU_FIELD(guest_fpcr), ~0x3f);
    x86_lit(x, lea, t, mx.w, 8);
    unsigned idx = t == RAX ? RCX : RAX, keep = x86_target.scratch_vec;     /* one more scratch, wherever d and t are */
    x_rr(&x->b, XOP(0x66, 1, 0x6e), 8, keep, idx);
    x_mov_rr(&x->b, 4, idx, d);
    x_alu_ri(&x->b, ALU_AND, 4, idx, 31);
    x_rm(&x->b, XOP(0, 1, 0xb6), 4, idx, (struct xmem){ (uint8_t)t, (uint8_t)idx, 0, 0 });
    x_rm(&x->b, XOP(0, 0, 0x09), 4, idx, VCPU_FIELD(guest_fpcr));           /* or [mem], idx */
    x_rr(&x->b, XOP(0x66, 1, 0x7e), 8, keep, idx);
    x_rm(&x->b, XOP(0, 1, 0xae), 4, 2, VCPU_FIELD(guest_fpcr));             /* ldmxcsr */
}

static void emit_fsel(struct x86 *x, const struct mi *in)
{
    uint32_t over = x_jcc(&x->b, in->cc ^ 1u);

    x_rr(&x->b, movaps(), 4, in->o[0].reg, in->o[2].reg);
    x_patch32(&x->b, over, (int32_t)(x->b.n - (over + 4)));
}

/* Infinity times zero plus a quiet NaN is invalid for RISC-V and ARM, not for x86: looked at when the result is a NaN. */
static void emit_fma(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;
    struct xcold *c;

    x_vrr(&x->b, XOP(0x66, 2, in->cc + 1u), in->sz == 8, 0, d, in->o[2].reg, in->o[3].reg);
    ucomis(x, in->sz, d, d);
    c = x86_cold(x, COLD_FMA, in, x_jcc(&x->b, CC_P));
    c->back = x->b.n;
}

/* Zeros above the low 2, 4 or 8 bytes. */
static void emit_vzext(struct x86 *x, const struct mi *in)
{
    static const uint64_t low[2] = { 0xffff, 0 };
    unsigned d = in->o[0].reg, s = in->o[1].reg;

    if (in->sz == 8) {
        x_rr(&x->b, XOP(0xf3, 1, 0x7e), 4, d, s);
    } else if (in->sz == 4) {
        x->used |= HF_SSE41;
        x_rr(&x->b, XOP(0x66, 3, 0x21), 4, d, s);               /* insertps: element 0, zeros in the others */
        x_byte(&x->b, 0x0e);
    } else {
        if (d != s)
            x_rr(&x->b, movaps(), 4, d, s);
        x86_lit(x, XOP(0, 1, 0x54), d, low, 2);
    }
}

bool x86_emit_fp(struct x86 *x, struct mi *in)
{
    static const uint64_t box[2] = { BOX, 0 };
    unsigned d = in->nop ? in->o[0].reg : 0, sz = in->sz;

    switch (in->op) {
    case X_FBIN: emit_bin(x, in); return true;
    case X_FSQRT: x_rr(&x->b, XOP(scalar_prefix(sz), 1, 0x51), 4, d, in->o[1].reg); return true;
    case X_FMA: emit_fma(x, in); return true;
    case X_FCMP: emit_fcmp(x, in); return true;
    case X_FSIGN: case X_FCPSGN: emit_sign(x, in); return true;
    case X_FCANON: emit_canon(x, in); return true;
    case X_NBOX: x86_lit(x, XOP(0, 1, 0x56), d, box, 2); return true;
    case X_NUNBOX: emit_unbox(x, in); return true;
    case X_FCVT:
        if (in->aux) {
            x_vrr(&x->b, XOP(scalar_prefix(sz), 1, 0x5a), 0, 0, d, in->o[1].reg, in->o[1].reg);
            return true;
        }
        x_rr(&x->b, XOP(scalar_prefix(sz), 1, 0x5a), 4, d, in->o[1].reg); return true;
    case X_F2I: emit_f2i(x, in); return true;
    case X_F2U: emit_f2u(x, in); return true;
    case X_I2F: emit_i2f(x, in); return true;
    case X_U2F: emit_u2f(x, in); return true;
    case X_FMINMAX: emit_minmax(x, in); return true;
    case X_FPGET: case X_FPSET: emit_env(x, in); return true;
    case X_FSEL: emit_fsel(x, in); return true;
    case X_GX: x_rr(&x->b, XOP(0x66, 1, 0x7e), sz, in->o[1].reg, d); return true;
    case X_GXH:                                 /* pextrq 1 */
        x->used |= HF_SSE41;
        x_rr(&x->b, XOP(0x66, 3, 0x16), 8, in->o[1].reg, d);
        x_byte(&x->b, 1);
        return true;
    case X_XG2:                                 /* movq, pinsrq 1 */
        x->used |= HF_SSE41;
        x_rr(&x->b, XOP(0x66, 1, 0x6e), 8, d, in->o[1].reg);
        x_rr(&x->b, XOP(0x66, 3, 0x22), 8, d, in->o[2].reg);
        x_byte(&x->b, 1);
        return true;
    case X_VZX: emit_vzext(x, in); return true;
    case X_XG: x_rr(&x->b, XOP(0x66, 1, 0x6e), sz, d, in->o[1].reg); return true;
    default: return false;
    }
}

static void back(struct x86 *x, const struct xcold *c, unsigned cc)
{
    uint32_t at = cc == XNONE ? x_jmp(&x->b) : x_jcc(&x->b, cc);

    x_patch32(&x->b, at, (int32_t)c->back - (int32_t)(at + 4));
}

/* Out of range: MIN stands for -inf and big negatives; NaN and positives are MAX. */
static void cold_f2i(struct x86 *x, const struct xcold *c)
{
    const struct mi *in = c->in;
    unsigned t = x86_target.scratch_vec;

    x_rr(&x->b, XOP(0, 1, 0x57), 4, t, t);
    ucomis(x, in->aux, t, in->o[1].reg);
    back(x, c, CC_AE);
    x_mov_ri(&x->b, in->o[0].reg, in->sz == 8 ? INT64_MAX : INT32_MAX);
    back(x, c, XNONE);
}

/* From 2^63 (64 bits): less by that, which is exact, and its bit. What is left is invalid unless it rounds to a number in range;
 * an invalid operand is not inexact as well, so the old flags come back. */
static void cold_f2u(struct x86 *x, const struct xcold *c)
{
    const struct mi *in = c->in;
    unsigned t = x86_target.scratch_vec, d = in->o[0].reg, v = in->o[1].reg, fsz = in->aux;
    const uint32_t cvt = XOP(scalar_prefix(fsz), 1, in->cc);

    if (in->sz == 8) {
        compare_bits(x, fsz, d, v, false, fsz == 8 ? UINT64_C(0x43f) << 52 : 0x5f800000);
        uint32_t other = x_jcc(&x->b, CC_AE);

        x_rr(&x->b, movaps(), 4, t, v);
        x86_lit1(x, XOP(scalar_prefix(fsz), 1, 0x5c), t, fsz == 8 ? UINT64_C(0x43e) << 52 : 0x5f000000);
        x_rr(&x->b, cvt, 8, d, t);
        x_rr(&x->b, XOP(0, 1, 0xba), 8, 7, d);  /* btc */
        x_byte(&x->b, 63);
        back(x, c, XNONE);
        x_patch32(&x->b, other, (int32_t)(x->b.n - (other + 4)));
    }
    x_rm(&x->b, XOP(0, 1, 0xae), 4, 3, VCPU_FIELD(guest_fpcr));
    x_rr(&x->b, cvt, 8, d, v);
    if (in->sz == 8)
        x_rr(&x->b, XOP(0, 0, 0x85), 8, d, d);
    else
        x86_lit1(x, XOP(0, 0, 0x3b), d, UINT32_MAX);
    back(x, c, in->sz == 8 ? CC_E : CC_BE);
    x_rm(&x->b, XOP(0, 1, 0xae), 4, 2, VCPU_FIELD(guest_fpcr));
    load_canon(x, fsz, t);
    x_rr(&x->b, cvt, 8, d, t);                  /* raises invalid */
    x_rr(&x->b, XOP(0, 1, 0x57), 4, t, t);
    ucomis(x, fsz, t, v);
    x_mov_ri(&x->b, d, in->sz == 8 ? UINT64_MAX : UINT32_MAX);
    back(x, c, CC_B);
    x_mov_ri(&x->b, d, 0);
    back(x, c, XNONE);
}

/* From 2^63: half of it with the lost bit kept, so that it rounds alike, and doubled. */
static void cold_u2f(struct x86 *x, const struct xcold *c)
{
    const struct mi *in = c->in;
    unsigned d = in->o[0].reg, t = in->o[2].reg;
    uint32_t even;

    x_mov_rr(&x->b, 8, t, in->o[1].reg);
    x_rr(&x->b, XOP(0, 0, 0xd1), 8, 5, t);      /* shr t, 1: the lost bit is the carry */
    even = x_jcc(&x->b, CC_AE);
    x_alu_ri(&x->b, ALU_OR, 8, t, 1);
    x_patch32(&x->b, even, (int32_t)(x->b.n - (even + 4)));
    x_rr(&x->b, XOP(0, 1, 0x57), 4, d, d);
    x_rr(&x->b, XOP(scalar_prefix(in->aux), 1, 0x2a), 8, d, t);
    x_rr(&x->b, XOP(scalar_prefix(in->aux), 1, 0x58), 4, d, d);
    back(x, c, XNONE);
}

/* The operand that is a number, or the default NaN. */
static void cold_minmax(struct x86 *x, const struct xcold *c)
{
    const struct mi *in = c->in;
    unsigned d = in->o[0].reg;

    for (unsigned i = 2; i >= 1; i--) {
        x_rr(&x->b, movaps(), 4, d, in->o[i].reg);
        ucomis(x, in->sz, d, d);
        back(x, c, CC_NP);
    }
    load_canon(x, in->sz, d);
    back(x, c, XNONE);
}

/* A product that is a NaN raises what it must; any other one must raise nothing: the old flags come back. */
static void cold_fma(struct x86 *x, const struct xcold *c)
{
    const struct mi *in = c->in;
    unsigned t = x86_target.scratch_vec;

    x_rm(&x->b, XOP(0, 1, 0xae), 4, 3, VCPU_FIELD(guest_fpcr));
    x_rr(&x->b, movaps(), 4, t, in->o[2].reg);
    x_rr(&x->b, XOP(scalar_prefix(in->sz), 1, 0x59), 4, t, in->o[3].reg);
    load_canon(x, in->sz, in->o[0].reg);
    ucomis(x, in->sz, t, t);
    back(x, c, CC_P);
    x_rm(&x->b, XOP(0, 1, 0xae), 4, 2, VCPU_FIELD(guest_fpcr));
    back(x, c, XNONE);
}

/* Unordered, without a word. */
static void cold_fcmp(struct x86 *x, const struct xcold *c)
{
    unsigned t = x86_target.scratch_vec;

    load_canon(x, c->in->sz, t);
    ucomis(x, c->in->sz, t, t);
    back(x, c, XNONE);
}

static void cold_div(struct x86 *x, const struct xcold *c)
{
    const struct mi *in = c->in;
    unsigned b = in->o[2].reg, sz = in->sz;
    bool rem = in->aux & DIV_REM, sg = in->aux & DIV_SIGNED;
    uint32_t minus1 = 0;

    if (sg) {
        x_rr(&x->b, XOP(0, 0, 0x85), sz, b, b);
        minus1 = x_jcc(&x->b, CC_NE);
    }
    if (rem)
        x_mov_rr(&x->b, sz, RDX, RAX);
    else if (sz == 8)
        x_mov_ri(&x->b, RAX, ~UINT64_C(0));
    else
        x_mov_ri(&x->b, RAX, UINT32_MAX);
    back(x, c, XNONE);
    if (!sg)
        return;
    x_patch32(&x->b, minus1, (int32_t)(x->b.n - (minus1 + 4)));
    if (rem)
        x_mov_ri(&x->b, RDX, 0);
    else
        x_rr(&x->b, XOP(0, 0, 0xf7), sz, 3, RAX);
    back(x, c, XNONE);
}

void x86_emit_cold(struct x86 *x, struct xcold *c)
{
    const struct mi *in = c->in;

    for (unsigned i = 0; i < ARRAY_LEN(c->enter); i++)
        if (c->enter[i])
            x_patch32(&x->b, c->enter[i], (int32_t)(x->b.n - (c->enter[i] + 4)));
    switch (c->kind) {
    case COLD_DIV: cold_div(x, c); break;
    case COLD_FMA: cold_fma(x, c); break;
    case COLD_FCMP: cold_fcmp(x, c); break;
    case COLD_F2U: cold_f2u(x, c); break;
    case COLD_U2F: cold_u2f(x, c); break;
    case COLD_CANON: load_canon(x, in->sz, in->o[0].reg); back(x, c, XNONE); break;
    case COLD_UNBOX: load_canon(x, 4, in->o[0].reg); back(x, c, XNONE); break;
    case COLD_F2I: cold_f2i(x, c); break;
    case COLD_FMINMAX: cold_minmax(x, c); break;
    case COLD_SLOW: x86_slow(x, in); back(x, c, XNONE); break;
    case COLD_GROUP: x86_slow_group(x, c); back(x, c, XNONE); break;
    case COLD_POLL: {
        uint32_t at = x->b.n;

        x_byte(&x->b, 0x0f);                    /* ud2: the handler finds the snapshot and leaves */
        x_byte(&x->b, 0x0b);
        snap_emit(&x->s, in, at, x->b.n);
        break;
    }
    case COLD_MISS_JUMP: x_rm(&x->b, XOP(0, 0, 0xff), 4, 4, VCPU_FIELD(stub[STUB_DISPATCH])); break;
    case COLD_MISS_CALL:
        x_rm(&x->b, XOP(0, 0, 0xff), 4, 2, VCPU_FIELD(stub[STUB_DISPATCH]));
        back(x, c, XNONE);
        break;
    default: break;
    }
}
