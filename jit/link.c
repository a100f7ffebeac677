/* Layout of regions into one host text. */
#include "jit/link.h"

#include "jit/host/host.h"

#include <stdlib.h>
#include <string.h>

struct lreg { struct linked_region r; struct code_reloc *rel; uint32_t nrel; };
struct lent { struct code_entry e; uint32_t region; };

struct linker {
    const struct guest *g;
    const struct host *h;
    uint8_t *text; uint64_t len, cap;
    struct lreg *reg; uint32_t nreg, capreg;
    struct lent *ent; uint32_t nent, capent;
    uint8_t *snap; uint64_t nsnap, capsnap;
    struct gspan *read; uint32_t nread, capread;
    uint64_t features;
    uint64_t nrel;
};

enum { REGION_ALIGN = 16, MISS_STUB_MAX = 32, TEXT_MAX = 0x70000000 };

struct linker *linker_new(const struct guest *g, enum host_isa isa)
{
    const struct host *h = host_of(isa);
    struct linker *lk = h ? calloc(1, sizeof *lk) : NULL;
    uint8_t stub[16];

    if (!lk)
        return NULL;
    lk->g = g;
    lk->h = h;
    lk->cap = 1 << 16;
    lk->text = malloc(lk->cap);
    if (!lk->text) {
        free(lk);
        return NULL;
    }
    lk->len = h->miss_entry(stub);
    memcpy(lk->text, stub, lk->len);
    return lk;
}

static bool grow(void *pp, uint64_t *cap, uint64_t need, size_t size)
{
    void **p = pp, *q;
    uint64_t c = *cap ? *cap : 64;

    if (need <= *cap)
        return true;
    while (c < need)
        c *= 2;
    q = realloc(*p, c * size);
    if (!q)
        return false;
    *p = q;
    *cap = c;
    return true;
}

static bool grow32(void *pp, uint32_t *cap, uint32_t need, size_t size)
{
    uint64_t c = *cap;
    bool ok = grow(pp, &c, need, size);

    *cap = (uint32_t)c;
    return ok;
}

static bool append(struct linker *lk, const void *p, uint64_t n)
{
    if (!grow(&lk->text, &lk->cap, lk->len + n, 1))
        return false;
    if (p)
        memcpy(lk->text + lk->len, p, n);
    else
        memset(lk->text + lk->len, lk->h->fill, n);
    lk->len += n;
    return true;
}

enum status linker_add(struct linker *lk, const struct code *c, uint64_t pc, uint64_t read_hash, struct diag *d)
{
    struct lreg *r;

    if (!append(lk, NULL, -lk->len % REGION_ALIGN) || !grow32(&lk->reg, &lk->capreg, lk->nreg + 1, sizeof *lk->reg) ||
        !grow32(&lk->ent, &lk->capent, lk->nent + c->nentry, sizeof *lk->ent) || !grow(&lk->snap, &lk->capsnap, lk->nsnap + c->nsnap, 1) ||
        !grow32(&lk->read, &lk->capread, lk->nread + c->info.nread, sizeof *lk->read))
        return fail(d, ST_NOMEM, pc, "no memory for the code of region 0x%llx", (unsigned long long)pc);
    r = &lk->reg[lk->nreg];
    r->r = (struct linked_region){ .pc = pc, .read_hash = read_hash, .off = (uint32_t)lk->len, .len = c->len,
                                   .snap_off = (uint32_t)lk->nsnap, .snap_len = c->nsnap, .read_first = lk->nread,
                                   .nread = c->info.nread };
    r->rel = malloc((c->nrel + 1u) * sizeof *r->rel);
    if (!r->rel || lk->len + c->len > TEXT_MAX || !append(lk, c->text, c->len)) {
        free(r->rel);
        return fail(d, lk->len > TEXT_MAX / 2 ? ST_LIMIT : ST_NOMEM, pc, "host text too large at region 0x%llx", (unsigned long long)pc);
    }
    if (c->nrel)
        memcpy(r->rel, c->rel, c->nrel * sizeof *r->rel);
    r->nrel = c->nrel;
    lk->nrel += c->nrel;
    for (uint32_t i = 0; i < c->nentry; i++) {
        struct lent *e = &lk->ent[lk->nent++];

        e->e = c->entry[i];
        e->e.off += r->r.off;
        e->region = lk->nreg;
    }
    if (c->nsnap)
        memcpy(lk->snap + lk->nsnap, c->snap, c->nsnap);
    lk->nsnap += c->nsnap;
    if (c->info.nread)
        memcpy(lk->read + lk->nread, c->info.read, c->info.nread * sizeof *lk->read);
    lk->nread += c->info.nread;
    lk->features |= c->features;
    lk->nreg++;
    return ST_OK;
}

