/* Clocks, read through the host's own vDSO: a guest that asks for the time a million times a second does not enter the kernel. */
#include "runtime/linux/linux.h"

#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

int64_t sys_clock_gettime(struct sys_call *c)
{
    struct timespec ts;

    if (clock_gettime((clockid_t)c->a[0], &ts))
        return -errno;
    return rt_copy_out(c->t, c->a[1], &ts, sizeof ts);
}

int64_t sys_clock_getres(struct sys_call *c)
{
    struct timespec ts;

    if (clock_getres((clockid_t)c->a[0], &ts))
        return -errno;
    return c->a[1] ? rt_copy_out(c->t, c->a[1], &ts, sizeof ts) : 0;
}

int64_t sys_gettimeofday(struct sys_call *c)
{
    struct timeval tv;

    if (c->a[1])
        return sys_host(c, SYS_gettimeofday);
    if (gettimeofday(&tv, NULL))
        return -errno;
    return c->a[0] ? rt_copy_out(c->t, c->a[0], &tv, sizeof tv) : 0;
}

int64_t sys_getcpu(struct sys_call *c)
{
    unsigned at[2];

    if (getcpu(&at[0], &at[1]))
        return -errno;
    for (unsigned i = 0; i < 2; i++)
        if (c->a[i] && rt_copy_out(c->t, c->a[i], &at[i], sizeof at[i]))
            return -EFAULT;
    return 0;
}
