/* aotc build: options, and what happens to each file's image. */
#include "aotc/aotc.h"
#include "aotc/publish.h"
#include "formats/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct build {
    struct module_options mod;
    const char *output, *store;
    uint8_t key[SIGN_SECRET]; /* if sign */
    bool sign, no_store, no_profile, packed, quiet;
};

static const char build_help[] = "usage: aotc build [OPTION...] FILE...\n"
                                 "Translates guest ELF files and publishes the images in the store.\n\n"
                                 "  -j, --jobs=N          compile on N threads (default: all processors)\n"
                                 "  -o, --output=FILE     write the image to FILE as well (one input file only)\n"
                                 "      --store=DIR       publish in DIR (default: $AOT_STORE, else $XDG_CACHE_HOME/aotc)\n"
                                 "      --no-store        do not publish; needs -o\n"
                                 "      --no-profile      do not use what earlier runs noted in the store's journal\n"
                                 "      --packed          write the -o file in packed form, for shipping\n"
                                 "      --host=HOST       x86-64-v2 to v4: v2, v3, v4; aarch64; or native (the default)\n"
                                 "      --pipeline=NAME   pass pipeline: t1, t2, t3 (default: t3)\n"
                                 "      --only=FUNC,...       translate only functions with these names (patterns as sh's)\n"
                                 "      --exclude=FUNC,...    translate all functions but these\n"
                                 "      --strict-flags    keep condition flags at calls and returns: always exact, an image of its own\n"
                                 "      --sign-key=FILE   sign the images (aotc keygen makes keys)\n"
                                 "  -q, --quiet           print errors only\n"
                                 "exit status: 0, 64 wrong usage, 65 bad input, 74 input or output failed\n";

enum { OPT_STORE = 256, OPT_NO_STORE, OPT_NO_PROFILE, OPT_PACKED, OPT_HOST, OPT_PIPELINE, OPT_ONLY, OPT_EXCLUDE, OPT_STRICT,
       OPT_SIGN, OPT_HELP };

