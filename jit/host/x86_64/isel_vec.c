/* x86-64 selection of integer vectors: making instructions, operations on lanes, and the ops that are one or two of them. What is
 * not selected here goes through the evalv helper. Intel SDM vol. 2. */
#include "jit/host/x86_64/vec.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

/* ---- instructions ---- */

static uint32_t fresh(struct x86 *x, uint32_t d) { return d ? d : vreg_new(&x->m, RC_VEC, 16); }

struct vsrc vs_ref(struct x86 *x, ir_ref ref, unsigned bytes)
{
    ref = x86_rep(x, ref);
    if (insn(x, ref)->op == IR_const && bytes == 16) {
        uint64_t v = ir_const_val(x->f, ref);

        if (v != 0)
            return vs_dup(v);
    }
    /* SSE wants its memory operands aligned; AVX does not. */
    if ((bytes < 16 || x86_has(x, HF_AVX)) && x86_fusable(x, ref, x->now, bytes))
        return (struct vsrc){ .kind = VS_LOAD, .load = ref };
    return vs(xval(x, ref));
}

bool xv_private(struct x86 *x, ir_ref r, unsigned op)
{
    return insn(x, r)->op == op && !x->need[r] && x->allotted[r] == 1 && x->inblk[r] == x->blk;
}

/* The last source, k: operands for a load stand at the end. */
static void source(struct x86 *x, struct mi *mi, unsigned k, struct vsrc s)
{
    if (s.kind == VS_REG) {
        xusev(mi, k, s.v, NOREG);
        if ((mi->aux & VXF_AVX) && mi->x != P_INSERTPS)         /* which takes element 0 of memory, whatever its immediate says */
            mi->o[k].flags = MOPF_ANY;
    } else if (s.kind == VS_LIT) {
        mi->aux |= VXF_LIT;
        mi->imm = (int64_t)s.lo;
        mi->gpc = s.hi;
    } else {
        mi->aux |= VXF_MEM;
        x86_fuse(x, mi, s.load);
    }
}

static struct mi *make(struct x86 *x, unsigned mop, uint32_t op, unsigned k, struct vsrc s, int imm)
{
    struct mi *mi = xi(x, mop, k + (s.kind == VS_LIT ? 0 : s.kind == VS_REG ? 1 : 2));

    mi->x = op;
    mi->aux = x86_has(x, HF_AVX) ? VXF_AVX : 0;
    if ((op >> 8 & 0xff) > 1)                   /* (every level has them; ours beyond these are asked for) */
        x->used |= HF_SSSE3 | HF_SSE41;
    if (imm != NOIMM) {
        mi->aux |= VXF_IMM;
        mi->cc = (uint8_t)imm;
    }
    source(x, mi, k, s);
    return mi;
}

uint32_t xv_bin(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, struct vsrc b, int imm)
{
    struct mi *mi = make(x, X_VX, op, 2, b, imm);

    d = fresh(x, d);
    xdefv(mi, 0, d, NOREG);
    xusev(mi, 1, a, NOREG);
    if (!(mi->aux & VXF_AVX)) {
        mi->o[1].kind = MOP_TIED;
        mi->flags |= (op & XV_COMM) && b.kind == VS_REG ? MI_COMM : 0;
    }
    return d;
}

uint32_t xv_un(struct x86 *x, uint32_t d, uint32_t op, struct vsrc a, int imm)
{
    struct mi *mi = make(x, X_VX, op, 1, a, imm);

    mi->aux |= VXF_UNARY;
    d = fresh(x, d);
    xdefv(mi, 0, d, NOREG);
    return d;
}

uint32_t xv_tern(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, uint32_t b, struct vsrc c, int imm)
{
    struct mi *mi = make(x, X_VX3, op, 3, c, imm);

    d = fresh(x, d);
    xdefv(mi, 0, d, NOREG);
    xusev(mi, 1, a, NOREG);
    mi->o[1].kind = MOP_TIED;
    xusev(mi, 2, b, NOREG);
    return d;
}

