/* aotc info: what an image or a guest file holds. One JSON object is built in both modes; text output is its flat print. */
#include "aotc/aotc.h"
#include "aotc/module.h"
#include "formats/hash.h"
#include "formats/image.h"
#include "formats/sign.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const section_name[IS_COUNT] = {"table",     "code",  "entries", "regions",  "reads",
                                                   "snapshots", "links", "names",   "signature"};

static json_t *hex(const uint8_t *p, size_t n)
{
    char s[65];

    hash_hex(p, n < 32 ? n : 32, s);
    return json_string(s);
}

static json_t *hex_number(uint64_t v) { return json_sprintf("0x%llx", (unsigned long long)v); }

static json_t *guest_name(unsigned machine)
{
    const struct guest *g = guest_by_machine((uint16_t)machine);

    return g ? json_string(g->name) : json_sprintf("machine %u", machine);
}

/* Who signed, if the signature is right. */
static json_t *signer(const struct image *im, bool contents, struct diag *d)
{
    uint8_t key[SIGN_PUBLIC];
    enum status st = sign_check(im, contents, key, d);

    if (st == ST_NOTFOUND)
        *d = (struct diag){0};
    return st == ST_OK ? hex(key, sizeof key) : json_null();
}

static json_t *describe_image(const struct image *im)
{
    const struct image_header *h = &im->h;
    json_t *o = json_object(), *sec = json_object();
    char feat[256], host[HOST_NAME];

    host_feature_names(h->features, feat, sizeof feat);
    json_object_set_new(o, "kind", json_string("image"));
    json_object_set_new(o, "version", json_integer(h->version));
    json_object_set_new(o, "guest", guest_name(h->guest_machine));
    json_object_set_new(o, "host", json_string(host_level_name(h->host_isa, h->host_level, host)));
    json_object_set_new(o, "features", json_string(feat));
    json_object_set_new(o, "module_hash", hex(h->module_hash, 16));
    json_object_set_new(o, "compiler", hex(h->compiler, 16));
    json_object_set_new(o, "abi", hex(h->abi_hash, 16));
    json_object_set_new(o, "options", hex(h->options_hash, 16));
    json_object_set_new(o, "pic", json_boolean(h->flags & IMAGE_PIC));
    json_object_set_new(o, "strict_flags", json_boolean(h->flags & IMAGE_STRICT));
    json_object_set_new(o, "passes_flags", json_boolean(h->flags & IMAGE_PASSES));
    json_object_set_new(o, "distance", json_integer(h->distance));
    json_object_set_new(o, "guest_lo", hex_number(h->guest_lo));
    json_object_set_new(o, "guest_hi", hex_number(h->guest_hi));
    json_object_set_new(o, "file_size", json_integer((json_int_t)h->file_size));
    json_object_set_new(o, "entries", json_integer((json_int_t)im->nentry));
    json_object_set_new(o, "regions", json_integer((json_int_t)im->nregion));
    json_object_set_new(o, "guest_instructions", json_integer((json_int_t)h->nguest_insns));
    json_object_set_new(o, "host_instructions", json_integer((json_int_t)h->nhost_insns));
    for (int i = 0; i < IS_COUNT; i++)
        json_object_set_new(sec, section_name[i], json_integer((json_int_t)h->section[i].size));
    json_object_set_new(o, "section_bytes", sec);
    return o;
}

