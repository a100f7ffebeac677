/* The guest's address map and the mmap family on top of it. Results and error codes are the kernel's (mmap(2), mremap(2),
 * brk(2)). */
#include "runtime/vm.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#define ZONE_LO 0x110000000000ull       /* 17 TiB: above the shadow memory of sanitizer builds */
#define ZONE_HI (RT_GUEST_HI - 0x100000000ull)

enum { GUEST_MAP_32BIT = 0x40 };        /* an x86 flag; no meaning in the generic ABI, but our kernel would obey it */

/* ---- the map ---- */

int rt_vm_init(struct rt *rt)
{
    struct rt_vm *vm = calloc(1, sizeof *vm);

    if (!vm)
        return -ENOMEM;
    vm->min = RT_PAGE;
    vm->zone_lo = ZONE_LO;
    vm->zone_hi = ZONE_HI;
    rt->vm = vm;
    return 0;
}

void rt_vm_fini(struct rt *rt)
{
    if (rt->vm)
        free(rt->vm->v);
    free(rt->vm);
    rt->vm = NULL;
}

/* Index of the first vma with hi > addr. */
static unsigned vm_index(const struct rt_vm *vm, uint64_t addr)
{
    unsigned lo = 0, hi = vm->n;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (vm->v[mid].hi > addr)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

const struct vma *rt_vm_at(const struct rt *rt, uint64_t addr)
{
    unsigned i = vm_index(rt->vm, addr);
    return i < rt->vm->n ? &rt->vm->v[i] : NULL;
}

bool rt_vm_is_free(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    const struct vma *v = rt_vm_at(rt, lo);
    return !v || v->lo >= hi;
}

static int vm_room(struct rt_vm *vm, unsigned extra)
{
    if (vm->n + extra <= vm->cap)
        return 0;
    unsigned cap = vm->cap ? vm->cap * 2 : 64;
    struct vma *v = realloc(vm->v, cap * sizeof *v);
    if (!v)
        return -ENOMEM;
    vm->v = v;
    vm->cap = cap;
    return 0;
}

static void vm_insert(struct rt_vm *vm, unsigned at, struct vma v)
{
    memmove(&vm->v[at + 1], &vm->v[at], (vm->n - at) * sizeof v);
    vm->v[at] = v;
    vm->n++;
}

static void vm_remove(struct rt_vm *vm, unsigned at, unsigned count)
{
    memmove(&vm->v[at], &vm->v[at + count], (vm->n - at - count) * sizeof vm->v[0]);
    vm->n -= count;
}

int rt_vm_clear(struct rt *rt, uint64_t lo, uint64_t hi)
{
    struct rt_vm *vm = rt->vm;
    int r = vm_room(vm, 2);

    if (r)
        return r;
    unsigned i = vm_index(vm, lo);
    if (i < vm->n && vm->v[i].lo < lo) {
        struct vma tail = vm->v[i];
        vm->v[i].hi = lo;
        i++;
        if (tail.hi > hi) {
            tail.lo = hi;
            vm_insert(vm, i, tail);
            return 0;
        }
    }
    unsigned j = i;
    while (j < vm->n && vm->v[j].hi <= hi)
        j++;
    vm_remove(vm, i, j - i);
    if (i < vm->n && vm->v[i].lo < hi)
        vm->v[i].lo = hi;
    return 0;
}

static bool vm_alike(const struct vma *a, const struct vma *b)
{
    return a->hi == b->lo && a->prot == b->prot && a->kind == b->kind;
}

int rt_vm_set(struct rt *rt, uint64_t lo, uint64_t hi, int prot, enum vma_kind kind)
{
    struct rt_vm *vm = rt->vm;
    int r = vm_room(vm, 4);

    if (r || lo >= hi)
        return r;
    rt_vm_clear(rt, lo, hi);
    unsigned i = vm_index(vm, lo);
    vm_insert(vm, i, (struct vma){ lo, hi, (uint32_t)prot, kind });
    if (i + 1 < vm->n && vm_alike(&vm->v[i], &vm->v[i + 1])) {
        vm->v[i].hi = vm->v[i + 1].hi;
        vm_remove(vm, i + 1, 1);
    }
    if (i > 0 && vm_alike(&vm->v[i - 1], &vm->v[i])) {
        vm->v[i - 1].hi = vm->v[i].hi;
        vm_remove(vm, i, 1);
    }
    return 0;
}

void rt_vm_note(struct rt *rt, uint64_t lo, uint64_t hi, int prot)
{
    rt_vm_set(rt, rt_page_down(lo), rt_page_up(hi), prot, VMA_GUEST);
}

uint64_t rt_vm_find(struct rt *rt, uint64_t len, uint64_t align)
{
    struct rt_vm *vm = rt->vm;
    uint64_t top = vm->zone_hi;

    if (align < RT_PAGE)
        align = RT_PAGE;
    if (!len || len > vm->zone_hi - vm->zone_lo)
        return 0;
    for (unsigned i = vm_index(vm, top);; i--) {
        uint64_t floor = i > 0 ? vm->v[i - 1].hi : 0;
        if (floor < vm->zone_lo)
            floor = vm->zone_lo;
        if (i < vm->n && vm->v[i].lo < top)
            top = vm->v[i].lo;
        if (top >= floor + len) {
            uint64_t at = (top - len) & ~(align - 1);
            if (at >= floor)
                return at;
        }
        if (i == 0 || floor <= vm->zone_lo)
            return 0;
    }
}

/* Does [lo, hi) hold a vma of this kind? */
static bool vm_has_kind(const struct rt *rt, uint64_t lo, uint64_t hi, enum vma_kind kind)
{
    const struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo < hi; i++)
        if (vm->v[i].kind == kind)
            return true;
    return false;
}

