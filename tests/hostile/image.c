/* Mutants of images. A quarter is damaged blindly, flat or packed; the others are taken apart, changed where a section means
 * something, and put together again with all hashes right, so that the change reaches the code behind the hash checks. */
#include "tests/hostile/image.h"

#include "formats/hash.h"
#include "jit/snap.h"
#include "jit/vcpu.h"
#include "passes/ir/ir.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct flat { struct image_header h; struct buf sec[IS_COUNT]; };

/* What a mutation touched: decides what running the mutant must give. */
enum { TOUCH_TABLES = 1, TOUCH_STATE = 2 };

static bool flat_parse(const struct buf *file, struct flat *f)
{
    if (file->n < IMAGE_ALIGN)
        return false;
    memcpy(&f->h, file->p, sizeof f->h);
    for (unsigned i = 0; i < IS_COUNT; i++) {
        uint64_t off = f->h.section[i].off, n = f->h.section[i].size;

        if (n && (off > file->n || n > file->n - off))
            return false;
        buf_set(&f->sec[i], n ? file->p + off : NULL, n);
    }
    return true;
}

/* Lays the sections out again and makes their hashes right; the header's own hash comes last. */
static void flat_layout(struct flat *f, struct buf *out)
{
    uint64_t size[IS_COUNT];

    for (unsigned i = 0; i < IS_COUNT; i++)
        size[i] = f->sec[i].n;
    image_plan(&f->h, size);
    buf_splice(out, 0, out->n, NULL, f->h.file_size);
    for (unsigned i = 0; i < IS_COUNT; i++) {
        if (size[i])
            memcpy(out->p + f->h.section[i].off, f->sec[i].p, size[i]);
        hash128(f->sec[i].p, size[i], f->h.section[i].hash);
    }
}

static void flat_seal(struct flat *f, struct buf *out)
{
    for (unsigned i = 0; i < IS_COUNT; i++) {
        uint64_t off = f->h.section[i].off, n = f->h.section[i].size;

        if (off <= out->n && n <= out->n - off)
            hash128(out->p + off, n, f->h.section[i].hash);
    }
    hash128(&f->h, offsetof(struct image_header, header_hash), f->h.header_hash);
    memcpy(out->p, &f->h, sizeof f->h);
}

/* ---- mutations ---- */

static void mutate_header(struct rng *r, struct flat *f)
{
#define FIELD(m) { offsetof(struct image_header, m), sizeof ((struct image_header *)0)->m }
    static const struct { size_t at, n; } field[] = {
        FIELD(version), FIELD(header_size), FIELD(guest_machine), FIELD(host_isa), FIELD(host_level), FIELD(reserved0),
        FIELD(flags), FIELD(variant), FIELD(features), FIELD(guest_lo), FIELD(guest_hi), FIELD(guest_lo), FIELD(guest_hi),
        FIELD(distance),
        FIELD(file_size), FIELD(nguest_insns), FIELD(nhost_insns), FIELD(magic), FIELD(compiler),
    };
#undef FIELD
    const uint64_t near[] = { f->h.guest_lo, f->h.guest_hi, f->h.file_size, f->h.section[IS_CODE].size,
                              f->h.section[IS_TABLE].size };
    uint64_t v = odd_number(r, near, 5);

    if (one_in(r, 3)) {
        unsigned s = (unsigned)below(r, IS_COUNT);

        if (one_in(r, 2))
            v = f->h.section[s].size + below(r, 65) - 32;
        *(one_in(r, 2) ? &f->h.section[s].off : &f->h.section[s].size) = v;
    } else if (one_in(r, 6)) {
        f->h.guest_lo += v = 2 * (below(r, 9) - 4);
        f->h.guest_hi += v;
    } else {
        size_t i = below(r, sizeof field / sizeof field[0]);

        memcpy((uint8_t *)&f->h + field[i].at, &v, field[i].n < 8 ? field[i].n : 8);
    }
}

