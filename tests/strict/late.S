// A clean program: `carry` sets flags that nobody here reads. It gets hot, then the file named by the first argument is mapped, whose code
// calls it and reads the carry that it leaves: from then on code of this program must keep it. Prints 16 digits.
#include "common.inc"
        .global _start
_start: ldr     x22, [sp, #16]          // argv[1]
        mov     x20, #20000
        mov     x19, #0
1:      mov     x0, x20
        mov     x1, x19
        bl      carry
        eor     x19, x0, x20, lsl #3
        ror     x19, x19, #51
        sub     x20, x20, #1
        cbnz    x20, 1b
        cbz     x22, 2f
        mov     x0, #-100
        mov     x1, x22
        mov     x2, #0
        mov     x8, #56                 // openat, read-only
        svc     #0
        mov     x4, x0
        mov     x0, #0
        mov     x1, #4096
        mov     x2, #5                  // read, execute
        mov     x3, #2                  // private
        mov     x5, #0
        mov     x8, #222                // mmap
        svc     #0
        mov     x9, x0
        adr     x0, carry
        mov     x1, #30000
        blr     x9
        add     x19, x19, x0
2:      mov     x0, x19
        b       finish

carry:  adds    x0, x0, x1
        ret
