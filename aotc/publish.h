/* Putting images into the store, and what comes with it: older ones retired, the quota kept, profiles taken out. */
#ifndef AOTC_AOTC_PUBLISH_H
#define AOTC_AOTC_PUBLISH_H

#include "aotc/module.h"
#include "formats/store.h"

/* The store that commands write to: dir if not NULL, else $AOT_STORE, else the user's own, never the system's. malloc'd; NULL when
 * there is none. */
char *publish_store(const char *dir);
/* Publishes m, the translation of e, under name's base name; $AOT_STORE_QUOTA is then kept. fd: the guest file, open, or -1: `name` is
 * its path. */
enum status publish_module(const char *dir, const char *name, int fd, const struct gelf *e, struct module *m, struct diag *d);
/* Notes the content of a guest file by its stat identity. read: the file's state before the bytes of `hash` were read, if they had
 * settled by then; NULL: unknown, then the file is read once more. */
void publish_remember(const char *dir, const char *file, int fd, const uint8_t hash[16], const struct stat *read);
/* Publishes an image file, flat or packed; a packed one is inflated unless keep_packed. name: for lists. */
enum status publish_file(const char *dir, int fd, const char *name, bool keep_packed, struct diag *d);
/* What journals in dir and in the user's state directory tell about a module; journals are merged first. Sets o->profile (malloc'd).
 * What cannot be read is left out. */
void publish_profile(const char *dir, const struct gelf *e, struct module_options *o);
/* Flat bytes of m to fd, on disk when this returns. */
enum status publish_flat(int fd, struct module *m, struct diag *d);

#endif
