/* oracle - a riscv64 program, run under qemu or on hardware: reads golden rows without results from stdin, executes each
 * instruction,
 * and prints the rows with what it changed. Row syntax: passes/lift/riscv64/riscv64_test.c. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct state { uint64_t x[32], f[32], fcsr; };
void run(struct state *s);
extern uint32_t slot[2];

enum { WORDS = 32 };
static _Alignas(64) uint64_t mem[WORDS];

static void set(struct state *s, const char *word)
{
    const char *eq = strchr(word, '=');
    unsigned n = (unsigned)atoi(word + 1);
    uint64_t v;

    if (!eq)
        return;
    v = eq[1] == '@' ? (uint64_t)(uintptr_t)mem + strtoull(eq + 2, NULL, 16) : strtoull(eq + 1, NULL, 16);
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
    for (unsigned i = 0; i < WORDS; i++)
        if (old[i] != mem[i])
            printf(" m%u=%" PRIx64, i, mem[i]);
    if ((a->fcsr ^ b->fcsr) & 31)
        printf(" ff=%" PRIx64, b->fcsr & 31);
    if ((a->fcsr ^ b->fcsr) >> 5)
        printf(" frm=%" PRIx64, b->fcsr >> 5);
    printf("\n");
}

int main(void)
{
    static char line[4096], copy[4096];
    uint64_t old[WORDS];

    if (mprotect((void *)((uintptr_t)slot & -(uintptr_t)4096), 8192, PROT_READ | PROT_WRITE | PROT_EXEC))
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 1 << 12);
    while (fgets(line, sizeof line, stdin)) {
        struct state a = { { 0 }, { 0 }, 0 }, b;
        size_t digits = strspn(line, "0123456789abcdef");
        char *in = strchr(line, '|');

        line[strcspn(line, "\n")] = 0;
        memset(mem, 0, sizeof mem);
        slot[0] = (uint32_t)strtoul(line, NULL, 16);
        slot[1] = 0x00000013;
        if (digits == 4)
            slot[0] |= 0x00010000;
        __asm__ volatile("fence.i" ::: "memory");
        strcpy(copy, in ? in : "");
        for (char *w = strtok(copy, " |"); w; w = strtok(NULL, " |"))
            set(&a, w);
        memcpy(old, mem, sizeof old);
        b = a;
        b.x[31] = 0;
        run(&b);
        printf("%s =>", line);
        report(&a, &b, old);
    }
    return 0;
}
