/* Programs that make code while they run, as compilers do: function after function into memory that is writable and executable, or
 * one after the other; under several addresses; by one thread while others run what is there. Output: newcode.want. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef long fn(long);
/* OFTEN: more than it takes to be compiled. */
enum { PAGE = 4096, OFTEN = 1200, SLOT = 64 };

#if defined(__riscv)
#include <sys/syscall.h>
static void flush(void *p, size_t n) { syscall(259, p, (char *)p + n, 0); }     /* riscv_flush_icache */
static uint32_t addi(int imm) { return (uint32_t)imm << 20 | 10 << 15 | 10 << 7 | 0x13; }
enum { RET = 0x00008067 };
#else
static void flush(void *p, size_t n) { __builtin___clear_cache(p, (char *)p + n); }
static uint32_t addi(int imm) { return 0x91000000 | (uint32_t)imm << 10; }
enum { RET = 0xd65f03c0 };
#endif

static void put(void *p, int add)
{
    uint32_t code[2] = { addi(add), RET };
    memcpy(p, code, sizeof code);
}

static long often(const void *p)
{
    long x = 0;

    for (long i = 0; i < OFTEN; i++)
        x = ((fn *)(uintptr_t)p)(x);
    return x / OFTEN;
}

static void *map(size_t n, int prot)
{
    void *p = mmap(NULL, n, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        exit(1);
    return p;
}

static sigjmp_buf env;
static void on_segv(int sig) { siglongjmp(env, sig); }
static long try(const void *p)
{
    int sig = sigsetjmp(env, 1);

    return sig ? -sig : often(p);
}

/* Function behind function: what is new must not be what was there, what is old must stay. */
static void in_a_row(int wx)
{
    enum { N = 150 };
    size_t size = N * SLOT;
    char *p = map(size, wx ? PROT_READ | PROT_EXEC : PROT_READ | PROT_WRITE | PROT_EXEC);
    long wrong = 0;

    for (int round = 0; round < 2; round++)
        for (int i = 0; i < N; i++) {
            if (wx)
                mprotect(p, size, PROT_READ | PROT_WRITE);
            put(p + i * SLOT, 1 + round * 1000 + i);
            if (wx)
                mprotect(p, size, PROT_READ | PROT_EXEC);
            flush(p + i * SLOT, SLOT);
            wrong += often(p + i * SLOT) != 1 + round * 1000 + i;
            int old = i * 7 % (i + 1);
            wrong += often(p + old * SLOT) != 1 + round * 1000 + old;
        }
    mprotect(p, PAGE, PROT_READ | PROT_WRITE);
    long first = try(p), other = try(p + PAGE);
    mprotect(p, PAGE, PROT_NONE);
    long none = try(p);
    mprotect(p, PAGE, PROT_READ | PROT_EXEC);
    printf("%s: %ld wrong, not executable %ld, beside it %ld, no access %ld, again %ld\n", wx ? "writable or executable" : "both", wrong,
           first, other, none, try(p));
    munmap(p, size);
}

/* One object, three mappings: written through one, run through two; flushed under each address in turn. */
static void aliases(void)
{
    int fd = memfd_create("code", 0);
    long wrong = 0;

    if (ftruncate(fd, 4 * PAGE))
        exit(1);
    char *w = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *x = mmap(NULL, 4 * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    char *y = mmap(NULL, 2 * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, PAGE);       /* pages 1 and 2 */
    char *at[3] = { w, x, y - PAGE };
    for (int i = 0; i < 60; i++) {
        size_t off = PAGE + (i % 8) * 200;

        put(w + off, 3 + i);
        flush(at[i % 3] + off, 8);
        wrong += often(x + off) != 3 + i;
        wrong += often(y - PAGE + off) != 3 + i;
    }
    munmap(w, 4 * PAGE);
    char *z = mremap(x, 0, 4 * PAGE, MREMAP_MAYMOVE);          /* a fourth */
    mprotect(z, 4 * PAGE, PROT_READ | PROT_WRITE);
    for (int i = 0; i < 20; i++) {
        put(z + PAGE, 500 + i);
        flush(z + PAGE, 8);
        wrong += often(x + PAGE) != 500 + i;
        wrong += often(y) != 500 + i;
    }
    printf("aliases: %ld wrong\n", wrong);
}

/* Address space kept, made usable piece by piece, with holes: hundreds of mappings that run. */
static void pieces(void)
{
    enum { N = 300, STEP = 5 * PAGE };
    char *p = map(N * STEP, PROT_NONE);
    long sum = 0;

    for (int i = 0; i < N; i++) {
        char *at = p + i * STEP;

        mprotect(at, PAGE, PROT_READ | PROT_WRITE);
        put(at, i + 1);
        mprotect(at, PAGE, PROT_READ | PROT_EXEC);
        flush(at, 8);
        sum += often(at);
    }
    for (int i = 0; i < N; i++)
        sum += often(p + i * STEP);
    printf("pieces: %ld\n", sum);
}

/* One thread makes functions; others call what it has published. */
enum { SHARED = 64, CALLERS = 3, MAKES = 600 };
static void *slot[SHARED];
static int done;

static void *caller(void *arg)
{
    long bad = 0;
    unsigned x = (unsigned)(uintptr_t)arg;

    while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
        x = x * 1103515245 + 12345;
        unsigned k = x >> 16 & (SHARED - 1);
        fn *f = __atomic_load_n(&slot[k], __ATOMIC_ACQUIRE);

        if (f)
            for (int i = 0; i < 50; i++) {
                long r = f(0);
                bad += r % SHARED != k;         /* each function of slot k gives k, and its round times SHARED */
            }
    }
    return (void *)bad;
}

static void threads(void)
{
    pthread_t t[CALLERS];
    char *p = map(MAKES * SLOT, PROT_READ | PROT_WRITE | PROT_EXEC), *q = map(PAGE, PROT_READ | PROT_WRITE);
    long wrong = 0;

    for (long i = 0; i < CALLERS; i++)
        pthread_create(&t[i], NULL, caller, (void *)(i * 7919));
    for (int i = 0; i < MAKES; i++) {
        put(p + i * SLOT, i);
        flush(p + i * SLOT, 8);
        __atomic_store_n(&slot[i % SHARED], p + i * SLOT, __ATOMIC_RELEASE);
        wrong += often(p + i * SLOT) != i;
        if (i % 20 == 0) {                      /* its own code, toggled */
            mprotect(q, PAGE, PROT_READ | PROT_WRITE);
            put(q, i);
            mprotect(q, PAGE, PROT_READ | PROT_EXEC);
            flush(q, 8);
            wrong += often(q) != i;
        }
    }
    __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < CALLERS; i++) {
        void *bad;
        pthread_join(t[i], &bad);
        wrong += (long)bad;
    }
    printf("threads: %ld wrong\n", wrong);
}

/* newcode N: how long it takes to make and flush N functions, of which one in a hundred is called often. */
static void measure(long n)
{
    char *p = map(n * SLOT, PROT_READ | PROT_WRITE | PROT_EXEC);
    struct timespec a, b;
    long sum = 0;

    for (long i = 0; i < 100; i++) {
        put(p + i * SLOT * (n / 100), 1);
        sum += often(p + i * SLOT * (n / 100));
    }
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (long i = 0; i < n; i++)
        if (i % (n / 100)) {
            put(p + i * SLOT, 1);
            flush(p + i * SLOT, 8);
        }
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%ld: %.0f ns a function\n", sum, ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / n);
}

int main(int argc, char **argv)
{
    struct sigaction sa = { .sa_handler = on_segv };

    sigaction(SIGSEGV, &sa, NULL);
    if (argc > 1) {
        measure(atol(argv[1]));
        return 0;
    }
    in_a_row(0);
    in_a_row(1);
    aliases();
    pieces();
    threads();
    return 0;
}
