/* Generates random RISC-V sequences: every row of the ISA table through guest->encode_random, with branches, loops, calls that break
 * the ABI, overlapping and misaligned memory, special values.
 *
 * Register use: x2, x8, x9 are bases into the scratch memory, x21 counts loops, x1, x5, x23, x24 link calls; one of x25..x31 (H) points at
 * the state block. The rest, and all FP registers, are anybody's. */
#include "tests/diff/fault.h"

#include <elf.h>

enum { CSR = OWN_KIND, ECALL, FRM, LRSC };

/* ---- special values ---- */

static const uint64_t doubles[] = { 0, UINT64_C(1) << 63, UINT64_C(0x3ff0000000000000), UINT64_C(0xbff0000000000000), UINT64_C(0x7ff0000000000000),
    UINT64_C(0xfff0000000000000), UINT64_C(0x7ff8000000000000), UINT64_C(0xfff8000000000001), UINT64_C(0x7ff0000000000001),
    UINT64_C(0xfff4000000000000), 1, UINT64_C(0x800fffffffffffff), UINT64_C(0x0010000000000000), UINT64_C(0x7fefffffffffffff),
    UINT64_C(0x43e0000000000000), UINT64_C(0xc3e0000000000000), UINT64_C(0x41dfffffffc00000), UINT64_C(0xc1e0000000000000),
    UINT64_C(0x41efffffffe00000), UINT64_C(0x3fe0000000000000), UINT64_C(0x3fefffffffffffff), UINT64_C(0x47efffffe0000000),
    UINT64_C(0x3690000000000000), UINT64_C(0x380fffffffffffff), UINT64_C(0x400921fb54442d18), UINT64_C(0xbfe0000000000001),
    UINT64_C(0x4338000000000001), UINT64_C(0x43f0000000000000) };
static const uint32_t singles[] = { 0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345, 0x7f800001, 0xffa00000,
    1, 0x807fffff, 0x00800000, 0x7f7fffff, 0x4f000000, 0xcf000000, 0x4effffff, 0x5f000000, 0xdf000000, 0x3f000000, 0x3f7fffff, 0x4f800000,
    0x40490fdb, 0x33800000, 0x4b000001 };

/* What makes and swallows NaNs. */
static const uint64_t hard64[] = { 0, UINT64_C(0x7ff0000000000000), UINT64_C(0xfff0000000000000), UINT64_C(0x7ff8000000000000) };
static const uint32_t hard32[] = { 0, 0x7f800000, 0xff800000, 0x7fc00000 };

static uint64_t special_fp(struct gen *g)
{
    uint64_t box = UINT64_C(0xffffffff) << 32;

    switch (below(g, 10)) {
    case 0: return rnd(g);
    case 1: return box | (uint32_t)rnd(g);
    case 2: case 3: case 4: return box | singles[below(g, ARRAY_LEN(singles))];
    case 5: return (rnd(g) << 32) | singles[below(g, ARRAY_LEN(singles))];          /* unboxed */
    case 6: return (rnd(g) & UINT64_C(0x800fffffffffffff)) | (UINT64_C(1013) + below(g, 20)) << 52;    /* near 1 */
    case 7: return below(g, 2) ? hard64[below(g, 4)] : box | hard32[below(g, 4)];
    default: return doubles[below(g, ARRAY_LEN(doubles))];
    }
}

/* ---- code ---- */

static uint32_t jal_bits(uint32_t rd, int32_t d)
{
    uint32_t u = (uint32_t)d;

    return 0x6f | rd << 7 | (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u >> 12 & 0xff) << 12;
}

/* auipc, jalr: to any place of the text. */
static void call_far(struct gen *g, uint32_t link, uint32_t via, uint32_t to)
{
    int32_t d = (int32_t)(to - g->p->ntext);

    word(g, 0x17 | via << 7 | (((uint32_t)d + 0x800) & 0xfffff000));
    insn_i(g, 0x67, 0, link, via, (int32_t)((uint32_t)d << 20) >> 20);
}

/* ---- rows ---- */

static const char *excluded(const char *row)
{
    if (strcmp(row, "illegal") == 0 || strcmp(row, "ebreak") == 0 || strcmp(row, "c.ebreak") == 0)
        return "ends the program by a signal";
    if (strcmp(row, "cbo.clean") == 0 || strcmp(row, "cbo.flush") == 0 || strcmp(row, "cbo.inval") == 0)
        return "illegal in user mode under qemu-user (menvcfg.CBCFE is 0)";
    return NULL;
}

