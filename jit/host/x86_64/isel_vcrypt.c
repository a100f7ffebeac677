/* x86-64 selection of cryptographic vector ops. The ops' AES round is cut elsewhere than AES-NI's: a ^ key comes first,
 * MixColumns apart; chains of both become whole rounds again. Hashes: the SHA extensions keep the words of the state in another
 * order. */
#include "jit/host/x86_64/vec.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

enum { AESIMC = 0xdb, AESENC = 0xdc, AESDEC = 0xde, AESDECLAST = 0xdf };
#define P_SHUFD V1(0x70)
#define SHUFPS XOP(0, 1, 0xc6)

/* need[] of a round's first half whose state alone is wanted: a ^ key, before its table look-ups. */
enum { NEED_STATE = 3 };
struct aes { unsigned op, mix, full; /* opcode of a whole round; the next one: of the last */ };

/* The state of `round`. Where its operand is a whole round of another state, that one's last xor takes the key along. */
static uint32_t aes_state(struct x86 *x, uint32_t d, ir_ref round, const struct aes *k)
{
    struct vsrc key = vs_ref(x, insn(x, round)->b, 16);
    ir_ref a = x86_rep(x, insn(x, round)->a), inner;

    if (xv_private(x, a, k->mix) && xv_private(x, inner = x86_rep(x, insn(x, a)->a), k->op)) {
        x->need[inner] = NEED_STATE;
        return xv_bin(x, d, V2(k->full), inner, key, NOIMM);
    }
    return xv_bin(x, d, P_XOR, xval(x, a), key, NOIMM);
}

static const struct aes dir[] = { { IR_vaese, IR_vaesmc, AESENC }, { IR_vaesd, IR_vaesimc, AESDEC } };

/* The last round and the xor with the last key. */
bool xv_select_aes_last(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);

    for (unsigned i = 0; i < 4; i++) {
        const struct aes *k = &dir[i & 1];
        ir_ref a = x86_rep(x, i < 2 ? in->a : in->b), key = i < 2 ? in->b : in->a;

        if (!xv_private(x, a, k->op) || !x86_has(x, HF_AES))
            continue;
        x->need[a] = NEED_STATE;
        xv_bin(x, r, V2(k->full + 1), a, vs_ref(x, key, 16), NOIMM);
        return true;
    }
    return false;
}

static bool select_aes(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    const struct aes *k = &dir[in->op == IR_vaesd || in->op == IR_vaesimc];
    uint32_t s;
    ir_ref a;

    if (!x86_has(x, HF_AES))
        return false;
    a = x86_rep(x, in->a);
    if (x->need[r] == NEED_STATE) {
        aes_state(x, r, r, k);
    } else if (in->op == k->op) {
        s = aes_state(x, 0, r, k);
        xv2(x, r, V2(k->full + 1), s, xv_zero(x));
    } else if (xv_private(x, a, k->op)) {
        x->need[a] = NEED_STATE;
        xv2(x, r, V2(k->full), a, xv_zero(x));
    } else if (in->op == IR_vaesimc) {
        xv_un(x, r, V2(AESIMC), vs(xval(x, a)), NOIMM);
    } else {                                    /* undo what a round does before it */
        s = xv2(x, 0, V2(AESDECLAST), xval(x, a), xv_zero(x));
        xv2(x, r, V2(AESENC), s, xv_zero(x));
    }
    return true;
}

/* Polynomial product of two doublewords; of upper ones, too, where a shuffle would have brought them down. */
static ir_ref half_of(struct x86 *x, ir_ref r, unsigned *upper)
{
    const uint8_t *p;

    *upper = 0;
    r = x86_rep(x, r);
    if (!xv_private(x, r, IR_vshuf))
        return r;
    p = x->f->pattern[insn(x, r)->c];
    for (unsigned i = 0; i < 8; i++)
        if (p[i] != (p[0] & 24) + i)
            return r;
    *upper = p[0] >> 3 & 1;
    return x86_rep(x, p[0] & 16 ? insn(x, r)->b : insn(x, r)->a);
}

static bool select_pmull(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned ha, hb;
    ir_ref a, b;

    if ((in->flags & VL_MASK) != VL_64 || !x86_has(x, HF_PCLMUL))
        return false;
    a = half_of(x, in->a, &ha);
    b = half_of(x, in->b, &hb);
    xv_bin(x, r, V3(0x44), xval(x, a), vs(xval(x, b)), (int)(ha | hb << 4));
    return true;
}

/* ---- hashes ---- */

/* Four rounds; the instruction adds the constant itself, and has word 0 on top. */
static void select_sha1(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned f = in->op == IR_vsha1c ? 0 : in->op == IR_vsha1p ? 1 : 2;
    uint64_t k = (const uint32_t[]){ 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc }[f];
    uint32_t w = xv_sub(x, 0, VL_32, xval(x, in->c), vs_dup(k << 32 | k)), e = xv_shift(x, 0, V1(0x73), 7, xval(x, in->b), 12), s;

    w = xv_add(x, 0, VL_32, xv_un(x, 0, P_SHUFD, vs(w), 0x1b), vs(e));
    s = xv_un(x, 0, P_SHUFD, vs(xval(x, in->a)), 0x1b);
    s = xv_legacy(x, 0, XOP(0, 3, 0xcc), s, w, (int)f);
    xv_un(x, r, P_SHUFD, vs(s), 0x1b);
}

