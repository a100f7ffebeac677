/* Inside runtime/linux/: the table's form, and what handlers share. The outside sees linux_syscall() in rt.h. */
#ifndef AOTC_RUNTIME_LINUX_LINUX_H
#define AOTC_RUNTIME_LINUX_LINUX_H

#include "runtime/rt.h"

#include <stddef.h>

/* How a row is served, syscalls.def. */
enum sys_how { HOW_PASS, HOW_OWN, HOW_NOSYS, HOW_PERM };
enum sys_ret { RET_INT, RET_FD, RET_PTR, RET_PID, RET_OCTAL, RET_VOID };
enum sys_restart { RS_NO, RS_SYS, RS_SOCK, RS_FUTEX, RS_EINTR };
enum sys_class { CL_READ, CL_WRITE, CL_FD, CL_MEM, CL_PROC, CL_SIG, CL_TIME, CL_NET, CL_IPC, CL_INFO, CL_ID, CL_ADMIN, CL_RISKY };

/* Argument kinds. AK_IN, AK_OUT and AK_IO carry the struct's number in the high byte. */
enum sys_arg {
    AK_NONE,
    AK_INT,
    AK_HEX,
    AK_SIZE,
    AK_OFF,
    AK_FD,
    AK_ATFD,
    AK_PATH,
    AK_LPATH,
    AK_NPATH,
    AK_STR,
    AK_MODE,
    AK_SIG,
    AK_PID,
    AK_PTR,
    AK_BUF,
    AK_RES,
    AK_ARGV,
    AK_IN,
    AK_OUT,
    AK_IO,
    AK_FLAGS, /* the sets of flags.def follow, in its order */
#define FLAGSET(name) AK_##name,
#define FLAG(name, value)
#include "runtime/linux/flags.def"
    AK_COUNT
};
enum sys_struct {
    SK_NONE,
    SK_int,
    SK_intpair,
    SK_off,
    SK_timespec,
    SK_timespec2,
    SK_timeval,
    SK_itimerspec,
    SK_itimerval,
    SK_stat,
    SK_statx,
    SK_statfs,
    SK_rusage,
    SK_utsname,
    SK_sysinfo,
    SK_rlimit,
    SK_sigset,
    SK_sigaction,
    SK_siginfo,
    SK_sigevent,
    SK_stack,
    SK_pollfd,
    SK_fdset,
    SK_iovec,
    SK_msghdr,
    SK_sockaddr,
    SK_epoll_event,
    SK_clone_args,
    SK_mq_attr
};

/* One call being served. Handlers may change a[]. */
struct sys_call {
    struct rt_thread *t;
    const struct sys_row *row;
    uint64_t a[6];
};

typedef int64_t (*sys_fn)(struct sys_call *c);
struct sys_row {
    const char *name;
    int16_t nr;                 /* asm-generic number */
    uint8_t how, ret, restart, cls, nargs;
    uint16_t arg[6];            /* enum sys_arg | enum sys_struct << 8 */
    int32_t host;               /* host number, HOW_PASS only */
    sys_fn fn;
};
enum { SYS_MAX_NR = 512 };
/* Row of a guest call number, NULL when the number is unknown. */
const struct sys_row *sys_row_find(uint64_t nr);
const struct sys_row *sys_rows(unsigned *n);

/* The host's call number nr with c->a[]: -errno, or -RT_RESTART_ALWAYS when a signal waits. */
static inline int64_t sys_host(const struct sys_call *c, long nr)
{
    return rt_syscall_raw(c->t, nr, c->a[0], c->a[1], c->a[2], c->a[3], c->a[4], c->a[5]);
}

/* struct sigaction in the guest's layout: with sa_restorer before the mask, or without. 0 or -EFAULT. */
int64_t sys_sigact_in(struct rt_thread *t, uint64_t from, struct rt_sigact *act);

/* Per-process memory of this folder, behind struct rt's `lx`; made on first use. NULL when memory is short. */
enum { LX_NLIMITS = 16 };
struct shm_seg { uint64_t addr, len; };   /* len 0: no segment */
struct linux_state {
    uint64_t unknown[SYS_MAX_NR / 64 + 1];                      /* numbers already named under --verbose */
    struct shm_seg *shm;                                        /* attached segments, under rt->vm_lock */
    unsigned nshm;
    struct { bool set; uint64_t cur, max; } limit[LX_NLIMITS];  /* limits that the guest set and the host must not apply to us;
                                                                 * under rt->lx_lock */
};
struct linux_state *linux_state(struct rt_thread *t);

/* pathrow.c: the host's call `host` with c->a[], where the row's path arguments are guest paths. Only under -L (rt->root_path). */
int64_t path_pass(struct sys_call *c, long host);

/* procfs.c: names below /proc that speak of this process. */
enum proc_file { PROC_NOT, PROC_EXE, PROC_CMDLINE, PROC_AUXV, PROC_MAPS, PROC_SMAPS, PROC_STAT, PROC_CPUINFO };
enum proc_file proc_classify(const char *path);
/* What the guest's path names. PROC_NOT also when the pointer is bad: it goes to the kernel as it is, which finds that out. */
enum { SYS_PATH_MAX = 4096 };
enum proc_file proc_path(struct sys_call *c, uint64_t path);
/* A descriptor with the contents of the file `path` (the guest's pointer), which is a `which`; flags: O_CLOEXEC or 0. -errno. */
int64_t proc_open(struct sys_call *c, uint64_t path, enum proc_file which, int flags);
/* Removes the runtime's descriptors from a directory listing of /proc/self/fd. Returns the new length. */
int64_t proc_hide_fds(struct sys_call *c, int fd, uint64_t buf, int64_t len);

/* strace.c: one line a call on descriptor 2. Before: remembers arguments (and prints calls that may not return). */
struct strace_line { char buf[1400]; unsigned len, next; struct sys_call c; };
void strace_unknown(struct rt_thread *t, uint64_t nr);
void strace_before(struct strace_line *s, const struct sys_call *c);
void strace_after(struct strace_line *s, int64_t result);

#define SYS(name, nr, how, ...) SYS_DECL_##how(name)
#define SYS_DECL_PASS(name)
#define SYS_DECL_NOSYS(name)
#define SYS_DECL_PERM(name)
#define SYS_DECL_OWN(name) int64_t sys_##name(struct sys_call *c);
#include "runtime/linux/syscalls.def"

#endif
