/* Shared by the store's readers (store.c) and writers (store_write.c). */
#ifndef AOTC_FORMATS_STORE_PRIV_H
#define AOTC_FORMATS_STORE_PRIV_H

#include "formats/store.h"

#include <sys/stat.h>

#define STORE_INDEX "index.lmdb"
#define STORE_TEMP ".tmp-"
#define STORE_SUFFIX ".aot"

/* Keys in the index: a tag byte, then a struct store_key, device and inode, or store_image_id(). */
enum { TAG_IMAGE = 'i', TAG_STAT = 's', TAG_USE = 'u', IMAGE_KEY = 1 + sizeof(struct store_key), STAT_KEY = 1 + 16, USE_KEY = 1 + 16 };

/* Stat identity of a guest file and its hash; device and inode are in the key. */
struct store_stat { uint64_t size; int64_t mtime, mtime_ns, ctime, ctime_ns; uint8_t hash[16]; };

_Static_assert(sizeof(struct store_key) == 56 && sizeof(struct store_rec) == 56 + 16 + 16 + 8 + 64 + 128,
               "on-disk records have no padding");
_Static_assert(sizeof(struct store_stat) == 56, "on-disk records have no padding");

/* Opens the index read-only with the same checks. ST_NOTFOUND when there is none yet. */
enum status store_index_open(const char *dir, int dirfd, int *fd, struct diag *d);
/* True when val is a sound record for key; *rec is then a copy whose strings are clean. */
bool store_rec_decode(const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval, struct store_rec *rec);
void store_image_key(const struct store_key *key, uint8_t out[IMAGE_KEY]);
void store_use_key(const struct store_key *key, uint8_t out[USE_KEY]);
void store_stat_key(const struct stat *st, uint8_t out[STAT_KEY]);
void store_stat_fill(const struct stat *st, struct store_stat *out);

#endif
