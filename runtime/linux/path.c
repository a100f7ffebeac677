/* -L ROOT: guest paths in a root directory laid over the host's, path.h. The kernel walks: openat2(2) with RESOLVE_IN_ROOT below
 * ROOT, RESOLVE_BENEATH from directories, RESOLVE_NO_SYMLINKS on the host. Only what these refuse (absolute links outside ROOT,
 * relative paths that leave their directory) is looked at here, one link at a time. */
#include "runtime/linux/path.h"

#include "runtime/linux/abi.h"
#include "runtime/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_LINKS = 40 };                        /* the kernel's limit of links in one walk */
enum { MAX_AGAIN = 32 };                        /* times that a walk may lose a race with a rename */
enum { AGAIN = 1 };                             /* look up the path that was put in place of this one */
#define K_TMPFILE 020000000u                    /* __O_TMPFILE without O_DIRECTORY */

/* Kernels before 5.6, and sandboxes that do not know the call: a plain look-up below ROOT. */
static bool no_openat2;

const char *path_fd_name(char buf[PATH_FD_NAME], int fd)
{
    /* Threads may have descriptors of their own; /proc/self, which most processes look at anyway, is made sooner. */
    snprintf(buf, PATH_FD_NAME, "/proc/%sself/fd/%d", gettid() == getpid() ? "" : "thread-", fd);
    return buf;
}

bool path_init(struct rt *rt, const char *root)
{
    char name[PATH_FD_NAME], real[PATH_BYTES];
    int low = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = rt_fd_high(low);
    ssize_t n;

    if (low < 0)
        return false;
    if (fd >= 0)
        close(low);
    else
        fd = low;
    n = readlink(path_fd_name(name, fd), real, sizeof real - 1);
    if (n < 0 && !realpath(root, real)) {
        close(fd);
        return false;
    }
    if (n >= 0)
        real[n] = 0;
    if (!strcmp(real, "/") || !(rt->root_path = strdup(real))) {
        close(fd);
        return !strcmp(real, "/");
    }
    rt->root_len = (unsigned)strlen(real);
    rt->root_fd = fd;
    return true;
}

void path_drop(struct rt_thread *t)
{
    if (t->in_vfork) {
        t->left_root = true;
        return;
    }
    t->rt->opt.prefix = NULL;
    t->rt->root_path = NULL;            /* the descriptor stays: another thread may be looking something up */
}

const char *path_told(const struct rt *rt, const char *host)
{
    unsigned n = rt->root_len;

    if (!rt->root_path || strncmp(host, rt->root_path, n) || (host[n] && host[n] != '/'))
        return host;
    return host[n] ? host + n : "/";
}

/* --- names --- */

static const char *skip_slashes(const char *p)
{
    while (*p == '/' || (p[0] == '.' && (p[1] == '/' || !p[1])))
        p++;
    return p;
}

/* The rest behind a component of this name, NULL when the path goes on in another way. */
static const char *behind(const char *p, const char *name)
{
    size_t n = strlen(name);

    p = skip_slashes(p);
    return !strncmp(p, name, n) && (!p[n] || p[n] == '/') ? p + n : NULL;
}

static bool has_dotdot(const char *p)
{
    for (const char *q = p; (q = strstr(q, "..")); q += 2)
        if ((q == p || q[-1] == '/') && (!q[2] || q[2] == '/'))
            return true;
    return false;
}

/* KERNEL: file systems of the kernel's own, full of links that are none; given to it as they are. */
enum place { IN_ROOT_FIRST, HOST, KERNEL };

static enum place place_of(const char *path)
{
    static const struct { const char *name; enum place place; } top[] = {
        { "proc", KERNEL }, { "sys", KERNEL }, { "dev", KERNEL }, { "tmp", HOST }, { "run", HOST },
    };
    static const char *const var[] = { "tmp", "run", "lock" };
    const char *rest;

