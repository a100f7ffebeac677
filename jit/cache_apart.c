/* The code cache with its regions kept apart, so that each stay in generated code is one region's: for checking it against T0. And
 * image text in memory of our own, which that needs. Page protections change around each write: no page is ever writable and
 * executable, and fork needs no help. */
#include "jit/cache_int.h"

#include "jit/host/patch.h"

#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static uint64_t pages(uint64_t n) { return (n + PAGE - 1) & ~(uint64_t)(PAGE - 1); }

static void *anonymous(uint64_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static uint64_t table_bytes(const struct code_cache *c, const struct code_space *s)
{
    return pages(((s->hi - s->lo) >> c->shift) * sizeof(int32_t));
}

/* Puts a copy of the text, edited by fn, in its place. */
static enum status replace_text(struct code_space *s, void (*edit)(const struct image *im, uint8_t *text), struct diag *d)
{
    uint64_t n = pages(s->text_len);
    uint8_t *copy = n ? anonymous(n) : NULL;

    if (!n)
        return ST_OK;
    image_need(s->im, s->text, n);
    if (!copy)
        return fail(d, ST_NOMEM, 0, "no memory for a copy of %llu bytes of code", (unsigned long long)n);
    memcpy(copy, s->text, s->text_len);
    if (edit)
        edit(s->im, copy);
    /* Executable only in its place: that is the moment when profilers hear of it. */
    if (mremap(copy, n, n, MREMAP_MAYMOVE | MREMAP_FIXED, s->text) == MAP_FAILED) {
        munmap(copy, n);
        return fail(d, ST_NOMEM, 0, "a copy of the code cannot be mapped in its place");
    }
    host_flush_icache(s->text, n);
    s->own_text = true;
    return mprotect(s->text, n, PROT_READ | PROT_EXEC) ? fail(d, ST_NOMEM, 0, "executable memory was refused") : ST_OK;
}

enum status cache_own_text(struct code_space *s, struct diag *d) { return s->own_text ? ST_OK : replace_text(s, NULL, d); }

static void trap_entries(const struct image *im, uint8_t *text)
{
    for (uint64_t i = 0; i < im->nentry; i++)
        if (im->entry[i].off + (uint64_t)host_trap_len <= im->h.section[IS_CODE].size)
            host_patch_trap(text + im->entry[i].off);
}

/* The image's own table gives way to an empty one. */
static enum status empty_table(struct code_space *s, struct diag *d)
{
    uint64_t n = (uint64_t)(s->text - (uint8_t *)s->table);
    void *p = mmap(s->table, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    return p == MAP_FAILED ? fail(d, ST_NOMEM, 0, "no memory for an empty table") : ST_OK;
}

enum status cache_make_apart(struct code_cache *c, struct code_space *s, struct diag *d)
{
    uint64_t n = table_bytes(c, s);
    int32_t *look = anonymous(n);
    enum status st = look ? ST_OK : fail(d, ST_NOMEM, 0, "no memory for a second table");

    if (s->im && st == ST_OK) {
        image_need(s->im, s->table, (uint64_t)(s->text - (uint8_t *)s->table) + s->text_len);
        memcpy(look, s->table, ((s->hi - s->lo) >> c->shift) * sizeof *look);
        s->plain = anonymous(pages(s->text_len) + PAGE);
        if (s->plain)
            memcpy(s->plain, s->text, s->text_len);
        st = s->plain ? replace_text(s, trap_entries, d) : fail(d, ST_NOMEM, 0, "no memory for a copy of the code");
        if (st == ST_OK)
            st = empty_table(s, d);
    }
    s->look = look;
    s->table_private = true;            /* nobody writes to the table that code reads */
    if (st != ST_OK)
        cache_free_apart(c, s);
    return st;
}

void cache_free_apart(struct code_cache *c, struct code_space *s)
{
    if (s->look && s->look != s->table)
        munmap(s->look, table_bytes(c, s));
    if (s->plain)
        munmap(s->plain, pages(s->text_len) + PAGE);
    s->look = s->table;
    s->plain = NULL;
}

/* Writes one instruction of a private text: a trap, or what the file has there. */
static bool patch_text(struct code_space *s, uint64_t off, bool trap)
{
    uint8_t *at = s->text + off, *page = (uint8_t *)((uintptr_t)at & ~(uintptr_t)(PAGE - 1));

    if (mprotect(page, PAGE, PROT_READ | PROT_WRITE) != 0)
        return false;
    if (trap)
        host_patch_trap(at);
    else
        memcpy(at, s->plain + off, host_trap_len);
    host_flush_icache(at, host_trap_len);
    return mprotect(page, PAGE, PROT_READ | PROT_EXEC) == 0;
}

bool cache_enter_apart(struct code_cache *c, const void *code)
{
    for (unsigned i = 0; i < c->n; i++) {
        struct code_space *s = c->space[i];
        uint64_t off = (uint64_t)((const uint8_t *)code - s->text);

        if (!s->plain || off >= s->text_len || off == s->open)
            continue;
        if (s->open && !patch_text(s, s->open, true))
            return false;
        s->open = 0;
        if (!patch_text(s, off, false))
            return false;
        s->open = off;
    }
    return true;
}
