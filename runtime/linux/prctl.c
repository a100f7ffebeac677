/* prctl(2). Attributes of the process and the thread pass; what would act on the runtime itself (seccomp filters, memory layout,
 * the host ISA's switches), and what the guest's ISA has no extension for, is answered as by a kernel that was built without it.
 * */
#include "runtime/linux/linux.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* Newer than some C libraries: linux/prctl.h. */
enum { PRCTL_GET_MDWE = 66, PRCTL_SET_MEMORY_MERGE = 67, PRCTL_GET_MEMORY_MERGE = 68, PRCTL_GET_AUXV = 0x41555856 };

static bool passes(int op)
{
    static const int pass[] = {
        PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_GET_KEEPCAPS, PR_SET_KEEPCAPS, PR_GET_TIMING,
        PR_SET_TIMING, PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_GET_SECUREBITS, PR_SET_SECUREBITS,
        PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, PR_TASK_PERF_EVENTS_DISABLE, PR_TASK_PERF_EVENTS_ENABLE, PR_MCE_KILL, PR_MCE_KILL_GET,
        PR_SET_PTRACER, PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS,
        PR_SET_THP_DISABLE, PR_GET_THP_DISABLE, PR_CAP_AMBIENT, PR_GET_SPECULATION_CTRL, PR_SET_SPECULATION_CTRL, PR_SET_IO_FLUSHER, PR_GET_IO_FLUSHER,
        PR_SET_VMA, PRCTL_SET_MEMORY_MERGE, PRCTL_GET_MEMORY_MERGE,
    };

    for (unsigned i = 0; i < sizeof pass / sizeof *pass; i++)
        if (pass[i] == op)
            return true;
    return false;
}

/* The vector that the guest was started with: it lies on the first stack behind argc, argv and envp. Returns its whole size. */
static int64_t get_auxv(struct sys_call *c)
{
    uint64_t at = c->t->rt->start_sp, word = 1, pair[2] = { 1, 0 }, done = 0;

    if (c->a[3] || c->a[4])
        return -EINVAL;
    if (!at || rt_copy_in(c->t, &word, at, sizeof word))
        return -EFAULT;
    for (at += 8 + 8 * (word + 1), word = 1; word; at += sizeof word)
        if (rt_copy_in(c->t, &word, at, sizeof word))
            return -EFAULT;
    for (; pair[0]; at += sizeof pair, done += sizeof pair) {
        uint64_t room = done < c->a[2] ? c->a[2] - done : 0;
        if (rt_copy_in(c->t, pair, at, sizeof pair) ||
            (room && rt_copy_out(c->t, c->a[1] + done, pair, room < sizeof pair ? room : sizeof pair)))
            return -EFAULT;
    }
    return (int64_t)done;
}

int64_t sys_prctl(struct sys_call *c)
{
    switch ((int)c->a[0]) {
    case PR_GET_TID_ADDRESS:
        return rt_copy_out(c->t, c->a[1], &c->t->clear_tid, sizeof c->t->clear_tid);
    case PR_GET_SECCOMP:
        return 0;
    case PRCTL_GET_MDWE:
        return c->a[1] || c->a[2] || c->a[3] || c->a[4] ? -EINVAL : 0;
    case PRCTL_GET_AUXV:
        return get_auxv(c);
    case PR_SET_MM:
        return -EPERM;
    default:
        return passes((int)c->a[0]) ? sys_host(c, SYS_prctl) : -EINVAL;
    }
}
