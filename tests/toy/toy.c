/* The toy guest: decoder, printer, lifter, random instances, all from toy.def. */
#include "tests/toy/toy.h"

#include <string.h>

enum format { F_N, F_D, F_DS, F_DK, F_DW, F_M, F_B, F_J, F_S };
enum { A_ADD = 1, A_SUB = 2, A_CARRY = 4, A_DROP = 8, A_SEXT = 1 << 8 };
enum class { CL_illegal, CL_nop, CL_ldi, CL_mov, CL_arith, CL_logic, CL_shift, CL_load, CL_store, CL_branch, CL_call, CL_jr, CL_sys };

static const struct { const char *name; uint8_t format, flow, class; uint16_t arg; } rows[TOY_NROW] = {
#define TOY(name, format, flow, class, arg) { #name, F_##format, flow, CL_##class, arg },
#include "tests/toy/toy.def"
};

#define ACC(n, pin) { "a" #n, n * 8, T_I32, pin, 0 }
static const struct guest_slot slots[TOY_NSLOT] = {
    ACC(0, 1), ACC(1, 2), ACC(2, 3), ACC(3, 4), ACC(4, 0), ACC(5, 0), ACC(6, 0), ACC(7, 0),
    { "n", 64, T_I1, 0, 0 }, { "z", 72, T_I1, 0, 0 }, { "c", 80, T_I1, 0, 0 }, { "v", 88, T_I1, 0, 0 },
};

static const char *row_name(uint32_t row)
{
    return row < TOY_NROW ? rows[row].name : "?";
}

static const char *row_ext(uint32_t row)
{
    return "toy";
}

static int64_t signed_field(uint32_t w, unsigned bits)
{
    return (int64_t)((uint64_t)w << (64 - bits)) >> (64 - bits);
}

static void toy_decode(const uint8_t *p, size_t n, uint64_t pc, struct ginsn *out)
{
    uint32_t w = n >= 2 ? p[0] | (uint32_t)p[1] << 8 : 0, op = w >> 11;

    memset(out, 0, sizeof *out);
    out->pc = pc;
    out->raw = w;
    out->len = 2;
    if (op >= TOY_NROW || n < 2 || (rows[op].format == F_DW && n < 4)) {
        op = TOY_illegal;
        out->aux = n < 4;
    }
    out->row = (uint16_t)op;
    out->flow = rows[op].flow;
    out->rd = w >> 8 & 7;
    out->rs1 = w >> 5 & 7;
    out->imm = w & 31;
    if (rows[op].format == F_DW) {
        out->len = 4;
        out->imm = p[2] | (int64_t)p[3] << 8;
        out->raw |= (uint32_t)out->imm << 16;
    }
    if (rows[op].format == F_B || rows[op].format == F_J)
        out->target = pc + (uint64_t)(signed_field(w, rows[op].format == F_B ? 8 : 11) * 2);
    if (op == TOY_b && out->rd == TOY_ALWAYS)
        out->flow = GF_JUMP;
    if (op == TOY_jr && out->rs1 == 7)
        out->flow = GF_RET;
}

static int toy_format(const struct ginsn *in, char *buf, size_t n)
{
    switch (rows[in->row].format) {
    case F_DS: return snprintf(buf, n, "%s\ta%u,a%u", rows[in->row].name, in->rd, in->rs1);
    case F_DK: case F_DW: return snprintf(buf, n, "%s\ta%u,%d", rows[in->row].name, in->rd, (int)in->imm);
    case F_M: return snprintf(buf, n, "%s\ta%u,%d(a%u)", rows[in->row].name, in->rd, (int)in->imm, in->rs1);
    case F_B: return snprintf(buf, n, "%s\t%u,0x%llx", rows[in->row].name, in->rd, (unsigned long long)in->target);
    case F_J: return snprintf(buf, n, "%s\t0x%llx", rows[in->row].name, (unsigned long long)in->target);
    case F_S: return snprintf(buf, n, "%s\ta%u", rows[in->row].name, in->rs1);
    default: return snprintf(buf, n, "%s", rows[in->row].name);
    }
}

