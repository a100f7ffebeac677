/* AArch64 emission of branches, exits and helper calls.
 *
 * The hint stack is a stack of host addresses that x28 points at. A call site pushes where it wants to return to and branches
 * with BL, so that the host's own predictor has the address; a return pops it into x30 and executes RET. What a callee is entered
 * with does not depend on how: a tail call is a jump. */
#include "jit/host/aarch64/emit.h"

#include "jit/helpers.h"

/* ---- branches ---- */

static void jump_block(struct a64 *x, ir_blk to)
{
    a64_fix(x, FIX_JUMP, sel_thread(&x->s, to));
    a64_put(&x->b, a64_b(false, 0));
}

/* A conditional branch by word `w`, whose opposite is `inverse`. */
static void branch(struct a64 *x, const struct mi *in, ir_blk next, uint32_t w, uint32_t inverse)
{
    ir_blk yes = sel_thread(&x->s, in->x), no = sel_thread(&x->s, in->y);

    if (yes != no) {
        a64_fix(x, FIX_COND, yes == next ? no : yes);
        a64_put(&x->b, yes == next ? inverse : w);
        if (yes == next)
            return;
    }
    if (no != next)
        jump_block(x, no);
}

static void emit_switch(struct a64 *x, const struct mi *in)
{
    const struct ir_switch *s = &x->f->sw[in->x];
    unsigned v = in->o[0].reg;

    a64_mov_imm(&x->b, RSCRATCH, s->n);
    a64_put(&x->b, a64_addsub(1, true, true, RZR, v, RSCRATCH, SH_LSL, 0));
    a64_fix(x, FIX_COND, sel_thread(&x->s, s->deflt));
    a64_put(&x->b, a64_bcc(CC_HS, 0));
    a64_fix(x, FIX_TABLE, in->x);
    a64_put(&x->b, a64_adr(RSCRATCH2, 0));
    a64_put(&x->b, a64_ldst_reg(2, LS_SX64, RSCRATCH, RSCRATCH2, v, EX_UXTX, true));
    a64_put(&x->b, a64_addsub(1, false, false, RSCRATCH, RSCRATCH, RSCRATCH2, SH_LSL, 0));
    a64_put(&x->b, a64_br(BR_JUMP, RSCRATCH));
}

/* ---- exits ---- */

static void jump_stub(struct a64 *x, unsigned stub)
{
    a64_mem(&x->b, 3, LS_LOAD, RSCRATCH, RVCPU, (int64_t)(offsetof(struct vcpu, stub) + 8 * stub), RSCRATCH2);
    a64_put(&x->b, a64_br(BR_JUMP, RSCRATCH));
}

static struct acold *cold(struct a64 *x, unsigned kind, const struct mi *in)
{
    struct acold *c = NEW(&x->cc->arena, struct acold);

    *c = (struct acold){ .in = in, .enter = x->b.n, .kind = (uint8_t)kind };
    *x->coldtail = c;
    x->coldtail = &c->next;
    return c;
}

/* x0 = guest target -> x1 = host address. Pcs below the text wrap to huge indices, odd ones rotate to them, unknown ones hold table
 * entry 0: the miss stub at text start. x2 too is free at exits. */
static struct acold *emit_lookup(struct a64 *x, const struct mi *in, unsigned kind)
{
    unsigned shift = (unsigned)__builtin_ctz(x->u->g->insn_align);
    struct acold *c;

    if (x->f->pic) {
        a64_near(x, 1, REL_GUEST_TEXT, 0);
        a64_put(&x->b, a64_addsub(1, true, false, 1, RTARGET, 1, SH_LSL, 0));
    } else {
        a64_reloc(x, REL_GUEST_TEXT_NEG, 0);
        a64_pair(&x->b, RSCRATCH, 0);
        a64_put(&x->b, a64_addsub_ext(1, false, false, 1, RTARGET, RSCRATCH, EX_SXTW, 0));
    }
    if (shift)
        a64_put(&x->b, a64_extr(1, 1, 1, 1, shift));
    a64_reloc(x, REL_TABLE_SIZE, 0);
    a64_pair(&x->b, RSCRATCH, 0);
    a64_put(&x->b, a64_addsub_ext(1, true, true, RZR, 1, RSCRATCH, EX_UXTW, 0));
    c = cold(x, kind, in);
    a64_put(&x->b, a64_bcc(CC_HS, 0));
    a64_near(x, 2, REL_TEXT, 0);
    a64_reloc(x, REL_TABLE, 0);
    a64_pair(&x->b, RSCRATCH, 0);
    a64_put(&x->b, a64_addsub_ext(1, false, false, RSCRATCH, 2, RSCRATCH, EX_SXTW, 0));
    a64_put(&x->b, a64_ldst_reg(2, LS_SX64, 1, RSCRATCH, 1, EX_UXTX, true));
    a64_put(&x->b, a64_addsub(1, false, false, 1, 1, 2, SH_LSL, 0));
    return c;
}

/* Pushes the address `dist` bytes from here. */
static void push_return(struct a64 *x, int64_t dist)
{
    a64_put(&x->b, a64_adr(RSCRATCH, dist));
    a64_put(&x->b, a64_ldst_wb(3, LS_STORE, LS_PRE, RSCRATCH, RHINT, -8));
}

