/* Generates random AArch64 sequences: every row of the ISA table through guest->encode_random, with branches, loops, calls that
 * break the ABI, condition flags that live across all of it, misaligned memory, special values, rounding and NaN modes.
 *
 * Register use: sp, x19, x20 (aligned) and x21 (not) are bases into the scratch memory, x22 counts loops, x23, x24 are scratch,
 * x28 points at the state block, x30 links. The rest, and all vector registers, are anybody's. */
#include "tests/diff/gen_a64.h"

#include "tests/diff/fault.h"

#include <elf.h>

enum { EXCL = OWN_KIND, FPMODE, FLAGS, SYSCALL };

/* ---- special values ---- */

static const uint64_t doubles[] = { 0, UINT64_C(1) << 63, UINT64_C(0x3ff0000000000000), UINT64_C(0xbff0000000000000), UINT64_C(0x7ff0000000000000),
    UINT64_C(0xfff0000000000000), UINT64_C(0x7ff8000000000000), UINT64_C(0xfff8000000000001), UINT64_C(0x7ff0000000000001),
    UINT64_C(0xfff4000000000000), 1, UINT64_C(0x800fffffffffffff), UINT64_C(0x0010000000000000), UINT64_C(0x8010000000000001),
    UINT64_C(0x7fefffffffffffff), UINT64_C(0x43e0000000000000), UINT64_C(0xc3e0000000000000), UINT64_C(0x41dfffffffc00000),
    UINT64_C(0xc1e0000000000000), UINT64_C(0x41efffffffe00000), UINT64_C(0x3fe0000000000000), UINT64_C(0x3fefffffffffffff),
    UINT64_C(0x47efffffe0000000), UINT64_C(0x3690000000000000), UINT64_C(0x380fffffffffffff), UINT64_C(0x400921fb54442d18),
    UINT64_C(0xbfe0000000000001), UINT64_C(0x4338000000000001), UINT64_C(0x43f0000000000000), UINT64_C(0x3f10000000000000) };
static const uint32_t singles[] = { 0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345, 0x7f800001, 0xffa00000,
    1, 0x807fffff, 0x00800000, 0x80800001, 0x7f7fffff, 0x4f000000, 0xcf000000, 0x4effffff, 0x5f000000, 0xdf000000, 0x3f000000, 0x3f7fffff,
    0x4f800000, 0x40490fdb, 0x33800000, 0x4b000001, 0x477fe000, 0x38800000, 0x33000000 };
static const uint16_t halves[] = { 0, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0xfe01, 0x7c01, 0xfd00, 1, 0x83ff, 0x0400, 0x8401, 0x7bff,
    0x3800, 0x3bff, 0x6400, 0x4248 };

/* 64 bits of a vector register: lanes of one kind. */
static uint64_t special_lanes(struct gen *g, unsigned kind)
{
    uint64_t v = 0;

    switch (kind) {
    case 0: return rnd(g);
    case 1: return special_int(g);
    case 2: case 3: return below(g, 4) ? doubles[below(g, ARRAY_LEN(doubles))] : (rnd(g) & UINT64_C(0x800fffffffffffff)) | (UINT64_C(1003) + below(g, 40)) << 52;
    case 4: case 5:
        return (uint64_t)singles[below(g, ARRAY_LEN(singles))] << 32 | (below(g, 4) ? singles[below(g, ARRAY_LEN(singles))] : 0x3f000000 + (uint32_t)(rnd(g) & 0x1ffffff));
    case 6:
        for (unsigned i = 0; i < 4; i++)
            v = v << 16 | (below(g, 4) ? halves[below(g, ARRAY_LEN(halves))] : rnd(g) & 0xffff);
        return v;
    default:
        for (unsigned i = 0; i < 8; i++)
            v = v << 8 | (below(g, 2) ? (uint64_t[]){ 0, 0x7f, 0x80, 0xff }[below(g, 4)] : rnd(g) & 0xff);
        return v;
    }
}

