/* Register allocation on SSA machine IR: one forward pass over the blocks, victims by distance to the next use, registers of loop
 * headers chosen by what the loop reads, parallel moves on the edges. A value that ever loses its register is stored once, right
 * after its definition (constants, addresses and unchanged guest homes never). */
#include "jit/host/regalloc_int.h"

#include <string.h>

struct mi *mi_new(struct mir *m, unsigned op, unsigned nop)
{
    struct mi *in = NEW(&m->cc->arena, struct mi);

    in->op = (uint16_t)op;
    in->nop = (uint8_t)nop;
    in->o = nop ? NEWN(&m->cc->arena, struct mop, nop) : NULL;
    for (unsigned i = 0; i < nop; i++)
        in->o[i].fix = in->o[i].reg = NOREG;
    return in;
}

void mi_append(struct mir *m, ir_blk b, struct mi *in)
{
    struct mblock *mb = &m->b[b];

    in->next = NULL;
    if (mb->tail)
        mb->tail->next = in;
    else
        mb->head = in;
    mb->tail = in;
    mb->n++;
}

uint32_t vreg_new(struct mir *m, unsigned cls, unsigned size)
{
    m->v = arena_grow(&m->cc->arena, m->v, &m->capv, m->nv + 1, sizeof *m->v);
    m->v[m->nv] = (struct vinfo){ .cls = (uint8_t)cls, .size = (uint8_t)size, .hint = NOREG, .reg = NOREG, .next = DEAD };
    return m->nv++;
}

#define REGBIT(r) (UINT64_C(1) << (r))

static void out(struct ra *ra, struct mi *in)
{
    in->next = NULL;
    if (ra->tail)
        ra->tail->next = in;
    else
        ra->head = in;
    ra->tail = in;
}

void ra_bind(struct ra *ra, unsigned r, uint32_t v)
{
    ra->regv[r] = v;
    ra->free &= ~REGBIT(r);
    ra->m->v[v].reg = (uint8_t)r;
}

void ra_release(struct ra *ra, uint32_t v)
{
    unsigned r = ra->m->v[v].reg;

    if (r == NOREG)
        return;
    ra->m->v[v].reg = NOREG;
    ra->regv[r] = 0;
    ra->free |= REGBIT(r);
}

static void mark_spilled(struct mir *m, uint32_t v)
{
    if (m->v[v].kind == VK_NORMAL)
        m->v[v].spilled = 1;
}

static void evict(struct ra *ra, unsigned r)
{
    mark_spilled(ra->m, ra->regv[r]);
    ra_release(ra, ra->regv[r]);
}

struct mi *ra_move(struct mir *m, unsigned dst, unsigned src, uint32_t v)
{
    struct mi *in = mi_new(m, m->t->op_move, 2);

    in->sz = m->v[v].size;
    in->aux = m->v[v].cls;
    in->o[0] = (struct mop){ .v = v, .kind = MOP_DEF, .fix = NOREG, .reg = (uint8_t)dst };
    in->o[1] = (struct mop){ .v = v, .kind = MOP_USE, .fix = NOREG, .reg = (uint8_t)src };
    return in;
}

/* Brings v, which is in no register, into dst: from its slot or home, or made anew. */
struct mi *ra_fetch(struct mir *m, unsigned dst, uint32_t v)
{
    const struct vinfo *vi = &m->v[v];
    bool mem = vi->kind == VK_NORMAL || vi->kind == VK_HOME;
    struct mi *in = mi_new(m, mem ? m->t->op_load : vi->kind == VK_CONST ? m->t->op_const : m->t->op_gpc, mem ? 2 : 1);

    in->sz = vi->size;
    in->aux = vi->cls;
    in->imm = (int64_t)vi->imm;
    in->o[0] = (struct mop){ .v = v, .kind = MOP_DEF, .fix = NOREG, .reg = (uint8_t)dst };
    if (mem) {
        in->o[1] = (struct mop){ .v = v, .kind = MOP_USE, .flags = MOPF_MEM, .fix = NOREG, .reg = NOREG };
        mark_spilled(m, v);
    }
    return in;
}

