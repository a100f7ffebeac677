/* The ELF reader: this very program, and files made byte by byte here, so no cross compiler is needed. */
#include "formats/elf.h"
#include "formats/hash.h"

#include <check.h>
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A riscv64 shared object: headers, one R+X segment with text and metadata, one RW segment with the dynamic section and an init
 * array. */
enum {
    TEXT = 0x400,
    SYM = 0x600,
    STR = 0x680,
    HASH = 0x6c0,
    GNU = 0x700,
    RELA = 0x740,
    RELR = 0x780,
    EHHDR = 0x7a0,
    EH = 0x7c0,
    LSDA = 0x840,
    NOTE = 0x860,
    RW = 0x1000,
    ARRAY = 0x1200,
    FILE_SIZE = 0x1300,
    RW_VADDR = 0x2000
};

static void put(uint8_t *f, size_t off, const void *p, size_t n)
{
    ck_assert_uint_le(off + n, FILE_SIZE);
    memcpy(f + off, p, n);
}

static void put_headers(uint8_t *f, bool with_hash)
{
    Elf64_Ehdr h = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
                     .e_type = ET_DYN,
                     .e_machine = EM_RISCV,
                     .e_version = 1,
                     .e_entry = TEXT,
                     .e_phoff = 64,
                     .e_ehsize = 64,
                     .e_phentsize = 56,
                     .e_phnum = 5,
                     .e_flags = 5 };
    Elf64_Phdr ph[5] = {
        { PT_LOAD, PF_R | PF_X, 0, 0, 0, 0x900, 0x900, 4096 },
        { PT_LOAD, PF_R | PF_W, RW, RW_VADDR, RW_VADDR, 0x300, 0x400, 4096 },
        { PT_DYNAMIC, PF_R | PF_W, RW, RW_VADDR, RW_VADDR, 0x180, 0x180, 8 },
        { PT_GNU_EH_FRAME, PF_R, EHHDR, EHHDR, EHHDR, 12, 12, 4 },
        { PT_NOTE, PF_R, NOTE, NOTE, NOTE, 20, 20, 4 },
    };
    Elf64_Dyn dyn[] = {
        { DT_SYMTAB, { SYM } }, { DT_SYMENT, { 24 } }, { DT_STRTAB, { STR } }, { DT_STRSZ, { 16 } },
        { with_hash ? DT_HASH : DT_GNU_HASH, { with_hash ? HASH : GNU } },
        { DT_RELA, { RELA } }, { DT_RELASZ, { 48 } }, { DT_RELAENT, { 24 } },
        { DT_RELR, { RELR } }, { DT_RELRSZ, { 16 } }, { DT_RELRENT, { 8 } },
        { DT_INIT_ARRAY, { RW_VADDR + ARRAY - RW } }, { DT_INIT_ARRAYSZ, { 16 } }, { DT_INIT, { TEXT + 0x20 } }, { DT_NULL, { 0 } },
    };

    put(f, 0, &h, sizeof(h));
    put(f, 64, ph, sizeof(ph));
    put(f, RW, dyn, sizeof(dyn));
}

static void put_tables(uint8_t *f)
{
    Elf64_Sym sym[3] = { { 0 }, { 1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, 1, TEXT + 0x10, 8 },
                         { 6, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), 0, 2, RW_VADDR + 0x280, 4 } };
    uint32_t sysv[] = { 1, 3, 1, 0, 0, 0 };
    uint32_t gnu[] = { 1, 1, 1, 6, 0, 0, 1 /* bucket */, 0x10 /* chain of 1 */, 0x21 /* of 2: last */ };
    Elf64_Rela rela[2] = { { RW_VADDR + ARRAY - RW, ELF64_R_INFO(0, R_RISCV_RELATIVE), TEXT + 0x40 },
                           { RW_VADDR + ARRAY - RW + 8, ELF64_R_INFO(1, R_RISCV_64), 4 } };
    uint64_t relr[2] = { RW_VADDR + 0x240, 1 | 1 << 1 | 1 << 3 };
    uint64_t at = TEXT + 0x60;
    uint8_t note[20] = { 4, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 0xde, 0xad, 0xbe, 0xef };

    put(f, SYM, sym, sizeof(sym));
    put(f, STR, "\0func\0object\0", 13);
    put(f, HASH, sysv, sizeof(sysv));
    put(f, GNU, gnu, sizeof(gnu));
    put(f, RELA, rela, sizeof(rela));
    put(f, RELR, relr, sizeof(relr));
    put(f, RW + 0x240, &at, 8);
    put(f, NOTE, note, sizeof(note));
}

