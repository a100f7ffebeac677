/* Upkeep of a store: journals into use counts, the quota, an index from nothing. */
#include "formats/hash.h"
#include "formats/image.h"
#include "formats/index.h"
#include "formats/profile.h"
#include "formats/store_write_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { PROFILE_SECONDS = 90 * 86400 };

/* ---- use counts ---- */

struct use { uint8_t key[USE_KEY]; struct store_use use; };
struct uses { struct use *v; uint32_t n, cap; bool nomem; };

static void count_use(void *ctx, const struct profile_rec *r, const struct profile_pc *pc)
{
    struct uses *u = ctx;
    struct use *e = NULL;

    (void)pc;
    for (uint32_t i = 0; i < u->n && !e; i++)
        if (memcmp(u->v[i].key + 1, r->image, 16) == 0)
            e = &u->v[i];
    if (!e) {
        if (u->n == u->cap) {
            struct use *v = reallocarray(u->v, u->cap + 64, sizeof(*v));

            if (!v) {
                u->nomem = true;
                return;
            }
            u->v = v;
            u->cap += 64;
        }
        e = &u->v[u->n++];
        *e = (struct use){ .key = { TAG_USE } };
        memcpy(e->key + 1, r->image, 16);
    }
    e->use.uses += r->uses;
    if (r->when > e->use.last)
        e->use.last = r->when;
}

static void get_use(struct writer *w, const uint8_t key[USE_KEY], struct store_use *out)
{
    MDB_val k = { USE_KEY, (void *)key }, v;

    *out = (struct store_use){ 0 };
    if (mdb_get(w->txn, w->dbi, &k, &v) == 0 && v.mv_size == sizeof(*out))
        memcpy(out, v.mv_data, sizeof(*out));
}

static int put_uses(struct writer *w, void *arg)
{
    const struct uses *u = arg;
    int rc = 0;

    for (uint32_t i = 0; rc == 0 && i < u->n; i++) {
        struct store_use sum;
        MDB_val k = { USE_KEY, u->v[i].key }, v = { sizeof(sum), &sum };

        get_use(w, u->v[i].key, &sum);
        sum.uses += u->v[i].use.uses;
        if (u->v[i].use.last > sum.last)
            sum.last = u->v[i].use.last;
        rc = mdb_put(w->txn, w->dbi, &k, &v, 0);
    }
    return rc;
}

enum status store_merge(const char *dir, struct diag *d)
{
    struct uses u = { 0 };
    struct writer w;
    enum status st = profile_merge(dir, count_use, &u, d);

    if (st == ST_OK && u.nomem)
        st = fail(d, ST_NOMEM, 0, "store %s: no memory for use counts", dir);
    if (st == ST_OK && u.n) {
        st = writer_open(&w, dir, d);
        if (st == ST_OK) {
            st = writer_commit(&w, put_uses, &u);
            writer_close(&w);
        }
    }
    free(u.v);
    return st;
}

static bool one_use(void *ctx, const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval)
{
    if (nkey == USE_KEY && nval == sizeof(struct store_use))
        memcpy(ctx, val, nval);
    return false;
}

enum status store_uses(const char *dir, const struct store_rec *rec, struct store_use *out, struct diag *d)
{
    uint8_t key[USE_KEY];
    char name[256];
    int dirfd, fd;
    enum status st = store_dir_open(dir, &dirfd, d);

    *out = (struct store_use){ 0 };
    if (st != ST_OK)
        return st == ST_NOTFOUND ? ST_OK : st;
    st = store_index_open(dir, dirfd, &fd, d);
    close(dirfd);
    if (st != ST_OK)
        return st == ST_NOTFOUND ? ST_OK : st;
    snprintf(name, sizeof(name), "store %.200s/" STORE_INDEX, dir);
    store_use_key(&rec->key, key);
    st = index_scan(fd, name, key, sizeof(key), one_use, NULL, out, d);
    close(fd);
    return st;
}

/* ---- quota ---- */

bool store_parse_size(const char *s, uint64_t *out)
{
    static const char unit[] = "KMGT";
    const char *u;
    char *end;
    unsigned shift = 0;

    errno = 0;
    *out = strtoull(s, &end, 10);
    if (*s < '0' || *s > '9' || errno)
        return false;
    if (*end && (u = strchr(unit, *end & ~0x20)) != NULL && *u) {
        shift = 10 * (unsigned)(u - unit + 1);
        end++;
    }
    if (*end || (shift && *out >> (64 - shift)))
        return false;
    *out <<= shift;
    return true;
}

struct victim { struct store_rec rec; uint64_t last, uses; };
struct gc { struct victim *v; uint32_t n, cap, doomed; const struct store_key *keep; uint64_t max, before, after; };

