/* PT_DYNAMIC: relocations (RELA, PLT, RELR) and the arrays of constructors and destructors. Static executables have no
 * PT_DYNAMIC but may carry IRELATIVE relocations and arrays, which their sections tell. gABI chapter 5; RELR as in the gABI
 * draft "Relative Relocation Table". */
#include "formats/elf_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void gelf_read_dynamic(struct gelf_build *b)
{
    const struct gelf *e = b->e;
    struct gelf_dyn *dyn = &b->dyn;

    for (uint32_t i = 0; i < e->nseg && !dyn->present; i++) {
        const struct gelf_seg *s = &e->seg[i];

        if (s->type != PT_DYNAMIC)
            continue;
        dyn->present = true;
        if (s->off > e->size || s->filesz > e->size - s->off) {
            gelf_note(b, s->off, "the dynamic segment lies outside the file");
            return;
        }
        for (uint64_t pos = 0; pos + 16 <= s->filesz; pos += 16) {
            uint64_t tag = get64(e->map + s->off + pos), val = get64(e->map + s->off + pos + 8);

            switch (tag) {
            case DT_NULL: return;
            case DT_SYMTAB: dyn->symtab = val; break;
            case DT_SYMENT: dyn->syment = val; break;
            case DT_STRTAB: dyn->strtab = val; break;
            case DT_STRSZ: dyn->strsz = val; break;
            case DT_HASH: dyn->hash = val; break;
            case DT_GNU_HASH: dyn->gnu_hash = val; break;
            case DT_RELA: dyn->rela = val; break;
            case DT_RELASZ: dyn->relasz = val; break;
            case DT_RELAENT: dyn->relaent = val; break;
            case DT_RELR: dyn->relr = val; break;
            case DT_RELRSZ: dyn->relrsz = val; break;
            case DT_RELRENT: dyn->relrent = val; break;
            case DT_JMPREL: dyn->jmprel = val; break;
            case DT_PLTRELSZ: dyn->pltrelsz = val; break;
            case DT_PLTREL: dyn->pltrel = val; break;
            case DT_INIT: dyn->init = val; break;
            case DT_FINI: dyn->fini = val; break;
            case DT_PREINIT_ARRAY: dyn->array[0] = val; break;
            case DT_PREINIT_ARRAYSZ: dyn->arraysz[0] = val; break;
            case DT_INIT_ARRAY: dyn->array[1] = val; break;
            case DT_INIT_ARRAYSZ: dyn->arraysz[1] = val; break;
            case DT_FINI_ARRAY: dyn->array[2] = val; break;
            case DT_FINI_ARRAYSZ: dyn->arraysz[2] = val; break;
            default: break;
            }
        }
    }
}

/* ---- relocations ---- */

static uint32_t relative_type(unsigned machine)
{
    switch (machine) {
    case EM_RISCV: return R_RISCV_RELATIVE;
    case EM_AARCH64: return R_AARCH64_RELATIVE;
    case EM_X86_64: return R_X86_64_RELATIVE;
    default: return 0;
    }
}

static bool add_rel(struct gelf_build *b, uint64_t off, uint32_t type, uint32_t sym, int64_t addend)
{
    struct gelf *e = b->e;
    uint64_t symval = 0;
    const uint8_t *p;

    if (!gelf_grow(b, &e->rel, e->nrel, &b->caprel, sizeof(*e->rel)))
        return false;
    if (sym && sym < b->ndynsym && gelf_bytes(e, b->dyn.symtab + (uint64_t)sym * sizeof(Elf64_Sym), sizeof(Elf64_Sym), &p)) {
        Elf64_Sym s;

        memcpy(&s, p, sizeof(s));
        symval = s.st_shndx != SHN_UNDEF ? s.st_value : 0;
    }
    e->rel[e->nrel++] = (struct gelf_rel){ off, type, sym, addend, symval };
    return true;
}

static void add_rela(struct gelf_build *b, const uint8_t *p, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++, p += sizeof(Elf64_Rela)) {
        uint64_t info = get64(p + 8);

        if (!add_rel(b, get64(p), (uint32_t)ELF64_R_TYPE(info), (uint32_t)ELF64_R_SYM(info), (int64_t)get64(p + 16)))
            return;
    }
}

static void dynamic_rela(struct gelf_build *b, uint64_t addr, uint64_t size)
{
    const uint8_t *p;

    if (!addr || !size)
        return;
    if (size % sizeof(Elf64_Rela) || !gelf_bytes(b->e, addr, size, &p)) {
        gelf_note(b, addr, "relocations at %#" PRIx64 " (%" PRIu64 " bytes) lie outside the file", addr, size);
        return;
    }
    add_rela(b, p, size / sizeof(Elf64_Rela));
}

static bool add_relr(struct gelf_build *b, uint64_t at, uint32_t type, uint64_t *left)
{
    const uint8_t *p;

    if (!gelf_bytes(b->e, at, 8, &p))
        return gelf_note(b, at, "a relative relocation's target %#" PRIx64 " is not in the file", at);
    /* Every target is another word of the file, so more of them than words is a forged table that would eat all memory. */
    if ((*left)-- == 0)
        return gelf_note(b, at, "more relative relocations than words in the file");
    return add_rel(b, at, type, 0, (int64_t)get64(p));
}

