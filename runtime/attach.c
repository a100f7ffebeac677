/* Attaching images to modules: store search, choice of the level, checks, mapping; and what --explain tells about it. Indexes
 * are read by a walk of their own (formats/index.h), so nothing of a store stays open between two modules, and nothing lives
 * across fork. */
#include "runtime/attach.h"

#include "formats/image.h"
#include "formats/sign.h"
#include "formats/store.h"
#include "runtime/code.h"
#include "runtime/flags.h"
#include "runtime/journal.h"
#include "runtime/module.h"
#include "runtime/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_STORES = 8 };

/* What all modules of a process have in common. */
struct rt_stores {
    uint8_t abi[16], compiler[16];
    uint64_t features;          /* of this machine */
    struct trust trust;         /* whose images may run */
    char *dir[MAX_STORES];      /* those that exist, absolute: the guest may change directory */
    unsigned n;
    bool told;                  /* of a refusal */
    char *journal;              /* where the journal goes when no image is attached, or NULL */
};

struct attach {
    struct rt *rt;
    struct rt_module *m;
    const struct rt_stores *s;
    uint8_t hash[16];           /* of the guest file */
    bool hash_known;
    struct diag refused;        /* first refusal */
    struct store_key attached;  /* of the image in use */
    bool whole;                 /* it holds all functions */
};

static void refuse(struct attach *a, const struct diag *d)
{
    a->rt->stats.refused++;
    if (!a->refused.st)
        a->refused = *d;
}

static enum status refuse_lax(const struct store_rec *r, struct diag *d)
{
    return fail(d, ST_MISMATCH, 0, "image %s does not keep condition flags at calls and returns, as this process must", r->file);
}

/* Is this record for us, and how good: its level, or -1. Why not goes to *d. */
static int judge(const struct attach *a, const struct store_rec *r, struct diag *d)
{
    if (r->key.guest_machine != a->m->machine || r->key.host_isa != HOST_SELF)
        return -1;
    if (memcmp(r->key.compiler, a->s->compiler, sizeof a->s->compiler)) {
        fail(d, ST_MISMATCH, 0, "image %s was made by another version of aotc", r->file);
        return -1;
    }
    if (r->features & ~a->s->features) {
        char names[160];
        fail(d, ST_MISMATCH, 0, "image %s needs host features %s", r->file,
             host_feature_names(r->features & ~a->s->features, names, sizeof names));
        return -1;
    }
    if (a->rt->cache->strict && (r->variant & (VARIANT_KNOWN | VARIANT_STRICT)) == VARIANT_KNOWN) {
        refuse_lax(r, d);
        return -1;
    }
    return r->key.host_level;
}

/* Better than `than`: for a newer host; of two for the same one the one that does less. */
static bool better(const struct store_rec *r, const struct store_rec *than)
{
    if (r->key.host_level != than->key.host_level)
        return r->key.host_level > than->key.host_level;
    return (r->variant & VARIANT_STRICT) < (than->variant & VARIANT_STRICT);
}

/* A packed image in a store that cannot be written to: inflated into memory that only this process has. */
static enum status inflate(int *fd, struct diag *d)
{
    struct rlimit rl = { 0 };

    getrlimit(RLIMIT_FSIZE, &rl);       /* beyond it a write would raise a signal */
    if (rl.rlim_cur != RLIM_INFINITY)
        return fail(d, ST_LIMIT, 0, "a packed image cannot be checked under a limit on file sizes");
    int mem = memfd_create("aot-image", MFD_CLOEXEC);

    if (mem < 0)
        return fail(d, ST_IO, 0, "memfd_create failed");
    enum status st = image_unpack(*fd, mem, d);
    close(st ? mem : *fd);
    if (!st)
        *fd = mem;
    return st;
}

/* Is [lo, lo + size) free, or in the room that was kept for m's image? */
static bool place_is_free(const struct rt *rt, const struct rt_module *m, uint64_t lo, uint64_t size)
{
    if (lo & (RT_PAGE - 1) || !rt_vm_in_guest(rt, lo, size))
        return false;
    return (lo >= m->win_lo && lo + size <= m->window && m->win_hi) || rt_vm_is_free(rt, lo, lo + size);
}

