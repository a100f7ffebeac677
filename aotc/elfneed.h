/* What a dynamic linker looks at before it loads an ELF file: machine, interpreter, names of libraries, search paths. Reads only these
 * few bytes, so that a tree of files can be sorted quickly. */
#ifndef AOTC_AOTC_ELFNEED_H
#define AOTC_AOTC_ELFNEED_H

#include "passes/ir/diag.h"

#include <stdbool.h>

struct elfneed {
    uint16_t machine, type;     /* EM_*, ET_EXEC or ET_DYN */
    bool exec;                  /* has bytes to execute: a segment with PF_X that the file backs */
    bool nodeflib;              /* DF_1_NODEFLIB: default directories are not searched */
    char *interp, *soname;      /* NULL: none */
    char *rpath, *runpath;      /* as in the file: directories, ':' between */
    char **needed;
    unsigned nneeded;
};

/* Reads fd, a 64-bit little-endian executable or shared object of any machine; all other files are ST_UNSUPPORTED, damaged ones
 * ST_BADFORMAT or ST_TRUNCATED. Strings are malloc'd; elfneed_free() releases them, also after a failure. Source: System V gABI,
 * chapters 4 and 5. */
enum status elfneed_read(int fd, struct elfneed *out, struct diag *d);
void elfneed_free(struct elfneed *n);

#endif
