/* A reader of LMDB 0.9 data files (format version 1), used instead of LMDB where nothing is written.
 *
 * Why not LMDB: its readers trust every page, so a damaged index would crash the start of a guest program; with its lock file a
 * start would write, and without it a reader races with writers. This walk checks every offset, reads pages by pread (a
 * truncated file cannot raise SIGBUS), takes no lock, and afterwards compares the transaction number: LMDB does not reuse a page
 * of state T before transaction T + 2 is committed, so a scan that still finds T or T + 1 has seen one consistent state.
 *
 * Format: page header of 16 bytes (number, pad, flags, lower, upper), then 16-bit node offsets up to `lower`; a node is lo, hi,
 * flags, key size (16 bits each), key, data. Leaf: data size lo|hi<<16; branch: child lo|hi<<16|flags<<32. Pages 0 and 1 hold a
 * meta record each. */
#include "formats/index.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { P_BRANCH = 1, P_LEAF = 2, P_OVERFLOW = 4, PAGE_HEAD = 16, NODE_HEAD = 8, NODE_BIG = 1, MAX_DEPTH = 12, RETRIES = 16 };
/* What LMDB writes on most machines; others cost a call more. And pages that a look-up may read before the file's size is asked for. */
enum { USUAL_PAGE = 4096, FREE_PAGES = 64 };
enum { FLAG_INTEGERKEY = 8, FLAG_NOSUBDIR = 0x4000 };
#define MAX_MAP (UINT64_C(64) << 30)

struct db { uint32_t pad; uint16_t flags, depth; uint64_t branch, leaf, overflow, entries, root; };
struct meta { uint32_t magic, version; uint64_t address, mapsize; struct db free, main; uint64_t last_pg, txnid; };
_Static_assert(sizeof(struct meta) == 136, "LMDB's meta record");

struct walk {
    int fd;
    const char *name;
    struct diag *d;
    struct meta m;
    uint32_t psize;
    uint64_t budget;            /* pages that may still be read: ends cycles */
    bool sized;                 /* the file's size has been asked for: it holds no more than were in the budget */
    uint8_t *buf;               /* one page per level */
    const uint8_t *prefix; size_t nprefix;
    index_fn *fn; void *ctx;
    uint8_t *used;              /* bitmap of pages met, when checking; else NULL */
    bool stop;
};

static enum status damaged(const struct walk *w, uint64_t pgno, const char *what)
{
    return fail(w->d, ST_BADFORMAT, pgno * w->psize, "%s is damaged (page %" PRIu64 ": %s); `aotc store rebuild` makes it anew",
                w->name, pgno, what);
}

static uint16_t u16(const uint8_t *p)
{
    uint16_t v;

    memcpy(&v, p, 2);
    return v;
}

static uint64_t u64(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, 8);
    return v;
}

/* ---- meta pages ---- */

static bool meta_ok(const struct meta *m)
{
    uint32_t ps = m->free.pad;

    return m->magic == 0xBEEFC0DE && m->version == 1 && ps >= 512 && ps <= 65536 && (ps & (ps - 1)) == 0 && m->mapsize <= MAX_MAP &&
           m->last_pg < MAX_MAP / ps && (m->free.flags & ~FLAG_NOSUBDIR) == FLAG_INTEGERKEY && m->main.flags == 0 &&
           m->free.depth <= MAX_DEPTH && m->main.depth <= MAX_DEPTH;
}

/* The newest of the two meta records; both must be sound, since LMDB reads both. */
static enum status read_meta(const struct walk *w, struct meta *out)
{
    struct meta m[2];
    uint8_t both[USUAL_PAGE + sizeof(m[1])];
    ssize_t n = pread(w->fd, both, sizeof(both), PAGE_HEAD);

