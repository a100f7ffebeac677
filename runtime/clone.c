/* New processes and threads: fork, vfork, clone with CLONE_THREAD; and a thread's end. */
#include "runtime/code.h"
#include "runtime/dispatch.h"
#include "runtime/hostcall.h"
#include "runtime/journal.h"
#include "runtime/perfmap.h"
#include "runtime/process.h"
#include "runtime/signals.h"
#include "runtime/thread.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#endif

enum { VFORK_STACK = 1 << 20 };
#define NOT_FOR_HOST ((uint64_t)CLONE_SETTLS | CLONE_CLEAR_HANDLERS)

static void free_thread(struct rt_thread *t)
{
    if (t->v.hint_base)
        vcpu_fini_host(&t->v);
    if (t->host_altstack)
        rt_altstack_free(t);
    t0_free(t->t0);
    rt_thread_free(t);
}

/* What a new process's registers hold after clone, apart from the result. */
static void child_registers(struct rt_thread *t, uint64_t flags, uint64_t sp, uint64_t tls)
{
    const struct guest_abi *abi = t->g->abi;

    if (sp)
        rt_guest_set(t, abi->sp, sp);
    if (flags & CLONE_SETTLS)
        rt_guest_set(t, abi->tp, tls);
    rt_guest_set(t, abi->ret, 0);
}

static void forget_counts(struct rt_thread *t)
{
    t->v.n_t0_insns = t->v.n_t0_blocks = t->v.n_dispatch = t->v.n_retmiss = t->v.n_helper = 0;
    t->stats = (struct rt_stats){ 0 };
    t->rt->stats = (struct rt_stats){ .images = t->rt->stats.images };
    rt_journal_reset(t);
}

/* A new vcpu in the state of t's; stubs, helpers and the hint stack are made anew. */
static struct rt_thread *copy_thread(const struct rt_thread *t)
{
    struct rt_thread *c = rt_thread_new(t->rt);
    struct diag d;

    if (!c)
        return NULL;
    memcpy(c->v.guest, t->v.guest, sizeof c->v.guest);
    c->v.pc = t->v.pc;
    c->v.guest_fpcr = t->v.guest_fpcr;
    c->v.host_fpcr = t->v.host_fpcr;
    c->v.fp_rm = t->v.fp_rm;
    c->v.fp_extra = t->v.fp_extra;
    c->v.parallel = t->v.parallel;
    c->sighand = t->sighand;
    c->sigmask = t->sigmask;
    c->resume = t->resume;
    if (!(t->rt->thunks && vcpu_init_host(&c->v, t->rt->thunks, &d)) && !rt_altstack_make(c))
        return c;
    free_thread(c);
    return NULL;
}

/* A child that shares the address space. The last three are for one that its creator does not wait for. */
struct vfork {
    struct rt_sighand sighand;
    struct rt_thread *child;
    void *stack;
    uint64_t flags, ptid, ctid;
    uint32_t *started;                  /* becomes its tid or -errno: futex */
};

/* CLONE_CLEAR_SIGHAND: handlers become the default action, in the child. What is ignored stays so. */
static void clear_handlers(struct rt_thread *t, uint64_t flags)
{
    const struct rt_sigact dfl = { 0 };

    for (int sig = 1; (flags & CLONE_CLEAR_HANDLERS) && sig <= RT_NSIG; sig++)
        if (t->sighand->act[sig].handler > (uint64_t)(uintptr_t)SIG_IGN)
            rt_signal_action(t, sig, &dfl, NULL);
}

static void tell_started(uint32_t *started, uint32_t value)
{
    __atomic_store_n(started, value, __ATOMIC_RELEASE);
    syscall(SYS_futex, started, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);      /* it may be gone by now */
}