static struct image_entry *entry_at(struct flat *f, uint64_t i) { return (struct image_entry *)f->sec[IS_ENTRY].p + i; }

static struct image_region *region_at(struct flat *f, uint64_t i) { return (struct image_region *)f->sec[IS_REGION].p + i; }

static int32_t *slot_of(struct flat *f, uint64_t pc)
{
    uint64_t slot = (pc - f->h.guest_lo) / 2;

    return slot < f->sec[IS_TABLE].n / 4 ? (int32_t *)f->sec[IS_TABLE].p + slot : NULL;
}

/* An entry less, in map and table alike: such an image is sound, and smaller. */
static void drop_entry(struct rng *r, struct flat *f)
{
    uint64_t n = f->sec[IS_ENTRY].n / sizeof(struct image_entry), i = below(r, n);

    if (!n)
        return;
    int32_t *slot = slot_of(f, entry_at(f, i)->pc);
    if (slot)
        *slot = 0;
    buf_splice(&f->sec[IS_ENTRY], i * sizeof(struct image_entry), sizeof(struct image_entry), NULL, 0);
}

/* The table alone, the entry map alone, or both in step. */
static unsigned mutate_entries(struct rng *r, struct flat *f)
{
    const uint64_t near[] = { f->h.guest_lo, f->h.guest_hi, f->sec[IS_CODE].n };
    uint64_t n = f->sec[IS_ENTRY].n / sizeof(struct image_entry);

    switch (below(r, 5)) {
    case 0:
        mutate_records(r, &f->sec[IS_TABLE], 4, near, 3);
        return TOUCH_TABLES;
    case 1:
        if (n) {
            struct image_entry *e = entry_at(f, below(r, n));
            int32_t *slot = slot_of(f, e->pc);

            e->off = one_in(r, 2) ? (uint32_t)odd_number(r, near, 3) : entry_at(f, below(r, n))->off;
            if (slot)
                *slot = (int32_t)e->off;
        }
        return TOUCH_TABLES;
    case 2: case 3:
        for (uint64_t k = 1 + below(r, 20); k; k--)
            drop_entry(r, f);
        return 0;
    default:
        mutate_records(r, &f->sec[IS_ENTRY], sizeof(struct image_entry), near, 3);
        return TOUCH_TABLES;
    }
}

static void put_uleb(struct buf *b, uint64_t v)
{
    uint8_t c;

    do {
        c = (uint8_t)((v & 127) | (v > 127 ? 128 : 0));
        buf_splice(b, b->n, 0, &c, 1);
    } while (v >>= 7);
}

static void put_byte(struct buf *b, uint64_t v)
{
    uint8_t c = (uint8_t)v;

    buf_splice(b, b->n, 0, &c, 1);
}

/* A record that might have been: nodes in any order, of any kind, with fields that are mostly right. */
static void random_record(struct rng *r, struct buf *b, const struct image_header *h, uint32_t len)
{
    const uint64_t place[] = { VCPU_GUEST_SIZE, offsetof(struct vcpu, spill), offsetof(struct vcpu, vspill), sizeof(struct vcpu),
                               offsetof(struct vcpu, rt) };

    put_uleb(b, below(r, len) * 2);
    put_uleb(b, 1 + below(r, 8));
    put_uleb(b, (h->guest_lo + below(r, h->guest_hi - h->guest_lo)) * 2);
    for (unsigned n = 1 + (unsigned)below(r, 24); n; n--) {
        unsigned k = (unsigned)below(r, one_in(r, 20) ? 256 : SNAPK_SLOT + 1);

        put_byte(b, k);
        switch (k) {
        case SNAPK_END: return;
        case SNAPK_REG: put_byte(b, one_in(r, 4) ? rnd(r) : below(r, 48)); break;
        case SNAPK_MEM: put_uleb(b, one_in(r, 2) ? below(r, 64) * 8 : odd_number(r, place, 5)); break;
        case SNAPK_OP: {
            uint64_t op = one_in(r, 8) ? odd_number(r, NULL, 0) : below(r, IR_NOPS);

            put_uleb(b, op);
            put_byte(b, one_in(r, 8) ? rnd(r) : 1 + below(r, 5));
            put_byte(b, one_in(r, 8) ? rnd(r) : 1 + below(r, 5));
            put_byte(b, one_in(r, 4) ? below(r, 5) : op < IR_NOPS && ir_opinfo[op].sig[2] == 'v' ? 2 : 1);
            break;
        }
        case SNAPK_SLOT: put_uleb(b, one_in(r, 4) ? odd_number(r, NULL, 0) : below(r, 70)); break;
        default: put_uleb(b, odd_number(r, place, 5));
        }
    }
    put_byte(b, SNAPK_END);
}

