/* Code that changes without notice: see quiet.h. */
#include "runtime/quiet.h"

#include "runtime/code_int.h"
#include "runtime/lines.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Open pages with code that was put aside; written in a stopped world. Beyond that many, code is not put aside but dropped. */
enum { OPEN_MAX = 64 };
struct rt_quiet { uint64_t open[OPEN_MAX]; unsigned n; };

bool rt_quiet_is_told(const struct rt *rt, uint64_t addr)
{
    unsigned n = __atomic_load_n(&rt->told.n, __ATOMIC_ACQUIRE);

    for (unsigned i = 0; i < n; i++)
        if (addr >= rt->told.lo[i] && addr < rt->told.hi[i])
            return true;
    return __atomic_load_n(&rt->told.all, __ATOMIC_RELAXED);
}

void rt_quiet_told(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    struct rt *rt = t->rt;
    struct vma v;

    if (rt_quiet_is_told(rt, lo))
        return;
    rt_lock(t, &rt->vm_lock);
    unsigned n = rt->told.n;
    if (n == RT_TOLD || hi == UINT64_MAX || !rt_vm_at(rt, lo, &v) || v.lo > lo || !(v.prot & PROT_EXEC)) {
        /* Everything, an alias, or many mappings: this program knows its duty. */
        __atomic_store_n(&rt->told.all, true, __ATOMIC_RELAXED);
    } else {
        rt->told.lo[n] = v.lo;
        rt->told.hi[n] = v.hi;
        __atomic_store_n(&rt->told.n, n + 1, __ATOMIC_RELEASE);
    }
    rt_unlock(t, &rt->vm_lock);
}

/* Memory that can change without notice, at addr: writable and executable. Not the stack: the runtime writes frames there. */
static bool may_change(const struct rt *rt, uint64_t addr, struct vma *v)
{
    return rt_vm_at(rt, addr, v) && v->lo <= addr && v->kind == VMA_GUEST &&
           (v->prot & (PROT_WRITE | PROT_EXEC)) == (PROT_WRITE | PROT_EXEC) && (v->hi <= rt->stack_lo || v->lo >= rt->stack_hi) &&
           !rt_quiet_is_told(rt, addr);
}

/* With vm_lock held, or in a stopped world. True: it is closed now. */
static bool close_page(const struct rt *rt, uint64_t page)
{
    struct vma v;

    return may_change(rt, page, &v) && !mprotect((void *)(uintptr_t)page, RT_PAGE, rt_host_prot((int)v.prot) & ~PROT_WRITE);
}

bool rt_quiet_close(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    struct rt *rt = t->rt;
    bool any = false;

    if (__atomic_load_n(&rt->told.all, __ATOMIC_RELAXED) || !rt->lines || rt->lockstep)
        return false;
    rt_lock(t, &rt->vm_lock);
    if (!rt->quiet) {
        struct vma v;
        if (may_change(rt, rt_page_down(lo), &v))
            __atomic_store_n(&rt->quiet, calloc(1, sizeof *rt->quiet), __ATOMIC_RELEASE);
    }
    for (uint64_t page = rt_page_down(lo); rt->quiet && page < hi; page += RT_PAGE)
        any |= close_page(rt, page);
    rt_unlock(t, &rt->vm_lock);
    if (any)
        rt_lines_changed(rt->lines, lo, lo);        /* others that are translating from here read again */
    return any;
}

/* In a stopped world. */
static void put_aside(struct rt_thread *t, uint64_t page)
{
    struct rt *rt = t->rt;
    struct rt_quiet *q = rt->quiet;

    rt_code_in_flight(rt, page, page + RT_PAGE);
    rt_t0_invalidate(t, page, page + RT_PAGE);
    rt_lines_forget(rt->lines, page, page + RT_PAGE);
    if (!rt->cache)
        return;
    rt_code_alone(rt, true);
    if (q->n == OPEN_MAX)
        cache_invalidate(rt->cache, page, page + RT_PAGE);
    else if (cache_suspend(rt->cache, page, page + RT_PAGE))
        q->open[q->n++] = page;
    rt_code_alone(rt, false);
}

