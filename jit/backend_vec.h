/* The backend's test of vectors and of the FP dialect whose NaNs are definite: each op on many operands, against the evaluator. Test
 * code, header only. */
#ifndef AOTC_JIT_BACKEND_VEC_H
#define AOTC_JIT_BACKEND_VEC_H

#include "jit/backend_gen.h"
#include "jit/helpers.h"

enum { NSETS = 600 };
struct vone { enum ir_op op; enum ir_type t, at; unsigned flags, b; bool pinned; };

/* Operands of width w bits in 64: edges of every kind, and what rounds at the edge of the normal numbers. */
static inline uint64_t vone_lane(uint64_t *s, unsigned w)
{
    static const uint64_t e64[] = { 0, UINT64_C(1) << 63, 1, UINT64_C(0x000fffffffffffff), UINT64_C(0x0010000000000000),
        UINT64_C(0x8010000000000000), UINT64_C(0x0010000000000001), UINT64_C(0x3fefffffffffffff), UINT64_C(0x3ff0000000000000),
        UINT64_C(0x3ff0000000000001), UINT64_C(0x7fefffffffffffff), UINT64_C(0x7ff0000000000000), UINT64_C(0xfff0000000000000),
        UINT64_C(0x7ff0000000000001), UINT64_C(0xfff4000000000003), UINT64_C(0x7ff8000000000000), UINT64_C(0xfff8000000000123),
        UINT64_C(0x380fffffffffffff), UINT64_C(0x3810000000000000), UINT64_C(0x3fe0000000000000), UINT64_C(0xbfe0000000000000),
        UINT64_C(0x4008000000000000), UINT64_C(0x41dfffffffffffff), UINT64_C(0x41e0000000000000), UINT64_C(0xc1e0000000000001),
        UINT64_C(0x41efffffffffffff), UINT64_C(0x43dfffffffffffff), UINT64_C(0x43e0000000000000), UINT64_C(0x43efffffffffffff),
        UINT64_C(0x43f0000000000000), UINT64_C(0xc3e0000000000000), UINT64_C(0xbff0000000000000), UINT64_C(0x3ff8000000000000) };
    static const uint32_t e32[] = { 0, 0x80000000, 1, 0x007fffff, 0x00800000, 0x80800000, 0x00800001, 0x3f7fffff, 0x3f800000,
        0x3f800001,
        0x7f7fffff, 0x7f800000, 0xff800000, 0x7f800001, 0xffa00003, 0x7fc00000, 0xffc00123, 0x3f000000, 0xbf000000, 0x40400000,
        0x4effffff, 0x4f000000, 0xcf000000, 0x4f7fffff, 0x5effffff, 0x5f000000, 0x5f7fffff, 0x5f800000, 0xdf000000, 0xbf800000,
        0x3fc00000 };
    static const uint16_t e16[] = { 0, 0x8000, 1, 0x3ff, 0x400, 0x8400, 0x3bff, 0x3c00, 0x3c01, 0x7bff, 0x7c00, 0xfc00, 0x7c01,
        0xfd03,
        0x7e00, 0xfe12, 0x3800, 0xb800, 0x4200 };
    uint64_t r = irgen_next(s), k = r >> 40;

    if (r >> 20 & 1)
        return w == 64 ? e64[k % ARRAY_LEN(e64)] : w == 32 ? e32[k % ARRAY_LEN(e32)] : e16[k % ARRAY_LEN(e16)];
    if (r >> 21 & 1)            /* moderate numbers: sums and products that are inexact, and exact ones */
        return w == 64 ? (r & UINT64_C(0x800fffffffffffff)) | (UINT64_C(0x3fd) + (r >> 54 & 7)) << 52
             : w == 32 ? (r & 0x807fffff) | (125 + (r >> 54 & 7)) << 23 : (r & 0x83ff) | (13 + (r >> 54 & 7)) << 10;
    return irgen_next(s);
}

