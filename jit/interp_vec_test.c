/* T0 against ir_eval on vectors: every VOP and every FPOP on vectors, moves of 16-byte values through every kind of record, memory. */
#include "jit/fpenv.h"
#include "jit/interp.h"
#include "jit/interp_vec.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- a guest that is only slots: three operands and a result of each type ---- */

enum { NTYPES = 11, NSLOT = NTYPES * 4 };
static const enum ir_type slot_type[NTYPES] = { T_I1, T_I8, T_I16, T_I32, T_I64, T_F16, T_F32, T_F64, T_V64, T_V128, T_VOID };
static struct guest_slot slots[NSLOT];
static struct vcpu vcpu;
static struct cc cc;

static void setup(void)
{
    for (unsigned i = 0; i < NSLOT; i++)
        slots[i] = (struct guest_slot){ "s", (uint16_t)(i * 16), (uint8_t)(slot_type[i / 4] ? slot_type[i / 4] : T_I64), 0, 0 };
    cc_init(&cc);
}

static void teardown(void)
{
    cc_fini(&cc);
}

static uint8_t *home(unsigned slot)
{
    return vcpu.guest + slots[slot].off;
}

static unsigned slot_of(enum ir_type t, unsigned i)
{
    for (unsigned k = 0; k < NTYPES; k++)
        if (slot_type[k] == t)
            return k * 4 + i;
    abort();
}

static unsigned size_of(enum ir_type t)
{
    return t == T_I1 ? 1 : ir_type_bits(t) / 8;
}

/* Halves of operands: lanes at the edges of every width, as integers and as floats. */
static const uint64_t halves[] = {
    0, ~UINT64_C(0), UINT64_C(0x8000000000000000), UINT64_C(0x7fffffffffffffff), UINT64_C(0x8000000080000000), UINT64_C(0x80008000ff7f8001),
    UINT64_C(0x7f80ff0001fe8081), UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210), UINT64_C(0x0001000200030010),
    UINT64_C(0x00ff10f001f8203f), UINT64_C(0x0f0e0d0c0b0a0908), UINT64_C(0x1f10020d80ff0300), 1,
    UINT64_C(0x3f80000000800000), UINT64_C(0x3f7fffff00ffffff), UINT64_C(0x7f8000013f000000), UINT64_C(0xffc123457f800000),
    UINT64_C(0x7fc0000100000001), UINT64_C(0x0010000000000000), UINT64_C(0x3fe0000000000000), UINT64_C(0x3fefffffffffffff),
    UINT64_C(0x7ff0000000000001), UINT64_C(0xfff8000000000123), UINT64_C(0x7ff0000000000000), UINT64_C(0x000fffffffffffff),
    UINT64_C(0x3c0000017e01fd01), UINT64_C(0x040003ff7bff3800), UINT64_C(0x400921fb54442d18), UINT64_C(0x40490fdb3eaaaaab),
    UINT64_C(0xc0000000bf000000), UINT64_C(0x4f0000005f000000),
};
enum { NHALF = sizeof halves / sizeof *halves };

static uint64_t rnd_state;

