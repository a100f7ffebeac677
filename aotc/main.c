/* aotc: the command table, --help, --version, and what the commands share. */
#include "aotc/aotc.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *aotc_command = "";

static const struct aotc_cmd commands[] = {
    {"build", cmd_build, "[-j N] [-o FILE] [--store DIR] FILE...", "translate guest ELF files into images"},
    {"info", cmd_info, "[--json] [--verify] FILE [GUEST]", "describe an image or a guest ELF file"},
    {"dis", cmd_dis, "ELF[:SYMBOL|:0xADDR[-0xADDR]]", "disassemble guest code"},
    {"dump", cmd_dump, "--after=PASS ELF:SYMBOL", "show a function at any stage of translation"},
    {"opt", cmd_opt, "--pass=X[,Y] [--run] FILE.ir", "run passes on the text form of the IR"},
    {"pack", cmd_pack, "IMAGE FILE", "compress an image for shipping"},
    {"unpack", cmd_unpack, "FILE IMAGE", "make a packed image executable in place"},
    {"keygen", cmd_keygen, "FILE", "make a pair of keys to sign images with"},
    {"sign", cmd_sign, "--key=FILE IMAGE...", "sign images"},
    {"store", cmd_store, "ls|rm|verify|add|gc|rebuild", "look after the store of images"},
};

int aotc_fail(int code, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "aotc%s%s: ", *aotc_command ? " " : "", aotc_command);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return code;
}

int aotc_exit_of(enum status st)
{
    switch (st) {
    case ST_OK:
        return EXIT_OK;
    case ST_IO:
    case ST_NOMEM:
        return EXIT_IOERR;
    default:
        return EXIT_DATA;
    }
}

int aotc_diag(const char *name, const struct diag *d)
{
    if (!strncmp(d->msg, name, strlen(name)))
        return aotc_fail(aotc_exit_of(d->st), "%s", d->msg);
    return aotc_fail(aotc_exit_of(d->st), "%s: %s", name, d->msg[0] ? d->msg : status_name(d->st));
}

int aotc_open_any_guest(const char *path, int fd, struct gelf **e, const struct guest **g)
{
    struct diag d = {0};

    if (gelf_open(path, fd, e, &d) != ST_OK) {
        if (d.st == ST_NOTFOUND) /* a file that is not there is the system's answer, not the file's content */
            d.st = ST_IO;
        return aotc_diag(path, &d);
    }
    *g = guest_by_machine((*e)->machine);
    if (!*g) {
        unsigned machine = (*e)->machine;

        gelf_close(*e);
        *e = NULL;
        return aotc_fail(EXIT_DATA, "%s: no translator for ELF machine %u", path, machine);
    }
    return EXIT_OK;
}

int aotc_open_guest(const char *path, int fd, struct gelf **e, const struct guest **g)
{
    int code = aotc_open_any_guest(path, fd, e, g);

    if (code || (*g)->lift)
        return code;
    gelf_close(*e);
    *e = NULL;
    return aotc_fail(EXIT_DATA, "%s: %s: can be disassembled, not translated yet", path, (*g)->name);
}

bool aotc_parse_host(const char *s, enum host_isa *isa, enum host_level *level)
{
    static const struct {
        const char *name;
        enum host_isa isa;
        enum host_level level;
    } names[] = {{"v2", HOST_X86_64, LEVEL_V2},
                 {"v3", HOST_X86_64, LEVEL_V3},
                 {"v4", HOST_X86_64, LEVEL_V4},
                 {"aarch64", HOST_AARCH64, LEVEL_BASE}};

    if (!strcmp(s, "native")) {
        *isa = HOST_SELF;
        *level = host_level_detect();
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!strcmp(s, names[i].name)) {
            *isa = names[i].isa;
            *level = names[i].level;
            return true;
        }
    }
    return false;
}

static int print_help(FILE *out)
{
    fprintf(out, "usage: aotc COMMAND [OPTION...] [FILE...]\n\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(out, "  %-7s %-40s %s\n", commands[i].name, commands[i].args, commands[i].help);
    fprintf(out, "\n`aotc COMMAND --help` tells a command's options; aotc(1) tells all.\n");
    return EXIT_OK;
}

/* What was asked for must have reached the reader: a full disk is an I/O error, not a silent success. */
static int finish(int code)
{
    if (fflush(stdout) || ferror(stdout))
        return errno == EPIPE ? code : aotc_fail(EXIT_IOERR, "writing output: %s", strerror(errno));
    return code;
}

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is a write that fails, not a death in the middle */
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
        return finish(print_help(stdout));
    if (!strcmp(argv[1], "--version")) {
        printf("aotc " AOTC_VERSION "\n");
        return finish(EXIT_OK);
    }
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(argv[1], commands[i].name))
            continue;
        aotc_command = commands[i].name;
        if (argc > 2 && !strcmp(argv[2], "--help") && commands[i].run != cmd_build) {
            printf("usage: aotc %s %s\n%s\n", commands[i].name, commands[i].args, commands[i].help);
            return finish(EXIT_OK);
        }
        return finish(commands[i].run(argc - 1, argv + 1));
    }
    return aotc_fail(EXIT_USAGE, "unknown command '%s' (aotc --help lists them)", argv[1]);
}