    path = skip_slashes(path);
    if (!strchr("psdtrv", *path) || has_dotdot(path))
        return IN_ROOT_FIRST;
    for (unsigned i = 0; i < sizeof top / sizeof top[0]; i++)
        if (behind(path, top[i].name))
            return top[i].place;
    rest = behind(path, "var");
    for (unsigned i = 0; rest && i < sizeof var / sizeof var[0]; i++)
        if (behind(rest, var[i]))
            return HOST;
    return IN_ROOT_FIRST;
}

bool path_may_be_host(const char *path)
{
    static const char *const name[] = { "proc", "sys", "dev", "tmp", "run", "lock", "var" };

    path = skip_slashes(path);
    for (unsigned i = 0; strchr("psdtrlv", *path) && i < sizeof name / sizeof name[0]; i++)
        if (behind(path, name[i]))
            return true;
    return false;
}

bool path_is_kernel(const char *path)
{
    return *path == '/' && place_of(path) == KERNEL;
}

/* --- the kernel --- */

static int64_t result(long r)
{
    return r < 0 ? -errno : r;
}

/* What openat ignores and openat2 refuses. */
static uint64_t clean_flags(uint64_t f)
{
    const uint64_t valid = O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC | O_ASYNC |
                           H_O_DIRECT | H_O_DIRECTORY | H_O_NOFOLLOW | O_NOATIME | O_CLOEXEC | K_TMPFILE;

    if (f & O_PATH)
        return f & (O_PATH | O_CLOEXEC | H_O_DIRECTORY | H_O_NOFOLLOW);
    return (f & valid) | H_O_LARGEFILE;
}

static int64_t plain_open(struct path_look *l, int dirfd, const char *path, uint64_t flags)
{
    if (l->t && !(flags & O_PATH))
        return rt_syscall_raw(l->t, SYS_openat, (uint64_t)(int64_t)dirfd, (uint64_t)(uintptr_t)path, flags, l->mode, 0, 0);
    return result(syscall(SYS_openat, dirfd, path, flags, l->mode));
}

static int64_t open2_once(struct path_look *l, int dirfd, const char *path, struct open_how *how)
{
    if (l->t && !(how->flags & O_PATH))
        return rt_syscall_raw(l->t, SYS_openat2, (uint64_t)(int64_t)dirfd, (uint64_t)(uintptr_t)path, (uint64_t)(uintptr_t)how,
                              sizeof *how, 0, 0);
    return result(syscall(SYS_openat2, dirfd, path, how, sizeof *how));
}

/* EPERM is an answer about the file, or a sandbox's about the call. */
static bool call_is_missing(int64_t r)
{
    struct open_how how = { .flags = O_PATH };
    int fd;

    if (r == -EPERM) {
        fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof how);
        if (fd >= 0)
            close(fd);
        r = fd >= 0 ? 0 : -errno;
    }
    return r == -ENOSYS || r == -EPERM;
}

static int64_t scoped_open(struct path_look *l, int dirfd, const char *path, uint64_t flags, uint64_t resolve)
{
    struct open_how how = { .flags = clean_flags(flags), .resolve = resolve | l->resolve };
    int64_t r = -EAGAIN;

    if (flags & (O_CREAT | K_TMPFILE))
        how.mode = l->mode & 07777;
    for (unsigned n = 0; r == -EAGAIN && n < MAX_AGAIN && !no_openat2; n++) {
        r = open2_once(l, dirfd, path, &how);
        if (r == -EAGAIN && flags & O_NONBLOCK && n)
            break;                      /* a lease, not a race */
    }
    if (!no_openat2 && (r == -ENOSYS || r == -EPERM) && call_is_missing(r))
        no_openat2 = true;
    if (!no_openat2)
        return r;
    if (resolve == RESOLVE_IN_ROOT) {
        path = skip_slashes(path);
        path = *path ? path : ".";
    }
    return plain_open(l, dirfd, path, flags);
}

static int64_t in_root(struct path_look *l, const char *path, uint64_t flags)
{
    return scoped_open(l, l->rt->root_fd, path, flags, RESOLVE_IN_ROOT);
}

void path_close(const struct path_place *p)
{
    if (p->opened)
        close(p->dir);
}

