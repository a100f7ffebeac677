/* From allocated machine IR to bytes: blocks in layout order, cold code behind them, literals and switch tables last. */
#include "jit/host/x86_64/emit.h"

#include "jit/helpers.h"
#include "jit/host/dump.h"

#include <stdlib.h>
#include <string.h>

void x86_fix(struct x86 *x, unsigned kind, uint32_t off, uint32_t target, unsigned after)
{
    x->fix = arena_grow(&x->cc->arena, x->fix, &x->capfix, x->nfix + 1, sizeof *x->fix);
    x->fix[x->nfix++] = (struct xfix){ off, target, (uint8_t)kind, (uint8_t)after };
}

struct xcold *x86_cold(struct x86 *x, unsigned kind, const struct mi *in, uint32_t enter)
{
    struct xcold *c = NEW(&x->cc->arena, struct xcold);

    *c = (struct xcold){ .in = in, .enter = { enter, 0 }, .back = x->b.n, .kind = (uint8_t)kind };
    *x->coldtail = c;
    x->coldtail = &c->next;
    return c;
}

void x86_reloc(struct x86 *x, unsigned kind, uint32_t off, uint64_t pc, int64_t addend)
{
    struct code *o = x->out;

    o->rel = arena_grow(&x->cc->arena, o->rel, &x->caprel, o->nrel + 1, sizeof *o->rel);
    o->rel[o->nrel++] = (struct code_reloc){ .off = off, .kind = (uint8_t)kind, .pc = pc, .addend = addend };
}

static uint32_t literal(struct x86 *x, const uint64_t *v, unsigned n)
{
    uint32_t i = 0;

    while (i < x->nlit && (x->lit[i].n != n || memcmp(x->lit[i].v, v, n * 8)))
        i++;
    if (i == x->nlit) {
        x->lit = arena_grow(&x->cc->arena, x->lit, &x->caplit, i + 1, sizeof *x->lit);
        x->lit[i] = (struct xlit){ .n = (uint8_t)n };
        memcpy(x->lit[i].v, v, n * 8);
        x->nlit++;
    }
    return i;
}

void x86_vlit(struct x86 *x, uint32_t op, unsigned reg, unsigned vvvv, const uint64_t v[2], unsigned imm_after)
{
    uint32_t i = literal(x, v, 2);

    x86_fix(x, FIX_LIT, x_vrm(&x->b, op, 0, 0, reg, vvvv, (struct xmem){ XRIP, XNONE, 0, 0 }), i, imm_after);
}

void x86_lit(struct x86 *x, uint32_t op, unsigned reg, const uint64_t *v, unsigned n)
{
    uint32_t i = literal(x, v, n);
    bool integer = !(op >> 8);
    uint32_t at = x_rm(&x->b, op, integer ? 8 : 4, reg, (struct xmem){ XRIP, XNONE, 0, 0 });
    x86_fix(x, FIX_LIT, at, i, 0);
}

void x86_lit1(struct x86 *x, uint32_t op, unsigned reg, uint64_t v) { x86_lit(x, op, reg, &v, 1); }

void x86_guest_pc(struct x86 *x, unsigned reg, uint64_t pc)
{
    if (!x->f->pic) {
        x_mov_ri(&x->b, reg, pc);
        return;
    }
    uint32_t at = x_rm(&x->b, XOP(0, 0, 0x8d), 8, reg, (struct xmem){ XRIP, XNONE, 0, 0 });
    x86_reloc(x, REL_GUEST, at, pc, 0);
}

struct xmem x86_place(struct x86 *x, const struct mop *o) { return HOME(x->m.v[o->v].off); }

/* op reg, guest memory operand of `in` (its last two operands). */
uint32_t x86_guest_mem(struct x86 *x, uint32_t op, unsigned sz, unsigned reg, const struct mi *in, unsigned imm_after)
{
    const struct mop *base = &in->o[in->nop - 2], *index = base + 1;
    struct xmem m = { base->kind ? base->reg : XNONE, index->kind ? index->reg : XNONE, in->scale, in->disp };

    if (in->y == MEM_RIP)
        m = (struct xmem){ XRIP, XNONE, 0, 0 };
    uint32_t at = x_rm(&x->b, op, sz, reg, m);
    if (in->y == MEM_RIP)
        x86_reloc(x, REL_GUEST, at, in->gpc, -(int64_t)imm_after);
    return at;
}

/* op reg, operand: register or vcpu memory */
static void rm_op(struct x86 *x, uint32_t op, unsigned sz, unsigned reg, const struct mop *o)
{
    if (o->flags & MOPF_MEM)
        x_rm(&x->b, op, sz, reg, x86_place(x, o));
    else
        x_rr(&x->b, op, sz, reg, o->reg);
}

/* ---- moves and state ---- */

