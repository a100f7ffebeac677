/* The stopped world, locks that do not keep it from stopping, and what belongs to all threads. */
#include "runtime/thread.h"

#include "jit/enter.h"
#include "runtime/code.h"
#include "runtime/dispatch.h"
#include "runtime/hostcall.h"
#include "runtime/journal.h"
#include "runtime/seen.h"
#include "runtime/signals.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A kick that found its thread between two checks is repeated after this long. */
enum { KICK_AGAIN_NS = 5000000 };

struct rt_zombie { struct rt_zombie *next; pthread_t host; };

static void futex_wait(uint32_t *word, uint32_t val, long ns)
{
    struct timespec ts = { 0, ns };

    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, val, ns ? &ts : NULL, NULL, 0);
}

static void futex_wake(uint32_t *word, int n)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
}

/* ---- locks ---- */

void rt_lock_slow(struct rt_thread *t, struct rt_lock *l)
{
    while (__atomic_exchange_n(&l->word, 2, __ATOMIC_ACQUIRE) != 0) {
        bool holds = t->locks;

        if (!holds)
            rt_outside(t);
        futex_wait(&l->word, 2, 0);
        if (!holds)
            rt_inside(t);
    }
    t->locks++;
}

void rt_unlock_slow(struct rt_lock *l)
{
    futex_wake(&l->word, 1);
}

/* ---- states ---- */

static bool must_park(const struct rt_world *w, const struct rt_thread *t)
{
    return (__atomic_load_n(&w->stop, __ATOMIC_SEQ_CST) && __atomic_load_n(&w->stopper, __ATOMIC_RELAXED) != t) ||
           __atomic_load_n(&t->left_behind, __ATOMIC_RELAXED);     /* what is written before the world goes */
}

static void set_state(struct rt_thread *t, uint32_t state)
{
    __atomic_store_n(&t->state, state, __ATOMIC_SEQ_CST);
}

void rt_outside(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    if (!rt_world_multi(w))
        return;
    set_state(t, RT_OUTSIDE);
    if (must_park(w, t)) {
        __atomic_add_fetch(&w->event, 1, __ATOMIC_SEQ_CST);
        futex_wake(&w->event, 1);
    }
}

void rt_inside(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    if (!rt_world_multi(w))
        return;
    for (;;) {
        set_state(t, RT_RUNNING);
        if (!must_park(w, t))
            return;
        rt_outside(t);
        if (__atomic_load_n(&t->left_behind, __ATOMIC_RELAXED))
            futex_wait(&t->left_behind, 1, 0);
        else
            futex_wait(&w->stop, 1, 0);
    }
}

void rt_safe_point(struct rt_thread *t)
{
    if (rt_world_multi(t->rt->world) && must_park(t->rt->world, t)) {
        rt_outside(t);
        rt_inside(t);
    }
}

/* ---- stopping ---- */

/* A kick is a SIGTRAP, which no host mask ever blocks, that carries the world's address. When the guest has filled the queue of
 * signals the kernel sends it without what it carries. */
static int kick(const struct rt_world *w, struct rt_thread *th)
{
    siginfo_t si;

    memset(&si, 0, sizeof si);
    si.si_signo = SIGTRAP;
    si.si_code = SI_QUEUE;
    si.si_pid = getpid();
    si.si_value.sival_ptr = (void *)(uintptr_t)w;
    __atomic_store_n(&th->kick_sent, 1, __ATOMIC_SEQ_CST);
    /* A vfork child is in a process of its own. */
    return (int)syscall(SYS_rt_tgsigqueueinfo, th->in_vfork ? th->tid : w->pid, th->tid, SIGTRAP, &si);
}

bool rt_thread_look(struct rt_thread *th)
{
    __atomic_store_n(&th->look, 1, __ATOMIC_SEQ_CST);
    return !kick(th->rt->world, th);
}

ASYNC_HANDLER static bool kick_arrives(struct rt_thread *t, int sig, const siginfo_t *si)
{
    if (sig != SIGTRAP)
        return false;
    bool named = si->si_code == SI_QUEUE && si->si_value.sival_ptr == t->rt->world;
    bool nameless = si->si_code == SI_USER && !si->si_pid && !si->si_uid && __atomic_load_n(&t->kick_sent, __ATOMIC_SEQ_CST);
    if (named || nameless)
        __atomic_store_n(&t->kick_sent, 0, __ATOMIC_SEQ_CST);
    return named || nameless;
}

