/* What is done with each hostile image; see image.h. The decoder of snapshots here is another one than the reader's, on purpose. */
#include "tests/hostile/image.h"

#include "jit/cache.h"
#include "jit/enter.h"
#include "jit/snap.h"
#include "passes/lift/riscv64/riscv64.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { LOOKUPS = 100, REGIONS = 24, OFFSETS = 6 };

static volatile uint64_t sink;          /* keeps the reads alive */

static struct host_thunks *thunks(void)
{
    static struct host_thunks *th;
    struct diag d;

    if (!th && host_thunks_new(&guest_riscv64, &th, &d) != ST_OK)
        exit(3);
    return th;
}

/* A thread that was interrupted at random register values. vcpu bytes outside homes and spills hold 0xc5. */
struct victim { struct vcpu *v; ucontext_t uc; struct _libc_fpstate fp; };

static void victim_reset(struct victim *t)
{
    static struct vcpu *v;

    if (!v && !(v = aligned_alloc(64, sizeof *v)))
        exit(3);
    memset(v, 0xc5, sizeof *v);
    memset(v->guest, 0x11, sizeof v->guest);
    memset(v->spill, 0x22, sizeof v->spill);
    memset(v->vspill, 0x33, sizeof v->vspill);
    memset(&t->uc, 0x44, sizeof t->uc);
    memset(&t->fp, 0x55, sizeof t->fp);
    t->uc.uc_mcontext.fpregs = &t->fp;
    t->v = v;
}

static void probe_region(const struct image *im, const struct image_region *reg, struct rng *r)
{
    const uint8_t *snap = image_region_snap(im, reg);
    const struct image_span *span;
    struct victim t;
    uint32_t n;

    span = image_region_reads(im, reg, &n);
    for (uint32_t i = 0; span && i < n && i < 1000; i++)
        sink += span[i].lo ^ span[i].hi;
    for (unsigned i = 0; snap && i < OFFSETS; i++) {
        victim_reset(&t);
        uint32_t off = i ? (uint32_t)below(r, (uint64_t)reg->len + 2) : 0;
        sink += vcpu_fault_state(t.v, thunks(), snap, reg->snap_len, off, rnd(r), &t.uc);
    }
}

static uint64_t some_pc(const struct image *im, struct rng *r)
{
    const uint64_t near[] = { im->h.guest_lo, im->h.guest_hi };

    return im->nentry && one_in(r, 2) ? im->entry[below(r, im->nentry)].pc : one_in(r, 2) ? odd_number(r, near, 2)
           : near[0] + below(r, near[1] - near[0] + 1);
}

static void probe_mapped(struct image *im, struct rng *r)
{
    uint64_t off, span = im->h.guest_hi - im->h.guest_lo, slots = im->h.section[IS_TABLE].size / 4;
    struct diag d;

    for (unsigned i = 0; i < LOOKUPS; i++) {
        const char *name = image_name_at(im, some_pc(im, r), &off);

        sink += name ? strlen(name) : 0;
    }
    if (image_map(im, NULL, &d) != ST_OK)
        return;
    if (im->h.guest_machine == EM_RISCV && (span + 1) / 2 > slots)
        harm("the table is shorter than the guest range");
    for (unsigned i = 0; i < LOOKUPS && slots; i++)
        sink += (uint64_t)((const int32_t *)im->base)[below(r, slots)];
    sink += image_text(im)[im->h.section[IS_CODE].size - 1];
}

void image_probe(struct image *im, struct rng *r)
{
    for (unsigned i = 0; i < LOOKUPS; i++) {
        int64_t off = image_lookup(im, some_pc(im, r));

        if (off >= 0 && (uint64_t)off >= im->h.section[IS_CODE].size)
            harm("image_lookup gives an offset outside the code");
    }
    for (unsigned i = 0; i < REGIONS; i++) {
        uint64_t off = im->nregion && one_in(r, 2) ? im->region[below(r, im->nregion)].off + below(r, 5) - 2
                                                   : below(r, im->h.section[IS_CODE].size + 2);
        const struct image_region *reg = image_region_at(im, off);

        if (reg)
            probe_region(im, reg, r);
    }
    probe_mapped(im, r);
}

static bool no_bytes(void *arg, void *dst, uint64_t pc, size_t n)
{
    memset(dst, (int)pc, n);
    return true;
}

