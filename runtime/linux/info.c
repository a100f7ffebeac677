/* What the system says of itself: name, limits, the guest's ISA extensions; and the one IPC structure that x86-64 lays out
 * differently. */
#include "runtime/linux/abi.h"
#include "runtime/linux/linux.h"
#include "runtime/thread.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

int64_t sys_uname(struct sys_call *c)
{
    struct utsname u;
    int64_t r = rt_syscall_raw(c->t, SYS_uname, (uint64_t)(uintptr_t)&u, 0, 0, 0, 0, 0);

    if (r)
        return r;
    memset(u.machine, 0, sizeof u.machine);
    snprintf(u.machine, sizeof u.machine, "%s", c->t->g->abi->uname_machine);
    return rt_copy_out(c->t, c->a[0], &u, sizeof u);
}

/* --- limits --- */

struct g_rlimit { uint64_t cur, max; };

/* Limits on address space would bind the runtime's reservations, and a tiny stack the runtime's own. The guest's wish is kept and
 * answered, not applied. */
static bool limit_is_ours(unsigned res, uint64_t cur)
{
    enum { MIN_HOST_STACK = 1 << 20 };

    return res == RLIMIT_AS || res == RLIMIT_DATA || res == RLIMIT_MEMLOCK || (res == RLIMIT_STACK && cur < MIN_HOST_STACK);
}

static int64_t limit_get(struct sys_call *c, unsigned res, struct g_rlimit *l)
{
    struct linux_state *lx = linux_state(c->t);
    struct rlimit h;

    if (res >= LX_NLIMITS || getrlimit((int)res, &h))
        return -EINVAL;
    rt_lock(c->t, &c->t->rt->lx_lock);
    l->cur = lx && lx->limit[res].set ? lx->limit[res].cur : h.rlim_cur;
    l->max = lx && lx->limit[res].set ? lx->limit[res].max : h.rlim_max;
    rt_unlock(c->t, &c->t->rt->lx_lock);
    return 0;
}

/* Notes a limit, or that the host has it (l NULL). */
static void limit_note(struct sys_call *c, struct linux_state *lx, unsigned res, const struct g_rlimit *l)
{
    rt_lock(c->t, &c->t->rt->lx_lock);
    lx->limit[res].set = l;
    if (l) {
        lx->limit[res].cur = l->cur;
        lx->limit[res].max = l->max;
    }
    rt_unlock(c->t, &c->t->rt->lx_lock);
}

static int64_t limit_set(struct sys_call *c, unsigned res, const struct g_rlimit *l)
{
    struct linux_state *lx = linux_state(c->t);
    struct rlimit h = { l->cur, l->max };
    struct g_rlimit now;
    int64_t r = limit_get(c, res, &now);

    if (r || l->cur > l->max)
        return r ? r : -EINVAL;
    if (!lx || !limit_is_ours(res, l->cur)) {
        if (lx)
            limit_note(c, lx, res, NULL);
        return setrlimit((int)res, &h) ? -errno : 0;
    }
    if (l->max > now.max && geteuid())
        return -EPERM;
    limit_note(c, lx, res, l);
    return 0;
}

int64_t sys_getrlimit(struct sys_call *c)
{
    struct g_rlimit l;
    int64_t r = limit_get(c, (unsigned)c->a[0], &l);

    return r ? r : rt_copy_out(c->t, c->a[1], &l, sizeof l);
}

int64_t sys_setrlimit(struct sys_call *c)
{
    struct g_rlimit l;

    if (rt_copy_in(c->t, &l, c->a[1], sizeof l))
        return -EFAULT;
    return limit_set(c, (unsigned)c->a[0], &l);
}

int64_t sys_prlimit64(struct sys_call *c)
{
    struct g_rlimit next, old;
    int64_t r;

    if ((int)c->a[0] && (int)c->a[0] != syscall(SYS_getpid))
        return sys_host(c, SYS_prlimit64);
    if (c->a[2] && rt_copy_in(c->t, &next, c->a[2], sizeof next))
        return -EFAULT;
    r = limit_get(c, (unsigned)c->a[1], &old);
    if (r == 0 && c->a[2])
        r = limit_set(c, (unsigned)c->a[1], &next);
    if (r == 0 && c->a[3])
        r = rt_copy_out(c->t, c->a[3], &old, sizeof old);
    return r;
}

/* --- riscv_hwprobe, Documentation/arch/riscv/hwprobe.rst --- */

enum { HWPROBE_MVENDORID, HWPROBE_MARCHID, HWPROBE_MIMPID, HWPROBE_BASE_BEHAVIOR, HWPROBE_IMA_EXT_0, HWPROBE_CPUPERF_0,
       HWPROBE_ZICBOZ_BLOCK_SIZE, HWPROBE_HIGHEST_VIRT_ADDRESS, HWPROBE_TIME_CSR_FREQ, HWPROBE_MISALIGNED_SCALAR_PERF,
       HWPROBE_MISALIGNED_VECTOR_PERF };
