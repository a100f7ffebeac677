// oracle: qemu
#include "t.h"
#include <grp.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

int main(int argc, char **argv);
static void self_files(const char *name)
{
    char b[8192], x[600];
    int fd;
    ssize_t n;

    n = readlink("/proc/self/exe", b, sizeof b);
    b[n > 0 ? n : 0] = 0;
    Y(!strcmp(strrchr(b, '/') + 1, name));
    sprintf(x, "/proc/%d/exe", getpid());
    n = readlink(x, x + 100, 400);
    x[100 + n] = 0;
    Y(!strcmp(x + 100, b));
    P(readlink("/proc/self/exe", b, 3));
    fd = open("/proc/self/exe", O_RDONLY);
    P(read(fd, b, 4)); Y(!memcmp(b, "\177ELF", 4));
    P(pread(fd, b, 2, 18)); P(b[0]);
    struct stat s1, s2;
    P(fstat(fd, &s1)); P(stat("/proc/self/exe", &s2)); Y(s1.st_ino == s2.st_ino && s1.st_size == s2.st_size);
    P(access("/proc/self/exe", X_OK));
    close(fd);
    fd = open("/proc/self/cmdline", O_RDONLY);
    n = read(fd, b, sizeof b);
    for (ssize_t i = 0, at = 0; i < n; i++)
        if (!b[i]) {
            if (at)
                S(b + at);
            at = i + 1;
        }
    close(fd);
    fd = open("/proc/self/auxv", O_RDONLY | O_CLOEXEC);
    n = read(fd, b, sizeof b);
    unsigned long *a = (void *)b;
    int ok = n > 0;
    for (; a[0] && (char *)a < b + n; a += 2)
        ok = ok && getauxval(a[0]) == a[1];
    Y(ok);
    P(fcntl(fd, F_GETFD));
    close(fd);
    FILE *f = fopen("/proc/self/maps", "r");
    int found = 0, own = 0, stack = 0;
    while (f && fgets(b, sizeof b, f)) {
        unsigned long lo, hi;
        char prot[8];
        sscanf(b, "%lx-%lx %7s", &lo, &hi, prot);
        if (lo <= (unsigned long)&self_files && (unsigned long)&self_files < hi)
            found = !strcmp(prot, "r-xp"), own = strstr(b, name) != NULL;
        if (lo <= (unsigned long)b && (unsigned long)b < hi)
            stack = strstr(b, "[stack]") != NULL && !strcmp(prot, "rw-p");
    }
    Y(found); Y(own); Y(stack);
}

#ifdef __riscv
struct probe { long key; unsigned long value; };
static void hwprobe(void)
{
    struct probe p[4] = { { 3, 9 }, { 4, 9 }, { 5, 9 }, { 9999, 9 } };
    long r = syscall(258, p, 4, 0, NULL, 0);
    if (r == 0) {
        P(p[0].value); P(p[1].value & 3); P(p[3].key); P(p[3].value);
    }
    P(r);
    P(syscall(259, main, (char *)&main + 100, 0));
}
#define HWCAP_OK (getauxval(AT_HWCAP) & (1 << ('C' - 'A')))
#else
static void hwprobe(void)
{
    char b[4096], features[2000] = "";
    FILE *f = fopen("/proc/cpuinfo", "r");

    P(syscall(258, 0, 0, 0, NULL, 0)); P(syscall(259, 0, 100, 0));      /* riscv64's */
    while (f && fgets(b, sizeof b, f))
        sscanf(b, "Features : %1999[^\n]", features);
    Y(strstr(features, "fp asimd") && strstr(features, "atomics"));
    S((char *)getauxval(AT_PLATFORM));
    P(getauxval(AT_MINSIGSTKSZ) >= 4688);
}
#define HWCAP_OK (getauxval(AT_HWCAP) & 3) == 3
#endif

