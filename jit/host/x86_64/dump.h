/* Readable machine IR and host code, for `aotc dump`. */
#ifndef AOTC_JIT_HOST_X86_64_DUMP_H
#define AOTC_JIT_HOST_X86_64_DUMP_H

#include "jit/host/x86_64/x86.h"

/* Machine ops block by block: op.bits, operands (`=` defined, `tied`, `tmp`; value:place), what else the op says. */
void x86_dump_insns(FILE *out, const struct x86 *x);
/* Offset, bytes and the machine op they came from, by block with its guest pc. Needs the marks. */
void x86_dump_code(FILE *out, const struct x86 *x);
/* The code of `in` (NULL: out of line) of block b starts here; kept when x->marks. */
void x86_mark(struct x86 *x, ir_blk b, const struct mi *in);

#endif
