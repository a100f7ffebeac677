/* A record that tells whether it is whole. */
#include <stdint.h>
#include <string.h>

enum { RECORDS = 4096 };
struct record { uint32_t n, sum; uint8_t body[120]; };

static inline void record_make(struct record *r, uint32_t n)
{
    r->n = n;
    r->sum = n * 2654435761u;
    for (unsigned i = 0; i < sizeof r->body; i++)
        r->body[i] = (uint8_t)(n >> (i % 4 * 8)) ^ (uint8_t)i;
}

static inline int record_is(const struct record *r, uint32_t n)
{
    struct record want;

    record_make(&want, n);
    return !memcmp(r, &want, sizeof want);
}
