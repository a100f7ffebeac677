/* Random functions over the harness's slots and memory, for the backend's test: many values alive at once, loops, switches, loads
 * and stores that may fault with an `at` before each, FP with every rounding mode, all exits. Test code, header only. */
#ifndef AOTC_JIT_BACKEND_GEN_H
#define AOTC_JIT_BACKEND_GEN_H

#include "jit/backend_harness.h"
#include "passes/ir/irgen.h"

enum { POOLSIZE = 40 };

struct bgen {
    uint64_t s;
    struct ir_func *f;
    ir_ref pool[T_COUNT][POOLSIZE];
    unsigned n[T_COUNT];
    uint64_t pc;
    bool vectors, faults;       /* addresses reach the bad page often */
};

struct bgen_arg { uint64_t seed; };

static inline unsigned bg_below(struct bgen *g, unsigned n) { return (unsigned)((irgen_next(&g->s) >> 13) % n); }

static inline ir_ref bg_keep(struct bgen *g, ir_ref r)
{
    enum ir_type t = g->f->insn[r].type;

    g->pool[t][g->n[t] < POOLSIZE ? g->n[t]++ : bg_below(g, POOLSIZE)] = r;
    return r;
}

static inline uint64_t bg_const(struct bgen *g)
{
    static const uint64_t k[] = { 0, 1, 2, 3, 7, 8, 31, 32, 63, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
        INT64_MAX, UINT64_C(1) << 63, UINT64_MAX, UINT64_C(0xffffffff80000000), UINT64_C(0x3ff0000000000000),
        UINT64_C(0x7ff0000000000000), UINT64_C(0x7ff0000000000001), UINT64_C(0x7ff8000000000000), 0x3f800000,
        0x7f800001, UINT64_C(0xffffffff3f800000) };

    return bg_below(g, 3) ? k[bg_below(g, ARRAY_LEN(k))] : irgen_next(&g->s);
}

static inline ir_ref bg_slot(struct bgen *g, enum ir_type t)
{
    switch (t) {
    case T_F64: return ir_get(g->f, NI + bg_below(g, NF));
    case T_I64: return ir_get(g->f, bg_below(g, 12) ? bg_below(g, NI) : S_HOME);
    case T_I32: return ir_get(g->f, S_I32);
    case T_I16: return ir_get(g->f, S_I16);
    case T_I8:  return ir_get(g->f, S_I8);
    case T_F32: return ir_get(g->f, S_F32);
    case T_V128: return ir_get(g->f, S_V + bg_below(g, NV));
    default:    return ir_get(g->f, S_I1);
    }
}

static inline ir_ref bg_val(struct bgen *g, enum ir_type t)
{
    if (bg_below(g, 6) == 0)
        return ir_const(g->f, t, bg_const(g) & type_mask(t));
    if (g->n[t] && bg_below(g, 5))
        return g->pool[t][bg_below(g, g->n[t])];
    if (t == T_V128)
        return bg_slot(g, t);
    if (t == T_V64 || t == T_F16)
        return ir_vconv(g->f, IR_vlow, t, 0, bg_val(g, T_V128));
    return bg_below(g, 2) || t == T_I64 || t == T_F64 || t == T_F32 || t == T_I1 ? bg_slot(g, t)
         : ir_op1(g->f, IR_trunc, t, bg_val(g, T_I64));
}

static inline enum ir_type bg_int_type(struct bgen *g)
{
    static const uint8_t t[] = { T_I64, T_I64, T_I64, T_I32, T_I32, T_I16, T_I8 };

    return t[bg_below(g, ARRAY_LEN(t))];
}

/* A chain of adds or subtractions with carry, with some of their flags. */
static inline void bg_carries(struct bgen *g)
{
    enum ir_type t = bg_below(g, 4) ? T_I64 : T_I32;
    bool sub = bg_below(g, 2);
    ir_ref c = bg_below(g, 2) ? bg_val(g, T_I1) : bg_below(g, 2) ? ir_const(g->f, T_I1, bg_below(g, 2))
             : ir_op2(g->f, bg_below(g, 2) ? IR_ult : IR_ule, T_I1, bg_val(g, t), bg_val(g, t));

    for (unsigned i = 1 + bg_below(g, 4); i-- > 0;) {
        ir_ref a = bg_val(g, t), b = bg_val(g, t), n = c;

        if (sub)
            b = ir_op2(g->f, IR_xor, t, b, ir_const(g->f, t, type_mask(t)));
        if (bg_below(g, 4))
            bg_keep(g, ir_op3(g->f, IR_addc, t, a, b, c));
        if (bg_below(g, 4) == 0)
            bg_keep(g, ir_op3(g->f, IR_addco, T_I1, a, b, c));
        n = ir_op3(g->f, IR_addcc, T_I1, a, b, c);
        if (bg_below(g, 4) == 0)
            bg_keep(g, n);
        if (bg_below(g, 4) == 0)
            bg_keep(g, ir_op3(g->f, IR_addc, t, a, b, c));
        c = n;
    }
    bg_keep(g, c);
}

