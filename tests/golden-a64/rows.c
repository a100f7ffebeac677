/* rows - prints golden rows without results: a random instance of every straight-line row of the A64 table, with special operand
 * values. oracle adds the results. Usage: rows SEED. Row syntax: tests/golden.h. */
#include "passes/lift/aarch64/aarch64.h"
#include "tests/golden-rows.h"

#include <ctype.h>

/* A floating-point value of 16 << log2 bits: special, or near 1. */
static uint64_t fp_value(unsigned log2)
{
    static const struct { unsigned bits, exp; } fmt[3] = { { 16, 5 }, { 32, 8 }, { 64, 11 } };
    unsigned bits = fmt[log2].bits, exp = fmt[log2].exp, man = bits - 1 - exp;
    uint64_t r = rnd(), sign = (r >> 60 & 1) << (bits - 1), inf = ((UINT64_C(1) << exp) - 1) << man;
    uint64_t bias = (UINT64_C(1) << (exp - 1)) - 1, frac = rnd() & ((UINT64_C(1) << man) - 1);

    switch (r % 12) {
    case 0: return sign;
    case 1: return sign | inf;
    case 2: return sign | inf | UINT64_C(1) << (man - 1) | (frac >> 1);
    case 3: return sign | inf | (frac >> 1) | 1;
    case 4: return sign | frac;
    case 5: return sign | (inf - 1);
    case 6: return sign | (1 + r / 16 % 3) << man | frac;
    default: return sign | (bias - 4 + r / 16 % 12) << man | (r >> 40 & 1 ? frac : 0);
    }
}

static uint64_t vector_half(int log2)
{
    uint64_t v = 0;

    if (log2 < 0) {
        for (unsigned i = 0; i < 64; i += 8)
            v |= (rnd() % 3 ? rnd() & 0xff : (uint64_t)"\x00\xff\x7f\x80"[rnd() & 3] & 0xff) << i;
        return v;
    }
    for (unsigned i = 0; i < 64; i += 16u << log2)
        v |= fp_value((unsigned)log2) << i;
    return v;
}

/* log2 of the lanes' half words in an FP instruction, from its text; -1: an integer one. */
static int lanes(const struct ga64_row *r, const char *text)
{
    const char *p = strchr(text, ' ');

    if (r->name[0] != 'f' && (strncmp(r->name, "bf", 2) != 0 || r->cls == GA64_C_bitfield))
        return -1;
    for (; p && *p; p++) {
        if (*p == '.' && isdigit((unsigned char)p[1]))
            for (p++; isdigit((unsigned char)*p); p++)
                ;
        else if (!(isdigit((unsigned char)p[1]) && !isalnum((unsigned char)p[-1])))
            continue;
        if (*p == 'h' || *p == 's' || *p == 'd')
            return *p == 'h' ? 0 : *p == 's' ? 1 : 2;
    }
    return 1;
}

static void x_operand(unsigned r, bool address, uint32_t *seen)
{
    if (*seen >> r & 1)
        return;
    *seen |= 1u << r;
    if (r == 31)
        printf(address ? " sp=@80" : " sp=%" PRIx64, int_value());
    else if (address)
        printf(" x%u=@80", r);
    else
        printf(" x%u=%" PRIx64, r, r == 9 ? rnd() % 4 : int_value());
}

static void v_operand(unsigned r, int log2, uint32_t *seen)
{
    if (!(*seen >> r & 1))
        printf(" v%u=%016" PRIx64 "%016" PRIx64, r, vector_half(log2), vector_half(log2));
    *seen |= 1u << r;
}

