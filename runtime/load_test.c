#include "runtime/load.h"

#include "runtime/vm.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

/* A crafted executable: header, program headers, then bytes that count up. */
struct file {
    Elf64_Ehdr eh;
    Elf64_Phdr ph[4];
    uint8_t bytes[3 * RT_PAGE];
};
static struct file f;
static struct rt rt;
static struct rt_thread *t;
static struct load_elf elf;
static struct diag d;

static void teardown(void)
{
    rt_vm_fini(&rt);
    free(t);
    t = NULL;
}

static void setup(void)
{
    teardown();                         /* tests set up several times */
    memset(&f, 0, sizeof f);
    memset(&rt, 0, sizeof rt);
    for (size_t i = 0; i < sizeof f.bytes; i++)
        f.bytes[i] = (uint8_t)(i % 251 + 1);
    memcpy(f.eh.e_ident, ELFMAG "\2\1\1", 7);
    f.eh.e_type = ET_EXEC;
    f.eh.e_machine = EM_RISCV;
    f.eh.e_entry = 0x10010;
    f.eh.e_phoff = offsetof(struct file, ph);
    f.eh.e_phentsize = sizeof(Elf64_Phdr);
    f.eh.e_phnum = 3;
    f.ph[0] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = 0x10000, .p_filesz = 0x800, .p_memsz = 0x800 };
    f.ph[1] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = 0x1800, .p_vaddr = 0x12800, .p_filesz = 0x100,
                            .p_memsz = 0x3000 };
    f.ph[2] = (Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W };
    t = aligned_alloc(64, (sizeof *t + 63) & ~(size_t)63);
    memset(t, 0, sizeof *t);
    t->rt = &rt;
    t->g = rt.g = &guest_riscv64;
    rt_vm_init(&rt);
}

/* The crafted file as a descriptor. */
static int make(size_t size)
{
    int fd = memfd_create("elf", 0);

    ck_assert_int_eq(write(fd, &f, size), (ssize_t)size);
    return fd;
}

static enum status read_it(size_t size)
{
    int fd = make(size);
    enum status st;

    d = (struct diag){ 0 };
    st = load_read_header(fd, size, &elf, &d);
    close(fd);
    ck_assert(st == ST_OK || d.msg[0]);
    return st;
}

START_TEST(accepts)
{
    ck_assert_int_eq(read_it(sizeof f), ST_OK);
    ck_assert_uint_eq(elf.lo, 0x10000);
    ck_assert_uint_eq(elf.hi, 0x16000);
    ck_assert(!elf.exec_stack && !elf.interp);
    f.ph[2].p_type = PT_INTERP;
    ck_assert_int_eq(read_it(sizeof f), ST_OK);
    ck_assert(elf.interp && elf.exec_stack);
}
END_TEST

/* Every truncation and every changed header byte is read or refused, never more. */
START_TEST(refuses)
{
    for (size_t n = 0; n < sizeof f.eh + 3 * sizeof(Elf64_Phdr); n++)
        ck_assert_int_ne(read_it(n), ST_OK);
    ck_assert_int_eq(read_it(0x1880), ST_TRUNCATED);
    f.eh.e_ident[EI_CLASS] = ELFCLASS32;
    ck_assert_int_eq(read_it(sizeof f), ST_UNSUPPORTED);
    setup();
    f.eh.e_type = ET_REL;
    ck_assert_int_eq(read_it(sizeof f), ST_UNSUPPORTED);
    setup();
    f.ph[1].p_vaddr = 0x10900;
    f.ph[1].p_offset = 0x900;
    ck_assert_int_eq(read_it(sizeof f), ST_BADFORMAT);  /* shares a page */
    setup();
    f.ph[1].p_memsz = UINT64_MAX - 0x12000;
    ck_assert_int_eq(read_it(sizeof f), ST_LIMIT);
    setup();
    f.ph[1].p_offset = UINT64_MAX - 0x7ff;
    ck_assert_int_eq(read_it(sizeof f), ST_TRUNCATED);
    setup();
    f.ph[0].p_vaddr = 0x10008;
    ck_assert_int_eq(read_it(sizeof f), ST_UNSUPPORTED);
    setup();
    f.ph[0].p_type = f.ph[1].p_type = PT_NULL;
    ck_assert_int_eq(read_it(sizeof f), ST_BADFORMAT);
    setup();
    f.eh.e_phoff = UINT64_MAX - 8;
    ck_assert_int_eq(read_it(sizeof f), ST_TRUNCATED);
}
END_TEST

START_TEST(random_headers)
{
    srand(_i + 1);
    for (int i = 0; i < 3000; i++) {
        setup();
        for (int k = rand() % 4; k >= 0; k--)
            ((uint8_t *)&f)[4 + (unsigned)rand() % (sizeof f.eh + sizeof f.ph - 4)] = (uint8_t)rand();
        if (read_it(sizeof f) == ST_OK) {
            ck_assert(elf.lo < elf.hi && elf.hi <= RT_GUEST_HI);
            ck_assert(elf.nph <= 64);
        }
    }
}
END_TEST

