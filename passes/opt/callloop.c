/* callloop - the head of a loop that passes a call in every round becomes an entry, and the ways to it become jumps.
 * Before promotion. Around a call all guest registers are in homes and pins, but the loop's head, where the return site meets the
 * way into the loop, would merge them all into values: each round would load every register from its home for the head's phis, and
 * store it again for the call. An entry finds them where they are, and what nothing in the round uses is never touched.
 *
 * A loop is found by a walk that takes a call's return site for its successor. Heads of loops that have a round without a call
 * (they are loops of the CFG as it is) stay: there registers pay. So do heads that a value crosses, inside the blocks of one guest
 * instruction, and those that have an entry. Cost: a walk over the blocks of a function that calls, and one for each head. */
#include "passes/opt/opt_int.h"

enum { MAX_SEARCHES = 200 };    /* of loops in one function */
enum { NEW, OPEN, DONE };       /* OPEN: on the walk's stack */

struct walk { ir_blk b; uint32_t next; };

struct calls {
    struct ir_func *f;
    struct arena *a;
    uint32_t nblock;            /* before anything was added */
    ir_blk *after;              /* by block: the return site of the call at its end */
    uint8_t *state;             /* by block: NEW, OPEN or DONE */
    struct walk *stack;
    uint32_t *seen;             /* by block: the last search that came by */
    uint32_t search;
    bool *head;                 /* by block: some way leads back to it */
    bool *crossed;              /* by block: a value made before it is used in it or behind it */
};

/* The return site's pc of the call at b's end; false: no call. Recursion counts as none: there first rounds are as frequent as
 * others, and what the way into the loop knows is worth keeping in registers. */
static bool returns_to(const struct ir_func *f, ir_blk b, uint64_t *pc)
{
    const struct ir_insn *t = &f->insn[opt_last(f, b)];

    if ((t->op != IR_call && t->op != IR_icall) || (t->op == IR_call && ir_insn_pc(t) == f->block[f->rpo[0]].pc))
        return false;
    *pc = f->retpc[t->op == IR_call ? t->a : t->b];
    return true;
}

/* Matches calls with return sites in this function, by hashing their pcs. False: there are none. */
static bool find_returns(struct calls *c)
{
    struct ir_func *f = c->f;
    uint32_t mask = 15;
    ir_blk *site;
    uint64_t pc;
    bool any = false;

    while (mask < 2 * f->nretpc)
        mask = 2 * mask + 1;
    site = NEWN(c->a, ir_blk, mask + 1);
    for (ir_blk b = 1; b < f->nblock; b++)
        if (f->block[b].flags & BLK_RETSITE) {
            uint32_t h = (uint32_t)(f->block[b].pc >> 1) & mask;

            for (uint32_t tries = 0; site[h] && tries <= mask; tries++)
                h = (h + 1) & mask;
            site[h] = b;
        }
    for (uint32_t i = 0; i < f->nrpo; i++) {
        if (!returns_to(f, f->rpo[i], &pc))
            continue;
        for (uint32_t h = (uint32_t)(pc >> 1) & mask, tries = 0; site[h] && tries <= mask; h = (h + 1) & mask, tries++)
            if (f->block[site[h]].pc == pc) {
                c->after[f->rpo[i]] = site[h];
                any = true;
                break;
            }
    }
    return any;
}

/* Depth first from one entry: an edge to a block that is still open closes a loop. */
static void walk_from(struct calls *c, ir_blk root)
{
    struct ir_func *f = c->f;
    struct walk *stack = c->stack;
    uint32_t n = 0;

    if (c->state[root] != NEW)
        return;
    c->state[root] = OPEN;
    stack[n++] = (struct walk){ root, 0 };
    while (n) {
        struct walk *w = &stack[n - 1];
        uint32_t ns = ir_nsucc(f, w->b);
        bool call = c->after[w->b] != IR_NONE;
        ir_blk s;

        if (w->next == ns + call) {
            c->state[w->b] = DONE;
            n--;
            continue;
        }
        s = w->next < ns ? ir_succ(f, w->b, w->next) : c->after[w->b];
        w->next++;
        if (c->state[s] == NEW) {
            c->state[s] = OPEN;
            stack[n++] = (struct walk){ s, 0 };
        } else if (c->state[s] == OPEN) {
            c->head[s] = true;
        }
    }
}

/* Does some way lead from h to h without a call? (Return sites enter loops in their middle, so that these need not be natural.) */
static bool in_loop(struct calls *c, ir_blk h)
{
    struct ir_func *f = c->f;
    uint32_t n = 0;

    c->search++;
    c->stack[n++].b = h;
    while (n) {
        ir_blk b = c->stack[--n].b;

        for (uint32_t i = 0, ns = ir_nsucc(f, b); i < ns; i++) {
            ir_blk s = ir_succ(f, b, i);

            if (s == h)
                return true;
            if (s < c->nblock && c->seen[s] != c->search) {
                c->seen[s] = c->search;
                c->stack[n++].b = s;
            }
        }
    }
    return false;
}

/* Makes h an entry; each way to it a jump of its own, so that its state goes home from where it is. */
static void make_entry(struct calls *c, ir_blk h)
{
    struct ir_func *f = c->f;
    uint64_t pc = f->block[h].pc;

    for (uint32_t i = 0; i < f->block[h].npred; i++) {
        ir_blk p = f->block[h].pred[i], jump = ir_block_new(f, pc, 0);

        ir_block_at(f, jump);
        ir_jump(f, pc);
        opt_retarget(f, p, h, jump);
    }
    f->block[h].flags |= BLK_ENTRY;
}

static bool suits(struct calls *c, ir_blk h)
{
    const struct ir_block *k = &c->f->block[h];

    if (!c->head[h] || c->crossed[h] || k->flags & BLK_ENTRY || c->search == MAX_SEARCHES || in_loop(c, h))
        return false;
    for (uint32_t i = 0; i < k->npred; i++)
        if (c->f->block[k->pred[i]].flags & BLK_ENTRY && c->f->block[k->pred[i]].pc == k->pc)
            return false;
    return true;
}

void pass_callloop(struct cc *cc, struct ir_func *f)
{
    struct calls c = { .f = f, .a = &cc->arena, .nblock = f->nblock };

    if (!f->nretpc)
        return;
    c.after = NEWN(c.a, ir_blk, f->nblock);
    if (!find_returns(&c))
        return;
    c.state = NEWN(c.a, uint8_t, f->nblock);
    c.head = NEWN(c.a, bool, f->nblock);
    c.seen = NEWN(c.a, uint32_t, f->nblock);
    c.stack = NEWN(c.a, struct walk, f->nblock);
    c.crossed = opt_crossed(f);
    for (uint32_t i = 0; i < f->nrpo; i++)
        if (f->block[f->rpo[i]].flags & BLK_ENTRY)
            walk_from(&c, f->rpo[i]);
    for (ir_blk b = 1; b < c.nblock; b++)
        if (suits(&c, b))
            make_entry(&c, b);
}
