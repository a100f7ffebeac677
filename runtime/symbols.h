/* Names of guest functions for people to read: reports and profiles. */
#ifndef AOTC_RUNTIME_SYMBOLS_H
#define AOTC_RUNTIME_SYMBOLS_H

#include "runtime/rt.h"

/* Reads the symbol table of the guest file, if it has one: makes rt->symbols, or leaves it NULL. Damaged tables count as none. */
void rt_symbols_load(struct rt *rt, int fd);
/* The function that covers an absolute pc, *off bytes into it: from an attached image's names, else from the symbol table; NULL
 * when none is known. */
const char *rt_symbols_at(const struct rt *rt, uint64_t pc, uint64_t *off);

#endif
