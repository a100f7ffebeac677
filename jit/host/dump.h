/* Readable machine IR and host code, for `aotc dump`. */
#ifndef AOTC_JIT_HOST_DUMP_H
#define AOTC_JIT_HOST_DUMP_H

#include "jit/host/select.h"

bool dump_wants(const struct cc_options *o, const char *stage);
/* Machine ops block by block: op.bits, operands (`=` defined, `tied`, `tmp`; value:place), what else the op says. */
void dump_insns(FILE *out, const struct sel *s);
/* Offset, bytes and the machine op they came from, by block with its guest pc. Needs the marks. */
void dump_code(FILE *out, const struct sel *s, const uint8_t *code, uint32_t n);
/* The code of `in` (NULL: out of line) of block b starts at off; kept when s->marks. */
void dump_mark(struct sel *s, ir_blk b, const struct mi *in, uint32_t off);

#endif
