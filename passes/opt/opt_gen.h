/* Random functions for the tests of passes: the shape that lifters make (gets and puts per block, `at` before what may fault,
 * polls at loop heads), with the idioms that passes look for. Test code, header only. */
#ifndef AOTC_PASSES_OPT_GEN_H
#define AOTC_PASSES_OPT_GEN_H

#include "passes/ir/irgen.h"
#include "passes/opt/opt.h"
#include "passes/opt/refeval.h"

enum { GEN_ENTRY1 = 0x1000, GEN_ENTRY2 = 0x2000, GEN_POOL = 24 };

struct gen_job { uint64_t seed; const struct guest_slot *slot; uint32_t nslot; bool promoted; FILE *out; };

struct gen {
    uint64_t s;
    struct ir_func *f;
    ir_ref i64[GEN_POOL], i32[GEN_POOL], i1[GEN_POOL], fp[GEN_POOL];
    unsigned n64, n32, n1, nfp;
    uint64_t pc;
};

static inline uint64_t gen_rand(uint64_t *s)
{
    uint64_t z = *s += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline unsigned gen_below(struct gen *g, unsigned n) { return (unsigned)(gen_rand(&g->s) % n); }

static inline uint64_t gen_special(struct gen *g)
{
    static const uint64_t v[] = { 0, 1, 2, 8, 31, 32, 48, 56, 63, 64, 255, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
                                  0xffffffff80000000, 0x7fffffffffffffff, 0x8000000000000000, ~UINT64_C(0), ~UINT64_C(0) - 1 };

    return gen_below(g, 4) ? v[gen_below(g, ARRAY_LEN(v))] : gen_rand(&g->s);
}

static inline void gen_state(struct ref *s, uint32_t nslot, uint64_t seed)
{
    static const uint64_t fp[] = { 0, UINT64_C(0x8000000000000000), 0x3ff0000000000000, 0x7ff0000000000000, 0xfff8000000000000,
                                   0x7ff0000000000001, 0x7ff8000000000000, 0x4008000000000000, 1 };
    struct gen g = { .s = seed };

    memset(s, 0, sizeof *s);
    for (uint32_t i = 0; i < nslot; i++)
        s->high[i] = i == 10 || i == 11 ? gen_special(&g) : 0, s->slot[i] = i >= 6 && i < 9 ? fp[gen_below(&g, ARRAY_LEN(fp))] : gen_special(&g);
    for (unsigned i = 0; i < REF_MEM; i++)
        s->mem[i] = (uint8_t)gen_rand(&g.s);
    s->fp.rm = gen_below(&g, 5);
}

static inline void gen_push(struct gen *g, ir_ref *pool, unsigned *n, ir_ref r)
{
    pool[*n < GEN_POOL ? (*n)++ : gen_below(g, GEN_POOL)] = r;
}

static inline ir_ref gen_i64(struct gen *g)
{
    return gen_below(g, 4) ? g->i64[gen_below(g, g->n64)] : ir_const(g->f, T_I64, gen_special(g));
}

static inline ir_ref gen_i32(struct gen *g)
{
    if (!g->n32 || !gen_below(g, 5))
        return ir_const(g->f, T_I32, gen_special(g));
    return g->i32[gen_below(g, g->n32)];
}

static inline ir_ref gen_i1(struct gen *g)
{
    static const uint16_t op[] = { IR_eq, IR_ne, IR_ult, IR_ule, IR_slt, IR_sle };

    if (g->n1 && gen_below(g, 3))
        return g->i1[gen_below(g, g->n1)];
    if (g->n32 && gen_below(g, 2))
        return ir_op2(g->f, op[gen_below(g, 6)], T_I1, gen_i32(g), gen_i32(g));
    return ir_op2(g->f, op[gen_below(g, 6)], T_I1, gen_i64(g), gen_i64(g));
}

/* What passes look for: rotates, masked sums, compares of extended values, sums and shifts of extended values. */
static inline void gen_idiom(struct gen *g, unsigned which)
{
    static const uint64_t mask[] = { 0xff, 0xff00, 0xffff, 0xffff0000, 0xffffffff, 0xfffff000 };
    ir_ref a = gen_i64(g), b = gen_i64(g), c = b, v;
    unsigned n = 1 + gen_below(g, 63), m = gen_below(g, 4) ? 64 - n : gen_below(g, 64);

    switch (which) {
    case 0:
        if (!gen_below(g, 3)) {
            b = ir_op2(g->f, IR_sub, T_I32, ir_const(g->f, T_I32, 0), ir_op1(g->f, IR_trunc, T_I32, b));
            b = ir_op1(g->f, IR_sext, T_I64, b);
            v = gen_below(g, 4) ? c : gen_i64(g);
            m = gen_below(g, 2);
            v = ir_op2(g->f, IR_or, T_I64, ir_op2(g->f, IR_shl, T_I64, a, m ? b : v), ir_op2(g->f, IR_shr, T_I64, a, m ? v : b));
            break;
        }
        v = ir_op2(g->f, IR_or, T_I64, ir_op2(g->f, IR_shl, T_I64, a, ir_const(g->f, T_I64, n)),
                   ir_op2(g->f, IR_shr, T_I64, a, ir_const(g->f, T_I64, m)));
        break;
    case 1:
        v = ir_op2(g->f, IR_and, T_I64, a, ir_const(g->f, T_I64, mask[gen_below(g, 6)]));
        v = ir_op2(g->f, gen_below(g, 2) ? IR_add : IR_mul, T_I64, v, b);
        v = ir_op2(g->f, IR_and, T_I64, v, ir_const(g->f, T_I64, mask[gen_below(g, 6)]));
        break;
    case 2:
        v = ir_op1(g->f, gen_below(g, 2) ? IR_sext : IR_zext, T_I64, gen_i32(g));
        b = ir_const(g->f, T_I64, gen_below(g, 2) ? (uint64_t)(int64_t)(int32_t)gen_special(g) : (uint32_t)gen_special(g));
        n = gen_below(g, 2);
        v = ir_op1(g->f, IR_zext, T_I64, ir_op2(g->f, gen_below(g, 2) ? IR_slt : IR_ult, T_I1, n ? v : b, n ? b : v));
        break;
    default:
        v = ir_op1(g->f, gen_below(g, 2) ? IR_sext : IR_zext, T_I64, gen_i32(g));
        b = gen_below(g, 2) ? ir_const(g->f, T_I64, gen_below(g, 40)) : ir_op1(g->f, IR_sext, T_I64, gen_i32(g));
        v = ir_op2(g->f, gen_below(g, 2) ? IR_shl : gen_below(g, 2) ? IR_add : IR_sub, T_I64, v, b);
        v = ir_op1(g->f, gen_below(g, 2) ? IR_sext : IR_zext, T_I64, ir_op1(g->f, IR_trunc, T_I32, v));
        break;
    }
    gen_push(g, g->i64, &g->n64, v);
}

static inline void gen_int(struct gen *g)
{
    static const uint16_t op[] = { IR_add, IR_add, IR_sub, IR_mul, IR_and, IR_or, IR_xor, IR_shl, IR_shr, IR_sar, IR_rotl, IR_udiv,
                                   IR_smin, IR_umax, IR_mulhu, IR_and, IR_shl, IR_shr };
    unsigned o = op[gen_below(g, ARRAY_LEN(op))];
    ir_ref v;

    switch (gen_below(g, 11)) {
    case 0: case 1:
        gen_push(g, g->i64, &g->n64, ir_op2(g->f, o, T_I64, gen_i64(g), gen_i64(g)));
        break;
    case 8:
        gen_idiom(g, gen_below(g, 4));
        break;
    case 9: case 10:        /* the newest values, cut and extended again */
        v = ir_op1(g->f, IR_trunc, gen_below(g, 4) ? T_I32 : T_I8, g->i64[g->n64 - 1]);
        gen_push(g, g->i64, &g->n64, ir_op1(g->f, gen_below(g, 2) ? IR_sext : IR_zext, T_I64, v));
        break;
    case 2:
        v = ir_op2(g->f, o, T_I32, gen_i32(g), gen_i32(g));
        gen_push(g, g->i32, &g->n32, v);
        gen_push(g, g->i64, &g->n64, ir_op1(g->f, gen_below(g, 3) ? IR_sext : IR_zext, T_I64, v));
        break;
    case 3:
        gen_push(g, g->i32, &g->n32, ir_op1(g->f, IR_trunc, T_I32, gen_i64(g)));
        break;
    case 4:
        gen_push(g, g->i1, &g->n1, gen_i1(g));
        break;
    case 5:
        v = ir_op1(g->f, gen_below(g, 4) ? IR_zext : IR_sext, T_I64, gen_i1(g));
        if (!gen_below(g, 3))
            v = ir_op2(g->f, IR_sub, T_I64, ir_const(g->f, T_I64, 0), v);
        if (!gen_below(g, 3))
            v = ir_op2(g->f, gen_below(g, 2) ? IR_xor : IR_add, T_I64, v,
                       ir_const(g->f, T_I64, gen_below(g, 2) ? 1 : ~UINT64_C(0)));
        gen_push(g, g->i64, &g->n64, v);
        break;
    case 6:         /* shift pairs */
        v = ir_op2(g->f, IR_shl, T_I64, gen_i64(g), ir_const(g->f, T_I64, 8u * gen_below(g, 8)));
        o = gen_below(g, 2) ? IR_shr : IR_sar;
        v = ir_op2(g->f, o, T_I64, v, ir_const(g->f, T_I64, gen_below(g, 2) ? 32 : gen_below(g, 64)));
        gen_push(g, g->i64, &g->n64, v);
        break;
    default:
        gen_push(g, g->i64, &g->n64, ir_op3(g->f, IR_select, T_I64, gen_i1(g), gen_i64(g), gen_i64(g)));
        break;
    }
}

/* A compare whose flags are undone, or other ones are. */
static inline void gen_quiet(struct gen *g, ir_ref a, ir_ref b)
{
    ir_ref fl = gen_below(g, 4) ? ir_emit(g->f, IR_fpget, T_I64, 0, 0, 0, 0) : gen_i64(g);

    gen_push(g, g->i1, &g->n1, ir_fp(g->f, IR_feq + gen_below(g, 3), T_I1, 0, a, b, 0));
    if (!gen_below(g, 4))
        gen_push(g, g->i1, &g->n1, ir_fp(g->f, IR_flt, T_I1, 0, b, a, 0));
    if (!gen_below(g, 4))
        gen_push(g, g->fp, &g->nfp, ir_fp(g->f, IR_fmul, T_F64, FP_RM_DYN, a, b, 0));
    ir_emit(g->f, IR_fpset, T_VOID, 0, ir_op2(g->f, IR_and, T_I64, fl, ir_const(g->f, T_I64, gen_below(g, 4) ? 31 : 30)), 0, 0);
    gen_push(g, g->i64, &g->n64, fl);
}

static inline void gen_fp(struct gen *g)
{
    static const uint16_t op[] = { IR_fadd, IR_fsub, IR_fmul, IR_fdiv, IR_fminnum };
    static const uint8_t rm[] = { FP_RM_DYN, FP_RM_DYN, FP_RM_NE, FP_RM_TZ };
    ir_ref a = g->fp[gen_below(g, g->nfp)], b = g->fp[gen_below(g, g->nfp)], v;

    if (!gen_below(g, 12)) {
        gen_quiet(g, a, b);
        return;
    }
    switch (gen_below(g, 6)) {
    case 0:
        gen_push(g, g->i1, &g->n1, ir_fp(g->f, gen_below(g, 2) ? IR_flt : IR_feq, T_I1, 0, a, b, 0));
        break;
    case 1:
        gen_push(g, g->i64, &g->n64, gen_below(g, 2) ? ir_op1(g->f, IR_bitcast, T_I64, a) : ir_op1(g->f, IR_fclass, T_I64, a));
        break;
    case 2:
        gen_push(g, g->fp, &g->nfp, ir_op1(g->f, gen_below(g, 2) ? IR_fneg : IR_fabs, T_F64, a));
        break;
    default:
        v = ir_fp(g->f, op[gen_below(g, ARRAY_LEN(op))], T_F64, rm[gen_below(g, 4)], a, b, 0);
        gen_push(g, g->fp, &g->nfp, ir_op1(g->f, IR_fcanon, T_F64, v));
        break;
    }
}

static inline void gen_memory(struct gen *g)
{
    static const uint8_t ty[] = { T_I8, T_I16, T_I32, T_I64, T_I64, T_F64 };
    enum ir_type t = ty[gen_below(g, ARRAY_LEN(ty))];
    int32_t disp = (int32_t)gen_below(g, 3) * 8 - 16 + (gen_below(g, 3) ? 0 : (int32_t)gen_below(g, 4));
    ir_ref base = g->i64[gen_below(g, g->n64 < 2 || gen_below(g, 2) ? 1 : g->n64)], v;

    ir_at(g->f, g->pc += gen_below(g, 4) ? 4 : 0);
    if (gen_below(g, 3)) {
        v = ir_load(g->f, t, base, disp, gen_below(g, 12) ? MO_PLAIN : MO_ACQ);
        if (t == T_F64)
            gen_push(g, g->fp, &g->nfp, v);
        else if (t == T_I32)
            gen_push(g, g->i32, &g->n32, v);
        if (t != T_I64)
            v = ir_op1(g->f, t == T_F64 ? IR_bitcast : gen_below(g, 2) ? IR_sext : IR_zext, T_I64, v);
        gen_push(g, g->i64, &g->n64, v);
        return;
    }
    if (!gen_below(g, 8)) {
        gen_push(g, g->i64, &g->n64, ir_emit(g->f, IR_rmw_add, T_I64, 0, base, gen_i64(g), 0));
        return;
    }
    v = t == T_F64 ? g->fp[gen_below(g, g->nfp)] : gen_i64(g);
    ir_store(g->f, t, base, disp, t == T_F64 || t == T_I64 ? v : ir_op1(g->f, IR_trunc, t, v), MO_PLAIN);
}

static inline void gen_body(struct gen *g, unsigned n)
{
    g->n64 = g->n32 = g->n1 = g->nfp = 0;
    gen_push(g, g->i64, &g->n64, ir_get(g->f, gen_below(g, 2) ? 0 : gen_below(g, 6)));
    gen_push(g, g->fp, &g->nfp, ir_get(g->f, 6 + gen_below(g, 3)));
    for (unsigned i = 0; i < n; i++)
        switch (gen_below(g, 16)) {
        case 0: case 1: gen_push(g, g->i64, &g->n64, ir_get(g->f, gen_below(g, 10) ? gen_below(g, 6) : 9)); break;
        case 2: case 3: case 4: ir_put(g->f, gen_below(g, 10) ? gen_below(g, 6) : 9, gen_i64(g)); break;
        case 5:     gen_push(g, g->fp, &g->nfp, ir_get(g->f, 6 + gen_below(g, 3))); break;
        case 6:     ir_put(g->f, 6 + gen_below(g, 3), g->fp[gen_below(g, g->nfp)]); break;
        case 7: case 9: case 10: case 11: gen_memory(g); break;
        case 8:     gen_fp(g); break;
        default:    gen_int(g); break;
        }
    for (unsigned i = gen_below(g, 4); i-- > 0;)        /* the newest values get seen */
        ir_put(g->f, 1 + gen_below(g, 5), g->i64[i < g->n64 ? g->n64 - 1 - i : 0]);
    if (!gen_below(g, 40))
        ir_emit(g->f, IR_fpset, T_VOID, 0, gen_i64(g), 0, 0);
}

static inline void gen_exit(struct gen *g)
{
    switch (gen_below(g, 6)) {
    case 0:     ir_jump(g->f, 0x9000); break;
    case 1:     ir_call(g->f, 0x9100, GEN_ENTRY2); break;
    case 2:     ir_ret(g->f, gen_i64(g)); break;
    case 3:     ir_syscall(g->f, 0x9200); break;
    case 4:     ir_trap(g->f, TRAP_ILLEGAL, 0x9300); break;
    default:    ir_ijump(g->f, gen_i64(g)); break;
    }
}

/* The end of block b of 3..n: edges to blocks up to b only where those poll. */
static inline void gen_end(struct gen *g, ir_blk b, ir_blk n, const bool *polls)
{
    ir_blk to[4];

    for (unsigned i = 0; i < 4; i++) {
        to[i] = 3 + gen_below(g, n - 2);
        if (to[i] <= b && !polls[to[i]])
            to[i] = b < n ? b + 1 + gen_below(g, n - b) : IR_NONE;
    }
    if (!to[0] || !to[1] || !to[2] || !to[3] || !gen_below(g, 6)) {
        gen_exit(g);
        return;
    }
    switch (gen_below(g, 5)) {
    case 0: case 1: ir_br(g->f, to[0]); break;
    case 2:
        ir_switch(g->f, ir_op2(g->f, IR_and, T_I64, gen_i64(g), ir_const(g->f, T_I64, 7)), to, gen_below(g, 4), to[3]);
        break;
    default:    ir_brif(g->f, gen_i1(g), to[0], to[1]); break;
    }
}

static inline struct ir_func *gen_func(struct cc *cc, const struct gen_job *job)
{
    struct gen g = { .s = job->seed * UINT64_C(0x2545f4914f6cdd1d), .pc = 0x1000 };
    ir_blk n = 5 + gen_below(&g, 8);
    bool polls[16] = { false };

    g.f = ir_func_new(cc, "t", job->slot, job->nslot);
    ir_block_new(g.f, GEN_ENTRY1, BLK_ENTRY);
    ir_block_new(g.f, GEN_ENTRY2, BLK_ENTRY | BLK_RETSITE);
    for (ir_blk b = 3; b <= n; b++) {
        ir_block_new(g.f, 0x1000 + 0x40 * b, 0);
        polls[b] = gen_below(&g, 3) == 0;
    }
    ir_block_at(g.f, 1);
    ir_br(g.f, 3);
    ir_block_at(g.f, 2);
    ir_br(g.f, 3 + gen_below(&g, n - 2));
    for (ir_blk b = 3; b <= n; b++) {
        ir_block_at(g.f, b);
        g.pc = 0x1000 + 0x40 * b;
        if (polls[b]) {
            ir_at(g.f, g.pc);
            ir_emit(g.f, IR_poll, T_VOID, 0, 0, 0, 0);
        }
        gen_body(&g, gen_below(&g, 3) ? gen_below(&g, 12) : 0);
        gen_end(&g, b, n, polls);
    }
    return g.f;
}

/* Prints one function of ours, or (every fourth) of passes/ir's generator, which knows every pure op but neither memory nor
 * loops over changing values. */
static inline void gen_run(struct cc *cc, void *arg)
{
    const struct gen_job *job = arg;
    struct irgen other = { .seed = job->seed + 1, .nint = 6, .nfp = 3, .nblocks = job->seed % 9, .ops = 12, .fp = true,
                           .vec0 = 10, .nvec = job->seed % 8 == 0 ? 0 : 2 };
    struct ir_func *f = job->seed % 4 ? gen_func(cc, job) : irgen_func(cc, &other, job->slot, job->nslot);

    ir_cfg(f);
    if (job->promoted)
        opt_run_pass(cc, f, "promote");
    ir_print(job->out, f);
}

#endif
