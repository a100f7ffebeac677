/* Guest signal dispositions, masks and delivery.
 *
 * The host's state mirrors the guest's: what the guest ignores or leaves at its default the host kernel ignores or handles by
 * itself, what the guest blocks is blocked on the host (except the synchronous signals). So pending sets, inheritance, signalfd,
 * sigtimedwait and default actions are the kernel's own. Only a signal with a guest handler reaches rt_host_handler(), which
 * keeps it in t->sig_info and makes the kernel hold everything else until rt_signal_deliver() has built the guest's frame at a
 * safe point. */
#include "runtime/signals.h"

#include "runtime/hostcall.h"
#include "runtime/thread.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GUEST_DFL 0ull
#define GUEST_IGN 1ull
#define UNBLOCKABLE (SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
/* What sigaction(2) keeps of sa_flags: UAPI_SA_FLAGS in linux/signal_types.h, SA_EXPOSE_TAGBITS the last. */
#define KNOWN_FLAGS (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | \
                     (unsigned)SA_RESETHAND | 0x800u)
#define IGNORED_BY_DEFAULT (SIGBIT(SIGCHLD) | SIGBIT(SIGCONT) | SIGBIT(SIGURG) | SIGBIT(SIGWINCH))
#define STOPS_BY_DEFAULT (SIGBIT(SIGSTOP) | SIGBIT(SIGTSTP) | SIGBIT(SIGTTIN) | SIGBIT(SIGTTOU))

uint64_t rt_signal_host_mask(uint64_t guest_mask)
{
    return guest_mask & ~SYNC_SIGS;
}

/* Does the default action of sig end the process while statistics are wanted? Then we must hear of it. */
static bool ends_with_statistics(const struct rt *rt, int sig)
{
    return (rt->opt.stats != RT_STATS_NONE || rt->stats_fd >= 0)
        && !(SIGBIT(sig) & (UNBLOCKABLE | IGNORED_BY_DEFAULT | STOPS_BY_DEFAULT | SYNC_SIGS));
}

/* Makes the host's disposition follow the guest's. */
static int mirror_action(const struct rt *rt, int sig, const struct rt_sigact *act)
{
    if (SIGBIT(sig) & SYNC_SIGS)
        return 0;
    if ((act->handler == GUEST_DFL && !ends_with_statistics(rt, sig)) || act->handler == GUEST_IGN)
        return rt_host_sigaction(sig, act->handler == GUEST_IGN ? RT_HOST_IGN : NULL,
                                 act->flags & (SA_NOCLDSTOP | SA_NOCLDWAIT), 0);
    return rt_host_sigaction(sig, (void *)(uintptr_t)rt_host_handler,
                             SA_SIGINFO | SA_ONSTACK | (act->flags & (SA_NOCLDSTOP | SA_NOCLDWAIT)), ~SYNC_SIGS);
}

int rt_signals_init(struct rt *rt, struct rt_thread *t)
{
    int r = rt_altstack_make(t);

    if (!r)
        r = rt_altstack_install(t);
    if (r)
        return r;
    for (int sig = 1; sig <= RT_NSIG; sig++) {
        uint64_t flags;
        if (rt_host_sigget(sig, &flags) == (intptr_t)SIG_IGN)
            t->sighand->act[sig].handler = GUEST_IGN;
        else if (ends_with_statistics(rt, sig))
            mirror_action(rt, sig, &t->sighand->act[sig]);
        if (SIGBIT(sig) & SYNC_SIGS)
            r = rt_host_sigaction(sig, (void *)(uintptr_t)rt_host_handler, SA_SIGINFO | SA_ONSTACK | SA_RESTART, ~SYNC_SIGS);
    }
    t->sigmask = rt_host_getmask() & ~UNBLOCKABLE;
    rt_host_setmask(rt_signal_host_mask(t->sigmask));
    return r;
}

int64_t rt_signal_action(struct rt_thread *t, int sig, const struct rt_sigact *act, struct rt_sigact *old)
{
    if (sig < 1 || sig > RT_NSIG || (act && (SIGBIT(sig) & UNBLOCKABLE)))
        return -EINVAL;
    const uint64_t known = KNOWN_FLAGS | (t->g->abi->sa_restorer ? RT_SA_RESTORER : 0);
    bool forget = false;
    struct rt_sighand *sh = t->sighand;
    struct rt_sigact was, *cur = &sh->act[sig];
    int r = 0;

    rt_lock(t, &sh->lock);
    was = *cur;
    if (act) {
        *cur = *act;
        cur->mask &= ~UNBLOCKABLE;
        cur->flags &= known;
        r = mirror_action(t->rt, sig, cur);
        if (r)
            *cur = was;
        else
            forget = cur->handler == GUEST_IGN && (SIGBIT(sig) & SYNC_SIGS);
    }
    rt_unlock(t, &sh->lock);
    if (forget)
        rt_held_forget(t, sig);
    if (old)
        *old = was;
    return r;
}

static struct rt_sigact action_of(struct rt_thread *t, int sig)
{
    struct rt_sighand *sh = t->sighand;

