/* Random instances of table rows, for differential tests: random bits in a row's free fields, then register fields by what the row
 * prints there and does with them, then immediates that must not be random. What decode.c refuses, and what the manual leaves
 * unpredictable (K1.2: a pair loaded into one register, write-back into a transferred register, ...), is drawn again. */
#include "passes/lift/aarch64/aarch64.h"
#include "passes/lift/share.h"

#include <ctype.h>
#include <string.h>

enum { TRIES = 256, NONE = 32 };

static uint32_t all_if_0(uint32_t m)
{
    return m ? m : UINT32_MAX;
}

struct enc {
    const struct ga64_row *row;
    struct guest_rng *g;
    uint32_t w;
    bool ok;
};

static void set_field(struct enc *e, unsigned hi, unsigned lo, uint32_t v)
{
    uint32_t m = ((1u << (hi - lo + 1)) - 1) << lo;

    e->w = (e->w & ~m) | (v << lo & m);
}

/* ---- registers ---- */

enum role { SRC, DST, BASE };

static bool is_memory(const struct ga64_row *r)
{
    switch (r->cls) {
    case GA64_C_ldst_lit: case GA64_C_ldst_pair: case GA64_C_ldst_uimm: case GA64_C_ldst_simm: case GA64_C_ldst_reg:
    case GA64_C_ldst_excl: case GA64_C_ldst_exclp: case GA64_C_ldst_order: case GA64_C_cas: case GA64_C_casp: case GA64_C_atomic:
        return true;
    default:
        return false;
    }
}

/* What the instruction does with the register of a field (format.c's letters), written in brackets or not. */
static enum role role_of(const struct ga64_row *r, char field, bool brackets)
{
    bool cas = r->cls == GA64_C_cas || r->cls == GA64_C_casp;

    switch (field) {
    case 'n': return brackets || r->cls == GA64_C_br ? BASE : SRC;
    case 'd': return r->cls == GA64_C_cbz || r->cls == GA64_C_tbz || r->cls == GA64_C_msr ? SRC : DST;
    case 's': return r->cls == GA64_C_atomic ? SRC : DST;
    case 't': case 'u': return (r->arg & M_ST) || cas ? SRC : DST;
    case 'a': return is_memory(r) && !(r->arg & M_ST) ? DST : SRC;
    default: return SRC;
    }
}

/* A general register. sp: 31 is the stack pointer, which the masks allow or not; else it is zero, now and then. */
static uint32_t general(struct enc *e, enum role role, bool sp)
{
    uint32_t m = all_if_0(role == BASE ? e->g->base : role == DST ? e->g->dst : e->g->src), zero = rng_below(e->g, 12) == 0;

    if (sp)
        return rng_pick(e->g, m);
    if (zero && role != BASE)
        return 31;
    return rng_pick(e->g, m & 0x7fffffff);
}

/* The 5-bit field at lsb; NONE: there is no such instance. */
static void set_reg_field(struct enc *e, unsigned lsb, uint32_t r)
{
    if (r == NONE)
        e->ok = false;
    else
        set_field(e, lsb + 4, lsb, r);
}

static unsigned field_lsb(char field)
{
    return field == 'n' ? 5 : field == 'm' || field == 's' ? 16 : field == 'a' || field == 'u' ? 10 : 0;
}

static void set_register(struct enc *e, const char *word, size_t len, bool brackets)
{
    char mod = len > 2 ? word[2] : 0;
    enum role role = role_of(e->row, word[1], brackets);
    unsigned lsb = field_lsb(word[1]);

    if (mod == '4')             /* bit 4 belongs to the lane number */
        set_field(e, lsb + 3, lsb, rng_below(e->g, 16));
    else if (strchr("RWX", word[0]))
        set_reg_field(e, lsb, mod == '2' ? ga64_bits(e->w, lsb + 4, lsb) : general(e, role, mod == 's'));
    else
        set_reg_field(e, lsb, role == DST ? rng_pick(e->g, all_if_0(e->g->fdst)) : rng_below(e->g, 32));
}

