/* A guest that no part of the compiler has heard of runs through T0, passes and the host's backend: a reference interpreter of the
 * toy ISA, written from its description alone, says what is right. */
#include "tests/toy/toy.h"

#include "jit/enter.h"
#include "jit/fpenv.h"
#include "jit/interp.h"
#include "jit/link.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { TEXT = 0x10000, TEXT_MAX = 4096, MEM = 0x20000000, MEM_SIZE = 4096 };

static uint8_t text[TEXT_MAX], *mem;
static uint32_t ntext;

/* ---- reference ---- */

struct toy { uint32_t a[8]; bool n, z, c, v; uint32_t pc; };

static uint32_t ref_arith(struct toy *t, uint32_t a, uint32_t b, bool sub, unsigned carry)
{
    uint64_t s = sub ? (uint64_t)a + (uint32_t)~b + carry : (uint64_t)a + b + carry;
    int64_t exact = sub ? (int64_t)(int32_t)a - (int32_t)b - !carry : (int64_t)(int32_t)a + (int32_t)b + (int64_t)carry;

    t->c = s >> 32 != 0;
    t->v = exact != (int32_t)exact;
    t->n = (int32_t)(uint32_t)s < 0;
    t->z = (uint32_t)s == 0;
    return (uint32_t)s;
}

static uint32_t ref_nz(struct toy *t, uint32_t r)
{
    t->n = r >> 31;
    t->z = r == 0;
    return r;
}

static bool ref_cond(const struct toy *t, unsigned c)
{
    switch (c) {
    case TOY_EQ: return t->z;
    case TOY_NE: return !t->z;
    case TOY_LT: return t->n != t->v;
    case TOY_GE: return t->n == t->v;
    case TOY_CC: return !t->c;
    case TOY_CS: return t->c;
    case TOY_MI: return t->n;
    default: return true;
    }
}

/* One instruction. False: a system call or something illegal, pc behind or at it. */
static bool ref_step(struct toy *t)
{
    const uint8_t *p = text + (t->pc - TEXT);
    uint32_t w = p[0] | (uint32_t)p[1] << 8, d = w >> 8 & 7, s = w >> 5 & 7, k = w & 31, *a = t->a, next = t->pc + 2;
    uint8_t *m = (uint8_t *)(uintptr_t)a[s];

    switch ((enum toy_row)(w >> 11)) {
    case TOY_nop: break;
    case TOY_ldi: a[d] = p[2] | (uint32_t)p[3] << 8; next += 2; break;
    case TOY_mov: a[d] = a[s]; break;
    case TOY_add: a[d] = ref_arith(t, a[d], a[s], false, 0); break;
    case TOY_adc: a[d] = ref_arith(t, a[d], a[s], false, t->c); break;
    case TOY_sub: a[d] = ref_arith(t, a[d], a[s], true, 1); break;
    case TOY_sbb: a[d] = ref_arith(t, a[d], a[s], true, t->c); break;
    case TOY_cmp: ref_arith(t, a[d], a[s], true, 1); break;
    case TOY_and: a[d] = ref_nz(t, a[d] & a[s]); break;
    case TOY_or: a[d] = ref_nz(t, a[d] | a[s]); break;
    case TOY_xor: a[d] = ref_nz(t, a[d] ^ a[s]); break;
    case TOY_mul: a[d] = ref_nz(t, a[d] * a[s]); break;
    case TOY_umulh: a[d] = ref_nz(t, (uint32_t)((uint64_t)a[d] * a[s] >> 32)); break;
    case TOY_shl: a[d] = ref_nz(t, a[d] << k); break;
    case TOY_shr: a[d] = ref_nz(t, a[d] >> k); break;
    case TOY_sar: a[d] = ref_nz(t, (uint32_t)((int32_t)a[d] >> k)); break;
    case TOY_ld: memcpy(&a[d], m + k * 4, 4); break;
    case TOY_ldb: a[d] = m[k]; break;
    case TOY_ldh: a[d] = (uint32_t)(int16_t)(m[k * 2] | m[k * 2 + 1] << 8); break;
    case TOY_st: memcpy(m + k * 4, &a[d], 4); break;
    case TOY_stb: m[k] = (uint8_t)a[d]; break;
    case TOY_b: if (ref_cond(t, d)) next = t->pc + (uint32_t)((int8_t)w * 2); break;
    case TOY_call: a[7] = next; next = t->pc + (uint32_t)(((int32_t)(w << 21) >> 21) * 2); break;
    case TOY_jr: next = a[s] & ~1u; break;
    case TOY_sys: t->pc = next; return false;
    default: return false;
    }
    t->pc = next;
    return true;
}

