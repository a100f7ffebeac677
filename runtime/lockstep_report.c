/* What --check=lockstep prints when compiled code and T0 differ; then the process ends. */
#include "runtime/lockstep_int.h"

#include "jit/cache.h"
#include "jit/fpenv.h"
#include "runtime/process.h"
#include "runtime/symbols.h"
#include "runtime/vm.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { MAX_SPANS = 64, MAX_INSNS = 300, MAX_RANGES = 24, RANGE_BYTES = 32, STEPS = 10000000 };

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vdprintf(STDERR_FILENO, fmt, ap);
    va_end(ap);
}

/* "0x10078 (main+0x1c)" */
static const char *place(const struct rt *rt, uint64_t pc, char *buf, size_t n)
{
    uint64_t off = 0;
    const char *name = rt_symbols_at(rt, pc, &off);

    if (name && off)
        snprintf(buf, n, "%#" PRIx64 " (%.120s+%#" PRIx64 ")", pc, name, off);
    else if (name)
        snprintf(buf, n, "%#" PRIx64 " (%.120s)", pc, name);
    else
        snprintf(buf, n, "%#" PRIx64, pc);
    return buf;
}

static const char *reason(enum vexit why)
{
    static const char *const text[VX_COUNT] = {
        [VX_JUMP] = "went on at", [VX_SYSCALL] = "system call before", [VX_ILLEGAL] = "illegal instruction at",
        [VX_BREAK] = "breakpoint at", [VX_FETCH] = "nothing to fetch at", [VX_CODE] = "code change before",
        [VX_FPMODE] = "rounding mode change before", [VX_ALIGN] = "misaligned atomic access at", [VX_POLL] = "went on at",
        [VX_FAULT] = "memory fault at", [VX_RETMISS] = "went on at",
    };
    return text[why] ? text[why] : "?";
}

static void say_exit(const struct rt *rt, const char *who, const struct ls_state *s)
{
    char buf[200];

    say("  %-10s %s %s", who, reason(s->why), place(rt, s->pc, buf, sizeof buf));
    if (s->why == VX_FAULT)
        say(", signal %d code %d address %#" PRIx64, s->fault.sig, s->fault.code, s->fault.addr);
    say("\n");
}

/* ---- registers ---- */

static void say_flags(const char *who, unsigned fpf)
{
    say(" %s%s%s%s%s%s%s%s", who, fpf & FPF_ID ? " ID" : "", fpf & FPF_NV ? " NV" : "", fpf & FPF_DZ ? " DZ" : "",
        fpf & FPF_OF ? " OF" : "",
        fpf & FPF_UF ? " UF" : "", fpf & FPF_NX ? " NX" : "", fpf ? "" : " none");
}

/* A vector's 32 digits, or 16. */
static void say_value(const struct guest *g, uint32_t slot, struct ls_value v)
{
    if (ir_type_bits(g->slot[slot].type) > 64)
        say(" 0x%016" PRIx64 "%016" PRIx64, v.hi, v.lo);
    else
        say(" 0x%016" PRIx64, v.lo);
}

static void say_registers(const struct guest *g, const struct ls_state *start, const struct ls_state *c, const struct ls_state *t0)
{
    bool head = false;

    for (uint32_t i = 0; i < g->nslot; i++) {
        struct ls_value x = ls_slot(g, c, i), y = ls_slot(g, t0, i);

        if (ls_same(x, y))
            continue;
        if (!head)
            say("registers that differ\n  %-10s %-18s %-18s %s\n", "", "compiled", "T0", "at the start");
        head = true;
        say("  %-10s", g->slot[i].name);
        say_value(g, i, x);
        say_value(g, i, y);
        say_value(g, i, ls_slot(g, start, i));
        say("\n");
    }
    if (ls_fpflags(c) != ls_fpflags(t0)) {
        say("floating-point flags differ\n  ");
        say_flags("compiled:", ls_fpflags(c));
        say_flags("; T0:", ls_fpflags(t0));
        say_flags("; at the start:", ls_fpflags(start));
        say("\n");
    }
}

/* ---- memory ---- */

static void say_bytes(const char *who, const uint8_t *p, unsigned n)
{
    say("    %-13s", who);
    for (unsigned i = 0; i < n && i < RANGE_BYTES; i++)
        say(" %02x", p[i]);
    say("%s\n", n > RANGE_BYTES ? " ..." : "");
}

