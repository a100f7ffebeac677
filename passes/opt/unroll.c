/* unroll - small inner loops poll in every other round.
 * The body of an innermost loop is copied behind itself, without the poll: two rounds, then the jump back. Exits stay where they
 * are. After osr (whose cold copies stay as they are), before polls. What it saves is half of the polls and of the taken jumps.
 * Cost: the size of small loops. */
#include "passes/opt/opt_int.h"

enum { MAX_BODY = 48, MAX_BLOCKS = 8 };         /* records and blocks of a loop that is copied */

struct unroll {
    struct ir_func *f;
    ir_blk h;
    ir_blk body[MAX_BLOCKS]; uint32_t nbody;
    uint32_t *in;               /* by block: header of the loop that was collected last */
    ir_blk *map;                /* by block: its copy */
    ir_blk *def;                /* by record: its block */
};

static bool add(struct unroll *u, ir_blk b)
{
    if (u->in[b] == u->h)
        return true;
    if (u->nbody == MAX_BLOCKS || (u->nbody && (u->f->block[b].flags & (BLK_LOOP | BLK_ENTRY | BLK_COLD))))
        return false;
    u->in[b] = u->h;
    u->body[u->nbody++] = b;
    return true;
}

/* The body of natural loop h; false: another loop in it, or too much. */
static bool collect(struct unroll *u, ir_blk h)
{
    struct ir_func *f = u->f;
    uint32_t n = 0;

    u->h = h;
    u->nbody = 0;
    add(u, h);
    for (uint32_t i = 0; i < f->block[h].npred; i++)
        if (ir_dominates(f, h, f->block[h].pred[i]) && !add(u, f->block[h].pred[i]))
            return false;
    for (uint32_t k = 0; k < u->nbody; k++) {
        for (uint32_t i = 0; u->body[k] != h && i < f->block[u->body[k]].npred; i++)
            if (!add(u, f->block[u->body[k]].pred[i]))
                return false;
        n += f->block[u->body[k]].ninsn;
    }
    for (uint32_t i = 0; i < f->block[h].npred; i++)            /* natural, and not by half */
        if (u->in[f->block[h].pred[i]] != h && f->block[f->block[h].pred[i]].order >= f->block[h].order)
            return false;
    return n <= MAX_BODY && f->insn[f->block[h].insn[0]].op != IR_phi;
}

/* Is some value of the body used outside? Then it would have two definitions. */
static bool escapes(struct unroll *u)
{
    struct ir_func *f = u->f;
    uint32_t *op[3];

    for (uint32_t i = 0; i < f->nrpo; i++)
        for (uint32_t j = 0; u->in[f->rpo[i]] != u->h && j < f->block[f->rpo[i]].ninsn; j++)
            for (unsigned n = ir_operands(&f->insn[f->block[f->rpo[i]].insn[j]], op), k = 0; k < n; k++)
                if (u->def[*op[k]] && u->in[u->def[*op[k]]] == u->h)
                    return true;
    return false;
}

static ir_blk edge(void *arg, ir_blk t)
{
    const struct unroll *u = arg;

    return t != u->h && u->in[t] == u->h ? u->map[t] : t;
}

static void drop_poll(struct ir_func *f, ir_blk b)
{
    struct ir_block *k = &f->block[b];
    uint32_t n = 0;

    for (uint32_t i = 0; i < k->ninsn; i++)
        if (f->insn[k->insn[i]].op != IR_poll)
            k->insn[n++] = k->insn[i];
    k->ninsn = n;
}

static void double_loop(struct unroll *u)
{
    struct ir_func *f = u->f;

    opt_copy_blocks(f, u->body, u->nbody, u->map, 0, edge, u);
    for (uint32_t k = 0; k < u->nbody; k++)
        opt_retarget(f, u->body[k], u->h, u->map[u->h]);
    drop_poll(f, u->map[u->h]);
}

void pass_unroll(struct cc *cc, struct ir_func *f)
{
    struct unroll u = { .f = f };
    uint32_t nrpo = f->nrpo;

    u.in = NEWN(&cc->arena, uint32_t, f->nblock);
    u.map = NEWN(&cc->arena, ir_blk, f->nblock);
    u.def = NEWN(&cc->arena, ir_blk, f->ninsn);
    for (uint32_t i = 0; i < nrpo; i++)
        for (uint32_t j = 0; j < f->block[f->rpo[i]].ninsn; j++)
            u.def[f->block[f->rpo[i]].insn[j]] = f->rpo[i];
    for (uint32_t i = 0; i < nrpo; i++) {
        const struct ir_block *k = &f->block[f->rpo[i]];
        bool head = (k->flags & (BLK_LOOP | BLK_COLD | BLK_ENTRY)) == BLK_LOOP && k->loop_depth;

        if (head && collect(&u, f->rpo[i]) && !escapes(&u))
            double_loop(&u);
    }
}
