// No function leaves a flag to another: its code may be lax. Prints 16 digits.
#include "common.inc"
        .global _start
_start: mov     x19, #0
        mov     x20, #20000
1:      mov     x0, x20
        mov     x1, x19
        bl      step
        mov     x19, x0
        sub     x20, x20, #1
        cbnz    x20, 1b
        mov     x0, x19
        b       finish

step:   adds    x2, x0, x1
        adc     x3, xzr, xzr
        cmp     x2, x3, lsl #40
        csinv   x0, x2, x1, hi
        ror     x0, x0, #7
        ret
