/* The code cache: spaces, lookup by host pc, invalidation. Code compiled here is cache_jit.c. */
#include "jit/cache_int.h"

#include "formats/hash.h"
#include "jit/host/patch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

struct code_cache *cache_new(const struct guest *g, bool (*read)(void *, void *, uint64_t, size_t), void *arg)
{
    struct code_cache *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    c->g = g;
    c->shift = (unsigned)__builtin_ctz(g->insn_align);
    c->read = read;
    c->arg = arg;
    c->arena_max = CACHE_ARENA;
    return c;
}

static struct code_space *new_space(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    struct code_space *s = c->n < CACHE_SPACES ? calloc(1, sizeof *s) : NULL;

    if (!s)
        return NULL;
    s->lo = lo;
    s->hi = hi;
    c->space[c->n++] = s;
    return s;
}

struct code_space *cache_add_image(struct code_cache *c, struct image *im, uint64_t base, uint64_t lo, uint64_t hi)
{
    struct code_space *s = new_space(c, base + im->h.guest_lo, base + im->h.guest_hi);
    struct diag d;

    if (!s)
        return NULL;
    s->im = im;
    s->base = base;
    s->mod_lo = lo;
    s->mod_hi = hi;
    s->pic = im->h.flags & IMAGE_PIC;
    s->fixed = true;
    s->table = s->look = (int32_t *)im->base;
    s->text = image_text(im);
    s->text_len = im->h.section[IS_CODE].size;
    if (c->apart && cache_make_apart(c, s, &d) != ST_OK) {
        free(s);
        c->n--;
        return NULL;
    }
    return s;
}

void cache_give_room(struct code_space *s, uint64_t at, uint64_t size)
{
    s->room_at = at;
    s->room = size;
}

