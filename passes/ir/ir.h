/* The IR: SSA over a region's CFG. Records are 16 bytes, values are 32-bit indices, everything lives in the cc's arena.
 * DESIGN: guests and hosts meet only here. Text form: man/aot-ir.7. */
#ifndef AOTC_PASSES_IR_IR_H
#define AOTC_PASSES_IR_IR_H

#include "passes/ir/cc.h"

#include <assert.h>
#include <stdio.h>

typedef uint32_t ir_ref;        /* index into f->insn; 0 is "no value" */
typedef uint32_t ir_blk;        /* index into f->block */
#define IR_NONE 0u

enum ir_type { T_VOID, T_I1, T_I8, T_I16, T_I32, T_I64, T_I128, T_F16, T_F32, T_F64, T_V64, T_V128, T_V256, T_COUNT };

enum ir_op {
    IR_nop,                     /* a killed record */
#define PURE(name, sig, flags, value) IR_##name,
#define FPOP(name, sig, flags)        IR_##name,
#define VOP(name, sig, flags)         IR_##name,
#define EFFECT(name, sig, flags)      IR_##name,
#define CTRL(name, sig, flags)        IR_##name,
#include "passes/ir/ops.def"
    IR_NOPS
};

enum {                          /* op flags, ops.def */
    F_COMM = 1 << 0, F_CMP = 1 << 1, F_CONV = 1 << 2, F_MAYFAULT = 1 << 3, F_RD = 1 << 4, F_WR = 1 << 5, F_FPENV = 1 << 6,
    F_FPEXACT = 1 << 7, F_END = 1 << 8, F_EXIT = 1 << 9, F_CALLS = 1 << 10,
    F_PURE = 1 << 11,           /* set for every PURE and VOP row */
    F_FPOP = 1 << 12,           /* set for every FPOP row */
    F_VEC = 1 << 13,            /* set for every VOP row */
};

struct ir_opinfo {
    const char *name, *sig;
    uint16_t flags;
};
extern const struct ir_opinfo ir_opinfo[IR_NOPS];

/* insn.flags of FPOPs. Rounding: FP_RM_DYN means the mode in the guest state, which compiled code has in the host's control
 * register. */
enum { FP_RM_NE, FP_RM_TZ, FP_RM_DN, FP_RM_UP, FP_RM_MM /* nearest, ties away */, FP_RM_DYN = 7, FP_RM_MASK = 7,
       FP_QUIET = 1 << 3, FP_NAN_ZERO = 1 << 4,
       FP_SILENT = 1 << 5,      /* compares, vfcvtl: raises nothing, whatever the operands are */
       FP_EXACT = 1 << 4,       /* frint: raises inexact */
       /* Arithmetic and fcvt: the result's NaN is definite: the first signalling operand, else the first quiet one (fma: c, a, b),
        * made quiet; the positive default NaN when there is none. fma: inf*0 with a quiet NaN as c: the default NaN, invalid.
        * Tininess is detected before rounding. Operands must keep their order. */
       FP_PROP = 1 << 3,
       FP_RM_ODD = 5,           /* fcvt: round to odd */
       FP_LANE_F16 = 1 << 6, FP_LANE_F32 = 2 << 6, FP_LANE_F64 = 3 << 6, FP_LANE_MASK = 3 << 6 };     /* of vectors; scalars: 0 */
static inline enum ir_type ir_fp_lane(unsigned flags) { return (enum ir_type)(T_F16 - 1 + (flags >> 6)); }
/* insn.flags of VOPs. */
enum { VL_8, VL_16, VL_32, VL_64, VL_MASK = 3 };
#define VL(lane, imm) ((unsigned)(lane) | (unsigned)(imm) << 2)
/* Sticky flag bits as fpget/fpset and the evaluator see them. FPF_ID (a denormal operand was flushed) exists in the evaluator alone. */
enum { FPF_NX = 1, FPF_UF = 2, FPF_OF = 4, FPF_DZ = 8, FPF_NV = 16, FPF_ID = 32 };
/* insn.flags of load, store, fence. Of a fence: MO_ACQ orders earlier loads with later accesses, MO_REL earlier stores with later
 * stores, MO_SEQ everything. A load with MO_SEQ has such a fence in front and acquires, a store with MO_SEQ has one on both sides. */
enum { MO_PLAIN, MO_ACQ = 1, MO_REL = 2, MO_SEQ = 4 };

