/* x86-64 selection of integer and memory ops. Ops without a case here go through the evalop helper. */
#include "jit/host/x86_64/isel.h"

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

/* ---- two-operand arithmetic ---- */

static void select_alu(struct x86 *x, ir_ref r, unsigned alu, bool comm)
{
    const struct ir_insn *in = insn(x, r);
    unsigned sz = x86_size(in->type);
    ir_ref a = in->a, b = in->b;
    int32_t imm;
    struct mi *mi;

    if (alu == ALU_AND && in->type != T_I1 && ir_is_const(x->f, b)) {
        uint64_t m = ir_const_val(x->f, b);

        if (m == 0xff || m == 0xffff || (m == 0xffffffff && sz == 8)) {
            mi = xi(x, X_EXT, 2);
            mi->sz = m == 0xff ? 1 : m == 0xffff ? 2 : 4;
            xdef(x, mi, 0, r);
            xuse(x, mi, 1, a);
            return;
        }
    }
    if (alu == ALU_XOR && ir_is_const(x->f, b) && in->type != T_I1 &&
        (~ir_const_val(x->f, b) << (64 - ir_type_bits(in->type))) == 0) {
        mi = xi(x, X_NOT, 2);
        mi->sz = (uint8_t)sz;
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, a);
        return;
    }
    if (alu == ALU_AND && sz >= 4 && in->type != T_I1 && !ir_is_const(x->f, b) && x86_has(x, HF_BMI1)) {
        for (unsigned i = 0; i < 2; i++) {      /* and(x, not y) */
            ir_ref n = i ? a : b, o = i ? b : a;
            const struct ir_insn *ni = insn(x, n);

            if (ni->op != IR_xor || ni->type != in->type || x->uses[n] != 1 || !ir_is_const(x->f, ni->b) ||
                (~ir_const_val(x->f, ni->b) << (64 - ir_type_bits(in->type))) != 0 || ir_type_bits(in->type) < 32)
                continue;
            mi = xi(x, X_ANDN, 3);
            mi->sz = (uint8_t)sz;
            xdef(x, mi, 0, r);
            xuse(x, mi, 1, ni->a);
            xuse(x, mi, 2, o);
            return;
        }
    }
    if (x86_imm32(x, b, sz, &imm)) {
        mi = xi(x, X_ALUI, 2);
        mi->imm = imm;
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, a);
    } else if (ir_type_bits(in->type) == sz * 8 && (x86_fusable(x, b, r, sz) || (comm && x86_fusable(x, a, r, sz)))) {
        ir_ref m = x86_fusable(x, b, r, sz) ? b : a;

        mi = xi(x, X_ALUM, 4);
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, m == b ? a : b);
        x86_fuse(x, mi, m);
    } else {
        mi = xi(x, X_ALU, 3);
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, a);
        xany(x, mi, 2, b);
        mi->flags |= comm ? MI_COMM : 0;
    }
    mi->cc = (uint8_t)alu;
    mi->sz = (uint8_t)sz;
}

/* lea does what add cannot: three operands, a shifted one, a displacement. */
static void select_add(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned sz = x86_size(in->type);
    int32_t imm;

    if (in->type == T_I64) {
        unsigned save = x->uses[r];
        struct xaddr a;

        x->uses[r] = 1;
        a = x86_address(x, r, 0);
        x->uses[r] = save;
        if (!a.rip && ((a.index && a.scale) || (a.base != r && !a.index && a.base && a.disp))) {
            struct mi *mi = xi(x, X_LEA, 3);

            mi->sz = 8;
            mi->disp = (int32_t)a.disp;
            mi->scale = (uint8_t)a.scale;
            xdef(x, mi, 0, r);
            if (a.base)
                xuse(x, mi, 1, a.base);
            if (a.index)
                xuse(x, mi, 2, a.index);
            return;
        }
    }
    if (x86_imm32(x, in->b, sz, &imm)) {
        struct mi *mi = xi(x, X_LEA, 3);

        mi->sz = (uint8_t)sz;
        mi->disp = imm;
        xdef(x, mi, 0, r);
        xuse(x, mi, 1, in->a);
        return;
    }
    if (ir_type_bits(in->type) == sz * 8 && (x86_fusable(x, in->b, r, sz) || x86_fusable(x, in->a, r, sz))) {
        select_alu(x, r, ALU_ADD, true);
        return;
    }
    struct mi *mi = xi(x, X_ADD3, 3);
    mi->sz = (uint8_t)sz;
    xdef(x, mi, 0, r);
    xuse(x, mi, 1, in->a);
    xuse(x, mi, 2, in->b);
}

