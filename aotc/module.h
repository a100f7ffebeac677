/* Translates one whole module: discovery, compilation on several threads, linking, image sections. The result does not depend on
 * the number of threads. */
#ifndef AOTC_AOTC_MODULE_H
#define AOTC_AOTC_MODULE_H

#include "aotc/discover.h"
#include "formats/image.h"
#include "formats/profile.h"
#include "jit/compile.h"
#include "jit/link.h"

struct module_options {
    unsigned jobs;
    enum host_isa isa;
    enum host_level level;
    uint64_t extra;       /* host features beyond the level that code may use: for this very machine */
    const char *pipeline; /* NULL: "t3" */
    const char *only, *exclude; /* functions to translate, or not to: patterns on names, commas between; NULL: all, none */
    bool progress;
    bool strict; /* --strict-flags */
    struct profile_pc *profile; /* sorted; further entries, profile.h; NULL: none */
    uint32_t nprofile;
};

struct module {
    struct image_header h; /* planned; image_write() fills in the hashes */
    struct image_content sec[IS_COUNT];
    uint32_t nunit, nfailed; /* those that only and exclude leave out are not counted */
    uint64_t ninsn, nhost; /* guest instructions compiled, host instructions made */
    uint64_t missed_insns; /* guest instructions in failed units */
    struct diag first_failure;
    uint64_t first_failed_pc;
    uint32_t nprofile; /* pcs of the profile that changed what was compiled */
    uint64_t profile_hash;
    struct linked linked; /* owns text, table, snap */
    void *owned[4];       /* entry, region, names, read spans */
};

enum status module_build(const struct gelf *e, const struct guest *g, const struct module_options *o, struct module *m,
                         struct diag *d);
void module_free(struct module *m);
/* image_header.variant of images that these options make; strict: of modules that are compiled strictly. */
uint32_t module_variant(const struct module_options *o, bool strict);

/* --- worker threads (pool.c) --- */
struct unit_result {
    enum status st;
    struct diag diag;
    struct code code; /* deep copy on the heap; info.read and info.callee too, the rest of info is dropped */
    uint64_t read_hash;
    uint64_t pc;
    struct gspan bounds;
    uint64_t entry_hash; /* what was asked for, to recognise it after a new layout */
    bool done;
};
/* Compiles each unit of disc whose res[] is not done yet. */
enum status pool_compile(const struct discovery *disc, const struct cc_options *opt, unsigned jobs, bool progress,
                         struct unit_result *res, struct diag *d);
/* xxh3 of exactly these guest bytes, one span after the other; what the file does not hold counts as zero. false: no memory. */
bool module_read_hash(const struct gelf *e, const struct gspan *span, uint32_t n, uint64_t *out);
void unit_result_free(struct unit_result *r);
uint64_t unit_entry_hash(const struct discovery *d, uint32_t i);

/* names.c: the IS_NAMES section for e's function symbols (image.h has the layout). ST_NOMEM only. */
enum status names_build(const struct gelf *e, void **out, uint64_t *size);

/* select.c: are these patterns, none of them empty or longer than 255 bytes? Is the function around pc one to translate? */
bool select_valid(const char *list);
bool select_wants(const struct gelf *e, const struct module_options *o, uint64_t pc);

#endif
