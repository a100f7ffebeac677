/* The builder against plain evaluation on random expressions, the rules it should know, sharing, and control-flow analysis. */
#include "passes/ir/eval.h"
#include "passes/ir/irgen.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct guest_slot slots[] = {
    { "x1", 8, T_I64, 1, 0 }, { "x2", 16, T_I64, 2, 0 }, { "x3", 24, T_I64, 0, 0 }, { "f0", 32, T_F64, 1, 0 },
};

static struct cc cc;

static void setup(void) { cc_init(&cc); }
static void teardown(void) { cc_fini(&cc); }

static struct ir_func *func(void)
{
    struct ir_func *f = ir_func_new(&cc, "t", slots, ARRAY_LEN(slots));

    ir_block_at(f, ir_block_new(f, 0, BLK_ENTRY));
    return f;
}

/* ---- random expressions: what was built, evaluated, equals the evaluation of what was asked for ---- */

enum { LANES = 6, VALUES = 40 };
static const uint64_t base = UINT64_C(0x7f1234567000);     /* load address for gpc */

struct expr {
    struct ir_func *f;
    uint64_t seed;
    uint32_t done;              /* records below have their values in val */
    uint64_t val[20000][LANES];
};

static uint64_t operand(uint64_t *seed)
{
    static const uint64_t k[] = { 0, 1, 2, 3, 8, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
                                  0xffffffff, INT64_MAX, UINT64_C(1) << 63 };
    uint64_t r = irgen_next(seed), v = irgen_next(seed);

    if (!(r & 3))
        return v;
    v = k[(r >> 8) % ARRAY_LEN(k)] + (r >> 40) % 5 - 2;
    return r & 4 ? v : -v;
}

static uint64_t eval_at(struct expr *e, const struct ir_insn *in, unsigned lane)
{
    struct ir_fpenv fp = { .rm = lane % 5 };

    return ir_eval_scalar(in->op, in->type, e->f->insn[in->a].type, in->flags, e->val[in->a][lane], e->val[in->b][lane],
                          e->val[in->c][lane], &fp);
}

static void catch_up(struct expr *e)
{
    for (; e->done < e->f->ninsn; e->done++) {
        const struct ir_insn *in = &e->f->insn[e->done];

        for (unsigned l = 0; l < LANES; l++)
            switch (in->op) {
            case IR_const: e->val[e->done][l] = ir_insn_pc(in); break;
            case IR_gpc:   e->val[e->done][l] = base + ir_insn_pc(in); break;
            case IR_get:   e->val[e->done][l] = operand(&e->seed); break;
            case IR_nop:   break;
            default:       e->val[e->done][l] = eval_at(e, in, l); break;
            }
    }
}

static ir_ref pick(struct expr *e, const ir_ref *pool, unsigned n, enum ir_type t)
{
    ir_ref r;

    if (irgen_next(&e->seed) % 3 == 0)
        return ir_const(e->f, t, operand(&e->seed));
    for (unsigned i = 0; i < 12; i++) {
        r = pool[(irgen_next(&e->seed) >> 9) % n];
        if (e->f->insn[r].type == t)
            return r;
    }
    return t == T_I64 ? pool[0] : ir_op1(e->f, IR_trunc, t, pool[(irgen_next(&e->seed) >> 9) % 4]);
}

/* Asks for one random op, and compares. */
static ir_ref step(struct expr *e, const ir_ref *pool, unsigned n)
{
    static const enum ir_type types[] = { T_I64, T_I64, T_I64, T_I32, T_I32, T_I8, T_I16, T_I1 };
    enum ir_op op = IR_add + (irgen_next(&e->seed) >> 7) % (IR_trunc - IR_add + 1);
    enum ir_type t = types[(irgen_next(&e->seed) >> 5) % ARRAY_LEN(types)], at = t;
    struct ir_insn in = { .op = op, .type = t };
    uint64_t favour = irgen_next(&e->seed) >> 13 & 7;
    ir_ref r;

    if (favour < 3)             /* more of what has most rules */
        in.op = op = favour ? IR_eq + (irgen_next(&e->seed) >> 7) % 6 : IR_zext + (irgen_next(&e->seed) >> 7 & 1);
    if ((op == IR_bswap || op == IR_orcb) && t == T_I1)
        t = at = in.type = T_I32;
    if (op == IR_zext || op == IR_sext) {
        in.type = irgen_next(&e->seed) & 64 ? T_I64 : T_I32;
        at = (irgen_next(&e->seed) >> 8) % (in.type - T_I1) + T_I1;
    } else if (op == IR_trunc) {
        at = irgen_next(&e->seed) & 64 ? T_I64 : T_I32;
        in.type = (irgen_next(&e->seed) >> 8) % (at - T_I1) + T_I1;
    } else if (ir_opinfo[op].flags & F_CMP) {
        in.type = T_I1;
    }
    in.a = pick(e, pool, n, op == IR_select ? T_I1 : at);
    in.b = ir_opinfo[op].sig[2] == 'v' ? pick(e, pool, n, at) : 0;
    in.c = ir_opinfo[op].sig[3] == 'v' ? pick(e, pool, n, op == IR_select ? at : T_I1) : 0;
    r = ir_op3(e->f, op, in.type, in.a, in.b, in.c);
    catch_up(e);
    ck_assert_uint_eq(e->f->insn[r].type, in.type);
    for (unsigned l = 0; l < LANES; l++)
        ck_assert_msg(e->val[r][l] == eval_at(e, &in, l),
            "%s %s (%" PRIx64 ", %" PRIx64 ", %" PRIx64 ") became %s: %" PRIx64 ", not %" PRIx64,
                      ir_opinfo[op].name, ir_type_name(in.type), e->val[in.a][l], e->val[in.b][l], e->val[in.c][l],
                      ir_opinfo[e->f->insn[r].op].name, e->val[r][l], eval_at(e, &in, l));
    return r;
}

