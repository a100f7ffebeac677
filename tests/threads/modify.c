/* Threads that make and change code, each its own, while others run much code: makers' results show whether they ran what they wrote. */
#include "t.h"

static atomic_int stop;
static atomic_long wrong;
static long rounds;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;

/* A function that returns n + its argument (n < 2048). */
static void write_code(void *at, unsigned n)
{
#if defined(__riscv)
    uint32_t code[] = { 0x00050513u | n << 20, 0x00008067 };        /* addi a0, a0, n; ret */
#elif defined(__aarch64__)
    uint32_t code[] = { 0x91000000u | n << 10, 0xd65f03c0 };        /* add x0, x0, #n; ret */
#else
    unsigned char code[] = { 0x48, 0x8d, 0x87, n & 255, n >> 8, 0, 0, 0xc3 };     /* lea n(%rdi), %rax; ret */
#endif
    memcpy(at, code, sizeof code);
    __builtin___clear_cache((char *)at, (char *)at + sizeof code);
}

static void *code_page(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    must(p == MAP_FAILED ? errno : 0, "mmap");
    return p;
}

/* Runs n's function often enough to be compiled, sometimes. */
static void run(const char *p, long n, long times)
{
    long (*volatile f)(long) = (long (*)(long))(uintptr_t)p;

    for (long i = 0; i < times; i++)
        if (f(i) != n + i)
            atomic_fetch_add(&wrong, 1);
}

static void *maker(void *arg)
{
    char *p = code_page();

    for (long i = 0; i < rounds; i++) {
        char *at = p + (i * 16 & 1023);

        write_code(at, (unsigned)(i & 1023));
        run(at, i & 1023, i % 8 ? 3 : 300);
        if (i % 64 == 63) {             /* a new place */
            munmap(p, 4096);
            p = code_page();
        }
    }
    munmap(p, 4096);
    return arg;
}

/* W^X: writable and executable in turns, as JITs do. */
static void *toggler(void *arg)
{
    char *p = code_page();

    for (long i = 0; i < rounds; i++) {
        mprotect(p, 4096, PROT_READ | PROT_WRITE);
        write_code(p, (unsigned)(i & 1023));
        mprotect(p, 4096, PROT_READ | PROT_EXEC);
        run(p, i & 1023, i % 8 ? 3 : 300);
    }
    munmap(p, 4096);
    return arg;
}

static char *common;
static long current;

/* Code that all run, and one changes at a time. */
static void *sharer(void *arg)
{
    for (long i = 0; i < rounds; i++) {
        if (i % 16 == (long)arg) {
            pthread_rwlock_wrlock(&rw);
            current = (i * 5 + (long)arg) & 1023;
            write_code(common, (unsigned)current);
        } else {
            pthread_rwlock_rdlock(&rw);
        }
        run(common, current, 20);
        pthread_rwlock_unlock(&rw);
    }
    return arg;
}

static void *worker(void *arg)
{
    unsigned x = 1;

    while (!stop)
        for (int i = 0; i < 1000; i++)
            x = x * 1664525 + 1013904223;
    return (void *)(long)x;
}

int main(int argc, char **argv)
{
    void *(*const f[])(void *) = { maker, maker, toggler, sharer, sharer, sharer };
    pthread_t t[6], w = start(worker, NULL);

    rounds = 100 * size_arg(argc, argv);
    common = code_page();
    write_code(common, 0);
    for (long i = 0; i < 6; i++)
        t[i] = start(f[i], (void *)i);
    for (int i = 0; i < 6; i++)
        join(t[i]);
    stop = 1;
    join(w);
    printf("%ld wrong\n", (long)wrong);
}