/* The register whose value is wanted last; values that need no store are cheaper to lose. */
static unsigned victim(struct ra *ra, uint64_t set)
{
    uint64_t best = 0;
    unsigned reg = NOREG;

    for (; set; set &= set - 1) {
        unsigned r = (unsigned)__builtin_ctzll(set);
        const struct vinfo *vi = &ra->m->v[ra->regv[r]];
        uint64_t score = vi->next > ra->pos ? vi->next - ra->pos : 0;

        score = score * (vi->kind != VK_NORMAL || vi->spilled ? 3 : 2) + 1;
        if (score > best) {
            best = score;
            reg = r;
        }
    }
    return reg;
}

static unsigned pick_free(struct ra *ra, uint64_t set, uint32_t v)
{
    const struct vinfo *vi = v ? &ra->m->v[v] : NULL;

    if (vi && vi->hint != NOREG && (set & REGBIT(vi->hint)))
        return vi->hint;
    bool local = !v || vi->next <= ra->end;
    uint64_t scarce = set & ra->m->t->scarce, rest = set & ~ra->m->t->scarce;

    if (local && scarce)
        return (unsigned)__builtin_ctzll(scarce);
    if (rest)
        return (unsigned)__builtin_ctzll(rest);
    return (unsigned)__builtin_ctzll(set);
}

/* A register of class cls outside `avoid`, emptied if need be. v (may be 0) is who will live there. */
static unsigned take(struct ra *ra, unsigned cls, uint64_t avoid, uint32_t v)
{
    uint64_t ok = ra->m->t->allocatable[cls] & ~avoid & ~ra->locked, fr = ok & ra->free;

    if (fr)
        return pick_free(ra, fr, v);
    unsigned r = victim(ra, ok & ~ra->free);
    if (r == NOREG)
        cc_bail(ra->m->cc, ST_LIMIT, 0, "register allocation: no register left for one instruction");
    evict(ra, r);
    return r;
}

/* Moves the value in r to a free register outside avoid, or gives its register up. */
static void relocate(struct ra *ra, unsigned r, uint64_t avoid)
{
    uint32_t v = ra->regv[r];
    struct mir *m = ra->m;
    uint64_t fr = m->t->allocatable[m->v[v].cls] & ra->free & ~avoid & ~ra->locked;

    if (!fr || m->v[v].kind == VK_CONST) {
        evict(ra, r);
        return;
    }
    unsigned d = pick_free(ra, fr, v);
    out(ra, ra_move(m, d, r, v));
    ra_release(ra, v);
    ra_bind(ra, d, v);
}

static bool op_use(const struct mop *o) { return o->v && (o->kind == MOP_USE || o->kind == MOP_TIED); }

static bool uses_value(const struct mi *in, uint32_t v)
{
    for (unsigned i = 0; i < in->nop; i++)
        if (op_use(&in->o[i]) && in->o[i].v == v)
            return true;
    for (unsigned i = 0; i < in->nsnapop; i++)
        if (in->snapop[i].v == v)
            return true;
    return false;
}

static unsigned count_uses(const struct mi *in, uint32_t v)
{
    unsigned n = 0;

    for (unsigned i = 0; i < in->nop; i++)
        n += op_use(&in->o[i]) && in->o[i].v == v;
    for (unsigned i = 0; i < in->nsnapop; i++)
        n += in->snapop[i].v == v;
    return n;
}

static uint32_t next_after(const struct mi *in, uint32_t v, uint32_t now)
{
    for (unsigned i = 0; i < in->nop; i++)
        if (op_use(&in->o[i]) && in->o[i].v == v)
            return in->o[i].next;
    for (unsigned i = 0; i < in->nsnapop; i++)
        if (in->snapop[i].v == v)
            return in->snapop[i].next;
    return now;
}

