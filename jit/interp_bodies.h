/* Bodies of T0's records as macros, one expansion each in interp.c's engine, whose names they use: op (the record), v (the vcpu),
 * rm (vcpu->fp_rm), R() (a place), NEXT(), LEAVE(). Here: atomics, floating point, vectors. */
#ifndef AOTC_JIT_INTERP_BODIES_H
#define AOTC_JIT_INTERP_BODIES_H

#include "jit/interp_vec.h"

/* ---- atomics ---- */

/* By fences: the host's own ordered accesses may want an alignment that the guest's need not have. A load with MO_SEQ has a record
 * of T0_fence in front. */
#define LOAD_ORDERED(ty, at) __extension__({                                                                                \
    ty got = __atomic_load_n((ty *)(uintptr_t)(at), __ATOMIC_RELAXED);                                                       \
    __atomic_thread_fence(__ATOMIC_ACQUIRE);                                                                                 \
    got; })
#define STORE_ORDERED(ty, at, v) do {                                                                                       \
    __atomic_thread_fence(__ATOMIC_SEQ_CST);                                                                                 \
    __atomic_store_n((ty *)(uintptr_t)(at), v, __ATOMIC_RELAXED);                                                            \
    __atomic_thread_fence(__ATOMIC_SEQ_CST);                                                                                 \
    } while (0)

/* Guests may do atomics on any address; what the host cannot goes by t0_odd_cas. */
#if defined(__x86_64__)
#define ODD(p) ((void)(p), false)
#else
#define ODD(p) ((uintptr_t)(p) & (sizeof *(p) - 1))
#endif

