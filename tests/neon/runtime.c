/* The freestanding main program of gen.py's tests. Each function of the table runs on 32 operand sets; a line names it, a hash
 * over results and FPSR, and the OR of the FPSRs; functions on floating point run again under other FPCR values, 8 sets each, for
 * a second hash. One argument: only the functions whose name begins so, with operands and result of each set. */
#include "runtime.h"

#include <stddef.h>
#include <stdint.h>

enum { SETS = 32, MODE_SETS = 8, SLOTS = 6, OUT = 80 };

static uint64_t state;
static char text[1 << 16];
static unsigned ntext;
static uint8_t in[SLOTS * 64] __attribute__((aligned(16))), out[OUT] __attribute__((aligned(16)));

static long syscall3(long n, long a, const void *b, long c)
{
    register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = (long)b, x2 __asm__("x2") = c;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}

static void flush(void)
{
    for (unsigned at = 0; at < ntext;) {
        long n = syscall3(64, 1, text + at, ntext - at);

        if (n <= 0)
            syscall3(93, 1, NULL, 0);
        at += (unsigned)n;
    }
    ntext = 0;
}

static void put(const char *s)
{
    while (*s)
        text[ntext++] = *s++;
}

static void put_hex(uint64_t v, unsigned digits)
{
    while (digits--)
        text[ntext++] = "0123456789abcdef"[v >> 4 * digits & 15];
}

void *memcpy(void *to, const void *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    return to;
}

