/* Files: what differs from the host in flags or structures, names below /proc that speak of this process, and calls that could
 * reach the runtime's own descriptors. */
#include "runtime/linux/abi.h"
#include "runtime/linux/linux.h"
#include "runtime/linux/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The host kernel's struct stat (glibc's on 64-bit hosts is the same) in the guest's layout. */
static int64_t put_stat(struct sys_call *c, uint64_t to, const struct stat *st)
{
    struct g_stat g = {
        .dev = st->st_dev,
        .ino = st->st_ino,
        .mode = st->st_mode,
        .nlink = (uint32_t)st->st_nlink,
        .uid = st->st_uid,
        .gid = st->st_gid,
        .rdev = st->st_rdev,
        .size = st->st_size,
        .blksize = (int32_t)st->st_blksize,
        .blocks = st->st_blocks,
        .atime = st->st_atim.tv_sec,
        .atime_nsec = (uint64_t)st->st_atim.tv_nsec,
        .mtime = st->st_mtim.tv_sec,
        .mtime_nsec = (uint64_t)st->st_mtim.tv_nsec,
        .ctime = st->st_ctim.tv_sec,
        .ctime_nsec = (uint64_t)st->st_ctim.tv_nsec,
    };
    return rt_copy_out(c->t, to, &g, sizeof g);
}

/* /proc/self/exe and its other names stand for the guest's file in every call that follows links. */
static void follow_exe(struct sys_call *c, unsigned arg)
{
    if (proc_path(c, c->a[arg]) == PROC_EXE && c->t->rt->exe.path)
        c->a[arg] = (uint64_t)(uintptr_t)c->t->rt->exe.path;
}

enum { TO_KERNEL, TO_PATH };

/* Reads the path argument. TO_KERNEL: c->a[arg] is what the kernel shall have; TO_PATH: buf holds a path for path.c (under -L, and
 * not empty); or -errno. */
static int64_t take_path(struct sys_call *c, unsigned arg, bool follow, char buf[PATH_BYTES])
{
    int64_t n;

    if (!path_under_root(c->t)) {
        if (follow)
            follow_exe(c, arg);
        return TO_KERNEL;
    }
    n = rt_copy_str(c->t, buf, c->a[arg], PATH_BYTES);
    if (n <= 0)
        return n == -ENAMETOOLONG ? n : TO_KERNEL;      /* the kernel knows what NULL and "" mean */
    proc_follow(c->t->rt, buf, follow);
    c->a[arg] = (uint64_t)(uintptr_t)buf;
    return path_is_kernel(buf) ? TO_KERNEL : TO_PATH;
}

/* A name in its directory: the kernel meets no link on the way to it, and it is nothing else's name. */
static bool is_one_name(const char *path)
{
    return !strchr(path, '/') && strcmp(path, "..") != 0 && !path_may_be_host(path);
}

/* The call's path argument (behind its directory) becomes a descriptor with an empty path: *fd, which the caller closes; -1 when
 * there is none to be had, and the path is for the kernel as it stands. 0 or -errno. */
static int64_t by_descriptor(struct sys_call *c, unsigned arg, char path[PATH_BYTES], bool nofollow, int *fd)
{
    int64_t r = path_file(c->t->rt, (int)c->a[arg - 1], path, nofollow);

    *fd = (int)r;
    if (r == -EMFILE || r == -ENFILE) {
        path_plain(c->t->rt, path);
        return 0;
    }
    c->a[arg - 1] = (uint64_t)r;
    c->a[arg] = (uint64_t)(uintptr_t) "";
    return r < 0 ? r : 0;
}

static int64_t close_after(int fd, int64_t result)
{
    if (fd >= 0)
        close(fd);
    return result;
}

int64_t sys_fstat(struct sys_call *c)
{
    uint64_t to = c->a[1];
    struct stat st = { 0 };
    int64_t r;

    c->a[1] = (uint64_t)(uintptr_t)&st;
    r = sys_host(c, SYS_fstat);
    return r ? r : put_stat(c, to, &st);
}