uint32_t xv_shift(struct x86 *x, uint32_t d, uint32_t op, unsigned ext, uint32_t a, unsigned n)
{
    struct mi *mi = xi(x, X_VX, 2);

    mi->x = op;
    mi->sz = (uint8_t)ext;
    mi->cc = (uint8_t)n;
    mi->aux = (uint8_t)(VXF_SHIFT | (x86_has(x, HF_AVX) ? VXF_AVX : 0));
    d = fresh(x, d);
    xdefv(mi, 0, d, NOREG);
    xusev(mi, 1, a, NOREG);
    if (!(mi->aux & VXF_AVX))
        mi->o[1].kind = MOP_TIED;
    return d;
}

static struct mi *legacy(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, uint32_t b, unsigned nop)
{
    struct mi *mi = xi(x, X_VX, nop);

    mi->x = op;
    xdefv(mi, 0, d, NOREG);
    xusev(mi, 1, a, NOREG);
    mi->o[1].kind = MOP_TIED;
    xusev(mi, 2, b, NOREG);
    return mi;
}

uint32_t xv_legacy(struct x86 *x, uint32_t d, uint32_t op, uint32_t a, uint32_t b, int imm)
{
    struct mi *mi = legacy(x, d = fresh(x, d), op, a, b, 3);

    if (imm != NOIMM) {
        mi->aux |= VXF_IMM;
        mi->cc = (uint8_t)imm;
    }
    return d;
}

void xv_rounds(struct x86 *x, uint32_t d, uint32_t a, uint32_t b, uint32_t w)
{
    xusev(legacy(x, d, XOP(0, 2, 0xcb), a, b, 4), 3, w, XMM0);
}

uint32_t xv_zero(struct x86 *x)
{
    uint32_t v = vreg_new(&x->m, RC_VEC, 16);

    x->m.v[v].kind = VK_CONST;
    return v;
}

uint32_t xv_load(struct x86 *x, uint64_t lo, uint64_t hi)
{
    return xv_un(x, 0, XOP(0, 1, 0x28), vs_lit(lo, hi), NOIMM);
}

/* ---- lanes ---- */

static uint64_t dup_lane(unsigned lane, uint64_t v)
{
    static const uint64_t ones[] = { UINT64_C(0x0101010101010101), UINT64_C(0x0001000100010001), UINT64_C(0x100000001), 1 };

    return lane == VL_64 ? v : (v & ((UINT64_C(1) << (8 << lane)) - 1)) * ones[lane];
}

uint64_t xv_sign_bits(unsigned lane) { return dup_lane(lane, UINT64_C(1) << ((8 << lane) - 1)); }

uint32_t xv_add(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b)
{
    static const uint8_t op[] = { 0xfc, 0xfd, 0xfe, 0xd4 };

    return xv_bin(x, d, V1(op[lane]) | XV_COMM, a, b, NOIMM);
}

uint32_t xv_sub(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b)
{
    return xv_bin(x, d, V1(0xf8 + lane), a, b, NOIMM);
}

uint32_t xv_eq(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b)
{
    return xv_bin(x, d, (lane == VL_64 ? V2(0x29) : V1(0x74 + lane)) | XV_COMM, a, b, NOIMM);
}

uint32_t xv_gts(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, struct vsrc b)
{
    if (lane == VL_64)
        (void)x86_has(x, HF_SSE42);
    return xv_bin(x, d, lane == VL_64 ? V2(0x37) : V1(0x64 + lane), a, b, NOIMM);
}

/* ~(max(a, b) == b), except for 64-bit lanes, whose signs flip. */
uint32_t xv_gtu(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, uint32_t b)
{
    if (lane == VL_64) {
        struct vsrc flip = vs_dup(xv_sign_bits(lane));

        a = xv_bin(x, 0, P_XOR, a, flip, NOIMM);
        b = xv_bin(x, 0, P_XOR, b, flip, NOIMM);
        return xv_gts(x, d, lane, a, vs(b));
    }
    return xv_not(x, d, xv_eq(x, 0, lane, xv_minmax(x, 0, MM_UMAX, lane, a, vs(b)), vs(b)));
}

