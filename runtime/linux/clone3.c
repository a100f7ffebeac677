/* clone3(2): its structure checked as kernel/fork.c does, then the way of clone(2). */
#include "runtime/linux/linux.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

/* struct clone_args, linux/sched.h: 64, 80 or 88 bytes; longer ones must be zero behind. */
struct g_clone_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};
enum { ARGS_VER0 = 64, CSIGNAL_BITS = 0xff };

static int64_t args_in(struct sys_call *c, struct g_clone_args *a)
{
    uint64_t size = c->a[1];
    uint8_t more[256];

    memset(a, 0, sizeof *a);
    if (size > RT_PAGE)
        return -E2BIG;
    if (size < ARGS_VER0)
        return -EINVAL;
    for (uint64_t at = sizeof *a, n; at < size; at += n) {
        n = size - at < sizeof more ? size - at : sizeof more;
        if (rt_copy_in(c->t, more, c->a[0] + at, n))
            return -EFAULT;
        for (uint64_t i = 0; i < n; i++)
            if (more[i])
                return -E2BIG;
    }
    return rt_copy_in(c->t, a, c->a[0], size < sizeof *a ? size : sizeof *a);
}

static bool valid(const struct g_clone_args *a)
{
    const uint64_t flags = a->flags, both = CLONE_SIGHAND | CLONE_CLEAR_HANDLERS;

    return !(flags >> 33) && !(flags & (CLONE_DETACHED | CSIGNAL_BITS)) && (flags & both) != both &&
           !((flags & (CLONE_THREAD | CLONE_PARENT)) && a->exit_signal) && a->exit_signal <= (uint64_t)RT_NSIG &&
           !a->stack == !a->stack_size && !a->set_tid == !a->set_tid_size;
}

/* Refused: tids of the caller's choice, and another control group than the caller's (flag 33, and the time namespace, which
 * clone(2) has no place for, are no valid flags here). */
int64_t sys_clone3(struct sys_call *c)
{
    struct g_clone_args a;
    uint64_t both = CLONE_PIDFD | CLONE_PARENT_SETTID, flags, ptid;
    int64_t r = args_in(c, &a);

    if (r)
        return r;
    if (!valid(&a))
        return -EINVAL;
    if (a.set_tid_size)
        return -EPERM;
    flags = a.flags;
    ptid = flags & CLONE_PIDFD ? a.pidfd : a.parent_tid;
    if ((flags & both) == both)         /* clone(2) has one place for the two */
        flags &= ~(uint64_t)CLONE_PARENT_SETTID;
    r = rt_clone(c->t, flags | a.exit_signal, a.stack + a.stack_size, ptid, a.tls, a.child_tid);
    if (r > 0 && (a.flags & both) == both) {
        int tid = (int)r;
        rt_copy_out(c->t, a.parent_tid, &tid, sizeof tid);
    }
    return r;
}
