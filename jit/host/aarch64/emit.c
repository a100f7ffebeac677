/* From allocated machine IR to words: blocks in layout order, cold code behind them, switch tables last. */
#include "jit/host/aarch64/emit.h"
#include "jit/host/dump.h"

#include <stdlib.h>
#include <string.h>

void a64_fix(struct a64 *x, unsigned kind, uint32_t target)
{
    x->fix = arena_grow(&x->cc->arena, x->fix, &x->capfix, x->nfix + 1, sizeof *x->fix);
    x->fix[x->nfix++] = (struct afix){ x->b.n, target, (uint8_t)kind };
}

void a64_reloc(struct a64 *x, unsigned kind, uint64_t pc)
{
    struct code *o = x->out;

    o->rel = arena_grow(&x->cc->arena, o->rel, &x->caprel, o->nrel + 1, sizeof *o->rel);
    o->rel[o->nrel++] = (struct code_reloc){ .off = x->b.n, .kind = (uint8_t)kind, .pc = pc };
}

void a64_near(struct a64 *x, unsigned rd, unsigned kind, uint64_t pc)
{
    a64_reloc(x, kind, pc);
    a64_pair(&x->b, RSCRATCH, 0);
    a64_put(&x->b, a64_adr(RSCRATCH2, -4));     /* the field's fourth byte: what its value counts from */
    a64_put(&x->b, a64_addsub_ext(1, false, false, rd, RSCRATCH2, RSCRATCH, EX_SXTW, 0));
}

void a64_guest_pc(struct a64 *x, unsigned rd, uint64_t pc)
{
    if (x->f->pic)
        a64_near(x, rd, REL_GUEST, pc);
    else
        a64_mov_imm(&x->b, rd, pc);
}

static void load_field(struct a64 *x, unsigned rt, int64_t off) { a64_mem(&x->b, 3, LS_LOAD, rt, RVCPU, off, RSCRATCH2); }
static void store_field(struct a64 *x, unsigned rt, int64_t off) { a64_mem(&x->b, 3, LS_STORE, rt, RVCPU, off, RSCRATCH2); }

/* ---- moves and state ---- */

static int32_t place(const struct a64 *x, const struct mop *o) { return x->m.v[o->v].off; }

/* Push and pop, always balanced within one edge. Not on the hint stack: a signal handler may exchange that (vcpu_arm). */
static int64_t edge(const struct a64 *x) { return (int64_t)offsetof(struct vcpu, edge) + 8 * (int64_t)x->edge_depth; }

static void emit_stack(struct a64 *x, const struct mi *in)
{
    const struct mop *o = &in->o[0];

    if (in->aux == 4) {                         /* from place to place: the emitter has registers of its own */
        load_field(x, RSCRATCH, place(x, o));
        store_field(x, RSCRATCH, place(x, o + 1));
    } else if (in->aux == 0) {
        if (x->edge_depth == VCPU_EDGE)
            cc_bail(x->cc, ST_LIMIT, 0, "more than %d values move through memory at one edge", VCPU_EDGE);
        load_field(x, RSCRATCH, place(x, o));
        store_field(x, RSCRATCH, edge(x));
        x->edge_depth++;
    } else {
        x->edge_depth--;
        load_field(x, in->aux == 1 ? RSCRATCH : o->reg, edge(x));
        if (in->aux == 1)
            store_field(x, RSCRATCH, place(x, o));
    }
}

