/* What instruction selection and emission share between hosts. A host's own state begins with these fields. */
#ifndef AOTC_JIT_HOST_SELECT_H
#define AOTC_JIT_HOST_SELECT_H

#include "jit/host/host.h"
#include "jit/host/mir.h"

/* Recipes: how to make a snapshot value that is in no place of its own. Nodes in postfix order of an expression tree. */
struct snap_node {
    uint8_t kind;               /* SNAP_* */
    uint8_t op_type, op_atype, nargs;
    uint16_t op;                /* IR op */
    uint16_t slot;              /* root nodes: the guest slot + 1 */
    uint32_t opnd;              /* SNAP_VALUE: index into mi.snapop */
    uint64_t imm;               /* SNAP_CONST, SNAP_GPC */
};
enum { SNAP_VALUE, SNAP_CONST, SNAP_GPC, SNAP_OP };

/* Per machine instruction that may fault: its snapshot as nodes. */
struct snap_rec { uint64_t pc; struct snap_node *node; uint32_t n; };

struct sel_mark { uint32_t off; ir_blk blk; const struct mi *in; };  /* where the code of a machine op starts */

struct sel;
/* What a host tells the shared half. */
struct sel_target {
    const struct mir_target *mir;
    /* Appends the group of instructions for one op, s->now. */
    void (*op)(struct sel *s, ir_ref r);
    /* Before selection, with the uses counted; may be NULL. */
    void (*prepare)(struct sel *s);
    /* Is every NaN that r can be the default one already, so that an fcanon of it is nothing? NULL: never. */
    bool (*canonical)(struct sel *s, ir_ref r);
    /* The operand whose register conversion r shares, as costs nothing; IR_NONE: it makes one of its own. May be NULL. */
    ir_ref (*shares)(struct sel *s, ir_ref r);
    /* May op_memconst store this constant in a home? */
    bool (*home_imm)(uint64_t v);
    uint16_t op_jmp, op_jcc, op_param;
    uint16_t op_exit[7];        /* for IR_jump .. IR_trap */
    /* For dumps: of each op; of a register. */
    const char *const *op_name;
    const char *(*reg_name)(unsigned r, char buf[8]);
    uint8_t target_reg;         /* holds the guest pc at exits to a value */
};

#define SEL_FIELDS \
    const struct sel_target *t; \
    struct cc *cc; \
    struct ir_func *f; \
    struct mir m; \
    const struct unit *u; \
    uint8_t *pin;               /* by slot */ \
    uint8_t *need;              /* by ref: 1 somebody wants it in a register (or memory), 2 done as part of another */ \
    uint32_t *uses, *allotted;  /* by ref: real uses; uses incl. snapshots */ \
    uint32_t *where, *inblk;    /* by ref: position in its block, block */ \
    uint32_t *snapat;           /* by ref of faulting ops: snapshot number + 1 */ \
    struct mi *head, *tail;     /* group being built */ \
    struct snap_rec *rec; uint32_t nrec, caprec; \
    ir_blk blk; \
    ir_ref now;                 /* the op being selected: where its group will stand */ \
    ir_blk *retblk;             /* by index in f->retpc: the return site's block, or none */ \
    uint8_t *snapb; uint32_t nsnapb, capsnapb;  /* side table */ \
    uint32_t snap_lastoff; uint64_t snap_lastpc; \
    bool marks;                 /* for dumps: */ \
    struct sel_mark *mark; uint32_t nmark, capmark;
struct sel { SEL_FIELDS };

void sel_init(struct sel *s, const struct sel_target *t, const struct host *h, struct cc *cc, struct ir_func *f,
              const struct unit *u);
void sel_run(struct sel *s);                                        /* fills s->m: blocks of instructions, values, layout */

/* --- for a host's op() --- */
struct mi *sel_new(struct sel *s, unsigned op, unsigned nop);       /* a new instruction at the end of the group */
void sel_def(struct sel *s, struct mi *in, unsigned k, ir_ref r);
void sel_defv(struct mi *in, unsigned k, uint32_t v, unsigned fix);
void sel_use(struct sel *s, struct mi *in, unsigned k, ir_ref r);
void sel_usev(struct mi *in, unsigned k, uint32_t v, unsigned fix);
void sel_tied(struct sel *s, struct mi *in, unsigned k, ir_ref r);
void sel_any(struct sel *s, struct mi *in, unsigned k, ir_ref r);   /* may stay in memory */
void sel_tmp(struct mi *in, unsigned k, unsigned cls, unsigned fix);
uint32_t sel_val(struct sel *s, ir_ref r);                          /* virtual register that holds r; marks it as needed */
ir_ref sel_rep(struct sel *s, ir_ref r);                            /* the op whose register r shares */
bool sel_upper_zero(struct sel *s, ir_ref r);                       /* zeros above the bits of its type? (32-bit ops make them) */
unsigned sel_class(const struct sel *s, enum ir_type t);
unsigned sel_bytes(enum ir_type t);                                 /* that a value takes in memory of the vcpu: 8 or 16 */
void sel_snapshot(struct sel *s, struct mi *in, uint32_t snap);     /* in may fault; snap: number + 1, or 0 */
ir_blk sel_ret_block(struct sel *s, ir_blk b);                      /* behind a call's return site, if b ends in a call */
void sel_exit(struct sel *s, ir_ref r);                             /* exits.c: IR_jump .. IR_trap, with the puts before it */
void sel_get(struct sel *s, ir_ref r);
void sel_put_home(struct sel *s, uint32_t slot, ir_ref v, uint32_t vreg);
bool sel_put_done(struct sel *s, ir_ref r);                         /* a put that its exit has taken care of */

/* --- for emission --- */
ir_blk sel_thread(const struct sel *s, ir_blk b);                   /* through blocks that only jump */
ir_blk sel_next_block(const struct sel *s, uint32_t k);             /* the next one after layout[k] that has code */
/* snapwrite.c: the record of `in`, whose code is [start, end) of the region; nothing when it has no snapshot. */
void snap_emit(struct sel *s, const struct mi *in, uint32_t start, uint32_t end);

#endif