/* A vector register and memory of the vcpu: 8 bytes (zeros above on a load) or 16. */
static uint32_t vec_mov(unsigned sz, bool load)
{
    if (sz == 16)
        return XOP(0, 1, load ? 0x10 : 0x11);
    return load ? XOP(0xf3, 1, 0x7e) : XOP(0x66, 1, 0xd6);
}

static void emit_move(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, s = in->o[1].reg;

    if (in->o[1].flags & MOPF_MEM)
        x_rm(&x->b, in->aux ? vec_mov(in->sz, true) : XOP(0, 0, 0x8b), in->aux ? 4 : 8, d, x86_place(x, &in->o[1]));
    else if (d == s)
        return;
    else if (in->aux == RC_VEC)
        x_rr(&x->b, XOP(0, 1, 0x28), 4, d, s);
    else
        x_mov_rr(&x->b, 8, d, s);
}

static void emit_state(struct x86 *x, const struct mi *in)
{
    bool load = in->op == X_LDV;
    struct xmem m = in->x == 1 ? HOME(in->disp) : x86_place(x, &in->o[load ? 1 : 0]);
    unsigned reg = in->o[load ? 0 : 1].reg;

    if (in->aux == RC_VEC)
        x_rm(&x->b, vec_mov(in->sz, load), 4, reg, m);
    else
        x_rm(&x->b, XOP(0, 0, load ? 0x8b : 0x89), 8, reg, m);
}

static void store_imm(struct x86 *x, struct xmem m, int64_t v)
{
    if (v == (int32_t)v) {
        x_rm(&x->b, XOP(0, 0, 0xc7), 8, 0, m);
        x_imm(&x->b, (uint64_t)v, 4);
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        x_rm(&x->b, XOP(0, 0, 0xc7), 4, 0, (struct xmem){ m.base, m.index, m.scale, m.disp + 4 * (int32_t)i });
        x_imm(&x->b, (uint64_t)v >> (32 * i), 4);
    }
}

static void emit_store_imm(struct x86 *x, const struct mi *in)
{
    struct xmem m = in->nop ? x86_place(x, &in->o[0]) : HOME(in->disp);

    store_imm(x, m, in->imm);
    m.disp += 8;
    if (in->sz == 16)                           /* a scalar's upper half is 0 */
        store_imm(x, m, in->scale == 8 ? 0 : in->imm);
}

static void emit_const(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;

    if (in->aux != RC_VEC)
        x_mov_ri(&x->b, d, (uint64_t)in->imm);
    else if (in->imm == 0)
        x_rr(&x->b, XOP(0, 1, 0x57), 4, d, d);
    else if (in->imm == -1 && in->sz == 16)
        x_rr(&x->b, XOP(0x66, 1, 0x76), 4, d, d);               /* pcmpeqd */
    else                                        /* movddup, movq */
        x86_lit1(x, in->sz == 16 ? XOP(0xf2, 1, 0x12) : XOP(0xf3, 1, 0x7e), d, (uint64_t)in->imm);
}

static void emit_xchg(struct x86 *x, const struct mi *in)
{
    unsigned a = in->o[0].reg, b = in->o[1].reg, t = x86_target.scratch_vec;

    if (in->aux != RC_VEC) {
        x_rr(&x->b, XOP(0, 0, 0x87), 8, a, b);
        return;
    }
    x_rr(&x->b, XOP(0, 1, 0x28), 4, t, a);
    x_rr(&x->b, XOP(0, 1, 0x28), 4, a, b);
    x_rr(&x->b, XOP(0, 1, 0x28), 4, b, t);
}

/* Push and pop, always balanced within one edge. Not on the hint stack: a signal handler may exchange that (vcpu_arm). */
static void emit_stack(struct x86 *x, const struct mi *in)
{
    const struct mop *o = &in->o[0];
    unsigned t = x86_target.scratch_vec, words = in->sz == 16 ? 2 : 1;
    const uint32_t get = vec_mov(in->sz, true), put = vec_mov(in->sz, false), from = vec_mov(in->scale < in->sz ? 8 : in->sz, true);

    if (in->aux == 0) {
        if (x->edge_depth + words > VCPU_EDGE)
            cc_bail(x->cc, ST_LIMIT, 0, "more than %d values move through memory at one edge", VCPU_EDGE);
        x_rm(&x->b, from, 4, t, x86_place(x, o));
        x_rm(&x->b, put, 4, t, HOME(offsetof(struct vcpu, edge) + 8 * x->edge_depth));
        x->edge_depth += words;
        return;
    }
    if (in->aux == 4) {
        bool gp = in->x != NOREG && in->sz == 8;

        x_rm(&x->b, gp ? XOP(0, 0, 0x8b) : from, gp ? 8 : 4, gp ? in->x : t, x86_place(x, o));
        x_rm(&x->b, gp ? XOP(0, 0, 0x89) : put, gp ? 8 : 4, gp ? in->x : t, x86_place(x, o + 1));
        return;
    }
    x->edge_depth -= words;
    struct xmem top = HOME(offsetof(struct vcpu, edge) + 8 * x->edge_depth);
    if (in->aux == 1) {
        x_rm(&x->b, get, 4, t, top);
        x_rm(&x->b, put, 4, t, x86_place(x, o));
    } else if (o->reg >= XMM0) {
        x_rm(&x->b, get, 4, o->reg, top);
    } else {
        x_rm(&x->b, XOP(0, 0, 0x8b), 8, o->reg, top);
    }
}