    if (n < 0)
        return fail(w->d, ST_IO, 0, "%s: cannot read: %s", w->name, strerror(errno));
    memcpy(&m[0], both, sizeof(m[0]));
    memcpy(&m[1], both + USUAL_PAGE, sizeof(m[1]));
    if (n < (ssize_t)sizeof(m[0]) || !meta_ok(&m[0]))
        return damaged(w, 0, "no valid LMDB header");
    bool have = m[0].free.pad == USUAL_PAGE ? n == sizeof(both)
                                            : pread(w->fd, &m[1], sizeof(m[1]), m[0].free.pad + PAGE_HEAD) == sizeof(m[1]);
    if (!have || !meta_ok(&m[1]) || m[1].free.pad != m[0].free.pad)
        return damaged(w, 1, "no valid LMDB header");
    *out = m[m[1].txnid > m[0].txnid];
    return ST_OK;
}

enum status index_check_meta(int fd, const char *name, struct diag *d)
{
    struct walk w = { .fd = fd, .name = name, .d = d };
    struct stat sb;
    struct meta m;

    if (fstat(fd, &sb) != 0)
        return fail(d, ST_IO, 0, "%s: %s", name, strerror(errno));
    return sb.st_size == 0 ? ST_OK : read_meta(&w, &m);
}

/* ---- pages ---- */

/* The free pages are used up: may there be more in the file? */
static bool more_pages(struct walk *w)
{
    struct stat sb;

    if (w->sized || fstat(w->fd, &sb) != 0 || (uint64_t)sb.st_size / w->psize <= FREE_PAGES)
        return false;
    w->budget = (uint64_t)sb.st_size / w->psize - FREE_PAGES;
    return w->sized = true;
}

static enum status read_page(struct walk *w, uint64_t pgno, uint8_t *p, unsigned want)
{
    unsigned lower, upper;

    if (pgno < 2 || pgno > w->m.last_pg)
        return damaged(w, pgno, "number out of range");
    if (w->budget == 0 && !more_pages(w))
        return damaged(w, pgno, "tree has a cycle");
    w->budget--;
    if (w->used) {
        if (w->used[pgno / 8] >> pgno % 8 & 1)
            return damaged(w, pgno, "used twice");
        w->used[pgno / 8] |= (uint8_t)(1u << pgno % 8);
    }
    if (pread(w->fd, p, w->psize, (off_t)(pgno * w->psize)) != (ssize_t)w->psize)
        return damaged(w, pgno, "beyond the end of the file");
    lower = u16(p + 12);
    upper = u16(p + 14);
    if (u64(p) != pgno || (u16(p + 10) & ~0x10) != want)
        return damaged(w, pgno, "wrong kind");
    if (lower < PAGE_HEAD || lower & 1 || lower > upper || upper > w->psize)
        return damaged(w, pgno, "bad node table");
    return ST_OK;
}

struct node { const uint8_t *key, *data; size_t nkey; uint64_t ndata, child; bool big; };

static bool get_node(const struct walk *w, const uint8_t *p, unsigned i, bool leaf, struct node *n)
{
    unsigned off = u16(p + PAGE_HEAD + 2 * i), flags;
    const uint8_t *q = p + off;
    uint64_t room, lo, hi;

    if (off < u16(p + 14) || off & 1 || off + NODE_HEAD > w->psize)
        return false;
    lo = u16(q);
    hi = u16(q + 2);
    flags = u16(q + 4);
    n->nkey = u16(q + 6);
    n->key = q + NODE_HEAD;
    room = w->psize - off - NODE_HEAD;
    n->child = lo | hi << 16 | (uint64_t)flags << 32;
    n->ndata = lo | hi << 16;
    n->data = n->key + n->nkey;
    n->big = leaf && flags & NODE_BIG;
    if (n->nkey > room || (leaf && flags & ~NODE_BIG))
        return false;
    return !leaf || (n->big ? 8 : n->ndata) <= room - n->nkey;
}

/* LMDB's default order: bytes, then length. */
static int compare(const uint8_t *a, size_t na, const uint8_t *b, size_t nb)
{
    int c = na && nb ? memcmp(a, b, na < nb ? na : nb) : 0;

    return c ? c : na < nb ? -1 : na > nb;
}

