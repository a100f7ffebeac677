/* More floating-point values alive at once than registers, in a leaf that its caller trusts with every saved register. */
#pragma GCC optimize("O3", "unroll-loops")
#include <stdio.h>

enum { N = 40 };

__attribute__((noinline, noclone)) static void smooth(double *x, const double *y, const double *z, double k, double m, int n)
{
    for (int i = 1; i < n - 1; i++)
        x[i] = k * (y[i] + z[i] + x[i - 1] + x[i + 1]) + m * x[i];
}

int main(void)
{
    double x[N], y[N], z[N];
    volatile double slow[N];
    int wrong = 0;

    for (int n = 3; n <= N; n++) {
        for (int i = 0; i < n; i++) {
            slow[i] = x[i] = (i & 3) * 2.0;
            y[i] = (i & 7) - 4;
            z[i] = i & 7;
        }
        smooth(x, y, z, 2.0, 3.0, n);
        for (int i = 1; i < n - 1; i++)
            slow[i] = 2.0 * (y[i] + z[i] + slow[i - 1] + slow[i + 1]) + 3.0 * slow[i];
        for (int i = 0; i < n; i++)
            wrong += x[i] != slow[i];
    }
    printf("%d wrong, %g\n", wrong, x[N - 2]);
    return 0;
}