static inline void bg_int(struct bgen *g)
{
    static const uint8_t op2[] = { IR_add, IR_sub, IR_mul, IR_mulhu, IR_mulhs, IR_mulhsu, IR_udiv, IR_urem, IR_sdiv, IR_srem,
        IR_and, IR_or, IR_xor, IR_shl, IR_shr, IR_sar, IR_rotl, IR_rotr, IR_smin, IR_smax, IR_umin, IR_umax, IR_clmul, IR_clmulh,
        IR_add, IR_sub, IR_and, IR_add, IR_add };
    static const uint8_t op1[] = { IR_clz, IR_ctz, IR_popcnt, IR_bswap, IR_bitrev, IR_orcb };
    enum ir_type t = bg_int_type(g);
    unsigned op = bg_below(g, 8) ? op2[bg_below(g, ARRAY_LEN(op2))] : op1[bg_below(g, ARRAY_LEN(op1))];
    ir_ref v;

    if (bg_below(g, 8) == 0) {
        bg_carries(g);
        return;
    }
    if (op == IR_bswap && t == T_I8)
        op = IR_popcnt;
    if (ir_opinfo[op].sig[2] != 'v')
        v = ir_op1(g->f, op, t, bg_val(g, t));
    else
        v = ir_op2(g->f, op, t, bg_val(g, t), bg_val(g, t));
    bg_keep(g, v);
    if (t < T_I64)
        bg_keep(g, ir_op1(g->f, bg_below(g, 2) ? IR_sext : IR_zext, T_I64, v));
}

static inline ir_ref bg_compare(struct bgen *g)
{
    enum ir_type t = bg_below(g, 12) ? bg_int_type(g) : T_I1;

    if (bg_below(g, 6) == 0) {
        t = bg_below(g, 2) ? T_F64 : T_F32;
        unsigned fl = (unsigned[]){ 0, FP_QUIET, FP_SILENT, FP_SILENT }[bg_below(g, 4)];

        return bg_keep(g, ir_fp(g->f, IR_feq + bg_below(g, 3), T_I1, fl, bg_val(g, t), bg_val(g, t), 0));
    }
    return bg_keep(g, ir_op2(g->f, IR_eq + bg_below(g, IR_sle - IR_eq + 1), T_I1, bg_val(g, t), bg_val(g, t)));
}

static inline void bg_misc(struct bgen *g)
{
    static const struct { uint16_t op; uint8_t t, a; } conv[] = {
        { IR_zext, T_I64, T_I32 },   { IR_sext, T_I64, T_I32 },   { IR_zext, T_I64, T_I1 },   { IR_zext, T_I64, T_I8 },
        { IR_sext, T_I64, T_I16 },   { IR_zext, T_I32, T_I16 },   { IR_sext, T_I32, T_I8 },   { IR_trunc, T_I32, T_I64 },
        { IR_trunc, T_I16, T_I64 },  { IR_trunc, T_I8, T_I32 },   { IR_bitcast, T_I64, T_F64 }, { IR_bitcast, T_F64, T_I64 },
        { IR_bitcast, T_I32, T_F32 }, { IR_bitcast, T_F32, T_I32 }, { IR_nbox, T_F64, T_F32 },  { IR_nunbox, T_F32, T_F64 },
        { IR_fclass, T_I64, T_F64 }, { IR_fclass, T_I64, T_F32 }, { IR_sext, T_I64, T_I1 }, { IR_trunc, T_I1, T_I64 },
        { IR_sext, T_I32, T_I1 }, { IR_zext, T_I32, T_I1 }, { IR_zext, T_I16, T_I8 }, { IR_sext, T_I16, T_I8 },
        { IR_zext, T_I8, T_I1 },
    };
    static const uint8_t sel[] = { T_I64, T_I64, T_I32, T_F64, T_F32, T_I8, T_I16, T_V128, T_V128 };
    enum ir_type t = sel[bg_below(g, has_vectors() ? ARRAY_LEN(sel) : 7)];
    unsigned i = bg_below(g, ARRAY_LEN(conv));

    switch (bg_below(g, 6)) {
    case 0: bg_keep(g, ir_op3(g->f, IR_select, t, bg_val(g, T_I1), bg_val(g, t), bg_val(g, t))); break;
    case 1: bg_keep(g, ir_op2(g->f, IR_and + bg_below(g, 3), T_I1, bg_val(g, T_I1), bg_val(g, T_I1))); break;
    case 2:
        t = bg_below(g, 2) ? T_F64 : T_F32;
        bg_keep(g, bg_below(g, 2) ? ir_op2(g->f, IR_fcpsgn, t, bg_val(g, t), bg_val(g, t))
                                  : ir_op1(g->f, IR_fneg + bg_below(g, 2), t, bg_val(g, t)));
        break;
    default: bg_keep(g, ir_op1(g->f, conv[i].op, conv[i].t, bg_val(g, conv[i].a))); break;
    }
}

