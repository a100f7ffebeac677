/* promote - guest registers become SSA values.
 * In: each block gets and puts slots. Out: gets at the head of entry blocks, puts right before exits for the slots that may be
 * dirty there, phis where definitions meet, and a snapshot at each `at` that something below it may need: the values of all
 * slots that may differ from their homes. Entry blocks have no predecessors; nothing crosses calls, whose return sites are entries.
 *
 * Method: local summaries, forward may-dirty, backward liveness (exits and snapshots read what is dirty), phis at the pruned
 * iterated dominance frontier, renaming down the dominator tree. Slot sets are bit sets, so each step handles all slots at once.
 * Refuses: entry blocks with predecessors (ST_BUG). SLOT_HOME slots stay as they are. */
#include "passes/ir/slot.h"
#include "passes/opt/opt_int.h"

typedef uint64_t word;

struct df { ir_blk m; uint32_t next; };         /* one entry of a dominance frontier list */

struct prom {
    struct ir_func *f;
    struct arena *a;
    uint32_t w;                 /* words of a slot set */
    word *all;                  /* slots that are promoted */
    word *pinned;               /* of these: whose homes are stale whatever happens */
    /* per block, w words each */
    word *use;                  /* got before any put */
    word *def;                  /* put (or reloaded) in the block */
    word *dkill;                /* not dirty at the end, whatever came in: nobody needs the value */
    word *dgen;                 /* made dirty and not flushed again */
    word *dmask;                /* read by the block's first snapshot or exit if dirty on entry */
    word *din;                  /* may be dirty on entry */
    word *live;                 /* live on entry */
    word *phi;                  /* get a phi on entry */
    ir_ref **phis;              /* per block: its phis in slot order */
    /* renaming */
    ir_ref *cur;                /* value of each slot */
    ir_ref *repl;               /* replaced gets */
    uint32_t nrepl;
    struct { uint32_t slot; ir_ref old; } *undo;
    uint32_t nundo, capundo;
    word *dirty;                /* at the point that is being rewritten */
    struct opt_edit body;       /* the new block body */
    struct ir_snapent *ent;
    ir_ref last_at;             /* in this block, when no slot has changed since; IR_NONE: none */
};

static word *set(const struct prom *p, word *base, ir_blk b) { return base + (size_t)b * p->w; }
static bool has(const word *s, uint32_t i) { return s[i / 64] >> (i % 64) & 1; }
static void drop(word *s, uint32_t i) { s[i / 64] &= ~(UINT64_C(1) << (i % 64)); }
static void add(word *s, uint32_t i) { s[i / 64] |= UINT64_C(1) << (i % 64); }

/* Calls for each slot of a set, in order: for (word x = s[i]...) is spelled out once here. */
#define EACH_SLOT(p, s, i) \
    for (uint32_t i##_w = 0, i = 0; i##_w < (p)->w; i##_w++) \
        for (word i##_x = (s)[i##_w]; i##_x && (i = i##_w * 64 + (uint32_t)__builtin_ctzll(i##_x), true); i##_x &= i##_x - 1)

/* ---- local summaries ---- */

static void set_dmask(struct prom *p, ir_blk b, bool *done)
{
    const word *def = set(p, p->def, b);
    word *m = set(p, p->dmask, b);

    for (uint32_t i = 0; !*done && i < p->w; i++)
        m[i] = p->all[i] & ~def[i];
    *done = true;
}

static void scan_put(struct prom *p, ir_blk b, const struct ir_insn *in)
{
    word *def = set(p, p->def, b);
    const struct ir_insn *v = &p->f->insn[in->b];

    /* putting back what was just got changes nothing */
    if (v->op == IR_get && v->a == in->a && !has(def, in->a) && p->cur[in->a] == in->b)
        return;
    add(def, in->a);
    add(set(p, p->dgen, b), in->a);
}

static void scan_kill(struct prom *p, ir_blk b, uint32_t slot)
{
    add(set(p, p->def, b), slot);
    add(set(p, p->dkill, b), slot);
    drop(set(p, p->dgen, b), slot);
}

static void scan_block(struct prom *p, ir_blk b)
{
    struct ir_func *f = p->f;
    struct ir_block *k = &f->block[b];
    bool done = false;          /* dmask is final */

    for (uint32_t i = 0; i < k->ninsn; i++) {
        const struct ir_insn *in = &f->insn[k->insn[i]];

        if (in->op == IR_get && has(p->all, in->a)) {
            if (!has(set(p, p->def, b), in->a)) {
                add(set(p, p->use, b), in->a);
                p->cur[in->a] = k->insn[i];
            }
        } else if (in->op == IR_put && has(p->all, in->a)) {
            scan_put(p, b, in);
        } else if (in->op == IR_kill && has(p->all, in->a)) {
            scan_kill(p, b, in->a);
        } else if (opt_flags(in) & F_EXIT || (in->op == IR_at && opt_at_needed(f, k, i))) {
            set_dmask(p, b, &done);
        }
    }
    memset(p->cur, 0, f->nslot * sizeof *p->cur);
}

/* ---- dataflow ---- */

static void flow_dirty(struct prom *p)
{
    struct ir_func *f = p->f;

    for (uint32_t i = 0; i < f->nrpo; i++)
        if (f->block[f->rpo[i]].flags & BLK_ENTRY)
            memcpy(set(p, p->din, f->rpo[i]), p->pinned, p->w * sizeof(word));
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < f->nrpo; i++) {
            const struct ir_block *k = &f->block[f->rpo[i]];
            word *in = set(p, p->din, f->rpo[i]);

            for (uint32_t j = 0; j < k->npred; j++) {
                const word *pin = set(p, p->din, k->pred[j]), *gen = set(p, p->dgen, k->pred[j]);
                const word *kill = set(p, p->dkill, k->pred[j]);

                for (uint32_t x = 0; x < p->w; x++) {
                    word v = in[x] | gen[x] | (pin[x] & ~kill[x]);

                    again |= v != in[x];
                    in[x] = v;
                }
            }
        }
    }
}

