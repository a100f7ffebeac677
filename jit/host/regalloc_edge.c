/* Register allocation between blocks: which values a block has in which registers on entry, the parallel moves that make it so
 * on every edge, and spill slots. */
#include "jit/host/regalloc_int.h"

#include <string.h>

enum { FAR_IN_LOOP = 9000 };    /* distances beyond this lie outside the loop (live.c) */
enum { PLACED = UINT32_MAX };   /* stamp of a phi that has its register */
#define REGBIT(r) (UINT64_C(1) << (r))

/* ---- entry states ---- */

static ir_blk best_pred(const struct mir *m, ir_blk b, uint32_t *index)
{
    const struct ir_block *ib = &m->f->block[b];
    ir_blk best = IR_NONE;

    for (uint32_t i = 0; i < ib->npred; i++) {
        ir_blk p = ib->pred[i];

        if (m->b[p].done && (!best || m->b[p].freq > m->b[best].freq)) {
            best = p;
            *index = i;
        }
    }
    return best;
}

static unsigned reg_in(const struct mblock *p, uint32_t v)
{
    for (unsigned r = 0; r < MIR_MAXREG; r++)
        if (p->exit_state[r] == v)
            return r;
    return NOREG;
}

static void place(struct mblock *mb, unsigned r, uint32_t v, uint64_t *fr)
{
    mb->entry_state[r] = v;
    *fr &= ~REGBIT(r);
}

static unsigned choose(const struct ra *ra, uint64_t fr, uint32_t v)
{
    const struct vinfo *vi = &ra->m->v[v];

    fr &= ra->m->t->allocatable[vi->cls];
    if (!fr)
        return NOREG;
    if (vi->hint != NOREG && (fr & REGBIT(vi->hint)))
        return vi->hint;
    uint64_t rest = fr & ~ra->m->t->scarce;
    return (unsigned)__builtin_ctzll(rest ? rest : fr);
}

/* Three rounds: phis whose argument already is where they want to be; phis that get their wish; the rest, in what nobody wants. */
static void place_phis(struct ra *ra, struct mblock *mb, const struct mblock *p, uint32_t index, uint64_t *fr)
{
    struct mir *m = ra->m;

    for (unsigned round = 0; round < 3; round++)
        for (uint32_t k = 0; k < mb->nphi; k++) {
            uint32_t v = mb->phi[k], a = m->f->phiarg[m->f->insn[v].a + index];
            const struct vinfo *vi = &m->v[v];
            unsigned r = reg_in(p, a);

            if (vi->next == DEAD || ra->stamp[v] == 2 || ra->stamp[v] == PLACED)
                continue;
            if (round == 0 && (r != vi->hint || r == NOREG || !(*fr & REGBIT(r))))
                continue;
            if (round == 1) {
                r = vi->hint;
                if (r == NOREG || !(*fr & REGBIT(r)))
                    continue;
            }
            if (round == 2 && (r == NOREG || !(*fr & REGBIT(r))))
                r = choose(ra, *fr, v);
            if (r == NOREG)
                continue;
            place(mb, r, v, fr);
            ra->stamp[v] = PLACED;
        }
}

static void entry_join(struct ra *ra, ir_blk b, const struct mblock *p, uint32_t index)
{
    struct mir *m = ra->m;
    struct mblock *mb = &m->b[b];
    uint64_t fr = m->t->allocatable[RC_GP] | m->t->allocatable[RC_VEC];

    for (unsigned r = 0; r < MIR_MAXREG; r++)
        if (p->exit_state[r] && m->v[p->exit_state[r]].next != DEAD && ra->stamp[p->exit_state[r]] == b + 3)
            place(mb, r, p->exit_state[r], &fr);
    place_phis(ra, mb, p, index, &fr);
}

/* Loop header: what the loop reads comes first; what only lives through it stays in a register while the loop has room. */
static void sort_by_next(const struct mir *m, uint32_t *v, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        uint32_t x = v[i], j = i;

        for (; j && m->v[v[j - 1]].next > m->v[x].next; j--)
            v[j] = v[j - 1];
        v[j] = x;
    }
}

