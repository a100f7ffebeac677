/* Conversions: bytes to float and back with rounding, int16 to int32, float to int32, double to float. */
#include "kernel.h"

enum { SIZE = 4096 };

static uint8_t u[SIZE];
static float f[SIZE];
static int16_t s[SIZE];
static int32_t l[SIZE];
static double d[SIZE];

static NOINLINE void bytes_to_float(float gain, float bias)
{
    for (unsigned i = 0; i < SIZE; i++)
        f[i] = (float)u[i] * gain + bias;
}

static NOINLINE void float_to_bytes(void)
{
    for (unsigned i = 0; i < SIZE; i++) {
        int32_t v = (int32_t)(f[i] + 0.5f);

        u[i] = (uint8_t)(v > 255 ? 255 : v < 0 ? 0 : v);
    }
}

static NOINLINE void widen(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        l[i] = s[i] * 3 + (int32_t)f[i];
}

static NOINLINE void to_double(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        d[i] = (double)l[i] * 0.5 + (double)f[i];
}

static NOINLINE void narrow(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        s[i] = (int16_t)((int32_t)d[i] >> 1);
}

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t seed = 73;
    double sum = 0;

    for (unsigned i = 0; i < SIZE; i++) {
        u[i] = (uint8_t)rnd(&seed);
        s[i] = (int16_t)(rnd(&seed) % 2000);
    }
    while (n--) {
        bytes_to_float(1.0f + (float)(n & 3) / 8, (float)(n & 15) - 8);
        float_to_bytes();
        widen();
        to_double();
        narrow();
        sum += d[n % SIZE];
    }
    *bits = bits_of(sum);
    return sum;
}

KERNEL_FP(run, 20000, "%.3e")