static bool name_exists(int dirfd, const char *name)
{
    return !syscall(SYS_faccessat2, dirfd, name, F_OK, AT_SYMLINK_NOFOLLOW) || (errno != ENOENT && errno != ENOTDIR);
}

void path_plain(const struct rt *rt, char path[PATH_BYTES])
{
    size_t n = strlen(path) + 1;
    char in[PATH_BYTES];

    if (*path != '/' || place_of(path) != IN_ROOT_FIRST || rt->root_len + n > sizeof in)
        return;
    memcpy(in, rt->root_path, rt->root_len);
    memcpy(in + rt->root_len, path, n);
    if (!name_exists(AT_FDCWD, in)) {
        if (name_exists(AT_FDCWD, path))
            return;
        char *slash = strrchr(in, '/'), was = slash[1];         /* a new name: where its directory is */
        slash[1] = 0;
        if (!name_exists(AT_FDCWD, in))
            return;
        slash[1] = was;
    }
    memcpy(path, in, rt->root_len + n);
}

/* --- links, one at a time --- */

static char *free_buf(struct path_look *l)
{
    l->turn ^= 1;
    return l->buf[l->turn];
}

int64_t path_of_fd(int fd, char out[PATH_BYTES])
{
    char link[PATH_FD_NAME];
    ssize_t n = readlink(fd == AT_FDCWD ? "/proc/thread-self/cwd" : path_fd_name(link, fd), out, PATH_BYTES - 1);

    if (n < 0)
        return fd != AT_FDCWD && errno == ENOENT ? -EBADF : -errno;
    out[n] = 0;
    return *out == '/' ? n : -ENOTDIR;
}

/* out: dir "/" name, where dir is a path without links and out may be dir's own buffer: leading ".." shorten it. -ENAMETOOLONG. */
static int64_t append(char *out, size_t n, const char *name)
{
    size_t len = strlen(name);
    bool slash = len && name[len - 1] == '/';

    for (;;) {
        if (name[0] == '.' && (name[1] == '/' || !name[1])) {
            name++;
        } else if (name[0] == '.' && name[1] == '.' && (name[2] == '/' || !name[2])) {
            name += 2;
            while (n && out[--n] != '/')
                ;
        } else if (*name != '/') {
            break;
        } else {
            name++;
        }
    }
    while (n && out[n - 1] == '/')
        n--;
    if (n + 1 + strlen(name) >= PATH_BYTES)
        return -ENAMETOOLONG;
    if (*name || slash || !n)
        out[n++] = '/';
    strcpy(out + n, name);
    return 0;
}

/* A relative path as an absolute one. *host: it starts from a directory outside ROOT, and does not go up from there. */
static int64_t absolute(struct path_look *l, int dirfd, const char *path, const char **to, bool *host)
{
    char *out = free_buf(l);
    const char *told;
    int64_t n = path_of_fd(dirfd, out);

    if (n < 0)
        return n;
    told = path_told(l->rt, out);
    *host = told == out && !has_dotdot(path);
    n -= told == out ? 0 : (int64_t)l->rt->root_len;
    memmove(out, told, (size_t)n + 1);
    *to = out;
    return append(out, (size_t)n, path);
}

/* The link at (dirfd, name), "" for dirfd itself, was met as the last component: the path that goes on from it. AGAIN or -errno. */
static int64_t follow_last(struct path_look *l, int dirfd, const char *name, const char **to, bool *host)
{
    char target[PATH_BYTES], dir[PATH_BYTES];
    ssize_t n = readlinkat(dirfd, name, target, sizeof target - 1);
    int64_t len;
    char *out = free_buf(l);

    if (n < 0)
        return -errno;
    target[n] = 0;
    *to = out;
    if (*target == '/') {
        *host = false;
        memcpy(out, target, (size_t)n + 1);
        return AGAIN;
    }
    len = path_of_fd(dirfd, dir);
    if (len < 0)
        return len;
    if (!*name)
        *strrchr(dir, '/') = 0;
    const char *told = path_told(l->rt, dir);
    *host = told == dir;
    len = (int64_t)strlen(told);
    memcpy(out, told, (size_t)len + 1);
    len = append(out, (size_t)len, target);
    return len < 0 ? len : AGAIN;
}

