/* What jit/ sees of a host. */
#ifndef AOTC_JIT_HOST_HOST_H
#define AOTC_JIT_HOST_HOST_H

#include "jit/compile.h"

/* Sets f->pinned for the host's register plan. */
void x86_pins_func(struct ir_func *f);
void x86_compile(struct cc *cc, struct ir_func *f, const struct unit *u, const struct cc_options *o, struct code *out);

/* Linking. The stub at text start, where table entries 0 lead: leaves for the dispatcher with the guest pc in the dispatch register.
 * Returns its length, at most 16 bytes. */
uint32_t host_miss_entry(uint8_t out[16]);
/* Code that loads guest pc `pc` and leaves for the dispatcher. PIC: *pc_field is the offset of a rip-relative field that takes
 * the distance to guest address pc (from the field's end), else UINT32_MAX. Returns the length, at most 32 bytes. */
uint32_t host_miss_stub(uint8_t out[32], uint64_t pc, bool pic, uint32_t *pc_field);
/* Bytes between regions that never run. */
enum { HOST_FILL = 0xcc };

/* Hash input for the ABI: register plan. Fills up to n bytes, returns how many. */
size_t host_abi_bytes(uint8_t *out, size_t n, const struct guest_slot *slot, uint32_t nslot);

#endif