/* Arithmetic is followed by fcanon, since which NaN it yields is open. */
static inline void bg_fp(struct bgen *g)
{
    static const uint8_t op2[] = { IR_fadd, IR_fsub, IR_fmul, IR_fdiv, IR_fminnum, IR_fmaxnum };
    enum ir_type t = bg_below(g, 3) ? T_F64 : T_F32, it = bg_below(g, 2) ? T_I64 : T_I32;
    ir_ref a = bg_val(g, t), b = bg_val(g, t), r;
    unsigned rm = bg_below(g, 6) ? FP_RM_DYN : bg_below(g, 5);

    switch (bg_below(g, 10)) {
    case 0: r = ir_fp(g->f, IR_fsqrt, t, rm, a, 0, 0); break;
    case 1: case 2:
        if (bg_below(g, 2))
            a = ir_op1(g->f, IR_fneg, t, a);
        r = ir_fp(g->f, IR_fma, t, rm, a, b, bg_val(g, t));
        break;
    case 3:
        bg_keep(g, ir_fp(g->f, bg_below(g, 2) ? IR_f2si : IR_f2ui, it, rm | (bg_below(g, 8) ? 0 : FP_NAN_ZERO), a, 0, 0));
        return;
    case 4: r = ir_fp(g->f, bg_below(g, 2) ? IR_si2f : IR_ui2f, t, rm, bg_val(g, it), 0, 0); break;
    case 5: t = t == T_F64 ? T_F32 : T_F64; r = ir_fp(g->f, IR_fcvt, t, rm, a, 0, 0); break;
    default: r = ir_fp(g->f, op2[bg_below(g, ARRAY_LEN(op2))], t, rm, a, b, 0); break;
    }
    bg_keep(g, ir_op1(g->f, IR_fcanon, t, r));
}

/* An address in guest memory; disp gets what the access adds. */
static inline ir_ref bg_address(struct bgen *g, int32_t *disp, bool aligned)
{
    uint64_t mask = (g->faults ? 0x3fffu : 0x1fffu) & (aligned ? ~UINT64_C(7) : ~UINT64_C(0));
    ir_ref v = ir_op2(g->f, IR_and, T_I64, bg_val(g, T_I64), ir_const(g->f, T_I64, mask)), w;
    ir_ref base = ir_const(g->f, T_I64, MEM + PAGE);

    *disp = (int32_t)bg_below(g, 9) * 8 - 32;
    switch (bg_below(g, 4)) {
    case 0:                     /* base + index * scale */
        w = ir_op2(g->f, IR_and, T_I64, bg_val(g, T_I64), ir_const(g->f, T_I64, 0x38));
        w = ir_op2(g->f, IR_shl, T_I64, w, ir_const(g->f, T_I64, bg_below(g, 4)));
        return ir_op2(g->f, IR_add, T_I64, ir_op2(g->f, IR_add, T_I64, v, base), w);
    case 1:
        return ir_const(g->f, T_I64, MEM + PAGE + 8u * bg_below(g, 1024));
    default:
        return ir_op2(g->f, IR_add, T_I64, v, base);
    }
}

static inline void bg_at(struct bgen *g) { ir_at(g->f, g->pc += bg_below(g, 8) ? 4 : 0); }

static inline ir_ref bg_load(struct bgen *g, enum ir_type t)
{
    int32_t disp;
    ir_ref base = bg_address(g, &disp, false), v;

    bg_at(g);
    v = ir_load(g->f, t, base, disp, bg_below(g, 12) ? MO_PLAIN : MO_ACQ);
    return bg_keep(g, v);
}