static uint64_t rnd(void)
{
    uint64_t z = rnd_state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t half(void)
{
    uint64_t a = halves[rnd() % NHALF], b = halves[rnd() % NHALF];

    switch (rnd() % 4) {
    case 0: return rnd();
    case 1: return (a & UINT32_MAX) | b << 32;
    default: return a;
    }
}

/* ---- one op ---- */

struct one {
    enum ir_op op;
    enum ir_type t, type[3];    /* of the result; of the operands, T_VOID where there is none */
    unsigned flags, fp_rm;
    bool const_b;               /* b is a constant of type i64 */
    uint8_t pattern[16];
    union ir_val arg[3];
};

/* How the op stands in its function: operands and result in homes; a constant as first operand; operands replaced between the op and its
 * put, the result used twice. */
enum form { PLAIN, IMM_A, LATE_PUT, NFORM };

static struct ir_func *function(const struct one *o, enum form form)
{
    struct ir_func *f = ir_func_new(&cc, "v", slots, NSLOT);
    uint32_t v[3] = { 0, 0, 0 };
    ir_ref r;

    ir_block_at(f, ir_block_new(f, 0x1000, BLK_ENTRY));
    ir_at(f, 0x1234);
    for (unsigned i = 0; i < 3; i++)
        if (o->type[i])
            v[i] = (i == 0 && form == IMM_A) || (i == 1 && o->const_b) ? ir_const(f, o->type[i], o->arg[i].u64)
                                                                       : ir_get(f, slot_of(o->type[i], i));
    if (o->op == IR_vshuf)
        v[2] = ir_pattern(f, o->pattern);
    r = ir_emit(f, o->op, o->t, o->flags, v[0], v[1], v[2]);
    if (form == LATE_PUT) {
        ir_put(f, slot_of(o->type[0], 0), ir_const(f, o->type[0], 1));
        ir_put(f, slot_of(o->t, 2), r);
    }
    ir_put(f, slot_of(o->t, 3), r);
    ir_jump(f, 0x2000);
    return f;
}

static bool free_nan(const struct one *o)
{
    return o->op >= IR_fadd && o->op <= IR_fma && ir_opinfo[o->op].flags & F_FPOP && !(o->flags & FP_PROP);
}

static void check_one(const struct one *o, enum form form)
{
    struct ir_func *f = function(o, form);
    struct ir_fpenv want = { .rm = o->fp_rm & FP_RM_MASK, .mode = o->fp_rm >> 3 };
    union ir_val arg[3], w, g = { .w = { 0 } };
    enum vexit why;

    memcpy(arg, o->arg, sizeof arg);
    if (o->op == IR_vshuf)
        memcpy(&arg[2], o->pattern, 16);
    w = ir_eval(o->op, o->t, o->type[0], o->flags, arg, &want);
    memset(vcpu.guest, 0xaa, sizeof vcpu.guest);
    for (unsigned i = 0; i < 3; i++)
        if (o->type[i])
            memcpy(home(slot_of(o->type[i], i)), &o->arg[i], size_of(o->type[i]) < 8 ? 8 : size_of(o->type[i]));
    vcpu.fp_rm = o->fp_rm;
    vcpu.fp_extra = 0;
    vcpu.guest_fpcr = fpcr_make(o->fp_rm, 0);
    vcpu.pc = 0;
    why = t0_run_func(f, &vcpu);
    ck_assert_msg(why == VX_JUMP, "%s: exit %d %s", ir_opinfo[o->op].name, why, cc.diag.msg);
    memcpy(&g, home(slot_of(o->t, 3)), size_of(o->t));
    ck_assert_msg((memcmp(&w, &g, size_of(o->t)) == 0 || free_nan(o)) && want.flags == (fpcr_flags(vcpu.guest_fpcr) | vcpu.fp_extra),
                  "%s %s flags %#x form %d fp_rm %u (%016lx_%016lx, %016lx_%016lx, %016lx_%016lx): %016lx_%016lx flags %#x, expected %016lx_%016lx "
                  "flags %#x", ir_opinfo[o->op].name, ir_type_name(o->t), o->flags, form, o->fp_rm, o->arg[0].w[1], o->arg[0].w[0], o->arg[1].w[1],
                  o->arg[1].w[0], o->arg[2].w[1], o->arg[2].w[0], g.w[1], g.w[0], fpcr_flags(vcpu.guest_fpcr) | vcpu.fp_extra, w.w[1], w.w[0],
                  want.flags);
    ck_assert_uint_eq(home(slot_of(o->t, 3))[o->t == T_V128 ? 16 : 8], 0xaa);       /* nothing was written beyond */
    if (form == LATE_PUT)
        ck_assert_mem_eq(home(slot_of(o->t, 2)), home(slot_of(o->t, 3)), size_of(o->t));
    cc_reset(&cc);
}

static void check_op(struct one *o, unsigned times)
{
    for (unsigned n = 0; n < times; n++)
        for (unsigned form = PLAIN; form < NFORM; form++) {
            for (unsigned i = 0; i < 3; i++) {
                if (o->const_b && i == 1)
                    continue;
                o->arg[i] = (union ir_val){ .w = { o->type[i] ? half() : 0, o->type[i] ? half() : 0 } };
                if (o->type[i] != T_V128)
                    o->arg[i].w[1] = 0;
                if (o->type[i] && ir_type_bits(o->type[i]) < 64)
                    o->arg[i].w[0] &= (UINT64_C(1) << ir_type_bits(o->type[i])) - 1;
            }
            for (unsigned i = 0; i < 16; i++)
                o->pattern[i] = rnd() % 5 ? rnd() % 32 : 0x80 | rnd() % 128;
            if (form == IMM_A && o->type[0] == T_V128)
                o->arg[0].w[1] = o->arg[0].w[0];
            check_one(o, form);
        }
}

static void check_vop(enum ir_op op, unsigned lane)
{
    enum ir_type lt = (enum ir_type)(T_I8 + lane);
    const char *sig = ir_opinfo[op].sig;
    struct one o = { .op = op, .t = T_V128, .type = { T_V128, sig[2] == 'v' ? T_V128 : T_VOID, sig[3] == 'v' ? T_V128 : T_VOID } };
    static const enum ir_type narrow[] = { T_V64, T_F16, T_F32, T_F64 };
    unsigned times = 24;

    if (op == IR_vdup)
        o.type[0] = lt;
    else if (op == IR_vextr)
        o.t = lt;
    else if (op == IR_vnz)
        o.t = T_I1;
    else if (op == IR_vlow)
        o.t = narrow[lane];
    else if (op == IR_vzext)
        o.type[0] = narrow[lane];
    else if (op == IR_vins)
        o.type[1] = lt;
    for (unsigned k = 0; k < 6; k++) {
        unsigned width = 8u << lane, imm[6] = { 0, 1, width - 1, width < 63 ? width : 63, 63, (unsigned)rnd() % 64 };

        o.flags = VL(lane, op == IR_vins || op == IR_vextr ? imm[k] % (128 / width) : op >= IR_vshl && op <= IR_vrotr ? imm[k] : k % 4);
        check_op(&o, times / 6);
    }
}

START_TEST(vops)
{
    unsigned n = 0;

    for (unsigned op = 1; op < IR_NOPS; op++)
        for (unsigned lane = VL_8; lane <= VL_64; lane++)
            if (ir_opinfo[op].flags & F_VEC) {
                check_vop(op, lane);
                n++;
            }
    ck_assert_uint_gt(n, 400);
}
END_TEST

/* ---- floating point ---- */

static bool on_vectors(enum ir_op op)
{
    uint16_t fl = ir_opinfo[op].flags;

    return fl & F_FPOP && !(fl & F_CMP) && op != IR_fcvt;
}

static bool wide_only(enum ir_op op)
{
    return op == IR_vfcvtl || op == IR_vfcvtn || op == IR_fcvtbf;
}

static void check_vfp(enum ir_op op, enum ir_type t, unsigned flags, unsigned fp_rm)
{
    const char *sig = ir_opinfo[op].sig;
    struct one o = { .op = op, .t = t, .type = { t, sig[2] == 'v' ? t : T_VOID, sig[3] == 'v' ? t : T_VOID }, .flags = flags, .fp_rm = fp_rm };

    if (op == IR_frintn || (op >= IR_f2sx && op <= IR_ux2f)) {
        o.const_b = true;
        o.type[1] = T_I64;
        o.arg[1].u64 = op == IR_frintn ? 32 + rnd() % 2 * 32 : rnd() % 65;
    }
    check_op(&o, 40);
}

START_TEST(vector_fp)
{
    static const unsigned modes[] = { FP_RM_NE, FP_RM_TZ, FP_RM_DN, FP_RM_UP, FP_RM_MM, FPM_FZ << 3, FPM_FZ16 << 3, FPM_DN << 3, FPM_AHP << 3 };
    unsigned fp_rm = modes[_i], n = 0;

    rnd_state = (uint64_t)_i;
    for (unsigned op = 1; op < IR_NOPS; op++)
        for (unsigned lane = FP_LANE_F16; on_vectors(op) && lane <= FP_LANE_F64; lane += FP_LANE_F16) {
            bool cmp = op >= IR_vfeq && op <= IR_vfle, to_int = op == IR_f2si || op == IR_f2ui || op == IR_f2sx || op == IR_f2ux;
            unsigned special = cmp ? FP_QUIET : to_int ? FP_NAN_ZERO : FP_PROP;

            if ((op == IR_vfcvtl && lane == FP_LANE_F16) || (op == IR_vfcvtn && lane == FP_LANE_F64) || (op == IR_fcvtbf && lane != FP_LANE_F32))
                continue;
            for (unsigned t = wide_only(op) ? T_V128 : T_V64; t <= T_V128; t++) {
                check_vfp(op, t, lane | special | (cmp ? 0 : FP_RM_DYN), fp_rm);
                check_vfp(op, t, lane | special | (cmp ? FP_SILENT : FP_RM_NE), fp_rm);
                if (cmp)
                    check_vfp(op, t, lane, fp_rm);
                n++;
            }
        }
    ck_assert_uint_gt(n, 100);
}
END_TEST

START_TEST(invalid_rounding_mode)
{
    struct one o = { .op = IR_fadd, .t = T_V128, .type = { T_V128, T_V128 }, .flags = FP_LANE_F64 | FP_PROP | FP_RM_DYN };

    for (unsigned mode = 0; mode < 16; mode++) {
        struct ir_func *f = function(&o, PLAIN);

        vcpu.fp_rm = 5 | mode << 3;
        ck_assert_int_eq(t0_run_func(f, &vcpu), VX_ILLEGAL);
        ck_assert_uint_eq(vcpu.pc, 0x1234);
        cc_reset(&cc);
    }
}
END_TEST

/* ---- values that move ---- */

/* select, copy, constants, and values that are part of another. */
START_TEST(moves)
{
    for (unsigned yes = 0; yes < 2; yes++) {
        struct ir_func *f = ir_func_new(&cc, "m", slots, NSLOT);
        ir_ref a, b, c;
        uint64_t v[8] = { half(), half(), half(), half() }, got[2];

        ir_block_at(f, ir_block_new(f, 0, BLK_ENTRY));
        a = ir_get(f, slot_of(T_V128, 0));
        b = ir_get(f, slot_of(T_V128, 1));
        c = ir_emit(f, IR_select, T_V128, 0, ir_get(f, slot_of(T_I1, 0)), a, b);
        ir_put(f, slot_of(T_V128, 1), a);
        ir_put(f, slot_of(T_V128, 0), ir_emit(f, IR_copy, T_V128, 0, b, 0, 0));
        ir_put(f, slot_of(T_V128, 2), c);
        ir_put(f, slot_of(T_V128, 3), ir_const(f, T_V128, v[0]));
        ir_put(f, slot_of(T_F64, 3), ir_emit(f, IR_vlow, T_F64, 0, ir_emit(f, IR_vadd, T_V128, VL_64, a, b, 0), 0, 0));
        ir_put(f, slot_of(T_I64, 3), ir_emit(f, IR_bitcast, T_I64, 0, ir_emit(f, IR_vlow, T_V64, 0, b, 0, 0), 0, 0));
        ir_put(f, slot_of(T_F32, 3), ir_emit(f, IR_vlow, T_F32, 0, b, 0, 0));
        ir_jump(f, 8);
        memset(vcpu.guest, 0xaa, sizeof vcpu.guest);
        memset(home(slot_of(T_I1, 0)), (int)yes, 8);
        memcpy(home(slot_of(T_V128, 0)), v, 32);
        *home(slot_of(T_I1, 0)) = (uint8_t)yes;
        ck_assert_int_eq(t0_run_func(f, &vcpu), VX_JUMP);
        ck_assert_mem_eq(home(slot_of(T_V128, 0)), v + 2, 16);
        ck_assert_mem_eq(home(slot_of(T_V128, 1)), v, 16);
        ck_assert_mem_eq(home(slot_of(T_V128, 2)), yes ? v : v + 2, 16);
        memcpy(got, home(slot_of(T_V128, 3)), 16);
        ck_assert(got[0] == v[0] && got[1] == v[0]);
        memcpy(got, home(slot_of(T_F64, 3)), 16);
        ck_assert_uint_eq(got[0], v[0] + v[2]);
        ck_assert_uint_eq(got[1], UINT64_C(0xaaaaaaaaaaaaaaaa));
        memcpy(got, home(slot_of(T_I64, 3)), 8);
        ck_assert_uint_eq(got[0], v[2]);
        memcpy(got, home(slot_of(T_F32, 3)), 8);
        ck_assert_uint_eq(got[0], (uint32_t)v[2]);
        cc_reset(&cc);
    }
}
END_TEST

/* Two vector phis that swap in a loop, beside a counter. */
START_TEST(phi_swap)
{
    struct ir_func *f = ir_func_new(&cc, "p", slots, NSLOT);
    ir_blk e = ir_block_new(f, 0, BLK_ENTRY), h = ir_block_new(f, 4, 0), x = ir_block_new(f, 8, 0);
    uint64_t v[4] = { 11, 12, 21, 22 };
    ir_ref a, b, p, q, i, i2;

    ir_block_at(f, e);
    a = ir_get(f, slot_of(T_V128, 0));
    b = ir_get(f, slot_of(T_V128, 1));
    ir_br(f, h);
    i = ir_phi_new(f, T_I64, 2);
    p = ir_phi_new(f, T_V128, 2);
    q = ir_phi_new(f, T_V128, 2);
    ir_block_insert(f, h, 0, i);
    ir_block_insert(f, h, 1, p);
    ir_block_insert(f, h, 2, q);
    ir_block_at(f, h);
    i2 = ir_op2(f, IR_add, T_I64, i, ir_const(f, T_I64, 1));
    ir_brif(f, ir_op2(f, IR_ult, T_I1, i2, ir_const(f, T_I64, 6)), h, x);
    ir_block_at(f, x);
    ir_put(f, slot_of(T_V128, 2), p);
    ir_put(f, slot_of(T_V128, 3), q);
    ir_jump(f, 12);
    ir_cfg(f);
    for (unsigned k = 0; k < 2; k++) {
        bool back = f->block[h].pred[k] == h;

        f->phiarg[f->insn[p].a + k] = back ? q : a;
        f->phiarg[f->insn[q].a + k] = back ? p : b;
        f->phiarg[f->insn[i].a + k] = back ? i2 : ir_const(f, T_I64, 0);
    }
    memcpy(home(slot_of(T_V128, 0)), v, 32);
    vcpu.pc = 0;
    ck_assert_int_eq(t0_run_func(f, &vcpu), VX_JUMP);
    ck_assert_mem_eq(home(slot_of(T_V128, 2)), v + 2, 16);
    ck_assert_mem_eq(home(slot_of(T_V128, 3)), v, 16);
}
END_TEST

/* More vectors alive than make the temporaries of one kind last, freed and used again: each keeps its value. */
START_TEST(many_alive)
{
    enum { N = 600 };
    struct ir_func *f = ir_func_new(&cc, "n", slots, NSLOT);
    ir_ref v[N], sum, count;
    uint64_t want[2] = { 0, 0 }, got[2];

    ir_block_at(f, ir_block_new(f, 0, BLK_ENTRY));
    sum = ir_get(f, slot_of(T_V128, 0));
    count = ir_get(f, slot_of(T_I64, 0));
    for (unsigned i = 0; i < N; i++) {
        count = ir_emit(f, IR_add, T_I64, 0, count, ir_const(f, T_I64, i), 0);
        v[i] = ir_emit(f, IR_vins, T_V128, VL(VL_64, i & 1), sum, count, 0);
    }
    for (unsigned i = 0; i < N; i++)
        sum = ir_emit(f, IR_vadd, T_V128, VL_64, sum, v[i], 0);
    ir_put(f, slot_of(T_V128, 3), sum);
    ir_jump(f, 8);
    memset(vcpu.guest, 0, sizeof vcpu.guest);
    ck_assert_int_eq(t0_run_func(f, &vcpu), VX_JUMP);
    for (uint64_t i = 0, c = 0; i < N; i++)
        want[i & 1] += c += i;
    memcpy(got, home(slot_of(T_V128, 3)), 16);
    ck_assert(got[0] == want[0] && got[1] == want[1]);
}
END_TEST

/* ---- memory ---- */

START_TEST(memory)
{
    static const unsigned orders[] = { MO_PLAIN, MO_ACQ, MO_REL, MO_SEQ };
    static const enum ir_type types[] = { T_V128, T_V64, T_F16 };
    uint8_t from[64], to[64];

    for (unsigned k = 0; k < 12; k++)
        for (unsigned skew = 0; skew < 3; skew++) {
            struct ir_func *f = ir_func_new(&cc, "l", slots, NSLOT);
            enum ir_type t = types[k / 4];
            uint64_t p = (uintptr_t)from + skew, q = (uintptr_t)to;

            for (unsigned i = 0; i < sizeof from; i++)
                from[i] = (uint8_t)rnd();
            memset(to, 0x55, sizeof to);
            ir_block_at(f, ir_block_new(f, 0, BLK_ENTRY));
            ir_store(f, t, ir_get(f, slot_of(T_I64, 1)), 17, ir_load(f, t, ir_get(f, slot_of(T_I64, 0)), 5, orders[k % 4]), orders[k % 4]);
            ir_jump(f, 8);
            memcpy(home(slot_of(T_I64, 0)), &p, 8);
            memcpy(home(slot_of(T_I64, 1)), &q, 8);
            ck_assert_int_eq(t0_run_func(f, &vcpu), VX_JUMP);
            ck_assert_mem_eq(to + 17, from + skew + 5, size_of(t));
            ck_assert_uint_eq(to[16], 0x55);
            ck_assert_uint_eq(to[17 + size_of(t)], 0x55);
            cc_reset(&cc);
        }
}
END_TEST

START_TEST(cas)
{
    static _Alignas(16) uint64_t mem[4];

    for (unsigned k = 0; k < 8; k++) {
        struct ir_func *f = ir_func_new(&cc, "c", slots, NSLOT);
        uint64_t old[2] = { k & 1 ? 5 : 3, k & 2 ? 5 : 4 }, new[2] = { 7, 8 }, was[2] = { 3, 4 }, got[2], at = (uintptr_t)mem + (k & 4 ? 7 : 0);
        bool same = (k & 3) == 0;

        ir_block_at(f, ir_block_new(f, 0, BLK_ENTRY));
        ir_put(f, slot_of(T_V128, 3), ir_emit(f, IR_cas, T_V128, 0, ir_get(f, slot_of(T_I64, 0)), ir_get(f, slot_of(T_V128, 0)),
                                              ir_get(f, slot_of(T_V128, 1))));
        ir_jump(f, 8);
        memcpy((void *)(uintptr_t)at, was, 16);
        memcpy(home(slot_of(T_I64, 0)), &at, 8);
        memcpy(home(slot_of(T_V128, 0)), old, 16);
        memcpy(home(slot_of(T_V128, 1)), new, 16);
        ck_assert_int_eq(t0_run_func(f, &vcpu), VX_JUMP);
        memcpy(got, home(slot_of(T_V128, 3)), 16);
        ck_assert(got[0] == 3 && got[1] == 4);
        memcpy(got, (void *)(uintptr_t)at, 16);
        ck_assert(got[0] == (same ? 7 : 3) && got[1] == (same ? 8 : 4));
        cc_reset(&cc);
    }
}
END_TEST

/* What hosts without misaligned atomics do, at every place of two 16-byte lines. */
START_TEST(odd_cas)
{
    for (unsigned n = 1; n <= 8; n *= 2)
        for (unsigned at = 0; at + n <= 32; at++)
            for (unsigned same = 0; same < 2; same++) {
                static _Alignas(16) uint8_t got[32];
                uint8_t want[32];
                uint64_t old = 0, new = UINT64_C(0x1122334455667788);

                for (unsigned i = 0; i < 32; i++)
                    got[i] = want[i] = (uint8_t)(0xa0 + i);
                memcpy(&old, want + at, n);
                if (same)
                    memcpy(want + at, &new, n);
                ck_assert_uint_eq(t0_odd_cas(got + at, n, same ? old : old ^ 1, new), old);
                ck_assert_mem_eq(got, want, 32);
            }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("interp_vec");
    TCase *t = tcase_create("vectors");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, vops);
    tcase_add_loop_test(t, vector_fp, 0, 9);
    tcase_add_test(t, invalid_rounding_mode);
    tcase_add_test(t, moves);
    tcase_add_test(t, phi_swap);
    tcase_add_test(t, many_alive);
    tcase_add_test(t, memory);
    tcase_add_test(t, cas);
    tcase_add_test(t, odd_cas);
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
