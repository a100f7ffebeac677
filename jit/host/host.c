/* The hosts, and register plans. */
#include "jit/host/host.h"

#include "jit/host/mir.h"
#include "passes/ir/slot.h"

#include <string.h>

const struct host *host_of(enum host_isa isa)
{
    switch (isa) {
    case HOST_X86_64: return &host_x86_64;
    case HOST_AARCH64: return &host_aarch64;
    default: return NULL;
    }
}

const char *host_level_name(unsigned isa, unsigned level, char buf[HOST_NAME])
{
    const struct host *h = host_of(isa);

    if (!h)
        snprintf(buf, HOST_NAME, "host %u", isa);
    else if (level <= LEVEL_BASE)
        snprintf(buf, HOST_NAME, "%s", h->name);
    else
        snprintf(buf, HOST_NAME, "%s-v%u", h->name, level);
    return buf;
}

void host_pins(const struct host *h, const struct guest_slot *slot, uint32_t nslot, uint8_t *reg, uint64_t *set)
{
    for (uint32_t s = 0; s < nslot; s++) {
        bool fp = ir_type_fp(slot[s].type);
        unsigned rank = slot[s].pin;
        bool pinned = rank && rank <= (fp ? h->nvpin : h->npin) && !(slot[s].flags & SLOT_HOME) && (fp || slot[s].type <= T_I64) &&
                      (!fp || slot[s].type == T_F64 || slot[s].type == T_F32 || slot[s].type == T_V128);

        if (reg)
            reg[s] = !pinned ? NOREG : fp ? h->vpin[rank - 1] : h->pin[rank - 1];
        if (pinned && set)
            set[s / 64] |= UINT64_C(1) << (s % 64);
    }
}

void host_pins_func(const struct host *h, struct ir_func *f)
{
    uint64_t *set = NEWN(&f->cc->arena, uint64_t, f->nslot / 64 + 1);

    host_pins(h, f->slot, f->nslot, NULL, set);
    f->pinned = set;
}

size_t host_abi_bytes(const struct host *h, uint8_t *out, size_t n, const struct guest_slot *slot, uint32_t nslot)
{
    if (n < nslot)
        return 0;
    host_pins(h, slot, nslot, out, NULL);
    return nslot;
}
