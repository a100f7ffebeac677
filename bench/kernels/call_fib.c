/* The plain recursive Fibonacci number: call and return, nothing else. */
#include "kernel.h"

static NOINLINE uint64_t fib(unsigned n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static uint64_t run(unsigned long n)
{
    return fib((unsigned)n);
}

KERNEL(run, 40)
