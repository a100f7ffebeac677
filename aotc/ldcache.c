/* ld.so.cache, as glibc's ldconfig writes it since 2.2. Nothing in the file is trusted: an entry whose strings do not end inside the
 * file is none. Byte order is this machine's (every guest and host is little-endian). */
#include "aotc/ldcache.h"

#include <string.h>

static const char old_magic[] = "ld.so-1.7.0", new_magic[] = "glibc-ld.so.cache1.1";

enum {
    OLD_HEAD = 16, OLD_ENTRY = 12,      /* magic, count of entries; entry: flags, name, path */
    NEW_HEAD = 48, NEW_ENTRY = 24,      /* magic, nlibs, len_strings, flags, ...; entry: flags, name, path, osversion, hwcap */
    NEW_NLIBS = 20, NEW_FLAGS = 28,
    ENDIAN_MASK = 3, ENDIAN_UNSET = 0, ENDIAN_LITTLE = 2,
    ENTRY_NAME = 4, ENTRY_PATH = 8, ENTRY_HWCAP = 16
};

static uint32_t get32(const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return v;
}

static uint64_t get64(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return v;
}

/* Where the new header starts: behind the old entries, aligned as its 64-bit fields ask. */
static bool new_start(const uint8_t *p, size_t n, size_t *start)
{
    uint64_t at;

    *start = 0;
    if (n < OLD_HEAD || memcmp(p, old_magic, sizeof old_magic - 1) != 0)
        return true;
    at = OLD_HEAD + (uint64_t)get32(p + 12) * OLD_ENTRY;
    at = (at + 7) & ~UINT64_C(7);
    *start = (size_t)at;
    return at < n;
}

enum status ldcache_open(const void *bytes, size_t n, struct ldcache *out, struct diag *d)
{
    const uint8_t *p = bytes, *h;
    size_t start;

    memset(out, 0, sizeof *out);
    if (!new_start(p, n, &start) || n - start < NEW_HEAD || memcmp(p + start, new_magic, sizeof new_magic - 1) != 0)
        return fail(d, ST_UNSUPPORTED, 0, "not a cache of format %s", new_magic);
    h = p + start;
    if ((h[NEW_FLAGS] & ENDIAN_MASK) != ENDIAN_UNSET && (h[NEW_FLAGS] & ENDIAN_MASK) != ENDIAN_LITTLE)
        return fail(d, ST_UNSUPPORTED, start + NEW_FLAGS, "a cache of another byte order");
    if (get32(h + NEW_NLIBS) > (n - start - NEW_HEAD) / NEW_ENTRY)
        return fail(d, ST_TRUNCATED, start + NEW_NLIBS, "%u entries do not fit the cache's %zu bytes", get32(h + NEW_NLIBS), n);
    *out = (struct ldcache){p, n, start, get32(h + NEW_NLIBS)};
    return ST_OK;
}

/* String at an offset from the new header; NULL when it does not end inside the file. */
static const char *string_at(const struct ldcache *c, uint32_t off)
{
    size_t left = c->size - c->start;
    const uint8_t *s = c->file + c->start + off;

    return off < left && memchr(s, 0, left - off) ? (const char *)s : NULL;
}

const char *ldcache_next(const struct ldcache *c, uint32_t flags, const char *name, uint32_t *i, bool *plain)
{
    while (*i < c->nlibs) {
        const uint8_t *e = c->file + c->start + NEW_HEAD + (size_t)(*i)++ * NEW_ENTRY;
        const char *key, *path;

        if (get32(e) != flags)
            continue;
        key = string_at(c, get32(e + ENTRY_NAME));
        path = string_at(c, get32(e + ENTRY_PATH));
        if (!key || !path || strcmp(key, name) != 0)
            continue;
        *plain = get64(e + ENTRY_HWCAP) == 0;
        return path;
    }
    return NULL;
}
