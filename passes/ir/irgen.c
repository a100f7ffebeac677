/* Random functions. Blocks form a line of 1 .. n; branches go forward, or back to a loop head while its counter, kept in a slot
 * that
 * nothing else writes, is above zero. */
#include "passes/ir/irgen.h"

uint64_t irgen_next(uint64_t *seed)
{
    uint64_t x = *seed ? *seed : UINT64_C(0x9e3779b97f4a7c15);

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *seed = x;
}

enum { POOL = 24, FUEL = 3 };

struct gen {
    struct irgen *g;
    struct ir_func *f;
    ir_ref pool[POOL];          /* values of the current block */
    uint32_t npool;
};

static uint32_t below(struct gen *s, uint32_t n)
{
    return (uint32_t)((irgen_next(&s->g->seed) >> 11) % n);
}

static ir_ref keep(struct gen *s, ir_ref r)
{
    s->pool[s->npool < POOL ? s->npool++ : below(s, POOL)] = r;
    return r;
}

static uint64_t constant(struct gen *s)
{
    static const uint64_t k[] = { 0, 1, 2, 7, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
        INT64_MAX,
                                  UINT64_C(1) << 63, UINT64_MAX, UINT64_C(0x3ff0000000000000), UINT64_C(0x7ff0000000000000),
                                  UINT64_C(0x7ff0000000000001), UINT64_C(0x7ff8000000000000) };

    return below(s, 3) ? k[below(s, ARRAY_LEN(k))] : irgen_next(&s->g->seed);
}

static enum ir_type type_of(struct gen *s, ir_ref r)
{
    return s->f->insn[r].type;
}

/* The integer loop counter's slot is the last integer one when there are several, and is read like any other. */
static uint32_t counter(const struct gen *s)
{
    return s->g->nint - 1;
}

static ir_ref get_any(struct gen *s, enum ir_type t)
{
    return ir_get(s->f, t == T_F64 && s->g->nfp ? s->g->nint + below(s, s->g->nfp) : below(s, s->g->nint));
}

static ir_ref value(struct gen *s, enum ir_type t);

static ir_ref vec_value(struct gen *s)
{
    return below(s, 4) ? ir_get(s->f, s->g->vec0 + below(s, s->g->nvec)) : ir_vconv(s->f, IR_vdup, T_V128, VL_64, value(s, T_I64));
}

/* Some value of type t: from the pool, else a constant or a conversion of a slot. */
static ir_ref value(struct gen *s, enum ir_type t)
{
    for (unsigned tries = 0; tries < 4 && s->npool; tries++) {
        ir_ref r = s->pool[below(s, s->npool)];

        if (type_of(s, r) == t)
            return r;
    }
    if (below(s, 3) == 0)
        return ir_const(s->f, t, constant(s));
    switch (t) {
    case T_V128: return vec_value(s);
    case T_V64: case T_F16: return ir_vconv(s->f, IR_vlow, t, 0, vec_value(s));
    case T_I64: return get_any(s, t);
    case T_F64: return s->g->nfp ? get_any(s, t) : ir_op1(s->f, IR_bitcast, t, get_any(s, T_I64));
    case T_F32: return ir_op1(s->f, IR_bitcast, t, value(s, T_I32));
    default:    return ir_op1(s->f, IR_trunc, t, get_any(s, T_I64));
    }
}

static enum ir_type int_type(struct gen *s)
{
    static const enum ir_type t[] = { T_I64, T_I64, T_I64, T_I32, T_I32, T_I16, T_I8, T_I1 };

    return t[below(s, ARRAY_LEN(t))];
}

static ir_ref gen_int(struct gen *s)
{
    enum ir_op op = IR_add + below(s, IR_clmulh - IR_add + 1);
    enum ir_type t = int_type(s);

    if (t == T_I1)              /* booleans: logic only, as guests make them */
        op = IR_and + below(s, IR_xor - IR_and + 1);
    if ((op == IR_bswap || op == IR_orcb) && t == T_I8)
        t = T_I16;
    return ir_opinfo[op].sig[2] == 'v' ? ir_op2(s->f, op, t, value(s, t), value(s, t)) : ir_op1(s->f, op, t, value(s, t));
}

