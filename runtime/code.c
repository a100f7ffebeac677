/* Compiling in the guest's own process: a pc that T0 has met a few times becomes a region, at once and by the vcpu that waits for
 * it. The same cc_compile as aotc's; only what is known of the program differs: no symbols, no discovery, a region is what can be
 * reached from the pc without a call, upwards only. A hot pc is mostly the head of an inner loop: taking in the loops around it would
 * make one loop with two entries of each; so what jumps back beyond the pc leaves, and the outer loop's head becomes hot next, with
 * the inner one well nested in its region. */
#include "runtime/code.h"

#include "runtime/flags.h"
#include "runtime/lockstep.h"
#include "runtime/module.h"
#include "runtime/perfmap.h"
#include "runtime/seen.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <stdlib.h>
#include <sys/mman.h>

/* HOT_VISITS: with fewer, code that runs once is compiled; with more, T0 runs what is worth compiling (see ARCHITECTURE.md). A pc that
 * was compiled before, since its code has changed, has to be visited HOT_GROWTH times as often each time. FAILED: not
 * tried again. HOT_WAYS: places for one pc; with one, two pcs that take turns in it would never become hot. */
enum { HOT_BITS = 13, HOT_WAYS = 4, HOT_VISITS = 1000, HOT_GROWTH = 3, HOT_MAX = 200000, FAILED = 0 };
#define NEAR UINT64_C(0x70000000)       /* within what a 32-bit displacement reaches, with room for text and arena */

struct hot_slot { uint64_t pc; uint32_t visits, need; };

struct rt_hot {
    struct hot_slot slot[1 << HOT_BITS];
    struct cc cc;
    uint64_t features;          /* 0: cc is not set up yet */
    bool told;                  /* that some code has no place */
};

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
    return true;
}

void rt_code_settle(struct rt_thread *t)
{
    if (t->code_seen == t->rt->cache->generation)
        return;
    t->code_seen = t->rt->cache->generation;
    vcpu_drop_hints(&t->v);
    vcpu_know_nothing(&t->v);
}

/* ---- spaces ---- */

/* Start and end of the executable memory around pc; 0 when there is none. */
static uint64_t exec_span(const struct rt *rt, uint64_t pc, uint64_t *hi)
{
    const struct rt_module *m = rt_module_at(rt, pc);
    struct vma v;

    if (!rt_vm_at(rt, pc, &v) || v.lo > pc || v.kind != VMA_GUEST || !(v.prot & PROT_EXEC))
        return 0;
    *hi = m && m->hi < v.hi ? m->hi : v.hi;
    return m && m->lo > v.lo ? m->lo : v.lo;
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
    return at;
}

static void release_room(struct rt *rt, uint64_t lo, uint64_t hi)
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

/* The space for pc, made when there is none yet. NULL: pc is not executable, or there is no room; then *d says why. */
static struct code_space *space_for(struct rt *rt, uint64_t pc, struct diag *d)
{
    struct code_cache *c = rt->cache;
    struct code_space *s = cache_space(c, pc);
    uint64_t hi, lo;

    if (s) {
        if (s->im)
            room_beside_image(rt, s);
        return s;
    }
    lo = exec_span(rt, pc, &hi);
    if (!lo)
        return NULL;
    for (unsigned i = 0; i < c->n; i++) {       /* what other spaces cover already */
        if (c->space[i]->hi <= pc && c->space[i]->hi > lo)
            lo = c->space[i]->hi;
        if (c->space[i]->lo > pc && c->space[i]->lo < hi)
            hi = c->space[i]->lo;
    }
    uint64_t size = cache_space_size(c, hi - lo), at = take_room(rt, lo, hi, size);
    if (!at) {
        fail(d, ST_LIMIT, pc, "no address space near %#llx for compiled code", (unsigned long long)pc);
        return NULL;
    }
    if (cache_add_space(c, lo, hi, at, size, hi > UINT32_MAX / 2, &s, d) != ST_OK) {
        release_room(rt, at, at + size);
        return NULL;
    }
    /* A module's text changes only after the guest has made it writable; of other memory nobody knows who writes it. */
    s->fixed = rt_module_at(rt, lo) && rt_vm_is_fixed_code(rt, lo, hi);
    return s;
}

