/* AOT images: aot-image(5). Flat images are executed in place from a shared read-only mapping; packed ones are their zstd form. */
#ifndef AOTC_FORMATS_IMAGE_H
#define AOTC_FORMATS_IMAGE_H

#include "passes/ir/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum image_section {
    IS_TABLE,                   /* int32 per possible guest pc: offset of its code from text start, 0 none */
    IS_CODE,                    /* host text */
    IS_ENTRY,                   /* struct image_entry[], sorted by pc */
    IS_REGION,                  /* struct image_region[], sorted by text offset */
    IS_READ,                    /* struct image_span[]: guest bytes that the regions depend on, region by region */
    IS_SNAP,                    /* snapshot side tables, indexed by region */
    IS_LINK,                    /* link slots (private data page template) */
    IS_NAMES,                   /* guest function names for perf and gdb: struct image_names, as aot-image(5) lays it out */
    IS_SIG,                     /* signature (sign.h), or empty */
    IS_COUNT
};

/* Limits that every reader enforces; code offsets are int32. */
#define IMAGE_MAX_CODE UINT64_C(0x7fffffff)
#define IMAGE_MAX_SIZE (UINT64_C(16) << 30)
enum { IMAGE_VERSION = 2, IMAGE_ALIGN = 4096, IMAGE_FRAME = 256 << 10 };

struct image_entry { uint64_t pc; uint32_t off; uint32_t flags; };
/* read_hash: xxh3-64 (hash64) of the bytes of its spans, one after the other; bytes that the guest file does not hold count as
 * zero. Its spans are sorted, disjoint and not adjacent; regions' spans follow each other without gaps in IS_READ. */
struct image_region { uint64_t pc, read_hash; uint32_t off, len, snap_off, snap_len, read_first, nread; };
struct image_span { uint64_t lo, hi; };         /* half-open, module-relative */

/* IS_NAMES: this head, count records sorted by pc (several may share one), then NUL-terminated strings; `strings` is the first
 * one's offset in the section, `name` counts from there. size: guest bytes of the function, 0 unknown. An empty section has no
 * names. */
struct image_names { uint64_t count, strings; };
struct image_name { uint64_t pc; uint32_t name, size; };

/* header.flags: compiled for guest base + distance; of some functions only, by the user's choice; condition flags are kept at calls
 * and returns of functions; functions of the module pass each other condition flags, so all code of a process that runs it must keep
 * them (only with IMAGE_STRICT). */
enum { IMAGE_PIC = 1, IMAGE_PARTIAL = 2, IMAGE_STRICT = 4, IMAGE_PASSES = 8 };
/* Bits of variant that are no hash: bit 0 is set; VARIANT_STRICT says IMAGE_STRICT, so that who looks for an image need not open
 * it. */
enum { VARIANT_KNOWN = 1, VARIANT_STRICT = 2 };

/* First 4 KiB of the file, little-endian. No padding holds anything but zero. */
struct image_header {
    char magic[8];              /* "AOTIMG\r\n" */
    uint32_t version, header_size;
    uint16_t guest_machine, host_isa, host_level, reserved0;
    uint32_t flags, variant;    /* variant: of the options without the profile, for who sorts images; 0 unknown */
    uint64_t features;          /* HF_* that the code uses */
    uint8_t module_hash[16];    /* xxh3-128 of the guest file */
    uint8_t abi_hash[16], compiler[16];
    uint8_t options_hash[16];   /* whatever else changes the output (pipeline, profile) */
    uint64_t guest_lo, guest_hi;/* guest text covered by the table, module-relative */
    int64_t distance;           /* PIC: text start = guest load base + distance */
    uint64_t file_size;
    struct { uint64_t off, size; uint8_t hash[16]; } section[IS_COUNT];
    uint64_t nguest_insns, nhost_insns;
    uint8_t header_hash[16];    /* xxh3-128 of the header up to here */
};

struct image_content { const void *data; uint64_t size; };

/* Lays out file offsets: fills section[].off/.size, file_size from the given sizes. IS_TABLE then IS_CODE come first, each 4
 * KiB-aligned, so that their distance is known before linking. Sets magic, version, header_size. The layout is a function of the
 * sizes alone: readers recompute it and refuse any other. */
void image_plan(struct image_header *h, const uint64_t size[IS_COUNT]);
/* Writes a flat image to fd, which it truncates first: header (hashes filled in here) and sections. Same input, same bytes. */
enum status image_write(int fd, struct image_header *h, const struct image_content sec[IS_COUNT], struct diag *d);

/* What a caller expects; zero fields are not compared, except features, which must cover the image's, and host_isa, which is compared
 * when a guest machine is given. */
struct image_expect { const uint8_t *module_hash, *abi_hash, *compiler; uint16_t guest_machine, host_isa; uint64_t features; };

