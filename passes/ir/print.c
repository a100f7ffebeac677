/* The text form, out: aot-ir(7). Safe on functions that do not verify. */
#include "passes/ir/slot.h"
#include "passes/ir/text.h"

#include <ctype.h>
#include <inttypes.h>

const struct text_flag text_fpflag[] = {
    { "rtz", FP_RM_MASK, FP_RM_TZ }, { "rdn", FP_RM_MASK, FP_RM_DN }, { "rup", FP_RM_MASK, FP_RM_UP }, { "rmm", FP_RM_MASK,
    FP_RM_MM },
    { "dyn", FP_RM_MASK, FP_RM_DYN }, { "quiet", FP_QUIET, FP_QUIET }, { "nanzero", FP_NAN_ZERO, FP_NAN_ZERO },
    { "silent", FP_SILENT, FP_SILENT }, { NULL, 0, 0 },
};
/* Arithmetic and roundings have other meanings for some bits; vectors have a lane. */
const struct text_flag text_fparith[] = {
    { "rtz", FP_RM_MASK, FP_RM_TZ }, { "rdn", FP_RM_MASK, FP_RM_DN }, { "rup", FP_RM_MASK, FP_RM_UP }, { "rmm", FP_RM_MASK, FP_RM_MM },
    { "rodd", FP_RM_MASK, FP_RM_ODD }, { "dyn", FP_RM_MASK, FP_RM_DYN }, { "prop", FP_PROP, FP_PROP },
    { "nanzero", FP_NAN_ZERO, FP_NAN_ZERO }, { "silent", FP_SILENT, FP_SILENT }, { "f16", FP_LANE_MASK, FP_LANE_F16 },
    { "f32", FP_LANE_MASK, FP_LANE_F32 }, { "f64", FP_LANE_MASK, FP_LANE_F64 }, { NULL, 0, 0 },
};
const struct text_flag text_fpround[] = {
    { "rtz", FP_RM_MASK, FP_RM_TZ }, { "rdn", FP_RM_MASK, FP_RM_DN }, { "rup", FP_RM_MASK, FP_RM_UP }, { "rmm", FP_RM_MASK, FP_RM_MM },
    { "dyn", FP_RM_MASK, FP_RM_DYN }, { "prop", FP_PROP, FP_PROP }, { "exact", FP_EXACT, FP_EXACT },
    { "f16", FP_LANE_MASK, FP_LANE_F16 }, { "f32", FP_LANE_MASK, FP_LANE_F32 }, { "f64", FP_LANE_MASK, FP_LANE_F64 }, { NULL, 0, 0 },
};
const struct text_flag text_vcmpflag[] = {
    { "quiet", FP_QUIET, FP_QUIET }, { "silent", FP_SILENT, FP_SILENT }, { "f16", FP_LANE_MASK, FP_LANE_F16 },
    { "f32", FP_LANE_MASK, FP_LANE_F32 }, { "f64", FP_LANE_MASK, FP_LANE_F64 }, { NULL, 0, 0 },
};
static const char *const vlane[4] = { "i8", "i16", "i32", "i64" };
const struct text_flag text_moflag[] = {
    { "acq", MO_ACQ, MO_ACQ }, { "rel", MO_REL, MO_REL }, { "seq", MO_SEQ, MO_SEQ }, { NULL, 0, 0 },
};
const char *const text_trap[TRAP_COUNT] = {
    [TRAP_ILLEGAL] = "illegal", [TRAP_BREAK] = "break", [TRAP_FETCH] = "fetch", [TRAP_CODE] = "code", [TRAP_FPMODE] = "fpmode",
    [TRAP_ALIGN] = "align", [TRAP_LEAVE] = "leave",
};
static_assert(TRAP_COUNT == 7, "a new trap needs a word above, and a row in aot-ir(7)");

const struct text_flag *text_flags_of(enum ir_op op)
{
    if (op == IR_vfeq || op == IR_vflt || op == IR_vfle)
        return text_vcmpflag;
    if (op == IR_frint || op == IR_frintn)
        return text_fpround;
    if (ir_opinfo[op].flags & F_FPOP)
        return ir_opinfo[op].flags & F_CMP ? text_fpflag : text_fparith;
    return op == IR_load || op == IR_store || op == IR_fence ? text_moflag : NULL;
}

bool text_is_memory(enum ir_op op)
{
    return op == IR_load || op == IR_store || op == IR_cas || (op >= IR_rmw_swap && op <= IR_rmw_umax);
}

bool text_has_type(enum ir_op op)
{
    return ir_opinfo[op].sig[0] == 'r' || op == IR_store;
}

enum ir_type text_operand_type(const struct ir_func *f, const struct ir_insn *in, unsigned i, enum ir_type printed)
{
    unsigned fl = ir_opinfo[in->op].flags;