/* Where the text must or may lie. The room is m's from then on. */
static enum status choose_text(struct rt *rt, struct rt_module *m, const struct image *im, uint8_t **text, struct diag *d)
{
    uint64_t lead = im->h.section[IS_CODE].off - im->h.section[IS_TABLE].off;
    uint64_t size = rt_page_up(lead + im->h.section[IS_CODE].size);
    bool pic = im->h.flags & IMAGE_PIC;
    uint64_t lo;

    if (pic != (m->type == 3 /* ET_DYN */))
        return fail(d, ST_MISMATCH, 0, "image was compiled for %s program", pic ? "a position-independent" : "a fixed-address");
    if (pic) {
        lo = m->base + (uint64_t)im->h.distance - lead;
        if (!place_is_free(rt, m, lo, size)) {
            rt->stats.unplaced++;
            return fail(d, ST_LIMIT, 0, "image's place at %#" PRIx64 " is not free", lo);
        }
    } else {
        lo = rt_vm_find(rt, size, 2 << 20);
        if (!lo)
            return fail(d, ST_NOMEM, 0, "no room for an image of %" PRIu64 " bytes", size);
    }
    if (rt_vm_set(rt, lo, lo + size, 0, VMA_RUNTIME))
        return fail(d, ST_NOMEM, 0, "out of memory");
    m->im_lo = lo;
    m->im_hi = lo + size;
    *text = (uint8_t *)(lo + lead);
    return ST_OK;
}

/* The image's room is free again, unless it lies in m's window. */
static void free_text(struct rt *rt, struct rt_module *m)
{
    if (m->im_hi && !(m->win_hi && m->im_lo >= m->win_lo && m->im_hi <= m->win_hi))
        rt_vm_clear(rt, m->im_lo, m->im_hi);
    m->im_lo = m->im_hi = 0;
}

static enum status map_image(struct rt *rt, struct rt_module *m, struct image *im, struct diag *d)
{
    const struct image_header *h = &im->h;
    uint8_t *text = NULL;
    enum status st;

    if (h->guest_hi < h->guest_lo || (h->guest_hi - h->guest_lo) / rt->g->insn_align > h->section[IS_TABLE].size / sizeof(int32_t))
        return fail(d, ST_BADFORMAT, 0, "image table is shorter than its guest range");
    st = choose_text(rt, m, im, &text, d);
    if (!st)
        st = image_map(im, text, d);
    if (!st && !(m->image = cache_add_image(rt->cache, im, m->base, m->ro_lo, m->ro_hi)))
        st = fail(d, ST_NOMEM, 0, "no memory for an image's records");
    if (st)
        free_text(rt, m);
    rt->stats.images += !st;
    return st;
}

/* Root's files are what root installed, with contents that were checked then; whatever another user may have written since is read
 * again, all of it. */
static bool read_again(const struct attach *a, int fd)
{
    struct stat sb;

    return a->s->trust.n && (fstat(fd, &sb) || sb.st_uid != 0);
}

static enum status attach_record(struct attach *a, const char *dir, int dirfd, const struct store_rec *r, struct diag *d)
{
    struct image_expect want = { a->hash, a->s->abi, a->s->compiler, a->m->machine, (uint16_t)HOST_SELF, a->s->features };
    struct image *im = NULL;
    int fd = -1;
    enum status st = store_open_at(dir, dirfd, r, &fd, d);

    if (st)
        return st;
    /* Files were verified when they were installed. Of a packed one the hash is compared, so that what is inflated later, when
     * nobody can refuse it any more, is sound; to check what was signed, all of it is needed. */
    bool again = read_again(a, fd), whole = r->state == STORE_PACKED && again;
    if (whole)
        st = inflate(&fd, d);
    if (!st && r->state == STORE_PACKED && !whole)
        st = image_open_packed(fd, r->file, &want, r->file_hash, &im, d);
    else if (!st)
        st = image_open(fd, r->file, &want, &im, d);
    if (!st && whole)
        st = image_verify(im, d);
    if (!st && a->rt->cache->strict && !(im->h.flags & IMAGE_STRICT))
        st = refuse_lax(r, d);
    if (!st)
        st = trust_check(&a->s->trust, im, r->file, again, d);
    if (!st)
        st = map_image(a->rt, a->m, im, d);
    a->whole = !st && !(im->h.flags & IMAGE_PARTIAL);
    if (!st)
        rt_flags_known(a->rt, a->m->text_lo, a->m->text_hi);
    a->m->flags_known |= !st;
    a->m->passes |= !st && im->h.flags & IMAGE_PASSES;
    if (st && im)
        image_close(im);
    close(fd);
    return st;
}

