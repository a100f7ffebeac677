/* Descriptors: splice and its kin, copying, statfs, statx, directory entries, xattrs, asynchronous I/O, ioctls of terminals and files,
 * notification, and errors of full and broken devices. */
#include "../syscalls/t.h"
#include <dirent.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <poll.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <termios.h>
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static char buf[8192];

static void copies(void)
{
    int f = open("src", O_RDWR | O_CREAT, 0600), g = open("dst", O_RDWR | O_CREAT, 0600), p[2], q[2];
    off64_t from = 2, to = 5;
    off_t at = 1;

    P(write(f, "0123456789", 10)); P(copy_file_range(f, &from, g, &to, 4, 0)); P(from); P(to); P(pread(g, buf, 20, 0)); printf("%.4s\n", buf + 5);
    P(copy_file_range(f, &from, g, &to, 4, 1)); P(sendfile(g, f, &at, 3)); P(at); P(sendfile(g, f, BAD, 3)); P(sendfile(99, f, NULL, 3));
    pipe(p); pipe(q);
    from = 3;
    P(splice(f, &from, p[1], NULL, 4, 0)); P(from); P(tee(p[0], q[1], 3, 0)); P(read(q[0], buf, 9)); printf("%.3s\n", buf);
    to = 0; P(splice(p[0], NULL, g, &to, 9, SPLICE_F_NONBLOCK)); P(splice(p[0], NULL, g, &to, 9, SPLICE_F_NONBLOCK)); P(splice(p[0], &to, g, NULL, 1, 0));
    struct iovec v[2] = { { "vm", 2 }, { "splice", 6 } };
    P(vmsplice(p[1], v, 2, 0)); P(read(p[0], buf, 20)); printf("%.8s\n", buf);
    P(preadv2(f, (struct iovec[]){ { buf, 2 }, { buf + 2, 3 } }, 2, 4, 0)); printf("%.5s\n", buf);
    P(pwritev2(f, v, 2, -1, RWF_APPEND)); P(lseek(f, 0, SEEK_END)); P(preadv2(f, v, 1, 0, 0x4000000)); P(fallocate(f, 0, 0, 100)); P(fallocate(f, 99, 0, 1));
    P(lseek(f, 0, SEEK_DATA)); P(posix_fadvise(f, 0, 0, POSIX_FADV_WILLNEED)); P(readahead(f, 0, 10)); P(sync_file_range(f, 0, 10, SYNC_FILE_RANGE_WRITE)); P(syncfs(f));
}

static void facts(void)
{
    struct statfs s;
    struct statx x;
    struct dirent64 *d;
    int dir, names = 0;

    P(statfs("/proc", &s)); printf("%lx %ld %ld\n", (long)s.f_type, (long)s.f_bsize, (long)s.f_namelen); P(statfs("/proc/none", &s)); P(fstatfs(99, &s));
    memset(&x, 0xee, sizeof x);
    P(statx(AT_FDCWD, "src", 0, STATX_BASIC_STATS | STATX_BTIME, &x)); printf("%x %o %lld %u\n", x.stx_mask & 0x7ff, x.stx_mode, (long long)x.stx_size, x.stx_nlink);
    P(statx(AT_FDCWD, "src", 0, 0x80000000, &x)); P(statx(AT_FDCWD, "", AT_EMPTY_PATH, STATX_TYPE, &x)); P(statx(AT_FDCWD, "none", 0, 0, &x));
    mkdir("d", 0700);
    for (int i = 0; i < 40; i++) {
        snprintf(buf, 64, "d/a file name of some length %d", i);
        close(open(buf, O_CREAT | O_WRONLY, 0600));
    }
    dir = open("d", O_RDONLY | O_DIRECTORY);
    P(syscall(SYS_getdents64, dir, buf, 10));
    for (long n; (n = syscall(SYS_getdents64, dir, buf, 600)) > 0;)
        for (long at = 0; at < n; at += d->d_reclen) {
            d = (void *)(buf + at);
            names += (d->d_type == DT_REG && strncmp(d->d_name, "a file", 6) == 0) || d->d_type == DT_DIR;
        }
    P(names);
    P(setxattr("src", "user.k", "value", 5, 0)); P(getxattr("src", "user.k", buf, 2)); P(getxattr("src", "user.none", buf, 9));
    P(syscall(SYS_faccessat2, AT_FDCWD, "src", R_OK | W_OK, AT_EACCESS)); P(syscall(SYS_faccessat2, AT_FDCWD, "src", 99, 0));
    P(utimensat(AT_FDCWD, "src", ((struct timespec[]){ { 5, 6 }, { 0, UTIME_OMIT } }), 0)); statx(AT_FDCWD, "src", 0, STATX_ATIME, &x); P(x.stx_atime.tv_sec); P(x.stx_atime.tv_nsec);
    struct { struct file_handle h; char room[128]; } fh = { { .handle_bytes = 0 } };
    int id;
    P(name_to_handle_at(AT_FDCWD, "src", &fh.h, &id, 0)); Y(fh.h.handle_bytes > 0);
}

