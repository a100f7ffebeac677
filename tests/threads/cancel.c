/* pthread_cancel: in calls that wait, in code that does not call (asynchronously), while disabled; cleanup handlers; pthread_exit. */
#include "t.h"

static int pipefd[2];
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static atomic_long cleaned, started;
static atomic_int go;

static void clean(void *arg) { atomic_fetch_add(&cleaned, (long)arg); }
static void unlock(void *arg) { pthread_mutex_unlock(arg); atomic_fetch_add(&cleaned, 100); }

static void *reads(void *arg)
{
    char ch;

    pthread_cleanup_push(clean, (void *)1);
    atomic_fetch_add(&started, 1);
    for (;;)
        (void)!read(pipefd[0], &ch, 1);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *waits(void *arg)
{
    pthread_mutex_lock(&m);
    pthread_cleanup_push(unlock, &m);
    atomic_fetch_add(&started, 1);
    for (;;)
        pthread_cond_wait(&c, &m);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *sleeps(void *arg)
{
    pthread_cleanup_push(clean, (void *)10000);
    atomic_fetch_add(&started, 1);
    for (;;)
        sleep(100);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *spins(void *arg)
{
    volatile unsigned x = 1;

    pthread_cleanup_push(clean, (void *)1000000);
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    atomic_fetch_add(&started, 1);
    for (;;)
        x = x * 1664525 + 1013904223;
    pthread_cleanup_pop(0);
    return NULL;
}

static void *refuses(void *arg)
{
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    atomic_fetch_add(&started, 1);
    while (!go)
        usleep(100);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    if (arg)
        pthread_exit((void *)5);
    pthread_testcancel();
    return (void *)6;
}

int main(int argc, char **argv)
{
    void *(*const f[])(void *) = { reads, waits, sleeps, spins, refuses };
    long canceled = 0, rounds = 10 * size_arg(argc, argv);

    must(pipe(pipefd) ? errno : 0, "pipe");
    for (long i = 0; i < rounds; i++) {
        pthread_t t[5];

        started = go = 0;
        for (int k = 0; k < 5; k++)
            t[k] = start(f[k], NULL);
        while (started < 5)
            usleep(100);
        if (i % 2)
            moment();
        for (int k = 0; k < 5; k++)
            must(pthread_cancel(t[k]), "pthread_cancel");
        go = 1;
        for (int k = 0; k < 5; k++)
            canceled += join(t[k]) == PTHREAD_CANCELED;
    }
    go = 1;
    printf("%ld of %ld canceled, cleaned %ld, exit %ld\n", canceled, rounds * 5, (long)cleaned, (long)join(start(refuses, (void *)1)));
}
