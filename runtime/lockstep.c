/* The lockstep check: one stay in compiled code at a time, then the same by T0.
 *
 * The code cache keeps regions apart, so a stay is one region's. It runs first, since only it knows where it will leave; memory
 * is put back, and T0 runs from the same state until it is in the same place with the same registers and memory. A region may
 * come through the place where it leaves several times before it does, so every arrival of T0 there is compared. System calls,
 * signals and code that is not compiled are outside: they run once. */
#include "runtime/lockstep_int.h"

#include "jit/cache.h"
#include "jit/fpenv.h"
#include "jit/helpers.h"
#include "runtime/dispatch.h"
#include "runtime/process.h"
#include "runtime/vm.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

/* T0 is given up after LIMIT blocks and PER_NS more for each nanosecond that compiled code took, which is more than any code can
 * do. */
enum { LIMIT = 1000000, PER_NS = 64 };

/* ---- host counters: what compiled code read, T0 reads again ---- */

/* Helpers without operands have nothing else to find it by; lockstep runs one guest thread at a time. */
static struct lockstep *active;

static uint64_t record(uint64_t value)
{
    if (active->nclock < LS_CLOCKS)
        active->clock[active->nclock++] = value;
    else
        active->lost = true;
    return value;
}

static uint64_t record_time(uint64_t a, uint64_t b, uint64_t c) { return record(irh_rdtime(a, b, c)); }
static uint64_t record_cycle(uint64_t a, uint64_t b, uint64_t c) { return record(irh_rdcycle(a, b, c)); }
static uint64_t record_instret(uint64_t a, uint64_t b, uint64_t c) { return record(irh_rdinstret(a, b, c)); }
static uint64_t record_ns(uint64_t a, uint64_t b, uint64_t c) { return record(irh_rdns(a, b, c)); }

static uint64_t again(uint64_t a, uint64_t b, uint64_t c)
{
    return active->rclock < active->nclock ? active->clock[active->rclock++] : 0;
}

/* Helpers that read counters, while compiled code runs. */
static const struct { unsigned helper; uint64_t (*record)(uint64_t a, uint64_t b, uint64_t c); } clocks[] = {
    { HELPER_rdtime, record_time }, { HELPER_rdcycle, record_cycle }, { HELPER_rdinstret, record_instret }, { HELPER_rdns, record_ns },
};
enum { NCLOCK = sizeof clocks / sizeof *clocks };

static void record_clocks(struct vcpu *v)
{
    for (unsigned i = 0; i < NCLOCK; i++)
        v->helper[clocks[i].helper] = (const void *)clocks[i].record;
}

static void repeat_clocks(struct vcpu *v)
{
    for (unsigned i = 0; i < NCLOCK; i++)
        v->helper[clocks[i].helper] = (const void *)again;
}

static void free_clocks(struct vcpu *v)
{
    for (unsigned i = 0; i < NCLOCK; i++)
        v->helper[clocks[i].helper] = jit_helper_table[clocks[i].helper];
}

/* ---- set-up ---- */

/* AOTRUN_TEST=lockstep=... */
static void seed_error(const struct rt *rt, struct lockstep *ls)
{
    const char *reg = rt->test.lockstep_reg;

    ls->test_store = *reg == '*';
    for (uint32_t i = 0; i < rt->g->nslot; i++)
        if (!strcmp(rt->g->slot[i].name, reg + ls->test_store))
            ls->test_slot = &rt->g->slot[i];
}

bool rt_lockstep_init(struct rt *rt)
{
    struct lockstep *ls = calloc(1, sizeof *ls);

    if (!ls || !ls_mem_init(ls) || !(ls->clock = calloc(LS_CLOCKS, sizeof *ls->clock)) || !(ls->t0 = t0_new(rt->g, rt_fetch, rt->main)))
        return false;
    seed_error(rt, ls);
    rt->lockstep = active = ls;
    return true;
}

void rt_lockstep_code(struct rt *rt, uint64_t lo, uint64_t hi)
{
    if (rt->lockstep)
        t0_invalidate(rt->lockstep->t0, lo, hi);
}

/* ---- states ---- */

