/* FILE:symbol and FILE:0xADDR arguments, resolved against symbols, .eh_frame and discovered functions. */
#include "aotc/aotc.h"

#include "aotc/discover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <elf.h>

bool target_split(const char *arg, struct target *t)
{
    const char *colon = strrchr(arg, ':');

    memset(t, 0, sizeof *t);
    /* A file whose own name has a colon wins over the reading as FILE:symbol. */
    if (!colon || access(arg, F_OK) == 0) {
        t->path = strdup(arg);
    } else {
        t->path = strndup(arg, (size_t)(colon - arg));
        t->what = strdup(colon + 1);
    }
    return t->path && (!colon || t->what || access(arg, F_OK) == 0);
}

void target_free(struct target *t)
{
    free(t->path);
    free(t->what);
}

static bool parse_addresses(const char *s, uint64_t *lo, uint64_t *hi)
{
    char *end;

    if (s[0] != '0' || (s[1] != 'x' && s[1] != 'X'))
        return false;
    errno = 0;
    *lo = strtoull(s, &end, 16);
    *hi = *lo;
    if (*end == '-')
        *hi = strtoull(end + 1, &end, 16);
    return !errno && !*end;
}

/* The function around addr: a sized symbol, else an .eh_frame range, else what discovery makes of the file. */
static bool function_at(const struct gelf *e, uint64_t addr, struct gspan *out, char *name, size_t n)
{
    const struct gelf_sym *best = NULL;

    for (uint32_t i = 0; i < e->nsym && e->sym[i].addr <= addr; i++)
        if (e->sym[i].type == STT_FUNC && addr - e->sym[i].addr < e->sym[i].size)
            best = &e->sym[i];
    if (best) {
        *out = (struct gspan){best->addr, best->addr + best->size};
        snprintf(name, n, "%s", best->name);
        return true;
    }
    snprintf(name, n, "sub_%llx", (unsigned long long)addr);
    for (uint32_t i = 0; i < e->nfde && e->fde[i].lo <= addr; i++) {
        if (addr < e->fde[i].hi) {
            *out = (struct gspan){e->fde[i].lo, e->fde[i].hi};
            return true;
        }
    }
    return discover_function_at(e, addr, out);
}

int target_range(const struct gelf *e, const char *what, struct gspan *out, char *name, size_t n)
{
    uint64_t lo, hi;

    if (parse_addresses(what, &lo, &hi)) {
        if (hi < lo)
            return aotc_fail(EXIT_USAGE, "the range %s ends before it starts", what);
        if (hi == lo && !function_at(e, lo, out, name, n))
            return aotc_fail(EXIT_DATA, "no code at 0x%llx", (unsigned long long)lo);
        if (hi != lo) {
            *out = (struct gspan){lo, hi};
            snprintf(name, n, "0x%llx", (unsigned long long)lo);
        }
        return EXIT_OK;
    }
    for (uint32_t i = 0; i < e->nsym; i++) {
        const struct gelf_sym *s = &e->sym[i];

        if (!s->name || strcmp(s->name, what) || s->type == STT_OBJECT || s->type == STT_TLS)
            continue;
        if (!s->size)
            return function_at(e, s->addr, out, name, n) ? (snprintf(name, n, "%s", what), EXIT_OK)
                                                         : aotc_fail(EXIT_DATA, "symbol '%s' names no code", what);
        *out = (struct gspan){s->addr, s->addr + s->size};
        snprintf(name, n, "%s", what);
        return EXIT_OK;
    }
    return aotc_fail(EXIT_DATA, "no symbol '%s'%s", what, e->nsym ? "" : " (the file has no symbols; 0xADDR works)");
}
