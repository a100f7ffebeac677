/* Vector ops of the x86-64 backend against the evaluator: each op alone in every lane width, with operands from memory, registers
 * and constants; permutations; small random graphs, where ops join. AOTC_TEST_LIST=1 prints which ops go through a
 * helper, by features, too. */
#include "jit/backend_harness.h"
#include "passes/ir/eval.h"
#include "passes/ir/irgen.h"

enum { ARGS = MEM + PAGE, KEPT = MEM + 2 * PAGE, RESULT = KEPT + 256 };

/* Operands: loaded where they are used (a, then b, then c last: that one may be fused); loaded and wanted later, too; the first two
 * the same; constants. */
enum form { FUSED, HELD, SAME, CONST_A, CONST_B, NFORM };

struct one { enum ir_op op; unsigned flags; enum form form; uint64_t k; uint8_t pattern[16]; };

static uint64_t seed = 1;
static unsigned failures;

static enum ir_type lane_type(unsigned flags) { return T_I8 + (flags & VL_MASK); }

/* Type of operand i, and of the result. */
static enum ir_type arg_type(const struct one *o, unsigned i)
{
    if (o->op == IR_vdup || (o->op == IR_vins && i == 1))
        return lane_type(o->flags);
    return T_V128;
}

static enum ir_type result_type(const struct one *o)
{
    return o->op == IR_vextr ? lane_type(o->flags) : o->op == IR_vnz ? T_I1 : T_V128;
}

static bool has_arg(const struct one *o, unsigned i) { return ir_opinfo[o->op].sig[1 + i] == 'v'; }

static ir_ref load(struct ir_func *f, enum ir_type t, uint64_t at)
{
    ir_at(f, 0x1234);
    return ir_load(f, t, ir_const(f, T_I64, at), 0, MO_PLAIN);
}

static void store(struct ir_func *f, uint64_t at, ir_ref v)
{
    if (f->insn[v].type == T_I1)
        v = ir_op1(f, IR_zext, T_I64, v);
    ir_at(f, 0x1234);
    ir_store(f, f->insn[v].type, ir_const(f, T_I64, at), 0, v, MO_PLAIN);
}

static struct ir_func *one_make(struct cc *cc, const void *arg)
{
    const struct one *o = arg;
    struct ir_func *f = ir_func_new(cc, "t", slots, NSLOT);
    ir_ref v[3] = { 0, 0, 0 };

    ir_block_at(f, ir_block_new(f, ENTRY1, BLK_ENTRY));
    for (unsigned i = 0; i < 3; i++) {
        if (!has_arg(o, i))
            continue;
        if (o->form == SAME && i == 1 && arg_type(o, 1) == arg_type(o, 0))
            v[1] = v[0];
        else if ((o->form == CONST_A && i == 0) || (o->form == CONST_B && i == 1))
            v[i] = ir_const(f, arg_type(o, i), o->k & (arg_type(o, i) == T_V128 ? ~UINT64_C(0) : type_mask(arg_type(o, i))));
        else
            v[i] = load(f, arg_type(o, i), ARGS + 16 * i);
    }
    if (o->op == IR_vshuf)
        v[2] = ir_pattern(f, o->pattern);
    ir_ref r = ir_emit(f, o->op, result_type(o), o->flags, v[0], v[1], v[2]);
    store(f, RESULT, r);
    if (result_type(o) < T_I64 && result_type(o) != T_I1)
        store(f, RESULT + 16, ir_op1(f, IR_zext, T_I64, r));
    for (unsigned i = 0; i < 3 && o->form == HELD; i++)
        if (has_arg(o, i))
            store(f, KEPT + 16 * i, v[i]);
    ir_jump(f, 0x9000);
    return f;
}