static void aio(void)
{
    aio_context_t ctx = 0;
    int f = open("aio", O_RDWR | O_CREAT, 0600);
    struct iocb w = { .aio_data = 7, .aio_lio_opcode = IOCB_CMD_PWRITE, .aio_fildes = f, .aio_buf = (uintptr_t) "async", .aio_nbytes = 5 }, *l[1] = { &w };
    struct io_event ev[2];
    sigset_t s;
    struct { const sigset_t *m; size_t n; } arg = { &s, 8 };

    sigemptyset(&s);
    P(syscall(SYS_io_setup, 8, &ctx)); P(syscall(SYS_io_submit, ctx, 1, l)); P(syscall(SYS_io_getevents, ctx, 1, 2, ev, NULL)); P(ev[0].data); P(ev[0].res);
    P(syscall(SYS_io_submit, ctx, 1, l)); P(syscall(SYS_io_pgetevents, ctx, 1, 2, ev, NULL, &arg)); P(ev[0].res);
    P(syscall(SYS_io_pgetevents, ctx, 1, 2, ev, (&(struct timespec){ 0, 1000000 }), &arg)); P(syscall(SYS_io_destroy, ctx)); P(syscall(SYS_io_destroy, ctx));
}

static void terminals(void)
{
    int m, s, v;
    struct termios t;
    struct winsize w = { 24, 80, 0, 0 };

    P(openpty(&m, &s, NULL, NULL, NULL)); P(tcgetattr(s, &t)); printf("%x %x %x %x\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag);
    for (int i = 0; i < 17; i++)
        printf("%d ", t.c_cc[i]);
    printf("\n");
    cfmakeraw(&t); cfsetspeed(&t, B115200); P(tcsetattr(s, TCSANOW, &t)); P(tcgetattr(s, &t)); P(cfgetospeed(&t) == B115200); printf("%x\n", t.c_lflag);
    P(ioctl(s, TIOCSWINSZ, &w)); memset(&w, 0, sizeof w); P(ioctl(m, TIOCGWINSZ, &w)); printf("%d %d\n", w.ws_row, w.ws_col);
    P(write(m, "typed", 5)); P(poll(&(struct pollfd){ s, POLLIN, 0 }, 1, 2000)); P(ioctl(s, FIONREAD, &v)); P(v); P(ioctl(m, TIOCOUTQ, &v)); P(tcflush(s, TCIFLUSH)); P(ioctl(s, FIONREAD, &v)); P(v);
    P(ioctl(m, TIOCGPTN, &v)); P(ioctl(s, TIOCGSID, &v)); P(ioctl(s, TIOCGPGRP, &v)); P(ioctl(s, TIOCEXCL)); P(ioctl(s, TIOCNXCL)); P(tcsendbreak(s, 0)); P(ioctl(s, 0x5499)); P(tcgetattr(1, &t) && errno == ENOTTY);
    close(m);
    P(write(s, "x", 1)); P(read(s, buf, 1)); P(tcgetattr(s, &t));
}

static void broken(void)
{
    int full = open("/dev/full", O_RDWR), f = open("limited", O_RDWR | O_CREAT | O_TRUNC, 0600), p[2], mem = open("/proc/self/mem", O_RDONLY);

    P(write(full, "x", 1)); P(writev(full, (struct iovec[]){ { "a", 1 }, { "b", 1 } }, 2)); P(read(full, buf, 4)); P(pwrite(full, "x", 1, 9));
    FILE *o = fopen("/dev/full", "w");
    P(fputs("kept until it is flushed", o) >= 0); P(fflush(o)); P(fclose(o) == EOF || 1);
    signal(SIGXFSZ, SIG_IGN);
    P(setrlimit(RLIMIT_FSIZE, (&(struct rlimit){ 4096, RLIM_INFINITY }))); memset(buf, 'x', sizeof buf);
    P(write(f, buf, 3000)); P(write(f, buf, 3000)); P(write(f, buf, 1)); P(pwrite(f, buf, 10, 4090)); P(ftruncate(f, 5000)); P(fallocate(f, 0, 0, 5000)); P(lseek(f, 0, SEEK_END));
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });
    signal(SIGPIPE, SIG_IGN);
    pipe(p); close(p[0]);
    P(write(p[1], "x", 1)); P(pread(mem, buf, 1, 16)); P(open("/dev/none/x", O_RDONLY)); P(write(open("src", O_RDONLY), "x", 1)); P(read(open(".", O_RDONLY), buf, 1));
}

