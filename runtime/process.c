/* Processes of the guest: threads' memory, exit, death by a signal, fork and vfork. */
#include "runtime/process.h"

#include "runtime/code.h"
#include "runtime/dispatch.h"
#include "runtime/hostcall.h"
#include "runtime/journal.h"
#include "runtime/perfmap.h"
#include "runtime/signals.h"
#include "runtime/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int rt_fd_high(int fd)
{
    struct rlimit rl;
    int low = RT_FD_LOW;

    if (fd < 0)
        return -1;
    if (!getrlimit(RLIMIT_NOFILE, &rl) && rl.rlim_cur != RLIM_INFINITY && rl.rlim_cur < RT_FD_LOW + 24)
        low = rl.rlim_cur > 48 ? (int)rl.rlim_cur - 24 : (int)rl.rlim_cur / 2;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, low);
    return high;
}

int rt_fd_next_ours(const struct rt *rt, int from)
{
    const int own[] = { rt->self_fd, rt->err_fd, rt->stats_fd, rt->perf_fd, rt->root_len ? rt->root_fd : -1 };
    int next = -1;

    for (unsigned i = 0; i < sizeof own / sizeof own[0]; i++)
        if (own[i] >= from && own[i] >= 0 && (next < 0 || own[i] < next))
            next = own[i];
    return next;
}

bool rt_fd_is_ours(const struct rt *rt, int fd)
{
    return fd >= 0 && rt_fd_next_ours(rt, fd) == fd;
}

struct rt_thread *rt_thread_new(struct rt *rt)
{
    struct rt_thread *t = mmap(NULL, sizeof *t, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (t == MAP_FAILED)
        return NULL;
    t->rt = rt;
    t->g = rt->g;
    t->altstack.flags = SS_DISABLE;     /* as the kernel's sas_ss_reset() leaves it; frames show it */
    t->v.rt = t;
    return t;
}

void rt_thread_free(struct rt_thread *t)
{
    munmap(t, sizeof *t);
}

#ifdef AOTC_COVERAGE
void __gcov_dump(void);
void __gcov_reset(void);
#endif

void rt_coverage_dump(void)
{
#ifdef AOTC_COVERAGE
    __gcov_dump();
    __gcov_reset();                     /* the next dump of this memory, a vfork parent's or after a failed exec, adds what is new */
#endif
}

/* What is written when a process ends, or another program takes its place. */
static void write_last(struct rt_thread *t, const char *end, int status)
{
    if (!t->in_vfork)
        rt_world_stop(t);
    rt_journal_write(t);
    rt_stats_write(t, end, status);
    rt_coverage_dump();
}

void rt_end_process(struct rt_thread *t, const char *end, int status)
{
    t->exiting = 1;
    rt_host_setmask(~0ull);             /* a SIGPIPE from the statistics must not change how we end */
    write_last(t, end, status);
    rt_world_hand_over(t);
    rt_outside(t);                      /* a vfork child: nobody may wait for it any more */
    for (;;)
        syscall(SYS_exit_group, status);
}

void rt_exit_process(struct rt_thread *t, int status)
{
    rt_end_process(t, "exit", status & 0xff);
}

void rt_die_by_signal(struct rt_thread *t, int sig)
{
    struct rlimit none = { 0, 0 };
    uint64_t mask = ~(1ull << (sig - 1));

    rt_host_setmask(~0ull);
    write_last(t, "signal", sig);
    rt_world_hand_over(t);
    rt_outside(t);
    /* A core of this process would show the translator, not the guest. Dumpability belongs to the memory: a vfork child leaves
     * it. */
    setrlimit(RLIMIT_CORE, &none);
    if (!t->in_vfork)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    rt_host_sigaction(sig, NULL, 0, 0);
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), sig);
    rt_host_setmask(mask);
    for (;;)
        syscall(SYS_exit_group, 128 + sig);
}