/* ---- programs ---- */

static void op(enum toy_row r, unsigned d, unsigned s, unsigned k)
{
    uint16_t w = (uint16_t)(r << 11 | d << 8 | s << 5 | k);

    memcpy(text + ntext, &w, 2);
    ntext += 2;
}

static void ldi(unsigned d, uint16_t v)
{
    op(TOY_ldi, d, 0, 0);
    memcpy(text + ntext, &v, 2);
    ntext += 2;
}

static void branch(unsigned c, uint32_t to)
{
    uint16_t w = (uint16_t)(TOY_b << 11 | c << 8 | (((to - ntext) / 2) & 0xff));

    memcpy(text + ntext, &w, 2);
    ntext += 2;
}

static uint32_t call_at(void)
{
    op(TOY_call, 0, 0, 0);
    return ntext - 2;
}

static void call_to(uint32_t site, uint32_t to)
{
    uint16_t w = (uint16_t)(TOY_call << 11 | (((to - site) / 2) & 0x7ff));

    memcpy(text + site, &w, 2);
}

/* gcd by subtraction, a 64-bit Fibonacci with carries, a byte-wise checksum: loops, calls that nest, every flag. */
static void fixed_program(void)
{
    uint32_t top, c1, c2, skip;

    ntext = 0;
    ldi(0, 46368);
    ldi(1, 28657);
    c1 = call_at();
    op(TOY_mov, 5, 0, 0);
    c2 = call_at();
    op(TOY_sys, 0, 0, 0);
    call_to(c1, ntext);                         /* gcd(a0, a1) */
    top = ntext;
    op(TOY_cmp, 0, 1, 0);
    branch(TOY_NE, ntext + 4);
    op(TOY_jr, 0, 7, 0);
    skip = ntext;
    branch(TOY_LT, skip + 6);
    op(TOY_sub, 0, 1, 0);
    branch(TOY_ALWAYS, top);
    op(TOY_sub, 1, 0, 0);
    branch(TOY_ALWAYS, top);
    call_to(c2, ntext);                         /* a1:a0 = fib(90), kept in memory at a6 on the way */
    ldi(0, 0);
    ldi(1, 0);
    ldi(2, 1);
    ldi(3, 0);
    ldi(4, 90);
    top = ntext;
    op(TOY_st, 2, 6, 0);
    op(TOY_st, 3, 6, 1);
    op(TOY_add, 2, 0, 0);
    op(TOY_adc, 3, 1, 0);
    op(TOY_ld, 0, 6, 0);
    op(TOY_ld, 1, 6, 1);
    op(TOY_stb, 4, 6, 9);
    ldi(5, 1);
    op(TOY_sub, 4, 5, 0);
    branch(TOY_NE, top);
    op(TOY_ldb, 5, 6, 9);
    op(TOY_jr, 0, 7, 0);
}

/* Straight code with forward branches, then a system call. a6 holds the memory's address and is never written. */
static void random_program(struct guest_rng *g)
{
    unsigned n = 5 + g->s[0] % 60;

    ntext = 0;
    g->dst = 0x3f;
    g->base = 0x40;
    for (unsigned i = 0; i < n; i++) {
        uint8_t b[16];
        unsigned row, len;

        guest_toy.encode_random(TOY_ldi, g, 0, b);          /* stirs */
        row = 1 + (unsigned)(g->s[0] >> 20) % (TOY_NROW - 1);
        if (row == TOY_call || row == TOY_jr || row == TOY_sys)
            row = TOY_b;
        len = guest_toy.encode_random(row, g, (int64_t)(2 + 2 * (g->s[0] >> 40 & 1)), b);
        memcpy(text + ntext, b, len);
        ntext += len;
        if (row == TOY_b)                                   /* may skip one word: not the first half of a longer instruction */
            op(TOY_nop, 0, 0, 0);
    }
    op(TOY_sys, 0, 0, 0);
}

/* ---- engines ---- */

static struct vcpu vcpu;

static unsigned fetched;        /* calls of fetch(): one a block that is translated */

static const uint8_t *fetch(void *arg, uint64_t pc, size_t *n)
{
    fetched++;
    if (pc < TEXT || pc >= TEXT + ntext)
        return NULL;
    *n = *n < TEXT + ntext - pc ? *n : (size_t)(TEXT + ntext - pc);
    return text + (pc - TEXT);
}

