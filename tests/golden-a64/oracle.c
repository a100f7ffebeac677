/* oracle - an AArch64 program, run under qemu or on hardware: reads golden rows without results from stdin, executes each
 * instruction, and prints the rows with what it changed. Row syntax: tests/golden.h. */
#include <stdint.h>

struct state { uint64_t x[32]; _Alignas(16) uint64_t v[32][2]; uint64_t nzcv, fpcr, fpsr; };

#include "../golden-oracle.h"

enum { FPSR_BITS = 0x0800009f };
static uint32_t based;          /* registers that are given as addresses in mem */

static void place(const char *line)
{
    slot[0] = (uint32_t)strtoul(line, NULL, 16);
    __builtin___clear_cache((char *)slot, (char *)(slot + 1));
    based = 0;
}

static void set_vector(uint64_t v[2], const char *hex)
{
    char high[17] = "";
    size_t n = strlen(hex);

    snprintf(high, sizeof high, "%.*s", n > 16 ? (int)(n - 16) : 0, hex);
    v[1] = strtoull(high, NULL, 16);
    v[0] = strtoull(n > 16 ? hex + n - 16 : hex, NULL, 16);
}

static void set(struct state *s, const char *word)
{
    const char *eq = strchr(word, '=');
    unsigned n = (unsigned)atoi(word + 1);
    uint64_t v;

    if (!eq)
        return;
    v = value(eq + 1);
    if (eq[1] == '@')
        based |= 1u << (word[0] == 'x' ? n & 31 : 31);
    if (word[0] == 'x')
        s->x[n & 31] = v;
    else if (word[0] == 's')
        s->x[31] = v;
    else if (word[0] == 'v')
        set_vector(s->v[n & 31], eq + 1);
    else if (word[0] == 'm')
        mem[n % WORDS] = v;
    else if (word[0] == 'n')
        s->nzcv = v << 28;
    else if (strncmp(word, "fpcr", 4) == 0)
        s->fpcr = v;
    else if (strncmp(word, "fpsr", 4) == 0)
        s->fpsr = v;
}

static void report_x(const char *name, bool address, uint64_t v)
{
    printf(address ? " %s=@%" PRIx64 : " %s=%" PRIx64, name, address ? v - (uint64_t)(uintptr_t)mem : v);
}

static void report(const struct state *a, const struct state *b, const uint64_t *old)
{
    char name[8];

    for (unsigned i = 0; i < 32; i++) {
        snprintf(name, sizeof name, i == 31 ? "sp" : "x%u", i);
        if (a->x[i] != b->x[i] && i != 28)
            report_x(name, based >> i & 1, b->x[i]);
    }
    for (unsigned i = 0; i < 32; i++)
        if (memcmp(a->v[i], b->v[i], 16))
            printf(" v%u=%016" PRIx64 "%016" PRIx64, i, b->v[i][1], b->v[i][0]);
    report_mem(old);
    if (a->nzcv != b->nzcv)
        printf(" nzcv=%" PRIx64, b->nzcv >> 28);
    if ((a->fpsr ^ b->fpsr) & FPSR_BITS)
        printf(" fpsr=%" PRIx64, b->fpsr & FPSR_BITS);
    printf("\n");
}
