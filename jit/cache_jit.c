/* The code cache's arenas: code compiled in this process, its links, and what fork does to them.
 *
 * An arena is one shared anonymous memory object with two mappings, so no page is ever writable and executable, no descriptor has to
 * be kept from the guest, and RLIMIT_FSIZE does not apply. Memory is handed out from the bottom and comes back all at once, when the
 * arena is full: code that was invalidated stays until then, so nothing that still names it can name something else. */
#include "jit/cache_int.h"

#include "jit/host/host.h"
#include "jit/host/patch.h"
#include "jit/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A target's miss stub: a jump, which is what links change, and at STUB_SLOW_AT the way out, where that jump leads at first. */
enum { ALIGN = 16, STUB_SLOW_AT = 8, STUB_MAX = 48 };

static const struct host *self(void) { return host_of(HOST_SELF); }

static uint8_t *at_fixed(uint64_t at) { return (uint8_t *)(uintptr_t)at; }

/* A second mapping of the same memory: mremap(2) of length 0. */
static uint8_t *map_again(uint8_t *p, uint64_t size, uint8_t *where)
{
    uint8_t *q = mremap(p, 0, size, MREMAP_MAYMOVE | (where ? MREMAP_FIXED : 0), where);
    return q == MAP_FAILED ? NULL : q;
}

static enum status refused(uint8_t *rw, uint8_t *rx, uint64_t size, int why, const struct code_space *s, struct diag *d)
{
    if (rw != MAP_FAILED)
        munmap(rw, size);
    if (rx)
        munmap(rx, size);
    return fail(d, ST_NOMEM, s->lo, "executable memory was refused: %s", strerror(why));
}

static enum status make_arena(struct code_cache *c, struct code_space *s, struct diag *d)
{
    uint64_t size = s->room < c->arena_max ? s->room : c->arena_max;
    uint8_t *rw, *rx = NULL;

    if (!s->room)
        return fail(d, ST_LIMIT, s->lo, "no address space for code of guest text at %#llx", (unsigned long long)s->lo);
    errno = EACCES;                     /* size 0: as if it were refused */
    rw = size ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) : MAP_FAILED;
    if (rw != MAP_FAILED)
        rx = map_again(rw, size, at_fixed(s->room_at));
    if (!rx || mprotect(rx, size, PROT_READ | PROT_EXEC) != 0)
        return refused(rw, rx, size, errno, s, d);
    s->rw = rw;
    s->cap = (uint32_t)size;
    s->used = 0;
    __atomic_store_n(&s->rx, rx, __ATOMIC_RELEASE);
    if (!cache_map_add(c, (struct cache_range){ 0, 0, s }, (struct cache_range){ s->room_at, s->room_at + size, s })) {
        s->rx = s->rw = NULL;
        return refused(rw, rx, size, ENOMEM, s, d);
    }
    if (!s->im) {                       /* table entry 0 leads to text start */
        uint8_t stub[16];
        uint32_t n = self()->miss_entry(stub);
        memcpy(rw, stub, n);
        host_flush_icache(rx, n);
        s->used = ALIGN;
    }
    return ST_OK;
}

/* ---- targets and links ---- */

static struct cache_target *find_target(const struct code_space *s, uint64_t pc)
{
    uint32_t mask = s->captarget - 1;

    if (!s->captarget)
        return NULL;
    for (uint32_t i = (uint32_t)(pc >> 1 ^ pc >> 17) & mask;; i = (i + 1) & mask)
        if (s->target[i].pc == pc || !s->target[i].stub)
            return &s->target[i];
}

static bool room_for_target(struct code_space *s)
{
    struct cache_target *old = s->target;
    uint32_t n = s->captarget;

    if (s->ntarget * 2 < n)
        return true;
    s->captarget = n ? n * 2 : 256;
    s->target = calloc(s->captarget, sizeof *s->target);
    if (!s->target) {
        s->target = old;
        s->captarget = n;
        return false;
    }
    for (uint32_t i = 0; i < n; i++)
        if (old[i].stub)
            *find_target(s, old[i].pc) = old[i];
    free(old);
    return true;
}

static struct link_layout layout(const struct code_cache *c, const struct code_space *s)
{
    return (struct link_layout){ .table_dist = (int64_t)((uintptr_t)s->table - (uintptr_t)s->text),
                                 .guest_dist = -(int64_t)(uintptr_t)s->text, .pic = s->pic, .insn_align = c->g->insn_align,
                                 .guest_lo = s->lo, .guest_hi = s->hi };
}

static int64_t from_text(const struct code_space *s, uint32_t off) { return (int64_t)((uintptr_t)s->rx + off - (uintptr_t)s->text); }

