/* The driver's side of the store. */
#include "aotc/publish.h"

#include "aotc/aotc.h"
#include "formats/hash.h"
#include "formats/image.h"
#include "formats/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

char *publish_store(const char *dir)
{
    char *path[8] = {0};
    unsigned n = store_search_path(dir, false, path, ARRAY_LEN(path));
    const char *env = getenv("AOT_STORE");
    unsigned pick = dir || (env && *env) ? 0 : n ? n - 1 : 0;
    char *own = n ? path[pick] : NULL;

    for (unsigned i = 0; i < n; i++)
        if (i != pick)
            free(path[i]);
    return own;
}

enum status publish_flat(int fd, struct module *m, struct diag *d)
{
    enum status st = image_write(fd, &m->h, m->sec, d);

    if (st == ST_OK && fsync(fd) && errno != EINVAL && errno != EROFS)
        st = fail(d, ST_IO, 0, "fsync: %s", strerror(errno));
    return st;
}

static void fill_record(struct store_rec *rec, const struct image_header *h, const char *name)
{
    *rec = (struct store_rec){.size = h->file_size, .features = h->features, .state = STORE_FLAT, .variant = h->variant};
    memcpy(rec->key.module_hash, h->module_hash, 16);
    memcpy(rec->key.compiler, h->compiler, 16);
    memcpy(rec->key.options_hash, h->options_hash, 16);
    rec->key.guest_machine = h->guest_machine;
    rec->key.host_isa = h->host_isa;
    rec->key.host_level = h->host_level;

    char *copy = strdup(name);

    snprintf(rec->name, sizeof rec->name, "%s", copy ? basename(copy) : name);
    free(copy);
}

/* Images of the same module for the same host and options by another version of the compiler, or from another profile: nobody will
 * run them again. */
static void retire(const char *dir, const struct store_rec *now)
{
    const struct store_key *key = &now->key;
    struct store_rec *rec = NULL;
    uint32_t n = 0;

    if (store_find(dir, key->module_hash, &rec, &n, NULL) != ST_OK)
        return;
    for (uint32_t i = 0; i < n; i++) {
        const struct store_key *k = &rec[i].key;
        bool variant = now->variant && rec[i].variant == now->variant;

        if (k->host_isa != key->host_isa || k->host_level != key->host_level || !memcmp(k, key, sizeof *k))
            continue;
        if (variant || (!memcmp(k->options_hash, key->options_hash, 16) && memcmp(k->compiler, key->compiler, 16) != 0))
            store_remove(dir, k, NULL);
    }
    free(rec);
}

/* The image is in the store already: a quota that cannot be kept is worth a line, not a failure. */
static void keep_quota(const char *dir, const struct store_key *key)
{
    const char *quota = getenv("AOT_STORE_QUOTA");
    struct diag d = {0};
    struct store_gc gc;
    uint64_t max;

    if (!quota || !*quota)
        return;
    if (!store_parse_size(quota, &max))
        aotc_fail(EXIT_OK, "AOT_STORE_QUOTA is no size such as 500M or 2G: '%s'", quota);
    else if (store_gc(dir, max, key, &gc, &d) != ST_OK)
        aotc_diag(dir, &d);
}

static enum status finish(const char *dir, const char *tmp, int fd, struct store_rec *rec, struct diag *d)
{
    enum status st = store_publish(dir, tmp, fd, rec, d);

    if (st == ST_OK) {
        retire(dir, rec);
        keep_quota(dir, &rec->key);
    }
    return st;
}

/* A start that finds the stat identity need not hash the file; failing to remember it costs only that. The identity must be older
 * than the reading of the bytes that were hashed, and of a file that had not changed for 2 s: else a file that changes right then would
 * be known by what it was. One that was linked a moment ago is read again, if compiling has taken long enough. */
void publish_remember(const char *dir, const char *file, int fd, const uint8_t hash[16], const struct stat *read)
{
    enum { SETTLE_SECONDS = 2 };
    uint8_t again[16];
    struct stat sb;

    if (read) {
        store_stat_remember(dir, read, hash, NULL);
        return;
    }
    int own = fd < 0 ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        fd = own;
    if (fd >= 0 && !fstat(fd, &sb) && sb.st_ctim.tv_sec + SETTLE_SECONDS < time(NULL) && hash_file(fd, again, NULL) == ST_OK &&
        !memcmp(again, hash, 16))
        store_stat_remember(dir, &sb, hash, NULL);
    if (own >= 0)
        close(own);
}

enum status publish_module(const char *dir, const char *name, int file, const struct gelf *e, struct module *m, struct diag *d)
{
    struct store_rec rec;
    char tmp[PATH_MAX];
    int fd = -1;
    enum status st = store_temp(dir, &fd, tmp, sizeof tmp, d);

    if (st != ST_OK)
        return st;
    fill_record(&rec, &m->h, name);
    st = publish_flat(fd, m, d);
    if (st == ST_OK)
        st = finish(dir, tmp, fd, &rec, d);
    else
        unlink(tmp);
    close(fd);
    if (st == ST_OK)
        publish_remember(dir, name, file, m->h.module_hash, e->settled ? &e->stat : NULL);
    return st;
}

static enum status copy_file(int in, int out, struct diag *d)
{
    char buf[1 << 16];
    off_t off = 0;
    ssize_t n;

    while ((n = pread(in, buf, sizeof buf, off)) > 0) {
        if (write(out, buf, (size_t)n) != n)
            return fail(d, ST_IO, (uint64_t)off, "cannot write: %s", strerror(errno));
        off += n;
    }
    return n < 0 ? fail(d, ST_IO, (uint64_t)off, "cannot read: %s", strerror(errno)) : ST_OK;
}

enum status publish_file(const char *dir, int fd, const char *name, bool keep_packed, struct diag *d)
{
    bool packed = image_is_packed(fd);
    struct image_header h = {0};
    struct store_rec rec;
    char tmp[PATH_MAX];
    size_t got = 0;
    int out = -1;
    enum status st = store_temp(dir, &out, tmp, sizeof tmp, d);

    if (st != ST_OK)
        return st;
    st = packed && !keep_packed ? image_unpack(fd, out, d) : copy_file(fd, out, d);
    if (st == ST_OK && packed)
        st = image_packed_read(fd, 0, &h, sizeof h, &got, d);
    else if (st == ST_OK && pread(fd, &h, sizeof h, 0) != sizeof h)
        st = fail(d, ST_TRUNCATED, 0, "not an AOT image");
    fill_record(&rec, &h, name);
    rec.state = packed && keep_packed ? STORE_PACKED : STORE_FLAT;
    if (st == ST_OK)
        st = finish(dir, tmp, out, &rec, d);
    else
        unlink(tmp);
    close(out);
    return st;
}

void publish_profile(const char *dir, const struct gelf *e, struct module_options *o)
{
    char state[PATH_MAX];
    bool has_state = profile_state_dir(state, sizeof state, false);
    struct profile_pc *pc = NULL;
    uint32_t n = 0;

    o->profile = NULL;
    o->nprofile = 0;
    store_merge(dir, NULL);
    if (profile_load(dir, e->hash, &o->profile, &o->nprofile, NULL) != ST_OK || !has_state)
        return;
    profile_merge(state, NULL, NULL, NULL);
    if (profile_load(state, e->hash, &pc, &n, NULL) == ST_OK && n)
        profile_add(&o->profile, &o->nprofile, pc, n);
    free(pc);
}
