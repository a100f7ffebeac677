/* The code cache when guest code changes: what of it goes, and what is put aside while its guest code may not run. */
#include "jit/cache_int.h"

#include "formats/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool overlaps(uint64_t alo, uint64_t ahi, uint64_t lo, uint64_t hi) { return alo < hi && lo < ahi; }

static bool reads(const struct cache_jit *j, uint64_t lo, uint64_t hi)
{
    bool hit = false;

    for (uint32_t i = 0; i < j->nread && !hit; i++)
        hit = overlaps(j->read[i].lo, j->read[i].hi, lo, hi);
    return hit;
}

void cache_withdraw(struct code_cache *c, struct code_space *s, struct cache_jit *j)
{
    for (uint32_t i = 0; i < j->nentry; i++)
        cache_clear_entry(c, s, j->entry[i].pc, (int32_t)(s->rx + j->entry[i].off - s->text));
}

static void kill_jit(struct code_cache *c, struct code_space *s, struct cache_jit *j)
{
    j->dead = true;
    if (!j->asleep)
        cache_withdraw(c, s, j);
    j->asleep = false;
}

/* Calls fn for the regions compiled into s from guest bytes in [lo, hi), those of them that are not dead. Returns how often it said yes. */
static unsigned each_region(struct code_cache *c, struct code_space *s, uint64_t lo, uint64_t hi,
                            bool (*fn)(struct code_cache *c, struct code_space *s, struct cache_jit *j, void *arg), void *arg)
{
    unsigned n = 0;

    if (!overlaps(s->read_lo, s->read_hi, lo, hi))
        return 0;
    for (uint32_t k = 0; k < s->njit; k++)
        if (!s->jit[k].dead && reads(&s->jit[k], lo, hi))
            n += fn(c, s, &s->jit[k], arg);
    return n;
}

static unsigned changed(struct code_cache *c, unsigned n)
{
    if (n)
        c->generation++;
    return n;
}

static bool kill_it(struct code_cache *c, struct code_space *s, struct cache_jit *j, void *arg)
{
    (void)arg;
    kill_jit(c, s, j);
    return true;
}

unsigned cache_invalidate(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    unsigned n = 0;

    assert(c->alone);
    cache_reclaim(c);
    for (unsigned i = 0; i < c->n; i++) {
        struct code_space *s = c->space[i];

        n += each_region(c, s, lo, hi, kill_it, NULL);
        if (s->im && s->text_len && overlaps(s->mod_lo, s->mod_hi, lo, hi))
            n += cache_kill_image_regions(c, s, lo, hi);
    }
    c->stats.invalidated += n;
    return changed(c, n);
}

bool cache_hash_spans(const struct code_cache *c, const struct gspan *span, uint32_t n, const struct gcode *seen, uint64_t *out)
{
    uint64_t total = 0, at = 0;
    bool ok = true;

    for (uint32_t i = 0; i < n; i++)
        total += span[i].hi - span[i].lo;
    uint8_t *buf = malloc(total ? total : 1);
    for (uint32_t i = 0; i < n && buf && ok; i++) {
        uint64_t len = span[i].hi - span[i].lo;

        if (seen && span[i].lo >= seen->base && span[i].hi <= seen->base + seen->len)
            memcpy(buf + at, seen->bytes + (span[i].lo - seen->base), len);
        else
            ok = c->read(c->arg, buf + at, span[i].lo, len);
        at += len;
    }
    if (buf && ok)
        *out = hash64(buf, total);
    free(buf);
    return buf && ok;
}

static bool same_bytes(const struct code_cache *c, const struct cache_jit *j)
{
    uint64_t hash;

    return cache_hash_spans(c, j->read, j->nread, NULL, &hash) && hash == j->read_hash;
}

static bool recheck(struct code_cache *c, struct code_space *s, struct cache_jit *j, void *arg)
{
    (void)arg;
    if (j->asleep || same_bytes(c, j))
        return false;
    kill_jit(c, s, j);
    return true;
}

unsigned cache_recheck(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    unsigned n = 0;

    assert(c->alone);
    cache_reclaim(c);
    for (unsigned i = 0; i < c->n; i++)
        if (!c->space[i]->fixed)
            n += each_region(c, c->space[i], lo, hi, recheck, NULL);
    c->stats.invalidated += n;
    return changed(c, n);
}

static bool put_aside(struct code_cache *c, struct code_space *s, struct cache_jit *j, void *arg)
{
    (void)arg;
    if (j->asleep)
        return false;
    cache_withdraw(c, s, j);
    j->asleep = true;
    return true;
}

unsigned cache_suspend(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    unsigned n = 0;

    assert(c->alone);
    cache_reclaim(c);
    for (unsigned i = 0; i < c->n; i++)
        if (!c->space[i]->fixed && !c->space[i]->im)
            n += each_region(c, c->space[i], lo, hi, put_aside, NULL);
    return changed(c, n);
}

struct wake { bool (*may_run)(void *arg, uint64_t lo, uint64_t hi); unsigned gone; };

static bool wake(struct code_cache *c, struct code_space *s, struct cache_jit *j, void *arg)
{
    struct wake *w = arg;

    if (!j->asleep)
        return false;
    for (uint32_t i = 0; i < j->nread; i++)
        if (!w->may_run(c->arg, j->read[i].lo, j->read[i].hi))
            return false;
    if (same_bytes(c, j)) {
        j->asleep = false;
        cache_publish(c, s, j);
    } else {
        kill_jit(c, s, j);
        w->gone++;
    }
    return true;
}

unsigned cache_resume(struct code_cache *c, uint64_t lo, uint64_t hi, bool (*may_run)(void *arg, uint64_t lo, uint64_t hi))
{
    struct wake w = { may_run, 0 };
    unsigned n = 0;

    assert(c->alone);
    for (unsigned i = 0; i < c->n; i++)
        if (!c->space[i]->fixed && !c->space[i]->im)
            n += each_region(c, c->space[i], lo, hi, wake, &w);
    c->stats.invalidated += w.gone;
    return n;
}

void cache_each_span(const struct code_cache *c, uint64_t lo, uint64_t hi, void (*fn)(void *arg, uint64_t lo, uint64_t hi), void *arg)
{
    for (unsigned i = 0; i < c->n; i++) {
        const struct code_space *s = c->space[i];

        for (uint32_t k = 0; k < s->njit && overlaps(s->read_lo, s->read_hi, lo, hi); k++)
            for (uint32_t m = 0; m < s->jit[k].nread && !s->jit[k].dead; m++)
                if (overlaps(s->jit[k].read[m].lo, s->jit[k].read[m].hi, lo, hi))
                    fn(arg, s->jit[k].read[m].lo, s->jit[k].read[m].hi);
    }
}

void cache_set_writable(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    for (unsigned i = 0; i < c->n; i++)
        if (overlaps(c->space[i]->lo, c->space[i]->hi, lo, hi))
            c->space[i]->fixed = false;
}