/* The edge between normal and denormal results: factors near one, and the smallest normal numbers, in all lanes of the kind (2 double,
 * 4 single, 6 half). */
static uint64_t edge_lanes(struct gen *g, unsigned kind)
{
    static const uint64_t d[] = { UINT64_C(0x0010000000000000), UINT64_C(0x8010000000000001), UINT64_C(0x3fefffffffffffff),
        UINT64_C(0xbfefffffffffffff), UINT64_C(0x3ff0000000000001), UINT64_C(0x3ff0000000000000) };
    static const uint32_t s[] = { 0x00800000, 0x80800001, 0x3f7fffff, 0xbf7fffff, 0x3f800001, 0x3f800000 };
    static const uint16_t h[] = { 0x0400, 0x8401, 0x3bff, 0xbbff, 0x3c01, 0x3c00 };
    uint64_t v = 0;

    if (kind == 2)
        return d[below(g, ARRAY_LEN(d))];
    for (unsigned i = 0; i < (kind == 4 ? 2u : 4u); i++)
        v = kind == 4 ? v << 32 | s[below(g, ARRAY_LEN(s))] : v << 16 | h[below(g, ARRAY_LEN(h))];
    return v;
}

/* ---- code ---- */

uint32_t a64_sp(const struct gen *g)
{
    return g->spec->faults & FAULTS_OWN_STACK ? fault_own_stack(g) : g->scratch + A64_MID;
}

static void set_base(struct gen *g, uint32_t r)
{
    uint32_t at = g->scratch + A64_MID + (r == 21 ? below(g, 64) - 32 : below(g, 8) * 16 - 64);

    if (r == SP) {
        a64_la(g, TMP, g->spec->faults & FAULTS_OWN_STACK ? a64_sp(g) : at);
        add_imm(g, SP, TMP, 0);
    } else {
        a64_la(g, r, at);
    }
}

/* ---- rows ---- */

enum row_kind { RK_PLAIN, RK_MEM, RK_ATOMIC, RK_BRANCH, RK_OWN, RK_NONE };

static const char *excluded(const struct ga64_row *r)
{
    switch (r->cls) {
    case GA64_C_illegal: case GA64_C_brk: return "ends the program by a signal";
    case GA64_C_mrs: case GA64_C_msr: return "NZCV, FPCR, FPSR, TPIDR_EL0 by own items; the others differ between machines (unit tests)";
    case GA64_C_dc_zva: return "the block's size is the CPU's: 512 bytes for qemu's (tests/runtime)";
    case GA64_C_svc: return "by own items (flags kept across a system call)";
    default: return NULL;
    }
}

static const char *excluded_row(const char *row)
{
    for (uint32_t i = 0; i < GA64_NROW; i++)
        if (strcmp(ga64_row[i].name, row) == 0)
            return excluded(&ga64_row[i]);
    return NULL;
}

static enum row_kind row_kind(uint32_t row)
{
    const struct ga64_row *r = &ga64_row[row];

    if (excluded(r))
        return RK_NONE;
    switch (r->cls) {
    case GA64_C_bcond: case GA64_C_cbz: case GA64_C_tbz: return RK_BRANCH;
    case GA64_C_b: case GA64_C_br: case GA64_C_ldst_excl: case GA64_C_ldst_exclp: return RK_OWN;
    case GA64_C_cas: case GA64_C_casp: case GA64_C_atomic: case GA64_C_ldst_order: return RK_ATOMIC;
    case GA64_C_ldst_lit: case GA64_C_prefetch: case GA64_C_ldst_pair: case GA64_C_ldst_uimm: case GA64_C_ldst_simm: case GA64_C_ldst_reg:
    case GA64_C_v_ldst_multi: case GA64_C_v_ldst_lane: case GA64_C_v_ldst_rep: case GA64_C_ic_ivau:
        return RK_MEM;
    default: return RK_PLAIN;
    }
}

static uint32_t pick_row(struct gen *g, enum row_kind k)
{
    for (;;) {
        uint32_t row = 1 + below(g, GA64_NROW - 1);

        if (row_kind(row) == k)
            return row;
    }
}