START_TEST(maps)
{
    int fd = make(sizeof f);

    ck_assert_int_eq(load_read_header(fd, sizeof f, &elf, &d), ST_OK);
    ck_assert_msg(load_map(&rt, fd, &elf, &d) == ST_OK, "%s", d.msg);
    close(fd);
    ck_assert_uint_eq(rt.exe.entry, 0x10010);
    ck_assert_uint_eq(rt.exe.phdr, 0x10000 + sizeof(Elf64_Ehdr));
    ck_assert_int_eq(memcmp((void *)0x12800, (uint8_t *)&f + 0x1800, 0x100), 0);
    for (uint64_t a = 0x12900; a < 0x15800; a++)
        ck_assert_msg(*(uint8_t *)a == 0, "bss byte at %#lx", (unsigned long)a);
    *(volatile uint8_t *)0x15fff = 1;
    ck_assert_uint_eq(rt.brk_start, 0x16000);
    ck_assert_uint_ge(rt.brk_limit - rt.brk_start, 4ull << 30);
    size_t n = 1 << 20;
    ck_assert_ptr_eq(rt_vm_code(&rt, 0x10010, &n), (void *)0x10010);
    ck_assert_ptr_null(rt_vm_code(&rt, 0x12800, &n));
}
END_TEST

START_TEST(position_independent)
{
    f.eh.e_type = ET_DYN;
    for (int i = 0; i < 2; i++)
        f.ph[i].p_vaddr -= 0x10000;
    f.eh.e_entry = 0x10;
    int fd = make(sizeof f);
    ck_assert_int_eq(load_read_header(fd, sizeof f, &elf, &d), ST_OK);
    ck_assert_msg(load_map(&rt, fd, &elf, &d) == ST_OK, "%s", d.msg);
    close(fd);
    ck_assert_uint_eq(rt.exe.entry, rt.exe.base + 0x10);
    /* The image's window below the base is ours. */
    struct vma v;
    ck_assert(rt_vm_at(&rt, rt.exe.base - (512u << 20), &v) && v.kind == VMA_RUNTIME);
    ck_assert(v.lo <= rt.exe.base - (512u << 20) && v.hi == rt.exe.base);
}
END_TEST

START_TEST(stack)
{
    char *argv[] = { "one", "two words", "", NULL }, *envp[] = { "A=b", NULL };
    uint64_t seen = 0;

    rt.opt.argv = argv;
    rt.opt.envp = envp;
    rt.opt.file = "./prog";
    rt.exe.entry = 0x10010;
    rt.exe.phnum = 3;
    ck_assert_msg(load_stack(t, &elf, NULL, &d) == ST_OK, "%s", d.msg);
    uint64_t sp = rt_guest_get(t, rt.g->abi->sp), *w = (uint64_t *)sp;
    ck_assert_uint_eq(sp % 16, 0);
    ck_assert_uint_eq(t->v.pc, 0x10010);
    ck_assert_uint_eq(*w++, 3);
    ck_assert_str_eq((char *)w[0], "one");
    ck_assert_str_eq((char *)w[1], "two words");
    ck_assert_str_eq((char *)w[2], "");
    ck_assert_uint_eq(w[3], 0);
    ck_assert_str_eq((char *)w[4], "A=b");
    ck_assert_uint_eq(w[5], 0);
    for (w += 6; w[0] != AT_NULL; w += 2) {
        ck_assert_uint_lt(w[0], 64);
        ck_assert_msg(!(seen >> w[0] & 1), "two entries of type %lu", (unsigned long)w[0]);
        seen |= 1ull << w[0];
        if (w[0] == AT_EXECFN)
            ck_assert_str_eq((char *)w[1], "./prog");
        if (w[0] == AT_HWCAP)
            ck_assert_uint_eq(w[1], rt.g->abi->hwcap);
        if (w[0] == AT_RANDOM)
            ck_assert(w[1] > sp && w[1] < rt.stack_hi);
    }
    uint64_t must = 1ull << AT_PHDR | 1ull << AT_PHENT | 1ull << AT_PHNUM | 1ull << AT_PAGESZ | 1ull << AT_BASE | 1ull << AT_FLAGS
        | 1ull << AT_ENTRY | 1ull << AT_UID | 1ull << AT_EUID | 1ull << AT_GID | 1ull << AT_EGID
        | 1ull << AT_SECURE | 1ull << AT_RANDOM
        | 1ull << AT_HWCAP | 1ull << AT_EXECFN | 1ull << AT_CLKTCK;
    ck_assert_uint_eq(seen & must, must);
    ck_assert(seen >> AT_SYSINFO_EHDR & 1);
}
END_TEST

START_TEST(classify)
{
    uint16_t m;

    ck_assert_int_eq(load_classify((const uint8_t *)"#!/bin/sh\n", 10, &m), LOAD_SCRIPT);
    ck_assert_int_eq(load_classify((const uint8_t *)&f, 64, &m), LOAD_ELF);
    ck_assert_uint_eq(m, EM_RISCV);
    ck_assert_int_eq(load_classify((const uint8_t *)&f, 10, &m), LOAD_OTHER);
    ck_assert_int_eq(load_classify((const uint8_t *)"", 0, &m), LOAD_OTHER);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("load");
    TCase *c = tcase_create("load");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, accepts);
    tcase_add_test(c, refuses);
    tcase_add_loop_test(c, random_headers, 0, 2);
    tcase_add_test(c, maps);
    tcase_add_test(c, position_independent);
    tcase_add_test(c, stack);
    tcase_add_test(c, classify);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
