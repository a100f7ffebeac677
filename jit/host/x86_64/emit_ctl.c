/* x86-64 emission of branches, exits and helper calls. */
#include "jit/host/x86_64/emit.h"

#include "jit/helpers.h"

/* ---- branches ---- */

/* A jump back to block `to` with an 8-bit displacement, if that reaches. */
static bool short_back(struct x86 *x, unsigned opcode, ir_blk to)
{
    uint32_t off = x->blk_off[to];

    if (off == UINT32_MAX || x->b.n + 2 - off > 128)
        return false;
    x_byte(&x->b, opcode);
    x_byte(&x->b, (off - (x->b.n + 1)) & 0xff);
    return true;
}

static void jump_block(struct x86 *x, ir_blk to)
{
    to = sel_thread(&x->s, to);
    if (!short_back(x, 0xeb, to))
        x86_fix(x, FIX_BLOCK, x_jmp(&x->b), to, 0);
}

static void jcc_block(struct x86 *x, unsigned cc, ir_blk to)
{
    to = sel_thread(&x->s, to);
    if (!short_back(x, 0x70 | cc, to))
        x86_fix(x, FIX_BLOCK, x_jcc(&x->b, cc), to, 0);
}

static void emit_jcc(struct x86 *x, const struct mi *in, ir_blk next)
{
    ir_blk yes = sel_thread(&x->s, in->x), no = sel_thread(&x->s, in->y);

    if (yes == no) {
        if (yes != next)
            jump_block(x, yes);
        return;
    }
    if (in->aux != XNONE) {                     /* FP equality: false when unordered */
        jcc_block(x, CC_P, no);
        jcc_block(x, CC_NE, no);
        if (yes != next)
            jump_block(x, yes);
    } else if (yes == next) {
        jcc_block(x, in->cc ^ 1u, no);
    } else {
        jcc_block(x, in->cc, yes);
        if (no != next)
            jump_block(x, no);
    }
}

static void emit_switch(struct x86 *x, const struct mi *in)
{
    const struct ir_switch *s = &x->f->sw[in->x];
    unsigned v = in->o[0].reg, t = in->o[1].reg, u = in->o[2].reg;

    x_alu_ri(&x->b, ALU_CMP, 8, v, (int32_t)s->n);
    jcc_block(x, CC_AE, s->deflt);
    uint32_t at = x_rm(&x->b, XOP(0, 0, 0x8d), 8, t, (struct xmem){ XRIP, XNONE, 0, 0 });
    x86_fix(x, FIX_TABLE, at, in->x, 0);
    x_rm(&x->b, XOP(0, 0, 0x63), 8, u, (struct xmem){ (uint8_t)t, (uint8_t)v, 2, 0 });
    x_rr(&x->b, XOP(0, 0, 0x03), 8, u, t);
    x_rr(&x->b, XOP(0, 0, 0xff), 4, 4, u);
}

/* ---- exits ---- */

static void jump_stub(struct x86 *x, unsigned stub)
{
    x_rm(&x->b, XOP(0, 0, 0xff), 4, 4, HOME(offsetof(struct vcpu, stub) + 8 * stub));
}

/* rax = guest target -> rcx = host address; falls through on a hit. Pcs below the text wrap to huge indices, odd ones rotate to
 * them, unknown ones hold table entry 0: the miss stub at text start. */
static struct xcold *emit_lookup(struct x86 *x, const struct mi *in, unsigned kind)
{
    struct xcold *c;

    if (x->f->pic) {
        uint32_t at = x_rm(&x->b, XOP(0, 0, 0x8d), 8, RDX, (struct xmem){ XRIP, XNONE, 0, 0 });

        x86_reloc(x, REL_GUEST_TEXT, at, 0, 0);
        x_mov_rr(&x->b, 8, RCX, RAX);
        x_rr(&x->b, XOP(0, 0, 0x2b), 8, RCX, RDX);
    } else {
        x_rm(&x->b, XOP(0, 0, 0x8d), 8, RCX, x_mem(RAX, INT32_MIN));
        x86_reloc(x, REL_GUEST_TEXT_NEG, x->b.n - 4, 0, 0);
    }
    if (x->u->g->insn_align > 1) {
        x_rr(&x->b, XOP(0, 0, 0xc1), 8, 1, RCX);                            /* ror */
        x_imm(&x->b, (unsigned)__builtin_ctz(x->u->g->insn_align), 1);
    }
    x_rr(&x->b, XOP(0, 0, 0x81), 8, ALU_CMP, RCX);
    x_imm(&x->b, 0, 4);
    x86_reloc(x, REL_TABLE_SIZE, x->b.n - 4, 0, 0);
    c = x86_cold(x, kind, in, x_jcc(&x->b, CC_AE));
    x86_reloc(x, REL_TEXT, x_rm(&x->b, XOP(0, 0, 0x8d), 8, RDX, (struct xmem){ XRIP, XNONE, 0, 0 }), 0, 0);
    x_rm(&x->b, XOP(0, 0, 0x63), 8, RCX, (struct xmem){ RDX, RCX, 2, 0x7fffffff });
    x86_reloc(x, REL_TABLE, x->b.n - 4, 0, 0);
    x_rr(&x->b, XOP(0, 0, 0x03), 8, RCX, RDX);
    return c;
}

