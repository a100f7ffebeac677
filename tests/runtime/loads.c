/* Code that a backend may get wrong by doing two things in one instruction; found by gcc's torture programs. */
#include <stdio.h>

struct pair { long got; char *sum; };

static volatile long offset = 24;
static char base[64];

/* As in glibc's strtol: a loaded value becomes an operand of an add whose sum is an address and is wanted itself. */
struct pair sum_used_twice(volatile long *slot, long unused, char *from);
#if defined(__riscv)
asm("sum_used_twice: ld a1, 0(a0)\n\tadd a1, a1, a2\n\tld a0, 0(a1)\n\tret");
#else
asm("sum_used_twice: ldr x1, [x0]\n\tadd x1, x1, x2\n\tldr x0, [x1]\n\tret");
#endif

int main(void)
{
    struct pair p;

    *(long *)(base + 24) = 77;
    p = sum_used_twice(&offset, 0, base);
    printf("%ld %d\n", p.got, (int)(p.sum - base));
    return 0;
}