static uint32_t pick_class(struct gen *g, enum ga64_class c)
{
    for (;;) {
        uint32_t row = 1 + below(g, GA64_NROW - 1);

        if (ga64_row[row].cls == c)
            return row;
    }
}

static bool encode(struct gen *g, uint32_t row, struct guest_rng *q, int64_t disp, uint32_t *w)
{
    for (unsigned tries = 0; tries < 200; tries++) {
        uint8_t b[16];
        struct ginsn in;

        if (g->g->encode_random(row, q, disp, b) != 4)
            continue;
        g->g->decode(b, 4, 0, &in);
        memcpy(w, b, 4);
        if (in.row == row)
            return true;
    }
    return false;
}

static void bad_row(uint32_t row)
{
    fprintf(stderr, "difftool: encode_random cannot make row %s\n", ga64_row[row].name);
    exit(2);
}

/* rm = a small index made of rn's bits: for uxtw (option 2) with ones above it, else perhaps negative, for sxtw (6) in 32 bits only. */
static void index_register(struct gen *g, uint32_t rm, uint32_t rn, uint32_t option)
{
    word(g, 0x92401400 | rn << 5 | rm);                     /* and xm, xn, #63 */
    word(g, (option == 2 ? 0xb2607c00 : option == 6 ? 0x51008000 : 0xd1008000) | rm << 5 | rm);
}

/* An instruction that accesses memory through the bases in `base`; what it may do to them is undone. */
void a64_memory_row(struct gen *g, uint32_t row, uint32_t base)
{
    const struct ga64_row *r = &ga64_row[row];
    struct guest_rng q = item_rng(g);
    uint32_t w, rn, rm;
    bool faults = g->spec->faults, fetch = (r->cls == GA64_C_prefetch && strstr(r->print, "Xm")) || strstr(r->name, "prfm_reg");
    bool index = r->cls == GA64_C_ldst_reg || fetch;

    q.base = base;
    q.index = faults ? BIT(TMP2) : ~(uint32_t)OWN;          /* a handler may change others at random */
    if (!encode(g, row, &q, r->cls == GA64_C_ldst_lit || r->cls == GA64_C_prefetch ? -(int64_t)below(g, 16) * 4 : 0, &w))
        bad_row(row);
    rn = w >> 5 & 31;
    rm = w >> 16 & 31;
    if (index && rm != XZR)
        index_register(g, rm, faults ? below(g, 18) : rm, w >> 13 & 7);
    if (faults && row_kind(row) == RK_ATOMIC)
        a64_fault_align(g, rn, true);
    word(g, w);
    if (r->arg & (M_POST | M_PRE)) {                        /* what was written back becomes part of another register */
        uint32_t to = below(g, 18);

        if (rn == SP)
            add_imm(g, TMP, SP, 0);
        word(g, 0xca000000 | (rn == SP ? (uint32_t)TMP : rn) << 16 | to << 5 | to);
    }
    if (!strstr(r->print, "label") && (OWN & BIT(rn)) && (!faults || (r->arg & (M_POST | M_PRE))))
        set_base(g, rn);
}

/* Behind forms that write sp. */
static void sp_again(struct gen *g, uint32_t row, uint32_t w)
{
    uint8_t c = ga64_row[row].cls;

    if ((w & 31) == SP && (c == GA64_C_addsub_imm || c == GA64_C_addsub_ext || c == GA64_C_logic_imm))
        set_base(g, SP);
}

/* No row whose address is no data's: ic ivau may fault or not (D7.5.9). */
uint32_t a64_memory_pick(struct gen *g)
{
    for (;;) {
        uint32_t row = pick_row(g, below(g, 4) ? RK_MEM : RK_ATOMIC);

        if (ga64_row[row].cls != GA64_C_ic_ivau && ga64_row[row].cls != GA64_C_ldst_lit)
            return row;
    }
}

