/* Beginning and end of processes. */
#ifndef AOTC_RUNTIME_PROCESS_H
#define AOTC_RUNTIME_PROCESS_H

#include "runtime/rt.h"

/* Writes the statistics (end: "exit", "signal", "miss", ...) and leaves with status. */
_Noreturn void rt_end_process(struct rt_thread *t, const char *end, int status);
/* Writes the statistics as options ask: text or JSON to err_fd, one JSON line to stats_fd. */
void rt_stats_write(struct rt_thread *t, const char *end, int status);
/* In a coverage build: writes the counters, as exit() would; else nothing. Before all that ends the process or its program. */
void rt_coverage_dump(void);
/* Moves fd to RT_FD_LOW or above (close on exec); returns the new number, or -1. */
int rt_fd_high(int fd);
/* A thread's memory, zeroed and aligned; NULL when short of it. */
struct rt_thread *rt_thread_new(struct rt *rt);
void rt_thread_free(struct rt_thread *t);
/* The argv of aotrun with the options that children inherit, up to and including "--"; the strings are o's and the caller's. exec_name:
 * the script that execve was given, or NULL. Returns the count. */
enum { RT_INHERIT_ARGS = 26 };          /* at least so much room */
unsigned rt_inherit_args(const struct rt_options *o, const char *argv0, const char *exec_name, const char **out, unsigned n);

#endif
