/* Signal calls: copies between guest and runtime/signals.c, which keeps dispositions and masks. */
#include "runtime/linux/linux.h"

#include <errno.h>
#include <sys/syscall.h>

enum { SIGSET_SIZE = 8 };

/* handler, flags, [restorer,] mask: include/uapi/asm-generic/signal.h. */
int64_t sys_sigact_in(struct rt_thread *t, uint64_t from, struct rt_sigact *act)
{
    bool restorer = t->g->abi->sa_restorer;
    uint64_t w[4];

    if (rt_copy_in(t, w, from, restorer ? 32 : 24))
        return -EFAULT;
    *act = (struct rt_sigact){ .handler = w[0], .flags = w[1], .mask = w[restorer ? 3 : 2], .restorer = restorer ? w[2] : 0 };
    return 0;
}

static int64_t sigact_out(struct rt_thread *t, uint64_t to, const struct rt_sigact *act)
{
    bool restorer = t->g->abi->sa_restorer;
    uint64_t w[4] = { act->handler, act->flags, restorer ? act->restorer : act->mask, act->mask };

    return rt_copy_out(t, to, w, restorer ? 32 : 24);
}

int64_t sys_rt_sigaction(struct sys_call *c)
{
    struct rt_sigact act, old;
    int64_t r;

    if (c->a[3] != SIGSET_SIZE)
        return -EINVAL;
    if (c->a[1] && sys_sigact_in(c->t, c->a[1], &act))
        return -EFAULT;
    r = rt_signal_action(c->t, (int)c->a[0], c->a[1] ? &act : NULL, &old);
    if (r == 0 && c->a[2] && sigact_out(c->t, c->a[2], &old))
        return -EFAULT;
    return r;
}

int64_t sys_rt_sigprocmask(struct sys_call *c)
{
    uint64_t set, old;
    int64_t r;

    if (c->a[3] != SIGSET_SIZE)
        return -EINVAL;
    if (c->a[1] && rt_copy_in(c->t, &set, c->a[1], sizeof set))
        return -EFAULT;
    r = rt_signal_mask(c->t, (int)c->a[0], c->a[1] ? &set : NULL, &old);
    if (r == 0 && c->a[2] && rt_copy_out(c->t, c->a[2], &old, sizeof old))
        return -EFAULT;
    return r;
}

int64_t sys_rt_sigpending(struct sys_call *c)
{
    uint64_t set = rt_signal_pending(c->t);

    if (c->a[1] > SIGSET_SIZE)
        return -EINVAL;
    return rt_copy_out(c->t, c->a[0], &set, c->a[1]);
}

/* Waits in the kernel under the host's form of the mask. Returns EINTR always; the frame of the handler that ends the wait restores
 * the old mask. */
int64_t sys_rt_sigsuspend(struct sys_call *c)
{
    struct rt_thread *t = c->t;
    uint64_t guest, host;
    int64_t r;

    if (c->a[1] != SIGSET_SIZE)
        return -EINVAL;
    if (rt_copy_in(t, &guest, c->a[0], sizeof guest))
        return -EFAULT;
    guest &= ~(UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1));
    host = rt_signal_host_mask(guest);
    t->saved_mask = t->sigmask;
    t->sigmask = guest;
    t->sigsuspended = true;
    do {
        r = -EINTR;
        if (!(t->held & ~guest))
            r = rt_syscall_raw(t, SYS_rt_sigsuspend, (uint64_t)(uintptr_t)&host, sizeof host, 0, 0, 0, 0);
    } while (r == -EINTR && !sys_signal_waits(t));
    if (r != -EINTR) {
        t->sigmask = t->saved_mask;
        t->sigsuspended = false;
    }
    return r;
}

/* The host's mask mirrors the guest's, so the kernel holds what the guest waits for. Signals that the runtime keeps open for faults
 * and holds back while the guest blocks them (t->held) are answered here. */
int64_t sys_rt_sigtimedwait(struct sys_call *c)
{
    uint64_t set, held;

    if (c->a[3] != SIGSET_SIZE)
        return -EINVAL;
    if (rt_copy_in(c->t, &set, c->a[0], sizeof set))
        return -EFAULT;
    held = set & c->t->held;
    if (held) {
        int sig = __builtin_ctzll(held) + 1;
        if (c->a[1] && rt_copy_out(c->t, c->a[1], &c->t->held_info[sig], sizeof c->t->held_info[sig]))
            return -EFAULT;
        c->t->held &= ~(UINT64_C(1) << (sig - 1));
        return sig;
    }
    return sys_host(c, SYS_rt_sigtimedwait);
}

int64_t sys_sigaltstack(struct sys_call *c)
{
    struct rt_sigaltstack st, old;
    int64_t r;

    if (c->a[0] && rt_copy_in(c->t, &st, c->a[0], sizeof st))
        return -EFAULT;
    r = rt_signal_altstack(c->t, c->a[0] ? &st : NULL, &old);
    if (r == 0 && c->a[1] && rt_copy_out(c->t, c->a[1], &old, sizeof old))
        return -EFAULT;
    return r;
}

int64_t sys_rt_sigreturn(struct sys_call *c)
{
    return rt_signal_return(c->t);
}
