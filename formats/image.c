/* AOT images, flat form: layout, writing, opening, mapping, verification. The format is described in aot-image(5).
 *
 * Opening checks the header page alone. The layout follows from the section sizes, so a reader recomputes it and compares: that
 * one rule replaces checks for order, overlap, alignment and gaps. Section contents are untrusted until image_verify has seen
 * them, so every access here is bounded by the sizes that the header page gave. */
#include "formats/hash.h"
#include "formats/image_priv.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MAP_32BIT
#define MAP_32BIT 0             /* a wish, and x86's alone */
#endif

static const char image_magic[8] = "AOTIMG\r\n";
static const char *const section_name[IS_COUNT] = { "table", "code", "entry", "region", "read", "snapshot", "link", "name", "signature" };

_Static_assert(sizeof(struct image_header) <= IMAGE_ALIGN, "the header is one page");
_Static_assert(sizeof(struct image_header) == 8 + 2 * 4 + 4 * 2 + 2 * 4 + 8 + 4 * 16 + 3 * 8 + 8 + IS_COUNT * 32 + 2 * 8 + 16,
               "no padding");
_Static_assert(sizeof(struct image_entry) == 16 && sizeof(struct image_region) == 40 && sizeof(struct image_span) == 16, "on-disk records");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "images are little-endian and read in place");

void image_plan(struct image_header *h, const uint64_t size[IS_COUNT])
{
    uint64_t off = IMAGE_ALIGN, end = IMAGE_ALIGN;

    memcpy(h->magic, image_magic, sizeof(h->magic));
    h->version = IMAGE_VERSION;
    h->header_size = sizeof(*h);
    for (unsigned i = 0; i < IS_COUNT; i++) {
        h->section[i].off = off;
        h->section[i].size = size[i];
        if (size[i])
            end = off + size[i];
        off = image_page_up(off + size[i]);
    }
    h->file_size = end;
}

/* ---- writing ---- */

static enum status write_at(int fd, const void *p, uint64_t n, uint64_t off, struct diag *d)
{
    const uint8_t *b = p;

    while (n) {
        ssize_t w = pwrite(fd, b, n < (1u << 30) ? n : 1u << 30, (off_t)off);

        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return fail(d, ST_IO, off, "cannot write the image: %s", strerror(errno));
        b += w;
        n -= (uint64_t)w;
        off += (uint64_t)w;
    }
    return ST_OK;
}

enum status image_write(int fd, struct image_header *h, const struct image_content sec[IS_COUNT], struct diag *d)
{
    uint64_t size[IS_COUNT];
    uint8_t page[IMAGE_ALIGN] = { 0 };
    enum status st;

    for (unsigned i = 0; i < IS_COUNT; i++)
        size[i] = sec[i].size;
    image_plan(h, size);
    if (size[IS_CODE] > IMAGE_MAX_CODE || h->file_size > IMAGE_MAX_SIZE)
        return fail(d, ST_LIMIT, 0, "image too large: %" PRIu64 " bytes of code, %" PRIu64 " in all", size[IS_CODE], h->file_size);
    if (ftruncate(fd, 0) != 0 || ftruncate(fd, (off_t)h->file_size) != 0)
        return fail(d, ST_IO, 0, "cannot size the image to %" PRIu64 " bytes: %s", h->file_size, strerror(errno));
    for (unsigned i = 0; i < IS_COUNT; i++) {
        hash128(sec[i].data, sec[i].size, h->section[i].hash);
        st = write_at(fd, sec[i].data, sec[i].size, h->section[i].off, d);
        if (st != ST_OK)
            return st;
    }
    hash128(h, offsetof(struct image_header, header_hash), h->header_hash);
    memcpy(page, h, sizeof(*h));
    return write_at(fd, page, sizeof(page), 0, d);
}

/* ---- opening ---- */

/* Bytes of guest text per table slot: the distance of two possible instruction starts. 0: a guest whose table is not checked
 * here. */
