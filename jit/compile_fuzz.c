/* libFuzzer: random guest bytes through the whole compiler, verified after every pass. No input may crash it or meet ST_BUG; tables must
 * lie inside the code and use only the features allowed; the same input gives the same bytes.
 * First byte: bit 0 single block, bit 1 PIC, bit 2 a second entry, bits 3-4 pipeline, bits 5-6 level, bit 7 the AArch64 host; the rest is text
 * at 0x10000. */
#include "jit/compile.h"
#include "passes/lift/riscv64/riscv64.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BASE = 0x10000 };

static void require(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static void check_code(const struct code *c, const struct cc_options *opt)
{
    require(!(c->features & ~opt->features), "the code uses features that were not allowed");
    require(c->nentry > 0, "no entry");
    for (uint32_t i = 0; i < c->nentry; i++) {
        require(c->entry[i].off < c->len, "an entry lies outside");
        require(i == 0 || c->entry[i - 1].pc < c->entry[i].pc, "entries are not sorted");
    }
    for (uint32_t i = 0; i < c->nrel; i++)
        require(c->rel[i].off <= c->len - 4, "a relocation lies outside");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const pipeline[] = { "t1", "t2", "t3", "t3" };
    uint64_t entry[1] = { BASE + 6 };
    struct unit u = { .g = &guest_riscv64, .pc = BASE, .max_insns = 64, .name = "fuzz" };
    struct cc_options opt = { .isa = HOST_X86_64, .verify = true };
    struct code first, again;
    struct cc cc, cc2;

    if (size < 2)
        return 0;
    u.text = (struct gcode){ BASE, data + 1, size - 1 };
    u.bounds = (struct gspan){ BASE, BASE + size - 1 };
    u.single = data[0] & 1;
    u.pic = data[0] & 2;
    u.entry = entry;
    u.nentry = data[0] >> 2 & 1;
    opt.pipeline = pipeline[data[0] >> 3 & 3];
    opt.isa = data[0] & 0x80 ? HOST_AARCH64 : HOST_X86_64;
    opt.features = opt.isa == HOST_AARCH64 ? 0 : host_features_of(data[0] >> 5 & 1 ? LEVEL_V3 : data[0] >> 6 & 1 ? LEVEL_V4 : LEVEL_V2);
    cc_init(&cc);
    enum status st = cc_compile(&cc, &u, &opt, &first);
    require(st != ST_BUG, cc.diag.msg);
    if (st == ST_OK) {
        check_code(&first, &opt);
        cc_init(&cc2);
        require(cc_compile(&cc2, &u, &opt, &again) == ST_OK, "refused when compiled again");
        require(first.len == again.len && !memcmp(first.text, again.text, first.len), "other bytes when compiled again");
        require(first.nsnap == again.nsnap && (!first.nsnap || !memcmp(first.snap, again.snap, first.nsnap)), "other snapshots when compiled again");
        cc_fini(&cc2);
    }
    cc_fini(&cc);
    return 0;
}
