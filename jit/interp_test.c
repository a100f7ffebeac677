/* T0 against ir_eval: every op at every width on edge operands, through each form the flattener knows; random functions against a
 * slow evaluator; exits, atomics, rounding modes. */
#include "jit/fpenv.h"
#include "jit/helpers.h"
#include "jit/interp.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- a guest that is only slots ---- */

enum { S_I1, S_I8, S_I16, S_I32, S_I64, S_F16, S_F32, S_F64, NTYPES, NSLOT = NTYPES * 4 };
static const enum ir_type slot_type[NTYPES] = { T_I1, T_I8, T_I16, T_I32, T_I64, T_F16, T_F32, T_F64 };
static struct guest_slot slots[NSLOT];      /* type k: operands 4k..4k+2, result 4k+3 */
static struct vcpu vcpu;
static struct cc cc;

static void setup(void)
{
    static const char *const names[NTYPES] = { "i1", "i8", "i16", "i32", "i64", "f16", "f32", "f64" };
    static char text[NSLOT][8];

    for (unsigned i = 0; i < NSLOT; i++) {
        snprintf(text[i], sizeof text[i], "%s_%u", names[i / 4], i % 4);
        slots[i] = (struct guest_slot){ text[i], (uint16_t)(i * 8), (uint8_t)slot_type[i / 4], 0, 0 };
    }
    cc_init(&cc);
    vcpu.guest_fpcr = fpcr_make(FP_RM_NE, 0);
}

static void teardown(void)
{
    cc_fini(&cc);
}

static uint64_t *home(unsigned slot)
{
    return (uint64_t *)(vcpu.guest + slots[slot].off);
}

static unsigned slot_of(enum ir_type t, unsigned i)
{
    for (unsigned k = 0; k < NTYPES; k++)
        if (slot_type[k] == t)
            return k * 4 + i;
    abort();
}

static uint64_t mask(enum ir_type t)
{
    unsigned w = ir_type_bits(t);

    return w < 64 ? (UINT64_C(1) << w) - 1 : ~UINT64_C(0);
}

static const uint64_t edges[] = {
    0, 1, 2, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000), ~UINT64_C(0), UINT64_C(0x0123456789abcdef), UINT64_C(0xffffffff00000000),
    0x3f800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc12345, 0x00000001, 0x80000001, 0x4f000000, 0xcf000000,
    UINT64_C(0xffffffff3fc00000), UINT64_C(0x3ff0000000000000), UINT64_C(0x7ff0000000000000), UINT64_C(0x7ff8000000000000),
    UINT64_C(0x7ff0000000000001), UINT64_C(0xfff8000000000123), UINT64_C(0x43e0000000000000), UINT64_C(0xc3e0000000000000),
    UINT64_C(0x41dfffffffc00000), UINT64_C(0xc1e0000000200000), UINT64_C(0x3fdfffffffffffff), UINT64_C(0x0010000000000000),
    UINT64_C(0x400921fb54442d18),
    /* products and quotients of these are at the least normal number; half precision */
    UINT64_C(0x001fffffffffffff), UINT64_C(0x3fe0000000000000), UINT64_C(0x000fffffffffffff), UINT64_C(0x3810000000000000),
    UINT64_C(0x380fffffffffffff), 0x3f000000, 0x00ffffff, 0x007fffff, 0x3f7fffff, 0x00800000, 0x00800001,
    0x3c00, 0x7c00, 0xfc00, 0x7e01, 0x7d01, 0xfe00, 0x0400, 0x03ff, 0x0001, 0x7bff, 0x3800,
};
enum { NEDGE = sizeof edges / sizeof *edges };

/* Is c the carry in? Is b a constant number of bits? */
static bool takes_carry(enum ir_op op)
{
    return op == IR_addc || op == IR_addcc || op == IR_addco;
}

static bool takes_bits(enum ir_op op)
{
    return op == IR_frintn || (op >= IR_f2sx && op <= IR_ux2f);
}

