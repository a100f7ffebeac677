/* Temporary, while the lift functions are being written: every class, weakly, as an undefined instruction. */
#include "passes/lift/aarch64/lift.h"

static unsigned trap(struct lift *l, const struct ginsn *in)
{
    cc_bail(l->f->cc, ST_UNSUPPORTED, in->pc, "aarch64: %s is not lifted yet", ga64_row[in->row].name);
}

#define C(name) \
    __attribute__((weak)) unsigned ga64_lift_##name(struct lift *l, const struct ginsn *in, const struct ga64_row *row) \
    { \
        return trap(l, in); \
    }
GA64_CLASSES(C)
