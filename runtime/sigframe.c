/* Signal frames of 64-bit Linux: siginfo and ucontext, which every architecture here lays out alike up to mcontext (asm-generic's
 * ucontext.h); the guest's ABI knows mcontext, and whether a frame record stands above. */
#include "runtime/signals.h"

#include "jit/fpenv.h"
#include "runtime/dispatch.h"

#include <errno.h>
#include <stdlib.h>

enum { SS_AUTODISARM_BIT = (int)(1u << 31), MAX_MCONTEXT = 4608, RECORD = 16, FROM_KERNEL = 0x80 /* SI_KERNEL */ };

struct sigframe {
    siginfo_t info;
    uint64_t uc_flags, uc_link;
    struct rt_sigaltstack uc_stack;
    uint64_t uc_sigmask;
    uint8_t unused[120];
    _Alignas(16) uint8_t mcontext[MAX_MCONTEXT];        /* abi->mcontext_size of them */
};
static_assert(sizeof(siginfo_t) == 128 && offsetof(struct sigframe, uc_flags) == 128, "siginfo");
static_assert(offsetof(struct sigframe, mcontext) == 128 + 176, "mcontext");

static size_t frame_size(const struct guest_abi *abi)
{
    return offsetof(struct sigframe, mcontext) + abi->mcontext_size;
}

bool rt_on_altstack(const struct rt_thread *t, uint64_t sp)
{
    const struct rt_sigaltstack *s = &t->altstack;

    if (s->flags & SS_AUTODISARM_BIT)
        return false;
    return s->size && sp > s->sp && sp - s->sp <= s->size;
}

/* The frame's address; a frame record lies right above it. */
static uint64_t frame_address(struct rt_thread *t, const struct rt_sigact *act)
{
    const struct guest_abi *abi = t->g->abi;
    uint64_t sp = rt_guest_get(t, abi->sp), need = frame_size(abi) + (abi->frame_record ? RECORD : 0);
    bool on = rt_on_altstack(t, sp);

    /* On the alternate stack with no room left: an address that faults, as the kernel gives. */
    if (on && !abi->altstack_unchecked && !rt_on_altstack(t, sp - need))
        return ~15ull;
    if ((act->flags & SA_ONSTACK) && t->altstack.size && !on)
        sp = t->altstack.sp + t->altstack.size;
    if (abi->frame_record)
        sp = (sp - RECORD) & ~15ull;
    return (sp - frame_size(abi)) & ~15ull;
}

/* The instruction at pc, for an mcontext that tells what kind of access failed. */
static bool decode_at_pc(struct rt_thread *t, struct ginsn *in)
{
    uint8_t bytes[16];
    size_t n = t->g->max_len;

    while (n && rt_copy_in(t, bytes, t->v.pc, n))
        n -= t->g->insn_align;
    if (n)
        t->g->decode(bytes, n, t->v.pc, in);
    return n != 0;
}

static struct guest_sigctx context(struct rt_thread *t, int sig, const siginfo_t *si)
{
    struct guest_sigctx c = { .pc = t->v.pc, .fpflags = fpcr_flags(t->v.guest_fpcr) | t->v.fp_extra };

    if ((sig == SIGSEGV || sig == SIGBUS) && si->si_code > 0 && si->si_code != FROM_KERNEL) {
        c.fault = sig;
        c.code = si->si_code;
        c.addr = (uint64_t)(uintptr_t)si->si_addr;
        decode_at_pc(t, &c.insn);
    }
    return c;
}

static void handler_registers(struct rt_thread *t, int sig, const struct rt_sigact *act, uint64_t at)
{
    const struct guest_abi *abi = t->g->abi;

    rt_guest_set(t, abi->sp, at);
    rt_guest_set(t, abi->ra, abi->sa_restorer && (act->flags & RT_SA_RESTORER) ? act->restorer : t->rt->sigtramp);
    rt_guest_set(t, abi->sig_arg[0], (uint64_t)sig);
    if (!abi->sa_restorer || (act->flags & SA_SIGINFO)) {
        rt_guest_set(t, abi->sig_arg[1], at + offsetof(struct sigframe, info));
        rt_guest_set(t, abi->sig_arg[2], at + offsetof(struct sigframe, uc_flags));
    }
    if (abi->frame_record)
        rt_guest_set(t, abi->fp, at + frame_size(abi));
    t->v.pc = act->handler;
}

