/* guest: riscv64 */
/* Rounding modes, sticky flags and signals: what a handler does to fcsr is undone when it returns. Output: rounding.want. */
#include <fenv.h>
#include <signal.h>
#include <stdio.h>

static void handler(int s)
{
    feraiseexcept(FE_DIVBYZERO);
    fesetround(FE_TOWARDZERO);
}

static long convert(double d)
{
    long r;

    asm volatile("fcvt.l.d %0,%1,dyn" : "=r"(r) : "f"(d));
    return r;
}

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
    for (int mode = 0; mode <= 4; mode++) {
        asm volatile("fsrm %0" : : "r"(mode));
        printf("mode %d: %ld %ld %ld %ld\n", mode, convert(2.5), convert(-2.5), convert(3.5), convert(0.4));
    }
    asm volatile("fsrmi 5");            /* invalid as a dynamic mode: the next operation that uses it is illegal */
    printf("mode 5\n");
    asm volatile("fadd.d %0,%1,%2" : "=f"(q) : "f"(2.5), "f"(1.0));
    printf("not reached\n");
    return 0;
}