/* One CIE ("zLR", pcrel sdata4), two FDEs in reverse order, the second with call sites (uleb128): one without a landing pad, one with it 8 bytes
 * behind the function's start, one whose pad lies outside the code; the terminator. */
static void put_eh(uint8_t *f)
{
    uint8_t hdr[12] = { 1, 0x1b, 0xff, 0xff };
    uint8_t cie[20] = { 16, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'L', 'R', 0, 1, 0x7c, 1, 2, 0x1b, 0x1b };
    static const uint8_t area[] = { 0xff, 0x1b, 0x30, 1, 14, 0, 4, 0, 0, 4, 4, 8, 1, 8, 4, 0x80, 0x80, 2, 0 };
    int32_t rel = EH - (EHHDR + 4);
    uint32_t pos = EH + sizeof(cie);

    memcpy(hdr + 4, &rel, 4);
    put(f, EHHDR, hdr, sizeof(hdr));
    put(f, EH, cie, sizeof(cie));
    for (unsigned i = 0; i < 2; i++) {
        uint8_t fde[24] = { 20 };

        memcpy(fde + 4, &(uint32_t){ pos + 4 - EH }, 4);
        memcpy(fde + 8, &(uint32_t){ (uint32_t)((i ? TEXT : TEXT + 0x40) - (pos + 8)) }, 4);
        fde[12] = 0x20, fde[16] = 4;
        memcpy(fde + 17, &(uint32_t){ i ? LSDA - (pos + 17) : 0 }, 4);

        put(f, pos, fde, sizeof(fde));
        pos += sizeof(fde);
    }
    put(f, LSDA, area, sizeof(area));
}

static void make(uint8_t *f, bool with_hash)
{
    memset(f, 0, FILE_SIZE);
    put_headers(f, with_hash);
    put_tables(f);
    put_eh(f);
}

static enum status open_bytes(const uint8_t *p, size_t n, struct gelf **e, struct diag *d)
{
    int fd = memfd_create("elf", MFD_CLOEXEC);
    enum status st;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
    st = gelf_open("made", fd, e, d);
    close(fd);
    return st;
}

/* Walks everything a caller could touch: under ASan an element outside its array or the file is an error. */
static uint64_t touch(const struct gelf *e)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < e->nsym; i++)
        sum += strlen(e->sym[i].name) + e->sym[i].addr;
    for (uint32_t i = 0; i < e->nfde; i++)
        sum += e->fde[i].lo ^ e->fde[i].hi;
    for (uint32_t i = 0; i < e->npad; i++)
        sum += e->pad[i];
    for (uint32_t i = 0; i < e->nrel; i++)
        sum += e->rel[i].off;
    for (uint32_t i = 0; i < e->ninit; i++) {
        size_t n = 8;
        const uint8_t *p = gelf_at(e, e->init[i], &n);

        for (size_t k = 0; p && k < n; k++)
            sum += p[k];
    }
    return sum + (e->interp ? strlen(e->interp) : 0);
}

