/* Hostile images: what is done with each mutant, and what "harmless" means. */
#ifndef AOTC_TESTS_HOSTILE_IMAGE_H
#define AOTC_TESTS_HOSTILE_IMAGE_H

#include "formats/image.h"
#include "tests/hostile/hostile.h"

/* Uses an opened image as aotrun and aotc do, whatever it holds: lookups, regions, snapshots, names, mapping. */
void image_probe(struct image *im, struct rng *r);
/* Then, if it could be mapped, through the code cache, which takes entries away: the image's tables are private and changed
 * afterwards.
 */
void image_probe_cache(struct image *im, struct rng *r);
/* After image_verify has passed, all of this must hold; each breach is a harm().
 *  table    one slot per possible instruction of [guest_lo, guest_hi); a slot is 0 or an offset in the code
 *  entries  sorted, unique, inside [guest_lo, guest_hi); each lies in a region, its pc in that region's read spans, and the table
 * has           exactly the entries
 *  regions  sorted, disjoint, inside the code; snapshots and read spans inside their sections
 *  snapshot records decode to the last byte; each covers host bytes of its region and a guest pc of the table's range; expressions
 * use           slots below SNAP_SLOTS, pure operations on as many operands as they take, and of struct vcpu only homes and spill
 * slots  names    records sorted, every name inside the strings, which end with a NUL; or no names at all
 * Code is trusted by nature: who writes it runs as the user; so is a header or an entry that sends pcs elsewhere in that code. */
void image_harmless(const struct image *im);
/* Evaluates every record of every snapshot table on a fresh vcpu: it must be taken, and change nothing but homes, pc and exit. */
void image_evaluate(const struct image *im);

#endif
