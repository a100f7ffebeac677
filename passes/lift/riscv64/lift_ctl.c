/* Control flow, system instructions, CSRs, and the lift entry point. */
#include "passes/lift/riscv64/lift.h"
#include "passes/lift/share.h"

enum {                          /* numbers of the C helpers; data only, the table belongs to jit/ */
#define HELPER(name, nargs, flags) HELPER_##name,
#include "jit/helpers.def"
};
enum { FAR = 1 << 28 };         /* bytes: a distance that ir_gpc_near() surely takes */

unsigned grv64_lift(struct lift *l, const struct ginsn *in)
{
    static grv64_lift_fn *const fn[GRV64_NCLASS] = {
#define C(name) [GRV64_C_##name] = grv64_lift_##name,
        GRV64_CLASSES(C)
#undef C
    };
    const struct grv64_row *r = &grv64_row[in->row];

    return fn[r->cls](l, in, r->arg);
}

/* Truncated bytes (aux) are a fetch fault, for the rest of the instruction is not there. */
unsigned grv64_lift_illegal(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_at(l->f, in->pc);
    ir_trap(l->f, in->aux ? TRAP_FETCH : TRAP_ILLEGAL, in->pc);
    return 0;
}

unsigned grv64_lift_auipc(struct lift *l, const struct ginsn *in, unsigned arg)
{
    uint64_t v = in->pc + (uint64_t)in->imm;

    if (ir_gpc_near(l->f, v))
        grv64_set(l, in->rd, ir_gpc(l->f, v));
    else
        grv64_set(l, in->rd, ir_op2(l->f, IR_add, T_I64, ir_gpc(l->f, in->pc), grv64_imm(l, in->imm)));
    return 0;
}

unsigned grv64_lift_jal(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_at(l->f, in->pc);
    if (in->rd == 0) {
        lift_goto(l, in->target);
        return 0;
    }
    grv64_set(l, in->rd, ir_gpc(l->f, grv64_next_pc(in)));
    ir_call(l->f, in->target, grv64_next_pc(in));
    return 0;
}

/* See through `auipc t, hi; jalr rd, lo(t)` (and lui, where addresses are absolute): the pair that a far call or jump is made of.
 * */
enum gflow grv64_resolve(const struct ginsn *prev, const struct ginsn *in, bool pic, uint64_t *target)
{
    enum grv64_class p = prev ? grv64_row[prev->row].cls : GRV64_C_nop;

    *target = in->target;
    if (grv64_row[in->row].cls != GRV64_C_jalr || !prev || prev->rd != in->rs1 || in->rs1 == 0)
        return in->flow;
    if (p != GRV64_C_auipc && (p != GRV64_C_lui || pic))
        return in->flow;
    if (pic && (prev->imm >= FAR || prev->imm < -FAR))          /* no code knows such a place by its distance */
        return in->flow;
    *target = (uint64_t)((p == GRV64_C_auipc ? (int64_t)prev->pc : 0) + prev->imm + in->imm) & ~UINT64_C(1);
    return in->flow == GF_ICALL ? GF_CALL : GF_JUMP;
}

/* The target is read before rd is written: they may be the same register. Bit 0 of the target is cleared (2.5.1). */
unsigned grv64_lift_jalr(struct lift *l, const struct ginsn *in, unsigned arg)
{
    uint64_t known, next = grv64_next_pc(in);
    enum gflow flow = grv64_resolve(l->prev, in, l->f->pic, &known);
    ir_ref t;

    ir_at(l->f, in->pc);
    t = ir_op2(l->f, IR_add, T_I64, grv64_get(l, in->rs1), grv64_imm(l, in->imm));
    t = ir_op2(l->f, IR_and, T_I64, t, grv64_imm(l, -2));
    if (in->rd)
        grv64_set(l, in->rd, ir_gpc(l->f, next));
    lift_flow(l, flow, known, t, next);
    return 0;
}

unsigned grv64_lift_branch(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref a, b, c;
    ir_blk yes, no;

    ir_at(l->f, in->pc);
    a = grv64_get(l, arg & A_SWAP ? in->rs2 : in->rs1);
    b = grv64_get(l, arg & A_SWAP ? in->rs1 : in->rs2);
    c = ir_op2(l->f, ARG_LO(arg), T_I1, a, b);
    yes = lift_target(l, in->target);
    no = lift_target(l, grv64_next_pc(in));
    ir_brif(l->f, c, yes, no);
    return 0;
}

