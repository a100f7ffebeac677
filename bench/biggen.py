#!/usr/bin/env python3
"""Writes the assembler source of a large riscv64 program: FUNCTIONS functions that compute, load, store, loop and call each other.

    biggen.py FUNCTIONS > big.S; riscv64-linux-gnu-gcc -static -nostdlib -o big big.S

It is for measuring what grows with a program's size, so its functions are alike in length (about 210 bytes) and kind; which
instructions they hold is random, from a fixed seed. The program calls function 0, which calls some others, and exits with status 0.
"""
import random
import sys

RRR = ("add", "sub", "xor", "and", "or", "mul", "sll", "srl", "addw", "subw", "mulw", "sltu")
RRI = ("addi", "xori", "andi", "ori", "addiw", "sltiu")
LOADS = ("ld", "lw", "lwu", "lhu", "lb", "lbu")
STORES = ("sd", "sw", "sh", "sb")
REGS = [f"a{i}" for i in range(1, 8)] + [f"t{i}" for i in range(7)]


def line(rng):
    kind = rng.random()
    d, a, b = (rng.choice(REGS) for _ in range(3))
    if kind < 0.35:
        return f"{rng.choice(RRR)} {d},{a},{b}"
    if kind < 0.6:
        return f"{rng.choice(RRI)} {d},{a},{rng.randrange(-2048, 2048)}"
    if kind < 0.65:
        return f"lui {d},{rng.randrange(1 << 20)}"
    if kind < 0.85:
        return f"{rng.choice(LOADS)} {d},{8 * rng.randrange(32)}(a0)"
    return f"{rng.choice(STORES)} {d},{8 * rng.randrange(32)}(a0)"


def function(rng, n, count):
    """A loop, a branch over some instructions, and in every second function a call of one further on, so that all calls end."""
    body = [line(rng) for _ in range(44)]
    out = [f"f{n}:", "addi sp,sp,-16", "sd ra,8(sp)", "sd s0,0(sp)", "li s0,2", "1:", *body[:18], f"beqz {rng.choice(REGS)},2f",
           *body[18:26], "2:", *body[26:34], "addi s0,s0,-1", "bnez s0,1b", *body[34:]]
    if n % 2 == 0 and n + 1 < count:
        out.append(f"call f{rng.randrange(n + 1, min(n + 20000, count))}")
    return out + ["ld ra,8(sp)", "ld s0,0(sp)", "addi sp,sp,16", "ret"]


def main():
    count = int(sys.argv[1])
    rng = random.Random(7)
    out = [".globl _start", "_start:", "la a0,data", "call f0", "li a0,0", "li a7,93", "ecall"]
    for n in range(count):
        out += [f".type f{n},@function", *function(rng, n, count), f".size f{n},.-f{n}"]
    out += [".bss", ".balign 8", "data: .space 4096", ""]
    sys.stdout.write("\n".join(out))


if __name__ == "__main__":
    main()
