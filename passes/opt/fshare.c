/* fshare - float compares of the same two values raise their flags once.
 * Guests with condition flags compare once and ask several questions; as compares of the IR each would raise for itself, and folded
 * questions (FP_SILENT) would have to avoid it. Inside a stretch of a block where nobody looks at the sticky flags: a silent compare behind a
 * raising one of the same values may raise, too, which is cheaper; an unread one goes when another one raises the same.
 * Cost: one visit per record and compares squared per stretch. */
#include "passes/opt/opt_int.h"

enum { WINDOW = 16 };           /* compares of one stretch that are looked at */

struct share { struct ir_func *f; uint32_t *uses; };

static bool is_compare(const struct ir_insn *in) { return (opt_flags(in) & (F_FPOP | F_CMP)) == (F_FPOP | F_CMP); }

static bool looks(const struct ir_insn *in)
{
    return in->op == IR_fpget || in->op == IR_fpset || (opt_flags(in) & (F_CALLS | F_END)) || opt_needs_state(in);
}

static bool same_values(const struct ir_insn *p, const struct ir_insn *q)
{
    return (p->a == q->a && p->b == q->b) || (p->a == q->b && p->b == q->a);
}

static void unsilence(struct ir_func *f, const ir_ref *c, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        struct ir_insn *s = &f->insn[c[i]];

        for (uint32_t k = 0; (s->flags & FP_SILENT) && k < i; k++) {
            const struct ir_insn *r = &f->insn[c[k]];

            if (!(r->flags & FP_SILENT) && same_values(r, s))
                s->flags = r->flags;
        }
    }
}

static void drop_unread(struct share *s, ir_ref *c, uint32_t n)
{
    struct ir_func *f = s->f;

    for (uint32_t i = 0; i < n; i++) {
        struct ir_insn *p = &f->insn[c[i]];

        for (uint32_t k = 0; !s->uses[c[i]] && !(p->flags & FP_SILENT) && p->op != IR_nop && k < n; k++) {
            const struct ir_insn *q = &f->insn[c[k]];

            if (k != i && q->op != IR_nop && q->flags == p->flags && same_values(p, q))
                p->op = IR_nop;
        }
    }
}

static void stretch(struct share *s, ir_ref *c, uint32_t n)
{
    unsilence(s->f, c, n);
    drop_unread(s, c, n);
}

static void do_block(struct share *s, struct ir_block *b)
{
    struct ir_func *f = s->f;
    ir_ref c[WINDOW];
    uint32_t n = 0, out = 0;

    for (uint32_t i = 0; i < b->ninsn; i++) {
        const struct ir_insn *in = &f->insn[b->insn[i]];

        if (is_compare(in) && n < WINDOW)
            c[n++] = b->insn[i];
        if (looks(in)) {
            stretch(s, c, n);
            n = 0;
        }
    }
    for (uint32_t i = 0; i < b->ninsn; i++)
        if (f->insn[b->insn[i]].op != IR_nop)
            b->insn[out++] = b->insn[i];
    b->ninsn = out;
}

static void count(struct share *s)
{
    struct ir_func *f = s->f;

    for (uint32_t i = 0; i < f->nrpo; i++)
        for (uint32_t k = 0; k < f->block[f->rpo[i]].ninsn; k++) {
            struct ir_insn *in = &f->insn[f->block[f->rpo[i]].insn[k]];
            uint32_t *o[3], n = ir_operands(in, o);

            while (n--)
                s->uses[*o[n]]++;
            for (uint32_t j = 0; in->op == IR_phi && j < in->b; j++)
                s->uses[f->phiarg[in->a + j]]++;
            for (uint32_t j = 0; in->op == IR_at && in->a && j < f->snap[in->a - 1].n; j++)
                s->uses[f->snap[in->a - 1].ent[j].val]++;
        }
}

void pass_fshare(struct cc *cc, struct ir_func *f)
{
    struct share s = { .f = f, .uses = NEWN(&cc->arena, uint32_t, f->ninsn) };

    count(&s);
    for (uint32_t i = 0; i < f->nrpo; i++)
        do_block(&s, &f->block[f->rpo[i]]);
}
