/* sweep - prints encodings and our disassembly of them, one a line: `hex digits, tab, text`. check_disasm.sh compares the text with
 * objdump's. All 16-bit encodings, then N random instances of every row, then N * rows random words.
 * Usage: sweep SEED N [ROWPREFIX-TO-LEAVE-OUT...] */
#include "passes/lift/guest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint64_t pc;

static void show(const struct guest *g, const uint8_t *p, unsigned n)
{
    struct ginsn in;
    char buf[128];

    g->decode(p, n, pc, &in);
    g->format(&in, buf, sizeof buf);
    if (n == 2)
        printf("%02x%02x\t%s\n", p[1], p[0], buf);
    else
        printf("%02x%02x%02x%02x\t%s\n", p[3], p[2], p[1], p[0], buf);
    pc += n;
}

static bool left_out(const char *name, int n, char **prefix)
{
    for (int i = 0; i < n; i++)
        if (strncmp(name, prefix[i], strlen(prefix[i])) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    const struct guest *g = guest_by_name("riscv64");
    struct guest_rng rng = { .s = { 0x9e3779b97f4a7c15, 1 } };
    unsigned n;
    uint8_t b[16];

    if (argc < 3)
        return 2;
    rng.s[1] ^= strtoull(argv[1], NULL, 0);
    n = (unsigned)atoi(argv[2]);
    for (uint32_t w = 0; w < 0x10000; w++) {
        b[0] = (uint8_t)w, b[1] = (uint8_t)(w >> 8);
        if ((w & 3) != 3)
            show(g, b, 2);
    }
    for (uint32_t row = 1; row < g->nrow; row++)
        for (unsigned i = 0; i < n && !left_out(g->row_name(row), argc - 3, argv + 3); i++) {
            int64_t disp = (int64_t)(rng.s[0] << 40) >> (40 + rng.s[1] % 20) & ~INT64_C(1);
            unsigned len = g->encode_random(row, &rng, disp, b);

            if (len == 4)
                show(g, b, len);
        }
    return 0;
}