static const uint64_t edge[] = { 0, ~UINT64_C(0), UINT64_C(0x8000000000000000), UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8080808080808080), UINT64_C(0x7f7f7f7f7f7f7f7f), UINT64_C(0x8000800080008000), UINT64_C(0x7fff7fff7fff7fff),
    UINT64_C(0x8000000080000000), UINT64_C(0x7fffffff7fffffff), UINT64_C(0x0101010101010101), UINT64_C(0x00ff00ff00ff00ff), UINT64_C(0xffff0000ffff0000),
    UINT64_C(0x0123456789abcdef), UINT64_C(0x0001fffe7f808100), UINT64_C(0xf8f7f0f1070f1008), UINT64_C(0x00000000ffffffff) };

static uint64_t any64(void)
{
    uint64_t n = irgen_next(&seed) >> 20;

    switch (n & 7) {
    case 0: case 1: case 2: return edge[(n >> 3) % ARRAY_LEN(edge)];
    case 3: return irgen_next(&seed) & edge[(n >> 3) % ARRAY_LEN(edge)];
    case 4: return (irgen_next(&seed) >> 8) & UINT64_C(0x1f1f1f1f1f1f1f1f);
    default: return irgen_next(&seed) ^ irgen_next(&seed) << 31;
    }
}

static union ir_val any_value(void)
{
    union ir_val v = { .w = { any64(), any64() } };

    if (irgen_next(&seed) >> 30 & 1)
        v.w[1] = v.w[0];
    return v;
}

/* Signed lanes of shift amounts are mostly small. */
static union ir_val any_amount(void)
{
    union ir_val v;
    int8_t b[16];

    for (unsigned i = 0; i < 16; i++)
        b[i] = (int8_t)((irgen_next(&seed) >> 24) % 150 - 75);
    memcpy(&v, b, 16);
    return v;
}

static bool by_lanes(enum ir_op op) { return op >= IR_vsshl && op <= IR_vuqrshl; }

static bool differs(const union ir_val *want, uint64_t at, enum ir_type t)
{
    unsigned n = t == T_V128 ? 16 : t == T_I1 ? 8 : ir_type_bits(t) / 8;

    return memcmp(want, (const void *)(uintptr_t)at, n) != 0;
}

static void complain(const struct one *o, uint64_t features, const union ir_val v[3], const union ir_val *want)
{
    uint64_t got[2];
    char names[200];

    memcpy(got, (const void *)(uintptr_t)RESULT, 16);
    if (failures++ < 20)
        fprintf(stderr, "%s lane %u imm %u form %d (%s): (%016lx%016lx, %016lx%016lx, %016lx%016lx) gives %016lx%016lx, "
                "expected %016lx%016lx\n",
                ir_opinfo[o->op].name, 8u << (o->flags & 3), o->flags >> 2, o->form,
                host_feature_names(features, names, sizeof names),
                (unsigned long)v[0].w[1], (unsigned long)v[0].w[0], (unsigned long)v[1].w[1], (unsigned long)v[1].w[0],
                (unsigned long)v[2].w[1], (unsigned long)v[2].w[0], (unsigned long)got[1], (unsigned long)got[0],
                (unsigned long)want->w[1], (unsigned long)want->w[0]);
}

static bool one_run(const struct one *o, const struct linked *out, uint64_t features)
{
    static struct state s;
    union ir_val v[3], want;
    bool bad;

    for (unsigned i = 0; i < 3; i++)
        v[i] = i == 1 && by_lanes(o->op) && irgen_next(&seed) >> 33 & 3 ? any_amount() : any_value();
    if (o->form == SAME && has_arg(o, 1) && arg_type(o, 1) == arg_type(o, 0))
        v[1] = v[0];
    if (o->form == CONST_A || o->form == CONST_B)
        v[o->form == CONST_B] = (union ir_val){ .w = { o->k, o->k } };
    memcpy(mem_start + PAGE, &v[0], 16);
    memcpy(mem_start + PAGE + 16, &v[1], 16);
    memcpy(mem_start + PAGE + 32, &v[2], 16);
    for (unsigned i = 0; i < 3; i++)
        if (arg_type(o, i) != T_V128)
            v[i] = (union ir_val){ .w = { v[i].w[0] & type_mask(arg_type(o, i)) } };
    if (o->op == IR_vshuf)
        memcpy(&v[2], o->pattern, 16);
    want = ir_eval_vec(o->op, result_type(o), arg_type(o, 0), o->flags, v, NULL);
    s.pc = ENTRY1;
    run_host(out, &s);
    bad = s.exit != VX_JUMP || s.pc != 0x9000 || differs(&want, RESULT, result_type(o));
    if (result_type(o) < T_I64 && result_type(o) != T_I1)
        bad |= differs(&want, RESULT + 16, T_I64);
    for (unsigned i = 0; i < 3 && o->form == HELD; i++)
        bad |= has_arg(o, i) && differs(&v[i], KEPT + 16 * i, arg_type(o, i));
    if (bad)
        complain(o, features, v, &want);
    return bad;
}