static bool emit_basic(struct a64 *x, const struct mi *in)
{
    unsigned d = in->nop ? in->o[0].reg : NOREG;
    int64_t off;

    switch (in->op) {
    case A_MOV:
        if (in->o[1].flags & MOPF_MEM)
            load_field(x, d, place(x, &in->o[1]));
        else
            a64_mov(&x->b, d, in->o[1].reg);
        return true;
    case A_LDV: load_field(x, d, in->x == 1 ? in->disp : place(x, &in->o[1])); return true;
    case A_STV: store_field(x, in->o[1].reg, in->x == 1 ? in->disp : place(x, &in->o[0])); return true;
    case A_STVI:
        off = in->nop ? place(x, &in->o[0]) : in->disp;
        if (in->imm)
            a64_mov_imm(&x->b, RSCRATCH, (uint64_t)in->imm);
        store_field(x, in->imm ? RSCRATCH : RZR, off);
        return true;
    case A_STVG:
        a64_guest_pc(x, RSCRATCH, (uint64_t)in->imm);
        store_field(x, RSCRATCH, place(x, &in->o[0]));
        return true;
    case A_MOVI: a64_mov_imm(&x->b, d, (uint64_t)in->imm); return true;
    case A_LEAG: a64_guest_pc(x, d, (uint64_t)in->imm); return true;
    case A_XCHGR:
        a64_mov(&x->b, RSCRATCH, d);
        a64_mov(&x->b, d, in->o[1].reg);
        a64_mov(&x->b, in->o[1].reg, RSCRATCH);
        return true;
    case A_STACK: emit_stack(x, in); return true;
    case A_PARAM: return true;
    default: return false;
    }
}

/* ---- integer ---- */

static void emit_mulhsu(struct a64 *x, unsigned d, unsigned a, unsigned b)
{
    /* signed a, unsigned b: the unsigned high half, less b if a is negative */
    a64_put(&x->b, a64_mulh(true, RSCRATCH2, a, b));
    a64_put(&x->b, a64_bitfield(1, BF_S, RSCRATCH, a, 63, 63));
    a64_put(&x->b, a64_logic(1, LOG_AND, false, RSCRATCH, RSCRATCH, b, SH_LSL, 0));
    a64_put(&x->b, a64_addsub(1, true, false, d, RSCRATCH2, RSCRATCH, SH_LSL, 0));
}

/* The host's quotient by 0 is 0, the IR's is all ones; MIN / -1 and all remainders come out right. */
static void emit_div(struct a64 *x, const struct mi *in, unsigned sf)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg, b = in->o[2].reg;

    a64_put(&x->b, a64_dp2(sf, in->aux & DIV_SIGNED ? DP2_SDIV : DP2_UDIV, RSCRATCH, a, b));
    if (in->aux & DIV_REM) {
        a64_put(&x->b, a64_madd(sf, true, d, RSCRATCH, b, a));
        return;
    }
    a64_put(&x->b, a64_addsub_imm(sf, true, true, RZR, b, 0));
    a64_put(&x->b, a64_csel(sf, CS_INV, d, RSCRATCH, RZR, CC_NE));
}

static void emit_shift(struct a64 *x, const struct mi *in, unsigned sf)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg, top = sf ? 63 : 31, n = (unsigned)in->imm & top;

    switch (in->cc) {
    case SH_LSL: a64_put(&x->b, a64_bitfield(sf, BF_U, d, a, (0 - n) & top, top - n)); break;
    case SH_LSR: a64_put(&x->b, a64_bitfield(sf, BF_U, d, a, n, top)); break;
    case SH_ASR: a64_put(&x->b, a64_bitfield(sf, BF_S, d, a, n, top)); break;
    default: a64_put(&x->b, a64_extr(sf, d, a, a, n));
    }
}

static void emit_alu(struct a64 *x, const struct mi *in, unsigned sf)
{
    unsigned d = in->o[0].reg, a = in->o[1].reg, b = in->o[2].reg;

    if (in->cc < 2)
        a64_put(&x->b, a64_addsub(sf, in->cc, false, d, a, b, SH_LSL, 0));
    else
        a64_put(&x->b, a64_logic(sf, in->cc - 2u, false, d, a, b, SH_LSL, 0));
}

static void emit_ext(struct a64 *x, const struct mi *in)
{
    bool sg = in->aux & SX_SIGNED;

    a64_put(&x->b, a64_bitfield(sg && in->cc == 8, sg ? BF_S : BF_U, in->o[0].reg, in->o[1].reg, 0, in->sz * 8u - 1));
}

