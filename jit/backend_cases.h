/* Directed cases of the backend's test. Header only. */
#ifndef AOTC_JIT_BACKEND_CASES_H
#define AOTC_JIT_BACKEND_CASES_H

#include "jit/backend_gen.h"
#include "passes/ir/eval.h"

/* ---- every op alone ---- */

static const uint64_t edges[] = {
    0, 1, 2, 31, 33, 63, 0x7f, 0x80, 0xff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000), ~UINT64_C(0), UINT64_C(0x0123456789abcdef), UINT64_C(0xffffffff80000000),
    0x3f800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc12345, 0x80000001, 0x4f000000, 0xcf000000, 0xbf800000,
    UINT64_C(0xffffffff3fc00000), UINT64_C(0x3ff0000000000000), UINT64_C(0x7ff0000000000000), UINT64_C(0x7ff8000000000000),
    UINT64_C(0x7ff0000000000001), UINT64_C(0xfff8000000000123), UINT64_C(0x43e0000000000000), UINT64_C(0xc3e0000000000000),
    UINT64_C(0x41dfffffffc00000), UINT64_C(0xc1e0000000200000), UINT64_C(0x0010000000000000), UINT64_C(0x400921fb54442d18),
};

/* Where the operands come from: pinned registers, homes, loads (which may be fused), constants. */
enum form { PINNED, HOMES, LOAD_A, LOAD_B, CONST_A, CONST_B, SAME, NFORM };

struct one { enum ir_op op; enum ir_type t, at; unsigned flags; enum form form; uint64_t a, b, c; };

static inline ir_ref operand(struct ir_func *f, enum ir_type t, unsigned i, enum form form, uint64_t k)
{
    static const uint8_t pinned[] = { 0, 1, 3 }, home[] = { 2, 5, 8 }, fhome[] = { 2, 7, 3 };
    bool fp = ir_type_fp(t);
    unsigned s = fp ? NI + (form == HOMES ? fhome[i] : i) : form == HOMES ? home[i] : pinned[i];
    ir_ref v;

    if ((form == CONST_A && i == 0) || (form == CONST_B && i == 1))
        return ir_const(f, t, k & type_mask(t));
    if (form == SAME)
        s = fp ? NI : 0;
    if (((form == LOAD_A && i == 0) || (form == LOAD_B && i == 1)) && t != T_I1) {
        ir_at(f, 0x1234);
        return ir_load(f, t, ir_const(f, T_I64, MEM + PAGE), (int32_t)(8 * i), MO_PLAIN);
    }
    v = ir_get(f, s);
    if (t == T_F32 || t == T_F64)
        return t == T_F64 ? v : ir_op1(f, IR_bitcast, T_F32, ir_op1(f, IR_trunc, T_I32, ir_op1(f, IR_bitcast, T_I64, v)));
    return t == T_I64 ? v : ir_op1(f, IR_trunc, t, v);
}

/* The slots and memory that operand() reads. */
static inline void operand_set(struct state *s, enum ir_type t, unsigned i, enum form form, uint64_t v)
{
    static const uint8_t pinned[] = { 0, 1, 3 }, home[] = { 2, 5, 8 }, fhome[] = { 2, 7, 3 };
    bool fp = ir_type_fp(t);

    if (form != SAME || i == 0)
        s->slot[fp ? NI + (form == HOMES ? fhome[i] : i) : form == HOMES ? home[i] : pinned[i]] = v;
    if (i < 2)
        memcpy(mem_start + PAGE + 8 * i, &v, 8);
}

/* r6 and f20 = op(operands); the value is also looked at in full width, so that registers' upper parts must be right where they count. */
static inline struct ir_func *one_make(struct cc *cc, const void *arg)
{
    const struct one *o = arg;
    struct ir_func *f = ir_func_new(cc, "t", slots, NSLOT);
    const char *sig = ir_opinfo[o->op].sig;
    enum ir_type bt = o->op == IR_select ? o->t : o->at;
    ir_ref a, b = IR_NONE, c = IR_NONE, r;

    ir_block_at(f, ir_block_new(f, ENTRY1, BLK_ENTRY));
    a = operand(f, o->at, 0, o->form, o->a);
    if (sig[2] == 'v')
        b = operand(f, bt, 1, o->form, o->b);
    if (sig[3] == 'v')
        c = operand(f, bt, 2, o->form, o->c);
    r = ir_emit(f, o->op, o->t, o->flags, a, b, c);
    if ((ir_opinfo[o->op].flags & F_FPOP) && ir_type_fp(o->t))
        r = ir_emit(f, IR_fcanon, o->t, 0, r, 0, 0);
    if (o->t == T_F32)
        r = ir_emit(f, IR_bitcast, T_I32, 0, r, 0, 0);
    if (o->t == T_F64)
        r = ir_emit(f, IR_bitcast, T_I64, 0, r, 0, 0);
    ir_put(f, 6, f->insn[r].type == T_I64 ? r : ir_emit(f, IR_zext, T_I64, 0, r, 0, 0));
    ir_put(f, 7, f->insn[r].type == T_I64 ? r : ir_emit(f, IR_sext, T_I64, 0, r, 0, 0));
    ir_jump(f, 0x9000);
    return f;
}