/* With an empty path the kernel does not look at the other flags. */
static bool stat_flags_are_bad(uint64_t flags)
{
    enum { SYNC = 0x6000 };

    return flags & ~(uint64_t)(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | SYNC);
}

/* Most names that programs ask for this way are no links: one call finds out, and serves them. */
static int64_t stat_path(struct sys_call *c, char path[PATH_BYTES], struct stat *st)
{
    bool follow = !(c->a[3] & AT_SYMLINK_NOFOLLOW);
    int64_t r;
    int fd;

    if (stat_flags_are_bad(c->a[3]))
        return -EINVAL;
    if (is_one_name(path)) {
        struct sys_call own = *c;
        own.a[3] |= AT_SYMLINK_NOFOLLOW;
        r = sys_host(&own, SYS_newfstatat);
        if (r || !follow || !S_ISLNK(st->st_mode))
            return r;
    }
    r = by_descriptor(c, 1, path, !follow, &fd);
    if (r < 0)
        return r;
    c->a[3] |= AT_EMPTY_PATH;
    return close_after(fd, sys_host(c, SYS_newfstatat));
}

int64_t sys_newfstatat(struct sys_call *c)
{
    uint64_t to = c->a[2];
    char path[PATH_BYTES];
    struct stat st = { 0 };
    int64_t r = take_path(c, 1, !(c->a[3] & AT_SYMLINK_NOFOLLOW), path);

    c->a[2] = (uint64_t)(uintptr_t)&st;
    if (r >= 0)
        r = r == TO_PATH ? stat_path(c, path, &st) : sys_host(c, SYS_newfstatat);
    return r ? r : put_stat(c, to, &st);
}

/* statx and faccessat2: flags in the argument `flags`. */
static int64_t call_with_path(struct sys_call *c, unsigned flags, long nr)
{
    bool follow = !(c->a[flags] & AT_SYMLINK_NOFOLLOW);
    char path[PATH_BYTES];
    int64_t r = take_path(c, 1, follow, path);
    int fd;

    if (r < 0)
        return r;
    if (r == TO_KERNEL || (!follow && is_one_name(path)))
        return sys_host(c, nr);
    r = by_descriptor(c, 1, path, !follow, &fd);
    if (r < 0)
        return r;
    c->a[flags] |= AT_EMPTY_PATH;
    return close_after(fd, sys_host(c, nr));
}

int64_t sys_statx(struct sys_call *c)
{
    if (stat_flags_are_bad(c->a[2]))
        return -EINVAL;
    return call_with_path(c, 2, SYS_statx);
}

int64_t sys_faccessat(struct sys_call *c)
{
    if (!path_under_root(c->t)) {
        follow_exe(c, 1);
        return sys_host(c, SYS_faccessat);
    }
    c->a[3] = 0;
    return call_with_path(c, 3, SYS_faccessat2);
}

int64_t sys_faccessat2(struct sys_call *c)
{
    return call_with_path(c, 3, SYS_faccessat2);
}

static int64_t put_link(struct sys_call *c, const char *link, size_t n)
{
    if (n > c->a[3])
        n = c->a[3];
    return rt_copy_out(c->t, c->a[2], link, n) ? -EFAULT : (int64_t)n;
}

/* Links of /proc name places on the host; others are text. (dirfd, path) as the kernel shall see them. */
static bool link_is_a_place(int dirfd, const char *path)
{
    int fd = *path ? openat(dirfd, path, O_PATH | O_NOFOLLOW | O_CLOEXEC) : dirfd;
    struct statfs fs;
    bool yes = fd >= 0 && !fstatfs(fd, &fs) && fs.f_type == PROC_SUPER_MAGIC;

    if (fd >= 0 && fd != dirfd)
        close(fd);
    return yes;
}

