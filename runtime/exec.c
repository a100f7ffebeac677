/* execve of guest files, scripts and host files. A guest file is run by this same aotrun, with the same options. */
#include "runtime/journal.h"
#include "runtime/linux/path.h"
#include "runtime/load.h"
#include "runtime/process.h"
#include "runtime/signals.h"
#include "runtime/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_SCRIPTS = 5, MAX_ARGS = 1 << 20, OPTION_ARGS = RT_INHERIT_ARGS, HEAD = 256 };
#if defined(__x86_64__)
enum { HOST_MACHINE = EM_X86_64, HOST_MACHINE32 = EM_386 };
#elif defined(__aarch64__)
enum { HOST_MACHINE = EM_AARCH64, HOST_MACHINE32 = EM_ARM };
#else
enum { HOST_MACHINE = EM_RISCV, HOST_MACHINE32 = EM_NONE };
#endif

enum what { EXEC_GUEST, EXEC_HOST, EXEC_SCRIPT };

/* One exec being prepared. */
struct exec {
    struct rt_thread *t;
    char given[PATH_BYTES];     /* the name that execve was given, or /dev/fd/... as the kernel calls files given by descriptors */
    bool gone;                  /* given names a descriptor that the new program will not have */
    char path[PATH_BYTES];      /* file to execute now: the guest's path, then interpreters */
    const char **arg;           /* room in front for our options and interpreters */
    bool in_root;               /* path was found below -L's directory */
    unsigned first, n;          /* arg[first .. first+n) are the program's arguments so far */
    char strings[MAX_SCRIPTS][2][HEAD];         /* interpreter and its argument, of each script */
    char script[MAX_SCRIPTS][PATH_BYTES];
};

/* Opens a guest path as execve finds it; x->in_root: below -L's directory. Descriptor or -errno. */
static int open_file(struct exec *x, const char *path)
{
    struct path_look l = { .rt = x->t->rt, .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK };
    int64_t fd;

    x->in_root = false;
    if (!path_under_root(x->t) || path_is_kernel(path)) {
        fd = open(path, (int)l.flags);
        return fd < 0 ? -errno : (int)fd;
    }
    fd = *path ? path_open(&l, AT_FDCWD, path) : -ENOENT;
    x->in_root = l.in_root;
    return (int)fd;
}

/* What may be executed: a regular file with an x bit, on a file system that allows it. */
static int check_file(int fd)
{
    struct stat st;

    if (fstat(fd, &st))
        return -errno;
    if (!S_ISREG(st.st_mode))
        return -EACCES;
    return syscall(SYS_faccessat2, fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH) ? -errno : 0;
}

/* Opens path and says what it is. head gets the first bytes, NUL-terminated. -errno as execve gives it. */
static int classify(struct exec *x, const char *path, char head[HEAD + 1], enum what *what)
{
    uint16_t machine;
    int fd = open_file(x, path);

    if (fd < 0)
        return fd;
    ssize_t n = -1;
    int r = check_file(fd);
    if (!r && (n = read(fd, head, HEAD)) < 0)
        r = -errno;
    close(fd);
    if (r)
        return r;
    memset(head + n, 0, (size_t)(HEAD + 1 - n));
    switch (load_classify((const uint8_t *)head, (size_t)n, &machine)) {
    case LOAD_SCRIPT:
        *what = EXEC_SCRIPT;
        return 0;
    case LOAD_ELF:
        /* 32-bit files: the host's kernel knows its own. */
        if (!machine)
            machine = (uint16_t)((uint8_t)head[18] | (uint8_t)head[19] << 8) == HOST_MACHINE32 ? HOST_MACHINE : 0;
        if (machine == x->t->rt->exe.machine) {
            *what = EXEC_GUEST;
            return 0;
        }
        /* The guest's own system is one machine's: a foreign file in it fails as it would there. */
        *what = EXEC_HOST;
        return machine == HOST_MACHINE && !x->in_root ? 0 : -ENOEXEC;
    default:
        return -ENOEXEC;
    }
}

/* "#! interp [one argument]": as fs/binfmt_script.c reads it. */
static int parse_script(char *line, char **interp, char **arg)
{
    char *end = strchr(line, '\n'), *p = line + 2;

    if (end)
        *end = 0;
    else if (strlen(line) >= HEAD)
        return -ENOEXEC;
    end = line + strlen(line);
    while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = 0;
    while (*p == ' ' || *p == '\t')
        p++;
    if (!*p)
        return -ENOEXEC;
    *interp = p;
    while (*p && *p != ' ' && *p != '\t')
        p++;
    *arg = NULL;
    if (*p) {
        *p++ = 0;
        while (*p == ' ' || *p == '\t')
            p++;
        *arg = *p ? p : NULL;
    }
    return 0;
}

