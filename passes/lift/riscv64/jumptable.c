/* Jump-table dispatch as GCC and LLVM write it for RISC-V: a bound check, then shift, add of the table's address, load of the entry,
 * (add of the table's address,) jr. Recognised by running the straight-line code on symbolic values, so instruction order, register
 * choice and the Zba forms do not matter. */
#include "passes/lift/riscv64/riscv64.h"
#include "passes/lift/riscv64/lift.h"

#include <string.h>

enum kind { V_ANY, V_CONST, V_INDEX, V_ADDR, V_ENTRY, V_TARGET };

/* CONST: base. INDEX: register `reg` as it was after the check, << shift. ADDR: base + INDEX. ENTRY: what was loaded from ADDR
 * `table`. TARGET: ENTRY + base. */
struct sym {
    uint64_t base, table;
    enum kind kind;
    uint8_t reg, shift, size;
    bool sext, pcrel;
};

struct state { struct sym r[32]; struct guest_jumptable *jt; };

static const struct sym any = { .kind = V_ANY };

static struct sym konst(uint64_t v, bool pcrel)
{
    return (struct sym){ .kind = V_CONST, .base = v, .pcrel = pcrel };
}

/* Sum of two values, either order. */
static struct sym sum(struct sym a, struct sym b)
{
    struct sym r = a;

    if (a.kind != V_CONST && b.kind == V_CONST)
        return sum(b, a);
    if (a.kind != V_CONST)
        return any;
    if (b.kind == V_CONST) {
        if (a.pcrel && b.pcrel)
            return any;
        return konst(a.base + b.base, a.pcrel || b.pcrel);
    }
    r = b;
    r.base = a.base + (b.kind == V_ADDR ? b.base : 0);
    r.pcrel = a.pcrel || b.pcrel;
    if (b.kind == V_INDEX)
        r.kind = V_ADDR;
    else if (b.kind == V_ENTRY)
        r.kind = V_TARGET, r.pcrel = a.pcrel && b.pcrel;
    else if (b.kind != V_ADDR || (a.pcrel && b.pcrel))
        return any;
    return r;
}

/* An index below the bound fits 31 bits: extensions from 32 bits leave it as it is. Constants are folded. */
static struct sym shifted(struct sym v, int64_t by, bool uw)
{
    if (v.kind == V_CONST && !v.pcrel)
        return konst((uw ? v.base & 0xffffffff : v.base) << by, false);
    if (v.kind != V_INDEX || v.shift + by > 63)
        return any;
    v.shift = (uint8_t)(v.shift + by);
    return v;
}

/* srli: only the pair slli 32 / srli 32 - n occurs, zero-extension with a shift. */
static struct sym shifted_right(struct sym v, int64_t by)
{
    if (v.kind == V_CONST && !v.pcrel)
        return konst(v.base >> by, false);
    if (v.kind != V_INDEX || v.shift < by || v.shift > 32)
        return any;
    v.shift = (uint8_t)(v.shift - by);
    return v;
}

static struct sym loaded(struct sym addr, int64_t disp, unsigned arg)
{
    struct sym r = { .kind = V_ENTRY, .reg = addr.reg };
    unsigned size = (arg & 0xff) == T_I64 ? 8 : (arg & 0xff) == T_I32 ? 4 : 0;

    if (addr.kind != V_ADDR || size == 0 || addr.shift != (size == 8 ? 3 : 2))
        return any;
    r.table = addr.base + (uint64_t)disp;
    r.size = (uint8_t)size;
    r.sext = arg & A_SEXT;
    r.pcrel = addr.pcrel;
    return r;
}

static struct sym immediate_op(struct sym a, unsigned op, int64_t imm)
{
    switch (op) {
    case IR_add: return imm == 0 ? a : sum(a, konst((uint64_t)imm, false));
    case IR_shl: return shifted(a, imm, false);
    case IR_shr: return shifted_right(a, imm);
    default: return any;
    }
}

static struct sym word_immediate_op(struct sym a, unsigned op, int64_t imm)
{
    if (op != IR_add)
        return any;
    if (a.kind == V_INDEX && a.shift == 0 && imm == 0)
        return a;               /* sext.w */
    if (a.kind == V_CONST && !a.pcrel)
        return konst((uint64_t)(int32_t)(uint32_t)(a.base + (uint64_t)imm), false);
    return any;
}

