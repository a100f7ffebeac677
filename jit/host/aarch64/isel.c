/* Instruction selection for AArch64: integers, memory, branches. Floating point is computed on bits by the evalop helper, as is
 * whatever has no case here; types wider than 64 bits are refused, and their region is left to T0. */
#include "jit/host/aarch64/a64.h"

#include "jit/helpers.h"

const struct mir_target a64_target = {
    .allocatable = { 0x27f8ffff, 0 },           /* x0..x15, x19..x26, x29 */
    .caller_saved = 0x3ffff,
    .scarce = 1 << 0 | 1 << 1 | 1 << 2,
    .scratch_vec = NOREG,
    .fp_in_gp = true,
    .spill_off = offsetof(struct vcpu, spill),
    .nspill = VCPU_SPILLS,
    .op_move = A_MOV, .op_load = A_LDV, .op_store = A_STV, .op_const = A_MOVI, .op_gpc = A_LEAG, .op_xchg = A_XCHGR,
    .op_memmove = A_STACK, .op_memconst = A_STVI, .op_memgpc = A_STVG,
};

static struct ir_insn *insn(struct sel *s, ir_ref r) { return &s->f->insn[r]; }

static unsigned size_of(enum ir_type t) { return ir_type_bits(t) == 64 ? 8 : 4; }

/* A new instruction for r: its result, and its width. */
static struct mi *op_def(struct sel *s, ir_ref r, unsigned op, unsigned nop)
{
    struct mi *mi = sel_new(s, op, nop);

    mi->sz = (uint8_t)size_of(insn(s, r)->type);
    sel_def(s, mi, 0, r);
    return mi;
}

static void unary(struct sel *s, ir_ref r, unsigned op)
{
    struct mi *mi = op_def(s, r, op, 2);

    sel_use(s, mi, 1, insn(s, r)->a);
}

static struct mi *binary(struct sel *s, ir_ref r, unsigned op, unsigned cc)
{
    const struct ir_insn *in = insn(s, r);
    struct mi *mi = op_def(s, r, op, 3);

    mi->cc = (uint8_t)cc;
    sel_use(s, mi, 1, in->a);
    sel_use(s, mi, 2, in->b);
    return mi;
}

/* ---- helpers ---- */

static void call_helper(struct sel *s, ir_ref r, unsigned helper, uint64_t desc)
{
    uint32_t *op[3], v[3];
    unsigned n = ir_operands(insn(s, r), op);
    struct mi *mi;

    if (jit_helper_info[helper].flags & H_VCPU)
        cc_bail(s->cc, ST_UNSUPPORTED, s->f->block[s->blk].pc, "helper %s needs the vcpu", jit_helper_info[helper].name);
    for (unsigned i = 0; i < n; i++)
        v[i] = sel_val(s, *op[i]);
    mi = sel_new(s, A_HELPER, 1 + n);
    mi->x = helper;
    mi->imm = (int64_t)desc;
    mi->flags |= MI_CALL;
    for (unsigned i = 0; i < n; i++)
        sel_usev(mi, 1 + i, v[i], i);
    if (insn(s, r)->type != T_VOID)
        sel_defv(mi, 0, r, 0);
}

static void fallback(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);

    if (in->op == IR_helper) {
        call_helper(s, r, in->flags, 0);
        return;
    }
    if (!(ir_opinfo[in->op].flags & (F_PURE | F_FPOP)) || ir_type_bits(in->type) > 64 || ir_type_bits(insn(s, in->a)->type) > 64)
        cc_bail(s->cc, ST_UNSUPPORTED, s->f->block[s->blk].pc, "no AArch64 code for op %s %s", ir_opinfo[in->op].name,
                ir_type_name(in->type));
    call_helper(s, r, HELPER_evalop, helper_desc(in->op, in->type, insn(s, in->a)->type, in->flags));
}

/* ---- arithmetic ---- */

