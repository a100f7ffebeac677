/* Every __atomic operation on 1 to 16 bytes, and compare-and-exchange loops of several processes on shared memory.
 * variants aarch64: -march=armv8-a,-mno-outline-atomics -march=armv8.1-a -march=armv8-a,-moutline-atomics */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t hash = 1469598103934665603u;
static void mix(uint64_t v) { hash = (hash ^ v) * 1099511628211u, hash ^= hash >> 29; }

#define ORDERS(X, T)                                                                                                               \
    X(T, __ATOMIC_RELAXED) X(T, __ATOMIC_ACQUIRE) X(T, __ATOMIC_RELEASE) X(T, __ATOMIC_ACQ_REL) X(T, __ATOMIC_SEQ_CST)
#define OPS(T, o)                                                                                                                  \
    mix((uint64_t)__atomic_fetch_add(p, v, o)), mix((uint64_t)__atomic_fetch_sub(p, (T)(v * 3), o));                               \
    mix((uint64_t)__atomic_fetch_and(p, (T) ~(v << 2), o)), mix((uint64_t)__atomic_fetch_or(p, v, o));                             \
    mix((uint64_t)__atomic_fetch_xor(p, (T)(v << 1), o)), mix((uint64_t)__atomic_fetch_nand(p, v, o));                             \
    mix((uint64_t)__atomic_exchange_n(p, (T)(v + 7), o)), mix((uint64_t)__atomic_add_fetch(p, (T)-v, o));                          \
    e = (T)(v + 7 - v), mix((uint64_t)__atomic_compare_exchange_n(p, &e, (T)(v ^ 85), 0, o, __ATOMIC_RELAXED)), mix((uint64_t)e);  \
    e = (T)(v + 1), mix((uint64_t)__atomic_compare_exchange_n(p, &e, v, 0, o, __ATOMIC_RELAXED)), mix((uint64_t)e),                \
    mix((uint64_t)*p);
#define TEST(T)                                                                                                                    \
    __attribute__((noinline)) static void test_##T(T *p, T v)                                                                      \
    {                                                                                                                              \
        T e;                                                                                                                       \
        ORDERS(OPS, T)                                                                                                             \
        mix((uint64_t)__atomic_load_n(p, __ATOMIC_ACQUIRE)), mix((uint64_t)__atomic_load_n(p, __ATOMIC_SEQ_CST));                  \
        __atomic_store_n(p, v, __ATOMIC_RELEASE), mix((uint64_t)*p), __atomic_store_n(p, (T)~v, __ATOMIC_SEQ_CST);                 \
        mix((uint64_t)*p), mix((uint64_t)__atomic_test_and_set(p, __ATOMIC_ACQUIRE)), __atomic_clear(p, __ATOMIC_RELEASE);         \
    }
TEST(int8_t)
TEST(uint8_t) TEST(int16_t) TEST(uint16_t) TEST(int32_t) TEST(uint32_t) TEST(int64_t) TEST(uint64_t)

    /* 16 bytes: libatomic's. */
    __attribute__((noinline)) static void wide(unsigned __int128 *p, unsigned __int128 v)
{
    unsigned __int128 e = __atomic_load_n(p, __ATOMIC_ACQUIRE), old;

    mix((uint64_t)(e >> 64)), mix((uint64_t)e);
    mix((uint64_t)__atomic_compare_exchange_n(p, &e, e + v, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    mix((uint64_t)__atomic_compare_exchange_n(p, &e, v, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)), mix((uint64_t)(e >> 64));
    old = __atomic_fetch_add(p, v * v, __ATOMIC_RELAXED), mix((uint64_t)(old >> 64));
    old = __atomic_exchange_n(p, old ^ v, __ATOMIC_ACQ_REL), mix((uint64_t)(old >> 64)), mix((uint64_t)old);
}

struct pair {
    uint64_t lo, hi;
};
struct shared {
    uint8_t b;
    uint16_t h;
    uint32_t w, lock;
    uint64_t x, list, max;
    long counted;
    struct pair pair __attribute__((aligned(16)));
} __attribute__((aligned(64)));

static void contend(struct shared *s, unsigned id)
{
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t old;

        __atomic_fetch_add(&s->b, 1, __ATOMIC_RELAXED);
        __atomic_fetch_sub(&s->h, 3, __ATOMIC_ACQ_REL);
        __atomic_fetch_xor(&s->w, 1u << (i + id) % 32, __ATOMIC_SEQ_CST);
        while (__atomic_exchange_n(&s->lock, 1, __ATOMIC_ACQUIRE))
            if (i % 16 == 0)
                usleep(0);
        s->counted += id + i % 3;
        s->pair.lo += 3, s->pair.hi += s->pair.lo < 3;
        __atomic_store_n(&s->lock, 0, __ATOMIC_RELEASE);
        old = __atomic_load_n(&s->max, __ATOMIC_RELAXED);
        while (old < i * 4 + id && !__atomic_compare_exchange_n(&s->max, &old, i * 4 + id, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
            ;
        do
            old = s->x;
        while (!__sync_bool_compare_and_swap(&s->x, old, old * 5 % 1000003 == 0 ? 1 : old + 2));
    }
}

int main(void)
{
    union {
        int8_t a;
        uint8_t b;
        int16_t c;
        uint16_t d;
        int32_t e;
        uint32_t f;
        int64_t g;
        uint64_t h;
    } u = {.h = 0};

    for (uint64_t v = 1; v < 60; v++) {
        uint64_t x = v * 0x9e3779b97f4a7c15u;

        test_int8_t(&u.a, (int8_t)x), test_uint8_t(&u.b, (uint8_t)x), test_int16_t(&u.c, (int16_t)x),
            test_uint16_t(&u.d, (uint16_t)x);
        test_int32_t(&u.e, (int32_t)x), test_uint32_t(&u.f, (uint32_t)x), test_int64_t(&u.g, (int64_t)x), test_uint64_t(&u.h, x);
        mix(u.h);
    }
    static unsigned __int128 w;
    for (uint64_t v = 1; v < 60; v++)
        wide(&w, (unsigned __int128)v << 100 | v * 0x9e3779b97f4a7c15u);
    printf("%016llx\n", (unsigned long long)hash);
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (unsigned id = 0; id < 4; id++)
        if (!fork()) {
            contend(s, id);
            _exit(0);
        }
    while (wait(NULL) > 0)
        ;
    printf("%u %u %08x %ld %llu %llu %llu\n", s->b, s->h, s->w, s->counted, (unsigned long long)s->max, (unsigned long long)s->x,
           (unsigned long long)s->pair.lo);
    return 0;
}
