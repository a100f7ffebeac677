#!/usr/bin/env python3
"""gen.py OUTDIR CHUNKS [GLOB [EVERY]]   C programs that call every intrinsic of the cross compiler's arm_neon.h.

The header is parsed as the compiler preprocesses it, so the list is the installed one's. Each intrinsic becomes a function
(input, output) per choice of its immediates: lowest, highest and one between. CHUNKS files OUTDIR/chunk-N.c hold them with tables
(runtime.h); GLOB (a shell pattern) limits the names, EVERY takes each n-th of them. Prints the number of intrinsics and of
functions. CROSS: the cross compiler (aarch64-linux-gnu-gcc), MARCH: its -march.
"""
import fnmatch, os, re, subprocess, sys

CROSS = os.environ.get("CROSS", "aarch64-linux-gnu-gcc")
MARCH = os.environ.get("MARCH", "armv8.6-a+crypto+sha3+sm4+fp16+fp16fml+bf16+i8mm")
HEAD = re.compile(r"__extension__ extern __inline\s+(?P<type>[\w \*]+?)\s*__attribute__ ?\(\([^;{]*?\)\)\s*"
                  r"(?P<name>v\w+) \((?P<args>[^{}]*?)\)\s*\{", re.S)
TYPE = re.compile(r"(?P<base>u?int|poly|float|bfloat)(?P<bits>\d+)(x(?P<lanes>\d+))?(x(?P<regs>\d))?_t$")


class Arg:
    def __init__(self, text, name=""):
        text = text.strip()
        text = re.sub(r"(?<=[\s*])\w+$", "", re.sub(r"\s+", " ", text)).strip()       # without the name
        self.const = "const" in text
        self.imm = text in ("const int", "int const", "__const int") or (text == "int" and "_lane" in name)
        self.pointer = text.endswith("*")
        self.type = re.sub(r"\b(__)?const\b|\*", "", text).strip()
        shape = TYPE.match(self.type)
        self.base = shape["base"] if shape else "int"
        self.bits = int(shape["bits"]) if shape else 32
        self.lanes = int(shape["lanes"] or 1) if shape else 1


def header():
    text = subprocess.run([CROSS, "-march=" + MARCH, "-E", "-P", "-x", "c", "-"], input="#include <arm_neon.h>\n",
                          capture_output=True, text=True, check=True).stdout
    for m in HEAD.finditer(text):
        args = [] if m["args"].strip() == "void" else [Arg(a, m["name"]) for a in m["args"].split(",")]
        yield m["name"], m["type"].strip(), args


def lane_count(name, arg):
    """Elements that a lane number counts: dot products name groups of four bytes or pairs of bfloat16, complex ones pairs."""
    if re.match(r"v(us|su)?dotq?_lane", name):
        return arg.lanes // 4
    if name.startswith(("vcmla", "vbfdot")):
        return arg.lanes // 2
    return arg.lanes


def bounds(name, args, at, result):
    """Lowest and highest value of the immediate args[at]. Their meaning is in the name: Arm's ACLE, Advanced SIMD."""
    vectors = [a for a in args if not a.imm and not a.pointer]
    if "_lane" in name or re.match(r"vext", name):
        return 0, lane_count(name, args[at - 1]) - 1
    if name.startswith("vxar"):
        return 0, 63
    if name.startswith("vsm3tt"):
        return 0, 3
    bits = vectors[0].bits
    if re.match(r"v(q?r?shru?n)\w*_n_", name):
        return 1, bits if "_high_" in name else bits // 2
    if "cvt" in name:
        return 1, max(bits, Arg(result).bits) if bits == 16 else bits
    if re.match(r"v\w*(shr|sra|sri)\w*_n_", name):
        return 1, bits
    return 0, bits - 1


def choices(name, args, result):
    """Tuples of immediates: all lowest, all highest, and one between that differs by name."""
    ranges = [bounds(name, args, i, result) for i, a in enumerate(args) if a.imm]
    mix = sum(name.encode()) % 61
    between = tuple(lo + (mix * (i + 3) + 1) % (hi - lo + 1) for i, (lo, hi) in enumerate(ranges))
    return sorted({tuple(lo for lo, _ in ranges), between, tuple(hi for _, hi in ranges)})


def kind(args, result):
    """What the operands are made of, for the generator in runtime.h: lane bits, 'f' float, 'b' bfloat16, 'i' integer."""
    shapes = [a for a in args if not a.imm] or [Arg(result)]
    for letter, base in (("b", "bfloat"), ("f", "float")):
        for a in shapes:
            if a.base == base:
                return letter, a.bits
    return "i", min(shapes[0].bits, 64)


def function(number, name, result, args, imms):
    """The C text of one test: operands are read at multiples of 64 bytes, the result or what a pointer reaches goes to out."""
    imms, decl, call = list(imms), [], []
    for i, a in enumerate(args):
        if a.imm:
            call.append(str(imms.pop(0)))
        elif a.pointer:
            call.append(f"(const {a.type} *)(in + {64 * i})" if a.const else f"({a.type} *)out")
        else:
            decl.append(f"    {a.type} a{i};\n    __builtin_memcpy(&a{i}, in + {64 * i}, sizeof a{i});\n")
            call.append(f"a{i}")
    text = f"static void t{number}(const unsigned char *in, unsigned char *out)\n{{\n" + "".join(decl)
    if result == "void":
        return text + f"    {name}({', '.join(call)});\n}}\n"
    return text + f"    {result} r = {name}({', '.join(call)});\n    __builtin_memcpy(out, &r, sizeof r);\n}}\n"


def main():
    out, chunks = sys.argv[1], int(sys.argv[2])
    glob, every = (sys.argv[3:] + ["*", "1"][len(sys.argv) - 3:])[:2]
    tests, names = [], set()
    for name, result, args in [h for h in header() if fnmatch.fnmatch(h[0], glob)][::int(every)]:
        names.add(name)
        letter, bits = kind(args, result)
        for imms in choices(name, args, result):
            tests.append((name, result, args, imms, letter, bits))
    for c in range(chunks):
        with open(os.path.join(out, f"chunk-{c}.c"), "w") as f:
            f.write('#include <arm_neon.h>\n#include "runtime.h"\n')
            table = []
            for n, (name, result, args, imms, letter, bits) in enumerate(tests[c::chunks]):
                f.write(function(n, name, result, args, imms))
                label = name + "".join(" %d" % i for i in imms)
                table.append(f"    {{ \"{label}\", t{n}, '{letter}', {bits} }},\n")
            f.write("const struct test tests[] = {\n" + "".join(table) + "    { 0 }\n};\n")
    print(len(names), "intrinsics,", len(tests), "functions")


main()
