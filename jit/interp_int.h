/* T0's private contract between the flattener (interp_flat.c) and the engine (interp.c): the records of a flattened block.
 *
 * A register machine. Operands are byte offsets from the vcpu: a guest register's home, or a temporary in the spill area (which
 * is free while no compiled code runs). A location is 64 bits wide, of v128 values 128. A value of a type narrower than its location
 * occupies the low bits; what lies above is zero except after a trunc or vlow, which cost nothing: readers of narrow values mask. */
#ifndef AOTC_JIT_INTERP_INT_H
#define AOTC_JIT_INTERP_INT_H

#include "jit/helpers.h"
#include "jit/vcpu.h"
#include "passes/ir/eval_int.h"

/* Guest memory. Accesses may be null, misaligned or wild: that is the guest's fault, delivered as such. So are its races; but each
 * access is one of the host's, as wide as the guest's: the compilers make one instruction of it. */
#define MEM(ty, addr) (((struct { ty x; } __attribute__((packed, may_alias)) *)(uintptr_t)(addr))->x)
#define GUEST_ACCESS __attribute__((no_sanitize("address", "thread", "null", "alignment", "pointer-overflow", "object-size")))

/* The shared meaning of each PURE op as a function; w and aw are constants where it is used, so the compiler specialises. */
#define PURE(name, sig, fl, value)                                                                                        \
    static inline __attribute__((always_inline, unused))                                                                  \
    uint64_t t0v_##name(uint64_t a, uint64_t b, uint64_t c, unsigned w, unsigned aw)                                      \
    {                                                                                                                     \
        (void)a, (void)b, (void)c, (void)w, (void)aw;                                                                     \
        return value;                                                                                                     \
    }
#include "passes/ir/ops.def"

/* Opcodes with one fast form per width: of two locations, of a location and an immediate (i), and for 32 bits with the result
 * sign-extended to 64 (s). Conversions have rows of their own below. */
#define T0_PURE_FORMS(X, name) X(name##_32) X(name##_32i) X(name##_32s) X(name##_32si) X(name##_64) X(name##_64i)

/* Compare and branch: c is the distance in records when true, d when false. */
#define T0_CMPS(X) X(eq) X(ne) X(ult) X(ule) X(slt) X(sle)

#define T0_LOADS(X) X(u8, uint8_t) X(u16, uint16_t) X(u32, uint32_t) X(u64, uint64_t) X(s8, int8_t) X(s16, int16_t) X(s32, int32_t)
#define T0_SIZES(X) X(8, uint8_t, int8_t) X(16, uint16_t, int16_t) X(32, uint32_t, int32_t) X(64, uint64_t, int64_t)
#define T0_RMWS(X) X(swap) X(add) X(and) X(or) X(xor) X(smin) X(smax) X(umin) X(umax)

/* Floating point on the host's FPU: forms _d (dynamic mode), _n (static round to nearest), _p (dynamic mode, FP_PROP). */
#define T0_FP_FORMS(X, name) X(name##_d) X(name##_n) X(name##_p)
#define T0_FP2(X) X(fadd64) X(fadd32) X(fsub64) X(fsub32) X(fmul64) X(fmul32) X(fdiv64) X(fdiv32)
#define T0_FP1(X) X(fsqrt64) X(fsqrt32) X(fcvt3264) X(fcvt6432) X(si2f6464) X(si2f6432) X(si2f3264) X(si2f3232)
#define T0_FP3(X) X(fma64) X(fma32)

/* Vectors. Forms by lane width; what widens or narrows, by the narrower one. FP: by the lane's format. */
#define T0_VBIN(X) X(vadd) X(vsub) X(vmul) X(vceq) X(vcgts) X(vcgtu) X(vsmin) X(vsmax) X(vumin) X(vumax) X(vuqadd) X(vuqsub)
#define T0_VSHI(X) X(vshl) X(vshr) X(vsar)
#define T0_VMULL(X) X(vsmull) X(vumull)
#define T0_VRESIZE(X) X(vsxt) X(vuxt) X(vxtn)
#define T0_VFP1(X) X(vfsqrt)
#define T0_VFP2(X) X(vfadd) X(vfsub) X(vfmul) X(vfdiv)
#define T0_VFP3(X) X(vfma)
#define T0_VFCMP(X) X(vfeq) X(vflt) X(vfle)
#define T0_VFMINMAX(X) X(vfmin) X(vfmax)
#define T0_VMISC(X)                                                                                                       \
    X(vdup_8) X(vdup_16) X(vdup_32) X(vdup_64) X(vins_8) X(vins_16) X(vins_32) X(vins_64)                                 \
    X(vand) X(vor) X(vxor) X(vandn) X(vbsl) X(vselect) X(vmov) X(vldc) X(vzext) X(vnz) X(vshuf) X(vshufc) X(vtbl)         \
    X(veval) X(vfsoft) X(vload) X(vaload) X(vstore) X(vastore) X(vcas)
