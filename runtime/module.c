/* The list of mapped guest ELF files, where they are placed, and when their images come and go. */
#include "runtime/module.h"

#include "jit/cache.h"
#include "runtime/attach.h"
#include "runtime/code.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* An image's text begins 512 MiB in front of its module, its table ends there: see DESIGN, "position independence". */
#define IMAGE_WINDOW (UINT64_C(512) << 20)
#define PLACE_ALIGN (UINT64_C(64) << 10)
/* Nobody links a library further from address 0. */
#define MAX_FIRST (UINT64_C(1) << 30)

/* ---- looking ---- */

/* Modules are added under a lock, and taken away while no other thread runs: who only looks needs none. */
static struct rt_module *next_of(struct rt_module *const *link) { return __atomic_load_n(link, __ATOMIC_ACQUIRE); }

struct rt_module *rt_module_in(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    for (struct rt_module *m = next_of(&rt->modules); m; m = next_of(&m->next))
        if (m->lo < hi && lo < m->hi)
            return m;
    return NULL;
}

bool rt_module_has_text(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    for (struct rt_module *m = next_of(&rt->modules); m; m = next_of(&m->next))
        if (m->text_lo < hi && lo < m->text_hi)
            return true;
    return false;
}

struct rt_module *rt_module_at(const struct rt *rt, uint64_t pc)
{
    return rt_module_in(rt, pc, pc + 1);
}

/* How much is kept free in front of a module that spans n bytes, first of them at file address `first`: text and table of its
 * image. The table has 4 bytes for each instruction that n bytes may hold. */
static uint64_t window_size(const struct rt *rt, uint64_t first, uint64_t n)
{
    uint64_t size = IMAGE_WINDOW + n / rt->g->insn_align * 4 + (first < MAX_FIRST ? first : 0) + RT_PAGE;

    return (size + PLACE_ALIGN - 1) & ~(PLACE_ALIGN - 1);
}

/* The machine of the ELF file; EM_NONE: it is none that could be loaded. */
static uint16_t read_head(int fd, struct map_file *f)
{
    return load_read_header(fd, f->size, &f->elf, NULL) ? EM_NONE : f->elf.eh.e_machine;
}

void rt_module_look(const struct rt *rt, uint64_t len, int prot, int flags, int fd, uint64_t off, struct map_file *f)
{
    struct stat sb;

    f->file = f->head = false;
    f->lead = 0;
    if ((flags & MAP_TYPE) != MAP_PRIVATE)
        return;
    if (flags & MAP_ANONYMOUS) {
        /* Perhaps an ld.so takes room for a library that wants to be aligned; not a stack, nor room for a heap. */
        if (prot == PROT_NONE && !(flags & (MAP_NORESERVE | MAP_STACK)) && len < IMAGE_WINDOW)
            f->lead = window_size(rt, 0, len);
        return;
    }
    if ((off && !(prot & PROT_EXEC)) || fstat(fd, &sb) || !S_ISREG(sb.st_mode))
        return;
    f->file = true;
    f->dev = sb.st_dev;
    f->ino = sb.st_ino;
    f->size = (uint64_t)sb.st_size;
    f->head = !off && read_head(fd, f) == rt->g->elf_machine;
    if (f->head && f->elf.eh.e_type == ET_DYN && f->elf.hi - f->elf.lo < IMAGE_WINDOW)
        f->lead = window_size(rt, f->elf.lo, f->elf.hi - f->elf.lo);
}

uint64_t rt_module_place(struct rt *rt, uint64_t len, const struct map_file *f)
{
    uint64_t span = f->head ? f->elf.hi - f->elf.lo : 0;
    uint64_t at = rt_vm_find(rt, f->lead + (len > span ? len : span), PLACE_ALIGN);

    return at ? at + f->lead : 0;
}

/* ---- the list ---- */

/* Takes the room in front of m, as far as it is free from below: what the guest reserved before it aligned the module stays its
 * own. */
