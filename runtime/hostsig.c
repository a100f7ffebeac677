/* The host's signal handler: everything in this file runs inside it. No heap, no stdio, no locks. */
#include "runtime/signals.h"

#include "formats/image.h"
#include "runtime/code.h"
#include "runtime/hostcall.h"
#include "runtime/lockstep.h"
#include "runtime/thread.h"

#include <errno.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

/* Each runtime thread's handler stack is aligned to its size and begins with the thread's address, so a handler finds its thread
 * from its own stack pointer: host TLS says nothing useful, a vfork child shares its parent's. */
enum { ALTSTACK_SIZE = 64 << 10 };
struct altstack_head { struct rt_thread *t; uint8_t *map; };

int rt_altstack_make(struct rt_thread *t)
{
    uint8_t *m = mmap(NULL, 2 * ALTSTACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (m == MAP_FAILED)
        return -ENOMEM;
    uint8_t *at = (uint8_t *)(((uintptr_t)m + ALTSTACK_SIZE - 1) & ~(uintptr_t)(ALTSTACK_SIZE - 1));
    *(struct altstack_head *)at = (struct altstack_head){ t, m };       /* the rest of the mapping is never touched */
    t->host_altstack = at;
    return 0;
}

int rt_altstack_install(struct rt_thread *t)
{
    stack_t ss = { .ss_sp = (uint8_t *)t->host_altstack + 64, .ss_size = ALTSTACK_SIZE - 64 };

    return sigaltstack(&ss, NULL) ? -errno : 0;
}

void rt_altstack_remove(void)
{
    stack_t none = { .ss_flags = SS_DISABLE };

    sigaltstack(&none, NULL);
}

void rt_altstack_free(struct rt_thread *t)
{
    munmap(((struct altstack_head *)t->host_altstack)->map, 2 * ALTSTACK_SIZE);
    t->host_altstack = NULL;
}

ASYNC_HANDLER static struct rt_thread *current_thread(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return ((struct altstack_head *)(here & ~(uintptr_t)(ALTSTACK_SIZE - 1)))->t;
}

ASYNC_HANDLER static void block_all(void *uc)
{
    uint64_t all = ~SYNC_SIGS;
    memcpy(&((ucontext_t *)uc)->uc_sigmask, &all, sizeof all);
}

/* A signal that some process sent: keep it for the next safe point, and let the kernel keep all others. */
ASYNC_HANDLER static void queue_signal(struct rt_thread *t, int sig, const siginfo_t *si, void *uc)
{
    bool fault = SIGBIT(sig) & SYNC_SIGS, blocked = t->sigmask & SIGBIT(sig);

    bool ignored = fault && !blocked && t->sighand->act[sig].handler == (uint64_t)(uintptr_t)SIG_IGN;

    /* What the guest blocks or ignores breaks off no call of its. */
    if (fault)
        t->kicked = blocked || ignored ? RT_KICK : RT_KICK_SIGNAL;
    if (ignored)
        return;
    if (fault && (t->sig_pending || blocked)) {
        rt_held_catch(t, sig, si);
    } else {
        t->sig_info = *si;
        t->sig_pending = 1;
        block_all(uc);
    }
    t->v.request = 1;
    if (t->in_code)
        vcpu_arm(&t->v, uc);
    rt_uc_unwind_syscall(uc);
}

/* Generated code faulted: rebuilds the guest state from its snapshot, and makes the handler's return leave host_enter(). */
static bool fault_in_code(struct rt_thread *t, void *uc)
{
    struct cache_place at;

    return cache_at(t->rt->cache, host_ctx_pc(uc), &at) && at.snap
           && vcpu_fault_state(&t->v, t->rt->thunks, at.snap, at.nsnap, at.off, at.base, uc);
}

/* An entry whose code was taken away traps: the dispatcher goes on with its guest pc. */
static bool dead_entry(struct rt_thread *t, void *uc)
{
    uint64_t pc;

    if (!cache_entry_at(t->rt->cache, host_ctx_pc(uc) - host_trap_skip, &pc))
        return false;
    vcpu_entry_state(&t->v, t->rt->thunks, pc, VX_JUMP, uc);
    return true;
}

/* Does this host pc belong to an image whose tables somebody has changed since it was installed? */
static bool in_damaged_image(const struct rt_thread *t, uint64_t pc)
{
    const struct code_space *s = t->rt->cache ? cache_space_of_host(t->rt->cache, (const void *)(uintptr_t)pc) : NULL;

    return s && s->im && pc - (uint64_t)(uintptr_t)s->text < s->text_len && image_data_damaged(s->im);
}

/* Does addr lie in a packed image, whose pages come when they are touched? Then this one could not be had. */
static bool in_missing_page(const struct rt_thread *t, uint64_t addr)
{
    const struct code_space *s = t->rt->cache ? cache_space_of_host(t->rt->cache, (const void *)(uintptr_t)addr) : NULL;

    return s && s->im && s->im->lazy && (!s->rx || addr - (uint64_t)(uintptr_t)s->rx >= s->cap);
}

/* A fault that no guest access explains is a bug of ours, or the image's file is not what was installed: say where, then die by
 * it. */
static void fault_of_ours(struct rt_thread *t, int sig, const siginfo_t *si, void *uc)
{
    rt_host_sigaction(sig, NULL, 0, 0);
    if (in_missing_page(t, (uint64_t)(uintptr_t)si->si_addr)) {
        rt_say("%s: no memory to inflate a page of its packed image", t->rt->exe.path);
        return;
    }
    if (t->in_code && in_damaged_image(t, host_ctx_pc(uc))) {
        rt_say("%s: its image is damaged, the program cannot go on; aotc store verify finds such images, aotc build replaces them",
               t->rt->exe.path);
        return;
    }
    rt_say("internal error: signal %d at host pc %#llx, address %p, near guest pc %#llx%s", sig, (unsigned long long)host_ctx_pc(uc),
           si->si_addr, (unsigned long long)t->v.pc, t->in_code ? " (in compiled code)" : t->in_t0 ? " (in T0)" : "");
}

/* A call by generated code that has to leave: it goes as far as its target. */
static bool armed_call(struct rt_thread *t, uint64_t addr, void *uc)
{
    uint64_t to, pc;
    enum vcall c = vcpu_armed_call(&t->v, addr, uc, &to);

    if (c == VCALL_TO && cache_entry_at(t->rt->cache, to, &pc))
        vcpu_entry_state(&t->v, t->rt->thunks, pc, VX_POLL, uc);
    return c != VCALL_NONE;
}

/* A page of a packed image that was not inflated yet: whoever touched it, code or we, goes on. */
static bool image_page(const struct rt_thread *t, const void *addr)
{
    const struct code_space *s = t->rt->cache ? cache_space_of_host(t->rt->cache, addr) : NULL;

    return s && s->im && image_fault(s->im, addr);
}

static void sync_fault(struct rt_thread *t, int sig, const siginfo_t *si, void *uc)
{
    uint64_t addr = (uint64_t)(uintptr_t)si->si_addr;

    if (sig == SIGSEGV && image_page(t, si->si_addr))
        return;
    if (rt_lockstep_fault(t, sig, addr) || rt_uc_unwind_copy(uc))
        return;
    if (t->in_code) {
        if (sig == SIGSEGV && (armed_call(t, addr, uc) || vcpu_hint_overflow(&t->v, addr, uc)))
            return;
        t->v.fault = (struct vfault){ sig, si->si_code, addr };
        if (sig == SIGTRAP && dead_entry(t, uc))
            return;
        if (fault_in_code(t, uc)) {
            if (sig == SIGILL)          /* a poll that saw vcpu->request: generated code traps into its snapshot */
                t->v.exit = VX_POLL;
            else
                t->stats.code_faults++;
            return;
        }
    } else if (t->in_t0) {
        t->v.fault = (struct vfault){ sig, si->si_code, addr };
        t->v.guest_fpcr = host_ctx_fpcr(uc, t->v.guest_fpcr);
        siglongjmp(t->fault_env, 1);
    }
    fault_of_ours(t, sig, si, uc);
}

ASYNC_HANDLER void rt_host_handler(int sig, siginfo_t *si, void *uc)
{
    struct rt_thread *t = current_thread();
    int saved = errno;

    /* Sent by the CPU: si_code is positive. Sent by a process: SI_USER, SI_TKILL, SI_QUEUE, ... are not. */
    if (rt_is_kick(t, sig, si, uc))
        ;
    else if ((SIGBIT(sig) & SYNC_SIGS) && si->si_code > 0)
        sync_fault(t, sig, si, uc);
    else
        queue_signal(t, sig, si, uc);
    errno = saved;
}
