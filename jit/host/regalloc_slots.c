/* Places in memory for values that lose their register. A phi and its arguments share one where their lives allow it, so that a loop
 * does not copy from slot to slot; a value that came in a pinned register goes to that guest register's home, which is free inside
 * a region. The other slots are shared by values whose live blocks (in layout order) do not overlap. */
#include "jit/host/regalloc_int.h"

#include <string.h>

enum { CLASS_MAX = 32 };        /* members looked at before a class is full */

/* Where a value is defined and last used, per block that matters. */
struct point { ir_blk b; uint32_t pos; };

struct classes {
    struct mir *m;
    struct point *def;          /* by vreg; pos 0: at the block's start */
    uint32_t *next;             /* ring of class members */
    uint32_t *size;             /* by representative */
    int32_t *place;             /* by representative: a fixed place, or 0 */
};

static bool live_into(const struct mir *m, ir_blk b, uint32_t v)
{
    uint32_t g = m->live_id[v];

    return g && (m->live_in[(size_t)b * m->live_words + ((g - 1) >> 6)] >> ((g - 1) & 63) & 1);
}

static bool live_out(const struct mir *m, ir_blk b, uint32_t v)
{
    struct ir_func *f = m->f;

    for (uint32_t i = 0, n = ir_nsucc(f, b); i < n; i++) {
        ir_blk s = ir_succ(f, b, i);
        const struct mblock *ms = &m->b[s];

        if (live_into(m, s, v))
            return true;
        for (uint32_t j = 0; ms->nphi && j < f->block[s].npred; j++)
            for (uint32_t k = 0; f->block[s].pred[j] == b && k < ms->nphi; k++)
                if (f->phiarg[f->insn[ms->phi[k]].a + j] == v)
                    return true;
    }
    return false;
}

static bool reads(const struct mi *in, uint32_t v)
{
    for (unsigned i = 0; i < in->nop; i++)
        if (in->o[i].v == v && in->o[i].kind != MOP_DEF)
            return true;
    for (unsigned i = 0; i < in->nsnapop; i++)
        if (in->snapop[i].v == v)
            return true;
    return false;
}

/* Is v live right behind position pos of block b (or, for pos 0, once the block's phis are defined)? */
static bool live_at(const struct classes *c, uint32_t v, ir_blk b, uint32_t pos)
{
    const struct mir *m = c->m;
    const struct point *d = &c->def[v];
    uint32_t p = 0;

    if (d->b == b ? d->pos > pos : !live_into(m, b, v))
        return false;
    if (live_out(m, b, v))
        return true;
    for (const struct mi *in = m->b[b].head; in; in = in->next)
        if (++p > pos && reads(in, v))
            return true;
    return false;
}

static bool interfere(const struct classes *c, uint32_t v, uint32_t w)
{
    return live_at(c, v, c->def[w].b, c->def[w].pos) || live_at(c, w, c->def[v].b, c->def[v].pos);
}

static uint32_t rep(const struct classes *c, uint32_t v) { return c->m->spill_class[v]; }

/* Makes one class of a's and b's. */
static void join(struct classes *c, uint32_t a, uint32_t b)
{
    uint32_t x;

    c->size[a] += c->size[b];
    if (!c->place[a])
        c->place[a] = c->place[b];
    for (x = c->next[b];; x = c->next[x]) {
        c->m->spill_class[x] = a;
        if (x == b)
            break;
    }
    x = c->next[a];             /* splice the two rings */
    c->next[a] = c->next[b];
    c->next[b] = x;
}

static void unite(struct classes *c, uint32_t v, uint32_t w)
{
    uint32_t a = rep(c, v), b = rep(c, w), x;

    if (a == b || c->size[a] + c->size[b] > CLASS_MAX || (c->place[a] && c->place[b] && c->place[a] != c->place[b]) ||
        c->m->v[v].size != c->m->v[w].size)
        return;
    x = a;
    do {
        uint32_t y = b;

        do {
            if (interfere(c, x, y))
                return;
            y = c->next[y];
        } while (y != b);
        x = c->next[x];
    } while (x != a);
    join(c, a, b);
}

/* One guest register's values at several entries share its home, so what joins one of them must get along with all. (They do with
 * each other: no block is dominated by two entries.) */
static void join_places(struct classes *c)
{
    uint32_t first[MIR_MAXREG], n = 0;

    for (uint32_t v = 1; v < c->m->nv; v++) {
        uint32_t i = 0;

        if (!c->place[v])
            continue;
        while (i < n && c->place[first[i]] != c->place[v])
            i++;
        if (i < n)
            join(c, first[i], v);
        else if (n < MIR_MAXREG)
            first[n++] = v;
        else
            c->place[v] = 0;
    }
}

static bool in_memory(const struct mir *m, uint32_t v) { return m->v[v].spilled && m->v[v].kind == VK_NORMAL; }

