/* Processes of the guest: threads' memory, exit, death by a signal, fork and vfork. */
#include "runtime/process.h"

#include "runtime/code.h"
#include "runtime/dispatch.h"
#include "runtime/hostcall.h"
#include "runtime/journal.h"
#include "runtime/perfmap.h"
#include "runtime/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { VFORK_STACK = 1 << 20 };

int rt_fd_high(int fd)
{
    struct rlimit rl;
    int low = RT_FD_LOW;

    if (fd < 0)
        return -1;
    if (!getrlimit(RLIMIT_NOFILE, &rl) && rl.rlim_cur != RLIM_INFINITY && rl.rlim_cur < RT_FD_LOW + 24)
        low = rl.rlim_cur > 48 ? (int)rl.rlim_cur - 24 : (int)rl.rlim_cur / 2;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, low);
    return high;
}

bool rt_fd_is_ours(const struct rt *rt, int fd)
{
    return fd >= 0 && (fd == rt->self_fd || fd == rt->err_fd || fd == rt->stats_fd || fd == rt->perf_fd);
}

struct rt_thread *rt_thread_new(struct rt *rt)
{
    struct rt_thread *t = mmap(NULL, sizeof *t, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (t == MAP_FAILED)
        return NULL;
    t->rt = rt;
    t->g = rt->g;
    t->v.rt = t;
    return t;
}

void rt_thread_free(struct rt_thread *t)
{
    munmap(t, sizeof *t);
}

#ifdef AOTC_COVERAGE
void __gcov_dump(void);
void __gcov_reset(void);
#endif

void rt_coverage_dump(void)
{
#ifdef AOTC_COVERAGE
    __gcov_dump();
    __gcov_reset();                     /* the next dump of this memory, a vfork parent's or after a failed exec, adds what is new */
#endif
}

void rt_end_process(struct rt_thread *t, const char *end, int status)
{
    t->exiting = 1;
    rt_host_setmask(~0ull);             /* a SIGPIPE from the statistics must not change how we end */
    rt_journal_write(t->rt);
    rt_stats_write(t, end, status);
    rt_coverage_dump();
    for (;;)
        syscall(SYS_exit_group, status);
}

void rt_exit_process(struct rt_thread *t, int status)
{
    rt_end_process(t, "exit", status & 0xff);
}

void rt_die_by_signal(struct rt_thread *t, int sig)
{
    struct rlimit none = { 0, 0 };
    uint64_t mask = ~(1ull << (sig - 1));

    rt_host_setmask(~0ull);
    rt_journal_write(t->rt);
    rt_stats_write(t, "signal", sig);
    rt_coverage_dump();
    /* A core of this process would show the translator, not the guest. Dumpability belongs to the memory: a vfork child leaves
     * it. */
    setrlimit(RLIMIT_CORE, &none);
    if (!t->rt->in_vfork)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    rt_host_sigaction(sig, NULL, 0, 0);
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), sig);
    rt_host_setmask(mask);
    for (;;)
        syscall(SYS_exit_group, 128 + sig);
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
    t->tid = (int)syscall(SYS_gettid);
    t->v.n_t0_insns = t->v.n_t0_blocks = t->v.n_dispatch = t->v.n_retmiss = t->v.n_helper = 0;
    t->rt->stats = (struct rt_stats){ .images = t->rt->stats.images };
    rt_journal_reset(t->rt);
}

struct vfork { struct rt rt; struct rt_sighand sighand; struct rt_thread *child; void *stack; };

/* First function of a vfork child: all signals are blocked. */
static void vfork_child(void *arg)
{
    struct vfork *vf = arg;
    struct rt_thread *t = vf->child;

    rt_altstack_install(t);
    rt_host_setmask(rt_signal_host_mask(t->sigmask));
    rt_run(t);
}