bool rt_vm_has_exec(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    const struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo < hi; i++)
        if (vm->v[i].kind == VMA_GUEST && (vm->v[i].prot & PROT_EXEC))
            return true;
    return false;
}

/* On executable memory, and on the program's constants: its jump tables. */
bool rt_vm_feeds_code(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    const struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo < hi; i++) {
        const struct vma *v = &vm->v[i];
        if (v->kind != VMA_GUEST)
            continue;
        if ((v->prot & PROT_EXEC) || (!(v->prot & PROT_WRITE) && v->lo < rt->exe.hi && v->hi > rt->exe.lo))
            return true;
    }
    return false;
}

uint64_t rt_vm_find_near(const struct rt *rt, uint64_t lo, uint64_t hi, uint64_t reach, uint64_t len)
{
    const struct rt_vm *vm = rt->vm;
    uint64_t low = hi > reach + vm->min ? hi - reach : vm->min, high = lo < RT_GUEST_HI - reach ? lo + reach : RT_GUEST_HI;

    low = rt_page_up(low);
    for (unsigned i = vm_index(vm, lo);; i--) {         /* gaps below, from the nearest down */
        uint64_t floor = i > 0 ? vm->v[i - 1].hi : 0, top = i < vm->n && vm->v[i].lo < lo ? vm->v[i].lo : lo;
        if (floor < low)
            floor = low;
        uint64_t at = (top - len) & ~(uint64_t)(RT_PAGE - 1);
        if (top >= floor && top - floor >= len && at >= floor)
            return at;
        if (i == 0 || floor == low)
            break;
    }
    for (unsigned i = vm_index(vm, hi); ; i++) {         /* gaps above */
        uint64_t floor = i > 0 && vm->v[i - 1].hi > hi ? vm->v[i - 1].hi : hi, top = i < vm->n ? vm->v[i].lo : high;
        if (top > high)
            top = high;
        if (top >= floor && top - floor >= len)
            return rt_page_up(floor);
        if (i >= vm->n || top == high)
            return 0;
    }
}

/* Is all of [lo, hi) of this kind, without holes? */
static bool vm_all_kind(const struct rt *rt, uint64_t lo, uint64_t hi, enum vma_kind kind)
{
    const struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo <= lo && vm->v[i].kind == kind; i++) {
        lo = vm->v[i].hi;
        if (lo >= hi)
            return true;
    }
    return lo >= hi;
}

/* ---- mmap family ---- */

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

static bool vm_in_guest(const struct rt *rt, uint64_t addr, uint64_t len)
{
    return addr >= rt->vm->min && addr < RT_GUEST_HI && len <= RT_GUEST_HI - addr;
}