static void emit_store_gpc(struct x86 *x, const struct mi *in)
{
    unsigned t = x86_target.scratch_vec;

    x_rr(&x->b, XOP(0x66, 1, 0x6e), 8, t, RAX);
    x86_guest_pc(x, RAX, (uint64_t)in->imm);
    x_rm(&x->b, XOP(0, 0, 0x89), 8, RAX, x86_place(x, &in->o[0]));
    x_rr(&x->b, XOP(0x66, 1, 0x7e), 8, t, RAX);
}

static bool emit_basic(struct x86 *x, const struct mi *in)
{
    switch (in->op) {
    case X_MOV: emit_move(x, in); return true;
    case X_LDV: case X_STV: emit_state(x, in); return true;
    case X_STVI: emit_store_imm(x, in); return true;
    case X_STVG: emit_store_gpc(x, in); return true;
    case X_MOVI: emit_const(x, in); return true;
    case X_LEAG: x86_guest_pc(x, in->o[0].reg, (uint64_t)in->imm); return true;
    case X_XCHGR: emit_xchg(x, in); return true;
    case X_STACK: emit_stack(x, in); return true;
    case X_PARAM: return true;
    default: return false;
    }
}

/* ---- integer ---- */

static void emit_lea(struct x86 *x, unsigned sz, unsigned d, struct xmem m)
{
    if (m.index == XNONE && m.base == d) {
        x_alu_ri(&x->b, ALU_ADD, sz, d, m.disp);
        return;
    }
    if (m.index == XNONE && m.disp == 0 && sz == 8) {
        x_mov_rr(&x->b, 8, d, m.base);
        return;
    }
    x_rm(&x->b, XOP(0, 0, 0x8d), sz, d, m);
}

static void emit_add3(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg, b = in->o[2].reg;

    if (d == a || d == b)
        x_rr(&x->b, XOP(0, 0, 0x03), in->sz, d, d == a ? b : a);
    else if ((a & 7) == 5)                      /* rbp, r13 as base would need a displacement */
        x_rm(&x->b, XOP(0, 0, 0x8d), in->sz, d, (struct xmem){ (uint8_t)b, (uint8_t)a, 0, 0 });
    else
        x_rm(&x->b, XOP(0, 0, 0x8d), in->sz, d, (struct xmem){ (uint8_t)a, (uint8_t)b, 0, 0 });
}

static void emit_alu(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, sz = in->sz;

    switch (in->op) {
    case X_ALU: rm_op(x, XOP(0, 0, 0x03 + 8 * in->cc), sz, d, &in->o[2]); break;
    case X_ALUM: x86_guest_mem(x, XOP(0, 0, 0x03 + 8 * in->cc), sz, d, in, 0); break;
    case X_ALUI:                                /* (the upper half of and's result is 0 then, and so is the sign) */
        x_alu_ri(&x->b, in->cc, in->cc == ALU_AND && in->imm >= 0 ? 4 : sz, d, (int32_t)in->imm);
        break;
    case X_ADD3: emit_add3(x, in); break;
    case X_LEA:
        emit_lea(x, sz, d, (struct xmem){ in->o[1].kind ? in->o[1].reg : XNONE, in->o[2].kind ? in->o[2].reg : XNONE, in->scale, in->disp });
        break;
    case X_NOT: x_rr(&x->b, XOP(0, 0, 0xf7), sz, 2, d); break;
    case X_NEG: x_rr(&x->b, XOP(0, 0, 0xf7), sz, 3, d); break;
    case X_ANDN: x_vrr(&x->b, XOP(0, 2, 0xf2), sz == 8, 0, d, in->o[1].reg, in->o[2].reg); break;
    case X_MINMAX:
        x_rr(&x->b, XOP(0, 0, 0x3b), sz, d, in->o[2].reg);
        x_rr(&x->b, XOP(0, 1, 0x40 + in->cc), sz, d, in->o[2].reg);
        break;
    default: break;
    }
    if ((in->op == X_ALU || in->op == X_ALUM || in->op == X_ALUI) && (in->cc == ALU_AND || in->cc == ALU_OR || in->cc == ALU_XOR))
        x->tested = (struct xtested){ x->b.n, (uint8_t)d, (uint8_t)sz };
}

