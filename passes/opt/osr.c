/* osr - loop headers become entries, so that T0 gets back into compiled code at the next round of any loop.
 * First of all passes, while a block's head has exactly the guest state of its pc. An entry that merges with the ways into a loop
 * costs: what the code before knew is lost, and an outer loop has two heads then. So each outermost loop is copied, the entries of it and
 * of the loops inside lead into the copy, and the copy leaves to the dispatcher. The loop itself stays as it is; what is added is
 * cold. Loops that are too large to copy, and those with several heads already, get plain entries. Cost: the size of the loops. */
#include "passes/opt/opt_int.h"

enum { MAX_COPY = 1000 };       /* records of a loop that is copied */

struct osr {
    struct ir_func *f;
    struct arena *a;
    uint32_t nblock;            /* before anything was added */
    bool *unsafe;               /* by block: values made before it are used behind it */
    bool *done;                 /* by block: as a header */
    bool *in;                   /* by block: in the body */
    ir_blk *body; uint32_t nbody;
    ir_blk *map;                /* by block: its copy, or the jump that leaves for it */
};

static bool natural(const struct ir_func *f, ir_blk h)
{
    for (uint32_t i = 0; i < f->block[h].npred; i++)
        if (ir_dominates(f, h, f->block[h].pred[i]))
            return true;
    return false;
}

static bool is_entry(const struct ir_func *f, ir_blk h)
{
    bool yes = f->block[h].flags & BLK_ENTRY;

    for (uint32_t i = 0; i < f->block[h].npred && !yes; i++) {
        const struct ir_block *p = &f->block[f->block[h].pred[i]];

        yes = (p->flags & BLK_ENTRY) && p->pc == f->block[h].pc;
    }
    return yes;
}

static ir_blk entry_to(struct osr *o, uint64_t pc, ir_blk to)
{
    ir_blk e = ir_block_new(o->f, pc, BLK_ENTRY | BLK_COLD);

    ir_block_at(o->f, e);
    ir_br(o->f, to);
    return e;
}

/* The entry, and a block where it meets the ways into a natural loop: that stays a preheader. */
static void plain_entry(struct osr *o, ir_blk h)
{
    struct ir_func *f = o->f;
    uint64_t pc = f->block[h].pc;
    ir_blk pre;

    if (!natural(f, h)) {
        entry_to(o, pc, h);
        return;
    }
    pre = ir_block_new(f, pc, 0);
    for (uint32_t i = 0; i < f->block[h].npred; i++)
        if (!ir_dominates(f, h, f->block[h].pred[i]))
            opt_retarget(f, f->block[h].pred[i], h, pre);
    ir_block_at(f, pre);
    ir_br(f, h);
    entry_to(o, pc, pre);
}

/* The body of natural loop h. False: too much, or something that cannot be copied. */
static bool collect(struct osr *o, ir_blk h)
{
    struct ir_func *f = o->f;
    uint32_t n = f->block[h].ninsn;

    memset(o->in, 0, o->nblock * sizeof *o->in);
    o->nbody = 0;
    o->in[h] = true;
    o->body[o->nbody++] = h;
    for (uint32_t k = 0; k < o->nbody; k++)
        for (uint32_t i = 0; i < f->block[o->body[k]].npred; i++) {
            ir_blk p = f->block[o->body[k]].pred[i];

            if (o->in[p] || (o->body[k] == h && !ir_dominates(f, h, p)))
                continue;
            o->in[p] = true;
            o->body[o->nbody++] = p;
            n += f->block[p].ninsn;
        }
    for (uint32_t k = 0; k < o->nbody; k++)
        if (f->insn[f->block[o->body[k]].insn[0]].op == IR_phi)
            return false;
    return n <= MAX_COPY;
}

/* Where a copied edge to t goes. */
static ir_blk copied(struct osr *o, ir_blk t)
{
    struct ir_func *f = o->f;
    ir_blk cur = f->cur;

    if (!o->map[t]) {
        o->map[t] = ir_block_new(f, f->block[t].pc, BLK_COLD);
        ir_block_at(f, o->map[t]);
        ir_trap(f, TRAP_LEAVE, f->block[t].pc);
        ir_block_at(f, cur);
    }
    return o->map[t];
}

static ir_blk copied_edge(void *arg, ir_blk t) { return copied(arg, t); }

/* Copies the loop and gives each header in the copy its entry. */
static bool copy_loop(struct osr *o, ir_blk h)
{
    struct ir_func *f = o->f;

    if (!collect(o, h))
        return false;
    memset(o->map, 0, o->nblock * sizeof *o->map);
    opt_copy_blocks(f, o->body, o->nbody, o->map, BLK_COLD, copied_edge, o);
    for (uint32_t k = 0; k < o->nbody; k++) {
        ir_blk b = o->body[k];

        if (!(f->block[b].flags & BLK_LOOP) || o->unsafe[b])
            continue;
        entry_to(o, f->block[b].pc, o->map[b]);
        o->done[b] = true;
    }
    return true;
}

static void alloc(struct osr *o, struct arena *a, struct ir_func *f)
{
    *o = (struct osr){ .f = f, .a = a, .nblock = f->nblock };
    o->unsafe = opt_crossed(f);
    o->done = NEWN(a, bool, f->nblock);
    o->in = NEWN(a, bool, f->nblock);
    o->body = NEWN(a, ir_blk, f->nblock);
    o->map = NEWN(a, ir_blk, f->nblock);
}

void pass_osr(struct cc *cc, struct ir_func *f)
{
    struct osr o;
    bool any = false;

    for (uint32_t i = 0; i < f->nrpo && !any; i++)
        any = f->block[f->rpo[i]].flags & BLK_LOOP;
    if (!any)
        return;
    alloc(&o, &cc->arena, f);
    for (uint32_t i = 0; i < f->nrpo; i++)
        o.done[f->rpo[i]] = !(f->block[f->rpo[i]].flags & BLK_LOOP) || o.unsafe[f->rpo[i]] || is_entry(f, f->rpo[i]);
    for (uint32_t i = 0; i < f->nrpo; i++)
        if (!o.done[f->rpo[i]] && f->block[f->rpo[i]].loop_depth == 1 && natural(f, f->rpo[i]))
            copy_loop(&o, f->rpo[i]);
    for (uint32_t i = 0; i < f->nrpo; i++)
        if (!o.done[f->rpo[i]])
            plain_entry(&o, f->rpo[i]);
}
