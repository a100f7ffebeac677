/* The dynamic section of a file that is not loaded: addresses become file offsets through PT_LOAD, everything by pread, all counts
 * bounded, so that neither damage nor a file that shrinks does harm. */
#include "aotc/elfneed.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PHNUM = 65536 / sizeof(Elf64_Phdr), MAX_DYN = 1 << 16, MAX_NEEDED = 4096, MAX_NAME = 4096 };

struct file {
    int fd;
    const Elf64_Phdr *ph;
    unsigned nph;
    uint64_t strtab, strsz;     /* file offset; bytes */
    bool nomem;
};

static enum status read_at(int fd, void *p, size_t n, uint64_t off, struct diag *d)
{
    size_t got = 0;

    while (got < n) {
        ssize_t r = pread(fd, (char *)p + got, n - got, (off_t)(off + got));

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0 && errno != EINVAL)   /* EINVAL: an offset that no file has */
            return fail(d, ST_IO, off, "cannot read: %s", strerror(errno));
        if (r <= 0)
            return fail(d, ST_TRUNCATED, off, "the file ends inside its headers");
        got += (size_t)r;
    }
    return ST_OK;
}

static enum status read_header(int fd, Elf64_Ehdr *h, struct diag *d)
{
    ssize_t n = pread(fd, h, sizeof *h, 0);

    if (n < 0)
        return fail(d, ST_IO, 0, "cannot read: %s", strerror(errno));
    if (n < SELFMAG || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0)
        return fail(d, ST_UNSUPPORTED, 0, "not an ELF file");
    if (n < (ssize_t)sizeof *h)
        return fail(d, ST_TRUNCATED, 0, "the file ends inside its ELF header");
    if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB || (h->e_type != ET_EXEC && h->e_type != ET_DYN))
        return fail(d, ST_UNSUPPORTED, 0, "no 64-bit little-endian executable or shared object");
    if (h->e_phentsize != sizeof(Elf64_Phdr) || !h->e_phnum || h->e_phnum > MAX_PHNUM)
        return fail(d, ST_BADFORMAT, 54, "%u program headers of %u bytes", h->e_phnum, h->e_phentsize);
    return ST_OK;
}

/* malloc'd string of at most MAX_NAME bytes at file offset off; NULL when there is none of that length. */
static char *read_string(struct file *f, uint64_t off, uint64_t max)
{
    char buf[MAX_NAME];
    size_t want = max < sizeof buf ? (size_t)max : sizeof buf;
    ssize_t n = want ? pread(f->fd, buf, want, (off_t)off) : 0;
    char *s;

    if (n <= 0 || !memchr(buf, 0, (size_t)n))
        return NULL;
    s = strdup(buf);
    f->nomem |= !s;
    return s;
}

/* A string of the dynamic string table into *slot; the first one counts. */
static void take_string(struct file *f, uint64_t index, char **slot)
{
    if (!*slot && index < f->strsz)
        *slot = read_string(f, f->strtab + index, f->strsz - index);
}

static void take_needed(struct file *f, uint64_t index, struct elfneed *out)
{
    char *name = NULL, **list;

    take_string(f, index, &name);
    if (!name)
        return;
    list = out->nneeded < MAX_NEEDED ? realloc(out->needed, (out->nneeded + 1) * sizeof *list) : NULL;
    if (!list) {
        f->nomem |= out->nneeded < MAX_NEEDED;
        free(name);
        return;
    }
    out->needed = list;
    out->needed[out->nneeded++] = name;
}

static bool file_offset(const struct file *f, uint64_t addr, uint64_t *off)
{
    for (unsigned i = 0; i < f->nph; i++) {
        const Elf64_Phdr *p = &f->ph[i];

        if (p->p_type == PT_LOAD && addr >= p->p_vaddr && addr - p->p_vaddr < p->p_filesz) {
            *off = p->p_offset + (addr - p->p_vaddr);
            return true;
        }
    }
    return false;
}

