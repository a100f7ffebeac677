/* Reductions of double and float: maximum, sum, sum of squares, and a clamp. */
#include "kernel.h"

enum { SIZE = 4096 };

static double d[SIZE];
static float f[SIZE];

static NOINLINE double sums(double mean)
{
    double s = 0, q = 0;

#pragma omp simd reduction(+ : s, q)
    for (unsigned i = 0; i < SIZE; i++) {
        double v = d[i] - mean;

        s += v;
        q += v * v;
    }
    return q - s * s / SIZE;
}

static NOINLINE float highest(void)
{
    float m = f[0];

#pragma omp simd reduction(max : m)
    for (unsigned i = 0; i < SIZE; i++)
        m = f[i] > m ? f[i] : m;
    return m;
}

static NOINLINE void clamp(float low, float high)
{
    for (unsigned i = 0; i < SIZE; i++) {
        float v = (float)d[i];

        v = v < low ? low : v;
        f[i] = v > high ? high : v;
    }
}

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t seed = 67;
    double sum = 0;

    for (unsigned i = 0; i < SIZE; i++)
        d[i] = (double)(rnd(&seed) >> 44) / (1 << 20);
    for (unsigned long i = 0; i < n; i++) {
        clamp(0.125f, 0.5f + (float)(i & 255) / 1024);
        sum += sums(0.5) * 1e-3 + (double)highest();
        d[i % SIZE] = (double)f[(i * 17) % SIZE];
    }
    *bits = bits_of(sum);
    return sum;
}

KERNEL_FP(run, 40000, "%.3e")