/* In a stopped world. */
static bool open_page(struct rt_thread *t, uint64_t page, unsigned prot)
{
    put_aside(t, page);
    return !mprotect((void *)(uintptr_t)page, RT_PAGE, rt_host_prot((int)prot));
}

/* In a stopped world: all that is closed between lo and hi, within one mapping. */
static bool open_pages(struct rt_thread *t, uint64_t lo, uint64_t hi, unsigned prot)
{
    bool any = false;

    for (uint64_t page = lo; page < hi; page += RT_PAGE)
        if (rt_lines_any(t->rt->lines, page, page + RT_PAGE))
            any |= open_page(t, page, prot);
    return any;
}

void rt_quiet_reach(struct rt_thread *t, uint64_t addr)
{
    struct rt *rt = t->rt;
    struct vma v;

    rt_lock(t, &rt->vm_lock);
    bool closed = may_change(rt, addr, &v) && rt_lines_any(rt->lines, rt_page_down(addr), v.hi);
    rt_unlock(t, &rt->vm_lock);
    if (!closed)
        return;
    rt_world_stop(t);
    if (may_change(rt, addr, &v))
        open_pages(t, rt_page_down(addr), v.hi, v.prot);
    rt_world_go(t);
}

bool rt_quiet_open_all(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    struct vma v;
    bool any = false;

    rt_world_stop(t);
    for (uint64_t at = 0; rt_vm_at(rt, at, &v); at = v.hi)
        if (may_change(rt, v.lo, &v))
            any |= open_pages(t, v.lo, v.hi, v.prot);
    rt_world_go(t);
    return any;
}

bool rt_quiet_fault(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    uint64_t page = rt_page_down(t->v.fault.addr);
    struct vma v;
    bool opened = false;

    if (!__atomic_load_n(&rt->quiet, __ATOMIC_RELAXED) || t->v.fault.sig != SIGSEGV || t->v.fault.code != SEGV_ACCERR)
        return false;
    rt_world_stop(t);
    if (rt_vm_at(rt, page, &v) && v.lo <= page && v.kind == VMA_GUEST && (v.prot & PROT_WRITE) && (v.prot & PROT_EXEC))
        opened = open_page(t, page, v.prot);
    rt_world_go(t);
    return opened;
}

/* cache_resume's: what code that was put aside was made from is closed again before it is compared. */
static bool may_run(void *arg, uint64_t lo, uint64_t hi)
{
    const struct rt *rt = arg;

    if (!rt_code_may_run(arg, lo, hi))
        return false;
    for (uint64_t page = rt_page_down(lo); page < hi; page += RT_PAGE)
        close_page(rt, page);
    rt_lines_mark(rt->lines, lo, hi);
    return true;
}

static unsigned find_open(const struct rt_quiet *q, uint64_t page)
{
    unsigned i = 0;

    while (i < __atomic_load_n(&q->n, __ATOMIC_RELAXED) && q->open[i] != page)
        i++;
    return i;
}

bool rt_quiet_wake(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    struct rt_quiet *q = __atomic_load_n(&rt->quiet, __ATOMIC_ACQUIRE);
    uint64_t page = rt_page_down(t->v.pc);

    if (!q || !rt->cache || find_open(q, page) >= __atomic_load_n(&q->n, __ATOMIC_RELAXED))
        return false;
    rt_world_stop(t);
    unsigned i = find_open(q, page);
    if (i < q->n) {
        q->open[i] = q->open[--q->n];
        rt_code_alone(rt, true);
        cache_resume(rt->cache, page, page + RT_PAGE, may_run);
        rt_code_alone(rt, false);
    }
    rt_world_go(t);
    if (t->t0)
        t0_forget_stops(t->t0);
    return cache_lookup(rt->cache, t->v.pc);
}
