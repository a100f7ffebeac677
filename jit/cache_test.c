/* The code cache: guest functions in a page of memory, compiled, linked, taken away, flushed, forked. */
#include "jit/cache.h"
#include "jit/enter.h"
#include "jit/host/patch.h"
#include "jit/interp.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GUEST = 0x20000000, PAGE = 4096, ROOM_AT = 0x30000000, RET = 0x8067, RA = 1, T1 = 6, A0 = 10 };

static struct code_cache *cache;
static struct code_space *space;
static struct vcpu vcpu;
static struct host_thunks *thunks;
static struct cc cc;

static uint32_t addi(unsigned rd, unsigned rs, int imm) { return (uint32_t)imm << 20 | rs << 15 | rd << 7 | 0x13; }
static uint32_t jal(unsigned rd, int d)
{
    uint32_t u = (uint32_t)d;
    return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}

static bool read_mem(void *arg, void *dst, uint64_t pc, size_t n)
{
    (void)arg;
    memcpy(dst, (const void *)(uintptr_t)pc, n);
    return true;
}

static uint32_t *insn(unsigned i) { return (uint32_t *)(uintptr_t)(GUEST + 4 * i); }
static uint64_t pc_of(unsigned i) { return GUEST + 4 * i; }

static void setup_room(uint64_t room)
{
    struct diag d = { 0 };
    void *p = mmap((void *)(uintptr_t)GUEST, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    ck_assert(p != MAP_FAILED);
    cache = cache_new(&guest_riscv64, read_mem, NULL);
    ck_assert(cache != NULL);
    uint64_t size = room ? PAGE * 2 + room : cache_space_size(cache, PAGE);
    ck_assert_msg(cache_add_space(cache, GUEST, GUEST + PAGE, ROOM_AT, size, false, &space, &d) == ST_OK, "%s", d.msg);
    ck_assert(host_thunks_new(&guest_riscv64, &thunks, &d) == ST_OK && vcpu_init_host(&vcpu, thunks, &d) == ST_OK);
    cc_init(&cc);
    /* 0: f(a0) = g(a0 + 1) + 100, through a saved return address; 8: g(a0) = a0 + 10; 16: h(a0) = a0 + 7 */
    *insn(0) = addi(T1, RA, 0);
    *insn(1) = addi(A0, A0, 1);
    *insn(2) = jal(RA, 4 * (8 - 2));
    *insn(3) = addi(A0, A0, 100);
    *insn(4) = addi(RA, T1, 0);
    *insn(5) = RET;
    *insn(8) = addi(A0, A0, 10);
    *insn(9) = RET;
    *insn(16) = addi(A0, A0, 7);
    *insn(17) = RET;
}

static void setup(void) { setup_room(0); }

static enum status install(unsigned i)
{
    struct unit u = { .g = &guest_riscv64, .pc = pc_of(i), .bounds = { pc_of(i), (pc_of(i) | (PAGE - 1)) + 1 }, .name = "t" };
    struct cc_options o = { .isa = HOST_SELF, .features = host_features_detect() };
    struct diag d = { 0 };
    struct code code;

    u.text = (struct gcode){ pc_of(i & ~1023u), (const uint8_t *)insn(i & ~1023u), PAGE };
    ck_assert_msg(cc_compile(&cc, &u, &o, &code) == ST_OK, "%s", cc.diag.msg);
    enum status st = cache_install(cache, space, &code, pc_of(i), NULL, &d);
    ck_assert_msg(st == ST_OK || st == ST_LIMIT, "%s", d.msg);
    cc_reset(&cc);
    return st;
}

static unsigned slot(const char *name)
{
    unsigned i = 0;

    while (i < guest_riscv64.nslot && strcmp(guest_riscv64.slot[i].name, name))
        i++;
    ck_assert_uint_lt(i, guest_riscv64.nslot);
    return i;
}

static uint64_t *reg(const char *name) { return (uint64_t *)(void *)(vcpu.guest + guest_riscv64.slot[slot(name)].off); }

/* Calls function i with a0 = 1 from nowhere: returns where compiled code left it. */
static uint64_t call(unsigned i)
{
    const void *code = cache_lookup(cache, pc_of(i));

    ck_assert_msg(code != NULL, "no code for instruction %u", i);
    vcpu_drop_hints(&vcpu);
    *reg("x10") = 1;
    *reg("x1") = 0x1000;
    host_enter(&vcpu, thunks, code);
    return vcpu.pc;
}

START_TEST(links)
{
    install(0);
    ck_assert_uint_eq(call(0), pc_of(8));       /* g is not there: left at its pc */
    ck_assert_uint_eq(*reg("x10"), 2);
    install(8);
    ck_assert_uint_eq(call(0), 0x1000);
    ck_assert_uint_eq(*reg("x10"), 112);
    uint64_t before = cache->generation;
    ck_assert_uint_eq(cache_invalidate(cache, pc_of(8), pc_of(9)), 1);
    ck_assert_uint_ne(cache->generation, before);
    ck_assert(cache_lookup(cache, pc_of(8)) == NULL);
    ck_assert_uint_eq(call(0), pc_of(8));
    *insn(8) = addi(A0, A0, 20);
    install(8);
    ck_assert_uint_eq(call(0), 0x1000);
    ck_assert_uint_eq(*reg("x10"), 122);
    ck_assert_uint_eq(cache->stats.regions, 3);
    ck_assert_uint_eq(cache->stats.invalidated, 1);
}
END_TEST

START_TEST(rechecks)
{
    install(8);
    install(16);
    ck_assert_uint_eq(cache_recheck(cache, 0, UINT64_MAX), 0);
    *insn(16) = addi(A0, A0, 8);
    space->fixed = true;
    ck_assert_uint_eq(cache_recheck(cache, 0, UINT64_MAX), 0);
    cache_set_writable(cache, GUEST, GUEST + 1);
    ck_assert_uint_eq(cache_recheck(cache, pc_of(8), pc_of(10)), 0);
    ck_assert_uint_eq(cache_recheck(cache, 0, UINT64_MAX), 1);
    ck_assert(cache_lookup(cache, pc_of(8)) && !cache_lookup(cache, pc_of(16)));
}
END_TEST

START_TEST(places)
{
    struct cache_place at;
    uint64_t pc;

    install(0);
    install(8);
    const uint8_t *f = cache_lookup(cache, pc_of(0)), *ret = cache_lookup(cache, pc_of(3));
    ck_assert(f && ret);                        /* a return site is an entry */
    ck_assert(cache_at(cache, (uintptr_t)f, &at) && at.pc == pc_of(0) && at.jit && at.text <= f);
    ck_assert(cache_entry_at(cache, (uintptr_t)f, &pc) && pc == pc_of(0));
    ck_assert(cache_entry_at(cache, (uintptr_t)ret, &pc) && pc == pc_of(3));
    ck_assert(!cache_entry_at(cache, (uintptr_t)f + 1, &pc));
    ck_assert(!cache_at(cache, (uintptr_t)f - PAGE, &at));
    ck_assert(!cache_at(cache, (uintptr_t)space->rx + space->used, &at));
    ck_assert(cache_is_jit(cache, f) && !cache_is_jit(cache, insn(0)));
    ck_assert(cache_lookup(cache, GUEST + PAGE) == NULL && cache_lookup(cache, pc_of(5)) == NULL);
}
END_TEST

/* A full arena is emptied; nothing of what was in it is found any more, and all goes on. */
START_TEST(full)
{
    setup_room(PAGE);
    for (unsigned i = 0; i < 1000; i++) {
        ck_assert_int_eq(install(0), ST_OK);
        ck_assert_int_eq(install(8), ST_OK);
        ck_assert_uint_eq(call(8), 0x1000);
        ck_assert_uint_eq(*reg("x10"), 11);
    }
    ck_assert_uint_gt(cache->stats.flushes, 10);
    for (unsigned i = 100; i < 1000; i++)       /* too large for an arena of one page; sw a0, 0(a1): nothing folds */
        *insn(i) = i & 1 ? 0x00a5a023 : addi(A0, A0, (int)i);
    *insn(1000) = RET;
    ck_assert_int_eq(install(100), ST_LIMIT);
    ck_assert_int_eq(install(8), ST_OK);
    ck_assert_uint_eq(call(8), 0x1000);
}
END_TEST

START_TEST(forks)
{
    int st;

    install(0);
    install(8);
    ck_assert(cache_fork_prepare(cache));
    pid_t p = fork();
    cache_fork_done(cache, p == 0);
    for (int k = 0; k < 50; k++) {
        int add = p ? 100 + k : 300 + k;
        *insn(8) = addi(A0, A0, add);
        if (cache_recheck(cache, 0, UINT64_MAX) != 1)
            break;
        install(8);
        if (call(0) != 0x1000 || *reg("x10") != (uint64_t)(102 + add)) {
            if (!p)
                _exit(1);
            ck_abort_msg("parent runs the child's code");
        }
        usleep(200);
    }
    if (!p)
        _exit(7);
    waitpid(p, &st, 0);
    ck_assert_int_eq(WEXITSTATUS(st), 7);
}
END_TEST

START_TEST(never_writable_and_executable)
{
    char line[512];

    install(0);
    FILE *f = fopen("/proc/self/maps", "r");
    ck_assert(f != NULL);
    unsigned here = 0;
    while (fgets(line, sizeof line, f)) {
        unsigned long lo, hi;
        char prot[8];

        ck_assert_int_eq(sscanf(line, "%lx-%lx %7s", &lo, &hi, prot), 3);
        ck_assert_msg(!(strchr(prot, 'w') && strchr(prot, 'x')), "%s", line);
        here += (uintptr_t)space->rx >= lo && (uintptr_t)space->rx < hi && !strcmp(prot, "r-xs");
        here += (uintptr_t)space->rw >= lo && (uintptr_t)space->rw < hi && !strcmp(prot, "rw-s");
    }
    fclose(f);
    ck_assert_uint_eq(here, 2);
}
END_TEST

START_TEST(spaces)
{
    struct code_space *s;
    struct diag d = { 0 };

    install(8);
    ck_assert(cache_space(cache, GUEST) == space && cache_space(cache, GUEST + PAGE) == NULL);
    ck_assert_int_eq(cache_add_space(cache, 0x40000000, 0x40000000 + PAGE, 0x41000000, PAGE, false, &s, &d), ST_LIMIT);
    ck_assert_int_eq(cache_add_space(cache, 0x40000000, 0x40000000 + PAGE, ROOM_AT, 16 * PAGE, false, &s, &d), ST_NOMEM);
    uint64_t before = cache->generation;
    cache_drop_spaces(cache, GUEST, GUEST + PAGE / 2);
    ck_assert(cache_lookup(cache, pc_of(8)) != NULL);
    cache_drop_spaces(cache, GUEST, GUEST + PAGE);
    ck_assert(cache_lookup(cache, pc_of(8)) == NULL && cache->n == 0 && cache->generation != before);
}
END_TEST

/* Another module at FAR: f(a0, a1) = a1(a0) + 100. */
enum { FAR = 0x20100000, FAR_AT = 0x38000000 };
static struct code_space *far_space;

static void setup_far(void)
{
    struct code_space *near_space = space;
    struct diag d = { 0 };
    uint32_t *p = mmap((void *)(uintptr_t)FAR, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    ck_assert(p != MAP_FAILED);
    p[0] = addi(T1, RA, 0);
    p[1] = (A0 + 1) << 15 | RA << 7 | 0x67;             /* jalr ra, 0(a1) */
    p[2] = addi(A0, A0, 100);
    p[3] = addi(RA, T1, 0);
    p[4] = RET;
    ck_assert(cache_add_space(cache, FAR, FAR + PAGE, FAR_AT, cache_space_size(cache, PAGE), false, &far_space, &d) == ST_OK);
    space = far_space;
    install((FAR - GUEST) / 4);
    space = near_space;
    install(8);
}

static uint64_t call_far(uint64_t to)
{
    *reg("x11") = to;
    return call((FAR - GUEST) / 4);
}

/* Jumps from module to module find their way without leaving once they are known, and leave when they must. */
START_TEST(jump_cache)
{
    const uint64_t nowhere[] = { 0, 1, 2, 3, ~UINT64_C(0), GUEST + PAGE };

    setup_far();
    for (unsigned round = 0; round < 2; round++) {
        ck_assert_uint_eq(call_far(pc_of(8)), pc_of(8));
        ck_assert_uint_eq(*reg("x10"), 1);
        vcpu_know_code(&vcpu, pc_of(8), cache_lookup(cache, pc_of(8)));
        ck_assert_uint_eq(call_far(pc_of(8)), 0x1000);
        ck_assert_uint_eq(*reg("x10"), 111);
        for (unsigned i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
            ck_assert_uint_eq(call_far(nowhere[i]) & ~UINT64_C(1), nowhere[i] & ~UINT64_C(1));
        vcpu.request = 1;
        ck_assert_uint_eq(call_far(pc_of(8)), pc_of(8));
        vcpu.request = 0;
        vcpu_know_nothing(&vcpu);
    }
    /* The last return, which matches no hint, goes on at a call, whose hint must find its place. */
    *insn(40) = jal(RA, 4 * (8 - 40));
    *insn(41) = addi(RA, 5, 0);
    *insn(42) = RET;
    install(40);
    vcpu_know_code(&vcpu, 0x1000, cache_lookup(cache, pc_of(40)));
    vcpu_know_code(&vcpu, pc_of(8), cache_lookup(cache, pc_of(8)));
    *reg("x5") = 0x2000;
    for (unsigned round = 0; round < 10; round++) {
        ck_assert_uint_eq(call_far(pc_of(8)), 0x2000);
        ck_assert_uint_eq(*reg("x10"), 121);
        ck_assert_ptr_eq(vcpu.hint_sp, vcpu.hint_top);
    }
    *reg("x10") = *reg("x1") = 0x1000;
    vcpu.hint_armed = vcpu.hint_top;                    /* armed, the next return leaves */
    host_enter(&vcpu, thunks, cache_lookup(cache, pc_of(8)));
    ck_assert_uint_eq(vcpu.pc, 0x1000);
    vcpu.hint_armed = NULL;
}
END_TEST

/* Put aside and back, unless it has changed meanwhile. */
static bool runs;
static bool may_run(void *arg, uint64_t lo, uint64_t hi)
{
    (void)arg;
    return runs || hi <= pc_of(16) || lo >= pc_of(20);
}

START_TEST(suspends)
{
    install(0);
    install(8);
    install(16);
    uint64_t before = cache->generation;
    ck_assert_uint_eq(cache_suspend(cache, pc_of(8), pc_of(17)), 2);
    ck_assert_uint_ne(cache->generation, before);
    ck_assert(!cache_lookup(cache, pc_of(8)) && !cache_lookup(cache, pc_of(16)) && cache_lookup(cache, pc_of(0)));
    ck_assert_uint_eq(call(0), pc_of(8));
    ck_assert_uint_eq(cache_resume(cache, pc_of(8), pc_of(17), may_run), 1);
    ck_assert_uint_eq(call(0), 0x1000);
    ck_assert_uint_eq(*reg("x10"), 112);
    ck_assert(!cache_lookup(cache, pc_of(16)));
    *insn(16) = addi(A0, A0, 9);
    runs = true;
    ck_assert_uint_eq(cache->stats.invalidated, 0);
    ck_assert_uint_eq(cache_resume(cache, pc_of(16), pc_of(17), may_run), 1);
    ck_assert(!cache_lookup(cache, pc_of(16)));
    ck_assert_uint_eq(cache->stats.invalidated, 1);
    space->fixed = true;
    ck_assert_uint_eq(cache_suspend(cache, pc_of(8), pc_of(17)), 0);
}
END_TEST

/* Many modules: each pc has its space, and what lies over another wins. */
START_TEST(many_spaces)
{
    enum { N = 500, FIRST = 0x40000000, STEP = 3 * PAGE };
    struct code_space *s, *all[N];
    struct diag d = { 0 };

    for (unsigned i = 0; i < N; i++) {
        unsigned k = i * 7 % N;
        ck_assert(cache_add_space(cache, FIRST + k * STEP, FIRST + k * STEP + 2 * PAGE, 0x60000000 + k * (1 << 21), 1 << 21, false,
                                  &all[k], &d) == ST_OK);
    }
    for (unsigned i = 0; i < N; i++) {
        uint64_t at = FIRST + i * STEP, lo = 0, hi = UINT64_MAX;
        ck_assert(cache_space(cache, at) == all[i] && cache_space(cache, at + 2 * PAGE - 1) == all[i]);
        ck_assert(!cache_space(cache, at + 2 * PAGE) && !cache_space(cache, at - 1));
        ck_assert(!cache_space_part(cache, at + 2 * PAGE, &lo, &hi) && lo == at + 2 * PAGE);
        ck_assert(hi == (i + 1 < N ? at + STEP : UINT64_MAX));
    }
    uint64_t at = FIRST + 10 * STEP + PAGE, lo = 0, hi = UINT64_MAX;
    ck_assert(cache_add_space(cache, at, at + STEP, 0xa0000000, 1 << 21, false, &s, &d) == ST_OK);
    ck_assert(cache_space(cache, at - 1) == all[10] && cache_space(cache, at) == s && cache_space(cache, at + STEP - 1) == s);
    ck_assert(cache_space(cache, at + STEP) == all[11]);
    ck_assert(cache_space_part(cache, at + STEP, &lo, &hi) == all[11] && lo == at + STEP && hi == at + STEP + PAGE);
    for (unsigned i = 0; i < N; i += 2)
        cache_remove_space(cache, all[i]);
    for (unsigned i = 0; i < N; i++)
        ck_assert(cache_space(cache, FIRST + i * STEP) == (i == 11 ? s : i & 1 ? all[i] : NULL));
    ck_assert_uint_eq(cache->n, N / 2 + 2);
}
END_TEST

/* ---- many threads: they look up and run while one compiles; code is taken away while they stand ---- */

enum { HAMMERS = 3, CALLERS = 40, CALLEES = 8, CALLEE_AT = 800, HAMMER_MS = 500, HAMMER_MOST = 30000 };
static pthread_rwlock_t world;          /* read: runs; written: stands */
static bool stop;
static uint64_t ran, left;

static unsigned caller(unsigned i) { return 16 * i; }
static unsigned callee(unsigned i) { return CALLEE_AT + 2 * i; }

static void write_functions(unsigned round)
{
    for (unsigned i = 0; i < CALLERS; i++) {
        uint32_t *p = insn(caller(i));
        *p++ = addi(T1, RA, 0);
        for (unsigned k = 0; k < i % 5; k++)    /* branch fields in all places */
            *p++ = 0x00a5a023;                  /* sw a0, 0(a1) */
        unsigned at = caller(i) + 1 + i % 5;
        *p++ = jal(RA, 4 * ((int)callee(i % CALLEES) - (int)at));
        *p++ = addi(A0, A0, 100);
        *p++ = addi(RA, T1, 0);
        *p = RET;
    }
    for (unsigned i = 0; i < CALLEES; i++) {
        *insn(callee(i)) = addi(A0, A0, (int)(10 + i + round % 8 * 50));
        *insn(callee(i) + 1) = RET;
    }
}

static bool run_one(struct vcpu *v, unsigned i, uint64_t *seen)
{
    const void *code = cache_lookup(cache, pc_of(caller(i)));
    struct cache_place at;
    uint64_t *a0 = (uint64_t *)(void *)(v->guest + guest_riscv64.slot[slot("x10")].off);
    uint64_t want = 101 + (*insn(callee(i % CALLEES)) >> 20), store[2];

    if (!code)
        return true;
    if (*seen != cache->generation) {
        vcpu_drop_hints(v);
        vcpu_know_nothing(v);
        *seen = cache->generation;
    }
    *a0 = 1;
    *(uint64_t *)(void *)(v->guest + guest_riscv64.slot[slot("x1")].off) = 0x1000;
    *(uint64_t **)(void *)(v->guest + guest_riscv64.slot[slot("x11")].off) = store;
    host_enter(v, thunks, code);
    const void *g = cache_lookup(cache, pc_of(callee(i % CALLEES)));
    if (g)
        vcpu_know_code(v, pc_of(callee(i % CALLEES)), g);
    bool whole = v->pc == 0x1000;
    __atomic_fetch_add(whole ? &ran : &left, 1, __ATOMIC_RELAXED);
    return cache_at(cache, (uintptr_t)code, &at) && at.pc == pc_of(caller(i)) &&
           (whole ? *a0 == want : v->pc == pc_of(callee(i % CALLEES)) && *a0 == 1);
}

static void *hammer(void *arg)
{
    struct vcpu *v = aligned_alloc(64, (sizeof *v + 63) & ~(size_t)63);
    uint64_t seen = 0;
    struct diag d;
    unsigned x = (unsigned)(uintptr_t)arg * 77 + 1;

    memset(v, 0, sizeof *v);
    bool ok = vcpu_init_host(v, thunks, &d) == ST_OK;
    while (ok && !__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        pthread_rwlock_rdlock(&world);
        for (unsigned k = 0; k < 50 && ok; k++) {
            x = x * 1664525 + 1013904223;
            ok = run_one(v, (x >> 16) % CALLERS, &seen);
        }
        pthread_rwlock_unlock(&world);
    }
    vcpu_fini_host(v);
    free(v);
    return (void *)(uintptr_t)!ok;
}

static void *taker(void *arg)
{
    (void)arg;
    for (unsigned round = 1; !__atomic_load_n(&stop, __ATOMIC_RELAXED); round++) {
        usleep(3000);
        pthread_rwlock_wrlock(&world);
        cache->alone = true;
        write_functions(round);
        if (round % 9 == 0)
            cache_flush(cache);
        else if (round % 2)
            cache_recheck(cache, 0, UINT64_MAX);
        else
            cache_invalidate(cache, pc_of(caller(round % CALLERS)), pc_of(CALLEE_AT + 2 * CALLEES));
        cache->alone = false;
        pthread_rwlock_unlock(&world);
    }
    return NULL;
}

static unsigned ms_since(const struct timespec *t)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned)((now.tv_sec - t->tv_sec) * 1000 + (now.tv_nsec - t->tv_nsec) / 1000000);
}

/* Has enough happened? On a busy machine that takes longer. */
static bool enough(const struct timespec *start)
{
    unsigned ms = ms_since(start);

    return ms > HAMMER_MOST || (ms > HAMMER_MS && __atomic_load_n(&ran, __ATOMIC_RELAXED) > 10000 &&
                                __atomic_load_n(&left, __ATOMIC_RELAXED) && __atomic_load_n(&cache->stats.invalidated, __ATOMIC_RELAXED) > 100);
}

START_TEST(threads)
{
    struct timespec start;
    pthread_rwlockattr_t attr;
    pthread_t t[HAMMERS + 1];
    void *bad;

    pthread_rwlockattr_init(&attr);
    pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&world, &attr);
    write_functions(0);
    cache->alone = false;
    for (unsigned i = 0; i < HAMMERS; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, hammer, (void *)(uintptr_t)i), 0);
    ck_assert_int_eq(pthread_create(&t[HAMMERS], NULL, taker, NULL), 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (unsigned k = 0; !enough(&start); k++) {
        unsigned i = k * 29 % (CALLERS + CALLEES);
        pthread_rwlock_rdlock(&world);
        unsigned at = i < CALLERS ? caller(i) : callee(i - CALLERS);
        if (!cache_lookup(cache, pc_of(at)))
            install(at);
        pthread_rwlock_unlock(&world);
        if (k % 16 == 0)
            usleep(1000);
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i <= HAMMERS; i++) {
        ck_assert_int_eq(pthread_join(t[i], &bad), 0);
        ck_assert_msg(i == HAMMERS || !bad, "thread %u saw what cannot be", i);
    }
    ck_assert_uint_gt(ran, 10000);
    ck_assert_uint_gt(left, 0);
    ck_assert_uint_gt(cache->stats.invalidated, 100);
}
END_TEST