/* Fixed registers: empties those that hold something that must survive, then fills those that are read. */
static void fixed_operands(struct ra *ra, struct mi *in)
{
    struct mir *m = ra->m;
    uint64_t fixed = 0;

    for (unsigned i = 0; i < in->nop; i++)
        if (in->o[i].fix != NOREG)
            fixed |= REGBIT(in->o[i].fix);
    if (!fixed && !(in->flags & MI_CALL))
        return;
    uint64_t avoid = fixed | (in->flags & MI_CALL ? m->t->caller_saved : 0);

    for (uint64_t s = fixed; s; s &= s - 1) {
        unsigned r = (unsigned)__builtin_ctzll(s);
        uint32_t w = ra->regv[r];
        bool here = false;

        if (!w)
            continue;
        for (unsigned i = 0; i < in->nop; i++)
            here |= op_use(&in->o[i]) && in->o[i].fix == r && in->o[i].v == w;
        if (here && next_after(in, w, DEAD) == DEAD && count_uses(in, w) == 1)
            continue;
        uint64_t fr = m->t->allocatable[m->v[w].cls] & ra->free & ~avoid & ~ra->locked;
        if (!fr && uses_value(in, w) && !here)
            fr = m->t->allocatable[m->v[w].cls] & ra->free & ~fixed & ~ra->locked;
        if (!fr && !here && uses_value(in, w) && m->v[w].kind == VK_NORMAL)
            mark_spilled(m, w);
        relocate(ra, r, fr ? avoid & ~fr : avoid);
        if (here && ra->regv[r] == 0) {         /* the content is still there for this use */
            ra->free &= ~REGBIT(r);
            ra->locked |= REGBIT(r);
            ra->kept[r] = w;
        }
    }
    for (unsigned i = 0; i < in->nop; i++) {
        struct mop *o = &in->o[i];

        if (!op_use(o) || o->fix == NOREG)
            continue;
        if (ra->kept[o->fix] != o->v && m->v[o->v].reg != o->fix) {
            if (m->v[o->v].reg != NOREG)
                out(ra, ra_move(m, o->fix, m->v[o->v].reg, o->v));
            else
                out(ra, ra_fetch(m, o->fix, o->v));
            ra->free &= ~REGBIT(o->fix);
            ra->kept[o->fix] = o->v;
        }
        o->reg = o->fix;
        ra->locked |= REGBIT(o->fix);
    }
    for (uint64_t s = fixed; s; s &= s - 1)     /* those only written: out of reach for the operands' own registers */
        ra->locked |= REGBIT(__builtin_ctzll(s));
    if (!(in->flags & MI_CALL))
        return;
    for (uint64_t s = m->t->caller_saved & ~fixed & ~ra->free; s; s &= s - 1) {
        unsigned r = (unsigned)__builtin_ctzll(s);

        if (r < MIR_MAXREG && ra->regv[r] && next_after(in, ra->regv[r], m->v[ra->regv[r]].next) != DEAD)
            relocate(ra, r, avoid);
    }
}

static void free_operand(struct ra *ra, struct mop *o, bool *mem)
{
    struct mir *m = ra->m;
    struct vinfo *vi = &m->v[o->v];

    if (vi->reg == NOREG) {
        bool inmem = vi->kind == VK_HOME || vi->kind == VK_NORMAL;

        if ((o->flags & MOPF_ANY) && inmem && !*mem && (o->next == DEAD || o->next > ra->pos + 24)) {
            *mem = true;
            o->flags |= MOPF_MEM;
            mark_spilled(m, o->v);
            return;
        }
        unsigned r = take(ra, vi->cls, 0, o->v);
        out(ra, ra_fetch(m, r, o->v));
        ra_bind(ra, r, o->v);
    }
    o->reg = vi->reg;
    ra->locked |= REGBIT(vi->reg);
}

