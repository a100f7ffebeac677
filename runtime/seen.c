/* A bit for each two bytes of guest code, in chunks that are made when code in them runs. Bits are only ever set, so no lock is needed; after a
 * change of code some tell of what was there before, which costs a little compiling. */
#include "runtime/seen.h"

#include <stdlib.h>
#include <sys/mman.h>

/* CHUNK: guest bytes of one chunk, whose bits fill a page. */
enum { CHUNK_BITS = 16, WORDS = (1 << CHUNK_BITS) / 2 / 64, SLOTS = 1 << 14, PROBES = 64 };

struct slot { uint64_t key; uint64_t *word; };          /* key: chunk number + 1; 0: free */

struct rt_seen { struct slot slot[SLOTS]; };

struct rt_seen *rt_seen_new(void)
{
    void *p = mmap(NULL, sizeof(struct rt_seen), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static unsigned home(uint64_t key) { return (unsigned)(key * 0x9e3779b97f4a7c15u >> 50); }

/* The slot of a key, a new one if `make`; NULL: none, or none free near its place (*full). */
static struct slot *slot_of(struct rt_seen *s, uint64_t key, bool make, bool *full)
{
    for (unsigned i = 0; i < PROBES; i++) {
        struct slot *at = &s->slot[(home(key) + i) % SLOTS];
        uint64_t k = __atomic_load_n(&at->key, __ATOMIC_ACQUIRE);

        if (!k && make && __atomic_compare_exchange_n(&at->key, &k, key, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            return at;
        if (k == key)
            return at;
        if (!k)
            return NULL;
    }
    *full = true;
    return NULL;
}

static uint64_t *words_of(struct slot *at)
{
    uint64_t *w = __atomic_load_n(&at->word, __ATOMIC_ACQUIRE), *made;

    if (w || !(made = calloc(WORDS, sizeof *made)))
        return w;
    if (__atomic_compare_exchange_n(&at->word, &w, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return made;
    free(made);
    return w;
}

void rt_seen_mark(struct rt_seen *s, uint64_t lo, uint64_t hi)
{
    bool full = false;

    while (lo < hi) {
        uint64_t end = ((lo >> CHUNK_BITS) + 1) << CHUNK_BITS;
        struct slot *at = slot_of(s, (lo >> CHUNK_BITS) + 1, true, &full);
        uint64_t *w = at ? words_of(at) : NULL;

        for (end = end < hi ? end : hi; w && lo < end; lo += 2) {
            uint64_t bit = lo >> 1 & (WORDS * 64 - 1);
            __atomic_fetch_or(&w[bit / 64], UINT64_C(1) << bit % 64, __ATOMIC_RELAXED);
        }
        lo = end;
    }
}

bool rt_seen_at(const struct rt_seen *s, uint64_t pc)
{
    bool full = false;
    struct slot *at = slot_of((struct rt_seen *)(uintptr_t)s, (pc >> CHUNK_BITS) + 1, false, &full);
    const uint64_t *w = at ? __atomic_load_n(&at->word, __ATOMIC_ACQUIRE) : NULL;
    uint64_t bit = pc >> 1 & (WORDS * 64 - 1);

    return w ? __atomic_load_n(&w[bit / 64], __ATOMIC_RELAXED) >> bit % 64 & 1 : full;
}
