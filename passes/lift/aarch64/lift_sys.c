/* System instructions: hints, barriers, cache maintenance, system registers (Arm DDI 0487, C5 and D23). */
#include "passes/lift/aarch64/features.h"
#include "passes/lift/aarch64/lift.h"

/* Hints (BTI and pointer authentication among them), DC operations whose effect nobody can see. */
unsigned ga64_lift_nop(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return 0;
}

unsigned ga64_lift_prefetch(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    return 0;
}

unsigned ga64_lift_clrex(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_put(l->f, GA64_S_exaddr, ga64_k(l, T_I64, ~UINT64_C(0)));
    return 0;
}

/* dmb, dsb (arg 1), isb (arg 2). CRm's low bits: 1 orders loads with what follows, 2 stores with stores, else everything.
 * IC IVAU takes effect at once; after ISB another thread's must show: the dispatcher looks up what follows. */
unsigned ga64_lift_barrier(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned kind = ga64_bits(in->raw, 9, 8);

    if (row->arg == 2) {
        ir_emit(l->f, IR_fence, T_VOID, MO_ACQ, 0, 0, 0);       /* a branch that a load decided, then ISB: later loads wait (B2.3.7) */
        ir_at(l->f, in->pc);
        ir_trap(l->f, TRAP_LEAVE, ga64_next_pc(in));
    } else {
        ir_emit(l->f, IR_fence, T_VOID, kind == 1 ? MO_ACQ : kind == 2 ? MO_REL : MO_SEQ, 0, 0, 0);
    }
    return 0;
}

/* Rt's block (line) of 64 bytes. */
static ir_ref block64(struct lift *l, unsigned r)
{
    return ir_op2(l->f, IR_and, T_I64, ga64_get(l, T_I64, r), ga64_k(l, T_I64, ~UINT64_C(63)));
}

unsigned ga64_lift_dc_zva(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a, zero = ga64_k(l, T_I64, 0);

    ir_at(l->f, in->pc);
    a = block64(l, in->rd);
    for (int32_t i = 0; i < 64; i += 8)
        ir_store(l->f, T_I64, a, i, zero, MO_PLAIN);
    return 0;
}

/* dc cvac, cvap, cvau, civac: caches are coherent; but there must be memory, and it must be readable (D7.5.9). */
unsigned ga64_lift_dc_clean(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    ir_load(l->f, T_I8, ga64_get(l, T_I64, in->rd), 0, MO_PLAIN);
    return 0;
}

/* The line's code may have changed. */
unsigned ga64_lift_ic_ivau(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref a;

    ir_at(l->f, in->pc);
    a = block64(l, in->rd);
    ir_helper(l->f, GA64_HELPER_code_range, T_I64, a, ir_op2(l->f, IR_add, T_I64, a, ga64_k(l, T_I64, 64)), IR_NONE);
    ir_trap(l->f, TRAP_CODE, ga64_next_pc(in));
    return 0;
}

/* ---- system registers ---- */

static ir_ref op2k(struct lift *l, enum ir_op op, ir_ref a, uint64_t k)
{
    return ir_op2(l->f, op, T_I64, a, ga64_k(l, T_I64, k));
}

static ir_ref or_shl(struct lift *l, ir_ref low, ir_ref high, unsigned n)
{
    return ir_op2(l->f, IR_or, T_I64, low, op2k(l, IR_shl, high, n));
}

static ir_ref helper(struct lift *l, unsigned number, ir_ref a)
{
    return ir_helper(l->f, number, T_I64, a, IR_NONE, IR_NONE);
}

static ir_ref read_nzcv(struct lift *l)
{
    ir_ref v = op2k(l, IR_shl, ir_get(l->f, GA64_S_n), 31);

    for (unsigned i = 1; i < 4; i++)
        v = or_shl(l, v, ir_get(l->f, GA64_S_n + i), 31 - i);
    return v;
}

static void write_nzcv(struct lift *l, ir_ref v)
{
    for (unsigned i = 0; i < 4; i++)
        ir_put(l->f, GA64_S_n + i, op2k(l, IR_and, op2k(l, IR_shr, v, 31 - i), 1));
}

/* IOC DZC OFC UFC IXC are bits 0..4: the IR's sticky flags from the other end. */
static ir_ref sticky_bits(struct lift *l, ir_ref v)
{
    return op2k(l, IR_shr, ir_op1(l->f, IR_bitrev, T_I64, v), 59);
}