uint32_t xv_not(struct x86 *x, uint32_t d, uint32_t a)
{
    return xv_bin(x, d, P_XOR, a, vs_dup(~UINT64_C(0)), NOIMM);
}

uint32_t xv_bsl(struct x86 *x, uint32_t d, uint32_t mask, uint32_t yes, struct vsrc no)
{
    if (x86_has(x, HF_AVX512))
        return xv_tern(x, d, E3(0x25), mask, yes, no, 0xca);
    uint32_t t = xv_bin(x, 0, P_ANDN, mask, no, NOIMM);

    return xv2(x, d, P_OR, xv2(x, 0, P_AND, mask, yes), t);
}

uint32_t xv_minmax(struct x86 *x, uint32_t d, unsigned kind, unsigned lane, uint32_t a, struct vsrc b)
{
    static const uint32_t op[4][3] = { { V2(0x38), V1(0xea), V2(0x39) }, { V2(0x3c), V1(0xee), V2(0x3d) },
        { V1(0xda), V2(0x3a), V2(0x3b) }, { V1(0xde), V2(0x3e), V2(0x3f) } };
    static const uint8_t wide[] = { 0x39, 0x3d, 0x3b, 0x3f };
    uint32_t rb, gt;

    if (lane < VL_64)
        return xv_bin(x, d, op[kind][lane] | XV_COMM, a, b, NOIMM);
    if (x86_has(x, HF_AVX512))
        return xv_bin(x, d, E2(wide[kind]) | XV_W | XV_COMM, a, b, NOIMM);
    rb = b.kind == VS_REG ? b.v : xv_un(x, 0, XOP(0, 1, 0x10), b, NOIMM);
    gt = kind >= MM_UMIN ? xv_gtu(x, 0, lane, a, rb) : xv_gts(x, 0, lane, a, vs(rb));
    return kind & 1 ? xv_bsl(x, d, gt, a, vs(rb)) : xv_bsl(x, d, gt, rb, vs(a));
}

/* ---- shifts by an immediate ---- */

/* GF2P8AFFINEQB by the matrix that makes bit i of each byte from bit from(i, n) (none when that is above 7). */
static uint32_t affine(struct x86 *x, uint32_t d, uint32_t a, unsigned (*from)(unsigned i, unsigned n), unsigned n)
{
    uint64_t m = 0;

    for (unsigned i = 0; i < 8; i++)
        if (from(i, n) < 8)
            m |= UINT64_C(1) << (from(i, n) + 8 * (7 - i));
    return xv_bin(x, d, V3(0xce) | XV_W, a, vs_dup(m), 0);
}

static bool has_affine(struct x86 *x) { return x86_has(x, HF_GFNI | HF_AVX); }

static unsigned from_shl(unsigned i, unsigned n) { return i - n; }
static unsigned from_shr(unsigned i, unsigned n) { return i + n; }
static unsigned from_sar(unsigned i, unsigned n) { return i + n < 7 ? i + n : 7; }
static unsigned from_rotr(unsigned i, unsigned n) { return (i + n) & 7; }
static unsigned from_rev(unsigned i, unsigned n) { return 7 - i + 0 * n; }

uint32_t xv_shl(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, unsigned n)
{
    if (n == 1)
        return xv_add(x, d, lane, a, vs(a));
    if (lane != VL_8)
        return xv_shift(x, d, V1(0x70 + lane), 6, a, n);
    if (has_affine(x))
        return affine(x, d, a, from_shl, n);
    return xv_bin(x, d, P_AND, xv_shift(x, 0, V1(0x71), 6, a, n), vs_dup(dup_lane(VL_8, 0xffu << n)), NOIMM);
}

uint32_t xv_shr(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, unsigned n)
{
    if (lane != VL_8)
        return xv_shift(x, d, V1(0x70 + lane), 2, a, n);
    if (has_affine(x))
        return affine(x, d, a, from_shr, n);
    return xv_bin(x, d, P_AND, xv_shift(x, 0, V1(0x71), 2, a, n), vs_dup(dup_lane(VL_8, 0xffu >> n)), NOIMM);
}