static inline void bg_store(struct bgen *g)
{
    static const uint8_t ty[] = { T_I8, T_I16, T_I32, T_I64, T_I64, T_F64, T_F32, T_V128, T_V128, T_V64, T_F16 };
    enum ir_type t = ty[bg_below(g, has_vectors() ? ARRAY_LEN(ty) : 7)];
    ir_ref v = bg_val(g, t), base;
    int32_t disp;

    base = bg_address(g, &disp, false);
    bg_at(g);
    ir_store(g->f, t, base, disp, v, bg_below(g, 10) == 0 ? MO_SEQ : MO_PLAIN);
}

static inline void bg_atomic(struct bgen *g)
{
    enum ir_type t = bg_int_type(g);
    ir_ref v = bg_val(g, t), w = bg_val(g, t), base;
    int32_t disp;

    base = bg_address(g, &disp, true);
    bg_at(g);
    if (bg_below(g, 4) == 0)
        v = ir_emit(g->f, IR_cas, t, 0, base, v, w);
    else
        v = ir_emit(g->f, IR_rmw_swap + bg_below(g, IR_rmw_umax - IR_rmw_swap + 1), t, 0, base, v, 0);
    bg_keep(g, v);
}

/* A load whose only user follows: candidates for fusion, some with something in between that forbids it. */
static inline void bg_fused(struct bgen *g)
{
    static const uint8_t alu[] = { IR_add, IR_sub, IR_and, IR_or, IR_xor, IR_mul, IR_eq, IR_ult, IR_slt, IR_sle };
    static const uint8_t fop[] = { IR_fadd, IR_fsub, IR_fmul, IR_fdiv };
    enum ir_type t = bg_below(g, 2) ? T_I64 : bg_below(g, 2) ? T_I32 : bg_below(g, 2) ? T_F64 : bg_int_type(g);
    ir_ref other = bg_val(g, t), v;
    unsigned op = alu[bg_below(g, ARRAY_LEN(alu))];

    v = bg_load(g, t);
    g->n[t]--;
    if (bg_below(g, 8) == 0)
        bg_store(g);
    if (ir_type_fp(t)) {
        v = ir_fp(g->f, fop[bg_below(g, 4)], t, FP_RM_DYN, bg_below(g, 2) ? v : other, bg_below(g, 2) ? other : v, 0);
        v = ir_op1(g->f, IR_fcanon, t, v);
    } else if (t < T_I64 && bg_below(g, 2)) {
        v = ir_op1(g->f, bg_below(g, 2) ? IR_sext : IR_zext, T_I64, v);
    } else {
        ir_ref a = bg_below(g, 2) ? v : other, b = a == v ? other : v;

        v = ir_op2(g->f, op, ir_opinfo[op].flags & F_CMP ? T_I1 : t, a, b);
    }
    bg_keep(g, v);
}

/* Vectors: between the types, in memory, through helpers. */
static inline void bg_vec(struct bgen *g)
{
    static const uint8_t op[] = { IR_vand, IR_vxor, IR_vadd, IR_vsub, IR_vceq, IR_vcgts, IR_vumax, IR_vsqadd, IR_vsqrdmulh, IR_vpmull };
    static const uint8_t low[] = { T_V64, T_F16, T_F32, T_F64 };
    enum ir_type t = low[bg_below(g, 4)];
    enum ir_op k;
    unsigned lane = bg_below(g, 4), fl = FP_PROP | FP_RM_DYN | (2 + bg_below(g, 2)) << 6;
    ir_ref a = bg_val(g, T_V128), b = bg_val(g, T_V128), base;
    uint8_t p[16];
    int32_t disp;

    switch (bg_below(g, 12)) {
    case 0: bg_keep(g, ir_vconv(g->f, IR_vlow, t, 0, a)); break;
    case 1: case 2: bg_keep(g, ir_vconv(g->f, IR_vzext, T_V128, 0, bg_val(g, t))); break;
    case 3: case 4: bg_load(g, bg_below(g, 3) ? T_V128 : bg_below(g, 2) ? T_V64 : T_F16); break;
    case 5:
        for (unsigned i = 0; i < 16; i++)
            p[i] = (uint8_t)(bg_below(g, 8) ? bg_below(g, 32) : 0x80);
        bg_keep(g, ir_vshuf(g->f, a, b, p));
        break;
    case 6:
        if (bg_below(g, 3))
            break;
        base = ir_op2(g->f, IR_and, T_I64, bg_address(g, &disp, true), ir_const(g->f, T_I64, ~UINT64_C(15)));
        bg_at(g);
        bg_keep(g, ir_emit(g->f, IR_cas, T_V128, 0, base, a, b));
        break;
    case 7: bg_keep(g, ir_vconv(g->f, IR_vnz, T_I1, 0, a)); break;
    case 8: bg_keep(g, ir_fp(g->f, IR_fadd + bg_below(g, 4), T_V128, fl, a, b, 0)); break;
    case 9: bg_keep(g, ir_vconv(g->f, IR_vdup, T_V128, VL_64, bg_val(g, T_I64))); break;
    case 10: bg_keep(g, ir_vec(g->f, IR_vbsl, 0, a, b, bg_val(g, T_V128))); break;
    default:
        k = op[bg_below(g, ARRAY_LEN(op))];
        bg_keep(g, ir_vec(g->f, k, k == IR_vpmull ? VL_8 : k == IR_vsqrdmulh ? VL_16 : lane, a, b, 0));
    }
}