/* Some regions' tables: bytes of it, or a table of its own at the section's end. */
static void mutate_snaps(struct rng *r, struct flat *f)
{
    uint64_t n = f->sec[IS_REGION].n / sizeof(struct image_region);
    struct buf *snap = &f->sec[IS_SNAP];

    for (unsigned k = 1 + (unsigned)below(r, 4); k && n; k--) {
        struct image_region *g = region_at(f, below(r, n));

        if (one_in(r, 2) && g->snap_len && g->snap_off < snap->n) {
            size_t at = g->snap_off + below(r, g->snap_len);

            if (at < snap->n)
                snap->p[at] = one_in(r, 2) ? (uint8_t)below(r, SNAPK_SLOT + 2) : (uint8_t)rnd(r);
            continue;
        }
        g->snap_off = (uint32_t)snap->n;
        for (unsigned m = (unsigned)below(r, 4); m; m--)
            random_record(r, snap, &f->h, g->len);
        g->snap_len = (uint32_t)(snap->n - g->snap_off);
    }
}

static void mutate_regions(struct rng *r, struct flat *f)
{
    const uint64_t near[] = { f->sec[IS_CODE].n, f->sec[IS_SNAP].n, f->sec[IS_READ].n / sizeof(struct image_span), f->h.guest_hi };

    mutate_records(r, &f->sec[IS_REGION], sizeof(struct image_region), near, 4);
}

static void mutate_names(struct rng *r, struct flat *f)
{
    struct buf *b = &f->sec[IS_NAMES];
    struct image_names *head = (struct image_names *)b->p;
    const uint64_t near[] = { b->n, b->n / sizeof(struct image_name), f->h.guest_lo };

    if (b->n < sizeof *head)
        buf_splice(b, 0, 0, NULL, below(r, 40));
    else if (one_in(r, 3))
        *(one_in(r, 2) ? &head->count : &head->strings) = odd_number(r, near, 3);
    else if (one_in(r, 4))
        b->p[b->n - 1] = 'x';
    else
        mutate_records(r, b, sizeof(struct image_name), near, 3);
}

/* One mutation; which bits of TOUCH_* it earns. */
static unsigned mutate_part(struct rng *r, struct flat *f)
{
    const uint64_t near[] = { f->h.guest_lo, f->h.guest_hi };

    switch (below(r, 8)) {
    case 0: mutate_regions(r, f); return TOUCH_STATE;
    case 1: case 2: mutate_snaps(r, f); return TOUCH_STATE;
    case 3: case 4: return mutate_entries(r, f);
    case 5: mutate_names(r, f); return 0;
    case 6:
        if (one_in(r, 2))
            mutate_records(r, &f->sec[IS_READ], sizeof(struct image_span), near, 2);
        else if (f->sec[IS_REGION].n)
            region_at(f, below(r, f->sec[IS_REGION].n / sizeof(struct image_region)))->read_hash ^= 1;
        return 0;
    default: {
        struct buf *b = &f->sec[one_in(r, 2) ? IS_LINK : IS_SIG];

        if (one_in(r, 4))
            buf_splice(b, 0, b->n, NULL, 0);
        buf_splice(b, below(r, b->n), below(r, 9), NULL, below(r, 100));
        if (b->n)
            mutate_raw(r, b);
        return 0;
    }
    }
}

