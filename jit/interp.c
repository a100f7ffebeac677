/* T0: runs lifted IR without compiling it. interp_flat.c makes the records; here are their bodies, the cache of translated blocks,
 * and the way in and out. Guest semantics live in the lifter, the meaning of pure ops in ops.def.
 *
 * A fault inside a record is left to the runtime's signal handler, which may siglongjmp out of t0_run: nothing is locked or half
 * done while records run, homes and vcpu->pc are exact, counters live in the vcpu. The sticky flags so far are then in the control
 * word of the interrupted context, and the handler must copy them to vcpu->guest_fpcr. */
#include "jit/interp.h"
#include "jit/interp_bodies.h"

#include <stdlib.h>
#include <string.h>

enum { HASH_SIZE = 1 << 14, JC_SIZE = 1 << 12, MAX_LINKS = 1 << 14 };
enum { CHUNK = 1 << 20, MAX_CHUNKS = 32, FETCH_BYTES = 1024, MAX_INSNS = 64, RESERVE = 256 << 10 };

struct t0 {
    const struct guest *g;
    t0_fetch_fn fetch;
    bool (*watch)(void *arg, uint64_t lo, uint64_t hi);         /* NULL: nobody does */
    void *arg;
    struct cc cc;
    struct t0_block *hash[HASH_SIZE];
    struct { uint64_t pc; struct t0_block *b; } jc[JC_SIZE];    /* indirect targets, asked of stop() before */
    struct t0_rec *link[MAX_LINKS];     /* records that name their successor, asked of stop() before */
    unsigned nlink;
    uint64_t lo, hi;            /* all guest bytes that some block was made from lie in [lo, hi) */
    char *chunk[MAX_CHUNKS];
    unsigned nchunk, curchunk;  /* allocated; in use */
    size_t used;                /* bytes of the current chunk */
    uint32_t generation;        /* counts flushes */
    uint32_t heat;              /* what blocks start with */
    bool cold;                  /* of the next run the first block is entered in any case */
    bool asked;                 /* some run had a stop() */
    bool blind;                 /* links were made that no stop() was asked about */
    uint64_t *cut; uint32_t ncut, capcut;       /* sorted: no block goes across these pcs */
    struct t0_block *made;      /* result of translate() */
    uint64_t pc;                /* its arguments: where, */
    bool single;                /* and whether only one instruction */
    bool (*stop)(void *arg, uint64_t pc);       /* the run's, while it lasts */
    void *stop_arg;
};

/* ---- the engine ---- */

struct run {
    struct t0 *t;               /* NULL: one function, nothing chains */
    uint64_t budget;            /* blocks left */
    bool remember;              /* targets may be linked: stop() was asked, or there never is one */
    bool (*stop)(void *arg, uint64_t pc);
    void *arg;
};

static struct t0_block *enter(struct run *run, struct vcpu *v, uint64_t pc);
static void link_to(struct t0 *t, struct t0_rec *from, struct t0_block *b);

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define R(off) (*(uint64_t *)((char *)v + (off)))
#define R32(off) (*(uint32_t *)((char *)v + (off)))

#ifdef T0_SWITCH
#define OP(name) case T0_##name:
#define GO() goto dispatch
#else
#define OP(name) L_##name:
#define GO() goto *(void *)op->h
#endif
#define NEXT() do { op++; GO(); } while (0)
#define LEAVE(why, at) do { v->pc = (at); why_left = (why); goto out; } while (0)