enum ir_trap {
    TRAP_ILLEGAL,               /* undefined instruction: SIGILL at pc */
    TRAP_BREAK,                 /* breakpoint: SIGTRAP at pc */
    TRAP_FETCH,                 /* pc is not executable or not mapped: SIGSEGV at pc */
    TRAP_CODE,                  /* code-change point (fence.i, ic ivau): the dispatcher revalidates, goes on at pc */
    TRAP_FPMODE,                /* the rounding-mode slot changed: the dispatcher installs it, goes on at pc */
    TRAP_ALIGN,                 /* misaligned atomic access: SIGBUS (BUS_ADRALN) at pc */
    TRAP_LEAVE,                 /* nothing happened: the dispatcher goes on at pc, which need not be an entry */
    TRAP_COUNT
};

struct ir_insn {
    uint16_t op;                /* enum ir_op */
    uint8_t type;               /* enum ir_type of the result; for stores: of the stored value */
    uint8_t flags;
    uint32_t a, b, c;
};
static_assert(sizeof(struct ir_insn) == 16, "IR records are 16 bytes");

enum { BLK_ENTRY = 1,           /* may be entered from outside at guest pc `pc`; has no predecessors; all state in homes/pins */
       BLK_RETSITE = 2,         /* the entry after a call: also reached by the host's ret */
       BLK_LOOP = 4,            /* loop header (set by ir_cfg) */
       BLK_COLD = 8 };

struct ir_block {
    ir_ref *insn;               /* in execution order; the last one is the terminator; constants stand in no block */
    uint32_t ninsn, capinsn;
    uint64_t pc;                /* guest pc of the first instruction (module-relative in PIC functions) */
    uint32_t flags;
    ir_blk *pred;               /* made by ir_cfg(); phi arguments follow this order */
    uint32_t npred;
    ir_blk idom;                /* made by ir_cfg() */
    uint32_t loop_depth;
    uint32_t order;             /* position in f->rpo */
};

struct ir_switch { ir_blk *target; uint32_t n; ir_blk deflt; };

/* One guest register's place at a point that may fault: the value it must have. Slots without an entry are in their homes. */
struct ir_snapent { uint32_t slot; ir_ref val; };
struct ir_snap { uint64_t pc; struct ir_snapent *ent; uint32_t n; };

struct guest_slot;              /* passes/ir/slot.h */

struct ir_func {
    struct cc *cc;
    struct ir_insn *insn;       /* [0] unused */
    uint32_t ninsn, capinsn;
    struct ir_block *block;     /* [0] unused: IR_NONE as a block means "none" */
    uint32_t nblock, capblock;
    ir_blk *rpo;                /* reverse post-order over reachable blocks, entries first reached; made by ir_cfg() */
    uint32_t nrpo;
    ir_ref *phiarg; uint32_t nphiarg, capphiarg;
    struct ir_switch *sw; uint32_t nsw, capsw;
    uint64_t *retpc; uint32_t nretpc, capretpc;
    struct ir_snap *snap; uint32_t nsnap, capsnap;
    uint8_t (*pattern)[16]; uint32_t npattern, cappattern;      /* of vshuf; no two are equal */
    const struct guest_slot *slot; uint32_t nslot;   /* from the guest; printing and types of get/put */
    const uint64_t *pinned;     /* bit set over slots that the host keeps in registers at region boundaries: they count as dirty
                                   everywhere, so that exits and snapshots name their values; NULL: none */
    bool strict;                /* SLOT_COND slots are as exact as others */
    bool cut;                   /* code of this function is elsewhere: what a missing return site reads is not known */
    bool pic;                   /* guest pcs are offsets from the module's load address: use ir_gpc() for values */
    char name[64];
    uint32_t *hash; uint32_t hashcap, nhash;         /* interning of constants (open addressing; capacity a power of two) */
    uint64_t *local; uint32_t localgen;              /* pure ops of the current block: generation << 32 | ref, two ways a set */
    ir_ref fpbar;               /* FPOPs before this ref are not shared any more: the sticky flags were replaced since */
    ir_blk cur;                 /* where the builder appends */
};

struct ir_func *ir_func_new(struct cc *cc, const char *name, const struct guest_slot *slot, uint32_t nslot);