/* A host path is walked by hand: up to its first link, or to its end. */
struct walk { char at[PATH_BYTES]; size_t n; bool up; };

/* One component [p, p+n). 0: gone on, AGAIN: it is a link whose target stands in `target`, -errno: the kernel shall say. */
static int64_t step(struct walk *w, const char *p, size_t n, bool last_nofollow, char target[PATH_BYTES])
{
    ssize_t len;

    if (n == 1 && *p == '.')
        return 0;
    if (n == 2 && p[0] == '.' && p[1] == '.') {
        w->up = true;
        strcpy(w->at + w->n, "/.");
        if (access(w->at, F_OK))
            return -errno;
        while (w->n && w->at[--w->n] != '/')
            ;
        w->at[w->n] = 0;
        return 0;
    }
    if (w->n + n + 4 > sizeof w->at)
        return -ENAMETOOLONG;
    w->at[w->n] = '/';
    memcpy(w->at + w->n + 1, p, n);
    w->at[w->n + 1 + n] = 0;
    if (!last_nofollow && (len = readlink(w->at, target, PATH_BYTES - 1)) >= 0) {
        target[len] = 0;
        return AGAIN;
    }
    w->n += n + 1;
    return last_nofollow || errno == EINVAL ? 0 : -errno;
}

/* Puts the first link of a host path, or its "..", into the path: AGAIN. 0: there is none, the path can go to the kernel. */
static int64_t walk_host(struct path_look *l, const char *path, const char **to, bool *host)
{
    struct walk w = { .n = 0 };
    char target[PATH_BYTES];
    const char *p = path + strspn(path, "/");

    while (*p) {
        size_t n = strcspn(p, "/");
        const char *rest = p + n + strspn(p + n, "/");
        int64_t r = step(&w, p, n, !p[n] && l->flags & H_O_NOFOLLOW, target);
        if (r == AGAIN) {
            char *out = free_buf(l);
            size_t tn = strlen(target);
            *to = out;
            *host = *host && *target != '/';
            if (*target == '/')
                w.n = 0;
            if (w.n + tn + 2 + strlen(rest) + 1 > PATH_BYTES)
                return -ENAMETOOLONG;
            sprintf(out, "%.*s%s%s%s%s", (int)w.n, w.at, *target == '/' ? "" : "/", target, p[n] ? "/" : "", rest);
            return AGAIN;
        }
        if (r < 0)
            return 0;
        p = rest;
    }
    if (!w.up)
        return 0;
    *host = false;
    if (path[strlen(path) - 1] == '/' || !w.n) {        /* step() keeps room for it */
        w.at[w.n] = '/';
        w.at[w.n + 1] = 0;
    }
    *to = strcpy(free_buf(l), w.at);
    return AGAIN;
}

/* --- one round of a look-up: a descriptor, -errno, or AGAIN with *path changed --- */

struct round { const char *path; bool host; };      /* host: not in ROOT, whatever place_of says */
static int64_t open_round(struct path_look *l, struct round *k, int64_t *fd);

static int64_t open_on_host(struct path_look *l, struct round *k, int64_t *fd)
{
    const char *path = k->path;
    int64_t r;

    if (!has_dotdot(path)) {
        *fd = scoped_open(l, AT_FDCWD, path, l->flags, RESOLVE_NO_SYMLINKS);
        if (*fd != -ELOOP || l->resolve & RESOLVE_NO_SYMLINKS)
            return 0;
        if (!(l->flags & O_CREAT) && !name_exists(AT_FDCWD, path)) {
            *fd = -ENOENT;              /* a search path's miss below a directory that is a link: no need to look at each */
            return 0;
        }
    }
    r = walk_host(l, path, &k->path, &k->host);
    if (r == 0)
        *fd = scoped_open(l, AT_FDCWD, path, l->flags, 0);
    else if (r < 0)
        *fd = r;
    return r == AGAIN ? AGAIN : 0;
}

