/* A thread, or a clean refusal: musl says EAGAIN when clone fails. oracle: either */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void *work(void *arg) { *(int *)arg = 42; return arg; }

int main(void)
{
    pthread_t t;
    int v = 0, r = pthread_create(&t, NULL, work, &v);

    if (!r)
        pthread_join(t, NULL);
    printf("%s %d\n", r ? strerror(r) : "joined", v);
    return 0;
}