static json_t *describe_discovery(const struct discovery *d)
{
    json_t *o = json_object();

    json_object_set_new(o, "code_bytes", json_integer((json_int_t)d->code_bytes));
    json_object_set_new(o, "covered_bytes", json_integer((json_int_t)d->covered));
    json_object_set_new(o, "covered_percent", json_real(d->code_bytes ? 100.0 * (double)d->covered / (double)d->code_bytes : 0));
    json_object_set_new(o, "instructions", json_integer((json_int_t)d->ninsn));
    json_object_set_new(o, "functions", json_integer(d->nunit));
    json_object_set_new(o, "further_entries", json_integer(d->nentry));
    json_object_set_new(o, "from_symbols", json_integer(d->from.symbols));
    json_object_set_new(o, "from_eh_frame", json_integer(d->from.fdes));
    json_object_set_new(o, "from_relocations", json_integer(d->from.relocs));
    json_object_set_new(o, "from_data", json_integer(d->from.data));
    json_object_set_new(o, "from_constants", json_integer(d->from.constants));
    json_object_set_new(o, "from_sweep", json_integer(d->from.swept));
    json_object_set_new(o, "jump_tables", json_integer(d->from.tables));
    json_object_set_new(o, "unresolved_jumps", json_integer(d->from.unresolved));
    return o;
}

/* One line a unit or further entry, "0xPC function 0xEND" or "0xPC entry": for tests, and for a look at what discovery decided. */
static void list_entries(const struct discovery *d)
{
    for (uint32_t i = 0; i < d->nunit; i++) {
        const struct disc_unit *u = &d->unit[i];

        printf("0x%llx function 0x%llx\n", (unsigned long long)u->pc, (unsigned long long)u->bounds.hi);
        for (uint32_t k = 0; k < u->nentry; k++)
            printf("0x%llx entry\n", (unsigned long long)d->entry[u->entry + k]);
    }
}

static int describe_elf(const char *path, bool entries, json_t **out)
{
    struct discovery *d = NULL;
    const struct guest *g;
    struct diag diag = {0};
    struct gelf *e = NULL;
    int code = aotc_open_guest(path, -1, &e, &g);

    if (code)
        return code;
    if (discover(e, g, &d, &diag) != ST_OK) {
        gelf_close(e);
        return aotc_diag(path, &diag);
    }
    if (entries) {
        list_entries(d);
        discover_free(d);
        gelf_close(e);
        return EXIT_OK;
    }
    json_t *o = json_object();

    json_object_set_new(o, "kind", json_string("guest"));
    json_object_set_new(o, "guest", json_string(g->name));
    json_object_set_new(o, "type", json_string(e->type == ET_DYN ? "position-independent" : "fixed address"));
    json_object_set_new(o, "entry", hex_number(e->entry));
    json_object_set_new(o, "hash", hex(e->hash, 16));
    json_object_set_new(o, "build_id", hex(e->build_id, e->nbuild_id));
    json_object_set_new(o, "interpreter", e->interp ? json_string(e->interp) : json_null());
    json_object_set_new(o, "symbols", json_integer(e->nsym));
    json_object_set_new(o, "relocations", json_integer(e->nrel));
    json_object_set_new(o, "passes_flags", json_boolean(d->flags_passed));
    json_object_set_new(o, "discovery", describe_discovery(d));
    *out = o;
    discover_free(d);
    gelf_close(e);
    return EXIT_OK;
}

static void print_text(const json_t *o, int indent)
{
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)o, key, v)
    {
        printf("%*s%-*s ", indent, "", 20 - indent, key);
        if (json_is_object(v)) {
            putchar('\n');
            print_text(v, indent + 2);
        } else if (json_is_string(v)) {
            puts(json_string_value(v));
        } else if (json_is_real(v)) {
            printf("%.2f\n", json_real_value(v));
        } else if (json_is_integer(v)) {
            printf("%lld\n", (long long)json_integer_value(v));
        } else {
            puts(json_is_true(v) ? "yes" : json_is_null(v) ? "-" : "no");
        }
    }
}

/* An inflated copy of a packed image in a file without a name; -1 with d filled. */
static int inflate(int fd, struct diag *d)
{
    FILE *t = tmpfile();
    int flat = t ? dup(fileno(t)) : -1;

    if (t)
        fclose(t);
    if (flat < 0) {
        fail(d, ST_IO, 0, "cannot create a temporary file: %s", strerror(errno));
        return -1;
    }
    if (image_unpack(fd, flat, d) == ST_OK)
        return flat;
    close(flat);
    return -1;
}

