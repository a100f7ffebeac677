/* Primes by a bit sieve, segment by segment, and the sum of the gaps' squares. */
#include "kernel.h"

enum { LIMIT = 1 << 20 };

static uint64_t run(unsigned long n)
{
    static uint64_t bits[LIMIT / 128];
    uint64_t h = 0;

    while (n--) {
        uint32_t last = 2;

        memset(bits, 0, sizeof(bits));
        for (uint32_t i = 3; i * i < LIMIT; i += 2)
            if (!(bits[i >> 7] >> (i >> 1 & 63) & 1))
                for (uint32_t k = i * i; k < LIMIT; k += 2 * i)
                    bits[k >> 7] |= (uint64_t)1 << (k >> 1 & 63);
        for (uint32_t i = 3; i < LIMIT; i += 2)
            if (!(bits[i >> 7] >> (i >> 1 & 63) & 1)) {
                h += (uint64_t)(i - last) * (i - last);
                last = i;
            }
        h = mix(h, n);
    }
    return h;
}

KERNEL(run, 190)
