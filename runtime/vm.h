/* The guest's address map: what lies where, with the guest's protections. Nobody else maps guest
 * memory. vm.c: the map; vmcalls.c: the mmap family of rt.h on top of it. */
#ifndef AOTC_RUNTIME_VM_H
#define AOTC_RUNTIME_VM_H

#include "runtime/rt.h"

enum vma_kind {
    VMA_GUEST,                  /* mapped for the guest with prot */
    VMA_RESERVE,                /* kept for brk: the guest may replace it, but is never handed it */
    VMA_RUNTIME                 /* ours (image windows, guards): the guest can neither map nor unmap there */
};

struct vma { uint64_t lo, hi; uint32_t prot /* PROT_* as the guest asked */; uint32_t kind; };

/* Sorted, disjoint, neighbours that are alike are merged. For vm.c, and tests. */
struct rt_vm {
    struct vma *v;
    unsigned n, cap;
    uint64_t min;               /* lowest address the host lets us map */
    uint64_t zone_lo, zone_hi;  /* where addresses are chosen, top down */
    bool writable_code;         /* was there ever guest memory that is writable and executable? */
};

int rt_vm_init(struct rt *rt);
void rt_vm_fini(struct rt *rt);
/* Copies out the first vma with hi > addr; false: there is none. To look at all in turn: ask for each one's hi next. */
bool rt_vm_at(const struct rt *rt, uint64_t addr, struct vma *out);
/* Is there executable guest memory in [lo, hi)? */
bool rt_vm_has_exec(const struct rt *rt, uint64_t lo, uint64_t hi);
/* Does [lo, hi) hold a vma of this kind? Is all of it of this kind, without holes? */
bool rt_vm_has_kind(const struct rt *rt, uint64_t lo, uint64_t hi, enum vma_kind kind);
bool rt_vm_all_kind(const struct rt *rt, uint64_t lo, uint64_t hi, enum vma_kind kind);
/* May a translation depend on what is in [lo, hi)? On executable memory, on a module's text, and on its constants: jump tables
 * lie there. */
bool rt_vm_feeds_code(const struct rt *rt, uint64_t lo, uint64_t hi);
/* The lowest address the host lets us map. */
uint64_t rt_vm_lowest(const struct rt *rt);
/* Does [addr, addr + len) lie where the guest may map at all? */
bool rt_vm_in_guest(const struct rt *rt, uint64_t addr, uint64_t len);
/* A free range of len bytes that lies within `reach` of every address in [lo, hi), the nearest below it, else above; 0: none. */
uint64_t rt_vm_find_near(const struct rt *rt, uint64_t lo, uint64_t hi, uint64_t reach, uint64_t len);
/* Is anything in [lo, hi)? */
bool rt_vm_is_free(const struct rt *rt, uint64_t lo, uint64_t hi);
/* Records [lo, hi) as kind/prot, replacing what the map said. Does not map anything. 0 or -ENOMEM. */
int rt_vm_set(struct rt *rt, uint64_t lo, uint64_t hi, int prot, enum vma_kind kind);
int rt_vm_clear(struct rt *rt, uint64_t lo, uint64_t hi);
/* Maps at exactly addr for the loader (MAP_FIXED_NOREPLACE) and records it. */
int64_t rt_vm_map_fixed(struct rt *rt, uint64_t addr, uint64_t len, int prot, int flags, int fd, uint64_t off);
/* Guest code in [lo, hi) was unmapped, mapped anew or made writable: nothing translated from there may run
 * any more. (dispatch.c) */
void rt_code_replaced(struct rt_thread *t, uint64_t lo, uint64_t hi);
/* Is all of [lo, hi) executable, and not writable? */
bool rt_vm_is_fixed_code(const struct rt *rt, uint64_t lo, uint64_t hi);
/* Readable bytes of executable guest memory at pc (for t0_fetch_fn), NULL when pc is not executable. */
const uint8_t *rt_vm_code(const struct rt *rt, uint64_t pc, size_t *n);

static inline uint64_t rt_page_down(uint64_t a) { return a & ~(uint64_t)(RT_PAGE - 1); }
static inline uint64_t rt_page_up(uint64_t a) { return (a + RT_PAGE - 1) & ~(uint64_t)(RT_PAGE - 1); }
/* Protection of the host mapping: guest code is read, never run. */
static inline int rt_host_prot(int prot) { return (prot & 3) | ((prot & 4) ? 1 : 0); }

#endif
