/* Code addresses that a block computes. The block is lifted and its IR evaluated as far as operands are known, which covers every
 * ISA's way of building an address from two instructions without naming one. */
#include "aotc/discover.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TABLE = 2048, MAX_SLOTS = 256 };

struct known {
    uint64_t v;
    ir_ref origin;
    bool known, pcrel, part;
};

struct scan {
    struct discovery *d;
    struct unit *u;
    struct ir_func *f;
    struct known *val;      /* by ref */
    ir_ref slot[MAX_SLOTS]; /* what was last put there in this block */
};

static void eval_pure(struct scan *s, ir_ref r)
{
    struct ir_insn *in = &s->f->insn[r];
    union ir_val arg[3] = {0};
    uint32_t *operand[3];
    unsigned n = ir_operands(in, operand);
    bool pcrel = false;

    for (unsigned i = 0; i < n; i++) {
        struct known *k = &s->val[*operand[i]];

        if (!k->known)
            return;
        arg[i].u64 = k->v;
        pcrel |= k->pcrel;
    }
    if (!n || ir_type_bits(in->type) > 64)
        return;
    for (unsigned i = 0; i < n; i++)
        s->val[s->val[*operand[i]].origin].part = true;
    enum ir_type at = s->f->insn[*operand[0]].type;

    s->val[r] = (struct known){ir_eval(in->op, in->type, at, in->flags, arg, NULL).u64, r, true, pcrel, false};
}

/* A known value that is only the base of a load or store is data, and one that a larger known value was made from is a part. */
static void use_as_base(struct scan *s, ir_ref r) { s->val[s->val[r].origin].part = true; }

static void scan_insn(struct scan *s, ir_ref r)
{
    struct ir_insn *in = &s->f->insn[r];
    unsigned flags = ir_opinfo[in->op].flags;

    if (in->op == IR_get) {
        if (in->a < MAX_SLOTS && s->slot[in->a])
            s->val[r] = s->val[s->slot[in->a]];
    } else if (in->op == IR_put) {
        if (in->a < MAX_SLOTS)
            s->slot[in->a] = in->b;
    } else if (flags & F_PURE) {
        eval_pure(s, r);
    } else if (flags & (F_RD | F_WR) && in->a) {
        use_as_base(s, in->a);
    }
}

static void report(struct scan *s, ir_ref r, uint64_t retpc)
{
    const struct known *k = &s->val[s->val[r].origin];

    /* A call's return address is put in a register too; regions make entries of these by themselves. */
    if (k->known && k->pcrel + !s->d->pic && !k->part && k->v > 4096 && k->v % 4 == 0 && !discover_is_code(s->d, k->v)) {
        u64_push(s->d, &s->d->data, k->v);
        u64_push(s->d, &s->d->data, s->u->pc);
    }
    if (k->known && k->v != retpc && !k->part && (k->pcrel || !s->d->pic) && discover_is_code(s->d, k->v))
        u64_push(s->d, &s->d->weak, k->v);
}

/* Where the block's end goes, as far as the IR knows: pairs of instructions that make a far call or jump decode as indirect ones.
 */
static bool scan_exit(struct scan *s, const struct ir_insn *in)
{
    struct discovery *d = s->d;
    bool call = in->op == IR_call || in->op == IR_icall;
    uint64_t to;

    if (in->op == IR_call || in->op == IR_jump)
        to = ir_insn_pc(in);
    else if ((in->op == IR_icall || in->op == IR_ijump) && s->val[in->a].known && (s->val[in->a].pcrel || !d->pic))
        to = s->val[in->a].v;
    else
        return in->op == IR_ijump;
    if (discover_is_code(d, to))
        discover_reach(d, to, call ? D_FUNC | D_ENTRY : in->op == IR_ijump ? D_ENTRY : 0);
    return false;
}

