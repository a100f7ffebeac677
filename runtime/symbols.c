/* The guest file's .symtab (System V gABI, "Symbol Table"), read with bounds checks and no library: the runtime has no libelf. */
#include "runtime/symbols.h"

#include "runtime/attach.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SECTIONS = 4096, LOOK_BACK = 16 };
#define MAX_TABLE (UINT64_C(64) << 20)

struct symbol { uint64_t addr, size; uint32_t name; };

struct rt_symbols {
    struct symbol *sym;
    uint64_t n;
    char *names;                /* ends with a NUL */
};

/* Reads n bytes at off, which must lie in the file; malloc'd with a zero byte behind, or NULL. */
static void *read_part(int fd, uint64_t file_size, uint64_t off, uint64_t n)
{
    char *p;

    if (off > file_size || n > file_size - off || n > MAX_TABLE || !(p = malloc(n + 1)))
        return NULL;
    if (pread(fd, p, n, (off_t)off) != (ssize_t)n) {
        free(p);
        return NULL;
    }
    p[n] = 0;
    return p;
}

static bool wanted(const Elf64_Sym *s, const char *name)
{
    unsigned type = ELF64_ST_TYPE(s->st_info);

    if (s->st_shndx == SHN_UNDEF || s->st_shndx >= SHN_LORESERVE || !*name)
        return false;
    return type == STT_FUNC || type == STT_GNU_IFUNC || (type == STT_NOTYPE && *name != '$' && *name != '.');
}

static int by_addr(const void *a, const void *b)
{
    const struct symbol *x = a, *y = b;

    return x->addr != y->addr ? (x->addr < y->addr ? -1 : 1) : (x->size > y->size) - (x->size < y->size);
}

/* Keeps the functions of a table whose names are nnames bytes. */
static uint64_t take(struct rt_symbols *out, const Elf64_Sym *sym, uint64_t n, uint64_t nnames, const struct rt_module *exe)
{
    for (uint64_t i = 0; i < n; i++) {
        uint64_t addr = sym[i].st_value + exe->base;

        if (sym[i].st_name < nnames && wanted(&sym[i], out->names + sym[i].st_name) && addr >= exe->text_lo &&
            addr < exe->text_hi)
            out->sym[out->n++] = (struct symbol){ addr, sym[i].st_size, sym[i].st_name };
    }
    qsort(out->sym, out->n, sizeof *out->sym, by_addr);
    return out->n;
}

static bool read_table(struct rt_symbols *out, int fd, uint64_t size, const Elf64_Shdr *sh, unsigned nsh, const struct rt_module *exe)
{
    const Elf64_Shdr *tab = NULL, *str;
    Elf64_Sym *sym;
    uint64_t n;

    for (unsigned i = 0; i < nsh && !tab; i++)
        if (sh[i].sh_type == SHT_SYMTAB && sh[i].sh_entsize == sizeof *sym && sh[i].sh_link < nsh)
            tab = &sh[i];
    if (!tab)
        return false;
    str = &sh[tab->sh_link];
    n = tab->sh_size / sizeof *sym;
    sym = read_part(fd, size, tab->sh_offset, n * sizeof *sym);
    out->names = read_part(fd, size, str->sh_offset, str->sh_size);
    out->sym = sym && out->names ? calloc(n + 1, sizeof *out->sym) : NULL;
    bool ok = out->sym && take(out, sym, n, str->sh_size, exe);
    free(sym);
    return ok;
}

void rt_symbols_load(struct rt *rt, int fd)
{
    struct rt_symbols *out = calloc(1, sizeof *out);
    Elf64_Shdr *sh = NULL;
    Elf64_Ehdr eh;
    struct stat st;

    if (out && !fstat(fd, &st) && pread(fd, &eh, sizeof eh, 0) == (ssize_t)sizeof eh && eh.e_shentsize == sizeof *sh &&
        eh.e_shnum <= MAX_SECTIONS)
        sh = read_part(fd, (uint64_t)st.st_size, eh.e_shoff, (uint64_t)eh.e_shnum * sizeof *sh);
    if (sh && read_table(out, fd, (uint64_t)st.st_size, sh, eh.e_shnum, &rt->exe)) {
        rt->symbols = out;
    } else if (out) {
        free(out->sym);
        free(out->names);
        free(out);
    }
    free(sh);
}

const char *rt_symbols_at(const struct rt *rt, uint64_t pc, uint64_t *off)
{
    const struct rt_symbols *s = rt->symbols;
    uint64_t lo = 0, hi = s ? s->n : 0;
    const struct symbol *best = NULL;
    const char *name = rt_symbol(rt, pc, off);

    if (name)
        return name;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;

        if (s->sym[mid].addr <= pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    /* A function that says how far it goes is better than a label inside it. */
    for (uint64_t i = lo; i > 0 && lo - i < LOOK_BACK; i--) {
        const struct symbol *x = &s->sym[i - 1];

        if (x->size && pc - x->addr < x->size) {
            best = x;
            break;
        }
        if (!best && !x->size)
            best = x;
    }
    if (!best)
        return NULL;
    *off = pc - best->addr;
    return s->names + best->name;
}