static void load_state(const struct toy *t)
{
    uint64_t *h = (uint64_t *)(void *)vcpu.guest;

    for (unsigned i = 0; i < 8; i++)
        h[i] = t->a[i];
    h[8] = t->n, h[9] = t->z, h[10] = t->c, h[11] = t->v;
    vcpu.pc = t->pc;
    vcpu.guest_fpcr = fpcr_make(FP_RM_NE, 0);
}

static void check_state(const struct toy *t, const uint8_t *want, const char *who)
{
    const uint64_t *h = (const uint64_t *)(const void *)vcpu.guest;

    for (unsigned i = 0; i < 8; i++)
        ck_assert_msg((uint32_t)h[i] == t->a[i], "%s: a%u is %#x, expected %#x", who, i, (uint32_t)h[i], t->a[i]);
    ck_assert_msg((h[8] & 1) == t->n && (h[9] & 1) == t->z && (h[10] & 1) == t->c && (h[11] & 1) == t->v, "%s: flags", who);
    ck_assert_msg(vcpu.pc == t->pc, "%s: pc %#lx, expected %#x", who, (unsigned long)vcpu.pc, t->pc);
    ck_assert_msg(memcmp(mem, want, MEM_SIZE) == 0, "%s: memory", who);
}

static void run_interp(const struct toy *start)
{
    struct t0 *t = t0_new(&guest_toy, fetch, NULL);

    ck_assert_ptr_nonnull(t);
    load_state(start);
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_SYSCALL);
    ck_assert_uint_gt(vcpu.n_t0_insns, 0);
    t0_free(t);
}

/* One unit per function of the program: every call target found so far, until there is no new one. */
static void compile_all(struct linker *lk, struct cc *cc, const char *pipeline)
{
    uint64_t todo[16] = { TEXT };
    unsigned n = 1;

    for (unsigned i = 0; i < n; i++) {
        struct unit u = { .g = &guest_toy, .text = { TEXT, text, ntext }, .pc = todo[i], .bounds = { TEXT, TEXT + ntext }, .name = "toy" };
        struct cc_options opt = { .isa = HOST_SELF, .features = host_features_of(LEVEL_V2), .pipeline = pipeline, .verify = true };
        struct code code;
        struct diag d = { 0 };

        ck_assert_msg(cc_compile(cc, &u, &opt, &code) == ST_OK, "compile: %s", cc->diag.msg);
        for (uint32_t k = 0; k < code.info.ncallee; k++) {
            unsigned j = 0;

            while (j < n && todo[j] != code.info.callee[k])
                j++;
            if (j == n) {
                ck_assert_uint_lt(n, ARRAY_LEN(todo));
                todo[n++] = code.info.callee[k];
            }
        }
        ck_assert_msg(linker_add(lk, &code, u.pc, 1, &d) == ST_OK, "link: %s", d.msg);
        cc_reset(cc);
    }
}

