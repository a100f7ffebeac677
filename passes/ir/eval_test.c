/* Every PURE row against an oracle that works bit by bit or in 128 bits, at every width; FPOP rows: that they reach soft floating
 * point. */
#include "passes/ir/eval.h"
#include "passes/ir/irgen.h"

#include <check.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 u128;
typedef __int128 s128;

static uint64_t seed = 88172645463325252;

static bool bit(uint64_t a, unsigned i)
{
    return a >> i & 1;
}

static s128 sgn(uint64_t a, unsigned w)
{
    return bit(a, w - 1) ? (s128)a - ((s128)1 << w) : (s128)a;
}

/* Floor-free division of sign and magnitude. */
static s128 sdiv(s128 a, s128 b, bool rem)
{
    u128 x = a < 0 ? -(u128)a : (u128)a, y = b < 0 ? -(u128)b : (u128)b;

    if (b == 0)
        return rem ? a : -1;
    if (rem)
        return a < 0 ? -(s128)(x % y) : (s128)(x % y);
    return (a < 0) != (b < 0) ? -(s128)(x / y) : (s128)(x / y);
}

static uint64_t gather(uint64_t a, unsigned w, enum ir_op op)
{
    uint64_t r = 0;

    for (unsigned i = 0; i < w; i++)
        switch (op) {
        case IR_bitrev: r |= (uint64_t)bit(a, i) << (w - 1 - i); break;
        case IR_bswap:  r |= (uint64_t)bit(a, i) << (w - 8 - (i & ~7u) + (i & 7)); break;
        case IR_orcb:   r |= (uint64_t)((a >> (i & ~7u) & 0xff) != 0) << i; break;
        case IR_popcnt: r += bit(a, i); break;
        case IR_ctz:    if (bit(a, i)) return i; break;
        case IR_clz:    if (bit(a, w - 1 - i)) return i; break;
        default: break;
        }
    return op == IR_ctz || op == IR_clz ? w : r;
}

static u128 carryless(uint64_t a, uint64_t b)
{
    u128 r = 0;

    for (unsigned i = 0; i < 128; i++)
        for (unsigned j = 0; j <= i && j < 64; j++)
            if (i - j < 64)
                r ^= (u128)(bit(a, j) && bit(b, i - j)) << i;
    return r;
}

static uint64_t rotate(uint64_t a, unsigned n, unsigned w)
{
    uint64_t r = 0;

    for (unsigned i = 0; i < w; i++)
        r |= (uint64_t)bit(a, i) << ((i + n) % w);
    return r;
}

/* The oracle; *known: does it know the op? */
static uint64_t oracle(enum ir_op op, unsigned w, uint64_t a, uint64_t b, uint64_t c, bool *known)
{
    s128 x = sgn(a, w), y = sgn(b, w);
    unsigned n = (unsigned)(b % w);

    *known = true;
    switch (op) {
    case IR_add: return (uint64_t)((u128)a + b);
    case IR_sub: return (uint64_t)((s128)a - (s128)b);
    case IR_mul: return (uint64_t)((u128)a * b);
    case IR_mulhu: return (uint64_t)((u128)a * b >> w);
    case IR_mulhs: return (uint64_t)(x * y >> w);
    case IR_mulhsu: return (uint64_t)(x * (s128)b >> w);
    case IR_udiv: return b ? (uint64_t)((u128)a / b) : ~UINT64_C(0);
    case IR_urem: return b ? (uint64_t)((u128)a % b) : a;
    case IR_sdiv: return (uint64_t)sdiv(x, y, false);
    case IR_srem: return (uint64_t)sdiv(x, y, true);
    case IR_and: return ~(~a | ~b);
    case IR_or: return ~(~a & ~b);
    case IR_xor: return (a | b) - (a & b);
    case IR_shl: return (uint64_t)((u128)a * ((u128)1 << n));
    case IR_shr: return (uint64_t)((u128)a / ((u128)1 << n));
    case IR_sar: return (uint64_t)(x >> n);
    case IR_rotl: return rotate(a, n, w);
    case IR_rotr: return rotate(a, w - n, w);
    case IR_smin: return (uint64_t)(x < y ? x : y);
    case IR_smax: return (uint64_t)(x > y ? x : y);
    case IR_umin: return (uint64_t)((u128)a < b ? a : b);
    case IR_umax: return (uint64_t)((u128)a > b ? a : b);
    case IR_clz: case IR_ctz: case IR_popcnt: case IR_bswap: case IR_bitrev: case IR_orcb: return gather(a, w, op);
    case IR_clmul: return (uint64_t)carryless(a, b);
    case IR_clmulh: return (uint64_t)(carryless(a, b) >> w);
    case IR_addc: return (uint64_t)((u128)a + b + (c & 1));
    case IR_addcc: return (uint64_t)(((u128)a + b + (c & 1)) >> w);
    case IR_addco: return x + y + (s128)(c & 1) != sgn((uint64_t)((u128)a + b + (c & 1)) & (~UINT64_C(0) >> (64 - w)), w);
    case IR_eq: return x == y;
    case IR_ne: return x != y;
    case IR_ult: return (u128)a < b;
    case IR_ule: return (u128)a <= b;
    case IR_slt: return x < y;
    case IR_sle: return x <= y;
    case IR_select: return a & 1 ? b : c;
    case IR_copy: return a;
    default: *known = false; return 0;
    }
}