/* Do the flags hold what `test reg, reg` would make? */
static bool tested(const struct x86 *x, unsigned reg, unsigned sz)
{
    return x->tested.at == x->b.n && x->tested.reg == reg && x->tested.sz == sz;
}

static void emit_cmp(struct x86 *x, const struct mi *in)
{
    const struct mop *a = &in->o[0];
    unsigned sz = in->sz;

    switch (in->op) {
    case X_CMP: rm_op(x, XOP(0, 0, 0x3b), sz, a->reg, &in->o[1]); break;
    case X_CMPI:
        if (a->flags & MOPF_MEM)
            x_alu_mi(&x->b, ALU_CMP, sz, x86_place(x, a), (int32_t)in->imm);
        else if (in->imm != 0)
            x_alu_ri(&x->b, ALU_CMP, sz, a->reg, (int32_t)in->imm);
        else if (!tested(x, a->reg, sz))
            x_rr(&x->b, XOP(0, 0, 0x85), sz, a->reg, a->reg);
        break;
    case X_CMPMI: {
        bool small = in->imm == (int8_t)in->imm;

        x86_guest_mem(x, XOP(0, 0, small ? 0x83 : 0x81), sz, ALU_CMP, in, small ? 1 : 4);
        x_imm(&x->b, (uint64_t)in->imm, small ? 1 : 4);
        break;
    }
    case X_TEST: x_rr(&x->b, XOP(0, 0, 0x85), sz, in->o[1].reg, a->reg); break;
    default:                                    /* X_TESTI: only equality is asked for, so a narrower test will do */
        if (in->imm >= 0 && in->imm <= 0x7f) {
            x_rr(&x->b, XOP(0, 0, 0xf6), 1, 0, a->reg);
            x_imm(&x->b, (uint64_t)in->imm, 1);
        } else {
            x_rr(&x->b, XOP(0, 0, 0xf7), in->imm >= 0 ? 4 : sz, 0, a->reg);
            x_imm(&x->b, (uint64_t)in->imm, 4);
        }
    }
}

static void emit_mul(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;

    switch (in->op) {
    case X_IMUL: rm_op(x, XOP(0, 1, 0xaf), in->sz, d, &in->o[2]); break;
    case X_IMULI: {
        bool small = in->imm == (int8_t)in->imm;

        rm_op(x, XOP(0, 0, small ? 0x6b : 0x69), in->sz, d, &in->o[1]);
        x_imm(&x->b, (uint64_t)in->imm, small ? 1 : 4);
        break;
    }
    case X_MULH: x_rr(&x->b, XOP(0, 0, 0xf7), 8, in->aux ? 5 : 4, in->o[2].reg); break;
    default: x_vrr(&x->b, XOP(0xf2, 2, 0xf6), 1, 0, d, in->o[3].reg, in->o[2].reg); break;      /* mulx */
    }
}

/* Guest division is total. Signed: divisors 0 and -1 go to the cold path (MIN / -1 would trap); unsigned: 0. */
static void emit_div(struct x86 *x, const struct mi *in)
{
    unsigned b = in->o[2].reg, sz = in->sz;
    struct xcold *c = NULL;

    if (!(in->aux & DIV_SAFE)) {
        if (in->aux & DIV_SIGNED) {
            x_rm(&x->b, XOP(0, 0, 0x8d), sz, RDX, x_mem(b, 1));
            x_alu_ri(&x->b, ALU_CMP, sz, RDX, 1);
            c = x86_cold(x, COLD_DIV, in, x_jcc(&x->b, CC_BE));
        } else {
            x_rr(&x->b, XOP(0, 0, 0x85), sz, b, b);
            c = x86_cold(x, COLD_DIV, in, x_jcc(&x->b, CC_E));
        }
    }
    if (in->aux & DIV_SIGNED) {
        if (sz == 8)
            x_byte(&x->b, 0x48);
        x_byte(&x->b, 0x99);                    /* cdq, cqo */
    } else {
        x_rr(&x->b, XOP(0, 0, 0x31), 4, RDX, RDX);
    }
    x_rr(&x->b, XOP(0, 0, 0xf7), sz, in->aux & DIV_SIGNED ? 7 : 6, b);
    if (c)
        c->back = x->b.n;
}

