/* Memory calls: all placement goes through runtime/vm.c, the only module that maps guest memory. */
#include "runtime/linux/linux.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>

enum { PAGE_MASK = RT_PAGE - 1 };

/* MAP_* are the generic numbers on our hosts too; bit 0x40 is x86's MAP_32BIT and means nothing to other guests. */
int64_t sys_mmap(struct sys_call *c)
{
    if (c->a[5] & PAGE_MASK)
        return -EINVAL;
    return rt_mmap(c->t, c->a[0], c->a[1], (int)c->a[2], (int)(c->a[3] & ~(uint64_t)0x40), (int)c->a[4], c->a[5]);
}

int64_t sys_munmap(struct sys_call *c)
{
    return rt_munmap(c->t, c->a[0], c->a[1]);
}

int64_t sys_mprotect(struct sys_call *c)
{
    return rt_mprotect(c->t, c->a[0], c->a[1], (int)c->a[2]);
}

/* No protection keys: key -1 is plain mprotect, others do not exist. */
int64_t sys_pkey_mprotect(struct sys_call *c)
{
    return (int)c->a[3] == -1 ? sys_mprotect(c) : -EINVAL;
}

int64_t sys_mremap(struct sys_call *c)
{
    return rt_mremap(c->t, c->a[0], c->a[1], c->a[2], (int)c->a[3], c->a[4]);
}

int64_t sys_madvise(struct sys_call *c)
{
    return rt_madvise(c->t, c->a[0], c->a[1], (int)c->a[2]);
}

int64_t sys_brk(struct sys_call *c)
{
    return rt_brk(c->t, c->a[0]);
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

static int64_t shm_attach_at(struct sys_call *c, uint64_t at, uint64_t len, bool replace)
{
    struct linux_state *lx = linux_state(c->t);
    int flags = (int)c->a[2] & ~SHM_RND,
        prot = PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
    unsigned slot = 0;
    int64_t r;

    while (lx && slot < LX_MAX_SHM && lx->shm[slot].len)
        slot++;
    if (!lx || slot == LX_MAX_SHM)
        return -ENOMEM;
    if (replace)
        rt_munmap(c->t, at, len);
    r = rt_syscall_raw(c->t, SYS_shmat, c->a[0], at, (uint64_t)(flags & ~SHM_EXEC), 0, 0, 0);
    if (r < 0)
        return r;
    lx->shm[slot].addr = at;
    lx->shm[slot].len = len;
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
        at = rt_vm_find(c->t->rt, len, RT_PAGE);
        return at ? shm_attach_at(c, at, len, false) : -ENOMEM;
    }
    if (at & PAGE_MASK) {
        if (!(c->a[2] & SHM_RND))
            return -EINVAL;
        at &= ~(uint64_t)PAGE_MASK;
    }
    return at < RT_GUEST_HI && len <= RT_GUEST_HI - at ? shm_attach_at(c, at, len, c->a[2] & SHM_REMAP) : -EINVAL;
}

int64_t sys_shmdt(struct sys_call *c)
{
    struct linux_state *lx = linux_state(c->t);
    int64_t r = sys_host(c, SYS_shmdt);

    for (unsigned i = 0; r == 0 && lx && i < LX_MAX_SHM; i++)
        if (lx->shm[i].len && lx->shm[i].addr == c->a[0]) {
            rt_munmap(c->t, lx->shm[i].addr, lx->shm[i].len);
            lx->shm[i].len = 0;
        }
    return r;
}
