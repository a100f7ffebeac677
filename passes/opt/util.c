/* Shared pass machinery: control-flow upkeep, dominator walk, replacement of values, effects of records. */
#include "passes/opt/opt_int.h"

/* ---- control flow ---- */

void opt_retarget(struct ir_func *f, ir_blk b, ir_blk from, ir_blk to)
{
    struct ir_insn *t = &f->insn[opt_last(f, b)];

    switch (t->op) {
    case IR_br:
        if (t->a == from)
            t->a = to;
        break;
    case IR_brif:
        if (t->b == from)
            t->b = to;
        if (t->c == from)
            t->c = to;
        break;
    case IR_switch: {
        struct ir_switch *s = &f->sw[t->b];

        for (uint32_t i = 0; i < s->n; i++)
            if (s->target[i] == from)
                s->target[i] = to;
        if (s->deflt == from)
            s->deflt = to;
        break;
    }
    default:
        break;
    }
}

static bool block_has_phi(const struct ir_func *f, const struct ir_block *b)
{
    return b->ninsn && f->insn[b->insn[0]].op == IR_phi;
}

/* Gives the phis of b the arguments of its present predecessors: old[] is what their arguments were ordered by. Several edges from
 * one block match by their order. */
static void reorder_phis(struct ir_func *f, struct ir_block *b, const ir_blk *old, uint32_t nold)
{
    struct arena *a = &f->cc->arena;
    uint32_t *map = NEWN(a, uint32_t, b->npred + 1);
    bool *used = NEWN(a, bool, nold + 1);
    ir_ref *tmp = NEWN(a, ir_ref, b->npred + 1);

    for (uint32_t i = 0; i < b->npred; i++) {
        uint32_t j = 0;

        while (j < nold && (used[j] || old[j] != b->pred[i]))
            j++;
        if (j == nold)
            cc_bail(f->cc, ST_BUG, b->pc, "%.60s: a pass added an edge without its phi arguments", f->name);
        used[j] = true;
        map[i] = j;
    }
    for (uint32_t k = 0; k < b->ninsn && f->insn[b->insn[k]].op == IR_phi; k++) {
        struct ir_insn *phi = &f->insn[b->insn[k]];

        for (uint32_t i = 0; i < b->npred; i++)
            tmp[i] = f->phiarg[phi->a + map[i]];
        memcpy(f->phiarg + phi->a, tmp, b->npred * sizeof *tmp);
        phi->b = b->npred;
    }
}

void opt_recfg(struct ir_func *f)
{
    struct arena *a = &f->cc->arena;
    uint32_t total = 0, n = f->nblock;
    uint32_t *off = NEWN(a, uint32_t, n + 1);
    ir_blk *old;

    for (uint32_t b = 1; b < n; b++) {
        off[b] = total;
        total += block_has_phi(f, &f->block[b]) ? f->block[b].npred : 0;
    }
    off[n] = total;
    old = NEWN(a, ir_blk, total + 1);
    for (uint32_t b = 1; b < n; b++)
        if (off[b + 1 < n ? b + 1 : n] > off[b])
            memcpy(old + off[b], f->block[b].pred, f->block[b].npred * sizeof *old);
    ir_cfg(f);
    for (uint32_t i = 0; i < f->nrpo; i++) {
        struct ir_block *b = &f->block[f->rpo[i]];
        uint32_t lo = off[f->rpo[i]], nold = off[f->rpo[i] + 1] - lo;

        if (block_has_phi(f, b) && (b->npred != nold || memcmp(b->pred, old + lo, nold * sizeof *old)))
            reorder_phis(f, b, old + lo, nold);
    }
}

void opt_domwalk(struct ir_func *f, struct opt_domwalk *w)
{
    struct arena *a = &f->cc->arena;
    ir_blk *first = NEWN(a, ir_blk, f->nblock), *next = NEWN(a, ir_blk, f->nblock), *stack = NEWN(a, ir_blk, f->nblock + 1);
    uint32_t *depth = NEWN(a, uint32_t, f->nblock), sp = 0;

    memset(w, 0, sizeof *w);
    w->blk = NEWN(a, ir_blk, f->nrpo + 1);
    w->depth = NEWN(a, uint32_t, f->nrpo + 1);
    for (uint32_t i = f->nrpo; i-- > 0;) {          /* backwards, so that children come out in rpo order */
        ir_blk b = f->rpo[i], up = f->block[b].idom == b ? IR_NONE : f->block[b].idom;

        next[b] = first[up];
        first[up] = b;
    }
    for (uint32_t i = 0; i < f->nrpo; i++) {
        ir_blk b = f->rpo[i], up = f->block[b].idom == b ? IR_NONE : f->block[b].idom;

        depth[b] = up ? depth[up] + 1 : 0;
        if (depth[b] > w->maxdepth)
            w->maxdepth = depth[b];
    }
    if (first[IR_NONE])
        stack[sp++] = first[IR_NONE];
    while (sp) {
        ir_blk b = stack[--sp];

        w->blk[w->n] = b;
        w->depth[w->n++] = depth[b];
        if (next[b])
            stack[sp++] = next[b];
        if (first[b])
            stack[sp++] = first[b];
    }
}