/* Constant b of r, as wide as the operation. */
static bool constant(struct sel *s, ir_ref r, uint64_t *v)
{
    const struct ir_insn *in = insn(s, r);

    if (in->op != IR_const)
        return false;
    *v = size_of(in->type) == 4 ? ir_insn_pc(in) & 0xffffffff : ir_insn_pc(in);
    return true;
}

static void select_addsub(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    bool sub = in->op == IR_sub;
    uint64_t v, mask = size_of(in->type) == 4 ? 0xffffffff : ~UINT64_C(0);
    struct mi *mi;

    if (sub && constant(s, in->a, &v) && v == 0) {
        mi = op_def(s, r, A_NEG, 2);
        sel_use(s, mi, 1, in->b);
        return;
    }
    if (constant(s, in->b, &v)) {
        bool flip = !a64_addsub_imm(1, false, false, 0, 0, v);
        uint64_t w = flip ? (0 - v) & mask : v;

        if (a64_addsub_imm(1, false, false, 0, 0, w)) {
            mi = op_def(s, r, A_ALUI, 2);
            mi->cc = sub != flip;
            mi->imm = (int64_t)w;
            sel_use(s, mi, 1, in->a);
            return;
        }
    }
    binary(s, r, A_ALU, sub);
}

static void logic_imm(struct sel *s, ir_ref r, unsigned op, uint64_t v)
{
    struct mi *mi = op_def(s, r, A_LOGI, 2);

    mi->cc = (uint8_t)op;
    mi->imm = (int64_t)v;
    sel_use(s, mi, 1, insn(s, r)->a);
}

static void select_logic(struct sel *s, ir_ref r, unsigned op)
{
    const struct ir_insn *in = insn(s, r);
    uint64_t v;

    if (constant(s, in->b, &v) && a64_logic_imm(size_of(in->type) == 8, op, 0, 0, v))
        logic_imm(s, r, op, v);
    else
        binary(s, r, A_ALU, 2 + op);
}

static void select_mulh(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);

    if (in->type != T_I64)
        fallback(s, r);
    else if (in->op == IR_mulhsu)
        binary(s, r, A_MULHSU, 0);
    else
        binary(s, r, A_MULH, in->op == IR_mulhu);
}

static void select_div(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    bool rem = in->op == IR_urem || in->op == IR_srem, sg = in->op == IR_sdiv || in->op == IR_srem;

    if (in->type != T_I64 && in->type != T_I32)
        fallback(s, r);
    else
        binary(s, r, A_DIV, 0)->aux = (uint8_t)((rem ? DIV_REM : 0) | (sg ? DIV_SIGNED : 0));
}

static void select_shift(struct sel *s, ir_ref r, unsigned kind)
{
    static const uint8_t variable[] = { DP2_LSL, DP2_LSR, DP2_ASR, DP2_ROR };
    const struct ir_insn *in = insn(s, r);
    unsigned bits = ir_type_bits(in->type);
    bool left = in->op == IR_rotl;
    struct mi *mi;
    uint64_t v;

    if (bits < 32 && (in->op != IR_shl || !ir_is_const(s->f, in->b))) {
        fallback(s, r);
    } else if (constant(s, in->b, &v)) {
        mi = op_def(s, r, A_SHI, 2);
        mi->cc = (uint8_t)kind;
        mi->imm = (int64_t)((left ? bits - (v & (bits - 1)) : v) & (bits - 1));
        sel_use(s, mi, 1, in->a);
    } else {
        binary(s, r, left ? A_ROTL : A_SHV, variable[kind]);
    }
}

static void select_bits(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);

    if (ir_type_bits(in->type) < 32)
        fallback(s, r);
    else
        unary(s, r, in->op == IR_clz ? A_CLZ : in->op == IR_ctz ? A_CTZ : in->op == IR_bswap ? A_REV : A_RBIT);
}