unsigned grv64_lift_fencei(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_at(l->f, in->pc);
    ir_trap(l->f, TRAP_CODE, grv64_next_pc(in));
    return 0;
}

unsigned grv64_lift_ecall(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_at(l->f, in->pc);
    ir_syscall(l->f, grv64_next_pc(in));
    return 0;
}

unsigned grv64_lift_ebreak(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_at(l->f, in->pc);
    ir_trap(l->f, TRAP_BREAK, in->pc);
    return 0;
}

/* ---- CSRs ---- */

static ir_ref or_shl(struct lift *l, ir_ref low, ir_ref high, unsigned n)
{
    high = ir_op2(l->f, IR_shl, T_I64, high, grv64_imm(l, n));
    return ir_op2(l->f, IR_or, T_I64, low, high);
}

static ir_ref csr_read(struct lift *l, unsigned csr)
{
    switch (csr) {
    case CSR_FFLAGS: return ir_emit(l->f, IR_fpget, T_I64, 0, 0, 0, 0);
    case CSR_FRM: return ir_get(l->f, GRV64_S_frm);
    case CSR_FCSR: return or_shl(l, ir_emit(l->f, IR_fpget, T_I64, 0, 0, 0, 0), ir_get(l->f, GRV64_S_frm), 5);
    case CSR_CYCLE: return ir_helper(l->f, HELPER_rdcycle, T_I64, IR_NONE, IR_NONE, IR_NONE);
    case CSR_TIME: return ir_helper(l->f, HELPER_rdtime, T_I64, IR_NONE, IR_NONE, IR_NONE);
    default: return ir_helper(l->f, HELPER_rdinstret, T_I64, IR_NONE, IR_NONE, IR_NONE);
    }
}

static ir_ref and_imm(struct lift *l, ir_ref v, int64_t mask)
{
    return ir_op2(l->f, IR_and, T_I64, v, grv64_imm(l, mask));
}

static void set_sticky(struct lift *l, ir_ref v)
{
    ir_emit(l->f, IR_fpset, T_VOID, 0, and_imm(l, v, 31), 0, 0);
}

/* Writable are only the FP ones: fflags 5 bits, frm 3, fcsr both (20.2). */
static void csr_write(struct lift *l, unsigned csr, ir_ref v)
{
    if (csr == CSR_FRM) {
        ir_put(l->f, GRV64_S_frm, and_imm(l, v, 7));
        return;
    }
    set_sticky(l, v);
    if (csr == CSR_FCSR)
        ir_put(l->f, GRV64_S_frm, and_imm(l, ir_op2(l->f, IR_shr, T_I64, v, grv64_imm(l, 5)), 7));
}

static ir_ref csr_new_value(struct lift *l, unsigned op, ir_ref old, ir_ref src)
{
    switch (op) {
    case CSR_W: return src;
    case CSR_S: return ir_op2(l->f, IR_or, T_I64, old, src);
    default: return ir_op2(l->f, IR_and, T_I64, old, ir_op2(l->f, IR_xor, T_I64, src, grv64_imm(l, -1)));
    }
}

/* A write that may change the rounding mode ends the block: compiled code has the mode in the host's control register, which the
 * dispatcher sets. */
unsigned grv64_lift_csr(struct lift *l, const struct ginsn *in, unsigned op)
{
    unsigned csr = (unsigned)in->imm;
    bool imm = grv64_row[in->row].fmt == GRV64_F_CSRI, writes = grv64_csr_writes(in);
    ir_ref src = imm ? grv64_imm(l, in->rs1) : grv64_get(l, in->rs1), old = IR_NONE;

    if (in->flow == GF_BARRIER)
        ir_at(l->f, in->pc);
    if (in->rd || op != CSR_W)
        old = csr_read(l, csr);
    if (writes)
        csr_write(l, csr, csr_new_value(l, op, old, src));
    if (in->rd)
        grv64_set(l, in->rd, old);
    if (in->flow == GF_BARRIER)
        ir_trap(l->f, TRAP_FPMODE, grv64_next_pc(in));
    return 0;
}
