/* --strace: one line a call on the standard error that aotrun was started with, formatted from the table's argument kinds. Guest
 * memory is read fault-safe. */
#include "runtime/linux/linux.h"

#include "runtime/linux/abi.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

struct flag { const char *name; uint64_t value; uint16_t set; };
static const struct flag flags[] = {
#define FLAGSET(set) { NULL, 0, AK_##set },
#define FLAG(n, v) { n, v, 0 },
#include "runtime/linux/flags.def"
};

/* Sets whose values exclude each other. */
static bool is_exact(unsigned set)
{
    switch (set) {
    case AK_WHENCE:
    case AK_CLOCK:
    case AK_FCNTL:
    case AK_SIGHOW:
    case AK_EPOLLOP:
    case AK_RLIMIT:
    case AK_MADV:
    case AK_FUTEX:
    case AK_PRCTL:
    case AK_AF: case AK_IOCTL:
        return true;
    default:
        return false;
    }
}

__attribute__((format(printf, 2, 3)))
static void put(struct strace_line *s, const char *fmt, ...)
{
    size_t room = sizeof s->buf - s->len;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(s->buf + s->len, room, fmt, ap);
    va_end(ap);
    if (n > 0)
        s->len += (unsigned)n < room ? (unsigned)n : (unsigned)room - 1;
}

static const struct flag *set_start(unsigned set)
{
    const struct flag *f = flags;

    while (f->set != set)
        f++;
    return f + 1;
}

static void put_exact(struct strace_line *s, unsigned set, uint64_t v)
{
    const struct flag *end = flags + sizeof flags / sizeof *flags;

    for (const struct flag *f = set_start(set); f < end && f->name; f++)
        if (f->value == v) {
            put(s, "%s", f->name);
            return;
        }
    put(s, "%#llx", (unsigned long long)v);
}

/* The guest's open flags by asm-generic's numbers, which flags.def has. */
static uint64_t generic_open_flags(const struct guest_abi *g, uint64_t v)
{
    return (v & ~(uint64_t)(g->o.direct | g->o.largefile | g->o.directory | g->o.nofollow)) | (v & g->o.direct ? 040000 : 0) |
           (v & g->o.largefile ? 0100000 : 0) | (v & g->o.directory ? 0200000 : 0) | (v & g->o.nofollow ? 0400000 : 0);
}

/* Longer masks stand first in the set where one contains another. O_RDONLY and its like (value 0) show when nothing of their field
 * is set. */
static void put_bits(struct strace_line *s, unsigned set, uint64_t v)
{
    const struct flag *end = flags + sizeof flags / sizeof *flags;
    const char *sep = "";
    uint64_t left;

    if (set == AK_OFLAGS)
        v = generic_open_flags(s->c.t->g->abi, v);
    left = v;

    for (const struct flag *f = set_start(set); f < end && f->name; f++) {
        bool zero = f->value == 0 && (set == AK_OFLAGS ? (v & O_ACCMODE) == 0 : v == 0);
        if (zero || (f->value && (left & f->value) == f->value)) {
            put(s, "%s%s", sep, f->name);
            left &= ~f->value;
            sep = "|";
        }
    }
    if (left || !*sep)
        put(s, "%s%#llx", sep, (unsigned long long)left);
}

static void put_signal(struct strace_line *s, int sig)
{
    const char *name = sigabbrev_np(sig);

    if (name)
        put(s, "SIG%s", name);
    else if (sig >= 32 && sig <= RT_NSIG)
        put(s, "SIGRT_%d", sig - 32);
    else
        put(s, "%d", sig);
}

static void put_sigset(struct strace_line *s, uint64_t set)
{
    const char *sep = "";

    put(s, "%s[", __builtin_popcountll(set) > 32 ? "~" : "");
    if (__builtin_popcountll(set) > 32)
        set = ~set;
    for (int sig = 1; sig <= RT_NSIG; sig++)
        if (set >> (sig - 1) & 1) {
            const char *name = sigabbrev_np(sig);
            name ? put(s, "%s%s", sep, name) : put(s, "%sRT_%d", sep, sig - 32);
            sep = " ";
        }
    put(s, "]");
}

