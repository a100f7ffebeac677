/* Memory calls: all placement goes through runtime/vm.c, the only module that maps guest memory. */
#include "runtime/linux/linux.h"

#include "runtime/code.h"
#include "runtime/thread.h"
#include "runtime/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE_MASK = RT_PAGE - 1 };

/* The map is changed under its lock. Where translations may depend on what is there, no other thread may run while it goes. */
struct change { struct rt_thread *t; bool stopped; };

static struct change begin_stopped(struct rt_thread *t, uint64_t lo, uint64_t len, bool stop)
{
    uint64_t hi = len < RT_GUEST_HI && lo < RT_GUEST_HI ? lo + len + PAGE_MASK : lo;
    struct change c = { t, false };

    rt_lock(t, &t->rt->vm_lock);
    if (stop || rt_vm_feeds_code(t->rt, lo & ~(uint64_t)PAGE_MASK, hi)) {
        rt_unlock(t, &t->rt->vm_lock);
        rt_world_stop(t);
        c.stopped = true;
        rt_lock(t, &t->rt->vm_lock);
    }
    return c;
}

static struct change begin(struct rt_thread *t, uint64_t lo, uint64_t len)
{
    return begin_stopped(t, lo, len, false);
}

static int64_t end(struct change c, int64_t result)
{
    rt_unlock(c.t, &c.t->rt->vm_lock);
    if (c.stopped)
        rt_world_go(c.t);
    return result;
}

/* Memory that this process and others may write: from then on atomics are locked. (With more than one thread they are anyway.)
 * MAP_SHARED_VALIDATE has both of MAP_SHARED's and MAP_PRIVATE's bits. */