/* ---- compiling ---- */

uint64_t rt_code_readable(struct rt *rt, uint64_t pc, uint64_t to)
{
    uint64_t at = rt_page_down(pc);
    uint8_t byte;

    while (at < to && !rt_copy_in(rt->main, &byte, at, 1))
        at += RT_PAGE;
    return at < to ? at : to;
}

/* Constant data of a module: jump tables lie there. */
static unsigned constant_data(const struct rt *rt, const struct rt_module *m, struct gcode *ro, unsigned max)
{
    unsigned n = 0;
    struct vma v;

    for (uint64_t at = m->lo; n < max && at < m->hi && rt_vm_at(rt, at, &v) && v.lo < m->hi; at = v.hi)
        if (v.kind == VMA_GUEST && (v.prot & PROT_READ) && !(v.prot & PROT_WRITE))
            ro[n++] = (struct gcode){ v.lo, (const uint8_t *)(uintptr_t)v.lo, v.hi - v.lo };
    return n;
}

/* For regions: what has not run is as foreign as another function. */
static bool not_seen(const void *arg, uint64_t pc)
{
    return !rt_seen_at(arg, pc);
}

static enum status compile(struct rt *rt, struct code_space *s, uint64_t pc, struct diag *d)
{
    struct cc_options opt = { .isa = HOST_SELF };
    struct unit u = { .g = rt->g, .pc = pc, .pic = s->pic, .max_insns = JIT_MAX_INSNS, .name = "jit",
                      .strict = rt->cache->strict || !s->fixed };
    struct gcode ro[8];
    struct code code;
    const struct rt_module *m = rt_module_at(rt, pc);
    uint64_t lo = pc, hi;

    if (rt->seen) {
        u.is_function = not_seen;
        u.arg = rt->seen;
    }
    if (!exec_span(rt, pc, &hi))
        return fail(d, ST_NOTFOUND, pc, "not executable");
    if (testhook_fails(&rt->test, pc))
        return fail(d, ST_LIMIT, pc, "refused by AOTRUN_TEST");
    hi = hi < s->hi ? hi : s->hi;
    hi = rt_code_readable(rt, pc, hi - pc > JIT_REACH ? pc + JIT_REACH : hi);
    if (hi <= pc)
        return fail(d, ST_NOTFOUND, pc, "not readable");
    u.text = (struct gcode){ lo, (const uint8_t *)(uintptr_t)lo, hi - lo };
    u.bounds = (struct gspan){ lo, hi };
    u.nro = m ? constant_data(rt, m, ro, 8) : 0;
    u.ro = ro;
    if (!rt->hot->features) {
        cc_init(&rt->hot->cc);
        rt->hot->features = host_features_detect();
    }
    opt.features = rt->hot->features;
    enum status st = cc_compile(&rt->hot->cc, &u, &opt, &code);
    if (st != ST_OK)
        *d = rt->hot->cc.diag;
    else if ((st = cache_install(rt->cache, s, &code, pc, d)) == ST_OK)
        rt_perf_region(rt, s);
    cc_reset(&rt->hot->cc);
    return st;
}

/* No executable memory: the program goes on as with --engine=aot, but without its strictness. */
static void stop_compiling(struct rt *rt, const struct diag *d)
{
    rt_say("%s: no code will be compiled: %s", rt->exe.path, d->msg);
    if (rt->hot->features)
        cc_fini(&rt->hot->cc);
    munmap(rt->hot, sizeof *rt->hot + SPARE);
    rt->hot = NULL;
}