static bool has_prefix(const struct walk *w, const uint8_t *key, size_t n)
{
    return n >= w->nprefix && (w->nprefix == 0 || memcmp(key, w->prefix, w->nprefix) == 0);
}

static enum status leaf_page(struct walk *w, uint64_t pgno, const uint8_t *p, unsigned nkeys)
{
    for (unsigned i = 0; i < nkeys && !w->stop; i++) {
        struct node n;

        if (!get_node(w, p, i, true, &n))
            return damaged(w, pgno, "bad node");
        if (n.big)
            return damaged(w, pgno, "oversized record");
        if (has_prefix(w, n.key, n.nkey))
            w->stop = !w->fn(w->ctx, n.key, n.nkey, n.data, (size_t)n.ndata);
        else if (compare(n.key, n.nkey, w->prefix, w->nprefix) > 0)
            w->stop = true;
    }
    return ST_OK;
}

static enum status walk_tree(struct walk *w, uint64_t pgno, unsigned level, unsigned depth,
                             enum status (*leaf)(struct walk *, uint64_t, const uint8_t *, unsigned))
{
    uint8_t *p = w->buf + (size_t)level * w->psize;
    bool is_leaf = level + 1 == depth;
    enum status st = read_page(w, pgno, p, is_leaf ? P_LEAF : P_BRANCH);
    unsigned nkeys;

    if (st != ST_OK)
        return st;
    nkeys = (u16(p + 12) - PAGE_HEAD) / 2;
    if (nkeys < (is_leaf ? 1u : 2u))
        return damaged(w, pgno, "too few nodes");
    if (is_leaf)
        return leaf(w, pgno, p, nkeys);
    for (unsigned i = 0; i < nkeys && !w->stop; i++) {
        struct node n, next;

        if (!get_node(w, p, i, false, &n) || (i + 1 < nkeys && !get_node(w, p, i + 1, false, &next)))
            return damaged(w, pgno, "bad node");
        if (w->nprefix && i + 1 < nkeys && compare(next.key, next.nkey, w->prefix, w->nprefix) <= 0)
            continue;                   /* every key below is smaller than the prefix */
        if (w->nprefix && i && !has_prefix(w, n.key, n.nkey) && compare(n.key, n.nkey, w->prefix, w->nprefix) > 0)
            break;                      /* every key from here on is larger */
        st = walk_tree(w, n.child, level + 1, depth, leaf);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

static enum status walk_db(struct walk *w, const struct db *db,
                           enum status (*leaf)(struct walk *, uint64_t, const uint8_t *, unsigned))
{
    w->stop = false;
    if (db->root == ~UINT64_C(0))
        return db->depth == 0 ? ST_OK : damaged(w, 0, "a tree without a root");
    if (db->depth == 0)
        return damaged(w, db->root, "a root without depth");
    return walk_tree(w, db->root, 0, db->depth, leaf);
}

static enum status walk_start(struct walk *w)
{
    enum status st = read_meta(w, &w->m);

    if (st != ST_OK)
        return st;
    w->psize = w->m.free.pad;
    w->budget = FREE_PAGES;
    w->sized = false;
    free(w->buf);
    w->buf = malloc((size_t)w->psize * MAX_DEPTH);
    return w->buf ? ST_OK : fail(w->d, ST_NOMEM, 0, "%s: no memory", w->name);
}

enum status index_scan(int fd, const char *name, const uint8_t *prefix, size_t nprefix, index_fn *fn, void (*reset)(void *),
                       void *ctx, struct diag *d)
{
    struct walk w = { .fd = fd, .name = name, .d = d, .prefix = prefix, .nprefix = nprefix, .fn = fn, .ctx = ctx };
    enum status st = ST_OK;

    for (unsigned i = 0; i < RETRIES; i++) {
        struct meta now;

        if (i && reset)
            reset(ctx);
        st = walk_start(&w);
        if (st == ST_OK)
            st = walk_db(&w, &w.m.main, leaf_page);
        if (st == ST_NOMEM || read_meta(&w, &now) != ST_OK)
            break;
        if (now.txnid - w.m.txnid <= 1)
            break;                      /* nobody overtook us: good or bad, this is what the file says */
        st = fail(d, ST_IO, 0, "%s is being rewritten too fast to be read", name);
    }
    free(w.buf);
    return st;
}

/* ---- full check, before a write transaction relies on the file ---- */

static bool accept(void *ctx, const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval)
{
    (void)ctx; (void)key; (void)nkey; (void)val; (void)nval;
    return true;
}

/* A free list: a count, then that many distinct page numbers that no tree uses. */
static enum status check_list(struct walk *w, uint64_t pgno, const uint8_t *p, uint64_t n)
{
    uint64_t count = n >= 8 ? u64(p) : 0, last = ~UINT64_C(0);

    if (n < 8 || n % 8 || count > n / 8 - 1)
        return damaged(w, pgno, "bad free list");
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t pg = u64(p + 8 * i);

        if (pg < 2 || pg > w->m.last_pg || pg >= last || w->used[pg / 8] >> pg % 8 & 1)
            return damaged(w, pgno, "free list names an impossible page");
        w->used[pg / 8] |= (uint8_t)(1u << pg % 8);
        last = pg;
    }
    return ST_OK;
}

static enum status check_big_list(struct walk *w, uint64_t pgno, uint64_t big, uint64_t n)
{
    uint64_t pages = (PAGE_HEAD + n + w->psize - 1) / w->psize;
    uint8_t *p;
    enum status st = ST_OK;