    if (in->op == IR_put)
        return in->a < f->nslot ? f->slot[in->a].type : T_VOID;
    if (in->op == IR_brif || (in->op == IR_select && i == 0) || (i == 2 && in->op >= IR_addc && in->op <= IR_addco))
        return T_I1;
    if ((in->op == IR_frintn || (fl & F_FPOP && fl & F_CONV)) && i == 1)
        return T_I64;
    if (in->op == IR_vins && i == 1)
        return (enum ir_type)(T_I8 + (in->flags & VL_MASK));
    if (fl & F_CONV)
        return T_VOID;
    if (fl & (F_PURE | F_FPOP) || (text_is_memory(in->op) && i > 0))
        return printed;
    return T_I64;
}

struct printer {
    FILE *out;
    const struct ir_func *f;
    uint32_t *name;             /* number of each ref; 0: stands in no block */
};

/* Small integers in decimal, everything else as bits. */
static void print_const(struct printer *p, const struct ir_insn *k, enum ir_type deflt)
{
    uint64_t v = ir_insn_pc(k);
    unsigned w = ir_type_bits(k->type), n = w < 64 && w ? 64 - w : 0;
    int64_t s = k->type == T_I1 ? (int64_t)v : (int64_t)(v << n) >> n;

    if (!ir_type_fp(k->type) && s >= -4096 && s <= 4096)
        fprintf(p->out, "%" PRId64, s);
    else
        fprintf(p->out, "0x%" PRIx64, v);
    if (k->type != deflt)
        fprintf(p->out, ":%s", ir_type_name(k->type));
}

static void print_value(struct printer *p, ir_ref r, enum ir_type deflt)
{
    const struct ir_insn *in = r < p->f->ninsn ? &p->f->insn[r] : &p->f->insn[0];

    if (in->op == IR_const)
        print_const(p, in, deflt);
    else if (in->op == IR_gpc)
        fprintf(p->out, "gpc(0x%" PRIx64 ")", ir_insn_pc(in));
    else if (r < p->f->ninsn && p->name[r])
        fprintf(p->out, "%%%u", p->name[r]);
    else
        fprintf(p->out, "%%!%u", r);            /* stands nowhere: the parser refuses it */
}

static void print_slot(struct printer *p, uint32_t slot)
{
    if (slot < p->f->nslot)
        fputs(p->f->slot[slot].name, p->out);
    else
        fprintf(p->out, "slot!%u", slot);
}

static void print_flags(struct printer *p, const struct ir_insn *in)
{
    const struct text_flag *t = text_flags_of(in->op);
    unsigned known = 0;

    if (ir_opinfo[in->op].flags & F_VEC) {
        fprintf(p->out, ".%s", vlane[in->flags & VL_MASK]);
        if (in->flags >> 2)
            fprintf(p->out, ".n%d", in->flags >> 2);
        return;
    }
    if (in->op == IR_helper || in->flags == 0)
        return;
    for (const struct text_flag *i = t; i && i->word; i++)
        if ((in->flags & i->mask) == i->value)
            known |= i->value;
    if (known != in->flags) {
        fprintf(p->out, ".f%u", in->flags);
        return;
    }
    for (; t->word; t++)
        if ((in->flags & t->mask) == t->value)
            fprintf(p->out, ".%s", t->word);
}

static void print_phi(struct printer *p, const struct ir_block *k, const struct ir_insn *in)
{
    for (uint32_t i = 0; i < in->b && i < p->f->nphiarg && in->a <= p->f->nphiarg - 1 - i; i++) {
        fprintf(p->out, "%s [b%u: ", i ? "," : "", i < k->npred ? k->pred[i] : 0);
        print_value(p, p->f->phiarg[in->a + i], in->type);
        fputc(']', p->out);
    }
}

static void print_at(struct printer *p, const struct ir_insn *in)
{
    const struct ir_snap *s;

    fprintf(p->out, " 0x%" PRIx64, ir_insn_pc(in));
    if (in->a == 0 || in->a > p->f->nsnap)
        return;
    s = &p->f->snap[in->a - 1];
    if (s->pc != ir_insn_pc(in))
        fprintf(p->out, " snap 0x%" PRIx64, s->pc);
    fputs(" [", p->out);
    for (uint32_t i = 0; i < s->n; i++) {
        fputs(i ? ", " : "", p->out);
        print_slot(p, s->ent[i].slot);
        fputs(" = ", p->out);
        print_value(p, s->ent[i].val, s->ent[i].slot < p->f->nslot ? p->f->slot[s->ent[i].slot].type : T_VOID);
    }
    fputc(']', p->out);
}

static void print_switch(struct printer *p, const struct ir_insn *in)
{
    const struct ir_switch *s;

    fputc(' ', p->out);
    print_value(p, in->a, T_I64);
    fputs(", [", p->out);
    if (in->b >= p->f->nsw) {
        fprintf(p->out, "!%u]", in->b);
        return;
    }
    s = &p->f->sw[in->b];
    for (uint32_t i = 0; i < s->n; i++)
        fprintf(p->out, "%sb%u", i ? ", " : "", s->target[i]);
    fprintf(p->out, "], b%u", s->deflt);
}

static void print_disp(struct printer *p, int32_t d)
{
    if (d)
        fprintf(p->out, " %c %" PRId64, d < 0 ? '-' : '+', d < 0 ? -(int64_t)d : (int64_t)d);
}