void ls_save(const struct rt_thread *t, enum vexit why, struct ls_state *s)
{
    memcpy(s->guest, t->v.guest, sizeof s->guest);
    s->pc = t->v.pc;
    s->fpcr = t->v.guest_fpcr;
    s->fp_rm = t->v.fp_rm;
    s->fp_extra = t->v.fp_extra;
    s->why = why;
    s->fault = t->v.fault;
}

void ls_load(struct rt_thread *t, const struct ls_state *s)
{
    memcpy(t->v.guest, s->guest, sizeof s->guest);
    t->v.pc = s->pc;
    t->v.guest_fpcr = s->fpcr;
    t->v.fp_rm = s->fp_rm;
    t->v.fp_extra = s->fp_extra;
    t->v.exit = s->why;
    t->v.fault = s->fault;
}

/* The exits that only say: go on at pc. */
static bool goes_on(enum vexit why) { return why == VX_JUMP || why == VX_RETMISS || why == VX_POLL; }

struct ls_value ls_slot(const struct guest *g, const struct ls_state *s, uint32_t slot)
{
    unsigned bits = ir_type_bits(g->slot[slot].type);
    struct ls_value v = { 0, 0 };

    memcpy(&v, s->guest + g->slot[slot].off, bits > 64 ? sizeof v : sizeof v.lo);
    if (bits < 64)
        v.lo &= (UINT64_C(1) << bits) - 1;
    return v;
}

unsigned ls_fpflags(const struct ls_state *s)
{
    return fpcr_flags(s->fpcr) | (s->fp_extra & FPF_ID);
}

unsigned ls_compare(const struct guest *g, const struct ls_state *a, const struct ls_state *b)
{
    unsigned n = 0;

    for (uint32_t i = 0; i < g->nslot; i++)
        n += !ls_same(ls_slot(g, a, i), ls_slot(g, b, i));
    n += ls_fpflags(a) != ls_fpflags(b);
    n += a->pc != b->pc;
    n += a->why != b->why && !(goes_on(a->why) && goes_on(b->why));
    if (a->why == VX_FAULT && b->why == VX_FAULT)
        n += a->fault.sig != b->fault.sig || a->fault.code != b->fault.code || a->fault.addr != b->fault.addr;
    return n;
}

/* ---- T0 ---- */

static bool at_cut(void *arg, uint64_t pc)
{
    const struct rt_thread *t = arg;
    return t0_is_cut(t->rt->lockstep->t0, pc & ~(uint64_t)t->g->abi->pc_ignored);
}

/* A signal that comes meanwhile waits for the unit's end. */
static enum vexit run(struct rt_thread *t, uint64_t blocks, bool stop)
{
    uint64_t before = t->v.n_t0_blocks;

    for (;;) {
        enum vexit why = rt_guarded_t0(t, t->rt->lockstep->t0, blocks, stop ? at_cut : NULL, t);

        t->v.pc &= ~(uint64_t)t->g->abi->pc_ignored;
        if (why != VX_POLL)
            return why;
        t->v.request = 0;
        if (!stop && t->v.n_t0_blocks != before)
            return VX_JUMP;
    }
}

enum vexit ls_step(struct rt_thread *t) { return run(t, 1, false); }

/* T0 is where compiled code left: in the same state? Else this arrival is counted. */
static bool arrive(struct rt_thread *t, enum vexit why, struct ls_replay *r)
{
    const struct lockstep *ls = t->rt->lockstep;
    struct ls_state s;

    if (why == VX_FAULT)
        rt_settle_fault(t);
    ls_save(t, why, &s);
    unsigned score = ls_compare(t->g, &ls->end, &s);
    score = score ? score * 1000 : ls_mem_differ(ls);
    r->arrivals++;
    r->equal = !score;
    if (r->arrivals == 1 || score < r->score) {
        r->best = r->arrivals;
        r->score = score;
    }
    return r->equal;
}

enum vexit ls_replay(struct rt_thread *t, uint64_t upto, struct ls_replay *r)
{
    struct lockstep *ls = t->rt->lockstep;
    bool onward = goes_on(ls->end.why);
    uint64_t first = t->v.n_t0_blocks;