    if (big < 2 || big > w->m.last_pg || pages > w->m.last_pg - big + 1)
        return damaged(w, pgno, "free list beyond the end");
    p = malloc(pages * w->psize);
    if (!p)
        return fail(w->d, ST_NOMEM, 0, "%s: no memory", w->name);
    if (pread(w->fd, p, pages * w->psize, (off_t)(big * w->psize)) != (ssize_t)(pages * w->psize) || u64(p) != big ||
        (u16(p + 10) & ~0x10) != P_OVERFLOW || (u16(p + 12) | (uint64_t)u16(p + 14) << 16) != pages)
        st = damaged(w, big, "bad overflow page");
    for (uint64_t i = big; st == ST_OK && i < big + pages; i++) {
        if (w->used[i / 8] >> i % 8 & 1)
            st = damaged(w, i, "used twice");
        w->used[i / 8] |= (uint8_t)(1u << i % 8);
    }
    if (st == ST_OK)
        st = check_list(w, big, p + PAGE_HEAD, n);
    free(p);
    return st;
}

static enum status free_leaf(struct walk *w, uint64_t pgno, const uint8_t *p, unsigned nkeys)
{
    for (unsigned i = 0; i < nkeys; i++) {
        struct node n;
        enum status st;

        if (!get_node(w, p, i, true, &n) || n.nkey != 8)
            return damaged(w, pgno, "bad node");
        st = n.big ? check_big_list(w, pgno, u64(n.data), n.ndata) : check_list(w, pgno, n.data, n.ndata);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

enum status index_check(int fd, const char *name, struct diag *d)
{
    struct walk w = { .fd = fd, .name = name, .d = d, .fn = accept };
    enum status st = walk_start(&w);

    if (st == ST_OK && !(w.used = calloc(1, w.m.last_pg / 8 + 1)))
        st = fail(d, ST_NOMEM, 0, "%s: no memory", name);
    /* The main tree first: the free lists are then checked against the pages it uses. */
    if (st == ST_OK)
        st = walk_db(&w, &w.m.main, leaf_page);
    if (st == ST_OK)
        st = walk_db(&w, &w.m.free, free_leaf);
    free(w.used);
    free(w.buf);
    return st;
}
