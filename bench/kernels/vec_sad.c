/* Sum of absolute differences of bytes, as a video encoder compares 16x16 blocks, and their sum of squares. */
#include "kernel.h"

enum { W = 256, H = 64, B = 16 };

static uint8_t a[H][W], b[H + B][W + B];
static volatile unsigned block = B;         /* a loop of 16 rounds that the compiler sees is unrolled, not vectorised */

static NOINLINE uint32_t sad(const uint8_t *p, const uint8_t *q, unsigned width)
{
    uint32_t s = 0;

    for (unsigned i = 0; i < B; i++, p += W, q += W + B)
        for (unsigned j = 0; j < width; j++)
            s += (uint32_t)abs(p[j] - q[j]);
    return s;
}

static NOINLINE uint32_t squares(const uint8_t *p, const uint8_t *q, unsigned n)
{
    uint32_t s = 0;

    for (unsigned i = 0; i < n; i++)
        s += (uint32_t)((p[i] - q[i]) * (p[i] - q[i]));
    return s;
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 43, h = 0;

    for (unsigned i = 0; i < H + B; i++)
        for (unsigned j = 0; j < W + B; j++)
            b[i][j] = (uint8_t)rnd(&seed);
    for (unsigned i = 0; i < H; i++)
        for (unsigned j = 0; j < W; j++)
            a[i][j] = (uint8_t)(b[i + 5][j + 3] + (rnd(&seed) & 7));
    while (n--) {
        unsigned x = (n * B) % W, y = (n * B / W * B) % H;
        uint32_t best = ~0u, width = block;

        for (unsigned d = 0; d < 64; d++) {
            uint32_t s = sad(&a[y][x], &b[y + (d >> 3)][x + (d & 7)], width);

            best = s < best ? s : best;
        }
        h = mix(h, best + squares(a[y], b[y], W));
    }
    return h;
}

KERNEL(run, 100000)
