/* Asynchronous signals into computations: nothing of the interrupted state may change, and every queued signal arrives. */
#define _GNU_SOURCE
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int ticks, queued;
static volatile double noise;

static void tick(int s)
{
    /* Uses what the interrupted code uses: integer and FP registers, flags. */
    noise = noise * 1.0000001 + sqrt(noise + 2) / 3;
    ticks++;
}

static void take(int s, siginfo_t *si, void *u)
{
    queued += si->si_value.sival_int;
}

static uint64_t integers(uint64_t n)
{
    uint64_t a = 88172645463325252u, sum = 0;

    for (uint64_t i = 0; i < n; i++) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        sum += a % (i + 1) + (a >> 60 ? a * i : i);
    }
    return sum;
}

static double reals(int n)
{
    double x = 0.5, s = 0;

    for (int i = 0; i < n; i++) {
        x = 3.9 * x * (1 - x);
        s += x / (i + 1) + fma(x, s, 1e-3) * 1e-6;
    }
    return s;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static int sorted(int n)
{
    uint32_t *v = malloc(n * sizeof *v), a = 1;

    for (int i = 0; i < n; i++)
        v[i] = a = a * 1664525 + 1013904223;
    qsort(v, n, sizeof *v, by_value);
    for (int i = 1; i < n; i++)
        if (v[i - 1] > v[i])
            return 0;
    free(v);
    return 1;
}

int main(void)
{
    uint64_t i0 = integers(200000);
    double r0 = reals(200000);
    struct itimerval on = { { 0, 200 }, { 0, 200 } }, off = { { 0, 0 }, { 0, 0 } };
    struct sigaction a = { .sa_handler = tick };

    sigaction(SIGALRM, &a, NULL);
    setitimer(ITIMER_REAL, &on, NULL);
    time_t end = time(NULL) + 3;
    int rounds = 0, bad = 0;
    while (time(NULL) < end && rounds < 60) {
        bad += integers(200000) != i0;
        bad += reals(200000) != r0;
        bad += !sorted(5000);
        rounds++;
    }
    setitimer(ITIMER_REAL, &off, NULL);
    printf("interrupted computations wrong: %d, ticks %s\n", bad, ticks > 20 ? "many" : "few");
    struct sigaction q = { .sa_sigaction = take, .sa_flags = SA_SIGINFO | SA_RESTART };
    sigaction(SIGRTMIN + 3, &q, NULL);
    pid_t parent = getpid(), k = fork();
    if (!k) {
        for (int i = 1; i <= 200; i++) {
            union sigval v = { i };
            while (sigqueue(parent, SIGRTMIN + 3, v))
                usleep(100);
        }
        _exit(0);
    }
    int st;
    while (waitpid(k, &st, 0) < 0)
        ;
    while (queued < 20100 && rounds++ < 100000)
        integers(100);
    printf("queued sum %d\n", queued);
    return 0;
}