static void loop_class(struct ra *ra, ir_blk b, const struct mblock *p, unsigned cls)
{
    struct mir *m = ra->m;
    struct mblock *mb = &m->b[b];
    uint32_t room = (uint32_t)__builtin_popcountll(m->t->allocatable[cls]), n = 0, used = 0, through = 0;
    uint32_t pressure = ra->loop_pressure[cls][b];

    for (uint32_t i = 0; i < mb->nlivein; i++)
        if (m->v[mb->livein[i]].cls == cls)
            ra->order[n++] = mb->livein[i];
    for (uint32_t k = 0; k < mb->nphi; k++)
        if (m->v[mb->phi[k]].cls == cls && m->v[mb->phi[k]].next != DEAD)
            ra->order[n++] = mb->phi[k];
    if (n > 2000)
        n = 2000;
    sort_by_next(m, ra->order, n);
    for (uint32_t i = 0; i < n; i++)
        through += m->v[ra->order[i]].next >= FAR_IN_LOOP && m->v[ra->order[i]].kind == VK_NORMAL;
    uint32_t drop = pressure > room ? pressure - room : 0, keep = through > drop ? through - drop : 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = ra->order[i];
        const struct vinfo *vi = &m->v[v];
        bool inreg = reg_in(p, v) != NOREG, phi = m->f->nphiarg && vi->defblk == b && v < m->f->ninsn && m->f->insn[v].op == IR_phi;
        bool ok = used < room;

        if (vi->next >= FAR_IN_LOOP && ok) {
            ok = vi->kind == VK_NORMAL && keep > 0 && (inreg || phi);
            keep -= ok;
        } else if (ok && !inreg && !phi) {      /* fetch before the loop, if the loop leaves room for it */
            ok = !(vi->kind == VK_CONST && cls == RC_GP) && pressure + (vi->kind != VK_NORMAL) <= room && used + 1 < room;
            pressure += ok && vi->kind != VK_NORMAL;
        }
        used += ok;
        ra->stamp[v] = ok ? 1 : 2;
    }
}

static void entry_loop(struct ra *ra, ir_blk b, const struct mblock *p, uint32_t index)
{
    struct mir *m = ra->m;
    struct mblock *mb = &m->b[b];
    uint64_t fr = m->t->allocatable[RC_GP] | m->t->allocatable[RC_VEC];

    loop_class(ra, b, p, RC_GP);
    loop_class(ra, b, p, RC_VEC);
    for (unsigned r = 0; r < MIR_MAXREG; r++)
        if (p->exit_state[r] && m->v[p->exit_state[r]].next != DEAD && ra->stamp[p->exit_state[r]] == 1)
            place(mb, r, p->exit_state[r], &fr);
    for (uint32_t i = 0; i < mb->nlivein; i++) {
        uint32_t v = mb->livein[i];

        if (ra->stamp[v] != 1 || reg_in(p, v) != NOREG)
            continue;
        unsigned r = choose(ra, fr, v);
        if (r != NOREG)
            place(mb, r, v, &fr);
    }
    place_phis(ra, mb, p, index, &fr);
}

