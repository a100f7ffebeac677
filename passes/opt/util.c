/* Shared pass machinery: control-flow upkeep, dominator walk, replacement of values, effects of records. */
#include "passes/opt/opt_int.h"

/* ---- control flow ---- */

bool *opt_crossed(struct ir_func *f)
{
    bool *crossed = NEWN(&f->cc->arena, bool, f->nblock);
    ir_blk *def = NEWN(&f->cc->arena, ir_blk, f->ninsn);
    uint32_t *op[3];

    for (uint32_t i = 0; i < f->nrpo; i++)
        for (uint32_t j = 0; j < f->block[f->rpo[i]].ninsn; j++)
            def[f->block[f->rpo[i]].insn[j]] = f->rpo[i];
    for (uint32_t i = 0; i < f->nrpo; i++)
        for (uint32_t j = 0; j < f->block[f->rpo[i]].ninsn; j++)
            for (unsigned n = ir_operands(&f->insn[f->block[f->rpo[i]].insn[j]], op), k = 0; k < n; k++) {
                ir_blk d = def[*op[k]];

                for (ir_blk u = f->rpo[i]; d && u && u != d; u = f->block[u].idom)
                    crossed[u] = true;
            }
    return crossed;
}

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

void opt_edge_add(struct ir_func *f, ir_blk to, ir_blk pred, uint32_t like)
{
    struct arena *a = &f->cc->arena;
    struct ir_block *b = &f->block[to];
    ir_blk *p = NEWN(a, ir_blk, b->npred + 1);

    for (uint32_t i = 0; i < b->ninsn && f->insn[b->insn[i]].op == IR_phi; i++) {
        struct ir_insn *phi = &f->insn[b->insn[i]];
        uint32_t first = f->nphiarg;

        f->phiarg = arena_grow(a, f->phiarg, &f->capphiarg, first + phi->b + 1, sizeof *f->phiarg);
        memcpy(f->phiarg + first, f->phiarg + phi->a, phi->b * sizeof *f->phiarg);
        f->phiarg[first + phi->b] = f->phiarg[phi->a + like];
        f->nphiarg += phi->b + 1;
        phi->a = first;
        phi->b++;
    }
    memcpy(p, b->pred, b->npred * sizeof *p);
    p[b->npred++] = pred;
    b->pred = p;
}

uint32_t opt_pred_index(const struct ir_func *f, ir_blk to, ir_blk pred)
{
    const struct ir_block *b = &f->block[to];
    uint32_t j = 0;

    while (j < b->npred && b->pred[j] != pred)
        j++;
    return j;
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

/* ---- rewriting a block ---- */

void opt_edit_append(struct opt_edit *e, ir_ref r)
{
    if (e->n == e->cap)
        e->out = arena_grow(&e->f->cc->arena, e->out, &e->cap, e->n + 1, sizeof *e->out);
    e->out[e->n++] = r;
}

ir_ref opt_edit_op(struct opt_edit *e, enum ir_op op, enum ir_type t, ir_ref a, ir_ref b, ir_ref c)
{
    struct ir_insn in = { .op = op, .type = t, .a = a, .b = b, .c = c };
    ir_ref r = ir_simplify(e->f, &in);

    if (r)
        return r;
    r = ir_new(e->f, in.op, in.type, in.flags, in.a, in.b, in.c);
    opt_edit_append(e, r);
    return r;
}

void opt_edit_end(struct opt_edit *e, ir_blk b)
{
    struct ir_block *k = &e->f->block[b];

    if (e->n > k->capinsn)
        k->insn = arena_grow(&e->f->cc->arena, k->insn, &k->capinsn, e->n, sizeof *k->insn);
    memcpy(k->insn, e->out, e->n * sizeof *k->insn);
    k->ninsn = e->n;
    e->n = 0;
}

/* ---- facts about records ---- */

/* The helper table is an ABI, shared as data: nothing of jit/ is linked in here. */
enum { H_PURE = OPT_HELPER_PURE, H_FP = OPT_HELPER_FP, H_VCPU = OPT_HELPER_VCPU, H_DESC = 8 };
static const uint8_t helper_flags[] = {
#define HELPER(name, nargs, flags) (flags),
#include "jit/helpers.def"
};

unsigned opt_helper_flags(unsigned id)
{
    return id < ARRAY_LEN(helper_flags) ? helper_flags[id] : OPT_HELPER_FP | OPT_HELPER_VCPU;
}

bool opt_is_droppable(const struct ir_insn *in)
{
    unsigned fl = opt_flags(in);

    if (in->op == IR_helper)
        return opt_helper_flags(in->flags) == OPT_HELPER_PURE;
    return (fl & F_PURE) || ((fl & F_FPOP) && !ir_raises(in)) || in->op == IR_phi || in->op == IR_get || in->op == IR_fpget ||
           in->op == IR_nop || in->op == IR_const || in->op == IR_gpc;
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