static unsigned table_granule(unsigned machine)
{
    switch (machine) {
    case EM_RISCV: return 2;
    case EM_AARCH64: return 4;
    case EM_X86_64: return 1;
    default: return 0;
    }
}

static enum status check_layout(const struct image_header *h, uint64_t real_size, const char *name, struct diag *d)
{
    struct image_header want = { 0 };
    uint64_t size[IS_COUNT], span = h->guest_hi - h->guest_lo;
    unsigned granule = table_granule(h->guest_machine);

    if (h->file_size > IMAGE_MAX_SIZE || h->section[IS_CODE].size > IMAGE_MAX_CODE)
        return fail(d, ST_LIMIT, 0, "%s: image of %" PRIu64 " bytes is larger than any that is written", name, h->file_size);
    for (unsigned i = 0; i < IS_COUNT; i++) {
        size[i] = h->section[i].size;
        if (size[i] > h->file_size)
            return fail(d, ST_BADFORMAT, 0, "%s: %s section of %" PRIu64 " bytes in an image of %" PRIu64, name, section_name[i],
                        size[i], h->file_size);
    }
    image_plan(&want, size);
    for (unsigned i = 0; i < IS_COUNT; i++)
        if (h->section[i].off != want.section[i].off)
            return fail(d, ST_BADFORMAT, h->section[i].off, "%s: %s section at %#" PRIx64 ", expected at %#" PRIx64, name,
                        section_name[i], h->section[i].off, want.section[i].off);
    if (h->file_size != want.file_size)
        return fail(d, ST_BADFORMAT, 0, "%s: image says %" PRIu64 " bytes, its sections end at %" PRIu64, name, h->file_size,
                    want.file_size);
    if (real_size != h->file_size)
        return fail(d, real_size < h->file_size ? ST_TRUNCATED : ST_BADFORMAT, real_size,
                    "%s: image has %" PRIu64 " bytes, expected %" PRIu64, name, real_size, h->file_size);
    if (size[IS_TABLE] % 4 || size[IS_ENTRY] % sizeof(struct image_entry) || size[IS_REGION] % sizeof(struct image_region) ||
        size[IS_READ] % sizeof(struct image_span))
        return fail(d, ST_BADFORMAT, 0, "%s: a table, entry, region or read section ends inside a record", name);
    if (h->guest_lo > h->guest_hi || h->guest_hi >> 56 ||
        (granule && size[IS_TABLE] != (span + granule - 1) / granule * 4))
        return fail(d, ST_BADFORMAT, 0, "%s: table of %" PRIu64 " bytes does not match guest text %#" PRIx64 "..%#" PRIx64, name,
                    size[IS_TABLE], h->guest_lo, h->guest_hi);
    if (h->flags & IMAGE_PIC && h->distance & (IMAGE_ALIGN - 1))
        return fail(d, ST_BADFORMAT, 0, "%s: distance to the guest is not page-aligned", name);
    return ST_OK;
}

static bool all_zero(const uint8_t *p, size_t n) { return !*p && !memcmp(p, p + 1, n - 1); }

static enum status check_header(const uint8_t *page, uint64_t n, struct image_header *h, const char *name, struct diag *d)
{
    uint8_t hash[16];

    if (n >= 8 && memcmp(page, image_magic, 8) != 0) {
        static const uint8_t zstd_magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };

