/* window: position-independent, without libc. Its text falls apart in three before any of it is hot: the middle page is made
 * writable. Then code of all three runs and calls the others. */
static long call(long n, long a, long b, long c)
{
    register long a7 __asm__("a7") = n, a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;

    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
    return a0;
}

#define PART(name) __attribute__((noinline, noclone, aligned(4096), section(".text." #name))) unsigned name(unsigned n, unsigned x)
PART(one);
PART(two);
PART(three);
PART(end) { return n + x; }

PART(one)
{
    for (unsigned i = 0; i < 30; i++)
        x = x * 33 + (n ? two(n - 1, i) : i);
    return x;
}

PART(two)
{
    for (unsigned i = 0; i < 30; i++)
        x = (x ^ x >> 7) * 5 + (n ? three(n - 1, x) : i);
    return x;
}

PART(three)
{
    for (unsigned i = 0; i < 30; i++)
        x = x * 7 + (n ? one(n - 1, x ^ i) : i);
    return x;
}

__attribute__((used)) void start(void)
{
    char out[12];
    unsigned h = 1, at = sizeof out;

    if (call(226, (long)two, 4096, 7))          /* mprotect, RWX */
        call(93, 1, 0, 0);
    for (unsigned i = 0; i < 8; i++)
        h = h * 31 + one(2, i) + two(2, i) + three(2, i) + end(i, h);
    for (out[--at] = '\n'; h; h /= 10)
        out[--at] = (char)('0' + h % 10);
    call(64, 1, (long)(out + at), sizeof out - at);
    call(64, 2, (long)"a word\n", 7);
    call(93, 7, 0, 0);
}

__asm__(".globl _start\n_start: .option push\n.option norelax\nlla gp, __global_pointer$\n.option pop\nj start\n");
