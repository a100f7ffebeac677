/* polls - a loop's safe point stands where the guest's state must be known anyway.
 * Before promotion; the lifter polls at the head of a loop, where the snapshot would keep every register of the last round alive as
 * a phi. A poll at an `at` that some access needs as well costs no value at all. Looks in the head's own block first, then in the
 * blocks that every round passes: those that dominate all jumps back and are in no inner loop. Cost: one look at each block with a
 * poll, a walk up the dominator tree where that does not do. */
#include "passes/opt/opt_int.h"

static bool dominates(const struct ir_func *f, ir_blk a, ir_blk b)
{
    while (b && f->block[b].order > f->block[a].order)
        b = f->block[b].idom;
    return a == b;
}

/* Position behind the first `at` of block b, from `from` on, that something needs; 0: there is none. */
static uint32_t behind_at(const struct ir_func *f, ir_blk b, uint32_t from)
{
    const struct ir_block *k = &f->block[b];

    for (uint32_t i = from; i < k->ninsn; i++)
        if (f->insn[k->insn[i]].op == IR_at && opt_at_needed(f, k, i))
            return i + 1;
    return 0;
}

/* Do all jumps to h that go up in the guest's code, the edges that make cycles, come from blocks that h dominates and b, too? */
static bool every_round(const struct ir_func *f, ir_blk h, ir_blk b)
{
    for (uint32_t i = 0; i < f->block[h].npred; i++) {
        ir_blk p = f->block[h].pred[i];
        bool back = dominates(f, h, p);

        if (back ? !dominates(f, b, p) : f->block[p].pc >= f->block[h].pc)
            return false;
    }
    return true;
}

/* A block of h's loop that each round passes and whose state is needed somewhere. */
static ir_blk passed(const struct ir_func *f, ir_blk h)
{
    ir_blk b = IR_NONE, best = IR_NONE;

    for (uint32_t i = 0; !b && i < f->block[h].npred; i++)
        if (dominates(f, h, f->block[h].pred[i]))
            b = f->block[h].pred[i];
    for (; b && b != h; b = f->block[b].idom)
        if (f->block[b].loop_depth == f->block[h].loop_depth && !(f->block[b].flags & BLK_LOOP) && behind_at(f, b, 0) &&
            every_round(f, h, b))
            best = b;
    return best;
}

static void move_poll(struct ir_func *f, ir_blk h)
{
    struct ir_block *k = &f->block[h];
    ir_ref poll = k->insn[1];
    ir_blk to = h;
    uint32_t at;

    k->ninsn--;
    memmove(k->insn + 1, k->insn + 2, (k->ninsn - 1) * sizeof *k->insn);
    at = behind_at(f, h, 0);
    if (!at && (to = passed(f, h)))
        at = behind_at(f, to, 0);
    if (!at)
        to = h, at = 1;
    ir_block_insert(f, to, at, poll);
}

void pass_polls(struct cc *cc, struct ir_func *f)
{
    (void)cc;
    for (uint32_t i = 0; i < f->nrpo; i++) {
        const struct ir_block *k = &f->block[f->rpo[i]];

        if (k->ninsn > 2 && f->insn[k->insn[0]].op == IR_at && f->insn[k->insn[1]].op == IR_poll)
            move_poll(f, f->rpo[i]);
    }
}
