/* The plain recursive Fibonacci number: call and return, nothing else. */
#include "kernel.h"

static NOINLINE uint64_t fib(unsigned n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static uint64_t run(unsigned long n)
{
    uint64_t h = 0;

    while (n--)
        h = mix(h, fib(32 + (n & 1)));
    return h;
}

KERNEL(run, 48)