static uint64_t operand(unsigned w)
{
    static const uint64_t k[] = { 0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0x8000, 0x7fff, 0x80000000, 0x7fffffff, INT64_MAX,
        UINT64_C(1) << 63 };
    uint64_t r = irgen_next(&seed), v = irgen_next(&seed);

    if (r & 1)
        v = (r & 2 ? -1 : 1) * k[(r >> 8) % ARRAY_LEN(k)];
    return w == 64 ? v : v & ((UINT64_C(1) << w) - 1);
}

static const enum ir_type types[] = { T_I1, T_I8, T_I16, T_I32, T_I64 };

START_TEST(test_int_ops)
{
    unsigned covered = 0;

    for (enum ir_op op = IR_add; op <= IR_copy; op++)
        for (unsigned ti = 0; ti < ARRAY_LEN(types); ti++) {
            unsigned w = ir_type_bits(types[ti]);
            bool cmp = ir_opinfo[op].flags & F_CMP, known = true;

            if ((op == IR_bswap || op == IR_orcb) && w == 1)
                continue;
            for (unsigned i = 0; i < 3000 && known; i++) {
                uint64_t a = operand(op == IR_select ? 1 : w), b = operand(w), c = operand(w);
                uint64_t want = oracle(op, w, a, b, c, &known), mask = cmp ? 1 : w == 64 ? ~UINT64_C(0) : (UINT64_C(1) << w) - 1;
                uint64_t got = ir_eval_scalar(op, cmp ? T_I1 : types[ti], op == IR_select ? T_I1 : types[ti], 0, a, b, c, NULL);

                covered += i == 0 && ti == 4 && known;
                ck_assert_msg(!known || got == (want & mask), "%s i%u %" PRIx64 ", %" PRIx64 ": %" PRIx64 ", want %" PRIx64,
                              ir_opinfo[op].name, w, a, b, got, want & mask);
            }
        }
    ck_assert_uint_eq(covered, IR_copy - IR_add + 1 - 4);       /* all but the conversions, which follow */
}
END_TEST

START_TEST(test_extensions)
{
    for (unsigned i = 0; i < ARRAY_LEN(types); i++)
        for (unsigned j = 0; j < i; j++)
            for (unsigned n = 0; n < 500; n++) {
                unsigned wide = ir_type_bits(types[i]), narrow = ir_type_bits(types[j]);
                uint64_t a = operand(narrow), b = operand(wide), m = wide == 64 ? ~UINT64_C(0) : (UINT64_C(1) << wide) - 1;

                ck_assert_uint_eq(ir_eval_scalar(IR_zext, types[i], types[j], 0, a, 0, 0, NULL), a);
                ck_assert_uint_eq(ir_eval_scalar(IR_sext, types[i], types[j], 0, a, 0, 0, NULL), (uint64_t)sgn(a, narrow) & m);
                ck_assert_uint_eq(ir_eval_scalar(IR_trunc, types[j], types[i], 0, b, 0, 0, NULL), b % ((u128)1 << narrow));
            }
    ck_assert_uint_eq(ir_eval_scalar(IR_bitcast, T_F64, T_I64, 0, 0x123456789, 0, 0, NULL), 0x123456789);
}
END_TEST

