/* 200 * SIZE thread creations, then as many forks, while two threads map memory and one sends signals. With the argument "pause" after SIZE it says
 * after a tenth and at the end "at N" and waits for a line: leaks.sh then looks at the process from outside. */
#include "t.h"

static atomic_int stop;
static atomic_long spins, signals;

static void *nop(void *arg) { return arg; }
static void on_signal(int sig) { atomic_fetch_add(&signals, 1); }

static void *load(void *arg)
{
    unsigned x = 1;

    while (!stop) {
        for (int i = 0; i < 1000; i++)
            x = x * 1664525 + 1013904223;
        atomic_fetch_add(&spins, 1);
        char *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        p[5] = (char)x;
        munmap(p, 65536);
    }
    return (void *)(long)x;
}

static void *sender(void *arg)
{
    while (!stop) {
        kill(getpid(), SIGUSR1);
        usleep(200);
    }
    return NULL;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void thread(long i)
{
    if (join(start(nop, (void *)i)) != (void *)i)
        puts("bad join");
}

static void process(long i)
{
    pid_t p = fork();
    int st = 0;

    if (!p)
        _exit(i & 63);
    if (p < 0 || waitpid(p, &st, 0) != p || st != (i & 63) << 8)
        printf("fork: %s, %x\n", p < 0 ? strerror(errno) : "", st);
}

static void look(long n)
{
    char c;

    printf("at %ld\n", n);
    fflush(stdout);
    do
        if (read(0, &c, 1) != 1)
            _exit(98);
    while (c != '\n');
}

int main(int argc, char **argv)
{
    long n = 200 * size_arg(argc, argv);
    void (*const kind[])(long) = { thread, process };
    pthread_t t[3];

    handle(SIGUSR1, on_signal, SA_RESTART);
    for (int i = 0; i < 2; i++)
        t[i] = start(load, NULL);
    t[2] = start(sender, NULL);
    for (int k = 0; k < 2; k++) {
        double began = now();

        for (long i = 1; i <= n; i++) {
            kind[k](i);
            if (argc > 2 && (i == n / 10 || i == n))
                look(i);
        }
        if (argc > 2)
            fprintf(stderr, "%s: %.1f us\n", k ? "fork" : "thread", (now() - began) / n * 1e6);
    }
    stop = 1;
    for (int i = 0; i < 3; i++)
        join(t[i]);
    puts(signals > 10 ? "ok" : "no signals");
}