static void select_ext(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    enum ir_type at = insn(s, in->a)->type;
    struct mi *mi;

    if (at == T_I1) {                           /* sext: 0 or -1 (zext shares its operand's register) */
        unary(s, r, A_NEG);
        return;
    }
    mi = op_def(s, r, A_EXT, 2);
    mi->cc = mi->sz;
    mi->sz = (uint8_t)(ir_type_bits(at) / 8);
    mi->aux = in->op == IR_sext ? SX_SIGNED : 0;
    sel_use(s, mi, 1, in->a);
}

/* ---- compares ---- */

static bool int_compare(unsigned op) { return op >= IR_eq && op <= IR_sle; }

/* i8/i16 operand as a fresh 32-bit value. */
static uint32_t widened(struct sel *s, ir_ref r, bool sg)
{
    uint32_t v = vreg_new(&s->m, RC_GP, 8);
    bool byte = insn(s, r)->type == T_I8;

    if (ir_is_const(s->f, r)) {
        uint64_t c = ir_const_val(s->f, r);

        s->m.v[v].kind = VK_CONST;
        s->m.v[v].imm = !sg ? c : byte ? (uint32_t)(int8_t)c : (uint32_t)(int16_t)c;
        return v;
    }
    uint32_t a = sel_val(s, r);
    struct mi *mi = sel_new(s, A_EXT, 2);

    mi->sz = byte ? 1 : 2;
    mi->aux = sg ? SX_SIGNED : 0;
    mi->cc = 4;
    sel_defv(mi, 0, v, NOREG);
    sel_usev(mi, 1, a, NOREG);
    return v;
}

static void compare_operands(struct sel *s, ir_ref a, ir_ref b, bool sg)
{
    enum ir_type t = insn(s, a)->type;
    struct mi *mi;
    uint64_t v;

    if (t == T_I8 || t == T_I16) {
        uint32_t va = widened(s, a, sg), vb = widened(s, b, sg);

        mi = sel_new(s, A_CMP, 2);
        sel_usev(mi, 0, va, NOREG);
        sel_usev(mi, 1, vb, NOREG);
    } else if (constant(s, b, &v) && (a64_addsub_imm(1, true, true, 31, 0, v) ||
                                      a64_addsub_imm(1, false, true, 31, 0, size_of(t) == 8 ? 0 - v : (0 - v) & 0xffffffff))) {
        mi = sel_new(s, A_CMPI, 1);
        mi->imm = (int64_t)v;
        sel_use(s, mi, 0, a);
    } else {
        mi = sel_new(s, A_CMP, 2);
        sel_use(s, mi, 0, a);
        sel_use(s, mi, 1, b);
    }
    mi->sz = (uint8_t)size_of(t);
}

/* Makes flags of condition r (a T_I1 value) right here; returns the code under which it is true. */
static unsigned compare(struct sel *s, ir_ref r)
{
    static const uint8_t cc[] = { CC_EQ, CC_NE, CC_LO, CC_LS, CC_LT, CC_LE };
    const struct ir_insn *in = insn(s, r);

    if (!int_compare(in->op)) {
        struct mi *mi = sel_new(s, A_CMPI, 1);

        mi->sz = 4;
        sel_use(s, mi, 0, r);
        return CC_NE;
    }
    bool sg = in->op == IR_slt || in->op == IR_sle, bit = insn(s, in->a)->type == T_I1;
    unsigned op = in->op;

    compare_operands(s, in->a, in->b, sg);
    if (sg && bit)                              /* a register holds 1 for the bit that means -1 */
        return op == IR_slt ? CC_HI : CC_HS;
    return cc[op - IR_eq];
}

static void select_setcc(struct sel *s, ir_ref r)
{
    unsigned cc = compare(s, r);
    struct mi *mi = sel_new(s, A_SETCC, 1);

    mi->cc = (uint8_t)cc;
    sel_def(s, mi, 0, r);
}

