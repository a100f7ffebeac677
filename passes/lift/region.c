/* Region building: recursive descent from the entries inside the bounds, blocks split at targets, then one lift call an
 * instruction.
 *
 * Two phases. Discovery decodes every instruction that can be reached (keyed by pc: code that overlaps itself is fine) and marks
 * leaders. Lifting makes one IR block per leader in pc order, so that all decisions that depend on block borders (fusion, seeing
 * through
 * instruction pairs, jump tables) are taken once the borders are final.
 * What a region cannot or may not contain - outside the bounds or the text, other functions, beyond max_insns - is reached by
 * ir_jump. */
#include "passes/lift/region.h"

#include <stdlib.h>
#include <string.h>

enum { DEFAULT_MAX_INSNS = 20000, MAX_TABLE = 4096, MAX_CHAIN = 48 };

enum { N_LEADER = 1, N_ENTRY = 2, N_RETSITE = 4, N_LOOP = 8 };

/* A decoded instruction and what discovery knows of its pc. */
struct node {
    struct ginsn in;
    uint64_t target;            /* after resolve(); of GF_BRANCH, GF_JUMP, GF_CALL */
    uint32_t prev;              /* index + 1 of the node it was first reached from by falling through or branching; 0: none */
    uint32_t tab;               /* index + 1 of its jump table */
    uint32_t nin;               /* edges into it, when a leader */
    ir_blk blk, entry;          /* its block; the stub for outside, when that is a block of its own */
    uint8_t flow;               /* enum gflow after resolve() */
    uint8_t flags;
};

struct table {
    struct guest_jumptable jt;
    uint64_t *target;
    uint32_t node;
};

struct mapent { uint64_t pc; uint32_t node; };  /* node: index + 1; 0: free */
struct work { uint64_t pc; uint32_t prev; uint8_t flags; };

struct region {
    struct cc *cc;
    const struct unit *u;
    struct ir_func *f;
    struct region_info *info;
    struct node *node; uint32_t nnode, capnode;
    struct mapent *map; uint32_t mapcap;        /* pc -> node, open addressing */
    struct work *work; uint32_t nwork, capwork;
    struct table *tab; uint32_t ntab, captab;
    uint32_t *order; uint32_t norder;           /* leaders by pc */
    uint32_t max;
    uint32_t capread, capcallee, capentry;
};

/* ---- nodes by pc ---- */

