/* --only and --exclude: which functions of a module are translated, by patterns on their names. What is left out runs as it does
 * without an image: interpreted, then compiled in the guest's process. */
#include "aotc/module.h"

#include <fnmatch.h>
#include <string.h>

enum { MAX_PATTERN = 256 };

/* list: shell patterns (fnmatch) with commas between. */
static bool matches(const char *list, const char *name)
{
    char pat[MAX_PATTERN];

    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");

        if (n && n < sizeof pat) {
            memcpy(pat, p, n);
            pat[n] = 0;
            if (fnmatch(pat, name, 0) == 0)
                return true;
        }
        p += n + (p[n] == ',');
    }
    return false;
}

bool select_valid(const char *list)
{
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");

        if (!n || n >= MAX_PATTERN)
            return false;
        p += n + (p[n] == ',');
    }
    return *list != 0;
}

/* Last symbol at or below pc in e->sym (sorted by address), as index + 1; 0: none. */
static uint32_t symbol_below(const struct gelf *e, uint64_t pc)
{
    uint32_t lo = 0, hi = e->nsym;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (e->sym[mid].addr <= pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Does a name of the function around pc match? One address may have several names; a unit that starts inside a function (one that
 * was cut, a cold part) goes with it. */
static bool function_matches(const struct gelf *e, const char *list, uint64_t pc)
{
    uint32_t i = symbol_below(e, pc);

    for (uint64_t addr = i ? e->sym[i - 1].addr : 0; i && e->sym[i - 1].addr == addr; i--)
        if (e->sym[i - 1].name && matches(list, e->sym[i - 1].name))
            return true;
    return false;
}

bool select_wants(const struct gelf *e, const struct module_options *o, uint64_t pc)
{
    return (!o->only || function_matches(e, o->only, pc)) && (!o->exclude || !function_matches(e, o->exclude, pc));
}