        if (memcmp(page, zstd_magic, 4) == 0)
            return fail(d, ST_UNSUPPORTED, 0, "%s: the image is packed; unpack it first", name);
        return fail(d, ST_BADFORMAT, 0, "%s: not an AOT image", name);
    }
    if (n < IMAGE_ALIGN)
        return fail(d, ST_TRUNCATED, n, "%s: image header ends at byte %" PRIu64 " of %d", name, n, (int)IMAGE_ALIGN);
    memcpy(h, page, sizeof(*h));
    if (h->version != IMAGE_VERSION || h->header_size != sizeof(*h))
        return fail(d, ST_MISMATCH, 8, "%s: image format %u, this program reads %u", name, h->version, (unsigned)IMAGE_VERSION);
    hash128(page, offsetof(struct image_header, header_hash), hash);
    if (memcmp(hash, h->header_hash, 16) != 0)
        return fail(d, ST_BADFORMAT, offsetof(struct image_header, header_hash), "%s: image header is damaged (hash differs)",
                    name);
    if (!all_zero(page + sizeof(*h), IMAGE_ALIGN - sizeof(*h))) {
        uint64_t i = sizeof(*h);
        while (!page[i])
            i++;
        return fail(d, ST_BADFORMAT, i, "%s: image header's padding is not zero", name);
    }
    if (h->reserved0 || h->flags & ~(uint32_t)(IMAGE_PIC | IMAGE_PARTIAL | IMAGE_STRICT | IMAGE_PASSES))
        return fail(d, ST_BADFORMAT, 0, "%s: image header sets unknown flags", name);
    if ((h->flags & (IMAGE_STRICT | IMAGE_PASSES)) == IMAGE_PASSES)
        return fail(d, ST_BADFORMAT, 0, "%s: module passes condition flags, and the image does not keep them", name);
    return ST_OK;
}

static bool any(const uint8_t *p)
{
    for (unsigned i = 0; p && i < 16; i++)
        if (p[i])
            return true;
    return false;
}

static enum status check_expected(const struct image_header *h, const struct image_expect *w, const char *name, struct diag *d)
{
    if (w->guest_machine && w->guest_machine != h->guest_machine)
        return fail(d, ST_MISMATCH, 0, "%s: image is for guest machine %u, not %u", name, h->guest_machine, w->guest_machine);
    if ((w->guest_machine || w->host_isa) && w->host_isa != h->host_isa)     /* host ISA 0 is one, too */
        return fail(d, ST_MISMATCH, 0, "%s: image is for host ISA %u, not %u", name, h->host_isa, w->host_isa);
    if (any(w->module_hash) && memcmp(w->module_hash, h->module_hash, 16) != 0)
        return fail(d, ST_MISMATCH, 0, "%s: image belongs to another guest file", name);
    if (any(w->abi_hash) && memcmp(w->abi_hash, h->abi_hash, 16) != 0)
        return fail(d, ST_MISMATCH, 0, "%s: image was built for another runtime ABI; rebuild it", name);
    if (any(w->compiler) && memcmp(w->compiler, h->compiler, 16) != 0)
        return fail(d, ST_MISMATCH, 0, "%s: image was built by another compiler version; rebuild it", name);
    if (w->features && h->features & ~w->features)
        return fail(d, ST_MISMATCH, 0, "%s: image uses host features %#" PRIx64 " that this machine lacks", name,
                    h->features & ~w->features);
    return ST_OK;
}

struct image_priv {
    uint8_t *tail; uint64_t tail_size;          /* IS_ENTRY .. end of file, one read-only mapping */
    uint64_t window;                            /* bytes mapped at im->base */
    char name[96];
};

static enum status map_tail(struct image *im, struct image_priv *pr, const char *name, struct diag *d)
{
    const struct image_header *h = &im->h;
    uint64_t lo = h->section[IS_ENTRY].off;
    uint8_t *p;

    if (h->file_size <= lo)
        return ST_OK;
    pr->tail_size = h->file_size - lo;
    p = im->lazy ? image_lazy_map(im->lazy, NULL, lo, pr->tail_size, image_page_up(h->file_size))
                 : mmap(NULL, pr->tail_size, PROT_READ, MAP_SHARED, im->fd, (off_t)lo);
    if (p == MAP_FAILED)
        return fail(d, ST_IO, lo, "%s: cannot map the image: %s", name, strerror(errno));
    pr->tail = p;
#define AT(s) (p + (h->section[s].off - lo))
    im->entry = (const struct image_entry *)AT(IS_ENTRY);
    im->nentry = h->section[IS_ENTRY].size / sizeof(*im->entry);
    im->region = (const struct image_region *)AT(IS_REGION);
    im->nregion = h->section[IS_REGION].size / sizeof(*im->region);
    im->span = (const struct image_span *)AT(IS_READ);
    im->nspan = h->section[IS_READ].size / sizeof(*im->span);
    im->snap = AT(IS_SNAP);
    im->nsnap = h->section[IS_SNAP].size;
    im->link = AT(IS_LINK);
    im->nlink = h->section[IS_LINK].size;
    im->sig = AT(IS_SIG);
    im->nsig = h->section[IS_SIG].size;
    im->names = (const char *)AT(IS_NAMES);
    im->nnames = h->section[IS_NAMES].size;
#undef AT
    return ST_OK;
}

