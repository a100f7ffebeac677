/* Guest state and the `struct guest` of RISC-V 64. */
#include "passes/lift/riscv64/riscv64.h"

#include <string.h>

const struct guest_slot grv64_slot[GRV64_NSLOT] = {
#define SLOT(name, off, type, pin, flags) { #name, off, type, pin, flags },
#include "passes/lift/riscv64/state.def"
};
static_assert((int)GRV64_S_x1 == GRV64_SLOT_X + 1 && (int)GRV64_S_x31 == GRV64_SLOT_X + 31, "x slots are numbered in order");
static_assert((int)GRV64_S_f0 == GRV64_SLOT_F && (int)GRV64_S_f31 == GRV64_SLOT_F + 31, "f slots are numbered in order");

enum { FRM_OFF = 512 };

static const char *row_name(uint32_t row)
{
    return row < GRV64_NROW ? grv64_row[row].name : "?";
}

static const char *row_ext(uint32_t row)
{
    return row < GRV64_NROW ? grv64_row[row].ext : "";
}

/* frm holds the architectural encoding; 5..7 are invalid as dynamic modes (20.2). */
static unsigned fp_rm(const uint8_t *guest_state)
{
    uint64_t v;

    memcpy(&v, guest_state + FRM_OFF, sizeof v);
    return v <= FP_RM_MM ? (unsigned)v : 5;
}

const struct guest guest_riscv64 = {
    .name = "riscv64",
    .elf_machine = 243,
    .insn_align = 2,
    .max_len = 4,
    .slot = grv64_slot,
    .nslot = GRV64_NSLOT,
    .nrow = GRV64_NROW,
    .row_name = row_name,
    .row_ext = row_ext,
    .decode = grv64_decode,
    .format = grv64_format,
    .lift = grv64_lift,
    .encode_random = grv64_encode_random,
    .resolve = grv64_resolve,
    .jump_table = grv64_jump_table,
    .fp_rm = fp_rm,
    .abi = &grv64_abi,
};