/* Two-address form: the def takes the use's register if the use dies, else a copy of it. */
static void tied_operand(struct ra *ra, struct mi *in)
{
    struct mir *m = ra->m;
    struct mop *d = in->o, *t = NULL;

    for (unsigned i = 1; i < in->nop; i++)
        if (in->o[i].kind == MOP_TIED)
            t = &in->o[i];
    if (!t || t->fix != NOREG)
        return;
    if (t->next != DEAD && (in->flags & MI_COMM) && in->o[2].v && in->o[2].next == DEAD && !(in->o[2].flags & MOPF_MEM) &&
        in->o[2].reg != t->reg) {
        struct mop s = in->o[2];

        in->o[2].v = t->v, in->o[2].next = t->next, in->o[2].reg = t->reg;
        t->v = s.v, t->next = s.next, t->reg = s.reg;
    }
    bool snapped = false;
    for (unsigned i = 0; i < in->nsnapop; i++)
        snapped |= in->snapop[i].v == t->v;
    if (t->next == DEAD && (!snapped || !(in->flags & MI_EARLY))) {
        d->reg = t->reg;
        return;
    }
    unsigned r = take(ra, m->v[d->v].cls, 0, d->v);
    out(ra, ra_move(m, r, t->reg, t->v));
    t->reg = (uint8_t)r;
    d->reg = (uint8_t)r;
    ra->locked |= REGBIT(r);
    ra->free &= ~REGBIT(r);
}

static void snapshot_places(struct ra *ra, struct mi *in)
{
    struct mir *m = ra->m;

    for (unsigned i = 0; i < in->nsnapop; i++) {
        struct mop *o = &in->snapop[i];

        if (!o->v)
            continue;
        o->reg = m->v[o->v].reg;
        if (o->reg == NOREG && (m->v[o->v].kind == VK_NORMAL || m->v[o->v].kind == VK_HOME)) {
            for (unsigned r = 0; r < MIR_MAXREG; r++)
                if (ra->kept[r] == o->v)
                    o->reg = (uint8_t)r;
            if (o->reg == NOREG) {
                o->flags |= MOPF_MEM;
                mark_spilled(m, o->v);
            }
        }
    }
}

static void kill_uses(struct ra *ra, struct mi *in)
{
    struct mir *m = ra->m;

    for (unsigned i = 0; i < in->nop; i++)
        if (op_use(&in->o[i])) {
            m->v[in->o[i].v].next = in->o[i].next;
            if (in->o[i].next == DEAD)
                ra_release(ra, in->o[i].v);
        }
    for (unsigned i = 0; i < in->nsnapop; i++)
        if (in->snapop[i].v) {
            m->v[in->snapop[i].v].next = in->snapop[i].next;
            if (in->snapop[i].next == DEAD)
                ra_release(ra, in->snapop[i].v);
        }
}

static void defs(struct ra *ra, struct mi *in)
{
    struct mir *m = ra->m;

    for (unsigned i = 0; i < in->nop; i++) {
        struct mop *o = &in->o[i];

        if (o->kind != MOP_DEF || !o->v)
            continue;
        m->v[o->v].next = o->next;
        m->v[o->v].def = in;
        if (o->reg != NOREG)
            ;
        else if (o->fix != NOREG)
            o->reg = o->fix;
        else {
            struct vinfo *vi = &m->v[o->v];

            if (vi->hint == NOREG && in->nop > 1 && op_use(&in->o[1]) && in->o[1].next == DEAD && in->o[1].reg != NOREG &&
                m->v[in->o[1].v].cls == vi->cls)
                vi->hint = in->o[1].reg;
            o->reg = (uint8_t)take(ra, vi->cls, 0, o->v);
        }
        if (ra->regv[o->reg] && ra->regv[o->reg] != o->v)
            evict(ra, o->reg);
        ra->locked |= REGBIT(o->reg);
        ra_bind(ra, o->reg, o->v);
    }
    for (unsigned i = 0; i < in->nop; i++)
        if (in->o[i].kind == MOP_DEF && in->o[i].v && in->o[i].next == DEAD)
            ra_release(ra, in->o[i].v);
}

