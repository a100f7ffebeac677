/* The store, reading side: search path, records, image files. Nothing here writes or locks; see index.c for how the index is
 * read. */
#include "formats/hash.h"
#include "formats/index.h"
#include "formats/store_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- where ---- */

static bool push(char *out[], unsigned *n, unsigned max, char *path)
{
    for (unsigned i = 0; path && i < *n; i++)
        if (strcmp(out[i], path) == 0) {
            free(path);
            return true;
        }
    if (!path || *n == max) {
        free(path);
        return false;
    }
    out[(*n)++] = path;
    return true;
}

unsigned store_search_path(const char *dir, bool secure, char *out[], unsigned n)
{
    const char *env = getenv("AOT_STORE"), *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    unsigned count = 0;
    char *path = NULL;

    if (!secure && dir && *dir)
        push(out, &count, n, strdup(dir));
    if (!secure && env && *env)
        push(out, &count, n, strdup(env));
    push(out, &count, n, strdup("/usr/lib/aotc/store"));
    if (secure)
        return count;
    /* The XDG base directory specification: a relative value is as good as none. */
    if (cache && *cache == '/' ? asprintf(&path, "%s/aotc", cache) > 0
                               : home && *home == '/' && asprintf(&path, "%s/.cache/aotc", home) > 0)
        push(out, &count, n, path);
    return count;
}

/* An image is code that we run: whoever can write the file, or replace it, can run as us. Directories above the store do not matter:
 * who can exchange the store for another can only exchange it for one that passes here too, so one of root's or ours. */
static enum status check_owner(const struct stat *st, const char *dir, const char *file, struct diag *d)
{
    const char *sep = *file ? "/" : "";

    if (st->st_uid != 0 && st->st_uid != geteuid())
        return fail(d, ST_MISMATCH, 0, "store %s%s%s belongs to uid %u, neither to this user nor to root; not used", dir, sep, file,
                    (unsigned)st->st_uid);
    if (st->st_mode & 022)
        return fail(d, ST_MISMATCH, 0, "store %s%s%s can be written by others (mode %04o); not used, chmod go-w it", dir, sep, file,
                    (unsigned)st->st_mode & 07777);
    return ST_OK;
}

static enum status open_error(const char *dir, const char *file, struct diag *d)
{
    return fail(d, errno == ENOENT ? ST_NOTFOUND : ST_IO, 0, "store %s%s%s: %s", dir, *file ? "/" : "", file, strerror(errno));
}

enum status store_dir_open(const char *dir, int *dirfd, struct diag *d)
{
    struct stat sb;
    enum status st;

    *dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*dirfd < 0)
        return open_error(dir, "", d);
    st = fstat(*dirfd, &sb) != 0 ? open_error(dir, "", d) : check_owner(&sb, dir, "", d);
    if (st != ST_OK) {
        close(*dirfd);
        *dirfd = -1;
    }
    return st;
}

static enum status open_checked(const char *dir, int dirfd, const char *file, int *fd, struct stat *sb, struct diag *d)
{
    enum status st;

    *fd = openat(dirfd, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (*fd < 0)
        return open_error(dir, file, d);
    if (fstat(*fd, sb) != 0)
        st = open_error(dir, file, d);
    else if (!S_ISREG(sb->st_mode))
        st = fail(d, ST_MISMATCH, 0, "store %s/%s is not a regular file", dir, file);
    else
        st = check_owner(sb, dir, file, d);
    if (st != ST_OK) {
        close(*fd);
        *fd = -1;
    }
    return st;
}

enum status store_index_open(const char *dir, int dirfd, int *fd, struct diag *d)
{
    struct stat sb;
    enum status st = open_checked(dir, dirfd, STORE_INDEX, fd, &sb, d);

    if (st == ST_OK && sb.st_size == 0) {
        close(*fd);
        *fd = -1;
        return fail(d, ST_NOTFOUND, 0, "store %s: the index is empty", dir);
    }
    return st;
}

enum status store_open_file(const char *dir, const struct store_rec *rec, int *fd, struct diag *d)
{
    int dirfd;
    enum status st = store_dir_open(dir, &dirfd, d);

    *fd = -1;
    if (st != ST_OK)
        return st;
    st = store_open_at(dir, dirfd, rec, fd, d);
    close(dirfd);
    return st;
}

enum status store_open_at(const char *dir, int dirfd, const struct store_rec *rec, int *fd, struct diag *d)
{
    struct stat sb;
    enum status st = open_checked(dir, dirfd, rec->file, fd, &sb, d);

