/* exact THREADS ROUNDS   what many threads do with atomics adds up: every kind of read-modify-write, compare-and-swap loops, spin locks
 * of exclusives, ticket locks, pairs of 128 bits (AArch64), neighbouring bytes, mutexes and condition variables, a queue.
 * Prints each name and whether its sum is right; ends "N passed, N failed". Variants of the build: ops_*.h's are asm, the rest is
 * what the compiler makes of __atomic (-mno-outline-atomics: exclusives; -march=armv8.1-a: LSE). */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long nthread = 64, rounds = 1000;
static int passed, failed;

#define ADD(p, v, o) __atomic_fetch_add(p, v, __ATOMIC_##o)
static struct {
    uint64_t add[4] __attribute__((aligned(64)));
    uint32_t word[2];
    uint16_t half[4];
    uint8_t byte[8];
    uint64_t cas, max, xorsum, orbits, swapped, lifo;
} a;

static void fetch_ops(unsigned id)
{
    uint64_t kept = 0;

    for (unsigned long i = 0; i < rounds; i++) {
        ADD(&a.add[0], i, RELAXED), ADD(&a.add[1], id, ACQUIRE), ADD(&a.add[2], 3, RELEASE), ADD(&a.add[3], -1, SEQ_CST);
        ADD(&a.word[id & 1], 5, SEQ_CST), ADD(&a.half[id & 3], 7, RELAXED), ADD(&a.byte[id & 7], 1, ACQ_REL);
        __atomic_fetch_xor(&a.xorsum, (uint64_t)(i + 1) * (id + 1), __ATOMIC_RELAXED);
        __atomic_fetch_or(&a.orbits, UINT64_C(1) << (id & 63), __ATOMIC_RELEASE);
        kept += __atomic_exchange_n(&a.swapped, (uint64_t)i + 1, __ATOMIC_ACQ_REL);
    }
    ADD(&a.cas, kept, SEQ_CST);
}

static int fetch_ops_right(void)
{
    uint64_t n = nthread, r = rounds, x = 0, sum = 0;
    int ok = a.add[0] == n * (r * (r - 1) / 2) && a.add[1] == r * (n * (n - 1) / 2) && a.add[2] == 3 * n * r && a.add[3] == -(n * r);

    for (unsigned id = 0; id < n; id++)
        for (uint64_t i = 0; i < r; i++)
            x ^= (i + 1) * (id + 1), sum += i + 1;
    for (unsigned k = 0; k < 8; k++) {
        uint64_t mine = 0;
        for (unsigned id = 0; id < n; id++)
            mine += (id & 7) == k;
        ok = ok && a.byte[k] == (uint8_t)(mine * r);
    }
    for (unsigned k = 0; k < 4; k++)
        ok = ok && a.half[k] == (uint16_t)((n + 3 - k) / 4 * r * 7);
    for (unsigned k = 0; k < 2; k++)
        ok = ok && a.word[k] == (uint32_t)((n + 1 - k) / 2 * r * 5);
    return ok && a.xorsum == x && a.orbits == (n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1) && a.cas + a.swapped == sum;
}