START_TEST(test_fold_random)
{
    static struct expr e;

    e.seed = 12345;
    for (unsigned round = 0; round < 3000; round++) {
        ir_ref pool[VALUES];
        struct diag d;

        e.f = func();
        e.f->pic = round & 1;
        e.done = 0;
        for (unsigned i = 0; i < 4; i++)
            pool[i] = i == 3 ? ir_gpc(e.f, operand(&e.seed) & 0xffff) : ir_get(e.f, i);
        catch_up(&e);
        for (unsigned i = 4; i < VALUES; i++)
            pool[i] = step(&e, pool, i);
        ir_ret(e.f, pool[0]);
        ck_assert_msg(ir_verify(e.f, &d) == ST_OK, "%s", d.msg);
        cc_reset(&cc);
    }
}
END_TEST

/* ---- single rules ---- */

static const struct ir_insn *rec(const struct ir_func *f, ir_ref r)
{
    return &f->insn[r];
}

START_TEST(test_rules)
{
    struct ir_func *f = func();
    ir_ref x = ir_get(f, 0), y = ir_get(f, 1), c = ir_op2(f, IR_slt, T_I1, x, y), d = ir_get(f, 3), z = ir_const(f, T_I64, 0), r;
    ir_ref w = ir_op1(f, IR_trunc, T_I32, x), k5 = ir_const(f, T_I64, 5);

    ck_assert_uint_eq(ir_op2(f, IR_add, T_I64, z, x), x);
    ck_assert_uint_eq(ir_op2(f, IR_xor, T_I64, x, x), z);
    r = ir_op2(f, IR_add, T_I64, ir_op2(f, IR_add, T_I64, x, k5), k5);
    ck_assert(rec(f, r)->op == IR_add && rec(f, r)->a == x && ir_const_val(f, rec(f, r)->b) == 10);
    r = ir_op2(f, IR_sub, T_I64, x, k5);
    ck_assert(rec(f, r)->op == IR_add && ir_const_val(f, rec(f, r)->b) == (uint64_t)-5);
    r = ir_op2(f, IR_eq, T_I1, ir_op1(f, IR_zext, T_I64, c), z);
    ck_assert(rec(f, r)->op == IR_sle && rec(f, r)->a == y && rec(f, r)->b == x);
    ck_assert_uint_eq(ir_op2(f, IR_ne, T_I1, ir_op1(f, IR_zext, T_I64, c), z), c);
    ck_assert_uint_eq(ir_op1(f, IR_trunc, T_I32, ir_op1(f, IR_sext, T_I64, w)), w);
    ck_assert_uint_eq(rec(f, ir_op2(f, IR_mul, T_I64, x, ir_const(f, T_I64, 8)))->op, IR_shl);
    ck_assert_uint_eq(rec(f, ir_op2(f, IR_udiv, T_I64, x, ir_const(f, T_I64, 8)))->op, IR_shr);
    ck_assert_uint_eq(rec(f, ir_op2(f, IR_urem, T_I64, x, ir_const(f, T_I64, 8)))->op, IR_and);
    ck_assert_uint_eq(rec(f, ir_op2(f, IR_ult, T_I1, x, ir_const(f, T_I64, 1)))->op, IR_eq);
    r = ir_op2(f, IR_slt, T_I1, ir_op1(f, IR_zext, T_I64, w), ir_op1(f, IR_zext, T_I64, ir_op1(f, IR_trunc, T_I32, y)));
    ck_assert(rec(f, r)->op == IR_ult && rec(f, r)->a == w);
    r = ir_op2(f, IR_slt, T_I1, ir_op1(f, IR_sext, T_I64, w), ir_op1(f, IR_sext, T_I64, ir_op1(f, IR_trunc, T_I32, y)));
    ck_assert(rec(f, r)->op == IR_slt && rec(f, r)->a == w);
    r = ir_op1(f, IR_nunbox, T_F32, d);
    ck_assert_uint_eq(ir_op1(f, IR_nunbox, T_F32, ir_op1(f, IR_nbox, T_F64, r)), r);
    r = ir_op1(f, IR_fcanon, T_F64, d);
    ck_assert_uint_eq(ir_op1(f, IR_fcanon, T_F64, r), r);
    f->pic = true;
    ck_assert_uint_eq(ir_op2(f, IR_add, T_I64, ir_gpc(f, 0x1000), k5), ir_gpc(f, 0x1005));
    ir_ref far = ir_op2(f, IR_add, T_I64, ir_gpc(f, 0x1000), ir_const(f, T_I64, 0x7fff0000));      /* stays a near one and a constant */
    ck_assert_uint_eq(f->insn[far].op, IR_add);
    ck_assert_uint_eq(ir_op2(f, IR_add, T_I64, far, ir_const(f, T_I64, -0x7fff0000 + 4)), ir_gpc(f, 0x1004));
    ck_assert_uint_eq(ir_op2(f, IR_and, T_I64, ir_gpc(f, 0x1005), ir_const(f, T_I64, -2)), ir_gpc(f, 0x1004));
}
END_TEST

