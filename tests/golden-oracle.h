/* What the oracles of golden rows (tests/golden-GUEST/oracle.c, guest programs) share: included behind their struct state. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WORDS = 32 };
static _Alignas(64) uint64_t mem[WORDS];        /* the rows' buffer */

/* The guest's: the place of the instruction, in two pages that become writable; the instruction of a line into it; one key=value
 * word; what changed from a to b, and in mem since it was old. */
extern uint32_t slot[];
void run(struct state *s);
static void place(const char *line);
static void set(struct state *s, const char *word);
static void report(const struct state *a, const struct state *b, const uint64_t *old);

static uint64_t value(const char *text)
{
    return *text == '@' ? (uint64_t)(uintptr_t)mem + strtoull(text + 1, NULL, 16) : strtoull(text, NULL, 16);
}

static void report_mem(const uint64_t *old)
{
    for (unsigned i = 0; i < WORDS; i++)
        if (old[i] != mem[i])
            printf(" m%u=%" PRIx64, i, mem[i]);
}

int main(void)
{
    static char line[4096], copy[4096];
    static const struct state zero;
    uint64_t old[WORDS];

    if (mprotect((void *)((uintptr_t)slot & -(uintptr_t)4096), 8192, PROT_READ | PROT_WRITE | PROT_EXEC))
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 1 << 12);
    while (fgets(line, sizeof line, stdin)) {
        struct state a = zero, b;
        char *in = strchr(line, '|');

        line[strcspn(line, "\n")] = 0;
        memset(mem, 0, sizeof mem);
        place(line);
        strcpy(copy, in ? in : "");
        for (char *w = strtok(copy, " |"); w; w = strtok(NULL, " |"))
            set(&a, w);
        memcpy(old, mem, sizeof old);
        b = a;
        run(&b);
        printf("%s =>", line);
        report(&a, &b, old);
    }
    return 0;
}
