/* The program file: which one it is, and the names that the process has by it. */
#include "runtime/program.h"

#include "runtime/linux/path.h"
#include "runtime/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool is_guest_program(int fd)
{
    uint8_t head[64];
    uint16_t machine = 0;
    ssize_t n = pread(fd, head, sizeof head, 0);
    const struct guest *g;

    if (n <= 0 || load_classify(head, (size_t)n, &machine) != LOAD_ELF)
        return false;
    g = guest_by_machine(machine);
    return g && g->abi;
}

int rt_guest_open(struct rt *rt, const char *path)
{
    struct path_look l = { .rt = rt, .flags = O_RDONLY | O_CLOEXEC };
    int fd;

    if (rt->root_path)
        return (int)path_open(&l, AT_FDCWD, path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int rt_program_open(struct rt *rt)
{
    int fd = rt->root_path && rt->opt.guest_name ? -1 : open(rt->opt.file, O_RDONLY | O_CLOEXEC), why = errno;

    if (!rt->root_path || !*rt->opt.file)
        return fd < 0 ? -why : fd;
    if (fd >= 0 && is_guest_program(fd))
        return fd;
    int inside = rt_guest_open(rt, rt->opt.file);
    if (inside < 0 && fd >= 0)
        return fd;                      /* the caller says what is wrong with it */
    if (fd >= 0)
        close(fd);
    rt->opt.guest_name = true;
    return inside;
}

/* One link of /proc tells it; without /proc every component has to be looked at. */
const char *rt_real_name(int fd, const char *given)
{
    char path[PATH_BYTES], *real;

    if (path_of_fd(fd, path) > 0)
        real = strdup(strstr(path, " (deleted)") ? given : path);
    else
        real = realpath(given, NULL);
    return real ? real : given;
}

/* What /proc/self/exe says to the guest: of a file that is gone or never had a name, what the kernel says of it. */
static const char *told_name(const struct rt *rt, int fd)
{
    char path[PATH_BYTES], *copy;

    if (path_of_fd(fd, path) <= 0 || !strstr(path, " (deleted)"))
        return path_told(rt, rt->exe.path);
    return (copy = strdup(path_told(rt, path))) ? copy : rt->exe.path;
}

/* What execve was given, as the guest would have written it. malloc'd, or the options'. */
static const char *exec_name(const struct rt *rt)
{
    char *copy = NULL, cwd[PATH_BYTES];
    const char *file = rt->opt.file, *told;

    if (rt->opt.exec_name)
        return rt->opt.exec_name;
    if (rt->opt.guest_name || rt->exe_path == rt->exe.path)
        return (copy = strdup(file)) ? copy : file;
    if (*file == '/')
        copy = strdup(file);
    else if (!getcwd(cwd, sizeof cwd) || asprintf(&copy, "%s/%s", cwd, file + (strncmp(file, "./", 2) ? 0 : 2)) < 0)
        copy = NULL;
    told = copy ? path_told(rt, copy) : NULL;
    return told && told != copy ? told : rt->exe_path;
}

/* The kernel shows /proc/PID/cmdline from where the process's arguments lie: from the guest's argv[0] on. One given by -0 is moved to
 * right before the other arguments, over FILE and "--" (which nobody needs any more). */
static void show_arguments(struct rt *rt, char *file)
{
    char *from = file;

    if (rt->opt.argv0 && rt->opt.argv[0] + strlen(rt->opt.argv[0]) + 1 + sizeof "--" == file) {
        size_t n = strlen(rt->opt.argv[0]) + 1;
        from = file + strlen(file) + 1 - n;
        memmove(from, rt->opt.argv[0], n);
        rt->opt.argv[0] = from;
    }
    prctl(PR_SET_MM, PR_SET_MM_ARG_START, from, 0, 0);
}

void rt_program_name(struct rt *rt, int fd)
{
    char *file = (char *)rt->opt.file;

    rt->exe.path = rt_real_name(fd, rt->opt.file);
    rt->exe_path = told_name(rt, fd);
    rt->opt.file = exec_name(rt);
    /* A file given by a descriptor alone is called by its own name. */
    const char *name = strncmp(rt->opt.file, "/dev/fd/", 8) || strchr(rt->opt.file + 8, '/') ? rt->opt.file : rt->exe_path;
    const char *slash = strrchr(name, '/');
    prctl(PR_SET_NAME, slash ? slash + 1 : name, 0, 0, 0);
    if (rt->opt.file != file)
        show_arguments(rt, file);
}
