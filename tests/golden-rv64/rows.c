/* rows - prints golden rows without results: a few random instances of every straight-line row of the RISC-V table, with special
 * operand values. oracle adds the results. Usage: rows SEED */
#include "passes/lift/riscv64/riscv64.h"
#include "tests/golden-rows.h"

static uint64_t double_value(void)
{
    static const uint64_t v[] = { 0, UINT64_C(1) << 63, 0x3ff0000000000000, 0xbff8000000000000, 0x7ff0000000000000,
        0xfff0000000000000,
        0x7ff8000000000000, 0x7ff0000000000001, 0xfff8000000000123, 1, 0x000fffffffffffff, 0x7fefffffffffffff, 0x41dfffffffc00000,
        0xc1e0000000200000, 0x43efffffffffffff, 0x36a0000000000000 };
    uint64_t r = rnd();

    return r % 2 ? v[r / 2 % ARRAY_LEN(v)] : (rnd() & 0x800fffffffffffff) | (0x3f0 + (r >> 8) % 64) << 52;
}

static uint64_t single_value(void)
{
    static const uint32_t v[] = { 0, 0x80000000, 0x3f800000, 0xbfc00000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001,
        0xffc00123, 1,
        0x007fffff, 0x7f7fffff, 0x4f000000, 0xcf000001, 0x5f7fffff };
    uint64_t r = rnd(), w = r % 2 ? v[r / 2 % ARRAY_LEN(v)] : (rnd() & 0x807fffff) | (0x70 + (r >> 8) % 32) << 23;

    return (r >> 20) % 16 == 0 ? w : w | UINT64_C(0xffffffff) << 32;    /* sometimes not boxed */
}

static const char *const letters[GRV64_NFMT] = {
#define FMT(name, print) print,
    GRV64_FORMATS(FMT)
#undef FMT
};

static void int_operand(unsigned r, bool address, uint32_t *seen)
{
    if (*seen >> r & 1)
        return;
    *seen |= 1u << r;
    if (address)
        printf(" x%u=@80", r);
    else
        printf(" x%u=%" PRIx64, r, int_value());
}

static void fp_operand(unsigned r, bool single, uint32_t *seen)
{
    if (!(*seen >> r & 1))
        printf(" f%u=%" PRIx64, r, single ? single_value() : double_value());
    *seen |= 1u << r;
}

/* Operands by the letters of the format's print string; memory instructions find their address in the middle of the buffer. */
static void operands(const struct grv64_row *r, const struct ginsn *in, bool memory)
{
    bool single = strcmp(r->ext, "F") == 0 || strcmp(r->name, "fcvt.d.s") == 0;
    uint32_t seen = 1, fseen = 0;

    if (memory)
        int_operand(in->rs1, true, &seen);
    for (const char *p = letters[r->fmt]; *p; p++) {
        switch (*p) {
        case 'd': int_operand(in->rd, false, &seen); break;
        case 's': case 'o': case 'z': int_operand(in->rs1, memory, &seen); break;
        case 't': int_operand(in->rs2, false, &seen); break;
        case 'D': fp_operand(in->rd, single, &fseen); break;
        case 'S': fp_operand(in->rs1, single, &fseen); break;
        case 'T': fp_operand(in->rs2, single, &fseen); break;
        case 'R': fp_operand(in->rs3, single, &fseen); break;
        default: break;
        }
    }
    if (in->rm == 7 && (r->flags & K_RM))
        printf(" rm=%u", (unsigned)(rnd() >> 20) % 5);
    if (memory)
        for (int64_t w = (0x80 + in->imm) >> 3; w <= (0x80 + in->imm + 7) >> 3; w++)
            printf(" m%" PRId64 "=%" PRIx64, r->cls == GRV64_C_amo ? 16 : w, int_value());
}

static bool skipped(const struct grv64_row *r)
{
    return r->flags & K_FLOW || r->cls == GRV64_C_auipc || r->cls == GRV64_C_lr || r->cls == GRV64_C_sc || r->cls == GRV64_C_csr;
}

static bool is_memory(const struct grv64_row *r)
{
    static const uint8_t c[] = { GRV64_C_load, GRV64_C_store, GRV64_C_fload, GRV64_C_fstore, GRV64_C_amo, GRV64_C_cbo_zero };

    return memchr(c, r->cls, sizeof c) != NULL;
}

int main(int argc, char **argv)
{
    const struct guest *g = guest_by_name("riscv64");
    struct guest_rng rng = { .s = { 0x123456789, 0 }, .dst = 0x7ffffbfa, .base = 0x504, .src = 0x7ffffafb };

    seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    rng.s[1] = seed | 1;
    for (uint32_t row = 1; row < g->nrow; row++) {
        const struct grv64_row *r = &grv64_row[row];
        unsigned want = (r->flags & K_RM) ? 4 : r->cls == GRV64_C_nop || r->cls == GRV64_C_cbo_zero ? 1 : 2;

        for (unsigned i = 0, tries = 0; i < want && !skipped(r) && tries < 200; tries++) {
            struct ginsn in;
            char buf[128];
            uint8_t b[16];
            unsigned len = g->encode_random(row, &rng, 0, b);

            if (len == 0)
                continue;
            g->decode(b, len, 0x10000, &in);
            if (in.row != row)
                continue;
            g->format(&in, buf, sizeof buf);
            if (strchr(buf, '\t'))
                *strchr(buf, '\t') = ' ';
            printf(len == 4 ? "%08x  %s |" : "%04x  %s |", len == 4 ? in.raw : in.raw & 0xffff, buf);
            operands(r, &in, is_memory(r));
            printf("\n");
            i++;
        }
    }
    return 0;
}