static ir_ref gen_convert(struct gen *s)
{
    static const struct { enum ir_op op; enum ir_type t, a; } conv[] = {
        { IR_zext, T_I64, T_I32 },   { IR_sext, T_I64, T_I32 },   { IR_zext, T_I64, T_I1 },   { IR_zext, T_I64, T_I8 },
        { IR_sext, T_I64, T_I16 },   { IR_zext, T_I32, T_I16 },   { IR_sext, T_I32, T_I8 },   { IR_trunc, T_I32, T_I64 },
        { IR_trunc, T_I16, T_I64 },  { IR_trunc, T_I8, T_I32 },   { IR_bitcast, T_I64, T_F64 }, { IR_bitcast, T_F64, T_I64 },
        { IR_bitcast, T_I32, T_F32 }, { IR_bitcast, T_F32, T_I32 }, { IR_nbox, T_F64, T_F32 },  { IR_nunbox, T_F32, T_F64 },
        { IR_fclass, T_I64, T_F64 }, { IR_fclass, T_I64, T_F32 },
    };
    uint32_t i = below(s, ARRAY_LEN(conv));

    return ir_op1(s->f, conv[i].op, conv[i].t, value(s, conv[i].a));
}

/* Arithmetic is followed by fcanon, since which NaN it yields is open. */
static ir_ref gen_fp(struct gen *s)
{
    static const enum ir_op op2[] = { IR_fadd, IR_fsub, IR_fmul, IR_fdiv, IR_fminnum, IR_fmaxnum };
    enum ir_type t = below(s, 3) ? T_F64 : T_F32, it = below(s, 2) ? T_I64 : T_I32;
    ir_ref a = value(s, t), b = value(s, t), r;
    unsigned rm = below(s, 4) ? FP_RM_DYN : below(s, 5);

    switch (below(s, 10)) {
    case 0:  r = ir_fp(s->f, IR_fsqrt, t, rm, a, 0, 0); break;
    case 1:  r = ir_fp(s->f, IR_fma, t, rm, a, b, value(s, t)); break;
    case 2:  return ir_fp(s->f, IR_feq + below(s, 3), T_I1, (unsigned[]){ 0, FP_QUIET, FP_SILENT }[below(s, 3)], a, b, 0);
    case 3:  return ir_fp(s->f, below(s, 2) ? IR_f2si : IR_f2ui, it, rm, a, 0, 0);
    case 4:  r = ir_fp(s->f, below(s, 2) ? IR_si2f : IR_ui2f, t, rm, value(s, it), 0, 0); break;
    case 5:  t = t == T_F64 ? T_F32 : T_F64; r = ir_fp(s->f, IR_fcvt, t, rm, a, 0, 0); break;
    default: r = ir_fp(s->f, op2[below(s, ARRAY_LEN(op2))], t, rm, a, b, 0); break;
    }
    return ir_op1(s->f, IR_fcanon, t, r);
}

/* The lanes, as a bit set over VL_*, that a VOP row has a meaning for. */
static unsigned vec_lanes(enum ir_op op)
{
    if (op == IR_vcnt || op == IR_vpmul)
        return 1 << VL_8;
    if (op == IR_vpmull)
        return 1 << VL_8 | 1 << VL_64;
    if (op == IR_vsqdmulh || op == IR_vsqrdmulh || op == IR_vsqdmull || op == IR_vsqrdmlah || op == IR_vsqrdmlsh)
        return 1 << VL_16 | 1 << VL_32;
    if (op == IR_vclz || op == IR_vcls || op == IR_vsmull || op == IR_vumull || (op >= IR_vsxt && op <= IR_vupaddl))
        return 1 << VL_8 | 1 << VL_16 | 1 << VL_32;
    return 15;
}

static ir_ref gen_shuffle(struct gen *s)
{
    uint8_t p[16];

    for (unsigned i = 0; i < 16; i++)
        p[i] = (uint8_t)(below(s, 8) ? below(s, 32) : 0x80);
    return ir_vshuf(s->f, value(s, T_V128), value(s, T_V128), p);
}

