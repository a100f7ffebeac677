/* The code cache's maps: which space covers a guest pc, which one a host address. A map is never changed: who adds a space makes a new
 * one and publishes it, so that lookups, those of signal handlers too, take no lock. The old one is freed when nobody can be reading
 * it: at the next change made while all other threads stand. */
#include "jit/cache_int.h"

#include <stdlib.h>
#include <string.h>

/* Not freed at once: somebody may be reading it. Without memory to note it, it stays for good. */
void cache_retire(struct code_cache *c, void *p)
{
    if (c->alone) {
        free(p);
        return;
    }
    if (c->nretired == c->capretired) {
        uint32_t cap = c->capretired ? c->capretired * 2 : 16;
        void **q = reallocarray(c->retired, cap, sizeof *q);
        if (!q)
            return;
        c->retired = q;
        c->capretired = cap;
    }
    c->retired[c->nretired++] = p;
}

void cache_reclaim(struct code_cache *c)
{
    if (!c->alone)
        return;
    while (c->nretired)
        free(c->retired[--c->nretired]);
}

/* ---- making maps ---- */

static struct cache_map *new_map(unsigned nguest, unsigned nhost)
{
    struct cache_map *m = malloc(sizeof *m + (size_t)(nguest + nhost) * sizeof(struct cache_range));

    if (!m)
        return NULL;
    m->nguest = m->nhost = 0;
    m->guest = m->range;
    m->host = m->range + nguest;
    return m;
}

static void publish(struct code_cache *c, struct cache_map *m)
{
    struct cache_map *old = c->map;

    __atomic_store_n(&c->map, m, __ATOMIC_RELEASE);
    if (old)
        cache_retire(c, old);
}

/* Copies n sorted ranges with r in its place, which cuts what it lies over. Room for two more. */
static unsigned insert(struct cache_range *to, const struct cache_range *from, unsigned n, struct cache_range r)
{
    unsigned k = 0;
    bool in = false;

    for (unsigned i = 0; i < n; i++) {
        struct cache_range x = from[i];

        if (!in && x.hi > r.lo) {
            if (x.lo < r.lo)
                to[k++] = (struct cache_range){ x.lo, r.lo, x.s };
            to[k++] = r;
            in = true;
        }
        if (x.lo < r.hi && x.hi > r.lo) {
            if (x.hi > r.hi)
                to[k++] = (struct cache_range){ r.hi, x.hi, x.s };
        } else {
            to[k++] = x;
        }
    }
    if (!in)
        to[k++] = r;
    return k;
}

bool cache_map_add(struct code_cache *c, struct cache_range guest, struct cache_range host)
{
    const struct cache_map none = { 0 }, *old = c->map ? c->map : &none;
    struct cache_map *m = new_map(old->nguest + 2, old->nhost + 2);

    if (!m)
        return false;
    m->nguest = guest.lo < guest.hi ? insert(m->guest, old->guest, old->nguest, guest) : old->nguest;
    if (guest.lo >= guest.hi && old->nguest)
        memcpy(m->guest, old->guest, old->nguest * sizeof *m->guest);
    m->nhost = host.lo < host.hi ? insert(m->host, old->host, old->nhost, host) : old->nhost;
    if (host.lo >= host.hi && old->nhost)
        memcpy(m->host, old->host, old->nhost * sizeof *m->host);
    publish(c, m);
    return true;
}

/* In place: nobody else is there. */
static unsigned without(struct cache_range *r, unsigned n, const struct code_space *s, uint64_t lo, uint64_t hi)
{
    unsigned k = 0;

    for (unsigned i = 0; i < n; i++)
        if (r[i].s != s || r[i].hi <= lo || r[i].lo >= hi)
            r[k++] = r[i];
    return k;
}

void cache_map_drop(struct code_cache *c, const struct code_space *s)
{
    if (!c->map)
        return;
    c->map->nguest = without(c->map->guest, c->map->nguest, s, 0, UINT64_MAX);
    c->map->nhost = without(c->map->host, c->map->nhost, s, 0, UINT64_MAX);
}

void cache_map_drop_host(struct code_cache *c, const struct code_space *s, uint64_t lo, uint64_t hi)
{
    if (c->map)
        c->map->nhost = without(c->map->host, c->map->nhost, s, lo, hi);
}

/* ---- by guest pc ---- */

struct code_space *cache_space(const struct code_cache *c, uint64_t pc)
{
    const struct cache_range *r = cache_range_of(c, pc, false);
    return r ? r->s : NULL;
}

struct code_space *cache_space_part(const struct code_cache *c, uint64_t pc, uint64_t *lo, uint64_t *hi)
{
    const struct cache_map *m = __atomic_load_n(&c->map, __ATOMIC_ACQUIRE);
    unsigned i = 0;

