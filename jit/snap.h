/* The snapshot side table of one region: records in order of emission (not sorted: cold code comes late), each
 *   zigzag uleb   host offset in the region, less the previous record's
 *   uleb          bytes of host code it covers
 *   zigzag uleb   guest pc, less the previous record's
 *   nodes         SNAPK_*: postfix expressions, each closed by SNAPK_SLOT uleb(slot); SNAPK_END ends the record
 * A slot that is not named is in its pinned register if the host pins it, else in its home. */
#ifndef AOTC_JIT_SNAP_H
#define AOTC_JIT_SNAP_H

#include "jit/vcpu.h"
#include "passes/ir/ir.h"

enum {
    SNAPK_END,
    SNAPK_REG,                  /* u8 host register (MIR numbering) */
    SNAPK_MEM,                  /* uleb byte offset in struct vcpu: 8 bytes, or 16 for a v128 slot */
    SNAPK_CONST,                /* uleb value; of a v128 slot: in both halves */
    SNAPK_GPC,                  /* uleb module-relative guest address */
    SNAPK_OP,                   /* uleb IR op, u8 type, u8 type of operand a, u8 operands */
    SNAPK_SLOT                  /* uleb slot: takes the value */
};
enum { SNAP_DEPTH = 16, SNAP_SLOTS = 256 };    /* values that an expression may hold at once; slots that a record may name */

/* ---- reading, for the runtime and for whoever checks an image: any bytes are safe ---- */

/* A place in a table. What does not decode sets `bad`, which stays; reads then give 0. */
struct snap_in { const uint8_t *p, *end; bool bad; };

static inline uint8_t snap_u8(struct snap_in *s)
{
    if (s->p < s->end)
        return *s->p++;
    s->bad = true;
    return 0;
}

static inline uint64_t snap_uleb(struct snap_in *s)
{
    uint64_t v = 0;

    for (unsigned sh = 0; sh < 64; sh += 7) {
        uint8_t c = snap_u8(s);

        v |= (uint64_t)(c & 0x7f) << sh;
        if (!(c & 0x80))
            return v;
    }
    s->bad = true;
    return 0;
}

static inline int64_t snap_unzig(uint64_t v) { return (int64_t)(v >> 1 ^ (0 - (v & 1))); }

/* May a record read the 8 bytes at this offset of struct vcpu? Homes and spill areas; the rest holds host pointers. */
static inline bool snap_mem_ok(uint64_t off)
{
    const uint64_t lo = offsetof(struct vcpu, spill), hi = offsetof(struct vcpu, vspill) + sizeof ((struct vcpu *)0)->vspill;

    return off <= VCPU_GUEST_SIZE - 8 || (off >= lo && off <= hi - 8);
}

/* May a record hold SNAPK_OP with these fields? Pure operations on as many scalars as they take; vectors only move. */
static inline bool snap_op_ok(uint64_t op, unsigned t, unsigned at, unsigned nargs)
{
    const char *sig;
    unsigned n = 0;

    if (op >= IR_NOPS || (ir_opinfo[op].flags & (F_PURE | F_VEC)) != F_PURE || t >= T_COUNT || at >= T_COUNT)
        return false;
    for (sig = ir_opinfo[op].sig + 1; *sig; sig++)
        n += *sig == 'v';
    return nargs == n && ir_type_bits(t) - 1 < 64 && ir_type_bits(at) - 1 < 64;
}

#endif
