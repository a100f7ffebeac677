/* A compilation: its arena, its way out, its message. One per compile thread, reused for many regions. */
#ifndef AOTC_PASSES_IR_CC_H
#define AOTC_PASSES_IR_CC_H

#include "passes/ir/arena.h"
#include "passes/ir/diag.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdnoreturn.h>

struct cc {
    struct arena arena;
    struct diag diag;
    jmp_buf env;                /* set by cc_try() */
    bool armed;
    bool verify;                /* run ir_verify after every pass */
};

void cc_init(struct cc *cc);
void cc_fini(struct cc *cc);
void cc_reset(struct cc *cc);   /* drops everything in the arena */

/* Runs fn(cc, arg) with cc_bail() armed; returns ST_OK or what was bailed with (message in cc->diag).
 * Nothing that owns a lock, an fd or heap memory may be live inside fn when it can bail. */
enum status cc_try(struct cc *cc, void (*fn)(struct cc *cc, void *arg), void *arg);

/* The only longjmp in the compiler: abandons the current unit. */
noreturn void cc_bail(struct cc *cc, enum status st, uint64_t off, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
