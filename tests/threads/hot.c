/* Threads that run much code at once, each from another place on: it is compiled by several at the same time. */
#include "t.h"

#define F(n) static __attribute__((noinline)) unsigned f##n(unsigned x, int k) \
    { for (int i = 0; i < k; i++) x = (x ^ (x >> (1 + n % 13))) * (2 * n + 1) + (i & n); return x; }
#define F4(n) F(n##0) F(n##1) F(n##2) F(n##3)
#define F16(n) F4(n##0) F4(n##1) F4(n##2) F4(n##3)
F16(1) F16(2) F16(3) F16(4)
#define G(n) f##n,
#define G4(n) G(n##0) G(n##1) G(n##2) G(n##3)
#define G16(n) G4(n##0) G4(n##1) G4(n##2) G4(n##3)
static unsigned (*const fn[64])(unsigned, int) = { G16(1) G16(2) G16(3) G16(4) };

static pthread_barrier_t barrier;
static long rounds;

static void *work(void *arg)
{
    unsigned sum = 0;

    pthread_barrier_wait(&barrier);
    for (long r = 0; r < rounds; r++)
        for (unsigned i = 0; i < 64; i++)
            sum += fn[(i + (unsigned)(long)arg * 8) % 64](i, 300);
    return (void *)(long)sum;
}

int main(int argc, char **argv)
{
    pthread_t t[8];

    rounds = 10 * size_arg(argc, argv);
    pthread_barrier_init(&barrier, NULL, 8);
    for (long i = 0; i < 8; i++)
        t[i] = start(work, (void *)i);
    for (int i = 0; i < 8; i++)
        printf("%08x\n", (unsigned)(long)join(t[i]));
}
