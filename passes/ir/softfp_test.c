/* softfp against the host's FPU (four rounding modes, flags), and against exact wider arithmetic (ties away, binary16). */
#include "passes/ir/ir.h"
#include "passes/ir/softfp.h"

#include <check.h>
#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 0x243f6a8885a308d3;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static int mbits(unsigned w)
{
    return w == 64 ? 52 : w == 32 ? 23 : 10;
}

static uint64_t low(unsigned w)
{
    return w == 64 ? ~UINT64_C(0) : (UINT64_C(1) << w) - 1;
}

/* Operands that meet the corners: specials, near exponents, few significant bits, any bits. */
static uint64_t operand(unsigned w)
{
    uint64_t one = (((UINT64_C(1) << (w - 2)) - 1) >> mbits(w)) << mbits(w),
        inf = ((UINT64_C(1) << (w - mbits(w) - 1)) - 1) << mbits(w);
    uint64_t sp[] = { 0, 1, 2, (UINT64_C(1) << mbits(w)) - 1, UINT64_C(1) << mbits(w), (UINT64_C(1) << mbits(w)) + 1, one,
        one + 1, one - 1,
                      inf - 1, inf, inf + 1, inf | UINT64_C(1) << (mbits(w) - 1), inf / 2, one + (UINT64_C(1) << (mbits(w) - 1)) };
    uint64_t r = rnd(), sign = (r & 1) << (w - 1), m = (UINT64_C(1) << mbits(w)) - 1, x = rnd();

    switch (r >> 1 & 7) {
    case 0: return sp[(r >> 8) % ARRAY_LEN(sp)] | sign;
    case 1: return (one + (((r >> 8) % 8) << mbits(w)) + (x & m)) | sign;
    case 2: return (one - (((r >> 8) % 64 % (w == 16 ? 14 : 64)) << mbits(w)) + (x & x >> 32 & m)) | sign;
    case 3: return (one + (((r >> 8) % 4) << mbits(w)) + (m & (x << (mbits(w) - 3)))) | sign;
    case 4: return (x & m) >> ((r >> 8) % (unsigned)mbits(w)) | sign;
    case 5: return (one + (((r >> 8) % 40 % (w == 16 ? 15 : 40)) << mbits(w)) + (m & ~(x & m & 63))) | sign;
    default: return x & low(w);
    }
}

static unsigned host_flags(void)
{
    int e = fetestexcept(FE_ALL_EXCEPT);

    return (e & FE_INEXACT ? FPF_NX : 0) | (e & FE_UNDERFLOW ? FPF_UF : 0) | (e & FE_OVERFLOW ? FPF_OF : 0)
         | (e & FE_DIVBYZERO ? FPF_DZ : 0) | (e & FE_INVALID ? FPF_NV : 0);
}

static double d_of(uint64_t a) { double x; memcpy(&x, &a, 8); return x; }
static uint64_t of_d(double x) { uint64_t a; memcpy(&a, &x, 8); return x != x ? UINT64_C(0x7ff8000000000000) : a; }
static float s_of(uint64_t a) { uint32_t b = (uint32_t)a; float x; memcpy(&x, &b, 4); return x; }
static uint64_t of_s(float x) { uint32_t a; memcpy(&a, &x, 4); return x != x ? 0x7fc00000 : a; }

enum op { ADD, SUB, MUL, DIV, SQRT, FMA, CVT, TO_I64, TO_I32, FROM_I64, FROM_U64, FROM_I32, NOPS };
static const char *const opname[] = { "add", "sub", "mul", "div", "sqrt", "fma", "cvt", "to_i64", "to_i32", "from_i64",
    "from_u64", "from_i32" };

static uint64_t host64(enum op op, uint64_t a, uint64_t b, uint64_t c)
{
    volatile double x = d_of(a), y = d_of(b), z = d_of(c), r = 0;
    volatile uint64_t v = a;
    volatile int64_t i;

    switch (op) {
    case ADD: r = x + y; break;
    case SUB: r = x - y; break;
    case MUL: r = x * y; break;
    case DIV: r = x / y; break;
    case SQRT: r = sqrt(x); break;
    case FMA: r = fma(x, y, z); break;
    case CVT: { volatile float s = (float)x; return of_s(s); }
    case TO_I64: i = llrint(x); return (uint64_t)i;
    case TO_I32: i = llrint(x); return (uint32_t)i;
    case FROM_I64: r = (double)(int64_t)v; break;
    case FROM_U64: r = (double)v; break;
    default: r = (double)(int32_t)v; break;
    }
    return of_d(r);
}

