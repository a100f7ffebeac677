/* Product of float matrices by dot products of rows with a transposed operand, four sums at a time. */
#include "kernel.h"

enum { N = 192 };

static float a[N][N], b[N][N], c[N][N];

static NOINLINE void multiply(void)
{
    for (unsigned i = 0; i < N; i++)
        for (unsigned j = 0; j < N; j++) {
            float s[4] = { 0, 0, 0, 0 };

            for (unsigned k = 0; k < N; k += 4)
                for (unsigned l = 0; l < 4; l++)
                    s[l] += a[i][k + l] * b[j][k + l];
            c[i][j] = c[i][j] * 0.5f + (s[0] + s[1]) + (s[2] + s[3]);
        }
}

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t seed = 89;
    double trace = 0;

    for (unsigned i = 0; i < N; i++)
        for (unsigned k = 0; k < N; k++) {
            a[i][k] = (float)(rnd(&seed) >> 44) / (1 << 20);
            b[i][k] = (float)(rnd(&seed) >> 44) / (1 << 20);
        }
    while (n--)
        multiply();
    for (unsigned i = 0; i < N; i++) {
        trace += (double)c[i][i];
        *bits = mix(*bits, bits_of((double)c[i][N - 1 - i]));
    }
    return trace;
}

KERNEL_FP(run, 420, "%.3e")