    rt_lock(t, &sh->lock);
    struct rt_sigact act = sh->act[sig];
    rt_unlock(t, &sh->lock);
    return act;
}

/* The action that sig is handled with now; SA_RESETHAND takes effect. */
static struct rt_sigact take_action(struct rt_thread *t, int sig)
{
    struct rt_sighand *sh = t->sighand;
    struct rt_sigact *cur = &sh->act[sig];

    rt_lock(t, &sh->lock);
    struct rt_sigact act = *cur;
    if (act.flags & SA_RESETHAND) {
        cur->handler = GUEST_DFL;
        mirror_action(t->rt, sig, cur);
    }
    rt_unlock(t, &sh->lock);
    return act;
}

static void reset_action(struct rt_thread *t, int sig)
{
    struct rt_sighand *sh = t->sighand;

    rt_lock(t, &sh->lock);
    sh->act[sig].handler = GUEST_DFL;
    rt_unlock(t, &sh->lock);
}

static void set_sigmask(struct rt_thread *t, uint64_t mask)
{
    __atomic_store_n(&t->sigmask, mask & ~UNBLOCKABLE, __ATOMIC_SEQ_CST);
}

void rt_signal_temp_begin(struct rt_thread *t, uint64_t guest_mask)
{
    t->saved_mask = t->sigmask;
    set_sigmask(t, guest_mask);
    t->sigsuspended = true;
}

void rt_signal_temp_end(struct rt_thread *t)
{
    set_sigmask(t, t->saved_mask);
    t->sigsuspended = false;
}

/* Installs t->sigmask on the host. While a signal waits in sig_info the host must go on blocking everything: delivery does it
 * then. */
static void apply_mask(struct rt_thread *t)
{
    uint64_t mask = rt_signal_host_mask(t->sigmask);

    rt_syscall_raw(t, SYS_rt_sigprocmask, SIG_SETMASK, (uint64_t)(uintptr_t)&mask, 0, sizeof mask, 0, 0);
    if (rt_held_pending(t) & ~t->sigmask)
        t->v.request = 1;
}

int64_t rt_signal_mask(struct rt_thread *t, int how, const uint64_t *set, uint64_t *old)
{
    uint64_t mask = t->sigmask;

    if (old)
        *old = mask;
    if (!set)
        return 0;
    if (how == SIG_BLOCK)
        mask |= *set;
    else if (how == SIG_UNBLOCK)
        mask &= ~*set;
    else if (how == SIG_SETMASK)
        mask = *set;
    else
        return -EINVAL;
    set_sigmask(t, mask);
    apply_mask(t);
    return 0;
}

uint64_t rt_signal_pending(struct rt_thread *t)
{
    uint64_t set = 0;

    syscall(SYS_rt_sigpending, &set, sizeof set);
    return (set | rt_held_pending(t)) & t->sigmask;
}

int64_t rt_signal_altstack(struct rt_thread *t, const struct rt_sigaltstack *st, struct rt_sigaltstack *old)
{
    enum { AUTODISARM = (int)(1u << 31) };
    uint64_t sp = rt_guest_get(t, t->g->abi->sp);
    bool on = rt_on_altstack(t, sp);

    if (old) {
        *old = t->altstack;
        old->pad = 0;
        old->flags = (!t->altstack.size ? SS_DISABLE : on ? SS_ONSTACK : 0) | (t->altstack.flags & AUTODISARM);
    }
    if (!st)
        return 0;
    int mode = st->flags & ~AUTODISARM;
    if (on)
        return -EPERM;
    if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
        return -EINVAL;
    if (mode == SS_DISABLE) {
        t->altstack = (struct rt_sigaltstack){ 0, st->flags, 0, 0 };
        return 0;
    }
    if (st->size < t->g->abi->minaltstack)
        return -ENOMEM;
    t->altstack = *st;
    return 0;
}

int64_t rt_signal_return(struct rt_thread *t)
{
    uint64_t mask;

    if (sigframe_pop(t, &mask)) {
        if (t->g->abi->badframe_at_sp)
            rt_signal_force(t, SIGSEGV, SEGV_ACCERR, rt_guest_get(t, t->g->abi->sp));
        else
            rt_signal_force(t, SIGSEGV, SI_KERNEL, 0);
        return RT_NO_RESULT;
    }
    set_sigmask(t, mask);
    apply_mask(t);
    t->resume = true;
    return RT_NO_RESULT;
}

/* Builds the frame and sets the mask of the handler; the host's mask follows. */
static void run_handler(struct rt_thread *t, int sig, const siginfo_t *si)
{
    struct rt_sigact act = take_action(t, sig);
    uint64_t old = t->sigsuspended ? t->saved_mask : t->sigmask;

    t->sigsuspended = false;
    if (sigframe_push(t, sig, si, &act, old)) {
        /* No stack to run on: SIGSEGV by force, and if that was SIGSEGV itself, death. */
        if (sig == SIGSEGV)
            reset_action(t, SIGSEGV);
        set_sigmask(t, old);
        rt_signal_force(t, SIGSEGV, SI_KERNEL, 0);
        return;
    }
    t->stats.signals++;
    set_sigmask(t, t->sigmask | act.mask | (act.flags & SA_NODEFER ? 0 : SIGBIT(sig)));
    apply_mask(t);
    vcpu_fence_hints(&t->v);
    t->resume = false;
}