/* The code cache over a mapped image: it only reads the image, until code is taken away, which makes pages private. */
void image_probe_cache(struct image *im, struct rng *r)
{
    uint64_t base = im->h.flags & IMAGE_PIC ? below(r, 1 << 20) << 12 : 0, lo, pc;
    struct code_cache *c = cache_new(&guest_riscv64, no_bytes, NULL);
    struct code_space *s;
    struct cache_place place;

    if (!c)
        exit(3);
    if (!im->base || im->h.guest_machine != EM_RISCV) {         /* as attaching does */
        free(c);
        return;
    }
    s = cache_add_image(c, im, base, base + im->h.guest_lo, base + im->h.guest_hi);
    if (!s)
        exit(3);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < LOOKUPS / 4; i++) {
            const uint8_t *p = cache_lookup(c, base + (some_pc(im, r) & ~UINT64_C(1)));
            uint64_t host = (uint64_t)(uintptr_t)s->text + below(r, s->text_len + 2);

            sink += p ? *p : 0;
            if (cache_at(c, host, &place)) {
                for (uint32_t k = 0; k < place.nsnap && place.snap; k += 97)
                    sink += place.snap[k];
                if (host < (uintptr_t)place.text || host - (uintptr_t)place.text >= place.len)
                    harm("cache_at gives a region that is elsewhere");
            }
            sink += cache_entry_at(c, host, &pc);
        }
        lo = base + some_pc(im, r);
        sink += cache_invalidate(c, lo, round == 2 ? UINT64_MAX : lo + below(r, 64));
        cache_set_writable(c, 0, UINT64_MAX);
        sink += cache_recheck(c, 0, UINT64_MAX);
    }
    free(s->dead);
    free(s);
    free(c->map);
    free(c->space);
    free(c);
}

/* ---- harmless ---- */

struct reader { const uint8_t *p; uint32_t n, at; bool bad; };

static uint8_t byte(struct reader *s)
{
    if (s->at < s->n)
        return s->p[s->at++];
    s->bad = true;
    return 0;
}

static uint64_t uleb(struct reader *s)
{
    uint64_t v = 0;
    unsigned sh = 0;

    for (;;) {
        uint8_t c = byte(s);

        if (sh < 64)
            v |= (uint64_t)(c & 127) << sh;
        sh += 7;
        if (c < 128 || s->bad)
            return v;
        if (sh > 63)
            s->bad = true;
    }
}

static uint64_t zig(struct reader *s)
{
    uint64_t v = uleb(s);

    return v & 1 ? ~(v >> 1) : v >> 1;
}

static unsigned arity(uint64_t op)
{
    unsigned n = 0;

    for (const char *c = ir_opinfo[op].sig + 1; *c; c++)
        n += *c == 'v';
    return n;
}

/* One record's nodes; what is wrong, or NULL. */
static const char *nodes_wrong(struct reader *s)
{
    unsigned depth = 0;

    for (;;) {
        unsigned k = byte(s);

        if (s->bad)
            return "a snapshot ends inside a record";
        if (k == SNAPK_END)
            return depth ? "a snapshot leaves values" : NULL;
        if (k == SNAPK_SLOT) {
            if (uleb(s) >= SNAP_SLOTS || depth != 1)
                return "a snapshot names no slot, or has no value for it";
            depth = 0;
            continue;
        }
        if (k == SNAPK_OP) {
            uint64_t op = uleb(s);
            unsigned t = byte(s), at = byte(s), n = byte(s);

            if (op >= IR_NOPS || !(ir_opinfo[op].flags & F_PURE) || t >= T_COUNT || at >= T_COUNT || n != arity(op) || n > depth)
                return "a snapshot has an impossible operation";
            depth -= n;
        } else if (k == SNAPK_REG) {
            byte(s);
        } else {
            uint64_t v = uleb(s), spill = offsetof(struct vcpu, spill), vspill = offsetof(struct vcpu, vspill);
            bool in = v < VCPU_GUEST_SIZE - 7 || (v >= spill && v < spill + VCPU_SPILLS * 8 - 7) ||
                      (v >= vspill && v < vspill + VCPU_VSPILLS * 64 - 7);

            if (k > SNAPK_GPC || (k == SNAPK_MEM && !in))
                return "a snapshot reads what is no home and no spill slot";
        }
        if (++depth > SNAP_DEPTH)
            return "a snapshot needs too much room";
    }
}

/* Calls fn for each record's host offset and guest pc; says what is wrong with the table. */
static const char *table_wrong(const struct image *im, const struct image_region *reg,
                               void (*fn)(void *arg, uint64_t at, uint64_t pc), void *arg)
{
    struct reader s = { image_region_snap(im, reg), reg->snap_len, 0, false };
    uint64_t at = 0, pc = 0;

    while (s.at < s.n) {
        at += zig(&s);
        uint64_t len = uleb(&s);
        const char *wrong;

        pc += zig(&s);
        if ((wrong = nodes_wrong(&s)))
            return wrong;
        if (at >= reg->len || len > reg->len - at)
            return "a snapshot covers host bytes outside its region";
        if (pc < im->h.guest_lo || pc >= im->h.guest_hi)
            return "a snapshot's pc lies outside the guest range";
        if (fn)
            fn(arg, at, pc);
    }
    return NULL;
}

