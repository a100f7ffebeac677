/* The mmap family on top of the guest's address map. Results and error codes are the kernel's (mmap(2), mremap(2), brk(2)). */
#include "runtime/alias.h"
#include "runtime/code.h"
#include "runtime/module.h"
#include "runtime/vm.h"

#include <errno.h>
#include <sys/mman.h>

enum { GUEST_MAP_32BIT = 0x40 };        /* an x86 flag; no meaning in the generic ABI, but our kernel would obey it */

static int64_t host_mmap(uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off)
{
    void *p = mmap((void *)addr, len, rt_host_prot(prot), flags, fd, (off_t)off);
    return p == MAP_FAILED ? -errno : (int64_t)(uintptr_t)p;
}

int64_t rt_vm_map_fixed(struct rt *rt, uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off)
{
    int64_t r = host_mmap(addr, len, prot, flags | MAP_FIXED_NOREPLACE, fd, off);

    if (r >= 0 && (uint64_t)r != addr) {        /* a kernel that ignores the flag */
        munmap((void *)(uintptr_t)r, len);
        return -EEXIST;
    }
    if (r >= 0)
        rt_vm_set(rt, addr, addr + len, prot, VMA_GUEST);
    return r;
}

/* Does something of the guest's, or of ours, lie in [at, at + len)? The room kept for brk does not count: an address asked for
 * is given even there, as the kernel would. */
static bool taken(const struct rt *rt, uint64_t at, uint64_t len)
{
    return rt_vm_has_kind(rt, at, at + len, VMA_GUEST) || rt_vm_has_kind(rt, at, at + len, VMA_RUNTIME);
}

/* A place for a mapping whose address the guest leaves to us: where a module's code can have its image, if this begins one. */
static uint64_t choose(struct rt *rt, const struct map_file *f, uint64_t len)
{
    uint64_t at = f->lead ? rt_module_place(rt, len, f) : 0;

    return at ? at : rt_vm_find(rt, len, RT_PAGE);
}

/* Places a mapping whose address the guest left open. */
static int64_t map_anywhere(struct rt *rt, uint64_t hint, uint64_t len, int prot, int flags, int fd, uint64_t off,
                            const struct map_file *f)
{
    uint64_t at = rt_page_down(hint);

    if (!at || !rt_vm_in_guest(rt, at, len) || taken(rt, at, len))
        at = choose(rt, f, len);
    for (int tries = 0; tries < 64 && at; tries++) {
        int64_t r = rt_vm_map_fixed(rt, at, len, prot, flags, fd, off);
        if (r != -EEXIST)
            return r;
        /* Something of the host's lies there (a debugger, a sanitizer): keep off it from now on. */
        rt_vm_set(rt, at, at + len, 0, VMA_RUNTIME);
        at = choose(rt, f, len);
    }
    return -ENOMEM;
}

static int64_t map_at(struct rt_thread *t, uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off, bool replace,
                      const struct map_file *f)
{
    struct rt *rt = t->rt;

    if (addr & (RT_PAGE - 1))
        return -EINVAL;
    if (!rt_vm_in_guest(rt, addr, len))
        return addr < rt_vm_lowest(rt) ? -EPERM : -ENOMEM;
    if (!replace && taken(rt, addr, len))
        return -EEXIST;
    if (rt_vm_has_kind(rt, addr, addr + len, VMA_RUNTIME))
        return -ENOMEM;
    bool code = rt_vm_feeds_code(rt, addr, addr + len);
    int64_t r = host_mmap(addr, len, prot, flags | (replace ? MAP_FIXED : MAP_FIXED_NOREPLACE), fd, off);
    if (r < 0)
        return r;
    rt_vm_set(rt, addr, addr + len, prot, VMA_GUEST);
    if (code)
        rt_code_replaced(t, addr, addr + len);
    rt_module_gone(t, addr, addr + len, f);
    return r;
}

