/* Tests of the passes: golden texts (x.t beside x.c, cases separated by ===, input --- expected; BLESS=1 rewrites them), and random
 * functions that must mean the same after each pass and each pipeline (SEED=n, CASES=n). */
#include "passes/opt/opt.h"

#include "passes/opt/opt_int.h"
#include "passes/opt/opt_gen.h"
#include "passes/opt/refeval.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

static const struct guest_slot slots[] = {
    { "x1", 0, T_I64, 0, 0 },  { "x2", 8, T_I64, 0, 0 },  { "x3", 16, T_I64, 0, 0 },
    { "x4", 24, T_I64, 0, 0 }, { "x5", 32, T_I64, 0, 0 },
    { "x6", 40, T_I64, 0, 0 }, { "f1", 48, T_F64, 0, 0 }, { "f2", 56, T_F64, 0, 0 }, { "f3", 64, T_F64, 0, 0 },
    { "home", 72, T_I64, 0, SLOT_HOME }, { "v1", 96, T_V128, 0, 0 }, { "v2", 112, T_V128, 0, 0 },
    { "flag", 80, T_I64, 0, SLOT_COND }, { "flag2", 88, T_I64, 0, SLOT_COND },
};
enum { NALL = ARRAY_LEN(slots), NSLOT = NALL - 2 };     /* random functions do without flags, whose homes are not exact */

/* ---- goldens ---- */

struct text { const char *p; size_t n; };

struct golden {
    const char *pass;
    struct text in;
    FILE *out;
    struct ir_func *f;
    bool before;
};

/* Leading comment lines, which goldens keep; the rest is the function. */
static size_t comment_len(struct text t)
{
    size_t n = 0;

    while (n < t.n && (t.p[n] == ';' || t.p[n] == '\n')) {
        while (n < t.n && t.p[n] != '\n')
            n++;
        n++;
    }
    return n < t.n ? n : t.n;
}

static void run_golden(struct cc *cc, void *arg)
{
    struct golden *g = arg;
    struct diag d = { 0 };

    g->f = ir_parse(cc, g->in.p, g->in.n, slots, NALL);
    if (ir_verify(g->f, &d) != ST_OK)
        cc_bail(cc, d.st, d.off, "input: %.180s", d.msg);
    if (g->before) {
        ir_print(g->out, g->f);
        return;
    }
    cc->verify = true;
    if (opt_pipeline(g->pass, &(uint32_t){ 0 }))
        opt_run(cc, g->f, &(struct opt_options){ .pipeline = g->pass, .verify = true });
    else
        opt_run_pass(cc, g->f, g->pass);
    if (ir_verify(g->f, &d) != ST_OK)
        cc_bail(cc, d.st, d.off, "result: %.180s", d.msg);
    ir_print(g->out, g->f);
}

/* The text of one case after the pass (or the message), in malloc'd memory. */
static char *golden_result(struct cc *cc, const char *pass, struct text in, size_t *n)
{
    char *buf = NULL;
    FILE *out = open_memstream(&buf, n);
    struct golden g = { .pass = pass, .in = in, .out = out };

    cc_reset(cc);
    if (cc_try(cc, run_golden, &g) != ST_OK)
        fprintf(out, "error: %s\n", cc->diag.msg);
    fclose(out);
    return buf;
}

static char *read_all(const char *path)
{
    FILE *in = fopen(path, "r");
    char *buf = NULL;
    size_t n = 0;

    if (!in)
        return NULL;
    if (getdelim(&buf, &n, 0, in) < 0) {
        free(buf);
        buf = NULL;
    }
    fclose(in);
    return buf;
}

