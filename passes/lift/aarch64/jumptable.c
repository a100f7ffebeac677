/* Jump-table dispatch as GCC and LLVM write it for AArch64: a bound check; adrp and add for the table; an entry of 1, 2, 4 or 8
 * bytes is loaded by index; adr for the place that entries count from; add of the entry, extended and times four; br. Recognised
 * by running the straight-line code on symbolic values, so instruction order and register choice do not matter.
 *
 * What the code before the last block shows (bounds, constants set before a loop) is only a hint: the region's switch compares the
 * index with the count itself, and a constant from before is checked at run time (guarded). */
#include "passes/lift/aarch64/aarch64.h"
#include "passes/lift/jumptable.h"

#include <ctype.h>
#include <string.h>

enum { UXTW = 2, UXTX = 3, SXTB = 4, SXTH = 5, SXTW = 6, SXTX = 7 };
enum { ZR = 31, CALLER_SAVED = 0x7ffff };

/* The last instruction that set flags; valid: it compared the value v with k. */
struct compare { struct jt_sym v; uint64_t k; bool valid, wide; };

/* An index below the bound fits 31 bits, so both extensions from 32 bits leave it as it is. An entry's sign counts from here on. */
static struct jt_sym extended(struct jt_state *st, struct jt_sym v, unsigned option)
{
    unsigned sign = v.size == 1 ? SXTB : v.size == 2 ? SXTH : SXTW;
    struct jt_sym r = jt_fresh(st);

    if (option == UXTX || option == SXTX)
        return v;
    if (v.kind == JT_INDEX && v.shift == 0 && (option == UXTW || option == SXTW)) {
        v.id = r.id, v.wild = false, v.zx = true;
        return v;
    }
    if (v.kind == JT_ENTRY && v.shift == 0 && v.size < 8 && !v.sext && (option == sign || option == UXTW || option == SXTW)) {
        v.sext = option == sign;
        return v;
    }
    if (option == UXTW)
        r.lid = v.lid, r.zx = true;
    return r;
}

static struct jt_sym shifted(struct jt_state *st, struct jt_sym v, unsigned by)
{
    if (by == 0)
        return v;
    if (jt_plain(&v))
        return jt_const(st, v.base << by, false);
    if ((v.kind != JT_INDEX && v.kind != JT_ENTRY) || v.shift + by > 4 || v.wild)
        return jt_fresh(st);
    v.id = v.lid = ++st->ids;
    v.shift = (uint8_t)(v.shift + by);
    return v;
}

/* What a load at address a leaves; at: of the instruction. */
static struct jt_sym loaded(struct jt_state *st, const struct ginsn *in, uint32_t at, struct jt_sym a)
{
    unsigned arg = ga64_row[in->row].arg, log2 = arg & GA64_MEM_LOG2;

    if (a.kind == JT_ADDR && a.shift == log2 && !(arg & M_SX32))
        return jt_loaded(st, a, log2, arg & M_SX64);
    return log2 == 0 && !(arg & (M_SX32 | M_SX64)) ? jt_bounded(st, in->rd, at, 256, true) : jt_fresh(st);
}

static struct jt_sym load(struct jt_state *st, const struct ginsn *in, uint32_t at)
{
    const struct ga64_row *row = &ga64_row[in->row];
    unsigned amount = ga64_bits(in->raw, 12, 12) ? row->arg & GA64_MEM_LOG2 : 0;
    struct jt_sym a = st->r[in->rs1], b;

    if (in->rs1 == ZR || (row->arg & (M_ST | M_FP | M_POST | M_PRE)))
        return jt_fresh(st);
    if (row->cls == GA64_C_ldst_reg) {
        b = shifted(st, extended(st, st->r[in->rs2], ga64_bits(in->raw, 15, 13)), amount);
        return loaded(st, in, at, jt_sum(st, a, b));
    }
    return loaded(st, in, at, jt_sum(st, a, jt_const(st, (uint64_t)in->imm, false)));
}