void ra_block_entry(struct ra *ra, ir_blk b)
{
    struct mir *m = ra->m;
    struct mblock *mb = &m->b[b];
    uint32_t index = 0;
    ir_blk p = best_pred(m, b, &index);

    memset(mb->entry_state, 0, sizeof mb->entry_state);
    if (!p)
        return;
    for (uint32_t i = 0; i < mb->nlivein; i++)
        ra->stamp[mb->livein[i]] = b + 3;
    for (uint32_t k = 0; k < mb->nphi; k++)
        ra->stamp[mb->phi[k]] = b + 3;
    if (m->f->block[b].flags & BLK_LOOP)
        entry_loop(ra, b, &m->b[p], index);
    else
        entry_join(ra, b, &m->b[p], index);
    for (uint32_t i = 0; i < mb->nlivein; i++)
        ra->stamp[mb->livein[i]] = 0;
    for (unsigned r = 0; r < MIR_MAXREG; r++)   /* a value in two registers: one is enough */
        for (unsigned s = r + 1; mb->entry_state[r] && s < MIR_MAXREG; s++)
            if (mb->entry_state[s] == mb->entry_state[r])
                mb->entry_state[s] = 0;
    for (uint32_t k = 0; k < mb->nphi; k++) {
        uint32_t v = mb->phi[k];
        bool in = false;

        ra->stamp[v] = 0;
        for (unsigned r = 0; r < MIR_MAXREG; r++)
            in |= mb->entry_state[r] == v;
        if (!in && m->v[v].next != DEAD)
            m->v[v].spilled = 1;
    }
    /* Arguments that are not placed yet follow their phi. */
    for (unsigned r = 0; r < MIR_MAXREG; r++) {
        uint32_t v = mb->entry_state[r];

        if (!v || v >= m->f->ninsn || m->f->insn[v].op != IR_phi || m->v[v].defblk != b)
            continue;
        for (uint32_t i = 0; i < m->f->insn[v].b; i++) {
            struct vinfo *a = &m->v[m->f->phiarg[m->f->insn[v].a + i]];

            if (!m->b[m->f->block[b].pred[i]].done)
                a->hint = (uint8_t)r;
        }
    }
}

/* ---- loops ---- */

static void loop_walk(struct ra *ra, ir_blk h, ir_blk latch, uint32_t *stack)
{
    struct mir *m = ra->m;
    uint32_t n = 0;

    stack[n++] = latch;
    while (n) {
        ir_blk b = stack[--n];

        if (ra->stamp[b] == h)
            continue;
        ra->stamp[b] = h;
        for (unsigned c = 0; c < RC_COUNT; c++)
            if (m->b[b].pressure[c] > ra->loop_pressure[c][h])
                ra->loop_pressure[c][h] = m->b[b].pressure[c];
        if (b == h)
            continue;
        for (uint32_t i = 0; i < m->f->block[b].npred; i++)
            if (ra->stamp[m->f->block[b].pred[i]] != h)
                stack[n++] = m->f->block[b].pred[i];
    }
}

void ra_loop_pressure(struct ra *ra)
{
    struct mir *m = ra->m;
    struct ir_func *f = m->f;
    uint32_t edges = 1, *save = ra->stamp;

    for (unsigned c = 0; c < RC_COUNT; c++)
        ra->loop_pressure[c] = NEWN(&m->cc->arena, uint32_t, f->nblock + 1);
    for (uint32_t k = 0; k < f->nrpo; k++)
        edges += f->block[f->rpo[k]].npred;
    uint32_t *stack = NEWN(&m->cc->arena, uint32_t, edges + f->nblock + 1);
    ra->stamp = NEWN(&m->cc->arena, uint32_t, f->nblock + 1);
    for (uint32_t k = 0; k < f->nrpo; k++) {
        ir_blk h = f->rpo[k];

        if (!(f->block[h].flags & BLK_LOOP))
            continue;
        ra->stamp[h] = 0;
        for (uint32_t i = 0; i < f->block[h].npred; i++)
            if (f->block[f->block[h].pred[i]].order >= f->block[h].order)
                loop_walk(ra, h, f->block[h].pred[i], stack);
    }
    ra->stamp = save;
}

/* ---- edges ---- */

static void add(struct mi **head, struct mi **tail, struct mi *in)
{
    in->next = NULL;
    if (*tail)
        (*tail)->next = in;
    else
        *head = in;
    *tail = in;
}

static bool is_mem(const struct mir *m, uint32_t v) { return m->v[v].kind == VK_NORMAL || m->v[v].kind == VK_HOME; }

/* What moves: as much as its new place takes (sz); its old place holds `scale` bytes, above which are zeros. */
static struct mi *mem_op(struct mir *m, unsigned aux, const struct pmove *p, uint32_t v, unsigned reg)
{
    struct mi *in = mi_new(m, m->t->op_memmove, 1);

