/* Dispatch of guest system calls over the table syscalls.def, and what is common to all rows: descriptors of the runtime are out of
 * the guest's reach, interrupted calls restart by signal(7), unknown numbers give ENOSYS. */
#include "runtime/linux/linux.h"

#include "runtime/linux/hostnr.h"
#include "runtime/linux/path.h"
#include "runtime/quiet.h"
#include "runtime/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

static int64_t sys_pass(struct sys_call *c)
{
    return path_under_root(c->t) ? path_pass(c, c->row->host) : sys_host(c, c->row->host);
}

static int64_t sys_nosys(struct sys_call *c)
{
    return -ENOSYS;
}

static int64_t sys_perm(struct sys_call *c)
{
    return -EPERM;
}

/* Argument names as the table writes them. */
#define INT AK_INT
#define HEX AK_HEX
#define SIZE AK_SIZE
#define OFF AK_OFF
#define FD AK_FD
#define ATFD AK_ATFD
#define PATH AK_PATH
#define LPATH AK_LPATH
#define NPATH AK_NPATH
#define STR AK_STR
#define MODE AK_MODE
#define SIG AK_SIG
#define PID AK_PID
#define PTR AK_PTR
#define BUF AK_BUF
#define RES AK_RES
#define ARGV AK_ARGV
#define OFLAGS AK_OFLAGS
#define ATFLAGS AK_ATFLAGS
#define PROT AK_PROT
#define MMAP AK_MMAP
#define MREMAP AK_MREMAP
#define CLONE AK_CLONE
#define WAIT AK_WAIT
#define ACCESS AK_ACCESS
#define MSG AK_MSG
#define SOCKTYPE AK_SOCKTYPE
#define WHENCE AK_WHENCE
#define CLOCK AK_CLOCK
#define FCNTL AK_FCNTL
#define SIGHOW AK_SIGHOW
#define EPOLLOP AK_EPOLLOP
#define RLIMIT AK_RLIMIT
#define MADV AK_MADV
#define FUTEX AK_FUTEX
#define PRCTL AK_PRCTL
#define AF AK_AF
#define IOCTL AK_IOCTL
#define IN(s) (AK_IN | SK_##s << 8)
#define OUT(s) (AK_OUT | SK_##s << 8)
#define IO(s) (AK_IO | SK_##s << 8)

#define HOST_PASS(name) SYS_##name, sys_pass
#define HOST_OWN(name) -1, sys_##name
#define HOST_NOSYS(name) -1, sys_nosys
#define HOST_PERM(name) -1, sys_perm
#define NARG(...) NARG_(0, ##__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define NARG_(z, a, b, c, d, e, f, n, ...) n

enum {
#define SYS(name, ...) ROW_##name,
#include "runtime/linux/syscalls.def"
    ROW_COUNT
};

