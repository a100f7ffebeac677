/* Cuts discovered code into units of compilation: a unit is a function's span up to the next function. Every pc that another unit
 * may jump to, and every pc that an unknown indirect jump may mean, becomes an entry. */
#include "aotc/discover.h"

#include <stdlib.h>
#include <string.h>

static bool decode_at(const struct discovery *d, uint64_t pc, struct ginsn *in)
{
    size_t n = d->g->max_len;
    const uint8_t *p = gelf_at(d->e, pc, &n);

    if (!p || !n)
        return false;
    d->g->decode(p, n, pc, in);
    return in->row != 0;
}

/* Code in front of the first function of a range has no unit of its own yet. */
static void start_ranges(struct discovery *d)
{
    unsigned align = d->g->insn_align;

    for (uint32_t i = 0; i < d->nrange; i++) {
        for (uint64_t pc = (d->range[i].lo + align - 1) / align * align; pc < d->range[i].hi; pc += align) {
            if (*disc_flag(d, pc) & D_INSN) {
                *disc_flag(d, pc) |= D_FUNC | D_ENTRY;
                break;
            }
        }
    }
}

static uint32_t segment_of(const struct discovery *d, uint64_t pc)
{
    for (uint32_t i = 0; i < d->ntext; i++)
        if (pc >= d->text[i].base && pc < d->text[i].base + d->text[i].len)
            return i;
    return UINT32_MAX;
}

static bool add_unit(struct discovery *d, uint32_t *cap, uint64_t lo, uint64_t hi)
{
    uint32_t seg = segment_of(d, lo);

    if (seg == UINT32_MAX)
        return true; /* writable code: the runtime translates it when it runs */
    if (d->nunit == *cap) {
        *cap = *cap ? *cap * 2 : 1024;
        struct disc_unit *p = realloc(d->unit, *cap * sizeof *p);

        if (!p)
            return false;
        d->unit = p;
    }
    d->unit[d->nunit++] = (struct disc_unit){.pc = lo, .bounds = {lo, hi}, .seg = seg};
    return true;
}

static bool cut_units(struct discovery *d)
{
    unsigned align = d->g->insn_align;
    uint32_t cap = 0;

    free(d->unit);
    d->unit = NULL;
    d->nunit = 0;
    for (uint32_t i = 0; i < d->nrange; i++) {
        uint64_t start = 0;
        bool open = false;

        for (uint64_t pc = (d->range[i].lo + align - 1) / align * align; pc < d->range[i].hi; pc += align) {
            if (!(*disc_flag(d, pc) & D_FUNC))
                continue;
            if (open && !add_unit(d, &cap, start, pc))
                return false;
            start = pc;
            open = true;
        }
        if (open && !add_unit(d, &cap, start, d->range[i].hi))
            return false;
    }
    return true;
}

/* One walk over a unit's instructions: jumps that leave it make entries elsewhere; an unknown indirect jump (seen in this unit) may go to
 * each block that nothing falls into, and to where the guest's code is marked for that. */
static void mark_unit(struct discovery *d, const struct disc_unit *u)
{
    unsigned align = d->g->insn_align;
    bool unknown = false, ended = false;
    struct ginsn in;

    for (uint64_t pc = u->bounds.lo; pc < u->bounds.hi; pc += align) {
        uint8_t f = *disc_flag(d, pc);

        if (!(f & D_INSN))
            continue;
        d->ninsn++;
        unknown |= (f & D_IJUMP) != 0;
        d->from.unresolved += (f & D_IJUMP) != 0;
        if (!decode_at(d, pc, &in))
            continue;
        d->covered += in.len;
        if (!(f & D_END) && pc + in.len >= u->bounds.hi && discover_is_code(d, pc + in.len))
            *disc_flag(d, pc + in.len) |= D_ENTRY;
        if ((in.flow == GF_BRANCH || in.flow == GF_JUMP) && (in.target < u->bounds.lo || in.target >= u->bounds.hi) &&
            discover_is_code(d, in.target))
            *disc_flag(d, in.target) |= D_ENTRY;
    }
    for (uint64_t pc = u->bounds.lo; pc < u->bounds.hi && unknown; pc += align) {
        uint8_t *f = disc_flag(d, pc);

        if (*f & D_INSN) {
            if (ended || (d->g->jump_mark && decode_at(d, pc, &in) && d->g->jump_mark(&in)))
                *f |= D_ENTRY;
            ended = *f & D_END;
        }
    }
}

static bool collect_entries(struct discovery *d)
{
    unsigned align = d->g->insn_align;
    uint32_t cap = 0;

    d->nentry = 0;
    for (uint32_t i = 0; i < d->nunit; i++) {
        struct disc_unit *u = &d->unit[i];

        u->entry = d->nentry;
        for (uint64_t pc = u->bounds.lo + align; pc < u->bounds.hi; pc += align) {
            if (!(*disc_flag(d, pc) & D_ENTRY))
                continue;
            if (d->nentry == cap) {
                cap = cap ? cap * 2 : 4096;
                uint64_t *p = realloc(d->entry, cap * sizeof *p);

                if (!p)
                    return false;
                d->entry = p;
            }
            d->entry[d->nentry++] = pc;
        }
        u->nentry = d->nentry - u->entry;
    }
    return true;
}

enum status discover_layout(struct discovery *d)
{
    start_ranges(d);
    if (!cut_units(d))
        return ST_NOMEM;
    d->ninsn = d->covered = d->from.unresolved = 0;
    for (uint32_t i = 0; i < d->nunit; i++)
        mark_unit(d, &d->unit[i]);
    return collect_entries(d) ? ST_OK : ST_NOMEM;
}

bool discover_split(struct discovery *d, struct gspan unit)
{
    uint64_t middle = unit.lo + (unit.hi - unit.lo) / 2, best = 0;
    unsigned align = d->g->insn_align, best_rank = 0;
    bool ended = false;

    if (unit.hi - unit.lo < 64)
        return false;
    for (uint64_t pc = unit.lo; pc < unit.hi; pc += align) {
        uint8_t f = *disc_flag(d, pc);
        bool near = pc > unit.lo + (unit.hi - unit.lo) / 4 && pc < unit.hi - (unit.hi - unit.lo) / 4;
        unsigned rank = ended ? 2 : f & D_SCAN ? 1 : 0;

        if (!(f & D_INSN))
            continue;
        ended = f & D_END;
        if (!near || !rank || rank < best_rank)
            continue;
        if (rank > best_rank || llabs((long long)(pc - middle)) < llabs((long long)(best - middle))) {
            best = pc;
            best_rank = rank;
        }
    }
    return best && discover_add_function(d, best);
}

void discover_fill_unit(const struct discovery *d, uint32_t i, struct unit *u)
{
    const struct disc_unit *x = &d->unit[i];

    memset(u, 0, sizeof *u);
    u->g = d->g;
    u->text = d->text[x->seg];
    u->ro = d->ro;
    u->nro = d->nro;
    u->pc = x->pc;
    u->bounds = x->bounds;
    u->entry = d->entry ? d->entry + x->entry : NULL;
    u->nentry = x->nentry;
    u->is_function = discover_is_function;
    u->arg = d;
    u->pic = d->pic;
    u->strict = d->strict;
    snprintf(u->name, sizeof u->name, "sub_%llx", (unsigned long long)x->pc);
}
