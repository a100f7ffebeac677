/* Function ranges from .eh_frame: each FDE names the start and length of one function, even in stripped files. Landing pads from
 * the tables of call sites that FDEs name (.gcc_except_table): the unwinder enters functions there.
 *
 * Found through PT_GNU_EH_FRAME (whose header points at .eh_frame) or the section of that name. Format: LSB Core 5.0 generic,
 * 10.6 "Exception Frames", pointer encodings DW_EH_PE_*; the tables as GCC's unwind-pe.h and LLVM's "Exception Handling Tables"
 * read them. Call frame instructions and actions are skipped. */
#include "formats/elf_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
    PE_ABSPTR = 0,
    PE_ULEB = 1,
    PE_UDATA2 = 2,
    PE_UDATA4 = 3,
    PE_UDATA8 = 4,
    PE_SLEB = 9,
    PE_SDATA2 = 10,
    PE_SDATA4 = 11,
    PE_SDATA8 = 12
};
enum { PE_PCREL = 0x10, PE_DATAREL = 0x30, PE_APPL = 0x70, PE_INDIRECT = 0x80, PE_OMIT = 0xff };

/* A bounded reader over file bytes that lie at guest address `addr`. After a read past the end `bad` is set and zeros come. */
struct cursor {
    const uint8_t *p;
    uint64_t pos, end, addr;    /* addr: guest address of p[0] */
    bool bad;
};

static uint64_t take(struct cursor *c, unsigned n)
{
    uint64_t v = 0;

    if (c->bad || n > c->end - c->pos) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->p + c->pos, n);
    c->pos += n;
    return v;
}