static void flow_live(struct prom *p)
{
    struct ir_func *f = p->f;

    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = f->nrpo; i-- > 0;) {
            ir_blk b = f->rpo[i];
            uint32_t n = ir_nsucc(f, b);
            word *live = set(p, p->live, b);
            const word *use = set(p, p->use, b), *def = set(p, p->def, b), *din = set(p, p->din, b), *dm = set(p, p->dmask, b);

            for (uint32_t x = 0; x < p->w; x++) {
                word v = use[x] | (din[x] & dm[x]);

                for (uint32_t j = 0; j < n; j++)
                    v |= set(p, p->live, ir_succ(f, b, j))[x] & ~def[x];
                if (v != live[x]) {
                    live[x] = v;
                    for (uint32_t j = 0; j < f->block[b].npred; j++)    /* a loop needs another round */
                        again |= f->block[f->block[b].pred[j]].order >= i;
                }
            }
        }
    }
}

/* ---- phi placement ---- */

/* Dominance frontiers as lists (Cooper, Harvey, Kennedy): only merges have any. */
static struct df *frontiers(struct prom *p, uint32_t *head)
{
    struct ir_func *f = p->f;
    struct df *df = NULL;
    uint32_t n = 1, cap = 0;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        ir_blk m = f->rpo[i];
        const struct ir_block *k = &f->block[m];

        for (uint32_t j = 0; k->npred > 1 && j < k->npred; j++)
            for (ir_blk r = k->pred[j]; r && r != k->idom; r = f->block[r].idom == r ? IR_NONE : f->block[r].idom) {
                if (head[r] && df[head[r]].m == m)
                    break;      /* the rest of the way was walked for another predecessor */
                df = arena_grow(p->a, df, &cap, n + 1, sizeof *df);
                df[n] = (struct df){ m, head[r] };
                head[r] = n++;
            }
    }
    return df;
}

static void place_phis(struct prom *p)
{
    struct ir_func *f = p->f;
    uint32_t *head = NEWN(p->a, uint32_t, f->nblock), n = 0;
    struct df *df = frontiers(p, head);
    word *has_def = NEWN(p->a, word, (size_t)f->nblock * p->w);
    ir_blk *work = NEWN(p->a, ir_blk, f->nblock);
    uint8_t *queued = NEWN(p->a, uint8_t, f->nblock);

    for (uint32_t i = f->nrpo; i-- > 0;) {
        ir_blk b = f->rpo[i];
        const word *d = set(p, f->block[b].flags & BLK_ENTRY ? p->live : p->def, b);    /* an entry's gets are definitions */

        for (uint32_t x = 0; x < p->w; x++)
            set(p, has_def, b)[x] = d[x] | set(p, p->def, b)[x];
        work[n++] = b;
        queued[b] = 1;
    }
    while (n) {
        ir_blk b = work[--n];

        queued[b] = 0;
        for (uint32_t e = head[b]; e; e = df[e].next) {
            ir_blk m = df[e].m;
            bool grew = false;

            for (uint32_t x = 0; x < p->w; x++) {
                word v = set(p, has_def, b)[x] & set(p, p->live, m)[x] & ~set(p, p->phi, m)[x];

                set(p, p->phi, m)[x] |= v;
                grew |= (v & ~set(p, has_def, m)[x]) != 0;
                set(p, has_def, m)[x] |= v;
            }
            if (grew && !queued[m]) {
                queued[m] = 1;
                work[n++] = m;
            }
        }
    }
}

