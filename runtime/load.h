/* The guest program: its ELF file mapped, its stack built. */
#ifndef AOTC_RUNTIME_LOAD_H
#define AOTC_RUNTIME_LOAD_H

#include "passes/ir/diag.h"
#include "runtime/rt.h"

#include <elf.h>

/* What load_read_header() finds; all of it checked against the file size. */
struct load_elf {
    Elf64_Ehdr eh;
    Elf64_Phdr ph[64];
    unsigned nph;
    uint64_t lo, hi;            /* span of the PT_LOADs, page-aligned, file addresses */
    bool exec_stack;            /* PT_GNU_STACK asks for it, or is missing */
    bool interp;                /* has PT_INTERP */
    uint64_t interp_off, interp_size;   /* its path in the file, NUL included */
};

enum load_kind { LOAD_ELF, LOAD_SCRIPT, LOAD_OTHER };
/* What do the first n bytes of a file look like? *machine for LOAD_ELF (0 for 32-bit or big-endian files). */
enum load_kind load_classify(const uint8_t *head, size_t n, uint16_t *machine);

/* Reads and checks the headers of a 64-bit little-endian executable. ST_BADFORMAT, ST_TRUNCATED, ST_UNSUPPORTED, ST_LIMIT,
 * ST_IO. */
enum status load_read_header(int fd, uint64_t file_size, struct load_elf *e, struct diag *d);
/* Maps the program's segments; fills rt->exe (but not path), rt->brk*. For ET_DYN the window of 512 MiB + below the base is kept
 * for its image. */
enum status load_map(struct rt *rt, int fd, const struct load_elf *e, struct diag *d);
/* The path of the program's interpreter, NUL-terminated. ST_BADFORMAT, ST_IO. */
enum status load_interp_name(int fd, const struct load_elf *e, char *out, size_t n, struct diag *d);
/* Maps the interpreter where mmap would put it, as a module of the list. *out stays the list's. */
enum status load_map_interp(struct rt *rt, int fd, const struct load_elf *e, const char *path, struct rt_module **out,
                            struct diag *d);
/* Builds stack, arguments, environment and auxiliary vector; sets the stack pointer and pc: to the interpreter's entry, if there is
 * one (interp may be NULL), else the program's. */
enum status load_stack(struct rt_thread *t, const struct load_elf *e, const struct rt_module *interp, struct diag *d);
/* The page with the vDSO. */
enum status load_trampoline(struct rt *rt, struct diag *d);

#endif