static void default_action(struct rt_thread *t, int sig, siginfo_t *si)
{
    if (SIGBIT(sig) & IGNORED_BY_DEFAULT)
        return;
    if (SIGBIT(sig) & STOPS_BY_DEFAULT) {
        /* The host's disposition is the default one too: the kernel knows what to do, once it is open again. */
        syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), sig, si);
        return;
    }
    rt_die_by_signal(t, sig);
}

/* Before the first handler's frame: what does the interrupted system call look like to the guest? */
static void settle_syscall(struct rt_thread *t, int64_t sysret, bool handler, uint64_t flags)
{
    if (sysret == -RT_RESTART_ALWAYS || (sysret == -RT_RESTART_SA && (!handler || (flags & SA_RESTART)))) {
        t->v.pc = t->sys_pc;
        t->resume = true;
    } else if (sysret == -RT_RESTART_SA) {
        rt_guest_set(t, t->g->abi->ret, (uint64_t)-EINTR);
    }
}

/* Takes the next deliverable signal; 0 when none. */
static int next_signal(struct rt_thread *t, siginfo_t *si)
{
    int sig = rt_held_take(t, ~t->sigmask, si);

    if (sig)
        return sig;
    if (!t->sig_pending)
        return 0;
    *si = t->sig_info;
    __atomic_store_n(&t->sig_pending, 0, __ATOMIC_SEQ_CST);
    return si->si_signo;
}

void rt_signal_deliver(struct rt_thread *t, int64_t sysret)
{
    siginfo_t si;
    int sig;

    /* A temporary mask holds only while its call waits: when the call ended otherwise, or never began, the old one is back. */
    if (t->sigsuspended && sysret != -EINTR && sysret != -RT_RESTART_SA)
        rt_signal_temp_end(t);
    t->v.request = 0;
    rt_safe_point(t);
    while ((sig = next_signal(t, &si)) != 0) {
        const struct rt_sigact act = action_of(t, sig);
        if (act.handler == GUEST_IGN || act.handler == GUEST_DFL) {
            if (act.handler == GUEST_DFL)
                default_action(t, sig, &si);
            apply_mask(t);
            continue;
        }
        settle_syscall(t, sysret, true, act.flags);
        sysret = 0;
        run_handler(t, sig, &si);
    }
    if (t->sigsuspended) {
        rt_signal_temp_end(t);
        apply_mask(t);
    }
    settle_syscall(t, sysret, false, 0);
    if (__atomic_load_n(&t->held, __ATOMIC_RELAXED) || __atomic_load_n(&t->look, __ATOMIC_RELAXED))
        rt_held_share(t, t->sigmask);
    if (t->sig_pending)
        t->v.request = 1;
}

void rt_signal_force(struct rt_thread *t, int sig, int code, uint64_t addr)
{
    const struct rt_sigact act = action_of(t, sig);
    siginfo_t si;

    /* The kernel's force_sig: blocked or ignored means death. */
    if (act.handler == GUEST_DFL || act.handler == GUEST_IGN || (t->sigmask & SIGBIT(sig)))
        rt_die_by_signal(t, sig);
    memset(&si, 0, sizeof si);
    si.si_signo = sig;
    si.si_code = code;
    si.si_addr = (void *)addr;
    run_handler(t, sig, &si);
}

void rt_signals_after_first_thread(struct rt_thread *t)
{
    enum { SETXID = 33 };
    struct rt_sighand *sh = t->sighand;

    if (__atomic_exchange_n(&t->rt->host_threads, true, __ATOMIC_SEQ_CST))
        return;
    rt_lock(t, &sh->lock);
    mirror_action(t->rt, SETXID, &sh->act[SETXID]);
    rt_unlock(t, &sh->lock);
}

void rt_signals_before_exec(struct rt_thread *t)
{
    for (int sig = 1; sig <= RT_NSIG; sig++)
        if ((SIGBIT(sig) & SYNC_SIGS) && t->sighand->act[sig].handler == GUEST_IGN)
            rt_host_sigaction(sig, RT_HOST_IGN, 0, 0);
    rt_host_setmask(t->sigmask);
    rt_held_requeue(t);
}

void rt_signals_exec_failed(struct rt_thread *t)
{
    for (int sig = 1; sig <= RT_NSIG; sig++)
        if (SIGBIT(sig) & SYNC_SIGS)
            rt_host_sigaction(sig, (void *)(uintptr_t)rt_host_handler, SA_SIGINFO | SA_ONSTACK | SA_RESTART, ~SYNC_SIGS);
    rt_host_setmask(t->sig_pending ? ~SYNC_SIGS : rt_signal_host_mask(t->sigmask));
}