static uint32_t wait_started(struct rt_thread *t, uint32_t *started)
{
    uint32_t value;

    rt_outside(t);
    while (!(value = __atomic_load_n(started, __ATOMIC_ACQUIRE)))
        syscall(SYS_futex, started, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    rt_inside(t);
    return value;
}

/* From now on there are several threads: states count. */
static void go_multi(struct rt_thread *t)
{
    struct rt_world *w = t->rt->world;

    if (!rt_world_multi(w)) {
        __atomic_store_n(&t->state, RT_RUNNING, __ATOMIC_RELAXED);
        __atomic_store_n(&w->multi, 1, __ATOMIC_RELAXED);
    }
    rt_lock(t, &w->lock);
    rt_reap_zombies(w, false);
    rt_unlock(t, &w->lock);
}

/* First function of a vfork child: all signals are blocked. */
static void vfork_child(void *arg)
{
    struct vfork *vf = arg;
    struct rt_thread *t = vf->child;

    t->tid = (int)syscall(SYS_gettid);
    rt_altstack_install(t);
    rt_inside(t);
    if (vf->started)
        tell_started(vf->started, (uint32_t)t->tid);
    clear_handlers(t, vf->flags);
    rt_host_setmask(rt_signal_host_mask(t->sigmask));
    rt_run(t);
}

static int vfork_prepare(struct rt_thread *t, struct vfork *vf, uint64_t flags, uint64_t ptid, uint64_t ctid)
{
    vf->flags = flags;
    vf->ptid = ptid;
    vf->ctid = ctid;
    rt_lock(t, &t->sighand->lock);
    memcpy(vf->sighand.act, t->sighand->act, sizeof vf->sighand.act);
    rt_unlock(t, &t->sighand->lock);
    vf->child = copy_thread(t);
    vf->stack = mmap(NULL, VFORK_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (!vf->child || vf->stack == MAP_FAILED)
        return -ENOMEM;
    if (!(flags & CLONE_SIGHAND))
        vf->child->sighand = &vf->sighand;
    vf->child->in_vfork = true;
    vf->child->altstack = t->altstack;
    return 0;
}

static void vfork_finish(struct vfork *vf)
{
    if (vf->child)
        free_thread(vf->child);
    if (vf->stack && vf->stack != MAP_FAILED) {
        ASAN_UNPOISON_MEMORY_REGION(vf->stack, VFORK_STACK);    /* nobody has returned from its frames */
        munmap(vf->stack, VFORK_STACK);
    }
    free(vf);
}

static int64_t clone_vfork(struct rt_thread *t, uint64_t flags, uint64_t sp, uint64_t ptid, uint64_t tls, uint64_t ctid)
{
    struct vfork *vf = calloc(1, sizeof *vf);

    if (!vf)
        return -ENOMEM;
    int64_t r = vfork_prepare(t, vf, flags, ptid, ctid);
    if (!r) {
        struct rt_thread *child = vf->child;

        child_registers(child, flags, sp, tls);
        __atomic_store_n(&child->state, RT_OUTSIDE, __ATOMIC_RELAXED);      /* until it knows its tid, where kicks go */
        rt_world_add(t, child);
        rt_host_setmask(~0ull);
        rt_outside(t);
        if (t->sig_pending)
            r = -RT_RESTART_ALWAYS;
        else
            r = rt_asm_clone(flags & ~NOT_FOR_HOST, (char *)vf->stack + VFORK_STACK, ptid, ctid, vfork_child, vf);
        rt_outside(child);              /* gone, however it went */
        rt_inside(t);
        rt_host_setmask(t->sig_pending ? ~SYNC_SIGS : rt_signal_host_mask(t->sigmask));
        rt_world_remove(t, child);
    }
    vfork_finish(vf);
    return r;
}

/* A child that shares the address space and runs beside its creator. It needs thread-local storage of the C library's own: that
 * of a host thread which starts it as by vfork, and sleeps until the child has ended or runs another program. */
static void *beside_main(void *arg)
{
    struct vfork *vf = arg;
    struct rt_thread *child = vf->child;
    uint64_t flags = (vf->flags & ~NOT_FOR_HOST) | CLONE_VFORK;
    int64_t r = rt_asm_clone(flags, (char *)vf->stack + VFORK_STACK, vf->ptid, vf->ctid, vfork_child, vf);

    rt_outside(child);
    if (r < 0) {
        tell_started(vf->started, (uint32_t)r);
        child->tid = -1;
    }
    if (child->locks)                   /* by SIGKILL: nobody can go on */
        rt_say("a process that shared memory with this one was killed while it held a lock of the runtime");
    rt_inside(child);
    child->stats = (struct rt_stats){ 0 };
    child->v.n_t0_insns = child->v.n_t0_blocks = child->v.n_dispatch = child->v.n_retmiss = 0;
    rt_world_leave(child);
    vfork_finish(vf);
    return NULL;
}

static int start_beside(struct rt_thread *t, struct vfork *vf)
{
    pthread_attr_t attr;
    pthread_t host;
    int r = pthread_attr_init(&attr);

    rt_world_add(t, vf->child);
    if (!r)
        r = pthread_attr_setstacksize(&attr, VFORK_STACK);
    if (!r)
        r = pthread_create(&host, &attr, beside_main, vf);
    pthread_attr_destroy(&attr);
    if (r)
        rt_world_remove(t, vf->child);
    return r ? -EAGAIN : 0;
}

static int64_t clone_beside(struct rt_thread *t, uint64_t flags, uint64_t sp, uint64_t ptid, uint64_t tls, uint64_t ctid)
{
    struct vfork *vf = calloc(1, sizeof *vf);
    uint32_t started = 0;

    if (!vf)
        return -ENOMEM;
    int64_t r = vfork_prepare(t, vf, flags, ptid, ctid);
    if (!r) {
        child_registers(vf->child, flags, sp, tls);
        vf->started = &started;
        go_multi(t);
        t->v.parallel = vf->child->v.parallel = 1;
        __atomic_store_n(&vf->child->state, RT_OUTSIDE, __ATOMIC_RELAXED);
        rt_host_setmask(~0ull);
        r = t->sig_pending ? -RT_RESTART_ALWAYS : start_beside(t, vf);
        if (!r) {
            r = (int32_t)wait_started(t, &started);
            vf = NULL;                  /* it frees itself */
        }
        rt_host_setmask(t->sig_pending ? ~SYNC_SIGS : rt_signal_host_mask(t->sigmask));
    }
    if (vf)
        vfork_finish(vf);
    return r;
}

/* In a stopped world: other threads hold no locks, and what they run is not needed here. */
static int64_t clone_fork(struct rt_thread *t, uint64_t flags, uint64_t ptid, uint64_t ctid)
{
    struct rt *rt = t->rt;

    rt_reap_zombies(rt->world, true);
    if (rt->cache && !cache_fork_prepare(rt->cache))
        cache_flush(rt->cache);         /* no memory for a copy: both compile anew */
    int64_t r = rt_asm_clone(flags, NULL, ptid, ctid, NULL, NULL);
    if (rt->cache)
        cache_fork_done(rt->cache, r == 0);
    return r;
}

static int64_t fork_now(struct rt_thread *t, uint64_t flags, uint64_t sp, uint64_t ptid, uint64_t tls, uint64_t ctid)
{
    rt_world_stop(t);
    /* The child must not inherit a signal that our handler holds for the parent. */
    rt_host_setmask(~0ull);
    int64_t r = -RT_RESTART_ALWAYS;
    if (!t->sig_pending)
        r = clone_fork(t, flags & ~NOT_FOR_HOST, ptid, ctid);
    if (r == 0) {
        t->tid = (int)syscall(SYS_gettid);
        rt_world_after_fork(t);
        rt_code_after_fork(t);
        child_registers(t, flags, sp, tls);
        forget_counts(t);
        rt_held_after_fork(t);
        clear_handlers(t, flags);
        t->clear_tid = flags & CLONE_CHILD_CLEARTID ? ctid : 0;
        if (t->rt->opt.perf_map)
            rt_perf_start(t->rt);
    } else {
        rt_world_go(t);
    }
    rt_host_setmask(t->sig_pending ? ~SYNC_SIGS : rt_signal_host_mask(t->sigmask));
    return r;
}

/* ---- threads ---- */

/* What pthread_create of glibc, musl and bionic, and the Go runtime ask for; the kernel has no use for others either. */
#define THREAD_MUST (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define THREAD_MAY (CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED | CLONE_PTRACE)

enum { THREAD_STACK = 1 << 20 };

static void *thread_main(void *arg)
{
    struct rt_thread *t = arg;
    int tid = (int)syscall(SYS_gettid);

    t->tid = tid;
    rt_altstack_install(t);
    rt_host_setmask(~SYNC_SIGS);
    rt_inside(t);
    if (t->start_ptid)
        rt_copy_out(t, t->start_ptid, &tid, sizeof tid);
    if (t->start_ctid)
        rt_copy_out(t, t->start_ctid, &tid, sizeof tid);
    tell_started(t->started, (uint32_t)tid);
    rt_host_setmask(rt_signal_host_mask(t->sigmask));
    if (!sigsetjmp(t->end_env, 0))
        rt_run(t);
    rt_altstack_remove();
    free_thread(t);
    return NULL;
}

/* All signals are blocked, those of faults too, and stay so until the thread has its stack for handlers. */
static int start_host_thread(struct rt_thread *c)
{
    pthread_attr_t attr;
    pthread_t host;
    int r = pthread_attr_init(&attr);

    if (!r)
        r = pthread_attr_setstacksize(&attr, THREAD_STACK);
    if (!r)
        r = pthread_create(&host, &attr, thread_main, c);
    pthread_attr_destroy(&attr);
    return r ? -EAGAIN : 0;
}

static int64_t start_thread(struct rt_thread *t, struct rt_thread *c)
{
    uint32_t tid, started = 0;

    t->v.parallel = c->v.parallel = 1;
    // cppcheck-suppress autoVariables
    c->started = &started;
    __atomic_store_n(&c->state, RT_OUTSIDE, __ATOMIC_RELAXED);
    rt_world_add(t, c);
    if (start_host_thread(c)) {
        rt_world_remove(t, c);
        return -EAGAIN;
    }
    rt_signals_after_first_thread(t);
    tid = wait_started(t, &started);    /* c may be gone by now */
    t->stats.threads++;
    return tid;
}

int64_t rt_thread_clone(struct rt_thread *t, uint64_t flags, uint64_t sp, uint64_t ptid, uint64_t tls, uint64_t ctid)
{
    struct rt *rt = t->rt;

    if ((flags & THREAD_MUST) != THREAD_MUST || (flags & ~(uint64_t)(THREAD_MUST | THREAD_MAY | 0xff)) || t->in_vfork)
        return -EINVAL;
    if (rt->lockstep) {
        rt_say("--check=lockstep cannot follow several threads: clone is refused");
        return -EAGAIN;
    }
    struct rt_thread *c = copy_thread(t);
    if (!c)
        return -EAGAIN;
    child_registers(c, flags, sp, tls);
    c->start_ptid = flags & CLONE_PARENT_SETTID ? ptid : 0;
    c->start_ctid = flags & CLONE_CHILD_SETTID ? ctid : 0;
    c->clear_tid = flags & CLONE_CHILD_CLEARTID ? ctid : 0;
    go_multi(t);
    rt_host_setmask(~0ull);
    int64_t r = t->sig_pending ? -RT_RESTART_ALWAYS : start_thread(t, c);
    if (r < 0)
        free_thread(c);
    rt_host_setmask(t->sig_pending ? ~SYNC_SIGS : rt_signal_host_mask(t->sigmask));
    return r;
}

/* A signal that t took for the process, and has not delivered, goes to another thread; what was sent to t itself ends with it. */
static void pass_on_signal(struct rt_thread *t)
{
    if (t->sig_pending && t->sig_info.si_code != SI_TKILL)
        syscall(SYS_rt_sigqueueinfo, getpid(), t->sig_info.si_signo, &t->sig_info);
    rt_held_share(t, ~0ull);
}

void rt_thread_exit(struct rt_thread *t, int status)
{
    bool leader = t->tid == getpid();

    rt_host_setmask(~SYNC_SIGS);
    if (!rt_world_leave(t))
        rt_exit_process(t, status);     /* the last one's status, as the kernel has it from 6.0 on, whatever the first one's was */
    rt_futex_at_exit(t);
    rt_host_setmask(~0ull);
    pass_on_signal(t);
    if (leader)                         /* its stack is the process's first one */
        for (;;)
            syscall(SYS_exit, status);
    siglongjmp(t->end_env, 1);
}

/* ---- clone ---- */

int64_t rt_clone(struct rt_thread *t, uint64_t flags, uint64_t child_sp, uint64_t ptid, uint64_t tls, uint64_t ctid)
{
    const uint64_t known = 0xff | CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID
        | CLONE_SETTLS | CLONE_PARENT | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET
        | CLONE_IO | CLONE_DETACHED | CLONE_UNTRACED | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_NEWCGROUP | CLONE_PIDFD
        | CLONE_PTRACE | CLONE_CLEAR_HANDLERS | (flags & CLONE_VM ? CLONE_SIGHAND : 0);

    if (flags & CLONE_THREAD)
        return rt_thread_clone(t, flags, child_sp, ptid, tls, ctid);
    if (flags & ~known)
        return -EINVAL;
    if (flags & (flags & CLONE_PIDFD ? CLONE_DETACHED | CLONE_PARENT_SETTID : 0))
        return -EINVAL;
    if ((flags & CLONE_VM) && !(flags & CLONE_VFORK)) {
        if (!t->rt->lockstep)
            return clone_beside(t, flags, child_sp, ptid, tls, ctid);
        rt_say("--check=lockstep cannot follow several processes in one address space: clone is refused");
        return -EAGAIN;
    }
    if (flags & CLONE_VM)
        return clone_vfork(t, flags, child_sp, ptid, tls, ctid);
    return fork_now(t, flags, child_sp, ptid, tls, ctid);
}
