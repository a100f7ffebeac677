/* The vDSO as its readers read it: by dynamic section, hash table and version (ld.so, vdso(7)'s parser), and by section headers. */
#include "runtime/vdso.h"

#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <sys/mman.h>

static struct rt rt;
static uint8_t *page;

static const struct guest *const guests[] = { &guest_riscv64, &guest_aarch64 };

static void build(int i)
{
    memset(&rt, 0, sizeof rt);
    rt.g = guests[i];
    page = mmap(NULL, RT_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(page, MAP_FAILED);
    rt_vdso_build(&rt, (uint64_t)(uintptr_t)page);
}

/* What the dynamic section says under tag. */
static const void *dynamic(const Elf64_Ehdr *eh, int64_t tag, uint64_t *val)
{
    const Elf64_Phdr *ph = (const void *)(page + eh->e_phoff);

    for (unsigned i = 0; i < eh->e_phnum; i++)
        for (const Elf64_Dyn *d = (const void *)(page + ph[i].p_offset); ph[i].p_type == PT_DYNAMIC && d->d_tag != DT_NULL; d++)
            if (d->d_tag == tag) {
                *val = d->d_un.d_val;
                return page + d->d_un.d_val;
            }
    ck_abort_msg("no dynamic entry %ld", (long)tag);
    return NULL;
}

/* Index of a symbol by the hash table; 0: none. */
static uint32_t lookup(const Elf64_Ehdr *eh, const char *name)
{
    uint64_t v;
    const uint32_t *hash = dynamic(eh, DT_HASH, &v);
    const char *str = dynamic(eh, DT_STRTAB, &v);
    const Elf64_Sym *sym = dynamic(eh, DT_SYMTAB, &v);
    uint32_t i = hash[2];               /* one bucket */

    ck_assert_uint_eq(hash[0], 1);
    while (i && strcmp(str + sym[i].st_name, name))
        i = hash[3 + i];
    return i;
}

START_TEST(symbols)
{
    build(_i);
    const Elf64_Ehdr *eh = (const void *)page;
    const struct guest_vdso *g = rt.g->abi->vdso;
    uint64_t v;

    ck_assert(!memcmp(eh->e_ident, ELFMAG, SELFMAG) && eh->e_type == ET_DYN && eh->e_machine == rt.g->elf_machine);
    const Elf64_Sym *sym = dynamic(eh, DT_SYMTAB, &v);
    const Elf64_Half *ver = dynamic(eh, DT_VERSYM, &v);
    const char *str = dynamic(eh, DT_STRTAB, &v);
    for (unsigned i = 0; i < g->nfn; i++) {
        uint32_t s = lookup(eh, g->fn[i].name), code[2];
        ck_assert_uint_ne(s, 0);
        ck_assert_uint_eq(ver[s], 2);
        memcpy(code, page + sym[s].st_value, sizeof code);
        ck_assert_uint_eq(code[0], g->move | (uint32_t)g->fn[i].nr << g->shift);
        ck_assert_uint_eq(code[1], g->call);
        ck_assert_int_eq(rt_vdso_call(&rt, rt.vdso + sym[s].st_value), g->fn[i].nr);
        ck_assert_int_eq(rt_vdso_call(&rt, rt.vdso + sym[s].st_value + 4), -1);
    }
    ck_assert_uint_eq(lookup(eh, "clock_gettime"), 0);
    ck_assert_uint_eq(rt.vdso + sym[lookup(eh, g->fn[0].name)].st_value, rt.sigtramp);
    const Elf64_Verdef *def = dynamic(eh, DT_VERDEF, &v);
    def = (const void *)((const uint8_t *)def + def->vd_next);
    const Elf64_Verdaux *aux = (const void *)((const uint8_t *)def + def->vd_aux);
    ck_assert_uint_eq(def->vd_ndx, 2);
    ck_assert_str_eq(str + aux->vda_name, g->version);
}
END_TEST

/* The trampoline has no unwind entry, and neither has what lies before it; the functions have one. */
START_TEST(unwinding)
{
    build(_i);
    const Elf64_Ehdr *eh = (const void *)page;
    const Elf64_Phdr *ph = (const void *)(page + eh->e_phoff);
    int32_t first = 0, fde[4] = { 0 };

    for (unsigned i = 0; i < eh->e_phnum; i++)
        if (ph[i].p_type == PT_GNU_EH_FRAME) {
            int32_t hdr[5];
            memcpy(hdr, page + ph[i].p_offset, sizeof hdr);
            ck_assert_int_eq(hdr[0], 0x3b031b01);
            ck_assert_int_eq(hdr[2], 1);
            first = (int32_t)ph[i].p_offset + hdr[3];
            memcpy(fde, page + ph[i].p_offset + hdr[4], sizeof fde);
            ck_assert_int_eq((int32_t)ph[i].p_offset + hdr[4] + 8 + fde[2], first);
        }
    ck_assert_int_eq(rt_vdso_call(&rt, rt.vdso + (uint64_t)first), 113);
    ck_assert_int_eq(fde[3], 16 * (rt.g->abi->vdso->nfn - 1));
    ck_assert_uint_gt((uint64_t)first, rt.sigtramp - rt.vdso);
}
END_TEST

START_TEST(sections)
{
    build(_i);
    const Elf64_Ehdr *eh = (const void *)page;
    const Elf64_Shdr *sh = (const void *)(page + eh->e_shoff);
    const char *names = (const char *)page + sh[eh->e_shstrndx].sh_offset;
    unsigned text = 0;

    ck_assert_uint_le(eh->e_shoff + eh->e_shnum * sizeof *sh, RT_PAGE);
    for (unsigned i = 1; i < eh->e_shnum; i++) {
        ck_assert_uint_le(sh[i].sh_offset + sh[i].sh_size, RT_PAGE);
        ck_assert_uint_eq(sh[i].sh_addr, sh[i].sh_flags & SHF_ALLOC ? sh[i].sh_offset : 0);
        if (!strcmp(names + sh[i].sh_name, ".text"))
            text = i;
    }
    ck_assert_uint_ne(text, 0);
    ck_assert(sh[text].sh_flags & SHF_EXECINSTR);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("vdso");
    TCase *c = tcase_create("vdso");

    tcase_add_loop_test(c, symbols, 0, 2);
    tcase_add_loop_test(c, unwinding, 0, 2);
    tcase_add_loop_test(c, sections, 0, 2);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed;
}