static inline void bg_put(struct bgen *g)
{
    static const uint8_t narrow[] = { S_I32, S_I1, S_I8, S_I16, S_F32 };
    unsigned s = narrow[bg_below(g, ARRAY_LEN(narrow))];

    switch (bg_below(g, 10)) {
    case 0: ir_put(g->f, S_HOME, bg_val(g, T_I64)); break;
    case 1: ir_put(g->f, s, bg_val(g, slots[s].type)); break;
    case 2: case 3: s = NI + bg_below(g, NF); ir_put(g->f, s, bg_val(g, T_F64)); break;
    case 4: case 5:
        if (has_vectors()) {
            ir_put(g->f, S_V + bg_below(g, NV), bg_val(g, T_V128));
            break;
        }
        /* fall through */
    default: s = bg_below(g, NI); ir_put(g->f, s, bg_val(g, T_I64)); break;
    }
}

static inline void bg_body(struct bgen *g, unsigned n)
{
    memset(g->n, 0, sizeof g->n);
    for (unsigned i = bg_below(g, 12); i-- > 0;)
        bg_keep(g, bg_slot(g, bg_below(g, 3) ? T_I64 : T_F64));
    for (unsigned i = 0; i < n; i++)
        switch (bg_below(g, 20)) {
        case 0: case 1: case 2: case 3: case 4: bg_int(g); break;
        case 5: case 6: bg_misc(g); break;
        case 7: case 8: bg_fp(g); break;
        case 9: bg_compare(g); break;
        case 10: bg_load(g, bg_below(g, 4) ? bg_int_type(g) : bg_below(g, 2) ? T_F64 : T_F32); break;
        case 16: case 17: if (g->vectors) bg_vec(g); break;
        case 11: bg_store(g); break;
        case 12: case 13: bg_fused(g); break;
        case 14: if (bg_below(g, 3) == 0) bg_atomic(g); break;
        case 15:
            if (bg_below(g, 6) == 0)
                ir_emit(g->f, IR_fpset, T_VOID, 0, bg_val(g, T_I64), 0, 0);
            else if (bg_below(g, 3) == 0)
                bg_keep(g, ir_emit(g->f, IR_fpget, T_I64, 0, 0, 0, 0));
            break;
        default: bg_put(g); break;
        }
}

static inline void bg_exit(struct bgen *g)
{
    switch (bg_below(g, 7)) {
    case 0: ir_jump(g->f, 0x9000); break;
    case 1: ir_call(g->f, 0x9100, ENTRY2); break;
    case 2: ir_ret(g->f, bg_val(g, T_I64)); break;
    case 3: ir_syscall(g->f, 0x9200); break;
    case 4: ir_trap(g->f, bg_below(g, TRAP_COUNT), 0x9300); break;
    case 5: ir_icall(g->f, bg_val(g, T_I64), 0x9400); break;
    default: ir_ijump(g->f, bg_val(g, T_I64)); break;
    }
}

static inline ir_ref bg_burn(struct bgen *g)
{
    ir_ref n = ir_op2(g->f, IR_sub, T_I64, ir_get(g->f, S_FUEL), ir_const(g->f, T_I64, 1));

    ir_put(g->f, S_FUEL, n);
    return ir_op2(g->f, IR_slt, T_I1, ir_const(g->f, T_I64, 0), n);
}

