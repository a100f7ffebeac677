/* The file that tells perf what lies where. It is made anew and never followed through a link: /tmp is everybody's. */
#include "runtime/perfmap.h"

#include "runtime/process.h"
#include "runtime/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 16 << 10, LINE = 256 };

struct out { struct rt *rt; size_t n; char buf[BUFFER]; };

static void flush(struct out *o)
{
    struct rt *rt = o->rt;
    struct rlimit rl;
    struct stat st;

    /* Past a file size limit of the guest's, writing would raise a signal. */
    bool room = !getrlimit(RLIMIT_FSIZE, &rl) && (rl.rlim_cur == RLIM_INFINITY || (!fstat(rt->perf_fd, &st) &&
                (uint64_t)st.st_size + o->n <= rl.rlim_cur));
    if (o->n && (!room || write(rt->perf_fd, o->buf, o->n) != (ssize_t)o->n)) {
        rt_say("--perf=map: cannot write the map any further");
        close(rt->perf_fd);
        rt->perf_fd = -1;
    }
    o->n = 0;
}

static void line(struct out *o, const void *at, uint64_t size, const char *name, uint64_t off)
{
    if (o->n > BUFFER - LINE)
        flush(o);
    if (o->rt->perf_fd < 0)
        return;
    char *p = o->buf + o->n;
    int n = snprintf(p, LINE - 24, "%" PRIxPTR " %" PRIx64 " %s", (uintptr_t)at, size, name);

    n = n < LINE - 24 ? n : LINE - 25;
    for (int i = 0; i < n; i++)         /* a name is one line of printable text */
        if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
            p[i] = '?';
    n += snprintf(p + n, 24, off ? "+%#" PRIx64 "\n" : "\n", off);
    o->n += (size_t)n;
}

/* A region under the name of the function that its first instruction belongs to. */
static void region(struct out *o, const void *at, uint64_t size, uint64_t pc)
{
    char number[32];
    uint64_t off = 0;
    const char *name = rt_symbols_at(o->rt, pc, &off);

    snprintf(number, sizeof number, "aot:%#" PRIx64, pc);
    line(o, at, size, name ? name : number, name ? off : 0);
}

static void jit_region(struct out *o, const struct code_space *s, uint32_t i)
{
    if (!s->jit[i].dead)
        region(o, s->rx + s->jit[i].off, s->jit[i].len, s->jit[i].pc);
}

static void space(struct out *o, const struct code_space *s)
{
    for (uint64_t i = 0; s->im && i < s->im->nregion; i++) {
        const struct image_region *r = &s->im->region[i];
        region(o, s->text + r->off, r->len, r->pc + s->base);
    }
    for (uint32_t i = 0; i < s->njit; i++)
        jit_region(o, s, i);
}

/* A map of an earlier process of ours with this number, or of this process before exec, gives way. Anything else stays. */
static bool clear_way(const char *path)
{
    struct stat st;

    return !lstat(path, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink == 1 && !unlink(path);
}

static int make_file(const char *path)
{
    const int flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(path, flags, 0600);

    if (fd < 0 && errno == EEXIST) {
        if (!clear_way(path)) {
            errno = EEXIST;
            return -1;
        }
        fd = open(path, flags, 0600);
    }
    if (fd >= 0)
        fchmod(fd, 0600);               /* whatever the guest's umask */
    return fd;
}

void rt_perf_start(struct rt *rt)
{
    struct out o = { .rt = rt };
    char path[64];
    struct diag d;
    size_t size;

    if (rt->perf_fd >= 0)
        close(rt->perf_fd);
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    int fd = make_file(path), why = errno;
    rt->perf_fd = rt_fd_high(fd);
    if (fd >= 0)
        close(fd);
    if (rt->perf_fd < 0) {
        rt_say("--perf=map: cannot make %s: %s", path,
               fd >= 0 ? "no descriptor" : why == EEXIST ? "it is there, and is not ours" : strerror(why));
        return;
    }
    if (rt->thunks) {
        const void *stubs = host_thunks_code(rt->thunks, &size);
        line(&o, stubs, size, "aot:stubs", 0);
    }
    for (unsigned i = 0; rt->cache && i < rt->cache->n; i++) {
        struct code_space *s = rt->cache->space[i];

        /* perf looks at the map for memory of no file only. */
        if (s->im && cache_own_text(s, &d) != ST_OK)
            rt_say("--perf=map: %s", d.msg);
        space(&o, s);
    }
    flush(&o);
}

void rt_perf_region(struct rt *rt, const struct code_space *s)
{
    struct out o = { .rt = rt };

    if (rt->perf_fd < 0 || !s->njit)
        return;
    jit_region(&o, s, s->njit - 1);
    flush(&o);
}