/* casp: the next register belongs to the operand too. */
static void set_even(struct enc *e, unsigned lsb, uint32_t m)
{
    uint32_t pairs;

    m = all_if_0(m);
    pairs = m & (m >> 1 | 1u << 30) & 0x55555555;
    set_reg_field(e, lsb, rng_pick(e->g, pairs));
}

/* A list of n registers from Vt on, wrapping around. */
static void set_list(struct enc *e, unsigned n)
{
    uint32_t m = all_if_0(e->g->fdst), first = m;

    for (unsigned i = 1; i < n; i++)
        first &= m >> i | m << (32 - i);
    if (e->row->arg & M_ST)
        first = UINT32_MAX;
    set_reg_field(e, 0, rng_pick(e->g, first));
}

/* The amount added after the access: a register, or (31) the bytes transferred. */
static void set_post(struct enc *e)
{
    set_reg_field(e, 16, rng_below(e->g, 2) ? 31 : general(e, SRC, false));
}

static bool word_is(const char *word, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(word, name, len) == 0;
}

static void set_word(struct enc *e, const char *word, size_t len, bool brackets)
{
    if (isupper((unsigned char)word[0]))
        set_register(e, word, len, brackets);
    else if (len == 3 && word[0] == 'v' && (word[1] == 'l' || word[1] == 's') && isdigit((unsigned char)word[2]))
        set_list(e, (unsigned)(word[2] - '0'));
    else if (word_is(word, len, "vpost") || word_is(word, len, "spost") || word_is(word, len, "rpost"))
        set_post(e);
    else if (word_is(word, len, "roff"))
        set_reg_field(e, 16, e->g->index ? rng_pick(e->g, e->g->index & 0x7fffffff) : 31);
    else if (word_is(word, len, "ext"))
        set_reg_field(e, 16, general(e, SRC, false));
    else if (word_is(word, len, "sysop") && e->row->cls != GA64_C_illegal)
        set_reg_field(e, 0, general(e, BASE, false));
    else if (word_is(word, len, "retx"))
        set_reg_field(e, 5, general(e, BASE, false));
}

/* Walks the operands as format.c does: words, and what stands after a dot is an arrangement or a lane. */
static void set_operands(struct enc *e)
{
    bool brackets = false;

    for (const char *p = e->row->print; *p;) {
        size_t n = 0;

        while (isalnum((unsigned char)p[n]))
            n++;
        if (n == 0) {
            brackets = *p == '[' && (p[1] == 'X') ? true : *p == ']' ? false : brackets;
            p++;
            if (p[-1] == '.')
                while (isalnum((unsigned char)*p))
                    p++;
            continue;
        }
        if (isalpha((unsigned char)*p))
            set_word(e, p, n, brackets);
        p += n;
    }
    if (e->row->cls == GA64_C_casp) {
        set_even(e, 16, e->g->dst);
        set_even(e, 0, e->g->src);
    }
}

/* ---- immediates ---- */

/* Offsets of memory instructions: -64 .. 63 bytes. */
static int32_t offset(struct enc *e)
{
    return (int32_t)rng_below(e->g, 128) - 64;
}

static void set_memory_offset(struct enc *e)
{
    unsigned log2 = e->row->arg & GA64_MEM_LOG2;

    if (e->row->cls == GA64_C_ldst_pair)
        set_field(e, 21, 15, (uint32_t)(offset(e) >> log2));
    else if (e->row->cls == GA64_C_ldst_uimm)
        set_field(e, 21, 10, rng_below(e->g, 64) >> log2);
    else if (e->row->cls == GA64_C_ldst_simm)
        set_field(e, 20, 12, (uint32_t)offset(e));
}

/* Hints that do nothing on any implementation: not those of pointer authentication, not WFI. */
static void set_hint(struct enc *e)
{
    static const uint8_t hint[] = { 0, 1, 4, 5, 32, 34, 36, 38 };

    set_field(e, 11, 5, hint[rng_below(e->g, ARRAY_LEN(hint))]);
}

