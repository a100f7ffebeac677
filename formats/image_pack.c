/* Packed images: the flat bytes as independent zstd frames of at most 256 KiB, then a seek table in a skippable frame, as zstd's
 * "seekable format" 0.1.0 lays it out, so that the zstd tool unpacks them too and a reader can inflate any piece alone. */
#include "formats/image.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

enum { SKIP_MAGIC = 0x184D2A5E, SKIP_HEAD = 8, FOOTER = 9, ROW = 8 };   /* a row: compressed size, decompressed size (u32 each) */
#define SEEK_MAGIC UINT32_C(0x8F92EAB1)

static uint32_t get32le(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put32le(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static enum status read_full(int fd, void *p, size_t n, uint64_t off, struct diag *d)
{
    uint8_t *b = p;

    while (n) {
        ssize_t r = pread(fd, b, n, (off_t)off);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return fail(d, ST_IO, off, "cannot read the image: %s", strerror(errno));
        if (r == 0)
            return fail(d, ST_TRUNCATED, off, "image ends at byte %" PRIu64, off);
        b += r;
        n -= (size_t)r;
        off += (uint64_t)r;
    }
    return ST_OK;
}

static enum status write_full(int fd, const void *p, size_t n, uint64_t off, struct diag *d)
{
    const uint8_t *b = p;

    while (n) {
        ssize_t w = pwrite(fd, b, n, (off_t)off);

        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return fail(d, ST_IO, off, "cannot write the image: %s", strerror(errno));
        b += w;
        n -= (size_t)w;
        off += (uint64_t)w;
    }
    return ST_OK;
}

/* ---- packing ---- */

struct packer {
    ZSTD_CCtx *cctx;
    uint8_t *in, *out, *rows;
    size_t outcap;
    uint64_t nframe, pos;
};

static enum status pack_frames(struct packer *p, int in, int out, uint64_t size, struct diag *d)
{
    for (uint64_t off = 0; off < size; off += IMAGE_FRAME, p->nframe++) {
        size_t n = size - off < IMAGE_FRAME ? (size_t)(size - off) : IMAGE_FRAME, z;
        enum status st = read_full(in, p->in, n, off, d);

        if (st != ST_OK)
            return st;
        z = ZSTD_compress2(p->cctx, p->out, p->outcap, p->in, n);
        if (ZSTD_isError(z))
            return fail(d, ST_NOMEM, off, "zstd: %s", ZSTD_getErrorName(z));
        st = write_full(out, p->out, z, p->pos, d);
        if (st != ST_OK)
            return st;
        p->pos += z;
        put32le(p->rows + SKIP_HEAD + p->nframe * ROW, (uint32_t)z);
        put32le(p->rows + SKIP_HEAD + p->nframe * ROW + 4, (uint32_t)n);
    }
    return ST_OK;
}

static enum status pack_all(struct packer *p, int in, int out, uint64_t size, int level, struct diag *d)
{
    uint64_t nframe = (size + IMAGE_FRAME - 1) / IMAGE_FRAME, tail = SKIP_HEAD + nframe * ROW + FOOTER;
    uint8_t *foot;
    enum status st;

    p->outcap = ZSTD_compressBound(IMAGE_FRAME);
    p->cctx = ZSTD_createCCtx();
    p->in = malloc(IMAGE_FRAME);
    p->out = malloc(p->outcap);
    p->rows = malloc(tail);
    if (!p->cctx || !p->in || !p->out || !p->rows)
        return fail(d, ST_NOMEM, 0, "no memory to pack an image");
    ZSTD_CCtx_setParameter(p->cctx, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(p->cctx, ZSTD_c_checksumFlag, 1);
    st = pack_frames(p, in, out, size, d);
    if (st != ST_OK)
        return st;
    put32le(p->rows, SKIP_MAGIC);
    put32le(p->rows + 4, (uint32_t)(tail - SKIP_HEAD));
    foot = p->rows + SKIP_HEAD + nframe * ROW;
    put32le(foot, (uint32_t)nframe);
    foot[4] = 0;                        /* no per-frame checksums in the table: the frames carry them */
    put32le(foot + 5, SEEK_MAGIC);
    return write_full(out, p->rows, tail, p->pos, d);
}

enum status image_pack(int flat_fd, int packed_fd, int level, struct diag *d)
{
    struct packer p = { 0 };
    struct stat sb;
    enum status st;

    if (fstat(flat_fd, &sb) != 0 || ftruncate(packed_fd, 0) != 0)
        return fail(d, ST_IO, 0, "cannot pack the image: %s", strerror(errno));
    if (sb.st_size == 0 || (uint64_t)sb.st_size > IMAGE_MAX_SIZE)
        return fail(d, ST_LIMIT, 0, "cannot pack an image of %" PRIu64 " bytes", (uint64_t)sb.st_size);
    st = pack_all(&p, flat_fd, packed_fd, (uint64_t)sb.st_size, level, d);
    ZSTD_freeCCtx(p.cctx);
    free(p.in);
    free(p.out);
    free(p.rows);
    return st;
}

/* ---- unpacking ---- */

struct seek {
    uint8_t *rows;
    uint64_t nframe, flat_size;
    ZSTD_DCtx *dctx;
    uint8_t *in, *out;
    size_t incap;
};

static void seek_free(struct seek *s)
{
    ZSTD_freeDCtx(s->dctx);
    free(s->rows);
    free(s->in);
    free(s->out);
}

/* Every row must be possible and their sum must be the file: then no frame read below can leave the file or its buffer. */
static enum status check_rows(struct seek *s, uint64_t table_at, struct diag *d)
{
    uint64_t pos = 0;

    for (uint64_t i = 0; i < s->nframe; i++) {
        uint32_t z = get32le(s->rows + i * ROW), n = get32le(s->rows + i * ROW + 4);

        if (n == 0 || n > IMAGE_FRAME || (n < IMAGE_FRAME && i + 1 < s->nframe) || z > s->incap)
            return fail(d, ST_BADFORMAT, table_at + i * ROW, "packed image: frame %" PRIu64 " of %u bytes is impossible", i, n);
        pos += z;
        s->flat_size += n;
    }
    if (pos != table_at - SKIP_HEAD)
        return fail(d, ST_BADFORMAT, table_at, "packed image: frames end at %" PRIu64 ", the seek table starts at %" PRIu64, pos,
                    table_at - SKIP_HEAD);
    if (s->flat_size > IMAGE_MAX_SIZE)
        return fail(d, ST_LIMIT, 0, "packed image: %" PRIu64 " flat bytes are too many", s->flat_size);
    return ST_OK;
}

static enum status seek_open(int fd, struct seek *s, struct diag *d)
{
    uint8_t foot[FOOTER], head[SKIP_HEAD];
    struct stat sb;
    uint64_t size, table;
    enum status st;

    if (fstat(fd, &sb) != 0)
        return fail(d, ST_IO, 0, "packed image: %s", strerror(errno));
    size = (uint64_t)sb.st_size;
    if (size < SKIP_HEAD + FOOTER)
        return fail(d, ST_TRUNCATED, size, "packed image: %" PRIu64 " bytes are too few", size);
    if ((st = read_full(fd, foot, FOOTER, size - FOOTER, d)) != ST_OK)
        return st;
    if (get32le(foot + 5) != SEEK_MAGIC || foot[4] != 0)
        return fail(d, ST_TRUNCATED, size - FOOTER, "packed image: no seek table at its end");
    s->nframe = get32le(foot);
    table = s->nframe * ROW + FOOTER;
    if (table + SKIP_HEAD > size || s->nframe == 0)
        return fail(d, ST_BADFORMAT, size - FOOTER, "packed image: seek table of %" PRIu64 " frames does not fit", s->nframe);
    if ((st = read_full(fd, head, SKIP_HEAD, size - table - SKIP_HEAD, d)) != ST_OK)
        return st;
    if (get32le(head) != SKIP_MAGIC || get32le(head + 4) != table)
        return fail(d, ST_BADFORMAT, size - table - SKIP_HEAD, "packed image: seek table's frame is damaged");
    s->incap = ZSTD_compressBound(IMAGE_FRAME);
    s->rows = malloc(s->nframe * ROW);
    s->in = malloc(s->incap);
    s->out = malloc(IMAGE_FRAME);
    s->dctx = ZSTD_createDCtx();
    if (!s->rows || !s->in || !s->out || !s->dctx)
        return fail(d, ST_NOMEM, 0, "no memory to unpack an image");
    if ((st = read_full(fd, s->rows, s->nframe * ROW, size - table, d)) != ST_OK)
        return st;
    return check_rows(s, size - table, d);
}

enum status image_packed_frames(int fd, struct image_frame **out, uint64_t *n, uint64_t *flat_size, struct diag *d)
{
    struct seek s = { 0 };
    uint64_t pos = 0;
    enum status st = seek_open(fd, &s, d);

    *out = NULL;
    *n = 0;
    if (st == ST_OK && !(*out = calloc(s.nframe, sizeof(**out))))
        st = fail(d, ST_NOMEM, 0, "no memory to unpack an image");
    for (uint64_t i = 0; st == ST_OK && i < s.nframe; i++) {
        (*out)[i] = (struct image_frame){ pos, get32le(s.rows + i * ROW), get32le(s.rows + i * ROW + 4) };
        pos += (*out)[i].packed;
    }
    if (st == ST_OK) {
        *n = s.nframe;
        *flat_size = s.flat_size;
    }
    seek_free(&s);
    return st;
}

/* Inflates frame i, whose packed bytes start at pos, into s->out. */
static enum status inflate(int fd, struct seek *s, uint64_t i, uint64_t pos, struct diag *d)
{
    uint32_t z = get32le(s->rows + i * ROW), n = get32le(s->rows + i * ROW + 4);
    enum status st = read_full(fd, s->in, z, pos, d);
    size_t got;

    if (st != ST_OK)
        return st;
    got = ZSTD_decompressDCtx(s->dctx, s->out, n, s->in, z);
    if (ZSTD_isError(got))
        return fail(d, ST_BADFORMAT, pos, "packed image: frame %" PRIu64 ": %s", i, ZSTD_getErrorName(got));
    if (got != n)
        return fail(d, ST_BADFORMAT, pos, "packed image: frame %" PRIu64 " holds %zu bytes, expected %u", i, got, n);
    return ST_OK;
}

/* The first frame holds the image header: it must promise as many bytes as the seek table does, before a disk is filled with
 * them. */
static enum status check_first(const struct seek *s, struct diag *d)
{
    struct image_header h;

    if (get32le(s->rows + 4) < sizeof(h))
        return fail(d, ST_BADFORMAT, 0, "packed image: no image header inside");
    memcpy(&h, s->out, sizeof(h));
    if (memcmp(h.magic, "AOTIMG\r\n", 8) != 0 || h.file_size != s->flat_size)
        return fail(d, ST_BADFORMAT, 0, "packed image: its contents are no AOT image of %" PRIu64 " bytes", s->flat_size);
    return ST_OK;
}

enum status image_unpack(int packed_fd, int flat_fd, struct diag *d)
{
    struct seek s = { 0 };
    uint64_t pos = 0, off = 0;
    enum status st = seek_open(packed_fd, &s, d);

    if (st == ST_OK && ftruncate(flat_fd, 0) != 0)
        st = fail(d, ST_IO, 0, "cannot unpack the image: %s", strerror(errno));
    for (uint64_t i = 0; st == ST_OK && i < s.nframe; i++) {
        uint32_t n = get32le(s.rows + i * ROW + 4);

        st = inflate(packed_fd, &s, i, pos, d);
        if (st == ST_OK && i == 0)
            st = check_first(&s, d);
        if (st == ST_OK)
            st = write_full(flat_fd, s.out, n, off, d);
        pos += get32le(s.rows + i * ROW);
        off += n;
    }
    seek_free(&s);
    return st;
}

enum status image_packed_read(int packed_fd, uint64_t off, void *buf, size_t n, size_t *got, struct diag *d)
{
    struct seek s = { 0 };
    uint64_t pos = 0, at = 0;
    enum status st = seek_open(packed_fd, &s, d);

    *got = 0;
    for (uint64_t i = 0; st == ST_OK && i < s.nframe && *got < n; i++) {
        uint64_t flat = get32le(s.rows + i * ROW + 4);

        if (off + *got < at + flat && off + *got >= at) {
            uint64_t skip = off + *got - at, len = flat - skip < n - *got ? flat - skip : n - *got;

            st = inflate(packed_fd, &s, i, pos, d);
            if (st == ST_OK) {
                memcpy((uint8_t *)buf + *got, s.out + skip, len);
                *got += len;
            }
        }
        pos += get32le(s.rows + i * ROW);
        at += flat;
    }
    seek_free(&s);
    return st;
}

bool image_is_packed(int fd)
{
    uint8_t head[4], foot[FOOTER];
    struct stat sb;

    return fstat(fd, &sb) == 0 && sb.st_size >= SKIP_HEAD + FOOTER && pread(fd, head, 4, 0) == 4 &&
           get32le(head) == ZSTD_MAGICNUMBER && pread(fd, foot, FOOTER, sb.st_size - FOOTER) == FOOTER &&
           get32le(foot + 5) == SEEK_MAGIC;
}