/* An FPOP folds only when silent and the same in every mode. */
START_TEST(test_fp_fold)
{
    struct ir_func *f = func();
    ir_ref one = ir_const(f, T_F64, UINT64_C(0x3ff0000000000000)), three = ir_const(f, T_F64, UINT64_C(0x4008000000000000));
    ir_ref minus = ir_const(f, T_F64, UINT64_C(0xbff0000000000000)), snan = ir_const(f, T_F64, UINT64_C(0x7ff0000000000001)), a, b;
    ir_ref tiny = ir_const(f, T_F64, 1), v64 = ir_const(f, T_V64, UINT64_C(0x3f8000003f800000));

    ck_assert(ir_is_const(f, ir_fp(f, IR_fadd, T_F64, FP_RM_DYN, one, three, 0)));
    ck_assert(!ir_is_const(f, ir_fp(f, IR_fdiv, T_F64, FP_RM_DYN, one, three, 0)));      /* inexact */
    ck_assert(!ir_is_const(f, ir_fp(f, IR_fadd, T_F64, FP_RM_DYN, one, minus, 0)));      /* +0 or -0 by mode */
    ck_assert(ir_is_const(f, ir_fp(f, IR_fadd, T_F64, FP_RM_NE, one, minus, 0)));
    ck_assert(!ir_is_const(f, ir_fp(f, IR_feq, T_I1, 0, snan, one, 0)));                 /* invalid */
    ck_assert(!ir_is_const(f, ir_fp(f, IR_fadd, T_F64, FP_RM_NE, tiny, tiny, 0)));       /* 0 where denormals are flushed */
    ck_assert(!ir_is_const(f, ir_fp(f, IR_fadd, T_V64, FP_LANE_F32, v64, v64, 0)));
    a = ir_fp(f, IR_fdiv, T_F64, FP_RM_DYN, one, three, 0);
    b = ir_fp(f, IR_fdiv, T_F64, FP_RM_DYN, one, three, 0);
    ck_assert_uint_eq(a, b);
    ir_emit(f, IR_fpset, T_VOID, 0, ir_const(f, T_I64, 0), 0, 0);
    ck_assert_uint_ne(a, ir_fp(f, IR_fdiv, T_F64, FP_RM_DYN, one, three, 0));            /* its flag must rise again */
}
END_TEST

START_TEST(test_sharing)
{
    struct ir_func *f = func();
    ir_ref x = ir_get(f, 0), y = ir_get(f, 1), a = ir_op2(f, IR_add, T_I64, x, y);

    ck_assert_uint_eq(ir_op2(f, IR_add, T_I64, y, x), a);
    ck_assert_uint_ne(ir_op2(f, IR_sub, T_I64, y, x), a);
    ck_assert_uint_eq(ir_const(f, T_I32, UINT64_MAX), ir_const(f, T_I32, 0xffffffff));
    ck_assert_uint_ne(ir_const(f, T_I32, 7), ir_const(f, T_I64, 7));
    ir_block_at(f, ir_block_new(f, 4, 0));
    ck_assert_uint_ne(ir_op2(f, IR_add, T_I64, x, y), a);       /* another block: not shared here */
    for (unsigned i = 0; i < 5000; i++)
        ir_const(f, T_I64, i * 77);
    for (unsigned i = 0, n = f->ninsn; i < 5000; i++)
        ck_assert(ir_const(f, T_I64, i * 77) < n && f->ninsn == n);
}
END_TEST

/* ---- control flow against the definitions ---- */

