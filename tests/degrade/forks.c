/* forks [N]: N times a child, from a process whose code was compiled here; after the fork both sides change code that existed (so
 * that its links are patched) and run code that is new, and the results of both are right. With "vfork" the child runs new code
 * before it exits. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t *page;

/* Adds 8 k; slots 0 to 2 then call the next one, directly: once compiled, by a link. */
static void write_code(unsigned slot, unsigned k)
{
    static const unsigned save[] = { 5, 6, 7, 28 };     /* t0, t1, t2, t3 */
    uint32_t *p = page + slot * 64;

    *p++ = save[slot % 4] << 7 | 1 << 15 | 0x13;        /* mv save, ra */
    for (unsigned i = 0; i < 8; i++)
        *p++ = 0x00050513u | k << 20;                   /* addi a0, a0, k */
    if (slot < 3) {
        unsigned to = 256 - 9 * 4;
        *p++ = (to & 0x7fe) << 20 | 0xef;               /* jal ra, the next slot */
    }
    *p++ = 1 << 7 | save[slot % 4] << 15 | 0x13;        /* mv ra, save */
    *p++ = 0x00008067;                                  /* ret */
    __builtin___clear_cache((char *)(page + slot * 64), (char *)p);
}

static long call(unsigned slot, long x) { return ((long (*)(long))(page + slot * 64))(x); }

static long run(unsigned first, unsigned n, unsigned times)
{
    long x = 0;

    for (unsigned t = 0; t < times; t++)
        for (unsigned s = first; s < first + n; s++)
            x = call(s, x);
    return x;
}

/* What both sides do after the fork, each with its own constant. */
static int half(unsigned k, unsigned i)
{
    unsigned fresh = 8 + i % 8;

    write_code(1, k);
    write_code(3, k);
    write_code(fresh, k + 1);
    return run(0, 1, 60) == 60 * 8 * 2 * (3L + k) && run(4, 4, 60) == 60 * 4 * 8 * 3L && run(fresh, 1, 60) == 60 * 8 * (k + 1L);
}

__attribute__((noinline)) static unsigned fresh_work(unsigned x, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        x = x * 1103515245u + (x >> 7 ^ i);
    return x;
}

static int vforks(unsigned n)
{
    volatile unsigned sum = 0;

    for (unsigned i = 0; i < n; i++) {
        unsigned k = 5 + i % 7;
        pid_t pid = vfork();
        if (!pid) {
            write_code(1, k);                   /* the parent's too: memory is shared */
            write_code(3, k);
            unsigned x = 0;
            for (unsigned t = 0; t < 60; t++)
                x += fresh_work(i, 20);
            sum += x;
            _exit(run(0, 1, 60) == 60 * 8 * 2 * (3L + k) ? 0 : 1);
        }
        int st;
        if (pid < 0 || waitpid(pid, &st, 0) != pid || st || run(0, 1, 60) != 60 * 8 * 2 * (3L + k))
            return printf("vfork %u: wrong\n", i), 1;
    }
    printf("%u vforks, sum %u\n", n, sum);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 20;

    page = mmap(NULL, 65536, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned s = 0; s < 16; s++)
        write_code(s, 3);
    if (run(0, 8, 60) != 60 * 8 * (4 + 3 + 2 + 1 + 4) * 3L)
        return printf("before: wrong\n"), 1;
    if (argc > 2)
        return vforks(n) ? 1 : 7;
    for (unsigned i = 0; i < n; i++) {
        pid_t pid = fork();
        if (!pid)
            _exit(half(100 + i % 50, i) && half(200 + i % 50, i + 1) ? 0 : 1);
        int st, mine = half(10 + i % 50, i);
        if (pid < 0 || waitpid(pid, &st, 0) != pid || st || !mine)
            return printf("fork %u: child %#x, parent %d\n", i, st, mine), 1;
    }
    printf("%u forks\n", n);
    return 7;
}
