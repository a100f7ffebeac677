/* Jump-table dispatch as GCC and LLVM write it for AArch64: a bound check; adrp and add for the table; an entry of 1, 2, 4 or 8
 * bytes is loaded by index; adr for the place that entries count from; add of the entry, extended and times four; br. Recognised
 * by running the straight-line code on symbolic values, so instruction order and register choice do not matter.
 *
 * What the code before the last block shows (bounds, constants set before a loop) is only a hint: the region's switch compares the
 * index with the count itself, and a constant from before is checked at run time (guarded). */
#include "passes/lift/aarch64/aarch64.h"

#include <ctype.h>
#include <string.h>

enum kind { V_ANY, V_CONST, V_INDEX, V_ADDR, V_ENTRY, V_TARGET };
enum { UXTW = 2, UXTX = 3, SXTB = 4, SXTH = 5, SXTW = 6, SXTX = 7 };
enum { ZR = 31, CALLER_SAVED = 0x7ffff };

/* CONST: base, taken from register from - 1 of the block's start (0: made in the block). INDEX: index << shift, wild: upper 32
 * bits unknown. ADDR: base + INDEX. ENTRY: what was loaded from the table, << shift. TARGET: ENTRY + base. The index is `reg` (its
 * low half: low) right before instruction `at`, and below `count`. id: equal for equal values; lid: for equal low halves. zx: the
 * upper half is 0. */
struct sym {
    uint64_t base, table;
    uint32_t id, lid, count, at;
    enum kind kind;
    uint8_t reg, shift, size, from;
    bool sext, pcrel, wild, low, loose, zx;
};

/* cmp: the last instruction that set flags compared the value v with k. */
struct state { struct sym r[32], v; uint64_t k; uint32_t ids; bool cmp, wide; };

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

static bool plain_const(const struct sym *v)
{
    return v->kind == V_CONST && !v->pcrel && !v->from;
}

/* Sum of two values, either order. */
static struct sym sum(struct state *st, struct sym a, struct sym b)
{
    struct sym r = b;
    bool twice;

    if (a.kind != V_CONST && b.kind == V_CONST)
        return sum(st, b, a);
    twice = (a.pcrel && b.pcrel) || (a.from && b.from);
    if (a.kind != V_CONST || (b.kind != V_ENTRY && twice))
        return fresh(st);
    r.id = r.lid = ++st->ids;
    switch (b.kind) {
    case V_CONST: case V_ADDR:
        r.base = a.base + b.base;
        r.pcrel = a.pcrel || b.pcrel;
        r.from = a.from | b.from;
        return r;
    case V_INDEX:
        r.kind = V_ADDR, r.base = a.base, r.pcrel = a.pcrel, r.from = a.from;
        return b.wild ? fresh(st) : r;
    case V_ENTRY:
        r.kind = V_TARGET, r.base = a.base, r.pcrel = a.pcrel && b.pcrel, r.from = a.from | b.from;
        return a.from && b.from && a.from != b.from ? fresh(st) : r;
    default: return fresh(st);
    }
}

/* An index below the bound fits 31 bits, so both extensions from 32 bits leave it as it is. An entry's sign counts from here on. */
static struct sym extended(struct state *st, struct sym v, unsigned option)
{
    unsigned sign = v.size == 1 ? SXTB : v.size == 2 ? SXTH : SXTW;
    struct sym r = fresh(st);

    if (option == UXTX || option == SXTX)
        return v;
    if (v.kind == V_INDEX && v.shift == 0 && (option == UXTW || option == SXTW)) {
        v.id = r.id, v.wild = false, v.zx = true;
        return v;
    }
    if (v.kind == V_ENTRY && v.shift == 0 && v.size < 8 && !v.sext && (option == sign || option == UXTW || option == SXTW)) {
        v.sext = option == sign;
        return v;
    }
    if (option == UXTW)
        r.lid = v.lid, r.zx = true;
    return r;
}

static struct sym shifted(struct state *st, struct sym v, unsigned by)
{
    if (by == 0)
        return v;
    if (plain_const(&v))
        return konst(st, v.base << by, false);
    if ((v.kind != V_INDEX && v.kind != V_ENTRY) || v.shift + by > 4 || v.wild)
        return fresh(st);
    v.id = v.lid = ++st->ids;
    v.shift = (uint8_t)(v.shift + by);
    return v;
}

/* A value that its own making bounds. */
static struct sym bounded(struct state *st, unsigned rd, uint32_t at, uint64_t count)
{
    struct sym r = fresh(st);

