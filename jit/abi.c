/* What an image must agree on with the runtime that runs it, and with the sources that made it. */
#include "fingerprint.h"
#include "jit/compile.h"
#include "jit/helpers.h"
#include "jit/host/host.h"
#include "jit/vcpu.h"
#include "passes/lift/guest.h"

#include <string.h>
#include <xxhash.h>

static const char *const helper_sig[] = {
#define HELPER(name, nargs, flags) #name "/" #nargs "/" #flags,
#include "jit/helpers.def"
};

void abi_hash(enum host_isa isa, uint8_t out[16])
{
    static const size_t layout[] = {
        sizeof(struct vcpu), VCPU_BIAS, offsetof(struct vcpu, pc), offsetof(struct vcpu, exit), offsetof(struct vcpu, request),
        offsetof(struct vcpu, hint_sp), offsetof(struct vcpu, c_sp), offsetof(struct vcpu, guest_fpcr),
        offsetof(struct vcpu, fp_extra), offsetof(struct vcpu, varg), offsetof(struct vcpu, stub), offsetof(struct vcpu, helper),
        offsetof(struct vcpu, edge),
        offsetof(struct vcpu, spill), offsetof(struct vcpu, vspill), STUB_COUNT, VX_COUNT,
    };
    XXH3_state_t *st = XXH3_createState();
    uint8_t pins[256];
    XXH128_canonical_t c;

    if (!st) {
        memset(out, 0, 16);
        return;
    }
    XXH3_128bits_reset(st);
    XXH3_128bits_update(st, layout, sizeof layout);
    for (size_t i = 0; i < ARRAY_LEN(helper_sig); i++)
        XXH3_128bits_update(st, helper_sig[i], strlen(helper_sig[i]));
    const struct host *h = host_of(isa);
    const struct guest *g;
    for (uint32_t n = 0; (g = guest_nth(n)); n++) {
        XXH3_128bits_update(st, pins, h ? host_abi_bytes(h, pins, sizeof pins, g->slot, g->nslot) : 0);
        for (uint32_t i = 0; i < g->nslot; i++)
            XXH3_128bits_update(st, &g->slot[i].off, sizeof g->slot[i].off);
    }
    XXH128_canonicalFromHash(&c, XXH3_128bits_digest(st));
    XXH3_freeState(st);
    memcpy(out, &c, 16);
}

void compiler_fingerprint(uint8_t out[16])
{
    static const uint8_t fp[16] = COMPILER_FINGERPRINT;

    memcpy(out, fp, 16);
}
