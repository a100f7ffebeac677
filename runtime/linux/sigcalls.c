/* Signal calls: copies between guest and runtime/signals.c, which keeps dispositions and masks. */
#include "runtime/linux/linux.h"

#include "runtime/signals.h"

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
    host = rt_signal_host_mask(guest);
    rt_signal_temp_begin(t, guest);
    do {
        r = -EINTR;
        if (t->sig_pending || !rt_signal_waits(t))
            r = rt_syscall_raw(t, SYS_rt_sigsuspend, (uint64_t)(uintptr_t)&host, sizeof host, 0, 0, 0, 0);
    } while (r == -EINTR && !rt_signal_waits(t));
    if (r != -EINTR)
        rt_signal_temp_end(t);
    return r;
}

/* Signals that the host must not take from a thread: those of faults, and with them the runtime's kicks. */
static uint64_t without_faults(uint64_t set)
{
    return set & rt_signal_host_mask(~UINT64_C(0));
}

/* The host's mask mirrors the guest's, so the kernel holds what the guest waits for; except fault signals, which are held here. One
 * that comes later interrupts the call, and is found when it starts again. */
int64_t sys_rt_sigtimedwait(struct sys_call *c)
{
    struct rt_thread *t = c->t;
    uint64_t set, host;
    siginfo_t si;
    int64_t r;

    if (c->a[3] != SIGSET_SIZE)
        return -EINVAL;
    if (rt_copy_in(t, &set, c->a[0], sizeof set))
        return -EFAULT;
    __atomic_store_n(&t->sigwait, set, __ATOMIC_SEQ_CST);
    do {
        host = without_faults(set);
        r = rt_held_take(t, set & ~host, &si);
        if (r)
            break;
        r = rt_syscall_raw(t, SYS_rt_sigtimedwait, (uint64_t)(uintptr_t)&host, (uint64_t)(uintptr_t)&si, c->a[2],
                           sizeof host, 0, 0);
    } while (r == -EINTR && !t->sig_pending && (rt_held_pending(t) & set));
    __atomic_store_n(&t->sigwait, 0, __ATOMIC_SEQ_CST);
    if (r > 0 && c->a[1] && rt_copy_out(t, c->a[1], &si, sizeof si))
        return -EFAULT;
    return r;
}

int64_t sys_signalfd4(struct sys_call *c)
{
    uint64_t set;

    if (c->a[2] != SIGSET_SIZE)
        return -EINVAL;
    if (rt_copy_in(c->t, &set, c->a[1], sizeof set))
        return -EFAULT;
    set = without_faults(set);
    c->a[1] = (uint64_t)(uintptr_t)&set;
    return sys_host(c, SYS_signalfd4);
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