static void emit_shift(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, sz = in->sz;

    if (in->op == X_SHX) {
        static const uint8_t prefix[8] = { [4] = 0x66, [5] = 0xf2, [7] = 0xf3 };

        if (in->o[1].flags & MOPF_MEM)
            x_vrm(&x->b, XOP(prefix[in->cc], 2, 0xf7), sz == 8, 0, d, in->o[2].reg, x86_place(x, &in->o[1]));
        else
            x_vrr(&x->b, XOP(prefix[in->cc], 2, 0xf7), sz == 8, 0, d, in->o[2].reg, in->o[1].reg);
    } else if (in->op == X_SHCL) {
        x_rr(&x->b, XOP(0, 0, 0xd3), sz, in->cc, d);
    } else if ((in->flags & MI_THREE) && d != in->o[1].reg) {
        if (in->imm == 1)
            x_rm(&x->b, XOP(0, 0, 0x8d), sz, d, (struct xmem){ in->o[1].reg, in->o[1].reg, 0, 0 });
        else
            x_rm(&x->b, XOP(0, 0, 0x8d), sz, d, (struct xmem){ XNONE, in->o[1].reg, (uint8_t)in->imm, 0 });
    } else if (in->imm == 1) {
        x_rr(&x->b, XOP(0, 0, 0xd1), sz, in->cc, d);
    } else {
        x_rr(&x->b, XOP(0, 0, 0xc1), sz, in->cc, d);
        x_imm(&x->b, (uint64_t)in->imm, 1);
    }
}

static void emit_ext(struct x86 *x, const struct mi *in)
{
    static const uint32_t zero[5] = { 0, XOP(0, 1, 0xb6), XOP(0, 1, 0xb7), 0, XOP(0, 0, 0x8b) };
    static const uint32_t sign[5] = { 0, XOP(0, 1, 0xbe), XOP(0, 1, 0xbf), 0, XOP(0, 0, 0x63) };
    bool sg = in->aux & SX_SIGNED;
    uint32_t op = sg ? sign[in->sz] : zero[in->sz];
    unsigned sz = sg ? in->cc : 4, d = in->o[0].reg;

    if (in->op == X_EXTM) {
        x86_guest_mem(x, op, sz, d, in, 0);
    } else if (in->sz == 1 && in->o[1].reg >= RSP && in->o[1].reg <= RDI) {
        /* spl..dil as a source: force a REX prefix, which the 4-byte form would leave out */
        unsigned s = in->o[1].reg;

        x_byte(&x->b, 0x40 | (sz == 8 ? 8 : 0) | (d >> 3) << 2);
        x_byte(&x->b, 0x0f);
        x_byte(&x->b, op & 0xff);
        x_byte(&x->b, 0xc0 | (d & 7) << 3 | s);
    } else {
        x_rr(&x->b, op, sz, d, in->o[1].reg);
    }
}

static void emit_setcc(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg;

    x_rr(&x->b, XOP(0, 1, 0x90 + in->cc), 1, 0, d);
    if (in->nop > 1) {
        x_rr(&x->b, XOP(0, 1, 0x90 + in->aux), 1, 0, in->o[1].reg);
        x_rr(&x->b, XOP(0, 0, 0x22), 1, d, in->o[1].reg);
    }
    if (d >= RSP && d <= RDI) {
        x_byte(&x->b, 0x40);
        x_byte(&x->b, 0x0f);
        x_byte(&x->b, 0xb6);
        x_byte(&x->b, 0xc0 | d << 3 | d);
    } else {
        x_rr(&x->b, XOP(0, 1, 0xb6), 4, d, d);
    }
}

static bool emit_int(struct x86 *x, const struct mi *in)
{
    switch (in->op) {
    case X_ALU: case X_ALUI: case X_ALUM: case X_ADD3: case X_LEA: case X_NOT: case X_NEG: case X_ANDN: case X_MINMAX:
        emit_alu(x, in);
        return true;
    case X_CMP: case X_CMPI: case X_CMPMI: case X_TEST: case X_TESTI: emit_cmp(x, in); return true;
    case X_IMUL: case X_IMULI: case X_MULH: case X_MULX: emit_mul(x, in); return true;
    case X_DIV: emit_div(x, in); return true;
    case X_SHI: case X_SHX: case X_SHCL: emit_shift(x, in); return true;
    case X_BSWAP:
        x_byte(&x->b, 0x40 | (in->sz == 8 ? 8 : 0) | in->o[0].reg >> 3);
        x_byte(&x->b, 0x0f);
        x_byte(&x->b, 0xc8 | (in->o[0].reg & 7));
        return true;
    case X_BITCNT: rm_op(x, XOP(0xf3, 1, in->cc), in->sz, in->o[0].reg, &in->o[1]); return true;
    case X_EXT: case X_EXTM: emit_ext(x, in); return true;
    case X_ADC: x86_emit_carry(x, in); return true;
    case X_SETCC: emit_setcc(x, in); return true;
    case X_CMOV: rm_op(x, XOP(0, 1, 0x40 + in->cc), in->sz, in->o[0].reg, &in->o[2]); return true;
    default: return false;
    }
}

