/* defgen - build tool: reads an ISA table by including it, refuses overlapping rows, prints the decoder's bucket tables.
 *
 * Usage: defgen riscv64 > riscv64_gen.h. Another table (the bad_*.def tests) is compiled in with -DDEF_FILE='"path"'.
 * Buckets: 32-bit encodings by opcode[6:2] and funct3 (256), 16-bit ones by funct3 and quadrant (32). Each bucket lists its rows in
 * table order, so a specific row is tried before the general one it refines. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef DEF_FILE
#define DEF_FILE "passes/lift/riscv64/riscv64.def"
#endif

struct row { const char *name; uint32_t match, mask; };

static const struct row rows[] = {
#define INSN(name, ext, match, mask, format, flags, class, arg) { name, match, mask },
#include DEF_FILE
};
enum { NROWS = sizeof rows / sizeof rows[0] };

static bool is_wide(const struct row *r)
{
    return (r->match & 3) == 3;
}

/* Rows that can match nothing, or whose width the low bits contradict. */
static int check_row(const struct row *r)
{
    int bad = 0;

    if (r->match & ~r->mask)
        bad += fprintf(stderr, "defgen: %s: match 0x%x has bits outside mask 0x%x\n", r->name, r->match, r->mask);
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

    if (((a->match ^ b->match) & a->mask & b->mask) != 0 || refines)
        return 0;
    return fprintf(stderr, "defgen: %s and %s both match 0x%x\n", a->name, b->name, a->match | b->match);
}

static int check(void)
{
    int bad = 0;

    if (rows[0].mask != 0 || strcmp(rows[0].name, "illegal") != 0)
        bad += fprintf(stderr, "defgen: row 0 must be \"illegal\"\n");
    for (unsigned i = 1; i < NROWS; i++) {
        bad += check_row(&rows[i]);
        for (unsigned j = i + 1; j < NROWS; j++) {
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
        for (unsigned i = 1; i < NROWS; i++) {
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

int main(int argc, char **argv)
{
    (void)argv;
    if (argc != 2) {
        fprintf(stderr, "usage: defgen ISA\n");
        return 2;
    }
    if (check() != 0)
        return 1;
    printf("/* Made by defgen from %s. */\n", DEF_FILE);
    print_buckets(true, 256, 0x707f, "wide");
    print_buckets(false, 32, 0xe003, "narrow");
    return 0;
}
