/* Discovery on small files made here, riscv64 and AArch64: what is a function, an entry, a table's target, and what is not code. */
#include "aotc/discover.h"

#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BASE = 0x10000, CODE = 0x1000 };

static struct gelf *elf;
static char path[] = "/tmp/discover_test.XXXXXX";

/* A file with one RX segment (file offset 0 at BASE, code at BASE + CODE) and no section headers. */
static void make_elf_for(Elf64_Half machine, const uint32_t *code, size_t n, unsigned type)
{
    uint8_t buf[0x2000] = {0};
    Elf64_Ehdr eh = {.e_type = (Elf64_Half)type,
                     .e_machine = machine,
                     .e_version = EV_CURRENT,
                     .e_entry = BASE + CODE,
                     .e_phoff = sizeof eh,
                     .e_ehsize = sizeof eh,
                     .e_phentsize = sizeof(Elf64_Phdr),
                     .e_phnum = 1,
                     .e_shentsize = sizeof(Elf64_Shdr)};
    Elf64_Phdr ph = {.p_type = PT_LOAD,
                     .p_flags = PF_R | PF_X,
                     .p_vaddr = BASE,
                     .p_paddr = BASE,
                     .p_filesz = CODE + n * 4,
                     .p_memsz = CODE + n * 4,
                     .p_align = 4096};
    struct diag d;
    int fd;

    memcpy(eh.e_ident, ELFMAG "\2\1\1", 7);
    memcpy(buf, &eh, sizeof eh);
    memcpy(buf + sizeof eh, &ph, sizeof ph);
    memcpy(buf + CODE, code, n * 4);
    strcpy(path, "/tmp/discover_test.XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, buf, CODE + n * 4), (ssize_t)(CODE + n * 4));
    close(fd);
    ck_assert_msg(gelf_open(path, -1, &elf, &d) == ST_OK, "%s", d.msg);
    unlink(path);
}

static void make_elf(const uint32_t *code, size_t n, unsigned type) { make_elf_for(EM_RISCV, code, n, type); }

static struct discovery *run(void)
{
    struct discovery *d = NULL;
    struct diag dg;

    ck_assert_msg(discover(elf, guest_by_machine(elf->machine), &d, &dg) == ST_OK, "%s", dg.msg);
    return d;
}

static bool has_entry(const struct discovery *d, uint64_t pc)
{
    for (uint32_t i = 0; i < d->nentry; i++)
        if (d->entry[i] == pc)
            return true;
    for (uint32_t i = 0; i < d->nunit; i++)
        if (d->unit[i].pc == pc)
            return true;
    return false;
}

enum { A = BASE + CODE };

START_TEST(calls_make_functions)
{
    /* jal ra,.+12; jal zero,.+0; ret; addi a0,a0,1; ret */
    static const uint32_t code[] = {0x00c000ef, 0x0000006f, 0x00008067, 0x00150513, 0x00008067};

    make_elf(code, 5, ET_EXEC);
    struct discovery *d = run();

    ck_assert(discover_is_function(d, A));
    ck_assert(discover_is_function(d, A + 12));
    ck_assert(!discover_is_function(d, A + 4));
    ck_assert(!discover_is_function(d, A + 13));
    ck_assert(!discover_is_function(d, BASE - 4));
    discover_free(d);
    gelf_close(elf);
}
END_TEST

START_TEST(sweep_finds_what_nothing_names)
{
    /* ret; nop; addi a0,a0,1; ret; two words of zeros; ret */
    static const uint32_t code[] = {0x00008067, 0x00000013, 0x00150513, 0x00008067, 0, 0, 0x00008067};

    make_elf(code, 7, ET_EXEC);
    struct discovery *d = run();

    ck_assert(has_entry(d, A + 8));
    ck_assert_msg(!has_entry(d, A + 4), "padding is no function");
    ck_assert(!has_entry(d, A + 16));
    ck_assert(has_entry(d, A + 24));
    discover_free(d);
    gelf_close(elf);
}
END_TEST

START_TEST(constants_are_addresses)
{
    /* auipc a0,0; addi a0,a0,20; jalr ra,0(a1); jal zero,.; ret; addi a0,a0,1 (at A + 20); ret */
    static const uint32_t code[] = {0x00000517, 0x01450513, 0x000580e7, 0x0000006f, 0x00008067, 0x00150513, 0x00008067};

    for (unsigned type = ET_EXEC; type <= ET_DYN; type++) {
        make_elf(code, 7, type);
        struct discovery *d = run();

        ck_assert_int_eq(d->pic, type == ET_DYN);
        ck_assert(has_entry(d, A + 20));
        discover_free(d);
        gelf_close(elf);
    }
}
END_TEST

START_TEST(far_calls_are_calls)
{
    /* auipc ra,0; jalr ra,16(ra); jal zero,.; ret; addi a0,a0,1 (at A + 16); jal zero,.-4; the jump back is no function */
    static const uint32_t code[] = {0x00000097, 0x010080e7, 0x0000006f, 0x00008067, 0x00150513, 0xffdff06f};

    make_elf(code, 6, ET_EXEC);
    struct discovery *d = run();

    ck_assert(discover_is_function(d, A + 16));
    ck_assert_int_eq(d->from.unresolved, 0);
    discover_free(d);
    gelf_close(elf);
}
END_TEST

START_TEST(known_indirect_jumps_have_entries)
{
    /* auipc t1,0; addi t1,t1,20; jalr a3,-4(t1) (no call: a3 is no link register); ret; addi a0,a0,1 (at A + 16); ret */
    static const uint32_t code[] = {0x00000317, 0x01430313, 0xffc306e7, 0x00008067, 0x00150513, 0x00008067};

    make_elf(code, 6, ET_EXEC);
    struct discovery *d = run();

    ck_assert(has_entry(d, A + 16));
    discover_free(d);
    gelf_close(elf);
}
END_TEST

START_TEST(jumps_between_units_make_entries)
{
    /* jal ra,.+16; jal zero,.+16 (into the middle of f); ret; ret; f: addi a0,a0,1; addi a0,a0,2; ret */
    static const uint32_t code[] = {0x010000ef, 0x0100006f, 0x00008067, 0x00008067, 0x00150513, 0x00250513, 0x00008067};

    make_elf(code, 7, ET_EXEC);
    struct discovery *d = run();

    ck_assert(discover_is_function(d, A + 16));
    ck_assert(!discover_is_function(d, A + 20));
    ck_assert(has_entry(d, A + 20));
    discover_free(d);
    gelf_close(elf);
}
END_TEST

START_TEST(feedback_splits_units)
{
    static const uint32_t code[] = {0x00150513, 0x00250513, 0x00350513, 0x00008067};
    struct gspan s;

    make_elf(code, 4, ET_EXEC);
    struct discovery *d = run();
    uint32_t before = d->nunit;

    ck_assert(discover_add_function(d, A + 8));
    ck_assert(!discover_add_function(d, A + 8));
    ck_assert(!discover_add_function(d, 4));
    ck_assert_int_eq(discover_layout(d), ST_OK);
    ck_assert_uint_eq(d->nunit, before + 1);
    ck_assert(discover_function_at(elf, A + 4, &s));
    ck_assert_uint_eq(s.lo, A);
    ck_assert(!discover_function_at(elf, 8, &s));
    discover_free(d);
    gelf_close(elf);
}
END_TEST

/* A bound check whose failure calls a function that does not return: straight decoding comes to the dispatch through the call, and only
 * the branch around it tells of the table. What its entries count from is computed like a function's address, and is none. */
START_TEST(tables_behind_calls)
{
    /* cmp w0,#3; b.ls .+8; bl A+68; adr x1,A+64; ldrb w1,[x1,w0,uxtw]; adr x0,A+32; add x1,x0,w1,sxtb #2; br x1; 4 times mov x0,#1; ret;
     * bytes 0, 2, 4, 6; b . */
    static const uint32_t code[] = {0x71000c1f, 0x54000049, 0x9400000f, 0x100001a1, 0x38604821, 0x10000060, 0x8b218801, 0xd61f0020, 0xd2800020,
                                    0xd65f03c0, 0xd2800020, 0xd65f03c0, 0xd2800020, 0xd65f03c0, 0xd2800020, 0xd65f03c0, 0x06040200, 0x14000000};

    for (unsigned type = ET_EXEC; type <= ET_DYN; type++) {
        make_elf_for(EM_AARCH64, code, 18, type);
        struct discovery *d = run();

        ck_assert_uint_eq(d->from.unresolved, 0);
        ck_assert_uint_eq(d->from.tables, 1);
        for (unsigned i = 0; i < 4; i++) {
            ck_assert(*disc_flag(d, A + 32 + 8 * i) & D_INSN);
            ck_assert(!discover_is_function(d, A + 32 + 8 * i));
        }
        ck_assert(!has_entry(d, A + 40));
        discover_free(d);
        gelf_close(elf);
    }
}
END_TEST

START_TEST(marks_of_indirect_jumps_are_entries)
{
    /* ldr x1,[x0]; cbz x1,.+12; br x1; ret; mov x0,#1; bti j; mov x0,#2; bti c; ret: nothing jumps to either bti by name. */
    static const uint32_t code[] = {0xf9400001, 0xb4000061, 0xd61f0020, 0xd65f03c0, 0xd2800020, 0xd503249f, 0xd2800040, 0xd503245f, 0xd65f03c0};

    make_elf_for(EM_AARCH64, code, 9, ET_DYN);
    struct discovery *d = run();

    ck_assert(has_entry(d, A + 20));
    ck_assert(!has_entry(d, A + 24));
    ck_assert(!has_entry(d, A + 28));
    discover_free(d);
    gelf_close(elf);
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
    uint32_t code[512];
    uint64_t x = 88172645463325252u;

    for (int round = 0; round < 40; round++) {
        for (size_t i = 0; i < 512; i++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            code[i] = (uint32_t)(x >> 16);
        }
        make_elf(code, 512, round & 1 ? ET_DYN : ET_EXEC);
        struct discovery *d = run();

        for (uint32_t i = 0; i < d->nunit; i++)
            ck_assert(d->unit[i].bounds.lo < d->unit[i].bounds.hi && d->unit[i].bounds.hi <= d->hi);
        discover_free(d);
        gelf_close(elf);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("discover");
    TCase *t = tcase_create("discover");
    SRunner *r = srunner_create(s);

    tcase_add_test(t, calls_make_functions);
    tcase_add_test(t, sweep_finds_what_nothing_names);
    tcase_add_test(t, constants_are_addresses);
    tcase_add_test(t, far_calls_are_calls);
    tcase_add_test(t, known_indirect_jumps_have_entries);
    tcase_add_test(t, jumps_between_units_make_entries);
    tcase_add_test(t, feedback_splits_units);
    tcase_add_test(t, tables_behind_calls);
    tcase_add_test(t, marks_of_indirect_jumps_are_entries);
    tcase_add_test(t, random_bytes_do_no_harm);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);

    srunner_free(r);
    return failed != 0;
}
