/* Attributes of processes and threads: names, groups, sessions, capabilities, scheduling, descriptors of processes. */
#include "../syscalls/t.h"
#include <elf.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <linux/membarrier.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef PR_GET_AUXV
#define PR_GET_AUXV 0x41555856
#endif
struct attr { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t prio; uint64_t runtime, deadline, period; uint32_t min, max; };

static void *named(void *arg)
{
    char comm[32] = { 0 }, path[64];
    prctl(PR_SET_NAME, "a thread's name that is long");
    snprintf(path, sizeof path, "/proc/self/task/%d/comm", (int)syscall(SYS_gettid));
    int fd = open(path, O_RDONLY);
    read(fd, comm, 31);
    close(fd);
    printf("%s", comm);
    memset(comm, 0, sizeof comm);
    P(prctl(PR_GET_NAME, comm)); S(comm);
    return NULL;
}

static void attributes(void)
{
    uint64_t aux[128] = { 0 };
    int v = -1;
    pthread_t th;

    pthread_create(&th, NULL, named, NULL);
    pthread_join(th, NULL);
    P(prctl(PR_SET_PDEATHSIG, SIGTERM)); P(prctl(PR_GET_PDEATHSIG, &v)); P(v); P(prctl(PR_SET_PDEATHSIG, 99));
    P(prctl(PR_GET_DUMPABLE)); P(prctl(PR_SET_DUMPABLE, 0)); P(prctl(PR_GET_DUMPABLE)); P(prctl(PR_SET_DUMPABLE, 1));
    P(prctl(PR_SET_KEEPCAPS, 1)); P(prctl(PR_GET_KEEPCAPS)); P(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); P(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    P(prctl(PR_SET_TIMERSLACK, 5000)); P(prctl(PR_GET_TIMERSLACK)); P(prctl(PR_SET_CHILD_SUBREAPER, 1)); P(prctl(PR_GET_CHILD_SUBREAPER, &v)); P(v);
    P(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)); P(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)); P(prctl(PR_GET_SECCOMP)); P(prctl(12345));
    P(prctl(66 /* PR_GET_MDWE */, 0, 0, 0, 0));
    long n = prctl(PR_GET_AUXV, aux, sizeof aux, 0, 0);
    int page = 0, entry = 0;
    for (int i = 0; i < n / 16; i++) {
        page += aux[2 * i] == AT_PAGESZ && aux[2 * i + 1] == 4096;
        entry += aux[2 * i] == AT_ENTRY && aux[2 * i + 1] == getauxval(AT_ENTRY);
    }
    Y(n >= 16 * 10 && page == 1 && entry == 1);
    P(prctl(PR_GET_AUXV, aux, 8, 0, 1));
    P(personality(0xffffffff)); P(personality(ADDR_NO_RANDOMIZE)); P(personality(0xffffffff) & ADDR_NO_RANDOMIZE);
}

static void groups(void)
{
    gid_t g[64];
    struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct d[2] = { { 0 } };

    P(getpgid(0) == getpgrp()); P(setpgid(0, 999999)); P(getsid(0) > 0); P(getpgid(-1));
    fflush(stdout);
    if (!fork()) {
        P(setsid() == getpid()); P(getsid(0) == getpid()); P(getpgrp() == getpid()); P(setsid()); P(setpgid(0, 0));
        if (!fork()) {
            P(setpgid(0, 0)); P(getpgrp() == getpid()); P(getsid(0) == getppid());
            _exit(0);
        }
        wait(NULL);
        _exit(0);
    }
    wait(NULL);
    Y(getgroups(0, NULL) >= 0 && getgroups(64, g) >= 0); P(getgroups(-1, g));
    P(syscall(SYS_capget, &h, d)); h.version = 1; P(syscall(SYS_capget, &h, d)); printf("%x\n", h.version);
    P(syscall(SYS_capget, BAD, d)); h.version = _LINUX_CAPABILITY_VERSION_3; P(syscall(SYS_capset, &h, BAD));
    P(setresuid(-1, -1, -1)); P(setfsuid(-1) == (int)geteuid()); P(setpriority(PRIO_PROCESS, 0, 5)); P(getpriority(PRIO_PROCESS, 0));
    P(getpriority(PRIO_PGRP, 0)); P(getpriority(9, 0)); P(nice(3));
}

