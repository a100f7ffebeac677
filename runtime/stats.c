/* --stats and --stats-file. */
#include "runtime/process.h"

#include "runtime/thread.h"

#include "jit/cache.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

struct field { const char *name, *text; uint64_t val; };
enum { MAX_FIELDS = 40 };

static unsigned collect(const struct rt_thread *t, struct field f[MAX_FIELDS])
{
    struct rt_stats sum, *s = &sum;
    const struct code_cache *c = t->rt->cache;
    const struct code_space *own = t->rt->exe.image;
    const struct image *im = own ? own->im : NULL;
    struct cache_stats cs = c ? c->stats : (struct cache_stats){ 0 };
    unsigned n = 0;

    rt_stats_sum(t, s);
    f[n++] = (struct field){ "images", "images attached", s->images };
    f[n++] = (struct field){ "level", "host level of the image", im ? im->h.host_level : 0 };
    f[n++] = (struct field){ "refused", "images refused", s->refused };
    f[n++] = (struct field){ "unplaced", "of them for want of their place", s->unplaced };
    f[n++] = (struct field){ "detached", "images given up with their module", s->detached };
    f[n++] = (struct field){ "attach_ns", "attach time (ns)", s->attach_ns };
    f[n++] = (struct field){ "start_ns", "start to first instruction (ns)", s->start_ns };
    f[n++] = (struct field){ "t0_insns", "guest instructions in T0", s->t0_insns };
    f[n++] = (struct field){ "t0_blocks", "blocks run in T0", s->t0_blocks };
    f[n++] = (struct field){ "rmm_insns", "of them for a rounding mode only", s->rmm_insns };
    f[n++] = (struct field){ "dispatch", "entries into compiled code", s->dispatch };
    f[n++] = (struct field){ "enter_jit", "of them compiled here", s->enter_jit };
    f[n++] = (struct field){ "jit_regions", "regions compiled here", cs.regions };
    f[n++] = (struct field){ "jit_bytes", "bytes of their code", cs.bytes };
    f[n++] = (struct field){ "jit_ns", "time spent compiling (ns)", s->jit_ns };
    f[n++] = (struct field){ "jit_failed", "pcs that could not be compiled", s->jit_failed };
    f[n++] = (struct field){ "invalidated", "regions taken away", cs.invalidated };
    f[n++] = (struct field){ "flushes", "arenas emptied", cs.flushes };
    f[n++] = (struct field){ "strict", "condition flags are kept everywhere", c && c->strict };
    f[n++] = (struct field){ "misses", "misses", s->misses };
    f[n++] = (struct field){ "retmiss", "returns that missed their hint", s->retmiss };
    f[n++] = (struct field){ "code_faults", "memory faults in compiled code", s->code_faults };
    f[n++] = (struct field){ "restarts", "resumptions inside a region", s->restarts };
    f[n++] = (struct field){ "lockstep_units", "stays compared with T0", s->lockstep_units };
    f[n++] = (struct field){ "lockstep_skipped", "stays that could not be", s->lockstep_skipped };
    f[n++] = (struct field){ "lockstep_insns", "guest instructions T0 ran for it", s->lockstep_insns };
    f[n++] = (struct field){ "host_programs", "host programs executed", s->host_programs };
    f[n++] = (struct field){ "syscalls", "system calls", s->syscalls };
    f[n++] = (struct field){ "signals", "signals handled", s->signals };
    f[n++] = (struct field){ "threads", "threads created", s->threads };
    f[n++] = (struct field){ "stops", "times all threads were stopped", s->stops };
    return n;
}

/* JSON string: quotes, backslashes and control characters escaped; other bytes as they are. */
static size_t put_json_string(char *out, size_t size, const char *s)
{
    size_t n = 0;

    for (; *s && n + 8 < size; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            n += (size_t)snprintf(out + n, size - n, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            n += (size_t)snprintf(out + n, size - n, "\\u%04x", c);
        else
            out[n++] = (char)c;
    }
    out[n] = 0;
    return n;
}

static const char *engine_name(enum rt_engine e)
{
    return e == RT_INTERP ? "interp" : e == RT_AOT ? "aot" : e == RT_JIT ? "jit" : "auto";
}

/* The world stands, or else the code cache may be growing: t is a vfork child. */
static unsigned collect_now(struct rt_thread *t, struct field f[MAX_FIELDS])
{
    rt_lock(t, &t->rt->code_lock);
    unsigned n = collect(t, f);
    rt_unlock(t, &t->rt->code_lock);
    return n;
}

static size_t make_json(struct rt_thread *t, const char *end, int status, char *out, size_t size)
{
    struct field f[MAX_FIELDS];
    char path[4096], argv0[512];
    unsigned nf = collect_now(t, f);

    put_json_string(path, sizeof path, t->rt->exe_path ? t->rt->exe_path : "");
    put_json_string(argv0, sizeof argv0, t->rt->opt.argc > 0 ? t->rt->opt.argv[0] : "");
    const char *form = "{\"program\":\"%s\",\"argv0\":\"%s\",\"pid\":%d,\"engine\":\"%s\",\"end\":\"%s\",\"status\":%d";
    int n = snprintf(out, size, form, path, argv0, (int)getpid(), engine_name(t->rt->opt.engine), end, status);

    for (unsigned i = 0; i < nf; i++)
        n += snprintf(out + n, size - (size_t)n, ",\"%s\":%" PRIu64, f[i].name, f[i].val);
    n += snprintf(out + n, size - (size_t)n, "}\n");
    return (size_t)n;
}

static size_t make_text(struct rt_thread *t, const char *end, int status, char *out, size_t size)
{
    struct field f[MAX_FIELDS];
    unsigned nf = collect_now(t, f);
    int n = snprintf(out, size, "aotrun: %.1000s (pid %d, engine %s, %s %d)\n", t->rt->exe_path ? t->rt->exe_path : "?",
                     (int)getpid(), engine_name(t->rt->opt.engine), end, status);

    for (unsigned i = 0; i < nf; i++)
        n += snprintf(out + n, size - (size_t)n, "aotrun:   %-34s %" PRIu64 "\n", f[i].text, f[i].val);
    return (size_t)n;
}

void rt_stats_write(struct rt_thread *t, const char *end, int status)
{
    struct rt *rt = t->rt;
    char buf[8192];
    size_t n;

    if (rt->opt.stats != RT_STATS_NONE && rt->err_fd >= 0) {
        bool json = rt->opt.stats == RT_STATS_JSON;
        n = json ? make_json(t, end, status, buf, sizeof buf) : make_text(t, end, status, buf, sizeof buf);
        if (write(rt->err_fd, buf, n) < 0)
            return;
    }
    if (rt->stats_fd >= 0) {
        n = make_json(t, end, status, buf, sizeof buf);
        if (write(rt->stats_fd, buf, n) < 0)    /* one write, O_APPEND: lines of several processes do not mix */
            rt_say("cannot write to %s", rt->opt.stats_file);
    }
}

uint64_t rt_now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void rt_say(const char *fmt, ...)
{
    char buf[1024];
    va_list ap;
    int n = snprintf(buf, sizeof buf, "aotrun: ");

    va_start(ap, fmt);
    n += vsnprintf(buf + n, sizeof buf - (size_t)n - 1, fmt, ap);
    va_end(ap);
    if (n > (int)sizeof buf - 2)
        n = sizeof buf - 2;
    buf[n++] = '\n';
    if (write(STDERR_FILENO, buf, (size_t)n) < 0)
        return;
}