/* A byte string in quotes, C escapes, at most 48 bytes shown. */
static void put_quoted(struct strace_line *s, const char *p, size_t n, bool more)
{
    put(s, "\"");
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)p[i];
        if (ch == '\n')
            put(s, "\\n");
        else if (ch == '\t')
            put(s, "\\t");
        else if (ch == '"' || ch == '\\')
            put(s, "\\%c", ch);
        else if (ch >= 32 && ch < 127)
            put(s, "%c", ch);
        else
            put(s, "\\%o", ch);
    }
    put(s, more ? "\"..." : "\"");
}

static void put_buffer(struct strace_line *s, uint64_t addr, uint64_t n)
{
    enum { SHOWN = 48 };
    char tmp[SHOWN];
    size_t take = n < SHOWN ? n : SHOWN;

    if (!addr)
        put(s, "NULL");
    else if (rt_copy_in(s->c.t, tmp, addr, take))
        put(s, "%#llx", (unsigned long long)addr);
    else
        put_quoted(s, tmp, take, n > take);
}

static void put_string(struct strace_line *s, uint64_t addr, size_t limit)
{
    char tmp[512];
    int64_t n = addr ? rt_copy_str(s->c.t, tmp, addr, limit < sizeof tmp ? limit : sizeof tmp) : 0;

    if (!addr)
        put(s, "NULL");
    else if (n == -EFAULT)
        put(s, "%#llx", (unsigned long long)addr);
    else
        put_quoted(s, tmp, n < 0 ? (limit < sizeof tmp ? limit : sizeof tmp) : (size_t)n, n < 0);
}

static void put_argv(struct strace_line *s, uint64_t addr)
{
    enum { SHOWN = 16 };
    uint64_t p = 0;

    put(s, "[");
    for (unsigned i = 0; addr && i <= SHOWN; i++) {
        if (rt_copy_in(s->c.t, &p, addr + 8 * i, 8) || !p)
            break;
        put(s, i ? ", " : "");
        if (i == SHOWN)
            put(s, "...");
        else
            put_string(s, p, 64);
    }
    put(s, "]");
}

static void put_stat(struct strace_line *s, const struct g_stat *g)
{
    static const char *const types[16] = {
        [1] = "S_IFIFO", [2] = "S_IFCHR", [4] = "S_IFDIR", [6] = "S_IFBLK", [8] = "S_IFREG", [10] = "S_IFLNK", [12] = "S_IFSOCK"};
    const char *type = types[g->mode >> 12 & 15];

    put(s, "{st_mode=%s|0%o, st_size=%lld, ...}", type ? type : "0", g->mode & 07777, (long long)g->size);
}

static void put_pollfds(struct strace_line *s, uint64_t addr, uint64_t n)
{
    struct pollfd p;

    put(s, "[");
    for (uint64_t i = 0; i < n && i < 8; i++) {
        if (rt_copy_in(s->c.t, &p, addr + i * sizeof p, sizeof p))
            break;
        put(s, "%s{%d, %#x, %#x}", i ? ", " : "", p.fd, (unsigned)p.events, (unsigned)p.revents);
    }
    put(s, n > 8 ? ", ...]" : "]");
}

/* Reads n bytes of a structure; NULL and unreadable addresses are printed here. */
static bool fetch(struct strace_line *s, void *to, uint64_t addr, size_t n)
{
    if (addr && !rt_copy_in(s->c.t, to, addr, n))
        return true;
    addr ? put(s, "%#llx", (unsigned long long)addr) : put(s, "NULL");
    return false;
}

static void put_longs(struct strace_line *s, const int64_t *v, unsigned n)
{
    put(s, "{");
    for (unsigned i = 0; i < n; i++)
        put(s, "%s%lld", i ? ", " : "", (long long)v[i]);
    put(s, "}");
}