/* Nothing was found, but in ROOT a link may stand there that leads to the host. */
static int64_t follow_dangling(struct path_look *l, struct round *k, int64_t *fd)
{
    int64_t link, r;

    if (l->flags & H_O_NOFOLLOW || l->resolve & RESOLVE_NO_SYMLINKS)
        return 0;
    link = in_root(l, k->path, O_PATH | H_O_NOFOLLOW | O_CLOEXEC);
    if (link < 0)
        return 0;
    r = follow_last(l, (int)link, "", &k->path, &k->host);
    close((int)link);
    if (r == AGAIN)
        return AGAIN;
    *fd = r == -EINVAL ? -ENOENT : r;       /* no link: it came into being a moment ago */
    return 0;
}

/* O_CREAT of a name that nothing has yet, or O_EXCL. */
static int64_t create_round(struct path_look *l, struct round *k, int64_t *fd)
{
    struct path_place p;
    int64_t r = path_parent(l->rt, AT_FDCWD, k->path, &p);

    *fd = r;
    if (r < 0)
        return 0;
    if (p.opened && (r = rt_fd_high(p.dir)) >= 0) {     /* the new file gets the lowest number, which is the directory's */
        close(p.dir);
        p.dir = (int)r;
    }
    *fd = scoped_open(l, p.dir, p.name, l->flags, p.opened ? RESOLVE_NO_SYMLINKS : 0);
    if (*fd == -ELOOP && !(l->flags & (O_EXCL | H_O_NOFOLLOW)) && p.opened) {
        r = follow_last(l, p.dir, p.name, &k->path, &k->host);
        *fd = r;
    } else {
        r = 0;
    }
    path_close(&p);
    return r == AGAIN ? AGAIN : 0;
}

/* May an existing file be opened without O_CREAT with the same result? Not when only O_CREAT makes it EISDIR or EEXIST. */
static bool creation_can_wait(const struct path_look *l, const char *path)
{
    return !(l->flags & O_EXCL) && (l->flags & O_ACCMODE) != O_RDONLY && path[strlen(path) - 1] != '/';
}

static int64_t open_root_first(struct path_look *l, struct round *k, int64_t *fd)
{
    bool create = l->flags & O_CREAT && !(l->flags & O_PATH);

    if (create && !creation_can_wait(l, k->path))
        return create_round(l, k, fd);
    *fd = in_root(l, k->path, l->flags & ~(uint64_t)(create ? O_CREAT : 0));
    l->in_root = *fd >= 0;
    if (*fd != -ENOENT)
        return 0;
    if (create)
        return create_round(l, k, fd);
    const char *path = k->path;
    int64_t r = open_on_host(l, k, fd);
    if (r == AGAIN || *fd != -ENOENT)
        return r;
    k->path = path;
    return follow_dangling(l, k, fd);
}

static int64_t open_round(struct path_look *l, struct round *k, int64_t *fd)
{
    const char *told = path_told(l->rt, k->path);

    if (told != k->path) {
        k->path = told;
        k->host = false;
    }
    switch (place_of(k->path)) {
    case KERNEL:
        *fd = l->resolve ? scoped_open(l, AT_FDCWD, k->path, l->flags, 0) : plain_open(l, AT_FDCWD, k->path, l->flags);
        return 0;
    case HOST:
        return open_on_host(l, k, fd);
    default:
        return k->host ? open_on_host(l, k, fd) : open_root_first(l, k, fd);
    }
}

static int64_t open_rounds(struct path_look *l, struct round *k)
{
    int64_t fd = -ENOENT;

    for (unsigned links = 0; links <= MAX_LINKS; links++)
        if (open_round(l, k, &fd) != AGAIN)
            return fd;
    return -ELOOP;
}

/* Does the relative path name a place that is always the host's, from ROOT or ROOT/var? */
static bool is_host_below_root(struct path_look *l, int dirfd, const char *path, struct round *k)
{
    return path_may_be_host(path) && !absolute(l, dirfd, path, &k->path, &k->host) && !k->host && place_of(k->path) != IN_ROOT_FIRST;
}

