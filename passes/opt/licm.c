/* licm - invariant pure ops leave loops.
 * For each natural loop, inner first: pure integer ops whose operands come from outside move before the loop, to the end of the
 * only block that enters it. Guests' compilers have hoisted what their code shows; what is left are extensions and address sums
 * that lifting made. Compares stay (they fuse with their branch), truncations stay (they cost nothing), and a loop gives away
 * few ops, because each takes a register for the loop's whole length. Cost: loop bodies times nesting. */
#include "passes/opt/opt_int.h"

enum { MAX_HOISTED = 4 };       /* per loop */

struct licm {
    struct ir_func *f;
    ir_blk *def;                /* block of each record; IR_NONE: none (constants) */
    uint32_t *in;               /* per block: header of the loop that was collected last */
    ir_blk *body;
    uint32_t nbody;
};

/* Blocks of the natural loop with header h, and the only block outside that enters it (IR_NONE: none, or several). */
static ir_blk collect(struct licm *l, ir_blk h)
{
    struct ir_func *f = l->f;
    ir_blk enter = IR_NONE;
    uint32_t n_enter = 0;

    l->nbody = 0;
    l->in[h] = h;
    l->body[l->nbody++] = h;
    for (uint32_t i = 0; i < f->block[h].npred; i++) {
        ir_blk p = f->block[h].pred[i];

        if (!ir_dominates(f, h, p)) {
            enter = p;
            n_enter++;
        } else if (l->in[p] != h) {
            l->in[p] = h;
            l->body[l->nbody++] = p;
        }
    }
    for (uint32_t k = 1; k < l->nbody; k++)
        for (uint32_t i = 0; i < f->block[l->body[k]].npred; i++) {
            ir_blk p = f->block[l->body[k]].pred[i];

            if (l->in[p] != h) {
                l->in[p] = h;
                l->body[l->nbody++] = p;
            }
        }
    return n_enter == 1 ? enter : IR_NONE;
}

static bool worth(const struct ir_insn *in)
{
    return (opt_flags(in) & (F_PURE | F_CMP)) == F_PURE && in->op != IR_trunc && in->op != IR_copy && in->op != IR_bitcast &&
           in->op != IR_select && !ir_type_fp(in->type);
}

static bool invariant(struct licm *l, ir_ref r, ir_blk h)
{
    uint32_t *o[3];
    unsigned n = ir_operands(&l->f->insn[r], o);

    for (unsigned i = 0; i < n; i++)
        if (l->def[*o[i]] && l->in[l->def[*o[i]]] == h)
            return false;
    return true;
}

static void do_loop(struct licm *l, ir_blk h)
{
    struct ir_func *f = l->f;
    ir_blk pre = collect(l, h);
    uint32_t hoisted = 0;

    for (uint32_t k = 0; pre && k < l->nbody; k++) {
        struct ir_block *b = &f->block[l->body[k]];
        uint32_t out = 0;

        for (uint32_t i = 0; i < b->ninsn; i++) {
            ir_ref r = b->insn[i];

            if (hoisted < MAX_HOISTED && worth(&f->insn[r]) && invariant(l, r, h)) {
                ir_block_insert(f, pre, f->block[pre].ninsn - 1, r);
                l->def[r] = pre;
                hoisted++;
            } else {
                b->insn[out++] = r;
            }
        }
        b->ninsn = out;
    }
}

void pass_licm(struct cc *cc, struct ir_func *f)
{
    struct licm l = { .f = f };
    bool any = false;

    for (uint32_t i = 0; i < f->nrpo && !any; i++)
        any = f->block[f->rpo[i]].loop_depth > 0;
    if (!any)
        return;
    l.def = NEWN(&cc->arena, ir_blk, f->ninsn);
    l.in = NEWN(&cc->arena, uint32_t, f->nblock);
    l.body = NEWN(&cc->arena, ir_blk, f->nblock);
    for (uint32_t i = 0; i < f->nrpo; i++)
        for (uint32_t j = 0; j < f->block[f->rpo[i]].ninsn; j++)
            l.def[f->block[f->rpo[i]].insn[j]] = f->rpo[i];
    for (uint32_t i = f->nrpo; i-- > 0;)
        if ((f->block[f->rpo[i]].flags & BLK_LOOP) && f->block[f->rpo[i]].loop_depth)
            do_loop(&l, f->rpo[i]);
}