/* Structures that are nothing but numbers. */
static bool put_numbers(struct strace_line *s, unsigned kind, uint64_t addr)
{
    int i[2];
    int64_t l[4];

    switch (kind) {
    case SK_int:
        if (fetch(s, i, addr, sizeof *i))
            put(s, "[%d]", i[0]);
        return true;
    case SK_intpair:
        if (fetch(s, i, addr, sizeof i))
            put(s, "[%d, %d]", i[0], i[1]);
        return true;
    case SK_off:
        if (fetch(s, l, addr, sizeof *l))
            put(s, "[%lld]", (long long)l[0]);
        return true;
    case SK_timespec: case SK_timeval: case SK_rlimit:
        if (fetch(s, l, addr, 2 * sizeof *l))
            put_longs(s, l, 2);
        return true;
    case SK_timespec2: case SK_itimerspec: case SK_itimerval: case SK_mq_attr:
        if (fetch(s, l, addr, 4 * sizeof *l))
            put_longs(s, l, 4);
        return true;
    default:
        return false;
    }
}

static void put_sigact(struct strace_line *s, const struct rt_sigact *act)
{
    put(s, "{sa_handler=%#llx, sa_flags=%#llx, sa_mask=", (unsigned long long)act->handler, (unsigned long long)act->flags);
    put_sigset(s, act->mask);
    put(s, "}");
}

/* n: the length in bytes, or the address of an int that says it. */
static void put_sockaddr(struct strace_line *s, uint64_t addr, uint64_t n)
{
    union { uint16_t family; struct sockaddr_in in; struct sockaddr_in6 in6; struct sockaddr_un un; } u;
    char text[INET6_ADDRSTRLEN] = "";
    int len = 0;

    memset(&u, 0, sizeof u);
    if (n >= RT_PAGE)
        n = rt_copy_in(s->c.t, &len, n, sizeof len) || len < 0 ? 0 : (uint64_t)len;
    n = n > sizeof u.un ? sizeof u.un : n;
    if (!fetch(s, &u, addr, n >= 2 ? n : 2))
        return;
    put(s, "{sa_family=");
    put_exact(s, AK_AF, u.family);
    if (u.family == AF_INET && n >= sizeof u.in)
        put(s, ", %s:%u", inet_ntop(AF_INET, &u.in.sin_addr, text, sizeof text), ntohs(u.in.sin_port));
    else if (u.family == AF_INET6 && n >= sizeof u.in6)
        put(s, ", [%s]:%u", inet_ntop(AF_INET6, &u.in6.sin6_addr, text, sizeof text), ntohs(u.in6.sin6_port));
    else if (u.family == AF_UNIX && n > 2) {
        put(s, ", ");
        put_quoted(s, u.un.sun_path, u.un.sun_path[0] ? strnlen(u.un.sun_path, n - 2) : n - 2, false);
    }
    put(s, "}");
}

static void put_iovecs(struct strace_line *s, uint64_t addr, uint64_t n)
{
    uint64_t v[2];

    put(s, "[");
    for (uint64_t i = 0; i < n && i < 4 && !rt_copy_in(s->c.t, v, addr + i * sizeof v, sizeof v); i++)
        put(s, "%s{%#llx, %llu}", i ? ", " : "", (unsigned long long)v[0], (unsigned long long)v[1]);
    put(s, n > 4 ? ", ...]" : "]");
}

static void put_msghdr(struct strace_line *s, uint64_t addr)
{
    struct msghdr m;

    if (!fetch(s, &m, addr, sizeof m))
        return;
    put(s, "{msg_name=");
    put_sockaddr(s, (uint64_t)(uintptr_t)m.msg_name, m.msg_namelen);
    put(s, ", msg_iov=");
    put_iovecs(s, (uint64_t)(uintptr_t)m.msg_iov, m.msg_iovlen);
    put(s, ", msg_controllen=%zu, msg_flags=", m.msg_controllen);
    put_bits(s, AK_MSG, (uint32_t)m.msg_flags);
    put(s, "}");
}

