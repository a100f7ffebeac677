/* AOTRUN_TEST: failures that tests inject, always compiled in. A list with commas between: fail-compile=PC or fail-compile=LO-HI
 * (guest addresses whose compilation fails; may repeat), fail-every=N (each Nth compilation fails), no-code-memory (the kernel
 * refuses executable memory), no-arena-room (no address space for compiled code), small-arena=BYTES, visits=N (before a pc is
 * compiled: 1 compiles everything), lockstep=PC:REGISTER or lockstep=PC:*REGISTER (flips the lowest bit of a register, of a wide
 * vector's highest byte, or of the byte that it points to, in what the region entered at PC leaves, for --check=lockstep to find).
 * Documented in CONTRIBUTING.md. */
#ifndef AOTC_RUNTIME_TESTHOOK_H
#define AOTC_RUNTIME_TESTHOOK_H

#include <stdbool.h>
#include <stdint.h>

enum { TESTHOOK_SPANS = 16 };

struct testhook {
    struct { uint64_t lo, hi; } fail[TESTHOOK_SPANS];
    unsigned nfail;
    uint64_t fail_every, compiled;
    bool no_code_memory, no_arena_room;
    uint64_t lockstep_pc;
    char lockstep_reg[16];      /* slot name, maybe behind '*'; empty: no such error */
    uint64_t arena, visits;     /* 0: as they are */
};

/* Reads the list. false: *bad points to the item that is wrong. */
bool testhook_parse(struct testhook *h, const char *list, const char **bad);
/* Is the compilation of pc to fail? Counts it. */
bool testhook_fails(struct testhook *h, uint64_t pc);

#endif
