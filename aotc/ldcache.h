/* ld.so.cache: which file ldconfig found for a library's name. */
#ifndef AOTC_AOTC_LDCACHE_H
#define AOTC_AOTC_LDCACHE_H

#include "passes/ir/diag.h"

#include <stdbool.h>
#include <stddef.h>

struct ldcache {
    const uint8_t *file;        /* whole file, not owned */
    size_t size;
    size_t start;               /* of the header that string offsets count from */
    uint32_t nlibs;
};

/* Takes the bytes of an ld.so.cache, which must outlive *out: format "glibc-ld.so.cache1.1", alone or behind the older one
 * "ld.so-1.7.0" (glibc, elf/dl-cache.h). ST_UNSUPPORTED: another format, the old one alone, or another byte order. */
enum status ldcache_open(const void *bytes, size_t n, struct ldcache *out, struct diag *d);
/* The next entry at or after *i whose name and flags (FLAG_*, of one ABI) are these: its path inside the root, NULL when there is none.
 * *i: 0 to begin with, then past that entry. *plain: the file is for every processor of the ABI, not in a glibc-hwcaps directory. */
const char *ldcache_next(const struct ldcache *c, uint32_t flags, const char *name, uint32_t *i, bool *plain);

#endif
