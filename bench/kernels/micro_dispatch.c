/* Indirect jumps over 64 targets in an order that no predictor learns soon; the scale is the number of jumps. */
#include "kernel.h"

/* One function, 64 computed labels: the host's jump goes through the translator's map of guest addresses. */
static NOINLINE uint64_t run(unsigned long n)
{
#define STEP h = h * 6364136223846793005u + 1442695040888963407u; if (n-- == 0) goto out; goto *label[h >> 58];
#define L(i) &&l##i
#define B(i) l##i: h ^= i * 0x1001u + 1; STEP
#define B8(a) B(a##0) B(a##1) B(a##2) B(a##3) B(a##4) B(a##5) B(a##6) B(a##7)
#define L8(a) L(a##0), L(a##1), L(a##2), L(a##3), L(a##4), L(a##5), L(a##6), L(a##7)
    static void *const label[64] = { L8(1), L8(2), L8(3), L8(4), L8(5), L8(6), L8(7), L8(8) };
    uint64_t h = 1;

    STEP
    B8(1) B8(2) B8(3) B8(4) B8(5) B8(6) B8(7) B8(8)
out:
    return h;
}

KERNEL(run, 30000000)