static unsigned class_of(double x, bool quiet)
{
    bool neg = signbit(x);

    switch (fpclassify(x)) {
    case FP_INFINITE:  return neg ? 0 : 7;
    case FP_NORMAL:    return neg ? 1 : 6;
    case FP_SUBNORMAL: return neg ? 2 : 5;
    case FP_ZERO:      return neg ? 3 : 4;
    default:           return quiet ? 9 : 8;
    }
}

START_TEST(test_fp_bits)
{
    static const uint64_t k[] = { 0, 1, UINT64_C(0x000fffffffffffff), UINT64_C(0x0010000000000000), UINT64_C(0x3ff0000000000000),
                                  UINT64_C(0x7fefffffffffffff), UINT64_C(0x7ff0000000000000), UINT64_C(0x7ff0000000000001),
                                  UINT64_C(0x7ff8000000000001), UINT64_C(0x7fffffffffffffff) };

    for (unsigned i = 0; i < 4 * ARRAY_LEN(k); i++) {
        uint64_t a = k[i / 4] | (uint64_t)(i & 1) << 63, b = (uint64_t)(i & 2) << 62, r;
        uint32_t s = (uint32_t)(a >> 32) | (uint32_t)(a & 1);
        double x, y;

        memcpy(&x, &a, 8);
        memcpy(&y, &b, 8);
        r = ir_eval_scalar(IR_fneg, T_F64, T_F64, 0, a, 0, 0, NULL);
        ck_assert_uint_eq(r ^ a, UINT64_C(1) << 63);
        ck_assert_uint_eq(ir_eval_scalar(IR_fabs, T_F64, T_F64, 0, a, 0, 0, NULL), a & INT64_MAX);
        r = ir_eval_scalar(IR_fcpsgn, T_F64, T_F64, 0, a, b, 0, NULL);
        ck_assert_uint_eq(r, (a & INT64_MAX) | (b & ~(uint64_t)INT64_MAX));
        ck_assert_uint_eq(ir_eval_scalar(IR_fcanon, T_F64, T_F64, 0, a, 0, 0, NULL), x != x ? UINT64_C(0x7ff8000000000000) : a);
        ck_assert_uint_eq(ir_eval_scalar(IR_fclass, T_I64, T_F64, 0, a, 0, 0, NULL), 1u << class_of(x, a >> 51 & 1));
        ck_assert_uint_eq(ir_eval_scalar(IR_nbox, T_F64, T_F32, 0, s, 0, 0, NULL), s | UINT64_C(0xffffffff00000000));
        ck_assert_uint_eq(ir_eval_scalar(IR_nunbox, T_F32, T_F64, 0, s | UINT64_C(0xffffffff00000000), 0, 0, NULL), s);
    }
    ck_assert_uint_eq(ir_eval_scalar(IR_nunbox, T_F32, T_F64, 0, UINT64_C(0xfffffffe00000000), 0, 0, NULL), 0x7fc00000);
    ck_assert_uint_eq(ir_eval_scalar(IR_fclass, T_I64, T_F32, 0, 0x7f800001, 0, 0, NULL), 1 << 8);
    ck_assert_uint_eq(ir_eval_scalar(IR_fclass, T_I64, T_F32, 0, 0x80000001, 0, 0, NULL), 1 << 2);
    ck_assert_uint_eq(ir_eval_scalar(IR_fcanon, T_F32, T_F32, 0, 0xff800001, 0, 0, NULL), 0x7fc00000);
}
END_TEST

