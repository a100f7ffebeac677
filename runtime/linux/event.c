/* Waiting: poll, select, epoll, sleeps. The temporary signal masks of the p-calls go to the kernel, translated to the host's mask,
 * so that unblocking and waiting are one step. */
#include "runtime/linux/abi.h"
#include "runtime/linux/linux.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>

enum { SIGSET_SIZE = 8, EPOLL_BATCH = 256 };
static const uint64_t UNBLOCKABLE = UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1);

/* A temporary mask: what the kernel reads, and the guest's view of it while the call lasts. */
struct tmpmask { uint64_t host; bool used; };

static int64_t mask_begin(struct sys_call *c, uint64_t from, uint64_t size, struct tmpmask *m)
{
    uint64_t guest;

    m->used = from != 0;
    if (!from)
        return 0;
    if (size != SIGSET_SIZE)
        return -EINVAL;
    if (rt_copy_in(c->t, &guest, from, sizeof guest))
        return -EFAULT;
    guest &= ~UNBLOCKABLE;
    m->host = rt_signal_host_mask(guest);
    rt_signal_temp_begin(c->t, guest);
    return 0;
}

/* The call itself, unless the temporary mask opens a signal that the runtime holds back: the kernel does not know of that one. */
static int64_t mask_call(struct sys_call *c, const struct tmpmask *m, long nr)
{
    return m->used && !c->t->sig_pending && rt_signal_waits(c->t) ? -EINTR : sys_host(c, nr);
}

/* A handler runs under the temporary mask and its frame restores the old one; without a handler the old mask returns here. */
static int64_t mask_end(struct sys_call *c, const struct tmpmask *m, int64_t r)
{
    if (m->used && r != -EINTR)
        rt_signal_temp_end(c->t);
    return r;
}

int64_t sys_ppoll(struct sys_call *c)
{
    struct tmpmask m;
    int64_t r = mask_begin(c, c->a[3], c->a[4], &m);

    if (r)
        return r;
    if (m.used)
        c->a[3] = (uint64_t)(uintptr_t)&m.host;
    return mask_end(c, &m, mask_call(c, &m, SYS_ppoll));
}

/* Host call nr, whose last argument is the address of a mask's address and size. */
static int64_t call_with_mask_pair(struct sys_call *c, long nr)
{
    struct { uint64_t mask, size; } arg = { 0, 0 };
    struct tmpmask m;
    int64_t r;

    if (c->a[5] && rt_copy_in(c->t, &arg, c->a[5], sizeof arg))
        return -EFAULT;
    r = mask_begin(c, arg.mask, arg.size, &m);
    if (r)
        return r;
    arg.mask = m.used ? (uint64_t)(uintptr_t)&m.host : 0;
    arg.size = SIGSET_SIZE;
    c->a[5] = (uint64_t)(uintptr_t)&arg;
    return mask_end(c, &m, mask_call(c, &m, nr));
}

int64_t sys_pselect6(struct sys_call *c) { return call_with_mask_pair(c, SYS_pselect6); }

int64_t sys_io_pgetevents(struct sys_call *c) { return call_with_mask_pair(c, SYS_io_pgetevents); }

int64_t sys_epoll_ctl(struct sys_call *c)
{
    struct g_epoll_event g;
    struct epoll_event h = { 0 };

    if ((int)c->a[1] == EPOLL_CTL_DEL)
        return sys_host(c, SYS_epoll_ctl);
    if (rt_copy_in(c->t, &g, c->a[3], sizeof g))
        return -EFAULT;
    h.events = g.events;
    h.data.u64 = g.data;
    c->a[3] = (uint64_t)(uintptr_t)&h;
    return sys_host(c, SYS_epoll_ctl);
}

/* Fewer events than the guest has room for are a valid answer, so a fixed buffer does. */
static int64_t epoll_wait_common(struct sys_call *c, long nr)
{
    struct epoll_event h[EPOLL_BATCH];
    uint64_t to = c->a[1];
    struct tmpmask m;
    int64_t r = mask_begin(c, c->a[4], c->a[5], &m);

    if (r)
        return r;
    if (m.used)
        c->a[4] = (uint64_t)(uintptr_t)&m.host;
    c->a[1] = (uint64_t)(uintptr_t)h;
    if ((int)c->a[2] > EPOLL_BATCH)
        c->a[2] = EPOLL_BATCH;
    r = mask_end(c, &m, mask_call(c, &m, nr));
    for (int64_t i = 0; i < r; i++) {
        struct g_epoll_event g = { .events = h[i].events, .data = h[i].data.u64 };
        if (rt_copy_out(c->t, to + (uint64_t)i * sizeof g, &g, sizeof g))
            return -EFAULT;
    }
    return r;
}

int64_t sys_epoll_pwait(struct sys_call *c)
{
    return epoll_wait_common(c, SYS_epoll_pwait);
}

int64_t sys_epoll_pwait2(struct sys_call *c)
{
    return epoll_wait_common(c, SYS_epoll_pwait2);
}

/* Sleeps on with what is left when the kernel came back but no guest handler is due; else the guest learns the rest with EINTR. */
static int64_t sleep_common(struct sys_call *c, int clock, int flags, uint64_t req, uint64_t rem)
{
    struct timespec ts, left = { 0, 0 };
    int64_t r;

    if (rt_copy_in(c->t, &ts, req, sizeof ts))
        return -EFAULT;
    for (;;) {
        left = ts;
        r = rt_syscall_raw(c->t, SYS_clock_nanosleep, (uint64_t)(int64_t)clock, (uint64_t)flags, (uint64_t)(uintptr_t)&ts,
                           (uint64_t)(uintptr_t)&left, 0, 0);
        if ((r != -EINTR && r != -RT_RESTART_ALWAYS) || rt_signal_waits(c->t) || c->t->held)
            break;
        if (!(flags & TIMER_ABSTIME))
            ts = left;
    }
    if (r == -EINTR && rem && !(flags & TIMER_ABSTIME) && rt_copy_out(c->t, rem, &left, sizeof left))
        return -EFAULT;
    return r;
}

int64_t sys_nanosleep(struct sys_call *c)
{
    return sleep_common(c, CLOCK_MONOTONIC, 0, c->a[0], c->a[1]);
}

int64_t sys_clock_nanosleep(struct sys_call *c)
{
    return sleep_common(c, (int)c->a[0], (int)c->a[1], c->a[2], c->a[3]);
}