    *r = (struct ls_replay){ .limit = LIMIT + ls->ns * PER_NS };
    ls_load(t, &ls->start);
    ls->rclock = 0;
    /* Compiled code may not have got anywhere, because of a signal: that counts as no arrival. */
    if (onward && !upto && ls->end.pc == ls->start.pc && arrive(t, VX_JUMP, r))
        return VX_JUMP;
    *r = (struct ls_replay){ .limit = r->limit };
    for (;;) {
        enum vexit why = ls_step(t);

        if (why == VX_JUMP && !t0_is_cut(ls->t0, t->v.pc))
            why = run(t, r->limit, true);
        if (why != VX_JUMP) {
            if (!onward)
                arrive(t, why, r);
            return why;
        }
        if (onward && t->v.pc == ls->end.pc && (arrive(t, why, r) || r->arrivals == upto))
            return why;
        r->timeout = t->v.n_t0_blocks - first > r->limit;
        if (r->timeout)
            return why;
    }
}

/* ---- a unit ---- */

static void make_seeded_error(struct rt_thread *t)
{
    const struct lockstep *ls = t->rt->lockstep;
    struct vma v;
    uint64_t value;

    if (!ls->test_slot || ls->start.pc != t->rt->test.lockstep_pc)
        return;
    unsigned bits = ir_type_bits(ls->test_slot->type);
    memcpy(&value, t->v.guest + ls->test_slot->off, sizeof value);
    if (!ls->test_store)
        t->v.guest[ls->test_slot->off + (bits > 64 ? bits / 8 - 1 : 0)] ^= 1;
    else if (rt_vm_at(t->rt, value, &v) && v.lo <= value && (v.prot & PROT_WRITE))
        *(volatile uint8_t *)(uintptr_t)value ^= 1;
}

static enum vexit run_compiled(struct rt_thread *t)
{
    struct lockstep *ls = t->rt->lockstep;

    ls_save(t, VX_JUMP, &ls->start);
    ls->nclock = ls->rclock = 0;
    record_clocks(&t->v);
    vcpu_drop_hints(&t->v);
    uint64_t from = rt_now_ns();
    enum vexit why = rt_run_code(t, ls->code);
    ls->ns = rt_now_ns() - from;
    t->v.pc &= ~(uint64_t)t->g->abi->pc_ignored;
    make_seeded_error(t);
    if (why == VX_FAULT)
        rt_settle_fault(t);
    ls_save(t, why, &ls->end);
    return why;
}

static void check(struct rt_thread *t)
{
    struct lockstep *ls = t->rt->lockstep;
    uint64_t insns = t->v.n_t0_insns, blocks = t->v.n_t0_blocks;
    uint32_t request = t->v.request;
    struct ls_replay r;

    t->v.request = 0;
    repeat_clocks(&t->v);
    ls_mem_turn(ls);
    ls_replay(t, 0, &r);
    if (!ls->lost && !r.equal)
        ls_report(t, &r);
    if (ls->lost)                       /* T0 wrote more than could be kept; compiled code's results count */
        for (uint32_t i = 0; i < ls->n; i++)
            memcpy((void *)(uintptr_t)ls->page[i].addr, ls_mem_result(ls, i), RT_PAGE);
    ls_mem_end(t->rt);
    ls_load(t, &ls->end);
    t->stats.lockstep_insns += t->v.n_t0_insns - insns;
    t->v.n_t0_insns = insns;
    t->v.n_t0_blocks = blocks;
    if (request || t->sig_pending || (t->held & ~t->sigmask))
        t->v.request = 1;
}

enum vexit rt_lockstep_unit(struct rt_thread *t, const void *code)
{
    struct rt *rt = t->rt;
    struct lockstep *ls = rt->lockstep;

    if (!cache_enter_apart(rt->cache, code)) {
        rt_say("lockstep: no memory to keep regions apart");
        rt_end_process(t, "lockstep", RT_EXIT_NOEXEC);
    }
    ls->code = code;
    bool kept = ls_mem_begin(rt);
    enum vexit why = run_compiled(t);
    if (kept && !ls->lost && (!goes_on(why) || t0_cut(ls->t0, ls->end.pc)))
        check(t);
    else
        ls->lost = true;
    ls->in_unit = false;
    free_clocks(&t->v);
    if (ls->lost)
        t->stats.lockstep_skipped++;
    else
        t->stats.lockstep_units++;
    return why;
}
