/* Decoder: the row table, the two-level lookup made by defgen, conditions on fields, immediates by lift class.
 * Refuses (row 0): what no row matches and reserved field values (K_*). A truncated instruction is row 0 with aux = 1. */
#include "passes/lift/aarch64/aarch64.h"
#include "passes/lift/aarch64/aarch64_gen.h"

#include <string.h>

const struct ga64_row ga64_row[GA64_NROW] = {
#define INSN(name, ext, match, mask, format, flags, class, arg) \
    { name, ext, format, match, mask, flags, arg, GA64_C_##class },
#include "passes/lift/aarch64/aarch64.def"
};

static uint32_t bits(uint32_t v, unsigned hi, unsigned lo)
{
    return ga64_bits(v, hi, lo);
}

static int64_t sx(uint32_t v, unsigned width)
{
    return (int64_t)((uint64_t)v << (64 - width)) >> (64 - width);
}

bool ga64_bitmask(unsigned n, unsigned imms, unsigned immr, bool wide, uint64_t *value)
{
    unsigned key = n << 6 | (~imms & 63), len, esize, s, r;
    uint64_t v, ones;

    if (key < 2 || (n && !wide))
        return false;
    len = 31 - (unsigned)__builtin_clz(key);
    esize = 1u << len;
    s = imms & (esize - 1);
    r = immr & (esize - 1);
    if (s == esize - 1)
        return false;
    ones = esize == 64 ? ~UINT64_C(0) : (UINT64_C(1) << esize) - 1;
    v = (UINT64_C(1) << (s + 1)) - 1;
    if (r)
        v = (v >> r | v << (esize - r)) & ones;
    for (; esize < 64; esize *= 2)
        v |= v << esize;
    *value = v;
    return true;
}

uint64_t ga64_imm64(uint32_t w)
{
    unsigned imm8 = bits(w, 18, 16) << 5 | bits(w, 9, 5);
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++)
        if (imm8 >> i & 1)
            v |= UINT64_C(0xff) << 8 * i;
    return v;
}

double ga64_fpimm(unsigned imm8)
{
    int exp = (int)(imm8 >> 4 & 3) + (imm8 & 0x40 ? -3 : 1);
    double v = 16 + (imm8 & 15);

    for (exp -= 4; exp < 0; exp++)
        v /= 2;
    return imm8 & 0x80 ? -v : v;
}

/* D17.2's numbers, and which of them Linux lets EL0 use (arm64 cpu-feature-registers; SCTLR_EL1.UMA and CNTKCTL_EL1.EL0PCTEN
 * are 0). */
#define SYSREG GA64_SYSREG
enum { NO = 0, RD = 1, RW = 3 };
static const struct { const char *name; uint16_t reg; uint8_t access; } sysregs[] = {
    { "nzcv", SYSREG(3, 4, 2, 0), RW }, { "daif", SYSREG(3, 4, 2, 1), NO },
    { "fpcr", SYSREG(3, 4, 4, 0), RW }, { "fpsr", SYSREG(3, 4, 4, 1), RW },
    { "tpidr_el0", SYSREG(3, 13, 0, 2), RW }, { "tpidrro_el0", SYSREG(3, 13, 0, 3), RD },
    { "ctr_el0", SYSREG(3, 0, 0, 1), RD }, { "dczid_el0", SYSREG(3, 0, 0, 7), RD },
    { "cntfrq_el0", SYSREG(3, 14, 0, 0), RD }, { "cntpct_el0", SYSREG(3, 14, 0, 1), NO },
    { "cntvct_el0", SYSREG(3, 14, 0, 2), RD },
    { "midr_el1", SYSREG(0, 0, 0, 0), RD }, { "mpidr_el1", SYSREG(0, 0, 0, 5), RD }, { "revidr_el1", SYSREG(0, 0, 0, 6), RD },
    { "id_aa64pfr0_el1", SYSREG(0, 0, 4, 0), RD }, { "id_aa64pfr1_el1", SYSREG(0, 0, 4, 1), RD },
    { "id_aa64zfr0_el1", SYSREG(0, 0, 4, 4), RD },
    { "id_aa64dfr0_el1", SYSREG(0, 0, 5, 0), RD }, { "id_aa64dfr1_el1", SYSREG(0, 0, 5, 1), RD },
    { "id_aa64afr0_el1", SYSREG(0, 0, 5, 4), RD }, { "id_aa64afr1_el1", SYSREG(0, 0, 5, 5), RD },
    { "id_aa64isar0_el1", SYSREG(0, 0, 6, 0), RD }, { "id_aa64isar1_el1", SYSREG(0, 0, 6, 1), RD },
    { "id_aa64isar2_el1", SYSREG(0, 0, 6, 2), RD },
    { "id_aa64mmfr0_el1", SYSREG(0, 0, 7, 0), RD }, { "id_aa64mmfr1_el1", SYSREG(0, 0, 7, 1), RD },
    { "id_aa64mmfr2_el1", SYSREG(0, 0, 7, 2), RD },
};

