/* Linux's user ABI of riscv64: registers, what the kernel says of the machine, the CPU's part of signal frames. Spec: Linux,
 * arch/riscv: kernel/signal.c, include/uapi/asm/{ucontext,sigcontext,ptrace,hwcap}.h, include/asm/syscall.h. */
#include "passes/lift/riscv64/riscv64.h"

#include <string.h>

/* struct sigcontext: user_regs_struct, then the union of FP states, whose larger member is that of Q. */
struct mcontext {
    uint64_t regs[32];          /* pc, x1 .. x31 */
    uint64_t f[32];
    uint32_t fcsr;
    uint32_t pad[64];
    uint32_t reserved;          /* must be zero */
    uint32_t end_magic, end_size;       /* END_HDR: no extension follows */
};
static_assert(offsetof(struct mcontext, reserved) == 256 + 516 && sizeof(struct mcontext) == 784, "mcontext");

static void *home(const uint8_t *state, unsigned slot)
{
    return (void *)(uintptr_t)(state + grv64_slot[slot].off);
}

static void mcontext_fill(void *to, const uint8_t *state, const struct guest_sigctx *c)
{
    struct mcontext *mc = to;
    uint64_t frm;

    mc->regs[0] = c->pc;
    for (unsigned i = 1; i < 32; i++)
        memcpy(&mc->regs[i], home(state, GRV64_S_x1 + i - 1), 8);
    for (unsigned i = 0; i < 32; i++)
        memcpy(&mc->f[i], home(state, GRV64_SLOT_F + i), 8);
    memcpy(&frm, home(state, GRV64_S_frm), 8);
    mc->fcsr = (uint32_t)(frm & 7) << 5 | (c->fpflags & 31);
}

static bool mcontext_restore(const void *from, uint8_t *state, struct guest_sigctx *c)
{
    const struct mcontext *mc = from;
    uint64_t frm = mc->fcsr >> 5 & 7;

    if (mc->reserved || mc->end_magic || mc->end_size)
        return false;
    c->pc = mc->regs[0];
    c->fpflags = mc->fcsr & 31;
    for (unsigned i = 1; i < 32; i++)
        memcpy(home(state, GRV64_S_x1 + i - 1), &mc->regs[i], 8);
    for (unsigned i = 0; i < 32; i++)
        memcpy(home(state, GRV64_SLOT_F + i), &mc->f[i], 8);
    memcpy(home(state, GRV64_S_frm), &frm, 8);
    return true;
}

/* Atomics (major opcode AMO, 0x2f) have no displacement; cache-block operations name a byte of their block. */
static uint64_t access_address(const uint8_t *state, const struct ginsn *in)
{
    bool amo = in->len == 4 && (in->raw & 0x7f) == 0x2f;
    uint64_t base = 0;

    if (in->rs1 && in->rs1 < 32)
        memcpy(&base, home(state, GRV64_S_x1 + in->rs1 - 1u), 8);
    if (in->len == 4 && (in->raw & 0x707f) == 0x200f)
        return base & ~(uint64_t)63;
    return base + (amo ? 0 : (uint64_t)in->imm);
}

#define HW(letter) (UINT64_C(1) << ((letter) - 'A'))

/* HWCAP has a bit for each single-letter extension. The trampoline is the vdso's: li a7, 139; ecall. */
/* arch/riscv/kernel/vdso: li a7, number; ecall; ret. */
static const struct guest_vdso vdso = {
    .version = "LINUX_4.15",
    .move = 0x00000893, .shift = 20, .call = 0x00000073, .back = 0x00008067, .nop = 0x00000013,
    .dwarf_ra = 1, .dwarf_sp = 2,
    .elf_flags = 5,                     /* EF_RISCV_RVC, double-float ABI */
    .nfn = 7,
    .fn = { { "__vdso_rt_sigreturn", 139 }, { "__vdso_clock_gettime", 113 }, { "__vdso_gettimeofday", 169 },
            { "__vdso_clock_getres", 114 }, { "__vdso_getcpu", 168 }, { "__vdso_flush_icache", 259 },
            { "__vdso_riscv_hwprobe", 258 } },
};

const struct guest_abi grv64_abi = {
    .sysno = GRV64_S_x17,
    .arg = { GRV64_S_x10, GRV64_S_x11, GRV64_S_x12, GRV64_S_x13, GRV64_S_x14, GRV64_S_x15 },
    .ret = GRV64_S_x10,
    .sp = GRV64_S_x2, .ra = GRV64_S_x1, .tp = GRV64_S_x4,
    .monitor = GRV64_S_resaddr,
    .sig_arg = { GRV64_S_x10, GRV64_S_x11, GRV64_S_x12 },
    .platform = NULL,
    .uname_machine = "riscv64",
    .ld_lib = "lib/riscv64-linux-gnu:lib64/lp64d:lib64:lib",
    .ld_cache = 0x1003, /* FLAG_RISCV_FLOAT_ABI_DOUBLE */
    .hwcap = HW('I') | HW('M') | HW('A') | HW('F') | HW('D') | HW('C'),
    .minsigstksz = 1088,
    .minaltstack = 2048,
    .mcontext_size = sizeof(struct mcontext),
    .vdso = &vdso,
    .pc_ignored = 1,
    .arch_call = { 258, 259 },
    .o = { .direct = 040000, .largefile = 0100000, .directory = 0200000, .nofollow = 0400000 },
    .mcontext_fill = mcontext_fill,
    .mcontext_restore = mcontext_restore,
    .access_address = access_address,
};