/* ---- memory ---- */

/* movss, movsd, movups */
static uint32_t fp_mov(unsigned sz, bool load) { return XOP(sz == 4 ? 0xf3 : sz == 8 ? 0xf2 : 0, 1, load ? 0x10 : 0x11); }

/* 16 bits by way of the scratch register: the result's may be one that the snapshot names. */
static void load_fp(struct x86 *x, const struct mi *in)
{
    unsigned d = in->o[0].reg, t = x86_target.scratch_vec;

    if (in->sz != 2) {
        x86_guest_mem(x, fp_mov(in->sz, true), 4, d, in, 0);
        return;
    }
    x_rr(&x->b, XOP(0, 1, 0x57), 4, t, t);
    x86_guest_mem(x, XOP(0x66, 1, 0xc4), 4, t, in, 1);          /* pinsrw */
    x_byte(&x->b, 0);
    x_rr(&x->b, XOP(0, 1, 0x28), 4, d, t);
}

static void store_fp(struct x86 *x, const struct mi *in)
{
    if (in->sz != 2) {
        x86_guest_mem(x, fp_mov(in->sz, false), 4, in->o[0].reg, in, 0);
        return;
    }
    x->used |= HF_SSE41;
    x86_guest_mem(x, XOP(0x66, 3, 0x15), 4, in->o[0].reg, in, 1);       /* pextrw */
    x_byte(&x->b, 0);
}

static void emit_load(struct x86 *x, const struct mi *in)
{
    static const uint32_t op[9] = { 0, XOP(0, 1, 0xb6), XOP(0, 1, 0xb7), 0, XOP(0, 0, 0x8b), 0, 0, 0, XOP(0, 0, 0x8b) };

    if (in->aux)
        load_fp(x, in);
    else
        x86_guest_mem(x, op[in->sz], in->sz == 8 ? 8 : 4, in->o[0].reg, in, 0);
}

static void emit_store(struct x86 *x, const struct mi *in)
{
    if (in->op == X_STI) {
        unsigned n = in->sz == 1 ? 1 : in->sz == 2 ? 2 : 4;

        x86_guest_mem(x, XOP(0, 0, in->sz == 1 ? 0xc6 : 0xc7), in->sz, 0, in, n);
        x_imm(&x->b, (uint64_t)in->imm, n);
    } else if (in->aux) {
        store_fp(x, in);
    } else {
        x86_guest_mem(x, XOP(0, 0, in->sz == 1 ? 0x88 : 0x89), in->sz, in->o[0].reg, in, 0);
    }
}

/* Jumps when nobody else is at the guest's memory: a locked instruction costs what twenty others do. Returns what land() wants. The
 * flags die. */
static uint32_t unless_parallel(struct x86 *x)
{
    x_alu_mi(&x->b, ALU_CMP, 4, VCPU_FIELD(parallel), 0);
    x_byte(&x->b, 0x70 + CC_E);
    x_byte(&x->b, 0);
    return x->b.n;
}

static void land(struct x86 *x, uint32_t from)
{
    x->b.p[from - 1] = (uint8_t)(x->b.n - from);
}

/* The prefix of the instruction that follows, which is jumped over when it is not needed. */
static void lock(struct x86 *x)
{
    uint32_t at = unless_parallel(x);

    x_byte(&x->b, 0xf0);
    land(x, at);
}

/* A store behind which later loads wait. With somebody else by xchg, which is locked by itself. */
static void emit_store_seq(struct x86 *x, const struct mi *in)
{
    unsigned byte = in->sz == 1, s = in->o[0].reg, v = in->o[1].reg;
    uint32_t plain = unless_parallel(x), done;

    x_mov_rr(&x->b, 8, s, v);
    x86_guest_mem(x, XOP(0, 0, 0x87 - byte), in->sz, s, in, 0);
    x_byte(&x->b, 0xeb);
    x_byte(&x->b, 0);
    done = x->b.n;
    land(x, plain);
    x86_guest_mem(x, XOP(0, 0, 0x89 - byte), in->sz, v, in, 0);
    land(x, done);
}