START_TEST(test_self)
{
    struct gelf *e;
    struct diag d = { 0 };
    bool found = false;

    ck_assert_msg(gelf_open("/proc/self/exe", -1, &e, &d) == ST_OK, "%s", d.msg);
    ck_assert_uint_eq(e->note.st, ST_OK);
    for (uint32_t i = 0; i < e->nsym; i++) {
        ck_assert(i == 0 || e->sym[i - 1].addr <= e->sym[i].addr);
        if (strcmp(e->sym[i].name, "gelf_open") == 0) {
            bool fde = false;

            found = e->sym[i].type == STT_FUNC && e->sym[i].size > 100;
            for (uint32_t k = 0; k < e->nfde; k++)
                fde |= e->fde[k].lo == e->sym[i].addr && e->fde[k].hi == e->sym[i].addr + e->sym[i].size;
            ck_assert(fde);
        }
    }
    ck_assert(found);
    ck_assert_uint_ge(e->ninit, 3);
    ck_assert_uint_gt(e->nrel, 0);
    ck_assert_ptr_nonnull(e->interp);
    touch(e);
    gelf_close(e);
}
END_TEST

/* _i: 0 DT_GNU_HASH, 1 DT_HASH; no section headers in either. */
START_TEST(test_made)
{
    uint8_t f[FILE_SIZE], hash[16];
    struct gelf *e;
    struct diag d = { 0 };
    size_t n = 100;

    make(f, _i);
    ck_assert_msg(open_bytes(f, sizeof(f), &e, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(e->note.st == ST_OK, "%s", e->note.msg);
    ck_assert_uint_eq(e->machine, EM_RISCV);
    ck_assert_uint_eq(e->nsym, 2);
    ck_assert_str_eq(e->sym[0].name, "func");
    ck_assert_uint_eq(e->sym[0].addr, TEXT + 0x10);
    ck_assert_str_eq(e->sym[1].name, "object");
    ck_assert_uint_eq(e->nfde, 2);
    ck_assert_uint_eq(e->fde[0].lo, TEXT);
    ck_assert_uint_eq(e->fde[0].hi, TEXT + 0x20);
    ck_assert_uint_eq(e->fde[1].lo, TEXT + 0x40);
    ck_assert_uint_eq(e->npad, 1);
    ck_assert_uint_eq(e->pad[0], TEXT + 8);
    ck_assert_uint_eq(e->nrel, 5);
    ck_assert_uint_eq(e->rel[4].off, RW_VADDR + 0x258);
    ck_assert_uint_eq(e->rel[0].off, RW_VADDR + ARRAY - RW);
    ck_assert_uint_eq(e->rel[1].symval, TEXT + 0x10);
    ck_assert_uint_eq(e->ninit, 3);
    ck_assert_uint_eq(e->init[0], TEXT + 0x20);
    ck_assert_uint_eq(e->init[1], TEXT + 0x40);
    ck_assert_uint_eq(e->init[2], TEXT + 0x14);
    ck_assert_uint_eq(e->nbuild_id, 4);
    ck_assert_uint_eq(e->build_id[0], 0xde);
    ck_assert_ptr_eq(gelf_at(e, RW_VADDR + 0x2f0, &n), e->map + RW + 0x2f0);
    ck_assert_uint_eq(n, 0x10);
    ck_assert_ptr_null(gelf_at(e, RW_VADDR + 0x300, &n));
    hash128(f, sizeof(f), hash);
    ck_assert_mem_eq(e->hash, hash, 16);
    ck_assert(!e->settled);                     /* written a moment ago */
    gelf_close(e);
    ck_assert_int_eq(gelf_open("/bin/sh", -1, &e, &d), ST_OK);
    ck_assert(e->settled && e->stat.st_ino != 0);
    gelf_close(e);
}
END_TEST

START_TEST(test_relr_offsets)
{
    uint8_t f[FILE_SIZE];
    struct gelf *e;
    struct diag d = { 0 };
    unsigned relr = 0;

    make(f, true);
    ck_assert_msg(open_bytes(f, sizeof(f), &e, &d) == ST_OK, "%s", d.msg);
    for (uint32_t i = 0; i < e->nrel; i++)
        if (e->rel[i].off >= RW_VADDR + 0x240 && e->rel[i].off < RW_VADDR + 0x260) {
            static const uint64_t want[] = { 0x240, 0x248, 0x258 };
            bool known = false;

            for (unsigned k = 0; k < 3; k++)
                known |= e->rel[i].off == RW_VADDR + want[k];
            ck_assert(known);
            ck_assert_uint_eq(e->rel[i].type, R_RISCV_RELATIVE);
            if (e->rel[i].off == RW_VADDR + 0x240)
                ck_assert_int_eq(e->rel[i].addend, TEXT + 0x60);
            relr++;
        }
    ck_assert_uint_eq(relr, 3);
    gelf_close(e);
}
END_TEST

static void refuse(size_t off, uint64_t value, unsigned width, enum status want, const char *word)
{
    uint8_t f[FILE_SIZE];
    struct gelf *e;
    struct diag d = { 0 };

    make(f, true);
    memcpy(f + off, &value, width);
    ck_assert_msg(open_bytes(f, sizeof(f), &e, &d) == want, "offset %zu: %s, message %s", off, status_name(d.st), d.msg);
    ck_assert_ptr_null(e);
    ck_assert_msg(strstr(d.msg, word) && !strchr(d.msg, '\n'), "%s", d.msg);
}

START_TEST(test_refused)
{
    refuse(0, 0, 1, ST_BADFORMAT, "not an ELF");
    refuse(EI_CLASS, ELFCLASS32, 1, ST_UNSUPPORTED, "64-bit");
    refuse(EI_DATA, ELFDATA2MSB, 1, ST_UNSUPPORTED, "little-endian");
    refuse(16, ET_REL, 2, ST_UNSUPPORTED, "executable");
    refuse(32, FILE_SIZE - 8, 8, ST_TRUNCATED, "program headers");
    refuse(32, ~UINT64_C(0) - 3, 8, ST_TRUNCATED, "program headers");
    refuse(54, 32, 2, ST_BADFORMAT, "size");
    refuse(56, 0, 2, ST_BADFORMAT, "program headers");
    refuse(56, 0xffff, 2, ST_BADFORMAT, "program headers");
    refuse(64 + 32, FILE_SIZE + 1, 8, ST_TRUNCATED, "segment 0");
    refuse(64 + 32, ~UINT64_C(0), 8, ST_TRUNCATED, "segment 0");
    refuse(64 + 40, 0x10, 8, ST_BADFORMAT, "file bytes");
    refuse(64 + 56 + 16, 0x2010, 8, ST_BADFORMAT, "page size");
    refuse(64 + 56 + 16, 0, 8, ST_BADFORMAT, "overlaps");
    refuse(64 + 56 + 40, ~UINT64_C(0) - 0x1000, 8, ST_BADFORMAT, "address space");
    refuse(64 + 4 * 56, PT_INTERP, 4, ST_BADFORMAT, "interpreter");
}
END_TEST

START_TEST(test_not_files)
{
    struct gelf *e;
    struct diag d = { 0 };

    ck_assert_int_eq(gelf_open("/nonexistent/file", -1, &e, &d), ST_NOTFOUND);
    ck_assert_int_eq(gelf_open("/", -1, &e, &d), ST_BADFORMAT);
    ck_assert_int_eq(gelf_open("/dev/null", -1, &e, &d), ST_BADFORMAT);
    ck_assert_int_eq(open_bytes((const uint8_t *)"", 0, &e, &d), ST_BADFORMAT);
}
END_TEST

/* Optional data that is damaged is left out, and said to be. */
START_TEST(test_notes)
{
    static const struct { size_t off; uint64_t value; unsigned width; } row[] = {
        { SYM + 24, 4000, 4 }, { RELR, 0x10000, 8 }, { EH + 20, 0x7fff, 4 }, { EH + 18, 0x0f, 1 }, { EHHDR, 2, 1 },
        { EH + 24, 0x7fffffff, 4 }, { HASH + 4, 0xffffff, 4 }, { NOTE + 4, 400, 4 },
    };
    uint8_t f[FILE_SIZE];
    struct gelf *e;
    struct diag d = { 0 };

    for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        make(f, true);
        memcpy(f + row[i].off, &row[i].value, row[i].width);
        ck_assert_msg(open_bytes(f, sizeof(f), &e, &d) == ST_OK, "row %u: %s", i, d.msg);
        ck_assert_msg(e->note.st == ST_BADFORMAT, "row %u leaves no note", i);
        touch(e);
        gelf_close(e);
    }
}
END_TEST

/* A RELR bitmap of all ones over and over would make hundreds of relocations a byte. */
START_TEST(test_relr_bomb)
{
    uint8_t f[FILE_SIZE];
    uint64_t v = 0x300 - 0x18;
    struct gelf *e;
    struct diag d = { 0 };

    make(f, true);
    for (unsigned i = 0; i < 15; i++)
        if (*(uint64_t *)(void *)(f + RW + 16 * i) == DT_RELRSZ)
            memcpy(f + RW + 16 * i + 8, &v, 8);
        else if (*(uint64_t *)(void *)(f + RW + 16 * i) == DT_RELR)
            memcpy(f + RW + 16 * i + 8, &(uint64_t){ 0x400 }, 8);
    for (unsigned i = 0; i < v; i += 16) {
        memcpy(f + 0x400 + i, &(uint64_t){ 0x2000 }, 8);
        memset(f + 0x408 + i, 0xff, 8);
    }
    ck_assert_msg(open_bytes(f, sizeof(f), &e, &d) == ST_OK, "%s", d.msg);
    ck_assert_uint_le(e->nrel, FILE_SIZE / 8 + 2);
    ck_assert_int_eq(e->note.st, ST_BADFORMAT);
    gelf_close(e);
}
END_TEST

START_TEST(test_truncated)
{
    uint8_t f[FILE_SIZE];
    struct gelf *e;
    struct diag d;

    make(f, true);
    for (size_t n = 0; n < FILE_SIZE; n = n < 0x400 ? n + 1 : n + 61) {
        d = (struct diag){ 0 };
        ck_assert_msg(open_bytes(f, n, &e, &d) != ST_OK, "%zu bytes were accepted", n);
        ck_assert(d.msg[0]);
    }
}
END_TEST

/* xorshift, so that a failure repeats. */
static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    return *s ^= *s << 17;
}