START_TEST(test_fp_env)
{
    const uint64_t one = UINT64_C(0x3ff0000000000000), three = UINT64_C(0x4008000000000000), third = UINT64_C(0x3fd5555555555555);
    struct ir_fpenv fp = { .rm = FP_RM_UP };

    ck_assert_uint_eq(ir_eval_scalar(IR_fdiv, T_F64, T_F64, FP_RM_DYN, one, three, 0, &fp), third + 1);
    ck_assert_uint_eq(fp.flags, FPF_NX);
    ck_assert_uint_eq(ir_eval_scalar(IR_fdiv, T_F64, T_F64, FP_RM_NE, one, three, 0, &fp), third);
    ck_assert_uint_eq(ir_eval_scalar(IR_fma, T_F64, T_F64, 0, one, three, one, &fp), UINT64_C(0x4010000000000000));
    ck_assert_uint_eq(ir_eval_scalar(IR_f2si, T_I32, T_F64, FP_RM_TZ, third | UINT64_C(1) << 63, 0, 0, &fp), 0);
    ck_assert_uint_eq(ir_eval_scalar(IR_f2ui, T_I64, T_F64, FP_NAN_ZERO, UINT64_C(0x7ff8) << 48, 0, 0, &fp), 0);
    ck_assert_uint_eq(fp.flags, FPF_NX | FPF_NV);
    ck_assert_uint_eq(ir_eval_scalar(IR_si2f, T_F32, T_I32, 0, 0xffffffff, 0, 0, &fp), 0xbf800000);
    ck_assert_uint_eq(ir_eval_scalar(IR_ui2f, T_F32, T_I32, FP_RM_TZ, 0xffffffff, 0, 0, &fp), 0x4f7fffff);
    ck_assert_uint_eq(ir_eval_scalar(IR_fcvt, T_F32, T_F64, 0, three, 0, 0, &fp), 0x40400000);
    ck_assert_uint_eq(ir_eval_scalar(IR_flt, T_I1, T_F64, 0, one, three, 0, &fp), 1);
}
END_TEST

/* ---- vectors: the lanes one by one, in 128 bits; tests/eval-arm has every row against the instructions ---- */

static s128 lane_of(const union ir_val *v, unsigned w, unsigned i, bool sign)
{
    uint64_t x = v->w[i * w / 64] >> (i * w % 64) & (~UINT64_C(0) >> (64 - w));

    return sign ? sgn(x, w) : (s128)x;
}

static s128 saturated(s128 x, unsigned w, bool sign)
{
    s128 max = ((s128)1 << (w - sign)) - 1, min = sign ? -max - 1 : 0;

    return x < min ? min : x > max ? max : x;
}

/* What lane by lane rows yield: x, y of the row's signedness. */
static s128 lane_oracle(enum ir_op op, unsigned w, unsigned imm, s128 x, s128 y, bool sign)
{
    switch (op) {
    case IR_vand: return x & y;
    case IR_vandn: return x & ~y;
    case IR_vadd: return x + y;
    case IR_vsub: return x - y;
    case IR_vmul: return (s128)((u128)x * (u128)y);
    case IR_vshl: return (s128)((u128)x << imm);
    case IR_vshr: case IR_vsar: return x >> imm;
    case IR_vsmin: case IR_vumin: return x < y ? x : y;
    case IR_vsmax: case IR_vumax: return x > y ? x : y;
    case IR_vceq: return -(s128)(x == y);
    case IR_vcgts: case IR_vcgtu: return -(s128)(x > y);
    case IR_vsqadd: case IR_vuqadd: return saturated(x + y, w, sign);
    case IR_vsqsub: case IR_vuqsub: return saturated(x - y, w, sign);
    case IR_vshadd: case IR_vuhadd: return (x + y) >> 1;
    case IR_vsrhadd: case IR_vurhadd: return (x + y + 1) >> 1;
    case IR_vshsub: case IR_vuhsub: return (x - y) >> 1;
    case IR_vsabd: case IR_vuabd: return x > y ? x - y : y - x;
    case IR_vabs: return x < 0 ? -x : x;
    default: return 0;
    }
}

