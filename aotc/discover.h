/* Finds the code of a guest file: functions, further entries, and units of compilation with bounds. Knows no ISA: decoding and
 * lifting go through struct guest. What it cannot know it over-approximates: a pc too many costs a few bytes of image, a pc too few
 * a run in T0. */
#ifndef AOTC_AOTC_DISCOVER_H
#define AOTC_AOTC_DISCOVER_H

#include "formats/elf.h"
#include "passes/lift/region.h"

/* One per possible instruction address. */
enum {
    D_INSN = 1 << 0,  /* an instruction starts here */
    D_BODY = 1 << 1,  /* inside a known instruction */
    D_ENTRY = 1 << 2, /* may be reached from outside its unit */
    D_FUNC = 1 << 3,  /* starts a unit */
    D_END = 1 << 4,   /* this instruction does not go on to the next one */
    D_IJUMP = 1 << 5, /* an indirect jump whose targets are not known */
    D_SEEN = 1 << 6,  /* was queued for descent */
    D_SCAN = 1 << 7,  /* was queued for the constant scan */
};

struct disc_unit {
    uint64_t pc;
    struct gspan bounds;
    uint32_t entry, nentry; /* in discovery.entry */
    uint32_t seg;           /* index in discovery.text */
};

struct u64_vec {
    uint64_t *v;
    size_t n, cap;
};

struct discovery {
    const struct gelf *e;
    const struct guest *g;
    bool pic, oom;
    bool flags_passed; /* guest.flags_passed says so of its text: units are compiled strictly */
    bool strict;       /* units are: flags_passed, or asked for (discover_want_strict) */
    struct gcode *text;
    uint32_t ntext; /* executable segments */
    struct gcode *ro;
    uint32_t nro; /* other segments that nobody writes */
    struct gelf_range *range;
    uint32_t nrange;
    struct gelf_range *span;
    uint32_t nspan;                   /* functions known from symbols and .eh_frame, sorted */
    uint64_t lo, hi;                  /* all code lies in [lo, hi) */
    uint8_t *flag;                    /* D_*, index (pc - lo) / g->insn_align */
    struct u64_vec work, block, weak; /* to descend into (triples); blocks to scan for constants; addresses found there */
    struct u64_vec label;             /* targets read from jump tables */
    struct u64_vec ijump;             /* blocks that end in an indirect jump to who knows where */
    struct u64_vec data;              /* pairs: data address that a block computes, pc of that block */
    struct u64_vec table;             /* pairs: start of a (possible) jump table, pc of the jump (0: bound only) */
    struct u64_vec base;              /* code addresses that entries of known tables count from */
    struct u64_vec based;             /* triples: table (0: none), code address beside it, pc of the block: jumps to base + x */
    struct disc_unit *unit;
    uint32_t nunit;
    uint64_t *entry;
    uint32_t nentry;
    struct {
        uint32_t symbols, fdes, relocs, data, constants, tables, swept, unresolved;
    } from;                  /* seeds by source, for info */
    uint64_t ninsn, covered; /* instructions found; bytes they cover */
    uint64_t code_bytes;     /* bytes in all ranges */
};

enum status discover(const struct gelf *e, const struct guest *g, struct discovery **out, struct diag *d);
void discover_free(struct discovery *d);
/* Makes pc start a unit (a callee that compiling found). false: it already does, or lies outside the code. Units stay as they were
 * until discover_layout(). */
bool discover_add_function(struct discovery *d, uint64_t pc);
/* Makes two units of one: the second starts at the block nearest to the middle that nothing falls into, or at any block when there
 * is none. false: too small to cut. */
bool discover_split(struct discovery *d, struct gspan unit);
/* Cuts the code into units and collects their entries; ST_NOMEM only. */
enum status discover_layout(struct discovery *d);
bool discover_is_function(const void *d, uint64_t pc);
/* --strict-flags: units keep condition flags, if the guest has any. */
void discover_want_strict(struct discovery *d);
/* Fills u for disc->unit[i]; entry points into d. */
void discover_fill_unit(const struct discovery *d, uint32_t i, struct unit *u);
/* The unit around pc, by a discovery of its own; false: not code. */
bool discover_function_at(const struct gelf *e, uint64_t pc, struct gspan *out);
/* Does [gelf range] code hold pc at a possible instruction address? */
bool discover_is_code(const struct discovery *d, uint64_t pc);

/* constscan.c: finds code addresses that the block at pc computes (appended to d->weak), and jump tables it may dispatch through.
 */
struct cc;
void discover_scan_block(struct discovery *d, struct cc *cc, uint64_t pc);
/* Does this instruction lift to nothing? Padding between functions does. */
bool discover_is_nop(const struct discovery *d, struct cc *cc, const struct ginsn *in);
/* Reads the tables found so far that the guest's own recogniser did not know; their entries go to d->label. */
void discover_read_tables(struct discovery *d);
/* Tables whose address is computed far from the jump (hoisted out of a loop): tries every data address of the same function. */
void discover_hoisted_tables(struct discovery *d);
void discover_based_jumps(struct discovery *d);

/* Queues pc (code) for descent and marks it; discover_resolved: the block at pc has no indirect jump left whose target is unknown.
 */
void discover_reach(struct discovery *d, uint64_t pc, unsigned flags);
void discover_resolved(struct discovery *d, uint64_t pc);

bool u64_push(struct discovery *d, struct u64_vec *v, uint64_t x);

static inline uint8_t *disc_flag(const struct discovery *d, uint64_t pc) { return &d->flag[(pc - d->lo) / d->g->insn_align]; }

#endif
