/* Instruction selection for x86-64: immediates, addresses, loads as operands; and what the shared half asks. */
#include "jit/host/x86_64/isel.h"

const struct mir_target x86_target = {
    .allocatable = { 0x7fef, UINT64_C(0x7fff) << XMM0 },
    .caller_saved = 0x0fc7 | UINT64_C(0xffff) << XMM0,
    .scarce = 1 << RAX | 1 << RCX | 1 << RDX,
    .scratch_vec = XMM0 + 15,
    .spill_off = offsetof(struct vcpu, spill),
    .nspill = VCPU_SPILLS,
    .op_move = X_MOV, .op_load = X_LDV, .op_store = X_STV, .op_const = X_MOVI, .op_gpc = X_LEAG, .op_xchg = X_XCHGR,
    .op_memmove = X_STACK, .op_memconst = X_STVI, .op_memgpc = X_STVG,
};

bool x86_has(struct x86 *x, uint64_t feature)
{
    if ((x->features & feature) != feature)
        return false;
    x->used |= feature;
    return true;
}

/* Is r a constant that fits a sign-extended 32-bit immediate of an operation of size sz? */
bool x86_imm32(struct x86 *x, ir_ref r, unsigned sz, int32_t *imm)
{
    const struct ir_insn *in = &x->f->insn[r];
    uint64_t v = ir_insn_pc(in);

    if (in->op != IR_const || ir_type_fp(in->type))
        return false;
    if (sz < 8) {
        *imm = (int32_t)(uint32_t)v;
        if (sz == 1)
            *imm = (int8_t)v;
        return true;
    }
    *imm = (int32_t)v;
    return (int64_t)v == (int64_t)*imm;
}

unsigned x86_size(enum ir_type t) { return t == T_I64 || t == T_F64 || t == T_V64 ? 8 : 4; }

/* ---- addresses ---- */

static bool is_op(struct x86 *x, ir_ref r, enum ir_op op) { return x->f->insn[r].op == op && x->f->insn[r].type == T_I64; }

static bool fits32(int64_t v) { return v == (int32_t)v; }

/* x << 1..3 or x itself as an index. */
static ir_ref index_of(struct x86 *x, ir_ref r, unsigned *scale)
{
    const struct ir_insn *in = &x->f->insn[r];

    *scale = 0;
    if (is_op(x, r, IR_shl) && ir_is_const(x->f, in->b) && ir_const_val(x->f, in->b) - 1 < 3) {
        *scale = (unsigned)ir_const_val(x->f, in->b);
        return in->a;
    }
    return r;
}

/* Takes constants off r that the displacement has room for. Only sums with few users, and none that lives on in a register while
 * its operand would not: both would stay alive. */
static ir_ref strip_const(struct x86 *x, ir_ref r, unsigned scale, unsigned users, int64_t *disp)
{
    struct ir_func *f = x->f;

    while (is_op(x, r, IR_add) && ir_is_const(f, f->insn[r].b) && x->uses[r] <= users) {
        int64_t k = (int64_t)(ir_const_val(f, f->insn[r].b) << scale);

        if (!fits32(k) || !fits32(*disp + k) || (x->need[r] && !x->need[x86_rep(x, f->insn[r].a)]))
            break;
        *disp += k;
        r = f->insn[r].a;
    }
    return r;
}

/* Base and index of the sum r = p + q. */
static void split_sum(struct x86 *x, ir_ref r, struct xaddr *a)
{
    struct ir_func *f = x->f;
    ir_ref p = f->insn[r].a, q = f->insn[r].b;
    unsigned sp, sq;
    ir_ref ip = index_of(x, p, &sp), iq = index_of(x, q, &sq);

    if (sq || !sp)
        a->base = p, a->index = iq, a->scale = sq;
    else
        a->base = q, a->index = ip, a->scale = sp;
    a->base = strip_const(x, a->base, 0, 2, &a->disp);
    a->index = strip_const(x, a->index, a->scale, 2, &a->disp);
    if (ir_is_const(f, a->base) || ir_is_const(f, a->index) || f->insn[a->base].op == IR_gpc || f->insn[a->index].op == IR_gpc)
        a->base = r, a->index = IR_NONE, a->scale = 0;
}

/* Splits r + disp into what one memory operand can hold. */
struct xaddr x86_address(struct x86 *x, ir_ref r, int64_t disp)
{
    struct ir_func *f = x->f;
    struct xaddr a = { .disp = disp };
    unsigned scale;

    r = strip_const(x, r, 0, UINT32_MAX, &a.disp);
    if (f->insn[r].op == IR_const) {
        int64_t abs = (int64_t)ir_const_val(f, r) + a.disp;

        if (fits32(abs)) {
            a.disp = abs;
            return a;
        }
    }
    if (f->insn[r].op == IR_gpc && ir_gpc_near(f, ir_insn_pc(&f->insn[r]) + (uint64_t)a.disp)) {
        a.rip = true;
        a.gpc = ir_insn_pc(&f->insn[r]) + (uint64_t)a.disp;
        a.disp = 0;
        return a;
    }
    a.base = r;
    if (is_op(x, r, IR_add) && x->uses[r] <= 2) {
        int64_t outer = a.disp;

        split_sum(x, r, &a);
        if (a.base == r)
            a.disp = outer;
    } else if (a.disp != (int8_t)a.disp && !x->need[r] && (a.index = index_of(x, r, &scale)) != r) {
        a.base = IR_NONE;                       /* a table at a fixed place */
        a.scale = scale;
        a.index = strip_const(x, a.index, scale, 2, &a.disp);
    } else {
        a.index = IR_NONE;
    }
    return a;
}

