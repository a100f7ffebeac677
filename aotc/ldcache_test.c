/* ld.so.cache: both layouts, choice by name and flags, and files that lie about themselves. */
#include "aotc/ldcache.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { A64 = 0x0a03, RV = 0x1003, HEAD = 48, ENTRY = 24 };

static const struct { uint32_t flags; const char *name, *path; uint64_t hwcap; } libs[] = {
    {RV, "libm.so.6", "/rv/libm.so.6", 0},
    {A64, "libm.so.6", "/hw/libm.so.6", UINT64_C(1) << 62},
    {A64, "libm.so.6", "/lib/libm.so.6", 0},
    {A64, "libc.so.6", "/lib/libc.so.6", 0},
};

enum { NLIBS = sizeof libs / sizeof *libs, SIZE = 1024 };

static void put32(uint8_t *p, uint32_t v) { memcpy(p, &v, 4); }

/* A cache at p; returns its bytes. */
static size_t make(uint8_t *p)
{
    size_t at = HEAD + NLIBS * ENTRY;

    memset(p, 0, SIZE);
    memcpy(p, "glibc-ld.so.cache1.1", 20);
    put32(p + 20, NLIBS);
    p[28] = 2;
    for (size_t i = 0; i < NLIBS; i++) {
        uint8_t *e = p + HEAD + i * ENTRY;

        put32(e, libs[i].flags);
        put32(e + 4, (uint32_t)at);
        at += strlen(strcpy((char *)p + at, libs[i].name)) + 1;
        put32(e + 8, (uint32_t)at);
        at += strlen(strcpy((char *)p + at, libs[i].path)) + 1;
        memcpy(e + 16, &libs[i].hwcap, 8);
    }
    return at;
}

static const char *find(const struct ldcache *c, uint32_t flags, const char *name)
{
    uint32_t i = 0;
    bool plain;

    return ldcache_next(c, flags, name, &i, &plain);
}

static void check_all(const struct ldcache *c)
{
    uint32_t i = 0;
    bool plain;

    ck_assert_str_eq(find(c, RV, "libm.so.6"), "/rv/libm.so.6");
    ck_assert_str_eq(find(c, A64, "libc.so.6"), "/lib/libc.so.6");
    ck_assert_ptr_null(find(c, RV, "libc.so.6"));
    ck_assert_ptr_null(find(c, A64, "libc.so"));
    ck_assert_str_eq(ldcache_next(c, A64, "libm.so.6", &i, &plain), "/hw/libm.so.6");
    ck_assert(!plain);
    ck_assert_str_eq(ldcache_next(c, A64, "libm.so.6", &i, &plain), "/lib/libm.so.6");
    ck_assert(plain);
    ck_assert_ptr_null(ldcache_next(c, A64, "libm.so.6", &i, &plain));
}

START_TEST(entries)
{
    uint8_t p[SIZE];
    size_t n = make(p);
    struct ldcache c;
    struct diag d;

    ck_assert_msg(ldcache_open(p, n, &c, &d) == ST_OK, "%s", d.msg);
    check_all(&c);
}
END_TEST

START_TEST(behind_the_old_format)
{
    uint8_t p[SIZE + 64] = "ld.so-1.7.0";
    struct ldcache c;
    struct diag d;

    put32(p + 12, 1);                   /* one entry of 12 bytes: 28, and to a multiple of 8 */
    size_t n = 32 + make(p + 32);

    ck_assert_msg(ldcache_open(p, n, &c, &d) == ST_OK, "%s", d.msg);
    check_all(&c);
    put32(p + 12, 0xffffffff);
    ck_assert_int_eq(ldcache_open(p, n, &c, &d), ST_UNSUPPORTED);
}
END_TEST

/* Each truncation, in memory that ends there: a byte more would be ASan's or valgrind's. */
START_TEST(short_files)
{
    uint8_t p[SIZE];
    size_t n = make(p);

    for (size_t k = 0; k < n; k++) {
        uint8_t *q = malloc(k ? k : 1);
        struct ldcache c;

        memcpy(q, p, k);
        if (ldcache_open(q, k, &c, NULL) == ST_OK) {
            const char *s = find(&c, A64, "libc.so.6");

            ck_assert_ptr_null(s);      /* the last string of all */
            ck_assert(k >= HEAD + NLIBS * ENTRY);
        }
        free(q);
    }
}
END_TEST

START_TEST(lies)
{
    uint8_t p[SIZE];
    size_t n = make(p);
    struct ldcache c;

    put32(p + HEAD + 3 * ENTRY + 8, 0xffffffff);
    ck_assert_int_eq(ldcache_open(p, n, &c, NULL), ST_OK);
    ck_assert_ptr_null(find(&c, A64, "libc.so.6"));
    put32(p + HEAD + 3 * ENTRY + 4, (uint32_t)n);
    ck_assert_ptr_null(find(&c, A64, "libc.so.6"));
    put32(p + 20, 0x10000000);
    ck_assert_int_eq(ldcache_open(p, n, &c, NULL), ST_TRUNCATED);
    make(p);
    p[28] = 3;
    ck_assert_int_eq(ldcache_open(p, n, &c, NULL), ST_UNSUPPORTED);
    make(p);
    p[19] = '0';
    ck_assert_int_eq(ldcache_open(p, n, &c, NULL), ST_UNSUPPORTED);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ldcache");
    TCase *t = tcase_create("ldcache");
    SRunner *r = srunner_create(s);

    tcase_add_test(t, entries);
    tcase_add_test(t, behind_the_old_format);
    tcase_add_test(t, short_files);
    tcase_add_test(t, lies);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);

    srunner_free(r);
    return failed != 0;
}
