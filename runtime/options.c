/* aotrun's command line: parsing, and the form in which children inherit it. Options end at the guest file; what follows is the
 * guest's. */
#include "runtime/options.h"

#include "runtime/process.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { O_ENGINE = 256, O_STORE, O_TRUST_KEY, O_STATS, O_STATS_FILE, O_STRACE, O_VERBOSE, O_EXPLAIN, O_CHECK, O_PERF, O_STRICT,
       O_GUEST_NAME, O_EXEC_NAME };

static const struct option longs[] = {
    { "engine", required_argument, NULL, O_ENGINE },    { "store", required_argument, NULL, O_STORE },
    { "stats", optional_argument, NULL, O_STATS },      { "stats-file", required_argument, NULL, O_STATS_FILE },
    { "strace", no_argument, NULL, O_STRACE },          { "verbose", no_argument, NULL, O_VERBOSE },
    { "explain", required_argument, NULL, O_EXPLAIN },  { "env", required_argument, NULL, 'E' },
    { "unset-env", required_argument, NULL, 'U' },      { "argv0", required_argument, NULL, '0' },
    { "trust-key", required_argument, NULL, O_TRUST_KEY },
    { "check", required_argument, NULL, O_CHECK },      { "perf", required_argument, NULL, O_PERF },
    { "strict-flags", no_argument, NULL, O_STRICT },    { "guest-name", no_argument, NULL, O_GUEST_NAME },
    { "exec-name", required_argument, NULL, O_EXEC_NAME },
    { "help", no_argument, NULL, 'h' },                 { "version", no_argument, NULL, 'V' },
    { NULL, 0, NULL, 0 },
};

void rt_options_help(FILE *out)
{
    fputs("usage: aotrun [options] FILE [ARGUMENT...]\n"
          "Runs a guest program: from its image in a store, else compiled as it runs.\n\n"
          "  --engine=auto|interp|aot|jit  auto: image, else compiled here; interp: interpreter alone; aot: image alone;\n"
          "                            jit: compiled here, images are ignored\n"
          "  --store=DIR               look for images in DIR first\n"
          "  --trust-key=FILE          run images signed with this public key only (and those of /etc/aotc/trust.d)\n"
          "  --stats[=json]            statistics on standard error at the end of each process\n"
          "  --stats-file=FILE         append them to FILE, one JSON line a process\n"
          "  --strace                  print system calls\n"
          "  --verbose                 say what is unusual\n"
          "  --explain=PC              say why guest address PC is (not) served from an image; do not run\n"
          "  --check=lockstep          run all compiled code by the interpreter too, stop at the first difference\n"
          "  --strict-flags            keep condition flags exact everywhere, also at calls and returns of functions\n"
          "  --perf=map                tell perf the names of functions: /tmp/perf-PID.map\n"
          "  -E, --env=VAR=VALUE       set a variable of the guest's environment\n"
          "  -U, --unset-env=VAR       remove one\n"
          "  -0, --argv0=NAME          the guest's argv[0]\n"
          "  -L DIR                    the guest's root directory, laid over the host's: its files come first\n"
          "  -h, --help                this text\n"
          "  -V, --version             version\n"
          "Children that execute guest files run under aotrun with the same options. See aotrun(1).\n", out);
}

static bool is_assignment_of(const char *entry, const char *name, size_t len)
{
    return !strncmp(entry, name, len) && entry[len] == '=';
}

/* The environment is edited in place: it is our own array of pointers. */
static void env_remove(char **env, const char *name, size_t len)
{
    char **to = env;

    for (char **from = env; *from; from++)
        if (!is_assignment_of(*from, name, len))
            *to++ = *from;
    *to = NULL;
}

static void env_set(char **env, char *assignment)
{
    env_remove(env, assignment, (size_t)(strchr(assignment, '=') - assignment));
    while (*env)
        env++;
    env[0] = assignment;
    env[1] = NULL;
}

/* Makes path absolute, since the guest may change directory before its children need it. malloc'd. */
static char *absolute(const char *path)
{
    char cwd[4096], *out = NULL;

    if (path[0] == '/' || !getcwd(cwd, sizeof cwd))
        return strdup(path);
    if (asprintf(&out, "%s/%s", cwd, path) < 0)
        return NULL;
    return out;
}

static bool parse_engine(struct rt_options *o, const char *s)
{
    static const char *const name[] = { [RT_AUTO] = "auto", [RT_INTERP] = "interp", [RT_AOT] = "aot", [RT_JIT] = "jit" };

    for (unsigned i = 0; i < 4; i++) {
        if (!strcmp(s, name[i])) {
            o->engine = (enum rt_engine)i;
            return true;
        }
    }
    return false;
}

static bool parse_pc(struct rt_options *o, const char *s)
{
    char *end;

    errno = 0;
    o->explain = true;
    o->explain_pc = strtoull(s, &end, 0);
    return *s && *s != '-' && !*end && !errno;
}

static enum opt_result bad(char *err, size_t n, const char *what, const char *arg)
{
    snprintf(err, n, "%s%s%s (see aotrun --help)", what, arg ? ": " : "", arg ? arg : "");
    return OPT_BAD;
}

