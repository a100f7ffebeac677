/* Lays code objects out into one host text, resolves their relocs, builds the indirect-branch table. */
#ifndef AOTC_JIT_LINK_H
#define AOTC_JIT_LINK_H

#include "jit/compile.h"

/* A linked module text. Arrays are malloc'd; linked_free() releases them. Offsets in `table` and `entry` are from text start;
 * the table's 0 means "no entry" and lands on the miss stub at text start (the guest pc is in the dispatch register). */
struct linked {
    uint8_t *text; uint64_t len;
    int32_t *table; uint64_t ntable;                    /* one per insn_align bytes of [guest_lo, guest_hi) */
    uint64_t guest_lo, guest_hi;
    struct code_entry *entry; uint32_t nentry;          /* all entries, sorted by pc, unique */
    struct linked_region {
        uint64_t pc, read_hash;
        uint32_t off, len, snap_off, snap_len;
        uint32_t read_first, nread;                     /* the guest bytes that it depends on, in read[] */
    } *region; uint32_t nregion;
    struct gspan *read; uint32_t nread;                 /* region by region, sorted and disjoint within each */
    uint8_t *snap; uint64_t nsnap;
    uint64_t features;
};

/* How the parts will lie in memory: distances in bytes from the host text's start. table_dist: to the table. guest_dist: to the
 * module's guest address 0 (PIC only). */
struct link_layout { int64_t table_dist, guest_dist; bool pic; unsigned insn_align; uint64_t guest_lo, guest_hi; };

struct linker;
struct linker *linker_new(const struct guest *g, enum host_isa isa);    /* NULL: no memory, or no such host */
/* Copies what it needs of c, c->info.read included; regions must be added in increasing pc order for reproducible output. */
enum status linker_add(struct linker *lk, const struct code *c, uint64_t pc, uint64_t read_hash, struct diag *d);
uint64_t linker_text_size(const struct linker *lk);     /* upper bound, for planning the layout */
enum status linker_finish(struct linker *lk, const struct link_layout *lay, struct linked *out, struct diag *d);
void linker_free(struct linker *lk);
/* What goes into the field of a relocation that names no entry (any kind but REL_ENTRY, REL_CALL), for struct host's fill_field; at: the
 * field's distance from text start. ST_LIMIT: out of reach. */
enum status link_reloc_value(const struct link_layout *lay, const struct code_reloc *rel, int64_t at, int32_t *out, struct diag *d);
void linked_free(struct linked *l);

#endif