/* Runs the cases of one file; writes the blessed file to `bless` when that is not NULL. Returns how many fail. */
static int golden_cases(struct cc *cc, const char *pass, const char *all, FILE *bless)
{
    int bad = 0, nr = 0;

    for (const char *p = all; *p;) {
        const char *end = strstr(p, "===\n"), *next = end ? end + 4 : p + strlen(p), *dash;
        struct text in, want;
        size_t n;
        char *got;

        end = end ? end : next;
        dash = strstr(p, "---\n");
        if (!dash || dash > end)
            dash = NULL;
        in = (struct text){ p, (size_t)((dash ? dash : end) - p) };
        want = dash ? (struct text){ dash + 4, (size_t)(end - dash - 4) } : (struct text){ "", 0 };
        got = golden_result(cc, pass, (struct text){ in.p + comment_len(in), in.n - comment_len(in) }, &n);
        nr++;
        if (bless)
            fprintf(bless, "%s%.*s---\n%s", nr > 1 ? "===\n" : "", (int)in.n, in.p, got);
        else if (n != want.n || memcmp(got, want.p, n) != 0) {
            fprintf(stderr, "%s.t case %d: got\n%s", pass, nr, got);
            bad++;
        }
        free(got);
        p = next;
    }
    return bad;
}

static void golden_file(const char *pass)
{
    struct cc cc;
    char path[128];
    char *all;
    FILE *bless = NULL;
    int bad;

    snprintf(path, sizeof path, "passes/opt/%s.t", pass);
    all = read_all(path);
    ck_assert_msg(all != NULL, "cannot read %s", path);
    cc_init(&cc);
    if (getenv("BLESS")) {
        bless = fopen(path, "w");
        ck_assert(bless != NULL);
    }
    bad = golden_cases(&cc, pass, all, bless);
    if (bless)
        fclose(bless);
    free(all);
    cc_fini(&cc);
    ck_assert_msg(bad == 0, "%s: %d cases differ", path, bad);
}

START_TEST(test_golden)
{
    golden_file(_i < OPT_NPASSES ? opt_pass_name(_i) : "t3");
}
END_TEST

/* ---- meaning ---- */

struct meaning { uint64_t seed; const char *what; const char *text; size_t ntext; const char *differs; };

/* Polls are events here, and these passes move them; golden tests say where to. */
static const char *const moves[] = { "polls", "unroll" };
static const uint64_t pinned = 0x55;       /* some integer slots, one of the others */

/* Runs f; goes on where it jumps to an entry of its own, which passes may make of a block. */
static void run_through(struct ir_func *f, struct ref *s, uint64_t pc)
{
    ref_run(f, s, pc);
    for (unsigned n = 0; n < 1000 && !s->error && s->exit_op == IR_jump; n++) {
        bool own = false;

        for (ir_blk b = 1; b < f->nblock; b++)
            own |= (f->block[b].flags & BLK_ENTRY) && f->block[b].ninsn && f->block[b].pc == s->exit_pc;
        if (!own)
            break;
        s->exit_op = 0;
        s->inside = false;
        ref_run(f, s, s->exit_pc);
    }
}

/* Compared without polls: on both sides. */
static bool drops_polls(const char *what) { return !strcmp(what, "unroll") || !strcmp(what, "t3-nopolls"); }

/* Runs `what` (a pass, or a pipeline) on the text and compares runs before and after from both entries. */
static void check_meaning(struct cc *cc, void *arg)
{
    struct meaning *m = arg;
    struct ir_func *f = ir_parse(cc, m->text, m->ntext, slots, NSLOT), *g = ir_parse(cc, m->text, m->ntext, slots, NSLOT);
    struct ref *want = NEW(&cc->arena, struct ref), *got = NEW(&cc->arena, struct ref);

    ir_cfg(f);
    if (drops_polls(m->what)) {
        opt_run_pass(cc, f, "nopolls");
        opt_run_pass(cc, g, "nopolls");
    }
    if (m->seed % 3 == 0 && (opt_pipeline(m->what, &(uint32_t){ 0 }) || opt_pass_find(m->what) == OPT_promote))
        g->pinned = &pinned;
    if (drops_polls(m->what) && opt_pipeline(m->what, &(uint32_t){ 0 }))
        opt_run(cc, g, &(struct opt_options){ .pipeline = m->what, .verify = true });
    else if (opt_pipeline(m->what, &(uint32_t){ 0 }))
        opt_run(cc, g, &(struct opt_options){ .pipeline = m->what, .verify = true, .skip = moves, .nskip = ARRAY_LEN(moves) });
    else
        opt_run_pass(cc, g, m->what);
    for (unsigned i = 0; i < 6 && !m->differs; i++) {
        uint64_t pc = i & 1 ? GEN_ENTRY2 : GEN_ENTRY1;

        gen_state(want, NSLOT, m->seed * 8 + i);
        *got = *want;
        got->pinned = g->pinned ? pinned : 0;
        ref_run(f, want, pc);
        run_through(g, got, pc);
        m->differs = want->error ? want->error : ref_differs(want, got, NSLOT);
    }
}

