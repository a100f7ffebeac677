/* Powers of a big number: schoolbook multiplication with 64-bit limbs. */
#include "kernel.h"

enum { LIMBS = 64 };

static void mul(uint64_t *r, const uint64_t *a, const uint64_t *b)
{
    memset(r, 0, 2 * LIMBS * sizeof(*r));
    for (unsigned i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;

        for (unsigned k = 0; k < LIMBS; k++) {
            unsigned __int128 t = (unsigned __int128)a[i] * b[k] + r[i + k] + carry;

            r[i + k] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        r[i + LIMBS] = carry;
    }
}

static uint64_t run(unsigned long n)
{
    uint64_t a[LIMBS], b[LIMBS], r[2 * LIMBS], seed = 7, h = 0;

    for (unsigned i = 0; i < LIMBS; i++) {
        a[i] = rnd(&seed);
        b[i] = rnd(&seed);
    }
    while (n--) {
        mul(r, a, b);
        for (unsigned i = 0; i < LIMBS; i++)
            a[i] = r[i] ^ r[i + LIMBS];
        h = mix(h, a[n % LIMBS]);
    }
    return h;
}

KERNEL(run, 75000)
