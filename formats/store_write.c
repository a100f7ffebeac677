/* The store, writing side. A publication is: temporary file, fsync, then under the index's write lock rename, fsync of the
 * directory, commit. Killed at any point, a store still opens and names only whole images; what may stay behind is a temporary
 * file or an image that no record names, and the next writer removes those once they are an hour old. */
#include "formats/hash.h"
#include "formats/image.h"
#include "formats/index.h"
#include "formats/store_write_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { STALE_SECONDS = 3600, SETTLE_SECONDS = 2, LOCK_BYTES = 16384 };
#define MAP_START (UINT64_C(16) << 20)          /* address space only; the file grows as records come */
#define MAP_LIMIT (UINT64_C(1) << 30)

enum status writer_fail(const struct writer *w, int rc, const char *what)
{
    enum status st = rc == MDB_MAP_FULL ? ST_LIMIT : rc == MDB_NOTFOUND ? ST_NOTFOUND : ST_IO;

    return fail(w->d, st, 0, "%s: cannot %s: %s", w->name, what, mdb_strerror(rc));
}

/* ---- opening ---- */

static enum status make_dirs(const char *dir, struct diag *d)
{
    char path[4096];
    size_t n = strlen(dir);

    if (n == 0 || n >= sizeof(path))
        return fail(d, ST_LIMIT, 0, "store: the directory's name is empty or too long");
    memcpy(path, dir, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != 0)
            continue;
        path[i] = 0;
        if (mkdir(path, 0755) != 0 && errno != EEXIST && i == n)
            return fail(d, ST_IO, 0, "store %s: cannot create the directory: %s", dir, strerror(errno));
        path[i] = dir[i];
    }
    return ST_OK;
}

/* LMDB writes the two first pages of a new file where it lies: a crash in between would leave a file that never opens again. So
 * an empty index is made under another name; link, unlike rename, never replaces one that another writer has made meanwhile. */
static enum status create_index(struct writer *w)
{
    char tmp[4200];
    MDB_env *env = NULL;
    int fd, rc;

    snprintf(tmp, sizeof(tmp), "%s/" STORE_TEMP "XXXXXX", w->dir);
    fd = mkostemp(tmp, O_CLOEXEC);
    if (fd < 0)
        return fail(w->d, ST_IO, 0, "store %s: cannot write: %s", w->dir, strerror(errno));
    rc = mdb_env_create(&env);
    if (rc == 0)
        rc = mdb_env_set_mapsize(env, MAP_START);
    if (rc == 0)
        rc = mdb_env_open(env, tmp, MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOTLS, 0644);
    if (env)
        mdb_env_close(env);
    if (rc == 0 && (fchmod(fd, 0644) != 0 || fsync(fd) != 0 || (link(tmp, w->path) != 0 && errno != EEXIST)))
        rc = errno;
    unlink(tmp);
    close(fd);
    return rc ? writer_fail(w, rc, "create the index") : ST_OK;
}

/* LMDB maps its lock file after making it longer, which on a full disk ends in SIGBUS: its blocks are asked for here, where that is
 * an error like any other. */
