// late.S maps this: counts the carries that the function x0 returns in x1 rounds, and mixes them.
        .text
        stp     x29, x30, [sp, #-64]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        mov     x19, x0
        mov     x20, x1
        mov     x21, #0
        mov     x22, #3
1:      mov     x0, x22
        ror     x1, x22, #17
        blr     x19
        adc     x21, x21, x21
        ror     x21, x21, #50
        add     x22, x22, x22, lsl #3
        sub     x20, x20, #1
        cbnz    x20, 1b
        mov     x0, x21
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #64
        ret
