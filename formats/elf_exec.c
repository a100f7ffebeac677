/* Where a guest file's instructions are: its executable sections, or its executable segments when it has no section headers.
 * Sections are a hint that nothing depends on for safety: each is cut to an executable PT_LOAD's file bytes. */
#include "formats/elf.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

static uint32_t add_clipped(const struct gelf *e, uint64_t lo, uint64_t len, struct gelf_range *out, uint32_t n)
{
    for (uint32_t i = 0; i < e->nseg; i++) {
        const struct gelf_seg *s = &e->seg[i];
        uint64_t a = lo > s->vaddr ? lo : s->vaddr;
        uint64_t b = s->vaddr + s->filesz;

        if (s->type != PT_LOAD || !(s->flags & PF_X) || b < s->vaddr || lo + len < lo)
            continue;
        if (lo + len < b)
            b = lo + len;
        if (a < b)
            out[n++] = (struct gelf_range){a, b};
    }
    return n;
}

static int by_lo(const void *a, const void *b)
{
    const struct gelf_range *x = a, *y = b;

    return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* Sorted ranges without overlaps: what discovery and the branch table cover must count each byte once. */
static uint32_t merge(struct gelf_range *r, uint32_t n)
{
    uint32_t m = 0;

    qsort(r, n, sizeof *r, by_lo);
    for (uint32_t i = 0; i < n; i++) {
        if (m && r[i].lo <= r[m - 1].hi)
            r[m - 1].hi = r[i].hi > r[m - 1].hi ? r[i].hi : r[m - 1].hi;
        else
            r[m++] = r[i];
    }
    return m;
}

uint32_t gelf_exec_ranges(const struct gelf *e, struct gelf_range **out)
{
    Elf64_Ehdr eh;
    uint32_t n = 0, nsec = 0;

    *out = NULL;
    if (e->size < sizeof eh)
        return 0;
    memcpy(&eh, e->map, sizeof eh);
    if (eh.e_shentsize == sizeof(Elf64_Shdr) && eh.e_shoff <= e->size && eh.e_shnum <= (e->size - eh.e_shoff) / sizeof(Elf64_Shdr))
        nsec = eh.e_shnum;
    struct gelf_range *r = calloc((size_t)(nsec + 1) * (e->nseg + 1), sizeof *r);

    if (!r)
        return 0;
    for (uint32_t i = 0; i < nsec; i++) {
        Elf64_Shdr sh;

        memcpy(&sh, e->map + eh.e_shoff + (uint64_t)i * sizeof sh, sizeof sh);
        if (sh.sh_type == SHT_PROGBITS && (sh.sh_flags & (SHF_ALLOC | SHF_EXECINSTR)) == (SHF_ALLOC | SHF_EXECINSTR) && sh.sh_size)
            n = add_clipped(e, sh.sh_addr, sh.sh_size, r, n);
    }
    if (!n)
        for (uint32_t i = 0; i < e->nseg; i++)
            if (e->seg[i].type == PT_LOAD && (e->seg[i].flags & PF_X))
                n = add_clipped(e, e->seg[i].vaddr, e->seg[i].filesz, r, n);
    *out = r;
    return merge(r, n);
}