static bool gc_collect(struct writer *w, struct gc *g)
{
    MDB_cursor *c;
    MDB_val k = { 0 }, v;
    bool ok = true;

    g->n = 0;
    g->before = 0;
    if (mdb_cursor_open(w->txn, w->dbi, &c) != 0)
        return false;
    for (int rc = mdb_cursor_get(c, &k, &v, MDB_FIRST); rc == 0 && ok; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
        if (g->n == g->cap) {
            struct victim *p = reallocarray(g->v, g->cap + 64, sizeof(*p));

            if (!(ok = p != NULL))
                break;
            g->v = p;
            g->cap += 64;
        }
        if (store_rec_decode(k.mv_data, k.mv_size, v.mv_data, v.mv_size, &g->v[g->n].rec))
            g->before += g->v[g->n++].rec.size;
    }
    mdb_cursor_close(c);
    for (uint32_t i = 0; i < g->n; i++) {
        struct victim *x = &g->v[i];
        uint8_t key[USE_KEY];
        struct store_use use;
        struct stat sb;

        store_use_key(&x->rec.key, key);
        get_use(w, key, &use);
        x->uses = use.uses;
        x->last = use.last;
        if (fstatat(w->dirfd, x->rec.file, &sb, AT_SYMLINK_NOFOLLOW) == 0 && (uint64_t)sb.st_mtime > x->last)
            x->last = (uint64_t)sb.st_mtime;    /* being published is a use: a new image is not the first to go */
    }
    return ok;
}

static int oldest_first(const void *a, const void *b)
{
    const struct victim *x = a, *y = b;

    if (x->last != y->last)
        return x->last < y->last ? -1 : 1;
    if (x->uses != y->uses)
        return x->uses < y->uses ? -1 : 1;
    return strcmp(x->rec.file, y->rec.file);
}

/* Moves the doomed to the front of v and deletes their records. */
static int gc_delete(struct writer *w, void *arg)
{
    struct gc *g = arg;
    int rc = 0;

    if (!gc_collect(w, g))
        return ENOMEM;
    if (g->n)
        qsort(g->v, g->n, sizeof(*g->v), oldest_first);
    g->after = g->before;
    g->doomed = 0;
    for (uint32_t i = 0; rc == 0 && i < g->n && g->after > g->max; i++) {
        struct victim x = g->v[i];

        if (g->keep && memcmp(&x.rec.key, g->keep, sizeof(x.rec.key)) == 0)
            continue;
        rc = writer_delete(w, &x.rec.key);
        g->after -= x.rec.size;
        g->v[i] = g->v[g->doomed];
        g->v[g->doomed++] = x;
    }
    return rc;
}

static bool has_image(const struct gc *g, const char *hex)
{
    char mod[33];

    for (uint32_t i = g->doomed; i < g->n; i++) {
        hash_hex(g->v[i].rec.key.module_hash, 16, mod);
        if (strncmp(mod, hex, 32) == 0)
            return true;
    }
    return false;
}

