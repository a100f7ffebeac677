/* Maps, allocations, a condition variable and signals of all kinds on 6 threads. */
#include "t.h"

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static long k;
static atomic_long signals;

static void on_signal(int sig) { atomic_fetch_add(&signals, 1); }

static void *work(void *arg)
{
    unsigned x = (unsigned)(long)arg + 1;

    for (int i = 0; i < 300; i++) {
        for (int j = 0; j < 200; j++)
            x = x * 1664525 + 1013904223;
        pthread_mutex_lock(&m);
        k++;
        pthread_cond_signal(&c);
        pthread_mutex_unlock(&m);
        char *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        p[5] = (char)x;
        munmap(p, 65536);
        free(malloc(x % 3000));
        if (i % 50 == 0)
            pthread_kill(pthread_self(), SIGUSR1);
        if (i % 100 == 7)
            raise(SIGUSR1);
    }
    return (void *)(long)x;
}

int main(int argc, char **argv)
{
    long size = size_arg(argc, argv), sum = 0;

    handle(SIGUSR1, on_signal, 0);
    for (long r = 0; r < size; r++) {
        pthread_t t[6];

        for (long i = 0; i < 6; i++)
            t[i] = start(work, (void *)i);
        kill(getpid(), SIGUSR1);
        for (int i = 0; i < 6; i++)
            sum ^= (long)join(t[i]);
    }
    printf("%ld %ld %d\n", k, sum, signals >= 54 * size);
}