static inline uint64_t canon(uint64_t v, enum ir_type t)
{
    if (t == T_F64 && (v << 1) > UINT64_C(0xffe0000000000000))
        return UINT64_C(0x7ff8000000000000);
    if (t == T_F32 && (v & 0x7fffffff) > 0x7f800000)
        return 0x7fc00000;
    return v;
}

static unsigned op_failures, combo_failures;

static inline void one_run(const struct one *o, const struct linked *out, const uint64_t v[3], unsigned rm)
{
    enum ir_type bt = o->op == IR_select ? o->t : o->at;
    bool fp = ir_opinfo[o->op].flags & F_FPOP, same = o->form == SAME;
    struct ir_fpenv env = { .rm = rm };
    static struct state s;
    uint64_t want, sx;
    unsigned w = ir_type_bits(o->t);

    s.pc = ENTRY1;
    s.rm = rm;
    operand_set(&s, o->at, 0, o->form, v[0]);
    operand_set(&s, bt, 1, o->form, v[1]);
    operand_set(&s, bt, 2, o->form, v[2]);
    want = ir_eval_scalar(o->op, o->t, o->at, o->flags, v[0] & type_mask(o->at), v[same ? 0 : 1] & type_mask(bt),
                          v[same ? 0 : 2] & type_mask(bt), &env) & type_mask(o->t);
    if (same && o->op == IR_select)
        want = v[0] & type_mask(o->t);
    if (fp && ir_type_fp(o->t))
        want = canon(want, o->t);
    sx = w < 64 ? (uint64_t)((int64_t)(want << (64 - w)) >> (64 - w)) : want;
    run_host(out, &s);
    if (s.exit == VX_JUMP && s.pc == 0x9000 && s.slot[6] == want && s.slot[7] == sx && s.flags == env.flags)
        return;
    op_failures++;
    if (combo_failures++ < 2)
        fprintf(stderr, "%s.%s of %s, flags %#x, form %d, rm %u: (%#lx, %#lx, %#lx) gives %#lx, %#lx, flags %#x, exit %u; expected %#lx, flags %#x\n",
                ir_opinfo[o->op].name, ir_type_name(o->t), ir_type_name(o->at), o->flags, o->form, rm, (unsigned long)v[0],
                (unsigned long)v[1], (unsigned long)v[2], (unsigned long)s.slot[6], (unsigned long)s.slot[7], s.flags, s.exit,
                (unsigned long)want, env.flags);
}

/* All forms at one set of features; a constant operand takes a dozen values, the others all edges. */
static inline void one_op(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, uint64_t features)
{
    const char *sig = ir_opinfo[op].sig;
    bool fp = ir_opinfo[op].flags & F_FPOP, two = sig[2] == 'v';

    for (unsigned form = 0; form < NFORM; form++) {
        unsigned nk = form == CONST_A || form == CONST_B ? 14 : 1;

        if ((!two && form > LOAD_A) || (form == SAME && ir_type_fp(t) != ir_type_fp(at)))
            continue;
        for (unsigned k = 0; k < nk; k++) {
            struct one o = { op, t, at, flags, form, edges[k * 3 % ARRAY_LEN(edges)], edges[k * 3 % ARRAY_LEN(edges)], 5 };
            struct compile_job job = { .make = one_make, .arg = &o, .pipeline = "t1", .features = features };
            struct linked out = { 0 };

            compile_place(&job, &out);
            combo_failures = 0;
            for (unsigned i = 0; i < ARRAY_LEN(edges); i++)
                for (unsigned j = 0; j < (two && nk == 1 && form != SAME ? ARRAY_LEN(edges) : 1); j++) {
                    unsigned x = nk > 1 ? i : j;
                    uint64_t v[3] = { form == CONST_A ? o.a : edges[i], form == CONST_B ? o.b : edges[x], edges[(i * 7 + j) % ARRAY_LEN(edges)] };

                    one_run(&o, &out, v, fp ? (i + j) % 4 : 0);
                }
            linked_free(&out);
        }
    }
}

