/* Image arithmetic on bytes: blend by an alpha, saturating add, average rounded up, threshold. */
#include "kernel.h"

enum { SIZE = 8192 };

static uint8_t a[SIZE], b[SIZE], alpha[SIZE], c[SIZE];

static NOINLINE void blend(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        c[i] = (uint8_t)((a[i] * alpha[i] + b[i] * (255 - alpha[i]) + 127) >> 8);
}

static NOINLINE void brighten(uint8_t by)
{
    for (unsigned i = 0; i < SIZE; i++) {
        unsigned v = c[i] + by;

        c[i] = (uint8_t)(v > 255 ? 255 : v);
    }
}

static NOINLINE void average(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        a[i] = (uint8_t)((a[i] + c[i] + 1) >> 1);
}

static NOINLINE void threshold(uint8_t at)
{
    for (unsigned i = 0; i < SIZE; i++)
        b[i] = c[i] >= at ? (uint8_t)(c[i] ^ 0x55) : b[i];
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 53, h = 0;

    for (unsigned i = 0; i < SIZE; i++) {
        a[i] = (uint8_t)rnd(&seed);
        b[i] = (uint8_t)rnd(&seed);
        alpha[i] = (uint8_t)rnd(&seed);
    }
    while (n--) {
        blend();
        brighten((uint8_t)(n & 31));
        average();
        threshold((uint8_t)(n >> 3));
        h = mix(h, (uint64_t)(a[n % SIZE] << 8 | b[(n * 3) % SIZE]));
    }
    return h;
}

KERNEL(run, 50000)
