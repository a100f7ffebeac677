/* The guest's threads, the locks between them, and the stopped world.
 *
 * A guest thread is a host thread (pthread: malloc, errno and ThreadSanitizer need the C library's thread-local storage). It is RUNNING in
 * generated code, in T0 and in the runtime's C code; it is OUTSIDE in the kernel (rt_syscall_raw), while it waits for a lock, and
 * parked. Whoever takes code away, or forks, first stops the world: then every other thread is OUTSIDE and holds no lock, and
 * cannot come back. Adding code needs a lock only.
 *
 * Lock order: world, module, vm, code, sighand, linux. No lock is held across rt_syscall_raw; stopping the world counts as taking the first one,
 * so it happens with no other lock held. A vfork child is a thread of its parent's world, since it shares the address space. */
#ifndef AOTC_RUNTIME_THREAD_H
#define AOTC_RUNTIME_THREAD_H

#include "runtime/rt.h"

enum rt_state { RT_RUNNING, RT_OUTSIDE };

/* All threads of one address space. */
struct rt_world {
    struct rt_lock lock;        /* the list, and the right to stop the world */
    struct rt_thread *first;    /* linked by next */
    unsigned n;
    int pid;                    /* of the process that all belong to who are not in_vfork */
    uint32_t multi;             /* there has been a second thread: states are kept from then on */
    uint32_t stop;              /* futex: nonzero while the world stands */
    struct rt_thread *stopper;
    unsigned depth;             /* rt_world_stop nests */
    uint32_t event;             /* futex: counts what a stopper waits for */
    struct rt_stats ended;      /* of threads that are no more */
    struct rt_zombie *zombie;   /* host threads that are about to end, or have */
};

static inline bool rt_world_multi(const struct rt_world *w) { return __atomic_load_n(&w->multi, __ATOMIC_RELAXED); }

/* The first thread's world. -ENOMEM. */
int rt_world_init(struct rt *rt, struct rt_thread *t);
/* Returns when no other thread of the world runs. Nests. Nothing to do while there is one thread. Not with a lock held. */
void rt_world_stop(struct rt_thread *t);
void rt_world_go(struct rt_thread *t);
/* Is the world stopped by t, or has it only t? For assertions. */
bool rt_world_is_stopped(const struct rt_thread *t);
/* The child of a fork: t is alone. */
void rt_world_after_fork(struct rt_thread *t);
/* Joins and leaves the list (vfork children; threads do so themselves). */
void rt_world_add(struct rt_thread *t, struct rt_thread *newcomer);
void rt_world_remove(struct rt_thread *t, struct rt_thread *gone);
/* t ends: off the list, its counts kept, its host thread a zombie. False: it is the last one, and nothing has changed. */
bool rt_world_leave(struct rt_thread *t);
/* Do children live that share the address space? In a stopped world. */
bool rt_world_is_shared(const struct rt_thread *t);
/* t's process ends, and t has stopped the world: children that share the address space, if there are any, go on without it. */
void rt_world_hand_over(struct rt_thread *t);
/* Waits until host threads that have left the list are gone: they may hold locks of the C library. wait false: only those that are. */
void rt_reap_zombies(struct rt_world *w, bool wait);

/* t leaves for the kernel (or waits), and comes back; there it stays as long as the world is stopped. Must pair. */
void rt_outside(struct rt_thread *t);
void rt_inside(struct rt_thread *t);
/* Right before execve: a kick that comes late would kill the new program. From here on t gets none until rt_inside, and touches nothing that
 * others share. */
void rt_outside_for_exec(struct rt_thread *t);
/* A safe point: parks t if somebody has stopped the world. */
void rt_safe_point(struct rt_thread *t);
/* th, of t's world, whose lock is held, soon looks for signals of its process (rt_signal_deliver). False: it is ending. */
bool rt_thread_look(struct rt_thread *th);
/* RT_SIGNAL. Was it a kick (rt_world_stop, rt_thread_look)? Then it has been dealt with. */
bool rt_is_kick(struct rt_thread *t, int sig, const siginfo_t *si, void *uc);

/* A new thread by clone(2) with CLONE_THREAD. flags hold what pthread_create and Go use (clone.c), else -EINVAL. Returns its tid. */
int64_t rt_thread_clone(struct rt_thread *t, uint64_t flags, uint64_t sp, uint64_t ptid, uint64_t tls, uint64_t ctid);
/* exit(2) of t, which is not the only thread of the process. */
_Noreturn void rt_thread_exit(struct rt_thread *t, int status);
/* What the kernel does for a dying thread: robust futexes, then clear_child_tid. */
void rt_futex_at_exit(struct rt_thread *t);

/* Throws away what any thread's T0 translated from [lo, hi). In a stopped world. */
void rt_t0_invalidate(struct rt_thread *t, uint64_t lo, uint64_t hi);
/* t's interpreter; NULL: out of memory. */
struct t0 *rt_thread_t0(struct rt_thread *t);
/* Sums over all threads, the dead too; of a vfork child its own. In a stopped world. */
void rt_stats_sum(const struct rt_thread *t, struct rt_stats *s);

/* A lock between threads. Zero: free. Who waits for its first lock is OUTSIDE, and does not keep the world from stopping; who holds one already
 * waits RUNNING, so that in a stopped world no lock is held. */
void rt_lock_slow(struct rt_thread *t, struct rt_lock *l);
void rt_unlock_slow(struct rt_lock *l);

static inline bool rt_trylock(struct rt_thread *t, struct rt_lock *l)
{
    uint32_t free = 0;
    bool got = __atomic_compare_exchange_n(&l->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);

    t->locks += got;
    return got;
}

static inline void rt_lock(struct rt_thread *t, struct rt_lock *l)
{
    if (!rt_trylock(t, l))
        rt_lock_slow(t, l);
}

static inline void rt_unlock(struct rt_thread *t, struct rt_lock *l)
{
    t->locks--;
    if (__atomic_exchange_n(&l->word, 0, __ATOMIC_RELEASE) != 1)
        rt_unlock_slow(l);
}

#endif
