/* Loads a guest executable, and its interpreter when it is dynamic, as the kernel's fs/binfmt_elf.c does. Refuses 32-bit and
 * big-endian files, segments that overlap or lie outside the guest's address space, and files shorter than their headers say. */
#include "runtime/load.h"

#include "runtime/module.h"
#include "runtime/vdso.h"
#include "runtime/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A PIE goes between the low addresses and the mmap zone, below which its brk can grow for half a terabyte. */
#define PIE_BASE RT_ZONE
#define BRK_ROOM (64ull << 30)

enum load_kind load_classify(const uint8_t *head, size_t n, uint16_t *machine)
{
    *machine = 0;
    if (n >= 2 && head[0] == '#' && head[1] == '!')
        return LOAD_SCRIPT;
    if (n < 20 || memcmp(head, ELFMAG, SELFMAG))
        return LOAD_OTHER;
    if (head[EI_CLASS] == ELFCLASS64 && head[EI_DATA] == ELFDATA2LSB)
        *machine = (uint16_t)(head[18] | head[19] << 8);
    return LOAD_ELF;
}

static enum status check_ehdr(const struct load_elf *e, uint64_t size, struct diag *d)
{
    const Elf64_Ehdr *h = &e->eh;

    if (memcmp(h->e_ident, ELFMAG, SELFMAG))
        return fail(d, ST_BADFORMAT, 0, "not an ELF file");
    if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB)
        return fail(d, ST_UNSUPPORTED, EI_CLASS, "not a 64-bit little-endian ELF file");
    if (h->e_type != ET_EXEC && h->e_type != ET_DYN)
        return fail(d, ST_UNSUPPORTED, 16, "not an executable (ELF type %u)", h->e_type);
    if (h->e_phentsize != sizeof(Elf64_Phdr))
        return fail(d, ST_BADFORMAT, 54, "program header size %u, expected %zu", h->e_phentsize, sizeof(Elf64_Phdr));
    if (h->e_phnum == 0 || h->e_phnum > sizeof e->ph / sizeof e->ph[0])
        return fail(d, ST_LIMIT, 56, "%u program headers, expected 1 to %zu", h->e_phnum, sizeof e->ph / sizeof e->ph[0]);
    if (h->e_phoff > size || size - h->e_phoff < (uint64_t)h->e_phnum * sizeof(Elf64_Phdr))
        return fail(d, ST_TRUNCATED, h->e_phoff, "program headers end past the file's %" PRIu64 " bytes", size);
    return ST_OK;
}

static enum status check_load(struct load_elf *e, const Elf64_Phdr *p, uint64_t size, bool first, struct diag *d)
{
    if (p->p_filesz > p->p_memsz)
        return fail(d, ST_BADFORMAT, p->p_vaddr, "segment with %" PRIu64 " bytes in the file, %" PRIu64 " in memory",
                    (uint64_t)p->p_filesz, (uint64_t)p->p_memsz);
    if (p->p_offset > size || p->p_filesz > size - p->p_offset)
        return fail(d, ST_TRUNCATED, p->p_offset, "segment ends past the file's %" PRIu64 " bytes", size);
    if (p->p_filesz && (p->p_offset ^ p->p_vaddr) & (RT_PAGE - 1))
        return fail(d, ST_UNSUPPORTED, p->p_vaddr, "segment address and file offset differ modulo the page size");
    if (p->p_vaddr >= RT_GUEST_HI || p->p_memsz >= RT_GUEST_HI - p->p_vaddr)
        return fail(d, ST_LIMIT, p->p_vaddr, "segment lies outside the guest's address space");
    uint64_t lo = rt_page_down(p->p_vaddr), hi = rt_page_up(p->p_vaddr + p->p_memsz);
    if (first)
        e->lo = lo;
    else if (lo < e->hi)
        return fail(d, ST_BADFORMAT, p->p_vaddr, "segments share a page or are not in ascending order");
    e->hi = hi;
    return ST_OK;
}

enum status load_read_header(int fd, uint64_t file_size, struct load_elf *e, struct diag *d)
{
    bool stack = false, load = false;

    memset(e, 0, sizeof *e);
    e->exec_stack = true;
    if (pread(fd, &e->eh, sizeof e->eh, 0) != (ssize_t)sizeof e->eh)
        return fail(d, ST_TRUNCATED, 0, "not an ELF file");
    enum status st = check_ehdr(e, file_size, d);
    if (st)
        return st;
    e->nph = e->eh.e_phnum;
    ssize_t want = (ssize_t)(e->nph * sizeof e->ph[0]);
    if (pread(fd, e->ph, (size_t)want, (off_t)e->eh.e_phoff) != want)
        return fail(d, ST_IO, e->eh.e_phoff, "cannot read the program headers");
    for (unsigned i = 0; i < e->nph; i++) {
        const Elf64_Phdr *p = &e->ph[i];
        if (p->p_type == PT_INTERP && !e->interp) {
            e->interp = true;
            e->interp_off = p->p_offset;
            e->interp_size = p->p_filesz;
        }
        if (p->p_type == PT_GNU_STACK && !stack) {
            stack = true;
            e->exec_stack = p->p_flags & PF_X;
        }
        if (p->p_type != PT_LOAD || !p->p_memsz)
            continue;
        st = check_load(e, p, file_size, !load, d);
        if (st)
            return st;
        load = true;
    }
    return load ? ST_OK : fail(d, ST_BADFORMAT, e->eh.e_phoff, "no loadable segment");
}

static int phdr_prot(const Elf64_Phdr *p)
{
    return (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) | (p->p_flags & PF_X ? PROT_EXEC : 0);
}