/* readlinkat under -L: the link's text without ROOT in front. path: as take_path left it. */
static int64_t read_told_link(struct sys_call *c, char path[PATH_BYTES], bool look)
{
    char text[PATH_BYTES];
    int fd = -1;
    int64_t n;

    if (look && !is_one_name(path)) {
        n = by_descriptor(c, 1, path, true, &fd);
        if (n < 0)
            return n;
    }
    n = rt_syscall_raw(c->t, SYS_readlinkat, c->a[0], c->a[1], (uint64_t)(uintptr_t)text, sizeof text - 1, 0, 0);
    if (n == -ENOENT && fd >= 0)
        n = -EINVAL;                            /* what an empty path gives for a file that is no link */
    if (n >= 0) {
        text[n] = 0;
        const char *told = path_told(c->t->rt, text);
        if (told != text && !link_is_a_place((int)c->a[0], (const char *)(uintptr_t)c->a[1]))
            told = text;
        n = put_link(c, told, told == text ? (size_t)n : strlen(told));
    }
    return close_after(fd, n);
}

int64_t sys_readlinkat(struct sys_call *c)
{
    const char *exe = c->t->rt->exe_path;
    char path[PATH_BYTES];
    int64_t r;

    if ((int)c->a[3] <= 0)
        return -EINVAL;
    if (exe && proc_path(c, c->a[1]) == PROC_EXE)
        return put_link(c, exe, strlen(exe));
    r = take_path(c, 1, false, path);
    if (r < 0)
        return r;
    if (c->a[1] != (uint64_t)(uintptr_t)path)   /* no -L, NULL or "" */
        return sys_host(c, SYS_readlinkat);
    return read_told_link(c, path, r == TO_PATH);
}

/* Serves the open of a name below /proc that the kernel would answer with the runtime's view. flags: the host's. true: *r is the
 * result. */
static bool open_special(struct sys_call *c, uint64_t path, uint64_t flags, int64_t *r)
{
    enum proc_file which = proc_path(c, path);

    if (which == PROC_NOT || which == PROC_EXE || (flags & (O_PATH | H_O_DIRECTORY)))
        return false;
    *r = (flags & O_ACCMODE) != O_RDONLY ? -EACCES : proc_open(c, path, which, flags & O_CLOEXEC);
    return true;
}

static int64_t open_path(struct sys_call *c, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
    struct path_look l;

    l.rt = c->t->rt;
    l.t = c->t;
    l.flags = flags;
    l.mode = mode;
    l.resolve = resolve;
    l.turn = 0;
    return path_open(&l, (int)c->a[0], path);
}

int64_t sys_openat(struct sys_call *c)
{
    char path[PATH_BYTES];
    int64_t r, where;

    c->a[2] = abi_open_flags_to_host(c->t->g->abi, c->a[2]);
    where = take_path(c, 1, !(c->a[2] & H_O_NOFOLLOW), path);
    if (where < 0)
        return where;
    if (where == TO_PATH)
        return open_path(c, path, c->a[2], c->a[3], 0);
    return open_special(c, c->a[1], c->a[2], &r) ? r : sys_host(c, SYS_openat);
}

/* What the guest asks of the walk goes to the kernel; where it ties the walk to its own directory, that is all there is to it. */
int64_t sys_openat2(struct sys_call *c)
{
    struct open_how how;
    char path[PATH_BYTES];
    int64_t r, where = TO_KERNEL;

    if (c->a[3] != sizeof how)
        return c->a[3] < sizeof how ? -EINVAL : -E2BIG;
    if (rt_copy_in(c->t, &how, c->a[2], sizeof how))
        return -EFAULT;
    how.flags = abi_open_flags_to_host(c->t->g->abi, how.flags);
    c->a[2] = (uint64_t)(uintptr_t)&how;
    if (!(how.resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)))
        where = take_path(c, 1, !(how.flags & H_O_NOFOLLOW) && !how.resolve, path);
    if (where < 0)
        return where;
    if (where == TO_PATH)
        return open_path(c, path, how.flags, how.mode, how.resolve);
    return !how.resolve && open_special(c, c->a[1], how.flags, &r) ? r : sys_host(c, SYS_openat2);
}

