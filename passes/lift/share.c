/* What the guests' folders share: pieces of lifting, random encodings, text. */
#include "passes/lift/share.h"

#include <stdarg.h>
#include <stdio.h>

void lift_aligned(struct lift *l, const struct ginsn *in, ir_ref a, unsigned size)
{
    ir_blk go, bad, cur;
    ir_ref low;

    if (size == 1)
        return;
    low = ir_op2(l->f, IR_and, T_I64, a, ir_const(l->f, T_I64, size - 1));
    cur = l->f->cur;
    go = ir_block_new(l->f, in->pc, 0);
    bad = ir_block_new(l->f, in->pc, BLK_COLD);
    ir_block_at(l->f, bad);
    ir_at(l->f, in->pc);
    ir_trap(l->f, TRAP_ALIGN, in->pc);
    ir_block_at(l->f, cur);
    ir_brif(l->f, ir_op2(l->f, IR_eq, T_I1, low, ir_const(l->f, T_I64, 0)), go, bad);
    ir_block_at(l->f, go);
    ir_at(l->f, in->pc);
}

void lift_flow(struct lift *l, enum gflow flow, uint64_t known, ir_ref t, uint64_t next)
{
    switch (flow) {
    case GF_JUMP: lift_goto(l, known); break;
    case GF_CALL: ir_call(l->f, known, next); break;
    case GF_ICALL: ir_icall(l->f, t, next); break;
    case GF_RET: ir_ret(l->f, t); break;
    default: ir_ijump(l->f, t); break;
    }
}

uint64_t rng_next(struct guest_rng *g)
{
    uint64_t a = g->s[0], b = g->s[1], r = a + b;

    b ^= a;
    g->s[0] = (a << 24 | a >> 40) ^ b ^ b << 16;
    g->s[1] = b << 37 | b >> 27;
    return r >> 11 ^ r;
}

uint32_t rng_below(struct guest_rng *g, uint32_t n)
{
    return (uint32_t)(rng_next(g) >> 32) % n;
}

uint32_t rng_pick(struct guest_rng *g, uint32_t m)
{
    if (m == 0)
        return 32;
    for (uint32_t k = rng_below(g, (uint32_t)__builtin_popcount(m)); k; k--)
        m &= m - 1;
    return (uint32_t)__builtin_ctz(m);
}

void text_put(struct text *t, const char *fmt, ...)
{
    va_list ap;
    int k;

    va_start(ap, fmt);
    k = vsnprintf(t->len < t->n ? t->p + t->len : NULL, t->len < t->n ? t->n - t->len : 0, fmt, ap);
    va_end(ap);
    t->len += k > 0 ? (size_t)k : 0;
}