static uint64_t host32(enum op op, uint64_t a, uint64_t b, uint64_t c)
{
    volatile float x = s_of(a), y = s_of(b), z = s_of(c), r = 0;
    volatile uint64_t v = a;
    volatile int64_t i;

    switch (op) {
    case ADD: r = x + y; break;
    case SUB: r = x - y; break;
    case MUL: r = x * y; break;
    case DIV: r = x / y; break;
    case SQRT: r = sqrtf(x); break;
    case FMA: r = fmaf(x, y, z); break;
    case CVT: { volatile double d = x; return of_d(d); }
    case TO_I64: i = llrintf(x); return (uint64_t)i;
    case TO_I32: i = llrintf(x); return (uint32_t)i;
    case FROM_I64: r = (float)(int64_t)v; break;
    case FROM_U64: r = (float)v; break;
    default: r = (float)(int32_t)v; break;
    }
    return of_s(r);
}

static uint64_t soft(enum op op, unsigned w, uint64_t a, uint64_t b, uint64_t c, unsigned rm, unsigned *fl)
{
    switch (op) {
    case ADD: return sf_add(w, a, b, rm, fl);
    case SUB: return sf_sub(w, a, b, rm, fl);
    case MUL: return sf_mul(w, a, b, rm, fl);
    case DIV: return sf_div(w, a, b, rm, fl);
    case SQRT: return sf_sqrt(w, a, rm, fl);
    case FMA: return sf_fma(w, a, b, c, rm, fl);
    case CVT: return sf_cvt(w == 64 ? 32 : 64, w, a, rm, fl);
    case TO_I64: return sf_to_int(64, true, false, w, a, rm, fl);
    case TO_I32: return sf_to_int(32, true, false, w, a, rm, fl);
    case FROM_I64: return sf_from_int(w, 64, true, a, rm, fl);
    case FROM_U64: return sf_from_int(w, 64, false, a, rm, fl);
    default: return sf_from_int(w, 32, true, a, rm, fl);
    }
}

static void one(enum op op, unsigned w, unsigned rm)
{
    uint64_t a = op >= FROM_I64 ? rnd() >> (rnd() & 63) : operand(w), b = operand(w), c = operand(w), got, want;
    unsigned fl = 0, hf;

    feclearexcept(FE_ALL_EXCEPT);
    want = w == 64 ? host64(op, a, b, c) : host32(op, a, b, c);
    hf = host_flags();
    got = soft(op, w, a, b, c, rm, &fl);
    if (op == FMA) {            /* infinity times zero plus a quiet NaN: invalid here, silent on x86 */
        bool cnan = (c & low(w - 1)) > ((low(w - 1) >> mbits(w)) << mbits(w));

        if (cnan && (fl & FPF_NV) && !(hf & FPF_NV))
            hf |= FPF_NV;
    }
    if (op == TO_I64 || op == TO_I32) {
        if (fl & FPF_NV) {      /* the host has another answer; it must be out of range there too (32 bits: checked in to_int) */
            ck_assert_msg(op == TO_I32 || (hf & FPF_NV), "%s%u(%" PRIx64 ") invalid", opname[op], w, a);
            return;
        }
    }
    ck_assert_msg(got == want && fl == hf,
        "%s%u rm %u (%" PRIx64 ", %" PRIx64 ", %" PRIx64 "): got %" PRIx64 " flags %x, host %" PRIx64
                  " flags %x", opname[op], w, rm, a, b, c, got, fl, want, hf);
}

START_TEST(test_host)
{
    static const int mode[] = { [FP_RM_NE] = FE_TONEAREST, [FP_RM_TZ] = FE_TOWARDZERO, [FP_RM_DN] = FE_DOWNWARD,
        [FP_RM_UP] = FE_UPWARD };

    for (unsigned rm = 0; rm < 4; rm++) {
        fesetround(mode[rm]);
        for (unsigned i = 0; i < 8000; i++)
            for (enum op op = 0; op < NOPS; op++) {
                one(op, 64, rm);
                one(op, 32, rm);
            }
    }
    fesetround(FE_TONEAREST);
}
END_TEST

