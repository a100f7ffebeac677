/* What the procedure call standard passes: structures of every size, floating-point aggregates, variable arguments, results in
 * memory, functions that libc calls back. */
#define _GNU_SOURCE
#include <alloca.h>
#include <search.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct i1 {
    char c;
};
struct i3 {
    char c[3];
};
struct i8 {
    int a, b;
};
struct i12 {
    int a[3];
};
struct i16 {
    long a, b;
};
struct i24 {
    long a[3];
};
struct f1 {
    float x;
};
struct f2 {
    float x, y;
};
struct f3 {
    float v[3];
};
struct f4 {
    float v[4];
};
struct d2 {
    double x, y;
};
struct d4 {
    double v[4];
};
struct d5 {
    double v[5];
};
struct q2 {
    long double x, y;
};
struct fi {
    float f;
    int i;
};
struct di {
    double d;
    long i;
};
struct mixed {
    double d;
    float f;
};
typedef int v4 __attribute__((vector_size(16)));
struct vv {
    v4 a, b;
};

#define PASS(T)                                                                                                                    \
    __attribute__((noinline)) static struct T pass_##T(int n, struct T x, double d, struct T y, long k) {                          \
        struct T r = n & 1 ? x : y;                                                                                                \
        ((char *)&r)[0] ^= (char)(k + (long)d);                                                                                    \
        return r;                                                                                                                  \
    } static unsigned try_##T(void)                                                                                                \
    {                                                                                                                              \
        struct T a, b, r;                                                                                                          \
        unsigned h = 0;                                                                                                            \
        for (unsigned i = 0; i < sizeof a; i++)                                                                                    \
            ((char *)&a)[i] = (char)(i + 1), ((char *)&b)[i] = (char)(i * 3 + 9);                                                  \
        struct T (*volatile f)(int, struct T, double, struct T, long) = pass_##T;                                                  \
        for (int n = 0; n < 2; n++) {                                                                                              \
            r = f(n, a, 2.5 + n, b, n + 40);                                                                                       \
            for (unsigned i = 0; i < sizeof r; i++)                                                                                \
                h = h * 31 + ((unsigned char *)&r)[i];                                                                             \
        }                                                                                                                          \
        return h;                                                                                                                  \
    }
#define ALL(X) X(i1) X(i3) X(i8) X(i12) X(i16) X(i24) X(f1) X(f2) X(f3) X(f4) X(d2) X(d4) X(d5) X(fi) X(di) X(vv)
ALL(PASS)

__attribute__((noinline)) static long double variable(const char *fmt, ...)
{
    va_list ap, again;
    long double sum = 0;

    va_start(ap, fmt);
    va_copy(again, ap);
    for (int round = 0; round < 2; round++) {
        va_list *l = round ? &again : &ap;

        for (const char *p = fmt; *p; p++)
            switch (*p) {
            case 'i':
                sum = sum * 3 + va_arg(*l, int);
                break;
            case 'l':
                sum = sum * 3 + va_arg(*l, long);
                break;
            case 'd':
                sum = sum * 3 + va_arg(*l, double);
                break;
            case 'q':
                sum = sum * 3 + va_arg(*l, long double);
                break;
            case 's':
                sum += (long double)strlen(va_arg(*l, char *));
                break;
            case 'f': {
                struct f4 x = va_arg(*l, struct f4);
                sum += x.v[0] + x.v[3];
                break;
            }
            case 'b': {
                struct i24 x = va_arg(*l, struct i24);
                sum += x.a[0] * x.a[2];
                break;
            }
            case 'x': {
                __int128 x = va_arg(*l, __int128);
                sum += (long double)(x >> 60);
                break;
            }
            }
    }
    va_end(ap);
    va_end(again);
    return sum;
}

static int compares;
static int down(const void *a, const void *b, void *arg)
{
    compares++;
    return (*(const double *)a < *(const double *)b) - (*(const double *)a > *(const double *)b) + *(int *)arg;
}
static int up(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
static void visit(const void *p, VISIT w, int level)
{
    if (w == leaf || w == postorder)
        compares = compares * 7 + level + **(char *const *)p;
}

int main(void)
{
    struct f4 f = {{1, 2, 3, 4}};
    struct i24 b = {{5, 6, 7}};
    double v[400];
    char *word[300];
    int zero = 0;
    void *root = NULL;

#define SHOW(T) printf(#T " %08x\n", try_##T());
    ALL(SHOW)
    printf("%.20Lg\n",
           variable("ildqsfbxildqsfbxdddddddddqqlll", 1, 2L, 3.5, 4.25L, "five", f, b, (__int128)1 << 90, -1, -2L, -3.5, -4.25L, "",
                    f, b, -((__int128)5 << 80), 1., 2., 3., 4., 5., 6., 7., 8., 9., 1.5L, 2.5L, 1L, 2L, 3L));
    for (int i = 0; i < 400; i++)
        v[i] = (i * 7919 % 401) * 0.5;
    qsort_r(v, 400, sizeof *v, down, &zero);
    for (int i = 1; i < 400; i++)
        if (v[i - 1] < v[i])
            printf("order %d\n", i);
    for (int i = 0; i < 300; i++) {
        char *t = alloca(8);
        snprintf(t, 8, "%c%d", 'a' + i * 31 % 26, i * 17 % 100);
        word[i] = t;
        tsearch(t, &root, (int (*)(const void *, const void *))strcmp);
    }
    qsort(word, 300, sizeof *word, up);
    char *want = word[123];
    printf("%d %s %d\n", compares, word[7], strcmp(*(char **)bsearch(&want, word, 300, sizeof *word, up), want));
    twalk(root, visit);
    printf("%d\n", compares);
    return 0;
}