/* One option; OPT_RUN means go on. */
static enum opt_result take(struct rt_options *o, int c, char *err, size_t n)
{
    switch (c) {
    case O_ENGINE:
        return parse_engine(o, optarg) ? OPT_RUN : bad(err, n, "--engine must be auto, interp, aot or jit", optarg);
    case O_STORE:
        free((char *)o->store);
        o->store = absolute(optarg);
        return OPT_RUN;
    case O_TRUST_KEY:
        free((char *)o->trust_key);
        o->trust_key = access(optarg, F_OK) ? strdup(optarg) : absolute(optarg);
        return OPT_RUN;
    case O_STATS:
        if (optarg && strcmp(optarg, "json") && strcmp(optarg, "text"))
            return bad(err, n, "--stats takes text or json", optarg);
        o->stats = optarg && !strcmp(optarg, "json") ? RT_STATS_JSON : RT_STATS_TEXT;
        return OPT_RUN;
    case O_STATS_FILE:
        free((char *)o->stats_file);
        o->stats_file = absolute(optarg);
        return OPT_RUN;
    case O_STRACE:
        o->strace = true;
        return OPT_RUN;
    case O_VERBOSE:
        o->verbose = true;
        return OPT_RUN;
    case O_EXPLAIN:
        return parse_pc(o, optarg) ? OPT_RUN : bad(err, n, "--explain takes a guest address", optarg);
    case O_CHECK:
        o->lockstep = true;
        return !strcmp(optarg, "lockstep") ? OPT_RUN : bad(err, n, "--check must be lockstep", optarg);
    case O_STRICT:
        o->strict_flags = true;
        return OPT_RUN;
    case O_PERF:
        o->perf_map = true;
        return !strcmp(optarg, "map") ? OPT_RUN : bad(err, n, "--perf must be map", optarg);
    case 'L':
        free((char *)o->prefix);
        o->prefix = absolute(optarg);
        return OPT_RUN;
    case O_GUEST_NAME:
        o->guest_name = true;
        return OPT_RUN;
    case O_EXEC_NAME:
        o->exec_name = optarg;
        return OPT_RUN;
    case '0':
        o->argv0 = optarg;
        return OPT_RUN;
    case 'E':
        if (!strchr(optarg, '=') || *optarg == '=')
            return bad(err, n, "--env takes VAR=VALUE", optarg);
        env_set(o->envp, optarg);
        return OPT_RUN;
    case 'U':
        env_remove(o->envp, optarg, strlen(optarg));
        return OPT_RUN;
    case 'h':
        return OPT_HELP;
    case 'V':
        return OPT_VERSION;
    default:
        return bad(err, n, c == ':' ? "option needs an argument" : "unknown option", NULL);
    }
}

enum opt_result rt_options_parse(struct rt_options *o, int argc, char **argv, char **envp, char *err, size_t n)
{
    size_t nenv = 0;
    int c;

    memset(o, 0, sizeof *o);
    while (envp[nenv])
        nenv++;
    o->envp = calloc(nenv + (size_t)argc + 1, sizeof *o->envp);
    if (!o->envp)
        return bad(err, n, "out of memory", NULL);
    memcpy(o->envp, envp, nenv * sizeof *envp);
    optind = 0;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "+:L:E:U:0:hV", longs, NULL)) != -1) {
        const char *at = optind > 0 && optind <= argc ? argv[optind - 1] : NULL;
        enum opt_result r = take(o, c, err, n);
        if (r == OPT_BAD && (c == '?' || c == ':') && at)
            return bad(err, n, c == ':' ? "option needs an argument" : "unknown option", at);
        if (r != OPT_RUN)
            return r;
    }
    if (optind >= argc)
        return bad(err, n, "no guest file given", NULL);
    if (o->lockstep && o->engine == RT_INTERP)
        return bad(err, n, "--check=lockstep needs compiled code, which --engine=interp does not run", NULL);
    o->file = argv[optind];
    o->argc = argc - optind;
    o->argv = argv + optind;
    if (o->argv0)
        o->argv[0] = (char *)o->argv0;
    return OPT_RUN;
}

void rt_options_free(struct rt_options *o)
{
    free((char *)o->store);
    free((char *)o->trust_key);
    free((char *)o->stats_file);
    free((char *)o->prefix);
    free(o->envp);
}

unsigned rt_inherit_args(const struct rt_options *o, const char *argv0, const char *exec_name, const char **out, unsigned n)
{
    static const char *const engine[] = { [RT_AUTO] = "--engine=auto", [RT_INTERP] = "--engine=interp", [RT_AOT] = "--engine=aot",
                                         [RT_JIT] = "--engine=jit" };
    unsigned i = 0;

    if (n < RT_INHERIT_ARGS)
        return 0;
    out[i++] = "aotrun";
    out[i++] = engine[o->engine];
    if (o->store) {
        out[i++] = "--store";
        out[i++] = o->store;
    }
    if (o->trust_key) {
        out[i++] = "--trust-key";
        out[i++] = o->trust_key;
    }
    if (o->stats != RT_STATS_NONE)
        out[i++] = o->stats == RT_STATS_JSON ? "--stats=json" : "--stats";
    if (o->stats_file) {
        out[i++] = "--stats-file";
        out[i++] = o->stats_file;
    }
    if (o->strace)
        out[i++] = "--strace";
    if (o->verbose)
        out[i++] = "--verbose";
    if (o->lockstep)
        out[i++] = "--check=lockstep";
    if (o->strict_flags)
        out[i++] = "--strict-flags";
    if (o->perf_map)
        out[i++] = "--perf=map";
    if (o->prefix) {
        out[i++] = "-L";
        out[i++] = o->prefix;
        out[i++] = "--guest-name";
    }
    if (exec_name) {
        out[i++] = "--exec-name";
        out[i++] = exec_name;
    }
    out[i++] = "-0";
    out[i++] = argv0;
    out[i++] = "--";
    return i;
}