enum status image_open_page(const uint8_t *page, uint64_t n, uint64_t size, const char *name, const struct image_expect *want,
                            struct image_lazy *lazy, int fd, struct image **out, struct diag *d)
{
    struct image *im;
    struct image_priv *pr;
    enum status st;

    *out = NULL;
    im = calloc(1, sizeof(*im));
    pr = calloc(1, sizeof(*pr));
    if (!im || !pr) {
        free(im);
        free(pr);
        return fail(d, ST_NOMEM, 0, "%s: no memory", name);
    }
    im->fd = fd;
    im->lazy = lazy;
    im->priv = pr;
    strncpy(pr->name, name, sizeof(pr->name) - 1);
    st = check_header(page, n, &im->h, name, d);
    if (st == ST_OK && want)
        st = check_expected(&im->h, want, name, d);
    if (st == ST_OK)
        st = check_layout(&im->h, size, name, d);
    if (st == ST_OK)
        st = map_tail(im, pr, name, d);
    if (st != ST_OK) {
        im->lazy = NULL;                        /* the caller's */
        image_close(im);
        return st;
    }
    *out = im;
    return ST_OK;
}

enum status image_open(int fd, const char *name, const struct image_expect *want, struct image **out, struct diag *d)
{
    uint8_t page[IMAGE_ALIGN] = { 0 };
    struct stat sb;
    ssize_t n;

    *out = NULL;
    name = name ? name : "image";
    if (fstat(fd, &sb) != 0)
        return fail(d, ST_IO, 0, "%s: %s", name, strerror(errno));
    if (!S_ISREG(sb.st_mode))
        return fail(d, ST_BADFORMAT, 0, "%s: not a regular file", name);
    n = pread(fd, page, sizeof(page), 0);
    if (n < 0)
        return fail(d, ST_IO, 0, "%s: cannot read: %s", name, strerror(errno));
    return image_open_page(page, (uint64_t)n, (uint64_t)sb.st_size, name, want, NULL, fd, out, d);
}

const void *image_records(const struct image *im, uint64_t *size)
{
    const struct image_priv *pr = im->priv;

    *size = pr->tail_size;
    return pr->tail;
}

void image_close(struct image *im)
{
    struct image_priv *pr;

    if (!im)
        return;
    pr = im->priv;
    if (im->base)
        munmap(im->base, pr->window);
    if (pr->tail)
        munmap(pr->tail, pr->tail_size);
    image_lazy_free(im->lazy);
    free(pr);
    free(im);
}

/* ---- mapping ---- */

enum status image_map(struct image *im, uint8_t *text, struct diag *d)
{
    struct image_priv *pr = im->priv;
    uint64_t table = im->h.section[IS_TABLE].off, code = im->h.section[IS_CODE].off, csize = im->h.section[IS_CODE].size;
    uint64_t head = code - table, window = head + image_page_up(csize);
    uint8_t *at = text ? text - head : NULL, *p;

