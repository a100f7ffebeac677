/* Symbols: .symtab and .dynsym through libelf when there are sections, else the dynamic symbols that PT_DYNAMIC leads to, whose
 * number only the hash tables tell (gABI "Hash Table"; DT_GNU_HASH as in binutils and glibc). Damaged tables are left out and
 * noted. */
#include "formats/elf_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool wanted(const struct gelf_build *b, const Elf64_Sym *s, const char *name)
{
    unsigned type = ELF64_ST_TYPE(s->st_info);

    if (s->st_shndx == SHN_UNDEF || s->st_shndx == SHN_ABS || s->st_shndx == SHN_COMMON)
        return false;
    if (type == STT_FUNC || type == STT_OBJECT || type == STT_GNU_IFUNC)
        return true;
    return type == STT_NOTYPE && name[0] && name[0] != '$' && strncmp(name, ".L", 2) != 0 && gelf_is_code(b->e, s->st_value);
}

static bool add(struct gelf_build *b, const Elf64_Sym *s, const char *name)
{
    struct gelf *e = b->e;

    if (!wanted(b, s, name))
        return true;
    if (!gelf_grow(b, &e->sym, e->nsym, &b->capsym, sizeof(*e->sym)))
        return false;
    e->sym[e->nsym++] = (struct gelf_sym){ .addr = s->st_value, .size = s->st_size, .name = name, .type = ELF64_ST_TYPE(s->st_info),
                                           .bind = ELF64_ST_BIND(s->st_info) };
    return true;
}

static void section_symbols(struct gelf_build *b, Elf_Scn *scn, const Elf64_Shdr *sh, const char *secname)
{
    Elf_Data *data;
    uint64_t n;

    if (sh->sh_type != SHT_SYMTAB && sh->sh_type != SHT_DYNSYM)
        return;
    data = sh->sh_entsize == sizeof(Elf64_Sym) ? elf_getdata(scn, NULL) : NULL;
    if (!data || !data->d_buf || data->d_size % sizeof(Elf64_Sym)) {
        gelf_note(b, sh->sh_offset, "symbol table %s is damaged", secname);
        return;
    }
    n = data->d_size / sizeof(Elf64_Sym);
    for (uint64_t i = 1; i < n; i++) {
        Elf64_Sym s;
        const char *name;

        memcpy(&s, (const uint8_t *)data->d_buf + i * sizeof(s), sizeof(s));
        name = elf_strptr(b->elf, sh->sh_link, s.st_name);
        if (!name)
            gelf_note(b, sh->sh_offset + i * sizeof(s), "symbol %" PRIu64 " of %s has no valid name", i, secname);
        if (!add(b, &s, name ? name : ""))
            return;
    }
}

/* ---- without sections ---- */

/* DT_HASH: nbucket, nchain; nchain is the number of symbols. */
static uint64_t count_sysv(struct gelf_build *b)
{
    const uint8_t *p;

    if (!gelf_bytes(b->e, b->dyn.hash, 8, &p))
        return 0;
    return get32(p + 4);
}

/* DT_GNU_HASH: nbuckets, symoffset, bloom words, shift; the last symbol ends the chain that the highest bucket starts. */
static uint64_t count_gnu(struct gelf_build *b)
{
    const struct gelf *e = b->e;
    uint64_t at = b->dyn.gnu_hash, buckets, chains, nbucket, symoff, nbloom, top = 0;
    const uint8_t *p;

    if (!gelf_bytes(e, at, 16, &p))
        return 0;
    nbucket = get32(p);
    symoff = get32(p + 4);
    nbloom = get32(p + 8);
    buckets = at + 16 + nbloom * 8;
    chains = buckets + nbucket * 4;
    if (!gelf_bytes(e, buckets, nbucket * 4, &p))
        return 0;
    for (uint64_t i = 0; i < nbucket; i++)
        top = get32(p + i * 4) > top ? get32(p + i * 4) : top;
    if (top < symoff)
        return symoff;
    while (gelf_bytes(e, chains + (top - symoff) * 4, 4, &p) && !(get32(p) & 1))
        top++;
    return top + 1;
}

static void dynamic_symbols(struct gelf_build *b)
{
    const struct gelf_dyn *dyn = &b->dyn;
    const uint8_t *sym, *str;

    if (!gelf_bytes(b->e, dyn->strtab, dyn->strsz, &str) || !dyn->strsz ||
        !gelf_bytes(b->e, dyn->symtab, b->ndynsym * sizeof(Elf64_Sym), &sym)) {
        gelf_note(b, dyn->symtab, "the dynamic symbol table lies outside the file");
        return;
    }
    for (uint64_t i = 1; i < b->ndynsym; i++) {
        Elf64_Sym s;
        const char *name = "";

        memcpy(&s, sym + i * sizeof(s), sizeof(s));
        if (s.st_name < dyn->strsz && memchr(str + s.st_name, 0, dyn->strsz - s.st_name))
            name = (const char *)str + s.st_name;
        else
            gelf_note(b, dyn->symtab + i * sizeof(s), "dynamic symbol %" PRIu64 " has no valid name", i);
        if (!add(b, &s, name))
            return;
    }
}

/* ---- both ---- */

static int by_addr(const void *x, const void *y)
{
    const struct gelf_sym *a = x, *b = y;

    if (a->addr != b->addr)
        return a->addr < b->addr ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    if (a->size != b->size)
        return a->size > b->size ? -1 : 1;
    return strcmp(a->name, b->name);
}

void gelf_read_symbols(struct gelf_build *b)
{
    struct gelf *e = b->e;
    uint32_t n = 0;

    if (b->dyn.symtab && b->dyn.syment == sizeof(Elf64_Sym)) {
        b->ndynsym = b->dyn.hash ? count_sysv(b) : b->dyn.gnu_hash ? count_gnu(b) : 0;
        if (b->ndynsym > e->size / sizeof(Elf64_Sym)) {
            gelf_note(b, b->dyn.symtab, "%" PRIu64 " dynamic symbols do not fit the file", b->ndynsym);
            b->ndynsym = 0;
        }
    }
    gelf_each_section(b, section_symbols);
    if (e->nsym == 0 && b->ndynsym > 1)
        dynamic_symbols(b);
    if (e->nsym == 0)
        return;
    qsort(e->sym, e->nsym, sizeof(*e->sym), by_addr);
    for (uint32_t i = 1; i < e->nsym; i++)              /* .symtab repeats .dynsym */
        if (by_addr(&e->sym[n], &e->sym[i]) != 0)
            e->sym[++n] = e->sym[i];
    e->nsym = n + 1;
}
