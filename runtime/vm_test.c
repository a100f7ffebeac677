#include "runtime/thread.h"
#include "runtime/vm.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

static struct rt rt;
static struct rt_thread *t;

static void setup(void)
{
    memset(&rt, 0, sizeof rt);
    t = aligned_alloc(64, (sizeof *t + 63) & ~(size_t)63);
    memset(t, 0, sizeof *t);
    t->rt = &rt;
    t->g = rt.g = &guest_riscv64;
    ck_assert_int_eq(rt_vm_init(&rt), 0);
    ck_assert_int_eq(rt_world_init(&rt, t), 0);
}

static void teardown(void)
{
    for (unsigned i = 0; i < rt.vm->n; i++)
        if (rt.vm->v[i].kind == VMA_GUEST)
            munmap((void *)rt.vm->v[i].lo, rt.vm->v[i].hi - rt.vm->v[i].lo);
    rt_vm_fini(&rt);
    free(rt.world);
    free(t);
}

enum { RW = PROT_READ | PROT_WRITE, ANON = MAP_PRIVATE | MAP_ANONYMOUS, PG = RT_PAGE };
#define BASE 0x118000000000ull

/* The map against a plain array of pages, under random changes. */
START_TEST(map_model)
{
    enum { N = 64 };
    int model[N];

    for (int i = 0; i < N; i++)
        model[i] = -1;
    srand(_i);
    for (int step = 0; step < 2000; step++) {
        unsigned lo = (unsigned)rand() % N, hi = lo + 1 + (unsigned)rand() % (N - lo);
        int prot = rand() % 4 - 1;
        if (prot < 0)
            rt_vm_clear(&rt, BASE + lo * PG, BASE + hi * PG);
        else
            rt_vm_set(&rt, BASE + lo * PG, BASE + hi * PG, prot, VMA_RESERVE);
        for (unsigned i = lo; i < hi; i++)
            model[i] = prot;
        for (unsigned i = 0; i < N; i++) {
            struct vma v;
            int got = rt_vm_at(&rt, BASE + i * PG, &v) && v.lo <= BASE + i * PG ? (int)v.prot : -1;
            ck_assert_msg(got == model[i], "seed %d step %d page %u: %d, expected %d", _i, step, i, got, model[i]);
        }
        for (unsigned i = 1; i < rt.vm->n; i++) {
            const struct vma *a = &rt.vm->v[i - 1], *b = &rt.vm->v[i];
            ck_assert(a->hi <= b->lo && a->lo < a->hi);
            ck_assert_msg(a->hi < b->lo || a->prot != b->prot, "alike neighbours are not merged");
        }
    }
    rt_vm_clear(&rt, BASE, BASE + N * PG);
    ck_assert_uint_eq(rt.vm->n, 0);
}
END_TEST

START_TEST(placing)
{
    int64_t a = rt_mmap(t, 0, 3 * PG, RW, ANON, -1, 0), b = rt_mmap(t, 0, PG, RW, ANON, -1, 0);

    ck_assert_int_gt(a, 0);
    ck_assert_int_lt(a, (int64_t)RT_GUEST_HI);
    ck_assert_int_eq(b, a - PG);                        /* top down */
    *(char *)a = 1;
    ck_assert_int_eq(rt_mmap(t, BASE + 5, PG, RW, ANON, -1, 0), (int64_t)BASE);         /* a hint is rounded down and kept */
    int64_t c = rt_mmap(t, BASE, PG, RW, ANON, -1, 0);
    ck_assert_int_ne(c, (int64_t)BASE);                 /* taken: elsewhere */
    int64_t e = rt_mmap(t, 0, PG, RW, ANON | 0x40 | MAP_GROWSDOWN, -1, 0);     /* x86's MAP_32BIT says nothing here */
    ck_assert_int_gt(e, UINT32_MAX);
    ck_assert_int_gt(c, 0);
}
END_TEST