/* The target record of pc, with its miss stub. NULL: no memory; *d says so when it is the distance. */
static struct cache_target *need_target(const struct code_cache *c, struct code_space *s, uint64_t pc, struct diag *d)
{
    struct link_layout lay = layout(c, s);
    struct code_reloc rel = { .kind = REL_GUEST, .pc = pc };
    const struct host *h = self();
    uint8_t code[STUB_MAX];
    uint32_t field, len, jump;
    int32_t v;

    if (!room_for_target(s))
        return NULL;
    struct cache_target *t = find_target(s, pc);
    if (t->stub)
        return t;
    memset(code, h->fill, sizeof code);
    jump = h->jump(code);
    len = STUB_SLOW_AT + h->miss_stub(code + STUB_SLOW_AT, pc, s->pic, &field);
    if (field != UINT32_MAX) {
        field += STUB_SLOW_AT;
        if (link_reloc_value(&lay, &rel, from_text(s, s->used + field), &v, d) != ST_OK || !h->fill_field(code + field, REL_GUEST, v))
            return NULL;
    }
    h->fill_field(code + jump, REL_ENTRY, STUB_SLOW_AT - (int32_t)jump - 4);
    memcpy(s->rw + s->used, code, len);
    host_flush_icache(s->rx + s->used, len);
    *t = (struct cache_target){ pc, s->used, 0, jump };
    s->ntarget++;
    s->used += (len + ALIGN - 1) & ~(uint32_t)(ALIGN - 1);
    return t;
}

/* May a core that runs there fetch half of the old field and half of the new one? Not within an aligned 8 bytes (AMD64 APM vol. 2, 7.6.1; a
 * store within a cache line is whole, Intel SDM vol. 3, 9.1.1); AArch64's instructions never lie across. */
static bool straddles(uint32_t field) { return (field & 7) > 4; }

/* Makes the branch at `field` go to `to`. False: out of its reach. */
static bool patch_branch(struct code_space *s, uint32_t field, unsigned kind, const uint8_t *to)
{
    int64_t v = (int64_t)((uintptr_t)to - (uintptr_t)s->rx - field) - 4;

    if (v != (int32_t)v || !self()->fill_field(s->rw + field, kind, (int32_t)v))
        return false;
    host_flush_icache(s->rx + field, 4);
    return true;
}

/* Branches to t go to `to`; NULL: out. A field that a core may fetch in halves stays what it is while others run: if that is the stub,
 * its jump leads on, and if it is older code for the same pc, that code is as good. */
static void relink(const struct code_cache *c, struct code_space *s, const struct cache_target *t, const uint8_t *to)
{
    const uint8_t *stub = s->rx + t->stub;

    if (!patch_branch(s, t->stub + t->jump, REL_ENTRY, to ? to : stub + STUB_SLOW_AT))
        patch_branch(s, t->stub + t->jump, REL_ENTRY, stub + STUB_SLOW_AT);
    for (uint32_t l = t->link; l; l = s->link[l - 1].next) {
        const struct cache_link *k = &s->link[l - 1];

        if ((c->alone || !straddles(k->field)) && !(to && patch_branch(s, k->field, k->kind, to)))
            patch_branch(s, k->field, k->kind, stub);
    }
}

void cache_unlink(const struct code_cache *c, struct code_space *s, uint64_t pc)
{
    const struct cache_target *t = find_target(s, pc);

    if (t && t->stub)
        relink(c, s, t, NULL);
}

/* Where a branch to t goes now; NULL: out. */
static const uint8_t *goes_to(const struct code_cache *c, const struct code_space *s, const struct cache_target *t)
{
    const uint32_t *e = cache_entry_slot(c, s, t->pc);
    return e && *e && !c->apart ? s->text + (int32_t)*e : NULL;
}

/* A branch of code that nothing leads to yet. The stub of a new target leads where the branch cannot, and where it must not: later. */
static bool add_link(const struct code_cache *c, struct code_space *s, uint32_t field, const struct code_reloc *rel, struct diag *d)
{
    struct cache_target *t = need_target(c, s, rel->pc, d);

    if (!t)
        return false;
    if (s->nlink == s->caplink) {
        uint32_t cap = s->caplink ? s->caplink * 2 : 256;
        struct cache_link *p = reallocarray(s->link, cap, sizeof *p);
        if (!p)
            return false;
        s->link = p;
        s->caplink = cap;
    }
    s->link[s->nlink] = (struct cache_link){ field, t->link, rel->kind };
    t->link = ++s->nlink;
    const uint8_t *to = goes_to(c, s, t);
    if (to && patch_branch(s, field, rel->kind, to))
        return patch_branch(s, t->stub + t->jump, REL_ENTRY, to) || true;
    return patch_branch(s, field, rel->kind, s->rx + t->stub);
}

