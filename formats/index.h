/* Reading index.lmdb without LMDB: a bounds-checked walk of its B+tree. Internal to the store. */
#ifndef AOTC_FORMATS_INDEX_H
#define AOTC_FORMATS_INDEX_H

#include "passes/ir/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called for each record in key order; key and value are valid during the call only. False ends the scan. */
typedef bool index_fn(void *ctx, const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval);

/* Visits the records whose key begins with prefix in one committed state of the file. When writers overtake the scan it starts
 * again, and `reset` (may be NULL) is called first to drop what fn has collected. ST_BADFORMAT for damage; `name` begins the
 * message. */
enum status index_scan(int fd, const char *name, const uint8_t *prefix, size_t nprefix, index_fn *fn, void (*reset)(void *),
                       void *ctx, struct diag *d);
/* Are the two meta pages fit for mdb_env_open()? An empty file is. */
enum status index_check_meta(int fd, const char *name, struct diag *d);
/* Is every page that a write transaction may touch sound (tree shape, node bounds, free lists, no page used twice)? LMDB itself
 * trusts its pages, and aborts or worse on damage. Call with the write lock held. */
enum status index_check(int fd, const char *name, struct diag *d);

#endif
