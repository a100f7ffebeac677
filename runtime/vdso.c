/* Builds the guest's vDSO. What a C library looks for: PT_LOAD, PT_DYNAMIC with hash table, symbols and their one version
 * (vdso(7)); unwinders: PT_GNU_EH_FRAME (LSB core, "Exception Frames"); debuggers: section headers. All addresses in it count
 * from its start. */
#include "runtime/vdso.h"

#include <assert.h>
#include <elf.h>
#include <string.h>

enum { FN_SIZE = 16, RT_SIGRETURN = 139, GAP = 16, MAX_FN = 8, NPHDR = 4 };
static const char soname[] = "linux-vdso.so.1";

enum section { S_NULL, S_HASH, S_DYNSYM, S_DYNSTR, S_VERSYM, S_VERDEF, S_HDR, S_FRAME, S_TEXT, S_DYNAMIC, S_SHSTR, S_COUNT };
static const char section_names[] = "\0.hash\0.dynsym\0.dynstr\0.gnu.version\0.gnu.version_d\0.eh_frame_hdr\0.eh_frame\0.text\0"
                                    ".dynamic\0.shstrtab";

/* The page while it is filled from front to back. */
struct page {
    const struct guest_vdso *g;
    uint8_t *p;
    uint32_t at;
    struct { uint32_t off, len; } s[S_COUNT];
};

static void begin(struct page *w, enum section s)
{
    w->at = (w->at + 15u) & ~15u;
    w->s[s].off = w->at;
}

static void end(struct page *w, enum section s)
{
    w->s[s].len = w->at - w->s[s].off;
}

static void *room(struct page *w, uint32_t n)
{
    void *p = w->p + w->at;

    assert(w->at + n <= RT_PAGE);
    w->at += n;
    return p;
}

static void put(struct page *w, const void *p, uint32_t n)
{
    memcpy(room(w, n), p, n);
}

static void put32(struct page *w, uint32_t v)
{
    put(w, &v, sizeof v);
}

static uint32_t elf_hash(const char *s)
{
    uint32_t h = 0;

    for (; *s; s++) {
        h = (h << 4) + (uint8_t)*s;
        h = (h ^ (h & 0xf0000000u) >> 24) & ~0xf0000000u;
    }
    return h;
}

/* ---- symbols ---- */

/* Where name stands in the string table: soname, version, then the functions' names. */
static uint32_t put_name(struct page *w, const char *name)
{
    uint32_t at = w->at - w->s[S_DYNSTR].off;

    put(w, name, (uint32_t)strlen(name) + 1);
    return at;
}

/* Instructions: a gap, the trampoline, then one slot a function. The gap keeps a search for the trampoline's caller, which looks
 * one byte before it, from finding any function's unwind information. */
static void put_text(struct page *w)
{
    const struct guest_vdso *g = w->g;

    begin(w, S_TEXT);
    for (unsigned i = 0; i < GAP / 4; i++)
        put32(w, g->nop);
    for (unsigned i = 0; i < g->nfn; i++) {
        put32(w, g->move | (uint32_t)g->fn[i].nr << g->shift);
        put32(w, g->call);
        put32(w, g->back);
        put32(w, g->nop);
    }
    end(w, S_TEXT);
}

static void put_strings(struct page *w, uint32_t *name)
{
    begin(w, S_DYNSTR);
    put(w, "", 1);
    *name++ = put_name(w, soname);
    *name++ = put_name(w, w->g->version);
    for (unsigned i = 0; i < w->g->nfn; i++)
        *name++ = put_name(w, w->g->fn[i].name);
    end(w, S_DYNSTR);
}

static void put_symbols(struct page *w, const uint32_t *name)
{
    const struct guest_vdso *g = w->g;

    begin(w, S_DYNSYM);
    room(w, sizeof(Elf64_Sym));
    for (unsigned i = 0; i < g->nfn; i++) {
        Elf64_Sym s = { .st_name = name[2 + i], .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), .st_shndx = S_TEXT };
        s.st_value = w->s[S_TEXT].off + GAP + i * FN_SIZE;
        s.st_size = g->fn[i].nr == RT_SIGRETURN ? 8 : 12;
        put(w, &s, sizeof s);
    }
    end(w, S_DYNSYM);
    /* One bucket: all symbols in one chain. */
    begin(w, S_HASH);
    put32(w, 1);
    put32(w, g->nfn + 1u);
    put32(w, 1);
    put32(w, 0);
    for (unsigned i = 1; i <= g->nfn; i++)
        put32(w, i < g->nfn ? i + 1 : 0);
    end(w, S_HASH);
}

