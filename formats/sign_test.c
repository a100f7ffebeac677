/* Signatures: any change of a signed image is seen, and only trusted keys count. */
#include "formats/hash.h"
#include "formats/sign.h"

#include <check.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint8_t code[5000];
static const int32_t table[32] = { 16 };
static const struct image_entry entries[1] = { { 0x10000, 16, 0 } };
static const struct image_region regions[1] = { { .pc = 0x10000, .off = 16, .len = 200, .nread = 1 } };
static const struct image_span spans[1] = { { 0x10000, 0x10008 } };

static int temp(void)
{
    int fd = memfd_create("image", MFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    return fd;
}

static void key_pair(const char *dir, uint8_t sec[SIGN_SECRET], uint8_t pub[SIGN_PUBLIC])
{
    char a[100], b[100];
    struct diag d = { 0 };
    struct stat sb;

    snprintf(a, sizeof(a), "%s/key", dir);
    snprintf(b, sizeof(b), "%s/key.pub", dir);
    ck_assert_msg(sign_keygen(a, b, &d) == ST_OK, "%s", d.msg);
    ck_assert_int_eq(sign_read_secret(a, sec, &d), ST_OK);
    ck_assert_int_eq(sign_read_public(b, pub, &d), ST_OK);
    ck_assert_int_eq(stat(a, &sb), 0);
    ck_assert_uint_eq(sb.st_mode & 07777, 0600);
    ck_assert_int_ne(sign_keygen(a, b, &d), ST_OK);             /* never over an old key */
    ck_assert_int_eq(sign_read_public(a, pub, &d), ST_BADFORMAT);       /* a secret is no public key */
    ck_assert_int_eq(sign_read_public(b, pub, &d), ST_OK);
    unlink(a);
    unlink(b);
}

static int make(const uint8_t *key)
{
    struct image_content sec[IS_COUNT] = { [IS_TABLE] = { table, sizeof(table) }, [IS_CODE] = { code, sizeof(code) },
        [IS_ENTRY] = { entries, sizeof(entries) }, [IS_REGION] = { regions, sizeof(regions) }, [IS_READ] = { spans, sizeof(spans) } };
    struct image_header h = { .guest_machine = EM_RISCV, .host_level = 3, .guest_lo = 0x10000, .guest_hi = 0x10040 };
    struct image_sig sig;
    struct diag d = { 0 };
    int fd = temp();

    for (unsigned i = 0; i < sizeof(code); i++)
        code[i] = (uint8_t)(i * 7);
    if (key)
        ck_assert_int_eq(sign_image(&h, sec, key, &sig, &d), ST_OK);
    ck_assert_msg(image_write(fd, &h, sec, &d) == ST_OK, "%s", d.msg);
    return fd;
}

/* Status of the image in fd under these keys; ST_TRUNCATED when it does not even open. */
static enum status ask(int fd, const struct trust *t)
{
    struct image *im;
    struct diag d = { 0 };
    enum status st;

    if (image_open(fd, "image", NULL, &im, &d) != ST_OK)
        return ST_TRUNCATED;
    st = trust_check(t, im, "image", true, &d);
    ck_assert(st == ST_OK || (d.msg[0] && !strchr(d.msg, '\n')));
    image_close(im);
    return st;
}

START_TEST(test_sign)
{
    char dir[] = "/tmp/aot-sign-test-XXXXXX";
    uint8_t sec[SIGN_SECRET], other[SIGN_SECRET];
    struct trust none = { 0 }, mine = { .n = 1 }, both = { .n = 2 }, theirs = { .n = 1 };
    int fd, plain, again = temp();
    struct diag d = { 0 };
    struct stat sb;
    unsigned seen = 0;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    key_pair(dir, sec, mine.key[0]);
    key_pair(dir, other, theirs.key[0]);
    rmdir(dir);
    memcpy(both.key[0], theirs.key[0], SIGN_PUBLIC);
    memcpy(both.key[1], mine.key[0], SIGN_PUBLIC);
    fd = make(sec);
    plain = make(NULL);
    ck_assert_int_eq(ask(plain, &none), ST_OK);
    ck_assert_int_eq(ask(fd, &none), ST_OK);
    ck_assert_int_eq(ask(plain, &mine), ST_MISMATCH);
    ck_assert_int_eq(ask(fd, &mine), ST_OK);
    ck_assert_int_eq(ask(fd, &both), ST_OK);
    ck_assert_int_eq(ask(fd, &theirs), ST_MISMATCH);
    /* signing a finished file gives the same bytes, also over an older signature */
    ck_assert_msg(sign_file(plain, again, sec, &d) == ST_OK, "%s", d.msg);
    ck_assert_int_eq(ask(again, &mine), ST_OK);
    ck_assert_int_eq(sign_file(fd, again, other, &d), ST_OK);
    ck_assert_int_eq(ask(again, &mine), ST_MISMATCH);
    ck_assert_int_eq(ask(again, &theirs), ST_OK);
    /* any byte of the file, with the header's hash made right again: refused, or no part of the image (padding) */
    fstat(fd, &sb);
    for (off_t i = 0; i < sb.st_size; i += i < 456 || i > sb.st_size - 500 ? 1 : 37) {
        struct image_header h;
        uint8_t b, bad;

        ck_assert_int_eq(pread(fd, &h, sizeof(h), 0), sizeof(h));
        ck_assert_int_eq(pread(fd, &b, 1, i), 1);
        bad = b ^ 0x10;
        ck_assert_int_eq(pwrite(fd, &bad, 1, i), 1);
        if (i < (off_t)offsetof(struct image_header, header_hash)) {
            struct image_header x;

            ck_assert_int_eq(pread(fd, &x, sizeof(x), 0), sizeof(x));
            hash128(&x, offsetof(struct image_header, header_hash), x.header_hash);
            ck_assert_int_eq(pwrite(fd, &x, sizeof(x), 0), sizeof(x));
        }
        bool sig_hash = i >= (off_t)((char *)h.section[IS_SIG].hash - (char *)&h) && i < (off_t)((char *)h.section[IS_SIG].hash - (char *)&h) + 16;
        bool inside = i < (off_t)sizeof(h) && !sig_hash;

        for (unsigned s = 0; s < IS_COUNT; s++)
            inside |= i >= (off_t)h.section[s].off && i < (off_t)(h.section[s].off + h.section[s].size);
        if (inside) {
            ck_assert_msg(ask(fd, &mine) != ST_OK, "byte %ld changed and nobody noticed", (long)i);
            seen++;
        }
        ck_assert_int_eq(pwrite(fd, &b, 1, i), 1);
        ck_assert_int_eq(pwrite(fd, &h, sizeof(h), 0), sizeof(h));
    }
    ck_assert_uint_gt(seen, 900);
    ck_assert_int_eq(ask(fd, &mine), ST_OK);
}
END_TEST

START_TEST(test_keys)
{
    uint8_t key[SIGN_PUBLIC];
    struct diag d = { 0 };
    struct trust t;

    ck_assert_int_eq(sign_read_public("/nowhere/key", key, &d), ST_NOTFOUND);
    ck_assert_int_eq(sign_read_public("/dev/zero", key, &d), ST_BADFORMAT);
    ck_assert_int_eq(sign_read_public("/tmp", key, &d), ST_IO);
    ck_assert_int_eq(sign_read_public("00000000000000000000000000000000000000000000000000000000000000fF", key, &d), ST_OK);
    ck_assert_uint_eq(key[31], 255);
    ck_assert_int_eq(sign_read_public("0000000000000000000000000000000000000000000000000000000000000xff", key, &d), ST_NOTFOUND);
    ck_assert_int_ne(trust_load("/nowhere/key", &t, &d), ST_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sign");
    TCase *t = tcase_create("sign");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_sign);
    tcase_add_test(t, test_keys);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
