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

/* r6 = zext(op(operands)), r7 = sext: registers' upper parts must be right where they count. */
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
        fprintf(stderr, "%s.%s of %s, flags %#x, form %d, rm %u: (%#lx, %#lx, %#lx) gives %#lx, %#lx, flags %#x, exit %u; "
                "expected %#lx, flags %#x\n",
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
                    uint64_t v[3] = { form == CONST_A ? o.a : edges[i], form == CONST_B ? o.b : edges[x],
                                      edges[(i * 7 + j) % ARRAY_LEN(edges)] };

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
            for (unsigned q = 0; q < 3; q++)
                each_feature(op, T_I1, t, (unsigned[]){ 0, FP_QUIET, FP_SILENT }[q]);
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

/* ---- exits and loops that permute registers ---- */

struct perm { uint64_t seed; };

static inline void shuffle(uint8_t *p, unsigned n, uint64_t *s)
{
    for (unsigned i = 0; i < n; i++)
        p[i] = (uint8_t)i;
    for (unsigned i = n; i > 1; i--) {
        unsigned j = (unsigned)((irgen_next(s) >> 20) % i);
        uint8_t t = p[i - 1];

        p[i - 1] = p[j];
        p[j] = t;
    }
}

/* Every integer and float slot takes another's value (a few: a constant, or keep theirs), with `rounds` turns of a loop before. */
static inline void permute_block(struct ir_func *f, uint64_t *s)
{
    uint8_t pi[NI], pf[NF];
    ir_ref v[NI + NF];

    shuffle(pi, NI, s);
    shuffle(pf, NF, s);
    for (unsigned i = 0; i < NI + NF; i++) {
        unsigned from = i < NI ? pi[i] : NI + pf[i - NI];

        switch (irgen_next(s) >> 30 & 15) {
        case 0: v[i] = ir_const(f, slots[i].type, irgen_next(s)); break;
        case 1: v[i] = ir_get(f, i); break;
        default: v[i] = ir_get(f, from); break;
        }
    }
    for (unsigned i = 0; i < NI + NF; i++)
        ir_put(f, i, v[i]);
}

static inline struct ir_func *perm_make(struct cc *cc, const void *arg)
{
    const struct perm *p = arg;
    uint64_t s = p->seed * 7919 + 3;
    struct bgen *g = NEW(&cc->arena, struct bgen);
    struct ir_func *f = ir_func_new(cc, "t", slots, NSLOT);
    bool loop = p->seed & 1;

    g->f = f;
    g->s = s;
    ir_block_new(f, ENTRY1, BLK_ENTRY);
    ir_block_new(f, 0x3000, 0);
    ir_block_new(f, 0x4000, 0);
    ir_block_at(f, 1);
    ir_br(f, loop ? 2 : 3);
    ir_block_at(f, 2);
    ir_at(f, 0x3000);
    ir_emit(f, IR_poll, T_VOID, 0, 0, 0, 0);
    permute_block(f, &s);
    ir_brif(f, bg_burn(g), 2, 3);
    ir_block_at(f, 3);
    permute_block(f, &s);
    bg_exit(g);
    return f;
}

START_TEST(permutations)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct perm arg = { seed };
        struct compile_job job = { .make = perm_make, .arg = &arg, .features = host_features_of(LEVEL_V2) };
        static struct state want, got;
        struct linked out = { 0 };
        struct cc cc;

        job.pipeline = pipelines[seed % 3];
        cc_init(&cc);
        compile_place(&job, &out);
        bgen_state(&want, seed);
        want.pc = ENTRY1;
        got = want;
        run_t0(perm_make(&cc, &arg), &want);
        run_host(&out, &got);
        ck_assert_msg(!state_differs(&want, &got), "seed %lu: %s", (unsigned long)seed, state_differs(&want, &got));
        linked_free(&out);
        cc_fini(&cc);
    }
}
END_TEST

/* ---- calls and returns: a region of text form, run as a dispatcher would ---- */

static inline struct ir_func *text_make(struct cc *cc, const void *arg)
{
    return ir_parse(cc, arg, strlen(arg), slots, NSLOT);
}