static void definitions(struct classes *c)
{
    struct mir *m = c->m;

    for (uint32_t k = 0; k < m->nlayout; k++) {
        ir_blk b = m->layout[k];
        uint32_t p = 0;

        for (uint32_t i = 0; i < m->b[b].nphi; i++)
            c->def[m->b[b].phi[i]] = (struct point){ b, 0 };
        for (const struct mi *in = m->b[b].head; in; in = in->next) {
            p++;
            for (unsigned i = 0; i < in->nop; i++)
                if (in->o[i].kind == MOP_DEF && in->o[i].v && m->v[in->o[i].v].def == in)
                    c->def[in->o[i].v] = (struct point){ b, p };
        }
    }
}

void ra_classes(struct mir *m)
{
    struct arena *a = &m->cc->arena;
    struct classes c = { .m = m };

    m->spill_class = NEWN(a, uint32_t, m->nv + 1);
    c.def = NEWN(a, struct point, m->nv + 1);
    c.next = NEWN(a, uint32_t, m->nv + 1);
    c.size = NEWN(a, uint32_t, m->nv + 1);
    c.place = NEWN(a, int32_t, m->nv + 1);
    for (uint32_t v = 0; v < m->nv; v++) {
        m->spill_class[v] = c.next[v] = v;
        c.size[v] = 1;
        c.place[v] = in_memory(m, v) ? m->v[v].off : 0;
    }
    join_places(&c);
    definitions(&c);
    for (uint32_t k = m->f->nrpo; k-- > 0;) {
        const struct mblock *mb = &m->b[m->f->rpo[k]];

        for (uint32_t i = 0; i < mb->nphi; i++) {
            const struct ir_insn *phi = &m->f->insn[mb->phi[i]];

            for (uint32_t j = 0; in_memory(m, mb->phi[i]) && j < phi->b; j++)
                if (in_memory(m, m->f->phiarg[phi->a + j]))
                    unite(&c, mb->phi[i], m->f->phiarg[phi->a + j]);
        }
    }
    for (uint32_t v = 0; v < m->nv; v++)
        if (c.place[rep(&c, v)] && in_memory(m, v))
            m->v[v].off = c.place[rep(&c, v)];
}

/* ---- slots ---- */

struct span { uint32_t lo, hi; };

static void widen(struct span *s, uint32_t k)
{
    if (k < s->lo)
        s->lo = k;
    if (k > s->hi)
        s->hi = k;
}

/* Blocks, in layout order, between which each class may be needed. */
static void spans(const struct mir *m, struct span *sp)
{
    uint32_t *pos = NEWN(&m->cc->arena, uint32_t, m->f->nblock + 1);
    const uint32_t *cls = m->spill_class;

    for (uint32_t k = 0; k < m->nlayout; k++)
        pos[m->layout[k]] = k;
    for (uint32_t v = 0; v < m->nv; v++)
        sp[v] = (struct span){ UINT32_MAX, 0 };
    for (uint32_t k = 0; k < m->nlayout; k++) {
        const struct mblock *mb = &m->b[m->layout[k]];

        for (uint32_t i = 0; i < mb->nlivein; i++)
            widen(&sp[cls[mb->livein[i]]], k);
        for (uint32_t i = 0; i < mb->nphi; i++) {
            widen(&sp[cls[mb->phi[i]]], k);
            /* one that lives in memory is written in its predecessors */
            for (uint32_t j = 0; j < m->f->block[m->layout[k]].npred; j++)
                widen(&sp[cls[mb->phi[i]]], pos[m->f->block[m->layout[k]].pred[j]]);
        }
        for (const struct mi *in = mb->head; in; in = in->next)
            for (unsigned i = 0; i < in->nop; i++)
                if (in->o[i].v)
                    widen(&sp[cls[in->o[i].v]], k);
    }
}

void ra_slots(struct mir *m)
{
    struct arena *a = &m->cc->arena;
    struct span *sp = NEWN(a, struct span, m->nv + 1);
    uint32_t *start = NEWN(a, uint32_t, m->nlayout + 2), *link = NEWN(a, uint32_t, m->nv + 1), *slot_end = NEWN(a, uint32_t, m->t->nspill + 1);
    uint8_t *queued = NEWN(a, uint8_t, m->nv + 1);

    spans(m, sp);
    for (uint32_t v = 1; v < m->nv; v++) {
        uint32_t r = m->spill_class[v];

        if (!in_memory(m, v) || m->v[v].off || sp[r].lo == UINT32_MAX || queued[r])
            continue;
        queued[r] = 1;
        link[r] = start[sp[r].lo];
        start[sp[r].lo] = r;
    }
    for (uint32_t k = 0; k < m->nlayout; k++)
        for (uint32_t r = start[k]; r; r = link[r]) {
            uint32_t s = 0, wide = m->v[r].size > 8;

            while (s < m->nspill && (slot_end[s] > k || (wide && slot_end[s + 1] > k)))
                s += 1 + wide;
            if (s + wide >= m->t->nspill)
                cc_bail(m->cc, ST_LIMIT, 0, "more than %u values spilled", m->t->nspill);
            if (s + wide >= m->nspill)
                m->nspill = s + wide + 1;
            slot_end[s] = slot_end[s + wide] = sp[r].hi + 1;
            m->v[r].off = m->t->spill_off + (int32_t)s * 8;
        }
    for (uint32_t v = 1; v < m->nv; v++)
        if (in_memory(m, v))
            m->v[v].off = m->v[m->spill_class[v]].off;
}
