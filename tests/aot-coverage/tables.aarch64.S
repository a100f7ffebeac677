# Jump tables that no compiler writes: bytes, half words, words from a base, code that is its own table, addresses put together from
# halves, a literal pool between instructions, and a stack of return addresses. Prints one number; exits with 0.
    .globl main
    .text
    .type main, %function
main:
    stp x29, x30, [sp, -48]!
    stp x19, x20, [sp, 16]
    mov x19, 0
    mov x20, 3000
0:  and x0, x20, 7
    bl bytes
    add x19, x19, x0
    and x0, x20, 3
    bl halves
    add x19, x19, x0
    and x0, x20, 7
    bl island
    lsl x19, x19, 1
    eor x19, x19, x0
    and x0, x20, 3
    bl chain
    add x19, x19, x0
    and x0, x20, 15
    bl duff
    add x19, x19, x0
    and x0, x20, 1
    bl far_ops
    eor x19, x19, x0
    and x0, x20, 1
    bl pool
    add x19, x19, x0
    and x19, x19, 0xffffffffffff
    subs x20, x20, 1
    b.ne 0b
    adrp x0, format
    add x0, x0, :lo12:format
    mov x1, x19
    bl printf
    mov w0, 0
    ldp x19, x20, [sp, 16]
    ldp x29, x30, [sp], 48
    ret

    # distances from a label, one byte each, in bytes
bytes:
    adrp x3, byte_table
    add x3, x3, :lo12:byte_table
    ldrb w1, [x3, x0]
    adr x3, bytes_base
    add x3, x3, x1
    br x3
bytes_base:
b0: mov x0, 3
    ret
b1: mov x0, 14
    ret
b2: add x0, x0, 20
b3: add x0, x0, 7
    ret
b4: lsl x0, x0, 4
    b b3
b5: neg x0, x0
    ret
    # distances of two bytes, counted in instructions, forwards and back
h2: mov x0, 333
    ret
h3: mov x0, 4444
    ret
halves:
    adrp x3, half_table
    add x3, x3, :lo12:half_table
    ldrsh x1, [x3, x0, lsl 1]
    adr x3, halves
    add x3, x3, x1, lsl 2
    br x3
h0: mov x0, 1
    ret
h1: mov x0, 22
    ret
    # a table of jump instructions
island:
    adr x3, island_table
    add x3, x3, x0, lsl 2
    br x3
island_table:
    b i0
    b i1
    b i2
    b i3
    b i0
    b i2
    b i1
    b i3
    # computed entry into straight code (Duff)
duff:
    mov x2, 16
    sub x2, x2, x0
    adr x3, duff_code
    add x3, x3, x2, lsl 2
    mov x0, 0
    br x3
duff_code:
    .rept 16
    add x0, x0, 5
    .endr
    ret
i0: mov x0, 9
    ret
i1: mov x0, 98
    ret
i2: mov x0, 987
    ret
i3: mov x0, 9876
    ret
    # return addresses on a stack: each part returns to the next one
chain:
    sub sp, sp, 32
    str x30, [sp, 24]
    adr x4, c_end
    str x4, [sp, 16]
    adr x4, c_two
    str x4, [sp, 8]
    adr x30, c_one
    ret
c_one:
    add x0, x0, 100
    ldr x30, [sp, 8]
    ret
c_two:
    lsl x0, x0, 2
    ldr x30, [sp, 16]
    ret
c_end:
    ldr x30, [sp, 24]
    add sp, sp, 32
    ret
    # addresses that are put together from words that are no addresses
far_ops:
    adrp x3, word_table
    add x3, x3, :lo12:word_table
    ldr w1, [x3, x0, lsl 2]
    adr x3, word_base
    sub x3, x3, x1
    br x3
f1: mov x0, 55
    ret
f0: mov x0, 66
    ret
word_base:
    brk 0
    # a far jump through a literal pool, which lies between instructions; a veneer as linkers write them
pool:
    cbz x0, veneer
    ldr x16, 9f
    ldr x1, 8f
    br x16
    .balign 8
8:  .xword 0xd65f03c0d65f03c0
9:  .xword behind
veneer:
    mov x1, 5
    adrp x16, behind
    add x16, x16, :lo12:behind
    br x16
    brk 1
behind:
    and x0, x1, 255
    ret

    .section .rodata
format: .string "%ld\n"
byte_table:
    .byte b0 - bytes_base, b1 - bytes_base, b2 - bytes_base, b3 - bytes_base, b4 - bytes_base, b5 - bytes_base, b1 - bytes_base, b0 - bytes_base
    .balign 2
half_table:
    .hword (h0 - halves) / 4, (h1 - halves) / 4, (h2 - halves) / 4, (h3 - halves) / 4
    .balign 4
word_table:
    .word word_base - f0, word_base - f1
    .section .note.GNU-stack,"",@progbits
