/* libFuzzer entry: any bytes as an image, flat or packed. The header's hash is made right first, so that what lies behind it is
 * reached. */
#include "formats/hash.h"
#include "formats/image.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink;          /* keeps the reads alive */

static void flat(int fd)
{
    struct image *im;
    struct diag d;
    uint32_t n;

    if (image_open(fd, "fuzz", NULL, &im, &d) != ST_OK)
        return;
    for (uint64_t pc = im->h.guest_lo; pc < im->h.guest_lo + 64; pc++)
        sink += image_lookup(im, pc);
    for (uint64_t off = 0; off < 4096; off += 64) {
        const struct image_region *r = image_region_at(im, off);
        const uint8_t *p = r ? image_region_snap(im, r) : NULL;

        const struct image_span *s = r ? image_region_reads(im, r, &n) : NULL;

        sink += p && r->snap_len ? p[r->snap_len - 1] : 0;
        sink += s && n ? s[n - 1].hi : 0;
    }
    image_verify(im, &d);
    if (image_map(im, NULL, &d) == ST_OK)
        sink += image_text(im)[0];
    image_close(im);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    struct image_header h;
    struct diag d;
    uint8_t buf[100];
    size_t got;

    if (fd < 0 || out < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    if (image_is_packed(fd)) {
        image_packed_read(fd, size, buf, sizeof(buf), &got, &d);
        if (image_unpack(fd, out, &d) == ST_OK)
            flat(out);
    } else {
        if (size >= 4096) {
            memcpy(&h, data, sizeof(h));
            hash128(&h, offsetof(struct image_header, header_hash), h.header_hash);
            if (pwrite(fd, &h, sizeof(h), 0) != sizeof(h))
                abort();
        }
        flat(fd);
    }
    close(fd);
    close(out);
    return 0;
}