/* Compiles; does the code call a helper? */
static bool compile_one(struct compile_job *job, struct linked *out)
{
    char *text = NULL;
    size_t len = 0;
    bool helper;

    job->dump = open_memstream(&text, &len);
    compile_place(job, out);
    fclose(job->dump);
    helper = strstr(text, "helper") != NULL;
    free(text);
    return helper;
}

/* The sets of features: v2, v3, v4, and each with all that this machine has beyond its vectors. */
static bool features_at(unsigned i, uint64_t *features)
{
    const uint64_t extra = HF_PCLMUL | HF_AES | HF_SHA | HF_GFNI;

    if (HOST_SELF != HOST_X86_64 || !feature_set(i / 2, features))
        return false;
    *features |= i & 1 ? extra & host_features_detect() : 0;
    return true;
}

static bool op_has_lane(enum ir_op op, unsigned lane)
{
    switch (op) {
    case IR_vcnt: case IR_vtbl: case IR_vpmul: case IR_vand: case IR_vor: case IR_vxor: case IR_vandn: case IR_vbsl: case IR_vnz:
        return lane == VL_8;
    case IR_vclz: case IR_vcls: case IR_vsxt: case IR_vuxt: case IR_vxtn: case IR_vsqxtn: case IR_vuqxtn: case IR_vsqxtun:
    case IR_vspaddl: case IR_vupaddl: case IR_vsmull: case IR_vumull:
        return lane < VL_64;
    case IR_vpmull: return lane == VL_8 || lane == VL_64;
    case IR_vsqdmulh: case IR_vsqrdmulh: case IR_vsqdmull: case IR_vsqrdmlah: case IR_vsqrdmlsh:
        return lane == VL_16 || lane == VL_32;
    case IR_vlow: case IR_vzext: return false;
    default: return op < IR_vaese && op != IR_vshuf && !(op >= IR_vsdot && op <= IR_vursqrte) ? true : lane == VL_8;
    }
}

static unsigned imms(enum ir_op op, unsigned lane)
{
    switch (op) {
    case IR_vshl: case IR_vshr: case IR_vsar: return (8u << lane) + (lane != VL_64);
    case IR_vrotr: return 8u << lane;
    case IR_vins: case IR_vextr: return 16u >> lane;
    case IR_vsm3tt1a: case IR_vsm3tt1b: case IR_vsm3tt2a: case IR_vsm3tt2b: return 4;
    default: return 1;
    }
}

/* The constant operand; of shifts by lanes: the same amount in each. */
static uint64_t constant(const struct one *o)
{
    static const uint64_t ones[] = { UINT64_C(0x0101010101010101), UINT64_C(0x0001000100010001), UINT64_C(0x0000000100000001), 1 };
    uint64_t r = irgen_next(&seed) >> 20;

    if (o->form == CONST_B && by_lanes(o->op) && r & 7)
        return ones[o->flags & VL_MASK] * (uint8_t)((r >> 3) % (18u << (o->flags & VL_MASK)) - (9u << (o->flags & VL_MASK)));
    return any64();
}