    if (im->base || !csize || (uintptr_t)text & (IMAGE_ALIGN - 1) || (text && (uintptr_t)text < head))
        return fail(d, ST_BADFORMAT, 0, "%s: the image holds no code or is asked for at an impossible address %p", pr->name,
                    (void *)text);
    if (im->lazy) {
        p = image_lazy_map(im->lazy, at, table, window, code);
        if (p == MAP_FAILED)
            return fail(d, errno == EEXIST ? ST_LIMIT : ST_IO, 0, "%s: cannot reserve %" PRIu64 " bytes at %p: %s", pr->name, window,
                        (void *)at, strerror(errno));
        im->base = p;
        pr->window = window;
        return ST_OK;
    }
    p = mmap(at, window, PROT_READ, MAP_PRIVATE | (text ? MAP_FIXED_NOREPLACE : MAP_32BIT), im->fd, (off_t)table);
    if (p == MAP_FAILED && !text)
        p = mmap(NULL, window, PROT_READ, MAP_PRIVATE, im->fd, (off_t)table);
    if (p == MAP_FAILED)
        return fail(d, errno == EEXIST ? ST_LIMIT : ST_IO, 0, "%s: cannot map %" PRIu64 " bytes at %p: %s", pr->name, window,
                    (void *)at, strerror(errno));
    if (text && p != at) {              /* a kernel before 4.17 takes the address as a hint */
        munmap(p, window);
        return fail(d, ST_LIMIT, 0, "%s: the image's place at %p is taken", pr->name, (void *)at);
    }
    /* A mapping of its own rather than mprotect: perf and gdb learn of code from executable mappings only. */
    if (mmap(p + head, window - head, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, im->fd, (off_t)code) == MAP_FAILED) {
        int err = errno;

        munmap(p, window);
        return fail(d, ST_IO, code, "%s: cannot map the code executable: %s", pr->name, strerror(err));
    }
    im->base = p;
    pr->window = window;
    return ST_OK;
}

/* ---- lookups: safe for any contents ---- */