uint32_t xv_sar(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, unsigned n)
{
    struct vsrc m;

    if (lane == VL_16 || lane == VL_32)
        return xv_shift(x, d, V1(0x70 + lane), 4, a, n);
    if (lane == VL_8 && n < 7 && has_affine(x))
        return affine(x, d, a, from_sar, n);
    if (lane == VL_64 && x86_has(x, HF_AVX512))
        return xv_shift(x, d, E1(0x72) | XV_W, 4, a, n);
    if (n == (8u << lane) - 1)
        return xv_gts(x, d, lane, xv_zero(x), vs(a));
    m = vs_dup(xv_sign_bits(lane) >> n);           /* the sign's new place: (t ^ m) - m copies it upwards */
    return xv_sub(x, d, lane, xv_bin(x, 0, P_XOR, xv_shr(x, 0, lane, a, n), m, NOIMM), m);
}

static bool select_shift(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK, n = in->flags >> 2, w = 8u << lane;
    uint32_t a = xval(x, in->a);

    if (n == 0) {
        xv_un(x, r, XOP(0, 1, 0x28), vs(a), NOIMM);
        return true;
    }
    if (n >= w && in->op != IR_vsar) {
        xv2(x, r, P_XOR, a, a);
        return true;
    }
    switch (in->op) {
    case IR_vshl: xv_shl(x, r, lane, a, n); break;
    case IR_vshr: xv_shr(x, r, lane, a, n); break;
    default: xv_sar(x, r, lane, a, n < w ? n : w - 1);
    }
    return true;
}

/* Bytes rotated right by n within each lane. */
static uint32_t rotate_bytes(struct x86 *x, uint32_t d, unsigned lane, uint32_t a, unsigned n)
{
    unsigned m = (1u << lane) - 1;
    uint64_t p[2] = { 0, 0 };

    for (unsigned i = 0; i < 16; i++)
        p[i / 8] |= (uint64_t)((i & ~m) | ((i + n) & m)) << (i % 8 * 8);
    return xv_bin(x, d, P_SHUFB, a, vs_lit(p[0], p[1]), NOIMM);
}

static uint32_t reverse_bytes(struct x86 *x, unsigned lane, uint32_t a)
{
    uint64_t p[2] = { 0, 0 };

    for (unsigned i = 0; i < 16; i++)
        p[i / 8] |= (uint64_t)(i ^ ((1u << lane) - 1)) << (i % 8 * 8);
    return xv_bin(x, 0, P_SHUFB, a, vs_lit(p[0], p[1]), NOIMM);
}

static bool select_rotr(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK, w = 8u << lane, n = (in->flags >> 2) & (w - 1);
    uint32_t a = xval(x, in->a);

    if (n == 0) {
        xv_un(x, r, XOP(0, 1, 0x28), vs(a), NOIMM);
    } else if (lane >= VL_32 && x86_has(x, HF_AVX512)) {
        xv_shift(x, r, E1(0x72) | (lane == VL_64 ? XV_W : 0), 0, a, n);
    } else if (lane == VL_8 && has_affine(x)) {
        affine(x, r, a, from_rotr, n);
    } else if (n % 8 == 0) {
        rotate_bytes(x, r, lane, a, n / 8);
    } else {
        uint32_t t = xv_shr(x, 0, lane, a, n);

        xv2(x, r, P_OR, t, xv_shl(x, 0, lane, a, w - n));
    }
    return true;
}

/* ---- ops that are one instruction, mostly ---- */

static bool commutes(enum ir_op op) { return ir_opinfo[op].flags & F_COMM; }

/* Operands a, b of a two-operand op: b may be memory; for commutative ops whichever can. */
static uint32_t operands(struct x86 *x, const struct ir_insn *in, struct vsrc *b)
{
    ir_ref p = in->a, q = in->b;

    *b = vs_ref(x, q, 16);
    if (commutes(in->op) && b->kind == VS_REG && p != q) {
        struct vsrc s = vs_ref(x, p, 16);

        if (s.kind != VS_REG) {
            *b = s;
            p = q;
        }
    }
    return xval(x, p);
}

