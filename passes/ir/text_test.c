/* Round trips of the text form, what the parser refuses, what the verifier refuses. */
#include "passes/ir/ir.h"
#include "passes/ir/irgen.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct guest_slot slots[] = {
    { "x1", 8, T_I64, 1, 0 }, { "x2", 16, T_I64, 2, 0 }, { "x3", 24, T_I64, 0, 0 }, { "f0", 32, T_F64, 1, 0 }, { "f1", 40, T_F64,
    2, 0 },
    { "v0", 48, T_V128, 0, 0 },
};

static struct cc cc;

static void setup(void) { cc_init(&cc); }
static void teardown(void) { cc_fini(&cc); }

struct job { const char *text; size_t len; struct ir_func *f; };

static void parse_job(struct cc *c, void *arg)
{
    struct job *j = arg;

    j->f = ir_parse(c, j->text, j->len, slots, ARRAY_LEN(slots));
}

static struct ir_func *parse(const char *text)
{
    struct job j = { text, strlen(text), NULL };

    return cc_try(&cc, parse_job, &j) == ST_OK ? j.f : NULL;
}

static char *print(const struct ir_func *f)
{
    char *buf = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&buf, &n);

    ir_print(out, f);
    fclose(out);
    return buf;
}

static const char everything[] =
    "func all.of$it pic {\n"
    "b1: 0x1000 entry\n"
    "  at 0x1000\n"
    "  %1 = get i64 x1\n"
    "  %2 = add i64 %1, 1\n"
    "  %3 = load.acq i32 [%2 + 8]\n"
    "  store.rel i32 [%1 - 2147483648], %3\n"
    "  store i64 [gpc(0x2000)], -1\n"
    "  %4 = cas i64 [%1], %2, 0x123456789abcdef0\n"
    "  %5 = rmw_add i32 [%1], %3\n"
    "  fence.seq\n"
    "  put x2, %4\n"
    "  %6 = get f64 f0\n"
    "  %7 = fma.dyn f64 %6, %6, 0x3ff0000000000000\n"
    "  %8 = flt.quiet f64 %6, %7\n"
    "  %9 = f2si.rtz.nanzero i32 %7\n"
    "  %10 = zext i64 1:i1\n"
    "  %11 = ult i64 %1, -4096\n"
    "  %12 = select i64 %8, %1, 5\n"
    "  %13 = helper i64 #3 %12, %2\n"
    "  helper void #4\n"
    "  at 0x1004 [x1 = %13, f0 = 0x0]\n"
    "  at 0x1006 snap 0x1004 []\n"
    "  %14 = fpget i64\n"
    "  fpset %14\n"
    "  %15 = get v128 v0\n"
    "  put v0, %15\n"
    "  brif %11, b2, b3\n"
    "b2: 0x1010\n"
    "  %16 = phi i64 [b1: 0], [b2: %17], [b3: %12]\n"
    "  poll\n"
    "  %17 = sub i64 %16, %13\n"
    "  switch %17, [b3, b2, b3], b4\n"
    "b3: 0x1020 cold\n"
    "  %18 = phi i64 [b1: %12], [b2: %17], [b2: 7]\n"
    "  switch %18, [], b2\n"
    "b4: 0x1030\n"
    "  call 0x5000 ret 0x1034\n"
    "b5: 0x1034 entry retsite\n"
    "  icall gpc(0x10) ret 0x1038\n"
    "b6: 0x1038 entry retsite\n"
    "  trap fpmode 0x1038\n"
    "b7: 0x1040 entry\n"
    "  syscall 0x1044\n"
    "b8: 0x1044 entry\n"
    "  jump 0x1048\n"
    "b9: 0x1048 entry\n"
    "  ret 0x1001\n"
    "b10: 0x1050 entry\n"
    "  ijump 8\n"
    "}\n";

