/* Processes: start, exec, exit, and what a thread tells the kernel about itself. */
#include "runtime/linux/linux.h"

#include "runtime/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The generic order with CLONE_BACKWARDS (riscv64, aarch64): flags, stack, ptid, tls, ctid. */
int64_t sys_clone(struct sys_call *c)
{
    return rt_clone(c->t, c->a[0], c->a[1], c->a[2], c->a[3], c->a[4]);
}

static int64_t exec_common(struct sys_call *c, int dirfd, uint64_t path_at, uint64_t argv, uint64_t envp, int flags)
{
    char path[SYS_PATH_MAX];
    int64_t n = rt_copy_str(c->t, path, path_at, sizeof path);

    if (n < 0)
        return n;
    return rt_exec(c->t, dirfd, path, argv, envp, flags);
}

int64_t sys_execve(struct sys_call *c)
{
    return exec_common(c, AT_FDCWD, c->a[0], c->a[1], c->a[2], 0);
}

int64_t sys_execveat(struct sys_call *c)
{
    return exec_common(c, (int)c->a[0], c->a[1], c->a[2], c->a[3], (int)c->a[4]);
}

int64_t sys_exit(struct sys_call *c)
{
    if (c->t->in_vfork)
        rt_exit_process(c->t, (int)c->a[0] & 0xff);
    rt_thread_exit(c->t, (int)c->a[0] & 0xff);
}

int64_t sys_exit_group(struct sys_call *c)
{
    rt_exit_process(c->t, (int)c->a[0] & 0xff);
}

int64_t sys_set_tid_address(struct sys_call *c)
{
    c->t->clear_tid = c->a[0];
    return syscall(SYS_gettid);
}

enum { ROBUST_HEAD_SIZE = 24 };         /* struct robust_list_head, linux/futex.h */

int64_t sys_set_robust_list(struct sys_call *c)
{
    if (c->a[1] != ROBUST_HEAD_SIZE)
        return -EINVAL;
    c->t->robust_list = c->a[0];
    c->t->robust_len = c->a[1];
    /* The kernel has it too, for an end that nobody sees coming. */
    sys_host(c, SYS_set_robust_list);
    return 0;
}

int64_t sys_get_robust_list(struct sys_call *c)
{
    uint64_t len = ROBUST_HEAD_SIZE;
    long pid = (int)c->a[0];

    if (pid && pid != syscall(SYS_gettid))
        return kill((pid_t)pid, 0) ? -errno : -EPERM;
    if (rt_copy_out(c->t, c->a[2], &len, sizeof len) || rt_copy_out(c->t, c->a[1], &c->t->robust_list, sizeof c->t->robust_list))
        return -EFAULT;
    return 0;
}
