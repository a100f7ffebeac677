/* What the commands of aotc share: exit codes, opening guest files, the command table's row type. */
#ifndef AOTC_AOTC_AOTC_H
#define AOTC_AOTC_AOTC_H

#include "formats/elf.h"
#include "jit/compile.h"
#include "passes/lift/guest.h"

#define AOTC_VERSION "0.1.0"

/* sysexits(3) numbers: scripts can tell a wrong call from a wrong file from a full disk. */
enum {
    EXIT_OK = 0,
    EXIT_NO = 1 /* the answer is "no": verify failed, nothing found */,
    EXIT_USAGE = 64,
    EXIT_DATA = 65,
    EXIT_MISSING = 66 /* a library that a program needs is not there; the rest is done */,
    EXIT_IOERR = 74
};

/* Where PIC images lie: host text starts at guest load base + this. Far enough below the module to leave room for it and its heap,
 * near enough for 32-bit displacements both ways. The runtime reads it from the image header, nobody else knows the number. */
#define AOTC_PIC_DISTANCE (-INT64_C(512) * 1024 * 1024)

struct aotc_cmd {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *args, *help;
};

int cmd_build(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_dis(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_opt(int argc, char **argv);
int cmd_pack(int argc, char **argv);
int cmd_unpack(int argc, char **argv);
int cmd_store(int argc, char **argv);
int cmd_keygen(int argc, char **argv);
int cmd_sign(int argc, char **argv);

/* Prints one line "aotc COMMAND: ..." on stderr, returns code. */
int aotc_fail(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
extern const char *aotc_command; /* name of the running command, for messages */
/* The exit code that says what a status means to the caller. */
int aotc_exit_of(enum status st);
/* Prints d as one line (prefixed by name) and returns the exit code. */
int aotc_diag(const char *name, const struct diag *d);

/* Opens a guest file (with fd >= 0 that descriptor, which stays the caller's) and finds its guest; prints one line and returns an exit
 * code otherwise. aotc_open_guest: one that can be translated. */
int aotc_open_guest(const char *path, int fd, struct gelf **e, const struct guest **g);
int aotc_open_any_guest(const char *path, int fd, struct gelf **e, const struct guest **g);

/* "v2", "v3", "v4" (x86-64), "aarch64", "native": fills *isa and *level. false: unknown. */
bool aotc_parse_host(const char *s, enum host_isa *isa, enum host_level *level);

/* FILE[:symbol|:0xADDR[-0xADDR]]: path is cut at the last ':' that is followed by a name or address and whose left part exists. */
struct target {
    char *path;
    char *what;
};
bool target_split(const char *arg, struct target *t);
void target_free(struct target *t);
/* Resolves `what` (NULL: all code) into [lo, hi). Without an end the function that covers the address counts; name gets the symbol.
 * Returns an exit code, printing one line on failure. */
int target_range(const struct gelf *e, const char *what, struct gspan *out, char *name, size_t n);

#endif