/* Between vectors and scalars. */
static ir_ref gen_vec_move(struct gen *s)
{
    static const enum ir_type low[] = { T_V64, T_F16, T_F32, T_F64 };
    unsigned lane = below(s, 4), fl = VL(lane, below(s, 16u >> lane));
    enum ir_type it = T_I8 + lane, t = low[below(s, 4)];

    switch (below(s, 6)) {
    case 0:  return ir_vconv(s->f, IR_vdup, T_V128, lane, value(s, it));
    case 1:  return ir_vconv(s->f, IR_vextr, it, fl, value(s, T_V128));
    case 2:  return ir_vconv(s->f, IR_vlow, t, 0, value(s, T_V128));
    case 3:  return ir_vconv(s->f, IR_vzext, T_V128, 0, value(s, t));
    case 4:  return ir_vconv(s->f, IR_vnz, T_I1, VL(VL_8, below(s, 2)), value(s, T_V128));
    default: return ir_vec(s->f, IR_vins, fl, value(s, T_V128), value(s, it), 0);
    }
}

static ir_ref gen_vec(struct gen *s)
{
    enum ir_op op = IR_vand + below(s, IR_vbfmmla - IR_vand + 1);
    const char *sig = ir_opinfo[op].sig;
    unsigned lane = below(s, 4), imm = 0;
    ir_ref a, b, c;

    if (op == IR_vshuf)
        return gen_shuffle(s);
    if ((op >= IR_vdup && op <= IR_vnz) || below(s, 5) == 0)
        return gen_vec_move(s);
    while (!(vec_lanes(op) >> lane & 1))
        lane = below(s, 4);
    if (op >= IR_vshl && op <= IR_vrotr)
        imm = below(s, lane == VL_64 || op == IR_vrotr ? 8u << lane : (8u << lane) + 1);
    else if (op >= IR_vsm3tt1a && op <= IR_vsm3tt2b)
        imm = below(s, 4);
    a = value(s, T_V128);
    b = sig[2] == 'v' ? value(s, T_V128) : 0;
    c = sig[3] == 'v' ? value(s, T_V128) : 0;
    return ir_vec(s->f, op, VL(lane, imm), a, b, c);
}

/* The dialect in which NaNs are definite, so nothing need follow. */
static ir_ref gen_vec_fp(struct gen *s)
{
    static const enum ir_op op2[] = { IR_fadd, IR_fsub, IR_fmul, IR_fdiv, IR_fmin, IR_fmax, IR_fminnm, IR_fmaxnm, IR_fmulx, IR_frecps,
                                      IR_frsqrts };
    static const enum ir_op op1[] = { IR_fsqrt, IR_frecpe, IR_frsqrte, IR_frint };
    static const enum ir_op conv[] = { IR_f2si, IR_f2ui, IR_si2f, IR_ui2f };
    unsigned lane = (1 + below(s, 3)) << 6, rm = below(s, 4) ? FP_RM_DYN : below(s, 5), fl = lane | FP_PROP | rm;
    enum ir_type t = lane == FP_LANE_F64 || below(s, 2) ? T_V128 : T_V64;
    ir_ref a = value(s, t), b = value(s, t);

    switch (below(s, 8)) {
    case 0:  return ir_fp(s->f, op1[below(s, ARRAY_LEN(op1))], t, fl, a, 0, 0);
    case 1:  return ir_fp(s->f, IR_fma, t, fl, a, b, value(s, t));
    case 2:  return ir_fp(s->f, IR_vfeq + below(s, 3), t, lane | (unsigned[]){ 0, FP_QUIET, FP_SILENT }[below(s, 3)], a, b, 0);
    case 3:  return ir_fp(s->f, conv[below(s, ARRAY_LEN(conv))], t, lane | FP_NAN_ZERO | rm, a, 0, 0);
    case 4:  return ir_fp(s->f, IR_vfcvtl, T_V128, lane == FP_LANE_F16 ? fl ^ (FP_LANE_F16 ^ FP_LANE_F32) : fl, value(s, T_V128), 0, 0);
    default: return ir_fp(s->f, op2[below(s, ARRAY_LEN(op2))], t, fl, a, b, 0);
    }
}

/* add with carry, and its carries */
static ir_ref gen_addc(struct gen *s)
{
    enum ir_op op = IR_addc + below(s, 3);
    enum ir_type t = below(s, 2) ? T_I64 : T_I32;

    return ir_op3(s->f, op, op == IR_addc ? t : T_I1, value(s, t), value(s, t), value(s, T_I1));
}

