/* The dispatcher: pc -> code, else T0; and what is to be done when either comes back. All guest state is in the homes here, so
 * this is where signals are delivered. */
#include "runtime/dispatch.h"

#include "jit/fpenv.h"
#include "runtime/attach.h"
#include "runtime/code.h"
#include "runtime/hostcall.h"
#include "runtime/journal.h"
#include "runtime/lockstep.h"
#include "runtime/module.h"
#include "runtime/process.h"
#include "runtime/lines.h"
#include "runtime/quiet.h"
#include "runtime/thread.h"
#include "runtime/vdso.h"
#include "runtime/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

/* Length of the guest's system call instruction: `ecall` and `svc` have 4 bytes. */
enum { SYSCALL_LEN = 4, SI_KERNEL_CODE = 0x80 };

const uint8_t *rt_fetch(void *arg, uint64_t pc, size_t *n)
{
    struct rt_thread *t = arg;
    uint8_t probe;

    t->changes_seen = t->rt->lines ? rt_lines_changes(t->rt->lines) : 0;
    rt_lock(t, &t->rt->vm_lock);
    const uint8_t *p = rt_vm_code(t->rt, pc, n);
    rt_unlock(t, &t->rt->vm_lock);
    if (!p)
        return NULL;
    /* A file mapping may end before its VMA does: the translator must not run into SIGBUS. Whole pages only. */
    if (rt_copy_in(t, &probe, pc, 1))
        return NULL;
    uint64_t next = rt_page_up(pc + 1);
    for (; next < pc + *n; next += RT_PAGE) {
        if (rt_copy_in(t, &probe, next, 1)) {
            *n = next - pc;
            break;
        }
    }
    return p;
}

/* t0_run's stop callback. */
static bool has_code(void *arg, uint64_t pc)
{
    const struct rt *rt = arg;
    return cache_lookup(rt->cache, pc) != NULL;
}

static bool vma_at(struct rt_thread *t, uint64_t addr, struct vma *v)
{
    rt_lock(t, &t->rt->vm_lock);
    bool found = rt_vm_at(t->rt, addr, v);
    rt_unlock(t, &t->rt->vm_lock);
    return found;
}

/* SIGSEGV at a pc where no code can be fetched: what a jump there does on Linux. A page beyond the end of its file gives SIGBUS,
 * and so does a pc that is not aligned. */
static void fetch_fault(struct rt_thread *t)
{
    uint64_t pc = t->v.pc;
    struct vma v;
    bool found = vma_at(t, pc, &v);
    uint64_t addr = pc;
    uint8_t probe;

    if (pc & (t->g->insn_align - 1u)) {
        rt_signal_force(t, SIGBUS, BUS_ADRALN, pc);
        return;
    }
    if (found && v.lo <= pc && (v.prot & PROT_EXEC) && !rt_copy_in(t, &probe, pc, 1)) {
        addr = rt_page_up(pc + 1);              /* the instruction's second half lies on a bad page */
        found = vma_at(t, addr, &v);
    }
    bool mapped = found && v.lo <= addr && v.kind == VMA_GUEST;
    if (mapped && (v.prot & PROT_EXEC))
        rt_signal_force(t, SIGBUS, BUS_ADRERR, addr);
    else
        rt_signal_force(t, SIGSEGV, mapped ? SEGV_ACCERR : SEGV_MAPERR, addr);
}

/* --engine=aot and no code for pc: the end, unless pc is no code at all or the guest was interrupted in the middle of a region. */
static void check_miss(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    uint64_t pc = t->v.pc, off;
    size_t n = 1;

    if (t->resume || t->v.fp_rm > FP_RM_UP)
        return;
    t->stats.misses++;
    rt_journal_note(t, pc);
    if (rt->opt.engine != RT_AOT || !rt_fetch(t, pc, &n))
        return;
    const char *name = rt_symbol(rt, pc, &off);
    const struct rt_module *m;
    if (name)
        rt_say("no code in an image for guest pc %#" PRIx64 " (%s+%#" PRIx64 ")", pc, name, off);
    else if ((m = rt_module_at(rt, pc)))
        rt_say("no code in an image for guest pc %#" PRIx64 " (%s, %#" PRIx64 ")", pc, m->path, pc - m->base);
    else
        rt_say("no code in an image for guest pc %#" PRIx64, pc);
    rt_end_process(t, "miss", RT_EXIT_MISS);
}