/* The magnitude of a finite pattern, exactly. */
static long double exact(unsigned w, uint64_t bits)
{
    int e = (int)((bits & low(w - 1)) >> mbits(w)), bias = w == 64 ? 1023 : w == 32 ? 127 : 15;
    uint64_t f = bits & ((UINT64_C(1) << mbits(w)) - 1);

    return e ? ldexpl((long double)(f | UINT64_C(1) << mbits(w)), e - bias - mbits(w)) : ldexpl((long double)f,
        1 - bias - mbits(w));
}

/* |x| rounded to width w by search among all patterns: an oracle that knows nothing of shifting and sticky bits. Returns the
 * magnitude's
 * pattern; the pattern above the largest finite one stands for 2^(emax+1). */
static uint64_t search(unsigned w, long double x, bool neg, unsigned rm, bool *inexact)
{
    uint64_t inf = (low(w - 1) >> mbits(w)) << mbits(w), lo = 0, hi = inf;
    long double down, up;

    while (hi - lo > 1) {
        uint64_t mid = lo + (hi - lo) / 2;

        *(exact(w, mid) <= x ? &lo : &hi) = mid;
    }
    if (exact(w, inf) <= x)
        lo = inf;
    *inexact = exact(w, lo) != x;
    if (!*inexact || lo == inf)
        return lo;
    down = x - exact(w, lo);
    up = exact(w, lo + 1) - x;
    if (rm == FP_RM_TZ || (rm == FP_RM_DN && !neg) || (rm == FP_RM_UP && neg))
        return lo;
    if (rm == FP_RM_DN || rm == FP_RM_UP || up < down)
        return lo + 1;
    return down < up ? lo : rm == FP_RM_MM ? lo + 1 : lo + (lo & 1);
}

/* What x, an exact value, becomes in width w, and the flags. */
static uint64_t expected(unsigned w, long double x, bool neg, unsigned rm, unsigned *fl)
{
    uint64_t inf = (low(w - 1) >> mbits(w)) << mbits(w), r;
    bool inexact, unused;

    r = search(w, x, neg, rm, &inexact);
    if (r >= inf) {
        *fl = FPF_OF | FPF_NX;
        r = rm == FP_RM_TZ || (rm == FP_RM_DN && !neg) || (rm == FP_RM_UP && neg) ? inf - 1 : inf;
    } else if (inexact) {
        long double scaled = ldexpl(x, mbits(w) + 1);       /* far from the subnormals: as if exponents were unbounded */
        uint64_t tiny = (UINT64_C(1) << mbits(w)) + ((uint64_t)(mbits(w) + 1) << mbits(w));

        *fl = FPF_NX;
        if (r <= UINT64_C(1) << mbits(w) && search(w, scaled, neg, rm, &unused) < tiny)
            *fl |= FPF_UF;
    }
    return neg ? r | UINT64_C(1) << (w - 1) : r;
}

static bool finite_bits(unsigned w, uint64_t a)
{
    return (a & low(w - 1)) < (low(w - 1) >> mbits(w)) << mbits(w);
}

/* Narrowing, all five modes, by search. */
START_TEST(test_narrow)
{
    for (unsigned i = 0; i < 40000; i++) {
        unsigned to = i & 1 ? 16 : 32, from = to == 16 && (i & 2) ? 32 : 64, rm = (unsigned)(rnd() % 5), fl = 0, wf = 0;
        uint64_t a = operand(from), got, want;

        if (i & 4)              /* near the narrow range */
            a = sf_cvt(from, to, operand(to), FP_RM_NE, &fl) + (rnd() & 3) - 1;
        if (!finite_bits(from, a & low(from)))
            continue;
        a &= low(from);
        fl = 0;
        want = expected(to, exact(from, a), a >> (from - 1), rm, &wf);
        got = sf_cvt(to, from, a, rm, &fl);
        ck_assert_msg(got == want && fl == wf,
            "cvt %u to %u rm %u %" PRIx64 ": got %" PRIx64 " flags %x, want %" PRIx64 " flags %x", from,
                      to, rm, a, got, fl, want, wf);
    }
}
END_TEST