static void make_phis(struct prom *p)
{
    struct ir_func *f = p->f;

    for (uint32_t i = 0; i < f->nrpo; i++) {
        ir_blk b = f->rpo[i];
        const word *phi = set(p, p->phi, b);
        uint32_t n = 0;

        for (uint32_t x = 0; x < p->w; x++)
            n += (uint32_t)__builtin_popcountll(phi[x]);
        if (!n)
            continue;
        p->phis[b] = NEWN(p->a, ir_ref, n);
        n = 0;
        EACH_SLOT(p, phi, s) {
            ir_ref r = ir_phi_new(f, f->slot[s].type, f->block[b].npred);

            f->insn[r].c = s + 1;           /* whose value it is: hosts place it there if they can */
            p->phis[b][n++] = r;
        }
    }
}

/* ---- renaming ---- */

static void assign(struct prom *p, uint32_t slot, ir_ref v)
{
    p->undo = arena_grow(p->a, p->undo, &p->capundo, p->nundo + 1, sizeof *p->undo);
    p->undo[p->nundo].slot = slot;
    p->undo[p->nundo++].old = p->cur[slot];
    p->last_at = IR_NONE;
    p->cur[slot] = v;
}

static void emit(struct prom *p, ir_ref r)
{
    opt_edit_append(&p->body, r);
}

/* Is the slot's value in its home still? Homes change only at exits; those of pinned slots are stale all along. */
static bool at_home(const struct prom *p, uint32_t slot)
{
    const struct ir_insn *v = &p->f->insn[p->cur[slot]];

    return v->op == IR_get && v->a == slot && !has(p->pinned, slot);
}

static void emit_puts(struct prom *p)
{
    struct ir_func *f = p->f;

    EACH_SLOT(p, p->dirty, s)
        if (!at_home(p, s))
            emit(p, ir_new(f, IR_put, f->slot[s].type, 0, s, p->cur[s], 0));
}

static void emit_gets(struct prom *p, const word *slots)
{
    struct ir_func *f = p->f;

    EACH_SLOT(p, slots, s) {
        ir_ref r = ir_new(f, IR_get, f->slot[s].type, 0, s, 0, 0);

        emit(p, r);
        assign(p, s, r);
    }
}

static void emit_at(struct prom *p, ir_ref r)
{
    struct ir_func *f = p->f;
    uint32_t n = 0;

    if (p->last_at && ir_insn_pc(&f->insn[p->last_at]) == ir_insn_pc(&f->insn[r]))
        return;                 /* it says the same */
    EACH_SLOT(p, p->dirty, s)
        if (!at_home(p, s))
            p->ent[n++] = (struct ir_snapent){ s, p->cur[s] };
    f->insn[r].a = ir_snap_new(f, ir_insn_pc(&f->insn[r]), p->ent, n) + 1;
    emit(p, r);
    p->last_at = r;
}

static void rename_insn(struct prom *p, const struct ir_block *k, uint32_t i)
{
    struct ir_func *f = p->f;
    ir_ref r = k->insn[i];
    struct ir_insn *in = &f->insn[r];

    if (in->op == IR_get && has(p->all, in->a)) {
        if (!p->cur[in->a])
            cc_bail(f->cc, ST_BUG, k->pc, "%.60s: %s is got after its kill", f->name, f->slot[in->a].name);
        p->repl[r] = p->cur[in->a];
    } else if (in->op == IR_put && has(p->all, in->a)) {
        ir_ref v = opt_repl_get(p->repl, p->nrepl, in->b);

        if (v == p->cur[in->a])
            return;
        add(p->dirty, in->a);
        assign(p, in->a, v);
    } else if (in->op == IR_kill) {
        drop(p->dirty, in->a);
        assign(p, in->a, IR_NONE);      /* no value at all: a put of any is news */
    } else if (in->op == IR_at) {
        if (opt_at_needed(f, k, i))
            emit_at(p, r);
    } else {
        if (opt_flags(in) & F_EXIT)
            emit_puts(p);
        opt_repl_operands(f, p->repl, p->nrepl, r);
        emit(p, r);
    }
}