static void scheduling(void)
{
    cpu_set_t set, was;
    struct sched_param p = { 0 };
    struct attr a = { .size = 56 };
    struct timespec ts;
    unsigned cpu = 99, node = 99;

    P(sched_getaffinity(0, sizeof was, &was)); Y(CPU_COUNT(&was) > 0);
    CPU_ZERO(&set);
    P(sched_setaffinity(0, sizeof set, &set));
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &was)) {
            CPU_SET(i, &set);
            break;
        }
    P(sched_setaffinity(0, sizeof set, &set)); P(syscall(SYS_getcpu, &cpu, &node, NULL)); Y(CPU_ISSET(cpu, &set)); P(sched_getcpu() == (int)cpu);
    P(syscall(SYS_sched_getaffinity, 0, 7, &set)); P(syscall(SYS_sched_getaffinity, 0, 8, &set) == 8); P(sched_setaffinity(0, sizeof was, &was));
    P(sched_getscheduler(0)); P(sched_setscheduler(0, SCHED_BATCH, &p)); P(sched_getscheduler(0)); P(sched_setscheduler(0, 99, &p)); P(sched_getparam(0, &p));
    P(syscall(SYS_sched_getattr, 0, &a, sizeof a, 0)); P(a.size); P(a.policy); P(a.nice);
    a.nice = 9; P(syscall(SYS_sched_setattr, 0, &a, 0)); P(getpriority(PRIO_PROCESS, 0)); P(syscall(SYS_sched_setattr, 0, BAD, 0));
    P(sched_get_priority_max(SCHED_FIFO)); P(sched_get_priority_min(SCHED_RR)); P(sched_rr_get_interval(0, &ts)); P(sched_yield());
    P(syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0) > 0); P(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
    P(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0)); P(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
    P(syscall(SYS_membarrier, 12345, 0, 0));
}

static void descriptors(void)
{
    int pidfd = syscall(SYS_pidfd_open, getpid(), 0), p[2];
    siginfo_t si = { 0 };
    char b[8];

    Y(pidfd >= 0); P(fcntl(pidfd, F_GETFD)); P(syscall(SYS_pidfd_open, -1, 0)); P(syscall(SYS_pidfd_open, getpid(), 7));
    P(syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0)); P(poll(&(struct pollfd){ pidfd, POLLIN, 0 }, 1, 0));
    pipe(p);
    pid_t kid = fork();
    if (!kid) {
        close(p[0]);
        for (;;)
            pause();
    }
    close(p[1]);
    int kfd = syscall(SYS_pidfd_open, kid, 0), w = syscall(SYS_pidfd_getfd, kfd, p[1], 0);
    Y(w >= 0); P(fcntl(w, F_GETFD)); P(write(w, "x", 1)); P(read(p[0], b, 8));
    P(syscall(SYS_kcmp, getpid(), kid, KCMP_FILE, w, p[1])); P(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 0, 0)); P(syscall(SYS_kcmp, getpid(), kid, KCMP_VM, 0, 0) != 0);
    P(syscall(SYS_pidfd_send_signal, kfd, SIGTERM, NULL, 0)); P(waitid(P_ALL, 0, &si, WEXITED | WNOWAIT)); P(si.si_status); P(si.si_code);
    P(waitid(3, kfd, &si, WEXITED)); P(waitid(3, kfd, &si, WEXITED)); P(syscall(SYS_pidfd_send_signal, kfd, 0, NULL, 0)); P(waitid(99, 0, &si, WEXITED));
    P(waitid(P_ALL, 0, &si, 0));
}

/* Answered as by a kernel that has none of it, or as containers do. */
static void absent(void)
{
    Y(syscall(425, 1, BAD) == -1 && (errno == ENOSYS || errno == EPERM || errno == EFAULT));
    Y(syscall(SYS_bpf, 0, BAD, 8) == -1); Y(syscall(SYS_perf_event_open, BAD, 0, 0, 0, 0) == -1); Y(syscall(SYS_userfaultfd, -1) == -1);
    Y(syscall(SYS_kexec_load, 0, 1, 0, 0) == -1); Y(syscall(SYS_restart_syscall) == -1 && errno == EINTR);
}

int main(void)
{
    struct sysinfo s;

    attributes();
    groups();
    scheduling();
    descriptors();
    absent();
    P(sysinfo(&s)); Y(s.mem_unit >= 1 && s.totalram > 0 && s.procs > 0 && s.uptime > 0);
    return 0;
}
