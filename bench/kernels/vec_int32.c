/* int32: minimum and maximum, multiply-accumulate into 64 bits, shifts by lanes, a prefix sum by steps of powers of two. */
#include "kernel.h"

enum { SIZE = 4096 };

static int32_t a[SIZE], b[SIZE], c[SIZE];

static NOINLINE int32_t spread(void)
{
    int32_t low = INT32_MAX, high = INT32_MIN;

    for (unsigned i = 0; i < SIZE; i++) {
        low = a[i] < low ? a[i] : low;
        high = a[i] > high ? a[i] : high;
    }
    return (int32_t)((uint32_t)high - (uint32_t)low);
}

static NOINLINE int64_t products(void)
{
    int64_t s = 0;

    for (unsigned i = 0; i < SIZE; i++)
        s += (int64_t)a[i] * b[i];
    return s;
}

static NOINLINE void scramble(int32_t k)
{
    for (unsigned i = 0; i < SIZE; i++)
        c[i] = ((a[i] * k) ^ (b[i] >> 3)) + (int32_t)((uint32_t)a[i] << (b[i] & 7));
}

static NOINLINE void prefix(uint32_t *to, const uint32_t *from, unsigned step)
{
    for (unsigned i = step; i < SIZE; i++)
        to[i] = from[i] + from[i - step];
}

static uint64_t run(unsigned long n)
{
    static uint32_t p[2][SIZE];
    uint64_t seed = 71, h = 0;

    for (unsigned i = 0; i < SIZE; i++) {
        a[i] = (int32_t)rnd(&seed);
        b[i] = (int32_t)rnd(&seed);
    }
    while (n--) {
        scramble((int32_t)n | 1);
        memcpy(p[0], c, sizeof(c));
        memcpy(p[1], c, sizeof(c));
        prefix(p[1], p[0], 1);
        prefix(p[0], p[1], 2);
        h = mix(h, (uint64_t)products() + (uint32_t)spread() + p[0][n % SIZE]);
        a[n % SIZE] ^= (int32_t)h;
    }
    return h;
}

KERNEL(run, 30000)
