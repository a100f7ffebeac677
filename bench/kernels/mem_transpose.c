/* Matrix transposition, row by row and in blocks, of 32-bit and 64-bit elements. */
#include "kernel.h"

enum { N = 240, B = 16 };                 /* no power of two: rows must not share cache sets */

static uint32_t a[N][N], b[N][N];
static uint64_t c[N][N], d[N][N];

static NOINLINE void plain(void)
{
    for (unsigned i = 0; i < N; i++)
        for (unsigned k = 0; k < N; k++)
            b[k][i] = a[i][k];
}

static NOINLINE void blocked(void)
{
    for (unsigned i = 0; i < N; i += B)
        for (unsigned k = 0; k < N; k += B)
            for (unsigned x = i; x < i + B; x++)
                for (unsigned y = k; y < k + B; y++)
                    d[y][x] = c[x][y] + b[y][x];
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 71, h = 0;

    for (unsigned i = 0; i < N; i++)
        for (unsigned k = 0; k < N; k++) {
            a[i][k] = (uint32_t)rnd(&seed);
            c[i][k] = rnd(&seed);
        }
    while (n--) {
        plain();
        blocked();
        memcpy(c, d, sizeof(c));
        a[n % N][h % N] ^= (uint32_t)n;
        h = mix(h, d[n % N][h % N]);
    }
    return h;
}

KERNEL(run, 3000)
