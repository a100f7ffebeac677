/* Shared by the parts of the image reader (image.c opens and maps; image_records.c knows the records). */
#ifndef AOTC_FORMATS_IMAGE_PRIV_H
#define AOTC_FORMATS_IMAGE_PRIV_H

#include "formats/image.h"

static inline uint64_t image_page_up(uint64_t v) { return (v + IMAGE_ALIGN - 1) & ~(uint64_t)(IMAGE_ALIGN - 1); }

/* What makes an image harmless beyond the bounds of its records: the table holds exactly the entries, entries lie in regions,
 * snapshot records decode to the last byte and name nothing but homes and spill slots, names have strings.
 * file: the whole image. granule: bytes of guest text per table slot, 0 for a guest whose table is not known. */
enum status image_check_meaning(const struct image *im, const uint8_t *file, unsigned granule, const char *name, struct diag *d);

/* --- image_lazy.c --- */
struct image_lazy;

/* image_open() once the first page (n bytes of it) and the size of the flat file are known. lazy, if not NULL, becomes the image's
 * when this succeeds. */
enum status image_open_page(const uint8_t *page, uint64_t n, uint64_t size, const char *name, const struct image_expect *want,
                            struct image_lazy *lazy, int fd, struct image **out, struct diag *d);
/* Reserves memory for flat bytes [off, off + len): at `at`, else anywhere. From flat offset code on it will be executable.
 * MAP_FAILED with errno. */
uint8_t *image_lazy_map(struct image_lazy *z, uint8_t *at, uint64_t off, uint64_t len, uint64_t code);
void image_lazy_need(struct image_lazy *z, const void *p, uint64_t n);
void image_lazy_free(struct image_lazy *z);

#endif
