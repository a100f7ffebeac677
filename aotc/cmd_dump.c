/* aotc dump: one function at any stage between guest bytes and host code. */
#include "aotc/aotc.h"

#include "aotc/discover.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct dump {
    struct cc_options opt;
    enum host_level level;
    const char *target;
    bool region;                /* as a process compiles it: from the pc upwards */
    bool strict;                /* --strict-flags */
};

enum { OPT_AFTER = 256, OPT_STOP, OPT_HOST, OPT_PIPELINE, OPT_REGION, OPT_STRICT };

static int parse(struct dump *o, int argc, char **argv)
{
    static const struct option opts[] = {{"after", required_argument, NULL, OPT_AFTER},
                                         {"stop-after", required_argument, NULL, OPT_STOP},
                                         {"host", required_argument, NULL, OPT_HOST},
                                         {"region", no_argument, NULL, OPT_REGION},
                                         {"strict-flags", no_argument, NULL, OPT_STRICT},
                                         {"pipeline", required_argument, NULL, OPT_PIPELINE},
                                         {NULL, 0, NULL, 0}};
    int c;

    while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
        switch (c) {
        case OPT_AFTER:
            o->opt.dump_after = optarg;
            break;
        case OPT_STOP:
            o->opt.stop_after = optarg;
            break;
        case OPT_PIPELINE:
            o->opt.pipeline = optarg;
            break;
        case OPT_REGION:
            o->region = true;
            break;
        case OPT_STRICT:
            o->strict = true;
            break;
        case OPT_HOST:
            if (!aotc_parse_host(optarg, &o->opt.isa, &o->level))
                return aotc_fail(EXIT_USAGE, "no host level '%s' (v2, v3, v4, aarch64, native)", optarg);
            break;
        default:
            return EXIT_USAGE;
        }
    }
    if (!o->opt.dump_after || optind + 1 != argc)
        return aotc_fail(EXIT_USAGE,
                         "--after=PASS and one ELF:SYMBOL are needed; passes: lift, those of `aotc opt --list`, select, regalloc, asm");
    o->target = argv[optind];
    return EXIT_OK;
}

/* The unit that `aotc build` would make of this function: with its entries, so that what is shown is what runs. */
static bool find_unit(const struct discovery *d, uint64_t pc, uint32_t *out)
{
    for (uint32_t i = 0; i < d->nunit; i++) {
        if (pc >= d->unit[i].bounds.lo && pc < d->unit[i].bounds.hi) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* Like the runtime's unit for a pc: it knows no functions. */
static void make_region(struct unit *u, uint64_t pc)
{
    uint64_t end = u->text.base + u->text.len;

    u->pc = pc;
    u->bounds = (struct gspan){pc, end - pc > JIT_REACH ? pc + JIT_REACH : end};
    u->max_insns = JIT_MAX_INSNS;
    u->is_function = NULL;
    u->nentry = 0;
}

static int dump_unit(const struct dump *o, const struct discovery *d, uint32_t i, uint64_t pc, const char *name)
{
    struct unit u;
    struct code code = {0};
    struct cc cc;
    int exit_code = EXIT_OK;

    discover_fill_unit(d, i, &u);
    if (o->region)
        make_region(&u, pc);
    if (*name)
        snprintf(u.name, sizeof u.name, "%.*s", (int)sizeof u.name - 1, name);
    cc_init(&cc);
    if (cc_compile(&cc, &u, &o->opt, &code) != ST_OK)
        exit_code = aotc_diag(name, &cc.diag);
    cc_fini(&cc);
    return exit_code;
}

/* The address that was asked for, which may lie inside the function that starts at lo. */
static uint64_t target_pc(const struct target *t, uint64_t lo)
{
    return strncmp(t->what, "0x", 2) ? lo : strtoull(t->what, NULL, 16);
}

int cmd_dump(int argc, char **argv)
{
    struct dump o = {.opt = {.isa = HOST_SELF, .verify = true, .dump = stdout}, .level = host_level_detect()};
    int code = parse(&o, argc, argv);
    struct discovery *d = NULL;
    struct gelf *e = NULL;
    struct diag diag = {0};
    const struct guest *g;
    struct target t;
    char name[128] = "";
    struct gspan s = {0, 0};
    uint32_t i;

    if (code)
        return code;
    o.opt.features = o.region && o.opt.isa == HOST_SELF ? host_features_detect() : host_features_of(o.level);
    if (!target_split(o.target, &t))
        return aotc_fail(EXIT_IOERR, "out of memory");
    if (!t.what)
        code = aotc_fail(EXIT_USAGE, "%s: say which function, as %s:SYMBOL or %s:0xADDR", t.path, t.path, t.path);
    if (!code)
        code = aotc_open_guest(t.path, -1, &e, &g);
    if (!code)
        code = target_range(e, t.what, &s, name, sizeof name);
    if (!code && discover(e, g, &d, &diag) != ST_OK)
        code = aotc_diag(t.path, &diag);
    if (!code && o.strict)
        discover_want_strict(d);
    if (!code)
        code = find_unit(d, s.lo, &i) ? dump_unit(&o, d, i, target_pc(&t, s.lo), name)
                                      : aotc_fail(EXIT_DATA, "%s: no code there", o.target);
    discover_free(d);
    if (e)
        gelf_close(e);
    target_free(&t);
    return code;
}
