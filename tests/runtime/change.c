/* Guest code that changes: every way in which translated code may become stale. Each step runs its function often enough to be
 * compiled before it changes. Output: change.want. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef long fn(long);
enum { PAGE = 4096, OFTEN = 200 };

/* Two ways to say that the n bytes at p changed. */
#if defined(__riscv)
static void fence(void *p, size_t n) { __asm__ volatile("fence.i" ::: "memory"); }
static void flush(void *p, size_t n) { syscall(259, p, (char *)p + n, 0); }     /* riscv_flush_icache */
static void flush_all(void *p) { syscall(259, 0, 0, 0); }
static uint32_t addi(unsigned rd, unsigned rs, int imm) { return (uint32_t)imm << 20 | rs << 15 | rd << 7 | 0x13; }
enum { RET = 0x00008067, A0 = 10 };
#else
static void flush(void *p, size_t n)
{
    for (uintptr_t a = (uintptr_t)p & ~(uintptr_t)15; a < (uintptr_t)p + n; a += 16)
        __asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb" : : "r"(a) : "memory");
}
static void fence(void *p, size_t n) { __builtin___clear_cache(p, (char *)p + n); }
static void flush_all(void *p) { flush(p, PAGE); }
static uint32_t addi(unsigned rd, unsigned rs, int imm) { return 0x91000000 | (uint32_t)imm << 10 | rs << 5 | rd; }
enum { RET = 0xd65f03c0, A0 = 0 };
#endif

/* p: a0 + add; ret */
static void put(void *p, int add)
{
    uint32_t code[2] = { addi(A0, A0, add), RET };
    memcpy(p, code, sizeof code);
}

static long often(fn *f)
{
    long sum = 0;

    for (long i = 0; i < OFTEN; i++)
        sum += f(i);
    return sum - OFTEN * (OFTEN - 1) / 2;
}

