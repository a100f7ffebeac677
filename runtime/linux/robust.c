/* What the kernel does with a dying thread's futexes (kernel/futex/core.c, futex_cleanup; Documentation/locking/robust-futex-ABI.rst). The guest's
 * thread ends before its host thread does, and whoever joins it may free its memory at once: so this happens here, not in the kernel. */
#include "runtime/linux/linux.h"

#include "runtime/hostcall.h"
#include "runtime/thread.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ROBUST_LIMIT = 2048 };           /* entries that the kernel follows */

struct head { uint64_t next; int64_t offset; uint64_t pending; };

static void wake(uint64_t word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* The lock at word is given up if t holds it: its next owner finds FUTEX_OWNER_DIED. Faults on word come back as for T0. */
static void owner_died(struct rt_thread *t, uint64_t at, bool pi, bool pending)
{
    uint32_t *word = (uint32_t *)(uintptr_t)at;

    if (at & 3)
        return;
    if (!sigsetjmp(t->fault_env, 0)) {
        t->in_t0 = 1;
        uint32_t val = __atomic_load_n(word, __ATOMIC_SEQ_CST);
        if (pending && !pi && !val)
            wake(at);
        while ((val & FUTEX_TID_MASK) == (uint32_t)t->tid) {
            if (!__atomic_compare_exchange_n(word, &val, (val & FUTEX_WAITERS) | FUTEX_OWNER_DIED, false, __ATOMIC_SEQ_CST,
                                             __ATOMIC_SEQ_CST))
                continue;
            if (!pi && (val & FUTEX_WAITERS))
                wake(at);
            break;
        }
    }
    t->in_t0 = 0;
}

static void walk(struct rt_thread *t)
{
    uint64_t entry, next;
    struct head h;

    if (!t->robust_list || rt_copy_in(t, &h, t->robust_list, sizeof h))
        return;
    entry = h.next;
    for (unsigned i = 0; i < ROBUST_LIMIT && (entry & ~1ull) != t->robust_list; i++) {
        bool more = !rt_copy_in(t, &next, entry & ~1ull, sizeof next);
        if (entry != h.pending)
            owner_died(t, (entry & ~1ull) + (uint64_t)h.offset, entry & 1, false);
        if (!more)
            break;
        entry = next;
    }
    if (h.pending & ~1ull)
        owner_died(t, (h.pending & ~1ull) + (uint64_t)h.offset, h.pending & 1, true);
}

void rt_futex_at_exit(struct rt_thread *t)
{
    static const uint32_t zero;

    walk(t);
    syscall(SYS_set_robust_list, NULL, sizeof(struct head));
    if (t->clear_tid && !rt_copy_out(t, t->clear_tid, &zero, sizeof zero))
        wake(t->clear_tid);
}