static void put_clone_args(struct strace_line *s, uint64_t addr, uint64_t n)
{
    uint64_t a[8];

    if (n < sizeof a || !fetch(s, a, addr, sizeof a)) {
        if (n < sizeof a)
            put(s, "%#llx", (unsigned long long)addr);
        return;
    }
    put(s, "{flags=");
    put_bits(s, AK_CLONE, a[0]);
    put(s, ", exit_signal=");
    put_signal(s, (int)a[4]);
    put(s, ", stack=%#llx, stack_size=%llu, tls=%#llx}", (unsigned long long)a[5], (unsigned long long)a[6], (unsigned long long)a[7]);
}

static void put_struct(struct strace_line *s, unsigned kind, uint64_t addr, uint64_t next_arg)
{
    union {
        int i[3];
        uint64_t set;
        struct g_stat st;
        struct rt_sigact act;
        struct rt_sigaltstack stack;
        struct utsname uts;
        struct g_epoll_event ev;
    } u;

    if (put_numbers(s, kind, addr))
        return;
    memset(&u, 0, sizeof u);
    switch (kind) {
    case SK_stat:
        if (fetch(s, &u, addr, sizeof u.st))
            put_stat(s, &u.st);
        return;
    case SK_sigset:
        if (fetch(s, &u, addr, 8))
            put_sigset(s, u.set);
        return;
    case SK_sigaction:
        if (fetch(s, &u, addr, 24) && !sys_sigact_in(s->c.t, addr, &u.act))
            put_sigact(s, &u.act);
        return;
    case SK_stack:
        if (fetch(s, &u, addr, sizeof u.stack))
            put(s, "{ss_sp=%#llx, ss_flags=%d, ss_size=%llu}", (unsigned long long)u.stack.sp, u.stack.flags,
                (unsigned long long)u.stack.size);
        return;
    case SK_siginfo:
        if (fetch(s, &u, addr, 12)) {
            put(s, "{si_signo=");
            put_signal(s, u.i[0]);
            put(s, ", ...}");
        }
        return;
    case SK_utsname:
        if (fetch(s, &u, addr, sizeof u.uts))
            put(s, "{sysname=\"%.64s\", nodename=\"%.64s\", machine=\"%.64s\"}", u.uts.sysname, u.uts.nodename, u.uts.machine);
        return;
    case SK_epoll_event:
        if (fetch(s, &u, addr, sizeof u.ev))
            put(s, "{events=%#x, data=%#llx}", u.ev.events, (unsigned long long)u.ev.data);
        return;
    case SK_sockaddr:
        put_sockaddr(s, addr, next_arg);
        return;
    case SK_msghdr:
        put_msghdr(s, addr);
        return;
    case SK_iovec:
        put_iovecs(s, addr, next_arg);
        return;
    case SK_clone_args:
        put_clone_args(s, addr, next_arg);
        return;
    case SK_pollfd:
        put_pollfds(s, addr, next_arg);
        return;
    default:
        addr ? put(s, "%#llx", (unsigned long long)addr) : put(s, "NULL");
    }
}