/* ubfm and sbfm: extensions from 32 bits, shifts to the left, both at once, small fields. */
static struct jt_sym field(struct jt_state *st, const struct ginsn *in, uint32_t at)
{
    unsigned size = in->raw >> 31 ? 64 : 32, immr = ga64_bits(in->raw, 21, 16), imms = ga64_bits(in->raw, 15, 10);
    bool left = imms < immr, sign = ga64_row[in->row].arg == GA64_OP_sbfm;
    unsigned to = left ? size - immr : 0, w = left ? imms + 1 : imms - immr + 1;
    struct jt_sym v = st->r[in->rs1];

    if (ga64_row[in->row].arg == GA64_OP_bfm)
        return jt_fresh(st);
    if (w == 32 && (left || immr == 0))
        return shifted(st, extended(st, v, sign ? SXTW : UXTW), to);
    if (left && to + w == size)
        return size == 64 ? shifted(st, v, to) : shifted(st, extended(st, v, UXTW), to);
    return !left && !sign && w <= 8 ? jt_bounded(st, in->rd, at, 1u << w, w == 8) : jt_fresh(st);
}

/* A copy (orr with the zero register), or what the mask of an and leaves. */
static struct jt_sym logic(struct jt_state *st, const struct ginsn *in, uint32_t at)
{
    const struct ga64_row *row = &ga64_row[in->row];
    uint64_t m = (uint64_t)in->imm;

    if (row->cls == GA64_C_logic_imm)
        return row->arg == GA64_OP_and && (m & (m + 1)) == 0 && m < 4096 ? jt_bounded(st, in->rd, at, (uint32_t)m + 1, m == 255) :
                                                                           jt_fresh(st);
    if (row->arg != GA64_OP_orr || in->rs1 != ZR || ga64_bits(in->raw, 15, 10))
        return jt_fresh(st);
    return in->raw >> 31 ? st->r[in->rs2] : extended(st, st->r[in->rs2], UXTW);
}

static struct jt_sym add(struct jt_state *st, const struct ginsn *in)
{
    const struct ga64_row *row = &ga64_row[in->row];
    bool sub = row->arg == GA64_OP_sub;
    struct jt_sym b;

    if ((row->arg != GA64_OP_add && !sub) || !(in->raw >> 31) || (row->cls != GA64_C_addsub_reg && in->rs1 == ZR))
        return jt_fresh(st);
    if (row->cls == GA64_C_addsub_imm)
        b = jt_const(st, sub ? -(uint64_t)in->imm : (uint64_t)in->imm, false);
    else if (sub)
        return jt_fresh(st);
    else if (row->cls == GA64_C_addsub_ext)
        b = shifted(st, extended(st, st->r[in->rs2], ga64_bits(in->raw, 15, 13)), ga64_bits(in->raw, 12, 10));
    else
        b = ga64_bits(in->raw, 23, 22) ? jt_fresh(st) : shifted(st, st->r[in->rs2], ga64_bits(in->raw, 15, 10));
    return jt_sum(st, st->r[in->rs1], b);
}

static struct jt_sym wide_move(struct jt_state *st, const struct ginsn *in)
{
    uint64_t field_mask = UINT64_C(0xffff) << ga64_bits(in->raw, 22, 21) * 16, v = (uint64_t)in->imm;
    struct jt_sym old = st->r[in->rd];

    if (ga64_row[in->row].arg == GA64_OP_movk) {
        if (!jt_plain(&old))
            return jt_fresh(st);
        v |= old.base & ~field_mask;
    } else if (ga64_row[in->row].arg == GA64_OP_movn) {
        v = ~v;
    }
    return jt_const(st, in->raw >> 31 ? v : v & 0xffffffff, false);
}

