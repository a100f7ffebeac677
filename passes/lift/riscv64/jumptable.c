/* Jump-table dispatch as GCC and LLVM write it for RISC-V: a bound check, then shift, add of the table's address, load of the
 * entry,
 * (add of the table's address,) jr. Recognised by running the straight-line code on symbolic values, so instruction order, register
 * choice and the Zba forms do not matter.
 *
 * What the code before the last block shows (bounds, constants set before a loop) is only a hint: the region's switch compares
 * the index
 * with the count itself, and a constant from before is checked at run time (guarded). */
#include "passes/lift/riscv64/riscv64.h"
#include "passes/lift/riscv64/lift.h"

#include <string.h>

enum kind { V_ANY, V_CONST, V_INDEX, V_ADDR, V_ENTRY, V_TARGET };

/* CONST: base, taken from register `from` of the block's start (0: made in the block). INDEX: index << shift, wild: upper 32 bits
 * unknown.
 * ADDR: base + INDEX. ENTRY: what was loaded from the table. TARGET: ENTRY + base. The index is `reg` (its low half: low) right
 * before
 * instruction `at`, and below `count`. id: equal for equal values; lid: for equal low halves. */
struct sym {
    uint64_t base, table;
    uint32_t id, lid, count, at;
    enum kind kind;
    uint8_t reg, shift, size, from;
    bool sext, pcrel, wild, low, loose;
};

struct state { struct sym r[32]; uint32_t ids; };

static struct sym fresh(struct state *st)
{
    st->ids++;
    return (struct sym){ .kind = V_ANY, .id = st->ids, .lid = st->ids };
}

static struct sym konst(struct state *st, uint64_t v, bool pcrel)
{
    struct sym r = fresh(st);

    r.kind = V_CONST, r.base = v, r.pcrel = pcrel;
    return r;
}

static struct sym sum_consts(struct state *st, struct sym a, struct sym b)
{
    struct sym r = konst(st, a.base + b.base, a.pcrel || b.pcrel);

    if ((a.pcrel && b.pcrel) || (a.from && b.from))
        return fresh(st);
    r.from = a.from | b.from;
    return r;
}

/* Sum of two values, either order. */
static struct sym sum(struct state *st, struct sym a, struct sym b)
{
    struct sym r = b;

    if (a.kind != V_CONST && b.kind == V_CONST)
        return sum(st, b, a);
    if (a.kind != V_CONST)
        return fresh(st);
    if (a.base == 0 && !a.pcrel && !a.from)
        return b;
    r.base = a.base;
    r.pcrel = a.pcrel;
    r.from = a.from;
    switch (b.kind) {
    case V_CONST: return sum_consts(st, a, b);
    case V_INDEX:
        r.kind = V_ADDR;
        return b.wild ? fresh(st) : r;
    case V_ADDR:
        r.base += b.base;
        r.pcrel |= b.pcrel;
        r.from |= b.from;
        return (a.pcrel && b.pcrel) || (a.from && b.from) ? fresh(st) : r;
    case V_ENTRY:
        r.kind = V_TARGET;
        r.pcrel = a.pcrel && b.pcrel;
        r.from |= b.from;
        return a.from && b.from && a.from != b.from ? fresh(st) : r;
    default: return fresh(st);
    }
}

/* An index below the bound fits 31 bits: extensions from 32 bits leave it as it is, and forget what a wild one has above. */
static struct sym shifted(struct state *st, struct sym v, int64_t by, bool uw)
{
    struct sym r = fresh(st);

    if (v.kind == V_CONST && !v.pcrel && !v.from)
        return konst(st, (uw ? v.base & 0xffffffff : v.base) << by, false);
    if (v.kind == V_ANY && uw && by == 0)
        r.lid = v.lid;
    if (v.kind != V_INDEX || v.shift + by > 32 || (uw && v.shift))
        return r;
    v.id = r.id, v.lid = r.lid;
    v.shift = (uint8_t)(v.shift + by);
    v.wild = v.wild && !uw && v.shift < 32;
    return v;
}

