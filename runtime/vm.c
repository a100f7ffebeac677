/* The guest's address map. Nothing outside this file sees the array: what is asked for is copied out. The calls that map are in
 * vmcalls.c. */
#include "runtime/vm.h"

#include "runtime/module.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#define ZONE_LO (RT_ZONE + 0x8000000000ull)
#define ZONE_HI (RT_GUEST_HI - 0x100000000ull)

int rt_vm_init(struct rt *rt)
{
    struct rt_vm *vm = calloc(1, sizeof *vm);

    if (!vm)
        return -ENOMEM;
#if defined(__SANITIZE_THREAD__)
    const uint64_t windows = RT_ZONE - 0x4000000000;    /* images and tables lie in front of what they belong to */
    munmap((void *)windows, RT_GUEST_HI - windows);     /* the sanitizer keeps everybody out of there */
#endif
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

bool rt_vm_at(const struct rt *rt, uint64_t addr, struct vma *out)
{
    unsigned i = vm_index(rt->vm, addr);

    if (i >= rt->vm->n)
        return false;
    *out = rt->vm->v[i];
    return true;
}

uint64_t rt_vm_lowest(const struct rt *rt) { return rt->vm->min; }

bool rt_vm_in_guest(const struct rt *rt, uint64_t addr, uint64_t len)
{
    return addr >= rt->vm->min && addr < RT_GUEST_HI && len <= RT_GUEST_HI - addr;
}

bool rt_vm_is_free(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    unsigned i = vm_index(rt->vm, lo);
    return i >= rt->vm->n || rt->vm->v[i].lo >= hi;
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
    if ((prot & (PROT_WRITE | PROT_EXEC)) == (PROT_WRITE | PROT_EXEC))
        __atomic_store_n(&vm->writable_code, true, __ATOMIC_RELAXED);
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

bool rt_vm_has_kind(const struct rt *rt, uint64_t lo, uint64_t hi, enum vma_kind kind)
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

bool rt_vm_feeds_code(const struct rt *rt, uint64_t lo, uint64_t hi)
{
    const struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo < hi; i++) {
        const struct vma *v = &vm->v[i];
        if (v->kind != VMA_GUEST)
            continue;
        if ((v->prot & PROT_EXEC) || (!(v->prot & PROT_WRITE) && rt_module_in(rt, v->lo, v->hi)))
            return true;
    }
    return rt_module_has_text(rt, lo, hi);
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

bool rt_vm_all_kind(const struct rt *rt, uint64_t lo, uint64_t hi, enum vma_kind kind)
{
    const struct rt_vm *vm = rt->vm;

    for (unsigned i = vm_index(vm, lo); i < vm->n && vm->v[i].lo <= lo && vm->v[i].kind == kind; i++) {
        lo = vm->v[i].hi;
        if (lo >= hi)
            return true;
    }
    return lo >= hi;
}

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
