/* libFuzzer entry: any bytes as a journal. With bit 0 of the first byte set, records are sealed first (hash, size), so that they
 * are taken; what is taken must lie inside, and add up to sorted profiles. */
#include "formats/profile.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum { struct profile_pc *pc; uint32_t n; size_t bytes; };

static void take(void *ctx, const struct profile_rec *r, const struct profile_pc *pc)
{
    struct sum *s = ctx;

    s->bytes += r->size;
    if (r->size != sizeof *r + r->npc * sizeof *pc || r->npc > PROFILE_MAX_PCS)
        abort();
    profile_add(&s->pc, &s->n, pc, r->npc);
}

static void seal_all(uint8_t *p, size_t n)
{
    struct profile_rec *r;

    for (size_t at = 0; n - at >= sizeof *r; at += r->size) {
        size_t room = (n - at - sizeof *r) / sizeof(struct profile_pc);

        r = (struct profile_rec *)(p + at);         /* p is aligned, sizes are multiples of 8 */
        r->npc = room ? r->npc % (uint32_t)(room + 1) : 0;
        profile_seal(r);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sum s = { 0 };
    uint8_t *copy = malloc(size + 1);
    size_t skipped;

    if (!copy || !size) {
        free(copy);
        return 0;
    }
    memcpy(copy, data + 1, size - 1);
    if (data[0] & 1)
        seal_all(copy, size - 1);
    skipped = profile_scan(copy, size - 1, take, &s);
    if (skipped != SIZE_MAX && s.bytes + skipped > size - 1)
        abort();
    for (uint32_t i = 1; i < s.n; i++)
        if (s.pc[i].pc <= s.pc[i - 1].pc)
            abort();
    free(s.pc);
    free(copy);
    return 0;
}
