/* flow - control flow gets simpler.
 * Constant and inverted branch conditions, branches whose two sides agree, empty blocks, straight-line chains, and small forks that
 * only choose a value (branch over move) become select. Entry blocks stay: the outside knows them.
 * Keeps pred[] and phi arguments exact while edges change; the runner recomputes the rest. Cost: a few visits per block. */
#include "passes/opt/opt_int.h"

enum { FORK_OPS = 1, FORK_SELECTS = 2 };        /* what a fork may cost to be flattened: ops a side, selects in all */

struct flow {
    struct ir_func *f;
    ir_ref *repl;               /* phis of merged blocks */
    uint32_t nrepl;
    bool again;
};

static ir_ref look(const struct flow *w, ir_ref r) { return opt_repl_get(w->repl, w->nrepl, r); }

static void set_br(struct flow *w, ir_blk b, ir_blk to)
{
    w->f->insn[opt_last(w->f, b)] = (struct ir_insn){ .op = IR_br, .a = to };
    w->again = true;
}

static bool has_phis(const struct ir_func *f, ir_blk b)
{
    return f->block[b].ninsn && f->insn[f->block[b].insn[0]].op == IR_phi;
}

/* ---- branch conditions ---- */

/* Strips nots from an i1: returns the stripped value, *flip says whether their number was odd. */
static ir_ref strip_not(const struct flow *w, ir_ref c, bool *flip)
{
    const struct ir_func *f = w->f;

    for (*flip = false;;) {
        const struct ir_insn *in = &f->insn[c = look(w, c)];
        ir_ref b = in->b ? look(w, in->b) : IR_NONE;

        if ((in->op != IR_xor && in->op != IR_eq && in->op != IR_ne) || !ir_is_const(f, b) || f->insn[look(w, in->a)].type != T_I1)
            return c;
        *flip ^= (in->op == IR_eq) ^ (ir_const_val(f, b) & 1);
        c = in->a;
    }
}

/* i1 value under an extension that is compared with zero: brif (ne (zext c), 0) is brif c. */
static ir_ref strip_test(const struct flow *w, ir_ref c, bool *flip)
{
    const struct ir_func *f = w->f;
    bool more;

    for (c = strip_not(w, c, flip);;) {
        const struct ir_insn *in = &f->insn[c], *x;

        if ((in->op != IR_eq && in->op != IR_ne) || !ir_is_const(f, look(w, in->b)) || ir_const_val(f, look(w, in->b)) != 0)
            return c;
        x = &f->insn[look(w, in->a)];
        if ((x->op != IR_zext && x->op != IR_sext) || f->insn[look(w, x->a)].type != T_I1)
            return c;
        *flip ^= in->op == IR_eq;
        c = strip_not(w, x->a, &more);
        *flip ^= more;
    }
}

static void take(struct flow *w, ir_blk b, ir_blk yes, ir_blk no)
{
    set_br(w, b, yes);
    ir_phi_drop(w->f, no, opt_pred_index(w->f, no, b));
}

static bool edges_agree(const struct flow *w, ir_blk to, uint32_t j, uint32_t k)
{
    const struct ir_func *f = w->f;
    const struct ir_block *b = &f->block[to];

    for (uint32_t i = 0; i < b->ninsn && f->insn[b->insn[i]].op == IR_phi; i++) {
        uint32_t a = f->insn[b->insn[i]].a;

        if (look(w, f->phiarg[a + j]) != look(w, f->phiarg[a + k]))
            return false;
    }
    return true;
}

static void do_brif(struct flow *w, ir_blk b)
{
    struct ir_func *f = w->f;
    ir_ref t = opt_last(f, b);
    ir_blk yes = f->insn[t].b, no = f->insn[t].c;
    bool flip;

    if (yes != no) {            /* else the order of the edges says which is which */
        f->insn[t].a = strip_test(w, f->insn[t].a, &flip);
        if (flip) {
            f->insn[t].b = no;
            f->insn[t].c = yes;
            yes = f->insn[t].b;
            no = f->insn[t].c;
        }
    }
    if (yes == no) {
        uint32_t j = opt_pred_index(f, yes, b), k = j + 1;

        while (k < f->block[yes].npred && f->block[yes].pred[k] != b)
            k++;
        if (k < f->block[yes].npred && edges_agree(w, yes, j, k)) {
            set_br(w, b, yes);
            ir_phi_drop(f, yes, k);
        }
    } else if (ir_is_const(f, f->insn[t].a)) {
        bool c = ir_const_val(f, f->insn[t].a) & 1;

        take(w, b, c ? yes : no, c ? no : yes);
    }
}

