/* Linux's user ABI of arm64: registers, what the kernel says of the machine, the CPU's part of signal frames. Spec: Linux,
 * arch/arm64: kernel/signal.c, kernel/cpuinfo.c, include/uapi/asm/{sigcontext,ucontext,signal,fcntl}.h,
 * include/asm/{syscall,elf}.h. */
#include "passes/lift/aarch64/aarch64.h"
#include "passes/lift/aarch64/features.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* ---- signal frames ---- */

enum { FPSIMD_RECORD = 0x46508001, ESR_RECORD = 0x45535201, EXTRA_RECORD = 0x45585401, RESERVED = 4096, TERMINATOR = 16 };
/* A frame is at most so long, and siginfo and ucontext's first part stand before mcontext. */
enum { MAX_FRAME = 64 << 10, FRAME_HEAD = 128 + 176 };
enum { PSTATE_N = 31, PSTATE_Z = 30, PSTATE_C = 29, PSTATE_V = 28, PSTATE_EL0 = 0x3df };        /* DAIF and mode: 0 at EL0 */
enum { FPSR_IOC, FPSR_DZC, FPSR_OFC, FPSR_UFC, FPSR_IXC, FPSR_IDC = 7, FPSR_QC = 27 };
/* ESR_EL1 (D23.2): exception classes from a lower EL, IL, and fields of data aborts. */
enum { EC_FETCH = 0x20, EC_DATA = 0x24, EC_SHIFT = 26, ESR_IL = 1 << 25, ESR_WNR = 1 << 6, ESR_CM = 1 << 8, FSC_TRANSLATION = 7, FSC_PERMISSION = 15,
       FSC_ALIGNMENT = 33 };

/* struct sigcontext; records with a head stand in reserved. */
struct mcontext {
    uint64_t fault_address, regs[31], sp, pc, pstate;
    _Alignas(16) uint8_t reserved[RESERVED];
};
struct head { uint32_t magic, size; };
struct fpsimd { struct head head; uint32_t fpsr, fpcr; uint8_t v[32][16]; };
struct esr { struct head head; uint64_t esr; };
struct extra { struct head head; uint64_t datap; uint32_t size, pad[3]; };
static_assert(sizeof(struct mcontext) == 288 + RESERVED && sizeof(struct fpsimd) == 528 && sizeof(struct esr) == 16, "records");

static uint64_t get(const uint8_t *state, unsigned slot)
{
    uint64_t v;

    memcpy(&v, state + ga64_slot[slot].off, sizeof v);
    return v;
}

static void set(uint8_t *state, unsigned slot, uint64_t v)
{
    memcpy(state + ga64_slot[slot].off, &v, sizeof v);
}

/* FPSR's bit of each FPF_*. */
static const struct { uint8_t fpf, bit; } sticky[] = { { FPF_NV, FPSR_IOC }, { FPF_DZ, FPSR_DZC }, { FPF_OF, FPSR_OFC },
                                                       { FPF_UF, FPSR_UFC }, { FPF_NX, FPSR_IXC }, { FPF_ID, FPSR_IDC } };

static uint32_t fpsr(const uint8_t *state, unsigned fpflags)
{
    uint16_t qc = ga64_slot[GA64_S_qc].off;
    uint32_t v = 0;
    uint64_t any[2];

    memcpy(any, state + qc, sizeof any);
    for (size_t i = 0; i < ARRAY_LEN(sticky); i++)
        v |= fpflags & sticky[i].fpf ? UINT32_C(1) << sticky[i].bit : 0;
    return v | (any[0] | any[1] ? UINT32_C(1) << FPSR_QC : 0);
}

static bool writes(const struct ga64_row *row)
{
    return (row->arg & M_ST) || row->cls == GA64_C_cas || row->cls == GA64_C_casp || row->cls == GA64_C_atomic ||
           row->cls == GA64_C_dc_zva || row->cls == GA64_C_dc_clean;
}

static bool accesses(const struct ga64_row *row)
{
    return (row->cls >= GA64_C_ldst_lit && row->cls <= GA64_C_atomic) || row->cls == GA64_C_dc_zva || row->cls == GA64_C_dc_clean ||
           row->cls >= GA64_C_v_ldst_multi;
}

/* The syndrome of a memory fault. Which level of the page tables ended a walk is not known: the last. */
static uint64_t syndrome(const struct guest_sigctx *c)
{
    const struct ga64_row *row = &ga64_row[c->insn.row];
    unsigned fsc = c->fault == SIGBUS && c->code == BUS_ADRALN ? FSC_ALIGNMENT
                   : c->fault == SIGSEGV && c->code == SEGV_ACCERR ? FSC_PERMISSION : FSC_TRANSLATION;

    if (!accesses(row))
        return (uint64_t)EC_FETCH << EC_SHIFT | ESR_IL | fsc;
    return (uint64_t)EC_DATA << EC_SHIFT | ESR_IL | (writes(row) ? ESR_WNR : 0) |
           (row->cls == GA64_C_dc_clean ? ESR_CM : 0) | fsc;
}