    in->aux = (uint8_t)aux;     /* 0: push memory, 1: pop memory, 3: pop register; 4: memory to memory (two operands), by way of the
                                   general register x if that is not NOREG */
    in->sz = m->v[p->dst == NOREG ? p->dstv : p->v].size;
    in->scale = m->v[p->v].size;
    in->o[0] = (struct mop){ .v = v, .kind = MOP_USE, .flags = reg == NOREG ? MOPF_MEM : 0, .fix = NOREG, .reg = (uint8_t)reg };
    return in;
}

static void reg_moves(struct mir *m, struct pmove *mv, uint32_t n, struct mi **head, struct mi **tail)
{
    uint32_t uses[MIR_MAXREG] = { 0 };
    uint32_t left = 0;

    for (uint32_t i = 0; i < n; i++)
        if (mv[i].src != NOREG && mv[i].dst != NOREG && mv[i].src != mv[i].dst) {
            uses[mv[i].src]++;
            left++;
        } else if (mv[i].src != NOREG && mv[i].dst != NOREG)
            uses[mv[i].src] += 1000;            /* stays where it is */
    while (left) {
        bool moved = false;

        for (uint32_t i = 0; i < n; i++) {
            struct pmove *p = &mv[i];

            if (p->src == NOREG || p->dst == NOREG || p->src == p->dst || uses[p->dst])
                continue;
            add(head, tail, ra_move(m, p->dst, p->src, p->v));
            uses[p->src]--;
            p->src = p->dst;
            left--;
            moved = true;
        }
        if (moved)
            continue;
        for (uint32_t i = 0; i < n; i++) {      /* only cycles are left: exchange along one */
            struct pmove *p = &mv[i];

            if (p->src == NOREG || p->dst == NOREG || p->src == p->dst)
                continue;
            struct mi *x = mi_new(m, m->t->op_xchg, 2);
            unsigned a = p->src, b = p->dst;

            x->sz = 8;
            x->aux = m->v[p->v].cls;
            x->o[0] = (struct mop){ .v = p->v, .kind = MOP_USE, .fix = NOREG, .reg = (uint8_t)b };
            x->o[1] = (struct mop){ .v = p->v, .kind = MOP_USE, .fix = NOREG, .reg = (uint8_t)a };
            add(head, tail, x);
            for (uint32_t j = 0; j < n; j++)
                if (mv[j].dst != NOREG && mv[j].src != mv[j].dst)
                    mv[j].src = mv[j].src == a ? (uint8_t)b : mv[j].src == b ? (uint8_t)a : mv[j].src;
            p->src = p->dst;
            memset(uses, 0, sizeof uses);
            left = 0;
            for (uint32_t j = 0; j < n; j++)
                if (mv[j].src != NOREG && mv[j].dst != NOREG) {
                    uses[mv[j].src] += mv[j].src == mv[j].dst ? 1000 : 1;
                    left += mv[j].src != mv[j].dst;
                }
            break;
        }
    }
}

static bool same_place(const struct mir *m, uint32_t a, uint32_t b)
{
    int32_t x = m->v[m->spill_class[a]].off;

    return m->spill_class[a] == m->spill_class[b] || (x && x == m->v[m->spill_class[b]].off);
}

/* A general register that none of the moves reads, or NOREG: free until registers are written. */
static unsigned idle_reg(const struct mir *m, const struct pmove *mv, uint32_t n)
{
    uint64_t idle = m->t->allocatable[RC_GP];

    for (uint32_t i = 0; i < n; i++)
        idle &= ~(mv[i].src == NOREG ? 0 : UINT64_C(1) << mv[i].src);
    return idle ? (unsigned)__builtin_ctzll(idle) : NOREG;
}

/* From memory to memory. late[0, n): such moves, not yet made; makes those whose place nobody else reads any more, leaves the rest
 * (cycles, and what waits for them) in late[]. Returns their number. */
