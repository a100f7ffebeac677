/* Jump-table dispatch as GCC and LLVM write it for RISC-V: a bound check, then shift, add of the table's address, load of the
 * entry, (add of the table's address,) jr. Recognised by running the straight-line code on symbolic values, so instruction order,
 * register choice and the Zba forms do not matter.
 *
 * What the code before the last block shows (bounds, constants set before a loop) is only a hint: the region's switch compares the
 * index with the count itself, and a constant from before is checked at run time (guarded). */
#include "passes/lift/riscv64/riscv64.h"
#include "passes/lift/riscv64/lift.h"
#include "passes/lift/jumptable.h"

/* Sum of two values, either order. What is added to zero stays what it is: a copy. */
static struct jt_sym sum(struct jt_state *st, struct jt_sym a, struct jt_sym b)
{
    if (a.kind != JT_CONST && b.kind == JT_CONST)
        return sum(st, b, a);
    return jt_plain(&a) && a.base == 0 ? b : jt_sum(st, a, b);
}

/* An index below the bound fits 31 bits: extensions from 32 bits leave it as it is, and forget what a wild one has above. */
static struct jt_sym shifted(struct jt_state *st, struct jt_sym v, int64_t by, bool uw)
{
    struct jt_sym r = jt_fresh(st);

    if (jt_plain(&v))
        return jt_const(st, (uw ? v.base & 0xffffffff : v.base) << by, false);
    if (v.kind == JT_ANY && uw && by == 0)
        r.lid = v.lid;
    if (v.kind != JT_INDEX || v.shift + by > 32 || (uw && v.shift))
        return r;
    v.id = r.id, v.lid = r.lid;
    v.shift = (uint8_t)(v.shift + by);
    v.wild = v.wild && !uw && v.shift < 32;
    return v;
}

/* srli: only the pair slli 32 / srli 32 - n occurs, zero-extension with a shift. */
static struct jt_sym shifted_right(struct jt_state *st, struct jt_sym v, int64_t by)
{
    struct jt_sym r = jt_fresh(st);

    if (v.kind != JT_INDEX || v.shift < by || v.wild)
        return r;
    v.id = r.id, v.lid = r.lid;
    v.shift = (uint8_t)(v.shift - by);
    return v;
}

static struct jt_sym sign_extended(struct jt_state *st, struct jt_sym v)
{
    struct jt_sym r = jt_fresh(st);

    if (v.kind == JT_INDEX && v.shift == 0) {
        v.wild = false;
        v.id = r.id;
        return v;
    }
    r.lid = v.lid;
    return r;
}

static struct jt_sym loaded(struct jt_state *st, const struct ginsn *in, uint32_t at, unsigned arg)
{
    struct jt_sym a = st->r[in->rs1];

    if (arg == T_I8)
        return jt_bounded(st, in->rd, at, 256, true);
    if (ARG_LO(arg) != T_I64 && ARG_LO(arg) != T_I32)
        return jt_fresh(st);
    a.base += (uint64_t)in->imm;
    return jt_loaded(st, a, ARG_LO(arg) == T_I64 ? 3 : 2, arg & A_SEXT);
}

/* What `in` leaves in rd. */
static struct jt_sym eval(struct jt_state *st, const struct ginsn *in, uint32_t at)
{
    const struct grv64_row *row = &grv64_row[in->row];
    struct jt_sym a = st->r[in->rs1], b = st->r[in->rs2];

    switch (row->cls) {
    case GRV64_C_lui: return jt_const(st, (uint64_t)in->imm, false);
    case GRV64_C_auipc: return jt_const(st, in->pc + (uint64_t)in->imm, true);
    case GRV64_C_bini:
        if (row->arg == IR_and && in->imm > 0)
            return jt_bounded(st, in->rd, at, (uint32_t)in->imm + 1, false);
        if (row->arg == IR_add)
            return sum(st, a, jt_const(st, (uint64_t)in->imm, false));
        if (row->arg == IR_shl)
            return shifted(st, a, in->imm, false);
        return row->arg == IR_shr ? shifted_right(st, a, in->imm) : jt_fresh(st);
    case GRV64_C_biniw:
        if (row->arg == IR_add && jt_plain(&a))
            return jt_const(st, (uint64_t)(int32_t)(uint32_t)(a.base + (uint64_t)in->imm), false);
        return row->arg == IR_add && in->imm == 0 ? sign_extended(st, a) : jt_fresh(st);
    case GRV64_C_bin: return row->arg == IR_add ? sum(st, a, b) : jt_fresh(st);
    case GRV64_C_shadd: return sum(st, shifted(st, a, row->arg & 3, row->arg & A_UW), b);
    case GRV64_C_slliuw: return shifted(st, a, in->imm, true);
    case GRV64_C_load: return loaded(st, in, at, row->arg);
    default: return jt_fresh(st);
    }
}

static bool writes_rd(const struct ginsn *in)
{
    switch (grv64_row[in->row].fmt) {
    case GRV64_F_FR: case GRV64_F_FRM: case GRV64_F_FR1M: case GRV64_F_FR4: case GRV64_F_FX: case GRV64_F_FXM: case GRV64_F_FL:
    case GRV64_F_CFLD: case GRV64_F_CFLDSP:
        return false;
    default:
        return in->rd != 0;
    }
}

/* A branch that is taken or not so that control goes on at `next` may bound a register from above by a constant. */
static void bound_check(struct jt_state *st, const struct ginsn *in, const struct ginsn *next)
{
    unsigned op = grv64_row[in->row].arg, a = op & A_SWAP ? in->rs2 : in->rs1, b = op & A_SWAP ? in->rs1 : in->rs2;
    bool taken = next->pc == in->target;        /* then a < b or a <= b, else b <= a or b < a */
    unsigned reg = taken ? a : b, limit = taken ? b : a;

    op = ARG_LO(op);
    if ((op != IR_ult && op != IR_ule) || in->target == in->pc + in->len || st->r[limit].kind != JT_CONST || st->r[limit].pcrel)
        return;
    jt_below(st, st->r[reg], st->r[limit].base + (taken ? op == IR_ule : op == IR_ult), true);
}

/* A call: t0-t6 and a0-a7 are new. */
static void forget_temporaries(struct jt_state *st)
{
    for (unsigned i = 5; i < 32; i++)
        if (i < 8 || (i >= 10 && i < 18) || i >= 28)
            st->r[i] = jt_fresh(st);
}

bool grv64_jump_table(const struct ginsn *insn, uint32_t n, uint32_t first, struct guest_jumptable *jt)
{
    const struct ginsn *last = &insn[n - 1];
    struct jt_state st;
    struct jt_sym v;

    if (grv64_row[last->row].cls != GRV64_C_jalr || last->rd != 0 || last->imm != 0)
        return false;
    jt_init(&st, 0);
    for (uint32_t i = 0; i < n; i++) {
        if (i == first)
            jt_start_block(&st, first);
        if (i + 1 == n)
            break;
        if (insn[i].flow == GF_CALL || insn[i].flow == GF_ICALL)
            forget_temporaries(&st);
        if (insn[i].flow == GF_BRANCH)
            bound_check(&st, &insn[i], &insn[i + 1]);
        else if (writes_rd(&insn[i]))
            st.r[insn[i].rd] = eval(&st, &insn[i], i);
    }
    v = st.r[last->rs1];
    if ((v.kind != JT_TARGET && v.kind != JT_ENTRY) || v.reg == 0)
        return false;
    jt_fill(&st, &v, GRV64_SLOT_X, jt);
    return !v.from || st.start[v.from - 1].pcrel == v.pcrel;
}