/* Runs from pc until `end` or an exit that is none of a jump; returns how often the dispatcher was entered. */
static inline unsigned run_calls(const char *const *text, unsigned n, uint64_t end)
{
    struct linker *lk = linker_new(&guest_slots, HOST_SELF);
    struct linked out = { 0 };
    struct diag d = { 0 };
    unsigned rounds = 0;

    for (unsigned i = 0; i < n; i++) {
        struct compile_job job = { .make = text_make, .arg = text[i], .pipeline = "t2", .features = host_features_of(LEVEL_V2) };
        struct cc cc;

        cc_init(&cc);
        ck_assert_msg(cc_try(&cc, compile_run, &job) == ST_OK, "compile: %s", cc.diag.msg);
        ck_assert_msg(linker_add(lk, &job.code, job.code.entry[0].pc, 1, &d) == ST_OK, "link: %s", d.msg);
        cc_fini(&cc);
    }
    link_one(lk, &out, 0x1000, 0x1400);
    fault.t0 = false;
    fault.out = &out;
    fault.overflows = 0;
    vcpu_drop_hints(&vcpu);
    while (vcpu.pc != end) {
        const uint8_t *code = host_entry(&out, vcpu.pc);
        enum vexit why;

        ck_assert_msg(code != NULL, "left for %#lx", (unsigned long)vcpu.pc);
        ck_assert_uint_lt(rounds, 200000);
        rounds++;
        why = host_enter(&vcpu, thunks, code);
        ck_assert_msg(why == VX_JUMP || why == VX_RETMISS, "exit %d at %#lx", why, (unsigned long)vcpu.pc);
    }
    linked_free(&out);
    linker_free(lk);
    return rounds;
}

/* r0 = n, r1 = return address, r2 (a home) = guest stack pointer, r3 = sum(n) = n + sum(n - 1); return addresses on the stack. */
static const char *const sum_text[] = { "func sum {\n"
    "b1: 0x1000 entry\n  %1 = get i64 r0\n  %2 = eq i64 %1, 0\n  brif %2, b3, b4\n"
    "b2: 0x1100 entry retsite\n  %10 = get i64 r2\n  at 0x1100\n  %11 = load i64 [%10]\n  %12 = load i64 [%10 + 8]\n"
    "  %13 = add i64 %10, 16\n  put r2, %13\n  %14 = get i64 r3\n  %15 = add i64 %14, %12\n  put r3, %15\n  ret %11\n"
    "b3: 0x1010\n  put r3, 0\n  %20 = get i64 r1\n  ret %20\n"
    "b4: 0x1020\n  %30 = get i64 r2\n  %31 = add i64 %30, -16\n  put r2, %31\n  %32 = get i64 r1\n  at 0x1024\n"
    "  store i64 [%31], %32\n  at 0x1028\n  %33 = get i64 r0\n  store i64 [%31 + 8], %33\n  %34 = add i64 %33, -1\n  put r0, %34\n"
    "  put r1, 0x1100\n  call 0x1000 ret 0x1100\n}\n" };

static inline void sum_start(uint64_t n, uint8_t *stack, size_t size)
{
    static struct state s;

    memset(&s, 0, sizeof s);
    s.pc = 0x1000;
    s.slot[0] = n;
    s.slot[1] = 0xdead0;
    s.slot[2] = (uint64_t)(uintptr_t)(stack + size);
    state_load(&s);
}

static inline uint64_t slot_now(unsigned i)
{
    uint64_t v;

    memcpy(&v, vcpu.guest + 8 * i, 8);
    return v;
}

START_TEST(hint_stack)
{
    enum { SIZE = 16 * 40000 };
    uint8_t *stack = malloc(SIZE);

    sum_start(100, stack, SIZE);
    ck_assert_uint_eq(run_calls(sum_text, 1, 0xdead0), 1);      /* in and out once: every return is predicted */
    ck_assert_uint_eq(slot_now(3), 5050);
    ck_assert_uint_eq(fault.overflows, 0);
    sum_start(30000, stack, SIZE);                              /* deeper than the hint stack */
    run_calls(sum_text, 1, 0xdead0);
    ck_assert_uint_eq(slot_now(3), UINT64_C(30000) * 30001 / 2);
    ck_assert_uint_gt(fault.overflows, 0);
    ck_assert_uint_eq(slot_now(2), (uint64_t)(uintptr_t)(stack + SIZE));
    free(stack);
}
END_TEST