/* One run of T0, from which a memory fault comes back as VX_FAULT. Its own function, so that no local lives across the jump. */
enum vexit rt_guarded_t0(struct rt_thread *t, struct t0 *t0, uint64_t blocks, bool (*stop)(void *, uint64_t), void *arg)
{
    if (!sigsetjmp(t->fault_env, 0)) {
        t->in_t0 = 1;
        enum vexit why = t0_run(t0, &t->v, blocks, stop, arg);
        t->in_t0 = 0;
        return why;
    }
    /* From the signal handler: it ran with every signal blocked, and with T0's floating-point control word. */
    uint64_t none = 0;
    t->in_t0 = 0;
    fpenv_write(t->v.host_fpcr);
    rt_signal_mask(t, SIG_BLOCK, &none, NULL);
    return VX_FAULT;
}

/* t has a T0. Without memory for one the thread cannot go on; the process dies as of the kernel's out-of-memory killer. */
static bool interpreter(struct rt_thread *t)
{
    if (rt_thread_t0(t))
        return true;
    rt_say("out of memory for an interpreter");
    rt_die_by_signal(t, SIGKILL);
}

static enum vexit run_t0(struct rt_thread *t)
{
    struct rt *rt = t->rt;
    bool rmm = t->v.fp_rm > FP_RM_UP;
    uint64_t before = t->v.n_t0_insns;

    interpreter(t);
    if (t->resume && rt->cache)
        t->stats.restarts++;
    bool code = rt->cache && t->v.fp_rm <= FP_RM_UP;
    enum vexit why = rt_guarded_t0(t, t->t0, UINT64_MAX, code ? has_code : NULL, rt);
    if (why == VX_HOT) {
        why = VX_JUMP;
        if (code)
            rt_code_hot(t);
        else
            t0_go_cold(t->t0);
    }
    if (rmm)
        t->stats.rmm_insns += t->v.n_t0_insns - before;
    return why;
}

enum vexit rt_run_code(struct rt_thread *t, const void *code)
{
    t->resume = false;
    t->v.n_dispatch++;
    t->stats.enter_jit += cache_is_jit(t->rt->cache, code);
    rt_code_settle(t);
    if (!t->rt->cache->apart)
        vcpu_know_code(&t->v, t->v.pc, code);
    t->in_code = 1;
    /* From here on a signal's handler makes the code leave soon; one that came before it looked must not wait for that. */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    enum vexit why = t->v.request ? VX_JUMP : host_enter(&t->v, t->rt->thunks, code);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    t->in_code = 0;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    vcpu_disarm(&t->v);
    /* A misaligned atomic, which AArch64 does not do: T0 does it in steps. */
    if (why == VX_FAULT && t->v.fault.sig == SIGBUS && t->v.fault.code == BUS_ADRALN) {
        t->resume = true;
        why = interpreter(t) ? rt_guarded_t0(t, t->t0, 1, NULL, NULL) : VX_JUMP;
    }
    return why;
}

static void serve_syscall(struct rt_thread *t)
{
    t->sys_pc = t->v.pc - SYSCALL_LEN;
    t->stats.syscalls++;
    rt_lockstep_release(t->rt);
    int64_t r = linux_syscall(t);
    if (t->v.request || t->sigsuspended || r == -RT_RESTART_SA || r == -RT_RESTART_ALWAYS)
        rt_signal_deliver(t, r);
}

/* A call of one of the vDSO's functions, or a return to the signal trampoline, as if its instructions had run: whatever the engine, it is
 * one exit from compiled code. In the middle of a function, after a signal, its instructions do run. */
static bool serve_vdso(struct rt_thread *t)
{
    const uint64_t pc = t->v.pc, after = pc + 2 * SYSCALL_LEN;
    int nr = rt_vdso_call(t->rt, pc);

    if (nr < 0)
        return false;
    if (pc == t->rt->sigtramp) {
        rt_signal_return(t);
        return true;
    }
    rt_guest_set(t, t->g->abi->sysno, (uint64_t)nr);
    t->v.pc = after;
    serve_syscall(t);
    if (t->v.pc == after)
        t->v.pc = rt_guest_get(t, t->g->abi->ra);
    return true;
}

