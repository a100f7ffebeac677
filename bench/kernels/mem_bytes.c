/* Byte loops that a compiler leaves alone: copy until a sentinel, reverse, translate, count. */
#include "kernel.h"

enum { SIZE = 1 << 15 };

static NOINLINE unsigned copy_until(uint8_t *to, const uint8_t *from, uint8_t end)
{
    unsigned n = 0;

    while ((to[n] = from[n]) != end)
        n++;
    return n;
}

static NOINLINE void reverse(uint8_t *p, unsigned n)
{
    for (unsigned i = 0; i < n / 2; i++) {
        uint8_t t = p[i];

        p[i] = p[n - 1 - i];
        p[n - 1 - i] = t;
    }
}

static uint64_t run(unsigned long n)
{
    static uint8_t a[SIZE + 1], b[SIZE + 1], map[256];
    static uint32_t count[256];
    uint64_t seed = 31, h = 0;

    for (unsigned i = 0; i < SIZE; i++)
        a[i] = (uint8_t)(rnd(&seed) % 255 + 1);
    for (unsigned i = 1; i < 256; i++)
        map[i] = (uint8_t)(i * 37 % 255 + 1);
    while (n--) {
        unsigned len = copy_until(b, a, 0);

        reverse(b, len);
        for (unsigned i = 0; i < len; i++) {
            b[i] = map[b[i]];
            count[b[i]]++;
        }
        copy_until(a, b, 0);
        h = mix(h, count[n & 255] + a[n % len]);
    }
    return h;
}

KERNEL(run, 8000)