/* --- building: each returns the ref; pure ops fold through ir_eval and are shared within the current block --- */
ir_blk ir_block_new(struct ir_func *f, uint64_t pc, uint32_t flags);
void ir_block_at(struct ir_func *f, ir_blk b);                              /* append to b from now on */
ir_ref ir_const(struct ir_func *f, enum ir_type t, uint64_t v);
ir_ref ir_gpc(struct ir_func *f, uint64_t pc);                              /* guest pc as an i64: const, or gpc when f->pic */
/* May pc be a gpc of f? Hosts reach only so far from their own code: what is farther is a near one plus a constant. */
bool ir_gpc_near(const struct ir_func *f, uint64_t pc);
ir_ref ir_op1(struct ir_func *f, enum ir_op op, enum ir_type t, ir_ref a);
ir_ref ir_op2(struct ir_func *f, enum ir_op op, enum ir_type t, ir_ref a, ir_ref b);   /* compares: t is T_I1 */
ir_ref ir_op3(struct ir_func *f, enum ir_op op, enum ir_type t, ir_ref a, ir_ref b, ir_ref c);
ir_ref ir_fp(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned fpflags, ir_ref a, ir_ref b, ir_ref c);
/* A VOP. flags: VL(). */
ir_ref ir_vec(struct ir_func *f, enum ir_op op, unsigned flags, ir_ref a, ir_ref b, ir_ref c);             /* yields v128 */
ir_ref ir_vconv(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned flags, ir_ref a);               /* vdup, vextr, vlow, vzext, vnz */
ir_ref ir_vshuf(struct ir_func *f, ir_ref a, ir_ref b, const uint8_t pattern[16]);
uint32_t ir_pattern(struct ir_func *f, const uint8_t pattern[16]);                                         /* its number */
ir_ref ir_get(struct ir_func *f, uint32_t slot);
void ir_put(struct ir_func *f, uint32_t slot, ir_ref v);
ir_ref ir_load(struct ir_func *f, enum ir_type t, ir_ref base, int32_t disp, unsigned mo);
void ir_store(struct ir_func *f, enum ir_type t, ir_ref base, int32_t disp, ir_ref v, unsigned mo);
ir_ref ir_helper(struct ir_func *f, unsigned helper, enum ir_type t, ir_ref a, ir_ref b, ir_ref c);
void ir_at(struct ir_func *f, uint64_t pc);
/* Appends any record as it is (no folding, no sharing). */
ir_ref ir_emit(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned flags, uint32_t a, uint32_t b, uint32_t c);
void ir_br(struct ir_func *f, ir_blk to);
void ir_brif(struct ir_func *f, ir_ref cond, ir_blk yes, ir_blk no);
void ir_switch(struct ir_func *f, ir_ref v, const ir_blk *target, uint32_t n, ir_blk deflt);
void ir_jump(struct ir_func *f, uint64_t pc);
void ir_call(struct ir_func *f, uint64_t pc, uint64_t retpc);
void ir_ijump(struct ir_func *f, ir_ref v);
void ir_icall(struct ir_func *f, ir_ref v, uint64_t retpc);
void ir_ret(struct ir_func *f, ir_ref v);
void ir_syscall(struct ir_func *f, uint64_t nextpc);
void ir_trap(struct ir_func *f, enum ir_trap kind, uint64_t pc);

/* A new record that stands in no block yet (passes place it themselves). No folding. */
ir_ref ir_new(struct ir_func *f, enum ir_op op, enum ir_type t, unsigned flags, uint32_t a, uint32_t b, uint32_t c);
ir_ref ir_phi_new(struct ir_func *f, enum ir_type t, uint32_t nargs);       /* arguments: f->phiarg[insn.a + i]; stands in no
                                                                               block yet */
void ir_block_insert(struct ir_func *f, ir_blk b, uint32_t at, ir_ref r);   /* before position `at` */
uint32_t ir_snap_new(struct ir_func *f, uint64_t pc, const struct ir_snapent *e, uint32_t n);
/* Folds `in` (operands constants, or algebraic identities): a ref to use instead, or IR_NONE. Never appends to a block except
 * interned constants; safe in any pass. */
ir_ref ir_fold(struct ir_func *f, const struct ir_insn *in);
/* As ir_fold; when there is no such ref, *in may have been rewritten into a cheaper or more canonical record of the same type and
 * value, whose operands are operands (or operands' operands, or constants) of the old one, so they dominate it too.
 * `in` must not point into f->insn, which may move. */
ir_ref ir_simplify(struct ir_func *f, struct ir_insn *in);

/* --- looking --- */
static inline struct ir_insn *ir_at_ref(struct ir_func *f, ir_ref r) { return &f->insn[r]; }
static inline uint64_t ir_insn_pc(const struct ir_insn *in) { return in->b | (uint64_t)in->c << 32; }   /* const, gpc, at, jump,
                                                                                                           ... */
