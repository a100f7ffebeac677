/* What loaders do by hand: an ELF file's pages mapped in every order, replaced, moved, unmapped in pieces, over and over, with
 * its code called while it is there. */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096 };

static int fd;
static Elf64_Ehdr eh;
static Elf64_Phdr ph[16];
static uint64_t span, sym_leaf;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t down(uint64_t a) { return a & ~(uint64_t)(PAGE - 1); }
static uint64_t up(uint64_t a) { return down(a + PAGE - 1); }

/* The address of "leaf", from the dynamic symbols. */
static uint64_t leaf_at(const char *base)
{
    const Elf64_Dyn *dyn = NULL;
    const Elf64_Sym *sym = NULL;
    const char *str = NULL;

    for (int i = 0; i < eh.e_phnum; i++)
        if (ph[i].p_type == PT_DYNAMIC)
            dyn = (const void *)(base + ph[i].p_vaddr);
    for (; dyn->d_tag; dyn++) {
        if (dyn->d_tag == DT_SYMTAB)
            sym = (const void *)(base + dyn->d_un.d_ptr);
        if (dyn->d_tag == DT_STRTAB)
            str = base + dyn->d_un.d_ptr;
    }
    for (int i = 1; i < 200; i++)
        if (!strcmp(str + sym[i].st_name, "leaf"))
            return sym[i].st_value;
    return 0;
}

static int prot_of(const Elf64_Phdr *p)
{
    return (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) | (p->p_flags & PF_X ? PROT_EXEC : 0);
}

static void piece(char *base, const Elf64_Phdr *p)
{
    uint64_t lo = down(p->p_vaddr), hi = up(p->p_vaddr + p->p_filesz);

    if (hi > lo && mmap(base + lo, hi - lo, prot_of(p), MAP_PRIVATE | MAP_FIXED, fd, (off_t)down(p->p_offset)) == MAP_FAILED)
        die("mmap piece");
    if (up(p->p_vaddr + p->p_memsz) > hi &&
        mmap(base + hi, up(p->p_vaddr + p->p_memsz) - hi, prot_of(p), MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        die("mmap bss");
}

/* how 0: the whole span of the file, pieces over it; 1: room first; 2: room first, pieces from the last to the first; 3:
 * anywhere, but moved there by mremap. */
static char *map_it(int how)
{
    int room = MAP_PRIVATE | MAP_ANONYMOUS | (how == 3 ? MAP_NORESERVE : 0);
    char *base = how ? mmap(NULL, span + (how == 1 ? 3 * PAGE : 0), PROT_NONE, room, -1, 0)
                     : mmap(NULL, span, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

    if (base == MAP_FAILED)
        die("mmap span");
    if (how == 1)
        base += PAGE;
    for (int i = 0; i < eh.e_phnum; i++) {
        const Elf64_Phdr *p = &ph[how == 2 ? eh.e_phnum - 1 - i : i];
        if (p->p_type == PT_LOAD)
            piece(base, p);
    }
    if (how == 3) {
        char *to = mmap(NULL, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (int i = 0; i < eh.e_phnum; i++) {
            uint64_t lo = down(ph[i].p_vaddr), n = up(ph[i].p_vaddr + ph[i].p_filesz) - lo;
            if (ph[i].p_type == PT_LOAD && mremap(base + lo, n, n, MREMAP_MAYMOVE | MREMAP_FIXED, to + lo) == MAP_FAILED)
                die("mremap");
        }
        munmap(base, span);
        base = to;
    }
    return base;
}

static unsigned run(char *base)
{
    unsigned (*leaf)(unsigned) = (unsigned (*)(unsigned))(base + sym_leaf);
    unsigned sum = 0;

    for (unsigned i = 0; i < 300; i++)
        sum = leaf(sum + i);
    return sum;
}

static void unmap_it(char *base, int how)
{
    if (how == 1) {                     /* page by page, from the middle */
        for (uint64_t at = span / 2 & ~(uint64_t)(PAGE - 1); at < span; at += PAGE)
            munmap(base + at, PAGE);
        munmap(base - PAGE, (span / 2 & ~(uint64_t)(PAGE - 1)) + PAGE);
    } else if (how == 2) {              /* replaced by something else */
        int fresh = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
        if (mmap(base, span, PROT_READ | PROT_WRITE, fresh, -1, 0) == MAP_FAILED || base[sym_leaf])
            die("replace");
        munmap(base, span);
    } else {
        munmap(base, span);
    }
}

int main(int argc, char **argv)
{
    unsigned first = 0;
    int bad = 0;

    fd = open(argc > 1 ? argv[1] : "./libleaf.so", O_RDONLY);
    if (fd < 0 || pread(fd, &eh, sizeof eh, 0) != sizeof eh || eh.e_phnum > 16 ||
        pread(fd, ph, eh.e_phnum * sizeof *ph, (off_t)eh.e_phoff) < (ssize_t)sizeof *ph)
        die("open");
    for (int i = 0; i < eh.e_phnum; i++)
        if (ph[i].p_type == PT_LOAD)
            span = up(ph[i].p_vaddr + ph[i].p_memsz);
    char *base = map_it(0);
    sym_leaf = leaf_at(base);
    first = run(base);
    printf("%u\n", first);
    char *again = map_it(1);            /* the same file twice */
    bad += run(again) != first || run(base) != first || again == base;
    unmap_it(base, 0);
    bad += run(again) != first;
    unmap_it(again, 1);
    for (int i = 0; i < 24; i++) {
        base = map_it(i & 3);
        bad += run(base) != first;
        unmap_it(base, i & 3);
    }
    printf("different %d\n", bad);
    return bad != 0;
}
