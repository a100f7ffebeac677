/* aotc build: options. */
#include "aotc/aotc.h"
#include "aotc/build.h"
#include "aotc/publish.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_TREES = 64 };

struct options {
    struct build b;
    const char *store, *root;   /* --store, -L */
    const char *tree[MAX_TREES];
    unsigned ntree;
};

static const char build_help[] = "usage: aotc build [OPTION...] FILE...\n"
                                 "       aotc build [OPTION...] -L ROOT FILE...\n"
                                 "       aotc build [OPTION...] --tree=DIR\n"
                                 "Translates guest ELF files and publishes the images in the store.\n\n"
                                 "  -L, --root=ROOT       the files with all libraries that they need, looked up in ROOT\n"
                                 "      --tree=DIR        every guest file below DIR\n"
                                 "      --rebuild         with -L and --tree: also what the store has already\n"
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
                                 "exit status: 0, 64 wrong usage, 65 bad input, 66 a library is missing, 74 input or output failed\n";

enum { OPT_STORE = 256, OPT_NO_STORE, OPT_NO_PROFILE, OPT_PACKED, OPT_HOST, OPT_PIPELINE, OPT_ONLY, OPT_EXCLUDE, OPT_STRICT,
       OPT_SIGN, OPT_TREE, OPT_REBUILD, OPT_HELP };

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
    {"root", required_argument, NULL, 'L'},
    {"tree", required_argument, NULL, OPT_TREE},
    {"rebuild", no_argument, NULL, OPT_REBUILD},
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
static int check_usage(const struct options *o, int argc)
{
    const struct build *b = &o->b;

    if (optind == argc && !o->ntree)
        return aotc_fail(EXIT_USAGE, "no input file (aotc build --help)");
    if (b->output && argc - optind > 1)
        return aotc_fail(EXIT_USAGE, "-o takes one input file, not %d", argc - optind);
    if (b->output && (o->ntree || o->root))
        return aotc_fail(EXIT_USAGE, "-o takes one input file, no %s", o->ntree ? "--tree" : "-L");
    if ((b->no_store || b->packed) && !b->output)
        return aotc_fail(EXIT_USAGE, "%s needs -o FILE", b->no_store ? "--no-store" : "--packed");
    return -1;
}

static int add_tree(struct options *o, const char *dir)
{
    if (o->ntree == MAX_TREES)
        return aotc_fail(EXIT_USAGE, "at most %d times --tree", MAX_TREES);
    o->tree[o->ntree++] = dir;
    return EXIT_OK;
}

static int parse(struct options *o, int argc, char **argv)
{
    struct build *b = &o->b;
    int c, bad = EXIT_OK;

    while (!bad && (c = getopt_long(argc, argv, "j:o:qL:", build_options, NULL)) != -1) {
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
            o->store = optarg;
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
        case 'L':
            o->root = optarg;
            break;
        case OPT_TREE:
            bad = add_tree(o, optarg);
            break;
        case OPT_REBUILD:
            b->rebuild = true;
            break;
        case OPT_HELP:
            fputs(build_help, stdout);
            return EXIT_OK;
        default:
            return EXIT_USAGE;
        }
    }
    return bad ? bad : check_usage(o, argc);
}

static int run(struct options *o, int argc, char **argv)
{
    int worst = EXIT_OK, code;

    if (o->root && optind < argc)
        worst = build_with_libs(&o->b, o->root, argv + optind, argc - optind);
    for (int i = optind; !o->root && i < argc; i++) {
        code = build_file(&o->b, argv[i], -1);
        worst = code > worst ? code : worst;
    }
    for (unsigned i = 0; i < o->ntree; i++) {
        code = build_tree(&o->b, o->tree[i]);
        worst = code > worst ? code : worst;
    }
    return worst;
}

int cmd_build(int argc, char **argv)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    struct options o = {.b.mod = {.jobs = cpus > 0 && cpus <= 256 ? (unsigned)cpus : 1,
                                  .isa = HOST_SELF,
                                  .level = host_level_detect(),
                                  .extra = host_features_detect() & HF_EXTRA}};
    int code = parse(&o, argc, argv);
    char *store = NULL;

    if (code >= 0)
        return code;
    if (!o.b.no_store && !(store = publish_store(o.store)))
        return aotc_fail(EXIT_USAGE, "no store: set --store=DIR, $AOT_STORE or $HOME, or give --no-store -o FILE");
    o.b.store = store;
    o.b.mod.progress = !o.b.quiet && isatty(STDERR_FILENO);
    code = run(&o, argc, argv);
    free(store);
    return code;
}