void a64_item_any(struct gen *g)
{
    uint32_t kind = below(g, 8), w, row = pick_row(g, kind == 0 ? RK_ATOMIC : kind < 3 ? RK_MEM : RK_PLAIN);
    struct guest_rng q = item_rng(g);

    /* Cache maintenance does not look at the page under qemu, or at its rights alone (tests/qemu-differs). */
    while (g->spec->faults && (ga64_row[row].cls == GA64_C_ic_ivau || ga64_row[row].cls == GA64_C_dc_clean))
        row = pick_row(g, kind < 3 ? RK_MEM : RK_PLAIN);
    if (kind < 3) {
        a64_memory_row(g, row, kind ? g->base_regs : g->base_regs & ~BIT(21));
        return;
    }
    if (!encode(g, row, &q, (int64_t)below(g, 1 << 20) * 4 - (1 << 21), &w))
        bad_row(row);
    word(g, w);
    sp_again(g, row, w);
}

static void item_excl(struct gen *g)
{
    uint32_t base = (uint32_t[]){ 19, 20, g->base_regs & BIT(SP) ? SP : 19 }[below(g, 3)], w;
    uint32_t row = pick_class(g, below(g, 2) ? GA64_C_ldst_excl : GA64_C_ldst_exclp);
    const struct ga64_row *r = &ga64_row[row];
    struct guest_rng q = item_rng(g);

    q.base = BIT(base);
    if (!encode(g, row, &q, 0, &w))
        bad_row(row);
    w = (w & ~31u & ~(0x1fu << 10)) | 1u << 22 | 0x1fu << 16;       /* the load of its kind, then the store */
    w |= below(g, 8) | (r->cls == GA64_C_ldst_exclp ? 8 + below(g, 8) : 31) << 10;
    if (g->spec->faults)
        a64_fault_align(g, base, false);
    if (below(g, 8))
        word(g, w);
    if (below(g, 3) == 0)       /* no hints: qemu's yield ends the monitor's watch */
        a64_memory_row(g, pick_class(g, below(g, 2) ? GA64_C_ldst_simm : GA64_C_ldst_uimm), BIT(21));
    if (below(g, 8)) {
        uint32_t rs = below(g, 18), rt = 8 + below(g, 10), rt2 = 8 + below(g, 10);

        if (rs >= 8)
            rs = below(g, 8);   /* the status register is none of the data's */
        w = (w & ~(1u << 22) & ~(0x1fu << 16) & ~31u & ~(0x1fu << 10)) | rs << 16 | rt | (r->cls == GA64_C_ldst_exclp ? rt2 : 31) << 10;
        word(g, w);
    }
    word(g, 0xd5033f5f);        /* clrex: a store that another size's load precedes may do either (B2.9.5) */
}

static void item_fpmode(struct gen *g)
{
    static const uint32_t extra[] = { 0, 0, 0, 0, 0, 1 << 24, 1 << 25, 1 << 19, 1 << 26, 7u << 24 | 1 << 19 };

    movw(g, TMP, below(g, 4) << 22 | extra[below(g, ARRAY_LEN(extra))]);
    msr(g, R_FPCR, TMP);
}

static void item_flags(struct gen *g)
{
    uint32_t r = below(g, 18);

    switch (below(g, 6)) {
    case 0: mrs(g, r, R_NZCV); break;
    case 1: msr(g, R_NZCV, r); break;
    case 2: mrs(g, r, R_FPSR); break;
    case 3:                     /* without N Z C V, which are for AArch32 (C5.2.10): qemu keeps them */
        movw(g, TMP, (uint32_t)rnd(g) & 0x0800009f);
        msr(g, R_FPSR, TMP);
        break;
    case 4: msr(g, R_TPIDR, r); break;
    default: mrs(g, r, R_TPIDR);
    }
}

