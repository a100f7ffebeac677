/* The program of most tests here: a loop of calls that becomes hot, libc, floating point; prints one number, says a word on
 * standard error, exits with 7. With a second argument it waits for a byte on standard input half way. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((noinline)) static unsigned mix(unsigned h, const char *s)
{
    while (*s)
        h = h * 33 ^ (unsigned char)*s++;
    return h;
}

__attribute__((noinline)) static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return x < y ? -1 : x > y;
}

__attribute__((noinline)) static unsigned work(const char *word, unsigned h)
{
    int v[64];
    double sum = 0;

    for (unsigned i = 0; i < 200; i++) {
        for (unsigned k = 0; k < 64; k++)
            v[k] = (int)((h >> (k & 15)) % 1000u + k);
        if (i % 20 == 0)
            qsort(v, 64, sizeof v[0], by_value);
        h = mix(h + i, word) + (unsigned)v[i % 64];
        sum += (double)v[0] / (1 + i);
    }
    return h ^ (unsigned)(sum * 1000);
}

int main(int argc, char **argv)
{
    unsigned h = work(argc > 1 ? argv[1] : "word", 5381);
    char byte;

    if (argc > 2) {
        if (write(1, "half\n", 5) != 5 || read(0, &byte, 1) != 1)
            return 1;
        h = work(argv[1], 5381);
    }
    printf("%u\n", h);
    fprintf(stderr, "a word\n");
    return 7;
}
