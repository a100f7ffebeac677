/* x86-64: patching. Instruction fetch is coherent with stores, whatever address they went through (SDM vol. 3, 11.6). */
#include "jit/host/patch.h"

#if defined(__x86_64__)

const unsigned host_trap_skip = 1, host_trap_len = 1;

void host_patch_trap(uint8_t *rw)
{
    *rw = 0xcc;                 /* int3 */
}

void host_flush_icache(const void *rx, size_t n)
{
    (void)rx;
    (void)n;
}

#endif