    r.kind = V_INDEX, r.reg = (uint8_t)rd, r.at = at + 1, r.count = (uint32_t)count, r.loose = count == 256, r.zx = true;
    return r;
}

/* What a load of `size` bytes at address a leaves; rd, at: of the instruction. */
static struct sym loaded(struct state *st, const struct ginsn *in, uint32_t at, struct sym a)
{
    unsigned arg = ga64_row[in->row].arg, log2 = arg & GA64_MEM_LOG2;

    if (a.kind == V_ADDR && a.shift == log2 && !(arg & M_SX32)) {
        a.kind = V_ENTRY, a.table = a.base, a.base = 0, a.shift = 0;
        a.size = (uint8_t)(1u << log2), a.sext = arg & M_SX64;
        a.id = a.lid = ++st->ids;
        return a;
    }
    return log2 == 0 && !(arg & (M_SX32 | M_SX64)) ? bounded(st, in->rd, at, 256) : fresh(st);
}

static struct sym load(struct state *st, const struct ginsn *in, uint32_t at)
{
    const struct ga64_row *row = &ga64_row[in->row];
    unsigned amount = ga64_bits(in->raw, 12, 12) ? row->arg & GA64_MEM_LOG2 : 0;
    struct sym a = st->r[in->rs1], b;

    if (in->rs1 == ZR || (row->arg & (M_ST | M_FP | M_POST | M_PRE)))
        return fresh(st);
    if (row->cls == GA64_C_ldst_reg) {
        b = shifted(st, extended(st, st->r[in->rs2], ga64_bits(in->raw, 15, 13)), amount);
        return loaded(st, in, at, sum(st, a, b));
    }
    return loaded(st, in, at, sum(st, a, konst(st, (uint64_t)in->imm, false)));
}

/* ubfm and sbfm: extensions from 32 bits, shifts to the left, both at once, small fields. */
static struct sym field(struct state *st, const struct ginsn *in, uint32_t at)
{
    unsigned size = in->raw >> 31 ? 64 : 32, immr = ga64_bits(in->raw, 21, 16), imms = ga64_bits(in->raw, 15, 10);
    bool left = imms < immr, sign = ga64_row[in->row].arg == GA64_OP_sbfm;
    unsigned to = left ? size - immr : 0, w = left ? imms + 1 : imms - immr + 1;
    struct sym v = st->r[in->rs1];

    if (ga64_row[in->row].arg == GA64_OP_bfm)
        return fresh(st);
    if (w == 32 && (left || immr == 0))
        return shifted(st, extended(st, v, sign ? SXTW : UXTW), to);
    if (left && to + w == size)
        return size == 64 ? shifted(st, v, to) : shifted(st, extended(st, v, UXTW), to);
    return !left && !sign && w <= 8 ? bounded(st, in->rd, at, UINT64_C(1) << w) : fresh(st);
}

/* A copy (orr with the zero register), or what the mask of an and leaves. */
static struct sym logic(struct state *st, const struct ginsn *in, uint32_t at)
{
    const struct ga64_row *row = &ga64_row[in->row];
    uint64_t m = (uint64_t)in->imm;

    if (row->cls == GA64_C_logic_imm)
        return row->arg == GA64_OP_and && (m & (m + 1)) == 0 && m < 4096 ? bounded(st, in->rd, at, m + 1) : fresh(st);
    if (row->arg != GA64_OP_orr || in->rs1 != ZR || ga64_bits(in->raw, 15, 10))
        return fresh(st);
    return in->raw >> 31 ? st->r[in->rs2] : extended(st, st->r[in->rs2], UXTW);
}

static struct sym add(struct state *st, const struct ginsn *in)
{
    const struct ga64_row *row = &ga64_row[in->row];
    bool sub = row->arg == GA64_OP_sub;
    struct sym b;

    if ((row->arg != GA64_OP_add && !sub) || !(in->raw >> 31) || (row->cls != GA64_C_addsub_reg && in->rs1 == ZR))
        return fresh(st);
    if (row->cls == GA64_C_addsub_imm)
        b = konst(st, sub ? -(uint64_t)in->imm : (uint64_t)in->imm, false);
    else if (sub)
        return fresh(st);
    else if (row->cls == GA64_C_addsub_ext)
        b = shifted(st, extended(st, st->r[in->rs2], ga64_bits(in->raw, 15, 13)), ga64_bits(in->raw, 12, 10));
    else
        b = ga64_bits(in->raw, 23, 22) ? fresh(st) : shifted(st, st->r[in->rs2], ga64_bits(in->raw, 15, 10));
    return sum(st, st->r[in->rs1], b);
}