/* Compare, then several readers of the flags: what compilers write. */
static void item_idiom(struct gen *g)
{
    static const enum ga64_class set[] = { GA64_C_addsub_imm, GA64_C_addsub_reg, GA64_C_addsub_ext, GA64_C_addsub_carry, GA64_C_ccmp_reg, GA64_C_ccmp_imm,
                                           GA64_C_fp_cmp, GA64_C_logic_imm, GA64_C_logic_reg, GA64_C_fp_ccmp };
    static const enum ga64_class use[] = { GA64_C_csel, GA64_C_ccmp_reg, GA64_C_ccmp_imm, GA64_C_addsub_carry, GA64_C_fp_csel, GA64_C_csel, GA64_C_fp_ccmp };

    for (uint32_t n = 2 + below(g, 5), i = 0; i < n; i++) {
        uint32_t row = pick_class(g, i && below(g, 2) ? use[below(g, ARRAY_LEN(use))] : set[below(g, ARRAY_LEN(set))]), w;
        struct guest_rng q = item_rng(g);

        if (below(g, 2))
            q.src = q.dst = BIT(1) | BIT(2) | BIT(3);       /* the same few, so that things meet */
        if (encode(g, row, &q, 0, &w))
            word(g, w);
        sp_again(g, row, w);
    }
}

static void item_cond(struct gen *g, uint32_t target)
{
    uint32_t row = pick_row(g, RK_BRANCH), w;
    struct guest_rng q = item_rng(g);

    g->patch[g->npatch++] = (struct patch){ g->p->ntext, row, target, q };
    if (!encode(g, row, &q, 4, &w))
        bad_row(row);
    word(g, w);
}

static void patch(struct gen *g, const struct patch *p, uint32_t to)
{
    struct guest_rng rng = p->rng;
    uint32_t w;

    if (!p->row)
        patch_b(g, p->off, 0x14000000, to);
    else if (encode(g, p->row, &rng, (int64_t)to - p->off, &w))
        memcpy(g->p->text + p->off, &w, 4);
}

/* Where only the convention says what flags are worth, functions set their own, and so does what follows a call. */
static void compare(struct gen *g)
{
    if (g->spec->lax)
        word(g, 0xeb02003f);    /* cmp x1, x2 */
}

static void item_bl(struct gen *g)
{
    g->call[g->ncall].off = g->p->ntext;
    g->call[g->ncall].kind = below(g, 3);
    g->call[g->ncall++].rng = rnd(g);
    for (unsigned i = 0; i < 3; i++)
        word(g, 0xd503201f);
    compare(g);
}

static void patch_call(struct gen *g, uint32_t k, uint32_t to)
{
    uint32_t end = g->p->ntext, off = g->call[k].off;

    if (g->call[k].kind == 0) {
        patch_b(g, off, 0x94000000, to);
        return;
    }
    g->p->ntext = off;
    a64_la(g, TMP, TEXT_BASE + to);
    word(g, 0xd63f0000 | TMP << 5);
    g->p->ntext = end;
}

static void item_round(struct gen *g, const struct item *it, uint32_t k, uint32_t end)
{
    uint32_t top, sub = below(g, 2);

    movw(g, CNT, 1 + below(g, 5));
    top = g->p->ntext;
    emit_loop(g, it, k, end);
    word(g, 0x51000400 | sub << 29 | CNT << 5 | CNT);       /* sub(s) w22, w22, #1 */
    word(g, sub ? 0x54000001 | (((top - g->p->ntext) >> 2) & 0x7ffff) << 5           /* b.ne */
                : 0x35000000 | (((top - g->p->ntext) >> 2) & 0x7ffff) << 5 | CNT);   /* cbnz */
}

static void emit_item(struct gen *g, const struct item *it, uint32_t end)
{
    switch (it->kind) {
    case BRANCH: item_cond(g, end); break;
    case HOP:
        g->patch[g->npatch++] = (struct patch){ .off = g->p->ntext, .target = end };
        hole(g);
        break;
    case CALL: item_bl(g); break;
    case EXCL: item_excl(g); break;
    case FPMODE: item_fpmode(g); break;
    case FLAGS: item_flags(g); break;
    case IDIOM: item_idiom(g); break;
    case SYSCALL:
        movw(g, 8, 2000 + below(g, 40));
        word(g, 0xd4000001);
        break;
    case FAULT: fault_item(g, it->callee); break;
    default: a64_item_any(g);
    }
}

