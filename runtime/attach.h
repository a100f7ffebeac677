/* Images for modules: found in the stores, checked, mapped. */
#ifndef AOTC_RUNTIME_ATTACH_H
#define AOTC_RUNTIME_ATTACH_H

#include "runtime/rt.h"

/* Before the first module is mapped: what is the same for all. */
void rt_attach_init(struct rt *rt);
/* Attaches the best image for m, whose file is open at fd. Never fails: a refusal is one line on stderr, the program runs
 * without. */
void rt_attach(struct rt *rt, struct rt_module *m, int fd);
/* m is unmapped: its image goes, and what was noted of it is written. In a stopped world. */
void rt_detach(struct rt_thread *t, struct rt_module *m);
/* --explain: says on stdout why pc is or is not served from an image. */
void rt_explain(const struct rt *rt, uint64_t pc);
/* Name of the guest function at pc, from an attached image's names; NULL when there is none. *off: distance from its start. */
const char *rt_symbol(const struct rt *rt, uint64_t pc, uint64_t *off);

#endif
