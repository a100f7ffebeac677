#include "runtime/module.h"

#include "runtime/thread.h"
#include "runtime/vm.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { RX = PROT_READ | PROT_EXEC, RW = PROT_READ | PROT_WRITE, ANON = MAP_PRIVATE | MAP_ANONYMOUS, PG = RT_PAGE };
#define WINDOW (UINT64_C(512) << 20)

/* A library: text in pages 0 and 1, data in page 2 at vaddr 4, bss behind it; and what describes it. */
static struct { Elf64_Ehdr eh; Elf64_Phdr ph[2]; uint8_t bytes[4 * PG]; } file;
static struct rt rt;
static struct rt_thread *t;
static int fd;

static void setup(void)
{
    memset(&rt, 0, sizeof rt);
    memset(&file, 0, sizeof file);
    t = aligned_alloc(64, (sizeof *t + 63) & ~(size_t)63);
    memset(t, 0, sizeof *t);
    t->rt = &rt;
    rt.main = t;
    t->g = rt.g = &guest_riscv64;
    ck_assert_int_eq(rt_world_init(&rt, t), 0);
    ck_assert_int_eq(rt_vm_init(&rt), 0);
    memcpy(file.eh.e_ident, ELFMAG "\2\1\1", 7);
    file.eh.e_type = ET_DYN;
    file.eh.e_machine = EM_RISCV;
    file.eh.e_phoff = sizeof file.eh;
    file.eh.e_phentsize = sizeof(Elf64_Phdr);
    file.eh.e_phnum = 2;
    file.ph[0] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_filesz = 2 * PG, .p_memsz = 2 * PG };
    file.ph[1] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = 2 * PG, .p_vaddr = 4 * PG, .p_filesz = PG,
                               .p_memsz = 2 * PG };
    fd = memfd_create("lib", 0);
    ck_assert_int_eq(write(fd, &file, sizeof file), (ssize_t)sizeof file);
}

static void teardown(void)
{
    rt_munmap(t, PG, RT_GUEST_HI - PG);
    ck_assert_msg(!rt.modules, "a module is left of nothing");
    for (unsigned i = 0; i < rt.vm->n; i++)
        ck_assert_msg(rt.vm->v[i].kind != VMA_RUNTIME, "a window is left of nothing: %#lx", (unsigned long)rt.vm->v[i].lo);
    rt_vm_fini(&rt);
    free(t);
    close(fd);
}

static uint64_t map(uint64_t at, uint64_t pages, int prot, int flags, int page)
{
    int64_t r = rt_mmap(t, at, pages * PG, prot, flags, flags & MAP_ANONYMOUS ? -1 : fd, (uint64_t)page * PG);

    ck_assert_msg(r > 0, "mmap: %ld", (long)r);
    return (uint64_t)r;
}

static unsigned modules(void)
{
    unsigned n = 0;

    for (const struct rt_module *m = rt.modules; m; m = m->next)
        n++;
    return n;
}

static bool window_below(uint64_t at)
{
    struct vma v;

    return rt_vm_at(&rt, at - WINDOW, &v) && v.kind == VMA_RUNTIME && v.lo <= at - WINDOW && v.hi == at;
}

/* glibc and musl: the whole span first. */
START_TEST(span_first)
{
    uint64_t at = map(0, 6, RX, MAP_PRIVATE, 0);
    const struct rt_module *m = rt_module_at(&rt, at + PG);

    ck_assert(m && m->lo == at && m->hi == at + 6 * PG && m->base == at && m->text_lo == at && m->text_hi == at + 2 * PG);
    ck_assert(m->tried && window_below(at));
    ck_assert_uint_eq(m->ro_hi, at + 2 * PG);
    map(at + 4 * PG, 1, RW, MAP_PRIVATE | MAP_FIXED, 2);
    map(at + 5 * PG, 1, RW, ANON | MAP_FIXED, 0);
    ck_assert_uint_eq(modules(), 1);
    ck_assert_int_eq(rt_munmap(t, at + 4 * PG, 2 * PG), 0);
    ck_assert_uint_eq(modules(), 1);
    ck_assert_int_eq(rt_munmap(t, at, PG), 0);
    ck_assert_uint_eq(modules(), 1);            /* half of the text is still there */
    ck_assert_int_eq(rt_munmap(t, at + PG, PG), 0);
    ck_assert_uint_eq(modules(), 0);
    ck_assert(!window_below(at));
}
END_TEST

