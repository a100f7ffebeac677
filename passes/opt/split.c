/* split - critical edges get a block of their own, so that moves for phis (and for locations that differ) have a place.
 * Afterwards a block with several successors never branches to a block with several distinct predecessors. Edges of one switch to
 * the same target share one new block when their phi arguments agree. Cost: linear in edges. */
#include "passes/opt/opt_int.h"

/* Do the edges j and k of block b bring the same phi arguments? */
static bool same_args(const struct ir_func *f, const struct ir_block *b, uint32_t j, uint32_t k)
{
    for (uint32_t i = 0; i < b->ninsn && f->insn[b->insn[i]].op == IR_phi; i++) {
        const struct ir_insn *phi = &f->insn[b->insn[i]];

        if (f->phiarg[phi->a + j] != f->phiarg[phi->a + k])
            return false;
    }
    return true;
}

static ir_blk edge_block(struct ir_func *f, ir_blk p, ir_blk to)
{
    ir_blk e = ir_block_new(f, f->block[to].pc, f->block[to].flags & BLK_COLD);
    struct ir_block *eb;

    ir_block_insert(f, e, 0, ir_new(f, IR_br, T_VOID, 0, to, 0, 0));
    eb = &f->block[e];
    eb->pred = NEWN(&f->cc->arena, ir_blk, 1);
    eb->pred[0] = p;
    eb->npred = 1;
    return e;
}

static void split_brif(struct ir_func *f, ir_blk p)
{
    ir_ref t = opt_last(f, p);
    ir_blk to[2] = { f->insn[t].b, f->insn[t].c }, e[2] = { to[0], to[1] };

    for (unsigned i = 0; i < 2; i++)
        if (f->block[to[i]].npred > 1) {
            e[i] = edge_block(f, p, to[i]);
            /* An edge that was done already no longer names p, so the first match is this one. */
            f->block[to[i]].pred[opt_pred_index(f, to[i], p)] = e[i];
        }
    f->insn[t].b = e[0];
    f->insn[t].c = e[1];
}

/* All edges of p's switch to one target: one block, or one each when their phi arguments differ. */
static void split_switch_target(struct ir_func *f, ir_blk p, ir_blk *slot[], uint32_t n)
{
    ir_blk to = *slot[0], e = edge_block(f, p, to);
    uint32_t j = opt_pred_index(f, to, p);

    f->block[to].pred[j] = e;
    *slot[0] = e;
    for (uint32_t i = 1; i < n; i++) {
        uint32_t k = opt_pred_index(f, to, p);

        if (same_args(f, &f->block[to], j, k)) {
            struct ir_block *eb = &f->block[e];
            ir_blk *pred = NEWN(&f->cc->arena, ir_blk, eb->npred + 1);

            for (uint32_t q = 0; q <= eb->npred; q++)
                pred[q] = p;
            eb->pred = pred;
            eb->npred++;
            ir_phi_drop(f, to, k);
            *slot[i] = e;
        } else {
            *slot[i] = edge_block(f, p, to);
            f->block[to].pred[k] = *slot[i];
        }
    }
}

static void split_switch(struct ir_func *f, ir_blk p, uint32_t *stamp)
{
    uint32_t sw = f->insn[opt_last(f, p)].b, n = f->sw[sw].n + 1, m = 0;
    ir_blk **slot = NEWN(&f->cc->arena, ir_blk *, n), **group = NEWN(&f->cc->arena, ir_blk *, n);
    uint32_t *next = NEWN(&f->cc->arena, uint32_t, n);
    uint32_t *head = NEWN(&f->cc->arena, uint32_t, n), nhead = 0, *tail = stamp;

    /* Chains of equal targets, in successor order: tail[target] = index + 1 of the last one seen. */
    for (uint32_t i = 0; i < n; i++) {
        ir_blk *s = i + 1 < n ? &f->sw[sw].target[i] : &f->sw[sw].deflt;

        slot[i] = s;
        if (tail[*s])
            next[tail[*s] - 1] = i + 1;
        else
            head[nhead++] = i;
        tail[*s] = i + 1;
    }
    for (uint32_t h = 0; h < nhead; h++) {
        ir_blk to = *slot[head[h]];

        tail[to] = 0;
        m = 0;
        for (uint32_t i = head[h] + 1; i; i = next[i - 1])
            group[m++] = slot[i - 1];
        if (f->block[to].npred > m || (m > 1 && f->block[to].ninsn && f->insn[f->block[to].insn[0]].op == IR_phi))
            split_switch_target(f, p, group, m);
    }
}

void pass_split(struct cc *cc, struct ir_func *f)
{
    uint32_t n = f->nrpo;
    uint32_t *stamp = NEWN(&cc->arena, uint32_t, f->nblock);    /* all zero between switches */

    for (uint32_t i = 0; i < n; i++) {
        ir_blk b = f->rpo[i];
        const struct ir_insn *t = &f->insn[opt_last(f, b)];

        if (t->op == IR_brif)
            split_brif(f, b);
        else if (t->op == IR_switch && f->sw[t->b].n)
            split_switch(f, b, stamp);
    }
}