/* Lanes, their immediates, patterns, the words of the definite dialect. */
static const char vectors[] =
    "func v {\n"
    "b1: 0x1000 entry\n"
    "  %1 = get v128 v0\n"
    "  %2 = vadd.i8 v128 %1, 0x8000000080000000\n"
    "  %3 = vshl.i64.n63 v128 %2\n"
    "  %4 = vshuf.i8 v128 %2, %3, 0x000102030405060718191a1b1c1d1eff\n"
    "  %5 = vshuf.i8 v128 %4, %3, 0x80808080808080808080808080808080\n"
    "  %6 = vextr.i16.n7 i16 %5\n"
    "  %7 = vins.i16.n3 v128 %5, %6\n"
    "  %8 = vins.i8.n15 v128 %7, -1\n"
    "  %9 = vdup.i32 v128 5:i32\n"
    "  %10 = vlow.i8 v64 %8\n"
    "  %11 = fadd.dyn.prop.f32 v64 %10, %10\n"
    "  %12 = fma.rup.prop.f16 v64 %11, %11, %10\n"
    "  %13 = vzext.i8 v128 %12\n"
    "  %14 = fmul.prop.f64 v128 %13, %9\n"
    "  %15 = vfcvtn.rodd.prop.f32 v128 %14\n"
    "  %16 = vfcvtl.prop.silent.f32 v128 %15\n"
    "  %17 = frint.dyn.prop.exact.f32 v128 %16\n"
    "  %18 = frintn.rtz.prop.f64 v128 %17, 32\n"
    "  %19 = vflt.quiet.f16 v128 %18, %17\n"
    "  %20 = vfeq.silent.f64 v128 %19, %17\n"
    "  %21 = f2sx.rtz.nanzero.f16 v128 %20, 16\n"
    "  %22 = sx2f.dyn.prop.f64 v128 %21, 64\n"
    "  %23 = vlow.i8 f32 %22\n"
    "  %24 = fcvtbf.dyn.prop i16 %23\n"
    "  %25 = f2ux.rdn.nanzero i64 %23, 0\n"
    "  %26 = funo.quiet f32 %23, 0x7fc00000\n"
    "  %27 = addc i64 %25, -1, %26\n"
    "  %28 = addcc i64 %27, %25, 1\n"
    "  %29 = addco i16 %6, %24, %28\n"
    "  %30 = vnz.i8 i1 %22\n"
    "  %31 = select v128 %29, %22, %21\n"
    "  put v0, %31\n"
    "  %32 = zext i64 %30\n"
    "  ret %32\n"
    "}\n";

static void round_trip(const char *text)
{
    struct ir_func *f = parse(text);
    struct diag d;
    char *t;

    ck_assert_msg(f != NULL, "%s", cc.diag.msg);
    ck_assert_msg(ir_verify(f, &d) == ST_OK, "%s", d.msg);
    t = print(f);
    ck_assert_str_eq(t, text);
    free(t);
}

START_TEST(test_round_trip)
{
    round_trip(everything);
    round_trip(vectors);
}
END_TEST

START_TEST(test_random_round_trip)
{
    struct irgen g = { .seed = 42, .nint = 3, .nfp = 2, .vec0 = 5, .nvec = 1, .fp = true };

    for (unsigned i = 0; i < 400; i++) {
        struct ir_func *f, *again;
        struct diag d;
        char *a, *b;

        g.nblocks = i % 9;
        g.ops = 1 + i % 30;
        f = irgen_func(&cc, &g, slots, ARRAY_LEN(slots));
        ck_assert_msg(ir_verify(f, &d) == ST_OK, "generated function %u: %s", i, d.msg);
        a = print(f);
        again = parse(a);
        ck_assert_msg(again != NULL, "%s in\n%s", cc.diag.msg, a);
        ck_assert_msg(ir_verify(again, &d) == ST_OK, "%s", d.msg);
        b = print(again);
        ck_assert_str_eq(a, b);
        free(a);
        free(b);
        cc_reset(&cc);
    }
}
END_TEST

#define IN(body) "func f {\nb1: 0 entry\n" body "\n}\n"

