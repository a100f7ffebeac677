/* The guest of hostile images: no library, several functions, a jump table, loops, floating point; prints one number. */
static long call(long n, long a, long b, long c, long d)
{
    register long a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c, a3 __asm__("a3") = d, a7 __asm__("a7") = n;

    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
    return a0;
}
static unsigned long data[64];
static const char word[3][6] = { "one", "two", "three" };
static const char *volatile relocated = "a pointer to relocate";
__attribute__((noinline)) static unsigned long mix(unsigned long h, unsigned long v)
{
    switch (v % 9) {
    case 0: return h * 31 + v;
    case 1: return h ^ v << 7;
    case 2: return h - v;
    case 3: return (h << 9 | h >> 55) + v;
    case 4: return h + (unsigned long)((double)v * 1.5);
    case 5: return h / (v | 1);
    case 6: return h % (v | 1) * 3;
    case 7: return h + (unsigned char)word[v % 3][v % 4];
    default: return ~h;
    }
}
__attribute__((noinline)) static unsigned long fib(unsigned long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
__attribute__((noinline)) static void fill(unsigned long *p, int n, unsigned long seed)
{
    for (int i = 0; i < n; i++)
        p[i] = seed = seed * 6364136223846793005ul + 1442695040888963407ul;
}
static unsigned long faults;
#ifdef FAULTS
static void handler(int sig, void *info, void *uc)
{
    unsigned long *gregs = (unsigned long *)((char *)uc + 176);

    faults = faults * 7 + (unsigned long)sig + gregs[10] + (gregs[0] & 1);
    gregs[0] += 4;
}
__attribute__((noinline)) static void fault(unsigned long v)
{
    __asm__ volatile(".option push\n.option norvc\nmv a0, %0\nsd a0, 0(zero)\n.option pop" : : "r"(v) : "a0", "memory");
}
#endif
void _start(void)
{
    unsigned long h = 1;
    char out[20];
    int n = 0;

    __asm__ volatile(".option push\n.option norelax\nlla gp, __global_pointer$\n.option pop");
#ifdef FAULTS
    unsigned long act[3] = { (unsigned long)handler, 4, 0 };
    call(134, 11, (long)act, 0, 8);
#endif
    for (int k = 0; k < 50; k++) {
        fill(data, 64, (unsigned long)k);
        for (int i = 0; i < 64; i++)
            h = mix(h, data[i]);
#ifdef FAULTS
        fault(h & 255);
#endif
    }
    h += fib(12) + faults + (relocated != 0);
    for (; n < 16; n++, h >>= 4)
        out[n] = "0123456789abcdef"[h & 15];
    out[n++] = '\n';
    call(64, 1, (long)out, n, 0);
    call(94, 0, 0, 0, 0);
    __builtin_unreachable();
}
