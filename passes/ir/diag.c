/* Status names and message formatting. */
#include "passes/ir/diag.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum status fail(struct diag *d, enum status st, uint64_t off, const char *fmt, ...)
{
    va_list ap;

    if (!d)
        return st;
    d->st = st;
    d->off = off;
    va_start(ap, fmt);
    vsnprintf(d->msg, sizeof d->msg, fmt, ap);
    va_end(ap);
    return st;
}

const char *status_name(enum status st)
{
    static const char *const name[] = {
        [ST_OK] = "ok", [ST_TRUNCATED] = "truncated", [ST_BADFORMAT] = "bad format", [ST_UNSUPPORTED] = "unsupported",
        [ST_LIMIT] = "limit exceeded", [ST_NOMEM] = "out of memory", [ST_IO] = "input/output error", [ST_MISMATCH] = "mismatch",
        [ST_NOTFOUND] = "not found", [ST_BUG] = "internal error",
    };

    return (unsigned)st < sizeof name / sizeof name[0] ? name[st] : "unknown status";
}