/* Kept apart: no link is made, and each region comes back. */
START_TEST(apart)
{
    struct gspan read[4];
    struct diag d = { 0 };

    cache_drop_spaces(cache, GUEST, GUEST + PAGE);
    cache->apart = true;
    ck_assert(cache_add_space(cache, GUEST, GUEST + PAGE, ROOM_AT, cache_space_size(cache, PAGE), false, &space, &d) == ST_OK);
    install(8);
    install(0);
    for (unsigned i = 0; i < PAGE / 4 / 2; i++)
        ck_assert_int_eq(space->table[i], 0);
    const void *code = cache_lookup(cache, pc_of(8));
    ck_assert(cache_enter_apart(cache, cache_lookup(cache, pc_of(0))));
    ck_assert_uint_eq(call(0), pc_of(8));
    ck_assert_uint_eq(*reg("x10"), 2);
    ck_assert_uint_eq(*reg("x1"), pc_of(3));
    ck_assert_uint_eq(cache_reads_at(cache, (uintptr_t)code, read, 4), 1);
    ck_assert(read[0].lo == pc_of(8) && read[0].hi == pc_of(10));
    cache_invalidate(cache, pc_of(8), pc_of(9));
    ck_assert(cache_lookup(cache, pc_of(8)) == NULL);
}
END_TEST