int64_t sys_getcwd(struct sys_call *c)
{
    char path[PATH_BYTES];
    const char *told;
    size_t n;
    int64_t r;

    if (!path_under_root(c->t))
        return sys_host(c, SYS_getcwd);
    r = rt_syscall_raw(c->t, SYS_getcwd, (uint64_t)(uintptr_t)path, sizeof path, 0, 0, 0, 0);
    if (r < 0)
        return r;
    told = path_told(c->t->rt, path);
    n = strlen(told) + 1;
    if (n > c->a[1])
        return -ERANGE;
    return rt_copy_out(c->t, c->a[0], told, n) ? -EFAULT : (int64_t)n;
}

/* A new root is the guest's whole world: -L ends with it. */
int64_t sys_chroot(struct sys_call *c)
{
    int64_t r;

    if (!path_under_root(c->t))
        return sys_host(c, SYS_chroot);
    r = path_pass(c, SYS_chroot);
    if (!r)
        path_drop(c->t);
    return r;
}

int64_t sys_fcntl(struct sys_call *c)
{
    int64_t r;

    if ((int)c->a[1] == F_SETFL)
        c->a[2] = abi_open_flags_to_host(c->t->g->abi, c->a[2]);
    r = sys_host(c, SYS_fcntl);
    return (int)c->a[1] == F_GETFL && r >= 0 ? (int64_t)abi_open_flags_from_host(c->t->g->abi, (uint64_t)r) : r;
}

/* Architectures younger than renameat2 leave it out. */
int64_t sys_renameat(struct sys_call *c)
{
    if (!c->t->g->abi->renameat)
        return -ENOSYS;
    return path_under_root(c->t) ? path_pass(c, SYS_renameat) : sys_host(c, SYS_renameat);
}

/* Calls that pass open flags on and do nothing else of their own. */
int64_t sys_pipe2(struct sys_call *c)
{
    c->a[1] = abi_open_flags_to_host(c->t->g->abi, c->a[1]);
    return sys_host(c, SYS_pipe2);
}

int64_t sys_fanotify_init(struct sys_call *c)
{
    c->a[1] = abi_open_flags_to_host(c->t->g->abi, c->a[1]);
    return sys_host(c, SYS_fanotify_init);
}

int64_t sys_open_by_handle_at(struct sys_call *c)
{
    c->a[2] = abi_open_flags_to_host(c->t->g->abi, c->a[2]);
    return sys_host(c, SYS_open_by_handle_at);
}

int64_t sys_getdents64(struct sys_call *c)
{
    int64_t r;

    do {                                        /* an empty rest is not the directory's end */
        r = sys_host(c, SYS_getdents64);
    } while (r > 0 && (r = proc_hide_fds(c, (int)c->a[0], c->a[1], r)) == 0);
    return r;
}

/* Closes [lo, hi] around the runtime's descriptors, which may lie above a limit that the guest has lowered. */
int64_t sys_close_range(struct sys_call *c)
{
    unsigned lo = (unsigned)c->a[0], hi = (unsigned)c->a[1];
    int64_t r = 0;

    if (hi < lo || lo != c->a[0])
        return -EINVAL;
    while (r == 0 && lo <= hi) {
        int ours = lo <= INT_MAX ? rt_fd_next_ours(c->t->rt, (int)lo) : -1;
        if (ours < 0 || (unsigned)ours > hi)
            return rt_syscall_raw(c->t, SYS_close_range, lo, hi, c->a[2], 0, 0, 0);
        if ((unsigned)ours > lo)
            r = rt_syscall_raw(c->t, SYS_close_range, lo, (unsigned)ours - 1, c->a[2], 0, 0, 0);
        lo = (unsigned)ours + 1;
    }
    return r;
}