static void check_regions(const struct image *im)
{
    uint64_t end = 0;

    for (uint64_t i = 0; i < im->nregion; i++) {
        const struct image_region *g = &im->region[i];
        const char *wrong;

        if (g->off < end || (uint64_t)g->off + g->len > im->h.section[IS_CODE].size)
            harm("region %llu lies outside the code or overlaps", (unsigned long long)i);
        end = (uint64_t)g->off + g->len;
        if ((uint64_t)g->snap_off + g->snap_len > im->nsnap || (uint64_t)g->read_first + g->nread > im->nspan) {
            harm("region %llu: snapshots or spans outside their sections", (unsigned long long)i);
            return;
        }
        if ((wrong = table_wrong(im, g, NULL, NULL)))
            harm("region %llu: %s", (unsigned long long)i, wrong);
        for (uint32_t k = 0; k < g->nread; k++)
            if (im->span[g->read_first + k].lo >= im->span[g->read_first + k].hi)
                harm("region %llu: read span %u is empty", (unsigned long long)i, k);
    }
}

static bool among_reads(const struct image *im, const struct image_region *g, uint64_t pc)
{
    for (uint32_t i = 0; i < g->nread; i++)
        if (pc >= im->span[g->read_first + i].lo && pc < im->span[g->read_first + i].hi)
            return true;
    return false;
}

static void check_entries(const struct image *im, const int32_t *table)
{
    uint64_t slots = im->h.section[IS_TABLE].size / 4, set = 0;

    if (slots != (im->h.guest_hi - im->h.guest_lo + 1) / 2)
        harm("the table has %llu slots", (unsigned long long)slots);
    for (uint64_t i = 0; i < slots; i++)
        set += table[i] != 0;
    if (set != im->nentry)
        harm("the table has %llu entries, the entry map %llu", (unsigned long long)set, (unsigned long long)im->nentry);
    for (uint64_t i = 0; i < im->nentry; i++) {
        const struct image_entry *e = &im->entry[i];
        uint64_t slot = (e->pc - im->h.guest_lo) / 2;

        if ((i && e->pc <= e[-1].pc) || e->pc < im->h.guest_lo || e->pc >= im->h.guest_hi || e->pc % 2)
            harm("entry %llu's pc is out of order or range", (unsigned long long)i);
        else if (slot >= slots || (uint32_t)table[slot] != e->off)
            harm("entry %llu is not what the table says", (unsigned long long)i);
        const struct image_region *g = image_region_at(im, e->off);
        if (!g)
            harm("entry %llu lies in no region", (unsigned long long)i);
        else if (!among_reads(im, g, e->pc))
            harm("entry %llu outlives its region's bytes", (unsigned long long)i);
    }
}

static void check_names(const struct image *im)
{
    const struct image_names *head = (const void *)im->names;
    const struct image_name *name;

    if (!im->nnames)
        return;
    name = (const void *)(head + 1);
    if (im->nnames < sizeof *head || head->count > (im->nnames - sizeof *head) / sizeof *name || head->strings > im->nnames ||
        head->strings < sizeof *head + head->count * sizeof *name) {
        harm("the names' head is wrong");
        return;
    }
    for (uint64_t i = 0; i < head->count; i++)
        if (name[i].name >= im->nnames - head->strings || (i && name[i].pc < name[i - 1].pc))
            harm("name %llu is out of order or has no string", (unsigned long long)i);
    if (head->count && im->names[im->nnames - 1])
        harm("the last name has no end");
}

void image_harmless(const struct image *im)
{
    const int32_t *table = (const int32_t *)im->base;

    if (im->h.guest_machine != EM_RISCV)
        return;                         /* no runtime here takes it: image_open compares the machine first */
    if (!im->base && (im->h.section[IS_CODE].size || im->nentry))     /* without code it is refused, and does nothing */
        harm("a verified image cannot be mapped");
    else if (im->base)
        check_entries(im, table);
    check_regions(im);
    check_names(im);
}

/* ---- evaluation ---- */

struct evaluation { const struct image *im; const struct image_region *reg; struct victim t; };

static bool all(const void *p, size_t n, uint8_t v)
{
    const uint8_t *b = p;

    for (size_t i = 0; i < n; i++)
        if (b[i] != v)
            return false;
    return true;
}

static void evaluate_record(void *arg, uint64_t at, uint64_t pc)
{
    struct evaluation *e = arg;
    struct vcpu *v;

    victim_reset(&e->t);
    v = e->t.v;
    if (!vcpu_fault_state(v, thunks(), image_region_snap(e->im, e->reg), e->reg->snap_len, (uint32_t)at, 0, &e->t.uc))
        return;                         /* covers no byte */
    if (v->pc < e->im->h.guest_lo || v->pc >= e->im->h.guest_hi)
        harm("a snapshot leads to pc %#llx", (unsigned long long)v->pc);
    if (!all(&v->request, offsetof(struct vcpu, spill) - offsetof(struct vcpu, request), 0xc5) ||
        !all(v->spill, sizeof v->spill, 0x22) || !all(v->vspill, sizeof v->vspill, 0x33))
        harm("evaluating a snapshot changed more than homes");
}

void image_evaluate(const struct image *im)
{
    struct evaluation e = { .im = im };

    for (uint64_t i = 0; i < im->nregion && i < 40; i++) {
        e.reg = &im->region[i];
        table_wrong(im, e.reg, evaluate_record, &e);
    }
}
