/* What the runtime asks of the host's kernel in its own way; the parts that depend on the ISA are in hostcall_<host>.c. */
#include "runtime/hostcall.h"

#include "runtime/signals.h"
#include "runtime/thread.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const char rt_sys_check[], rt_sys_insn[], rt_sys_intr[], rt_copy_insn[], rt_copy_end[], rt_copy_fault[];
void rt_sigreturn_stub(void);
enum { HOST_SA_RESTORER = 0x04000000 };        /* the same on x86-64 and AArch64 */

ASYNC_HANDLER bool rt_uc_unwind_syscall(void *uc)
{
    uint64_t pc = host_ctx_pc(uc);

    if (pc < (uint64_t)(uintptr_t)rt_sys_check || pc > (uint64_t)(uintptr_t)rt_sys_insn)
        return false;
    host_ctx_set_pc(uc, (uint64_t)(uintptr_t)rt_sys_intr);
    return true;
}

bool rt_uc_unwind_copy(void *uc)
{
    uint64_t pc = host_ctx_pc(uc);

    if (pc < (uint64_t)(uintptr_t)rt_copy_insn || pc >= (uint64_t)(uintptr_t)rt_copy_end)
        return false;
    host_ctx_set_pc(uc, (uint64_t)(uintptr_t)rt_copy_fault);
    return true;
}

struct host_sigact { void *handler; uint64_t flags; void (*restorer)(void); uint64_t mask; };

int rt_host_sigaction(int sig, void *handler, uint64_t flags, uint64_t mask)
{
    struct host_sigact act = { handler, flags | HOST_SA_RESTORER, rt_sigreturn_stub, mask };
    return syscall(SYS_rt_sigaction, sig, &act, NULL, sizeof act.mask) ? -errno : 0;
}

intptr_t rt_host_sigget(int sig, uint64_t *flags)
{
    struct host_sigact act;

    if (syscall(SYS_rt_sigaction, sig, NULL, &act, sizeof act.mask))
        return -1;
    if (flags)
        *flags = act.flags;
    return (intptr_t)act.handler;
}

void rt_host_setmask(uint64_t mask)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

uint64_t rt_host_getmask(void)
{
    uint64_t mask = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, sizeof mask);
    return mask;
}

int64_t rt_syscall_raw(struct rt_thread *t, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    t->kicked = 0;
    rt_outside(t);
    int64_t r = rt_asm_syscall(&t->sig_pending, nr, a0, a1, a2, a3, a4, a5);
    rt_inside(t);
    /* Broken off by a kick, which is no signal of the guest's, or by one that it blocks: once more. Fault signals, which the host has
     * open always, may have been meant for another thread, too. The kernel starts calls again after those, so that a handler finds
     * no difference to one that never began: it is as if the signal had come later. */
    if (r == -EINTR && !t->sig_pending && t->kicked != RT_KICK_SIGNAL && (t->kicked || (t->sigmask & SYNC_SIGS)))
        return -RT_RESTART_ALWAYS;
    return r == -RT_RESTART_ALWAYS && t->kicked == RT_KICK_SIGNAL ? -EINTR : r;
}

int rt_copy_in(struct rt_thread *t, void *dst, uint64_t src, size_t n)
{
    (void)t;
    return (int)rt_asm_copy(dst, (const void *)src, n);
}

int rt_copy_out(struct rt_thread *t, uint64_t dst, const void *src, size_t n)
{
    (void)t;
    return (int)rt_asm_copy((void *)dst, src, n);
}

int64_t rt_copy_str(struct rt_thread *t, char *dst, uint64_t src, size_t n)
{
    size_t done = 0;

    while (done < n) {
        /* Page by page: the string may end just before memory that is not there. */
        size_t step = RT_PAGE - ((src + done) & (RT_PAGE - 1));
        if (step > n - done)
            step = n - done;
        if (rt_copy_in(t, dst + done, src + done, step))
            return -EFAULT;
        const char *end = memchr(dst + done, 0, step);
        if (end)
            return end - dst;
        done += step;
    }
    return -ENAMETOOLONG;
}