/* All of them: X4(name) for forms of 8 to 64 bits, X3 8 to 32, XF 32 and 64. */
#define T0_VECTORS(X, X4, X3, XF)                                                                                         \
    T0_VBIN(X4) T0_VSHI(X4) T0_VMULL(X3) T0_VRESIZE(X3) T0_VFP1(XF) T0_VFP2(XF) T0_VFP3(XF) T0_VFCMP(XF) T0_VFMINMAX(XF)  \
    T0_VMISC(X)

/* Other records. */
#define T0_MISC(X)                                                                                                         \
    X(mov) X(ldc) X(setpc) X(sext8) X(sext16) X(sext32) X(zext8) X(zext16) X(zext32) X(low1)                              \
    X(nbox32) X(nunbox64) X(fclass32) X(fclass64) X(eval) X(fsoft) X(fmin64) X(fmax64) X(fmin32) X(fmax32)                  \
    X(feq64) X(flt64) X(fle64) X(feq32) X(flt32) X(fle32)                                                                 \
    X(feqq64) X(fltq64) X(fleq64) X(feqq32) X(fltq32) X(fleq32) X(f2si6464_d) X(f2si6464_z) X(f2si3264_d) X(f2si3264_z)         \
    X(f2si6432_d) X(f2si6432_z) X(f2si3232_d) X(f2si3232_z)                                                               \
    X(fence) X(fpget) X(fpset) X(helper) X(helper_v) X(poll) X(jmp) X(brif) X(brtab) X(exit_jump) X(exit_ind) X(leave)

enum t0_opc {
    T0_none,
#define PURE(name, sig, fl, value) T0_PURE_FORMS(T0_ENUM, name)
#define T0_ENUM(x) T0_##x,
#include "passes/ir/ops.def"
#define X(n) T0_br_##n##_32, T0_br_##n##_32i, T0_br_##n##_64, T0_br_##n##_64i,
    T0_CMPS(X)
#undef X
#define X(n, ty) T0_load_##n,
    T0_LOADS(X)
#undef X
#define X(n, ty, sty) T0_store_##n, T0_storei_##n, T0_cas_##n, T0_aload_##n, T0_astore_##n,
    T0_SIZES(X)
#undef X
#define X(n) T0_rmw_##n##_8, T0_rmw_##n##_16, T0_rmw_##n##_32, T0_rmw_##n##_64,
    T0_RMWS(X)
#undef X
#define X(n) T0_FP_FORMS(T0_ENUM, n)
    T0_FP1(X) T0_FP2(X) T0_FP3(X)
#undef X
#define X4(n) T0_##n##_8, T0_##n##_16, T0_##n##_32, T0_##n##_64,
#define X3(n) T0_##n##_8, T0_##n##_16, T0_##n##_32,
#define XF(n) T0_##n##_32, T0_##n##_64,
    T0_VECTORS(T0_ENUM, X4, X3, XF)
#undef XF
#undef X3
#undef X4
    T0_MISC(T0_ENUM)
#undef T0_ENUM
    T0_NOPC
};

struct t0_block;

/* One record. Which fields mean what:
 *   pure     d = a OP b, c (third operand) or imm
 *   load     d = [a + disp], store [a] + disp = location d, storei: imm is the value and the pc is set before; imm = guest pc
 *   br_*     compare a with b or imm, then c / d records further
 *   vshuf    the pattern lies in the next record, which is none, from its d on
 *   exit     link: the successor block once known; imm = guest pc */
struct t0_rec {
    uintptr_t h;                /* label address (or enum t0_opc in the switch build; always that until t0_finish) */
    union {
        struct {
            uint16_t d, a;
            union {
                struct { uint16_t b, c; };
                int32_t disp;
            };
        };
        struct t0_block *link;
    };
    uint64_t imm;
};
static_assert(sizeof(struct t0_rec) == 24, "T0 records are 24 bytes");

struct t0_block {
    uint64_t pc, lo, hi;        /* entry; guest bytes [lo, hi) that it was made from */
    struct t0_block *next;      /* hash chain */
    uint32_t ninsn, nrec;
    uint32_t heat;              /* entries until it is hot */
    struct t0_rec rec[];
};

enum { T0_FRAME = VCPU_SPILLS + VCPU_VSPILLS * 8 };     /* temporaries: spill and vspill lie behind each other */
static_assert(offsetof(struct vcpu, vspill) == offsetof(struct vcpu, spill) + VCPU_SPILLS * 8, "one run of temporaries");
static_assert(sizeof(struct vcpu) < 65536, "16-bit offsets");

/* Flattens f into records, allocated in f->cc's arena; bails (ST_UNSUPPORTED, ST_LIMIT) through it. Blocks are laid out in rpo,
 * starting at `entry`. h holds opcodes. */
struct t0_flat { struct t0_rec *rec; uint32_t n; };
struct t0_flat t0_flatten(struct ir_func *f, ir_blk entry);

#endif