START_TEST(test_rejects)
{
    static const struct { const char *text, *msg; } t[] = {
        { "", "expected 'func'" },
        { "func", "expected a name" },
        { "func f {\nb2: 0\n", "numbered in order" },
        { "func f {\nb1: 0\n", "no such op" },
        { IN("  %1 = get i64 x9\n  ret %1"), "no such slot" },
        { IN("  %1 = frob i64 1, 2\n  ret %1"), "no such op" },
        { IN("  %1 = add i65 1, 2\n  ret %1"), "expected a type" },
        { IN("  %1 = add i64 1\n  ret %1"), "expected ','" },
        { IN("  %1 = add i64 1, 2, 3\n  ret %1"), "end of the line" },
        { IN("  %1 = add i8 256, 2\n  ret 0"), "does not fit" },
        { IN("  %1 = add i64 18446744073709551616, 2\n  ret 0"), "number too large" },
        { IN("  %1 = zext i64 5\n  ret %1"), "needs a type" },
        { IN("  add i64 1, 2\n  ret 0"), "needs a name" },
        { IN("  %1 = put x1, 2\n  ret 0"), "yields no value" },
        { IN("  %1 = get i64 x1\n  %1 = get i64 x1\n  ret %1"), "defined twice" },
        { IN("  ret %2"), "never defined" },
        { IN("  br b7"), "no such block" },
        { IN("  br b0"), "numbered from 1" },
        { IN("  %1 = load.rtz i64 [8]\n  ret %1"), "no such flag" },
        { IN("  %1 = load i64 [8 + 2147483648]\n  ret %1"), "displacement too large" },
        { IN("  trap never 0"), "no such trap" },
        { IN("  %1 = get v128 v0\n  %2 = vadd.i7 v128 %1, %1\n  ret 0"), "lane" },
        { IN("  %1 = get v128 v0\n  %2 = vshl.i8.n64 v128 %1\n  ret 0"), "63" },
        { IN("  %1 = get v128 v0\n  %2 = vshuf.i8 v128 %1, %1, 0x00\n  ret 0"), "pattern" },
        { IN("  %1 = get v128 v0\n  %2 = fadd.odd v128 %1, %1\n  ret 0"), "flag" },
        { IN("  ret gpc(4)"), "not pic" },
        { IN("  call 4"), "expected 'ret'" },
        { IN("  br b2\nb2: 0\n  %1 = phi i64 [b1: 1], [b2: 2]\n  ret %1"), "as many phi arguments" },
        { IN("  br b2\nb2: 0\n  %1 = phi i64 [b2: 1]\n  ret %1"), "lacks a predecessor" },
        { IN("  ret 0") "x", "text after" },
    };

    for (unsigned i = 0; i < ARRAY_LEN(t); i++) {
        ck_assert_msg(parse(t[i].text) == NULL, "row %u parsed", i);
        ck_assert_msg(strstr(cc.diag.msg, t[i].msg) != NULL, "row %u: '%s', expected '%s'", i, cc.diag.msg, t[i].msg);
        ck_assert(cc.diag.st == ST_BADFORMAT && cc.diag.off <= strlen(t[i].text) && !strchr(cc.diag.msg, '\n'));
    }
    parse("func f {\nb1: 0 entry\n  ret oops\n}\n");
    ck_assert_uint_eq(cc.diag.off, 27);
    ck_assert_msg(strstr(cc.diag.msg, "line 3") != NULL, "%s", cc.diag.msg);
}
END_TEST

/* Every prefix and every one-byte change of a text is parsed or refused, and verified: nothing crashes. */
START_TEST(test_damage)
{
    char buf[sizeof everything];
    uint64_t seed = 7;

    for (unsigned i = 0; i < 4000; i++) {
        struct job j = { buf, sizeof everything - 1, NULL };
        struct diag d;

        memcpy(buf, everything, sizeof buf);
        if (i < sizeof everything)
            j.len = i;
        else
            buf[irgen_next(&seed) % j.len] = (char)(irgen_next(&seed) >> 20);
        if (cc_try(&cc, parse_job, &j) == ST_OK) {
            ir_verify(j.f, &d);
            free(print(j.f));
        }
        cc_reset(&cc);
    }
}
END_TEST

