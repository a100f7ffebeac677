#!/usr/bin/env python3
"""Writes the assembler source of a large guest program: FUNCTIONS functions that compute, load, store, loop and call each other.

    biggen.py riscv64 FUNCTIONS > big.S; riscv64-linux-gnu-gcc -static -nostdlib -o big big.S        (aarch64 likewise)

It is for measuring what grows with a program's size, so its functions are alike in length (about 210 bytes) and kind; which
instructions they hold is random, from a fixed seed. The program calls function 0, which calls some others, and exits with status 0.
"""
import random
import sys


class Riscv64:
    rrr = ("add", "sub", "xor", "and", "or", "mul", "sll", "srl", "addw", "subw", "mulw", "sltu")
    rri = ("addi", "xori", "andi", "ori", "addiw", "sltiu")
    loads = ("ld", "lw", "lwu", "lhu", "lb", "lbu")
    stores = ("sd", "sw", "sh", "sb")
    regs = [f"a{i}" for i in range(1, 8)] + [f"t{i}" for i in range(7)]
    start = ("la a0,data", "call f0", "li a0,0", "li a7,93", "ecall")
    enter = ("addi sp,sp,-16", "sd ra,8(sp)", "sd s0,0(sp)", "li s0,2")
    again = ("addi s0,s0,-1", "bnez s0,1b")
    leave = ("ld ra,8(sp)", "ld s0,0(sp)", "addi sp,sp,16", "ret")
    skip, call, lines = "beqz {},2f", "call f{}", 44

    def immediate(self, rng, op, d, a):
        return f"{op} {d},{a},{rng.randrange(-2048, 2048)}"

    def constant(self, rng, d):
        return f"lui {d},{rng.randrange(1 << 20)}"

    def access(self, rng, op, d):
        return f"{op} {d},{8 * rng.randrange(32)}(a0)"


class Aarch64:
    rrr = ("add", "sub", "eor", "and", "orr", "mul", "lsl", "lsr", "adds", "subs", "bic", "udiv")
    rri = ("add", "sub", "and", "eor", "lsl", "adds")
    loads = ("ldr", "ldur", "ldrsw", "ldrh", "ldrsb", "ldrb")
    stores = ("str", "stur", "strh", "strb")
    regs = [f"x{i}" for i in range(1, 16)]
    start = ("adrp x0,data", "add x0,x0,:lo12:data", "bl f0", "mov x0,0", "mov x8,93", "svc 0")
    enter = ("stp x29,x30,[sp,-32]!", "mov x29,sp", "str x19,[sp,16]", "mov x19,2")
    again = ("sub x19,x19,1", "cbnz x19,1b")
    leave = ("ldr x19,[sp,16]", "ldp x29,x30,[sp],32", "ret")
    skip, call, lines = "cbz {},2f", "bl f{}", 44

    def immediate(self, rng, op, d, a):
        if op in ("and", "eor"):
            return f"{op} {d},{a},{(1 << rng.randrange(1, 31)) - 1}"
        return f"{op} {d},{a},{rng.randrange(64 if op == 'lsl' else 4096)}"

    def constant(self, rng, d):
        return f"movz {d},{rng.randrange(1 << 16)},lsl {16 * rng.randrange(4)}"

    def access(self, rng, op, d):
        narrow = "w" if op in ("ldrh", "ldrb", "strh", "strb") else "x"
        return f"{op} {narrow}{d[1:]},[x0,{8 * rng.randrange(32)}]"


def line(isa, rng):
    kind = rng.random()
    d, a, b = (rng.choice(isa.regs) for _ in range(3))
    if kind < 0.35:
        return f"{rng.choice(isa.rrr)} {d},{a},{b}"
    if kind < 0.6:
        return isa.immediate(rng, rng.choice(isa.rri), d, a)
    if kind < 0.65:
        return isa.constant(rng, d)
    return isa.access(rng, rng.choice(isa.loads if kind < 0.85 else isa.stores), d)


def function(isa, rng, n, count):
    """A loop, a branch over some instructions, and in every second function a call of one further on, so that all calls end."""
    body = [line(isa, rng) for _ in range(isa.lines)]
    skip = isa.skip.format(rng.choice(isa.regs))
    out = [f"f{n}:", *isa.enter, "1:", *body[:18], skip, *body[18:26], "2:", *body[26:34], *isa.again, *body[34:]]
    if n % 2 == 0 and n + 1 < count:
        out.append(isa.call.format(rng.randrange(n + 1, min(n + 20000, count))))
    return out + list(isa.leave)


def main():
    isa, count = {"riscv64": Riscv64, "aarch64": Aarch64}[sys.argv[1]](), int(sys.argv[2])
    rng = random.Random(7)
    out = [".globl _start", "_start:", *isa.start]
    for n in range(count):
        out += [f".type f{n},%function", *function(isa, rng, n, count), f".size f{n},.-f{n}"]
    out += [".bss", ".balign 8", "data: .space 4096", ""]
    sys.stdout.write("\n".join(out))


if __name__ == "__main__":
    main()
