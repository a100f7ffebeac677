/* Mutants of guest ELF files through the reader, discovery, a little compilation, and the runtime's loader. */
#include "tests/hostile/hostile.h"

#include "aotc/discover.h"
#include "formats/elf.h"
#include "jit/compile.h"
#include "runtime/load.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPILED_UNITS = 2, COMPILED_INSNS = 150 };

static volatile uint64_t sink;          /* keeps the reads alive */

/* ---- mutation ---- */

static Elf64_Shdr *section(struct buf *b, uint64_t i)
{
    const Elf64_Ehdr *h = (const Elf64_Ehdr *)b->p;
    uint64_t at = h->e_shoff + i * sizeof(Elf64_Shdr);

    if (b->n < sizeof *h || i >= h->e_shnum || at > b->n || b->n - at < sizeof(Elf64_Shdr) || at % 8)
        return NULL;
    return (Elf64_Shdr *)(b->p + at);
}

/* A range of the file where a mutation means something. */
struct place { uint64_t at, n; unsigned size; };

static struct place any_section(struct rng *r, struct buf *b)
{
    const Elf64_Ehdr *h = (const Elf64_Ehdr *)b->p;

    for (unsigned tries = 0; tries < 40; tries++) {
        const Elf64_Shdr *s = section(b, below(r, h->e_shnum));

        /* Code and data last: their bytes mean little to readers. */
        if (!s || s->sh_type == SHT_NOBITS || s->sh_offset > b->n || s->sh_size > b->n - s->sh_offset || !s->sh_size ||
            (s->sh_type == SHT_PROGBITS && tries < 20 && s->sh_size > 600))
            continue;
        bool wide = s->sh_type == SHT_SYMTAB || s->sh_type == SHT_DYNSYM || s->sh_type == SHT_RELA;
        return (struct place){ s->sh_offset, s->sh_size, wide ? 24 : s->sh_type == SHT_DYNAMIC ? 16 : 8 };
    }
    return (struct place){ 0, b->n, 8 };
}

static struct place somewhere(struct rng *r, struct buf *b)
{
    const Elf64_Ehdr *h = (const Elf64_Ehdr *)b->p;

    if (b->n < sizeof *h)
        return (struct place){ 0, b->n, 1 };
    switch (below(r, 6)) {
    case 0: return (struct place){ 16, sizeof *h - 16, 8 };
    case 1: case 2: return (struct place){ h->e_phoff, (uint64_t)h->e_phnum * sizeof(Elf64_Phdr), sizeof(Elf64_Phdr) };
    case 3: return (struct place){ h->e_shoff, (uint64_t)h->e_shnum * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr) };
    default: return any_section(r, b);
    }
}

static void mutate_field(struct rng *r, struct buf *b)
{
    struct place p = somewhere(r, b);
    uint64_t near[4] = { b->n, p.at, 0x10000, 0x1000 };
    unsigned w = 1u << below(r, 4);

    if (p.at > b->n || p.n > b->n - p.at || p.n < 8)
        p = (struct place){ 0, b->n, 8 };
    uint64_t at = p.at + (below(r, p.n) & ~(uint64_t)(w - 1)), v = 0;
    if (at > b->n || w > b->n - at)
        return;
    memcpy(&v, b->p + at, w);
    near[3] = v;
    v = one_in(r, 3) ? v ^ UINT64_C(1) << below(r, 8 * w) : odd_number(r, near, 4);
    memcpy(b->p + at, &v, w);
    if (one_in(r, 12) && p.size > 8 && p.n >= 2 * p.size) {      /* a record twice */
        uint64_t from = below(r, p.n / p.size), to = below(r, p.n / p.size);

        memmove(b->p + p.at + to * p.size, b->p + p.at + from * p.size, p.size);
    }
}

static void mutate_elf(struct rng *r, struct buf *b)
{
    if (one_in(r, 5)) {
        mutate_raw(r, b);
        return;
    }
    for (unsigned n = one_in(r, 2) ? 1 : 1 + (unsigned)below(r, 8); n && b->n; n--)
        mutate_field(r, b);
    if (one_in(r, 20))
        b->n = below(r, b->n);
}

/* ---- what is done with each ---- */