START_TEST(test_lanes)
{
    static const struct { enum ir_op op; bool sign; } row[] = {
        { IR_vand, false }, { IR_vandn, false }, { IR_vadd, false }, { IR_vsub, false }, { IR_vmul, false }, { IR_vshl, false },
        { IR_vshr, false }, { IR_vsar, true }, { IR_vsmin, true }, { IR_vumin, false }, { IR_vsmax, true }, { IR_vumax, false },
        { IR_vceq, false }, { IR_vcgts, true }, { IR_vcgtu, false }, { IR_vsqadd, true }, { IR_vuqadd, false }, { IR_vsqsub, true },
        { IR_vuqsub, false }, { IR_vshadd, true }, { IR_vuhadd, false }, { IR_vsrhadd, true }, { IR_vurhadd, false },
        { IR_vshsub, true }, { IR_vuhsub, false }, { IR_vsabd, true }, { IR_vuabd, false }, { IR_vabs, true },
    };

    for (unsigned k = 0; k < ARRAY_LEN(row) * 4 * 200; k++) {
        enum ir_op op = row[k % ARRAY_LEN(row)].op;
        bool sign = row[k % ARRAY_LEN(row)].sign;
        unsigned lane = (unsigned)irgen_next(&seed) & 3, w = 8u << lane, imm = op >= IR_vshl && op <= IR_vsar ? k % w : 0;
        union ir_val arg[3] = { { .w = { operand(64), operand(64) } }, { .w = { operand(64), operand(64) } }, { .w = { 0 } } };
        union ir_val r = ir_eval(op, T_V128, T_V128, VL(lane, imm), arg, NULL);

        for (unsigned i = 0; i < 128 / w; i++) {
            s128 want = lane_oracle(op, w, imm, lane_of(&arg[0], w, i, sign), lane_of(&arg[1], w, i, sign), sign);

            ck_assert_msg(lane_of(&r, w, i, false) == (want & (s128)(~UINT64_C(0) >> (64 - w))), "%s lane %u of %u bits",
                          ir_opinfo[op].name, i, w);
        }
    }
}
END_TEST

static union ir_val vec(enum ir_op op, unsigned flags, union ir_val a, union ir_val b, union ir_val c)
{
    union ir_val arg[3] = { a, b, c };

    return ir_eval(op, T_V128, T_V128, flags, arg, NULL);
}

#define V2(hi, lo) (union ir_val){ .w = { UINT64_C(lo), UINT64_C(hi) } }
#define ck_vec(v, hi, lo) do { union ir_val v_ = (v); ck_assert_uint_eq(v_.w[0], UINT64_C(lo)); ck_assert_uint_eq(v_.w[1], UINT64_C(hi)); } while (0)

/* Byte 0 stands last in these literals. FIPS 197, appendix B: the first round; carry-less products by hand. */
START_TEST(test_vector_known)
{
    const union ir_val z = V2(0, 0), ones = V2(0xffffffffffffffff, 0xffffffffffffffff), k = V2(0x1f1e1d1c1b1a1918, 0x1716151413121110);
    union ir_val sub = vec(IR_vaese, 0, V2(0x340737e0a2983131, 0x8d305a88a8f64332), V2(0x3c4fcf098815f7ab, 0xa6d2ae2816157e2b), z);
    union ir_val pattern = V2(0x80ff1f101e110f00, 0x0706050403020100);

    ck_vec(sub, 0xe598271ef11141b8, 0xae52b4e0305dbfd4);
    ck_vec(vec(IR_vaesmc, 0, sub, z, z), 0x4c2606287ad3f848, 0x9a19cbe0e5816604);
    ck_vec(vec(IR_vaesimc, 0, vec(IR_vaesmc, 0, k, z, z), z, z), 0x1f1e1d1c1b1a1918, 0x1716151413121110);
    ck_vec(vec(IR_vpmull, VL_64, ones, ones, z), 0x5555555555555555, 0x5555555555555555);
    ck_vec(vec(IR_vpmull, VL_8, ones, ones, z), 0x5555555555555555, 0x5555555555555555);
    ck_vec(vec(IR_vshuf, 0, k, ones, pattern), 0x0000ffffffff1f10, 0x1716151413121110);
    ck_vec(vec(IR_vtbl, 0, k, V2(0x100f0e0d0c0b0a09, 0xff00000000000001), z), 0x001f1e1d1c1b1a19, 0x0010101010101011);
    ck_vec(vec(IR_vsqdmulh, VL_16, V2(0x8000, 0x80007fff), V2(0x8000, 0x7fff7fff), z), 0x7fff, 0x80017ffe);
    ck_vec(vec(IR_vsqxtun, VL_8, V2(0xffff010000ff0001, 0x7fff8000ff800080), z, z), 0, 0x00ffff01ff000080);
    ck_vec(vec(IR_vudot, VL_32, V2(0, 1), V2(0, 0x0102030405060708), V2(0, 0x0101010101010101)), 0, 0x0000000a0000001b);
    ck_vec(vec(IR_vsqshl, VL_8, V2(0, 0x0000c0407f018040), V2(0, 0x00000101ff07ff02), z), 0, 0x0000807f3f7fc07f);
    ck_vec(vec(IR_vurshl, VL_8, V2(0, 0xff), V2(0, 0xf8), z), 0, 1);
}
END_TEST

