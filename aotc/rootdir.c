/* Paths in a root are the kernel's business: openat2(2) with RESOLVE_IN_ROOT. */
#include "aotc/rootdir.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILE_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

static int open_in_root(int root, const char *path)
{
    struct open_how how = {.flags = FILE_FLAGS, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    long fd = syscall(SYS_openat2, root, path, &how, sizeof how);

    return fd < 0 ? -errno : (int)fd;
}

enum status rootdir_open(const char *dir, struct rootdir *out, struct diag *d)
{
    int probe;

    *out = (struct rootdir){.fd = -1};
    if (!dir)
        return ST_OK;
    if (!realpath(dir, out->real))
        return fail(d, ST_IO, 0, "%s", strerror(errno));
    out->fd = open(out->real, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (out->fd < 0)
        return fail(d, ST_IO, 0, "%s", strerror(errno));
    if (!strcmp(out->real, "/"))
        out->real[0] = 0;
    probe = open_in_root(out->fd, "/");
    if (probe < 0) {
        close(out->fd);
        return fail(d, ST_IO, 0, probe == -ENOSYS ? "this kernel has no openat2(2), which -L needs" : "cannot look into it: %s",
                    strerror(-probe));
    }
    close(probe);
    return ST_OK;
}

int rootdir_file(const struct rootdir *r, const char *guest_path, bool *in_root)
{
    int fd = r->fd >= 0 ? open_in_root(r->fd, guest_path) : -ENOENT;

    if (in_root)
        *in_root = fd >= 0;
    if (fd != -ENOENT && fd != -ENOTDIR)
        return fd;
    fd = open(guest_path, FILE_FLAGS);
    return fd < 0 ? -errno : fd;
}

/* Does path lie below dir? Then what follows dir, starting with '/', goes to out. */
static bool below(const char *dir, const char *path, char out[PATH_MAX])
{
    size_t n = strlen(dir);

    if (strncmp(path, dir, n) != 0 || path[n] != '/' || strlen(path + n) >= PATH_MAX)
        return false;
    memmove(out, path + n, strlen(path + n) + 1);
    return true;
}

/* The last name of a path may be a link that means something in the root only, so what leads there is resolved without it. */
bool rootdir_guest_path(const struct rootdir *r, const char *file, char out[PATH_MAX])
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    char dir[PATH_MAX], real[PATH_MAX];
    size_t n = slash ? (size_t)(slash - file) : 0;

    if (r->fd < 0 || n >= sizeof dir || !*name || !strcmp(name, ".."))
        return false;
    memcpy(dir, file, n);
    dir[n] = 0;
    if (!realpath(n ? dir : slash ? "/" : ".", real))
        return false;
    n = strlen(real);
    if (n + strlen(name) + 2 > sizeof real)
        return false;
    snprintf(real + n, sizeof real - n, "%s%s", n > 1 ? "/" : "", name);
    return below(r->real, real, out);
}

bool rootdir_real_path(const struct rootdir *r, int fd, char out[PATH_MAX])
{
    char link[64];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, out, PATH_MAX - 1);
    if (n <= 0 || out[0] != '/')
        return false;
    out[n] = 0;
    if (r->fd >= 0)
        below(r->real, out, out);
    return true;
}
