/* The pass runner: pipelines as data, analyses, timing, verification, dumps. */
#include "passes/opt/opt.h"

#include "passes/opt/opt_int.h"

#include <time.h>

enum { AN_0 = 0, AN_cfg = 1 };

struct pass_row {
    const char *name, *text;
    void (*run)(struct cc *cc, struct ir_func *f);
    uint8_t needs, keeps;
};

#define NEEDS(x) AN_##x
#define KEEPS(x) AN_##x
static const struct pass_row rows[OPT_NPASSES] = {
#define PASS(name, needs, keeps, text) { #name, text, pass_##name, needs, keeps },
#include "passes/opt/passes.def"
};

/* T1 is about translation speed, T2 pays for what is cheap and certain, T3 is what aotc runs. */
#define STATE OPT_deadflags, OPT_promote
#define FULL STATE, OPT_flow, OPT_gvn, OPT_fsilent, OPT_fold, OPT_knownbits, OPT_fold, OPT_flow, OPT_gvn, OPT_fshare, OPT_fcanon, OPT_licm, \
    OPT_dce, OPT_split
static const uint8_t pipe_t1[] = { STATE, OPT_dce, OPT_split };
static const uint8_t pipe_t2[] = { OPT_callloop, OPT_osr, OPT_polls, STATE, OPT_flow, OPT_gvn, OPT_fsilent, OPT_fshare, OPT_fcanon, OPT_dce,
                                   OPT_split };
static const uint8_t pipe_t3[] = { OPT_callloop, OPT_osr, OPT_unroll, OPT_polls, FULL };
/* As t3, without what makes signals arrive in loops: to measure its cost. */
static const uint8_t pipe_t3_nopolls[] = { OPT_callloop, OPT_unroll, OPT_nopolls, FULL };
#undef STATE
#undef FULL
static const struct { const char *name; const uint8_t *row; uint32_t n; } pipelines[] = {
    { "t1", pipe_t1, ARRAY_LEN(pipe_t1) },
    { "t2", pipe_t2, ARRAY_LEN(pipe_t2) },
    { "t3", pipe_t3, ARRAY_LEN(pipe_t3) },
    { "t3-nopolls", pipe_t3_nopolls, ARRAY_LEN(pipe_t3_nopolls) },
};

int opt_pass_find(const char *name)
{
    for (int i = 0; name && i < OPT_NPASSES; i++)
        if (strcmp(rows[i].name, name) == 0)
            return i;
    return -1;
}

const char *opt_pass_name(enum opt_pass p) { return p < OPT_NPASSES ? rows[p].name : NULL; }
const char *opt_pass_text(enum opt_pass p) { return p < OPT_NPASSES ? rows[p].text : NULL; }

const uint8_t *opt_pipeline(const char *name, uint32_t *n)
{
    for (size_t i = 0; i < ARRAY_LEN(pipelines); i++)
        if (strcmp(pipelines[i].name, name) == 0) {
            *n = pipelines[i].n;
            return pipelines[i].row;
        }
    return NULL;
}

static uint64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool named(const char *want, const char *name)
{
    return want && (strcmp(want, name) == 0 || strcmp(want, "all") == 0);
}

static void dump(const struct opt_options *o, const char *want, const char *when, const char *name, const struct ir_func *f)
{
    if (!o->dump || !named(want, name))
        return;
    fprintf(o->dump, "; %s %s\n", when, name);
    ir_print(o->dump, f);
}

/* The cfg of what can be reached; the rest is emptied, so that nothing has to keep its operands alive. */
static void make_cfg(struct ir_func *f)
{
    ir_cfg(f);
    for (ir_blk b = 1; b < f->nblock; b++)
        if (f->block[b].order == UINT32_MAX)
            f->block[b].ninsn = 0;
}

/* Runs one row; *valid holds the analyses that are current. */
static void run_row(struct cc *cc, struct ir_func *f, const struct opt_options *o, const struct pass_row *p, unsigned *valid)
{
    uint64_t t0 = o->time ? cpu_ns() : 0;
    struct diag d;

    if ((p->needs & AN_cfg) && !(*valid & AN_cfg)) {
        make_cfg(f);
        *valid |= AN_cfg;
    }
    dump(o, o->dump_before, "before", p->name, f);
    p->run(cc, f);
    *valid &= p->keeps;
    if (!(*valid & AN_cfg)) {           /* printing and verifying want it too; it is cheap */
        make_cfg(f);
        *valid |= AN_cfg;
    }
    if (o->time) {
        o->time->ns[p - rows] += cpu_ns() - t0;
        o->time->runs[p - rows]++;
    }
    if (o->verify && ir_verify(f, &d) != ST_OK)
        cc_bail(cc, ST_BUG, d.off, "%.60s: after pass %s: %.110s", f->name, p->name, d.msg);
    dump(o, o->dump_after, "after", p->name, f);
}

static bool skipped(const struct opt_options *o, const char *name)
{
    for (uint32_t i = 0; i < o->nskip; i++)
        if (strcmp(o->skip[i], name) == 0)
            return true;
    return false;
}

void opt_run(struct cc *cc, struct ir_func *f, const struct opt_options *o)
{
    const char *name = o->pipeline ? o->pipeline : "t3";
    unsigned valid = AN_cfg;
    uint32_t n = 0;
    const uint8_t *pipe = opt_pipeline(name, &n);

    if (!pipe)
        cc_bail(cc, ST_NOTFOUND, 0, "no pipeline named \"%.40s\" (t1, t2, t3)", name);
    if (o->stop_after && opt_pass_find(o->stop_after) < 0 && strcmp(o->stop_after, "lift") != 0)
        cc_bail(cc, ST_NOTFOUND, 0, "no pass named \"%.40s\"", o->stop_after);
    make_cfg(f);
    if (o->stop_after && strcmp(o->stop_after, "lift") == 0)
        return;
    for (uint32_t i = 0; i < n; i++) {
        const struct pass_row *p = &rows[pipe[i]];

        if (!skipped(o, p->name))
            run_row(cc, f, o, p, &valid);
        if (o->stop_after && strcmp(o->stop_after, p->name) == 0)
            break;
    }
}

void opt_run_pass(struct cc *cc, struct ir_func *f, const char *name)
{
    const struct opt_options o = { .verify = cc->verify };
    int p = opt_pass_find(name);
    unsigned valid = AN_cfg;

    if (p < 0 || p >= OPT_NPASSES)
        cc_bail(cc, ST_NOTFOUND, 0, "no pass named \"%.40s\"", name ? name : "");
    make_cfg(f);
    run_row(cc, f, &o, &rows[p], &valid);
}
