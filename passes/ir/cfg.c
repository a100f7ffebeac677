/* Control flow: successors, reverse post-order, predecessors, dominators, loops. */
#include "passes/ir/ir.h"

#include <string.h>

static const struct ir_insn *terminator(const struct ir_func *f, ir_blk b)
{
    const struct ir_block *k = &f->block[b];

    return k->ninsn ? &f->insn[k->insn[k->ninsn - 1]] : &f->insn[0];
}

uint32_t ir_nsucc(const struct ir_func *f, ir_blk b)
{
    const struct ir_insn *t = terminator(f, b);

    switch (t->op) {
    case IR_br:     return 1;
    case IR_brif:   return 2;
    case IR_switch: return t->b < f->nsw ? f->sw[t->b].n + 1 : 0;
    default:        return 0;
    }
}

/* The default of a switch comes last. */
ir_blk ir_succ(const struct ir_func *f, ir_blk b, uint32_t i)
{
    const struct ir_insn *t = terminator(f, b);

    switch (t->op) {
    case IR_br:     return t->a;
    case IR_brif:   return i ? t->c : t->b;
    case IR_switch: return i < f->sw[t->b].n ? f->sw[t->b].target[i] : f->sw[t->b].deflt;
    default:        return IR_NONE;
    }
}

/* As ir_succ, but IR_NONE when a malformed function names a block that it does not have. */
static ir_blk succ(const struct ir_func *f, ir_blk b, uint32_t i)
{
    ir_blk t = ir_succ(f, b, i);

    return t < f->nblock ? t : IR_NONE;
}

enum { UNSEEN = UINT32_MAX, ACTIVE = UINT32_MAX - 1 };

struct walk { ir_blk b; uint32_t next; };

/* Depth first from `root`; finished blocks fill rpo[] from its end. stack has room for every block. Returns the new front. */
static uint32_t walk_from(struct ir_func *f, ir_blk root, struct walk *stack, uint32_t front)
{
    uint32_t n = 0;

    f->block[root].order = ACTIVE;
    stack[n++] = (struct walk){ .b = root };
    while (n) {
        struct walk *s = &stack[n - 1];

        if (s->next < ir_nsucc(f, s->b)) {
            ir_blk t = succ(f, s->b, s->next++);    /* the last one (of brif: not taken) ends up next in the order */

            if (t != IR_NONE && f->block[t].order == UNSEEN) {
                f->block[t].order = ACTIVE;
                stack[n++] = (struct walk){ .b = t };
            }
            continue;
        }
        f->rpo[--front] = s->b;
        n--;
    }
    return front;
}

/* Entries are walked from the last to the first: then the first entry leads the order. Without a marked
 * entry a function begins at block 1. Cold entries, which lead into loops, come when everything has its place, right behind the
 * first one. */
static void make_rpo(struct ir_func *f)
{
    struct arena *a = &f->cc->arena;
    struct walk *stack = NEWN(a, struct walk, f->nblock);
    uint32_t front = f->nblock, lead;
    bool any = false;

    f->rpo = NEWN(a, ir_blk, f->nblock);
    for (ir_blk b = 1; b < f->nblock; b++) {
        f->block[b].order = UNSEEN;
        any |= (f->block[b].flags & BLK_ENTRY) != 0;
    }
    for (ir_blk b = f->nblock - 1; b >= 1; b--)
        if (((f->block[b].flags & (BLK_ENTRY | BLK_COLD)) == BLK_ENTRY || (b == 1 && !any)) && f->block[b].order == UNSEEN)
            front = walk_from(f, b, stack, front);
    lead = front;
    for (ir_blk b = f->nblock - 1; b >= 1; b--)
        if ((f->block[b].flags & BLK_ENTRY) && f->block[b].order == UNSEEN)
            front = walk_from(f, b, stack, front);
    if (front < lead && lead < f->nblock) {
        ir_blk first = f->rpo[lead];

        memmove(f->rpo + front + 1, f->rpo + front, (lead - front) * sizeof *f->rpo);
        f->rpo[front] = first;
    }
    f->rpo += front;
    f->nrpo = f->nblock - front;
    for (uint32_t i = 0; i < f->nrpo; i++)
        f->block[f->rpo[i]].order = i;
}