static const struct sys_row rows[ROW_COUNT] = {
#define SYS(name, nr, how, ret, restart, cls, ...) \
    { #name, nr, HOW_##how, RET_##ret, RS_##restart, CL_##cls, NARG(__VA_ARGS__), { __VA_ARGS__ }, HOST_##how(name) },
#include "runtime/linux/syscalls.def"
};

/* Two rows with one number are a compile error here (-Woverride-init). */
static const uint16_t row_of[SYS_MAX_NR] = {
#define SYS(name, nr, ...) [nr] = ROW_##name + 1,
#include "runtime/linux/syscalls.def"
};

const struct sys_row *sys_row_find(uint64_t nr)
{
    return nr < SYS_MAX_NR && row_of[nr] ? &rows[row_of[nr] - 1] : NULL;
}

const struct sys_row *sys_rows(unsigned *n)
{
    *n = ROW_COUNT;
    return rows;
}

struct linux_state *linux_state(struct rt_thread *t)
{
    struct rt *rt = t->rt;

    rt_lock(t, &rt->lx_lock);
    if (!rt->lx)
        rt->lx = calloc(1, sizeof *rt->lx);
    rt_unlock(t, &rt->lx_lock);
    return rt->lx;
}

static void name_unknown(struct rt_thread *t, uint64_t nr)
{
    struct linux_state *lx;
    uint64_t slot = nr < SYS_MAX_NR ? nr : SYS_MAX_NR;

    if (!t->rt->opt.verbose || !(lx = linux_state(t)) ||
        __atomic_fetch_or(&lx->unknown[slot / 64], UINT64_C(1) << (slot % 64), __ATOMIC_RELAXED) >> (slot % 64) & 1)
        return;
    rt_say("unknown system call %llu at 0x%llx answered ENOSYS", (unsigned long long)nr, (unsigned long long)t->sys_pc);
}

/* A descriptor argument that names one of the runtime's own descriptors. */
static bool reaches_runtime_fd(const struct sys_call *c)
{
    for (unsigned i = 0; i < c->row->nargs; i++)
        if ((c->row->arg[i] == AK_FD || c->row->arg[i] == AK_ATFD) && (int)c->a[i] >= 0 && rt_fd_is_ours(c->t->rt, (int)c->a[i]))
            return !(c->row->nr == 222 && c->a[3] & 0x20);      /* mmap ignores fd with MAP_ANONYMOUS */
    return false;
}

/* A receive or send timeout makes socket calls fail with EINTR whatever SA_RESTART says, signal(7). */
static bool socket_has_timeout(const struct sys_call *c)
{
    static const int opt[2] = { SO_RCVTIMEO, SO_SNDTIMEO };

    for (unsigned i = 0; i < 2; i++) {
        struct timeval tv = { 0, 0 };
        socklen_t n = sizeof tv;
        if (!getsockopt((int)c->a[0], SOL_SOCKET, opt[i], &tv, &n) && (tv.tv_sec || tv.tv_usec))
            return true;
    }
    return false;
}

static int64_t interrupted(const struct sys_call *c)
{
    switch (c->row->restart) {
    case RS_SYS:
        return -RT_RESTART_SA;
    case RS_SOCK:
        return socket_has_timeout(c) ? -EINTR : -RT_RESTART_SA;
    case RS_FUTEX:
        return c->a[3] ? -EINTR : -RT_RESTART_SA;
    default:
        return -EINTR;
    }
}

static int64_t serve(struct sys_call *c)
{
    struct sys_call asked = *c;
    struct strace_line line;
    int64_t r;

    if (c->t->rt->opt.strace)
        strace_before(&line, c);
    r = reaches_runtime_fd(c) ? -EBADF : c->row->fn(c);
    if (r == -EINTR)    /* a call that never waits has not begun */
        r = c->t->kicked && c->row->restart == RS_NO ? -RT_RESTART_ALWAYS : interrupted(&asked);
    if (c->t->rt->opt.strace)
        strace_after(&line, r);
    return r;
}

/* Numbers 244 to 259 mean something else on each architecture, asm-generic/unistd.h. */
static bool other_arch(const struct guest_abi *abi, uint64_t nr)
{
    return nr >= 244 && nr <= 259 && (nr < abi->arch_call[0] || nr > abi->arch_call[1]);
}

/* Calls of a program that changes code without a word: the kernel must be able to write what it is given. */
static int64_t serve_quiet(struct sys_call *c)
{
    const struct sys_call again = *c;
    int64_t r;

    for (unsigned i = 0; i < 6; i++)
        rt_quiet_reach(c->t, c->a[i]);
    r = serve(c);
    if (r != -EFAULT || !rt_quiet_open_all(c->t))
        return r;
    *c = again;
    return serve(c);
}

int64_t linux_syscall(struct rt_thread *t)
{
    const struct guest_abi *abi = t->g->abi;
    uint64_t nr = rt_guest_get(t, abi->sysno);
    struct sys_call c = { .t = t, .row = other_arch(abi, nr) ? NULL : sys_row_find(nr) };
    int64_t r;

    if (c.row) {
        for (unsigned i = 0; i < 6; i++)
            c.a[i] = rt_guest_get(t, abi->arg[i]);
        r = __atomic_load_n(&t->rt->quiet, __ATOMIC_RELAXED) ? serve_quiet(&c) : serve(&c);
    } else {
        if (t->rt->opt.strace)
            strace_unknown(t, nr);
        name_unknown(t, nr);
        r = -ENOSYS;
    }
    if (r != RT_NO_RESULT && r != -RT_RESTART_SA && r != -RT_RESTART_ALWAYS)
        rt_guest_set(t, abi->ret, (uint64_t)r);
    return r;
}
