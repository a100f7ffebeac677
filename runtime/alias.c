#include "runtime/alias.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* off: of lo in the object, in bytes. Anonymous shared memory has a number of its own instead of a file's. */
struct piece { uint64_t lo, hi, dev, ino, off; };
struct rt_alias { unsigned n, cap; uint64_t next_anon; struct piece p[]; };
enum { ANON_DEV = -1 };

/* Room for two more; false: none, then aliases are not known, and writers through them not noticed. */
static bool room(struct rt *rt)
{
    struct rt_alias *a = rt->alias;
    unsigned cap = a ? a->cap : 0;

    if (a && a->n + 2 <= cap)
        return true;
    cap = cap ? cap * 2 : 32;
    struct rt_alias *b = realloc(a, sizeof *b + cap * sizeof *b->p);
    if (!b)
        return false;
    if (!a)
        b->n = 0, b->next_anon = 0;
    b->cap = cap;
    rt->alias = b;
    return true;
}

void rt_alias_gone(struct rt *rt, uint64_t lo, uint64_t hi)
{
    if (!rt->alias || !rt->alias->n || !room(rt))
        return;
    struct rt_alias *a = rt->alias;
    for (unsigned i = 0; i < a->n; i++) {
        struct piece p = a->p[i];

        if (p.lo >= hi || p.hi <= lo)
            continue;
        a->p[i--] = a->p[--a->n];
        if (p.lo < lo)
            a->p[a->n++] = (struct piece){ p.lo, lo, p.dev, p.ino, p.off };
        if (p.hi > hi && room(rt)) {
            a = rt->alias;
            a->p[a->n++] = (struct piece){ hi, p.hi, p.dev, p.ino, p.off + (hi - p.lo) };
        }
    }
}

void rt_alias_mapped(struct rt *rt, uint64_t addr, uint64_t len, int flags, int fd, uint64_t off)
{
    struct stat sb = { 0 };
    int type = flags & MAP_TYPE;

    rt_alias_gone(rt, addr, addr + len);
    if ((type != MAP_SHARED && type != MAP_SHARED_VALIDATE) || !room(rt))
        return;
    struct piece p = { addr, addr + len, (uint64_t)(int64_t)ANON_DEV, rt->alias->next_anon, 0 };
    if (flags & MAP_ANONYMOUS)
        rt->alias->next_anon++;
    else if (!fstat(fd, &sb) && S_ISREG(sb.st_mode))
        p = (struct piece){ addr, addr + len, sb.st_dev, sb.st_ino, off };
    else
        return;
    rt->alias->p[rt->alias->n++] = p;
}

void rt_alias_moved(struct rt *rt, uint64_t addr, uint64_t len, uint64_t to, uint64_t newlen)
{
    struct piece moved = { 0 };

    for (unsigned i = 0; rt->alias && i < rt->alias->n; i++) {
        const struct piece *p = &rt->alias->p[i];
        if (p->lo <= addr && addr < p->hi)
            moved = (struct piece){ to, to + newlen, p->dev, p->ino, p->off + (addr - p->lo) };
    }
    rt_alias_gone(rt, addr, addr + len);
    rt_alias_gone(rt, to, to + newlen);
    if (moved.hi && room(rt))
        rt->alias->p[rt->alias->n++] = moved;
}

void rt_alias_each(const struct rt *rt, uint64_t lo, uint64_t hi, void (*fn)(void *arg, uint64_t lo, uint64_t hi), void *arg)
{
    const struct rt_alias *a = rt->alias;

    for (unsigned i = 0; a && i < a->n; i++) {
        const struct piece *p = &a->p[i];

        if (p->lo >= hi || p->hi <= lo)
            continue;
        uint64_t from = p->off + (lo > p->lo ? lo - p->lo : 0), to = p->off + ((hi < p->hi ? hi : p->hi) - p->lo);
        for (unsigned k = 0; k < a->n; k++) {
            const struct piece *q = &a->p[k];
            uint64_t qlo = from > q->off ? from : q->off, qhi = to < q->off + (q->hi - q->lo) ? to : q->off + (q->hi - q->lo);

            if (k != i && q->dev == p->dev && q->ino == p->ino && qlo < qhi)
                fn(arg, q->lo + (qlo - q->off), q->lo + (qhi - q->off));
        }
    }
}