static void do_switch(struct flow *w, ir_blk b)
{
    struct ir_func *f = w->f;
    const struct ir_insn *t = &f->insn[opt_last(f, b)];
    const struct ir_switch *s = &f->sw[t->b];
    ir_ref v = look(w, t->a);
    uint32_t n, j;
    ir_blk to;

    if (!ir_is_const(f, v))
        return;
    to = ir_const_val(f, v) < s->n ? s->target[ir_const_val(f, v)] : s->deflt;
    n = 0;
    for (j = 0; j < f->block[to].npred; j++)
        n += f->block[to].pred[j] == b;
    if (n > 1 && has_phis(f, to))
        return;                 /* which edge's arguments count is not worth knowing */
    for (uint32_t i = 0; i <= s->n; i++) {
        ir_blk x = i < s->n ? s->target[i] : s->deflt;

        if (x != to || n-- > 1)
            ir_phi_drop(f, x, opt_pred_index(f, x, b));
    }
    set_br(w, b, to);
}

/* ---- forks that choose a value ---- */

static bool cheap(const struct ir_insn *in)
{
    switch (in->op) {
    case IR_mul: case IR_mulhu: case IR_mulhs: case IR_mulhsu: case IR_udiv: case IR_urem: case IR_sdiv: case IR_srem:
    case IR_clmul: case IR_clmulh: case IR_bitrev: case IR_orcb: case IR_fclass: case IR_fcanon:
        return false;
    default:
        return (opt_flags(in) & F_PURE) && !ir_type_fp(in->type);
    }
}

/* A side of a fork: b comes only from p, does little, goes only to j. */
static bool is_side(const struct ir_func *f, ir_blk b, ir_blk p, ir_blk *j)
{
    const struct ir_block *k = &f->block[b];

    if ((k->flags & BLK_ENTRY) || k->npred != 1 || k->pred[0] != p || k->ninsn == 0 || k->ninsn > FORK_OPS + 1)
        return false;
    for (uint32_t i = 0; i + 1 < k->ninsn; i++)
        if (!cheap(&f->insn[k->insn[i]]))
            return false;
    *j = f->insn[opt_last(f, b)].a;
    return f->insn[opt_last(f, b)].op == IR_br && *j != b;
}

static void hoist(struct ir_func *f, ir_blk from, ir_blk to)
{
    struct ir_block *k = &f->block[from];

    for (uint32_t i = 0; i + 1 < k->ninsn; i++)
        ir_block_insert(f, to, f->block[to].ninsn - 1, k->insn[i]);
    k->ninsn = 0;
    k->npred = 0;
}

/* How many phis of j differ between edges y and n; more than FORK_SELECTS when one cannot be selected. */
static uint32_t choices(const struct flow *w, ir_blk j, uint32_t y, uint32_t n)
{
    const struct ir_func *f = w->f;
    const struct ir_block *k = &f->block[j];
    uint32_t count = 0;

    for (uint32_t i = 0; i < k->ninsn && f->insn[k->insn[i]].op == IR_phi; i++) {
        const struct ir_insn *phi = &f->insn[k->insn[i]];

        if (look(w, f->phiarg[phi->a + y]) == look(w, f->phiarg[phi->a + n]))
            continue;
        count += ir_type_fp(phi->type) || phi->type < T_I8 || phi->type > T_I64 ? FORK_SELECTS + 1 : 1;
    }
    return count;
}

static void flatten(struct flow *w, ir_blk p, ir_blk j, uint32_t y, uint32_t n)
{
    struct ir_func *f = w->f;
    ir_ref cond = f->insn[opt_last(f, p)].a;

    for (uint32_t i = 0; i < f->block[j].ninsn && f->insn[f->block[j].insn[i]].op == IR_phi; i++) {
        struct ir_insn phi = f->insn[f->block[j].insn[i]];
        ir_ref a = look(w, f->phiarg[phi.a + y]), b = look(w, f->phiarg[phi.a + n]);
        struct ir_insn in = { .op = IR_select, .type = phi.type, .a = cond, .b = a, .c = b };
        ir_ref v = a == b ? a : ir_simplify(f, &in);

        if (!v) {
            v = ir_new(f, in.op, in.type, in.flags, in.a, in.b, in.c);
            ir_block_insert(f, p, f->block[p].ninsn - 1, v);
        }
        f->phiarg[phi.a + y] = v;
    }
    f->block[j].pred[y] = p;
    ir_phi_drop(f, j, n);
    set_br(w, p, j);
}

static void do_fork(struct flow *w, ir_blk p)
{
    struct ir_func *f = w->f;
    ir_ref t = opt_last(f, p);
    ir_blk yes = f->insn[t].b, no = f->insn[t].c, jy = no, jn = yes, j;
    bool sy = is_side(f, yes, p, &jy), sn = is_side(f, no, p, &jn);
    uint32_t ey, en;

    if (yes == no)
        j = yes, sy = sn = false;
    else if (sy && jy == no)
        j = no, sn = false;
    else if (sn && jn == yes)
        j = yes, sy = false;
    else if (sy && sn && jy == jn)
        j = jy;
    else
        return;
    if (j == p && !sy && !sn)
        return;
    ey = opt_pred_index(f, j, sy ? yes : p);
    en = opt_pred_index(f, j, sn ? no : p);
    if (yes == no)
        for (en = ey + 1; en < f->block[j].npred && f->block[j].pred[en] != p; en++)
            ;
    if (ey >= f->block[j].npred || en >= f->block[j].npred || choices(w, j, ey, en) > FORK_SELECTS)
        return;
    if (sy)
        hoist(f, yes, p);
    if (sn)
        hoist(f, no, p);
    flatten(w, p, j, ey, en);
}