static const struct gen_isa isa = {
    .odds = { { 66, PLAIN }, { 74, BRANCH }, { 78, LOOP }, { 83, CALL }, { 86, HOP }, { 89, EXCL }, { 90, FPMODE }, { 93, FLAGS }, { 99, IDIOM },
              { 100, SYSCALL } },
    .item = emit_item, .loop = item_round, .patch = patch, .fault = &fault_aarch64,
};

/* A callee: random items, then back; callees break the ABI, flags and all. Wild ones return beside the return site. */
static void emit_callee(struct gen *g, uint32_t k, struct seqpos *q)
{
    struct item it[8];
    uint32_t n;

    patch_call(g, k, g->p->ntext);
    compare(g);
    g->r = g->call[k].rng;
    n = below(g, 6);
    roll_items(g, it, n, true);
    emit_all(g, it, n, g->spec->drop[1], q->ncallee_items);
    q->ncallee_items += n;
    g->r = g->call[k].rng + 5;
    if (below(g, 3) == 0) {
        add_imm(g, TMP2, LR, 0);
        word(g, (below(g, 2) ? 0xd61f0000 : 0xd65f0000) | TMP2 << 5);      /* br, ret x24 */
    } else {
        word(g, 0xd65f03c0);
    }
}

/* x30 = the state block's sequence return address survives in the block. */
static void emit_sequence(struct gen *g, uint32_t i)
{
    struct seqpos *q = &g->p->seq[i];
    struct item it[MAX_ITEMS];
    uint32_t n;

    g->r = mix(g->spec->seed * 977 + g->spec->first + i);
    q->off = g->p->ntext;
    a64_la(g, ST, DATA_BASE + i * g->p->stride);
    str_x(g, LR, ST, W_RET * 8);
    patch_b(g, hole(g), 0x94000000, g->load[0]);
    ldr_x(g, LR, ST, LR * 8 + 8);
    if (g->spec->lax) {
        ldr_x(g, TMP, ST, W_NZCV * 8);
        msr(g, R_NZCV, TMP);
        ldr_x(g, TMP, ST, TMP * 8 + 8);
    }
    q->body = g->p->ntext;
    n = 6 + below(g, 26);
    q->nitems = n;
    roll_items(g, it, n, false);
    g->ncall = g->npatch = 0;
    emit_all(g, it, n, g->spec->drop[0], 0);
    q->end = g->p->ntext;
    if (g->spec->faults)
        ((uint64_t *)(void *)(g->p->data + (size_t)i * g->p->stride))[FA_END] = here(g);
    str_x(g, LR, ST, LR * 8 + 8);
    if (g->spec->lax) {
        str_x(g, TMP, ST, TMP * 8 + 8);
        mrs(g, TMP, R_NZCV);
        str_x(g, TMP, ST, W_NZCV * 8);
    }
    patch_b(g, hole(g), 0x94000000, g->save[0]);
    ldr_x(g, LR, ST, W_RET * 8);
    word(g, 0xd65f03c0);
    for (uint32_t k = 0; k < g->ncall; k++)
        emit_callee(g, k, q);
    q->len = g->p->ntext - q->off;
}

/* All state from the block at x28, but x30. */
static void emit_load(struct gen *g)
{
    g->load[0] = g->p->ntext;
    if (g->spec->faults)
        a64_fault_load(g);
    for (uint32_t r = 0; r < 32; r++)                       /* ldr q, [x28, #] */
        word(g, 0x3dc00000 | (W_V * 8 + r * 16) / 16 << 10 | ST << 5 | r);
    ldr_x(g, 0, ST, W_FPCR * 8);
    msr(g, R_FPCR, 0);
    ldr_x(g, 0, ST, W_FPSR * 8);
    msr(g, R_FPSR, 0);
    ldr_x(g, 0, ST, W_NZCV * 8);
    msr(g, R_NZCV, 0);
    msr(g, R_TPIDR, 0);
    ldr_x(g, 0, ST, W_SP * 8);
    add_imm(g, SP, 0, 0);
    for (uint32_t r = 0; r < 30; r++)
        if (r != ST)
            ldr_x(g, r, ST, r * 8 + 8);
    word(g, 0xd5033f5f);                                    /* clrex */
    word(g, 0xd65f03c0);
}

