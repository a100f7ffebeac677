/* The guest ELF files that are mapped: the program, its interpreter, libraries. The list follows the guest's mmap and munmap;
 * images are attached and detached here. Who changes the list holds vm_lock, and in addition has stopped the world where a
 * module goes; to look at it no lock is needed. */
#ifndef AOTC_RUNTIME_MODULE_H
#define AOTC_RUNTIME_MODULE_H

#include "runtime/load.h"
#include "runtime/rt.h"

/* What is known of a file that the guest maps. */
struct map_file {
    bool file;                  /* a private mapping of a regular file: its start, or executable */
    bool head;                  /* it begins with the headers of an ELF file for this guest: elf holds them */
    uint64_t lead;              /* bytes to keep free in front of it when we choose its place; 0: any place will do */
    uint64_t dev, ino, size;
    struct load_elf elf;
};

/* Fills *f; cheap for whatever is no ELF file. */
void rt_module_look(const struct rt *rt, uint64_t len, int prot, int flags, int fd, uint64_t off, struct map_file *f);
/* A place for a mapping of len bytes with f->lead bytes free in front of it, 64 KiB-aligned; 0: there is none. */
uint64_t rt_module_place(struct rt *rt, uint64_t len, const struct map_file *f);
/* [addr, addr + len) now maps fd at off (f->file is set): a new module, or a piece of one, whose image is attached when its text
 * comes. */
void rt_module_mapped(struct rt_thread *t, uint64_t addr, uint64_t len, int prot, int fd, uint64_t off, struct map_file *f);
/* What was in [lo, hi) is gone; f: what is there now, NULL: nothing. Modules without text left are forgotten, with their images.
 * Comes after rt_code_replaced(), in a stopped world where rt_vm_feeds_code() says so. */
void rt_module_gone(struct rt_thread *t, uint64_t lo, uint64_t hi, const struct map_file *f);

/* For the loader: e describes m's file, open at fd, whose first segment lies at m->lo. Fills in what the headers tell, and
 * enters m, which must stay where it is. The window in front of a position-independent module is taken as far as it is free. */
void rt_module_enter(struct rt *rt, struct rt_module *m, int fd, const struct load_elf *e);

/* The module that [lo, hi) overlaps (the first of several), or that holds pc; NULL: none. */
struct rt_module *rt_module_in(const struct rt *rt, uint64_t lo, uint64_t hi);
struct rt_module *rt_module_at(const struct rt *rt, uint64_t pc);

/* Does [lo, hi) overlap a module's text, whatever is mapped there now? */
bool rt_module_has_text(const struct rt *rt, uint64_t lo, uint64_t hi);

/* Takes size bytes of the window in front of m for code that is compiled here, from its top down; 0: no such room. */
uint64_t rt_module_take(struct rt_module *m, uint64_t size);
/* Gives [lo, hi) back. False: it does not lie in a module's window. */
bool rt_module_give(struct rt *rt, uint64_t lo, uint64_t hi);

#endif
