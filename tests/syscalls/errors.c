#include "t.h"
#include <sys/uio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/statfs.h>
#include <poll.h>
#include <sys/time.h>
#include <sys/ioctl.h>

int main(void)
{
    int fd = open("e", O_RDWR | O_CREAT, 0600);
    struct iovec v = { BAD, 5 };
    char big[5000], b[10];

    P(fd);
    P(write(fd, BAD, 5));
    P(write(fd, "abcdef", 6));
    P(pread(fd, BAD, 5, 0));
    P(writev(fd, &v, 1));
    P(writev(fd, BAD, 1));
    P(writev(fd, &v, -1));
    P(open(BAD, O_RDONLY)); P(syscall(SYS_newfstatat, AT_FDCWD, BAD, b, 0)); P(syscall(SYS_newfstatat, AT_FDCWD, ".", BAD, 0));
    P(syscall(SYS_fstat, fd, BAD)); P(syscall(SYS_fstat, 77, b)); P(syscall(SYS_statx, AT_FDCWD, ".", 0, 0x7ff, BAD));
    P(syscall(SYS_statfs, ".", BAD));
    P(readlink(BAD, b, 10));
    P(getcwd(BAD, 100) == NULL);
    P(pipe(BAD));
    P(syscall(SYS_uname, BAD));
    P(syscall(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 8)); P(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4));
    P(syscall(SYS_rt_sigprocmask, 0, BAD, NULL, 8));
    P(syscall(SYS_rt_sigprocmask, 77, b, NULL, 8));
    P(syscall(SYS_rt_sigprocmask, 0, NULL, BAD, 8));
    P(syscall(SYS_rt_sigpending, BAD, 8)); P(syscall(SYS_rt_sigsuspend, BAD, 8)); P(syscall(SYS_sigaltstack, BAD, NULL));
    P(syscall(SYS_clock_gettime, 0, BAD)); P(syscall(SYS_gettimeofday, BAD, NULL)); P(syscall(SYS_getrusage, 0, BAD));
    P(syscall(SYS_getrlimit, 7, BAD)); P(syscall(SYS_prlimit64, 0, 7, BAD, NULL)); P(syscall(SYS_prlimit64, 0, 7, NULL, BAD));
    P(syscall(SYS_ppoll, BAD, 1, NULL, NULL, 8));
    P(syscall(SYS_ppoll, NULL, 0, BAD, NULL, 8));
    P(syscall(SYS_ppoll, NULL, 0, NULL, BAD, 8));
    P(syscall(SYS_epoll_ctl, fd, 1, fd, BAD));
    P(epoll_create(0));
    P(syscall(SYS_getdents64, fd, big, 5000));
    P(ioctl(fd, TIOCGWINSZ, b));
    P(syscall(SYS_wait4, -1, BAD, 0, NULL)); P(syscall(SYS_execve, BAD, NULL, NULL)); P(syscall(SYS_set_robust_list, 0, 5));
    P(syscall(SYS_sysinfo, BAD));
    P(syscall(SYS_getrandom, BAD, 8, 0));
    P(syscall(SYS_nanosleep, BAD, NULL));
    P(syscall(SYS_times, BAD));
    memset(big, 'a', sizeof big); big[4999] = 0;
    P(open(big, O_RDONLY)); P(chdir(big)); big[4000] = 0; P(open(big, O_RDONLY)); P(mkdir(big, 0700));
    P(syscall(4000)); P(syscall(-1)); P(syscall(470));
    P(close(1500)); P(fcntl(1000, F_GETFD)); P(dup(1001)); P(write(1000, "x", 1)); P(close(-1)); P(dup2(1, -1)); P(read(-1, b, 1));
    P(lseek(fd, -100, SEEK_SET)); P(lseek(fd, 0, 99)); P(fcntl(fd, 999, 0)); P(ftruncate(fd, -1)); P(ftruncate(0, 5) == -1);
    P(dup(fd)); P(syscall(SYS_close_range, 4, 3, 0)); P(syscall(SYS_close_range, 4, ~0u, 4)); P(fcntl(4, F_GETFD));
    P(syscall(SYS_close_range, 3, ~0u, 0)); P(open("e", O_RDONLY));
    P(rmdir("/nowhere/x"));
    P(unlink("e/x"));
    P(symlink("x", "e"));
    P(rename("nothing", "x"));
    P(link("nothing", "x"));
    P(chmod("nothing", 0));
    P(syscall(SYS_mount, "none", "nowhere", "nofs", 0, NULL));
    P(syscall(SYS_umount2, "nowhere", 0));
    P(getpgid(-5));
    P(getsid(999999));
    P(setpgid(1, 1) == -1);
    P(kill(-999999, 1));
    P(syscall(SYS_tgkill, -1, 1, 1));
    P(syscall(SYS_tkill, 0, 1));
    P(syscall(SYS_waitid, 0, 999999, NULL, 4, NULL));
    P(syscall(SYS_openat2, AT_FDCWD, "e", b, 3)); P(syscall(SYS_memfd_create, BAD, 0)); P(syscall(SYS_dup3, 3, 3, 0));
    P(syscall(SYS_timer_settime, 12345, 0, BAD, NULL)); P(syscall(SYS_timerfd_create, 99, 0)); P(syscall(SYS_eventfd2, 0, 0x7fff));
    return 0;
}
