/* The meaning of the VOP rows of ops.def. Each is a function over the lanes, made from one expression; the lane's width selects the
 * loop, so that the compiler sees constant trip counts. FPOPs on vectors: eval_vecfp.c. */
#include "passes/ir/eval_int.h"
#include "passes/ir/eval_vec.h"

/* A loop over n lanes: the expression sees i, w (the lane's width), and a, b, c, the lanes of type T widened to W. */
#define EACH(T, W, n, expr) \
    for (unsigned i = 0; i < (n); i++) { \
        enum { w = 8 * sizeof(T) }; \
        W a = v->a.T[i], b = v->b.T[i], c = v->c.T[i]; \
\
        (void)a, (void)b, (void)c, (void)w; \
        v->r.T[i] = (T)(expr); \
    } \
    break

/* One row over all four lane widths; W64 is what the 64-bit lanes' arithmetic needs, W that of narrower ones. */
#define ROW(name, k, W, W64, expr) \
    static void name(struct vop *v) \
    { \
        switch (v->lane) { \
        case VL_8:  EACH(k##8, W, 16, expr); \
        case VL_16: EACH(k##16, W, 8, expr); \
        case VL_32: EACH(k##32, W, 4, expr); \
        default:    EACH(k##64, W64, 2, expr); \
        } \
    }
#define UROW(name, expr) ROW(name, u, u64, u64, expr)
#define SROW(name, expr) ROW(name, s, s64, s64, expr)
#define UWIDE(name, expr) ROW(name, u, s64, s128, expr)        /* sums and differences do not wrap */
#define SWIDE(name, expr) ROW(name, s, s64, s128, expr)

/* Whole registers; m: member prefix. */
#define WHOLE(name, m, op) \
    static void name(struct vop *v) \
    { \
        switch (v->lane) { \
        case VL_8:  v->r.m##8 = (__typeof__(v->r.m##8))(v->a.m##8 op v->b.m##8); break; \
        case VL_16: v->r.m##16 = (__typeof__(v->r.m##16))(v->a.m##16 op v->b.m##16); break; \
        case VL_32: v->r.m##32 = (__typeof__(v->r.m##32))(v->a.m##32 op v->b.m##32); break; \
        default:    v->r.m##64 = (__typeof__(v->r.m##64))(v->a.m##64 op v->b.m##64); break; \
        } \
    }

static inline s128 clamp(s128 x, s128 lo, s128 hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* x saturated to a signed or unsigned lane of n bits. */
#define SATS(x, n) clamp((x), -((s128)1 << ((n) - 1)), ((s128)1 << ((n) - 1)) - 1)
#define SATU(x, n) clamp((x), 0, ((s128)1 << (n)) - 1)

/* ---- logic, sums, products, order ---- */

static void vand(struct vop *v) { v->r.k64 = v->a.k64 & v->b.k64; }
static void vor(struct vop *v) { v->r.k64 = v->a.k64 | v->b.k64; }
static void vxor(struct vop *v) { v->r.k64 = v->a.k64 ^ v->b.k64; }
static void vandn(struct vop *v) { v->r.k64 = v->a.k64 & ~v->b.k64; }
static void vbsl(struct vop *v) { v->r.k64 = (v->a.k64 & v->b.k64) | (~v->a.k64 & v->c.k64); }
WHOLE(vadd, k, +)
WHOLE(vsub, k, -)
WHOLE(vmul, k, *)
WHOLE(vceq, k, ==)
WHOLE(vcgts, i, >)
WHOLE(vcgtu, k, >)
SROW(vsmin, a < b ? a : b)
SROW(vsmax, a > b ? a : b)
UROW(vumin, a < b ? a : b)
UROW(vumax, a > b ? a : b)
UROW(vabs, a >> (w - 1) & 1 ? 0 - a : a)

/* ---- shifts ---- */

UROW(vshl, a << v->imm)
UROW(vshr, a >> v->imm)
SROW(vsar, a >> v->imm)
UROW(vrotr, a >> (v->imm & (w - 1)) | a << (-v->imm & (w - 1)))

/* SInt of the low byte of a lane. */
#define AMOUNT(b) ((int)(s8)(u8)(b))

/* x (64 bits and a sign) shifted right by n > 0, rounded half up when asked to. */
static s128 shift_down(s128 x, int n, bool round)
{
    if (n > 65)
        return round || x >= 0 ? 0 : -1;
    return (round ? x + ((s128)1 << (n - 1)) : x) >> n;
}

/* x shifted by a signed amount. What leaves the lane to the left makes no difference, or saturates. */
static s128 shift_by(s128 x, int n, bool round)
{
    if (n < 0)
        return shift_down(x, -n, round);
    if (n >= 64)
        return x < 0 ? -((s128)1 << 126) : x > 0 ? (s128)1 << 126 : 0;
    return (s128)((u128)x << n);
}

ROW(vsshl, s, s128, s128, shift_by(a, AMOUNT(b), false))
ROW(vushl, u, s128, s128, shift_by(a, AMOUNT(b), false))
ROW(vsrshl, s, s128, s128, shift_by(a, AMOUNT(b), true))
ROW(vurshl, u, s128, s128, shift_by(a, AMOUNT(b), true))
/* Lanes are 64 bits at most: a shift by less than 64 keeps 127 bits and the sign. */
ROW(vsqshl, s, s128, s128, SATS(shift_by(a, AMOUNT(b), false), w))
ROW(vuqshl, u, s128, s128, SATU(shift_by(a, AMOUNT(b), false), w))
ROW(vsqrshl, s, s128, s128, SATS(shift_by(a, AMOUNT(b), true), w))
ROW(vuqrshl, u, s128, s128, SATU(shift_by(a, AMOUNT(b), true), w))

/* ---- bits ---- */

UROW(vcnt, (u64)__builtin_popcountll(a))
UROW(vrbit, ir_bitrev(a, w))
UROW(vclz, ir_clz(a, w))
UROW(vcls, ir_clz((a ^ (a >> (w - 1) & 1 ? ~UINT64_C(0) : 0)) & ir_mask(w), w) - 1)

/* ---- saturation, halving, differences ---- */

SWIDE(vsqadd, SATS((s128)a + b, w))
UWIDE(vuqadd, SATU((s128)a + b, w))
SWIDE(vsqsub, SATS((s128)a - b, w))
UWIDE(vuqsub, SATU((s128)a - b, w))
SWIDE(vsuqadd, SATS((s128)a + (b & (((s128)1 << w) - 1)), w))
UWIDE(vusqadd, SATU((s128)a + ir_sx((u64)b, w), w))
SWIDE(vshadd, (a + b) >> 1)
UWIDE(vuhadd, (a + b) >> 1)
SWIDE(vsrhadd, (a + b + 1) >> 1)
UWIDE(vurhadd, (a + b + 1) >> 1)
SWIDE(vshsub, (a - b) >> 1)
UWIDE(vuhsub, (a - b) >> 1)
SWIDE(vsabd, a > b ? a - b : b - a)
UWIDE(vuabd, a > b ? a - b : b - a)

/* ---- between widths: lanes of N bits and of twice as many; nothing for 64-bit lanes ---- */

#define PAIRLOOP(k, N, M, n, stmt) \
    for (unsigned i = 0; i < (n); i++) { \
        enum { w = N, m = M }; \
        k##N *rn = v->r.k##N; \
        k##M *rm = v->r.k##M; \
        const k##N *an = v->a.k##N, *bn = v->b.k##N; \
        const k##M *am = v->a.k##M; \
\
        (void)rn, (void)rm, (void)an, (void)bn, (void)am, (void)w, (void)m; \
        stmt; \
    } \
    break

#define PAIRROW(name, k, stmt) \
    static void name(struct vop *v) \
    { \
        switch (v->lane) { \
        case VL_8:  PAIRLOOP(k, 8, 16, 8, stmt); \
        case VL_16: PAIRLOOP(k, 16, 32, 4, stmt); \
        case VL_32: PAIRLOOP(k, 32, 64, 2, stmt); \
        default: break; \
        } \
    }
#define WIDENED(x) ((__typeof__(rm[0]))(x))
#define NARROWED(x) ((__typeof__(rn[0]))(x))

PAIRROW(vsxt, s, rm[i] = an[i])
PAIRROW(vuxt, u, rm[i] = an[i])
PAIRROW(vsmull, s, rm[i] = WIDENED((s64)an[i] * bn[i]))
PAIRROW(vumull, u, rm[i] = WIDENED((u64)an[i] * bn[i]))
PAIRROW(vsqdmull, s, rm[i] = WIDENED(SATS((s128)2 * an[i] * bn[i], m)))
PAIRROW(vxtn, u, rn[i] = NARROWED(am[i]))
PAIRROW(vsqxtn, s, rn[i] = NARROWED(SATS(am[i], w)))
PAIRROW(vuqxtn, u, rn[i] = NARROWED(SATU(am[i], w)))
PAIRROW(vsqxtun, s, rn[i] = NARROWED(SATU(am[i], w)))
PAIRROW(vspaddl, s, rm[i] = WIDENED((s64)an[2 * i] + an[2 * i + 1]))
PAIRROW(vupaddl, u, rm[i] = WIDENED((u64)an[2 * i] + an[2 * i + 1]))
UROW(vpmul, ir_clmul(a, b))

static void pmull64(struct vop *v)
{
    v->r.u64[0] = ir_clmul(v->a.u64[0], v->b.u64[0]);
    v->r.u64[1] = ir_clmulh(v->a.u64[0], v->b.u64[0], 64);
}

PAIRROW(pmull, u, rm[i] = WIDENED(ir_clmul(an[i], bn[i])))

static void vpmull(struct vop *v)
{
    if (v->lane == VL_64)
        pmull64(v);
    else
        pmull(v);
}

/* ---- doubling products: lanes of 16 and 32 bits, which 128 bits hold; nothing for the others ---- */

#define PRODUCT(name, expr) \
    static void name(struct vop *v) \
    { \
        switch (v->lane) { \
        case VL_16: EACH(s16, s128, 8, expr); \
        case VL_32: EACH(s32, s128, 4, expr); \
        default: break; \
        } \
    }

PRODUCT(vsqdmulh, SATS(2 * a * b >> w, w))
PRODUCT(vsqrdmulh, SATS((2 * a * b + ((s128)1 << (w - 1))) >> w, w))
PRODUCT(vsqrdmlah, SATS((a * ((s128)1 << w) + 2 * b * c + ((s128)1 << (w - 1))) >> w, w))
PRODUCT(vsqrdmlsh, SATS((a * ((s128)1 << w) - 2 * b * c + ((s128)1 << (w - 1))) >> w, w))

/* ---- dot products, matrices: whatever the lane in the flags is ---- */

/* The sum over n bytes of b from `bi` and of c from `ci`. */
#define DOT(name, B, C) \
    static u32 name(const struct vop *v, unsigned bi, unsigned ci, unsigned n) \
    { \
        s32 sum = 0; \
\
        for (unsigned i = 0; i < n; i++) \
            sum += v->b.B[bi + i] * v->c.C[ci + i]; \
        return (u32)sum; \
    } \
    static void v##name(struct vop *v) \
    { \
        for (unsigned i = 0; i < 4; i++) \
            v->r.u32[i] = v->a.u32[i] + name(v, 4 * i, 4 * i, 4); \
    }
#define MMLA(name, dot) \
    static void name(struct vop *v) \
    { \
        for (unsigned i = 0; i < 4; i++) \
            v->r.u32[i] = v->a.u32[i] + dot(v, 8 * (i >> 1), 8 * (i & 1), 8); \
    }

DOT(sdot, s8, s8)
DOT(udot, u8, u8)
DOT(usdot, u8, s8)
MMLA(vsmmla, sdot)
MMLA(vummla, udot)
MMLA(vusmmla, usdot)

static void vbfdot(struct vop *v)
{
    for (unsigned i = 0; i < 4; i++)
        v->r.u32[i] = ir_bfdot(v->a.u32[i], v->b.u32[i], v->c.u32[i]);
}

static void vbfmmla(struct vop *v)
{
    for (unsigned i = 0; i < 4; i++)
        v->r.u32[i] = ir_bfdot(ir_bfdot(v->a.u32[i], v->b.u32[i & 2], v->c.u32[2 * (i & 1)]), v->b.u32[(i & 2) + 1],
                               v->c.u32[2 * (i & 1) + 1]);
}

/* ---- estimates ---- */

unsigned ir_recip_estimate(unsigned a)
{
    return ((1u << 19) / (2 * a + 1) + 1) / 2;
}

unsigned ir_rsqrt_estimate(unsigned a)
{
    unsigned b = 512;

    a = a < 256 ? 2 * a + 1 : 2 * ((a & ~1u) + 1);
    while (a * (b + 1) * (b + 1) < 1u << 28)
        b++;
    return (b + 1) / 2;
}

static void vurecpe(struct vop *v)
{
    for (unsigned i = 0; i < 4; i++) {
        u32 a = v->a.u32[i];

        v->r.u32[i] = a >> 31 ? ir_recip_estimate(a >> 23) << 23 : ~UINT32_C(0);
    }
}

static void vursqrte(struct vop *v)
{
    for (unsigned i = 0; i < 4; i++) {
        u32 a = v->a.u32[i];

        v->r.u32[i] = a >> 30 ? ir_rsqrt_estimate(a >> 23) << 23 : ~UINT32_C(0);
    }
}

/* ---- moves ---- */

/* c holds the pattern. */
static void vshuf(struct vop *v)
{
    for (unsigned i = 0; i < 16; i++) {
        u8 p = v->c.u8[i];

        v->r.u8[i] = p < 16 ? v->a.u8[p] : p < 32 ? v->b.u8[p - 16] : 0;
    }
}

static void vtbl(struct vop *v)
{
    for (unsigned i = 0; i < 16; i++)
        v->r.u8[i] = v->b.u8[i] < 16 ? v->a.u8[v->b.u8[i]] : 0;
}

static void put_lane(union vec *r, unsigned lane, unsigned i, u64 x)
{
    switch (lane) {
    case VL_8:  r->u8[i & 15] = (u8)x; break;
    case VL_16: r->u16[i & 7] = (u16)x; break;
    case VL_32: r->u32[i & 3] = (u32)x; break;
    default:    r->u64[i & 1] = x; break;
    }
}

static void vdup(struct vop *v)
{
    for (unsigned i = 0; i < 16u >> v->lane; i++)
        put_lane(&v->r, v->lane, i, v->a.u64[0]);
}

static void vins(struct vop *v)
{
    v->r = v->a;
    put_lane(&v->r, v->lane, v->imm, v->b.u64[0]);
}

static void vextr(struct vop *v)
{
    switch (v->lane) {
    case VL_8:  v->r.u64[0] = v->a.u8[v->imm & 15]; break;
    case VL_16: v->r.u64[0] = v->a.u16[v->imm & 7]; break;
    case VL_32: v->r.u64[0] = v->a.u32[v->imm & 3]; break;
    default:    v->r.u64[0] = v->a.u64[v->imm & 1]; break;
    }
}

static void low_bits(struct vop *v, enum ir_type t)
{
    unsigned n = ir_type_bits(t);

    v->r.u64[0] = n - 1 < 64 ? v->a.u64[0] & ir_mask(n) : v->a.u64[0];
}

static void vlow(struct vop *v)
{
    low_bits(v, v->t);
}

static void vzext(struct vop *v)
{
    low_bits(v, v->at);
}

static void vnz(struct vop *v)
{
    v->r.u64[0] = ((v->a.u64[0] | v->a.u64[1]) != 0) ^ (v->imm & 1);
}

/* ---- the driver ---- */

#define F(name) [IR_##name - IR_vand] = name
static vop_fn *const vop_table[IR_vbfmmla - IR_vand + 1] = {
    F(vand), F(vor), F(vxor), F(vandn), F(vbsl), F(vadd), F(vmul), F(vsub), F(vshl), F(vshr), F(vsar), F(vrotr), F(vsshl), F(vushl),
    F(vsrshl), F(vurshl), F(vsqshl), F(vuqshl), F(vsqrshl), F(vuqrshl), F(vsmin), F(vsmax), F(vumin), F(vumax), F(vabs), F(vcnt),
    F(vrbit), F(vclz), F(vcls), F(vceq), F(vcgts), F(vcgtu), F(vsqadd), F(vuqadd), F(vsqsub), F(vuqsub), F(vsuqadd), F(vusqadd),
    F(vshadd), F(vuhadd), F(vsrhadd), F(vurhadd), F(vshsub), F(vuhsub), F(vsabd), F(vuabd), F(vsmull), F(vumull), F(vpmul),
    F(vpmull), F(vsxt), F(vuxt), F(vxtn), F(vsqxtn), F(vuqxtn), F(vsqxtun), F(vspaddl), F(vupaddl), F(vsqdmulh), F(vsqrdmulh),
    F(vsqdmull),
    F(vsqrdmlah), F(vsqrdmlsh), F(vsdot), F(vudot), F(vusdot), F(vsmmla), F(vummla), F(vusmmla), F(vurecpe), F(vursqrte), F(vshuf),
    F(vtbl), F(vdup), F(vins), F(vextr), F(vlow), F(vzext), F(vnz), F(vbfdot), F(vbfmmla),
};

static vop_fn *find(enum ir_op op)
{
    if (op < IR_vand || op > IR_vbfmmla)
        return NULL;
    return vop_table[op - IR_vand] ? vop_table[op - IR_vand] : ir_vop_crypto(op);
}

union ir_val ir_eval_vec(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, const union ir_val arg[3],
                         struct ir_fpenv *fp)
{
    struct vop v = { .a.u64 = { arg[0].w[0], arg[0].w[1] }, .b.u64 = { arg[1].w[0], arg[1].w[1] },
                     .c.u64 = { arg[2].w[0], arg[2].w[1] }, .lane = flags & VL_MASK, .imm = flags >> 2 & 63, .t = t, .at = at };
    vop_fn *fn = find(op);

    if (fn)
        fn(&v);
    else if (fp)
        ir_eval_vecfp(op, flags, &v, fp);
    return (union ir_val){ .w = { v.r.u64[0], v.r.u64[1] } };
}