static bool is_ones(struct x86 *x, ir_ref r) { return ir_is_const(x->f, r) && ir_const_val(x->f, r) == ~UINT64_C(0); }

/* ~(a > b), whose compare nobody else wants: max(a, b) == b. */
static bool select_leu(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r), *gt;
    ir_ref c = x86_rep(x, is_ones(x, in->b) ? in->a : in->b);
    unsigned lane;
    uint32_t b;

    if (!is_ones(x, in->a) && !is_ones(x, in->b))
        return false;
    gt = insn(x, c);
    lane = gt->flags & VL_MASK;
    if (!xv_private(x, c, IR_vcgtu) || lane == VL_64)
        return false;
    b = xval(x, gt->b);
    xv_eq(x, r, lane, xv_minmax(x, 0, MM_UMAX, lane, xval(x, gt->a), vs(b)), vs(b));
    return true;
}

static bool select_bitwise(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct vsrc b;
    uint32_t a;

    if (in->op == IR_vandn) {
        if (ir_is_const(x->f, in->b)) {
            xv_bin(x, r, P_AND, xval(x, in->a), vs_dup(~ir_const_val(x->f, in->b)), NOIMM);
            return true;
        }
        b = vs_ref(x, in->a, 16);
        xv_bin(x, r, P_ANDN, xval(x, in->b), b, NOIMM);
        return true;
    }
    if (in->op == IR_vxor && (select_leu(x, r) || xv_select_aes_last(x, r)))
        return true;
    if (in->op == IR_vxor && (is_ones(x, in->a) || is_ones(x, in->b))) {
        xv_not(x, r, xval(x, is_ones(x, in->a) ? in->b : in->a));
        return true;
    }
    a = operands(x, in, &b);
    xv_bin(x, r, in->op == IR_vand ? P_AND : in->op == IR_vor ? P_OR : P_XOR, a, b, NOIMM);
    return true;
}

static void select_bsl(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct vsrc mask = vs_ref(x, in->a, 16);

    if (mask.kind == VS_LIT && x86_has(x, HF_AVX512))
        xv_tern(x, r, E3(0x25), xval(x, in->b), xval(x, in->c), mask, 0xe4);
    else
        xv_bsl(x, r, xval(x, in->a), xval(x, in->b), vs_ref(x, in->c, 16));
}

static bool select_arith(struct x86 *x, ir_ref r)
{
    static const uint32_t sat[4][2] = { { V1(0xec) | XV_COMM, V1(0xed) | XV_COMM }, { V1(0xdc) | XV_COMM, V1(0xdd) | XV_COMM },
        { V1(0xe8), V1(0xe9) }, { V1(0xd8), V1(0xd9) } };
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    struct vsrc b;
    uint32_t a;

    if (in->op >= IR_vsqadd && in->op <= IR_vuqsub && lane >= VL_32)
        return false;
    a = operands(x, in, &b);
    switch (in->op) {
    case IR_vadd: xv_add(x, r, lane, a, b); break;
    case IR_vsub: xv_sub(x, r, lane, a, b); break;
    case IR_vceq: xv_eq(x, r, lane, a, b); break;
    case IR_vcgts: xv_gts(x, r, lane, a, b); break;
    case IR_vsmin: xv_minmax(x, r, MM_SMIN, lane, a, b); break;
    case IR_vsmax: xv_minmax(x, r, MM_SMAX, lane, a, b); break;
    case IR_vumin: xv_minmax(x, r, MM_UMIN, lane, a, b); break;
    case IR_vumax: xv_minmax(x, r, MM_UMAX, lane, a, b); break;
    default: xv_bin(x, r, sat[in->op - IR_vsqadd][lane], a, b, NOIMM);
    }
    return true;
}