static uint64_t take_leb(struct cursor *c, bool is_signed)
{
    uint64_t v = 0, byte;
    unsigned shift = 0;

    do {
        byte = take(c, 1);
        if (shift < 64)
            v |= (byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80 && !c->bad);
    if (is_signed && shift < 64 && byte & 0x40)
        v |= ~UINT64_C(0) << shift;
    return v;
}

/* Reads a value in encoding enc; `data` is the base of DW_EH_PE_datarel. Sets bad for what cannot appear in a file. */
static uint64_t take_encoded(struct cursor *c, unsigned enc, uint64_t data)
{
    uint64_t field = c->addr + c->pos, v = 0;

    switch (enc & 15) {
    case PE_ABSPTR: case PE_UDATA8: case PE_SDATA8: v = take(c, 8); break;
    case PE_ULEB: v = take_leb(c, false); break;
    case PE_SLEB: v = take_leb(c, true); break;
    case PE_UDATA2: v = take(c, 2); break;
    case PE_UDATA4: v = take(c, 4); break;
    case PE_SDATA2: v = (uint64_t)(int64_t)(int16_t)take(c, 2); break;
    case PE_SDATA4: v = (uint64_t)(int64_t)(int32_t)take(c, 4); break;
    default: c->bad = true; break;
    }
    switch (enc & PE_APPL) {
    case 0: break;
    case PE_PCREL: v += field; break;
    case PE_DATAREL: v += data; break;
    default: c->bad = true; break;
    }
    if (enc & PE_INDIRECT)
        c->bad = true;
    return c->bad ? 0 : v;
}

/* How FDEs of a CIE encode pointers: to code, to the table of call sites (PE_OMIT: they have none). code is PE_OMIT when it
 * cannot be told. */
struct encodings { unsigned code, table; bool augmented; };

static const struct encodings unknown = { PE_OMIT, PE_OMIT, false };

/* The CIE at `pos`, past its length field, ends at `end`. */
static struct encodings cie_encoding(struct cursor c, uint64_t pos, uint64_t end)
{
    const uint8_t *aug;
    uint64_t len;
    struct encodings enc = { PE_ABSPTR, PE_OMIT, false };
    unsigned version;

    c.pos = pos;
    c.end = end;
    if (take(&c, 4) != 0)
        return unknown;
    version = (unsigned)take(&c, 1);
    if (c.bad || (version != 1 && version != 3 && version != 4))
        return unknown;
    aug = c.p + c.pos;
    if (!memchr(aug, 0, c.end - c.pos))
        return unknown;
    c.pos += strlen((const char *)aug) + 1;
    if (version == 4)
        take(&c, 2);                    /* address and segment selector sizes */
    if (strcmp((const char *)aug, "eh") == 0)
        take(&c, 8);
    take_leb(&c, false);
    take_leb(&c, true);
    if (version == 1)
        take(&c, 1);
    else
        take_leb(&c, false);
    if (*aug++ != 'z')
        return c.bad ? unknown : enc;
    len = take_leb(&c, false);
    if (c.bad || len > c.end - c.pos)
        return unknown;
    c.end = c.pos + len;
    enc.augmented = true;
    for (; *aug; aug++) {
        if (*aug == 'R')
            enc.code = (unsigned)take(&c, 1);
        else if (*aug == 'L')
            enc.table = (unsigned)take(&c, 1);
        else if (*aug == 'P') {
            unsigned penc = (unsigned)take(&c, 1);

            take_encoded(&c, penc & 15, 0);     /* only its size matters */
        } else if (*aug != 'S' && *aug != 'B' && *aug != 'G')
            break;                              /* unknown: 'z' bounds it, and 'R' comes before such letters in practice */
    }
    return c.bad ? unknown : enc;
}

static void add_fde(struct gelf_build *b, uint64_t lo, uint64_t len)
{
    struct gelf *e = b->e;

    if (!lo || !len || lo + len < lo || !gelf_is_code(e, lo) || !gelf_is_code(e, lo + len - 1))
        return;                         /* discarded functions leave zero ranges behind */
    if (gelf_grow(b, &e->fde, e->nfde, &b->capfde, sizeof(*e->fde)))
        e->fde[e->nfde++] = (struct gelf_range){ lo, lo + len };
}

/* Landing pads of the call-site table at guest address `table`, of the function that starts at `lo`: encodings and start of the
 * pads' base, what leads to the types, then records of start, length, pad (0: none), action. */
static void read_pads(struct gelf_build *b, uint64_t table, uint64_t lo)
{
    struct gelf *e = b->e;
    size_t n = SIZE_MAX;
    struct cursor c = { .p = gelf_at(e, table, &n), .addr = table };
    uint64_t base = lo, len;
    unsigned enc;

    if (!c.p)
        return;
    c.end = n;
    enc = (unsigned)take(&c, 1);
    if (enc != PE_OMIT)
        base = take_encoded(&c, enc, 0);
    enc = (unsigned)take(&c, 1);
    if (enc != PE_OMIT)
        take_leb(&c, false);
    enc = (unsigned)take(&c, 1);
    len = take_leb(&c, false);
    if (c.bad || len > c.end - c.pos || len > e->size - b->tables)
        return;
    b->tables += len;                   /* all of them together fit the file: no hostile one is read again and again */
    c.end = c.pos + len;
    while (c.pos < c.end && !c.bad) {
        uint64_t pad;

        take_encoded(&c, enc, 0);
        take_encoded(&c, enc, 0);
        pad = take_encoded(&c, enc, 0);
        take_leb(&c, false);
        if (!c.bad && pad && gelf_is_code(e, base + pad) && gelf_grow(b, &e->pad, e->npad, &b->cappad, sizeof(*e->pad)))
            e->pad[e->npad++] = base + pad;
    }
}

/* Behind an FDE's range: the length of the augmentation's data, then the pointer to the table, 0 before any base is added for
 * none. */
static void fde_table(struct gelf_build *b, struct cursor c, struct encodings enc, uint64_t lo)
{
    struct cursor raw;

    if (!enc.augmented || enc.table == PE_OMIT || take_leb(&c, false) == 0)
        return;
    raw = c;
    if (take_encoded(&raw, enc.table & 15, 0)) {
        uint64_t table = take_encoded(&c, enc.table, 0);

        if (!c.bad)
            read_pads(b, table, lo);
    }
}

/* Walks the records: length (4 bytes, or 0xffffffff and 8), id, body. Length zero ends the section; id zero is a CIE, else the
 * id is the distance back to it. */
static void walk(struct gelf_build *b, struct cursor c)
{
    uint64_t all = c.end, cie_at = 0;
    struct encodings enc = unknown;

    while (c.end - c.pos >= 4) {
        uint64_t len = take(&c, 4), start, next;
        uint32_t id;

        if (len == 0)
            return;
        if (len == 0xffffffff)
            len = take(&c, 8);
        start = c.pos;
        if (c.bad || len < 4 || len > all - start) {
            gelf_note(b, c.addr + start, "a record of .eh_frame ends past it");
            return;
        }
        next = start + len;
        c.end = next;
        id = (uint32_t)take(&c, 4);
        if (id && id > start) {
            gelf_note(b, c.addr + start, "a record of .eh_frame names no CIE");
        } else if (id) {
            uint64_t cie = start - id, lo;

            if (cie != cie_at || enc.code == PE_OMIT) {      /* records mostly repeat the last CIE */
                struct cursor h = { c.p, cie, all, c.addr, false };
                uint64_t cie_len = take(&h, 4);

                if (cie_len == 0xffffffff)
                    cie_len = take(&h, 8);
                enc = h.bad || cie_len > all - h.pos ? unknown : cie_encoding(c, h.pos, h.pos + cie_len);
                cie_at = cie;
            }
            if (enc.code != PE_OMIT) {
                lo = take_encoded(&c, enc.code, 0);
                add_fde(b, lo, take_encoded(&c, enc.code & 15, 0));
                fde_table(b, c, enc, lo);
            }
            if (enc.code == PE_OMIT || c.bad)
                gelf_note(b, c.addr + start, "a record of .eh_frame is damaged");
        }
        c.pos = next;
        c.end = all;
        c.bad = false;
    }
}

static void section_eh_frame(struct gelf_build *b, Elf_Scn *scn, const Elf64_Shdr *sh, const char *name)
{
    if (b->e->nfde == 0 && strcmp(name, ".eh_frame") == 0 && sh->sh_flags & SHF_ALLOC)
        walk(b, (struct cursor){ b->e->map + sh->sh_offset, 0, sh->sh_size, sh->sh_addr, false });
}

/* PT_GNU_EH_FRAME: version 1, three encodings, then the encoded address of .eh_frame, which extends to its terminator. */
static void header_eh_frame(struct gelf_build *b)
{
    const struct gelf *e = b->e;

    for (uint32_t i = 0; i < e->nseg; i++) {
        const struct gelf_seg *s = &e->seg[i];
        struct cursor c;
        uint64_t frame;
        size_t n = SIZE_MAX;
        unsigned version, enc;

        if (s->type != PT_GNU_EH_FRAME)
            continue;
        if (s->off > e->size || s->filesz > e->size - s->off) {
            gelf_note(b, s->off, "the .eh_frame_hdr segment lies outside the file");
            return;
        }
        c = (struct cursor){ e->map + s->off, 0, s->filesz, s->vaddr, false };
        version = (unsigned)take(&c, 1);
        enc = (unsigned)take(&c, 1);
        take(&c, 2);
        frame = take_encoded(&c, enc, s->vaddr);
        if (c.bad || version != 1) {
            gelf_note(b, s->off, ".eh_frame_hdr is damaged");
            return;
        }
        c = (struct cursor){ .p = gelf_at(e, frame, &n), .addr = frame };
        c.end = n;
        if (c.p)
            walk(b, c);
        else
            gelf_note(b, s->off, ".eh_frame_hdr points outside the file");
        return;
    }
}

static int by_lo(const void *x, const void *y)
{
    const struct gelf_range *a = x, *b = y;

    if (a->lo != b->lo)
        return a->lo < b->lo ? -1 : 1;
    return a->hi > b->hi ? -1 : a->hi < b->hi;
}

void gelf_read_eh_frame(struct gelf_build *b)
{
    struct gelf *e = b->e;
    uint32_t n = 0;

    header_eh_frame(b);
    if (e->nfde == 0)
        gelf_each_section(b, section_eh_frame);
    if (e->nfde == 0)
        return;
    qsort(e->fde, e->nfde, sizeof(*e->fde), by_lo);
    for (uint32_t i = 1; i < e->nfde; i++)
        if (e->fde[i].lo != e->fde[n].lo)
            e->fde[++n] = e->fde[i];
    e->nfde = n + 1;
}
