/* Five bodies under gravity, leap-frog steps; prints the energy. */
#include "kernel.h"

#include <math.h>

enum { N = 5 };
struct body { double x[3], v[3], m; };

static struct body sky[N] = {
    { { 0, 0, 0 }, { 0, 0, 0 }, 39.5 },
    { { 5.2, 0.1, -0.1 }, { 0.05, 2.7, 0.01 }, 0.038 },
    { { -3.1, 8.9, 0.2 }, { -1.9, -0.6, 0.03 }, 0.011 },
    { { 12.9, -14.7, -0.2 }, { 1.1, 0.87, -0.02 }, 0.0017 },
    { { 15.3, 25.9, 0.18 }, { -0.98, 0.6, 0.034 }, 0.002 },
};

static void advance(double dt)
{
    for (unsigned i = 0; i < N; i++)
        for (unsigned k = i + 1; k < N; k++) {
            double d[3], r2 = 0, f;

            for (unsigned c = 0; c < 3; c++) {
                d[c] = sky[i].x[c] - sky[k].x[c];
                r2 += d[c] * d[c];
            }
            f = dt / (r2 * sqrt(r2));
            for (unsigned c = 0; c < 3; c++) {
                sky[i].v[c] -= d[c] * sky[k].m * f;
                sky[k].v[c] += d[c] * sky[i].m * f;
            }
        }
    for (unsigned i = 0; i < N; i++)
        for (unsigned c = 0; c < 3; c++)
            sky[i].x[c] += dt * sky[i].v[c];
}

static double energy(void)
{
    double e = 0;

    for (unsigned i = 0; i < N; i++) {
        e += 0.5 * sky[i].m * (sky[i].v[0] * sky[i].v[0] + sky[i].v[1] * sky[i].v[1] + sky[i].v[2] * sky[i].v[2]);
        for (unsigned k = i + 1; k < N; k++) {
            double r2 = 0;

            for (unsigned c = 0; c < 3; c++)
                r2 += (sky[i].x[c] - sky[k].x[c]) * (sky[i].x[c] - sky[k].x[c]);
            e -= sky[i].m * sky[k].m / sqrt(r2);
        }
    }
    return e;
}

static double run(unsigned long n, uint64_t *bits)
{
    double e;

    while (n--)
        advance(0.001);
    e = energy();
    *bits = bits_of(e) ^ bits_of(sky[1].x[0]);
    return e;
}

KERNEL_FP(run, 4000000, "%.6f")