static void put_versions(struct page *w, const uint32_t *name)
{
    const char *text[2] = { soname, w->g->version };

    begin(w, S_VERSYM);
    for (unsigned i = 0; i <= w->g->nfn; i++) {
        Elf64_Half v = i ? 2 : 0;
        put(w, &v, sizeof v);
    }
    end(w, S_VERSYM);
    begin(w, S_VERDEF);
    for (unsigned i = 0; i < 2; i++) {
        Elf64_Verdaux aux = { name[i], 0 };
        Elf64_Verdef def = { .vd_version = VER_DEF_CURRENT, .vd_ndx = (Elf64_Half)(i + 1), .vd_cnt = 1, .vd_hash = elf_hash(text[i]) };
        def.vd_flags = i ? 0 : VER_FLG_BASE;
        def.vd_aux = sizeof def;
        def.vd_next = i ? 0 : sizeof def + sizeof aux;
        put(w, &def, sizeof def);
        put(w, &aux, sizeof aux);
    }
    end(w, S_VERDEF);
}

static void put_dynamic(struct page *w, const uint32_t *name)
{
    begin(w, S_DYNAMIC);
    const Elf64_Dyn d[] = {
        { DT_SONAME, { name[0] } },
        { DT_HASH, { w->s[S_HASH].off } },
        { DT_STRTAB, { w->s[S_DYNSTR].off } },
        { DT_SYMTAB, { w->s[S_DYNSYM].off } },
        { DT_STRSZ, { w->s[S_DYNSTR].len } },
        { DT_SYMENT, { sizeof(Elf64_Sym) } },
        { DT_VERSYM, { w->s[S_VERSYM].off } },
        { DT_VERDEF, { w->s[S_VERDEF].off } },
        { DT_VERDEFNUM, { 2 } },
        { DT_NULL, { 0 } },
    };
    put(w, d, sizeof d);
    end(w, S_DYNAMIC);
}

/* ---- unwinding ---- */

/* The functions keep the stack pointer and the return address register. The trampoline, which is the first of them, has no entry:
 * unwinders know its instructions, and where the frame keeps registers. */
static void put_frames(struct page *w)
{
    enum { PCREL_SDATA4 = 0x1b, UDATA4 = 3, DATAREL_SDATA4 = 0x3b, DEF_CFA = 0x0c };
    const uint32_t first = w->s[S_TEXT].off + GAP + FN_SIZE, len = w->s[S_TEXT].off + w->s[S_TEXT].len - first;
    /* length, id, version, "zR", code and data alignment (1, -8), return address register, encoding, CFA = sp + 0, padding */
    const uint8_t cie[] = { 20, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, w->g->dwarf_ra, 1, PCREL_SDATA4,
                            DEF_CFA, w->g->dwarf_sp, 0, 0, 0, 0, 0 };

    begin(w, S_FRAME);
    put(w, cie, sizeof cie);
    uint32_t fde = w->at;
    put32(w, 16);
    put32(w, w->at - w->s[S_FRAME].off);
    put32(w, first - w->at);
    put32(w, len);
    put32(w, 0);
    put32(w, 0);                        /* the end of the section */
    end(w, S_FRAME);
    begin(w, S_HDR);
    put(w, (const uint8_t[]){ 1, PCREL_SDATA4, UDATA4, DATAREL_SDATA4 }, 4);
    put32(w, w->s[S_FRAME].off - w->at);
    put32(w, 1);
    put32(w, first - w->s[S_HDR].off);
    put32(w, fde - w->s[S_HDR].off);
    end(w, S_HDR);
}

/* ---- headers ---- */

