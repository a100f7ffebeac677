/* Rounding modes, sticky flags and signals: what a handler does to fcsr (FPCR and FPSR) is undone when it returns. Then what each
 * guest has beyond that: a mode that is invalid; flushing, default NaNs, alternative half precision. Output: rounding.want,
 * rounding.aarch64.want. */
#include <fenv.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void handler(int s)
{
    feraiseexcept(FE_DIVBYZERO);
    fesetround(FE_TOWARDZERO);
}

#if defined(__riscv)
enum { MODES = 5 };
static void set_mode(int mode) { asm volatile("fsrm %0" : : "r"(mode)); }

static long convert(double d)
{
    long r;

    asm volatile("fcvt.l.d %0,%1,dyn" : "=r"(r) : "f"(d));
    return r;
}

static void beyond(void)
{
    volatile double q;

    asm volatile("fsrmi 5");            /* invalid as a dynamic mode: the next operation that uses it is illegal */
    printf("mode 5\n");
    asm volatile("fadd.d %0,%1,%2" : "=f"(q) : "f"(2.5), "f"(1.0));
    printf("not reached\n");
}
#else
enum { MODES = 4, FZ = 1 << 24, DN = 1 << 25, AHP = 1 << 26, UP = 1 << 22 };
static void set_mode(int mode) { asm volatile("msr fpcr,%0" : : "r"((uint64_t)mode << 22)); }

static long convert(double d)
{
    long r;

    asm volatile("frintx %d1,%d1\n\tfcvtzs %0,%d1" : "=r"(r), "+w"(d));
    return r;
}

static double from(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, 8);
    return d;
}

/* One operation with FPCR set to v: result and FPSR. */
static void under(uint64_t v, const char *name, double a, double b, char op)
{
    uint64_t fpsr, bits;
    double r = a;

    asm volatile("msr fpsr,xzr\n\tmsr fpcr,%0" : : "r"(v));
    switch (op) {
    case '+': asm volatile("fadd %d0,%d1,%d2" : "=w"(r) : "w"(a), "w"(b)); break;
    case '*': asm volatile("fmul %d0,%d1,%d2" : "=w"(r) : "w"(a), "w"(b)); break;
    case 'h': asm volatile("fcvt %h0,%d1\n\tfcvt %d0,%h0" : "=w"(r) : "w"(a)); break;
    }
    asm volatile("mrs %0,fpsr\n\tmsr fpcr,xzr" : "=r"(fpsr));
    memcpy(&bits, &r, 8);
    printf("%s %c: %016lx flags %#lx\n", name, op, bits, fpsr);
}

/* Modes that compiled code does not know come and go in a hot loop. */
static void turns(void)
{
    for (int k = 0; k < 20000; k++) {
        uint64_t v = k & 1 ? FZ : 0, bits;
        double r;

        asm volatile("msr fpcr,%1\n\tfadd %d0,%d2,%d3\n\tmsr fpcr,xzr" : "=&w"(r) : "r"(v), "w"(from(1)), "w"(from(2)));
        memcpy(&bits, &r, 8);
        if (bits != (k & 1 ? 0 : 3)) {
            printf("round %d: %lx\n", k, bits);
            break;
        }
    }
}

static void beyond(void)
{
    static const struct { const char *name; uint64_t v; } mode[] = { { "default", 0 }, { "FZ", FZ }, { "DN", DN }, { "AHP", AHP },
                                                                     { "all", FZ | DN | AHP | UP } };

    for (int i = 0; i < 5; i++) {
        under(mode[i].v, mode[i].name, from(1), 1, '+');                        /* a denormal is flushed */
        under(mode[i].v, mode[i].name, from(0x0010000000000000), 0.5, '*');     /* a result is */
        under(mode[i].v, mode[i].name, from(0x7ff8000000000123), 1, '+');       /* NaNs, quiet and signalling */
        under(mode[i].v, mode[i].name, from(0xfff0000000000456), 1, '*');
        under(mode[i].v, mode[i].name, 100000, 0, 'h');                         /* too large for IEEE's half precision */
    }
    turns();
}
#endif

int main(void)
{
    volatile double one = 1, three = 3, q;
    int flags;

    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGUSR1, handler);
    fesetround(FE_UPWARD);
    feclearexcept(FE_ALL_EXCEPT);
    raise(SIGUSR1);
    q = one / three;
    flags = fetestexcept(FE_ALL_EXCEPT);
    printf("mode %d flags %#x quotient %.20f\n", fegetround(), flags, q);
    for (int mode = 0; mode < MODES; mode++) {
        set_mode(mode);
        printf("mode %d: %ld %ld %ld %ld\n", mode, convert(2.5), convert(-2.5), convert(3.5), convert(0.4));
    }
    beyond();
    return 0;
}
