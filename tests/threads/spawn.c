/* posix_spawn in a process whose threads fork, map and allocate at the same time, with signals. */
#include "t.h"
#include <spawn.h>

extern char **environ;
static atomic_int stop;

static void on_signal(int sig) { }

static void *load(void *arg)
{
    unsigned x = 1;

    while (!stop) {
        for (int i = 0; i < 1000; i++)
            x = x * 1664525 + 1013904223;
        char *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        p[5] = (char)x;
        munmap(p, 65536);
        free(malloc(x % 5000 + 1));
    }
    return (void *)(long)x;
}

static void *forker(void *arg)
{
    while (!stop) {
        pid_t p = fork();

        if (!p) {
            free(malloc(100));
            _exit(0);
        }
        waitpid(p, NULL, 0);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    char *args[] = { argv[0], "x", "y", NULL };
    pthread_t t[4];

    if (argc > 2)
        return 3;
    handle(SIGUSR1, on_signal, SA_RESTART);
    for (int i = 0; i < 4; i++)
        t[i] = start(i < 2 ? load : forker, NULL);
    for (long i = 0; i < 20 * size_arg(argc, argv); i++) {
        pid_t p;
        int st = 0, error = posix_spawn(&p, argv[0], NULL, NULL, args, environ);

        must(error, "posix_spawn");
        if (i % 3 == 0)
            kill(getpid(), SIGUSR1);
        if (waitpid(p, &st, 0) != p || st != 3 << 8)
            printf("spawn %ld: %x\n", i, st);
        error = posix_spawn(&p, "/nonexistent", NULL, NULL, args, environ);
        if (error != ENOENT)
            printf("spawn of nothing: %s\n", strerror(error));
    }
    stop = 1;
    for (int i = 0; i < 4; i++)
        join(t[i]);
    puts("ok");
}