static inline ir_ref vone_operand(struct ir_func *f, const struct vone *o, enum ir_type t, unsigned i)
{
    ir_ref v = ir_get(f, S_V + (o->pinned ? 1 + i : 3 * i));

    if (!ir_type_fp(t))
        return t == T_I64 ? ir_get(f, i) : ir_op1(f, IR_trunc, t, ir_get(f, i));
    return t == T_V128 ? v : ir_vconv(f, IR_vlow, t, 0, v);
}

static inline struct ir_func *vone_make(struct cc *cc, const void *arg)
{
    const struct vone *o = arg;
    struct ir_func *f = ir_func_new(cc, "t", slots, NSLOT);
    const char *sig = ir_opinfo[o->op].sig;
    ir_ref a, b = IR_NONE, c = IR_NONE, r;

    ir_block_at(f, ir_block_new(f, ENTRY1, BLK_ENTRY));
    a = vone_operand(f, o, o->at, 0);
    if (sig[2] == 'v')
        b = o->b ? ir_const(f, T_I64, o->b) : vone_operand(f, o, o->at, 1);
    if (sig[3] == 'v')
        c = vone_operand(f, o, o->at, 2);
    r = ir_emit(f, o->op, o->t, o->flags, a, b, c);
    if (o->t == T_V128)
        ir_put(f, S_V + 9, r);
    else if (ir_type_fp(o->t))
        ir_put(f, S_V + 9, ir_emit(f, IR_vzext, T_V128, 0, r, 0, 0));
    else
        ir_put(f, 6, o->t == T_I64 ? r : ir_emit(f, IR_zext, T_I64, 0, r, 0, 0));
    ir_jump(f, 0x9000);
    return f;
}

static unsigned vone_failures;

static inline void vone_set(const struct vone *o, const struct linked *out, uint64_t *seed)
{
    unsigned w = (o->at == T_V128 || o->at == T_V64) && (o->flags & FP_LANE_MASK) ? ir_type_bits(ir_fp_lane(o->flags))
               : ir_type_bits(o->at) >= 64 ? 64 : ir_type_bits(o->at), wide = ir_type_bits(o->at);
    union ir_val arg[3], want;
    struct ir_fpenv env = { .rm = irgen_next(seed) >> 33 & 3 };
    static struct state s;

    memset(&s, 0, sizeof s);
    s.pc = ENTRY1;
    s.rm = env.rm;
    for (unsigned i = 0; i < 3; i++) {
        union { uint64_t q[2]; uint32_t w[4]; uint16_t h[8]; } v;

        for (unsigned k = 0; k < 128 / w; k++) {
            uint64_t x = vone_lane(seed, w);

            if (w == 64)
                v.q[k] = x;
            else if (w == 32)
                v.w[k] = (uint32_t)x;
            else
                v.h[k & 7] = (uint16_t)x;
        }
        memcpy(s.vec[o->pinned ? 1 + i : 3 * i], v.q, 16);
        s.slot[i] = v.q[0];
        arg[i] = (union ir_val){ .w = { wide < 64 ? v.q[0] & ((UINT64_C(1) << wide) - 1) : v.q[0], wide > 64 ? v.q[1] : 0 } };
    }
    if (o->b)
        arg[1] = (union ir_val){ .w = { o->b } };
    want = ir_eval(o->op, o->t, o->at, o->flags, arg, &env);
    if (ir_type_bits(o->t) <= 64)
        want.w[1] = 0;
    run_host(out, &s);
    uint64_t *got = ir_type_fp(o->t) ? s.vec[9] : s.slot + 6;
    if (s.exit == VX_JUMP && s.pc == 0x9000 && got[0] == want.w[0] && (!ir_type_fp(o->t) || got[1] == want.w[1]) &&
        s.flags == env.flags)
        return;
    if (vone_failures++ < 20)
        fprintf(stderr, "%s.%s of %s, flags %#x, rm %u: (%016lx:%016lx, %016lx:%016lx, %016lx:%016lx) gives %016lx:%016lx, flags %#x; "
                "expected %016lx:%016lx, flags %#x\n", ir_opinfo[o->op].name, ir_type_name(o->t), ir_type_name(o->at), o->flags, env.rm,
                (unsigned long)arg[0].w[1], (unsigned long)arg[0].w[0], (unsigned long)arg[1].w[1], (unsigned long)arg[1].w[0],
                (unsigned long)arg[2].w[1], (unsigned long)arg[2].w[0], (unsigned long)(ir_type_fp(o->t) ? got[1] : 0), (unsigned long)got[0],
                s.flags, (unsigned long)want.w[1], (unsigned long)want.w[0], env.flags);
}

