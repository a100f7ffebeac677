/* Where guest pcs find code: the cache and its spaces, and what T0 meets often. compiler.c makes code, change.c takes it away. */
#include "runtime/code_int.h"

#include "runtime/flags.h"
#include "runtime/module.h"
#include "runtime/lines.h"
#include "runtime/seen.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <stdlib.h>
#include <sys/mman.h>

#define NEAR UINT64_C(0x70000000)       /* within what a 32-bit displacement reaches, with room for text and arena */
/* Memory of no module (that is, code that the guest makes) has one space for each aligned CHUNK, whatever is mapped there now. */
#define CHUNK UINT64_C(0x4000000)

/* Address space that goes free when compiling stops for want of memory: stacks still have to grow then. */
enum { SPARE = 512 << 10 };

static bool read_guest(void *arg, void *dst, uint64_t pc, size_t n)
{
    struct rt *rt = arg;

    return rt_copy_in(rt->main, dst, pc, n) == 0;
}

bool rt_code_init(struct rt *rt)
{
    rt->cache = cache_new(rt->g, read_guest, rt);
    if (!rt->cache)
        return false;
    if (rt->test.arena)
        rt->cache->arena_max = rt_page_up(rt->test.arena);
    if (rt->test.no_code_memory)
        rt->cache->arena_max = 0;
    rt->cache->apart = rt->opt.lockstep;
    rt->cache->strict = rt->g->flags_passed && (rt->opt.strict_flags || rt->opt.lockstep);
    if (rt->opt.engine == RT_AOT)
        return true;
    /* Tests that compile everything at its first visit want regions of some size. */
    rt->seen = rt->test.visits == 1 ? NULL : rt_seen_new();
    rt->hot = mmap(NULL, sizeof *rt->hot + SPARE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (rt->hot == MAP_FAILED)
        rt->hot = NULL;
    if (rt->hot)
        rt->hot->features = host_features_detect();
    return true;
}

void rt_code_lock(struct rt_thread *t)
{
    rt_lock(t, &t->rt->code_lock);
    if (t->rt->cache)
        t->rt->cache->alone = rt_world_is_stopped(t);
}

void rt_code_settle(struct rt_thread *t)
{
    const struct code_cache *c = t->rt->cache;
    uint64_t renewed = __atomic_load_n(&c->renewed, __ATOMIC_ACQUIRE);

    if (t->code_seen == c->generation && t->code_renewed == renewed)
        return;
    if (t->code_seen != c->generation)
        vcpu_drop_hints(&t->v);
    t->code_seen = c->generation;
    t->code_renewed = renewed;
    vcpu_know_nothing(&t->v);
}

/* ---- spaces ---- */

uint64_t rt_code_span(const struct rt *rt, uint64_t pc, uint64_t *hi)
{
    const struct rt_module *m = rt_module_at(rt, pc);
    struct vma v;

    if (!rt_vm_at(rt, pc, &v) || v.lo > pc || v.kind != VMA_GUEST || !(v.prot & PROT_EXEC))
        return 0;
    *hi = m && m->hi < v.hi ? m->hi : v.hi;
    return m && m->lo > v.lo ? m->lo : v.lo;
}

/* Among many libraries all that is near may be their windows, which are mostly empty. */
static uint64_t borrow_room(struct rt *rt, uint64_t lo, uint64_t hi, uint64_t size)
{
    for (struct rt_module *m = rt->modules; m; m = m->next) {
        bool near = m->window > size && m->window - size > hi - (hi < NEAR ? hi : NEAR) && m->window < lo + NEAR;
        uint64_t at = near && m->win_hi ? rt_module_take(m, size) : 0;
        if (at) {
            m->lent = true;
            return at;
        }
    }
    return 0;
}

/* Takes size bytes of address space near [lo, hi) for the runtime; 0: there is none. */
static uint64_t take_room(struct rt *rt, uint64_t lo, uint64_t hi, uint64_t size)
{
    uint64_t at = 0;

    if (rt->test.no_arena_room)
        return 0;
    struct rt_module *m = rt_module_at(rt, lo);
    if (m && hi <= m->hi && (at = rt_module_take(m, size)))
        return at;
    at = hi <= UINT32_MAX / 2 ? rt_vm_find(rt, size, 2 << 20) : rt_vm_find_near(rt, lo, hi, NEAR, size);
    if (at)
        rt_vm_set(rt, at, at + size, 0, VMA_RUNTIME);
    return at || hi <= UINT32_MAX / 2 ? at : borrow_room(rt, lo, hi, size);
}

void rt_code_release(struct rt *rt, uint64_t lo, uint64_t hi)
{
    if (!rt_module_give(rt, lo, hi))
        rt_vm_clear(rt, lo, hi);
}

/* An image's text may end where the arena would be; and its own code is near a program at a fixed address only if both are in reach. */
static void room_beside_image(struct rt *rt, struct code_space *s)
{
    uint64_t text = (uint64_t)(uintptr_t)s->text, at = 0;

    if (s->rx || s->room || rt->test.no_arena_room)
        return;
    if (s->pic)
        at = take_room(rt, s->lo, s->hi, CACHE_ARENA);
    else if ((at = rt_vm_find_near(rt, text, text + s->text_len, NEAR, CACHE_ARENA)))
        rt_vm_set(rt, at, at + CACHE_ARENA, 0, VMA_RUNTIME);
    if (at && (at >= text + s->text_len || at + CACHE_ARENA <= (uint64_t)(uintptr_t)s->table))
        cache_give_room(s, at, CACHE_ARENA);
}

/* What the space for pc, where there is none, will cover. 0: pc is not executable. */
static uint64_t space_span(const struct rt *rt, uint64_t pc, uint64_t *hi)
{
    uint64_t lo = rt_code_span(rt, pc, hi);

    if (lo && !rt_module_at(rt, pc)) {
        lo = pc & ~(CHUNK - 1);
        *hi = lo + CHUNK;
        lo = lo ? lo : RT_PAGE;
        for (const struct rt_module *m; (m = rt_module_in(rt, lo, *hi));) {
            if (m->lo > pc)
                *hi = m->lo;
            else
                lo = m->hi;
        }
    }
    if (lo)
        cache_space_part(rt->cache, pc, &lo, hi);
    return lo;
}

struct code_space *rt_code_space(struct rt *rt, uint64_t pc, struct diag *d)
{
    struct code_cache *c = rt->cache;
    struct code_space *s = cache_space(c, pc);
    uint64_t hi, lo;

    if (s) {
        if (s->im)
            room_beside_image(rt, s);
        return s;
    }
    lo = space_span(rt, pc, &hi);
    if (!lo)
        return NULL;
    uint64_t size = cache_space_size(c, hi - lo), at = take_room(rt, lo, hi, size);
    if (!at) {
        fail(d, ST_LIMIT, pc, "no address space near %#llx for compiled code", (unsigned long long)pc);
        return NULL;
    }
    if (cache_add_space(c, lo, hi, at, size, hi > UINT32_MAX / 2, &s, d) != ST_OK) {
        rt_code_release(rt, at, at + size);
        return NULL;
    }
    /* A module's text changes only after the guest has made it writable; of other memory nobody knows who writes it. */
    s->fixed = rt_module_at(rt, lo) && rt_vm_is_fixed_code(rt, lo, hi);
    return s;
}

/* ---- what is hot ---- */

void rt_code_stop_compiling(struct rt_thread *t, const struct diag *d)
{
    struct rt *rt = t->rt;
    struct rt_hot *hot = __atomic_exchange_n(&rt->hot, NULL, __ATOMIC_ACQ_REL);

    if (!hot)
        return;
    rt_say("%s: no code will be compiled: %s", rt->exe.path, d->msg);
    if (!rt_world_is_stopped(t)) {      /* others may be counting in it, or compiling */
        munmap(hot + 1, SPARE);
        return;
    }
    for (unsigned i = 0; i < COMPILERS; i++) {
        if (hot->compiler[i].ready)
            cc_fini(&hot->compiler[i].cc);
        if (hot->compiler[i].text)
            munmap(hot->compiler[i].text, JIT_REACH);
    }
    munmap(hot, sizeof *hot + SPARE);
}

/* Functions that pass flags are looked for before the guest runs there while code exists that may not keep them. What a thread asked
 * last it need not ask again. */
static void look_at_flags(struct rt_thread *t, uint64_t pc)
{
    struct rt *rt = t->rt;
    uint64_t now = __atomic_load_n(&rt->flagmap.forgot, __ATOMIC_ACQUIRE);

    if (!rt_flags_matter(rt) || (t->flags_page == rt_page_down(pc) && t->flags_forgot == now))
        return;
    t->flags_page = rt_page_down(pc);
    t->flags_forgot = now;
    rt_lock(t, &rt->vm_lock);
    rt_code_lock(t);
    bool passes = rt_flags_look(rt, pc);
    rt_unlock(t, &rt->code_lock);
    rt_unlock(t, &rt->vm_lock);
    if (passes)
        rt_code_keep_flags(t);
}

const void *rt_code_at(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    uint64_t pc = t->v.pc;
    const void *code = cache_lookup(rt->cache, pc);

    if (!code && __atomic_load_n(&rt->hot, __ATOMIC_RELAXED) && __atomic_load_n(&rt->cache->n, __ATOMIC_RELAXED))
        look_at_flags(t, pc);
    return code;
}

#define GET(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define SET(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)

/* The slot of pc; a new one takes the place of the least visited. */
static struct hot_slot *slot_of(struct rt_hot *hot, uint64_t pc)
{
    struct hot_slot *s = &hot->slot[(pc >> 1 ^ pc >> 14) & ((1u << HOT_BITS) - HOT_WAYS)], *least = s;

    for (unsigned i = 0; i < HOT_WAYS; i++, s++) {
        if (GET(s->pc) == pc)
            return s;
        if (GET(s->visits) < GET(least->visits))
            least = s;
    }
    SET(least->visits, 0);
    SET(least->need, 1);
    SET(least->pc, pc);
    return least;
}

uint32_t rt_code_heat(const struct rt *rt)
{
    return rt->test.visits ? (uint32_t)rt->test.visits : HOT_VISITS;
}

static bool compile_hot(struct rt_thread *t, uint64_t pc)
{
    struct rt *rt = t->rt;
    struct rt_hot *hot = __atomic_load_n(&rt->hot, __ATOMIC_ACQUIRE);
    struct hot_slot *s = hot ? slot_of(hot, pc) : NULL;
    uint32_t need = s ? GET(s->need) : FAILED, visits = s ? GET(s->visits) + 1 : 0;

    if (need == FAILED)
        return false;
    SET(s->visits, visits);
    if (visits < need)
        return false;
    enum rt_made made = rt_compile(t, hot, pc);
    if (!__atomic_load_n(&rt->hot, __ATOMIC_ACQUIRE) || GET(s->pc) != pc)
        return made == MADE;
    SET(s->visits, made == MADE_LATER ? visits - 1 : 0);
    if (made != MADE_LATER)
        SET(s->need, made == MADE_FAILED ? FAILED : need < HOT_MAX ? need * HOT_GROWTH : need);
    return made == MADE;
}

void rt_code_hot(struct rt_thread *t)
{
    /* There already: another thread's, or made since T0 asked. */
    if (cache_lookup(t->rt->cache, t->v.pc) || compile_hot(t, t->v.pc))
        t0_forget_stops(t->t0);
    else
        t0_go_cold(t->t0);
}