static void select_sub(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);

    if (ir_is_const(x->f, in->a) && ir_const_val(x->f, in->a) == 0) {
        struct mi *mi = xi(x, X_NEG, 2);

        mi->sz = (uint8_t)x86_size(in->type);
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, in->b);
        return;
    }
    select_alu(x, r, ALU_SUB, false);
}

static void select_mul(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned sz = x86_size(in->type);
    int32_t imm;
    struct mi *mi;

    if (x86_imm32(x, in->b, sz, &imm)) {
        mi = xi(x, X_IMULI, 2);
        mi->imm = imm;
        xdef(x, mi, 0, r);
        xany(x, mi, 1, in->a);
    } else {
        mi = xi(x, X_IMUL, 3);
        mi->flags |= MI_COMM;
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, in->a);
        xany(x, mi, 2, in->b);
    }
    mi->sz = (uint8_t)sz;
}

/* High half of a 64x64 product; v gets it. */
static void mulh_into(struct x86 *x, uint32_t v, ir_ref a, ir_ref b, bool is_signed)
{
    struct mi *mi;

    if (!is_signed && x86_has(x, HF_BMI2)) {
        mi = xi(x, X_MULX, 4);
        xdefv(mi, 0, v, NOREG);
        xusev(mi, 1, xval(x, a), RDX);
        xuse(x, mi, 2, b);
        xtmp(mi, 3, RC_GP, NOREG);
        mi->flags |= MI_EARLY;
        return;
    }
    mi = xi(x, X_MULH, 4);
    mi->aux = is_signed;
    xdefv(mi, 0, v, RDX);
    xusev(mi, 1, xval(x, a), RAX);
    xuse(x, mi, 2, b);
    xtmp(mi, 3, RC_GP, RAX);
}

static void select_mulh(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);

    if (in->type != T_I64) {
        x86_fallback(x, r);
        return;
    }
    if (in->op != IR_mulhsu) {
        mulh_into(x, r, in->a, in->b, in->op == IR_mulhs);
        return;
    }
    /* signed a, unsigned b: the unsigned high half, less b if a is negative */
    uint32_t hi = vreg_new(&x->m, RC_GP, 8), sg = vreg_new(&x->m, RC_GP, 8), msk = vreg_new(&x->m, RC_GP, 8);
    struct mi *mi;

    mulh_into(x, hi, in->a, in->b, false);
    mi = xi(x, X_SHI, 2);
    mi->sz = 8, mi->cc = 7, mi->imm = 63;
    xdefv(mi, 0, sg, NOREG);
    xtied(x, mi, 1, in->a);
    mi = xi(x, X_ALU, 3);
    mi->sz = 8, mi->cc = ALU_AND;
    xdefv(mi, 0, msk, NOREG);
    xusev(mi, 1, sg, NOREG);
    mi->o[1].kind = MOP_TIED;
    xuse(x, mi, 2, in->b);
    mi = xi(x, X_ALU, 3);
    mi->sz = 8, mi->cc = ALU_SUB;
    xdef(x, mi, 0, r);
    xusev(mi, 1, hi, NOREG);
    mi->o[1].kind = MOP_TIED;
    xusev(mi, 2, msk, NOREG);
}

static void select_div(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool rem = in->op == IR_urem || in->op == IR_srem, sg = in->op == IR_sdiv || in->op == IR_srem;
    struct mi *mi;

    if (in->type != T_I64 && in->type != T_I32) {
        x86_fallback(x, r);
        return;
    }
    mi = xi(x, X_DIV, 4);
    mi->sz = (uint8_t)x86_size(in->type);
    mi->aux = (uint8_t)((rem ? DIV_REM : 0) | (sg ? DIV_SIGNED : 0));
    if (ir_is_const(x->f, in->b)) {
        uint64_t c = ir_const_val(x->f, in->b);

        if (c != 0 && c != (in->type == T_I64 ? ~UINT64_C(0) : 0xffffffffu))
            mi->aux |= DIV_SAFE;
    }
    xdefv(mi, 0, r, rem ? RDX : RAX);
    xusev(mi, 1, xval(x, in->a), RAX);
    xuse(x, mi, 2, in->b);
    xtmp(mi, 3, RC_GP, rem ? RAX : RDX);
}