/* Tries the records of one store, best level first. */
static bool attach_best(struct attach *a, const char *dir, int dirfd, const struct store_rec *rec, uint32_t n)
{
    uint64_t tried = 0;

    for (uint32_t i = 0; i < n && i < 64; i++) {
        struct diag d = { 0 };
        if (judge(a, &rec[i], &d) < 0) {
            if (d.st)
                refuse(a, &d);
            tried |= 1ull << i;
        }
    }
    for (;;) {
        struct diag d = { 0 };
        int best = -1;
        for (uint32_t i = 0; i < n && i < 64; i++)
            if (!(tried >> i & 1) && (best < 0 || better(&rec[i], &rec[best])))
                best = (int)i;
        if (best < 0)
            return false;
        tried |= 1ull << best;
        if (!attach_record(a, dir, dirfd, &rec[best], &d)) {
            a->attached = rec[best].key;
            return true;
        }
        refuse(a, &d);
    }
}

static bool attach_from(struct attach *a, const char *dir, int fd)
{
    struct store_rec *rec = NULL;
    struct diag d = { 0 };
    bool done = false;
    uint32_t n = 0;
    int dirfd;
    enum status st = store_dir_open(dir, &dirfd, &d);

    if (!st)
        st = store_attach_at(dir, dirfd, fd, a->hash, &a->hash_known, &rec, &n, &d);
    if (!st)
        done = attach_best(a, dir, dirfd, rec, n);
    else if (st != ST_NOTFOUND)
        refuse(a, &d);
    if (dirfd >= 0)
        close(dirfd);
    free(rec);
    return done;
}

/* The search path; what is no directory is left out. The journal goes where the image came from; without one, to where a build
 * would publish: the store asked for, else the user's. */
static void find_stores(const struct rt *rt, struct rt_stores *s)
{
    char *dir[MAX_STORES];
    unsigned n = store_search_path(rt->secure ? NULL : rt->opt.store, rt->secure, dir, MAX_STORES);
    unsigned at = rt->opt.store || getenv("AOT_STORE") ? 0 : n - 1;

    for (unsigned i = 0; i < n; i++) {
        char *real = *dir[i] == '/' ? NULL : realpath(dir[i], NULL);

        if (real || (access(dir[i], F_OK) && (errno == ENOENT || errno == ENOTDIR))) {
            free(dir[i]);
            dir[i] = real;
        }
        if (i == at)
            s->journal = dir[i];
        if (dir[i])
            s->dir[s->n++] = dir[i];
    }
}

void rt_attach_init(struct rt *rt)
{
    struct rt_stores *s;
    struct diag d = { 0 };

    if (rt->opt.engine == RT_INTERP || rt->opt.engine == RT_JIT || !rt->cache || !(s = calloc(1, sizeof *s)))
        return;
    if (trust_load(rt->secure ? NULL : rt->opt.trust_key, &s->trust, &d)) {
        rt->stats.refused++;
        rt_say("%s: no image may run: %s", rt->exe.path, d.msg);
        free(s);
        return;
    }
    s->features = host_features_detect();
    abi_hash(HOST_SELF, s->abi);
    compiler_fingerprint(s->compiler);
    find_stores(rt, s);
    rt->stores = s;
}

/* Of the program a refusal is always told, of other modules the first one: after a change of aotc's all are as old. Where the guest puts
 * its libraries is its own affair. The rest is counted, and told to who asks. */
