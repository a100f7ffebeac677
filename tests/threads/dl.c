/* Threads that load and unload libraries, the same and others, while threads run and end. Dynamic only. */
#include "t.h"
#include <dlfcn.h>
#include <math.h>

static atomic_long wrong;
static atomic_int stop;
static long rounds;

static void *uses(void *arg)
{
    static const char *const lib[] = { "libm.so.6", "libresolv.so.2", "libBrokenLocale.so.1", "libanl.so.1" };
    static const char *const name[] = { "sqrt", "ns_get16", NULL, NULL };

    for (long i = 0; i < rounds; i++) {
        int k = (int)((i + (long)arg) % 4);
        void *h = dlopen(lib[k], RTLD_NOW | RTLD_LOCAL);

        if (!h) {
            puts(dlerror());
            atomic_fetch_add(&wrong, 1);
            continue;
        }
        void *f = name[k] ? dlsym(h, name[k]) : NULL;
        if (k == 0 && (!f || ((double (*)(double))(uintptr_t)f)(9) != 3))
            atomic_fetch_add(&wrong, 1);
        if (k == 1 && (!f || ((unsigned (*)(const void *))(uintptr_t)f)("\1\2") != 0x102))
            atomic_fetch_add(&wrong, 1);
        dlclose(h);
    }
    return arg;
}

static void *short_one(void *arg) { return arg; }

static void *creates(void *arg)
{
    while (!stop)
        join(start(short_one, arg));
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t t[4], c = start(creates, NULL);

    rounds = 25 * size_arg(argc, argv);
    for (long i = 0; i < 4; i++)
        t[i] = start(uses, (void *)i);
    for (int i = 0; i < 4; i++)
        join(t[i]);
    stop = 1;
    join(c);
    printf("%ld wrong\n", (long)wrong);
}
