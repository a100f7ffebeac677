/* The pass runner: one row of passes.def is one pass, pipelines are lists of rows. Called after lifting, before the host's
 * selection. */
#ifndef AOTC_PASSES_OPT_OPT_H
#define AOTC_PASSES_OPT_OPT_H

#include "passes/ir/ir.h"

enum opt_pass {
#define PASS(name, needs, keeps, text) OPT_##name,
#include "passes/opt/passes.def"
    OPT_NPASSES
};

/* Thread CPU time of each pass in nanoseconds, summed over opt_run() calls. Owned by the caller, zeroed by it. */
struct opt_times { uint64_t ns[OPT_NPASSES]; uint64_t runs[OPT_NPASSES]; };

struct opt_options {
    const char *pipeline;           /* "t1", "t2", "t3"; NULL: "t3" */
    const char *stop_after;         /* pass name: the rest of the pipeline does not run; NULL: all */
    const char *const *skip;        /* names of passes that do not run */
    uint32_t nskip;
    FILE *dump;                     /* where dump_after / dump_before print; NULL: nothing is printed */
    const char *dump_after;         /* pass name or "all" */
    const char *dump_before;
    bool verify;                    /* ir_verify() after every pass; what fails bails with ST_BUG */
    struct opt_times *time;         /* NULL: not measured */
};

/* What the backend may rely on afterwards: gets stand in entry blocks only (SLOT_HOME slots excepted); puts stand right before
 * exits; each `at` is followed by an op that may fault
 * and names its snapshot; a block with several successors never branches to one with several distinct predecessors; rpo, preds,
 * idom and loop depth are current. Bails through cc: ST_NOTFOUND for an unknown pipeline or pass, ST_BUG for IR that does not
 * verify. */
void opt_run(struct cc *cc, struct ir_func *f, const struct opt_options *o);

/* Runs one pass alone, with the analyses that it needs. */
void opt_run_pass(struct cc *cc, struct ir_func *f, const char *name);

int opt_pass_find(const char *name);                    /* enum opt_pass, or -1 */
const char *opt_pass_name(enum opt_pass p);
const char *opt_pass_text(enum opt_pass p);
/* The rows of a pipeline, in order; NULL when there is none of that name. */
const uint8_t *opt_pipeline(const char *name, uint32_t *n);

#endif
