/* Which libraries a program gets: glibc's rules as ld.so(8) and elf/dl-load.c have them, musl's as ldso/dynlink.c. LD_LIBRARY_PATH and
 * LD_PRELOAD are the business of a run, not of a build. Directories of glibc-hwcaps are searched through ld.so.cache only: of the guests,
 * none has any by default. */
#include "aotc/libset.h"

#include "aotc/ldcache.h"
#include "aotc/ldconf.h"
#include "passes/lift/guest.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_OBJECTS = 4096, MAX_CACHE = 64 << 20 };

static const char musl_default[] = "/lib:/usr/local/lib:/usr/lib";

struct obj {
    char *path;                 /* guest path that it was found by; its directory is $ORIGIN */
    struct elfneed n;
    unsigned loader;            /* who needed it first */
};

/* One program's link map. */
struct map {
    struct libset *s;
    const struct guest *g;
    struct obj *obj;
    unsigned nobj;
    char **name;                /* names that were asked for and found */
    unsigned nname;
    char *conf;                 /* directories of ld.so.conf, where there is no cache; of musl's path file; or NULL */
    bool musl, nomem;
};

static bool push_name(struct map *m, const char *name)
{
    char **list = realloc(m->name, (m->nname + 1) * sizeof *list);

    if (list)
        m->name = list;
    if (!list || !(list[m->nname] = strdup(name)))
        return !(m->nomem = true);
    m->nname++;
    return true;
}

static char *host_name(const struct rootdir *r, const char *path, bool in_root)
{
    char *out = NULL;

    return asprintf(&out, "%s%s", in_root ? r->real : "", path) < 0 ? NULL : out;
}

/* The file into the set, unless it is there. */
static bool add_lib(struct map *m, const char *path, const struct stat *sb, bool in_root)
{
    struct libset *s = m->s;
    struct lib *list, l = {.dev = sb->st_dev, .ino = sb->st_ino, .in_root = in_root};

    for (unsigned i = 0; i < s->nlib; i++)
        if (s->lib[i].dev == sb->st_dev && s->lib[i].ino == sb->st_ino)
            return true;
    list = realloc(s->lib, (s->nlib + 1) * sizeof *list);
    if (list)
        s->lib = list;
    l.path = strdup(path);
    l.host = host_name(s->root, path, in_root);
    if (!list || !l.path || !l.host) {
        free(l.path);
        free(l.host);
        return !(m->nomem = true);
    }
    list[s->nlib++] = l;
    return true;
}

static void add_missing(struct map *m, const char *name, const char *by)
{
    struct libset *s = m->s;
    struct lib_missing *list, x;

    for (unsigned i = 0; i < s->nmissing; i++)
        if (!strcmp(s->missing[i].name, name))
            return;
    list = realloc(s->missing, (s->nmissing + 1) * sizeof *list);
    if (list)
        s->missing = list;
    x = (struct lib_missing){strdup(name), strdup(by)};
    if (!list || !x.name || !x.by) {
        free(x.name);
        free(x.by);
        m->nomem = true;
        return;
    }
    list[s->nmissing++] = x;
}

/* Takes n over. */
static bool add_obj(struct map *m, const char *path, struct elfneed *n, unsigned loader)
{
    struct obj *list = m->nobj < MAX_OBJECTS ? realloc(m->obj, (m->nobj + 1) * sizeof *list) : NULL;
    char *own = strdup(path);

    if (list)
        m->obj = list;
    if (!list || !own) {
        free(own);
        elfneed_free(n);
        return !(m->nomem = true);
    }
    list[m->nobj] = (struct obj){.n = *n, .loader = loader};
    list[m->nobj++].path = own;
    return true;
}

/* ---- one candidate ---- */

/* Is there a library for this guest at the guest path? Then it is loaded, as `name`. Files of other machines are passed over, as
 * ld.so does it. */
