/* A library with what depends on where it lies, built twice with different -DSALT: code that differs at the same addresses. */
#include <string.h>

int counter = SALT;                     /* through the GOT */
static int hidden[4] = { 1, 2, 3, SALT };
static int *const table[4] = { &hidden[0], &hidden[1], &hidden[2], &hidden[3] };      /* relocated */

__attribute__((constructor)) static void begin(void) { counter += 1000; }

__attribute__((noinline)) static int pick(int n)
{
    switch (n) {                        /* a jump table */
    case 0: return SALT * 3;
    case 1: return counter;
    case 2: return *table[3] + 7;
    case 3: return *table[1] << 4;
    case 4: return SALT ^ 0x55;
    case 5: return (int)strlen("through the PLT") + SALT;
    case 6: return -SALT;
    case 7: return n + SALT * SALT;
    default: return 0;
    }
}

int compute(int rounds)
{
    int sum = 0;

    for (int i = 0; i < rounds; i++)
        sum = sum * 31 + pick(i & 7);
    return sum;
}

int bump(void) { return ++counter; }

int call(int (*f)(int), int n) { return f(n) + SALT; }