/* One op with one set of flags, all forms. Returns whether it is native. */
static bool each_form(struct one *o, uint64_t features, unsigned runs)
{
    bool native = true;

    for (unsigned form = 0; form < NFORM; form++)
        for (unsigned n = 0; n < (form == CONST_B && by_lanes(o->op) ? 30 : 1); n++) {
            struct compile_job job = { .make = one_make, .arg = o, .pipeline = "t1", .features = features };
            struct linked out = { 0 };
            unsigned bad = 0;

            if (form >= SAME && form != CONST_A && !has_arg(o, 1))
                continue;
            o->form = form;
            o->k = constant(o);
            native &= !compile_one(&job, &out) || form >= CONST_A;
            for (unsigned i = 0; i < runs && bad < 2; i++)
                bad += one_run(o, &out, features);
            linked_free(&out);
        }
    return native;
}

static void each_op(const char *list)
{
    uint64_t features;
    char names[200];

    for (unsigned op = IR_vand; op <= IR_vbfmmla; op++)
        for (unsigned lane = 0; lane < 4; lane++) {
            if (!op_has_lane(op, lane) || op == IR_vshuf)
                continue;
            for (unsigned lv = 0; features_at(lv, &features); lv++) {
                bool native = true;

                for (unsigned imm = 0; imm < imms(op, lane); imm++) {
                    struct one o = { .op = op, .flags = VL(lane, imm) };

                    native &= each_form(&o, features, imms(op, lane) > 1 ? 12 : 60);
                }
                if (list && !native)
                    printf("%s\t%u\t%s\n", ir_opinfo[op].name, 8u << lane, host_feature_names(features, names, sizeof names));
            }
        }
}

START_TEST(ops)
{
    each_op(getenv("AOTC_TEST_LIST"));
    ck_assert_uint_eq(failures, 0);
}
END_TEST

/* ---- permutations ---- */

static void unit_pattern(uint8_t p[16], unsigned n, unsigned kind)
{
    for (unsigned i = 0; i < 16; i += n) {
        unsigned from = (unsigned)(irgen_next(&seed) >> 20) % (32 / n), r = (unsigned)(irgen_next(&seed) >> 20) & 7;

        if (kind & 1)
            from %= 16 / n;                     /* one source */
        if (kind & 2 && r < 5)
            from = i / n + (from >= 16 / n ? 16 / n : 0);       /* mostly in place */
        if (kind & 8)
            from |= 16 / n;
        for (unsigned k = 0; k < n; k++)
            p[i + k] = kind & 4 && r > 5 ? 0xff : (uint8_t)(from * n + k);
    }
}

/* The guest's own: interleavings, pairs, every second unit, rotations, copies of a unit, reversals; zero-extensions, shifts. */
static void named_pattern(uint8_t p[16], unsigned n, unsigned kind, unsigned k)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned u = i / n, h = 16 / n, f = 0, z = 0;

        switch (kind) {
        case 0: f = u / 2 + (u & 1) * h + (k & 1) * h / 2; break;
        case 1: f = (u & ~1u) + (u & 1) * h + (k & 1); break;
        case 2: f = u * 2 + (k & 1); break;
        case 3: f = (u + k) % (2 * h); break;
        case 4: f = k % (2 * h); break;
        case 5: f = h - 1 - u; break;
        case 6: f = u / 2; z = u & 1; break;
        case 7: f = u + k; z = f >= h; break;
        case 8: f = u - k; z = u < k; break;
        case 9: f = (u + k) % h; break;
        case 10: f = u ^ 1; break;
        default: f = u < h / 2 ? u + (k & 1) * h / 2 : u + (k >> 1 & 1) * h; break;
        }
        p[i] = (uint8_t)(z ? 0x80 : f * n + i % n);
    }
}

static void each_pattern(struct one *o, unsigned runs)
{
    uint64_t features;

    for (unsigned lv = 0; features_at(lv, &features); lv += 2)
        ck_assert(each_form(o, features, runs));
}