/* ---- installing ---- */

void cache_free_jit(struct code_cache *c, struct code_space *s)
{
    for (uint32_t i = 0; i < s->njit; i++) {
        free(s->jit[i].snap);
        free(s->jit[i].read);
        free(s->jit[i].entry);
    }
    free(s->jit);
    free(s->target);
    free(s->link);
    if (s->rx) {
        cache_map_drop_host(c, s, (uint64_t)(uintptr_t)s->rx, (uint64_t)(uintptr_t)s->rx + s->cap);
        munmap(s->rx, s->cap);
        munmap(s->rw, s->cap);
    }
    s->jit = NULL;
    s->target = NULL;
    s->link = NULL;
    s->rx = s->rw = NULL;
    s->njit = s->capjit = s->captarget = s->ntarget = s->nlink = s->caplink = s->used = s->cap = 0;
}

void cache_flush_arena(struct code_cache *c, struct code_space *s)
{
    for (uint32_t i = 0; i < s->njit; i++)
        for (uint32_t k = 0; k < s->jit[i].nentry; k++) {
            uint32_t *e = cache_entry_slot(c, s, s->jit[i].entry[k].pc);
            if (e && *e == (uint32_t)from_text(s, s->jit[i].entry[k].off))
                *e = 0;
        }
    cache_reclaim(c);
    cache_free_jit(c, s);
    s->full = false;
    c->generation++;
    c->stats.flushes++;
}

static void *copy(const void *p, size_t n)
{
    void *q = malloc(n ? n : 1);

    if (q && n)
        memcpy(q, p, n);
    return q;
}

static struct cache_jit *new_record(struct code_cache *c, struct code_space *s, const struct code *code, uint64_t pc,
                                    const struct gcode *seen)
{
    if (s->njit == s->capjit) {
        uint32_t cap = s->capjit ? s->capjit * 2 : 64;
        struct cache_jit *p = calloc(cap, sizeof *p), *old = s->jit;
        if (!p)
            return NULL;
        if (s->njit)
            memcpy(p, old, s->njit * sizeof *p);
        __atomic_store_n(&s->jit, p, __ATOMIC_RELEASE);
        s->capjit = cap;
        if (old)
            cache_retire(c, old);
    }
    struct cache_jit *j = &s->jit[s->njit];
    *j = (struct cache_jit){ .pc = pc, .off = s->used, .len = code->len, .nsnap = code->nsnap, .nread = code->info.nread,
                             .nentry = code->nentry, .snap = copy(code->snap, code->nsnap),
                             .read = copy(code->info.read, code->info.nread * sizeof *j->read),
                             .entry = copy(code->entry, code->nentry * sizeof *j->entry) };
    if (!j->snap || !j->read || !j->entry || !cache_hash_spans(c, j->read, j->nread, seen, &j->read_hash)) {
        free(j->snap);
        free(j->read);
        free(j->entry);
        return NULL;
    }
    for (uint32_t i = 0; i < j->nentry; i++)
        j->entry[i].off += j->off;
    __atomic_store_n(&s->njit, s->njit + 1, __ATOMIC_RELEASE);
    return j;
}

static enum status relocate(const struct code_cache *c, struct code_space *s, const struct code *code, uint32_t off, struct diag *d)
{
    struct link_layout lay = layout(c, s);

    for (uint32_t i = 0; i < code->nrel; i++) {
        const struct code_reloc *rel = &code->rel[i];
        uint32_t field = off + rel->off;
        int32_t v;

        if (rel->kind == REL_ENTRY || rel->kind == REL_CALL) {
            if (!add_link(c, s, field, rel, d))
                return d->st ? d->st : fail(d, ST_NOMEM, rel->pc, "no memory for a link");
            continue;
        }
        enum status st = link_reloc_value(&lay, rel, from_text(s, field), &v, d);
        if (st != ST_OK)
            return st;
        if (!self()->fill_field(s->rw + field, rel->kind, v))
            return fail(d, ST_LIMIT, rel->pc, "relocation kind %u does not reach: distance %d", rel->kind, v);
    }
    return ST_OK;
}

/* Does the table lead pc to a region that was compiled for pc itself? Any other holds it as the head of an inner loop at best, whose entry
 * is a cold copy (passes/opt/osr.c). */
static bool has_own_region(const struct code_space *s, uint32_t entry, uint64_t pc)
{
    const struct cache_jit *j = cache_jit_at(s, (uint32_t)(s->text + (int32_t)entry - s->rx));

    return j && j->pc == pc;
}