/* Tries [table] as 32-bit entries, relative to itself or absolute, up to `end`, as long as they name code near the jump. */
static unsigned try_table(struct discovery *d, uint64_t table, uint64_t end, uint64_t jump, bool relative)
{
    uint64_t target[MAX_TABLE];
    unsigned n = 0;

    for (; n < MAX_TABLE && table + 4 * n < end; n++) {
        size_t len = 4;
        const uint8_t *p = gelf_at(d->e, table + 4 * n, &len);
        int32_t v;

        if (!p || len < 4)
            break;
        memcpy(&v, p, 4);
        target[n] = relative ? table + (uint64_t)(int64_t)v : (uint32_t)v;
        if (!discover_is_code(d, target[n]) || target[n] + (1 << 17) < jump || target[n] > jump + (1 << 17))
            break;
    }
    for (unsigned i = 0; i < n && n >= 3; i++)
        u64_push(d, &d->label, target[i]);
    return n >= 3 ? n : 0;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* The first table start after `table`: tables lie side by side, and one must not be read on into the next. */
static uint64_t next_start(const uint64_t *start, size_t n, uint64_t table)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (start[mid] <= table)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n ? start[lo] : UINT64_MAX;
}

/* Where the tables found so far start, sorted; the caller frees it. NULL when memory is short. */
static uint64_t *table_starts(const struct discovery *d, size_t *n)
{
    uint64_t *start;

    *n = d->table.n / 2;
    start = malloc((*n + 1) * sizeof *start);
    for (size_t i = 0; start && i < *n; i++)
        start[i] = d->table.v[2 * i];
    if (start)
        qsort(start, *n, sizeof *start, by_value);
    return start;
}

void discover_read_tables(struct discovery *d)
{
    size_t n;
    uint64_t *start = table_starts(d, &n);

    for (size_t i = 0; start && i < n; i++) {
        uint64_t table = d->table.v[2 * i], jump = d->table.v[2 * i + 1], end = next_start(start, n, table);

        d->table.v[2 * i + 1] = 0; /* read once; its start stays as a bound for later ones */
        if (jump && !try_table(d, table, end, jump, true) && !d->pic)
            try_table(d, table, end, jump, false);
    }
    free(start);
}

/* The unit around pc, as far as functions are known by now. */
static struct gspan unit_around(const struct discovery *d, uint64_t pc)
{
    unsigned align = d->g->insn_align;
    struct gspan s = {pc, pc + align};

    while (s.lo > d->lo && !(*disc_flag(d, s.lo) & D_FUNC))
        s.lo -= align;
    while (s.hi < d->hi && !(*disc_flag(d, s.hi) & D_FUNC))
        s.hi += align;
    return s;
}

/* A table of this function and of no other: three entries or more, each an instruction of the function. */
static void try_hoisted(struct discovery *d, uint64_t table, uint64_t end, struct gspan fn)
{
    for (int relative = 1; relative >= (d->pic ? 1 : 0); relative--) {
        size_t before = d->label.n, n = try_table(d, table, end, fn.lo, relative);

        for (size_t i = 0; i < n; i++) {
            uint64_t to = d->label.v[before + i];

            if (to < fn.lo || to >= fn.hi || (*disc_flag(d, to) & (D_INSN | D_BODY)) == D_BODY) {
                d->label.n = before + (i >= 3 ? i : 0);
                n = i >= 3 ? i : 0;
            }
        }
        if (n)
            return;
    }
}

void discover_hoisted_tables(struct discovery *d)
{
    size_t n;
    uint64_t *start = table_starts(d, &n);

    for (size_t j = 0; start && j < d->ijump.n; j++) {
        struct gspan fn = unit_around(d, d->ijump.v[j]);

        for (size_t i = 0; i < d->data.n; i += 2)
            if (d->data.v[i + 1] >= fn.lo && d->data.v[i + 1] < fn.hi)
                try_hoisted(d, d->data.v[i], next_start(start, n, d->data.v[i]), fn);
    }
    free(start);
}

/* Entries of a table of distances: bytes each, signed or not, counted in units of 1 << scale bytes. */
struct entries { unsigned bytes, scale; bool sign; };

static const struct entries layout[] = {
    {1, 0, false}, {1, 1, false}, {1, 2, false}, {1, 0, true}, {1, 1, true}, {1, 2, true},
    {2, 0, true},  {2, 1, true},  {2, 2, true},  {4, 0, true}, {4, 1, true}, {4, 2, true},
};

static int64_t distance(const struct entries *l, const uint8_t *p)
{
    int32_t v = 0;

    memcpy(&v, p, l->bytes);
    return (int64_t)(l->bytes == 1 && l->sign ? (int8_t)v : l->bytes == 2 ? (int16_t)v : v) * (1 << l->scale);
}

