/* polls - a loop's safe point stands where the guest's state must be known anyway.
 * Before promotion; the lifter polls at the head of a loop, where the snapshot would keep every register of the last round alive as
 * a phi. A poll at an `at` that some access needs as well costs no value at all. Looks in the head's own block first, then in the
 * blocks that every round passes: those that dominate all jumps back and are in no inner loop. A loop that leaves for a call before it
 * jumps back polls where it does. Polls in no cycle go, unless the function jumps to others, which may come back: calls and returns are
 * safe points by themselves. Cost: one look at each block with a poll, a walk up the dominator tree where that does not do, and a
 * search through the function for polls outside loops. */
#include "passes/opt/opt_int.h"

/* Position behind the first `at` of block b, from `from` on, that something needs; 0: there is none. */
static uint32_t behind_at(const struct ir_func *f, ir_blk b, uint32_t from)
{
    const struct ir_block *k = &f->block[b];

    for (uint32_t i = from; i < k->ninsn; i++)
        if (f->insn[k->insn[i]].op == IR_at && opt_at_needed(f, k, i))
            return i + 1;
    return 0;
}

/* The function's own entry that block b leaves for by a jump (callloop makes such); IR_NONE: none. */
static ir_blk own_jump(const struct ir_func *f, ir_blk b)
{
    const struct ir_insn *t = &f->insn[opt_last(f, b)];

    for (uint32_t i = 0; t->op == IR_jump && i < f->nrpo; i++)
        if ((f->block[f->rpo[i]].flags & BLK_ENTRY) && f->block[f->rpo[i]].pc == ir_insn_pc(t))
            return f->rpo[i];
    return IR_NONE;
}

/* Do all cycles lie within this function, or pass a call or return, which is a safe point by itself? Not when it goes on to another
 * by a jump, which may come back. */
static bool closed(const struct ir_func *f)
{
    for (uint32_t i = 0; i < f->nrpo; i++) {
        unsigned op = f->insn[opt_last(f, f->rpo[i])].op;

        if (op == IR_ijump || (op == IR_jump && !own_jump(f, f->rpo[i])))
            return false;
    }
    return true;
}

/* Does some way lead from b back to b, without a call or a return? */
static bool in_cycle(const struct ir_func *f, ir_blk b)
{
    struct arena *a = &f->cc->arena;
    uint32_t n = 0;

    if ((f->block[b].flags & BLK_LOOP) || f->block[b].loop_depth)
        return true;
    bool *seen = NEWN(a, bool, f->nblock);
    ir_blk *stack = NEWN(a, ir_blk, f->nblock + 1);
    for (stack[n++] = b; n;) {
        ir_blk k = stack[--n], own = own_jump(f, k);

        for (uint32_t ns = ir_nsucc(f, k), i = 0; i < ns + (own != IR_NONE); i++) {
            ir_blk t = i < ns ? ir_succ(f, k, i) : own;

            if (t == b)
                return true;
            if (!seen[t]) {
                seen[t] = true;
                stack[n++] = t;
            }
        }
    }
    return false;
}

/* Do all jumps to h that go up in the guest's code, the edges that make cycles, come from blocks that h dominates and b, too? */
static bool every_round(const struct ir_func *f, ir_blk h, ir_blk b, bool plain)
{
    for (uint32_t i = 0; i < f->block[h].npred; i++) {
        ir_blk p = f->block[h].pred[i];
        bool back = ir_dominates(f, h, p);

        if (back ? !ir_dominates(f, b, p) : f->block[p].pc >= f->block[h].pc &&
                       !(plain && !in_cycle(f, p)))
            return false;
    }
    return true;
}

/* A block of h's loop that each round passes and whose state is needed somewhere. */
static ir_blk passed(const struct ir_func *f, ir_blk h, bool plain)
{
    ir_blk b = IR_NONE, best = IR_NONE;

    for (uint32_t i = 0; !b && i < f->block[h].npred; i++)
        if (ir_dominates(f, h, f->block[h].pred[i]))
            b = f->block[h].pred[i];
    for (; b && b != h; b = f->block[b].idom)
        if (f->block[b].loop_depth == f->block[h].loop_depth && !(f->block[b].flags & BLK_LOOP) && behind_at(f, b, 0) &&
            every_round(f, h, b, plain))
            best = b;
    return best;
}

/* Does the loop around h leave for a call on the way from h to b? Then later rounds are rare: recursion that a compiler has made a loop. */
static bool calls_before(const struct ir_func *f, ir_blk h, ir_blk b)
{
    while (b != h) {
        b = f->block[b].idom;
        for (uint32_t n = ir_nsucc(f, b), i = 0; i < n; i++) {
            ir_blk t = ir_succ(f, b, i);

            if (f->block[t].loop_depth < f->block[h].loop_depth && (f->insn[opt_last(f, t)].op == IR_call ||
                                                                    f->insn[opt_last(f, t)].op == IR_icall))
                return true;
        }
    }
    return false;
}

/* The only block that jumps back to h, if it runs less often than h. */
static ir_blk rare_latch(const struct ir_func *f, ir_blk h, bool plain)
{
    ir_blk latch = IR_NONE;

    for (uint32_t i = 0; i < f->block[h].npred; i++) {
        ir_blk p = f->block[h].pred[i];

        if (!ir_dominates(f, h, p))
            continue;
        if (latch || p == h)
            return IR_NONE;
        latch = p;
    }
    return latch && every_round(f, h, latch, plain) && calls_before(f, h, latch) ? latch : IR_NONE;
}

/* Position behind the last `at` of block b; 0: there is none. */
static uint32_t behind_last_at(const struct ir_func *f, ir_blk b)
{
    for (uint32_t i = f->block[b].ninsn; i-- > 0;)
        if (f->insn[f->block[b].insn[i]].op == IR_at)
            return i + 1;
    return 0;
}

static void move_poll(struct ir_func *f, ir_blk h, bool plain)
{
    struct ir_block *k = &f->block[h];
    ir_ref poll = k->insn[1];
    ir_blk to = rare_latch(f, h, plain);
    uint32_t at = to ? behind_last_at(f, to) : 0;

    k->ninsn--;
    memmove(k->insn + 1, k->insn + 2, (k->ninsn - 1) * sizeof *k->insn);
    if (!at)
        at = behind_at(f, to = h, 0);
    if (!at && (to = passed(f, h, plain)))
        at = behind_at(f, to, 0);
    if (!at)
        to = h, at = 1;
    ir_block_insert(f, to, at, poll);
}

static bool polls_first(const struct ir_func *f, const struct ir_block *k)
{
    return k->ninsn > 2 && f->insn[k->insn[0]].op == IR_at && f->insn[k->insn[1]].op == IR_poll;
}

void pass_polls(struct cc *cc, struct ir_func *f)
{
    bool plain = closed(f);

    (void)cc;
    for (uint32_t i = 0; i < f->nrpo && plain; i++) {
        struct ir_block *k = &f->block[f->rpo[i]];

        if (!polls_first(f, k) || in_cycle(f, f->rpo[i]))
            continue;
        k->ninsn--;
        memmove(k->insn + 1, k->insn + 2, (k->ninsn - 1) * sizeof *k->insn);
    }
    for (uint32_t i = 0; i < f->nrpo; i++)
        if (polls_first(f, &f->block[f->rpo[i]]))
            move_poll(f, f->rpo[i], plain);
}
