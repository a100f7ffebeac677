/* Liveness of virtual registers with distances to the next use (Braun and Hack, "Register Spilling and Live-Range Splitting
 * for SSA-Form Programs"): what the allocator's choices of victims and of loop-carried registers rest on. */
#include "jit/host/live.h"

#include <string.h>

enum { LOOP_EXIT_DIST = 10000, SNAP_DIST = 4000, MAX_DIST = 1 << 28 };

struct live {
    struct mir *m;
    uint32_t *gid;              /* vreg -> dense number of values live across blocks, + 1 */
    uint32_t *gval, ng;         /* and back */
    uint32_t words;
    uint64_t *in, *use, *def;   /* per block bitsets over dense numbers */
    uint32_t *dist;             /* scratch, per dense number */
};

static bool is_use(const struct mop *o) { return o->v && (o->kind == MOP_USE || o->kind == MOP_TIED); }

static void mark_global(struct live *l, uint32_t v)
{
    if (!l->gid[v]) {
        l->gval[l->ng] = v;
        l->gid[v] = ++l->ng;
    }
}

/* A value is global when some block reads it before (or without) defining it, or a phi takes it. */
static void find_globals(struct live *l)
{
    struct mir *m = l->m;
    uint32_t *stamp = NEWN(&m->cc->arena, uint32_t, m->nv);

    for (uint32_t k = 0; k < m->nlayout; k++) {
        ir_blk b = m->layout[k];

        for (struct mi *in = m->b[b].head; in; in = in->next) {
            for (unsigned i = 0; i < in->nop; i++)
                if (is_use(&in->o[i]) && stamp[in->o[i].v] != b)
                    mark_global(l, in->o[i].v);
            for (unsigned i = 0; i < in->nsnapop; i++)
                if (in->snapop[i].v && stamp[in->snapop[i].v] != b)
                    mark_global(l, in->snapop[i].v);
            for (unsigned i = 0; i < in->nop; i++)
                if (in->o[i].kind == MOP_DEF && in->o[i].v)
                    stamp[in->o[i].v] = b;
        }
        for (uint32_t p = 0; p < m->b[b].nphi; p++) {
            const struct ir_insn *phi = &m->f->insn[m->b[b].phi[p]];

            mark_global(l, m->b[b].phi[p]);
            for (uint32_t i = 0; i < phi->b; i++)
                mark_global(l, m->f->phiarg[phi->a + i]);
        }
    }
}

#define BIT(set, g) ((set)[(g) >> 6] >> ((g) & 63) & 1)
#define SETBIT(set, g) ((set)[(g) >> 6] |= UINT64_C(1) << ((g) & 63))

static void block_sets(struct live *l, ir_blk b)
{
    struct mir *m = l->m;
    uint64_t *use = l->use + (size_t)b * l->words, *def = l->def + (size_t)b * l->words;

    for (uint32_t p = 0; p < m->b[b].nphi; p++)
        SETBIT(def, l->gid[m->b[b].phi[p]] - 1);
    for (struct mi *in = m->b[b].head; in; in = in->next) {
        for (unsigned i = 0; i < in->nop; i++)
            if (is_use(&in->o[i]) && l->gid[in->o[i].v] && !BIT(def, l->gid[in->o[i].v] - 1))
                SETBIT(use, l->gid[in->o[i].v] - 1);
        for (unsigned i = 0; i < in->nsnapop; i++)
            if (in->snapop[i].v && l->gid[in->snapop[i].v] && !BIT(def, l->gid[in->snapop[i].v] - 1))
                SETBIT(use, l->gid[in->snapop[i].v] - 1);
        for (unsigned i = 0; i < in->nop; i++)
            if (in->o[i].kind == MOP_DEF && in->o[i].v && l->gid[in->o[i].v])
                SETBIT(def, l->gid[in->o[i].v] - 1);
    }
}

static uint32_t pred_index(const struct ir_func *f, ir_blk b, ir_blk p)
{
    for (uint32_t i = 0; i < f->block[b].npred; i++)
        if (f->block[b].pred[i] == p)
            return i;
    return 0;
}