static void *map(int prot)
{
    void *p = mmap(NULL, PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static sigjmp_buf env;
static void on_segv(int sig) { siglongjmp(env, sig); }

/* What a call gives: its sum, or minus the signal. */
static long try(fn *f)
{
    int sig = sigsetjmp(env, 1);

    return sig ? -sig : often(f);
}

static void in_place(void)
{
    void *p = map(PROT_READ | PROT_WRITE | PROT_EXEC);

    for (int i = 1; i <= 20; i++) {
        put(p, i);
        if (i & 1)
            fence(p, 8);
        else
            flush(p, 8);
        printf("%ld ", often((fn *)p));
    }
    put(p, 50);
    flush_all(p);
    printf("all %ld\n", often((fn *)p));
    munmap(p, PAGE);
}

/* A loop that rewrites an instruction of its own body each time round. */
static void own_loop(void)
{
#if defined(__riscv)
    /* a0 = n, a1 = where; loop: sw a2, 0(a1); fence.i; patched: addi a3, a3, 0; addi a2, a2, 1 << 20 (in a4); addi a0, a0, -1; bnez */
    uint32_t *p = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    long r;

    p[0] = 0x00c5a023;          /* sw a2, 0(a1) */
    p[1] = 0x0000100f;          /* fence.i */
    p[2] = addi(13, 13, 0);     /* a1 points here */
    p[3] = 0x00e60633;          /* add a2, a2, a4 */
    p[4] = addi(A0, A0, -1);
    p[5] = 0xfe0516e3;          /* bnez a0, p[0] */
    p[6] = addi(A0, 13, 0);
    p[7] = RET;
    fence(p, 32);
    register long a0 __asm__("a0") = 300, a1 __asm__("a1") = (long)(p + 2), a2 __asm__("a2") = addi(13, 13, 1), a3 __asm__("a3") = 0,
                  a4 __asm__("a4") = 1 << 20;
    register void *ra __asm__("t1") = p;
    __asm__ volatile("jalr ra, t1" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(ra) : : "ra", "memory");
#else
    static const uint32_t code[] = {
        0xb9000022,                                                     /* str w2, [x1]: x0 = n, x1 = where */
        0xd50b7b21, 0xd5033b9f, 0xd50b7521, 0xd5033b9f, 0xd5033fdf,     /* dc cvau, x1; dsb ish; ic ivau, x1; dsb ish; isb */
        0x91000063,                                                     /* add x3, x3, #0: x1 points here */
        0x0b040042, 0xf1000400, 0x54fffee1,                             /* add w2, w2, w4; subs x0, x0, #1; b.ne code[0] */
        0xaa0303e0, RET,                                                /* mov x0, x3 */
    };
    uint32_t *p = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    long r;

    memcpy(p, code, sizeof code);
    fence(p, sizeof code);
    register long a0 __asm__("x0") = 300, a1 __asm__("x1") = (long)(p + 6), a2 __asm__("x2") = addi(3, 3, 1), a3 __asm__("x3") = 0,
                  a4 __asm__("x4") = 1 << 10;
    __asm__ volatile("blr %5" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4) : "r"(p) : "x30", "memory", "cc");
#endif
    r = a0;
    printf("own loop %ld\n", r);        /* 1 + 2 + ... + 300 */
}

/* W^X: write, then execute, many times, as just-in-time compilers do. */
static void toggling(void)
{
    void *p = map(PROT_READ | PROT_WRITE);

    for (int i = 0; i < 10; i++) {
        mprotect(p, PAGE, PROT_READ | PROT_WRITE);
        put(p, 100 + i);
        mprotect(p, PAGE, PROT_READ | PROT_EXEC);
        flush(p, 8);
        printf("%ld ", often((fn *)p));
    }
    mprotect(p, PAGE, PROT_READ);
    printf("not executable %ld ", try((fn *)p));
    mprotect(p, PAGE, PROT_READ | PROT_EXEC);
    printf("again %ld\n", try((fn *)p));
    munmap(p, PAGE);
    printf("unmapped %ld\n", try((fn *)p));
}

/* Two mappings of one file: written here, run there. */
static void two_mappings(void)
{
    int fd = memfd_create("code", 0);
    void *w, *x;

    if (ftruncate(fd, PAGE))
        exit(1);
    w = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    x = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    for (int i = 0; i < 6; i++) {
        put(w, 7 * i);
        if (i & 1)
            fence(i & 2 ? x : w, 8);
        else
            flush(i & 2 ? w : x, 8);
        printf("%ld ", often((fn *)x));
    }
    printf("two mappings\n");
    close(fd);
}

static void moving(void)
{
    void *a = map(PROT_READ | PROT_WRITE | PROT_EXEC), *b = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    long r[6];

    put(a, 1);
    put(b, 2);
    fence(a, 8);
    fence(b, 8);
    r[0] = often((fn *)a);
    r[1] = often((fn *)b);
    mremap(a, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, b);    /* a's code lies at b now */
    r[2] = try((fn *)b);
    r[3] = try((fn *)a);
    void *c = mmap(b, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    put(c, 3);
    fence(c, 8);
    r[4] = often((fn *)b);
    madvise(b, PAGE, MADV_DONTNEED);                            /* zeroes: undefined instructions */
    r[5] = try((fn *)b);
    printf("moved %ld %ld %ld %ld, replaced %ld, dropped %ld\n", r[0], r[1], r[2], r[3], r[4], r[5]);
}

/* The program's own text. */
__attribute__((noipa, aligned(PAGE))) static long target(long x) { __asm__ volatile(""); return x + 5; }
__attribute__((noipa, aligned(64))) static long caller(long x) { return target(x) + 1; }
static fn *volatile pointer = target;
__attribute__((noipa)) static long by_pointer(long x) { return pointer(x) + 2; }

static void own_text(void)
{
    void *page = (void *)((uintptr_t)target & ~(uintptr_t)(PAGE - 1));

    printf("text %ld %ld %ld\n", often(target), often(caller), often(by_pointer));
    for (int i = 0; i < 3; i++) {
        if (mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC))
            perror("mprotect");
        put((void *)(uintptr_t)target, 10 * (i + 1));
        mprotect(page, PAGE, PROT_READ | PROT_EXEC);
        fence((void *)(uintptr_t)target, 8);
        printf("text %ld %ld %ld\n", often(target), often(caller), often(by_pointer));
    }
}

/* Jump tables of a switch, in constant data that is made writable and changed. */
__attribute__((noipa)) static long choose(long x)
{
    switch (x & 7) {
    case 0: return 11; case 1: return x * 3; case 2: return x ^ 5; case 3: return x + 100;
    case 4: return -x; case 5: return 55; case 6: return x << 2; default: return 1;
    }
}

static long choices(void)
{
    long sum = 0;

    for (long i = 0; i < OFTEN; i++)
        sum = sum * 3 + choose(i);
    return sum;
}

/* Both sides of a fork go on changing code that was compiled before it. */
static void forks(void)
{
    void *p = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    int st;

    put(p, 1);
    fence(p, 8);
    printf("before %ld\n", often((fn *)p));
    fflush(stdout);
    for (int k = 0; k < 3; k++) {
        pid_t child = fork();
        int mine = child ? 100 * (k + 1) : 7 * (k + 1);
        for (int i = 0; i < 20; i++) {
            put(p, mine + i);
            fence(p, 8);
            if (often((fn *)p) != (long)OFTEN * (mine + i)) {
                printf("wrong code in the %s\n", child ? "parent" : "child");
                exit(1);
            }
        }
        if (!child)
            _exit(choices() & 63);
        waitpid(child, &st, 0);
        printf("child %d, own %d\n", WEXITSTATUS(st), (int)(choices() & 63));
    }
}

int main(void)
{
    signal(SIGSEGV, on_segv);
    signal(SIGILL, on_segv);
    in_place();
    own_loop();
    toggling();
    two_mappings();
    moving();
    own_text();
    printf("choices %ld\n", choices());
    forks();
    return 0;
}
