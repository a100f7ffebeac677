/* A table-driven substitution-permutation cipher in counter mode, in the manner of AES with 4 KiB of tables. */
#include "kernel.h"

static uint32_t t[4][256], key[44];
static uint8_t box[256];

static void setup(void)
{
    uint64_t seed = 5;

    for (unsigned i = 0; i < 256; i++)
        box[i] = (uint8_t)i;
    for (unsigned i = 255; i; i--) {
        unsigned k = (unsigned)(rnd(&seed) % (i + 1));
        uint8_t x = box[i];

        box[i] = box[k];
        box[k] = x;
    }
    for (unsigned i = 0; i < 256; i++) {
        uint32_t s = box[i], d = s << 1 ^ (s >> 7) * 0x11b;

        t[0][i] = d | s << 8 | s << 16 | (d ^ s) << 24;
        for (unsigned k = 1; k < 4; k++)
            t[k][i] = t[k - 1][i] << 8 | t[k - 1][i] >> 24;
    }
    for (unsigned i = 0; i < 44; i++)
        key[i] = (uint32_t)rnd(&seed);
}

static void encrypt(uint32_t s[4])
{
    uint32_t a = s[0] ^ key[0], b = s[1] ^ key[1], c = s[2] ^ key[2], d = s[3] ^ key[3];

    for (unsigned r = 4; r < 44; r += 4) {
        uint32_t e = t[0][a & 255] ^ t[1][b >> 8 & 255] ^ t[2][c >> 16 & 255] ^ t[3][d >> 24] ^ key[r];
        uint32_t f = t[0][b & 255] ^ t[1][c >> 8 & 255] ^ t[2][d >> 16 & 255] ^ t[3][a >> 24] ^ key[r + 1];
        uint32_t g = t[0][c & 255] ^ t[1][d >> 8 & 255] ^ t[2][a >> 16 & 255] ^ t[3][b >> 24] ^ key[r + 2];
        uint32_t h = t[0][d & 255] ^ t[1][a >> 8 & 255] ^ t[2][b >> 16 & 255] ^ t[3][c >> 24] ^ key[r + 3];

        a = e, b = f, c = g, d = h;
    }
    s[0] = a, s[1] = b, s[2] = c, s[3] = d;
}

static uint64_t run(unsigned long n)
{
    uint64_t h = 0;

    setup();
    for (unsigned long i = 0; i < n; i++) {
        uint32_t s[4] = { (uint32_t)i, (uint32_t)(i >> 32), 0x1234567, (uint32_t)h };

        encrypt(s);
        h ^= s[0] ^ (uint64_t)s[1] << 32 ^ s[2] ^ (uint64_t)s[3] << 17;
    }
    return h;
}

KERNEL(run, 11000000)
