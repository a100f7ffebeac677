/* Escape counts over a grid of the Mandelbrot set; the printed line is rounded, since single counts may differ where products
 * contract. */
#include "kernel.h"

enum { N = 300, LIMIT = 256 };

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t total = 0;

    for (unsigned long r = 0; r < n; r++)
        for (unsigned y = 0; y < N; y++)
            for (unsigned x = 0; x < N; x++) {
                double cr = 3.0 * x / N - 2.1 + (double)r * 1e-4, ci = 2.6 * y / N - 1.3, zr = 0, zi = 0;
                unsigned i = 0;

                for (; i < LIMIT && zr * zr + zi * zi < 4.0; i++) {
                    double t = zr * zr - zi * zi + cr;

                    zi = 2 * zr * zi + ci;
                    zr = t;
                }
                total += i;
            }
    *bits = total;
    return (double)total;
}

KERNEL_FP(run, 32, "%.2e")