static void check_reader(const struct gelf *e)
{
    struct gelf_range *range = NULL;

    for (uint32_t i = 0; i < e->nsym; i++) {
        size_t n = 16;
        const uint8_t *p = gelf_at(e, e->sym[i].addr, &n);

        sink += strlen(e->sym[i].name) + (p && n ? p[n - 1] : 0);
        if (i && e->sym[i].addr < e->sym[i - 1].addr)
            harm("symbols are not sorted");
    }
    for (uint32_t i = 0; i < e->nfde; i++)
        if (e->fde[i].lo >= e->fde[i].hi || (i && e->fde[i].lo <= e->fde[i - 1].lo))
            harm(".eh_frame range %u is empty or not sorted", i);
    for (uint32_t i = 1; i < e->nrel; i++)
        if (e->rel[i].off < e->rel[i - 1].off)
            harm("relocations are not sorted");
    for (uint32_t i = 0; i < e->nseg; i++)
        sink += e->seg[i].vaddr;
    for (uint32_t i = 0; i < e->ninit; i++)
        sink += e->init[i];
    sink += e->interp ? strlen(e->interp) : 0;
    uint32_t nr = gelf_exec_ranges(e, &range);
    for (uint32_t i = 0; i < nr; i++) {
        size_t n = range[i].hi - range[i].lo, want = n;
        const uint8_t *p = range[i].lo < range[i].hi ? gelf_at(e, range[i].lo, &n) : NULL;

        if (!p || n != want || (i && range[i].lo < range[i - 1].hi))
            harm("executable range %u is not backed by the file, or overlaps", i);
        else
            sink += p[n - 1];
    }
    free(range);
}

static void compile_some(struct rng *r, const struct discovery *d)
{
    struct cc_options opt = { .isa = HOST_X86_64, .features = host_features_of(LEVEL_V3), .pipeline = "t3", .verify = true };
    struct code code;
    struct cc cc;

    cc_init(&cc);
    for (unsigned k = 0; k < COMPILED_UNITS && d->nunit; k++) {
        struct unit u;

        discover_fill_unit(d, (uint32_t)below(r, d->nunit), &u);
        u.max_insns = COMPILED_INSNS;
        cc_reset(&cc);
        if (cc_compile(&cc, &u, &opt, &code) == ST_BUG)
            harm("unit %#llx: %s", (unsigned long long)u.pc, cc.diag.msg);
    }
    cc_fini(&cc);
}

static void check_discovery(struct rng *r, const struct gelf *e)
{
    const struct guest *g = guest_by_machine(e->machine);
    struct discovery *d = NULL;
    struct diag diag = { 0 };

    if (!g || discover(e, g, &d, &diag) != ST_OK) {
        if (g && (!diag.st || !*diag.msg))
            harm("discovery refuses without a message");
        return;
    }
    for (uint32_t i = 0; i < d->nunit; i++)
        if (d->unit[i].bounds.lo > d->unit[i].pc || d->unit[i].bounds.hi <= d->unit[i].pc || !discover_is_code(d, d->unit[i].pc))
            harm("unit %u is no code", i);
    compile_some(r, d);
    discover_free(d);
}

static void check_loader(int fd, uint64_t size, const struct buf *b)
{
    struct load_elf *le = malloc(sizeof *le);
    struct diag d = { 0 };
    uint16_t machine;

    if (!le)
        exit(3);
    sink += load_classify(b->p, b->n, &machine);
    if (load_read_header(fd, size, le, &d) == ST_OK) {
        for (unsigned i = 0; i < le->nph; i++)
            if (le->ph[i].p_type == PT_LOAD && le->ph[i].p_memsz && (le->ph[i].p_vaddr < le->lo || le->ph[i].p_vaddr >= le->hi))
                harm("the loader leaves segment %u outside its span", i);
        if (le->lo >= le->hi || le->hi > RT_GUEST_HI)
            harm("the loader's span is impossible");
    } else if (!*d.msg) {
        harm("the loader refuses without a message");
    }
    free(le);
}

static void one_elf(const struct job *j, const struct buf *seed, uint64_t i)
{
    struct rng r = mutant(j, i);
    struct buf b = { 0 };
    struct gelf *e;
    struct diag d = { 0 };

    buf_set(&b, seed->p, seed->n);
    mutate_elf(&r, &b);
    int fd = buf_memfd(&b);
    check_loader(fd, b.n, &b);
    if (gelf_open("mutant", fd, &e, &d) == ST_OK) {
        fate(ACCEPTED);
        check_reader(e);
        check_discovery(&r, e);
        gelf_close(e);
    } else {
        fate(REFUSED);
        if (!*d.msg || strchr(d.msg, '\n'))
            harm("refused without a proper message");
    }
    if (j->keep && i < j->nkeep) {
        char path[4096];
        FILE *out;

        snprintf(path, sizeof path, "%s/%llu.elf", j->keep, (unsigned long long)i);
        out = fopen(path, "wb");
        if (!out || fwrite(b.p, 1, b.n, out) != b.n || fclose(out))
            exit(3);
    }
    close(fd);
    buf_free(&b);
}

void hostile_elf(const struct job *j)
{
    struct buf *seed = calloc((size_t)j->nfile, sizeof *seed);

    for (int k = 0; k < j->nfile; k++)
        if (!seed || !buf_read(&seed[k], j->file[k]))
            exit(3);
    for (uint64_t i = 0; i < j->count; i++)
        if (j->only < 0 || (uint64_t)j->only == i)
            one_elf(j, &seed[i % (uint64_t)j->nfile], i);
    for (int k = 0; k < j->nfile; k++)
        buf_free(&seed[k]);
    free(seed);
}