/* ---- lift ---- */

static void set_nz(struct ir_func *f, ir_ref r)
{
    ir_ref zero = ir_const(f, T_I32, 0);

    ir_put(f, TOY_S_N, ir_op2(f, IR_slt, T_I1, r, zero));
    ir_put(f, TOY_S_Z, ir_op2(f, IR_eq, T_I1, r, zero));
}

/* d +- s (+- carry): a subtraction is an addition of the complement with a carry of 1. */
static void lift_arith(struct ir_func *f, const struct ginsn *in, unsigned arg)
{
    ir_ref a = ir_get(f, in->rd), b = ir_get(f, in->rs1), sum, wide, carry, sign;

    if (arg & A_SUB)
        b = ir_op2(f, IR_xor, T_I32, b, ir_const(f, T_I32, UINT32_MAX));
    carry = arg & A_CARRY ? ir_op1(f, IR_zext, T_I64, ir_get(f, TOY_S_C)) : ir_const(f, T_I64, arg & A_SUB ? 1 : 0);
    wide = ir_op2(f, IR_add, T_I64, ir_op1(f, IR_zext, T_I64, a), ir_op1(f, IR_zext, T_I64, b));
    wide = ir_op2(f, IR_add, T_I64, wide, carry);
    sum = ir_op1(f, IR_trunc, T_I32, wide);
    sign = ir_op2(f, IR_and, T_I32, ir_op2(f, IR_xor, T_I32, a, sum), ir_op2(f, IR_xor, T_I32, b, sum));
    ir_put(f, TOY_S_C, ir_op1(f, IR_trunc, T_I1, ir_op2(f, IR_shr, T_I64, wide, ir_const(f, T_I64, 32))));
    ir_put(f, TOY_S_V, ir_op2(f, IR_slt, T_I1, sign, ir_const(f, T_I32, 0)));
    set_nz(f, sum);
    if (!(arg & A_DROP))
        ir_put(f, in->rd, sum);
}

static ir_ref address(struct ir_func *f, const struct ginsn *in, unsigned size)
{
    return ir_op2(f, IR_add, T_I64, ir_op1(f, IR_zext, T_I64, ir_get(f, in->rs1)), ir_const(f, T_I64, (uint64_t)in->imm * size));
}

static void lift_mem(struct ir_func *f, const struct ginsn *in, bool store, unsigned arg)
{
    enum ir_type t = arg & 0xff;
    ir_ref v, at;

    ir_at(f, in->pc);
    at = address(f, in, ir_type_bits(t) / 8);
    if (store) {
        v = ir_get(f, in->rd);
        ir_store(f, t, at, 0, t == T_I32 ? v : ir_op1(f, IR_trunc, t, v), MO_PLAIN);
        return;
    }
    v = ir_load(f, t, at, 0, MO_PLAIN);
    ir_put(f, in->rd, t == T_I32 ? v : ir_op1(f, arg & A_SEXT ? IR_sext : IR_zext, T_I32, v));
}

static ir_ref condition(struct ir_func *f, enum toy_cond c)
{
    ir_ref one = ir_const(f, T_I1, 1), v;

    switch (c) {
    case TOY_EQ: case TOY_NE: v = ir_get(f, TOY_S_Z); break;
    case TOY_LT: case TOY_GE: v = ir_op2(f, IR_xor, T_I1, ir_get(f, TOY_S_N), ir_get(f, TOY_S_V)); break;
    case TOY_CC: case TOY_CS: v = ir_op2(f, IR_xor, T_I1, ir_get(f, TOY_S_C), one); break;
    default: return ir_get(f, TOY_S_N);
    }
    return c == TOY_NE || c == TOY_GE || c == TOY_CS ? ir_op2(f, IR_xor, T_I1, v, one) : v;
}

static void lift_branch(struct lift *l, const struct ginsn *in)
{
    uint64_t next = in->pc + in->len;

    ir_at(l->f, in->pc);
    if (in->flow == GF_JUMP) {
        lift_goto(l, in->target);
    } else {
        ir_ref c = condition(l->f, in->rd);
        ir_blk yes = lift_target(l, in->target), no = lift_target(l, next);

        ir_brif(l->f, c, yes, no);
    }
}

