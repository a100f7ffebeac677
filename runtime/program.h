/* The program file: which one it is, and the names that the process has by it. */
#ifndef AOTC_RUNTIME_PROGRAM_H
#define AOTC_RUNTIME_PROGRAM_H

#include "runtime/rt.h"

/* Opens rt->opt.file for reading: as the host knows it, or, under -L, below the guest's root when the host has no guest program of
 * that name (children: guest rules, linux/path.h). A descriptor, or -errno. */
int rt_program_open(struct rt *rt);
/* A file by its guest path, for reading. A descriptor, or -errno. */
int rt_guest_open(struct rt *rt, const char *path);
/* The absolute host path of a file that is open and was found as `given`: malloc'd, or `given` itself. */
const char *rt_real_name(int fd, const char *given);
/* Once fd is the program: fills exe.path, exe_path and opt.file (what AT_EXECFN shall name), and makes the kernel show others the
 * guest's name and arguments (/proc/PID/comm and, where that is allowed, cmdline). */
void rt_program_name(struct rt *rt, int fd);

#endif
