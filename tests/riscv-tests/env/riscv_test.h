/* User-mode environment for the assembler programs of riscv-tests: a program starts at _start of a static ELF file, knows nothing but the
 * kernel's exit, and says by its exit status what happened: 0 passed, else the number of the first case that failed (255 for a number that
 * an exit status cannot hold). The names that the programs use are given by riscv-tests' README. */
#ifndef RISCV_TEST_H
#define RISCV_TEST_H

#define TESTNUM gp

#define RVTEST_RV64U .macro init; .endm
#define RVTEST_RV64UF .macro init; csrwi fcsr, 0; .endm

/* The programs set every register that they read; a stray value in the others makes a read of them visible. */
#define RVTEST_CODE_BEGIN       \
        .text;                  \
        .balign 4;              \
        .globl _start;          \
_start: li TESTNUM, 0;          \
        li x1, 0x5a5a5a01;      \
        li x31, 0x5a5a5a1f;     \
        init;

#define RVTEST_CODE_END unimp

#define RVTEST_PASS             \
        li a0, 0;               \
        li a7, 93;              \
        ecall;

#define RVTEST_FAIL             \
        mv a0, TESTNUM;         \
        sltiu a1, a0, 255;      \
        bnez a1, 1f;            \
        li a0, 255;             \
1:      bnez a0, 2f;            \
        li a0, 255;             \
2:      li a7, 93;              \
        ecall;

#define RVTEST_DATA_BEGIN .balign 16;
#define RVTEST_DATA_END .balign 16;

#endif
