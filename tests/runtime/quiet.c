/* Code that is written, and overwritten, without a word: no fence.i, no cache maintenance, no system call (as PyPy's compiler for RISC-V does).
 * Beside it another mapping of which changes are told: that says nothing about the first. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef long fn(long);
enum { N = 40, STEP = 64 };

/* fn(x) = x + k, k < 2048. */
static void put(char *at, int k)
{
#ifdef __riscv
    uint32_t code[] = { 0x00050513u | (uint32_t)k << 20, 0x00008067u };
#else
    uint32_t code[] = { 0x91000000u | (uint32_t)k << 10, 0xd65f03c0u };
#endif
    memcpy(at, code, sizeof code);
}

/* Runs page's first function often enough to be compiled. */
static long hot(char *page)
{
    long s = 0;

    for (int i = 0; i < 60; i++)
        s += ((fn *)(uintptr_t)page)(i);
    return s;
}

static long sum(char *page, int n)
{
    long s = 0;

    for (int round = 0; round < 60; round++)
        for (int i = 0; i < n; i++)
            s += ((fn *)(uintptr_t)(page + i * STEP))(round);
    return s;
}

static char *map(void)
{
    return mmap(NULL, 16384, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void *other(void *page)
{
    static long s;

    s = sum(page, N);
    return &s;
}

int main(void)
{
    char *page = map(), *told = map();
    pthread_t t;
    void *r;

    mprotect(told, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
    munmap(told + 8192, 8192);
    for (int i = 0; i < N; i++)
        put(page + i * STEP, i);
    printf("new: %ld\n", sum(page, N));
    for (int k = 1; k < 6; k++) {
        for (int i = 0; i < N; i += k)
            put(page + i * STEP, i + 100 * k);
        printf("changed %d: %ld\n", k, sum(page, N));
    }
    put(page + 4096 - 4, 7);                    /* across two pages, one of which was never run */
    printf("across: %ld\n", ((fn *)(uintptr_t)(page + 4092))(1));
    put(page + 4096 - 4, 9);
    printf("across: %ld\n", ((fn *)(uintptr_t)(page + 4092))(1));
    pthread_create(&t, NULL, other, page);
    pthread_join(t, &r);
    put(page, 1000);
    printf("thread: %ld %ld\n", *(long *)r, ((fn *)(uintptr_t)page)(1));
    char next[16];
    struct iovec v = { page, sizeof next };
    int fd[2], status;
    pipe(fd);
    put(next, 600);
    write(fd[1], next, sizeof next);
    printf("hot: %ld\n", hot(page));
    printf("read: %ld", (long)read(fd[0], page, sizeof next));
    printf(" %ld\n", ((fn *)(uintptr_t)page)(1));
    put(next, 700);
    write(fd[1], next, sizeof next);
    printf("hot: %ld\n", hot(page));
    printf("readv: %ld", (long)readv(fd[0], &v, 1));
    printf(" %ld\n", ((fn *)(uintptr_t)page)(1));
    if (!fork())
        _exit(3);
    printf("hot: %ld\n", hot(page));
    printf("wait: %d", wait((int *)(page + 2000)) > 0);
    memcpy(&status, page + 2000, sizeof status);
    printf(" %d %ld\n", WEXITSTATUS(status), ((fn *)(uintptr_t)page)(1));
    for (int i = 0; i < 3; i++) {
        put(told, i);
        __builtin___clear_cache(told, told + 8);
        put(page + STEP, 500 + i);
        printf("told: %ld, beside: %ld\n", ((fn *)(uintptr_t)told)(1), ((fn *)(uintptr_t)(page + STEP))(1));
    }
    return 0;
}
