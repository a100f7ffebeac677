/* Atomics and a mutex on 8 threads; then one thread at a time beside fork. */
#include "t.h"

static atomic_long n;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static long k, rounds;

static void *work(void *arg)
{
    for (long i = 0; i < rounds; i++) {
        atomic_fetch_add(&n, 1);
        pthread_mutex_lock(&m);
        k++;
        pthread_mutex_unlock(&m);
    }
    return (void *)((long)arg * 2);
}

int main(int argc, char **argv)
{
    long size = size_arg(argc, argv), sum = 0;
    pthread_t t[8];

    rounds = 4000 * size;
    for (long i = 0; i < 8; i++)
        t[i] = start(work, (void *)i);
    for (int i = 0; i < 8; i++)
        sum += (long)join(t[i]);
    printf("%ld %ld %ld\n", (long)n, k, sum);
    rounds = 2000;
    for (long i = 0; i < 40 * size; i++) {
        pthread_t one = start(work, NULL);
        pid_t p = fork();
        int st;

        if (!p)
            _exit(7);
        if (waitpid(p, &st, 0) != p || st != 7 << 8)
            printf("fork %ld: %x\n", i, st);
        join(one);
    }
    printf("%ld %ld\n", (long)n, k);
}
