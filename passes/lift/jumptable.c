/* Symbolic values for the recognition of jump tables. */
#include "passes/lift/jumptable.h"

#include <string.h>

struct jt_sym jt_fresh(struct jt_state *st)
{
    st->ids++;
    return (struct jt_sym){ .kind = JT_ANY, .id = st->ids, .lid = st->ids };
}

struct jt_sym jt_const(struct jt_state *st, uint64_t v, bool pcrel)
{
    struct jt_sym r = jt_fresh(st);

    r.kind = JT_CONST, r.base = v, r.pcrel = pcrel;
    return r;
}

void jt_init(struct jt_state *st, uint8_t zero)
{
    memset(st, 0, sizeof *st);
    st->zero = zero;
    for (unsigned i = 0; i < ARRAY_LEN(st->r); i++)
        st->r[i] = i == zero ? jt_const(st, 0, false) : jt_fresh(st);
}

bool jt_plain(const struct jt_sym *v)
{
    return v->kind == JT_CONST && !v->pcrel && !v->from;
}

/* Sum of two values, either order. */
struct jt_sym jt_sum(struct jt_state *st, struct jt_sym a, struct jt_sym b)
{
    struct jt_sym r = b;
    bool twice;

    if (a.kind != JT_CONST && b.kind == JT_CONST)
        return jt_sum(st, b, a);
    twice = (a.pcrel && b.pcrel) || (a.from && b.from);
    if (a.kind != JT_CONST || (b.kind != JT_ENTRY && twice))
        return jt_fresh(st);
    r.id = r.lid = ++st->ids;
    switch (b.kind) {
    case JT_CONST: case JT_ADDR:
        r.base = a.base + b.base;
        r.pcrel = a.pcrel || b.pcrel;
        r.from = a.from | b.from;
        return r;
    case JT_INDEX:
        r.kind = JT_ADDR, r.base = a.base, r.pcrel = a.pcrel, r.from = a.from;
        return b.wild ? jt_fresh(st) : r;
    case JT_ENTRY:
        r.kind = JT_TARGET, r.base = a.base, r.pcrel = a.pcrel && b.pcrel, r.from = a.from | b.from;
        return a.from && b.from && a.from != b.from ? jt_fresh(st) : r;
    default: return jt_fresh(st);
    }
}

struct jt_sym jt_bounded(struct jt_state *st, unsigned rd, uint32_t at, uint32_t count, bool loose)
{
    struct jt_sym r = jt_fresh(st);

    r.kind = JT_INDEX, r.reg = (uint8_t)rd, r.at = at + 1, r.count = count, r.loose = loose, r.zx = true;
    return r;
}

struct jt_sym jt_loaded(struct jt_state *st, struct jt_sym a, unsigned log2, bool sext)
{
    if (a.kind != JT_ADDR || a.shift != log2)
        return jt_fresh(st);
    a.kind = JT_ENTRY, a.table = a.base, a.base = 0, a.shift = 0;
    a.size = (uint8_t)(1u << log2), a.sext = sext;
    a.id = a.lid = ++st->ids;
    return a;
}

static bool may_be_index(const struct jt_sym *v)
{
    return (v->kind == JT_ANY || v->kind == JT_INDEX) && v->shift == 0;
}

void jt_below(struct jt_state *st, struct jt_sym v, uint64_t count, bool wide)
{
    if (count == 0 || count > UINT32_MAX / 2 || !may_be_index(&v))
        return;
    for (unsigned i = 0; i < ARRAY_LEN(st->r); i++) {
        struct jt_sym *s = &st->r[i];
        bool same = wide ? s->id == v.id : s->lid == v.lid && s->zx;

        if (!may_be_index(s) || (!same && s->lid != v.lid))
            continue;
        s->kind = JT_INDEX;
        s->wild = !same;
        s->count = (uint32_t)count;
        s->loose = false;
    }
}

void jt_start_block(struct jt_state *st, uint32_t first)
{
    for (unsigned i = 0; i < ARRAY_LEN(st->r); i++) {
        struct jt_sym *s = &st->r[i];

        if (i == st->zero)
            continue;
        if (s->kind == JT_CONST)
            s->from = (uint8_t)(i + 1);
        else if (s->kind == JT_INDEX && s->shift == 0)
            s->reg = (uint8_t)i, s->at = first, s->low = s->wild;
        else
            *s = jt_fresh(st);
    }
    memcpy(st->start, st->r, sizeof st->start);
}

void jt_fill(const struct jt_state *st, const struct jt_sym *v, unsigned slot, struct guest_jumptable *jt)
{
    *jt = (struct guest_jumptable){
        .table = v->table, .relbase = v->kind == JT_TARGET ? v->base : 0, .count = v->count, .size = v->size, .shift = v->shift,
        .sext = v->sext, .loose = v->loose, .pcrel = v->pcrel, .low = v->low, .index_slot = (uint16_t)(slot + v->reg),
        .index_at = v->at,
    };
    if (v->from) {
        jt->guarded = true;
        jt->base_slot = (uint16_t)(slot + v->from - 1u);
        jt->base_value = st->start[v->from - 1].base;
    }
}
