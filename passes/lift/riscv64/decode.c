/* Decoder: the row table, the bucket lookup made by defgen, one case per operand format.
 * Compressed instructions are decoded into the operands of the instruction they expand to (chapter 27).
 * Refuses (row 0): what no row matches, reserved field values (K_NZ*, K_RM), CSRs other than the user ones, writes of read-only
 * CSRs. A truncated instruction is row 0 with aux = 1 and the length that was there. */
#include "passes/lift/riscv64/riscv64.h"
#include "passes/lift/riscv64/lift.h"
#include "passes/lift/riscv64/riscv64_gen.h"

#include <string.h>

const struct grv64_row grv64_row[GRV64_NROW] = {
#define INSN(name, ext, match, mask, format, flags, class, arg) \
    { name, ext, match, mask, arg, GRV64_F_##format, flags, GRV64_C_##class },
#include "passes/lift/riscv64/riscv64.def"
};

/* Bits hi..lo of v. */
static uint32_t bits(uint32_t v, unsigned hi, unsigned lo)
{
    return (v >> lo) & ((1u << (hi - lo + 1)) - 1);
}

static int64_t sx(uint32_t v, unsigned width)
{
    return (int64_t)((uint64_t)v << (64 - width)) >> (64 - width);
}

static int64_t imm_b(uint32_t w)
{
    return sx(bits(w, 31, 31) << 12 | bits(w, 7, 7) << 11 | bits(w, 30, 25) << 5 | bits(w, 11, 8) << 1, 13);
}

static int64_t imm_j(uint32_t w)
{
    return sx(bits(w, 31, 31) << 20 | bits(w, 19, 12) << 12 | bits(w, 20, 20) << 11 | bits(w, 30, 21) << 1, 21);
}

static int64_t imm_cj(uint32_t w)
{
    return sx(bits(w, 12, 12) << 11 | bits(w, 8, 8) << 10 | bits(w, 10, 9) << 8 | bits(w, 6, 6) << 7 | bits(w, 7, 7) << 6 |
              bits(w, 2, 2) << 5 | bits(w, 11, 11) << 4 | bits(w, 5, 3) << 1, 12);
}

static int64_t imm_cb(uint32_t w)
{
    return sx(bits(w, 12, 12) << 8 | bits(w, 6, 5) << 6 | bits(w, 2, 2) << 5 | bits(w, 11, 10) << 3 | bits(w, 4, 3) << 1, 9);
}

static void operands_wide(enum grv64_fmt fmt, uint32_t w, struct ginsn *out)
{
    out->rd = bits(w, 11, 7);
    out->rs1 = bits(w, 19, 15);
    out->rs2 = bits(w, 24, 20);
    switch (fmt) {
    case GRV64_F_I: case GRV64_F_L: case GRV64_F_JR: case GRV64_F_FL:
        out->imm = sx(w >> 20, 12);
        out->rs2 = 0;
        break;
    case GRV64_F_SH:
        out->imm = bits(w, 25, 20);
        out->rs2 = 0;
        break;
    case GRV64_F_S: case GRV64_F_FS:
        out->imm = sx(bits(w, 31, 25) << 5 | bits(w, 11, 7), 12);
        out->rd = 0;
        break;
    case GRV64_F_PF:
        out->imm = sx(bits(w, 31, 25) << 5, 12);
        out->rd = out->rs2 = 0;
        break;
    case GRV64_F_B:
        out->imm = imm_b(w);
        out->rd = 0;
        break;
    case GRV64_F_U:
        out->imm = sx(w & 0xfffff000u, 32);
        out->rs1 = out->rs2 = 0;
        break;
    case GRV64_F_J:
        out->imm = imm_j(w);
        out->rs1 = out->rs2 = 0;
        break;
    case GRV64_F_FENCE:
        out->imm = bits(w, 27, 20);
        out->rd = out->rs1 = out->rs2 = 0;      /* ignored (2.7) */
        break;
    case GRV64_F_CSR: case GRV64_F_CSRI:
        out->imm = w >> 20;
        out->rs2 = 0;
        break;
    case GRV64_F_FR4:
        out->rs3 = w >> 27;
        out->rm = bits(w, 14, 12);
        break;
    case GRV64_F_FRM:
        out->rm = bits(w, 14, 12);
        break;
    case GRV64_F_FR1M: case GRV64_F_XFM: case GRV64_F_FXM:
        out->rm = bits(w, 14, 12);
        out->rs2 = 0;
        break;
    case GRV64_F_AMO: case GRV64_F_LR:
        out->rm = bits(w, 26, 25);      /* aq, rl */
        break;
    case GRV64_F_R1: case GRV64_F_XF: case GRV64_F_FX:
        out->rs2 = 0;
        break;
    case GRV64_F_CBO:
        out->rd = out->rs2 = 0;
        break;
    case GRV64_F_NONE:
        out->rd = out->rs1 = out->rs2 = 0;
        break;
    default:
        break;
    }
}

/* Loads, stores and sp-relative forms of the 16-bit formats. */
static bool operands_narrow_mem(enum grv64_fmt fmt, uint32_t w, struct ginsn *out)
{
    unsigned lo = 8 + bits(w, 4, 2), mid = 8 + bits(w, 9, 7);
    uint32_t w4 = bits(w, 5, 5) << 6 | bits(w, 12, 10) << 3 | bits(w, 6, 6) << 2, d8 = bits(w, 6, 5) << 6 | bits(w, 12, 10) << 3;

    switch (fmt) {
    case GRV64_F_CLW: out->rd = lo, out->rs1 = mid, out->imm = w4; return true;
    case GRV64_F_CLD: case GRV64_F_CFLD: out->rd = lo, out->rs1 = mid, out->imm = d8; return true;
    case GRV64_F_CSW: out->rs2 = lo, out->rs1 = mid, out->imm = w4; return true;
    case GRV64_F_CSD: case GRV64_F_CFSD: out->rs2 = lo, out->rs1 = mid, out->imm = d8; return true;
    case GRV64_F_CLWSP:
        out->rd = bits(w, 11, 7), out->rs1 = 2;
        out->imm = bits(w, 3, 2) << 6 | bits(w, 12, 12) << 5 | bits(w, 6, 4) << 2;
        return true;
    case GRV64_F_CLDSP: case GRV64_F_CFLDSP:
        out->rd = bits(w, 11, 7), out->rs1 = 2;
        out->imm = bits(w, 4, 2) << 6 | bits(w, 12, 12) << 5 | bits(w, 6, 5) << 3;
        return true;
    case GRV64_F_CSWSP:
        out->rs2 = bits(w, 6, 2), out->rs1 = 2, out->imm = bits(w, 8, 7) << 6 | bits(w, 12, 9) << 2;
        return true;
    case GRV64_F_CSDSP: case GRV64_F_CFSDSP:
        out->rs2 = bits(w, 6, 2), out->rs1 = 2, out->imm = bits(w, 9, 7) << 6 | bits(w, 12, 10) << 3;
        return true;
    default:
        return false;
    }
}

static void operands_narrow(enum grv64_fmt fmt, uint32_t w, struct ginsn *out)
{
    unsigned full = bits(w, 11, 7), lo = 8 + bits(w, 4, 2), mid = 8 + bits(w, 9, 7);
    uint32_t imm6 = bits(w, 12, 12) << 5 | bits(w, 6, 2);

    if (operands_narrow_mem(fmt, w, out))
        return;
    switch (fmt) {
    case GRV64_F_CIW:
        out->rd = lo, out->rs1 = 2;
        out->imm = bits(w, 10, 7) << 6 | bits(w, 12, 11) << 4 | bits(w, 5, 5) << 3 | bits(w, 6, 6) << 2;
        break;
    case GRV64_F_CNOP: out->imm = sx(imm6, 6); break;
    case GRV64_F_CI: out->rd = out->rs1 = full, out->imm = sx(imm6, 6); break;
    case GRV64_F_CLI: out->rd = full, out->imm = sx(imm6, 6); break;
    case GRV64_F_CI16:
        out->rd = out->rs1 = 2;
        out->imm = sx(bits(w, 12, 12) << 9 | bits(w, 4, 3) << 7 | bits(w, 5, 5) << 6 | bits(w, 2, 2) << 5 | bits(w, 6, 6) << 4, 10);
        break;
    case GRV64_F_CLUI: out->rd = full, out->imm = sx(imm6, 6) * 4096; break;
    case GRV64_F_CSH: out->rd = out->rs1 = full, out->imm = imm6; break;
    case GRV64_F_CBSH: out->rd = out->rs1 = mid, out->imm = imm6; break;
    case GRV64_F_CBI: out->rd = out->rs1 = mid, out->imm = sx(imm6, 6); break;
    case GRV64_F_CA: out->rd = out->rs1 = mid, out->rs2 = lo; break;
    case GRV64_F_CJ: out->imm = imm_cj(w); break;
    case GRV64_F_CB: out->rs1 = mid, out->imm = imm_cb(w); break;
    case GRV64_F_CJR: out->rs1 = full; break;
    case GRV64_F_CJALR: out->rd = 1, out->rs1 = full; break;
    case GRV64_F_CMV: out->rd = full, out->rs2 = bits(w, 6, 2); break;
    case GRV64_F_CADD: out->rd = out->rs1 = full, out->rs2 = bits(w, 6, 2); break;
    default: break;
    }
}

static const char *const csr_names[] = { [CSR_FFLAGS] = "fflags", [CSR_FRM] = "frm", [CSR_FCSR] = "fcsr" };

const char *grv64_csr_name(unsigned csr)
{
    switch (csr) {
    case CSR_FFLAGS: case CSR_FRM: case CSR_FCSR: return csr_names[csr];
    case CSR_CYCLE: return "cycle";
    case CSR_TIME: return "time";
    case CSR_INSTRET: return "instret";
    default: return NULL;
    }
}

/* Is the matched encoding reserved after all? CSR numbers 0xc00 and up are read-only (2.1 of volume II). */
static bool reserved(const struct grv64_row *r, const struct ginsn *in)
{
    if (((r->flags & K_NZRD) && in->rd == 0) || ((r->flags & K_NZRS1) && in->rs1 == 0) || ((r->flags & K_NZIMM) && in->imm == 0))
        return true;
    if ((r->flags & K_RM) && (in->rm == 5 || in->rm == 6))
        return true;
    if (r->cls == GRV64_C_csr)
        return !grv64_csr_name((unsigned)in->imm) || (in->imm >= 0xc00 && grv64_csr_writes(in));
    return false;
}

static bool is_link(unsigned r)
{
    return r == 1 || r == 5;
}

/* Calls link through ra or t0 (table 3 of 2.5.1: the return-address stack hints). A jalr that links elsewhere is no call but a jump
 * that leaves a value behind: PLT stubs (jalr t1, t3) return to the caller's ra. */
static enum gflow flow_of(const struct grv64_row *r, const struct ginsn *in)
{
    switch (r->flags & K_FLOW) {
    case K_BR: return GF_BRANCH;
    case K_JAL: return in->rd ? GF_CALL : GF_JUMP;
    case K_JALR: return is_link(in->rd) ? GF_ICALL : in->rd == 0 && is_link(in->rs1) ? GF_RET : GF_IJUMP;
    case K_SYS: return GF_SYSCALL;
    case K_BAR: return GF_BARRIER;
    case K_TRAP: return GF_TRAP;
    default: break;
    }
    if (r->cls == GRV64_C_csr && (in->imm == CSR_FRM || in->imm == CSR_FCSR) && grv64_csr_writes(in))
        return GF_BARRIER;
    return GF_NEXT;
}

static uint32_t find_row(uint32_t w)
{
    bool wide = (w & 3) == 3;
    uint32_t key = wide ? bits(w, 6, 2) << 3 | bits(w, 14, 12) : bits(w, 15, 13) << 2 | (w & 3);
    const uint16_t *list = wide ? wide_list : narrow_list, *start = wide ? wide_start : narrow_start;

    for (unsigned i = start[key]; i < start[key + 1]; i++)
        if ((w & grv64_row[list[i]].mask) == grv64_row[list[i]].match)
            return list[i];
    return 0;
}

void grv64_decode(const uint8_t *p, size_t n, uint64_t pc, struct ginsn *out)
{
    const struct grv64_row *r;
    uint32_t w;

    memset(out, 0, sizeof *out);
    out->pc = pc;
    out->flow = GF_TRAP;
    w = p[0] | (n > 1 ? (uint32_t)p[1] << 8 : 0);
    out->len = (w & 3) == 3 ? 4 : 2;
    if (n < out->len) {
        out->raw = w;
        out->len = (uint8_t)n;
        out->aux = 1;
        return;
    }
    if (out->len == 4)
        w |= (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    out->raw = w;
    out->row = (uint16_t)find_row(w);
    r = &grv64_row[out->row];
    if (out->row && out->len == 4)
        operands_wide(r->fmt, w, out);
    else if (out->row)
        operands_narrow(r->fmt, w, out);
    if (out->row && reserved(r, out)) {
        out->row = 0;
        out->rd = out->rs1 = out->rs2 = out->rs3 = out->rm = 0;
        out->imm = 0;
        return;
    }
    out->flow = (uint8_t)flow_of(r, out);
    if (out->flow == GF_BRANCH || out->flow == GF_JUMP || out->flow == GF_CALL)
        out->target = pc + (uint64_t)out->imm;
}