static void waiting(void)
{
    int ep = epoll_create1(0), ev = eventfd(1, EFD_SEMAPHORE | EFD_NONBLOCK), tf = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), in = inotify_init1(IN_NONBLOCK), sf;
    struct epoll_event e = { EPOLLIN | EPOLLONESHOT, { .u64 = 0x0102030405060708 } }, got[4];
    struct itimerspec it = { { 0, 5000000 }, { 0, 5000000 } };
    struct signalfd_siginfo si;
    sigset_t s;
    uint64_t n;

    P(epoll_ctl(ep, EPOLL_CTL_ADD, ev, &e)); P(syscall(SYS_epoll_pwait2, ep, got, 4, (&(struct timespec){ 1, 0 }), NULL, 0)); printf("%x %llx\n", got[0].events, (long long)got[0].data.u64);
    P(syscall(SYS_epoll_pwait2, ep, got, 4, (&(struct timespec){ 0, 1000000 }), NULL, 0)); P(epoll_ctl(ep, EPOLL_CTL_MOD, ev, &e)); P(epoll_pwait(ep, got, 4, 1000, NULL));
    P(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &e)); P(epoll_ctl(ep, 9, ev, &e)); P(epoll_ctl(ep, EPOLL_CTL_ADD, 99, &e)); P(epoll_ctl(ep, EPOLL_CTL_ADD, tf, BAD));
    P(timerfd_settime(tf, 0, &it, NULL)); P(read(tf, &n, 8)); ms_sleep(12); P(read(tf, &n, 8)); Y(n >= 2); P(timerfd_gettime(tf, &it)); P(it.it_interval.tv_nsec);
    sigemptyset(&s); sigaddset(&s, SIGUSR2); sigprocmask(SIG_BLOCK, &s, NULL);
    sf = signalfd(-1, &s, SFD_NONBLOCK);
    sigqueue(getpid(), SIGUSR2, (union sigval){ 123 });
    P(read(sf, &si, sizeof si)); printf("%d %d %d %d\n", si.ssi_signo, si.ssi_code, si.ssi_int, si.ssi_pid == getpid()); P(read(sf, &si, sizeof si));
    P(inotify_add_watch(in, ".", IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)); close(open("new", O_CREAT | O_WRONLY, 0600)); rename("new", "newer"); unlink("newer");
    long k = read(in, buf, sizeof buf);
    for (long at = 0; at < k;) {
        struct inotify_event *i = (void *)(buf + at);
        printf("%x %d %s\n", i->mask, i->cookie != 0, i->name);
        at += sizeof *i + i->len;
    }
    P(syscall(SYS_close_range, ev, 900, 0)); P(fcntl(ep, F_GETFD)); P(fcntl(tf, F_GETFD)); P(syscall(SYS_close_range, 5, 3, 0));
}

int main(void)
{
    copies();
    facts();
    aio();
    terminals();
    broken();
    waiting();
    return 0;
}
