/* Compilations: start, end, and the one way out of the middle. */
#include "passes/ir/cc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cc_init(struct cc *cc)
{
    memset(cc, 0, sizeof *cc);
    arena_init(&cc->arena, cc);
}

void cc_fini(struct cc *cc)
{
    arena_free(&cc->arena);
}

void cc_reset(struct cc *cc)
{
    arena_reset(&cc->arena);
    cc->diag.st = ST_OK;
    cc->diag.off = 0;
    cc->diag.msg[0] = 0;
}

/* Tries nest: the outer way out is put back whichever way fn ends. */
enum status cc_try(struct cc *cc, void (*fn)(struct cc *cc, void *arg), void *arg)
{
    jmp_buf outer;
    bool was_armed = cc->armed;
    enum status st = ST_OK;

    if (was_armed)
        memcpy(&outer, &cc->env, sizeof outer);
    cc->armed = true;
    if (_setjmp(cc->env) == 0)
        fn(cc, arg);
    else
        st = cc->diag.st;       /* st has not changed since _setjmp on the other path */
    if (was_armed)
        memcpy(&cc->env, &outer, sizeof outer);
    cc->armed = was_armed;
    return st;
}

void cc_bail(struct cc *cc, enum status st, uint64_t off, const char *fmt, ...)
{
    va_list ap;

    cc->diag.st = st;
    cc->diag.off = off;
    va_start(ap, fmt);
    vsnprintf(cc->diag.msg, sizeof cc->diag.msg, fmt, ap);
    va_end(ap);
    if (!cc->armed) {
        fprintf(stderr, "aotc: bug: cc_bail outside cc_try: %s\n", cc->diag.msg);
        abort();
    }
    _longjmp(cc->env, 1);
}