struct image {
    struct image_header h;      /* a checked copy */
    int fd;
    const struct image_entry *entry; uint64_t nentry;       /* mapped read-only */
    const struct image_region *region; uint64_t nregion;
    const struct image_span *span; uint64_t nspan;
    const uint8_t *snap; uint64_t nsnap;
    const char *names; uint64_t nnames;
    const uint8_t *sig; uint64_t nsig;                      /* struct image_sig (sign.h), or nothing */
    const uint8_t *link; uint64_t nlink;                    /* template of the private data page */
    uint8_t *base;              /* where the table+code window is mapped, after image_map() */
    struct image_lazy *lazy;    /* packed: what is not inflated yet; NULL: everything is mapped */
    void *priv;
};

/* Opens and checks header (hash, magic, version, expectations) and layout. Refusals: ST_TRUNCATED, ST_BADFORMAT, ST_MISMATCH
 * with one clear line in d, which begins with `name`. Three system calls, and no page of any section is touched: contents are
 * checked once, by image_verify at install; until then the accessors below stay inside the image whatever it holds. fd stays the
 * caller's and may be closed after image_map (image_map and image_verify read from it). Packed images give ST_UNSUPPORTED:
 * unpack first. */
enum status image_open(int fd, const char *name, const struct image_expect *want, struct image **out, struct diag *d);
/* Maps [IS_TABLE, IS_CODE] of the image so that the host text starts at `text` (4 KiB-aligned; NULL: anywhere below 2 GiB if
 * possible), table read-only, code read-execute, shared. ST_LIMIT when the place is taken (nothing is ever replaced), ST_IO when
 * the file system forbids execution. image_close unmaps. */
enum status image_map(struct image *im, uint8_t *text, struct diag *d);
/* Reads everything: section hashes, zero padding, entries and regions sorted, unique and inside the code, read spans in order,
 * table and entry map the same, entries in regions, snapshots and names sound (install and aotc info --verify). After it, nothing
 * but the code itself can do harm. */
enum status image_verify(struct image *im, struct diag *d);
/* Does a section that the runtime reads (entries, regions, reads, snapshots) differ from its hash? To tell damage from an error of
 * ours once something has gone wrong. Packed images were checked whole. Async-signal-safe. */
bool image_data_damaged(const struct image *im);
/* Where what is not code is mapped; a packed image's pages come there too (image_fault). */
const void *image_records(const struct image *im, uint64_t *size);
void image_close(struct image *im);
static inline uint8_t *image_text(const struct image *im)
{
    return im->base + (im->h.section[IS_CODE].off - im->h.section[IS_TABLE].off);
}
/* The first entry at or above a guest pc (module-relative): its index, nentry when there is none. Signal handlers may call it. */
uint64_t image_entry_index(const struct image *im, uint64_t pc);
/* Entry of a guest pc (module-relative): text offset, or -1. */
int64_t image_lookup(const struct image *im, uint64_t pc);

/* Region that holds text offset off (binary search; any contents are safe), or NULL. */
const struct image_region *image_region_at(const struct image *im, uint64_t off);
/* Name of the guest function that covers pc (module-relative), *off bytes into it; NULL when there is none. */
const char *image_name_at(const struct image *im, uint64_t pc, uint64_t *off);
/* A region's snapshot bytes, or NULL when they do not lie in IS_SNAP. */
const uint8_t *image_region_snap(const struct image *im, const struct image_region *r);
/* A region's read spans, *n of them; NULL and 0 when they do not lie in IS_READ. Their bounds are unchecked until image_verify. */
const struct image_span *image_region_reads(const struct image *im, const struct image_region *r, uint32_t *n);

/* Packed form: independent zstd frames of at most 256 KiB of flat bytes, seek table at the end (zstd seekable format). */
enum status image_pack(int flat_fd, int packed_fd, int level, struct diag *d);
/* Inflates frame by frame; the result still has to pass image_open and image_verify. */
enum status image_unpack(int packed_fd, int flat_fd, struct diag *d);
/* Copies up to n flat bytes at off out of a packed image, inflating only the frames they lie in; *got may be short at the end. */
enum status image_packed_read(int packed_fd, uint64_t off, void *buf, size_t n, size_t *got, struct diag *d);
bool image_is_packed(int fd);
/* Where the frames of a packed image lie: malloc'd, checked against the file's size. All but the last hold IMAGE_FRAME flat bytes. */
struct image_frame { uint64_t pos; uint32_t packed, flat; };
enum status image_packed_frames(int fd, struct image_frame **out, uint64_t *n, uint64_t *flat_size, struct diag *d);

/* --- packed images that are used as they are, from stores that nobody can write to (image_lazy.c) ---
 * Like image_open() on a packed file, of which `hash` (may be NULL: unchecked) is the expected xxh3-128: pages come into being,
 * private to this process, when they are needed. The fd may be closed. image_verify() cannot be used on it. */
enum status image_open_packed(int fd, const char *name, const struct image_expect *want, const uint8_t *hash, struct image **out,
                              struct diag *d);
/* A fault at addr: true when it hit a page of im that was not there yet, and now is. Async-signal-safe. */
bool image_fault(struct image *im, const void *addr);
/* Makes [p, p + n) of im's memory present: before it is looked at where a fault cannot be served, or remapped. */
void image_need(const struct image *im, const void *p, uint64_t n);

#endif
