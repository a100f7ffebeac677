/* oracle - a riscv64 program, run under qemu or on hardware: reads golden rows without results from stdin, executes each
 * instruction, and prints the rows with what it changed. Row syntax: tests/golden.h. */
#include <stdint.h>

struct state { uint64_t x[32], f[32], fcsr; };

#include "../golden-oracle.h"

/* A compressed instruction is followed by c.nop, then nop. */
static void place(const char *line)
{
    slot[0] = (uint32_t)strtoul(line, NULL, 16);
    slot[1] = 0x00000013;
    if (strspn(line, "0123456789abcdef") == 4)
        slot[0] |= 0x00010000;
    __asm__ volatile("fence.i" ::: "memory");
}

static void set(struct state *s, const char *word)
{
    const char *eq = strchr(word, '=');
    unsigned n = (unsigned)atoi(word + 1);
    uint64_t v;

    if (!eq)
        return;
    v = value(eq + 1);
    if (word[0] == 'x')
        s->x[n & 31] = v;
    else if (word[0] == 'f')
        s->f[n & 31] = v;
    else if (word[0] == 'm')
        mem[n % WORDS] = v;
    else if (word[0] == 'r')
        s->fcsr = v << 5;
}

static void report(const struct state *a, const struct state *b, const uint64_t *old)
{
    for (unsigned i = 1; i < 31; i++)
        if (a->x[i] != b->x[i])
            printf(" x%u=%" PRIx64, i, b->x[i]);
    for (unsigned i = 0; i < 32; i++)
        if (a->f[i] != b->f[i])
            printf(" f%u=%" PRIx64, i, b->f[i]);
    report_mem(old);
    if ((a->fcsr ^ b->fcsr) & 31)
        printf(" ff=%" PRIx64, b->fcsr & 31);
    if ((a->fcsr ^ b->fcsr) >> 5)
        printf(" frm=%" PRIx64, b->fcsr >> 5);
    printf("\n");
}
