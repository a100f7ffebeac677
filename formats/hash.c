/* Content identity: xxh3 of buffers and files, always as canonical (big-endian) bytes so that images do not depend on the
 * writer's host. */
#include "formats/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

void hash128(const void *p, size_t n, uint8_t out[16])
{
    XXH128_canonical_t c;

    XXH128_canonicalFromHash(&c, XXH3_128bits(n ? p : "", n));
    memcpy(out, c.digest, 16);
}

uint64_t hash64(const void *p, size_t n)
{
    return XXH3_64bits(n ? p : "", n);
}

enum status hash_file(int fd, uint8_t out[16], struct diag *d)
{
    enum { CHUNK = 256 << 10 };
    XXH3_state_t *st = XXH3_createState();
    uint8_t *buf = malloc(CHUNK);
    enum status ret = ST_OK;
    XXH128_canonical_t c;
    off_t off = 0;

    if (!st || !buf) {
        ret = fail(d, ST_NOMEM, 0, "no memory to hash a file");
        goto out;
    }
    XXH3_128bits_reset(st);
    for (;;) {
        ssize_t n = pread(fd, buf, CHUNK, off);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            ret = fail(d, ST_IO, (uint64_t)off, "cannot read the file to hash it: %s", strerror(errno));
            goto out;
        }
        if (n == 0)
            break;
        XXH3_128bits_update(st, buf, (size_t)n);
        off += n;
    }
    XXH128_canonicalFromHash(&c, XXH3_128bits_digest(st));
    memcpy(out, c.digest, 16);
out:
    free(buf);
    XXH3_freeState(st);
    return ret;
}

void hash_hex(const uint8_t *h, size_t n, char *out)
{
    static const char digit[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digit[h[i] >> 4];
        out[2 * i + 1] = digit[h[i] & 15];
    }
    out[2 * n] = 0;
}
