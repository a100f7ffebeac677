/* space: makes a small function in memory of its own, takes all address space within 4 GiB of it (or, with an argument, all there
 * is), and only then runs it often. space many N: N pieces of code, each in memory of its own, that come and go. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const uint32_t code[] = {
    0x00000793,         /* li a5, 0 */
    0x00a787b3,         /* add a5, a5, a0 */
    0x0017d713,         /* srli a4, a5, 1 */
    0x00f747b3,         /* xor a5, a4, a5 */
    0xfff50513,         /* addi a0, a0, -1 */
    0xfe0518e3,         /* bnez a0, -16 */
    0x00078513,         /* mv a0, a5 */
    0x00008067,         /* ret */
};

static void *take(uint64_t at, uint64_t size)
{
    return mmap((void *)at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);
}

/* Fills [lo, hi) with pieces that halve when they do not fit. */
static void fill(uint64_t lo, uint64_t hi)
{
    for (uint64_t size = 1 << 30; size >= 4096; size /= 2)
        for (uint64_t at = lo; at + size <= hi; at += size)
            take(at, size);
}

static int many(unsigned n)
{
    uint8_t *at[1000];
    uint64_t h = 0;

    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < n; i++) {
            at[i] = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (at[i] == MAP_FAILED || mprotect(at[i], 4096, PROT_READ | PROT_WRITE | PROT_EXEC))
                return 1;
            memcpy(at[i], code, sizeof code);
        }
        __asm__ volatile("fence.i" ::: "memory");
        for (unsigned k = 0; k < 40; k++)
            for (unsigned i = 0; i < n; i++)
                h = h * 31 + ((uint64_t (*)(uint64_t))at[i])(i % 7 + round + 1);
        for (unsigned i = 0; i < n; i++)
            munmap(at[i], 8192);
    }
    printf("%llx\n", (unsigned long long)h);
    fprintf(stderr, "a word\n");
    return 7;
}

int main(int argc, char **argv)
{
    if (argc > 2)
        return many((unsigned)atoi(argv[2]));

    uint8_t *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t (*fn)(uint64_t) = (uint64_t (*)(uint64_t))p, h = 0;

    if (p == MAP_FAILED)
        return 1;
    memcpy(p, code, sizeof code);
    __asm__ volatile("fence.i" ::: "memory");
    if (argc > 1)
        for (uint64_t size = 1ull << 43; size >= 4096; size /= 2)
            while (take(0, size) != MAP_FAILED)
                ;
    else {
        uint64_t base = (uint64_t)p & ~0xfffffull;
        fill(base - (4ull << 30) + (1 << 20), base);
        fill(base + (1 << 20), base + (4ull << 30));
    }
    for (int i = 0; i < 3000; i++)
        h = h * 31 + fn(20);
    printf("%llx\n", (unsigned long long)h);
    fprintf(stderr, "a word\n");
    return 7;
}