ASYNC_HANDLER bool rt_is_kick(struct rt_thread *t, int sig, const siginfo_t *si, void *uc)
{
    if (!kick_arrives(t, sig, si))
        return false;
    bool look = __atomic_load_n(&t->look, __ATOMIC_SEQ_CST), outside = __atomic_load_n(&t->state, __ATOMIC_RELAXED) == RT_OUTSIDE;

    if (outside || look)
        t->kicked = look ? RT_KICK_SIGNAL : RT_KICK;
    if (outside && !look)
        return true;
    t->v.request = 1;
    if (t->in_code)
        vcpu_arm(&t->v, uc);
    if (look)
        rt_uc_unwind_syscall(uc);
    return true;
}

void rt_outside_for_exec(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    if (rt_world_is_stopped(t))
        return;
    rt_lock(t, &w->lock);               /* who kicks holds it */
    syscall(SYS_gettid);                /* what was sent before arrives on the way back */
    set_state(t, RT_OUTSIDE);
    rt_unlock(t, &w->lock);
}

static bool is_outside(const struct rt_thread *th)
{
    return __atomic_load_n(&th->state, __ATOMIC_SEQ_CST) == RT_OUTSIDE;
}

void rt_world_stop(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    if (!rt_world_multi(w))
        return;
    if (__atomic_load_n(&w->stopper, __ATOMIC_RELAXED) == t) {
        w->depth++;
        return;
    }
    rt_lock(t, &w->lock);
    __atomic_store_n(&w->stopper, t, __ATOMIC_RELAXED);
    w->depth = 1;
    __atomic_store_n(&w->stop, 1, __ATOMIC_SEQ_CST);
    t->stats.stops++;
    for (struct rt_thread *th = w->first; th; th = th->next)
        if (th != t && !is_outside(th))
            kick(w, th);
    for (struct rt_thread *th = w->first; th;) {
        uint32_t event = __atomic_load_n(&w->event, __ATOMIC_SEQ_CST);
        if (th == t || is_outside(th)) {
            th = th->next;
            continue;
        }
        futex_wait(&w->event, event, KICK_AGAIN_NS);
        if (__atomic_load_n(&w->event, __ATOMIC_SEQ_CST) != event || is_outside(th))
            continue;
        if (kick(w, th) && errno == ESRCH)
            set_state(th, RT_OUTSIDE);  /* of a process that is no more, and had shared its memory with this one */
    }
}

void rt_world_go(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    if (!rt_world_multi(w) || --w->depth)
        return;
    __atomic_store_n(&w->stopper, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&w->stop, 0, __ATOMIC_SEQ_CST);
    futex_wake(&w->stop, INT32_MAX);
    rt_unlock(t, &w->lock);
}

bool rt_world_is_stopped(const struct rt_thread *t)
{
    const struct rt_world *w = t->rt->world;

    return !rt_world_multi(w) || __atomic_load_n(&w->stopper, __ATOMIC_RELAXED) == t;
}

/* ---- the list ---- */

int rt_world_init(struct rt *rt, struct rt_thread *t)
{
    struct rt_world *w = calloc(1, sizeof *w);

    if (!w)
        return -ENOMEM;
    w->first = t;
    w->n = 1;
    w->pid = getpid();
    rt->world = w;
    return 0;
}

/* ThreadSanitizer takes the child for its parent, whose other threads may read this. */
__attribute__((no_sanitize("thread"))) void rt_world_after_fork(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    *w = (struct rt_world){ .first = t, .n = 1, .pid = getpid() };
    t->next = NULL;
    t->in_vfork = false;
    t->rt->main = t;
    set_state(t, RT_RUNNING);
}

void rt_world_add(struct rt_thread *t, struct rt_thread *newcomer)
{
    struct rt_world *w = t->rt->world;

    rt_lock(t, &w->lock);
    newcomer->next = w->first;
    w->first = newcomer;
    w->n++;
    rt_unlock(t, &w->lock);
}

static void unlink_thread(struct rt_world *w, struct rt_thread *gone)
{
    struct rt_thread **at = &w->first;

    while (*at && *at != gone)
        at = &(*at)->next;
    if (*at) {
        *at = gone->next;
        w->n--;
    }
}

void rt_world_remove(struct rt_thread *t, struct rt_thread *gone)
{
    struct rt_world *w = t->rt->world;

    rt_lock(t, &w->lock);
    unlink_thread(w, gone);
    rt_unlock(t, &w->lock);
}

