/* aotc build: what the ways of naming files have in common. */
#ifndef AOTC_AOTC_BUILD_H
#define AOTC_AOTC_BUILD_H

#include "aotc/module.h"
#include "formats/sign.h"

#include <sys/types.h>

struct build {
    struct module_options mod;
    const char *output, *store; /* store: NULL when nothing is published */
    uint8_t key[SIGN_SECRET]; /* if sign */
    bool sign, no_store, no_profile, packed, quiet, rebuild;
    uint64_t image_size;        /* of the last image made, bytes */
};

/* Translates one guest file, prints a line about it, and returns an exit code. fd: the open file, which stays the caller's; -1:
 * `name` is opened. */
int build_file(struct build *b, const char *name, int fd);
/* Does the store have the image that build_file() would make of this file (another profile apart)? Its content hash goes to `hash`
 * if *known. */
bool build_stored(const struct build *b, uint16_t machine, int fd, uint8_t hash[16], bool *known);
/* -L: files[n] and all their libraries, each once. root NULL: the host's. */
int build_with_libs(struct build *b, const char *root, char **files, int n);
/* --tree: every guest file below dir; mod.jobs processes or threads. */
int build_tree(struct build *b, const char *dir);

#endif