/* Back into it; then the scratch memory's checksum into word 0, and its first contents again. */
static void emit_save(struct gen *g)
{
    uint32_t top;

    g->save[0] = g->p->ntext;
    for (uint32_t r = 0; r < 30; r++)
        if (r != ST && !(g->spec->lax && r == TMP))
            str_x(g, r, ST, r * 8 + 8);
    add_imm(g, 0, SP, 0);
    str_x(g, 0, ST, W_SP * 8);
    if (!g->spec->lax) {
        mrs(g, 0, R_NZCV);
        str_x(g, 0, ST, W_NZCV * 8);
    }
    mrs(g, 0, R_FPSR);
    str_x(g, 0, ST, W_FPSR * 8);
    mrs(g, 0, R_FPCR);
    str_x(g, 0, ST, W_FPCR * 8);
    for (uint32_t r = 0; r < 32; r++)
        word(g, 0x3d800000 | (W_V * 8 + r * 16) / 16 << 10 | ST << 5 | r);
    a64_la(g, 1, g->scratch);
    a64_la(g, 2, g->image);
    movw(g, 3, A64_SCRATCH / 8);
    movw(g, 4, 0x9e3779b1);
    movw(g, 0, 0);
    top = g->p->ntext;
    word(g, 0xf9400000 | 1 << 5 | 5);                       /* ldr x5, [x1] */
    word(g, 0xf8408400 | 2 << 5 | 6);                       /* ldr x6, [x2], #8 */
    word(g, 0xf8008400 | 1 << 5 | 6);                       /* str x6, [x1], #8 */
    word(g, 0xca050000 | 0 << 5 | 0);                       /* eor x0, x0, x5 */
    word(g, 0x9b007c00 | 4 << 16 | 0 << 5 | 0);             /* mul x0, x0, x4 */
    word(g, 0xcac09c00 | 0 << 5 | 0);                       /* eor x0, x0, x0, ror #39 */
    word(g, 0x51000400 | 3 << 5 | 3);
    word(g, 0x35000000 | (((top - g->p->ntext) >> 2) & 0x7ffff) << 5 | 3);
    str_x(g, 0, ST, 0);
    if (g->spec->faults)
        a64_fault_save(g);
    word(g, 0xd65f03c0);
}

static void emit_start(struct gen *g)
{
    uint32_t top, rounds;

    if (g->spec->faults)
        a64_fault_setup(g);
    rounds = g->p->ntext;
    if (g->spec->faults)
        a64_fault_round(g);
    for (uint32_t i = 0; i < g->p->nseq; i++)
        patch_b(g, hole(g), 0x94000000, g->p->seq[i].off);
    if (g->spec->faults) {
        a64_la(g, 0, g->ctl);
        ldr_x(g, 1, 0, CTL_ROUND);
        word(g, 0xd1000421);                                /* sub x1, x1, #1 */
        str_x(g, 1, 0, CTL_ROUND);
        word(g, 0xb4000041);                                /* cbz x1, over the jump back */
        patch_b(g, hole(g), 0x14000000, rounds);
    }
    a64_la(g, 19, DATA_BASE);
    movw(g, 20, g->p->nseq * g->p->stride);
    top = g->p->ntext;
    movw(g, 0, 1);
    add_imm(g, 1, 19, 0);
    add_imm(g, 2, 20, 0);
    movw(g, 8, 64);
    word(g, 0xd4000001);
    word(g, 0x8b000000 | 0 << 16 | 19 << 5 | 19);
    word(g, 0xeb000000 | 0 << 16 | 20 << 5 | 20);           /* subs x20, x20, x0 */
    word(g, 0x5400000c | (((top - g->p->ntext) >> 2) & 0x7ffff) << 5);     /* b.gt */
    movw(g, 0, 0);
    movw(g, 8, 93);
    word(g, 0xd4000001);
    word(g, 0x14000000);
}