enum { FPSR_IDC = 7, FPSR_QC = 27, ID_BIT = 5 };
static_assert(FPF_NX == 1 && FPF_UF == 2 && FPF_OF == 4 && FPF_DZ == 8 && FPF_NV == 16 && FPF_ID == 1 << ID_BIT, "bit order");

static ir_ref read_fpsr(struct lift *l)
{
    ir_ref v = sticky_bits(l, ir_emit(l->f, IR_fpget, T_I64, 0, 0, 0, 0)), id = helper(l, GA64_HELPER_fpextra_get, IR_NONE), qc;

    v = or_shl(l, v, op2k(l, IR_and, op2k(l, IR_shr, id, ID_BIT), 1), FPSR_IDC);
    qc = ir_op1(l->f, IR_zext, T_I64, ir_vconv(l->f, IR_vnz, T_I1, 0, ir_get(l->f, GA64_S_qc)));
    return or_shl(l, v, qc, FPSR_QC);
}

static void write_fpsr(struct lift *l, ir_ref v)
{
    ir_ref id = op2k(l, IR_and, op2k(l, IR_shr, v, FPSR_IDC), 1), qc = op2k(l, IR_and, v, UINT64_C(1) << FPSR_QC);

    ir_emit(l->f, IR_fpset, T_VOID, 0, sticky_bits(l, op2k(l, IR_and, v, 31)), 0, 0);
    helper(l, GA64_HELPER_fpextra_set, op2k(l, IR_shl, id, ID_BIT));
    ir_put(l->f, GA64_S_qc, ir_vec(l->f, IR_vins, VL(VL_64, 0), ir_const(l->f, T_V128, 0), qc, 0));
}

/* AHP, DN, FZ, RMode, FZ16; trapping of exceptions is not implemented, so its bits are RES0, as Len and Stride are. */
enum { FPCR_BITS = 1 << 26 | 1 << 25 | 1 << 24 | 3 << 22 | 1 << 19 };

static const struct { uint16_t reg; uint64_t value; } constant[] = {
    { GA64_CTR_EL0, GA64_CTR }, { GA64_DCZID_EL0, GA64_DCZID }, { GA64_CNTFRQ_EL0, GA64_CNTFRQ },
    { GA64_MIDR_EL1, GA64_MIDR }, { GA64_MPIDR_EL1, GA64_MPIDR },
    { GA64_ID_AA64PFR0_EL1, GA64_ID_AA64PFR0 }, { GA64_ID_AA64ISAR0_EL1, GA64_ID_AA64ISAR0 },
    { GA64_ID_AA64ISAR1_EL1, GA64_ID_AA64ISAR1 }, { GA64_ID_AA64MMFR0_EL1, GA64_ID_AA64MMFR0 },
};

/* Registers that are not named here read as zero: TPIDRRO_EL0, and what the kernel's emulation hides. */
static ir_ref read_reg(struct lift *l, unsigned reg)
{
    switch (reg) {
    case GA64_NZCV: return read_nzcv(l);
    case GA64_FPCR: return ir_get(l->f, GA64_S_fpcr);
    case GA64_FPSR: return read_fpsr(l);
    case GA64_TPIDR_EL0: return ir_get(l->f, GA64_S_tpidr);
    case GA64_CNTVCT_EL0: return helper(l, GA64_HELPER_rdns, IR_NONE);
    }
    for (size_t i = 0; i < ARRAY_LEN(constant); i++)
        if (constant[i].reg == reg)
            return ga64_k(l, T_I64, constant[i].value);
    return ga64_k(l, T_I64, 0);
}

unsigned ga64_lift_mrs(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    if (in->flow == GF_TRAP)
        return ga64_lift_illegal(l, in, row);
    ga64_set(l, in->rd, read_reg(l, ga64_sysreg(in->raw)));
    return 0;
}

/* A write of FPCR ends the block: compiled code has the rounding mode in the host's control register, which the dispatcher sets. */
unsigned ga64_lift_msr(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref v = ga64_get(l, T_I64, in->rd);

    if (in->flow == GF_TRAP)
        return ga64_lift_illegal(l, in, row);
    switch (ga64_sysreg(in->raw)) {
    case GA64_NZCV: write_nzcv(l, v); break;
    case GA64_FPSR: write_fpsr(l, v); break;
    case GA64_TPIDR_EL0: ir_put(l->f, GA64_S_tpidr, v); break;
    default:
        ir_at(l->f, in->pc);
        ir_put(l->f, GA64_S_fpcr, op2k(l, IR_and, v, FPCR_BITS));
        ir_trap(l->f, TRAP_FPMODE, ga64_next_pc(in));
    }
    return 0;
}