/* RELR: an even word is an address; an odd one a bitmap for the 63 words that follow the last one. */
static void dynamic_relr(struct gelf_build *b)
{
    const struct gelf_dyn *dyn = &b->dyn;
    uint32_t type = relative_type(b->e->machine);
    uint64_t where = 0, left = b->e->size / 8;
    const uint8_t *p;

    if (!dyn->relr || !dyn->relrsz || !type)
        return;
    if (dyn->relrsz % 8 || !gelf_bytes(b->e, dyn->relr, dyn->relrsz, &p)) {
        gelf_note(b, dyn->relr, "the RELR table lies outside the file");
        return;
    }
    for (uint64_t i = 0; i < dyn->relrsz; i += 8) {
        uint64_t word = get64(p + i);

        if (!(word & 1)) {
            if (!add_relr(b, word, type, &left))
                return;
            where = word + 8;
            continue;
        }
        for (unsigned bit = 1; bit < 64; bit++)
            if (word >> bit & 1 && !add_relr(b, where + (bit - 1) * 8, type, &left))
                return;
        where += 63 * 8;
    }
}

static void section_rela(struct gelf_build *b, Elf_Scn *scn, const Elf64_Shdr *sh, const char *name)
{
    Elf_Data *data;

    if (sh->sh_type != SHT_RELA || !(sh->sh_flags & SHF_ALLOC))
        return;
    data = sh->sh_entsize == sizeof(Elf64_Rela) ? elf_getdata(scn, NULL) : NULL;
    if (!data || !data->d_buf)
        gelf_note(b, sh->sh_offset, "relocation section %s is damaged", name);
    else
        add_rela(b, data->d_buf, data->d_size / sizeof(Elf64_Rela));
}

static int rel_by_off(const void *x, const void *y)
{
    const struct gelf_rel *a = x, *b = y;

    if (a->off != b->off)
        return a->off < b->off ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return a->addend < b->addend ? -1 : a->addend > b->addend;
}

void gelf_read_relocs(struct gelf_build *b)
{
    const struct gelf_dyn *dyn = &b->dyn;
    struct gelf *e = b->e;

    if (dyn->present) {
        if (dyn->rela && dyn->relaent != sizeof(Elf64_Rela))
            gelf_note(b, dyn->rela, "relocation entries of %" PRIu64 " bytes, expected %zu", dyn->relaent, sizeof(Elf64_Rela));
        else
            dynamic_rela(b, dyn->rela, dyn->relasz);
        /* Some linkers let DT_RELASZ cover the PLT's relocations too. */
        if (dyn->pltrel == DT_RELA && !(dyn->jmprel >= dyn->rela && dyn->jmprel - dyn->rela < dyn->relasz))
            dynamic_rela(b, dyn->jmprel, dyn->pltrelsz);
        dynamic_relr(b);
    } else {
        gelf_each_section(b, section_rela);
    }
    if (e->nrel)
        qsort(e->rel, e->nrel, sizeof(*e->rel), rel_by_off);
}

/* ---- constructors and destructors ---- */

static void add_init(struct gelf_build *b, uint64_t addr)
{
    struct gelf *e = b->e;

    if (addr && gelf_is_code(e, addr) && gelf_grow(b, &e->init, e->ninit, &b->capinit, sizeof(*e->init)))
        e->init[e->ninit++] = addr;
}

/* What a relocation will store in the word at addr; the word's own value when there is none. */
static uint64_t relocated(const struct gelf *e, uint64_t addr, uint64_t value)
{
    uint32_t lo = 0, hi = e->nrel;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (e->rel[mid].off < addr)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo < e->nrel && e->rel[lo].off == addr)
        return e->rel[lo].symval + (uint64_t)e->rel[lo].addend;
    return value;
}

static void read_array(struct gelf_build *b, uint64_t addr, uint64_t size)
{
    const uint8_t *p;

    if (!addr || !size)
        return;
    if (!gelf_bytes(b->e, addr, size, &p)) {
        gelf_note(b, addr, "an init or fini array at %#" PRIx64 " lies outside the file", addr);
        return;
    }
    for (uint64_t i = 0; i + 8 <= size; i += 8)
        add_init(b, relocated(b->e, addr + i, get64(p + i)));
}

static void section_init(struct gelf_build *b, Elf_Scn *scn, const Elf64_Shdr *sh, const char *name)
{
    if (sh->sh_type == SHT_INIT_ARRAY || sh->sh_type == SHT_FINI_ARRAY || sh->sh_type == SHT_PREINIT_ARRAY)
        read_array(b, sh->sh_addr, sh->sh_size);
    else if (sh->sh_type == SHT_PROGBITS && (strcmp(name, ".init") == 0 || strcmp(name, ".fini") == 0))
        add_init(b, sh->sh_addr);
}

void gelf_read_init(struct gelf_build *b)
{
    const struct gelf_dyn *dyn = &b->dyn;

    if (!dyn->present) {
        gelf_each_section(b, section_init);
        return;
    }
    add_init(b, dyn->init);
    add_init(b, dyn->fini);
    for (unsigned i = 0; i < 3; i++)
        read_array(b, dyn->array[i], dyn->arraysz[i]);
}
