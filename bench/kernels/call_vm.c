/* A register machine with a switch, running a program that finds perfect numbers and sorts a little. */
#include "kernel.h"

enum op { LDI, ADD, SUB, MUL, MOD, MOV, ADDI, JLT, JEQ, JMP, LD, ST, XOR, SHR, HALT };
struct insn { uint8_t op, a, b, c; int32_t imm; };

static int64_t mem[256];

static NOINLINE int64_t execute(const struct insn *code, int64_t arg)
{
    int64_t r[16] = { arg };

    for (const struct insn *pc = code;; pc++)
        switch ((enum op)pc->op) {
        case LDI: r[pc->a] = pc->imm; break;
        case ADD: r[pc->a] = r[pc->b] + r[pc->c]; break;
        case SUB: r[pc->a] = r[pc->b] - r[pc->c]; break;
        case MUL: r[pc->a] = r[pc->b] * r[pc->c]; break;
        case MOD: r[pc->a] = r[pc->b] % r[pc->c]; break;
        case MOV: r[pc->a] = r[pc->b]; break;
        case ADDI: r[pc->a] = r[pc->b] + pc->imm; break;
        case JLT: pc += r[pc->a] < r[pc->b] ? pc->imm : 0; break;
        case JEQ: pc += r[pc->a] == r[pc->b] ? pc->imm : 0; break;
        case JMP: pc += pc->imm; break;
        case LD: r[pc->a] = mem[(r[pc->b] + pc->imm) & 255]; break;
        case ST: mem[(r[pc->b] + pc->imm) & 255] = r[pc->a]; break;
        case XOR: r[pc->a] = r[pc->b] ^ r[pc->c]; break;
        case SHR: r[pc->a] = (int64_t)((uint64_t)r[pc->b] >> pc->imm); break;
        case HALT: return r[pc->a];
        }
}

/* r0 = limit; r1 = n; r2 = divisor; r3 = sum of divisors; r4 = found; r5, r6 scratch; r7 = 0. */
static const struct insn program[] = {
    { LDI, 1, 0, 0, 2 }, { LDI, 4, 0, 0, 0 }, { LDI, 7, 0, 0, 0 },
    { LDI, 2, 0, 0, 1 }, { LDI, 3, 0, 0, 0 },
    { MOD, 5, 1, 2, 0 }, { JEQ, 5, 7, 0, 1 }, { JMP, 0, 0, 0, 1 }, { ADD, 3, 3, 2, 0 },
    { LD, 6, 2, 0, 3 }, { XOR, 6, 6, 3, 0 }, { SHR, 6, 6, 0, 1 }, { ST, 6, 2, 0, 0 },
    { ADDI, 2, 2, 0, 1 }, { JLT, 2, 1, 0, -10 },
    { JEQ, 3, 1, 0, 1 }, { JMP, 0, 0, 0, 1 }, { ADD, 4, 4, 1, 0 },
    { ADDI, 1, 1, 0, 1 }, { JLT, 1, 0, 0, -17 },
    { ADD, 4, 4, 6, 0 }, { HALT, 4, 0, 0, 0 },
};

static uint64_t run(unsigned long n)
{
    uint64_t h = 0;

    while (n--)
        h = mix(h, (uint64_t)execute(program, 1000 + (int64_t)(n & 3)));
    return h;
}

KERNEL(run, 45)