static struct sym wide_move(struct state *st, const struct ginsn *in)
{
    uint64_t field_mask = UINT64_C(0xffff) << ga64_bits(in->raw, 22, 21) * 16, v = (uint64_t)in->imm;
    struct sym old = st->r[in->rd];

    if (ga64_row[in->row].arg == GA64_OP_movk) {
        if (!plain_const(&old))
            return fresh(st);
        v |= old.base & ~field_mask;
    } else if (ga64_row[in->row].arg == GA64_OP_movn) {
        v = ~v;
    }
    return konst(st, in->raw >> 31 ? v : v & 0xffffffff, false);
}

/* What `in` leaves in rd. */
static struct sym eval(struct state *st, const struct ginsn *in, uint32_t at)
{
    switch (ga64_row[in->row].cls) {
    case GA64_C_adr: return konst(st, (ga64_row[in->row].arg ? in->pc & ~UINT64_C(4095) : in->pc) + (uint64_t)in->imm, true);
    case GA64_C_movewide: return wide_move(st, in);
    case GA64_C_bitfield: return field(st, in, at);
    case GA64_C_logic_imm: case GA64_C_logic_reg: return logic(st, in, at);
    case GA64_C_addsub_imm: case GA64_C_addsub_reg: case GA64_C_addsub_ext: return add(st, in);
    case GA64_C_ldst_uimm: case GA64_C_ldst_simm: case GA64_C_ldst_reg: return load(st, in, at);
    default: return fresh(st);
    }
}

/* General registers that `in` writes, from the words of its row (format.c). */
static uint32_t written(const struct ginsn *in)
{
    const struct ga64_row *row = &ga64_row[in->row];
    bool cas = row->cls == GA64_C_cas || row->cls == GA64_C_casp, tests = row->cls == GA64_C_cbz || row->cls == GA64_C_tbz;
    uint32_t m = strstr(row->print, "post") || (strchr(row->print, '[') && (row->arg & (M_POST | M_PRE))) ? 1u << in->rs1 : 0;

    for (const char *p = row->print; *p; p++) {
        if (!strchr("RWX", *p) || (p != row->print && isalnum((unsigned char)p[-1])))
            continue;
        if (p[1] == 'd' && !tests && row->cls != GA64_C_msr)
            m |= 1u << in->rd;
        else if (p[1] == 's' && row->cls != GA64_C_atomic)
            m |= 3u << in->rs2;                 /* casp: a pair; too much otherwise */
        else if (p[1] == 't' && !cas && !(row->arg & M_ST))
            m |= 1u << in->rd;
        else if ((p[1] == 'u' || (p[1] == 'a' && row->cls == GA64_C_ldst_exclp)) && !(row->arg & M_ST))
            m |= 1u << in->rs3;
    }
    if (in->flow == GF_CALL || in->flow == GF_ICALL)
        m |= 1u << 30 | CALLER_SAVED;
    return m & 0x7fffffff;
}

/* Keeps what a compare with a constant says; any other instruction that may set flags makes it forgotten. */
static void note_flags(struct state *st, const struct ginsn *in)
{
    const struct ga64_row *row = &ga64_row[in->row];
    struct sym b = in->rs2 == ZR ? konst(st, 0, false) : st->r[in->rs2];

    switch (row->cls) {
    case GA64_C_addsub_imm: case GA64_C_addsub_reg: case GA64_C_addsub_ext:
        if (row->arg != GA64_OP_subs && row->arg != GA64_OP_adds)
            return;
        if (row->cls == GA64_C_addsub_imm)
            b = konst(st, (uint64_t)in->imm, false);
        st->cmp = row->arg == GA64_OP_subs && plain_const(&b) && in->rs1 != ZR && row->cls != GA64_C_addsub_ext &&
                  (row->cls == GA64_C_addsub_imm || ga64_bits(in->raw, 15, 10) == 0);
        st->v = st->r[in->rs1], st->k = b.base, st->wide = in->raw >> 31;
        return;
    case GA64_C_logic_imm: case GA64_C_logic_reg: st->cmp &= row->arg != GA64_OP_ands && row->arg != GA64_OP_bics; return;
    case GA64_C_addsub_carry: case GA64_C_flagm: case GA64_C_ccmp_reg: case GA64_C_ccmp_imm: case GA64_C_fp_cmp:
    case GA64_C_fp_ccmp: case GA64_C_msr: case GA64_C_b: case GA64_C_br: case GA64_C_svc: st->cmp = false; return;
    default: return;
    }
}

