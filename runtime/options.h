/* aotrun's command line. */
#ifndef AOTC_RUNTIME_OPTIONS_H
#define AOTC_RUNTIME_OPTIONS_H

#include "runtime/rt.h"

enum opt_result { OPT_RUN, OPT_HELP, OPT_VERSION, OPT_BAD };

/* Fills *o; strings point into argv or are malloc'd. On OPT_BAD err says why in one line. Resets getopt, so it may run again. */
enum opt_result rt_options_parse(struct rt_options *o, int argc, char **argv, char **envp, char *err, size_t n);
void rt_options_help(FILE *out);
/* Releases what parsing allocated. */
void rt_options_free(struct rt_options *o);

#endif