static uint32_t rotl1(struct x86 *x, uint32_t a)
{
    uint32_t t;

    if (x86_has(x, HF_AVX512))
        return xv_shift(x, 0, E1(0x72), 1, a, 1);
    t = xv_shift(x, 0, V1(0x72), 2, a, 31);
    return xv2(x, 0, P_OR, xv_add(x, 0, VL_32, a, vs(a)), t);
}

static void select_sha1_schedule(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    uint32_t a = xval(x, in->a), t;

    if (in->op == IR_vsha1su0) {
        t = xv_bin(x, 0, V3(0x0f), xval(x, in->b), vs(a), 8);
        xv2(x, r, P_XOR, xv2(x, 0, P_XOR, t, a), xval(x, in->c));
        return;
    }
    t = xv2(x, 0, P_XOR, xv_shift(x, 0, V1(0x73), 3, xval(x, in->b), 4), a);
    t = rotl1(x, t);
    xv2(x, r, P_XOR, rotl1(x, xv_shift(x, 0, V1(0x73), 7, t, 12)), t);
}

/* The two halves of a hash's new state are two ops with the same operands: the rounds, whose result both want, are done at the
 * first one. */
struct vpair { ir_ref first; uint32_t feba, next; };
enum { PAIR_REACH = 16, NEED_PAIR = 3 /* need[] of a first one whose own result nobody wants */ };

static const struct vpair *pair_of(struct x86 *x, ir_ref first)
{
    for (uint32_t i = 0; i < x->npair; i++)
        if (x->pair[i].first == first)
            return &x->pair[i];
    return NULL;
}

static bool same_rounds(struct x86 *x, ir_ref p, ir_ref q)
{
    const struct ir_insn *a = insn(x, p), *b = insn(x, q);

    return a->op == (b->op == IR_vsha256h ? IR_vsha256h2 : IR_vsha256h) && x86_rep(x, a->a) == x86_rep(x, b->b) &&
           x86_rep(x, a->b) == x86_rep(x, b->a) && x86_rep(x, a->c) == x86_rep(x, b->c);
}

/* Selection goes backwards: the first op of r's pair, still to come. */
static ir_ref pair_first(struct x86 *x, ir_ref r)
{
    const struct ir_block *k = &x->f->block[x->blk];
    uint32_t at = x->where[r];

    for (uint32_t i = at; i-- > 0 && at - i < PAIR_REACH;)
        if (same_rounds(x, k->insn[i], r) && x->need[k->insn[i]] <= 1)
            return pair_of(x, k->insn[i]) ? IR_NONE : k->insn[i];
    return IR_NONE;
}

/* Four rounds on a, b, c, d and e..h. The instruction does two, on words f, e, b, a and h, g, d, c (lowest first), the message in
 * xmm0; what was its one operand is the other one next. */
static void sha256_rounds(struct x86 *x, ir_ref r, struct vpair *p)
{
    const struct ir_insn *in = insn(x, r);
    bool h = in->op == IR_vsha256h;
    uint32_t abcd = xval(x, h ? in->a : in->b), efgh = xval(x, h ? in->b : in->a), w = xval(x, in->c), feba, hgdc;

    feba = xv_bin(x, 0, SHUFPS, efgh, vs(abcd), 0x11);
    hgdc = xv_bin(x, 0, SHUFPS, efgh, vs(abcd), 0xbb);
    xv_rounds(x, p->next, hgdc, feba, w);
    xv_rounds(x, p->feba, feba, p->next, xv_un(x, 0, P_SHUFD, vs(w), 0x0e));
}

static void select_sha256(struct x86 *x, ir_ref r)
{
    const struct vpair *known = pair_of(x, r);
    struct vpair p = known ? *known : (struct vpair){ .first = pair_first(x, r) };

    if (!known) {
        p.feba = vreg_new(&x->m, RC_VEC, 16);
        p.next = vreg_new(&x->m, RC_VEC, 16);
    }
    if (!known && p.first) {
        x->pair = arena_grow(&x->cc->arena, x->pair, &x->cappair, x->npair + 1, sizeof *x->pair);
        x->pair[x->npair++] = p;
        if (!x->need[p.first])
            x->need[p.first] = NEED_PAIR;
    } else {
        sha256_rounds(x, r, &p);
    }
    if (x->need[r] != NEED_PAIR)
        xv_bin(x, r, SHUFPS, p.feba, vs(p.next), insn(x, r)->op == IR_vsha256h ? 0xbb : 0x11);
}