enum row_kind { RK_PLAIN, RK_BRANCH, RK_JUMP, RK_CSR, RK_ECALL, RK_ATOMIC, RK_LRSC, RK_NONE };

static bool starts(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static enum row_kind row_kind(const struct guest *g, uint32_t row)
{
    const char *n = g->row_name(row);

    if (excluded(n))
        return RK_NONE;
    if (starts(n, "lr.") || starts(n, "sc."))
        return RK_LRSC;         /* only in pairs: whether sc.w succeeds after lr.d is up to the implementation (8.2) */
    if (starts(n, "amo") || starts(n, "cbo."))
        return RK_ATOMIC;
    if (starts(n, "csrr"))
        return RK_CSR;
    if (strcmp(n, "ecall") == 0)
        return RK_ECALL;
    if (n[0] == 'j' || starts(n, "c.j"))
        return RK_JUMP;
    if ((starts(n, "b") && strchr("egln", n[1]) && strcmp(n, "bext") && strcmp(n, "bexti")) || starts(n, "c.b"))
        return RK_BRANCH;
    return RK_PLAIN;
}

struct guest_rng item_rng(struct gen *g)
{
    return (struct guest_rng){ { rnd(g), rnd(g) | 1 }, g->dst, g->fdst, g->base_regs, g->src, 0 };
}

static uint32_t pick_row(struct gen *g, enum row_kind k)
{
    for (;;) {
        uint32_t row = 1 + below(g, g->g->nrow - 1);

        if (row_kind(g->g, row) == k)
            return row;
    }
}

uint32_t row_named(const struct guest *g, const char *name)
{
    for (uint32_t i = 1; i < g->nrow; i++)
        if (strcmp(g->row_name(i), name) == 0)
            return i;
    return 0;
}

static uint32_t find_row(const struct guest *g, const char *name)
{
    uint32_t row = row_named(g, name);

    if (row)
        return row;
    fprintf(stderr, "difftool: the ISA table has no row %s\n", name);
    exit(2);
}

/* One random instance of row that decodes as that row again (a random operand may make it another one, or reserved). */
bool try_row(struct gen *g, uint32_t row, struct guest_rng *q)
{
    for (unsigned tries = 0; tries < 64; tries++) {
        uint8_t b[16];
        struct ginsn in;
        unsigned n = g->g->encode_random(row, q, 0, b);

        if (!n)
            continue;
        g->g->decode(b, n, 0, &in);
        if (in.row != row)
            continue;
        bytes(g, b, n);
        return true;
    }
    return false;
}

static void set_frm(struct gen *g)
{
    word(g, 0x73 | 5 << 12 | below(g, 5) << 15 | 2 << 20);      /* csrrwi x0, frm, mode */
}

static void bad_row(struct gen *g, uint32_t row)
{
    fprintf(stderr, "difftool: encode_random cannot make row %s\n", g->g->row_name(row));
    exit(2);
}

void item_plain(struct gen *g)
{
    uint32_t row = pick_row(g, below(g, 6) ? RK_PLAIN : RK_ATOMIC);
    struct guest_rng q = item_rng(g);
    const char *n = g->g->row_name(row);

    while (g->spec->faults && strcmp(n, "cbo.zero") == 0)       /* see zero_item() */
        n = g->g->row_name(row = pick_row(g, RK_ATOMIC));

    if (row_kind(g->g, row) == RK_ATOMIC)
        q.base = g->base_regs & ~(1u << 8);                     /* aligned ones */
    if (strcmp(n, "c.addi16sp") == 0)
        q.dst |= 1 << 2;
    if (!try_row(g, row, &q) && (g->base_regs & 4))             /* without sp among the bases some forms do not exist */
        bad_row(g, row);
    if (strcmp(n, "c.addi16sp") == 0)
        la(g, 2, fault_sp(g));
}

static void item_lrsc(struct gen *g)
{
    const char *w = below(g, 2) ? "w" : "d";
    struct guest_rng q = item_rng(g);
    char name[8];

    q.base = below(g, 2) && (g->base_regs & 4) ? 1u << 2 : 1u << 9;
    fault_align(g, (uint32_t)__builtin_ctz(q.base));
    snprintf(name, sizeof name, "lr.%s", w);
    if (below(g, 8) || g->spec->faults)         /* else a lone sc, which fails; qemu-user then sees no SIGBUS (tests/qemu-differs) */
        try_row(g, find_row(g->g, name), &q);
    if (below(g, 2)) {
        struct guest_rng alu = item_rng(g);

        try_row(g, find_row(g->g, "addi"), &alu);
    }
    snprintf(name, sizeof name, "sc.%s", w);
    try_row(g, find_row(g->g, name), &q);
}

static void item_csr(struct gen *g)
{
    uint32_t row = pick_row(g, RK_CSR);
    struct guest_rng q = item_rng(g);

    if (!try_row(g, row, &q))
        bad_row(g, row);
    set_frm(g);
}

static void item_branch(struct gen *g, uint32_t target)
{
    uint32_t row = pick_row(g, RK_BRANCH);
    struct guest_rng q = item_rng(g);
    struct patch *p = &g->patch[g->npatch++];
    uint8_t b[16];
    unsigned n;

    *p = (struct patch){ g->p->ntext, row, target, q };
    n = g->g->encode_random(row, &q, 0, b);
    if (!n)
        bad_row(g, row);
    bytes(g, b, n);
}

/* A jump forward over some items, in each way there is. */
static void item_hop(struct gen *g, uint32_t target)
{
    static const char *const rows[] = { "jal", "c.j", "jal" };
    uint32_t row = find_row(g->g, rows[below(g, 3)]);
    struct guest_rng q = item_rng(g);
    struct patch *p = &g->patch[g->npatch++];
    uint8_t b[16];

    q.dst = below(g, 2) ? g->dst & ~1u : 1;     /* jal with a link register that is none */
    *p = (struct patch){ g->p->ntext, row, target, q };
    bytes(g, b, g->g->encode_random(row, &q, 0, b));
}

enum { CALL_JAL, CALL_FAR, CALL_JALR, CALL_CJALR, CALL_X5, NCALL };
enum { RET_PLAIN, RET_C, RET_OTHER, RET_SKIP, RET_TWO, NRET };

/* The site; where to is filled in when the callee's place is known. */
static void item_call(struct gen *g)
{
    uint32_t kind = below(g, NCALL);

    g->call[g->ncall].off = g->p->ntext;
    g->call[g->ncall].kind = kind;
    g->call[g->ncall++].rng = rnd(g);
    for (unsigned i = 0; i < (kind == CALL_JAL || kind == CALL_X5 ? 1u : kind == CALL_FAR ? 2u : 3u); i++)
        addi(g, 0, 0, 0);
    if (kind == CALL_CJALR)
        g->p->ntext -= 2;
    if (g->spec->wild)
        addi(g, 10, 10, 1);     /* what RET_SKIP skips */
}

static void patch_call(struct gen *g, uint32_t k, uint32_t to)
{
    uint32_t end = g->p->ntext, off = g->call[k].off, link = 1, n;
    struct guest_rng q = { { g->call[k].rng, 1 }, 1u << 1, 0, 1u << 23, 0, 0 };
    int32_t lo = (int32_t)(g->call[k].rng % 4096) - 2048;
    uint8_t b[16];

    lo &= ~1;
    g->p->ntext = off;
    switch (g->call[k].kind) {
    case CALL_X5: link = 5;     /* fall through */
    case CALL_JAL: word(g, jal_bits(link, (int32_t)(to - off))); break;
    case CALL_FAR: call_far(g, 1, 1, to); break;
    case CALL_JALR:
        la(g, 23, TEXT_BASE + to - (uint32_t)lo);
        n = g->g->encode_random(find_row(g->g, "jalr"), &q, lo, b);
        bytes(g, b, n);
        break;
    default:
        la(g, 23, TEXT_BASE + to);
        n = g->g->encode_random(find_row(g->g, "c.jalr"), &q, 0, b);
        bytes(g, b, n);
    }
    g->p->ntext = end;
}

/* The loop's items run 1 to 5 times. */
static void item_loop(struct gen *g, const struct item *it, uint32_t k, uint32_t end)
{
    uint32_t top, off;

    addi(g, 21, 0, 1 + (int32_t)below(g, 5));
    top = g->p->ntext;
    emit_loop(g, it, k, end);
    g->r = it[k].rng + 77;
    addi(g, 21, 21, -1);
    off = g->p->ntext;
    word(g, 0);
    branch_bits(g, off, below(g, 2) ? 1 : 6, below(g, 2) ? 21 : 0, 0, (int32_t)(top - off));
    branch_bits(g, off, 1, 21, 0, (int32_t)(top - off));
}

static void patch(struct gen *g, const struct patch *p, uint32_t to)
{
    struct guest_rng rng = p->rng;
    struct ginsn in;
    uint8_t b[16];
    unsigned n = g->g->encode_random(p->row, &rng, (int64_t)to - p->off, b);

    if (!n) {                   /* too far for its format: goes to the next instruction */
        g->g->decode(g->p->text + p->off, 4, 0, &in);
        n = g->g->encode_random(p->row, &rng, in.len, b);
    }
    memcpy(g->p->text + p->off, b, n);
}

static void emit_item(struct gen *g, const struct item *it, uint32_t end)
{
    switch (it->kind) {
    case BRANCH: item_branch(g, end); break;
    case HOP: item_hop(g, end); break;
    case CALL: item_call(g); break;
    case CSR: item_csr(g); break;
    case FRM: set_frm(g); break;
    case LRSC: item_lrsc(g); break;
    case IDIOM: gen_idiom(g); break;
    case FAULT: fault_item(g, it->callee); break;
    case ECALL:
        addi(g, 17, 0, 2000 + (int32_t)below(g, 40));           /* no such system call */
        word(g, 0x73);
        break;
    default: item_plain(g);
    }
}

/* A group (IDIOM) is about ten instructions. */
static const struct gen_isa isa = {
    .odds = { { 5, IDIOM }, { 68, PLAIN }, { 78, BRANCH }, { 82, LOOP }, { 88, CALL }, { 91, CSR }, { 93, FRM }, { 96, HOP }, { 99, LRSC },
              { 100, ECALL } },
    .item = emit_item, .loop = item_loop, .patch = patch, .fault = &fault_riscv64,
};

static void ret_by(struct gen *g, uint32_t reg, bool compressed)
{
    uint16_t c = (uint16_t)(0x8002 | reg << 7);

    if (compressed)
        bytes(g, &c, 2);
    else
        insn_i(g, 0x67, 0, 0, reg, 0);
}

/* A callee: random items, then one of several ways back. */
static void emit_callee(struct gen *g, uint32_t k, struct seqpos *q)
{
    uint32_t link = g->call[k].kind == CALL_X5 ? 5 : 1, n, way;
    struct item it[8];

    patch_call(g, k, g->p->ntext);
    g->r = g->call[k].rng;
    way = below(g, NRET);
    n = below(g, 6);
    roll_items(g, it, n, true);
    if (way == RET_SKIP && (!g->spec->wild || link == 5))
        way = RET_PLAIN;
    if (way == RET_OTHER || way == RET_TWO)
        addi(g, 24, link, 0);
    if (way == RET_TWO) {       /* calls on; the inner one returns past its caller */
        word(g, jal_bits(1, 8));
        word(g, 0x00100073);    /* ebreak: never reached */
        addi(g, 1, 24, 0);
        link = 1;
    }
    emit_all(g, it, n, g->spec->drop[1], q->ncallee_items);
    q->ncallee_items += n;
    if (way == RET_OTHER)
        link = 24;
    if (way == RET_SKIP)
        addi(g, 1, 1, 4);
    ret_by(g, link, way == RET_C || (way == RET_OTHER && n % 2));
}

static void emit_sequence(struct gen *g, uint32_t i)
{
    struct seqpos *q = &g->p->seq[i];
    uint32_t index = g->spec->first + i, hk, n, state = DATA_BASE + i * g->p->stride;
    struct item it[MAX_ITEMS];
    bool small;

    g->r = mix(g->spec->seed * UINT64_C(0x2545f4914f6cdd1d) + index);
    hk = below(g, NH);
    g->h = H0 + hk;
    g->dst = ~(uint32_t)(RESERVED | 1u << g->h);
    g->src = g->fdst = 0;
    if (below(g, 2)) {          /* few registers: results are read again soon */
        g->src = 0x3c00 | 1u << below(g, 32) | 1u << 2 | 1u << below(g, 32);
        g->dst &= g->src;
        g->fdst = 0xf000 | 1u << below(g, 32);
    }
    small = below(g, 4) == 0;
    n = small ? 4 + below(g, 12) : 8 + below(g, 34);
    roll_items(g, it, n, false);
    *q = (struct seqpos){ .off = g->p->ntext, .nitems = n };
    la(g, g->h, state);
    sd(g, 1, g->h, 0);
    call_far(g, 1, 1, g->load[hk]);
    ld(g, 1, g->h, 8);
    q->body = g->p->ntext;
    g->npatch = g->ncall = 0;
    emit_all(g, it, n, g->spec->drop[0], 0);
    q->end = g->p->ntext;
    if (g->spec->faults)
        ((uint64_t *)(void *)(g->p->data + (size_t)i * g->p->stride))[FW_END] = here(g);
    sd(g, 1, g->h, 8);
    call_far(g, 0, 1, g->save[hk]);
    for (uint32_t k = 0; k < g->ncall; k++)
        emit_callee(g, k, q);
    q->len = g->p->ntext - q->off;
}

/* ---- the frame around the sequences ---- */

/* Copies the initial scratch memory, then loads every register but x1 and H from the state block. Link: x1. */
static void emit_load(struct gen *g, uint32_t h)
{
    uint32_t top, off;

    if (g->spec->faults)
        fault_emit_load(g, h);
    la(g, 5, g->image);
    la(g, 6, g->scratch);
    addi(g, 7, 0, SCRATCH / 8);
    top = g->p->ntext;
    ld(g, 8, 5, 0);
    sd(g, 8, 6, 0);
    addi(g, 5, 5, 8);
    addi(g, 6, 6, 8);
    addi(g, 7, 7, -1);
    off = g->p->ntext;
    word(g, 0);
    branch_bits(g, off, 1, 7, 0, (int32_t)(top - off));
    ld(g, 5, h, 64 * 8);
    word(g, 0x73 | 1 << 12 | 5 << 15 | 3 << 20);                /* fscsr x5 */
    for (uint32_t r = 0; r < 32; r++)
        insn_i(g, 0x07, 3, r, h, (int32_t)(32 + r) * 8);        /* fld */
    for (uint32_t r = 2; r < 32; r++)
        if (r != h)
            ld(g, r, h, (int32_t)r * 8);
    ret_by(g, 1, false);
}

/* Stores every register but x1 and H, sums up the scratch memory, returns from the sequence. */
static void emit_save(struct gen *g, uint32_t h)
{
    uint32_t top, off;

    for (uint32_t r = 2; r < 32; r++)
        if (r != h)
            sd(g, r, h, (int32_t)r * 8);
    for (uint32_t r = 0; r < 32; r++)
        insn_s(g, 0x27, 3, r, h, (int32_t)(32 + r) * 8);        /* fsd */
    word(g, 0x73 | 2 << 12 | 5 << 7 | 3 << 20);                 /* frcsr x5 */
    sd(g, 5, h, 64 * 8);
    la(g, 6, g->scratch);
    addi(g, 7, 0, SCRATCH / 8);
    addi(g, 8, 0, 0);
    addi(g, 9, 0, 0x3b5);
    top = g->p->ntext;
    ld(g, 5, 6, 0);
    word(g, 0x33 | 8 << 7 | 8 << 15 | 5 << 20);                 /* add x8, x8, x5 */
    word(g, 0x02000033 | 8 << 7 | 8 << 15 | 9 << 20);           /* mul x8, x8, x9 */
    addi(g, 6, 6, 8);
    addi(g, 7, 7, -1);
    off = g->p->ntext;
    word(g, 0);
    branch_bits(g, off, 1, 7, 0, (int32_t)(top - off));
    if (g->spec->faults)
        fault_emit_save(g, h);
    ld(g, 1, h, 0);
    sd(g, 8, h, 0);
    ret_by(g, 1, false);
}

/* Calls every sequence, writes the state blocks, exits. */
static void emit_start(struct gen *g)
{
    uint32_t top, off;

    if (g->spec->faults)
        fault_emit_setup(g);
    top = g->p->ntext;
    if (g->spec->faults)
        fault_emit_round(g);
    for (uint32_t i = 0; i < g->p->nseq; i++)
        call_far(g, 1, 1, g->p->seq[i].off);
    if (g->spec->faults) {
        fault_emit_again(g);
        word(g, 0);
        branch_bits(g, g->p->ntext - 4, 0, 7, 0, 12);           /* beq x7, x0 */
        call_far(g, 0, 6, top);
    }
    la(g, 8, DATA_BASE);
    lc(g, 9, g->p->nseq * g->p->stride);
    top = g->p->ntext;
    addi(g, 10, 0, 1);
    addi(g, 11, 8, 0);
    addi(g, 12, 9, 0);
    addi(g, 17, 0, 64);
    word(g, 0x73);
    word(g, 0x33 | 8 << 7 | 8 << 15 | 10 << 20);                /* add x8, x8, x10 */
    word(g, 0x40000033 | 9 << 7 | 9 << 15 | 10 << 20);          /* sub x9, x9, x10 */
    off = g->p->ntext;
    word(g, 0);
    branch_bits(g, off, 4, 0, 9, (int32_t)(top - off));         /* blt x0, x9 */
    addi(g, 10, 0, 0);
    addi(g, 17, 0, 93);
    word(g, 0x73);
    word(g, jal_bits(0, 0));
}

static void fill_state(struct gen *g, uint32_t i)
{
    uint64_t *w = (uint64_t *)(void *)(g->p->data + (size_t)i * g->p->stride);

    g->r = mix(g->spec->seed ^ mix(g->spec->first + i + UINT64_C(0x51ed27)));
    for (uint32_t r = 1; r < 32; r++)
        w[r] = special_int(g);
    w[2] = fault_sp(g);
    w[8] = g->scratch + SCRATCH_MID + below(g, 64) - 32;
    w[9] = g->scratch + SCRATCH_MID + below(g, 16) * 8 - 64;
    for (uint32_t r = 32; r < 64; r++)
        w[r] = special_fp(g);
    w[64] = below(g, 5) << 5 | (below(g, 2) ? 0 : below(g, 32));
    if (g->spec->faults)
        fault_fill_state(g, i, w);
}

static void fill_scratch(struct gen *g)
{
    uint64_t *w = (uint64_t *)(void *)(g->p->data + (g->image - DATA_BASE));

    g->r = g->spec->seed + 3;
    for (uint32_t k = 0; k < SCRATCH / 8; k++)
        w[k] = below(g, 3) ? special_int(g) : special_fp(g);
}

static void program(const struct gen_spec *s, struct program *p)
{
    struct gen g = { .g = guest_by_name("riscv64"), .isa = &isa, .p = p, .spec = s };

    begin_program(&g, s->faults ? FAULT_STATE_WORDS : STATE_WORDS, FW_DUMP, SCRATCH);
    g.base_regs = s->faults & FAULTS_OWN_STACK ? 1u << 8 | 1u << 9 : 1u << 2 | 1u << 8 | 1u << 9;
    for (uint32_t i = 0; i < NH; i++) {
        g.load[i] = p->ntext;
        emit_load(&g, H0 + i);
        g.save[i] = p->ntext;
        emit_save(&g, H0 + i);
    }
    for (uint32_t i = 0; i < s->n; i++) {
        emit_sequence(&g, i);
        fill_state(&g, i);
    }
    fill_scratch(&g);
    p->entry = here(&g);
    emit_start(&g);
    if (s->faults) {
        fault_emit_handler(&g);
        fault_emit_half(&g);
        fault_fill_data(&g);
    }
}

void gen_program(const struct gen_spec *s, struct program *p)
{
    s->guest->program(s, p);
}

void gen_free(struct program *p)
{
    free(p->text);
    free(p->data);
    free(p->seq);
}

static void word_name(unsigned i, char *buf, size_t n)
{
    static const char *const fw[] = { "signals", "end", "seed", "mask", "lastpc", "open", "depth", "good2", "good8", "good9" };
    static const char *const fd[] = { "signo", "code", "addr", "pc" }, *const fe[] = { "fcsr", "sigmask", "ucflags", "ssflags" };

    if (i >= FW_DUMP) {
        unsigned k = (i - FW_DUMP) % FAULT_DUMP_WORDS, d = (i - FW_DUMP) / FAULT_DUMP_WORDS;

        if (k <= FD_PC || k >= FD_FCSR)
            snprintf(buf, n, "%u:%s", d, k <= FD_PC ? fd[k] : fe[k - FD_FCSR]);
        else
            snprintf(buf, n, "%u:%c%u", d, k < FD_F0 ? 'x' : 'f', (k - FD_PC) % 32);
    } else if (i >= FW_HALF)
        snprintf(buf, n, i == FW_HALF ? "half" : "pages");
    else if (i >= FW_PTR)
        snprintf(buf, n, "ptr%u", i - FW_PTR);
    else if (i >= FW_COUNT)
        snprintf(buf, n, "%s", fw[i - FW_COUNT]);
    else if (i == 0 || i == 64)
        snprintf(buf, n, "%s", i ? "fcsr" : "memory");
    else
        snprintf(buf, n, "%c%u", i < 32 ? 'x' : 'f', i % 32);
}

const struct gen_guest gen_riscv64 = { "riscv64", EM_RISCV, EF_RISCV_RVC | EF_RISCV_FLOAT_ABI_DOUBLE, program, excluded, word_name,
                                      { FAULT_STATE_WORDS, FW_COUNT, FW_DUMP, FAULT_DUMP_WORDS, FD_PC + 1, fault_correct } };
