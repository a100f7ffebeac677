/* Which memory is looked at for functions that pass condition flags, and when: with a guest that only counts. */
#include "runtime/flags.h"

#include "jit/cache.h"
#include "runtime/vm.h"

#include <check.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PG = RT_PAGE, RX = PROT_READ | PROT_EXEC, ANON = MAP_PRIVATE | MAP_ANONYMOUS };
#define BASE 0x118000000000ull

static struct rt rt;
static struct rt_thread *t;
static struct code_cache cache;
static struct guest g;
static struct { unsigned n; size_t bytes; const uint8_t *at; bool answer; } looked;

static bool look(const uint8_t *text, size_t len)
{
    looked.n++;
    looked.bytes += len;
    looked.at = text;
    return looked.answer;
}

static void map(unsigned lo, unsigned hi, int prot)
{
    ck_assert_int_eq(rt_vm_map_fixed(&rt, BASE + lo * PG, (uint64_t)(hi - lo) * PG, prot, ANON, -1, 0), (int64_t)(BASE + lo * PG));
}

static void setup(void)
{
    memset(&rt, 0, sizeof rt);
    memset(&cache, 0, sizeof cache);
    memset(&looked, 0, sizeof looked);
    g = guest_aarch64;
    g.flags_passed = look;
    t = aligned_alloc(64, (sizeof *t + 63) & ~(size_t)63);
    memset(t, 0, sizeof *t);
    t->rt = &rt;
    rt.main = t;
    t->g = rt.g = cache.g = &g;
    rt.cache = &cache;
    ck_assert_int_eq(rt_vm_init(&rt), 0);
}

static void teardown(void)
{
    for (unsigned i = 0; i < rt.vm->n; i++)
        if (rt.vm->v[i].kind == VMA_GUEST)
            munmap((void *)rt.vm->v[i].lo, rt.vm->v[i].hi - rt.vm->v[i].lo);
    rt_vm_fini(&rt);
    free(t);
}

static void look_here(uint64_t pc)
{
    if (rt_flags_look(&rt, pc))
        rt_flags_passed(&rt);
}

static void look_all(void)
{
    if (rt_flags_all(&rt))
        rt_flags_passed(&rt);
}

START_TEST(once)
{
    map(0, 8, RX);
    map(16, 18, RX);
    map(32, 33, RX | PROT_WRITE);
    map(40, 41, PROT_READ);
    look_here(BASE + 3 * PG);
    ck_assert(looked.n == 1 && looked.bytes == 8 * PG && looked.at == (const uint8_t *)BASE);
    look_here(BASE);
    look_here(BASE + 8 * PG - 4);
    ck_assert_uint_eq(looked.n, 1);
    look_here(BASE + 16 * PG);
    ck_assert(looked.n == 2 && looked.bytes == 10 * PG);
    for (unsigned page = 30; page < 42; page++)         /* writable, not executable, nothing */
        look_here(BASE + page * PG);
    ck_assert_uint_eq(looked.n, 2);
    ck_assert(!cache.strict);
}
END_TEST

/* New pages beside old ones; pages that are replaced. */
START_TEST(parts)
{
    map(0, 8, RX);
    rt_flags_known(&rt, BASE + 2 * PG, BASE + 4 * PG);
    look_here(BASE + 2 * PG);
    ck_assert_uint_eq(looked.n, 0);
    look_here(BASE + 7 * PG);
    ck_assert(looked.n == 1 && looked.bytes == 4 * PG && looked.at == (const uint8_t *)(BASE + 4 * PG));
    look_here(BASE);
    ck_assert(looked.n == 2 && looked.bytes == 6 * PG);
    ck_assert(rt.flagmap.n == 1 && rt.flagmap.range[0].lo == BASE && rt.flagmap.range[0].hi == BASE + 8 * PG);
    rt_flags_forget(&rt, BASE + 3 * PG, BASE + 5 * PG);
    ck_assert_uint_eq(rt.flagmap.n, 2);
    look_here(BASE + 2 * PG);
    look_here(BASE + 5 * PG);
    ck_assert_uint_eq(looked.n, 2);
    look_here(BASE + 4 * PG);
    ck_assert(looked.n == 3 && looked.bytes == 8 * PG && looked.at == (const uint8_t *)(BASE + 3 * PG) && rt.flagmap.n == 1);
    rt_flags_forget(&rt, 0, UINT64_MAX);
    ck_assert_uint_eq(rt.flagmap.n, 0);
}
END_TEST

START_TEST(many)
{
    for (unsigned i = 0; i < 3 * RT_FLAG_RANGES; i++) {
        map(i * 2, i * 2 + 1, RX);
        look_here(BASE + i * 2 * PG);
        ck_assert(looked.n == i + 1 && rt.flagmap.n <= RT_FLAG_RANGES);
    }
}
END_TEST

START_TEST(decides)
{
    map(0, 1, RX);
    map(4, 5, RX);
    map(8, 9, RX);
    look_all();
    ck_assert(looked.n == 3 && !cache.strict);
    rt_flags_forget(&rt, BASE, BASE + 5 * PG);
    looked.answer = true;
    uint64_t generation = cache.generation;
    look_all();
    ck_assert(looked.n == 4 && cache.strict && cache.generation != generation);     /* the first yes is enough */
    look_here(BASE + 4 * PG);
    ck_assert_uint_eq(looked.n, 4);
}
END_TEST

START_TEST(no_flags)
{
    g.flags_passed = NULL;
    map(0, 1, RX);
    look_all();
    rt_flags_passed(&rt);
    ck_assert(!cache.strict);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("flags");
    TCase *c = tcase_create("flags");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, once);
    tcase_add_test(c, parts);
    tcase_add_test(c, many);
    tcase_add_test(c, decides);
    tcase_add_test(c, no_flags);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
