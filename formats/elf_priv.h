/* Shared by the parts of the ELF reader (elf.c opens; elf_sym, elf_dyn and elf_eh fill one topic each). */
#ifndef AOTC_FORMATS_ELF_PRIV_H
#define AOTC_FORMATS_ELF_PRIV_H

#include "formats/elf.h"

#include <elf.h>
#include <libelf.h>

/* The part of PT_DYNAMIC that we use; addresses are guest addresses, sizes bytes. */
struct gelf_dyn {
    bool present;
    uint64_t symtab, syment, strtab, strsz, hash, gnu_hash;
    uint64_t rela, relasz, relaent, relr, relrsz, relrent, jmprel, pltrelsz, pltrel;
    uint64_t init, fini, array[3], arraysz[3];          /* preinit, init, fini */
};

struct gelf_build {
    struct gelf *e;
    Elf *elf;                   /* NULL when libelf refuses the file: then there are no sections */
    struct gelf_dyn dyn;
    uint64_t ndynsym;           /* entries of the dynamic symbol table */
    uint32_t capsym, capfde, cappad, caprel, capinit;
    uint64_t tables;            /* bytes of call-site tables read so far */
    bool nomem;
};

/* Records the first damage in optional data; always returns false. */
bool gelf_note(struct gelf_build *b, uint64_t off, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Room for one more element of `size` bytes behind *arr (n used, *cap there); false, and b->nomem, when memory is out. */
bool gelf_grow(struct gelf_build *b, void *arr, uint32_t n, uint32_t *cap, size_t size);
/* True, with the file bytes at *p, when all n bytes at guest address addr are file-backed. */
bool gelf_bytes(const struct gelf *e, uint64_t addr, uint64_t n, const uint8_t **p);
/* True when addr lies in an executable PT_LOAD. */
bool gelf_is_code(const struct gelf *e, uint64_t addr);
/* Calls fn for each section whose contents lie inside the file (SHT_NOBITS left out). */
void gelf_each_section(struct gelf_build *b,
                       void (*fn)(struct gelf_build *b, Elf_Scn *scn, const Elf64_Shdr *sh, const char *name));

void gelf_read_dynamic(struct gelf_build *b);
void gelf_read_symbols(struct gelf_build *b);
void gelf_read_relocs(struct gelf_build *b);
void gelf_read_init(struct gelf_build *b);
void gelf_read_eh_frame(struct gelf_build *b);

static inline uint16_t get16(const uint8_t *p) { uint16_t v; __builtin_memcpy(&v, p, 2); return v; }
static inline uint32_t get32(const uint8_t *p) { uint32_t v; __builtin_memcpy(&v, p, 4); return v; }
static inline uint64_t get64(const uint8_t *p) { uint64_t v; __builtin_memcpy(&v, p, 8); return v; }

#endif