static uint64_t cas_count, cas_max;
static void cas_loop(unsigned id)
{
    for (unsigned long i = 0; i < rounds; i++) {
        uint64_t v = __atomic_load_n(&cas_count, __ATOMIC_RELAXED), m = __atomic_load_n(&cas_max, __ATOMIC_ACQUIRE);

        while (!__atomic_compare_exchange_n(&cas_count, &v, v + (v % 3) * 3 + 3, 1, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            ;
        while (m < i * 64 + id && !__atomic_compare_exchange_n(&cas_max, &m, i * 64 + id, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE))
            ;
    }
}
static int cas_loop_right(void)
{
    return cas_count == 3 * nthread * rounds && cas_max == (rounds - 1) * 64 + nthread - 1;
}

/* A spin lock of exclusives: taken with acquire, given back by a store-release; plain data inside. */
static uint32_t spin __attribute__((aligned(64)));
static uint64_t guarded[4];

static int try_lock(uint32_t *p)
{
    uint32_t old, bad;

#if defined(__aarch64__)
    __asm__ volatile("ldaxr %w0, [%2]\nmov %w1, #1\ncbnz %w0, 1f\nstxr %w1, %w3, [%2]\n1:"
                     : "=&r"(old), "=&r"(bad) : "r"(p), "r"(1) : "memory");
#else
    __asm__ volatile("lr.w.aq %0, (%2)\nli %1, 1\nbnez %0, 1f\nsc.w %1, %3, (%2)\n1:"
                     : "=&r"(old), "=&r"(bad) : "r"(p), "r"(1) : "memory");
#endif
    return !old && !bad;
}
static void unlock(uint32_t *p)
{
#if defined(__aarch64__)
    __asm__ volatile("stlr wzr, [%0]" : : "r"(p) : "memory");
#else
    __asm__ volatile("fence rw, w\nsw zero, 0(%0)" : : "r"(p) : "memory");
#endif
}
static void change(uint64_t *g, uint64_t by)
{
    g[0] += by, g[1] += g[0] & 1, g[2]++, g[3] ^= g[0];
}
static void spin_lock(unsigned id)
{
    (void)id;
    for (unsigned long i = 0; i < rounds; i++) {
        for (unsigned n = 0; !try_lock(&spin); n++)
            if (n > 50)
                sched_yield(), n = 0;
        change(guarded, 1);
        unlock(&spin);
    }
}
static int sum_right(const uint64_t *g)
{
    uint64_t w[4] = { 0 };

    for (uint64_t i = 0; i < nthread * rounds; i++)
        change(w, 1);
    return memcmp(g, w, sizeof w) == 0;
}
static int spin_lock_right(void) { return sum_right(guarded); }

static struct { uint32_t next, pad[15], serving; } ticket;
static uint64_t ticketed[4];
static void ticket_lock(unsigned id)
{
    (void)id;
    for (unsigned long i = 0; i < rounds / 8 + 1; i++) {
        uint32_t me = __atomic_fetch_add(&ticket.next, 1, __ATOMIC_RELAXED);

        while (__atomic_load_n(&ticket.serving, __ATOMIC_ACQUIRE) != me)
            sched_yield();
        change(ticketed, 1);
        __atomic_store_n(&ticket.serving, me + 1, __ATOMIC_RELEASE);
    }
}
static int ticket_lock_right(void) { return ticketed[2] == nthread * (rounds / 8 + 1) && ticketed[0] == ticketed[2] && ticket.serving == ticketed[2]; }

/* Two doublewords that change together; also by a reader. */
struct pair { uint64_t lo, hi; } __attribute__((aligned(16)));
static struct pair pairs[2];
static unsigned torn;
#if defined(__aarch64__)
static int pair_cas(struct pair *p, struct pair *old, struct pair new, int lse)
{
    register uint64_t x0 __asm__("x0") = old->lo, x1 __asm__("x1") = old->hi, x2 __asm__("x2") = new.lo, x3 __asm__("x3") = new.hi;
    uint64_t lo, hi;
    uint32_t bad = 1;

    if (lse) {
        __asm__ volatile(".arch_extension lse\ncaspal x0, x1, x2, x3, [%4]" : "+r"(x0), "+r"(x1) : "r"(x2), "r"(x3), "r"(p) : "memory");
        bad = x0 != old->lo || x1 != old->hi;
        old->lo = x0, old->hi = x1;
        return !bad;
    }
    __asm__ volatile("ldaxp %0, %1, [%3]\ncmp %0, %4\nccmp %1, %5, #0, eq\nbne 1f\nstlxp %w2, %6, %7, [%3]\n1:"
                     : "=&r"(lo), "=&r"(hi), "+&r"(bad) : "r"(p), "r"(old->lo), "r"(old->hi), "r"(new.lo), "r"(new.hi) : "memory", "cc");
    if (bad)
        old->lo = lo, old->hi = hi;
    return !bad;
}
static void pair_128(unsigned id)
{
    for (int lse = 0; lse < 2; lse++) {
        struct pair v = { 0, 0 };

        for (unsigned long i = 0; i < rounds; i++)
            while (!pair_cas(&pairs[lse], &v, (struct pair){ v.lo + 1 + id % 2, ~(v.lo + 1 + id % 2) }, lse))
                ;
        /* what a compare-and-swap with a value that cannot be there finds is whole */
        for (unsigned long i = 0; i < rounds / 4; i++) {
            v = (struct pair){ 1, 1 };
            if (pair_cas(&pairs[lse], &v, (struct pair){ 0, 0 }, lse) || (lse && v.lo != ~v.hi && v.lo + v.hi))
                __atomic_fetch_add(&torn, 1, __ATOMIC_RELAXED);
        }
    }
}
static int pair_128_right(void)
{
    uint64_t want = nthread * rounds + nthread / 2 * rounds;

    return !torn && pairs[0].lo == want && pairs[0].hi == ~want && pairs[1].lo == want && pairs[1].hi == ~want;
}
#else
static void pair_128(unsigned id) { (void)id, (void)pairs; }
static int pair_128_right(void) { return !torn; }
#endif

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static uint64_t locked[4];
static void mutex_sum(unsigned id)
{
    (void)id;
    for (unsigned long i = 0; i < rounds; i++) {
        pthread_mutex_lock(&mutex);
        change(locked, 1);
        pthread_mutex_unlock(&mutex);
    }
}
static int mutex_sum_right(void) { return sum_right(locked); }

/* A bounded queue: half of the threads put, half take. */
static uint64_t queue[16], put_sum, got_sum;
static unsigned qhead, qn;
static void queue_cond(unsigned id)
{
    uint64_t sum = 0;

    for (unsigned long i = 0; i < rounds / 4 + 1; i++) {
        pthread_mutex_lock(&mutex);
        if (id % 2) {
            while (qn == 16)
                pthread_cond_wait(&cond, &mutex);
            queue[(qhead + qn++) % 16] = i * 64 + id, sum += i * 64 + id;
        } else {
            while (qn == 0)
                pthread_cond_wait(&cond, &mutex);
            sum += queue[qhead++ % 16], qn--;
        }
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&mutex);
    }
    __atomic_fetch_add(id % 2 ? &put_sum : &got_sum, sum, __ATOMIC_RELAXED);
}
static int queue_cond_right(void) { return put_sum == got_sum && qn == 0; }

/* Handing over by a plain flag that is polled: the loads must not be remembered. Threads in pairs. */
static struct { volatile uint32_t turn; uint32_t pad[15]; } turns[64];
static void ping_pong(unsigned id)
{
    unsigned p = id / 2 % 64;

    for (uint32_t i = 0; i < rounds / 16 + 1; i++) {
        for (unsigned n = 0; turns[p].turn != i * 2 + id % 2; n++)
            if (n > 500)
                sched_yield(), n = 0;
        turns[p].turn = i * 2 + id % 2 + 1;
    }
}
static int ping_pong_right(void)
{
    for (unsigned p = 0; p < nthread / 2; p++)
        if (turns[p].turn != (rounds / 16 + 1) * 2)
            return 0;
    return 1;
}

/* ---- running ---- */

static const struct part { const char *name; void (*run)(unsigned); int (*right)(void); } parts[] = {
#define P(n) { #n, n, n##_right }
    P(fetch_ops), P(cas_loop), P(spin_lock), P(ticket_lock), P(pair_128), P(mutex_sum), P(queue_cond), P(ping_pong),
};
static const struct part *now;
static pthread_barrier_t gate;

static void *worker(void *arg)
{
    pthread_barrier_wait(&gate);
    now->run((unsigned)(uintptr_t)arg);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t th[256];

    if (argc > 1)
        nthread = strtoul(argv[1], NULL, 0) & 254;
    if (argc > 2)
        rounds = strtoul(argv[2], NULL, 0);
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (argc > 3 && strcmp(argv[3], parts[i].name) != 0)
            continue;
        now = &parts[i];
        pthread_barrier_init(&gate, NULL, (unsigned)nthread);
        for (unsigned k = 0; k < nthread; k++)
            if (pthread_create(&th[k], NULL, worker, (void *)(uintptr_t)k))
                return perror("pthread_create"), 1;
        for (unsigned k = 0; k < nthread; k++)
            pthread_join(th[k], NULL);
        if (now->right())
            passed++;
        else
            failed++, printf("WRONG %s\n", now->name);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
