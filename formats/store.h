/* The store: a directory of images plus index.lmdb. Readers open, copy records, close; only writers lock. */
#ifndef AOTC_FORMATS_STORE_H
#define AOTC_FORMATS_STORE_H

#include "passes/ir/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_FLAT = 0, STORE_PACKED = 1 };

/* Key: module hash + options hash + host level; one module may have several. */
struct store_key {
    uint8_t module_hash[16];
    uint8_t compiler[16];
    uint8_t options_hash[16];
    uint16_t guest_machine, host_isa, host_level, reserved;
};
struct store_rec {
    struct store_key key;
    uint64_t size, features;
    uint8_t file_hash[16];
    uint32_t state;
    uint32_t variant;           /* of the options without the profile: images that differ in the profile alone replace each other */
    char file[64];              /* name inside the store directory */
    char name[128];             /* basename of the guest file, for `aotc store ls` only */
};

/* The search path, in order: dir (--store) if not NULL, $AOT_STORE, /usr/lib/aotc/store, $XDG_CACHE_HOME/aotc (~/.cache/aotc). With
 * secure (AT_SECURE) only /usr/lib/aotc/store. Fills up to n paths, returns the count. Strings are malloc'd. */
unsigned store_search_path(const char *dir, bool secure, char *out[], unsigned n);

/* Copies all records of a module into *rec (malloc'd, NULL when there are none; best host level first). A store that does not
 * exist has none (ST_OK, 0). Nothing stays open. Never writes, takes no lock at all, works on read-only directories; safe for
 * any bytes in the index. A directory or index that others than its owner (this user or root) can write is refused. */
enum status store_find(const char *dir, const uint8_t module_hash[16], struct store_rec **rec, uint32_t *n, struct diag *d);
enum status store_list(const char *dir, struct store_rec **rec, uint32_t *n, struct diag *d);
/* store_temp makes the directory when it is missing, and a file of mode 0600 in it, open for reading and writing. store_publish
 * publishes that file, which holds a flat image (verified here, key must match its header) or a packed one, atomically: fsync,
 * rename, then index commit; an image with the same key is replaced. Fills rec's size, features, file_hash, file. On failure the
 * temporary file is gone and the store is as it was. The fd stays the caller's. */
enum status store_temp(const char *dir, int *fd, char *tmp_path, size_t n, struct diag *d);
enum status store_publish(const char *dir, const char *tmp_path, int fd, struct store_rec *rec, struct diag *d);
/* What store_publish does first: checks all of the image in fd (packed ones are inflated into memory) against rec's key and state;
 * fills rec's size, features, file_hash, file. */
enum status store_describe(int fd, struct store_rec *rec, struct diag *d);
enum status store_remove(const char *dir, const struct store_key *key, struct diag *d);
/* Opens a record's file read-only; checks that it is a regular file that only its owner (us or root) can write, of the
 * recorded size. ST_NOTFOUND when it is gone (a writer has just replaced it). */
enum status store_open_file(const char *dir, const struct store_rec *rec, int *fd, struct diag *d);

/* The same by a descriptor of the store's directory, for who opens several things in it. store_dir_open checks who may write the
 * directory (*dirfd is -1 on failure); ST_NOTFOUND when it does not exist. `dir` is for messages. */
enum status store_dir_open(const char *dir, int *dirfd, struct diag *d);
enum status store_open_at(const char *dir, int dirfd, const struct store_rec *rec, int *fd, struct diag *d);

/* How often and when an image was last used, from merged journals; zero when never. */
struct store_use { uint64_t uses, last /* seconds since 1970 */; };
/* What journals name an image by: a hash of its key. */
void store_image_id(const struct store_key *key, uint8_t out[16]);

/* ---- store_admin.c: upkeep ---- */
/* Takes the journals of dir (profile.h) into its profiles and use counts. */
enum status store_merge(const char *dir, struct diag *d);
enum status store_uses(const char *dir, const struct store_rec *rec, struct store_use *out, struct diag *d);
/* Removes images, the longest unused first, until the rest has at most max bytes; never `keep` (may be NULL). Merges first. Files in
 * use stay mapped by who uses them. */
struct store_gc { uint64_t before, after; uint32_t removed; };
enum status store_gc(const char *dir, uint64_t max, const struct store_key *keep, struct store_gc *out, struct diag *d);
/* A size such as 500M or 2G (K, M, G, T: powers of 1024). false: not one. */
bool store_parse_size(const char *s, uint64_t *out);
/* Makes the index anew from the image files' headers, whatever it was. Image files that are damaged are left alone, counted in *bad,
 * and not entered. Names of guest files are lost. */
enum status store_rebuild(const char *dir, uint32_t *good, uint32_t *bad, struct diag *d);

/* Start-up cache: stat identity -> content hash, so that a start does not hash the module again. Trusted only when ctime was
 * over 2 s old at hashing. Lookup copies and closes, like store_find. */
/* st must have been taken before the bytes that were hashed were read, and over 2 s after the file's last change (struct gelf's
 * stat, if settled): otherwise a file that changes in between is remembered under its old content. store_stat_remember returns
 * ST_OK without remembering when the file changed less than 2 s ago. */
bool store_stat_hash(const char *dir, const void *st /* struct stat */, uint8_t hash[16]);
enum status store_stat_remember(const char *dir, const void *st, const uint8_t hash[16], struct diag *d);
/* Both in one opening of the index, for the runtime's start path: hash by stat (or, when unknown, by reading fd), then that
 * module's records. A directory without a store leaves the hash unknown. */
enum status store_attach(const char *dir, int fd, uint8_t hash[16], bool *hash_known, struct store_rec **rec, uint32_t *n,
                         struct diag *d);
enum status store_attach_at(const char *dir, int dirfd, int fd, uint8_t hash[16], bool *hash_known, struct store_rec **rec,
                            uint32_t *n, struct diag *d);

#endif
