/* The store: a directory of images plus index.lmdb. Readers open, copy records, close; only writers lock. */
#ifndef AOTC_FORMATS_STORE_H
#define AOTC_FORMATS_STORE_H

#include "passes/ir/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_FLAT = 0, STORE_PACKED = 1 };

/* Key: module hash + options hash + host level; one module may have several. */
struct store_key { uint8_t module_hash[16]; uint8_t compiler[16]; uint8_t options_hash[16]; uint16_t guest_machine, host_isa, host_level, reserved; };
struct store_rec {
    struct store_key key;
    uint64_t size, features;
    uint8_t file_hash[16];
    uint32_t state, reserved;
    char file[64];              /* name inside the store directory */
    char name[128];             /* basename of the guest file, for `aotc store ls` only */
};

/* The search path: dir (--store) if not NULL, else $AOT_STORE, /usr/lib/aotc/store, $XDG_CACHE_HOME/aotc (~/.cache/aotc). With
 * secure (AT_SECURE) only /usr/lib/aotc/store. Fills up to n paths, returns the count. Strings are malloc'd. */
unsigned store_search_path(const char *dir, bool secure, char *out[], unsigned n);

/* Copies all records of a module into *rec (malloc'd). A store that does not exist has none (ST_OK, 0). LMDB is closed on return. Never
 * writes, takes no write lock, works on read-only directories. */
enum status store_find(const char *dir, const uint8_t module_hash[16], struct store_rec **rec, uint32_t *n, struct diag *d);
enum status store_list(const char *dir, struct store_rec **rec, uint32_t *n, struct diag *d);
/* Publishes the image in tmp_fd/tmp_path (made by store_temp in the same directory) atomically: fsync, rename, then index commit. */
enum status store_temp(const char *dir, int *fd, char *tmp_path, size_t n, struct diag *d);
enum status store_publish(const char *dir, const char *tmp_path, int fd, struct store_rec *rec, struct diag *d);
enum status store_remove(const char *dir, const struct store_key *key, struct diag *d);
/* Opens a record's file read-only; checks that it is a regular file that only its owner (us or root) can write. */
enum status store_open_file(const char *dir, const struct store_rec *rec, int *fd, struct diag *d);

/* Start-up cache: stat identity -> content hash, so that a start does not hash the module again. Trusted only when ctime was over 2 s
 * old at hashing. Lookup copies and closes, like store_find. */
bool store_stat_hash(const char *dir, const void *st /* struct stat */, uint8_t hash[16]);
enum status store_stat_remember(const char *dir, const void *st, const uint8_t hash[16], struct diag *d);
/* Both in one LMDB open, for the runtime's start path: hash by stat (or, when unknown, by reading fd), then that module's records. */
enum status store_attach(const char *dir, int fd, uint8_t hash[16], bool *hash_known, struct store_rec **rec, uint32_t *n, struct diag *d);

#endif
