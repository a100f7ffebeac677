/* -L ROOT: where a guest path leads on the host.
 *
 * The guest's file system is the host's with ROOT laid over it. An absolute path is looked up in ROOT first (absolute links and
 * ".." stay inside, as under chroot), and on the host when nothing is there. /proc, /sys, /dev, /tmp, /var/tmp, /run (and /var/run,
 * /var/lock) are always the host's. A relative path is looked up in the directory that it is relative to, wherever that is; when it
 * leaves that directory, or meets an absolute link, it counts as an absolute one again. New names go where the parent directory was
 * found, unless the name exists already. Links found on the host that are absolute are guest paths too.
 * Without -L (rt->root_path is NULL) none of these functions is needed.
 * Results are -errno as the kernel gives it. All memory is the caller's. */
#ifndef AOTC_RUNTIME_LINUX_PATH_H
#define AOTC_RUNTIME_LINUX_PATH_H

#include "runtime/rt.h"

enum { PATH_BYTES = 4096 };             /* PATH_MAX: with the NUL */

/* Opens -L's directory and keeps it; "/" means none. false: why is in errno, nothing is kept. */
bool path_init(struct rt *rt, const char *root);
/* From here on there is no root any more: t's process has done chroot. */
void path_drop(struct rt_thread *t);
/* Do t's paths go through the functions below? */
static inline bool path_under_root(const struct rt_thread *t)
{
    return t->rt->root_path && !t->left_root;
}

/* One look-up. The caller fills rt, t, flags, mode, resolve; t may be NULL when no guest runs yet: then nothing waits for signals.
 * */
struct path_look {
    struct rt *rt;
    struct rt_thread *t;
    uint64_t flags, mode;               /* of open(2), the host's numbers */
    uint64_t resolve;                   /* RESOLVE_* of openat2(2) that the guest asked for, else 0 */
    bool in_root;                       /* found below ROOT by an absolute path; valid after success */
    unsigned turn;                      /* which of buf is free */
    char buf[2][PATH_BYTES];            /* paths made of links */
};

/* open(2) of a guest path; path must not be empty. A host descriptor, or -errno, or -RT_RESTART_ALWAYS. */
int64_t path_open(struct path_look *l, int dirfd, const char *path);
/* O_PATH descriptor of what the path names; of a last link itself with `nofollow`. */
int64_t path_file(struct rt *rt, int dirfd, const char *path, bool nofollow);
/* The place of a path's last component, for calls that make or remove it or do not follow it. `name` (part of path) is that
 * component with the slashes behind it, or the whole path where its directory needs no look-up of ours; in `dir`, a descriptor
 * that path_close() closes when it was opened for this. 0 or -errno. */
struct path_place { int dir; bool opened; const char *name; };
int64_t path_parent(struct rt *rt, int dirfd, const char *path, struct path_place *p);
void path_close(const struct path_place *p);

/* Does the relative path begin with a name that from some directories is always the host's? */
bool path_may_be_host(const char *path);
/* For want of a descriptor (-EMFILE, -ENFILE): the path itself, with ROOT put in front of an absolute one when the file is there.
 * Links lead where the host has them. */
void path_plain(const struct rt *rt, char path[PATH_BYTES]);
/* Does the path begin with /proc, /sys or /dev? Such paths go to the kernel as they are. */
bool path_is_kernel(const char *path);
/* The host's path of a descriptor, or of the current directory (AT_FDCWD): its length without the NUL, or -errno. */
int64_t path_of_fd(int fd, char out[PATH_BYTES]);
/* procfs.c. Puts what this process's /proc/self/exe (when links are followed) and root (and names below it) stand for in the path's
 * place. */
void proc_follow(const struct rt *rt, char path[PATH_BYTES], bool follow);
/* How the guest calls a host path: without ROOT in front. A part of `host`, or "/". */
const char *path_told(const struct rt *rt, const char *host);
/* "/proc/thread-self/fd/FD", the name of a descriptor in system calls that take none. */
enum { PATH_FD_NAME = 40 };
const char *path_fd_name(char buf[PATH_FD_NAME], int fd);

#endif
