/* _Complex of three widths: products and quotients of ordinary and infinite values (libgcc's __mul?c3, __div?c3), libm's functions.
 */
#define _GNU_SOURCE
#include <complex.h>
#include <math.h>
#include <stdio.h>

static const double edge[] = {0.0, -0.0, 1.0, -2.5, 1e200, -1e-200, INFINITY, -INFINITY, NAN, 0.3333, 7e37};
enum { N = sizeof edge / sizeof *edge };

#define TEST(name, T, R, FMT, exp_, sqrt_, pow_, log_, abs_, asin_, tanh_)                                                         \
    static void name##_show(const char *what, T _Complex z)                                                                        \
    {                                                                                                                              \
        R re = __real__ z, im = __imag__ z;                                                                                        \
        printf("%s ", what);                                                                                                       \
        if (isnan(re))                                                                                                             \
            printf("nan ");                                                                                                        \
        else                                                                                                                       \
            printf(FMT " ", re);                                                                                                   \
        if (isnan(im))                                                                                                             \
            printf("nan\n");                                                                                                       \
        else                                                                                                                       \
            printf(FMT "\n", im);                                                                                                  \
    }                                                                                                                              \
    __attribute__((noinline)) static T _Complex name##_ops(T _Complex a, T _Complex b) { return a * b + b / a - ~a * (T)2; }       \
    static void name(void)                                                                                                         \
    {                                                                                                                              \
        for (int i = 0; i < N * N; i++)                                                                                            \
            for (int j = 0; j < N; j++) {                                                                                          \
                volatile T _Complex a = 0, b = 0;                                                                                  \
                __real__ a = (T)edge[i / N], __imag__ a = (T)edge[i % N];                                                          \
                __real__ b = (T)edge[j], __imag__ b = (T)edge[(j + i) % N];                                                        \
                name##_show(#name "*", a *b);                                                                                      \
                name##_show(#name "/", a / b);                                                                                     \
                name##_show(#name "=", name##_ops(a, b));                                                                          \
                printf("%d%d\n", a == b, a != b);                                                                                  \
            }                                                                                                                      \
        for (int i = 0; i < 12; i++) {                                                                                             \
            volatile T _Complex z = (T)(i * 0.7 - 3) + (T)(2 - i * 0.4) * I;                                                       \
            name##_show("exp", exp_(z));                                                                                           \
            name##_show("sqrt", sqrt_(z));                                                                                         \
            name##_show("pow", pow_(z, z));                                                                                        \
            name##_show("log", log_(z));                                                                                           \
            name##_show("asin", asin_(z));                                                                                         \
            name##_show("tanh", tanh_(z));                                                                                         \
            printf(FMT "\n", (R)abs_(z));                                                                                          \
        }                                                                                                                          \
    }

TEST(single, float, double, "%.9g", cexpf, csqrtf, cpowf, clogf, cabsf, casinf, ctanhf)
TEST(twice, double, double, "%.17g", cexp, csqrt, cpow, clog, cabs, casin, ctanh)
TEST(quad, long double, long double, "%.34Lg", cexpl, csqrtl, cpowl, clogl, cabsl, casinl, ctanhl)

int main(void)
{
    single();
    twice();
    quad();
    int _Complex k = 3 + 4 * I;
    k = k * k - ~k;
    printf("%d %d\n", __real__ k, __imag__ k);
    return 0;
}
