/* Writes snapshot side tables (jit/snap.h) while a host emits code. */
#include "jit/host/select.h"
#include "jit/snap.h"

static void put(struct sel *s, unsigned v)
{
    s->snapb = arena_grow(&s->cc->arena, s->snapb, &s->capsnapb, s->nsnapb + 1, 1);
    s->snapb[s->nsnapb++] = (uint8_t)v;
}

static void put_uleb(struct sel *s, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        put(s, (v & 0x7f) | 0x80);
    put(s, (unsigned)v);
}

static uint64_t zigzag(int64_t v) { return (uint64_t)v << 1 ^ (uint64_t)(v >> 63); }

static void put_place(struct sel *s, const struct mop *o)
{
    const struct vinfo *vi = &s->m.v[o->v];

    if (o->reg != NOREG) {
        put(s, SNAPK_REG);
        put(s, o->reg);
    } else if (o->flags & MOPF_MEM) {
        put(s, SNAPK_MEM);
        put_uleb(s, (uint64_t)vi->off);
    } else {
        put(s, vi->kind == VK_GPC ? SNAPK_GPC : SNAPK_CONST);
        put_uleb(s, vi->imm);
    }
}

static void put_node(struct sel *s, const struct mi *in, const struct snap_node *n)
{
    switch (n->kind) {
    case SNAP_VALUE: put_place(s, &in->snapop[n->opnd]); break;
    case SNAP_CONST: case SNAP_GPC:
        put(s, n->kind == SNAP_CONST ? SNAPK_CONST : SNAPK_GPC);
        put_uleb(s, n->imm);
        break;
    default:
        put(s, SNAPK_OP);
        put_uleb(s, n->op);
        put(s, n->op_type);
        put(s, n->op_atype);
        put(s, n->nargs);
    }
}

/* One record: host offset (delta), length, guest pc (delta), then per slot the nodes that make its value in postfix order, closed
 * by SNAPK_SLOT and the slot. A slot in its own pinned register is left out. */
void snap_emit(struct sel *s, const struct mi *in, uint32_t start, uint32_t end)
{
    if (!in->snap)
        return;
    const struct snap_rec *rec = &s->rec[in->snap - 1];

    put_uleb(s, zigzag((int64_t)start - s->snap_lastoff));
    put_uleb(s, end - start);
    put_uleb(s, zigzag((int64_t)(rec->pc - s->snap_lastpc)));
    s->snap_lastoff = start;
    s->snap_lastpc = rec->pc;
    for (uint32_t i = 0, first = 0; i < rec->n; i++) {
        const struct snap_node *n = &rec->node[i];

        if (!n->slot)
            continue;
        bool own = first == i && n->kind == SNAP_VALUE && in->snapop[n->opnd].reg != NOREG &&
                   in->snapop[n->opnd].reg == s->pin[n->slot - 1];
        for (uint32_t k = first; !own && k <= i; k++)
            put_node(s, in, &rec->node[k]);
        if (!own) {
            put(s, SNAPK_SLOT);
            put_uleb(s, n->slot - 1u);
        }
        first = i + 1;
    }
    put(s, SNAPK_END);
}