/* Calls fn for each phi argument that the edge p -> b carries. */
static void each_phi_arg(struct mir *m, ir_blk p, ir_blk b, void (*fn)(struct live *, uint32_t v, uint64_t *set), struct live *l,
                         uint64_t *set)
{
    uint32_t ix = m->b[b].nphi ? pred_index(m->f, b, p) : 0;

    for (uint32_t k = 0; k < m->b[b].nphi; k++)
        fn(l, m->f->phiarg[m->f->insn[m->b[b].phi[k]].a + ix], set);
}

static void add_out(struct live *l, uint32_t v, uint64_t *set) { SETBIT(set, l->gid[v] - 1); }

/* What is live into b, once more, from what is live into its successors; true: more than before. out: scratch. */
static bool flow_block(struct live *l, ir_blk b, uint64_t *out)
{
    struct mir *m = l->m;
    uint64_t *in = l->in + (size_t)b * l->words, *use = l->use + (size_t)b * l->words, *def = l->def + (size_t)b * l->words;
    uint64_t more = 0;
    uint32_t ns = ir_nsucc(m->f, b);

    memset(out, 0, l->words * 8);
    for (uint32_t s = 0; s < ns; s++) {
        ir_blk t = ir_succ(m->f, b, s);
        const uint64_t *tin = l->in + (size_t)t * l->words;

        for (uint32_t w = 0; w < l->words; w++)
            out[w] |= tin[w];
        each_phi_arg(m, b, t, add_out, l, out);
    }
    for (uint32_t w = 0; w < l->words; w++) {
        uint64_t n = use[w] | (out[w] & ~def[w]);

        more |= n ^ in[w];
        in[w] = n;
    }
    return more != 0;
}

/* In large functions most blocks are right after one round: only those are looked at again whose successors have changed. */
static void dataflow(struct live *l)
{
    struct mir *m = l->m;
    uint64_t *out = NEWN(&m->cc->arena, uint64_t, l->words + 1);
    uint8_t *done = NEWN(&m->cc->arena, uint8_t, m->f->nblock);

    for (bool again = true; again;) {
        again = false;
        for (uint32_t k = m->nlayout; k-- > 0;) {
            ir_blk b = m->layout[k];

            if (done[b])
                continue;
            done[b] = 1;
            if (!flow_block(l, b, out))
                continue;
            again = true;
            for (uint32_t i = 0; i < m->f->block[b].npred; i++)
                done[m->f->block[b].pred[i]] = 0;
        }
    }
}

static void min_dist(struct live *l, uint32_t v, uint32_t d)
{
    uint32_t g = l->gid[v] - 1;

    if (d > MAX_DIST)
        d = MAX_DIST;
    if (d < l->dist[g])
        l->dist[g] = d;
}

/* Distances at the end of b, from its successors' lists, into l->dist. Fills touched[]; returns how many. */
static uint32_t out_dists(struct live *l, ir_blk b, uint32_t *touched)
{
    struct mir *m = l->m;
    struct ir_func *f = m->f;
    uint32_t nt = 0, ns = ir_nsucc(f, b);

    for (uint32_t s = 0; s < ns; s++) {
        ir_blk t = ir_succ(f, b, s);
        uint32_t extra = f->block[t].loop_depth < f->block[b].loop_depth ? LOOP_EXIT_DIST : 0;
        const struct mblock *mt = &m->b[t];

        for (uint32_t i = 0; i < mt->nlivein; i++) {
            uint32_t g = l->gid[mt->livein[i]] - 1;

            if (l->dist[g] == DEAD)
                touched[nt++] = g;
            min_dist(l, mt->livein[i], mt->lindist[i] + extra);
        }
        uint32_t ix = mt->nphi ? pred_index(f, t, b) : 0;
        for (uint32_t k = 0; k < mt->nphi; k++) {
            uint32_t v = f->phiarg[f->insn[mt->phi[k]].a + ix];

            if (l->dist[l->gid[v] - 1] == DEAD)
                touched[nt++] = l->gid[v] - 1;
            min_dist(l, v, 1 + extra);
        }
    }
    return nt;
}

