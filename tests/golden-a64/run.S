// run(struct state *s): loads every register but x28 from *s, executes the instruction in `slot`, stores them back.
// struct state: x[32] (31: sp), v[32] (16 bytes each, at 256), nzcv, fpcr, fpsr. x28 points to it all the time. oracle.c makes
// the text writable.
        .arch   armv8-a
        .macro  all_v op
        .irp    n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
        pairv   \op, \n
        .endr
        .endm
        .macro  pairv op, n
        .set    next, \n + 1
        two_v   \op, \n, %next
        .endm
        .altmacro
        .macro  two_v op, n, m
        \op     q\n, q\m, [x28, #256 + \n * 16]
        .endm
        .macro  all_x op
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30
        \op     x\n, [x28, #\n * 8]
        .endr
        .endm

        .globl  run, slot
run:    adrp    x1, saved
        add     x1, x1, :lo12:saved
        stp     x18, x19, [x1]
        stp     x20, x21, [x1, #16]
        stp     x22, x23, [x1, #32]
        stp     x24, x25, [x1, #48]
        stp     x26, x27, [x1, #64]
        stp     x28, x29, [x1, #80]
        mov     x2, sp
        stp     x30, x2, [x1, #96]
        stp     d8, d9, [x1, #112]
        stp     d10, d11, [x1, #128]
        stp     d12, d13, [x1, #144]
        stp     d14, d15, [x1, #160]
        mov     x28, x0
        all_v   ldp
        ldr     x0, [x28, #768]
        msr     nzcv, x0
        ldr     x0, [x28, #776]
        msr     fpcr, x0
        ldr     x0, [x28, #784]
        msr     fpsr, x0
        ldr     x0, [x28, #248]
        mov     sp, x0
        clrex
        all_x   ldr
        b       slot
        .balign 8
slot:   nop
        all_x   str
        mov     x0, sp
        str     x0, [x28, #248]
        mrs     x0, nzcv
        str     x0, [x28, #768]
        mrs     x0, fpsr
        str     x0, [x28, #784]
        all_v   stp
        msr     fpcr, xzr
        msr     fpsr, xzr
        adrp    x1, saved
        add     x1, x1, :lo12:saved
        ldp     x18, x19, [x1]
        ldp     x20, x21, [x1, #16]
        ldp     x22, x23, [x1, #32]
        ldp     x24, x25, [x1, #48]
        ldp     x26, x27, [x1, #64]
        ldp     x28, x29, [x1, #80]
        ldp     x30, x2, [x1, #96]
        mov     sp, x2
        ldp     d8, d9, [x1, #112]
        ldp     d10, d11, [x1, #128]
        ldp     d12, d13, [x1, #144]
        ldp     d14, d15, [x1, #160]
        ret

        .bss
        .balign 16
saved:  .zero   192
        .section .note.GNU-stack,"",%progbits
