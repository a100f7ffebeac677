/* Lines: what was noted, and what was not, across pages and chunks. */
#include "runtime/lines.h"

#include <check.h>

#define AT UINT64_C(0x100000000)

START_TEST(notes)
{
    struct rt_lines *s = rt_lines_new();

    ck_assert(s != NULL && !rt_lines_any(s, 0, UINT64_MAX));
    ck_assert(!rt_lines_mark(s, AT + 70, AT + 74));
    ck_assert(rt_lines_mark(s, AT + 70, AT + 74) && rt_lines_mark(s, AT + 64, AT + 128));
    ck_assert(rt_lines_any(s, AT + 127, AT + 129) && !rt_lines_any(s, AT + 128, AT + 4096) && !rt_lines_any(s, AT, AT + 64));
    ck_assert(rt_lines_any(s, 0, UINT64_MAX));
    ck_assert(!rt_lines_mark(s, AT + 64, AT + 129));
    ck_assert(rt_lines_any(s, AT + 128, AT + 129));
    uint64_t end = AT + (64 << 20);             /* two chunks */
    ck_assert(!rt_lines_mark(s, end - 10, end + 4096 + 1));
    ck_assert(rt_lines_any(s, end - 64, end - 63) && rt_lines_any(s, end + 4032, end + 4096) && rt_lines_any(s, end + 4096, end + 4097));
    ck_assert(!rt_lines_any(s, end + 4160, end + 8192) && !rt_lines_any(s, end - 4096, end - 64));
}
END_TEST

START_TEST(forgets)
{
    struct rt_lines *s = rt_lines_new();

    rt_lines_mark(s, AT, AT + 8192);
    rt_lines_forget(s, AT + 400, AT + 408);     /* no line is in there whole */
    rt_lines_forget(s, AT + 65, AT + 191);
    rt_lines_forget(s, AT + 64, AT + 127);
    for (uint64_t at = AT; at < AT + 8192; at += 64)
        ck_assert(rt_lines_any(s, at, at + 1));
    rt_lines_forget(s, AT + 4000, AT + 4225);
    for (uint64_t at = AT; at < AT + 8192; at += 64)
        ck_assert(rt_lines_any(s, at, at + 1) == (at < AT + 4032 || at >= AT + 4224));
    rt_lines_forget(s, 0, UINT64_MAX);
    ck_assert(!rt_lines_any(s, 0, UINT64_MAX));
}
END_TEST

START_TEST(changes)
{
    struct rt_lines *s = rt_lines_new();
    uint64_t before = rt_lines_changes(s);

    ck_assert(!rt_lines_changed(s, AT, AT + 4) && rt_lines_changes(s) == before + 1);
    rt_lines_mark(s, AT, AT + 1);
    ck_assert(rt_lines_changed(s, AT, AT + 4));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lines");
    TCase *tc = tcase_create("lines");

    tcase_add_test(tc, notes);
    tcase_add_test(tc, forgets);
    tcase_add_test(tc, changes);
    suite_add_tcase(s, tc);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed;
}
