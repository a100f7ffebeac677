/* Guest ELF files: opening, headers, segments. Symbols are in elf_sym.c, PT_DYNAMIC and relocations in elf_dyn.c, unwind ranges
 * in elf_eh.c.
 *
 * The file is read into private memory first: a guest file that shrinks or changes while it is compiled can then neither raise
 * SIGBUS nor differ from the hash that names its image. The file header and program headers are checked here as strictly as the
 * kernel does, before libelf sees the bytes; sections, which no loader needs, are optional. Specification: System V gABI
 * chapters 4 and 5. */
#include "formats/elf_priv.h"
#include "formats/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PHNUM = 65536 / sizeof(Elf64_Phdr) };       /* the kernel's own limit */
enum { SETTLE_SECONDS = 2 };
#define MAX_FILE (UINT64_C(4) << 30)                   /* counts of symbols and relocations stay far below 2^32 */

bool gelf_note(struct gelf_build *b, uint64_t off, const char *fmt, ...)
{
    struct diag *d = &b->e->note;
    va_list ap;

    if (d->st == ST_OK) {
        d->st = ST_BADFORMAT;
        d->off = off;
        va_start(ap, fmt);
        vsnprintf(d->msg, sizeof(d->msg), fmt, ap);
        va_end(ap);
    }
    return false;
}

bool gelf_grow(struct gelf_build *b, void *arr, uint32_t n, uint32_t *cap, size_t size)
{
    void *old, *new;
    uint32_t want;

    if (n < *cap)
        return true;
    memcpy(&old, arr, sizeof(old));
    want = *cap ? *cap * 2 : 64;
    new = want > *cap ? reallocarray(old, want, size) : NULL;
    if (!new) {
        b->nomem = true;
        return false;
    }
    memcpy(arr, &new, sizeof(new));
    *cap = want;
    return true;
}

const uint8_t *gelf_at(const struct gelf *e, uint64_t addr, size_t *n)
{
    for (uint32_t i = 0; i < e->nseg; i++) {
        const struct gelf_seg *s = &e->seg[i];

        if (s->type == PT_LOAD && addr >= s->vaddr && addr - s->vaddr < s->filesz) {
            uint64_t left = s->filesz - (addr - s->vaddr);

            *n = left < *n ? (size_t)left : *n;
            return e->map + s->off + (addr - s->vaddr);
        }
    }
    *n = 0;
    return NULL;
}

bool gelf_bytes(const struct gelf *e, uint64_t addr, uint64_t n, const uint8_t **p)
{
    size_t got = n;

    *p = gelf_at(e, addr, &got);
    return *p && got == n;
}

bool gelf_is_code(const struct gelf *e, uint64_t addr)
{
    for (uint32_t i = 0; i < e->nseg; i++) {
        const struct gelf_seg *s = &e->seg[i];

        if (s->type == PT_LOAD && s->flags & PF_X && addr >= s->vaddr && addr - s->vaddr < s->memsz)
            return true;
    }
    return false;
}

void gelf_each_section(struct gelf_build *b, void (*fn)(struct gelf_build *, Elf_Scn *, const Elf64_Shdr *, const char *))
{
    Elf_Scn *scn = NULL;
    size_t strndx = 0;

    if (!b->elf)
        return;
    if (elf_getshdrstrndx(b->elf, &strndx) != 0)
        strndx = 0;
    while ((scn = elf_nextscn(b->elf, scn)) != NULL) {
        const Elf64_Shdr *raw = elf64_getshdr(scn);
        const char *name;
        Elf64_Shdr sh;

        if (!raw)
            continue;
        memcpy(&sh, raw, sizeof(sh));           /* libelf hands out what the file holds, at any alignment */
        if (sh.sh_type == SHT_NOBITS || sh.sh_type == SHT_NULL)
            continue;
        if (sh.sh_offset > b->e->size || sh.sh_size > b->e->size - sh.sh_offset) {
            gelf_note(b, sh.sh_offset, "section %zu lies outside the file", elf_ndxscn(scn));
            continue;
        }
        name = strndx ? elf_strptr(b->elf, strndx, sh.sh_name) : NULL;
        fn(b, scn, &sh, name ? name : "");
    }
}

