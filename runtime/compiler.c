/* Compiling in the guest's own process: a pc that T0 has met a few times becomes a region, at once and by the vcpu that waits for
 * it. The same cc_compile as aotc's; only what is known of the program differs: no symbols, no discovery, a region is what can be
 * reached from the pc without a call, upwards only. A hot pc is mostly the head of an inner loop: taking in the loops around it would
 * make one loop with two entries of each; so what jumps back beyond the pc leaves, and the outer loop's head becomes hot next, with
 * the inner one well nested in its region. */
#include "runtime/code_int.h"

#include "runtime/flags.h"
#include "runtime/module.h"
#include "runtime/perfmap.h"
#include "runtime/lines.h"
#include "runtime/quiet.h"
#include "runtime/seen.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <string.h>
#include <sys/mman.h>

enum { MAX_RO = 8 };

/* One compilation. */
struct job {
    uint64_t pc, lo, hi;        /* guest text that may be read */
    bool pic, strict, fixed;
    struct gcode ro[MAX_RO];    /* and constants */
    unsigned nro;
};

/* ---- compilers ---- */

static struct rt_compiler *take_compiler(struct rt_hot *hot)
{
    for (unsigned i = 0; i < COMPILERS; i++) {
        struct rt_compiler *c = &hot->compiler[i];
        uint32_t free = 0;

        if (!__atomic_compare_exchange_n(&c->busy, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            continue;
        if (!c->ready)
            cc_init(&c->cc);
        c->ready = true;
        return c;
    }
    return NULL;
}

static void give_compiler(struct rt_compiler *c)
{
    cc_reset(&c->cc);
    __atomic_store_n(&c->hi, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&c->busy, 0, __ATOMIC_RELEASE);
}

bool rt_code_in_flight(struct rt *rt, uint64_t lo, uint64_t hi)
{
    struct rt_hot *hot = __atomic_load_n(&rt->hot, __ATOMIC_ACQUIRE);
    bool any = false;

    for (unsigned i = 0; hot && i < COMPILERS; i++) {
        struct rt_compiler *c = &hot->compiler[i];
        uint64_t end = __atomic_load_n(&c->hi, __ATOMIC_SEQ_CST);

        if (!end || end <= lo || __atomic_load_n(&c->lo, __ATOMIC_SEQ_CST) >= hi)
            continue;
        __atomic_store_n(&c->stale, 1, __ATOMIC_SEQ_CST);
        any = true;
    }
    return any;
}

void rt_code_after_fork(struct rt_thread *t)
{
    struct rt_hot *hot = t->rt->hot;

    if (t->rt->cache)
        t->rt->cache->alone = true;
    for (unsigned i = 0; hot && i < COMPILERS; i++)     /* of threads that are not here; they had finished compiling */
        if (hot->compiler[i].busy)
            give_compiler(&hot->compiler[i]);
}

/* ---- one compilation ---- */

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

/* What will be compiled, and where it will go. From here on changes of it are noticed (rt_code_in_flight). */
static enum status plan(struct rt *rt, struct rt_compiler *c, struct job *j, bool *place, struct diag *d)
{
    const struct rt_module *m = rt_module_at(rt, j->pc);
    struct code_space *s = rt_code_space(rt, j->pc, d);
    enum status st = s ? cache_prepare(rt->cache, s, d) : ST_LIMIT;
    uint64_t none = 0, part = UINT64_MAX;

    *place = st == ST_OK || !d->msg[0];
    if (st != ST_OK)
        return st;
    if (!rt_code_span(rt, j->pc, &j->hi))
        return fail(d, ST_NOTFOUND, j->pc, "not executable");
    if (testhook_fails(&rt->test, j->pc))
        return fail(d, ST_LIMIT, j->pc, "refused by AOTRUN_TEST");
    cache_space_part(rt->cache, j->pc, &none, &part);
    j->hi = j->hi < part ? j->hi : part;
    j->hi = j->hi - j->pc > JIT_REACH ? j->pc + JIT_REACH : j->hi;
    j->lo = j->pc;
    j->pic = s->pic;
    j->fixed = s->fixed;
    j->strict = rt->cache->strict || !s->fixed || (m && m->passes) || rt_flags_put_off(rt, m);
    j->nro = m ? constant_data(rt, m, j->ro, MAX_RO) : 0;
    __atomic_store_n(&c->stale, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&c->lo, m ? m->lo : j->lo, __ATOMIC_SEQ_CST);
    __atomic_store_n(&c->hi, m ? m->hi : j->hi, __ATOMIC_SEQ_CST);
    return ST_OK;
}

/* The guest text to compile from: of what the guest may write to, a copy, which then is what the code was made from. */
static enum status fetch_text(struct rt_thread *t, struct rt_compiler *c, struct job *j, struct gcode *text, struct diag *d)
{
    const uint8_t *bytes = (const uint8_t *)(uintptr_t)j->lo;

    if (j->fixed) {
        j->hi = rt_code_readable(t->rt, j->lo, j->hi);
    } else {
        if (!c->text) {
            c->text = mmap(NULL, JIT_REACH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (c->text == MAP_FAILED) {
                c->text = NULL;
                return fail(d, ST_NOMEM, j->pc, "no memory to compile");
            }
        }
        bytes = c->text;
        for (uint64_t at = j->lo; at < j->hi;) {
            uint64_t end = rt_page_up(at + 1) < j->hi ? rt_page_up(at + 1) : j->hi;
            if (rt_copy_in(t, c->text + (at - j->lo), at, end - at))
                j->hi = at;
            at = end;
        }
    }
    if (j->hi <= j->pc)
        return fail(d, ST_NOTFOUND, j->pc, "not readable");
    *text = (struct gcode){ j->lo, bytes, j->hi - j->lo };
    return ST_OK;
}

/* Guest code may change without notice: from here on it cannot. Is it what was compiled? */
static bool unchanged(struct rt_thread *t, const struct gspan *read, uint32_t n, const struct gcode *text)
{
    bool closed = false, same = true;

    for (uint32_t i = 0; i < n; i++)
        closed |= rt_quiet_close(t, read[i].lo, read[i].hi);
    for (uint32_t i = 0; closed && same && i < n; i++) {
        for (uint64_t at = read[i].lo, len; same && at < read[i].hi; at += len) {
            uint8_t now[256];
            len = read[i].hi - at < sizeof now ? read[i].hi - at : sizeof now;
            if (at >= text->base && at + len <= text->base + text->len)
                same = !rt_copy_in(t, now, at, len) && !memcmp(now, text->bytes + (at - text->base), len);
        }
    }
    return same;
}

/* Puts the code where it belongs, if what it was made from is still there and nobody was faster. The world may have been stopped
 * since the plan was made. */
static enum status install(struct rt_thread *t, struct rt_compiler *c, const struct job *j, const struct code *code,
                           const struct gcode *text, bool *later, struct diag *d)
{
    struct rt *rt = t->rt;
    bool full = false;
    enum status st = ST_OK;

    for (uint32_t i = 0; rt->lines && i < code->info.nread; i++)
        rt_lines_mark(rt->lines, code->info.read[i].lo, code->info.read[i].hi);
    if (!j->fixed && !unchanged(t, code->info.read, code->info.nread, text)) {
        *later = true;
        return ST_OK;
    }
    rt_code_lock(t);
    struct code_space *s = cache_space(rt->cache, j->pc);
    bool gone = __atomic_load_n(&c->stale, __ATOMIC_SEQ_CST) || !s || s->pic != j->pic || (!j->strict && (rt->cache->strict || !s->fixed));
    if (gone) {
        *later = true;
    } else if (!cache_lookup(rt->cache, j->pc)) {
        st = cache_install(rt->cache, s, code, j->pc, j->fixed ? NULL : text, d);
        full = st != ST_OK && s->full;
        if (st == ST_OK)
            rt_perf_region(rt, s);
    }
    rt_unlock(t, &rt->code_lock);
    if (full) {                         /* to make room, all others must stand */
        rt_world_stop(t);
        rt_code_alone(rt, true);
        cache_flush_full(rt->cache);
        rt_code_alone(rt, false);
        rt_world_go(t);
        *later = true;
        st = ST_OK;
    }
    return st;
}

/* For regions: what has not run is as foreign as another function. */
static bool not_seen(const void *arg, uint64_t pc) { return !rt_seen_at(arg, pc); }

static enum status compile(struct rt_thread *t, const struct rt_hot *hot, struct rt_compiler *c, struct job *j, bool *later, struct diag *d)
{
    struct rt *rt = t->rt;
    struct cc_options opt = { .isa = HOST_SELF, .features = hot->features };
    struct unit u = { .g = rt->g, .pc = j->pc, .pic = j->pic, .max_insns = JIT_MAX_INSNS, .name = "jit", .strict = j->strict };
    struct code code;
    enum status st = fetch_text(t, c, j, &u.text, d);

    if (st != ST_OK)
        return st;
    if (rt->seen) {
        u.is_function = not_seen;
        u.partial = true;
        u.arg = rt->seen;
    }
    u.bounds = (struct gspan){ j->lo, j->hi };
    u.nro = j->nro;
    u.ro = j->ro;
    st = cc_compile(&c->cc, &u, &opt, &code);
    if (st != ST_OK) {
        *d = c->cc.diag;
        return st;
    }
    return install(t, c, j, &code, &u.text, later, d);
}

/* Before the first code: functions of any executable memory may be running. */
static void first_code(struct rt_thread *t)
{
    struct rt *rt = t->rt;

    if (!rt_flags_matter(rt))
        return;
    rt_lock(t, &rt->vm_lock);
    rt_code_lock(t);
    bool passes = !rt->cache->n && rt_flags_all(rt);
    rt_unlock(t, &rt->code_lock);
    rt_unlock(t, &rt->vm_lock);
    if (passes)
        rt_code_keep_flags(t);
}

static void tell(struct rt *rt, struct rt_hot *hot, uint64_t pc, bool place, enum status st, const struct diag *d)
{
    if (!place && st != ST_NOMEM && !__atomic_exchange_n(&hot->told, true, __ATOMIC_RELAXED)) {
        rt_say("%s: some code stays interpreted: %s", rt->exe.path, d->msg);
    } else if (rt->opt.verbose && st != ST_NOMEM) {
        rt_say("guest pc %#llx is not compiled: %s", (unsigned long long)pc, d->msg[0] ? d->msg : status_name(st));
    }
}

enum rt_made rt_compile(struct rt_thread *t, struct rt_hot *hot, uint64_t pc)
{
    struct rt *rt = t->rt;
    struct rt_compiler *c = take_compiler(hot);
    struct job j = { .pc = pc };
    struct diag d = { 0 };
    uint64_t start = rt_now_ns();
    bool place = true, later = false;

    if (!c)
        return MADE_LATER;
    if (!__atomic_load_n(&rt->cache->n, __ATOMIC_RELAXED))
        first_code(t);
    rt_lock(t, &rt->vm_lock);
    rt_code_lock(t);
    enum status st = plan(rt, c, &j, &place, &d);
    rt_unlock(t, &rt->code_lock);
    rt_unlock(t, &rt->vm_lock);
    if (st == ST_OK)
        st = compile(t, hot, c, &j, &later, &d);
    give_compiler(c);
    if (st == ST_OK && !later && rt_flags_count(t, pc))
        rt_code_keep_flags(t);
    t->stats.jit_ns += rt_now_ns() - start;
    if (st == ST_OK)
        return later ? MADE_LATER : MADE;
    t->stats.jit_failed++;
    tell(rt, hot, pc, place, st, &d);
    if (st == ST_NOMEM)
        rt_code_stop_compiling(t, &d);
    return MADE_FAILED;
}
