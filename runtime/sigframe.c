/* The signal frame of riscv64 Linux, byte for byte (arch/riscv/kernel/signal.c, uapi/asm/{ucontext,sigcontext,ptrace}.h). */
#include "runtime/signals.h"

#include "jit/fpenv.h"
#include "runtime/dispatch.h"

#include <errno.h>

enum { SS_AUTODISARM_BIT = (int)(1u << 31) };

struct rv_fpstate {
    uint64_t f[32];
    uint32_t fcsr;
    uint32_t pad[64];           /* the union's larger member is the Q state */
    uint32_t reserved;          /* must be zero */
    uint32_t end_magic, end_size;       /* END_HDR: no extension follows */
};

struct rv_sigframe {
    siginfo_t info;
    uint64_t uc_flags, uc_link;
    struct rt_sigaltstack uc_stack;
    uint64_t uc_sigmask;
    uint8_t unused[120];
    _Alignas(16) uint64_t regs[32];     /* pc, x1 .. x31 */
    _Alignas(16) struct rv_fpstate fp;
};
static_assert(sizeof(siginfo_t) == 128 && offsetof(struct rv_sigframe, uc_flags) == 128, "siginfo");
static_assert(offsetof(struct rv_sigframe, regs) == 128 + 176 && offsetof(struct rv_sigframe, fp) == 128 + 176 + 256, "mcontext");
static_assert(offsetof(struct rv_fpstate, reserved) == 516 && sizeof(struct rv_fpstate) == 528, "fp state");
static_assert(sizeof(struct rv_sigframe) == 1088, "frame");

/* Slot number by name; the table is short and this is a rare path. */
static unsigned slot_named(const struct guest *g, const char *name)
{
    unsigned i = 0;

    while (i < g->nslot && strcmp(g->slot[i].name, name))
        i++;
    return i;
}

bool rt_on_altstack(const struct rt_thread *t, uint64_t sp)
{
    const struct rt_sigaltstack *s = &t->altstack;

    if (s->flags & SS_AUTODISARM_BIT)
        return false;
    return s->size && sp > s->sp && sp - s->sp <= s->size;
}

static void fill_regs(struct rt_thread *t, struct rv_sigframe *f)
{
    const struct guest *g = t->g;
    unsigned x1 = slot_named(g, "x1"), f0 = slot_named(g, "f0"), frm = slot_named(g, "frm");

    f->regs[0] = t->v.pc;
    for (unsigned i = 0; i < 31; i++)
        f->regs[1 + i] = rt_guest_get(t, x1 + i);
    for (unsigned i = 0; i < 32; i++)
        f->fp.f[i] = rt_guest_get(t, f0 + i);
    f->fp.fcsr = (uint32_t)(rt_guest_get(t, frm) & 7) << 5 | fpcr_flags(t->v.guest_fpcr);
}

static uint64_t frame_address(struct rt_thread *t, const struct rt_sigact *act)
{
    uint64_t sp = rt_guest_get(t, t->g->abi->sp);
    bool on = rt_on_altstack(t, sp);

    /* On the alternate stack with no room left: an address that faults, as the kernel gives. */
    if (on && !rt_on_altstack(t, sp - sizeof(struct rv_sigframe)))
        return ~15ull;
    if ((act->flags & SA_ONSTACK) && t->altstack.size && !on)
        sp = t->altstack.sp + t->altstack.size;
    return (sp - sizeof(struct rv_sigframe)) & ~15ull;
}

int sigframe_push(struct rt_thread *t, int sig, const siginfo_t *si, const struct rt_sigact *act, uint64_t oldmask)
{
    const struct guest_abi *abi = t->g->abi;
    struct rv_sigframe f;
    uint64_t at = frame_address(t, act);

    memset(&f, 0, sizeof f);
    f.info = *si;
    f.uc_stack = t->altstack;   /* flags too are those that sigaltstack() was given: kernel/signal.c, __save_altstack */
    f.uc_sigmask = oldmask;
    fill_regs(t, &f);
    if (at >= RT_GUEST_HI || rt_copy_out(t, at, &f, sizeof f))
        return -EFAULT;
    if (t->altstack.flags & SS_AUTODISARM_BIT)
        t->altstack = (struct rt_sigaltstack){ 0, SS_DISABLE, 0, 0 };
    rt_guest_set(t, abi->sp, at);
    rt_guest_set(t, abi->ra, t->rt->sigtramp);
    rt_guest_set(t, abi->sig_arg[0], (uint64_t)sig);
    rt_guest_set(t, abi->sig_arg[1], at + offsetof(struct rv_sigframe, info));
    rt_guest_set(t, abi->sig_arg[2], at + offsetof(struct rv_sigframe, uc_flags));
    t->v.pc = act->handler;
    return 0;
}

void sigframe_reset(struct rt_thread *t)
{
    unsigned res = slot_named(t->g, "resaddr");

    if (res < t->g->nslot)
        rt_guest_set(t, res, ~0ull);
}

int sigframe_pop(struct rt_thread *t, uint64_t *mask)
{
    const struct guest *g = t->g;
    unsigned x1 = slot_named(g, "x1"), f0 = slot_named(g, "f0"), frm = slot_named(g, "frm");
    struct rv_sigframe f;

    if (rt_copy_in(t, &f, rt_guest_get(t, g->abi->sp), sizeof f))
        return -EFAULT;
    if (f.fp.reserved || f.fp.end_magic || f.fp.end_size)
        return -EFAULT;
    t->v.pc = f.regs[0];
    for (unsigned i = 0; i < 31; i++)
        rt_guest_set(t, x1 + i, f.regs[1 + i]);
    for (unsigned i = 0; i < 32; i++)
        rt_guest_set(t, f0 + i, f.fp.f[i]);
    rt_guest_set(t, frm, f.fp.fcsr >> 5 & 7);
    sigframe_reset(t);          /* a handler ran: the LR/SC reservation is gone */
    t->v.fp_rm = g->fp_rm(t->v.guest);
    t->v.guest_fpcr = fpcr_make(t->v.fp_rm, f.fp.fcsr & 31);
    *mask = f.uc_sigmask;
    rt_signal_altstack(t, &f.uc_stack, NULL);           /* an error means that the guest still runs on it */
    return 0;
}

uint64_t rt_guest_fault_addr(struct rt_thread *t)
{
    uint8_t bytes[4];
    struct ginsn in;
    unsigned x1 = slot_named(t->g, "x1");
    size_t n = sizeof bytes;

    if (rt_copy_in(t, bytes, t->v.pc, sizeof bytes)) {
        n = 2;
        if (rt_copy_in(t, bytes, t->v.pc, 2))
            return 0;
    }
    t->g->decode(bytes, n, t->v.pc, &in);
    uint64_t base = in.rs1 && in.rs1 < 32 ? rt_guest_get(t, x1 + in.rs1 - 1u) : 0;
    /* Atomics (major opcode AMO, 0x2f) have no displacement. */
    bool amo = in.len == 4 && (in.raw & 0x7f) == 0x2f;
    if (in.len == 4 && (in.raw & 0x707f) == 0x200f)     /* cbo: its block */
        return base & ~(uint64_t)63;
    return base + (amo ? 0 : (uint64_t)in.imm);
}