/* Behind a call: the guest's target (rax) must be this place, else the next hint is tried. */
static void emit_return_site(struct x86 *x, const struct mi *in, ir_blk next)
{
    uint64_t pc = (uint64_t)in->imm;

    if (!x->f->pic && pc == (uint64_t)(int32_t)pc) {
        x_alu_ri(&x->b, ALU_CMP, 8, RAX, (int32_t)pc);
    } else {
        x86_guest_pc(x, RCX, pc);
        x_rr(&x->b, XOP(0, 0, 0x3b), 8, RAX, RCX);
    }
    x86_fix(x, FIX_RET, x_jcc(&x->b, CC_NE), 0, 0);
    if (!in->y)
        x86_reloc(x, REL_ENTRY, x_jmp(&x->b), pc, 0);
    else if (sel_thread(&x->s, in->y) != next)
        jump_block(x, in->y);
}

static void emit_exit(struct x86 *x, const struct mi *in, ir_blk next)
{
    struct xcold *c;

    switch (in->op) {
    case X_JUMP: x86_reloc(x, REL_ENTRY, x_jmp(&x->b), in->gpc, 0); break;
    case X_CALL:
        x86_reloc(x, REL_CALL, x_call(&x->b), in->gpc, 0);
        emit_return_site(x, in, next);
        break;
    case X_IJUMP:
        emit_lookup(x, in, COLD_MISS_JUMP);
        x_rr(&x->b, XOP(0, 0, 0xff), 4, 4, RCX);
        break;
    case X_ICALL:
        c = emit_lookup(x, in, COLD_MISS_CALL);
        x_rr(&x->b, XOP(0, 0, 0xff), 4, 2, RCX);
        c->back = x->b.n;
        emit_return_site(x, in, next);
        break;
    case X_RET: x_byte(&x->b, 0xc3); break;
    case X_SYSCALL:
        x86_guest_pc(x, RAX, in->gpc);
        jump_stub(x, STUB_SYSCALL);
        break;
    default:
        x86_guest_pc(x, RAX, in->gpc);
        jump_stub(x, STUB_TRAP + in->x);
    }
}

/* C code runs on the enclosing enter()'s stack. */
static void emit_helper(struct x86 *x, const struct mi *in)
{
    x_rm(&x->b, XOP(0, 0, 0x89), 8, RSP, VCPU_FIELD(hint_sp));
    x_rm(&x->b, XOP(0, 0, 0x8b), 8, RSP, VCPU_FIELD(c_sp));
    if (in->x == HELPER_evalv)
        x_rm(&x->b, XOP(0, 0, 0x8d), 8, RDI, VCPU_FIELD(varg));
    if (jit_helper_info[in->x].flags & H_VCPU)
        x_rm(&x->b, XOP(0, 0, 0x8d), 8, RDI, x_mem(R15, -VCPU_BIAS));
    if (jit_helper_info[in->x].flags & H_DESC)
        x_mov_ri(&x->b, RCX, (uint64_t)in->imm);
    x_rm(&x->b, XOP(0, 0, 0xff), 4, 2, HOME(offsetof(struct vcpu, helper) + 8 * in->x));
    x_rm(&x->b, XOP(0, 0, 0x8b), 8, RSP, VCPU_FIELD(hint_sp));
}

bool x86_emit_ctl(struct x86 *x, struct mi *in, ir_blk b, ir_blk next)
{
    (void)b;
    switch (in->op) {
    case X_JMP:
        if (sel_thread(&x->s, in->x) != next)
            jump_block(x, in->x);
        return true;
    case X_JCC: emit_jcc(x, in, next); return true;
    case X_SWITCH: emit_switch(x, in); return true;
    case X_POLL:
        x_alu_mi(&x->b, ALU_CMP, 4, VCPU_FIELD(request), 0);
        x86_cold(x, COLD_POLL, in, x_jcc(&x->b, CC_NE));
        return true;
    case X_HELPER: emit_helper(x, in); return true;
    case X_JUMP: case X_CALL: case X_IJUMP: case X_ICALL: case X_RET: case X_SYSCALL: case X_TRAP:
        emit_exit(x, in, next);
        return true;
    default: return false;
    }
}