#define SIZE_BODIES(w, ty, sty)                                                                                              \
    OP(store_##w) v->pc = op->imm; KEEP(); MEM(ty, R(op->a) + (int64_t)op->disp) = (ty)R(op->d); KEEP(); NEXT();              \
    OP(storei_##w) v->pc = op->imm; KEEP(); MEM(ty, R(op->a) + (int64_t)op->disp) = (ty)(int16_t)op->d; KEEP(); NEXT();       \
    OP(aload_##w) v->pc = op->imm; KEEP();                                                                                   \
        R(op->d) = LOAD_ORDERED(ty, R(op->a) + (int64_t)op->disp); NEXT();                                                    \
    OP(astore_##w) v->pc = op->imm; KEEP();                                                                                  \
        STORE_ORDERED(ty, R(op->a) + (int64_t)op->disp, (ty)R(op->d)); NEXT();                                                \
    OP(cas_##w) {                                                                                                            \
        ty old = (ty)R(op->b), *p = (ty *)(uintptr_t)R(op->a);                                                               \
        v->pc = op->imm;                                                                                                     \
        KEEP();                                                                                                              \
        if (ODD(p)) {                                                                                                        \
            old = (ty)t0_odd_cas(p, sizeof(ty), old, (ty)R(op->c));                                                          \
        } else {                                                                                                             \
            __atomic_compare_exchange_n(p, &old, (ty)R(op->c), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                   \
        }                                                                                                                    \
        R(op->d) = old;                                                                                                      \
        NEXT();                                                                                                              \
    }                                                                                                                        \
    RMW(swap, w, ty, __atomic_exchange_n(p, x, __ATOMIC_SEQ_CST), x)                                                         \
    RMW(add, w, ty, __atomic_fetch_add(p, x, __ATOMIC_SEQ_CST), old + x)                                                     \
    RMW(and, w, ty, __atomic_fetch_and(p, x, __ATOMIC_SEQ_CST), old & x)                                                     \
    RMW(or, w, ty, __atomic_fetch_or(p, x, __ATOMIC_SEQ_CST), old | x)                                                       \
    RMW(xor, w, ty, __atomic_fetch_xor(p, x, __ATOMIC_SEQ_CST), old ^ x)                                                     \
    RMW_LOOP(smin, w, ty, (sty)old < (sty)x) RMW_LOOP(smax, w, ty, (sty)old > (sty)x)                                        \
    RMW_LOOP(umin, w, ty, old < x) RMW_LOOP(umax, w, ty, old > x)

/* step: the new value, made of old and x. */
#define RMW(name, w, ty, expr, step)                                \
    OP(rmw_##name##_##w) {                                          \
        ty *p = (ty *)(uintptr_t)R(op->a), x = (ty)R(op->b), old;   \
        v->pc = op->imm;                                            \
        KEEP();                                                     \
        if (ODD(p)) {                                               \
            do                                                      \
                old = MEM(ty, R(op->a));                            \
            while (t0_odd_cas(p, sizeof(ty), old, (ty)(step)) != old); \
        } else {                                                    \
            old = expr;                                             \
        }                                                           \
        R(op->d) = old;                                             \
        NEXT();                                                     \
    }
#define RMW_LOOP(name, w, ty, keeps_old)                                                                                     \
    OP(rmw_##name##_##w) {                                                                                                   \
        ty *p = (ty *)(uintptr_t)R(op->a), x = (ty)R(op->b), old;                                                            \
        v->pc = op->imm;                                                                                                     \
        KEEP();                                                                                                              \
        if (ODD(p)) {                                                                                                        \
            do                                                                                                               \
                old = MEM(ty, R(op->a));                                                                                     \
            while (t0_odd_cas(p, sizeof(ty), old, (keeps_old) ? old : x) != old);                                            \
            R(op->d) = old;                                                                                                  \
            NEXT();                                                                                                          \
        }                                                                                                                    \
        old = __atomic_load_n(p, __ATOMIC_SEQ_CST);                                                                          \
        while (!__atomic_compare_exchange_n(p, &old, (keeps_old) ? old : x, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))      \
            ;                                                                                                                \
        R(op->d) = old;                                                                                                      \
        NEXT();                                                                                                              \
    }

/* FPOPs: the mode is one the host has (and the static one is the current one) and no mode bit is set, or softfp does it.
 * imm: the guest pc of an illegal instruction, where the dynamic mode counts. */
#define FP_DESC(irop, t, at, fl) helper_desc(IR_##irop, t, at, fl)
#define FP_ILLEGAL() ((rm & FP_RM_MASK) > FP_RM_MM)
#define FP_FORMS(name, fast, irop, t, at)                                                                        \
    OP(name##_d) {                                                                                               \
        if (LIKELY(T0_HOSTFP && rm <= FP_RM_UP)) {                                                               \
            R(op->d) = (fast);                                                                                   \
            NEXT();                                                                                              \
        }                                                                                                        \
        if (FP_ILLEGAL())                                                                                        \
            LEAVE(VX_ILLEGAL, op->imm);                                                                          \
        R(op->d) = t0_softfp(v, op, FP_DESC(irop, t, at, FP_RM_DYN), rm);                                        \
        NEXT();                                                                                                  \
    }                                                                                                            \
    OP(name##_n) {                                                                                               \
        R(op->d) = LIKELY(T0_HOSTFP && rm == FP_RM_NE)                                                           \
                       ? (fast) : t0_softfp(v, op, FP_DESC(irop, t, at, FP_RM_NE), rm);                          \
        NEXT();                                                                                                  \
    }                                                                                                            \
    OP(name##_p) {                                                                                               \
        uint64_t r = 0;                                                                                          \
        if (LIKELY(T0_HOSTFP && rm <= FP_RM_UP)) {                                                               \
            r = (fast);                                                                                          \
            if (LIKELY(!t0_redo(IR_##irop, t, r))) {                                                             \
                R(op->d) = r;                                                                                    \
                NEXT();                                                                                          \
            }                                                                                                    \
        }                                                                                                        \
        if (FP_ILLEGAL())                                                                                        \
            LEAVE(VX_ILLEGAL, op->imm);                                                                          \
        R(op->d) = t0_softfp(v, op, FP_DESC(irop, t, at, FP_RM_DYN | FP_PROP), rm);                              \
        NEXT();                                                                                                  \
    }
#define FP1(name, irop, t, at) FP_FORMS(name, t0x_##name(R(op->a)), irop, t, at)
#define FP2(name, irop, t) FP_FORMS(name, t0x_##name(R(op->a), R(op->b)), irop, t, t)
/* Infinity times zero plus a quiet NaN is invalid in the IR, not so by x86's FMA: NaNs are redone. */
#define FP3(name, irop, w, t)                                                                                    \
    FP_FORMS(name, (fused = t0x_##name(R(op->a), R(op->b), R(op->c)), !t0_isnan##w(fused)) ? fused               \
             : t0_softfp(v, op, FP_DESC(irop, t, t, FP_RM_DYN), rm), irop, t, t)
/* c holds the IR record's flags. */
#define F2SI_BODIES(name, t, at, uty, indefinite)                                                                \
    OP(name##_d) {                                                                                               \
        uint64_t r = indefinite;                                                                                 \
        if (FP_ILLEGAL())                                                                                        \
            LEAVE(VX_ILLEGAL, op->imm);                                                                          \
        if (LIKELY(T0_HOSTFP && rm <= FP_RM_UP))                                                                 \
            r = t0x_##name##_d(R(op->a));                                                                        \
        R(op->d) = r == indefinite ? t0_softfp(v, op, FP_DESC(f2si, t, at, op->c), rm) : r;                      \
        NEXT();                                                                                                  \
    }                                                                                                            \
    OP(name##_z) {                                                                                               \
        uint64_t r = T0_HOSTFP && rm <= FP_RM_MASK ? t0x_##name##_z(R(op->a)) : indefinite;                      \
        R(op->d) = r == indefinite ? t0_softfp(v, op, FP_DESC(f2si, t, at, op->c), rm) : r;                      \
        NEXT();                                                                                                  \
    }
/* imm: the operation. q: NaN operands go to softfp, which knows which compares are quiet about them. */
#define FCMP_BODIES(name, w)                                                                                     \
    OP(name##w)                                                                                                  \
        R(op->d) = T0_HOSTFP && rm <= FP_RM_MASK ? t0x_##name##w(R(op->a), R(op->b)) : t0_softfp(v, op, op->imm, rm); NEXT(); \
    OP(name##q##w) {                                                                                             \
        bool odd = rm > FP_RM_MASK || !T0_HOSTFP || t0_isnan##w((uint##w##_t)R(op->a)) || t0_isnan##w((uint##w##_t)R(op->b)); \
        R(op->d) = odd ? t0_softfp(v, op, op->imm, rm) : t0x_##name##w(R(op->a), R(op->b));                      \
        NEXT();                                                                                                  \
    }
#define FMINMAX(name, w, ty, takes_a)                                                                            \
    OP(name) {                                                                                                   \
        ty a = (ty)R(op->a), b = (ty)R(op->b);                                                                   \
        if (rm > FP_RM_MASK || t0_isnan##w(a) || t0_isnan##w(b))                                                 \
            R(op->d) = t0_softfp(v, op, op->imm, rm);                                                            \
        else                                                                                                     \
            R(op->d) = t0_order##w(a) takes_a t0_order##w(b) ? a : b;                                            \
        NEXT();                                                                                                  \
    }

/* ---- vectors ---- */

#define V(off) t0_vget((char *)v + (off))
#define VSET(off, x) t0_vput((char *)v + (off), x)
#define VBIN1(name, w) OP(name##_##w) VSET(op->d, t0x_##name##_##w(V(op->a), V(op->b))); NEXT();
#define VBIN_BODIES(name) VBIN1(name, 8) VBIN1(name, 16) VBIN1(name, 32) VBIN1(name, 64)
#define VMULL_BODIES(name) VBIN1(name, 8) VBIN1(name, 16) VBIN1(name, 32)
#define VSHI1(name, w) OP(name##_##w) VSET(op->d, t0x_##name##_##w(V(op->a), op->imm)); NEXT();
#define VSHI_BODIES(name) VSHI1(name, 8) VSHI1(name, 16) VSHI1(name, 32) VSHI1(name, 64)
#define VRESIZE1(name, w) OP(name##_##w) VSET(op->d, t0x_##name##_##w(V(op->a))); NEXT();
#define VRESIZE_BODIES(name) VRESIZE1(name, 8) VRESIZE1(name, 16) VRESIZE1(name, 32)
/* imm: number of the lane. */
#define VLANE_BODIES(w)                                                                                          \
    OP(vdup_##w) VSET(op->d, (t0_v)t0_vsplat_##w(R(op->a))); NEXT();                                             \
    OP(vins_##w) {                                                                                               \
        union { t0_v v; uint##w##_t lane[128 / w]; } x = { V(op->a) };                                           \
        x.lane[op->imm & (128 / w - 1)] = (uint##w##_t)R(op->b);                                                 \
        VSET(op->d, x.v);                                                                                        \
        NEXT();                                                                                                  \
    }

/* imm: the operation. What the host does not do exactly goes to the evaluator, whose flags contain the host's. */
#define VIN(off, upper) t0_vfp_in((char *)v + (off), op->imm, upper)
#define VFP_BODY(name, w, ready, expr, odd)                                                                      \
    OP(name##_##w) {                                                                                             \
        if (LIKELY(T0_HOSTFP && (ready))) {                                                                      \
            t0_v r = expr;                                                                                       \
            if (LIKELY(!(odd))) {                                                                                \
                t0_vfp_out((char *)v + op->d, op->imm, r);                                                       \
                NEXT();                                                                                          \
            }                                                                                                    \
        }                                                                                                        \
        goto vfsoft;                                                                                             \
    }
#define VFP1_1(name, w) VFP_BODY(name, w, t0_vfp_host(op->imm, rm), t0x_##name##_##w(VIN(op->a, 0)), t0_vodd_##w(r, false))
#define VFP1_BODIES(name) VFP1_1(name, 32) VFP1_1(name, 64)
#define VFP2_1(name, w)                                                                                          \
    VFP_BODY(name, w, t0_vfp_host(op->imm, rm), t0x_##name##_##w(VIN(op->a, 0), VIN(op->b, 0x3f800000)), t0_vodd_##w(r, true))
#define VFP2_BODIES(name) VFP2_1(name, 32) VFP2_1(name, 64)
#define VFP3_1(name, w)                                                                                          \
    VFP_BODY(name, w, t0_vfp_host(op->imm, rm), t0x_##name##_##w(VIN(op->a, 0), VIN(op->b, 0), VIN(op->c, 0)), t0_vodd_##w(r, true))
#define VFP3_BODIES(name) VFP3_1(name, 32) VFP3_1(name, 64)
/* Compares and minima: exact by lanes when no operand is a NaN and no denormal is to be flushed. */
#define VFCMP_1(name, w)                                                                                         \
    VFP_BODY(name, w, rm <= FP_RM_MASK && !t0_vodd_##w(VIN(op->a, 0), false) && !t0_vodd_##w(VIN(op->b, 0), false), \
             t0x_##name##_##w(VIN(op->a, 0), VIN(op->b, 0)), false)
#define VFCMP_BODIES(name) VFCMP_1(name, 32) VFCMP_1(name, 64)

#endif
