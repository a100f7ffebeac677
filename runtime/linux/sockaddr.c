/* Addresses of AF_UNIX sockets are paths: under -L they are looked up like all others, and the guest is told its own names. */
#include "runtime/linux/linux.h"
#include "runtime/linux/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

enum { PATH_AT = offsetof(struct sockaddr_un, sun_path), PATH_ROOM = sizeof(((struct sockaddr_un *)0)->sun_path) };

/* The real name if it fits (others see it), else one through the descriptor; false: neither fits. name: "" for the descriptor itself. */
static bool put_name(struct sockaddr_un *to, int fd, const char *name)
{
    char real[PATH_BYTES], link[PATH_FD_NAME];
    const char *dir = path_of_fd(fd, real) >= 0 ? real : path_fd_name(link, fd), *sep = *name ? "/" : "";

    if (strlen(dir) + strlen(sep) + strlen(name) >= PATH_ROOM)
        dir = path_fd_name(link, fd);
    size_t at = strlen(dir), more = strlen(sep);
    if (at + more + strlen(name) >= PATH_ROOM)
        return false;
    memcpy(to->sun_path, dir, at);
    memcpy(to->sun_path + at, sep, more);
    strcpy(to->sun_path + at + more, name);
    return true;
}

/* The guest's address, made ready for the host in *to; the new length, 0: leave the call as it is, -errno. *at: to be closed. */
static int64_t resolve(struct sys_call *c, uint64_t addr, uint64_t len, bool make, struct sockaddr_un *to, struct path_place *at)
{
    char path[PATH_BYTES] = "";
    bool fits;
    int64_t fd;

    at->opened = false;
    if (!path_under_root(c->t) || len <= PATH_AT || len > sizeof *to || rt_copy_in(c->t, to, addr, len))
        return 0;
    if (to->sun_family != AF_UNIX || !to->sun_path[0])
        return 0;
    memcpy(path, to->sun_path, len - PATH_AT);
    if (path_is_kernel(path) || (make && !strchr(path, '/')))
        return 0;
    if (make) {
        fd = path_parent(c->t->rt, AT_FDCWD, path, at);
        if (fd < 0 || !at->opened)
            return fd < 0 ? fd : 0;
        fits = put_name(to, at->dir, at->name);
    } else {
        fd = path_file(c->t->rt, AT_FDCWD, path, false);
        if (fd < 0)
            return fd;
        *at = (struct path_place){ .dir = (int)fd, .opened = true };
        fits = put_name(to, at->dir, "");
    }
    if (fits)
        return PATH_AT + (int64_t)strlen(to->sun_path) + 1;
    path_close(at);
    return -ENAMETOOLONG;
}

static int64_t call_with_address(struct sys_call *c, unsigned arg, bool make, long nr)
{
    struct sockaddr_un un;
    struct path_place at;
    int64_t r = resolve(c, c->a[arg], (uint32_t)c->a[arg + 1], make, &un, &at);

    if (r < 0)
        return r;
    if (r) {
        c->a[arg] = (uint64_t)(uintptr_t)&un;
        c->a[arg + 1] = (uint64_t)r;
    }
    r = sys_host(c, nr);
    path_close(&at);
    return r == -EEXIST && make ? -EADDRINUSE : r;
}

int64_t sys_bind(struct sys_call *c)
{
    return call_with_address(c, 1, true, SYS_bind);
}

int64_t sys_connect(struct sys_call *c)
{
    return call_with_address(c, 1, false, SYS_connect);
}

/* sendto: a datagram's address may be missing. */
int64_t sys_sendto(struct sys_call *c)
{
    return c->a[4] && path_under_root(c->t) ? call_with_address(c, 4, false, SYS_sendto) : sys_host(c, SYS_sendto);
}

/* An address that the kernel gives out, as the guest knows it: into our own memory first, since it may be longer than the guest's.
 * */
static int64_t tell_address(struct sys_call *c, unsigned arg, long nr)
{
    uint64_t to = c->a[arg], len_at = c->a[arg + 1];
    struct sockaddr_storage got = { 0 };
    struct sockaddr_un *un = (struct sockaddr_un *)&got;
    uint32_t room, len = sizeof got;
    int64_t r;

    if (!path_under_root(c->t) || !to || rt_copy_in(c->t, &room, len_at, sizeof room) || (int32_t)room < 0)
        return sys_host(c, nr);
    c->a[arg] = (uint64_t)(uintptr_t)&got;
    c->a[arg + 1] = (uint64_t)(uintptr_t)&len;
    r = sys_host(c, nr);
    if (r < 0)
        return r;
    if (len > PATH_AT && len < sizeof got && un->sun_family == AF_UNIX) {
        const char *told = path_told(c->t->rt, un->sun_path);
        if (told != un->sun_path) {
            len = (uint32_t)(PATH_AT + strlen(told) + 1);
            memmove(un->sun_path, told, strlen(told) + 1);
        }
    }
    if (rt_copy_out(c->t, to, &got, len < room ? len : room) || rt_copy_out(c->t, len_at, &len, sizeof len))
        return -EFAULT;
    return r;
}

int64_t sys_getsockname(struct sys_call *c)
{
    return tell_address(c, 1, SYS_getsockname);
}

int64_t sys_getpeername(struct sys_call *c)
{
    return tell_address(c, 1, SYS_getpeername);
}

int64_t sys_accept(struct sys_call *c)
{
    return tell_address(c, 1, SYS_accept);
}

int64_t sys_accept4(struct sys_call *c)
{
    return tell_address(c, 1, SYS_accept4);
}

int64_t sys_recvfrom(struct sys_call *c)
{
    return tell_address(c, 4, SYS_recvfrom);
}