static uint32_t mem_moves(struct mir *m, const struct pmove *mv, uint32_t *late, uint32_t n, unsigned idle, struct mi **head,
                          struct mi **tail)
{
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < n; i++) {
            const struct pmove *p = &mv[late[i]];
            bool read = false;

            for (uint32_t j = 0; j < n && !read; j++)
                read = j != i && same_place(m, mv[late[j]].v, p->dstv);
            if (read)
                continue;
            struct mi *in = mi_new(m, m->t->op_memmove, 2);

            in->aux = 4;
            in->sz = m->v[p->dstv].size;
            in->scale = m->v[p->v].size;
            in->x = idle;
            in->o[0] = (struct mop){ .v = p->v, .kind = MOP_USE, .flags = MOPF_MEM, .fix = NOREG, .reg = NOREG };
            in->o[1] = (struct mop){ .v = p->dstv, .kind = MOP_USE, .flags = MOPF_MEM, .fix = NOREG, .reg = NOREG };
            add(head, tail, in);
            late[i--] = late[--n];
            again = true;
        }
    }
    return n;
}

/* Memory is written by phis that live there: what such a place holds and is wanted is read first, by moves in an order that allows it,
 * else saved on a stack, balanced. */
void ra_parallel(struct mir *m, struct pmove *mv, uint32_t n, struct mi **head, struct mi **tail)
{
    bool tomem = false;

    for (uint32_t i = 0; i < n; i++)
        tomem |= mv[i].dst == NOREG;
    uint32_t *late = NEWN(&m->cc->arena, uint32_t, 2 * n + 1), nlate = 0, *mem = late + n, nmem = 0;
    for (uint32_t i = 0; tomem && i < n; i++) {
        bool memsrc = mv[i].src == NOREG && is_mem(m, mv[i].v);
        bool written = false;   /* its place is another's that is written here */

        for (uint32_t j = 0; memsrc && j < n; j++)
            written |= mv[j].dst == NOREG && same_place(m, mv[j].dstv, mv[i].v);
        if (memsrc && mv[i].dst == NOREG) {
            mem[nmem++] = i;
        } else if (memsrc && written) {
            add(head, tail, mem_op(m, 0, &mv[i], mv[i].v, NOREG));
            late[nlate++] = i;
        }
    }
    nmem = mem_moves(m, mv, mem, nmem, idle_reg(m, mv, n), head, tail);
    for (uint32_t i = 0; i < nmem; i++) {
        add(head, tail, mem_op(m, 0, &mv[mem[i]], mv[mem[i]].v, NOREG));
        late[nlate++] = mem[i];
    }
    for (uint32_t i = 0; i < n; i++)
        if (mv[i].dst == NOREG && mv[i].src != NOREG) {
            struct mi *st = ra_store(m, mv[i].src, mv[i].v);

            st->o[0].v = mv[i].dstv;
            st->sz = m->v[mv[i].dstv].size;
            add(head, tail, st);
        }
    reg_moves(m, mv, n, head, tail);
    for (uint32_t i = 0; i < n; i++) {
        bool pushed = mv[i].dst == NOREG && is_mem(m, mv[i].v);         /* or moved already */

        if (mv[i].src != NOREG)
            continue;
        for (uint32_t k = 0; k < nlate; k++)
            pushed |= late[k] == i;
        if (pushed)
            continue;
        if (mv[i].dst != NOREG)
            add(head, tail, ra_fetch(m, mv[i].dst, mv[i].v));
        else {                                  /* constant into a phi's slot */
            struct mi *c = mi_new(m, m->v[mv[i].v].kind == VK_GPC ? m->t->op_memgpc : m->t->op_memconst, 1);

            c->imm = (int64_t)m->v[mv[i].v].imm;
            c->sz = m->v[mv[i].dstv].size;
            c->scale = m->v[mv[i].v].size;
            c->o[0] = (struct mop){ .v = mv[i].dstv, .kind = MOP_USE, .flags = MOPF_MEM, .fix = NOREG, .reg = NOREG };
            add(head, tail, c);
        }
    }
    while (nlate) {
        struct pmove *p = &mv[late[--nlate]];

        add(head, tail, p->dst == NOREG ? mem_op(m, 1, p, p->dstv, NOREG) : mem_op(m, 3, p, p->v, p->dst));
    }
}

