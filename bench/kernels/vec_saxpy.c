/* float: y += a * x, and the dot product of both; the compiler vectorises each loop. */
#include "kernel.h"

enum { SIZE = 4096 };

static float x[SIZE], y[SIZE];

static NOINLINE void saxpy(float a)
{
    for (unsigned i = 0; i < SIZE; i++)
        y[i] += a * x[i];
}

static NOINLINE float dot(void)
{
    float s = 0;

#pragma omp simd reduction(+ : s)
    for (unsigned i = 0; i < SIZE; i++)
        s += x[i] * y[i];
    return s;
}

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t seed = 41;
    double sum = 0;

    for (unsigned i = 0; i < SIZE; i++) {
        x[i] = (float)(rnd(&seed) >> 44) / (1 << 20);
        y[i] = (float)(rnd(&seed) >> 44) / (1 << 20);
    }
    for (unsigned long i = 0; i < n; i++) {
        saxpy(i & 1 ? -0.25f : 0.25f);
        sum += (double)dot();
    }
    *bits = bits_of(sum);
    return sum;
}

KERNEL_FP(run, 120000, "%.3e")