uint64_t linker_text_size(const struct linker *lk) { return lk->len + lk->nrel * MISS_STUB_MAX + 64; }

/* By pc; of several, a region's own start first, then the earlier region: the rest are dropped. */
static int by_pc(const void *a, const void *b, void *arg)
{
    const struct lent *x = a, *y = b;
    const struct linker *lk = arg;
    bool xs, ys;

    if (x->e.pc != y->e.pc)
        return x->e.pc < y->e.pc ? -1 : 1;
    xs = lk->reg[x->region].r.pc == x->e.pc;
    ys = lk->reg[y->region].r.pc == y->e.pc;
    if (xs != ys)
        return xs ? -1 : 1;
    return x->region < y->region ? -1 : x->region > y->region;
}

static void sort_entries(struct linker *lk)
{
    uint32_t n = 0;

    qsort_r(lk->ent, lk->nent, sizeof *lk->ent, by_pc, lk);
    for (uint32_t i = 0; i < lk->nent; i++)
        if (!n || lk->ent[n - 1].e.pc != lk->ent[i].e.pc)
            lk->ent[n++] = lk->ent[i];
    lk->nent = n;
}

static const struct code_entry *find(const struct linker *lk, uint64_t pc)
{
    uint32_t lo = 0, hi = lk->nent;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (lk->ent[mid].e.pc < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < lk->nent && lk->ent[lo].e.pc == pc ? &lk->ent[lo].e : NULL;
}

/* Stubs for known targets without code: one a pc. */
struct misses { struct miss { uint64_t pc; uint32_t off; } *m; uint32_t n, cap; };

static bool miss_stub(struct linker *lk, struct misses *ms, const struct link_layout *lay, uint64_t pc, uint32_t *off)
{
    uint8_t code[32];
    uint32_t field, len;

    for (uint32_t i = ms->n; i-- > 0 && i + 64 > ms->n;)
        if (ms->m[i].pc == pc) {
            *off = ms->m[i].off;
            return true;
        }
    len = lk->h->miss_stub(code, pc, lay->pic, &field);
    *off = (uint32_t)lk->len;
    if (field != UINT32_MAX) {
        int32_t v = (int32_t)(lay->guest_dist + (int64_t)pc - ((int64_t)lk->len + field + 4));

        lk->h->fill_field(code + field, REL_GUEST, v);
    }
    if (!grow32(&ms->m, &ms->cap, ms->n + 1, sizeof *ms->m) || !append(lk, code, len))
        return false;
    ms->m[ms->n++] = (struct miss){ pc, *off };
    return true;
}

enum status link_reloc_value(const struct link_layout *lay, const struct code_reloc *rel, int64_t at, int32_t *out, struct diag *d)
{
    int64_t v, here = at + 4;

    switch (rel->kind) {
    case REL_GUEST: v = lay->guest_dist + (int64_t)rel->pc + rel->addend - here; break;
    case REL_GUEST_TEXT: v = lay->guest_dist + (int64_t)lay->guest_lo - here; break;
    case REL_GUEST_TEXT_NEG: v = -(int64_t)lay->guest_lo; break;
    case REL_TABLE: v = lay->table_dist; break;
    case REL_TEXT: v = -here; break;
    case REL_TABLE_SIZE: v = (int64_t)((lay->guest_hi - lay->guest_lo) / lay->insn_align); break;
    default: return fail(d, ST_BUG, rel->pc, "relocation kind %u", rel->kind);
    }
    *out = (int32_t)v;
    if (v != *out)
        return fail(d, ST_LIMIT, rel->pc, "relocation kind %u does not reach: distance %lld", rel->kind, (long long)v);
    return ST_OK;
}

static enum status apply(struct linker *lk, struct misses *ms, const struct link_layout *lay, const struct lreg *r,
                         const struct code_reloc *rel, struct diag *d)
{
    uint64_t at = (uint64_t)r->r.off + rel->off;
    enum status st = ST_OK;
    uint32_t off = 0;
    int32_t w = 0;

    if (rel->kind == REL_ENTRY || rel->kind == REL_CALL) {
        const struct code_entry *e = find(lk, rel->pc);

        if (e)
            off = e->off;
        else if (!miss_stub(lk, ms, lay, rel->pc, &off))
            return fail(d, ST_NOMEM, rel->pc, "no memory for a miss stub");
        w = (int32_t)((int64_t)off - (int64_t)at - 4);          /* text is at most TEXT_MAX long */
    } else {
        st = link_reloc_value(lay, rel, (int64_t)at, &w, d);
    }
    if (st == ST_OK && !lk->h->fill_field(lk->text + at, rel->kind, w))
        return fail(d, ST_LIMIT, rel->pc, "relocation kind %u does not reach: distance %d", rel->kind, w);
    return st;
}

static enum status make_table(struct linker *lk, const struct link_layout *lay, struct linked *out, struct diag *d)
{
    out->guest_lo = lay->guest_lo;
    out->guest_hi = lay->guest_hi;
    out->ntable = (lay->guest_hi - lay->guest_lo) / lay->insn_align;
    out->table = calloc(out->ntable + 1, sizeof *out->table);
    out->entry = malloc((lk->nent + 1) * sizeof *out->entry);
    out->region = malloc((lk->nreg + 1) * sizeof *out->region);
    if (!out->table || !out->entry || !out->region)
        return fail(d, ST_NOMEM, 0, "no memory for the entry table");
    for (uint32_t i = 0; i < lk->nent; i++) {
        const struct code_entry *e = &lk->ent[i].e;

        out->entry[i] = *e;
        if (e->pc >= lay->guest_lo && e->pc < lay->guest_hi && (e->pc - lay->guest_lo) % lay->insn_align == 0)
            out->table[(e->pc - lay->guest_lo) / lay->insn_align] = (int32_t)e->off;
    }
    out->nentry = lk->nent;
    for (uint32_t i = 0; i < lk->nreg; i++)
        out->region[i] = lk->reg[i].r;
    out->nregion = lk->nreg;
    return ST_OK;
}

enum status linker_finish(struct linker *lk, const struct link_layout *lay, struct linked *out, struct diag *d)
{
    struct misses ms = { 0 };
    enum status st = ST_OK;

    memset(out, 0, sizeof *out);
    sort_entries(lk);
    for (uint32_t i = 0; st == ST_OK && i < lk->nreg; i++)
        for (uint32_t k = 0; st == ST_OK && k < lk->reg[i].nrel; k++)
            st = apply(lk, &ms, lay, &lk->reg[i], &lk->reg[i].rel[k], d);
    free(ms.m);
    if (st == ST_OK)
        st = make_table(lk, lay, out, d);
    if (st != ST_OK) {
        linked_free(out);
        return st;
    }
    out->text = lk->text;
    out->len = lk->len;
    out->snap = lk->snap;
    out->nsnap = lk->nsnap;
    out->read = lk->read;
    out->nread = lk->nread;
    out->features = lk->features;
    lk->text = lk->snap = NULL;
    lk->read = NULL;
    lk->cap = lk->capsnap = lk->capread = 0;
    return ST_OK;
}

void linker_free(struct linker *lk)
{
    if (!lk)
        return;
    for (uint32_t i = 0; i < lk->nreg; i++)
        free(lk->reg[i].rel);
    free(lk->reg);
    free(lk->ent);
    free(lk->text);
    free(lk->snap);
    free(lk->read);
    free(lk);
}

void linked_free(struct linked *l)
{
    free(l->text);
    free(l->table);
    free(l->entry);
    free(l->region);
    free(l->snap);
    free(l->read);
    memset(l, 0, sizeof *l);
}