static void tell(const struct attach *a, const char *from, bool unplaced)
{
    struct rt *rt = a->rt;

    if (!a->refused.st)
        return;
    if (from && rt->opt.verbose)
        rt_say("%s: an image was passed over: %s", a->m->path, a->refused.msg);
    else if (!from && (rt->opt.verbose || a->m->program || !(unplaced || rt->stores->told)))
        rt_say("%s: image refused: %s", a->m->path, a->refused.msg);
    rt->stores->told |= !from && !unplaced;
}

void rt_attach(struct rt *rt, struct rt_module *m, int fd)
{
    const struct rt_stores *s = rt->stores;
    uint64_t unplaced = rt->stats.unplaced;
    struct attach a = { .rt = rt, .m = m, .s = s };
    const char *from = NULL;

    m->tried = true;
    if (!s)
        return;
    uint64_t start = rt_now_ns();
    for (unsigned i = 0; i < s->n && !from; i++)
        if (attach_from(&a, s->dir[i], fd))
            from = s->dir[i];
    if (a.hash_known && (from || s->journal))
        rt_journal_start(rt, m, from ? from : s->journal, a.hash, from ? &a.attached : NULL, a.whole);
    rt->stats.attach_ns += rt_now_ns() - start;
    tell(&a, from, rt->stats.unplaced > unplaced);
}

void rt_detach(struct rt_thread *t, struct rt_module *m)
{
    struct rt *rt = t->rt;

    if (m->image) {
        uint64_t room = m->image->room_at, end = room + m->image->room;

        cache_drop_image(rt->cache, m->image);
        if (end > room && !rt_module_give(rt, room, end))
            rt_vm_clear(rt, room, end);
        m->image = NULL;
        rt->stats.detached++;
    }
    free_text(rt, m);
    rt_journal_end(t, m);
}

const char *rt_symbol(const struct rt *rt, uint64_t pc, uint64_t *off)
{
    const struct rt_module *m = rt_module_at(rt, pc);

    return m && m->image ? image_name_at(m->image->im, pc - m->base, off) : NULL;
}

/* The region of the image that holds guest pc most likely: the last one that starts at or below it. */
static const struct image_entry *entry_below(const struct image *im, uint64_t pc)
{
    const struct image_entry *best = NULL;

    for (uint64_t i = 0; i < im->nentry && im->entry[i].pc <= pc; i++)
        best = &im->entry[i];
    return best;
}

void rt_explain(const struct rt *rt, uint64_t pc)
{
    const struct rt_module *m = rt_module_at(rt, pc);
    const struct code_space *s = m ? m->image : NULL;
    size_t n = 1;
    uint64_t off;

    printf("pc %#" PRIx64 ": ", pc);
    if (!rt_vm_code(rt, pc, &n)) {
        printf("not executable memory of the guest after loading\n");
        return;
    }
    const char *name = rt_symbol(rt, pc, &off);
    if (name)
        printf("%s+%#" PRIx64 ": ", name, off);
    if (rt->opt.engine == RT_INTERP || rt->opt.engine == RT_JIT)
        printf("not served: --engine=%s uses no image\n", rt->opt.engine == RT_JIT ? "jit" : "interp");
    else if (pc % rt->g->insn_align)
        printf("not served: not aligned to %u bytes\n", rt->g->insn_align);
    else if (!s)
        printf("not served: no image of %s%s is attached (%" PRIu64 " refused)\n", m ? m->path : "what is mapped there",
               rt->cache && rt->cache->strict ? " that keeps condition flags (--strict-flags)" : "", rt->stats.refused);
    else if (pc < s->lo || pc >= s->hi)
        printf("not served: outside the image's guest range %#" PRIx64 "..%#" PRIx64 "\n", s->lo, s->hi);
    else if (cache_lookup(rt->cache, pc))
        printf("served from the image%s at host address %p\n", s->im && s->im->h.flags & IMAGE_STRICT ? " (strict)" : "",
               cache_lookup(rt->cache, pc));
    else {
        const struct image_entry *e = entry_below(s->im, pc - s->base);
        if (e)
            printf("no entry: the code was not discovered, or pc lies inside a region (nearest entry below: %#" PRIx64 ")\n",
                   e->pc + s->base);
        else
            printf("no entry: the code was not discovered\n");
    }
}