/* What `in` leaves in rd. */
static struct sym eval(const struct state *st, const struct ginsn *in)
{
    const struct grv64_row *row = &grv64_row[in->row];
    struct sym a = st->r[in->rs1], b = st->r[in->rs2];

    switch (row->cls) {
    case GRV64_C_lui: return konst((uint64_t)in->imm, false);
    case GRV64_C_auipc: return konst(in->pc + (uint64_t)in->imm, true);
    case GRV64_C_bini: return immediate_op(a, row->arg, in->imm);
    case GRV64_C_biniw: return word_immediate_op(a, row->arg, in->imm);
    case GRV64_C_bin: return row->arg == IR_add ? sum(a, b) : any;
    case GRV64_C_shadd: return sum(shifted(a, row->arg & 3, row->arg & A_UW), b);
    case GRV64_C_slliuw: return shifted(a, in->imm, true);
    case GRV64_C_load: return loaded(a, in->imm, row->arg);
    default: return any;
    }
}

static bool writes_rd(const struct ginsn *in)
{
    switch (grv64_row[in->row].fmt) {
    case GRV64_F_FR: case GRV64_F_FRM: case GRV64_F_FR1M: case GRV64_F_FR4: case GRV64_F_FX: case GRV64_F_FXM: case GRV64_F_FL:
    case GRV64_F_CFLD: case GRV64_F_CFLDSP: case GRV64_F_FENCE: case GRV64_F_NONE: case GRV64_F_CBO: case GRV64_F_PF:
        return false;
    default:
        return in->rd != 0;
    }
}

/* A branch that is taken or not so that control goes on at `next`: if that bounds a register from above by a constant, the register
 * becomes the index and everything known of it before is replaced. */
static void bound_check(struct state *st, const struct ginsn *in, const struct ginsn *next, uint32_t at)
{
    unsigned op = grv64_row[in->row].arg, a = op & A_SWAP ? in->rs2 : in->rs1, b = op & A_SWAP ? in->rs1 : in->rs2;
    bool taken = next->pc == in->target;
    uint64_t count;
    unsigned reg;

    if (next->pc != in->target && next->pc != in->pc + in->len)
        return;
    op = ARG_LO(op);
    if (op != IR_ult && op != IR_ule)
        return;
    if (taken) {                /* a < b or a <= b holds */
        reg = a;
        count = st->r[b].base + (op == IR_ule);
        if (st->r[b].kind != V_CONST || st->r[b].pcrel)
            return;
    } else {                    /* b <= a or b < a holds */
        reg = b;
        count = st->r[a].base + (op == IR_ult);
        if (st->r[a].kind != V_CONST || st->r[a].pcrel)
            return;
    }
    if (reg == 0 || count == 0 || count > UINT32_MAX / 2)
        return;
    st->r[reg] = (struct sym){ .kind = V_INDEX, .reg = (uint8_t)reg };
    st->jt->count = (uint32_t)count;
    st->jt->index_reg = (uint8_t)(GRV64_SLOT_X + reg);
    st->jt->check = at;
    for (unsigned i = 1; i < 32; i++)           /* one index at a time */
        if (i != reg && st->r[i].kind != V_CONST)
            st->r[i] = any;
}

bool grv64_jump_table(const struct ginsn *insn, uint32_t n, struct guest_jumptable *jt)
{
    struct state st = { .jt = jt };
    const struct ginsn *last = &insn[n - 1];
    struct sym v;

    memset(jt, 0, sizeof *jt);
    st.r[0] = konst(0, false);
    for (uint32_t i = 0; i + 1 < n; i++) {
        if (insn[i].flow == GF_BRANCH) {
            bound_check(&st, &insn[i], &insn[i + 1], i);
        } else if (insn[i].flow != GF_NEXT && insn[i].flow != GF_JUMP) {
            for (unsigned k = 1; k < 32; k++)
                st.r[k] = any;
        } else if (writes_rd(&insn[i])) {
            st.r[insn[i].rd] = eval(&st, &insn[i]);
        }
    }
    if (grv64_row[last->row].cls != GRV64_C_jalr || last->rd != 0 || last->imm != 0 || jt->count == 0)
        return false;
    v = st.r[last->rs1];
    if ((v.kind != V_TARGET && v.kind != V_ENTRY) || GRV64_SLOT_X + v.reg != jt->index_reg)
        return false;
    jt->table = v.table;
    jt->relbase = v.kind == V_TARGET ? v.base : 0;
    jt->size = v.size;
    jt->sext = v.sext;
    jt->pcrel = v.pcrel;
    return true;
}
