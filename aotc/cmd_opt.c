/* aotc opt: passes alone on the text form of the IR, from a file or standard input; --run executes the result on T0. */
#include "aotc/aotc.h"

#include "jit/interp.h"
#include "passes/opt/opt.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct opt_job {
    const char *passes, *guest;
    char *text;
    size_t len;
    bool run;
    bool strict;
};

static char *read_all(const char *path, size_t *len)
{
    FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
    char *buf = NULL;
    size_t cap = 0, n = 0, got = 1;

    while (in && got) {
        if (n + 1 >= cap) {
            char *p = realloc(buf, cap = cap ? cap * 2 : 65536);

            if (!p)
                break;
            buf = p;
        }
        n += got = fread(buf + n, 1, cap - n - 1, in);
    }
    if (!in || ferror(in)) {
        free(buf);
        buf = NULL;
    } else if (buf) {
        buf[n] = 0;
    }
    if (in && in != stdin)
        fclose(in);
    *len = n;
    return buf;
}

static void run_passes(struct cc *cc, struct ir_func *f, const char *list)
{
    char name[64];

    for (const char *p = list; p && *p; p += *p == ',') {
        size_t n = strcspn(p, ",");

        snprintf(name, sizeof name, "%.*s", (int)n, p);
        if (opt_pass_find(name) < 0)
            cc_bail(cc, ST_NOTFOUND, 0, "no pass '%s' (aotc opt --list)", name);
        opt_run_pass(cc, f, name);
        p += n;
    }
}

/* Executes f with all guest registers zero, and shows the registers that are not zero afterwards. */
static void execute(struct cc *cc, struct ir_func *f, const struct guest *g)
{
    struct vcpu *v = arena_alloc(&cc->arena, sizeof *v + 64);

    v = (struct vcpu *)(((uintptr_t)v + 63) & ~(uintptr_t)63);
    enum vexit why = t0_run_func(f, v);

    printf("; exit %d, pc 0x%llx\n", (int)why, (unsigned long long)v->pc);
    for (uint32_t i = 0; i < g->nslot; i++) {
        uint64_t val;

        memcpy(&val, v->guest + g->slot[i].off, sizeof val);
        if (val)
            printf("; %s = 0x%llx\n", g->slot[i].name, (unsigned long long)val);
    }
}

static void job(struct cc *cc, void *arg)
{
    struct opt_job *j = arg;
    const struct guest *g = guest_by_name(j->guest);
    struct diag d = {0};

    if (!g)
        cc_bail(cc, ST_NOTFOUND, 0, "no guest '%s'", j->guest);
    if (!g->lift)
        cc_bail(cc, ST_UNSUPPORTED, 0, "%s: can be disassembled, not translated yet", g->name);
    struct ir_func *f = ir_parse(cc, j->text, j->len, g->slot, g->nslot);

    if (ir_verify(f, &d) != ST_OK)
        cc_bail(cc, ST_BADFORMAT, d.off, "input: %s", d.msg);
    ir_cfg(f);
    f->strict = j->strict;
    run_passes(cc, f, j->passes);
    if (ir_verify(f, &d) != ST_OK)
        cc_bail(cc, ST_BUG, d.off, "after the passes: %s", d.msg);
    if (j->run)
        execute(cc, f, g);
    else
        ir_print(stdout, f);
}

static int list_passes(void)
{
    for (int i = 0; i < OPT_NPASSES; i++)
        printf("%-12s %s\n", opt_pass_name((enum opt_pass)i), opt_pass_text((enum opt_pass)i));
    return EXIT_OK;
}

int cmd_opt(int argc, char **argv)
{
    static const struct option opts[] = {{"pass", required_argument, NULL, 'p'},
                                         {"guest", required_argument, NULL, 'g'},
                                         {"run", no_argument, NULL, 'r'},
                                         {"strict-flags", no_argument, NULL, 's'},
                                         {"list", no_argument, NULL, 'l'},
                                         {NULL, 0, NULL, 0}};
    struct opt_job j = {.guest = guest_nth(0)->name};
    struct cc cc;
    int c;

    while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
        switch (c) {
        case 'p':
            j.passes = optarg;
            break;
        case 'g':
            j.guest = optarg;
            break;
        case 'r':
            j.run = true;
            break;
        case 's':
            j.strict = true;
            break;
        case 'l':
            return list_passes();
        default:
            return EXIT_USAGE;
        }
    }
    if (optind + 1 != argc || (!j.passes && !j.run))
        return aotc_fail(EXIT_USAGE, 
                         "usage: aotc opt --pass=X[,Y] [--run] [--strict-flags] [--guest=NAME] FILE.ir, or aotc opt --list");
    j.text = read_all(argv[optind], &j.len);
    if (!j.text)
        return aotc_fail(EXIT_IOERR, "%s: %s", argv[optind], strerror(errno));
    cc_init(&cc);
    int code = cc_try(&cc, job, &j) == ST_OK ? EXIT_OK : aotc_diag(argv[optind], &cc.diag);

    cc_fini(&cc);
    free(j.text);
    return code;
}