START_TEST(errors)
{
    ck_assert_int_eq(rt_mmap(t, 0, 0, RW, ANON, -1, 0), -EINVAL);
    ck_assert_int_eq(rt_mmap(t, 0, PG, RW, ANON, -1, 1), -EINVAL);
    ck_assert_int_eq(rt_mmap(t, 0, UINT64_MAX - 10, RW, ANON, -1, 0), -ENOMEM);
    ck_assert_int_eq(rt_mmap(t, BASE + 1, PG, RW, ANON | MAP_FIXED, -1, 0), -EINVAL);
    ck_assert_int_eq(rt_mmap(t, RT_GUEST_HI, PG, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
    ck_assert_int_eq(rt_mmap(t, RT_GUEST_HI - PG, 2 * PG, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
    ck_assert_int_eq(rt_mmap(t, BASE, PG, RW, MAP_PRIVATE, 999, 0), -EBADF);
    ck_assert_int_eq(rt_munmap(t, BASE + 1, PG), -EINVAL);
    ck_assert_int_eq(rt_munmap(t, BASE, 0), -EINVAL);
    ck_assert_int_eq(rt_mprotect(t, BASE, PG, PROT_READ), -ENOMEM);
    ck_assert_int_eq(rt_mprotect(t, BASE, 0, PROT_READ), 0);
    ck_assert_int_eq(rt_mremap(t, BASE, PG, 2 * PG, 0, 0), -EFAULT);
    ck_assert_int_eq(rt_mmap(t, BASE, PG, RW, ANON | MAP_FIXED, -1, 0), (int64_t)BASE);
    ck_assert_int_eq(rt_mmap(t, BASE, PG, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), -EEXIST);
    ck_assert_int_eq(rt_mremap(t, BASE, PG, 2 * PG, MREMAP_FIXED, BASE), -EINVAL);
    ck_assert_int_eq(rt_mremap(t, BASE, PG, 0, 0, 0), -EINVAL);
}
END_TEST

/* Ranges of the runtime's are neither replaced nor unmapped nor handed out. */
START_TEST(runtime_ranges)
{
    uint64_t top = rt_vm_find(&rt, PG, PG);

    rt_vm_set(&rt, BASE + PG, BASE + 2 * PG, 0, VMA_RUNTIME);
    ck_assert_int_eq(rt_mmap(t, BASE, 3 * PG, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
    ck_assert_int_eq(rt_mmap(t, BASE, PG, RW, ANON | MAP_FIXED, -1, 0), (int64_t)BASE);
    ck_assert_int_eq(rt_mmap(t, BASE + 2 * PG, PG, RW, ANON | MAP_FIXED, -1, 0), (int64_t)(BASE + 2 * PG));
    ck_assert_int_eq(rt_munmap(t, BASE, 3 * PG), 0);
    struct vma v;
    ck_assert(rt_vm_at(&rt, BASE, &v) && v.kind == VMA_RUNTIME && v.lo == BASE + PG && v.hi == BASE + 2 * PG);
    rt_vm_set(&rt, top, top + PG, 0, VMA_RUNTIME);
    ck_assert_uint_eq(rt_vm_find(&rt, PG, PG), top - PG);
}
END_TEST

START_TEST(break_grows)
{
    rt.brk_start = rt.brk = BASE + 0x123;
    rt.brk_limit = BASE + 16 * PG;
    rt_vm_set(&rt, BASE + PG, rt.brk_limit, 0, VMA_RESERVE);
    ck_assert_int_eq(rt_brk(t, 0), (int64_t)(BASE + 0x123));
    ck_assert_int_eq(rt_brk(t, BASE + 4 * PG + 7), (int64_t)(BASE + 4 * PG + 7));
    memset((void *)(BASE + PG), 0x55, 3 * PG + 7);
    ck_assert_int_eq(rt_brk(t, BASE + 2 * PG), (int64_t)(BASE + 2 * PG));
    ck_assert_int_eq(rt_brk(t, BASE + 4 * PG), (int64_t)(BASE + 4 * PG));
    ck_assert_int_eq(*(char *)(BASE + 3 * PG), 0);      /* given back memory comes again as zeroes */
    ck_assert_int_eq(rt_brk(t, BASE + 17 * PG), (int64_t)(BASE + 4 * PG));      /* beyond the limit: unchanged */
    /* The room is free to who asks for it, even without replacing, but nobody is sent there. */
    ck_assert_int_eq(rt_mmap(t, BASE + 8 * PG, PG, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), (int64_t)(BASE + 8 * PG));
    ck_assert_int_eq(rt_mmap(t, BASE + 8 * PG, PG, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), -EEXIST);
    ck_assert_int_eq(rt_brk(t, BASE + 9 * PG), (int64_t)(BASE + 4 * PG));       /* something is in the way */
    ck_assert_int_eq(rt_brk(t, BASE + 8 * PG), (int64_t)(BASE + 8 * PG));
}
END_TEST

START_TEST(remapping)
{
    int64_t a = rt_mmap(t, BASE, 2 * PG, RW, ANON | MAP_FIXED, -1, 0);

    *(char *)a = 42;
    ck_assert_int_eq(rt_mremap(t, BASE, 2 * PG, 4 * PG, 0, 0), (int64_t)BASE);  /* room behind */
    ck_assert_int_eq(rt_mmap(t, BASE + 4 * PG, PG, PROT_READ, ANON | MAP_FIXED, -1, 0), (int64_t)(BASE + 4 * PG));
    ck_assert_int_eq(rt_mremap(t, BASE, 4 * PG, 8 * PG, 0, 0), -ENOMEM);
    int64_t b = rt_mremap(t, BASE, 4 * PG, 8 * PG, MREMAP_MAYMOVE, 0);
    ck_assert_int_gt(b, 0);
    ck_assert_int_eq(*(char *)b, 42);
    ck_assert(rt_vm_is_free(&rt, BASE, BASE + 4 * PG));
    ck_assert_int_eq(rt_mremap(t, (uint64_t)b, 8 * PG, PG, 0, 0), b);
    ck_assert(rt_vm_is_free(&rt, (uint64_t)b + PG, (uint64_t)b + 8 * PG));
}
END_TEST

START_TEST(code_lookup)
{
    size_t n = 1 << 20;

    rt_mmap(t, BASE, 2 * PG, PROT_READ | PROT_EXEC, ANON | MAP_FIXED, -1, 0);
    rt_mmap(t, BASE + 2 * PG, PG, PROT_EXEC, ANON | MAP_FIXED, -1, 0);
    rt_mmap(t, BASE + 3 * PG, PG, RW, ANON | MAP_FIXED, -1, 0);
    ck_assert_ptr_eq(rt_vm_code(&rt, BASE + 4, &n), (void *)(BASE + 4));
    ck_assert_uint_eq(n, 3 * PG - 4);                   /* across protections that are all executable */
    ck_assert_ptr_null(rt_vm_code(&rt, BASE + 3 * PG, &n));
    ck_assert_ptr_null(rt_vm_code(&rt, BASE - 2, &n));
    ck_assert_int_eq(rt_mprotect(t, BASE, PG, PROT_READ), 0);
    ck_assert_ptr_null(rt_vm_code(&rt, BASE, &n));
}
END_TEST

/* Free ranges near another: free, within reach of every address, and found whenever there is one. */
START_TEST(near)
{
    enum { N = 96, REACH = 40 * PG };
    bool used[N];

    rt.vm->min = BASE;
    srand(_i);
    for (int round = 0; round < 400; round++) {
        for (unsigned i = 0; i < N; i++)
            used[i] = false;
        rt_vm_clear(&rt, BASE, BASE + N * PG);
        for (unsigned k = (unsigned)rand() % 12; k > 0; k--) {
            unsigned lo = (unsigned)rand() % N, hi = lo + 1 + (unsigned)rand() % 6;
            for (unsigned i = lo; i < hi && i < N; i++)
                used[i] = true;
        }
        for (unsigned i = 0; i < N; i++)
            if (used[i])
                rt_vm_set(&rt, BASE + i * PG, BASE + (i + 1) * PG, 0, VMA_RESERVE);
        /* Below BASE nothing may be had; the far end is fenced off. */
        rt_vm_set(&rt, BASE + N * PG, BASE + (N + 4096) * PG, 0, VMA_RESERVE);
        unsigned at = (unsigned)rand() % (N - 8), len = 1 + (unsigned)rand() % 6, npg = 1 + (unsigned)rand() % 8;
        uint64_t lo = BASE + at * PG, hi = lo + npg * PG, got = rt_vm_find_near(&rt, lo, hi, REACH, len * PG);
        bool any = false;
        for (unsigned p = 0; p + len <= N; p++) {
            bool fits = BASE + p * PG + REACH >= hi && BASE + (p + len) * PG <= lo + REACH && (p + len <= at || p >= at + npg);
            for (unsigned i = p; i < p + len; i++)
                fits = fits && !used[i];
            any |= fits;
        }
        ck_assert_msg(any == (got != 0), "seed %d round %d: %s", _i, round, any ? "a free place was not found" : "found what is not free");
        if (!got)
            continue;
        ck_assert(got >= BASE && got % PG == 0);
        ck_assert(rt_vm_is_free(&rt, got, got + len * PG) && (got + len * PG <= lo || got >= hi));
        ck_assert(got + REACH >= hi && got + len * PG <= lo + REACH);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("vm");
    TCase *c = tcase_create("vm");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, map_model, 0, 4);
    tcase_add_test(c, placing);
    tcase_add_test(c, errors);
    tcase_add_test(c, runtime_ranges);
    tcase_add_test(c, break_grows);
    tcase_add_test(c, remapping);
    tcase_add_test(c, code_lookup);
    tcase_add_loop_test(c, near, 0, 10);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
