/* Threads that load and unload libraries all the time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static void *work(void *arg)
{
    long id = (long)arg, sum = 0;

    for (int i = 0; i < 40; i++) {
        void *h = dlopen((i + id) & 1 ? "./libdyn1.so" : "./libdyn2.so", RTLD_NOW | RTLD_LOCAL);
        int (*f)(int) = h ? (int (*)(int))dlsym(h, "compute") : NULL;
        if (!f) {
            printf("%s\n", dlerror());
            exit(1);
        }
        sum += f(50) != 0;
        dlclose(h);
    }
    return (void *)sum;
}

int main(void)
{
    pthread_t t[4];
    long all = 0;

    for (long i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++) {
        void *r;
        pthread_join(t[i], &r);
        all += (long)r;
    }
    printf("all %ld\n", all);
    return 0;
}
