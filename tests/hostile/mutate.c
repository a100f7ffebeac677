/* Random numbers, buffers, and mutations that know no format. */
#include "tests/hostile/hostile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

uint64_t rnd(struct rng *r)             /* splitmix64 */
{
    uint64_t z = r->s += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t below(struct rng *r, uint64_t n) { return n ? rnd(r) % n : 0; }

uint64_t odd_number(struct rng *r, const uint64_t *near, unsigned n)
{
    switch (below(r, 6)) {
    case 0: return below(r, 9);
    case 1: return 0 - (uint64_t)(1 + below(r, 9));
    case 2: return (UINT64_C(1) << below(r, 64)) + below(r, 5) - 2;
    case 3: return rnd(r) >> below(r, 64);
    default: return n ? near[below(r, n)] + (below(r, 5) - 2) * (one_in(r, 2) ? 1 : 4) : rnd(r);
    }
}

static void *need(void *p)
{
    if (!p) {
        fprintf(stderr, "hostile: no memory\n");
        exit(3);
    }
    return p;
}

void buf_splice(struct buf *b, size_t at, size_t del, const void *p, size_t n)
{
    if (at > b->n)
        at = b->n;
    if (del > b->n - at)
        del = b->n - at;
    if (b->n - del + n > b->cap || !b->p)
        b->p = need(realloc(b->p, b->cap = (b->n - del + n) * 2 + 64));
    memmove(b->p + at + n, b->p + at + del, b->n - at - del);
    if (n && p)
        memcpy(b->p + at, p, n);
    else if (n)
        memset(b->p + at, 0, n);
    b->n += n - del;
}

void buf_set(struct buf *b, const void *p, size_t n) { buf_splice(b, 0, b->n, p, n); }

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ 0 };
}

bool buf_read(struct buf *b, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

    if (ok) {
        buf_splice(b, 0, b->n, NULL, (size_t)st.st_size);
        ok = read(fd, b->p, b->n) == (ssize_t)b->n;
    }
    if (fd >= 0)
        close(fd);
    return ok;
}

int buf_memfd(const struct buf *b)
{
    int fd = memfd_create("hostile", MFD_CLOEXEC);

    for (size_t at = 0; fd >= 0 && at < b->n;) {
        ssize_t w = write(fd, b->p + at, b->n - at);

        if (w <= 0)
            exit(3);
        at += (size_t)w;
    }
    if (fd < 0)
        exit(3);
    return fd;
}

static void put(struct buf *b, size_t at, uint64_t v, unsigned n)
{
    if (at <= b->n && n <= b->n - at)
        memcpy(b->p + at, &v, n);
}

static void move_block(struct rng *r, struct buf *b)
{
    size_t n = 1 + below(r, one_in(r, 2) ? 64 : b->n / 4 + 1), from = below(r, b->n), to = below(r, b->n);
    uint8_t *copy;

    if (n > b->n - from)
        n = b->n - from;
    copy = need(malloc(n + 1));
    memcpy(copy, b->p + from, n);
    if (one_in(r, 3))
        memset(copy, (int)rnd(r) & (one_in(r, 2) ? 0 : 255), n);
    buf_splice(b, to, one_in(r, 2) ? n : 0, copy, n);
    free(copy);
}

static void mutate_once(struct rng *r, struct buf *b)
{
    const uint64_t near[] = { b->n, b->n / 2, below(r, b->n) };

    switch (below(r, 8)) {
    case 0: case 1:
        b->p[below(r, b->n)] ^= (uint8_t)(1u << below(r, 8));
        break;
    case 2:
        b->p[below(r, b->n)] = (uint8_t)rnd(r);
        break;
    case 3: case 4: {
        unsigned size = 1u << (1 + below(r, 3));

        put(b, below(r, b->n) & ~(uint64_t)(size - 1), odd_number(r, near, 3), size);
        break;
    }
    case 5:
        if (one_in(r, 3))
            b->n = below(r, b->n) + 1;
        else
            buf_splice(b, below(r, b->n), 1 + below(r, 16), NULL, 0);
        break;
    default:
        move_block(r, b);
    }
}

void mutate_raw(struct rng *r, struct buf *b)
{
    unsigned n = one_in(r, 2) ? 1 : 1 + (unsigned)below(r, 8);

    while (n-- && b->n)
        mutate_once(r, b);
}

void mutate_records(struct rng *r, struct buf *b, size_t size, const uint64_t *near, unsigned n)
{
    size_t count = b->n / size, at = below(r, count) * size, other = below(r, count) * size;
    uint8_t copy[64];

    if (!count || size > sizeof copy) {
        if (one_in(r, 2))
            buf_splice(b, 0, 0, NULL, size * (1 + below(r, 3)));
        return;
    }
    memcpy(copy, b->p + at, size);
    switch (below(r, 8)) {
    case 0:
        memcpy(b->p + at, b->p + other, size);
        memcpy(b->p + other, copy, size);
        break;
    case 1: buf_splice(b, at, size, NULL, 0); break;
    case 2: buf_splice(b, other, 0, copy, size); break;
    case 3: buf_splice(b, at, (size_t)-1, NULL, 0); break;
    default: {
        unsigned w = size % 8 == 0 && one_in(r, 2) ? 8 : 4;
        size_t field = at + below(r, size / w) * w;
        uint64_t v = 0;

        memcpy(&v, b->p + field, w);
        put(b, field, one_in(r, 3) ? v + below(r, 9) - 4 : odd_number(r, near, n), w);
    }
    }
}
