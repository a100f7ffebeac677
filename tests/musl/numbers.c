/* musl's own conversions of floating point (long double in software), its malloc, its sort. oracle: qemu */
#include <complex.h>
#include <fenv.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long seed = 88172645463325252ull;
static unsigned long long next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}
static int by(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double sum(int n, ...)
{
    va_list ap;
    double s = 0;
    va_start(ap, n);
    while (n--)
        s += n % 2 ? va_arg(ap, double) : (double)va_arg(ap, int);
    va_end(ap);
    return s;
}

int main(void)
{
    static const double odd[] = {
        0.0, -0.0, 1.0 / 3, 5e-324,       2.2250738585072014e-308, 1.7976931348623157e308, INFINITY, -INFINITY,
        NAN, 0.1,  1e21,    123456789.125};
    double v[300];
    char buf[200], *block[200] = {0};
    unsigned check = 0;

    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++)
        printf("%g %.17e %a %+.3f %010.2f %Lg\n", odd[i], odd[i], odd[i], odd[i], odd[i], (long double)odd[i] / 7);
    for (int i = 0; i < 300; i++) {
        uint64_t bits = next();
        double x, y;
        memcpy(&x, &bits, 8);
        if (x != x)
            x = i;
        snprintf(buf, sizeof buf, "%.17g", x);
        y = strtod(buf, NULL);
        if (x != y)
            printf("differs %s\n", buf);
        v[i] = (double)(int64_t)bits / 3.0;
        for (char *p = buf; *p; p++)
            check = check * 31 + (unsigned char)*p;
    }
    qsort(v, 300, sizeof *v, by);
    printf("%u %.6g %.6g %.6g\n", check, v[0], v[150], v[299]);
    for (int i = 0; i < 3000; i++) {
        unsigned k = next() % 200, n = next() % (i % 50 ? 700 : 300000);
        if (next() % 3) {
            block[k] = realloc(block[k], n + 1);
            memset(block[k], (int)k, n + 1);
        } else {
            check += block[k] ? (unsigned char)block[k][0] : 0;
            free(block[k]);
            block[k] = NULL;
        }
    }
    void *aligned = aligned_alloc(4096, 8192);
    printf("%u %d\n", check, (int)((uintptr_t)aligned % 4096));
    static const int mode[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
    for (int i = 0; i < 4; i++) {
        fesetround(mode[i]);
        volatile double one = 1, three = 3;
        double q = one / three;
        printf("%a %ld %g %.1f %.3Lf\n", q, lrint(2.5 + i), nearbyint(-1.5), 0.25, (long double)q);
    }
    fesetround(FE_TONEAREST);
    feclearexcept(FE_ALL_EXCEPT);
    volatile double zero = 0, big = 1e308;
    volatile double r = 1 / zero + big * 10;
    printf("%d %g\n", fetestexcept(FE_DIVBYZERO | FE_OVERFLOW | FE_INVALID) == (FE_DIVBYZERO | FE_OVERFLOW), r);
    printf("%.15g %.15g %.15g %.15g %.15g\n", sin(1e6), pow(1.0001, 12345), exp(-20.5), tgamma(5.5), creal(cexp(1 + 2 * I)));
    printf("%.12g %d %llx %ld\n", sum(4, 1.5, 2, 3.5, 4), sscanf("7 0x1.8p1 z", "%*d %lf %c", &v[0], buf),
           (unsigned long long)next(), strtol("zz", NULL, 36));
    return (int)(check & 127);
}