/* How the tested op stands in its function. */
enum form { PLAIN, IMM_B, IMM_A, LATE_PUT, NFORM };

/* f: result slot = op(operand slots), with variations that use the flattener's other paths. */
static struct ir_func *one_op(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, enum form form, const uint64_t v[3])
{
    struct ir_func *f = ir_func_new(&cc, "t", slots, NSLOT);
    const char *sig = ir_opinfo[op].sig;
    enum ir_type bt = op == IR_select ? t : at, ct = takes_carry(op) ? T_I1 : bt;
    ir_ref a, b = IR_NONE, c = IR_NONE, r;

    ir_block_at(f, ir_block_new(f, 0x1000, BLK_ENTRY));
    ir_at(f, 0x1234);
    a = form == IMM_A ? ir_const(f, at, v[0] & mask(at)) : ir_get(f, slot_of(at, 0));
    if (takes_bits(op))
        b = ir_const(f, T_I64, v[1]);
    else if (sig[2] == 'v')
        b = form == IMM_B ? ir_const(f, bt, v[1] & mask(bt)) : ir_get(f, slot_of(bt, 1));
    if (sig[3] == 'v')
        c = ir_get(f, slot_of(ct, 2));
    r = ir_emit(f, op, t, flags, a, b, c);
    if (form == LATE_PUT) {                 /* operands change between the op and its put, the result is used twice */
        ir_put(f, slot_of(at, 0), ir_const(f, at, 0));
        ir_put(f, slot_of(t, 2), r);
    }
    ir_put(f, slot_of(t, 3), r);
    ir_jump(f, 0x2000);
    return f;
}

static uint64_t run_one(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, enum form form, const uint64_t v[3], struct ir_fpenv *fp)
{
    struct ir_func *f = one_op(op, t, at, flags, form, v);
    enum ir_type bt = op == IR_select ? t : at, ct = takes_carry(op) ? T_I1 : bt;
    enum vexit why;

    memset(vcpu.guest, 0xaa, sizeof vcpu.guest);
    *home(slot_of(at, 0)) = v[0] & mask(at);
    *home(slot_of(bt, 1)) = v[1] & mask(bt);
    *home(slot_of(ct, 2)) = v[2] & mask(ct);
    vcpu.fp_rm = fp->rm | fp->mode << 3;
    vcpu.fp_extra = 0;
    vcpu.guest_fpcr = fpcr_make(fp->rm, 0);
    vcpu.pc = 0;
    why = t0_run_func(f, &vcpu);
    ck_assert_msg(why == VX_JUMP, "%s: exit %d %s", ir_opinfo[op].name, why, cc.diag.msg);
    ck_assert_uint_eq(vcpu.pc, 0x2000);
    fp->flags = fpcr_flags(vcpu.guest_fpcr) | vcpu.fp_extra;
    if (form == LATE_PUT)
        ck_assert_uint_eq(*home(slot_of(t, 2)), *home(slot_of(t, 3)));
    cc_reset(&cc);
    return *home(slot_of(t, 3));
}

static bool is_nan(uint64_t v, enum ir_type t)
{
    return t == T_F64 ? (v & ~(UINT64_C(1) << 63)) > UINT64_C(0x7ff) << 52 : t == T_F32 && (v & 0x7fffffff) > 0x7f800000;
}

static bool is_quiet(uint64_t v, enum ir_type t)
{
    return v >> (t == T_F64 ? 51 : 22) & 1;
}

