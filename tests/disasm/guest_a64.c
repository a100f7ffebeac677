/* guest_a64 - AArch64 words and our text of them: N random instances of every row (random operand fields), as many neighbours
 * of them (one to three of the row's fixed bits flipped: where the undefined begins), RANDOM random words, and 256 of every
 * `match/mask` that starts a line of DIFFERS. Words go to WORDS as binary, lines `hex, tab, row name, tab, text` to stdout.
 * Usage: guest_a64 SEED N RANDOM WORDS DIFFERS */
#include "passes/lift/aarch64/aarch64.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

/* splitmix64 */
static uint64_t rnd(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* One of the bits of mask. */
static uint32_t fixed_bit(uint32_t mask)
{
    uint32_t bit;

    do
        bit = 1u << rnd() % 32;
    while (!(mask & bit));
    return bit;
}

static void show(FILE *words, uint32_t w)
{
    static uint64_t pc;
    uint8_t b[4] = { (uint8_t)w, (uint8_t)(w >> 8), (uint8_t)(w >> 16), (uint8_t)(w >> 24) };
    struct ginsn in;
    char buf[160];

    ga64_decode(b, 4, pc, &in);
    ga64_format(&in, buf, sizeof buf);
    fwrite(b, 1, 4, words);
    printf("%08" PRIx32 "\t%s\t%s\n", w, ga64_row[in.row].name, buf);
    pc += 4;
}

static void show_differs(FILE *words, FILE *differs)
{
    char line[512];
    uint32_t match, mask;

    while (fgets(line, sizeof line, differs))
        if (sscanf(line, "%" SCNx32 "/%" SCNx32, &match, &mask) == 2)
            for (unsigned i = 0; i < 256; i++)
                show(words, match | ((uint32_t)rnd() & ~mask));
}

int main(int argc, char **argv)
{
    FILE *words, *differs;
    unsigned n, random;

    if (argc != 6 || !(words = fopen(argv[4], "wb")) || !(differs = fopen(argv[5], "r")))
        return 2;
    state = strtoull(argv[1], NULL, 0);
    n = (unsigned)atoi(argv[2]);
    random = (unsigned)atoi(argv[3]);
    for (uint32_t row = 1; row < GA64_NROW; row++)
        for (unsigned i = 0; i < n; i++) {
            uint32_t any = (uint32_t)rnd();

            if (i % 4 == 0)             /* stack pointers, zero registers, last lanes */
                any |= (uint32_t)rnd() | (i % 8 == 0 ? 0x1f : 0x3e0);
            any = ga64_row[row].match | (any & ~ga64_row[row].mask);
            show(words, any);
            for (unsigned flips = 1 + i % 3; flips > 0; flips--)
                any ^= fixed_bit(ga64_row[row].mask);
            show(words, any);
        }
    for (unsigned i = 0; i < random; i++)
        show(words, (uint32_t)rnd());
    show_differs(words, differs);
    fclose(differs);
    return fclose(words) != 0;
}