int64_t rt_mmap(struct rt_thread *t, uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off)
{
    int rest = flags & ~(GUEST_MAP_32BIT | MAP_GROWSDOWN | MAP_FIXED | MAP_FIXED_NOREPLACE);
    struct map_file f;
    int64_t r;

    prot &= PROT_READ | PROT_WRITE | PROT_EXEC;
    if (!len)
        return -EINVAL;
    if (off & (RT_PAGE - 1))
        return -EINVAL;
    len = rt_page_up(len);
    if (!len || len > RT_GUEST_HI)
        return -ENOMEM;
    rt_module_look(t->rt, len, prot, flags, fd, off, &f);
    if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
        r = map_at(t, addr, len, prot, rest, fd, off, !(flags & MAP_FIXED_NOREPLACE), &f);
    else
        r = map_anywhere(t->rt, addr, len, prot, rest, fd, off, &f);
    if (r >= 0)
        rt_alias_mapped(t->rt, (uint64_t)r, len, flags, fd, off);
    if (r >= 0 && f.file)
        rt_module_mapped(t, (uint64_t)r, len, prot, fd, off, &f);
    return r;
}

int64_t rt_munmap(struct rt_thread *t, uint64_t addr, uint64_t len)
{
    struct rt *rt = t->rt;
    struct vma v;

    if ((addr & (RT_PAGE - 1)) || !len || len > RT_GUEST_HI || addr > RT_GUEST_HI - len)
        return -EINVAL;
    uint64_t hi = rt_page_up(addr + len);
    bool code = rt_vm_feeds_code(rt, addr, hi);
    int64_t r = 0;
    /* Our own ranges, and the room for brk, stay. */
    for (uint64_t at = addr; at < hi && rt_vm_at(rt, at, &v) && v.lo < hi; at = v.hi) {
        uint64_t lo = v.lo > at ? v.lo : at, end = v.hi < hi ? v.hi : hi;

        if (v.kind != VMA_GUEST)
            continue;
        if (munmap((void *)lo, end - lo)) {
            r = -errno;
            break;
        }
        rt_vm_clear(rt, lo, end);
    }
    if (code)
        rt_code_replaced(t, addr, hi);
    rt_module_gone(t, addr, hi, NULL);
    rt_alias_gone(rt, addr, hi);
    return r;
}

int64_t rt_mprotect(struct rt_thread *t, uint64_t addr, uint64_t len, int prot)
{
    struct rt *rt = t->rt;

    if ((addr & (RT_PAGE - 1)) || (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC)))
        return -EINVAL;
    if (!len)
        return 0;
    if (len > RT_GUEST_HI || addr > RT_GUEST_HI - len)
        return -ENOMEM;
    uint64_t hi = rt_page_up(addr + len);
    if (!rt_vm_all_kind(rt, addr, hi, VMA_GUEST))
        return -ENOMEM;
    bool code = rt_vm_feeds_code(rt, addr, hi), exec = rt_vm_has_exec(rt, addr, hi);
    if (mprotect((void *)addr, hi - addr, rt_host_prot(prot)))
        return -errno;
    rt_vm_set(rt, addr, hi, prot, VMA_GUEST);
    /* What stays as readable or executable as it was, and is not to be written, cannot have changed. */
    if ((prot & PROT_EXEC) || (code && ((prot & PROT_WRITE) || exec)))
        rt_code_protected(t, addr, hi, prot);
    return 0;
}

static int64_t host_mremap(uint64_t addr, uint64_t len, uint64_t newlen, int flags, uint64_t to)
{
    void *p = mremap((void *)addr, len, newlen, flags, (void *)to);
    return p == MAP_FAILED ? -errno : (int64_t)(uintptr_t)p;
}

static int prot_at(const struct rt *rt, uint64_t addr)
{
    struct vma v;

    return rt_vm_at(rt, addr, &v) ? (int)v.prot : 0;
}

/* Moves to `to`, which is free or may be replaced. */
static int64_t move_mapping(struct rt_thread *t, uint64_t addr, uint64_t len, uint64_t newlen, int flags, uint64_t to)
{
    struct rt *rt = t->rt;
    int prot = prot_at(rt, addr);
    bool code = rt_vm_feeds_code(rt, addr, addr + len) || rt_vm_feeds_code(rt, to, to + newlen);
    int64_t r = host_mremap(addr, len, newlen, MREMAP_MAYMOVE | MREMAP_FIXED | (flags & MREMAP_DONTUNMAP), to);

    if (r < 0)
        return r;
    if (!(flags & MREMAP_DONTUNMAP))
        rt_vm_clear(rt, addr, addr + len);
    rt_vm_set(rt, to, to + newlen, prot, VMA_GUEST);
    rt_alias_moved(rt, addr, flags & MREMAP_DONTUNMAP ? 0 : len, to, newlen);
    if (code) {
        rt_code_replaced(t, addr, addr + len);
        rt_code_replaced(t, to, to + newlen);
    }
    rt_module_gone(t, to, to + newlen, NULL);
    if (!(flags & MREMAP_DONTUNMAP))
        rt_module_gone(t, addr, addr + len, NULL);
    return r;
}

