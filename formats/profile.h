/* Profiles: which images served, and which guest code ran without one. Every aotrun process appends one record a module to a journal when
 * it ends; aotc folds journals into one profile a module, from which `aotc build` takes further entries.
 *
 * A record is one write() with O_APPEND, so records of several processes do not mix; a torn one is skipped. Journal, profile: files
 * of such records. Writers hold a shared flock, a merger an exclusive one after it renamed the journal: nothing is lost, and nobody
 * waits for a process that sleeps. */
#ifndef AOTC_FORMATS_PROFILE_H
#define AOTC_FORMATS_PROFILE_H

#include "passes/ir/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROFILE_JOURNAL "journal"
enum { PROFILE_VERSION = 1, PROFILE_MAX_PCS = 65536, PROFILE_MAX_JOURNAL = 16 << 20 };

/* On disk, little-endian; npc struct profile_pc follow. */
struct profile_rec {
    char magic[4];              /* "AOTJ" */
    uint32_t size;              /* of the record with its pcs */
    uint64_t hash;              /* hash64 of what follows */
    uint8_t module_hash[16];
    uint8_t image[16];          /* store_image_id() of the image that served; zero: none did */
    uint64_t when;              /* seconds since 1970 */
    uint32_t uses;              /* processes that this record stands for */
    uint32_t npc;
    uint16_t guest_machine, version;
    uint32_t reserved;
};
struct profile_pc { uint64_t pc, count; };      /* pc: module-relative, and perhaps PROFILE_ENTRY */
/* An image served this process and had no code for this pc: worth an entry. Without it the pc only tells that there is code. */
#define PROFILE_ENTRY (UINT64_C(1) << 63)

/* Fills in magic, version, size and hash; the npc pcs must lie right behind *r. */
void profile_seal(struct profile_rec *r);
/* Appends n sealed records (at most PROFILE_AT_ONCE), in one write, to dir's journal, which is made if need be; no heap. false: they
 * could not be written (no such directory, not ours to write, full, or the journal has PROFILE_MAX_JOURNAL bytes and waits for a merge). */
enum { PROFILE_AT_ONCE = 32 };
bool profile_append(const char *dir, const struct profile_rec *const *r, unsigned n);
/* Where journals go when the store is not ours to write: $XDG_STATE_HOME/aotc, else ~/.local/state/aotc. false: neither is set.
 * With make the directory is created. */
bool profile_state_dir(char *out, size_t n, bool make);

/* Calls fn for each sound record in p[0..n), in order; pc[] is aligned and holds r->npc rows. Safe for any bytes. Returns how many
 * bytes belonged to none. ST_NOMEM is told by SIZE_MAX. */
typedef void profile_fn(void *ctx, const struct profile_rec *r, const struct profile_pc *pc);
size_t profile_scan(const void *p, size_t n, profile_fn *fn, void *ctx);

/* Folds dir's journal into its profiles, then deletes it. `used` is called for each record that names an image. Any number of
 * mergers and writers may run at once; killed in between, a part may count twice. A directory without journal is ST_OK. */
enum status profile_merge(const char *dir, profile_fn *used, void *ctx, struct diag *d);
/* A module's profile: pcs sorted, unique; malloc'd, NULL when there are none. Damaged or foreign files have none. */
enum status profile_load(const char *dir, const uint8_t module_hash[16], struct profile_pc **pc, uint32_t *n, struct diag *d);
/* Adds b to *a (malloc'd, both sorted by pc); past PROFILE_MAX_PCS the rarest go. false: no memory, *a as it was. */
bool profile_add(struct profile_pc **a, uint32_t *na, const struct profile_pc *b, uint32_t nb);

#endif