static void install_rounding(struct rt_thread *t)
{
    unsigned flags = fpcr_flags(t->v.guest_fpcr);

    t->v.fp_rm = t->g->fp_rm(t->v.guest);
    t->v.guest_fpcr = fpcr_make(t->v.fp_rm, flags);
}

void rt_settle_fault(struct rt_thread *t)
{
    struct vfault *f = &t->v.fault;

    /* Not canonical: x86 says no address, and SIGBUS where the access went through rbp or rsp (#SS). */
    if ((f->sig == SIGSEGV || f->sig == SIGBUS) && f->code == SI_KERNEL_CODE)
        *f = (struct vfault){ SIGSEGV, SEGV_MAPERR, rt_guest_fault_addr(t) };
    else if (f->sig == SIGSEGV && rt_guest_fault_addr(t) >> 47)
        f->addr = rt_guest_fault_addr(t);       /* AArch64 leaves the top byte out, qemu-user all */
}

/* One step of T0 at a pc whose code has just left: not a visit, or the step might be put off for ever (AOTRUN_TEST=visits=1). */
static enum vexit first_step(struct rt_thread *t)
{
    if (!interpreter(t))
        return VX_JUMP;
    t0_go_cold(t->t0);
    return rt_guarded_t0(t, t->t0, 1, NULL, NULL);
}

static void handle_exit(struct rt_thread *t, enum vexit why)
{
    switch (why) {
    case VX_JUMP:
        break;
    case VX_SYSCALL:
        serve_syscall(t);
        break;
    case VX_ILLEGAL:
        rt_signal_force(t, SIGILL, ILL_ILLOPC, t->v.pc);
        break;
    case VX_BREAK:
        rt_signal_force(t, SIGTRAP, TRAP_BRKPT, t->v.pc);
        break;
    case VX_ALIGN:
        rt_signal_force(t, SIGBUS, BUS_ADRALN, t->g->abi->align_data ? rt_guest_fault_addr(t) : t->v.pc);
        break;
    case VX_FETCH:
        fetch_fault(t);
        break;
    case VX_CODE:
        rt_code_changed(t, t->v.code_lo, t->v.code_hi == t->v.code_lo ? UINT64_MAX : t->v.code_hi);
        t->v.code_lo = t->v.code_hi = 0;
        break;
    case VX_FPMODE:
        install_rounding(t);
        break;
    case VX_POLL:
        t->resume = true;
        /* Code left for a pc (TRAP_LEAVE) that may be its own entry: T0 takes the first step, or it would come here again. */
        if (!t->v.request)
            handle_exit(t, first_step(t));
        break;
    case VX_FAULT:
        rt_settle_fault(t);
        if (rt_quiet_fault(t))
            t->resume = true;
        else
            rt_signal_force(t, t->v.fault.sig, t->v.fault.code, t->v.fault.addr);
        break;
    case VX_RETMISS:            /* host_enter() counted it */
        break;
    case VX_HOT: case VX_COUNT:
        break;
    }
}

void rt_run(struct rt_thread *t)
{
    struct rt *rt = t->rt;

    for (;;) {
        if (t->v.request)
            rt_signal_deliver(t, 0);
        t->v.pc &= ~(uint64_t)t->g->abi->pc_ignored;
        if (t->v.pc & (t->g->insn_align - 1u)) {
            fetch_fault(t);
            continue;
        }
        if (t->v.pc - rt->vdso < RT_PAGE && serve_vdso(t))
            continue;
        const void *code = rt->cache && t->v.fp_rm <= FP_RM_UP ? rt_code_at(t) : NULL;
        if (code) {
            handle_exit(t, rt->lockstep ? rt_lockstep_unit(t, code) : rt_run_code(t, code));
        } else if (!rt_quiet_wake(t)) {
            if (rt->opt.engine == RT_AOT || rt->opt.engine == RT_AUTO)
                check_miss(t);
            handle_exit(t, run_t0(t));
        }
    }
}
