/* Putting images into the store, and what comes with it: older ones retired, the quota kept, profiles taken out. */
#ifndef AOTC_AOTC_PUBLISH_H
#define AOTC_AOTC_PUBLISH_H

#include "aotc/module.h"
#include "formats/store.h"

/* The store that commands write to: dir if not NULL, else $AOT_STORE, else the user's own, never the system's. malloc'd; NULL when
 * there is none. */
char *publish_store(const char *dir);
/* Publishes m, the translation of e, under file's base name; $AOT_STORE_QUOTA is then kept. */
enum status publish_module(const char *dir, const char *file, const struct gelf *e, struct module *m, struct diag *d);
/* Publishes an image file, flat or packed; a packed one is inflated unless keep_packed. name: for lists. */
enum status publish_file(const char *dir, int fd, const char *name, bool keep_packed, struct diag *d);
/* What journals in dir and in the user's state directory tell about a module; journals are merged first. Sets o->profile (malloc'd).
 * What cannot be read is left out. */
void publish_profile(const char *dir, const struct gelf *e, struct module_options *o);
/* Flat bytes of m to fd, on disk when this returns. */
enum status publish_flat(int fd, struct module *m, struct diag *d);

#endif