const char *ga64_sysreg_name(unsigned reg)
{
    for (size_t i = 0; i < ARRAY_LEN(sysregs); i++)
        if (sysregs[i].reg == reg)
            return sysregs[i].name;
    return NULL;
}

bool ga64_sysreg_allowed(unsigned reg, bool write)
{
    for (size_t i = 0; i < ARRAY_LEN(sysregs); i++)
        if (sysregs[i].reg == reg)
            return (sysregs[i].access & (write ? 2 : 1)) != 0;
    /* Other numbers of the ID space read as zero: the kernel emulates CRm 2 to 7. */
    return !write && reg >= SYSREG(0, 0, 2, 0) && reg <= SYSREG(0, 0, 7, 7);
}

static bool undefined_base(uint32_t k, uint32_t w)
{
    bool wide = w >> 31;
    uint64_t v;

    if ((k & K_LOGIMM) && !ga64_bitmask(bits(w, 22, 22), bits(w, 15, 10), bits(w, 21, 16), wide, &v))
        return true;
    if ((k & K_HW) && !wide && bits(w, 22, 22))
        return true;
    if ((k & K_BITF) && (bits(w, 22, 22) != wide || (!wide && (bits(w, 21, 21) || bits(w, 15, 15)))))
        return true;
    if ((k & K_SH6) && !wide && bits(w, 15, 15))
        return true;
    if (((k & K_NOROR) && bits(w, 23, 22) == 3) || ((k & K_EXT4) && bits(w, 12, 10) > 4))
        return true;
    if (((k & K_EVEN) && (w & 0x00010001)) || ((k & K_FT) && bits(w, 23, 22) == 2))
        return true;
    return (k & K_SCALE) && !wide && !bits(w, 15, 15);
}

/* Conditions of vectors: sizes, and what 64-bit vectors cannot hold. */
static bool undefined_vector(uint32_t k, uint32_t w)
{
    bool q = bits(w, 30, 30);
    unsigned size = bits(w, 23, 22), immh = bits(w, 22, 19);

    if (((k & K_NO3) && size == 3) || ((k & K_NO0) && size == 0) || ((k & K_IMMH) && immh == 0))
        return true;
    if (((k & K_IMMH8) && immh >= 8) || ((k & K_IMMHF) && immh == 1))
        return true;
    if (q)
        return false;
    if (((k & K_Q1D) && size == 3) || ((k & K_Q1D10) && bits(w, 11, 10) == 3) || ((k & K_NO2S) && size == 2))
        return true;
    return ((k & K_SZQ) && (size & 1)) || ((k & K_IMMHQ) && immh >= 8) || ((k & K_EXTI) && bits(w, 14, 14)) ||
           ((k & K_HQ) && bits(w, 11, 11));
}

static int64_t prefetch_imm(uint32_t w)
{
    if (bits(w, 29, 28) == 1)
        return sx(bits(w, 23, 5), 19) * 4;
    if (bits(w, 24, 24))
        return bits(w, 21, 10) * 8;
    return bits(w, 21, 21) ? 0 : sx(bits(w, 20, 12), 9);
}

