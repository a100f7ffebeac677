#!/usr/bin/env python3
"""gen.py DIRECTORY: writes guest.gen.c (a function for each row of rows.def) and rows.gen.h (the checker's table) there."""
import os, re, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))


def calls(text):
    """The arguments of each ROW(...), as one string."""
    at = 0
    while (at := text.find("ROW(", at)) >= 0:
        depth, quoted, end = 1, False, at + 4
        while depth:
            quoted ^= text[end] == '"'
            depth += 0 if quoted else (text[end] == "(") - (text[end] == ")")
            end += 1
        yield " ".join(text[at + 4:end - 1].split())
        at = end


def main(out):
    text = subprocess.run(["cc", "-E", "-P", "-x", "c", HERE + "/rows.def"], capture_output=True, text=True, check=True).stdout
    rows = [re.match(r'((?:"[^"]*" ?)+), (\w+), (.*)$', c).groups() for c in calls(text)]
    with open(out + "/guest.gen.c", "w") as f:
        f.write('#include "tests/eval-arm/operands.h"\n#include <stdio.h>\n#include <stdlib.h>\n'
                "struct io { struct regs in; uint64_t fpcr, out[3]; };\n")
        for i, (asm, kind, value) in enumerate(rows):
            f.write(f'static void f{i}(struct io *io) {{ __asm__ volatile("ldp q0, q1, [%0]\\n ldp q2, q3, [%0, 32]\\n"'
                    f' " ldp x4, x5, [%0, 64]\\n msr fpcr, x5\\n msr fpsr, xzr\\n " {asm} "\\n"'
                    f' " mrs x5, fpsr\\n msr fpcr, xzr\\n str q0, [%0, 80]\\n str x5, [%0, 96]"'
                    f' :: "r"(io) : "memory", "cc", "x4", "x5", "v0", "v1", "v2", "v3"); }}\n')
        f.write("static const struct { void (*run)(struct io *); enum kind kind; } row[] = {\n")
        f.writelines(f"    {{ f{i}, {kind} }},\n" for i, (asm, kind, value) in enumerate(rows))
        f.write("};\n" + open(HERE + "/guest.c").read())
    with open(out + "/rows.gen.h", "w") as f:
        f.write("static const struct { const char *text; enum kind kind; } row[] = {\n")
        f.writelines(f"    {{ {asm}, {kind} }},\n" for asm, kind, value in rows)
        f.write("};\nstatic union ir_val value(unsigned i)\n{\n    switch (i) {\n")
        f.writelines(f"    case {i}: return {value};\n" for i, (asm, kind, value) in enumerate(rows))
        f.write("    default: abort();\n    }\n}\n")


main(sys.argv[1])
