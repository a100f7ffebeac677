/* Discovery: seeds (symbols, .eh_frame, relocations, init arrays, pointers in data), recursive descent, constants in code, then a
 * sweep of what is left. Decode-level; constscan.c looks into lifted blocks. Order of work is fixed, so the result is a function of
 * the file. */
#include "aotc/discover.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

enum { HISTORY = 48, PLAUSIBLE = 64 };

struct came { uint64_t run, branch; };

bool u64_push(struct discovery *d, struct u64_vec *v, uint64_t x)
{
    if (v->n == v->cap) {
        size_t cap = v->cap ? v->cap * 2 : 256;
        uint64_t *p = realloc(v->v, cap * sizeof *p);

        if (!p)
            return !(d->oom = true);
        v->v = p;
        v->cap = cap;
    }
    v->v[v->n++] = x;
    return true;
}

bool discover_is_code(const struct discovery *d, uint64_t pc)
{
    if (pc < d->lo || pc >= d->hi || pc % d->g->insn_align)
        return false;
    for (uint32_t i = 0; i < d->nrange; i++)
        if (pc >= d->range[i].lo && pc < d->range[i].hi)
            return true;
    return false;
}

static const struct gelf_range *range_of(const struct discovery *d, uint64_t pc)
{
    for (uint32_t i = 0; i < d->nrange; i++)
        if (pc >= d->range[i].lo && pc < d->range[i].hi)
            return &d->range[i];
    return NULL;
}