static uint64_t rnd(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

/* ---- operands ---- */

static uint64_t int_lane(unsigned w)
{
    uint64_t top = UINT64_C(1) << (w - 1), ones = top - 1 + top, half = UINT64_C(1) << w / 2;
    const uint64_t edge[16] = { 0, 1, 2, ones, ones - 1, top, top - 1, top + 1, top >> 1, top + (top >> 1), half - 1, half,
                                half >> 1, ones << (w / 2 - 1) & ones, ones / 3, ones / 3 * 2 };
    uint64_t r = rnd() >> 8;

    switch (rnd() >> 61) {
    case 0: case 1: case 2: return edge[r % 16];
    case 3: case 4:         return (r % 141 - 70) & ones;       /* counts for shifts, indices for tables */
    case 5:                 return (r & ones) >> (r >> 40) % w;
    default:                return rnd() >> (64 - w);
    }
}

/* A number of 1 + e + m bits: zeros, infinities, both kinds of NaN, denormals, the edges between them, integers and what lies near
 * 1, and any bits. */
static uint64_t float_lane(unsigned e, unsigned m)
{
    uint64_t r = rnd() >> 8, frac = (UINT64_C(1) << m) - 1, expo = (UINT64_C(1) << e) - 1, bias = expo >> 1;
    uint64_t sign = (rnd() >> 63) << (e + m), any = rnd() & frac;

    switch (rnd() >> 60) {
    case 0:  return sign | (r & 1 ? expo << m : 0);
    case 1:  return sign | expo << m | (r & 1 ? UINT64_C(1) << (m - 1) : 0) | (any >> (r >> 1) % m) | 1;
    case 2:  return sign | any >> (r % m);
    case 3:  return sign | (r & 1 ? UINT64_C(1) << m : frac) | (r & 2 ? r >> 4 & 1 : 0);
    case 4:  return sign | (expo - 1) << m | (r & 1 ? frac : any);
    case 5:  return sign | (1 + r % (m + 2)) << m | any;
    case 6: case 7: return sign | (bias + r % 8) << m | (any & ~(frac >> (r >> 8) % 8));
    case 8:  return sign | (bias + r % (e > 5 ? 70 : 16)) << m | any;
    case 9:  return sign | (bias - 1) << m | (r & 1 ? 0 : frac);
    case 10: return sign | bias << m;
    case 11: return sign | (bias + m / 2 + r % (m / 2 + 2)) << m | (any & ~(frac >> (r >> 8) % (m + 1)));
    default: return rnd() >> (63 - e - m);
    }
}

static uint64_t lane(char kind, unsigned w)
{
    if (kind == 'b')
        return w == 16 ? float_lane(8, 7) : float_lane(8, 23);
    if (kind == 'f')
        return w == 16 ? float_lane(5, 10) : w == 32 ? float_lane(8, 23) : float_lane(11, 52);
    return int_lane(w);
}

static void fill(const struct test *t)
{
    for (unsigned at = 0; at < sizeof in; at += 16) {
        unsigned r = rnd() >> 58, w = r % 8 == 0 && t->kind == 'i' ? 8u << (r >> 4) : t->bits;
        char kind = r % 8 == 1 ? 'i' : t->kind;
        uint64_t v = lane(kind, w);

        for (unsigned i = 0; i < 16; i += w / 8) {
            for (unsigned b = 0; b < w / 8; b++)
                in[at + i + b] = (uint8_t)(v >> 8 * b);
            if (r % 8 != 2)
                v = lane(kind, w);
        }
    }
}

/* ---- running ---- */

static uint64_t hash_add(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static void put_set(const struct test *t, uint64_t fpcr, unsigned set, uint64_t fpsr)
{
    put(t->name);
    put(" set ");
    put_hex(set, 2);
    put(" fpcr ");
    put_hex(fpcr, 8);
    put(" fpsr ");
    put_hex(fpsr, 8);
    for (unsigned i = 0; i < SLOTS * 8; i++) {
        put(i % 8 ? " " : "\n  in ");
        for (unsigned b = 8; b--;)
            put_hex(in[i * 8 + b], 2);
    }
    put("\n  out");
    for (unsigned i = 0; i < OUT / 8; i++) {
        put(" ");
        for (unsigned b = 8; b--;)
            put_hex(out[i * 8 + b], 2);
    }
    put("\n");
    flush();
}

static uint64_t run_sets(const struct test *t, uint64_t fpcr, unsigned sets, int show, uint64_t h, uint64_t *all)
{
    for (unsigned s = 0; s < sets; s++) {
        uint64_t fpsr, v;

        fill(t);
        for (unsigned i = 0; i < OUT; i++)
            out[i] = 0xa5;
        __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, xzr" : : "r"(fpcr) : "memory");
        t->fn(in, out);
        __asm__ volatile("mrs %0, fpsr\n\tmsr fpcr, xzr" : "=r"(fpsr) : : "memory");
        *all |= fpsr;
        h = hash_add(h, fpsr);
        for (unsigned i = 0; i < OUT; i += 8) {
            memcpy(&v, out + i, 8);
            h = hash_add(h, v);
        }
        if (show)
            put_set(t, fpcr, s, fpsr);
    }
    return h;
}

static void run(const struct test *t, int show)
{
    /* rounding up, down, to zero; flush to zero; default NaN; flush half precision; the last three; alternative half precision */
    static const uint32_t mode[8] = { 1 << 22, 2 << 22, 3 << 22, 1 << 24, 1 << 25, 1 << 19, 1 << 24 | 1 << 25 | 1 << 19, 1 << 26 };
    uint64_t all = 0, h = 0, m = 0;

    state = UINT64_C(0x853c49e6748fea9b);
    for (const char *p = t->name; *p; p++)
        state = hash_add(state, (uint8_t)*p);
    state |= 1;
    h = run_sets(t, 0, SETS, show, h, &all);
    for (unsigned i = 0; t->kind != 'i' && i < sizeof mode / sizeof *mode; i++)
        m = run_sets(t, mode[i], MODE_SETS, show, m, &all);
    put(t->name);
    put(": ");
    put_hex(h, 16);
    put(" ");
    put_hex(m, 16);
    put(" ");
    put_hex(all, 8);
    put("\n");
    if (ntext > sizeof text / 2)
        flush();
}

static int begins(const char *s, const char *with)
{
    while (*with)
        if (*s++ != *with++)
            return 0;
    return 1;
}

__attribute__((noreturn, used)) static void begin(const long *sp)
{
    const char *only = sp[0] > 1 ? (const char *)sp[2] : NULL;

    for (const struct test *t = tests; t->name; t++)
        if (!only || begins(t->name, only))
            run(t, only != NULL);
    flush();
    for (;;)
        syscall3(93, 0, NULL, 0);
}

__asm__(".globl _start\n_start: mov x0, sp\n\tb begin\n");