static void take_window(struct rt *rt, struct rt_module *m, uint64_t size)
{
    uint64_t lo = m->lo > size + rt_vm_lowest(rt) ? m->lo - size : 0, hi = m->lo;
    struct vma v;

    if (lo && rt_vm_at(rt, lo, &v) && v.lo < hi)
        hi = v.lo;
    if (!lo || hi <= lo || m->lo - hi > IMAGE_WINDOW / 2 || rt_vm_set(rt, lo, hi, 0, VMA_RUNTIME))
        return;
    m->win_lo = lo;
    m->win_hi = m->window = hi;
}

/* Segments: where the text is, and what is never written, which code may have been made from. */
static void take_segments(struct rt_module *m, const struct load_elf *e)
{
    for (unsigned i = 0; i < e->nph; i++) {
        const Elf64_Phdr *p = &e->ph[i];

        if (p->p_type != PT_LOAD || !p->p_memsz)
            continue;
        if (e->eh.e_phoff >= p->p_offset && e->eh.e_phoff - p->p_offset < p->p_filesz)
            m->phdr = m->base + p->p_vaddr + (e->eh.e_phoff - p->p_offset);
        if (p->p_flags & PF_X) {
            if (!m->text_hi) {
                m->text_lo = m->base + p->p_vaddr;
                m->text_off = p->p_offset;
            }
            m->text_hi = m->base + p->p_vaddr + p->p_memsz;
        }
        if (p->p_flags & PF_W)
            continue;
        if (!m->ro_hi)
            m->ro_lo = rt_page_down(m->base + p->p_vaddr);
        m->ro_hi = rt_page_up(m->base + p->p_vaddr + p->p_memsz);
    }
}

void rt_module_enter(struct rt *rt, struct rt_module *m, int fd, const struct load_elf *e)
{
    struct rt_module **end = &rt->modules;
    struct stat sb;

    m->base = m->lo - e->lo;
    m->hi = m->base + e->hi;
    m->machine = e->eh.e_machine;
    m->type = e->eh.e_type;
    m->entry = m->base + e->eh.e_entry;
    m->phnum = (uint16_t)e->nph;
    m->phentsize = e->eh.e_phentsize;
    take_segments(m, e);
    if (!fstat(fd, &sb)) {
        m->dev = sb.st_dev;
        m->ino = sb.st_ino;
    }
    if (m->type == ET_DYN)
        take_window(rt, m, window_size(rt, e->lo, e->hi - e->lo));
    while (*end)
        end = &(*end)->next;
    __atomic_store_n(end, m, __ATOMIC_RELEASE);
}

uint64_t rt_module_take(struct rt_module *m, uint64_t size)
{
    uint64_t floor = m->im_hi && m->im_lo >= m->win_lo && m->im_hi <= m->win_hi ? m->im_hi : m->win_lo;

    return m->win_hi && m->window > floor && m->window - floor > size ? m->window -= size : 0;
}

bool rt_module_give(struct rt *rt, uint64_t lo, uint64_t hi)
{
    for (struct rt_module *m = rt->modules; m; m = m->next) {
        if (lo < m->win_lo || lo >= m->win_hi)
            continue;
        if (lo == m->window)
            m->window = hi;             /* the rest stays taken until it is on top of the free part */
        return true;
    }
    return false;
}

/* ---- mmap and munmap ---- */

/* The name of a file that is open in the guest; "?" when it has none, or without memory. */
static char *name_of(int fd)
{
    char link[64], path[4096];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = 0;
    return strdup(n > 0 ? path : "?");
}

/* The segment that fd's page at off belongs to. Of the start: the first one; else one of code, so that a module whose text comes
 * before its headers is known. */
static const Elf64_Phdr *segment_at(const struct load_elf *e, uint64_t off)
{
    for (unsigned i = 0; i < e->nph; i++) {
        const Elf64_Phdr *p = &e->ph[i];

        if (p->p_type == PT_LOAD && p->p_memsz && rt_page_down(p->p_offset) == off && (!off || p->p_flags & PF_X))
            return p;
    }
    return NULL;
}