/* ---- file header and program headers ---- */

static enum status read_ehdr(struct gelf *e, const char *path, struct diag *d)
{
    Elf64_Ehdr h;

    if (e->size < sizeof(h) || memcmp(e->map, ELFMAG, SELFMAG) != 0) {
        if (e->size >= SELFMAG && memcmp(e->map, ELFMAG, SELFMAG) == 0)
            return fail(d, ST_TRUNCATED, e->size, "%s: ELF header ends at byte %zu of %zu", path, e->size, sizeof(h));
        return fail(d, ST_BADFORMAT, 0, "%s: not an ELF file", path);
    }
    memcpy(&h, e->map, sizeof(h));
    if (h.e_ident[EI_CLASS] != ELFCLASS64)
        return fail(d, ST_UNSUPPORTED, EI_CLASS, "%s: ELF class %u, only 64-bit files are supported", path, h.e_ident[EI_CLASS]);
    if (h.e_ident[EI_DATA] != ELFDATA2LSB)
        return fail(d, ST_UNSUPPORTED, EI_DATA, "%s: ELF data encoding %u, only little-endian is supported", path,
                    h.e_ident[EI_DATA]);
    if (h.e_ident[EI_VERSION] != EV_CURRENT)
        return fail(d, ST_BADFORMAT, EI_VERSION, "%s: ELF version %u, expected 1", path, h.e_ident[EI_VERSION]);
    if (h.e_type != ET_EXEC && h.e_type != ET_DYN)
        return fail(d, ST_UNSUPPORTED, 16, "%s: ELF type %u is neither an executable nor a shared object", path, h.e_type);
    if (h.e_phentsize != sizeof(Elf64_Phdr))
        return fail(d, ST_BADFORMAT, 54, "%s: program header size %u, expected %zu", path, h.e_phentsize, sizeof(Elf64_Phdr));
    if (h.e_phnum == 0 || h.e_phnum > MAX_PHNUM)
        return fail(d, ST_BADFORMAT, 56, "%s: %u program headers, expected 1 to %u", path, h.e_phnum, (unsigned)MAX_PHNUM);
    if (h.e_phoff > e->size || h.e_phnum * sizeof(Elf64_Phdr) > e->size - h.e_phoff)
        return fail(d, ST_TRUNCATED, 32, "%s: program headers at %#" PRIx64 " end past byte %zu", path, h.e_phoff, e->size);
    e->machine = h.e_machine;
    e->type = h.e_type;
    e->entry = h.e_entry;
    e->phoff = h.e_phoff;
    e->phnum = h.e_phnum;
    e->phentsize = h.e_phentsize;
    e->eflags = h.e_flags;
    return ST_OK;
}

static enum status check_load(const struct gelf *e, const struct gelf_seg *s, uint64_t *end, unsigned i, const char *path,
                              struct diag *d)
{
    uint64_t top;

    if (s->off > e->size || s->filesz > e->size - s->off)
        return fail(d, ST_TRUNCATED, s->off, "%s: segment %u ends at %#" PRIx64 ", past the file's end %#zx", path, i,
                    s->off + s->filesz, e->size);
    if (s->filesz > s->memsz)
        return fail(d, ST_BADFORMAT, s->off, "%s: segment %u holds %#" PRIx64 " file bytes in %#" PRIx64, path, i, s->filesz,
                    s->memsz);
    if (__builtin_add_overflow(s->vaddr, s->memsz, &top) || top >> 56)
        return fail(d, ST_BADFORMAT, s->off, "%s: segment %u at %#" PRIx64 " ends beyond the address space", path, i, s->vaddr);
    if ((s->vaddr ^ s->off) & 4095)
        return fail(d, ST_BADFORMAT, s->off,
                    "%s: segment %u: address %#" PRIx64 " and offset %#" PRIx64 " differ modulo the page size", path, i, s->vaddr,
                    s->off);
    if (s->vaddr < *end)
        return fail(d, ST_BADFORMAT, s->off, "%s: segment %u at %#" PRIx64 " overlaps the one before or is out of order", path, i,
                    s->vaddr);
    *end = top;
    return ST_OK;
}