/* rax = old value; loop: t = f(rax, b); cmpxchg [m], t */
static void emit_rmw(struct x86 *x, const struct mi *in)
{
    unsigned b = in->o[1].reg, t = in->o[2].reg, sz = in->sz, op = in->cc, loop, cc = CC_L;
    unsigned byte = sz == 1, full = sz == 8 ? 8 : 4;
    int32_t rel;

    x86_guest_mem(x, XOP(0, 0, 0x8b - byte), sz, RAX, in, 0);
    loop = x->b.n;
    x_mov_rr(&x->b, full, t, RAX);
    if (op == IR_rmw_and || op == IR_rmw_or || op == IR_rmw_xor) {
        x_rr(&x->b, XOP(0, 0, op == IR_rmw_and ? 0x23 : op == IR_rmw_or ? 0x0b : 0x33), full, t, b);
    } else {
        cc = op == IR_rmw_smin ? CC_G : op == IR_rmw_smax ? CC_L : op == IR_rmw_umin ? CC_A : CC_B;
        x_rr(&x->b, XOP(0, 0, 0x3b - byte), sz, t, b);
        x_rr(&x->b, XOP(0, 1, 0x40 + cc), full, t, b);
    }
    lock(x);
    x86_guest_mem(x, XOP(0, 1, 0xb1 - byte), sz, t, in, 0);
    rel = (int32_t)loop - (int32_t)(x->b.n + 6);
    x_patch32(&x->b, x_jcc(&x->b, CC_NE), rel);
}

static bool emit_memory(struct x86 *x, const struct mi *in)
{
    unsigned byte = in->sz == 1;
    uint32_t at;

    switch (in->op) {
    case X_LD: emit_load(x, in); return true;
    case X_ST: case X_STI: emit_store(x, in); return true;
    case X_CAS:
        lock(x);
        x86_guest_mem(x, XOP(0, 1, byte ? 0xb0 : 0xb1), in->sz, in->o[2].reg, in, 0);
        return true;
    case X_CAS16:
        lock(x);
        x86_guest_mem(x, XOP(0, 1, 0xc7), 8, 1, in, 0);         /* cmpxchg16b */
        return true;
    case X_SWAP:
        if (in->aux)
            emit_store_seq(x, in);
        else
            x86_guest_mem(x, XOP(0, 0, byte ? 0x86 : 0x87), in->sz, in->o[0].reg, in, 0);
        return true;
    case X_XADD:
        lock(x);
        x86_guest_mem(x, XOP(0, 1, byte ? 0xc0 : 0xc1), in->sz, in->o[0].reg, in, 0);
        return true;
    case X_RMW: emit_rmw(x, in); return true;
    case X_LOCK:
        lock(x);
        x86_guest_mem(x, XOP(0, 0, 0x01 - byte + 8 * in->cc), in->sz, in->o[0].reg, in, 0);
        return true;
    case X_LOCKI: {
        bool small = byte || in->imm == (int8_t)in->imm;
        unsigned n = small ? 1 : in->sz == 2 ? 2 : 4;

        lock(x);
        x86_guest_mem(x, XOP(0, 0, byte ? 0x80 : small ? 0x83 : 0x81), in->sz, in->cc, in, n);
        x_imm(&x->b, (uint64_t)in->imm, n);
        return true;
    }
    case X_FENCE:
        at = unless_parallel(x);
        x_byte(&x->b, 0xf0);
        x_alu_mi(&x->b, ALU_OR, 4, x_mem(RSP, 0), 0);
        land(x, at);
        return true;
    default: return false;
    }
}

/* ---- the region ---- */

static void add_entry(struct x86 *x, uint64_t pc, uint32_t flags)
{
    struct code *o = x->out;

    o->entry = arena_grow(&x->cc->arena, o->entry, &x->capentry, o->nentry + 1, sizeof *o->entry);
    o->entry[o->nentry++] = (struct code_entry){ pc, x->b.n, flags };
}

/* Does the carry flag survive this instruction, and the register that it is a copy of? */
static bool keeps_carry(const struct x86 *x, const struct mi *in)
{
    switch (in->op) {
    case X_MOV: case X_LDV: case X_STV: case X_STVI: case X_MOVI: case X_LEAG: case X_PARAM: case X_MULX: case X_SHX:
    case X_LD: case X_ST: case X_STI:
        break;
    default: return false;
    }
    for (unsigned i = 0; i < in->nop; i++)
        if ((in->o[i].kind == MOP_DEF || in->o[i].kind == MOP_TMP) && in->o[i].reg == x->carry.reg)
            return false;
    return true;
}

static void emit_insn(struct x86 *x, struct mi *in, ir_blk b, ir_blk next)
{
    uint32_t start = x->b.n;
    bool carry = x->carry.at == start && keeps_carry(x, in);

    dump_mark(&x->s, b, in, x->b.n);
    if (!emit_basic(x, in) && !emit_int(x, in) && !emit_memory(x, in) && !x86_emit_fp(x, in) &&
        !x86_emit_fprop(x, in) && !x86_emit_vec(x, in) && !x86_emit_ctl(x, in, b, next))
        cc_bail(x->cc, ST_BUG, x->f->block[b].pc, "x86-64 op %u has no encoding", in->op);
    if (carry)
        x->carry.at = x->b.n;
    if (in->snap && in->op != X_POLL && x->b.n > start)
        snap_emit(&x->s, in, start, x->b.n);
    x->out->nhost += x->b.n > start;            /* those that are only names make no code */
}