/* Where e's first segment lies when p's first page lies at addr; 0: that is no loader's work. Of a small file the first page may also be
 * the data segment's, which begins no module. */
static uint64_t start_of(const struct load_elf *e, const Elf64_Phdr *p, uint64_t addr, int prot)
{
    uint64_t first = rt_page_down(p->p_vaddr) - e->lo, lo = addr - first;

    if (((prot & PROT_WRITE) && !(p->p_flags & PF_W)) || addr < first || e->hi - e->lo > RT_GUEST_HI - lo)
        return 0;
    return e->eh.e_type != ET_EXEC || lo == e->lo ? lo : 0;
}

/* The module of which [addr, ...) is the page at off; NULL: there is none. */
static struct rt_module *new_module(struct rt *rt, uint64_t addr, int prot, int fd, uint64_t off, const struct load_elf *e)
{
    const Elf64_Phdr *p = segment_at(e, off);
    uint64_t lo = p ? start_of(e, p, addr, prot) : 0;
    struct rt_module *m = lo ? calloc(1, sizeof *m) : NULL;

    if (!m)
        return NULL;
    m->lo = lo;
    m->path = name_of(fd);
    rt_module_enter(rt, m, fd, e);
    return m;
}

static bool same_file(const struct rt_module *m, const struct map_file *f) { return m->dev == f->dev && m->ino == f->ino; }

void rt_module_mapped(struct rt_thread *t, uint64_t addr, uint64_t len, int prot, int fd, uint64_t off, struct map_file *f)
{
    struct rt *rt = t->rt;
    struct rt_module *m = rt_module_in(rt, addr, addr + len);

    if (m && (!same_file(m, f) || (off == 0 && addr != m->lo)))
        m = NULL;
    if (!m && !f->head)
        f->head = rt->g->elf_machine == read_head(fd, f);
    if (!m && f->head)
        m = new_module(rt, addr, prot, fd, off, &f->elf);
    if (!m || m->tried || !(prot & PROT_EXEC) || !m->text_hi)
        return;
    /* The text's first page, at its place? */
    uint64_t page = rt_page_down(m->text_off);
    if (page < off || page - off >= len || addr + (page - off) != rt_page_down(m->text_lo))
        return;
    rt_code_lock(t);
    rt_attach(rt, m, fd);
    rt_unlock(t, &rt->code_lock);
}

/* Is guest memory left of what m's code was made from? */
static bool has_text(const struct rt *rt, const struct rt_module *m)
{
    if (m->text_hi)
        return rt_vm_has_kind(rt, rt_page_down(m->text_lo), rt_page_up(m->text_hi), VMA_GUEST);
    return rt_vm_has_kind(rt, m->lo, m->hi, VMA_GUEST);
}

static void forget(struct rt_thread *t, struct rt_module **link)
{
    struct rt *rt = t->rt;
    struct rt_module *m = *link;

    rt_detach(t, m);
    if (m->win_hi && !m->lent)
        rt_vm_clear(rt, m->win_lo, m->win_hi);
    *link = m->next;
    if (m->program) {
        m->win_lo = m->win_hi = 0;
        return;
    }
    free((void *)(uintptr_t)m->path);
    free(m);
}

void rt_module_gone(struct rt_thread *t, uint64_t lo, uint64_t hi, const struct map_file *f)
{
    struct rt *rt = t->rt;

    for (struct rt_module **link = &rt->modules; *link;) {
        struct rt_module *m = *link;
        bool own = f && f->file && same_file(m, f) && !(f->head && lo != m->lo);
        bool covered = m->text_hi && lo <= rt_page_down(m->text_lo) && hi >= rt_page_up(m->text_hi);

        if (m->lo < hi && lo < m->hi && !own && (covered || !has_text(rt, m)))
            forget(t, link);
        else
            link = &m->next;
    }
}
