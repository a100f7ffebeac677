/* Marks of code that has run: ranges across chunks, neighbours untouched, several threads at once. */
#include "runtime/seen.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

START_TEST(ranges)
{
    struct rt_seen *s = rt_seen_new();

    ck_assert_ptr_nonnull(s);
    ck_assert(!rt_seen_at(s, 0x10000));
    rt_seen_mark(s, 0x1fffc, 0x20006);
    ck_assert(!rt_seen_at(s, 0x1fffa));
    for (uint64_t pc = 0x1fffc; pc < 0x20006; pc += 2)
        ck_assert(rt_seen_at(s, pc));
    ck_assert(!rt_seen_at(s, 0x20006));
    ck_assert(!rt_seen_at(s, 0x2fffc));
    rt_seen_mark(s, 0x1fff00000000, 0x1fff00000002);
    ck_assert(rt_seen_at(s, 0x1fff00000000));
}
END_TEST

enum { THREADS = 4, EACH = 3000 };

static void *marker(void *arg)
{
    for (uint64_t i = 0; i < EACH; i++)
        rt_seen_mark(arg, i * 0x10000, i * 0x10000 + 4);
    return NULL;
}

START_TEST(threads)
{
    struct rt_seen *s = rt_seen_new();
    pthread_t t[THREADS];

    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, marker, s), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    for (uint64_t i = 0; i < EACH; i++) {
        ck_assert(rt_seen_at(s, i * 0x10000));
        ck_assert(!rt_seen_at(s, i * 0x10000 + 4));
    }
}
END_TEST

/* When its table is full, nothing may be held back from the compiler. */
START_TEST(full)
{
    struct rt_seen *s = rt_seen_new();
    unsigned known = 0;

    for (uint64_t i = 0; i < 40000; i++) {
        rt_seen_mark(s, i * 0x10000, i * 0x10000 + 2);
        known += rt_seen_at(s, i * 0x10000);
    }
    ck_assert_uint_eq(known, 40000);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seen");
    TCase *t = tcase_create("seen");
    SRunner *r = srunner_create(s);

    tcase_add_test(t, ranges);
    tcase_add_test(t, threads);
    tcase_add_test(t, full);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