static inline void each_feature(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags)
{
    uint64_t features;

    for (unsigned lv = 0; lv < 2 && feature_set(lv, &features); lv++)
        one_op(op, t, at, flags, features);
}

static const enum ir_type int_types[] = { T_I64, T_I32, T_I16, T_I8 }, fp_types[] = { T_F64, T_F32 };

START_TEST(ops_integer)
{
    for (unsigned op = IR_add; op <= IR_clmulh; op++)
        for (unsigned i = 0; i < ARRAY_LEN(int_types); i++)
            if (op != IR_bswap || int_types[i] != T_I8)
                each_feature(op, int_types[i], int_types[i], 0);
    for (unsigned op = IR_and; op <= IR_xor; op++)
        each_feature(op, T_I1, T_I1, 0);
    ck_assert_uint_eq(op_failures, 0);
}
END_TEST

START_TEST(ops_compare_convert)
{
    for (unsigned i = 0; i < ARRAY_LEN(int_types); i++) {
        for (unsigned op = IR_eq; op <= IR_sle; op++)
            each_feature(op, T_I1, int_types[i], 0);
        each_feature(IR_select, int_types[i], T_I1, 0);
        for (unsigned k = i + 1; k < ARRAY_LEN(int_types); k++) {
            each_feature(IR_zext, int_types[i], int_types[k], 0);
            each_feature(IR_sext, int_types[i], int_types[k], 0);
            each_feature(IR_trunc, int_types[k], int_types[i], 0);
        }
        each_feature(IR_zext, int_types[i], T_I1, 0);
        each_feature(IR_sext, int_types[i], T_I1, 0);
        each_feature(IR_trunc, T_I1, int_types[i], 0);
    }
    for (unsigned op = IR_eq; op <= IR_sle; op++)
        each_feature(op, T_I1, T_I1, 0);
    each_feature(IR_select, T_F64, T_I1, 0);
    each_feature(IR_select, T_F32, T_I1, 0);
    each_feature(IR_select, T_I1, T_I1, 0);
    each_feature(IR_bitcast, T_F64, T_I64, 0);
    each_feature(IR_bitcast, T_I64, T_F64, 0);
    each_feature(IR_bitcast, T_F32, T_I32, 0);
    each_feature(IR_bitcast, T_I32, T_F32, 0);
    each_feature(IR_nbox, T_F64, T_F32, 0);
    each_feature(IR_nunbox, T_F32, T_F64, 0);
    ck_assert_uint_eq(op_failures, 0);
}
END_TEST

START_TEST(ops_float)
{
    for (unsigned i = 0; i < 2; i++) {
        enum ir_type t = fp_types[i];

        for (unsigned op = IR_fneg; op <= IR_fcanon; op++)
            each_feature(op, t, t, 0);
        each_feature(IR_fclass, T_I64, t, 0);
        for (unsigned op = IR_fadd; op <= IR_fmaxnum; op++)
            for (unsigned rm = 0; rm <= FP_RM_DYN; rm++)
                if (rm == FP_RM_DYN || (rm <= FP_RM_MM && op < IR_fminnum))
                    each_feature(op, t, t, rm);
        for (unsigned op = IR_feq; op <= IR_fle; op++)
            for (unsigned q = 0; q < 2; q++)
                each_feature(op, T_I1, t, q ? FP_QUIET : 0);
        for (unsigned rm = 0; rm <= FP_RM_DYN; rm++) {
            if (rm > FP_RM_MM && rm != FP_RM_DYN)
                continue;
            each_feature(IR_fcvt, fp_types[!i], t, rm);
            for (unsigned k = 0; k < 2; k++) {
                each_feature(IR_f2si, int_types[k], t, rm);
                each_feature(IR_f2ui, int_types[k], t, rm);
                each_feature(IR_f2si, int_types[k], t, rm | FP_NAN_ZERO);
                each_feature(IR_si2f, t, int_types[k], rm);
                each_feature(IR_ui2f, t, int_types[k], rm);
            }
        }
    }
    ck_assert_uint_eq(op_failures, 0);
}
END_TEST

static inline void backend_cases(TCase *t)
{
    tcase_add_test(t, ops_integer);
    tcase_add_test(t, ops_compare_convert);
    tcase_add_test(t, ops_float);
}

#endif