static inline void vone_run(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, unsigned b)
{
    uint64_t features, seed = op * 1000 + flags;

    for (unsigned lv = 0; feature_set(lv, &features); lv++)
        for (unsigned pinned = 0; pinned < 2; pinned++) {
            struct vone o = { op, t, at, flags, b, pinned };
            struct compile_job job = { .make = vone_make, .arg = &o, .pipeline = "t1", .features = features };
            struct linked out = { 0 };

            compile_place(&job, &out);
            for (unsigned i = 0; i < NSETS; i++)
                vone_set(&o, &out, &seed);
            linked_free(&out);
        }
}

/* ---- roles of v128 values ---- */

static inline void refuse_run(struct cc *cc, void *arg)
{
    struct vone o = { IR_vadd, T_V128, T_V128, VL(VL_32, 0), 0, false };
    struct ir_func *f = vone_make(cc, &o);
    struct unit u = { .g = &guest_slots, .pc = ENTRY1, .bounds = { ENTRY1, 0x10000 }, .name = "t" };
    struct cc_options co = { .isa = HOST_AARCH64 };
    struct code *code = arg;

    host_pins_func(host_of(HOST_AARCH64), f);
    ir_cfg(f);
    host_of(HOST_AARCH64)->compile(cc, f, &u, &co, code);
}

/* A host without vectors says so. */
START_TEST(refuses_vectors)
{
    struct code code = { 0 };
    struct cc cc;

    cc_init(&cc);
    ck_assert_int_eq(cc_try(&cc, refuse_run, &code), ST_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(cc.diag.msg, "vectors"));
    cc_fini(&cc);
}
END_TEST

enum { ROLE_LIVE = 24 };        /* more than there are registers */

/* Many vectors live around a loop with a helper in it, rotated among themselves each turn; in the end a load that faults, with all of
 * them in the snapshot. arg: the address of that load. */
static inline struct ir_func *roles_make(struct cc *cc, const void *arg)
{
    const uint64_t *at = arg;
    struct ir_func *f = ir_func_new(cc, "t", slots, NSLOT);
    ir_blk entry = ir_block_new(f, ENTRY1, BLK_ENTRY), loop = ir_block_new(f, 0x3000, 0), out = ir_block_new(f, 0x3100, 0);
    ir_ref v[ROLE_LIVE], n;

    ir_block_at(f, entry);
    ir_br(f, loop);
    ir_block_at(f, loop);
    for (unsigned i = 0; i < NV; i++)
        v[i] = ir_get(f, S_V + i);
    for (unsigned i = NV; i < ROLE_LIVE; i++)
        v[i] = ir_vec(f, IR_vadd, VL(VL_8, 0), v[i - NV], v[i - NV + 1], 0);
    ir_put(f, 5, ir_helper(f, HELPER_rdtime, T_I64, 0, 0, 0));
    ir_put(f, 5, ir_const(f, T_I64, 7));
    for (unsigned i = NV; i < ROLE_LIVE; i++)
        v[i - NV] = ir_vec(f, IR_vxor, 0, v[i], v[i - NV], 0);
    ir_put(f, S_V + 3, ir_const(f, T_V128, UINT64_C(0x0123456789abcdef)));
    for (unsigned i = 4; i < NV; i++)
        ir_put(f, S_V + i, v[i == NV - 1 ? 4 : i + 1]);
    for (unsigned i = 0; i < 3; i++)
        ir_put(f, S_V + i, v[i]);
    n = ir_op2(f, IR_sub, T_I64, ir_get(f, S_FUEL), ir_const(f, T_I64, 1));
    ir_put(f, S_FUEL, n);
    ir_brif(f, ir_op2(f, IR_slt, T_I1, ir_const(f, T_I64, 0), n), loop, out);
    ir_block_at(f, out);
    for (unsigned i = 0; i < NV; i++)
        ir_put(f, S_V + i, ir_vec(f, IR_vsub, VL(VL_64, 0), ir_get(f, S_V + i), ir_get(f, S_V + (i + 5) % NV), 0));
    ir_at(f, 0x3104);
    ir_put(f, 4, ir_vconv(f, IR_vextr, T_I64, VL(VL_64, 1), ir_load(f, T_V128, ir_const(f, T_I64, *at), 0, MO_PLAIN)));
    ir_jump(f, 0x9000);
    return f;
}

