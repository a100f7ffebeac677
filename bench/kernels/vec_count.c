/* What text tools do with bytes: count one, count a class, turn to lower case, compare. */
#include "kernel.h"

enum { SIZE = 1 << 14 };

static uint8_t a[SIZE], b[SIZE];

static NOINLINE unsigned count(uint8_t c)
{
    unsigned n = 0;

    for (unsigned i = 0; i < SIZE; i++)
        n += a[i] == c;
    return n;
}

static NOINLINE unsigned letters(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < SIZE; i++)
        n += (uint8_t)((a[i] | 32) - 'a') < 26;
    return n;
}

static NOINLINE void lower(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        b[i] = (uint8_t)(a[i] >= 'A' && a[i] <= 'Z' ? a[i] + 32 : a[i]);
}

static NOINLINE unsigned differ(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < SIZE; i++)
        n |= (unsigned)(a[i] ^ b[i]);
    return n;
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 61, h = 0;

    for (unsigned i = 0; i < SIZE; i++)
        a[i] = (uint8_t)(rnd(&seed) % 96 + 32);
    while (n--) {
        lower();
        h = mix(h, count((uint8_t)(n % 96 + 32)) * 4096u + letters() + differ());
        a[n % SIZE] ^= (uint8_t)(h & 15);
    }
    return h;
}

KERNEL(run, 40000)