/* ---- the dialect in which NaNs are definite, and the modes ---- */

static uint64_t sp(enum ir_op op, unsigned flags, uint64_t a, uint64_t b, uint64_t c, struct ir_fpenv *fp)
{
    fp->flags = 0;
    return ir_eval_fp(op, T_F32, T_F32, flags | FP_PROP, a, b, c, fp);
}

enum { SN1 = 0x7f800001, SN2 = 0xff800002, QN1 = 0x7fc00011, QN2 = 0xffc00022, INF = 0x7f800000, DNAN = 0x7fc00000, ONE = 0x3f800000,
       MINNORM = 0x00800000 };

START_TEST(test_definite_nans)
{
    struct ir_fpenv fp = { .rm = 0 };

    ck_assert_uint_eq(sp(IR_fadd, 0, QN1, SN2, 0, &fp), 0xffc00002);
    ck_assert_uint_eq(fp.flags, FPF_NV);
    ck_assert_uint_eq(sp(IR_fadd, 0, QN2, QN1, 0, &fp), QN2);
    ck_assert_uint_eq(fp.flags, 0);
    ck_assert_uint_eq(sp(IR_fma, 0, QN1, QN2, SN1, &fp), 0x7fc00001);
    ck_assert_uint_eq(sp(IR_fma, 0, QN1, QN2, 0, &fp), QN1);
    ck_assert_uint_eq(sp(IR_fma, 0, 0, INF, QN2, &fp), DNAN);
    ck_assert_uint_eq(fp.flags, FPF_NV);
    ck_assert_uint_eq(sp(IR_fsub, 0, INF, INF, 0, &fp), DNAN);
    ck_assert_uint_eq(sp(IR_fmax, 0, ONE, QN2, 0, &fp), QN2);
    ck_assert_uint_eq(sp(IR_fmaxnm, 0, ONE, QN2, 0, &fp), ONE);
    ck_assert_uint_eq(sp(IR_fminnm, 0, ONE, SN2, 0, &fp), 0xffc00002);
    ck_assert_uint_eq(sp(IR_frecps, 0, QN1, ONE, 0, &fp), QN1 | 0x80000000);
    ck_assert_uint_eq(sp(IR_fmulx, 0, 0x80000000, INF, 0, &fp), 0xc0000000);
    ck_assert_uint_eq(fp.flags, 0);
    ck_assert_uint_eq(ir_eval_fp(IR_fcvt, T_F64, T_F32, FP_PROP, SN2, 0, 0, &fp), UINT64_C(0xfff8000040000000));
    fp.mode = FPM_DN;
    ck_assert_uint_eq(sp(IR_fadd, 0, QN2, ONE, 0, &fp), DNAN);
    ck_assert_uint_eq(sp(IR_fsqrt, 0, QN2, 0, 0, &fp), DNAN);
}
END_TEST

