// Functions that pass each other condition flags, which AAPCS64 does not know: one returns a carry, one reads what its caller compared, one
// does both. Prints 16 digits that depend on every flag.
#include "common.inc"
        .global _start
_start: mov     x19, #0                 // sum
        mov     x20, #20000             // rounds
        mov     x21, #1
1:      mov     x0, x21
        mvn     x1, x21
        add     x1, x1, x20, lsr #3
        bl      carry                   // C: x0 + x1 overflows
        adc     x19, x19, x19
        cmp     x20, x21
        bl      choose                  // reads C and Z
        eor     x19, x19, x0
        subs    xzr, x0, x20
        bl      both
        csinc   x19, x19, x19, vs       // reads V
        add     x21, x21, x21, lsl #2
        ror     x19, x19, #59
        sub     x20, x20, #1
        cbnz    x20, 1b
        mov     x0, x19
        b       finish

carry:  adds    x0, x0, x1
        ret
choose: csel    x0, x20, x21, hi
        cinc    x0, x0, eq
        ret
both:   cset    x0, lt
        add     x0, x0, x21
        movz    x1, #0x7fff, lsl #48
        adds    xzr, x0, x1
        ret
