/* A small LZ77 compressor with a hash of three bytes, and its decompressor. */
#include "kernel.h"

enum { SIZE = 1 << 16, HASH = 1 << 13 };

static uint8_t in[SIZE], out[2 * SIZE], back[SIZE + 300];
static uint16_t head[HASH];

/* Token: 0..127 a run of literals (count - 1), else 128 + length - 3 (at most 130) and a 16-bit distance. */
static unsigned compress(void)
{
    unsigned o = 0, lit = 0, i = 0;

    memset(head, 0, sizeof(head));
    while (i + 3 < SIZE) {
        uint32_t key = in[i] | in[i + 1] << 8 | in[i + 2] << 16, slot = key * 2654435761u >> 19;
        unsigned cand = head[slot], len = 0;

        head[slot] = (uint16_t)i;
        if (cand && cand < i)
            while (len < 130 && i + len < SIZE && in[cand + len] == in[i + len])
                len++;
        if (len < 4) {
            if (lit == 0 || out[o - lit - 1] == 127) {
                out[o++] = 0;
                lit = 0;
            } else {
                out[o - lit - 1]++;
            }
            out[o++] = in[i++];
            lit++;
            continue;
        }
        out[o++] = (uint8_t)(128 + len - 3);
        out[o++] = (uint8_t)(i - cand);
        out[o++] = (uint8_t)((i - cand) >> 8);
        i += len;
        lit = 0;
    }
    return o;
}

static unsigned expand(unsigned n)
{
    unsigned o = 0;

    for (unsigned i = 0; i < n;) {
        unsigned t = out[i++];

        if (t < 128) {
            for (t++; t; t--)
                back[o++] = out[i++];
        } else {
            unsigned dist = out[i] | out[i + 1] << 8;

            i += 2;
            for (t -= 125; t; t--, o++)
                back[o] = back[o - dist];
        }
    }
    return o;
}

static uint64_t run(unsigned long n)
{
    uint64_t seed = 99, h = 0;

    for (unsigned i = 0; i < SIZE; i++)
        in[i] = i > 64 && rnd(&seed) % 8 ? in[i - 1 - (seed >> 20) % 3 * 17] : "etaoinsh"[seed >> 30 & 7];
    while (n--) {
        unsigned packed = compress(), got = expand(packed);

        if (memcmp(in, back, got) != 0)
            return 0;
        h = mix(h, packed + ((uint64_t)back[n % got] << 32));
        in[rnd(&seed) % SIZE] ^= 1;
    }
    return h;
}

KERNEL(run, 550)
