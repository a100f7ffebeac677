/* The lockstep check's view of guest memory: which pages a unit wrote, and what they held before and after.
 *
 * Writable guest memory is write-protected; the first write to a page faults and opens it. Pages that are written again and
 * again stay open, and are copied at the start of each unit instead: most units then cause no fault at all. */
#include "runtime/lockstep_int.h"

#include "runtime/hostcall.h"
#include "runtime/vm.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { HASH = 2 * LS_PAGES };

static void *reserve(size_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

bool ls_mem_init(struct lockstep *ls)
{
    ls->page = reserve(LS_PAGES * sizeof *ls->page);
    ls->old = reserve((size_t)LS_PAGES * RT_PAGE);
    ls->new = reserve((size_t)LS_PAGES * RT_PAGE);
    ls->hash = reserve(HASH * sizeof *ls->hash);
    return ls->page && ls->old && ls->new && ls->hash;
}

static uint8_t *host_page(uint64_t addr) { return (uint8_t *)(uintptr_t)addr; }
static uint8_t *old_of(const struct lockstep *ls, uint32_t i) { return ls->old + (size_t)i * RT_PAGE; }
static uint8_t *new_of(const struct lockstep *ls, uint32_t i) { return ls->new + (size_t)i * RT_PAGE; }

/* ---- which pages are open ---- */

static uint32_t slot_of(const struct lockstep *ls, uint64_t page)
{
    uint32_t h = (uint32_t)((page / RT_PAGE) * 0x9e3779b97f4a7c15u >> 40) % HASH;

    while (ls->hash[h] && ls->page[ls->hash[h] - 1].addr != page)
        h = (h + 1) % HASH;
    return h;
}

static bool is_open(const struct lockstep *ls, uint64_t page) { return ls->hash[slot_of(ls, page)] != 0; }

static bool add_page(struct lockstep *ls, uint64_t page)
{
    if (ls->n == LS_PAGES)
        return false;
    uint32_t h = slot_of(ls, page);
    ls->page[ls->n] = (struct ls_page){ .addr = page, .slot = h };
    ls->hash[h] = ++ls->n;
    return true;
}

/* Keeps the pages for which keep() says yes. */
static void filter(struct rt *rt, bool (*keep)(struct rt *rt, const struct ls_page *p))
{
    struct lockstep *ls = rt->lockstep;
    uint32_t n = ls->n;

    for (uint32_t i = 0; i < n; i++)
        ls->hash[ls->page[i].slot] = 0;
    ls->n = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct ls_page p = ls->page[i];

        if (!keep(rt, &p))
            continue;
        p.slot = slot_of(ls, p.addr);
        ls->page[ls->n] = p;
        ls->hash[p.slot] = ++ls->n;
    }
}

static bool writable_at(const struct rt *rt, uint64_t addr, struct vma *v)
{
    return rt_vm_at(rt, addr, v) && v->lo <= addr && v->kind == VMA_GUEST && (v->prot & PROT_WRITE);
}

static bool set_prot(uint64_t lo, uint64_t hi, int prot) { return mprotect(host_page(lo), hi - lo, prot) == 0; }

/* Protects (or gives back) all that the guest may write. */
static bool protect_all(const struct rt *rt, bool on)
{
    bool ok = true;
    struct vma v;

    for (uint64_t at = 0; rt_vm_at(rt, at, &v); at = v.hi)
        if (v.kind == VMA_GUEST && (v.prot & PROT_WRITE))
            ok &= set_prot(v.lo, v.hi, rt_host_prot((int)v.prot) & (on ? ~PROT_WRITE : ~0));
    return ok;
}

void rt_lockstep_release(struct rt *rt)
{
    struct lockstep *ls = rt->lockstep;

    if (ls && ls->closed) {
        protect_all(rt, false);
        ls->closed = false;
    }
}