    for (unsigned end = m ? m->nguest : 0; i < end;) {      /* the first that ends above pc */
        unsigned mid = i + (end - i) / 2;
        if (m->guest[mid].hi > pc)
            end = mid;
        else
            i = mid + 1;
    }
    if (m && i > 0 && m->guest[i - 1].hi > *lo)
        *lo = m->guest[i - 1].hi;
    if (!m || i == m->nguest)
        return NULL;
    bool in = m->guest[i].lo <= pc;
    uint64_t end = in ? m->guest[i].hi : m->guest[i].lo;
    if (end < *hi)
        *hi = end;
    if (in && m->guest[i].lo > *lo)
        *lo = m->guest[i].lo;
    return in ? m->guest[i].s : NULL;
}

/* ---- by host pc ---- */

struct code_space *cache_space_of_host(const struct code_cache *c, const void *p)
{
    const struct cache_range *r = cache_range_of(c, (uint64_t)(uintptr_t)p, true);
    return r ? r->s : NULL;
}

const struct cache_jit *cache_jit_at(const struct code_space *s, uint32_t off)
{
    uint32_t lo = 0, hi = __atomic_load_n(&s->njit, __ATOMIC_ACQUIRE);
    const struct cache_jit *jit = __atomic_load_n(&s->jit, __ATOMIC_ACQUIRE);   /* no older than the count */

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (jit[mid].off <= off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo && off - jit[lo - 1].off < jit[lo - 1].len ? &jit[lo - 1] : NULL;
}

bool cache_at(const struct code_cache *c, uint64_t host_pc, struct cache_place *out)
{
    const struct cache_range *r = cache_range_of(c, host_pc, true);

    if (!r)
        return false;
    const struct code_space *s = r->s;
    uint64_t off = host_pc - (uint64_t)(uintptr_t)s->text;
    if (s->rx && r->lo == (uint64_t)(uintptr_t)s->rx) {
        const struct cache_jit *j = cache_jit_at(s, (uint32_t)(host_pc - r->lo));
        if (j)
            *out = (struct cache_place){ j->pc, (uint32_t)(host_pc - r->lo) - j->off, s->rx + j->off, j->len, j->snap, j->nsnap, 0,
                                         true };
        return j;
    }
    if (!s->im || off >= s->text_len)
        return false;
    const struct image_region *g = image_region_at(s->im, off);
    if (g)
        *out = (struct cache_place){ g->pc + s->base, (uint32_t)off - g->off, s->text + g->off, g->len,
                                     image_region_snap(s->im, g), g->snap_len, s->base, false };
    return g;
}

bool cache_each_entry(const struct image *im, const struct image_region *r, bool (*fn)(void *, const struct image_entry *), void *arg)
{
    uint32_t n;
    const struct image_span *span = image_region_reads(im, r, &n);

    for (uint32_t k = 0; k < n; k++)
        for (uint64_t i = image_entry_index(im, span[k].lo); i < im->nentry && im->entry[i].pc < span[k].hi; i++)
            if (im->entry[i].off - r->off < r->len && im->entry[i].off < im->h.section[IS_CODE].size && fn(arg, &im->entry[i]))
                return true;
    return false;
}

struct find_off { uint64_t off, pc; };

static bool is_off(void *arg, const struct image_entry *e)
{
    struct find_off *f = arg;

    f->pc = e->pc;
    return e->off == f->off;
}

bool cache_entry_at(const struct code_cache *c, uint64_t host_pc, uint64_t *pc)
{
    const struct cache_range *r = cache_range_of(c, host_pc, true);

    if (!r)
        return false;
    const struct code_space *s = r->s;
    if (s->rx && r->lo == (uint64_t)(uintptr_t)s->rx) {
        const struct cache_jit *j = cache_jit_at(s, (uint32_t)(host_pc - r->lo));

        for (uint32_t k = 0; j && k < j->nentry; k++)
            if (j->entry[k].off == host_pc - r->lo) {
                *pc = j->entry[k].pc;
                return true;
            }
        return false;
    }
    struct find_off f = { .off = host_pc - (uint64_t)(uintptr_t)s->text };
    const struct image_region *g = s->im && f.off < s->text_len ? image_region_at(s->im, f.off) : NULL;
    if (!g || !cache_each_entry(s->im, g, is_off, &f))
        return false;
    *pc = f.pc + s->base;
    return true;
}

/* ---- apart ---- */

uint32_t cache_reads_at(const struct code_cache *c, uint64_t host_pc, struct gspan *out, uint32_t max)
{
    const struct cache_range *r = cache_range_of(c, host_pc, true);
    uint32_t n = 0, have = 0;

    if (!r)
        return 0;
    const struct code_space *s = r->s;
    if (s->rx && r->lo == (uint64_t)(uintptr_t)s->rx) {
        const struct cache_jit *j = cache_jit_at(s, (uint32_t)(host_pc - r->lo));
        for (; j && n < j->nread && n < max; n++)
            out[n] = j->read[n];
        return n;
    }
    uint64_t off = host_pc - (uint64_t)(uintptr_t)s->text;
    const struct image_region *g = s->im && off < s->text_len ? image_region_at(s->im, off) : NULL;
    const struct image_span *span = g ? image_region_reads(s->im, g, &have) : NULL;
    for (; n < have && n < max; n++)
        out[n] = (struct gspan){ span[n].lo + s->base, span[n].hi + s->base };
    return n;
}