/* Entries of [table, end), counted from `base`, as far as they name instructions of the function. */
static void try_distances(struct discovery *d, struct gspan table, uint64_t base, struct gspan fn, const struct entries *l)
{
    size_t before = d->label.n;

    for (uint64_t at = table.lo; at < table.lo + 256 * l->bytes && at + l->bytes <= table.hi; at += l->bytes) {
        size_t len = l->bytes;
        const uint8_t *p = gelf_at(d->e, at, &len);

        if (!p || len < l->bytes)
            break;
        uint64_t to = base + (uint64_t)distance(l, p);

        if (to < fn.lo || to >= fn.hi || to % d->g->insn_align || !(*disc_flag(d, to) & D_INSN))
            break;
        u64_push(d, &d->label, to);
    }
    if (d->label.n - before < 3)
        d->label.n = before;
}

static void try_layouts(struct discovery *d, struct gspan table, uint64_t base, struct gspan fn)
{
    for (size_t k = 0; k < sizeof layout / sizeof *layout; k++)
        try_distances(d, table, base, fn, &layout[k]);
}

/* Straight code that follows `base`: each instruction may be meant. */
static void straight_on(struct discovery *d, uint64_t base, uint64_t end)
{
    for (uint64_t pc = base; pc < end && pc < base + 1024; pc += d->g->insn_align) {
        uint8_t f = *disc_flag(d, pc);

        if (f & D_INSN)
            u64_push(d, &d->label, pc);
        if (!(f & (D_INSN | D_BODY)) || (f & D_INSN && f & D_END))
            break;
    }
}

/* Data addresses that code computes, sorted; the caller frees it. NULL when memory is short. */
static uint64_t *data_starts(const struct discovery *d, size_t *n)
{
    uint64_t *start = malloc((d->data.n / 2 + 1) * sizeof *start);

    *n = d->data.n / 2;
    for (size_t i = 0; start && i < *n; i++)
        start[i] = d->data.v[2 * i];
    if (start)
        qsort(start, *n, sizeof *start, by_value);
    return start;
}

/* Jumps to a label of their own function plus something: into straight code that follows the label, or by a table of distances. The
 * table's address is made in the block, or somewhere in the function (hoisted out of a loop): then each data address that the
 * function makes is tried, up to the next one that any code makes. */
void discover_based_jumps(struct discovery *d)
{
    size_t n;
    uint64_t *start = data_starts(d, &n);

    for (size_t i = 0; start && i + 2 < d->based.n; i += 3) {
        uint64_t table = d->based.v[i], base = d->based.v[i + 1];
        struct gspan fn = unit_around(d, d->based.v[i + 2]), maker = fn;

        if (base < fn.lo || base > fn.hi)
            continue;
        fn.hi = unit_around(d, base).hi;        /* an address that is taken starts a unit */
        if (table) {
            try_layouts(d, (struct gspan){table, UINT64_MAX}, base, fn);
            continue;
        }
        size_t before = d->label.n;

        for (size_t k = 0; k < d->data.n; k += 2)
            if (d->data.v[k + 1] >= maker.lo && d->data.v[k + 1] < maker.hi)
                try_layouts(d, (struct gspan){d->data.v[k], next_start(start, n, d->data.v[k])}, base, fn);
        if (d->label.n == before)       /* no table: else each instruction would be an entry, in the midst of loops */
            straight_on(d, base, fn.hi);
    }
    free(start);
}

static uint64_t return_pc(const struct ir_func *f, ir_blk b)
{
    const struct ir_insn *end = f->block[b].ninsn ? &f->insn[f->block[b].insn[f->block[b].ninsn - 1]] : &f->insn[0];
    uint32_t i = end->op == IR_call ? end->a : end->op == IR_icall ? end->b : f->nretpc;

    return i < f->nretpc ? f->retpc[i] : UINT64_MAX;
}