/* Are the regions' bytes those of the guest file? Lists the regions that differ. */
static int check_guest(const struct image *im, const char *path, const char *guest, json_t *out)
{
    struct gelf *e = NULL;
    const struct guest *g;
    uint32_t differ = 0;
    int code = aotc_open_guest(guest, -1, &e, &g);

    if (code)
        return code;
    for (uint64_t i = 0; i < im->nregion; i++) {
        const struct image_region *r = &im->region[i];
        uint32_t n;
        const struct image_span *s = image_region_reads(im, r, &n);
        struct gspan *span = calloc(n + 1, sizeof *span);
        uint64_t hash;

        for (uint32_t k = 0; span && k < n; k++)
            span[k] = (struct gspan){s[k].lo, s[k].hi};
        if (!span || !module_read_hash(e, span, n, &hash))
            code = aotc_fail(EXIT_DATA, "%s: region at 0x%llx reads more than can be checked", path, (unsigned long long)r->pc);
        else if (hash != r->read_hash && !differ++)
            code = aotc_fail(EXIT_DATA, "%s: region at 0x%llx was made from other bytes than %s holds", path,
                             (unsigned long long)r->pc, guest);
        free(span);
    }
    json_object_set_new(out, "regions_differ", json_integer(differ));
    json_object_set_new(out, "module_matches", json_boolean(!memcmp(e->hash, im->h.module_hash, 16)));
    gelf_close(e);
    return code;
}

static int info_image(const char *path, int fd, bool verify, const char *guest, json_t **out)
{
    static const struct image_expect any;
    bool packed = image_is_packed(fd);
    struct diag d = {0};
    struct image *im = NULL;
    int flat = packed ? inflate(fd, &d) : dup(fd), code = EXIT_OK;

    if (flat < 0 || image_open(flat, path, &any, &im, &d) != ST_OK || (verify && image_verify(im, &d) != ST_OK)) {
        code = aotc_diag(path, &d);
    } else {
        *out = describe_image(im);
        json_object_set_new(*out, "packed", json_boolean(packed));
        json_object_set_new(*out, "signed_by", signer(im, verify, &d));
        if (d.st)
            code = aotc_diag(path, &d);
        if (verify)
            json_object_set_new(*out, "verified", json_true());
        if (guest && !code)
            code = check_guest(im, path, guest, *out);
    }
    if (im)
        image_close(im);
    if (flat >= 0)
        close(flat);
    return code;
}

int cmd_info(int argc, char **argv)
{
    static const struct option opts[] = {{"json", no_argument, NULL, 'j'},
                                         {"verify", no_argument, NULL, 'v'},
                                         {"entries", no_argument, NULL, 'e'},
                                         {NULL, 0, NULL, 0}};
    bool as_json = false, verify = false, entries = false;
    char magic[4] = "";
    json_t *o = NULL;
    int c, code, fd;

    while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
        if (c == '?')
            return EXIT_USAGE;
        as_json |= c == 'j';
        verify |= c == 'v';
        entries |= c == 'e';
    }
    if (optind + 1 != argc && (!verify || optind + 2 != argc))
        return aotc_fail(EXIT_USAGE, "one FILE is needed, or with --verify an image and its guest file");
    fd = open(argv[optind], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return aotc_fail(EXIT_IOERR, "%s: %s", argv[optind], strerror(errno));
    if (pread(fd, magic, sizeof magic, 0) == sizeof magic && !memcmp(magic, ELFMAG, SELFMAG))
        code = describe_elf(argv[optind], entries, &o);
    else
        code = info_image(argv[optind], fd, verify, argv[optind + 1], &o);
    close(fd);
    if (o && as_json) {
        json_dumpf(o, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (o) {
        print_text(o, 0);
    }
    json_decref(o);
    return code;
}
