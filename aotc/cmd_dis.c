/* aotc dis: guest code as objdump would print it, through the guest's own table. */
#include "aotc/aotc.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

static const char *symbol_at(const struct gelf *e, uint64_t pc)
{
    for (uint32_t lo = 0, hi = e->nsym; lo < hi;) {
        uint32_t mid = (lo + hi) / 2;

        if (e->sym[mid].addr < pc)
            lo = mid + 1;
        else if (e->sym[mid].addr > pc)
            hi = mid;
        else
            return e->sym[mid].name;
    }
    return NULL;
}

static void print_bytes(const uint8_t *p, unsigned len)
{
    /* Little-endian parcels of two bytes, highest first: how encodings are written in manuals. */
    char text[40];
    int n = 0;

    for (unsigned i = len; i--;)
        n += snprintf(text + n, sizeof text - (size_t)n, "%02x", p[i]);
    printf("%-16s", text);
}

static void dis_range(const struct gelf *e, const struct guest *g, uint64_t lo, uint64_t hi)
{
    for (uint64_t pc = lo; pc < hi;) {
        size_t n = hi - pc;
        const uint8_t *p = gelf_at(e, pc, &n);
        const char *sym = symbol_at(e, pc);
        struct ginsn in;
        char text[160];

        if (!p || !n)
            break;
        g->decode(p, n, pc, &in);
        if (!in.len || in.len > n)
            in.len = (uint8_t)(n < g->insn_align ? n : g->insn_align);
        if (sym && *sym)
            printf("\n%016llx <%s>:\n", (unsigned long long)pc, sym);
        printf("%8llx:\t", (unsigned long long)pc);
        print_bytes(p, in.len);
        g->format(&in, text, sizeof text);
        printf("\t%s\n", text);
        pc += in.len;
    }
}

int cmd_dis(int argc, char **argv)
{
    struct target t;
    const struct guest *g;
    struct gelf *e = NULL;
    struct gspan s;
    char name[128];
    int code;

    if (argc != 2 || argv[1][0] == '-')
        return aotc_fail(EXIT_USAGE, "one ELF[:SYMBOL|:0xADDR[-0xADDR]] is needed");
    if (!target_split(argv[1], &t))
        return aotc_fail(EXIT_IOERR, "out of memory");
    code = aotc_open_any_guest(t.path, -1, &e, &g);
    if (!code && t.what) {
        code = target_range(e, t.what, &s, name, sizeof name);
        if (!code)
            dis_range(e, g, s.lo, s.hi);
    } else if (!code) {
        struct gelf_range *r;
        uint32_t n = gelf_exec_ranges(e, &r);

        for (uint32_t i = 0; i < n; i++)
            dis_range(e, g, r[i].lo, r[i].hi);
        free(r);
    }
    if (e)
        gelf_close(e);
    target_free(&t);
    return code;
}
