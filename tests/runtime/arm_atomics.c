/* guest: aarch64
 * Exclusives, pairs of them, compare and swap, atomic operations of every size: a checksum of what they read, wrote and reported.
 * Output: arm_atomics.want (qemu's). */
#include <stdint.h>
#include <stdio.h>

static _Alignas(16) uint64_t m[4];
static uint64_t sum;

static void mix(uint64_t v)
{
    sum = sum * 31 + v;
}

static void pairs(uint64_t i)
{
    uint64_t a, b;
    uint32_t st;

    __asm__ volatile("1: ldaxp %0, %1, [%3]\nadd %0, %0, %1\neor %1, %1, %0\nstlxp %w2, %0, %1, [%3]\ncbnz %w2, 1b"
                     : "=&r"(a), "=&r"(b), "=&r"(st) : "r"(m) : "memory");
    mix(m[0] + m[1] + st);
    {
        register uint64_t x2 __asm__("x2") = m[0], x3 __asm__("x3") = m[1] ^ (i % 3 == 0), x4 __asm__("x4") = i;
        register uint64_t x5 __asm__("x5") = sum, *at __asm__("x0") = m;
        __asm__ volatile(".arch armv8.2-a\ncaspal x2, x3, x4, x5, [x0]"
                         : "+r"(x2), "+r"(x3) : "r"(x4), "r"(x5), "r"(at) : "memory");
        mix(m[0] * 3 + m[1] * 5 + x2 + x3 * 7);
    }
    {
        register uint64_t x2 __asm__("x2") = (uint32_t)m[0], x3 __asm__("x3") = m[0] >> 32 ^ i % 2, x4 __asm__("x4") = i;
        register uint64_t x5 __asm__("x5") = sum, *at __asm__("x0") = m;
        __asm__ volatile("casp w2, w3, w4, w5, [x0]" : "+r"(x2), "+r"(x3) : "r"(x4), "r"(x5), "r"(at) : "memory");
        mix(m[0] + x2 * 3 + x3);
    }
    __asm__ volatile("1: ldxp %w0, %w1, [%3]\nadd %w0, %w0, %w1\nstxp %w2, %w1, %w0, [%3]\ncbnz %w2, 1b"
                     : "=&r"(a), "=&r"(b), "=&r"(st) : "r"(m) : "memory");
    mix(m[0] + a);
}

static void operations(void)
{
    uint64_t o[5];

    __asm__ volatile("ldsmaxb %w6, %w0, [%5]\nldsminalh %w6, %w1, [%5]\nldumax %w6, %w2, [%5]\nldumin %6, %3, [%5]\n"
                     "ldclral %6, %4, [%5]\nstset %w6, [%5]\nldeorah %w6, %w6, [%5]\nswpalb %w6, %w6, [%5]\ncasb %w6, %w0, [%5]\n"
                     "cash %w6, %w1, [%5]\nstaddl %6, [%5]"
                     : "=&r"(o[0]), "=&r"(o[1]), "=&r"(o[2]), "=&r"(o[3]), "=&r"(o[4]) : "r"(m + 1), "r"(sum * 0x9e3779b97f4a7c15u)
                     : "memory");
    for (int i = 0; i < 5; i++)
        mix(o[i]);
    mix(m[1]);
}

/* Without a reservation, after clrex, after another store to the same place. */
static void failures(void)
{
    uint64_t a;
    uint32_t st;

    __asm__ volatile("stlxrb %w0, %w2, [%1]" : "=&r"(st) : "r"(m), "r"(sum) : "memory");
    mix(st);
    __asm__ volatile("ldaxrh %w0, [%2]\nclrex\nstlxrh %w1, %w0, [%2]" : "=&r"(a), "=&r"(st) : "r"(m) : "memory");
    mix(st * 2 + a);
    __asm__ volatile("ldxr %0, [%2]\nstr %3, [%2]\nstxr %w1, %0, [%2]" : "=&r"(a), "=&r"(st) : "r"(m), "r"(sum | 1) : "memory");
    mix(st);
}

int main(void)
{
    for (uint64_t i = 0; i < 3000; i++) {
        m[0] = i * 7919;
        m[1] = ~i;
        pairs(i);
        operations();
        failures();
    }
    printf("%016lx\n", sum);
    return 0;
}