/* A mutant with right hashes. */
static unsigned mutate_sealed(struct rng *r, struct flat *f, struct buf *out)
{
    unsigned touched = 0;
    bool header = one_in(r, 4);

    for (unsigned n = header && one_in(r, 2) ? 0 : one_in(r, 2) ? 1 : 1 + (unsigned)below(r, 4); n; n--)
        touched |= mutate_part(r, f);
    flat_layout(f, out);
    if (header) {
        const struct image_header was = f->h;

        for (unsigned n = 1 + (unsigned)below(r, 2); n; n--)
            mutate_header(r, f);
        /* Code is made for one place and one guest range. */
        if (f->h.guest_lo != was.guest_lo || f->h.guest_hi != was.guest_hi || f->h.distance != was.distance)
            touched |= TOUCH_TABLES;
    }
    flat_seal(f, out);
    return touched;
}

/* ---- the packed form ---- */

static void from_fd(int fd, struct buf *b)
{
    off_t n = lseek(fd, 0, SEEK_END);

    buf_splice(b, 0, b->n, NULL, n > 0 ? (size_t)n : 0);
    if (n > 0 && pread(fd, b->p, (size_t)n, 0) != n)
        exit(3);
}

/* Numbers of the seek table and its foot, which stand at the end. */
static void mutate_seek(struct rng *r, struct buf *b)
{
    const uint64_t near[] = { b->n, IMAGE_FRAME, 1 };
    uint32_t v = (uint32_t)odd_number(r, near, 3);
    size_t back = one_in(r, 2) ? 9 : one_in(r, 2) ? 5 : 4 + 4 * below(r, 12);

    if (back <= b->n)
        memcpy(b->p + b->n - back, &v, back < 4 ? back : 4);
}

static void pack(struct buf *b)
{
    int in = buf_memfd(b), out = memfd_create("packed", MFD_CLOEXEC);
    struct diag d;

    if (out < 0)
        exit(3);
    if (b->n && image_pack(in, out, 1, &d) == ST_OK)
        from_fd(out, b);
    close(in);
    close(out);
}

/* A packed image's bytes, unpacked in place; false: refused. */
static bool unpack(struct rng *r, struct buf *b)
{
    int in = buf_memfd(b), out = memfd_create("flat", MFD_CLOEXEC);
    uint8_t part[300];
    struct diag d;
    size_t got;

    if (out < 0)
        exit(3);
    image_packed_read(in, one_in(r, 2) ? below(r, b->n * 2) : odd_number(r, NULL, 0), part, sizeof part, &got, &d);
    bool ok = image_is_packed(in) && image_unpack(in, out, &d) == ST_OK;
    if (ok)
        from_fd(out, b);
    close(in);
    close(out);
    return ok;
}

/* ---- the job ---- */

static void keep(const struct job *j, const struct buf *b, unsigned touched, uint64_t i)
{
    static unsigned kept;
    char path[4096];
    FILE *out;

    /* Code that is entered elsewhere than it was made for is other code; nobody answers for what it does. */
    if (!j->keep || kept >= j->nkeep || touched & TOUCH_TABLES)
        return;
    snprintf(path, sizeof path, "%s/%s-%llu.img", j->keep, touched & TOUCH_STATE ? "state" : "rest", (unsigned long long)i);
    out = fopen(path, "wb");
    if (!out || fwrite(b->p, 1, b->n, out) != b->n || fclose(out))
        exit(3);
    kept++;
}