static bool try_file(struct map *m, const char *path, const char *name, unsigned loader)
{
    bool in_root, ok;
    int fd = rootdir_file(m->s->root, path, &in_root);
    struct elfneed n = {0};
    struct stat sb;

    if (fd < 0)
        return false;
    ok = !fstat(fd, &sb) && S_ISREG(sb.st_mode) && elfneed_read(fd, &n, NULL) == ST_OK && n.machine == m->g->elf_machine &&
         n.type == ET_DYN;
    close(fd);
    if (!ok || !add_lib(m, path, &sb, in_root)) {
        elfneed_free(&n);
        return ok;
    }
    push_name(m, name);
    for (unsigned i = 0; i < m->nobj; i++) {
        if (!strcmp(m->obj[i].path, path)) {
            elfneed_free(&n);           /* another name of it */
            return true;
        }
    }
    add_obj(m, path, &n, loader);
    return true;
}

static bool try_in(struct map *m, const char *dir, const char *name, unsigned loader)
{
    char path[PATH_MAX];

    /* An empty or relative directory means the place that a process is started from, which nobody knows here. */
    if (dir[0] != '/' || (size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >= sizeof path)
        return false;
    return try_file(m, path, name, loader);
}

/* ---- search paths ---- */

/* A dynamic string token at p ("$ORIGIN", "${ORIGIN}"): its length, 0 when it is not this one. */
static size_t token(const char *p, const char *name)
{
    size_t n = strlen(name);

    if (p[1] == '{')
        return !strncmp(p + 2, name, n) && p[2 + n] == '}' ? n + 3 : 0;
    return !strncmp(p + 1, name, n) ? n + 1 : 0;
}

/* Expands tokens of src[0, n). false: too long, or a token that has no value here. */
static bool expand(const struct map *m, const char *src, size_t n, const char *origin, const char *lib, size_t nlib, char out[PATH_MAX])
{
    const char *slash = strrchr(origin, '/');
    size_t at = 0, k;

    for (size_t i = 0; i < n;) {
        const char *val = src + i;
        size_t len = 1, step = 1;

        if (src[i] == '$' && (k = token(src + i, "ORIGIN")) != 0)
            val = origin, len = slash == origin ? 1 : (size_t)(slash - origin), step = k;
        else if (src[i] == '$' && (k = token(src + i, "LIB")) != 0)
            val = lib, len = nlib, step = k;
        else if (src[i] == '$' && (k = token(src + i, "PLATFORM")) != 0)
            val = m->g->abi->platform, len = val ? strlen(val) : 0, step = k;
        if (!val || step > n - i || at + len >= PATH_MAX)
            return false;
        memcpy(out + at, val, len);
        at += len;
        i += step;
    }
    out[at] = 0;
    return true;
}

/* Looks in each directory of a list with ':' between. Distributions compile different values of $LIB into ld.so: each is tried. */
static bool try_path(struct map *m, const char *path, const char *origin, const char *name, unsigned loader)
{
    char dir[PATH_MAX];

    for (const char *p = path; *p; p += *p == ':') {
        size_t n = strcspn(p, ":");
        const char *end = p + n;

        for (const char *lib = m->g->abi->ld_lib; *lib; lib += *lib == ':') {
            size_t nlib = strcspn(lib, ":");

            if (expand(m, p, n, origin, lib, nlib, dir) && try_in(m, dir, name, loader))
                return true;
            lib += nlib;
            if (!memchr(p, '$', n))
                break;
        }
        p = end;
    }
    return false;
}

static bool try_default(struct map *m, const char *name, unsigned loader)
{
    for (const char *lib = m->g->abi->ld_lib; *lib; lib += *lib == ':') {
        int n = (int)strcspn(lib, ":");
        char dir[256];

        snprintf(dir, sizeof dir, "/%.*s", n, lib);
        if (try_in(m, dir, name, loader))
            return true;
        snprintf(dir, sizeof dir, "/usr/%.*s", n, lib);
        if (try_in(m, dir, name, loader))
            return true;
        lib += n;
    }
    return false;
}

/* Does the path lie in one of the default directories? */
static bool in_default(const struct map *m, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!strncmp(path, "/usr/", 5))
        path += 4;
    for (const char *lib = m->g->abi->ld_lib; slash && *lib; lib += *lib == ':') {
        size_t n = strcspn(lib, ":");

        if (slash > path && (size_t)(slash - path - 1) == n && !strncmp(path + 1, lib, n))
            return true;
        lib += n;
    }
    return false;
}