int64_t path_open(struct path_look *l, int dirfd, const char *path)
{
    struct round k = { path, false };
    int64_t fd, r;

    l->in_root = false;
    if (*path != '/' && !is_host_below_root(l, dirfd, path, &k)) {
        fd = scoped_open(l, dirfd, path, l->flags, RESOLVE_BENEATH);
        if (fd != -EXDEV)
            return fd;
        r = absolute(l, dirfd, path, &k.path, &k.host);
        if (r < 0)
            return r;
    }
    return open_rounds(l, &k);
}

int64_t path_file(struct rt *rt, int dirfd, const char *path, bool nofollow)
{
    struct path_look l;

    l.rt = rt;
    l.t = NULL;
    l.flags = O_PATH | O_CLOEXEC | (nofollow ? H_O_NOFOLLOW : 0);
    l.mode = l.resolve = 0;
    l.turn = 0;
    return path_open(&l, dirfd, path);
}

/* --- the last component's place --- */

/* Splits path before its last component (which keeps slashes behind it): the component, with the part before it in dir. NULL:
 * there is no component, or the part before it is empty. */
static const char *split(const char *path, char dir[PATH_BYTES])
{
    const char *end = path + strlen(path), *name;

    while (end > path && end[-1] == '/')
        end--;
    name = end;
    while (name > path && name[-1] != '/')
        name--;
    if (name == end || name == path)
        return NULL;
    memcpy(dir, path, (size_t)(name - path));
    dir[name - path] = 0;
    return name;
}

static void look_for_dir(struct path_look *l, struct rt *rt)
{
    l->rt = rt;
    l->t = NULL;
    l->flags = O_PATH | O_CLOEXEC | H_O_DIRECTORY;
    l->mode = l->resolve = 0;
    l->turn = 0;
}

static int64_t dir_in_root(struct rt *rt, const char *path)
{
    struct path_look l;

    look_for_dir(&l, rt);
    return in_root(&l, path, l.flags);
}

static int64_t open_dir(struct rt *rt, int dirfd, const char *path, bool host)
{
    struct path_look l;

    look_for_dir(&l, rt);
    return host ? open_rounds(&l, &(struct round){ path, true }) : path_open(&l, dirfd, path);
}

/* The directory was found in ROOT, but its real name there may be one that is always the host's (ROOT/var/spool -> /tmp/spool). */
static int64_t leave_root(struct rt *rt, int64_t dir)
{
    char real[PATH_BYTES];
    const char *told;

    if (path_of_fd((int)dir, real) < 0 || (told = path_told(rt, real)) == real || place_of(told) == IN_ROOT_FIRST)
        return dir;
    int64_t fd = open_dir(rt, AT_FDCWD, told, false);
    if (fd < 0)
        return dir;
    close((int)dir);
    return fd;
}

static int64_t place(struct path_place *p, int64_t dir, const char *name)
{
    if (dir < 0)
        return dir;
    *p = (struct path_place){ .dir = (int)dir, .opened = true, .name = name };
    return 0;
}

int64_t path_parent(struct rt *rt, int dirfd, const char *path, struct path_place *p)
{
    char dir[PATH_BYTES];
    const char *last, *whole = *path == '/' ? path_told(rt, path) : path;
    enum place where = *whole == '/' ? place_of(whole) : HOST;
    int64_t fd, on_host;

    *p = (struct path_place){ .dir = *whole == '/' ? AT_FDCWD : dirfd, .name = whole };
    last = split(whole, dir);
    if (!last || where == KERNEL)
        return 0;
    if (where == HOST)
        return place(p, open_dir(rt, dirfd, dir, false), last);
    fd = dir_in_root(rt, dir);
    if (fd == -ENOENT)
        return place(p, open_dir(rt, AT_FDCWD, dir, false), last);
    if (fd < 0)
        return fd;
    fd = leave_root(rt, fd);
    if (!name_exists((int)fd, last) && name_exists(AT_FDCWD, whole) && (on_host = open_dir(rt, AT_FDCWD, dir, true)) >= 0) {
        close((int)fd);
        fd = on_host;
    }
    return place(p, fd, last);
}