static enum status read_phdrs(struct gelf *e, const char *path, struct diag *d)
{
    uint64_t end = 0;
    unsigned nload = 0;

    e->seg = calloc(e->phnum, sizeof(*e->seg));
    if (!e->seg)
        return fail(d, ST_NOMEM, 0, "%s: no memory for %u program headers", path, e->phnum);
    for (unsigned i = 0; i < e->phnum; i++) {
        Elf64_Phdr p;
        enum status st;

        memcpy(&p, e->map + e->phoff + i * sizeof(p), sizeof(p));
        e->seg[i] = (struct gelf_seg){ p.p_vaddr, p.p_memsz, p.p_filesz, p.p_offset, p.p_flags, p.p_type, p.p_align };
        e->nseg = i + 1;
        if (p.p_type == PT_LOAD) {
            st = check_load(e, &e->seg[i], &end, i, path, d);
            if (st != ST_OK)
                return st;
            nload++;
        } else if (p.p_type == PT_INTERP) {
            if (p.p_offset > e->size || p.p_filesz > e->size - p.p_offset || p.p_filesz < 2 || p.p_filesz > 4096 ||
                e->map[p.p_offset + p.p_filesz - 1] != 0)
                return fail(d, ST_BADFORMAT, p.p_offset, "%s: the interpreter's name (segment %u) is damaged", path, i);
            e->interp = (const char *)e->map + p.p_offset;
        }
    }
    if (!nload)
        return fail(d, ST_BADFORMAT, e->phoff, "%s: no segment is loaded", path);
    return ST_OK;
}

/* GNU build-id note: name "GNU", type 3 (NT_GNU_BUILD_ID), in any PT_NOTE. */
static void read_build_id(struct gelf_build *b)
{
    struct gelf *e = b->e;

    for (uint32_t i = 0; i < e->nseg; i++) {
        const struct gelf_seg *s = &e->seg[i];
        uint64_t pos = s->off, end;

        if (s->type != PT_NOTE)
            continue;
        if (s->off > e->size || s->filesz > e->size - s->off) {
            gelf_note(b, s->off, "note segment %u lies outside the file", i);
            continue;
        }
        end = s->off + s->filesz;
        while (end - pos >= 12) {
            uint64_t nsz = get32(e->map + pos), dsz = get32(e->map + pos + 4), step = s->align == 8 ? 7 : 3;
            uint64_t dpos = pos + ((12 + nsz + step) & ~step);

            if (dpos > end || dsz > end - dpos) {
                gelf_note(b, pos, "a note in segment %u ends past it", i);
                break;
            }
            if (get32(e->map + pos + 8) == NT_GNU_BUILD_ID && nsz == 4 && memcmp(e->map + pos + 12, "GNU", 4) == 0 &&
                dsz <= sizeof(e->build_id)) {
                memcpy(e->build_id, e->map + dpos, dsz);
                e->nbuild_id = (uint32_t)dsz;
                return;
            }
            pos = s->off + ((dpos - s->off + dsz + step) & ~step);
            if (pos > end)
                break;
        }
    }
}

/* ---- open and close ---- */

static enum status read_whole(struct gelf *e, int fd, const char *path, struct diag *d)
{
    time_t began = time(NULL);
    struct stat st;
    uint8_t *p;
    size_t got = 0;

