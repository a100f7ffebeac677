/* Ackermann's function: deep recursion with a call in an argument. */
#include "kernel.h"

static NOINLINE unsigned ack(unsigned m, unsigned n)
{
    if (m == 0)
        return n + 1;
    return ack(m - 1, n == 0 ? 1 : ack(m, n - 1));
}

static uint64_t run(unsigned long n)
{
    uint64_t h = 0;

    while (n--)
        h = mix(h, ack(2, 1500 + n % 7) + ack(3, 7));
    return h;
}

KERNEL(run, 55)
