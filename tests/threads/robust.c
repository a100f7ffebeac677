/* Robust mutexes: the owner is a thread that ends, a process that exits, that is killed, that runs another program. */
#include "t.h"

struct shared { pthread_mutex_t m; atomic_int held; long n; };
static struct shared *s;
static char *self;

static void reset(int shared)
{
    pthread_mutexattr_t a;

    pthread_mutexattr_init(&a);
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&a, shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
    must(pthread_mutex_init(&s->m, &a), "pthread_mutex_init");
    s->held = 0;
}

static void take(void)
{
    must(pthread_mutex_lock(&s->m), "lock");
    s->held = 1;
}

static void *ends(void *arg)
{
    take();
    moment();
    return NULL;
}

static void *waits(void *arg)
{
    while (!s->held)
        usleep(100);
    return (void *)(long)pthread_mutex_lock(&s->m);
}

static void after(const char *what, int r)
{
    printf("%s: %s", what, r == EOWNERDEAD ? "owner dead" : strerror(r));
    if (r == EOWNERDEAD) {
        printf(", consistent %d", pthread_mutex_consistent(&s->m));
        printf(", unlock %d", pthread_mutex_unlock(&s->m));
        printf(", lock %d", pthread_mutex_lock(&s->m));
    }
    printf(", unlock %d\n", pthread_mutex_unlock(&s->m));
    fflush(stdout);
}

static pid_t child(int how)
{
    pid_t p = fork();

    if (p)
        return p;
    take();
    moment();
    if (how == 0)
        _exit(0);
    if (how == 1)
        execl(self, self, "1", "quit", NULL);
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    static const char *const name[] = { "exit", "exec", "kill" };

    if (argc > 2)
        return 0;
    self = argv[0];
    s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (long i = 0; i < 5 * size_arg(argc, argv); i++) {
        reset(0);
        pthread_t w = start(waits, NULL), t = start(ends, NULL);
        join(t);
        if ((long)join(w) != EOWNERDEAD)        /* it holds it now, and has ended: so again */
            puts("thread: not dead");
        after("thread", pthread_mutex_lock(&s->m));
        for (int how = 0; how < 3; how++) {
            reset(1);
            pid_t p = child(how);
            while (!s->held)
                usleep(100);
            if (how == 2)
                kill(p, SIGKILL);
            int r = pthread_mutex_lock(&s->m);
            waitpid(p, NULL, 0);
            after(name[how], r);
        }
    }
    reset(0);
    join(start(ends, NULL));
    int r = pthread_mutex_lock(&s->m), u = pthread_mutex_unlock(&s->m);
    printf("not made consistent: %d, unlock %d, then %d\n", r == EOWNERDEAD, u, pthread_mutex_lock(&s->m) == ENOTRECOVERABLE);
}