/* binary16 sums, products and fused ones, and binary32 products: exact in 64 bits' significand, so five modes by search. */
START_TEST(test_exact)
{
    for (unsigned i = 0; i < 60000; i++) {
        unsigned w = i & 1 ? 16 : 32, rm = (unsigned)(rnd() % 5), fl = 0, wf = 0, op = i / 2 % (w == 16 ? 3 : 1);
        uint64_t a = operand(w), b = operand(w), c = operand(w), got, want;
        long double x, y, z, r;

        if (!finite_bits(w, a) || !finite_bits(w, b) || !finite_bits(w, c))
            continue;
        x = a >> (w - 1) ? -exact(w, a) : exact(w, a);
        y = b >> (w - 1) ? -exact(w, b) : exact(w, b);
        z = c >> (w - 1) ? -exact(w, c) : exact(w, c);
        r = op == 0 ? x * y : op == 1 ? x + y : x * y + z;
        if (op == 2 && x * y != 0 && z != 0 && fabsl(logbl(x * y) - logbl(z)) > 35)
            continue;           /* not exact in a long double */
        got = op == 0 ? sf_mul(w, a, b, rm, &fl) : op == 1 ? sf_add(w, a, b, rm, &fl) : sf_fma(w, a, b, c, rm, &fl);
        if (r == 0 && op) {
            ck_assert_msg((got & low(w - 1)) == 0 && fl == 0, "exact zero");
            continue;
        }
        want = expected(w, fabsl(r), signbit(r), rm, &wf);
        ck_assert_msg(got == want && fl == wf,
            "op %u w %u rm %u %" PRIx64 " %" PRIx64 " %" PRIx64 ": got %" PRIx64 " flags %x, want %" PRIx64
                      " flags %x", op, w, rm, a, b, c, got, fl, want, wf);
    }
}
END_TEST

/* Ties away in binary64: a product is exact in binary128, so it is known which neighbour is nearer. */
START_TEST(test_rmm64)
{
    unsigned ties = 0;

    for (unsigned i = 0; i < 200000; i++) {
        uint64_t a = operand(64), b = operand(64), dn, up, want;
        unsigned fl = 0, n = 0;
        __float128 q = (__float128)d_of(a) * d_of(b), ddn, dup;

        if (!(i & 3)) {         /* 27-bit factors: products of 54 bits, half of them ties */
            a = of_d((double)(rnd() >> 37 | 1 << 26 | 1));
            b = of_d((double)(rnd() >> 37 | 1 << 26 | 1));
            q = (__float128)d_of(a) * d_of(b);
        }
        dn = sf_mul(64, a, b, FP_RM_TZ, &n);
        if (!finite_bits(64, a) || !finite_bits(64, b) || (n & (FPF_OF | FPF_UF)))
            continue;
        q = q < 0 ? -q : q;
        dn &= INT64_MAX;
        up = n & FPF_NX ? dn + 1 : dn;
        ddn = q - d_of(dn);
        dup = d_of(up) - q;
        ties += ddn == dup && ddn != 0;
        want = ddn < dup ? dn : up;
        ck_assert_uint_eq(sf_mul(64, a, b, FP_RM_MM, &fl) & INT64_MAX, want);
    }
    ck_assert_uint_gt(ties, 1000);
}
END_TEST

