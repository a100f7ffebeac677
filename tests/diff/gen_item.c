/* The items of a sequence, and the frame of a program: what generating has in common whatever the guest. */
#include "tests/diff/fault.h"

static const uint64_t ints[] = { 0, 1, 2, 31, 32, 63, 64, 255, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff, UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000), ~UINT64_C(0), ~UINT64_C(0) - 1, UINT64_C(0xffffffff80000000), UINT64_C(0xffffffff00000000), UINT64_C(0x100000000) };

uint64_t special_int(struct gen *g)
{
    switch (below(g, 4)) {
    case 0: return rnd(g);
    case 1: return (uint64_t)((int64_t)rnd(g) >> (rnd(g) & 63));
    default: return ints[below(g, ARRAY_LEN(ints))];
    }
}

void roll_items(struct gen *g, struct item *it, uint32_t n, bool callee)
{
    static const uint8_t spans[] = { 1, 2, 2, 3, 4, 6 };

    for (uint32_t k = 0; k < n; k++) {
        uint32_t d = below(g, 100), o = 0;

        it[k].rng = rnd(g);
        it[k].callee = callee;
        it[k].span = spans[below(g, 6)];
        while (d >= g->isa->odds[o].below)
            o++;
        it[k].kind = g->isa->odds[o].kind;
        if (callee && (it[k].kind == LOOP || it[k].kind == CALL))
            it[k].kind = PLAIN;
        if (it[k].kind == LOOP)
            it[k].span += 2;
    }
    if (g->spec->faults && n && (!callee || below(g, 8) == 0))
        for (uint32_t left = callee ? 1 : 1 + below(g, 3); left--;)
            it[below(g, n)].kind = FAULT;
}

/* The jumps from patch `from` on, among items lo to hi: into a loop, and out of the last item, only to its begin and end. */
static void resolve(struct gen *g, uint32_t from, uint32_t lo, uint32_t hi)
{
    for (uint32_t i = from; i < g->npatch; i++) {
        uint32_t t = g->patch[i].target > hi ? hi : g->patch[i].target;

        if (t < hi && t >= lo && g->clip[t] != UINT32_MAX && g->clip[t] >= lo)
            t = g->clip[t];
        g->isa->patch(g, &g->patch[i], g->start[t]);
    }
    g->npatch = from;
}

static void emit_items(struct gen *g, const struct item *it, uint32_t lo, uint32_t hi)
{
    uint32_t from = g->npatch;

    for (uint32_t k = lo; k < hi; k++) {
        uint32_t end = k + 1 + it[k].span < hi ? k + 1 + it[k].span : hi;

        g->start[k] = g->p->ntext;
        if (g->drop >> ((g->base + k) & 63) & 1)
            continue;
        g->r = it[k].rng;
        if (it[k].kind != LOOP) {
            g->isa->item(g, &it[k], end);
        } else if (end > k + 1 && !g->depth) {
            g->isa->loop(g, it, k, end);
            k = end - 1;
        }
    }
    g->start[hi] = g->p->ntext;
    resolve(g, from, lo, hi);
}

void emit_loop(struct gen *g, const struct item *it, uint32_t k, uint32_t end)
{
    for (uint32_t i = k + 1; i < end; i++)
        g->clip[i] = k;
    g->depth++;
    emit_items(g, it, k + 1, end);
    g->depth--;
}

void emit_all(struct gen *g, const struct item *it, uint32_t n, uint64_t drop, uint32_t base)
{
    g->drop = drop;
    g->base = base;
    for (uint32_t k = 0; k <= n; k++)
        g->clip[k] = UINT32_MAX;
    emit_items(g, it, 0, n);
}

void begin_program(struct gen *g, uint32_t words, uint32_t again, uint32_t scratch)
{
    const struct gen_spec *s = g->spec;
    struct program *p = g->p;

    memset(p, 0, sizeof *p);
    p->guest = s->guest;
    p->text_base = TEXT_BASE;
    p->data_base = DATA_BASE;
    p->nseq = s->n;
    p->pic = s->faults & FAULTS_PIC;
    p->stride = words * 8;
    p->seq = calloc(s->n, sizeof *p->seq);
    g->image = DATA_BASE + ((s->n * p->stride + 63) & ~63u);
    g->scratch = g->image + scratch;
    g->ctl = g->scratch + scratch;
    p->ndata = g->ctl + (s->faults ? fault_bytes(s->n, again) : 0) - DATA_BASE;
    p->data = calloc(1, p->ndata);
    if (!p->seq || !p->data)
        abort();
}
