/* The records of an image: names looked up, and whether entries, snapshots and names mean what the runtime takes them for. Bounds
 * of records within sections are image.c's business. */
#include "formats/image_priv.h"
#include "jit/snap.h"

#include <inttypes.h>

/* ---- names ---- */

const char *image_name_at(const struct image *im, uint64_t pc, uint64_t *off)
{
    const struct image_names *head = (const void *)im->names;
    uint64_t lo = 0, hi;

    if (!im->names || im->nnames <= sizeof *head || head->count > (im->nnames - sizeof *head) / sizeof(struct image_name) ||
        head->strings >= im->nnames || im->names[im->nnames - 1])
        return NULL;
    const struct image_name *name = (const void *)(head + 1);
    for (hi = head->count; lo < hi;) {
        uint64_t mid = (lo + hi) / 2;
        if (name[mid].pc <= pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (!lo || name[lo - 1].name >= im->nnames - head->strings || (name[lo - 1].size && pc - name[lo - 1].pc >= name[lo - 1].size))
        return NULL;
    *off = pc - name[lo - 1].pc;
    return im->names + head->strings + name[lo - 1].name;
}

static enum status check_names(const struct image *im, const char *file, struct diag *d)
{
    const struct image_names *head = (const void *)im->names;
    const struct image_name *rec;

    if (!im->nnames)
        return ST_OK;
    rec = (const void *)(head + 1);
    if (im->nnames < sizeof *head || head->count > (im->nnames - sizeof *head) / sizeof *rec ||
        head->strings != sizeof *head + head->count * sizeof *rec)
        return fail(d, ST_BADFORMAT, 0, "%s: the name section's head does not fit its %" PRIu64 " bytes", file, im->nnames);
    if (head->count && im->names[im->nnames - 1])
        return fail(d, ST_BADFORMAT, im->nnames - 1, "%s: the last name has no end", file);
    for (uint64_t i = 0; i < head->count; i++)
        if (rec[i].name >= im->nnames - head->strings || (i && rec[i].pc < rec[i - 1].pc))
            return fail(d, ST_BADFORMAT, i, "%s: name %" PRIu64 " is out of order or has no string", file, i);
    return ST_OK;
}

/* ---- entries ---- */

/* An entry goes away when bytes change that its region was made from: it must be one of them itself. */
static bool read_by(const struct image *im, const struct image_region *r, uint64_t pc)
{
    uint32_t n;
    const struct image_span *span = image_region_reads(im, r, &n);

    for (uint32_t i = 0; i < n && span[i].lo <= pc; i++)
        if (pc < span[i].hi)
            return true;
    return false;
}

/* The table is what runs; the entry map is what tools read. Both must say the same, and what they lead to must belong to a region,
 * or a fault there could not be told. */
static enum status check_entries(const struct image *im, const int32_t *table, unsigned granule, const char *name, struct diag *d)
{
    static const uint8_t host_align[4] = { 1, 4, 2, 1 };        /* by host ISA */
    const struct image_header *h = &im->h;
    uint64_t set = 0, ntable = h->section[IS_TABLE].size / sizeof *table;

    for (uint64_t i = 0; i < ntable; i++)
        set += table[i] != 0;
    for (uint64_t i = 0; i < im->nentry; i++) {
        const struct image_entry *e = &im->entry[i];
        uint64_t slot = (e->pc - h->guest_lo) / granule;

        if (e->pc < h->guest_lo || e->pc >= h->guest_hi || slot >= ntable || e->pc != h->guest_lo + slot * granule)
            return fail(d, ST_BADFORMAT, i, "%s: entry %" PRIu64 " at %#" PRIx64 " is no possible guest address", name, i, e->pc);
        if (!e->off || (uint32_t)table[slot] != e->off)
            return fail(d, ST_BADFORMAT, i, "%s: entry %" PRIu64 " and the table disagree", name, i);
        if (!image_region_at(im, e->off) || e->off % host_align[h->host_isa & 3])
            return fail(d, ST_BADFORMAT, i, "%s: entry %" PRIu64 " lies in no region", name, i);
        if (!read_by(im, image_region_at(im, e->off), e->pc))
            return fail(d, ST_BADFORMAT, i, "%s: entry %" PRIu64 " at %#" PRIx64 " is not among its region's read spans", name, i,
                        e->pc);
    }
    if (set != im->nentry)
        return fail(d, ST_BADFORMAT, set, "%s: the table has %" PRIu64 " entries, the entry map %" PRIu64, name, set, im->nentry);
    return ST_OK;
}

/* ---- snapshots ---- */

/* One node of an expression; *depth: values on the evaluator's stack. */
static bool node_sound(struct snap_in *s, unsigned kind, unsigned *depth)
{
    uint64_t v;

    switch (kind) {
    case SNAPK_SLOT:
        v = snap_uleb(s);
        return v < SNAP_SLOTS && (*depth)-- == 1;
    case SNAPK_OP: {
        uint64_t op = snap_uleb(s);
        unsigned t = snap_u8(s), at = snap_u8(s), n = snap_u8(s);

        if (!snap_op_ok(op, t, at, n) || n > *depth)
            return false;
        *depth -= n;
        break;
    }
    case SNAPK_REG: snap_u8(s); break;
    case SNAPK_MEM:
        if (!snap_mem_ok(snap_uleb(s)))
            return false;
        break;
    case SNAPK_CONST: case SNAPK_GPC: snap_uleb(s); break;
    default: return false;
    }
    return ++*depth <= SNAP_DEPTH;
}

static bool record_sound(struct snap_in *s)
{
    unsigned depth = 0;

    for (;;) {
        unsigned kind = snap_u8(s);

        if (s->bad)
            return false;
        if (kind == SNAPK_END)
            return depth == 0;
        if (!node_sound(s, kind, &depth) || s->bad)
            return false;
    }
}

static bool snapshots_sound(const struct image *im, const struct image_region *r)
{
    const uint8_t *p = image_region_snap(im, r);
    struct snap_in s = { p, p + r->snap_len, false };
    uint64_t at = 0, pc = 0;

    while (s.p < s.end) {
        uint64_t len;

        at += (uint64_t)snap_unzig(snap_uleb(&s));
        len = snap_uleb(&s);
        pc += (uint64_t)snap_unzig(snap_uleb(&s));
        if (!record_sound(&s) || at > r->len || len > r->len - at || pc < im->h.guest_lo || pc >= im->h.guest_hi)
            return false;
    }
    return true;
}

enum status image_check_meaning(const struct image *im, const uint8_t *file, unsigned granule, const char *name, struct diag *d)
{
    const int32_t *table = (const int32_t *)(file + im->h.section[IS_TABLE].off);
    enum status st = granule ? check_entries(im, table, granule, name, d) : ST_OK;

    for (uint64_t i = 0; st == ST_OK && i < im->nregion; i++)
        if (!snapshots_sound(im, &im->region[i]))
            st = fail(d, ST_BADFORMAT, i, "%s: snapshots of region %" PRIu64 " are damaged", name, i);
    return st == ST_OK ? check_names(im, name, d) : st;
}
