/* What jit/ sees of a host: one struct host each, chosen by enum host_isa. The compiling half of every host is in every build, so
 * that images can be made for another machine; what runs code (context.h) exists for the machine's own alone. */
#ifndef AOTC_JIT_HOST_HOST_H
#define AOTC_JIT_HOST_HOST_H

#include "jit/compile.h"

struct host_thunks;

struct host {
    const char *name;           /* "x86-64" */
    /* Registers that hold guest registers at region boundaries, hottest first (MIR numbering); slots get them by their pin rank. */
    const uint8_t *pin, *vpin;
    unsigned npin, nvpin;
    uint8_t fill;               /* bytes between regions that never run */
    void (*compile)(struct cc *cc, struct ir_func *f, const struct unit *u, const struct cc_options *o, struct code *out);
    /* Linking. The stub at text start, where table entries 0 lead: leaves for the dispatcher with the guest pc in the dispatch
     * register. Returns its length, at most 16 bytes. */
    uint32_t (*miss_entry)(uint8_t out[16]);
    /* Code that loads guest pc `pc` and leaves for the dispatcher. PIC: *pc_field is the offset of a field of kind REL_GUEST for
     * pc, else UINT32_MAX. Returns the length, at most 32 bytes. */
    uint32_t (*miss_stub)(uint8_t out[32], uint64_t pc, bool pic, uint32_t *pc_field);
    /* An unconditional jump: returns the offset of its field of kind REL_ENTRY. At most 8 bytes. */
    uint32_t (*jump)(uint8_t out[8]);
    /* Fills the field of a relocation (of kind enum reloc_kind) with v; relative ones count from the field's fourth byte on. False:
     * out of this field's reach. */
    bool (*fill_field)(uint8_t *field, unsigned kind, int32_t v);
    /* Entry and exit stubs for th->g: fills th->stub, th->fault and the offset of enter() with code that will run at th->code.
     * Returns the length, at most n. */
    uint32_t (*thunks)(struct host_thunks *th, uint8_t *out, uint32_t n);
};

extern const struct host host_x86_64, host_aarch64;
/* NULL: no backend. */
const struct host *host_of(enum host_isa isa);

/* slot -> pinned register or NOREG in reg[] (may be NULL); fills `set` (bit set over slots, may be NULL). */
void host_pins(const struct host *h, const struct guest_slot *slot, uint32_t nslot, uint8_t *reg, uint64_t *set);
/* Sets f->pinned for the host's register plan. */
void host_pins_func(const struct host *h, struct ir_func *f);

/* Hash input for the ABI: register plan. Fills up to n bytes, returns how many. */
size_t host_abi_bytes(const struct host *h, uint8_t *out, size_t n, const struct guest_slot *slot, uint32_t nslot);

#endif
