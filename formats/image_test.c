/* Images: round trips, same bytes, and every kind of damage refused with the right status. */
#include "formats/hash.h"
#include "formats/image.h"

#include <check.h>
#include <elf.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NENTRY = 3, GUEST = 0x10000, GUEST_SIZE = 0x40, CODE = 5000 };

static uint8_t code[CODE];
static int32_t table[GUEST_SIZE / 2];
static struct image_entry entries[NENTRY] = { { GUEST, 16, 0 }, { GUEST + 4, 100, 1 }, { GUEST + 0x20, 4000, 0 } };
static struct image_region regions[2] = { { GUEST, 1, 16, 200, 0, 10, 0, 2 }, { GUEST + 0x20, 2, 4000, 1000, 10, 90, 2, 1 } };
static struct image_span spans[3] = { { GUEST, GUEST + 8 }, { GUEST + 16, GUEST + 20 }, { GUEST + 0x20, GUEST + 0x30 } };
static uint8_t snap[100];
static struct { struct image_names head; struct image_name rec[2]; char str[16]; } names = {
    { 2, 48 }, { { GUEST, 0, 0x20 }, { GUEST + 0x20, 4, 0 } }, "one\0twotwo" };

/* Records that say nothing but a pc: the first is 6 bytes, the others of a table 4. */
static void make_snaps(void)
{
    static const uint8_t first[6] = { 0, 1, 0x80, 0x80, 8, 0 }, next[4] = { 2, 1, 4, 0 };

    for (unsigned r = 0; r < 2; r++) {
        uint8_t *p = snap + regions[r].snap_off, *end = p + regions[r].snap_len;

        memcpy(p, first, sizeof(first));
        for (p += sizeof(first); p < end; p += sizeof(next))
            memcpy(p, next, sizeof(next));
    }
}

static void header(struct image_header *h)
{
    memset(h, 0, sizeof(*h));
    h->guest_machine = EM_RISCV;
    h->host_isa = 1;
    h->host_level = 3;
    h->features = 0x5;
    h->flags = IMAGE_PIC;
    h->distance = -(INT64_C(1) << 30);
    memset(h->module_hash, 1, 16);
    memset(h->abi_hash, 2, 16);
    memset(h->compiler, 3, 16);
    h->guest_lo = GUEST;
    h->guest_hi = GUEST + GUEST_SIZE;
}

static const struct image_expect expected = { .module_hash = (const uint8_t *)"\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1",
                                              .abi_hash = (const uint8_t *)"\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2",
                                              .compiler = (const uint8_t *)"\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3",
                                              .guest_machine = EM_RISCV,
                                              .host_isa = 1,
                                              .features = 0xf };