void cache_publish(struct code_cache *c, struct code_space *s, const struct cache_jit *j)
{
    for (uint32_t i = 0; i < j->nentry; i++) {
        uint64_t pc = j->entry[i].pc;
        uint32_t *e = cache_entry_slot(c, s, pc);
        const struct cache_target *t = find_target(s, pc);

        if (!e || (*e && (uint64_t)(int32_t)*e < s->text_len) || (*e && pc != j->pc && has_own_region(s, *e, pc)))
            continue;
        if (*e)
            __atomic_store_n(&c->renewed, c->renewed + 1, __ATOMIC_RELEASE);
        __atomic_store_n(e, (uint32_t)from_text(s, j->entry[i].off), __ATOMIC_RELEASE);
        if (t && t->stub && !c->apart)
            relink(c, s, t, s->rx + j->entry[i].off);
    }
}

static void count(struct code_cache *c, struct code_space *s, const struct cache_jit *j)
{
    for (uint32_t i = 0; i < j->nread; i++) {
        s->read_lo = j->read[i].lo < s->read_lo || !s->read_hi ? j->read[i].lo : s->read_lo;
        s->read_hi = j->read[i].hi > s->read_hi ? j->read[i].hi : s->read_hi;
    }
    c->stats.regions++;
    c->stats.bytes += j->len;
    c->stats.links = s->nlink;
}

enum status cache_prepare(struct code_cache *c, struct code_space *s, struct diag *d)
{
    return s->rx ? ST_OK : make_arena(c, s, d);
}

enum status cache_install(struct code_cache *c, struct code_space *s, const struct code *code, uint64_t pc, const struct gcode *seen,
                          struct diag *d)
{
    uint64_t need = code->len + (uint64_t)(code->nrel + 2) * STUB_MAX;
    enum status st = ST_OK;

    d->st = ST_OK;
    if (s->rx && need + ALIGN > s->cap)         /* the arena is not emptied in vain */
        return fail(d, ST_LIMIT, pc, "code of %u bytes does not fit", code->len);
    s->full = s->rx && s->used + need > s->cap;
    if (s->full && !c->alone)
        return fail(d, ST_LIMIT, pc, "the arena is full");
    if (s->full)
        cache_flush_arena(c, s);
    if (!s->rx)
        st = make_arena(c, s, d);
    if (st != ST_OK)
        return st;
    if (s->used + need > s->cap)
        return fail(d, ST_LIMIT, pc, "code of %u bytes does not fit", code->len);
    if (!cache_own_table(s))
        return fail(d, ST_NOMEM, pc, "no memory for table entries");
    struct cache_jit *j = new_record(c, s, code, pc, seen);
    if (!j)
        return fail(d, ST_NOMEM, pc, "no memory for the records of a region");
    memcpy(s->rw + j->off, code->text, code->len);
    s->used += (code->len + ALIGN - 1) & ~(uint32_t)(ALIGN - 1);
    st = relocate(c, s, code, j->off, d);
    host_flush_icache(s->rx + j->off, code->len);
    if (st == ST_OK) {
        count(c, s, j);
        cache_publish(c, s, j);
    } else
        j->dead = true;                 /* nothing leads there; its memory comes back with the arena's */
    return st;
}

void cache_flush(struct code_cache *c)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->space[i]->rx)
            cache_flush_arena(c, c->space[i]);
}

void cache_flush_full(struct code_cache *c)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->space[i]->full)
            cache_flush_arena(c, c->space[i]);
}

/* ---- fork ---- */

/* Parent and child must not patch each other's code. The copy is made before, so neither has to wait for the other. */
bool cache_fork_prepare(struct code_cache *c)
{
    for (unsigned i = 0; i < c->n; i++) {
        struct code_space *s = c->space[i];

        s->fork_copy = NULL;
        if (!s->rx)
            continue;
        uint8_t *p = mmap(NULL, s->cap, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED) {
            cache_fork_done(c, false);
            return false;
        }
        memcpy(p, s->rw, s->used);
        s->fork_copy = p;
    }
    return true;
}

void cache_fork_done(struct code_cache *c, bool child)
{
    for (unsigned i = 0; i < c->n; i++) {
        struct code_space *s = c->space[i];
        uint8_t *p = s->fork_copy;

        s->fork_copy = NULL;
        if (!p)
            continue;
        if (!child) {
            munmap(p, s->cap);
            continue;
        }
        if (!map_again(p, s->cap, s->rx) || mprotect(s->rx, s->cap, PROT_READ | PROT_EXEC) != 0 ||
            mremap(p, s->cap, s->cap, MREMAP_MAYMOVE | MREMAP_FIXED, s->rw) == MAP_FAILED) {
            munmap(p, s->cap);
            cache_flush_arena(c, s);
        }
    }
}