static const struct option build_options[] = {
    {"jobs", required_argument, NULL, 'j'},
    {"output", required_argument, NULL, 'o'},
    {"store", required_argument, NULL, OPT_STORE},
    {"no-store", no_argument, NULL, OPT_NO_STORE},
    {"no-profile", no_argument, NULL, OPT_NO_PROFILE},
    {"packed", no_argument, NULL, OPT_PACKED},
    {"host", required_argument, NULL, OPT_HOST},
    {"pipeline", required_argument, NULL, OPT_PIPELINE},
    {"only", required_argument, NULL, OPT_ONLY},
    {"exclude", required_argument, NULL, OPT_EXCLUDE},
    {"strict-flags", no_argument, NULL, OPT_STRICT},
    {"sign-key", required_argument, NULL, OPT_SIGN},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static int set_jobs(struct build *b, const char *s)
{
    char *end;
    unsigned long n = strtoul(s, &end, 10);

    if (!*s || *end || n < 1 || n > 256 || *s == '-')
        return aotc_fail(EXIT_USAGE, "-j wants a number from 1 to 256, not '%s'", s);
    b->mod.jobs = (unsigned)n;
    return EXIT_OK;
}

static int set_key(struct build *b, const char *path)
{
    struct diag d = {0};

    b->sign = true;
    return sign_read_secret(path, b->key, &d) == ST_OK ? EXIT_OK : aotc_diag(path, &d);
}

static int set_pipeline(struct build *b, const char *s)
{
    if (strcmp(s, "t1") && strcmp(s, "t2") && strcmp(s, "t3") && strcmp(s, "t3-nopolls" /* bench/run */))
        return aotc_fail(EXIT_USAGE, "no pipeline '%s' (t1, t2, t3)", s);
    b->mod.pipeline = s;
    return EXIT_OK;
}

static int set_names(const char **list, const char *option, const char *s)
{
    if (!select_valid(s))
        return aotc_fail(EXIT_USAGE, "%s wants function names with commas between, not '%s'", option, s);
    *list = s;
    return EXIT_OK;
}

/* -1: go on; otherwise the exit code. Likewise parse(). */
static int check_usage(const struct build *b, int argc)
{
    if (optind == argc)
        return aotc_fail(EXIT_USAGE, "no input file (aotc build --help)");
    if (b->output && argc - optind > 1)
        return aotc_fail(EXIT_USAGE, "-o takes one input file, not %d", argc - optind);
    if ((b->no_store || b->packed) && !b->output)
        return aotc_fail(EXIT_USAGE, "%s needs -o FILE", b->no_store ? "--no-store" : "--packed");
    return -1;
}

static int parse(struct build *b, int argc, char **argv)
{
    int c, bad = EXIT_OK;

    while (!bad && (c = getopt_long(argc, argv, "j:o:q", build_options, NULL)) != -1) {
        switch (c) {
        case 'j':
            bad = set_jobs(b, optarg);
            break;
        case 'o':
            b->output = optarg;
            break;
        case 'q':
            b->quiet = true;
            break;
        case OPT_STORE:
            b->store = optarg;
            break;
        case OPT_NO_STORE:
            b->no_store = true;
            break;
        case OPT_NO_PROFILE:
            b->no_profile = true;
            break;
        case OPT_PACKED:
            b->packed = true;
            break;
        case OPT_ONLY:
            bad = set_names(&b->mod.only, "--only", optarg);
            break;
        case OPT_EXCLUDE:
            bad = set_names(&b->mod.exclude, "--exclude", optarg);
            break;
        case OPT_STRICT:
            b->mod.strict = true;
            break;
        case OPT_SIGN:
            bad = set_key(b, optarg);
            break;
        case OPT_PIPELINE:
            bad = set_pipeline(b, optarg);
            break;
        case OPT_HOST:
            if (!aotc_parse_host(optarg, &b->mod.isa, &b->mod.level))
                bad = aotc_fail(EXIT_USAGE, "no host level '%s' (v2, v3, v4, aarch64, native)", optarg);
            b->mod.extra = strcmp(optarg, "native") ? 0 : host_features_detect() & HF_EXTRA;
            break;
        case OPT_HELP:
            fputs(build_help, stdout);
            return EXIT_OK;
        default:
            return EXIT_USAGE;
        }
    }
    return bad ? bad : check_usage(b, argc);
}

/* Writes beside the destination and renames, so that a reader never sees half an image. */
static enum status write_output(const struct build *b, struct module *m, struct diag *d)
{
    char tmp[PATH_MAX];
    int fd, flat = -1;
    enum status st;

    if ((size_t)snprintf(tmp, sizeof tmp, "%s.XXXXXX", b->output) >= sizeof tmp)
        return fail(d, ST_IO, 0, "path too long");
    fd = mkostemp(tmp, O_CLOEXEC);
    if (fd < 0)
        return fail(d, ST_IO, 0, "cannot create: %s", strerror(errno));
    fchmod(fd, 0444);
    if (b->packed) {
        FILE *t = tmpfile();

        flat = t ? dup(fileno(t)) : -1;
        if (t)
            fclose(t);
        st = flat < 0 ? fail(d, ST_IO, 0, "cannot create a temporary file: %s", strerror(errno)) : publish_flat(flat, m, d);
        if (st == ST_OK)
            st = image_pack(flat, fd, 19, d);
        if (flat >= 0)
            close(flat);
    } else {
        st = publish_flat(fd, m, d);
    }
    if (close(fd) && st == ST_OK)
        st = fail(d, ST_IO, 0, "closing: %s", strerror(errno));
    if (st == ST_OK && rename(tmp, b->output))
        st = fail(d, ST_IO, 0, "cannot rename into place: %s", strerror(errno));
    if (st != ST_OK)
        unlink(tmp);
    return st;
}

static void summary(const struct build *b, const char *file, const struct module *m, const char *where, double seconds)
{
    char host[HOST_NAME];
    const char *flags = m->h.flags & IMAGE_PASSES ? ", strict: it passes condition flags" : m->h.flags & IMAGE_STRICT ? ", strict" : "";

    if (m->nfailed)
        fprintf(stderr, "aotc build: %s: %u of %u functions left to the runtime; first 0x%llx: %s\n", file, m->nfailed, m->nunit,
                (unsigned long long)m->first_failed_pc,
                m->first_failure.msg[0] ? m->first_failure.msg : status_name(m->first_failure.st));
    if (!b->quiet)
        printf("%s: %u functions, %llu instructions, image of %.1f MiB (%s%s) in %s, %.2f s\n", file, m->nunit - m->nfailed,
               (unsigned long long)m->ninsn, (double)m->h.file_size / (1 << 20),
               host_level_name(m->h.host_isa, m->h.host_level, host), flags, where, seconds);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int build_one(struct build *b, const char *store, const char *file)
{
    struct diag d = {0};
    const struct guest *g;
    struct gelf *e = NULL;
    struct module m;
    double start = now();
    int code = aotc_open_guest(file, &e, &g);

    if (code)
        return code;
    if (store && !b->no_profile)
        publish_profile(store, e, &b->mod);

    enum status st = module_build(e, g, &b->mod, &m, &d);

    free(b->mod.profile);
    b->mod.profile = NULL;
    if (st != ST_OK) {
        gelf_close(e);
        return aotc_diag(file, &d);
    }

    struct image_sig sig;

    if (b->sign && sign_image(&m.h, m.sec, b->key, &sig, &d) != ST_OK)
        code = aotc_diag(file, &d);
    if (!code && b->output && write_output(b, &m, &d) != ST_OK)
        code = aotc_diag(b->output, &d);
    if (!code && store && publish_module(store, file, e, &m, &d) != ST_OK)
        code = aotc_diag(store, &d);
    if (!code)
        summary(b, file, &m, b->output ? b->output : store, now() - start);
    module_free(&m);
    gelf_close(e);
    return code;
}

int cmd_build(int argc, char **argv)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    struct build b = {.mod = {.jobs = cpus > 0 && cpus <= 256 ? (unsigned)cpus : 1, .isa = HOST_SELF, .level = host_level_detect(), .extra = host_features_detect() & HF_EXTRA}};
    int code = parse(&b, argc, argv), worst = EXIT_OK;
    char *store = NULL;

    if (code >= 0)
        return code;
    if (!b.no_store && !(store = publish_store(b.store)))
        return aotc_fail(EXIT_USAGE, "no store: set --store=DIR, $AOT_STORE or $HOME, or give --no-store -o FILE");
    b.mod.progress = !b.quiet && isatty(STDERR_FILENO);
    for (int i = optind; i < argc; i++) {
        code = build_one(&b, store, argv[i]);
        if (code > worst)
            worst = code;
    }
    free(store);
    return worst;
}