/* System registers whose value is the program's own affair. */
static void set_sysreg(struct enc *e)
{
    static const uint16_t reg[] = { GA64_NZCV, GA64_NZCV, GA64_FPSR, GA64_FPSR, GA64_FPCR, GA64_TPIDR_EL0 };

    set_field(e, 20, 5, reg[rng_below(e->g, ARRAY_LEN(reg))]);
}

static void set_displacement(struct enc *e, int64_t disp, unsigned bits, unsigned lsb)
{
    int64_t d = disp / 4;

    if (disp % 4 || d < -(INT64_C(1) << (bits - 1)) || d >= INT64_C(1) << (bits - 1))
        e->ok = false;
    else
        set_field(e, lsb + bits - 1, lsb, (uint32_t)d);
}

static void set_immediates(struct enc *e, int64_t disp)
{
    switch (e->row->cls) {
    case GA64_C_b: set_displacement(e, disp, 26, 0); break;
    case GA64_C_bcond: case GA64_C_cbz: case GA64_C_ldst_lit: set_displacement(e, disp, 19, 5); break;
    case GA64_C_tbz: set_displacement(e, disp, 14, 5); break;
    case GA64_C_mrs: case GA64_C_msr: set_sysreg(e); break;
    case GA64_C_nop:
        if (strcmp(e->row->name, "hint") == 0)
            set_hint(e);
        break;
    default: set_memory_offset(e); break;
    }
}

/* ---- what the manual leaves open ---- */

static bool unpredictable(const struct ga64_row *r, uint32_t w)
{
    uint32_t t = ga64_bits(w, 4, 0), n = ga64_bits(w, 9, 5), u = ga64_bits(w, 14, 10), s = ga64_bits(w, 20, 16);
    bool load = !(r->arg & M_ST), pair = r->cls == GA64_C_ldst_pair || r->cls == GA64_C_ldst_exclp;

    if (!is_memory(r))
        return false;
    if (pair && load && t == u)
        return true;
    if ((r->arg & (M_POST | M_PRE)) && !(r->arg & M_FP) && n != 31 && (n == t || (pair && n == u)))
        return true;
    if ((r->cls == GA64_C_ldst_excl || r->cls == GA64_C_ldst_exclp) && !load)
        return s == t || (pair && s == u) || (s == n && n != 31);
    return false;
}

/* Register fields of the forms without them (C4.1): ignored by hardware, but not by every emulator. */
static uint32_t plain(const struct ga64_row *r, uint32_t w)
{
    switch (r->cls) {
    case GA64_C_ldst_excl: case GA64_C_ldst_exclp: case GA64_C_ldst_order: return w | 0x001f7c00;
    case GA64_C_mulh: return w | 0x00007c00;
    case GA64_C_fp_cmp: return w & 0xffe0ffff;
    default: return w;
    }
}

unsigned ga64_encode_random(uint32_t row, struct guest_rng *rng, int64_t disp, uint8_t out[16])
{
    struct enc e = { .row = &ga64_row[row < GA64_NROW ? row : 0], .g = rng };
    struct ginsn in;

    if (row == 0 || row >= GA64_NROW)
        return 0;
    for (unsigned i = 0; i < TRIES; i++) {
        e.ok = true;
        e.w = e.row->match | (plain(e.row, (uint32_t)rng_next(rng)) & ~e.row->mask);
        set_operands(&e);
        if (unpredictable(e.row, e.w))
            continue;
        set_immediates(&e, disp);
        e.w = e.row->match | (e.w & ~e.row->mask);
        for (unsigned k = 0; k < 4; k++)
            out[k] = (uint8_t)(e.w >> 8 * k);
        ga64_decode(out, 4, 0, &in);
        if (in.row == row)
            return e.ok ? 4 : 0;
    }
    return 0;
}