/* 16 bytes, byte 0 first. */
static void print_pattern(struct printer *p, uint32_t n)
{
    fputs("0x", p->out);
    for (unsigned i = 0; i < 16; i++)
        fprintf(p->out, "%02x", n < p->f->npattern ? p->f->pattern[n][i] : 0xee);
}

/* Operands by the letters of the sig. */
static void print_operands(struct printer *p, const struct ir_insn *in, enum ir_type printed)
{
    const char *sig = ir_opinfo[in->op].sig;
    const uint32_t v[3] = { in->a, in->b, in->c };
    const char *sep = " ";
    bool mem = text_is_memory(in->op);

    for (unsigned i = 0; i < 3; i++) {
        if (sig[i + 1] == '-' || sig[i + 1] == 'd' || (sig[i + 1] == 'X' && i == 0) || (in->op == IR_helper && !v[i]))
            continue;
        fputs(sep, p->out);
        sep = ", ";
        if (sig[i + 1] == 'B') {
            fprintf(p->out, "b%u", v[i]);
        } else if (sig[i + 1] == 's') {
            print_slot(p, v[i]);
        } else if (sig[i + 1] == 'p') {
            fprintf(p->out, "0x%" PRIx64, ir_insn_pc(in));
        } else if (sig[i + 1] == 'v') {
            fputs(mem && i == 0 ? "[" : "", p->out);
            print_value(p, v[i], text_operand_type(p->f, in, i, printed));
            if (mem && i == 0) {
                print_disp(p, sig[3] == 'd' ? (int32_t)in->c : 0);
                fputc(']', p->out);
            }
        } else if (in->op == IR_vshuf) {
            print_pattern(p, v[i]);
        }
    }
}

static void print_ret(struct printer *p, uint32_t i)
{
    fprintf(p->out, " ret 0x%" PRIx64, i < p->f->nretpc ? p->f->retpc[i] : 0);
}

static void print_insn(struct printer *p, const struct ir_block *k, ir_ref r)
{
    const struct ir_insn *in = &p->f->insn[r];
    enum ir_type printed = in->type;

    if (ir_opinfo[in->op].flags & F_CMP)
        printed = in->a < p->f->ninsn ? p->f->insn[in->a].type : T_VOID;
    fputs("  ", p->out);
    if (ir_opinfo[in->op].sig[0] == 'r' && in->type != T_VOID)
        fprintf(p->out, "%%%u = ", p->name[r]);
    fputs(ir_opinfo[in->op].name, p->out);
    print_flags(p, in);
    if (text_has_type(in->op))
        fprintf(p->out, " %s", ir_type_name(printed));
    if (in->op == IR_helper)
        fprintf(p->out, " #%u", in->flags);
    switch (in->op) {
    case IR_phi:    print_phi(p, k, in); break;
    case IR_at:     print_at(p, in); break;
    case IR_switch: print_switch(p, in); break;
    case IR_trap:
        fprintf(p->out, " %s 0x%" PRIx64, in->a < TRAP_COUNT ? text_trap[in->a] : "!", ir_insn_pc(in));
        break;
    case IR_icall:
        fputc(' ', p->out);
        print_value(p, in->a, T_I64);
        print_ret(p, in->b);
        break;
    case IR_call:
        print_operands(p, in, printed);
        print_ret(p, in->a);
        break;
    default:        print_operands(p, in, printed); break;
    }
    fputc('\n', p->out);
}

static void print_block(struct printer *p, ir_blk b)
{
    const struct ir_block *k = &p->f->block[b];

    fprintf(p->out, "b%u: 0x%" PRIx64 "%s%s%s\n", b, k->pc, k->flags & BLK_ENTRY ? " entry" : "",
            k->flags & BLK_RETSITE ? " retsite" : "", k->flags & BLK_COLD ? " cold" : "");
    for (uint32_t i = 0; i < k->ninsn; i++)
        if (k->insn[i] < p->f->ninsn && p->f->insn[k->insn[i]].op < IR_NOPS)
            print_insn(p, k, k->insn[i]);
}

/* Values are numbered in the order of the text, so that text survives parsing and printing unchanged. */
void ir_print(FILE *out, const struct ir_func *f)
{
    struct printer p = { .out = out, .f = f, .name = NEWN(&f->cc->arena, uint32_t, f->ninsn) };
    uint32_t n = 0;

    for (ir_blk b = 1; b < f->nblock; b++)
        for (uint32_t i = 0; i < f->block[b].ninsn; i++) {
            ir_ref r = f->block[b].insn[i];

            if (r < f->ninsn && f->insn[r].op < IR_NOPS && ir_opinfo[f->insn[r].op].sig[0] == 'r' && f->insn[r].type != T_VOID)
                p.name[r] = ++n;
        }
    fputs("func ", out);
    for (const char *s = f->name; *s; s++)
        fputc(isalnum((unsigned char)*s) || *s == '.' || *s == '$' || *s == '@' ? *s : '_', out);
    fprintf(out, "%s%s {\n", f->name[0] ? "" : "_", f->pic ? " pic" : "");
    for (ir_blk b = 1; b < f->nblock; b++)
        print_block(&p, b);
    fputs("}\n", out);
}