static void allocate_insn(struct ra *ra, struct mi *in)
{
    bool mem = false;

    ra->locked = 0;
    memset(ra->kept, 0, sizeof ra->kept);
    /* Lock what already is in registers, so that reloads do not push out other operands. */
    fixed_operands(ra, in);
    for (unsigned i = 0; i < in->nop; i++)
        if (op_use(&in->o[i]) && in->o[i].fix == NOREG && ra->m->v[in->o[i].v].reg != NOREG)
            ra->locked |= REGBIT(ra->m->v[in->o[i].v].reg);
    for (unsigned i = 0; i < in->nop; i++)
        if (op_use(&in->o[i]) && in->o[i].fix == NOREG)
            free_operand(ra, &in->o[i], &mem);
    tied_operand(ra, in);
    for (unsigned i = 0; i < in->nop; i++)
        if (in->o[i].kind == MOP_TMP) {
            unsigned r = in->o[i].fix != NOREG ? in->o[i].fix : take(ra, in->o[i].cls, 0, 0);

            in->o[i].reg = (uint8_t)r;
            ra->locked |= REGBIT(r);
        }
    snapshot_places(ra, in);
    out(ra, in);
    for (unsigned r = 0; r < MIR_MAXREG; r++)   /* copies made for fixed operands end here */
        if (ra->kept[r] && !ra->regv[r])
            ra->free |= REGBIT(r);
    uint64_t early = ra->locked;
    if (in->o && in->nop && in->o[0].kind == MOP_DEF && in->o[0].reg != NOREG && !ra->regv[in->o[0].reg])
        ra->free |= REGBIT(in->o[0].reg);
    kill_uses(ra, in);
    ra->locked = in->flags & MI_EARLY ? early : 0;
    if (in->flags & MI_CALL)
        for (uint64_t s = ra->m->t->caller_saved & ~ra->free; s; s &= s - 1) {
            unsigned r = (unsigned)__builtin_ctzll(s);

            if (ra->regv[r])
                evict(ra, r);
        }
    for (unsigned i = 0; i < in->nop; i++)      /* scratch registers are dead: nothing else may think that it owns them */
        if (in->o[i].kind == MOP_TMP && ra->regv[in->o[i].reg])
            evict(ra, in->o[i].reg);
    for (unsigned i = 0; i < in->nop; i++)
        if (in->o[i].kind == MOP_DEF && in->o[i].v && in->o[i].fix != NOREG)
            ra->locked |= REGBIT(in->o[i].fix);
    defs(ra, in);
}

/* An exit: every use is fixed; nothing lives on. */
static void allocate_exit(struct ra *ra, struct mi *in)
{
    struct pmove *mv = NEWN(&ra->m->cc->arena, struct pmove, in->nop + 1);
    uint32_t n = 0;

    for (unsigned i = 0; i < in->nop; i++) {
        struct mop *o = &in->o[i];

        o->reg = o->fix;
        mv[n++] = (struct pmove){ .v = o->v, .src = ra->m->v[o->v].reg, .dst = o->fix };
        if (mv[n - 1].src == NOREG)
            mark_spilled(ra->m, o->v);
    }
    ra_parallel(ra->m, mv, n, &ra->head, &ra->tail);
    out(ra, in);
    for (unsigned r = 0; r < MIR_MAXREG; r++)
        if (ra->regv[r])
            ra_release(ra, ra->regv[r]);
}

