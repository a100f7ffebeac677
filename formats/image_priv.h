/* Shared by the parts of the image reader (image.c opens and maps; image_records.c knows the records). */
#ifndef AOTC_FORMATS_IMAGE_PRIV_H
#define AOTC_FORMATS_IMAGE_PRIV_H

#include "formats/image.h"

/* What makes an image harmless beyond the bounds of its records: the table holds exactly the entries, entries lie in regions,
 * snapshot records decode to the last byte and name nothing but homes and spill slots, names have strings.
 * file: the whole image. granule: bytes of guest text per table slot, 0 for a guest whose table is not known. */
enum status image_check_meaning(const struct image *im, const uint8_t *file, unsigned granule, const char *name, struct diag *d);

#endif
