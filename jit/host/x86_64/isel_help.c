/* x86-64 selection of calls of C helpers, and of the ops that go through one. */
#include "jit/host/x86_64/isel.h"

#include "jit/helpers.h"

#include <string.h>

static const struct ir_insn *insn(struct x86 *x, ir_ref r) { return &x->f->insn[r]; }

/* An operand as a general register value for a C argument. */
static uint32_t as_gp(struct x86 *x, ir_ref r)
{
    enum ir_type t = insn(x, r)->type;
    uint32_t v;
    struct mi *mi;

    if (!ir_type_fp(t))
        return xval(x, r);
    v = vreg_new(&x->m, RC_GP, 8);
    mi = xi(x, X_GX, 2);
    mi->sz = (uint8_t)x86_size(t);
    xdefv(mi, 0, v, NOREG);
    xuse(x, mi, 1, r);
    return v;
}

static void call_helper(struct x86 *x, ir_ref r, unsigned helper, uint64_t desc)
{
    static const uint8_t arg[4] = { RDI, RSI, RDX, RCX };
    struct ir_insn *in = &x->f->insn[r];
    bool vcpu = (jit_helper_info[helper].flags & H_VCPU) != 0;
    uint32_t *op[3], v[3] = { 0 };
    unsigned n = ir_operands(in, op);
    ir_ref ref[3] = { 0 };
    enum ir_type t = in->type;
    struct mi *mi;

    for (unsigned i = 0; i < n; i++)
        ref[i] = *op[i];
    for (unsigned i = 0; i < n; i++)
        v[i] = as_gp(x, ref[i]);
    mi = xi(x, X_HELPER, 1 + n);
    mi->x = helper;
    mi->imm = (int64_t)desc;
    mi->flags |= MI_CALL;
    for (unsigned i = 0; i < n; i++)
        xusev(mi, 1 + i, v[i], arg[i + vcpu]);
    if (t == T_VOID)
        return;
    if (ir_type_fp(t)) {
        uint32_t gp = vreg_new(&x->m, RC_GP, 8);

        xdefv(mi, 0, gp, RAX);
        mi = xi(x, X_XG, 2);
        mi->sz = (uint8_t)x86_size(t);
        xdef(x, mi, 0, r);
        xusev(mi, 1, gp, NOREG);
    } else {
        xdefv(mi, 0, r, RAX);
    }
}

/* A value to or from vcpu->varg[i]. */
static void varg(struct x86 *x, unsigned op, unsigned i, enum ir_type t, uint32_t v)
{
    struct mi *mi = xi(x, op, 2);

    mi->sz = (uint8_t)sel_bytes(t);
    mi->aux = (uint8_t)sel_class(&x->s, t);
    mi->x = 1;
    mi->disp = (int32_t)offsetof(struct vcpu, varg) + 32 * (int32_t)i;
    if (op == X_STV)
        xusev(mi, 1, v, NOREG);
    else
        xdefv(mi, 0, v, NOREG);
}

static void call_evalv(struct x86 *x, ir_ref r)
{
    struct ir_insn *in = &x->f->insn[r];
    uint32_t *op[3], v[3] = { 0 };
    unsigned n = ir_operands(in, op);
    struct mi *mi;

    for (unsigned i = 0; i < n; i++)
        v[i] = xval(x, *op[i]);
    for (unsigned i = 0; i < n; i++)
        varg(x, X_STV, i, insn(x, *op[i])->type, v[i]);
    for (unsigned i = 0; in->op == IR_vshuf && i < 2; i++) {
        uint64_t half;

        memcpy(&half, x->f->pattern[in->c] + 8 * i, 8);
        mi = xi(x, X_STVI, 0);
        mi->sz = 8;
        mi->imm = (int64_t)half;
        mi->disp = (int32_t)offsetof(struct vcpu, varg) + 64 + 8 * (int32_t)i;
    }
    mi = xi(x, X_HELPER, 1);
    mi->x = HELPER_evalv;
    mi->imm = (int64_t)helper_desc(in->op, in->type, insn(x, in->a)->type, in->flags);
    mi->flags |= MI_CALL;
    if (x->need[r])
        varg(x, X_LDV, 0, in->type, r);
}

void x86_fallback(struct x86 *x, ir_ref r)
{
    const struct ir_insn *in = insn(x, r);

    if (in->op == IR_helper) {
        call_helper(x, r, in->flags, 0);
        return;
    }
    if ((ir_opinfo[in->op].flags & F_VEC) || in->type == T_V64 || in->type == T_V128) {
        call_evalv(x, r);
        return;
    }
    if (!(ir_opinfo[in->op].flags & (F_PURE | F_FPOP)) || ir_type_bits(in->type) > 64)
        cc_bail(x->cc, ST_UNSUPPORTED, x->f->block[x->blk].pc, "no x86-64 code for op %s %s", ir_opinfo[in->op].name,
                ir_type_name(in->type));
    call_helper(x, r, HELPER_evalop, helper_desc(in->op, in->type, insn(x, in->a)->type, in->flags));
}