/* ---- shifts ---- */

/* x & (w-1) as a shift count is x. */
static ir_ref shift_count(struct x86 *x, ir_ref r, unsigned bits)
{
    r = x86_rep(x, r);
    const struct ir_insn *in = insn(x, r);

    while (in->op == IR_and && ir_is_const(x->f, in->b) && (ir_const_val(x->f, in->b) & (bits - 1)) == bits - 1) {
        r = x86_rep(x, in->a);
        in = insn(x, r);
    }
    return r;
}

static void select_shift(struct x86 *x, ir_ref r, unsigned ext)
{
    const struct ir_insn *in = insn(x, r);
    unsigned bits = ir_type_bits(in->type), sz = x86_size(in->type);
    struct mi *mi;

    if (bits < 32 && in->op != IR_shl) {
        x86_fallback(x, r);
        return;
    }
    if (ir_is_const(x->f, in->b)) {
        unsigned n = (unsigned)ir_const_val(x->f, in->b) & (bits - 1);

        if (ext == 4 && n >= 1 && n <= 3) {     /* lea index*scale */
            mi = xi(x, X_SHI, 2);
            mi->flags |= MI_THREE;
            xuse(x, mi, 1, in->a);
        } else {
            mi = xi(x, X_SHI, 2);
            xtied(x, mi, 1, in->a);
        }
        mi->imm = n;
    } else if (bits < 32) {
        x86_fallback(x, r);
        return;
    } else if (ext >= 4 && x86_has(x, HF_BMI2)) {
        mi = xi(x, X_SHX, 3);
        xany(x, mi, 1, in->a);
        xuse(x, mi, 2, shift_count(x, in->b, bits));
    } else {
        mi = xi(x, X_SHCL, 3);
        xtied(x, mi, 1, in->a);
        xusev(mi, 2, xval(x, shift_count(x, in->b, bits)), RCX);
    }
    mi->cc = (uint8_t)ext;
    mi->sz = (uint8_t)sz;
    xdef(x, mi, 0, r);
}

static void select_bits(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    uint64_t feat = in->op == IR_clz ? HF_LZCNT : in->op == IR_ctz ? HF_BMI1 : HF_POPCNT;
    struct mi *mi;

    if (ir_type_bits(in->type) < 32 || !x86_has(x, feat)) {
        x86_fallback(x, r);
        return;
    }
    mi = xi(x, X_BITCNT, 2);
    mi->sz = (uint8_t)x86_size(in->type);
    mi->cc = in->op == IR_clz ? 0xbd : in->op == IR_ctz ? 0xbc : 0xb8;
    xdef(x, mi, 0, r);
    xany(x, mi, 1, in->a);
}

/* ---- compares ---- */

static bool cmp_op(unsigned op) { return op >= IR_eq && op <= IR_sle; }

static unsigned cc_of(unsigned op)
{
    static const uint8_t cc[] = { CC_E, CC_NE, CC_B, CC_BE, CC_L, CC_LE };

    return cc[op - IR_eq];
}

/* The condition with the operands in the other order. */
static unsigned swapped_cc(unsigned cc)
{
    return cc == CC_B ? CC_A : cc == CC_BE ? CC_AE : cc == CC_L ? CC_G : cc == CC_LE ? CC_GE : cc;
}

static bool narrow(struct x86 *x, ir_ref r) { return insn(x, r)->type == T_I8 || insn(x, r)->type == T_I16; }

