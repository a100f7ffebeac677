/* Mandelbrot's set in float, all points of a row at once without leaving early, as a vectorised renderer does it. */
#include "kernel.h"

enum { W = 256, ROUNDS = 32 };

static float cx[W], zx[W], zy[W];
static int32_t count[W];

static NOINLINE void row(float cy)
{
    for (unsigned i = 0; i < W; i++) {
        zx[i] = zy[i] = 0;
        count[i] = 0;
    }
    for (unsigned r = 0; r < ROUNDS; r++)
        for (unsigned i = 0; i < W; i++) {
            float x2 = zx[i] * zx[i], y2 = zy[i] * zy[i];
            float x = x2 - y2 + cx[i], y = 2 * zx[i] * zy[i] + cy;
            int in = x2 + y2 < 4;

            zx[i] = in ? x : zx[i];
            zy[i] = in ? y : zy[i];
            count[i] += in;
        }
}

static double run(unsigned long n, uint64_t *bits)
{
    double sum = 0;

    for (unsigned i = 0; i < W; i++)
        cx[i] = -2 + 2.5f * (float)i / W;
    for (unsigned long k = 0; k < n; k++) {
        row(-1 + (float)(k % 512) / 256);
        for (unsigned i = 0; i < W; i += 8)
            sum += count[i] + (double)zx[i] / 65536;
        *bits = mix(*bits, bits_of(sum));
    }
    return sum;
}

KERNEL_FP(run, 30000, "%.2e")