static bool block_dists(struct live *l, ir_blk b, uint32_t *touched, struct mi **stack)
{
    struct mir *m = l->m;
    struct mblock *mb = &m->b[b];
    uint32_t nt = out_dists(l, b, touched), n = 0;
    bool changed = false;

    for (uint32_t i = 0; i < nt; i++)
        if (l->dist[touched[i]] != DEAD)
            l->dist[touched[i]] += mb->n + 1;
    for (struct mi *in = mb->head; in; in = in->next)
        stack[n++] = in;
    for (uint32_t p = n; p-- > 0;) {
        struct mi *in = stack[p];

        for (unsigned i = 0; i < in->nsnapop; i++) {
            uint32_t g = in->snapop[i].v ? l->gid[in->snapop[i].v] : 0;

            if (g && l->dist[g - 1] > p + SNAP_DIST)
                l->dist[g - 1] = p + SNAP_DIST;
        }
        for (unsigned i = 0; i < in->nop; i++)
            if (is_use(&in->o[i]) && l->gid[in->o[i].v])
                l->dist[l->gid[in->o[i].v] - 1] = p + 1;
    }
    for (uint32_t i = 0; i < mb->nlivein; i++) {
        uint32_t d = l->dist[l->gid[mb->livein[i]] - 1];

        changed |= mb->lindist[i] != d;
        mb->lindist[i] = d;
    }
    /* Restore the scratch array: everything touched above is in livein, out lists or the block's own globals. */
    for (uint32_t i = 0; i < nt; i++)
        l->dist[touched[i]] = DEAD;
    for (uint32_t p = 0; p < n; p++) {
        for (unsigned i = 0; i < stack[p]->nop; i++)
            if (stack[p]->o[i].v && l->gid[stack[p]->o[i].v])
                l->dist[l->gid[stack[p]->o[i].v] - 1] = DEAD;
        for (unsigned i = 0; i < stack[p]->nsnapop; i++)
            if (stack[p]->snapop[i].v && l->gid[stack[p]->snapop[i].v])
                l->dist[l->gid[stack[p]->snapop[i].v] - 1] = DEAD;
    }
    return changed;
}

static void make_lists(struct live *l)
{
    struct mir *m = l->m;
    struct arena *a = &m->cc->arena;
    uint32_t maxn = 0;

    for (uint32_t k = 0; k < m->nlayout; k++) {
        ir_blk b = m->layout[k];
        struct mblock *mb = &m->b[b];
        const uint64_t *in = l->in + (size_t)b * l->words;
        uint32_t n = 0;

        for (uint32_t w = 0; w < l->words; w++)
            n += (uint32_t)__builtin_popcountll(in[w]);
        mb->livein = NEWN(a, uint32_t, n + 1);
        mb->lindist = NEWN(a, uint32_t, n + 1);
        for (uint32_t w = 0; w < l->words; w++)
            for (uint64_t x = in[w]; x; x &= x - 1) {
                mb->lindist[mb->nlivein] = MAX_DIST;
                mb->livein[mb->nlivein++] = l->gval[w * 64 + (uint32_t)__builtin_ctzll(x)];
            }
        if (mb->n > maxn)
            maxn = mb->n;
    }
    uint32_t *touched = NEWN(a, uint32_t, l->ng + 1);
    struct mi **stack = NEWN(a, struct mi *, maxn + 1);
    l->dist = NEWN(a, uint32_t, l->ng + 1);
    memset(l->dist, 0xff, (l->ng + 1) * sizeof *l->dist);
    for (int round = 0; round < 4; round++) {
        bool changed = false;

        for (uint32_t k = m->nlayout; k-- > 0;)
            changed |= block_dists(l, m->layout[k], touched, stack);
        if (!changed)
            break;
    }
}

