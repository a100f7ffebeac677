/* Readable machine IR and host code, for `aotc dump`. */
#include "jit/host/dump.h"

#include <string.h>

bool dump_wants(const struct cc_options *o, const char *stage)
{
    return o->dump && o->dump_after && (!strcmp(o->dump_after, stage) || !strcmp(o->dump_after, "all"));
}

static void print_operand(FILE *out, const struct sel *s, const struct mop *o)
{
    static const char *const kind[] = { "", "", "=", "tied ", "tmp " };
    char buf[8];

    fprintf(out, " %s", kind[o->kind]);
    if (o->v)
        fprintf(out, "%%%u", o->v);
    if (o->flags & MOPF_MEM)
        fprintf(out, o->v && s->m.v[o->v].off ? ":[vcpu+%d]" : ":mem", s->m.v[o->v].off);
    else if (o->reg != NOREG)
        fprintf(out, "%s%s", o->v ? ":" : "", s->t->reg_name(o->reg, buf));
    else if (o->fix != NOREG)
        fprintf(out, "{%s}", s->t->reg_name(o->fix, buf));
}

static void print_insn(FILE *out, const struct sel *s, const struct mi *in)
{
    for (const char *c = s->t->op_name[in->op]; *c; c++)
        fputc(*c | 0x20, out);                  /* digits have that bit, too */
    if (in->sz)
        fprintf(out, ".%u", in->sz * 8u);
    for (unsigned i = 0; i < in->nop; i++)
        if (in->o[i].kind)
            print_operand(out, s, &in->o[i]);
    if (in->cc || in->aux)
        fprintf(out, " cc=%x,%x", in->cc, in->aux);
    if (in->disp || in->scale)
        fprintf(out, " disp=%d scale=%u", in->disp, 1u << in->scale);
    if (in->imm)
        fprintf(out, " imm=%#llx", (unsigned long long)in->imm);
    if (in->op == s->t->op_jmp || in->op == s->t->op_jcc)
        fprintf(out, in->op == s->t->op_jcc ? " b%u, b%u" : " b%u", in->x, in->y);
    if (in->gpc)
        fprintf(out, " pc=%#llx", (unsigned long long)in->gpc);
    fputc('\n', out);
}

static void print_block(FILE *out, const struct sel *s, ir_blk b)
{
    const struct ir_block *k = &s->f->block[b];

    fprintf(out, "b%u: ; pc %#llx%s%s%s%s depth %u\n", b, (unsigned long long)k->pc, k->flags & BLK_ENTRY ? " entry" : "",
            k->flags & BLK_RETSITE ? " retsite" : "", k->flags & BLK_LOOP ? " loop" : "", k->flags & BLK_COLD ? " cold" : "",
            k->loop_depth);
}

void dump_insns(FILE *out, const struct sel *s)
{
    for (uint32_t k = 0; k < s->m.nlayout; k++) {
        print_block(out, s, s->m.layout[k]);
        for (const struct mi *in = s->m.b[s->m.layout[k]].head; in; in = in->next) {
            fputs("    ", out);
            print_insn(out, s, in);
        }
    }
}

static void print_bytes(FILE *out, const uint8_t *code, uint32_t lo, uint32_t hi)
{
    for (uint32_t at = lo; at < hi || at == lo; at += 16) {
        fprintf(out, at == lo ? "%6x:" : "\n%6x:", at);
        for (uint32_t i = at; i < at + 16 && (i < hi || hi - lo <= 16); i++)
            if (i < hi)
                fprintf(out, " %02x", code[i]);
            else if (i < at + 10)
                fputs("   ", out);
    }
}

void dump_code(FILE *out, const struct sel *s, const uint8_t *code, uint32_t n)
{
    for (uint32_t i = 0; i < s->nmark; i++) {
        const struct sel_mark *m = &s->mark[i];
        uint32_t end = i + 1 < s->nmark ? s->mark[i + 1].off : n;

        if (m->blk && (!i || s->mark[i - 1].blk != m->blk))
            print_block(out, s, m->blk);
        if (!m->blk && (!i || s->mark[i - 1].blk))
            fputs("cold: ; paths out of line, literals, tables\n", out);
        if (end == m->off)
            continue;
        print_bytes(out, code, m->off, end);
        fputs("  ", out);
        if (m->in)
            print_insn(out, s, m->in);
        else
            fputc('\n', out);
    }
}

void dump_mark(struct sel *s, ir_blk b, const struct mi *in, uint32_t off)
{
    if (!s->marks)
        return;
    s->mark = arena_grow(&s->cc->arena, s->mark, &s->capmark, s->nmark + 1, sizeof *s->mark);
    s->mark[s->nmark++] = (struct sel_mark){ off, b, in };
}