START_TEST(shuffles)
{
    struct one o = { .op = IR_vshuf };

    for (unsigned i = 0; i < 900; i++) {
        unit_pattern(o.pattern, 1u << i % 4, i / 4 % 16);
        each_pattern(&o, 3);
    }
    for (unsigned kind = 0; kind < 12; kind++)
        for (unsigned lg = 0; lg < 4; lg++)
            for (unsigned k = 0; k < (kind >= 3 ? 16u >> lg : 2); k++) {
                named_pattern(o.pattern, 1u << lg, kind, k);
                each_pattern(&o, 2);
            }
    ck_assert_uint_eq(failures, 0);
}
END_TEST

/* ---- graphs ---- */

enum { NODES = 24 };
struct graph { struct one node[NODES]; uint8_t arg[NODES][3]; unsigned n; };

/* The operands of node i become upper halves of something. */
static void upper_halves(struct graph *g, unsigned i)
{
    for (unsigned k = 0; k < 2; k++) {
        struct one *o = &g->node[i - 1 - k];

        *o = (struct one){ .op = IR_vshuf };
        named_pattern(o->pattern, 8, 4, 1 + (irgen_next(&seed) >> 20 & 2));
        g->arg[i - 1 - k][0] = (uint8_t)k;
        g->arg[i - 1 - k][1] = 2;
        g->arg[i][k] = (uint8_t)(3 + i - 1 - k);
    }
}

/* What ops make of each other: compares inverted, halves multiplied, rounds of ciphers. Then anything. */
static void graph_make(struct graph *g)
{
    static const uint16_t likely[] = { IR_vaese, IR_vaesmc, IR_vaese, IR_vaesmc, IR_vaesd, IR_vaesimc, IR_vcgtu, IR_vxor, IR_vshuf,
        IR_vpmull, IR_vumull, IR_vsmull, IR_vsha256h, IR_vsha256h2, IR_vand, IR_vbsl, IR_vadd, IR_vshuf, IR_vsha1c, IR_vsub,
        IR_vshr, IR_vxtn, IR_vsar };

    g->n = 6 + (unsigned)(irgen_next(&seed) >> 20) % (NODES - 6);
    for (unsigned i = 0; i < g->n; i++) {
        uint64_t r = irgen_next(&seed) >> 12;
        struct one *o = &g->node[i];

        do {
            unsigned op = r & 3 ? likely[(r >> 2) % ARRAY_LEN(likely)] : IR_vand + (r >> 2) % (IR_vbfmmla - IR_vand);

            *o = (struct one){ .op = op, .flags = VL((r >> 30) & 3, (r >> 32) % imms(op, (r >> 30) & 3)) };
            r = irgen_next(&seed) >> 12;
        } while (!op_has_lane(o->op, o->flags & VL_MASK) || arg_type(o, 0) != T_V128 || arg_type(o, 1) != T_V128 ||
                 result_type(o) != T_V128);
        for (unsigned k = 0; k < 3; k++) {
            uint64_t a = irgen_next(&seed) >> 20;

            if (a & 3)                          /* mostly the last one, which nobody else uses then; and arguments */
                g->arg[i][k] = (uint8_t)(k == 0 && i ? 3 + i - 1 : (a >> 3) % 3);
            else
                g->arg[i][k] = (uint8_t)((a >> 3) % (i + 3));
            if (o->op == IR_vxor && k == 1 && a & 4)
                g->arg[i][k] = 3 + NODES;       /* all ones */
        }
        for (unsigned k = 0; k < i && o->op == IR_vsha256h2 && r & 3; k++)      /* the other half of the same rounds */
            if (g->node[k].op == IR_vsha256h)
                memcpy(g->arg[i], (uint8_t[]){ g->arg[k][1], g->arg[k][0], g->arg[k][2] }, 3);
        if ((o->op == IR_vsmull || o->op == IR_vumull || o->op == IR_vpmull) && i > 1 && r & 3)
            upper_halves(g, i);
        if (o->op == IR_vxor && i && r & 3) {   /* ~(a > b) */
            g->node[i - 1] = (struct one){ .op = IR_vcgtu, .flags = r >> 4 & 3 };
            memcpy(g->arg[i - 1], (uint8_t[]){ 0, 1, 2 }, 3);
            memcpy(g->arg[i], (uint8_t[]){ (uint8_t)(2 + i), 3 + NODES, 0 }, 3);
        }
        if (o->op == IR_vshuf && r & 4)
            named_pattern(o->pattern, 8, 4, 1 + (r >> 4 & 2));
        else
            unit_pattern(o->pattern, 1u << (r & 3), r >> 8 & 15);
    }
}