void live_compute(struct mir *m)
{
    struct arena *a = &m->cc->arena;
    struct live l = { .m = m };

    l.gid = NEWN(a, uint32_t, m->nv);
    l.gval = NEWN(a, uint32_t, m->nv);
    find_globals(&l);
    l.words = (l.ng + 63) / 64;
    l.in = NEWN(a, uint64_t, (size_t)m->f->nblock * l.words + 1);
    l.use = NEWN(a, uint64_t, (size_t)m->f->nblock * l.words + 1);
    l.def = NEWN(a, uint64_t, (size_t)m->f->nblock * l.words + 1);
    for (uint32_t k = 0; k < m->nlayout; k++)
        block_sets(&l, m->layout[k]);
    dataflow(&l);
    make_lists(&l);
    m->live_in = l.in;
    m->live_words = l.words;
    m->live_id = l.gid;
}

static void set_next(struct mir *m, uint32_t v, uint32_t d, uint32_t *touched, uint32_t *nt)
{
    if (m->v[v].next == DEAD) {
        touched[(*nt)++] = v;
        m->nlive[m->v[v].cls] += m->v[v].kind == VK_NORMAL;
    }
    if (d < m->v[v].next)
        m->v[v].next = d;
}

/* Fills mop.next and vinfo.next (as of the block's start) for one block; also the block's register pressure. */
uint32_t live_block(struct mir *m, ir_blk b, uint32_t *touched, struct mi **stack)
{
    struct ir_func *f = m->f;
    struct mblock *mb = &m->b[b];
    uint32_t nt = 0, n = 0, ns = ir_nsucc(f, b);

    m->nlive[RC_GP] = m->nlive[RC_VEC] = 0;
    mb->pressure[RC_GP] = mb->pressure[RC_VEC] = 0;
    for (struct mi *in = mb->head; in; in = in->next)
        stack[n++] = in;
    for (uint32_t s = 0; s < ns; s++) {
        ir_blk t = ir_succ(f, b, s);
        uint32_t extra = n + 1 + (f->block[t].loop_depth < f->block[b].loop_depth ? LOOP_EXIT_DIST : 0);
        const struct mblock *mt = &m->b[t];
        uint32_t ix = mt->nphi ? pred_index(f, t, b) : 0;

        for (uint32_t i = 0; i < mt->nlivein; i++)
            set_next(m, mt->livein[i], mt->lindist[i] + extra, touched, &nt);
        for (uint32_t k = 0; k < mt->nphi; k++)
            set_next(m, f->phiarg[f->insn[mt->phi[k]].a + ix], extra + 1, touched, &nt);
    }
    for (uint32_t p = n; p-- > 0;) {
        struct mi *in = stack[p];

        for (unsigned i = 0; i < in->nop; i++)
            if (in->o[i].v)
                in->o[i].next = m->v[in->o[i].v].next;
        for (unsigned i = 0; i < in->nsnapop; i++)
            if (in->snapop[i].v)
                in->snapop[i].next = m->v[in->snapop[i].v].next;
        for (unsigned i = 0; i < in->nop; i++)
            if (in->o[i].kind == MOP_DEF && in->o[i].v) {
                m->nlive[m->v[in->o[i].v].cls] -= m->v[in->o[i].v].next != DEAD && m->v[in->o[i].v].kind == VK_NORMAL;
                m->v[in->o[i].v].next = DEAD;
            }
        for (unsigned i = 0; i < in->nsnapop; i++)
            if (in->snapop[i].v)
                set_next(m, in->snapop[i].v, p + SNAP_DIST, touched, &nt);
        for (unsigned i = 0; i < in->nop; i++)
            if (is_use(&in->o[i])) {
                set_next(m, in->o[i].v, p, touched, &nt);
                m->v[in->o[i].v].next = p;
            }
        for (unsigned c = 0; c < RC_COUNT; c++)
            if (m->nlive[c] > mb->pressure[c])
                mb->pressure[c] = m->nlive[c];
    }
    return nt;
}