static void emit_cmp(struct a64 *x, const struct mi *in, unsigned sf)
{
    uint64_t v = (uint64_t)in->imm, neg = sf ? 0 - v : (0 - v) & 0xffffffff;
    uint32_t w = a64_addsub_imm(sf, true, true, RZR, in->o[0].reg, v);

    if (in->op == A_CMP)
        a64_put(&x->b, a64_addsub(sf, true, true, RZR, in->o[0].reg, in->o[1].reg, SH_LSL, 0));
    else
        a64_put(&x->b, w ? w : a64_addsub_imm(sf, false, true, RZR, in->o[0].reg, neg));
}

/* A single out of its box: the default NaN unless the upper half is all ones. */
static void emit_nunbox(struct a64 *x, unsigned d, unsigned a)
{
    a64_put(&x->b, a64_bitfield(1, BF_S, RSCRATCH, a, 32, 63));
    a64_put(&x->b, a64_addsub_imm(1, false, true, RZR, RSCRATCH, 1));
    a64_mov_imm(&x->b, RSCRATCH, 0x7fc00000);
    a64_put(&x->b, a64_csel(0, CS_SEL, d, a, RSCRATCH, CC_EQ));
}

static bool emit_arith(struct a64 *x, const struct mi *in)
{
    unsigned sf = in->sz == 8, d = in->o[0].reg, a = in->nop > 1 ? in->o[1].reg : NOREG, b = in->nop > 2 ? in->o[2].reg : NOREG;

    switch (in->op) {
    case A_ALU: emit_alu(x, in, sf); return true;
    case A_ALUI: a64_put(&x->b, a64_addsub_imm(sf, in->cc, false, d, a, (uint64_t)in->imm)); return true;
    case A_LOGI: a64_put(&x->b, a64_logic_imm(sf, in->cc, d, a, (uint64_t)in->imm)); return true;
    case A_NEG: a64_put(&x->b, a64_addsub(sf, true, false, d, RZR, a, SH_LSL, 0)); return true;
    case A_MUL: a64_put(&x->b, a64_madd(sf, false, d, a, b, RZR)); return true;
    case A_MULH: a64_put(&x->b, a64_mulh(in->cc, d, a, b)); return true;
    case A_MULHSU: emit_mulhsu(x, d, a, b); return true;
    case A_DIV: emit_div(x, in, sf); return true;
    case A_SHI: emit_shift(x, in, sf); return true;
    case A_SHV: a64_put(&x->b, a64_dp2(sf, in->cc, d, a, b)); return true;
    case A_ROTL:
        a64_put(&x->b, a64_addsub(sf, true, false, RSCRATCH, RZR, b, SH_LSL, 0));
        a64_put(&x->b, a64_dp2(sf, DP2_ROR, d, a, RSCRATCH));
        return true;
    case A_EXT: emit_ext(x, in); return true;
    default: return false;
    }
}

