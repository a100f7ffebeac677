/* Transposes a float matrix by blocks of 4x4 (the compiler makes permutations of them), and swaps the parts of complex numbers. */
#include "kernel.h"

enum { N = 64 };

static float a[N][N], b[N][N];

static NOINLINE void transpose(void)
{
    for (unsigned i = 0; i < N; i += 4)
        for (unsigned j = 0; j < N; j += 4)
            for (unsigned k = 0; k < 4; k++)
                for (unsigned l = 0; l < 4; l++)
                    b[j + k][i + l] = a[i + l][j + k];
}

/* Multiplies by i: (re, im) becomes (-im, re). */
static NOINLINE void turn(float *to, const float *from, unsigned n)
{
    for (unsigned i = 0; i < n; i += 2) {
        to[i] = -from[i + 1];
        to[i + 1] = from[i];
    }
}

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t seed = 59;
    double sum = 0;

    for (unsigned i = 0; i < N; i++)
        for (unsigned j = 0; j < N; j++)
            a[i][j] = (float)(rnd(&seed) >> 44) / (1 << 20);
    while (n--) {
        transpose();
        turn(&a[0][0], &b[0][0], N * N);
        sum += (double)(a[n % N][0] * (float)(n & 15));
        *bits = mix(*bits, bits_of(sum));
    }
    return sum;
}

KERNEL_FP(run, 120000, "%.3e")