/* Hands the values at the end of b to the phis of its successors. */
static void fill_phis(struct prom *p, ir_blk b)
{
    struct ir_func *f = p->f;

    for (uint32_t i = 0, n = ir_nsucc(f, b); i < n; i++) {
        ir_blk m = ir_succ(f, b, i);
        const struct ir_block *k = &f->block[m];

        for (uint32_t j = 0; p->phis[m] && j < k->npred; j++) {
            uint32_t q = 0;

            if (k->pred[j] != b)
                continue;
            EACH_SLOT(p, set(p, p->phi, m), s)
                f->phiarg[f->insn[p->phis[m][q++]].a + j] = p->cur[s];
        }
    }
}

static void rename_block(struct prom *p, ir_blk b)
{
    struct ir_func *f = p->f;
    struct ir_block *k = &f->block[b];
    uint32_t q = 0;

    memcpy(p->dirty, set(p, p->din, b), p->w * sizeof(word));
    p->last_at = IR_NONE;
    EACH_SLOT(p, set(p, p->phi, b), s) {
        emit(p, p->phis[b][q]);
        assign(p, s, p->phis[b][q++]);
    }
    if (k->flags & BLK_ENTRY) {
        if (k->npred)
            cc_bail(f->cc, ST_BUG, k->pc, "%.60s: entry block %u has predecessors", f->name, b);
        emit_gets(p, set(p, p->live, b));
    }
    for (uint32_t i = 0; i < k->ninsn; i++)
        rename_insn(p, k, i);
    fill_phis(p, b);
    opt_edit_end(&p->body, b);
}

static void rename_all(struct prom *p)
{
    struct opt_domwalk w;
    uint32_t *mark;

    opt_domwalk(p->f, &w);
    mark = NEWN(p->a, uint32_t, w.maxdepth + 1);
    for (uint32_t i = 0, depth = 0; i < w.n; i++) {
        uint32_t to = w.depth[i];

        if (i && to <= depth)
            for (; p->nundo > mark[to]; p->nundo--)
                p->cur[p->undo[p->nundo - 1].slot] = p->undo[p->nundo - 1].old;
        mark[to] = p->nundo;
        depth = to;
        rename_block(p, w.blk[i]);
    }
}

static void alloc_sets(struct prom *p)
{
    size_t n = (size_t)p->f->nblock * p->w;
    word **const sets[] = { &p->use, &p->def, &p->dkill, &p->dgen, &p->dmask, &p->din, &p->live, &p->phi };

    for (size_t i = 0; i < ARRAY_LEN(sets); i++)
        *sets[i] = NEWN(p->a, word, n);
}

void pass_promote(struct cc *cc, struct ir_func *f)
{
    struct prom p = { .f = f, .a = &cc->arena, .w = (f->nslot + 63) / 64, .body = { .f = f } };

    if (!p.w)
        return;
    p.all = NEWN(p.a, word, p.w);
    p.pinned = NEWN(p.a, word, p.w);
    p.dirty = NEWN(p.a, word, p.w);
    p.ent = NEWN(p.a, struct ir_snapent, f->nslot);
    p.cur = NEWN(p.a, ir_ref, f->nslot);
    p.phis = NEWN(p.a, ir_ref *, f->nblock);
    alloc_sets(&p);
    for (uint32_t s = 0; s < f->nslot; s++)
        if (!(f->slot[s].flags & SLOT_HOME))
            add(p.all, s);
    for (uint32_t x = 0; f->pinned && x < p.w; x++)
        p.pinned[x] = f->pinned[x] & p.all[x];
    for (uint32_t i = 0; i < f->nrpo; i++)
        scan_block(&p, f->rpo[i]);
    flow_dirty(&p);
    flow_live(&p);
    place_phis(&p);
    make_phis(&p);
    p.repl = opt_repl_new(f);
    p.nrepl = f->ninsn;
    rename_all(&p);
}
