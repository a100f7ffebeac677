/* The toy guest of the tests: toy.def. Accumulator 7 is the link register; addresses are zero-extended accumulators. */
#ifndef AOTC_TESTS_TOY_TOY_H
#define AOTC_TESTS_TOY_TOY_H

#include "passes/lift/guest.h"

enum toy_row {
#define TOY(name, format, flow, class, arg) TOY_##name,
#include "tests/toy/toy.def"
    TOY_NROW
};
enum { TOY_S_N = 8, TOY_S_Z, TOY_S_C, TOY_S_V, TOY_NSLOT };     /* slots; accumulators are 0..7 */
enum toy_cond { TOY_EQ, TOY_NE, TOY_LT, TOY_GE, TOY_CC, TOY_CS, TOY_MI, TOY_ALWAYS };

extern const struct guest guest_toy;

#endif