int64_t rt_mremap(struct rt_thread *t, uint64_t addr, uint64_t len, uint64_t newlen, int flags, uint64_t newaddr)
{
    struct rt *rt = t->rt;

    if ((addr & (RT_PAGE - 1)) || (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) || !newlen
        || ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && !(flags & MREMAP_MAYMOVE)))
        return -EINVAL;
    if (len > RT_GUEST_HI || newlen > RT_GUEST_HI)
        return -ENOMEM;
    len = rt_page_up(len);
    newlen = rt_page_up(newlen);
    /* len 0 duplicates a shared mapping; the kernel judges the rest. */
    if (!rt_vm_in_guest(rt, addr, len) || !rt_vm_all_kind(rt, addr, addr + (len ? len : RT_PAGE), VMA_GUEST))
        return -EFAULT;
    if (flags & MREMAP_FIXED) {
        if ((newaddr & (RT_PAGE - 1)) || !rt_vm_in_guest(rt, newaddr, newlen))
            return -EINVAL;
        if (rt_vm_has_kind(rt, newaddr, newaddr + newlen, VMA_RUNTIME))
            return -ENOMEM;
        return move_mapping(t, addr, len, newlen, flags, newaddr);
    }
    if (newlen <= len && len && !(flags & MREMAP_DONTUNMAP))
        return newlen == len ? (int64_t)addr : rt_munmap(t, addr + newlen, len - newlen) ? -EFAULT : (int64_t)addr;
    int prot = prot_at(rt, addr);
    if (len && !(flags & MREMAP_DONTUNMAP) && rt_vm_in_guest(rt, addr, newlen) && rt_vm_is_free(rt, addr + len, addr + newlen)
        && host_mremap(addr, len, newlen, 0, 0) >= 0) {
        rt_vm_set(rt, addr + len, addr + newlen, prot, VMA_GUEST);
        return (int64_t)addr;
    }
    if (!(flags & MREMAP_MAYMOVE))
        return -ENOMEM;
    uint64_t to = rt_vm_find(rt, newlen, RT_PAGE);
    return to ? move_mapping(t, addr, len, newlen, flags, to) : -ENOMEM;
}

int64_t rt_madvise(struct rt_thread *t, uint64_t addr, uint64_t len, int advice)
{
    struct rt *rt = t->rt;

    if ((addr & (RT_PAGE - 1)) || len > UINT64_MAX - RT_PAGE)
        return -EINVAL;
    len = rt_page_up(len);
    if (!len)
        return 0;
    if (!rt_vm_in_guest(rt, addr, len) || rt_vm_has_kind(rt, addr, addr + len, VMA_RUNTIME))
        return -ENOMEM;
    if (madvise((void *)addr, len, advice))
        return -errno;
    bool drops = advice == MADV_DONTNEED || advice == MADV_REMOVE || advice == MADV_FREE;
    if (drops && rt_vm_feeds_code(rt, addr, addr + len))
        rt_code_replaced(t, addr, addr + len);
    return 0;
}

int64_t rt_brk(struct rt_thread *t, uint64_t addr)
{
    struct rt *rt = t->rt;
    uint64_t old = rt_page_up(rt->brk), want = rt_page_up(addr);

    if (addr < rt->brk_start || addr > rt->brk_limit)
        return (int64_t)rt->brk;
    if (want > old) {
        if (rt_vm_has_kind(rt, old, want, VMA_GUEST) || rt_vm_has_kind(rt, old, want, VMA_RUNTIME))
            return (int64_t)rt->brk;
        if (rt_vm_map_fixed(rt, old, want - old, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) < 0)
            return (int64_t)rt->brk;
    } else if (want < old) {
        if (munmap((void *)want, old - want))
            return (int64_t)rt->brk;
        rt_vm_set(rt, want, old, 0, VMA_RESERVE);
    }
    rt->brk = addr;
    return (int64_t)addr;
}

