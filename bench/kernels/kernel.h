/* A benchmark kernel is one file: it includes this and defines main through KERNEL. argv[1] is the scale, "/8" an eighth of the
 * default.
 *
 * The first line of output must be the same on every machine, the second (floating point only) for every run of the same binary:
 * compilers contract a * b + c to one rounding where the ISA has it, so low bits differ between native and guest code. */
#ifndef AOTC_BENCH_KERNEL_H
#define AOTC_BENCH_KERNEL_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The compiler must neither inline nor specialise what a kernel measures as a call. */
#define NOINLINE __attribute__((noinline, noclone))

static inline uint64_t mix(uint64_t h, uint64_t v)
{
    h ^= v + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
    return h * 0xff51afd7ed558ccdu;
}

/* xorshift64; the state must not be 0. */
static inline uint64_t rnd(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    return *s ^= *s << 17;
}

static inline uint64_t bits_of(double x)
{
    uint64_t v;

    memcpy(&v, &x, sizeof(v));
    return v;
}

/* The work is proportional to the scale in every kernel. */
static inline unsigned long scale_of(int argc, char **argv, unsigned long normal)
{
    unsigned long part;

    if (argc < 2)
        return normal;
    if (argv[1][0] != '/')
        return strtoul(argv[1], NULL, 0);
    part = strtoul(argv[1] + 1, NULL, 0);
    return part && normal / part ? normal / part : 1;
}

#define KERNEL(run, scale) \
    int main(int argc, char **argv) \
    { \
        unsigned long n = scale_of(argc, argv, (scale)); \
        printf("%016llx\n", (unsigned long long)run(n)); \
        return 0; \
    }

/* run(n, &bits) returns the value to print with `format`. */
#define KERNEL_FP(run, scale, format) \
    int main(int argc, char **argv) \
    { \
        unsigned long n = scale_of(argc, argv, (scale)); \
        uint64_t bits = 0; \
        double v = run(n, &bits); \
        printf(format "\n%016llx\n", v, (unsigned long long)bits); \
        return 0; \
    }

#endif