/* srli: only the pair slli 32 / srli 32 - n occurs, zero-extension with a shift. */
static struct sym shifted_right(struct state *st, struct sym v, int64_t by)
{
    struct sym r = fresh(st);

    if (v.kind != V_INDEX || v.shift < by || v.wild)
        return r;
    v.id = r.id, v.lid = r.lid;
    v.shift = (uint8_t)(v.shift - by);
    return v;
}

static struct sym sign_extended(struct state *st, struct sym v)
{
    struct sym r = fresh(st);

    if (v.kind == V_INDEX && v.shift == 0) {
        v.wild = false;
        v.id = r.id;
        return v;
    }
    r.lid = v.lid;
    return r;
}

/* A value that its own making bounds: andi, lbu. */
static struct sym bounded(struct state *st, const struct ginsn *in, uint32_t at, uint32_t count, bool loose)
{
    struct sym r = fresh(st);

    r.kind = V_INDEX, r.reg = in->rd, r.at = at + 1, r.count = count, r.loose = loose;
    return r;
}

static struct sym loaded(struct state *st, const struct ginsn *in, uint32_t at, unsigned arg)
{
    unsigned size = (arg & 0xff) == T_I64 ? 8 : (arg & 0xff) == T_I32 ? 4 : 0;
    struct sym r = st->r[in->rs1];

    if (arg == T_I8)
        return bounded(st, in, at, 256, true);
    if (r.kind != V_ADDR || size == 0 || r.shift != (size == 8 ? 3 : 2))
        return fresh(st);
    r.kind = V_ENTRY;
    r.table = r.base + (uint64_t)in->imm;
    r.base = 0;
    r.size = (uint8_t)size;
    r.sext = arg & A_SEXT;
    return r;
}

/* What `in` leaves in rd. */
static struct sym eval(struct state *st, const struct ginsn *in, uint32_t at)
{
    const struct grv64_row *row = &grv64_row[in->row];
    struct sym a = st->r[in->rs1], b = st->r[in->rs2];