/* The immediate operand as the operation uses it; 0 where there is none or where format.c reads it from the word (vectors). */
static int64_t imm_of(const struct ga64_row *r, uint32_t w)
{
    unsigned log2 = r->arg & GA64_MEM_LOG2;
    uint64_t v = 0;

    switch (r->cls) {
    case GA64_C_adr: return sx(bits(w, 23, 5) << 2 | bits(w, 30, 29), 21) * (r->arg ? 4096 : 1);
    case GA64_C_addsub_imm: return (int64_t)bits(w, 21, 10) << (bits(w, 22, 22) ? 12 : 0);
    case GA64_C_logic_imm:
        ga64_bitmask(bits(w, 22, 22), bits(w, 15, 10), bits(w, 21, 16), w >> 31, &v);
        return (int64_t)(w >> 31 ? v : v & 0xffffffff);
    case GA64_C_movewide: return (int64_t)((uint64_t)bits(w, 20, 5) << bits(w, 22, 21) * 16);
    case GA64_C_bcond: case GA64_C_cbz: case GA64_C_ldst_lit: return sx(bits(w, 23, 5), 19) * 4;
    case GA64_C_tbz: return sx(bits(w, 18, 5), 14) * 4;
    case GA64_C_b: return sx(bits(w, 25, 0), 26) * 4;
    case GA64_C_prefetch: return prefetch_imm(w);
    case GA64_C_ldst_pair: return sx(bits(w, 21, 15), 7) * (1 << log2);
    case GA64_C_ldst_uimm: return (int64_t)bits(w, 21, 10) << log2;
    case GA64_C_ldst_simm: return sx(bits(w, 20, 12), 9);
    case GA64_C_ccmp_imm: return bits(w, 20, 16);
    case GA64_C_svc: case GA64_C_brk: return bits(w, 20, 5);
    default: return 0;
    }
}

static enum gflow flow_of(const struct ga64_row *r, uint32_t w)
{
    bool write = !bits(w, 21, 21);

    if (!(r->flags & K_SYSREG))
        return r->flags & K_FLOW;
    if (!ga64_sysreg_allowed(ga64_sysreg(w), write))
        return GF_TRAP;
    return write && ga64_sysreg(w) == GA64_FPCR ? GF_BARRIER : GF_NEXT;
}

/* Lists end in row 0, which matches every word. */
static uint32_t find_row(uint32_t w)
{
    unsigned at = a64_top[w >> 21];
    const uint16_t *p;

    if (at & 0x8000)
        at = a64_sub[at & 0x7fff][bits(w, 15, 10)];
    for (p = &a64_list[at]; (w & ga64_row[*p].mask) != ga64_row[*p].match; p++)
        ;
    return *p;
}

/* rd, rs1, rs2, rs3 are the fields Rd/Rt, Rn, Rm/Rs, Ra/Rt2 of every word, whether the row uses them or not. */
void ga64_decode(const uint8_t *p, size_t n, uint64_t pc, struct ginsn *out)
{
    const struct ga64_row *r;
    uint32_t w = 0;

    memset(out, 0, sizeof *out);
    out->pc = pc;
    out->flow = GF_TRAP;
    out->len = n < 4 ? (uint8_t)n : 4;
    for (unsigned i = 0; i < out->len; i++)
        w |= (uint32_t)p[i] << 8 * i;
    out->raw = w;
    out->aux = n < 4;
    if (n < 4)
        return;
    out->row = (uint16_t)find_row(w);
    r = &ga64_row[out->row];
    if (undefined_base(r->flags, w) || undefined_vector(r->flags, w))
        out->row = 0;
    if (out->row == 0)
        return;
    out->rd = (uint8_t)bits(w, 4, 0);
    out->rs1 = (uint8_t)bits(w, 9, 5);
    out->rs2 = (uint8_t)bits(w, 20, 16);
    out->rs3 = (uint8_t)bits(w, 14, 10);
    out->imm = imm_of(r, w);
    out->flow = (uint8_t)flow_of(r, w);
    if (out->flow == GF_BRANCH || out->flow == GF_JUMP || out->flow == GF_CALL)
        out->target = pc + (uint64_t)out->imm;
}