enum {
    EXT_FD = 1 << 0,
    EXT_C = 1 << 1,
    EXT_ZBA = 1 << 3,
    EXT_ZBB = 1 << 4,
    EXT_ZBS = 1 << 5,
    EXT_ZICBOZ = 1 << 6,
    EXT_ZBC = 1 << 7
};
static const uint64_t EXT_ZICOND = UINT64_C(1) << 35, EXT_ZIHINTPAUSE = UINT64_C(1) << 36;
enum { MISALIGNED_FAST = 3, MISALIGNED_VECTOR_UNSUPPORTED = 4, CACHE_BLOCK = 64, TIME_FREQ = 1000000000 };

struct hwprobe { int64_t key; uint64_t value; };

static void hwprobe_fill(struct hwprobe *p)
{
    switch (p->key) {
    case HWPROBE_MVENDORID: case HWPROBE_MARCHID: case HWPROBE_MIMPID:
        p->value = 0;
        return;
    case HWPROBE_BASE_BEHAVIOR:
        p->value = 1;                                   /* IMA */
        return;
    case HWPROBE_IMA_EXT_0:
        p->value = EXT_FD | EXT_C | EXT_ZBA | EXT_ZBB | EXT_ZBS | EXT_ZBC | EXT_ZICBOZ | EXT_ZICOND | EXT_ZIHINTPAUSE;
        return;
    case HWPROBE_CPUPERF_0: case HWPROBE_MISALIGNED_SCALAR_PERF:
        p->value = MISALIGNED_FAST;
        return;
    case HWPROBE_ZICBOZ_BLOCK_SIZE:
        p->value = CACHE_BLOCK;
        return;
    case HWPROBE_HIGHEST_VIRT_ADDRESS:
        p->value = RT_GUEST_HI - 1;
        return;
    case HWPROBE_TIME_CSR_FREQ:
        p->value = TIME_FREQ;
        return;
    case HWPROBE_MISALIGNED_VECTOR_PERF:
        p->value = MISALIGNED_VECTOR_UNSUPPORTED;
        return;
    default:
        p->key = -1;
        p->value = 0;
    }
}

/* flags = RISCV_HWPROBE_WHICH_CPUS: all processors are alike, so the set stays or becomes empty. */
static int64_t hwprobe_which(struct sys_call *c, bool same)
{
    cpu_set_t set;
    uint64_t size = c->a[2] < sizeof set ? c->a[2] : sizeof set;

    CPU_ZERO(&set);
    if (!c->a[2] || !c->a[3])
        return -EINVAL;
    if (rt_copy_in(c->t, &set, c->a[3], size))
        return -EFAULT;
    if (same && CPU_COUNT(&set) == 0 && sched_getaffinity(0, sizeof set, &set))
        return -errno;
    if (!same)
        CPU_ZERO(&set);
    return rt_copy_out(c->t, c->a[3], &set, size);
}

int64_t sys_riscv_hwprobe(struct sys_call *c)
{
    enum { WHICH_CPUS = 1 };
    bool which = c->a[4] & WHICH_CPUS, same = true;

    if (c->a[4] & ~(uint64_t)WHICH_CPUS || (!which && !c->a[3] != !c->a[2]))
        return -EINVAL;
    for (uint64_t i = 0; i < c->a[1]; i++) {
        struct hwprobe p, asked;
        uint64_t at = c->a[0] + i * sizeof p;
        if (rt_copy_in(c->t, &p, at, sizeof p))
            return -EFAULT;
        asked = p;
        hwprobe_fill(&p);
        same = same && p.key == asked.key && (p.value & asked.value) == asked.value;
        if (!which && rt_copy_out(c->t, at, &p, sizeof p))
            return -EFAULT;
    }
    return which ? hwprobe_which(c, same) : 0;
}

/* --- semaphores --- */

/* IPC_STAT and its kin write, IPC_SET reads the structure; the other commands take a number or an array. */
int64_t sys_semctl(struct sys_call *c)
{
    struct semid_ds h;
    struct g_semid_ds g;
    uint64_t guest = c->a[3];
    int cmd = (int)c->a[2];
    int64_t r;

    if (cmd != IPC_STAT && cmd != SEM_STAT && cmd != SEM_STAT_ANY && cmd != IPC_SET)
        return sys_host(c, SYS_semctl);
    memset(&h, 0, sizeof h);
    if (cmd == IPC_SET) {
        if (rt_copy_in(c->t, &g, guest, sizeof g))
            return -EFAULT;
        memcpy(&h.sem_perm, &g.perm, sizeof g.perm);
    }
    c->a[3] = (uint64_t)(uintptr_t)&h;
    r = sys_host(c, SYS_semctl);
    if (r < 0 || cmd == IPC_SET)
        return r;
    memset(&g, 0, sizeof g);
    memcpy(&g.perm, &h.sem_perm, sizeof g.perm);
    g.otime = h.sem_otime;
    g.ctime = h.sem_ctime;
    g.nsems = h.sem_nsems;
    return rt_copy_out(c->t, guest, &g, sizeof g) ? -EFAULT : r;
}
_Static_assert(sizeof(struct ipc_perm) == sizeof(struct g_ipc_perm), "struct ipc64_perm is the same on the host");
