/* gvn - equal pure ops and repeated loads are computed once.
 * Value numbering scoped by the dominator tree: an op is replaced by an equal one in a dominating block. Operands are simplified on
 * the way (ir_simplify). Floating point ops raise sticky flags: an equal dominating op has raised the same ones, unless the
 * flags were replaced in between, so functions with fpset share them only between two fpsets of one block.
 * Loads reuse an earlier load or store of the same address and size along a chain of single-predecessor blocks, with no atomic,
 * fence, poll, helper or possibly aliasing store in between (DESIGN 5, memory rules), and no possibly aliasing load either: that one
 * could see another thread's newer value, behind which reads of one location must not fall back (coherence; RVWMO, Arm).
 * Cost: one hash probe per op, at most MEM_MAX compares per access. */
#include "passes/opt/opt_int.h"

enum { MEM_MAX = 16 };
#define ROOT_CONST  IR_NONE
#define ROOT_MODULE UINT32_MAX

/* A known content of memory: `type` at root + disp is `val`. */
struct mem { ir_ref root, val; int64_t disp; uint8_t type; };
struct memstate { struct mem m[MEM_MAX]; uint32_t n, next; };

struct ventry { ir_ref r; uint32_t next, bucket, epoch; };

struct gvn {
    struct ir_func *f;
    struct arena *a;
    uint32_t *bucket, mask;
    struct ventry *ent;         /* [0] unused; a stack in scope order */
    uint32_t nent, capent;
    ir_ref *repl;
    uint32_t nrepl;
    uint32_t epoch;             /* of the sticky flags; 0 in functions that never replace them */
    struct memstate mem;
    struct memstate **out;      /* per block: what is known at its end, when a successor may use it */
};

/* ---- pure ops ---- */

static uint32_t hash_insn(const struct ir_insn *in)
{
    uint64_t h = ((uint64_t)in->op << 16 | (uint64_t)in->type << 8 | in->flags) * UINT64_C(0x9e3779b97f4a7c15);

    h = (h ^ in->a) * UINT64_C(0xd6e8feb86659fd93);
    h = (h ^ h >> 32 ^ in->b) * UINT64_C(0xd6e8feb86659fd93);
    h = (h ^ h >> 32 ^ in->c) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(h >> 32);
}

static bool sharable(const struct ir_insn *in)
{
    if (in->op == IR_helper)
        return opt_helper_flags(in->flags) == OPT_HELPER_PURE;
    return opt_flags(in) & (F_PURE | F_FPOP);
}

static void number(struct gvn *g, ir_ref r)
{
    struct ir_insn in = g->f->insn[r];
    uint32_t fp = ir_raises(&in) ? g->epoch : 0, h;
    ir_ref use = in.op == IR_helper ? IR_NONE : in.op == IR_copy ? in.a : ir_simplify(g->f, &in);

    if (use) {
        g->repl[r] = opt_repl_get(g->repl, g->nrepl, use);
        return;
    }
    if (ir_commutes(&in) && !ir_is_const(g->f, in.b) && in.a > in.b) {
        uint32_t t = in.a;

        in.a = in.b;
        in.b = t;
    }
    g->f->insn[r] = in;
    h = hash_insn(&in) & g->mask;
    for (uint32_t e = g->bucket[h]; e; e = g->ent[e].next)
        if (g->ent[e].epoch == fp && memcmp(&g->f->insn[g->ent[e].r], &in, sizeof in) == 0) {
            g->repl[r] = g->ent[e].r;
            return;
        }
    g->ent = arena_grow(g->a, g->ent, &g->capent, g->nent + 1, sizeof *g->ent);
    g->ent[g->nent] = (struct ventry){ r, g->bucket[h], h, fp };
    g->bucket[h] = g->nent++;
}

static void leave_scopes(struct gvn *g, uint32_t to)
{
    while (g->nent > to) {
        const struct ventry *e = &g->ent[--g->nent];

        g->bucket[e->bucket] = e->next;
    }
}

/* ---- memory ---- */

static unsigned type_bytes(unsigned t) { return (ir_type_bits(t) + 7) / 8; }

/* base + disp as root + disp: constant additions fold into the displacement, and all constant addresses (all in this module) have one
 * root, so that they are known to be apart. */
static void address(const struct gvn *g, const struct ir_insn *in, ir_ref *root, int64_t *disp)
{
    const struct ir_insn *base = &g->f->insn[in->a];

    *root = in->a;
    *disp = (int32_t)in->c;
    while (base->op == IR_add && ir_is_const(g->f, base->b)) {
        *disp = (int64_t)((uint64_t)*disp + ir_const_val(g->f, base->b));
        *root = base->a;
        base = &g->f->insn[*root];
    }
    if (base->op == IR_const || base->op == IR_gpc) {
        *disp = (int64_t)((uint64_t)*disp + ir_insn_pc(base));
        *root = base->op == IR_const ? ROOT_CONST : ROOT_MODULE;
    }
}

static void mem_learn(struct gvn *g, ir_ref root, int64_t disp, unsigned type, ir_ref val)
{
    struct memstate *s = &g->mem;
    uint32_t i = s->n < MEM_MAX ? s->n++ : s->next++ % MEM_MAX;

    s->m[i] = (struct mem){ root, val, disp, (uint8_t)type };
}

