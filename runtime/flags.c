/* When code must keep condition flags at calls and returns. A flag that is passed from one function to another has two ends, and
 * either may lie in code that is compiled or in T0, so it is not enough to look at memory when code is made from it: it is looked at
 * before the guest runs there at all. Not before the first code is made, though: a program that stays in T0 pays nothing. */
#include "runtime/flags.h"

#include "jit/cache.h"
#include "runtime/code_int.h"
#include "runtime/module.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <sys/mman.h>

enum { AT_ONCE = 1 << 20, ENOUGH = 100 };

static bool strict(const struct rt *rt)
{
    return !rt->cache || rt->cache->strict || !rt->g->flags_passed;
}

void rt_flags_passed(struct rt *rt)
{
    if (strict(rt))
        return;
    if (rt->opt.verbose)
        rt_say("%s: functions pass each other condition flags: from now on all code keeps them", rt->exe.path);
    cache_make_strict(rt->cache);
}

void rt_flags_known(struct rt *rt, uint64_t lo, uint64_t hi)
{
    struct rt_flagmap *m = &rt->flagmap;

    for (unsigned i = 0; i < m->n; i++) {       /* memory that grows, page by page */
        if (m->range[i].hi != lo && m->range[i].lo != hi)
            continue;
        lo = m->range[i].lo < lo ? m->range[i].lo : lo;
        hi = m->range[i].hi > hi ? m->range[i].hi : hi;
        m->range[i--] = m->range[--m->n];
    }
    if (m->n == RT_FLAG_RANGES)                 /* what is forgotten is looked at again */
        m->n--;
    m->range[m->n++] = (struct rt_range){ lo, hi };
}

void rt_flags_forget(struct rt *rt, uint64_t lo, uint64_t hi)
{
    struct rt_flagmap *m = &rt->flagmap;

    __atomic_store_n(&m->forgot, m->forgot + 1, __ATOMIC_RELEASE);
    for (unsigned i = 0; lo < hi && i < m->n; i++) {
        struct rt_range r = m->range[i];

        if (r.lo >= hi || r.hi <= lo)
            continue;
        m->range[i--] = m->range[--m->n];
        if (r.lo < lo)
            rt_flags_known(rt, r.lo, lo);
        if (r.hi > hi)
            rt_flags_known(rt, hi, r.hi);
    }
}

bool rt_flags_put_off(const struct rt *rt, const struct rt_module *m)
{
    return m && !strict(rt) && m->text_hi - m->text_lo > AT_ONCE && !__atomic_load_n(&m->flags_known, __ATOMIC_ACQUIRE);
}

/* While t waits for a lock the module may go. */
bool rt_flags_count(struct rt_thread *t, uint64_t pc)
{
    struct rt *rt = t->rt;
    struct rt_module *m = rt_module_at(rt, pc);

    if (!rt_flags_put_off(rt, m) || __atomic_add_fetch(&m->compiled, 1, __ATOMIC_RELAXED) != ENOUGH)
        return false;
    uint64_t end = rt_code_readable(rt, m->text_lo, m->text_hi);
    bool passes = end > m->text_lo && rt->g->flags_passed((const uint8_t *)(uintptr_t)m->text_lo, end - m->text_lo);

    rt_lock(t, &rt->vm_lock);
    rt_code_lock(t);
    if (rt_module_at(rt, pc) == m) {
        rt_flags_known(rt, m->text_lo, m->text_hi);
        __atomic_store_n(&m->flags_known, true, __ATOMIC_RELEASE);
    }
    rt_unlock(t, &rt->code_lock);
    rt_unlock(t, &rt->vm_lock);
    return passes;
}

/* The part of the executable memory around pc that is not known yet; false: pc is. */
static bool unknown_around(const struct rt *rt, uint64_t pc, struct rt_range *out)
{
    const struct rt_flagmap *m = &rt->flagmap;
    struct vma v;

    for (unsigned i = 0; i < m->n; i++)
        if (pc - m->range[i].lo < m->range[i].hi - m->range[i].lo)
            return false;
    if (rt_flags_put_off(rt, rt_module_at(rt, pc)) || !rt_vm_at(rt, pc, &v) || v.lo > pc || v.kind != VMA_GUEST || !(v.prot & PROT_EXEC))
        return false;
    *out = (struct rt_range){ v.lo, v.hi };
    for (unsigned i = 0; i < m->n; i++) {
        if (m->range[i].hi <= pc && m->range[i].hi > out->lo)
            out->lo = m->range[i].hi;
        if (m->range[i].lo > pc && m->range[i].lo < out->hi)
            out->hi = m->range[i].lo;
    }
    return true;
}

/* Memory that the guest can write holds now this, now that: code made from it is strict in any case (runtime/compiler.c). */
bool rt_flags_look(struct rt *rt, uint64_t pc)
{
    struct rt_range r;
    uint64_t end;

    if (strict(rt) || !unknown_around(rt, pc, &r))
        return false;
    rt_flags_known(rt, r.lo, r.hi);
    return rt_vm_is_fixed_code(rt, r.lo, r.hi) && (end = rt_code_readable(rt, r.lo, r.hi)) > r.lo &&
           rt->g->flags_passed((const uint8_t *)(uintptr_t)r.lo, end - r.lo);
}

bool rt_flags_all(struct rt *rt)
{
    struct vma v;
    bool passes = false;

    for (uint64_t at = 0; !passes && !strict(rt) && rt_vm_at(rt, at, &v); at = v.hi)
        passes = rt_flags_look(rt, v.lo);
    return passes;
}

bool rt_flags_matter(const struct rt *rt) { return !strict(rt); }
