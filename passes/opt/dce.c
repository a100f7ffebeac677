/* dce - ops whose value is never read go.
 * Roots are effects, terminators, loads (they may fault) and flag-raising floating point; values that a needed snapshot names are
 * read too. A phi lives only when something else that lives reads it. Cost: one visit per live record. */
#include "passes/opt/opt_int.h"

struct dce {
    struct ir_func *f;
    uint8_t *live;
    ir_ref *work;
    uint32_t n;
};

static void mark(struct dce *d, ir_ref r)
{
    if (!r || d->live[r])
        return;
    d->live[r] = 1;
    d->work[d->n++] = r;
}

static void mark_args(struct dce *d, ir_ref r)
{
    struct ir_func *f = d->f;
    struct ir_insn *in = &f->insn[r];
    uint32_t *o[3];

    if (in->op == IR_phi) {
        for (uint32_t i = 0; i < in->b; i++)
            mark(d, f->phiarg[in->a + i]);
    } else if (in->op == IR_at) {
        for (uint32_t i = 0; in->a && i < f->snap[in->a - 1].n; i++)
            mark(d, f->snap[in->a - 1].ent[i].val);
    } else {
        unsigned n = ir_operands(in, o);

        for (unsigned i = 0; i < n; i++)
            mark(d, *o[i]);
    }
}

/* Before promotion no snapshot exists and an `at` also says where a later put took place: only numbered ones go. */
static void mark_roots(struct dce *d, const struct ir_block *b)
{
    bool state = false;     /* something below, before the next `at`, needs it */

    for (uint32_t k = b->ninsn; k-- > 0;) {
        const struct ir_insn *in = &d->f->insn[b->insn[k]];

        if (in->op == IR_at) {
            if (state || !in->a)
                mark(d, b->insn[k]);
            state = false;
            continue;
        }
        if (opt_needs_state(in))
            state = true;
        if (!opt_is_droppable(in))
            mark(d, b->insn[k]);
    }
}

void pass_dce(struct cc *cc, struct ir_func *f)
{
    struct dce d = { f, NEWN(&cc->arena, uint8_t, f->ninsn), NEWN(&cc->arena, ir_ref, f->ninsn), 0 };

    for (uint32_t i = 0; i < f->nrpo; i++)
        mark_roots(&d, &f->block[f->rpo[i]]);
    while (d.n)
        mark_args(&d, d.work[--d.n]);
    for (uint32_t i = 0; i < f->nrpo; i++) {
        struct ir_block *b = &f->block[f->rpo[i]];
        uint32_t out = 0;

        for (uint32_t k = 0; k < b->ninsn; k++) {
            if (d.live[b->insn[k]])
                b->insn[out++] = b->insn[k];
            else
                f->insn[b->insn[k]].op = IR_nop;
        }
        b->ninsn = out;
    }
}