static void compare_operands(struct x86 *x, ir_ref r, ir_ref a, ir_ref b)
{
    unsigned sz = x86_size(insn(x, a)->type);
    const struct ir_insn *ia;
    int32_t imm;
    struct mi *mi;

    if (x86_imm32(x, b, sz, &imm)) {
        ia = insn(x, a);
        if (imm == 0 && ia->op == IR_and && x->uses[a] == 1 && !x->need[a] && insn(x, r)->op <= IR_ne && x->inblk[a] == x->blk) {
            if (x86_imm32(x, ia->b, sz, &imm)) {
                mi = xi(x, X_TESTI, 1);
                mi->imm = imm;
                xuse(x, mi, 0, ia->a);
            } else {
                mi = xi(x, X_TEST, 2);
                xuse(x, mi, 0, ia->a);
                xuse(x, mi, 1, ia->b);
            }
        } else if (ir_type_bits(ia->type) == sz * 8 && x86_fusable(x, a, x->now, sz) && x->inblk[r] == x->blk) {
            mi = xi(x, X_CMPMI, 2);
            mi->imm = imm;
            x86_fuse(x, mi, a);
        } else {
            mi = xi(x, X_CMPI, 1);
            mi->imm = imm;
            xuse(x, mi, 0, a);
            if (imm)
                mi->o[0].flags = MOPF_ANY;
        }
    } else {
        mi = xi(x, X_CMP, 2);
        xuse(x, mi, 0, a);
        xany(x, mi, 1, b);
    }
    mi->sz = (uint8_t)sz;
}

/* i8/i16 operand as a fresh 32-bit value: x86 compares of 8 and 16 bits would do, but constants and loads are simpler this way. */
static uint32_t widened(struct x86 *x, ir_ref r, bool sg)
{
    uint32_t v = vreg_new(&x->m, RC_GP, 8);
    bool byte = insn(x, r)->type == T_I8;

    if (ir_is_const(x->f, r)) {
        uint64_t c = ir_const_val(x->f, r);

        x->m.v[v].kind = VK_CONST;
        x->m.v[v].imm = !sg ? c : byte ? (uint32_t)(int8_t)c : (uint32_t)(int16_t)c;
        return v;
    }
    struct mi *mi = xi(x, X_EXT, 2);
    mi->sz = byte ? 1 : 2;
    mi->aux = sg ? SX_SIGNED : 0;
    mi->cc = 4;
    xdefv(mi, 0, v, NOREG);
    xuse(x, mi, 1, r);
    return v;
}

unsigned x86_compare(struct x86 *x, ir_ref r, unsigned *parity)
{
    const struct ir_insn *in = insn(x, r);

    *parity = XNONE;
    if (in->op >= IR_feq && in->op <= IR_funo && insn(x, in->a)->type != T_F16)
        return x86_fcompare(x, r, parity);
    if (!cmp_op(in->op)) {
        struct mi *mi = xi(x, X_TEST, 2);

        mi->sz = 4;
        xuse(x, mi, 0, r);
        xuse(x, mi, 1, r);
        return CC_NE;
    }
    bool sg = in->op == IR_slt || in->op == IR_sle;
    int32_t imm;

    if (!narrow(x, in->a) && insn(x, in->a)->type != T_I1 && x86_imm32(x, in->a, x86_size(insn(x, in->a)->type), &imm)) {
        compare_operands(x, r, in->b, in->a);   /* the constant can only be the second */
        return swapped_cc(cc_of(in->op));
    }
    if (sg && insn(x, in->a)->type == T_I1) {   /* a register holds 1 for the bit that means -1 */
        compare_operands(x, r, in->a, in->b);
        return in->op == IR_slt ? CC_A : CC_AE;
    }
    if (!narrow(x, in->a)) {
        compare_operands(x, r, in->a, in->b);
    } else {
        uint32_t va = widened(x, in->a, sg), vb = widened(x, in->b, sg);
        struct mi *mi = xi(x, X_CMP, 2);

        mi->sz = 4;
        xusev(mi, 0, va, NOREG);
        xusev(mi, 1, vb, NOREG);
    }
    return cc_of(insn(x, r)->op);
}

void x86_test(struct x86 *x, ir_ref cond)
{
    const struct ir_insn *in = insn(x, cond);
    bool both = in->op == IR_and && !x->need[cond] && x->uses[cond] == 1 && x->inblk[cond] == x->blk;
    struct mi *mi = xi(x, X_TEST, 2);

    mi->sz = 4;
    xuse(x, mi, 0, both ? in->a : cond);
    xuse(x, mi, 1, both ? in->b : cond);
}

static void select_setcc(struct x86 *x, ir_ref r)
{
    unsigned parity, cc = x86_compare(x, r, &parity);
    struct mi *mi = xi(x, X_SETCC, parity == XNONE ? 1 : 2);

    mi->cc = (uint8_t)cc;
    mi->aux = (uint8_t)parity;
    xdef(x, mi, 0, r);
    if (parity != XNONE)
        xtmp(mi, 1, RC_GP, NOREG), mi->flags |= MI_EARLY;
}

