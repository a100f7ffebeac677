/* vfork in vfork in threads: each child has one of its own, the innermost executes this program. Others fork, map, and send signals. */
#include "t.h"

static char *self;
static atomic_int stop;
static atomic_long good, bad, signals;

static void on_signal(int sig) { signals++; }

static int deep(int n)
{
    char *args[] = { self, "1", "7", NULL };
    int st = 0;
    pid_t p = vfork();

    if (!p) {
        if (n)
            _exit(deep(n - 1));
        execv(self, args);
        _exit(99);
    }
    if (p < 0 || waitpid(p, &st, 0) != p || !WIFEXITED(st))
        return 98;
    return WEXITSTATUS(st) + 1;
}

static void *nests(void *arg)
{
    long me = (long)arg & 0xff, n = (long)arg >> 8;

    for (long i = 0; i < n; i++) {
        int depth = (int)((i + me) % 5), got = deep(depth);
        if (got == 8 + depth)
            atomic_fetch_add(&good, 1);
        else
            printf("depth %d: %d\n", depth, got);
    }
    return NULL;
}

static void *load(void *arg)
{
    while (!stop) {
        char *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        p[1] = 1;
        munmap(p, 65536);
        kill(getpid(), SIGUSR1);
        if (arg) {
            pid_t c = fork();
            if (!c)
                _exit(0);
            waitpid(c, NULL, 0);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t t[5];
    long n = 20 * size_arg(argc, argv);

    self = argv[0];
    if (argc > 2)
        return atoi(argv[2]);
    handle(SIGUSR1, on_signal, SA_RESTART);
    for (long i = 0; i < 5; i++)
        t[i] = start(i < 3 ? nests : load, i < 3 ? (void *)(i | n << 8) : (void *)(i - 3));
    for (int i = 0; i < 3; i++)
        join(t[i]);
    stop = 1;
    for (int i = 3; i < 5; i++)
        join(t[i]);
    printf("%ld good, signals %d\n", (long)good, signals > 10);
}
