/* Guest state, Linux ABI facts and the `struct guest` of AArch64. */
#include "passes/lift/aarch64/aarch64.h"

#include <string.h>

const struct guest_slot ga64_slot[GA64_NSLOT] = {
#define SLOT(name, off, type, pin, flags) { #name, off, type, pin, flags },
#include "passes/lift/aarch64/state.def"
};
static_assert((int)GA64_S_x30 == GA64_SLOT_X + 30 && (int)GA64_S_sp == GA64_SLOT_X + 31, "x slots are numbered in order");
static_assert((int)GA64_S_v31 == GA64_SLOT_V + 31, "v slots are numbered in order");
static_assert((int)GA64_S_v == GA64_S_n + 3, "flags in the order n z c v");

static const char *row_name(uint32_t row)
{
    return row < GA64_NROW ? ga64_row[row].name : "";
}

static const char *row_ext(uint32_t row)
{
    return row < GA64_NROW ? ga64_row[row].ext : "";
}

const struct guest guest_aarch64 = {
    .name = "aarch64",
    .elf_machine = 183,
    .insn_align = 4,
    .max_len = 4,
    .nrow = GA64_NROW,
    .row_name = row_name,
    .row_ext = row_ext,
    .decode = ga64_decode,
    .format = ga64_format,
};