/* Makes the arguments of b's phis follow its new predecessors, given the old list. An edge that is new gets no argument
 * (IR_NONE). */
static void move_phiargs(struct ir_func *f, ir_blk b, const ir_blk *old, uint32_t nold)
{
    struct ir_block *k = &f->block[b];
    ir_ref *arg;
    bool *used;

    if (!k->ninsn || f->insn[k->insn[0]].op != IR_phi)
        return;
    if (!old || (nold == k->npred && memcmp(old, k->pred, nold * sizeof *old) == 0))
        return;
    arg = NEWN(&f->cc->arena, ir_ref, k->npred);
    used = NEWN(&f->cc->arena, bool, nold);
    for (uint32_t i = 0; i < k->ninsn && f->insn[k->insn[i]].op == IR_phi; i++) {
        struct ir_insn *phi = &f->insn[k->insn[i]];

        if (phi->b != nold)
            continue;
        memset(used, 0, nold * sizeof *used);
        for (uint32_t p = 0; p < k->npred; p++) {
            uint32_t o = 0;

            while (o < nold && (used[o] || old[o] != k->pred[p]))
                o++;
            arg[p] = o < nold ? f->phiarg[phi->a + o] : IR_NONE;
            if (o < nold)
                used[o] = true;
        }
        if (k->npred > nold) {
            phi->a = f->nphiarg;
            f->phiarg = arena_grow(&f->cc->arena, f->phiarg, &f->capphiarg, f->nphiarg + k->npred, sizeof *f->phiarg);
            f->nphiarg += k->npred;
        }
        phi->b = k->npred;
        memcpy(f->phiarg + phi->a, arg, k->npred * sizeof *arg);
    }
}

struct predlist { ir_blk *pred; uint32_t n; };

/* Predecessors in order of block number and edge: an order that does not change when some other edge goes. */
static void make_preds(struct ir_func *f)
{
    struct arena *a = &f->cc->arena;
    struct predlist *old = NEWN(a, struct predlist, f->nblock);
    uint32_t total = 0;
    ir_blk *pool;

    for (ir_blk b = 1; b < f->nblock; b++) {
        old[b] = (struct predlist){ f->block[b].pred, f->block[b].npred };
        f->block[b].npred = 0;
        f->block[b].pred = NULL;
    }
    for (uint32_t i = 0; i < f->nrpo; i++)
        for (uint32_t n = ir_nsucc(f, f->rpo[i]), s = 0; s < n; s++, total++)
            f->block[succ(f, f->rpo[i], s)].npred++;
    f->block[0].npred = 0;
    pool = NEWN(a, ir_blk, total);
    for (ir_blk b = 1; b < f->nblock; b++) {
        f->block[b].pred = pool;
        pool += f->block[b].npred;
        f->block[b].npred = 0;
    }
    for (ir_blk b = 1; b < f->nblock; b++) {
        if (f->block[b].order == UNSEEN)
            continue;
        for (uint32_t n = ir_nsucc(f, b), s = 0; s < n; s++) {
            struct ir_block *t = &f->block[succ(f, b, s)];

            if (t != &f->block[0])
                t->pred[t->npred++] = b;
        }
    }
    for (uint32_t i = 0; i < f->nrpo; i++)
        move_phiargs(f, f->rpo[i], old[f->rpo[i]].pred, old[f->rpo[i]].n);
}

/* Position for dominance: the virtual root above all entries is block 0, position 0. */
static uint32_t dom_pos(const struct ir_func *f, ir_blk b)
{
    return b == IR_NONE ? 0 : f->block[b].order + 1;
}

static ir_blk dom_meet(const struct ir_func *f, ir_blk a, ir_blk b)
{
    while (a != b) {
        if (dom_pos(f, a) > dom_pos(f, b))
            a = f->block[a].idom;
        else
            b = f->block[b].idom;
    }
    return a;
}

/* Cooper, Harvey, Kennedy: "A simple, fast dominance algorithm". idom IR_NONE: an entry, or a merge of paths from several
 * entries. */