/* rm: as vcpu->fp_rm. */
static void check_one(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, enum form form, const uint64_t v[3], unsigned rm)
{
    enum ir_type bt = op == IR_select ? t : at, ct = takes_carry(op) ? T_I1 : bt;
    union ir_val arg[3] = { { .w = { v[0] & mask(at) } }, { .w = { v[1] & mask(takes_bits(op) ? T_I64 : bt) } }, { .w = { v[2] & mask(ct) } } };
    struct ir_fpenv want = { .rm = rm & FP_RM_MASK, .mode = rm >> 3 }, got = want;
    uint64_t w = ir_eval(op, t, at, flags, arg, &want).u64 & mask(t), g = run_one(op, t, at, flags, form, v, &got);
    bool free_nan = ((op >= IR_fadd && op <= IR_fma) || op == IR_fcvt) && !(flags & FP_PROP) && is_nan(w, t) && is_nan(g, t) && is_quiet(g, t);

    ck_assert_msg((w == g || free_nan) && want.flags == got.flags,
                  "%s %s<-%s flags %#x form %d rm %u (%#lx, %#lx, %#lx): %#lx flags %#x, expected %#lx flags %#x", ir_opinfo[op].name,
                  ir_type_name(t), ir_type_name(at), flags, form, rm, v[0], v[1], v[2], g, got.flags, w, want.flags);
}

/* All forms on edge operands; `step` thins the second and third ones. */
static void check_op(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, unsigned rm)
{
    const char *sig = ir_opinfo[op].sig;
    unsigned nb = sig[2] == 'v' ? NEDGE : 1;

    for (unsigned form = PLAIN; form < NFORM; form++) {
        if (form == IMM_B && (sig[2] != 'v' || takes_bits(op)))
            continue;
        for (unsigned i = 0; i < NEDGE; i++)
            for (unsigned j = nb > 1 ? (form + i + rm) % 3 : 0; j < nb; j += 3 + (form + i + rm) % 5) {
                uint64_t v[3] = { edges[i], edges[j], edges[(i * 7 + j * 3 + form) % NEDGE] };

                if (takes_bits(op))
                    v[1] = op == IR_frintn ? 32 + 32 * (j % 2) : j % 3 ? j : 64;
                check_one(op, t, at, flags, form, v, rm);
            }
    }
}

static bool conv_ok(enum ir_op op, enum ir_type t, enum ir_type at)
{
    unsigned w = ir_type_bits(t), aw = ir_type_bits(at);
    bool f = ir_type_fp(t), af = ir_type_fp(at);

    switch (op) {
    case IR_zext: case IR_sext: return !f && !af && aw < w;
    case IR_trunc: return !f && !af && aw > w;
    case IR_bitcast: return f != af && w == aw;
    case IR_fcvtbf: return t == T_I16 && at == T_F32;
    case IR_f2sx: case IR_f2ux: return af && (t == T_I32 || t == T_I64);
    case IR_sx2f: case IR_ux2f: return f && (at == T_I32 || at == T_I64);
    case IR_nbox: return t == T_F64 && at == T_F32;
    case IR_nunbox: return t == T_F32 && at == T_F64;
    case IR_fclass: return t == T_I64 && af;
    case IR_fcvt: return f && af && w != aw;
    case IR_f2si: case IR_f2ui: return af && (t == T_I32 || t == T_I64);
    case IR_si2f: case IR_ui2f: return f && (at == T_I32 || at == T_I64);
    default: return false;
    }
}

static bool fp_bits_op(enum ir_op op)
{
    return op == IR_fneg || op == IR_fabs || op == IR_fcpsgn || op == IR_fcanon;
}

static bool types_ok(enum ir_op op, enum ir_type t, enum ir_type at)
{
    uint16_t fl = ir_opinfo[op].flags;

    if (fl & F_VEC || (op >= IR_vfeq && op <= IR_vfcvtn))       /* interp_vec_test.c */
        return false;
    if (fl & F_CONV)
        return conv_ok(op, t, at);
    if (op == IR_addc)
        return t == at && !ir_type_fp(t);
    if (fl & F_CMP)
        return t == T_I1 && (fl & F_FPOP ? ir_type_fp(at) : !ir_type_fp(at));
    if (op == IR_select)
        return at == T_I1;
    if (fl & F_FPOP || fp_bits_op(op))
        return t == at && ir_type_fp(t);
    if (op == IR_bswap || op == IR_orcb)
        return t == at && !ir_type_fp(t) && t != T_I1;
    return t == at && !ir_type_fp(t);
}

