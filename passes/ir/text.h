/* What the printer and the parser of the text form agree on; not for other folders. aot-ir(7) describes the text. */
#ifndef AOTC_PASSES_IR_TEXT_H
#define AOTC_PASSES_IR_TEXT_H

#include "passes/ir/ir.h"

/* Words for bits of the flags byte. A row applies to an op when (flags & mask) == value and value is not 0. */
struct text_flag { const char *word; uint8_t mask, value; };
extern const struct text_flag text_fpflag[], text_fparith[], text_fpround[], text_vcmpflag[], text_moflag[];     /* ended by a NULL word */
extern const char *const text_trap[TRAP_COUNT];

/* The words for in->flags, or NULL when the op has none. */
const struct text_flag *text_flags_of(enum ir_op op);
/* Is the first operand an address in brackets? */
bool text_is_memory(enum ir_op op);
/* The type that a bare literal as operand i (0..2) has; `printed` is the type after the op's name. T_VOID: literals need a
 * suffix. */
enum ir_type text_operand_type(const struct ir_func *f, const struct ir_insn *in, unsigned i, enum ir_type printed);
/* Is a type printed after the op's name? */
bool text_has_type(enum ir_op op);

#endif