static void put_sections(struct page *w, Elf64_Ehdr *eh)
{
    static const struct { uint32_t type; uint8_t link, info, align, entsize; } s[S_COUNT] = {
        [S_HASH] = { SHT_HASH, S_DYNSYM, 0, 8, 4 },
        [S_DYNSYM] = { SHT_DYNSYM, S_DYNSTR, 1, 8, sizeof(Elf64_Sym) },
        [S_DYNSTR] = { SHT_STRTAB, 0, 0, 1, 0 },
        [S_VERSYM] = { SHT_GNU_versym, S_DYNSYM, 0, 2, 2 },
        [S_VERDEF] = { SHT_GNU_verdef, S_DYNSTR, 2, 8, 0 },
        [S_HDR] = { SHT_PROGBITS, 0, 0, 4, 0 },
        [S_FRAME] = { SHT_PROGBITS, 0, 0, 8, 0 },
        [S_TEXT] = { SHT_PROGBITS, 0, 0, 16, 0 },
        [S_DYNAMIC] = { SHT_DYNAMIC, S_DYNSTR, 0, 8, sizeof(Elf64_Dyn) },
        [S_SHSTR] = { SHT_STRTAB, 0, 0, 1, 0 },
    };
    uint32_t name = 1;

    begin(w, S_SHSTR);
    put(w, section_names, sizeof section_names);
    end(w, S_SHSTR);
    begin(w, S_NULL);
    eh->e_shoff = w->at;
    eh->e_shnum = S_COUNT;
    eh->e_shstrndx = S_SHSTR;
    room(w, sizeof(Elf64_Shdr));
    for (unsigned i = 1; i < S_COUNT; i++) {
        Elf64_Shdr h = { .sh_name = name, .sh_type = s[i].type, .sh_link = s[i].link, .sh_info = s[i].info };
        h.sh_addralign = s[i].align;
        h.sh_entsize = s[i].entsize;
        h.sh_offset = w->s[i].off;
        h.sh_size = w->s[i].len;
        if (i != S_SHSTR) {
            h.sh_addr = h.sh_offset;
            h.sh_flags = SHF_ALLOC | (i == S_TEXT ? SHF_EXECINSTR : 0);
        }
        put(w, &h, sizeof h);
        name += (uint32_t)strlen(section_names + name) + 1;
    }
}

static Elf64_Phdr segment(uint32_t type, uint32_t off, uint32_t len, uint64_t align)
{
    return (Elf64_Phdr){ type, PF_R | (type == PT_LOAD ? PF_X : 0), off, off, off, len, len, align };
}

static void put_header(struct page *w, Elf64_Ehdr *eh, uint16_t machine, uint32_t flags)
{
    const Elf64_Phdr ph[NPHDR] = {
        segment(PT_LOAD, 0, w->at, RT_PAGE),
        segment(PT_DYNAMIC, w->s[S_DYNAMIC].off, w->s[S_DYNAMIC].len, 8),
        segment(PT_GNU_EH_FRAME, w->s[S_HDR].off, w->s[S_HDR].len, 4),
        segment(PT_GNU_STACK, 0, 0, 16),
    };

    memcpy(eh->e_ident, ELFMAG, SELFMAG);
    eh->e_ident[EI_CLASS] = ELFCLASS64;
    eh->e_ident[EI_DATA] = ELFDATA2LSB;
    eh->e_ident[EI_VERSION] = EV_CURRENT;
    eh->e_type = ET_DYN;
    eh->e_machine = machine;
    eh->e_version = EV_CURRENT;
    eh->e_flags = flags;
    eh->e_phoff = sizeof *eh;
    eh->e_ehsize = sizeof *eh;
    eh->e_phentsize = sizeof *ph;
    eh->e_phnum = NPHDR;
    eh->e_shentsize = sizeof(Elf64_Shdr);
    memcpy(w->p + sizeof *eh, ph, sizeof ph);
}

void rt_vdso_build(struct rt *rt, uint64_t page)
{
    const struct guest_vdso *g = rt->g->abi->vdso;
    struct page w = { .g = g, .p = (uint8_t *)(uintptr_t)page };
    uint32_t name[2 + MAX_FN];
    Elf64_Ehdr *eh = room(&w, sizeof *eh);

    assert(g->nfn <= MAX_FN && g->fn[0].nr == RT_SIGRETURN);
    room(&w, NPHDR * sizeof(Elf64_Phdr));
    put_text(&w);
    put_strings(&w, name);
    put_symbols(&w, name);
    put_versions(&w, name);
    put_dynamic(&w, name);
    put_frames(&w);
    put_sections(&w, eh);
    put_header(&w, eh, rt->g->elf_machine, g->elf_flags);
    rt->vdso = page;
    rt->vdso_text = page + w.s[S_TEXT].off + GAP;
    rt->sigtramp = rt->vdso_text;
}

int rt_vdso_call(const struct rt *rt, uint64_t pc)
{
    const struct guest_vdso *g = rt->g->abi->vdso;
    uint64_t off = pc - rt->vdso_text;

    return rt->vdso_text && off / FN_SIZE < g->nfn && off % FN_SIZE == 0 ? g->fn[off / FN_SIZE].nr : -1;
}