START_TEST(test_to_int)
{
    static const struct { uint64_t a; unsigned iw; bool sign, nz; unsigned rm; uint64_t want; unsigned fl; } t[] = {
        { 0x7ff8000000000000, 32, true, false, 0, 0x7fffffff, FPF_NV },
        { 0x7ff0000000000001, 64, false, false, 0, UINT64_MAX, FPF_NV },
        { 0xfff8000000000000, 64, true, true, 0, 0, FPF_NV },
        { 0xfff0000000000000, 32, true, false, 0, 0x80000000, FPF_NV },
        { 0xfff0000000000000, 32, false, false, 0, 0, FPF_NV },
        { 0x7ff0000000000000, 64, true, false, 0, INT64_MAX, FPF_NV },
        { 0xbfe0000000000000, 32, false, false, FP_RM_NE, 0, FPF_NX },             /* -0.5 */
        { 0xbfe0000000000000, 32, false, false, FP_RM_MM, 0, FPF_NV },             /* to -1 */
        { 0xbfe0000000000000, 32, true, false, FP_RM_MM, 0xffffffff, FPF_NX },
        { 0xbfd0000000000000, 32, false, false, FP_RM_DN, 0, FPF_NV },
        { 0x4004000000000000, 32, true, false, FP_RM_NE, 2, FPF_NX },              /* 2.5 */
        { 0x4004000000000000, 32, true, false, FP_RM_MM, 3, FPF_NX },
        { 0xc1e0000000000000, 32, true, false, 0, 0x80000000, 0 },                 /* -2^31 */
        { 0xc1e0000000100000, 32, true, false, FP_RM_TZ, 0x80000000, FPF_NX },     /* -2^31 - 0.5 */
        { 0xc1e0000000100000, 32, true, false, FP_RM_DN, 0x80000000, FPF_NV },
        { 0x41dfffffffe00000, 32, true, false, FP_RM_NE, 0x7fffffff, FPF_NV },     /* 2^31 - 0.5 rounds out */
        { 0x41dfffffffe00000, 32, true, false, FP_RM_TZ, 0x7fffffff, FPF_NX },
        { 0x43f0000000000000, 64, false, false, 0, UINT64_MAX, FPF_NV },           /* 2^64 */
        { 0x43efffffffffffff, 64, false, false, 0, 0xfffffffffffff800, 0 },
        { 0x43e0000000000000, 64, true, false, 0, INT64_MAX, FPF_NV },
        { 0xc3e0000000000000, 64, true, false, 0, UINT64_C(1) << 63, 0 },
        { 0x0000000000000001, 64, true, false, FP_RM_UP, 1, FPF_NX },
        { 0x8000000000000000, 64, true, false, 0, 0, 0 },
    };

    for (unsigned i = 0; i < ARRAY_LEN(t); i++) {
        unsigned fl = 0;

        ck_assert_msg(sf_to_int(t[i].iw, t[i].sign, t[i].nz, 64, t[i].a, t[i].rm, &fl) == t[i].want && fl == t[i].fl, "row %u", i);
    }
}
END_TEST

START_TEST(test_order)
{
    const uint64_t q = 0x7ff8000000000000, s = 0x7ff0000000000001, nz = UINT64_C(1) << 63, one = 0x3ff0000000000000;
    unsigned fl = 0;

    ck_assert_uint_eq(sf_minnum(64, 0, nz, &fl), nz);
    ck_assert_uint_eq(sf_minnum(64, nz, 0, &fl), nz);
    ck_assert_uint_eq(sf_maxnum(64, 0, nz, &fl), 0);
    ck_assert_uint_eq(sf_maxnum(64, nz, 0, &fl), 0);
    ck_assert_uint_eq(sf_maxnum(64, q, one, &fl), one);
    ck_assert_uint_eq(sf_minnum(64, one, q | 5, &fl), one);
    ck_assert_uint_eq(sf_minnum(64, q | 5 | nz, q | 6, &fl), q);
    ck_assert(sf_eq(64, 0, nz, &fl) && sf_le(64, 0, nz, false, &fl) && !sf_lt(64, nz, 0, false, &fl) && !sf_eq(64, q, q, &fl));
    ck_assert_uint_eq(fl, 0);
    ck_assert(!sf_lt(64, q, one, true, &fl) && fl == 0);
    ck_assert(!sf_lt(64, q, one, false, &fl) && fl == FPF_NV);
    fl = 0;
    ck_assert(sf_minnum(64, s, one, &fl) == one && fl == FPF_NV);
    fl = 0;
    ck_assert(!sf_eq(64, s, one, &fl) && fl == FPF_NV);
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t a = operand(64), b = i & 1 ? operand(64) : a + (rnd() & 3) - 1;

        ck_assert(sf_lt(64, a, b, true, &fl) == (d_of(a) < d_of(b)) && sf_le(64, a, b, true, &fl) == (d_of(a) <= d_of(b)));
        ck_assert(sf_eq(64, a, b, &fl) == (d_of(a) == d_of(b)));
    }
}
END_TEST

START_TEST(test_fma_invalid)
{
    unsigned fl = 0;

    ck_assert_uint_eq(sf_fma(32, 0x7f800000, 0, 0x7fc00000, 0, &fl), 0x7fc00000);
    ck_assert_uint_eq(fl, FPF_NV);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("softfp");
    TCase *tc = tcase_create("softfp");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, test_host);
    tcase_add_test(tc, test_narrow);
    tcase_add_test(tc, test_exact);
    tcase_add_test(tc, test_rmm64);
    tcase_add_test(tc, test_to_int);
    tcase_add_test(tc, test_order);
    tcase_add_test(tc, test_fma_invalid);
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
