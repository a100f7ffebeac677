/* defgen - build tool: reads ISA tables by including them, refuses overlapping rows, prints a decoder's bucket tables.
 *
 * Usage: defgen riscv64 > riscv64_gen.h; defgen aarch64 > aarch64_gen.h. Another RISC-V table (the bad_*.def tests) is compiled
 * in with -DDEF_FILE='"path"'. Each bucket lists its rows in table order, so a specific row is tried before the general one it
 * refines.
 * riscv64: 32-bit encodings by opcode[6:2] and funct3 (256 buckets), 16-bit ones by funct3 and quadrant (32).
 * aarch64: by bits 31:21; a bucket of more than A64_LONG rows is split by bits 15:10. Equal lists and splits are stored once, a
 * list ends in row 0. */
#include "passes/lift/aarch64/aarch64.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DEF_FILE
#define DEF_FILE "passes/lift/riscv64/riscv64.def"
#endif

struct row {
    const char *name;
    uint32_t match, mask;
    uint32_t nonzero;           /* 0, or: one of these bits must be set too */
};

static const struct row rv64_rows[] = {
#define INSN(name, ext, match, mask, format, flags, class, arg) { name, match, mask, 0 },
#include DEF_FILE
};

static const struct row a64_rows[] = {
#define INSN(name, ext, match, mask, format, flags, class, arg) { name, match, mask, (flags) & K_IMMH ? GA64_IMMH_BITS : 0 },
#include "passes/lift/aarch64/aarch64.def"
};

/* The table in use. */
static const struct row *rows;
static unsigned nrows;

static bool is_wide(const struct row *r)
{
    return (r->match & 3) == 3;
}

/* Rows that can match nothing, or whose width the low bits contradict. */
static int check_row(const struct row *r, bool lengths)
{
    int bad = 0;

    if (r->match & ~r->mask)
        bad += fprintf(stderr, "defgen: %s: match 0x%x has bits outside mask 0x%x\n", r->name, r->match, r->mask);
    if (!lengths)
        return bad;
    if ((r->mask & 3) != 3)
        bad += fprintf(stderr, "defgen: %s: mask 0x%x leaves the length bits open\n", r->name, r->mask);
    if (!is_wide(r) && r->mask > 0xffff)
        bad += fprintf(stderr, "defgen: %s: 16-bit row with mask 0x%x\n", r->name, r->mask);
    return bad;
}

/* Two rows may share encodings only when the first one refines the second. */
static int check_pair(const struct row *a, const struct row *b)
{
    bool refines = (a->mask & b->mask) == b->mask && a->mask != b->mask;
    bool excluded = (a->nonzero && (b->mask & ~b->match & a->nonzero) == a->nonzero) ||
                    (b->nonzero && (a->mask & ~a->match & b->nonzero) == b->nonzero);

    if (((a->match ^ b->match) & a->mask & b->mask) != 0 || refines || excluded)
        return 0;
    return fprintf(stderr, "defgen: %s and %s both match 0x%x\n", a->name, b->name, a->match | b->match);
}

static int check(bool lengths)
{
    int bad = 0;

    if (rows[0].mask != 0 || strcmp(rows[0].name, "illegal") != 0)
        bad += fprintf(stderr, "defgen: row 0 must be \"illegal\"\n");
    for (unsigned i = 1; i < nrows; i++) {
        bad += check_row(&rows[i], lengths);
        for (unsigned j = i + 1; j < nrows; j++) {
            bad += check_pair(&rows[i], &rows[j]);
            if (strcmp(rows[i].name, rows[j].name) == 0)
                bad += fprintf(stderr, "defgen: %s: two rows of one name\n", rows[i].name);
        }
    }
    return bad;
}

/* A bucket's key, as the bits of an encoding that select it. */
static uint32_t key_bits(bool wide, unsigned bucket)
{
    if (wide)
        return 3 | (bucket >> 3) << 2 | (bucket & 7) << 12;
    return (bucket & 3) | (bucket >> 2) << 13;
}

static void print_buckets(bool wide, unsigned nbucket, uint32_t keymask, const char *name)
{
    unsigned start[257], n = 0;

    printf("static const uint16_t %s_list[] = {\n", name);
    for (unsigned b = 0; b < nbucket; b++) {
        start[b] = n;
        for (unsigned i = 1; i < nrows; i++) {
            if (is_wide(&rows[i]) != wide || ((rows[i].match ^ key_bits(wide, b)) & rows[i].mask & keymask) != 0)
                continue;
            printf("    %u, /* %s */\n", i, rows[i].name);
            n++;
        }
    }
    start[nbucket] = n;
    printf("};\nstatic const uint16_t %s_start[] = {", name);
    for (unsigned b = 0; b <= nbucket; b++)
        printf("%s%u,", b % 16 == 0 ? "\n    " : " ", start[b]);
    printf("\n};\n");
}

