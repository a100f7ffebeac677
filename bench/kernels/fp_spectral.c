/* Largest singular value of an infinite matrix cut to N, by the power method: divisions and dot products. */
#include "kernel.h"

#include <math.h>

enum { N = 500 };

static NOINLINE double element(unsigned i, unsigned k)
{
    return 1.0 / ((i + k) * (i + k + 1) / 2 + i + 1);
}

static void times(const double *x, double *y, int transposed)
{
    for (unsigned i = 0; i < N; i++) {
        double s = 0;

        for (unsigned k = 0; k < N; k++)
            s += (transposed ? element(k, i) : element(i, k)) * x[k];
        y[i] = s;
    }
}

static double run(unsigned long n, uint64_t *bits)
{
    static double u[N], v[N], t[N];
    double uv = 0, vv = 0;

    for (unsigned i = 0; i < N; i++)
        u[i] = 1;
    while (n--) {
        times(u, t, 0);
        times(t, v, 1);
        times(v, t, 0);
        times(t, u, 1);
    }
    for (unsigned i = 0; i < N; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    *bits = bits_of(uv / vv);
    return sqrt(uv / vv);
}

KERNEL_FP(run, 200, "%.9f")
