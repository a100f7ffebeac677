/* What the guests' recognisers of jump tables share: symbolic values of straight-line code, and the block of values they run on. */
#ifndef AOTC_PASSES_LIFT_JUMPTABLE_H
#define AOTC_PASSES_LIFT_JUMPTABLE_H

#include "passes/lift/guest.h"

enum jt_kind { JT_ANY, JT_CONST, JT_INDEX, JT_ADDR, JT_ENTRY, JT_TARGET };

/* CONST: base, taken from register from - 1 of the block's start (0: made in the block). INDEX: index << shift, wild: upper 32 bits
 * unknown. ADDR: base + INDEX. ENTRY: what was loaded from the table, << shift. TARGET: ENTRY + base. The index is `reg` (its low
 * half: low) right before instruction `at`, and below `count`. id: equal for equal values; lid: for equal low halves. zx: the upper
 * half is 0. */
struct jt_sym {
    uint64_t base, table;
    uint32_t id, lid, count, at;
    enum jt_kind kind;
    uint8_t reg, shift, size, from;
    bool sext, pcrel, wild, low, loose, zx;
};

/* The general registers now, and at the start of the last block. `zero` always reads 0. */
struct jt_state { struct jt_sym r[32], start[32]; uint32_t ids; uint8_t zero; };

void jt_init(struct jt_state *st, uint8_t zero);
struct jt_sym jt_fresh(struct jt_state *st);                            /* nothing known */
struct jt_sym jt_const(struct jt_state *st, uint64_t v, bool pcrel);
bool jt_plain(const struct jt_sym *v);                                  /* a CONST made in the block, not from the pc */
struct jt_sym jt_sum(struct jt_state *st, struct jt_sym a, struct jt_sym b);
/* A value in rd that its own making at instruction `at` bounds. loose: only by its type. */
struct jt_sym jt_bounded(struct jt_state *st, unsigned rd, uint32_t at, uint32_t count, bool loose);
/* What a load of 1 << log2 bytes at address a leaves. */
struct jt_sym jt_loaded(struct jt_state *st, struct jt_sym a, unsigned log2, bool sext);
/* v was found below count: every register that holds it is an index, and so is every register with the same low half. wide: the
 * compare was of all 64 bits. Only counts below 2^31 say something. */
void jt_below(struct jt_state *st, struct jt_sym v, uint64_t count, bool wide);
/* The last block starts, at instruction `first`: constants are as good as the guard on their register, indices are what the
 * registers hold. */
void jt_start_block(struct jt_state *st, uint32_t first);
/* *jt from an ENTRY or TARGET v; slot: of general register 0. */
void jt_fill(const struct jt_state *st, const struct jt_sym *v, unsigned slot, struct guest_jumptable *jt);

#endif