static bool select_abs(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;

    if (lane < VL_64) {
        xv_un(x, r, V2(0x1c + lane), vs_ref(x, in->a, 16), NOIMM);
    } else if (x86_has(x, HF_AVX512)) {
        xv_un(x, r, E2(0x1f) | XV_W, vs_ref(x, in->a, 16), NOIMM);
    } else {
        uint32_t a = xval(x, in->a), m = xv_sar(x, 0, lane, a, 63);

        xv_sub(x, r, lane, xv2(x, 0, P_XOR, a, m), vs(m));
    }
    return true;
}

/* Per byte: table lo of its low nibble, hi of its high one. */
static void nibbles(struct x86 *x, uint32_t a, const uint64_t lo[2], const uint64_t hi[2], uint32_t out[2])
{
    const struct vsrc mask = vs_dup(UINT64_C(0x0f0f0f0f0f0f0f0f));

    out[0] = xv_bin(x, 0, P_SHUFB, xv_load(x, lo[0], lo[1]), vs(xv_bin(x, 0, P_AND, a, mask, NOIMM)), NOIMM);
    a = xv_shift(x, 0, V1(0x71), 2, a, 4);
    out[1] = xv_bin(x, 0, P_SHUFB, xv_load(x, hi[0], hi[1]), vs(xv_bin(x, 0, P_AND, a, mask, NOIMM)), NOIMM);
}

static void select_cnt(struct x86 *x, ir_ref r)
{
    static const uint64_t bits[2] = { UINT64_C(0x0302020102010100), UINT64_C(0x0403030203020201) };
    uint32_t t[2];

    nibbles(x, xval(x, insn(x, r)->a), bits, bits, t);
    xv_add(x, r, VL_8, t[0], vs(t[1]));
}

static void reverse_bits(struct x86 *x, uint32_t d, uint32_t a)
{
    static const uint64_t low[2] = { UINT64_C(0xe060a020c0408000), UINT64_C(0xf070b030d0509010) };
    static const uint64_t high[2] = { UINT64_C(0x0e060a020c040800), UINT64_C(0x0f070b030d050901) };
    uint32_t t[2];

    if (has_affine(x)) {
        affine(x, d, a, from_rev, 0);
        return;
    }
    nibbles(x, a, low, high, t);
    xv2(x, d, P_OR, t[0], t[1]);
}

static void select_rbit(struct x86 *x, ir_ref r)
{
    unsigned lane = insn(x, r)->flags & VL_MASK;
    uint32_t a = xval(x, insn(x, r)->a);

    reverse_bits(x, r, lane == VL_8 ? a : reverse_bytes(x, lane, a));
}

/* A general register's: those of its bytes in a vector register, then the bytes. */
bool x86_bitrev(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    uint32_t v = vreg_new(&x->m, RC_VEC, 16), w = vreg_new(&x->m, RC_VEC, 16), g = vreg_new(&x->m, RC_GP, 8);
    unsigned sz = ir_type_bits(in->type) / 8;
    struct mi *mi;

    if (sz < 4)
        return false;
    mi = xi(x, X_XG, 2);
    mi->sz = (uint8_t)sz;
    xdefv(mi, 0, v, NOREG);
    xuse(x, mi, 1, in->a);
    reverse_bits(x, w, v);
    mi = xi(x, X_GX, 2);
    mi->sz = (uint8_t)sz;
    xdefv(mi, 0, g, NOREG);
    xusev(mi, 1, w, NOREG);
    mi = xi(x, X_BSWAP, 2);
    mi->sz = (uint8_t)sz;
    xdef(x, mi, 0, r);
    xusev(mi, 1, g, NOREG);
    mi->o[1].kind = MOP_TIED;
    return true;
}

/* Bytes: the smaller of two tables (4 + clz of the low nibble; clz of the high one, 8 when that is 0). Wider lanes: the upper
 * half's, and the lower half's besides when the upper one is 0. */
