/* Guest ELF files, read over libelf: every offset checked, nothing trusted. Refuses: 32-bit, big-endian, not EXEC/DYN. */
#ifndef AOTC_FORMATS_ELF_H
#define AOTC_FORMATS_ELF_H

#include "passes/ir/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct gelf_seg { uint64_t vaddr, memsz, filesz, off; uint32_t flags /* PF_R|W|X */; uint32_t type /* PT_* */; uint64_t align; };
/* Functions, ifuncs, objects, and untyped labels in executable segments (hand-written assembly; no mapping symbols or .L names). */
struct gelf_sym { uint64_t addr, size; const char *name; uint8_t type /* STT_* */, bind; };
struct gelf_range { uint64_t lo, hi; };
/* symval: value of the symbol when this module defines it, else 0. */
struct gelf_rel { uint64_t off; uint32_t type; uint32_t sym; int64_t addend; uint64_t symval; };

struct gelf {
    const uint8_t *map;
    size_t size;      /* the whole file: a private read-only copy, which no later write or truncation changes */
    struct stat stat; /* of the file before it was read: the identity that goes with hash (store_stat_remember) */
    bool settled;     /* the file had not changed for 2 s when it was read, so a later change shows in its times */
    uint16_t machine, type;                 /* EM_*, ET_EXEC / ET_DYN */
    uint64_t entry;
    uint64_t phoff; uint16_t phnum, phentsize;
    uint32_t eflags;
    struct gelf_seg *seg; uint32_t nseg;            /* all program headers */
    struct gelf_sym *sym; uint32_t nsym;            /* .symtab and .dynsym, functions and objects, sorted by addr */
    struct gelf_range *fde; uint32_t nfde;          /* function ranges from .eh_frame, sorted by lo, unique */
    uint64_t *pad; uint32_t npad;                   /* landing pads: code where the unwinder enters functions, unsorted */
    struct gelf_rel *rel; uint32_t nrel;            /* dynamic relocations (RELA, RELR as R_*_RELATIVE), sorted by off */
    uint64_t *init; uint32_t ninit;                 /* init/fini/preinit arrays, DT_INIT, DT_FINI: code addresses */
    uint8_t build_id[32]; uint32_t nbuild_id;
    uint8_t hash[16];                               /* xxh3-128 of the whole file, canonical byte order */
    const char *interp;                             /* PT_INTERP, or NULL */
    struct diag note; /* first damage met in optional data (symbols, .eh_frame...), which was then left out */
    void *priv;
};

/* Opens path (or, with fd >= 0, that descriptor, which stays the caller's; path then only names it in messages). What a kernel
 * needs to load the file (file header, program headers) must be sound, else the file is refused; the rest is best effort, see
 * note. */
enum status gelf_open(const char *path, int fd, struct gelf **out, struct diag *d);
void gelf_close(struct gelf *e);
/* File bytes that back guest address addr (module-relative for ET_DYN), NULL when none do. *n: in, how many are wanted;
 * out, how many there are in one piece, at most that. */
const uint8_t *gelf_at(const struct gelf *e, uint64_t addr, size_t *n);
/* Address ranges that hold instructions: executable sections, or executable segments of a file without section headers; sorted,
 * disjoint, backed by the file. Returns the count; *out is malloc'd (NULL when out of memory). */
uint32_t gelf_exec_ranges(const struct gelf *e, struct gelf_range **out);

#endif