/* Forms of a pure op. Values narrower than their location may have anything above: hence R32. */
#define PURE_BODIES(name)                                                                                               \
    OP(name##_32) R(op->d) = (uint32_t)t0v_##name(R32(op->a), R32(op->b), R32(op->c), 32, 32); NEXT();                   \
    OP(name##_32i) R(op->d) = (uint32_t)t0v_##name(R32(op->a), (uint32_t)op->imm, 0, 32, 32); NEXT();                    \
    OP(name##_32s) R(op->d) = (uint64_t)(int32_t)t0v_##name(R32(op->a), R32(op->b), R32(op->c), 32, 32); NEXT();         \
    OP(name##_32si) R(op->d) = (uint64_t)(int32_t)t0v_##name(R32(op->a), (uint32_t)op->imm, 0, 32, 32); NEXT();          \
    OP(name##_64) R(op->d) = t0v_##name(R(op->a), R(op->b), R(op->c), 64, 64); NEXT();                                   \
    OP(name##_64i) R(op->d) = t0v_##name(R(op->a), op->imm, 0, 64, 64); NEXT();

#define BRANCH(cond) do { op += (cond) ? (int16_t)op->c : (int16_t)op->d; GO(); } while (0)
#define CMP_BODIES(name)                                                                        \
    OP(br_##name##_32) BRANCH(t0v_##name(R32(op->a), R32(op->b), 0, 32, 32));                    \
    OP(br_##name##_32i) BRANCH(t0v_##name(R32(op->a), (uint32_t)op->imm, 0, 32, 32));            \
    OP(br_##name##_64) BRANCH(t0v_##name(R(op->a), R(op->b), 0, 64, 64));                        \
    OP(br_##name##_64i) BRANCH(t0v_##name(R(op->a), op->imm, 0, 64, 64));

#define LOAD_BODY(n, ty) OP(load_##n) v->pc = op->imm; KEEP(); R(op->d) = (uint64_t)MEM(ty, R(op->a) + (int64_t)op->disp); NEXT();
/* The store to vcpu->pc must not sink below the access that may fault. */
#define KEEP() __asm__ volatile("" : : : "memory")

/* The vcpu's own helper, as generated code calls it; a vcpu that never runs generated code has none. */
static uint64_t (*helper_of(const struct vcpu *v, uint64_t n))(uint64_t, uint64_t, uint64_t)
{
    const void *f = v->helper[n] ? v->helper[n] : jit_helper_table[n];
    return (uint64_t (*)(uint64_t, uint64_t, uint64_t))f;
}

/* Runs records from op until something ends the run. With v NULL: returns the table of labels through *labels. */
GUEST_ACCESS static enum vexit engine(struct run *run, struct vcpu *v, const struct t0_rec *op, const void *const **labels)
{
    enum vexit why_left;
    uint64_t fused;
    unsigned rm;

#ifndef T0_SWITCH
    static const void *const label[T0_NOPC] = {
#define T0_L(x) [T0_##x] = &&L_##x,
#define PURE(name, sig, fl, value) T0_PURE_FORMS(T0_L, name)
#include "passes/ir/ops.def"
#define X(n) T0_L(br_##n##_32) T0_L(br_##n##_32i) T0_L(br_##n##_64) T0_L(br_##n##_64i)
        T0_CMPS(X)
#undef X
#define X(n, ty) T0_L(load_##n)
        T0_LOADS(X)
#undef X
#define X(n, ty, sty) T0_L(store_##n) T0_L(storei_##n) T0_L(cas_##n) T0_L(aload_##n) T0_L(astore_##n)
        T0_SIZES(X)
#undef X
#define X(n) T0_L(rmw_##n##_8) T0_L(rmw_##n##_16) T0_L(rmw_##n##_32) T0_L(rmw_##n##_64)
        T0_RMWS(X)
#undef X
#define X(n) T0_FP_FORMS(T0_L, n)
        T0_FP1(X) T0_FP2(X) T0_FP3(X)
#undef X
#define X4(n) T0_L(n##_8) T0_L(n##_16) T0_L(n##_32) T0_L(n##_64)
#define X3(n) T0_L(n##_8) T0_L(n##_16) T0_L(n##_32)
#define XF(n) T0_L(n##_32) T0_L(n##_64)
        T0_VECTORS(T0_L, X4, X3, XF)
        T0_MISC(T0_L)
    };
    if (!v) {
        *labels = label;
        return VX_JUMP;
    }
#endif
    rm = v->fp_rm;
    GO();
#ifdef T0_SWITCH
dispatch:
    switch ((enum t0_opc)op->h) {
#endif

#define PURE(name, sig, fl, value) PURE_BODIES(name)
#include "passes/ir/ops.def"
    T0_CMPS(CMP_BODIES)
    T0_LOADS(LOAD_BODY)
    T0_SIZES(SIZE_BODIES)

    OP(mov) R(op->d) = R(op->a); NEXT();
    OP(ldc) R(op->d) = op->imm; NEXT();
    OP(setpc) v->pc = op->imm; NEXT();
    OP(sext8) R(op->d) = (uint64_t)(int8_t)R(op->a); NEXT();
    OP(sext16) R(op->d) = (uint64_t)(int16_t)R(op->a); NEXT();
    OP(sext32) R(op->d) = (uint64_t)(int32_t)R(op->a); NEXT();
    OP(zext8) R(op->d) = (uint8_t)R(op->a); NEXT();
    OP(zext16) R(op->d) = (uint16_t)R(op->a); NEXT();
    OP(zext32) R(op->d) = (uint32_t)R(op->a); NEXT();
    OP(low1) R(op->d) = R(op->a) & 1; NEXT();
    OP(nbox32) R(op->d) = t0v_nbox(R32(op->a), 0, 0, 64, 32); NEXT();
    OP(nunbox64) R(op->d) = t0v_nunbox(R(op->a), 0, 0, 32, 64); NEXT();
    OP(fclass32) R(op->d) = t0v_fclass(R32(op->a), 0, 0, 64, 32); NEXT();
    OP(fclass64) R(op->d) = t0v_fclass(R(op->a), 0, 0, 64, 64); NEXT();
    OP(eval) R(op->d) = helper_eval(R(op->a), R(op->b), R(op->c), op->imm, NULL); NEXT();

    OP(fsoft) {
        if (FP_ILLEGAL() && (op->imm >> 32 & FP_RM_MASK) == FP_RM_DYN)
            LEAVE(VX_ILLEGAL, v->pc);
        R(op->d) = t0_softfp(v, op, op->imm, rm);
        NEXT();
    }
    FP2(fadd64, fadd, T_F64) FP2(fadd32, fadd, T_F32) FP2(fsub64, fsub, T_F64) FP2(fsub32, fsub, T_F32)
    FP2(fmul64, fmul, T_F64) FP2(fmul32, fmul, T_F32) FP2(fdiv64, fdiv, T_F64) FP2(fdiv32, fdiv, T_F32)
    FP1(fsqrt64, fsqrt, T_F64, T_F64) FP1(fsqrt32, fsqrt, T_F32, T_F32)
    FP1(fcvt3264, fcvt, T_F64, T_F32) FP1(fcvt6432, fcvt, T_F32, T_F64)
    FP1(si2f6464, si2f, T_F64, T_I64) FP1(si2f6432, si2f, T_F32, T_I64)
    FP1(si2f3264, si2f, T_F64, T_I32) FP1(si2f3232, si2f, T_F32, T_I32)
    FP3(fma64, fma, 64, T_F64) FP3(fma32, fma, 32, T_F32)
    F2SI_BODIES(f2si6464, T_I64, T_F64, uint64_t, UINT64_C(1) << 63)
    F2SI_BODIES(f2si3264, T_I64, T_F32, uint64_t, UINT64_C(1) << 63)
    F2SI_BODIES(f2si6432, T_I32, T_F64, uint32_t, UINT64_C(1) << 31)
    F2SI_BODIES(f2si3232, T_I32, T_F32, uint32_t, UINT64_C(1) << 31)
    FCMP_BODIES(feq, 64) FCMP_BODIES(flt, 64) FCMP_BODIES(fle, 64)
    FCMP_BODIES(feq, 32) FCMP_BODIES(flt, 32) FCMP_BODIES(fle, 32)
    FMINMAX(fmin64, 64, uint64_t, <) FMINMAX(fmax64, 64, uint64_t, >)
    FMINMAX(fmin32, 32, uint32_t, <) FMINMAX(fmax32, 32, uint32_t, >)

    T0_VBIN(VBIN_BODIES)
    T0_VSHI(VSHI_BODIES)
    T0_VMULL(VMULL_BODIES)
    T0_VRESIZE(VRESIZE_BODIES)
    VLANE_BODIES(8) VLANE_BODIES(16) VLANE_BODIES(32) VLANE_BODIES(64)
    T0_VFP1(VFP1_BODIES)
    T0_VFP2(VFP2_BODIES)
    T0_VFP3(VFP3_BODIES)
    T0_VFCMP(VFCMP_BODIES)
    T0_VFMINMAX(VFCMP_BODIES)
    OP(vand) VSET(op->d, V(op->a) & V(op->b)); NEXT();
    OP(vor) VSET(op->d, V(op->a) | V(op->b)); NEXT();
    OP(vxor) VSET(op->d, V(op->a) ^ V(op->b)); NEXT();
    OP(vandn) VSET(op->d, V(op->a) & ~V(op->b)); NEXT();
    OP(vbsl) VSET(op->d, T0_VSEL(V(op->a), V(op->b), V(op->c))); NEXT();
    OP(vselect) VSET(op->d, R(op->a) & 1 ? V(op->b) : V(op->c)); NEXT();
    OP(vmov) VSET(op->d, V(op->a)); NEXT();
    OP(vldc) VSET(op->d, ((t0_v){ op->imm, op->imm })); NEXT();
    OP(vzext) VSET(op->d, ((t0_v){ R(op->a), 0 })); NEXT();
    OP(vnz) R(op->d) = t0_vany(V(op->a)); NEXT();
    OP(vshuf) VSET(op->d, t0x_vshuf(V(op->a), V(op->b), t0_vpattern(op))); op += 2; GO();
    OP(vshufc) t0_vshuf_c(v, op); op += 2; GO();
    OP(vtbl) VSET(op->d, t0x_vtbl(V(op->a), V(op->b))); NEXT();
    OP(veval) t0_veval(v, op, rm); NEXT();
    OP(vfsoft) {
vfsoft:
        if (FP_ILLEGAL() && (op->imm >> 32 & FP_RM_MASK) == FP_RM_DYN)
            LEAVE(VX_ILLEGAL, v->pc);
        t0_veval(v, op, rm);
        NEXT();
    }
    OP(vload) v->pc = op->imm; KEEP(); VSET(op->d, MEM(t0_v, R(op->a) + (int64_t)op->disp)); NEXT();
    OP(vaload) {
        v->pc = op->imm;
        KEEP();
        VSET(op->d, MEM(t0_v, R(op->a) + (int64_t)op->disp));
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        NEXT();
    }
    OP(vstore) v->pc = op->imm; KEEP(); MEM(t0_v, R(op->a) + (int64_t)op->disp) = V(op->d); KEEP(); NEXT();
    OP(vastore) {
        v->pc = op->imm;
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        MEM(t0_v, R(op->a) + (int64_t)op->disp) = V(op->d);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        NEXT();
    }
    OP(vcas) v->pc = op->imm; KEEP(); VSET(op->d, t0_vcas((void *)(uintptr_t)R(op->a), V(op->b), V(op->c))); NEXT();

    OP(fence) __atomic_thread_fence(__ATOMIC_SEQ_CST); NEXT();
    OP(fpget) R(op->d) = fpcr_flags(fpenv_read()); NEXT();
    OP(fpset) fpenv_write(fpcr_set_flags(fpenv_read(), R(op->a) & 31)); NEXT();
    OP(helper) R(op->d) = helper_of(v, op->imm)(R(op->a), R(op->b), R(op->c)); NEXT();
    OP(helper_v) R(op->d) = helper_of(v, op->imm)((uintptr_t)v, R(op->a), R(op->b)); NEXT();

    OP(jmp) op += op->disp; GO();
    OP(brif) BRANCH(R(op->a) & 1);
    OP(brtab) op += 1 + (R(op->a) < op->imm ? R(op->a) : op->imm); GO();
    OP(poll) {
        if (v->request)
            LEAVE(VX_POLL, op->imm);
        if (run->t) {
            v->n_t0_blocks++;
            v->n_t0_insns += (uint32_t)op->disp;
            if (!run->budget--) {
                run->budget = 0;
                LEAVE(VX_JUMP, op->imm);
            }
        }
        NEXT();
    }
    OP(leave) LEAVE(op->d, op->imm);
    OP(exit_jump) {
        struct t0_block *b = op->link;

        if (LIKELY(b && run->budget && !v->request)) {
            if (!--b->heat) {
                b->heat = run->t->heat;
                LEAVE(VX_HOT, op->imm);
            }
            run->budget--;
            v->n_t0_blocks++;
            v->n_t0_insns += b->ninsn;
            op = b->rec;
            GO();
        }
        v->pc = op->imm;
        if (!run->t) {
            why_left = VX_JUMP;
            goto out;
        }
        {
            uint32_t generation = run->t->generation;

            b = enter(run, v, v->pc);
            if (!b) {
                why_left = v->exit;
                goto out;
            }
            if (generation == run->t->generation && run->remember)
                link_to(run->t, (struct t0_rec *)op, b);
        }
        op = b->rec;
        GO();
    }
    OP(exit_ind) {
        struct t0_block *b;

        v->pc = R(op->a);
        b = run->t ? enter(run, v, v->pc) : NULL;
        if (!b) {
            why_left = run->t ? v->exit : VX_JUMP;
            goto out;
        }
        op = b->rec;
        GO();
    }
#ifdef T0_SWITCH
    case T0_none: case T0_NOPC:
        break;
    }
    LEAVE(VX_ILLEGAL, v->pc);
#endif
out:
    v->exit = why_left;
    return why_left;
}

/* Replaces opcodes by what the engine dispatches on. */
static void finish(struct t0_rec *rec, uint32_t n)
{
#ifndef T0_SWITCH
    const void *const *label;

    engine(NULL, NULL, NULL, &label);
    for (uint32_t i = 0; i < n; i++)
        rec[i].h = (uintptr_t)label[rec[i].h];
#endif
}

/* ---- translation and its cache ---- */

static unsigned hash_of(uint64_t pc)
{
    return (unsigned)(pc >> 1 ^ pc >> 15) & (HASH_SIZE - 1);
}

/* Every way from block to block asks stop() again; what was translated stays. */
void t0_forget_stops(struct t0 *t)
{
    for (unsigned i = 0; i < t->nlink; i++)
        t->link[i]->link = NULL;
    t->nlink = 0;
    memset(t->jc, 0, sizeof t->jc);
}

static void link_to(struct t0 *t, struct t0_rec *from, struct t0_block *b)
{
    if (t->nlink == MAX_LINKS)
        t0_forget_stops(t);
    t->link[t->nlink++] = from;
    from->link = b;
}

static void flush(struct t0 *t)
{
    t->nlink = 0;
    memset(t->hash, 0, sizeof t->hash);
    memset(t->jc, 0, sizeof t->jc);
    t->curchunk = 0;
    t->used = 0;
    t->lo = UINT64_MAX;
    t->hi = 0;
    t->generation++;
}

static void *cache_alloc(struct t0 *t, size_t n)
{
    n = (n + 15) & ~(size_t)15;
    if (n > CHUNK)
        return NULL;
    if (t->nchunk && t->used + n > CHUNK) {
        t->curchunk++;
        t->used = 0;
        if (t->curchunk == MAX_CHUNKS)
            flush(t);
    }
    if (t->curchunk >= t->nchunk) {
        t->chunk[t->nchunk] = malloc(CHUNK);
        if (!t->chunk[t->nchunk]) {
            if (!t->nchunk)
                return NULL;
            flush(t);
        } else {
            t->nchunk++;
        }
    }
    t->used += n;
    return t->chunk[t->curchunk] + t->used - n;
}

/* ---- pcs where every run may be made to stop ---- */

/* The first cut above pc. */
static uint32_t cut_above(const struct t0 *t, uint64_t pc)
{
    uint32_t lo = 0, hi = t->ncut;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (t->cut[mid] <= pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static uint64_t end_at_cut(const struct t0 *t, uint64_t pc, uint64_t end)
{
    uint32_t i = cut_above(t, pc);
    return i < t->ncut && t->cut[i] < end ? t->cut[i] : end;
}

bool t0_is_cut(const struct t0 *t, uint64_t pc)
{
    uint32_t i = cut_above(t, pc);
    return i && t->cut[i - 1] == pc;
}

bool t0_cut(struct t0 *t, uint64_t pc)
{
    uint32_t at = cut_above(t, pc);

    if (at && t->cut[at - 1] == pc)
        return true;
    if (t->ncut == t->capcut) {
        uint32_t cap = t->capcut ? t->capcut * 2 : 256;
        uint64_t *p = reallocarray(t->cut, cap, sizeof *p);
        if (!p)
            return false;
        t->cut = p;
        t->capcut = cap;
    }
    memmove(t->cut + at + 1, t->cut + at, (t->ncut - at) * sizeof *t->cut);
    t->cut[at] = pc;
    t->ncut++;
    t0_forget_stops(t);
    for (unsigned i = 0; i < HASH_SIZE; i++)
        for (struct t0_block **b = &t->hash[i]; *b;) {
            if ((*b)->pc != pc && (*b)->lo < pc && pc < (*b)->hi)
                *b = (*b)->next;
            else
                b = &(*b)->next;
        }
    return true;
}

static bool has_code(const void *arg, uint64_t pc)
{
    const struct t0 *t = arg;

    return t->stop && t->stop(t->stop_arg, pc);
}

/* One block: all jumps leave it, so that every block boundary passes the engine's checks; and it ends before compiled code, which may
 * be the head of a loop that is only fallen into. An instruction cut off by the end of what may be fetched is a fetch fault. */
static void translate(struct cc *cc, void *arg)
{
    struct t0 *t = arg;
    struct unit u = { .g = t->g, .pc = t->pc, .single = true, .max_insns = MAX_INSNS, .name = "t0", .is_function = has_code, .arg = t };
    struct region_info info = { 0 };
    size_t n = FETCH_BYTES, size;
    const uint8_t *p = t->fetch(t->arg, t->pc, &n);
    struct t0_flat fl;
    struct t0_block *b;
    struct ginsn first;

    if (!p || !n)
        cc_bail(cc, ST_NOTFOUND, t->pc, "not executable");
    if (n > FETCH_BYTES)
        n = FETCH_BYTES;
    t->g->decode(p, n, t->pc, &first);
    if (first.row == 0 && first.aux)
        cc_bail(cc, ST_NOTFOUND, t->pc, "the instruction is cut off");
    u.text = (struct gcode){ t->pc, p, n };
    u.bounds = (struct gspan){ t->pc, t->single ? t->pc + first.len : end_at_cut(t, t->pc, t->pc + n) };
    fl = t0_flatten(lift_region(cc, &u, &info), 1);
    size = sizeof *b + fl.n * sizeof *fl.rec;
    b = cache_alloc(t, size);
    if (!b)
        cc_bail(cc, ST_NOMEM, t->pc, "no memory for a block of %u records", fl.n);
    *b = (struct t0_block){ .pc = t->pc, .lo = t->pc, .hi = t->pc + 1, .ninsn = info.ninsn, .nrec = fl.n, .heat = t->heat };
    for (uint32_t i = 0; i < info.nread; i++) {
        b->lo = info.read[i].lo < b->lo ? info.read[i].lo : b->lo;
        b->hi = info.read[i].hi > b->hi ? info.read[i].hi : b->hi;
    }
    memcpy(b->rec, fl.rec, fl.n * sizeof *fl.rec);
    for (uint32_t i = 0; i < fl.n; i++)
        if (b->rec[i].h == T0_poll) {       /* a loop inside the block counts at its poll */
            b->rec[i].disp = (int32_t)info.ninsn;
            b->ninsn = 0;
        }
    finish(b->rec, fl.n);
    t->made = b;
}

static struct t0_block *find(const struct t0 *t, uint64_t pc)
{
    struct t0_block *b = t->hash[hash_of(pc)];

    while (b && b->pc != pc)
        b = b->next;
    return b;
}

/* Translates the block at pc; NULL with v->exit set when it cannot run. Lifting runs under the host's control word. */
static struct t0_block *make(struct t0 *t, struct vcpu *v, uint64_t pc)
{
    uint32_t live = fpenv_read();
    enum status st;

    if (pc & (t->g->insn_align - 1)) {
        v->exit = VX_FETCH;
        return NULL;
    }
    fpenv_write(v->host_fpcr);
    t->pc = pc;
    do {
        t->made = NULL;
        st = cc_try(&t->cc, translate, t);
        cc_reset(&t->cc);
    } while (st == ST_OK && t->watch && !t->watch(t->arg, t->made->lo, t->made->hi));
    if (st == ST_NOMEM) {               /* for one instruction there is room from the start */
        t->single = true;
        st = cc_try(&t->cc, translate, t);
        cc_reset(&t->cc);
        t->single = false;
    }
    fpenv_write(live);
    if (st != ST_OK) {
        v->exit = st == ST_NOTFOUND ? VX_FETCH : VX_ILLEGAL;
        return NULL;
    }
    t->lo = t->made->lo < t->lo ? t->made->lo : t->lo;
    t->hi = t->made->hi > t->hi ? t->made->hi : t->hi;
    t->made->next = t->hash[hash_of(pc)];
    t->hash[hash_of(pc)] = t->made;
    return t->made;
}

/* The slow way into a block: checks everything. NULL: leave with v->exit. */
static struct t0_block *enter(struct run *run, struct vcpu *v, uint64_t pc)
{
    struct t0 *t = run->t;
    unsigned k = (unsigned)(pc >> 1 ^ pc >> 13) & (JC_SIZE - 1);
    struct t0_block *b = t->jc[k].b;

    if (v->request || !run->budget) {
        v->exit = v->request ? VX_POLL : VX_JUMP;
        return NULL;
    }
    if (!b || t->jc[k].pc != pc) {
        if (run->stop && run->stop(run->arg, pc)) {
            v->exit = VX_JUMP;
            return NULL;
        }
        b = find(t, pc);
        if (!b)
            b = make(t, v, pc);
        if (!b)
            return NULL;
        if (run->remember) {
            t->jc[k].pc = pc;
            t->jc[k].b = b;
        }
    }
    bool cold = t->cold;
    t->cold = false;
    if (!cold && !--b->heat) {
        b->heat = t->heat;
        v->pc = pc;
        v->exit = VX_HOT;
        return NULL;
    }
    run->budget--;
    v->n_t0_blocks++;
    v->n_t0_insns += b->ninsn;
    return b;
}

/* ---- in and out ---- */

static void reserve(struct cc *cc, void *arg) { arena_alloc(&cc->arena, RESERVE); }

struct t0 *t0_new(const struct guest *g, t0_fetch_fn fetch, void *arg)
{
    struct t0 *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    t->g = g;
    t->fetch = fetch;
    t->arg = arg;
    t->lo = UINT64_MAX;
    cc_init(&t->cc);
    /* What one instruction needs is there from now on, so that running out of memory later costs time only. */
    t->chunk[0] = malloc(CHUNK);
    t->nchunk = 1;
    if (!t->chunk[0] || cc_try(&t->cc, reserve, NULL) != ST_OK) {
        t0_free(t);
        return NULL;
    }
    cc_reset(&t->cc);
    return t;
}

void t0_set_heat(struct t0 *t, uint32_t n) { t->heat = n; }

void t0_go_cold(struct t0 *t) { t->cold = true; }

void t0_watch(struct t0 *t, bool (*fn)(void *arg, uint64_t lo, uint64_t hi)) { t->watch = fn; }

void t0_free(struct t0 *t)
{
    if (!t)
        return;
    for (unsigned i = 0; i < t->nchunk; i++)
        free(t->chunk[i]);
    cc_fini(&t->cc);
    free(t->cut);
    free(t);
}

void t0_invalidate(struct t0 *t, uint64_t lo, uint64_t hi)
{
    if (hi <= t->lo || t->hi <= lo)
        return;
    for (unsigned i = 0; i < HASH_SIZE; i++)
        for (const struct t0_block *b = t->hash[i]; b; b = b->next)
            if (b->lo < hi && lo < b->hi) {
                flush(t);
                return;
            }
}

/* Installs the guest's control word, and takes it back with the host's in its place. */
static void guest_fp_begin(struct vcpu *v)
{
    uint32_t w = fpcr_sane(v->guest_fpcr);

    v->host_fpcr = fpenv_read();
    if ((v->fp_rm & FP_RM_MASK) <= FP_RM_UP && fpcr_rm(w) != (v->fp_rm & FP_RM_MASK))
        w = fpcr_sane(fpcr_make(v->fp_rm & FP_RM_MASK, fpcr_flags(w)));
    fpenv_write(w);
    memset((char *)v->vspill + sizeof v->vspill - 16, 0, 16);   /* LOC_ZERO of interp_emit.c */
}

static void guest_fp_end(struct vcpu *v)
{
    v->guest_fpcr = fpenv_read();
    fpenv_write(v->host_fpcr);
}

enum vexit t0_run(struct t0 *t, struct vcpu *v, uint64_t max_blocks, bool (*stop)(void *arg, uint64_t pc), void *arg)
{
    struct run run = { .t = t, .budget = max_blocks, .stop = stop, .arg = arg };
    struct t0_block *b;
    enum vexit why;

    if (stop && t->blind)
        t0_forget_stops(t);
    t->asked |= stop != NULL;
    t->blind = !t->asked;
    run.remember = stop || !t->asked;
    t->stop = stop;
    t->stop_arg = arg;
    guest_fp_begin(v);
    b = enter(&run, v, v->pc);
    why = b ? engine(&run, v, b->rec, NULL) : v->exit;
    guest_fp_end(v);
    return why;
}

/* Where a function is entered: at its entry block for vcpu->pc, else at its first block. */
static ir_blk entry_of(const struct ir_func *f, uint64_t pc)
{
    for (ir_blk b = 1; b < f->nblock; b++)
        if (f->block[b].flags & BLK_ENTRY && f->block[b].pc == pc)
            return b;
    return 1;
}

struct flat_job { struct ir_func *f; ir_blk entry; struct t0_flat out; };

static void flatten_job(struct cc *cc, void *arg)
{
    struct flat_job *j = arg;

    j->out = t0_flatten(j->f, j->entry);
}

enum vexit t0_run_func(struct ir_func *f, struct vcpu *v)
{
    struct flat_job j = { .f = f, .entry = entry_of(f, v->pc) };
    struct run run = { .budget = ~UINT64_C(0) };
    enum vexit why;

    if (cc_try(f->cc, flatten_job, &j) != ST_OK)
        return v->exit = VX_ILLEGAL;
    finish(j.out.rec, j.out.n);
    guest_fp_begin(v);
    why = engine(&run, v, j.out.rec, NULL);
    guest_fp_end(v);
    return why;
}
