/* AArch64: patching. A word is written whole; cores fetch the old one or the new one of a B, BL, NOP or BRK (Arm ARM B2.2.5). */
#include "jit/host/patch.h"

#include <string.h>

#if defined(__aarch64__)

const unsigned host_trap_skip = 0, host_trap_len = 4;

void host_patch_trap(uint8_t *rw)
{
    const uint32_t brk = 0xd4200000;

    memcpy(rw, &brk, sizeof brk);
}

void host_flush_icache(const void *rx, size_t n)
{
    char *p = (char *)(uintptr_t)rx;

    __builtin___clear_cache(p, p + n);
}

#endif