START_TEST(pure_ops)
{
    unsigned n = 0;

    for (unsigned op = 1; op < IR_NOPS; op++)
        for (unsigned k = 0; k < NTYPES * NTYPES; k++)
            if (ir_opinfo[op].flags & F_PURE && types_ok(op, slot_type[k / NTYPES], slot_type[k % NTYPES])) {
                check_op(op, slot_type[k / NTYPES], slot_type[k % NTYPES], 0, 0);
                n++;
            }
    ck_assert_uint_gt(n, 200);
}
END_TEST

START_TEST(fp_ops)
{
    unsigned rm = (unsigned)_i;

    for (unsigned op = 1; op < IR_NOPS; op++)
        for (unsigned k = 0; k < NTYPES * NTYPES; k++) {
            enum ir_type t = slot_type[k / NTYPES], at = slot_type[k % NTYPES];

            if (!(ir_opinfo[op].flags & F_FPOP) || !types_ok(op, t, at))
                continue;
            check_op(op, t, at, FP_RM_DYN, rm);
            check_op(op, t, at, (rm + 1) % 5, rm);
            if (op == IR_flt || op == IR_fle)
                check_op(op, t, at, FP_QUIET, rm);
            if (ir_opinfo[op].flags & F_CMP)
                check_op(op, t, at, FP_SILENT, rm);
            if (op == IR_f2si || op == IR_f2ui)
                check_op(op, t, at, FP_RM_DYN | FP_NAN_ZERO, rm);
        }
}
END_TEST

/* The dialect of FP_PROP, and what a control word may ask for beyond rounding: rm is 0..3 without, then each mode bit, then all. */
START_TEST(fp_prop)
{
    static const unsigned fp_rm[] = { FP_RM_NE, FP_RM_TZ, FP_RM_DN, FP_RM_UP, FPM_FZ << 3, FPM_FZ16 << 3, FPM_DN << 3, FPM_AHP << 3, 15 << 3 | FP_RM_UP };
    unsigned rm = fp_rm[_i];

    for (unsigned op = 1; op < IR_NOPS; op++)
        for (unsigned k = 0; k < NTYPES * NTYPES; k++) {
            enum ir_type t = slot_type[k / NTYPES], at = slot_type[k % NTYPES];
            uint16_t fl = ir_opinfo[op].flags;

            if (!(fl & F_FPOP) || !types_ok(op, t, at))
                continue;
            if (fl & F_CMP) {
                check_op(op, t, at, 0, rm);
                check_op(op, t, at, FP_QUIET, rm);
                continue;
            }
            check_op(op, t, at, FP_PROP | FP_RM_DYN, rm);
            if (op == IR_f2si || op == IR_f2ui)
                check_op(op, t, at, FP_NAN_ZERO | FP_RM_TZ, rm);
            if (op == IR_frint)
                check_op(op, t, at, FP_PROP | FP_RM_DYN | FP_EXACT, rm);
        }
}
END_TEST

/* The helper that backends fall back to means the same. */
START_TEST(evalop_helper)
{
    for (unsigned rm = FP_RM_NE; rm <= FP_RM_UP; rm++)
        for (unsigned i = 0; i < NEDGE; i++)
            for (unsigned j = 0; j < NEDGE; j++) {
                union ir_val arg[3] = { { .w = { edges[i] } }, { .w = { edges[j] } } };
                struct ir_fpenv fp = { .rm = rm };
                uint64_t want = ir_eval(IR_fmul, T_F64, T_F64, FP_RM_DYN, arg, &fp).u64, got;
                uint32_t live = fpenv_read(), after;

                fpenv_write(fpcr_make(rm, 0));
                got = irh_evalop(edges[i], edges[j], 0, helper_desc(IR_fmul, T_F64, T_F64, FP_RM_DYN));
                after = fpenv_read();
                fpenv_write(live);
                ck_assert_uint_eq(got, want);
                ck_assert_uint_eq(fpcr_flags(after), fp.flags);
            }
}
END_TEST

