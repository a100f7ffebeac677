/* Copies of blocks, for passes that copy loops. */
#include "passes/opt/opt_int.h"

static void copy_end(struct ir_func *f, struct ir_insn t, ir_blk (*edge)(void *arg, ir_blk t), void *arg)
{
    if (t.op == IR_br) {
        ir_br(f, edge(arg, t.a));
    } else if (t.op == IR_brif) {
        ir_blk yes = edge(arg, t.b);

        ir_brif(f, t.a, yes, edge(arg, t.c));
    } else {
        const struct ir_switch s = f->sw[t.b];
        ir_blk *to = NEWN(&f->cc->arena, ir_blk, s.n);

        for (uint32_t i = 0; i < s.n; i++)
            to[i] = edge(arg, s.target[i]);
        ir_switch(f, t.a, to, s.n, edge(arg, s.deflt));
    }
}

static void map_operands(struct ir_insn *in, const ir_ref *val, uint32_t nval)
{
    uint32_t *op[3];

    for (unsigned n = ir_operands(in, op), i = 0; i < n; i++)
        if (*op[i] < nval && val[*op[i]])
            *op[i] = val[*op[i]];
}

/* Records first, since a value may be used in a block that comes earlier here; then operands and ends. */
void opt_copy_blocks(struct ir_func *f, const ir_blk *body, uint32_t n, ir_blk *map, uint32_t flags,
                     ir_blk (*edge)(void *arg, ir_blk t), void *arg)
{
    uint32_t nval = f->ninsn;
    ir_ref *val = NEWN(&f->cc->arena, ir_ref, nval);

    for (uint32_t k = 0; k < n; k++)
        map[body[k]] = ir_block_new(f, f->block[body[k]].pc, flags | (f->block[body[k]].flags & BLK_COLD));
    for (uint32_t k = 0; k < n; k++) {
        ir_block_at(f, map[body[k]]);
        for (uint32_t j = 0; j + 1 < f->block[body[k]].ninsn; j++) {
            ir_ref r = f->block[body[k]].insn[j];
            struct ir_insn in = f->insn[r];

            val[r] = ir_emit(f, in.op, in.type, in.flags, in.a, in.b, in.c);
        }
    }
    for (uint32_t k = 0; k < n; k++) {
        ir_blk c = map[body[k]];
        struct ir_insn end = f->insn[opt_last(f, body[k])];

        for (uint32_t j = 0; j < f->block[c].ninsn; j++)
            map_operands(&f->insn[f->block[c].insn[j]], val, nval);
        map_operands(&end, val, nval);
        ir_block_at(f, c);
        copy_end(f, end, edge, arg);
    }
}
