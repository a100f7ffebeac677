/* The snapshot side table of one region: records in order of emission (not sorted: cold code comes late), each
 *   zigzag uleb   host offset in the region, less the previous record's
 *   uleb          bytes of host code it covers
 *   zigzag uleb   guest pc, less the previous record's
 *   nodes         SNAPK_*: postfix expressions, each closed by SNAPK_SLOT uleb(slot); SNAPK_END ends the record
 * A slot that is not named is in its pinned register if the host pins it, else in its home. */
#ifndef AOTC_JIT_SNAP_H
#define AOTC_JIT_SNAP_H

enum {
    SNAPK_END,
    SNAPK_REG,                  /* u8 host register (MIR numbering) */
    SNAPK_MEM,                  /* uleb byte offset in struct vcpu */
    SNAPK_CONST,                /* uleb value */
    SNAPK_GPC,                  /* uleb module-relative guest address */
    SNAPK_OP,                   /* uleb IR op, u8 type, u8 type of operand a, u8 operands */
    SNAPK_SLOT                  /* uleb slot: takes the value */
};

#endif