START_TEST(test_tiny_and_flushed)
{
    struct ir_fpenv fp = { .rm = 0 };

    /* rounds up to the smallest normal number: tiny before, not after */
    ck_assert_uint_eq(sp(IR_fmul, 0, 0x00ffffff, 0x3f000000, 0, &fp), MINNORM);
    ck_assert_uint_eq(fp.flags, FPF_NX | FPF_UF);
    fp.flags = 0;
    ck_assert_uint_eq(ir_eval_fp(IR_fmul, T_F32, T_F32, 0, 0x00ffffff, 0x3f000000, 0, &fp), MINNORM);
    ck_assert_uint_eq(fp.flags, FPF_NX | FPF_UF);       /* also after rounding to full precision */
    ck_assert_uint_eq(sp(IR_fmul, 0, 0x3f7fffff, MINNORM, 0, &fp), MINNORM);
    ck_assert_uint_eq(fp.flags, FPF_NX | FPF_UF);
    fp.flags = 0;
    fp.mode = FPM_FZ;
    ck_assert_uint_eq(sp(IR_fadd, 0, 0x80000001, 0x80000000, 0, &fp), 0x80000000);
    ck_assert_uint_eq(fp.flags, FPF_ID);
    ck_assert_uint_eq(sp(IR_fmul, 0, MINNORM, 0xbf000000, 0, &fp), 0x80000000);
    ck_assert_uint_eq(fp.flags, FPF_UF);
    ck_assert_uint_eq(ir_eval_fp(IR_flt, T_I1, T_F32, 0, 0, 1, 0, &fp), 0);
    fp.flags = 0;
    ck_assert_uint_eq(ir_eval_fp(IR_fadd, T_F16, T_F16, FP_PROP, 1, 1, 0, &fp), 2);
    fp.mode = FPM_FZ16;
    ck_assert_uint_eq(ir_eval_fp(IR_fadd, T_F16, T_F16, FP_PROP, 1, 1, 0, &fp), 0);
    ck_assert_uint_eq(ir_eval_fp(IR_fcvt, T_F32, T_F16, FP_PROP, 1, 0, 0, &fp), 0x33800000);
    ck_assert_uint_eq(fp.flags, 0);
    fp.mode = FPM_AHP;
    ck_assert_uint_eq(ir_eval_fp(IR_fcvt, T_F32, T_F16, FP_PROP, 0x7c00, 0, 0, &fp), 0x47800000);
    ck_assert_uint_eq(ir_eval_fp(IR_fcvt, T_F16, T_F32, FP_PROP, INF, 0, 0, &fp), 0x7fff);
    ck_assert_uint_eq(fp.flags, FPF_NV);
}
END_TEST

START_TEST(test_fp_lanes)
{
    struct ir_fpenv fp = { .rm = 0 };
    union ir_val a[3] = { V2(0x7f80000100000000, 0x3f80000040000000), V2(0x3f80000000000000, 0x3f80000040400000), V2(0, 0) };
    union ir_val r = ir_eval(IR_fadd, T_V64, T_V64, FP_PROP | FP_LANE_F32, a, &fp);

    ck_vec(r, 0, 0x4000000040a00000);
    ck_assert_uint_eq(fp.flags, 0);             /* the signalling NaN stands above a v64 */
    ck_vec(ir_eval(IR_fadd, T_V128, T_V128, FP_PROP | FP_LANE_F32, a, &fp), 0x7fc0000100000000, 0x4000000040a00000);
    ck_assert_uint_eq(fp.flags, FPF_NV);
    ck_vec(ir_eval(IR_vflt, T_V64, T_V64, FP_LANE_F32, a, &fp), 0, 0x00000000ffffffff);
    ck_vec(ir_eval(IR_vfcvtl, T_V128, T_V128, FP_PROP | FP_LANE_F64, a, &fp), 0x3ff0000000000000, 0x4000000000000000);
    ck_vec(ir_eval(IR_f2si, T_V64, T_V64, FP_NAN_ZERO | FP_LANE_F32, a, &fp), 0, 0x0000000100000002);
}
END_TEST

/* Total: any op, any types, any operands. */
START_TEST(test_total)
{
    for (enum ir_op op = 0; op < IR_NOPS; op++)
        for (unsigned t = 0; t < T_COUNT; t++)
            for (unsigned at = 0; at < T_COUNT; at++) {
                union ir_val arg[3] = { { .u64 = operand(64) }, { .u64 = operand(64) }, { .u64 = operand(64) } };
                struct ir_fpenv fp = { .rm = (unsigned)irgen_next(&seed) & 7 };

                ir_eval(op, t, at, (unsigned)irgen_next(&seed) & 255, arg, &fp);
            }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("eval");
    TCase *tc = tcase_create("eval");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, test_int_ops);
    tcase_add_test(tc, test_extensions);
    tcase_add_test(tc, test_fp_bits);
    tcase_add_test(tc, test_fp_env);
    tcase_add_test(tc, test_lanes);
    tcase_add_test(tc, test_vector_known);
    tcase_add_test(tc, test_definite_nans);
    tcase_add_test(tc, test_tiny_and_flushed);
    tcase_add_test(tc, test_fp_lanes);
    tcase_add_test(tc, test_total);
    suite_add_tcase(s, tc);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