static int vfork_prepare(struct rt_thread *t, struct vfork *vf)
{
    struct rt_thread *c = rt_thread_new(&vf->rt);
    struct diag d;

    vf->child = c;
    vf->stack = mmap(NULL, VFORK_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (!c || vf->stack == MAP_FAILED)
        return -ENOMEM;
    vf->rt = *t->rt;
    vf->sighand = *t->rt->sighand;
    vf->rt.sighand = &vf->sighand;
    vf->rt.in_vfork = true;
    /* The vcpu's guest state only: stubs, helpers and the hint stack are made anew. */
    memcpy(c->v.guest, t->v.guest, sizeof c->v.guest);
    c->v.pc = t->v.pc;
    c->v.guest_fpcr = t->v.guest_fpcr;
    c->v.fp_rm = t->v.fp_rm;
    c->v.fp_extra = t->v.fp_extra;
    c->sigmask = t->sigmask;
    c->altstack = t->altstack;
    c->resume = t->resume;
    if (t->rt->thunks && vcpu_init_host(&c->v, t->rt->thunks, &d))
        return -ENOMEM;
    return rt_altstack_make(c);
}

static void vfork_finish(struct vfork *vf, struct rt *rt)
{
    if (vf->child) {
        if (rt->thunks && vf->child->v.hint_base)
            vcpu_fini_host(&vf->child->v);
        if (vf->child->host_altstack)
            rt_altstack_free(vf->child);
        rt_thread_free(vf->child);
    }
    if (vf->stack && vf->stack != MAP_FAILED)
        munmap(vf->stack, VFORK_STACK);
    /* The child may have moved what lies in the shared address space. */
    rt->brk = vf->rt.brk;
    rt->hot = vf->rt.hot;
    free(vf);
}

static int64_t clone_vfork(struct rt_thread *t, uint64_t flags, uint64_t sp, uint64_t ptid, uint64_t tls, uint64_t ctid)
{
    struct vfork *vf = calloc(1, sizeof *vf);

    if (!vf)
        return -ENOMEM;
    vf->rt = *t->rt;
    int64_t r = vfork_prepare(t, vf);
    if (!r) {
        child_registers(vf->child, flags, sp, tls);
        rt_host_setmask(~0ull);
        if (t->sig_pending)
            r = -RT_RESTART_ALWAYS;
        else
            r = rt_asm_clone(flags & ~(uint64_t)CLONE_SETTLS, (char *)vf->stack + VFORK_STACK, ptid, ctid, vfork_child, vf);
        rt_host_setmask(t->sig_pending ? ~SYNC_SIGS : rt_signal_host_mask(t->sigmask));
    }
    vfork_finish(vf, t->rt);
    return r;
}

static int64_t clone_fork(struct rt *rt, uint64_t flags, uint64_t ptid, uint64_t ctid)
{
    if (rt->cache && !cache_fork_prepare(rt->cache))
        cache_flush(rt->cache);         /* no memory for a copy: both compile anew */
    int64_t r = rt_asm_clone(flags, NULL, ptid, ctid, NULL, NULL);
    if (rt->cache)
        cache_fork_done(rt->cache, r == 0);
    return r;
}

int64_t rt_clone(struct rt_thread *t, uint64_t flags, uint64_t child_sp, uint64_t ptid, uint64_t tls, uint64_t ctid)
{
    const uint64_t known = 0xff | CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID
        | CLONE_SETTLS | CLONE_PARENT | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET
        | CLONE_IO | CLONE_DETACHED | CLONE_UNTRACED;

    if (flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_FS | CLONE_FILES))
        return -ENOSYS;         /* threads and half-shared processes do not exist yet */
    if (flags & ~known)
        return -EINVAL;
    if ((flags & CLONE_VM) && !(flags & CLONE_VFORK))
        return -ENOSYS;
    if (flags & CLONE_VM)
        return clone_vfork(t, flags, child_sp, ptid, tls, ctid);
    /* The child must not inherit a signal that our handler holds for the parent. */
    rt_host_setmask(~0ull);
    int64_t r = -RT_RESTART_ALWAYS;
    if (!t->sig_pending)
        r = clone_fork(t->rt, flags & ~(uint64_t)CLONE_SETTLS, ptid, ctid);
    if (r == 0) {
        child_registers(t, flags, child_sp, tls);
        if (t->rt->opt.perf_map)
            rt_perf_start(t->rt);
    }
    rt_host_setmask(t->sig_pending ? ~SYNC_SIGS : rt_signal_host_mask(t->sigmask));
    return r;
}
