/* Private to T0's flattener: what interp_flat.c finds out about a function's values, and interp_emit.c makes records of. */
#ifndef AOTC_JIT_INTERP_FLAT_H
#define AOTC_JIT_INTERP_FLAT_H

#include "jit/interp_int.h"
#include "passes/lift/guest.h"

enum { NOWHERE = -1 };

struct val {
    ir_ref root;                /* the value whose location this one shares */
    ir_blk blk;
    int32_t pos, last;          /* position in blk; of the last use there */
    int32_t loc;                /* offset from the vcpu, or NOWHERE */
    uint32_t nuse;
    uint8_t rtype;              /* effective type of what is in the location */
    bool cross;                 /* used outside its block or through a phi: permanent location */
    bool fused;                 /* emitted as part of its only user */
    bool sx;                    /* emitted in its sign-extending form */
    bool temp;                  /* loc is a temporary that dies at `last` */
};

struct fixup { uint32_t rec; uint8_t field; ir_blk target; };
enum { FIX_C, FIX_D, FIX_DISP };

struct flat {
    struct ir_func *f;
    struct cc *cc;
    struct val *val;
    struct t0_rec *rec; uint32_t n, cap;
    struct fixup *fix; uint32_t nfix, capfix;
    uint32_t *start;            /* first record of each block */
    int32_t *nextput;           /* per slot, while sinking */
    bool *sunk;                 /* per position of the current block: this put is done by its producer */
    uint16_t freeloc[2][T0_FRAME]; uint32_t nfree[2], nperm;    /* [1]: of 16 bytes */
    uint64_t pc, pc_set;        /* guest pc at this place; what vcpu->pc is known to hold (PC_UNKNOWN) */
    uint16_t tmp[4]; unsigned ntmp;     /* locations of materialised constants, freed after the record; bit 0: 16 bytes */
    ir_blk next;                /* block laid out after the current one */
};
#define PC_UNKNOWN (~UINT64_C(0))

static inline const struct ir_insn *insn_of(const struct flat *x, ir_ref r)
{
    return &x->f->insn[r];
}

static inline bool is_imm(const struct flat *x, ir_ref r)
{
    unsigned op = insn_of(x, x->val[r].root)->op;

    return op == IR_const || op == IR_gpc;
}

static inline uint64_t imm_of(const struct flat *x, ir_ref r)
{
    uint64_t v = ir_insn_pc(insn_of(x, x->val[r].root));
    unsigned w = ir_type_bits(insn_of(x, r)->type);

    return w < 64 ? v & ((UINT64_C(1) << w) - 1) : v;
}

/* Is everything above the type of r zero in its location? */
static inline bool is_clean(const struct flat *x, ir_ref r)
{
    return ir_type_bits(x->val[x->val[r].root].rtype) <= ir_type_bits(insn_of(x, r)->type);
}

static inline bool op_is(const struct ir_insn *in, unsigned flag)
{
    return (ir_opinfo[in->op].flags & flag) != 0;
}

static inline bool is_dead(const struct flat *x, ir_ref r)
{
    const struct ir_insn *in = insn_of(x, r);

    return x->val[r].nuse == 0 && (op_is(in, F_PURE) || in->op == IR_get || in->op == IR_phi);
}

static inline unsigned width_form(enum ir_type t)
{
    return t == T_I32 || t == T_F32 ? 32 : t == T_I64 || t == T_F64 ? 64 : 0;
}

/* Does a value of this type take 16 bytes? Others take 8. */
static inline bool is_wide(enum ir_type t)
{
    return t == T_V128;
}

/* Locations: byte offsets from the vcpu. A new one is a free temporary for a value of type t. */
int32_t t0_loc_new(struct flat *x, enum ir_type t);
void t0_loc_free(struct flat *x, int32_t loc, enum ir_type t);
/* Records of op r at position pos of its block; t0_emit_end: of the terminator r of block bn. x->pc is kept by them. */
void t0_emit_op(struct flat *x, ir_ref r, int32_t pos);
void t0_emit_end(struct flat *x, ir_ref r, ir_blk bn);
/* A jump to block `to`, whose place need not be known yet. */
void t0_emit_jump(struct flat *x, ir_blk to);
/* Bails for types that T0 has no values of. */
void t0_check_type(struct flat *x, enum ir_type t);

#endif
