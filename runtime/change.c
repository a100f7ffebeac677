/* What becomes of translations when guest code changes, or may not run any more. */
#include "runtime/code_int.h"

#include "runtime/alias.h"
#include "runtime/flags.h"
#include "runtime/lockstep.h"
#include "runtime/module.h"
#include "runtime/lines.h"
#include "runtime/quiet.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <assert.h>
#include <sys/mman.h>

void rt_code_alone(struct rt *rt, bool on)
{
    if (rt->cache)
        rt->cache->alone = on || !rt_world_multi(rt->world);
}

void rt_code_keep_flags(struct rt_thread *t)
{
    rt_world_stop(t);
    rt_code_alone(t->rt, true);
    rt_flags_passed(t->rt);
    rt_code_alone(t->rt, false);
    rt_world_go(t);
}

/* ---- code that the guest says it has changed ---- */

struct ask { struct rt *rt; bool hit; };

static void ask(void *arg, uint64_t lo, uint64_t hi)
{
    struct ask *a = arg;

    a->hit |= rt_lines_any(a->rt->lines, lo, hi);
    a->hit |= rt_code_in_flight(a->rt, lo, hi);
}

/* May something have been translated from [lo, hi), or from there under another address? */
static bool touches(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    struct rt *rt = t->rt;
    struct ask a = { rt, false };

    if (!rt->lines || rt->lockstep || (!lo && hi == UINT64_MAX))
        return true;
    a.hit = rt_lines_changed(rt->lines, lo, hi);
    a.hit |= rt_code_in_flight(rt, lo, hi);
    if (!a.hit && __atomic_load_n(&rt->alias, __ATOMIC_RELAXED)) {
        rt_lock(t, &rt->vm_lock);
        rt_alias_each(rt, lo, hi, ask, &a);
        rt_unlock(t, &rt->vm_lock);
    }
    return a.hit;
}

static void mark_again(void *arg, uint64_t lo, uint64_t hi) { rt_lines_mark(arg, lo, hi); }

static void changed(void *arg, uint64_t lo, uint64_t hi)
{
    struct rt_thread *t = arg;
    struct rt *rt = t->rt;

    rt_code_in_flight(rt, lo, hi);
    rt_t0_invalidate(t, lo, hi);
    rt_lockstep_code(rt, lo, hi);
    if (rt->cache)
        cache_recheck(rt->cache, lo, hi);
    if (!rt->lines)
        return;
    rt_lines_forget(rt->lines, lo, hi);
    if (rt->cache)
        cache_each_span(rt->cache, lo, hi, mark_again, rt->lines);
}

void rt_code_changed(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    rt_quiet_told(t, lo, hi);
    if (!touches(t, lo, hi))
        return;
    rt_world_stop(t);
    rt_code_alone(t->rt, true);
    changed(t, lo, hi);
    rt_alias_each(t->rt, lo, hi, changed, t);
    rt_code_alone(t->rt, false);
    rt_world_go(t);
}

bool rt_code_noted(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    struct rt_lines *s = t->rt->lines;

    if (!s)
        return true;
    bool before = rt_lines_mark(s, lo, hi);
    if (!before && rt_quiet_close(t, lo, hi))
        return false;
    if (__atomic_load_n(&t->rt->quiet, __ATOMIC_RELAXED))
        return rt_lines_changes(s) == t->changes_seen;
    return before || rt_lines_changes(s) == t->changes_seen;
}

/* ---- code that goes, or may not run ---- */

static void drop_spaces(struct rt *rt, uint64_t lo, uint64_t hi)
{
    for (unsigned i = 0; i < rt->cache->n;) {
        const struct code_space *s = rt->cache->space[i];
        uint64_t room = (uint64_t)(uintptr_t)s->table, end = s->room_at + s->room;

        if (s->im || s->lo >= hi || s->hi <= lo || rt_vm_has_kind(rt, s->lo, s->hi, VMA_GUEST)) {
            i++;
            continue;
        }
        cache_drop_spaces(rt->cache, s->lo, s->hi);
        rt_code_release(rt, room, end);
    }
}

void rt_code_replaced(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    struct rt *rt = t->rt;

    assert(rt_world_is_stopped(t));
    rt_code_in_flight(rt, lo, hi);
    rt_t0_invalidate(t, lo, hi);
    rt_lockstep_code(rt, lo, hi);
    rt_flags_forget(rt, lo, hi);
    if (rt->lines)
        rt_lines_forget(rt->lines, lo, hi);
    if (!rt->cache)
        return;
    rt_code_alone(t->rt, true);
    cache_invalidate(rt->cache, lo, hi);
    cache_set_writable(rt->cache, lo, hi);
    drop_spaces(rt, lo, hi);
    rt_code_alone(t->rt, false);
}

bool rt_code_may_run(void *arg, uint64_t lo, uint64_t hi)
{
    const struct rt *rt = arg;
    struct vma v;

    for (uint64_t at = lo; at < hi; at = v.hi)
        if (!rt_vm_at(rt, at, &v) || v.lo > at || v.kind != VMA_GUEST || !(v.prot & PROT_EXEC))
            return false;
    return true;
}

bool rt_code_matters(struct rt *rt, uint64_t lo, uint64_t hi)
{
    return !rt->lines || rt->lockstep || rt_module_in(rt, lo, hi) || rt_lines_any(rt->lines, lo, hi) || rt_code_in_flight(rt, lo, hi);
}

/* Code of modules goes when it becomes writable, and nothing there is taken for constant any more. Guests that make code switch its
 * memory between writable and executable all the time: what they do not change in between, they find again. */
void rt_code_protected(struct rt_thread *t, uint64_t lo, uint64_t hi, int prot)
{
    struct rt *rt = t->rt;

    if (!rt_world_is_stopped(t))        /* nothing was translated here: rt_code_matters() */
        return;
    bool quiet = !rt_quiet_is_told(rt, lo) && (prot & PROT_WRITE) && (prot & PROT_EXEC);
    if (!rt->lines || quiet || rt_module_in(rt, lo, hi)) {
        if ((prot & PROT_WRITE) || !(prot & PROT_EXEC))
            rt_code_replaced(t, lo, hi);
        return;
    }
    rt_code_in_flight(rt, lo, hi);
    rt_code_alone(t->rt, true);
    if (!(prot & PROT_EXEC)) {
        rt_t0_invalidate(t, lo, hi);
        rt_lockstep_code(rt, lo, hi);
        if (rt->cache)
            cache_suspend(rt->cache, lo, hi);
    } else if (rt->cache) {
        cache_resume(rt->cache, lo, hi, rt_code_may_run);
    }
    rt_code_alone(t->rt, false);
}