static void select_select(struct sel *s, ir_ref r)
{
    unsigned cc = compare(s, sel_rep(s, insn(s, r)->a));
    struct mi *mi = op_def(s, r, A_CSEL, 3);

    mi->cc = (uint8_t)cc;
    sel_use(s, mi, 1, insn(s, r)->b);
    sel_use(s, mi, 2, insn(s, r)->c);
}

static void select_minmax(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);

    if (ir_type_bits(in->type) < 32)
        fallback(s, r);
    else
        binary(s, r, A_MINMAX, in->op == IR_smin ? CC_LT : in->op == IR_smax ? CC_GT : in->op == IR_umin ? CC_LO : CC_HI);
}

/* ---- memory ---- */

static void access(struct sel *s, struct mi *mi, ir_ref r, enum ir_type t)
{
    const struct ir_insn *in = insn(s, r);

    if (ir_type_bits(t) > 64 || ir_type_bits(t) < 8)
        cc_bail(s->cc, ST_UNSUPPORTED, s->f->block[s->blk].pc, "access of type %s", ir_type_name(t));
    mi->sz = (uint8_t)(ir_type_bits(t) / 8);
    mi->cc = in->flags;                         /* memory order */
    mi->disp = (int32_t)in->c;
    sel_use(s, mi, 1, in->a);
    sel_snapshot(s, mi, s->snapat[r]);
}

static void select_load(struct sel *s, ir_ref r)
{
    struct mi *mi = sel_new(s, A_LD, 2);

    if (s->need[r])
        sel_def(s, mi, 0, r);
    else                                        /* only for its fault */
        sel_tmp(mi, 0, RC_GP, NOREG);
    access(s, mi, r, insn(s, r)->type);
}

static void select_store(struct sel *s, ir_ref r)
{
    struct mi *mi = sel_new(s, A_ST, 2);

    sel_use(s, mi, 0, insn(s, r)->b);
    access(s, mi, r, insn(s, insn(s, r)->b)->type);
}

static void select_atomic(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    bool cas = in->op == IR_cas;
    struct mi *mi = sel_new(s, cas ? A_CAS : A_RMW, cas ? 4 : 3);
    mi->x = in->op;
    sel_def(s, mi, 0, r);
    sel_use(s, mi, 2, in->b);
    if (cas)
        sel_use(s, mi, 3, in->c);
    access(s, mi, r, in->type);
    mi->disp = 0;
}

/* ---- control flow ---- */

static void select_brif(struct sel *s, ir_ref r)
{
    const struct ir_insn *t = insn(s, r);
    ir_ref cond = sel_rep(s, t->a);
    struct mi *mi;

    if (int_compare(insn(s, cond)->op)) {
        unsigned cc = compare(s, cond);

        mi = sel_new(s, A_JCC, 0);
        mi->cc = (uint8_t)cc;
    } else {
        mi = sel_new(s, A_CBNZ, 1);
        sel_use(s, mi, 0, cond);
    }
    mi->flags |= MI_TERM;
    mi->x = t->b;
    mi->y = t->c;
}

static bool select_ctl(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    struct mi *mi;

    switch (in->op) {
    case IR_br:
        mi = sel_new(s, A_JMP, 0);
        mi->flags |= MI_TERM;
        mi->x = in->a;
        return true;
    case IR_brif: select_brif(s, r); return true;
    case IR_switch:
        mi = sel_new(s, A_SWITCH, 1);
        mi->flags |= MI_TERM;
        mi->x = in->b;
        sel_use(s, mi, 0, in->a);
        return true;
    case IR_get: sel_get(s, r); return true;
    case IR_put: sel_put_home(s, in->a, in->b, sel_val(s, in->b)); return true;
    case IR_jump: case IR_call: case IR_ijump: case IR_icall: case IR_ret: case IR_syscall: case IR_trap:
        sel_exit(s, r);
        return true;
    default: return false;
    }
}