START_TEST(invalid_rounding_mode)
{
    static const enum ir_op ops[] = { IR_fadd, IR_fdiv, IR_fma, IR_fsqrt };

    for (unsigned i = 0; i < ARRAY_LEN(ops); i++) {
        uint64_t v[3] = { 0, 0, 0 };
        struct ir_func *f = one_op(ops[i], T_F64, T_F64, FP_RM_DYN, PLAIN, v);

        vcpu.fp_rm = 5;
        *home(slot_of(T_F64, 3)) = 77;
        ck_assert_int_eq(t0_run_func(f, &vcpu), VX_ILLEGAL);
        ck_assert_uint_eq(vcpu.pc, 0x1234);
        ck_assert_uint_eq(*home(slot_of(T_F64, 3)), 77);
        cc_reset(&cc);
    }
}
END_TEST

/* ---- atomics and memory ---- */

START_TEST(memory_ops)
{
    static const enum ir_type ty[] = { T_I8, T_I16, T_I32, T_I64 };
    static uint64_t mem[4];

    for (unsigned op = IR_rmw_swap; op <= IR_rmw_umax; op++)
        for (unsigned k = 0; k < 4; k++)
            for (unsigned e = 0; e < NEDGE * NEDGE; e += 5) {
                struct ir_func *f = ir_func_new(&cc, "m", slots, NSLOT);
                static const enum ir_op pure[] = { IR_copy, IR_add, IR_and, IR_or, IR_xor, IR_smin, IR_smax, IR_umin, IR_umax };
                union ir_val arg[3] = { { .w = { edges[e / NEDGE] & mask(ty[k]) } }, { .w = { edges[e % NEDGE] & mask(ty[k]) } } };
                uint64_t old = arg[0].u64, want = op == IR_rmw_swap ? arg[1].u64 : ir_eval(pure[op - IR_rmw_swap], ty[k], ty[k], 0, arg, NULL).u64;
                ir_ref v;

                ir_block_at(f, ir_block_new(f, 0, BLK_ENTRY));
                v = ir_emit(f, op, ty[k], 0, ir_get(f, slot_of(T_I64, 0)), ir_get(f, slot_of(ty[k], 1)), IR_NONE);
                ir_put(f, slot_of(ty[k], 3), v);
                ir_jump(f, 8);
                mem[1] = ~mask(ty[k]) | old;
                *home(slot_of(ty[k], 1)) = arg[1].u64;
                *home(slot_of(T_I64, 0)) = (uintptr_t)&mem[1];
                ck_assert_int_eq(t0_run_func(f, &vcpu), VX_JUMP);
                ck_assert_uint_eq(*home(slot_of(ty[k], 3)), old);
                ck_assert_msg(mem[1] == (~mask(ty[k]) | (want & mask(ty[k]))), "%s %s", ir_opinfo[op].name, ir_type_name(ty[k]));
                cc_reset(&cc);
            }
}
END_TEST

/* ---- random functions ---- */

struct rng { uint64_t s; };