/* Behind a call: the guest's target (x0) must be this place, else the next hint is tried. */
static void emit_return_site(struct a64 *x, const struct mi *in, ir_blk next)
{
    uint64_t pc = (uint64_t)in->imm;
    uint32_t w = x->f->pic ? 0 : a64_addsub_imm(1, true, true, RZR, RTARGET, pc);

    if (!w) {
        a64_guest_pc(x, RSCRATCH, pc);
        w = a64_addsub(1, true, true, RZR, RTARGET, RSCRATCH, SH_LSL, 0);
    }
    a64_put(&x->b, w);
    a64_fix(x, FIX_RET, 0);
    a64_put(&x->b, a64_bcc(CC_NE, 0));
    if (!in->y) {
        a64_reloc(x, REL_ENTRY, pc);
        a64_put(&x->b, a64_b(false, 0));
    } else if (sel_thread(&x->s, in->y) != next) {
        jump_block(x, in->y);
    }
}

static void emit_exit(struct a64 *x, const struct mi *in, ir_blk next)
{
    struct acold *c;

    switch (in->op) {
    case A_JUMP:
        a64_reloc(x, REL_ENTRY, in->gpc);
        a64_put(&x->b, a64_b(false, 0));
        break;
    case A_CALL:
        push_return(x, 12);
        a64_reloc(x, REL_CALL, in->gpc);
        a64_put(&x->b, a64_b(true, 0));
        emit_return_site(x, in, next);
        break;
    case A_IJUMP:
        emit_lookup(x, in, COLD_MISS_JUMP);
        a64_put(&x->b, a64_br(BR_JUMP, 1));
        break;
    case A_ICALL:
        c = emit_lookup(x, in, COLD_MISS_CALL);
        push_return(x, 12);
        a64_put(&x->b, a64_br(BR_CALL, 1));
        c->back = x->b.n;
        emit_return_site(x, in, next);
        break;
    case A_RET:
        a64_put(&x->b, a64_ldst_wb(3, LS_LOAD, LS_POST, RLINK, RHINT, 8));
        a64_put(&x->b, a64_br(BR_RET, RLINK));
        break;
    case A_SYSCALL:
        a64_guest_pc(x, RTARGET, in->gpc);
        jump_stub(x, STUB_SYSCALL);
        break;
    default:
        a64_guest_pc(x, RTARGET, in->gpc);
        jump_stub(x, STUB_TRAP + in->x);
    }
}

/* The pointer of the hint stack survives in x28, but a signal may want to move it while C code has that register elsewhere. */
static void emit_helper(struct a64 *x, const struct mi *in)
{
    const int64_t hint_sp = offsetof(struct vcpu, hint_sp);

    a64_put(&x->b, a64_ldst(3, LS_STORE, RHINT, RVCPU, hint_sp));
    if (jit_helper_info[in->x].flags & H_DESC)
        a64_mov_imm(&x->b, 3, (uint64_t)in->imm);
    a64_mem(&x->b, 3, LS_LOAD, RSCRATCH, RVCPU, (int64_t)(offsetof(struct vcpu, helper) + 8 * in->x), RSCRATCH2);
    a64_put(&x->b, a64_br(BR_CALL, RSCRATCH));
    a64_put(&x->b, a64_ldst(3, LS_LOAD, RHINT, RVCPU, hint_sp));
}

bool a64_emit_ctl(struct a64 *x, const struct mi *in, ir_blk next)
{
    switch (in->op) {
    case A_JMP:
        if (sel_thread(&x->s, in->x) != next)
            jump_block(x, in->x);
        return true;
    case A_JCC: branch(x, in, next, a64_bcc(in->cc, 0), a64_bcc(in->cc ^ 1u, 0)); return true;
    case A_CBNZ: branch(x, in, next, a64_cbz(0, true, in->o[0].reg, 0), a64_cbz(0, false, in->o[0].reg, 0)); return true;
    case A_SWITCH: emit_switch(x, in); return true;
    case A_POLL:
        a64_put(&x->b, a64_ldst(2, LS_LOAD, RSCRATCH, RVCPU, offsetof(struct vcpu, request)));
        cold(x, COLD_POLL, in);
        a64_put(&x->b, a64_cbz(0, true, RSCRATCH, 0));
        return true;
    case A_HELPER: emit_helper(x, in); return true;
    case A_JUMP: case A_CALL: case A_IJUMP: case A_ICALL: case A_RET: case A_SYSCALL: case A_TRAP:
        emit_exit(x, in, next);
        return true;
    default: return false;
    }
}

void a64_emit_cold(struct a64 *x, struct acold *c)
{
    uint32_t w = a64_get(&x->b, c->enter), start = x->b.n, field = a64_bcc(0, (int64_t)start - c->enter);

    if (!field)
        cc_bail(x->cc, ST_LIMIT, x->f->block[1].pc, "a region's rare code is out of reach");
    a64_set(&x->b, c->enter, w | (field & 0xffffe0));
    switch (c->kind) {
    case COLD_POLL:                             /* its trap's snapshot brings the state home */
        a64_put(&x->b, a64_udf(0));
        snap_emit(&x->s, c->in, start, x->b.n);
        break;
    case COLD_MISS_CALL:
        push_return(x, (int64_t)c->back - x->b.n);
        jump_stub(x, STUB_DISPATCH);
        break;
    default: jump_stub(x, STUB_DISPATCH);
    }
}