int sigframe_push(struct rt_thread *t, int sig, const siginfo_t *si, const struct rt_sigact *act, uint64_t oldmask)
{
    const struct guest_abi *abi = t->g->abi;
    const struct guest_sigctx c = context(t, sig, si);
    uint64_t at = frame_address(t, act), record[2] = { rt_guest_get(t, abi->fp), rt_guest_get(t, abi->ra) };
    struct sigframe f;

    memset(&f, 0, sizeof f);
    f.info = *si;
    f.uc_stack = t->altstack;   /* flags too are those that sigaltstack() was given: kernel/signal.c, __save_altstack */
    f.uc_sigmask = oldmask;
    abi->mcontext_fill(f.mcontext, t->v.guest, &c);
    if (at >= RT_GUEST_HI || rt_copy_out(t, at, &f, frame_size(abi)))
        return -EFAULT;
    if (abi->frame_record && rt_copy_out(t, at + frame_size(abi), record, sizeof record))
        return -EFAULT;
    if (t->altstack.flags & SS_AUTODISARM_BIT)
        t->altstack = (struct rt_sigaltstack){ 0, SS_DISABLE, 0, 0 };
    handler_registers(t, sig, act, at);
    return 0;
}

void sigframe_reset(struct rt_thread *t)
{
    rt_guest_set(t, t->g->abi->monitor, ~0ull);
}

/* A frame with more behind its mcontext. */
static bool restore_long(struct rt_thread *t, const uint8_t *mcontext, struct guest_sigctx *c)
{
    const struct guest_abi *abi = t->g->abi;
    uint8_t *all = malloc(abi->mcontext_size + c->extra);
    bool ok = false;

    if (all) {
        memcpy(all, mcontext, abi->mcontext_size);
        ok = !rt_copy_in(t, all + abi->mcontext_size, c->at + abi->mcontext_size, c->extra) &&
             abi->mcontext_restore(all, t->v.guest, c);
    }
    free(all);
    return ok;
}

int sigframe_pop(struct rt_thread *t, uint64_t *mask)
{
    const struct guest *g = t->g;
    struct guest_sigctx c;
    struct sigframe f;
    uint64_t sp = rt_guest_get(t, g->abi->sp);

    if (rt_copy_in(t, &f, sp, frame_size(g->abi)))
        return -EFAULT;
    memset(&c, 0, sizeof c);
    c.at = sp + offsetof(struct sigframe, mcontext);
    c.extra = g->abi->mcontext_extra ? g->abi->mcontext_extra(f.mcontext, c.at) : 0;
    if (c.extra ? !restore_long(t, f.mcontext, &c) : !g->abi->mcontext_restore(f.mcontext, t->v.guest, &c))
        return -EFAULT;
    t->v.pc = c.pc;
    sigframe_reset(t);          /* a handler ran: the exclusive reservation is gone */
    t->v.fp_rm = g->fp_rm(t->v.guest);
    t->v.fp_extra = c.fpflags & FPF_ID;
    t->v.guest_fpcr = fpcr_make(t->v.fp_rm, c.fpflags & ~(unsigned)FPF_ID);
    *mask = f.uc_sigmask;
    rt_signal_altstack(t, &f.uc_stack, NULL);           /* an error means that the guest still runs on it */
    return 0;
}

uint64_t rt_guest_fault_addr(struct rt_thread *t)
{
    struct ginsn in;

    return decode_at_pc(t, &in) ? t->g->abi->access_address(t->v.guest, &in) : 0;
}
