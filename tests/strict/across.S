// Flags that live on across calls of functions that do not touch them, as GCC's -fipa-ra leaves them: no function passes any to another. Prints
// 16 digits that depend on every flag.
#include "common.inc"
        .global _start
_start: mov     x19, #0                 // sum
        mov     x20, #20000             // rounds
        mov     x21, #1
        adr     x23, mix
1:      subs    x22, x21, x20, lsl #47
        mov     x0, x21
        mov     x1, x20
        bl      outer
        ccmp    x22, x20, #1, gt        // reads N, Z and V
        adc     x19, x19, x0
        cmn     x21, x22
        blr     x23                     // only here nobody can tell, so it is not live
        cmp     x21, x0
        bl      mix
        cinc    x19, x19, vs
        bl      mix
        cinc    x0, x0, hi
        eor     x19, x19, x0
        ror     x19, x19, #59
        add     x21, x21, x21, lsl #2
        sub     x20, x20, #1
        cbnz    x20, 1b
        mov     x0, x19
        b       finish

outer:  stp     x29, x30, [sp, #-16]!
        cbz     x0, 2f
        bl      mix
2:      ldp     x29, x30, [sp], #16
        ret
mix:    madd    x0, x0, x1, x21
        eor     x0, x0, x0, lsr #29
        ret