/* A callee that returns to its caller's caller, or to a place nobody called from: hints must not matter. */
static const char *const longjmp_text[] = {
    "func a {\nb1: 0x1000 entry\n  put r1, 0x1100\n  call 0x1200 ret 0x1100\n"
    "b2: 0x1100 entry retsite\n  %1 = get i64 r3\n  %2 = add i64 %1, 1\n  put r3, %2\n  %3 = get i64 r4\n  %4 = sub i64 %3, 1\n"
    "  put r4, %4\n  %5 = slt i64 0, %4\n  brif %5, b3, b4\n"
    "b3: 0x1110\n  put r1, 0x1100\n  call 0x1200 ret 0x1100\n"
    "b4: 0x1120\n  ret 0xdead0\n}\n",
    "func b {\nb1: 0x1200 entry\n  put r5, 7\n  put r1, 0x1240\n  call 0x1300 ret 0x1240\n"
    "b2: 0x1240 entry retsite\n  put r6, 0xbad\n  ret 0x1100\n}\n",
    "func c {\nb1: 0x1300 entry\n  %1 = get i64 r4\n  %2 = and i64 %1, 1\n  %3 = eq i64 %2, 0\n  brif %3, b2, b3\n"
    "b2: 0x1310\n  ret 0x1100\n"
    "b3: 0x1320\n  %5 = get i64 r7\n  icall %5 ret 0x1380\n"
    "b4: 0x1380 entry retsite\n  put r6, 0xbad\n  ret 0x1100\n}\n",
    "func d {\nb1: 0x13c0 entry\n  put r8, 9\n  ret 0x1100\n}\n" };

START_TEST(returns_that_do_not_match)
{
    static struct state s;

    memset(&s, 0, sizeof s);
    s.pc = 0x1000;
    s.slot[4] = 1000;
    s.slot[7] = 0x13c0;
    state_load(&s);
    run_calls(longjmp_text, ARRAY_LEN(longjmp_text), 0xdead0);
    ck_assert_uint_eq(slot_now(3), 1000);
    ck_assert_uint_eq(slot_now(4), 0);
    ck_assert_uint_eq(slot_now(5), 7);
    ck_assert_uint_eq(slot_now(6), 0);
    ck_assert_uint_eq(slot_now(8), 9);
}
END_TEST

/* ---- a long chain of canonicalised fused multiply-adds compiles in no time ---- */

static inline struct ir_func *chain_make(struct cc *cc, const void *arg)
{
    struct ir_func *f = ir_func_new(cc, "t", slots, NSLOT);
    ir_ref v, k;

    ir_block_at(f, ir_block_new(f, ENTRY1, BLK_ENTRY));
    v = ir_get(f, NI);
    k = ir_get(f, NI + 1);
    for (unsigned i = 0; i < *(const unsigned *)arg; i++)
        v = ir_op1(f, IR_fcanon, T_F64, ir_fp(f, IR_fma, T_F64, FP_RM_DYN, k, k, v));
    ir_put(f, NI, v);
    ir_jump(f, 0x9000);
    return f;
}

START_TEST(fma_chain)
{
    unsigned n = 5000;
    struct compile_job job = { .make = chain_make, .arg = &n, .pipeline = "t1", .features = host_features_detect() };
    struct linked out = { 0 };
    static struct state s;

    compile_place(&job, &out);
    memset(&s, 0, sizeof s);
    s.pc = ENTRY1;
    s.slot[NI + 1] = UINT64_C(0x3ff0000000000000);
    run_host(&out, &s);
    ck_assert_uint_eq(s.slot[NI], UINT64_C(0x40b3880000000000));        /* 5000 */
    linked_free(&out);
}
END_TEST

static inline void backend_cases(TCase *t)
{
    tcase_add_test(t, permutations);
    tcase_add_test(t, hint_stack);
    tcase_add_test(t, returns_that_do_not_match);
    tcase_add_test(t, fma_chain);
    tcase_add_test(t, ops_integer);
    tcase_add_test(t, ops_compare_convert);
    tcase_add_test(t, ops_float);
}

#endif
