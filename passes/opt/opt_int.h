/* What passes share. Passes never call each other and never print. */
#ifndef AOTC_PASSES_OPT_OPT_INT_H
#define AOTC_PASSES_OPT_OPT_INT_H

#include "passes/opt/opt.h"

#include <string.h>

#define PASS(name, needs, keeps, text) void pass_##name(struct cc *cc, struct ir_func *f);
#include "passes/opt/passes.def"

/* --- util.c: control flow --- */

/* Dominator tree in preorder; depth 0 are the children of the virtual root. */
struct opt_domwalk { ir_blk *blk; uint32_t *depth; uint32_t n, maxdepth; };
void opt_domwalk(struct ir_func *f, struct opt_domwalk *w);

/* Lets every edge from block b that goes to `from` go to `to`. Does not touch pred[] or phis. */
void opt_retarget(struct ir_func *f, ir_blk b, ir_blk from, ir_blk to);

/* By block: is a value that was made before the block used in it or behind it? An instruction of several blocks makes such values before
 * promotion; no entry may cut them off. In f's arena; cfg is current. */
bool *opt_crossed(struct ir_func *f);

/* Copies blocks body[0..n), which have no phis and end in branches; map[], by block, gets their copies, with `flags`. edge() says where an
 * edge of theirs goes in a copy. Edges into the body stay. */
void opt_copy_blocks(struct ir_func *f, const ir_blk *body, uint32_t n, ir_blk *map, uint32_t flags, ir_blk (*edge)(void *arg, ir_blk t),
                     void *arg);

/* Edges as pred[] and the phis see them (not the terminator; ir_phi_drop() removes one). A pass that changes edges keeps both
 * exact, so that ir_cfg() can tell which argument belongs to which predecessor. opt_edge_add: one more edge from pred, whose phi
 * arguments are those of edge `like`. opt_pred_index: the first edge from pred, or npred. */
void opt_edge_add(struct ir_func *f, ir_blk to, ir_blk pred, uint32_t like);
uint32_t opt_pred_index(const struct ir_func *f, ir_blk to, ir_blk pred);

/* --- util.c: replacing values --- */

/* A replacement map: repl[r] is the value to use instead of r, IR_NONE when r stays. Sized for records that exist now. */
ir_ref *opt_repl_new(struct ir_func *f);
static inline ir_ref opt_repl_get(const ir_ref *repl, uint32_t n, ir_ref r)
{
    while (r < n && repl[r])
        r = repl[r];
    return r;
}
/* Rewrites operands, phi arguments and snapshots through repl and removes the replaced records from their blocks. */
void opt_repl_apply(struct ir_func *f, ir_ref *repl, uint32_t n);
/* Rewrites the value operands of one record. */
void opt_repl_operands(struct ir_func *f, const ir_ref *repl, uint32_t n, ir_ref r);
/* Marks phis whose arguments are all one value (or the phi itself) in repl. Returns how many. */
uint32_t opt_repl_phis(struct ir_func *f, ir_ref *repl, uint32_t n);

/* --- util.c: rewriting a block in order --- */

/* The body of one block as it is being rebuilt: begin, append (old records or new ones), end. One per pass, reused for its
 * blocks. */
struct opt_edit { struct ir_func *f; ir_ref *out; uint32_t n, cap; };
void opt_edit_append(struct opt_edit *e, ir_ref r);
/* A pure value of that kind: simplified, or a new record that is appended. */
ir_ref opt_edit_op(struct opt_edit *e, enum ir_op op, enum ir_type t, ir_ref a, ir_ref b, ir_ref c);
void opt_edit_end(struct opt_edit *e, ir_blk b);        /* the block gets what was appended; the edit is empty again */

/* --- util.c: facts about records --- */

static inline ir_ref opt_last(const struct ir_func *f, ir_blk b)
{
    return f->block[b].ninsn ? f->block[b].insn[f->block[b].ninsn - 1] : IR_NONE;
}
static inline unsigned opt_flags(const struct ir_insn *in) { return ir_opinfo[in->op].flags; }

/* Helper effects, as jit/helpers.def declares them (the same values as H_PURE, H_FP, H_VCPU there); unknown numbers do
 * everything that is there. No helper reads or writes guest registers: hosts have some of them pinned. */
enum { OPT_HELPER_PURE = 1, OPT_HELPER_FP = 2, OPT_HELPER_VCPU = 4 };
unsigned opt_helper_flags(unsigned id);
/* May the guest's state be asked for at this record (fault, safe point)? */
static inline bool opt_needs_state(const struct ir_insn *in)
{
    return (opt_flags(in) & F_MAYFAULT) || in->op == IR_poll;
}
/* May this record vanish when its value is not read? */
bool opt_is_droppable(const struct ir_insn *in);
/* Is this `at` (position i of block b) followed by a record that needs its state before the next `at`? */
bool opt_at_needed(const struct ir_func *f, const struct ir_block *b, uint32_t i);

#endif
