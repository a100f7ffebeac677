/* Packed images in use: frames are inflated when a page of theirs is first touched. The pages are reserved without any access; the
 * fault handler calls image_fault(), which inflates the frame into fresh memory, seals it (read-only or read-execute, never writable
 * and executable) and moves it into place in one step, so that other threads see all of it or nothing.
 *
 * Why not userfaultfd: it needs a thread or a privilege. Why not all at once: a start touches a tenth of the frames. */
#include "formats/image_priv.h"

#include "formats/hash.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zstd.h>

enum { WINDOWS = 2 };

struct window {
    uint8_t *at;
    uint64_t off, len, code;            /* flat bytes; code: where executable ones begin */
    atomic_uchar *done;                 /* by frame of the file */
};

struct image_lazy {
    const uint8_t *packed; uint64_t size;
    struct image_frame *frame; uint64_t nframe, flat;
    ZSTD_DCtx *dctx;
    atomic_flag busy;
    struct window w[WINDOWS]; unsigned n;
    uint8_t *spare;                     /* memory for the next frame: a fault cannot be told that there is none */
};

static uint8_t *new_frame(void)
{
    uint8_t *p = mmap(NULL, IMAGE_FRAME, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* May written memory be made executable? Seccomp filters such as systemd's MemoryDenyWriteExecute forbid it. errno says why. */
static bool may_execute(void)
{
    uint8_t *p = mmap(NULL, IMAGE_ALIGN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool may = p != MAP_FAILED && mprotect(p, IMAGE_ALIGN, PROT_READ | PROT_EXEC) == 0;
    int why = errno;

    if (p != MAP_FAILED)
        munmap(p, IMAGE_ALIGN);
    errno = why;
    return may;
}

uint8_t *image_lazy_map(struct image_lazy *z, uint8_t *at, uint64_t off, uint64_t len, uint64_t code)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    struct window *w = &z->w[z->n];
    uint8_t *p;

    if (z->n == WINDOWS || !(w->done = calloc(z->nframe, sizeof(*w->done)))) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    if (code < off + len && !may_execute()) {
        int why = errno;

        free(w->done);
        errno = why;
        return MAP_FAILED;
    }
    p = mmap(at, len, PROT_NONE, flags | (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);
    if (p != MAP_FAILED && at && p != at) {             /* a kernel before 4.17 takes the address as a hint */
        munmap(p, len);
        p = MAP_FAILED;
        errno = EEXIST;
    }
    if (p == MAP_FAILED) {
        free(w->done);
        return MAP_FAILED;
    }
    w->at = p;
    w->off = off;
    w->len = len;
    w->code = code;
    z->n++;
    return p;
}

void image_lazy_free(struct image_lazy *z)
{
    if (!z)
        return;
    for (unsigned i = 0; i < z->n; i++)
        free(z->w[i].done);
    ZSTD_freeDCtx(z->dctx);
    free(z->frame);
    if (z->spare)
        munmap(z->spare, IMAGE_FRAME);
    if (z->packed)
        munmap((void *)z->packed, z->size);
    free(z);
}

/* Protects flat bytes [lo, hi) of the frame at p and moves them to their place. */
static bool place(const struct window *w, uint8_t *p, uint64_t start, uint64_t lo, uint64_t hi, int prot)
{
    if (lo >= hi)
        return true;
    if (mprotect(p + (lo - start), hi - lo, prot) != 0)
        return false;
    __builtin___clear_cache((char *)p + (lo - start), (char *)p + (hi - start));
    return mremap(p + (lo - start), hi - lo, hi - lo, MREMAP_MAYMOVE | MREMAP_FIXED, w->at + (lo - w->off)) != MAP_FAILED;
}

static bool inflate(struct image_lazy *z, struct window *w, uint64_t f)
{
    uint64_t start = f * IMAGE_FRAME, lo = start > w->off ? start : w->off, hi = image_page_up(start + z->frame[f].flat);
    uint64_t end = w->off + image_page_up(w->len), mid;
    uint8_t *p = z->spare ? z->spare : new_frame();
    bool ok;

    if (!p)
        return false;
    hi = hi < end ? hi : end;
    mid = w->code < lo ? lo : w->code < hi ? w->code : hi;
    ok = ZSTD_decompressDCtx(z->dctx, p, z->frame[f].flat, z->packed + z->frame[f].pos, z->frame[f].packed) == z->frame[f].flat &&
         place(w, p, start, lo, mid, PROT_READ) && place(w, p, start, mid, hi, PROT_READ | PROT_EXEC);
    munmap(p, IMAGE_FRAME);             /* what was not moved */
    z->spare = new_frame();             /* as much as was moved over the reservation */
    return ok;
}

/* False: the frame cannot be had. */
static bool present(struct image_lazy *z, struct window *w, uint64_t f)
{
    bool ok = true;

    if (atomic_load(&w->done[f]))
        return true;
    while (atomic_flag_test_and_set(&z->busy))
        ;
    if (!atomic_load(&w->done[f])) {
        ok = inflate(z, w, f);
        if (ok)
            atomic_store(&w->done[f], 1);
    }
    atomic_flag_clear(&z->busy);
    return ok;
}

static struct window *window_of(struct image_lazy *z, const void *p)
{
    for (unsigned i = 0; i < z->n; i++)
        if ((uintptr_t)p - (uintptr_t)z->w[i].at < z->w[i].len)
            return &z->w[i];
    return NULL;
}

void image_lazy_need(struct image_lazy *z, const void *p, uint64_t n)
{
    struct window *w = n ? window_of(z, p) : NULL;

    if (!w)
        return;
    uint64_t lo = w->off + (uint64_t)((const uint8_t *)p - w->at), hi = n < w->off + w->len - lo ? lo + n : w->off + w->len;

    for (uint64_t f = lo / IMAGE_FRAME; f < z->nframe && f * IMAGE_FRAME < hi; f++)
        present(z, w, f);
}

void image_need(const struct image *im, const void *p, uint64_t n)
{
    if (im->lazy)
        image_lazy_need(im->lazy, p, n);
}

bool image_fault(struct image *im, const void *addr)
{
    static _Thread_local const void *tried;
    struct window *w = im->lazy ? window_of(im->lazy, addr) : NULL;

    if (!w)
        return false;
    uint64_t f = (w->off + (uint64_t)((const uint8_t *)addr - w->at)) / IMAGE_FRAME;

    if (f >= im->lazy->nframe)
        return false;
    if (!atomic_load(&w->done[f]))
        return present(im->lazy, w, f);
    /* It came between the fault and now, by another thread; a page that is there and still faults was asked for an access that it does
     * not give. */
    const void *before = tried;
    tried = addr;
    return before != addr;
}

static enum status check_hash(const struct image_lazy *z, const char *name, const uint8_t *want, struct diag *d)
{
    uint8_t hash[16];

    if (!want)
        return ST_OK;
    hash128(z->packed, z->size, hash);
    return memcmp(hash, want, 16) == 0 ? ST_OK : fail(d, ST_MISMATCH, 0, "%s: the file's hash differs from the index", name);
}

static enum status lazy_open(struct image_lazy *z, int fd, const char *name, const uint8_t *hash, struct diag *d)
{
    struct stat sb;
    void *p;
    enum status st = image_packed_frames(fd, &z->frame, &z->nframe, &z->flat, d);

    if (st != ST_OK)
        return st;
    if (fstat(fd, &sb) != 0 || (p = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        return fail(d, ST_IO, 0, "%s: cannot map the image: %s", name, strerror(errno));
    z->packed = p;
    z->size = (uint64_t)sb.st_size;
    z->dctx = ZSTD_createDCtx();
    z->spare = new_frame();
    if (!z->dctx || !z->spare)
        return fail(d, ST_NOMEM, 0, "%s: no memory", name);
    return check_hash(z, name, hash, d);
}

enum status image_open_packed(int fd, const char *name, const struct image_expect *want, const uint8_t *hash, struct image **out,
                              struct diag *d)
{
    struct image_lazy *z = calloc(1, sizeof(*z));
    uint8_t page[IMAGE_ALIGN];
    size_t got = 0;
    enum status st;

    *out = NULL;
    if (!z)
        return fail(d, ST_NOMEM, 0, "%s: no memory", name);
    st = lazy_open(z, fd, name, hash, d);
    if (st == ST_OK)
        st = image_packed_read(fd, 0, page, sizeof(page), &got, d);
    if (st == ST_OK)
        st = image_open_page(page, got, z->flat, name, want, z, -1, out, d);
    if (st != ST_OK)
        image_lazy_free(z);
    return st;
}
