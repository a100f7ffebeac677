/* The directory that a guest sees as "/" (-L), and paths in it. */
#ifndef AOTC_AOTC_ROOTDIR_H
#define AOTC_AOTC_ROOTDIR_H

#include "passes/ir/diag.h"

#include <limits.h>
#include <stdbool.h>

struct rootdir {
    int fd;                     /* -1: no root, guest paths are the host's */
    char real[PATH_MAX];        /* where it is, without links or a slash at its end ("" for "/") */
};

/* Opens dir as a root; the fd is the caller's to close. NULL: no root. */
enum status rootdir_open(const char *dir, struct rootdir *out, struct diag *d);
/* Opens a file for reading by its absolute guest path: in the root, where links, absolute ones too, stay inside; and what is not there
 * on the host, as aotrun does it. Never blocks on what the path names. Returns a descriptor, or -errno. *in_root (may be NULL): where it
 * was found. */
int rootdir_file(const struct rootdir *r, const char *guest_path, bool *in_root);
/* The guest path that leads to host path `file` if that lies in the root, links followed; false: it does not. */
bool rootdir_guest_path(const struct rootdir *r, const char *file, char out[PATH_MAX]);
/* The guest path of an open file, without links. false: unknown. */
bool rootdir_real_path(const struct rootdir *r, int fd, char out[PATH_MAX]);

#endif