static uint64_t table_size(const struct code_cache *c, uint64_t n)
{
    return ((n >> c->shift) * sizeof(int32_t) + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

uint64_t cache_space_size(const struct code_cache *c, uint64_t n)
{
    uint64_t arena = n * 16 < CACHE_ARENA ? n * 16 : CACHE_ARENA;

    return table_size(c, n) + (arena < 1 << 20 ? 1 << 20 : arena & ~(uint64_t)(PAGE - 1));
}

enum status cache_add_space(struct code_cache *c, uint64_t lo, uint64_t hi, uint64_t at, uint64_t size, bool pic,
                            struct code_space **out, struct diag *d)
{
    uint64_t table = table_size(c, hi - lo);

    if (size < table + PAGE || c->n == CACHE_SPACES)
        return fail(d, ST_LIMIT, lo, "no room for code of guest text at %#llx", (unsigned long long)lo);
    void *p = mmap((void *)(uintptr_t)at, table, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    struct code_space *s = p == (void *)(uintptr_t)at ? new_space(c, lo, hi) : NULL;
    if (!s) {
        if (p != MAP_FAILED)
            munmap(p, table);
        return fail(d, ST_NOMEM, lo, "no memory for the table of guest text at %#llx", (unsigned long long)lo);
    }
    s->table = s->look = p;
    s->table_private = true;
    s->pic = pic;
    s->text = (uint8_t *)(uintptr_t)(at + table);
    cache_give_room(s, at + table, size - table);
    enum status st = c->apart ? cache_make_apart(c, s, d) : ST_OK;
    if (st != ST_OK) {
        munmap(p, table);
        free(s);
        c->n--;
        return st;
    }
    *out = s;
    return ST_OK;
}

struct code_space *cache_space(const struct code_cache *c, uint64_t pc)
{
    for (unsigned i = 0; i < c->n; i++)
        if (pc - c->space[i]->lo < c->space[i]->hi - c->space[i]->lo)
            return c->space[i];
    return NULL;
}

/* ---- by host pc ---- */

const struct cache_jit *cache_jit_at(const struct code_space *s, uint32_t off)
{
    uint32_t lo = 0, hi = s->njit;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (s->jit[mid].off <= off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo && off - s->jit[lo - 1].off < s->jit[lo - 1].len ? &s->jit[lo - 1] : NULL;
}

bool cache_at(const struct code_cache *c, uint64_t host_pc, struct cache_place *out)
{
    for (unsigned i = 0; i < c->n; i++) {
        const struct code_space *s = c->space[i];
        uint64_t off = host_pc - (uint64_t)(uintptr_t)s->rx;

        if (s->rx && off < s->used) {
            const struct cache_jit *j = cache_jit_at(s, (uint32_t)off);
            if (!j)
                return false;
            *out = (struct cache_place){ j->pc, (uint32_t)off - j->off, s->rx + j->off, j->len, j->snap, j->nsnap, 0, true };
            return true;
        }
        off = host_pc - (uint64_t)(uintptr_t)s->text;
        if (s->im && off < s->text_len) {
            const struct image_region *r = image_region_at(s->im, off);
            if (!r)
                return false;
            *out = (struct cache_place){ r->pc + s->base, (uint32_t)off - r->off, s->text + r->off, r->len,
                                         image_region_snap(s->im, r), r->snap_len, s->base, false };
            return true;
        }
    }
    return false;
}

/* Calls fn for each entry of an image's region, until it returns true. */
static bool each_entry(const struct image *im, const struct image_region *r, bool (*fn)(void *, const struct image_entry *),
                       void *arg)
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
    for (unsigned i = 0; i < c->n; i++) {
        const struct code_space *s = c->space[i];
        uint64_t off = host_pc - (uint64_t)(uintptr_t)s->rx;

        if (s->rx && off < s->used) {
            const struct cache_jit *j = cache_jit_at(s, (uint32_t)off);

            for (uint32_t k = 0; j && k < j->nentry; k++)
                if (j->entry[k].off == off) {
                    *pc = j->entry[k].pc;
                    return true;
                }
            return false;
        }
        off = host_pc - (uint64_t)(uintptr_t)s->text;
        if (s->im && off < s->text_len) {
            const struct image_region *r = image_region_at(s->im, off);
            struct find_off f = { .off = off };

            if (!r || !each_entry(s->im, r, is_off, &f))
                return false;
            *pc = f.pc + s->base;
            return true;
        }
    }
    return false;
}

/* ---- taking code away ---- */

bool cache_own_table(struct code_space *s)
{
    uint64_t size = (uint64_t)((const uint8_t *)s->text - (const uint8_t *)s->table);

    if (!s->table_private && s->im)
        image_need(s->im, s->table, size);
    if (!s->table_private)              /* a private mapping of the file: the kernel copies the pages that are written */
        s->table_private = mprotect(s->table, size & ~(uint64_t)(PAGE - 1), PROT_READ | PROT_WRITE) == 0;
    return s->table_private;
}

void cache_clear_entry(struct code_cache *c, struct code_space *s, uint64_t pc, int32_t from)
{
    uint32_t *e = cache_entry_slot(c, s, pc);

    if (e && *e == (uint32_t)from && cache_own_table(s))
        __atomic_store_n(e, 0, __ATOMIC_RELEASE);
    cache_unlink(s, pc);
}

/* Writes a trap at text offset off of an image: into a private copy of its page, which then takes the page's place. */
static bool trap_at(struct code_space *s, uint64_t off)
{
    uint8_t *page = (uint8_t *)((uintptr_t)(s->text + off) & ~(uintptr_t)(PAGE - 1));
    uint8_t *copy = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (copy == MAP_FAILED)
        return false;
    memcpy(copy, page, PAGE);
    host_patch_trap(copy + (s->text + off - page));
    if (mprotect(copy, PAGE, PROT_READ | PROT_EXEC) != 0 ||
        mremap(copy, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page) == MAP_FAILED) {
        munmap(copy, PAGE);
        return false;
    }
    host_flush_icache(page, PAGE);
    return true;
}

struct kill { struct code_cache *c; struct code_space *s; bool failed; };

static bool kill_entry(void *arg, const struct image_entry *e)
{
    struct kill *k = arg;

    cache_clear_entry(k->c, k->s, e->pc + k->s->base, (int32_t)e->off);
    k->failed |= !trap_at(k->s, e->off);
    return false;
}

static bool overlaps(uint64_t alo, uint64_t ahi, uint64_t lo, uint64_t hi) { return alo < hi && lo < ahi; }

/* Without memory for copies of its pages the image goes whole: its table is emptied, and nothing leads there any more but its own
 * code, which no hint names either. */
static void kill_image(struct code_cache *c, struct code_space *s)
{
    if (cache_own_table(s))
        memset(s->look, 0, ((s->hi - s->lo) >> c->shift) * sizeof *s->look);
    s->text_len = 0;
}

static unsigned kill_image_regions(struct code_cache *c, struct code_space *s, uint64_t lo, uint64_t hi)
{
    struct kill k = { c, s, false };
    unsigned n = 0;

    if (!s->dead)
        s->dead = calloc(1, s->im->nregion / 8 + 1);
    for (uint64_t i = 0; s->dead && i < s->im->nregion && !k.failed; i++) {
        const struct image_region *r = &s->im->region[i];
        uint32_t ns;
        const struct image_span *span = image_region_reads(s->im, r, &ns);
        bool hit = false;

        for (uint32_t j = 0; j < ns && !hit; j++)
            hit = overlaps(span[j].lo + s->base, span[j].hi + s->base, lo, hi);
        if (!hit || s->dead[i / 8] >> i % 8 & 1)
            continue;
        s->dead[i / 8] |= (uint8_t)(1u << i % 8);
        each_entry(s->im, r, kill_entry, &k);
        n++;
    }
    if (!s->dead || k.failed)
        kill_image(c, s);
    return n;
}

void cache_make_strict(struct code_cache *c)
{
    if (c->strict)
        return;
    c->strict = true;
    cache_flush(c);
    for (unsigned i = 0; i < c->n; i++) {
        struct code_space *s = c->space[i];

        if (!s->im || !s->text_len || s->im->h.flags & IMAGE_STRICT)
            continue;
        c->stats.invalidated += s->im->nregion;
        kill_image(c, s);
    }
    c->generation++;
}

static void kill_jit(struct code_cache *c, struct code_space *s, struct cache_jit *j)
{
    j->dead = true;
    for (uint32_t i = 0; i < j->nentry; i++)
        cache_clear_entry(c, s, j->entry[i].pc, (int32_t)(s->rx + j->entry[i].off - s->text));
}

unsigned cache_invalidate(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->n; i++) {
        struct code_space *s = c->space[i];

        for (uint32_t k = 0; k < s->njit; k++) {
            struct cache_jit *j = &s->jit[k];
            bool hit = false;

            for (uint32_t m = 0; m < j->nread && !j->dead && !hit; m++)
                hit = overlaps(j->read[m].lo, j->read[m].hi, lo, hi);
            if (hit) {
                kill_jit(c, s, j);
                n++;
            }
        }
        if (s->im && s->text_len && overlaps(s->mod_lo, s->mod_hi, lo, hi))
            n += kill_image_regions(c, s, lo, hi);
    }
    if (n)
        c->generation++;
    c->stats.invalidated += n;
    return n;
}

bool cache_hash_spans(const struct code_cache *c, const struct gspan *span, uint32_t n, uint64_t base, uint64_t *out)
{
    uint64_t total = 0, at = 0;
    bool ok = true;

    for (uint32_t i = 0; i < n; i++)
        total += span[i].hi - span[i].lo;
    uint8_t *buf = malloc(total ? total : 1);
    for (uint32_t i = 0; i < n && buf && ok; i++) {
        ok = c->read(c->arg, buf + at, span[i].lo + base, span[i].hi - span[i].lo);
        at += span[i].hi - span[i].lo;
    }
    if (buf && ok)
        *out = hash64(buf, total);
    free(buf);
    return buf && ok;
}

unsigned cache_recheck(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->n; i++) {
        struct code_space *s = c->space[i];

        for (uint32_t k = 0; k < s->njit && !s->fixed; k++) {
            struct cache_jit *j = &s->jit[k];
            uint64_t hash;

            if (j->dead || !j->nread || !overlaps(j->read[0].lo, j->read[j->nread - 1].hi, lo, hi))
                continue;
            if (cache_hash_spans(c, j->read, j->nread, 0, &hash) && hash == j->read_hash)
                continue;
            kill_jit(c, s, j);
            n++;
        }
    }
    if (n)
        c->generation++;
    c->stats.invalidated += n;
    return n;
}

void cache_set_writable(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    for (unsigned i = 0; i < c->n; i++)
        if (overlaps(c->space[i]->lo, c->space[i]->hi, lo, hi))
            c->space[i]->fixed = false;
}

void cache_drop_spaces(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    for (unsigned i = 0; i < c->n;) {
        struct code_space *s = c->space[i];

        if (s->im || s->lo < lo || s->hi > hi) {
            i++;
            continue;
        }
        cache_free_jit(s);
        cache_free_apart(c, s);
        munmap(s->table, (size_t)(s->text - (uint8_t *)s->table));
        free(s);
        c->space[i] = c->space[--c->n];
        c->generation++;
    }
}

void cache_drop_image(struct code_cache *c, struct code_space *s)
{
    cache_free_jit(s);
    cache_free_apart(c, s);
    image_close(s->im);
    free(s->dead);
    for (unsigned i = 0; i < c->n; i++)
        if (c->space[i] == s)
            c->space[i--] = c->space[--c->n];
    free(s);
    c->generation++;
}