/* The known function (symbol or .eh_frame) that has pc strictly inside, or NULL. */
static const struct gelf_range *span_inside(const struct discovery *d, uint64_t pc)
{
    uint32_t lo = 0, hi = d->nspan;

    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;

        if (d->span[mid].lo < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo && pc < d->span[lo - 1].hi ? &d->span[lo - 1] : NULL;
}

static bool decode(const struct discovery *d, uint64_t pc, struct ginsn *in)
{
    const struct gelf_range *r = range_of(d, pc);
    size_t n = r ? r->hi - pc : 0;
    const uint8_t *p = r ? gelf_at(d->e, pc, &n) : NULL;

    if (!p || !n)
        return false;
    if (n > r->hi - pc)
        n = r->hi - pc;
    d->g->decode(p, n, pc, in);
    return in->row != 0 && in->len <= n;
}

static bool ends_run(const struct ginsn *in)
{
    return in->flow == GF_JUMP || in->flow == GF_IJUMP || in->flow == GF_RET || in->flow == GF_TRAP;
}

/* ---- descent ---- */

/* run, branch: the branch that leads to pc, and an instruction from which straight decoding reaches it; 0, 0: none. */
static void reach_from(struct discovery *d, uint64_t pc, unsigned flags, uint64_t run, uint64_t branch)
{
    if (!discover_is_code(d, pc))
        return;
    uint8_t *f = disc_flag(d, pc);

    *f |= flags;
    if (!(*f & D_SEEN)) {
        *f |= D_SEEN;
        u64_push(d, &d->work, run);
        u64_push(d, &d->work, branch);
        u64_push(d, &d->work, pc);
    }
}

void discover_reach(struct discovery *d, uint64_t pc, unsigned flags)
{
    reach_from(d, pc, flags, 0, 0);
}

void discover_resolved(struct discovery *d, uint64_t pc)
{
    struct ginsn in;

    while (discover_is_code(d, pc) && decode(d, pc, &in)) {
        if (in.flow != GF_NEXT) {
            *disc_flag(d, pc) &= (uint8_t)~D_IJUMP;
            return;
        }
        pc += in.len;
    }
}

static void queue_scan(struct discovery *d, uint64_t pc)
{
    uint8_t *f = disc_flag(d, pc);

    if (!(*f & D_SCAN)) {
        *f |= D_SCAN;
        u64_push(d, &d->block, pc);
    }
}

static bool table_entry(const struct discovery *d, const struct guest_jumptable *jt, uint32_t i, uint64_t *target)
{
    size_t n = jt->size;
    const uint8_t *p = gelf_at(d->e, jt->table + (uint64_t)i * jt->size, &n);
    uint64_t v = 0;

    if (!p || n < jt->size)
        return false;
    memcpy(&v, p, jt->size);
    if (jt->sext && jt->size < 8)
        v = (uint64_t)((int64_t)(v << (64 - 8 * jt->size)) >> (64 - 8 * jt->size));
    *target = jt->relbase + (v << jt->shift);
    return true;
}

/* The guest's recogniser on hist, or on what led to it in front of it. */
static bool recognise(const struct discovery *d, const struct ginsn *hist, uint32_t n, const struct came *c,
                      struct guest_jumptable *jt)
{
    struct ginsn way[3 * HISTORY];
    uint32_t first = n - 1, k = 0;

    while (first && hist[first - 1].flow == GF_NEXT)
        first--;
    if (!d->g->jump_table || n > 2 * HISTORY)
        return false;
    if (d->g->jump_table(hist, n, first, jt))
        return true;
    if (!c->branch)
        return false;
    for (uint64_t pc = c->run; k < HISTORY && pc <= c->branch && decode(d, pc, &way[k]); pc += way[k++].len)
        ;
    if (!k || way[k - 1].pc != c->branch)
        return false;
    memcpy(way + k, hist, n * sizeof *hist);
    return d->g->jump_table(way, k + n, k + first, jt);
}

static bool forgets(const struct ginsn *in)
{
    return in->flow == GF_CALL || in->flow == GF_ICALL || in->flow == GF_SYSCALL || in->flow == GF_BARRIER;
}

/* Does a region see the table, too? It does not look back over calls. */
static bool region_sees(const struct discovery *d, const struct ginsn *hist, uint32_t n, const struct came *c)
{
    struct guest_jumptable jt = {0};
    uint32_t from = n > HISTORY ? n - HISTORY : 0;
    struct ginsn in;
    struct came way = *c;

    for (uint32_t i = from; i < n; i++)
        if (forgets(&hist[i]))
            from = i + 1;
    if (from)
        way.branch = 0;
    for (uint64_t pc = way.run; way.branch && pc < way.branch && decode(d, pc, &in); pc += in.len)
        if (forgets(&in))
            way.run = pc + in.len;
    return recognise(d, hist + from, n - from, &way, &jt);
}

static void jump_table(struct discovery *d, const struct ginsn *hist, uint32_t n, const struct came *c)
{
    struct guest_jumptable jt = {0};
    uint64_t target;

    if (!recognise(d, hist, n, c, &jt)) {
        *disc_flag(d, hist[n - 1].pc) |= D_IJUMP;
        return;
    }
    *disc_flag(d, hist[n - 1].pc) &= (uint8_t)~D_IJUMP;
    if (discover_is_code(d, jt.relbase))
        u64_push(d, &d->base, jt.relbase);
    d->from.tables++;
    u64_push(d, &d->table, jt.table);
    u64_push(d, &d->table, jt.loose ? hist[n - 1].pc : 0);
    if (jt.loose)
        return; /* its end is known when all tables are: discover_read_tables() */
    unsigned flags = region_sees(d, hist, n, c) ? 0 : D_ENTRY;

    for (uint32_t i = 0; i < jt.count && table_entry(d, &jt, i, &target); i++)
        discover_reach(d, target, flags);
}

static void mark_insn(struct discovery *d, const struct ginsn *in)
{
    unsigned align = d->g->insn_align;

    *disc_flag(d, in->pc) |= D_INSN | (ends_run(in) ? D_END : 0);
    for (unsigned o = align; o < in->len; o += align)
        *disc_flag(d, in->pc + o) |= D_BODY;
}

/* Another way leads to known code at pc: perhaps that tells what the indirect jump at the end of its block goes through. */
static void second_look(struct discovery *d, uint64_t pc, struct came c)
{
    struct ginsn hist[HISTORY];
    uint32_t n = 0;

    for (; c.branch && n < HISTORY && decode(d, pc, &hist[n]); pc += hist[n++].len) {
        if (hist[n].flow == GF_IJUMP && *disc_flag(d, pc) & D_IJUMP)
            jump_table(d, hist, n + 1, &c);
        if (hist[n].flow != GF_NEXT)
            return;
    }
}

/* Walks straight on from pc until control cannot go on or known code is met. */
static void descend(struct discovery *d, uint64_t pc, struct came c)
{
    struct ginsn hist[2 * HISTORY];
    uint32_t n = 0;
    bool leader = true;

    if (discover_is_code(d, pc) && *disc_flag(d, pc) & D_INSN)
        second_look(d, pc, c);
    while (discover_is_code(d, pc) && !(*disc_flag(d, pc) & D_INSN)) {
        if (n == 2 * HISTORY) {
            memmove(hist, hist + HISTORY, HISTORY * sizeof *hist);
            n = HISTORY;
            c.branch = 0;
        }
        struct ginsn *in = &hist[n++];

        if (!decode(d, pc, in))
            return;
        mark_insn(d, in);
        if (leader)
            queue_scan(d, pc);
        leader = in->flow != GF_NEXT;
        if (in->flow == GF_BRANCH || in->flow == GF_JUMP)
            reach_from(d, in->target, 0, hist[n > HISTORY ? n - HISTORY : 0].pc, in->pc);
        else if (in->flow == GF_CALL)
            discover_reach(d, in->target, D_FUNC | D_ENTRY);
        else if (in->flow == GF_IJUMP)
            jump_table(d, hist, n, &c);
        if (ends_run(in))
            return;
        pc += in->len;
    }
}

static void drain(struct discovery *d)
{
    while (d->work.n) {
        const uint64_t *w = d->work.v + (d->work.n -= 3);

        descend(d, w[2], (struct came){w[0], w[1]});
    }
}

/* ---- addresses that may or may not be code ---- */

/* Could code start here? Straight decoding must reach a jump or known code without an undefined instruction. */
static bool plausible(const struct discovery *d, uint64_t pc)
{
    struct ginsn in;

    if (!discover_is_code(d, pc))
        return false;
    for (int i = 0; i < PLAUSIBLE; i++) {
        if (!discover_is_code(d, pc))
            return false;
        uint8_t f = *disc_flag(d, pc);

        if (f & D_INSN)
            return true;
        if (f & D_BODY || !decode(d, pc, &in))
            return false;
        if (ends_run(&in))
            return true;
        pc += in.len;
    }
    return true;
}

/* Does nothing fall into the known instruction at pc? Then it may well start a function. */
static bool starts_block(const struct discovery *d, uint64_t pc)
{
    struct ginsn in;

    for (uint64_t back = d->g->insn_align; back <= d->g->max_len && pc >= d->lo + back; back += d->g->insn_align)
        if (*disc_flag(d, pc - back) & D_INSN && decode(d, pc - back, &in) && in.len == back)
            return (*disc_flag(d, pc - back) & D_END) != 0;
    return true;
}

/* An address taken in data or code: a function of its own, unless it lies in a known function or control falls into it. */
static bool take_address(struct discovery *d, uint64_t pc)
{
    if (!plausible(d, pc))
        return false;
    bool inner = span_inside(d, pc) || (*disc_flag(d, pc) & D_INSN && !starts_block(d, pc));

    if (*disc_flag(d, pc) & D_FUNC || (*disc_flag(d, pc) & D_ENTRY && inner))
        return false;
    discover_reach(d, pc, inner ? D_ENTRY : D_ENTRY | D_FUNC);
    return true;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Blocks compute the address that a table's entries count from for the table's sake. */
static void drop_bases(struct discovery *d)
{
    size_t n = 0;

    if (!d->base.n)
        return;
    qsort(d->base.v, d->base.n, sizeof *d->base.v, by_value);
    for (size_t i = 0; i < d->weak.n; i++)
        if (!bsearch(&d->weak.v[i], d->base.v, d->base.n, sizeof *d->base.v, by_value))
            d->weak.v[n++] = d->weak.v[i];
    d->weak.n = n;
}

static void drain_weak(struct discovery *d, uint32_t *count)
{
    for (size_t i = 0; i < d->weak.n; i++) {
        *count += take_address(d, d->weak.v[i]);
        drain(d);
    }
    d->weak.n = 0;
}

/* Targets of tables are parts of the function that jumps through them. */
static void drain_labels(struct discovery *d)
{
    for (size_t i = 0; i < d->label.n; i++)
        if (plausible(d, d->label.v[i]))
            discover_reach(d, d->label.v[i], D_ENTRY);
    d->label.n = 0;
    drain(d);
}

/* ---- seeds ---- */

static void seed_symbols(struct discovery *d)
{
    for (uint32_t i = 0; i < d->e->nsym; i++) {
        const struct gelf_sym *s = &d->e->sym[i];

        if ((s->type == STT_FUNC || s->type == STT_GNU_IFUNC) && discover_is_code(d, s->addr)) {
            discover_reach(d, s->addr, D_FUNC | D_ENTRY);
            d->from.symbols++;
        }
    }
    for (uint32_t i = 0; i < d->e->nfde; i++) {
        if (discover_is_code(d, d->e->fde[i].lo)) {
            discover_reach(d, d->e->fde[i].lo, D_FUNC | D_ENTRY);
            d->from.fdes++;
        }
    }
    for (uint32_t i = 0; i < d->e->npad; i++)
        discover_reach(d, d->e->pad[i], D_ENTRY);
    for (uint32_t i = 0; i < d->e->ninit; i++)
        discover_reach(d, d->e->init[i], D_FUNC | D_ENTRY);
    discover_reach(d, d->e->entry, D_FUNC | D_ENTRY);
}

static void seed_relocs(struct discovery *d)
{
    for (uint32_t i = 0; i < d->e->nrel; i++)
        if (discover_is_code(d, (uint64_t)d->e->rel[i].addend))
            u64_push(d, &d->weak, (uint64_t)d->e->rel[i].addend);
    drain_weak(d, &d->from.relocs);
}

/* Position-dependent files have plain pointers in their data, with no relocation that says so. */
static void seed_data(struct discovery *d)
{
    for (uint32_t i = 0; i < d->e->nseg; i++) {
        const struct gelf_seg *s = &d->e->seg[i];

        if (s->type != PT_LOAD || d->pic)
            continue;
        for (uint64_t a = (s->vaddr + 7) & ~UINT64_C(7); a + 8 <= s->vaddr + s->filesz; a += 8) {
            size_t n = 8;
            const uint8_t *p = gelf_at(d->e, a, &n);
            uint64_t v;

            if (!p || n < 8)
                break;
            memcpy(&v, p, 8);
            if (v >= d->lo && v < d->hi && !range_of(d, a) && discover_is_code(d, v))
                u64_push(d, &d->weak, v);
        }
    }
}

/* Follows what blocks tell of calls and tables; the addresses that they compute pile up in d->weak. */
static void scan_blocks(struct discovery *d, struct cc *cc)
{
    while (d->block.n && !d->oom) {
        for (size_t i = 0; i < d->block.n; i++)
            discover_scan_block(d, cc, d->block.v[i]);
        d->block.n = 0;
        drain(d);
        discover_read_tables(d);
        drain_labels(d);
    }
}

/* ---- sweep ---- */

static void sweep_range(struct discovery *d, struct cc *cc, const struct gelf_range *r)
{
    unsigned align = d->g->insn_align;
    struct ginsn in;

    for (uint64_t pc = (r->lo + align - 1) / align * align; pc < r->hi; pc += align) {
        if (*disc_flag(d, pc) & (D_INSN | D_BODY) || !plausible(d, pc))
            continue;
        while (pc < r->hi && !(*disc_flag(d, pc) & (D_INSN | D_BODY)) && decode(d, pc, &in) && discover_is_nop(d, cc, &in))
            pc += in.len;
        if (pc >= r->hi || *disc_flag(d, pc) & (D_INSN | D_BODY) || !plausible(d, pc))
            continue;
        d->from.swept++;
        discover_reach(d, pc, D_ENTRY);
        drain(d);
    }
}

/* ---- set-up ---- */

static int by_lo(const void *a, const void *b)
{
    const struct gelf_range *x = a, *y = b;

    return x->lo < y->lo ? -1 : x->lo > y->lo ? 1 : x->hi < y->hi ? -1 : x->hi > y->hi;
}

static bool collect_spans(struct discovery *d)
{
    d->span = calloc((size_t)d->e->nsym + d->e->nfde + 1, sizeof *d->span);
    if (!d->span)
        return false;
    for (uint32_t i = 0; i < d->e->nsym; i++)
        if (d->e->sym[i].type == STT_FUNC && d->e->sym[i].size)
            d->span[d->nspan++] = (struct gelf_range){d->e->sym[i].addr, d->e->sym[i].addr + d->e->sym[i].size};
    for (uint32_t i = 0; i < d->e->nfde; i++)
        d->span[d->nspan++] = d->e->fde[i];
    qsort(d->span, d->nspan, sizeof *d->span, by_lo);
    return true;
}

static bool collect_segments(struct discovery *d)
{
    d->text = calloc(d->e->nseg + 1, sizeof *d->text);
    d->ro = calloc(d->e->nseg + 1, sizeof *d->ro);
    if (!d->text || !d->ro)
        return false;
    for (uint32_t i = 0; i < d->e->nseg; i++) {
        const struct gelf_seg *s = &d->e->seg[i];
        size_t n = s->filesz;
        const uint8_t *p = s->type == PT_LOAD && n ? gelf_at(d->e, s->vaddr, &n) : NULL;

        if (!p || s->flags & PF_W)
            continue;
        struct gcode c = {s->vaddr, p, n};

        if (s->flags & PF_X)
            d->text[d->ntext++] = c;
        else
            d->ro[d->nro++] = c;
    }
    return true;
}

static enum status open_discovery(struct discovery *d, struct diag *dg)
{
    d->nrange = gelf_exec_ranges(d->e, &d->range);
    if (!d->nrange)
        return fail(dg, ST_BADFORMAT, 0, "the file has no executable code");
    d->lo = d->range[0].lo & ~(uint64_t)(d->g->insn_align - 1);
    d->hi = d->range[d->nrange - 1].hi;
    if (d->hi - d->lo > UINT64_C(1) << 30)
        return fail(dg, ST_LIMIT, d->lo, "executable code spans %llu MiB; at most 1024 are supported",
                    (unsigned long long)((d->hi - d->lo) >> 20));
    for (uint32_t i = 0; i < d->nrange; i++)
        d->code_bytes += d->range[i].hi - d->range[i].lo;
    d->flag = calloc((d->hi - d->lo) / d->g->insn_align + d->g->max_len + 1, 1);
    if (!d->flag || !collect_spans(d) || !collect_segments(d))
        return fail(dg, ST_NOMEM, 0, "out of memory");
    if (!d->ntext)
        return fail(dg, ST_UNSUPPORTED, d->lo, "all executable segments are writable: nothing can be translated ahead of time");
    return ST_OK;
}

static void find_all(struct discovery *d)
{
    struct cc cc;

    cc_init(&cc);
    seed_symbols(d);
    drain(d);
    seed_relocs(d);
    scan_blocks(d, &cc);
    /* The sweep comes before addresses that are only guesses: it fixes where instructions start, so that a number that happens to
     * look like an address cannot shift the decoding of the code around it. */
    for (uint32_t i = 0; i < d->nrange; i++)
        sweep_range(d, &cc, &d->range[i]);
    scan_blocks(d, &cc);
    discover_hoisted_tables(d);
    drain_labels(d);
    scan_blocks(d, &cc);
    drop_bases(d);
    drain_weak(d, &d->from.constants);
    seed_data(d);
    drain_weak(d, &d->from.data);
    scan_blocks(d, &cc);
    drop_bases(d);
    drain_weak(d, &d->from.constants);
    discover_based_jumps(d);
    drain_labels(d);
    cc_fini(&cc);
}

/* Flags that one segment passes to another stay unseen, as in the runtime: no such program is known. Of a segment counts what lies from its
 * first range of code to its last: linkers that make one segment of code and constants put most of these in front or behind. */
static void look_at_flags(struct discovery *d)
{
    for (uint32_t i = 0; d->g->flags_passed && i < d->ntext; i++) {
        const struct gcode *t = &d->text[i];
        uint64_t lo = t->base + t->len, hi = t->base, align = d->g->insn_align;

        for (uint32_t k = 0; k < d->nrange; k++) {
            if (d->range[k].lo < t->base || d->range[k].hi > t->base + t->len)
                continue;
            lo = d->range[k].lo < lo ? d->range[k].lo : lo;
            hi = d->range[k].hi > hi ? d->range[k].hi : hi;
        }
        lo = (lo + align - 1) / align * align;
        d->flags_passed |= lo < hi && d->g->flags_passed(t->bytes + (lo - t->base), hi - lo);
    }
    d->strict = d->flags_passed;
}

void discover_want_strict(struct discovery *d)
{
    d->strict |= d->g->flags_passed != NULL;
}

enum status discover(const struct gelf *e, const struct guest *g, struct discovery **out, struct diag *dg)
{
    struct discovery *d = calloc(1, sizeof *d);

    *out = NULL;
    if (!d || !g->lift) {
        free(d);
        return g->lift ? fail(dg, ST_NOMEM, 0, "out of memory") : fail(dg, ST_UNSUPPORTED, 0, "%s: no translator yet", g->name);
    }
    d->e = e;
    d->g = g;
    d->pic = e->type == ET_DYN;
    enum status st = open_discovery(d, dg);

    if (st == ST_OK) {
        find_all(d);
        look_at_flags(d);
        st = discover_layout(d);
        if (st != ST_OK || d->oom)
            st = fail(dg, ST_NOMEM, 0, "out of memory");
    }
    if (st != ST_OK) {
        discover_free(d);
        return st;
    }
    *out = d;
    return ST_OK;
}

void discover_free(struct discovery *d)
{
    if (!d)
        return;
    free(d->text);
    free(d->ro);
    free(d->range);
    free(d->span);
    free(d->flag);
    free(d->work.v);
    free(d->block.v);
    free(d->weak.v);
    free(d->table.v);
    free(d->label.v);
    free(d->ijump.v);
    free(d->data.v);
    free(d->base.v);
    free(d->based.v);
    free(d->unit);
    free(d->entry);
    free(d);
}

bool discover_add_function(struct discovery *d, uint64_t pc)
{
    if (!discover_is_code(d, pc) || *disc_flag(d, pc) & D_FUNC)
        return false;
    discover_reach(d, pc, D_FUNC | D_ENTRY);
    drain(d);
    return true;
}

bool discover_is_function(const void *arg, uint64_t pc)
{
    const struct discovery *d = arg;

    return discover_is_code(d, pc) && *disc_flag(d, pc) & D_FUNC;
}

bool discover_function_at(const struct gelf *e, uint64_t pc, struct gspan *out)
{
    const struct guest *g = guest_by_machine(e->machine);
    struct discovery *d = NULL;
    bool found = false;

    if (!g || discover(e, g, &d, NULL) != ST_OK || !d)
        return false;
    for (uint32_t i = 0; i < d->nunit && !found; i++) {
        if (pc >= d->unit[i].bounds.lo && pc < d->unit[i].bounds.hi) {
            *out = d->unit[i].bounds;
            found = true;
        }
    }
    discover_free(d);
    return found;
}
