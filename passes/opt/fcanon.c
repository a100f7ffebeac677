/* fcanon - NaN canonicalisation only where bits are observed.
 * A floating point op that gets a NaN gives a NaN (or a result that does not depend on which), and its own result is
 * canonicalised where that is observed. So such ops, and phis that only such ops read, take the value before fcanon. Only for
 * values computed by arithmetic: their NaNs are quiet, so no invalid flag depends on it.
 * A phi of such values alone stays raw even when its bits are observed: the observer's block canonicalises. So an accumulator is not
 * checked in every round of its loop, and what only a snapshot observes becomes a recipe there and costs nothing. Runs after the
 * last gvn, which would undo that. What nothing reads any more is left to dce. Cost: linear. */
#include "passes/opt/opt_int.h"

struct canon {
    struct ir_func *f;
    uint8_t *observed;          /* phis whose bits somebody reads */
    uint8_t *raw;               /* phis of arithmetic results alone: observers canonicalise them */
    ir_ref *local;              /* of a raw phi: its fcanon in the current block */
    ir_blk *localblk;
    ir_ref *out; uint32_t nout, capout;     /* the block being rewritten */
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
    if (c->f->insn[r].op != IR_phi || c->observed[r] || c->raw[r])
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

/* ---- raw phis ---- */

static bool raw_arg(const struct canon *c, ir_ref r)
{
    const struct ir_insn *in = &c->f->insn[r];

    if (in->op == IR_const) {
        uint64_t m = in->type == T_F64 ? UINT64_C(0x7ff0000000000000) : 0x7f800000, v = ir_insn_pc(in);

        return (v & m) != m;
    }
    return canonical(c->f, r) || (in->op == IR_phi && c->raw[r]);
}

/* One round over the phis; true when one was taken out. A phi that a phi outside reads stays out as well. */
static bool narrow_raw(struct canon *c)
{
    struct ir_func *f = c->f;
    bool changed = false;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        const struct ir_block *b = &f->block[f->rpo[i]];

        for (uint32_t j = 0; j < b->ninsn && f->insn[b->insn[j]].op == IR_phi; j++) {
            const struct ir_insn *phi = &f->insn[b->insn[j]];
            bool ok = c->raw[b->insn[j]];

            for (uint32_t k = 0; ok && k < phi->b; k++)
                ok = raw_arg(c, f->phiarg[phi->a + k]);
            changed |= c->raw[b->insn[j]] && !ok;
            c->raw[b->insn[j]] = ok;
            for (uint32_t k = 0; !ok && k < phi->b; k++) {
                ir_ref a = f->phiarg[phi->a + k];

                changed |= f->insn[a].op == IR_phi && c->raw[a];
                if (f->insn[a].op == IR_phi)
                    c->raw[a] = 0;
            }
        }
    }
    return changed;
}

static void find_raw(struct canon *c)
{
    struct ir_func *f = c->f;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        const struct ir_block *b = &f->block[f->rpo[i]];

        for (uint32_t j = 0; j < b->ninsn && f->insn[b->insn[j]].op == IR_phi; j++)
            c->raw[b->insn[j]] = f->insn[b->insn[j]].type == T_F64 || f->insn[b->insn[j]].type == T_F32;
    }
    while (narrow_raw(c))
        ;
}

/* ---- rewriting ---- */

static void emit(struct canon *c, ir_ref r)
{
    c->out = arena_grow(&c->f->cc->arena, c->out, &c->capout, c->nout + 1, sizeof *c->out);
    c->out[c->nout++] = r;
}

/* What an observer in block b reads instead of r. */
static ir_ref canonicalised(struct canon *c, ir_blk b, ir_ref r)
{
    if (c->f->insn[r].op != IR_phi || !c->raw[r])
        return r;
    if (c->localblk[r] != b) {
        c->localblk[r] = b;
        c->local[r] = ir_new(c->f, IR_fcanon, c->f->insn[r].type, 0, r, 0, 0);
        emit(c, c->local[r]);
    }
    return c->local[r];
}

static void rewrite_operands(struct canon *c, ir_blk b, ir_ref r)
{
    struct ir_func *f = c->f;
    struct ir_insn in = f->insn[r];
    uint32_t *o[3];
    unsigned n = ir_operands(&in, o);
    bool blind = insensitive(&in);

    for (unsigned i = 0; i < n; i++)
        *o[i] = blind ? bypass(f, *o[i]) : canonicalised(c, b, *o[i]);
    f->insn[r] = in;
}

static void rewrite(struct canon *c, ir_blk b, ir_ref r, ir_ref *repl, uint32_t nrepl)
{
    struct ir_func *f = c->f;
    struct ir_insn *in = &f->insn[r];

    if (in->op == IR_fcanon && r < nrepl && canonical(f, in->a))
        repl[r] = in->a;
    if (in->op == IR_phi) {
        for (uint32_t i = 0; i < in->b && ir_type_fp(in->type) && !c->observed[r]; i++)
            f->phiarg[in->a + i] = bypass(f, f->phiarg[in->a + i]);
    } else if (in->op == IR_at) {
        struct ir_snap *s = in->a ? &f->snap[in->a - 1] : NULL;

        for (uint32_t i = 0; s && i < s->n; i++)
            s->ent[i].val = canonicalised(c, b, s->ent[i].val);
    } else {
        rewrite_operands(c, b, r);
    }
}

static void rewrite_block(struct canon *c, ir_blk b, ir_ref *repl, uint32_t nrepl)
{
    struct ir_func *f = c->f;
    struct ir_block *k = &f->block[b];

    c->nout = 0;
    for (uint32_t j = 0; j < k->ninsn; j++) {
        rewrite(c, b, k->insn[j], repl, nrepl);
        emit(c, k->insn[j]);
    }
    if (c->nout > k->capinsn)
        k->insn = arena_grow(&f->cc->arena, k->insn, &k->capinsn, c->nout, sizeof *k->insn);
    memcpy(k->insn, c->out, c->nout * sizeof *k->insn);
    k->ninsn = c->nout;
}

void pass_fcanon(struct cc *cc, struct ir_func *f)
{
    struct canon c = { .f = f };
    ir_ref *repl = opt_repl_new(f);
    uint32_t n = f->ninsn;
    bool any = false;

    for (uint32_t r = 1; r < n && !any; r++)
        any = f->insn[r].op == IR_fcanon;
    if (!any)
        return;
    c.observed = NEWN(&cc->arena, uint8_t, n);
    c.raw = NEWN(&cc->arena, uint8_t, n);
    c.local = NEWN(&cc->arena, ir_ref, n);
    c.localblk = NEWN(&cc->arena, ir_blk, n);
    c.work = NEWN(&cc->arena, ir_ref, n);
    find_raw(&c);
    find_observed(&c);
    for (uint32_t i = 0; i < f->nrpo; i++)
        rewrite_block(&c, f->rpo[i], repl, n);
    opt_repl_apply(f, repl, n);
}
