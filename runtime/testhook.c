/* AOTRUN_TEST, see testhook.h. */
#include "runtime/testhook.h"

#include <stdlib.h>
#include <string.h>

/* Does item, n bytes long, begin with name? *arg: what follows it. */
static bool is(const char *item, size_t n, const char *name, const char **arg)
{
    size_t len = strlen(name);

    *arg = item + len;
    return n >= len && !memcmp(item, name, len) && (name[len - 1] == '=' || n == len);
}

/* A number at *p, which moves behind it. */
static bool number(const char **p, uint64_t *out)
{
    char *end;

    if (**p < '0' || **p > '9')
        return false;
    *out = strtoull(*p, &end, 0);
    *p = end;
    return true;
}

static bool span(struct testhook *h, const char *arg, const char *end)
{
    uint64_t lo, hi;

    if (h->nfail == TESTHOOK_SPANS || !number(&arg, &lo))
        return false;
    hi = lo + 1;
    if (*arg == '-' && (arg++, !number(&arg, &hi)))
        return false;
    h->fail[h->nfail].lo = lo;
    h->fail[h->nfail++].hi = hi;
    return arg == end;
}

static bool item(struct testhook *h, const char *p, size_t n)
{
    const char *arg;

    if (is(p, n, "fail-compile=", &arg))
        return span(h, arg, p + n);
    if (is(p, n, "fail-every=", &arg))
        return number(&arg, &h->fail_every) && arg == p + n;
    if (is(p, n, "small-arena=", &arg))
        return number(&arg, &h->arena) && h->arena && arg == p + n;
    if (is(p, n, "visits=", &arg))
        return number(&arg, &h->visits) && h->visits && arg == p + n;
    if (is(p, n, "lockstep=", &arg)) {
        bool ok = number(&arg, &h->lockstep_pc) && *arg++ == ':' && p + n > arg && (size_t)(p + n - arg) < sizeof h->lockstep_reg;
        if (ok)
            memcpy(h->lockstep_reg, arg, (size_t)(p + n - arg));
        return ok;
    }
    if (is(p, n, "no-code-memory", &arg))
        return h->no_code_memory = true;
    if (is(p, n, "no-arena-room", &arg))
        return h->no_arena_room = true;
    return false;
}

bool testhook_parse(struct testhook *h, const char *list, const char **bad)
{
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");

        *bad = p;
        if (!item(h, p, n))
            return false;
        p += n + (p[n] == ',');
    }
    return true;
}

bool testhook_fails(struct testhook *h, uint64_t pc)
{
    for (unsigned i = 0; i < h->nfail; i++)
        if (pc >= h->fail[i].lo && pc < h->fail[i].hi)
            return true;
    return h->fail_every && ++h->compiled % h->fail_every == 0;
}