static void make_doms(struct ir_func *f)
{
    bool *done = NEWN(&f->cc->arena, bool, f->nblock), again = true;

    while (again) {
        again = false;
        for (uint32_t i = 0; i < f->nrpo; i++) {
            struct ir_block *k = &f->block[f->rpo[i]];
            ir_blk d = IR_NONE;
            bool first = true;

            if (k->npred == 0 || (k->flags & BLK_ENTRY)) {
                k->idom = IR_NONE;
                done[f->rpo[i]] = true;
                continue;
            }
            for (uint32_t p = 0; p < k->npred; p++) {
                if (!done[k->pred[p]])
                    continue;
                d = first ? k->pred[p] : dom_meet(f, d, k->pred[p]);
                first = false;
            }
            again |= !done[f->rpo[i]] || d != k->idom;
            done[f->rpo[i]] = true;
            k->idom = d;
        }
    }
}

bool ir_dominates(const struct ir_func *f, ir_blk a, ir_blk b)
{
    while (b && f->block[b].order > f->block[a].order)
        b = f->block[b].idom;
    return a == b;
}

/* Deepens every block of the natural loop with header h: backwards from its back edges. seen[] holds h's number once visited. */
static void deepen_loop(struct ir_func *f, ir_blk h, ir_blk *stack, uint32_t *seen)
{
    uint32_t n = 0;

    seen[h] = h;
    f->block[h].loop_depth++;
    for (uint32_t p = 0; p < f->block[h].npred; p++) {
        ir_blk t = f->block[h].pred[p];

        if (seen[t] != h && ir_dominates(f, h, t)) {
            seen[t] = h;
            stack[n++] = t;
        }
    }
    while (n) {
        struct ir_block *k = &f->block[stack[--n]];

        k->loop_depth++;
        for (uint32_t p = 0; p < k->npred; p++)
            if (seen[k->pred[p]] != h) {
                seen[k->pred[p]] = h;
                stack[n++] = k->pred[p];
            }
    }
}

/* BLK_LOOP marks every target of a retreating edge, so each cycle has one, also in irreducible graphs; depth counts natural
 * loops. */
static void make_loops(struct ir_func *f)
{
    ir_blk *stack = NULL;
    uint32_t *seen = NULL;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        f->block[f->rpo[i]].flags &= ~BLK_LOOP;
        f->block[f->rpo[i]].loop_depth = 0;
    }
    for (uint32_t i = 0; i < f->nrpo; i++) {
        struct ir_block *k = &f->block[f->rpo[i]];
        bool natural = false;

        for (uint32_t p = 0; p < k->npred; p++)
            if (f->block[k->pred[p]].order >= i) {
                k->flags |= BLK_LOOP;
                natural |= ir_dominates(f, f->rpo[i], k->pred[p]);
            }
        if (!natural)
            continue;
        if (!stack) {
            stack = NEWN(&f->cc->arena, ir_blk, f->nblock);
            seen = NEWN(&f->cc->arena, uint32_t, f->nblock);
        }
        deepen_loop(f, f->rpo[i], stack, seen);
    }
}

void ir_cfg(struct ir_func *f)
{
    make_rpo(f);
    make_preds(f);
    make_doms(f);
    make_loops(f);
}

void ir_phi_drop(struct ir_func *f, ir_blk b, uint32_t pred_index)
{
    struct ir_block *k = &f->block[b];
    uint32_t rest;

    for (uint32_t i = 0; i < k->ninsn && f->insn[k->insn[i]].op == IR_phi; i++) {
        struct ir_insn *phi = &f->insn[k->insn[i]];
        ir_ref *arg = f->phiarg + phi->a;

        if (pred_index >= phi->b)
            continue;
        memmove(arg + pred_index, arg + pred_index + 1, (phi->b - pred_index - 1) * sizeof *arg);
        phi->b--;
    }
    if (pred_index >= k->npred)
        return;
    rest = k->npred - pred_index - 1;
    memmove(k->pred + pred_index, k->pred + pred_index + 1, rest * sizeof *k->pred);
    k->npred--;
}
