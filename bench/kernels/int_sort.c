/* Sorting integers three ways: heap sort, shell sort and a radix pass, by turns. */
#include "kernel.h"

enum { N = 20000 };

static uint32_t v[N], w[N];

static void sift(uint32_t *a, unsigned i, unsigned n)
{
    uint32_t x = a[i];

    for (unsigned c; (c = 2 * i + 1) < n; i = c) {
        if (c + 1 < n && a[c + 1] > a[c])
            c++;
        if (a[c] <= x)
            break;
        a[i] = a[c];
    }
    a[i] = x;
}

static void heap_sort(uint32_t *a, unsigned n)
{
    for (unsigned i = n / 2; i-- > 0;)
        sift(a, i, n);
    for (unsigned i = n; i-- > 1;) {
        uint32_t t = a[0];

        a[0] = a[i];
        a[i] = t;
        sift(a, 0, i);
    }
}

static void shell_sort(uint32_t *a, unsigned n)
{
    for (unsigned gap = n / 2; gap; gap = gap == 2 ? 1 : gap * 5 / 11)
        for (unsigned i = gap; i < n; i++) {
            uint32_t x = a[i];
            unsigned k = i;

            for (; k >= gap && a[k - gap] > x; k -= gap)
                a[k] = a[k - gap];
            a[k] = x;
        }
}

static void radix_sort(uint32_t *a, uint32_t *tmp, unsigned n)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        unsigned count[257] = { 0 };

        for (unsigned i = 0; i < n; i++)
            count[(a[i] >> shift & 255) + 1]++;
        for (unsigned i = 0; i < 256; i++)
            count[i + 1] += count[i];
        for (unsigned i = 0; i < n; i++)
            tmp[count[a[i] >> shift & 255]++] = a[i];
        memcpy(a, tmp, n * sizeof(*a));
    }
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 42, h = 0;

    for (unsigned long r = 0; r < n; r++) {
        for (unsigned i = 0; i < N; i++)
            v[i] = (uint32_t)rnd(&seed);
        if (r % 3 == 0)
            heap_sort(v, N);
        else if (r % 3 == 1)
            shell_sort(v, N);
        else
            radix_sort(v, w, N);
        h = mix(h, v[r % N] + ((uint64_t)v[N / 2] << 32));
    }
    return h;
}

KERNEL(run, 330)