static inline bool ir_is_const(const struct ir_func *f, ir_ref r) { return f->insn[r].op == IR_const; }
static inline uint64_t ir_const_val(const struct ir_func *f, ir_ref r) { return ir_insn_pc(&f->insn[r]); }
unsigned ir_type_bits(enum ir_type t);                                      /* T_I1: 1 */
static inline bool ir_type_fp(enum ir_type t) { return t >= T_F16; }         /* lives in the vector register file */
const char *ir_type_name(enum ir_type t);
/* Does this record raise sticky flags, so that it may not vanish or be shared across an fpset? */
static inline bool ir_raises(const struct ir_insn *in)
{
    extern const struct ir_opinfo ir_opinfo[IR_NOPS];

    return (ir_opinfo[in->op].flags & (F_FPOP | F_FPEXACT)) == F_FPOP && !(in->flags & FP_SILENT);
}
/* May a and b change places? Not where the NaN that comes out depends on their order. */
static inline bool ir_commutes(const struct ir_insn *in)
{
    extern const struct ir_opinfo ir_opinfo[IR_NOPS];
    unsigned fl = ir_opinfo[in->op].flags;

    return (fl & F_COMM) && ((fl & (F_FPOP | F_CMP)) != F_FPOP || !(in->flags & FP_PROP));
}
/* Calls fn for each value operand (not phi arguments, not snapshots); the operand may be rewritten through *operand. */
static inline unsigned ir_operands(struct ir_insn *in, uint32_t *out[3])
{
    extern const struct ir_opinfo ir_opinfo[IR_NOPS];
    const char *s = ir_opinfo[in->op].sig;
    unsigned n = 0;

    if (s[1] == 'v' && in->a)
        out[n++] = &in->a;
    if (s[1] && s[2] == 'v' && in->b)
        out[n++] = &in->b;
    if (s[1] && s[2] && s[3] == 'v' && in->c)
        out[n++] = &in->c;
    return n;
}
/* Successors of a block, from its terminator: up to 2 in out for br/brif; switch: use f->sw. Returns the count incl. switch
 * targets;
 * ir_succ(f, b, i) gives the i-th. */
uint32_t ir_nsucc(const struct ir_func *f, ir_blk b);
ir_blk ir_succ(const struct ir_func *f, ir_blk b, uint32_t i);

/* Computes rpo, preds, idom, loop flags and depth; drops unreachable blocks from rpo. May be called again after edges changed: phi
 * arguments follow their predecessors; an edge that is new to a block with phis gets the argument IR_NONE, which the pass must
 * fill.
 * (A pass that puts a block on an edge either does so, or replaces the entry in pred[] first.) Order of preds: block number,
 * edge. */
void ir_cfg(struct ir_func *f);
/* Does every way to b, as ir_cfg() last saw it, pass a? */
bool ir_dominates(const struct ir_func *f, ir_blk a, ir_blk b);
void ir_phi_drop(struct ir_func *f, ir_blk b, uint32_t pred_index);           /* forgets one predecessor of b, in preds and phis */

/* --- text (aot-ir(7)) and checking --- */
void ir_print(FILE *out, const struct ir_func *f);
/* Parses one function; slots are looked up by name in slot[]. Bails through cc on errors (diag.off: byte offset in text). */
struct ir_func *ir_parse(struct cc *cc, const char *text, size_t len, const struct guest_slot *slot, uint32_t nslot);
enum status ir_verify(struct ir_func *f, struct diag *d);                    /* never aborts */

/* --- evaluation: the one meaning of each PURE and FPOP op --- */
union ir_val { uint64_t u64; uint32_t u32; double f64; float f32; uint64_t w[4]; unsigned __int128 u128; };
/* mode: what a guest's control word may ask for beyond rounding: flush denormal operands and results to zero (FZ: f32, f64; FZ16: f16),
 * default NaNs only, alternative half precision (Arm DDI 0487, FPCR). Compiled code runs only while it is 0. */
enum { FPM_FZ = 1, FPM_FZ16 = 2, FPM_DN = 4, FPM_AHP = 8 };
struct ir_fpenv { unsigned rm;  /* FP_RM_* 0..4: the dynamic mode */ unsigned flags; /* FPF_* ORed in */ unsigned mode; /* FPM_* */ };
/* Result of op on constant operands. t: result type, at: type of operand a. Total. fp may be NULL for PURE ops. */
/* VOPs, and FPOPs on vectors: arg[2] of vshuf is its pattern. */
union ir_val ir_eval(enum ir_op op, enum ir_type t, enum ir_type at, unsigned flags, const union ir_val arg[3],
    struct ir_fpenv *fp);

#endif
