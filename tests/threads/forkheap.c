/* fork and _exit in threads while others allocate, hold stdio's and the environment's locks; children allocate and make threads themselves. */
#include "t.h"

static atomic_int stop;
static atomic_long wrong;

static void *heap(void *arg)
{
    unsigned x = (unsigned)(uintptr_t)arg * 7 + 1;
    void *p[64] = { NULL };

    while (!stop) {
        x = x * 1664525 + 1013904223;
        free(p[x >> 26]);
        p[x >> 26] = malloc(x >> 8 & 0xfff);
        if (x >> 8 & 1)
            setenv("SOME", "value", 1);
    }
    for (int i = 0; i < 64; i++)
        free(p[i]);
    return NULL;
}

static void *nothing(void *arg) { free(malloc(3000)); return arg; }

static int child(long i)
{
    for (int k = 0; k < 50; k++)
        free(malloc((size_t)k * 100));
    if (i % 2)
        return join(start(nothing, &stop)) == &stop ? 9 : 1;
    return 9;
}

static void *forks(void *arg)
{
    for (long i = 0; i < (long)arg; i++) {
        pid_t p = fork();
        int st;

        if (!p)
            _exit(child(i));
        if (p < 0 || waitpid(p, &st, 0) != p || st != 9 << 8)
            atomic_fetch_add(&wrong, 1);
    }
    return arg;
}

int main(int argc, char **argv)
{
    long n = 15 * size_arg(argc, argv), done = 0;
    pthread_t t[3], f[2];

    for (long i = 0; i < 3; i++)
        t[i] = start(heap, (void *)i);
    for (int i = 0; i < 2; i++)
        f[i] = start(forks, (void *)n);
    for (int i = 0; i < 2; i++)
        done += (long)join(f[i]);
    stop = 1;
    for (int i = 0; i < 3; i++)
        join(t[i]);
    printf("%ld forks, %ld wrong\n", done, (long)wrong);
}
