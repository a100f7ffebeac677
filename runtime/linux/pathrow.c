/* Path arguments of calls that the table passes to the host as they are. Under -L each is replaced by a name that an ordinary
 * look-up takes to the same file: PATH by a descriptor's name below /proc, LPATH and NPATH by their directory and last component.
 * */
#include "runtime/linux/abi.h"
#include "runtime/linux/linux.h"
#include "runtime/linux/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <unistd.h>

enum { NR_INOTIFY_ADD_WATCH = 27, NR_UMOUNT2 = 39, NR_MOUNT = 40, NR_FANOTIFY_MARK = 263, NR_MOVE_MOUNT = 429 };

/* What flags outside an ATFLAGS argument say of the last link. */
static enum sys_arg kind_by_call(const struct sys_call *c, unsigned i, enum sys_arg kind)
{
    switch (c->row->nr) {
    case NR_INOTIFY_ADD_WATCH:
        return c->a[2] & IN_DONT_FOLLOW ? AK_LPATH : kind;
    case NR_UMOUNT2:
        return c->a[1] & UMOUNT_NOFOLLOW ? AK_LPATH : kind;
    case NR_FANOTIFY_MARK:
        return c->a[1] & FAN_MARK_DONT_FOLLOW ? AK_LPATH : kind;
    case NR_MOUNT:                      /* the source is a path when a mount is moved or shown again */
        return i == 0 && !(c->a[3] & (MS_BIND | MS_MOVE)) ? AK_STR : AK_PATH;
    case NR_MOVE_MOUNT:
        return c->a[4] & (i == 1 ? 0x01 : 0x10) ? AK_PATH : AK_LPATH;   /* MOVE_MOUNT_F_SYMLINKS, MOVE_MOUNT_T_SYMLINKS */
    default:
        return kind;
    }
}

static enum sys_arg kind_of(const struct sys_call *c, unsigned i)
{
    enum sys_arg kind = c->row->arg[i] & 0xff;

    if (kind == AK_STR)
        return c->row->nr == NR_MOUNT ? kind_by_call(c, i, kind) : AK_STR;
    if (kind != AK_PATH && kind != AK_LPATH)
        return kind;
    for (unsigned f = i + 1; f < c->row->nargs; f++) {
        if (c->row->arg[f] != AK_ATFLAGS)
            continue;
        if (kind == AK_PATH && c->a[f] & AT_SYMLINK_NOFOLLOW)
            return AK_LPATH;
        return kind == AK_LPATH && c->a[f] & AT_SYMLINK_FOLLOW ? AK_PATH : kind;
    }
    return kind_by_call(c, i, kind);
}

/* Does the last component name no link: "x/", ".", ".."? Then LPATH follows too. */
static bool ends_in_directory(const char *path)
{
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;

    return !*last || !strcmp(last, ".") || !strcmp(last, "..");
}

struct path_arg { struct path_place at; char path[PATH_BYTES], name[PATH_FD_NAME + 264]; };

/* dot: the path names a directory, but the call does not follow links, so that the descriptor's name itself would be meant. */
static int64_t by_descriptor(struct sys_call *c, unsigned i, int dirfd, bool dot, struct path_arg *p)
{
    int64_t fd = path_file(c->t->rt, dirfd, p->path, false);

    if (fd == -EMFILE || fd == -ENFILE)
        path_plain(c->t->rt, p->path);
    if (fd < 0)
        return fd == -EMFILE || fd == -ENFILE ? 0 : fd;
    p->at = (struct path_place){ .dir = (int)fd, .opened = true };
    path_fd_name(p->name, (int)fd);
    if (dot)
        strcat(p->name, "/.");
    c->a[i] = (uint64_t)(uintptr_t)p->name;
    return 0;
}

static int64_t by_parent(struct sys_call *c, unsigned i, bool has_dir, struct path_arg *p)
{
    char dir[PATH_FD_NAME];
    int64_t r = path_parent(c->t->rt, has_dir ? (int)c->a[i - 1] : AT_FDCWD, p->path, &p->at);

    if (r == -EMFILE || r == -ENFILE)
        path_plain(c->t->rt, p->path);
    if (r < 0)
        return r == -EMFILE || r == -ENFILE ? 0 : r;
    if (has_dir)
        c->a[i - 1] = (uint64_t)(int64_t)p->at.dir;
    c->a[i] = (uint64_t)(uintptr_t)p->at.name;
    if (has_dir || !p->at.opened)
        return 0;
    if (snprintf(p->name, sizeof p->name, "%s/%s", path_fd_name(dir, p->at.dir), p->at.name) >= (int)sizeof p->name)
        return -ENAMETOOLONG;
    c->a[i] = (uint64_t)(uintptr_t)p->name;
    return 0;
}

static int64_t path_arg(struct sys_call *c, unsigned i, enum sys_arg kind, struct path_arg *p)
{
    bool has_dir = i && c->row->arg[i - 1] == AK_ATFD;
    int64_t n = rt_copy_str(c->t, p->path, c->a[i], sizeof p->path);

    if (n == -EFAULT || n == 0)
        return 0;                       /* NULL and "" mean something to some calls; the kernel says */
    if (n < 0)
        return n;
    proc_follow(c->t->rt, p->path, kind == AK_PATH);
    c->a[i] = (uint64_t)(uintptr_t)p->path;
    if (path_is_kernel(p->path))
        return 0;
    if (kind == AK_PATH || (kind == AK_LPATH && ends_in_directory(p->path)))
        return by_descriptor(c, i, has_dir ? (int)c->a[i - 1] : AT_FDCWD, kind == AK_LPATH, p);
    return by_parent(c, i, has_dir, p);
}

int64_t path_pass(struct sys_call *c, long host)
{
    struct path_arg p[2];
    unsigned n = 0;
    int64_t r = 0;

    for (unsigned i = 0; i < c->row->nargs && !r && n < 2; i++) {
        enum sys_arg kind = kind_of(c, i);
        if (kind != AK_PATH && kind != AK_LPATH && kind != AK_NPATH)
            continue;
        p[n].at.opened = false;
        r = path_arg(c, i, kind, &p[n++]);
    }
    if (!r)
        r = sys_host(c, host);
    while (n)
        path_close(&p[--n].at);
    return r;
}