static void put_arg(struct strace_line *s, unsigned i, int64_t result)
{
    unsigned kind = s->c.row->arg[i] & 0xff, sk = s->c.row->arg[i] >> 8;
    uint64_t v = s->c.a[i], next = i < 5 ? s->c.a[i + 1] : 0;

    switch (kind) {
    case AK_INT: case AK_FD: case AK_PID:
        put(s, "%d", (int)v);
        return;
    case AK_SIZE: case AK_OFF:
        put(s, "%lld", (long long)v);
        return;
    case AK_ATFD:
        (int)v == AT_FDCWD ? put(s, "AT_FDCWD") : put(s, "%d", (int)v);
        return;
    case AK_PATH: case AK_LPATH: case AK_NPATH: case AK_STR:
        put_string(s, v, 512);
        return;
    case AK_MODE:
        put(s, "0%o", (unsigned)v);
        return;
    case AK_SIG:
        put_signal(s, (int)v);
        return;
    case AK_BUF:
        put_buffer(s, v, next);
        return;
    case AK_RES:
        result > 0 ? put_buffer(s, v, (uint64_t)result) : put(s, "%#llx", (unsigned long long)v);
        return;
    case AK_ARGV:
        put_argv(s, v);
        return;
    case AK_OUT:
        if (result < 0) {
            v ? put(s, "%#llx", (unsigned long long)v) : put(s, "NULL");
            return;
        }
        put_struct(s, sk, v, next);
        return;
    case AK_IN: case AK_IO:
        put_struct(s, sk, v, next);
        return;
    default:
        break;
    }
    if (kind <= AK_FLAGS || kind >= AK_COUNT)
        put(s, kind == AK_PTR && !v ? "NULL" : "%#llx", (unsigned long long)v);
    else if (is_exact(kind))
        put_exact(s, kind, kind == AK_IOCTL ? (uint32_t)v : v);
    else
        put_bits(s, kind, kind == AK_CLONE ? v & ~UINT64_C(0xff) : (uint32_t)v);
    if (kind == AK_CLONE && v & 0xff) {
        put(s, "|");
        put_signal(s, (int)(v & 0xff));
    }
}

static void put_args(struct strace_line *s, unsigned end, int64_t result)
{
    for (; s->next < end; s->next++) {
        put(s, s->next ? ", " : "");
        put_arg(s, s->next, result);
    }
}

static void emit(struct strace_line *s)
{
    const char *p = s->buf;
    int fd = s->c.t->rt->err_fd;        /* the guest may have redirected descriptor 2 */

    if (s->len == sizeof s->buf - 1)
        s->buf[s->len - 1] = '\n';
    for (unsigned n = s->len; n;) {
        ssize_t done = write(fd >= 0 ? fd : STDERR_FILENO, p, n);
        if (done <= 0)
            return;
        p += done;
        n -= (unsigned)done;
    }
}

void strace_unknown(struct rt_thread *t, uint64_t nr)
{
    struct strace_line s = { .c.t = t };

    put(&s, "%ld syscall_%llu() = -1 ENOSYS (%s)\n", syscall(SYS_getpid), (unsigned long long)nr, strerrordesc_np(ENOSYS));
    emit(&s);
}

static bool may_not_return(const struct sys_row *row)
{
    return row->ret == RET_VOID || !strcmp(row->name, "execve") || !strcmp(row->name, "execveat");
}

/* Arguments up to the first that the kernel writes are read now: a call may overwrite what it was given. */
void strace_before(struct strace_line *s, const struct sys_call *c)
{
    unsigned n = 0;

    s->len = s->next = 0;
    s->c = *c;
    put(s, "%ld %s(", syscall(SYS_getpid), c->row->name);
    while (n < c->row->nargs && (c->row->arg[n] & 0xff) != AK_OUT && (c->row->arg[n] & 0xff) != AK_IO &&
           (c->row->arg[n] & 0xff) != AK_RES)
        n++;
    put_args(s, n, 0);
    if (may_not_return(c->row)) {
        put(s, ") = ?\n");
        emit(s);
    }
}

void strace_after(struct strace_line *s, int64_t r)
{
    if (may_not_return(s->c.row)) {
        if (r == RT_NO_RESULT)
            return;
        s->len = 0;
        put(s, "%ld %s(...", syscall(SYS_getpid), s->c.row->name);
    } else {
        put_args(s, s->c.row->nargs, r);
    }
    if (r == -RT_RESTART_SA || r == -RT_RESTART_ALWAYS)
        put(s, ") = ? (interrupted)\n");
    else if (r < 0 && r > -4096 && strerrorname_np((int)-r))
        put(s, ") = -1 %s (%s)\n", strerrorname_np((int)-r), strerrordesc_np((int)-r));
    else if (s->c.row->ret == RET_PTR)
        put(s, ") = %#llx\n", (unsigned long long)r);
    else
        put(s, s->c.row->ret == RET_OCTAL ? ") = 0%llo\n" : ") = %lld\n", (unsigned long long)r);
    emit(s);
}
