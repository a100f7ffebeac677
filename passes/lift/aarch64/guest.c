/* The guest's entry in the registration table. It can be decoded and printed; without .lift and .abi aotc and aotrun refuse it. */
#include "passes/lift/aarch64/aarch64.h"

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