static int temp(void)
{
    int fd = memfd_create("image", MFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    return fd;
}

static int make(void)
{
    struct image_content sec[IS_COUNT] = { [IS_TABLE] = { table, sizeof(table) }, [IS_CODE] = { code, sizeof(code) },
        [IS_ENTRY] = { entries, sizeof(entries) }, [IS_REGION] = { regions, sizeof(regions) },
        [IS_READ] = { spans, sizeof(spans) }, [IS_SNAP] = { snap, sizeof(snap) },
        [IS_NAMES] = { &names, sizeof(names) } };
    struct image_header h;
    struct diag d = { 0 };
    int fd = temp();

    for (unsigned i = 0; i < CODE; i++)
        code[i] = (uint8_t)(i * 7 + i / 256);
    table[0] = 16;
    table[2] = 100;
    table[16] = 4000;
    make_snaps();
    header(&h);
    ck_assert_msg(image_write(fd, &h, sec, &d) == ST_OK, "%s", d.msg);
    return fd;
}

/* Recomputes the header's hash after an edit: the reader's other checks must then find the damage. */
static void rehash(int fd)
{
    struct image_header h;

    ck_assert_int_eq(pread(fd, &h, sizeof(h), 0), sizeof(h));
    hash128(&h, offsetof(struct image_header, header_hash), h.header_hash);
    ck_assert_int_eq(pwrite(fd, &h, sizeof(h), 0), sizeof(h));
}

static enum status try_open(int fd, struct diag *d)
{
    struct image *im;
    enum status st = image_open(fd, "test", &expected, &im, d);

    ck_assert(st == ST_OK || (d->msg[0] && !strchr(d->msg, '\n') && im == NULL));
    if (st == ST_OK)
        image_close(im);
    return st;
}

START_TEST(test_round_trip)
{
    struct image *im;
    struct diag d = { 0 };
    int fd = make();
    uint8_t *text;
    uint32_t n;

    ck_assert_msg(image_open(fd, "test", &expected, &im, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(image_verify(im, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(image_map(im, NULL, &d) == ST_OK, "%s", d.msg);
    close(fd);
    text = image_text(im);
    ck_assert_mem_eq(text, code, CODE);
    ck_assert_mem_eq(im->base, table, sizeof(table));
    ck_assert_uint_lt((uintptr_t)text, UINT64_C(1) << 31);
    ck_assert_uint_eq(im->nentry, NENTRY);
    ck_assert_uint_eq(im->nregion, 2);
    ck_assert_uint_eq(im->nsnap, sizeof(snap));
    ck_assert_int_eq(image_lookup(im, GUEST + 4), 100);
    ck_assert_int_eq(image_lookup(im, GUEST + 0x20), 4000);
    ck_assert_int_eq(image_lookup(im, GUEST + 2), -1);
    ck_assert_int_eq(image_lookup(im, 0), -1);
    ck_assert_int_eq(image_lookup(im, ~UINT64_C(0)), -1);
    ck_assert_ptr_eq(image_region_at(im, 16), &im->region[0]);
    ck_assert_ptr_eq(image_region_at(im, 215), &im->region[0]);
    ck_assert_ptr_null(image_region_at(im, 216));
    ck_assert_ptr_null(image_region_at(im, 15));
    ck_assert_ptr_eq(image_region_at(im, 4999), &im->region[1]);
    ck_assert_ptr_eq(image_region_snap(im, &im->region[1]), im->snap + 10);
    ck_assert_ptr_eq(image_region_reads(im, &im->region[1], &n), im->span + 2);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(im->nspan, 3);
    ck_assert_uint_eq(im->span[1].hi, GUEST + 20);
    image_close(im);
}
END_TEST

START_TEST(test_fixed_place)
{
    struct image *im, *again;
    struct diag d = { 0 };
    int fd = make();
    uint8_t *hole = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *text = hole + 0x10000;

    ck_assert_int_eq(image_open(fd, "test", NULL, &im, &d), ST_OK);
    ck_assert_int_eq(image_map(im, text, &d), ST_LIMIT);         /* taken */
    munmap(hole, 1 << 20);
    ck_assert_int_eq(image_map(im, text + 8, &d), ST_BADFORMAT);
    ck_assert_msg(image_map(im, text, &d) == ST_OK, "%s", d.msg);
    ck_assert_ptr_eq(image_text(im), text);
    ck_assert_int_eq(image_open(fd, "test", NULL, &again, &d), ST_OK);
    ck_assert_int_eq(image_map(again, text, &d), ST_LIMIT);
    image_close(again);
    ck_assert_uint_eq(text[1], code[1]);
    image_close(im);
    close(fd);
}
END_TEST

static void same_bytes(int a, int b)
{
    struct stat sa, sb;
    uint8_t *pa, *pb;

    fstat(a, &sa);
    fstat(b, &sb);
    ck_assert_int_eq(sa.st_size, sb.st_size);
    pa = mmap(NULL, (size_t)sa.st_size, PROT_READ, MAP_PRIVATE, a, 0);
    pb = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, b, 0);
    ck_assert_mem_eq(pa, pb, (size_t)sa.st_size);
    munmap(pa, (size_t)sa.st_size);
    munmap(pb, (size_t)sb.st_size);
}

START_TEST(test_same_bytes)
{
    int a = make(), b = make(), pa = temp(), pb = temp();
    struct diag d = { 0 };

    same_bytes(a, b);
    ck_assert_int_eq(image_pack(a, pa, 19, &d), ST_OK);
    ck_assert_int_eq(image_pack(b, pb, 19, &d), ST_OK);
    same_bytes(pa, pb);
}
END_TEST

/* Every header byte: with its hash kept the change is seen; with the hash recomputed nothing may crash. */
START_TEST(test_header_bytes)
{
    int fd = make();
    unsigned accepted = 0;

    for (unsigned i = 0; i < 4096; i++) {
        uint8_t old, new;
        struct diag d = { 0 };
        struct image_header h;

        ck_assert_int_eq(pread(fd, &h, sizeof(h), 0), sizeof(h));
        ck_assert_int_eq(pread(fd, &old, 1, i), 1);
        new = (uint8_t)(old ^ 0x41);
        ck_assert_int_eq(pwrite(fd, &new, 1, i), 1);
        ck_assert_msg(try_open(fd, &d) != ST_OK, "byte %u changed and nobody noticed", i);
        if (i < offsetof(struct image_header, header_hash)) {
            struct image *im;

            rehash(fd);
            if (image_open(fd, "test", NULL, &im, &d) == ST_OK) {
                accepted++;
                image_verify(im, &d);
                image_lookup(im, GUEST + 4);
                image_region_at(im, 100);
                image_close(im);
            }
        }
        ck_assert_int_eq(pwrite(fd, &old, 1, i), 1);
        ck_assert_int_eq(pwrite(fd, &h, sizeof(h), 0), sizeof(h));
    }
    ck_assert_uint_gt(accepted, 0);         /* hashes and counters may say anything */
    close(fd);
}
END_TEST

START_TEST(test_truncated)
{
    struct diag d;
    struct stat sb;

    for (unsigned i = 0; i < 12; i++) {
        static const unsigned cut[] = { 0, 1, 7, 8, 100, 4095, 4096, 4097, 8192, 13000, 16384, 20000 };
        int fd = make();

        fstat(fd, &sb);
        ck_assert_int_lt(cut[i], sb.st_size);
        ck_assert_int_eq(ftruncate(fd, cut[i]), 0);
        d = (struct diag){ 0 };
        ck_assert_int_eq(try_open(fd, &d), ST_TRUNCATED);
        close(fd);
    }
    int fd = make();

    fstat(fd, &sb);
    ck_assert_int_eq(ftruncate(fd, sb.st_size - 1), 0);
    ck_assert_int_eq(try_open(fd, &d), ST_TRUNCATED);
    ck_assert_int_eq(ftruncate(fd, sb.st_size + 1), 0);
    ck_assert_int_eq(try_open(fd, &d), ST_BADFORMAT);
}
END_TEST

static void expect_status(struct image_expect w, enum status want, const char *word)
{
    struct image *im;
    struct diag d = { 0 };
    int fd = make();

    ck_assert_int_eq(image_open(fd, "test", &w, &im, &d), want);
    if (want == ST_OK)
        image_close(im);
    else
        ck_assert_msg(strstr(d.msg, word) != NULL, "%s", d.msg);
    close(fd);
}

START_TEST(test_expectations)
{
    static const uint8_t other[16] = { 9 }, zero[16];

    expect_status((struct image_expect){ 0 }, ST_OK, "");
    expect_status((struct image_expect){ .module_hash = zero, .features = 5 }, ST_OK, "");
    expect_status((struct image_expect){ .module_hash = other }, ST_MISMATCH, "another guest file");
    expect_status((struct image_expect){ .abi_hash = other }, ST_MISMATCH, "ABI");
    expect_status((struct image_expect){ .compiler = other }, ST_MISMATCH, "compiler");
    expect_status((struct image_expect){ .guest_machine = EM_AARCH64 }, ST_MISMATCH, "guest machine");
    expect_status((struct image_expect){ .host_isa = 2 }, ST_MISMATCH, "host ISA");
    expect_status((struct image_expect){ .features = 4 }, ST_MISMATCH, "features");
}
END_TEST

/* Damage below the header page: found by image_verify, also when the section's hash was recomputed over bad records. */
static void damage(unsigned section, uint64_t off, uint32_t value, bool fix_hash, const char *word)
{
    struct image_header h;
    struct image *im;
    struct diag d = { 0 };
    int fd = make();
    uint8_t *file;

    ck_assert_int_eq(pread(fd, &h, sizeof(h), 0), sizeof(h));
    ck_assert_int_eq(pwrite(fd, &value, 4, (off_t)(h.section[section].off + off)), 4);
    if (fix_hash) {
        file = mmap(NULL, h.file_size, PROT_READ, MAP_SHARED, fd, 0);
        hash128(file + h.section[section].off, h.section[section].size, h.section[section].hash);
        munmap(file, h.file_size);
        ck_assert_int_eq(pwrite(fd, &h, sizeof(h), 0), sizeof(h));
        rehash(fd);
    }
    ck_assert_msg(image_open(fd, "test", &expected, &im, &d) == ST_OK, "%s", d.msg);
    ck_assert_int_eq(image_verify(im, &d), ST_BADFORMAT);
    ck_assert_msg(strstr(d.msg, word) != NULL, "%s", d.msg);
    for (uint64_t pc = GUEST - 2; pc < GUEST + GUEST_SIZE; pc++)
        ck_assert_int_lt(image_lookup(im, pc), CODE);
    for (uint64_t o = 0; o < CODE; o += 50) {
        const struct image_region *r = image_region_at(im, o);
        const uint8_t *p = r ? image_region_snap(im, r) : NULL;

        ck_assert(!p || (p >= im->snap && p + r->snap_len <= im->snap + im->nsnap));
    }
    image_close(im);
    close(fd);
}

START_TEST(test_damage)
{
    for (unsigned s = IS_TABLE; s <= IS_SNAP; s++)
        damage(s, 0, 0x12345678, false, "hash differs");
    damage(IS_CODE, CODE, 1, false, "padding");
    damage(IS_TABLE, 4, CODE, true, "table slot 1");
    damage(IS_TABLE, 4, ~0u, true, "table slot 1");
    damage(IS_ENTRY, 8, CODE, true, "outside the code");
    damage(IS_ENTRY, 16, GUEST, true, "out of order");
    damage(IS_REGION, 16, 4500, true, "out of order");
    damage(IS_REGION, 40 + 20, 1001, true, "outside the code");
    damage(IS_REGION, 40 + 20, ~0u, true, "outside the code");
    damage(IS_REGION, 24, 95, true, "snapshots");
    damage(IS_REGION, 28, ~0u, true, "snapshots");
    damage(IS_REGION, 32, 1, true, "read spans");
    damage(IS_REGION, 32, ~0u, true, "read spans");
    damage(IS_REGION, 36, 4, true, "read spans");
    damage(IS_REGION, 36, 1, true, "read spans");
    damage(IS_REGION, 40 + 36, 0, true, "belong to no region");
    damage(IS_READ, 0, GUEST + 8, true, "read spans");
    damage(IS_READ, 4, 1u << 24, true, "read spans");
    damage(IS_READ, 8, GUEST + 16, true, "read spans");
}
END_TEST

/* Sound in their bounds, and not what the runtime takes them for. */
START_TEST(test_meaning)
{
    struct { unsigned section; uint64_t off; uint32_t value; const char *word; } bad[] = {
        { IS_TABLE, 4, 16, "the table has 4 entries" },         /* an entry that no map knows */
        { IS_TABLE, 0, 0, "disagree" },
        { IS_TABLE, 0, 17, "disagree" },
        { IS_ENTRY, 8, 17, "disagree" },
        { IS_ENTRY, 16, GUEST + 5, "no possible guest address" },
        { IS_ENTRY, 32, GUEST + GUEST_SIZE, "no possible guest address" },
        { IS_ENTRY, 4, 1, "out of order" },
        { IS_REGION, 16, 17, "lies in no region" },
        { IS_READ, 0, GUEST + 2, "not among its region's read spans" },
        { IS_READ, 8, GUEST + 4, "not among its region's read spans" },
        { IS_REGION, 24, 1, "snapshots of region 0" },          /* begins inside a record */
        { IS_REGION, 28, 9, "snapshots of region 0" },          /* ends inside one */
        { IS_SNAP, 1, 0x00800001, "snapshots of region 0" },
        { IS_SNAP, 0, 0x8080c900, "snapshots of region 0" },    /* covers 201 bytes of 200 */
        { IS_SNAP, 2, 0x09808080, "snapshots of region 0" },    /* another pc */
        { IS_NAMES, 0, 3, "name section's head" },
        { IS_NAMES, 8, 47, "name section's head" },
        { IS_NAMES, 24, 16, "no string" },
        { IS_NAMES, 32, GUEST - 1, "out of order" },
        { IS_NAMES, sizeof(names) - 4, 0x61616161, "no end" },
    };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        damage(bad[i].section, bad[i].off, bad[i].value, true, bad[i].word);
}
END_TEST

START_TEST(test_empty)
{
    static const struct image_content none[IS_COUNT];
    struct image *im;
    struct diag d;
    struct image_header h;
    uint64_t off;
    uint32_t n;
    int fd = temp();

    header(&h);
    h.guest_hi = h.guest_lo;
    ck_assert_msg(image_write(fd, &h, none, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(image_open(fd, "test", NULL, &im, &d) == ST_OK && image_verify(im, &d) == ST_OK, "%s", d.msg);
    ck_assert(!image_name_at(im, GUEST, &off) && !image_region_at(im, 0) && image_lookup(im, GUEST) == -1);
    ck_assert(!image_region_snap(im, &regions[0]) && !image_region_reads(im, &regions[0], &n) && n == 0);
    ck_assert_int_eq(image_map(im, NULL, &d), ST_BADFORMAT);
    image_close(im);
    close(fd);
}
END_TEST

START_TEST(test_names)
{
    static const struct { uint64_t pc; const char *name; uint64_t off; } want[] = {
        { GUEST, "one", 0 }, { GUEST + 0x1f, "one", 0x1f }, { GUEST + 0x20, "twotwo", 0 }, { GUEST + 0x999, "twotwo", 0x979 },
        { GUEST - 1, NULL, 0 }, { 0, NULL, 0 }, { ~UINT64_C(0), "twotwo", ~UINT64_C(0) - GUEST - 0x20 },
    };
    struct image *im;
    struct diag d;
    int fd = make();

    ck_assert_msg(image_open(fd, "test", &expected, &im, &d) == ST_OK && image_verify(im, &d) == ST_OK, "%s", d.msg);
    for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        uint64_t off = 0;
        const char *name = image_name_at(im, want[i].pc, &off);

        ck_assert_msg(!name == !want[i].name && off == want[i].off, "name %u: %s", i, name);
        ck_assert(!name || !strcmp(name, want[i].name));
    }
    image_close(im);
    close(fd);
}
END_TEST

/* Headers that lie, with a correct hash. */
static void lie(size_t off, uint64_t value, unsigned width, enum status want)
{
    struct diag d = { 0 };
    int fd = make();

    ck_assert_int_eq(pwrite(fd, &value, width, (off_t)off), width);
    rehash(fd);
    ck_assert_msg(try_open(fd, &d) == want, "field at %zu: %s", off, d.msg);
    close(fd);
}

START_TEST(test_lies)
{
#define SEC(s, f) (offsetof(struct image_header, section) + (s) * sizeof(((struct image_header *)0)->section[0]) + (f))
    lie(0, 0, 1, ST_BADFORMAT);
    lie(offsetof(struct image_header, version), IMAGE_VERSION + 1, 4, ST_MISMATCH);
    lie(offsetof(struct image_header, header_size), 8, 4, ST_MISMATCH);
    lie(offsetof(struct image_header, flags), 16, 4, ST_BADFORMAT);
    lie(offsetof(struct image_header, flags), IMAGE_PASSES, 4, ST_BADFORMAT);
    lie(offsetof(struct image_header, flags), IMAGE_PASSES | IMAGE_STRICT, 4, ST_OK);
    lie(offsetof(struct image_header, reserved0), 1, 2, ST_BADFORMAT);
    lie(offsetof(struct image_header, file_size), ~UINT64_C(0), 8, ST_LIMIT);
    lie(offsetof(struct image_header, file_size), 4096, 8, ST_BADFORMAT);
    lie(offsetof(struct image_header, guest_lo), ~UINT64_C(0), 8, ST_BADFORMAT);
    lie(offsetof(struct image_header, guest_hi), GUEST + 2 * GUEST_SIZE, 8, ST_BADFORMAT);
    lie(offsetof(struct image_header, distance), 12, 8, ST_BADFORMAT);
    lie(SEC(IS_CODE, 0), 4096, 8, ST_BADFORMAT);
    lie(SEC(IS_CODE, 8), ~UINT64_C(0), 8, ST_LIMIT);
    lie(SEC(IS_CODE, 8), CODE + 4096, 8, ST_BADFORMAT);
    lie(SEC(IS_SNAP, 8), ~UINT64_C(0), 8, ST_BADFORMAT);
    lie(SEC(IS_ENTRY, 8), 17, 8, ST_BADFORMAT);
    lie(SEC(IS_ENTRY, 0), ~UINT64_C(0) - 4095, 8, ST_BADFORMAT);
    lie(SEC(IS_SIG, 8), 1, 8, ST_BADFORMAT);
#undef SEC
}
END_TEST

/* ---- packed ---- */

static int make_large(void)
{
    enum { SIZE = 700000 };
    uint8_t *big = malloc(SIZE);
    struct image_content sec[IS_COUNT] = { [IS_TABLE] = { table, sizeof(table) }, [IS_CODE] = { big, SIZE } };
    struct image_header h;
    struct diag d = { 0 };
    int fd = temp();

    for (unsigned i = 0; i < SIZE; i++)
        big[i] = (uint8_t)(i * i >> 7);
    header(&h);
    ck_assert_int_eq(image_write(fd, &h, sec, &d), ST_OK);
    free(big);
    return fd;
}

START_TEST(test_packed)
{
    int flat = make_large(), packed = temp(), again = temp();
    struct diag d = { 0 };
    struct stat sf, sp;
    uint8_t a[5000], b[5000];
    size_t got;

    ck_assert_int_eq(image_pack(flat, packed, 3, &d), ST_OK);
    fstat(flat, &sf);
    fstat(packed, &sp);
    ck_assert_int_lt(sp.st_size, sf.st_size);
    ck_assert(image_is_packed(packed));
    ck_assert(!image_is_packed(flat));
    ck_assert_int_eq(try_open(packed, &d), ST_UNSUPPORTED);
    ck_assert_msg(image_unpack(packed, again, &d) == ST_OK, "%s", d.msg);
    same_bytes(flat, again);
    ck_assert_int_eq(image_packed_read(packed, IMAGE_FRAME - 1000, a, sizeof(a), &got, &d), ST_OK);
    ck_assert_uint_eq(got, sizeof(a));
    ck_assert_int_eq(pread(flat, b, sizeof(b), IMAGE_FRAME - 1000), sizeof(b));
    ck_assert_mem_eq(a, b, sizeof(a));
    ck_assert_int_eq(image_packed_read(packed, (uint64_t)sf.st_size - 10, a, sizeof(a), &got, &d), ST_OK);
    ck_assert_uint_eq(got, 10);
    ck_assert_int_eq(image_packed_read(packed, ~UINT64_C(0) - 5, a, sizeof(a), &got, &d), ST_OK);
    ck_assert_uint_eq(got, 0);
}
END_TEST

START_TEST(test_packed_damage)
{
    int flat = make_large(), packed = temp(), copy = temp(), out = temp();
    struct diag d = { 0 };
    struct stat sb;
    uint8_t *p;
    unsigned same = 0, step;

    ck_assert_int_eq(image_pack(flat, packed, 3, &d), ST_OK);
    fstat(packed, &sb);
    p = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, packed, 0);
    step = (unsigned)sb.st_size / 150;
    for (off_t i = 0; i < sb.st_size; i += i < 20 || i >= sb.st_size - 45 ? 1 : step < (unsigned)(sb.st_size - 45 - i) ? step :
         sb.st_size - 45 - i ? sb.st_size - 45 - i : 1) {
        uint8_t bad = p[i] ^ 0x11;

        ck_assert_int_eq(ftruncate(copy, 0), 0);
        ck_assert_int_eq(pwrite(copy, p, (size_t)sb.st_size, 0), sb.st_size);
        ck_assert_int_eq(pwrite(copy, &bad, 1, i), 1);
        d = (struct diag){ 0 };
        if (image_unpack(copy, out, &d) == ST_OK)
            same++;
        else
            ck_assert(d.msg[0]);
    }
    ck_assert_uint_eq(same, 0);
    for (off_t n = 0; n < sb.st_size; n += n < 30 || n > sb.st_size - 50 ? 1 : sb.st_size / 50) {
        ck_assert_int_eq(ftruncate(copy, 0), 0);
        ck_assert_int_eq(pwrite(copy, p, (size_t)n, 0), n);
        ck_assert_msg(image_unpack(copy, out, &d) != ST_OK, "%ld of %ld bytes", (long)n, (long)sb.st_size);
    }
}
END_TEST

/* A packed file whose inside promises another size than its seek table must not fill the disk first. */
START_TEST(test_packed_foreign)
{
    int flat = temp(), packed = temp(), out = temp();
    struct diag d = { 0 };
    struct stat sb;

    ck_assert_int_eq(ftruncate(flat, 3 * IMAGE_FRAME), 0);
    ck_assert_int_eq(image_pack(flat, packed, 3, &d), ST_OK);
    ck_assert_int_eq(image_unpack(packed, out, &d), ST_BADFORMAT);
    fstat(out, &sb);
    ck_assert_int_eq(sb.st_size, 0);
}
END_TEST

/* ---- packed images in use ---- */

static struct image *lazy;
static volatile sig_atomic_t faults;

static void on_fault(int sig, siginfo_t *si, void *uc)
{
    (void)uc;
    faults++;
    if (!image_fault(lazy, si->si_addr))
        signal(sig, SIG_DFL);
}

/* What /proc says of the page at p: "r-xp" and so on. */
static void prot_of(const void *p, char out[5])
{
    FILE *f = fopen("/proc/self/maps", "r");
    unsigned long lo, hi;
    char line[512];

    strcpy(out, "?");
    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "%lx-%lx %4s", &lo, &hi, out) == 3 && (uintptr_t)p >= lo && (uintptr_t)p < hi)
            break;
    fclose(f);
}

START_TEST(test_lazy)
{
    struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    int flat = make_large(), packed = temp();
    struct image_header h;
    struct diag d = { 0 };
    struct stat sb;
    uint8_t hash[16], *file, *text;
    char prot[5];

    ck_assert_int_eq(image_pack(flat, packed, 3, &d), ST_OK);
    ck_assert_int_eq(hash_file(packed, hash, &d), ST_OK);
    hash[3] ^= 1;
    ck_assert_int_eq(image_open_packed(packed, "p", NULL, hash, &lazy, &d), ST_MISMATCH);
    hash[3] ^= 1;
    ck_assert_int_eq(image_open_packed(flat, "p", NULL, NULL, &lazy, &d), ST_TRUNCATED);
    ck_assert_msg(image_open_packed(packed, "p", &expected, hash, &lazy, &d) == ST_OK, "%s", d.msg);
    ck_assert_int_eq(pread(flat, &h, sizeof(h), 0), sizeof(h));
    ck_assert_mem_eq(&lazy->h, &h, sizeof(h));
    ck_assert_msg(image_map(lazy, NULL, &d) == ST_OK, "%s", d.msg);
    close(packed);
    ck_assert_int_eq(sigaction(SIGSEGV, &sa, NULL), 0);
    fstat(flat, &sb);
    file = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, flat, 0);
    text = image_text(lazy);
    ck_assert_uint_eq(text[IMAGE_FRAME], file[h.section[IS_CODE].off + IMAGE_FRAME]);
    ck_assert_int_eq(faults, 1);
    prot_of(text + IMAGE_FRAME, prot);
    ck_assert_str_eq(prot, "r-xp");
    prot_of(text, prot);                        /* an earlier frame: not there */
    ck_assert_str_eq(prot, "---p");
    image_need(lazy, lazy->base, sizeof(table));
    ck_assert_mem_eq(lazy->base, file + h.section[IS_TABLE].off, sizeof(table));
    ck_assert_int_eq(faults, 1);
    prot_of(lazy->base, prot);
    ck_assert_str_eq(prot, "r--p");
    ck_assert_mem_eq(text, file + h.section[IS_CODE].off, h.section[IS_CODE].size);
    ck_assert_int_eq(faults, 2);                /* three frames, one by need: the frame of the table holds code too */
    ck_assert(image_fault(lazy, text) && !image_fault(lazy, text));     /* there: tried again once, then no fault of ours */
    ck_assert(!image_fault(lazy, text + h.section[IS_CODE].size + IMAGE_ALIGN));
    ck_assert(!image_fault(lazy, &h));
    image_close(lazy);
    signal(SIGSEGV, SIG_DFL);
}
END_TEST

/* What follows the code, to the file's last byte, which ends no page. */
START_TEST(test_lazy_tail)
{
    struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
    int flat = make(), packed = temp();
    struct diag d = { 0 };
    uint64_t off;
    char prot[5];

    ck_assert_int_eq(image_pack(flat, packed, 3, &d), ST_OK);
    ck_assert_msg(image_open_packed(packed, "p", &expected, NULL, &lazy, &d) == ST_OK, "%s", d.msg);
    ck_assert_uint_ne(lazy->h.file_size % IMAGE_ALIGN, 0);
    ck_assert_int_eq(sigaction(SIGSEGV, &sa, NULL), 0);
    faults = 0;
    ck_assert_str_eq(image_name_at(lazy, GUEST, &off), "one");
    ck_assert_mem_eq(lazy->entry, entries, sizeof(entries));
    ck_assert_mem_eq(lazy->snap, snap, sizeof(snap));
    ck_assert_int_eq(faults, 1);
    sigaction(SIGSEGV, NULL, &sa);
    ck_assert_msg(sa.sa_sigaction == on_fault, "a fault was not served");
    prot_of(lazy->names, prot);
    ck_assert_str_eq(prot, "r--p");
    image_close(lazy);
    signal(SIGSEGV, SIG_DFL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("image");
    TCase *t = tcase_create("image");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_round_trip);
    tcase_add_test(t, test_fixed_place);
    tcase_add_test(t, test_same_bytes);
    tcase_add_test(t, test_header_bytes);
    tcase_add_test(t, test_truncated);
    tcase_add_test(t, test_expectations);
    tcase_add_test(t, test_damage);
    tcase_add_test(t, test_meaning);
    tcase_add_test(t, test_empty);
    tcase_add_test(t, test_names);
    tcase_add_test(t, test_lies);
    tcase_add_test(t, test_packed);
    tcase_add_test(t, test_packed_damage);
    tcase_add_test(t, test_packed_foreign);
    tcase_add_test(t, test_lazy);
    tcase_add_test(t, test_lazy_tail);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
