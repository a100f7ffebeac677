/* Images for the loaded program: found in the stores, checked, mapped. */
#ifndef AOTC_RUNTIME_ATTACH_H
#define AOTC_RUNTIME_ATTACH_H

#include "runtime/rt.h"

/* Attaches the best image for rt->exe, whose file is open at fd. Never fails: a refusal is one line on stderr, the program runs
 * without. */
void rt_attach(struct rt *rt, int fd);
/* --explain: says on stdout why pc is or is not served from an image. */
void rt_explain(const struct rt *rt, uint64_t pc);
/* Name of the guest function at pc, from an attached image's names; NULL when there is none. *off: distance from its start. */
const char *rt_symbol(const struct rt *rt, uint64_t pc, uint64_t *off);

#endif