/* What `in` leaves in rd. */
static struct jt_sym eval(struct jt_state *st, const struct ginsn *in, uint32_t at)
{
    switch (ga64_row[in->row].cls) {
    case GA64_C_adr: return jt_const(st, (ga64_row[in->row].arg ? in->pc & ~UINT64_C(4095) : in->pc) + (uint64_t)in->imm, true);
    case GA64_C_movewide: return wide_move(st, in);
    case GA64_C_bitfield: return field(st, in, at);
    case GA64_C_logic_imm: case GA64_C_logic_reg: return logic(st, in, at);
    case GA64_C_addsub_imm: case GA64_C_addsub_reg: case GA64_C_addsub_ext: return add(st, in);
    case GA64_C_ldst_uimm: case GA64_C_ldst_simm: case GA64_C_ldst_reg: return load(st, in, at);
    default: return jt_fresh(st);
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
static void note_flags(struct jt_state *st, struct compare *c, const struct ginsn *in)
{
    const struct ga64_row *row = &ga64_row[in->row];
    struct jt_sym b = in->rs2 == ZR ? jt_const(st, 0, false) : st->r[in->rs2];

    switch (row->cls) {
    case GA64_C_addsub_imm: case GA64_C_addsub_reg: case GA64_C_addsub_ext:
        if (row->arg != GA64_OP_subs && row->arg != GA64_OP_adds)
            return;
        if (row->cls == GA64_C_addsub_imm)
            b = jt_const(st, (uint64_t)in->imm, false);
        c->valid = row->arg == GA64_OP_subs && jt_plain(&b) && in->rs1 != ZR && row->cls != GA64_C_addsub_ext &&
                   (row->cls == GA64_C_addsub_imm || ga64_bits(in->raw, 15, 10) == 0);
        c->v = st->r[in->rs1], c->k = b.base, c->wide = in->raw >> 31;
        return;
    case GA64_C_logic_imm: case GA64_C_logic_reg: c->valid &= row->arg != GA64_OP_ands && row->arg != GA64_OP_bics; return;
    case GA64_C_addsub_carry: case GA64_C_flagm: case GA64_C_ccmp_reg: case GA64_C_ccmp_imm: case GA64_C_fp_cmp:
    case GA64_C_fp_ccmp: case GA64_C_msr: case GA64_C_b: case GA64_C_br: case GA64_C_svc: c->valid = false; return;
    default: return;
    }
}

/* A conditional branch that is taken or not so that control goes on at `next` may bound the compared value from above. */
static void bound_check(struct jt_state *st, const struct compare *c, const struct ginsn *in, const struct ginsn *next)
{
    bool taken = next->pc == in->target;
    unsigned cond = (in->raw & 15) ^ (taken ? 0 : 1);           /* what holds now: ls is 9, cc 3 */

    if (c->valid && ga64_row[in->row].cls == GA64_C_bcond && in->target != in->pc + in->len && (cond == 9 || cond == 3))
        jt_below(st, c->v, c->k + (cond == 9), c->wide);
}

/* One instruction's effect on the values. */
static void step(struct jt_state *st, struct compare *c, const struct ginsn *in, uint32_t at)
{
    uint32_t m = written(in);
    const char *print = ga64_row[in->row].print;
    struct jt_sym v = eval(st, in, at);

    if (v.kind == JT_ANY && ((print[0] == 'R' && !(in->raw >> 31)) || print[0] == 'W'))
        v.zx = true;
    note_flags(st, c, in);
    for (unsigned i = 0; i < 31; i++)
        if (m >> i & 1)
            st->r[i] = i == in->rd ? v : jt_fresh(st);
}

bool ga64_jump_table(const struct ginsn *insn, uint32_t n, uint32_t first, struct guest_jumptable *jt)
{
    const struct ginsn *last = &insn[n - 1];
    struct compare c = { .valid = false };
    struct jt_state st;
    struct jt_sym v;

    if (ga64_row[last->row].cls != GA64_C_br || ga64_row[last->row].arg != 0)
        return false;
    jt_init(&st, ZR);
    for (uint32_t i = 0; i < n; i++) {
        if (i == first)
            jt_start_block(&st, first);
        if (i + 1 == n)
            break;
        if (insn[i].flow == GF_BRANCH)
            bound_check(&st, &c, &insn[i], &insn[i + 1]);
        else
            step(&st, &c, &insn[i], i);
    }
    v = st.r[last->rs1];
    if (v.kind != JT_TARGET && (v.kind != JT_ENTRY || v.size != 8))
        return false;
    jt_fill(&st, &v, GA64_SLOT_X, jt);
    return !v.from || st.start[v.from - 1].pcrel;
}
