/* The code cache: spaces and invalidation. Lookup is cache_map.c, code compiled here cache_jit.c. */
#include "jit/cache_int.h"

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
    c->alone = true;
    return c;
}

/* Room for one more space. */
static bool room_for_space(struct code_cache *c)
{
    if (c->n < c->capspace)
        return true;
    uint32_t cap = c->capspace ? c->capspace * 2 : 16;
    struct code_space **p = calloc(cap, sizeof(void *)), **old = c->space;
    if (!p)
        return false;
    if (c->n)
        memcpy(p, old, c->n * sizeof(void *));
    __atomic_store_n(&c->space, p, __ATOMIC_RELEASE);
    c->capspace = cap;
    if (old)
        cache_retire(c, old);
    return true;
}

/* From now on lookups find s: by guest pc and by what lies in [host, host + n) or [more, more + nmore). */
static bool add_space(struct code_cache *c, struct code_space *s, uint64_t host, uint64_t n, uint64_t more, uint64_t nmore)
{
    if (!room_for_space(c) || !cache_map_add(c, (struct cache_range){ 0, 0, s }, (struct cache_range){ more, more + nmore, s }) ||
        !cache_map_add(c, (struct cache_range){ s->lo, s->hi, s }, (struct cache_range){ host, host + n, s }))
        return false;
    c->space[c->n] = s;
    __atomic_store_n(&c->n, c->n + 1, __ATOMIC_RELEASE);
    return true;
}

static uint64_t num(const void *p) { return (uint64_t)(uintptr_t)p; }

struct code_space *cache_add_image(struct code_cache *c, struct image *im, uint64_t base, uint64_t lo, uint64_t hi)
{
    struct code_space *s = calloc(1, sizeof *s);
    struct diag d;

    if (!s)
        return NULL;
    s->lo = base + im->h.guest_lo;
    s->hi = base + im->h.guest_hi;
    s->im = im;
    s->base = base;
    s->mod_lo = lo;
    s->mod_hi = hi;
    s->pic = im->h.flags & IMAGE_PIC;
    s->fixed = true;
    s->table = s->look = (int32_t *)im->base;
    s->text = image_text(im);
    s->text_len = im->h.section[IS_CODE].size;
    bool ok = !c->apart || cache_make_apart(c, s, &d) == ST_OK;
    uint64_t nrec, rec = num(image_records(im, &nrec));
    if (ok && add_space(c, s, num(s->table), num(s->text) + s->text_len - num(s->table), rec, nrec))
        return s;
    if (ok && c->apart)
        cache_free_apart(c, s);
    free(s);
    return NULL;
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

    if (size < table + PAGE)
        return fail(d, ST_LIMIT, lo, "no room for code of guest text at %#llx", (unsigned long long)lo);
    void *p = mmap((void *)(uintptr_t)at, table, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    struct code_space *s = p == (void *)(uintptr_t)at ? calloc(1, sizeof *s) : NULL;
    if (!s) {
        if (p != MAP_FAILED)
            munmap(p, table);
        return fail(d, ST_NOMEM, lo, "no memory for the table of guest text at %#llx", (unsigned long long)lo);
    }
    s->lo = lo;
    s->hi = hi;
    s->table = s->look = p;
    s->table_private = true;
    s->pic = pic;
    s->text = (uint8_t *)(uintptr_t)(at + table);
    cache_give_room(s, at + table, size - table);
    enum status st = c->apart ? cache_make_apart(c, s, d) : ST_OK;
    if (st == ST_OK && !add_space(c, s, 0, 0, 0, 0)) {
        cache_free_apart(c, s);
        st = fail(d, ST_NOMEM, lo, "no memory for the records of guest text at %#llx", (unsigned long long)lo);
    }
    if (st != ST_OK) {
        munmap(p, table);
        free(s);
        return st;
    }
    *out = s;
    return ST_OK;
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
    cache_unlink(c, s, pc);
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

unsigned cache_kill_image_regions(struct code_cache *c, struct code_space *s, uint64_t lo, uint64_t hi)
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
        cache_each_entry(s->im, r, kill_entry, &k);
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

void cache_remove_space(struct code_cache *c, struct code_space *s)
{
    unsigned i = 0;

    cache_reclaim(c);
    while (i < c->n && c->space[i] != s)
        i++;
    if (i == c->n)
        return;
    cache_map_drop(c, s);
    cache_free_jit(c, s);
    cache_free_apart(c, s);
    if (!s->im)
        munmap(s->table, (size_t)(s->text - (uint8_t *)s->table));
    free(s->dead);
    free(s);
    memmove(c->space + i, c->space + i + 1, (c->n - i - 1) * sizeof(void *));
    c->n--;
    c->generation++;
}

void cache_drop_spaces(struct code_cache *c, uint64_t lo, uint64_t hi)
{
    for (unsigned i = 0; i < c->n;) {
        struct code_space *s = c->space[i];

        if (s->im || s->lo < lo || s->hi > hi)
            i++;
        else
            cache_remove_space(c, s);
    }
}

void cache_drop_image(struct code_cache *c, struct code_space *s)
{
    struct image *im = s->im;

    cache_remove_space(c, s);
    image_close(im);
}