static void select_select(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned parity, cc;
    struct mi *mi;
    ir_ref cond = x86_rep(x, in->a), yes = in->b, no = in->c;
    bool fcmp = insn(x, cond)->op == IR_feq;

    if (fcmp || !(ir_opinfo[insn(x, cond)->op].flags & F_CMP) || ir_raises(insn(x, cond))) {
        x86_test(x, cond);
        cc = CC_NE;
    } else {
        cc = x86_compare(x, cond, &parity);
    }
    mi = xi(x, ir_type_fp(in->type) ? X_FSEL : X_CMOV, 3);
    mi->cc = (uint8_t)cc;
    mi->sz = (uint8_t)x86_size(in->type);
    xdef(x, mi, 0, r);
    xtied(x, mi, 1, no);
    if (ir_type_fp(in->type))
        xuse(x, mi, 2, yes);
    else
        xany(x, mi, 2, yes);
}

static void select_minmax(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi;

    if (ir_type_bits(in->type) < 32) {
        x86_fallback(x, r);
        return;
    }
    mi = xi(x, X_MINMAX, 3);
    mi->sz = (uint8_t)x86_size(in->type);
    /* cmp d, b; cmovcc d, b: take b when d is the wrong one */
    mi->cc = in->op == IR_smin ? CC_G : in->op == IR_smax ? CC_L : in->op == IR_umin ? CC_A : CC_B;
    mi->flags |= MI_COMM;
    xdef(x, mi, 0, r);
    xtied(x, mi, 1, in->a);
    xuse(x, mi, 2, in->b);
}

/* ---- extensions ---- */

static void select_ext(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    bool sg = in->op == IR_sext;
    enum ir_type at = insn(x, in->a)->type;
    struct mi *mi;

    if (at == T_I1) {                           /* sext: 0 or -1 (zext shares its operand's register) */
        mi = xi(x, X_NEG, 2);
        mi->sz = (uint8_t)x86_size(in->type);
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, in->a);
        return;
    }
    if (x86_fusable(x, in->a, r, ir_type_bits(at) / 8)) {
        mi = xi(x, X_EXTM, 3);
        x86_fuse(x, mi, in->a);
    } else {
        mi = xi(x, X_EXT, 2);
        xuse(x, mi, 1, in->a);
    }
    mi->sz = (uint8_t)(ir_type_bits(at) / 8);
    mi->aux = sg ? SX_SIGNED : 0;
    mi->cc = (uint8_t)x86_size(in->type);
    xdef(x, mi, 0, r);
}

static void select_trunc1(struct x86 *x, ir_ref r)
{
    struct mi *mi = xi(x, X_ALUI, 2);

    mi->cc = ALU_AND, mi->sz = 4, mi->imm = 1;
    xdef(x, mi, 0, r);
    xtied(x, mi, 1, insn(x, r)->a);
}

/* ---- memory ---- */

static void select_load(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi;

    if (in->flags & MO_SEQ)
        xi(x, X_FENCE, 0);
    mi = xi(x, X_LD, 3);
    mi->sz = (uint8_t)(ir_type_bits(in->type) / 8);
    mi->aux = ir_type_fp(in->type);
    if (mi->sz == 0 || mi->sz > 16 || in->type == T_I128)
        cc_bail(x->cc, ST_UNSUPPORTED, x->f->block[x->blk].pc, "load of type %s", ir_type_name(in->type));
    if (x->need[r])
        xdef(x, mi, 0, r);
    else                                        /* only for its fault */
        xtmp(mi, 0, ir_type_fp(in->type) ? RC_VEC : RC_GP, NOREG);
    x86_mem(x, mi, in->a, (int32_t)in->c);
    x86_snapshot(x, mi, x->snapat[r]);
}

/* The low bytes of an FP register stored as an integer (a single out of its box): no way round through a general register. */
static ir_ref stored_fp(struct x86 *x, ir_ref r, unsigned sz)
{
    ir_ref v = x86_rep(x, r);
    const struct ir_insn *in = insn(x, v);

    if ((sz != 4 && sz != 8) || in->op != IR_bitcast || ir_type_fp(in->type) || ir_type_bits(in->type) < sz * 8)
        return IR_NONE;
    if (sz == 4 && insn(x, in->a)->op == IR_nbox)
        return insn(x, in->a)->a;
    return in->a;
}