/* Can `to` be reached from an entry without passing `without`? */
static bool reach(struct ir_func *f, ir_blk to, ir_blk without)
{
    ir_blk stack[512];
    bool seen[128] = { false };
    unsigned n = 0;

    if (without != 1)
        stack[n++] = 1;
    while (n) {
        ir_blk b = stack[--n];

        if (b == to)
            return true;
        if (seen[b] || b == without)
            continue;
        seen[b] = true;
        for (uint32_t i = 0; i < ir_nsucc(f, b); i++)
            if (!seen[ir_succ(f, b, i)])
                stack[n++] = ir_succ(f, b, i);
    }
    return false;
}

static bool idoms(struct ir_func *f, ir_blk a, ir_blk b)
{
    for (; b != IR_NONE; b = f->block[b].idom)
        if (a == b)
            return true;
    return false;
}

START_TEST(test_cfg)
{
    struct irgen g = { .seed = 3, .nint = 3, .nfp = 1, .ops = 1 };
    unsigned loops = 0;

    for (unsigned round = 0; round < 150; round++) {
        struct ir_func *f;

        g.nblocks = round % 25;
        f = irgen_func(&cc, &g, slots, ARRAY_LEN(slots));
        ck_assert_uint_eq(f->rpo[0], 1);
        for (ir_blk a = 1; a < f->nblock; a++)
            for (ir_blk b = 1; b < f->nblock; b++)
                if (f->block[b].order != UINT32_MAX && f->block[a].order != UINT32_MAX)
                    ck_assert_int_eq(idoms(f, a, b), a == b || !reach(f, b, a));
        for (uint32_t i = 0; i < f->nrpo; i++)
            for (uint32_t s = 0; s < ir_nsucc(f, f->rpo[i]); s++) {
                struct ir_block *t = &f->block[ir_succ(f, f->rpo[i], s)];
                bool found = false;

                for (uint32_t p = 0; p < t->npred; p++)
                    found |= t->pred[p] == f->rpo[i];
                ck_assert(found);
                if (t->order <= i) {
                    ck_assert(t->flags & BLK_LOOP);
                    loops++;
                }
            }
        cc_reset(&cc);
    }
    ck_assert_uint_gt(loops, 50);
}
END_TEST

/* A removed edge takes its phi argument along. */
START_TEST(test_phi_follow)
{
    struct ir_func *f = func();
    ir_blk b2 = ir_block_new(f, 4, 0), b3 = ir_block_new(f, 8, 0);
    ir_ref phi, k7 = ir_const(f, T_I64, 7), k9 = ir_const(f, T_I64, 9);

    ir_brif(f, ir_op2(f, IR_eq, T_I1, ir_get(f, 0), ir_get(f, 1)), b2, b3);
    ir_block_at(f, b2);
    ir_br(f, b3);
    ir_block_at(f, b3);
    ir_cfg(f);
    phi = ir_phi_new(f, T_I64, 2);
    f->phiarg[f->insn[phi].a] = k7;
    f->phiarg[f->insn[phi].a + 1] = k9;
    ir_ret(f, phi);
    ir_block_insert(f, b3, 0, phi);
    ck_assert(ir_verify(f, NULL) == ST_OK);
    f->insn[f->block[1].insn[f->block[1].ninsn - 1]] = (struct ir_insn){ .op = IR_br, .a = b2 };
    ir_cfg(f);
    ck_assert(f->block[b3].npred == 1 && f->insn[phi].b == 1 && f->phiarg[f->insn[phi].a] == k9);
    ck_assert(ir_verify(f, NULL) == ST_OK);
}
END_TEST

static void greedy(struct cc *c, void *arg)
{
    for (;;)
        memset(arena_alloc(&c->arena, 1000), 0xff, 1000);
}

START_TEST(test_arena)
{
    char *p;
    uint32_t cap = 0, *v = NULL;

    cc.arena.limit = 3 << 20;
    ck_assert(cc_try(&cc, greedy, NULL) == ST_LIMIT && cc.diag.msg[0]);
    cc_reset(&cc);
    p = arena_alloc(&cc.arena, 5000);
    for (unsigned i = 0; i < 5000; i++)
        ck_assert(p[i] == 0);   /* reused memory is clean */
    for (uint32_t i = 0; i < 1000; i++) {
        v = arena_grow(&cc.arena, v, &cap, i + 1, sizeof *v);
        v[i] = i;
    }
    for (uint32_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(v[i], i);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("build");
    TCase *tc = tcase_create("build");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_fold_random);
    tcase_add_test(tc, test_rules);
    tcase_add_test(tc, test_fp_fold);
    tcase_add_test(tc, test_sharing);
    tcase_add_test(tc, test_cfg);
    tcase_add_test(tc, test_phi_follow);
    tcase_add_test(tc, test_arena);
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
