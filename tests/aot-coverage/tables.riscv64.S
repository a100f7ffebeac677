# Jump tables that no compiler writes: bytes, half words, words from a base, code that is its own table, addresses put together from
# halves, and a stack of return addresses. Prints one number; exits with 0.
    .option nopic
    .globl main
    .text
main:
    addi sp, sp, -48
    sd ra, 40(sp)
    sd s0, 32(sp)
    sd s1, 24(sp)
    sd s2, 16(sp)
    li s0, 0
    li s1, 3000
0:  andi a0, s1, 7
    call bytes
    add s0, s0, a0
    andi a0, s1, 3
    call halves
    add s0, s0, a0
    andi a0, s1, 7
    call island
    slli s0, s0, 1
    xor s0, s0, a0
    andi a0, s1, 3
    call chain
    add s0, s0, a0
    andi a0, s1, 15
    call duff
    add s0, s0, a0
    andi a0, s1, 1
    call far_ops
    xor s0, s0, a0
    slli s0, s0, 16
    srli s0, s0, 16
    addi s1, s1, -1
    bnez s1, 0b
    la a0, format
    mv a1, s0
    call printf
    li a0, 0
    ld ra, 40(sp)
    ld s0, 32(sp)
    ld s1, 24(sp)
    ld s2, 16(sp)
    addi sp, sp, 48
    ret

    # distances from a label, one byte each
bytes:
    la t3, byte_table
    add t3, t3, a0
    lbu t1, 0(t3)
    la t3, bytes_base
    add t3, t3, t1
    jr t3
bytes_base:
b0: li a0, 3
    ret
b1: li a0, 14
    ret
b2: addi a0, a0, 20
b3: addi a0, a0, 7
    ret
b4: slli a0, a0, 4
    j b3
b5: neg a0, a0
    ret
    # distances of two bytes, counted in half words
halves:
    la t3, half_table
    slli a0, a0, 1
    add t3, t3, a0
    lh t1, 0(t3)
    slli t1, t1, 1
    la t3, halves
    add t3, t3, t1
    jr t3
h0: li a0, 1
    ret
h1: li a0, 22
    ret
h2: li a0, 333
    ret
h3: li a0, 4444
    ret
    # a table of jump instructions, four bytes each
    .option push
    .option norvc
island:
    la t3, island_table
    slli a0, a0, 2
    add t3, t3, a0
    jr t3
island_table:
    j i0
    j i1
    j i2
    j i3
    j i0
    j i2
    j i1
    j i3
    # computed entry into straight code (Duff)
duff:
    li t2, 16
    sub t2, t2, a0
    slli t2, t2, 2
    la t3, duff_code
    add t3, t3, t2
    li a0, 0
    jr t3
duff_code:
    .rept 16
    addi a0, a0, 5
    .endr
    ret
    .option pop
i0: li a0, 9
    ret
i1: li a0, 98
    ret
i2: li a0, 987
    ret
i3: li a0, 9876
    ret
    # return addresses on a stack: each part returns to the next one
chain:
    addi sp, sp, -32
    sd ra, 24(sp)
    la t0, c_end
    sd t0, 16(sp)
    la t0, c_two
    sd t0, 8(sp)
    la t0, c_one
    sd t0, 0(sp)
    ld ra, 0(sp)
    ret
c_one:
    addi a0, a0, 100
    ld ra, 8(sp)
    ret
c_two:
    slli a0, a0, 2
    ld ra, 16(sp)
    ret
c_end:
    ld ra, 24(sp)
    addi sp, sp, 32
    ret
    # addresses that are put together from words that are no addresses
far_ops:
    slli a0, a0, 2
    la t0, word_table
    add t0, t0, a0
    lw t1, 0(t0)
    la t0, word_base
    sub t0, t0, t1
    jr t0
f1: li a0, 55
    ret
f0: li a0, 66
    ret
word_base:
    ebreak

    .section .rodata
format: .string "%ld\n"
byte_table:
    .byte b0 - bytes_base, b1 - bytes_base, b2 - bytes_base, b3 - bytes_base, b4 - bytes_base, b5 - bytes_base, b1 - bytes_base, b0 - bytes_base
    .balign 2
half_table:
    .half (h0 - halves) / 2, (h1 - halves) / 2, (h2 - halves) / 2, (h3 - halves) / 2
    .balign 4
word_table:
    .word word_base - f0, word_base - f1
    .section .note.GNU-stack,"",@progbits