static void run_compiled(const struct toy *start, const char *pipeline)
{
    static struct host_thunks *thunks;
    struct link_layout lay = { .insn_align = 2, .guest_lo = TEXT, .guest_hi = TEXT + ntext };
    struct linker *lk = linker_new(&guest_toy, HOST_SELF);
    struct linked out = { 0 };
    struct diag d = { 0 };
    struct cc cc;
    size_t room, nt = (ntext / 2 + 1024) * sizeof(int32_t);
    enum vexit why = VX_JUMP;
    uint8_t *host;

    cc_init(&cc);
    compile_all(lk, &cc, pipeline);
    room = (linker_text_size(lk) + 4095) & ~(size_t)4095;
    host = mmap(NULL, room + nt, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(host, MAP_FAILED);
    lay.table_dist = (int64_t)room;
    ck_assert_msg(linker_finish(lk, &lay, &out, &d) == ST_OK, "link: %s", d.msg);
    ck_assert_uint_le(out.len, room);
    ck_assert_uint_le(out.ntable * 4, nt);
    memcpy(host, out.text, out.len);
    memcpy(host + room, out.table, out.ntable * 4);
    ck_assert_int_eq(mprotect(host, room, PROT_READ | PROT_EXEC), 0);
    if (!thunks)
        ck_assert_msg(host_thunks_new(&guest_toy, &thunks, &d) == ST_OK, "%s", d.msg);
    ck_assert_msg(vcpu_init_host(&vcpu, thunks, &d) == ST_OK, "%s", d.msg);
    load_state(start);
    for (unsigned tries = 0; tries < 100 && (why == VX_JUMP || why == VX_RETMISS); tries++) {
        uint32_t k = 0;

        while (k < out.nentry && out.entry[k].pc != vcpu.pc)
            k++;
        ck_assert_msg(k < out.nentry, "%s: no entry for %#lx", pipeline, (unsigned long)vcpu.pc);
        why = host_enter(&vcpu, thunks, host + out.entry[k].off);
    }
    ck_assert_int_eq(why, VX_SYSCALL);
    vcpu_fini_host(&vcpu);
    munmap(host, room + nt);
    linked_free(&out);
    linker_free(lk);
    cc_fini(&cc);
}

static void run_all(const struct toy *start)
{
    static const char *const pipelines[] = { "t1", "t2", "t3" };
    uint8_t before[MEM_SIZE], want[MEM_SIZE];
    struct toy t = *start;

    memcpy(before, mem, MEM_SIZE);
    for (unsigned n = 0; ref_step(&t); n++)
        ck_assert_uint_lt(n, 1000000);
    memcpy(want, mem, MEM_SIZE);
    memcpy(mem, before, MEM_SIZE);
    run_interp(start);
    check_state(&t, want, "T0");
    for (unsigned i = 0; i < ARRAY_LEN(pipelines); i++) {
        memcpy(mem, before, MEM_SIZE);
        run_compiled(start, pipelines[i]);
        check_state(&t, want, pipelines[i]);
    }
    memcpy(mem, before, MEM_SIZE);
}

static void setup(void)
{
    mem = mmap((void *)(uintptr_t)MEM, MEM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    ck_assert_ptr_ne(mem, MAP_FAILED);
}

START_TEST(toy_program)
{
    struct toy t = { .pc = TEXT, .a = { [6] = MEM + 128 } }, end;

    fixed_program();
    run_all(&t);
    end = t;
    while (ref_step(&end))
        ;
    ck_assert_uint_eq(end.a[0] | (uint64_t)end.a[1] << 32, UINT64_C(2880067194370816120));       /* fib(90) */
}
END_TEST

START_TEST(toy_random)
{
    struct guest_rng g = { .s = { 4711 } };

    for (unsigned i = 0; i < 300; i++) {
        struct toy t = { .pc = TEXT };

        for (unsigned k = 0; k < MEM_SIZE; k++)
            mem[k] = (uint8_t)(k * 37 + i);
        for (unsigned k = 0; k < 8; k++)
            t.a[k] = k % 2 ? (uint32_t)(g.s[0] >> k * 3) : 0x80000000u >> (i + k) % 34 % 32;
        t.a[6] = MEM + 64;
        random_program(&g);
        run_all(&t);
    }
}
END_TEST

/* ---- T0's manners, on a loop that counts a0 up to 1000 and calls the system ---- */

static void counting_program(void)
{
    uint32_t top;

    ntext = 0;
    ldi(0, 0);
    ldi(1, 1);
    ldi(2, 1000);
    top = ntext;
    op(TOY_add, 0, 1, 0);
    op(TOY_cmp, 0, 2, 0);
    branch(TOY_NE, top);
    op(TOY_sys, 0, 0, 0);
}

static uint64_t stop_pc;
static unsigned asked;

static bool stop_at(void *arg, uint64_t pc)
{
    asked++;
    return pc == stop_pc;
}

static struct t0 *counting_t0(void)
{
    struct toy start = { .pc = TEXT };
    struct t0 *t = t0_new(&guest_toy, fetch, NULL);

    ck_assert_ptr_nonnull(t);
    counting_program();
    load_state(&start);
    vcpu.request = 0;
    return t;
}

static uint64_t a0(void)
{
    uint64_t v;

    memcpy(&v, vcpu.guest, 8);
    return v;
}

START_TEST(t0_budget_and_request)
{
    struct t0 *t = counting_t0();
    uint64_t insns = vcpu.n_t0_insns, blocks = vcpu.n_t0_blocks;

    ck_assert_int_eq(t0_run(t, &vcpu, 10, NULL, NULL), VX_JUMP);
    ck_assert_uint_eq(vcpu.pc, TEXT + 12);
    ck_assert_uint_eq(a0(), 10);
    ck_assert_uint_eq(vcpu.n_t0_blocks - blocks, 10);
    vcpu.request = 1;
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_POLL);
    ck_assert_uint_eq(a0(), 10);
    vcpu.request = 0;
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_SYSCALL);
    ck_assert_uint_eq(a0(), 1000);
    ck_assert_uint_eq(vcpu.pc, TEXT + ntext);
    ck_assert_uint_eq(vcpu.n_t0_insns - insns, 3 + 1000 * 3 + 1);
    t0_free(t);
}
END_TEST