static bool emit_bits(struct a64 *x, const struct mi *in)
{
    unsigned sf = in->sz == 8, d = in->o[0].reg, a = in->nop > 1 ? in->o[1].reg : NOREG, b = in->nop > 2 ? in->o[2].reg : NOREG;

    switch (in->op) {
    case A_CLZ: a64_put(&x->b, a64_dp1(sf, DP1_CLZ, d, a)); return true;
    case A_CTZ:
        a64_put(&x->b, a64_dp1(sf, DP1_RBIT, RSCRATCH, a));
        a64_put(&x->b, a64_dp1(sf, DP1_CLZ, d, RSCRATCH));
        return true;
    case A_RBIT: a64_put(&x->b, a64_dp1(sf, DP1_RBIT, d, a)); return true;
    case A_REV: a64_put(&x->b, a64_dp1(sf, sf ? DP1_REV64 : DP1_REV32, d, a)); return true;
    case A_MINMAX:
        a64_put(&x->b, a64_addsub(sf, true, true, RZR, a, b, SH_LSL, 0));
        a64_put(&x->b, a64_csel(sf, CS_SEL, d, a, b, in->cc));
        return true;
    case A_CMP: case A_CMPI: emit_cmp(x, in, sf); return true;
    case A_SETCC: a64_put(&x->b, a64_csel(0, CS_INC, d, RZR, RZR, in->cc ^ 1u)); return true;
    case A_CSEL: a64_put(&x->b, a64_csel(sf, CS_SEL, d, a, b, in->cc)); return true;
    case A_NUNBOX: emit_nunbox(x, d, a); return true;
    case A_FPGET:                               /* FPF_* are FPSR's bits 0..4 from the other end */
        a64_put(&x->b, a64_mrs(SYS_FPSR, RSCRATCH));
        a64_put(&x->b, a64_dp1(1, DP1_RBIT, RSCRATCH, RSCRATCH));
        a64_put(&x->b, a64_bitfield(1, BF_U, d, RSCRATCH, 59, 63));
        return true;
    case A_FPSET:
        a64_put(&x->b, a64_dp1(1, DP1_RBIT, RSCRATCH, d));
        a64_put(&x->b, a64_bitfield(1, BF_U, RSCRATCH, RSCRATCH, 59, 63));
        a64_put(&x->b, a64_msr(SYS_FPSR, RSCRATCH));
        return true;
    default: return false;
    }
}

/* ---- memory ---- */

/* Old values of atomics wait in x30 until the store has not faulted: registers must hold what the snapshot says until then. */
enum { ROLD = RLINK };

static unsigned log2_of(unsigned sz) { return (unsigned)__builtin_ctz(sz); }

/* w16 = the smaller or greater of d and b, compared as wide as they are. */
static void emit_rmw_order(struct a64 *x, const struct mi *in, unsigned d, unsigned b)
{
    unsigned sf = in->sz == 8, top = in->sz * 8u - 1;
    bool sg = in->x == IR_rmw_smin || in->x == IR_rmw_smax;
    unsigned d_wins = in->x == IR_rmw_smin ? CC_GT : in->x == IR_rmw_smax ? CC_LT : in->x == IR_rmw_umin ? CC_HI : CC_LO;

    a64_put(&x->b, a64_bitfield(sf, sg ? BF_S : BF_U, RSCRATCH, b, 0, top));
    if (in->sz >= 4)
        a64_put(&x->b, a64_addsub(sf, true, true, RZR, RSCRATCH, d, SH_LSL, 0));
    else
        a64_put(&x->b, a64_addsub_ext(0, true, true, RZR, RSCRATCH, d, (sg ? EX_SXTB : EX_UXTB) + log2_of(in->sz), 0));
    a64_put(&x->b, a64_csel(sf, CS_SEL, RSCRATCH, d, RSCRATCH, d_wins));
}

/* w16 = d op b; flags may change */
static void emit_rmw_op(struct a64 *x, const struct mi *in, unsigned d, unsigned b)
{
    unsigned sf = in->sz == 8;

    switch (in->x) {
    case IR_rmw_swap: a64_put(&x->b, a64_logic(1, LOG_ORR, false, RSCRATCH, RZR, b, SH_LSL, 0)); return;
    case IR_rmw_add: a64_put(&x->b, a64_addsub(sf, false, false, RSCRATCH, d, b, SH_LSL, 0)); return;
    case IR_rmw_and: a64_put(&x->b, a64_logic(sf, LOG_AND, false, RSCRATCH, d, b, SH_LSL, 0)); return;
    case IR_rmw_or: a64_put(&x->b, a64_logic(sf, LOG_ORR, false, RSCRATCH, d, b, SH_LSL, 0)); return;
    case IR_rmw_xor: a64_put(&x->b, a64_logic(sf, LOG_EOR, false, RSCRATCH, d, b, SH_LSL, 0)); return;
    default: emit_rmw_order(x, in, d, b);
    }
}

