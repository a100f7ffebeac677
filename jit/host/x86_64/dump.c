/* Readable machine IR and host code, for `aotc dump`. */
#include "jit/host/x86_64/dump.h"

static const char *const op_name[] = {
#define OP(name) #name,
    X86_OPS(OP)
#undef OP
};
static_assert(sizeof op_name / sizeof *op_name == X_NOPS, "every machine op has a name");

static const char *reg_name(unsigned r, char buf[8])
{
    static const char *const gp[] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi" };

    if (r < 8)
        return gp[r];
    snprintf(buf, 8, r >= XMM0 ? "xmm%u" : "r%u", r >= XMM0 ? r - XMM0 : r);
    return buf;
}

static void print_operand(FILE *out, const struct x86 *x, const struct mop *o)
{
    static const char *const kind[] = { "", "", "=", "tied ", "tmp " };
    char buf[8];

    fprintf(out, " %s", kind[o->kind]);
    if (o->v)
        fprintf(out, "%%%u", o->v);
    if (o->flags & MOPF_MEM)
        fprintf(out, o->v && x->m.v[o->v].off ? ":[vcpu+%d]" : ":mem", x->m.v[o->v].off);
    else if (o->reg != NOREG)
        fprintf(out, "%s%s", o->v ? ":" : "", reg_name(o->reg, buf));
    else if (o->fix != NOREG)
        fprintf(out, "{%s}", reg_name(o->fix, buf));
}

static void print_insn(FILE *out, const struct x86 *x, const struct mi *in)
{
    for (const char *c = op_name[in->op]; *c; c++)
        fputc(*c | 0x20, out);                  /* digits have that bit, too */
    if (in->sz)
        fprintf(out, ".%u", in->sz * 8u);
    for (unsigned i = 0; i < in->nop; i++)
        if (in->o[i].kind)
            print_operand(out, x, &in->o[i]);
    if (in->cc || in->aux)
        fprintf(out, " cc=%x,%x", in->cc, in->aux);
    if (in->disp || in->scale)
        fprintf(out, " disp=%d scale=%u", in->disp, 1u << in->scale);
    if (in->imm)
        fprintf(out, " imm=%#llx", (unsigned long long)in->imm);
    if (in->op == X_JMP || in->op == X_JCC)
        fprintf(out, in->op == X_JCC ? " b%u, b%u" : " b%u", in->x, in->y);
    if (in->gpc)
        fprintf(out, " pc=%#llx", (unsigned long long)in->gpc);
    fputc('\n', out);
}

static void print_block(FILE *out, const struct x86 *x, ir_blk b)
{
    const struct ir_block *k = &x->f->block[b];

    fprintf(out, "b%u: ; pc %#llx%s%s%s%s depth %u\n", b, (unsigned long long)k->pc, k->flags & BLK_ENTRY ? " entry" : "",
            k->flags & BLK_RETSITE ? " retsite" : "", k->flags & BLK_LOOP ? " loop" : "", k->flags & BLK_COLD ? " cold" : "",
            k->loop_depth);
}

void x86_dump_insns(FILE *out, const struct x86 *x)
{
    for (uint32_t k = 0; k < x->m.nlayout; k++) {
        print_block(out, x, x->m.layout[k]);
        for (const struct mi *in = x->m.b[x->m.layout[k]].head; in; in = in->next) {
            fputs("    ", out);
            print_insn(out, x, in);
        }
    }
}

static void print_bytes(FILE *out, const struct x86 *x, uint32_t lo, uint32_t hi)
{
    for (uint32_t at = lo; at < hi || at == lo; at += 16) {
        fprintf(out, at == lo ? "%6x:" : "\n%6x:", at);
        for (uint32_t i = at; i < at + 16 && (i < hi || hi - lo <= 16); i++)
            if (i < hi)
                fprintf(out, " %02x", x->b.p[i]);
            else if (i < at + 10)
                fputs("   ", out);
    }
}

void x86_dump_code(FILE *out, const struct x86 *x)
{
    for (uint32_t i = 0; i < x->nmark; i++) {
        const struct xmark *m = &x->mark[i];
        uint32_t end = i + 1 < x->nmark ? x->mark[i + 1].off : x->b.n;

        if (m->blk && (!i || x->mark[i - 1].blk != m->blk))
            print_block(out, x, m->blk);
        if (!m->blk && (!i || x->mark[i - 1].blk))
            fputs("cold: ; paths out of line, literals, tables\n", out);
        if (end == m->off)
            continue;
        print_bytes(out, x, m->off, end);
        fputs("  ", out);
        if (m->in)
            print_insn(out, x, m->in);
        else
            fputc('\n', out);
    }
}

void x86_mark(struct x86 *x, ir_blk b, const struct mi *in)
{
    if (!x->marks)
        return;
    x->mark = arena_grow(&x->cc->arena, x->mark, &x->capmark, x->nmark + 1, sizeof *x->mark);
    x->mark[x->nmark++] = (struct xmark){ x->b.n, b, in };
}