static void find_strings(struct file *f, const Elf64_Dyn *dyn, size_t n)
{
    uint64_t addr = 0, size = 0;

    for (size_t i = 0; i < n && dyn[i].d_tag != DT_NULL; i++) {
        if (dyn[i].d_tag == DT_STRTAB)
            addr = dyn[i].d_un.d_ptr;
        else if (dyn[i].d_tag == DT_STRSZ)
            size = dyn[i].d_un.d_val;
    }
    f->strsz = file_offset(f, addr, &f->strtab) ? size : 0;
}

static void take_entry(struct file *f, const Elf64_Dyn *e, struct elfneed *out)
{
    switch (e->d_tag) {
    case DT_NEEDED: take_needed(f, e->d_un.d_val, out); break;
    case DT_SONAME: take_string(f, e->d_un.d_val, &out->soname); break;
    case DT_RPATH: take_string(f, e->d_un.d_val, &out->rpath); break;
    case DT_RUNPATH: take_string(f, e->d_un.d_val, &out->runpath); break;
    case DT_FLAGS_1: out->nodeflib = e->d_un.d_val & DF_1_NODEFLIB; break;
    default: break;
    }
}

static enum status read_dynamic(struct file *f, const Elf64_Phdr *p, struct elfneed *out, struct diag *d)
{
    size_t n = p->p_filesz / sizeof(Elf64_Dyn);
    Elf64_Dyn *dyn;
    enum status st;

    if (n > MAX_DYN)
        return fail(d, ST_BADFORMAT, p->p_offset, "a dynamic section of %zu entries", n);
    dyn = calloc(n + 1, sizeof *dyn);
    if (!dyn)
        return fail(d, ST_NOMEM, 0, "out of memory");
    st = read_at(f->fd, dyn, n * sizeof *dyn, p->p_offset, d);
    if (st == ST_OK) {
        find_strings(f, dyn, n);
        for (size_t i = 0; i < n && dyn[i].d_tag != DT_NULL; i++)
            take_entry(f, &dyn[i], out);
    }
    free(dyn);
    return st;
}

static enum status read_segments(struct file *f, struct elfneed *out, struct diag *d)
{
    enum status st = ST_OK;

    for (unsigned i = 0; i < f->nph && st == ST_OK; i++) {
        const Elf64_Phdr *p = &f->ph[i];

        if (p->p_type == PT_LOAD)
            out->exec |= p->p_flags & PF_X && p->p_filesz;
        else if (p->p_type == PT_INTERP && !out->interp)
            out->interp = read_string(f, p->p_offset, p->p_filesz);
        else if (p->p_type == PT_DYNAMIC)
            st = read_dynamic(f, p, out, d);
    }
    return st == ST_OK && f->nomem ? fail(d, ST_NOMEM, 0, "out of memory") : st;
}

enum status elfneed_read(int fd, struct elfneed *out, struct diag *d)
{
    struct file f = {.fd = fd};
    Elf64_Ehdr h;
    enum status st;
    Elf64_Phdr *ph;

    memset(out, 0, sizeof *out);
    st = read_header(fd, &h, d);
    if (st != ST_OK)
        return st;
    out->machine = h.e_machine;
    out->type = h.e_type;
    ph = calloc(h.e_phnum, sizeof *ph);
    if (!ph)
        return fail(d, ST_NOMEM, 0, "out of memory");
    st = read_at(fd, ph, h.e_phnum * sizeof *ph, h.e_phoff, d);
    f.ph = ph;
    f.nph = h.e_phnum;
    if (st == ST_OK)
        st = read_segments(&f, out, d);
    free(ph);
    return st;
}

void elfneed_free(struct elfneed *n)
{
    for (unsigned i = 0; i < n->nneeded; i++)
        free(n->needed[i]);
    free(n->needed);
    free(n->interp);
    free(n->soname);
    free(n->rpath);
    free(n->runpath);
    memset(n, 0, sizeof *n);
}