static void emit_rmw(struct a64 *x, const struct mi *in)
{
    unsigned size = log2_of(in->sz), m = in->o[1].reg;
    uint32_t loop = x->b.n;

    a64_put(&x->b, a64_ldaxr(size, ROLD, m));
    emit_rmw_op(x, in, ROLD, in->o[2].reg);
    a64_put(&x->b, a64_stlxr(size, RSCRATCH2, RSCRATCH, m));
    a64_put(&x->b, a64_cbz(0, true, RSCRATCH2, (int64_t)loop - x->b.n));
    a64_put(&x->b, a64_dmb(DMB_ISH));           /* the IR's are sequentially consistent: later loads wait for the store, too */
    a64_mov(&x->b, in->o[0].reg, ROLD);
}

static void emit_cas(struct a64 *x, const struct mi *in)
{
    unsigned size = log2_of(in->sz), m = in->o[1].reg, want = in->o[2].reg;
    uint32_t loop = x->b.n;

    a64_put(&x->b, a64_ldaxr(size, ROLD, m));
    if (size == 3)
        a64_put(&x->b, a64_addsub(1, true, true, RZR, ROLD, want, SH_LSL, 0));
    else
        a64_put(&x->b, a64_addsub_ext(0, true, true, RZR, ROLD, want, size, 0));
    a64_put(&x->b, a64_bcc(CC_NE, 12));
    a64_put(&x->b, a64_stlxr(size, RSCRATCH2, in->o[3].reg, m));
    a64_put(&x->b, a64_cbz(0, true, RSCRATCH2, (int64_t)loop - x->b.n));
    a64_put(&x->b, a64_dmb(DMB_ISH));
    a64_mov(&x->b, in->o[0].reg, ROLD);
}

/* Acquire and release by barriers, not by LDAR and STLR, which fault where a plain access would not. */
static bool emit_memory(struct a64 *x, const struct mi *in)
{
    unsigned order = in->cc;

    switch (in->op) {
    case A_LD:
        if (order & MO_SEQ)
            a64_put(&x->b, a64_dmb(DMB_ISH));
        a64_mem(&x->b, log2_of(in->sz), LS_LOAD, in->o[0].reg, in->o[1].reg, in->disp, RSCRATCH);
        if (order & (MO_ACQ | MO_SEQ))
            a64_put(&x->b, a64_dmb(DMB_ISHLD));
        return true;
    case A_ST:
        if (order & (MO_REL | MO_SEQ))
            a64_put(&x->b, a64_dmb(DMB_ISH));
        a64_mem(&x->b, log2_of(in->sz), LS_STORE, in->o[0].reg, in->o[1].reg, in->disp, RSCRATCH);
        if (order & MO_SEQ)
            a64_put(&x->b, a64_dmb(DMB_ISH));
        return true;
    case A_CAS: emit_cas(x, in); return true;
    case A_RMW: emit_rmw(x, in); return true;
    case A_FENCE:
        a64_put(&x->b, a64_dmb(order == MO_ACQ ? DMB_ISHLD : order == MO_REL ? DMB_ISHST : DMB_ISH));
        return true;
    default: return false;
    }
}

/* ---- the region ---- */

static void add_entry(struct a64 *x, uint64_t pc, uint32_t flags)
{
    struct code *o = x->out;

    o->entry = arena_grow(&x->cc->arena, o->entry, &x->capentry, o->nentry + 1, sizeof *o->entry);
    o->entry[o->nentry++] = (struct code_entry){ pc, x->b.n, flags };
}

static void emit_insn(struct a64 *x, const struct mi *in, ir_blk b, ir_blk next)
{
    uint32_t start = x->b.n;

    dump_mark(&x->s, b, in, start);
    if (!emit_basic(x, in) && !a64_emit_ctl(x, in, next) && !emit_memory(x, in) && !emit_arith(x, in) && !emit_bits(x, in))
        cc_bail(x->cc, ST_BUG, x->f->block[b].pc, "AArch64 op %u has no encoding", in->op);
    if (in->snap && in->op != A_POLL && x->b.n > start)
        snap_emit(&x->s, in, start, x->b.n);
    x->out->nhost += (x->b.n - start) / 4;
}

