/* fcanon - NaN canonicalisation only where bits are observed.
 * A floating point op that gets a NaN gives a NaN (or a result that does not depend on which), and its own result is
 * canonicalised where that is observed. So such ops, and phis that only such ops read, take the value before fcanon. Only for
 * values computed by arithmetic: their NaNs are quiet, so no invalid flag depends on it. What nothing reads any more is left to
 * dce. Cost: linear. */
#include "passes/opt/opt_int.h"

struct canon {
    struct ir_func *f;
    uint8_t *observed;          /* phis whose bits somebody reads */
    ir_ref *work;
    uint32_t n;
};

/* Is the result of this op the same, up to which NaN it is, for every NaN operand? */
static bool insensitive(const struct ir_insn *in)
{
    return (opt_flags(in) & F_FPOP) || in->op == IR_fcanon || in->op == IR_fclass;
}

static bool quiet(const struct ir_func *f, ir_ref r)
{
    switch (f->insn[r].op) {
    case IR_fadd: case IR_fsub: case IR_fmul: case IR_fdiv: case IR_fsqrt: case IR_fma: case IR_fcvt:
        return true;
    default:
        return false;
    }
}

/* Never a NaN but the canonical one. */
static bool canonical(const struct ir_func *f, ir_ref r)
{
    switch (f->insn[r].op) {
    case IR_fcanon: case IR_si2f: case IR_ui2f: case IR_fminnum: case IR_fmaxnum:
        return true;
    default:
        return false;
    }
}

static ir_ref bypass(const struct ir_func *f, ir_ref r)
{
    return f->insn[r].op == IR_fcanon && quiet(f, f->insn[r].a) ? f->insn[r].a : r;
}

static void observe(struct canon *c, ir_ref r)
{
    if (c->f->insn[r].op != IR_phi || c->observed[r])
        return;
    c->observed[r] = 1;
    c->work[c->n++] = r;
}

static void observe_args(struct canon *c, ir_ref r)
{
    struct ir_func *f = c->f;
    struct ir_insn *in = &f->insn[r];
    uint32_t *o[3];
    unsigned n;

    if (in->op == IR_at) {
        for (uint32_t i = 0; in->a && i < f->snap[in->a - 1].n; i++)
            observe(c, f->snap[in->a - 1].ent[i].val);
    } else if (!insensitive(in)) {
        n = ir_operands(in, o);
        for (unsigned i = 0; i < n; i++)
            observe(c, *o[i]);
    }
}

static void find_observed(struct canon *c)
{
    struct ir_func *f = c->f;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        const struct ir_block *b = &f->block[f->rpo[i]];

        for (uint32_t j = 0; j < b->ninsn; j++)
            observe_args(c, b->insn[j]);
    }
    while (c->n) {
        const struct ir_insn *phi = &f->insn[c->work[--c->n]];

        for (uint32_t i = 0; i < phi->b; i++)
            observe(c, f->phiarg[phi->a + i]);
    }
}

static void rewrite(struct canon *c, ir_ref r, ir_ref *repl)
{
    struct ir_func *f = c->f;
    struct ir_insn *in = &f->insn[r];
    uint32_t *o[3];
    unsigned n;

    if (in->op == IR_fcanon && canonical(f, in->a))
        repl[r] = in->a;
    if (in->op == IR_phi && ir_type_fp(in->type) && !c->observed[r]) {
        for (uint32_t i = 0; i < in->b; i++)
            f->phiarg[in->a + i] = bypass(f, f->phiarg[in->a + i]);
    } else if (insensitive(in)) {
        n = ir_operands(in, o);
        for (unsigned i = 0; i < n; i++)
            *o[i] = bypass(f, *o[i]);
    }
}

void pass_fcanon(struct cc *cc, struct ir_func *f)
{
    struct canon c = { .f = f };
    ir_ref *repl = opt_repl_new(f);
    bool any = false;

    for (uint32_t r = 1; r < f->ninsn && !any; r++)
        any = f->insn[r].op == IR_fcanon;
    if (!any)
        return;
    c.observed = NEWN(&cc->arena, uint8_t, f->ninsn);
    c.work = NEWN(&cc->arena, ir_ref, f->ninsn);
    find_observed(&c);
    for (uint32_t i = 0; i < f->nrpo; i++) {
        const struct ir_block *b = &f->block[f->rpo[i]];

        for (uint32_t j = 0; j < b->ninsn; j++)
            rewrite(&c, b->insn[j], repl);
    }
    opt_repl_apply(f, repl, f->ninsn);
}
