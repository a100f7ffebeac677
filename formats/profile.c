/* Profile records, journals, merging. Everything read here may have been written by a process that was killed, or by another version:
 * a record counts only when its hash is right. */
#include "formats/profile.h"
#include "formats/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char magic[4] = { 'A', 'O', 'T', 'J' };

enum { HEAD = sizeof(struct profile_rec), HASHED = 16, MAX_REC = HEAD + PROFILE_MAX_PCS * 16, MAX_BAD = 1000, MAX_MODULES = 4096 };
_Static_assert(sizeof(struct profile_rec) == 72 && sizeof(struct profile_pc) == 16, "on-disk records have no padding");
_Static_assert(offsetof(struct profile_rec, module_hash) == HASHED, "the hash covers what follows it");

/* ---- writing ---- */

void profile_seal(struct profile_rec *r)
{
    memcpy(r->magic, magic, sizeof(magic));
    r->version = PROFILE_VERSION;
    r->reserved = 0;
    r->size = (uint32_t)(HEAD + r->npc * sizeof(struct profile_pc));
    r->hash = hash64((const uint8_t *)r + HASHED, r->size - HASHED);
}

static bool ours(const struct stat *sb)
{
    return S_ISREG(sb->st_mode) && sb->st_uid == geteuid() && !(sb->st_mode & 022);
}

/* One attempt. *again: a merger took the file away before we had it locked. */
static bool append_once(int dirfd, const struct profile_rec *const *r, unsigned n, bool *again)
{
    struct iovec v[PROFILE_AT_ONCE];
    size_t size = 0;

    for (unsigned i = 0; i < n; size += r[i++]->size)
        v[i] = (struct iovec){ (void *)(uintptr_t)r[i], r[i]->size };
    int fd = openat(dirfd, PROFILE_JOURNAL, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    struct stat sb;
    bool done = false;

    *again = false;
    if (fd < 0)
        return false;
    if (flock(fd, LOCK_SH | LOCK_NB) != 0)
        *again = errno == EWOULDBLOCK || errno == EINTR;
    else if (fstat(fd, &sb) == 0 && sb.st_nlink == 0)
        *again = true;
    else if (ours(&sb) && (uint64_t)sb.st_size + size <= PROFILE_MAX_JOURNAL)
        done = writev(fd, v, (int)n) == (ssize_t)size;
    close(fd);
    return done;
}

bool profile_append(const char *dir, const struct profile_rec *const *r, unsigned n)
{
    int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat sb;
    bool done = false, again = true;

    if (dirfd < 0)
        return false;
    /* A directory that its owner has made read-only is left alone even by root. */
    if (fstat(dirfd, &sb) == 0 && sb.st_uid == geteuid() && (sb.st_mode & 0200) && !(sb.st_mode & 022))
        for (unsigned i = 0; i < 4 && again && !done; i++)
            done = append_once(dirfd, r, n, &again);
    close(dirfd);
    return done;
}

bool profile_state_dir(char *out, size_t n, bool make)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int len;

    if (state && *state == '/')
        len = snprintf(out, n, "%s/aotc", state);
    else if (home && *home == '/')
        len = snprintf(out, n, "%s/.local/state/aotc", home);
    else
        return false;
    if (len < 0 || (size_t)len >= n)
        return false;
    for (char *p = out + 1; make && (p = strchr(p, '/')) != NULL; p++) {
        *p = 0;
        mkdir(out, 0700);
        *p = '/';
    }
    if (make)
        mkdir(out, 0700);
    return true;
}

/* ---- reading ---- */

static bool sound(const uint8_t *p, size_t n, struct profile_rec *r)
{
    if (n < HEAD)
        return false;
    memcpy(r, p, HEAD);
    return memcmp(r->magic, magic, 4) == 0 && r->npc <= PROFILE_MAX_PCS && r->size == HEAD + r->npc * sizeof(struct profile_pc) &&
           r->size <= n && r->version == PROFILE_VERSION && hash64(p + HASHED, r->size - HASHED) == r->hash;
}

size_t profile_scan(const void *buf, size_t n, profile_fn *fn, void *ctx)
{
    const uint8_t *p = buf, *end = p + n;
    uint8_t *copy = malloc(MAX_REC);            /* records lie at any offset once one was torn */
    unsigned bad = 0;
    size_t skipped = 0;

    if (!copy)
        return SIZE_MAX;
    while (p < end && bad < MAX_BAD) {
        struct profile_rec r;
        const uint8_t *next;

        if (sound(p, (size_t)(end - p), &r)) {
            memcpy(copy, p + HEAD, r.size - HEAD);
            fn(ctx, &r, (const struct profile_pc *)copy);
            p += r.size;
            continue;
        }
        bad += memcmp(p, magic, (size_t)(end - p) < 4 ? (size_t)(end - p) : 4) == 0;
        next = end - p > 1 ? memmem(p + 1, (size_t)(end - p - 1), magic, 4) : NULL;
        next = next ? next : end;
        skipped += (size_t)(next - p);
        p = next;
    }
    free(copy);
    return skipped + (size_t)(end - p);
}