/* Files for certain processors only are taken along: the run decides between them. */
static bool try_cache(struct map *m, const char *name, unsigned loader)
{
    struct ldcache c;
    uint32_t i = 0;
    bool found = false;
    const char *path;
    bool plain = false;

    if (!m->s->cache || ldcache_open(m->s->cache, m->s->ncache, &c, NULL) != ST_OK)
        return false;
    while (!(found && plain) && (path = ldcache_next(&c, m->g->abi->ld_cache, name, &i, &plain)) != NULL)
        if (path[0] == '/' && !(m->obj[loader].n.nodeflib && in_default(m, path)))
            found |= try_file(m, path, name, loader);
    return found;
}

static bool known(const struct map *m, const char *name)
{
    for (unsigned i = 0; i < m->nname; i++)
        if (!strcmp(m->name[i], name))
            return true;
    for (unsigned i = 0; i < m->nobj; i++)
        if (m->obj[i].n.soname && !strcmp(m->obj[i].n.soname, name))
            return true;
    return false;
}

static bool try_rpaths(struct map *m, const char *name, unsigned loader)
{
    if (m->obj[loader].n.runpath)
        return false;
    for (unsigned i = loader;; i = m->obj[i].loader) {
        const struct obj *o = &m->obj[i];

        /* add_obj() moves objects, so what is used of them is read before. */
        if (o->n.rpath && !o->n.runpath && try_path(m, o->n.rpath, o->path, name, loader))
            return true;
        if (!i)
            return false;
    }
}

static bool find_glibc(struct map *m, const char *name, unsigned loader)
{
    const struct obj *o = &m->obj[loader];
    bool nodeflib = o->n.nodeflib;

    if (try_rpaths(m, name, loader))
        return true;
    if (o->n.runpath && try_path(m, o->n.runpath, o->path, name, loader))
        return true;
    if (try_cache(m, name, loader))
        return true;
    if (!nodeflib && try_default(m, name, loader))
        return true;
    return m->conf && try_path(m, m->conf, "/", name, loader);
}

/* musl is libc, libpthread and so on by itself, and asks all loaders' paths, RUNPATH or RPATH alike. */
static bool find_musl(struct map *m, const char *name, unsigned loader)
{
    static const char *const own[] = {"c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."};

    for (size_t i = 0; !strncmp(name, "lib", 3) && i < ARRAY_LEN(own); i++)
        if (!strncmp(name + 3, own[i], strlen(own[i])))
            return true;
    for (unsigned i = loader;; i = m->obj[i].loader) {
        const struct obj *o = &m->obj[i];
        const char *path = o->n.runpath ? o->n.runpath : o->n.rpath;

        if (path && try_path(m, path, o->path, name, loader))
            return true;
        if (!i)
            break;
    }
    return try_path(m, m->conf ? m->conf : musl_default, "/", name, loader);
}

static void need(struct map *m, const char *name, unsigned loader)
{
    char path[PATH_MAX];
    bool found;

    if (known(m, name))
        return;
    if (strchr(name, '/'))
        found = expand(m, name, strlen(name), m->obj[loader].path, "lib", 3, path) && path[0] == '/' &&
                try_file(m, path, name, loader);
    else
        found = m->musl ? find_musl(m, name, loader) : find_glibc(m, name, loader);
    if (!found)
        add_missing(m, name, m->obj[loader].path);
}

/* ---- a program ---- */

/* `file` names a place in the root when it leads there, or, absolute, when the root has it; else the host's. */
static int open_program(struct libset *s, const char *file, char path[PATH_MAX], bool *in_root)
{
    char inside[PATH_MAX];
    int fd;

    *in_root = false;
    if (rootdir_guest_path(s->root, file, inside))
        fd = rootdir_file(s->root, inside, in_root);
    else if (file[0] == '/')
        fd = rootdir_file(s->root, file, in_root);
    else
        fd = (fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) < 0 ? -errno : fd;
    if (fd >= 0 && !rootdir_real_path(s->root, fd, path)) {
        close(fd);
        return -ENOENT;
    }
    return fd;
}