START_TEST(t0_stop)
{
    struct t0 *t = counting_t0();

    stop_pc = TEXT + 18;                        /* behind the loop */
    asked = 0;
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, stop_at, NULL), VX_JUMP);
    ck_assert_uint_eq(vcpu.pc, stop_pc);
    ck_assert_uint_eq(a0(), 1000);
    ck_assert_uint_le(asked, 24);               /* for each instruction that is translated; the loop's own answer is remembered */
    load_state(&(struct toy){ .pc = TEXT });
    stop_pc = TEXT + 12;                        /* compiled meanwhile */
    t0_forget_stops(t);
    fetched = 0;
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, stop_at, NULL), VX_JUMP);
    ck_assert_uint_eq(a0(), 1);
    ck_assert_uint_eq(fetched, 0);              /* only the answers went */
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_SYSCALL);     /* without stop(): runs on, but remembers no link */
    load_state(&(struct toy){ .pc = TEXT });
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, stop_at, NULL), VX_JUMP);
    ck_assert_uint_eq(a0(), 1);
    t0_free(t);
    t = counting_t0();
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_SYSCALL);     /* links of a time without stop() go with the first one */
    load_state(&(struct toy){ .pc = TEXT });
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, stop_at, NULL), VX_JUMP);
    ck_assert_uint_eq(a0(), 1);
    t0_free(t);
}
END_TEST

/* What a dispatcher does that counts visits: single blocks without stop(), and long runs with it in between. */
START_TEST(t0_block_by_block)
{
    struct t0 *t = counting_t0();
    uint64_t insns = vcpu.n_t0_insns, blocks = vcpu.n_t0_blocks, n = 0;

    stop_pc = TEXT + 12;
    for (fetched = 0; a0() < 500; n++) {
        ck_assert_int_eq(t0_run(t, &vcpu, 1, NULL, NULL), VX_JUMP);
        if (n % 100 == 50) {                    /* at the loop's head already: stop() says so before anything runs */
            uint64_t before = vcpu.n_t0_insns;
            ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, stop_at, NULL), VX_JUMP);
            ck_assert_uint_eq(vcpu.n_t0_insns, before);
        }
    }
    ck_assert_uint_eq(vcpu.n_t0_blocks - blocks, n);
    ck_assert_uint_eq(fetched, 2);              /* start and loop, each translated once */
    stop_pc = TEXT + 18;
    t0_forget_stops(t);
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, stop_at, NULL), VX_JUMP);
    ck_assert_uint_eq(vcpu.pc, stop_pc);
    ck_assert_int_eq(t0_run(t, &vcpu, 1, NULL, NULL), VX_SYSCALL);
    ck_assert_uint_eq(a0(), 1000);
    ck_assert_uint_eq(vcpu.n_t0_insns - insns, 3 + 1000 * 3 + 1);
    t0_free(t);
}
END_TEST

START_TEST(t0_changed_code)
{
    struct t0 *t = counting_t0();
    uint32_t end;

    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_SYSCALL);
    load_state(&(struct toy){ .pc = TEXT });
    end = ntext;
    ntext = 8;
    ldi(2, 500);
    ntext = end;
    t0_invalidate(t, TEXT + 100, TEXT + 200);   /* elsewhere: nothing happens */
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_SYSCALL);
    ck_assert_uint_eq(a0(), 1000);
    load_state(&(struct toy){ .pc = TEXT });
    t0_invalidate(t, TEXT + 10, TEXT + 11);
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_SYSCALL);
    ck_assert_uint_eq(a0(), 500);
    t0_free(t);
}
END_TEST

START_TEST(t0_bad_fetch)
{
    struct t0 *t = counting_t0();

    ntext = 6;                                  /* ends in the middle of the second instruction */
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_FETCH);
    ck_assert_uint_eq(vcpu.pc, TEXT + 4);
    vcpu.pc = TEXT - 2;
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_FETCH);
    vcpu.pc = TEXT + 1;
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_FETCH);
    ck_assert_uint_eq(vcpu.pc, TEXT + 1);
    memset(text, 0, 2);
    vcpu.pc = TEXT;
    t0_invalidate(t, TEXT, TEXT + 2);
    ck_assert_int_eq(t0_run(t, &vcpu, UINT64_MAX, NULL, NULL), VX_ILLEGAL);
    ck_assert_uint_eq(vcpu.pc, TEXT);
    t0_free(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("toy");
    TCase *t = tcase_create("toy guest");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(t, setup, NULL);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, toy_program);
    tcase_add_test(t, toy_random);
    tcase_add_test(t, t0_budget_and_request);
    tcase_add_test(t, t0_stop);
    tcase_add_test(t, t0_block_by_block);
    tcase_add_test(t, t0_changed_code);
    tcase_add_test(t, t0_bad_fetch);
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