/* The last two operands of `in` are base and index. */
void x86_mem(struct x86 *x, struct mi *in, ir_ref base, int64_t disp)
{
    struct xaddr a = x86_address(x, base, disp);
    unsigned k = in->nop - 2u;

    in->disp = (int32_t)a.disp;
    in->scale = (uint8_t)a.scale;
    if (a.rip) {
        in->y = MEM_RIP;
        in->gpc = a.gpc;
        return;
    }
    if (a.base)
        xuse(x, in, k, a.base);
    if (a.index)
        xuse(x, in, k + 1, a.index);
}

/* ---- loads as operands ---- */

/* May the load r be done where `user` (an op of the current block) stands, as its memory operand? */
bool x86_fusable(struct x86 *x, ir_ref r, ir_ref user, unsigned sz)
{
    struct ir_func *f = x->f;
    const struct ir_insn *in = &f->insn[r];
    const struct ir_block *k = &f->block[x->blk];

    /* An address or a recipe that was taken apart may want the value, too, whatever the IR's uses are. */
    if (in->op != IR_load || x->need[r] || x->allotted[r] != 1 || x->inblk[r] != x->blk || (in->flags & (MO_ACQ | MO_SEQ)) ||
        ir_type_bits(in->type) != sz * 8)
        return false;
    for (uint32_t i = x->where[r] + 1; i < x->where[user]; i++) {
        unsigned fl = ir_opinfo[f->insn[k->insn[i]].op].flags;

        if ((fl & (F_MAYFAULT | F_RD | F_WR | F_CALLS | F_FPENV)) || f->insn[k->insn[i]].op == IR_poll || f->insn[k->insn[i]].op == IR_put)
            return false;
    }
    return true;
}

/* Gives `in` the address and the snapshot of load r. */
void x86_fuse(struct x86 *x, struct mi *in, ir_ref r)
{
    const struct ir_insn *ld = &x->f->insn[r];

    x86_mem(x, in, ld->a, (int32_t)ld->c);
    x86_snapshot(x, in, x->snapat[r]);
    x->need[r] = 2;             /* done here: not once more for its fault */
}

/* ---- for the shared half ---- */

static const char *const op_name[] = {
#define OP(name) #name,
    X86_OPS(OP)
#undef OP
};
static_assert(sizeof op_name / sizeof *op_name == X_NOPS, "every machine op has a name");

static const char *reg_name(unsigned r, char buf[8])
{
    static const char *const gp[] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi" };

    if (r < 8)
        return gp[r];
    snprintf(buf, 8, r >= XMM0 ? "xmm%u" : "r%u", r >= XMM0 ? r - XMM0 : r);
    return buf;
}

static bool home_imm(uint64_t v) { return (int64_t)v == (int32_t)v; }

static void select_op(struct sel *s, ir_ref r) { x86_select_op((struct x86 *)s, r); }

static bool canonical(struct sel *s, ir_ref r) { return x86_canonical((struct x86 *)s, r); }

/* What lies above a narrower type is undefined: to read the low half is nothing, and nor is it to widen what has zeros there. */
static ir_ref shares(struct sel *s, ir_ref r)
{
    const struct x86 *x = (const struct x86 *)s;
    ir_ref a = s->f->insn[r].a;

    if (s->f->insn[r].op == IR_vlow)
        return a;
    /* (A constant vector is one that has two equal halves.) */
    return x->low[a] <= ir_type_bits(s->f->insn[a].type) && !ir_is_const(s->f, sel_rep(s, a)) ? a : IR_NONE;
}

static void prepare(struct sel *s)
{
    struct x86 *x = (struct x86 *)s;
    struct ir_func *f = x->f;

    x86_zero_uppers(x);
    x->canon = NEWN(&x->cc->arena, uint8_t, f->ninsn);
    for (uint32_t k = 0; k < f->nrpo; k++)      /* in this order no answer needs a deep walk */
        for (uint32_t i = 0; i < f->block[f->rpo[k]].ninsn; i++)
            x86_canonical(x, f->block[f->rpo[k]].insn[i]);
}

const struct sel_target x86_sel = {
    .mir = &x86_target, .op = select_op, .prepare = prepare, .canonical = canonical, .shares = shares, .home_imm = home_imm,
    .op_jmp = X_JMP, .op_jcc = X_JCC, .op_param = X_PARAM,
    .op_exit = { X_JUMP, X_CALL, X_IJUMP, X_ICALL, X_RET, X_SYSCALL, X_TRAP }, .target_reg = RAX,
    .op_name = op_name, .reg_name = reg_name,
};
