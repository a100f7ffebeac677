/* The program file: which one it is, and the names that the process has by it. */
#include "runtime/program.h"

#include "runtime/linux/path.h"
#include "runtime/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

/* Fills exe.path and exe_path; one of a file that is gone, or never had a name, is what the kernel says of it. */
static void name_file(struct rt *rt, int fd)
{
    char path[PATH_BYTES], *copy;
    bool known = path_of_fd(fd, path) > 0, gone = known && strstr(path, " (deleted)");

    rt->exe.path = known && !gone && (copy = strdup(path)) ? copy : rt_real_name(fd, rt->opt.file);
    rt->exe_path = gone && (copy = strdup(path_told(rt, path))) ? copy : path_told(rt, rt->exe.path);
}

/* What execve was given, as the guest would have written it. malloc'd, or the options'. */
static const char *exec_name(const struct rt *rt)
{
    const char *file = rt->opt.file, *told;
    char path[2 * PATH_BYTES] = "", *copy;

    if (rt->opt.exec_name)
        return rt->opt.exec_name;
    if (!rt->opt.guest_name && rt->exe_path != rt->exe.path) {
        /* A host's name of a file below ROOT. */
        if (*file != '/' && getcwd(path, PATH_BYTES))
            strcat(path, "/");
        file += *file != '/' && !strncmp(file, "./", 2) ? 2 : 0;
        strncat(path, file, PATH_BYTES - 1);
        told = path_told(rt, path);
        file = told == path ? rt->exe_path : told;
    }
    return (copy = strdup(file)) ? copy : rt->exe_path;
}

/* The kernel reads /proc/PID/cmdline from [from, to). PR_SET_MM_MAP needs no privilege, but wants to be told all of prctl(2)'s
 * struct: the rest only informs. */
static void set_arguments(const char *from, const char *to)
{
    extern char __executable_start[], etext[], edata[];
    uint64_t brk = (uint64_t)syscall(SYS_brk, 0), env_end = getauxval(AT_EXECFN), at = (uint64_t)(uintptr_t)to;
    struct prctl_mm_map m = {
        .start_code = (uint64_t)(uintptr_t)__executable_start, .end_code = (uint64_t)(uintptr_t)etext,
        .start_data = (uint64_t)(uintptr_t)etext, .end_data = (uint64_t)(uintptr_t)edata,
        .start_brk = brk, .brk = brk, .start_stack = (uint64_t)(uintptr_t)from,
        .arg_start = (uint64_t)(uintptr_t)from, .arg_end = at, .env_start = at, .env_end = env_end > at ? env_end : at,
        .exe_fd = (uint32_t)-1,
    };

    if (prctl(PR_SET_MM, PR_SET_MM_MAP, &m, sizeof m, 0))
        prctl(PR_SET_MM, PR_SET_MM_ARG_START, from, 0, 0);
}

/* Others see the guest's arguments, from its argv[0] on. One given by -0 is moved to right before the other arguments, over FILE
 * and "--", which nobody needs any more. */
static void show_arguments(struct rt *rt, char *file)
{
    char *from = file, *last = rt->opt.argc > 1 ? rt->opt.argv[rt->opt.argc - 1] : file;
    char *end = last + strlen(last) + 1;
    size_t n = strlen(rt->opt.argv[0]) + 1;

    if (rt->opt.argv0 && (rt->opt.argv[0] + n == file || rt->opt.argv[0] + n + sizeof "--" == file)) {
        from = file + strlen(file) + 1 - n;
        memmove(from, rt->opt.argv[0], n);
        rt->opt.argv[0] = from;
    }
    set_arguments(from, end);
}

void rt_program_name(struct rt *rt, int fd)
{
    char *file = (char *)rt->opt.file;

    name_file(rt, fd);
    rt->opt.file = exec_name(rt);
    /* A file given by a descriptor alone is called by its own name. */
    const char *name = strncmp(rt->opt.file, "/dev/fd/", 8) || strchr(rt->opt.file + 8, '/') ? rt->opt.file : rt->exe_path;
    const char *slash = strrchr(name, '/');
    prctl(PR_SET_NAME, slash ? slash + 1 : name, 0, 0, 0);
    if (rt->opt.file != file)
        show_arguments(rt, file);
}