static uint32_t *emit_tables(struct a64 *x)
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
        off[s] = x->b.n;
        for (uint32_t i = 0; i < f->sw[s].n; i++)
            a64_put(&x->b, x->blk_off[sel_thread(&x->s, f->sw[s].target[i])] - off[s]);
    }
    return off;
}

/* The word was put with distance 0. */
static void apply_fixes(struct a64 *x, const uint32_t *table_off)
{
    for (uint32_t i = 0; i < x->nfix; i++) {
        const struct afix *f = &x->fix[i];
        uint32_t to = f->kind == FIX_TABLE ? table_off[f->target] : f->kind == FIX_RET ? x->ret_off : x->blk_off[f->target];
        uint32_t w = a64_get(&x->b, f->off), bits;
        int64_t disp = (int64_t)to - f->off;

        if (f->kind == FIX_JUMP)
            bits = a64_b(false, disp);
        else if (f->kind == FIX_TABLE)
            bits = a64_adr(0, disp);
        else
            bits = a64_bcc(0, disp);            /* CBZ has its field at the same place */
        if (!bits)
            cc_bail(x->cc, ST_LIMIT, x->f->block[1].pc, "a branch of %lld bytes does not reach", (long long)disp);
        a64_set(&x->b, f->off, w | (bits & (f->kind == FIX_JUMP ? 0x3ffffffu : f->kind == FIX_TABLE ? 0x60ffffe0u : 0xffffe0u)));
    }
}

static int by_pc(const void *a, const void *b)
{
    const struct code_entry *x = a, *y = b;

    return x->pc < y->pc ? -1 : x->pc > y->pc;
}

void a64_emit(struct a64 *x)
{
    struct ir_func *f = x->f;
    const struct mir *m = &x->m;

    x->b.a = &x->cc->arena;
    x->coldtail = &x->cold;
    x->blk_off = NEWN(&x->cc->arena, uint32_t, f->nblock + 1);
    for (uint32_t k = 0; k < m->nlayout; k++) {
        ir_blk b = m->layout[k], next = sel_next_block(&x->s, k);

        x->blk_off[b] = x->b.n;
        if (sel_thread(&x->s, b) != b)          /* all jumps to it go on to its target */
            continue;
        if (f->block[b].flags & BLK_ENTRY)
            add_entry(x, f->block[b].pc, f->block[b].flags & BLK_RETSITE);
        for (const struct mi *in = m->b[b].head; in; in = in->next)
            emit_insn(x, in, b, next);
        /* A trap at an entry (jit/cache.h) must not be met by who jumps to the block behind it: what an entry names is its own. */
        if ((f->block[b].flags & BLK_ENTRY) && x->b.n == x->blk_off[b])
            a64_put(&x->b, 0xd503201f);     /* nop */
    }
    for (struct acold *c = x->cold; c; c = c->next) {
        dump_mark(&x->s, IR_NONE, NULL, x->b.n);
        a64_emit_cold(x, c);
    }
    dump_mark(&x->s, IR_NONE, NULL, x->b.n);
    x->ret_off = x->b.n;
    a64_put(&x->b, a64_ldst_wb(3, LS_LOAD, LS_POST, RLINK, RHINT, 8));
    a64_put(&x->b, a64_br(BR_RET, RLINK));
    apply_fixes(x, emit_tables(x));
    qsort(x->out->entry, x->out->nentry, sizeof *x->out->entry, by_pc);
    x->out->text = x->b.p;
    x->out->len = x->b.n;
    x->out->snap = x->snapb;
    x->out->nsnap = x->nsnapb;
    x->out->features = 0;
}