/* ---- empty blocks and chains ---- */

/* An empty block that only branches on: its predecessors go to the target themselves. */
static void do_empty(struct flow *w, ir_blk b)
{
    struct ir_func *f = w->f;
    struct ir_block *k = &f->block[b];
    ir_blk to = f->insn[k->insn[0]].a;
    uint32_t j;

    if ((k->flags & BLK_ENTRY) || to == b || k->npred == 0)
        return;
    if (k->npred > 1 && (f->block[to].flags & BLK_LOOP) && k->loop_depth < f->block[to].loop_depth)
        return;                 /* a preheader: what leaves the loop goes there */
    if (has_phis(f, to))
        for (uint32_t i = 0; i < k->npred; i++)
            if (opt_pred_index(f, to, k->pred[i]) < f->block[to].npred)
                return;         /* two edges from one block with different arguments: no */
    j = opt_pred_index(f, to, b);
    for (uint32_t i = 0; i < k->npred; i++) {
        opt_retarget(f, k->pred[i], b, to);
        if (i)
            opt_edge_add(f, to, k->pred[i], j);
        else
            f->block[to].pred[j] = k->pred[0];
    }
    k->ninsn = k->npred = 0;
    w->again = true;
}

/* b ends in a branch to s, which has no other predecessor: s becomes part of b. */
static bool do_merge(struct flow *w, ir_blk b)
{
    struct ir_func *f = w->f;
    ir_blk s = f->insn[opt_last(f, b)].a;
    struct ir_block *k = &f->block[b], *ks = &f->block[s];
    uint32_t i = 0;

    if (s == b || ks->npred != 1 || (ks->flags & BLK_ENTRY))
        return false;
    k->insn = arena_grow(&f->cc->arena, k->insn, &k->capinsn, k->ninsn + ks->ninsn, sizeof *k->insn);
    for (; i < ks->ninsn && f->insn[ks->insn[i]].op == IR_phi; i++)
        w->repl[ks->insn[i]] = look(w, f->phiarg[f->insn[ks->insn[i]].a]);
    k->ninsn--;
    for (; i < ks->ninsn; i++)
        k->insn[k->ninsn++] = ks->insn[i];
    ks->ninsn = ks->npred = 0;
    for (uint32_t n = ir_nsucc(f, b), q = 0; q < n; q++) {
        struct ir_block *to = &f->block[ir_succ(f, b, q)];

        for (uint32_t j = 0; j < to->npred; j++)
            if (to->pred[j] == s)
                to->pred[j] = b;
    }
    w->again = true;
    return true;
}

/* Unreachable: its edges must not hold up others. */
static void do_dead(struct flow *w, ir_blk b)
{
    struct ir_func *f = w->f;

    for (uint32_t n = ir_nsucc(f, b), i = 0; i < n; i++) {
        ir_blk to = ir_succ(f, b, i);
        uint32_t j = opt_pred_index(f, to, b);

        if (j < f->block[to].npred)
            ir_phi_drop(f, to, j);
    }
    f->block[b].ninsn = 0;
    w->again = true;
}

static void do_block(struct flow *w, ir_blk b)
{
    struct ir_func *f = w->f;
    struct ir_block *k = &f->block[b];

    if (!k->ninsn)
        return;
    if (!k->npred && !(k->flags & BLK_ENTRY)) {
        do_dead(w, b);
        return;
    }
    if (f->insn[opt_last(f, b)].op == IR_brif)
        do_brif(w, b);
    if (f->insn[opt_last(f, b)].op == IR_brif)
        do_fork(w, b);
    if (f->insn[opt_last(f, b)].op == IR_switch)
        do_switch(w, b);
    while (f->insn[opt_last(f, b)].op == IR_br && do_merge(w, b))
        if (f->insn[opt_last(f, b)].op == IR_brif)
            do_brif(w, b);
    if (k->ninsn == 1 && f->insn[k->insn[0]].op == IR_br)
        do_empty(w, b);
}

void pass_flow(struct cc *cc, struct ir_func *f)
{
    struct flow w = { .f = f, .repl = opt_repl_new(f), .nrepl = f->ninsn, .again = true };

    for (unsigned round = 0; w.again && round < 3; round++) {
        w.again = false;
        for (uint32_t i = 0; i < f->nrpo; i++)
            do_block(&w, f->rpo[i]);
    }
    opt_repl_phis(f, w.repl, w.nrepl);
    opt_repl_apply(f, w.repl, w.nrepl);
}
