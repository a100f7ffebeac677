#include "t.h"
#include <dirent.h>
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>

#define SIZE(t) printf(#t " %zu\n", sizeof(t))
#define AT(t, m) printf(#t "." #m " %zu\n", offsetof(t, m))

/* Structures that the table hands to the host kernel as they are: the same on guest and host, or the rows are wrong. (struct stat,
 * epoll_event and semid_ds differ and have handlers.) Constants likewise. */
int main(void)
{
    SIZE(struct timespec);
    SIZE(struct timeval);
    SIZE(struct itimerval);
    SIZE(struct itimerspec);
    SIZE(struct statfs);
    SIZE(struct statx);
    SIZE(struct rusage); SIZE(struct utsname); SIZE(struct sysinfo); SIZE(struct rlimit); SIZE(sigset_t); SIZE(siginfo_t);
    SIZE(struct sigevent); SIZE(stack_t); SIZE(struct pollfd); SIZE(fd_set); SIZE(struct iovec); SIZE(struct msghdr);
    SIZE(struct mmsghdr); SIZE(struct cmsghdr); SIZE(struct sockaddr_un); SIZE(struct flock); SIZE(struct tms); SIZE(struct timex);
    SIZE(struct inotify_event); SIZE(struct signalfd_siginfo); SIZE(struct shmid_ds); SIZE(struct msqid_ds); SIZE(struct sembuf);
    SIZE(struct dirent64); SIZE(struct winsize); SIZE(struct ipc_perm); SIZE(struct linger); SIZE(struct ucred);
    AT(struct statfs, f_bsize); AT(struct statfs, f_fsid); AT(struct statfs, f_namelen); AT(struct statfs, f_flags);
    AT(struct flock, l_start); AT(struct flock, l_pid); AT(siginfo_t, si_pid); AT(siginfo_t, si_value); AT(siginfo_t, si_addr);
    AT(siginfo_t, si_status);
    AT(siginfo_t, si_overrun);
    AT(stack_t, ss_flags);
    AT(stack_t, ss_size);
    AT(struct sigevent, sigev_signo);
    AT(struct sigevent, sigev_notify); AT(struct msghdr, msg_control); AT(struct msghdr, msg_flags); AT(struct shmid_ds, shm_segsz);
    AT(struct shmid_ds, shm_nattch); AT(struct msqid_ds, msg_qnum); AT(struct ipc_perm, mode); AT(struct sysinfo, procs);
    AT(struct sysinfo, mem_unit); AT(struct dirent64, d_name); AT(struct timex, tick);
    AT(struct statx, stx_mtime); AT(struct statx, stx_dev_minor); AT(struct rusage, ru_maxrss); AT(struct utsname, machine);
    P(O_CREAT | O_EXCL << 1);
    P(O_DIRECTORY);
    P(O_NOFOLLOW);
    P(O_DIRECT);
    P(O_TMPFILE);
    P(O_CLOEXEC);
    P(O_SYNC);
    P(O_NONBLOCK);
    P(O_APPEND);
    P(MAP_ANONYMOUS); P(MAP_FIXED_NOREPLACE); P(MAP_NORESERVE); P(MAP_STACK); P(MAP_LOCKED); P(MAP_POPULATE); P(MAP_GROWSDOWN);
    P(SOL_SOCKET); P(SO_REUSEADDR); P(SO_RCVTIMEO); P(SO_PEERCRED); P(SOCK_NONBLOCK); P(SOCK_STREAM); P(F_SETLKW); P(F_GETOWN);
    P(SIGUSR1);
    P(SIGCHLD);
    P(SIGSTOP);
    P(SIGURG);
    P(SIGSYS);
    P(SIG_BLOCK);
    P(SA_RESTART);
    P(SA_ONSTACK);
    P(SA_NODEFER);
    P(SA_RESETHAND);
    P(TIOCSCTTY);
    P(TIOCGWINSZ);
    P(TIOCSPGRP);
    P(FIONREAD);
    P(POLLRDHUP);
    P(EPOLLONESHOT);
    P(RLIMIT_NOFILE);
    P(RLIMIT_AS);
    P(EDEADLK);
    P(ENAMETOOLONG); P(ELOOP); P(EOVERFLOW); P(ENOTSUP); P(ECONNREFUSED); P(ETIMEDOUT); P(MS_SYNC); P(MADV_DONTNEED); P(IPC_CREAT);
    return 0;
}
