/* /proc as the guest must see itself: its own file, arguments, auxiliary vector, map and processors, not aotrun's. */
#include "runtime/linux/linux.h"

#include "runtime/linux/path.h"
#include "runtime/vm.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A number of this process or of one of its threads: what the kernel serves below /proc/NUMBER and /proc/self/task/NUMBER. */
static bool is_own_task(const char *s, const char *end)
{
    long tid = 0;
    int pid = (int)syscall(SYS_getpid);

    if (s == end || end - s > 9)
        return false;
    for (; s < end; s++) {
        if (!isdigit((unsigned char)*s))
            return false;
        tid = tid * 10 + (*s - '0');
    }
    return tid == pid || (tid && !syscall(SYS_tgkill, pid, (int)tid, 0));
}

/* What follows this process's directory below /proc ("self/", "PID/task/TID/" and so on), NULL when the path leads elsewhere. */
static const char *behind_own_dir(const char *path)
{
    const char *p = path + 6, *end;

    if (strncmp(path, "/proc/", 6) || !(end = strchr(p, '/')))
        return NULL;
    if (strncmp(p, "self/", 5) && strncmp(p, "thread-self/", 12) && !is_own_task(p, end))
        return NULL;
    p = end + 1;
    if (!strncmp(p, "task/", 5) && (end = strchr(p + 5, '/')) && is_own_task(p + 5, end))
        p = end + 1;
    return p;
}

enum proc_file proc_classify(const char *path)
{
    static const struct { const char *name; enum proc_file which; } files[] = {
        { "exe", PROC_EXE }, { "cmdline", PROC_CMDLINE }, { "auxv", PROC_AUXV }, { "maps", PROC_MAPS }, { "smaps", PROC_SMAPS },
        { "stat", PROC_STAT },
    };
    const char *name = strrchr(path, '/'), *rest;

    if (!name || strncmp(path, "/proc/", 6))
        return PROC_NOT;
    if (!strcmp(path, "/proc/cpuinfo"))
        return PROC_CPUINFO;
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++)
        if (!strcmp(name + 1, files[i].name)) {
            rest = behind_own_dir(path);
            return rest == name + 1 ? files[i].which : PROC_NOT;
        }
    return PROC_NOT;
}

/* Few guests name /proc: six bytes decide for all others. */
enum proc_file proc_path(struct sys_call *c, uint64_t path)
{
    char head[6], buf[96];

    if (rt_copy_in(c->t, head, path, sizeof head) || memcmp(head, "/proc/", 6) || rt_copy_str(c->t, buf, path, sizeof buf) < 0)
        return PROC_NOT;
    enum proc_file which = proc_classify(buf);
    return which == PROC_CPUINFO && !c->t->g->abi->cpuinfo ? PROC_NOT : which;
}

void proc_follow(const struct rt *rt, char path[SYS_PATH_MAX], bool follow)
{
    const char *rest;

    while (!strncmp(path, "/proc/", 6) && (rest = behind_own_dir(path))) {
        if (!strcmp(rest, "exe") && follow && rt->exe.path) {
            snprintf(path, SYS_PATH_MAX, "%s", rt->exe.path);
            return;
        }
        if (strncmp(rest, "root", 4) || (rest[4] ? rest[4] != '/' : !follow))
            return;
        memmove(path, rest[4] ? rest + 4 : "/", strlen(rest + 4) + 1 + !rest[4]);
    }
}

/* A growing text; failure is remembered in `bad`. */
struct text { char *p; size_t n, cap; bool bad; };

static void text_add(struct text *x, const void *p, size_t n)
{
    if (x->n + n > x->cap) {
        size_t cap = (x->n + n) * 2 + 4096;
        char *q = realloc(x->p, cap);
        if (!q) {
            x->bad = true;
            return;
        }
        x->p = q;
        x->cap = cap;
    }
    memcpy(x->p + x->n, p, n);
    x->n += n;
}

static void make_cmdline(struct rt *rt, struct text *x)
{
    for (int i = 0; i < rt->opt.argc; i++)
        text_add(x, rt->opt.argv[i], strlen(rt->opt.argv[i]) + 1);
}

