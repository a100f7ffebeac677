/* Disassembly in the style of `objdump -M no-aliases`: one line per instruction, mnemonic, a tab, operands. Targets are plain
 * hex. */
#include "passes/lift/riscv64/riscv64.h"
#include "passes/lift/share.h"

#include <inttypes.h>

static const char *const xname[32] = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5",
    "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};
static const char *const fname[32] = {
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2", "fa3", "fa4", "fa5",
    "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11",
};
static const char *const rmname[8] = { "rne", "rtz", "rdn", "rup", "rmm", "?", "?", "dyn" };
static const char *const aqrl[4] = { "", ".rl", ".aq", ".aqrl" };
static const char *const print[GRV64_NFMT] = {
#define FMT(name, text) text,
    GRV64_FORMATS(FMT)
#undef FMT
};

static void put_fence_set(struct text *t, unsigned set)
{
    if (set == 0)
        text_put(t, "unknown");      /* objdump's word */
    for (unsigned i = 0; i < 4; i++)
        if (set & 8u >> i)
            text_put(t, "%c", "iorw"[i]);
}

/* These conversions are exact: objdump shows no mode for them when the field is 0. */
static bool mode_hidden(const struct ginsn *in)
{
    const struct grv64_row *r = &grv64_row[in->row];

    bool widening = (r->cls == GRV64_C_fcvt && r->arg == T_F64) || (r->match & ~0x100000u) == 0xd2000053;    /* fcvt.d.{s,w,wu} */

    return in->rm == FP_RM_DYN || (in->rm == FP_RM_NE && widening);
}

static void put_operand(struct text *t, char letter, const struct ginsn *in)
{
    switch (letter) {
    case 'd': text_put(t, "%s", xname[in->rd]); break;
    case 's': text_put(t, "%s", xname[in->rs1]); break;
    case 't': text_put(t, "%s", xname[in->rs2]); break;
    case 'D': text_put(t, "%s", fname[in->rd]); break;
    case 'S': text_put(t, "%s", fname[in->rs1]); break;
    case 'T': text_put(t, "%s", fname[in->rs2]); break;
    case 'R': text_put(t, "%s", fname[in->rs3]); break;
    case 'i': text_put(t, "%" PRId64, in->imm); break;
    case 'x': text_put(t, "0x%" PRIx64, (uint64_t)in->imm); break;
    case 'u': text_put(t, "0x%" PRIx64, (uint64_t)(in->imm >> 12) & 0xfffff); break;
    case 'p': text_put(t, "0x%" PRIx64, in->pc + (uint64_t)in->imm); break;
    case 'o': text_put(t, "%" PRId64 "(%s)", in->imm, xname[in->rs1]); break;
    case 'z': text_put(t, "(%s)", xname[in->rs1]); break;
    case 'c': text_put(t, "%s", grv64_csr_name((unsigned)in->imm)); break;
    case 'k': text_put(t, "%u", in->rs1); break;
    case 'P':
        put_fence_set(t, (unsigned)in->imm >> 4 & 15);
        text_put(t, ",");
        put_fence_set(t, (unsigned)in->imm & 15);
        break;
    case 'm':
        if (!mode_hidden(in))
            text_put(t, ",%s", rmname[in->rm & 7]);
        break;
    default: text_put(t, "%c", letter); break;
    }
}

int grv64_format(const struct ginsn *in, char *buf, size_t n)
{
    const struct grv64_row *r = &grv64_row[in->row];
    struct text t = { buf, n, 0 };

    if (in->row == 0) {
        text_put(&t, in->len == 4 ? ".4byte\t0x%x" : ".2byte\t0x%x", in->len == 4 ? in->raw : in->raw & 0xffff);
        return (int)t.len;
    }
    text_put(&t, "%s", r->name);
    if (r->fmt == GRV64_F_AMO || r->fmt == GRV64_F_LR)
        text_put(&t, "%s", aqrl[in->rm & 3]);
    if (print[r->fmt][0])
        text_put(&t, "\t");
    for (const char *p = print[r->fmt]; *p; p++)
        put_operand(&t, *p, in);
    return (int)t.len;
}