static void fill_state(struct gen *g, uint32_t i)
{
    uint64_t *w = (uint64_t *)(void *)(g->p->data + (size_t)i * g->p->stride);

    g->r = mix(g->spec->seed ^ mix(g->spec->first + i + UINT64_C(0x51ed27)));
    for (uint32_t r = 0; r < 31; r++)
        w[1 + r] = special_int(g);
    for (uint32_t r = 19; r < 22; r++)
        w[1 + r] = g->scratch + A64_MID + (r == 21 ? below(g, 64) - 32 : below(g, 8) * 16 - 64);
    w[1 + ST] = 0;
    w[W_SP] = g->scratch + A64_MID + below(g, 8) * 16 - 64;
    if (g->spec->faults & FAULTS_OWN_STACK)
        w[W_SP] = a64_sp(g);
    w[W_NZCV] = (uint64_t)below(g, 16) << 28;
    w[W_FPSR] = below(g, 2) ? 0 : (rnd(g) & 0x0800009f);
    w[W_FPCR] = below(g, 3) ? 0 : below(g, 4) << 22;
    for (uint32_t r = 0, edge = below(g, 8) ? 0 : 2 + 2 * below(g, 3); r < 32; r++) {
        uint32_t kind = below(g, 8);

        w[W_V + 2 * r] = edge ? edge_lanes(g, edge) : special_lanes(g, kind);
        w[W_V + 2 * r + 1] = edge ? edge_lanes(g, edge) : special_lanes(g, kind);
    }
    if (g->spec->faults)
        a64_fault_state(g, i, w);
}

static void program(const struct gen_spec *s, struct program *p)
{
    struct gen g = { .g = guest_by_name("aarch64"), .isa = &isa, .p = p, .spec = s };

    begin_program(&g, s->faults ? A64_FAULT_WORDS : A64_WORDS, FA_DUMP, A64_SCRATCH);
    g.dst = ~(uint32_t)OWN | BIT(XZR);
    g.base_regs = BIT(19) | BIT(20) | BIT(21) | (s->faults & FAULTS_OWN_STACK ? 0 : BIT(SP));
    emit_load(&g);
    emit_save(&g);
    for (uint32_t i = 0; i < s->n; i++) {
        emit_sequence(&g, i);
        fill_state(&g, i);
    }
    g.r = s->seed + 3;
    for (uint32_t k = 0; k < A64_SCRATCH / 8; k++) {
        uint64_t v = special_lanes(&g, below(&g, 8));

        memcpy(p->data + (g.image - DATA_BASE) + k * 8, &v, 8);
        memcpy(p->data + (g.scratch - DATA_BASE) + k * 8, &v, 8);
    }
    p->entry = TEXT_BASE + p->ntext;
    emit_start(&g);
    if (s->faults) {
        a64_fault_handler(&g);
        fault_fill(&g, FA_HALF, FA_DUMP);
    }
}

static void word_name(unsigned i, char *buf, size_t n)
{
    static const char *const names[] = { "sp", "nzcv", "fpsr", "fpcr" };

    if (a64_fault_name(i, buf, n))
        return;
    if (i == 0)
        snprintf(buf, n, "memory");
    else if (i < W_SP)
        snprintf(buf, n, "x%u", i - 1);
    else if (i < W_V)
        snprintf(buf, n, "%s", names[i - W_SP]);
    else if (i < W_RET)
        snprintf(buf, n, "v%u.%u", (i - W_V) / 2, (i - W_V) & 1);
    else
        snprintf(buf, n, "return");
}

const struct gen_guest gen_aarch64 = { "aarch64", EM_AARCH64, 0, program, excluded_row, word_name,
                                      { A64_FAULT_WORDS, FA_COUNT, FA_DUMP, A64_DUMP_WORDS, DA_ADDR + 1, a64_fault_correct } };