static uint8_t *read_all(int fd, size_t *n)
{
    struct stat sb;
    uint8_t *p;
    size_t got = 0;

    if (fstat(fd, &sb) != 0 || !ours(&sb) || sb.st_size > 2 * PROFILE_MAX_JOURNAL)
        return NULL;
    p = malloc((size_t)sb.st_size + 1);
    while (p && got < (size_t)sb.st_size) {
        ssize_t r = pread(fd, p + got, (size_t)sb.st_size - got, (off_t)got);

        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            break;
        got += (size_t)r;
    }
    *n = got;
    return p;
}

/* ---- profiles ---- */

static int by_pc(const void *a, const void *b)
{
    const struct profile_pc *x = a, *y = b;

    return x->pc < y->pc ? -1 : x->pc > y->pc;
}

static int by_count(const void *a, const void *b)
{
    const struct profile_pc *x = a, *y = b;

    return x->count > y->count ? -1 : x->count < y->count ? 1 : by_pc(a, b);
}

bool profile_add(struct profile_pc **a, uint32_t *na, const struct profile_pc *b, uint32_t nb)
{
    size_t n = (size_t)*na + nb, k = 0;
    struct profile_pc *v;

    if (nb == 0)
        return true;
    v = reallocarray(NULL, n, sizeof(*v));
    if (!v)
        return false;
    if (*na)
        memcpy(v, *a, *na * sizeof(*v));
    memcpy(v + *na, b, nb * sizeof(*v));
    qsort(v, n, sizeof(*v), by_pc);
    for (size_t i = 0; i < n; i++) {
        if (k && v[k - 1].pc == v[i].pc)
            v[k - 1].count = v[k - 1].count > UINT64_MAX - v[i].count ? UINT64_MAX : v[k - 1].count + v[i].count;
        else
            v[k++] = v[i];
    }
    if (k > PROFILE_MAX_PCS) {
        qsort(v, k, sizeof(*v), by_count);
        k = PROFILE_MAX_PCS;
        qsort(v, k, sizeof(*v), by_pc);
    }
    free(*a);
    *a = v;
    *na = (uint32_t)k;
    return true;
}

struct module { uint8_t hash[16]; uint16_t machine; struct profile_pc *pc; uint32_t n; bool nomem; };

static void file_name(const uint8_t hash[16], char out[48])
{
    hash_hex(hash, 16, out);
    memcpy(out + 32, ".prof", 6);
}

static void take(void *ctx, const struct profile_rec *r, const struct profile_pc *pc)
{
    struct module *m = ctx;

    if (memcmp(r->module_hash, m->hash, 16) == 0 && !profile_add(&m->pc, &m->n, pc, r->npc))
        m->nomem = true;
}

static enum status load_at(int dirfd, struct module *m, struct diag *d)
{
    char name[48];
    size_t n = 0;
    uint8_t *p;
    int fd;

    file_name(m->hash, name);
    fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return ST_OK;
    p = read_all(fd, &n);
    close(fd);
    if (p && profile_scan(p, n, take, m) == SIZE_MAX)
        m->nomem = true;
    free(p);
    return m->nomem ? fail(d, ST_NOMEM, 0, "no memory for a profile") : ST_OK;
}

enum status profile_load(const char *dir, const uint8_t module_hash[16], struct profile_pc **pc, uint32_t *n, struct diag *d)
{
    int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct module m = { 0 };
    enum status st;

    *pc = NULL;
    *n = 0;
    if (dirfd < 0)
        return ST_OK;
    memcpy(m.hash, module_hash, 16);
    st = load_at(dirfd, &m, d);
    close(dirfd);
    if (st != ST_OK) {
        free(m.pc);
        return st;
    }
    *pc = m.pc;
    *n = m.n;
    return ST_OK;
}

static enum status save(int dirfd, const struct module *m, struct diag *d)
{
    struct profile_rec *r = calloc(1, HEAD + m->n * sizeof(*m->pc));
    char name[48], tmp[64];
    enum status st = ST_OK;
    int fd;