/* ---- replacing values ---- */

ir_ref *opt_repl_new(struct ir_func *f)
{
    return NEWN(&f->cc->arena, ir_ref, f->ninsn);
}

void opt_repl_operands(struct ir_func *f, const ir_ref *repl, uint32_t n, ir_ref r)
{
    uint32_t *o[3];
    unsigned k = ir_operands(&f->insn[r], o);

    for (unsigned i = 0; i < k; i++)
        *o[i] = opt_repl_get(repl, n, *o[i]);
}

uint32_t opt_repl_phis(struct ir_func *f, ir_ref *repl, uint32_t n)
{
    uint32_t count = 0;

    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < f->nrpo; i++) {
            const struct ir_block *b = &f->block[f->rpo[i]];

            for (uint32_t k = 0; k < b->ninsn && f->insn[b->insn[k]].op == IR_phi; k++) {
                ir_ref r = b->insn[k], same = IR_NONE;
                const struct ir_insn *in = &f->insn[r];
                uint32_t j = 0;

                if (r >= n || repl[r])
                    continue;
                for (; j < in->b; j++) {
                    ir_ref v = opt_repl_get(repl, n, f->phiarg[in->a + j]);

                    if (v == r || v == same)
                        continue;
                    if (same)
                        break;
                    same = v;
                }
                if (j < in->b || !same)
                    continue;
                repl[r] = same;
                count++;
                again = true;
            }
        }
    }
    return count;
}

void opt_repl_apply(struct ir_func *f, ir_ref *repl, uint32_t n)
{
    for (uint32_t i = 0; i < f->nrpo; i++) {
        struct ir_block *b = &f->block[f->rpo[i]];
        uint32_t out = 0;

        for (uint32_t k = 0; k < b->ninsn; k++) {
            ir_ref r = b->insn[k];
            struct ir_insn *in = &f->insn[r];

            if (r < n && repl[r])
                continue;
            if (in->op == IR_phi) {
                for (uint32_t j = 0; j < in->b; j++)
                    f->phiarg[in->a + j] = opt_repl_get(repl, n, f->phiarg[in->a + j]);
            } else if (in->op == IR_at && in->a) {
                struct ir_snap *s = &f->snap[in->a - 1];

                for (uint32_t j = 0; j < s->n; j++)
                    s->ent[j].val = opt_repl_get(repl, n, s->ent[j].val);
            } else {
                opt_repl_operands(f, repl, n, r);
            }
            b->insn[out++] = r;
        }
        b->ninsn = out;
    }
}

/* ---- facts about records ---- */

extern unsigned helper_flags(unsigned id) __attribute__((weak));

unsigned opt_helper_flags(unsigned id)
{
    return helper_flags ? helper_flags(id) : OPT_HELPER_VCPU | OPT_HELPER_FP;
}

bool opt_is_barrier(const struct ir_insn *in)
{
    return in->op == IR_helper && (opt_helper_flags(in->flags) & OPT_HELPER_VCPU);
}

bool opt_is_droppable(const struct ir_insn *in)
{
    unsigned fl = opt_flags(in);

    if (in->op == IR_helper)
        return opt_helper_flags(in->flags) == OPT_HELPER_PURE;
    return (fl & (F_PURE | F_FPEXACT)) || in->op == IR_phi || in->op == IR_get || in->op == IR_fpget || in->op == IR_nop ||
           in->op == IR_const || in->op == IR_gpc;
}

bool opt_at_needed(const struct ir_func *f, const struct ir_block *b, uint32_t i)
{
    for (uint32_t k = i + 1; k < b->ninsn; k++) {
        const struct ir_insn *in = &f->insn[b->insn[k]];

        if (in->op == IR_at)
            return false;
        if (opt_needs_state(in))
            return true;
    }
    return false;
}