/* Replaces the program by its script interpreter, until something is left that can run. */
static int resolve(struct exec *x, enum what *what)
{
    char head[HEAD + 1], *interp, *arg;

    *what = EXEC_HOST;
    for (int depth = 0;; depth++) {
        int r = classify(x, x->path, head, what);
        if (r || *what != EXEC_SCRIPT)
            return r;
        if (depth == MAX_SCRIPTS)
            return -ELOOP;
        if (!depth && x->gone)
            return -ENOENT;
        r = parse_script(head, &interp, &arg);
        if (r)
            return r;
        snprintf(x->script[depth], sizeof x->script[depth], "%s", depth ? x->path : x->given);
        snprintf(x->strings[depth][0], HEAD, "%s", interp);
        snprintf(x->path, sizeof x->path, "%s", interp);
        /* interp [arg] script args...: the script takes the place of argv[0]. */
        if (x->n) {
            x->first++;
            x->n--;
        }
        x->arg[--x->first] = x->script[depth];
        x->n++;
        if (arg) {
            snprintf(x->strings[depth][1], HEAD, "%s", arg);
            x->arg[--x->first] = x->strings[depth][1];
            x->n++;
        }
        x->arg[--x->first] = x->strings[depth][0];
        x->n++;
    }
}

/* Does the path still name the open file? */
static bool names_file(struct exec *x, const char *path, int fd)
{
    struct stat a, b;
    int again = open_file(x, path);
    bool same = again >= 0 && !fstat(again, &a) && !fstat(fd, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;

    if (again >= 0)
        close(again);
    return same;
}

/* The path of an open file for execveat with an empty path. One without a name (a memfd, a deleted file) is named by a descriptor
 * that stays open. */
static int path_of_open_file(struct exec *x, int fd)
{
    if (names_file(x, x->path, fd))
        return 0;
    fd = dup(fd);
    if (fd < 0)
        return -errno;
    snprintf(x->path, sizeof x->path, "/proc/self/fd/%d", fd);
    return 0;
}

/* Where the file is, as a guest path that works from here and after the exec. */
static int full_path(struct exec *x, int dirfd, const char *path, int flags)
{
    char dir[PATH_BYTES];
    int64_t n, given;

    if (!*path && !(flags & AT_EMPTY_PATH))
        return -ENOENT;
    if (*path == '/' || (*path && dirfd == AT_FDCWD)) {
        if (strlen(path) >= sizeof x->path)
            return -ENAMETOOLONG;
        strcpy(x->given, path);
        proc_follow(x->t->rt, strcpy(x->path, path), true);
        return 0;
    }
    if (rt_fd_is_ours(x->t->rt, dirfd))
        return -EBADF;
    given = snprintf(x->given, sizeof x->given, "/dev/fd/%d%s%s", dirfd, *path ? "/" : "", path);
    x->gone = fcntl(dirfd, F_GETFD) == FD_CLOEXEC;
    n = path_of_fd(dirfd, dir);
    if (n < 0 && (n != -ENOTDIR || *path))
        return (int)n;
    snprintf(x->path, sizeof x->path, "%s", path_told(x->t->rt, dir));
    if (!*path)
        return path_of_open_file(x, dirfd);
    if (strlen(x->path) + 1 + strlen(path) >= sizeof x->path || given >= (int64_t)sizeof x->given)
        return -ENAMETOOLONG;
    strcat(strcat(x->path, "/"), path);
    return 0;
}

/* AT_SYMLINK_NOFOLLOW: a link is not executed. */
static int refuse_link(struct exec *x)
{
    struct stat st;
    int fd, r;

    if (!path_under_root(x->t) || path_is_kernel(x->path))
        return !lstat(x->path, &st) && S_ISLNK(st.st_mode) ? -ELOOP : 0;
    fd = (int)path_file(x->t->rt, AT_FDCWD, x->path, true);
    r = fd >= 0 && !fstat(fd, &st) && S_ISLNK(st.st_mode) ? -ELOOP : 0;
    if (fd >= 0)
        close(fd);
    return r;
}

/* Counts a guest pointer array; -EFAULT, -E2BIG. */
static int64_t count_array(struct rt_thread *t, uint64_t at)
{
    uint64_t p;

    for (int64_t n = 0; n < MAX_ARGS; n++) {
        if (!at)
            return 0;
        if (rt_copy_in(t, &p, at + 8 * (uint64_t)n, 8))
            return -EFAULT;
        if (!p)
            return n;
    }
    return -E2BIG;
}

static int copy_args(struct exec *x, uint64_t argv)
{
    int64_t n = count_array(x->t, argv);

    if (n < 0)
        return (int)n;
    x->first = OPTION_ARGS + 4 * MAX_SCRIPTS;
    x->arg = calloc((size_t)n + x->first + 2, sizeof *x->arg);
    if (!x->arg)
        return -ENOMEM;
    if (n && rt_copy_in(x->t, x->arg + x->first, argv, 8 * (size_t)n))
        return -EFAULT;
    if (!n)
        x->arg[x->first] = "";  /* an empty argv becomes one empty string (Linux 5.18) */
    x->n = n ? (unsigned)n : 1;
    /* The kernel will read the strings; the first one we read ourselves. */
    char probe[1];
    return n && rt_copy_in(x->t, probe, (uint64_t)(uintptr_t)x->arg[x->first], 1) ? -EFAULT : 0;
}

static uint64_t host_ptr(const void *p)
{
    return (uint64_t)(uintptr_t)p;
}

/* aotrun OPTIONS -0 ARGV0 -- FILE ARGS. Returns -errno only. */
static int64_t exec_guest(struct exec *x, uint64_t env)
{
    const struct rt *rt = x->t->rt;
    const char *opt[OPTION_ARGS];
    struct rt_options o = rt->opt;

    if (!path_under_root(x->t))
        o.prefix = NULL;
    unsigned n = rt_inherit_args(&o, x->arg[x->first], strcmp(x->given, x->path) ? x->given : NULL, opt, OPTION_ARGS);

    x->arg[x->first] = x->path;
    x->first -= n;
    memcpy(x->arg + x->first, opt, n * sizeof opt[0]);
    uint64_t argv = host_ptr(x->arg + x->first);
    int64_t r = -ENOENT;
    rt_outside_for_exec(x->t);
    if (rt->self_fd >= 0)
        r = rt_syscall_raw(x->t, SYS_execveat, (uint64_t)rt->self_fd, host_ptr(""), argv, env, AT_EMPTY_PATH, 0);
    if (r != -ENOENT && r != -ENOSYS)
        return r;
    rt_outside_for_exec(x->t);
    return rt_syscall_raw(x->t, SYS_execve, host_ptr(rt->self_path), argv, env, 0, 0, 0);
}

static int64_t exec_now(struct exec *x, enum what what, uint64_t envp)
{
    struct rt_thread *t = x->t;
    static const char *const none[] = { NULL };
    uint64_t env = envp ? envp : host_ptr(none);
    int64_t r;

    if (what == EXEC_HOST)
        t->stats.host_programs++;
    /* A signal that our handler holds would be lost with this process image: it is delivered first, then the call comes again. */
    if (rt_signal_waits(t))
        return -RT_RESTART_ALWAYS;
    /* A vfork child's own threads are none, and its parent's must not wait for what may never come back. */
    bool stopped = !t->in_vfork;
    if (stopped)
        rt_world_stop(t);
    rt_journal_write(t);
    rt_stats_write(t, "exec", 0);       /* afterwards nobody is left to write them */
    rt_coverage_dump();
    if (stopped && rt_world_is_shared(t)) {             /* they stay when this process becomes another program */
        rt_world_go(t);
        stopped = false;
    }
    rt_signals_before_exec(t);
    if (what == EXEC_GUEST) {
        r = exec_guest(x, env);
    } else {
        rt_outside_for_exec(t);
        r = rt_syscall_raw(t, SYS_execve, host_ptr(x->path), host_ptr(x->arg + x->first), env, 0, 0, 0);
    }
    rt_signals_exec_failed(t);
    if (stopped)
        rt_world_go(t);
    return r;
}

int64_t rt_exec(struct rt_thread *t, int dirfd, const char *path, uint64_t argv, uint64_t envp, int flags)
{
    struct exec *x = calloc(1, sizeof *x);
    enum what what;

    if (!x)
        return -ENOMEM;
    x->t = t;
    int64_t r = flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) ? -EINVAL : full_path(x, dirfd, path, flags);
    if (!r && (flags & AT_SYMLINK_NOFOLLOW))
        r = refuse_link(x);
    if (!r)
        r = copy_args(x, argv);
    if (!r)
        r = count_array(t, envp);
    if (r >= 0)
        r = resolve(x, &what);
    if (!r)
        r = exec_now(x, what, envp);
    free(x->arg);
    free(x);
    return r;
}