/* Profiles of programs that no image is kept of, and that nobody has run for a season. */
static void sweep_profiles(struct writer *w, const struct gc *g)
{
    int fd = openat(w->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *de;
    struct stat sb;

    if (!dir && fd >= 0)
        close(fd);
    while (dir && (de = readdir(dir)) != NULL)
        if (strlen(de->d_name) == 32 + 5 && strcmp(de->d_name + 32, ".prof") == 0 &&
            fstatat(w->dirfd, de->d_name, &sb, AT_SYMLINK_NOFOLLOW) == 0 && sb.st_mtime + PROFILE_SECONDS < time(NULL) &&
            !has_image(g, de->d_name))
            unlinkat(w->dirfd, de->d_name, 0);
    if (dir)
        closedir(dir);
}

enum status store_gc(const char *dir, uint64_t max, const struct store_key *keep, struct store_gc *out, struct diag *d)
{
    struct gc g = { .max = max, .keep = keep };
    struct writer w;
    enum status st = store_merge(dir, d);

    *out = (struct store_gc){ 0 };
    if (st == ST_OK)
        st = writer_open(&w, dir, d);
    if (st != ST_OK)
        return st;
    st = writer_commit(&w, gc_delete, &g);
    for (uint32_t i = 0; st == ST_OK && i < g.doomed; i++)
        unlinkat(w.dirfd, g.v[i].rec.file, 0);
    if (st == ST_OK)
        sweep_profiles(&w, &g);
    writer_close(&w);
    if (st == ST_OK)
        *out = (struct store_gc){ g.before, g.after, g.doomed };
    free(g.v);
    return st;
}

/* ---- an index from nothing ---- */

struct rebuild { const char *dir; int dirfd; struct store_rec *rec; uint32_t n, cap, bad; struct diag *d; };

static enum status read_key(int fd, struct store_rec *rec)
{
    struct image_header h;
    size_t got;

    rec->state = image_is_packed(fd) ? STORE_PACKED : STORE_FLAT;
    if (rec->state == STORE_PACKED ? image_packed_read(fd, 0, &h, sizeof(h), &got, NULL) != ST_OK || got != sizeof(h)
                                   : pread(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h))
        return ST_BADFORMAT;
    memcpy(rec->key.module_hash, h.module_hash, 16);
    memcpy(rec->key.compiler, h.compiler, 16);
    memcpy(rec->key.options_hash, h.options_hash, 16);
    rec->key.guest_machine = h.guest_machine;
    rec->key.host_isa = h.host_isa;
    rec->key.host_level = h.host_level;
    rec->variant = h.variant;
    strcpy(rec->name, "-");
    return ST_OK;
}

/* One image file: checked as at publication; it must also have the name that publication would give it. */
static bool rebuild_one(struct rebuild *r, const char *file)
{
    struct store_rec rec = { 0 };
    struct stat sb;
    int fd = openat(r->dirfd, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool ok = fd >= 0 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) && !(sb.st_mode & 022) &&
              (sb.st_uid == geteuid() || sb.st_uid == 0) && read_key(fd, &rec) == ST_OK &&
              store_describe(fd, &rec, NULL) == ST_OK && strcmp(rec.file, file) == 0;

    if (fd >= 0)
        close(fd);
    if (!ok) {
        r->bad++;
        return true;
    }
    if (r->n == r->cap) {
        struct store_rec *p = reallocarray(r->rec, r->cap + 64, sizeof(*p));

        if (!p)
            return false;
        r->rec = p;
        r->cap += 64;
    }
    r->rec[r->n++] = rec;
    return true;
}

static enum status rebuild_scan(struct rebuild *r)
{
    int fd = openat(r->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    enum status st = ST_OK;
    struct dirent *de;

    if (!dir) {
        if (fd >= 0)
            close(fd);
        return fail(r->d, ST_IO, 0, "store %s: %s", r->dir, strerror(errno));
    }
    while (st == ST_OK && (de = readdir(dir)) != NULL) {
        size_t n = strlen(de->d_name), m = strlen(STORE_SUFFIX);

        if (de->d_name[0] != '.' && n > m && strcmp(de->d_name + n - m, STORE_SUFFIX) == 0 && !rebuild_one(r, de->d_name))
            st = fail(r->d, ST_NOMEM, 0, "store %s: no memory", r->dir);
    }
    closedir(dir);
    return st;
}

static int put_all(struct writer *w, void *arg)
{
    const struct rebuild *r = arg;
    int rc = 0;

    for (uint32_t i = 0; rc == 0 && i < r->n; i++)
        rc = writer_put(w, &r->rec[i]);
    return rc;
}

/* The new index is filled in a directory of its own, so that it has a lock file of its own, and then renamed over the old one. */
static enum status rebuild_index(const struct rebuild *r)
{
    char tmp[4096], from[4200], to[4200], lock[4200];
    struct writer w;
    enum status st;

    if ((size_t)snprintf(tmp, sizeof(tmp), "%s/" STORE_TEMP "XXXXXX", r->dir) >= sizeof(tmp) || !mkdtemp(tmp))
        return fail(r->d, ST_IO, 0, "store %s: cannot write: %s", r->dir, strerror(errno));
    snprintf(from, sizeof(from), "%s/" STORE_INDEX, tmp);
    snprintf(lock, sizeof(lock), "%s/" STORE_INDEX "-lock", tmp);
    snprintf(to, sizeof(to), "%s/" STORE_INDEX, r->dir);
    st = writer_open(&w, tmp, r->d);
    if (st == ST_OK) {
        st = writer_commit(&w, put_all, (void *)r);
        writer_close(&w);
    }
    if (st == ST_OK && (rename(from, to) != 0 || fsync(r->dirfd) != 0))
        st = fail(r->d, ST_IO, 0, "store %s: cannot replace the index: %s", r->dir, strerror(errno));
    unlink(lock);
    unlink(from);
    rmdir(tmp);
    return st;
}

enum status store_rebuild(const char *dir, uint32_t *good, uint32_t *bad, struct diag *d)
{
    struct rebuild r = { .dir = dir, .d = d };
    enum status st = store_dir_open(dir, &r.dirfd, d);

    *good = *bad = 0;
    if (st != ST_OK)
        return st;
    if (flock(r.dirfd, LOCK_EX) != 0)           /* writers hold it shared */
        st = fail(d, ST_IO, 0, "store %s: cannot lock: %s", dir, strerror(errno));
    if (st == ST_OK)
        st = rebuild_scan(&r);
    if (st == ST_OK)
        st = rebuild_index(&r);
    close(r.dirfd);
    *good = r.n;
    *bad = r.bad;
    free(r.rec);
    return st;
}