static void say_memory(const struct lockstep *ls)
{
    unsigned count = 0;

    for (uint32_t k = 0; k < ls->n; k++) {
        const uint8_t *want = ls_mem_result(ls, k), *got = (const uint8_t *)(uintptr_t)ls->page[k].addr;

        for (unsigned i = 0; i < RT_PAGE; i++) {
            unsigned end = i + 1, last = i;

            if (want[i] == got[i])
                continue;
            for (; end < RT_PAGE && end - last < 8; end++)     /* what is at most 8 bytes apart is one range */
                if (want[end] != got[end])
                    last = end;
            if (!count++)
                say("memory that differs\n");
            if (count <= MAX_RANGES) {
                say("  %#" PRIx64 "..%#" PRIx64 "\n", ls->page[k].addr + i, ls->page[k].addr + last + 1);
                say_bytes("compiled", want + i, last + 1 - i);
                say_bytes("T0", got + i, last + 1 - i);
                say_bytes("at the start", ls->old + (size_t)k * RT_PAGE + i, last + 1 - i);
            }
            i = last;
        }
    }
    if (count > MAX_RANGES)
        say("  and %u more ranges\n", count - MAX_RANGES);
}

/* ---- code ---- */

static void say_span(const struct rt *rt, struct gspan span, uint64_t start, unsigned *left)
{
    struct ginsn in;
    char text[128];

    for (uint64_t pc = span.lo; pc < span.hi; pc += in.len) {
        size_t n = span.hi - pc;
        const uint8_t *p = rt_vm_code(rt, pc, &n);

        if (!p || !*left)
            return;
        --*left;
        rt->g->decode(p, n, pc, &in);
        rt->g->format(&in, text, sizeof text);
        say("%s %8" PRIx64 ":\t%s\n", pc == start ? ">" : " ", pc, text);
    }
}

static void say_code(const struct rt_thread *t, const struct gspan *span, uint32_t n)
{
    const struct rt *rt = t->rt;
    const struct lockstep *ls = rt->lockstep;
    unsigned left = MAX_INSNS;
    struct cache_place at;

    say("guest code of the region\n");
    for (uint32_t i = 0; i < n && left; i++)
        say_span(rt, span[i], ls->start.pc, &left);
    if (!left)
        say("  ... and more\n");
    if (!cache_at(rt->cache, (uint64_t)(uintptr_t)ls->code, &at))
        return;
    say("host code: %u bytes. To see it at any stage of translation:\n  aotc dump %s%s--after=asm %s:%#" PRIx64 "\n", at.len,
        at.jit ? "--region " : "", rt->cache->strict ? "--strict-flags " : "", rt->exe.path, ls->start.pc - rt->exe.base);
}

/* ---- where T0 left the region ---- */

static bool inside(const struct gspan *span, uint32_t n, uint64_t pc)
{
    for (uint32_t i = 0; i < n; i++)
        if (pc >= span[i].lo && pc < span[i].hi)
            return true;
    return false;
}

static void leave_region(struct rt_thread *t, const struct gspan *span, uint32_t n, struct ls_state *out)
{
    struct lockstep *ls = t->rt->lockstep;
    enum vexit why = VX_JUMP;

    ls_mem_rewind(ls);
    ls_load(t, &ls->start);
    ls->rclock = 0;
    for (unsigned i = 0; i < STEPS && why == VX_JUMP && (!i || inside(span, n, t->v.pc)); i++)
        why = ls_step(t);
    ls_save(t, why, out);
}

_Noreturn void ls_report(struct rt_thread *t, const struct ls_replay *r)
{
    struct rt *rt = t->rt;
    struct lockstep *ls = rt->lockstep;
    struct gspan span[MAX_SPANS];
    uint32_t n = cache_reads_at(rt->cache, (uint64_t)(uintptr_t)ls->code, span, MAX_SPANS);
    struct ls_state t0;
    struct ls_replay second;
    char buf[200];

    leave_region(t, span, n, &t0);
    if (r->arrivals) {                  /* the arrival that is nearest to the truth says most */
        ls_mem_rewind(ls);
        enum vexit why = ls_replay(t, r->best, &second);
        ls_save(t, why, &t0);
    }
    rt_say("lockstep: compiled code and T0 differ (%s, pid %d, unit %" PRIu64 ")", rt->exe.path, (int)getpid(),
           rt->stats.lockstep_units + 1);
    say("region entered at %s, %s\n", place(rt, ls->start.pc, buf, sizeof buf),
        cache_is_jit(rt->cache, ls->code) ? "compiled here" : "from the image");
    say_exit(rt, "compiled:", &ls->end);
    say_exit(rt, "T0:", &t0);
    if (!r->arrivals)
        say("  T0 never came to %s%s\n", place(rt, ls->end.pc, buf, sizeof buf), r->timeout ? " before it was stopped" : "");
    else if (r->arrivals > 1)
        say("  T0 came there %" PRIu64 " times; this is time %" PRIu64 "\n", r->arrivals, r->best);
    say_registers(rt->g, &ls->start, &ls->end, &t0);
    say_memory(ls);
    say_code(t, span, n);
    rt_lockstep_release(rt);
    rt_end_process(t, "differ", RT_EXIT_DIFFER);
}