/* The block ends in an indirect jump: code addresses that it computes, each with each of the tables beside it. */
static void report_bases(struct scan *s)
{
    const struct ir_func *f = s->f;

    for (ir_ref b = 1; b < f->ninsn; b++) {
        const struct known *base = &s->val[b];
        size_t before = s->d->based.n;

        if (!base->known || base->origin != b || base->part || !discover_is_code(s->d, base->v) || base->pcrel + !s->d->pic == 0)
            continue;
        for (ir_ref t = 1; t < f->ninsn; t++) {
            const struct known *k = &s->val[t];
            size_t len = 1;

            if (k->known && k->origin == t && !k->part && !discover_is_code(s->d, k->v) && gelf_at(s->d->e, k->v, &len)) {
                u64_push(s->d, &s->d->based, k->v);
                u64_push(s->d, &s->d->based, base->v);
                u64_push(s->d, &s->d->based, s->u->pc);
            }
        }
        if (s->d->based.n == before) {
            u64_push(s->d, &s->d->based, 0);
            u64_push(s->d, &s->d->based, base->v);
            u64_push(s->d, &s->d->based, s->u->pc);
        }
    }
}

static void scan_func(struct cc *cc, void *arg)
{
    struct scan *s = arg;
    struct region_info info = {0};
    bool indirect = false;

    s->f = lift_region(cc, s->u, &info);
    struct ir_func *f = s->f;

    s->val = NEWN(&cc->arena, struct known, f->ninsn);
    for (ir_ref r = 1; r < f->ninsn; r++)
        if (f->insn[r].op == IR_const || f->insn[r].op == IR_gpc)
            s->val[r] = (struct known){ir_insn_pc(&f->insn[r]), r, true, f->insn[r].op == IR_gpc, false};
    for (ir_blk b = 1; b < f->nblock; b++) {
        for (uint32_t i = 0; i < f->block[b].ninsn; i++)
            scan_insn(s, f->block[b].insn[i]);
        if (f->block[b].ninsn)
            indirect |= scan_exit(s, &f->insn[f->block[b].insn[f->block[b].ninsn - 1]]);
    }
    for (ir_blk b = 1; b < f->nblock; b++) {
        uint64_t retpc = return_pc(f, b);

        for (uint32_t i = 0; i < f->block[b].ninsn; i++) {
            const struct ir_insn *in = &f->insn[f->block[b].insn[i]];

            if (in->op == IR_put || in->op == IR_store)
                report(s, in->b, retpc);
        }
    }
    if (indirect)
        u64_push(s->d, &s->d->ijump, s->u->pc);
    else
        discover_resolved(s->d, s->u->pc);
    if (indirect)
        report_bases(s);
    for (ir_ref r = 1; r < f->ninsn && indirect; r++) {
        const struct known *k = &s->val[r];

        if (k->known && k->origin == r && !k->part && k->v % 4 == 0 && k->v > 4096 && !discover_is_code(s->d, k->v)) {
            u64_push(s->d, &s->d->table, k->v);
            u64_push(s->d, &s->d->table, s->u->pc);
        }
    }
}

void discover_scan_block(struct discovery *d, struct cc *cc, uint64_t pc)
{
    struct unit u = {
        .g = d->g, .ro = d->ro, .nro = d->nro, .pc = pc, .bounds = {d->lo, d->hi}, .single = true, .pic = d->pic, .name = "scan"};
    struct scan s = {.d = d, .u = &u};

    for (uint32_t i = 0; i < d->ntext; i++)
        if (pc >= d->text[i].base && pc < d->text[i].base + d->text[i].len)
            u.text = d->text[i];
    if (!u.text.bytes || d->g->nslot > MAX_SLOTS)
        return;
    cc_reset(cc);
    cc_try(cc, scan_func, &s); /* a block that does not lift has nothing to tell */
}

struct nop_job {
    const struct discovery *d;
    const struct ginsn *in;
    bool nop;
};

static ir_blk no_block(struct lift *l, uint64_t pc) { return IR_NONE; }

static void lift_alone(struct cc *cc, void *arg)
{
    struct nop_job *j = arg;
    struct ir_func *f = ir_func_new(cc, "nop", j->d->g->slot, j->d->g->nslot);
    struct lift l = {.f = f, .g = j->d->g, .block_of = no_block};
    ir_blk b = ir_block_new(f, j->in->pc, BLK_ENTRY);

    f->pic = j->d->pic;
    ir_block_at(f, b);
    j->d->g->lift(&l, j->in);
    j->nop = f->block[b].ninsn == 0;
}

bool discover_is_nop(const struct discovery *d, struct cc *cc, const struct ginsn *in)
{
    struct nop_job j = {d, in, false};

    if (in->flow != GF_NEXT)
        return false;
    cc_reset(cc);
    return cc_try(cc, lift_alone, &j) == ST_OK && j.nop;
}