/* Places a mapping whose address the guest left open. */
static int64_t map_anywhere(struct rt *rt, uint64_t hint, uint64_t len, int prot, int flags, int fd, uint64_t off)
{
    uint64_t at = rt_page_down(hint);

    /* An address asked for is given even in the room kept for brk, as the kernel would. */
    if (!at || !vm_in_guest(rt, at, len) || vm_has_kind(rt, at, at + len, VMA_GUEST) || vm_has_kind(rt, at, at + len, VMA_RUNTIME))
        at = rt_vm_find(rt, len, RT_PAGE);
    for (int tries = 0; tries < 64 && at; tries++) {
        int64_t r = rt_vm_map_fixed(rt, at, len, prot, flags, fd, off);
        if (r != -EEXIST)
            return r;
        /* Something of the host's lies there (a debugger, a sanitizer): keep off it from now on. */
        rt_vm_set(rt, at, at + len, 0, VMA_RUNTIME);
        at = rt_vm_find(rt, len, RT_PAGE);
    }
    return -ENOMEM;
}

static int64_t map_at(struct rt_thread *t, uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off, bool replace)
{
    struct rt *rt = t->rt;

    if (addr & (RT_PAGE - 1))
        return -EINVAL;
    if (!vm_in_guest(rt, addr, len))
        return addr < rt->vm->min ? -EPERM : -ENOMEM;
    if (!replace && !rt_vm_is_free(rt, addr, addr + len))
        return -EEXIST;
    if (vm_has_kind(rt, addr, addr + len, VMA_RUNTIME))
        return -ENOMEM;
    bool code = rt_vm_feeds_code(rt, addr, addr + len);
    int64_t r = host_mmap(addr, len, prot, flags | (replace ? MAP_FIXED : MAP_FIXED_NOREPLACE), fd, off);
    if (r < 0)
        return r;
    rt_vm_set(rt, addr, addr + len, prot, VMA_GUEST);
    if (code)
        rt_code_replaced(t, addr, addr + len);
    return r;
}

int64_t rt_mmap(struct rt_thread *t, uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off)
{
    int rest = flags & ~(GUEST_MAP_32BIT | MAP_GROWSDOWN | MAP_FIXED | MAP_FIXED_NOREPLACE);

    prot &= PROT_READ | PROT_WRITE | PROT_EXEC;
    if (!len)
        return -EINVAL;
    if (off & (RT_PAGE - 1))
        return -EINVAL;
    len = rt_page_up(len);
    if (!len || len > RT_GUEST_HI)
        return -ENOMEM;
    if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
        return map_at(t, addr, len, prot, rest, fd, off, !(flags & MAP_FIXED_NOREPLACE));
    return map_anywhere(t->rt, addr, len, prot, rest, fd, off);
}

/* Calls fn on each guest (or reserved) piece of [lo, hi); stops at the first error. */
static int64_t each_piece(struct rt *rt, uint64_t lo, uint64_t hi, int64_t (*fn)(uint64_t lo, uint64_t hi, int arg), int arg)
{
    struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo < hi; i++) {
        const struct vma *v = &vm->v[i];
        if (v->kind != VMA_GUEST)
            continue;
        int64_t r = fn(v->lo > lo ? v->lo : lo, v->hi < hi ? v->hi : hi, arg);
        if (r < 0)
            return r;
    }
    return 0;
}

static int64_t piece_unmap(uint64_t lo, uint64_t hi, int arg)
{
    (void)arg;
    return munmap((void *)lo, hi - lo) ? -errno : 0;
}

int64_t rt_munmap(struct rt_thread *t, uint64_t addr, uint64_t len)
{
    struct rt *rt = t->rt;

    if ((addr & (RT_PAGE - 1)) || !len || len > RT_GUEST_HI || addr > RT_GUEST_HI - len)
        return -EINVAL;
    uint64_t hi = rt_page_up(addr + len);
    bool code = rt_vm_feeds_code(rt, addr, hi);
    int64_t r = each_piece(rt, addr, hi, piece_unmap, 0);
    if (r < 0)
        return r;
    /* Our own ranges stay in the map. */
    for (uint64_t at = addr; at < hi;) {
        const struct vma *v = rt_vm_at(rt, at);
        if (!v || v->lo >= hi)
            break;
        uint64_t lo = v->lo > at ? v->lo : at, end = v->hi < hi ? v->hi : hi;
        if (v->kind == VMA_GUEST)
            rt_vm_clear(rt, lo, end);
        at = end;
    }
    if (code)
        rt_code_replaced(t, addr, hi);
    return 0;
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
    if (!vm_all_kind(rt, addr, hi, VMA_GUEST))
        return -ENOMEM;
    bool code = rt_vm_feeds_code(rt, addr, hi), exec = rt_vm_has_exec(rt, addr, hi);
    if (mprotect((void *)addr, hi - addr, rt_host_prot(prot)))
        return -errno;
    rt_vm_set(rt, addr, hi, prot, VMA_GUEST);
    /* What stays as readable or executable as it was, and is not to be written, cannot have changed. */
    if (code && ((prot & PROT_WRITE) || (exec && !(prot & PROT_EXEC))))
        rt_code_replaced(t, addr, hi);
    return 0;
}