static ir_ref gen_op(struct gen *s)
{
    enum ir_type t;

    if (s->g->nvec && below(s, 3) == 0)
        return s->g->fp && below(s, 4) == 0 ? gen_vec_fp(s) : gen_vec(s);
    if (below(s, 24) == 0)
        return gen_addc(s);
    if (s->g->fp && below(s, 4) == 0)
        return gen_fp(s);
    switch (below(s, 8)) {
    case 0:
        t = int_type(s);
        return ir_op2(s->f, IR_eq + below(s, IR_sle - IR_eq + 1), T_I1, value(s, t), value(s, t));
    case 1:
        t = below(s, 3) ? T_I64 : T_I32;
        return ir_op3(s->f, IR_select, t, value(s, T_I1), value(s, t), value(s, t));
    case 2:
        return gen_convert(s);
    case 3:
        t = below(s, 2) ? T_F64 : T_F32;
        return below(s, 2) ? ir_op2(s->f, IR_fcpsgn, t, value(s, t), value(s, t)) : ir_op1(s->f, IR_fneg + below(s, 2), t,
            value(s, t));
    default:
        return gen_int(s);
    }
}

static void gen_put(struct gen *s)
{
    if (s->g->nvec && below(s, 3) == 0)
        ir_put(s->f, s->g->vec0 + below(s, s->g->nvec), value(s, T_V128));
    else if (s->g->nfp && below(s, 4) == 0)
        ir_put(s->f, s->g->nint + below(s, s->g->nfp), value(s, T_F64));
    else if (counter(s) > 0)
        ir_put(s->f, below(s, counter(s)), value(s, T_I64));
}

static void gen_body(struct gen *s)
{
    s->npool = 0;
    for (uint32_t i = 0; i < s->g->ops; i++) {
        keep(s, gen_op(s));
        if (below(s, 5) == 0)
            gen_put(s);
    }
    gen_put(s);
}

/* Counts down; true while fuel is left. Only this writes the counter. */
static ir_ref burn(struct gen *s)
{
    ir_ref n = ir_op2(s->f, IR_sub, T_I64, ir_get(s->f, counter(s)), ir_const(s->f, T_I64, 1));

    ir_put(s->f, counter(s), n);
    return ir_op2(s->f, IR_slt, T_I1, ir_const(s->f, T_I64, 0), n);
}

/* Block i of 1 .. last: somewhere forward, or back when there is a counter. */
static void gen_end(struct gen *s, uint32_t i, uint32_t last)
{
    uint32_t next = i + 1, far = next + below(s, last - i);
    ir_blk t[3];

    switch (below(s, 4)) {
    case 0:
        ir_br(s->f, next);
        break;
    case 1:
        if (i > 2 && counter(s) > 0) {
            ir_brif(s->f, burn(s), 2 + below(s, i - 2), next);
            break;
        }
        /* fall through */
    case 2:
        ir_brif(s->f, value(s, T_I1), far, next);
        break;
    default:
        for (unsigned k = 0; k < 3; k++)
            t[k] = next + below(s, last - i);
        ir_switch(s->f, ir_op2(s->f, IR_and, T_I64, value(s, T_I64), ir_const(s->f, T_I64, 3)), t, 3, next);
        break;
    }
}

struct ir_func *irgen_func(struct cc *cc, struct irgen *g, const struct guest_slot *slot, uint32_t nslot)
{
    struct gen s = { .g = g, .f = ir_func_new(cc, "random", slot, nslot) };
    uint32_t last = g->nblocks + 2;

    for (uint32_t i = 1; i <= last; i++)
        ir_block_new(s.f, 0x1000 + 4 * i, i == 1 ? BLK_ENTRY : 0);
    for (uint32_t i = 1; i < last; i++) {
        ir_block_at(s.f, i);
        if (i == 1 && counter(&s) > 0)
            ir_put(s.f, counter(&s), ir_const(s.f, T_I64, FUEL * g->nblocks));
        gen_body(&s);
        gen_end(&s, i, last);
    }
    ir_block_at(s.f, last);
    ir_ret(s.f, ir_get(s.f, 0));
    ir_cfg(s.f);
    return s.f;
}