static unsigned toy_lift(struct lift *l, const struct ginsn *in)
{
    struct ir_func *f = l->f;
    unsigned arg = rows[in->row].arg;
    uint64_t next = in->pc + in->len;
    ir_ref v;

    switch ((enum class)rows[in->row].class) {
    case CL_nop: break;
    case CL_ldi: ir_put(f, in->rd, ir_const(f, T_I32, (uint64_t)in->imm)); break;
    case CL_mov: ir_put(f, in->rd, ir_get(f, in->rs1)); break;
    case CL_arith: lift_arith(f, in, arg); break;
    case CL_logic: case CL_shift:
        v = rows[in->row].class == CL_logic ? ir_get(f, in->rs1) : ir_const(f, T_I32, (uint64_t)in->imm);
        v = ir_op2(f, arg, T_I32, ir_get(f, in->rd), v);
        set_nz(f, v);
        ir_put(f, in->rd, v);
        break;
    case CL_load: lift_mem(f, in, false, arg); break;
    case CL_store: lift_mem(f, in, true, arg); break;
    case CL_branch: lift_branch(l, in); break;
    case CL_call:
        ir_at(f, in->pc);
        ir_put(f, 7, ir_const(f, T_I32, next & UINT32_MAX));
        ir_call(f, in->target, next);
        break;
    case CL_jr:
        ir_at(f, in->pc);
        v = ir_op2(f, IR_and, T_I64, ir_op1(f, IR_zext, T_I64, ir_get(f, in->rs1)), ir_const(f, T_I64, ~UINT64_C(1)));
        if (in->flow == GF_RET)
            ir_ret(f, v);
        else
            ir_ijump(f, v);
        break;
    case CL_sys:
        ir_at(f, in->pc);
        ir_syscall(f, next);
        break;
    default:
        ir_at(f, in->pc);
        ir_trap(f, TRAP_ILLEGAL, in->pc);
    }
    return 0;
}

/* ---- the rest of struct guest ---- */

static uint64_t rnd(struct guest_rng *g)
{
    uint64_t z = g->s[0] += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static unsigned pick(struct guest_rng *g, uint32_t allowed)
{
    unsigned r;

    do
        r = rnd(g) & 7;
    while (allowed && !(allowed >> r & 1));
    return r;
}

static unsigned toy_encode_random(uint32_t row, struct guest_rng *g, int64_t disp, uint8_t out[16])
{
    uint32_t w, d = pick(g, g->dst), s = pick(g, rows[row].format == F_M ? g->base : g->src), k = rnd(g) & 31;

    if (row == 0 || row >= TOY_NROW)
        return 0;
    w = row << 11 | d << 8 | s << 5 | k;
    if (rows[row].format == F_B)
        w = row << 11 | (uint32_t)(rnd(g) & 7) << 8 | ((uint32_t)(disp / 2) & 0xff);
    else if (rows[row].format == F_J)
        w = row << 11 | ((uint32_t)(disp / 2) & 0x7ff);
    else if (rows[row].format == F_DW)
        w |= (uint32_t)rnd(g) << 16;
    memcpy(out, &w, 4);
    return rows[row].format == F_DW ? 4 : 2;
}

static enum gflow toy_resolve(const struct ginsn *prev, const struct ginsn *in, bool pic, uint64_t *target)
{
    *target = in->target;
    return in->flow;
}

static unsigned toy_fp_rm(const uint8_t *state)
{
    return FP_RM_NE;
}

const struct guest guest_toy = {
    .name = "toy", .elf_machine = 0xfeed, .insn_align = 2, .max_len = 4, .slot = slots, .nslot = TOY_NSLOT, .nrow = TOY_NROW,
    .row_name = row_name, .row_ext = row_ext, .decode = toy_decode, .format = toy_format, .lift = toy_lift,
    .encode_random = toy_encode_random, .resolve = toy_resolve, .fp_rm = toy_fp_rm,
};
