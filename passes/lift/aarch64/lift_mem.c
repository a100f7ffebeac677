/* Loads and stores of one register or two (DDI 0487, C4.1.4). Registers and the base change after the last access, so an
 * instruction that faults has changed none. What "constrained unpredictable" leaves open (write-back to a register that is also
 * transferred) is done as qemu-user does it: stores store the old value, loads are overwritten by the address. */
#include "passes/lift/aarch64/mem.h"

static ir_ref read_reg(struct lift *l, unsigned arg, unsigned r)
{
    unsigned log2 = arg & GA64_MEM_LOG2;

    if (!(arg & M_FP))
        return ga64_get(l, ga64_mem_int(log2), r);
    if (log2 == 0)
        return ir_vconv(l->f, IR_vextr, T_I8, VL(VL_8, 0), ga64_getv(l, r));
    return ga64_getf(l, ga64_mem_fp(log2), r);
}

static void write_reg(struct lift *l, unsigned arg, unsigned r, ir_ref v)
{
    if (!(arg & M_FP))
        ga64_set(l, r, ga64_mem_extend(l, arg, v));
    else if ((arg & GA64_MEM_LOG2) == 0)
        ga64_setf(l, r, ir_vec(l->f, IR_vins, VL(VL_8, 0), ga64_k(l, T_V128, 0), v, 0));
    else
        ga64_setf(l, r, v);
}

static enum ir_type mem_type(unsigned arg)
{
    unsigned log2 = arg & GA64_MEM_LOG2;

    return (arg & M_FP) && log2 ? ga64_mem_fp(log2) : ga64_mem_int(log2);
}

/* One register at base + disp. */
static void access_one(struct lift *l, unsigned arg, unsigned rt, ir_ref base, int32_t disp)
{
    enum ir_type t = mem_type(arg);

    if (arg & M_ST)
        ir_store(l->f, t, base, disp, read_reg(l, arg, rt), MO_PLAIN);
    else
        write_reg(l, arg, rt, ir_load(l->f, t, base, disp, MO_PLAIN));
}

/* The address that pre- and post-indexed forms leave in the base register. */
static void write_back(struct lift *l, const struct ginsn *in, unsigned arg, ir_ref base)
{
    if (arg & (M_PRE | M_POST))
        ga64_set_sp(l, in->rs1, ir_op2(l->f, IR_add, T_I64, base, ga64_k(l, T_I64, (uint64_t)in->imm)));
}

unsigned ga64_lift_ldst_lit(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    access_one(l, row->arg, in->rd, ir_gpc(l->f, in->pc + (uint64_t)in->imm), 0);
    return 0;
}

unsigned ga64_lift_ldst_uimm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_at(l->f, in->pc);
    access_one(l, row->arg, in->rd, ga64_get_sp(l, T_I64, in->rs1), (int32_t)in->imm);
    return 0;
}

unsigned ga64_lift_ldst_simm(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    ir_ref base;

    ir_at(l->f, in->pc);
    base = ga64_get_sp(l, T_I64, in->rs1);
    access_one(l, row->arg, in->rd, base, row->arg & M_POST ? 0 : (int32_t)in->imm);
    write_back(l, in, row->arg, base);
    return 0;
}

/* Option (bits 15:13): 2 uxtw, 3 lsl, 6 sxtw, 7 sxtx; S (bit 12): shifted by the access size. */
unsigned ga64_lift_ldst_reg(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned option = ga64_bits(in->raw, 15, 13), log2 = row->arg & GA64_MEM_LOG2;
    ir_ref off;

    ir_at(l->f, in->pc);
    if (option & 1)
        off = ga64_get(l, T_I64, in->rs2);
    else
        off = ir_op1(l->f, option & 4 ? IR_sext : IR_zext, T_I64, ga64_get(l, T_I32, in->rs2));
    if (ga64_bits(in->raw, 12, 12) && log2)
        off = ir_op2(l->f, IR_shl, T_I64, off, ga64_k(l, T_I64, log2));
    access_one(l, row->arg, in->rd, ir_op2(l->f, IR_add, T_I64, ga64_get_sp(l, T_I64, in->rs1), off), 0);
    return 0;
}

unsigned ga64_lift_ldst_pair(struct lift *l, const struct ginsn *in, const struct ga64_row *row)
{
    unsigned arg = row->arg, t2 = in->rs3;
    int32_t size = 1 << (arg & GA64_MEM_LOG2), disp = arg & M_POST ? 0 : (int32_t)in->imm;
    enum ir_type t = mem_type(arg);
    ir_ref base, v1, v2;

    ir_at(l->f, in->pc);
    base = ga64_get_sp(l, T_I64, in->rs1);
    if (arg & M_ST) {
        ir_store(l->f, t, base, disp, read_reg(l, arg, in->rd), MO_PLAIN);
        ir_store(l->f, t, base, disp + size, read_reg(l, arg, t2), MO_PLAIN);
    } else {
        v1 = ir_load(l->f, t, base, disp, MO_PLAIN);
        v2 = ir_load(l->f, t, base, disp + size, MO_PLAIN);
        write_reg(l, arg, in->rd, v1);
        write_reg(l, arg, t2, v2);
    }
    write_back(l, in, arg, base);
    return 0;
}