uint64_t image_entry_index(const struct image *im, uint64_t pc)
{
    uint64_t lo = 0, hi = im->nentry;

    image_need(im, im->entry, im->nentry * sizeof(*im->entry));
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;

        if (im->entry[mid].pc < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

int64_t image_lookup(const struct image *im, uint64_t pc)
{
    uint64_t i = image_entry_index(im, pc);

    if (i < im->nentry && im->entry[i].pc == pc && im->entry[i].off < im->h.section[IS_CODE].size)
        return im->entry[i].off;
    return -1;
}

const struct image_region *image_region_at(const struct image *im, uint64_t off)
{
    uint64_t lo = 0, hi = im->nregion;

    image_need(im, im->region, im->nregion * sizeof(*im->region));
    while (lo < hi) {                   /* first region that starts beyond off */
        uint64_t mid = lo + (hi - lo) / 2;

        if (im->region[mid].off <= off)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == 0 || off < im->region[lo - 1].off || off - im->region[lo - 1].off >= im->region[lo - 1].len)
        return NULL;
    return &im->region[lo - 1];
}

const uint8_t *image_region_snap(const struct image *im, const struct image_region *r)
{
    if (r->snap_off > im->nsnap || r->snap_len > im->nsnap - r->snap_off)
        return NULL;
    image_need(im, im->snap + r->snap_off, r->snap_len);
    return im->snap + r->snap_off;
}

const struct image_span *image_region_reads(const struct image *im, const struct image_region *r, uint32_t *n)
{
    bool inside = r->read_first <= im->nspan && r->nread <= im->nspan - r->read_first;

    *n = inside ? r->nread : 0;
    if (inside)
        image_need(im, im->span + r->read_first, r->nread * sizeof(*im->span));
    return inside ? im->span + r->read_first : NULL;
}

/* ---- verification of contents ---- */

static bool reads_sound(const struct image *im, const struct image_region *r, uint64_t first)
{
    uint32_t n;
    const struct image_span *s = image_region_reads(im, r, &n);

    if (!s || r->read_first != first)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (s[i].lo >= s[i].hi || s[i].hi >> 56 || (i && s[i].lo <= s[i - 1].hi))
            return false;
    return true;
}

static enum status verify_records(const struct image *im, const uint8_t *file, const char *name, struct diag *d)
{
    const struct image_header *h = &im->h;
    const int32_t *table = (const int32_t *)(file + h->section[IS_TABLE].off);
    uint64_t code = h->section[IS_CODE].size, ntable = h->section[IS_TABLE].size / 4, end = 0, reads = 0;

    for (uint64_t i = 0; i < ntable; i++)
        if (table[i] < 0 || (uint64_t)table[i] >= code)
            if (table[i] != 0)
                return fail(d, ST_BADFORMAT, i, "%s: table slot %" PRIu64 " points outside the code", name, i);
    for (uint64_t i = 0; i < im->nentry; i++) {
        if (im->entry[i].off >= code)
            return fail(d, ST_BADFORMAT, i, "%s: entry %" PRIu64 " points outside the code", name, i);
        if (i && im->entry[i].pc <= im->entry[i - 1].pc)
            return fail(d, ST_BADFORMAT, i, "%s: entry %" PRIu64 " is out of order", name, i);
    }
    for (uint64_t i = 0; i < im->nregion; i++) {
        const struct image_region *r = &im->region[i];

        if (r->off < end)
            return fail(d, ST_BADFORMAT, i, "%s: region %" PRIu64 " is out of order or overlaps the one before", name, i);
        end = (uint64_t)r->off + r->len;
        if (end > code || !image_region_snap(im, r))
            return fail(d, ST_BADFORMAT, i, "%s: region %" PRIu64 " ends outside the code or its snapshots", name, i);
        if (!reads_sound(im, r, reads))
            return fail(d, ST_BADFORMAT, i, "%s: region %" PRIu64 "'s read spans are out of order", name, i);
        reads += r->nread;
    }
    if (reads != im->nspan)
        return fail(d, ST_BADFORMAT, reads, "%s: %" PRIu64 " read spans belong to no region", name, im->nspan - reads);
    return ST_OK;
}

static enum status verify_bytes(const struct image *im, const uint8_t *file, const char *name, struct diag *d)
{
    const struct image_header *h = &im->h;

    for (unsigned i = 0; i < IS_COUNT; i++) {
        uint64_t end = h->section[i].off + h->section[i].size;
        uint8_t hash[16];

        if (h->section[i].size == 0)
            hash128(NULL, 0, hash);
        else
            hash128(file + h->section[i].off, h->section[i].size, hash);
        if (memcmp(hash, h->section[i].hash, 16) != 0)
            return fail(d, ST_BADFORMAT, h->section[i].off, "%s: %s section is damaged (hash differs)", name, section_name[i]);
        for (; end < image_page_up(end) && end < h->file_size; end++)
            if (file[end])
                return fail(d, ST_BADFORMAT, end, "%s: padding at byte %" PRIu64 " is not zero", name, end);
    }
    return ST_OK;
}

bool image_data_damaged(const struct image *im)
{
    static const enum image_section data[] = { IS_ENTRY, IS_REGION, IS_READ, IS_SNAP };
    const void *at[] = { im->entry, im->region, im->span, im->snap };
    uint8_t hash[16];

    for (unsigned i = 0; i < 4 && !im->lazy; i++) {
        hash128(at[i], im->h.section[data[i]].size, hash);
        if (memcmp(hash, im->h.section[data[i]].hash, 16) != 0)
            return true;
    }
    return false;
}

enum status image_verify(struct image *im, struct diag *d)
{
    const char *name = ((struct image_priv *)im->priv)->name;
    uint8_t *file = mmap(NULL, im->h.file_size, PROT_READ, MAP_SHARED, im->fd, 0);
    enum status st;

    if (file == MAP_FAILED)
        return fail(d, ST_IO, 0, "%s: cannot map the image: %s", name, strerror(errno));
    st = verify_bytes(im, file, name, d);
    if (st == ST_OK)
        st = verify_records(im, file, name, d);
    if (st == ST_OK)
        st = image_check_meaning(im, file, table_granule(im->h.guest_machine), name, d);
    munmap(file, im->h.file_size);
    return st;
}