    if (fstat(fd, &st) != 0)
        return fail(d, ST_IO, 0, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail(d, ST_BADFORMAT, 0, "%s: not a regular file", path);
    if (st.st_size == 0)
        return fail(d, ST_BADFORMAT, 0, "%s: the file is empty", path);
    if ((uint64_t)st.st_size > MAX_FILE)
        return fail(d, ST_LIMIT, 0, "%s: %" PRIu64 " bytes, the limit is %" PRIu64, path, (uint64_t)st.st_size, MAX_FILE);
    p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return fail(d, ST_NOMEM, 0, "%s: no memory for %" PRIu64 " bytes", path, (uint64_t)st.st_size);
    e->map = p;
    e->size = (size_t)st.st_size;
    while (got < e->size) {
        ssize_t n = pread(fd, p + got, e->size - got, (off_t)got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(d, ST_IO, got, "%s: read: %s", path, strerror(errno));
        if (n == 0)
            return fail(d, ST_TRUNCATED, got, "%s: the file shrank to %zu bytes while it was read", path, got);
        got += (size_t)n;
    }
    e->stat = st;
    e->settled = st.st_ctim.tv_sec + SETTLE_SECONDS < began;
    if (fstat(fd, &st) != 0 || st.st_mtim.tv_sec != e->stat.st_mtim.tv_sec || st.st_mtim.tv_nsec != e->stat.st_mtim.tv_nsec ||
        st.st_size != e->stat.st_size)
        return fail(d, ST_IO, 0, "%s: the file changed while it was read", path);
    mprotect(p, e->size, PROT_READ);
    return ST_OK;
}

static enum status read_all(struct gelf_build *b, int fd, const char *path, struct diag *d)
{
    struct gelf *e = b->e;
    enum status st;

    if ((st = read_whole(e, fd, path, d)) != ST_OK || (st = read_ehdr(e, path, d)) != ST_OK ||
        (st = read_phdrs(e, path, d)) != ST_OK)
        return st;
    hash128(e->map, e->size, e->hash);
    elf_version(EV_CURRENT);
    /* ELF_C_READ semantics: libelf never writes to the image it is given. */
    b->elf = elf_memory((char *)(uintptr_t)e->map, e->size);
    if (b->elf && elf_kind(b->elf) != ELF_K_ELF) {
        elf_end(b->elf);
        b->elf = NULL;
    }
    read_build_id(b);
    gelf_read_dynamic(b);
    gelf_read_symbols(b);
    gelf_read_relocs(b);
    gelf_read_init(b);
    gelf_read_eh_frame(b);
    if (b->nomem)
        return fail(d, ST_NOMEM, 0, "%s: no memory for its symbols and relocations", path);
    return ST_OK;
}

enum status gelf_open(const char *path, int fd, struct gelf **out, struct diag *d)
{
    struct gelf_build b = { .e = calloc(1, sizeof(struct gelf)) };
    const char *name = path ? path : "guest file";
    int own = -1;
    enum status st;

    *out = NULL;
    if (!b.e)
        return fail(d, ST_NOMEM, 0, "%s: out of memory", name);
    if (fd < 0) {
        fd = own = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);   /* a fifo must not block us */
        if (own < 0) {
            st = fail(d, errno == ENOENT ? ST_NOTFOUND : ST_IO, 0, "%s: %s", name, strerror(errno));
            gelf_close(b.e);
            return st;
        }
    }
    st = read_all(&b, fd, name, d);
    if (own >= 0)
        close(own);
    if (st != ST_OK) {
        if (b.elf)
            elf_end(b.elf);
        gelf_close(b.e);
        return st;
    }
    b.e->priv = b.elf;          /* symbol names may point into data that libelf owns */
    *out = b.e;
    return ST_OK;
}

void gelf_close(struct gelf *e)
{
    if (!e)
        return;
    if (e->priv)
        elf_end(e->priv);
    if (e->map)
        munmap((void *)(uintptr_t)e->map, e->size);
    free(e->seg);
    free(e->sym);
    free(e->fde);
    free(e->pad);
    free(e->rel);
    free(e->init);
    free(e);
}