    switch (row->cls) {
    case GRV64_C_lui: return konst(st, (uint64_t)in->imm, false);
    case GRV64_C_auipc: return konst(st, in->pc + (uint64_t)in->imm, true);
    case GRV64_C_bini:
        if (row->arg == IR_and && in->imm > 0)
            return bounded(st, in, at, (uint32_t)in->imm + 1, false);
        if (row->arg == IR_add)
            return sum(st, a, konst(st, (uint64_t)in->imm, false));
        return row->arg == IR_shl ? shifted(st, a, in->imm, false) : row->arg == IR_shr ? shifted_right(st, a, in->imm) : fresh(st);
    case GRV64_C_biniw:
        if (row->arg == IR_add && a.kind == V_CONST && !a.pcrel && !a.from)
            return konst(st, (uint64_t)(int32_t)(uint32_t)(a.base + (uint64_t)in->imm), false);
        return row->arg == IR_add && in->imm == 0 ? sign_extended(st, a) : fresh(st);
    case GRV64_C_bin: return row->arg == IR_add ? sum(st, a, b) : fresh(st);
    case GRV64_C_shadd: return sum(st, shifted(st, a, row->arg & 3, row->arg & A_UW), b);
    case GRV64_C_slliuw: return shifted(st, a, in->imm, true);
    case GRV64_C_load: return loaded(st, in, at, row->arg);
    default: return fresh(st);
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

/* A branch that is taken or not so that control goes on at `next`: if that bounds a register from above by a constant, the
 * register is
 * an index, and so is every register with the same low half. */
static void bound_check(struct state *st, const struct ginsn *in, const struct ginsn *next)
{
    unsigned op = grv64_row[in->row].arg, a = op & A_SWAP ? in->rs2 : in->rs1, b = op & A_SWAP ? in->rs1 : in->rs2;
    bool taken = next->pc == in->target;        /* then a < b or a <= b, else b <= a or b < a */
    unsigned reg = taken ? a : b, limit = taken ? b : a;
    struct sym v = st->r[reg];
    uint64_t count;

    op = ARG_LO(op);
    if ((op != IR_ult && op != IR_ule) || in->target == in->pc + in->len || st->r[limit].kind != V_CONST || st->r[limit].pcrel)
        return;
    count = st->r[limit].base + (taken ? op == IR_ule : op == IR_ult);
    if (count == 0 || count > UINT32_MAX / 2 || (v.kind != V_ANY && v.kind != V_INDEX) || v.shift)
        return;
    for (unsigned i = 1; i < 32; i++) {
        struct sym *s = &st->r[i];

        if ((s->kind != V_ANY && s->kind != V_INDEX) || s->lid != v.lid || s->shift)
            continue;
        s->kind = V_INDEX;
        s->wild = s->id != v.id;
        s->count = (uint32_t)count;
        s->loose = false;
    }
}

/* A call: t0-t6 and a0-a7 are new. */
static void forget_temporaries(struct state *st)
{
    for (unsigned i = 5; i < 32; i++)
        if (i < 8 || (i >= 10 && i < 18) || i >= 28)
            st->r[i] = fresh(st);
}

/* The last block starts: constants are as good as the guard on their register, indices are what the registers hold. */
static void start_block(struct state *st, uint32_t first)
{
    for (unsigned i = 1; i < 32; i++) {
        struct sym *s = &st->r[i];

        if (s->kind == V_CONST) {
            s->from = (uint8_t)i;
        } else if (s->kind == V_INDEX && s->shift == 0) {
            s->reg = (uint8_t)i, s->at = first;
            s->low = s->wild;
        } else {
            *s = fresh(st);
        }
    }
}

static bool fill(struct sym v, const struct sym start[32], struct guest_jumptable *jt)
{
    if ((v.kind != V_TARGET && v.kind != V_ENTRY) || v.reg == 0)
        return false;
    memset(jt, 0, sizeof *jt);
    jt->table = v.table;
    jt->relbase = v.kind == V_TARGET ? v.base : 0;
    jt->count = v.count;
    jt->size = v.size;
    jt->sext = v.sext;
    jt->loose = v.loose;
    jt->pcrel = v.pcrel;
    jt->low = v.low;
    jt->index_slot = (uint16_t)(GRV64_SLOT_X + v.reg);
    jt->index_at = v.at;
    if (v.from) {
        jt->guarded = true;
        jt->base_slot = (uint16_t)(GRV64_SLOT_X + v.from);
        jt->base_value = start[v.from].base;
    }
    return !v.from || start[v.from].pcrel == v.pcrel;
}

bool grv64_jump_table(const struct ginsn *insn, uint32_t n, uint32_t first, struct guest_jumptable *jt)
{
    const struct ginsn *last = &insn[n - 1];
    struct state st = { .ids = 0 };
    struct sym start[32];

    if (grv64_row[last->row].cls != GRV64_C_jalr || last->rd != 0 || last->imm != 0)
        return false;
    st.r[0] = konst(&st, 0, false);
    for (unsigned i = 1; i < 32; i++)
        st.r[i] = fresh(&st);
    for (uint32_t i = 0; i < n; i++) {
        if (i == first) {
            start_block(&st, first);
            memcpy(start, st.r, sizeof start);
        }
        if (i + 1 == n)
            break;
        if (insn[i].flow == GF_CALL || insn[i].flow == GF_ICALL)
            forget_temporaries(&st);
        if (insn[i].flow == GF_BRANCH)
            bound_check(&st, &insn[i], &insn[i + 1]);
        else if (writes_rd(&insn[i]))
            st.r[insn[i].rd] = eval(&st, &insn[i], i);
    }
    return fill(st.r[last->rs1], start, jt);
}
