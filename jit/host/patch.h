/* Changing host code in place; `rw` is where it is written, `rx` where the same bytes run. One section per host. */
#ifndef AOTC_JIT_HOST_PATCH_H
#define AOTC_JIT_HOST_PATCH_H

#include "jit/enter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes an instruction that traps, of host_trap_len bytes, at an instruction's start: SIGTRAP, with the pc at rx + host_trap_skip
 * (jit/enter.h). */
void host_patch_trap(uint8_t *rw);
extern const unsigned host_trap_len;
/* After writing n bytes that will run at rx. */
void host_flush_icache(const void *rx, size_t n);

#endif