START_TEST(test_verifier_rejects)
{
    static const struct { const char *text, *msg; } t[] = {
        { "func f {\n}\n", "without blocks" },
        { "func f {\nb1: 0 entry\n}\n", "empty" },
        { IN("  %1 = get i64 x1"), "no terminator" },
        { IN("  ret 0\n  ret 0"), "not last" },
        { IN("  %1 = get i32 x1\n  ret 0"), "does not take" },
        { IN("  %1 = get i64 x1\n  put f0, %1\n  ret 0"), "does not take" },
        { IN("  %1 = get i64 x1\n  %2 = add i32 %1, %1\n  ret 0"), "does not take" },
        { IN("  %1 = get i64 x1\n  %2 = zext i64 %1\n  ret 0"), "does not take" },
        { IN("  %1 = get i64 x1\n  %2 = fneg i64 %1\n  ret 0"), "does not take" },
        { IN("  %1 = get f64 f0\n  %2 = eq f64 %1, %1\n  ret 0"), "does not take" },
        { IN("  %1 = get f64 f0\n  ret %1"), "does not take" },
        { IN("  %1 = get f64 f0\n  %2 = fadd.f6 f64 %1, %1\n  ret 0"), "flags" },
        { IN("  %1 = load i1 [8]\n  ret 0"), "does not take" },
        { IN("  %1 = get v128 v0\n  %2 = add v128 %1, %1\n  ret 0"), "does not take" },
        { IN("  %1 = get v128 v0\n  %2 = fadd.prop v128 %1, %1\n  ret 0"), "does not take" },
        { IN("  %1 = get v128 v0\n  %2 = vfcvtl.f32 v64 %1\n  ret 0"), "does not take" },
        { IN("  %1 = get f64 f0\n  %2 = fadd.f64 f64 %1, %1\n  ret 0"), "flags" },
        { IN("  %1 = get v128 v0\n  %2 = vextr.i32.n4 i32 %1\n  ret 0"), "does not take" },
        { IN("  %1 = get v128 v0\n  %2 = vextr.i32 i64 %1\n  ret 0"), "does not take" },
        { IN("  %1 = get i64 x1\n  %2 = vdup.i32 v128 %1\n  ret 0"), "does not take" },
        { IN("  %1 = get i64 x1\n  %2 = addc i64 %1, %1, %1\n  ret 0"), "does not take" },
        { IN("  %1 = get f64 f0\n  %2 = vzext.i8 v128 %1\n  %3 = vlow.i8 i64 %2\n  ret 0"), "does not take" },
        { IN("  %2 = add i64 %1, 1\n  %1 = get i64 x1\n  ret %2"), "not computed before" },
        { IN("  brif 1, b2, b3\nb2: 0\n  %1 = get i64 x1\n  br b3\nb3: 0\n  ret %1"), "not computed before" },
        { IN("  br b2\nb2: 0\n  %1 = phi i64 [b1: %2]\n  %2 = get i64 x1\n  ret %1"), "not computed on the way" },
        { IN("  br b2\nb2: 0\n  poll\n  %1 = phi i64 [b1: 1]\n  ret %1"), "after other ops" },
        { IN("  br b1"), "has a predecessor" },
        { IN("  at 0 [x1 = %1]\n  %1 = get i64 x1\n  ret 0"), "not available" },
    };
    struct diag d;

    for (unsigned i = 0; i < ARRAY_LEN(t); i++) {
        struct ir_func *f = parse(t[i].text);

        ck_assert_msg(f != NULL, "row %u: %s", i, cc.diag.msg);
        ck_assert_msg(ir_verify(f, &d) == ST_BUG, "row %u verified", i);
        ck_assert_msg(strstr(d.msg, t[i].msg) != NULL, "row %u: '%s', expected '%s'", i, d.msg, t[i].msg);
    }
}
END_TEST

/* Records overwritten with noise: the verifier answers, the printer prints. */
START_TEST(test_garbage)
{
    struct irgen g = { .seed = 9, .nint = 3, .nfp = 2, .vec0 = 5, .nvec = 1, .nblocks = 5, .ops = 10, .fp = true };
    unsigned refused = 0;

    for (unsigned i = 0; i < 2000; i++) {
        struct ir_func *f = irgen_func(&cc, &g, slots, ARRAY_LEN(slots));
        struct ir_insn *in = &f->insn[1 + irgen_next(&g.seed) % (f->ninsn - 1)];
        uint32_t *word = (uint32_t *)in + irgen_next(&g.seed) % 4;
        struct diag d;

        *word = irgen_next(&g.seed) & 1 ? (uint32_t)irgen_next(&g.seed) : (uint32_t)(irgen_next(&g.seed) >> 9) % 64;
        refused += ir_verify(f, &d) != ST_OK;
        free(print(f));
        cc_reset(&cc);
    }
    ck_assert_uint_gt(refused, 600);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("text");
    TCase *tc = tcase_create("text");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_round_trip);
    tcase_add_test(tc, test_random_round_trip);
    tcase_add_test(tc, test_rejects);
    tcase_add_test(tc, test_damage);
    tcase_add_test(tc, test_verifier_rejects);
    tcase_add_test(tc, test_garbage);
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