/* The vector lies on the guest's first stack, after argc, argv and envp; AT_NULL ends it. */
static void make_auxv(struct rt_thread *t, struct text *x)
{
    uint64_t at = t->rt->start_sp, pair[2] = { 1, 0 };

    if (!at || rt_copy_in(t, pair, at, 8))
        return;
    at += 8 + 8 * (pair[0] + 1);
    for (uint64_t env = 1; env; at += 8)
        if (rt_copy_in(t, &env, at, 8))
            return;
    for (pair[0] = 1; pair[0] && !rt_copy_in(t, pair, at, sizeof pair); at += sizeof pair)
        text_add(x, pair, sizeof pair);
}

/* As many processors as the host has; all are the guest's one kind. */
static void make_cpuinfo(const struct rt *rt, struct text *x)
{
    long ncpu = sysconf(_SC_NPROCESSORS_ONLN);
    char one[2048];

    for (long i = 0; i < ncpu; i++) {
        int n = rt->g->abi->cpuinfo(one, sizeof one, (unsigned)i);
        if (n > 0 && n < (int)sizeof one)
            text_add(x, one, (size_t)n);
    }
}

static const char *vma_name(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    if (rt->stack_hi > lo && rt->stack_hi <= hi)
        return "[stack]";
    if (lo < rt->brk && rt->brk_start < hi && rt->brk > rt->brk_start)
        return "[heap]";
    if (rt->exe.path && lo < rt->exe.hi && rt->exe.lo < hi)
        return rt->exe_path;
    if (rt->sigtramp && lo <= rt->sigtramp && rt->sigtramp < hi)
        return "[vdso]";
    return NULL;
}

/* One line of maps for the part [lo, hi) of a guest mapping; host names its backing as the host kernel prints it ("off dev ino
 * path"). */
static void maps_line(const struct rt *rt, struct text *x, const struct vma *v, uint64_t lo, uint64_t hi, char shared,
                      const char *backing)
{
    char line[4400];
    const char *path = strchr(backing, '/'), *name = path ? path_told(rt, path) : vma_name(rt, lo, hi);
    int before = path ? (int)(path - backing) : (int)strlen(backing);
    int n = snprintf(line, sizeof line, "%llx-%llx %c%c%c%c %.*s", (unsigned long long)lo, (unsigned long long)hi,
                     v->prot & PROT_READ ? 'r' : '-', v->prot & PROT_WRITE ? 'w' : '-', v->prot & PROT_EXEC ? 'x' : '-', shared,
                     before, backing);

    if (n < 0 || n >= (int)sizeof line - 1)
        return;
    if (name)
        n += snprintf(line + n, sizeof line - (size_t)n, "%*s%s", path ? 0 : n < 72 ? 73 - n : 1, "", name);
    if (n < (int)sizeof line - 1) {
        line[n] = '\n';
        text_add(x, line, (size_t)n + 1);
    }
}

/* The guest's part of one line of the host's map (host mappings are never executable: the guest's protections are our own record).
 * False: there is none. */
static bool maps_host_line(const struct rt *rt, struct text *x, char *line)
{
    unsigned long long lo, hi;
    size_t before = x->n;
    char prot[5];
    int at = 0;

    if (sscanf(line, "%llx-%llx %4s %n", &lo, &hi, prot, &at) < 3 || !at || lo >= RT_GUEST_HI)
        return false;
    line[strcspn(line, "\n")] = 0;
    for (size_t n = strlen(line); n && line[n - 1] == ' '; n--)
        line[n - 1] = 0;
    struct vma v;
    for (uint64_t from = lo; rt_vm_at(rt, from, &v) && v.lo < hi; from = v.hi)
        if (v.kind == VMA_GUEST)
            maps_line(rt, x, &v, v.lo > lo ? v.lo : lo, v.hi < hi ? v.hi : hi, prot[3], line + at);
    return x->n > before;
}

/* The host's file cut to what the guest owns. smaps: the lines of numbers behind each mapping stay with the last of its parts. */
static void make_maps(const struct rt *rt, const char *file, struct text *x)
{
    FILE *f = fopen(file, "re");
    char line[4300];
    bool show = false;

    while (f && fgets(line, sizeof line, f)) {
        if (!isupper((unsigned char)*line))
            show = maps_host_line(rt, x, line);
        else if (show)
            text_add(x, line, strlen(line));
    }
    if (f)
        fclose(f);
}