START_TEST(test_mutated)
{
    uint8_t f[FILE_SIZE];
    uint64_t seed = 0x9e3779b97f4a7c15, sum = 0;
    unsigned accepted = 0;

    for (unsigned i = 0; i < 4000; i++) {
        struct gelf *e;
        struct diag d = { 0 };

        make(f, i & 1);
        for (unsigned k = next(&seed) % 4 + 1; k; k--) {
            static const uint64_t nasty[] = { 0, 1, 0xff, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, ~UINT64_C(0), 0x1000 };
            static const unsigned start[] = { 0, 64, SYM, HASH, RELA, RELR, EHHDR, RW };
            size_t off = start[next(&seed) % 8] + next(&seed) % 0xf0;

            memcpy(f + off, &nasty[next(&seed) % 8], 1u << next(&seed) % 4);
        }
        if (open_bytes(f, sizeof(f), &e, &d) == ST_OK) {
            sum += touch(e);
            accepted++;
            gelf_close(e);
        }
    }
    ck_assert_uint_gt(accepted, 500);
    ck_assert_uint_lt(accepted, 4000);
    ck_assert_uint_ne(sum, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("elf");
    TCase *t = tcase_create("elf");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_self);
    tcase_add_loop_test(t, test_made, 0, 2);
    tcase_add_test(t, test_relr_offsets);
    tcase_add_test(t, test_refused);
    tcase_add_test(t, test_not_files);
    tcase_add_test(t, test_notes);
    tcase_add_test(t, test_relr_bomb);
    tcase_add_test(t, test_truncated);
    tcase_add_test(t, test_mutated);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