/* ---- aarch64 ---- */
enum { A64_TOP = 2048, A64_SUB = 64, A64_LONG = 4, A64_SPLIT = 0x8000, A64_MAXLIST = 0x8000, A64_MAXROWS = 4096 };

static uint16_t a64_list[A64_MAXLIST], a64_sub[A64_TOP][A64_SUB];
static unsigned a64_nlist, a64_nsub;

/* Rows (ending in row 0) that can match words which have `bits` under `keymask`; returns how many. */
static unsigned a64_collect(uint32_t bits, uint32_t keymask, uint16_t out[A64_MAXROWS])
{
    unsigned n = 0;

    for (unsigned i = 1; i < nrows; i++)
        if (((rows[i].match ^ bits) & rows[i].mask & keymask) == 0)
            out[n++] = (uint16_t)i;
    out[n] = 0;
    return n;
}

/* Offset of this list (n rows and the end) in a64_list: an equal one's, else it is appended. */
static unsigned a64_place(const uint16_t *list, unsigned n)
{
    size_t bytes = (n + 1) * sizeof *list;

    for (unsigned i = 0; i + n + 1 <= a64_nlist; i++)
        if (memcmp(&a64_list[i], list, bytes) == 0)
            return i;
    if (a64_nlist + n + 1 > A64_MAXLIST) {
        fprintf(stderr, "defgen: too many rows for the tables\n");
        exit(1);
    }
    memcpy(&a64_list[a64_nlist], list, bytes);
    a64_nlist += n + 1;
    return a64_nlist - n - 1;
}

static unsigned a64_split(uint32_t top)
{
    uint16_t list[A64_MAXROWS];

    for (uint32_t k = 0; k < A64_SUB; k++) {
        unsigned n = a64_collect(top | k << 10, 0xffe0fc00, list);

        a64_sub[a64_nsub][k] = (uint16_t)a64_place(list, n);
    }
    for (unsigned i = 0; i < a64_nsub; i++)
        if (memcmp(a64_sub[i], a64_sub[a64_nsub], sizeof a64_sub[i]) == 0)
            return A64_SPLIT | i;
    return A64_SPLIT | a64_nsub++;
}

static void print_numbers(const uint16_t *v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        printf("%s%u,", i % 16 == 0 ? "\n    " : " ", v[i]);
    printf("\n");
}

static void print_a64(void)
{
    static uint16_t top[A64_TOP];
    uint16_t list[A64_MAXROWS];

    for (uint32_t b = 0; b < A64_TOP; b++) {
        unsigned n = a64_collect(b << 21, 0xffe00000, list);

        top[b] = (uint16_t)(n > A64_LONG ? a64_split(b << 21) : a64_place(list, n));
    }
    printf("static const uint16_t a64_list[] = {");
    print_numbers(a64_list, a64_nlist);
    printf("};\nstatic const uint16_t a64_top[%d] = {", A64_TOP);
    print_numbers(top, A64_TOP);
    printf("};\nstatic const uint16_t a64_sub[][%d] = {\n", A64_SUB);
    for (unsigned i = 0; i < a64_nsub; i++) {
        printf("  {");
        print_numbers(a64_sub[i], A64_SUB);
        printf("  },\n");
    }
    printf("};\n");
}

int main(int argc, char **argv)
{
    bool rv64 = argc == 2 && strcmp(argv[1], "riscv64") == 0;

    if (!rv64 && (argc != 2 || strcmp(argv[1], "aarch64") != 0)) {
        fprintf(stderr, "usage: defgen riscv64|aarch64\n");
        return 2;
    }
    rows = rv64 ? rv64_rows : a64_rows;
    nrows = rv64 ? sizeof rv64_rows / sizeof rv64_rows[0] : sizeof a64_rows / sizeof a64_rows[0];
    if (check(rv64) != 0)
        return 1;
    printf("/* Made by defgen from %s. */\n", rv64 ? DEF_FILE : "passes/lift/aarch64/aarch64.def");
    if (rv64) {
        print_buckets(true, 256, 0x707f, "wide");
        print_buckets(false, 32, 0xe003, "narrow");
    } else {
        print_a64();
    }
    return 0;
}