static void try_flat(const struct job *j, struct rng *r, const struct buf *b, unsigned touched, uint64_t i)
{
    int fd = buf_memfd(b);
    struct image *im;
    struct diag d = { 0 };

    if (image_open(fd, "mutant", NULL, &im, &d) != ST_OK) {
        if (!d.st || strncmp(d.msg, "mutant: ", 8) || strchr(d.msg, '\n'))
            harm("refused without a proper message: '%s'", d.msg);
        fate(REFUSED);
        close(fd);
        return;
    }
    fate(ACCEPTED);
    image_probe(im, r);
    if (image_verify(im, &d) == ST_OK) {
        fate(VERIFIED);
        image_harmless(im);
        image_evaluate(im);
        keep(j, b, touched, i);
    }
    image_probe_cache(im, r);
    image_close(im);
    close(fd);
}

/* A packed image whose frames are sound is used without being unpacked: pages appear when they are touched. */
static struct image *lazy;
static struct sigaction usual;          /* how faults are reported */

static void on_fault(int sig, siginfo_t *si, void *uc)
{
    if (!lazy || !image_fault(lazy, si->si_addr))
        sigaction(sig, &usual, NULL);   /* the access faults again, and says so */
}

static void try_packed(struct rng *r, const struct buf *b)
{
    struct sigaction act = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };
    int fd = buf_memfd(b);
    struct diag d = { 0 };

    sigaction(SIGSEGV, &act, &usual);
    if (image_open_packed(fd, "mutant", NULL, NULL, &lazy, &d) == ST_OK) {
        image_probe(lazy, r);
        image_probe_cache(lazy, r);
        image_close(lazy);
    } else if (!*d.msg || strchr(d.msg, '\n')) {
        harm("packed: refused without a proper message: '%s'", d.msg);
    }
    lazy = NULL;
    sigaction(SIGSEGV, &usual, NULL);
    close(fd);
}

static void one_image(const struct job *j, const struct buf *seed, uint64_t i)
{
    struct rng r = mutant(j, i);
    struct flat f = { 0 };
    struct buf b = { 0 }, z = { 0 };
    unsigned touched = TOUCH_TABLES;
    bool packed = one_in(&r, 8), sealed = i % 4 != 3;

    buf_set(&b, seed->p, seed->n);
    if (sealed && flat_parse(seed, &f))
        touched = mutate_sealed(&r, &f, &b);
    if (packed) {
        pack(&b);
        if (!sealed && one_in(&r, 2))
            mutate_seek(&r, &b);
    }
    if (!sealed)
        mutate_raw(&r, &b);
    if (packed)
        buf_set(&z, b.p, b.n);
    if (packed && !unpack(&r, &b)) {
        fate(REFUSED);
        z.n = 0;
    } else {
        try_flat(j, &r, &b, touched, i);
    }
    if (z.n)
        try_packed(&r, &z);
    for (unsigned k = 0; k < IS_COUNT; k++)
        buf_free(&f.sec[k]);
    buf_free(&b);
    buf_free(&z);
}

/* The seeds themselves must be harmless, or nothing here means anything. */
static void check_seed(const struct job *j, const char *path, const struct buf *b)
{
    int fd = buf_memfd(b);
    struct rng r = mutant(j, 0);
    struct image *im;
    struct diag d;

    if (image_open(fd, path, NULL, &im, &d) != ST_OK || image_verify(im, &d) != ST_OK) {
        printf("%s\n", d.msg);
        exit(3);
    }
    image_probe(im, &r);
    image_harmless(im);
    image_evaluate(im);
    image_close(im);
    close(fd);
}

void hostile_images(const struct job *j)
{
    struct buf seed = { 0 };
    int loaded = -1;

    for (int k = 0; k < j->nfile; k++) {
        if (!buf_read(&seed, j->file[k]))
            exit(3);
        check_seed(j, j->file[k], &seed);
    }
    /* Large seeds are slow: the first file gets most mutants, in long runs. */
    for (uint64_t i = 0; i < j->count; i++) {
        int k = (int)(i / 100 % (uint64_t)j->nfile);

        if (k != loaded && !buf_read(&seed, j->file[loaded = k]))
            exit(3);
        if (j->only < 0 || (uint64_t)j->only == i)
            one_image(j, &seed, i);
    }
    buf_free(&seed);
}