static void mcontext_fill(void *to, const uint8_t *state, const struct guest_sigctx *c)
{
    struct fpsimd fp = { { FPSIMD_RECORD, sizeof fp }, fpsr(state, c->fpflags), (uint32_t)get(state, GA64_S_fpcr), { { 0 } } };
    struct esr esr = { { ESR_RECORD, sizeof esr }, 0 };
    struct mcontext *mc = to;

    for (unsigned i = 0; i < 31; i++)
        mc->regs[i] = get(state, GA64_SLOT_X + i);
    mc->sp = get(state, GA64_S_sp);
    mc->pc = c->pc;
    mc->pstate = get(state, GA64_S_n) << PSTATE_N | get(state, GA64_S_z) << PSTATE_Z | get(state, GA64_S_c) << PSTATE_C |
                 get(state, GA64_S_v) << PSTATE_V;
    memcpy(fp.v, state + ga64_slot[GA64_S_v0].off, sizeof fp.v);
    memcpy(mc->reserved, &fp, sizeof fp);
    if (c->fault) {
        mc->fault_address = c->addr;
        esr.esr = syndrome(c);
        memcpy(mc->reserved + sizeof fp, &esr, sizeof esr);
    }
}

/* Where an extra context continues the list: right behind its record and a terminator, as in parse_user_sigframe(). Records may then lie
 * behind reserved. False: the kernel refuses it. */
static bool extra_area(const struct mcontext *mc, size_t at, uint64_t mc_at, size_t *from, size_t *to)
{
    struct extra x;
    struct head end;

    memcpy(&x, mc->reserved + at, sizeof x);
    if (x.head.size < sizeof x || RESERVED - at - x.head.size < TERMINATOR)
        return false;
    *from = at + x.head.size + TERMINATOR;
    *to = *from + x.size;
    memcpy(&end, mc->reserved + *from - TERMINATOR, sizeof end);
    return !end.magic && !end.size && x.datap % 16 == 0 && x.size % 16 == 0 &&
           x.datap == mc_at + offsetof(struct mcontext, reserved) + *from &&
           *to <= MAX_FRAME - FRAME_HEAD - offsetof(struct mcontext, reserved);
}

/* The one FP record among the records, of which so many bytes can be read; false: none, or a list that the kernel would refuse. */
static bool find_fpsimd(const struct mcontext *mc, uint64_t mc_at, size_t readable, struct fpsimd *fp)
{
    size_t at = 0, end = RESERVED;
    bool found = false, extra = false;
    struct head h;

    for (;;) {
        if (end - at < sizeof h || at % 16)
            return false;
        memcpy(&h, mc->reserved + at, sizeof h);
        if (!h.magic)
            return found && !h.size;
        if (h.size < sizeof h || h.size > end - at)
            return false;
        if (h.magic == EXTRA_RECORD) {
            if (extra || !extra_area(mc, at, mc_at, &at, &end) || end > readable)
                return false;
            extra = true;
            continue;
        }
        if (h.magic != ESR_RECORD && (h.magic != FPSIMD_RECORD || found || h.size != sizeof *fp))
            return false;
        if (h.magic == FPSIMD_RECORD) {
            memcpy(fp, mc->reserved + at, sizeof *fp);
            found = true;
        }
        at += h.size;
    }
}

static size_t mcontext_extra(const void *from, uint64_t mc_at)
{
    const struct mcontext *mc = from;
    size_t start, end;
    struct head h;

    for (size_t at = 0; at + sizeof h <= RESERVED; at += h.size) {
        memcpy(&h, mc->reserved + at, sizeof h);
        if (h.magic == EXTRA_RECORD && RESERVED - at >= sizeof(struct extra) && extra_area(mc, at, mc_at, &start, &end))
            return end > RESERVED ? end - RESERVED : 0;
        if (!h.magic || h.size < sizeof h || h.size > RESERVED - at)
            break;
    }
    return 0;
}

static bool mcontext_restore(const void *from, uint8_t *state, struct guest_sigctx *c)
{
    const struct mcontext *mc = from;
    struct fpsimd fp;

    if ((mc->pstate & PSTATE_EL0) || !find_fpsimd(mc, c->at, RESERVED + c->extra, &fp))
        return false;
    for (unsigned i = 0; i < 31; i++)
        set(state, GA64_SLOT_X + i, mc->regs[i]);
    set(state, GA64_S_sp, mc->sp);
    c->pc = mc->pc;
    for (unsigned i = 0; i < 4; i++)
        set(state, GA64_S_n + i, mc->pstate >> (PSTATE_N - i) & 1);
    memcpy(state + ga64_slot[GA64_S_v0].off, fp.v, sizeof fp.v);
    c->fpflags = 0;
    for (size_t i = 0; i < ARRAY_LEN(sticky); i++)
        c->fpflags |= fp.fpsr >> sticky[i].bit & 1 ? sticky[i].fpf : 0;
    memset(state + ga64_slot[GA64_S_qc].off, 0, 16);
    set(state, GA64_S_qc, fp.fpsr >> FPSR_QC & 1);
    set(state, GA64_S_fpcr, fp.fpcr & GA64_FPCR_BITS);
    return true;
}

/* ---- memory instructions ---- */

