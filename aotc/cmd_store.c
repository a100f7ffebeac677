/* aotc store: lists, removes, checks, adds what the store holds; its upkeep. */
#include "aotc/aotc.h"
#include "formats/hash.h"
#include "aotc/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_DIRS = 8, OPT_STORE = 256, OPT_JSON, OPT_ALL, OPT_MAX, OPT_PACKED };

struct store_args {
    bool json, all, packed;
    uint64_t max; /* --max-size; UINT64_MAX: not given */
    const char *store;
    int nfile;
    char **file;
    unsigned ndir;
    char *dir[MAX_DIRS];
    const char *pattern;
};

static const char *level_name(const struct store_rec *r, char buf[16])
{
    snprintf(buf, 16, "v%u", r->key.host_level);
    return buf;
}

static json_t *describe(const char *dir, const struct store_rec *r)
{
    const struct guest *g = guest_by_machine(r->key.guest_machine);
    char mod[33], comp[33], level[16];
    struct store_use use;

    hash_hex(r->key.module_hash, 16, mod);
    hash_hex(r->key.compiler, 16, comp);
    store_uses(dir, r, &use, NULL);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:I, s:I}", "store", dir, "name", r->name, "module", mod, "compiler",
                     comp, "guest", g ? g->name : "?", "host", level_name(r, level), "file", r->file, "size", (json_int_t)r->size,
                     "state", r->state == STORE_PACKED ? "packed" : "flat", "uses", (json_int_t)use.uses, "last_use",
                     (json_int_t)use.last);
}

static bool matches(const struct store_args *a, const struct store_rec *r)
{
    char mod[33];

    hash_hex(r->key.module_hash, 16, mod);
    return !a->pattern || !strcmp(a->pattern, r->name) || !strcmp(a->pattern, r->file) ||
           (strlen(a->pattern) >= 6 && !strncmp(a->pattern, mod, strlen(a->pattern)));
}

static enum status check(const char *dir, const struct store_rec *r, struct diag *d)
{
    struct store_rec now = *r;
    int fd = -1;
    enum status st = store_open_file(dir, r, &fd, d);

    if (st != ST_OK)
        return st;
    st = store_describe(fd, &now, d);
    if (st == ST_OK && (memcmp(now.file_hash, r->file_hash, sizeof now.file_hash) || strcmp(now.file, r->file)))
        st = fail(d, ST_MISMATCH, 0, "the file's hash or name differs from the index");
    close(fd);
    return st;
}

/* The three verbs, on one record. Returns an exit code. */
static int on_list(const struct store_args *a, const char *dir, const struct store_rec *r, json_t *out)
{
    char mod[33], level[16];

    (void)a;
    hash_hex(r->key.module_hash, 16, mod);
    json_array_append_new(out, describe(dir, r));
    if (!a->json)
        printf("%.12s  %-3s %9.1f KiB  %s  %s\n", mod, level_name(r, level), (double)r->size / 1024, r->name, dir);
    return EXIT_OK;
}

static int on_remove(const struct store_args *a, const char *dir, const struct store_rec *r, json_t *out)
{
    struct diag d = {0};

    if (store_remove(dir, &r->key, &d) != ST_OK)
        return aotc_diag(dir, &d);
    json_array_append_new(out, describe(dir, r));
    if (!a->json)
        printf("removed %s (%s)\n", r->name, r->file);
    return EXIT_OK;
}

/* A writer may have replaced or removed the image between list and check: then it is not this store's fault. */
static bool still_there(const char *dir, const struct store_rec *r)
{
    struct store_rec *rec = NULL;
    bool found = false;
    uint32_t n = 0;

    if (store_find(dir, r->key.module_hash, &rec, &n, NULL) != ST_OK)
        return true;
    for (uint32_t i = 0; i < n; i++)
        found |= !memcmp(&rec[i].key, &r->key, sizeof r->key) && !strcmp(rec[i].file, r->file);
    free(rec);
    return found;
}

static int on_verify(const struct store_args *a, const char *dir, const struct store_rec *r, json_t *out)
{
    struct diag d = {0};
    enum status st = check(dir, r, &d);

    if (st == ST_NOTFOUND && !still_there(dir, r))
        return EXIT_OK;
    json_t *o = describe(dir, r);

    json_object_set_new(o, "ok", json_boolean(st == ST_OK));
    if (st != ST_OK)
        json_object_set_new(o, "problem", json_string(d.msg));
    json_array_append_new(out, o);
    if (!a->json)
        printf("%s  %s  %s%s%s\n", st == ST_OK ? "ok " : "BAD", r->file, r->name, st == ST_OK ? "" : ": ",
               st == ST_OK ? "" : d.msg);
    return st == ST_OK ? EXIT_OK : EXIT_DATA;
}

typedef int (*verb_fn)(const struct store_args *a, const char *dir, const struct store_rec *r, json_t *out);