static void select_store(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    enum ir_type t = insn(x, in->b)->type;
    unsigned sz = ir_type_bits(t) / 8;
    int32_t imm;
    struct mi *mi;
    ir_ref fp = stored_fp(x, in->b, sz);

    if (sz > 16 || t == T_I128)
        cc_bail(x->cc, ST_UNSUPPORTED, x->f->block[x->blk].pc, "store of type %s", ir_type_name(t));
    if ((in->flags & MO_SEQ) && !ir_type_fp(t)) {
        mi = xi(x, X_SWAP, 4);
        xtmp(mi, 0, RC_GP, NOREG);
        xuse(x, mi, 1, in->b);
        mi->aux = 1;                            /* a store: operand 0 is a scratch register */
    } else if (!ir_type_fp(t) && x86_imm32(x, in->b, sz, &imm)) {
        mi = xi(x, X_STI, 2);
        mi->imm = imm;
    } else {
        mi = xi(x, X_ST, 3);
        mi->aux = fp || ir_type_fp(t);
        xuse(x, mi, 0, fp ? fp : in->b);
    }
    mi->sz = (uint8_t)sz;
    x86_mem(x, mi, in->a, (int32_t)in->c);
    x86_snapshot(x, mi, x->snapat[r]);
    if ((in->flags & MO_SEQ) && ir_type_fp(t))
        xi(x, X_FENCE, 0);
}

/* Half of a v128 in a general register. */
static uint32_t half_gp(struct x86 *x, ir_ref v, bool high)
{
    uint32_t g = vreg_new(&x->m, RC_GP, 8);
    struct mi *mi = xi(x, high ? X_GXH : X_GX, 2);

    mi->sz = 8;
    xdefv(mi, 0, g, NOREG);
    xuse(x, mi, 1, v);
    return g;
}

static void select_cas16(struct x86 *x, ir_ref r)
{
    static const uint8_t reg[4] = { RAX, RDX, RBX, RCX };
    const struct ir_insn *in = insn(x, r);
    uint32_t v[4], lo, hi;
    struct mi *mi;

    if (!x86_has(x, HF_CX16))
        cc_bail(x->cc, ST_UNSUPPORTED, x->f->block[x->blk].pc, "cas of 128 bits: this level has no cmpxchg16b");
    for (unsigned i = 0; i < 4; i++)
        v[i] = half_gp(x, i < 2 ? in->b : in->c, i & 1);
    lo = vreg_new(&x->m, RC_GP, 8);
    hi = vreg_new(&x->m, RC_GP, 8);
    mi = xi(x, X_CAS16, 8);
    mi->sz = 16;
    xdefv(mi, 0, lo, RAX);
    xdefv(mi, 1, hi, RDX);
    for (unsigned i = 0; i < 4; i++)
        xusev(mi, 2 + i, v[i], reg[i]);
    xuse(x, mi, 6, in->a);
    x86_snapshot(x, mi, x->snapat[r]);
    if (!x->need[r])
        return;
    mi = xi(x, X_XG2, 3);
    mi->flags |= MI_EARLY;
    xdef(x, mi, 0, r);
    xusev(mi, 1, lo, NOREG);
    xusev(mi, 2, hi, NOREG);
}

/* Read-modify-write whose old value nobody wants: one instruction also for and, or, xor. */
static struct mi *select_lock(struct x86 *x, ir_ref r, unsigned sz)
{
    const struct ir_insn *in = insn(x, r);
    unsigned alu = in->op == IR_rmw_add ? ALU_ADD : in->op == IR_rmw_and ? ALU_AND : in->op == IR_rmw_or ? ALU_OR : ALU_XOR;
    struct mi *mi;
    int32_t imm;

    if (x86_imm32(x, in->b, sz, &imm)) {
        mi = xi(x, X_LOCKI, 2);
        mi->imm = imm;
    } else {
        mi = xi(x, X_LOCK, 3);
        xuse(x, mi, 0, in->b);
    }
    mi->cc = (uint8_t)alu;
    return mi;
}