/* A pass that starts from promoted code gets it so. */
static char *random_text(struct cc *cc, uint64_t seed, bool promoted, size_t *n)
{
    char *buf = NULL;
    FILE *out = open_memstream(&buf, n);
    struct gen_job job = { .seed = seed, .slot = slots, .nslot = NSLOT, .promoted = promoted, .out = out };

    cc_reset(cc);
    ck_assert_msg(cc_try(cc, gen_run, &job) == ST_OK, "seed %" PRIu64 ": %s", seed, cc->diag.msg);
    fclose(out);
    return buf;
}

static const char *const meanings[] = { "callloop", "unroll", "t3-nopolls", "promote", "flow", "gvn", "fsilent", "fshare", "fold", "knownbits", "fcanon",
                                        "licm", "dce", "split", "t1", "t2", "t3" };

START_TEST(test_meaning)
{
    const char *what = meanings[_i], *s = getenv("SEED"), *c = getenv("CASES");
    uint64_t first = s ? strtoull(s, NULL, 0) : 1, cases = c ? strtoull(c, NULL, 0) : 250;
    struct cc cc;

    cc_init(&cc);
    cc.verify = true;
    for (uint64_t seed = first; seed < first + cases; seed++) {
        bool promoted = opt_pass_find(what) > OPT_promote;
        size_t n = 0;
        char *text = random_text(&cc, seed, promoted, &n);
        struct meaning m = { .seed = seed, .what = what, .text = text, .ntext = n };
        enum status st;

        cc_reset(&cc);
        st = cc_try(&cc, check_meaning, &m);
        if (st != ST_OK || m.differs)
            fputs(text, stderr);
        ck_assert_msg(st == ST_OK, "seed %" PRIu64 ", %s: %s", seed, what, cc.diag.msg);
        ck_assert_msg(!m.differs, "seed %" PRIu64 ", %s: %s", seed, what, m.differs);
        free(text);
    }
    cc_fini(&cc);
}
END_TEST

/* ---- the runner ---- */

static void run_unknown(struct cc *cc, void *arg)
{
    static const char text[] = "func f {\nb1: 0x0 entry\n  jump 0x10\n}\n";
    struct ir_func *f = ir_parse(cc, text, sizeof text - 1, slots, NSLOT);

    opt_run(cc, f, arg);
}

START_TEST(test_runner)
{
    struct opt_times times = { { 0 }, { 0 } };
    struct cc cc;

    cc_init(&cc);
    ck_assert_int_eq(cc_try(&cc, run_unknown, &(struct opt_options){ .pipeline = "t9" }), ST_NOTFOUND);
    ck_assert_int_eq(cc_try(&cc, run_unknown, &(struct opt_options){ .stop_after = "nothing" }), ST_NOTFOUND);
    ck_assert_int_eq(cc_try(&cc, run_unknown, &(struct opt_options){ .stop_after = "promote", .time = &times }), ST_OK);
    ck_assert_uint_eq(times.runs[OPT_promote], 1);
    ck_assert_uint_eq(times.runs[OPT_dce], 0);
    ck_assert_int_eq(opt_pass_find("promote"), OPT_promote);
    ck_assert_int_eq(opt_pass_find("nothing"), -1);
    cc_fini(&cc);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("opt");
    TCase *t = tcase_create("passes");
    SRunner *r;
    int bad;

    tcase_set_timeout(t, 120);
    tcase_add_test(t, test_runner);
    tcase_add_loop_test(t, test_golden, 0, OPT_NPASSES + 1);
    tcase_add_loop_test(t, test_meaning, 0, ARRAY_LEN(meanings));
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    bad = srunner_ntests_failed(r);
    srunner_free(r);
    return bad != 0;
}