static uint32_t slot_of(const struct region *r, uint64_t pc)
{
    uint32_t i = (uint32_t)((pc >> 1) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (r->mapcap - 1);

    while (r->map[i].node && r->map[i].pc != pc)
        i = (i + 1) & (r->mapcap - 1);
    return i;
}

static struct node *find(const struct region *r, uint64_t pc)
{
    uint32_t i = r->map[slot_of(r, pc)].node;

    return i ? &r->node[i - 1] : NULL;
}

static void grow_map(struct region *r)
{
    struct mapent *old = r->map;
    uint32_t n = r->mapcap;

    r->mapcap = n * 4;
    r->map = NEWN(&r->cc->arena, struct mapent, r->mapcap);
    for (uint32_t i = 0; i < n; i++)
        if (old[i].node)
            r->map[slot_of(r, old[i].pc)] = old[i];
}

static struct node *add_node(struct region *r, const struct ginsn *in)
{
    struct node *n;

    if ((r->nnode + 1) * 2 > r->mapcap)
        grow_map(r);
    r->node = arena_grow(&r->cc->arena, r->node, &r->capnode, r->nnode + 1, sizeof *r->node);
    n = &r->node[r->nnode++];
    memset(n, 0, sizeof *n);
    n->in = *in;
    r->map[slot_of(r, in->pc)] = (struct mapent){ in->pc, r->nnode };
    return n;
}

static void push(struct region *r, uint64_t pc, uint32_t prev, uint8_t flags)
{
    r->work = arena_grow(&r->cc->arena, r->work, &r->capwork, r->nwork + 1, sizeof *r->work);
    r->work[r->nwork++] = (struct work){ pc, prev, flags };
}

/* ---- what the unit allows ---- */

static bool in_text(const struct region *r, uint64_t pc)
{
    const struct gcode *t = &r->u->text;

    return pc >= t->base && pc - t->base < t->len;
}

static bool in_bounds(const struct region *r, uint64_t pc)
{
    return in_text(r, pc) && (pc == r->u->pc || (pc >= r->u->bounds.lo && pc < r->u->bounds.hi)) && pc % r->u->g->insn_align == 0;
}

/* May code at pc belong to the region? Not when another function starts there. */
static bool inside(const struct region *r, uint64_t pc)
{
    return in_bounds(r, pc) && (pc == r->u->pc || !r->u->is_function || !r->u->is_function(r->u->arg, pc));
}

static void add_read(struct region *r, uint64_t lo, uint64_t hi)
{
    struct region_info *x = r->info;

    if (x->nread && x->read[x->nread - 1].hi == lo) {
        x->read[x->nread - 1].hi = hi;
        return;
    }
    x->read = arena_grow(&r->cc->arena, x->read, &r->capread, x->nread + 1, sizeof *x->read);
    x->read[x->nread++] = (struct gspan){ lo, hi };
}

static void add_callee(struct region *r, uint64_t pc)
{
    struct region_info *x = r->info;

    x->callee = arena_grow(&r->cc->arena, x->callee, &r->capcallee, x->ncallee + 1, sizeof *x->callee);
    x->callee[x->ncallee++] = pc;
}

/* ---- jump tables ---- */

/* `n` guest bytes at pc from the segments that cannot change, or NULL. */
static const uint8_t *read_ro(const struct region *r, uint64_t pc, uint64_t n)
{
    for (uint32_t i = 0; i <= r->u->nro; i++) {
        const struct gcode *s = i < r->u->nro ? &r->u->ro[i] : &r->u->text;

        if (pc >= s->base && pc - s->base <= s->len && n <= s->len - (pc - s->base))
            return s->bytes + (pc - s->base);
    }
    return NULL;
}

/* The instructions that lead to node `last` in straight line, oldest first, at most MAX_CHAIN. Returns the count; idx[] are
 * nodes. */
static uint32_t chain_to(const struct region *r, uint32_t last, uint32_t idx[MAX_CHAIN])
{
    uint32_t n = 0, i = last, tmp;

    for (;;) {
        idx[n++] = i;
        if (n == MAX_CHAIN || r->node[i].prev == 0)
            break;
        i = r->node[i].prev - 1;
    }
    for (uint32_t k = 0; k < n / 2; k++)
        tmp = idx[k], idx[k] = idx[n - 1 - k], idx[n - 1 - k] = tmp;
    return n;
}

/* Runs the guest's recogniser on the way to node `last`. lead: the node that starts its block, UINT32_MAX: not known yet, then it
 * is the
 * one after the last branch. *first: position of lead in the chain. */
static bool recognise(const struct region *r, uint32_t last, uint32_t lead, struct guest_jumptable *jt, uint32_t *first)
{
    uint32_t idx[MAX_CHAIN], n = chain_to(r, last, idx);
    struct ginsn seq[MAX_CHAIN];

    if (!r->u->g->jump_table)
        return false;
    *first = 0;
    for (uint32_t i = 0; i < n; i++) {
        seq[i] = r->node[idx[i]].in;
        if (lead == UINT32_MAX ? i && seq[i - 1].flow != GF_NEXT : idx[i] == lead)
            *first = i;
    }
    if (lead != UINT32_MAX && idx[*first] != lead)
        return false;
    if (!r->u->g->jump_table(seq, n, *first, jt) || jt->count == 0 || jt->count > MAX_TABLE)
        return false;
    return !r->u->pic || (jt->pcrel && jt->relbase);
}

static uint64_t entry_value(const struct guest_jumptable *jt, const uint8_t *p)
{
    uint64_t v = 0;

    memcpy(&v, p, jt->size);
    if (jt->sext && jt->size < 8)
        v = (uint64_t)((int64_t)(v << (64 - 8 * jt->size)) >> (64 - 8 * jt->size));
    return ((v << jt->shift) + jt->relbase) & ~UINT64_C(1);
}

/* Reads the entries of a recognised table. Fails on one that is not wholly readable or leads outside the text; a loose one ends
 * before
 * the first entry that cannot belong to this function. */
static uint64_t *read_table(struct region *r, struct guest_jumptable *jt)
{
    uint64_t *target = NEWN(&r->cc->arena, uint64_t, jt->count);

    for (uint32_t k = 0; k < jt->count; k++) {
        const uint8_t *p = read_ro(r, jt->table + (uint64_t)k * jt->size, jt->size);

        if (p)
            target[k] = entry_value(jt, p);
        if (p && (jt->loose ? in_bounds(r, target[k]) : in_text(r, target[k])))
            continue;
        if (!jt->loose || k < 2)
            return NULL;
        jt->count = k;
    }
    return target;
}

/* Queues the targets of the indirect jump at node i when it goes through a table. */
static void find_table(struct region *r, uint32_t i)
{
    struct table t = { .node = i };
    uint32_t first;

    if (!recognise(r, i, UINT32_MAX, &t.jt, &first))
        return;
    t.target = read_table(r, &t.jt);
    if (!t.target)
        return;
    r->tab = arena_grow(&r->cc->arena, r->tab, &r->captab, r->ntab + 1, sizeof *r->tab);
    r->tab[r->ntab++] = t;
    r->node[i].tab = r->ntab;
    for (uint32_t k = 0; k < t.jt.count; k++)
        push(r, t.target[k], 0, 0);
}

/* ---- discovery ---- */

/* Queues what follows the node that ends a block. */
static void follow(struct region *r, uint32_t i)
{
    struct node *n = &r->node[i];
    uint64_t next = n->in.pc + n->in.len;

    switch (n->flow) {
    case GF_BRANCH:
        push(r, n->target, i + 1, 0);
        push(r, next, i + 1, 0);
        break;
    case GF_JUMP:
        push(r, n->target, i + 1, 0);
        break;
    case GF_CALL:
        add_callee(r, n->target);
        push(r, next, 0, N_ENTRY | N_RETSITE);
        break;
    case GF_ICALL:
        push(r, next, 0, N_ENTRY | N_RETSITE);
        break;
    case GF_SYSCALL: case GF_BARRIER:
        push(r, next, 0, N_ENTRY);
        break;
    case GF_IJUMP:
        if (!r->u->single)
            find_table(r, i);
        break;
    default:
        break;
    }
}

/* Decodes straight down from pc until a block ends or known code is met (which then is a leader: it has two ways in). */
static void descend(struct region *r, uint64_t pc, uint32_t prev)
{
    const struct gcode *t = &r->u->text;
    struct ginsn in;
    struct node *n;

    for (; inside(r, pc) && r->nnode < r->max; pc += in.len) {
        if ((n = find(r, pc))) {
            n->flags |= N_LEADER;
            n->prev = n->prev ? n->prev : prev;
            return;
        }
        r->u->g->decode(t->bytes + (pc - t->base), t->len - (pc - t->base), pc, &in);
        if (in.row == 0 && in.aux && r->nnode)
            return;             /* cut off by the end of the text: the dispatcher may see more bytes */
        n = add_node(r, &in);
        n->prev = prev;
        prev = r->nnode;
        n->target = in.target;
        n->flow = in.flow;
        if (r->u->g->resolve)
            n->flow = (uint8_t)r->u->g->resolve(n->prev ? &r->node[n->prev - 1].in : NULL, &in, r->u->pic, &n->target);
        if (n->flow != GF_NEXT) {
            follow(r, r->nnode - 1);
            return;
        }
    }
}

/* Entries are decoded first, before anything leads to them: with all ways in known, more tables may be found. */
static bool more_tables(struct region *r)
{
    uint32_t before = r->nwork;

    for (uint32_t i = 0; i < r->nnode && !r->u->single; i++)
        if (r->node[i].flow == GF_IJUMP && !r->node[i].tab)
            find_table(r, i);
    return r->nwork > before;
}

static void discover(struct region *r)
{
    const struct unit *u = r->u;

    push(r, u->pc, 0, N_ENTRY);
    for (uint32_t i = 0; i < u->nentry && !u->single; i++)
        push(r, u->entry[i], 0, N_ENTRY);
    for (uint32_t done = 0; done < r->nwork || more_tables(r); done++) {
        struct work w = r->work[done];
        struct node *n;

        if (!inside(r, w.pc))
            continue;
        descend(r, w.pc, w.prev);
        n = find(r, w.pc);
        if (n)
            n->flags |= N_LEADER | w.flags;
        if (u->single)
            break;
    }
}

/* ---- edges ---- */

/* Counts an edge. Every cycle has an edge that goes up or stays: its target polls. */
static void edge(struct region *r, const struct node *from, uint64_t to)
{
    struct node *n = inside(r, to) && !r->u->single ? find(r, to) : NULL;

    if (!n) {
        /* What merely follows counts too: the region ends in front of it, by its bounds or its size. */
        if (!r->u->single || (from->flow != GF_NEXT && to != from->in.pc + from->in.len))
            add_callee(r, to);
        return;
    }
    n->nin++;
    if (to <= from->in.pc)
        n->flags |= N_LOOP;
}

/* Where control comes back to after a call, a system call or a barrier is an entry of some region, if not of this one. */
static void returns(struct region *r, uint64_t to)
{
    if (!r->u->single && !(inside(r, to) && find(r, to)))
        add_callee(r, to);
}

static void count_edges(struct region *r)
{
    for (uint32_t i = 0; i < r->nnode; i++) {
        const struct node *n = &r->node[i];

        if (n->flow == GF_NEXT || n->flow == GF_BRANCH)
            edge(r, n, n->in.pc + n->in.len);
        if (n->flow == GF_BRANCH || n->flow == GF_JUMP)
            edge(r, n, n->target);
        if (n->flow == GF_CALL || n->flow == GF_ICALL || n->flow == GF_SYSCALL || n->flow == GF_BARRIER)
            returns(r, n->in.pc + n->in.len);
        if (n->tab)
            for (uint32_t k = 0; k < r->tab[n->tab - 1].jt.count; k++)
                edge(r, n, r->tab[n->tab - 1].target[k]);
    }
}

/* ---- blocks ---- */

struct leader { uint64_t pc; uint32_t node; };

static int by_pc(const void *a, const void *b)
{
    uint64_t x = ((const struct leader *)a)->pc, y = ((const struct leader *)b)->pc;

    return x < y ? -1 : x > y;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static uint32_t sort_unique(uint64_t *v, uint32_t n)
{
    uint32_t k = 0;

    if (n > 1)
        qsort(v, n, sizeof *v, by_value);
    for (uint32_t i = 0; i < n; i++)
        if (k == 0 || v[k - 1] != v[i])
            v[k++] = v[i];
    return k;
}

static void sort_leaders(struct region *r)
{
    struct leader *l = NEWN(&r->cc->arena, struct leader, r->nnode);

    r->norder = 0;
    for (uint32_t i = 0; i < r->nnode; i++)
        if (r->node[i].flags & N_LEADER)
            l[r->norder++] = (struct leader){ r->node[i].in.pc, i };
    if (r->norder > 1)
        qsort(l, r->norder, sizeof *l, by_pc);
    r->order = NEWN(&r->cc->arena, uint32_t, r->norder);
    for (uint32_t i = 0; i < r->norder; i++)
        r->order[i] = l[i].node;
}

static void make_entry(struct region *r, struct node *n)
{
    uint32_t flags = BLK_ENTRY | (n->flags & N_RETSITE ? BLK_RETSITE : 0);

    r->info->entry = arena_grow(&r->cc->arena, r->info->entry, &r->capentry, r->info->nentry + 1, sizeof *r->info->entry);
    r->info->entry[r->info->nentry++] = n->in.pc;
    n->entry = ir_block_new(r->f, n->in.pc, flags);
    if (n->nin == 0)
        n->blk = n->entry;
}

/* The primary entry's block comes first, then the others by pc. */
static void make_blocks(struct region *r)
{
    struct node *first = find(r, r->u->pc);

    make_entry(r, first);
    for (uint32_t i = 0; i < r->norder; i++) {
        struct node *n = &r->node[r->order[i]];

        if (n != first && (n->flags & N_ENTRY))
            make_entry(r, n);
        if (!n->blk)
            n->blk = ir_block_new(r->f, n->in.pc, 0);
    }
    for (uint32_t i = 0; i < r->norder; i++) {
        struct node *n = &r->node[r->order[i]];

        if (!n->entry || n->entry == n->blk)
            continue;
        ir_block_at(r->f, n->entry);
        ir_br(r->f, n->blk);
    }
}

/* ---- lifting ---- */

static ir_blk block_of(struct lift *l, uint64_t pc)
{
    const struct region *r = l->priv;
    const struct node *n = r->u->single ? NULL : find(r, pc);

    return n ? n->blk : IR_NONE;
}

ir_blk lift_target(struct lift *l, uint64_t pc)
{
    ir_blk b = l->block_of(l, pc), cur = l->f->cur;

    if (b != IR_NONE)
        return b;
    b = ir_block_new(l->f, pc, BLK_COLD);
    ir_block_at(l->f, b);
    ir_jump(l->f, pc);
    ir_block_at(l->f, cur);
    return b;
}

void lift_goto(struct lift *l, uint64_t pc)
{
    ir_blk b = l->block_of(l, pc);

    if (b != IR_NONE)
        ir_br(l->f, b);
    else
        ir_jump(l->f, pc);
}

/* The nodes of the block that starts at node i: up to its end or the next leader. Returns the count. */
static uint32_t block_nodes(struct region *r, uint32_t i, struct ginsn **seq, uint32_t *cap, uint32_t *last)
{
    const struct node *n = &r->node[i];
    uint32_t count = 0;

    do {
        *seq = arena_grow(&r->cc->arena, *seq, cap, count + 1, sizeof **seq);
        (*seq)[count++] = n->in;
        *last = (uint32_t)(n - r->node);
        if (n->in.flow != GF_NEXT)
            break;
        n = find(r, n->in.pc + n->in.len);
    } while (n && !(n->flags & N_LEADER));
    return count;
}

/* A block's jump table, when what was found at discovery holds now that borders are final. */
struct dispatch {
    const struct table *t;      /* NULL: none */
    struct guest_jumptable jt;  /* positions in the block */
    ir_ref index, base;         /* values of the index, and of the guard's register */
};

static void prove_table(struct region *r, uint32_t lead, uint32_t last, struct dispatch *d)
{
    uint32_t first;

    if (r->node[last].tab == 0 || !recognise(r, last, lead, &d->jt, &first))
        return;
    d->t = &r->tab[r->node[last].tab - 1];
    if (d->jt.table != d->t->jt.table || d->jt.relbase != d->t->jt.relbase || d->jt.size != d->t->jt.size ||
        d->jt.sext != d->t->jt.sext || d->jt.shift != d->t->jt.shift)
        d->t = NULL;
    d->jt.index_at -= first;
}

/* Takes the values that the switch needs where they are live: before instruction k of the block. */
static void take_values(struct region *r, struct dispatch *d, uint32_t k)
{
    if (!d->t)
        return;
    if (k == 0 && d->jt.guarded)
        d->base = ir_get(r->f, d->jt.base_slot);
    if (k != d->jt.index_at)
        return;
    d->index = ir_get(r->f, d->jt.index_slot);
    if (d->jt.low)
        d->index = ir_op2(r->f, IR_and, T_I64, d->index, ir_const(r->f, T_I64, UINT32_MAX));
}

static void add_poll(struct region *r, uint64_t pc)
{
    ir_at(r->f, pc);
    ir_emit(r->f, IR_poll, T_VOID, 0, 0, 0, 0);
}

/* Ends the block by a switch over the table; an index outside, or a table base that is another, goes to the indirect jump itself.
 * */
static void lift_switch(struct region *r, struct lift *l, const struct dispatch *d, const struct ginsn *in)
{
    const struct table *t = d->t;
    ir_blk *target = NEWN(&r->cc->arena, ir_blk, t->jt.count), other = ir_block_new(r->f, in->pc, BLK_COLD), go;

    for (uint32_t k = 0; k < t->jt.count; k++)
        target[k] = lift_target(l, t->target[k]);
    if (d->jt.guarded) {
        ir_ref want = d->jt.pcrel ? ir_gpc(r->f, d->jt.base_value) : ir_const(r->f, T_I64, d->jt.base_value);

        go = ir_block_new(r->f, in->pc, 0);
        ir_brif(r->f, ir_op2(r->f, IR_eq, T_I1, d->base, want), go, other);
        ir_block_at(r->f, go);
    }
    ir_switch(r->f, d->index, target, t->jt.count, other);
    ir_block_at(r->f, other);
    l->prev = NULL;
    add_poll(r, in->pc);
    l->g->lift(l, in);
    add_read(r, t->jt.table, t->jt.table + (uint64_t)t->jt.count * t->jt.size);
}

/* Cycles through other regions: one that never returns has a jump through a register, or one that goes up or stays. (Calls and
 * returns are safe points by themselves: vcpu_arm.) */
static bool leaves_up(struct region *r, struct lift *l, const struct node *n)
{
    if (n->flow == GF_JUMP || n->flow == GF_BRANCH)
        return n->target <= n->in.pc && !block_of(l, n->target);
    return n->flow == GF_IJUMP;
}

static void lift_block(struct region *r, struct lift *l, uint32_t i, struct ginsn **seq, uint32_t *cap)
{
    uint32_t last, n = block_nodes(r, i, seq, cap, &last);
    struct node *lead = &r->node[i];
    struct dispatch d = { .t = NULL };
    const struct ginsn *end = &(*seq)[n - 1];

    prove_table(r, i, last, &d);
    ir_block_at(r->f, lead->blk);
    if (lead->flags & N_LOOP)
        add_poll(r, lead->in.pc);
    for (uint32_t k = 0; k < n; k++) {
        const struct ginsn *in = &(*seq)[k];

        l->next = in + 1;
        l->nnext = n - 1 - k;
        l->prev = k ? in - 1 : NULL;
        take_values(r, &d, k);
        if (in == end && !d.t && !r->u->single && leaves_up(r, l, &r->node[last]))
            add_poll(r, in->pc);
        if (d.t && in == end)
            lift_switch(r, l, &d, in);
        else
            k += r->u->g->lift(l, in);
    }
    add_read(r, lead->in.pc, end->pc + end->len);
    r->info->ninsn += n;
    if (end->flow != GF_NEXT)
        return;
    if (block_of(l, end->pc + end->len))
        ir_br(r->f, block_of(l, end->pc + end->len));
    else
        ir_jump(r->f, end->pc + end->len);
}

static int span_by_lo(const void *a, const void *b)
{
    const struct gspan *x = a, *y = b;

    return x->lo < y->lo ? -1 : x->lo > y->lo;
}

static void finish_info(struct region *r)
{
    struct region_info *x = r->info;
    uint32_t k = 0;

    if (x->nread > 1)
        qsort(x->read, x->nread, sizeof *x->read, span_by_lo);
    for (uint32_t i = 0; i < x->nread; i++) {
        if (k && x->read[i].lo <= x->read[k - 1].hi) {
            if (x->read[i].hi > x->read[k - 1].hi)
                x->read[k - 1].hi = x->read[i].hi;
        } else {
            x->read[k++] = x->read[i];
        }
    }
    x->nread = k;
    x->ncallee = sort_unique(x->callee, x->ncallee);
    x->nentry = sort_unique(x->entry, x->nentry);
}

/* A primary pc that cannot be lifted at all (outside the text, misaligned) gives a region that faults there. */
static void lift_nothing(struct region *r)
{
    ir_block_at(r->f, ir_block_new(r->f, r->u->pc, BLK_ENTRY));
    ir_at(r->f, r->u->pc);
    ir_trap(r->f, TRAP_FETCH, r->u->pc);
    r->info->entry = NEWN(&r->cc->arena, uint64_t, 1);
    r->info->entry[0] = r->u->pc;
    r->info->nentry = 1;
}

/* Return sites that are left out for the region's size, not because another function starts there. */
static void note_cut(struct region *r)
{
    const struct unit *u = r->u;

    for (uint32_t i = 0; i < r->f->nretpc && !r->f->cut; i++) {
        uint64_t pc = r->f->retpc[i];
        bool other = u->is_function && !u->partial && (!in_bounds(r, pc) || u->is_function(u->arg, pc));

        r->f->cut = !other && !find(r, pc);
    }
}

struct ir_func *lift_region(struct cc *cc, const struct unit *u, struct region_info *info)
{
    struct region r = { .cc = cc, .u = u, .info = info, .max = u->max_insns ? u->max_insns : DEFAULT_MAX_INSNS };
    struct lift l = { .g = u->g, .block_of = block_of, .priv = &r };
    struct ginsn *seq = NULL;
    uint32_t cap = 0;

    memset(info, 0, sizeof *info);
    r.mapcap = u->single ? 64 : 1024;
    r.map = NEWN(&cc->arena, struct mapent, r.mapcap);
    r.f = l.f = ir_func_new(cc, u->name, u->g->slot, u->g->nslot);
    r.f->pic = u->pic;
    r.f->strict = u->strict;
    discover(&r);
    if (!find(&r, u->pc)) {
        lift_nothing(&r);
        return r.f;
    }
    count_edges(&r);
    sort_leaders(&r);
    make_blocks(&r);
    for (uint32_t i = 0; i < r.norder; i++)
        lift_block(&r, &l, r.order[i], &seq, &cap);
    note_cut(&r);
    finish_info(&r);
    return r.f;
}