static int reserve_lock(struct writer *w)
{
    int fd = openat(w->dirfd, STORE_INDEX "-lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644), rc;

    if (fd < 0)
        return errno;
    rc = posix_fallocate(fd, 0, LOCK_BYTES);
    close(fd);
    return rc == EOPNOTSUPP || rc == EINVAL ? 0 : rc;
}

static enum status open_env(struct writer *w, uint64_t mapsize)
{
    int rc = mdb_env_create(&w->env), dead;

    if (rc == 0)
        rc = mdb_env_set_mapsize(w->env, mapsize);
    if (rc == 0)
        rc = reserve_lock(w);
    if (rc == 0)
        rc = mdb_env_open(w->env, w->path, MDB_NOSUBDIR | MDB_NOTLS, 0644);
    if (rc == 0)
        mdb_reader_check(w->env, &dead);
    if (rc == 0)
        rc = mdb_txn_begin(w->env, NULL, 0, &w->txn);
    if (rc == MDB_MAP_RESIZED) {                /* another writer has grown the map since it was opened */
        rc = mdb_env_set_mapsize(w->env, 0);
        if (rc == 0)
            rc = mdb_txn_begin(w->env, NULL, 0, &w->txn);
    }
    if (rc != 0)
        return writer_fail(w, rc, "open the index for writing");
    if ((rc = mdb_dbi_open(w->txn, NULL, 0, &w->dbi)) != 0)
        return writer_fail(w, rc, "open the index's table");
    return ST_OK;
}

static void close_env(struct writer *w)
{
    if (w->txn)
        mdb_txn_abort(w->txn);
    if (w->env)
        mdb_env_close(w->env);
    w->txn = NULL;
    w->env = NULL;
}

void writer_close(struct writer *w)
{
    close_env(w);
    if (w->indexfd >= 0)
        close(w->indexfd);
    if (w->dirfd >= 0)
        close(w->dirfd);
}

enum status writer_open(struct writer *w, const char *dir, struct diag *d)
{
    enum status st;

    *w = (struct writer){ .dir = dir, .dirfd = -1, .indexfd = -1, .d = d };
    snprintf(w->name, sizeof(w->name), "store %.200s/" STORE_INDEX, dir);
    if ((size_t)snprintf(w->path, sizeof(w->path), "%s/" STORE_INDEX, dir) >= sizeof(w->path))
        return fail(d, ST_LIMIT, 0, "store: the directory's name is too long");
    st = store_dir_open(dir, &w->dirfd, d);
    if (st == ST_OK && flock(w->dirfd, LOCK_SH) != 0)           /* store_rebuild() must not replace the index under us */
        st = fail(d, ST_IO, 0, "store %s: cannot lock: %s", dir, strerror(errno));
    if (st == ST_OK)
        st = store_index_open(dir, w->dirfd, &w->indexfd, d);
    if (st == ST_NOTFOUND && w->dirfd >= 0) {
        st = create_index(w);
        if (st == ST_OK)
            st = store_index_open(dir, w->dirfd, &w->indexfd, d);
    }
    if (st == ST_OK)
        st = index_check_meta(w->indexfd, w->name, d);
    if (st == ST_OK)
        st = open_env(w, MAP_START);
    if (st == ST_OK)
        st = index_check(w->indexfd, w->name, d);
    if (st != ST_OK)
        writer_close(w);
    return st;
}

/* Runs change() in the open transaction and commits; starts over in a map of twice the size when the map is full. */
enum status writer_commit(struct writer *w, int (*change)(struct writer *, void *), void *arg)
{
    for (;;) {
        MDB_envinfo info;
        uint64_t size;
        int rc = change(w, arg);
        enum status st;

        if (rc == 0) {
            rc = mdb_txn_commit(w->txn);
            w->txn = NULL;
        }
        if (rc == 0)
            return ST_OK;
        mdb_env_info(w->env, &info);
        size = (uint64_t)info.me_mapsize * 2;
        if (rc != MDB_MAP_FULL || size > MAP_LIMIT)
            return writer_fail(w, rc, "write");
        close_env(w);
        st = open_env(w, size);
        if (st == ST_OK)
            st = index_check(w->indexfd, w->name, w->d);
        if (st != ST_OK)
            return st;
    }
}

/* ---- cleaning ---- */

static bool stale(int dirfd, const char *file)
{
    struct stat sb;

    return fstatat(dirfd, file, &sb, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(sb.st_mode) && sb.st_mtime + STALE_SECONDS < time(NULL);
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && strcmp(s + n - m, end) == 0;
}

/* Does any record name this file? */
static bool referenced(struct writer *w, const char *file)
{
    MDB_cursor *c;
    MDB_val k = { 0 }, v;
    bool found = false;

    if (mdb_cursor_open(w->txn, w->dbi, &c) != 0)
        return true;
    for (int rc = mdb_cursor_get(c, &k, &v, MDB_FIRST); rc == 0 && !found; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
        struct store_rec rec;

        found = store_rec_decode(k.mv_data, k.mv_size, v.mv_data, v.mv_size, &rec) && strcmp(rec.file, file) == 0;
    }
    mdb_cursor_close(c);
    return found;
}

static DIR *open_dir(int dirfd, const char *name)
{
    int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

    if (!dir && fd >= 0)
        close(fd);
    return dir;
}

/* What a killed store_rebuild() left: a directory of files. */
static void sweep_rebuild(struct writer *w, const char *name)
{
    struct dirent *de;
    struct stat sb;
    DIR *dir;

    if (fstatat(w->dirfd, name, &sb, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(sb.st_mode) || sb.st_mtime + STALE_SECONDS >= time(NULL) ||
        !(dir = open_dir(w->dirfd, name)))
        return;
    while ((de = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), de->d_name, 0);    /* "." and ".." refuse */
    closedir(dir);
    unlinkat(w->dirfd, name, AT_REMOVEDIR);
}

/* Removes what killed writers left. Every rename into place happens under the write lock that we hold, so an image without a
 * record is not one that is just being published. */
static void sweep(struct writer *w)
{
    DIR *dir = open_dir(w->dirfd, ".");
    struct dirent *de;

    if (!dir)
        return;
    while ((de = readdir(dir)) != NULL) {
        bool temp = strncmp(de->d_name, STORE_TEMP, strlen(STORE_TEMP)) == 0;

        if ((temp || ends_with(de->d_name, STORE_SUFFIX)) && stale(w->dirfd, de->d_name) && (temp || !referenced(w, de->d_name)))
            unlinkat(w->dirfd, de->d_name, 0);
        else if (temp)
            sweep_rebuild(w, de->d_name);
    }
    closedir(dir);
}

/* ---- publishing ---- */

enum status store_temp(const char *dir, int *fd, char *tmp_path, size_t n, struct diag *d)
{
    enum status st;
    int dirfd;

    *fd = -1;
    st = make_dirs(dir, d);
    if (st == ST_OK)
        st = store_dir_open(dir, &dirfd, d);
    if (st != ST_OK)
        return st;
    close(dirfd);
    if ((size_t)snprintf(tmp_path, n, "%s/" STORE_TEMP "XXXXXX", dir) >= n)
        return fail(d, ST_LIMIT, 0, "store %s: the directory's name is too long", dir);
    *fd = mkostemp(tmp_path, O_CLOEXEC);
    if (*fd < 0)
        return fail(d, ST_IO, 0, "store %s: cannot write: %s", dir, strerror(errno));
    return ST_OK;
}

static enum status check_flat(int fd, struct store_rec *rec, struct diag *d)
{
    struct image *im;
    const struct image_header *h;
    enum status st;

    st = image_open(fd, "new image", NULL, &im, d);
    if (st != ST_OK)
        return st;
    h = &im->h;
    st = image_verify(im, d);
    if (st == ST_OK && (memcmp(h->module_hash, rec->key.module_hash, 16) != 0 || memcmp(h->compiler, rec->key.compiler, 16) != 0 ||
                        memcmp(h->options_hash, rec->key.options_hash, 16) != 0 || h->guest_machine != rec->key.guest_machine ||
                        h->host_isa != rec->key.host_isa || h->host_level != rec->key.host_level))
        st = fail(d, ST_MISMATCH, 0, "store: the new image's header does not match its key");
    rec->features = h->features;
    image_close(im);
    return st;
}

/* Whoever attaches a published image relies on this check. */
static enum status check_image(int fd, struct store_rec *rec, struct diag *d)
{
    enum status st;
    int flat;

    if (rec->state == STORE_FLAT)
        return check_flat(fd, rec, d);
    if (!image_is_packed(fd))
        return fail(d, ST_BADFORMAT, 0, "store: not a packed image");
    flat = memfd_create("aot-image", MFD_CLOEXEC);
    if (flat < 0)
        return fail(d, ST_IO, 0, "store: no memory to inflate an image: %s", strerror(errno));
    st = image_unpack(fd, flat, d);
    if (st == ST_OK)
        st = check_flat(flat, rec, d);
    close(flat);
    return st;
}

/* Fills rec from the finished file and names it after key and content: two publications never fight over one name unless they
 * are equal. */
enum status store_describe(int fd, struct store_rec *rec, struct diag *d)
{
    uint8_t key[16];
    char k[33], f[33];
    struct stat sb;
    enum status st;

    if (rec->state > STORE_PACKED)
        return fail(d, ST_BADFORMAT, 0, "store: unknown image state %u", rec->state);
    if (fstat(fd, &sb) != 0)
        return fail(d, ST_IO, 0, "store: %s", strerror(errno));
    st = check_image(fd, rec, d);
    if (st == ST_OK)
        st = hash_file(fd, rec->file_hash, d);
    if (st != ST_OK)
        return st;
    rec->size = (uint64_t)sb.st_size;
    rec->key.reserved = 0;
    rec->name[sizeof(rec->name) - 1] = 0;
    hash128(&rec->key, sizeof(rec->key), key);
    hash_hex(key, 8, k);
    hash_hex(rec->file_hash, 16, f);
    memset(rec->file, 0, sizeof(rec->file));
    snprintf(rec->file, sizeof(rec->file), "%.16s-%.32s" STORE_SUFFIX, k, f);
    return ST_OK;
}

static enum status prepare(int fd, struct store_rec *rec, struct diag *d)
{
    enum status st = store_describe(fd, rec, d);

    if (st != ST_OK)
        return st;
    if (fchmod(fd, 0444) != 0 || fsync(fd) != 0)
        return fail(d, ST_IO, 0, "store: cannot finish the image: %s", strerror(errno));
    return ST_OK;
}

int writer_put(struct writer *w, const struct store_rec *rec)
{
    uint8_t key[IMAGE_KEY];
    MDB_val k = { sizeof(key), key }, v = { sizeof(*rec), (void *)rec };

    store_image_key(&rec->key, key);
    return mdb_put(w->txn, w->dbi, &k, &v, 0);
}

int writer_delete(struct writer *w, const struct store_key *key)
{
    uint8_t image[IMAGE_KEY], use[USE_KEY];
    MDB_val k = { sizeof(image), image }, u = { sizeof(use), use };
    int rc;

    store_image_key(key, image);
    store_use_key(key, use);
    rc = mdb_del(w->txn, w->dbi, &u, NULL);
    return rc && rc != MDB_NOTFOUND ? rc : mdb_del(w->txn, w->dbi, &k, NULL);
}

static int put_record(struct writer *w, void *arg)
{
    return writer_put(w, arg);
}

static bool get_record(struct writer *w, const struct store_key *key, struct store_rec *rec)
{
    uint8_t bytes[IMAGE_KEY];
    MDB_val k = { sizeof(bytes), bytes }, v;

    store_image_key(key, bytes);
    return mdb_get(w->txn, w->dbi, &k, &v) == 0 && store_rec_decode(k.mv_data, k.mv_size, v.mv_data, v.mv_size, rec);
}

static enum status publish_locked(struct writer *w, const char *tmp_path, struct store_rec *rec)
{
    struct store_rec old;
    bool had = get_record(w, &rec->key, &old), same = had && strcmp(old.file, rec->file) == 0;
    enum status st;

    sweep(w);
    if (renameat(AT_FDCWD, tmp_path, w->dirfd, rec->file) != 0)
        return fail(w->d, ST_IO, 0, "store %s: cannot publish: %s", w->dir, strerror(errno));
    st = fsync(w->dirfd) != 0 && errno != EINVAL ? fail(w->d, ST_IO, 0, "store %s: fsync: %s", w->dir, strerror(errno)) : ST_OK;
    if (st == ST_OK)
        st = writer_commit(w, put_record, rec);
    if (st != ST_OK && !same)
        unlinkat(w->dirfd, rec->file, 0);
    if (st == ST_OK && had && !same)
        unlinkat(w->dirfd, old.file, 0);
    return st;
}

enum status store_publish(const char *dir, const char *tmp_path, int fd, struct store_rec *rec, struct diag *d)
{
    struct writer w;
    enum status st = prepare(fd, rec, d);

    if (st == ST_OK)
        st = writer_open(&w, dir, d);
    if (st == ST_OK) {
        st = publish_locked(&w, tmp_path, rec);
        writer_close(&w);
    }
    if (st != ST_OK)
        unlink(tmp_path);
    return st;
}

/* ---- removing, remembering ---- */

static int delete_record(struct writer *w, void *arg)
{
    return writer_delete(w, arg);
}

enum status store_remove(const char *dir, const struct store_key *key, struct diag *d)
{
    struct store_key copy = *key;
    struct store_rec old;
    struct writer w;
    enum status st = writer_open(&w, dir, d);

    if (st != ST_OK)
        return st;
    if (!get_record(&w, &copy, &old))
        st = fail(d, ST_NOTFOUND, 0, "store %s holds no such image", dir);
    else
        st = writer_commit(&w, delete_record, &copy);
    if (st == ST_OK)
        unlinkat(w.dirfd, old.file, 0);
    writer_close(&w);
    return st;
}

struct stat_put { uint8_t key[STAT_KEY]; struct store_stat val; };

static int put_stat(struct writer *w, void *arg)
{
    struct stat_put *p = arg;
    MDB_val k = { sizeof(p->key), p->key }, v = { sizeof(p->val), &p->val };

    return mdb_put(w->txn, w->dbi, &k, &v, 0);
}

enum status store_stat_remember(const char *dir, const void *st, const uint8_t hash[16], struct diag *d)
{
    const struct stat *sb = st;
    struct stat_put p;
    struct writer w;
    enum status ret;

    /* A file that changed within the clock's grain may change again without its times telling. */
    if (sb->st_ctim.tv_sec + SETTLE_SECONDS >= time(NULL))
        return ST_OK;
    store_stat_key(sb, p.key);
    store_stat_fill(sb, &p.val);
    memcpy(p.val.hash, hash, 16);
    ret = writer_open(&w, dir, d);
    if (ret != ST_OK)
        return ret;
    ret = writer_commit(&w, put_stat, &p);
    writer_close(&w);
    return ret;
}
