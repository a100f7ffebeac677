/* libFuzzer: random bytes through decode, format, region lifting and ir_verify; nothing may crash, what is lifted must verify.
 * First byte: bit 0 single block, bit 1 PIC, bit 2 a second entry; the rest is text at 0x10000. */
#include "passes/lift/riscv64/riscv64.h"
#include "passes/lift/region.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BASE = 0x10000 };

static bool every_64th(const void *arg, uint64_t pc)
{
    return pc % 64 == 0;
}

static void lift(struct cc *c, void *arg)
{
    struct region_info info;
    struct ir_func *f = lift_region(c, arg, &info);
    struct diag d;

    if (ir_verify(f, &d) != ST_OK) {
        fprintf(stderr, "%s\n", d.msg);
        ir_print(stderr, f);
        abort();
    }
    for (uint32_t i = 1; i < info.nread; i++)
        if (info.read[i - 1].hi >= info.read[i].lo)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t entry[1] = { BASE + 6 };
    struct unit u = { .g = &guest_riscv64, .pc = BASE, .max_insns = 500, .name = "fuzz" };
    struct ginsn in;
    struct cc cc;
    char text[160];

    if (size < 2)
        return 0;
    u.text = (struct gcode){ BASE, data + 1, size - 1 };
    u.bounds = (struct gspan){ BASE, BASE + size - 1 };
    u.single = data[0] & 1;
    u.pic = data[0] & 2;
    u.entry = entry;
    u.nentry = data[0] >> 2 & 1;
    u.is_function = data[0] & 8 ? every_64th : NULL;
    for (size_t i = 1; i < size; i++) {
        guest_riscv64.decode(data + i, size - i, BASE + i, &in);
        if (in.row >= GRV64_NROW || in.len == 0 || in.len > 4 || guest_riscv64.format(&in, text, sizeof text) >= (int)sizeof text)
            abort();
    }
    cc_init(&cc);
    cc_try(&cc, lift, &u);
    cc_fini(&cc);
    return 0;
}