static bool make_code(struct rt *rt, uint64_t pc)
{
    struct diag d = { 0 };
    uint64_t start = rt_now_ns();

    if (!rt->cache->n)
        rt_flags_all(rt);
    struct code_space *s = space_for(rt, pc, &d);
    enum status st = s ? cache_prepare(rt->cache, s, &d) : ST_LIMIT;
    bool place = st == ST_OK || !d.msg[0];

    if (st == ST_OK)
        st = compile(rt, s, pc, &d);
    rt->stats.jit_ns += rt_now_ns() - start;
    if (st == ST_OK)
        return true;
    rt->stats.jit_failed++;
    if (!place && st != ST_NOMEM && !rt->hot->told) {
        rt_say("%s: some code stays interpreted: %s", rt->exe.path, d.msg);
        rt->hot->told = true;
    } else if (rt->opt.verbose && st != ST_NOMEM)
        rt_say("guest pc %#llx is not compiled: %s", (unsigned long long)pc, d.msg[0] ? d.msg : status_name(st));
    if (st == ST_NOMEM)
        stop_compiling(rt, &d);
    return false;
}

/* The slot of pc; a new one takes the place of the least visited. */
static struct hot_slot *slot_of(struct rt *rt, uint64_t pc)
{
    struct hot_slot *s = &rt->hot->slot[(pc >> 1 ^ pc >> 14) & ((1u << HOT_BITS) - HOT_WAYS)], *least = s;

    for (unsigned i = 0; i < HOT_WAYS; i++, s++) {
        if (s->pc == pc)
            return s;
        if (s->visits < least->visits)
            least = s;
    }
    *least = (struct hot_slot){ pc, 0, 1 };
    return least;
}

const void *rt_code_at(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    uint64_t pc = t->v.pc;
    const void *code = cache_lookup(rt->cache, pc);

    if (!code && rt->hot && rt->cache->n)
        rt_flags_at(rt, pc);
    return code;
}

uint32_t rt_code_heat(const struct rt *rt)
{
    return rt->test.visits ? (uint32_t)rt->test.visits : HOT_VISITS;
}

static bool compile_hot(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    struct hot_slot *s;

    if (!rt->hot || (s = slot_of(rt, t->v.pc))->need == FAILED || ++s->visits != s->need)
        return false;
    bool made = make_code(rt, t->v.pc);
    if (rt->hot) {
        s->visits = 0;
        s->need = !made ? FAILED : s->need < HOT_MAX ? s->need * HOT_GROWTH : s->need;
    }
    return made;
}

void rt_code_hot(struct rt_thread *t)
{
    if (cache_lookup(t->rt->cache, t->v.pc)) {  /* another thread's, or made since T0 asked */
        t0_forget_stops(t->t0);
        return;
    }
    bool made = false;
    if (rt_trylock(t, &t->rt->code_lock)) {     /* else another thread compiles: this one goes on interpreting */
        made = compile_hot(t);
        rt_unlock(t, &t->rt->code_lock);
    }
    if (made)
        t0_forget_stops(t->t0);
    else
        t0_go_cold(t->t0);
}

/* ---- changes of guest code ---- */

void rt_code_changed(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    struct rt *rt = t->rt;

    /* The range may name another mapping of the same memory than the one that runs. */
    if (!rt_vm_has_exec(rt, lo, hi)) {
        lo = 0;
        hi = UINT64_MAX;
    }
    rt_world_stop(t);
    rt_t0_invalidate(t, lo, hi);
    rt_lockstep_code(rt, lo, hi);
    if (rt->cache)
        cache_recheck(rt->cache, lo, hi);
    rt_world_go(t);
}

void rt_code_replaced(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    struct rt *rt = t->rt;

    rt_t0_invalidate(t, lo, hi);
    rt_lockstep_code(rt, lo, hi);
    rt_flags_forget(rt, lo, hi);
    if (!rt->cache)
        return;
    cache_invalidate(rt->cache, lo, hi);
    cache_set_writable(rt->cache, lo, hi);
    for (unsigned i = 0; i < rt->cache->n;) {
        const struct code_space *s = rt->cache->space[i];
        uint64_t room = (uint64_t)(uintptr_t)s->table, end = s->room_at + s->room;

        if (s->im || rt_vm_has_exec(rt, s->lo, s->hi)) {
            i++;
            continue;
        }
        cache_drop_spaces(rt->cache, s->lo, s->hi);
        release_room(rt, room, end);
    }
}
