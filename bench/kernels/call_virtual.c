/* Shapes with tables of methods: every step is an indirect call that depends on data. */
#include "kernel.h"

struct shape;
struct methods { uint64_t (*area)(const struct shape *); void (*grow)(struct shape *, uint32_t); };
struct shape { const struct methods *m; uint32_t w, h; };

static NOINLINE uint64_t rect_area(const struct shape *s) { return (uint64_t)s->w * s->h; }
static NOINLINE uint64_t tri_area(const struct shape *s) { return (uint64_t)s->w * s->h / 2; }
static NOINLINE uint64_t disc_area(const struct shape *s) { return (uint64_t)s->w * s->w * 201 / 64; }
static NOINLINE uint64_t line_area(const struct shape *s) { return s->w ^ s->h; }
static NOINLINE void grow_w(struct shape *s, uint32_t by) { s->w = (s->w + by) & 0xffff; }
static NOINLINE void grow_h(struct shape *s, uint32_t by) { s->h = (s->h * 3 + by) & 0xffff; }

static const struct methods kinds[] = { { rect_area, grow_w }, { tri_area, grow_h }, { disc_area, grow_w }, { line_area, grow_h } };

static uint64_t run(unsigned long n)
{
    static struct shape s[512];
    uint64_t seed = 3, sum = 0;

    for (unsigned i = 0; i < 512; i++)
        s[i] = (struct shape){ &kinds[rnd(&seed) % 4], (uint32_t)seed & 0xfff, (uint32_t)(seed >> 20) & 0xfff };
    while (n--) {
        for (unsigned i = 0; i < 512; i++) {
            sum += s[i].m->area(&s[i]);
            s[i].m->grow(&s[i], (uint32_t)sum & 15);
        }
        s[n % 512].m = &kinds[sum % 4];
    }
    return sum;
}

KERNEL(run, 170000)