/* Room first, the file's pieces into it, text before or after the data. */
START_TEST(room_first)
{
    uint64_t room = map(0, 32, PROT_NONE, ANON, 0), at = room + (uint64_t)_i * PG;

    if (_i & 1)
        map(at + 4 * PG, 1, RW, MAP_PRIVATE | MAP_FIXED, 2);
    ck_assert_uint_eq(modules(), 0);
    map(at, 2, RX, MAP_PRIVATE | MAP_FIXED, 0);
    ck_assert_uint_eq(modules(), 1);
    const struct rt_module *m = rt.modules;
    ck_assert(m->lo == at && m->tried && m->win_hi == room && m->win_lo < at - WINDOW);
    uint64_t again = map(0, 6, RX, MAP_PRIVATE, 0);             /* the same file a second time */
    ck_assert_uint_eq(modules(), 2);
    ck_assert(rt_module_at(&rt, again)->base == again && window_below(again));
    map(again, 6, RW, ANON | MAP_FIXED, 0);                     /* replaced by something else */
    ck_assert_uint_eq(modules(), 1);
    ck_assert(rt_module_at(&rt, at) == m && !rt_module_at(&rt, again));
}
END_TEST

/* What is no module: other machines, shared mappings, data, files without headers. */
START_TEST(others)
{
    map(0, 6, RW, MAP_PRIVATE, 0);
    map(0, 6, PROT_READ, MAP_SHARED, 0);
    map(0, 2, PROT_READ, MAP_PRIVATE, 1);
    ck_assert_uint_eq(modules(), 0);
    file.eh.e_machine = EM_386;
    ck_assert_int_eq(pwrite(fd, &file, sizeof file.eh, 0), sizeof file.eh);
    map(0, 6, RX, MAP_PRIVATE, 0);
    ck_assert_int_eq(ftruncate(fd, 100), 0);
    map(0, 1, RX, MAP_PRIVATE, 0);
    ck_assert_int_eq(ftruncate(fd, 0), 0);
    map(0, 1, RX, MAP_PRIVATE, 0);
    ck_assert_uint_eq(modules(), 0);
}
END_TEST

/* Without its place a module has no window, and nobody's memory is taken. */
START_TEST(no_room)
{
    uint64_t at = UINT64_C(0x118000000000);

    map(at - WINDOW, 1, RW, ANON | MAP_FIXED, 0);
    map(at, 6, RX, MAP_PRIVATE, 0);                             /* a hint */
    const struct rt_module *m = rt_module_at(&rt, at);
    ck_assert(m && m->win_hi == 0);
    ck_assert_uint_eq(rt_module_take(rt.modules, PG), 0);
    *(volatile char *)(at - WINDOW) = 1;
}
END_TEST

START_TEST(take_and_give)
{
    uint64_t at = map(0, 6, RX, MAP_PRIVATE, 0);
    struct rt_module *m = rt_module_at(&rt, at);
    uint64_t a = rt_module_take(m, 16 * PG), b = rt_module_take(m, PG);

    ck_assert(a == at - 16 * PG && b == a - PG);
    ck_assert(rt_module_give(&rt, a, at));                      /* not on top: waits for b */
    ck_assert_uint_eq(rt_module_take(m, PG), b - PG);
    ck_assert(rt_module_give(&rt, b - PG, b) && rt_module_give(&rt, b, a));
    ck_assert_uint_eq(rt_module_take(m, PG), a - PG);
    ck_assert_uint_eq(rt_module_take(m, UINT64_C(1) << 40), 0);
    ck_assert(!rt_module_give(&rt, at, at + PG));
    m->im_lo = m->win_lo;
    m->im_hi = a - 2 * PG;
    ck_assert_uint_eq(rt_module_take(m, PG), 0);                /* not into the image */
}
END_TEST

/* Moved by mremap: the module is gone; the code there is nobody's. */
START_TEST(moved)
{
    uint64_t at = map(0, 6, RX, MAP_PRIVATE, 0), to = map(0, 6, PROT_NONE, ANON | MAP_NORESERVE, 0);

    ck_assert_int_eq(rt_mremap(t, at, 6 * PG, 6 * PG, MREMAP_MAYMOVE | MREMAP_FIXED, to), (int64_t)to);
    ck_assert_uint_eq(modules(), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("module");
    TCase *c = tcase_create("module");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, span_first);
    tcase_add_loop_test(c, room_first, 0, 4);
    tcase_add_test(c, others);
    tcase_add_test(c, no_room);
    tcase_add_test(c, take_and_give);
    tcase_add_test(c, moved);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
