/* Ends of processes with threads: the first thread ends before the others, exit_group, exec and abort by another thread, signals that kill. */
#include "t.h"
#include <sys/syscall.h>

static char *self;
static atomic_int ready;

static void *spin(void *arg)
{
    volatile unsigned x = 1;

    atomic_fetch_add(&ready, 1);
    for (;;)
        x = x * 1664525 + 1013904223;
    return NULL;
}

static void *wait_long(void *arg)
{
    atomic_fetch_add(&ready, 1);
    for (;;)
        pause();
    return NULL;
}

static void *maps(void *arg)
{
    atomic_fetch_add(&ready, 1);
    for (;;) {
        char *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        p[1] = 1;
        munmap(p, 65536);
    }
    return NULL;
}

static void crowd(void)
{
    void *(*const f[])(void *) = { spin, wait_long, maps };

    for (int i = 0; i < 6; i++)
        start(f[i % 3], NULL);
    while (ready < 6)
        usleep(100);
}

static void *exits_later(void *arg)
{
    moment();
    exit((int)(long)arg);
}

static void *ends_later(void *arg)
{
    moment();
    return arg;
}

static void *ends_after(void *first)
{
    join((pthread_t)first);         /* its tid is cleared when it can no more be the last one */
    return NULL;
}

static void *groups(void *arg) { syscall(SYS_exit_group, 43); return arg; }
static void *aborts(void *arg) { abort(); }
static void *faults(void *arg) { *(volatile int *)16 = 1; return arg; }
static void *kills(void *arg) { kill(getpid(), SIGTERM); return wait_long(arg); }

static void *execs(void *arg)
{
    char *args[] = { self, "1", "again", NULL };

    moment();
    execv(self, args);
    return arg;
}

static void *exec_fails(void *arg)
{
    char *args[] = { "/nonexistent", NULL };

    execv("/nonexistent", args);
    _exit(errno == ENOENT ? 44 : 45);
}

static void first_ends(void *arg) { pthread_exit(arg); }
static void first_ends_others_exit(void *arg) { start(exits_later, (void *)41); pthread_exit(arg); }
static void first_ends_others_end(void *arg) { for (int i = 0; i < 5; i++) start(ends_later, arg); pthread_exit(arg); }
static void first_ends_exec(void *arg) { start(execs, arg); pthread_exit(arg); }
static void first_exit_status(void *arg) { start(ends_after, (void *)pthread_self()); syscall(SYS_exit, 17); }
static void from(void *(*f)(void *)) { crowd(); start(f, NULL); for (;;) pause(); }
static void group(void *arg) { from(groups); }
static void abort_there(void *arg) { from(aborts); }
static void fault_there(void *arg) { from(faults); }
static void kill_there(void *arg) { from(kills); }
static void exec_there(void *arg) { from(execs); }
static void exec_nothing(void *arg) { from(exec_fails); }
static void exit_here(void *arg) { crowd(); exit(42); }
static void exec_here(void *arg) { crowd(); execs(arg); }
static void killed(void *arg) { crowd(); from(wait_long); }

static void try(const char *name, void (*f)(void *))
{
    fflush(stdout);
    pid_t p = fork();

    if (!p) {
        f(NULL);
        _exit(97);
    }
    if (f == killed) {
        moment();
        kill(p, SIGKILL);
    }
    wait_exit(p, name);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc > 2) {
        printf("%s: %d thread\n", argv[2], join(start(ends_later, argv)) == argv);
        return 46;
    }
    for (long i = 0; i < size_arg(argc, argv); i++) {
        try("first ends", first_ends);
        try("first ends, another exits", first_ends_others_exit);
        try("first ends, then the others", first_ends_others_end);
        try("first ends, another execs", first_ends_exec);
        try("first exits 17, then another", first_exit_status);
        try("exit_group", group);
        try("abort", abort_there);
        try("fault", fault_there);
        try("kill", kill_there);
        try("exec", exec_there);
        try("exec of nothing", exec_nothing);
        try("exit", exit_here);
        try("exec by the first", exec_here);
        try("killed", killed);
    }
}