/* A conditional branch that is taken or not so that control goes on at `next`: if that bounds the compared value from above, every
 * register that holds it is an index, and so is every register with the same low half. */
static void bound_check(struct state *st, const struct ginsn *in, const struct ginsn *next)
{
    bool taken = next->pc == in->target;
    unsigned cond = (in->raw & 15) ^ (taken ? 0 : 1);           /* what holds now: ls is 9, cc 3 */
    uint64_t count = st->k + (cond == 9);

    if (!st->cmp || ga64_row[in->row].cls != GA64_C_bcond || in->target == in->pc + in->len || (cond != 9 && cond != 3))
        return;
    if (count == 0 || count > UINT32_MAX / 2 || (st->v.kind != V_ANY && st->v.kind != V_INDEX) || st->v.shift)
        return;
    for (unsigned i = 0; i < 31; i++) {
        struct sym *s = &st->r[i];
        bool same = st->wide ? s->id == st->v.id : s->lid == st->v.lid && s->zx;

        if ((s->kind != V_ANY && s->kind != V_INDEX) || (!same && s->lid != st->v.lid) || s->shift)
            continue;
        s->kind = V_INDEX;
        s->wild = !same;
        s->count = (uint32_t)count;
        s->loose = false;
    }
}

/* The last block starts: constants are as good as the guard on their register, indices are what the registers hold. */
static void start_block(struct state *st, uint32_t first)
{
    for (unsigned i = 0; i < 31; i++) {
        struct sym *s = &st->r[i];

        if (s->kind == V_CONST)
            s->from = (uint8_t)(i + 1);
        else if (s->kind == V_INDEX && s->shift == 0)
            s->reg = (uint8_t)i, s->at = first, s->low = s->wild;
        else
            *s = fresh(st);
    }
}

static bool fill(struct sym v, const struct sym start[32], struct guest_jumptable *jt)
{
    if (v.kind != V_TARGET && (v.kind != V_ENTRY || v.size != 8))
        return false;
    memset(jt, 0, sizeof *jt);
    jt->table = v.table;
    jt->relbase = v.kind == V_TARGET ? v.base : 0;
    jt->count = v.count;
    jt->size = v.size;
    jt->shift = v.shift;
    jt->sext = v.sext;
    jt->loose = v.loose;
    jt->pcrel = v.pcrel;
    jt->low = v.low;
    jt->index_slot = (uint16_t)(GA64_SLOT_X + v.reg);
    jt->index_at = v.at;
    if (v.from) {
        jt->guarded = true;
        jt->base_slot = (uint16_t)(GA64_SLOT_X + v.from - 1);
        jt->base_value = start[v.from - 1].base;
    }
    return !v.from || start[v.from - 1].pcrel;
}

/* One instruction's effect on the values. */
static void step(struct state *st, const struct ginsn *in, uint32_t at)
{
    uint32_t m = written(in);
    const char *print = ga64_row[in->row].print;
    struct sym v = eval(st, in, at);

    if (v.kind == V_ANY && ((print[0] == 'R' && !(in->raw >> 31)) || print[0] == 'W'))
        v.zx = true;
    note_flags(st, in);
    for (unsigned i = 0; i < 31; i++)
        if (m >> i & 1)
            st->r[i] = i == in->rd ? v : fresh(st);
}

bool ga64_jump_table(const struct ginsn *insn, uint32_t n, uint32_t first, struct guest_jumptable *jt)
{
    const struct ginsn *last = &insn[n - 1];
    struct state st = { .ids = 0 };
    struct sym start[32];

    if (ga64_row[last->row].cls != GA64_C_br || ga64_row[last->row].arg != 0)
        return false;
    for (unsigned i = 0; i < 31; i++)
        st.r[i] = fresh(&st);
    st.r[ZR] = konst(&st, 0, false);
    for (uint32_t i = 0; i < n; i++) {
        if (i == first) {
            start_block(&st, first);
            memcpy(start, st.r, sizeof start);
        }
        if (i + 1 == n)
            break;
        if (insn[i].flow == GF_BRANCH)
            bound_check(&st, &insn[i], &insn[i + 1]);
        else
            step(&st, &insn[i], i);
    }
    return fill(st.r[last->rs1], start, jt);
}
