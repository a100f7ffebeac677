#!/usr/bin/env python3
"""gen.py SEED: a C program of 300 short sequences of scalar floating point, where one result is the next one's operand. It runs
them on operands that make NaNs, tiny results and overflows likely, in all rounding modes, and prints FPSR and a hash of d0-d7 of
each run."""
import random
import sys

FUSED = ['fmadd', 'fmsub', 'fnmadd', 'fnmsub']
KINDS = ['fmul', 'fmul', 'fadd', 'fsub', 'fnmul', 'fdiv', 'fsqrt', 'square', 'scale', 'copy'] + FUSED


def one(p):
    d, a, b, c = (random.randrange(8) for _ in range(4))
    kind = random.choice(KINDS)
    if kind == 'fsqrt':
        return [f'fsqrt {p}{d},{p}{a}']
    if kind == 'square':
        return [f'fmul {p}{d},{p}{a},{p}{a}']
    if kind == 'scale':
        return [f'fmov {p}16,#{random.choice(["0.5", "2.0", "-0.25", "3.0"])}', f'fmul {p}{d},{p}{a},{p}16']
    if kind == 'copy':
        return [f'fmov {p}{d},{p}{a}']
    return [f'{kind} {p}{d},{p}{a},{p}{b}' + (f',{p}{c}' if kind in FUSED else '')]


BODY = r'''
static uint64_t seed = 0x9e3779b97f4a7c15;
static uint64_t rnd(void) { seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17; return seed; }

/* m: bits of the mantissa, top: the largest exponent */
static uint64_t value(unsigned m, uint64_t top)
{
    uint64_t one = (UINT64_C(1) << m) - 1, f = rnd() & one, e = top / 2 + rnd() % 5 - 2;

    switch (rnd() % 4) { case 0: f = 0; break; case 1: f = one & ~(rnd() % 4); break; case 2: f = rnd() % 4; break; default: break; }
    switch (rnd() % 16) {
    case 0: e = top; break;
    case 1: e = 0; break;
    case 2: e = 1; break;
    case 3: e = top - 1; break;
    case 4: e = f = 0; break;
    case 5: case 6: case 7: e = top / 4 + rnd() % 5 - 2; break;
    case 8: case 9: e = top / 4 * 3 + rnd() % 5 - 2; break;
    case 10: e = rnd() % (m + 4); break;
    default: break;
    }
    return (rnd() & 1) << (m == 52 ? 63 : 31) | e << m | f;
}

int main(void)
{
    static uint64_t v[8][2];

    for (unsigned round = 0; round < 200; round++)
        for (unsigned i = 0; i < sizeof fn / sizeof *fn; i++) {
            uint64_t fpcr = (rnd() % 4 ? 0 : rnd() % 4) << 22, fpsr, h = 0, mild = rnd() % 3;

            for (unsigned k = 0; k < 8; k++) {
                v[k][0] = i & 1 ? value(52, 0x7ff) : value(23, 0xff);
                if (mild && (i & 1) && rnd() % 4)
                    v[k][0] = (v[k][0] & ~(UINT64_C(0x7ff) << 52)) | (rnd() % 3 ? UINT64_C(0x3ff) : 0x200 - rnd() % 2) << 52;
                v[k][1] = rnd();
            }
            __asm__ volatile("msr fpcr, %1\n msr fpsr, xzr\n ldp q0, q1, [%2]\n ldp q2, q3, [%2, #32]\n ldp q4, q5, [%2, #64]\n"
                "ldp q6, q7, [%2, #96]\n blr %3\n stp q0, q1, [%2]\n stp q2, q3, [%2, #32]\n stp q4, q5, [%2, #64]\n"
                "stp q6, q7, [%2, #96]\n mrs %0, fpsr\n msr fpcr, xzr" : "=&r"(fpsr) : "r"(fpcr), "r"(v), "r"(fn[i])
                : "memory", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "x30");
            for (unsigned k = 0; k < 8; k++)
                h = (h * UINT64_C(0x9e3779b97f4a7c15)) ^ v[k][0] ^ v[k][1] << 1;
            printf("%u f%u: fpsr %llx, %016llx\n", round, i, (unsigned long long)fpsr, (unsigned long long)h);
        }
    return 0;
}
'''


def main():
    random.seed(int(sys.argv[1]))
    n = 300
    print('#include <stdint.h>\n#include <stdio.h>')
    for i in range(n):
        lines = [x for _ in range(random.randrange(2, 9)) for x in one('sd'[i % 2])]
        text = '\\n'.join(lines)
        print(f'void f{i}(void);\n__asm__(".text\\n.globl f{i}\\nf{i}:\\n{text}\\nret\\n");')
    print('static void (*const fn[])(void) = { ' + ', '.join(f'f{i}' for i in range(n)) + ' };')
    print(BODY)


main()