static bool others_may_write(int flags, int fd)
{
    return (flags & MAP_SHARED) && ((flags & MAP_ANONYMOUS) || (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY);
}

/* MAP_* are the generic numbers on our hosts too; bits 0x40 and 0x80 are x86's MAP_32BIT and MAP_ABOVE4G and mean nothing to other
 * guests. */
#define X86_MAP_BITS UINT64_C(0xc0)

int64_t sys_mmap(struct sys_call *c)
{
    if (c->a[5] & PAGE_MASK)
        return -EINVAL;
    if (others_may_write((int)c->a[3], (int)c->a[4]))
        c->t->v.parallel = 1;
    /* With a library's text its image comes: it is added while others stand. */
    bool text = (c->a[2] & PROT_EXEC) && !(c->a[3] & MAP_ANONYMOUS);
    struct change ch = begin_stopped(c->t, c->a[0], c->a[3] & MAP_FIXED ? c->a[1] : 0, text);
    return end(ch, rt_mmap(c->t, c->a[0], c->a[1], (int)c->a[2], (int)(c->a[3] & ~X86_MAP_BITS), (int)c->a[4], c->a[5]));
}

int64_t sys_munmap(struct sys_call *c)
{
    struct change ch = begin(c->t, c->a[0], c->a[1]);

    return end(ch, rt_munmap(c->t, c->a[0], c->a[1]));
}

int64_t sys_mprotect(struct sys_call *c)
{
    struct rt_thread *t = c->t;
    struct rt *rt = t->rt;
    uint64_t lo = c->a[0], hi = c->a[1] < RT_GUEST_HI && lo < RT_GUEST_HI ? rt_page_up(lo + c->a[1]) : lo;
    bool exec = c->a[2] & PROT_EXEC;

    /* Guests that make code do this all the time: only where something was translated must others stand. */
    rt_lock(t, &rt->vm_lock);
    bool feeds = rt_vm_feeds_code(rt, lo, hi), matters = (feeds || exec) && rt_code_matters(rt, lo, hi);
    struct change ch = { t, matters };
    if (matters) {
        rt_unlock(t, &rt->vm_lock);
        rt_world_stop(t);
        rt_lock(t, &rt->vm_lock);
    }
    int64_t r = end(ch, rt_mprotect(t, lo, c->a[1], (int)c->a[2]));
    if (r || matters || !(feeds || exec) || !rt_code_matters(rt, lo, hi))
        return r;
    ch.stopped = true;                  /* something was, meanwhile */
    rt_world_stop(t);
    rt_lock(t, &rt->vm_lock);
    rt_code_protected(t, lo, hi, (int)c->a[2]);
    return end(ch, r);
}

/* No protection keys: key -1 is plain mprotect, others do not exist. */
int64_t sys_pkey_mprotect(struct sys_call *c)
{
    return (int)c->a[3] == -1 ? sys_mprotect(c) : -EINVAL;
}

int64_t sys_mremap(struct sys_call *c)
{
    bool fixed = c->a[3] & MREMAP_FIXED;
    uint64_t lo = fixed && c->a[4] < c->a[0] ? c->a[4] : c->a[0], hi = fixed && c->a[4] > c->a[0] ? c->a[4] : c->a[0];
    struct change ch = begin(c->t, lo, hi - lo + (c->a[1] > c->a[2] ? c->a[1] : c->a[2]));

    return end(ch, rt_mremap(c->t, c->a[0], c->a[1], c->a[2], (int)c->a[3], c->a[4]));
}

int64_t sys_madvise(struct sys_call *c)
{
    struct change ch = begin(c->t, c->a[0], c->a[1]);

    return end(ch, rt_madvise(c->t, c->a[0], c->a[1], (int)c->a[2]));
}

int64_t sys_brk(struct sys_call *c)
{
    struct rt *rt = c->t->rt;

    rt_lock(c->t, &rt->vm_lock);
    int64_t r = rt_brk(c->t, c->a[0]);
    rt_unlock(c->t, &rt->vm_lock);
    return r;
}

/* The kernel keeps each page's protection, and only pages of one shared mapping may change places. */
int64_t sys_remap_file_pages(struct sys_call *c)
{
    if (c->a[0] >= RT_GUEST_HI || c->a[1] > RT_GUEST_HI - c->a[0])
        return -EINVAL;
    struct change ch = begin(c->t, c->a[0], c->a[1]);
    int64_t r = syscall(SYS_remap_file_pages, c->a[0], c->a[1], c->a[2], c->a[3], c->a[4]) ? -errno : 0;
    if (!r && ch.stopped)
        rt_code_replaced(c->t, c->a[0], c->a[0] + c->a[1]);
    return end(ch, r);
}

/* start == end and anything odd mean "all": a superset of what was asked is always right. */
int64_t sys_riscv_flush_icache(struct sys_call *c)
{
    if (c->a[2] & ~UINT64_C(1))
        return -EINVAL;
    if (c->a[0] < c->a[1])
        rt_code_changed(c->t, c->a[0], c->a[1]);
    else
        rt_code_changed(c->t, 0, UINT64_MAX);
    return 0;
}

/* --- shared memory segments: the table of those attached is changed under the map's lock --- */

/* A free place in the table. One that lies where a segment is to go is free: that segment was unmapped by munmap(). */
static struct shm_seg *shm_slot(struct linux_state *lx, uint64_t at, uint64_t len)
{
    struct shm_seg *empty = NULL;

    for (unsigned i = 0; i < lx->nshm; i++) {
        struct shm_seg *s = &lx->shm[i];
        if (s->len && at < s->addr + s->len && s->addr < at + len)
            s->len = 0;
        if (!s->len)
            empty = s;
    }
    if (!empty) {
        unsigned n = lx->nshm ? 2 * lx->nshm : 8;
        struct shm_seg *p = realloc(lx->shm, n * sizeof *p);
        if (!p)
            return NULL;
        memset(p + lx->nshm, 0, (n - lx->nshm) * sizeof *p);
        empty = p + lx->nshm;
        lx->shm = p;
        lx->nshm = n;
    }
    return empty;
}

/* May a segment go to [at, at + len)? Nothing of the runtime's may be there, and without SHM_REMAP nothing of the guest's. */
static bool shm_place_ok(const struct rt *rt, uint64_t at, uint64_t len, bool replace)
{
    struct vma v;

    for (uint64_t next = at; rt_vm_at(rt, next, &v) && v.lo < at + len; next = v.hi)
        if (v.kind == VMA_RUNTIME || (v.kind == VMA_GUEST && !replace))
            return false;
    return true;
}

/* Would attaching succeed? Tried where the host likes, before SHM_REMAP takes away what is in its place. */
static int shm_try(uint64_t id, int flags)
{
    void *p = shmat((int)id, NULL, flags & ~(SHM_EXEC | SHM_REMAP));

    if (p == (void *)-1)
        return -errno;
    return shmdt(p) ? -errno : 0;
}

/* With the map's lock held: shmat does not block. */
static int64_t shm_attach_at(struct sys_call *c, uint64_t at, uint64_t len, bool replace)
{
    struct linux_state *lx = linux_state(c->t);
    int flags = (int)c->a[2] & ~SHM_RND,
        prot = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
    struct shm_seg *slot = lx ? shm_slot(lx, at, len) : NULL;
    int64_t r = slot ? 0 : -ENOMEM;

    if (!r && !shm_place_ok(c->t->rt, at, len, replace))
        r = -EINVAL;
    if (!r && replace)
        r = shm_try(c->a[0], flags);
    if (r)
        return r;
    if (replace)
        rt_munmap(c->t, at, len);
    c->t->v.parallel = 1;
    r = syscall(SYS_shmat, c->a[0], at, (uint64_t)(flags & ~(SHM_EXEC | SHM_REMAP)));
    if (r < 0)
        return -errno;
    slot->addr = at;
    slot->len = len;
    rt_vm_note(c->t->rt, at, at + len, prot);
    return r;
}

int64_t sys_shmat(struct sys_call *c)
{
    struct shmid_ds ds;
    uint64_t len, at = c->a[1];

    if (shmctl((int)c->a[0], IPC_STAT, &ds))
        return -errno;
    len = (ds.shm_segsz + PAGE_MASK) & ~(uint64_t)PAGE_MASK;
    if (!at) {
        if (c->a[2] & SHM_REMAP)
            return -EINVAL;
        struct change ch = begin(c->t, 0, 0);
        at = rt_vm_find(c->t->rt, len, RT_PAGE);
        return end(ch, at ? shm_attach_at(c, at, len, false) : -ENOMEM);
    }
    if (at & PAGE_MASK) {
        if (!(c->a[2] & SHM_RND))
            return -EINVAL;
        at &= ~(uint64_t)PAGE_MASK;
    }
    if (at >= RT_GUEST_HI || len > RT_GUEST_HI - at)
        return -EINVAL;
    struct change ch = begin(c->t, at, len);
    return end(ch, shm_attach_at(c, at, len, c->a[2] & SHM_REMAP));
}

int64_t sys_shmdt(struct sys_call *c)
{
    struct linux_state *lx = linux_state(c->t);
    struct change ch = begin(c->t, 0, RT_GUEST_HI - 1);
    int64_t r = syscall(SYS_shmdt, c->a[0]) ? -errno : 0;

    for (unsigned i = 0; r == 0 && lx && i < lx->nshm; i++)
        if (lx->shm[i].len && lx->shm[i].addr == c->a[0]) {
            rt_munmap(c->t, lx->shm[i].addr, lx->shm[i].len);
            lx->shm[i].len = 0;
        }
    return end(ch, r);
}
