/* Status codes and messages: every function that can fail returns `enum status` and fills one `struct diag`. */
#ifndef AOTC_PASSES_IR_DIAG_H
#define AOTC_PASSES_IR_DIAG_H

#include <stdint.h>

enum status { ST_OK, ST_TRUNCATED, ST_BADFORMAT, ST_UNSUPPORTED, ST_LIMIT, ST_NOMEM, ST_IO, ST_MISMATCH, ST_NOTFOUND, ST_BUG };

/* `off` is a byte offset in the input that was read, or a guest pc, whichever the message names. */
struct diag {
    enum status st;
    uint64_t off;
    char msg[200];
};

/* Fills *d (which may be NULL) and returns st, so that callers can `return fail(d, ST_X, off, "...")`. */
enum status fail(struct diag *d, enum status st, uint64_t off, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
const char *status_name(enum status st);

#endif