int main(int argc, char **argv)
{
    struct utsname u;
    struct sysinfo si;
    struct rlimit l, m;
    cpu_set_t set;
    char b[64] = "";
    unsigned cpu = 999, node;
    int v = 7;
    struct sched_param sp;
    struct __user_cap_header_struct { uint32_t version; int pid; } cap = { 0x20080522, 0 };
    uint32_t caps[6];

    P(uname(&u)); S(u.sysname); S(u.machine); Y(strlen(u.release) > 2);
    P(sysinfo(&si)); Y(si.totalram > 0 && si.procs > 0 && si.mem_unit > 0);
    P(getrlimit(RLIMIT_NOFILE, &l));
    m = l; m.rlim_cur = 100;
    P(setrlimit(RLIMIT_NOFILE, &m));
    P(prlimit(0, RLIMIT_NOFILE, NULL, &m)); P(m.rlim_cur);
    P(dup2(1, 100)); P(dup2(1, 99)); P(close(99));
    P(setrlimit(RLIMIT_NOFILE, &l));
    m.rlim_cur = 10; m.rlim_max = 5;
    P(setrlimit(RLIMIT_CORE, &m)); P(getrlimit(99, &m));
    P(getrlimit(RLIMIT_STACK, &m)); Y(m.rlim_cur >= 65536);
    m.rlim_cur = m.rlim_max = 1 << 30;
    P(setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 })); P(getrlimit(RLIMIT_CORE, &m)); P(m.rlim_cur);
    P(sched_getaffinity(0, sizeof set, &set)); Y(CPU_COUNT(&set) > 0); P(sched_setaffinity(0, sizeof set, &set));
    P(syscall(SYS_getcpu, &cpu, &node, NULL)); Y(cpu < 999);
    P(sched_yield()); P(sched_getscheduler(0)); P(sched_getparam(0, &sp)); P(sp.sched_priority);
    P(sched_get_priority_max(SCHED_FIFO));
    P(getpriority(PRIO_PROCESS, 0));
    P(setpriority(PRIO_PROCESS, 0, 5));
    P(getpriority(PRIO_PROCESS, 0));
    P(getrandom(b, 40, 0)); P(getrandom(b, 4, 0x80)); P(getrandom(BAD, 4, 0));
    P(prctl(PR_SET_NAME, "a-new-name-that-is-long")); memset(b, 0, 64); P(prctl(PR_GET_NAME, b)); S(b);
    P(prctl(PR_GET_DUMPABLE)); P(prctl(PR_SET_PDEATHSIG, 9)); P(prctl(PR_GET_PDEATHSIG, &v)); P(v); P(prctl(12345));
    P(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); P(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    umask(027);
    P(umask(022));
    Y(getuid() == geteuid() && getgid() == getegid());
    uid_t r, e, s;
    P(getresuid(&r, &e, &s)); Y(r == getuid() && e == r && s == r);
    P(getgroups(0, NULL) >= 0); P(setuid(getuid())); P(setregid(-1, -1)); P(setresgid(-1, -1, -1));
    P(personality(0xffffffff)); Y(getpid() == syscall(SYS_gettid)); Y(getppid() > 0);
    P(syscall(SYS_capget, &cap, caps));
    P(syscall(SYS_set_robust_list, &v, 24));
    P(syscall(SYS_set_robust_list, &v, 1));
    Y(syscall(SYS_set_tid_address, &v) == getpid());
    P(syscall(SYS_membarrier, 0, 0, 0) >= 0);
    P(syscall(SYS_futex, &v, 0, 8, NULL, NULL, 0)); P(syscall(SYS_futex, &v, 1, 1, NULL, NULL, 0));
    P(syscall(SYS_futex, &v, 0, 9, &(struct timespec){ 0, 5000000 }, NULL, 0));
    Y(getauxval(AT_PAGESZ) == 4096 && getauxval(AT_CLKTCK) == 100 && HWCAP_OK);
    Y(!strcmp((char *)getauxval(AT_EXECFN), argv[0]));
    self_files(strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0]);
    hwprobe();
    return 0;
}