static enum status map_failed(int64_t r, uint64_t at, struct diag *d)
{
    if (r == -EPERM || r == -EACCES)
        return fail(d, ST_LIMIT, at, "cannot map address %#" PRIx64 ": below vm.mmap_min_addr", at);
    return fail(d, ST_NOMEM, at, "cannot map address %#" PRIx64 ": %s", at, strerror((int)-r));
}

/* Zeroes the rest of the last file page, [from, page end). */
static void zero_tail(uint64_t from, int prot)
{
    uint64_t page = rt_page_down(from);

    if (!(from & (RT_PAGE - 1)))
        return;
    if (!(prot & PROT_WRITE))
        mprotect((void *)page, RT_PAGE, PROT_READ | PROT_WRITE);
    memset((void *)from, 0, page + RT_PAGE - from);
    if (!(prot & PROT_WRITE))
        mprotect((void *)page, RT_PAGE, rt_host_prot(prot));
}

static enum status map_segment(struct rt *rt, uint64_t base, int fd, const Elf64_Phdr *p, struct diag *d)
{
    uint64_t va = base + p->p_vaddr, file_end = va + p->p_filesz;
    uint64_t lo = rt_page_down(va), mid = rt_page_up(file_end), hi = rt_page_up(va + p->p_memsz);
    int prot = phdr_prot(p);
    int64_t r;

    if (!p->p_filesz)
        mid = lo;
    if (mid > lo) {
        r = rt_vm_map_fixed(rt, lo, mid - lo, prot, MAP_PRIVATE, fd, p->p_offset - (va - lo));
        if (r < 0)
            return map_failed(r, lo, d);
        if (p->p_memsz > p->p_filesz)
            zero_tail(file_end, prot);
    }
    if (hi > mid) {
        r = rt_vm_map_fixed(rt, mid, hi - mid, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (r < 0)
            return map_failed(r, mid, d);
    }
    return ST_OK;
}

static enum status map_segments(struct rt *rt, struct rt_module *m, int fd, const struct load_elf *e, struct diag *d)
{
    for (unsigned i = 0; i < e->nph; i++) {
        const Elf64_Phdr *p = &e->ph[i];
        enum status st = p->p_type == PT_LOAD && p->p_memsz ? map_segment(rt, m->lo - e->lo, fd, p, d) : ST_OK;

        if (st)
            return st;
    }
    rt_module_enter(rt, m, fd, e);
    return ST_OK;
}

/* The room that the break may grow into, behind the program. */
static void reserve_break(struct rt *rt)
{
    uint64_t from = rt->exe.hi;
    struct vma next;

    rt->brk_start = rt->brk = from;
    rt->brk_limit = from + BRK_ROOM;
    if (rt->brk_limit > RT_GUEST_HI || !rt_vm_is_free(rt, from, rt->brk_limit))
        rt->brk_limit = rt_vm_at(rt, from, &next) ? next.lo : RT_GUEST_HI;
    if (rt->brk_limit > RT_GUEST_HI)
        rt->brk_limit = RT_GUEST_HI;
    if (rt->brk_limit > from)
        rt_vm_set(rt, from, rt->brk_limit, 0, VMA_RESERVE);
}

enum status load_map(struct rt *rt, int fd, const struct load_elf *e, struct diag *d)
{
    bool dyn = e->eh.e_type == ET_DYN;

    if (dyn && e->hi - e->lo > (uint64_t)BRK_ROOM)
        return fail(d, ST_LIMIT, e->lo, "program spans %" PRIu64 " bytes", e->hi - e->lo);
    rt->exe.program = true;
    rt->exe.lo = dyn ? PIE_BASE : e->lo;
    enum status st = map_segments(rt, &rt->exe, fd, e, d);
    if (!st)
        reserve_break(rt);
    return st;
}

enum status load_interp_name(int fd, const struct load_elf *e, char *out, size_t n, struct diag *d)
{
    if (e->interp_size < 2 || e->interp_size > n)
        return fail(d, ST_BADFORMAT, e->interp_off, "the interpreter's name has %" PRIu64 " bytes", e->interp_size);
    if (pread(fd, out, e->interp_size, (off_t)e->interp_off) != (ssize_t)e->interp_size)
        return fail(d, ST_IO, e->interp_off, "cannot read the interpreter's name");
    if (out[e->interp_size - 1])
        return fail(d, ST_BADFORMAT, e->interp_off, "the interpreter's name does not end");
    return ST_OK;
}

enum status load_map_interp(struct rt *rt, int fd, const struct load_elf *e, const char *path, struct rt_module **out,
                            struct diag *d)
{
    struct map_file f;
    struct rt_module *m = calloc(1, sizeof *m);

    rt_module_look(rt, e->hi - e->lo, PROT_READ, MAP_PRIVATE, fd, 0, &f);
    if (!m || !(m->path = strdup(path))) {
        free(m);
        return fail(d, ST_NOMEM, 0, "out of memory");
    }
    m->lo = e->eh.e_type == ET_DYN ? rt_module_place(rt, e->hi - e->lo, &f) : e->lo;
    *out = m;
    if (!m->lo)
        return fail(d, ST_NOMEM, 0, "no room for the interpreter");
    return map_segments(rt, m, fd, e, d);
}

enum status load_trampoline(struct rt *rt, struct diag *d)
{
    uint64_t at = rt_vm_find(rt, RT_PAGE, RT_PAGE);
    int64_t r = at ? rt_vm_map_fixed(rt, at, RT_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : -ENOMEM;

    if (r < 0)
        return map_failed(r, at, d);
    rt_vdso_build(rt, at);
    mprotect((void *)at, RT_PAGE, PROT_READ);
    rt_vm_set(rt, at, at + RT_PAGE, PROT_READ | PROT_EXEC, VMA_GUEST);
    return ST_OK;
}
