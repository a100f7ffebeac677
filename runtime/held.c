/* Fault signals that somebody sent, kill(2), while the guest blocks them: the host never blocks SIGSEGV, SIGBUS, SIGFPE, SIGILL and
 * SIGTRAP, since the runtime needs them, so what the kernel would keep pending is kept here. What was sent to a thread waits in
 * that thread, what was sent to the process waits with the dispositions, and any thread that opens it takes it. Like the kernel's, these
 * signals do not queue: a second one of a number is dropped. */
#include "runtime/signals.h"

#include "runtime/thread.h"

#include <sys/syscall.h>
#include <unistd.h>

ASYNC_HANDLER void rt_held_catch(struct rt_thread *t, int sig, const siginfo_t *si)
{
    if (t->held & SIGBIT(sig))
        return;
    t->held_info[sig] = *si;
    __atomic_fetch_or(&t->held, SIGBIT(sig), __ATOMIC_SEQ_CST);
}

static uint64_t of_process(const struct rt_thread *t)
{
    return __atomic_load_n(&t->sighand->held, __ATOMIC_SEQ_CST);
}

uint64_t rt_held_pending(const struct rt_thread *t)
{
    return __atomic_load_n(&t->held, __ATOMIC_SEQ_CST) | of_process(t);
}

bool rt_signal_waits(const struct rt_thread *t)
{
    return t->sig_pending || (rt_held_pending(t) & ~t->sigmask);
}

/* The thread's own: its handler may add to them at any time, but not touch one that is there. */
static int take_own(struct rt_thread *t, uint64_t set, siginfo_t *si)
{
    uint64_t ready = __atomic_load_n(&t->held, __ATOMIC_SEQ_CST) & set;

    if (!ready)
        return 0;
    int sig = __builtin_ctzll(ready) + 1;
    *si = t->held_info[sig];
    __atomic_fetch_and(&t->held, ~SIGBIT(sig), __ATOMIC_SEQ_CST);
    return sig;
}

static int take_shared(struct rt_thread *t, uint64_t set, siginfo_t *si)
{
    struct rt_sighand *sh = t->sighand;
    int sig = 0;

    if (!(of_process(t) & set))
        return 0;
    rt_lock(t, &sh->lock);
    if (sh->held & set) {
        sig = __builtin_ctzll(sh->held & set) + 1;
        *si = sh->held_info[sig];
        __atomic_fetch_and(&sh->held, ~SIGBIT(sig), __ATOMIC_SEQ_CST);
    }
    rt_unlock(t, &sh->lock);
    return sig;
}

int rt_held_take(struct rt_thread *t, uint64_t set, siginfo_t *si)
{
    int sig = take_own(t, set, si);

    return sig ? sig : take_shared(t, set, si);
}

/* Tells a thread that has sig open, or waits for it, that it waits for the process. Whoever opens it later looks for himself: he
 * writes his mask before he looks, here it is the other way round. */
static void wake_another(struct rt_thread *t, int sig)
{
    struct rt_world *w = t->rt->world;
    uint64_t bit = SIGBIT(sig);

    rt_lock(t, &w->lock);
    for (struct rt_thread *th = w->first; th; th = th->next) {
        uint64_t open = ~__atomic_load_n(&th->sigmask, __ATOMIC_SEQ_CST) | __atomic_load_n(&th->sigwait, __ATOMIC_SEQ_CST);
        if (th != t && th->sighand == t->sighand && (open & bit) && rt_thread_look(th))
            break;
    }
    rt_unlock(t, &w->lock);
}

void rt_held_put(struct rt_thread *t, int sig, const siginfo_t *si)
{
    struct rt_sighand *sh = t->sighand;

    rt_lock(t, &sh->lock);
    if (!(sh->held & SIGBIT(sig))) {
        sh->held_info[sig] = *si;
        __atomic_fetch_or(&sh->held, SIGBIT(sig), __ATOMIC_SEQ_CST);
    }
    rt_unlock(t, &sh->lock);
}

void rt_held_share(struct rt_thread *t, uint64_t set)
{
    siginfo_t si;

    for (int sig = 1; sig <= SIGSEGV; sig++) {
        uint64_t held = __atomic_load_n(&t->held, __ATOMIC_SEQ_CST) & set;

        if (!(held & SIGBIT(sig)) || t->held_info[sig].si_code == SI_TKILL || !take_own(t, SIGBIT(sig), &si))
            continue;
        rt_held_put(t, sig, &si);
        __atomic_store_n(&t->look, 1, __ATOMIC_SEQ_CST);
    }
    if (!__atomic_exchange_n(&t->look, 0, __ATOMIC_SEQ_CST) || !rt_world_multi(t->rt->world))
        return;
    for (uint64_t rest = of_process(t) & set; rest; rest &= rest - 1)
        wake_another(t, __builtin_ctzll(rest) + 1);
}

void rt_held_forget(struct rt_thread *t, int sig)
{
    struct rt_world *w = t->rt->world;

    __atomic_fetch_and(&t->sighand->held, ~SIGBIT(sig), __ATOMIC_SEQ_CST);
    rt_lock(t, &w->lock);
    for (struct rt_thread *th = w->first; th; th = th->next)
        if (th->sighand == t->sighand)
            __atomic_fetch_and(&th->held, ~SIGBIT(sig), __ATOMIC_SEQ_CST);
    rt_unlock(t, &w->lock);
}

void rt_held_requeue(struct rt_thread *t)
{
    siginfo_t si;
    int sig;

    while ((sig = rt_held_take(t, t->sigmask, &si)) != 0)
        syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), sig, &si);
}

void rt_held_after_fork(struct rt_thread *t)
{
    t->held = t->sighand->held = 0;
}