static int each_record(const struct store_args *a, verb_fn fn)
{
    json_t *out = json_array();
    int worst = EXIT_OK;

    for (unsigned i = 0; i < a->ndir; i++) {
        struct store_rec *rec = NULL;
        struct diag d = {0};
        uint32_t n = 0;

        if (store_list(a->dir[i], &rec, &n, &d) != ST_OK) {
            worst = aotc_diag(a->dir[i], &d);
            continue;
        }
        for (uint32_t k = 0; k < n; k++) {
            int code = matches(a, &rec[k]) ? fn(a, a->dir[i], &rec[k], out) : EXIT_OK;

            worst = code > worst ? code : worst;
        }
        free(rec);
    }
    if (a->json) {
        json_dumpf(out, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(out);
    return worst;
}

/* ---- upkeep: of one store, the one that build publishes in ---- */

static int add_file(const struct store_args *a, const char *dir, const char *file)
{
    struct diag d = {0};
    int fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return aotc_fail(EXIT_IOERR, "%s: %s", file, strerror(errno));
    enum status st = publish_file(dir, fd, file, a->packed, &d);

    close(fd);
    return st == ST_OK ? EXIT_OK : aotc_diag(file, &d);
}

static int on_add(const struct store_args *a, const char *dir)
{
    int worst = EXIT_OK;

    for (int i = 0; i < a->nfile; i++) {
        int code = add_file(a, dir, a->file[i]);

        worst = code > worst ? code : worst;
    }
    return worst;
}

static int on_gc(const struct store_args *a, const char *dir)
{
    const char *quota = getenv("AOT_STORE_QUOTA");
    struct store_gc gc;
    struct diag d = {0};
    uint64_t max = a->max;

    if (max == UINT64_MAX && quota && *quota && !store_parse_size(quota, &max))
        return aotc_fail(EXIT_USAGE, "AOT_STORE_QUOTA is no size such as 500M or 2G: '%s'", quota);
    if (store_gc(dir, max, NULL, &gc, &d) != ST_OK)
        return aotc_diag(dir, &d);
    printf("%s: %u images removed, %.1f MiB of %.1f MiB left\n", dir, gc.removed, (double)gc.after / (1 << 20),
           (double)gc.before / (1 << 20));
    return EXIT_OK;
}

static int on_rebuild(const char *dir)
{
    struct diag d = {0};
    uint32_t good, bad;

    if (store_rebuild(dir, &good, &bad, &d) != ST_OK)
        return aotc_diag(dir, &d);
    printf("%s: %u images in the new index, %u files left out\n", dir, good, bad);
    return bad ? EXIT_NO : EXIT_OK;
}

static int upkeep(const struct store_args *a, const char *verb)
{
    char *dir = publish_store(a->store);
    int code;

    if (!dir)
        return aotc_fail(EXIT_USAGE, "no store: give --store=DIR or set $AOT_STORE or $HOME");
    if (!strcmp(verb, "add"))
        code = on_add(a, dir);
    else
        code = !strcmp(verb, "gc") ? on_gc(a, dir) : on_rebuild(dir);
    free(dir);
    return code;
}

static int run(struct store_args *a, const char *verb)
{
    if (!strcmp(verb, "add") && !a->nfile)
        return aotc_fail(EXIT_USAGE, "add needs an image file");
    if (!strcmp(verb, "add") || !strcmp(verb, "gc") || !strcmp(verb, "rebuild"))
        return upkeep(a, verb);
    if (a->nfile > 1)
        return aotc_fail(EXIT_USAGE, "%s takes one name", verb);
    if (!strcmp(verb, "ls"))
        return each_record(a, on_list);
    if (!strcmp(verb, "verify"))
        return each_record(a, on_verify);
    if (strcmp(verb, "rm"))
        return aotc_fail(EXIT_USAGE, "unknown verb '%s' (ls, rm, verify, add, gc, rebuild)", verb);
    if (!a->pattern && !a->all)
        return aotc_fail(EXIT_USAGE, "rm needs a name, a file or a module hash, or --all");
    return each_record(a, on_remove);
}

int cmd_store(int argc, char **argv)
{
    static const struct option opts[] = {{"store", required_argument, NULL, OPT_STORE},
                                         {"json", no_argument, NULL, OPT_JSON},
                                         {"all", no_argument, NULL, OPT_ALL},
                                         {"max-size", required_argument, NULL, OPT_MAX},
                                         {"packed", no_argument, NULL, OPT_PACKED},
                                         {NULL, 0, NULL, 0}};
    struct store_args a = {.max = UINT64_MAX};
    int c, code;

    while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
        if (c == '?')
            return EXIT_USAGE;
        a.json |= c == OPT_JSON;
        a.all |= c == OPT_ALL;
        a.packed |= c == OPT_PACKED;
        a.store = c == OPT_STORE ? optarg : a.store;
        if (c == OPT_MAX && !store_parse_size(optarg, &a.max))
            return aotc_fail(EXIT_USAGE, "--max-size wants a size such as 500M or 2G, not '%s'", optarg);
    }
    if (optind == argc)
        return aotc_fail(EXIT_USAGE, "usage: aotc store ls|rm|verify|add|gc|rebuild [OPTION...] [NAME|FILE...]");
    a.nfile = argc - optind - 1;
    a.file = argv + optind + 1;
    a.pattern = a.nfile ? a.file[0] : NULL;
    a.ndir = store_search_path(a.store, false, a.dir, a.store ? 1 : MAX_DIRS);
    code = run(&a, argv[optind]);
    for (unsigned i = 0; i < a.ndir; i++)
        free(a.dir[i]);
    return code;
}