START_TEST(vector_roles)
{
    static const uint64_t at[] = { MEM + PAGE, MEM + BAD * PAGE + 32, MEM + BAD * PAGE - 8 };
    uint64_t features;
    unsigned bad = 0;

    for (unsigned lv = 0; has_vectors() && feature_set(lv, &features); lv++)
        for (unsigned p = 0; p < ARRAY_LEN(pipelines); p++)
            for (unsigned k = 0; k < ARRAY_LEN(at); k++) {
                struct compile_job job = { .make = roles_make, .arg = &at[k], .pipeline = pipelines[p], .features = features };
                struct linked out = { 0 };
                struct cc cc;
                struct ir_func *f;

                cc_init(&cc);
                f = roles_make(&cc, &at[k]);
                ir_cfg(f);
                compile_place(&job, &out);
                for (unsigned run = 0; run < 5; run++) {
                    struct state want, got;
                    const char *why;

                    bgen_state(&want, run);
                    want.pc = ENTRY1;
                    want.slot[S_FUEL] = run;
                    got = want;
                    run_t0(f, &want);
                    run_host(&out, &got);
                    ck_assert_int_eq(want.exit, k ? VX_FAULT : VX_JUMP);
                    if ((why = state_differs(&want, &got)))
                        fprintf(stderr, "%s, level %u, load %u, run %u: %s\n", pipelines[p], lv, k, run, why), bad++;
                }
                linked_free(&out);
                cc_fini(&cc);
            }
    ck_assert_uint_eq(bad, 0);
}
END_TEST

static const enum ir_type prop_types[] = { T_F64, T_F32, T_F16 };
static const unsigned prop_lanes[] = { FP_LANE_F64, FP_LANE_F32, FP_LANE_F16 };

