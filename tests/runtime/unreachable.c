/* A loop that is never entered, of a fused multiply-add on its own result: folding the branch leaves an op that names itself, and
 * the x86-64 selection once followed it without end. */
#include <stdio.h>

int main(void)
{
    double d = 1.5, a = 2, b = 3;
    long n;

#if defined(__riscv)
    __asm__ volatile("beq a3, a3, 2f\n\tli %0, 4\n1:\tfmsub.d %1, %1, %2, %3\n\taddi %0, %0, -1\n\tbne %0, zero, 1b\n2:"
                     : "=&r"(n), "+f"(d) : "f"(a), "f"(b) : "a3");
#else
    __asm__ volatile("cmp x3, x3\n\tb.eq 2f\n\tmov %0, 4\n1:\tfnmsub %d1, %d1, %d2, %d3\n\tsub %0, %0, 1\n\tcbnz %0, 1b\n2:"
                     : "=&r"(n), "+w"(d) : "w"(a), "w"(b) : "cc");
#endif
    printf("%.1f\n", d);
    return 0;
}