static void select_atomic(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    unsigned sz = ir_type_bits(in->type) / 8;
    struct mi *mi;

    if (in->op == IR_cas && in->type == T_V128) {
        select_cas16(x, r);
        return;
    }
    if (!x->need[r] && in->op >= IR_rmw_add && in->op <= IR_rmw_xor) {
        mi = select_lock(x, r, sz);
    } else if (in->op == IR_cas) {
        mi = xi(x, X_CAS, 5);
        xdefv(mi, 0, r, RAX);
        xusev(mi, 1, xval(x, in->b), RAX);
        xuse(x, mi, 2, in->c);
    } else if (in->op == IR_rmw_swap || in->op == IR_rmw_add) {
        mi = xi(x, in->op == IR_rmw_add ? X_XADD : X_SWAP, 4);
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, in->b);
        mi->flags |= MI_EARLY;
    } else {
        mi = xi(x, X_RMW, 5);
        mi->cc = (uint8_t)in->op;
        mi->flags |= MI_EARLY;
        xdefv(mi, 0, r, RAX);
        xuse(x, mi, 1, in->b);
        xtmp(mi, 2, RC_GP, NOREG);
    }
    mi->sz = (uint8_t)sz;
    /* no folding beyond base + displacement: registers are short here */
    xuse(x, mi, mi->nop - 2u, in->a);
    x86_snapshot(x, mi, x->snapat[r]);
}

void x86_select_op(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);
    struct mi *mi;

    if (x86_select_fp(x, r) || x86_select_ctl(x, r) || ((ir_opinfo[in->op].flags & F_VEC) && x86_select_vec(x, r)))
        return;
    switch (in->op) {
    case IR_add: select_add(x, r); break;
    case IR_sub: select_sub(x, r); break;
    case IR_and: select_alu(x, r, ALU_AND, true); break;
    case IR_or: select_alu(x, r, ALU_OR, true); break;
    case IR_xor: select_alu(x, r, ALU_XOR, true); break;
    case IR_mul: select_mul(x, r); break;
    case IR_mulhu: case IR_mulhs: case IR_mulhsu: select_mulh(x, r); break;
    case IR_udiv: case IR_urem: case IR_sdiv: case IR_srem: select_div(x, r); break;
    case IR_shl: select_shift(x, r, 4); break;
    case IR_shr: select_shift(x, r, 5); break;
    case IR_sar: select_shift(x, r, 7); break;
    case IR_rotl: select_shift(x, r, 0); break;
    case IR_rotr: select_shift(x, r, 1); break;
    case IR_smin: case IR_smax: case IR_umin: case IR_umax: select_minmax(x, r); break;
    case IR_clz: case IR_ctz: case IR_popcnt: select_bits(x, r); break;
    case IR_bitrev:
        if (!x86_bitrev(x, r))
            x86_fallback(x, r);
        break;
    case IR_bswap:
        if (ir_type_bits(in->type) < 32) {
            x86_fallback(x, r);
            break;
        }
        mi = xi(x, X_BSWAP, 2);
        mi->sz = (uint8_t)x86_size(in->type);
        xdef(x, mi, 0, r);
        xtied(x, mi, 1, in->a);
        break;
    case IR_addc: case IR_addcc: case IR_addco:
        if (!x86_select_carry(x, r))
            x86_fallback(x, r);
        break;
    case IR_eq: case IR_ne: case IR_ult: case IR_ule: case IR_slt: case IR_sle: select_setcc(x, r); break;
    case IR_select: select_select(x, r); break;
    case IR_zext: case IR_sext: select_ext(x, r); break;
    case IR_trunc: select_trunc1(x, r); break;
    case IR_load: select_load(x, r); break;
    case IR_store: select_store(x, r); break;
    case IR_cas: case IR_rmw_swap: case IR_rmw_add: case IR_rmw_and: case IR_rmw_or: case IR_rmw_xor:
    case IR_rmw_smin: case IR_rmw_smax: case IR_rmw_umin: case IR_rmw_umax: select_atomic(x, r); break;
    case IR_fence:
        if (in->flags & MO_SEQ)
            xi(x, X_FENCE, 0);
        break;
    case IR_poll:
        mi = xi(x, X_POLL, 0);
        x86_snapshot(x, mi, x->snapat[r]);
        break;
    default: x86_fallback(x, r); break;
    }
}
