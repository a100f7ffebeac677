/* Files: what differs from the host in flags or structures, names below /proc that speak of this process, and calls that could
 * reach the runtime's own descriptors. */
#include "runtime/linux/abi.h"
#include "runtime/linux/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

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
    if (proc_path(c, c->a[arg]) == PROC_EXE && c->t->rt->exe_path)
        c->a[arg] = (uint64_t)(uintptr_t)c->t->rt->exe_path;
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

int64_t sys_newfstatat(struct sys_call *c)
{
    uint64_t to = c->a[2];
    struct stat st = { 0 };
    int64_t r;

    if (!(c->a[3] & AT_SYMLINK_NOFOLLOW))
        follow_exe(c, 1);
    c->a[2] = (uint64_t)(uintptr_t)&st;
    r = sys_host(c, SYS_newfstatat);
    return r ? r : put_stat(c, to, &st);
}

int64_t sys_statx(struct sys_call *c)
{
    if (!(c->a[2] & AT_SYMLINK_NOFOLLOW))
        follow_exe(c, 1);
    return sys_host(c, SYS_statx);
}

int64_t sys_faccessat(struct sys_call *c)
{
    follow_exe(c, 1);
    return sys_host(c, SYS_faccessat);
}

int64_t sys_faccessat2(struct sys_call *c)
{
    if (!(c->a[3] & AT_SYMLINK_NOFOLLOW))
        follow_exe(c, 1);
    return sys_host(c, SYS_faccessat2);
}

int64_t sys_readlinkat(struct sys_call *c)
{
    const char *exe = c->t->rt->exe_path;
    size_t n;

    if (!exe || proc_path(c, c->a[1]) != PROC_EXE)
        return sys_host(c, SYS_readlinkat);
    if ((int)c->a[3] <= 0)
        return -EINVAL;
    n = strlen(exe);
    if (n > c->a[3])
        n = c->a[3];
    return rt_copy_out(c->t, c->a[2], exe, n) ? -EFAULT : (int64_t)n;
}

/* Serves the open of a name below /proc that the kernel would answer with the runtime's view. flags: the host's. true: *r is the
 * result. */
static bool open_special(struct sys_call *c, uint64_t path, uint64_t flags, int64_t *r)
{
    enum proc_file which = proc_path(c, path);

    if (which == PROC_NOT || which == PROC_EXE || (flags & (O_PATH | H_O_DIRECTORY)))
        return false;
    *r = (flags & O_ACCMODE) != O_RDONLY ? -EACCES : proc_open(c, which, flags & O_CLOEXEC);
    return true;
}

int64_t sys_openat(struct sys_call *c)
{
    int64_t r;

    c->a[2] = abi_open_flags_to_host(c->t->g->abi, c->a[2]);
    if (open_special(c, c->a[1], c->a[2], &r))
        return r;
    if (!(c->a[2] & H_O_NOFOLLOW))
        follow_exe(c, 1);
    return sys_host(c, SYS_openat);
}

int64_t sys_openat2(struct sys_call *c)
{
    struct { uint64_t flags, mode, resolve; } how;
    int64_t r;

    if (c->a[3] != sizeof how)
        return c->a[3] < sizeof how ? -EINVAL : -E2BIG;
    if (rt_copy_in(c->t, &how, c->a[2], sizeof how))
        return -EFAULT;
    how.flags = abi_open_flags_to_host(c->t->g->abi, how.flags);
    if (!how.resolve && open_special(c, c->a[1], how.flags, &r))
        return r;
    if (!(how.flags & H_O_NOFOLLOW) && !how.resolve)
        follow_exe(c, 1);
    c->a[2] = (uint64_t)(uintptr_t)&how;
    return sys_host(c, SYS_openat2);
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
    return c->t->g->abi->renameat ? sys_host(c, SYS_renameat) : -ENOSYS;
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

/* Closes [lo, hi] around the runtime's descriptors. */
int64_t sys_close_range(struct sys_call *c)
{
    unsigned lo = (unsigned)c->a[0], hi = (unsigned)c->a[1], top;
    struct rlimit lim;
    int64_t r = 0;

    if (hi < lo || lo != c->a[0] || getrlimit(RLIMIT_NOFILE, &lim))
        return -EINVAL;
    top = lim.rlim_cur < hi ? (unsigned)lim.rlim_cur : hi;
    for (unsigned from = lo; r == 0 && from <= hi;) {
        unsigned fd = from;
        while (fd <= top && !rt_fd_is_ours(c->t->rt, (int)fd))
            fd++;
        if (fd > top)
            return rt_syscall_raw(c->t, SYS_close_range, from, hi, c->a[2], 0, 0, 0);
        if (fd > from)
            r = rt_syscall_raw(c->t, SYS_close_range, from, fd - 1, c->a[2], 0, 0, 0);
        from = fd + 1;
    }
    return r;
}