START_TEST(prop_scalar)
{
    static const enum ir_type it[] = { T_I64, T_I32 };

    for (unsigned i = 0; i < 3; i++) {
        enum ir_type t = prop_types[i];

        for (unsigned op = IR_fadd; op <= IR_frsqrts; op++)
            if (op != IR_fminnum && op != IR_fmaxnum)
                vone_run(op, t, t, FP_PROP | FP_RM_DYN, 0);
        vone_run(IR_fmul, t, t, FP_PROP | FP_RM_TZ, 0);
        for (unsigned op = IR_feq; op <= IR_funo; op++)
            for (unsigned q = 0; q < 3; q++)
                vone_run(op, T_I1, t, (unsigned[]){ 0, FP_QUIET, FP_SILENT }[q], 0);
        for (unsigned k = 0; k < 3; k++)
            if (k != i) {
                vone_run(IR_fcvt, prop_types[k], t, FP_PROP | FP_RM_DYN, 0);
                vone_run(IR_fcvt, prop_types[k], t, FP_PROP | FP_RM_ODD, 0);
            }
        for (unsigned rm = 0; rm <= FP_RM_DYN; rm++) {
            if (rm > FP_RM_MM && rm != FP_RM_DYN)
                continue;
            vone_run(IR_frint, t, t, FP_PROP | rm, 0);
            vone_run(IR_frint, t, t, FP_PROP | FP_EXACT | rm, 0);
            for (unsigned k = 0; k < 2; k++) {
                vone_run(IR_f2si, it[k], t, FP_NAN_ZERO | rm, 0);
                vone_run(IR_f2ui, it[k], t, FP_NAN_ZERO | rm, 0);
                vone_run(IR_f2sx, it[k], t, FP_NAN_ZERO | rm, 7);
                vone_run(IR_f2ux, it[k], t, FP_NAN_ZERO | rm, 31);
            }
        }
        for (unsigned k = 0; k < 2; k++) {
            vone_run(IR_si2f, t, it[k], FP_PROP | FP_RM_DYN, 0);
            vone_run(IR_ui2f, t, it[k], FP_PROP | FP_RM_DYN, 0);
            vone_run(IR_sx2f, t, it[k], FP_PROP | FP_RM_DYN, 5);
            vone_run(IR_ux2f, t, it[k], FP_PROP | FP_RM_DYN, 32);
        }
    }
    ck_assert_uint_eq(vone_failures, 0);
}
END_TEST

START_TEST(prop_vector)
{
    for (unsigned i = 0; i < 3; i++)
        for (unsigned half = 0; half < (i ? 2 : 1); half++) {
            enum ir_type t = half ? T_V64 : T_V128;
            unsigned fl = prop_lanes[i] | FP_RM_DYN;

            for (unsigned op = IR_fadd; op <= IR_frsqrts; op++)
                if (op != IR_fminnum && op != IR_fmaxnum)
                    vone_run(op, t, t, FP_PROP | fl, 0);
            for (unsigned op = IR_vfeq; op <= IR_vfle; op++)
                for (unsigned q = 0; q < 3; q++)
                    vone_run(op, t, t, prop_lanes[i] | (unsigned[]){ 0, FP_QUIET, FP_SILENT }[q], 0);
            for (unsigned rm = 0; rm <= FP_RM_DYN; rm++) {
                if (rm > FP_RM_MM && rm != FP_RM_DYN)
                    continue;
                vone_run(IR_frint, t, t, FP_PROP | rm | prop_lanes[i], 0);
                vone_run(IR_frint, t, t, FP_PROP | FP_EXACT | rm | prop_lanes[i], 0);
                vone_run(IR_f2si, t, t, FP_NAN_ZERO | rm | prop_lanes[i], 0);
                vone_run(IR_f2ui, t, t, FP_NAN_ZERO | rm | prop_lanes[i], 0);
                vone_run(IR_f2sx, t, t, FP_NAN_ZERO | rm | prop_lanes[i], 7);
            }
            vone_run(IR_si2f, t, t, fl, 0);
            vone_run(IR_ui2f, t, t, fl, 0);
            vone_run(IR_ux2f, t, t, fl, 9);
        }
    vone_run(IR_vfcvtl, T_V128, T_V128, FP_LANE_F64 | FP_PROP, 0);
    vone_run(IR_vfcvtl, T_V128, T_V128, FP_LANE_F32 | FP_PROP, 0);
    vone_run(IR_vfcvtl, T_V128, T_V128, FP_LANE_F32 | FP_SILENT, 0);
    vone_run(IR_vfcvtn, T_V128, T_V128, FP_LANE_F32 | FP_PROP | FP_RM_DYN, 0);
    vone_run(IR_vfcvtn, T_V128, T_V128, FP_LANE_F16 | FP_PROP | FP_RM_DYN, 0);
    ck_assert_uint_eq(vone_failures, 0);
}
END_TEST

#endif
