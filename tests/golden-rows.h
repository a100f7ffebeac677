/* What the makers of golden rows (tests/golden-GUEST/rows.c) share: random numbers, integers worth testing. */
#include "passes/lift/guest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static uint64_t rnd(void)
{
    seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = (seed ^ seed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);

    return z ^ z >> 29;
}

static uint64_t int_value(void)
{
    static const uint64_t v[] = { 0, 1, ~UINT64_C(0), INT64_MAX, UINT64_C(1) << 63, 0x7fffffff, 0x80000000,
        0xffffffff80000000, 0x00ff00ff80000001 };
    uint64_t r = rnd();

    return r % 3 == 0 ? v[r / 3 % ARRAY_LEN(v)] : r % 3 == 1 ? rnd() : rnd() >> (r >> 8 & 63);
}
