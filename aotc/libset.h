/* A program and the libraries that its dynamic linker would load with it, by that linker's own rules. */
#ifndef AOTC_AOTC_LIBSET_H
#define AOTC_AOTC_LIBSET_H

#include "aotc/elfneed.h"
#include "aotc/rootdir.h"

#include <sys/types.h>

/* One file to translate. */
struct lib {
    char *path;                 /* guest path; of a file outside the root, the host's */
    char *host;                 /* how to call it in messages */
    dev_t dev;
    ino_t ino;
    bool in_root;
};

/* A name that nothing was found for. */
struct lib_missing {
    char *name, *by;            /* by: who needs it */
};

struct libset {
    const struct rootdir *root;
    uint8_t *cache;             /* bytes of ld.so.cache, or NULL */
    size_t ncache;
    struct lib *lib;            /* in the order of loading; each file once, whatever names it has */
    unsigned nlib;
    struct lib_missing *missing;
    unsigned nmissing;
};

/* root must outlive the set. */
void libset_init(struct libset *s, const struct rootdir *root);
/* Adds the program or library `file` (a host path, one in the root, or a guest path), its interpreter, and whatever they need. What is
 * not found goes to s->missing. Fails for what is wrong with file itself, and for lack of memory. */
enum status libset_add(struct libset *s, const char *file, struct diag *d);
/* Opens a file of the set again. A descriptor, or -errno. */
int libset_open(const struct libset *s, const struct lib *l);
void libset_free(struct libset *s);

#endif