static void select_sha256_schedule(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    uint32_t a = xval(x, in->a), b = xval(x, in->b), c;

    if (in->op == IR_vsha256su0) {
        xv_legacy(x, r, XOP(0, 2, 0xcc), a, b, NOIMM);
        return;
    }
    c = xval(x, in->c);
    a = xv_add(x, 0, VL_32, a, vs(xv_bin(x, 0, V3(0x0f), c, vs(b), 4)));
    xv_legacy(x, r, XOP(0, 2, 0xcd), a, c, NOIMM);
}

/* Each doubleword rotated right by r0 and by r1, and shifted right by n, all three exclusive-ored. */
static uint32_t sigma64(struct x86 *x, uint32_t a, unsigned r0, unsigned r1, unsigned n)
{
    uint32_t p = xv_shift(x, 0, E1(0x72) | XV_W, 0, a, r0), q = xv_shift(x, 0, E1(0x72) | XV_W, 0, a, r1);

    return xv_tern(x, 0, E3(0x25), p, q, vs(xv_shift(x, 0, V1(0x73), 2, a, n)), 0x96);
}

static uint32_t sum64(struct x86 *x, uint32_t a, unsigned r0, unsigned r1, unsigned r2)
{
    uint32_t p = xv_shift(x, 0, E1(0x72) | XV_W, 0, a, r0), q = xv_shift(x, 0, E1(0x72) | XV_W, 0, a, r1);

    return xv_tern(x, 0, E3(0x25), p, q, vs(xv_shift(x, 0, E1(0x72) | XV_W, 0, a, r2)), 0x96);
}

static uint32_t swapped(struct x86 *x, uint32_t a) { return xv_un(x, 0, P_SHUFD, vs(a), 0x4e); }

static void select_sha512_schedule(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    uint32_t a = xval(x, in->a), b = xval(x, in->b), t;

    if (in->op == IR_vsha512su0)
        t = sigma64(x, xv_bin(x, 0, V3(0x0f), b, vs(a), 8), 1, 8, 7);
    else
        t = xv_add(x, 0, VL_64, sigma64(x, b, 19, 61, 6), vs(xval(x, in->c)));
    xv_add(x, r, VL_64, a, vs(t));
}

/* f + sum of s + w. */
static uint32_t sha512_sum(struct x86 *x, uint32_t f, uint32_t s, bool h, uint32_t w)
{
    uint32_t t = h ? sum64(x, s, 14, 18, 41) : sum64(x, s, 28, 34, 39);

    return xv_add(x, 0, VL_64, xv_add(x, 0, VL_64, f, vs(t)), vs(w));
}

/* Two rounds: the first one makes the upper doubleword, of which the second one, the lower, is made. Whole registers, of which half
 * counts. Arm DDI 0487, C7 (SHA512H, SHA512H2: x and y are the second and third operand). */
static void select_sha512(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool h = in->op == IR_vsha512h;
    uint32_t w = xval(x, in->a), xx = xval(x, in->b), y = xval(x, in->c), xs = swapped(x, xx), ys = swapped(x, y), t, u, f;

    if (h) {
        f = xv_tern(x, 0, E3(0x25), y, xs, vs(xx), 0xca);
        t = sha512_sum(x, f, y, true, w);
        u = xv_add(x, 0, VL_64, swapped(x, t), vs(y));
        f = xv_tern(x, 0, E3(0x25), u, ys, vs(xx), 0xca);
    } else {
        f = xv_tern(x, 0, E3(0x25), xs, ys, vs(y), 0xe8);
        t = sha512_sum(x, f, ys, false, w);
        u = swapped(x, t);
        f = xv_tern(x, 0, E3(0x25), u, ys, vs(y), 0xe8);
    }
    xv_bin(x, r, V3(0x02), t, vs(sha512_sum(x, f, u, h, w)), 3);
}

bool xv_select_crypto(struct x86 *x, ir_ref r)
{
    switch (insn(x, r)->op) {
    case IR_vaese: case IR_vaesd: case IR_vaesmc: case IR_vaesimc: return select_aes(x, r);
    case IR_vpmull: return select_pmull(x, r);
    case IR_vsha1su0: case IR_vsha1su1: select_sha1_schedule(x, r); return true;
    case IR_vsha1c: case IR_vsha1p: case IR_vsha1m:
        if (x86_has(x, HF_SHA))
            select_sha1(x, r);
        break;
    case IR_vsha256h: case IR_vsha256h2:
        if (x86_has(x, HF_SHA))
            select_sha256(x, r);
        break;
    case IR_vsha256su0: case IR_vsha256su1:
        if (x86_has(x, HF_SHA))
            select_sha256_schedule(x, r);
        break;
    case IR_vsha512h: case IR_vsha512h2:
        if (x86_has(x, HF_AVX512))
            select_sha512(x, r);
        return x86_has(x, HF_AVX512);
    case IR_vsha512su0: case IR_vsha512su1:
        if (x86_has(x, HF_AVX512))
            select_sha512_schedule(x, r);
        return x86_has(x, HF_AVX512);
    default: return false;
    }
    return x86_has(x, HF_SHA);
}
