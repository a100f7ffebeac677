/* Guest registers as the IR names them. A guest supplies the table; the IR reads names and types from it. */
#ifndef AOTC_PASSES_IR_SLOT_H
#define AOTC_PASSES_IR_SLOT_H

#include <stdint.h>

/* A guest register (or state word) that get/put name. `off` is its home's byte offset in the guest part of struct vcpu
 * (0 .. VCPU_GUEST_SIZE-1); homes are 8-byte aligned, 16 for vectors. Slots whose homes lie in 0..255 get short addresses.
 * pin: 0, or the rank (1 = hottest) in which hosts hand out boundary registers; integer and vector slots rank apart.
 * Slots that compiled code may keep only in their home (volatile ones) have SLOT_HOME. */
struct guest_slot {
    const char *name;
    uint16_t off;
    uint8_t type;               /* enum ir_type */
    uint8_t pin;
    uint8_t flags;
};
enum { SLOT_HOME = 1,
       SLOT_COND = 2 };         /* a condition flag: what is in it at calls and returns of functions matters to nobody, unless ir_func.strict */

#endif