bool rt_lockstep_fault(struct rt_thread *t, int sig, uint64_t addr)
{
    struct lockstep *ls = t->rt->lockstep;
    uint64_t page = rt_page_down(addr);
    struct vma v;

    if (!ls || !ls->closed || sig != SIGSEGV || !writable_at(t->rt, page, &v) || is_open(ls, page))
        return false;
    if (ls->n == LS_PAGES || !set_prot(page, page + RT_PAGE, rt_host_prot((int)v.prot))) {
        ls->lost = ls->in_unit;
        if (ls->in_unit && t->in_t0)
            return false;               /* T0 must not write what cannot be put back: it ends here */
        rt_lockstep_release(t->rt);
        return true;
    }
    /* Behind the end of a file there is nothing to keep, and the next try says so to the guest. */
    if (rt_asm_copy(old_of(ls, ls->n), host_page(page), RT_PAGE) == 0)
        add_page(ls, page);
    return true;
}

/* ---- a unit ---- */

static bool still_writable(struct rt *rt, const struct ls_page *p)
{
    struct vma v;
    uint8_t probe;

    return writable_at(rt, p->addr, &v) && rt_asm_copy(&probe, host_page(p->addr), 1) == 0 &&
           set_prot(p->addr, p->addr + RT_PAGE, rt_host_prot((int)v.prot));
}

static bool none(struct rt *rt, const struct ls_page *p) { return false; }

/* Closes a page that has not been written for some time. */
static bool in_use(struct rt *rt, const struct ls_page *p)
{
    struct vma v;

    return p->idle < LS_IDLE || !writable_at(rt, p->addr, &v) ||
           !set_prot(p->addr, p->addr + RT_PAGE, rt_host_prot((int)v.prot) & ~PROT_WRITE);
}

bool ls_mem_begin(struct rt *rt)
{
    struct lockstep *ls = rt->lockstep;

    ls->lost = false;
    if (ls->n > LS_KEEP) {
        filter(rt, none);
        ls->closed = false;
    }
    if (!ls->closed) {
        if (!protect_all(rt, true)) {
            protect_all(rt, false);
            return false;
        }
        ls->closed = true;
        filter(rt, still_writable);
    }
    for (uint32_t i = 0; i < ls->n; i++) {
        ls->page[i].dirty = false;
        memcpy(old_of(ls, i), host_page(ls->page[i].addr), RT_PAGE);
    }
    ls->in_unit = true;
    return true;
}

void ls_mem_turn(struct lockstep *ls)
{
    for (uint32_t i = 0; i < ls->n; i++) {
        struct ls_page *p = &ls->page[i];

        p->dirty = memcmp(host_page(p->addr), old_of(ls, i), RT_PAGE) != 0;
        if (p->dirty) {
            memcpy(new_of(ls, i), host_page(p->addr), RT_PAGE);
            memcpy(host_page(p->addr), old_of(ls, i), RT_PAGE);
        }
    }
}

void ls_mem_rewind(struct lockstep *ls)
{
    for (uint32_t i = 0; i < ls->n; i++)
        memcpy(host_page(ls->page[i].addr), old_of(ls, i), RT_PAGE);
}

const uint8_t *ls_mem_result(const struct lockstep *ls, uint32_t i) { return ls->page[i].dirty ? new_of(ls, i) : old_of(ls, i); }

uint32_t ls_mem_differ(const struct lockstep *ls)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < ls->n; i++)
        n += memcmp(host_page(ls->page[i].addr), ls_mem_result(ls, i), RT_PAGE) != 0;
    return n;
}

void ls_mem_end(struct rt *rt)
{
    struct lockstep *ls = rt->lockstep;
    bool idle = false;

    ls->in_unit = false;
    for (uint32_t i = 0; i < ls->n; i++) {
        struct ls_page *p = &ls->page[i];

        p->idle = p->dirty ? 0 : (uint16_t)(p->idle + 1);
        idle |= p->idle >= LS_IDLE;
    }
    if (idle && ls->n <= LS_KEEP)
        filter(rt, in_use);
}
