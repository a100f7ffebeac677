/* Control flow: branches, calls, returns, system calls, traps. */
#include "passes/lift/aarch64/lift.h"
#include "passes/lift/share.h"

/* Truncated bytes (aux) are a fetch fault, for the rest of the instruction is not there. */
unsigned ga64_lift_illegal(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    ir_trap(l->f, in->aux ? TRAP_FETCH : TRAP_ILLEGAL, in->pc);
    return 0;
}

unsigned ga64_lift_brk(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    ir_trap(l->f, TRAP_BREAK, in->pc);
    return 0;
}

unsigned ga64_lift_svc(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    ir_put(l->f, GA64_S_exaddr, ga64_k(l, T_I64, ~UINT64_C(0)));        /* the kernel's ERET clears the monitor (D1.6.3) */
    ir_syscall(l->f, ga64_next_pc(in));
    return 0;
}

static void link(struct lift *l, const struct ginsn *in)
{
    ga64_set(l, 30, ir_gpc(l->f, ga64_next_pc(in)));
}

/* b, bl */
unsigned ga64_lift_b(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    if (row->arg == 0) {
        lift_goto(l, in->target);
        return 0;
    }
    link(l, in);
    ir_call(l->f, in->target, ga64_next_pc(in));
    return 0;
}

static void branch(struct lift *l, const struct ginsn *in, ir_ref cond)
{
    ir_blk yes = lift_target(l, in->target), no = lift_target(l, ga64_next_pc(in));

    ir_brif(l->f, cond, yes, no);
}

unsigned ga64_lift_bcond(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    branch(l, in, ga64_cond(l, in->raw & 15));
    return 0;
}

/* cbz, cbnz (arg 1) */
unsigned ga64_lift_cbz(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    enum ir_type t = ga64_sf(in);

    ir_at(l->f, in->pc);
    branch(l, in, ir_op2(l->f, row->arg ? IR_ne : IR_eq, T_I1, ga64_get(l, t, in->rd), ga64_k(l, t, 0)));
    return 0;
}

/* tbz, tbnz (arg 1). The top bit of a half or of the whole is its sign. */
unsigned ga64_lift_tbz(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned bit = ga64_bits(in->raw, 31, 31) << 5 | ga64_bits(in->raw, 23, 19);
    enum ir_type t = bit < 32 ? T_I32 : T_I64;
    ir_ref v, zero = ga64_k(l, t, 0);

    ir_at(l->f, in->pc);
    v = ga64_get(l, t, in->rd);
    if ((bit & 31) != 31)
        v = ir_op2(l->f, row->arg ? IR_ne : IR_eq, T_I1, ir_op2(l->f, IR_and, t, v, ga64_k(l, t, UINT64_C(1) << bit)), zero);
    else
        v = row->arg ? ir_op2(l->f, IR_slt, T_I1, v, zero) : ir_op2(l->f, IR_sle, T_I1, zero, v);
    branch(l, in, v);
    return 0;
}

enum { BR, BLR, RET };          /* argument of class br */
enum { FAR = 1 << 28 };         /* bytes: a distance that ir_gpc_near() surely takes */

/* See through `adr t, place; br t`. A return through another register than the link register is a jump: nothing says that a call
 * of this shape was made. */
enum gflow ga64_resolve(const struct ginsn *prev, const struct ginsn *in, bool pic, uint64_t *target)
{
    const struct ga64_row *row = &ga64_row[in->row], *before = prev ? &ga64_row[prev->row] : NULL;
    uint64_t at;

    *target = in->target;
    if (row->cls != GA64_C_br)
        return in->flow;
    if (before && before->cls == GA64_C_adr && prev->rd == in->rs1 && in->rs1 != 31 && row->arg != RET &&
        !(pic && (prev->imm >= FAR || prev->imm < -FAR))) {     /* no code knows such a place by its distance */
        at = before->arg ? prev->pc & ~UINT64_C(4095) : prev->pc;
        *target = at + (uint64_t)prev->imm;
        return row->arg == BLR ? GF_CALL : GF_JUMP;
    }
    return row->arg == RET && in->rs1 != 30 ? GF_IJUMP : (enum gflow)in->flow;
}

/* br, blr, ret. The target is read before the link register is written. */
unsigned ga64_lift_br(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    uint64_t known, next = ga64_next_pc(in);
    enum gflow flow = ga64_resolve(l->prev, in, l->f->pic, &known);
    ir_ref t;

    ir_at(l->f, in->pc);
    t = ga64_get(l, T_I64, in->rs1);
    if (row->arg == BLR)
        link(l, in);
    lift_flow(l, flow, known, t, next);
    return 0;
}
