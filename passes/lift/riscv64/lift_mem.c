/* Loads, stores, atomics, fences, cache-block operations. Guest addresses go into the ops as base + displacement.
 *
 * LR/SC (chapter 14): LR remembers address and value; SC compares the address, then stores with a compare-and-swap against the
 * remembered value. That lets an A-B-A change pass, which user code cannot rely on failing: qemu-user does the same.
 * Misaligned LR and SC are TRAP_ALIGN: Linux does not emulate them and sends SIGBUS. Misaligned AMOs are done, as memory with the
 * Zama16b
 * attribute does and qemu-user 10 too: the check would cost every AMO two instructions for code that no correct program has. */
#include "passes/lift/riscv64/lift.h"
#include "passes/lift/share.h"

enum { CBO_BLOCK = 64 };        /* bytes; what hwprobe reports */

unsigned grv64_lift_load(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_LO(arg);
    ir_ref v;

    ir_at(l->f, in->pc);
    v = ir_load(l->f, t, grv64_get(l, in->rs1), (int32_t)in->imm, MO_PLAIN);
    if (t != T_I64)
        v = ir_op1(l->f, arg & A_SEXT ? IR_sext : IR_zext, T_I64, v);
    grv64_set(l, in->rd, v);
    return 0;
}

static ir_ref narrow(struct lift *l, enum ir_type t, ir_ref v)
{
    return t == T_I64 ? v : ir_op1(l->f, IR_trunc, t, v);
}

unsigned grv64_lift_store(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_LO(arg);

    ir_at(l->f, in->pc);
    ir_store(l->f, t, grv64_get(l, in->rs1), (int32_t)in->imm, narrow(l, t, grv64_get(l, in->rs2)), MO_PLAIN);
    return 0;
}

/* The low half of the container, boxed or not, is what fsw stores. */
unsigned grv64_lift_fstore(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref v;

    ir_at(l->f, in->pc);
    v = ir_get(l->f, GRV64_SLOT_F + in->rs2);
    if (arg == T_F32) {
        v = ir_op1(l->f, IR_trunc, T_I32, ir_op1(l->f, IR_bitcast, T_I64, v));
        ir_store(l->f, T_I32, grv64_get(l, in->rs1), (int32_t)in->imm, v, MO_PLAIN);
        return 0;
    }
    ir_store(l->f, T_F64, grv64_get(l, in->rs1), (int32_t)in->imm, v, MO_PLAIN);
    return 0;
}

unsigned grv64_lift_fload(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref v;

    ir_at(l->f, in->pc);
    v = ir_load(l->f, arg, grv64_get(l, in->rs1), (int32_t)in->imm, MO_PLAIN);
    if (arg == T_F32)
        v = ir_op1(l->f, IR_nbox, T_F64, v);
    ir_put(l->f, GRV64_SLOT_F + in->rd, v);
    return 0;
}

/* The predecessor and successor sets (2.7: bit 0 writes, bit 1 reads), device input taken for a read and output for a write: only one
 * that orders a write with a later read needs the strong fence. fence.tso has its own argument. */
unsigned grv64_lift_fence(struct lift *l, const struct ginsn *in, unsigned arg)
{
    unsigned pred = ((in->imm >> 4) | (in->imm >> 6)) & 3, succ = (in->imm | in->imm >> 2) & 3;
    enum { W = 1, R = 2 };

    if (arg == MO_SEQ && grv64_row[in->row].fmt == GRV64_F_FENCE && !((pred & W) && (succ & R)))
        arg = ((pred & R) && succ ? MO_ACQ : 0) | ((pred & W) && succ ? MO_REL : 0);
    if (arg)
        ir_emit(l->f, IR_fence, T_VOID, arg, 0, 0, 0);
    return 0;
}

unsigned grv64_lift_cbo_zero(struct lift *l, const struct ginsn *in, unsigned arg)
{
    ir_ref a, zero = grv64_imm(l, 0);

    ir_at(l->f, in->pc);
    a = ir_op2(l->f, IR_and, T_I64, grv64_get(l, in->rs1), grv64_imm(l, -CBO_BLOCK));
    for (int i = 0; i < CBO_BLOCK; i += 8)
        ir_store(l->f, T_I64, a, i, zero, MO_PLAIN);
    return 0;
}

/* ---- A ---- */

/* The address in rs1, which is a multiple of the access size. */
static ir_ref aligned_address(struct lift *l, const struct ginsn *in, enum ir_type t)
{
    ir_ref a;

    ir_at(l->f, in->pc);
    a = grv64_get(l, in->rs1);
    lift_aligned(l, in, a, t == T_I32 ? 4 : 8);
    return a;
}

static ir_ref widen(struct lift *l, enum ir_type t, ir_ref v)
{
    return t == T_I64 ? v : ir_op1(l->f, IR_sext, T_I64, v);
}

unsigned grv64_lift_lr(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = arg;
    ir_ref a = aligned_address(l, in, t), v;

    v = widen(l, t, ir_load(l->f, t, a, 0, in->rm & 1 ? MO_SEQ : in->rm & 2 ? MO_ACQ : MO_PLAIN));
    ir_put(l->f, GRV64_S_resaddr, a);
    ir_put(l->f, GRV64_S_resval, v);
    grv64_set(l, in->rd, v);
    return 0;
}

unsigned grv64_lift_sc(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = arg;
    ir_ref a = aligned_address(l, in, t), held, same, old, want, val;
    ir_blk try = ir_block_new(l->f, in->pc, 0), lost = ir_block_new(l->f, in->pc, BLK_COLD);
    ir_blk done = ir_block_new(l->f, grv64_next_pc(in), 0);

    val = narrow(l, t, grv64_get(l, in->rs2));
    held = ir_get(l->f, GRV64_S_resaddr);
    same = ir_op2(l->f, IR_eq, T_I1, held, a);
    ir_brif(l->f, same, try, lost);

    ir_block_at(l->f, try);
    ir_at(l->f, in->pc);
    want = narrow(l, t, ir_get(l->f, GRV64_S_resval));
    old = ir_emit(l->f, IR_cas, t, 0, a, want, val);
    ir_put(l->f, GRV64_S_resaddr, grv64_imm(l, -1));
    grv64_set(l, in->rd, ir_op1(l->f, IR_zext, T_I64, ir_op2(l->f, IR_ne, T_I1, old, want)));
    ir_br(l->f, done);

    /* No sc retires unless the memory may be written, also one that fails (14.2, Zalrsc). */
    ir_block_at(l->f, lost);
    ir_at(l->f, in->pc);
    ir_emit(l->f, IR_rmw_or, t, 0, a, ir_const(l->f, t, 0), 0);
    ir_put(l->f, GRV64_S_resaddr, grv64_imm(l, -1));
    grv64_set(l, in->rd, grv64_imm(l, 1));
    ir_br(l->f, done);

    ir_block_at(l->f, done);
    return 0;
}

unsigned grv64_lift_amo(struct lift *l, const struct ginsn *in, unsigned arg)
{
    enum ir_type t = ARG_TYPE(arg);
    ir_ref a, v;

    ir_at(l->f, in->pc);
    a = grv64_get(l, in->rs1);
    v = narrow(l, t, grv64_get(l, in->rs2));
    grv64_set(l, in->rd, widen(l, t, ir_emit(l->f, ARG_LO(arg), t, 0, a, v, 0)));
    return 0;
}