/* Does what is known at m surely lie outside the n bytes at root + disp? Different roots may be the same address. */
static bool mem_apart(const struct mem *m, ir_ref root, int64_t disp, unsigned n)
{
    return m->root == root && (uint64_t)m->disp - (uint64_t)disp >= n && (uint64_t)disp - (uint64_t)m->disp >= type_bytes(m->type);
}

/* Forgets what a store of n bytes at root + disp may change, or what another thread may have stored since when a load looks there. */
static void mem_forget(struct gvn *g, ir_ref root, int64_t disp, unsigned n)
{
    struct memstate *s = &g->mem;
    uint32_t out = 0;

    for (uint32_t i = 0; i < s->n; i++)
        if (mem_apart(&s->m[i], root, disp, n))
            s->m[out++] = s->m[i];
    s->n = out;
}

static void do_load(struct gvn *g, ir_ref r)
{
    struct ir_insn *in = &g->f->insn[r];
    ir_ref root;
    int64_t disp;

    address(g, in, &root, &disp);
    for (uint32_t i = 0; i < g->mem.n; i++) {
        const struct mem *m = &g->mem.m[i];

        if (m->root != root || m->disp != disp || type_bytes(m->type) != type_bytes(in->type) || m->type == T_I1)
            continue;
        if (m->type == in->type)
            g->repl[r] = m->val;
        else if (type_bytes(in->type) <= 8)
            *in = (struct ir_insn){ .op = IR_bitcast, .type = in->type, .a = m->val };
        else
            continue;
        return;
    }
    mem_forget(g, root, disp, type_bytes(in->type));
    mem_learn(g, root, disp, in->type, r);
}

static void do_memory(struct gvn *g, ir_ref r)
{
    struct ir_insn *in = &g->f->insn[r];
    ir_ref root;
    int64_t disp;

    if (in->op == IR_load && in->flags == MO_PLAIN) {
        do_load(g, r);
    } else if (in->op == IR_store && in->flags == MO_PLAIN) {
        address(g, in, &root, &disp);
        mem_forget(g, root, disp, type_bytes(in->type));
        if (g->f->insn[in->b].type == in->type)
            mem_learn(g, root, disp, in->type, in->b);
    } else if ((opt_flags(in) & (F_RD | F_WR | F_CALLS)) || in->op == IR_poll) {
        g->mem.n = 0;
    }
}

/* ---- blocks ---- */

static void enter_block(struct gvn *g, ir_blk b)
{
    const struct ir_block *k = &g->f->block[b];

    if (g->epoch)
        g->epoch++;
    g->mem.n = 0;
    if (k->npred == 1 && g->out[k->pred[0]])
        g->mem = *g->out[k->pred[0]];
}

static void leave_block(struct gvn *g, ir_blk b)
{
    bool wanted = false;

    for (uint32_t i = 0, n = ir_nsucc(g->f, b); i < n && !wanted; i++)
        wanted = g->f->block[ir_succ(g->f, b, i)].npred == 1;
    if (!wanted || !g->mem.n)
        return;
    g->out[b] = NEW(g->a, struct memstate);
    *g->out[b] = g->mem;
}

static void do_block(struct gvn *g, ir_blk b)
{
    struct ir_block *k = &g->f->block[b];

    enter_block(g, b);
    for (uint32_t i = 0; i < k->ninsn; i++) {
        ir_ref r = k->insn[i];
        const struct ir_insn *in = &g->f->insn[r];

        if (in->op == IR_phi || in->op == IR_at)
            continue;
        opt_repl_operands(g->f, g->repl, g->nrepl, r);
        if (sharable(in)) {
            number(g, r);
        } else {
            if (g->epoch && (in->op == IR_fpset || in->op == IR_helper))
                g->epoch++;
            do_memory(g, r);
        }
    }
    leave_block(g, b);
}

static bool replaces_fp_flags(const struct ir_func *f)
{
    for (uint32_t i = 1; i < f->ninsn; i++)
        if (f->insn[i].op == IR_fpset || (f->insn[i].op == IR_helper && opt_helper_flags(f->insn[i].flags) != OPT_HELPER_PURE))
            return true;
    return false;
}

void pass_gvn(struct cc *cc, struct ir_func *f)
{
    struct gvn g = { .f = f, .a = &cc->arena, .nent = 1, .mask = 63 };
    struct opt_domwalk w;
    uint32_t *mark;

    while (g.mask < f->ninsn && g.mask < 1u << 20)
        g.mask = g.mask * 2 + 1;
    g.bucket = NEWN(g.a, uint32_t, g.mask + 1);
    g.out = NEWN(g.a, struct memstate *, f->nblock);
    g.repl = opt_repl_new(f);
    g.nrepl = f->ninsn;
    g.epoch = replaces_fp_flags(f);
    opt_domwalk(f, &w);
    mark = NEWN(g.a, uint32_t, w.maxdepth + 1);
    for (uint32_t i = 0; i < w.n; i++) {
        if (i && w.depth[i] <= w.depth[i - 1])
            leave_scopes(&g, mark[w.depth[i]]);
        mark[w.depth[i]] = g.nent;
        do_block(&g, w.blk[i]);
    }
    opt_repl_phis(f, g.repl, g.nrepl);
    opt_repl_apply(f, g.repl, g.nrepl);
}