static struct ir_func *graph_func(struct cc *cc, const void *arg)
{
    const struct graph *g = arg;
    struct ir_func *f = ir_func_new(cc, "t", slots, NSLOT);
    ir_ref v[NODES + 4];

    ir_block_at(f, ir_block_new(f, ENTRY1, BLK_ENTRY));
    v[3 + NODES] = ir_const(f, T_V128, ~UINT64_C(0));
    for (unsigned i = 0; i < 3; i++)
        v[i] = load(f, T_V128, ARGS + 16 * i);
    for (unsigned i = 0; i < g->n; i++) {
        const struct one *o = &g->node[i];
        ir_ref a[3] = { 0, 0, 0 };

        for (unsigned k = 0; k < 3; k++)
            a[k] = has_arg(o, k) ? v[g->arg[i][k]] : 0;
        v[3 + i] = o->op == IR_vshuf ? ir_vshuf(f, a[0], a[1], o->pattern) : ir_vec(f, o->op, o->flags, a[0], a[1], a[2]);
    }
    store(f, RESULT, v[2 + g->n]);
    store(f, RESULT + 16, v[1 + g->n]);
    ir_jump(f, 0x9000);
    return f;
}

static void graph_eval(const struct graph *g, union ir_val v[NODES + 4])
{
    v[3 + NODES] = (union ir_val){ .w = { ~UINT64_C(0), ~UINT64_C(0) } };
    for (unsigned i = 0; i < g->n; i++) {
        const struct one *o = &g->node[i];
        union ir_val a[3];

        for (unsigned k = 0; k < 3; k++)
            a[k] = v[g->arg[i][k]];
        if (o->op == IR_vshuf)
            memcpy(&a[2], o->pattern, 16);
        v[3 + i] = ir_eval_vec(o->op, T_V128, T_V128, o->flags, a, NULL);
    }
}

static bool graph_run(const struct graph *g, const struct linked *out)
{
    union ir_val v[NODES + 4];
    static struct state s;

    for (unsigned i = 0; i < 3; i++) {
        v[i] = any_value();
        memcpy(mem_start + PAGE + 16 * i, &v[i], 16);
    }
    graph_eval(g, v);
    s.pc = ENTRY1;
    run_host(out, &s);
    return s.exit == VX_JUMP && !differs(&v[2 + g->n], RESULT, T_V128) && !differs(&v[1 + g->n], RESULT + 16, T_V128);
}

START_TEST(graphs)
{
    for (unsigned i = 0; i < 1500; i++) {
        static struct graph g;
        uint64_t features;

        graph_make(&g);
        for (unsigned lv = 0; features_at(lv, &features); lv++) {
            struct compile_job job = { .make = graph_func, .arg = &g, .pipeline = pipelines[i % 3], .features = features };
            struct linked out = { 0 };
            bool ok = true;

            compile_place(&job, &out);
            for (unsigned k = 0; k < 3; k++)
                ok &= graph_run(&g, &out);
            if (!ok && failures++ < 3) {
                struct cc cc;

                fprintf(stderr, "graph %u, features %#lx:\n", i, (unsigned long)features);
                cc_init(&cc);
                ir_print(stderr, graph_func(&cc, &g));
                cc_fini(&cc);
            }
            linked_free(&out);
        }
    }
    ck_assert_uint_eq(failures, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("x86-64 vectors");
    TCase *t = tcase_create("vec");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(t, harness_setup, NULL);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, ops);
    tcase_add_test(t, shuffles);
    tcase_add_test(t, graphs);
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