static const uint8_t *fetch(void *arg, uint64_t pc, size_t *n)
{
    (void)arg;
    *n = GUEST + PAGE - pc;
    return pc - GUEST < PAGE ? (const uint8_t *)(uintptr_t)pc : NULL;
}

static bool at_cut(void *arg, uint64_t pc) { return t0_is_cut(arg, pc); }

/* T0 comes back in the middle of what was one block, also of one that it has translated. */
START_TEST(cuts)
{
    struct t0 *t = t0_new(&guest_riscv64, fetch, NULL);

    for (unsigned cut = 0; cut < 3; cut++) {
        if (cut)
            ck_assert(t0_cut(t, pc_of(3 - cut)) && t0_cut(t, pc_of(3 - cut)));
        vcpu.pc = pc_of(0);
        *reg("x10") = 1;
        *reg("x1") = 0x1000;
        ck_assert_int_eq(t0_run(t, &vcpu, 10, at_cut, t), cut ? VX_JUMP : VX_FETCH);
        ck_assert_uint_eq(vcpu.pc, cut ? pc_of(3 - cut) : 0x1000);
        ck_assert_uint_eq(*reg("x10"), cut == 2 ? 1 : cut ? 2 : 112);
    }
    ck_assert(!t0_is_cut(t, pc_of(3)) && t0_is_cut(t, pc_of(1)));
    t0_free(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cache");
    TCase *tc = tcase_create("jit"), *own = tcase_create("small");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, links);
    tcase_add_test(tc, rechecks);
    tcase_add_test(tc, places);
    tcase_add_test(tc, forks);
    tcase_add_test(tc, never_writable_and_executable);
    tcase_add_test(tc, spaces);
    tcase_add_test(tc, jump_cache);
    tcase_add_test(tc, suspends);
    tcase_add_test(tc, many_spaces);
    tcase_add_test(tc, threads);
    tcase_add_test(tc, apart);
    tcase_add_test(tc, cuts);
    tcase_add_test(own, full);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(s, tc);
    suite_add_tcase(s, own);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed;
}