static void add_stats(struct rt_stats *to, const struct rt_stats *s)
{
    uint64_t *a = (uint64_t *)to;
    const uint64_t *b = (const uint64_t *)s;

    for (size_t i = 0; i < sizeof *s / sizeof *a; i++)
        a[i] += b[i];
}

static struct rt_stats stats_of(const struct rt_thread *t)
{
    struct rt_stats s = t->stats;

    s.t0_insns = t->v.n_t0_insns;
    s.t0_blocks = t->v.n_t0_blocks;
    s.dispatch = t->v.n_dispatch;
    s.retmiss = t->v.n_retmiss;
    return s;
}

void rt_stats_sum(const struct rt_thread *t, struct rt_stats *s)
{
    const struct rt_world *w = t->rt->world;

    *s = t->rt->stats;
    if (t->in_vfork) {
        const struct rt_stats own = stats_of(t);
        *s = (struct rt_stats){ .images = s->images };
        add_stats(s, &own);
        return;
    }
    add_stats(s, &w->ended);
    for (const struct rt_thread *th = w->first; th; th = th->next) {
        const struct rt_stats one = stats_of(th);

        if (!th->in_vfork)
            add_stats(s, &one);
    }
}

/* Is t its process's only thread? Children that share the address space are processes of their own. */
static bool is_last(const struct rt_world *w, const struct rt_thread *t)
{
    const struct rt_thread *th = w->first;

    while (th && (th == t || (th->in_vfork && !t->in_vfork)))
        th = th->next;
    return !th;
}

bool rt_world_leave(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;
    struct rt_zombie *z = t->tid == getpid() ? NULL : malloc(sizeof *z);
    const struct rt_stats own = stats_of(t);

    rt_lock(t, &w->lock);
    if (is_last(w, t)) {
        rt_unlock(t, &w->lock);
        free(z);
        return false;
    }
    unlink_thread(w, t);
    add_stats(&w->ended, &own);
    if (z) {
        *z = (struct rt_zombie){ w->zombie, pthread_self() };
        w->zombie = z;
    }
    rt_unlock(t, &w->lock);
    return true;
}

void rt_reap_zombies(struct rt_world *w, bool wait)
{
    for (struct rt_zombie **at = &w->zombie; *at;) {
        struct rt_zombie *z = *at;

        if (wait ? pthread_join(z->host, NULL) : pthread_tryjoin_np(z->host, NULL)) {
            at = &z->next;
            continue;
        }
        *at = z->next;
        free(z);
    }
}

bool rt_world_is_shared(const struct rt_thread *t)
{
    const struct rt_thread *th = t->rt->world->first;

    while (th && !th->in_vfork)
        th = th->next;
    return th;
}

/* Whom a lock that is free would wake may be left behind. */
static void wake_all(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    struct rt_lock *const lock[] = { &rt->world->lock, &rt->vm_lock, &rt->code_lock, &rt->lx_lock, &t->sighand->lock };

    for (unsigned i = 0; i < sizeof lock / sizeof lock[0]; i++)
        futex_wake(&lock[i]->word, INT32_MAX);
}

void rt_world_hand_over(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    if (t->in_vfork)
        return;
    for (struct rt_thread **at = &w->first; *at;) {
        if ((*at)->in_vfork) {
            at = &(*at)->next;
            continue;
        }
        __atomic_store_n(&(*at)->left_behind, *at != t, __ATOMIC_RELAXED);
        *at = (*at)->next;
        w->n--;
    }
    if (!w->first)
        return;
    rt_world_go(t);
    wake_all(t);
}

/* ---- interpreters ---- */

static bool saw_block(void *arg, uint64_t lo, uint64_t hi)
{
    struct rt_thread *t = arg;

    if (!rt_code_noted(t, lo, hi))
        return false;
    if (t->rt->seen)
        rt_seen_mark(t->rt->seen, lo, hi);
    rt_journal_note(t, lo);
    return true;
}

struct t0 *rt_thread_t0(struct rt_thread *t)
{
    if (t->t0)
        return t->t0;
    t->t0 = t0_new(t->g, rt_fetch, t);
    if (t->t0)
        t0_watch(t->t0, saw_block);
    if (t->t0 && t->rt->hot)
        t0_set_heat(t->t0, rt_code_heat(t->rt));
    return t->t0;
}

void rt_t0_invalidate(struct rt_thread *t, uint64_t lo, uint64_t hi)
{
    for (struct rt_thread *th = t->rt->world->first; th; th = th->next)
        if (th->t0)
            t0_invalidate(th->t0, lo, hi);
}