static uint64_t rnd(struct rng *r)
{
    uint64_t z = r->s += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

enum { MEMSIZE = 64, MAXVAL = 400 };

/* The slow way: one block after the other, values by ref, straight from the records. */
static uint64_t slow_value(const struct ir_func *f, const uint64_t *val, ir_ref r)
{
    return f->insn[r].op == IR_const ? ir_insn_pc(&f->insn[r]) & mask(f->insn[r].type) : val[r];
}

static void slow_insn(struct ir_func *f, ir_ref r, uint64_t *val, uint64_t *home0)
{
    struct ir_insn *in = &f->insn[r];
    uint64_t a = in->a < f->ninsn ? slow_value(f, val, in->a) : 0, b = in->b < f->ninsn ? slow_value(f, val, in->b) : 0;
    uint64_t c = in->c < f->ninsn ? slow_value(f, val, in->c) : 0, m = 0;

    if (ir_opinfo[in->op].flags & F_PURE) {
        union ir_val arg[3] = { { .w = { a } }, { .w = { b } }, { .w = { c } } };

        val[r] = ir_eval(in->op, in->type, f->insn[in->a].type, in->flags, arg, NULL).u64 & mask(in->type);
    } else if (in->op == IR_get) {
        val[r] = home0[in->a] & mask(in->type);
    } else if (in->op == IR_put) {
        home0[in->a] = b;
    } else if (in->op == IR_load) {
        memcpy(&m, (void *)(uintptr_t)(a + (int64_t)(int32_t)in->c), ir_type_bits(in->type) / 8);
        val[r] = m;
    } else if (in->op == IR_store) {
        memcpy((void *)(uintptr_t)(a + (int64_t)(int32_t)in->c), &b, ir_type_bits(in->type) / 8);
    }
}

static uint64_t slow_run(struct ir_func *f, uint64_t *home0)
{
    uint64_t *val = calloc(f->ninsn, sizeof *val), pc = 0;
    ir_blk b = 1, from = IR_NONE;

    for (unsigned steps = 0; steps < 1000; steps++) {
        struct ir_block *bl = &f->block[b];
        struct ir_insn *t = &f->insn[bl->insn[bl->ninsn - 1]];
        uint64_t in[16];
        uint32_t n = 0, k = 0;

        while (k < bl->npred && bl->pred[k] != from)
            k++;
        for (; f->insn[bl->insn[n]].op == IR_phi; n++)
            in[n] = slow_value(f, val, f->phiarg[f->insn[bl->insn[n]].a + k]);
        for (uint32_t i = 0; i < n; i++)
            val[bl->insn[i]] = in[i];
        for (uint32_t i = n; i + 1 < bl->ninsn; i++)
            slow_insn(f, bl->insn[i], val, home0);
        from = b;
        if (t->op == IR_br) {
            b = t->a;
        } else if (t->op == IR_brif) {
            b = slow_value(f, val, t->a) ? t->b : t->c;
        } else if (t->op == IR_switch) {
            uint64_t v = slow_value(f, val, t->a);

            b = v < f->sw[t->b].n ? f->sw[t->b].target[v] : f->sw[t->b].deflt;
        } else {
            pc = t->op == IR_jump ? ir_insn_pc(t) : slow_value(f, val, t->a);
            break;
        }
    }
    free(val);
    return pc;
}

struct gen { struct ir_func *f; struct rng *r; ir_ref pool[MAXVAL]; unsigned n; };

static ir_ref pick(struct gen *g, enum ir_type t)
{
    for (unsigned tries = 0; tries < 20 && g->n; tries++) {
        ir_ref v = g->pool[rnd(g->r) % g->n];

        if (g->f->insn[v].type == t)
            return v;
    }
    if (rnd(g->r) % 3 == 0)
        return ir_const(g->f, t, edges[rnd(g->r) % NEDGE] & mask(t));
    return ir_get(g->f, slot_of(t, rnd(g->r) % 4));
}

static void gen_insn(struct gen *g)
{
    static const enum ir_type conv[][2] = { { T_I64, T_I32 }, { T_I32, T_I64 }, { T_I64, T_I8 }, { T_I16, T_I64 }, { T_I64, T_I1 }, { T_I1, T_I64 },
                                            { T_I64, T_I16 }, { T_I8, T_I32 } };
    enum ir_type t = rnd(g->r) % 2 ? T_I64 : rnd(g->r) % 2 ? T_I32 : slot_type[rnd(g->r) % 5];
    unsigned k = rnd(g->r) % 10;
    ir_ref v = IR_NONE;

    if (k < 4) {
        unsigned op = IR_add + rnd(g->r) % (IR_umax - IR_add + 1);

        v = ir_op2(g->f, op, t, pick(g, t), pick(g, t));
    } else if (k == 4) {
        v = ir_op2(g->f, IR_eq + rnd(g->r) % 6, T_I1, pick(g, t), pick(g, t));
    } else if (k == 5) {
        const enum ir_type *c = conv[rnd(g->r) % ARRAY_LEN(conv)];
        bool up = ir_type_bits(c[1]) > ir_type_bits(c[0]);

        v = ir_op1(g->f, up ? (rnd(g->r) % 2 ? IR_sext : IR_zext) : IR_trunc, c[1], pick(g, c[0]));
    } else if (k == 6) {
        v = ir_op3(g->f, IR_select, t, pick(g, T_I1), pick(g, t), pick(g, t));
    } else if (k == 7) {
        ir_put(g->f, slot_of(t, rnd(g->r) % 4), pick(g, t));
    } else if (t != T_I1) {
        ir_ref base = ir_get(g->f, slot_of(T_F64, 0));      /* holds the buffer's address, never put */
        int32_t disp = (int32_t)(rnd(g->r) % (MEMSIZE - 8));

        base = ir_op1(g->f, IR_bitcast, T_I64, base);
        if (k == 8)
            v = ir_load(g->f, t, base, disp, MO_PLAIN);
        else
            ir_store(g->f, t, base, disp, pick(g, t), MO_PLAIN);
    }
    if (v && g->n < MAXVAL)
        g->pool[g->n++] = v;
}

/* A chain of blocks with forward branches, each starting with a fresh pool except for values of the first block, which dominates. */
static struct ir_func *gen_func(struct rng *r)
{
    struct gen g = { .f = ir_func_new(&cc, "r", slots, NSLOT), .r = r };
    unsigned nb = 1 + rnd(r) % 5, keep = 0;
    ir_blk b[6];

    for (unsigned i = 0; i < nb; i++)
        b[i] = ir_block_new(g.f, 0x100 + i, i ? 0 : BLK_ENTRY);
    for (unsigned i = 0; i < nb; i++) {
        unsigned n = 1 + rnd(r) % 25;

        ir_block_at(g.f, b[i]);
        g.n = keep;
        for (unsigned k = 0; k < n; k++)
            gen_insn(&g);
        if (i == 0)
            keep = g.n;
        if (i + 1 == nb)
            ir_ijump(g.f, pick(&g, T_I64));
        else if (rnd(r) % 4 == 0)
            ir_switch(g.f, pick(&g, T_I64), (ir_blk[]){ b[i + 1], b[nb - 1] }, 2, b[i + 1]);
        else
            ir_brif(g.f, pick(&g, T_I1), b[i + 1], b[i + 1 + rnd(r) % (nb - i - 1)]);
    }
    return g.f;
}

START_TEST(random_functions)
{
    struct rng r = { .s = 12345 };

    for (unsigned iter = 0; iter < 4000; iter++) {
        uint64_t seed = r.s, home0[NSLOT], pc;
        uint8_t mem0[MEMSIZE], mem1[MEMSIZE];
        struct ir_func *f = gen_func(&r);

        for (unsigned i = 0; i < NSLOT; i++)
            home0[i] = *home(i) = (rnd(&r) % 2 ? edges[rnd(&r) % NEDGE] : rnd(&r)) & mask(slots[i].type);
        for (unsigned i = 0; i < MEMSIZE; i++)
            mem0[i] = (uint8_t)rnd(&r);
        home0[slot_of(T_F64, 0)] = *home(slot_of(T_F64, 0)) = (uintptr_t)mem1;
        memcpy(mem1, mem0, MEMSIZE);
        ir_cfg(f);
        pc = slow_run(f, home0);
        memcpy(mem0, mem1, MEMSIZE);        /* both ran on the same addresses: keep the first result aside */
        for (unsigned i = 0; i < MEMSIZE; i++)
            mem1[i] = 0;
        ck_assert_uint_ne(seed, 0);
        /* replay from the same start */
        {
            struct rng q = { .s = seed };
            struct ir_func *g = gen_func(&q);
            uint64_t start[NSLOT];

            for (unsigned i = 0; i < NSLOT; i++)
                start[i] = *home(i) = (rnd(&q) % 2 ? edges[rnd(&q) % NEDGE] : rnd(&q)) & mask(slots[i].type);
            for (unsigned i = 0; i < MEMSIZE; i++)
                mem1[i] = (uint8_t)rnd(&q);
            *home(slot_of(T_F64, 0)) = (uintptr_t)mem1;
            vcpu.pc = 0;
            ck_assert_msg(t0_run_func(g, &vcpu) == VX_JUMP, "seed %#lx: %s", seed, cc.diag.msg);
            (void)start;
        }
        ck_assert_msg(vcpu.pc == pc, "seed %#lx: left to %#lx, expected %#lx", seed, vcpu.pc, pc);
        for (unsigned i = 0; i < NSLOT; i++)
            ck_assert_msg(*home(i) == home0[i], "seed %#lx: slot %s is %#lx, expected %#lx", seed, slots[i].name, *home(i), home0[i]);
        ck_assert_msg(memcmp(mem0, mem1, MEMSIZE) == 0, "seed %#lx: memory differs", seed);
        cc_reset(&cc);
    }
}
END_TEST

/* A loop with two phis that swap: the parallel copy at the back edge. */
START_TEST(phi_swap)
{
    struct ir_func *f = ir_func_new(&cc, "p", slots, NSLOT);
    ir_blk e = ir_block_new(f, 0, BLK_ENTRY), h = ir_block_new(f, 4, 0), x = ir_block_new(f, 8, 0);
    ir_ref a, b, p, q, i, i2;

    ir_block_at(f, e);
    a = ir_get(f, slot_of(T_I64, 0));
    b = ir_get(f, slot_of(T_I64, 1));
    ir_br(f, h);
    p = ir_phi_new(f, T_I64, 2);
    q = ir_phi_new(f, T_I64, 2);
    i = ir_phi_new(f, T_I64, 2);
    ir_block_insert(f, h, 0, p);
    ir_block_insert(f, h, 1, q);
    ir_block_insert(f, h, 2, i);
    ir_block_at(f, h);
    i2 = ir_op2(f, IR_add, T_I64, i, ir_const(f, T_I64, 1));
    ir_brif(f, ir_op2(f, IR_ult, T_I1, i2, ir_const(f, T_I64, 7)), h, x);
    ir_block_at(f, x);
    ir_put(f, slot_of(T_I64, 2), p);
    ir_put(f, slot_of(T_I64, 3), q);
    ir_jump(f, 12);
    ir_cfg(f);
    for (unsigned k = 0; k < 2; k++) {
        bool back = f->block[h].pred[k] == h;

        f->phiarg[f->insn[p].a + k] = back ? q : a;
        f->phiarg[f->insn[q].a + k] = back ? p : b;
        f->phiarg[f->insn[i].a + k] = back ? i2 : ir_const(f, T_I64, 0);
    }
    *home(slot_of(T_I64, 0)) = 11;
    *home(slot_of(T_I64, 1)) = 22;
    vcpu.pc = 0;
    ck_assert_int_eq(t0_run_func(f, &vcpu), VX_JUMP);
    ck_assert_uint_eq(*home(slot_of(T_I64, 2)), 11);
    ck_assert_uint_eq(*home(slot_of(T_I64, 3)), 22);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("interp");
    TCase *t = tcase_create("t0");
    SRunner *sr;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, pure_ops);
    tcase_add_loop_test(t, fp_ops, FP_RM_NE, FP_RM_MM + 1);
    tcase_add_loop_test(t, fp_prop, 0, 9);
    tcase_add_test(t, evalop_helper);
    tcase_add_test(t, invalid_rounding_mode);
    tcase_add_test(t, memory_ops);
    tcase_add_test(t, random_functions);
    tcase_add_test(t, phi_swap);
    suite_add_tcase(s, t);
    sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
