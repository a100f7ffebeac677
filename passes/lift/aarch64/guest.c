/* Guest state and the `struct guest` of AArch64. */
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

/* FPCR (D23.2) as the IR has it: RMode nearest, up, down, zero; FZ, FZ16, DN and AHP change more than the rounding (vcpu->fp_rm). */
static unsigned fp_rm(const uint8_t *guest_state)
{
    static const uint8_t mode[4] = { FP_RM_NE, FP_RM_UP, FP_RM_DN, FP_RM_TZ };
    static const struct { uint8_t bit, fpm; } more[] = { { 24, FPM_FZ }, { 19, FPM_FZ16 }, { 25, FPM_DN }, { 26, FPM_AHP } };
    uint64_t v;
    unsigned rm;

    memcpy(&v, guest_state + ga64_slot[GA64_S_fpcr].off, sizeof v);
    rm = mode[v >> 22 & 3];
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        if (v >> more[i].bit & 1)
            rm |= more[i].fpm << 3;
    return rm;
}

/* bti j, bti jc */
static bool jump_mark(const struct ginsn *in)
{
    return (in->raw & ~0x40u) == 0xd503249f;
}

const struct guest guest_aarch64 = {
    .name = "aarch64",
    .elf_machine = 183,
    .insn_align = 4,
    .max_len = 4,
    .slot = ga64_slot,
    .nslot = GA64_NSLOT,
    .nrow = GA64_NROW,
    .row_name = row_name,
    .row_ext = row_ext,
    .decode = ga64_decode,
    .format = ga64_format,
    .flags_passed = ga64_flags_passed,
    .jump_mark = jump_mark,
    .lift = ga64_lift,
    .encode_random = ga64_encode_random,
    .resolve = ga64_resolve,
    .jump_table = ga64_jump_table,
    .fp_rm = fp_rm,
    .abi = &ga64_abi,
};
