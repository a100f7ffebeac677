/* long double: 128 bits on both guests, computed by libgcc and printed by libc. Every operation on pairs of edge values, with
 * flags. */
#define _GNU_SOURCE
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const text[] = {
    "0",
    "-0",
    "1",
    "-1.5",
    "3.14159265358979323846264338327950288",
    "1e4000",
    "-1e-4900",
    "0x1p-16494",
    "0x1.ffffffffffffffffffffffffffffp16383",
    "0x1p-16382",
    "inf",
    "-inf",
    "nan",
    "123456789012345678901234567890",
    "0x1.0000000000000000000000000001p0",
    "2.5",
    "-0.1",
    "9223372036854775808",
};
enum { N = sizeof text / sizeof *text };
static long double v[N];

static unsigned hash;
static void mix(const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)p)[i]) * 16777619;
}
static void value(long double x)
{
    int nan = isnan(x);

    if (nan)
        x = 0; /* which NaN: tests/diff */
    mix(&x, 16);
    mix(&nan, sizeof nan);
}
static void flags(void)
{
    int f = fetestexcept(FE_ALL_EXCEPT);

    mix(&f, sizeof f);
    feclearexcept(FE_ALL_EXCEPT);
}

static void pair(volatile long double a, volatile long double b)
{
    value(a + b);
    flags();
    value(a - b);
    flags();
    value(a * b);
    flags();
    value(a / b);
    flags();
    value(fmal(a, b, a));
    flags();
    value(fmodl(a, b));
    value(remainderl(a, b));
    value(nextafterl(a, b));
    value(copysignl(a, b));
    value(hypotl(a, b));
    feclearexcept(FE_ALL_EXCEPT);
    int c = (a < b) | (a <= b) << 1 | (a == b) << 2 | (a != b) << 3 | (a > b) << 4 | (a >= b) << 5 | !!isunordered(a, b) << 6;
    mix(&c, sizeof c);
    flags();
}

static void single(volatile long double x)
{
    volatile double d = (double)x;
    volatile float f = (float)x;
    long double back = (long double)d + (long double)f;
    int e;

    value(d);
    value(f);
    value(back);
    flags();
    if (fabsl(x) < 1e9) {
        long l = (long)x;
        unsigned long u = (unsigned long)fabsl(x);
        int i = (int)x;
        __int128 q = (__int128)x;

        mix(&l, sizeof l);
        mix(&u, sizeof u);
        mix(&i, sizeof i);
        mix(&q, sizeof q);
    }
    value(sqrtl(x));
    value(frexpl(x, &e));
    mix(&e, sizeof e);
    value(rintl(x));
    value(floorl(x));
    value(ceill(x));
    value(truncl(x));
    value(roundl(x));
    value(ldexpl(x, 3));
    value(logbl(x));
    printf("%.30Lg %.3Le %La %.2Lf|%40.20Lf|%LF %d\n", x, x, x, fabsl(x) < 1e30L ? x : 0, fabsl(x) < 1e18L ? x : 1, -x,
           fpclassify(x) == FP_SUBNORMAL);
}

int main(void)
{
    static const int mode[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

    for (int m = 0; m < 4; m++) {
        fesetround(mode[m]);
        for (int i = 0; i < N; i++)
            v[i] = strtold(text[i], NULL);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                pair(v[i], v[j]);
        printf("mode %d: %08x\n", m, hash);
        for (int i = 0; i < N; i++)
            single(v[i]);
        printf("%08x\n", hash);
    }
    fesetround(FE_TONEAREST);
    for (int i = 1; i < 40; i++) {
        long double x = i * 0.37L - 5;

        printf("%.33Lg %.33Lg %.33Lg %.33Lg %.33Lg\n", expl(x), sinl(x), atanl(x), logl(fabsl(x)), powl(fabsl(x), 1.5L));
        printf("%.33Lg %.33Lg %.33Lg %.33Lg\n", cbrtl(x), tanhl(x), erfl(x), lgammal(x));
    }
    long double sum = 0, term = 1;
    for (int i = 1; i < 60; i++)
        sum += term, term /= i;
    printf("%.34Lf %.34Lf %d %d %Lg %Lg\n", sum, sum - M_El, LDBL_MANT_DIG, LDBL_MAX_EXP, LDBL_MIN, LDBL_EPSILON);
    return 0;
}