static void one_edge(struct mir *m, ir_blk p, ir_blk b, uint32_t index)
{
    struct mblock *mp = &m->b[p], *mb = &m->b[b];
    struct pmove *mv = NEWN(&m->cc->arena, struct pmove, MIR_MAXREG + mb->nphi + 1);
    struct mi *head = NULL, *tail = NULL;
    uint32_t n = 0;

    for (unsigned r = 0; r < MIR_MAXREG; r++) {
        uint32_t v = mb->entry_state[r], s = v;

        if (!v)
            continue;
        if (v < m->f->ninsn && m->f->insn[v].op == IR_phi && m->v[v].defblk == b)
            s = m->f->phiarg[m->f->insn[v].a + index];
        mv[n++] = (struct pmove){ .v = s, .dstv = v, .src = (uint8_t)reg_in(mp, s), .dst = (uint8_t)r };
    }
    for (uint32_t k = 0; k < mb->nphi; k++) {
        uint32_t v = mb->phi[k], s = m->f->phiarg[m->f->insn[v].a + index];
        bool in = false;

        for (unsigned r = 0; r < MIR_MAXREG; r++)
            in |= mb->entry_state[r] == v;
        if (in || !m->v[v].spilled)
            continue;
        unsigned src = reg_in(mp, s);
        if (m->spill_class[s] == m->spill_class[v])
            continue;           /* its definition stored it there */
        mv[n++] = (struct pmove){ .v = s, .dstv = v, .src = (uint8_t)src, .dst = NOREG };
    }
    ra_parallel(m, mv, n, &head, &tail);
    if (!head)
        return;
    if (ir_nsucc(m->f, p) == 1) {               /* before p's jump */
        struct mi *q = mp->head, *before = NULL;

        while (q->next) {
            before = q;
            q = q->next;
        }
        tail->next = q;
        if (before)
            before->next = head;
        else
            mp->head = head;
    } else {
        tail->next = mb->head;
        mb->head = head;
    }
}

/* Values that an edge will read from memory count as spilled: known before places are shared out. */
static void edge_reads(struct mir *m, ir_blk p, ir_blk b, uint32_t index)
{
    const struct mblock *mb = &m->b[b];

    for (unsigned r = 0; r < MIR_MAXREG; r++) {
        uint32_t v = mb->entry_state[r], s = v;

        if (v && v < m->f->ninsn && m->f->insn[v].op == IR_phi && m->v[v].defblk == b)
            s = m->f->phiarg[m->f->insn[v].a + index];
        if (v && reg_in(&m->b[p], s) == NOREG && m->v[s].kind == VK_NORMAL)
            m->v[s].spilled = 1;
    }
    for (uint32_t k = 0; k < mb->nphi; k++) {
        uint32_t s = m->f->phiarg[m->f->insn[mb->phi[k]].a + index];

        if (m->v[mb->phi[k]].spilled && reg_in(&m->b[p], s) == NOREG && m->v[s].kind == VK_NORMAL)
            m->v[s].spilled = 1;
    }
}

void ra_edge_reads(struct ra *ra)
{
    struct ir_func *f = ra->m->f;

    /* twice: a phi that becomes spilled here makes its arguments be read */
    for (unsigned round = 0; round < 2; round++)
        for (uint32_t k = f->nrpo; k-- > 0;)
            for (uint32_t i = 0; i < f->block[f->rpo[k]].npred; i++)
                edge_reads(ra->m, f->block[f->rpo[k]].pred[i], f->rpo[k], i);
}

void ra_edges(struct ra *ra)
{
    struct ir_func *f = ra->m->f;

    for (uint32_t k = 0; k < f->nrpo; k++)
        for (uint32_t i = 0; i < f->block[f->rpo[k]].npred; i++) {
            const ir_blk *pred = f->block[f->rpo[k]].pred;

            if (!i || pred[i] != pred[i - 1])   /* several edges of one switch share their moves */
                one_edge(ra->m, pred[i], f->rpo[k], i);
        }
}
