/* Fast Fourier transform, radix 2, forth and back. */
#include "kernel.h"

#include <math.h>

enum { LOG = 12, N = 1 << LOG };

struct cpx { double re, im; };

static struct cpx v[N], w[N / 2];

static void transform(int inverse)
{
    for (unsigned i = 1, k = 0; i < N; i++) {
        unsigned bit = N >> 1;

        for (; k & bit; bit >>= 1)
            k ^= bit;
        k ^= bit;
        if (i < k) {
            struct cpx t = v[i];

            v[i] = v[k];
            v[k] = t;
        }
    }
    for (unsigned len = 2; len <= N; len *= 2)
        for (unsigned i = 0; i < N; i += len)
            for (unsigned k = 0; k < len / 2; k++) {
                struct cpx t = w[k * (N / len)], *a = &v[i + k], *b = &v[i + k + len / 2], x;

                t.im = inverse ? -t.im : t.im;
                x.re = b->re * t.re - b->im * t.im;
                x.im = b->re * t.im + b->im * t.re;
                b->re = a->re - x.re;
                b->im = a->im - x.im;
                a->re += x.re;
                a->im += x.im;
            }
}

static double run(unsigned long n, uint64_t *bits)
{
    uint64_t seed = 97;
    double sum = 0;

    for (unsigned i = 0; i < N; i++)
        v[i] = (struct cpx){ (double)(rnd(&seed) >> 40) / (1 << 24), 0 };
    for (unsigned i = 0; i < N / 2; i++)
        w[i] = (struct cpx){ cos(2 * 3.14159265358979323846 * i / N), -sin(2 * 3.14159265358979323846 * i / N) };
    while (n--) {
        transform(0);
        sum += v[1].re * 1e-3;
        transform(1);
        for (unsigned i = 0; i < N; i++) {
            v[i].re /= N;
            v[i].im /= N;
        }
    }
    for (unsigned i = 0; i < N; i++)
        *bits = mix(*bits, bits_of(v[i].re));
    return sum + v[N / 2].re;
}

KERNEL_FP(run, 2800, "%.6e")
