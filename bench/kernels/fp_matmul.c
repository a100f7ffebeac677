/* Product of double matrices, the plain triple loop with the middle index innermost but one. */
#include "kernel.h"

enum { N = 192 };

static double a[N][N], b[N][N], c[N][N];

static NOINLINE void multiply(void)
{
    for (unsigned i = 0; i < N; i++)
        for (unsigned k = 0; k < N; k++) {
            double x = a[i][k];

            for (unsigned j = 0; j < N; j++)
                c[i][j] += x * b[k][j];
        }
}

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t seed = 83;
    double trace = 0;

    for (unsigned i = 0; i < N; i++)
        for (unsigned k = 0; k < N; k++) {
            a[i][k] = (double)(rnd(&seed) >> 40) / (1 << 24) - 0.5;
            b[i][k] = (double)(rnd(&seed) >> 40) / (1 << 24) - 0.5;
        }
    while (n--)
        multiply();
    for (unsigned i = 0; i < N; i++) {
        trace += c[i][i];
        *bits = mix(*bits, bits_of(c[i][N - 1 - i]));
    }
    return trace;
}

KERNEL_FP(run, 180, "%.6e")