/* What floating point needs none of its arithmetic for. */
static bool select_fp_bits(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    const uint64_t sign = in->type == T_F32 ? UINT64_C(1) << 31 : UINT64_C(1) << 63;
    struct mi *mi;

    switch (in->op) {
    case IR_fneg: logic_imm(s, r, LOG_EOR, sign); return true;
    case IR_fabs: logic_imm(s, r, LOG_AND, sign - 1); return true;
    case IR_nbox: logic_imm(s, r, LOG_ORR, UINT64_C(0xffffffff) << 32); return true;
    case IR_nunbox: unary(s, r, A_NUNBOX); return true;
    case IR_fpget:
        mi = sel_new(s, A_FPGET, 1);
        sel_def(s, mi, 0, r);
        return true;
    case IR_fpset:
        mi = sel_new(s, A_FPSET, 1);
        sel_use(s, mi, 0, in->a);
        return true;
    default: return false;
    }
}

static void select_op(struct sel *s, ir_ref r)
{
    const struct ir_insn *in = insn(s, r);
    struct mi *mi;

    if (select_ctl(s, r) || select_fp_bits(s, r))
        return;
    switch (in->op) {
    case IR_add: case IR_sub: select_addsub(s, r); break;
    case IR_and: select_logic(s, r, LOG_AND); break;
    case IR_or: select_logic(s, r, LOG_ORR); break;
    case IR_xor: select_logic(s, r, LOG_EOR); break;
    case IR_mul: binary(s, r, A_MUL, 0); break;
    case IR_mulhu: case IR_mulhs: case IR_mulhsu: select_mulh(s, r); break;
    case IR_udiv: case IR_urem: case IR_sdiv: case IR_srem: select_div(s, r); break;
    case IR_shl: select_shift(s, r, SH_LSL); break;
    case IR_shr: select_shift(s, r, SH_LSR); break;
    case IR_sar: select_shift(s, r, SH_ASR); break;
    case IR_rotl: case IR_rotr: select_shift(s, r, SH_ROR); break;
    case IR_smin: case IR_smax: case IR_umin: case IR_umax: select_minmax(s, r); break;
    case IR_clz: case IR_ctz: case IR_bswap: case IR_bitrev: select_bits(s, r); break;
    case IR_eq: case IR_ne: case IR_ult: case IR_ule: case IR_slt: case IR_sle: select_setcc(s, r); break;
    case IR_select: select_select(s, r); break;
    case IR_zext: case IR_sext: select_ext(s, r); break;
    case IR_trunc: logic_imm(s, r, LOG_AND, 1); break;          /* to T_I1; others share their operand's register */
    case IR_load: select_load(s, r); break;
    case IR_store: select_store(s, r); break;
    case IR_cas: case IR_rmw_swap: case IR_rmw_add: case IR_rmw_and: case IR_rmw_or: case IR_rmw_xor:
    case IR_rmw_smin: case IR_rmw_smax: case IR_rmw_umin: case IR_rmw_umax: select_atomic(s, r); break;
    case IR_fence: sel_new(s, A_FENCE, 0)->cc = insn(s, r)->flags; break;
    case IR_poll:
        mi = sel_new(s, A_POLL, 0);
        sel_snapshot(s, mi, s->snapat[r]);
        break;
    default: fallback(s, r);
    }
}

static const char *const op_name[] = {
#define OP(name) #name,
    A64_OPS(OP)
#undef OP
};
static_assert(sizeof op_name / sizeof *op_name == A_NOPS, "every machine op has a name");

static const char *reg_name(unsigned r, char buf[8])
{
    snprintf(buf, 8, "x%u", r);
    return buf;
}

static bool home_imm(uint64_t v) { return v == 0; }

const struct sel_target a64_sel = {
    .mir = &a64_target, .op = select_op, .home_imm = home_imm, .op_jmp = A_JMP, .op_jcc = A_JCC, .op_param = A_PARAM,
    .op_exit = { A_JUMP, A_CALL, A_IJUMP, A_ICALL, A_RET, A_SYSCALL, A_TRAP }, .target_reg = RTARGET,
    .op_name = op_name, .reg_name = reg_name,
};
