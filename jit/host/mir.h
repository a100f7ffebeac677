/* Machine IR, shared by all hosts: instruction selection makes it, the register allocator rewrites it, the emitter reads it.
 * The allocator knows no host: constraints stand in the operands, register sets in struct mir_target. */
#ifndef AOTC_JIT_HOST_MIR_H
#define AOTC_JIT_HOST_MIR_H

#include "passes/ir/ir.h"

enum { RC_GP, RC_VEC, RC_COUNT };
enum { MIR_MAXREG = 64, NOREG = 255 };         /* physical registers: GP from 0, VEC from 32 */
#define DEAD UINT32_MAX
static inline unsigned mir_reg_class(unsigned reg) { return reg >= 32 ? RC_VEC : RC_GP; }

enum mop_kind { MOP_NONE, MOP_USE, MOP_DEF, MOP_TIED /* a use whose register the first def takes */, MOP_TMP /* scratch */ };
enum { MOPF_ANY = 1 /* may stay in memory */, MOPF_KILL = 2 /* last use */, MOPF_MEM = 4 /* result: in vcpu memory at `off` */ };

struct mop {
    uint32_t v;                 /* virtual register; 0 none (a TMP has v = 0 and its class in cls) */
    uint8_t kind, flags;
    uint8_t fix;                /* required physical register, or NOREG */
    uint8_t reg;                /* result */
    uint8_t cls;                /* of TMPs */
    int32_t off;                /* with MOPF_MEM: byte offset in struct vcpu */
    uint32_t next;              /* next use of v in the block after this one (position), DEAD, or beyond the block's end */
};

enum { MI_COMM = 1,             /* o[1] (tied) and o[2] may swap */
       MI_CALL = 2,             /* caller-saved registers die */
       MI_EARLY = 4,            /* defs share no register with uses */
       MI_EXIT = 8,             /* leaves the region: all its uses are fixed, moved in parallel */
       MI_TERM = 16,
       MI_THREE = 32 };         /* tied only by preference (the emitter has a three-operand form) */

struct mir_loc;
struct mi {
    uint16_t op;
    uint8_t sz, cc, flags, nop, scale, aux;
    int32_t disp;
    uint32_t x, y;              /* target blocks, pc index, relocation... as the host's op says */
    int64_t imm;
    struct mop *o;
    uint64_t gpc;               /* guest pc or address of a relocated field */
    uint32_t snap;              /* number in f->snap + 1: guest state if this faults */
    uint32_t nsnapop;           /* values the snapshot needs, */
    struct mop *snapop;         /* their places after allocation (each MOPF_MEM or a register; see mir_leaf) */
    struct mi *next;
};

/* How to get a value back without having stored it. */
enum vkind { VK_NORMAL, VK_CONST, VK_GPC, VK_HOME };
struct vinfo {
    uint8_t cls, kind, size;    /* size in bytes of a place in memory: 8, 16 */
    uint8_t hint;               /* preferred physical register, or NOREG */
    uint8_t spilled;
    uint8_t reg;                /* where it is now, or NOREG */
    int32_t off;                /* VK_HOME: its home; else the spill slot when `spilled` */
    uint32_t next;              /* next use at the current position */
    uint32_t defblk;
    uint64_t imm;               /* VK_CONST, VK_GPC */
    struct mi *def;             /* last instruction of its definition (stores go after it) */
};

struct mblock {
    struct mi *head, *tail;
    uint32_t n;
    uint32_t *livein; uint32_t *lindist; uint32_t nlivein;      /* with distances to the next use */
    uint32_t pressure[RC_COUNT];
    uint32_t entry_state[MIR_MAXREG], exit_state[MIR_MAXREG];   /* vreg in each register */
    bool done;
    uint32_t *phi; uint32_t nphi;       /* their arguments: f->phiarg */
    double freq;
};

/* What a host tells the allocator. */
struct mir_target {
    uint64_t allocatable[RC_COUNT], caller_saved;
    uint64_t scarce;            /* registers that fixed operands often need: last choice for long-lived values */
    uint8_t scratch_vec;        /* never allocated */
    bool fp_in_gp;              /* floating-point values live in general registers, as bits: no vector register is used */
    int32_t spill_off;          /* 16-byte aligned */
    uint32_t nspill;            /* slots of 8 bytes; wider values take two */
    uint16_t op_move, op_load, op_store, op_const, op_gpc, op_xchg, op_memmove, op_memconst, op_memgpc;
    /* Do the ops above clobber condition flags? They must not. */
};

struct mir {
    struct cc *cc;
    struct ir_func *f;
    const struct mir_target *t;
    struct mblock *b;           /* by ir_blk */
    struct vinfo *v; uint32_t nv, capv;
    uint32_t *layout; uint32_t nlayout;
    uint32_t nspill;            /* slots used */
    uint32_t nlive[RC_COUNT];   /* live_block's counters */
    const uint64_t *live_in;    /* live_words a block: bit live_id[v] - 1 of a value that is live on entry */
    const uint32_t *live_id; uint32_t live_words;
    uint32_t *spill_class;      /* by vreg: values that share a place in memory have one representative (regalloc_slots.c) */
};

struct mi *mi_new(struct mir *m, unsigned op, unsigned nop);
void mi_append(struct mir *m, ir_blk b, struct mi *in);
uint32_t vreg_new(struct mir *m, unsigned cls, unsigned size);
void regalloc(struct mir *m);

#endif
