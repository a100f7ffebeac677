/* chain N: works, then executes itself with N - 1; at 0 prints the sum that went along. Every other step goes through
 * /proc/self/exe. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((noinline)) static unsigned step(unsigned h, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        h = h * 33 + (h >> 5 ^ i);
    return h;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 0;
    unsigned h = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
    char left[16], sum[16];

    for (unsigned i = 0; i < 100; i++)
        h = step(h + i, 10);
    if (n > 0) {
        snprintf(left, sizeof left, "%d", n - 1);
        snprintf(sum, sizeof sum, "%u", h);
        execl(n % 2 && access("/proc/self/exe", X_OK) == 0 ? "/proc/self/exe" : argv[0], argv[0], left, sum, (char *)NULL);
        perror("exec");
        return 1;
    }
    printf("%u\n", h);
    return 7;
}