static int64_t host_mremap(uint64_t addr, uint64_t len, uint64_t newlen, int flags, uint64_t to)
{
    void *p = mremap((void *)addr, len, newlen, flags, (void *)to);
    return p == MAP_FAILED ? -errno : (int64_t)(uintptr_t)p;
}

/* Moves to `to`, which is free or may be replaced. */
static int64_t move_mapping(struct rt_thread *t, uint64_t addr, uint64_t len, uint64_t newlen, int flags, uint64_t to)
{
    struct rt *rt = t->rt;
    int prot = (int)rt_vm_at(rt, addr)->prot;
    bool code = rt_vm_feeds_code(rt, addr, addr + len) || rt_vm_feeds_code(rt, to, to + newlen);
    int64_t r = host_mremap(addr, len, newlen, MREMAP_MAYMOVE | MREMAP_FIXED | (flags & MREMAP_DONTUNMAP), to);

    if (r < 0)
        return r;
    if (!(flags & MREMAP_DONTUNMAP))
        rt_vm_clear(rt, addr, addr + len);
    rt_vm_set(rt, to, to + newlen, prot, VMA_GUEST);
    if (code) {
        rt_code_replaced(t, addr, addr + len);
        rt_code_replaced(t, to, to + newlen);
    }
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
    if (!vm_in_guest(rt, addr, len) || !vm_all_kind(rt, addr, addr + (len ? len : RT_PAGE), VMA_GUEST))
        return -EFAULT;
    if (flags & MREMAP_FIXED) {
        if ((newaddr & (RT_PAGE - 1)) || !vm_in_guest(rt, newaddr, newlen))
            return -EINVAL;
        if (vm_has_kind(rt, newaddr, newaddr + newlen, VMA_RUNTIME))
            return -ENOMEM;
        return move_mapping(t, addr, len, newlen, flags, newaddr);
    }
    if (newlen <= len && len && !(flags & MREMAP_DONTUNMAP))
        return newlen == len ? (int64_t)addr : rt_munmap(t, addr + newlen, len - newlen) ? -EFAULT : (int64_t)addr;
    int prot = (int)rt_vm_at(rt, addr)->prot;
    if (len && !(flags & MREMAP_DONTUNMAP) && vm_in_guest(rt, addr, newlen) && rt_vm_is_free(rt, addr + len, addr + newlen)
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
    if (!vm_in_guest(rt, addr, len) || vm_has_kind(rt, addr, addr + len, VMA_RUNTIME))
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
        if (vm_has_kind(rt, old, want, VMA_GUEST) || vm_has_kind(rt, old, want, VMA_RUNTIME))
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

/* ---- code ---- */

bool rt_vm_is_fixed_code(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    const struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo <= lo; i++) {
        if (vm->v[i].kind != VMA_GUEST || (vm->v[i].prot & (PROT_EXEC | PROT_WRITE)) != PROT_EXEC)
            return false;
        lo = vm->v[i].hi;
        if (lo >= hi)
            return true;
    }
    return false;
}

const uint8_t *rt_vm_code(const struct rt *rt, uint64_t pc, size_t *n)
{
    const struct rt_vm *vm = rt->vm;
    unsigned i = vm_index(vm, pc);

    if (i >= vm->n || vm->v[i].lo > pc || vm->v[i].kind != VMA_GUEST || !(vm->v[i].prot & PROT_EXEC))
        return NULL;
    uint64_t hi = vm->v[i].hi;
    for (i++; i < vm->n && vm->v[i].lo == hi && vm->v[i].kind == VMA_GUEST && (vm->v[i].prot & PROT_EXEC); i++)
        hi = vm->v[i].hi;
    if (*n > hi - pc)
        *n = hi - pc;
    return (const uint8_t *)pc;
}
