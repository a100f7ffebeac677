/* A walk through libc: sorting and searching with callbacks, numbers in and out, time, regular expressions, wide characters, math.
 */
#include <complex.h>
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <locale.h>
#include <math.h>
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

static int by_int(const void *a, const void *b)
{
    return *(const int *)a < *(const int *)b ? -1 : *(const int *)a > *(const int *)b;
}
static int by_text(const void *a, const void *b) { return strcmp(a, b); }
static int nodes;
static void visit(const void *p, VISIT w, int level)
{
    if (w == postorder || w == leaf)
        nodes = nodes * 7 + level + **(char *const *)p;
}
static double acc;
static double (*const fun[])(double) = {sin,  cos, tan,    exp,    log,   sqrt, cbrt,  asin,  atan, sinh,
                                        tanh, erf, tgamma, lgamma, floor, rint, log1p, expm1, j0};

int main(void)
{
    int v[500];
    char text[200][12], buf[300];
    void *root = NULL;
    regex_t re;
    regmatch_t m[4];

    setvbuf(stdout, NULL, _IOFBF, 8192);
    srandom(42);
    for (int i = 0; i < 500; i++)
        v[i] = (int)(random() % 10007);
    qsort(v, 500, sizeof *v, by_int);
    int key = v[123], *found = bsearch(&key, v, 500, sizeof *v, by_int);
    printf("%d %d %d\n", v[0], v[499], found ? *found : -1);
    for (int i = 0; i < 200; i++) {
        snprintf(text[i], sizeof text[i], "k%lx", random() % 65536);
        tsearch(text[i], &root, by_text);
    }
    twalk(root, visit);
    while (root)
        tdelete(*(char **)root, &root, by_text);
    printf("%d\n", nodes);
    for (int i = 1; i < 60; i++)
        for (unsigned k = 0; k < sizeof fun / sizeof *fun; k++) {
            double x = fun[k](i / 61.0);
            acc += x * (k + 1);
        }
    printf("%.10g %a %Lf\n", acc, acc, (long double)acc * 3);
    for (int i = -300; i <= 300; i += 37) {
        double x = ldexp(1.0 + i / 1000.0, i);
        snprintf(buf, sizeof buf, "%.17g|%+08.3e|%#g|%-12.4f|%o|%#x|%'d|%5c|%.3s", x, x, x, fmod(x, 10), i & 4095, i & 4095,
                 i * 99991, 'a' + (i & 15), "string");
        double y;
        int o, n = sscanf(buf, "%lf|%*[^|]|%*[^|]|%*[^|]|%o", &y, &o);
        printf("%s %d %d %d\n", buf, n, y == x, o);
    }
    regcomp(&re, "^([a-z]+)\\.([0-9]{2,4})(-[xyz]*)?$", REG_EXTENDED | REG_ICASE);
    const char *subject[] = {"abc.123", "Q.99-xyzzy", "no match", "z.12345", "long.2024-z"};
    for (int i = 0; i < 5; i++)
        printf("%s %d %d\n", subject[i], regexec(&re, subject[i], 4, m, 0), (int)m[2].rm_eo);
    regfree(&re);
    time_t t = 1700000000;
    struct tm tm;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    for (int i = 0; i < 6; i++, t += 7776000) {
        localtime_r(&t, &tm);
        strftime(buf, sizeof buf, "%F %T %Z %j %U %a %e %I%p", &tm);
        tm.tm_mon += 5;
        printf("%s %ld\n", buf, (long)mktime(&tm));
    }
    wchar_t wide[64];
    setlocale(LC_ALL, "C.UTF-8");
    size_t n = mbstowcs(wide, "gr\303\274n \342\202\254 \360\237\214\215", 64);
    for (size_t i = 0; i + 1 < n + 1; i++)
        printf("%x ", (unsigned)towupper((wint_t)wide[i]));
    printf("%d %ls\n", fnmatch("*.[ch]pp", "x.hpp", 0), wide);
    double complex z = csqrt(-3 + 4 * I) * cexp(I * 0.5);
    printf("%.12f %.12f %ld %lu %g\n", creal(z), cimag(z), strtol("-0x7fz", NULL, 16), strtoul("777", NULL, 8),
           strtod("0x1.8p3", NULL));
    char *save, list[] = "one,two;;three,four";
    for (char *p = strtok_r(list, ",;", &save); p; p = strtok_r(NULL, ",;", &save))
        printf("<%s>", p);
    printf("%s %s %d\n", strerror(ENOENT), strstr("haystack with needle", "needle"), (int)strspn("aabbcc", "ab"));
    return 0;
}
