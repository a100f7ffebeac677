/* Shared by the programs of this folder: they print facts that must not depend on time, pids or the machine. */
#ifndef T_H
#define T_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Prints an expression with its value, and errno's name when it is -1. */
#define P(e) do { errno = 0; long v_ = (long)(e); if (v_ == -1 && errno) printf("%s = %s\n", #e, strerrorname_np(errno)); \
                  else printf("%s = %ld\n", #e, v_); fflush(stdout); } while (0)
/* Prints whether the expression holds. */
#define Y(e) do { printf("%s: %s\n", #e, (e) ? "yes" : "no"); fflush(stdout); } while (0)
#define S(s) do { printf("%s: \"%s\"\n", #s, s); fflush(stdout); } while (0)
#define BAD ((void *)0x10)

static inline long ms_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
static inline void ms_sleep(long ms)
{
    struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };
    while (nanosleep(&ts, &ts) && errno == EINTR)
        ;
}
#endif
