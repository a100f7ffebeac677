/* xxh3 over buffers and files, canonical (big-endian) bytes. */
#ifndef AOTC_FORMATS_HASH_H
#define AOTC_FORMATS_HASH_H

#include "passes/ir/diag.h"

#include <stddef.h>
#include <stdint.h>

void hash128(const void *p, size_t n, uint8_t out[16]);
uint64_t hash64(const void *p, size_t n);
enum status hash_file(int fd, uint8_t out[16], struct diag *d);
void hash_hex(const uint8_t *h, size_t n, char *out);   /* 2n + 1 bytes */

#endif