static void load_cache(struct libset *s)
{
    bool in_root;
    int fd = s->cache ? -1 : rootdir_file(s->root, "/etc/ld.so.cache", &in_root);
    struct stat sb;

    if (fd < 0)
        return;
    if ((in_root || s->root->fd < 0) && !fstat(fd, &sb) && S_ISREG(sb.st_mode) && sb.st_size > 0 && sb.st_size <= MAX_CACHE &&
        (s->cache = malloc((size_t)sb.st_size)) != NULL) {
        ssize_t n = pread(fd, s->cache, (size_t)sb.st_size, 0);

        s->ncache = n > 0 ? (size_t)n : 0;
    }
    close(fd);
}

/* musl's list of directories is named after its own file: /lib/ld-musl-X.so.1 reads /etc/ld-musl-X.path. */
static void load_conf(struct map *m, const char *interp)
{
    const char *name = strrchr(interp, '/');
    char file[PATH_MAX];

    name = name ? name + 1 : interp;
    m->musl = !strncmp(name, "ld-musl-", 8);
    if (m->musl && (size_t)snprintf(file, sizeof file, "/etc/%.*s.path", (int)strcspn(name, "."), name) < sizeof file)
        m->conf = ldconf_lines(m->s->root, file);
    else if (!m->musl && !m->s->cache)
        m->conf = ldconf_read(m->s->root, "/etc/ld.so.conf");
}

static void load_interp(struct map *m, const char *interp)
{
    if (interp[0] != '/' || !try_file(m, interp, interp, 0))
        add_missing(m, interp, m->obj[0].path);
}

static enum status load_program(struct map *m, const char *file, struct diag *d)
{
    bool in_root;
    char path[PATH_MAX], interp[PATH_MAX] = "";
    int fd = open_program(m->s, file, path, &in_root);
    struct elfneed n = {0};
    struct stat sb;
    enum status st;

    if (fd < 0)
        return fail(d, ST_IO, 0, "%s", strerror(-fd));
    st = fstat(fd, &sb) ? fail(d, ST_IO, 0, "%s", strerror(errno)) : elfneed_read(fd, &n, d);
    close(fd);
    if (st == ST_OK && (!(m->g = guest_by_machine(n.machine)) || !m->g->abi))
        st = fail(d, ST_UNSUPPORTED, 18, "no translator for ELF machine %u", n.machine);
    if (st != ST_OK) {
        elfneed_free(&n);
        return st;
    }
    if (n.interp)
        snprintf(interp, sizeof interp, "%s", n.interp);
    if (add_lib(m, path, &sb, in_root) && add_obj(m, path, &n, 0)) {
        load_cache(m->s);
        load_conf(m, interp);
        if (*interp)
            load_interp(m, interp);
        for (unsigned i = 0; i < m->nobj && !m->nomem; i++)
            for (unsigned k = 0; k < m->obj[i].n.nneeded; k++)
                need(m, m->obj[i].n.needed[k], i);
    }
    return m->nomem ? fail(d, ST_NOMEM, 0, "out of memory, or more than %d libraries", MAX_OBJECTS) : ST_OK;
}

void libset_init(struct libset *s, const struct rootdir *root)
{
    *s = (struct libset){.root = root};
}

enum status libset_add(struct libset *s, const char *file, struct diag *d)
{
    struct map m = {.s = s};
    enum status st = load_program(&m, file, d);

    for (unsigned i = 0; i < m.nobj; i++) {
        free(m.obj[i].path);
        elfneed_free(&m.obj[i].n);
    }
    for (unsigned i = 0; i < m.nname; i++)
        free(m.name[i]);
    free(m.obj);
    free(m.name);
    free(m.conf);
    return st;
}

int libset_open(const struct libset *s, const struct lib *l)
{
    int fd;

    if (l->in_root)
        return rootdir_file(s->root, l->path, NULL);
    fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return fd < 0 ? -errno : fd;
}

void libset_free(struct libset *s)
{
    for (unsigned i = 0; i < s->nlib; i++) {
        free(s->lib[i].path);
        free(s->lib[i].host);
    }
    for (unsigned i = 0; i < s->nmissing; i++) {
        free(s->missing[i].name);
        free(s->missing[i].by);
    }
    free(s->lib);
    free(s->missing);
    free(s->cache);
    memset(s, 0, sizeof *s);
}
