/* The condition-flag rules: each of the 14 conditions over the flags of a compare, built as lifters build them, is one compare, and has
 * the value that the flags say, at edge operands. */
#include "passes/ir/eval.h"
#include "passes/ir/slot.h"

#include <check.h>

static const struct guest_slot slots[] = {
    { "a", 0, T_I64, 0, 0 }, { "b", 8, T_I64, 0, 0 }, { "fa", 16, T_F64, 0, 0 }, { "fb", 24, T_F64, 0, 0 },
};
enum { NCOND = 14 };

struct flags { ir_ref n, z, c, v; };
enum kind { K_SUB, K_ADD, K_AND, K_FCMP, K_NKIND };

static ir_ref negate(struct ir_func *f, ir_ref v) { return ir_op2(f, IR_xor, T_I1, v, ir_const(f, T_I1, 1)); }

static struct flags make_flags(struct ir_func *f, enum kind kind, enum ir_type t, ir_ref a, ir_ref b)
{
    ir_ref zero = ir_const(f, t, 0), ones = ir_const(f, t, ~UINT64_C(0)), r;

    if (kind == K_FCMP) {
        ir_ref lt = ir_fp(f, IR_flt, T_I1, FP_QUIET, a, b, 0);

        return (struct flags){ lt, ir_fp(f, IR_feq, T_I1, FP_QUIET, a, b, 0), negate(f, lt), ir_fp(f, IR_funo, T_I1, FP_QUIET, a, b, 0) };
    }
    if (kind == K_AND) {
        r = ir_op2(f, IR_and, t, a, b);
        return (struct flags){ ir_op2(f, IR_slt, T_I1, r, zero), ir_op2(f, IR_eq, T_I1, r, zero), ir_const(f, T_I1, 0), ir_const(f, T_I1, 0) };
    }
    if (kind == K_ADD) {
        r = ir_op2(f, IR_add, t, a, b);
        return (struct flags){ ir_op2(f, IR_slt, T_I1, r, zero), ir_op2(f, IR_eq, T_I1, r, zero), ir_op2(f, IR_ult, T_I1, r, a),
                               ir_op3(f, IR_addco, T_I1, a, b, ir_const(f, T_I1, 0)) };
    }
    r = ir_op2(f, IR_sub, t, a, b);
    return (struct flags){ ir_op2(f, IR_slt, T_I1, r, zero), ir_op2(f, IR_eq, T_I1, a, b), ir_op2(f, IR_ule, T_I1, b, a),
                           ir_op3(f, IR_addco, T_I1, a, ir_op2(f, IR_xor, t, b, ones), ir_const(f, T_I1, 1)) };
}

static ir_ref condition(struct ir_func *f, const struct flags *k, unsigned cond)
{
    ir_ref v;

    switch (cond >> 1) {
    case 0:  v = k->z; break;
    case 1:  v = k->c; break;
    case 2:  v = k->n; break;
    case 3:  v = k->v; break;
    case 4:  v = negate(f, ir_op2(f, IR_or, T_I1, negate(f, k->c), k->z)); break;
    case 5:  v = ir_op2(f, IR_eq, T_I1, k->n, k->v); break;
    default: v = ir_op2(f, IR_and, T_I1, ir_op2(f, IR_eq, T_I1, k->n, k->v), negate(f, k->z)); break;
    }
    return cond & 1 ? negate(f, v) : v;
}

static uint64_t value(struct ir_func *f, ir_ref r, const uint64_t in[4])
{
    const struct ir_insn *d = &f->insn[r];
    uint32_t o[3] = { d->a, d->b, d->c };
    uint64_t v[3] = { 0, 0, 0 };
    struct ir_fpenv fp = { .rm = 0 };

    if (d->op == IR_const)
        return ir_insn_pc(d);
    if (d->op == IR_get)
        return in[d->a];
    for (unsigned i = 0; i < 3; i++)
        v[i] = o[i] ? value(f, o[i], in) : 0;
    return ir_eval_scalar((enum ir_op)d->op, (enum ir_type)d->type, (enum ir_type)f->insn[d->a].type, d->flags, v[0], v[1], v[2], &fp);
}

static bool nzcv_holds(unsigned n, unsigned z, unsigned c, unsigned v, unsigned cond)
{
    const bool base[7] = { z, c, n, v, c && !z, n == v, n == v && !z };

    return base[cond >> 1] != (cond & 1);
}