static uint64_t register_offset(const uint8_t *state, const struct ginsn *in, unsigned log2)
{
    unsigned option = ga64_bits(in->raw, 15, 13);
    uint64_t v = in->rs2 == 31 ? 0 : get(state, GA64_SLOT_X + in->rs2);

    if (option == 2)
        v = (uint32_t)v;
    else if (option == 6)
        v = (uint64_t)(int32_t)v;
    return v << (ga64_bits(in->raw, 12, 12) ? log2 : 0);
}

/* Linux tells user addresses (bit 55 clear) without their top byte: untagged_addr(). */
static uint64_t untagged(uint64_t a)
{
    return a >> 55 & 1 ? a : a & (~UINT64_C(0) >> 8);
}

static uint64_t access_address(const uint8_t *state, const struct ginsn *in)
{
    const struct ga64_row *row = &ga64_row[in->row];
    uint64_t base = get(state, GA64_SLOT_X + in->rs1);

    switch (row->cls) {
    case GA64_C_ldst_lit:
        return in->pc + (uint64_t)in->imm;
    case GA64_C_ldst_uimm: case GA64_C_ldst_pair: case GA64_C_ldst_simm:
        return untagged(base + (row->arg & M_POST ? 0 : (uint64_t)in->imm));
    case GA64_C_ldst_reg:
        return untagged(base + register_offset(state, in, row->arg & GA64_MEM_LOG2));
    case GA64_C_dc_clean:
        return in->rd == 31 ? 0 : untagged(get(state, GA64_SLOT_X + in->rd));
    case GA64_C_dc_zva:
        return in->rd == 31 ? 0 : untagged(get(state, GA64_SLOT_X + in->rd) & ~UINT64_C(63));
    default:
        return untagged(base);
    }
}

/* ---- the machine ---- */

static int cpuinfo(char *buf, size_t n, unsigned cpu)
{
    static const char *const name[] = {
#define F(name, word, bit, reg, shift, add) #name,
        GA64_FEATURES(F)
#undef F
    };
    char list[512];
    int len = 0;

    for (size_t i = 0; i < ARRAY_LEN(name); i++)
        len += snprintf(list + len, sizeof list - (size_t)len, "%s%s", i ? " " : "", name[i]);
    return snprintf(buf, n,
                    "processor\t: %u\nBogoMIPS\t: 100.00\nFeatures\t: %s\nCPU implementer\t: 0x%02x\nCPU architecture: 8\n"
                    "CPU variant\t: 0x%x\nCPU part\t: 0x%03x\nCPU revision\t: %u\n\n",
                    cpu, list, (unsigned)(GA64_MIDR >> 24 & 0xff), (unsigned)(GA64_MIDR >> 20 & 15),
                    (unsigned)(GA64_MIDR >> 4 & 0xfff), (unsigned)(GA64_MIDR & 15));
}

/* arch/arm64/kernel/vdso: mov x8, #number; svc #0; ret. */
static const struct guest_vdso vdso = {
    .version = "LINUX_2.6.39",
    .move = 0xd2800008, .shift = 5, .call = 0xd4000001, .back = 0xd65f03c0, .nop = 0xd503201f,
    .dwarf_ra = 30, .dwarf_sp = 31,
    .nfn = 4,
    .fn = { { "__kernel_rt_sigreturn", 139 }, { "__kernel_clock_gettime", 113 }, { "__kernel_gettimeofday", 169 },
            { "__kernel_clock_getres", 114 } },
};

/* AT_MINSIGSTKSZ: the frame, the frame record, 16 bytes to align. */
const struct guest_abi ga64_abi = {
    .sysno = GA64_S_x8,
    .arg = { GA64_S_x0, GA64_S_x1, GA64_S_x2, GA64_S_x3, GA64_S_x4, GA64_S_x5 },
    .ret = GA64_S_x0,
    .sp = GA64_S_sp, .ra = GA64_S_x30, .tp = GA64_S_tpidr, .fp = GA64_S_x29,
    .monitor = GA64_S_exaddr,
    .sig_arg = { GA64_S_x0, GA64_S_x1, GA64_S_x2 },
    .platform = "aarch64",
    .uname_machine = "aarch64",
    .ld_lib = "lib/aarch64-linux-gnu:lib64:lib",
    .ld_cache = 0x0a03, /* FLAG_AARCH64_LIB64 */
    .hwcap = GA64_HWCAP,
    .hwcap2 = GA64_HWCAP2,
    .minsigstksz = 4688 + 16 + 16,
    .minaltstack = 5120,
    .mcontext_size = sizeof(struct mcontext),
    .vdso = &vdso,
    .frame_record = true,
    .sa_restorer = true,
    .align_data = true,
    .altstack_unchecked = true,
    .badframe_at_sp = true,
    .renameat = true,
    .o = { .direct = 0200000, .largefile = 0400000, .directory = 040000, .nofollow = 0100000 },
    .mcontext_fill = mcontext_fill,
    .mcontext_restore = mcontext_restore,
    .mcontext_extra = mcontext_extra,
    .access_address = access_address,
    .cpuinfo = cpuinfo,
};