static void allocate_block(struct ra *ra, ir_blk b, struct mi **stack)
{
    struct mir *m = ra->m;
    struct mblock *mb = &m->b[b];
    uint32_t nt = live_block(m, b, ra->touched, stack), pos = 0;

    memset(ra->regv, 0, sizeof ra->regv);
    ra->free = m->t->allocatable[RC_GP] | m->t->allocatable[RC_VEC];
    ra->end = mb->n;
    ra->pos = 0;
    ra_block_entry(ra, b);
    for (unsigned r = 0; r < MIR_MAXREG; r++)
        if (mb->entry_state[r])
            ra_bind(ra, r, mb->entry_state[r]);
    ra->head = ra->tail = NULL;
    for (struct mi *in = mb->head, *next; in; in = next) {
        next = in->next;
        ra->pos = pos++;
        if (in->flags & MI_EXIT)
            allocate_exit(ra, in);
        else
            allocate_insn(ra, in);
    }
    mb->head = ra->head;
    mb->tail = ra->tail;
    memcpy(mb->exit_state, ra->regv, sizeof mb->exit_state);
    for (unsigned r = 0; r < MIR_MAXREG; r++)
        if (ra->regv[r])
            ra_release(ra, ra->regv[r]);
    for (uint32_t i = 0; i < nt; i++)
        m->v[ra->touched[i]].next = DEAD;
    for (struct mi *in = mb->head; in; in = in->next)
        for (unsigned i = 0; i < in->nop; i++)
            if (in->o[i].v)
                m->v[in->o[i].v].next = DEAD;
    mb->done = true;
}

/* After each definition of a value that is ever read back from memory: the store. */
static void insert_stores(struct mir *m)
{
    for (uint32_t k = 0; k < m->nlayout; k++) {
        struct mblock *mb = &m->b[m->layout[k]];

        for (uint32_t p = 0; p < mb->nphi; p++)
            for (unsigned r = 0; m->v[mb->phi[p]].spilled && r < MIR_MAXREG; r++)
                if (mb->entry_state[r] == mb->phi[p]) {
                    struct mi *st = ra_store(m, r, mb->phi[p]);

                    st->next = mb->head;
                    mb->head = st;
                }
        for (struct mi *in = mb->head; in; in = in->next)
            for (unsigned i = 0; i < in->nop; i++) {
                struct mop *o = &in->o[i];

                if (o->kind == MOP_DEF && o->v && m->v[o->v].spilled && m->v[o->v].def == in) {
                    struct mi *st = ra_store(m, o->reg, o->v);

                    st->next = in->next;
                    in->next = st;
                }
            }
    }
}

struct mi *ra_store(struct mir *m, unsigned src, uint32_t v)
{
    struct mi *in = mi_new(m, m->t->op_store, 2);

    in->sz = m->v[v].size;
    in->aux = m->v[v].cls;
    in->o[0] = (struct mop){ .v = v, .kind = MOP_USE, .flags = MOPF_MEM, .fix = NOREG, .reg = NOREG };
    in->o[1] = (struct mop){ .v = v, .kind = MOP_USE, .fix = NOREG, .reg = (uint8_t)src };
    return in;
}

void regalloc(struct mir *m)
{
    struct ra *ra = NEW(&m->cc->arena, struct ra);
    uint32_t maxn = 0;

    live_compute(m);
    ra->m = m;
    for (uint32_t k = 0; k < m->nlayout; k++)
        if (m->b[m->layout[k]].n > maxn)
            maxn = m->b[m->layout[k]].n;
    ra->touched = NEWN(&m->cc->arena, uint32_t, 2 * (size_t)m->nv + 16);
    ra->order = NEWN(&m->cc->arena, uint32_t, m->nv + 16);
    ra->stamp = NEWN(&m->cc->arena, uint32_t, m->nv + 1);
    struct mi **stack = NEWN(&m->cc->arena, struct mi *, maxn + 1);

    for (uint32_t k = 0; k < m->nlayout; k++) {     /* pressure of loop blocks, before any header is entered */
        ir_blk b = m->layout[k];

        if (!m->f->block[b].loop_depth)
            continue;
        uint32_t nt = live_block(m, b, ra->touched, stack);
        for (uint32_t i = 0; i < nt; i++)
            m->v[ra->touched[i]].next = DEAD;
    }
    ra_loop_pressure(ra);
    for (uint32_t k = 0; k < m->f->nrpo; k++)
        allocate_block(ra, m->f->rpo[k], stack);
    ra_edge_reads(ra);
    ra_classes(m);
    ra_edges(ra);
    insert_stores(m);
    ra_slots(m);
}