static inline void bg_end(struct bgen *g, ir_blk b, ir_blk n, const bool *head)
{
    ir_blk to[5], back = 3 + bg_below(g, b - 2);
    unsigned k = bg_below(g, 5);

    if (b == n || bg_below(g, 7) == 0) {
        bg_exit(g);
        return;
    }
    for (unsigned i = 0; i < 5; i++)
        to[i] = b + 1 + bg_below(g, n - b);
    switch (bg_below(g, 6)) {
    case 0: ir_br(g->f, to[0]); break;
    case 1: case 2:
        if (head[back]) {
            ir_brif(g->f, bg_burn(g), back, to[0]);
            break;
        }
        /* fall through */
    case 3: case 4: ir_brif(g->f, bg_below(g, 3) ? bg_compare(g) : bg_val(g, T_I1), to[0], to[1]); break;
    default:
        ir_switch(g->f, ir_op2(g->f, IR_and, T_I64, bg_val(g, T_I64), ir_const(g->f, T_I64, 7)), to, k, to[4]);
        break;
    }
}

/* Blocks 1 and 2 are entries; `ops` a block, `nblk` further blocks follow from the seed. */
static inline struct ir_func *bgen_func(struct cc *cc, const void *arg)
{
    const struct bgen_arg *a = arg;
    struct bgen *g = NEW(&cc->arena, struct bgen);
    bool head[32] = { false };
    unsigned ops;
    ir_blk n;

    g->s = (a->seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (unsigned i = 0; i < 4; i++)
        irgen_next(&g->s);
    n = 3 + bg_below(g, 14);
    ops = 3 + bg_below(g, n < 8 ? 60 : 16);
    g->faults = bg_below(g, 3) == 0;
    g->vectors = bg_below(g, 3) && has_vectors();
    g->f = ir_func_new(cc, "t", slots, NSLOT);
    ir_block_new(g->f, ENTRY1, BLK_ENTRY);
    ir_block_new(g->f, ENTRY2, BLK_ENTRY | BLK_RETSITE);
    for (ir_blk b = 3; b <= n; b++) {
        ir_block_new(g->f, 0x3000 + 0x100 * b, bg_below(g, 6) ? 0 : BLK_COLD);
        head[b] = bg_below(g, 3) == 0;
    }
    ir_block_at(g->f, 1);
    ir_br(g->f, 3);
    ir_block_at(g->f, 2);
    ir_br(g->f, 3 + bg_below(g, n - 2));
    for (ir_blk b = 3; b <= n; b++) {
        ir_block_at(g->f, b);
        g->pc = 0x3000 + 0x100 * b;
        if (head[b]) {
            ir_at(g->f, g->pc);
            ir_emit(g->f, IR_poll, T_VOID, 0, 0, 0, 0);
        }
        bg_body(g, bg_below(g, 5) ? bg_below(g, ops) : 0);
        bg_end(g, b, n, head);
    }
    return g->f;
}

/* Homes, fuel, rounding mode and entry of a run. */
static inline void bgen_state(struct state *s, uint64_t seed)
{
    static const uint64_t fp[] = { 0, UINT64_C(1) << 63, UINT64_C(0x3ff0000000000000), UINT64_C(0x7ff0000000000000), 1,
        UINT64_C(0xfff8000000000000), UINT64_C(0x7ff0000000000001), UINT64_C(0x4008000000000000), UINT64_C(0xffffffff3fc00000),
        UINT64_C(0xffffffff7f800001), UINT64_C(0xffffffff80000000), UINT64_C(0xffffffffc0490fdb), UINT64_C(0x43dfffffffffffff) };
    struct bgen g = { .s = seed * UINT64_C(0xd1342543de82ef95) + 99 };

    memset(s, 0, sizeof *s);
    for (unsigned i = 0; i < NV; i++) {
        s->vec[i][0] = bg_below(&g, 2) ? bg_const(&g) : irgen_next(&g.s);
        s->vec[i][1] = bg_below(&g, 2) ? bg_const(&g) : irgen_next(&g.s);
    }
    for (unsigned i = 0; i < S_V; i++)
        s->slot[i] = (ir_type_fp(slots[i].type) && bg_below(&g, 4) ? fp[bg_below(&g, ARRAY_LEN(fp))] : bg_const(&g)) &
                     type_mask(slots[i].type);
    s->slot[S_FUEL] = bg_below(&g, 6);
    s->rm = bg_below(&g, 4);
    s->pc = bg_below(&g, 2) ? ENTRY1 : ENTRY2;
}

#endif