uint32_t xv_clz(struct x86 *x, uint32_t d, unsigned lane, uint32_t a)
{
    static const uint64_t low[2] = { UINT64_C(0x0505050506060708), UINT64_C(0x0404040404040404) };
    static const uint64_t high[2] = { UINT64_C(0x0101010102020308), 0 };
    uint32_t t[2], c, up, m;
    unsigned half;

    if (lane == VL_32 && x86_has(x, HF_AVX512))
        return xv_un(x, d, E2(0x44), vs(a), NOIMM);
    if (lane == VL_8) {
        nibbles(x, a, low, high, t);
        return xv_minmax(x, d, MM_UMIN, VL_8, t[0], vs(t[1]));
    }
    half = 4u << lane;
    c = xv_clz(x, 0, lane - 1, a);
    up = xv_shr(x, 0, lane, c, half);
    m = xv_eq(x, 0, lane, up, vs_dup(dup_lane(lane, half)));
    c = xv_bin(x, 0, P_AND, c, vs_dup(dup_lane(lane, (UINT64_C(1) << half) - 1)), NOIMM);
    return xv_add(x, d, lane, xv2(x, 0, P_AND, c, m), vs(up));
}

static bool select_bits(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;
    uint32_t a = xval(x, in->a), t;

    if (lane == VL_64)
        return false;
    if (in->op == IR_vclz) {
        xv_clz(x, r, lane, a);
        return true;
    }
    t = xv_clz(x, 0, lane, xv2(x, 0, P_XOR, a, xv_sar(x, 0, lane, a, 1)));
    xv_add(x, r, lane, t, vs_dup(~UINT64_C(0)));
    return true;
}

/* Flags only when a branch asks; the caller makes a value of them. */
static void ptest(struct x86 *x, ir_ref a)
{
    struct mi *mi = xi(x, X_VX, 2);

    mi->x = V2(0x17);
    mi->aux = (uint8_t)(VXF_FLAGS | (x86_has(x, HF_AVX) ? VXF_AVX : 0));
    xuse(x, mi, 0, a);
    xuse(x, mi, 1, a);
}

unsigned x86_vnz(struct x86 *x, ir_ref r)
{
    ptest(x, insn(x, r)->a);
    return insn(x, r)->flags >> 2 & 1 ? CC_E : CC_NE;
}

static bool select_nz(struct x86 *x, ir_ref r)
{
    struct mi *mi;
    unsigned cc = x86_vnz(x, r);

    mi = xi(x, X_SETCC, 1);
    mi->cc = (uint8_t)cc;
    mi->aux = XNONE;
    xdef(x, mi, 0, r);
    return true;
}

bool x86_select_vec(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned lane = in->flags & VL_MASK;

    switch (in->op) {
    case IR_vand: case IR_vor: case IR_vxor: case IR_vandn: return select_bitwise(x, r);
    case IR_vbsl: select_bsl(x, r); return true;
    case IR_vadd: case IR_vsub: case IR_vceq: case IR_vcgts: case IR_vsmin: case IR_vsmax: case IR_vumin: case IR_vumax:
        return select_arith(x, r);
    case IR_vsqadd: case IR_vuqadd: case IR_vsqsub: case IR_vuqsub: return select_arith(x, r) || xv_select_seq(x, r);
    case IR_vcgtu: xv_gtu(x, r, lane, xval(x, in->a), xval(x, in->b)); return true;
    case IR_vshl: case IR_vshr: case IR_vsar: return select_shift(x, r);
    case IR_vrotr: return select_rotr(x, r);
    case IR_vabs: return select_abs(x, r);
    case IR_vcnt: select_cnt(x, r); return true;
    case IR_vrbit: select_rbit(x, r); return true;
    case IR_vclz: case IR_vcls: return select_bits(x, r);
    case IR_vnz: return select_nz(x, r);
    case IR_vsxt: case IR_vuxt:
        xv_un(x, r, V2((in->op == IR_vsxt ? 0x20u : 0x30u) + (lane == VL_8 ? 0u : 2 * lane + 1)), vs(xval(x, in->a)), NOIMM);
        return true;
    case IR_vshuf: case IR_vtbl: case IR_vdup: case IR_vins: case IR_vextr: return xv_select_shuf(x, r);
    default: return xv_select_shift(x, r) || xv_select_mul(x, r) || xv_select_crypto(x, r) || xv_select_seq(x, r);
    }
}
