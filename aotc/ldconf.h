/* Lists of library directories in a root: ld.so.conf and musl's path file. */
#ifndef AOTC_AOTC_LDCONF_H
#define AOTC_AOTC_LDCONF_H

#include "aotc/rootdir.h"

/* Directories of an ld.so.conf, with what it includes, in order, ':' between; malloc'd. NULL: none. Only files of the root count when
 * there is one. Format: ldconfig(8); each line a directory, "include PATTERN", "hwcap ..." (ignored) or a comment. */
char *ldconf_read(const struct rootdir *r, const char *file);
/* The same of musl's ld-musl-*.path: directories between ':' or line ends. */
char *ldconf_lines(const struct rootdir *r, const char *file);

#endif
