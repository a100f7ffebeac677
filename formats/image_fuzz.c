/* libFuzzer entry: images. First byte: bits 0-1 say what the rest is.
 *   0, 1  a header, then the sections' bytes one behind the other: laid out, and every hash made right, so that what lies behind
 * the         hash checks is reached
 *   2     a flat image as it is;  3  a packed one
 * What passes image_verify must be harmless (tests/hostile/image.h). */
#include "formats/hash.h"
#include "formats/sign.h"
#include "tests/hostile/image.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SECTION_MAX = 1 << 16 };

#ifndef HOSTILE_DRIVER                  /* which has a harm() of its own */
void harm(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n");
    abort();
}
#endif

static void use(int fd, struct rng *r)
{
    uint8_t signer[SIGN_PUBLIC];
    struct image *im;
    struct diag d;

    if (image_open(fd, "fuzz", NULL, &im, &d) != ST_OK)
        return;
    image_probe(im, r);
    sign_check(im, true, signer, &d);
    if (image_verify(im, &d) == ST_OK) {
        image_harmless(im);
        image_evaluate(im);
    }
    image_probe_cache(im, r);
    image_close(im);
}

static void write_all(int fd, const void *p, size_t n, uint64_t at)
{
    if (n && pwrite(fd, p, n, (off_t)at) != (ssize_t)n)
        abort();
}

/* Header and section bytes to a file with right offsets and hashes; a section gets as much of the bytes as there still is. */
static void lay_out(int fd, const uint8_t *data, size_t size)
{
    uint64_t sizes[IS_COUNT], span;
    struct image_header h = { 0 };

    memcpy(&h, data, size < sizeof h ? size : sizeof h);
    data += size < sizeof h ? size : sizeof h;
    size -= size < sizeof h ? size : sizeof h;
    h.guest_machine = EM_RISCV;
    h.reserved0 = 0;
    h.flags &= IMAGE_PIC;
    h.distance &= ~(int64_t)(IMAGE_ALIGN - 1);
    h.guest_lo &= UINT64_C(0xffffffff);
    span = h.guest_hi - h.guest_lo;
    if (span > SECTION_MAX / 2)
        h.guest_hi = h.guest_lo + (span = span % (SECTION_MAX / 2));
    for (unsigned i = 0; i < IS_COUNT; i++)
        sizes[i] = h.section[i].size % SECTION_MAX;
    sizes[IS_TABLE] = (span + 1) / 2 * 4;
    image_plan(&h, sizes);
    if (ftruncate(fd, (off_t)h.file_size) != 0)
        abort();
    for (unsigned i = 0; i < IS_COUNT; i++) {
        uint8_t *sec = calloc(1, sizes[i] + 1);
        size_t n = sizes[i] < size ? sizes[i] : size;

        if (!sec)
            abort();
        if (n)
            memcpy(sec, data, n);
        write_all(fd, sec, sizes[i], h.section[i].off);
        hash128(sec, sizes[i], h.section[i].hash);
        free(sec);
        data += n;
        size -= n;
    }
    hash128(&h, offsetof(struct image_header, header_hash), h.header_hash);
    write_all(fd, &h, sizeof h, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    struct rng r = { size };
    uint8_t buf[100];
    struct diag d;
    size_t got;

    if (fd < 0 || out < 0)
        abort();
    if (size && (data[0] & 3) < 2) {
        lay_out(fd, data + 1, size - 1);
        use(fd, &r);
    } else if (size) {
        write_all(fd, data + 1, size - 1, 0);
        image_packed_read(fd, size, buf, sizeof buf, &got, &d);
        image_packed_read(fd, 0, buf, sizeof buf, &got, &d);
        if (!image_is_packed(fd))
            use(fd, &r);
        else if (image_unpack(fd, out, &d) == ST_OK)
            use(out, &r);
    }
    close(fd);
    close(out);
    return 0;
}