/* proc(5), /proc/pid/stat: garbage collectors find the stack's end there. */
static void make_stat(const struct rt *rt, const char *file, struct text *x)
{
    enum { STARTCODE = 26, ENDCODE = 27, STARTSTACK = 28, START_BRK = 47 };
    FILE *f = fopen(file, "re");
    char line[1024] = "", num[32], *p = NULL;

    if (f && fgets(line, sizeof line, f))
        p = strrchr(line, ')');
    if (p && p[1] != ' ')
        p = NULL;
    if (p)
        text_add(x, line, (size_t)(p + 2 - line));
    for (unsigned field = 3; p && *p; field++) {
        p += 1 + (field == 3);
        size_t n = strcspn(p, " \n");
        uint64_t v = field == STARTCODE ? rt->exe.text_lo : field == ENDCODE ? rt->exe.text_hi : field == STARTSTACK ? rt->start_sp
                   : field == START_BRK ? rt->brk_start : 0;
        if (v)
            text_add(x, num, (size_t)snprintf(num, sizeof num, "%llu", (unsigned long long)v));
        else
            text_add(x, p, n);
        p += n;
        text_add(x, *p == ' ' ? " " : "\n", 1);
        p = *p == ' ' ? p : NULL;
    }
    if (f)
        fclose(f);
}

/* An anonymous file with the text, at the guest's lowest free descriptor. */
static int64_t text_fd(struct sys_call *c, const struct text *x, int flags)
{
    int64_t fd =
        rt_syscall_raw(c->t, SYS_memfd_create, (uint64_t)(uintptr_t) "proc", flags & O_CLOEXEC ? MFD_CLOEXEC : 0, 0, 0, 0, 0);

    if (fd < 0)
        return fd;
    if (pwrite((int)fd, x->p, x->n, 0) != (ssize_t)x->n) {
        close((int)fd);
        return -ENOMEM;
    }
    return fd;
}

int64_t proc_open(struct sys_call *c, uint64_t path, enum proc_file which, int flags)
{
    struct text x = { NULL, 0, 0, false };
    char file[96] = "";
    int64_t r = rt_copy_str(c->t, file, path, sizeof file);

    if (r < 0)
        return r;
    if (which == PROC_CMDLINE)
        make_cmdline(c->t->rt, &x);
    else if (which == PROC_AUXV)
        make_auxv(c->t, &x);
    else if (which == PROC_CPUINFO)
        make_cpuinfo(c->t->rt, &x);
    else if (which == PROC_STAT)
        make_stat(c->t->rt, file, &x);
    else
        make_maps(c->t->rt, file, &x);
    r = x.bad ? -ENOMEM : text_fd(c, &x, flags);
    free(x.p);
    return r;
}

static bool is_proc_fd_dir(int fd)
{
    char link[64], target[64];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, target, sizeof target - 1);
    if (n < 0)
        return false;
    target[n] = 0;
    return !strncmp(target, "/proc/", 6) && n > 3 &&
           (!strcmp(target + n - 3, "/fd") || (n > 7 && !strcmp(target + n - 7, "/fdinfo")));
}

/* The kernel has just written `len` bytes of struct linux_dirent64 at buf. */
int64_t proc_hide_fds(struct sys_call *c, int fd, uint64_t buf, int64_t len)
{
    enum { RECLEN = offsetof(struct dirent64, d_reclen), NAME = offsetof(struct dirent64, d_name) };
    uint8_t *rec = (uint8_t *)(uintptr_t)buf;
    int checked = -1;

    for (int64_t at = 0; at + NAME < len;) {
        const char *name = (const char *)rec + at + NAME;
        uint16_t n;
        memcpy(&n, rec + at + RECLEN, sizeof n);
        if (n < NAME || at + n > len)
            break;
        if (isdigit((unsigned char)*name) && rt_fd_is_ours(c->t->rt, atoi(name)) &&
            (checked < 0 ? (checked = is_proc_fd_dir(fd)) : checked)) {
            memmove(rec + at, rec + at + n, (size_t)(len - at - n));
            len -= n;
        } else {
            at += n;
        }
    }
    return len;
}