    if (st == ST_OK && (uint64_t)sb.st_size != rec->size) {
        close(*fd);
        *fd = -1;
        st = fail(d, ST_TRUNCATED, 0, "store %s/%s has %" PRIu64 " bytes, the index says %" PRIu64, dir, rec->file,
                  (uint64_t)sb.st_size, rec->size);
    }
    return st;
}

/* ---- records ---- */

void store_image_key(const struct store_key *key, uint8_t out[IMAGE_KEY])
{
    out[0] = TAG_IMAGE;
    memcpy(out + 1, key, sizeof(*key));
}

void store_image_id(const struct store_key *key, uint8_t out[16])
{
    hash128(key, sizeof(*key), out);
}

void store_use_key(const struct store_key *key, uint8_t out[USE_KEY])
{
    out[0] = TAG_USE;
    store_image_id(key, out + 1);
}

void store_stat_key(const struct stat *st, uint8_t out[STAT_KEY])
{
    uint64_t dev = st->st_dev, ino = st->st_ino;

    out[0] = TAG_STAT;
    memcpy(out + 1, &dev, 8);
    memcpy(out + 9, &ino, 8);
}

void store_stat_fill(const struct stat *st, struct store_stat *out)
{
    memset(out, 0, sizeof(*out));
    out->size = (uint64_t)st->st_size;
    out->mtime = st->st_mtim.tv_sec;
    out->mtime_ns = st->st_mtim.tv_nsec;
    out->ctime = st->st_ctim.tv_sec;
    out->ctime_ns = st->st_ctim.tv_nsec;
}

/* A name inside the store directory, never a way out of it. */
static bool file_name_ok(const char *s)
{
    static const char ok[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    return *s && *s != '.' && s[strspn(s, ok)] == 0;
}

bool store_rec_decode(const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval, struct store_rec *rec)
{
    if (nkey != IMAGE_KEY || nval != sizeof(*rec))
        return false;
    memcpy(rec, val, sizeof(*rec));
    if (memcmp(&rec->key, key + 1, sizeof(rec->key)) != 0 || rec->file[sizeof(rec->file) - 1] || rec->name[sizeof(rec->name) - 1] ||
        !file_name_ok(rec->file) || rec->state > STORE_PACKED)
        return false;
    for (char *p = rec->name; *p; p++)
        if ((unsigned char)*p < 32 || *p == 127)
            *p = '?';           /* it is printed on terminals */
    return true;
}

struct list { struct store_rec *rec; uint32_t n, cap; bool nomem; };

static void list_reset(void *ctx)
{
    ((struct list *)ctx)->n = 0;
}

static bool list_add(void *ctx, const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval)
{
    struct list *l = ctx;

    if (l->n == l->cap) {
        uint32_t cap = l->cap ? l->cap * 2 : 8;
        struct store_rec *p = reallocarray(l->rec, cap, sizeof(*p));

        if (!p) {
            l->nomem = true;
            return false;
        }
        l->rec = p;
        l->cap = cap;
    }
    if (store_rec_decode(key, nkey, val, nval, &l->rec[l->n]))
        l->n++;
    return true;
}

static int best_first(const void *x, const void *y)
{
    const struct store_rec *a = x, *b = y;
    int c = memcmp(a->key.module_hash, b->key.module_hash, 16);

    return c                                        ? c
           : a->key.host_level != b->key.host_level ? (a->key.host_level > b->key.host_level ? -1 : 1)
                                                    : strcmp(a->file, b->file);
}

static enum status scan_records(int fd, const char *name, const uint8_t *prefix, size_t nprefix, struct store_rec **rec,
                                uint32_t *n, struct diag *d)
{
    struct list l = { 0 };
    enum status st = index_scan(fd, name, prefix, nprefix, list_add, list_reset, &l, d);

    if (st == ST_OK && l.nomem)
        st = fail(d, ST_NOMEM, 0, "%s: no memory for its records", name);
    if (st != ST_OK || l.n == 0) {
        free(l.rec);
        return st;
    }
    qsort(l.rec, l.n, sizeof(*l.rec), best_first);
    *rec = l.rec;
    *n = l.n;
    return ST_OK;
}

/* Opens the index of a store for reading. ST_OK with *fd < 0: there is no store, or nothing in it. */
static enum status open_index(const char *dir, int dirfd, int *fd, char name[256], struct diag *d)
{
    enum status st = store_index_open(dir, dirfd, fd, d);

    snprintf(name, 256, "store %.200s/" STORE_INDEX, dir);
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status open_for_reading(const char *dir, int *fd, char name[256], struct diag *d)
{
    int dirfd;
    enum status st = store_dir_open(dir, &dirfd, d);

    *fd = -1;
    if (st == ST_OK) {
        st = open_index(dir, dirfd, fd, name, d);
        close(dirfd);
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status read_records(const char *dir, const uint8_t *prefix, size_t nprefix, struct store_rec **rec, uint32_t *n,
                                struct diag *d)
{
    char name[256];
    int fd;
    enum status st;

    *rec = NULL;
    *n = 0;
    st = open_for_reading(dir, &fd, name, d);
    if (st == ST_OK && fd >= 0) {
        st = scan_records(fd, name, prefix, nprefix, rec, n, d);
        close(fd);
    }
    return st;
}

enum status store_find(const char *dir, const uint8_t module_hash[16], struct store_rec **rec, uint32_t *n, struct diag *d)
{
    uint8_t prefix[17] = { TAG_IMAGE };

    memcpy(prefix + 1, module_hash, 16);
    return read_records(dir, prefix, sizeof(prefix), rec, n, d);
}

enum status store_list(const char *dir, struct store_rec **rec, uint32_t *n, struct diag *d)
{
    uint8_t prefix[1] = { TAG_IMAGE };

    return read_records(dir, prefix, sizeof(prefix), rec, n, d);
}

/* ---- stat identity ---- */

struct stat_want { struct store_stat want; bool found; };

static bool stat_match(void *ctx, const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval)
{
    struct stat_want *w = ctx;

    if (nkey == STAT_KEY && nval == sizeof(w->want) && memcmp(val, &w->want, offsetof(struct store_stat, hash)) == 0) {
        memcpy(w->want.hash, val + offsetof(struct store_stat, hash), 16);
        w->found = true;
    }
    return false;
}

static void stat_reset(void *ctx)
{
    ((struct stat_want *)ctx)->found = false;
}

static enum status scan_stat(int fd, const char *name, const struct stat *st, uint8_t hash[16], bool *found, struct diag *d)
{
    uint8_t key[STAT_KEY];
    struct stat_want w = { .found = false };
    enum status ret;

    store_stat_key(st, key);
    store_stat_fill(st, &w.want);
    ret = index_scan(fd, name, key, sizeof(key), stat_match, stat_reset, &w, d);
    *found = ret == ST_OK && w.found;
    if (*found)
        memcpy(hash, w.want.hash, 16);
    return ret;
}

bool store_stat_hash(const char *dir, const void *st, uint8_t hash[16])
{
    char name[256];
    bool found = false;
    int fd;

    if (open_for_reading(dir, &fd, name, NULL) == ST_OK && fd >= 0) {
        scan_stat(fd, name, st, hash, &found, NULL);
        close(fd);
    }
    return found;
}

enum status store_attach(const char *dir, int fd, uint8_t hash[16], bool *hash_known, struct store_rec **rec, uint32_t *n,
                         struct diag *d)
{
    int dirfd;
    enum status st = store_dir_open(dir, &dirfd, d);

    *rec = NULL;
    *n = 0;
    if (st == ST_OK) {
        st = store_attach_at(dir, dirfd, fd, hash, hash_known, rec, n, d);
        close(dirfd);
    }
    return st == ST_NOTFOUND ? ST_OK : st;
}

enum status store_attach_at(const char *dir, int dirfd, int fd, uint8_t hash[16], bool *hash_known, struct store_rec **rec,
                            uint32_t *n, struct diag *d)
{
    uint8_t prefix[17] = { TAG_IMAGE };
    char name[256];
    struct stat sb;
    int index;
    enum status st;

    *rec = NULL;
    *n = 0;
    st = open_index(dir, dirfd, &index, name, d);
    if (st != ST_OK || index < 0)
        return st;
    if (!*hash_known && fstat(fd, &sb) != 0)
        st = fail(d, ST_IO, 0, "cannot stat the guest file: %s", strerror(errno));
    if (st == ST_OK && !*hash_known)
        st = scan_stat(index, name, &sb, hash, hash_known, d);
    if (st == ST_OK && !*hash_known) {
        st = hash_file(fd, hash, d);
        *hash_known = st == ST_OK;
    }
    if (st == ST_OK) {
        memcpy(prefix + 1, hash, 16);
        st = scan_records(index, name, prefix, sizeof(prefix), rec, n, d);
    }
    close(index);
    return st;
}