    if (!r)
        return fail(d, ST_NOMEM, 0, "no memory for a profile");
    memcpy(r->module_hash, m->hash, 16);
    r->guest_machine = m->machine;
    r->npc = m->n;
    memcpy(r + 1, m->pc, m->n * sizeof(*m->pc));
    profile_seal(r);
    file_name(m->hash, name);
    snprintf(tmp, sizeof(tmp), ".tmp-%d-%s", (int)getpid(), name);
    fd = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, r, r->size) != (ssize_t)r->size || renameat(dirfd, tmp, dirfd, name) != 0) {
        st = fail(d, ST_IO, 0, "cannot write the profile %s: %s", name, strerror(errno));
        unlinkat(dirfd, tmp, 0);
    }
    if (fd >= 0)
        close(fd);
    free(r);
    return st;
}

/* ---- merging ---- */

struct merge { struct module *m; uint32_t n, cap; bool nomem; profile_fn *used; void *ctx; };

static struct module *module_of(struct merge *x, const struct profile_rec *r)
{
    for (uint32_t i = x->n; i-- > 0;)
        if (memcmp(x->m[i].hash, r->module_hash, 16) == 0)
            return &x->m[i];
    if (x->n == MAX_MODULES)
        return NULL;
    if (x->n == x->cap) {
        struct module *m = reallocarray(x->m, x->cap + 16, sizeof(*m));

        if (!m)
            return NULL;
        x->m = m;
        x->cap += 16;
    }
    x->m[x->n] = (struct module){ .machine = r->guest_machine };
    memcpy(x->m[x->n].hash, r->module_hash, 16);
    return &x->m[x->n++];
}

static void collect(void *ctx, const struct profile_rec *r, const struct profile_pc *pc)
{
    static const uint8_t none[16];
    struct merge *x = ctx;

    if (x->used && memcmp(r->image, none, 16) != 0)
        x->used(x->ctx, r, pc);
    if (r->npc) {
        struct module *m = module_of(x, r);

        if (!m || !profile_add(&m->pc, &m->n, pc, r->npc))
            x->nomem = true;
    }
}

static enum status fold(int dirfd, int fd, profile_fn *used, void *ctx, struct diag *d)
{
    struct merge x = { .used = used, .ctx = ctx };
    size_t n = 0;
    uint8_t *p = read_all(fd, &n);
    enum status st = ST_OK;

    if (p && profile_scan(p, n, collect, &x) == SIZE_MAX)
        x.nomem = true;
    free(p);
    for (uint32_t i = 0; i < x.n; i++) {
        if (st == ST_OK)
            st = load_at(dirfd, &x.m[i], d);
        if (st == ST_OK)
            st = save(dirfd, &x.m[i], d);
        free(x.m[i].pc);
    }
    free(x.m);
    return st == ST_OK && x.nomem ? fail(d, ST_NOMEM, 0, "no memory to merge a journal") : st;
}

/* The journal under its other name: whoever holds its exclusive lock while it still has that name folds it. ST_NOTFOUND: there is
 * none. */
static enum status fold_taken(int dirfd, const char *name, profile_fn *used, void *ctx, struct diag *d)
{
    int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    enum status st = ST_OK;
    struct stat sb;

    if (fd < 0)
        return errno == ENOENT ? ST_NOTFOUND : fail(d, ST_IO, 0, "journal: %s", strerror(errno));
    if (flock(fd, LOCK_EX) != 0 || fstat(fd, &sb) != 0)
        st = fail(d, ST_IO, 0, "journal: %s", strerror(errno));
    else if (sb.st_nlink && (st = fold(dirfd, fd, used, ctx, d)) == ST_OK)
        unlinkat(dirfd, name, 0);               /* still ours: only the holder of the lock removes or replaces it */
    close(fd);
    return st;
}

enum status profile_merge(const char *dir, profile_fn *used, void *ctx, struct diag *d)
{
    static const char taken[] = PROFILE_JOURNAL ".merging";
    int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status st;

    if (dirfd < 0)
        return errno == ENOENT ? ST_OK : fail(d, ST_IO, 0, "%s: %s", dir, strerror(errno));
    st = fold_taken(dirfd, taken, used, ctx, d);        /* of a merger that was killed, or is at work */
    if ((st == ST_OK || st == ST_NOTFOUND) && renameat2(dirfd, PROFILE_JOURNAL, dirfd, taken, RENAME_NOREPLACE) == 0)
        st = fold_taken(dirfd, taken, used, ctx, d);
    close(dirfd);
    return st == ST_NOTFOUND ? ST_OK : st;
}