/* Registers that the text names. */
static void operands(const char *text, bool memory, int log2)
{
    uint32_t x = 0, v = 0;
    const char *open = memory ? strchr(text, '[') : NULL;

    while (open && open[1] != 'x' && strncmp(open + 1, "sp", 2))
        open = strchr(open + 1, '[');
    if (open)
        x_operand(open[1] == 's' ? 31 : (unsigned)atoi(open + 2), true, &x);
    for (const char *p = strchr(text, ' '); p && *p; p++) {
        unsigned n = (unsigned)atoi(p + 1);

        if (isalnum((unsigned char)p[-1]) || p[-1] == '.' || p[-1] == '#')
            continue;
        if ((*p == 'x' || *p == 'w') && isdigit((unsigned char)p[1]))
            x_operand(n, false, &x);
        else if ((strncmp(p, "sp", 2) == 0 && !isalnum((unsigned char)p[2])) || (strncmp(p, "wsp", 3) == 0))
            x_operand(31, false, &x);
        else if (strchr("vbhsdq", *p) && isdigit((unsigned char)p[1]))
            v_operand(n, log2, &v);
        if (*p == 'v' && p[-1] == '-')          /* {v1.8b-v3.8b} */
            for (unsigned i = (unsigned)atoi(strchr(text, '{') + 2); i != n; i = (i + 1) & 31)
                v_operand(i, log2, &v);
    }
}

static bool is_memory(const struct ga64_row *r)
{
    return strstr(r->print, "[Xns") != NULL;
}

static bool skipped(const struct ga64_row *r)
{
    switch (r->cls) {
    case GA64_C_adr: case GA64_C_mrs: case GA64_C_msr: case GA64_C_ldst_lit: case GA64_C_dc_zva: case GA64_C_dc_clean: case GA64_C_clrex:
        return true;
    default:
        return (r->flags & K_FLOW) || (r->cls == GA64_C_prefetch && strstr(r->print, "label")) ||
               (r->cls == GA64_C_nop && strcmp(r->name, "hint") != 0);
    }
}

static bool takes_flags(const struct ga64_row *r)
{
    return strstr(r->print, "cond") || r->cls == GA64_C_addsub_carry || r->cls == GA64_C_flagm;
}

/* What FPCR may ask for: rounding, FZ, FZ16, DN, AHP. */
static void control(const struct ga64_row *r, int log2)
{
    static const uint32_t v[] = { 0, 0, 0, 0, 1 << 22, 2 << 22, 3 << 22, 1 << 24, 1 << 19, 1 << 25, 1 << 26 };
    uint32_t c = v[rnd() % ARRAY_LEN(v)];

    if (log2 >= 0 && c && r->cls != GA64_C_fp_mov && r->cls != GA64_C_fp_imm)
        printf(" fpcr=%" PRIx32, c);
}

static void print_row(const struct ga64_row *r, const struct ginsn *in)
{
    bool memory = is_memory(r);
    int64_t at = 0x80 + in->imm;
    char text[160];
    int log2;

    ga64_format(in, text, sizeof text);
    if (strchr(text, '\t'))
        *strchr(text, '\t') = ' ';
    log2 = lanes(r, text);
    printf("%08x  %s |", in->raw, text);
    if (takes_flags(r))
        printf(" nzcv=%x", (unsigned)rnd() & 15);
    control(r, log2);
    operands(text, memory, log2);
    if (r->arg & M_POST)
        at = 0x80;
    for (int64_t w = at >> 3; memory && r->cls != GA64_C_prefetch && w <= (at + 31) >> 3; w++)
        printf(" m%" PRId64 "=%" PRIx64, w, int_value());
    printf("\n");
}

int main(int argc, char **argv)
{
    struct guest_rng rng = { .s = { 0x123456789, 0 }, .dst = 0x2ffff8ff, .base = 0x80000500, .src = 0x2ffff8ff, .index = 1 << 9 };

    seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    rng.s[1] = seed | 1;
    for (uint32_t row = 1; row < GA64_NROW; row++) {
        const struct ga64_row *r = &ga64_row[row];

        for (unsigned i = 0; i < (r->name[0] == 'f' ? 2 : 1) && !skipped(r); i++) {
            struct ginsn in;
            uint8_t b[16];

            if (!ga64_encode_random(row, &rng, 0, b))
                return fprintf(stderr, "rows: no instance of %s\n", r->name), 1;
            ga64_decode(b, 4, 0x10000, &in);
            print_row(r, &in);
        }
    }
    return 0;
}