static void emit_literals(struct x86 *x)
{
    bool wide = false;

    for (uint32_t i = 0; i < x->nlit; i++)
        wide |= x->lit[i].n > 1;
    while (x->nlit && x->b.n % (wide ? 16 : 8))
        x_byte(&x->b, 0xcc);
    for (unsigned n = 8; n; n /= 2)
        for (uint32_t i = 0; i < x->nlit; i++) {
            if (x->lit[i].n != n)
                continue;
            x->lit[i].off = x->b.n;
            for (unsigned k = 0; k < n; k++)
                x_imm(&x->b, x->lit[i].v[k], 8);
        }
}

static void apply_fixes(struct x86 *x, const uint32_t *table_off)
{
    for (uint32_t i = 0; i < x->nfix; i++) {
        const struct xfix *f = &x->fix[i];
        uint32_t to = f->kind == FIX_BLOCK ? x->blk_off[f->target] : f->kind == FIX_RET ? x->ret_off
                    : f->kind == FIX_LIT ? x->lit[f->target].off : table_off[f->target];

        x_patch32(&x->b, f->off, (int32_t)to - (int32_t)(f->off + 4 + f->after));
    }
}

static uint32_t *emit_tables(struct x86 *x)
{
    struct ir_func *f = x->f;
    uint32_t *off = NEWN(&x->cc->arena, uint32_t, f->nsw + 1);
    uint8_t *used = NEWN(&x->cc->arena, uint8_t, f->nsw + 1);

    for (uint32_t i = 0; i < x->nfix; i++)
        if (x->fix[i].kind == FIX_TABLE)
            used[x->fix[i].target] = 1;
    for (uint32_t s = 0; s < f->nsw; s++) {
        if (!used[s])
            continue;
        while (x->b.n % 4)
            x_byte(&x->b, 0xcc);
        off[s] = x->b.n;
        for (uint32_t i = 0; i < f->sw[s].n; i++)
            x_imm(&x->b, (uint32_t)((int32_t)x->blk_off[sel_thread(&x->s, f->sw[s].target[i])] - (int32_t)off[s]), 4);
    }
    return off;
}

static int by_pc(const void *a, const void *b)
{
    const struct code_entry *x = a, *y = b;

    return x->pc < y->pc ? -1 : x->pc > y->pc;
}

static void emit_shared_ret(struct x86 *x)
{
    x->ret_off = x->b.n;
    x_byte(&x->b, 0xc3);
}

void x86_emit(struct x86 *x)
{
    struct ir_func *f = x->f;
    const struct mir *m = &x->m;

    x->b.a = &x->cc->arena;
    x->coldtail = &x->cold;
    x->blk_off = NEWN(&x->cc->arena, uint32_t, f->nblock + 1);
    memset(x->blk_off, 0xff, (f->nblock + 1) * sizeof *x->blk_off);
    for (uint32_t k = 0; k < m->nlayout; k++) {
        ir_blk b = m->layout[k], next = sel_next_block(&x->s, k);

        if (sel_thread(&x->s, b) != b) {            /* all jumps to it go on to its target */
            x->blk_off[b] = x->b.n;
            continue;
        }
        if ((f->block[b].flags & (BLK_LOOP | BLK_COLD)) == BLK_LOOP && f->block[b].loop_depth)
            x_nops(&x->b, -x->b.n & 15u);
        x->blk_off[b] = x->b.n;
        x->tested.at = x->carry.at = UINT32_MAX;
        if (f->block[b].flags & BLK_ENTRY)
            add_entry(x, f->block[b].pc, f->block[b].flags & BLK_RETSITE);
        for (struct mi *in = m->b[b].head; in; in = in->next)
            emit_insn(x, in, b, next);
        /* A trap at an entry (jit/cache.h) must not be met by who jumps to the block behind it: what an entry names is its own. */
        if ((f->block[b].flags & BLK_ENTRY) && x->b.n == x->blk_off[b])
            x_nops(&x->b, 1);
    }
    for (struct xcold *c = x->cold; c; c = c->next) {
        dump_mark(&x->s, IR_NONE, NULL, x->b.n);
        x86_emit_cold(x, c);
    }
    dump_mark(&x->s, IR_NONE, NULL, x->b.n);
    emit_shared_ret(x);
    dump_mark(&x->s, IR_NONE, NULL, x->b.n);
    emit_literals(x);
    apply_fixes(x, emit_tables(x));
    qsort(x->out->entry, x->out->nentry, sizeof *x->out->entry, by_pc);
    x->out->text = x->b.p;
    x->out->len = x->b.n;
    x->out->snap = x->snapb;
    x->out->nsnap = x->nsnapb;
    x->out->features = x->used;
}
