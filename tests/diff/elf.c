/* Writes a generated program as a static ELF: two segments, a symbol per sequence. */
#include "tests/diff/diff.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PAGE = 4096 };
enum { SH_NULL, SH_TEXT, SH_DATA, SH_SYMTAB, SH_STRTAB, SH_SHSTRTAB, NSH };
static const char shnames[] = "\0.text\0.data\0.symtab\0.strtab\0.shstrtab";

struct out { uint8_t *b; size_t n; };

static size_t append(struct out *o, const void *p, size_t n, size_t align)
{
    size_t at = (o->n + align - 1) & ~(align - 1);

    o->b = realloc(o->b, at + n);
    if (!o->b)
        abort();
    memset(o->b + o->n, 0, at - o->n);
    memcpy(o->b + at, p, n);
    o->n = at + n;
    return at;
}

static void add_symbol(struct out *sym, struct out *str, const char *name, uint64_t value, uint64_t size)
{
    Elf64_Sym s = { .st_name = (Elf64_Word)append(str, name, strlen(name) + 1, 1), .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                    .st_shndx = SH_TEXT, .st_value = value, .st_size = size };

    append(sym, &s, sizeof s, 8);
}

static void make_symbols(const struct program *p, uint32_t first, struct out *sym, struct out *str)
{
    static const Elf64_Sym null;
    char name[32];

    append(sym, &null, sizeof null, 8);
    append(str, "", 1, 1);
    add_symbol(sym, str, "_start", p->entry, p->text_base + p->ntext - p->entry);
    if (p->handler) {
        add_symbol(sym, str, "handler", p->handler, p->half - p->handler);
        add_symbol(sym, str, "half", p->half, 2);
    }
    for (uint32_t i = 0; i < p->nseq; i++) {
        snprintf(name, sizeof name, "seq_%u", first + i);
        add_symbol(sym, str, name, p->text_base + p->seq[i].off, p->seq[i].len);
    }
}

bool elf_write(const struct program *p, uint32_t first, const char *path)
{
    struct out o = { 0 }, sym = { 0 }, str = { 0 };
    Elf64_Ehdr e = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = p->pic ? ET_DYN : ET_EXEC, .e_machine = p->guest->machine,
                     .e_version = EV_CURRENT, .e_entry = p->entry, .e_phoff = sizeof e, .e_flags = p->guest->elf_flags, .e_ehsize = sizeof e,
                     .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 2, .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = NSH, .e_shstrndx = SH_SHSTRTAB };
    Elf64_Phdr ph[2] = { { .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = p->text_base, .p_paddr = p->text_base, .p_filesz = p->ntext,
                           .p_memsz = p->ntext, .p_align = PAGE },
                         { .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_vaddr = p->data_base, .p_paddr = p->data_base, .p_filesz = p->ndata,
                           .p_memsz = p->ndata, .p_align = PAGE } };
    Elf64_Shdr sh[NSH] = { [SH_TEXT] = { 1, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, p->text_base, 0, p->ntext, 0, 0, 4, 0 },
                           [SH_DATA] = { 7, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, p->data_base, 0, p->ndata, 0, 0, 64, 0 },
                           [SH_SYMTAB] = { 13, SHT_SYMTAB, 0, 0, 0, 0, SH_STRTAB, 1, 8, sizeof(Elf64_Sym) },
                           [SH_STRTAB] = { 21, SHT_STRTAB, 0, 0, 0, 0, 0, 0, 1, 0 },
                           [SH_SHSTRTAB] = { 29, SHT_STRTAB, 0, 0, 0, sizeof shnames, 0, 0, 1, 0 } };
    FILE *f = fopen(path, "wb");
    bool ok;

    make_symbols(p, first, &sym, &str);
    append(&o, &e, sizeof e, 1);
    append(&o, ph, sizeof ph, 1);
    sh[SH_TEXT].sh_offset = ph[0].p_offset = append(&o, p->text, p->ntext, PAGE);
    sh[SH_DATA].sh_offset = ph[1].p_offset = append(&o, p->data, p->ndata, PAGE);
    sh[SH_SYMTAB].sh_size = sym.n;
    sh[SH_SYMTAB].sh_offset = append(&o, sym.b, sym.n, 8);
    sh[SH_STRTAB].sh_size = str.n;
    sh[SH_STRTAB].sh_offset = append(&o, str.b, str.n, 1);
    sh[SH_SHSTRTAB].sh_offset = append(&o, shnames, sizeof shnames, 1);
    e.e_shoff = append(&o, sh, sizeof sh, 8);
    memcpy(o.b, &e, sizeof e);
    memcpy(o.b + sizeof e, ph, sizeof ph);
    ok = f && fwrite(o.b, 1, o.n, f) == o.n;
    ok = f && fclose(f) == 0 && chmod(path, 0755) == 0 && ok;
    if (!ok)
        fprintf(stderr, "difftool: cannot write %s\n", path);
    free(o.b);
    free(sym.b);
    free(str.b);
    return ok;
}