/* What the flags are, by arithmetic alone. */
static bool expect(enum kind kind, enum ir_type t, uint64_t a, uint64_t b, unsigned cond)
{
    unsigned w = ir_type_bits(t);
    uint64_t m = w == 64 ? ~UINT64_C(0) : 0xffffffff, x = kind == K_SUB ? (~b & m) : b & m, r;
    unsigned __int128 wide;
    unsigned n, v;

    if (kind == K_FCMP) {
        union { uint64_t u; double d; } p = { a }, q = { b };
        bool uno = __builtin_isunordered(p.d, q.d);

        return nzcv_holds(p.d < q.d, p.d == q.d, !(p.d < q.d), uno, cond);
    }
    a &= m;
    if (kind == K_AND)
        return nzcv_holds((a & b) >> (w - 1) & 1, !(a & b & m), 0, 0, cond);
    wide = (unsigned __int128)a + x + (kind == K_SUB);
    r = (uint64_t)wide & m;
    n = r >> (w - 1) & 1;
    v = ((a ^ r) & (x ^ r)) >> (w - 1) & 1;
    return nzcv_holds(n, r == 0, (unsigned)(wide >> w) & 1, v, cond);
}

static const uint64_t edge[] = { 0, 1, 2, 5, 6, 7, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x100000000,
                                 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001, 0xfffffffffffffffe, 0xffffffffffffffff,
                                 0x3ff0000000000000, 0xbff0000000000000, 0x7ff8000000000000, 0x7ff0000000000000 };

/* Compares x (+ 3, if off) with y or a constant; returns how many conditions are more than one compare of what was compared. */
static unsigned run(enum kind kind, enum ir_type t, bool off, const uint64_t *k)
{
    unsigned clumsy = 0;
    struct cc cc;

    cc_init(&cc);
    for (unsigned cond = 0; cond < NCOND; cond++) {
        struct ir_func *f;
        ir_ref a, b, r;
        struct flags fl;

        cc_reset(&cc);
        f = ir_func_new(&cc, "t", slots, 4);
        ir_block_at(f, ir_block_new(f, 0, BLK_ENTRY));
        a = ir_get(f, kind == K_FCMP ? 2 : 0);
        b = ir_get(f, kind == K_FCMP ? 3 : 1);
        if (t == T_I32) {
            a = ir_op1(f, IR_trunc, T_I32, a);
            b = ir_op1(f, IR_trunc, T_I32, b);
        }
        if (off)
            a = ir_op2(f, IR_add, t, a, ir_const(f, t, 3));
        if (k)
            b = ir_const(f, t, *k);
        fl = make_flags(f, kind, t, a, b);
        r = condition(f, &fl, cond);
        const struct ir_insn *d = &f->insn[f->insn[r].op == IR_xor ? f->insn[r].a : r];
        clumsy += d->op == IR_and || d->op == IR_or || ((d->op == IR_eq || d->op == IR_ne) && f->insn[d->a].type == T_I1);
        for (size_t i = 0; i < ARRAY_LEN(edge) * ARRAY_LEN(edge); i++) {
            uint64_t x = edge[i / ARRAY_LEN(edge)], y = edge[i % ARRAY_LEN(edge)], in[4] = { x, y, x, y };
            bool want = expect(kind, t, off ? x + 3 : x, k ? *k : y, cond), got = value(f, r, in);

            ck_assert_msg(want == got, "kind %d %s cond %u: %#lx, %#lx: %d", kind, ir_type_name(t), cond, x, k ? *k : y, got);
        }
    }
    cc_fini(&cc);
    return clumsy;
}

START_TEST(conditions)
{
    static const enum ir_type ty[2] = { T_I32, T_I64 };
    unsigned clumsy = 0;

    for (unsigned t = 0; t < 2; t++) {
        clumsy += run(K_SUB, ty[t], false, NULL) + run(K_AND, ty[t], false, NULL);
        run(K_ADD, ty[t], false, NULL);
        for (size_t i = 0; i < ARRAY_LEN(edge); i++)
            for (unsigned off = 0; off < 2; off++) {
                uint64_t k = ty[t] == T_I32 ? (uint32_t)edge[i] : edge[i], min = t ? UINT64_C(1) << 63 : UINT64_C(1) << 31;
                unsigned n = run(K_SUB, ty[t], off, &k);

                clumsy += off || k == min - 1 || k == min + 1 ? 0 : n;      /* at the ends an order is an equality, which stays two */
                run(K_ADD, ty[t], off, &k);
            }
    }
    ck_assert_uint_eq(clumsy, 0);
    ck_assert_uint_eq(run(K_FCMP, T_F64, false, NULL), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fold_flags");
    TCase *c = tcase_create("flags");
    SRunner *r = srunner_create(s);

    tcase_add_test(c, conditions);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    int bad = srunner_ntests_failed(r);

    srunner_free(r);
    return bad != 0;
}
